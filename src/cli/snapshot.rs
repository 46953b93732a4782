//! `vpc-atlas snapshot`: everything that was read, as one file.

use super::Answer;
use super::args::Snapshot;
use super::input::{gaps, read, say_gaps};
use super::output::{count, print_bytes, say};
use crate::workspace::{save, snapshot};

pub(super) fn run(args: &Snapshot) -> anyhow::Result<Answer> {
    let loaded = read(&args.sources)?;
    let bytes = if args.redact {
        snapshot(&loaded.network.redacted())
    } else {
        snapshot(&loaded.network)
    };
    if args.output.as_os_str() == "-" {
        print_bytes(&bytes)?;
    } else {
        save(&args.output, &bytes)?;
        let resources = count(loaded.network.len(), "resource", "resources");
        let how = if args.redact { ", redacted" } else { "" };
        say(&format!(
            "saved {resources} to {}{how}",
            args.output.display()
        ));
    }
    say_gaps(&gaps(&loaded));
    Ok(Answer::Yes)
}
