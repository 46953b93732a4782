//! From decisions to the network they make.

use super::group;
use super::model::{
    Design, Egress, Encryption, GatewayService, Ipv6, Nat, Subnet, Tenancy, Tier, TierKind,
    Traffic, Vpc,
};
use super::names::{endpoint_rest, gateway_endpoint_key, logical, name, ordinal, subnet_rest};
use crate::cidr::Family;
use crate::network::{
    AclAction, AclEntry, CidrAssociation, Common, Coverage, Destination,
    EgressOnlyInternetGatewayFacts, ElasticIpFacts, Facts, FlowLogFacts, Id, Input,
    InternetGatewayFacts, Key, Kind, Known, NatAddress, NatGatewayFacts, Network, NetworkAclFacts,
    NetworkInterfaceFacts, PeeringSide, PrefixListFacts, Record, Resource, Route, RouteOrigin,
    RouteState, RouteTableAssociation, RouteTableFacts, RulePeer, Scope, SecurityGroupFacts,
    SecurityGroupRule, Shard, Sighting, SubnetFacts, Target, Text, TransitGatewayAttachmentFacts,
    TransitGatewayFacts, VpcAttachment, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts,
    VpnGatewayFacts,
};
use compact_str::format_compact;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The network a design makes, as AWS would report it.
///
/// A design with problems is planned as far as it goes: what cannot be (a NAT gateway without a public subnet) is left
/// out, and [`super::validate()`] says so.
pub fn plan(design: &Design) -> Network {
    // AWS clears the bits after a mask, whoever has written them.
    let design = &design.canonical();
    let mut planner = Planner {
        design,
        sighting: Arc::new(Sighting {
            account: None,
            region: Some(design.region.clone()),
            input: Input::Design,
        }),
        resources: BTreeMap::new(),
    };
    for vpc in &design.vpcs {
        VpcPlanner::new(&mut planner, vpc).plan();
    }
    let scope = Scope {
        account: None,
        region: Some(design.region.clone()),
    };
    let mut shard = Shard::from_resources(planner.resources.into_values());
    for &kind in Kind::ALL {
        shard.cover(kind, Coverage::Complete);
    }
    Network::of(scope, shard)
}

/// The default routes of the two families.
fn everything(family: Family) -> Destination {
    Destination::Block(family.everything())
}

struct Planner<'a> {
    design: &'a Design,
    sighting: Arc<Sighting>,
    resources: BTreeMap<Key, Arc<Resource>>,
}

/// Whether something is created by us, and so bears our tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    Plan,
    Aws,
}

impl Planner<'_> {
    fn add(
        &mut self,
        id: Id,
        facts: impl Into<Facts>,
        name: Option<Text>,
        maker: Maker,
    ) -> &mut Self {
        let mut tags = match maker {
            Maker::Plan => self.design.tags.clone(),
            Maker::Aws => BTreeMap::new(),
        };
        if let Some(name) = name {
            tags.insert("Name".into(), name);
        }
        let record = Record {
            common: Common {
                region: Known::Value(self.design.region.clone()),
                arn: Known::ChosenByAws,
                tags: Known::Value(tags),
                ..Common::default()
            },
            facts: facts.into(),
        };
        let resource = Resource::seen(id, Arc::clone(&self.sighting), record);
        self.resources
            .insert(resource.key().clone(), Arc::new(resource));
        self
    }
}

/// The name of an AWS service in a region.
pub(super) fn service_name(region: &str, service: &str) -> Text {
    let is_whole = ["com.amazonaws.", "cn.com.amazonaws.", "aws."]
        .iter()
        .any(|start| service.starts_with(start));
    if is_whole {
        service.into()
    } else {
        format_compact!("com.amazonaws.{region}.{service}")
    }
}

/// A route table while its routes are gathered.
struct Table {
    rest: Text,
    name: Option<Text>,
    maker: Maker,
    routes: Vec<Route>,
    subnets: Vec<Id>,
    is_main: bool,
    propagating: Vec<Id>,
}

struct VpcPlanner<'p, 'a> {
    planner: &'p mut Planner<'a>,
    vpc: &'a Vpc,
    id: Id,
    tables: Vec<Table>,
}

