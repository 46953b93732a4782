//! Ways out of a VPC: NAT gateways, egress-only, transit and VPN gateways, peering.

use super::blocks::all_blocks;
use super::{Found, Spot, View, fix, list, rules, zones};
use crate::cidr::overlap;
use crate::design::model::{Design, Egress, Ipv6, Nat, Peering, Subnet, Tier, TierKind};
use crate::design::names::subnet_key;
use crate::design::problem::{Change, Field, Fix};
use crate::network::{Kind, Text};

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    nat(view, found);
    egress_only(view, found);
    tier_egress(view, found);
    transit_gateway(view, found);
    vpn_gateway(view, found);
    for (position, peering) in view.vpc.peerings.iter().enumerate() {
        peer(view, position, peering, found);
    }
    unrouted_peers(view, found);
}

/// Private subnets that go out by NAT gateways, if there are any.
pub(super) fn behind_nat<'a>(
    view: &View<'a>,
) -> impl Iterator<Item = (&'a Tier, &'a Subnet)> + use<'a> {
    view.subnets_of(TierKind::Private)
        .filter(|(tier, _)| tier.egress == Egress::Nat)
}

/// The zones of the VPC that some of these subnets lie in.
fn zones_of<'a>(view: &View<'a>, subnets: &[(&Tier, &Subnet)]) -> Vec<&'a Text> {
    let is_in = |zone: &Text| subnets.iter().any(|(_, subnet)| subnet.zone == *zone);
    view.vpc.zones.iter().filter(|zone| is_in(zone)).collect()
}

/// Shown on the cards of these subnets.
fn on_subnets<'a>(
    view: &View<'_>,
    mut spot: Spot,
    subnets: impl Iterator<Item = (&'a Tier, &'a Subnet)>,
) -> Spot {
    let cards = subnets.map(|(tier, subnet)| subnet_key(view.vpc, tier, subnet));
    spot.place.resources.extend(cards);
    spot
}

fn set_nat(view: &View<'_>, words: &str, nat: Nat) -> Option<Fix> {
    let change = Change::SetNat {
        vpc: view.id(),
        nat,
    };
    fix(words, change)
}

/// A NAT gateway in each zone, where all of them have a place for one; else one for the whole region.
fn nat_for_all(view: &View<'_>, zones: &[&Text]) -> Option<Fix> {
    if zones.iter().all(|zone| view.has(TierKind::Public, zone)) {
        set_nat(view, "Use a NAT gateway in each zone", Nat::PerAz)
    } else {
        set_nat(view, "Use a regional NAT gateway", Nat::Regional)
    }
}

fn nat(view: &View<'_>, found: &mut Found) {
    let behind: Vec<(&Tier, &Subnet)> = behind_nat(view).collect();
    let needing = zones_of(view, &behind);
    let public: Vec<(&Tier, &Subnet)> = view.subnets_of(TierKind::Public).collect();
    let public = zones_of(view, &public);
    let name = view.name();
    match view.vpc.nat {
        Nat::None => {
            if !behind.is_empty() && !view.vpc.egress_only {
                no_egress(view, &behind, &needing, found);
            }
            return;
        }
        Nat::One | Nat::PerAz if public.is_empty() => {
            let change = Change::SetFormTier {
                vpc: view.id(),
                kind: TierKind::Public,
                per_zone: 1,
            };
            found.add_with(
                &rules::NAT_NEEDS_PUBLIC_SUBNET,
                view.at(Field::Nat),
                format!(
                    "{name} has no public subnet for its NAT gateway to stand in; add public subnets"
                ),
                fix("Add public subnets", change),
            );
            return;
        }
        Nat::PerAz => per_zone(view, &needing, &public, found),
        Nat::One => {}
        Nat::Regional => {
            if public.is_empty() && view.subnets_of(TierKind::Public).next().is_none() {
                found.add(
                    &rules::NAT_REGIONAL_GATEWAY,
                    view.at(Field::Nat).on(Kind::InternetGateway, view.vpc, ""),
                    format!(
                        "the regional NAT gateway of {name} brings an internet gateway into a VPC without public subnets; leave it so, or choose another way out"
                    ),
                );
            }
        }
    }
    if behind.is_empty() {
        found.add_with(
            &rules::NAT_UNUSED,
            view.at(Field::Nat),
            format!("no private subnet of {name} goes out by its NAT gateway; take it away"),
            set_nat(view, "Use no NAT gateway", Nat::None),
        );
    } else if view.vpc.nat == Nat::One && needing.len() > 1 {
        let spot = on_subnets(view, view.at(Field::Nat), behind.iter().copied());
        let spot = match public.first() {
            Some(zone) => spot.on(Kind::NatGateway, view.vpc, zone),
            None => spot,
        };
        found.add_with(
            &rules::SINGLE_NAT_MULTI_AZ,
            spot,
            format!(
                "private subnets of {name} in {} Availability Zones lose their way out when the one with the NAT gateway fails; use one in each zone, or a regional one",
                needing.len()
            ),
            nat_for_all(view, &needing),
        );
    }
}

