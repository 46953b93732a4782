//! Tests of the design as a whole: blocks, names, the file.

use super::*;
use crate::network::{Kind, Text};

fn form(zones: usize, public: u16, private: u16) -> Design {
    let mut options = Fresh::in_region("us-east-1");
    options.zones = usual_zones("us-east-1").take(zones).collect();
    options.public_per_zone = public;
    options.private_per_zone = private;
    Design::fresh(&options).unwrap()
}

fn blocks(design: &Design, tier: &str) -> Vec<String> {
    let tier = design.vpcs[0].tier(tier).unwrap();
    let words = |subnet: &Subnet| format!("{} {} {}", subnet.number, subnet.zone, subnet.cidr);
    tier.subnets.iter().map(words).collect()
}

#[test]
fn the_form_of_three_zones_has_the_consoles_blocks() {
    let design = form(3, 1, 2);
    assert_eq!(
        blocks(&design, "public"),
        [
            "1 us-east-1a 10.0.0.0/20",
            "2 us-east-1b 10.0.16.0/20",
            "3 us-east-1c 10.0.32.0/20"
        ]
    );
    assert_eq!(
        blocks(&design, "private"),
        [
            "1 us-east-1a 10.0.128.0/20",
            "2 us-east-1b 10.0.144.0/20",
            "3 us-east-1c 10.0.160.0/20",
            "4 us-east-1a 10.0.176.0/20",
            "5 us-east-1b 10.0.192.0/20",
            "6 us-east-1c 10.0.208.0/20"
        ]
    );
}

#[test]
fn growing_the_default_gives_what_a_fresh_one_has() {
    let mut grown = form(2, 1, 1);
    grown.set_zone_count("main", 3).unwrap();
    grown.set_form_tier("main", TierKind::Private, 2).unwrap();
    assert_eq!(grown, form(3, 1, 2));
}

#[test]
fn tiers_beyond_the_form_take_runs_and_never_move_what_is_there() {
    let mut design = form(3, 1, 2);
    let before: Vec<_> = design.vpcs[0].subnets().map(|(_, it)| it.clone()).collect();
    let data = NewTier {
        name: "data".into(),
        kind: TierKind::Isolated,
        per_zone: 1,
        hosts: Some(200),
        ..NewTier::default()
    };
    design.add_tier("main", &data).unwrap();
    assert_eq!(
        blocks(&design, "data"),
        [
            "1 us-east-1a 10.0.48.0/24",
            "2 us-east-1b 10.0.49.0/24",
            "3 us-east-1c 10.0.50.0/24"
        ]
    );
    let after: Vec<_> = design.vpcs[0]
        .subnets()
        .filter(|(tier, _)| tier.name != "data")
        .map(|(_, it)| it.clone())
        .collect();
    assert_eq!(before, after);
    assert_eq!(
        design.add_tier("main", &data).unwrap_err().to_string(),
        "there is one called data already; choose another name"
    );
}

#[test]
fn the_file_is_readable_and_reads_back() {
    let mut design = form(2, 1, 1);
    design.tags.insert("environment".into(), "test".into());
    design.set_ipv6("main", Ipv6::Amazon).unwrap();
    design.reserved.push(Reserved {
        cidr: "10.200.0.0/16".parse().unwrap(),
        note: "on-premises".into(),
    });
    let text = write(&design, None);
    insta::assert_snapshot!(text);
    assert_eq!(read(&text).unwrap(), design);
}

