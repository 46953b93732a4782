//! An estate: three accounts in four regions with five VPCs each, and what joins them.
//!
//! The account `harbour-network` owns the transit gateways. `hub-eu` has two route tables, a VPN connection to Oslo with
//! one tunnel down and a peering with `hub-us`; accounts `harbour-prod` and `harbour-dev` are attached to both. Two VPCs
//! on `hub-eu` have the same block, two elsewhere overlap without being joined; subnets of `harbour-network` are
//! shared with `harbour-prod`; peers and a transit gateway of a fourth account were not loaded.

use std::collections::BTreeMap;
use std::sync::Arc;
use vpc_atlas::network::{
    AccountFacts, CidrAssociation, Common, Coverage, CustomerGatewayFacts, Destination,
    DirectConnectGatewayFacts, Facts, Id, Input, Kind, Known, Network, PeeringSide, Record,
    Resource, Route, RouteOrigin, RouteState, RouteTableAssociation, RouteTableFacts, Scope, Shard,
    Sighting, SubnetFacts, Target, Text, TransitGatewayAttachmentFacts, TransitGatewayFacts,
    TransitGatewayRoute, TransitGatewayRouteTableFacts, TransitGatewayTableEntry, VpcAttachment,
    VpcFacts, VpcPeeringConnectionFacts, VpnConnectionFacts, VpnGatewayFacts, VpnTunnel,
};

pub(crate) const NETWORK: &str = "111122223333";
pub(crate) const PROD: &str = "222233334444";
pub(crate) const DEV: &str = "333344445555";
pub(crate) const PARTNER: &str = "999988887777";

const ACCOUNTS: [(&str, &str); 3] = [
    (NETWORK, "harbour-network"),
    (PROD, "harbour-prod"),
    (DEV, "harbour-dev"),
];
const REGIONS: [&str; 4] = ["eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-2"];
const ROLES: [&str; 5] = ["edge", "app", "data", "tools", "batch"];

/// A network in the making, by account and region.
#[derive(Default)]
pub(crate) struct Estate {
    shards: BTreeMap<(Text, Text), Shard>,
}

impl Estate {
    /// Put a resource of an account where some accounts see it.
    fn put(
        &mut self,
        seen_by: &[&str],
        [owner, region]: [&str; 2],
        id: &str,
        name: &str,
        facts: impl Into<Facts>,
    ) {
        let mut tags = BTreeMap::new();
        if !name.is_empty() {
            tags.insert(Text::from("Name"), Text::from(name));
        }
        let facts = facts.into();
        for account in seen_by {
            let common = Common {
                owner: known(Text::from(owner)),
                region: known(Text::from(region)),
                tags: if *account == owner {
                    known(tags.clone())
                } else {
                    Known::Unread
                },
                ..Common::default()
            };
            let sighting = Sighting {
                account: Some(Text::from(*account)),
                region: Some(Text::from(region)),
                input: Input::Account,
            };
            let record = Record {
                common,
                facts: facts.clone(),
            };
            let resource = Resource::seen(Id::aws(id), Arc::new(sighting), record);
            self.shard(account, region).add(Arc::new(resource));
        }
    }

    /// An account stands in no region.
    fn account(&mut self, [owner, region]: [&str; 2], facts: AccountFacts) {
        let common = Common {
            owner: known(Text::from(owner)),
            ..Common::default()
        };
        let sighting = Sighting {
            account: Some(Text::from(owner)),
            region: Some(Text::from(region)),
            input: Input::Account,
        };
        let record = Record {
            common,
            facts: facts.into(),
        };
        let resource = Resource::seen(Id::aws(owner), Arc::new(sighting), record);
        self.shard(owner, region).add(Arc::new(resource));
    }

    fn shard(&mut self, account: &str, region: &str) -> &mut Shard {
        let at = (Text::from(account), Text::from(region));
        self.shards.entry(at).or_default()
    }

