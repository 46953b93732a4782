//! What was asked, how it was answered, and how many calls were under way at once.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::call::Call;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

/// How a call ended, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A whole answer with this status.
    Status(u16),
    /// Half an answer.
    Truncated,
    /// A closed connection.
    Closed,
    /// No answer at all.
    Silent,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) service: Option<String>,
    pub(crate) action: Option<String>,
    /// Number of this call among those of its action, from 1; retries and pages count.
    pub(crate) occurrence: u64,
    /// Page of the answer, from 1; `None` where the call is not paginated.
    pub(crate) page: Option<usize>,
    pub(crate) max_results: Option<String>,
    pub(crate) fault: Option<String>,
    pub(crate) ending: Ending,
    /// Time from the request's last byte to the answer's first, waits of the proxy included.
    pub(crate) took: Duration,
    /// Calls under way when this one started, itself included.
    pub(crate) concurrent: usize,
}

impl std::fmt::Display for Record {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} {} #{}",
            self.service.as_deref().unwrap_or("-"),
            self.action.as_deref().unwrap_or("-"),
            self.occurrence
        )?;
        if let Some(page) = self.page {
            write!(out, " page {page}")?;
        }
        match self.ending {
            Ending::Status(status) => write!(out, " {status}")?,
            Ending::Truncated => write!(out, " truncated")?,
            Ending::Closed => write!(out, " closed")?,
            Ending::Silent => write!(out, " no answer")?,
        }
        if let Some(fault) = &self.fault {
            write!(out, " ({fault})")?;
        }
        write!(
            out,
            " {} ms, {} at once",
            self.took.as_millis(),
            self.concurrent
        )
    }
}

#[derive(Debug, Default)]
struct Inner {
    records: Vec<Record>,
    under_way: usize,
    high_water: usize,
}

/// Shared by the proxy and whoever asks it; a clone is the same log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    inner: Arc<Mutex<Inner>>,
}

impl Log {
    /// Every finished call, in the order of finishing.
    pub(crate) fn calls(&self) -> Vec<Record> {
        lock(&self.inner).records.clone()
    }

    /// The finished calls of one action.
    pub(crate) fn of(&self, action: &str) -> Vec<Record> {
        let mut records = self.calls();
        records.retain(|record| record.action.as_deref() == Some(action));
        records
    }

    /// The most calls that were ever under way at once.
    pub(crate) fn high_water(&self) -> usize {
        lock(&self.inner).high_water
    }

    /// Forgets the finished calls and the high-water mark.
    pub(crate) fn clear(&self) {
        let mut inner = lock(&self.inner);
        inner.records.clear();
        inner.high_water = inner.under_way;
    }

    fn enter(&self) -> usize {
        let mut inner = lock(&self.inner);
        inner.under_way += 1;
        inner.high_water = inner.high_water.max(inner.under_way);
        inner.under_way
    }

    fn leave(&self, record: Record) {
        let mut inner = lock(&self.inner);
        inner.under_way -= 1;
        inner.records.push(record);
    }
}

/// What is told of each finished call.
pub(crate) type Watch = Box<dyn Fn(&Record) + Send + Sync>;

/// The outermost stage.
pub(crate) struct Logging {
    pub(crate) log: Log,
    pub(crate) watch: Option<Watch>,
}

impl Stage for Logging {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let concurrent = self.log.enter();
        let started = Instant::now();
        let (service, action) = (call.service.clone(), call.action.clone());
        let max_results = call.parameter("MaxResults").map(str::to_owned);
        let occurrence = call.occurrence;
        let outcome = next.run(call, notes);
        let record = Record {
            service,
            action,
            occurrence,
            page: notes.page,
            max_results,
            fault: notes.fault.clone(),
            ending: match &outcome {
                Outcome::Answer(response) => Ending::Status(response.status),
                Outcome::Truncated(_) => Ending::Truncated,
                Outcome::Closed => Ending::Closed,
                Outcome::Silent => Ending::Silent,
            },
            took: started.elapsed(),
            concurrent,
        };
        if let Some(watch) = &self.watch {
            watch(&record);
        }
        self.log.leave(record);
        outcome
    }
}
