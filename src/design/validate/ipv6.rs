//! Blocks of version 6: the VPC's own, and the parts of it that subnets have.

use super::subnets::sweep;
use super::{Found, View, fix, list, rules};
use crate::cidr::{Family, Masks};
use crate::design::model::{Ipv6, Ipv6Part, Subnet, Tier};
use crate::design::names::subnet_key;
use crate::design::plan::own_pool;
use crate::design::problem::{Change, Field, Fix};

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    own(view, found);
    let Some(mask) = view.vpc.ipv6.mask() else {
        stray(view, found);
        return;
    };
    for (tier, subnet) in view.vpc.subnets() {
        part(view, mask, tier, subnet, found);
    }
    overlaps(view, mask, found);
}

fn own(view: &View<'_>, found: &mut Found) {
    let Ipv6::Own(block) = view.vpc.ipv6 else {
        return;
    };
    let masks = Masks::vpc(Family::V6);
    if !masks.allows(block.prefix_len()) {
        found.add(
            &rules::IPV6_BLOCK_SIZE,
            view.at(Field::Ipv6),
            format!(
                "the IPv6 block {block} of {} is not of {masks}; choose such a mask",
                view.name()
            ),
        );
    }
    if own_pool(view.vpc).is_none() {
        let change = Change::SetIpv6 {
            vpc: view.id(),
            ipv6: Ipv6::Amazon,
        };
        found.add_with(
            &rules::IPV6_POOL_MISSING,
            view.at(Field::Ipv6),
            format!(
                "the IPv6 block {block} of {} comes from no address pool; give the id of the pool it belongs to",
                view.name()
            ),
            fix("Use a block of Amazon's", change),
        );
    }
}

/// What asks for addresses that the VPC has not got.
fn stray(view: &View<'_>, found: &mut Found) {
    let mend = || {
        let change = Change::SetIpv6 {
            vpc: view.id(),
            ipv6: Ipv6::Amazon,
        };
        fix("Add an IPv6 block of Amazon's", change)
    };
    for tier in &view.vpc.tiers {
        for subnet in tier.subnets.iter().filter(|it| it.ipv6.is_some()) {
            found.add_with(
                &rules::SUBNET_IPV6_STRAY,
                view.at_subnet(Field::Ipv6, tier, subnet),
                format!(
                    "{} has a part of an IPv6 block, and its VPC has no such block; add one, or take the part away",
                    view.subnet_words(tier, subnet)
                ),
                mend(),
            );
        }
        if tier.ipv6_addresses {
            found.add_with(
                &rules::SUBNET_IPV6_STRAY,
                view.at_tier(Field::Ipv6, tier),
                format!(
                    "{} is to give out IPv6 addresses, and its VPC has no IPv6 block; add one, or switch that off",
                    view.owned(&format!("tier {}", tier.name))
                ),
                mend(),
            );
        }
    }
}

/// Whether a part lies in a block with this mask.
fn is_inside(part: Ipv6Part, vpc: u8) -> bool {
    part.mask
        .checked_sub(vpc)
        .is_some_and(|bits| bits >= 32 || u64::from(part.index) < 1_u64 << bits)
}

/// The part that the plan itself would give the subnet.
fn renumber(view: &View<'_>, tier: &Tier, subnet: &Subnet) -> Option<Fix> {
    let mut tried = view.vpc.clone();
    tried.tier_mut(&tier.name)?.subnet_mut(subnet.number)?.ipv6 = None;
    tried.number_ipv6();
    let part = tried.tier(&tier.name)?.subnet(subnet.number)?.ipv6?;
    let change = Change::SetSubnetIpv6 {
        vpc: view.id(),
        tier: tier.name.clone(),
        number: subnet.number,
        part: Some(part),
    };
    fix(format!("Use {part}"), change)
}

fn part(view: &View<'_>, vpc: u8, tier: &Tier, subnet: &Subnet, found: &mut Found) {
    let words = || view.subnet_words(tier, subnet);
    let at = || view.at_subnet(Field::Ipv6, tier, subnet);
    let mend = || renumber(view, tier, subnet);
    let Some(part) = subnet.ipv6 else {
        found.add_with(
            &rules::SUBNET_WITHOUT_IPV6,
            at(),
            format!(
                "{} has no IPv6 block, and its VPC has one; give it a part of it",
                words()
            ),
            mend(),
        );
        return;
    };
    let masks = Masks::subnet(Family::V6);
    if !masks.allows(part.mask) {
        found.add_with(
            &rules::SUBNET_IPV6_SIZE,
            at(),
            format!(
                "{} has the part {part} of its VPC's IPv6 block, and AWS takes {masks}; choose such a mask",
                words()
            ),
            mend(),
        );
    } else if !is_inside(part, vpc) {
        found.add_with(
            &rules::SUBNET_IPV6_OUTSIDE,
            at(),
            format!(
                "{} has the part {part}, and its VPC's IPv6 block, a /{vpc}, has no such part; choose a lower number",
                words()
            ),
            mend(),
        );
    }
}

fn overlaps(view: &View<'_>, vpc: u8, found: &mut Found) {
    let masks = Masks::subnet(Family::V6);
    let parts: Vec<(&Tier, &Subnet, Ipv6Part)> = view
        .vpc
        .subnets()
        .filter_map(|(tier, subnet)| Some((tier, subnet, subnet.ipv6?)))
        .filter(|(_, _, part)| masks.allows(part.mask) && is_inside(*part, vpc))
        .collect();
    // Counted in /64s from the base of the VPC's block.
    let spans: Vec<(u64, u64)> = parts
        .iter()
        .map(|(_, _, part)| {
            let bits = u32::from(64_u8.saturating_sub(part.mask));
            let size = 1_u64.checked_shl(bits).unwrap_or(u64::MAX);
            let first = u64::from(part.index).saturating_mul(size);
            (first, first.saturating_add(size.saturating_sub(1)))
        })
        .collect();
    for (late, early) in sweep(&spans) {
        let Some(&(tier, subnet, part)) = parts.get(late) else {
            continue;
        };
        let others: Vec<&(&Tier, &Subnet, Ipv6Part)> =
            early.iter().filter_map(|at| parts.get(*at)).collect();
        let words: Vec<String> = others
            .iter()
            .map(|(tier, other, part)| format!("{part} of {}", view.subnet_words(tier, other)))
            .collect();
        let mut spot = view.at_subnet(Field::Ipv6, tier, subnet);
        for (tier, other, _) in others {
            spot.place.resources.push(subnet_key(view.vpc, tier, other));
        }
        found.add_with(
            &rules::SUBNET_IPV6_OVERLAP,
            spot,
            format!(
                "{} has the part {part} of its VPC's IPv6 block, which overlaps {}; choose one that is free",
                view.subnet_words(tier, subnet),
                list(&words)
            ),
            renumber(view, tier, subnet),
        );
    }
}