impl<'p, 'a> VpcPlanner<'p, 'a> {
    fn new(planner: &'p mut Planner<'a>, vpc: &'a Vpc) -> Self {
        Self {
            planner,
            vpc,
            id: logical(vpc, ""),
            tables: Vec::new(),
        }
    }

    fn name(&self, kind: Kind, rest: &str, generated: &str) -> Option<Text> {
        name(self.vpc, kind, rest, generated)
    }

    fn add(&mut self, rest: &str, facts: impl Into<Facts>, generated: &str) -> Id {
        let facts = facts.into();
        let id = logical(self.vpc, rest);
        let name = self.name(facts.kind(), rest, generated);
        self.planner.add(id.clone(), facts, name, Maker::Plan);
        id
    }

    fn plan(mut self) {
        self.the_vpc();
        self.subnets();
        let internet = self.internet_gateway();
        let nats = self.nat_gateways(internet.as_ref());
        let egress_only = self.egress_only_gateway();
        let transit = self.transit_gateway();
        let vpn = self.vpn_gateway();
        self.tables(&Ways {
            internet,
            nats,
            egress_only,
            transit,
            vpn,
        });
        self.peerings();
        self.gateway_endpoints();
        self.interface_endpoints();
        self.flow_log();
        self.write_tables();
    }

    fn the_vpc(&mut self) {
        let vpc = self.vpc;
        let blocks = vpc
            .blocks()
            .map(|block| CidrAssociation::associated(IpNet::V4(block)));
        let facts = VpcFacts {
            primary_cidr: Known::Value(vpc.cidr),
            cidr_blocks: Known::Value(blocks.collect()),
            ipv6_blocks: match vpc.ipv6 {
                Ipv6::None => Known::Value(Vec::new()),
                Ipv6::Amazon => Known::ChosenByAws,
                Ipv6::Own(block) => {
                    Known::Value(vec![CidrAssociation::associated(IpNet::V6(block))])
                }
            },
            is_default: Known::Value(false),
            state: Known::Value("available".into()),
            instance_tenancy: Known::Value(
                match vpc.tenancy {
                    Tenancy::Default => "default",
                    Tenancy::Dedicated => "dedicated",
                }
                .into(),
            ),
            enable_dns_support: Known::Value(vpc.dns_support),
            enable_dns_hostnames: Known::Value(vpc.dns_hostnames),
            encryption_control: match vpc.encryption {
                Encryption::None => Known::Unread,
                Encryption::Monitor => Known::Value("monitor".into()),
                Encryption::Enforce => Known::Value("enforce".into()),
            },
            encryption_exclusions: match vpc.encryption {
                Encryption::None | Encryption::Monitor => Known::Unread,
                Encryption::Enforce => Known::Value(vpc.encryption_exclusions.clone()),
            },
            ipv6_pool: match vpc.ipv6 {
                Ipv6::Own(_) => own_pool(vpc).map(Text::from).into(),
                Ipv6::None | Ipv6::Amazon => Known::Unread,
            },
            dhcp_options: Known::ChosenByAws,
            ..VpcFacts::default()
        };
        self.add("", facts, "vpc");

        let subnets = vpc
            .subnets()
            .map(|(tier, subnet)| logical(vpc, &subnet_rest(tier, subnet)));
        let acl = NetworkAclFacts {
            vpc: Known::Value(self.id.clone()),
            is_default: Known::Value(true),
            entries: Known::Value(default_entries(vpc.ipv6 != Ipv6::None)),
            subnets: Known::Value(sorted(subnets)),
        };
        let name = self.name(Kind::NetworkAcl, "", "");
        self.planner.add(self.id.clone(), acl, name, Maker::Aws);

        let rest = "default";
        let id = logical(vpc, rest);
        let group = SecurityGroupFacts {
            vpc: Known::Value(self.id.clone()),
            group_name: Known::Value("default".into()),
            description: Known::Value("default VPC security group".into()),
            ingress: Known::Value(vec![all_traffic(RulePeer::Group(id.clone()))]),
            egress: Known::Value(everything_out(vpc)),
        };
        let name = self.name(Kind::SecurityGroup, rest, "");
        self.planner.add(id, group, name, Maker::Aws);
    }

