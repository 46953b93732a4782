//! Subnets and what is set aside: where they lie, and whether they stand in each other's way.

use super::{Found, View, fix, list, nets, rules};
use crate::cidr::{
    self, Family, Masks, SUBNET_MASKS_V4, mask_for_hosts, overlap, usable_addresses,
};
use crate::design::model::{Subnet, Tier};
use crate::design::names::subnet_key;
use crate::design::problem::{Change, Field, Fix};
use crate::network::Text;
use ipnet::{IpNet, Ipv4Net};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    for tier in &view.vpc.tiers {
        next_mask(view, tier, found);
        for subnet in &tier.subnets {
            zone(view, tier, subnet, found);
            block(view, tier, subnet, found);
            reserved(view, tier, subnet, found);
            hosts(view, tier, subnet, found);
        }
    }
    overlaps(view, found);
    held(view, found);
}

fn next_mask(view: &View<'_>, tier: &Tier, found: &mut Found) {
    if SUBNET_MASKS_V4.contains(&tier.mask) {
        return;
    }
    let masks = Masks::subnet(Family::V4);
    let mask = tier.mask.clamp(masks.shortest(), masks.longest());
    let change = Change::SetTierMask {
        vpc: view.id(),
        tier: tier.name.clone(),
        mask,
    };
    found.add_with(
        &rules::TIER_MASK,
        view.at_tier(Field::Tiers, tier),
        format!(
            "new subnets of {} would be /{}, and AWS takes {masks}; choose such a mask",
            view.owned(&format!("tier {}", tier.name)),
            tier.mask
        ),
        fix(format!("Use /{mask}"), change),
    );
}

fn zone(view: &View<'_>, tier: &Tier, subnet: &Subnet, found: &mut Found) {
    let zones = &view.vpc.zones;
    if zones.contains(&subnet.zone) {
        return;
    }
    // The zone that has fewest subnets of the tier, the first of several.
    let fewest = zones.iter().min_by_key(|zone| tier.in_zone(zone).count());
    let mend = fewest.and_then(|zone: &Text| {
        let change = Change::SetSubnetZone {
            vpc: view.id(),
            tier: tier.name.clone(),
            number: subnet.number,
            zone: zone.clone(),
        };
        fix(format!("Put it into {zone}"), change)
    });
    found.add_with(
        &rules::SUBNET_ZONE_UNKNOWN,
        view.at_subnet(Field::Zones, tier, subnet),
        format!(
            "{} lies in {}, which is no Availability Zone of its VPC; choose one of {}",
            view.subnet_words(tier, subnet),
            subnet.zone,
            list(zones)
        ),
        mend,
    );
}

/// The block nearest to `to`, of its size, that is free in the VPC when this subnet is away.
fn free_near(view: &View<'_>, tier: &Tier, subnet: &Subnet, to: Ipv4Net) -> Option<Fix> {
    let within = nets(view.vpc.blocks());
    let subnets = view
        .vpc
        .subnets()
        .filter(|(_, other)| !std::ptr::eq(*other, subnet))
        .map(|(_, other)| other.cidr);
    let held = view.vpc.held.iter().map(|held| held.cidr);
    let used = nets(subnets.chain(held).chain(view.design.avoided()));
    match cidr::nearest_free(to.into(), &within, &used) {
        Some(IpNet::V4(block)) => set_block(view, tier, subnet, block),
        _ => None,
    }
}

fn set_block(view: &View<'_>, tier: &Tier, subnet: &Subnet, block: Ipv4Net) -> Option<Fix> {
    let change = Change::SetSubnetBlock {
        vpc: view.id(),
        tier: tier.name.clone(),
        number: subnet.number,
        block,
    };
    fix(format!("Use {block}"), change)
}

/// Lay all subnets out anew, if they fit.
fn replan(view: &View<'_>) -> Option<Fix> {
    if !view.replans() {
        return None;
    }
    let change = Change::Replan { vpc: view.id() };
    fix("Re-plan all subnets", change)
}

fn block(view: &View<'_>, tier: &Tier, subnet: &Subnet, found: &mut Found) {
    let block = subnet.cidr;
    let at = || view.at_subnet(Field::Tiers, tier, subnet);
    let words = || view.subnet_words(tier, subnet);
    if !SUBNET_MASKS_V4.contains(&block.prefix_len()) {
        let masks = Masks::subnet(Family::V4);
        let mask = block.prefix_len().clamp(masks.shortest(), masks.longest());
        let near = Ipv4Net::new(block.network(), mask).ok();
        found.add_with(
            &rules::SUBNET_SIZE,
            at(),
            format!(
                "{} has the block {block}, and AWS takes {masks}; choose such a mask",
                words()
            ),
            near.and_then(|near| free_near(view, tier, subnet, near.trunc())),
        );
    }
    if block != block.trunc() {
        let canonical = block.trunc();
        found.add_with(
            &rules::SUBNET_HOST_BITS,
            at(),
            format!(
                "{block}, the block of {}, has bits set after its mask; write {canonical}",
                words()
            ),
            set_block(view, tier, subnet, canonical),
        );
    }
    if !view.vpc.blocks().any(|outer| outer.contains(&block)) {
        let blocks: Vec<Ipv4Net> = view.vpc.blocks().collect();
        found.add_with(
            &rules::SUBNET_OUTSIDE_VPC,
            at(),
            format!(
                "{} has the block {block}, which is not inside its VPC, {}; choose one that is",
                words(),
                list(&blocks)
            ),
            free_near(view, tier, subnet, block).or_else(|| replan(view)),
        );
    }
}

