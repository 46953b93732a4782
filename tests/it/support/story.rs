//! Networks told in words without ids, so that one that was planned can be held against one that is live on moto.

use std::collections::BTreeMap;

use ipnet::IpNet;
use vpc_atlas::network::{
    CidrAssociation, Destination, EgressOnlyInternetGatewayFacts, ElasticIpFacts, FlowLogFacts, Id,
    InternetGatewayFacts, Key, Kind, Known, NatGatewayFacts, Network, Resource, Route,
    RouteTableFacts, RulePeer, SecurityGroupFacts, SecurityGroupRule, SubnetFacts, Target,
    TransitGatewayAttachmentFacts, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts,
    VpnGatewayFacts,
};

/// How much of a network is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What moto's stacks make. They pass over DNS attributes, public addresses at launch, names of groups, what groups
    /// let out, tags of all but VPCs and subnets.
    Stacks,
    /// What moto makes by calls: all that a plan says, save what is told by no list that is read.
    Calls,
}

/// Both networks tell the same.
#[track_caller]
pub(crate) fn assert_same(live: &Network, planned: &Network, depth: Depth) {
    let (live, planned) = (story(live, depth), story(planned, depth));
    for (what, lines) in &planned {
        assert_eq!(live.get(what), Some(lines), "{what}");
    }
    assert_eq!(live.len(), planned.len());
}

pub(crate) fn is_default(network: &Network, vpc: Option<&Id>) -> bool {
    let facts = vpc.and_then(|vpc| network.facts::<VpcFacts>(vpc));
    facts.is_some_and(|facts| facts.is_default.value() == Some(&true))
}

/// A network in words without ids: everything is told by its blocks.
fn story(network: &Network, depth: Depth) -> BTreeMap<&'static str, Vec<String>> {
    let told = Story(network, depth);
    let mut all: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut tell = |what, lines: Vec<String>| {
        let mut lines = lines;
        lines.sort();
        all.insert(what, lines);
    };
    tell("vpcs", told.vpcs());
    tell("subnets", told.subnets());
    tell("tables", told.tables());
    tell("gateways", told.gateways());
    tell("NAT gateways", told.nats());
    tell("endpoints", told.endpoints());
    tell("groups", told.groups());
    tell("peerings", told.peerings());
    tell("flow logs", told.flow_logs());
    if depth == Depth::Calls {
        tell("attachments", told.attachments());
        tell("names", told.names());
    }
    all
}

/// The tags that people gave, and not those by which CloudFormation and the scripts know their own.
fn tags(resource: &Resource) -> Vec<(&str, &str)> {
    let all = resource.common().tags.value().into_iter().flatten();
    all.map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !name.starts_with("aws:") && !name.starts_with("vpc-atlas:"))
        .collect()
}

struct Story<'a>(&'a Network, Depth);

