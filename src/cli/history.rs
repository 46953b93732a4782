//! `vpc-atlas history`: what was read before.

use super::Answer;
use super::args::History as Args;
use super::input::read;
use super::output::{Align, count, print, print_json, printable, say, table};
use crate::analysis::changes::Changes;
use crate::network::Network;
use crate::workspace::{Store, Timeline, system_clock, written};
use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    sources: Vec<String>,
    readings: Vec<Row>,
    gaps: Vec<Gap>,
}

/// A reading, and what changed from it to the next; nothing of the latest.
#[derive(Serialize)]
struct Row {
    /// As `diff SOURCE@TIME` takes it.
    time: String,
    /// The same in UTC, with its fraction.
    at: String,
    bytes: u64,
    resources: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_next: Option<Tally>,
}

#[derive(Serialize)]
struct Tally {
    added: usize,
    removed: usize,
    changed: usize,
    unknown: usize,
    #[serde(skip)]
    signs: String,
}

#[derive(Serialize)]
struct Gap {
    what: &'static str,
    #[serde(rename = "where")]
    place: String,
    why: String,
}

#[derive(Serialize)]
struct Sources {
    timelines: Vec<SourceRow>,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
struct SourceRow {
    sources: Vec<String>,
    readings: usize,
    latest: Option<String>,
    bytes: u64,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let store = Store::open()?;
    let zone = TimeZone::system();
    if args.sources.is_empty() {
        return all(&store, &zone, args.json);
    }
    let timeline = Timeline::of(&store, &args.sources).context(
        "no readings are ever kept of this SOURCE: it never changes, or its path is no text",
    )?;
    if args.delete {
        let deleted = timeline.delete()?;
        say(&format!(
            "{} deleted",
            count(deleted, "reading", "readings")
        ));
        return Ok(Answer::Yes);
    }
    if args.keep {
        let loaded = read(&args.sources)?;
        let kept = timeline.keep(&loaded.network, system_clock()(), &zone)?;
        if !kept.is_new {
            say("nothing changed since the last reading that is kept");
        }
    }
    list(&timeline, &zone, args.json)
}

fn list(timeline: &Timeline, zone: &TimeZone, json: bool) -> anyhow::Result<Answer> {
    let mut report = Report {
        sources: timeline.sources().into_iter().map(str::to_owned).collect(),
        readings: Vec::new(),
        gaps: Vec::new(),
    };
    // Latest first, as they come: what is next was read before.
    let mut next: Option<Network> = None;
    for reading in timeline.readings()? {
        let time = written(reading.at, zone);
        let network = match timeline.open(&reading) {
            Ok(network) => network,
            Err(error) => {
                report.gaps.push(Gap {
                    what: "reading",
                    place: time,
                    why: error.to_string(),
                });
                continue;
            }
        };
        let to_next = next.map(|next| {
            let total = Changes::between(&network, &next).noteworthy().total();
            Tally {
                added: total.added,
                removed: total.removed,
                changed: total.changed,
                unknown: total.unknown,
                signs: total.signs(),
            }
        });
        report.readings.push(Row {
            time,
            at: reading.at.to_string(),
            bytes: reading.size,
            resources: network.len(),
            to_next,
        });
        next = Some(network);
    }
    if json {
        print_json(&report)?;
        return Ok(Answer::Yes);
    }
    for gap in &report.gaps {
        say(&printable(&gap.why));
    }
    if report.readings.is_empty() {
        say("no reading of this SOURCE is kept; open it in the window, or use --keep");
        return Ok(Answer::Yes);
    }
    let heads = [
        ("TIME", Align::Left),
        ("RESOURCES", Align::Right),
        ("BYTES", Align::Right),
        ("CHANGED UNTIL THE NEXT", Align::Left),
    ];
    let cells = |row: &Row| {
        let signs = row.to_next.as_ref().map(|it| it.signs.replace('−', "-"));
        vec![
            row.time.clone(),
            row.resources.to_string(),
            row.bytes.to_string(),
            signs.unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = report.readings.iter().map(cells).collect();
    print(&table(&heads, &rows))?;
    Ok(Answer::Yes)
}

/// Every source that has kept readings.
fn all(store: &Store, zone: &TimeZone, json: bool) -> anyhow::Result<Answer> {
    let mut timelines = Vec::new();
    for timeline in Timeline::all(store)? {
        let readings = timeline.readings()?;
        timelines.push(SourceRow {
            sources: timeline.sources().into_iter().map(str::to_owned).collect(),
            readings: readings.len(),
            latest: readings.first().map(|it| written(it.at, zone)),
            bytes: readings.iter().map(|it| it.size).sum(),
        });
    }
    if json {
        print_json(&Sources {
            timelines,
            gaps: Vec::new(),
        })?;
        return Ok(Answer::Yes);
    }
    if timelines.is_empty() {
        say("no readings are kept on this machine");
        return Ok(Answer::Yes);
    }
    let heads = [
        ("LATEST", Align::Left),
        ("READINGS", Align::Right),
        ("BYTES", Align::Right),
        ("SOURCE", Align::Left),
    ];
    let cells = |row: &SourceRow| {
        vec![
            row.latest.clone().unwrap_or_default(),
            row.readings.to_string(),
            row.bytes.to_string(),
            row.sources.join(" "),
        ]
    };
    let rows: Vec<Vec<String>> = timelines.iter().map(cells).collect();
    print(&table(&heads, &rows))?;
    Ok(Answer::Yes)
}
