//! Names and tags.

use super::{Found, Spot, View, fix, rules};
use crate::design::edit::is_tier_name;
use crate::design::model::{Design, Vpc};
use crate::design::names::{name, ordinal, slot_of};
use crate::design::problem::{Change, Field};
use crate::network::{Kind, Text};
use std::collections::BTreeSet;

/// The most characters of a tag's key.
const KEY_CHARACTERS: usize = 128;
/// The most characters of a tag's value, and so of a name.
const VALUE_CHARACTERS: usize = 256;
/// The most tags of a resource.
const TAGS: usize = 50;
/// The most characters of a security group's name.
const GROUP_CHARACTERS: usize = 255;
/// The signs a security group's name may have beside letters, digits and spaces.
const GROUP_SIGNS: &str = "._-:/()#,@[]+=&;{}!$*";

pub(super) fn of_design(design: &Design, found: &mut Found) {
    tags(design, found);
    let mut seen = BTreeSet::new();
    for (position, vpc) in design.vpcs.iter().enumerate() {
        let at = || {
            let words = format!("VPC “{}”", vpc.id);
            let mut spot = Spot::design(Field::Prefix, &words);
            spot.order.0 = position.saturating_add(1);
            spot.place.vpc = Some(vpc.id.clone());
            spot
        };
        if !is_vpc_id(&vpc.id) {
            found.add(
                &rules::VPC_ID,
                at(),
                format!(
                    "“{}” cannot be the name of a VPC inside the plan; use letters, digits, hyphens and underscores, a letter first",
                    vpc.id
                ),
            );
        }
        if !seen.insert(&vpc.id) {
            found.add(
                &rules::VPC_ID_TWICE,
                at(),
                format!(
                    "two VPCs of the plan are called “{}”; call one of them otherwise",
                    vpc.id
                ),
            );
        }
    }
}

fn is_vpc_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_')
        && id.len() <= 60
}

fn tags(design: &Design, found: &mut Found) {
    let at = |key: &str| Spot::design(Field::Tags, &format!("tag “{key}”"));
    for (key, value) in &design.tags {
        let letters = key.chars().count();
        let is_aws = key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        let why = if letters == 0 {
            Some("is empty; give it one, or take the tag away".to_owned())
        } else if letters > KEY_CHARACTERS {
            Some(format!(
                "has {letters} characters, and AWS takes {KEY_CHARACTERS}; shorten it"
            ))
        } else if is_aws {
            Some("begins with aws:, which AWS keeps for itself; choose another".to_owned())
        } else {
            None
        };
        if let Some(why) = why {
            let change = Change::RemoveTag { key: key.clone() };
            found.add_with(
                &rules::TAG_KEY,
                at(key),
                format!("the key of the tag “{key}” {why}"),
                fix("Take the tag away", change),
            );
        }
        let letters = value.chars().count();
        if letters > VALUE_CHARACTERS {
            found.add(
                &rules::TAG_VALUE,
                at(key),
                format!(
                    "the value of the tag “{key}” has {letters} characters, and AWS takes {VALUE_CHARACTERS}; shorten it"
                ),
            );
        }
    }
    let is_named = |vpc: &Vpc| !vpc.prefix.is_empty() || !vpc.names.is_empty();
    let names = !design.tags.contains_key("Name") && design.vpcs.iter().any(is_named);
    let count = design.tags.len().saturating_add(usize::from(names));
    if count > TAGS {
        let with = if names { " with its name" } else { "" };
        found.add(
            &rules::TAGS_MANY,
            Spot::design(Field::Tags, "tags"),
            format!(
                "each resource gets {count} tags{with}, and AWS takes {TAGS}; take {} away",
                count.saturating_sub(TAGS)
            ),
        );
    }
}

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    tiers(view, found);
    lengths(view, found);
    group(view, found);
}

