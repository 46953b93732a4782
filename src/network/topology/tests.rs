//! A small account with one of everything that decides a subnet's kind.

use super::*;
use crate::cidr::Family;
use crate::network::*;
use std::collections::BTreeSet;
use std::sync::Arc;

fn text(word: &str) -> Known<Text> {
    Known::Value(word.into())
}

fn id(word: &str) -> Known<Id> {
    Known::Value(word.into())
}

fn key(word: &str) -> Key {
    Key::aws(Kind::of_id(word).unwrap(), word)
}

fn keys<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<Key> {
    words.into_iter().map(key).collect()
}

fn route(destination: &str, target: &str) -> Route {
    route_in(destination, target, "active")
}

fn route_in(destination: &str, target: &str, state: &str) -> Route {
    Route {
        destination: match destination.parse() {
            Ok(block) => Destination::Block(block),
            Err(_) => Destination::PrefixList(destination.into()),
        },
        target: if target == "local" {
            Target::Local
        } else {
            Target::Resource(key(target))
        },
        state: state.into(),
        origin: RouteOrigin::CreateRoute,
    }
}

/// Collects resources of one account and region.
#[derive(Default)]
struct Account(Shard);

impl Account {
    fn add(&mut self, word: &str, facts: impl Into<Facts>) -> &mut Self {
        self.named(word, "", facts)
    }

    fn named(&mut self, word: &str, name: &str, facts: impl Into<Facts>) -> &mut Self {
        let sighting = Sighting {
            account: Some("111122223333".into()),
            region: Some("eu-west-1".into()),
            input: Input::Account,
        };
        let mut record = Record {
            common: Common::default(),
            facts: facts.into(),
        };
        if !name.is_empty() {
            record.common.tags = Known::Value([("Name".into(), name.into())].into());
        }
        self.0.add(Arc::new(Resource::seen(
            word.into(),
            Arc::new(sighting),
            record,
        )));
        self
    }

    fn vpc(&mut self, word: &str) -> &mut Self {
        self.add(word, VpcFacts::default())
    }

    fn subnet(&mut self, word: &str, zone: &str) -> &mut Self {
        self.subnet_named(word, "", zone)
    }

    fn subnet_named(&mut self, word: &str, name: &str, zone: &str) -> &mut Self {
        let facts = SubnetFacts {
            vpc: id("vpc-1"),
            availability_zone: text(zone),
            cidr_block: Known::Value("10.0.0.0/24".parse().ok()),
            ..SubnetFacts::default()
        };
        self.named(word, name, facts)
    }

    fn table(&mut self, word: &str, main: bool, ties: &[&str], routes: Vec<Route>) -> &mut Self {
        let mut associations: Vec<RouteTableAssociation> = ties
            .iter()
            .map(|tie| {
                let subnet = Kind::of_id(tie) == Some(Kind::Subnet);
                RouteTableAssociation {
                    id: None,
                    main: false,
                    subnet: subnet.then(|| (*tie).into()),
                    gateway: (!subnet).then(|| (*tie).into()),
                    state: Some("associated".into()),
                }
            })
            .collect();
        if main {
            associations.push(RouteTableAssociation {
                id: None,
                main: true,
                subnet: None,
                gateway: None,
                state: None,
            });
        }
        let facts = RouteTableFacts {
            vpc: id("vpc-1"),
            routes: Known::Value(routes),
            associations: Known::Value(associations),
            ..RouteTableFacts::default()
        };
        self.add(word, facts)
    }

    fn internet_gateway(&mut self, word: &str, vpc: Option<&str>) -> &mut Self {
        let attachments = vpc.map(|vpc| VpcAttachment {
            vpc: vpc.into(),
            state: Some("available".into()),
        });
        let facts = InternetGatewayFacts {
            attachments: Known::Value(attachments.into_iter().collect()),
        };
        self.add(word, facts)
    }

    fn nat(&mut self, word: &str, subnet: &str, state: &str) -> &mut Self {
        let facts = NatGatewayFacts {
            vpc: id("vpc-1"),
            subnet: Known::Value(Some(subnet.into())),
            state: text(state),
            ..NatGatewayFacts::default()
        };
        self.add(word, facts)
    }

    fn network(&mut self) -> Network {
        for &kind in Kind::ALL {
            self.0.cover(kind, Coverage::Complete);
        }
        self.partial()
    }

    /// As it is, with whatever coverage it has.
    fn partial(&mut self) -> Network {
        let scope = Scope {
            account: Some("111122223333".into()),
            region: Some("eu-west-1".into()),
        };
        Network::of(scope, std::mem::take(&mut self.0))
    }
}