    fn subnets(&mut self) {
        for tier in &self.vpc.tiers {
            for subnet in &tier.subnets {
                let facts = self.subnet(tier, subnet);
                let generated = format_compact!("subnet-{}", ordinal(tier, subnet));
                self.add(&subnet_rest(tier, subnet), facts, &generated);
            }
        }
    }

    fn subnet(&self, tier: &Tier, subnet: &Subnet) -> SubnetFacts {
        let part = subnet.ipv6.filter(|_| self.vpc.ipv6 != Ipv6::None);
        let blocks = match (part, self.vpc.ipv6) {
            (None, _) | (_, Ipv6::None) => Known::Value(Vec::new()),
            (Some(_), Ipv6::Amazon) => Known::ChosenByAws,
            (Some(part), Ipv6::Own(block)) => Known::Value(
                part.within(block)
                    .map(|block| CidrAssociation::associated(IpNet::V6(block)))
                    .into_iter()
                    .collect(),
            ),
        };
        SubnetFacts {
            vpc: Known::Value(self.id.clone()),
            cidr_block: Known::Value(Some(subnet.cidr)),
            ipv6_part: match &blocks {
                Known::ChosenByAws => part.map(|part| format_compact!("{part}")).into(),
                _ => Known::Unread,
            },
            ipv6_blocks: blocks,
            availability_zone: Known::Value(subnet.zone.clone()),
            availability_zone_id: Known::ChosenByAws,
            available_addresses: u32::try_from(crate::cidr::usable_addresses(subnet.cidr))
                .ok()
                .into(),
            state: Known::Value("available".into()),
            map_public_ip_on_launch: Known::Value(tier.public_addresses),
            assign_ipv6_on_creation: Known::Value(tier.ipv6_addresses && part.is_some()),
            default_for_az: Known::Value(false),
            ipv6_native: Known::Value(false),
            ..SubnetFacts::default()
        }
    }

    fn attached(&self, state: &str) -> Known<Vec<VpcAttachment>> {
        Known::Value(vec![VpcAttachment {
            vpc: self.id.clone(),
            state: Some(state.into()),
        }])
    }

    /// With a public subnet, or a regional NAT gateway, which needs one too.
    fn internet_gateway(&mut self) -> Option<Key> {
        let has_public = self
            .vpc
            .tiers_of(TierKind::Public)
            .any(|tier| !tier.subnets.is_empty());
        if !has_public && self.vpc.nat != Nat::Regional {
            return None;
        }
        let attachments = self.attached("available");
        let id = self.add("", InternetGatewayFacts { attachments }, "igw");
        Some(Key::new(Kind::InternetGateway, id))
    }

    fn egress_only_gateway(&mut self) -> Option<Key> {
        if !self.vpc.egress_only || self.vpc.ipv6 == Ipv6::None {
            return None;
        }
        let attachments = self.attached("attached");
        let id = self.add("", EgressOnlyInternetGatewayFacts { attachments }, "eigw");
        Some(Key::new(Kind::EgressOnlyInternetGateway, id))
    }