fn tiers(view: &View<'_>, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for tier in &view.vpc.tiers {
        if !is_tier_name(&tier.name) {
            found.add(
                &rules::TIER_NAME,
                view.at_tier(Field::Tiers, tier),
                format!(
                    "“{}” cannot be the name of a tier; use small letters, digits and hyphens, a letter first",
                    tier.name
                ),
            );
        }
        if !seen.insert(&tier.name) {
            found.add(
                &rules::TIER_NAME_TWICE,
                view.at_tier(Field::Tiers, tier),
                format!(
                    "two tiers of {} are called {}; call one of them otherwise",
                    view.name(),
                    tier.name
                ),
            );
        }
        let mut numbers = BTreeSet::new();
        for subnet in &tier.subnets {
            let why = if subnet.number == 0 {
                "0, and numbers begin with 1"
            } else if numbers.insert(subnet.number) {
                continue;
            } else {
                "the number of another subnet of its tier"
            };
            found.add(
                &rules::SUBNET_NUMBER,
                view.at_subnet(Field::Tiers, tier, subnet),
                format!(
                    "{} has {why}; give it one that is free",
                    view.subnet_words(tier, subnet)
                ),
            );
        }
    }
}

/// The lengths of names: those given by hand one by one, generated ones by the longest that the prefix makes.
fn lengths(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    for (slot, given) in &vpc.names {
        let letters = given.chars().count();
        if letters > VALUE_CHARACTERS {
            let mut spot = view.at(Field::Prefix);
            spot.words = view.owned(&format!("name of {slot}"));
            let message = format!(
                "the name of {slot} has {letters} characters, and AWS takes {VALUE_CHARACTERS}; shorten it"
            );
            found.add(&rules::NAME_LENGTH, spot, message);
        }
    }
    if vpc.prefix.is_empty() {
        return;
    }
    let subnets = vpc
        .subnets()
        .map(|(tier, subnet)| "subnet-".len().saturating_add(ordinal(tier, subnet).len()));
    let endpoints = vpc
        .endpoints
        .iter()
        .map(|endpoint| "vpce-".len().saturating_add(endpoint.service.len()));
    let peerings = vpc
        .peerings
        .iter()
        .map(|peering| "pcx-".len().saturating_add(peering.with.len()));
    let longest = subnets.chain(endpoints).chain(peerings).max().unwrap_or(0);
    let longest = longest.max("sg-endpoints".len()).saturating_add(1);
    let letters = vpc.prefix.chars().count().saturating_add(longest);
    if letters > VALUE_CHARACTERS {
        found.add(
            &rules::NAME_LENGTH,
            view.at(Field::Prefix),
            format!(
                "the prefix of {} makes names of up to {letters} characters, and AWS takes {VALUE_CHARACTERS}; shorten the prefix",
                vpc.id
            ),
        );
    }
}

/// The one security group that a plan makes is called by its name, for which AWS has rules of its own.
fn group(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    if vpc.endpoints.is_empty() && vpc.resolver.is_none() {
        return;
    }
    let Some(called) = name(vpc, Kind::SecurityGroup, "endpoints", "sg-endpoints") else {
        return;
    };
    let is_sign = |it: char| it.is_ascii_alphanumeric() || it == ' ' || GROUP_SIGNS.contains(it);
    let why = if called.starts_with("sg-") {
        "begins with sg-, which AWS keeps for ids".to_owned()
    } else if let Some(sign) = called.chars().find(|it| !is_sign(*it)) {
        format!("has the character “{sign}”, which AWS does not take")
    } else if called.len() > GROUP_CHARACTERS {
        format!(
            "has {} characters, and AWS takes {GROUP_CHARACTERS}",
            called.len()
        )
    } else {
        return;
    };
    let slot: Text = slot_of(Kind::SecurityGroup, "endpoints");
    let field = if vpc.names.contains_key(&slot) {
        Field::Endpoints
    } else {
        Field::Prefix
    };
    let spot = view.at(field).on(Kind::SecurityGroup, vpc, "endpoints");
    found.add(
        &rules::GROUP_NAME,
        spot,
        format!("the name of the security group “{called}” {why}; choose another"),
    );
}
