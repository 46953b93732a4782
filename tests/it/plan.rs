//! Every combination of the console's form: the plan holds exactly what the form would make, by its names, associations
//! and routes. The expectation is written out here by itself, from what users of the form found in their accounts.

use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use vpc_atlas::design::{
    Design, Egress, Encryption, Fresh, GatewayService, Ipv6, Nat, Problem, Surroundings, Tenancy,
    TierKind, plan, usual_zones, validate,
};
use vpc_atlas::network::{
    Destination, ElasticIpFacts, Id, Key, Kind, Known, NatGatewayFacts, Network, Resource,
    RouteTableFacts, SubnetFacts, Target, Text, VpcEndpointFacts, VpcFacts,
};

/// What the tables that AWS makes are called here: they have no names.
const MAIN_TABLE: &str = "(main)";
const NAT_TABLE: &str = "(of the regional NAT gateway)";

/// One filled-in form.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own on the form"
)]
struct Form {
    zones: usize,
    has_public: bool,
    private_per_zone: usize,
    nat: Nat,
    has_endpoint: bool,
    has_ipv6: bool,
    egress_only: bool,
}

const REGION: &str = "eu-west-1";

fn forms() -> Vec<Form> {
    let mut forms = Vec::new();
    for zones in 1..=3 {
        for has_public in [false, true] {
            for private_per_zone in 0..=2 {
                for nat in [Nat::None, Nat::One, Nat::PerAz, Nat::Regional] {
                    for has_endpoint in [false, true] {
                        for (has_ipv6, egress_only) in
                            [(false, false), (true, false), (true, true), (false, true)]
                        {
                            forms.push(Form {
                                zones,
                                has_public,
                                private_per_zone,
                                nat,
                                has_endpoint,
                                has_ipv6,
                                egress_only,
                            });
                        }
                    }
                }
            }
        }
    }
    forms
}

impl Form {
    fn design(self) -> Design {
        let mut fresh = Fresh::in_region(REGION);
        fresh.prefix = "p".into();
        fresh.zones = usual_zones(REGION).take(self.zones).collect();
        fresh.public_per_zone = u16::from(self.has_public);
        fresh.private_per_zone = u16::try_from(self.private_per_zone).unwrap();
        fresh.nat = self.nat;
        fresh.ipv6 = if self.has_ipv6 {
            Ipv6::Amazon
        } else {
            Ipv6::None
        };
        fresh.egress_only = self.egress_only;
        fresh.gateway_endpoints = if self.has_endpoint {
            vec![GatewayService::S3]
        } else {
            Vec::new()
        };
        fresh.tags.insert("environment".into(), "test".into());
        Design::fresh(&fresh).unwrap()
    }

    fn zone(place: usize) -> String {
        format!("{REGION}{}", ["a", "b", "c"][place])
    }

