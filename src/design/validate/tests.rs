//! Each rule by a design that breaks it, and by its neighbour that does not.

use super::*;
use crate::design::{
    Egress, Encryption, Endpoint, FlowLog, Fresh, GatewayService, Held, Ipv6, Ipv6Part, Nat,
    NewTier, Peering, Reserved, Resolver, Tenancy, TransitGateway, VpnGateway, plan,
};
use compact_str::format_compact;
use std::collections::BTreeSet;

/// A design that nothing is to be said about.
fn sound() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.nat = Nat::PerAz;
    let mut design = Design::fresh(&options).unwrap();
    design.vpcs[0].flow_log = Some(bucket_log());
    design
}

fn bucket_log() -> FlowLog {
    FlowLog {
        destination: "arn:aws:s3:::flow-logs".into(),
        role: None,
        traffic: crate::design::Traffic::default(),
    }
}

fn add_vpc(design: &mut Design, id: &str, block: &str) {
    let mut options = Fresh::in_region("eu-west-1");
    options.nat = Nat::Regional;
    options.prefix = id.into();
    options.cidr = block.parse().unwrap();
    design.add_vpc(id, &options).unwrap();
    design.vpc_mut(id).unwrap().flow_log = Some(bucket_log());
}

fn add_tier(design: &mut Design, name: &str, kind: TierKind, mask: u8) {
    let wanted = NewTier {
        name: name.into(),
        kind,
        mask: Some(mask),
        per_zone: 1,
        ..NewTier::default()
    };
    design.add_tier("main", &wanted).unwrap();
}

fn main(design: &mut Design) -> &mut Vpc {
    &mut design.vpcs[0]
}

fn public(design: &mut Design) -> &mut Tier {
    design.vpcs[0].tier_mut("public").unwrap()
}

fn private(design: &mut Design) -> &mut Tier {
    design.vpcs[0].tier_mut("private").unwrap()
}

fn attach(design: &mut Design, id: &str, tier: &str, routes: &[&str]) {
    main(design).transit_gateway = Some(TransitGateway {
        id: id.into(),
        tier: tier.into(),
        routes: routes.iter().map(|it| it.parse().unwrap()).collect(),
    });
}

/// A tier for the attachment, and the attachment in it.
fn hub(design: &mut Design, routes: &[&str]) {
    add_tier(design, "transit", TierKind::Isolated, 28);
    attach(design, "tgw-0123456789abcdef0", "transit", routes);
}

fn vpn(design: &mut Design, propagate: bool, routes: &[&str]) {
    main(design).vpn_gateway = Some(VpnGateway {
        propagate,
        routes: routes.iter().map(|it| it.parse().unwrap()).collect(),
    });
}

fn peer(design: &mut Design, with: &str, cidrs: &[&str]) {
    main(design).peerings.push(Peering {
        with: with.into(),
        cidrs: cidrs.iter().map(|it| it.parse().unwrap()).collect(),
        account: None,
        region: None,
    });
}

fn endpoint(design: &mut Design, service: &str, tier: &str) {
    main(design).endpoints.push(Endpoint {
        service: service.into(),
        tier: tier.into(),
        private_dns: true,
    });
}

fn secondary(design: &mut Design, primary: &str, blocks: &[&str]) {
    let block: ipnet::Ipv4Net = primary.parse().unwrap();
    design.set_vpc_block("main", block).unwrap();
    main(design).secondary = blocks.iter().map(|it| it.parse().unwrap()).collect();
}

fn own_ipv6(design: &mut Design, block: &str) {
    main(design).ipv6_pool = Some("ipv6pool-ec2-0123456789abcdef0".into());
    let own = Ipv6::Own(block.parse().unwrap());
    design.set_ipv6("main", own).unwrap();
    main(design).ipv6_pool = Some("ipv6pool-ec2-0123456789abcdef0".into());
    main(design).egress_only = true;
}

fn part(design: &mut Design, index: u32, mask: u8) {
    public(design).subnets[1].ipv6 = Some(Ipv6Part { index, mask });
}

fn hold(design: &mut Design, block: &str) {
    main(design).held.push(Held {
        cidr: block.parse().unwrap(),
        note: String::new(),
        color: None,
    });
}

fn reserve(design: &mut Design, range: &str) {
    design.reserved.push(Reserved {
        cidr: range.parse().unwrap(),
        note: "on-premises".into(),
    });
}

/// A resolver endpoint, with somebody behind a VPN gateway who may ask it.
fn resolver(design: &mut Design, tier: &str) {
    main(design).resolver = Some(Resolver { tier: tier.into() });
    vpn(design, true, &["192.168.0.0/16"]);
}

/// A VPC of isolated subnets alone.
fn inner(design: &mut Design, id: &str) {
    let vpc = design.vpc_mut(id).unwrap();
    vpc.nat = Nat::None;
    vpc.tiers.retain(|tier| tier.kind == TierKind::Private);
    vpc.tiers[0].kind = TierKind::Isolated;
}

fn blocks(design: &mut Design, count: usize) {
    let blocks = (1..=count).map(|n| format!("10.{n}.0.0/16").parse().unwrap());
    main(design).secondary = blocks.collect();
}

fn peers(design: &mut Design, count: usize) {
    for n in 0..count {
        let block = format!("10.{}.0.0/16", n + 1);
        peer(design, &format!("vpc-{n:08}"), &[&block]);
    }
}

type Make = fn(&mut Design);

