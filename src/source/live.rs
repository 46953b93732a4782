//! One account and region, read live: all calls at once, each failed call a gap.

use super::calls::Call;
use super::describe::Reader;
use crate::aws::{CallError, Connection, Failure};
use crate::network::{Cause, Gap, Key, Kind, Network, Scope, Text};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};

/// How many calls may hang on one list at a time. AWS counts each API by itself (100 at once, then 20 a second), so
/// the lists do not stand in each other's way, but a list of hundreds would in its own.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const AT_ONCE_PER_LIST: usize = 16;

/// What is said each time a call is done.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The call that is done.
    pub call: Call,
    /// Calls that are done.
    pub done: usize,
    /// Calls that are known to be needed; it grows as lists come in that others hang on.
    pub total: usize,
    reader: &'a Reader,
}

impl Progress<'_> {
    /// What is known until now. It is put together anew each time, so it is for now and then, not for every call.
    pub fn network(&self) -> Network {
        self.reader.so_far()
    }
}

/// One call that is done: what it was asked about, its pages, and why there are no more.
struct Answer {
    call: Call,
    parent: Option<String>,
    pages: Vec<Value>,
    failure: Option<CallError>,
}

/// Read everything the table of calls lists. Whose account it is the connection knows already.
///
/// It does not fail: what could not be read is a gap in the network. Dropping the future stops every call at once.
pub async fn load(connection: Connection, mut tell: impl FnMut(Progress<'_>)) -> Network {
    let scope = Scope {
        account: connection.account().map(Text::from),
        region: Some(connection.region().into()),
    };
    let mut reader = Reader::new();
    if let Some(failure) = connection.identity_failure() {
        fail(&mut reader, &scope, failure, &[]);
    }
    let mut calls = Calls {
        connection: Arc::new(connection),
        running: JoinSet::new(),
        names: HashMap::new(),
        turns: HashMap::new(),
        total: 0,
    };
    for call in Call::ALL {
        if call.spec().parent.is_none() && call != Call::CallerIdentity {
            calls.start(call, None);
        }
    }

    let mut done = 0;
    while let Some(answer) = calls.next().await {
        done += 1;
        for call in answer.call.children() {
            let list = call.spec().parent;
            let ids = |page| list.map_or_else(Vec::new, |list| list.ids(page));
            for id in answer.pages.iter().flat_map(ids) {
                calls.start(call, Some(id));
            }
        }
        match &answer.failure {
            None => {
                let place = place(answer.call, answer.parent.as_deref(), &scope);
                reader.answer(&answer.pages, &place, &scope);
            }
            Some(failure) => fail(&mut reader, &scope, failure, &answer.pages),
        }
        tell(Progress {
            call: answer.call,
            done,
            total: calls.total,
            reader: &reader,
        });
    }
    reader.finish()
}

/// The calls that run.
struct Calls {
    connection: Arc<Connection>,
    running: JoinSet<Answer>,
    names: HashMap<Id, (Call, Option<String>)>,
    turns: HashMap<Call, Arc<Semaphore>>,
    total: usize,
}

impl Calls {
    fn start(&mut self, call: Call, parent: Option<String>) {
        let connection = Arc::clone(&self.connection);
        let turns = self
            .turns
            .entry(call)
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE_PER_LIST)));
        let turns = Arc::clone(turns);
        let name = (call, parent.clone());
        let handle = self.running.spawn(async move {
            // Never closed, so an error cannot be; without a turn the call is made all the same.
            let _turn = turns.acquire_owned().await.ok();
            let mut pages = Vec::new();
            let outcome = connection
                .run(call, parent.as_deref(), &mut |page| pages.push(page))
                .await;
            Answer {
                call,
                parent,
                pages,
                failure: outcome.err(),
            }
        });
        self.names.insert(handle.id(), name);
        self.total += 1;
    }

    async fn next(&mut self) -> Option<Answer> {
        match self.running.join_next_with_id().await? {
            Ok((id, answer)) => {
                self.names.remove(&id);
                Some(answer)
            }
            // A task that ends in a panic is a defect, of ours or of the SDK; it costs its own answer only.
            Err(error) => {
                let (call, parent) = self.names.remove(&error.id())?;
                let failure = CallError {
                    call,
                    region: self.connection.region().to_owned(),
                    parent: parent.clone(),
                    code: None,
                    kind: Failure::Other,
                    message: "the call ended inside the program".to_owned(),
                };
                Some(Answer {
                    call,
                    parent,
                    pages: Vec::new(),
                    failure: Some(failure),
                })
            }
        }
    }
}

/// Where an answer comes from, in words.
fn place(call: Call, parent: Option<&str>, scope: &Scope) -> String {
    match parent {
        Some(parent) => format!("{call} of {parent} in {scope}"),
        None => format!("{call} in {scope}"),
    }
}

/// Take in a call that failed, with the pages that came before it did.
fn fail(reader: &mut Reader, scope: &Scope, failure: &CallError, pages: &[Value]) {
    let parent = failure.parent.as_deref();
    let what = match parent {
        Some(parent) => format!("{} of {parent}", failure.call),
        None => failure.call.to_string(),
    };
    let why = Text::from(failure.reason());
    let mut gap = Gap::new(what, scope.to_string(), cause(&failure.kind), why);
    let kind = failure.call.spec().parent.map(|list| list.kind);
    if let (Some(kind), Some(parent)) = (kind.and_then(Kind::from_word), parent) {
        gap = gap.about(Key::aws(kind, parent));
    }
    let place = place(failure.call, parent, scope);
    reader.failure(failure.call, gap, pages, &place, scope);
}

fn cause(failure: &Failure) -> Cause {
    match failure {
        Failure::Denied { action } => Cause::Denied((*action).into()),
        Failure::Throttled => Cause::Throttled,
        Failure::TimedOut => Cause::TimedOut,
        Failure::Unsupported => Cause::Unsupported,
        Failure::SignIn
        | Failure::NotFound
        | Failure::Network
        | Failure::Malformed
        | Failure::Other => Cause::Failed,
    }
}
