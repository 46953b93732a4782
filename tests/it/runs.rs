//! The pages about changes without an account: what would be done, a run at work and after, all runs.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::apply::{
    Concern, End, Entry, Event, Header, Phase, Run, Weight, concerns, permissions,
};
use vpc_atlas::design::{Design, Fresh, Nat, plan};
use vpc_atlas::network::Network;
use vpc_atlas::source::snapshot;
use vpc_atlas::steps::{Failed, Step, Trouble, between};
use vpc_atlas::workspace::{Review, Store, design_cost, plan_words};

fn design() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.nat = Nat::PerAz;
    options.prefix = "channy".into();
    Design::fresh(&options).unwrap()
}

fn header(run: &str) -> Header {
    let planned = plan(&design());
    Header {
        vpc_atlas_run: Header::FORMAT,
        run: run.into(),
        at: 1_700_000_000_000,
        label: "channy-vpc".to_owned(),
        account: Some("123456789012".into()),
        region: "eu-west-1".into(),
        profile: Some("elevated".to_owned()),
        ticket: Some("CHG-42".to_owned()),
        reason: None,
        tag_ticket: false,
        given: Vec::new(),
        graph: between(&Network::new(), &planned).unwrap(),
        plan: String::from_utf8(snapshot::write(&planned)).unwrap(),
    }
}

fn review() -> Review {
    let design = design();
    let planned = plan(&design);
    let header = header("20261125-120000-aaaaaa");
    let live = Network::new();
    let mut found = concerns(&header.graph, &planned, &live);
    found.push(Concern {
        weight: Weight::Warn,
        code: "overlap",
        message: "10.0.0.0/16 of channy-vpc overlaps with vpc-1, which is there already".to_owned(),
    });
    Review {
        permissions: permissions(&header.graph),
        cost: design_cost(&design, &planned).ok(),
        planned: Arc::new(planned),
        live: Arc::new(live),
        concerns: found,
        is_change: false,
        file: json!({"vpc_atlas_plan": 1, "label": "channy-vpc", "region": "eu-west-1"})
            .to_string(),
        header: Arc::new(header),
    }
}

/// Writes the journal of a run as the engine does.
struct Journal {
    lines: Vec<String>,
    header: Header,
    at: u64,
}

impl Journal {
    fn of(run: &str) -> Self {
        let header = header(run);
        Self {
            lines: vec![serde_json::to_string(&header).unwrap()],
            at: header.at,
            header,
        }
    }

    fn steps(&self) -> Vec<Step> {
        self.header.graph.steps().cloned().collect()
    }

    fn say(&mut self, event: Event) {
        self.at += 1_000;
        let entry = Entry { at: self.at, event };
        self.lines.push(serde_json::to_string(&entry).unwrap());
    }

    fn begin(&mut self, step: &Step) {
        self.say(Event::Begin {
            step: step.id.clone(),
            parameters: serde_json::Map::new(),
            context: None,
        });
    }

    /// A step is made, with an id of AWS's form where it makes something.
    fn make(&mut self, place: usize, step: &Step) {
        self.begin(step);
        let id = step.makes.as_ref().map(|key| {
            let prefix = match key.kind.word() {
                "internet-gateway" => "igw",
                "route-table" => "rtb",
                "natgateway" => "nat",
                "elastic-ip" => "eipalloc",
                "vpc-endpoint" => "vpce",
                other => other,
            };
            format!("{prefix}-{place:017x}").into()
        });
        self.say(Event::Done {
            step: step.id.clone(),
            answer: json!({}),
            id,
            found: false,
        });
        self.say(Event::Settled {
            step: step.id.clone(),
        });
    }

    fn undo(&mut self, step: &Step) {
        for call in 0..step.inverse.len() {
            self.say(Event::Undone {
                step: step.id.clone(),
                call,
            });
        }
    }

    fn keep(&self, store: &Store) {
        let (first, rest) = self.lines.split_first().unwrap();
        let mut journal = store.begin_journal(&self.header.run, first).unwrap();
        for line in rest {
            journal.append(line).unwrap();
        }
        assert!(Run::read(&self.lines).is_ok());
    }
}

fn failed(code: &str, message: &str) -> Failed {
    Failed {
        trouble: Trouble::Quota,
        code: Some(code.into()),
        message: message.into(),
    }
}

