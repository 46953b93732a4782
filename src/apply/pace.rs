//! How often calls may be made.
//!
//! AWS limits each call of an account and region by a bucket of tokens.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>

use crate::steps::Action;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::time::{Duration, Instant};

/// Buckets of tokens, one for each call.
#[derive(Debug)]
pub struct Pace {
    buckets: Option<Mutex<BTreeMap<Action, Bucket>>>,
}

#[derive(Debug)]
struct Bucket {
    /// May be below nothing: then it is owed.
    tokens: f64,
    since: Instant,
}

/// How many tokens a bucket holds, and how many come in a second.
fn limits(action: Action) -> (f64, f64) {
    match action {
        Action::CreateNatGateway | Action::DeleteNatGateway => (10.0, 1.0),
        Action::CreateVpcEndpoint | Action::ModifyVpcEndpoint | Action::DeleteVpcEndpoints => {
            (4.0, 0.3)
        }
        Action::CreateTags | Action::DeleteTags => (100.0, 10.0),
        // Route 53 Resolver takes five calls a second from an account.
        // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>
        Action::CreateResolverEndpoint | Action::DeleteResolverEndpoint => (5.0, 5.0),
        _ => (50.0, 5.0),
    }
}

impl Pace {
    /// AWS's own limits.
    pub fn of_aws() -> Self {
        Self {
            buckets: Some(Mutex::new(BTreeMap::new())),
        }
    }

    /// No limits, for an endpoint that has none.
    pub fn unlimited() -> Self {
        Self { buckets: None }
    }

    /// Wait until the call may be made, and count it.
    pub(super) async fn take(&self, action: Action) {
        let wait = self.owed(action, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Take a token, and say how long to wait for it.
    fn owed(&self, action: Action, now: Instant) -> Duration {
        let Some(buckets) = &self.buckets else {
            return Duration::ZERO;
        };
        let (most, rate) = limits(action);
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(action).or_insert(Bucket {
            tokens: most,
            since: now,
        });
        let come = (now - bucket.since).as_secs_f64() * rate;
        bucket.tokens = (bucket.tokens + come).min(most) - 1.0;
        bucket.since = now;
        if bucket.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-bucket.tokens / rate)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(action: Action, number: usize) -> Vec<f64> {
        let pace = Pace::of_aws();
        let now = Instant::now();
        let wait = |_| pace.owed(action, now).as_secs_f64();
        (0..number).map(wait).collect()
    }

    #[test]
    fn endpoints_come_four_at_once_and_then_one_in_some_seconds() {
        let waits = waits(Action::CreateVpcEndpoint, 6);
        assert_eq!(waits[..4], [0.0; 4]);
        assert!((3.3..3.4).contains(&waits[4]), "{waits:?}");
        assert!((6.6..6.7).contains(&waits[5]), "{waits:?}");
    }

    #[test]
    fn those_who_wait_together_come_one_after_another() {
        let waits = waits(Action::CreateNatGateway, 13);
        assert_eq!(waits[9..], [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn tokens_come_back_and_calls_have_buckets_of_their_own() {
        let pace = Pace::of_aws();
        let start = Instant::now();
        for _ in 0..4 {
            pace.owed(Action::DeleteVpcEndpoints, start);
        }
        let later = start + Duration::from_secs(7);
        assert_eq!(pace.owed(Action::DeleteVpcEndpoints, later), Duration::ZERO);
        assert_eq!(pace.owed(Action::DeleteVpcEndpoints, later), Duration::ZERO);
        assert!(pace.owed(Action::DeleteVpcEndpoints, later) > Duration::from_secs(2));
        assert_eq!(pace.owed(Action::CreateSubnet, later), Duration::ZERO);
        assert_eq!(
            Pace::unlimited().owed(Action::CreateVpcEndpoint, start),
            Duration::ZERO
        );
    }
}
