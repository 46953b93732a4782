//! The routes that a plan writes into tables, by what AWS takes.

use super::blocks::all_blocks;
use super::quotas::ROUTES;
use super::{Found, View, list, rules};
use crate::cidr::Family;
use crate::design::model::{Egress, Ipv6, Nat, Tier, TierKind, Vpc};
use crate::design::problem::Field;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Destinations that AWS keeps for itself, of both families.
fn forbidden() -> [IpNet; 2] {
    [
        IpNet::new_assert(std::net::Ipv4Addr::new(169, 254, 168, 0).into(), 22),
        IpNet::new_assert(
            std::net::Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0).into(),
            32,
        ),
    ]
}

/// A route written by hand: its destination, what it leads to, and the field it stands in.
struct Written<'a> {
    destination: IpNet,
    to: &'a str,
    field: Field,
}

/// The routes written by hand, and those to VPCs that are peered.
fn written<'a>(view: &'a View<'_>) -> Vec<Written<'a>> {
    let vpc = view.vpc;
    let transit = vpc.transit_gateway.iter().flat_map(|it| &it.routes);
    let transit = transit.map(|&destination| Written {
        destination,
        to: "the transit gateway",
        field: Field::TransitGateway,
    });
    let vpn = vpc.vpn_gateway.iter().flat_map(|it| &it.routes);
    let vpn = vpn.map(|&destination| Written {
        destination,
        to: "the VPN gateway",
        field: Field::VpnGateway,
    });
    transit.chain(vpn).collect()
}

/// Blocks routed to peers, each with the peer.
fn to_peers<'a>(view: &View<'a>) -> Vec<(IpNet, &'a str)> {
    let vpc = view.vpc;
    let mut routes = Vec::new();
    let to = |other: &'a Vpc| {
        let blocks = all_blocks(other);
        blocks
            .map(|block| (block, other.id.as_str()))
            .collect::<Vec<_>>()
    };
    for peering in &vpc.peerings {
        match view.design.vpc(&peering.with) {
            Some(other) => routes.extend(to(other)),
            None => routes.extend(
                peering
                    .cidrs
                    .iter()
                    .map(|block| (*block, peering.with.as_str())),
            ),
        }
    }
    for other in view.design.vpcs.iter().filter(|other| other.id != vpc.id) {
        if other.peerings.iter().any(|it| it.with == vpc.id) {
            routes.extend(to(other));
        }
    }
    routes
}

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    let name = view.name();
    let routes = written(view);
    for route in &routes {
        inside(view, route, found);
        if route.field == Field::VpnGateway && Family::of(route.destination) == Family::V6 {
            found.add(
                &rules::VPN_ROUTE_IPV6,
                view.at(route.field),
                format!(
                    "the route of {name} to {} leads to a VPN gateway, whose connections carry IPv4 only; send it to a transit gateway",
                    route.destination
                ),
            );
        }
    }
    let peers = to_peers(view);
    let written_peers = view.vpc.peerings.iter().flat_map(|it| &it.cidrs);
    let all = routes
        .iter()
        .map(|route| (route.destination, route.field))
        .chain(written_peers.map(|block| (*block, Field::Peerings)));
    for (destination, field) in all {
        if destination != destination.trunc() {
            found.add(
                &rules::ROUTE_HOST_BITS,
                view.at(field),
                format!(
                    "the route of {name} to {destination} has bits set after its mask; write {}",
                    destination.trunc()
                ),
            );
        }
        if let Some(range) = forbidden()
            .iter()
            .find(|range| range.contains(&destination))
        {
            found.add(
                &rules::ROUTE_FORBIDDEN,
                view.at(field),
                format!(
                    "the route of {name} to {destination} lies in {range}, which AWS keeps for itself; take it away"
                ),
            );
        }
    }
    twice(view, &routes, &peers, found);
    count(view, &routes, &peers, found);
}

/// A destination inside the VPC: the local route is there, and only middleboxes may have a narrower one.
fn inside(view: &View<'_>, route: &Written<'_>, found: &mut Found) {
    let destination = route.destination;
    let name = view.name();
    let secondary = view.vpc.secondary.iter().copied().map(IpNet::V4);
    let mut secondary = secondary.filter(|block| block.contains(&destination));
    if let Some(block) = secondary.next() {
        found.add(
            &rules::SECONDARY_ROUTE,
            view.at(Field::SecondaryBlocks),
            format!(
                "the secondary block {block} of {name} holds {destination}, which is routed to {}; choose another block, or take the route away",
                route.to
            ),
        );
        return;
    }
    let mut blocks = all_blocks(view.vpc);
    if let Some(block) = blocks.find(|block| block.contains(&destination)) {
        found.add(
            &rules::ROUTE_INSIDE_VPC,
            view.at(route.field),
            format!(
                "the route of {name} to {destination} leads to {} and lies inside {block}, the VPC's own block; take it away",
                route.to
            ),
        );
    }
}