    pub(crate) fn finish(self) -> Network {
        let mut network = Network::new();
        for ((account, region), shard) in self.shards {
            let scope = Scope {
                account: Some(account),
                region: Some(region),
            };
            network = network.with_shard(scope, Arc::new(shard));
        }
        network
    }

    pub(crate) fn read_all(&mut self) {
        for shard in self.shards.values_mut() {
            for kind in Kind::ALL {
                shard.cover(*kind, Coverage::Complete);
            }
        }
    }

    /// A VPC with a subnet in each of so many zones, all on its main route table.
    pub(crate) fn vpc(
        &mut self,
        at: [&str; 2],
        id: &str,
        name: &str,
        blocks: &[&str],
        subnets: usize,
    ) {
        let parsed = blocks.iter().map(|block| block.parse().unwrap());
        let (v4, v6): (Vec<ipnet::IpNet>, Vec<ipnet::IpNet>) =
            parsed.partition(|block: &ipnet::IpNet| matches!(block, ipnet::IpNet::V4(_)));
        let ipnet::IpNet::V4(primary) = v4[0] else {
            panic!("the first block is of version 4");
        };
        let associated = |blocks: Vec<ipnet::IpNet>| {
            known(
                blocks
                    .into_iter()
                    .map(CidrAssociation::associated)
                    .collect(),
            )
        };
        let facts = VpcFacts {
            primary_cidr: known(primary),
            cidr_blocks: associated(v4),
            ipv6_blocks: associated(v6),
            is_default: known(false),
            state: known("available".into()),
            ..VpcFacts::default()
        };
        self.put(&[at[0]], at, id, name, facts);
        let tail = id.trim_start_matches("vpc-").to_owned();
        let blocks = primary.subnets(20).unwrap();
        for (number, block) in blocks.take(subnets).enumerate() {
            let zone = ["a", "b", "c", "d"][number % 4];
            let facts = SubnetFacts {
                vpc: known(Id::aws(id)),
                cidr_block: known(Some(block)),
                availability_zone: known(Text::from(format!("{}{zone}", at[1]))),
                state: known("available".into()),
                ..SubnetFacts::default()
            };
            let subnet = format!("subnet-{tail}{number}");
            self.put(&[at[0]], at, &subnet, &format!("{name}-{zone}"), facts);
        }
        let main = RouteTableAssociation {
            id: None,
            main: true,
            subnet: None,
            gateway: None,
            state: None,
        };
        let local = Route {
            destination: Destination::Block(primary.into()),
            target: Target::Local,
            state: RouteState::Active,
            origin: RouteOrigin::CreateRouteTable,
        };
        let facts = RouteTableFacts {
            vpc: known(Id::aws(id)),
            routes: known(vec![local]),
            associations: known(vec![main]),
            ..RouteTableFacts::default()
        };
        self.put(
            &[at[0]],
            at,
            &format!("rtb-{tail}"),
            &format!("{name}-main"),
            facts,
        );
    }

    fn transit_gateway(&mut self, seen_by: &[&str], at: [&str; 2], id: &str, name: &str) {
        let facts = TransitGatewayFacts {
            state: known("available".into()),
            amazon_side_asn: known(64_512),
            ..TransitGatewayFacts::default()
        };
        self.put(seen_by, at, id, name, facts);
    }

    /// An attachment of a VPC, seen by the owners of both.
    fn attach(&mut self, gateway: [&str; 2], vpc: [&str; 2], region: &str, id: &str, name: &str) {
        let facts = TransitGatewayAttachmentFacts {
            transit_gateway: known(Id::aws(gateway[0])),
            transit_gateway_owner: known(Text::from(gateway[1])),
            resource_type: known("vpc".into()),
            resource: known(Id::aws(vpc[0])),
            resource_owner: known(Text::from(vpc[1])),
            state: known("available".into()),
            ..TransitGatewayAttachmentFacts::default()
        };
        let seen_by: Vec<&str> = if gateway[1] == vpc[1] || gateway[1] == PARTNER {
            vec![vpc[1]]
        } else {
            vec![gateway[1], vpc[1]]
        };
        self.put(&seen_by, [vpc[1], region], id, name, facts);
    }

