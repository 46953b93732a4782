//! A live network made up from a plan: what AWS would report of it, with all that AWS adds by itself.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use vpc_atlas::design::Ipv6Part;
use vpc_atlas::network::{
    CidrAssociation, Coverage, DhcpOptionsFacts, Facts, Id, Input, InterfaceAddress, Key, Kind,
    Known, MADE_TAG, Network, NetworkInterfaceFacts, RUN_TAG, Record, Resource, Route, RouteOrigin,
    RouteState, Scope, Shard, Sighting, Target, Text, VpcFacts,
};

pub(crate) const ACCOUNT: &str = "111122223333";

/// Whether the resources bear the tags of a run of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    Run,
    None,
}

fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "vpc",
        Kind::Subnet => "subnet",
        Kind::RouteTable => "rtb",
        Kind::InternetGateway => "igw",
        Kind::EgressOnlyInternetGateway => "eigw",
        Kind::NatGateway => "nat",
        Kind::VpcEndpoint => "vpce",
        Kind::PrefixList => "pl",
        Kind::VpcPeeringConnection => "pcx",
        Kind::TransitGateway => "tgw",
        Kind::TransitGatewayAttachment => "tgw-attach",
        Kind::VpnGateway => "vgw",
        Kind::NetworkAcl => "acl",
        Kind::SecurityGroup => "sg",
        Kind::NetworkInterface => "eni",
        Kind::ElasticIp => "eipalloc",
        Kind::FlowLog => "fl",
        other => panic!("no plan has {}", other.plural()),
    }
}

/// Ids like AWS's for everything that is planned. Their order is not that of the planned names.
pub(crate) fn ids(planned: &Network) -> BTreeMap<Key, Id> {
    let keys = planned.resources().map(|it| it.key().clone());
    keys.filter(|key| matches!(key.id, Id::Planned(_)))
        .enumerate()
        .map(|(n, key)| {
            let mixed = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let id = format!("{}-{mixed:016x}", prefix(key.kind));
            (key, Id::aws(id))
        })
        .collect()
}

struct Maker {
    sighting: Arc<Sighting>,
    region: Text,
    count: u32,
}

impl Maker {
    fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn address(&mut self) -> IpAddr {
        IpAddr::from((0x0a00_0000_u32 + self.number()).to_be_bytes())
    }

    fn seen(&self, id: Id, record: Record) -> Resource {
        Resource::seen(id, Arc::clone(&self.sighting), record)
    }

    /// An interface that AWS makes along with something.
    fn interface(&mut self, vpc: &Id, kind: &str, description: String) -> Resource {
        let id = format!("eni-{:017x}", 0xe000 + self.number());
        let facts = NetworkInterfaceFacts {
            vpc: Known::Value(vpc.clone()),
            interface_type: Known::Value(kind.into()),
            description: Known::Value(description.into()),
            requester_managed: Known::Value(true),
            status: Known::Value("in-use".into()),
            addresses: Known::Value(vec![InterfaceAddress {
                private_ip: self.address(),
                primary: true,
                public_ip: None,
            }]),
            ..NetworkInterfaceFacts::default()
        };
        let mut record = Record::unread(Kind::NetworkInterface);
        record.facts = facts.into();
        record.common.tags = Known::Value(BTreeMap::new());
        self.seen(Id::aws(id), record)
    }
}

