use super::*;
use crate::network::{
    Common, Coverage, ElasticIpFacts, Facts, Gap, Id, Input, InstanceFacts, InterfaceAddress, Kind,
    Known, NatAddress, NatGatewayFacts, NetworkInterfaceFacts, Record, Resource, Scope, Shard,
    Sighting, SubnetFacts, TransitGatewayAttachmentFacts, VpcEndpointFacts, VpnConnectionFacts,
};
use std::sync::Arc;

/// Kinds that must be read before a cost is complete.
const COUNTED: &[Kind] = &[
    Kind::NatGateway,
    Kind::ElasticIp,
    Kind::NetworkInterface,
    Kind::VpcEndpoint,
    Kind::TransitGatewayAttachment,
    Kind::VpnConnection,
];

/// Builds a network of one region, planned or read.
struct Builder {
    input: Input,
    region: &'static str,
    resources: Vec<Arc<Resource>>,
}

impl Builder {
    fn planned(region: &'static str) -> Self {
        Self {
            input: Input::Design,
            region,
            resources: Vec::new(),
        }
    }

    fn live(region: &'static str) -> Self {
        Self {
            input: Input::Account,
            ..Self::planned(region)
        }
    }

    fn id(&self, id: &str) -> Id {
        match self.input {
            Input::Design => Id::Planned(id.into()),
            Input::Account | Input::Sample => Id::aws(id),
        }
    }

    fn with(mut self, id: &str, facts: impl Into<Facts>) -> Self {
        let region = Text::from(self.region);
        let planned = self.input == Input::Design;
        let record = Record {
            common: Common {
                // What was read names its region by the sighting only.
                region: if planned {
                    Known::Value(region.clone())
                } else {
                    Known::Unread
                },
                ..Common::default()
            },
            facts: facts.into(),
        };
        let sighting = Arc::new(Sighting {
            account: None,
            region: (!planned && !region.is_empty()).then_some(region),
            input: self.input,
        });
        let resource = Resource::seen(self.id(id), sighting, record);
        self.resources.push(Arc::new(resource));
        self
    }

    fn subnet(self, id: &str, zone: &str) -> Self {
        let facts = SubnetFacts {
            vpc: Known::Value(self.id("vpc")),
            availability_zone: Known::Value(zone.into()),
            ..SubnetFacts::default()
        };
        self.with(id, facts)
    }

    fn subnets(self) -> Self {
        self.subnet("subnet/a", "us-east-1a")
            .subnet("subnet/b", "us-east-1b")
    }

    /// A zonal NAT gateway with its elastic IP, as a plan has them.
    fn planned_nat(self, name: &str) -> Self {
        let elastic = format!("eip/{name}");
        let nat = NatGatewayFacts {
            vpc: Known::Value(self.id("vpc")),
            subnet: Known::Value(Some(self.id("subnet/a"))),
            state: Known::Value("available".into()),
            connectivity_type: Known::Value("public".into()),
            availability_mode: Known::Value("zonal".into()),
            addresses: Known::Value(vec![NatAddress {
                public_ip: None,
                private_ip: None,
                allocation: Some(self.id(&elastic)),
                network_interface: None,
                availability_zone: None,
                primary: true,
            }]),
            ..NatGatewayFacts::default()
        };
        let address = ElasticIpFacts {
            public_ip: Known::ChosenByAws,
            association: Known::Value(Some("planned".into())),
            ..ElasticIpFacts::default()
        };
        self.with(&format!("nat/{name}"), nat)
            .with(&elastic, address)
    }

    fn endpoint(self, id: &str, endpoint_type: &str, service: &str, subnets: &[&str]) -> Self {
        let facts = VpcEndpointFacts {
            vpc: Known::Value(self.id("vpc")),
            endpoint_type: Known::Value(endpoint_type.into()),
            service_name: Known::Value(format!("com.amazonaws.us-east-1.{service}").into()),
            state: Known::Value("available".into()),
            subnets: Known::Value(subnets.iter().map(|id| self.id(id)).collect()),
            ..VpcEndpointFacts::default()
        };
        self.with(id, facts)
    }