    fn table(
        &mut self,
        at: [&str; 2],
        [id, gateway, name]: [&str; 3],
        associated: &[&str],
        propagated: &[(&str, &str)],
        fixed: &[(&str, Option<&str>)],
    ) {
        let entry = |attachment: &str, state: &str| TransitGatewayTableEntry {
            attachment: Some(Id::aws(attachment)),
            resource: None,
            resource_type: "".into(),
            state: state.into(),
        };
        let mut routes: Vec<TransitGatewayRoute> = propagated
            .iter()
            .map(|(attachment, block)| TransitGatewayRoute {
                destination: Destination::Block(block.parse().unwrap()),
                attachments: vec![Id::aws(*attachment)],
                route_type: "propagated".into(),
                state: RouteState::Active,
            })
            .collect();
        routes.extend(fixed.iter().map(|(block, target)| TransitGatewayRoute {
            destination: Destination::Block(block.parse().unwrap()),
            attachments: target.iter().map(|it| Id::aws(*it)).collect(),
            route_type: "static".into(),
            state: if target.is_some() {
                RouteState::Active
            } else {
                RouteState::Blackhole
            },
        }));
        let facts = TransitGatewayRouteTableFacts {
            transit_gateway: known(Id::aws(gateway)),
            state: known("available".into()),
            associations: known(
                associated
                    .iter()
                    .map(|it| entry(it, "associated"))
                    .collect(),
            ),
            propagations: known(
                propagated
                    .iter()
                    .map(|(it, _)| entry(it, "enabled"))
                    .collect(),
            ),
            routes: known(routes),
            ..TransitGatewayRouteTableFacts::default()
        };
        self.put(&[at[0]], at, id, name, facts);
    }

    fn peer(&mut self, seen_by: &[&str], id: &str, name: &str, sides: [[&str; 4]; 2]) {
        let side = |[vpc, owner, region, block]: [&str; 4]| {
            known(PeeringSide {
                vpc: Id::aws(vpc),
                owner: Some(owner.into()),
                region: Some(region.into()),
                cidrs: vec![block.parse().unwrap()],
                dns_resolution: None,
            })
        };
        let facts = VpcPeeringConnectionFacts {
            requester: side(sides[0]),
            accepter: side(sides[1]),
            status: known("active".into()),
            ..VpcPeeringConnectionFacts::default()
        };
        for (account, region) in seen_by.iter().zip(sides.iter().map(|side| side[2])) {
            self.put(&[account], [sides[0][1], region], id, name, facts.clone());
        }
    }

    fn vpn(
        &mut self,
        at: [&str; 2],
        [id, name]: [&str; 2],
        ends: [Option<&str>; 2],
        site: &str,
        tunnels: [&str; 2],
    ) {
        let facts = VpnConnectionFacts {
            vpn_gateway: known(ends[0].map(Id::aws)),
            transit_gateway: known(ends[1].map(Id::aws)),
            customer_gateway: known(Id::aws(site)),
            state: known("available".into()),
            tunnels: known(
                tunnels
                    .iter()
                    .zip(7..)
                    .map(|(status, last)| VpnTunnel {
                        outside_ip: Some(std::net::Ipv4Addr::new(203, 0, 113, last).into()),
                        status: Text::from(*status),
                        accepted_routes: 0,
                        message: None,
                    })
                    .collect(),
            ),
            ..VpnConnectionFacts::default()
        };
        self.put(&[at[0]], at, id, name, facts);
    }

