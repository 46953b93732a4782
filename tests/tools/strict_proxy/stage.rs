//! The pipeline: each stage sees a call, may answer it, change it, or hand it on and change what comes back.

use std::sync::Arc;
use std::time::Duration;

use super::call::Call;
use super::http::Response;

/// What the client gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A whole answer.
    Answer(Response),
    /// The headers and the first half of the body, then the connection is closed.
    Truncated(Response),
    /// The connection is closed without a byte.
    Closed,
    /// Nothing is ever sent; the connection stays open until the client gives up.
    Silent,
}

/// Notes for the log that inner stages leave on the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Number of the page answered, from 1, where the call is paginated.
    pub(crate) page: Option<usize>,
    /// Name of the fault that struck.
    pub(crate) fault: Option<String>,
    /// Latency and delays added.
    pub(crate) delayed: Duration,
    /// The call's change was made: whatever the client saw, the answer was a good one.
    pub(crate) is_carried_out: bool,
    /// The answer was given before, to a call with the same client token; nothing was made.
    pub(crate) is_repeated: bool,
}

/// One link of the chain.
pub(crate) trait Stage: Send + Sync {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome;

    /// Forgets what the stage has noted of earlier calls: the account behind is a fresh one.
    fn forget(&self) {}
}

/// The rest of the chain behind a stage.
#[derive(Clone, Copy)]
pub(crate) struct Next<'a> {
    rest: &'a [Arc<dyn Stage>],
}

impl<'a> Next<'a> {
    pub(crate) fn new(rest: &'a [Arc<dyn Stage>]) -> Self {
        Self { rest }
    }

    /// Runs what lies behind. A chain always ends in a stage that answers; where one does not, the proxy says so.
    pub(crate) fn run(self, call: Call, notes: &mut Notes) -> Outcome {
        match self.rest.split_first() {
            Some((stage, rest)) => stage.handle(call, notes, Self { rest }),
            None => Outcome::Answer(Response::ec2_error(
                502,
                "ProxyMisconfigured",
                "The chain of stages ends without an upstream.",
            )),
        }
    }
}