    fn attachment(self, id: &str, resource_type: &str, state: &str) -> Self {
        let facts = TransitGatewayAttachmentFacts {
            resource_type: Known::Value(resource_type.into()),
            state: Known::Value(state.into()),
            ..TransitGatewayAttachmentFacts::default()
        };
        self.with(id, facts)
    }

    fn shard(self) -> Shard {
        Shard::from_resources(self.resources)
    }

    fn network(self) -> Network {
        let planned = self.input == Input::Design;
        let mut shard = self.shard();
        if !planned {
            for &kind in COUNTED {
                shard.cover(kind, Coverage::Complete);
            }
        }
        Network::of(Scope::default(), shard)
    }
}

fn regional(addresses: Known<Vec<NatAddress>>, vpc: Id) -> NatGatewayFacts {
    NatGatewayFacts {
        vpc: Known::Value(vpc),
        subnet: Known::Value(None),
        state: Known::Value("available".into()),
        connectivity_type: Known::Value("public".into()),
        availability_mode: Known::Value("regional".into()),
        addresses,
        ..NatGatewayFacts::default()
    }
}

fn interface(description: &str, public: Option<&str>) -> NetworkInterfaceFacts {
    NetworkInterfaceFacts {
        description: Known::Value(description.into()),
        addresses: Known::Value(vec![InterfaceAddress {
            private_ip: "10.0.0.9".parse().unwrap(),
            primary: true,
            public_ip: public.map(|ip| ip.parse().unwrap()),
        }]),
        ..NetworkInterfaceFacts::default()
    }
}

fn elastic(ip: &str) -> ElasticIpFacts {
    ElasticIpFacts {
        public_ip: Known::Value(ip.parse().unwrap()),
        ..ElasticIpFacts::default()
    }
}

fn nat_address(ip: &str, allocation: Option<&str>, zone: Option<&str>) -> NatAddress {
    NatAddress {
        public_ip: Some(ip.parse().unwrap()),
        private_ip: None,
        allocation: allocation.map(Id::from),
        network_interface: None,
        availability_zone: zone.map(Text::from),
        primary: true,
    }
}

fn of(network: &Network) -> Cost {
    cost(network, &[], Prices::bundled())
}

/// The items as words, count and monthly amount.
fn lines(cost: &Cost) -> Vec<(&str, u32, String)> {
    let items = cost.items.iter();
    items
        .map(|item| (item.what.as_str(), item.count, item.monthly.to_string()))
        .collect()
}

fn line(what: &str, count: u32, monthly: &str) -> (String, u32, String) {
    (what.to_owned(), count, monthly.to_owned())
}

#[track_caller]
fn assert_lines(cost: &Cost, expected: &[(&str, u32, &str)]) {
    let found: Vec<_> = lines(cost)
        .into_iter()
        .map(|(what, count, monthly)| line(what, count, &monthly))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|&(what, count, monthly)| line(what, count, monthly))
        .collect();
    assert_eq!(found, expected);
}

fn whys(cost: &Cost) -> Vec<&str> {
    cost.unknown.iter().map(|part| part.why.as_str()).collect()
}

#[test]
fn a_zonal_gateway_and_its_address_are_36_50_each() {
    let one = of(&Builder::planned("us-east-1")
        .subnets()
        .planned_nat("a")
        .network());
    assert_eq!(one.total.to_string(), "36.50");
    let two = of(&Builder::planned("us-east-1")
        .subnets()
        .planned_nat("a")
        .planned_nat("b")
        .network());
    assert_eq!(two.total.to_string(), "73.00");
    assert_lines(
        &two,
        &[
            ("NAT gateway", 2, "65.70"),
            ("public IPv4 address", 2, "7.30"),
        ],
    );
    assert_eq!(two.unknown, []);
    assert_eq!(
        (two.currency.as_str(), two.date.as_str()),
        ("USD", "2026-09")
    );
    let nats = &two.items[0];
    assert_eq!(nats.unit_price.to_string(), "0.045");
    assert_eq!(
        (nats.unit, nats.source.as_str()),
        (Unit::Hour, "price-list")
    );
    assert_eq!(
        nats.resources,
        [
            Key::new(Kind::NatGateway, Id::Planned("nat/a".into())),
            Key::new(Kind::NatGateway, Id::Planned("nat/b".into())),
        ]
    );
}