    /// What AWS makes of it, or refuses.
    fn expected(self) -> Expected {
        let mut expected = Expected::default();
        let n = self.zones;
        let zonal = match self.nat {
            Nat::One => 1,
            Nat::PerAz => n,
            Nat::None | Nat::Regional => 0,
        };
        if zonal > 0 && !self.has_public {
            expected.errors.insert("nat-needs-public-subnet");
        }
        if self.egress_only && !self.has_ipv6 {
            expected.errors.insert("egress-only-needs-ipv6");
        }
        let nats = if self.has_public { zonal } else { 0 };
        let regional = self.nat == Nat::Regional;
        let name = |kind: Kind, name: String| (kind, Some(name));
        let mut add = |kind, it: String| expected.made.push(name(kind, it));
        add(Kind::Vpc, "p-vpc".into());
        if self.has_public || regional {
            add(Kind::InternetGateway, "p-igw".into());
        }
        if self.egress_only && self.has_ipv6 {
            add(Kind::EgressOnlyInternetGateway, "p-eigw".into());
        }
        if self.has_endpoint {
            add(Kind::VpcEndpoint, "p-vpce-s3".into());
        }
        if regional {
            add(Kind::NatGateway, "p-nat-regional".into());
        }
        for place in 0..nats {
            let zone = Self::zone(place);
            add(
                Kind::NatGateway,
                format!("p-nat-public{}-{zone}", place + 1),
            );
            add(Kind::ElasticIp, format!("p-eip-{zone}"));
            expected.nats.insert(
                format!("p-nat-public{}-{zone}", place + 1),
                Some((
                    format!("p-subnet-public{}-{zone}", place + 1),
                    vec![format!("p-eip-{zone}")],
                )),
            );
        }
        if regional {
            expected.nats.insert("p-nat-regional".into(), None);
        }
        let mut subnets = Vec::new();
        if self.has_public {
            add(Kind::RouteTable, "p-rtb-public".into());
            for place in 0..n {
                let subnet = format!("p-subnet-public{}-{}", place + 1, Self::zone(place));
                subnets.push((subnet, place, format!("10.0.{}.0/20", place * 16), None));
            }
        }
        for j in 0..n * self.private_per_zone {
            let (zone, place) = (Self::zone(j % n), j % n);
            let table = format!("p-rtb-private{}-{zone}", j + 1);
            add(Kind::RouteTable, table.clone());
            let subnet = format!("p-subnet-private{}-{zone}", j + 1);
            let block = format!("10.0.{}.0/20", 128 + j * 16);
            subnets.push((subnet, place, block, Some(table)));
        }
        for (subnet, ..) in &subnets {
            add(Kind::Subnet, subnet.clone());
        }
        // AWS makes these by itself, without a name.
        expected.made.push((Kind::RouteTable, None));
        if regional {
            expected.made.push((Kind::RouteTable, None));
        }
        expected.made.push((Kind::NetworkAcl, None));
        expected
            .made
            .push((Kind::SecurityGroup, Some("default".into())));
        expected.made.sort();

        let local = || ("10.0.0.0/16".to_owned(), "local".to_owned());
        let to = |destination: &str, target: &str| (destination.to_owned(), target.to_owned());
        // No subnet of the form depends on the main table, and nothing is routed there.
        expected
            .routes
            .insert(MAIN_TABLE.into(), BTreeSet::from([local()]));
        if regional {
            let routes = BTreeSet::from([local(), to("0.0.0.0/0", "p-igw")]);
            expected.routes.insert(NAT_TABLE.into(), routes);
        }
        if self.has_public {
            let mut routes = BTreeSet::from([local(), to("0.0.0.0/0", "p-igw")]);
            if self.has_ipv6 {
                routes.insert(to("::/0", "p-igw"));
            }
            expected.routes.insert("p-rtb-public".into(), routes);
        }
        for (subnet, place, block, table) in subnets {
            let zone = Self::zone(place);
            if let Some(table) = &table {
                let mut routes = BTreeSet::from([local()]);
                if regional {
                    routes.insert(to("0.0.0.0/0", "p-nat-regional"));
                }
                if nats > 0 {
                    let at = if nats == 1 { 0 } else { place };
                    let nat = format!("p-nat-public{}-{}", at + 1, Self::zone(at));
                    routes.insert(to("0.0.0.0/0", &nat));
                }
                if self.egress_only && self.has_ipv6 {
                    routes.insert(to("::/0", "p-eigw"));
                }
                if self.has_endpoint {
                    routes.insert(to(&format!("com.amazonaws.{REGION}.s3"), "p-vpce-s3"));
                    expected.endpoint_tables.insert(table.clone());
                }
                expected.routes.insert(table.clone(), routes);
            }
            let table = table.unwrap_or_else(|| "p-rtb-public".into());
            expected.subnets.insert(subnet, (zone, block, table));
        }
        expected
    }
}

