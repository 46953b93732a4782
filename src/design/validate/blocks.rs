//! Blocks of VPCs: their sizes, what AWS refuses, and what they overlap.

use super::{Found, View, fix, list, nets, rules};
use crate::cidr::{
    self, Family, Masks, PRIVATE, SecondaryRefusal, Space, VPC_MASKS_V4, overlap, secondary_refusal,
};
use crate::design::model::{Ipv6, Vpc};
use crate::design::names::vpc_key;
use crate::design::problem::{Change, Field, Fix};
use crate::network::{Kind, Text};
use ipnet::{IpNet, Ipv4Net};

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    primary(view, found);
    for (position, &block) in view.vpc.secondary.iter().enumerate() {
        secondary(view, position, block, found);
    }
    pool(view, found);
    reserved(view, found);
    loaded(view, found);
    for (position, block) in view.vpc.blocks().enumerate() {
        choice(view, block, position == 0, found);
    }
}

/// Blocks that the VPC is to keep away from: of others of the plan and of their peers, reserved ones, those of networks
/// that are loaded, and its own secondary ones.
fn others(view: &View<'_>) -> Vec<IpNet> {
    let mut others = nets(view.vpc.secondary.iter().copied());
    for (position, vpc) in view.design.vpcs.iter().enumerate() {
        if position != view.position {
            others.extend(nets(vpc.blocks()));
        }
    }
    let peers = view.vpc.peerings.iter().flat_map(|it| &it.cidrs);
    let reserved = view.design.reserved.iter().map(|it| &it.cidr);
    let loaded = view.around.blocks.iter().map(|(block, _)| block);
    others.extend(peers.chain(reserved).chain(loaded).copied());
    others
}

/// Another primary block: the one nearest to `to` that is nobody's, if AWS takes it with the secondary ones.
fn another(view: &View<'_>, to: Ipv4Net, away: &[IpNet]) -> Option<Fix> {
    let mut used = others(view);
    used.extend(away);
    let Some(IpNet::V4(block)) = cidr::nearest_free_vpc(to.into(), &used) else {
        return None;
    };
    use_block(view, block)
}

/// This primary block, if AWS takes it with the secondary ones.
fn use_block(view: &View<'_>, block: Ipv4Net) -> Option<Fix> {
    let mut blocks = vec![block];
    for &secondary in &view.vpc.secondary {
        if secondary_refusal(&blocks, secondary).is_some() {
            return None;
        }
        blocks.push(secondary);
    }
    let change = Change::SetVpcBlock {
        vpc: view.id(),
        block,
    };
    fix(format!("Use {block}"), change)
}

/// The block with a mask that a VPC may have.
fn clamped(block: Ipv4Net) -> Ipv4Net {
    let masks = Masks::vpc(Family::V4);
    let mask = block.prefix_len().clamp(masks.shortest(), masks.longest());
    Ipv4Net::new(block.network(), mask).map_or(block, |block| block.trunc())
}

fn primary(view: &View<'_>, found: &mut Found) {
    let block = view.vpc.cidr;
    let at = || view.at(Field::Block);
    let name = view.name();
    if !VPC_MASKS_V4.contains(&block.prefix_len()) {
        let masks = Masks::vpc(Family::V4);
        found.add_with(
            &rules::VPC_BLOCK_SIZE,
            at(),
            format!("the block {block} of {name} is not of {masks}; choose such a mask"),
            another(view, clamped(block), &[]),
        );
    } else if let Some(range) = cidr::refused(block) {
        found.add_with(
            &rules::VPC_BLOCK_REFUSED,
            at(),
            format!(
                "the block {block} of {name} touches {range}, which AWS refuses; choose another"
            ),
            another(view, block, &[]),
        );
    }
    if block != block.trunc() {
        let canonical = block.trunc();
        found.add_with(
            &rules::VPC_BLOCK_HOST_BITS,
            at(),
            format!("{block}, the block of {name}, has bits set after its mask; write {canonical}"),
            use_block(view, canonical),
        );
    }
}

