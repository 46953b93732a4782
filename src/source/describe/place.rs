//! What folder names, file names, zones and ARNs say of account and region.

use crate::network::Text;
use std::collections::BTreeMap;

/// What region codes begin with; all end in a direction and a number.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const PARTS_OF_THE_WORLD: &[&str] = &[
    "af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us",
];
const DIRECTIONS: &[&str] = &[
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// The region code that stands in a name: `Vpcs-us-west-2` names us-west-2, and so does the zone `us-west-2-lax-1a`.
pub(in crate::source) fn region_in(name: &str) -> Option<&str> {
    name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .find_map(region_in_word)
}

fn region_in_word(word: &str) -> Option<&str> {
    let mut starts: [usize; 2] = [0, 0]; // where the two parts before this one begin
    let mut at = 0;
    let mut seen = 0;
    let mut parts = word.split('-').peekable();
    while let Some(part) = parts.next() {
        if seen > 0
            && DIRECTIONS.contains(&part)
            && let Some(next) = parts.peek()
        {
            let digits = next.bytes().take_while(u8::is_ascii_digit).count();
            let rest = next.get(digits..).unwrap_or_default();
            // After the number: nothing, or a zone's one letter.
            if digits > 0 && rest.len() <= 1 && rest.bytes().all(|byte| byte.is_ascii_lowercase()) {
                let end = at + part.len() + 1 + digits;
                let reach = seen.min(2);
                let start = starts.iter().take(reach).copied().find(|&start| {
                    let head = word.get(start..).and_then(|rest| rest.split('-').next());
                    head.is_some_and(|head| PARTS_OF_THE_WORLD.contains(&head))
                });
                if let Some(start) = start {
                    return word.get(start..end);
                }
            }
        }
        starts = [at, starts[0]];
        at += part.len() + 1;
        seen += 1;
    }
    None
}

/// Whether a name is a region code and nothing else.
pub(in crate::source) fn is_region(name: &str) -> bool {
    region_in(name) == Some(name)
}

/// Whether a text is an account: twelve digits.
pub(in crate::source) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account that stands in a name (`123456789012`, `vpc-atlas-123456789012`).
fn account_in(name: &str) -> Option<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|part| is_account(part))
}

/// Account and region as far as they are said outright.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source) struct Hint {
    pub(in crate::source) account: Option<Text>,
    pub(in crate::source) region: Option<Text>,
}

impl Hint {
    /// What a path says; the nearer to the file, the better.
    pub(in crate::source) fn of_path(path: &str) -> Self {
        let parts = || path.rsplit('/');
        Self {
            account: parts().find_map(account_in).map(Text::from),
            region: parts().find_map(region_in).map(Text::from),
        }
    }

    /// The same with what the name of a member says (`{"us-east-1":{…}}`).
    pub(super) fn within(&self, name: &str) -> Self {
        let mut hint = self.clone();
        if is_region(name) {
            hint.region = Some(name.into());
        } else if is_account(name) {
            hint.account = Some(name.into());
        }
        hint
    }
}

/// The id with one of these prefixes that a path names, nearest to the file first.
pub(super) fn id_in_path<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.rsplit('/').find_map(|part| {
        part.match_indices(prefix).find_map(|(at, _)| {
            let fresh = part
                .get(..at)
                .is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
            let from = part.get(at..)?;
            let tail = from.get(prefix.len()..)?;
            let length = tail
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(tail.len());
            // The tail of an id is at least eight digits, with letters of an example among them.
            let is_id =
                fresh && length >= 8 && tail.bytes().take(length).any(|byte| byte.is_ascii_digit());
            if is_id {
                from.get(..prefix.len() + length)
            } else {
                None
            }
        })
    })
}

/// How often the records of a folder name each account and region.
#[derive(Clone, Debug, Default)]
pub(super) struct Votes {
    counts: BTreeMap<Text, usize>,
    /// The last one, which is mostly the next one too.
    last: Option<(Text, usize)>,
}

impl Votes {
    pub(super) fn add(&mut self, name: &str) {
        match &mut self.last {
            Some((last, count)) if last == name => *count += 1,
            _ => {
                self.settle();
                self.last = Some((name.into(), 1));
            }
        }
    }

    fn settle(&mut self) {
        if let Some((name, count)) = self.last.take() {
            *self.counts.entry(name).or_default() += count;
        }
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
    }

    /// The name with most votes; none where two have as many.
    pub(super) fn winner(mut self) -> Option<Text> {
        self.settle();
        let most = self.counts.values().copied().max()?;
        let mut best = self.counts.into_iter().filter(|(_, count)| *count == most);
        let (name, _) = best.next()?;
        best.next().is_none().then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_found_in_names() {
        for (name, region) in [
            ("us-west-2", Some("us-west-2")),
            ("us-west-2a", Some("us-west-2")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("us-east-1-wl1-bos-wlz-1", Some("us-east-1")),
            ("us-gov-east-1a", Some("us-gov-east-1")),
            ("eusc-de-east-1", Some("eusc-de-east-1")),
            ("Vpcs-us-west-2.json", Some("us-west-2")),
            ("ec2_ap-southeast-4_subnets.json", Some("ap-southeast-4")),
            ("my-west-2", None),
            ("west-2", None),
            ("us-west", None),
            ("us-west-two", None),
            ("us-west-2xy", None),
            ("", None),
        ] {
            assert_eq!(region_in(name), region, "{name}");
        }
        assert!(is_region("il-central-1"));
        assert!(!is_region("us-west-2a"));
    }

    #[test]
    fn paths_name_accounts_and_regions() {
        for (path, account, region) in [
            (
                "vpc-atlas-123456789012/eu-west-1/describe-vpcs.json",
                Some("123456789012"),
                Some("eu-west-1"),
            ),
            ("accounts/210987654321/x.json", Some("210987654321"), None),
            ("old-eu-west-1/us-east-1/x.json", None, Some("us-east-1")),
            ("1234567890123/x.json", None, None),
        ] {
            let hint = Hint::of_path(path);
            assert_eq!(hint.account.as_deref(), account, "{path}");
            assert_eq!(hint.region.as_deref(), region, "{path}");
        }
    }

    #[test]
    fn ids_are_found_in_paths() {
        for (path, id) in [
            (
                "a/routes.tgw-rtb-0123456789abcdef0.json",
                Some("tgw-rtb-0123456789abcdef0"),
            ),
            (
                "tgw-rtb-0882c61b97EXAMPLE/routes.json",
                Some("tgw-rtb-0882c61b97EXAMPLE"),
            ),
            ("tgw-rtb-short/routes.json", None),
            ("search-transit-gateway-routes.json", None),
        ] {
            assert_eq!(id_in_path(path, "tgw-rtb-"), id, "{path}");
        }
        assert_eq!(id_in_path("apl-0123456789abcdef0.json", "pl-"), None);
    }

    #[test]
    fn the_majority_wins_and_a_tie_is_nobody() {
        let of = |names: &[&str]| {
            let mut votes = Votes::default();
            for name in names {
                votes.add(name);
            }
            votes.winner()
        };
        assert_eq!(of(&["a", "b", "b"]).as_deref(), Some("b"));
        assert_eq!(of(&["a", "b", "a"]).as_deref(), Some("a"));
        assert_eq!(of(&["a", "b"]), None);
        assert_eq!(of(&[]), None);
    }
}
