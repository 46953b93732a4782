//! Asking for one page until it comes, as far as that has sense.
//!
//! The SDK would try again by itself, and could not be told to slow down one call and no other, nor say why it asked
//! twice. So it makes each attempt once, and here is decided what follows. Only a clock that is wrong it mends by
//! itself ([`Skew`]).

use std::hash::{BuildHasher, RandomState};

use aws_sdk_ec2::config::retry::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext, retries::classifiers::RetryClassifierPriority,
};
use tokio::time::{Duration, Instant, sleep, timeout};

use super::{
    connect::Connection,
    fault::{Fault, Stage},
    pace::Lane,
    run::Page,
};
use crate::source::calls::Call;

/// One page that is wanted.
pub(super) struct Asked<'a> {
    pub(super) call: Call,
    pub(super) parent: Option<&'a str>,
    /// Which page of the list, from one on.
    pub(super) page: usize,
    pub(super) token: Option<&'a str>,
}

/// The longest wait before another attempt.
const LONGEST: Duration = Duration::from_secs(20);

impl Connection {
    /// The page, asked for again while the failure is one that may pass, within the limits of the connection.
    pub(super) async fn patiently(&self, asked: &Asked<'_>) -> Result<Page, Fault> {
        let limit = self.limits().operation;
        let mut last = None;
        match timeout(limit, self.attempts(asked, &mut last)).await {
            Ok(outcome) => outcome,
            // What was wrong until now says more than that time is up.
            Err(_) => Err(last.unwrap_or_else(Fault::timed_out)),
        }
    }

    async fn attempts(&self, asked: &Asked<'_>, last: &mut Option<Fault>) -> Result<Page, Fault> {
        let spec = asked.call.spec();
        let lane = Lane {
            whose: self.whose().to_owned(),
            region: self.region().to_owned(),
            api: spec.api,
        };
        let pace = self.session().pace();
        let mut attempt = 1;
        loop {
            let turn = pace.turn(&lane).await;
            let start = Instant::now();
            let ec2 = &self.clients.reading;
            let outcome = self
                .page(ec2, asked.call, asked.parent, &[], asked.token)
                .await;
            drop(turn);
            let millis = start.elapsed().as_millis();
            match outcome {
                Ok(page) => {
                    pace.went_well(&lane);
                    tracing::debug!(
                        call = spec.api,
                        account = lane.whose,
                        region = lane.region,
                        of = asked.parent,
                        page = asked.page,
                        attempt,
                        items = page.items,
                        millis,
                        "answered"
                    );
                    return Ok(page);
                }
                Err(fault) => {
                    if fault.is_throttled() {
                        pace.slow_down(&lane);
                    }
                    let again = attempt < self.limits().attempts && fault.may_pass();
                    tracing::debug!(
                        call = spec.api,
                        account = lane.whose,
                        region = lane.region,
                        of = asked.parent,
                        page = asked.page,
                        attempt,
                        why = fault.reason(),
                        again,
                        millis,
                        "failed"
                    );
                    if !again {
                        return Err(fault);
                    }
                    *last = Some(fault);
                    sleep(pause(self.limits().backoff, attempt)).await;
                    attempt += 1;
                }
            }
        }
    }
}

/// How long to wait after this many attempts: longer each time, and never as long as others who wait, or all of them
/// would come back together.
/// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
fn pause(first: Duration, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let most = first.saturating_mul(1 << doublings).min(LONGEST);
    // A hasher that is made anew is the chance that the standard library has.
    let part = RandomState::new().hash_one(attempts) % 1024;
    most / 2 + most.mul_f64(part as f64 / 2048.0)
}

impl Fault {
    /// Whether the same question may get another answer.
    fn may_pass(&self) -> bool {
        if self.is_throttled() {
            return true;
        }
        match (self.stage, self.status) {
            // A service that does not know the call (501) never will.
            (Stage::Refused, Some(status)) => matches!(status, 408 | 429 | 500 | 502..),
            (Stage::TimedOut | Stage::Unconnected { .. } | Stage::Broken | Stage::Malformed, _) => {
                true
            }
            (Stage::Unsigned { offline }, _) => offline,
            (Stage::Unmade | Stage::Refused, None) | (Stage::Unmade, Some(_)) => false,
        }
    }
}

/// Lets the SDK try again where the clocks of here and there differ, since it then signs with the clock of there; and
/// nowhere else.
#[derive(Debug)]
pub(super) struct Skew;

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const SKEWED: [&str; 4] = [
    "RequestExpired",
    "RequestTimeTooSkewed",
    "RequestInTheFuture",
    "SignatureDoesNotMatch",
];

impl ClassifyRetry for Skew {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let body = context
            .response()
            .and_then(|response| response.body().bytes());
        let is_refused = matches!(context.output_or_error(), Some(Err(_)));
        let names = |code: &&str| {
            body.is_some_and(|body| {
                let tag = format!("<Code>{code}</Code>");
                body.windows(tag.len())
                    .any(|window| window == tag.as_bytes())
            })
        };
        if is_refused && SKEWED.iter().any(names) {
            RetryAction::client_error()
        } else {
            RetryAction::RetryForbidden
        }
    }

    fn name(&self) -> &'static str {
        "Skew"
    }

    fn priority(&self) -> RetryClassifierPriority {
        // The last word.
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_differ() {
        let first = Duration::from_millis(100);
        for (attempts, most) in [(1, 100), (2, 200), (3, 400), (30, 20_000)] {
            let most = Duration::from_millis(most);
            for _ in 0..20 {
                let wait = pause(first, attempts);
                assert!(wait >= most / 2 && wait <= most, "{attempts}: {wait:?}");
            }
        }
    }
}