    /// The first public subnet of each zone, in the order of the zones.
    fn public_places(&self) -> Vec<(&'a Text, &'a Tier, &'a Subnet)> {
        let first = |zone: &'a Text| {
            self.vpc.tiers_of(TierKind::Public).find_map(|tier| {
                let subnet = tier.in_zone(zone).min_by_key(|subnet| subnet.number)?;
                Some((zone, tier, subnet))
            })
        };
        self.vpc.zones.iter().filter_map(first).collect()
    }

    fn nat_gateways(&mut self, internet: Option<&Key>) -> Nats {
        let places = self.public_places();
        let places = match self.vpc.nat {
            Nat::None => return Nats::default(),
            Nat::Regional => return self.regional_nat(internet),
            Nat::One => places.get(..1).unwrap_or_default(),
            Nat::PerAz => places.as_slice(),
        };
        let mut nats = Nats::default();
        for &(zone, tier, subnet) in places {
            let address = ElasticIpFacts {
                public_ip: Known::ChosenByAws,
                association: Known::ChosenByAws,
                network_interface: Known::ChosenByAws,
                instance: Known::Value(None),
                private_ip: Known::ChosenByAws,
                network_border_group: Known::ChosenByAws,
                service_managed: Known::Unread,
            };
            let allocation = self.add(zone, address, &format_compact!("eip-{zone}"));
            let facts = NatGatewayFacts {
                vpc: Known::Value(self.id.clone()),
                subnet: Known::Value(Some(logical(self.vpc, &subnet_rest(tier, subnet)))),
                state: Known::Value("available".into()),
                connectivity_type: Known::Value("public".into()),
                availability_mode: Known::Value("zonal".into()),
                addresses: Known::Value(vec![NatAddress {
                    public_ip: None,
                    private_ip: None,
                    allocation: Some(allocation),
                    network_interface: None,
                    availability_zone: Some(zone.clone()),
                    primary: true,
                }]),
                route_table: Known::Value(None),
                deleted: Known::Value(false),
                ..NatGatewayFacts::default()
            };
            let generated = format_compact!("nat-{}", ordinal(tier, subnet));
            let id = self.add(zone, facts, &generated);
            let key = Key::new(Kind::NatGateway, id);
            nats.first.get_or_insert_with(|| key.clone());
            nats.by_zone.insert(zone.clone(), key);
        }
        nats
    }

    /// One gateway for all zones, with the table AWS makes for it.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    fn regional_nat(&mut self, internet: Option<&Key>) -> Nats {
        let rest = "nat-regional";
        let facts = NatGatewayFacts {
            vpc: Known::Value(self.id.clone()),
            subnet: Known::Value(None),
            state: Known::Value("available".into()),
            connectivity_type: Known::Value("public".into()),
            availability_mode: Known::Value("regional".into()),
            addresses: Known::ChosenByAws,
            route_table: Known::Value(Some(logical(self.vpc, rest))),
            deleted: Known::Value(false),
            ..NatGatewayFacts::default()
        };
        let id = self.add("regional", facts, "nat-regional");
        let mut table = self.table(rest, "", Maker::Aws);
        if let Some(internet) = internet {
            table
                .routes
                .push(route(everything(Family::V4), internet.clone()));
        }
        self.tables.push(table);
        Nats {
            first: Some(Key::new(Kind::NatGateway, id)),
            by_zone: BTreeMap::new(),
        }
    }

    fn transit_gateway(&mut self) -> Option<Key> {
        let attachment = self.vpc.transit_gateway.as_ref()?;
        // It stands already: what is named by an id is that one, else a placeholder.
        let id = if attachment.id.starts_with("tgw-") {
            Id::Aws(attachment.id.clone())
        } else {
            let called = Some(attachment.id.as_str()).filter(|called| !called.is_empty());
            Id::Planned(called.unwrap_or("transit-gateway").into())
        };
        let key = Key::new(Kind::TransitGateway, id.clone());
        let called = matches!(id, Id::Planned(_)).then(|| id.as_str().into());
        self.planner.add(
            id.clone(),
            TransitGatewayFacts::default(),
            called,
            Maker::Aws,
        );
        let vpc = self.vpc;
        let tier = vpc.tier(&attachment.tier);
        let subnets = tier.into_iter().flat_map(|tier| {
            tier.first_of_each(&vpc.zones)
                .map(|(_, subnet)| logical(vpc, &subnet_rest(tier, subnet)))
        });
        let facts = TransitGatewayAttachmentFacts {
            transit_gateway: Known::Value(id),
            resource_type: Known::Value("vpc".into()),
            resource: Known::Value(self.id.clone()),
            state: Known::Value("available".into()),
            subnets: Known::Value(sorted(subnets)),
            dns_support: Known::Value("enable".into()),
            ipv6_support: Known::Value(
                if vpc.ipv6 == Ipv6::None {
                    "disable"
                } else {
                    "enable"
                }
                .into(),
            ),
            appliance_mode_support: Known::Value("disable".into()),
            ..TransitGatewayAttachmentFacts::default()
        };
        self.add("", facts, "tgw-attachment");
        Some(key)
    }

    fn vpn_gateway(&mut self) -> Option<Key> {
        self.vpc.vpn_gateway.as_ref()?;
        let facts = VpnGatewayFacts {
            attachments: self.attached("attached"),
            state: Known::Value("available".into()),
            amazon_side_asn: Known::ChosenByAws,
        };
        let id = self.add("", facts, "vgw");
        Some(Key::new(Kind::VpnGateway, id))
    }

    fn table(&self, rest: &str, generated: &str, maker: Maker) -> Table {
        let mut routes: Vec<Route> = self.vpc.blocks().map(IpNet::V4).map(local).collect();
        if let Ipv6::Own(block) = self.vpc.ipv6 {
            routes.push(local(IpNet::V6(block)));
        }
        Table {
            rest: rest.into(),
            name: self.name(Kind::RouteTable, rest, generated),
            maker,
            routes,
            subnets: Vec::new(),
            is_main: false,
            propagating: Vec::new(),
        }
    }

    fn tables(&mut self, ways: &Ways) {
        let mut main = self.table("", "", Maker::Aws);
        main.is_main = true;
        self.tables.push(main);
        let has_ipv6 = self.vpc.ipv6 != Ipv6::None;
        let vpc = self.vpc;
        for tier in vpc.tiers.iter().filter(|tier| !tier.subnets.is_empty()) {
            if tier.kind == TierKind::Private {
                for subnet in &tier.subnets {
                    let generated = format_compact!("rtb-{}", ordinal(tier, subnet));
                    let mut table = self.table(&subnet_rest(tier, subnet), &generated, Maker::Plan);
                    table.subnets.push(logical(vpc, &subnet_rest(tier, subnet)));
                    ways.of_private(vpc, tier, subnet, &mut table);
                    self.tables.push(table);
                }
                continue;
            }
            let generated = format_compact!("rtb-{}", tier.name);
            let mut table = self.table(&tier.name, &generated, Maker::Plan);
            table.subnets = tier
                .subnets
                .iter()
                .map(|subnet| logical(vpc, &subnet_rest(tier, subnet)))
                .collect();
            if let Some(internet) = ways
                .internet
                .as_ref()
                .filter(|_| tier.kind == TierKind::Public)
            {
                table
                    .routes
                    .push(route(everything(Family::V4), internet.clone()));
                if has_ipv6 {
                    table
                        .routes
                        .push(route(everything(Family::V6), internet.clone()));
                }
            }
            self.tables.push(table);
        }
    }

    /// The tables of tiers of these kinds, with the tier's kind.
    fn tables_of<'t>(
        tables: &'t mut [Table],
        vpc: &'a Vpc,
        kinds: &'static [TierKind],
    ) -> impl Iterator<Item = &'t mut Table> {
        let names: BTreeSet<Text> = vpc
            .tiers
            .iter()
            .filter(|tier| kinds.contains(&tier.kind))
            .map(|tier| tier.name.clone())
            .collect();
        tables.iter_mut().filter(move |table| {
            let tier = table.rest.split('/').next().unwrap_or_default();
            table.maker == Maker::Plan && names.contains(tier)
        })
    }

    fn peerings(&mut self) {
        let design = self.planner.design;
        let vpc = self.vpc;
        let asked = vpc.peerings.iter().map(|peering| (vpc, peering));
        let accepted = design
            .vpcs
            .iter()
            .filter(|other| other.id != vpc.id)
            .flat_map(|other| other.peerings.iter().map(move |peering| (other, peering)))
            .filter(|(_, peering)| peering.with == vpc.id);
        for (requester, peering) in asked.chain(accepted) {
            let key = Key::new(
                Kind::VpcPeeringConnection,
                logical(requester, &peering.with),
            );
            let here = requester.id == vpc.id;
            let other = design.vpc(&peering.with);
            let side = |vpc: &Vpc| PeeringSide {
                vpc: logical(vpc, ""),
                owner: None,
                region: Some(design.region.clone()),
                cidrs: sorted_blocks(vpc),
                dns_resolution: None,
            };
            let far: Vec<IpNet> = match (here, other) {
                (true, Some(other)) => sorted_blocks(other),
                (true, None) => peering.cidrs.clone(),
                (false, _) => sorted_blocks(requester),
            };
            if here {
                let accepter = other.map_or_else(
                    || PeeringSide {
                        vpc: Id::Aws(peering.with.clone()),
                        owner: peering.account.clone(),
                        region: peering
                            .region
                            .clone()
                            .or_else(|| Some(design.region.clone())),
                        cidrs: peering.cidrs.clone(),
                        dns_resolution: None,
                    },
                    side,
                );
                let facts = VpcPeeringConnectionFacts {
                    requester: Known::Value(side(vpc)),
                    accepter: Known::Value(accepter),
                    status: Known::Value("active".into()),
                    ..VpcPeeringConnectionFacts::default()
                };
                self.add(
                    &peering.with,
                    facts,
                    // By the name people see, where it is a VPC of the plan.
                    &format_compact!(
                        "pcx-{}",
                        other
                            .map(|other| &other.prefix)
                            .filter(|prefix| !prefix.is_empty())
                            .unwrap_or(&peering.with)
                    ),
                );
            }
            let kinds = &[TierKind::Public, TierKind::Private];
            for table in Self::tables_of(&mut self.tables, vpc, kinds) {
                for &block in &far {
                    table
                        .routes
                        .push(route(Destination::Block(block), key.clone()));
                }
            }
        }
    }

    fn gateway_endpoints(&mut self) {
        let services: BTreeSet<GatewayService> =
            self.vpc.gateway_endpoints.iter().copied().collect();
        for service in services {
            let short = service.word();
            let service_name = service_name(&self.planner.design.region, short);
            let list = Id::Planned(service_name.clone());
            let facts = PrefixListFacts {
                prefix_list_name: Known::Value(service_name.clone()),
                address_family: Known::Value("IPv4".into()),
                ..PrefixListFacts::default()
            };
            self.planner.add(list.clone(), facts, None, Maker::Aws);
            let key = gateway_endpoint_key(self.vpc, service);
            let mut route_tables = Vec::new();
            let kinds = &[TierKind::Private, TierKind::Isolated];
            for table in Self::tables_of(&mut self.tables, self.vpc, kinds) {
                route_tables.push(logical(self.vpc, &table.rest));
                table
                    .routes
                    .push(route(Destination::PrefixList(list.clone()), key.clone()));
            }
            route_tables.sort_unstable();
            let facts = VpcEndpointFacts {
                vpc: Known::Value(self.id.clone()),
                endpoint_type: Known::Value("Gateway".into()),
                service_name: Known::Value(service_name),
                state: Known::Value("available".into()),
                route_tables: Known::Value(route_tables),
                subnets: Known::Value(Vec::new()),
                network_interfaces: Known::Value(Vec::new()),
                groups: Known::Value(Vec::new()),
                private_dns_enabled: Known::Value(false),
                requester_managed: Known::Value(false),
                ..VpcEndpointFacts::default()
            };
            self.add(short, facts, &format_compact!("vpce-{short}"));
        }
    }

    fn interface_endpoints(&mut self) {
        let vpc = self.vpc;
        if vpc.endpoints.is_empty() && vpc.resolver.is_none() {
            return;
        }
        let rest = "endpoints";
        let group = logical(vpc, rest);
        let sources = group::sources(self.planner.design, vpc);
        let mut ingress: Vec<SecurityGroupRule> = group::ports(vpc)
            .into_iter()
            .flat_map(|(protocol, port)| {
                sources.iter().map(move |&block| SecurityGroupRule {
                    protocol: protocol.into(),
                    from_port: Some(port.into()),
                    to_port: Some(port.into()),
                    peer: RulePeer::Block(block),
                    description: None,
                })
            })
            .collect();
        ingress.sort_unstable();
        let generated = "sg-endpoints";
        // AWS takes no group name that begins with sg-, so without a prefix there is none of these letters.
        let group_name = self
            .name(Kind::SecurityGroup, rest, generated)
            .unwrap_or_else(|| rest.into());
        let facts = SecurityGroupFacts {
            vpc: Known::Value(self.id.clone()),
            group_name: Known::Value(group_name),
            description: Known::Value("Lets the VPC reach its endpoints".into()),
            ingress: Known::Value(ingress),
            egress: Known::Value(everything_out(vpc)),
        };
        self.add(rest, facts, generated);
        for endpoint in &vpc.endpoints {
            let rest = endpoint_rest(endpoint);
            let facts = VpcEndpointFacts {
                vpc: Known::Value(self.id.clone()),
                endpoint_type: Known::Value("Interface".into()),
                service_name: Known::Value(service_name(
                    &self.planner.design.region,
                    &endpoint.service,
                )),
                state: Known::Value("available".into()),
                route_tables: Known::Value(Vec::new()),
                subnets: Known::Value(self.places_in(&endpoint.tier)),
                network_interfaces: Known::ChosenByAws,
                groups: Known::Value(vec![group.clone()]),
                private_dns_enabled: Known::Value(endpoint.private_dns),
                requester_managed: Known::Value(false),
                ..VpcEndpointFacts::default()
            };
            let short = endpoint.service.rsplit("com.amazonaws.").next();
            let generated = format_compact!("vpce-{}", short.unwrap_or_default().replace('.', "-"));
            self.add(&rest, facts, &generated);
        }
        if let Some(resolver) = &vpc.resolver {
            self.resolver(&resolver.tier, &group);
        }
    }

    /// The first subnet of a tier in each zone.
    fn places_in(&self, tier: &str) -> Vec<Id> {
        let tier = self.vpc.tier(tier);
        let mut places: Vec<Id> = tier
            .into_iter()
            .flat_map(|tier| {
                tier.first_of_each(&self.vpc.zones)
                    .map(|(_, subnet)| logical(self.vpc, &subnet_rest(tier, subnet)))
            })
            .collect();
        places.sort_unstable();
        places
    }

    /// The interfaces that the Route 53 Resolver puts into the VPC for an inbound endpoint.
    fn resolver(&mut self, tier: &str, group: &Id) {
        let vpc = self.vpc;
        let Some(tier) = vpc.tier(tier) else { return };
        let called = self.name(Kind::NetworkInterface, "resolver", "resolver");
        let called = called.unwrap_or_else(|| "resolver".into());
        for (zone, subnet) in tier.first_of_each(&vpc.zones) {
            let facts = NetworkInterfaceFacts {
                vpc: Known::Value(self.id.clone()),
                subnet: Known::Value(logical(vpc, &subnet_rest(tier, subnet))),
                availability_zone: Known::Value(zone.clone()),
                status: Known::Value("in-use".into()),
                interface_type: Known::Value("interface".into()),
                description: Known::Value(format_compact!("Route 53 Resolver: {called}")),
                requester_managed: Known::Value(true),
                addresses: Known::ChosenByAws,
                ipv6_addresses: Known::Value(Vec::new()),
                groups: Known::Value(vec![group.clone()]),
                ..NetworkInterfaceFacts::default()
            };
            let id = logical(vpc, &format_compact!("resolver/{zone}"));
            self.planner.add(id, facts, None, Maker::Aws);
        }
    }

    fn flow_log(&mut self) {
        let Some(log) = &self.vpc.flow_log else {
            return;
        };
        let to_bucket = log.destination.contains(":s3:");
        let facts = FlowLogFacts {
            resource: Known::Value(self.id.clone()),
            status: Known::Value("ACTIVE".into()),
            traffic_type: Known::Value(
                match log.traffic {
                    Traffic::All => "ALL",
                    Traffic::Accept => "ACCEPT",
                    Traffic::Reject => "REJECT",
                }
                .into(),
            ),
            destination_type: Known::Value(
                if to_bucket { "s3" } else { "cloud-watch-logs" }.into(),
            ),
            destination: Known::Value(log.destination.clone()),
            deliver_logs_permission_arn: log.role.clone().into(),
            ..FlowLogFacts::default()
        };
        self.add("", facts, "flow-log");
    }

    fn write_tables(&mut self) {
        for mut table in std::mem::take(&mut self.tables) {
            table.routes.sort_unstable();
            table.routes.dedup();
            let association = |subnet: Option<Id>| RouteTableAssociation {
                id: None,
                main: subnet.is_none(),
                subnet,
                gateway: None,
                state: Some("associated".into()),
            };
            let mut associations: Vec<RouteTableAssociation> = Vec::new();
            if table.is_main {
                associations.push(association(None));
            }
            table.subnets.sort_unstable();
            associations.extend(table.subnets.into_iter().map(|it| association(Some(it))));
            let facts = RouteTableFacts {
                vpc: Known::Value(self.id.clone()),
                routes: Known::Value(table.routes),
                associations: Known::Value(associations),
                propagating_gateways: Known::Value(table.propagating),
            };
            let id = logical(self.vpc, &table.rest);
            self.planner.add(id, facts, table.name, table.maker);
        }
    }
}