#[derive(Debug, Default, PartialEq)]
struct Expected {
    /// Kind and name of everything.
    made: Vec<(Kind, Option<String>)>,
    /// Destinations and targets by the table's name.
    routes: BTreeMap<String, BTreeSet<(String, String)>>,
    /// Zone, block and table by the subnet's name.
    subnets: BTreeMap<String, (String, String, String)>,
    /// The subnet and the elastic IPs of each NAT gateway, by its name; none for a regional one, to which AWS gives both.
    nats: BTreeMap<String, Option<(String, Vec<String>)>>,
    /// The tables that the S3 endpoint is on.
    endpoint_tables: BTreeSet<String>,
    /// Codes of errors.
    errors: BTreeSet<&'static str>,
}

fn name(network: &Network, key: &Key) -> String {
    network.get(key).unwrap().label().to_owned()
}

/// A table's name, or whose it is where it has none.
fn table_name(network: &Network, table: &Resource, facts: &RouteTableFacts) -> String {
    if let Some(name) = table.name() {
        return name.to_owned();
    }
    if facts.associations.items().iter().any(|it| it.main) {
        return MAIN_TABLE.to_owned();
    }
    let of = Some(table.key().id.clone());
    let is_of_nat = network
        .all::<NatGatewayFacts>()
        .any(|(_, nat)| nat.route_table.value() == Some(&of));
    assert!(is_of_nat, "nobody knows whose {} is", table.key());
    NAT_TABLE.to_owned()
}

fn found(design: &Design) -> Expected {
    let network = plan(design);
    let mut found = Expected::default();
    for resource in network.resources() {
        if resource.kind() != Kind::PrefixList {
            let name = resource.name().map(str::to_owned);
            found.made.push((resource.kind(), name));
        }
    }
    found.made.sort();
    for (table, facts) in network.all::<RouteTableFacts>() {
        let table_name = table_name(&network, table, facts);
        let routes = facts.routes.items().iter().map(|route| {
            let destination = match &route.destination {
                Destination::PrefixList(list) => list.to_string(),
                other => other.to_string(),
            };
            let target = match &route.target {
                Target::Resource(key) => name(&network, key),
                other => other.to_string(),
            };
            assert!(route.is_active());
            (destination, target)
        });
        let before = found.routes.insert(table_name.clone(), routes.collect());
        assert_eq!(before, None, "two tables are {table_name}");
        for association in facts.associations.items() {
            assert_eq!(association.gateway, None);
            let Some(subnet) = association.subnet.clone() else {
                assert!(association.main);
                continue;
            };
            let key = Key::new(Kind::Subnet, subnet);
            let facts: &SubnetFacts = network.facts(&key.id).unwrap();
            let place = (
                facts.availability_zone.value().unwrap().to_string(),
                facts.cidr_block.value().unwrap().unwrap().to_string(),
                table_name.clone(),
            );
            let before = found.subnets.insert(name(&network, &key), place);
            assert_eq!(before, None, "a subnet has two tables");
        }
    }
    for (nat, facts) in network.all::<NatGatewayFacts>() {
        let place = facts.subnet.value().unwrap().as_ref().map(|subnet| {
            let addresses = facts.addresses.items().iter().map(|address| {
                let id = address.allocation.clone().unwrap();
                let key = Key::new(Kind::ElasticIp, id.clone());
                assert!(network.facts::<ElasticIpFacts>(&id).is_some());
                name(&network, &key)
            });
            let subnet = Key::new(Kind::Subnet, subnet.clone());
            (name(&network, &subnet), addresses.collect())
        });
        if place.is_none() {
            assert_eq!(facts.addresses, Known::ChosenByAws);
        }
        found.nats.insert(nat.label().to_owned(), place);
    }
    for (_, facts) in network.all::<VpcEndpointFacts>() {
        for table in facts.route_tables.items() {
            let key = Key::new(Kind::RouteTable, table.clone());
            found.endpoint_tables.insert(name(&network, &key));
        }
    }
    let problems = validate(design, &Surroundings::default());
    found.errors = problems
        .iter()
        .filter(|problem| Problem::is_error(problem))
        .map(|problem| problem.code)
        .collect();
    found
}

#[test]
fn every_combination_of_the_form_makes_what_the_console_makes() {
    let forms = forms();
    assert_eq!(forms.len(), 3 * 2 * 3 * 4 * 2 * 4);
    for form in forms {
        assert_eq!(found(&form.design()), form.expected(), "{form:?}");
    }
}

