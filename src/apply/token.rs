//! What runs and calls are known by.

use crate::network::Text;
use compact_str::format_compact;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// The tag that names the ticket a change was made for, where the person wants it.
pub const TICKET_TAG: &str = "vpc-atlas:ticket";

/// Milliseconds since 1970, by the clock of this machine: the time that journals tell. They are read by other processes,
/// so no clock of this one alone will do.
#[expect(
    clippy::disallowed_methods,
    reason = "a journal says when things happened, and this is the one place that asks"
)]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}

/// A name for a new run: when it began, by the clock of this machine in UTC, and six digits of chance
/// (`20261125-213702-4f2a9c`). Names sort by time.
pub fn new_run() -> Text {
    let seconds = now() / 1000;
    let chance = RandomState::new().build_hasher().finish() & 0x00ff_ffff;
    let (date, time) = date_and_time(seconds);
    format_compact!("{date}-{time}-{chance:06x}")
}

/// `20261125` and `213702`, from seconds since 1970.
fn date_and_time(seconds: u64) -> (String, String) {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of the year 0, in eras of 400 years; see Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    (
        format!("{year:04}{month:02}{day:02}"),
        format!("{:02}{:02}{:02}", rest / 3600, rest / 60 % 60, rest % 60),
    )
}

/// The client token of a call: the same for the same run, step and round of it, and 64 characters of ASCII, which is as many as EC2
/// takes. <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html>
pub fn client_token(run: &str, step: &str, round: u32) -> Text {
    let mut hash = Sha256::new();
    hash.update(run.as_bytes());
    hash.update([0]);
    hash.update(step.as_bytes());
    if round > 0 {
        hash.update([0]);
        hash.update(round.to_be_bytes());
    }
    let mut token = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(token, "{byte:02x}");
    }
    token.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date, time) in [
            (0, "19700101", "000000"),
            (951_782_399, "20000228", "235959"),
            (951_782_400, "20000229", "000000"),
            (1_795_642_622, "20261125", "213702"),
        ] {
            assert_eq!(date_and_time(seconds), (date.to_owned(), time.to_owned()));
        }
    }

    #[test]
    fn tokens_tell_runs_and_steps_apart() {
        let token = client_token("run", "step", 0);
        assert_eq!(token.len(), 64);
        assert_eq!(token, client_token("run", "step", 0));
        assert_ne!(token, client_token("runs", "tep", 0));
        assert_ne!(token, client_token("run", "step", 1));
        assert_ne!(new_run(), new_run());
    }
}