#[test]
fn every_part_of_a_design_is_written_and_read_back() {
    let mut design = form(3, 1, 1);
    design.add_private_access("main").unwrap();
    design.attach_transit_gateway("main").unwrap();
    let second = design
        .add_fresh_vpc("10.9.0.0/16".parse().unwrap(), Some("main"))
        .unwrap();
    design
        .hold("main", "10.0.96.0/20".parse().unwrap(), "later")
        .unwrap();
    let vpc = design.vpc_mut("main").unwrap();
    vpc.vpn_gateway = Some(VpnGateway {
        propagate: true,
        routes: vec!["192.168.0.0/16".parse().unwrap()],
    });
    vpc.flow_log = Some(FlowLog {
        destination: "arn:aws:s3:::logs".into(),
        role: None,
        traffic: Traffic::Reject,
    });
    vpc.peerings.push(Peering {
        with: second,
        cidrs: Vec::new(),
        account: None,
        region: None,
    });
    design
        .prices
        .insert("nat-gateway-hour".into(), "0.05".into());
    let text = write(&design, None);
    assert_eq!(read(&text).unwrap(), design, "{text}");
    let mut grown = design.clone();
    grown.set_zone_count("main", 4).unwrap();
    let grown_text = write(&grown, Some(&text));
    assert_eq!(read(&grown_text).unwrap(), grown, "{grown_text}");
}

#[test]
fn comments_survive() {
    let design = form(2, 1, 1);
    let text = write(&design, None)
        .replace("region = ", "# where we are\nregion = ")
        .replace(
            "[[vpc.tier]]\nname = \"private\"",
            "# the inner ones\n[[vpc.tier]]\nname = \"private\" # nobody gets in",
        )
        .replace("    { number = 2", "    # the second\n    { number = 2");
    let held = read(&text).unwrap();
    assert_eq!(held, design);
    assert_eq!(write(&held, Some(&text)), text);
    let mut grown = held.clone();
    grown.set_zone_count("main", 3).unwrap();
    grown.vpcs[0].nat = Nat::One;
    let grown_text = write(&grown, Some(&text));
    assert_eq!(read(&grown_text).unwrap(), grown);
    insta::assert_snapshot!(grown_text);
}

