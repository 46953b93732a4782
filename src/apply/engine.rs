//! Making what is not made yet.

use super::journal::{End, Entry, Event, Phase, Sink};
use super::look::{at, text};
use super::pace::Pace;
use super::run::{Run, StepState};
use super::schedule::{Ended, Node, carry_out};
use super::token::{TICKET_TAG, client_token, now};
use super::trace::{self, Begun, made_name, tagged_as};
use super::value::Values;
use super::wait::{Standing, Waiting};
use crate::network::{MADE_TAG, RUN_TAG, Text};
use crate::steps::{Action, Call, Failed, Look, Request, Step, Trouble};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
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

    /// Begin nothing more, and stop to wait. Calls that were sent are waited for.
    pub fn stop(&self) {
        self.inner.stop.send_replace(true);
    }

    /// Make what is not made yet, side by side as far as one does not need the other.
    pub async fn apply(&self) -> Outcome {
        let inner = &self.inner;
        inner.restart();
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
        carry_out(nodes.collect(), AT_ONCE, false, stopped, |id| {
            let inner = Arc::clone(inner);
            async move { inner.step(&id).await }
        })
        .await;
        let run = self.run();
        let (done, all) = run.progress();
        let (end, outcome) = if done == all {
            (End::Complete, Outcome::Complete)
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
        if end == End::Complete && inner.log().unsure {
            inner.drop_strays().await;
        }
        inner.ended(end, outcome)
    }
}

impl<C: Ec2> Inner<C> {
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