fn kind_of(account: &mut Account, subnet: &str) -> (SubnetKind, SubnetFlags) {
    let network = account.network();
    let topology = Topology::of(&network);
    (
        topology.subnet_kind(&network, &key(subnet), Family::V4),
        topology.subnet_flags(&network, &key(subnet), Family::V4),
    )
}

#[test]
fn kinds_follow_the_routes_of_the_effective_table() {
    let everything = "0.0.0.0/0";
    for (routes, kind, flags) in [
        (vec![route(everything, "igw-1")], SubnetKind::Public, ""),
        (vec![route(everything, "nat-1")], SubnetKind::Private, ""),
        (
            vec![route("10.0.0.0/16", "local")],
            SubnetKind::Isolated,
            "",
        ),
        (vec![route("pl-1", "vpce-1")], SubnetKind::Isolated, ""),
        (
            vec![route("192.0.2.0/24", "igw-1")],
            SubnetKind::Private,
            "partly-public",
        ),
        (
            vec![route("172.16.0.0/12", "vgw-1")],
            SubnetKind::Private,
            "vpn-only",
        ),
        (
            vec![route("172.16.0.0/12", "vgw-1"), route(everything, "nat-1")],
            SubnetKind::Private,
            "",
        ),
        (
            vec![route_in(everything, "nat-9", "blackhole")],
            SubnetKind::Isolated,
            "blackholed",
        ),
        // AWS calls it active, but the gateway is attached to no VPC, to another one, or gone.
        (
            vec![route(everything, "igw-2")],
            SubnetKind::Isolated,
            "blackholed",
        ),
        (
            vec![route(everything, "igw-3")],
            SubnetKind::Isolated,
            "blackholed",
        ),
        (
            vec![route(everything, "igw-9")],
            SubnetKind::Isolated,
            "blackholed",
        ),
        (
            vec![route(everything, "nat-2")],
            SubnetKind::Isolated,
            "blackholed",
        ),
        // IPv6 routes say nothing of IPv4.
        (vec![route("::/0", "igw-1")], SubnetKind::Isolated, ""),
    ] {
        let mut account = Account::default();
        let endpoint = VpcEndpointFacts {
            vpc: id("vpc-1"),
            endpoint_type: text("Gateway"),
            ..VpcEndpointFacts::default()
        };
        let vpn = VpnGatewayFacts {
            attachments: Known::Value(vec![VpcAttachment {
                vpc: "vpc-1".into(),
                state: Some("attached".into()),
            }]),
            ..VpnGatewayFacts::default()
        };
        account
            .vpc("vpc-1")
            .vpc("vpc-2")
            .subnet("subnet-1", "eu-west-1a")
            .internet_gateway("igw-1", Some("vpc-1"))
            .internet_gateway("igw-2", None)
            .internet_gateway("igw-3", Some("vpc-2"))
            .nat("nat-1", "subnet-1", "available")
            .nat("nat-2", "subnet-1", "deleted")
            .add("vpce-1", endpoint)
            .add("vgw-1", vpn)
            .table("rtb-1", false, &["subnet-1"], routes.clone());
        let (found, found_flags) = kind_of(&mut account, "subnet-1");
        assert_eq!(found, kind, "{routes:?}");
        assert_eq!(found_flags.words().join(" "), flags, "{routes:?}");
    }
}

#[test]
fn a_name_that_says_otherwise_is_flagged() {
    for (name, target, disagrees) in [
        ("app-private-a", "igw-1", true),
        ("app-public-a", "nat-1", true),
        ("app-public-a", "igw-1", false),
        ("republic-private", "nat-1", false),
        ("data", "igw-1", false),
    ] {
        let mut account = Account::default();
        account
            .vpc("vpc-1")
            .subnet_named("subnet-1", name, "eu-west-1a")
            .internet_gateway("igw-1", Some("vpc-1"))
            .nat("nat-1", "subnet-1", "available")
            .table(
                "rtb-1",
                false,
                &["subnet-1"],
                vec![route("0.0.0.0/0", target)],
            );
        assert_eq!(
            kind_of(&mut account, "subnet-1").1.name_disagrees,
            disagrees,
            "{name} → {target}"
        );
    }
}

