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
    /// The page, asked for again while the failure is one that may pass, within the limits of the connection. Waiting for
    /// one's turn has no limit: that AWS allows no more calls a second is no failure.
    pub(super) async fn patiently(&self, asked: &Asked<'_>) -> Result<Page, Fault> {
        let lane = Lane {
            whose: self.whose().to_owned(),
            region: self.region().to_owned(),
            api: asked.call.spec().api,
        };
        let pace = self.session().pace();
        let mut left = self.limits().operation;
        let mut attempt = 1;
        loop {
            let turn = pace.turn(&lane).await;
            let start = Instant::now();
            let page = self.page(
                &self.clients.reading,
                asked.call,
                asked.parent,
                &[],
                asked.token,
            );
            let outcome = timeout(left, page).await;
            let outcome = outcome.unwrap_or_else(|_| Err(Fault::timed_out()));
            drop(turn);
            let took = start.elapsed();
            let fault = match outcome {
                Ok(page) => {
                    pace.went_well(&lane);
                    say(&lane, asked, attempt, took, &Ok(page.items));
                    return Ok(page);
                }
                Err(fault) => fault,
            };
            if fault.is_throttled() {
                pace.slow_down(&lane);
            }
            let pause = pause(self.limits().backoff, attempt);
            left = left.saturating_sub(took + pause);
            let again = attempt < self.limits().attempts && fault.may_pass() && !left.is_zero();
            say(&lane, asked, attempt, took, &Err((&fault, again)));
            if !again {
                return Err(fault);
            }
            sleep(pause).await;
            attempt += 1;
        }
    }
}

/// A line for the log: how many resources came, or why none did and whether it is asked again.
fn say(
    lane: &Lane,
    asked: &Asked<'_>,
    attempt: u32,
    took: Duration,
    outcome: &Result<usize, (&Fault, bool)>,
) {
    let Lane {
        whose,
        region,
        api: call,
    } = lane;
    let (of, page, millis) = (asked.parent, asked.page, took.as_millis());
    match outcome {
        Ok(items) => tracing::debug!(
            call,
            account = whose,
            region,
            of,
            page,
            attempt,
            items,
            millis,
            "answered"
        ),
        Err((fault, again)) => {
            let why = fault.reason();
            tracing::debug!(
                call,
                account = whose,
                region,
                of,
                page,
                attempt,
                why,
                again,
                millis,
                "failed"
            );
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
        } else if is_refused && names(&"AuthFailure") {
            // The SDK knows how far the clocks are apart, and tries this again only where that is why.
            RetryAction::NoActionIndicated
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
