//! The names of Availability Zones, as far as a plan can know them.

use crate::network::Text;
use compact_str::format_compact;

/// How many zones a VPC of a plan may have.
pub const MOST_ZONES: usize = 6;

/// Letters of zones by region: those that are proposed, in that order, and further ones that some accounts have.
///
/// This is the program's own table, gathered from what people see in their accounts, and not AWS's word: AWS publishes how
/// many zones a region has, and which letters an account sees differs. A region that is not sure is not in it.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>
const LETTERS: &[(&str, &str, &str)] = &[
    ("us-east-1", "abcdef", ""),
    ("us-east-2", "abc", ""),
    // An account has two of the three.
    ("us-west-1", "ac", "b"),
    ("us-west-2", "abcd", ""),
    ("af-south-1", "abc", ""),
    ("ap-east-1", "abc", ""),
    // Old accounts only have b.
    ("ap-northeast-1", "acd", "b"),
    ("ap-northeast-2", "abcd", ""),
    ("ap-northeast-3", "abc", ""),
    ("ap-south-1", "abc", ""),
    ("ap-south-2", "abc", ""),
    ("ap-southeast-1", "abc", ""),
    ("ap-southeast-2", "abc", ""),
    ("ap-southeast-3", "abc", ""),
    ("ap-southeast-4", "abc", ""),
    ("ca-central-1", "abd", ""),
    ("ca-west-1", "abc", ""),
    ("eu-central-1", "abc", ""),
    ("eu-central-2", "abc", ""),
    ("eu-north-1", "abc", ""),
    ("eu-south-1", "abc", ""),
    ("eu-south-2", "abc", ""),
    ("eu-west-1", "abc", ""),
    ("eu-west-2", "abc", ""),
    ("eu-west-3", "abc", ""),
    ("il-central-1", "abc", ""),
    ("me-central-1", "abc", ""),
    ("me-south-1", "abc", ""),
    ("sa-east-1", "abc", ""),
    ("us-gov-east-1", "abc", ""),
    ("us-gov-west-1", "abc", ""),
];

/// The letters that zones of a region have, usual ones first; none for a region that is not known.
fn letters(region: &str) -> Option<impl Iterator<Item = char>> {
    let row = LETTERS.iter().find(|(name, ..)| *name == region);
    row.map(|(_, usual, further)| usual.chars().chain(further.chars()))
}

/// Whether a region has a zone of this name, by the program's own table; none where the table does not tell: of a region
/// that is not in it, and of local and Wavelength Zones.
pub(super) fn is_known(region: &str, zone: &str) -> Option<bool> {
    let mut rest = zone.strip_prefix(region)?.chars();
    let letter = rest.next().filter(char::is_ascii_lowercase)?;
    if rest.next().is_some() {
        return None;
    }
    letters(region).map(|mut known| known.any(|it| it == letter))
}

/// The zones of a region a plan takes first, up to [`MOST_ZONES`]: those that are known of it before others. Which zones
/// there are differs from account to account, so these are a proposal that a person may change.
///
/// ```
/// # use vpc_atlas::design::usual_zones;
/// let zones: Vec<_> = usual_zones("ap-northeast-1").take(3).collect();
/// assert_eq!(zones, ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
/// ```
pub fn usual_zones(region: &str) -> impl Iterator<Item = Text> {
    let first: Vec<char> = letters(region).into_iter().flatten().collect();
    let rest: Vec<char> = "abcdef".chars().filter(|it| !first.contains(it)).collect();
    first
        .into_iter()
        .chain(rest)
        .map(move |letter| format_compact!("{region}{letter}"))
}

#[cfg(test)]
mod tests {
    use super::super::services::REGIONS;
    use super::*;

    #[test]
    fn every_region_is_proposed_six_zones_those_it_has_first() {
        for (region, _) in REGIONS {
            let zones: Vec<Text> = usual_zones(region).collect();
            assert_eq!(zones.len(), MOST_ZONES, "{region}");
            let known: Vec<bool> = zones
                .iter()
                .filter_map(|zone| is_known(region, zone))
                .collect();
            assert!(known.is_sorted_by(|a, b| a >= b), "{region}: {known:?}");
        }
    }

    #[test]
    fn the_table_names_regions_once_each() {
        let mut seen = std::collections::BTreeSet::new();
        for (region, usual, further) in LETTERS {
            assert!(REGIONS.iter().any(|(code, _)| code == region), "{region}");
            assert!(seen.insert(region), "{region}");
            assert!(usual.len() >= 2, "{region}");
            assert!(further.chars().all(|it| !usual.contains(it)), "{region}");
        }
    }

    #[test]
    fn only_zones_of_known_regions_are_judged() {
        assert_eq!(is_known("us-east-1", "us-east-1f"), Some(true));
        assert_eq!(is_known("eu-west-1", "eu-west-1d"), Some(false));
        assert_eq!(is_known("ap-northeast-1", "ap-northeast-1b"), Some(true));
        assert_eq!(is_known("eu-west-1", "eu-west-1-lon-1a"), None);
        assert_eq!(is_known("xx-north-1", "xx-north-1f"), None);
    }
}