fn no_egress(view: &View<'_>, behind: &[(&Tier, &Subnet)], needing: &[&Text], found: &mut Found) {
    let vpc = view.vpc;
    let is_joined = vpc.transit_gateway.is_some()
        || vpc.vpn_gateway.is_some()
        || !vpc.peerings.is_empty()
        || view
            .design
            .vpcs
            .iter()
            .any(|it| it.peerings.iter().any(|it| it.with == vpc.id));
    let what = if is_joined {
        "have no way to the internet; add NAT gateways, if they are to reach it"
    } else {
        "have no way out; add NAT gateways, if they are to reach anything"
    };
    found.add_with(
        &rules::NO_EGRESS,
        on_subnets(view, view.at(Field::Nat), behind.iter().copied()),
        format!("the private subnets of {} {what}", view.name()),
        nat_for_all(view, needing),
    );
}

/// Zones where a NAT gateway has no place, and zones where nobody uses one.
fn per_zone(view: &View<'_>, needing: &[&Text], public: &[&Text], found: &mut Found) {
    let name = view.name();
    for zone in needing.iter().filter(|zone| !public.contains(zone)) {
        let mut tiers = view.vpc.tiers_of(TierKind::Public);
        let mend = tiers
            .find(|tier| !tier.subnets.is_empty())
            .and_then(|tier| {
                let change = Change::AddSubnet {
                    vpc: view.id(),
                    tier: tier.name.clone(),
                    zone: (*zone).clone(),
                };
                fix(format!("Add a public subnet in {zone}"), change)
            });
        let behind = behind_nat(view).filter(|(_, subnet)| subnet.zone == **zone);
        found.add_with(
            &rules::NAT_ZONE_WITHOUT_PUBLIC,
            on_subnets(view, view.at(Field::Nat), behind),
            format!(
                "{name} has no public subnet in {zone} for the NAT gateway of that Availability Zone; add one"
            ),
            mend,
        );
    }
    if needing.is_empty() {
        return;
    }
    for zone in public.iter().filter(|zone| !needing.contains(zone)) {
        let spot = view.at(Field::Nat).on(Kind::NatGateway, view.vpc, zone);
        found.add(
            &rules::NAT_UNUSED,
            spot,
            format!(
                "no private subnet of {name} goes out by the NAT gateway in {zone}; add private subnets there, or take its public subnets away"
            ),
        );
    }
}

fn egress_only(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    let switch = |words: &str, on: bool| {
        let change = Change::SetEgressOnly { vpc: view.id(), on };
        fix(words, change)
    };
    let mut behind = behind_nat(view);
    if vpc.egress_only && vpc.ipv6 == Ipv6::None {
        let change = Change::SetIpv6 {
            vpc: view.id(),
            ipv6: Ipv6::Amazon,
        };
        found.add_with(
            &rules::EGRESS_ONLY_NEEDS_IPV6,
            view.at(Field::EgressOnly),
            format!(
                "{name} has an egress-only internet gateway and no IPv6 block for it; add one, or take the gateway away"
            ),
            fix("Add an IPv6 block of Amazon's", change),
        );
    } else if vpc.egress_only && behind.next().is_none() {
        let spot = view
            .at(Field::EgressOnly)
            .on(Kind::EgressOnlyInternetGateway, vpc, "");
        found.add_with(
            &rules::EGRESS_ONLY_UNUSED,
            spot,
            format!(
                "no private subnet of {name} goes out by its egress-only internet gateway; take it away"
            ),
            switch("Take the gateway away", false),
        );
    } else if !vpc.egress_only && vpc.ipv6 != Ipv6::None && vpc.nat != Nat::None {
        let stuck: Vec<(&Tier, &Subnet)> =
            behind.filter(|(_, subnet)| subnet.ipv6.is_some()).collect();
        if !stuck.is_empty() {
            found.add_with(
                &rules::IPV6_NO_EGRESS,
                on_subnets(view, view.at(Field::EgressOnly), stuck.into_iter()),
                format!(
                    "private subnets of {name} reach out over IPv4 and not over IPv6; add an egress-only internet gateway"
                ),
                switch("Add an egress-only internet gateway", true),
            );
        }
    }
}

