//! `vpc-atlas runs`: what was begun on this machine.

use super::Answer;
use super::args::Runs as Args;
use super::output::{Align, print, print_json, printable, say, table};
use crate::apply::{Run, StepState};
use crate::workspace::{RunError, Standing, Store, read_run, runs, step_word};
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    runs: Vec<Row>,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
struct Gap {
    what: String,
    #[serde(rename = "where")]
    place: String,
    why: String,
}

#[derive(Serialize)]
struct Row {
    run: String,
    label: String,
    account: Option<String>,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    state: &'static str,
    done: usize,
    steps: usize,
    /// What could not be taken back.
    left: Vec<LeftRow>,
    /// The steps; of one run only.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Vec<StepRow>>,
}

#[derive(Serialize)]
struct LeftRow {
    step: String,
    id: Option<String>,
    why: String,
    holders: Vec<String>,
}

#[derive(Serialize)]
struct StepRow {
    step: String,
    state: &'static str,
    id: Option<String>,
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let store = Store::open()?;
    let (rows, gaps) = match &args.run {
        Some(name) => {
            let (run, standing) = read_run(&store, name)?;
            (vec![row(&run, standing, true)], Vec::new())
        }
        None => all(&store)?,
    };
    if args.json {
        print_json(&Report { runs: rows, gaps })?;
        return Ok(Answer::Yes);
    }
    for gap in &gaps {
        say(&printable(&gap.why));
    }
    match (&args.run, rows.as_slice()) {
        (Some(_), [one]) => print_steps(one)?,
        (_, []) if gaps.is_empty() => say("no run was begun on this machine"),
        (_, []) => {}
        _ => print_runs(&rows)?,
    }
    Ok(Answer::Yes)
}

fn all(store: &Store) -> Result<(Vec<Row>, Vec<Gap>), RunError> {
    let (mut rows, mut gaps) = (Vec::new(), Vec::new());
    for found in runs(store)? {
        match found {
            Ok((run, standing)) => rows.push(row(&run, standing, false)),
            Err(error) => gaps.push(Gap {
                what: "run".to_owned(),
                place: store.folder().join("runs").display().to_string(),
                why: error.to_string(),
            }),
        }
    }
    Ok((rows, gaps))
}

fn row(run: &Run, standing: Standing, with_steps: bool) -> Row {
    let (done, steps) = run.progress();
    let header = &run.header;
    let left = run.left().into_iter().map(|left| LeftRow {
        step: left.step.to_string(),
        id: left.id.map(|id| id.to_string()),
        why: left.why,
        holders: left.holders,
    });
    Row {
        run: header.run.to_string(),
        label: header.label.clone(),
        account: header.account.as_ref().map(ToString::to_string),
        region: header.region.to_string(),
        ticket: header.ticket.clone(),
        reason: header.reason.clone(),
        state: standing.words(),
        done,
        steps,
        left: left.collect(),
        all: with_steps.then(|| {
            run.steps()
                .map(|(step, state)| StepRow {
                    step: step.id.to_string(),
                    state: step_word(state),
                    id: state.and_then(|it| it.id.as_ref()).map(ToString::to_string),
                    seconds: state.and_then(seconds),
                    failed: state
                        .and_then(|it| it.failed.as_ref())
                        .map(ToString::to_string),
                })
                .collect()
        }),
    }
}

fn seconds(state: &StepState) -> Option<f64> {
    let milliseconds = state.ended?.checked_sub(state.started?)?;
    Some(milliseconds as f64 / 1000.0)
}

fn print_runs(rows: &[Row]) -> anyhow::Result<()> {
    let heads = [
        ("RUN", Align::Left),
        ("STATE", Align::Left),
        ("STEPS", Align::Right),
        ("ACCOUNT", Align::Left),
        ("REGION", Align::Left),
        ("WHAT", Align::Left),
    ];
    let cells = |row: &Row| {
        vec![
            row.run.clone(),
            row.state.to_owned(),
            format!("{}/{}", row.done, row.steps),
            row.account.clone().unwrap_or_default(),
            row.region.clone(),
            row.label.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    print(&table(&heads, &rows))
}

fn print_steps(row: &Row) -> anyhow::Result<()> {
    let heads = [
        ("STEP", Align::Left),
        ("STATE", Align::Left),
        ("ID", Align::Left),
        ("SECONDS", Align::Right),
    ];
    let steps = row.all.as_deref().unwrap_or_default();
    let cells = |step: &StepRow| {
        vec![
            step.step.clone(),
            step.state.to_owned(),
            step.id.clone().unwrap_or_default(),
            step.seconds
                .map(|it| format!("{it:.1}"))
                .unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = steps.iter().map(cells).collect();
    print(&table(&heads, &rows))?;
    let account = row.account.as_deref().unwrap_or("unknown");
    say(&printable(&format!(
        "{} of {} in account {account}, {}: {}, {} of {} steps done",
        row.run, row.label, row.region, row.state, row.done, row.steps
    )));
    for step in steps {
        if let Some(failed) = &step.failed {
            say(&printable(&format!("{}: {failed}", step.step)));
        }
    }
    for left in &row.left {
        say_left(&left.step, left.id.as_deref(), &left.why, &left.holders);
    }
    Ok(())
}

/// Say that something could not be taken back, why, and who holds it.
pub(super) fn say_left(step: &str, id: Option<&str>, why: &str, holders: &[String]) {
    let id = id.map(|id| format!(" ({id})")).unwrap_or_default();
    let held = if holders.is_empty() {
        String::new()
    } else {
        format!("; held by {}", holders.join(", "))
    };
    say(&printable(&format!("left: {step}{id}: {why}{held}")));
}