fn reserved(view: &View<'_>, tier: &Tier, subnet: &Subnet, found: &mut Found) {
    let block = subnet.cidr;
    let mut ranges = view.design.reserved.iter();
    let Some(range) = ranges.find(|range| overlap(range.cidr, block.into())) else {
        return;
    };
    let whose = match range.note.as_str() {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    found.add_with(
        &rules::RESERVED_OVERLAP,
        view.at_subnet(Field::Tiers, tier, subnet),
        format!(
            "{} has the block {block}, which overlaps {}{whose}, and the plan reserves that; choose another",
            view.subnet_words(tier, subnet),
            range.cidr
        ),
        free_near(view, tier, subnet, block),
    );
}

/// The hosts that were asked for may be more than a block holds that was set by hand.
fn hosts(view: &View<'_>, tier: &Tier, subnet: &Subnet, found: &mut Found) {
    let Some(asked) = tier.hosts else {
        return;
    };
    let room = usable_addresses(subnet.cidr);
    if room >= u64::from(asked) {
        return;
    }
    let near = mask_for_hosts(u64::from(asked))
        .and_then(|mask| Ipv4Net::new(subnet.cidr.network(), mask).ok());
    found.add_with(
        &rules::SUBNET_HOSTS,
        view.at_subnet(Field::Tiers, tier, subnet),
        format!(
            "{} has room for {room} hosts, and its tier was made for {asked}; choose a larger block",
            view.subnet_words(tier, subnet)
        ),
        near.and_then(|near| free_near(view, tier, subnet, near.trunc())),
    );
}

/// Which items overlap which earlier ones: blocks lie one in the other or apart, so a block that overlaps any before it
/// in the order of addresses overlaps the one that reaches farthest. Answers with the positions of both, the later first.
pub(super) fn sweep<N: Ord + Copy>(spans: &[(N, N)]) -> BTreeMap<usize, Vec<usize>> {
    let mut sorted: Vec<(N, Reverse<N>, usize)> = spans
        .iter()
        .enumerate()
        .map(|(position, &(first, last))| (first, Reverse(last), position))
        .collect();
    sorted.sort_unstable();
    let mut hits: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut farthest: Option<(N, usize)> = None;
    for (first, Reverse(last), position) in sorted {
        if let Some((end, other)) = farthest
            && first <= end
        {
            let (early, late) = (position.min(other), position.max(other));
            hits.entry(late).or_default().push(early);
        }
        if farthest.is_none_or(|(end, _)| last > end) {
            farthest = Some((last, position));
        }
    }
    hits
}

fn overlaps(view: &View<'_>, found: &mut Found) {
    let subnets: Vec<(&Tier, &Subnet)> = view.vpc.subnets().collect();
    let spans: Vec<(u32, u32)> = subnets
        .iter()
        .map(|(_, subnet)| {
            let block = subnet.cidr;
            (block.network().into(), block.broadcast().into())
        })
        .collect();
    for (late, early) in sweep(&spans) {
        let Some(&(tier, subnet)) = subnets.get(late) else {
            continue;
        };
        let others: Vec<&(&Tier, &Subnet)> =
            early.iter().filter_map(|at| subnets.get(*at)).collect();
        let words: Vec<String> = others
            .iter()
            .map(|(tier, other)| format!("{} of {}", other.cidr, view.subnet_words(tier, other)))
            .collect();
        let mut spot = view.at_subnet(Field::Tiers, tier, subnet);
        for (tier, other) in others {
            let card = subnet_key(view.vpc, tier, other);
            spot.place.resources.push(card);
        }
        found.add_with(
            &rules::SUBNET_OVERLAP,
            spot,
            format!(
                "{} has the block {}, which overlaps {}; choose one that is free",
                view.subnet_words(tier, subnet),
                subnet.cidr,
                list(&words)
            ),
            free_near(view, tier, subnet, subnet.cidr),
        );
    }
}

/// What is set aside is the plan's own affair: AWS never hears of it, so nothing here is an error.
fn held(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    for (position, held) in vpc.held.iter().enumerate() {
        let block = held.cidr;
        let release = || {
            let change = Change::Release {
                vpc: view.id(),
                block,
            };
            fix(format!("Give {block} back"), change)
        };
        let at = || {
            let mut spot = view.at(Field::Held);
            spot.words = view.owned(&format!("{block}, which is set aside"));
            spot
        };
        if !vpc.blocks().any(|outer| outer.contains(&block)) {
            found.add_with(
                &rules::HELD_OUTSIDE,
                at(),
                format!(
                    "{block}, which is set aside, is in no block of {}; give it back",
                    view.name()
                ),
                release(),
            );
        }
        let mut subnets = vpc.subnets();
        let by_subnet = subnets
            .find(|(_, subnet)| overlap(subnet.cidr.into(), block.into()))
            .map(|(tier, subnet)| {
                format!("{} of {}", subnet.cidr, view.subnet_words(tier, subnet))
            });
        let mut earlier = vpc.held.iter().take(position);
        let by_held = || {
            earlier
                .find(|other| overlap(other.cidr.into(), block.into()))
                .map(|other| format!("{}, which is set aside too", other.cidr))
        };
        if let Some(other) = by_subnet.or_else(by_held) {
            found.add_with(
                &rules::HELD_OVERLAP,
                at(),
                format!("{block}, which is set aside, overlaps {other}; give it back"),
                release(),
            );
        }
    }
}
