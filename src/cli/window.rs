//! `vpc-atlas [SOURCE…]`: the window, and what to say where there can be none.

use super::Answer;
use crate::workspace::{SourceSpec, check};
use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

/// The Debian packages that hold the libraries a window needs.
const PACKAGES: &str =
    "libxkbcommon-x11-0 libgl1 libegl1 libx11-6 libxcursor1 libxi6 libxrandr2 libwayland-client0";

pub(super) fn run(
    sources: Vec<SourceSpec>,
    open: impl FnOnce(Vec<SourceSpec>) -> anyhow::Result<()>,
) -> anyhow::Result<Answer> {
    // A mistyped command looks like a path; better said here than in a window.
    for source in &sources {
        check(source)?;
    }
    anyhow::ensure!(
        has_display(),
        "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); use a command instead, such as `vpc-atlas map SOURCE -o map.svg`, or see `vpc-atlas --help`"
    );

    // Libraries of the window system are loaded by name when they are needed, and one crate says by a panic that its
    // library is not there. That is nobody's defect, so it is not reported as one.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if missing_library(info.payload()).is_none() {
            report(info);
        }
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| open(sources)));
    match outcome {
        Ok(Ok(())) => Ok(Answer::Yes),
        Ok(Err(error)) => Err(no_window(&format!("{error:#}"))),
        Err(payload) => Err(match missing_library(payload.as_ref()) {
            Some(library) => no_window(library),
            None => anyhow::anyhow!(
                "the window stopped because of a defect in the program; please report the words above"
            ),
        }),
    }
}

fn no_window(words: &str) -> anyhow::Error {
    // winit puts a place in its own source before the reason.
    let why = match words.rsplit_once("os error at ") {
        Some((_, place)) => place.split_once(": ").map_or(place, |(_, why)| why),
        None => words,
    };
    let why = why.trim().trim_end_matches('.');
    let unanswered = ["open connection", "wayland compositor"]
        .iter()
        .any(|part| why.contains(part));
    let advice = if unanswered {
        "check DISPLAY and WAYLAND_DISPLAY".to_owned()
    } else if cfg!(all(unix, not(target_os = "macos"))) {
        format!("on Debian run `apt-get install {PACKAGES}`")
    } else {
        "update the system's graphics driver".to_owned()
    };
    anyhow::anyhow!(
        "no window can be opened ({why}); {advice}, or use a command instead, such as `vpc-atlas map SOURCE -o map.svg`"
    )
}

/// The words of a panic that says that a library is missing.
fn missing_library(payload: &(dyn Any + Send)) -> Option<&str> {
    let words = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())?;
    let says_so = words.contains("could not be loaded") || words.contains("Could not load");
    (says_so && words.contains(".so")).then_some(words)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn has_display() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_told_from_a_defect() {
        let missing = "Library libxkbcommon-x11.so could not be loaded.";
        assert_eq!(missing_library(&missing), Some(missing));
        assert_eq!(missing_library(&missing.to_owned()), Some(missing));
        assert_eq!(missing_library(&"index out of bounds"), None);
        assert_eq!(missing_library(&7_u8), None);
    }

    #[test]
    fn a_display_that_does_not_answer_needs_no_package() {
        let error = no_window(
            "winit EventLoopError: os error at /home/x/winit/src/mod.rs:788: Failed to open connection to X server",
        );
        assert_eq!(
            error.to_string(),
            "no window can be opened (Failed to open connection to X server); check DISPLAY and WAYLAND_DISPLAY, or use a command instead, such as `vpc-atlas map SOURCE -o map.svg`"
        );
    }

    #[test]
    fn what_to_install_is_one_sentence() {
        let error = no_window("Library libxkbcommon-x11.so could not be loaded.").to_string();
        assert!(error.contains("could not be loaded);"), "{error}");
        assert!(error.contains("vpc-atlas map"), "{error}");
        assert!(!error.contains('\n'));
    }
}