#[test]
fn a_subnet_that_names_no_table_uses_the_main_one() {
    let mut account = Account::default();
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .subnet("subnet-2", "eu-west-1a")
        .internet_gateway("igw-1", Some("vpc-1"))
        .table("rtb-main", true, &[], vec![route("0.0.0.0/0", "igw-1")])
        .table("rtb-2", false, &["subnet-2"], vec![]);
    let network = account.network();
    let topology = Topology::of(&network);
    assert_eq!(
        topology.effective(&key("subnet-1")),
        Effective::Main(key("rtb-main"))
    );
    assert_eq!(
        topology.effective(&key("subnet-2")),
        Effective::Explicit(key("rtb-2"))
    );
    assert_eq!(
        topology.subnet_kind(&network, &key("subnet-1"), Family::V4),
        SubnetKind::Public
    );
    assert_eq!(
        topology.subnets_of(&key("rtb-main")),
        [(&key("subnet-1"), false)]
    );
}

#[test]
fn unknown_is_never_absent() {
    // Tables not read: nothing is said of the subnet.
    let mut account = Account::default();
    account.vpc("vpc-1").subnet("subnet-1", "eu-west-1a");
    account.0.cover(Kind::Vpc, Coverage::Complete);
    account.0.cover(Kind::Subnet, Coverage::Complete);
    let network = account.partial();
    let topology = Topology::of(&network);
    assert_eq!(
        topology.subnet_kind(&network, &key("subnet-1"), Family::V4),
        SubnetKind::Unknown
    );
    assert!(matches!(
        topology.effective(&key("subnet-1")),
        Effective::Unknown(_)
    ));
    assert!(
        network
            .gaps()
            .iter()
            .any(|gap| gap.to_string().contains("route tables"))
    );

    // Some tables read, the main one among them: another may name the subnet.
    let mut account = Account::default();
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .table("rtb-1", true, &[], vec![]);
    account.0.cover(Kind::RouteTable, Coverage::Partial);
    let network = account.partial();
    let topology = Topology::of(&network);
    assert_eq!(
        topology.subnet_kind(&network, &key("subnet-1"), Family::V4),
        SubnetKind::Unknown
    );
}

#[test]
fn two_main_tables_are_a_gap_and_leave_the_subnet_unknown() {
    let mut account = Account::default();
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .table("rtb-1", true, &[], vec![])
        .table("rtb-2", true, &[], vec![]);
    let network = account.network();
    let topology = Topology::of(&network);
    assert!(matches!(
        topology.effective(&key("subnet-1")),
        Effective::Unknown(_)
    ));
    let words: Vec<String> = topology.gaps().iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        ["VPC vpc-1: more than one main route table (rtb-1, rtb-2); a VPC has exactly one"]
    );
}

#[test]
fn a_subnet_without_its_vpc_is_shown_and_said() {
    let mut account = Account::default();
    account.subnet("subnet-1", "eu-west-1a");
    let network = account.network();
    let topology = Topology::of(&network);
    assert_eq!(
        topology.members(&key("vpc-1")).unwrap().subnets,
        [key("subnet-1")]
    );
    assert_eq!(
        topology.gaps()[0].to_string(),
        "VPC vpc-1: 1 subnet names this VPC, which is not among the VPCs that were read"
    );
}

#[test]
fn connections_leave_out_what_is_gone() {
    let mut account = Account::default();
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .nat("nat-1", "subnet-1", "available")
        .nat("nat-2", "subnet-1", "deleted")
        .nat("nat-3", "subnet-1", "failed")
        .internet_gateway("igw-1", Some("vpc-1"))
        .internet_gateway("igw-2", None)
        .table(
            "rtb-1",
            true,
            &[],
            vec![
                route_in("0.0.0.0/0", "nat-2", "blackhole"),
                route("10.9.0.0/16", "tgw-1"),
                route("10.8.0.0/16", "eni-1"),
            ],
        );
    let eni = NetworkInterfaceFacts {
        vpc: id("vpc-1"),
        ..NetworkInterfaceFacts::default()
    };
    account.add("eni-1", eni);
    let network = account.network();
    let topology = Topology::of(&network);
    let members = topology.members(&key("vpc-1")).unwrap();
    assert_eq!(
        members.connections.iter().cloned().collect::<BTreeSet<_>>(),
        keys(["nat-1", "nat-3", "igw-1", "tgw-1", "eni-1"])
    );
    assert_eq!(members.gone, [key("nat-2")]);
}

