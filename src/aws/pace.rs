//! How often calls that read may be made.
//!
//! AWS limits each call of an account and region by a bucket of tokens of its own, so different calls never stand in
//! each other's way. Others in the account draw from the same buckets: where AWS asks to slow down all the same, the
//! bucket is taken for empty and fills more slowly, and comes back to AWS's rate call by call.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Duration, Instant},
};

/// How many answers are waited for at once, in all accounts and regions together. AWS does not count them; the system
/// counts open sockets, and macOS gives a program 256 files.
const AT_ONCE: usize = 192;

/// The least part of AWS's rate that is used after throttling.
const LEAST: f64 = 0.1;

/// How much of AWS's rate an answer gives back after throttling.
const RECOVERY: f64 = 0.05;

/// Which bucket a call draws from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    /// Whose: the account, or the profile where that is not known.
    pub(super) whose: String,
    pub(super) region: String,
    /// The API's name (`DescribeVpcs`).
    pub(super) api: &'static str,
}

/// The buckets of everything that was asked.
#[derive(Debug)]
pub(super) struct Pace {
    buckets: Mutex<BTreeMap<Lane, Bucket>>,
    sockets: Semaphore,
}

#[derive(Debug)]
struct Bucket {
    /// May be below nothing: then it is owed.
    tokens: f64,
    since: Instant,
    /// The part of AWS's rate that is used.
    share: f64,
    /// How often AWS asked to slow down.
    throttled: u64,
}

/// A token that was taken and is waited for. It goes back where the call is not made.
struct Token<'a> {
    pace: &'a Pace,
    lane: &'a Lane,
}

impl Token<'_> {
    /// The call is made now.
    fn spend(self) {
        std::mem::forget(self);
    }
}

impl Drop for Token<'_> {
    fn drop(&mut self) {
        self.pace.change(self.lane, |bucket| bucket.tokens += 1.0);
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            buckets: Mutex::default(),
            sockets: Semaphore::new(AT_ONCE),
        }
    }
}

/// How many tokens a bucket holds, and how many come in a second.
fn limits(api: &str) -> (f64, f64) {
    match api {
        // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>
        "ListResolverEndpoints" | "ListResolverEndpointIpAddresses" => (5.0, 5.0),
        _ => (100.0, 20.0),
    }
}