/// A run whose second NAT gateway failed; everything before it is made.
fn with_a_failure(run: &str) -> Journal {
    let mut journal = Journal::of(run);
    journal.say(Event::Phase {
        phase: Phase::Applying,
    });
    for (place, step) in journal.steps().iter().enumerate() {
        if step.id.starts_with("CreateNatGateway") && step.id.contains("1b") {
            journal.begin(step);
            journal.say(Event::Failed {
                step: step.id.clone(),
                failed: failed("NatGatewayLimitExceeded", "five are all you have"),
            });
            break;
        }
        journal.make(place, step);
    }
    journal.say(Event::End { end: End::Failed });
    journal
}

/// The same, rolled back; the VPC is left, since something holds it.
fn rolled_back_in_part(run: &str) -> Journal {
    let mut journal = with_a_failure(run);
    journal.say(Event::Phase {
        phase: Phase::RollingBack,
    });
    let steps = journal.steps();
    let read = Run::read(&journal.lines).unwrap();
    for step in read.remaining().into_iter().rev() {
        if step.id.starts_with("CreateVpc ") {
            journal.say(Event::UndoFailed {
                step: step.id.clone(),
                call: 0,
                failed: failed("DependencyViolation", "the VPC has dependencies"),
                holders: vec!["eni-0123456789abcdef0 (a function)".to_owned()],
            });
        } else {
            journal.undo(step);
        }
    }
    assert!(!steps.is_empty());
    journal.say(Event::End { end: End::Left });
    journal
}

impl Window {
    /// A window that finds these runs.
    fn with_runs(journals: &[&Journal]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        for journal in journals {
            journal.keep(&store);
        }
        let mut window = Self::with_settings(vec2(1400.0, 1600.0), Answer::Unavailable, folder);
        window.run();
        window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
        window
    }

    fn click_beginning(&mut self, words: &str) {
        {
            let found = self.harness.query_all_by_label_contains(words);
            let mut found = found.filter(|node| node.accesskit_node().label().is_some());
            found
                .next_back()
                .unwrap_or_else(|| panic!("nothing says {words}"))
                .click();
        }
        self.run();
    }

    fn is_disabled(&self, words: &str) -> bool {
        let mut found = self.harness.query_all_by_label_contains(words);
        found.next().expect(words).accesskit_node().is_disabled()
    }
}

/// The time between a failure and somebody's going on is none that a step took.
#[test]
fn a_step_takes_as_long_as_somebody_is_at_work_on_it() {
    let mut journal = with_a_failure("20261125-120000-aaaaaa");
    let read = |journal: &Journal| Run::read(&journal.lines).unwrap();
    let times = |run: &Run| {
        let is_it = |step: &&Step| run.state(&step.id).is_some_and(|it| it.failed.is_some());
        let step = run.header.graph.steps().find(is_it).unwrap().clone();
        let state = run.state(&step.id).unwrap();
        (step, state.ended.unwrap() - state.started.unwrap())
    };
    let (step, took) = times(&read(&journal));
    assert_eq!(took, 1_000);
    journal.at += 3_600_000;
    journal.say(Event::Phase {
        phase: Phase::Applying,
    });
    journal.make(7, &step);
    let run = read(&journal);
    let state = run.state(&step.id).unwrap();
    assert_eq!(state.ended.unwrap() - state.started.unwrap(), 3_000);
}

#[test]
fn what_would_be_done_is_shown_with_where_and_how_much_before_it_is_confirmed() {
    let mut window = Window::sized(vec2(1400.0, 2400.0), Answer::Unavailable);
    window.run();
    window.harness.state_mut().show_review(review());
    window.run();
    for words in [
        "1234-5678-9012, eu-west-1 (Ireland)",
        "profile elevated",
        "Ticket CHG-42",
        "Warning: 10.0.0.0/16 of channy-vpc overlaps",
        "2 NAT gateways",
        "ec2:CreateNatGateway",
        "Create subnet: channy-subnet-public1-eu-west-1a",
        "Create NAT gateway: channy-nat-public2-eu-west-1b",
        "Create route 0.0.0.0/0: channy-rtb-public",
    ] {
        assert!(window.has(words), "{words}");
    }
    let count: usize = review()
        .graph()
        .counts()
        .iter()
        .map(|(_, count)| count)
        .sum();
    let confirm = format!("Create {count} resources in 1234-5678-9012, eu-west-1 (Ireland)");
    assert!(!window.is_disabled(&confirm));
    window.click("Copy policy");
    // Nothing stands behind this review, so nothing is begun.
    window.click(&confirm);
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while window.harness.state().is_changing() {
        assert!(std::time::Instant::now() < limit);
        window.run();
    }
    assert!(window.harness.state().banner().is_some());
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has(&confirm), "Escape leaves the page");
}