/// The pool that a VPC's own version 6 block is taken from, where one is given.
pub(super) fn own_pool(vpc: &Vpc) -> Option<&str> {
    let pool = vpc.ipv6_pool.as_deref().map(str::trim);
    pool.filter(|pool| !pool.is_empty())
}

/// Where traffic can leave a VPC.
struct Ways {
    internet: Option<Key>,
    nats: Nats,
    egress_only: Option<Key>,
    transit: Option<Key>,
    vpn: Option<Key>,
}

/// NAT gateways: the one of each zone, and the one for zones without.
#[derive(Default)]
struct Nats {
    first: Option<Key>,
    by_zone: BTreeMap<Text, Key>,
}

impl Ways {
    fn of_private(&self, vpc: &Vpc, tier: &Tier, subnet: &Subnet, table: &mut Table) {
        let has_ipv6 = vpc.ipv6 != Ipv6::None;
        let (v4, v6) = match tier.egress {
            Egress::None => (None, None),
            Egress::Nat => {
                let near = self.nats.by_zone.get(&subnet.zone);
                (near.or(self.nats.first.as_ref()), self.egress_only.as_ref())
            }
            Egress::TransitGateway => {
                let transit = self.transit.as_ref();
                (transit, transit.filter(|_| has_ipv6))
            }
            Egress::VpnGateway => (self.vpn.as_ref(), None),
        };
        for (family, way) in [(Family::V4, v4), (Family::V6, v6)] {
            let way = way.map(|way| route(everything(family), way.clone()));
            table.routes.extend(way);
        }
        if let (Some(transit), Some(attachment)) = (&self.transit, &vpc.transit_gateway) {
            let routes = attachment.routes.iter();
            table
                .routes
                .extend(routes.map(|&block| route(Destination::Block(block), transit.clone())));
        }
        if let (Some(vpn), Some(gateway)) = (&self.vpn, &vpc.vpn_gateway) {
            let routes = gateway.routes.iter();
            table
                .routes
                .extend(routes.map(|&block| route(Destination::Block(block), vpn.clone())));
            if gateway.propagate {
                table.propagating.push(vpn.id.clone());
            }
        }
    }
}

