//! Making what is not made yet.

use super::attempts::Attempts;
use super::journal::{End, Entry, Event, Phase, Sink};
use super::look::at;
use super::pace::Pace;
use super::run::{Run, StepState, Undone};
use super::schedule::{Ended, Node, carry_out};
use super::tags::add_tags;
use super::token::{client_token, now};
use super::trace::{self, Begun};
use super::value::Values;
use super::wait::{Standing, Waiting};
use crate::network::Text;
use crate::steps::{Action, Call, Failed, Look, Request, Step, Trouble};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::time::{Duration, Instant};

/// Who is asked: an account and region of EC2, or whatever stands for one. Nothing is tried twice here, or what was
/// lost would be made again.
pub trait Ec2: Send + Sync + 'static {
    /// Make one changing call, once.
    fn perform(&self, request: &Request) -> impl Future<Output = Result<Value, Failed>> + Send;

    /// Every record of a list, from all its pages.
    fn look(&self, look: &Look) -> impl Future<Output = Result<Vec<Value>, Failed>> + Send;
}

/// What is told while a run goes on.
#[derive(Clone, Debug)]
pub enum News {
    /// Something happened, and is in the journal.
    Event(Entry),
    /// A call failed and is made again.
    Again {
        /// The step.
        step: Text,
        /// How it failed.
        failed: Failed,
    },
    /// A step waits.
    Waiting {
        /// The step.
        step: Text,
        /// For what: the state AWS tells.
        state: String,
    },
}

/// How a run ended for now.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Everything is as it should be: made, or gone.
    Complete,
    /// The person stopped it.
    Stopped,
    /// These steps failed; nothing more was begun.
    Failed(Vec<(Text, Failed)>),
    /// Taken back, but for what is left: see [`Run::left`].
    Left,
    /// The journal cannot be written, so that nothing more was begun.
    NoJournal(String),
}

/// How long to go on trying. The defaults are for AWS, where what was made can take minutes to be seen.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a call is made again that was throttled, not sent, or whose answer was lost.
    pub attempts: u32,
    /// The first wait before a call is made again; it doubles.
    pub backoff: Duration,
    /// The longest such wait.
    pub longest_backoff: Duration,
    /// How often to look for what a lost call may have made before it counts as not made.
    pub looks: u32,
    /// The wait between looks.
    pub look_pause: Duration,
    /// How long something new may be unknown to calls that name it.
    pub unseen: Duration,
    /// How long something else may stand in the way.
    pub conflict: Duration,
    /// How long a state is waited for.
    pub wait: Duration,
    /// The wait between questions for a state.
    pub poll: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 8,
            backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(20),
            looks: 5,
            look_pause: Duration::from_secs(3),
            unseen: Duration::from_mins(5),
            conflict: Duration::from_mins(5),
            wait: Duration::from_mins(20),
            poll: Duration::from_secs(4),
        }
    }
}

/// How many steps are under way at a time; most of them wait. The pace is kept elsewhere.
const AT_ONCE: usize = 24;

/// Carries out a run. Cloning shares everything.
pub struct Applier<C> {
    pub(super) inner: Arc<Inner<C>>,
}

impl<C> Clone for Applier<C> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

pub(super) struct Inner<C> {
    pub ec2: C,
    log: Mutex<Log>,
    pub pace: Pace,
    pub patience: Patience,
    tell: Box<dyn Fn(News) + Send + Sync>,
    stop: watch::Sender<bool>,
}

struct Log {
    run: Run,
    sink: Box<dyn Sink>,
    broken: Option<String>,
    /// Whether an answer was lost, so that something may be there twice.
    unsure: bool,
}

/// Why a step is not over.
pub(super) enum Halt {
    /// It failed.
    Failed(Failed),
    /// The person stopped it.
    Stopped,
}

