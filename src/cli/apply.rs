//! `vpc-atlas apply`, `resume` and `rollback`: the commands that change something.

use super::Answer;
use super::args::{Apply as Args, Reopen};
use super::input::{accounts, say_gaps};
use super::output::{ProgressLine, count, print, printable, say};
use super::runs::say_left;
use crate::apply::{Applier, Ec2, Event, News, Outcome, Run, Weight};
use crate::design::{Design, Problem, Surroundings, validate};
use crate::network::Text;
use crate::steps::Failed;
use crate::workspace::{
    Document, Order, Prepared, Store, Way, block_on, counted, deleted, is_plan, may_pass,
    on_interrupt, plan_words, prepare, prepare_saved, read_run, read_text, reopen, save,
    taken_back,
};
use anyhow::{bail, ensure};
use serde_json::{Value, json};
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) fn run(args: Args) -> anyhow::Result<Answer> {
    block_on(apply(args))?
}

pub(super) fn resume(args: Reopen) -> anyhow::Result<Answer> {
    block_on(go_on(args, Way::On))?
}

pub(super) fn roll_back(args: Reopen) -> anyhow::Result<Answer> {
    block_on(go_on(args, Way::Back))?
}

async fn apply(args: Args) -> anyhow::Result<Answer> {
    let found = {
        let mut line = ProgressLine::new();
        let mut tell = |what: String| line.show(&what, 0, 0);
        find_out(&args, &mut tell).await?
    };
    let Some(prepared) = found else {
        return Ok(Answer::No);
    };
    say_prepared(&prepared, args.json)?;
    if let Some(path) = &args.save {
        save(path, prepared.to_file().as_bytes())?;
        say(&format!(
            "saved the plan as {}; nothing was changed",
            path.display()
        ));
        return Ok(yes_unless(prepared.has_errors()));
    }
    if prepared.has_errors() {
        say("nothing was changed");
        return Ok(Answer::No);
    }
    if prepared.graph().is_empty() {
        say(if prepared.is_tear_down() {
            "none of the design's VPCs is there; nothing is to be taken away"
        } else {
            "everything is as the design plans it; nothing is to be done"
        });
        return Ok(Answer::Yes);
    }
    if args.dry_run {
        say("this was a dry run; nothing was changed");
        return Ok(Answer::Yes);
    }
    if !args.yes && !is_sure(&question(&prepared))? {
        say("nothing was changed");
        return Ok(Answer::No);
    }
    let store = Store::open()?;
    let applier = prepared.begin(&store, Box::new(teller(args.json)))?;
    let name = applier.run().header.run.to_string();
    say(&format!("run {name}"));
    let is_stopped = stop_at_interrupt(&applier);
    let outcome = applier.apply().await;
    say_outcome(&applier.run(), &outcome, Way::On, args.json)?;
    if let Outcome::Failed(failed) = &outcome {
        let passes = failed.iter().any(|(_, failed)| may_pass(failed));
        if !args.keep && !passes && !is_stopped.load(Ordering::SeqCst) {
            say("what was made is taken back; --keep would have kept it");
            let outcome = applier.roll_back().await;
            say_outcome(&applier.run(), &outcome, Way::Back, args.json)?;
            if outcome != Outcome::Complete {
                say(&format!("`vpc-atlas rollback {name}` tries again"));
            }
            return Ok(Answer::No);
        }
        if passes && !args.keep {
            say("what was made is kept, since this may pass");
        }
    }
    if outcome != Outcome::Complete {
        say(&format!(
            "`vpc-atlas resume {name}` goes on, and `vpc-atlas rollback {name}` takes back what was made"
        ));
    }
    Ok(yes_unless(outcome != Outcome::Complete))
}

/// What is asked before anything is done.
fn question(prepared: &Prepared) -> String {
    let place = format!(
        "in account {}, {}",
        prepared.account(),
        prepared.header.region
    );
    let gone = deleted(prepared.graph()).join(", ");
    if prepared.is_tear_down() {
        format!("Delete {gone} {place}, for good?")
    } else if gone.is_empty() {
        format!("Make {} {place}?", steps(prepared.graph().len()))
    } else {
        let steps = steps(prepared.graph().len());
        format!("Make {steps} {place}, and with them delete {gone} for good?")
    }
}

/// What would be done; none where the design cannot be made, which is said.
async fn find_out(
    args: &Args,
    tell: &mut (dyn FnMut(String) + Send),
) -> anyhow::Result<Option<Prepared>> {
    let is_plan = args
        .design
        .file_name()
        .is_some_and(|name| is_plan(&name.to_string_lossy()));
    if is_plan {
        let text = read_text(&args.design)?;
        refuse_beside_plan(args, &text)?;
        return Ok(Some(
            prepare_saved(&text, args.profile.clone(), &accounts(), tell).await?,
        ));
    }
    let document = Document::open(&args.design)?;
    let design = Design::clone(document.design());
    let problems = validate(&design, &Surroundings::default());
    if problems.iter().any(Problem::is_error) {
        super::plan::say_problems(&problems);
        say("nothing was changed");
        return Ok(None);
    }
    if let Some(region) = args.region.as_ref().filter(|it| **it != design.region) {
        bail!(
            "the design is for {}, and --region says {region}; change the design's region, or leave --region out",
            design.region
        );
    }
    let order = Order {
        profile: args.profile.clone(),
        given: args.given.iter().cloned().collect(),
        ticket: args.ticket.clone(),
        reason: args.reason.clone(),
        tag_ticket: args.tag_ticket,
        anew: args.anew,
        tear_down: args.tear_down,
        ..Order::new(design)
    };
    Ok(Some(prepare(order, &accounts(), tell).await?))
}

