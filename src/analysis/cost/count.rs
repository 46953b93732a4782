//! What there is to pay for, counted and grouped, and what cannot be counted.

use super::{Extra, Item, Unknown};
use crate::analysis::search::region_of;
use crate::network::{
    CoreNetworkFacts, Coverage, ElasticIpFacts, Id, Input, InstanceFacts, InterfaceUse, Key, Kind,
    Known, NatGatewayFacts, Network, NetworkFirewallFacts, NetworkInterfaceFacts, Resource, Scope,
    Shard, SubnetFacts, Text, TransitGatewayAttachmentFacts, VpcEndpointFacts, VpnConnectionFacts,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What stands on one line of the bill.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) item: Item,
    pub(super) region: Option<Text>,
    pub(super) what: Text,
}

/// How much of it there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) count: u32,
    pub(super) resources: BTreeSet<Key>,
}

/// Count what a network has, and what a design plans outside it.
pub(super) fn count(
    network: &Network,
    extras: &[Extra],
) -> (BTreeMap<Group, Counted>, Vec<Unknown>) {
    let mut counter = Counter {
        network,
        groups: BTreeMap::new(),
        unknown: Vec::new(),
    };
    counter.nat_gateways();
    counter.public_addresses();
    counter.endpoints();
    counter.attachments();
    counter.vpn_connections();
    counter.resolver_endpoints();
    counter.extras(extras);
    counter.without_item();
    counter.not_read(extras);
    (counter.groups, counter.unknown)
}

struct Counter<'a> {
    network: &'a Network,
    groups: BTreeMap<Group, Counted>,
    unknown: Vec<Unknown>,
}

/// Zones that were told apart, and how many places name none that was read.
#[derive(Default)]
struct Zones<'a> {
    known: BTreeSet<&'a Text>,
    missing: u32,
}

impl<'a> Zones<'a> {
    fn of(names: impl IntoIterator<Item = Option<&'a Text>>) -> Self {
        let mut zones = Self::default();
        for name in names {
            match name {
                Some(name) => {
                    zones.known.insert(name);
                }
                None => zones.missing = zones.missing.saturating_add(1),
            }
        }
        zones
    }