/// What AWS would report of a plan whose resources have these ids.
pub(crate) fn live(planned: &Network, ids: &BTreeMap<Key, Id>, tags: Tags) -> Network {
    let region: Text = planned
        .resources()
        .find_map(|it| it.common().region.value().cloned())
        .expect("a plan has a region");
    let mut maker = Maker {
        sighting: Arc::new(Sighting {
            account: Some(ACCOUNT.into()),
            region: Some(region.clone()),
            input: Input::Account,
        }),
        region: region.clone(),
        count: 0,
    };
    let names: BTreeMap<Key, Text> = ids
        .iter()
        .map(|(key, id)| (Key::new(key.kind, id.clone()), key.id.as_str().into()))
        .collect();
    let renamed = planned.renamed(ids);
    // Version 6 blocks by VPC: AWS chooses them now.
    let blocks: BTreeMap<Id, ipnet::Ipv6Net> = renamed
        .all::<VpcFacts>()
        .enumerate()
        .filter(|(_, (_, facts))| facts.ipv6_blocks == Known::ChosenByAws)
        .map(|(n, (vpc, _))| {
            let block = format!("2600:1f18:0:{n:02x}00::/56");
            (vpc.key().id.clone(), block.parse().unwrap())
        })
        .collect();
    let mut all = Vec::new();
    for resource in renamed.resources() {
        let mut record = resource.record().clone();
        let common = &mut record.common;
        common.owner = Known::Value(ACCOUNT.into());
        common.arn = Known::Unread;
        if let (Known::Value(held), Tags::Run, Some(name)) =
            (&mut common.tags, tags, names.get(resource.key()))
            && !matches!(resource.kind(), Kind::NetworkInterface | Kind::PrefixList)
        {
            held.insert(RUN_TAG.into(), "run-1".into());
            held.insert(MADE_TAG.into(), name.clone());
            held.insert("aws:cloudformation:stack-name".into(), "s".into());
        }
        let own = resource.key().id.clone();
        fill(&mut maker, &own, &mut record.facts, &blocks, &mut all);
        all.push(maker.seen(own, without_choices(record)));
    }
    let options = DhcpOptionsFacts {
        options: Known::Value(BTreeMap::from([
            (
                "domain-name".into(),
                vec![format!("{}.compute.internal", maker.region).into()],
            ),
            (
                "domain-name-servers".into(),
                vec!["AmazonProvidedDNS".into()],
            ),
        ])),
    };
    let mut record = Record::unread(Kind::DhcpOptions);
    record.facts = options.into();
    all.push(maker.seen(Id::aws("dopt-1"), record));

    let mut shard = Shard::from_resources(all.into_iter().map(Arc::new));
    for &kind in Kind::ALL {
        shard.cover(kind, Coverage::Complete);
    }
    let scope = Scope {
        account: Some(ACCOUNT.into()),
        region: Some(region),
    };
    Network::of(scope, shard)
}

/// What is read has no choices any more.
fn without_choices(mut record: Record) -> Record {
    let open: Vec<&str> = record
        .fields()
        .filter(|(_, value)| *value == Known::ChosenByAws)
        .map(|(name, _)| name)
        .collect();
    for name in open {
        record.set_field(name, Known::Unread).unwrap();
    }
    record
}

