//! How long ago something was, in words.

use std::time::Duration;

/// How long ago something was.
pub(super) fn ago(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0 => "just now".to_owned(),
        1 => "a minute ago".to_owned(),
        2..=59 => format!("{minutes} minutes ago"),
        60..=119 => "an hour ago".to_owned(),
        120..=2879 => format!("{} hours ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// Now, in seconds since 1970.
pub(super) fn now() -> u64 {
    crate::apply::now() / 1000
}

/// How long ago a moment was, that is given in seconds since 1970; [`now`] is the other end.
pub(super) fn since(at: u64, now: u64) -> String {
    ago(Duration::from_secs(now.saturating_sub(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_words_of_one_size() {
        for (seconds, words) in [
            (59, "just now"),
            (60, "a minute ago"),
            (3599, "59 minutes ago"),
            (3600, "an hour ago"),
            (7200, "2 hours ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(since(1000, 1000 + seconds), words);
        }
        // A clock that was set back.
        assert_eq!(since(1000, 900), "just now");
    }
}