/// The default routes of a private tier.
fn defaults(view: &View<'_>, tier: &Tier) -> Vec<(IpNet, &'static str)> {
    let vpc = view.vpc;
    let has_ipv6 = vpc.ipv6 != Ipv6::None;
    let (v4, v6) = match tier.egress {
        Egress::None => (None, None),
        Egress::Nat => (
            (vpc.nat != Nat::None).then_some("the NAT gateway"),
            (vpc.egress_only && has_ipv6).then_some("the egress-only internet gateway"),
        ),
        Egress::TransitGateway => {
            let there = vpc.transit_gateway.is_some();
            let to = there.then_some("the transit gateway");
            (to, to.filter(|_| has_ipv6))
        }
        Egress::VpnGateway => (vpc.vpn_gateway.is_some().then_some("the VPN gateway"), None),
    };
    let v4 = v4.map(|to| (Family::V4.everything(), to));
    let v6 = v6.map(|to| (Family::V6.everything(), to));
    v4.into_iter().chain(v6).collect()
}

/// One destination, several targets in one table.
fn twice(view: &View<'_>, routes: &[Written<'_>], peers: &[(IpNet, &str)], found: &mut Found) {
    let mut said: BTreeSet<IpNet> = BTreeSet::new();
    let kinds = [TierKind::Public, TierKind::Private];
    let tiers = view.vpc.tiers.iter();
    for tier in tiers.filter(|tier| kinds.contains(&tier.kind) && !tier.subnets.is_empty()) {
        let mut targets: BTreeMap<IpNet, BTreeSet<String>> = BTreeMap::new();
        let mut add = |destination: IpNet, to: &str| {
            let destination = destination.trunc();
            targets
                .entry(destination)
                .or_default()
                .insert(to.to_owned());
        };
        if tier.kind == TierKind::Private {
            for (destination, to) in defaults(view, tier) {
                add(destination, to);
            }
            for route in routes {
                add(route.destination, route.to);
            }
        } else {
            add(Family::V4.everything(), "the internet gateway");
            if view.vpc.ipv6 != Ipv6::None {
                add(Family::V6.everything(), "the internet gateway");
            }
        }
        for (destination, peer) in peers {
            add(*destination, &format!("the peering with {peer}"));
        }
        for (destination, to) in targets {
            if to.len() < 2 || !said.insert(destination) {
                continue;
            }
            let to: Vec<String> = to.into_iter().collect();
            let mut spot = view.at_tier(Field::Tiers, tier);
            spot.words = view.owned(&format!("routes of tier {}", tier.name));
            found.add(
                &rules::ROUTE_TWICE,
                spot,
                format!(
                    "{destination} is routed from {} to {}, and a table takes one route to a destination; take the others away",
                    view.owned(&format!("tier {}", tier.name)),
                    list(&to)
                ),
            );
        }
    }
}

/// The fullest table of a private tier, local routes not counted.
fn count(view: &View<'_>, routes: &[Written<'_>], peers: &[(IpNet, &str)], found: &mut Found) {
    let written = routes.iter().map(|route| route.destination);
    let peered = peers.iter().map(|(destination, _)| *destination);
    for family in [Family::V4, Family::V6] {
        let is_of = |destination: &IpNet| Family::of(*destination) == family;
        let all: BTreeSet<IpNet> = written
            .clone()
            .chain(peered.clone())
            .filter(is_of)
            .map(|destination| destination.trunc())
            .collect();
        // AWS counts the prefix lists of S3 and DynamoDB as one route each.
        let lists = match family {
            Family::V4 => view.vpc.gateway_endpoints.len(),
            Family::V6 => 0,
        };
        let private = view.vpc.tiers_of(TierKind::Private);
        let ways = private.map(|tier| {
            let defaults = defaults(view, tier);
            defaults
                .iter()
                .filter(|(to, _)| is_of(to) && !all.contains(to))
                .count()
        });
        let Some(ways) = ways.max() else {
            return;
        };
        let count = all.len().saturating_add(lists).saturating_add(ways);
        if let Some((rule, words)) = ROUTES.broken_by(count) {
            found.add(
                rule,
                view.at(Field::Tiers),
                format!(
                    "route tables of private subnets of {} have {count} {family} routes, {words}",
                    view.name()
                ),
            );
        }
    }
}