/// What the form leaves as it is: the tenancy, both DNS settings, and no addresses that are given out by themselves.
#[test]
fn settings_are_those_of_the_form_whatever_is_chosen() {
    for form in forms() {
        let network = plan(&form.design());
        let (_, vpc) = network.all::<VpcFacts>().next().unwrap();
        let set = (
            vpc.instance_tenancy.value().map(Text::as_str),
            vpc.enable_dns_support.value().copied(),
            vpc.enable_dns_hostnames.value().copied(),
        );
        assert_eq!(set, (Some("default"), Some(true), Some(true)), "{form:?}");
        assert_eq!(vpc.encryption_control, Known::Unread, "{form:?}");
        for (subnet, facts) in network.all::<SubnetFacts>() {
            let given = (
                facts.map_public_ip_on_launch.value(),
                facts.assign_ipv6_on_creation.value(),
            );
            assert_eq!(given, (Some(&false), Some(&false)), "{}", subnet.label());
        }
    }
}

/// The form as it is when it is opened.
#[test]
fn the_form_opens_with_the_defaults_of_the_console() {
    let fresh = Fresh::in_region(REGION);
    assert_eq!(fresh.prefix, "project");
    assert_eq!(fresh.cidr, "10.0.0.0/16".parse::<Ipv4Net>().unwrap());
    assert_eq!(fresh.zones, ["eu-west-1a", "eu-west-1b"]);
    assert_eq!((fresh.public_per_zone, fresh.private_per_zone), (1, 1));
    assert_eq!((fresh.nat, fresh.ipv6), (Nat::None, Ipv6::None));
    assert!(!fresh.egress_only && fresh.tags.is_empty());
    assert_eq!(fresh.gateway_endpoints, [GatewayService::S3]);
    let design = Design::fresh(&fresh).unwrap();
    let vpc = &design.vpcs[0];
    assert_eq!(vpc.tenancy, Tenancy::Default);
    assert!(vpc.dns_support && vpc.dns_hostnames);
    assert_eq!(vpc.encryption, Encryption::None);
    assert!(vpc.secondary.is_empty() && vpc.endpoints.is_empty() && vpc.flow_log.is_none());
    let tiers: Vec<(&str, TierKind, Egress, bool)> = vpc
        .tiers
        .iter()
        .map(|tier| {
            let given = tier.public_addresses || tier.ipv6_addresses;
            (tier.name.as_str(), tier.kind, tier.egress, given)
        })
        .collect();
    assert_eq!(
        tiers,
        [
            ("public", TierKind::Public, Egress::Nat, false),
            ("private", TierKind::Private, Egress::Nat, false)
        ]
    );
}

/// The blocks of the form in a VPC of any size: sixteen slots, private subnets from the middle on; from /25 on slots are
/// /28s, and there are fewer of them.
#[test]
fn slots_follow_the_size_of_the_vpc() {
    // Zones, private subnets in each zone, and where public and private subnets begin, in addresses.
    type Row = (u8, usize, u16, &'static [u32], &'static [u32]);
    let rows: &[Row] = &[
        (16, 2, 1, &[0, 4096], &[32_768, 36_864]),
        (20, 2, 1, &[0, 256], &[2048, 2304]),
        (24, 2, 1, &[0, 16], &[128, 144]),
        (24, 3, 2, &[0, 16, 32], &[128, 144, 160, 176, 192, 208]),
        (25, 2, 1, &[0, 16], &[64, 80]),
        (25, 2, 2, &[0, 16], &[64, 80, 96, 112]),
        (26, 2, 1, &[0, 16], &[32, 48]),
        (27, 1, 1, &[0], &[16]),
        (28, 1, 0, &[0], &[]),
    ];
    for &(mask, zones, private, public_at, private_at) in rows {
        let mut fresh = Fresh::in_region(REGION);
        fresh.cidr = Ipv4Net::new([10, 0, 0, 0].into(), mask).unwrap();
        fresh.zones = usual_zones(REGION).take(zones).collect();
        fresh.private_per_zone = private;
        let design = Design::fresh(&fresh).unwrap_or_else(|error| panic!("/{mask}: {error}"));
        let slot = (mask + 4).min(28);
        for (kind, at) in [
            (TierKind::Public, public_at),
            (TierKind::Private, private_at),
        ] {
            let blocks: Vec<Ipv4Net> = design.vpcs[0]
                .subnets()
                .filter(|(tier, _)| tier.kind == kind)
                .map(|(_, subnet)| subnet.cidr)
                .collect();
            let expected: Vec<Ipv4Net> = at
                .iter()
                .map(|offset| Ipv4Net::new((0x0a00_0000 + offset).into(), slot).unwrap())
                .collect();
            assert_eq!(blocks, expected, "/{mask} over {zones} zones");
        }
    }
}