impl From<Failed> for Halt {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl<C: Ec2> Applier<C> {
    /// Whoever carries out this run: `sink` is its journal, where the header stands already; `tell` hears of
    /// everything, from several threads.
    pub fn new(
        ec2: C,
        run: Run,
        sink: Box<dyn Sink>,
        pace: Pace,
        patience: Patience,
        tell: Box<dyn Fn(News) + Send + Sync>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                ec2,
                log: Mutex::new(Log {
                    run,
                    sink,
                    broken: None,
                    unsure: false,
                }),
                pace,
                patience,
                tell,
                stop: watch::Sender::new(false),
            }),
        }
    }

    /// How far the run is.
    pub fn run(&self) -> Run {
        self.inner.log().run.clone()
    }

    /// Begin nothing more, and stop to wait. Calls that were sent are waited for. It holds for what is begun later, too,
    /// until [`Self::go_on`] is called.
    pub fn stop(&self) {
        self.inner.stop.send_replace(true);
    }

    /// Forget an earlier word to stop.
    pub fn go_on(&self) {
        self.inner.stop.send_replace(false);
    }

    /// Make what is not made yet, side by side as far as one does not need the other.
    pub async fn apply(&self) -> Outcome {
        let inner = &self.inner;
        if inner.is_stopped() {
            return Outcome::Stopped;
        }
        if let Err(Halt::Failed(failed)) = inner.record(Event::Phase {
            phase: Phase::Applying,
        }) {
            return Outcome::NoJournal(failed.message);
        }
        let run = self.run();
        // After a crash nobody remembers what was lost.
        inner.log().unsure = run
            .steps()
            .any(|(_, state)| state.is_some_and(|it| it.begun.is_some()));
        let graph = &run.header.graph;
        let is_settled = |id: &str| run.state(id).is_some_and(|state| state.settled);
        let nodes = graph.steps().filter(|step| !is_settled(&step.id));
        let nodes = nodes.map(|step| Node {
            id: step.id.clone(),
            needs: graph
                .needs(&step.id)
                .into_iter()
                .filter(|need| !is_settled(&need.id))
                .map(|need| need.id.clone())
                .collect(),
        });
        let stopped = || inner.is_stopped();
        let over = carry_out(nodes.collect(), AT_ONCE, false, stopped, |id| {
            let inner = Arc::clone(inner);
            async move { inner.step(&id).await }
        })
        .await;
        inner.note_defects(&over);
        let run = self.run();
        let (done, all) = run.progress();
        let is_swept = done == all && inner.log().unsure;
        let strays = if is_swept {
            inner.remove_strays().await
        } else {
            Vec::new()
        };
        let (end, outcome) = if is_swept && inner.is_stopped() {
            // Something may be there twice, and whoever goes on looks again.
            (End::Stopped, Outcome::Stopped)
        } else if done == all && strays.is_empty() {
            (End::Complete, Outcome::Complete)
        } else if done == all {
            (End::Failed, Outcome::Failed(strays))
        } else {
            let failed: Vec<(Text, Failed)> = run
                .steps()
                .filter_map(|(step, state)| Some((step.id.clone(), state?.failed.clone()?)))
                .collect();
            if failed.is_empty() && inner.is_stopped() {
                (End::Stopped, Outcome::Stopped)
            } else {
                (End::Failed, Outcome::Failed(failed))
            }
        };
        inner.ended(end, outcome)
    }
}

