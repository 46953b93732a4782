//! Tests that need more than this package ask here, and say so where they cannot run.

use std::path::PathBuf;

/// The value of a variable that `tests/run` sets; where it is unset, prints that the test is skipped and why.
pub(crate) fn require(variable: &str) -> Option<String> {
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    if value.is_none() {
        println!("skipped: {variable} is not set (tests/run sets it; see tests/README.md)");
    }
    value
}

/// The package's own folder.
pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