/// A saved plan is applied as it was reviewed: what it has decided is not decided again.
fn refuse_beside_plan(args: &Args, text: &str) -> anyhow::Result<()> {
    let options = [
        ("--ticket", args.ticket.is_some()),
        ("--reason", args.reason.is_some()),
        ("--given", !args.given.is_empty()),
        ("--anew", args.anew),
        ("--tear-down", args.tear_down),
    ];
    if let Some((option, _)) = options.iter().find(|(_, is_there)| *is_there) {
        bail!(
            "{option} cannot be given with a saved plan, which is applied as it was reviewed; make the plan anew with it"
        );
    }
    let planned = plan_words(text).map(|words| words.region);
    if let (Some(region), Some(planned)) = (&args.region, planned)
        && *region != planned
    {
        bail!("the saved plan is for {planned}, and --region says {region}; leave --region out");
    }
    Ok(())
}

async fn go_on(args: Reopen, way: Way) -> anyhow::Result<Answer> {
    let store = Store::open()?;
    let (run, standing) = read_run(&store, &args.run)?;
    let account = run
        .header
        .account
        .as_deref()
        .unwrap_or("unknown")
        .to_owned();
    let region = &run.header.region;
    let (done, all) = run.progress();
    let question = match way {
        Way::On => format!(
            "Go on with {} of {} in account {account}, {region}, {standing} after {done} of {}?",
            args.run,
            run.header.label,
            steps(all)
        ),
        Way::Back => format!(
            "Take back what {} made of {} in account {account}, {region} ({})?",
            args.run,
            run.header.label,
            steps(run.remaining().len())
        ),
    };
    let is_possible = match way {
        Way::On => standing.can_resume(),
        Way::Back => standing.can_roll_back(),
    };
    if is_possible && !args.yes && !is_sure(&question)? {
        say("nothing was changed");
        return Ok(Answer::No);
    }
    let tell = Box::new(teller(args.json));
    let applier = reopen(
        &store,
        &args.run,
        args.profile.clone(),
        way,
        &accounts(),
        tell,
    )
    .await?;
    stop_at_interrupt(&applier);
    let outcome = match way {
        Way::On => applier.apply().await,
        Way::Back => applier.roll_back().await,
    };
    say_outcome(&applier.run(), &outcome, way, args.json)?;
    Ok(yes_unless(outcome != Outcome::Complete))
}

fn yes_unless(no: bool) -> Answer {
    if no { Answer::No } else { Answer::Yes }
}

fn steps(number: usize) -> String {
    count(number, "step", "steps")
}

/// From here on Ctrl-C stops a run; whether it was pressed.
fn stop_at_interrupt<C: Ec2>(applier: &Applier<C>) -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    let (is_asked, applier) = (Arc::clone(&asked), applier.clone());
    on_interrupt(move || {
        say("stopping after the calls that are under way");
        is_asked.store(true, Ordering::SeqCst);
        applier.stop();
    });
    asked
}