fn secondary(view: &View<'_>, position: usize, block: Ipv4Net, found: &mut Found) {
    let name = view.name();
    let at = || view.at(Field::SecondaryBlocks);
    let earlier: Vec<Ipv4Net> = view.vpc.blocks().take(position.saturating_add(1)).collect();
    if block != block.trunc() {
        let canonical = block.trunc();
        let change = Change::SetSecondary {
            vpc: view.id(),
            block,
            to: canonical,
        };
        found.add_with(
            &rules::VPC_BLOCK_HOST_BITS,
            at(),
            format!(
                "{block}, a secondary block of {name}, has bits set after its mask; write {canonical}"
            ),
            fix(format!("Use {canonical}"), change),
        );
    }
    let Some(refusal) = secondary_refusal(&earlier, block) else {
        return;
    };
    let rule = match refusal {
        SecondaryRefusal::Mask { .. } => &rules::SECONDARY_SIZE,
        SecondaryRefusal::Refused { .. } => &rules::SECONDARY_REFUSED,
        SecondaryRefusal::Overlap { .. } => &rules::SECONDARY_OVERLAP,
        SecondaryRefusal::Range { .. } | SecondaryRefusal::LowTen { .. } => {
            &rules::SECONDARY_ASSOCIATION
        }
    };
    let message = match &refusal {
        SecondaryRefusal::Mask { .. } => format!(
            "the secondary block {block} of {name} is not of {}; choose such a mask",
            Masks::vpc(Family::V4)
        ),
        SecondaryRefusal::Refused { range, .. } => format!(
            "the secondary block {block} of {name} touches {range}, which AWS refuses; choose another"
        ),
        SecondaryRefusal::Overlap { existing, .. } => format!(
            "the secondary block {block} of {name} overlaps {existing}, which the VPC has already; choose one apart from it"
        ),
        SecondaryRefusal::Range {
            range,
            primary,
            instead,
            ..
        } => format!(
            "AWS adds the secondary block {block} of {range} to no VPC whose primary block is {primary}, as that of {name}; choose {instead}"
        ),
        SecondaryRefusal::LowTen { existing, .. } => format!(
            "AWS adds the secondary block {block} of 10.0.0.0/16 to no VPC with a block of 10.0.0.0/15, as {existing} of {name}; choose another block of 10.0.0.0/8"
        ),
    };
    found.add_with(rule, at(), message, without(view, block));
}

/// Take a secondary block away, where nothing needs it.
fn without(view: &View<'_>, block: Ipv4Net) -> Option<Fix> {
    let secondary = view.vpc.secondary.iter().copied();
    let kept: Vec<Ipv4Net> = std::iter::once(view.vpc.cidr)
        .chain(secondary.filter(|held| *held != block))
        .collect();
    let is_needed = view
        .vpc
        .taken()
        .any(|inner| block.contains(&inner) && !kept.iter().any(|held| held.contains(&inner)));
    if is_needed {
        return None;
    }
    let change = Change::RemoveSecondary {
        vpc: view.id(),
        block,
    };
    fix(format!("Take {block} away"), change)
}

/// The pool is a rule of the plan's own: AWS takes any block, so a block from elsewhere is no error.
fn pool(view: &View<'_>, found: &mut Found) {
    let pool = &view.design.pool;
    let is_of = |block: &Ipv4Net| pool.iter().any(|range| range.contains(block));
    if pool.is_empty() {
        return;
    }
    let primary = view.vpc.cidr;
    if !is_of(&primary) {
        let within = nets(pool.iter().copied());
        let mend = match cidr::first_free(&within, &others(view), primary.prefix_len()) {
            Some(IpNet::V4(free)) => use_block(view, free),
            _ => None,
        };
        found.add_with(
            &rules::POOL_OUTSIDE,
            view.at(Field::Block),
            format!(
                "the block {primary} of {} is not of the plan's pool, {}; choose one from it",
                view.name(),
                list(pool)
            ),
            mend,
        );
    }
    for &block in view.vpc.secondary.iter().filter(|block| !is_of(block)) {
        found.add_with(
            &rules::POOL_OUTSIDE,
            view.at(Field::SecondaryBlocks),
            format!(
                "the secondary block {block} of {} is not of the plan's pool, {}; choose one from it",
                view.name(),
                list(pool)
            ),
            without(view, block),
        );
    }
}

/// All blocks of a VPC, of both families, as far as they are known.
pub(super) fn all_blocks(vpc: &Vpc) -> impl Iterator<Item = IpNet> {
    let own = match vpc.ipv6 {
        Ipv6::Own(block) => Some(IpNet::V6(block)),
        Ipv6::None | Ipv6::Amazon => None,
    };
    vpc.blocks().map(IpNet::V4).chain(own)
}

/// The field where a block of a VPC stands.
fn field_of(vpc: &Vpc, block: IpNet) -> Field {
    match block {
        IpNet::V6(_) => Field::Ipv6,
        IpNet::V4(block) if block == vpc.cidr => Field::Block,
        IpNet::V4(_) => Field::SecondaryBlocks,
    }
}

/// Another block for one that is in somebody's way, where it is the primary one.
fn instead(view: &View<'_>, block: IpNet) -> Option<Fix> {
    match block {
        IpNet::V4(primary) if primary == view.vpc.cidr => another(view, clamped(primary), &[]),
        _ => None,
    }
}

