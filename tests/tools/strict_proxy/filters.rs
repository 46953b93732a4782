//! Filters that moto passes over: by tag in some of its lists, and by a state that another stage writes anew.

use super::answer::{Element, mend};
use super::call::Call;
use super::kinds::told_by;
use super::limits::limit;
use super::stage::{Next, Notes, Outcome, Stage};

/// Lists in which `state` is what a stage says it is.
const STATED: [(&str, &str); 4] = [
    ("DescribeNatGateways", "state"),
    ("DescribeTransitGatewayVpcAttachments", "state"),
    ("DescribeVpcEncryptionControls", "state"),
    ("DescribeVpcEndpoints", "vpc-endpoint-state"),
];

/// The stage: it asks without these filters and holds the answer to them itself.
pub(crate) struct Filters;

/// Whether the filter is one that this stage sees to.
fn is_ours(action: &str, name: &str) -> bool {
    // Tags of tags are another thing.
    let by_tag = action != "DescribeTags" && (name.starts_with("tag:") || name == "tag-key");
    by_tag || STATED.contains(&(action, name))
}

/// Whether an item is let by; a filter that is not known lets everything by.
pub(crate) fn lets_by(item: &Element, name: &str, values: &[String]) -> bool {
    let is_one = |text: &str| values.iter().any(|pattern| is_like(text, pattern));
    match name.strip_prefix("tag:") {
        Some(wanted) => item
            .tags()
            .into_iter()
            .any(|(key, value)| key == wanted && is_one(value)),
        None => match name {
            "tag-key" => item.tags().into_iter().any(|(key, _)| is_one(key)),
            "state" | "vpc-endpoint-state" => item.get("state").is_some_and(is_one),
            "vpc-id" => item.get("vpcId").is_some_and(is_one),
            "subnet-id" => item.get("subnetId").is_some_and(is_one),
            "mode" => item.get("mode").is_some_and(is_one),
            _ => true,
        },
    }
}

/// Whether the text is as the pattern says: `*` for any characters, `?` for one, a backslash before those that mean
/// themselves. <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>
fn is_like(text: &str, pattern: &str) -> bool {
    fn from(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|at| from(&text[at..], rest)),
            ['?', rest @ ..] => !text.is_empty() && from(&text[1..], rest),
            ['\\', literal, rest @ ..] | [literal, rest @ ..] => {
                text.first() == Some(literal) && from(&text[1..], rest)
            }
        }
    }
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    from(&chars(text), &chars(pattern))
}

impl Stage for Filters {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let list = call.ec2_action().and_then(|action| {
            let list = told_by(action).map(|kind| kind.list);
            let list = list.or_else(|| limit(action)?.lists.first().copied());
            Some((action.to_owned(), list?))
        });
        let Some((action, list)) = list else {
            return next.run(call, notes);
        };
        let ours: Vec<_> = call
            .filters()
            .into_iter()
            .filter(|(name, _)| is_ours(&action, name))
            .collect();
        if ours.is_empty() {
            return next.run(call, notes);
        }
        let call = call.with_filters(|name| !is_ours(&action, name));
        mend(next.run(call, notes), |root, editing| {
            for item in root.items(list) {
                if !ours
                    .iter()
                    .all(|(name, values)| lets_by(item, name, values))
                {
                    editing.remove(item);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_aws() {
        for (text, pattern, is) in [
            ("run-1", "run-1", true),
            ("run-1", "run-?", true),
            ("run-12", "run-?", false),
            ("run-12", "*-12", true),
            ("a*b", "a\\*b", true),
            ("axb", "a\\*b", false),
            ("", "*", true),
        ] {
            assert_eq!(is_like(text, pattern), is, "{text} {pattern}");
        }
    }
}
