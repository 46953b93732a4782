//! `vpc-atlas diff`: what tells two networks apart.

use super::Answer;
use super::args::Diff;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{count, print, print_json, printable, say};
use crate::analysis::search::{account_of, region_of};
use crate::network::{Coverage, Edit, Known, Network, Resource, difference};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

#[derive(Default, Serialize)]
struct Report {
    added: Vec<Row>,
    removed: Vec<Row>,
    changed: Vec<Change>,
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
struct Change {
    kind: &'static str,
    id: String,
    name: Option<String>,
    field: String,
    before: Value,
    after: Value,
}

pub(super) fn run(args: &Diff) -> anyhow::Result<Answer> {
    let before = read(std::slice::from_ref(&args.before))?;
    let after = read(std::slice::from_ref(&args.after))?;
    let mut gaps = gaps(&before);
    gaps.extend(super::input::gaps(&after));
    gaps.sort_unstable();
    gaps.dedup();

    let mut report = compare(&before.network, &after.network);
    let answer = report.answer();
    if args.json {
        report.gaps = gap_rows(&gaps);
        print_json(&report)?;
    } else {
        print(&report.text())?;
        if !report.unknown.is_empty() {
            let resources = count(report.unknown.len(), "resource", "resources");
            say(&format!(
                "{resources} cannot be compared: only one side read all of that kind"
            ));
        }
        say_gaps(&gaps);
    }
    Ok(answer)
}

fn compare(before: &Network, after: &Network) -> Report {
    let mut report = Report::default();
    for edit in difference(before, after) {
        match edit {
            Edit::Add(resource) => {
                let place = if was_read(before, &resource) {
                    &mut report.added
                } else {
                    &mut report.unknown
                };
                place.push(Row::of(&resource));
            }
            Edit::Remove(key) => {
                let Some(resource) = before.get(&key) else {
                    continue;
                };
                let place = if was_read(after, resource) {
                    &mut report.removed
                } else {
                    &mut report.unknown
                };
                place.push(Row::of(resource));
            }
            Edit::Set {
                key,
                field,
                before: old,
                after: new,
            } => report.changed.push(Change {
                kind: key.kind.word(),
                id: key.id.to_string(),
                name: after
                    .get(&key)
                    .and_then(|resource| resource.name())
                    .map(str::to_owned),
                field: field.to_string(),
                before: value(old),
                after: value(new),
            }),
        }
    }
    report
}

fn value(known: Known<Value>) -> Value {
    match known {
        Known::Value(value) => value,
        Known::Unread | Known::ChosenByAws => Value::Null,
    }
}

/// Whether a network that does not hold a resource would, had the resource been there: all of its kind was read where
/// it stands.
fn was_read(network: &Network, resource: &Resource) -> bool {
    let agree = |held: Option<&str>, wanted: Option<&str>| {
        held.is_none() || wanted.is_none() || held == wanted
    };
    network.shards().any(|(scope, shard)| {
        agree(scope.account.as_deref(), account_of(resource))
            && agree(scope.region.as_deref(), region_of(resource))
            && shard.coverage(resource.kind()) == Coverage::Complete
    })
}

impl Row {
    fn of(resource: &Resource) -> Self {
        Self {
            kind: resource.kind().word(),
            id: resource.key().id.to_string(),
            name: resource.name().map(str::to_owned),
        }
    }

    fn line(&self, sign: char) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        let line = format!("{sign} {} {} {name}", self.kind, self.id);
        printable(line.trim_end())
    }
}

impl Report {
    fn answer(&self) -> Answer {
        if !(self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()) {
            Answer::No
        } else if self.unknown.is_empty() {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (sign, rows) in [
            ('+', &self.added),
            ('-', &self.removed),
            ('?', &self.unknown),
        ] {
            for row in rows {
                text.push_str(&row.line(sign));
                text.push('\n');
            }
        }
        let mut last = None;
        for change in &self.changed {
            if last.replace(&change.id) != Some(&change.id) {
                let row = Row {
                    kind: change.kind,
                    id: change.id.clone(),
                    name: change.name.clone(),
                };
                text.push_str(&row.line('~'));
                text.push('\n');
            }
            let field = change.field.replace('_', " ");
            match (&change.before, &change.after) {
                // Of a list only what came and went is worth reading.
                (Value::Array(old), Value::Array(new)) => {
                    for item in old.iter().filter(|item| !new.contains(item)) {
                        line(&mut text, &format!("{field}: - {}", short(item)));
                    }
                    for item in new.iter().filter(|item| !old.contains(item)) {
                        line(&mut text, &format!("{field}: + {}", short(item)));
                    }
                }
                (old, new) => line(
                    &mut text,
                    &format!("{field}: {} → {}", short(old), short(new)),
                ),
            }
        }
        text
    }
}

fn line(text: &mut String, words: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "    {}", printable(words));
}

/// A value in the fewest signs that still read: a resource by its id, a variant by what it holds, the rest as
/// `field=value`.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(short).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => match (fields.get("id"), fields.get("kind")) {
            (Some(id), Some(_)) if fields.len() == 2 => short(id),
            _ if fields.len() == 1 => fields.values().map(short).collect(),
            _ => {
                let known = fields.iter().filter(|(_, value)| !value.is_null());
                let words: Vec<String> = known
                    .map(|(name, value)| format!("{name}={}", short(value)))
                    .collect();
                words.join(" ")
            }
        },
        other => other.to_string(),
    }
}