fn local(block: IpNet) -> Route {
    Route {
        destination: Destination::Block(block),
        target: Target::Local,
        state: RouteState::Active,
        origin: RouteOrigin::CreateRouteTable,
    }
}

fn route(destination: Destination, target: Key) -> Route {
    Route {
        destination,
        target: Target::Resource(target),
        state: RouteState::Active,
        origin: RouteOrigin::CreateRoute,
    }
}

fn sorted(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut ids: Vec<Id> = ids.collect();
    ids.sort_unstable();
    ids
}

fn sorted_blocks(vpc: &Vpc) -> Vec<IpNet> {
    let mut blocks: Vec<IpNet> = vpc.blocks().map(IpNet::V4).collect();
    if let Ipv6::Own(block) = vpc.ipv6 {
        blocks.push(IpNet::V6(block));
    }
    blocks.sort_unstable();
    blocks
}

/// What a security group lets out before anybody says otherwise: everything, in each family the VPC has.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn everything_out(vpc: &Vpc) -> Vec<SecurityGroupRule> {
    let families: &[Family] = match vpc.ipv6 {
        Ipv6::None => &[Family::V4],
        Ipv6::Amazon | Ipv6::Own(_) => &[Family::V4, Family::V6],
    };
    families
        .iter()
        .map(|family| all_traffic(RulePeer::Block(family.everything())))
        .collect()
}

fn all_traffic(peer: RulePeer) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: "-1".into(),
        from_port: None,
        to_port: None,
        peer,
        description: None,
    }
}

/// The entries of the network ACL that comes with a VPC: everything may pass, both ways.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
fn default_entries(has_ipv6: bool) -> Vec<AclEntry> {
    let mut entries = Vec::new();
    for egress in [false, true] {
        let entry = |number, action, family: Family| AclEntry {
            egress,
            number,
            action,
            protocol: "-1".into(),
            cidr: Some(family.everything()),
            ports: None,
            icmp: None,
        };
        entries.push(entry(100, AclAction::Allow, Family::V4));
        if has_ipv6 {
            entries.push(entry(101, AclAction::Allow, Family::V6));
        }
        entries.push(entry(32767, AclAction::Deny, Family::V4));
        if has_ipv6 {
            entries.push(entry(32768, AclAction::Deny, Family::V6));
        }
    }
    entries
}
