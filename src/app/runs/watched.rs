//! A run as it is shown: what its journal says, what is told of it now, and the words for both. Nothing is asked here.

use super::words::{self, Names};
use crate::apply::{Event, Left, News, Outcome, Phase, Run, StepState};
use crate::network::{Key, Kind, Text};
use crate::steps::Step;
use crate::workspace::{self, Standing, Way, console, step_word};
use std::collections::BTreeMap;

/// How far a step is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not begun.
    Waiting,
    /// Its call is under way.
    Begun,
    /// Its call is done, and AWS is at work.
    Settling,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// It is being taken back.
    Going,
    /// Taken back.
    Gone,
    /// It could not be taken back.
    Left,
}

/// A step as a row.
#[derive(Clone, Debug)]
pub(super) struct StepRow {
    /// The kind of what it is about.
    pub(super) kind: Kind,
    /// The name of what it is about.
    pub(super) name: String,
    /// The call in words, with what it tells beside.
    pub(super) what: String,
    pub(super) stage: Stage,
    /// The stage in a word or few: what AWS says, or why it failed.
    pub(super) state: String,
    /// The id of what was made, and where the console shows it.
    pub(super) id: Option<(String, Option<String>)>,
    /// How long it took, or takes until now, in milliseconds.
    pub(super) took: Option<u64>,
}

/// A run that is shown.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) run: Run,
    pub(super) standing: Standing,
    /// Which way it goes, or went last.
    pub(super) way: Way,
    /// It failed, and the person wants to keep what was made.
    pub(super) is_kept: bool,
    /// It was asked to stop.
    pub(super) is_stopping: bool,
    /// Why it ended, where no step says so.
    pub(super) why: Option<String>,
    /// When it began to go the way it goes, where that was heard.
    since: Option<u64>,
    names: Names,
    waiting: BTreeMap<Text, String>,
    again: BTreeMap<Text, String>,
}

impl Watched {
    pub(super) fn of(run: Run, standing: Standing) -> Self {
        let planned = workspace::planned(&run.header);
        let way = match run.phase {
            Phase::Applying => Way::On,
            Phase::RollingBack => Way::Back,
        };
        Self {
            names: Names::of(&planned),
            run,
            standing,
            way,
            is_kept: false,
            is_stopping: false,
            why: None,
            since: None,
            waiting: BTreeMap::new(),
            again: BTreeMap::new(),
        }
    }

    /// Call resources what they are called elsewhere as well.
    pub(super) fn named(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.standing == Standing::UnderWay
    }

    /// It goes on, or is taken back, from here.
    pub(super) fn goes(&mut self, run: Run, way: Way) {
        self.run = run;
        self.way = way;
        self.standing = Standing::UnderWay;
        self.is_kept = false;
        self.is_stopping = false;
        self.why = None;
        self.waiting.clear();
        self.again.clear();
    }

