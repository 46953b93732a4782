//! One account and region, read live: all calls at once, each failed call a gap.

use super::calls::Call;
use super::describe;
use crate::aws::{CallError, Connection, Failure};
use crate::network::{Cause, Coverage, Gap, Network, Scope, Shard, Text};
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
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// The call that is done.
    pub call: Call,
    /// Calls that are done.
    pub done: usize,
    /// Calls that are known to be needed; it grows as lists come in that others hang on.
    pub total: usize,
    /// What is known until now.
    pub network: &'a Network,
}

/// One call that is done: what it was asked about, its pages, and why there are no more.
struct Answer {
    call: Call,
    parent: Option<String>,
    pages: Vec<Value>,
    /// Whether the pages are all there is.
    whole: bool,
    failure: Option<CallError>,
}

/// Read everything the table of calls lists.
///
/// It does not fail: what could not be read is a gap in the network. Dropping the future stops every call at once.
pub async fn load(connection: Connection, mut tell: impl FnMut(Progress<'_>)) -> Network {
    let scope = Scope {
        account: connection.account().map(Text::from),
        region: Some(connection.region().into()),
    };
    let connection = Arc::new(connection);
    let mut calls = Calls {
        connection,
        running: JoinSet::new(),
        names: HashMap::new(),
        turns: HashMap::new(),
        total: 0,
    };
    for call in Call::ALL
        .into_iter()
        .filter(|call| call.spec().parent.is_none())
    {
        calls.start(call, None);
    }

    let mut network = Network::new();
    let mut done = 0;
    while let Some(answer) = calls.next().await {
        done += 1;
        for call in Call::ALL {
            if let Some(list) = call.spec().parent
                && list.call == answer.call
            {
                for id in answer.pages.iter().flat_map(|page| list.ids(page)) {
                    calls.start(call, Some(id));
                }
            }
        }
        // Merging does not depend on order, so answers are read as they come.
        network = network.merged(&read(&scope, &answer));
        tell(Progress {
            call: answer.call,
            done,
            total: calls.total,
            network: &network,
        });
    }
    network
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
                whole: outcome.as_ref().is_ok_and(|pages| !pages.truncated),
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
                    whole: false,
                    failure: Some(failure),
                })
            }
        }
    }
}

/// What one answer says, and the gap where it breaks off.
fn read(scope: &Scope, answer: &Answer) -> Network {
    let place = match &answer.parent {
        Some(parent) => format!("{} of {parent} in {scope}", answer.call),
        None => format!("{} in {scope}", answer.call),
    };
    let mut reader = describe::Reader::new();
    for page in &answer.pages {
        reader.page(page, &place, scope);
    }
    let mut network = reader.finish();
    if !answer.whole {
        network = partly(&network);
    }
    let Some(failure) = &answer.failure else {
        return network;
    };
    let what = match &answer.parent {
        Some(parent) => Text::from(format!("{} of {parent}", answer.call)),
        None => Text::from(answer.call.to_string()),
    };
    let why = Text::from(failure.reason());
    let gap = Gap::new(
        what,
        Text::from(scope.to_string()),
        cause(&failure.kind),
        why,
    );
    let mut shard = Shard::new();
    shard.add_gap(gap.of_kinds(describe::kinds_of(answer.call).iter().copied()));
    network.merged(&Network::of(scope.clone(), shard))
}

/// The same resources, none of their kinds complete: more pages were to come.
fn partly(network: &Network) -> Network {
    network
        .shards()
        .fold(Network::new(), |all, (scope, shard)| {
            let mut part = Shard::from_resources(shard.resources().cloned());
            for (kind, coverage) in shard.coverages() {
                part.cover(kind, coverage.min(Coverage::Partial));
            }
            for gap in shard.gaps() {
                part.add_gap(gap.clone());
            }
            all.with_shard(scope.clone(), Arc::new(part))
        })
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