fn fill(
    maker: &mut Maker,
    own: &Id,
    facts: &mut Facts,
    blocks: &BTreeMap<Id, ipnet::Ipv6Net>,
    all: &mut Vec<Resource>,
) {
    match facts {
        Facts::Vpc(facts) => {
            if let Some(block) = blocks.get(own) {
                facts.ipv6_blocks =
                    Known::Value(vec![CidrAssociation::associated((*block).into())]);
            }
            facts.ipv6_pool = Known::Unread;
            facts.dhcp_options = Known::Value("dopt-1".into());
            facts.block_public_access = Known::Value("off".into());
            facts.encryption_exclusions = Known::Unread;
        }
        Facts::Subnet(facts) => {
            let vpc = facts.vpc.value().and_then(|vpc| blocks.get(vpc));
            let part = facts.ipv6_part.value();
            let part = part.map(|part| part.parse::<Ipv6Part>().unwrap());
            if let (Some(block), Some(part)) = (vpc, part) {
                let block = part.within(*block).unwrap();
                facts.ipv6_blocks = Known::Value(vec![CidrAssociation::associated(block.into())]);
            }
            facts.ipv6_part = Known::Unread;
            facts.available_addresses = Known::Value(3);
            facts.availability_zone_id = Known::Value("use1-az1".into());
            facts.block_public_access = Known::Value("off".into());
        }
        Facts::RouteTable(facts) => {
            let vpc = facts.vpc.value().cloned().unwrap();
            let propagates = !facts.propagating_gateways.items().is_empty();
            if let Known::Value(list) = &mut facts.associations {
                for association in list.iter_mut() {
                    association.id = Some(format!("rtbassoc-{:08x}", maker.number()).into());
                }
                list.sort();
            }
            if let Known::Value(routes) = &mut facts.routes {
                let block = blocks.get(&vpc).map(|block| Route {
                    destination: vpc_atlas::network::Destination::Block((*block).into()),
                    target: Target::Local,
                    state: RouteState::Active,
                    origin: RouteOrigin::CreateRouteTable,
                });
                routes.extend(block);
                if propagates {
                    let gateway = facts.propagating_gateways.items()[0].clone();
                    routes.push(Route {
                        destination: vpc_atlas::network::Destination::Block(
                            "203.0.113.0/24".parse().unwrap(),
                        ),
                        target: Target::Resource(Key::new(Kind::VpnGateway, gateway)),
                        state: RouteState::Active,
                        origin: RouteOrigin::EnableVgwRoutePropagation,
                    });
                }
                routes.sort();
            }
        }
        Facts::NatGateway(facts) => {
            let vpc = facts.vpc.value().cloned().unwrap();
            let words = format!("Interface for NAT Gateway {own}");
            let interface = maker.interface(&vpc, "nat_gateway", words);
            if let Known::Value(list) = &mut facts.addresses {
                for address in list.iter_mut() {
                    address.public_ip = Some("203.0.113.7".parse().unwrap());
                    address.private_ip = Some(maker.address());
                    address.network_interface = Some(interface.key().id.clone());
                    address.availability_zone = None;
                }
            }
            all.push(interface);
        }
        Facts::ElasticIp(facts) => {
            facts.public_ip = Known::Value("203.0.113.7".parse().unwrap());
            facts.network_border_group = Known::Value(maker.region.clone());
            facts.association = Known::Value(Some("eipassoc-1".into()));
        }
        Facts::VpcEndpoint(facts) => {
            let vpc = facts.vpc.value().cloned().unwrap();
            facts.policy = Known::Value(
                r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#
                    .into(),
            );
            facts.ip_address_type = Known::Value("ipv4".into());
            let places = facts.subnets.items().len();
            let made: Vec<Resource> = (0..places)
                .map(|_| {
                    let words = format!("VPC Endpoint Interface {own}");
                    maker.interface(&vpc, "vpc_endpoint", words)
                })
                .collect();
            let interfaces = made.iter().map(|it| it.key().id.clone());
            facts.network_interfaces = Known::Value(interfaces.collect());
            all.extend(made);
        }
        Facts::VpcPeeringConnection(facts) => {
            for side in [&mut facts.requester, &mut facts.accepter] {
                if let Known::Value(side) = side {
                    side.owner.get_or_insert_with(|| ACCOUNT.into());
                    if let Some(block) = blocks.get(&side.vpc) {
                        side.cidrs.push((*block).into());
                    }
                }
            }
        }
        Facts::VpnGateway(facts) => facts.amazon_side_asn = Known::Value(64512),
        Facts::FlowLog(facts) => facts.deliver_status = Known::Value("SUCCESS".into()),
        Facts::NetworkInterface(facts) => {
            let words = "Route 53 Resolver: rslvr-in-0123456789abcdef0:rni-1";
            facts.description = Known::Value(words.into());
            facts.addresses = Known::Value(vec![InterfaceAddress {
                private_ip: maker.address(),
                primary: true,
                public_ip: None,
            }]);
        }
        Facts::PrefixList(facts) => facts.max_entries = Known::Value(20),
        _ => {}
    }
}