    fn count(&self) -> u32 {
        number(self.known.len())
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whether something in this state is charged for from now on: what is being taken down is as good as gone. A state
/// that was not read counts as there. States are written in either case (`deleted`, `Deleted`).
fn is_there(state: &Known<Text>) -> bool {
    !state.value().is_some_and(|state| {
        [
            "deleted",
            "deleting",
            "failed",
            "failing",
            "expired",
            "rejected",
            "rejecting",
        ]
        .iter()
        .any(|gone| state.eq_ignore_ascii_case(gone))
    })
}

/// An endpoint that its service refused is charged for until it is deleted.
/// <https://aws.amazon.com/privatelink/pricing/>
fn is_endpoint_there(state: &Known<Text>) -> bool {
    is_there(state)
        || state
            .value()
            .is_some_and(|state| state.eq_ignore_ascii_case("rejected"))
}

impl<'a> Counter<'a> {
    /// Count so many of something, under the words of its item.
    fn add(&mut self, item: Item, count: u32, resource: &Resource) {
        self.add_as(item, item.singular(), count, resource);
    }

    fn add_as(&mut self, item: Item, what: &str, count: u32, resource: &Resource) {
        if count == 0 {
            return;
        }
        let group = Group {
            item,
            region: region_of(resource).map(Text::from),
            what: what.into(),
        };
        let counted = self.groups.entry(group).or_default();
        counted.count = counted.count.saturating_add(count);
        counted.resources.insert(resource.key().clone());
    }

    /// Say that something about a resource keeps its cost, or a part of it, out of the total.
    fn leave_out(&mut self, what: &str, why: String, resource: &Resource) {
        self.unknown.push(Unknown {
            what: what.into(),
            count: None,
            why: why.into(),
            item: None,
            region: region_of(resource).map(Text::from),
            resources: vec![resource.key().clone()],
        });
    }

    /// Count something in each of its zones; where some are not known, the others count and the lack is said.
    fn add_zones(&mut self, item: Item, zones: Option<&Zones<'_>>, resource: &Resource) {
        let id = &resource.key().id;
        let one = resource.kind().singular();
        match zones {
            None => self.leave_out(
                item.plural(),
                format!("the zones of {one} {id} were not read, so its cost is unknown"),
                resource,
            ),
            Some(zones) => {
                self.add(item, zones.count(), resource);
                if zones.missing > 0 {
                    self.leave_out(
                        item.plural(),
                        format!(
                            "not all zones of {one} {id} were read, so a part of its cost is unknown"
                        ),
                        resource,
                    );
                }
            }
        }
    }

    /// The zone a subnet stands in, where it was read.
    fn zone_of(&self, subnet: &Id) -> Option<&'a Text> {
        zone(self.network.facts::<SubnetFacts>(subnet)?)
    }

    fn nat_gateways(&mut self) {
        for (resource, facts) in self.network.all::<NatGatewayFacts>() {
            if !is_there(&facts.state) {
                continue;
            }
            if is_regional(facts) {
                self.regional_nat_gateway(resource, facts);
            } else {
                self.add(Item::NatGateway, 1, resource);
            }
        }
    }

    /// A regional gateway is charged in every zone it is active in: those of its addresses. In a plan these are not there
    /// yet; the gateway will reach every zone of its VPC that has a subnet.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    fn regional_nat_gateway(&mut self, resource: &Resource, facts: &NatGatewayFacts) {
        let addresses = facts.addresses.items();
        let planned =
            matches!(resource.key().id, Id::Planned(_)) || facts.addresses == Known::ChosenByAws;
        let network = self.network;
        let zones = if !addresses.is_empty() {
            let zones = addresses
                .iter()
                .map(|address| address.availability_zone.as_ref());
            Some(Zones::of(zones))
        } else if planned {
            facts.vpc.value().map(|vpc| {
                let subnets = network.all::<SubnetFacts>();
                let inside = subnets.filter(|(_, subnet)| subnet.vpc.value() == Some(vpc));
                Zones::of(inside.map(|(_, subnet)| zone(subnet)))
            })
        } else {
            None
        };
        // A gateway without any zone is one whose zones nobody told.
        let zones = zones.filter(|zones| !zones.known.is_empty());
        self.add_zones(Item::RegionalNatGateway, zones.as_ref(), resource);
        let private = facts
            .connectivity_type
            .value()
            .is_some_and(|kind| kind == "private");
        if planned && addresses.is_empty() && !private {
            self.leave_out(
                Item::PublicIpv4.plural(),
                format!(
                    "the number of addresses of regional NAT gateway {} is chosen by AWS, so their cost is unknown",
                    resource.key().id
                ),
                resource,
            );
        }
    }

    /// Every public address once, whoever else names it: elastic IPs, then addresses of NAT gateways whose elastic IPs
    /// were not read, then those that AWS lent to interfaces and instances.
    fn public_addresses(&mut self) {
        let network = self.network;
        let mut seen: BTreeSet<IpAddr> = BTreeSet::new();
        for (resource, facts) in network.all::<ElasticIpFacts>() {
            seen.extend(facts.public_ip.value());
            self.add(Item::PublicIpv4, 1, resource);
        }
        let mut allocations: BTreeSet<&Id> = BTreeSet::new();
        for (resource, facts) in network.all::<NatGatewayFacts>() {
            if !is_there(&facts.state) {
                continue;
            }
            for address in facts.addresses.items() {
                let allocation = address.allocation.as_ref();
                let elastic = |id: &Id| Key::new(Kind::ElasticIp, id.clone());
                if allocation.is_some_and(|id| network.get(&elastic(id)).is_some()) {
                    seen.extend(address.public_ip);
                    continue;
                }
                let new = match (address.public_ip, allocation) {
                    (Some(ip), _) => ip.is_ipv4() && seen.insert(ip),
                    (None, Some(id)) => allocations.insert(id),
                    (None, None) => false,
                };
                self.add(Item::PublicIpv4, u32::from(new), resource);
            }
        }
        for (resource, facts) in network.all::<NetworkInterfaceFacts>() {
            let addresses = facts.addresses.items().iter();
            let public = addresses.filter_map(|address| address.public_ip);
            let new = public.filter(|ip| ip.is_ipv4() && seen.insert(*ip)).count();
            self.add(Item::PublicIpv4, number(new), resource);
        }
        for (resource, facts) in network.all::<InstanceFacts>() {
            let terminated = facts
                .state
                .value()
                .is_some_and(|state| state == "terminated");
            let public = facts.public_ip.value().filter(|ip| ip.is_ipv4());
            let new = public.is_some_and(|ip| !terminated && seen.insert(*ip));
            self.add(Item::PublicIpv4, u32::from(new), resource);
        }
    }

