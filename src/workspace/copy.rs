//! A live VPC as a design to edit: the text of it, and what the edits do to the VPC.
//!
//! What the design cannot say goes into the head of its file as comments, so that it is lost in no way of saving and opening;
//! whenever the network is open beside the design, it is worked out anew.

use crate::design::{self, Adopted, Design, plan};
use crate::network::{Id, Key, Kind, Network, Resource, matched};
use crate::steps::{Action, Refusal, Step, Value, onto};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Begins the first line of the file of a copy; the id of the VPC follows.
const HEAD: &str = "# A copy of ";

/// The text of a design that was read off a live VPC, with what it does not say as comments above it.
pub fn copy_text(network: &Network, vpc: &Key, adopted: &Adopted) -> String {
    let name = network.get(vpc).and_then(|it| it.name());
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    let mut lines = vec![format!("{HEAD}{}{name}.", vpc.id)];
    if !adopted.unexpressed.is_empty() {
        let words =
            "# What a design cannot say stays as it is on AWS until somebody changes it there:";
        lines.push(words.to_owned());
    }
    let told = adopted.unexpressed.iter();
    lines.extend(told.map(|it| format!("# - {it}")));
    let mut text = String::new();
    for line in lines {
        // No sign in a name may end the comment.
        text.extend(
            line.chars()
                .map(|it| if it.is_control() { ' ' } else { it }),
        );
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&design::write(&adopted.design, None));
    text
}

/// The VPC that the design of this text is a copy of, where it is one.
pub fn copied_from(text: &str) -> Option<Key> {
    let rest = text.trim_start_matches('\u{feff}').strip_prefix(HEAD)?;
    let word = rest.split_whitespace().next()?.trim_end_matches('.');
    word.starts_with("vpc-")
        .then(|| Key::new(Kind::Vpc, Id::aws(word)))
}

/// What becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// It comes.
    Add,
    /// It stays, and is different.
    Change,
    /// It goes.
    Remove,
}

impl Verb {
    /// As in “2 subnets to add”.
    pub fn text(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
        }
    }

    /// What a call does, by its name.
    fn of(action: Action) -> Self {
        let name = action.name();
        let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
        if name.ends_with("Tags") {
            Self::Change
        } else if begins(&[
            "Create",
            "Allocate",
            "Attach",
            "Associate",
            "Authorize",
            "Accept",
        ]) {
            Self::Add
        } else if begins(&["Delete", "Release", "Detach", "Disassociate", "Revoke"]) {
            Self::Remove
        } else {
            Self::Change
        }
    }
}

/// One call that a change needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeStep {
    /// What it does.
    pub verb: Verb,
    /// It in words: “create subnet · web3”.
    pub words: String,
    /// It cannot be taken back.
    pub is_final: bool,
    /// The resource it is about, as the plan calls it; that of AWS where no plan has it.
    pub about: Key,
}

/// What tells an edited design from the VPC that it is a copy of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// How many resources of a kind come, change and go.
    pub counts: Vec<(Verb, Kind, usize)>,
    /// The calls, in their order.
    pub steps: Vec<ChangeStep>,
    /// What becomes of the resources of the edited design, where anything does.
    pub marks: BTreeMap<Key, Verb>,
    /// The planned resources that stand for live ones.
    pub planned: BTreeMap<Key, Key>,
}

impl Pending {
    /// The counts in words: “2 subnets to add”.
    pub fn sentences(&self) -> Vec<(Verb, String)> {
        let words = |(verb, kind, count): &(Verb, Kind, usize)| {
            let noun = match count {
                1 => kind.singular(),
                _ => kind.plural(),
            };
            (*verb, format!("{count} {noun} to {}", verb.text()))
        };
        self.counts.iter().map(words).collect()
    }
}