    /// Forget an earlier word to stop.
    pub(super) fn restart(&self) {
        self.stop.send_replace(false);
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
            let written = line.and_then(|line| log.sink.line(&line));
            if let Err(why) = written {
                log.broken = Some(why.clone());
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

    pub(super) fn backoff(&self, attempt: u32) -> Duration {
        let doubled = self.patience.backoff.saturating_mul(1 << attempt.min(16));
        doubled.min(self.patience.longest_backoff)
    }

    /// A question, asked again where nobody could answer it.
    pub(super) async fn ask<T, F>(&self, question: impl Fn() -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let mut attempt = 0;
        loop {
            match question().await {
                Ok(answer) => return Ok(answer),
                Err(failed) => {
                    let is_passing = matches!(
                        failed.trouble,
                        Trouble::Throttled | Trouble::Unsent | Trouble::Server | Trouble::Lost
                    );
                    if !is_passing || attempt >= self.patience.attempts {
                        return Err(failed.into());
                    }
                    self.sleep(self.backoff(attempt)).await?;
                    attempt += 1;
                }
            }
        }
    }

    /// A question about something that may be too new to be seen.
    async fn ask_for_new<T, F>(&self, question: impl Fn() -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let since = Instant::now();
        let mut attempt = 0;
        loop {
            match self.ask(&question).await {
                Err(Halt::Failed(failed))
                    if failed.trouble == Trouble::NotFound
                        && since.elapsed() < self.patience.unseen =>
                {
                    self.sleep(self.backoff(attempt)).await?;
                    attempt += 1;
                }
                other => return other,
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
        let state = self.with_run(|run| run.state(&step.id).cloned().unwrap_or_default());
        if state.answer.is_none() {
            self.make(step, &state).await?;
        }
        let state = self.with_run(|run| run.state(&step.id).cloned().unwrap_or_default());
        if let Some(wait) = step.call.wait {
            let nothing = Map::new();
            let waiting = Waiting {
                wait,
                parameters: state.begun.as_ref().unwrap_or(&nothing),
                answer: state.answer.as_ref(),
                made: state.id.as_deref(),
            };
            self.wait(&step.id, &waiting).await?;
        }
        self.record(Event::Settled {
            step: step.id.clone(),
        })
    }

    /// Wait until it is so.
    pub(super) async fn wait(&self, step: &Text, waiting: &Waiting<'_>) -> Result<(), Halt> {
        let since = Instant::now();
        let mut poll = self.patience.poll.min(self.patience.backoff);
        let mut last = String::new();
        loop {
            match self.ask(|| waiting.standing(&self.ec2)).await? {
                Standing::Ready => return Ok(()),
                Standing::Never(why) => {
                    return Err(Halt::Failed(Failed {
                        trouble: Trouble::Conflict,
                        code: None,
                        message: why,
                    }));
                }
                Standing::NotYet(state) => {
                    if since.elapsed() >= self.patience.wait {
                        let minutes = self.patience.wait.as_secs() / 60;
                        return Err(Halt::Failed(Failed {
                            trouble: Trouble::Conflict,
                            code: None,
                            message: format!(
                                "after {minutes} minutes it is still not ready ({state}); resume the run later"
                            ),
                        }));
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
        }
    }

    /// The parameters of a call, as soon as everything they name can be seen.
    pub(super) async fn parameters(&self, call: &Call) -> Result<Map<String, Value>, Halt> {
        let run = self.run();
        let values = Values::of(&self.ec2, &run);
        self.ask_for_new(|| values.parameters(call)).await
    }

    async fn make(&self, step: &Step, state: &StepState) -> Result<(), Halt> {
        let action = step.call.action;
        // Begun by a process that died: it may be done.
        let mut unsure = state.begun.is_some();
        let (parameters, context) = if let Some(parameters) = &state.begun {
            (parameters.clone(), state.context.clone())
        } else {
            let mut parameters = self.parameters(&step.call).await?;
            self.add_tags(step, &mut parameters);
            let context = self
                .ask(|| trace::context(&self.ec2, action, &parameters))
                .await?;
            self.record(Event::Begin {
                step: step.id.clone(),
                parameters: parameters.clone(),
                context: context.clone(),
            })?;
            (parameters, context)
        };
        let name = self.with_run(|run| run.header.run.clone());
        let token = action.token().map(|_| client_token(&name, &step.id));
        let begun = Begun {
            run: &name,
            step,
            parameters: &parameters,
            context: context.as_deref(),
            token: token.as_deref(),
        };
        let request = Request {
            action,
            parameters: parameters.clone(),
            token: token.clone(),
            dry_run: false,
        };
        let mut attempt = 0;
        // Each from when it was first so: an answer that was lost may have taken minutes before.
        let (mut unseen_since, mut held_since) = (None, None);
        loop {
            if unsure {
                self.log().unsure = true;
                if let Some(answer) = self.look_for(&begun).await? {
                    return self.done(step, answer, true);
                }
            }
            self.pace.take(action).await;
            if self.is_stopped() {
                return Err(Halt::Stopped);
            }
            let failed = match self.ec2.perform(&request).await {
                Ok(answer) => return self.done(step, answer, false),
                Err(failed) => failed,
            };
            let was_unsure = unsure;
            unsure = failed.trouble.may_be_done();
            let goes_on = match failed.trouble {
                Trouble::Throttled | Trouble::Unsent | Trouble::Server | Trouble::Lost => {
                    attempt < self.patience.attempts
                }
                Trouble::NotFound if takes_away(action) => {
                    if self
                        .ask(|| trace::is_gone(&self.ec2, action, &parameters))
                        .await?
                    {
                        return self.done(step, json!({}), true);
                    }
                    is_within(&mut unseen_since, self.patience.unseen)
                }
                Trouble::NotFound => is_within(&mut unseen_since, self.patience.unseen),
                Trouble::Conflict => is_within(&mut held_since, self.patience.conflict),
                Trouble::Exists => {
                    if let Some(answer) = self.look_for(&begun).await? {
                        return self.done(step, answer, true);
                    }
                    // Rules have no id; what is there after a lost answer is ours.
                    if was_unsure || attempt > 0 || state.begun.is_some() {
                        return self.done(step, json!({}), true);
                    }
                    false
                }
                _ => false,
            };
            if !goes_on {
                return Err(failed.into());
            }
            self.tell(News::Again {
                step: step.id.clone(),
                failed,
            });
            self.sleep(self.backoff(attempt)).await?;
            attempt += 1;
        }
    }

    /// What a call would have made, looked for as often as it may take to be seen.
    pub(super) async fn look_for(&self, begun: &Begun<'_>) -> Result<Option<Value>, Halt> {
        for look in 0..self.patience.looks.max(1) {
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

    /// The tags by which what is made is known to be of this run and step.
    fn add_tags(&self, step: &Step, parameters: &mut Map<String, Value>) {
        let action = step.call.action;
        let (run, ticket) = self.with_run(|run| {
            let header = &run.header;
            let ticket = header.ticket.clone().filter(|_| header.tag_ticket);
            (header.run.clone(), ticket)
        });
        let mut tags = vec![
            json!({"Key": RUN_TAG, "Value": run}),
            json!({"Key": MADE_TAG, "Value": made_name(step)}),
        ];
        if let Some(ticket) = ticket {
            tags.push(json!({"Key": TICKET_TAG, "Value": ticket}));
        }
        let list = |value: &mut Value, tags: Vec<Value>| match value {
            Value::Array(items) => items.extend(tags),
            other => *other = Value::Array(tags),
        };
        if action == Action::CreateResolverEndpoint {
            list(parameters.entry("Tags").or_insert(Value::Null), tags);
        } else if let Some(word) = tagged_as(action) {
            let specifications = parameters
                .entry("TagSpecifications")
                .or_insert_with(|| json!([]));
            let Value::Array(specifications) = specifications else {
                return;
            };
            let mine = specifications
                .iter_mut()
                .find(|it| text(it, "ResourceType") == Some(word))
                .and_then(Value::as_object_mut);
            match mine {
                Some(mine) => list(mine.entry("Tags").or_insert(Value::Null), tags),
                None => specifications.push(json!({"ResourceType": word, "Tags": tags})),
            }
        }
    }

    /// What carries the tag of this run and is not what a step made: made twice after a lost answer.
    async fn drop_strays(&self) {
        let run = self.run();
        let known: BTreeSet<String> = run
            .steps()
            .filter_map(|(_, state)| Some(state?.id.clone()?.to_string()))
            .collect();
        self.remove_strays(&known).await;
    }
}

/// Whether what began `since`, which is now where that was not noted, has lasted less than this long.
pub(super) fn is_within(since: &mut Option<Instant>, long: Duration) -> bool {
    since.get_or_insert_with(Instant::now).elapsed() < long
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
