//! Whose credentials the open network was read with, and when they end.

use super::super::{look, widgets};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::workspace::Identity;
use eframe::egui;
use egui::{RichText, Ui};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

/// Credentials that end sooner than this are pointed at.
const SOON: Duration = Duration::from_mins(10);

/// A few words in the status bar; the whole in the tooltip.
pub(super) fn ui(ui: &mut Ui, identities: &[Identity]) {
    let Some(first) = identities.first() else {
        return;
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "AWS says by the clock when credentials end"
    )]
    let now = SystemTime::now();
    let end = identities.iter().filter_map(|it| it.expires).min();
    let left = end.map(|end| end.duration_since(now).unwrap_or_default());
    let accounts: BTreeSet<_> = identities.iter().map(|it| &it.account).collect();
    let whose = if accounts.len() > 1 {
        format!("{} accounts", accounts.len())
    } else {
        caller(first)
    };
    let (words, ink) = match left {
        None => (whose, Ink::TextMuted),
        Some(Duration::ZERO) => (
            format!("{whose} · credentials have run out"),
            Ink::Word(Role::Danger),
        ),
        Some(left) if left < SOON => (
            format!("{whose} · {} left", span(left)),
            Ink::Word(Role::Warn),
        ),
        Some(left) => (format!("{whose} · {} left", span(left)), Ink::TextMuted),
    };
    let color = widgets::ink(ui, ink);
    let words = RichText::new(widgets::shown(&words))
        .size(look::SMALL)
        .color(color);
    let label = ui.add(egui::Label::new(words).truncate());
    label.on_hover_ui(|ui| {
        for identity in identities {
            ui.label(widgets::shown(&line(identity, now)));
        }
        if first.expires.is_some() {
            let words = widgets::small_muted(
                ui,
                "What can be renewed without you is renewed when it is asked for again.",
            );
            ui.label(words);
        }
    });
    // The minutes go down while nothing else happens.
    if left.is_some_and(|left| !left.is_zero()) {
        ui.ctx().request_repaint_after(Duration::from_secs(30));
    }
}

/// Account and user or role, short: `111122223333 · Auditor`.
fn caller(identity: &Identity) -> String {
    let account = identity.account.as_deref().unwrap_or("account unknown");
    match identity.caller.as_deref().and_then(name) {
        Some(name) => format!("{account} · {name}"),
        None => account.to_owned(),
    }
}

/// The user's or role's own name in an ARN: `arn:aws:sts::111122223333:assumed-role/Auditor/session` is `Auditor`.
fn name(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let mut parts = resource.split('/');
    match parts.next()? {
        "assumed-role" => parts.next().filter(|name| !name.is_empty()),
        "root" => Some("root"),
        _ => parts.next_back(),
    }
}

fn line(identity: &Identity, now: SystemTime) -> String {
    let profile = match &identity.profile {
        Some(profile) => format!("profile {profile}"),
        None => "credentials of the environment or the default profile".to_owned(),
    };
    let caller = identity.caller.as_deref().unwrap_or("caller unknown");
    let account = identity.account.as_deref().unwrap_or("account unknown");
    let end = match identity.expires.map(|end| end.duration_since(now)) {
        None => "they do not end".to_owned(),
        Some(Ok(left)) => format!("they end in {}", span(left)),
        Some(Err(_)) => "they have ended".to_owned(),
    };
    format!("{account}: {caller}, {profile}; {end}")
}

/// A span of time as people say it.
fn span(left: Duration) -> String {
    let minutes = left.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "less than a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_are_named_shortly() {
        for (arn, wanted) in [
            (
                "arn:aws:sts::111122223333:assumed-role/Auditor/me",
                Some("Auditor"),
            ),
            ("arn:aws:iam::111122223333:user/net/ana", Some("ana")),
            ("arn:aws:iam::111122223333:root", Some("root")),
            ("nonsense", None),
        ] {
            assert_eq!(name(arn), wanted, "{arn}");
        }
    }

    #[test]
    fn spans_are_said_in_hours_and_minutes() {
        for (seconds, words) in [
            (59, "less than a minute"),
            (60, "1 min"),
            (3600, "1 h"),
            (3 * 3600 + 47 * 60 + 59, "3 h 47 min"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), words);
        }
    }
}
