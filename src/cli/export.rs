//! `vpc-atlas export`: a design as code for another tool.

use super::Answer;
use super::args::{Export as Args, Tool};
use super::output::{print, printable, say};
use crate::design::{Problem, Surroundings, plan, validate};
use crate::export::code::{
    Beside, Code, CodeFile, Form, cloudformation, script, terraform, terraform_module,
};
use crate::network::Network;
use crate::steps::between;
use crate::workspace::{Document, beside, keep_old, names_in, save};
use anyhow::{bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
        // A design says nothing of what is there.
        Tool::Terraform => Ok(terraform(&network, &graph, &beside, &BTreeMap::new())),
        Tool::TerraformModule => terraform_module(&network, &graph, &beside),
        Tool::Cloudformation => {
            let form = form(&args.output)?;
            cloudformation(&graph, &network, form).map(|code| with_zones(code, &beside))
        }
        Tool::Cli => {
            inverse(&args.output)?;
            Ok(with_zones(script(&graph, &network), &beside))
        }
    };
    let code = match code {
        Ok(code) => code,
        Err(error) => {
            say(&printable(&error.to_string()));
            return Ok(Answer::No);
        }
    };
    match (args.to, code.files.as_slice()) {
        // Whoever hands both to a shell would make everything and delete it.
        (Tool::Cli, [make, ..]) if args.output.as_os_str() == "-" => {
            print(&make.text)?;
            say("the script that deletes is not printed; give a file, and it is written beside it");
        }
        _ if args.output.as_os_str() == "-" => {
            let texts: Vec<&str> = code.files.iter().map(|file| file.text.as_str()).collect();
            print(&texts.join("\n"))?;
        }
        (Tool::Cloudformation, [template]) => write(&args.output, &template.text)?,
        (Tool::Cli, [make, delete]) => {
            write(&args.output, &make.text)?;
            write(&inverse(&args.output)?, &delete.text)?;
        }
        (_, files) => into_folder(args, files)?,
    }
    say_by_hand(&code);
    Ok(Answer::Yes)
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

/// The file of the script that deletes: `shop-delete.sh` beside `shop.sh`.
fn inverse(path: &Path) -> anyhow::Result<PathBuf> {
    let is_script = path.extension().is_some_and(|ending| ending == "sh");
    match path.file_stem().and_then(|stem| stem.to_str()) {
        _ if path.as_os_str() == "-" => Ok(path.to_owned()),
        Some(stem) if is_script => Ok(path.with_file_name(format!("{stem}-delete.sh"))),
        _ => bail!(
            "{} does not end in .sh; name the script so, or give - for standard output",
            path.display()
        ),
    }
}

/// The zones that the tool could make, and what is written does not.
fn with_zones(mut code: Code, beside: &Beside) -> Code {
    let zones = beside.private_zones.iter();
    code.by_hand.extend(zones.map(|(vpc, zone)| {
        format!("make the private zone {zone} in Route 53 and associate it with {vpc}")
    }));
    code
}

/// Write a file; what was there is kept beside it.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(kept) = keep_old(path, text, None)? {
        say(&format!(
            "{} was there already; it is kept as {}",
            path.display(),
            kept.display()
        ));
    }
    save(path, text.as_bytes())?;
    say(&format!("wrote {}", path.display()));
    Ok(())
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
        write(&folder.join(&file.name), &file.text)?;
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
