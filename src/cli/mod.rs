//! The command line: results to standard output, words about them to standard error.
//!
//! Exit codes: 0 done or yes; 1 the answer is no; 2 wrong use or unreadable input; 3 the answer is unknown.

mod adopt;
#[cfg(feature = "aws")]
mod apply;
mod args;
mod collect;
mod cost;
mod diff;
mod export;
mod history;
mod input;
mod list;
mod map;
mod map_text;
mod new;
mod output;
mod plan;
mod runs;
mod search;
mod snapshot;
mod window;

use crate::workspace::{SourceSpec, start_log};
use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Done, or yes.
    Yes,
    /// No.
    No,
    /// It cannot be told from what was read.
    Unknown,
}

/// Wrong use or unreadable input.
const FAILURE: u8 = 2;

/// Run the command line of this process. `open` opens the window and comes back when it is closed; the command line
/// itself knows no window.
pub fn main(open: impl FnOnce(Vec<SourceSpec>) -> anyhow::Result<()>) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors of this kind too, with an exit code of their own. Where they cannot be
            // printed nobody reads.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILURE));
        }
    };
    if let Err(error) = start_log() {
        output::say(&error.to_string());
        return ExitCode::from(FAILURE);
    }
    let answer = match cli.command {
        None => window::run(cli.sources, open),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::Map(args)) => map::run(&args),
        Some(Command::New(args)) => new::run(&args),
        Some(Command::Plan(args)) => plan::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Adopt(args)) => adopt::run(&args),
        Some(Command::Snapshot(args)) => snapshot::run(&args),
        Some(Command::Search(args)) => search::run(&args),
        Some(Command::Collect(args)) => collect::run(&args),
        Some(Command::Diff(args)) => diff::run(&args),
        Some(Command::History(args)) => history::run(&args),
        Some(Command::Cost(args)) => cost::run(&args),
        Some(Command::Runs(args)) => runs::run(&args),
        #[cfg(feature = "aws")]
        Some(Command::Apply(args)) => apply::run(args),
        #[cfg(feature = "aws")]
        Some(Command::Resume(args)) => apply::resume(args),
        #[cfg(feature = "aws")]
        Some(Command::Rollback(args)) => apply::roll_back(args),
    };
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Unknown) => ExitCode::from(3),
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("{error:#}"));
            ExitCode::from(FAILURE)
        }
    }
}
