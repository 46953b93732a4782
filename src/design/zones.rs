//! The names of Availability Zones, as far as a plan can know them.

use crate::network::Text;
use compact_str::format_compact;

/// How many zones a VPC of a plan may have.
pub const MOST_ZONES: usize = 6;

/// Regions whose zones are not lettered from `a` on without a hole.
const LETTERS: &[(&str, &str)] = &[("ap-northeast-1", "acd"), ("ca-central-1", "abd")];

/// The zones of a region a plan takes first, up to [`MOST_ZONES`]. Which zones there are differs from account to account,
/// so these are a proposal that a person may change.
pub fn usual_zones(region: &str) -> impl Iterator<Item = Text> {
    let first = LETTERS
        .iter()
        .find(|(name, _)| *name == region)
        .map_or("abcdef", |(_, letters)| letters);
    let rest = "abcdef"
        .chars()
        .filter(move |letter| !first.contains(*letter));
    first
        .chars()
        .chain(rest)
        .map(move |letter| format_compact!("{region}{letter}"))
}
