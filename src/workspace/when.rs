//! Times as people say and write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, ZonedDateTime};

/// What tells the time: the machine's clock, or a test's.
pub type Clock = std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of the machine.
pub fn system_clock() -> Clock {
    std::sync::Arc::new(Timestamp::now)
}

/// When something was, by the day: `today 14:05`, `yesterday 14:05`, `Tuesday 14:05`, `24 November 14:05`,
/// `24 November 2025 14:05`.
pub fn day_words(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (
        at.to_zoned_datetime(zone.clone()),
        now.to_zoned_datetime(zone.clone()),
    );
    let days = days_between(&at, &now);
    let day = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=6 => at.strftime("%A").to_string(),
        _ if at.year() == now.year() => at.strftime("%-d %B").to_string(),
        _ => at.strftime("%-d %B %Y").to_string(),
    };
    format!("{day} {}", at.strftime("%H:%M"))
}

/// The same in a sentence about what changed since then, where today goes without saying: `14:05`, `Tuesday 14:05`.
pub fn since_words(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let words = day_words(at, now, zone);
    let words = words.strip_prefix("today ").unwrap_or(&words);
    words.to_owned()
}

fn days_between(at: &ZonedDateTime, now: &ZonedDateTime) -> i32 {
    // Dates of years that exist are never too far apart to be counted.
    now.date()
        .since(at.date())
        .map_or(0, |span| span.get_days())
}

/// How long ago something was, in few words, in steps of minutes, hours and days: `just now`, `2 min ago`, `3 h ago`.
pub fn age_words(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins();
    match minutes {
        ..=0 => "just now".to_owned(),
        1..=59 => format!("{minutes} min ago"),
        60..=1439 => format!("{} h ago", minutes / 60),
        1440..=2879 => "1 day ago".to_owned(),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// How long [`age_words`] stays as it is.
pub fn age_lasts(at: Timestamp, now: Timestamp) -> SignedDuration {
    let age = now.duration_since(at).max(SignedDuration::ZERO);
    let step = match age.as_mins() {
        ..=59 => 60,
        60..=1439 => 3_600,
        _ => 86_400,
    };
    SignedDuration::from_secs(step - age.as_secs() % step)
}

/// A time as it is written on the command line, to the second: `2026-11-24T14:05:03`.
pub fn written(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned_datetime(zone.clone());
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The first moment after a day, a minute or a second that is written as `2026-11-24`, `2026-11-24T14:05` or
/// `2026-11-24T14:05:03`, in local time, or in UTC with a Z at its end. None where it is not written so.
pub fn end_of(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (text, zone) = match text.strip_suffix('Z') {
        Some(text) => (text, &TimeZone::UTC),
        None => (text, zone),
    };
    let end: DateTime = match (text.split_once('T'), text.len()) {
        (None, 10) => {
            let date: Date = text.parse().ok()?;
            date.tomorrow().ok()?.at(0, 0, 0, 0)
        }
        (Some((date, time)), 16 | 19) => {
            let (date, time): (Date, Time) = (date.parse().ok()?, time.parse().ok()?);
            let step = if text.len() == 16 {
                1.minute()
            } else {
                1.second()
            };
            date.to_datetime(time).checked_add(step).ok()?
        }
        _ => return None,
    };
    // An hour that the clocks skip or pass twice is taken as other programs take it.
    let end = zone.to_ambiguous_zoned_datetime(end).compatible().ok()?;
    Some(end.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_said_as_people_say_them() {
        let now = at("2026-11-26T00:30:00Z");
        for (then, words) in [
            ("2026-11-26T00:05:59Z", "today 00:05"),
            ("2026-11-25T23:59:00Z", "yesterday 23:59"),
            ("2026-11-24T14:05:00Z", "Tuesday 14:05"),
            ("2026-11-20T14:05:00Z", "Friday 14:05"),
            ("2026-11-19T14:05:00Z", "19 November 14:05"),
            ("2025-11-24T14:05:00Z", "24 November 2025 14:05"),
        ] {
            assert_eq!(day_words(at(then), now, &TimeZone::UTC), words);
        }
        let then = at("2026-11-26T00:05:00Z");
        assert_eq!(since_words(then, now, &TimeZone::UTC), "00:05");
        // In another zone it is another day.
        let west = TimeZone::fixed(jiff::tz::offset(-5));
        assert_eq!(
            day_words(at("2026-11-25T23:59:00Z"), now, &west),
            "today 18:59"
        );
    }

    #[test]
    fn ages_go_in_steps_and_say_how_long_they_last() {
        let now = at("2026-11-26T12:00:00Z");
        for (then, words, lasts) in [
            ("2026-11-26T12:00:00Z", "just now", 60),
            ("2026-11-26T11:59:01Z", "just now", 1),
            ("2026-11-26T11:58:00Z", "2 min ago", 60),
            ("2026-11-26T08:30:00Z", "3 h ago", 1800),
            ("2026-11-25T11:00:00Z", "1 day ago", 82_800),
            ("2026-11-20T12:00:00Z", "6 days ago", 86_400),
            // The clock was put back.
            ("2026-11-26T13:00:00Z", "just now", 60),
        ] {
            assert_eq!(age_words(at(then), now), words, "{then}");
            assert_eq!(age_lasts(at(then), now).as_secs(), lasts, "{then}");
        }
    }

    #[test]
    fn a_time_is_written_and_read() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        for (text, end) in [
            ("2026-11-24", "2026-11-24T23:00:00Z"),
            ("2026-11-24T14:05", "2026-11-24T13:06:00Z"),
            ("2026-11-24T14:05:03", "2026-11-24T13:05:04Z"),
            ("2026-11-24T14:05Z", "2026-11-24T14:06:00Z"),
        ] {
            assert_eq!(end_of(text, &zone), Some(at(end)), "{text}");
        }
        for text in [
            "",
            "2026-13-01",
            "2026-11-24T",
            "2026-11-24T25:00",
            "20261124",
            "eu-west-1",
        ] {
            assert_eq!(end_of(text, &zone), None, "{text}");
        }
        let then = at("2026-11-24T13:05:03.7Z");
        assert_eq!(written(then, &zone), "2026-11-24T14:05:03");
        assert!(end_of(&written(then, &zone), &zone).is_some_and(|end| end > then));
    }
}