fn reserved(view: &View<'_>, found: &mut Found) {
    for block in all_blocks(view.vpc) {
        let mut hits = view.design.reserved.iter();
        let Some(range) = hits.find(|range| overlap(range.cidr, block)) else {
            continue;
        };
        let whose = match range.note.as_str() {
            "" => String::new(),
            note => format!(" ({note})"),
        };
        found.add_with(
            &rules::VPC_RESERVED,
            view.at(field_of(view.vpc, block)),
            format!(
                "the block {block} of {} overlaps {}{whose}, which the plan reserves, so that nothing in the VPC reaches what is there; choose another",
                view.name(),
                range.cidr
            ),
            instead(view, block),
        );
    }
}

fn loaded(view: &View<'_>, found: &mut Found) {
    for block in all_blocks(view.vpc) {
        let hits: Vec<&(IpNet, String)> = view
            .around
            .blocks
            .iter()
            .filter(|(other, _)| overlap(*other, block))
            .collect();
        let Some((other, whose)) = hits.first() else {
            continue;
        };
        let more = match hits.len() {
            1 => String::new(),
            count => format!(" and {} more", count.saturating_sub(1)),
        };
        found.add_with(
            &rules::LOADED_OVERLAP,
            view.at(field_of(view.vpc, block)),
            format!(
                "the block {block} of {} overlaps {other} of {whose}{more}, so that the two can never be peered; choose another",
                view.name()
            ),
            instead(view, block),
        );
    }
}

/// What AWS takes and people regret.
fn choice(view: &View<'_>, block: Ipv4Net, is_primary: bool, found: &mut Found) {
    if !VPC_MASKS_V4.contains(&block.prefix_len()) || cidr::refused(block).is_some() {
        return;
    }
    let (field, of) = if is_primary {
        (Field::Block, "block")
    } else {
        (Field::SecondaryBlocks, "secondary block")
    };
    if cidr::touches_docker(block) {
        let docker = Ipv4Net::new_assert([172, 17, 0, 0].into(), 16);
        let mend = is_primary.then(|| another(view, block, &[docker.into()]));
        found.add_with(
            &rules::DOCKER_RANGE,
            view.at(field),
            format!(
                "the {of} {block} of {} overlaps {docker}, which Docker and some services of AWS use inside their hosts; choose another",
                view.name()
            ),
            mend.flatten(),
        );
    }
    let whose = match Space::of(block) {
        Space::Private | Space::Shared => return,
        Space::Benchmark => "which is kept for measuring equipment",
        Space::Public => "whose public addresses are somebody else's unless they were bought",
    };
    let mend = || {
        let free = cidr::first_free(&nets(PRIVATE), &others(view), block.prefix_len());
        match free {
            Some(IpNet::V4(free)) if is_primary => use_block(view, free),
            _ => None,
        }
    };
    found.add_with(
        &rules::PUBLIC_RANGE,
        view.at(field),
        format!(
            "the {of} {block} of {} is outside the private ranges, {whose}; choose a private one",
            view.name()
        ),
        mend(),
    );
}

/// The transit gateway a VPC is attached to, in the plan's own words.
fn hub(vpc: &Vpc) -> Option<&Text> {
    vpc.transit_gateway.as_ref().map(|gateway| &gateway.id)
}

/// VPCs of a plan that overlap: an error where they are connected, else a warning.
pub(super) fn between(views: &[View<'_>], found: &mut Found) {
    for (position, later) in views.iter().enumerate() {
        for earlier in views.iter().take(position) {
            pair(earlier, later, found);
        }
    }
}

fn pair(earlier: &View<'_>, later: &View<'_>, found: &mut Found) {
    let hit = all_blocks(later.vpc).find_map(|block| {
        let other = all_blocks(earlier.vpc).find(|other| overlap(*other, block))?;
        Some((block, other))
    });
    let Some((block, other)) = hit else {
        return;
    };
    let (a, b) = (earlier.vpc, later.vpc);
    let mut spot = later.at(field_of(b, block));
    spot.place.resources.push(vpc_key(a));
    let asks = |from: &Vpc, to: &Vpc| from.peerings.iter().any(|peering| peering.with == to.id);
    let (rule, why) = if asks(a, b) || asks(b, a) {
        let (from, to) = if asks(a, b) { (a, b) } else { (b, a) };
        spot = spot.on(Kind::VpcPeeringConnection, from, &to.id);
        (&rules::PEERING_OVERLAP, "and the two are peered")
    } else if hub(a).is_some() && hub(a) == hub(b) {
        spot = spot.on(Kind::TransitGatewayAttachment, b, "");
        (
            &rules::TGW_OVERLAP,
            "and both are attached to one transit gateway, which would route to one of them only",
        )
    } else {
        (
            &rules::VPC_OVERLAP,
            "so that the two can never be peered or share a transit gateway",
        )
    };
    found.add_with(
        rule,
        spot,
        format!(
            "the block {block} of {} overlaps {other} of {}, {why}; choose another block for one of them",
            later.name(),
            earlier.name()
        ),
        instead(later, block),
    );
}