impl Story<'_> {
    fn is_ours(&self, vpc: Option<&Id>) -> bool {
        vpc.is_some() && !is_default(self.0, vpc)
    }

    fn vpc(&self, id: Option<&Id>) -> String {
        let facts = id.and_then(|id| self.0.facts::<VpcFacts>(id));
        let block = facts.and_then(|facts| facts.primary_cidr.value());
        block.map_or("?".to_owned(), ToString::to_string)
    }

    fn subnet(&self, id: &Id) -> String {
        let facts = self.0.facts::<SubnetFacts>(id);
        let block = facts.and_then(|facts| facts.cidr_block.value().copied().flatten());
        block.map_or("?".to_owned(), |block| block.to_string())
    }

    fn all_subnets(&self, ids: &[Id]) -> Vec<String> {
        let mut blocks: Vec<String> = ids.iter().map(|id| self.subnet(id)).collect();
        blocks.sort();
        blocks
    }

    fn vpcs(&self) -> Vec<String> {
        let all = self.0.all::<VpcFacts>();
        all.filter(|(vpc, _)| self.is_ours(Some(&vpc.key().id)))
            .map(|(vpc, facts)| {
                let tenancy = facts.instance_tenancy.value();
                let block = self.vpc(Some(&vpc.key().id));
                let more = match self.1 {
                    Depth::Stacks => String::new(),
                    Depth::Calls => Self::more_of_vpc(facts),
                };
                format!("{block} {tenancy:?} {:?}{more}", tags(vpc))
            })
            .collect()
    }

    fn more_of_vpc(facts: &VpcFacts) -> String {
        let mut blocks: Vec<String> = facts
            .cidr_blocks
            .items()
            .iter()
            .map(|it| format!("{:?}", it.cidr))
            .collect();
        blocks.sort();
        let support = facts.enable_dns_support.value();
        let hostnames = facts.enable_dns_hostnames.value();
        format!(
            " {blocks:?} IPv6 {} DNS {support:?} {hostnames:?}",
            has_blocks(&facts.ipv6_blocks)
        )
    }

    /// Where a version 6 block lies in that of the VPC: `80/64`.
    fn part(&self, facts: &SubnetFacts) -> Option<String> {
        if let Some(part) = facts.ipv6_part.value() {
            return Some(part.to_string());
        }
        let vpc = self.0.facts::<VpcFacts>(facts.vpc.value()?)?;
        let first = |blocks: &Known<Vec<CidrAssociation>>| match blocks.items().first()?.cidr {
            Some(IpNet::V6(block)) => Some(block),
            _ => None,
        };
        let (outer, block) = (first(&vpc.ipv6_blocks)?, first(&facts.ipv6_blocks)?);
        let mask = block.prefix_len();
        let number = (block.addr().to_bits() - outer.addr().to_bits()) >> (128 - mask);
        let width = usize::from(mask - outer.prefix_len()).div_ceil(4);
        Some(format!("{number:0width$x}/{mask}"))
    }

    fn more_of_subnet(&self, facts: &SubnetFacts) -> String {
        let is_on = |known: &Known<bool>| known.value() == Some(&true);
        format!(
            " IPv6 {:?} public at launch {} IPv6 at launch {}",
            self.part(facts),
            is_on(&facts.map_public_ip_on_launch),
            is_on(&facts.assign_ipv6_on_creation)
        )
    }

    fn subnets(&self) -> Vec<String> {
        let all = self.0.all::<SubnetFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .map(|(subnet, facts)| {
                let more = match self.1 {
                    Depth::Stacks => String::new(),
                    Depth::Calls => self.more_of_subnet(facts),
                };
                format!(
                    "{} in {} of {} {:?}{more}",
                    self.subnet(&subnet.key().id),
                    facts.availability_zone.value().unwrap(),
                    self.vpc(facts.vpc.value()),
                    tags(subnet),
                )
            })
            .collect()
    }

    /// A table by the subnets it is for; those of endpoints are told by the endpoints.
    fn table(&self, id: &Id) -> String {
        let facts = self.0.facts::<RouteTableFacts>(id).expect("the table");
        let associations = facts.associations.items();
        let subnets: Vec<Id> = associations
            .iter()
            .filter_map(|it| it.subnet.clone())
            .collect();
        let main = associations.iter().any(|it| it.main);
        let vpc = self.vpc(facts.vpc.value());
        format!("{vpc} main {main} for {:?}", self.all_subnets(&subnets))
    }

    fn tables(&self) -> Vec<String> {
        let all = self.0.all::<RouteTableFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .filter(|(table, _)| !self.is_of_nat(&table.key().id))
            .map(|(table, facts)| {
                let routes = facts.routes.items().iter();
                let mut routes: Vec<String> = routes.filter_map(|it| self.route(it)).collect();
                routes.sort();
                let more = match self.1 {
                    Depth::Stacks => String::new(),
                    Depth::Calls => {
                        let gateways = facts.propagating_gateways.items().len();
                        format!(" learns from {gateways} {:?}", tags(table))
                    }
                };
                format!("{}: {routes:?}{more}", self.table(&table.key().id))
            })
            .collect()
    }

    /// The table of a regional NAT gateway is AWS's own.
    fn is_of_nat(&self, table: &Id) -> bool {
        let mut all = self.0.all::<NatGatewayFacts>();
        all.any(|(_, facts)| facts.route_table.value() == Some(&Some(table.clone())))
    }

    fn route(&self, route: &Route) -> Option<String> {
        let Destination::Block(block) = &route.destination else {
            return None;
        };
        let target = match &route.target {
            // A plan does not know the version 6 block that AWS will choose.
            Target::Local if matches!(block, IpNet::V6(_)) => return None,
            Target::Local => "local".to_owned(),
            Target::Resource(key) => self.target(key),
            Target::Other(text) => text.to_string(),
        };
        (!target.starts_with("endpoint")).then(|| format!("{block} to {target}"))
    }

    fn target(&self, key: &Key) -> String {
        match key.kind {
            Kind::NatGateway => {
                let facts = self
                    .0
                    .facts::<NatGatewayFacts>(&key.id)
                    .expect("the gateway");
                match facts.subnet.value().and_then(Option::as_ref) {
                    Some(subnet) => format!("NAT in {}", self.subnet(subnet)),
                    None => format!("NAT of {}", self.vpc(facts.vpc.value())),
                }
            }
            Kind::VpcPeeringConnection => self.peering(&key.id),
            Kind::VpcEndpoint => "endpoint".to_owned(),
            kind => kind.word().to_owned(),
        }
    }

    fn gateways(&self) -> Vec<String> {
        let internet = self.0.all::<InternetGatewayFacts>();
        let internet = internet.map(|(it, facts)| (it.kind(), &facts.attachments));
        let vpn = self.0.all::<VpnGatewayFacts>();
        let vpn = vpn.map(|(it, facts)| (it.kind(), &facts.attachments));
        let out = self.0.all::<EgressOnlyInternetGatewayFacts>();
        let out = out.map(|(it, facts)| (it.kind(), &facts.attachments));
        internet
            .chain(vpn)
            .chain(out.filter(|_| self.1 == Depth::Calls))
            .flat_map(|(kind, attachments)| {
                let vpcs = attachments.items().iter().map(|it| &it.vpc);
                let ours = vpcs.filter(|vpc| self.is_ours(Some(vpc)));
                let words = ours.map(|vpc| format!("{kind} of {}", self.vpc(Some(vpc))));
                words.collect::<Vec<_>>()
            })
            .collect()
    }

    fn nats(&self) -> Vec<String> {
        let all = self.0.all::<NatGatewayFacts>();
        let mut lines: Vec<String> = all
            .map(|(nat, facts)| {
                let words = facts.connectivity_type.value();
                format!("{} {words:?}", self.target(nat.key()))
            })
            .collect();
        let addresses = self.0.all::<ElasticIpFacts>().count();
        lines.push(format!("{addresses} addresses"));
        lines
    }

    fn endpoints(&self) -> Vec<String> {
        let all = self.0.all::<VpcEndpointFacts>();
        all.map(|(_, facts)| {
            let tables = facts.route_tables.items().iter();
            let mut tables: Vec<String> = tables.map(|id| self.table(id)).collect();
            tables.sort();
            let groups = facts.groups.items().len();
            let subnets = self.all_subnets(facts.subnets.items());
            let private = match self.1 {
                Depth::Stacks => false,
                // moto says so of gateway endpoints too, which have none.
                Depth::Calls => {
                    !facts.subnets.items().is_empty()
                        && facts.private_dns_enabled.value() == Some(&true)
                }
            };
            format!(
                "{:?} of {} in {subnets:?}, tables {tables:?}, {groups} groups, private names {private}",
                facts.service_name.value(),
                self.vpc(facts.vpc.value()),
            )
        })
        .collect()
    }

    fn groups(&self) -> Vec<String> {
        let all = self.0.all::<SecurityGroupFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .filter(|(_, facts)| facts.group_name.value().is_none_or(|it| it != "default"))
            .map(|(_, facts)| {
                let mut rules: Vec<String> = facts
                    .ingress
                    .items()
                    .iter()
                    .map(|it| format!("{} {:?} {:?}", it.protocol, it.from_port, it.peer))
                    .collect();
                rules.sort();
                let more = match self.1 {
                    Depth::Stacks => String::new(),
                    Depth::Calls => {
                        let out = facts.egress.items().iter().filter(|it| !is_first_out(it));
                        let out: Vec<String> = out.map(|it| format!("{it:?}")).collect();
                        format!(
                            " {:?} {:?} out {out:?}",
                            facts.group_name.value(),
                            facts.description.value()
                        )
                    }
                };
                format!("{}: {rules:?}{more}", self.vpc(facts.vpc.value()))
            })
            .collect()
    }

    fn peering(&self, id: &Id) -> String {
        let facts = self.0.facts::<VpcPeeringConnectionFacts>(id);
        let facts = facts.expect("the connection");
        let side = |vpc: &Id| self.vpc(Some(vpc));
        let requester = facts.requester.value().map(|it| side(&it.vpc));
        let accepter = facts.accepter.value().map(|it| side(&it.vpc));
        format!("peering from {requester:?} to {accepter:?}")
    }

    fn peerings(&self) -> Vec<String> {
        let all = self.0.all::<VpcPeeringConnectionFacts>();
        all.map(|(it, _)| self.peering(&it.key().id)).collect()
    }

    fn flow_logs(&self) -> Vec<String> {
        let all = self.0.all::<FlowLogFacts>();
        all.map(|(_, facts)| {
            format!(
                "{} {:?} {:?}",
                self.vpc(facts.resource.value()),
                facts.destination.value(),
                facts.traffic_type.value()
            )
        })
        .collect()
    }

    fn attachments(&self) -> Vec<String> {
        let all = self.0.all::<TransitGatewayAttachmentFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.resource.value()))
            .map(|(_, facts)| {
                format!(
                    "{} in {:?} {:?} {:?} {:?}",
                    self.vpc(facts.resource.value()),
                    self.all_subnets(facts.subnets.items()),
                    facts.dns_support.value(),
                    facts.ipv6_support.value(),
                    facts.appliance_mode_support.value()
                )
            })
            .collect()
    }

    /// The tags of everything that a script tags, by kind.
    fn names(&self) -> Vec<String> {
        let kinds = [
            Kind::InternetGateway,
            Kind::EgressOnlyInternetGateway,
            Kind::VpnGateway,
            Kind::NatGateway,
            Kind::ElasticIp,
            Kind::VpcEndpoint,
            Kind::SecurityGroup,
            Kind::VpcPeeringConnection,
            Kind::TransitGatewayAttachment,
            Kind::FlowLog,
        ];
        let all = self.0.resources().filter(|it| kinds.contains(&it.kind()));
        all.map(|it| format!("{} {:?}", it.kind(), tags(it)))
            .filter(|words| !words.ends_with("[]"))
            .collect()
    }
}

/// What a group lets out from the start; in a VPC with version 6 AWS writes a second rule, which no plan says.
fn is_first_out(rule: &SecurityGroupRule) -> bool {
    let everything = matches!(&rule.peer, RulePeer::Block(block) if block.prefix_len() == 0);
    rule.protocol == "-1" && everything
}

fn has_blocks(blocks: &Known<Vec<CidrAssociation>>) -> bool {
    match blocks {
        Known::ChosenByAws => true,
        blocks => !blocks.items().is_empty(),
    }
}
