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
    /// Number of this call among those that change something, from 1; `None` where it changes nothing.
    pub(crate) change: Option<u64>,
    /// The parameters of a call that changes something, in the order sent; those of others are not kept.
    pub(crate) parameters: Vec<(String, String)>,
    /// The change was made, whatever the client saw of it.
    pub(crate) is_carried_out: bool,
    /// The answer is the one that an earlier call with the same client token got; nothing was made.
    pub(crate) is_repeated: bool,
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

impl Record {
    /// The first value of a parameter of a call that changes something.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
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
        if let Some(change) = self.change {
            write!(out, " change {change}")?;
        }
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
        if self.is_repeated {
            write!(out, " (answered before)")?;
        } else if self.is_carried_out && self.ending != Ending::Status(200) {
            write!(out, " (carried out)")?;
        }
        write!(
            out,
            " {} ms, {} at once",
            self.took.as_millis(),
            self.concurrent
        )?;
        for (name, value) in &self.parameters {
            if name != "Action" && name != "Version" {
                write!(out, " {name}={value}")?;
            }
        }
        Ok(())
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

    /// The finished calls that were to change something, in the order they came in.
    pub(crate) fn changes(&self) -> Vec<Record> {
        let mut records = self.calls();
        records.retain(|record| record.change.is_some());
        records.sort_by_key(|record| record.change);
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
        let (occurrence, change) = (call.occurrence, call.change);
        let parameters = match change {
            Some(_) => call.parameters.clone(),
            None => Vec::new(),
        };
        let outcome = next.run(call, notes);
        let record = Record {
            service,
            action,
            occurrence,
            change,
            parameters,
            is_carried_out: notes.is_carried_out,
            is_repeated: notes.is_repeated,
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