/// What the edits of a copy do to what is live.
///
/// # Errors
/// What stands against them: a change that cannot be made, something that blocks a deletion.
pub fn changes(
    live: &Network,
    adopted: &Adopted,
    edited: &Design,
) -> Result<Pending, Vec<Refusal>> {
    let (before, after) = adopted.plans(live, edited);
    let graph = onto(live, &before, &after)?;
    let ids = matched(&plan(edited), live, &adopted.ids).ids;
    let planned: BTreeMap<Key, Key> = ids
        .into_iter()
        .map(|(key, id)| (Key::new(key.kind, id), key))
        .collect();
    let own = |key: &Key| planned.get(key).unwrap_or(key).clone();

    let mut fates: BTreeMap<Key, Verb> = BTreeMap::new();
    let steps: Vec<&Step> = graph.steps().collect();
    for step in &steps {
        let made = step.makes.iter().chain(&step.brings);
        fates.extend(made.map(|key| (key.clone(), Verb::Add)));
        let is_there = live.get(&step.about).is_some();
        let goes =
            is_there && after.get(&step.about).is_none() && before.get(&step.about).is_some();
        if goes {
            fates.insert(step.about.clone(), Verb::Remove);
        } else if is_there {
            fates.entry(step.about.clone()).or_insert(Verb::Change);
        }
    }
    let mut counts: BTreeMap<(Verb, Kind), usize> = BTreeMap::new();
    for (key, verb) in &fates {
        *counts.entry((*verb, key.kind)).or_default() += 1;
    }
    let label = |key: &Key| {
        let held = after.get(key).or_else(|| live.get(key));
        held.map_or_else(
            || key.id.to_string(),
            |it: &Arc<Resource>| it.label().to_owned(),
        )
    };
    let steps = steps
        .into_iter()
        .map(|step| ChangeStep {
            verb: Verb::of(step.call.action),
            words: words(step, &label(&step.about)),
            is_final: step.is_final(),
            about: own(&step.about),
        })
        .collect();
    Ok(Pending {
        counts: counts
            .into_iter()
            .map(|((verb, kind), count)| (verb, kind, count))
            .collect(),
        steps,
        marks: fates.iter().map(|(key, verb)| (own(key), *verb)).collect(),
        planned,
    })
}

/// A step in words: what is done, to what, and where a route leads.
fn words(step: &Step, label: &str) -> String {
    let mut words = format!("{} · {label}", spoken(step.call.action.name()));
    let parameters = step.call.parameters.iter();
    let destination = parameters
        .filter(|(name, _)| name.starts_with("Destination"))
        .find_map(|(_, value)| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
    if let Some(destination) = destination {
        words.push_str(" · ");
        words.push_str(&destination);
    }
    words
}

/// The API's name of a call as words: `CreateNatGateway` is “create NAT gateway”.
fn spoken(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    let words: Vec<String> = words
        .into_iter()
        .map(|word| match word.as_str() {
            "Nat" | "Vpc" | "Acl" | "Dhcp" | "Vpn" => word.to_uppercase(),
            "Vpcs" => "VPCs".to_owned(),
            "Ipv6" => "IPv6".to_owned(),
            _ => word.to_lowercase(),
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Fresh, read};

    #[test]
    fn calls_are_spoken() {
        assert_eq!(spoken("CreateNatGateway"), "create NAT gateway");
        assert_eq!(spoken("ModifyVpcAttribute"), "modify VPC attribute");
        assert_eq!(spoken("DeleteNetworkAclEntry"), "delete network ACL entry");
    }

    #[test]
    fn the_head_of_a_copy_says_whose_it_is_and_what_is_left_out() {
        let vpc = Key::aws(Kind::Vpc, "vpc-0abc");
        let adopted = Adopted {
            design: Design::fresh(&Fresh::in_region("eu-west-1")).unwrap(),
            ids: BTreeMap::new(),
            unexpressed: vec![design::Unexpressed {
                key: Key::aws(Kind::Subnet, "subnet-1"),
                field: None,
                why: "its name holds\na line".into(),
            }],
        };
        let text = copy_text(&Network::new(), &vpc, &adopted);
        assert_eq!(copied_from(&text), Some(vpc));
        assert!(
            text.contains("# - subnet subnet-1: its name holds a line\n"),
            "{text}"
        );
        assert_eq!(read(&text).unwrap(), adopted.design);
        // It stays when the design is changed and written again.
        let mut edited = adopted.design.clone();
        edited.set_zone_count("main", 3).unwrap();
        let again = design::rewrite(&edited, &text);
        assert!(!again.is_fresh);
        assert!(again.text.starts_with("# A copy of vpc-0abc.\n# What"));
        assert!(again.text.contains("# - subnet subnet-1"));
        for other in ["", "# A copy of something", "version = 1\n"] {
            assert_eq!(copied_from(other), None);
        }
    }
}