    /// Something happened.
    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Event(entry) => {
                if matches!(entry.event, Event::Phase { .. }) {
                    self.since = Some(entry.at);
                }
                self.run.take(&entry);
            }
            News::Again { step, failed } => {
                self.again.insert(step, failed.to_string());
            }
            News::Waiting { step, state } => {
                self.again.remove(&step);
                self.waiting.insert(step, state);
            }
        }
    }

    /// It has ended for now.
    pub(super) fn ended(&mut self, result: Result<Outcome, String>) {
        self.standing = workspace::standing(&self.run, false);
        self.is_stopping = false;
        match result {
            Err(why) => self.why = Some(why),
            Ok(Outcome::NoJournal(why)) => {
                self.why = Some(format!(
                    "it was stopped, since the journal cannot be written: {why}"
                ));
            }
            // What is about no step stands in no row.
            Ok(Outcome::Failed(failed)) => {
                let mut whole = failed.iter().filter(|(step, _)| step.is_empty());
                self.why = whole.next().map(|(_, failed)| failed.to_string());
            }
            Ok(_) => {}
        }
        self.waiting.clear();
        self.again.clear();
    }

    /// How many of how many are done; on the way back, how many are gone of what was made.
    pub(super) fn progress(&self) -> (usize, usize) {
        if self.way == Way::On {
            return self.run.progress();
        }
        workspace::taken_back(&self.run)
    }

    /// What it is doing or has done, as a heading.
    pub(super) fn heading(&self) -> String {
        let label = match self.run.header.label.as_str() {
            "" => "the plan",
            label => label,
        };
        match (self.standing, self.way) {
            (Standing::UnderWay, _) if self.is_stopping => {
                format!("Stopping after the calls under way: {label}")
            }
            (Standing::UnderWay, Way::On) if !self.makes_a_vpc() => format!("Changing {label}"),
            (Standing::UnderWay, Way::On) => format!("Creating {label}"),
            (Standing::UnderWay, Way::Back) => format!("Rolling back {label}"),
            (Standing::Complete, _) => format!("{label} is complete"),
            (Standing::Failed, _) => format!("{label} could not be completed"),
            (Standing::Stopped, _) => format!("{label} was stopped"),
            (Standing::Interrupted, _) => format!("{label} was interrupted"),
            (Standing::RolledBack, _) => format!("{label} is rolled back"),
            (Standing::Left, _) => format!("{label} is rolled back in part"),
        }
    }

    /// A run that makes none changes one that is there.
    fn makes_a_vpc(&self) -> bool {
        let mut steps = self.run.header.graph.steps();
        steps.any(|step| step.makes.as_ref().is_some_and(|key| key.kind == Kind::Vpc))
    }

    /// Where it is, and for what.
    pub(super) fn place(&self) -> String {
        let header = &self.run.header;
        let mut parts = vec![
            format!("account {}", words::account(header.account.as_deref())),
            words::region(&header.region),
            format!("run {}", header.run),
        ];
        parts.extend(header.ticket.as_ref().map(|it| format!("ticket {it}")));
        parts.join(" · ")
    }

    /// How long it has been at work: until now, or until its last event.
    pub(super) fn elapsed(&self, now: u64) -> u64 {
        let end = if self.is_under_way() {
            now
        } else {
            self.run.last
        };
        end.saturating_sub(self.since.unwrap_or(self.run.header.at))
    }

    /// What failed, one sentence each.
    pub(super) fn failures(&self) -> Vec<String> {
        if self.way == Way::Back {
            return self.why.iter().cloned().collect();
        }
        let failed = self.run.steps().filter_map(|(step, state)| {
            let failed = state?.failed.as_ref()?;
            let (name, _) = self.names.about(step);
            let call = words::call(step.call.action.name());
            Some(format!("{call} {name}: {failed}"))
        });
        self.why.iter().cloned().chain(failed).collect()
    }

    /// What could not be taken back, by its name.
    pub(super) fn left(&self) -> Vec<(String, Left)> {
        let named = |left: Left| {
            let step = self.run.header.graph.step(&left.step);
            let name = step.map_or_else(|| left.step.to_string(), |it| self.names.about(it).0);
            (name, left)
        };
        self.run.left().into_iter().map(named).collect()
    }

    /// The steps as rows, in their order.
    pub(super) fn rows(&self, now: u64) -> Vec<StepRow> {
        let all = self.run.steps();
        all.map(|(step, state)| self.row(step, state, now))
            .collect()
    }

    fn row(&self, step: &Step, state: Option<&StepState>, now: u64) -> StepRow {
        let (name, detail) = self.names.about(step);
        let word = step_word(state);
        let is_rolled_back = self.standing == Standing::RolledBack;
        let went_along = is_rolled_back && step.inverse.is_empty() && !step.is_final();
        let stage = match word {
            "done" if went_along => Stage::Gone,
            "begun" => Stage::Begun,
            "settling" => Stage::Settling,
            "done" => Stage::Done,
            "failed" => Stage::Failed,
            "going" => Stage::Going,
            "gone" => Stage::Gone,
            "left" => Stage::Left,
            _ => Stage::Waiting,
        };
        let told = |all: &BTreeMap<Text, String>| all.get(&step.id).cloned();
        let state_words = match stage {
            Stage::Gone if went_along => "gone along with it".into(),
            Stage::Waiting if !self.is_under_way() || self.way == Way::Back => "not begun".into(),
            Stage::Settling | Stage::Going => told(&self.waiting)
                .or_else(|| told(&self.again).map(|why| format!("again: {why}")))
                .unwrap_or_else(|| word.to_owned()),
            Stage::Begun => told(&self.again)
                .map(|why| format!("again: {why}"))
                .or_else(|| told(&self.waiting))
                .unwrap_or_else(|| word.to_owned()),
            Stage::Failed => state
                .and_then(|it| it.failed.as_ref())
                .map_or_else(|| word.to_owned(), ToString::to_string),
            _ => word.to_owned(),
        };
        let kind = step.makes.as_ref().map_or(step.about.kind, |key| key.kind);
        let id = state.and_then(|it| it.id.as_ref()).map(|id| {
            let key = Key::new(kind, crate::network::Id::aws(id.clone()));
            let is_there = stage != Stage::Gone;
            let link = console::link_of(&key, &self.run.header.region).filter(|_| is_there);
            (id.to_string(), link)
        });
        let took = state.and_then(|it| {
            let end = match it.ended {
                Some(end) => end,
                None if self.is_under_way() && self.way == Way::On => now,
                None => return None,
            };
            Some(end.saturating_sub(it.started?))
        });
        let call = words::call(step.call.action.name());
        StepRow {
            kind,
            name,
            what: format!("{call} {detail}").trim_end().to_owned(),
            stage,
            state: state_words,
            id,
            took,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Entry, Header};
    use crate::design::{Design, Fresh, Nat, plan};
    use crate::network::Network;
    use crate::steps::{Failed, Trouble, between};
    use serde_json::json;

    fn run() -> Run {
        let mut options = Fresh::in_region("eu-west-1");
        options.nat = Nat::One;
        let planned = plan(&Design::fresh(&options).unwrap());
        let graph = between(&Network::new(), &planned).unwrap();
        Run::new(Header {
            vpc_atlas_run: Header::FORMAT,
            run: "20261125-120000-abcdef".into(),
            at: 1_000,
            label: "project-vpc".into(),
            account: Some("123456789012".into()),
            region: "eu-west-1".into(),
            profile: None,
            ticket: Some("CHG-1".into()),
            reason: None,
            tag_ticket: false,
            given: Vec::new(),
            graph,
            plan: String::new(),
        })
    }

    fn event(at: u64, event: Event) -> News {
        News::Event(Entry { at, event })
    }

    fn failed(message: &str) -> Failed {
        Failed {
            trouble: Trouble::Quota,
            code: Some("NatGatewayLimitExceeded".into()),
            message: message.into(),
        }
    }

    #[test]
    fn a_step_goes_from_waiting_to_done_and_its_time_is_told() {
        let mut watched = Watched::of(run(), Standing::UnderWay);
        let graph = watched.run.header.graph.clone();
        let nat = graph
            .steps()
            .find(|it| it.id.starts_with("CreateNatGateway"));
        let nat = nat.unwrap().id.clone();
        let row = |watched: &Watched, now: u64| {
            let place = graph.steps().position(|it| it.id == nat).unwrap();
            watched.rows(now).remove(place)
        };
        assert_eq!(row(&watched, 1_000).stage, Stage::Waiting);
        let parameters = serde_json::Map::new();
        let begin = Event::Begin {
            step: nat.clone(),
            parameters,
            context: None,
        };
        watched.hear(event(2_000, begin));
        assert_eq!(
            (row(&watched, 3_500).stage, row(&watched, 3_500).took),
            (Stage::Begun, Some(1_500))
        );
        let id = Some("nat-0123456789abcdef0".into());
        let done = Event::Done {
            step: nat.clone(),
            answer: json!({}),
            id,
            found: false,
        };
        watched.hear(event(3_000, done));
        watched.hear(News::Waiting {
            step: nat.clone(),
            state: "pending".into(),
        });
        let settling = row(&watched, 9_000);
        assert_eq!(
            (settling.stage, settling.state.as_str()),
            (Stage::Settling, "pending")
        );
        let (id, link) = settling.id.unwrap();
        assert!(id == "nat-0123456789abcdef0" && link.unwrap().contains("NatGatewayDetails"));
        watched.hear(event(12_000, Event::Settled { step: nat.clone() }));
        let done = row(&watched, 99_000);
        assert_eq!((done.stage, done.took), (Stage::Done, Some(10_000)));
        assert_eq!(watched.progress().0, 1);
        assert_eq!(watched.elapsed(61_000), 60_000);
    }

    #[test]
    fn what_fails_and_what_is_left_is_told_by_name() {
        let mut watched = Watched::of(run(), Standing::UnderWay);
        let step = watched.run.header.graph.steps().next().unwrap().id.clone();
        let parameters = serde_json::Map::new();
        watched.hear(event(
            2,
            Event::Begin {
                step: step.clone(),
                parameters,
                context: None,
            },
        ));
        watched.hear(event(
            3,
            Event::Failed {
                step: step.clone(),
                failed: failed("five is all"),
            },
        ));
        watched.hear(event(
            4,
            Event::End {
                end: crate::apply::End::Failed,
            },
        ));
        watched.ended(Ok(Outcome::Failed(vec![(
            step.clone(),
            failed("five is all"),
        )])));
        assert_eq!(watched.standing, Standing::Failed);
        let failures = watched.failures();
        assert!(
            failures.len() == 1 && failures[0].contains("five is all"),
            "{failures:?}"
        );
        let run = watched.run.clone();
        watched.goes(run, Way::Back);
        watched.hear(event(
            5,
            Event::Phase {
                phase: Phase::RollingBack,
            },
        ));
        let holders = vec!["eni-1 (lambda)".to_owned()];
        let undo = Event::UndoFailed {
            step,
            call: 0,
            failed: failed("in use"),
            holders,
        };
        watched.hear(event(6, undo));
        watched.hear(event(
            7,
            Event::End {
                end: crate::apply::End::Left,
            },
        ));
        watched.ended(Ok(Outcome::Left));
        assert_eq!(watched.standing, Standing::Left);
        let left = watched.left();
        assert_eq!(left[0].1.holders, ["eni-1 (lambda)"]);
        assert_eq!(watched.rows(8)[0].stage, Stage::Left);
    }

    #[test]
    fn a_run_that_cannot_be_opened_says_why() {
        let mut watched = Watched::of(run(), Standing::UnderWay);
        watched.ended(Err("no credentials".into()));
        assert_eq!(watched.failures(), ["no credentials"]);
        assert!(!watched.is_under_way());
    }
}