#[test]
fn each_region_has_its_own_price() {
    let ireland = Builder::planned("eu-west-1")
        .planned_nat("a")
        .planned_nat("b")
        .planned_nat("c");
    let cost = of(&ireland.network());
    assert_eq!(cost.total.to_string(), "116.07");
    assert_eq!(cost.unknown, []);
}

#[test]
fn a_planned_regional_gateway_costs_its_zones_and_addresses_nobody_knows() {
    let builder = Builder::planned("us-east-1")
        .subnets()
        .subnet("subnet/a2", "us-east-1a");
    let facts = regional(Known::ChosenByAws, builder.id("vpc"));
    let cost = of(&builder.with("nat/regional", facts).network());
    assert_eq!(cost.total.to_string(), "65.70");
    assert_lines(&cost, &[("regional NAT gateway, each zone", 2, "65.70")]);
    assert_eq!(
        whys(&cost),
        [
            "the number of addresses of regional NAT gateway nat/regional is chosen by AWS, so their cost is unknown"
        ]
    );
    assert_eq!(cost.unknown[0].what, "public IPv4 addresses");
    assert_eq!(cost.unknown[0].count, None);
}

#[test]
fn a_regional_gateway_of_another_vpc_does_not_reach_these_zones() {
    let builder = Builder::planned("us-east-1").subnets();
    let facts = regional(Known::ChosenByAws, Id::Planned("vpc/other".into()));
    let cost = of(&builder.with("nat/regional", facts).network());
    assert_eq!(cost.total, Money::ZERO);
    assert!(
        whys(&cost)[0].starts_with("the zones of NAT gateway nat/regional were not read"),
        "{:?}",
        whys(&cost)
    );
}

#[test]
fn a_regional_gateway_that_was_read_costs_the_zones_of_its_addresses() {
    let builder = Builder::live("us-east-1").subnets();
    let addresses = vec![
        nat_address("203.0.113.1", Some("eipalloc-1"), Some("us-east-1a")),
        nat_address("203.0.113.2", None, Some("us-east-1a")),
        nat_address("203.0.113.3", None, Some("us-east-1c")),
    ];
    let facts = regional(Known::Value(addresses), builder.id("vpc"));
    let network = builder
        .with("nat-1", facts)
        .with("eipalloc-1", elastic("203.0.113.1"))
        .network();
    let cost = of(&network);
    assert_lines(
        &cost,
        &[
            ("regional NAT gateway, each zone", 2, "65.70"),
            ("public IPv4 address", 3, "10.95"),
        ],
    );
    assert_eq!(cost.unknown, []);

    for addresses in [Known::Unread, Known::Value(Vec::new())] {
        let builder = Builder::live("us-east-1").subnets();
        let facts = regional(addresses, builder.id("vpc"));
        let cost = of(&builder.with("nat-1", facts).network());
        assert_lines(&cost, &[]);
        assert_eq!(
            whys(&cost),
            ["the zones of NAT gateway nat-1 were not read, so its cost is unknown"]
        );
    }
}

#[test]
fn the_private_access_network_is_212_20() {
    let zones = ["subnet/a", "subnet/b"];
    let resolver = || interface("Route 53 Resolver: rslvr-in-0123456789abcdef0:rni-1", None);
    let network = Builder::planned("us-east-1")
        .subnets()
        .endpoint("endpoint/console", "Interface", "console", &zones)
        .endpoint("endpoint/signin", "Interface", "signin", &zones)
        .with("interface/resolver/a", resolver())
        .with("interface/resolver/b", resolver())
        .network();
    let zone = Extra {
        item: Item::HostedZone,
        count: 1,
        what: "hosted zone".into(),
    };
    let cost = cost(&network, &[zone], Prices::bundled());
    assert_eq!(cost.total.to_string(), "212.20");
    assert_lines(
        &cost,
        &[
            ("interface endpoint, each zone", 4, "29.20"),
            ("resolver endpoint, each address", 2, "182.50"),
            ("hosted zone", 1, "0.50"),
        ],
    );
    assert_eq!(cost.unknown, []);
    assert_eq!(cost.items[2].region, None, "it belongs to no region");
    assert_eq!(cost.items[2].resources, []);
}