    fn site(&mut self, at: [&str; 2], id: &str, name: &str, address: &str) {
        let facts = CustomerGatewayFacts {
            ip_address: known(address.into()),
            bgp_asn: known("65010".into()),
            state: known("available".into()),
            ..CustomerGatewayFacts::default()
        };
        self.put(&[at[0]], at, id, name, facts);
    }
}

fn known<T>(value: T) -> Known<T> {
    Known::Value(value)
}

/// The id of a VPC of the estate, by its place in the lists above.
pub(crate) fn vpc(account: usize, region: usize, role: usize) -> String {
    format!("vpc-0{account}{region}{role}")
}

fn name(account: usize, region: usize, role: usize) -> String {
    let team = ACCOUNTS[account].1.trim_start_matches("harbour-");
    let place = ["dub", "fra", "iad", "syd"][region];
    format!("{team}-{place}-{}", ROLES[role])
}

fn block(account: usize, region: usize, role: usize) -> String {
    format!("10.{}.0.0/16", account * 20 + region * 5 + role)
}

/// The estate.
pub(crate) fn estate() -> Network {
    let mut estate = Estate::default();
    for (account, (owner, alias)) in ACCOUNTS.iter().enumerate() {
        for (region, place) in REGIONS.iter().enumerate() {
            let at = [*owner, *place];
            let facts = AccountFacts {
                alias: known(Text::from(*alias)),
            };
            estate.account(at, facts);
            for role in 0..ROLES.len() {
                let mut blocks = vec![block(account, region, role)];
                match (account, region, role) {
                    // Both on hub-eu.
                    (1 | 2, 0, 1) => blocks.push("100.64.0.0/16".to_owned()),
                    // Joined by nothing.
                    (1 | 2, 3, 4) => blocks.push("100.80.0.0/16".to_owned()),
                    (_, _, 0) => {
                        blocks.push(format!("2a05:d018:{account}{region}:aa00::/56"));
                    }
                    _ => {}
                }
                let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
                let (id, name) = (vpc(account, region, role), name(account, region, role));
                estate.vpc(at, &id, &name, &blocks, 3 - role % 2);
            }
        }
    }
    transit(&mut estate);
    others(&mut estate);
    estate.read_all();
    estate.finish()
}