/// Ask, on a terminal only: a script has to say that it is sure.
fn is_sure(question: &str) -> anyhow::Result<bool> {
    let input = io::stdin();
    ensure!(
        input.is_terminal(),
        "{question} Nobody is there to answer; say --yes to go on, or --dry-run to look only"
    );
    let mut error = io::stderr().lock();
    write!(error, "{} Type yes to go on: ", printable(question))?;
    error.flush()?;
    let mut answer = String::new();
    input.lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// What would be done, in words on standard error or as one object.
fn say_prepared(prepared: &Prepared, as_json: bool) -> anyhow::Result<()> {
    let header = &prepared.header;
    let cost = prepared.cost.as_ref();
    if as_json {
        let plan = json!({
            "plan": header.run,
            "account": prepared.account(),
            "region": header.region,
            "profile": header.profile,
            "changes_what_is_there": prepared.is_change,
            "steps": header.graph.len(),
            "will_be_created": prepared.graph().counts().into_iter()
                .map(|(kind, count)| (kind.word().to_owned(), json!(count)))
                .collect::<serde_json::Map<_, _>>(),
            "monthly_cost": cost.map(|cost| cost.total.to_string()),
            "concerns": prepared.concerns,
            "permissions": prepared.permissions,
            "gaps": prepared.live.gaps().iter()
                .map(|gap| json!({"what": gap.what.to_string(), "where": gap.place.to_string(), "why": gap.to_string()}))
                .collect::<Vec<_>>(),
        });
        print(&format!("{plan}\n"))?;
        return Ok(());
    }
    let profile = header.profile.as_deref().unwrap_or("the default profile");
    say(&printable(&format!(
        "account {}, region {}, credentials of {profile}",
        prepared.account(),
        header.region
    )));
    let made = counted(prepared.graph());
    if !made.is_empty() {
        say(&format!("to be created: {}", made.join(", ")));
    }
    let gone = deleted(prepared.graph());
    if !gone.is_empty() {
        say(&format!("to be deleted for good: {}", gone.join(", ")));
    }
    if !prepared.graph().is_empty() {
        let ids: Vec<String> = prepared
            .graph()
            .steps()
            .map(|step| format!("  {}\n", printable(&step.id)))
            .collect();
        print(&ids.concat())?;
    }
    if let Some(cost) = cost {
        let more = if cost.unknown.is_empty() {
            ""
        } else {
            ", and what has no known price"
        };
        say(&format!(
            "monthly cost of the whole: {} {}{more}",
            cost.total, cost.currency
        ));
    }
    say_gaps(&prepared.gaps());
    for concern in &prepared.concerns {
        let weight = match concern.weight {
            Weight::Error => "error",
            Weight::Warn => "warning",
            Weight::Info => "note",
        };
        say(&printable(&format!("{weight}: {}", concern.message)));
    }
    Ok(())
}

/// Tells of each event on a line of standard output.
fn teller(as_json: bool) -> impl Fn(News) + Send + Sync {
    move |news| {
        let line = if as_json {
            json_line(&news).map(|value| value.to_string())
        } else {
            text_line(&news)
        };
        if let Some(line) = line {
            // Where nobody reads any more the run goes on all the same: it is in the journal.
            let _ = print(&format!("{line}\n"));
        }
    }
}

fn json_line(news: &News) -> Option<Value> {
    Some(match news {
        News::Event(entry) => serde_json::to_value(entry).ok()?,
        News::Again { step, failed } => {
            json!({"event": "again", "step": step, "why": failed.to_string()})
        }
        News::Waiting { step, state } => {
            json!({"event": "waiting", "step": step, "state": state})
        }
    })
}

fn text_line(news: &News) -> Option<String> {
    let line = match news {
        News::Event(entry) => match &entry.event {
            Event::Done { step, id, .. } => match id {
                Some(id) => format!("done     {step}  {id}"),
                None => format!("done     {step}"),
            },
            Event::Failed { step, failed } => format!("failed   {step}: {failed}"),
            Event::Undone { step, .. } => format!("gone     {step}"),
            Event::UndoFailed { step, failed, .. } => format!("left     {step}: {failed}"),
            Event::Dropped { step } => format!("again    {step}: what it made came to nothing"),
            Event::Stray { what } => format!("gone     {what}, made twice after a lost answer"),
            Event::StrayLeft { what, failed } => {
                format!("left     {what}, made twice after a lost answer: {failed}")
            }
            _ => return None,
        },
        News::Again { step, failed } => format!("again    {step}: {failed}"),
        News::Waiting { step, state } => format!("waiting  {step}: {state}"),
    };
    Some(printable(&line))
}

/// What failed: a step, or the run before any of its steps.
fn failure_line((step, failed): &(Text, Failed)) -> String {
    if step.is_empty() {
        failed.to_string()
    } else {
        format!("{step}: {failed}")
    }
}

fn say_outcome(run: &Run, outcome: &Outcome, way: Way, as_json: bool) -> anyhow::Result<()> {
    let (done, all) = run.progress();
    let left = run.left();
    if as_json {
        let word = match (outcome, way) {
            (Outcome::Complete, Way::On) => "complete",
            (Outcome::Complete, Way::Back) => "rolled-back",
            (Outcome::Stopped, _) => "stopped",
            (Outcome::Failed(_), _) => "failed",
            (Outcome::Left, _) => "left",
            (Outcome::NoJournal(_), _) => "no-journal",
        };
        let left: Vec<Value> = left
            .iter()
            .map(|it| json!({"step": it.step, "id": it.id, "why": it.why, "holders": it.holders}))
            .collect();
        let value = json!({
            "run": run.header.run, "outcome": word, "done": done, "steps": all, "left": left, "gaps": [],
        });
        return print(&format!("{value}\n"));
    }
    match (outcome, way) {
        (Outcome::Complete, Way::On) => say(&format!("complete: {} done", steps(all))),
        (Outcome::Complete, Way::Back) => say("everything this run made is gone"),
        (Outcome::Stopped, Way::On) => say(&format!("stopped: {done} of {} done", steps(all))),
        (Outcome::Stopped, Way::Back) => {
            let (gone, made) = taken_back(run);
            say(&format!("stopped: {gone} of {} taken back", steps(made)));
        }
        (Outcome::Failed(failed), _) => {
            for line in failed.iter().map(failure_line) {
                say(&printable(&line));
            }
        }
        (Outcome::Left, _) => say("not everything could be taken back"),
        (Outcome::NoJournal(why), _) => say(&printable(&format!(
            "stopped, since the journal cannot be written: {why}"
        ))),
    }
    if way == Way::Back {
        for it in &left {
            say_left(&it.step, it.id.as_deref(), &it.why, &it.holders);
        }
    }
    Ok(())
}
