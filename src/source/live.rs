//! One account and region, read live: all calls at once, each failed call a gap.

use super::calls::Call;
use super::describe::{Reader, kinds_of};
use crate::aws::{CallError, Connection, Failure};
use crate::network::{Cause, Gap, Key, Kind, Network, Scope, Shard, Text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{Id, JoinError, JoinSet};

/// What is said each time a page has come, and each time a call is done.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The call.
    pub call: Call,
    /// Resources that came since it was last heard of.
    pub items: usize,
    /// The call is done, and what it brought is part of what is known.
    pub is_done: bool,
    /// The call is done, and not all that it asked for came.
    pub has_failed: bool,
    /// Calls that are done.
    pub done: usize,
    /// Calls that are known to be needed; it grows as lists come in that others hang on.
    pub total: usize,
    reader: &'a Reader,
    scope: &'a Scope,
    open: &'a BTreeMap<Call, usize>,
}

impl Progress<'_> {
    /// What is known until now. It is put together anew each time, so it is for now and then, not for every call.
    pub fn network(&self) -> Network {
        let network = self.reader.so_far();
        let mut shard = network
            .shards()
            .find(|(scope, _)| *scope == self.scope)
            .map_or_else(Shard::new, |(_, shard)| shard.as_ref().clone());
        let kinds: BTreeSet<Kind> = self
            .open
            .keys()
            .flat_map(|call| kinds_of(*call))
            .copied()
            .collect();
        for kind in kinds {
            let place = self.scope.to_string();
            let gap = Gap::new(kind.plural(), place, Cause::NotInInput, "not read yet");
            shard.add_gap(gap.of_kinds([kind]));
        }
        network.with_shard(self.scope.clone(), Arc::new(shard))
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
/// All calls are made at once: how often AWS allows each of them the connection knows. It does not fail: what could not
/// be read is a gap in the network. Dropping the future stops every call at once.
pub async fn load(connection: Connection, tell: impl FnMut(Progress<'_>)) -> Network {
    load_after(connection, &[], tell).await
}

/// As [`load`], where some calls were made already, each with one page: they are not made again.
pub async fn load_after(
    connection: Connection,
    answers: &[(Call, Value)],
    mut tell: impl FnMut(Progress<'_>),
) -> Network {
    let scope = Scope {
        account: connection.account().map(Text::from),
        region: Some(connection.region().into()),
    };
    let mut reader = Reader::new();
    if let Some(failure) = connection.identity_failure() {
        fail(&mut reader, &scope, failure, &[]);
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "a page is told in a few bytes, and its pages are kept besides"
    )]
    let (sender, mut pages) = unbounded_channel();
    let mut calls = Calls {
        connection: Arc::new(connection),
        running: JoinSet::new(),
        names: HashMap::new(),
        pages: sender,
        open: BTreeMap::new(),
        total: 0,
    };
    for (call, page) in answers {
        let place = place(*call, None, &scope);
        reader.answer(std::slice::from_ref(page), &place, &scope);
    }
    let is_answered = |call: Call| answers.iter().any(|(answered, _)| *answered == call);
    for call in Call::ALL {
        let is_list = call.spec().parent.is_none() && call != Call::CallerIdentity;
        if is_list && !is_answered(call) {
            calls.start(call, None);
        }
    }

    let mut done = 0;
    while let Some(news) = calls.next(&mut pages).await {
        let answer = match news {
            News::Page(call, items) => {
                tell(Progress {
                    call,
                    items,
                    is_done: false,
                    has_failed: false,
                    done,
                    total: calls.total,
                    reader: &reader,
                    scope: &scope,
                    open: &calls.open,
                });
                continue;
            }
            News::Done(answer) => answer,
        };
        done += 1;
        calls.close(answer.call);
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
            items: 0,
            is_done: true,
            has_failed: answer.failure.is_some(),
            done,
            total: calls.total,
            reader: &reader,
            scope: &scope,
            open: &calls.open,
        });
    }
    reader.finish()
}

/// What comes of calls.
enum News {
    /// A page came, with so many resources.
    Page(Call, usize),
    /// A call is done.
    Done(Answer),
}

/// The calls that run.
struct Calls {
    connection: Arc<Connection>,
    running: JoinSet<Answer>,
    names: HashMap<Id, (Call, Option<String>)>,
    pages: UnboundedSender<(Call, usize)>,
    /// How often each call is under way.
    open: BTreeMap<Call, usize>,
    total: usize,
}

impl Calls {
    fn start(&mut self, call: Call, parent: Option<String>) {
        let connection = Arc::clone(&self.connection);
        let sender = self.pages.clone();
        let name = (call, parent.clone());
        let handle = self.running.spawn(async move {
            let mut pages = Vec::new();
            let mut take = |page, items| {
                pages.push(page);
                // Fails only when nobody waits for the network any more.
                let _ = sender.send((call, items));
            };
            let outcome = connection.run(call, parent.as_deref(), &mut take).await;
            Answer {
                call,
                parent,
                pages,
                failure: outcome.err(),
            }
        });
        self.names.insert(handle.id(), name);
        *self.open.entry(call).or_default() += 1;
        self.total += 1;
    }

    /// One call is done.
    fn close(&mut self, call: Call) {
        if let Some(open) = self.open.get_mut(&call) {
            *open -= 1;
            if *open == 0 {
                self.open.remove(&call);
            }
        }
    }

    async fn next(&mut self, pages: &mut UnboundedReceiver<(Call, usize)>) -> Option<News> {
        tokio::select! {
            // Pages are told before the end of their call.
            biased;
            Some((call, items)) = pages.recv() => Some(News::Page(call, items)),
            ended = self.running.join_next_with_id() => self.ended(ended?).map(News::Done),
        }
    }

    fn ended(&mut self, ended: Result<(Id, Answer), JoinError>) -> Option<Answer> {
        match ended {
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