fn tier_egress(view: &View<'_>, found: &mut Found) {
    for tier in view.vpc.tiers_of(TierKind::Private) {
        let (what, field) = match tier.egress {
            Egress::TransitGateway if view.vpc.transit_gateway.is_none() => {
                ("transit gateway", Field::TransitGateway)
            }
            Egress::VpnGateway if view.vpc.vpn_gateway.is_none() => {
                ("VPN gateway", Field::VpnGateway)
            }
            _ => continue,
        };
        let change = Change::SetEgress {
            vpc: view.id(),
            tier: tier.name.clone(),
            egress: Egress::Nat,
        };
        found.add_with(
            &rules::EGRESS_WITHOUT_GATEWAY,
            view.at_tier(field, tier),
            format!(
                "{} goes out by a {what}, and its VPC has none; add one, or choose another way out",
                view.owned(&format!("tier {}", tier.name))
            ),
            fix("Go out by NAT gateways", change),
        );
    }
}

/// Whether an id is one that AWS gives: the prefix, then 8 or 17 hexadecimal digits.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.chars().all(|it| it.is_ascii_hexdigit())
    })
}

fn transit_gateway(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let Some(gateway) = &vpc.transit_gateway else {
        return;
    };
    let name = view.name();
    let at = || {
        view.at(Field::TransitGateway)
            .on(Kind::TransitGatewayAttachment, vpc, "")
    };
    if !is_id(&gateway.id, "tgw-") {
        let called = match gateway.id.as_str() {
            "" => String::new(),
            id => format!(", “{id}”,"),
        };
        found.add(
            &rules::TGW_ID_MISSING,
            at(),
            format!(
                "the transit gateway{called} of {name} is not known by its id; write it (tgw-…) before anything is created"
            ),
        );
    }
    // Who routes to it: tiers that go out by it, and every private one where it has destinations.
    let routing = |tier: &Tier| {
        tier.kind == TierKind::Private
            && (tier.egress == Egress::TransitGateway || !gateway.routes.is_empty())
    };
    let routed: Vec<(&Tier, &Subnet)> = vpc.subnets().filter(|(tier, _)| routing(tier)).collect();
    if routed.is_empty() {
        found.add(
            &rules::TGW_UNUSED,
            at(),
            format!(
                "nothing of {name} is routed to its transit gateway; give destinations, or send a tier out by it"
            ),
        );
    }
    let tier = vpc.tier(&gateway.tier);
    let Some(tier) = tier.filter(|tier| tier.first_of_each(&vpc.zones).next().is_some()) else {
        found.add(
            &rules::TGW_TIER_UNKNOWN,
            at(),
            format!(
                "the attachment of {name} is to stand in the tier “{}”, which has no subnets; choose one that has",
                gateway.tier
            ),
        );
        return;
    };
    for zone in &vpc.zones {
        let here = tier.in_zone(zone).count();
        if here > 1 {
            let spot = view.at_tier(Field::TransitGateway, tier);
            found.add(
                &rules::TGW_SUBNETS_MANY,
                spot,
                format!(
                    "the tier {} of {name} has {here} subnets in {zone}, and the attachment takes the first of them; one is enough",
                    tier.name
                ),
            );
        }
        let lost: Vec<(&Tier, &Subnet)> = routed
            .iter()
            .copied()
            .filter(|(_, subnet)| subnet.zone == *zone)
            .collect();
        if here == 0 && !lost.is_empty() {
            let change = Change::AddSubnet {
                vpc: view.id(),
                tier: tier.name.clone(),
                zone: zone.clone(),
            };
            found.add_with(
                &rules::TGW_ATTACH_MISSING_AZ,
                on_subnets(view, at(), lost.into_iter()),
                format!(
                    "the attachment of {name} has no subnet in {zone}, so that what the private subnets there send to the transit gateway is lost; add one to the tier {}",
                    tier.name
                ),
                fix(format!("Add a subnet in {zone}"), change),
            );
        }
    }
}

fn vpn_gateway(view: &View<'_>, found: &mut Found) {
    let Some(gateway) = &view.vpc.vpn_gateway else {
        return;
    };
    let reaches = |tier: &Tier| {
        tier.egress == Egress::VpnGateway || gateway.propagate || !gateway.routes.is_empty()
    };
    let mut private = view.subnets_of(TierKind::Private);
    if !private.any(|(tier, _)| reaches(tier)) {
        found.add(
            &rules::VPN_GATEWAY_UNUSED,
            view.at(Field::VpnGateway)
                .on(Kind::VpnGateway, view.vpc, ""),
            format!(
                "no private subnet of {} routes to its VPN gateway; let its routes propagate, or give destinations",
                view.name()
            ),
        );
    }
}