#[test]
fn errors_leave_nothing_to_confirm() {
    let mut wrong = review();
    wrong.concerns.insert(
        0,
        Concern {
            weight: Weight::Error,
            code: "not-permitted",
            message: "these credentials may not make the call CreateVpc".to_owned(),
        },
    );
    let mut window = Window::sized(vec2(900.0, 600.0), Answer::Unavailable);
    window.run();
    window.harness.state_mut().show_review(wrong);
    window.run();
    assert!(window.has("Error: these credentials may not make the call CreateVpc"));
    assert!(window.is_disabled("resources in 1234-5678-9012"));
}

#[test]
fn a_plan_is_saved_for_review() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("channy");
    let mut window = Window::answering(Answer::Chosen(path));
    window.run();
    window.harness.state_mut().show_review(review());
    window.run();
    window.click("Save plan…");
    window.run();
    let name = window.asked.lock().unwrap()[0].file_name.clone();
    assert_eq!(name.as_deref(), Some("channy-vpc.plan.json"));
    let text = std::fs::read_to_string(folder.path().join("channy.plan.json")).unwrap();
    assert_eq!(plan_words(&text).unwrap().label, "channy-vpc");
}

#[test]
fn a_failed_run_says_what_failed_and_what_can_be_done() {
    let journal = with_a_failure("20261125-120000-bbbbbb");
    let mut window = Window::with_runs(&[&journal]);
    assert!(window.has("channy-vpc, failed,"));
    window.click_beginning("channy-vpc, failed,");
    assert!(window.has("channy-vpc could not be completed"));
    assert!(window.has(
        "Create NAT gateway channy-nat-public2-eu-west-1b: NatGatewayLimitExceeded: five are all you have"
    ));
    let run = Run::read(&journal.lines).unwrap();
    let (done, all) = run.progress();
    assert!(done > 5 && done < all);
    assert!(window.has(&format!("Progress: {done} of {all}")));
    // What was made has a link by its id and can be copied.
    let vpc = run
        .steps()
        .find(|(step, _)| step.id.starts_with("CreateVpc "));
    let id = vpc.unwrap().1.unwrap().id.clone().unwrap();
    assert!(window.has(&format!("Copy {id}")));
    window.click(&id);
    window.click("Keep");
    assert!(window.has("What was made is kept"));
    assert!(!window.has("View VPC"));
    window.click("Roll back…");
    if cfg!(feature = "aws") {
        let back = run.remaining().len();
        assert!(window.has(&format!(
            "account 1234-5678-9012, eu-west-1 (Ireland): {back} steps"
        )));
        window.click("Cancel");
    } else {
        let banner = window.harness.state().banner().unwrap().to_owned();
        assert!(banner.contains("cannot change live accounts"), "{banner}");
    }
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.has("What was begun on this machine"));
}

#[test]
fn what_could_not_be_taken_back_is_listed_with_who_holds_it() {
    let journal = rolled_back_in_part("20261125-120000-cccccc");
    let mut window = Window::with_runs(&[&journal]);
    window.click_beginning("channy-vpc, rolled back in part,");
    assert!(window.has("What is left"));
    assert!(window.has("held by eni-0123456789abcdef0 (a function)"));
    assert!(window.has("DependencyViolation: the VPC has dependencies"));
    assert!(window.has("Create subnet channy-subnet-public1-eu-west-1a: gone"));
    assert!(!window.has("Resume…") && window.has("Roll back…"));
}