#[test]
fn errors_say_where() {
    for (text, words) in [
        ("version = 1\nregion = ", "line 2, column 10"),
        (
            "version = 2\nregion = \"x\"\n",
            "line 1, column 11: this is a design of version 2",
        ),
        (
            "region = \"x\"\n",
            "line 1, column 1: the file does not say its version",
        ),
        (
            "version = 1\nregion = \"x\"\nnatt = 1\n",
            "line 3, column 1: there is no key natt here",
        ),
        (
            "version = 1\nregion = \"x\"\n[[vpc]]\nid = \"a\"\ncidr = \"10.0.0/16\"\nzones = []\n",
            "line 5, column 8",
        ),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn the_plan_of_the_nine_subnets() {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = "channy".into();
    options.zones = usual_zones("eu-west-1").take(3).collect();
    options.private_per_zone = 2;
    options.nat = Nat::PerAz;
    let network = plan(&Design::fresh(&options).unwrap());
    let names = |kind: Kind| -> Vec<Text> {
        network
            .of_kind(kind)
            .map(|resource| resource.label().into())
            .collect()
    };
    insta::assert_debug_snapshot!([
        names(Kind::Vpc),
        names(Kind::Subnet),
        names(Kind::RouteTable),
        names(Kind::InternetGateway),
        names(Kind::NatGateway),
        names(Kind::ElasticIp),
        names(Kind::VpcEndpoint),
    ]);
}

/// What the group of a VPC's endpoints lets in: protocol, port, from where.
fn let_in(design: &Design) -> Vec<String> {
    use crate::network::{RulePeer, SecurityGroupFacts};
    let network = plan(design);
    let group: &SecurityGroupFacts = network.facts(&planned("main/endpoints")).unwrap();
    let words = |rule: &crate::network::SecurityGroupRule| {
        let RulePeer::Block(block) = rule.peer else {
            return "somebody else".to_owned();
        };
        format!("{} {} {block}", rule.protocol, rule.from_port.unwrap())
    };
    group.ingress.items().iter().map(words).collect()
}

fn planned(name: &str) -> crate::network::Id {
    crate::network::Id::Planned(name.into())
}

fn endpoint(service: &str) -> Endpoint {
    Endpoint {
        service: service.into(),
        tier: "private".into(),
        private_dns: true,
    }
}

#[test]
fn the_group_of_endpoints_opens_the_ports_of_their_services() {
    let mut design = form(2, 1, 1);
    design.vpcs[0].endpoints = vec![endpoint("ssm"), endpoint("kms")];
    assert_eq!(let_in(&design), ["tcp 443 10.0.0.0/16"]);
    design.vpcs[0].endpoints = vec![endpoint("email-smtp"), endpoint("cassandra")];
    assert_eq!(
        let_in(&design),
        [25, 465, 587, 2465, 2587, 9142].map(|port| format!("tcp {port} 10.0.0.0/16"))
    );
}

#[test]
fn a_resolver_endpoint_lets_in_who_is_known_to_be_outside() {
    let mut design = form(2, 1, 1);
    design.vpcs[0].resolver = Some(Resolver {
        tier: "private".into(),
    });
    design.reserved.push(Reserved {
        cidr: "172.20.0.1/14".parse().unwrap(),
        note: "on-premises".into(),
    });
    let sources = |design: &Design| -> Vec<String> {
        let all = let_in(design).into_iter();
        all.filter_map(|rule| Some(rule.strip_prefix("udp 53 ")?.to_owned()))
            .collect()
    };
    // No way leads to what is reserved.
    assert_eq!(sources(&design), ["10.0.0.0/16"]);
    design.vpcs[0].vpn_gateway = Some(VpnGateway {
        propagate: true,
        routes: vec![
            "192.168.1.0/16".parse().unwrap(),
            "192.168.0.0/16".parse().unwrap(),
            "0.0.0.0/0".parse().unwrap(),
        ],
    });
    assert_eq!(
        sources(&design),
        ["10.0.0.0/16", "172.20.0.0/14", "192.168.0.0/16"]
    );
    assert_eq!(let_in(&design).len(), 6);
}

#[test]
fn routes_that_are_one_without_their_host_bits_are_planned_once() {
    use crate::network::{Destination, RouteTableFacts};
    let mut design = form(1, 0, 1);
    let vpc = &mut design.vpcs[0];
    vpc.vpn_gateway = Some(VpnGateway {
        propagate: false,
        routes: vec![
            "192.168.1.0/16".parse().unwrap(),
            "192.168.2.0/16".parse().unwrap(),
        ],
    });
    vpc.peerings.push(Peering {
        with: "vpc-0123456789abcdef0".into(),
        cidrs: vec![
            "10.9.0.1/16".parse().unwrap(),
            "10.9.0.0/16".parse().unwrap(),
        ],
        account: None,
        region: None,
    });
    let network = plan(&design);
    let private = planned("main/private/us-east-1a/1");
    let table: &RouteTableFacts = network.facts(&private).unwrap();
    let blocks = table.routes.items().iter().filter_map(|route| {
        let Destination::Block(block) = route.destination else {
            return None;
        };
        Some(block.to_string())
    });
    assert_eq!(
        blocks.collect::<Vec<_>>(),
        ["10.0.0.0/16", "10.9.0.0/16", "192.168.0.0/16"]
    );
}

#[test]
fn the_pool_of_a_block_of_ones_own_is_planned() {
    use crate::network::VpcFacts;
    let mut design = form(1, 0, 1);
    let pool = |design: &Design| {
        let network = plan(design);
        let facts: &VpcFacts = network.facts(&planned("main")).unwrap();
        facts.ipv6_pool.value().cloned()
    };
    design.vpcs[0].ipv6_pool = Some(" ipv6pool-ec2-0123456789abcdef0 ".into());
    assert_eq!(pool(&design), None);
    design
        .set_ipv6("main", Ipv6::Own("2001:db8::/56".parse().unwrap()))
        .unwrap();
    assert_eq!(
        pool(&design).as_deref(),
        Some("ipv6pool-ec2-0123456789abcdef0")
    );
    design.vpcs[0].ipv6_pool = Some("  ".into());
    assert_eq!(pool(&design), None);
}