fn transit(estate: &mut Estate) {
    let (dub, iad) = (REGIONS[0], REGIONS[2]);
    let all = [NETWORK, PROD, DEV];
    estate.transit_gateway(&all, [NETWORK, dub], "tgw-0eu", "hub-eu");
    estate.transit_gateway(&all, [NETWORK, iad], "tgw-0us", "hub-us");
    let mut ids: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for (region, gateway) in [(0, "tgw-0eu"), (2, "tgw-0us")] {
        for (account, role) in [(0, 0), (1, 1), (1, 2), (2, 1)] {
            let id = format!("tgw-attach-0{account}{region}{role}");
            let (vpc, name) = (vpc(account, region, role), name(account, region, role));
            let owner = ACCOUNTS[account].0;
            let place = REGIONS[region];
            estate.attach([gateway, NETWORK], [&vpc, owner], place, &id, &name);
            ids.entry(region)
                .or_default()
                .push((id, block(account, region, role)));
        }
    }
    let of = |region: usize, at: usize| {
        let (id, block) = &ids[&region][at];
        (id.as_str(), block.as_str())
    };
    let (edge, app, data, dev) = (of(0, 0), of(0, 1), of(0, 2), of(0, 3));
    estate.table(
        [NETWORK, dub],
        ["tgw-rtb-0prod", "tgw-0eu", "eu-prod"],
        &[app.0, data.0, "tgw-attach-0vpn"],
        &[app, data, edge, ("tgw-attach-0vpn", "192.168.0.0/16")],
        &[
            ("0.0.0.0/0", Some(edge.0)),
            ("10.66.0.0/16", None),
            ("10.0.0.0/8", Some("tgw-attach-0peer")),
        ],
    );
    estate.table(
        [NETWORK, dub],
        ["tgw-rtb-0shared", "tgw-0eu", "eu-shared"],
        &[edge.0, dev.0, "tgw-attach-0peer"],
        &[app, edge, dev],
        &[],
    );
    let (edge, app, data, dev) = (of(2, 0), of(2, 1), of(2, 2), of(2, 3));
    estate.table(
        [NETWORK, iad],
        ["tgw-rtb-0us", "tgw-0us", "us-all"],
        &[edge.0, app.0, data.0, dev.0, "tgw-attach-0peer"],
        &[edge, app, data, dev],
        &[("10.20.0.0/14", Some("tgw-attach-0peer"))],
    );
    for (place, near, far, peer_region) in [
        (dub, "tgw-0eu", "tgw-0us", iad),
        (iad, "tgw-0us", "tgw-0eu", dub),
    ] {
        let facts = TransitGatewayAttachmentFacts {
            transit_gateway: known(Id::aws(near)),
            transit_gateway_owner: known(NETWORK.into()),
            resource_type: known("peering".into()),
            resource: known(Id::aws(far)),
            resource_owner: known(NETWORK.into()),
            state: known("available".into()),
            peer_transit_gateway: known(Id::aws(far)),
            peer_region: known(peer_region.into()),
            ..TransitGatewayAttachmentFacts::default()
        };
        estate.put(
            &[NETWORK],
            [NETWORK, place],
            "tgw-attach-0peer",
            "eu-us",
            facts,
        );
    }
    let facts = TransitGatewayAttachmentFacts {
        transit_gateway: known(Id::aws("tgw-0eu")),
        transit_gateway_owner: known(NETWORK.into()),
        resource_type: known("vpn".into()),
        resource: known(Id::aws("vpn-0oslo")),
        resource_owner: known(NETWORK.into()),
        state: known("available".into()),
        ..TransitGatewayAttachmentFacts::default()
    };
    estate.put(&[NETWORK], [NETWORK, dub], "tgw-attach-0vpn", "oslo", facts);
    estate.site([NETWORK, dub], "cgw-0oslo", "oslo-office", "198.51.100.7");
    estate.vpn(
        [NETWORK, dub],
        ["vpn-0oslo", "oslo-vpn"],
        [None, Some("tgw-0eu")],
        "cgw-0oslo",
        ["UP", "DOWN"],
    );
    // A transit gateway of somebody who was not loaded.
    let vpc = vpc(2, 3, 3);
    let attachment = "tgw-attach-0partner";
    estate.attach(
        ["tgw-0partner", PARTNER],
        [&vpc, DEV],
        REGIONS[3],
        attachment,
        "to-partner",
    );
}

