//! What a journal says, all together.

use super::journal::{self, End, Entry, Event, Header, JournalError, Phase};
use crate::network::{Id, Key, Text};
use crate::steps::{Failed, Step};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How far a step is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepState {
    /// The parameters its call was begun with.
    pub begun: Option<Map<String, Value>>,
    /// What its call is about and the parameters do not tell.
    pub context: Option<Text>,
    /// Whether its call may have been carried out without anybody knowing.
    pub in_doubt: bool,
    /// How often what it made came to nothing and was taken away.
    pub round: u32,
    /// The answer to its call.
    pub answer: Option<Value>,
    /// The id of what it made.
    pub id: Option<Text>,
    /// Whether what it waits for is so.
    pub settled: bool,
    /// How it failed, where that is the last thing known.
    pub failed: Option<Failed>,
    /// Its inverse calls that were begun or are over, by number.
    pub undone: BTreeMap<usize, Undone>,
    /// When its call was first begun by whoever was at work last, in milliseconds since 1970.
    pub started: Option<u64>,
    /// When it was done and settled, or failed.
    pub ended: Option<u64>,
}

/// How far an inverse call is.
#[derive(Clone, Debug, PartialEq)]
pub enum Undone {
    /// It was begun.
    Begun,
    /// It is done, and what it is about is gone.
    Done,
    /// It failed, and what stands in the way.
    Failed(Failed, Vec<String>),
}

/// Something that could not be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The step that made it.
    pub step: Text,
    /// Its id, where one is known.
    pub id: Option<Text>,
    /// Why it is still there; one sentence.
    pub why: String,
    /// What holds it.
    pub holders: Vec<String>,
}

/// A run: its header, and what its events say together.
#[derive(Clone, Debug)]
pub struct Run {
    /// The first line.
    pub header: Arc<Header>,
    /// Which way it went last.
    pub phase: Phase,
    /// How the last process left it; none while one is at work, and after one that died.
    pub end: Option<End>,
    /// When the last event happened, in milliseconds since 1970.
    pub last: u64,
    /// Things of this run that no step tells of, found and taken back.
    pub strays: Vec<String>,
    /// Such things that could not be taken back, and why.
    strays_left: BTreeMap<String, Failed>,
    states: BTreeMap<Text, StepState>,
}

impl Run {
    /// A run that has not begun.
    pub fn new(header: Header) -> Self {
        Self {
            phase: Phase::Applying,
            end: None,
            last: header.at,
            strays: Vec::new(),
            strays_left: BTreeMap::new(),
            states: BTreeMap::new(),
            header: Arc::new(header),
        }
    }