/// A rule, a design that breaks it and no other, and a neighbour that breaks none. What may follow from it
/// stands in the list.
struct Row(&'static str, Make, Make, &'static [&'static str]);

const ROWS: &[Row] = &[
    // Region, zones and names.
    Row("region-name", |d| d.region = "eu-west".into(), |_| (), &[]),
    Row(
        "zone-count",
        |d| {
            for letter in ["c", "d", "e", "f", "g"] {
                main(d).zones.push(format_compact(letter));
            }
        },
        |d| {
            main(d).nat = Nat::Regional;
            d.set_zone_count("main", 6).unwrap();
        },
        &["az-imbalance", "zone-unusual"],
    ),
    Row(
        "zone-duplicate",
        |d| main(d).zones.push("eu-west-1a".into()),
        |_| (),
        &[],
    ),
    Row(
        "zone-region",
        |d| {
            d.rename_zone("main", "eu-west-1b", &"eu-west-2b".into())
                .unwrap();
        },
        |d| {
            d.rename_zone("main", "eu-west-1b", &"eu-west-1-lon-1a".into())
                .unwrap();
        },
        &[],
    ),
    Row(
        "zone-unusual",
        |d| {
            d.rename_zone("main", "eu-west-1b", &"eu-west-1d".into())
                .unwrap();
        },
        |d| {
            d.rename_zone("main", "eu-west-1b", &"eu-west-1c".into())
                .unwrap();
        },
        &[],
    ),
    Row(
        "zone-unusual",
        |d| {
            d.set_region(&"ap-northeast-1".into()).unwrap();
            d.rename_zone("main", "ap-northeast-1c", &"ap-northeast-1e".into())
                .unwrap();
        },
        |d| {
            d.set_region(&"ap-northeast-1".into()).unwrap();
            d.rename_zone("main", "ap-northeast-1c", &"ap-northeast-1b".into())
                .unwrap();
        },
        &[],
    ),
    Row(
        "vpc-id",
        |d| main(d).id = "a/b".into(),
        |d| main(d).id = "a_b-2".into(),
        &[],
    ),
    Row(
        "vpc-id-twice",
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            d.vpcs[1].id = "main".into();
        },
        |d| add_vpc(d, "other", "10.1.0.0/16"),
        &[],
    ),
    Row(
        "tier-name",
        |d| private(d).name = "Private".into(),
        |d| private(d).name = "app-2".into(),
        &[],
    ),
    Row(
        "tier-name-twice",
        |d| {
            add_tier(d, "data", TierKind::Isolated, 24);
            main(d).tiers[2].name = "private".into();
        },
        |d| add_tier(d, "data", TierKind::Isolated, 24),
        &[],
    ),
    Row(
        "subnet-number",
        |d| private(d).subnets[0].number = 2,
        |d| private(d).subnets[0].number = 3,
        &[],
    ),
    Row(
        "name-length",
        |d| {
            let key = vpc_key(main(d));
            d.set_name(&key, &"ü".repeat(257)).unwrap();
        },
        |d| {
            let key = vpc_key(main(d));
            d.set_name(&key, &"ü".repeat(256)).unwrap();
        },
        &[],
    ),
    Row(
        "name-length",
        // “-subnet-private2-eu-west-1b” has 27 characters.
        |d| main(d).prefix = "p".repeat(230).into(),
        |d| main(d).prefix = "p".repeat(229).into(),
        &[],
    ),
    Row(
        "group-name",
        |d| {
            endpoint(d, "ssm", "private");
            main(d).prefix = "sg".into();
        },
        |d| {
            endpoint(d, "ssm", "private");
            main(d).prefix = String::new().into();
        },
        &[],
    ),
    Row(
        "tag-key",
        |d| drop(d.tags.insert("AWS:owner".into(), "x".into())),
        |d| drop(d.tags.insert("owner:aws".into(), "x".into())),
        &[],
    ),
    Row(
        "tag-key",
        |d| drop(d.tags.insert("k".repeat(129).into(), "x".into())),
        |d| drop(d.tags.insert("k".repeat(128).into(), "x".into())),
        &[],
    ),
    Row(
        "tag-value",
        |d| drop(d.tags.insert("k".into(), "v".repeat(257).into())),
        |d| drop(d.tags.insert("k".into(), "v".repeat(256).into())),
        &[],
    ),
    Row(
        "tags-many",
        |d| {
            d.tags = (0..50)
                .map(|n| (format_compact!("k{n}"), "v".into()))
                .collect();
        },
        |d| {
            d.tags = (0..49)
                .map(|n| (format_compact!("k{n}"), "v".into()))
                .collect();
        },
        &[],
    ),
    // Blocks of VPCs.
    Row(
        "vpc-block-size",
        |d| main(d).cidr = "10.0.0.0/15".parse().unwrap(),
        |_| (),
        &[],
    ),
    Row(
        "vpc-block-refused",
        |d| {
            d.set_vpc_block("main", "169.254.0.0/16".parse().unwrap())
                .unwrap();
        },
        |d| {
            d.set_vpc_block("main", "172.16.0.0/16".parse().unwrap())
                .unwrap();
        },
        &[],
    ),
    Row(
        "vpc-block-host-bits",
        |d| main(d).cidr = "10.0.1.0/16".parse().unwrap(),
        |_| (),
        &[],
    ),
    Row(
        "vpc-block-host-bits",
        |d| main(d).secondary = vec!["10.1.0.1/16".parse().unwrap()],
        |d| main(d).secondary = vec!["10.1.0.0/16".parse().unwrap()],
        &[],
    ),
    Row(
        "secondary-size",
        |d| main(d).secondary = vec!["10.1.0.0/29".parse().unwrap()],
        |d| main(d).secondary = vec!["10.1.0.0/28".parse().unwrap()],
        &[],
    ),
    Row(
        "secondary-refused",
        |d| main(d).secondary = vec!["127.1.0.0/16".parse().unwrap()],
        |d| main(d).secondary = vec!["100.64.0.0/16".parse().unwrap()],
        &[],
    ),
    // The vectors of AWS's table.
    Row(
        "secondary-association",
        |d| secondary(d, "10.1.0.0/16", &["10.0.0.0/16"]),
        |d| secondary(d, "10.2.0.0/16", &["10.0.0.0/16"]),
        &[],
    ),
    Row(
        "secondary-association",
        |d| secondary(d, "100.64.0.0/16", &["10.0.0.0/16"]),
        |d| secondary(d, "10.0.0.0/16", &["100.64.0.0/16"]),
        &[],
    ),
    Row(
        "secondary-association",
        |d| secondary(d, "172.16.0.0/16", &["172.31.0.0/16"]),
        |d| secondary(d, "172.16.0.0/16", &["172.30.0.0/16"]),
        &[],
    ),
    Row(
        "secondary-association",
        |d| secondary(d, "10.0.0.0/16", &["198.19.0.0/16"]),
        |d| secondary(d, "10.0.0.0/16", &["10.1.0.0/16"]),
        &["public-range"],
    ),
    Row(
        "secondary-association",
        |d| secondary(d, "192.168.0.0/16", &["10.0.0.0/16"]),
        |d| secondary(d, "192.168.0.0/16", &["100.64.0.0/16"]),
        &[],
    ),
    Row(
        "secondary-overlap",
        |d| main(d).secondary = vec!["10.0.240.0/20".parse().unwrap()],
        |d| main(d).secondary = vec!["10.1.0.0/20".parse().unwrap()],
        &[],
    ),
    Row(
        "secondary-route",
        |d| {
            vpn(d, true, &["10.1.0.0/24"]);
            main(d).secondary = vec!["10.1.0.0/24".parse().unwrap()];
        },
        |d| {
            vpn(d, true, &["10.1.0.0/24"]);
            main(d).secondary = vec!["10.1.0.0/25".parse().unwrap()];
        },
        &[],
    ),
    Row(
        "vpc-overlap",
        |d| add_vpc(d, "other", "10.0.0.0/16"),
        |d| add_vpc(d, "other", "10.1.0.0/16"),
        &[],
    ),
    Row(
        "peering-overlap",
        |d| {
            add_vpc(d, "other", "10.0.128.0/17");
            peer(d, "other", &[]);
        },
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
        },
        &[],
    ),
    Row(
        "peering-overlap",
        |d| peer(d, "vpc-0123456789abcdef0", &["10.0.0.0/8"]),
        |d| peer(d, "vpc-0123456789abcdef0", &["10.1.0.0/16"]),
        &["peering-by-others"],
    ),
    Row(
        "tgw-overlap",
        |d| {
            add_vpc(d, "other", "10.0.0.0/16");
            hub(d, &["192.168.0.0/16"]);
            let attached = main(d).transit_gateway.clone();
            d.vpcs[1].transit_gateway = attached.map(|it| TransitGateway {
                tier: "private".into(),
                ..it
            });
        },
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            hub(d, &["192.168.0.0/16"]);
            let attached = main(d).transit_gateway.clone();
            d.vpcs[1].transit_gateway = attached.map(|it| TransitGateway {
                tier: "private".into(),
                ..it
            });
        },
        &[],
    ),
    Row(
        "pool-outside",
        |d| d.pool = vec!["10.64.0.0/10".parse().unwrap()],
        |d| d.pool = vec!["10.0.0.0/10".parse().unwrap()],
        &[],
    ),
    Row(
        "pool-outside",
        |d| {
            d.pool = vec!["10.0.0.0/16".parse().unwrap()];
            main(d).secondary = vec!["10.1.0.0/16".parse().unwrap()];
        },
        |d| {
            d.pool = vec!["10.0.0.0/15".parse().unwrap()];
            main(d).secondary = vec!["10.1.0.0/16".parse().unwrap()];
        },
        &[],
    ),
    Row(
        "reserved-overlap",
        |d| reserve(d, "10.0.16.0/24"),
        |d| reserve(d, "10.1.16.0/24"),
        &["vpc-reserved"],
    ),
    Row(
        "vpc-reserved",
        |d| reserve(d, "10.0.64.0/24"),
        |d| reserve(d, "10.1.64.0/24"),
        &[],
    ),
    // Subnets.
    Row(
        "tier-mask",
        |d| private(d).mask = 29,
        |d| private(d).mask = 28,
        &[],
    ),
    Row(
        "subnet-size",
        |d| private(d).subnets[0].cidr = "10.0.128.0/29".parse().unwrap(),
        |d| private(d).subnets[0].cidr = "10.0.128.0/27".parse().unwrap(),
        &[],
    ),
    Row(
        "subnet-host-bits",
        |d| private(d).subnets[0].cidr = "10.0.128.1/20".parse().unwrap(),
        |_| (),
        &[],
    ),
    Row(
        "subnet-outside-vpc",
        |d| private(d).subnets[0].cidr = "10.1.0.0/20".parse().unwrap(),
        |d| {
            private(d).subnets[0].cidr = "10.1.0.0/20".parse().unwrap();
            main(d).secondary = vec!["10.1.0.0/20".parse().unwrap()];
        },
        &[],
    ),
    Row(
        "subnet-overlap",
        |d| private(d).subnets[0].cidr = "10.0.0.0/24".parse().unwrap(),
        |d| private(d).subnets[0].cidr = "10.0.32.0/24".parse().unwrap(),
        &[],
    ),
    Row(
        "subnet-zone-unknown",
        |d| private(d).subnets[0].zone = "eu-west-1c".into(),
        |_| (),
        &["nat-unused"],
    ),
    Row(
        "subnet-hosts",
        |d| private(d).hosts = Some(4092),
        |d| private(d).hosts = Some(4091),
        &[],
    ),
    Row(
        "held-outside",
        |d| hold(d, "10.1.0.0/20"),
        |d| hold(d, "10.0.240.0/20"),
        &[],
    ),
    Row(
        "held-overlap",
        |d| hold(d, "10.0.0.0/24"),
        |d| hold(d, "10.0.32.0/24"),
        &[],
    ),
    Row(
        "held-overlap",
        |d| {
            hold(d, "10.0.32.0/24");
            hold(d, "10.0.32.128/25");
        },
        |d| {
            hold(d, "10.0.32.0/24");
            hold(d, "10.0.33.128/25");
        },
        &[],
    ),
    // IPv6.
    Row(
        "ipv6-block-size",
        |d| own_ipv6(d, "2001:db8::/50"),
        |d| own_ipv6(d, "2001:db8::/48"),
        &[],
    ),
    Row(
        "ipv6-pool-missing",
        |d| {
            own_ipv6(d, "2001:db8::/56");
            main(d).ipv6_pool = None;
        },
        |d| own_ipv6(d, "2001:db8::/56"),
        &[],
    ),
    Row(
        "subnet-ipv6-size",
        |d| {
            own_ipv6(d, "2001:db8::/48");
            part(d, 4, 62);
        },
        |d| {
            own_ipv6(d, "2001:db8::/48");
            part(d, 4, 60);
        },
        &[],
    ),
    Row(
        "subnet-ipv6-outside",
        |d| {
            own_ipv6(d, "2001:db8::/56");
            part(d, 0x100, 64);
        },
        |d| {
            own_ipv6(d, "2001:db8::/56");
            part(d, 0xff, 64);
        },
        &[],
    ),
    Row(
        "subnet-ipv6-overlap",
        |d| {
            own_ipv6(d, "2001:db8::/56");
            part(d, 8, 60);
        },
        |d| {
            own_ipv6(d, "2001:db8::/56");
            part(d, 7, 60);
        },
        &[],
    ),
    Row(
        "subnet-ipv6-stray",
        |d| part(d, 0, 64),
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).egress_only = true;
        },
        &[],
    ),
    Row(
        "subnet-ipv6-stray",
        |d| private(d).ipv6_addresses = true,
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).egress_only = true;
            private(d).ipv6_addresses = true;
        },
        &[],
    ),
    Row(
        "subnet-without-ipv6",
        |d| {
            own_ipv6(d, "2001:db8::/56");
            public(d).subnets[1].ipv6 = None;
        },
        |d| own_ipv6(d, "2001:db8::/56"),
        &[],
    ),
    // Ways out.
    Row(
        "nat-needs-public-subnet",
        |d| d.remove_tier("main", "public").unwrap(),
        |d| {
            d.remove_tier("main", "public").unwrap();
            main(d).nat = Nat::None;
            private(d).egress = Egress::None;
        },
        &[],
    ),
    Row(
        "nat-zone-without-public",
        |d| d.remove_subnet("main", "public", 2).unwrap(),
        |_| (),
        &["az-imbalance"],
    ),
    Row(
        "nat-regional-gateway",
        |d| {
            d.remove_tier("main", "public").unwrap();
            main(d).nat = Nat::Regional;
        },
        |d| main(d).nat = Nat::Regional,
        &[],
    ),
    Row(
        "nat-unused",
        |d| private(d).egress = Egress::None,
        |d| {
            private(d).egress = Egress::None;
            main(d).nat = Nat::None;
        },
        &[],
    ),
    Row(
        "nat-unused",
        |d| d.remove_subnet("main", "private", 2).unwrap(),
        |_| (),
        &["az-imbalance"],
    ),
    Row(
        "single-nat-multi-az",
        |d| main(d).nat = Nat::One,
        |d| {
            add_tier(d, "data", TierKind::Isolated, 24);
            d.remove_tier("main", "private").unwrap();
            main(d).nat = Nat::None;
        },
        &[],
    ),
    Row(
        "no-egress",
        |d| main(d).nat = Nat::None,
        |d| {
            main(d).nat = Nat::None;
            private(d).kind = TierKind::Isolated;
        },
        &[],
    ),
    Row(
        "egress-only-needs-ipv6",
        |d| main(d).egress_only = true,
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).egress_only = true;
        },
        &[],
    ),
    Row(
        "egress-only-unused",
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).egress_only = true;
            main(d).nat = Nat::None;
            private(d).egress = Egress::None;
        },
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).nat = Nat::None;
            private(d).egress = Egress::None;
        },
        &[],
    ),
    Row(
        "ipv6-no-egress",
        |d| d.set_ipv6("main", Ipv6::Amazon).unwrap(),
        |d| {
            d.set_ipv6("main", Ipv6::Amazon).unwrap();
            main(d).egress_only = true;
        },
        &[],
    ),
    Row(
        "egress-without-gateway",
        |d| {
            add_tier(d, "app", TierKind::Private, 24);
            main(d).tiers[2].egress = Egress::VpnGateway;
        },
        |d| {
            add_tier(d, "app", TierKind::Private, 24);
            main(d).tiers[2].egress = Egress::VpnGateway;
            vpn(d, false, &[]);
        },
        &[],
    ),
    Row(
        "tgw-tier-unknown",
        |d| {
            hub(d, &["192.168.0.0/16"]);
            attach(d, "tgw-0123456789abcdef0", "hub", &["192.168.0.0/16"]);
        },
        |d| hub(d, &["192.168.0.0/16"]),
        &["small-subnet"],
    ),
    Row(
        "tgw-id-missing",
        |d| {
            hub(d, &["192.168.0.0/16"]);
            attach(d, "corporate", "transit", &["192.168.0.0/16"]);
        },
        |d| {
            hub(d, &["192.168.0.0/16"]);
            attach(d, "tgw-01234567", "transit", &["192.168.0.0/16"]);
        },
        &[],
    ),
    Row(
        "tgw-subnets-many",
        |d| {
            hub(d, &["192.168.0.0/16"]);
            d.add_subnet("main", "transit", &"eu-west-1a".into(), None)
                .unwrap();
        },
        |d| hub(d, &["192.168.0.0/16"]),
        &["az-imbalance"],
    ),
    Row(
        "tgw-attach-missing-az",
        |d| {
            hub(d, &["192.168.0.0/16"]);
            d.remove_subnet("main", "transit", 2).unwrap();
        },
        |d| hub(d, &["192.168.0.0/16"]),
        &["az-imbalance"],
    ),
    Row(
        "tgw-unused",
        |d| hub(d, &[]),
        |d| hub(d, &["192.168.0.0/16"]),
        &[],
    ),
    Row(
        "vpn-gateway-unused",
        |d| vpn(d, false, &[]),
        |d| vpn(d, true, &[]),
        &[],
    ),
    Row(
        "peering-self",
        |d| peer(d, "main", &[]),
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
        },
        &[],
    ),
    Row(
        "peering-unknown",
        |d| peer(d, "other", &[]),
        |d| peer(d, "vpc-01234567", &["10.1.0.0/16"]),
        &["peering-by-others"],
    ),
    Row(
        "peering-twice",
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
            let back = Peering {
                with: "main".into(),
                ..main(d).peerings[0].clone()
            };
            d.vpcs[1].peerings.push(back);
        },
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
        },
        &[],
    ),
    Row(
        "peering-place",
        |d| {
            peer(d, "vpc-01234567", &["10.1.0.0/16"]);
            main(d).peerings[0].account = Some("1234".into());
        },
        |d| {
            peer(d, "vpc-01234567", &["10.1.0.0/16"]);
            main(d).peerings[0].account = Some("123412341234".into());
            main(d).peerings[0].region = Some("us-gov-west-1".into());
        },
        &["peering-by-others"],
    ),
    Row(
        "peering-blocks-missing",
        |d| peer(d, "vpc-01234567", &[]),
        |d| peer(d, "vpc-01234567", &["10.1.0.0/16"]),
        &["peering-by-others"],
    ),
    Row(
        "peering-unused",
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
            inner(d, "main");
        },
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
        },
        &[],
    ),
    // The other side routes back.
    Row(
        "peering-unused",
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
            inner(d, "other");
        },
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            inner(d, "other");
        },
        &[],
    ),
    Row(
        "peering-by-others",
        |d| peer(d, "vpc-01234567", &["10.1.0.0/16"]),
        |d| {
            add_vpc(d, "other", "10.1.0.0/16");
            peer(d, "other", &[]);
        },
        &[],
    ),
    // Routes.
    Row(
        "route-inside-vpc",
        |d| vpn(d, true, &["10.0.64.0/24"]),
        |d| vpn(d, true, &["10.0.0.0/8"]),
        &[],
    ),
    Row(
        "route-forbidden",
        |d| vpn(d, true, &["169.254.169.253/32"]),
        |d| vpn(d, true, &["169.254.172.0/22"]),
        &[],
    ),
    Row(
        "route-forbidden",
        |d| hub(d, &["fd00:ec2::/48"]),
        |d| hub(d, &["fd00:ec3::/48"]),
        &[],
    ),
    Row(
        "route-twice",
        |d| hub(d, &["0.0.0.0/0"]),
        |d| {
            hub(d, &["0.0.0.0/0"]);
            private(d).egress = Egress::TransitGateway;
            main(d).nat = Nat::None;
        },
        &[],
    ),
    Row(
        "route-twice",
        |d| {
            hub(d, &["192.168.0.0/16"]);
            vpn(d, true, &["192.168.0.0/16"]);
        },
        |d| {
            hub(d, &["192.168.0.0/16"]);
            vpn(d, true, &["192.168.0.0/17"]);
        },
        &[],
    ),
    Row(
        "route-host-bits",
        |d| vpn(d, true, &["192.168.1.0/16"]),
        |d| vpn(d, true, &["192.168.0.0/16"]),
        &[],
    ),
    Row(
        "route-host-bits",
        |d| peer(d, "vpc-01234567", &["10.1.0.1/16"]),
        |d| peer(d, "vpc-01234567", &["10.1.0.0/16"]),
        &["peering-by-others"],
    ),
    Row(
        "vpn-route-ipv6",
        |d| vpn(d, true, &["2001:db8::/48"]),
        |d| hub(d, &["2001:db8::/48"]),
        &[],
    ),
    // Endpoints, DNS, encryption, flow logs.
    Row(
        "endpoint-service",
        |d| endpoint(d, "s s m", "private"),
        |d| {
            endpoint(
                d,
                "com.amazonaws.vpce.eu-west-1.vpce-svc-01234567",
                "private",
            );
        },
        &[],
    ),
    Row(
        "endpoint-duplicate",
        |d| {
            endpoint(d, "ssm", "private");
            endpoint(d, "com.amazonaws.eu-west-1.ssm", "private");
        },
        |d| {
            endpoint(d, "ssm", "private");
            endpoint(d, "ssmmessages", "private");
        },
        &[],
    ),
    Row(
        "endpoint-tier-unknown",
        |d| endpoint(d, "ssm", "data"),
        |d| endpoint(d, "ssm", "private"),
        &[],
    ),
    Row(
        "endpoint-needs-dns",
        |d| {
            endpoint(d, "ssm", "private");
            main(d).dns_hostnames = false;
        },
        |d| {
            endpoint(d, "ssm", "private");
            main(d).dns_hostnames = false;
            main(d).endpoints[0].private_dns = false;
        },
        &[],
    ),
    Row(
        "endpoint-no-private-name",
        |d| endpoint(d, "dynamodb", "private"),
        |d| {
            endpoint(d, "dynamodb", "private");
            main(d).endpoints[0].private_dns = false;
        },
        &[],
    ),
    Row(
        "endpoint-no-private-name",
        |d| endpoint(d, "com.amazonaws.eu-west-1.dynamodb-streams", "private"),
        |d| endpoint(d, "com.amazonaws.eu-west-1.kms", "private"),
        &[],
    ),
    Row(
        "s3-needs-gateway-endpoint",
        |d| {
            endpoint(d, "s3", "private");
            main(d).gateway_endpoints = vec![GatewayService::Dynamodb];
        },
        |d| endpoint(d, "s3", "private"),
        &["missing-s3-endpoint"],
    ),
    Row(
        "s3-needs-gateway-endpoint",
        |d| {
            endpoint(d, "com.amazonaws.eu-west-1.s3", "private");
            main(d).gateway_endpoints.clear();
        },
        |d| {
            endpoint(d, "com.amazonaws.eu-west-1.s3", "private");
            main(d).endpoints[0].private_dns = false;
        },
        &["missing-s3-endpoint"],
    ),
    Row(
        "china-service-name",
        |d| {
            d.set_region(&"cn-north-1".into()).unwrap();
            endpoint(d, "kms", "private");
        },
        |d| {
            d.set_region(&"cn-north-1".into()).unwrap();
            endpoint(d, "cn.com.amazonaws.cn-north-1.kms", "private");
        },
        &[],
    ),
    Row(
        "endpoint-single-az",
        |d| {
            add_tier(d, "data", TierKind::Isolated, 24);
            d.remove_subnet("main", "data", 2).unwrap();
            endpoint(d, "ssm", "data");
        },
        |d| endpoint(d, "ssm", "private"),
        &["az-imbalance"],
    ),
    Row(
        "gateway-endpoint-unused",
        |d| {
            d.remove_tier("main", "private").unwrap();
            main(d).nat = Nat::None;
        },
        |_| (),
        &["no-tier-separation"],
    ),
    Row(
        "missing-s3-endpoint",
        |d| main(d).gateway_endpoints = vec![GatewayService::Dynamodb],
        |d| main(d).gateway_endpoints = vec![GatewayService::S3],
        &[],
    ),
    Row(
        "dns-hostnames-need-support",
        |d| main(d).dns_support = false,
        |d| {
            main(d).dns_support = false;
            main(d).dns_hostnames = false;
        },
        &[],
    ),
    Row(
        "private-zone-needs-dns",
        |d| {
            main(d).private_zones = vec!["internal.example".into()];
            main(d).dns_hostnames = false;
        },
        |d| main(d).private_zones = vec!["internal.example".into()],
        &["private-zone-by-hand"],
    ),
    Row(
        "private-zone-by-hand",
        |d| main(d).private_zones = vec!["internal.example".into()],
        |_| (),
        &[],
    ),
    Row(
        "resolver-tier-unknown",
        |d| resolver(d, "dns"),
        |d| resolver(d, "private"),
        &[],
    ),
    Row(
        "resolver-single-address",
        |d| {
            add_tier(d, "dns", TierKind::Isolated, 27);
            d.remove_subnet("main", "dns", 2).unwrap();
            resolver(d, "dns");
        },
        |d| resolver(d, "private"),
        &["az-imbalance"],
    ),
    Row(
        "resolver-dedicated",
        |d| {
            resolver(d, "private");
            main(d).tenancy = Tenancy::Dedicated;
        },
        |d| main(d).tenancy = Tenancy::Dedicated,
        &[],
    ),
    // Nobody's way, then a way that says nothing of who is behind it.
    Row(
        "resolver-unreachable",
        |d| {
            resolver(d, "private");
            main(d).vpn_gateway = None;
            reserve(d, "192.168.0.0/16");
        },
        |d| {
            resolver(d, "private");
            vpn(d, true, &[]);
            reserve(d, "192.168.0.0/16");
        },
        &[],
    ),
    Row(
        "resolver-unreachable",
        |d| {
            resolver(d, "private");
            main(d).vpn_gateway = None;
            main(d).nat = Nat::None;
            private(d).egress = Egress::TransitGateway;
            hub(d, &[]);
        },
        |d| {
            resolver(d, "private");
            main(d).vpn_gateway = None;
            hub(d, &["192.168.0.0/16"]);
        },
        &[],
    ),
    Row(
        "enc-enforce-conflict",
        |d| {
            main(d).encryption = Encryption::Enforce;
            main(d).encryption_exclusions = vec!["internet-gateway".into()];
        },
        |d| {
            main(d).encryption = Encryption::Enforce;
            main(d).encryption_exclusions = vec!["internet-gateway".into(), "nat-gateway".into()];
        },
        &[],
    ),
    Row(
        "enc-exclusion-unknown",
        |d| main(d).encryption_exclusions = vec!["nat".into()],
        |d| main(d).encryption_exclusions = vec!["nat-gateway".into()],
        &[],
    ),
    Row(
        "flow-log-destination",
        |d| {
            main(d).flow_log = Some(FlowLog {
                destination: "flow-logs".into(),
                ..bucket_log()
            });
        },
        |d| main(d).flow_log = Some(bucket_log()),
        &[],
    ),
    Row(
        "flow-log-role",
        |d| {
            let destination = "arn:aws:logs:eu-west-1:123456789012:log-group:vpc".into();
            main(d).flow_log = Some(FlowLog {
                destination,
                ..bucket_log()
            });
        },
        |d| {
            let destination = "arn:aws:logs:eu-west-1:123456789012:log-group:vpc".into();
            let role = Some("arn:aws:iam::123456789012:role/logs".into());
            main(d).flow_log = Some(FlowLog {
                destination,
                role,
                ..bucket_log()
            });
        },
        &[],
    ),
    Row(
        "flow-log-role",
        |d| {
            let role = Some("arn:aws:iam::123456789012:role/logs".into());
            main(d).flow_log = Some(FlowLog {
                role,
                ..bucket_log()
            });
        },
        |_| (),
        &[],
    ),
    Row("no-flow-logs", |d| main(d).flow_log = None, |_| (), &[]),
    // Quotas.
    Row(
        "quota-vpcs",
        |d| {
            for n in 1..6 {
                add_vpc(d, &format!("v{n}"), &format!("10.{n}.0.0/16"));
            }
        },
        |d| {
            for n in 1..5 {
                add_vpc(d, &format!("v{n}"), &format!("10.{n}.0.0/16"));
            }
        },
        &[],
    ),
    Row("quota-blocks", |d| blocks(d, 5), |d| blocks(d, 4), &[]),
    Row(
        "limit-blocks",
        |d| blocks(d, 50),
        |d| blocks(d, 49),
        &["quota-blocks"],
    ),
    Row(
        "quota-subnets",
        |d| isolated(d, 197),
        |d| isolated(d, 196),
        &["az-imbalance"],
    ),
    Row(
        "quota-route-tables",
        // The main table, and one for each private subnet.
        |d| privates(d, 200),
        |d| privates(d, 199),
        &["az-imbalance"],
    ),
    Row(
        "quota-routes",
        // The default route and the list of S3 are two of the 500.
        |d| {
            vpn(
                d,
                true,
                &routes(499).iter().map(String::as_str).collect::<Vec<_>>(),
            );
        },
        |d| {
            vpn(
                d,
                true,
                &routes(498).iter().map(String::as_str).collect::<Vec<_>>(),
            );
        },
        &[],
    ),
    Row(
        "limit-routes",
        |d| {
            vpn(
                d,
                true,
                &routes(999).iter().map(String::as_str).collect::<Vec<_>>(),
            );
        },
        |d| {
            vpn(
                d,
                true,
                &routes(998).iter().map(String::as_str).collect::<Vec<_>>(),
            );
        },
        &["quota-routes"],
    ),
    Row(
        "quota-nat-gateways",
        |d| zonal(d, 5, Nat::One),
        |d| zonal(d, 4, Nat::One),
        &["quota-elastic-ips", "quota-vpcs", "az-imbalance"],
    ),
    Row(
        "quota-elastic-ips",
        |d| zonal(d, 2, Nat::PerAz),
        |d| {
            zonal(d, 1, Nat::PerAz);
            d.set_zone_count("main", 3).unwrap();
        },
        &[],
    ),
    Row(
        "quota-gateway-endpoints",
        |d| {
            for n in 1..11 {
                add_vpc(d, &format!("v{n}"), &format!("10.{n}.0.0/16"));
            }
            let both = vec![GatewayService::S3, GatewayService::Dynamodb];
            d.vpcs
                .iter_mut()
                .for_each(|vpc| vpc.gateway_endpoints = both.clone());
        },
        |_| (),
        &["quota-vpcs"],
    ),
    Row(
        "quota-interface-endpoints",
        |d| (0..51).for_each(|n| endpoint(d, &format!("s{n}"), "private")),
        |d| (0..50).for_each(|n| endpoint(d, &format!("s{n}"), "private")),
        &[],
    ),
    Row(
        "quota-peerings",
        |d| peers(d, 51),
        |d| peers(d, 50),
        &["peering-by-others"],
    ),
    Row(
        "limit-peerings",
        |d| peers(d, 126),
        |d| peers(d, 125),
        &["quota-peerings", "peering-by-others"],
    ),
    Row(
        "quota-group-rules",
        |d| resolving(d, 30),
        |d| resolving(d, 29),
        &[],
    ),
    Row(
        "limit-group-rules",
        |d| resolving(d, 500),
        |d| resolving(d, 499),
        &["quota-group-rules", "quota-routes"],
    ),
    // Advice.
    Row(
        "one-az-only",
        |d| d.set_zone_count("main", 1).unwrap(),
        |_| (),
        &[],
    ),
    Row(
        "az-imbalance",
        |d| {
            d.add_subnet("main", "private", &"eu-west-1a".into(), None)
                .unwrap();
        },
        |d| d.set_per_zone("main", "private", 2).unwrap(),
        &[],
    ),
    Row(
        "no-tier-separation",
        |d| {
            d.remove_tier("main", "private").unwrap();
            main(d).nat = Nat::None;
            main(d).gateway_endpoints.clear();
        },
        |d| {
            d.remove_tier("main", "public").unwrap();
            main(d).nat = Nat::None;
            private(d).kind = TierKind::Isolated;
        },
        &[],
    ),
    Row(
        "tier-empty",
        |d| {
            add_tier(d, "data", TierKind::Isolated, 24);
            main(d).tiers[2].subnets.clear();
        },
        |d| add_tier(d, "data", TierKind::Isolated, 24),
        &[],
    ),
    Row(
        "private-name-public-route",
        |d| public(d).name = "private-web".into(),
        |d| public(d).name = "web".into(),
        &[],
    ),
    Row(
        "public-name-no-igw",
        |d| private(d).name = "public-web".into(),
        |d| private(d).name = "web".into(),
        &[],
    ),
    Row(
        "auto-public-ip",
        |d| public(d).public_addresses = true,
        |_| (),
        &[],
    ),
    Row(
        "auto-public-ip-private",
        |d| private(d).public_addresses = true,
        |_| (),
        &[],
    ),
    Row(
        "small-subnet",
        |d| add_tier(d, "data", TierKind::Isolated, 28),
        |d| add_tier(d, "data", TierKind::Isolated, 27),
        &[],
    ),
    Row(
        "docker-range",
        |d| {
            d.set_vpc_block("main", "172.17.0.0/16".parse().unwrap())
                .unwrap();
        },
        |d| {
            d.set_vpc_block("main", "172.18.0.0/16".parse().unwrap())
                .unwrap();
        },
        &[],
    ),
    Row(
        "public-range",
        |d| {
            d.set_vpc_block("main", "11.0.0.0/16".parse().unwrap())
                .unwrap();
        },
        |d| {
            d.set_vpc_block("main", "100.64.0.0/16".parse().unwrap())
                .unwrap();
        },
        &[],
    ),
    Row(
        "vpc-space-exhausted",
        |d| {
            for block in [
                "10.0.32.0/19",
                "10.0.64.0/18",
                "10.0.160.0/19",
                "10.0.192.0/18",
            ] {
                hold(d, block);
            }
        },
        |d| {
            for block in [
                "10.0.32.0/19",
                "10.0.64.0/18",
                "10.0.160.0/19",
                "10.0.192.0/19",
            ] {
                hold(d, block);
            }
        },
        &[],
    ),
];

