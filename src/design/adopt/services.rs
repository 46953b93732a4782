//! Gateways, endpoints and what else a VPC has beside its subnets.

use super::{Found, group_slot};
use crate::cidr::is_default;
use crate::design::group::sources;
use crate::design::model::{
    Design, Endpoint, FlowLog, GatewayService, Ipv6, Nat, Peering, Reserved, Resolver, Tier,
    Traffic, TransitGateway, Vpc, VpnGateway,
};
use crate::design::names::name;
use crate::network::{
    EgressOnlyInternetGatewayFacts, FlowLogFacts, Id, InterfaceUse, Key, Kind, NatGatewayFacts,
    NetworkInterfaceFacts, RulePeer, SecurityGroupFacts, Text, TransitGatewayAttachmentFacts,
    VpcEndpointFacts, VpcPeeringConnectionFacts, VpnGatewayFacts,
};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

impl Found<'_> {
    /// The ways out, on which the kinds of tiers depend.
    pub(super) fn gateways(&self, vpc: &mut Vpc) {
        let mut zonal = 0_usize;
        let mut is_regional = false;
        for (_, facts) in self.all::<NatGatewayFacts>() {
            if facts
                .availability_mode
                .value()
                .is_some_and(|it| it == "regional")
            {
                is_regional = true;
            } else if facts
                .connectivity_type
                .value()
                .is_none_or(|it| it == "public")
            {
                zonal = zonal.saturating_add(1);
            }
        }
        vpc.nat = match zonal {
            0 if is_regional => Nat::Regional,
            0 => Nat::None,
            1 => Nat::One,
            _ => Nat::PerAz,
        };
        vpc.egress_only = vpc.ipv6 != Ipv6::None
            && self
                .all::<EgressOnlyInternetGatewayFacts>()
                .next()
                .is_some();
    }

    /// The subnets with NAT gateways.
    pub(super) fn hosts_of_nats(&self) -> BTreeSet<Id> {
        let nats = self.all::<NatGatewayFacts>();
        nats.filter_map(|(_, facts)| facts.subnet.value().cloned().flatten())
            .collect()
    }

    /// The subnets with something that a design puts into the first one of a zone.
    pub(super) fn hosts(&self) -> BTreeSet<Id> {
        let mut hosts = self.hosts_of_nats();
        for (_, facts) in self.all::<VpcEndpointFacts>() {
            hosts.extend(facts.subnets.items().iter().cloned());
        }
        for (_, facts) in self.all::<TransitGatewayAttachmentFacts>() {
            hosts.extend(facts.subnets.items().iter().cloned());
        }
        hosts.extend(self.resolver());
        hosts
    }

    /// The subnets of the inbound resolver endpoint: the first, where there are several.
    fn resolver(&self) -> BTreeSet<Id> {
        let mut endpoints: BTreeMap<Text, BTreeSet<Id>> = BTreeMap::new();
        for (_, facts) in self.all::<NetworkInterfaceFacts>() {
            if let (InterfaceUse::Resolver(endpoint), Some(subnet)) =
                (InterfaceUse::of(facts), facts.subnet.value())
            {
                let endpoint = endpoint.unwrap_or_default();
                // Those that ask elsewhere are no part of a design.
                if !endpoint.starts_with("rslvr-out") {
                    endpoints
                        .entry(endpoint)
                        .or_default()
                        .insert(subnet.clone());
                }
            }
        }
        endpoints.into_values().next().unwrap_or_default()
    }

    /// What needs tiers to be put into, and what leads elsewhere.
    pub(super) fn services(&self, vpc: &mut Vpc, region: &Text) {
        let shared = self.shared();
        self.endpoints(vpc, region);
        let resolver = self.resolver();
        if !resolver.is_empty() {
            let tier = self.tier_of(vpc, &resolver);
            vpc.resolver = tier.map(|tier| Resolver { tier });
        }
        self.group(vpc);
        let mut attachments = self.all::<TransitGatewayAttachmentFacts>();
        let attachment = attachments.find_map(|(_, facts)| {
            let gateway = facts.transit_gateway.value()?;
            Some((gateway, facts.subnets.items().iter().cloned().collect()))
        });
        if let Some((gateway, subnets)) = attachment {
            vpc.transit_gateway = Some(TransitGateway {
                id: gateway.as_str().into(),
                tier: self.tier_of(vpc, &subnets).unwrap_or_default(),
                routes: shared.transit.iter().copied().collect(),
            });
        }
        if self.all::<VpnGatewayFacts>().next().is_some() {
            vpc.vpn_gateway = Some(VpnGateway {
                propagate: shared.propagates,
                routes: shared.vpn.iter().copied().collect(),
            });
        }
        self.flow_log(vpc);
        self.peerings(vpc, &shared.peering);
    }

    /// Ranges elsewhere whose machines the resolver endpoint answers, and which no route tells.
    pub(super) fn askers(&self, design: &Design) -> Vec<Reserved> {
        let vpc = design.vpcs.iter().find(|vpc| {
            vpc.resolver.is_some() && (vpc.transit_gateway.is_some() || vpc.vpn_gateway.is_some())
        });
        let Some(vpc) = vpc else {
            return Vec::new();
        };
        let group = name(vpc, Kind::SecurityGroup, "endpoints", "sg-endpoints");
        let group = group.unwrap_or_else(|| "endpoints".into());
        let told = sources(design, vpc);
        let mut groups = self.all::<SecurityGroupFacts>();
        let found = groups.find(|(_, facts)| facts.group_name.value() == Some(&group));
        let rules = found.map_or(&[][..], |(_, facts)| facts.ingress.items());
        let asks = rules.iter().filter_map(|rule| match rule.peer {
            RulePeer::Block(block) if rule.from_port == Some(53) => Some(block),
            _ => None,
        });
        let own = |block: &IpNet| vpc.blocks().any(|it| IpNet::V4(it) == *block);
        let further = asks.filter(|it| !told.contains(it) && !own(it) && !is_default(*it));
        let further: BTreeSet<IpNet> = further.collect();
        let reserved = |cidr| Reserved {
            cidr,
            note: String::new(),
        };
        further.into_iter().map(reserved).collect()
    }

    fn endpoints(&self, vpc: &mut Vpc, region: &Text) {
        let short = |service: &Text| -> Text {
            let rest = service
                .strip_prefix("com.amazonaws.")
                .and_then(|rest| rest.strip_prefix(region.as_str()))
                .and_then(|rest| rest.strip_prefix('.'));
            rest.map_or_else(|| service.clone(), Text::from)
        };
        for (_, facts) in self.all::<VpcEndpointFacts>() {
            let Some(service) = facts.service_name.value() else {
                continue;
            };
            if facts.requester_managed.value() == Some(&true) {
                continue;
            }
            let service = short(service);
            match facts.endpoint_type.value().map(Text::as_str) {
                Some("Gateway") => {
                    let all = [GatewayService::S3, GatewayService::Dynamodb];
                    let found = all.into_iter().find(|it| service == it.word());
                    if let Some(found) = found.filter(|it| !vpc.gateway_endpoints.contains(it)) {
                        vpc.gateway_endpoints.push(found);
                    }
                }
                Some("Interface") => {
                    let subnets = facts.subnets.items().iter().cloned().collect();
                    let is_new = vpc.endpoints.iter().all(|it| it.service != service);
                    if is_new && let Some(tier) = self.tier_of(vpc, &subnets) {
                        vpc.endpoints.push(Endpoint {
                            service,
                            tier,
                            private_dns: facts.private_dns_enabled.value().copied().unwrap_or(true),
                        });
                    }
                }
                _ => {}
            }
        }
        vpc.gateway_endpoints.sort_unstable();
        vpc.endpoints.sort_by(|a, b| a.service.cmp(&b.service));
    }

    /// The tier whose first subnets of the zones are nearest to these.
    fn tier_of(&self, vpc: &Vpc, subnets: &BTreeSet<Id>) -> Option<Text> {
        let blocks: BTreeSet<_> = self
            .places
            .iter()
            .filter(|place| subnets.contains(place.id()))
            .map(|place| place.block)
            .collect();
        let distance = |tier: &&Tier| {
            let first = tier
                .first_of_each(&vpc.zones)
                .map(|(_, subnet)| subnet.cidr);
            first
                .collect::<BTreeSet<_>>()
                .symmetric_difference(&blocks)
                .count()
        };
        let tiers = vpc.tiers.iter().filter(|tier| !tier.subnets.is_empty());
        tiers.min_by_key(distance).map(|tier| tier.name.clone())
    }

    /// The security group of the endpoints is called as the one that most of them have.
    fn group(&self, vpc: &mut Vpc) {
        if vpc.endpoints.is_empty() && vpc.resolver.is_none() {
            return;
        }
        let mut uses: BTreeMap<&Id, usize> = BTreeMap::new();
        let mut count = |groups: &'_ [Id]| {
            for group in groups {
                if let Some((resource, _)) = self
                    .all::<SecurityGroupFacts>()
                    .find(|(resource, _)| resource.key().id == *group)
                {
                    let count = uses.entry(&resource.key().id).or_default();
                    *count = count.saturating_add(1);
                }
            }
        };
        for (_, facts) in self.all::<VpcEndpointFacts>() {
            count(facts.groups.items());
        }
        for (_, facts) in self.all::<NetworkInterfaceFacts>() {
            if matches!(InterfaceUse::of(facts), InterfaceUse::Resolver(_)) {
                count(facts.groups.items());
            }
        }
        let called = |id: &Id| {
            let facts = self.network.facts::<SecurityGroupFacts>(id)?;
            facts
                .group_name
                .value()
                .filter(|it| *it != "default")
                .cloned()
        };
        let most = uses
            .iter()
            .filter_map(|(id, count)| Some((*count, std::cmp::Reverse(*id), called(id)?)))
            .max();
        let Some((_, _, group)) = most else {
            return;
        };
        let planned = name(vpc, Kind::SecurityGroup, "endpoints", "sg-endpoints");
        if planned.unwrap_or_else(|| "endpoints".into()) != group {
            vpc.names.insert(group_slot(), group);
        }
    }

    fn flow_log(&self, vpc: &mut Vpc) {
        let logs = self.all::<FlowLogFacts>();
        let mut logs = logs.filter(|(_, facts)| {
            let kind = facts.destination_type.value().map(Text::as_str);
            facts.resource.value() == Some(&self.vpc.key().id)
                && matches!(kind, Some("s3" | "cloud-watch-logs"))
        });
        vpc.flow_log = logs.next().map(|(_, facts)| FlowLog {
            destination: self.log_destination(facts),
            role: facts.deliver_logs_permission_arn.value().cloned(),
            traffic: match facts.traffic_type.value().map(Text::as_str) {
                Some("ACCEPT") => Traffic::Accept,
                Some("REJECT") => Traffic::Reject,
                _ => Traffic::All,
            },
        });
    }

    /// A design names a log group by its ARN; AWS may name it by itself, and it lies beside the VPC then.
    fn log_destination(&self, facts: &FlowLogFacts) -> Text {
        let destination = facts.destination.value().cloned().unwrap_or_default();
        let is_group = facts.destination_type.value().map(Text::as_str) == Some("cloud-watch-logs");
        let seen = || {
            let mut seen = self.vpc.observations().iter();
            seen.find_map(|seen| seen.sighting.account.clone())
        };
        let account = self.vpc.common().owner.value().cloned().or_else(seen);
        let region = super::region(self.network, self.vpc);
        match account {
            Some(account)
                if is_group
                    && !destination.is_empty()
                    && !destination.starts_with("arn:")
                    && !region.is_empty() =>
            {
                let partition = match region.as_str() {
                    it if it.starts_with("cn-") => "aws-cn",
                    it if it.starts_with("us-gov-") => "aws-us-gov",
                    it if it.starts_with("eusc-") => "aws-eusc",
                    _ => "aws",
                };
                Text::from(format!(
                    "arn:{partition}:logs:{region}:{account}:log-group:{destination}"
                ))
            }
            _ => destination,
        }
    }

    /// Those that this VPC asked for; the side that was asked cannot say so in a design of its own.
    fn peerings(&self, vpc: &mut Vpc, routes: &BTreeMap<Key, BTreeSet<IpNet>>) {
        for (resource, facts) in self.all::<VpcPeeringConnectionFacts>() {
            let (Some(near), Some(far)) = (facts.requester.value(), facts.accepter.value()) else {
                continue;
            };
            if near.vpc != self.vpc.key().id {
                continue;
            }
            let with: Text = far.vpc.as_str().into();
            if vpc.peerings.iter().any(|it| it.with == with) {
                continue;
            }
            let other = |mine: &Option<Text>, theirs: &Option<Text>| {
                theirs.clone().filter(|_| mine.is_some() && mine != theirs)
            };
            let cidrs = routes.get(resource.key()).into_iter().flatten();
            vpc.peerings.push(Peering {
                with,
                cidrs: cidrs.copied().collect(),
                account: other(&near.owner, &far.owner),
                region: other(&near.region, &far.region),
            });
        }
    }
}