impl<C: Ec2> Inner<C> {
    /// A step that failed and did not say how is a defect of this program, and is said to be one.
    fn note_defects(&self, over: &BTreeMap<Text, Ended>) {
        for (step, _) in over.iter().filter(|(_, ended)| **ended == Ended::Failed) {
            let is_said =
                self.with_run(|run| run.state(step).is_some_and(|it| it.failed.is_some()));
            if !is_said {
                let why = "the program failed at this step, which is a defect; resume the run or roll it back";
                let failed = failed(Trouble::Lost, why);
                // Where even that cannot be written, the end of the run says so.
                let _ = self.record(Event::Failed {
                    step: step.clone(),
                    failed,
                });
            }
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn run(&self) -> Run {
        self.log().run.clone()
    }

    pub(super) fn with_run<T>(&self, read: impl FnOnce(&Run) -> T) -> T {
        read(&self.log().run)
    }

    pub(super) fn tell(&self, news: News) {
        (self.tell)(news);
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// The last line of a process, and how the run ended for it.
    pub(super) fn ended(&self, end: End, outcome: Outcome) -> Outcome {
        let recorded = self.record(Event::End { end });
        let broken = self.log().broken.clone();
        match (recorded, broken) {
            (_, Some(why)) => Outcome::NoJournal(why),
            (Err(Halt::Failed(failed)), None) => Outcome::NoJournal(failed.message),
            _ => outcome,
        }
    }

    /// Put an event into the journal, and only then tell of it.
    pub(super) fn record(&self, event: Event) -> Result<(), Halt> {
        let entry = Entry { at: now(), event };
        {
            let mut log = self.log();
            let line = serde_json::to_string(&entry).map_err(|error| error.to_string());
            let written = match &log.broken {
                // A line after one that is half written would be part of that.
                Some(why) => Err(why.clone()),
                None => line.and_then(|line| log.sink.line(&line)),
            };
            if let Err(why) = written {
                log.broken = Some(why.clone());
                // Nothing more is to happen that no line tells of.
                self.stop.send_replace(true);
                return Err(Halt::Failed(Failed {
                    trouble: Trouble::Invalid,
                    code: None,
                    message: why,
                }));
            }
            log.run.take(&entry);
        }
        self.tell(News::Event(entry));
        Ok(())
    }

    /// Wait, unless it is stopped before.
    pub(super) async fn sleep(&self, time: Duration) -> Result<(), Halt> {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            biased;
            _ = stop.wait_for(|stopped| *stopped) => Err(Halt::Stopped),
            () = tokio::time::sleep(time) => Ok(()),
        }
    }

    /// A question, asked again where nobody could answer it.
    pub(super) async fn ask<T, F>(&self, question: impl Fn() -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        self.ask_while(Trouble::is_passing, question).await
    }

    /// A question about something that may be too new to be seen.
    async fn ask_for_new<T, F>(&self, question: impl Fn() -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let may_pass = |trouble: Trouble| trouble.is_passing() || trouble == Trouble::NotFound;
        self.ask_while(may_pass, question).await
    }

    /// A question, asked again after troubles that may pass.
    async fn ask_while<T, F>(
        &self,
        may_pass: impl Fn(Trouble) -> bool,
        question: impl Fn() -> F,
    ) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let mut attempts = Attempts::new(&self.patience);
        loop {
            match question().await {
                Ok(answer) => return Ok(answer),
                Err(failed) => {
                    if !may_pass(failed.trouble) || !attempts.goes_on(failed.trouble) {
                        return Err(failed.into());
                    }
                    self.sleep(attempts.pause()).await?;
                }
            }
        }
    }

    async fn step(&self, id: &str) -> Ended {
        let Some(step) = self.with_run(|run| run.header.graph.step(id).cloned()) else {
            return Ended::Failed;
        };
        match self.try_step(&step).await {
            Ok(()) => Ended::Done,
            Err(Halt::Stopped) => Ended::Stopped,
            Err(Halt::Failed(failed)) => {
                let step = step.id.clone();
                // Where even that cannot be written, the end of the run says so.
                let _ = self.record(Event::Failed { step, failed });
                Ended::Failed
            }
        }
    }

    async fn try_step(&self, step: &Step) -> Result<(), Halt> {
        let state = self.state(step);
        let is_resumed = state.answer.is_some();
        if !is_resumed {
            self.make(step, &state).await?;
        }
        // What came to nothing before, as a NAT gateway that failed, is made anew.
        let is_dead = |halt: &Result<(), Halt>| match halt {
            Err(Halt::Failed(failed)) => failed.trouble == Trouble::Dead,
            _ => false,
        };
        let settled = if state.undone.is_empty() {
            self.settle(step, is_resumed).await
        } else {
            // It was about to be made anew.
            Err(Halt::Failed(failed(Trouble::Dead, "it came to nothing")))
        };
        if is_resumed && is_dead(&settled) {
            self.take_away_dead(step).await?;
            self.make(step, &self.state(step)).await?;
            self.settle(step, false).await?;
        } else {
            settled?;
        }
        self.record(Event::Settled {
            step: step.id.clone(),
        })
    }

    /// Take away what a step made and what came to nothing, so that it can be made anew.
    async fn take_away_dead(&self, step: &Step) -> Result<(), Halt> {
        match self.undo(&step.id).await {
            Ended::Done => self.record(Event::Dropped {
                step: step.id.clone(),
            }),
            Ended::Stopped => Err(Halt::Stopped),
            Ended::Failed => {
                let why = self.with_run(|run| {
                    let undone = run.state(&step.id)?.undone.values();
                    undone.rev().find_map(|it| match it {
                        Undone::Failed(failed, _) => Some(failed.clone()),
                        _ => None,
                    })
                });
                Err(why.map_or(Halt::Stopped, Halt::Failed))
            }
        }
    }

    fn state(&self, step: &Step) -> StepState {
        self.with_run(|run| run.state(&step.id).cloned().unwrap_or_default())
    }

    /// Wait for what a step has to wait for.
    async fn settle(&self, step: &Step, is_resumed: bool) -> Result<(), Halt> {
        let Some(wait) = step.call.wait else {
            return Ok(());
        };
        let state = self.state(step);
        let nothing = Map::new();
        let waiting = Waiting {
            wait,
            parameters: state.begun.as_ref().unwrap_or(&nothing),
            answer: state.answer.as_ref(),
            made: state.id.as_deref(),
        };
        self.wait(&step.id, &waiting, is_resumed).await
    }

    /// Wait until it is so. What `was_there` and is not any more does not come again.
    pub(super) async fn wait(
        &self,
        step: &Text,
        waiting: &Waiting<'_>,
        was_there: bool,
    ) -> Result<(), Halt> {
        let since = Instant::now();
        let mut poll = self.patience.poll.min(self.patience.backoff);
        let mut last = String::new();
        loop {
            let state = match self.ask(|| waiting.standing(&self.ec2)).await? {
                Standing::Ready => return Ok(()),
                Standing::Never(why) => return Err(failed(Trouble::Dead, why).into()),
                Standing::NotThere if was_there && since.elapsed() >= self.patience.unseen => {
                    return Err(failed(Trouble::Dead, "it is not there any more").into());
                }
                Standing::NotThere => "not to be seen yet".to_owned(),
                Standing::NotYet(state) => state,
            };
            if since.elapsed() >= self.patience.wait {
                let minutes = self.patience.wait.as_secs() / 60;
                let why = format!(
                    "after {minutes} minutes it is still not ready ({state}); resume the run later"
                );
                return Err(failed(Trouble::NotReady, why).into());
            }
            if state != last {
                self.tell(News::Waiting {
                    step: step.clone(),
                    state: state.clone(),
                });
                last = state;
            }
            self.sleep(poll).await?;
            poll = (poll * 2).min(self.patience.poll);
        }
    }

    /// The parameters of a call, as soon as everything they name can be seen.
    pub(super) async fn parameters(&self, call: &Call) -> Result<Map<String, Value>, Halt> {
        let values = self.with_run(|run| Values::of(&self.ec2, run));
        values.check(call)?;
        self.ask_for_new(|| values.parameters(call)).await
    }

    async fn make(&self, step: &Step, state: &StepState) -> Result<(), Halt> {
        let action = step.call.action;
        let (parameters, context) = if let Some(parameters) = &state.begun {
            (parameters.clone(), state.context.clone())
        } else {
            let mut parameters = self.parameters(&step.call).await?;
            self.with_run(|run| add_tags(&run.header, step, &mut parameters));
            let context = self
                .ask(|| trace::context(&self.ec2, action, &parameters))
                .await?;
            (parameters, context)
        };
        let name = self.with_run(|run| run.header.run.clone());
        let token = action
            .token()
            .map(|_| client_token(&name, &step.id, state.round));
        let begun = Begun {
            run: &name,
            step,
            parameters: &parameters,
            context: context.as_deref(),
            token: token.as_deref(),
        };
        // Begun by a process that died, or whose answer was lost: it may be done.
        let mut in_doubt = state.in_doubt;
        if in_doubt && let Some(answer) = self.look_for(&begun, self.patience.looks).await? {
            return self.done(step, answer, true);
        }
        self.record(Event::Begin {
            step: step.id.clone(),
            parameters: parameters.clone(),
            context: context.clone(),
        })?;
        let made = self.try_to_make(&begun, &mut in_doubt).await;
        if made.is_err() && !in_doubt {
            self.record(Event::NotMade {
                step: step.id.clone(),
            })?;
        }
        made
    }

    /// Make a call until it is done or will not be. `in_doubt` says whether it may be done without an answer, before and
    /// after.
    async fn try_to_make(&self, begun: &Begun<'_>, in_doubt: &mut bool) -> Result<(), Halt> {
        let Begun {
            step, parameters, ..
        } = *begun;
        let action = step.call.action;
        let request = Request {
            action,
            parameters: parameters.clone(),
            token: begun.token.map(Text::from),
            dry_run: false,
        };
        let mut attempts = Attempts::new(&self.patience);
        loop {
            self.take_turn(action).await?;
            let failed = match self.perform(&request, *in_doubt).await {
                Ok(answer) => {
                    // An answer may lack what it is to say.
                    *in_doubt = true;
                    return self.done(step, answer, false);
                }
                Err(failed) => failed,
            };
            let trouble = failed.trouble;
            *in_doubt |= trouble.may_be_done();
            if *in_doubt {
                self.log().unsure = true;
                // A later call may be refused for the sake of what an earlier one has made.
                let may_be_ours = trouble.may_be_done()
                    || matches!(
                        trouble,
                        Trouble::Conflict | Trouble::Quota | Trouble::Exists
                    );
                let looks = if may_be_ours { self.patience.looks } else { 1 };
                if let Some(answer) = self.look_for(begun, looks).await? {
                    return self.done(step, answer, true);
                }
            }
            match trouble {
                Trouble::NotFound
                    if takes_away(action)
                        && !trace::lacks_holder(&failed)
                        && self
                            .ask(|| trace::is_gone(&self.ec2, action, parameters, &failed))
                            .await? =>
                {
                    return self.done(step, json!({}), true);
                }
                // Rules have no id: what is there after a lost answer is ours, and what is there without is not.
                Trouble::Exists if *in_doubt && !trace::can_be_found(action) => {
                    return self.done(step, json!({}), true);
                }
                _ => {}
            }
            if !attempts.goes_on(trouble) {
                return Err(failed.into());
            }
            self.tell(News::Again {
                step: step.id.clone(),
                failed,
            });
            self.sleep(attempts.pause()).await?;
        }
    }

    /// Wait until a call may be made.
    pub(super) async fn take_turn(&self, action: Action) -> Result<(), Halt> {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            biased;
            _ = stop.wait_for(|stopped| *stopped) => Err(Halt::Stopped),
            () = self.pace.take(action) => Ok(()),
        }
    }

