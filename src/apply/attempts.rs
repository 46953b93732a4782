//! Whether and when a call is made again.

use super::engine::Patience;
use crate::steps::Trouble;
use std::hash::{BuildHasher, RandomState};
use tokio::time::{Duration, Instant};

/// What has come of the attempts at one call so far.
pub(super) struct Attempts<'a> {
    patience: &'a Patience,
    /// Failures one after another that say nothing about the call itself.
    passing: u32,
    /// All failures.
    all: u32,
    unseen_since: Option<Instant>,
    held_since: Option<Instant>,
    chance: RandomState,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(patience: &'a Patience) -> Self {
        Self {
            patience,
            passing: 0,
            all: 0,
            unseen_since: None,
            held_since: None,
            chance: RandomState::new(),
        }
    }

    /// Note a failure; whether the call is to be made again. What is not there, or stands in the way, is given time from
    /// when it was first so: an answer that was lost may have taken minutes before.
    pub(super) fn goes_on(&mut self, trouble: Trouble) -> bool {
        self.all += 1;
        let within = |since: &mut Option<Instant>, long| {
            since.get_or_insert_with(Instant::now).elapsed() < long
        };
        if trouble.is_passing() {
            self.passing += 1;
            return self.passing <= self.patience.attempts;
        }
        self.passing = 0;
        match trouble {
            Trouble::NotFound => within(&mut self.unseen_since, self.patience.unseen),
            Trouble::Conflict => within(&mut self.held_since, self.patience.conflict),
            _ => false,
        }
    }

    /// How long to wait before the next attempt: longer each time, and never as long as others who wait, or all of them
    /// would come back together.
    /// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
    pub(super) fn pause(&self) -> Duration {
        let doublings = self.all.saturating_sub(1).min(16);
        let most = self.patience.backoff.saturating_mul(1 << doublings);
        let most = most.min(self.patience.longest_backoff);
        // A hasher that is made anew is the chance that the standard library has.
        let part = self.chance.hash_one(self.all) % 1024;
        most / 2 + most.mul_f64(part as f64 / 2048.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience() -> Patience {
        Patience {
            attempts: 2,
            unseen: Duration::from_hours(1),
            conflict: Duration::ZERO,
            ..Patience::default()
        }
    }

    #[test]
    fn troubles_on_the_way_are_counted_by_themselves() {
        let patience = patience();
        let mut attempts = Attempts::new(&patience);
        assert!(attempts.goes_on(Trouble::Throttled));
        assert!(attempts.goes_on(Trouble::Lost));
        // Something was said about the call, so the way is good again.
        assert!((0..20).all(|_| attempts.goes_on(Trouble::NotFound)));
        assert!(attempts.goes_on(Trouble::Server));
        assert!(attempts.goes_on(Trouble::Unsent));
        assert!(!attempts.goes_on(Trouble::Throttled));
    }

    #[test]
    fn what_is_refused_is_refused() {
        let patience = patience();
        for trouble in [
            Trouble::Denied,
            Trouble::Quota,
            Trouble::Invalid,
            Trouble::Conflict,
        ] {
            assert!(!Attempts::new(&patience).goes_on(trouble), "{trouble:?}");
        }
    }

    #[test]
    fn pauses_grow_to_a_limit_and_differ() {
        let patience = patience();
        let mut attempts = Attempts::new(&patience);
        let mut most = patience.backoff;
        for _ in 0..12 {
            attempts.goes_on(Trouble::NotFound);
            let pause = attempts.pause();
            assert!(most / 2 <= pause && pause <= most, "{pause:?}");
            most = (most * 2).min(patience.longest_backoff);
        }
        let pauses = || {
            let mut attempts = Attempts::new(&patience);
            attempts.goes_on(Trouble::NotFound);
            attempts.pause()
        };
        assert!((0..50).any(|_| pauses() != pauses()));
    }
}
