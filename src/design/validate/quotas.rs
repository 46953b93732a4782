//! AWS's quotas. What is above a default can be made once the quota is raised, which is a warning; what is above the most
//! that AWS raises it to, where AWS says so, is an error.

use super::{Found, Rule, Spot, View, rules};
use crate::cidr::Family;
use crate::design::group;
use crate::design::model::{Design, Nat, TierKind, Vpc};
use crate::design::problem::Field;
use crate::network::Text;
use std::collections::{BTreeMap, BTreeSet};

const VPCS: usize = 5;
const NAT_GATEWAYS_OF_ZONE: usize = 5;
const ELASTIC_IPS: usize = 5;
const GATEWAY_ENDPOINTS: usize = 20;

/// A quota of a VPC or of something in it.
pub(super) struct Quota {
    rule: &'static Rule,
    default: usize,
    /// The most it is raised to, where AWS says that.
    limit: Option<(&'static Rule, usize)>,
}

const BLOCKS: Quota = Quota {
    rule: &rules::QUOTA_BLOCKS,
    default: 5,
    limit: Some((&rules::LIMIT_BLOCKS, 50)),
};
const SUBNETS: Quota = Quota {
    rule: &rules::QUOTA_SUBNETS,
    default: 200,
    limit: None,
};
const ROUTE_TABLES: Quota = Quota {
    rule: &rules::QUOTA_ROUTE_TABLES,
    default: 200,
    limit: None,
};
/// Of one family, in one table.
pub(super) const ROUTES: Quota = Quota {
    rule: &rules::QUOTA_ROUTES,
    default: 500,
    limit: Some((&rules::LIMIT_ROUTES, 1_000)),
};
const INTERFACE_ENDPOINTS: Quota = Quota {
    rule: &rules::QUOTA_INTERFACE_ENDPOINTS,
    default: 50,
    limit: None,
};
const PEERINGS: Quota = Quota {
    rule: &rules::QUOTA_PEERINGS,
    default: 50,
    limit: Some((&rules::LIMIT_PEERINGS, 125)),
};
/// Rules of a group times groups of an interface are 1,000 at most, and an interface of an endpoint has one group.
const GROUP_RULES: Quota = Quota {
    rule: &rules::QUOTA_GROUP_RULES,
    default: 60,
    limit: Some((&rules::LIMIT_GROUP_RULES, 1_000)),
};

impl Quota {
    /// The rule that so many break, and the end of the sentence about it.
    pub(super) fn broken_by(&self, count: usize) -> Option<(&'static Rule, String)> {
        match self.limit {
            Some((rule, most)) if count > most => {
                let words = format!("and AWS allows {most} at most; make do with fewer");
                Some((rule, words))
            }
            _ if count > self.default => {
                let words = format!(
                    "and AWS allows {} unless the quota is raised; raise it first, or make do with fewer",
                    self.default
                );
                Some((self.rule, words))
            }
            _ => None,
        }
    }
}

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
    let mut over = |quota: &Quota, field, count: usize, what: &str| {
        if let Some((rule, words)) = quota.broken_by(count) {
            let message = format!("{name} has {count} {what}, {words}");
            found.add(rule, view.at(field), message);
        }
    };
    let blocks = vpc.blocks().count();
    over(&BLOCKS, Field::SecondaryBlocks, blocks, "IPv4 blocks");

    let subnets = vpc.subnets().count();
    over(&SUBNETS, Field::Tiers, subnets, "subnets");

    // The main table, that of a regional NAT gateway, one of each private subnet and one of each other tier.
    let tables = vpc.tiers.iter().map(|tier| match tier.kind {
        TierKind::Private => tier.subnets.len(),
        TierKind::Public | TierKind::Isolated => tier.subnets.len().min(1),
    });
    let tables = tables
        .sum::<usize>()
        .saturating_add(1)
        .saturating_add(usize::from(vpc.nat == Nat::Regional));
    over(&ROUTE_TABLES, Field::Tiers, tables, "route tables");

    let endpoints = vpc.endpoints.len();
    let what = "interface endpoints";
    over(&INTERFACE_ENDPOINTS, Field::Endpoints, endpoints, what);

    let others = view.design.vpcs.iter().filter(|other| other.id != vpc.id);
    let asked = others.flat_map(|other| other.peerings.iter().filter(|it| it.with == vpc.id));
    let peerings = vpc.peerings.len().saturating_add(asked.count());
    over(&PEERINGS, Field::Peerings, peerings, "peering connections");

    let rules = group_rules(view.design, vpc);
    let what = "inbound rules in the security group of its endpoints";
    over(&GROUP_RULES, Field::Endpoints, rules, what);
}

/// Inbound rules of the group of endpoints, of the family that has more: each port lets each source in.
fn group_rules(design: &Design, vpc: &Vpc) -> usize {
    let sources = group::sources(design, vpc);
    let v4 = sources.iter().filter(|it| Family::of(**it) == Family::V4);
    let v4 = v4.count();
    let most = v4.max(sources.len().saturating_sub(v4));
    most.saturating_mul(group::ports(vpc).len())
}