    /// Make a call once. Of several rules EC2 revokes none where one is not there, and allows none where one is there
    /// already; then each is taken by itself. What `may_be_there` already counts as done.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>
    pub(super) async fn perform(
        &self,
        request: &Request,
        may_be_there: bool,
    ) -> Result<Value, Failed> {
        let result = self.ec2.perform(request).await;
        let is_so_already = |result: &Result<_, Failed>| {
            let trouble = result.as_ref().err().map(|failed| failed.trouble);
            match request.action {
                Action::RevokeSecurityGroupIngress | Action::RevokeSecurityGroupEgress => {
                    trouble == Some(Trouble::NotFound)
                }
                _ => may_be_there && trouble == Some(Trouble::Exists),
            }
        };
        let rules = trace::single_rules(request.action, &request.parameters);
        if !is_so_already(&result) || rules.len() < 2 {
            return result;
        }
        let mut is_any_done = false;
        for parameters in rules {
            self.pace.take(request.action).await;
            let rule = Request {
                parameters,
                ..request.clone()
            };
            let result = self.ec2.perform(&rule).await;
            if is_so_already(&result) {
                continue;
            }
            if let Err(failed) = result {
                let trouble = if is_any_done {
                    Trouble::Lost
                } else {
                    failed.trouble
                };
                return Err(Failed { trouble, ..failed });
            }
            is_any_done = true;
        }
        if is_any_done { Ok(json!({})) } else { result }
    }