#[test]
fn gateway_endpoints_are_free_and_said() {
    let network = Builder::planned("us-east-1")
        .endpoint("endpoint/s3", "Gateway", "s3", &[])
        .endpoint("endpoint/s3b", "Gateway", "s3", &[])
        .endpoint("endpoint/ddb", "Gateway", "dynamodb", &[])
        .network();
    let cost = of(&network);
    assert_lines(
        &cost,
        &[
            ("DynamoDB gateway endpoint", 1, "0.00"),
            ("S3 gateway endpoint", 2, "0.00"),
        ],
    );
    assert_eq!(cost.total.to_string(), "0.00");
    assert_eq!(cost.unknown, []);
}

#[test]
fn what_is_gone_costs_nothing() {
    let nat = |state: &str| NatGatewayFacts {
        state: Known::Value(state.into()),
        availability_mode: Known::Value("zonal".into()),
        addresses: Known::Value(vec![nat_address("203.0.113.5", Some("eipalloc-5"), None)]),
        ..NatGatewayFacts::default()
    };
    let vpn = |state: &str| VpnConnectionFacts {
        state: Known::Value(state.into()),
        ..VpnConnectionFacts::default()
    };
    let instance = InstanceFacts {
        state: Known::Value("terminated".into()),
        public_ip: Known::Value("203.0.113.6".parse().unwrap()),
        ..InstanceFacts::default()
    };
    let network = Builder::live("us-east-1")
        .with("nat-1", nat("deleted"))
        .with("nat-2", nat("failed"))
        .with("nat-3", nat("deleting"))
        .with("vpn-1", vpn("deleted"))
        .with("i-1", instance)
        .attachment("tgw-attach-1", "vpc", "deleted")
        .attachment("tgw-attach-2", "vpc", "rejected")
        .network();
    let cost = of(&network);
    assert_lines(&cost, &[]);
    assert_eq!(cost.unknown, []);

    let network = Builder::live("us-east-1")
        .with("nat-1", nat("pending"))
        .with("vpn-1", vpn("available"))
        .attachment("tgw-attach-1", "vpc", "available")
        .attachment("tgw-attach-2", "vpn", "modifying")
        .network();
    assert_lines(
        &of(&network),
        &[
            ("NAT gateway", 1, "32.85"),
            ("public IPv4 address", 1, "3.65"),
            ("transit gateway attachment", 2, "73.00"),
            ("VPN connection", 1, "36.50"),
        ],
    );
}

#[test]
fn a_public_address_counts_once_whoever_names_it() {
    let nat = NatGatewayFacts {
        state: Known::Value("available".into()),
        availability_mode: Known::Value("zonal".into()),
        addresses: Known::Value(vec![
            nat_address("203.0.113.1", Some("eipalloc-1"), None),
            nat_address("203.0.113.2", Some("eipalloc-2"), None),
        ]),
        ..NatGatewayFacts::default()
    };
    let instance = |ip: &str| InstanceFacts {
        state: Known::Value("running".into()),
        public_ip: Known::Value(ip.parse().unwrap()),
        ..InstanceFacts::default()
    };
    let network = Builder::live("us-east-1")
        .with("eipalloc-1", elastic("203.0.113.1"))
        .with("eipalloc-9", elastic("203.0.113.9"))
        .with("nat-1", nat)
        .with("eni-1", interface("nat", Some("203.0.113.1")))
        .with("eni-2", interface("nat", Some("203.0.113.2")))
        .with("eni-3", interface("lent by AWS", Some("198.51.100.3")))
        .with("eni-4", interface("private", None))
        .with("i-3", instance("198.51.100.3"))
        .with("i-4", instance("198.51.100.4"))
        .network();
    let cost = of(&network);
    let addresses = &cost.items[1];
    assert_eq!(addresses.item, Item::PublicIpv4);
    assert_eq!(addresses.count, 5);
    let keys: Vec<&str> = addresses
        .resources
        .iter()
        .map(|key| key.id.as_str())
        .collect();
    assert_eq!(keys, ["nat-1", "eni-3", "i-4", "eipalloc-1", "eipalloc-9"]);
}

