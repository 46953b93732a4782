//! `vpc-atlas diff`: what tells two networks apart.

use super::Answer;
use super::args::Diff;
use super::input::{GapRow, gap_rows, gaps, read_dated, say_gaps};
use super::output::{count, print, print_json, printable, say};
use crate::analysis::changes::{Change, Changes, What, Wording};
use crate::network::{Key, Known};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

#[derive(Default, Serialize)]
struct Report {
    added: Vec<Row>,
    removed: Vec<Row>,
    changed: Vec<FieldRow>,
    /// In one of the two, and of a kind that was not read completely in the other.
    unknown: Vec<Row>,
    gaps: Vec<GapRow>,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    id: String,
    name: Option<String>,
}

#[derive(Serialize)]
struct FieldRow {
    #[serde(flatten)]
    row: Row,
    field: String,
    before: Value,
    after: Value,
}

pub(super) fn run(args: &Diff) -> anyhow::Result<Answer> {
    let before = read_dated(&args.before)?;
    let after = read_dated(&args.after)?;
    let mut gaps = gaps(&before);
    gaps.extend(super::input::gaps(&after));
    gaps.sort_unstable();
    gaps.dedup();

    let changes = Changes::between(&before.network, &after.network);
    if args.json {
        print_json(&Report {
            gaps: gap_rows(&gaps),
            ..report(&changes)
        })?;
    } else {
        print(&text(&changes))?;
        if changes.total().unknown > 0 {
            let resources = count(changes.total().unknown, "resource", "resources");
            say(&format!(
                "{resources} cannot be compared: only one side read all of that kind"
            ));
        }
        say_gaps(&gaps);
    }
    Ok(answer(&changes))
}

fn report(changes: &Changes) -> Report {
    let mut report = Report::default();
    for change in changes.iter() {
        match &change.what {
            What::Added => report.added.push(Row::of(change)),
            What::Removed => report.removed.push(Row::of(change)),
            What::Unknown => report.unknown.push(Row::of(change)),
            What::Changed(fields) => {
                let rows = fields.iter().map(|field| FieldRow {
                    row: Row::of(change),
                    field: field.field.to_string(),
                    before: value(&field.before),
                    after: value(&field.after),
                });
                report.changed.extend(rows);
            }
        }
    }
    report
}

fn value(known: &Known<Value>) -> Value {
    known.value().cloned().unwrap_or_default()
}

impl Row {
    fn of(change: &Change) -> Self {
        Self {
            kind: change.key.kind.word(),
            id: change.key.id.to_string(),
            name: change.name.as_ref().map(ToString::to_string),
        }
    }

    fn line(&self, sign: char) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        let line = format!("{sign} {} {} {name}", self.kind, self.id);
        printable(line.trim_end())
    }
}

fn answer(changes: &Changes) -> Answer {
    if !changes.is_empty() {
        Answer::No
    } else if changes.total().unknown == 0 {
        Answer::Yes
    } else {
        Answer::Unknown
    }
}

/// What came, what went, what cannot be told, and what changed, each in the order of kinds.
fn text(changes: &Changes) -> String {
    let call = |key: &Key| key.id.to_string();
    let wording = Wording {
        call: &call,
        minus: '-',
    };
    let of = |sign: char| {
        let mut text = String::new();
        for change in changes.iter().filter(|it| sign_of(&it.what) == sign) {
            text.push_str(&Row::of(change).line(sign));
            text.push('\n');
            for line in change.what.lines(wording) {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "    {}", printable(&line));
            }
        }
        text
    };
    ['+', '-', '?', '~'].into_iter().map(of).collect()
}

/// The sign of a terminal's diff.
fn sign_of(what: &What) -> char {
    match what {
        What::Removed => '-',
        other => other.sign(),
    }
}