    /// What a call would have made, looked for so many times, as what is new may not be seen at first.
    pub(super) async fn look_for(
        &self,
        begun: &Begun<'_>,
        looks: u32,
    ) -> Result<Option<Value>, Halt> {
        for look in 0..looks.max(1) {
            if look > 0 {
                self.sleep(self.patience.look_pause).await?;
            }
            if let Some(answer) = self.ask(|| begun.answer(&self.ec2)).await? {
                return Ok(Some(answer));
            }
            if !trace::can_be_found(begun.step.call.action) {
                break;
            }
        }
        Ok(None)
    }

    pub(super) fn done(&self, step: &Step, answer: Value, found: bool) -> Result<(), Halt> {
        let id = match &step.output {
            Some(path) => match at(&answer, path).and_then(Value::as_str) {
                Some(id) => Some(Text::from(id)),
                None => {
                    return Err(Halt::Failed(Failed {
                        trouble: Trouble::Lost,
                        code: None,
                        message: format!("the answer says no {path}"),
                    }));
                }
            },
            None => None,
        };
        self.record(Event::Done {
            step: step.id.clone(),
            answer,
            id,
            found,
        })
    }
}

/// A failure in words of ours.
fn failed(trouble: Trouble, message: impl Into<String>) -> Failed {
    Failed {
        trouble,
        code: None,
        message: message.into(),
    }
}

/// Whether a call takes something away, so that it is done where that is not there.
pub(super) fn takes_away(action: Action) -> bool {
    const WORDS: [&str; 6] = [
        "Delete",
        "Release",
        "Detach",
        "Disassociate",
        "Revoke",
        "Disable",
    ];
    WORDS.iter().any(|word| action.name().starts_with(word))
}
