//! `vpc-atlas export`: a design as code for another tool.

use super::Answer;
use super::args::{Export as Args, Tool as Word};
use super::input::{gaps, read, say_gaps};
use super::output::{count, print, printable, say};
use crate::export::code::{Code, Form, There};
use crate::workspace::{
    Document, Existing, NoCode, SaveCodeError, SavedCode, Tool, copied_from, design_code, existing,
    save_code,
};
use anyhow::{Context as _, bail, ensure};
use std::path::Path;

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let document = Document::open(&args.design)?;
    let tool = match args.to {
        Word::Terraform => Tool::Terraform,
        Word::TerraformModule => Tool::TerraformModule,
        Word::Cloudformation => Tool::Cloudformation(form(&args.output)?),
        Word::Cli => {
            check_script(&args.output)?;
            Tool::Script
        }
    };
    let existing = match args.sources.as_slice() {
        [] => None,
        _ if tool.imports() => Some(find(args, &document)?),
        _ => bail!(
            "--for is for --to terraform, which alone imports what is there already; leave it out, or export so"
        ),
    };
    let nothing = There::default();
    let there = existing.as_ref().map_or(&nothing, |it| &it.there);
    let code = match design_code(document.design(), tool, there) {
        Ok(code) => code,
        Err(why) => {
            say_why(&why);
            return Ok(Answer::No);
        }
    };
    if args.output.as_os_str() == "-" {
        // Whoever hands both scripts to a shell would make everything and delete it.
        let shown = if tool == Tool::Script {
            1
        } else {
            code.files.len()
        };
        let files = code.files.iter().take(shown);
        let texts: Vec<&str> = files.map(|file| file.text.as_str()).collect();
        print(&texts.join("\n"))?;
        if shown < code.files.len() {
            say("the script that deletes is not printed; give a file, and it is written beside it");
        }
    } else {
        match save_code(tool, &code, &args.output) {
            Ok(saved) => say_saved(&saved),
            Err(error @ SaveCodeError::NotAFolder(_)) => {
                bail!("{error}, or - for standard output")
            }
            Err(error) => return Err(error.into()),
        }
    }
    say_by_hand(&code);
    if let Some(existing) = &existing {
        say_existing(existing);
    }
    Ok(Answer::Yes)
}

/// What of the design stands in the sources.
fn find(args: &Args, document: &Document) -> anyhow::Result<Existing> {
    let loaded = read(&args.sources)?;
    let copied = copied_from(document.text());
    let found = existing(&loaded.network, document.design(), copied.as_ref());
    say_gaps(&gaps(&loaded));
    found.with_context(|| match copied {
        Some(vpc) => format!(
            "the design is a copy of {}, which {} does not hold; give a SOURCE that does",
            vpc.id, loaded.label
        ),
        None => format!(
            "{} holds no VPC of the design, by tags or by name and blocks; give a SOURCE that does, or leave --for out",
            loaded.label
        ),
    })
}

/// What `terraform plan` will tell besides the imports.
fn say_existing(existing: &Existing) {
    let absent = existing.absent.len();
    if absent > 0 {
        let things = count(absent, "resource", "resources");
        say(&format!("not there yet, and made: {things}"));
    }
    let different = existing.different.len();
    if different > 0 {
        let things = count(different, "resource is", "resources are");
        say(&format!(
            "{things} there otherwise than the design says; `terraform plan` tells what it would change of that"
        ));
    }
}

fn say_why(why: &NoCode) {
    match why {
        NoCode::Problems(problems) => super::plan::say_problems(problems),
        NoCode::Refused(refusals) => {
            for refusal in refusals {
                say(&printable(&format!("error: {refusal}")));
            }
        }
        NoCode::Cannot(error) => say(&printable(&error.to_string())),
    }
}

/// Whether scripts can be called so.
fn check_script(path: &Path) -> anyhow::Result<()> {
    let is_script = path.extension().is_some_and(|ending| ending == "sh");
    ensure!(
        is_script || path.as_os_str() == "-",
        "{} does not end in .sh; name the script so, or give - for standard output",
        path.display()
    );
    Ok(())
}

/// The form of a template, by the ending of its file.
fn form(path: &Path) -> anyhow::Result<Form> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending {
        _ if path.as_os_str() == "-" => Ok(Form::Yaml),
        Some("yaml" | "yml") => Ok(Form::Yaml),
        Some("json") => Ok(Form::Json),
        _ => bail!(
            "{} ends neither in .yaml nor in .json; name the template so, or give - for standard output",
            path.display()
        ),
    }
}

fn say_saved(saved: &SavedCode) {
    for file in &saved.files {
        if let Some(kept) = &file.kept {
            say(&format!(
                "{} was there already; it is kept as {}",
                file.path.display(),
                kept.display()
            ));
        }
        say(&format!("wrote {}", file.path.display()));
    }
    for stray in &saved.strays {
        say(&printable(&format!(
            "{} was there already and Terraform reads it too; take it away if it is of an earlier export",
            stray.display()
        )));
    }
}

fn say_by_hand(code: &Code) {
    for sentence in &code.by_hand {
        say(&printable(&format!("by hand: {sentence}")));
    }
}