fn format_compact(letter: &str) -> Text {
    format_compact!("eu-west-1{letter}")
}

/// So many more subnets, in a tier of their own.
fn isolated(design: &mut Design, count: usize) {
    more(design, TierKind::Isolated, count);
}

/// So many private subnets, and no others.
fn privates(design: &mut Design, count: usize) {
    design.remove_tier("main", "public").unwrap();
    main(design).nat = Nat::None;
    more(design, TierKind::Private, count - 2);
    let tiers = main(design).tiers.iter_mut();
    tiers.for_each(|tier| tier.egress = Egress::None);
}

fn more(design: &mut Design, kind: TierKind, count: usize) {
    add_tier(design, "many", kind, 27);
    for n in 2..count {
        let zone = main(design).zones[n % 2].clone();
        design.add_subnet("main", "many", &zone, None).unwrap();
    }
}

fn routes(count: usize) -> Vec<String> {
    let route = |n: usize| format!("192.168.{}.{}/32", n / 256, n % 256);
    (0..count).map(route).collect()
}

/// So many more VPCs, all with such NAT gateways and private subnets in the first zone only.
fn zonal(design: &mut Design, count: usize, nat: Nat) {
    for n in 1..=count {
        add_vpc(design, &format!("v{n}"), &format!("10.{n}.0.0/16"));
    }
    for vpc in &mut design.vpcs {
        vpc.nat = nat;
        if nat == Nat::One {
            let private = vpc.tier_mut("private").unwrap();
            let zone = private.subnets[0].zone.clone();
            let all = private.subnets.clone();
            private.subnets.truncate(1);
            vpc.tiers.push(Tier {
                name: "inner".into(),
                kind: TierKind::Isolated,
                subnets: all.into_iter().filter(|it| it.zone != zone).collect(),
                ..vpc.tier("private").unwrap().clone()
            });
        }
    }
}