#[test]
fn zones_come_from_interfaces_where_subnets_were_not_read() {
    let endpoint = |interfaces: &[&str]| VpcEndpointFacts {
        endpoint_type: Known::Value("Interface".into()),
        subnets: Known::Value(vec!["subnet/a".into(), "subnet-9".into()]),
        network_interfaces: Known::Value(interfaces.iter().map(|&id| id.into()).collect()),
        ..VpcEndpointFacts::default()
    };
    let in_zone = |zone: &str| NetworkInterfaceFacts {
        availability_zone: Known::Value(zone.into()),
        ..NetworkInterfaceFacts::default()
    };
    let builder = || Builder::live("us-east-1").subnets();
    let cost = of(&builder()
        .with("vpce-1", endpoint(&["eni-a", "eni-b"]))
        .with("eni-a", in_zone("us-east-1a"))
        .with("eni-b", in_zone("us-east-1b"))
        .network());
    assert_lines(&cost, &[("interface endpoint, each zone", 2, "14.60")]);
    assert_eq!(cost.unknown, []);

    let cost = of(&builder()
        .with("vpce-1", endpoint(&["eni-a", "eni-b"]))
        .network());
    assert_lines(&cost, &[("interface endpoint, each zone", 1, "7.30")]);
    assert_eq!(
        whys(&cost),
        ["not all zones of VPC endpoint vpce-1 were read, so a part of its cost is unknown"]
    );

    let unread = VpcEndpointFacts {
        endpoint_type: Known::Value("Interface".into()),
        ..VpcEndpointFacts::default()
    };
    let cost = of(&builder().with("vpce-1", unread).network());
    assert_lines(&cost, &[]);
    assert_eq!(
        whys(&cost),
        ["the zones of VPC endpoint vpce-1 were not read, so its cost is unknown"]
    );
}

#[test]
fn a_region_without_a_price_is_said_and_not_guessed() {
    let network = Builder::planned("eu-south-2")
        .planned_nat("a")
        .planned_nat("b")
        .network();
    let cost = of(&network);
    assert_lines(&cost, &[("public IPv4 address", 2, "7.30")]);
    assert_eq!(
        whys(&cost),
        ["no price known for NAT gateways in eu-south-2"]
    );
    let part = &cost.unknown[0];
    assert_eq!((part.what.as_str(), part.count), ("NAT gateways", Some(2)));
    assert_eq!(part.item, Some(Item::NatGateway));
    assert_eq!(part.region.as_deref(), Some("eu-south-2"));
    assert_eq!(part.resources.len(), 2);

    let own = [("nat-gateway-hour@eu-south-2".into(), "0.1".parse().unwrap())];
    let prices = Prices::bundled().with_overrides(&own.into()).unwrap();
    let cost = super::cost(&network, &[], &prices);
    assert_eq!(cost.total.to_string(), "153.30");
    assert_eq!(cost.unknown, []);
}

#[test]
fn where_the_region_is_unknown_so_is_the_price() {
    let network = Builder::live("")
        .with("eipalloc-1", elastic("203.0.113.1"))
        .network();
    let cost = of(&network);
    assert_lines(&cost, &[]);
    assert_eq!(
        whys(&cost),
        ["no price known for public IPv4 addresses, as their region is not known"]
    );
}

#[test]
fn kinds_without_a_price_are_unknown() {
    let network = Builder::live("us-east-1")
        .subnets()
        .endpoint(
            "vpce-1",
            "GatewayLoadBalancer",
            "x",
            &["subnet/a", "subnet/b"],
        )
        .endpoint("vpce-2", "ServiceNetwork", "x", &["subnet/a"])
        .attachment("tgw-attach-1", "peering", "available")
        .network();
    let cost = of(&network);
    assert_lines(&cost, &[]);
    assert_eq!(
        whys(&cost),
        [
            "no price known for gateway load balancer endpoints in us-east-1",
            "no price known for endpoints of type ServiceNetwork such as vpce-2",
            "no price known for transit gateway attachments of type peering such as tgw-attach-1",
        ]
    );
    assert_eq!(cost.unknown[0].count, Some(2), "one for each zone");
}