    fn endpoints(&mut self) {
        for (resource, facts) in self.network.all::<VpcEndpointFacts>() {
            if !is_endpoint_there(&facts.state) {
                continue;
            }
            let id = &resource.key().id;
            match facts.endpoint_type.value().map(Text::as_str) {
                Some("Gateway") => {
                    let what = gateway_endpoint(facts);
                    self.add_as(Item::GatewayEndpoint, what, 1, resource);
                }
                Some("Interface") => {
                    let zones = self.endpoint_zones(facts);
                    self.add_zones(Item::InterfaceEndpoint, zones.as_ref(), resource);
                }
                Some("GatewayLoadBalancer") => {
                    let zones = self.endpoint_zones(facts);
                    self.add_zones(Item::GatewayLoadBalancerEndpoint, zones.as_ref(), resource);
                }
                Some(other) => self.leave_out(
                    Kind::VpcEndpoint.plural(),
                    format!("no price known for endpoints of type {other} such as {id}"),
                    resource,
                ),
                None => self.leave_out(
                    Kind::VpcEndpoint.plural(),
                    format!("the type of endpoint {id} was not read, so its cost is unknown"),
                    resource,
                ),
            }
        }
    }

    /// The zones an endpoint is charged in: those of its subnets, or those of its interfaces where the subnets' are not
    /// all known.
    fn endpoint_zones(&self, facts: &VpcEndpointFacts) -> Option<Zones<'a>> {
        let subnets = facts.subnets.value();
        let by_subnet = subnets.map(|ids| Zones::of(ids.iter().map(|id| self.zone_of(id))));
        if by_subnet.as_ref().is_some_and(|zones| zones.missing == 0) {
            return by_subnet;
        }
        let interfaces = facts.network_interfaces.items();
        let by_interface = Zones::of(interfaces.iter().map(|id| {
            let interface = self.network.facts::<NetworkInterfaceFacts>(id)?;
            interface.availability_zone.value()
        }));
        if by_interface.missing == 0 && !by_interface.known.is_empty() {
            Some(by_interface)
        } else {
            by_subnet
        }
    }

    /// VPCs and VPN connections on a transit gateway have a price; peerings and the other kinds have none that is known.
    fn attachments(&mut self) {
        for (resource, facts) in self.network.all::<TransitGatewayAttachmentFacts>() {
            if !is_there(&facts.state) {
                continue;
            }
            let id = &resource.key().id;
            match facts.resource_type.value().map(Text::as_str) {
                Some("vpc" | "vpn") => self.add(Item::TransitGatewayAttachment, 1, resource),
                Some(other) => self.leave_out(
                    Item::TransitGatewayAttachment.plural(),
                    format!(
                        "no price known for transit gateway attachments of type {other} such as {id}"
                    ),
                    resource,
                ),
                None => self.leave_out(
                    Item::TransitGatewayAttachment.plural(),
                    format!(
                        "the type of transit gateway attachment {id} was not read, so its cost is unknown"
                    ),
                    resource,
                ),
            }
        }
    }

    fn vpn_connections(&mut self) {
        for (resource, facts) in self.network.all::<VpnConnectionFacts>() {
            if is_there(&facts.state) {
                self.add(Item::VpnConnection, 1, resource);
            }
        }
    }

    fn resolver_endpoints(&mut self) {
        for (resource, facts) in self.network.all::<NetworkInterfaceFacts>() {
            if matches!(InterfaceUse::of(facts), InterfaceUse::Resolver(_)) {
                self.add(Item::ResolverEndpoint, 1, resource);
            }
        }
    }

    fn extras(&mut self, extras: &[Extra]) {
        let regions: BTreeSet<&str> = self
            .network
            .resources()
            .filter_map(|resource| region_of(resource))
            .collect();
        let only = match regions.first() {
            Some(&region) if regions.len() == 1 => Some(Text::from(region)),
            _ => None,
        };
        for extra in extras.iter().filter(|extra| extra.count > 0) {
            let group = Group {
                item: extra.item,
                region: only.clone().filter(|_| !extra.item.is_global()),
                what: extra.what.clone(),
            };
            let counted = self.groups.entry(group).or_default();
            counted.count = counted.count.saturating_add(extra.count);
        }
    }

    /// What is charged for by the hour and is nothing the price table knows.
    fn without_item(&mut self) {
        let firewalls = self.network.all::<NetworkFirewallFacts>();
        let cores = self.network.all::<CoreNetworkFacts>();
        let resources: Vec<&Resource> = firewalls
            .map(|(resource, _)| resource.as_ref())
            .chain(cores.map(|(resource, _)| resource.as_ref()))
            .collect();
        for resource in resources {
            let many = resource.kind().plural();
            let why = format!("no price known for {many} such as {}", resource.key().id);
            self.leave_out(many, why, resource);
        }
    }

    /// What was not read may cost something. A plan holds all that is planned.
    fn not_read(&mut self, extras: &[Extra]) {
        /// What to read, and what is unknown without it.
        const READ: &[(Kind, &str)] = &[
            (Kind::NatGateway, "their cost"),
            (Kind::ElasticIp, "their cost"),
            (
                Kind::NetworkInterface,
                "the cost of public addresses and resolver endpoints",
            ),
            (Kind::VpcEndpoint, "their cost"),
            (Kind::TransitGatewayAttachment, "their cost"),
            (Kind::VpnConnection, "their cost"),
        ];
        let network = self.network;
        for &(kind, cost) in READ {
            for (scope, shard) in network.shards() {
                if is_empty(shard) || is_planned(shard) {
                    continue;
                }
                let many = kind.plural();
                let why = match coverage(network, scope, kind) {
                    Coverage::Complete => continue,
                    Coverage::Partial => {
                        format!("not all {many} were read, so {cost} is in part unknown")
                    }
                    Coverage::NotRead => format!("{many} were not read, so {cost} is unknown"),
                };
                self.unread(many, why, scope);
            }
        }
        let failed = |shard: &Shard| is_empty(shard) && shard.gaps().next().is_some();
        let mut shards = network.shards().map(|(_, shard)| shard);
        if shards.all(|shard| is_empty(shard)) {
            // A design may plan nothing but what stands outside the network.
            if extras.is_empty() || network.shards().any(|(_, shard)| failed(shard)) {
                let why = "nothing was read, so the cost is unknown".to_owned();
                self.unread("everything", why, &Scope::default());
            }
            return;
        }
        for (scope, _) in network.shards().filter(|(_, shard)| failed(shard)) {
            let what = if *scope == Scope::default() {
                "a part of the input"
            } else {
                "what is there"
            };
            let why = format!("{what} was not read, so its cost is unknown");
            self.unread("everything", why, scope);
        }
    }

    /// Say that something of an account and region was not read.
    fn unread(&mut self, what: &str, why: String, scope: &Scope) {
        let why = if *scope == Scope::default() {
            why
        } else {
            format!("{why} ({scope})")
        };
        self.unknown.push(Unknown {
            what: what.into(),
            count: None,
            why: why.into(),
            item: None,
            region: scope.region.clone(),
            resources: Vec::new(),
        });
    }
}

