//! How often what is open is read again by itself, and when it is time.

use jiff::{SignedDuration, Timestamp};

/// How often what is open is read again by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pace {
    /// Never.
    #[default]
    Never,
    /// Every thirty seconds; AWS is never asked more often than that.
    HalfMinute,
    /// Every minute.
    Minute,
    /// Every five minutes.
    FiveMinutes,
    /// Every quarter of an hour.
    QuarterHour,
    /// Every hour.
    Hour,
}

/// The longest wait after failures, where the pace itself is not longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

impl Pace {
    /// Every pace, the fastest first.
    pub const ALL: [Self; 6] = [
        Self::Never,
        Self::HalfMinute,
        Self::Minute,
        Self::FiveMinutes,
        Self::QuarterHour,
        Self::Hour,
    ];

    /// In seconds; 0 for never.
    pub fn seconds(self) -> u32 {
        match self {
            Self::Never => 0,
            Self::HalfMinute => 30,
            Self::Minute => 60,
            Self::FiveMinutes => 300,
            Self::QuarterHour => 900,
            Self::Hour => 3600,
        }
    }

    /// The pace that is no faster than this many seconds; never where it is 0, and never below thirty seconds.
    pub fn of_seconds(seconds: u32) -> Self {
        let slow_enough = |pace: &&Self| pace.seconds() >= seconds;
        if seconds == 0 {
            return Self::Never;
        }
        let mut paces = Self::ALL.iter().skip(1);
        paces.find(slow_enough).copied().unwrap_or(Self::Hour)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::HalfMinute => "every 30 s",
            Self::Minute => "every minute",
            Self::FiveMinutes => "every 5 min",
            Self::QuarterHour => "every 15 min",
            Self::Hour => "every hour",
        }
    }
}

/// When it is time to read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Not by itself.
    Never,
    /// Now.
    Now,
    /// After this long.
    In(SignedDuration),
}

/// Knows when it was read last, and how often that has failed since.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pacer {
    last: Option<Timestamp>,
    failures: u32,
}

impl Pacer {
    /// Reading has begun.
    pub(super) fn begun(&mut self, now: Timestamp) {
        self.last = Some(now);
    }

    /// It was read.
    pub(super) fn done(&mut self, now: Timestamp) {
        self.last = Some(now);
        self.failures = 0;
    }

    /// It could not be read. True where it could the time before.
    pub(super) fn failed(&mut self, now: Timestamp) -> bool {
        self.last = Some(now);
        self.failures = self.failures.saturating_add(1);
        self.failures == 1
    }

    /// Whether the last attempt failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// When it is time. After each failure the wait is twice as long, up to an hour.
    pub(super) fn due(&mut self, pace: Pace, now: Timestamp) -> Due {
        let Some(last) = self.last.filter(|_| pace != Pace::Never) else {
            return Due::Never;
        };
        // The clock was put back: nobody wants to wait until it has caught up.
        let last = last.min(now);
        self.last = Some(last);
        let pace = SignedDuration::from_secs(pace.seconds().into());
        let wait = pace
            .checked_mul(1 << self.failures.min(8))
            .map_or(LONGEST, |wait| wait.min(LONGEST))
            .max(pace);
        let rest = wait - now.duration_since(last);
        if rest.is_positive() {
            Due::In(rest)
        } else {
            Due::Now
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_reads_more_often_than_every_thirty_seconds() {
        for (seconds, pace) in [
            (0, Pace::Never),
            (1, Pace::HalfMinute),
            (30, Pace::HalfMinute),
            (31, Pace::Minute),
            (3600, Pace::Hour),
            (u32::MAX, Pace::Hour),
        ] {
            assert_eq!(Pace::of_seconds(seconds), pace);
        }
        for pace in Pace::ALL {
            assert_eq!(Pace::of_seconds(pace.seconds()), pace);
            assert!(pace == Pace::Never || pace.seconds() >= 30);
        }
    }

    #[test]
    fn failures_make_it_wait_longer_and_success_ends_that() {
        let start: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        let after = |seconds: i64| start + SignedDuration::from_secs(seconds);
        let rest = |seconds: i64| Due::In(SignedDuration::from_secs(seconds));
        let mut pacer = Pacer::default();
        assert_eq!(pacer.due(Pace::Minute, start), Due::Never);
        pacer.done(start);
        assert_eq!(pacer.due(Pace::Never, after(100)), Due::Never);
        assert_eq!(pacer.due(Pace::Minute, after(20)), rest(40));
        assert_eq!(pacer.due(Pace::Minute, after(60)), Due::Now);
        assert!(pacer.failed(after(60)));
        assert_eq!(pacer.due(Pace::Minute, after(60)), rest(120));
        assert!(!pacer.failed(after(180)));
        assert_eq!(pacer.due(Pace::Minute, after(180)), rest(240));
        for _ in 0..40 {
            pacer.failed(after(180));
        }
        assert_eq!(pacer.due(Pace::Minute, after(180)), rest(3600));
        assert_eq!(pacer.due(Pace::Hour, after(180)), rest(3600));
        pacer.done(after(180));
        assert!(!pacer.has_failed());
        assert_eq!(pacer.due(Pace::Minute, after(180)), rest(60));
        // The clock is put back by an hour.
        assert_eq!(pacer.due(Pace::Minute, after(-3600)), rest(60));
    }
}
