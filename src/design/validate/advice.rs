//! What AWS takes, and could be better.

use super::{Found, View, fix, list, nets, rules};
use crate::cidr;
use crate::design::model::{Tier, TierKind};
use crate::design::problem::{Change, Field};
use crate::network::Text;
use ipnet::IpNet;
use std::collections::BTreeSet;

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    zones(view, found);
    kinds(view, found);
    for tier in &view.vpc.tiers {
        named(view, tier, found);
        public_addresses(view, tier, found);
        sizes(view, tier, found);
        balance(view, tier, found);
    }
    space(view, found);
}

fn zones(view: &View<'_>, found: &mut Found) {
    let used: BTreeSet<&Text> = view.vpc.subnets().map(|(_, it)| &it.zone).collect();
    if used.len() != 1 {
        return;
    }
    let mend = || {
        let change = Change::SetZoneCount {
            vpc: view.id(),
            count: 2,
        };
        fix("Use two Availability Zones", change)
    };
    found.add_with(
        &rules::ONE_AZ_ONLY,
        view.at(Field::Zones),
        format!(
            "all subnets of {} lie in one Availability Zone and fail with it; use two or more",
            view.name()
        ),
        (view.vpc.zones.len() == 1).then(mend).flatten(),
    );
}

/// A VPC of private subnets alone is a fair design, for a network behind a hub; one of public subnets alone seldom is.
fn kinds(view: &View<'_>, found: &mut Found) {
    let mut subnets = view.vpc.subnets().peekable();
    if subnets.peek().is_none() || !subnets.all(|(tier, _)| tier.kind == TierKind::Public) {
        return;
    }
    let change = Change::SetFormTier {
        vpc: view.id(),
        kind: TierKind::Private,
        per_zone: 1,
    };
    let is_taken = view.vpc.tier("private").is_some();
    found.add_with(
        &rules::NO_TIER_SEPARATION,
        view.at(Field::Tiers),
        format!(
            "{} has public subnets only; add private ones for what is not to be reached from outside",
            view.name()
        ),
        (!is_taken)
            .then(|| fix("Add private subnets", change))
            .flatten(),
    );
}

fn named(view: &View<'_>, tier: &Tier, found: &mut Found) {
    let words = view.owned(&format!("tier {}", tier.name));
    if tier.subnets.is_empty() {
        let change = Change::RemoveTier {
            vpc: view.id(),
            tier: tier.name.clone(),
        };
        found.add_with(
            &rules::TIER_EMPTY,
            view.at_tier(Field::Tiers, tier),
            format!("{words} has no subnets; add some, or take it away"),
            fix("Take it away", change),
        );
    }
    let is_public = tier.kind == TierKind::Public;
    if is_public && tier.name.contains("priv") {
        found.add(
            &rules::PRIVATE_NAME_PUBLIC_ROUTE,
            view.at_tier(Field::Tiers, tier),
            format!(
                "{words} is called private and has a route to the internet gateway; call it otherwise, or make it private"
            ),
        );
    } else if !is_public && tier.name.contains("pub") {
        found.add(
            &rules::PUBLIC_NAME_NO_IGW,
            view.at_tier(Field::Tiers, tier),
            format!(
                "{words} is called public and has no route to the internet gateway; call it otherwise, or make it public"
            ),
        );
    }
}

fn public_addresses(view: &View<'_>, tier: &Tier, found: &mut Found) {
    if !tier.public_addresses {
        return;
    }
    let words = view.owned(&format!("tier {}", tier.name));
    let (rule, why) = if tier.kind == TierKind::Public {
        (
            &rules::AUTO_PUBLIC_IP,
            "so that what is started there is reached from outside without anyone asking for it",
        )
    } else {
        (
            &rules::AUTO_PUBLIC_IP_PRIVATE,
            "which AWS charges for and which reaches nothing without an internet gateway",
        )
    };
    let change = Change::SetPublicAddresses {
        vpc: view.id(),
        tier: tier.name.clone(),
        on: false,
    };
    found.add_with(
        rule,
        view.at_tier(Field::Tiers, tier),
        format!("every interface in {words} gets a public address, {why}; switch that off"),
        fix("Give no public addresses", change),
    );
}

/// The attachment of a transit gateway wants subnets of its own, and AWS advises a /28 for them.
fn sizes(view: &View<'_>, tier: &Tier, found: &mut Found) {
    let attached = view.vpc.transit_gateway.as_ref();
    if attached.is_some_and(|gateway| gateway.tier == tier.name) {
        return;
    }
    let small = tier.subnets.iter().filter(|it| it.cidr.prefix_len() == 28);
    let small = small.count();
    if small > 0 && tier.hosts.is_none() {
        let are = if small == 1 { "is a /28" } else { "are /28s" };
        found.add(
            &rules::SMALL_SUBNET,
            view.at_tier(Field::Tiers, tier),
            format!(
                "{small} of the subnets of {} {are}, with 11 addresses each; choose larger blocks, if machines are to stand there",
                view.owned(&format!("tier {}", tier.name))
            ),
        );
    }
}

fn balance(view: &View<'_>, tier: &Tier, found: &mut Found) {
    let zones = &view.vpc.zones;
    let is_known = |zone: &Text| zones.contains(zone);
    if tier.subnets.is_empty() || !tier.subnets.iter().all(|it| is_known(&it.zone)) {
        return;
    }
    let counts: Vec<(&Text, usize)> = zones
        .iter()
        .map(|zone| (zone, tier.in_zone(zone).count()))
        .collect();
    let all: BTreeSet<usize> = counts.iter().map(|(_, count)| *count).collect();
    if all.len() < 2 {
        return;
    }
    let words: Vec<String> = counts
        .iter()
        .map(|(zone, count)| format!("{count} in {zone}"))
        .collect();
    found.add(
        &rules::AZ_IMBALANCE,
        view.at_tier(Field::Tiers, tier),
        format!(
            "{} has not the same number of subnets in every Availability Zone, but {}; make them even, if zones are to stand in for each other",
            view.owned(&format!("tier {}", tier.name)),
            list(&words)
        ),
    );
}

/// Free space is looked for by the /24, or by the size that the VPC's form would use where that is smaller.
fn space(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    if vpc.tiers.is_empty() {
        return;
    }
    let mask = vpc.cidr.prefix_len().saturating_add(4).clamp(24, 28);
    let within = nets(vpc.blocks());
    let used = nets(vpc.taken().chain(view.design.avoided()));
    let is_free = matches!(cidr::first_free(&within, &used, mask), Some(IpNet::V4(_)));
    if !is_free {
        found.add(
            &rules::VPC_SPACE_EXHAUSTED,
            view.at(Field::Block),
            format!(
                "{} has no free /{mask} left for another subnet; add a secondary block, if it is to grow",
                view.name()
            ),
        );
    }
}