    /// A run from the lines of its journal.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn read(lines: &[String]) -> Result<Self, JournalError> {
        let (header, entries) = journal::read(lines)?;
        let mut run = Self::new(header);
        for entry in &entries {
            run.take(entry);
        }
        Ok(run)
    }

    /// One more event, as [`super::News`] tells it or a journal has it.
    pub fn take(&mut self, entry: &Entry) {
        self.last = entry.at;
        let mut state = |step: &Text, change: &mut dyn FnMut(&mut StepState)| {
            change(self.states.entry(step.clone()).or_default());
        };
        match &entry.event {
            Event::Phase { phase } => {
                self.phase = *phase;
                self.end = None;
                // The time that nobody was at work is no time that a step took.
                let is_resumed = |state: &&mut StepState| {
                    !state.settled && *phase == Phase::Applying && state.started.is_some()
                };
                for state in self.states.values_mut().filter(is_resumed) {
                    state.started = Some(entry.at);
                    state.ended = None;
                    state.failed = None;
                }
            }
            Event::Begin {
                step,
                parameters,
                context,
            } => state(step, &mut |state| {
                state.begun = Some(parameters.clone());
                state.context.clone_from(context);
                state.in_doubt = true;
                state.failed = None;
                state.started = state.started.or(Some(entry.at));
                state.ended = None;
            }),
            Event::NotMade { step } => state(step, &mut |state| state.in_doubt = false),
            Event::Dropped { step } => state(step, &mut |state| {
                *state = StepState {
                    round: state.round + 1,
                    started: state.started,
                    ..StepState::default()
                };
            }),
            Event::Done {
                step, answer, id, ..
            } => state(step, &mut |state| {
                state.in_doubt = false;
                state.answer = Some(answer.clone());
                state.id.clone_from(id);
                state.failed = None;
            }),
            Event::Settled { step } => state(step, &mut |state| {
                state.settled = true;
                state.failed = None;
                state.ended = Some(entry.at);
            }),
            Event::Failed { step, failed } => state(step, &mut |state| {
                state.failed = Some(failed.clone());
                state.ended = Some(entry.at);
            }),
            Event::UndoBegin { step, call } => state(step, &mut |state| {
                state.undone.insert(*call, Undone::Begun);
            }),
            Event::Undone { step, call } => state(step, &mut |state| {
                state.undone.insert(*call, Undone::Done);
            }),
            Event::UndoFailed {
                step,
                call,
                failed,
                holders,
            } => state(step, &mut |state| {
                let failed = Undone::Failed(failed.clone(), holders.clone());
                state.undone.insert(*call, failed);
            }),
            Event::Stray { what } => {
                self.strays_left.remove(what);
                self.strays.push(what.clone());
            }
            Event::StrayLeft { what, failed } => {
                self.strays_left.insert(what.clone(), failed.clone());
            }
            Event::End { end } => self.end = Some(*end),
        }
    }

    /// How far a step is.
    pub fn state(&self, step: &str) -> Option<&StepState> {
        self.states.get(step)
    }

    /// The steps, in their order, each with how far it is.
    pub fn steps(&self) -> impl Iterator<Item = (&Step, Option<&StepState>)> {
        self.header
            .graph
            .steps()
            .map(|step| (step, self.states.get(&step.id)))
    }

    /// How many steps are done and settled, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let done = self
            .steps()
            .filter(|(_, state)| state.is_some_and(|state| state.settled))
            .count();
        (done, self.header.graph.len())
    }

    /// The ids of what is made and not taken back, and of what was given, by their planned keys.
    pub fn ids(&self) -> BTreeMap<Key, Id> {
        let mut ids = BTreeMap::new();
        for given in &self.header.given {
            ids.insert(given.key.clone(), Id::aws(given.id.clone()));
        }
        for (step, state) in self.steps() {
            let id = state.filter(|state| !is_gone(step, state));
            if let (Some(key), Some(id)) = (&step.makes, id.and_then(|state| state.id.clone())) {
                ids.insert(key.clone(), Id::aws(id));
            }
        }
        ids
    }

    /// What could not be taken back though no step tells of it.
    pub(super) fn strays_left(&self) -> impl Iterator<Item = &String> {
        self.strays_left.keys()
    }

    /// Every id that this run knows of and has not taken back.
    pub(super) fn known(&self) -> BTreeSet<&str> {
        let there = self.steps().filter_map(|(step, state)| {
            let state = state.filter(|state| !is_gone(step, state))?;
            state.id.as_deref()
        });
        let given = self.header.given.iter().map(|given| given.id.as_str());
        there.chain(given).collect()
    }

    /// What was made and is not taken back, or may be there without anybody knowing, but for what goes with what another
    /// step made.
    pub fn remaining(&self) -> Vec<&Step> {
        self.steps()
            .filter(|(step, state)| {
                let is_there = |state: &StepState| {
                    (state.answer.is_some() || state.in_doubt) && !is_gone(step, state)
                };
                !step.inverse.is_empty() && state.is_some_and(is_there)
            })
            .map(|(step, _)| step)
            .collect()
    }

    /// What could not be taken back the last time that was tried.
    pub fn left(&self) -> Vec<Left> {
        let strays = self.strays_left.iter().map(|(what, failed)| Left {
            step: "made twice after a lost answer".into(),
            id: Some(what.as_str().into()),
            why: failed.to_string(),
            holders: Vec::new(),
        });
        let mut left: Vec<Left> = strays.collect();
        for (step, state) in self.steps() {
            let Some(state) = state.filter(|state| state.begun.is_some()) else {
                continue;
            };
            let of = |why: String, holders: Vec<String>| Left {
                step: step.id.clone(),
                id: state.id.clone(),
                why,
                holders,
            };
            if step.is_final() && state.answer.is_some() {
                left.push(of("what it deleted does not come again".into(), Vec::new()));
            }
            let failures = state.undone.values().filter_map(|undone| match undone {
                Undone::Failed(failed, holders) => Some((failed.to_string(), holders.clone())),
                _ => None,
            });
            let before = left.len();
            left.extend(failures.map(|(why, holders)| of(why, holders)));
            let is_there = !step.inverse.is_empty() && state.answer.is_some();
            let is_over = self.phase == Phase::RollingBack && self.end.is_some();
            if left.len() == before && is_there && is_over && !is_gone(step, state) {
                left.push(of(
                    "something that needs it is still there".into(),
                    Vec::new(),
                ));
            }
        }
        left
    }
}

/// Whether everything a step did is taken back.
fn is_gone(step: &Step, state: &StepState) -> bool {
    !step.inverse.is_empty()
        && (0..step.inverse.len()).all(|call| state.undone.get(&call) == Some(&Undone::Done))
}