fn others(estate: &mut Estate) {
    let (dub, fra, iad) = (REGIONS[0], REGIONS[1], REGIONS[2]);
    // Peers: across accounts, across regions, and one that was not loaded.
    let (data, other) = (vpc(1, 1, 2), vpc(2, 1, 2));
    let (own, peers) = (block(1, 1, 2), block(2, 1, 2));
    let sides = [
        [data.as_str(), PROD, fra, own.as_str()],
        [&other, DEV, fra, &peers],
    ];
    estate.peer(&[PROD, DEV], "pcx-0data", "data-to-dev", sides);
    let (tools, far) = (vpc(0, 0, 3), vpc(0, 1, 3));
    let (own, peers) = (block(0, 0, 3), block(0, 1, 3));
    let sides = [
        [tools.as_str(), NETWORK, dub, own.as_str()],
        [&far, NETWORK, fra, &peers],
    ];
    estate.peer(&[NETWORK, NETWORK], "pcx-0tools", "tools-dub-fra", sides);
    let (batch, own) = (vpc(1, 2, 4), block(1, 2, 4));
    let sides = [
        [batch.as_str(), PROD, iad, own.as_str()],
        ["vpc-0far", PARTNER, "us-west-2", "172.20.0.0/16"],
    ];
    estate.peer(&[PROD], "pcx-0far", "batch-to-partner", sides);
    // A VPN gateway of one VPC, both tunnels down.
    let held = VpcAttachment {
        vpc: Id::aws(vpc(2, 1, 3)),
        state: Some("attached".into()),
    };
    let facts = VpnGatewayFacts {
        attachments: known(vec![held]),
        state: known("available".into()),
        amazon_side_asn: known(64_513),
    };
    estate.put(&[DEV], [DEV, fra], "vgw-0dev", "dev-vpn", facts);
    estate.site([DEV, fra], "cgw-0lab", "lab", "198.51.100.99");
    estate.vpn(
        [DEV, fra],
        ["vpn-0lab", "lab-vpn"],
        [Some("vgw-0dev"), None],
        "cgw-0lab",
        ["DOWN", "DOWN"],
    );
    let facts = DirectConnectGatewayFacts {
        state: known("available".into()),
        amazon_side_asn: known(64_600),
        associations: known(vec![Id::aws("vgw-0dev"), Id::aws("tgw-0us")]),
    };
    estate.put(&[NETWORK], [NETWORK, dub], "dx-0", "colo", facts);
    // Two subnets of the network account, seen by the account they are shared with.
    let edge = vpc(0, 0, 0);
    for number in 0..2 {
        let facts = SubnetFacts {
            vpc: known(Id::aws(edge.as_str())),
            availability_zone: known(Text::from(format!("{dub}a"))),
            ..SubnetFacts::default()
        };
        estate.put(
            &[PROD],
            [NETWORK, dub],
            &format!("subnet-0000{number}"),
            "",
            facts,
        );
    }
}

/// One region with so many VPCs, each attached to each of several transit gateways with four tables each; every
/// attachment propagates into all of them.
pub(crate) fn crowd(vpcs: usize, gateways: usize) -> Network {
    let mut estate = Estate::default();
    let at = [NETWORK, REGIONS[0]];
    for number in 0..vpcs {
        let block = format!("10.{}.{}.0/20", number / 16, number % 16 * 16);
        estate.vpc(
            at,
            &format!("vpc-{number:04}"),
            &format!("team-{number}"),
            &[&block],
            1,
        );
    }
    for gateway in 0..gateways {
        let id = format!("tgw-{gateway}");
        estate.transit_gateway(&[NETWORK], at, &id, &format!("hub-{gateway}"));
        let attachment = |number: usize| format!("tgw-attach-{gateway}-{number:04}");
        for number in 0..vpcs {
            let vpc = format!("vpc-{number:04}");
            let name = format!("team-{number}-hub-{gateway}");
            estate.attach(
                [&id, NETWORK],
                [&vpc, NETWORK],
                at[1],
                &attachment(number),
                &name,
            );
        }
        let all: Vec<(String, String)> = (0..vpcs)
            .map(|number| {
                let block = format!("10.{}.{}.0/20", number / 16, number % 16 * 16);
                (attachment(number), block)
            })
            .collect();
        let propagated: Vec<(&str, &str)> =
            all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        for table in 0..4 {
            let associated: Vec<&str> = propagated
                .iter()
                .skip(table)
                .step_by(4)
                .map(|(it, _)| *it)
                .collect();
            let name = format!("hub-{gateway}-{table}");
            let rtb = format!("tgw-rtb-{gateway}-{table}");
            estate.table(at, [&rtb, &id, &name], &associated, &propagated, &[]);
        }
    }
    estate.read_all();
    estate.finish()
}

/// The same network, with its parts put together in the opposite order.
pub(crate) fn backwards(network: &Network) -> Network {
    let parts: Vec<_> = network.shards().collect();
    let parts = parts.into_iter().rev();
    parts.fold(Network::new(), |all, (scope, shard)| {
        all.merged(&Network::of(scope.clone(), (**shard).clone()))
    })
}
