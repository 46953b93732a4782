//! AWS's quotas, by their default values. What a VPC exceeds by itself is an error; what depends on all that is in the
//! account already is a warning.

use super::blocks::all_blocks;
use super::{Found, Spot, View, rules};
use crate::design::model::{Design, Nat, TierKind, Vpc};
use crate::design::problem::Field;
use crate::network::Text;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

const VPCS: usize = 5;
const BLOCKS: usize = 5;
const SUBNETS: usize = 200;
const ROUTE_TABLES: usize = 200;
const NAT_GATEWAYS_OF_ZONE: usize = 5;
const ELASTIC_IPS: usize = 5;
const GATEWAY_ENDPOINTS: usize = 20;
const INTERFACE_ENDPOINTS: usize = 50;
const PEERINGS: usize = 50;
const GROUP_RULES: usize = 60;

/// The zones in which a VPC gets a zonal NAT gateway.
fn nat_zones(vpc: &Vpc) -> impl Iterator<Item = &Text> {
    let most = match vpc.nat {
        Nat::None | Nat::Regional => 0,
        Nat::One => 1,
        Nat::PerAz => usize::MAX,
    };
    let has_public = |zone: &&Text| {
        let mut tiers = vpc.tiers_of(TierKind::Public);
        tiers.any(|tier| tier.in_zone(zone).next().is_some())
    };
    vpc.zones.iter().filter(has_public).take(most)
}

pub(super) fn of_region(design: &Design, found: &mut Found) {
    let region = &design.region;
    let mut over = |rule, field, count: usize, most: usize, what: &str| {
        if count > most {
            found.add(
                rule,
                Spot::design(field, region),
                format!(
                    "the plan has {count} {what}, and AWS allows {most} unless the quota is raised, those that are there counted; raise it first"
                ),
            );
        }
    };
    let count = design.vpcs.len();
    let what = format!("VPCs in {region}");
    over(&rules::QUOTA_VPCS, Field::Region, count, VPCS, &what);

    let mut by_zone: BTreeMap<&Text, usize> = BTreeMap::new();
    for zone in design.vpcs.iter().flat_map(nat_zones) {
        let count = by_zone.entry(zone).or_default();
        *count = count.saturating_add(1);
    }
    for (zone, count) in &by_zone {
        let what = format!("NAT gateways in {zone}");
        let rule = &rules::QUOTA_NAT_GATEWAYS;
        over(rule, Field::Nat, *count, NAT_GATEWAYS_OF_ZONE, &what);
    }
    let count = by_zone.values().sum();
    let what = format!("elastic IP addresses in {region}");
    let rule = &rules::QUOTA_ELASTIC_IPS;
    over(rule, Field::Nat, count, ELASTIC_IPS, &what);

    let services = |vpc: &Vpc| vpc.gateway_endpoints.iter().collect::<BTreeSet<_>>().len();
    let count = design.vpcs.iter().map(services).sum();
    let what = format!("gateway endpoints in {region}");
    let (rule, field) = (&rules::QUOTA_GATEWAY_ENDPOINTS, Field::GatewayEndpoints);
    over(rule, field, count, GATEWAY_ENDPOINTS, &what);
}

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    let mut over = |rule, field, count: usize, most: usize, what: &str| {
        if count > most {
            found.add(
                rule,
                view.at(field),
                format!(
                    "{name} has {count} {what}, and AWS allows {most} unless the quota is raised; make do with fewer"
                ),
            );
        }
    };
    let blocks = vpc.blocks().count();
    let (rule, field) = (&rules::QUOTA_BLOCKS, Field::SecondaryBlocks);
    over(rule, field, blocks, BLOCKS, "IPv4 blocks");

    let subnets = vpc.subnets().count();
    let rule = &rules::QUOTA_SUBNETS;
    over(rule, Field::Tiers, subnets, SUBNETS, "subnets");

    // The main table, that of a regional NAT gateway, one of each private subnet and one of each other tier.
    let tables = vpc.tiers.iter().map(|tier| match tier.kind {
        TierKind::Private => tier.subnets.len(),
        TierKind::Public | TierKind::Isolated => tier.subnets.len().min(1),
    });
    let tables = tables
        .sum::<usize>()
        .saturating_add(1)
        .saturating_add(usize::from(vpc.nat == Nat::Regional));
    let rule = &rules::QUOTA_ROUTE_TABLES;
    over(rule, Field::Tiers, tables, ROUTE_TABLES, "route tables");

    let endpoints = vpc.endpoints.len();
    let (rule, field) = (&rules::QUOTA_INTERFACE_ENDPOINTS, Field::Endpoints);
    let what = "interface endpoints";
    over(rule, field, endpoints, INTERFACE_ENDPOINTS, what);

    let others = view.design.vpcs.iter().filter(|other| other.id != vpc.id);
    let asked = others.flat_map(|other| other.peerings.iter().filter(|it| it.with == vpc.id));
    let peerings = vpc.peerings.len().saturating_add(asked.count());
    let (rule, field) = (&rules::QUOTA_PEERINGS, Field::Peerings);
    over(rule, field, peerings, PEERINGS, "peering connections");

    let rule = &rules::QUOTA_GROUP_RULES;
    let what = "inbound rules in the security group of its endpoints";
    over(rule, Field::Endpoints, group_rules(vpc), GROUP_RULES, what);
}

/// Inbound rules of the group of endpoints, of the family that has more: each port lets each source in.
fn group_rules(vpc: &Vpc) -> usize {
    let ports = match (vpc.endpoints.is_empty(), vpc.resolver.is_some()) {
        (true, false) => return 0,
        (false, false) => 1,
        (true, true) => 2,
        (false, true) => 3_usize,
    };
    let mut sources: BTreeSet<IpNet> = all_blocks(vpc).collect();
    if vpc.resolver.is_some() {
        let transit = vpc.transit_gateway.iter().flat_map(|it| &it.routes);
        let vpn = vpc.vpn_gateway.iter().flat_map(|it| &it.routes);
        sources.extend(transit.chain(vpn));
    }
    let v4 = sources
        .iter()
        .filter(|block| matches!(block, IpNet::V4(_)))
        .count();
    let most = v4.max(sources.len().saturating_sub(v4));
    most.saturating_mul(ports)
}