/// The zone a subnet stands in: its name, or its id where only that was read.
fn zone(subnet: &SubnetFacts) -> Option<&Text> {
    let name = subnet.availability_zone.value();
    name.or_else(|| subnet.availability_zone_id.value())
}

/// Outputs of before 2025 do not name the mode; then only a gateway without a subnet is regional.
fn is_regional(facts: &NatGatewayFacts) -> bool {
    match facts.availability_mode.value() {
        Some(mode) => mode == "regional",
        None => facts.subnet == Known::Value(None),
    }
}

fn gateway_endpoint(facts: &VpcEndpointFacts) -> &'static str {
    let service = facts.service_name.value();
    match service.and_then(|name| name.rsplit('.').next()) {
        Some("s3") => "S3 gateway endpoint",
        Some("dynamodb") => "DynamoDB gateway endpoint",
        _ => Item::GatewayEndpoint.singular(),
    }
}

fn is_empty(shard: &Shard) -> bool {
    shard.resources().next().is_none() && shard.coverages().next().is_none()
}

fn is_planned(shard: &Shard) -> bool {
    let mut resources = shard.resources().peekable();
    resources.peek().is_some()
        && resources.all(|resource| {
            let mut seen = resource.observations().iter();
            seen.all(|seen| seen.sighting.input == Input::Design)
        })
}

/// How much of a kind was read where a scope is, by anybody: a file that does not say its account or region may be of
/// any.
fn coverage(network: &Network, scope: &Scope, kind: Kind) -> Coverage {
    let agree = |a: &Option<Text>, b: &Option<Text>| a.is_none() || b.is_none() || a == b;
    network
        .shards()
        .filter(|(other, _)| {
            agree(&scope.account, &other.account) && agree(&scope.region, &other.region)
        })
        .map(|(_, shard)| shard.coverage(kind))
        .max()
        .unwrap_or_default()
}