fn peer(view: &View<'_>, position: usize, peering: &Peering, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    let with = &peering.with;
    let at = || {
        view.at(Field::Peerings)
            .on(Kind::VpcPeeringConnection, vpc, with)
    };
    let remove = || {
        let change = Change::RemovePeering {
            vpc: view.id(),
            with: with.clone(),
        };
        fix("Take the peering away", change)
    };
    if *with == vpc.id {
        found.add_with(
            &rules::PEERING_SELF,
            at(),
            format!("{name} is to be peered with itself; choose another VPC"),
            remove(),
        );
        return;
    }
    let here = view.design.vpc(with);
    if here.is_none() && !is_id(with, "vpc-") {
        found.add_with(
            &rules::PEERING_UNKNOWN,
            at(),
            format!(
                "{name} is to be peered with “{with}”, which is neither a VPC of the plan nor the id of one (vpc-…); choose one of these"
            ),
            remove(),
        );
        return;
    }
    if is_repeated(view.design, view.position, position, peering) {
        found.add_with(
            &rules::PEERING_TWICE,
            at(),
            format!("{name} and {with} are peered twice, and AWS takes one peering between two VPCs; take one away"),
            remove(),
        );
    }
    if here.is_some() {
        return;
    }
    place(view, peering, at, found);
    found.add(
        &rules::PEERING_BY_OTHERS,
        at(),
        format!(
            "the peering of {name} with {with} waits until the owner of that VPC accepts it, and nothing comes back without routes there; ask for both"
        ),
    );
    if peering.cidrs.is_empty() {
        found.add(
            &rules::PEERING_BLOCKS_MISSING,
            at(),
            format!(
                "{name} is peered with {with}, whose blocks are not known, so that nothing is routed to it; give its blocks"
            ),
        );
    }
    let hit = all_blocks(vpc).find_map(|block| {
        let mut theirs = peering.cidrs.iter();
        Some((block, theirs.find(|other| overlap(**other, block))?))
    });
    if let Some((block, other)) = hit {
        found.add(
            &rules::PEERING_OVERLAP,
            at(),
            format!(
                "the block {block} of {name} overlaps {other} of {with}, and the two are peered; choose another block"
            ),
        );
    }
}

/// Peerings, asked for by either side, of a VPC whose tables get no routes to peers.
fn unrouted_peers(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let mut routed = vpc.subnets();
    if routed.any(|(tier, _)| tier.kind != TierKind::Isolated) {
        return;
    }
    let others = view.design.vpcs.iter().filter(|other| other.id != vpc.id);
    let asked = others.filter(|other| other.peerings.iter().any(|it| it.with == vpc.id));
    let own = vpc.peerings.iter().filter(|it| it.with != vpc.id);
    let all = own
        .map(|it| (&it.with, vpc, &it.with))
        .chain(asked.map(|other| (&other.id, other, &vpc.id)));
    for (other, requester, with) in all {
        let spot = view.at(Field::Peerings);
        found.add(
            &rules::PEERING_UNUSED,
            spot.on(Kind::VpcPeeringConnection, requester, with),
            format!(
                "no table of {} routes to {other}, as only public and private tiers get routes to peers; add such a tier, or take the peering away",
                view.name()
            ),
        );
    }
}

/// Whether an earlier peering of the design joins the same two VPCs.
fn is_repeated(design: &Design, vpc: usize, position: usize, peering: &Peering) -> bool {
    let Some(own) = design.vpcs.get(vpc) else {
        return false;
    };
    let mut here = own.peerings.iter().take(position);
    let other = design.vpcs.iter().take(vpc);
    let mut other = other.filter(|other| other.id == peering.with);
    here.any(|other| other.with == peering.with)
        || other.any(|other| other.peerings.iter().any(|it| it.with == own.id))
}

fn place(view: &View<'_>, peering: &Peering, at: impl Fn() -> Spot, found: &mut Found) {
    let mut wrong = Vec::new();
    if let Some(account) = &peering.account
        && !(account.len() == 12 && account.chars().all(|it| it.is_ascii_digit()))
    {
        wrong.push(format!("“{account}” is no account of twelve digits"));
    }
    if let Some(region) = &peering.region
        && !zones::is_region(region)
    {
        wrong.push(format!("“{region}” is no region"));
    }
    if !wrong.is_empty() {
        found.add(
            &rules::PEERING_PLACE,
            at(),
            format!(
                "{} is peered with {}, whose place is not known: {}; correct it",
                view.name(),
                peering.with,
                list(&wrong)
            ),
        );
    }
}