impl Pace {
    /// Wait until the call may be made, and count it. The call may be under way for as long as the permit is held.
    pub(super) async fn turn(&self, lane: &Lane) -> Option<SemaphorePermit<'_>> {
        loop {
            let throttled = self.throttled(lane);
            let wait = self.owed(lane, Instant::now());
            if wait.is_zero() {
                break;
            }
            let token = Token { pace: self, lane };
            tokio::time::sleep(wait).await;
            // Where AWS asked to slow down meanwhile, the place in the queue is worth less than it was.
            if self.throttled(lane) == throttled {
                token.spend();
                break;
            }
        }
        // Never closed, so an error cannot be; without a turn the call is made all the same.
        self.sockets.acquire().await.ok()
    }

    /// AWS asked to slow down.
    pub(super) fn slow_down(&self, lane: &Lane) {
        self.empty(lane, Instant::now());
    }

    fn empty(&self, lane: &Lane, now: Instant) {
        self.change(lane, |bucket| {
            bucket.throttled += 1;
            bucket.tokens = bucket.tokens.min(0.0);
            bucket.since = bucket.since.max(now);
            bucket.share = (bucket.share / 2.0).max(LEAST);
        });
    }

    /// AWS answered.
    pub(super) fn went_well(&self, lane: &Lane) {
        self.change(lane, |bucket| {
            bucket.share = (bucket.share + RECOVERY).min(1.0);
        });
    }

    /// How often AWS asked to slow down.
    fn throttled(&self, lane: &Lane) -> u64 {
        self.buckets()
            .get(lane)
            .map_or(0, |bucket| bucket.throttled)
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<Lane, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, lane: &Lane, change: impl FnOnce(&mut Bucket)) {
        if let Some(bucket) = self.buckets().get_mut(lane) {
            change(bucket);
        }
    }

    /// Take a token, and say how long to wait for it.
    fn owed(&self, lane: &Lane, now: Instant) -> Duration {
        let (most, rate) = limits(lane.api);
        let mut buckets = self.buckets();
        if !buckets.contains_key(lane) {
            let full = Bucket {
                tokens: most,
                since: now,
                share: 1.0,
                throttled: 0,
            };
            buckets.insert(lane.clone(), full);
        }
        let Some(bucket) = buckets.get_mut(lane) else {
            return Duration::ZERO;
        };
        let rate = rate * bucket.share;
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

    fn lane(api: &'static str) -> Lane {
        Lane {
            whose: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            api,
        }
    }

    #[test]
    fn a_hundred_go_at_once_and_then_twenty_a_second() {
        let pace = Pace::default();
        let now = Instant::now();
        let vpcs = lane("DescribeVpcs");
        for _ in 0..100 {
            assert_eq!(pace.owed(&vpcs, now), Duration::ZERO);
        }
        for late in 1..=4 {
            let wait = pace.owed(&vpcs, now).as_secs_f64();
            assert!((wait - 0.05 * f64::from(late)).abs() < 1e-6, "{wait}");
        }
        assert_eq!(pace.owed(&lane("DescribeSubnets"), now), Duration::ZERO);
        let elsewhere = Lane {
            region: "us-east-1".to_owned(),
            ..vpcs.clone()
        };
        assert_eq!(pace.owed(&elsewhere, now), Duration::ZERO);
        let later = now + Duration::from_secs(1);
        assert_eq!(pace.owed(&vpcs, later), Duration::ZERO);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_gives_the_token_back() {
        let pace = Pace::default();
        let vpcs = lane("DescribeVpcs");
        for _ in 0..100 {
            pace.turn(&vpcs).await;
        }
        for _ in 0..1000 {
            let waiting = tokio::time::timeout(Duration::from_micros(1), pace.turn(&vpcs));
            // One that has come meanwhile is spent.
            waiting.await.ok();
        }
        assert!(pace.owed(&vpcs, Instant::now()) <= Duration::from_millis(50));
    }

    #[tokio::test]
    async fn who_waits_waits_longer_where_aws_asks_for_it() {
        let pace = Pace::default();
        let vpcs = lane("DescribeVpcs");
        for _ in 0..100 {
            pace.turn(&vpcs).await;
        }
        let throttled = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            for _ in 0..8 {
                pace.slow_down(&vpcs);
            }
        };
        // Two a second come instead of twenty, so that the next one is half a second away.
        let turn = tokio::time::timeout(Duration::from_millis(300), pace.turn(&vpcs));
        let (turn, ()) = tokio::join!(turn, throttled);
        assert!(turn.is_err());
    }

    #[test]
    fn a_throttled_call_slows_down_and_comes_back() {
        let pace = Pace::default();
        let mut now = Instant::now();
        let vpcs = lane("DescribeVpcs");
        assert_eq!(pace.owed(&vpcs, now), Duration::ZERO);
        pace.empty(&vpcs, now);
        // Nothing is left, and ten a second come.
        assert_eq!(pace.owed(&vpcs, now), Duration::from_millis(100));
        now += Duration::from_secs(10);
        for _ in 0..9 {
            pace.empty(&vpcs, now);
        }
        // Two a second are left, however often it is told; one is owed from before.
        assert_eq!(pace.owed(&vpcs, now), Duration::from_secs(1));
        for _ in 0..20 {
            pace.went_well(&vpcs);
        }
        now += Duration::from_secs(1);
        let waits: Vec<_> = (0..30).map(|_| pace.owed(&vpcs, now)).collect();
        let free = waits.iter().filter(|wait| wait.is_zero()).count();
        assert!((18..=20).contains(&free), "{waits:?}");
    }
}