/// A VPC too small for its subnets is refused, with what would do.
#[test]
fn what_does_not_fit_is_refused_in_words() {
    for (mask, zones) in [(28, 1), (27, 2), (26, 3)] {
        let mut fresh = Fresh::in_region(REGION);
        fresh.cidr = Ipv4Net::new([10, 0, 0, 0].into(), mask).unwrap();
        fresh.zones = usual_zones(REGION).take(zones).collect();
        let refusal = Design::fresh(&fresh).unwrap_err().to_string();
        assert!(refusal.contains("no free space"), "/{mask}: {refusal}");
        assert!(
            refusal.contains("/28") && !refusal.contains('\n'),
            "{refusal}"
        );
    }
}

#[test]
fn everything_that_is_made_bears_the_tags_and_what_aws_makes_does_not() {
    for form in forms() {
        let network = plan(&form.design());
        for resource in network.resources() {
            let is_ours = resource.name().is_some_and(|name| name.starts_with("p-"));
            let tagged = resource.tag("environment") == Some("test");
            assert_eq!(is_ours, tagged, "{} of {form:?}", resource.key());
        }
    }
}

#[test]
fn nat_gateways_stand_in_the_public_subnet_of_their_zone_with_an_address_each() {
    let form = Form {
        zones: 3,
        has_public: true,
        private_per_zone: 1,
        nat: Nat::PerAz,
        has_endpoint: true,
        has_ipv6: false,
        egress_only: false,
    };
    let network = plan(&form.design());
    for (nat, facts) in network.all::<NatGatewayFacts>() {
        let subnet = facts.subnet.value().unwrap().as_ref().unwrap();
        let place: &SubnetFacts = network.facts(subnet).unwrap();
        let zone = place.availability_zone.value().unwrap();
        assert!(nat.label().ends_with(zone.as_str()));
        let address = &facts.addresses.items()[0];
        let allocation = address.allocation.clone().unwrap();
        assert_eq!(allocation, Id::Planned(format!("main/{zone}").into()));
        assert!(
            network
                .get(&Key::new(Kind::ElasticIp, allocation))
                .is_some()
        );
    }
}

#[test]
fn version_6_parts_follow_the_slots() {
    let form = Form {
        zones: 2,
        has_public: true,
        private_per_zone: 2,
        nat: Nat::None,
        has_endpoint: false,
        has_ipv6: true,
        egress_only: false,
    };
    let network = plan(&form.design());
    let parts: BTreeMap<&str, &str> = network
        .all::<SubnetFacts>()
        .map(|(subnet, facts)| (subnet.label(), facts.ipv6_part.value().unwrap().as_str()))
        .collect();
    assert_eq!(
        parts.into_iter().collect::<Vec<_>>(),
        [
            ("p-subnet-private1-eu-west-1a", "80/64"),
            ("p-subnet-private2-eu-west-1b", "81/64"),
            ("p-subnet-private3-eu-west-1a", "82/64"),
            ("p-subnet-private4-eu-west-1b", "83/64"),
            ("p-subnet-public1-eu-west-1a", "00/64"),
            ("p-subnet-public2-eu-west-1b", "01/64"),
        ]
    );
}
