//! `vpc-atlas adopt`: a live VPC as a design to edit.

use super::Answer;
use super::args::Adopt as Args;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{count, print, print_json, printable, say};
use crate::design::{Unexpressed, adopt};
use crate::network::Key;
use crate::workspace::{Loaded, copy_text, is_design, keep_old, save};
use anyhow::{bail, ensure};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Report {
    /// The text of the design.
    design: String,
    unexpressed: Vec<Row>,
    gaps: Vec<GapRow>,
}

#[derive(Serialize)]
struct Row {
    resource: String,
    field: Option<String>,
    why: String,
}

impl From<&Unexpressed> for Row {
    fn from(it: &Unexpressed) -> Self {
        Self {
            resource: it.key.id.to_string(),
            field: it.field.as_ref().map(ToString::to_string),
            why: it.why.clone(),
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let is_printed = args.output.as_os_str() == "-";
    ensure!(
        is_printed || is_file_name(&args.output),
        "{} does not end in .vpc.toml; name the design so, or give - for standard output",
        args.output.display()
    );
    let loaded = read(&args.sources)?;
    let vpc = vpc(&loaded, args.vpc.as_deref())?;
    let adopted = adopt(&loaded.network, &vpc)?;
    let text = copy_text(&loaded.network, &vpc, &adopted);
    let gaps = gaps(&loaded);
    if !is_printed {
        if let Some(kept) = keep_old(&args.output, &text, None)? {
            say(&format!(
                "{} was there already; it is kept as {}",
                args.output.display(),
                kept.display()
            ));
        }
        save(&args.output, text.as_bytes())?;
        say(&format!("saved the design as {}", args.output.display()));
    }
    if args.json {
        return print_json(&Report {
            design: text,
            unexpressed: adopted.unexpressed.iter().map(Row::from).collect(),
            gaps: gap_rows(&gaps),
        })
        .map(|()| Answer::Yes);
    }
    if is_printed {
        print(&text)?;
    }
    if !adopted.unexpressed.is_empty() {
        let things = count(adopted.unexpressed.len(), "thing", "things");
        say(&format!(
            "{things} that a design cannot say, kept as on AWS:"
        ));
    }
    for kept in &adopted.unexpressed {
        say(&printable(&format!("kept: {kept}")));
    }
    say_gaps(&gaps);
    Ok(Answer::Yes)
}

fn is_file_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(is_design)
}

/// The VPC that was asked for by id or name, or the only one.
fn vpc(loaded: &Loaded, wanted: Option<&str>) -> anyhow::Result<Key> {
    let network = &loaded.network;
    let name = |key: &Key| network.get(key).and_then(|vpc| vpc.name());
    let known: Vec<&Key> = loaded.topology.vpcs().map(|(key, _)| key).collect();
    let fits =
        |key: &&&Key| wanted.is_none_or(|word| key.id.as_str() == word || name(key) == Some(word));
    let found: Vec<&&Key> = known.iter().filter(fits).collect();
    let listed = |keys: &[&&Key]| {
        let words = keys.iter().map(|key| match name(key) {
            Some(name) => format!("{} ({name})", key.id),
            None => key.id.to_string(),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    match (found.as_slice(), wanted) {
        ([only], _) => Ok((**only).clone()),
        ([], Some(word)) if !known.is_empty() => bail!(
            "there is no VPC {word} in {}; it holds {}",
            loaded.label,
            listed(&known.iter().collect::<Vec<_>>())
        ),
        ([], _) => bail!(
            "there is no VPC in {}; give a SOURCE that holds one",
            loaded.label
        ),
        (several, _) => bail!(
            "{} holds {} VPCs; say which with --vpc: {}",
            loaded.label,
            several.len(),
            listed(several)
        ),
    }
}