/// A resolver that so many ranges may ask, of two ports each; the VPC's own block is one range more.
fn resolving(design: &mut Design, ranges: usize) {
    main(design).resolver = Some(Resolver {
        tier: "private".into(),
    });
    let routes = routes(ranges);
    let routes: Vec<&str> = routes.iter().map(String::as_str).collect();
    vpn(design, true, &routes);
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

fn check(design: &Design) -> Vec<Problem> {
    validate(design, &Surroundings::default())
}

fn broken(make: Make) -> Design {
    let mut design = sound();
    make(&mut design);
    design
}

#[test]
fn nothing_is_said_about_a_sound_design() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn the_form_as_it_opens_gets_one_word() {
    let design = Design::fresh(&Fresh::in_region("eu-west-1")).unwrap();
    assert_eq!(codes(&check(&design)), ["no-egress"]);
}

#[test]
fn each_rule_is_broken_by_its_row_and_by_nothing_near_it() {
    let mut failures = Vec::new();
    for Row(code, bad, good, also) in ROWS {
        let found = codes(&check(&broken(*bad)));
        let is_wanted = |it: &&str| it == code || also.contains(it);
        if !found.contains(code) || !found.iter().all(is_wanted) {
            failures.push(format!("{code}: {found:?}"));
        }
        let found = codes(&check(&broken(*good)));
        if found.iter().any(|it| it == code || !also.contains(it)) {
            failures.push(format!("beside {code}: {found:?}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_row() {
    let in_rows: BTreeSet<&str> = ROWS.iter().map(|Row(code, ..)| *code).collect();
    let loaded = ["loaded-overlap"];
    let missing: Vec<&str> = CODES
        .iter()
        .map(|(code, ..)| *code)
        .filter(|code| !in_rows.contains(code) && !loaded.contains(code))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn codes_are_unique_and_said() {
    let mut seen = BTreeSet::new();
    for (code, _, about) in CODES {
        assert!(seen.insert(code), "{code} stands there twice");
        let is_word = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        assert!(code.chars().all(is_word), "{code}");
        assert!(about.ends_with('.') && about.len() > 15, "{code}: {about}");
    }
}

#[test]
fn a_fix_mends_its_problem_and_breaks_nothing() {
    let mut failures = Vec::new();
    let mut fixes = 0;
    for Row(code, bad, ..) in ROWS {
        let before = broken(*bad);
        let problems = check(&before);
        let errors = |problems: &[Problem]| problems.iter().filter(|it| it.is_error()).count();
        for problem in problems.iter().filter(|it| it.code == *code) {
            let Some(fix) = &problem.fix else { continue };
            fixes += 1;
            let mut after = before.clone();
            if let Err(error) = fix.change.apply(&mut after) {
                failures.push(format!("{code}: “{}”: {error}", fix.words));
                continue;
            }
            let left = check(&after);
            let is_same = |it: &Problem| (it.code, &it.place) == (problem.code, &problem.place);
            if left.iter().any(is_same)
                || errors(&left) > errors(&problems) - usize::from(problem.is_error())
            {
                failures.push(format!("{code}: “{}” leaves {:?}", fix.words, codes(&left)));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(fixes > 50, "only {fixes} fixes were tried");
}

#[test]
fn problems_are_said_in_one_plain_sentence() {
    for Row(_, bad, ..) in ROWS {
        for problem in check(&broken(*bad)) {
            let Problem {
                code,
                message,
                place_words,
                ..
            } = &problem;
            assert!(
                !message.ends_with('.') && !message.contains('\n'),
                "{code}: {message}"
            );
            assert!(
                message.contains(';'),
                "{code} does not say what to do: {message}"
            );
            assert!(!place_words.is_empty(), "{code}");
            assert!(message.len() < 300, "{code}: {message}");
        }
    }
}

#[test]
fn problems_stand_on_cards_that_the_plan_has() {
    for Row(code, bad, ..) in ROWS {
        let design = broken(*bad);
        // What has no place in a plan has no card either.
        if ["vpc-id-twice", "tier-name-twice", "subnet-number"].contains(code) {
            continue;
        }
        let network = plan(&design);
        for problem in check(&design).iter().filter(|it| it.code == *code) {
            let shown = problem.place.resources.iter();
            let there = shown.filter(|key| network.get(key).is_some()).count();
            assert!(
                there > 0 || problem.place.resources.is_empty(),
                "{code}: {:?}",
                problem.place.resources
            );
        }
    }
}

#[test]
fn loaded_networks_are_kept_away_from() {
    let design = sound();
    let near = |block: &str| Surroundings {
        blocks: vec![
            (block.parse().unwrap(), "shared-vpc (111122223333)".into()),
            ("10.1.0.0/16".parse().unwrap(), "b".into()),
        ],
    };
    let problems = validate(&design, &near("10.0.128.0/20"));
    assert_eq!(codes(&problems), ["loaded-overlap"]);
    assert_eq!(
        problems[0].message,
        "the block 10.0.0.0/16 of project-vpc overlaps 10.0.128.0/20 of shared-vpc (111122223333), so that the two can never be peered; choose another"
    );
    let fix = problems[0].fix.clone().unwrap();
    assert_eq!(fix.words, "Use 10.2.0.0/16");
    let mut mended = design.clone();
    fix.change.apply(&mut mended).unwrap();
    assert_eq!(validate(&mended, &near("10.0.128.0/20")), []);
    assert_eq!(validate(&design, &near("10.2.0.0/16")), []);
}

#[test]
fn places_are_said_as_people_call_them() {
    let mut design = broken(|d| private(d).subnets[1].cidr = "10.0.0.0/24".parse().unwrap());
    main(&mut design).prefix = "channy".into();
    let words = |design: &Design| check(design)[0].place_words.clone();
    assert_eq!(words(&design), "subnet private2-eu-west-1b");
    add_vpc(&mut design, "other", "10.1.0.0/16");
    assert_eq!(words(&design), "subnet private2-eu-west-1b of channy-vpc");
    let problem = &check(&design)[0];
    assert_eq!(
        problem.message,
        "subnet private2-eu-west-1b of channy-vpc has the block 10.0.0.0/24, which overlaps 10.0.0.0/20 of subnet public1-eu-west-1a of channy-vpc; choose one that is free"
    );
    assert_eq!(problem.fix.as_ref().unwrap().words, "Use 10.0.32.0/24");
    assert_eq!(problem.place.subnet, Some(("private".into(), 2)));
    main(&mut design).cidr = "10.0.0.0/15".parse().unwrap();
    assert_eq!(words(&design), "channy-vpc");
}

#[test]
fn a_quota_that_can_be_raised_is_a_warning_and_the_most_it_is_raised_to_an_error() {
    let said = |make: Make| -> Vec<(&str, Severity, String)> {
        let problems = check(&broken(make)).into_iter();
        problems
            .filter(|it| it.code.starts_with("quota-") || it.code.starts_with("limit-"))
            .map(|it| (it.code, it.severity, it.message))
            .collect()
    };
    assert_eq!(
        said(|d| blocks(d, 5)),
        [(
            "quota-blocks",
            Severity::Warn,
            "project-vpc has 6 IPv4 blocks, and AWS allows 5 unless the quota is raised; raise it first, or make do with fewer".into()
        )]
    );
    assert_eq!(
        said(|d| blocks(d, 50)),
        [(
            "limit-blocks",
            Severity::High,
            "project-vpc has 51 IPv4 blocks, and AWS allows 50 at most; make do with fewer".into()
        )]
    );
    let is_raised = |code: &str| code.starts_with("quota-");
    let raised = CODES.iter().filter(|(code, ..)| is_raised(code));
    assert!(raised.clone().count() > 9);
    for (code, severity, _) in raised {
        assert_eq!(*severity, Severity::Warn, "{code}");
    }
}

#[test]
fn what_aws_takes_is_no_error() {
    for code in [
        "vpc-block-host-bits",
        "subnet-host-bits",
        "reserved-overlap",
        "pool-outside",
    ] {
        let rule = CODES.iter().find(|(it, ..)| *it == code).unwrap();
        assert_eq!(rule.1, Severity::Warn, "{code}");
    }
    // Bits after the mask are told with the block that AWS makes of it.
    let problems = check(&broken(|d| {
        main(d).secondary = vec!["10.1.0.1/16".parse().unwrap()];
    }));
    assert_eq!(
        problems[0].message,
        "10.1.0.1/16, a secondary block of project-vpc, has bits set after its mask; write 10.1.0.0/16"
    );
    assert_eq!(problems[0].fix.as_ref().unwrap().words, "Use 10.1.0.0/16");
}

#[test]
fn private_zones_of_the_console_are_told_with_their_records() {
    let mut design = sound();
    design.add_private_access("main").unwrap();
    vpn(&mut design, true, &["192.168.0.0/16"]);
    let problems = check(&design);
    assert_eq!(codes(&problems), ["private-zone-by-hand"]);
    assert_eq!(
        problems[0].message,
        "the zone aws.amazon.com of project-vpc is Route 53's, and no step makes it; make it there with alias or CNAME records for console.aws.amazon.com and signin.aws.amazon.com, and for both with eu-west-1 before them, that lead to the endpoints of console and signin"
    );
}

#[test]
fn errors_come_first_then_fields_then_subnets() {
    let mut design = sound();
    main(&mut design).nat = Nat::One;
    private(&mut design).subnets[1].cidr = "10.0.0.0/24".parse().unwrap();
    private(&mut design).subnets[0].cidr = "10.0.16.0/24".parse().unwrap();
    public(&mut design).subnets[1].zone = "eu-west-1c".into();
    main(&mut design).dns_support = false;
    let found: Vec<_> = check(&design)
        .into_iter()
        .map(|problem| (problem.code, problem.place.subnet.map(|(_, number)| number)))
        .collect();
    assert_eq!(
        found,
        [
            ("subnet-zone-unknown", Some(2)),
            ("subnet-overlap", Some(1)),
            ("subnet-overlap", Some(2)),
            ("dns-hostnames-need-support", None),
            ("single-nat-multi-az", None),
        ]
    );
}

#[test]
fn a_smaller_vpc_has_its_subnets_laid_out_anew() {
    let mut design = sound();
    design
        .set_vpc_block("main", "10.0.0.0/24".parse().unwrap())
        .unwrap();
    let problems = check(&design);
    let outside: Vec<&Problem> = problems
        .iter()
        .filter(|it| it.code == "subnet-outside-vpc")
        .collect();
    assert_eq!(outside.len(), 4);
    let fix = outside[0].fix.as_ref().unwrap();
    assert_eq!(fix.change, Change::Replan { vpc: "main".into() });
    fix.change.apply(&mut design).unwrap();
    assert!(check(&design).iter().all(|it| !it.is_error()));
}

#[test]
fn nested_blocks_are_all_found() {
    assert_eq!(
        subnets::sweep(&[(10, 19), (0, 9), (0, 99), (50, 59), (100, 101), (55, 55)]),
        [(2, vec![1, 0]), (3, vec![2]), (5, vec![2])].into()
    );
}

/// A design of 240 subnets, all of them wrong, is looked at without a panic and every time alike.
#[test]
fn a_hopeless_design_is_looked_at_whole() {
    let mut design = sound();
    isolated(&mut design, 196);
    for (n, subnet) in main(&mut design)
        .tiers
        .iter_mut()
        .flat_map(|it| &mut it.subnets)
        .enumerate()
    {
        subnet.number = u16::MAX;
        subnet.cidr = format!("255.255.255.{}/{}", n % 256, n % 33)
            .parse()
            .unwrap();
        subnet.ipv6 = Some(Ipv6Part {
            index: u32::MAX,
            mask: u8::try_from(n % 129).unwrap(),
        });
    }
    main(&mut design).ipv6 = Ipv6::Own("ffff::1/3".parse().unwrap());
    main(&mut design).cidr = "255.255.255.255/0".parse().unwrap();
    main(&mut design).zones.clear();
    reserve(&mut design, "::/0");
    reserve(&mut design, "0.0.0.0/0");
    let problems = check(&design);
    assert!(problems.len() > 400);
    assert_eq!(check(&design), problems);
}
