//! Loading beside a window: jobs, their events, and a way to stop them.

use super::accounts::{Accounts, AskCode, CodeWanted};
use super::cancel::Cancel;
use super::changes::Changes;
use super::load::{LoadError, Loaded, Step, load_on};
use super::progress::ReadingProgress;
use super::spec::SourceSpec;
use crate::network::{Network, Topology};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// How many events wait for a window that does not look; further progress is dropped, the end of a job is not.
const EVENTS: usize = 256;

/// One load. Jobs count up, so a later one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// What a job has to say.
#[derive(Debug)]
pub enum Event {
    /// It goes on.
    Progress {
        /// Which.
        job: JobId,
        /// What is being done: a file, a call.
        what: String,
        /// How much is done.
        done: usize,
        /// Of how much; 0 while that is not known.
        total: usize,
    },
    /// How far the reading of live accounts is.
    Reading {
        /// Which.
        job: JobId,
        /// By account, region and call.
        reading: Arc<ReadingProgress>,
    },
    /// A first load grows: what was read until now. More follows.
    Partial {
        /// Which.
        job: JobId,
        /// What was read until now.
        network: Arc<Network>,
        /// Its relations.
        topology: Arc<Topology>,
    },
    /// It is over. Nothing more comes from this job.
    Finished {
        /// Which.
        job: JobId,
        /// What it brought.
        result: Result<Loaded, LoadError>,
    },
}

impl Event {
    /// Which job says so.
    pub fn job(&self) -> JobId {
        match self {
            Self::Progress { job, .. }
            | Self::Reading { job, .. }
            | Self::Partial { job, .. }
            | Self::Finished { job, .. } => *job,
        }
    }
}

/// Why no worker could be started.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The system gives no thread.
    #[error("cannot start a worker thread ({0}); close other programs and try again")]
    Threads(std::io::Error),
}

/// Runs loads on threads of its own. Nothing here blocks the thread that asks.
pub struct Worker {
    // An `Option` so that dropping can take the runtime out and leave without waiting for a slow disk.
    runtime: Option<Runtime>,
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    live: BTreeMap<JobId, Cancel>,
    accounts: Accounts,
    questions: std::sync::mpsc::Receiver<CodeWanted>,
    waker: Waker,
    next: u64,
}

/// Wakes the window that asked last.
type Waker = Arc<Mutex<Option<Arc<dyn Fn() + Send + Sync>>>>;

/// Brings questions to the window.
struct Window {
    questions: Mutex<std::sync::mpsc::Sender<CodeWanted>>,
    waker: Waker,
}

impl AskCode for Window {
    fn ask(&self, wanted: CodeWanted) {
        let questions = self.questions.lock();
        let questions = questions.unwrap_or_else(PoisonError::into_inner);
        // Fails only when the window is gone, and then nobody answers.
        questions.send(wanted).ok();
        drop(questions);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wake) = waker.as_ref() {
            wake();
        }
    }
}

impl Worker {
    /// A worker with two threads.
    pub fn new() -> Result<Self, WorkerError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("vpc-atlas-worker")
            .enable_all()
            .build()
            .map_err(WorkerError::Threads)?;
        let (sender, receiver) = mpsc::channel(EVENTS);
        let (asked, questions) = std::sync::mpsc::channel();
        let waker = Waker::default();
        let accounts = Accounts::asking(Arc::new(Window {
            questions: Mutex::new(asked),
            waker: Arc::clone(&waker),
        }));
        Ok(Self {
            accounts,
            questions,
            waker,
            runtime: Some(runtime),
            sender,
            receiver,
            live: BTreeMap::new(),
            next: 0,
        })
    }

    /// Start to load these sources. `wake` is called from another thread after each event, so that a sleeping window
    /// looks at [`Worker::poll`].
    pub fn start(&mut self, sources: Vec<SourceSpec>, wake: Arc<dyn Fn() + Send + Sync>) -> JobId {
        self.next += 1;
        self.wake_by(Arc::clone(&wake));
        let job = JobId(self.next);
        let cancel = Cancel::new();
        self.live.insert(job, cancel.clone());
        if let Some(runtime) = &self.runtime {
            let sender = self.sender.clone();
            let handle = runtime.handle().clone();
            let accounts = self.accounts.clone();
            runtime.spawn(async move {
                let mut tell = teller(job, sender.clone(), Arc::clone(&wake));
                let work = move || load_on(&handle, &sources, &accounts, &mut tell, &cancel);
                let result = tokio::task::spawn_blocking(work).await;
                let result = result.unwrap_or(Err(LoadError::Defect));
                // Fails only when the worker is gone, and then nobody asks any more.
                if sender.send(Event::Finished { job, result }).await.is_ok() {
                    wake();
                }
            });
        }
        job
    }

    /// What finds out what would be done and carries it out, on the same threads.
    pub fn changes(&self) -> Changes {
        let handle = self.runtime.as_ref();
        Changes::on(
            handle.map(|runtime| runtime.handle().clone()),
            self.accounts.clone(),
        )
    }

    /// Stop a job at once: no further event of it is given out, whatever its threads are still busy with.
    pub fn cancel(&mut self, job: JobId) {
        if let Some(cancel) = self.live.remove(&job) {
            cancel.cancel();
        }
    }

    /// Whether anybody is woken by questions.
    pub fn wakes(&self) -> bool {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        waker.is_some()
    }

    /// Wake whoever is to look at [`Worker::question`] by this, from another thread.
    pub fn wake_by(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }

    /// A question that only the person can answer, if there is one. Never waits.
    pub fn question(&mut self) -> Option<CodeWanted> {
        let mut questions = self.questions.try_iter();
        questions.find(CodeWanted::is_wanted)
    }

    /// Whether any job is under way.
    pub fn is_busy(&self) -> bool {
        !self.live.is_empty()
    }

    /// The next event, if one is there. Never waits.
    pub fn poll(&mut self) -> Option<Event> {
        while let Ok(event) = self.receiver.try_recv() {
            if let Some(event) = self.admit(event) {
                return Some(event);
            }
        }
        None
    }

    /// The next event, waiting this long for one.
    pub fn wait(&mut self, limit: Duration) -> Option<Event> {
        let handle = self.runtime.as_ref()?.handle().clone();
        let receiver = &mut self.receiver;
        let live = &self.live;
        let event = handle.block_on(async {
            tokio::time::timeout(limit, async {
                loop {
                    let event = receiver.recv().await?;
                    if live.contains_key(&event.job()) {
                        return Some(event);
                    }
                }
            })
            .await
            .ok()
            .flatten()
        })?;
        self.admit(event)
    }

    /// Events of jobs that were cancelled are dropped; a finished job is live no longer.
    fn admit(&mut self, event: Event) -> Option<Event> {
        if let Event::Finished { job, .. } = &event {
            return self.live.remove(job).map(|_| event);
        }
        self.live.contains_key(&event.job()).then_some(event)
    }
}

/// Turns the steps of a job into events.
fn teller(
    job: JobId,
    sender: Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
) -> impl FnMut(Step) + Send {
    move |step| {
        let event = match step {
            Step::Progress { what, done, total } => Event::Progress {
                job,
                what,
                done,
                total,
            },
            Step::Reading(reading) => Event::Reading { job, reading },
            Step::Partial(network, topology) => Event::Partial {
                job,
                network,
                topology,
            },
        };
        // A window that is behind needs the newest word and not every word.
        if sender.try_send(event).is_ok() {
            wake();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        for cancel in self.live.values() {
            cancel.cancel();
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("live", &self.live.keys())
            .finish_non_exhaustive()
    }
}
