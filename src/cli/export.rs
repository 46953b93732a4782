//! `vpc-atlas export`: a design as code for another tool.

use super::Answer;
use super::args::{Export as Args, Tool};
use super::output::{print, printable, say};
use crate::design::{Problem, Surroundings, plan, validate};
use crate::export::code::{Code, CodeFile, terraform, terraform_module};
use crate::network::Network;
use crate::steps::between;
use crate::workspace::{Document, beside, keep_old, names_in, save};
use anyhow::ensure;

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let document = Document::open(&args.design)?;
    let design = document.design();
    let problems = validate(design, &Surroundings::default());
    if problems.iter().any(Problem::is_error) {
        super::plan::say_problems(&problems);
        return Ok(Answer::No);
    }
    let network = plan(design);
    let graph = match between(&Network::new(), &network) {
        Ok(graph) => graph,
        Err(refusals) => {
            for refusal in &refusals {
                say(&printable(&format!("error: {refusal}")));
            }
            return Ok(Answer::No);
        }
    };
    let beside = beside(design);
    let code = match args.to {
        Tool::Terraform => terraform(&network, &graph, &beside),
        Tool::TerraformModule => match terraform_module(&network, &graph, &beside) {
            Ok(code) => code,
            Err(error) => {
                say(&printable(&error.to_string()));
                return Ok(Answer::No);
            }
        },
    };
    if args.output.as_os_str() == "-" {
        let texts: Vec<&str> = code.files.iter().map(|file| file.text.as_str()).collect();
        print(&texts.join("\n"))?;
    } else {
        into_folder(args, &code.files)?;
    }
    say_by_hand(&code);
    Ok(Answer::Yes)
}

/// Terraform reads every file of a folder whose name ends so.
const ENDING: &str = ".tf";

fn into_folder(args: &Args, files: &[CodeFile]) -> anyhow::Result<()> {
    let folder = &args.output;
    ensure!(
        !folder.is_file(),
        "{} is a file; give a folder, or - for standard output",
        folder.display()
    );
    let held = names_in(folder)?;
    for file in files {
        let path = folder.join(&file.name);
        if let Some(kept) = keep_old(&path, &file.text)? {
            say(&format!(
                "{} was there already; it is kept as {}",
                path.display(),
                kept.display()
            ));
        }
        save(&path, file.text.as_bytes())?;
        say(&format!("wrote {}", path.display()));
    }
    let is_ours = |name: &String| files.iter().any(|file| file.name == *name);
    for name in held.iter().filter(|it| it.ends_with(ENDING)) {
        if !is_ours(name) {
            say(&printable(&format!(
                "{} was there already and Terraform reads it too; take it away if it is of an earlier export",
                folder.join(name).display()
            )));
        }
    }
    Ok(())
}

fn say_by_hand(code: &Code) {
    for sentence in &code.by_hand {
        say(&printable(&format!("by hand: {sentence}")));
    }
}