#[test]
fn a_run_at_work_elsewhere_is_shown_halfway_and_left_alone() {
    let mut journal = Journal::of("20261125-120000-dddddd");
    let steps = journal.steps();
    for (place, step) in steps.iter().enumerate().take(steps.len() / 2) {
        journal.make(place, step);
    }
    journal.begin(&steps[steps.len() / 2]);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let (first, rest) = journal.lines.split_first().unwrap();
    let mut open = store.begin_journal(&journal.header.run, first).unwrap();
    for line in rest {
        open.append(line).unwrap();
    }
    let mut window = Window::with_settings(vec2(900.0, 600.0), Answer::Unavailable, folder);
    window.run();
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
    window.click_beginning("channy-vpc, under way,");
    let words = format!("Progress: {} of {}", steps.len() / 2, steps.len());
    assert!(window.has("Creating channy-vpc") && window.has(&words));
    assert!(window.has("Another process is at work on this run"));
    assert!(!window.has("Roll back…") && !window.has("Resume…"));
    // That process dies.
    drop(open);
    window.click("Read again");
    assert!(window.has("channy-vpc was interrupted"));
    assert!(window.has("Resume…") && window.has("Roll back…"));
}

#[test]
fn runs_are_listed_and_a_broken_journal_says_why() {
    let one = with_a_failure("20261125-120000-eeeeee");
    let mut whole = Journal::of("20261125-130000-ffffff");
    for (place, step) in whole.steps().iter().enumerate() {
        whole.make(place, step);
    }
    whole.say(Event::End { end: End::Complete });
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    one.keep(&store);
    whole.keep(&store);
    write_broken(folder.path());
    let mut window = Window::with_settings(vec2(1400.0, 900.0), Answer::Unavailable, folder);
    window.run();
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
    assert!(window.has("The run 20261125-110000-000000 cannot be read"));
    assert!(window.has("channy-vpc, failed,"));
    window.click_beginning("channy-vpc, complete,");
    assert!(window.has("channy-vpc is complete") && window.has("View VPC"));
    assert!(!window.has("Resume…"));
    window.click("All runs");
    assert!(window.has("What was begun on this machine"));
    window.click("Back");
    assert!(
        window.has("Sample network"),
        "the start page is there again"
    );
}

fn write_broken(folder: &Path) {
    let path = folder.join("runs").join("20261125-110000-000000.jsonl");
    std::fs::write(path, "{\"no\": \"header\"}\n").unwrap();
}

#[test]
fn creating_begins_at_the_design_and_only_where_it_can_be_made() {
    let mut window = Window::new();
    window.run();
    window.click("New design");
    window.run();
    assert!(!window.is_disabled("Create VPC…"));
    window.click("Create VPC…");
    window.run();
    if cfg!(feature = "aws") {
        assert!(window.has("Profile to change with"));
        assert!(window.has("us-east-1 (N. Virginia)"));
        window.press(Modifiers::NONE, Key::Escape);
    } else {
        let banner = window.harness.state().banner().unwrap().to_owned();
        assert!(banner.contains("cannot change live accounts"), "{banner}");
    }
    assert!(window.has("Create VPC…"));
}

#[test]
fn the_pages_are_worked_by_the_keyboard_and_what_changes_something_is_never_first() {
    let journal = with_a_failure("20261125-120000-abcdef");
    let mut window = Window::with_runs(&[&journal]);
    // The latest run has the keyboard.
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("channy-vpc could not be completed"));
    assert!(window.node("Resume…").is_focused());
    if cfg!(feature = "aws") {
        window.press(Modifiers::NONE, Key::Enter);
        assert!(window.has("Go on with this run?"));
        assert!(window.node("Cancel").is_focused());
        window.press(Modifiers::NONE, Key::Enter);
        assert!(!window.has("Go on with this run?"));
        assert!(window.node("Resume…").is_focused(), "it is where it was");
    }
    window.press(Modifiers::SHIFT, Key::Tab);
    assert!(window.node("Keep").is_focused());
    window.press(Modifiers::SHIFT, Key::Tab);
    assert!(window.node("Roll back…").is_focused());

    window.harness.state_mut().show_review(review());
    window.run();
    assert!(window.node("Back").is_focused());
    window.press(Modifiers::NONE, Key::Tab);
    window.press(Modifiers::NONE, Key::Tab);
    let found = window
        .harness
        .query_all_by_label_contains("resources in 1234-5678-9012");
    assert!(found.into_iter().any(|node| node.is_focused()));
}

#[test]
#[cfg(feature = "aws")]
fn escape_closes_a_list_and_not_the_page_below() {
    let mut window = Window::new();
    window.run();
    window.click("New design");
    window.press(Modifiers::COMMAND, Key::Enter);
    assert!(window.node("Check").is_focused());
    window.click_beginning("Profile to change with");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.has("Checking changes nothing"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has("Checking changes nothing"));
}
