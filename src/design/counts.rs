//! How much a design creates, kind by kind.

use crate::network::{
    Facts, Id, InterfaceUse, Key, Kind, NatGatewayFacts, Network, NetworkInterfaceFacts, Resource,
    RouteTableFacts,
};
use std::collections::BTreeSet;

/// So many of something that a design creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// What, as a heading: `Route tables`.
    pub what: &'static str,
    /// How many.
    pub count: usize,
    /// How many more of it AWS makes by itself along with them; told for route tables only.
    pub by_aws: usize,
}

/// Words for one and for several of a kind, in the order they are told in.
const WORDS: &[(Kind, &str, &str)] = &[
    (Kind::Vpc, "VPC", "VPCs"),
    (Kind::Subnet, "Subnet", "Subnets"),
    (Kind::RouteTable, "Route table", "Route tables"),
    (
        Kind::InternetGateway,
        "Internet gateway",
        "Internet gateways",
    ),
    (
        Kind::EgressOnlyInternetGateway,
        "Egress-only gateway",
        "Egress-only gateways",
    ),
    (Kind::NatGateway, "NAT gateway", "NAT gateways"),
    (Kind::ElasticIp, "Elastic IP", "Elastic IPs"),
    (Kind::VpcEndpoint, "Endpoint", "Endpoints"),
    (Kind::SecurityGroup, "Security group", "Security groups"),
    (
        Kind::TransitGatewayAttachment,
        "Transit gateway attachment",
        "Transit gateway attachments",
    ),
    (Kind::VpnGateway, "VPN gateway", "VPN gateways"),
    (
        Kind::VpcPeeringConnection,
        "Peering connection",
        "Peering connections",
    ),
    (Kind::FlowLog, "Flow log", "Flow logs"),
];

/// What a design creates, in the order a person reads it; `network` is its plan. What AWS makes by itself, what is there
/// already, and private zones, which Route 53 makes, are left out.
pub fn created(network: &Network) -> Vec<Created> {
    let by_aws = tables_of_nat_gateways(network);
    let mut found = Vec::new();
    let mut tell = |singular, plural, count: usize, by_aws: usize| {
        if count + by_aws > 0 {
            let what = if count == 1 && by_aws == 0 {
                singular
            } else {
                plural
            };
            found.push(Created {
                what,
                count,
                by_aws,
            });
        }
    };
    for &(kind, singular, plural) in WORDS {
        let ours = network
            .of_kind(kind)
            .filter(|resource| is_created(resource, &by_aws))
            .count();
        let main = network
            .all::<RouteTableFacts>()
            .filter(|(_, table)| kind == Kind::RouteTable && is_main(table))
            .count();
        tell(singular, plural, ours, main);
    }
    let resolvers: BTreeSet<&Id> = network
        .all::<NetworkInterfaceFacts>()
        .filter(|(_, interface)| matches!(InterfaceUse::of(interface), InterfaceUse::Resolver(_)))
        .filter_map(|(_, interface)| interface.vpc.value())
        .collect();
    tell(
        "Resolver endpoint",
        "Resolver endpoints",
        resolvers.len(),
        0,
    );
    found
}

/// The tables that AWS makes for regional NAT gateways.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
fn tables_of_nat_gateways(network: &Network) -> BTreeSet<Key> {
    let gateways = network.all::<NatGatewayFacts>();
    gateways
        .filter_map(|(_, gateway)| gateway.route_table.value()?.clone())
        .map(|table| Key::new(Kind::RouteTable, table))
        .collect()
}

fn is_main(table: &RouteTableFacts) -> bool {
    let mut associations = table.associations.items().iter();
    associations.any(|association| association.main)
}

fn is_created(resource: &Resource, by_aws: &BTreeSet<Key>) -> bool {
    if !matches!(resource.key().id, Id::Planned(_)) || by_aws.contains(resource.key()) {
        return false;
    }
    match resource.facts() {
        Facts::RouteTable(table) => !is_main(table),
        Facts::NetworkAcl(acl) => acl.is_default.value() != Some(&true),
        Facts::SecurityGroup(group) => {
            let name = group.group_name.value();
            name.is_none_or(|name| name != "default")
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Design, Endpoint, Fresh, Nat, Resolver, TransitGateway, plan, usual_zones};
    use super::*;

    fn design(nat: Nat) -> Design {
        let mut options = Fresh::in_region("eu-west-1");
        options.zones = usual_zones("eu-west-1").take(3).collect();
        options.private_per_zone = 2;
        options.nat = nat;
        Design::fresh(&options).unwrap()
    }

    fn told(design: &Design) -> Vec<(&'static str, usize, usize)> {
        created(&plan(design))
            .into_iter()
            .map(|created| (created.what, created.count, created.by_aws))
            .collect()
    }

    #[test]
    fn the_nine_subnets_with_a_gateway_in_each_zone() {
        assert_eq!(
            told(&design(Nat::PerAz)),
            [
                ("VPC", 1, 0),
                ("Subnets", 9, 0),
                ("Route tables", 7, 1),
                ("Internet gateway", 1, 0),
                ("NAT gateways", 3, 0),
                ("Elastic IPs", 3, 0),
                ("Endpoint", 1, 0),
            ]
        );
    }

    #[test]
    fn what_aws_makes_by_itself_is_not_counted() {
        let told = told(&design(Nat::Regional));
        assert!(told.contains(&("Route tables", 7, 1)), "{told:?}");
        assert!(told.contains(&("NAT gateway", 1, 0)), "{told:?}");
        let words: Vec<_> = told.iter().map(|(what, ..)| *what).collect();
        assert!(!words.iter().any(|what| what.contains("Elastic")));
        assert!(!words.iter().any(|what| what.contains("Security")));
    }

    #[test]
    fn what_stands_outside_the_vpc_is_counted_and_what_no_step_makes_is_not() {
        let mut design = design(Nat::None);
        let vpc = &mut design.vpcs[0];
        vpc.private_zones = vec!["corp.example".into(), "db.example".into()];
        vpc.resolver = Some(Resolver {
            tier: "private".into(),
        });
        vpc.endpoints.push(Endpoint {
            service: "ssm".into(),
            tier: "private".into(),
            private_dns: true,
        });
        vpc.transit_gateway = Some(TransitGateway {
            id: "tgw-0123456789abcdef0".into(),
            tier: "private".into(),
            routes: Vec::new(),
        });
        let told = told(&design);
        for expected in [
            ("Endpoints", 2, 0),
            ("Security group", 1, 0),
            ("Transit gateway attachment", 1, 0),
            ("Resolver endpoint", 1, 0),
        ] {
            assert!(told.contains(&expected), "{expected:?}: {told:?}");
        }
        for absent in ["Transit gateway", "Private zones"] {
            assert!(!told.iter().any(|(what, ..)| *what == absent), "{absent}");
        }
    }
}