#[test]
fn legs_and_edges_are_found() {
    let mut account = Account::default();
    let attachment = TransitGatewayAttachmentFacts {
        transit_gateway: id("tgw-1"),
        resource_type: text("vpc"),
        resource: id("vpc-1"),
        state: text("available"),
        subnets: Known::Value(vec!["subnet-2".into()]),
        ..TransitGatewayAttachmentFacts::default()
    };
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .subnet("subnet-2", "eu-west-1b")
        .nat("nat-1", "subnet-1", "available")
        .internet_gateway("igw-1", Some("vpc-1"))
        .add("tgw-attach-1", attachment)
        .table("rtb-edge", false, &["igw-1"], vec![])
        .table("rtb-1", true, &[], vec![route("10.0.0.0/8", "tgw-1")]);
    let network = account.network();
    let topology = Topology::of(&network);
    assert_eq!(topology.legs(&key("nat-1")), [&key("subnet-1")]);
    assert_eq!(topology.legs(&key("tgw-1")), [&key("subnet-2")]);
    assert_eq!(topology.legs_in(&key("subnet-1")), [&key("nat-1")]);
    assert_eq!(topology.edge_tables(&key("igw-1")), [&key("rtb-edge")]);
    assert_eq!(
        topology.zone(&key("vpc-1"), "eu-west-1b"),
        [key("subnet-2")]
    );

    let lit = topology.related(&key("igw-1"));
    assert_eq!(lit.keys, keys(["igw-1", "vpc-1", "rtb-edge"]));
    assert_eq!(lit.lines, BTreeSet::from([(key("rtb-edge"), key("igw-1"))]));
}

#[test]
fn lines_light_only_between_lit_ends() {
    let mut account = Account::default();
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .subnet("subnet-2", "eu-west-1a")
        .internet_gateway("igw-1", Some("vpc-1"))
        .nat("nat-1", "subnet-1", "available")
        .table(
            "rtb-1",
            false,
            &["subnet-1"],
            vec![route("0.0.0.0/0", "igw-1")],
        )
        .table(
            "rtb-2",
            false,
            &["subnet-2"],
            vec![route("0.0.0.0/0", "nat-1")],
        );
    let network = account.network();
    let topology = Topology::of(&network);
    for word in [
        "vpc-1", "subnet-1", "subnet-2", "rtb-1", "rtb-2", "igw-1", "nat-1",
    ] {
        let lit = topology.related(&key(word));
        assert!(lit.keys.contains(&key(word)), "{word}");
        assert!(
            lit.lines
                .iter()
                .all(|(a, b)| lit.keys.contains(a) && lit.keys.contains(b)),
            "{word}"
        );
    }
    // A NAT gateway lights the subnet it stands in, but not that subnet's table: nothing of it leads there.
    let lit = topology.related(&key("nat-1"));
    assert_eq!(
        lit.keys,
        keys(["nat-1", "vpc-1", "rtb-2", "subnet-2", "subnet-1"])
    );
}

#[test]
fn a_regional_nat_gateway_lights_its_own_table_and_internet_gateway() {
    let mut account = Account::default();
    let nat = NatGatewayFacts {
        vpc: id("vpc-1"),
        subnet: Known::Value(None),
        state: text("available"),
        availability_mode: text("regional"),
        route_table: Known::Value(Some("rtb-nat".into())),
        ..NatGatewayFacts::default()
    };
    account
        .vpc("vpc-1")
        .subnet("subnet-1", "eu-west-1a")
        .internet_gateway("igw-1", Some("vpc-1"))
        .add("nat-1", nat)
        .table("rtb-nat", false, &[], vec![route("0.0.0.0/0", "igw-1")])
        .table(
            "rtb-1",
            false,
            &["subnet-1"],
            vec![route("0.0.0.0/0", "nat-1")],
        );
    let network = account.network();
    let lit = Topology::of(&network).related(&key("nat-1"));
    assert_eq!(
        lit.keys,
        keys(["nat-1", "vpc-1", "rtb-1", "subnet-1", "rtb-nat", "igw-1"])
    );
}

#[test]
fn a_transit_gateway_that_nobody_listed_is_a_connection_once() {
    let mut account = Account::default();
    account.vpc("vpc-1").table(
        "rtb-1",
        true,
        &[],
        vec![
            route("10.0.0.0/8", "tgw-1"),
            route("192.168.0.0/16", "tgw-1"),
        ],
    );
    let network = account.network();
    let topology = Topology::of(&network);
    assert_eq!(
        topology.members(&key("vpc-1")).unwrap().connections,
        [key("tgw-1")]
    );
    assert_eq!(topology.targets(&key("rtb-1"))[0].1.len(), 2);
}
