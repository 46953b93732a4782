//! Reading sources for a command, with progress and gaps.

use super::output::{ProgressLine, count, printable, say};
use crate::network::Gap;
use crate::workspace::{Cancel, Loaded, SourceSpec, Step, load};
use serde::Serialize;

/// How many gaps are said one by one.
const SAID: usize = 10;

/// A gap as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct GapRow {
    what: String,
    #[serde(rename = "where")]
    place: String,
    why: String,
}

impl From<&Gap> for GapRow {
    fn from(gap: &Gap) -> Self {
        Self {
            what: gap.what.to_string(),
            place: gap.place.to_string(),
            why: gap.why.to_string(),
        }
    }
}

/// Load what was named.
pub(super) fn read(sources: &[SourceSpec]) -> anyhow::Result<Loaded> {
    let mut line = ProgressLine::new();
    let mut tell = |step| {
        if let Step::Progress { what, done, total } = step {
            line.show(&what, done, total);
        }
    };
    Ok(load(sources, &mut tell, &Cancel::new())?)
}

/// Every gap of what was read, those of its relations among them; sorted.
pub(super) fn gaps(loaded: &Loaded) -> Vec<Gap> {
    let mut gaps = loaded.network.gaps();
    gaps.extend(loaded.topology.gaps().iter().cloned());
    gaps.sort_unstable();
    gaps.dedup();
    gaps
}

/// The same, as JSON.
pub(super) fn gap_rows(gaps: &[Gap]) -> Vec<GapRow> {
    gaps.iter().map(GapRow::from).collect()
}

/// Say what is missing.
pub(super) fn say_gaps(gaps: &[Gap]) {
    for gap in gaps.iter().take(SAID) {
        say(&format!("gap: {}", printable(&gap.to_string())));
    }
    if let more @ 1.. = gaps.len().saturating_sub(SAID) {
        say(&format!("and {}", count(more, "more gap", "more gaps")));
    }
}