#[test]
fn what_was_not_read_is_never_taken_for_absent() {
    let mut shard = Builder::live("us-east-1").subnets().shard();
    for &kind in COUNTED {
        shard.cover(kind, Coverage::Complete);
    }
    let complete = Network::of(Scope::default(), shard.clone());
    assert_eq!(of(&complete).unknown, []);

    for &left_out in COUNTED {
        let mut shard = Builder::live("us-east-1").subnets().shard();
        for &kind in COUNTED.iter().filter(|&&kind| kind != left_out) {
            shard.cover(kind, Coverage::Complete);
        }
        let unread = of(&Network::of(Scope::default(), shard.clone()));
        assert_eq!(unread.unknown.len(), 1, "{left_out}");
        let many = left_out.plural();
        assert!(
            unread.unknown[0]
                .why
                .starts_with(&format!("{many} were not read, so ")),
            "{:?}",
            whys(&unread)
        );
        shard.cover(left_out, Coverage::Partial);
        let partial = of(&Network::of(Scope::default(), shard));
        assert!(
            partial.unknown[0]
                .why
                .starts_with(&format!("not all {many} were read, so ")),
            "{:?}",
            whys(&partial)
        );
    }
    let mut shard = Builder::live("us-east-1").subnets().shard();
    for &kind in COUNTED.iter().filter(|&&kind| kind != Kind::NatGateway) {
        shard.cover(kind, Coverage::Complete);
    }
    let scope = Scope {
        account: Some("111122223333".into()),
        region: Some("us-east-1".into()),
    };
    assert_eq!(
        whys(&of(&Network::of(Scope::default(), shard.clone()))),
        ["NAT gateways were not read, so their cost is unknown"]
    );
    assert_eq!(
        whys(&of(&Network::of(scope, shard))),
        ["NAT gateways were not read, so their cost is unknown (111122223333 us-east-1)"]
    );
}

#[test]
fn a_region_that_did_not_answer_is_not_taken_for_empty() {
    let mut shard = Shard::new();
    shard.add_gap(Gap::new(
        "VPCs",
        "eu-west-1",
        crate::network::Cause::TimedOut,
        "no answer",
    ));
    let scope = Scope {
        account: None,
        region: Some("eu-west-1".into()),
    };
    let there = Builder::live("us-east-1").network();
    let network = there.with_shard(scope, Arc::new(shard));
    assert_eq!(
        whys(&of(&network)),
        ["what is there was not read, so its cost is unknown (eu-west-1)"]
    );
    assert_eq!(
        whys(&of(&Network::new())),
        ["nothing was read, so the cost is unknown"]
    );
}

#[test]
fn the_bill_is_read_in_one_order() {
    let there = |region: &'static str| {
        Builder::live(region)
            .with("vpn-1", VpnConnectionFacts::default())
            .with("eipalloc-1", elastic("203.0.113.1"))
            .with("nat-1", NatGatewayFacts::default())
    };
    let mut ohio = there("us-east-2");
    for resource in &mut ohio.resources {
        let id = Id::aws(format!("{}b", resource.key().id));
        let sighting = Arc::clone(&resource.observations()[0].sighting);
        *resource = Arc::new(Resource::seen(id, sighting, resource.record().clone()));
    }
    let shards = [("us-east-1", there("us-east-1")), ("us-east-2", ohio)];
    let network = |turned: bool| {
        let mut shards: Vec<_> = shards
            .iter()
            .map(|(region, builder)| {
                let mut shard = Shard::from_resources(builder.resources.clone());
                for &kind in COUNTED {
                    shard.cover(kind, Coverage::Complete);
                }
                let scope = Scope {
                    account: None,
                    region: Some((*region).into()),
                };
                Network::of(scope, shard)
            })
            .collect();
        if turned {
            shards.reverse();
        }
        shards
            .iter()
            .fold(Network::new(), |all, one| all.merged(one))
    };
    let bill = of(&network(false));
    assert_eq!(bill, of(&network(true)));
    let order: Vec<_> = bill
        .items
        .iter()
        .map(|item| (item.item.word(), item.region.as_deref().unwrap()))
        .collect();
    assert_eq!(
        order,
        [
            ("nat-gateway-hour", "us-east-1"),
            ("nat-gateway-hour", "us-east-2"),
            ("public-ipv4-hour", "us-east-1"),
            ("public-ipv4-hour", "us-east-2"),
            ("vpn-connection-hour", "us-east-1"),
        ]
    );
    let sum: Money = bill.items.iter().map(|item| item.monthly).sum();
    assert_eq!(bill.total, sum);
    assert_eq!(
        whys(&bill),
        ["no price known for VPN connections in us-east-2"]
    );
}
