//! Relations derived from the facts: who uses which table, where routes lead, what belongs together.
//!
//! Derived, never saved. One edge per (table, target) carries its routes. Graph indices never leave this room, and
//! every answer is sorted by key.

use super::facts::{
    CarrierGatewayFacts, EgressOnlyInternetGatewayFacts, InternetGatewayFacts, NatGatewayFacts,
    NetworkFirewallFacts, NetworkInterfaceFacts, PrefixListFacts, Route, RouteState,
    RouteTableFacts, SubnetFacts, Target, TransitGatewayAttachmentFacts, VpcAttachment,
    VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts, VpnGatewayFacts,
};
use super::gap::{Cause, Coverage, Gap};
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use super::shard::Network;
use crate::cidr::{Family, is_default};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// How two resources are related; the edge runs from the first to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// VPC → what stands in it: subnets, route tables, connections.
    Holds,
    /// Subnet → the table its packets are routed by.
    RoutedBy {
        /// Whether the subnet names the table; otherwise it falls to the main one.
        explicit: bool,
    },
    /// Route table → what it sends packets to, with the routes that do so.
    Routes(Vec<Route>),
    /// Route table → the gateway whose incoming packets it routes (an edge association).
    Edge,
    /// Connection → a subnet it has a leg in: a NAT gateway's, an endpoint's, an attachment's.
    Leg,
    /// Connection → a VPC on its far side (a peering), or another table or gateway that belongs to it.
    Belongs,
}

/// The table that routes a subnet's packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effective {
    /// The subnet names it.
    Explicit(Key),
    /// The VPC's main table, because the subnet names none.
    Main(Key),
    /// It cannot be told; the reason is a sentence without a full stop.
    Unknown(Text),
}

impl Effective {
    /// The table, if it can be told.
    pub fn table(&self) -> Option<&Key> {
        match self {
            Self::Explicit(key) | Self::Main(key) => Some(key),
            Self::Unknown(_) => None,
        }
    }
}

/// What a subnet is, in one address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubnetKind {
    /// An active default route leads to an attached internet gateway.
    Public,
    /// Not public, and an active route leads to something other than local and gateway endpoints.
    Private,
    /// Only local and gateway-endpoint routes are active.
    Isolated,
    /// The table was not read.
    Unknown,
}

impl SubnetKind {
    /// The word on the card.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
            Self::Unknown => "unknown",
        }
    }
}

/// What else is to be said of a subnet, in one address family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubnetFlags {
    /// The kind of target of its active default route.
    pub egress: Option<Kind>,
    /// A narrower route leads to an internet gateway.
    pub partly_public: bool,
    /// Its only way out is a VPN gateway.
    pub vpn_only: bool,
    /// A default route is a blackhole, or its target is gone or detached.
    pub blackholed: bool,
    /// Block Public Access stops its internet gateway.
    pub igw_blocked: bool,
    /// Its name or tier tag says otherwise.
    pub name_disagrees: bool,
}

impl SubnetFlags {
    /// The flags that are set, as words.
    pub fn words(&self) -> Vec<&'static str> {
        [
            (self.partly_public, "partly-public"),
            (self.vpn_only, "vpn-only"),
            (self.blackholed, "blackholed"),
            (self.igw_blocked, "igw-blocked"),
            (self.name_disagrees, "name-disagrees"),
        ]
        .into_iter()
        .filter_map(|(set, word)| set.then_some(word))
        .collect()
    }
}

/// A line of the map, from its left end to its right end: VPC to subnet, subnet to table, table to connection.
pub type Line = (Key, Key);

/// What lights up together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// Resources, the one itself among them.
    pub keys: BTreeSet<Key>,
    /// Lines; both ends of each are in `keys`.
    pub lines: BTreeSet<Line>,
}

/// What stands in a VPC, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcMembers {
    /// Its subnets.
    pub subnets: Vec<Key>,
    /// Its route tables.
    pub tables: Vec<Key>,
    /// What its routes can point at, and what joins it to something else.
    pub connections: Vec<Key>,
    /// Targets of its routes that are gone; drawn, but not counted as connections.
    pub gone: Vec<Key>,
}

/// The relations of a network.
#[derive(Debug)]
pub struct Topology {
    graph: DiGraph<Key, Relation>,
    nodes: BTreeMap<Key, NodeIndex>,
    effective: BTreeMap<Key, Effective>,
    members: BTreeMap<Key, VpcMembers>,
    zones: BTreeMap<(Key, Text), Vec<Key>>,
    gaps: Vec<Gap>,
}

/// The order in which kinds of connections stand.
fn connection_states(state: &Known<Text>) -> bool {
    !matches!(
        state.value().map(Text::as_str),
        Some(
            "deleted"
                | "rejected"
                | "expired"
                | "failed"
                | "Deleted"
                | "Rejected"
                | "Expired"
                | "Failed"
        )
    )
}

impl Topology {
    /// Derive the relations of a network.
    pub fn of(network: &Network) -> Self {
        let mut builder = Builder::new(network);
        builder.vpcs();
        builder.subnets();
        builder.tables();
        builder.connections();
        builder.associations();
        builder.finish()
    }

    /// The VPCs, those that are only referred to among them, by key.
    pub fn vpcs(&self) -> impl Iterator<Item = (&Key, &VpcMembers)> {
        self.members.iter()
    }

    /// What stands in a VPC.
    pub fn members(&self, vpc: &Key) -> Option<&VpcMembers> {
        self.members.get(vpc)
    }

    /// What cannot be so: two main tables, a subnet without its VPC.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The table that routes a subnet's packets.
    pub fn effective(&self, subnet: &Key) -> Effective {
        self.effective
            .get(subnet)
            .cloned()
            .unwrap_or_else(|| Effective::Unknown("the subnet was not read".into()))
    }

    /// The VPC a subnet, table or connection stands in; the first by key where there are several.
    pub fn vpc_of(&self, key: &Key) -> Option<&Key> {
        self.vpcs_of(key).next()
    }

    /// Every VPC it stands in: a transit gateway or a peering joins several.
    pub fn vpcs_of(&self, key: &Key) -> impl Iterator<Item = &Key> {
        let mut vpcs: Vec<&Key> = self
            .neighbours(key, Direction::Incoming)
            .filter(|(_, relation)| matches!(relation, Relation::Holds))
            .map(|(other, _)| other)
            .collect();
        if key.kind == Kind::Vpc
            && let Some(&node) = self.nodes.get(key)
        {
            vpcs.push(&self.graph[node]);
        }
        vpcs.sort_unstable();
        vpcs.into_iter()
    }

    /// The subnets a table routes, with whether they name it; by key.
    pub fn subnets_of(&self, table: &Key) -> Vec<(&Key, bool)> {
        let mut subnets: Vec<(&Key, bool)> = self
            .neighbours(table, Direction::Incoming)
            .filter_map(|(other, relation)| match relation {
                Relation::RoutedBy { explicit } => Some((other, *explicit)),
                _ => None,
            })
            .collect();
        subnets.sort_unstable();
        subnets
    }

    /// Where a table sends packets, with the routes that do so; by key.
    pub fn targets(&self, table: &Key) -> Vec<(&Key, &[Route])> {
        let mut targets: Vec<(&Key, &[Route])> = self
            .neighbours(table, Direction::Outgoing)
            .filter_map(|(other, relation)| match relation {
                Relation::Routes(routes) => Some((other, routes.as_slice())),
                _ => None,
            })
            .collect();
        targets.sort_unstable_by_key(|(key, _)| *key);
        targets
    }

    /// The tables that send packets to a connection, with the routes that do so; by key.
    pub fn routed_from(&self, connection: &Key) -> Vec<(&Key, &[Route])> {
        let mut tables: Vec<(&Key, &[Route])> = self
            .neighbours(connection, Direction::Incoming)
            .filter_map(|(other, relation)| match relation {
                Relation::Routes(routes) => Some((other, routes.as_slice())),
                _ => None,
            })
            .collect();
        tables.sort_unstable_by_key(|(key, _)| *key);
        tables
    }

    /// The gateways whose incoming packets a table routes, by key.
    pub fn edges(&self, table: &Key) -> Vec<&Key> {
        self.related_by(table, Direction::Outgoing, |relation| {
            matches!(relation, Relation::Edge)
        })
    }

    /// The tables that route a gateway's incoming packets, by key.
    pub fn edge_tables(&self, gateway: &Key) -> Vec<&Key> {
        self.related_by(gateway, Direction::Incoming, |relation| {
            matches!(relation, Relation::Edge)
        })
    }

    /// The subnets a connection has a leg in, by key.
    pub fn legs(&self, connection: &Key) -> Vec<&Key> {
        self.related_by(connection, Direction::Outgoing, |relation| {
            matches!(relation, Relation::Leg)
        })
    }

    /// The connections with a leg in a subnet, by key.
    pub fn legs_in(&self, subnet: &Key) -> Vec<&Key> {
        self.related_by(subnet, Direction::Incoming, |relation| {
            matches!(relation, Relation::Leg)
        })
    }

    /// The subnets of a VPC in a zone, by key.
    pub fn zone(&self, vpc: &Key, zone: &str) -> &[Key] {
        self.zones
            .get(&(vpc.clone(), zone.into()))
            .map_or(&[], Vec::as_slice)
    }

    /// The zones of a VPC that hold subnets, by name, with their subnets.
    pub fn zones(&self, vpc: &Key) -> impl Iterator<Item = (&Text, &[Key])> {
        self.zones
            .range((vpc.clone(), Text::default())..)
            .take_while(move |((of, _), _)| of == vpc)
            .map(|((_, zone), subnets)| (zone, subnets.as_slice()))
    }

    /// What a subnet is in one address family (`contract.md`, part 2).
    pub fn subnet_kind(&self, network: &Network, subnet: &Key, family: Family) -> SubnetKind {
        self.judge(network, subnet, family).0
    }

    /// What else is to be said of a subnet in one address family (`contract.md`, part 2).
    pub fn subnet_flags(&self, network: &Network, subnet: &Key, family: Family) -> SubnetFlags {
        self.judge(network, subnet, family).1
    }

    fn judge(&self, network: &Network, subnet: &Key, family: Family) -> (SubnetKind, SubnetFlags) {
        let mut flags = SubnetFlags::default();
        let effective = self.effective(subnet);
        let routes = effective
            .table()
            .and_then(|table| network.facts::<RouteTableFacts>(&table.id))
            .and_then(|table| table.routes.value());
        let Some(routes) = routes else {
            return (SubnetKind::Unknown, flags);
        };
        let facts = network.facts::<SubnetFacts>(&subnet.id);
        let vpc = facts.and_then(|facts| facts.vpc.value());

        let mut kind = SubnetKind::Isolated;
        let (mut vpn, mut other_ways) = (false, false);
        for route in routes {
            if !in_family(network, route, family) {
                continue;
            }
            let default = route.block().is_some_and(is_default);
            let dead = self.is_dead(network, route, vpc);
            if default && (route.state == RouteState::Blackhole || dead) {
                flags.blackholed = true;
            }
            if !route.is_active() || dead {
                continue;
            }
            let Some(target) = route.target.key() else {
                // A target of a kind we do not know is still a way out.
                if matches!(route.target, Target::Other(_)) {
                    kind = kind.min(SubnetKind::Private);
                    other_ways = true;
                }
                continue;
            };
            if is_gateway_endpoint(network, route, target) {
                continue;
            }
            let internet = target.kind == Kind::InternetGateway;
            kind = kind.min(if internet && default {
                SubnetKind::Public
            } else {
                SubnetKind::Private
            });
            flags.partly_public |= internet && !default;
            vpn |= target.kind == Kind::VpnGateway;
            other_ways |= target.kind != Kind::VpnGateway;
            if default {
                flags.egress = Some(target.kind);
            }
        }
        flags.partly_public &= kind != SubnetKind::Public;
        flags.vpn_only = vpn && !other_ways;
        flags.igw_blocked = kind == SubnetKind::Public && igw_blocked(network, facts);
        flags.name_disagrees = network
            .get(subnet)
            .is_some_and(|resource| name_disagrees(resource.name(), resource.tag("Tier"), kind));
        (kind, flags)
    }

    /// Whether a route AWS calls active leads to something that we know is gone or detached.
    fn is_dead(&self, network: &Network, route: &Route, vpc: Option<&Id>) -> bool {
        let Some(target) = route.target.key() else {
            return false;
        };
        let attached = |attachments: &Known<Vec<VpcAttachment>>| {
            attachments.value().is_none_or(|attachments| {
                attachments.iter().any(|attachment| {
                    attachment.holds() && vpc.is_none_or(|vpc| *vpc == attachment.vpc)
                })
            })
        };
        let Some(resource) = network.get(target) else {
            return vpc.is_some_and(|vpc| {
                self.members
                    .get(&Key::new(Kind::Vpc, vpc.clone()))
                    .is_some_and(|members| members.gone.contains(target))
            });
        };
        if let Some(gateway) = resource.of::<InternetGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(gateway) = resource.of::<EgressOnlyInternetGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(gateway) = resource.of::<VpnGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(nat) = resource.of::<NatGatewayFacts>() {
            !connection_states(&nat.state)
        } else if let Some(peering) = resource.of::<VpcPeeringConnectionFacts>() {
            !connection_states(&peering.status)
        } else {
            false
        }
    }

    /// What lights up with a resource (`contract.md`, part 3), itself included.
    pub fn related(&self, key: &Key) -> Related {
        let mut light = Light::new(self);
        match key.kind {
            Kind::Vpc => {
                light.keys.insert(key.clone());
                if let Some(members) = self.members.get(key) {
                    for subnet in &members.subnets {
                        light.subnet_with_table(subnet);
                    }
                    for table in &members.tables {
                        light.table_with_targets(table);
                        light.edges(table);
                    }
                    let connections = members.connections.iter().chain(&members.gone);
                    light.keys.extend(connections.cloned());
                }
            }
            Kind::Subnet => {
                light.subnet_with_table(key);
                light.vpc(key);
                if let Some(table) = self.effective(key).table() {
                    light.table_with_targets(table);
                }
                for connection in self.legs_in(key) {
                    light.keys.insert(connection.clone());
                }
            }
            Kind::RouteTable => {
                light.keys.insert(key.clone());
                light.vpc(key);
                for (subnet, _) in self.subnets_of(key) {
                    light.subnet_with_table(subnet);
                }
                light.table_with_targets(key);
                light.edges(key);
            }
            _ => self.light_connection(key, &mut light),
        }
        light.finish()
    }

    /// What lights up with the heading of a zone: its subnets, their tables, those tables' targets, and the
    /// connections that stand in the zone.
    pub fn related_to_zone(&self, vpc: &Key, zone: &str) -> Related {
        let mut light = Light::new(self);
        for subnet in self.zone(vpc, zone) {
            light.subnet_with_table(subnet);
            if let Some(table) = self.effective(subnet).table() {
                light.table_with_targets(table);
            }
            for connection in self.legs_in(subnet) {
                light.keys.insert(connection.clone());
            }
        }
        light.finish()
    }

    fn light_connection(&self, key: &Key, light: &mut Light<'_>) {
        light.keys.insert(key.clone());
        for vpc in self.vpcs_of(key) {
            light.keys.insert(vpc.clone());
        }
        for (table, _) in self.routed_from(key) {
            light.keys.insert(table.clone());
            light.lines.insert((table.clone(), key.clone()));
            for (subnet, _) in self.subnets_of(table) {
                light.subnet_with_table(subnet);
            }
        }
        for leg in self.legs(key) {
            light.keys.insert(leg.clone());
        }
        for table in self.edge_tables(key) {
            light.keys.insert(table.clone());
            light.lines.insert((table.clone(), key.clone()));
        }
        let belongs = self.related_by(key, Direction::Outgoing, |relation| {
            matches!(relation, Relation::Belongs)
        });
        light.keys.extend(belongs.into_iter().cloned());
    }

    fn neighbours<'a>(
        &'a self,
        key: &Key,
        direction: Direction,
    ) -> impl Iterator<Item = (&'a Key, &'a Relation)> {
        self.nodes.get(key).into_iter().flat_map(move |&node| {
            self.graph.edges_directed(node, direction).map(move |edge| {
                let other = match direction {
                    Direction::Outgoing => edge.target(),
                    Direction::Incoming => edge.source(),
                };
                (&self.graph[other], edge.weight())
            })
        })
    }

    fn related_by(
        &self,
        key: &Key,
        direction: Direction,
        wanted: impl Fn(&Relation) -> bool,
    ) -> Vec<&Key> {
        let mut keys: Vec<&Key> = self
            .neighbours(key, direction)
            .filter(|(_, relation)| wanted(relation))
            .map(|(other, _)| other)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Gathers what lights up.
struct Light<'a> {
    topology: &'a Topology,
    keys: BTreeSet<Key>,
    lines: BTreeSet<Line>,
}

impl<'a> Light<'a> {
    fn new(topology: &'a Topology) -> Self {
        Self {
            topology,
            keys: BTreeSet::new(),
            lines: BTreeSet::new(),
        }
    }

    fn vpc(&mut self, key: &Key) {
        self.keys.extend(self.topology.vpcs_of(key).cloned());
    }

    /// A subnet, its table, and the lines from its VPC and to its table.
    fn subnet_with_table(&mut self, subnet: &Key) {
        self.keys.insert(subnet.clone());
        for vpc in self.topology.vpcs_of(subnet) {
            self.lines.insert((vpc.clone(), subnet.clone()));
        }
        if let Some(table) = self.topology.effective(subnet).table() {
            self.keys.insert(table.clone());
            self.lines.insert((subnet.clone(), table.clone()));
        }
    }

    /// A table, its targets, and the lines to them.
    fn table_with_targets(&mut self, table: &Key) {
        self.keys.insert(table.clone());
        for (target, _) in self.topology.targets(table) {
            self.keys.insert(target.clone());
            self.lines.insert((table.clone(), target.clone()));
        }
    }

    /// The gateways whose incoming packets a table routes, and the lines to them.
    fn edges(&mut self, table: &Key) {
        for gateway in self.topology.edges(table) {
            self.keys.insert(gateway.clone());
            self.lines.insert((table.clone(), gateway.clone()));
        }
    }

    /// Lines light only when both their ends do.
    fn finish(mut self) -> Related {
        let keys = self.keys;
        self.lines
            .retain(|(from, to)| keys.contains(from) && keys.contains(to));
        Related {
            keys,
            lines: self.lines,
        }
    }
}

fn in_family(network: &Network, route: &Route, family: Family) -> bool {
    match &route.destination {
        super::Destination::Block(block) => Family::of(*block) == family,
        super::Destination::PrefixList(list) => {
            let stated = network
                .facts::<PrefixListFacts>(list)
                .and_then(|list| list.address_family.value())
                .map(Text::as_str);
            match stated {
                Some("IPv6") => family == Family::V6,
                Some(_) => family == Family::V4,
                None => true,
            }
        }
        super::Destination::Other(_) => true,
    }
}

/// A gateway endpoint's route: a prefix list to an endpoint of type gateway, or of a type nobody read.
fn is_gateway_endpoint(network: &Network, route: &Route, target: &Key) -> bool {
    target.kind == Kind::VpcEndpoint
        && matches!(route.destination, super::Destination::PrefixList(_))
        && network
            .facts::<VpcEndpointFacts>(&target.id)
            .and_then(|endpoint| endpoint.endpoint_type.value())
            .is_none_or(|endpoint_type| endpoint_type == "Gateway")
}

fn igw_blocked(network: &Network, subnet: Option<&SubnetFacts>) -> bool {
    let blocks = |mode: Option<&Text>| mode.is_some_and(|mode| mode != "off" && !mode.is_empty());
    let Some(subnet) = subnet else { return false };
    match subnet.block_public_access.value() {
        // The subnet's own state is the outcome of account, VPC and exclusions.
        Some(mode) => blocks(Some(mode)),
        None => subnet
            .vpc
            .value()
            .and_then(|vpc| network.facts::<VpcFacts>(vpc))
            .is_some_and(|vpc| blocks(vpc.block_public_access.value())),
    }
}

/// A name that says “public” of a subnet that is not, or “private” of one that is (facts, part 5).
fn name_disagrees(name: Option<&str>, tier: Option<&str>, kind: SubnetKind) -> bool {
    let says = |word: &str| {
        [name, tier]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(word))
    };
    match kind {
        SubnetKind::Public => says("priv") && !says("pub"),
        SubnetKind::Private | SubnetKind::Isolated => says("pub") && !says("priv"),
        SubnetKind::Unknown => false,
    }
}

/// Builds a [`Topology`] in passes: each reads one kind of fact.
struct Builder<'a> {
    network: &'a Network,
    graph: DiGraph<Key, Relation>,
    nodes: BTreeMap<Key, NodeIndex>,
    effective: BTreeMap<Key, Effective>,
    members: BTreeMap<Key, VpcMembers>,
    zones: BTreeMap<(Key, Text), Vec<Key>>,
    mains: BTreeMap<Key, Vec<Key>>,
    gaps: Vec<Gap>,
}

impl<'a> Builder<'a> {
    fn new(network: &'a Network) -> Self {
        Self {
            network,
            graph: DiGraph::new(),
            nodes: BTreeMap::new(),
            effective: BTreeMap::new(),
            members: BTreeMap::new(),
            zones: BTreeMap::new(),
            mains: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    fn node(&mut self, key: &Key) -> NodeIndex {
        if let Some(&node) = self.nodes.get(key) {
            return node;
        }
        let node = self.graph.add_node(key.clone());
        self.nodes.insert(key.clone(), node);
        node
    }

    fn relate(&mut self, from: &Key, to: &Key, relation: Relation) {
        let (from, to) = (self.node(from), self.node(to));
        if self
            .graph
            .edges_connecting(from, to)
            .all(|edge| *edge.weight() != relation)
        {
            self.graph.add_edge(from, to, relation);
        }
    }

    fn vpcs(&mut self) {
        for vpc in self.network.of_kind(Kind::Vpc) {
            self.members.entry(vpc.key().clone()).or_default();
        }
    }

    /// The members of a VPC; one that is only referred to gets a place as well.
    fn of_vpc(&mut self, vpc: &Id) -> &mut VpcMembers {
        self.members
            .entry(Key::new(Kind::Vpc, vpc.clone()))
            .or_default()
    }

    fn subnets(&mut self) {
        let mut orphans: BTreeMap<Key, usize> = BTreeMap::new();
        for (resource, facts) in self.network.all::<SubnetFacts>() {
            let subnet = resource.key();
            self.node(subnet);
            let Some(vpc) = facts.vpc.value() else {
                self.gaps.push(
                    Gap::new(
                        Text::from(subnet.to_string()),
                        "",
                        Cause::Inconsistent,
                        "names no VPC; it is not on the map",
                    )
                    .about(subnet.clone()),
                );
                continue;
            };
            let vpc_key = Key::new(Kind::Vpc, vpc.clone());
            if self.network.get(&vpc_key).is_none()
                && self.network.coverage_around(subnet, Kind::Vpc) == Coverage::Complete
            {
                *orphans.entry(vpc_key.clone()).or_default() += 1;
            }
            self.of_vpc(vpc).subnets.push(subnet.clone());
            self.relate(&vpc_key, subnet, Relation::Holds);
            let zone = facts.availability_zone.value().cloned().unwrap_or_default();
            self.zones
                .entry((vpc_key, zone))
                .or_default()
                .push(subnet.clone());
        }
        for (vpc, subnets) in orphans {
            let why = format!(
                "{subnets} {} this VPC, which is not among the VPCs that were read",
                if subnets == 1 {
                    "subnet names"
                } else {
                    "subnets name"
                }
            );
            self.gaps.push(
                Gap::new(
                    Text::from(vpc.to_string()),
                    "",
                    Cause::Inconsistent,
                    Text::from(why),
                )
                .about(vpc),
            );
        }
    }

    fn tables(&mut self) {
        for (resource, facts) in self.network.all::<RouteTableFacts>() {
            let table = resource.key();
            self.node(table);
            let Some(vpc) = facts.vpc.value() else {
                continue;
            };
            let vpc_key = Key::new(Kind::Vpc, vpc.clone());
            self.of_vpc(vpc).tables.push(table.clone());
            self.relate(&vpc_key, table, Relation::Holds);
            if facts
                .associations
                .items()
                .iter()
                .any(|association| association.main && association.holds())
            {
                self.mains.entry(vpc_key).or_default().push(table.clone());
            }
            let mut by_target: BTreeMap<&Key, Vec<Route>> = BTreeMap::new();
            for route in facts.routes.items() {
                if let Some(target) = route.target.key() {
                    by_target.entry(target).or_default().push(route.clone());
                }
            }
            for (target, routes) in by_target {
                self.relate(table, target, Relation::Routes(routes));
                self.join_target(vpc, table, target);
            }
            for association in facts.associations.items() {
                if let Some(gateway) = &association.gateway
                    && association.holds()
                    && let Some(kind) = Kind::of_id(gateway.as_str())
                {
                    self.relate(table, &Key::new(kind, gateway.clone()), Relation::Edge);
                }
            }
        }
        for (vpc, mains) in &self.mains {
            if mains.len() > 1 {
                let names: Vec<&str> = mains.iter().map(|table| table.id.as_str()).collect();
                let why = format!(
                    "more than one main route table ({}); a VPC has exactly one",
                    names.join(", ")
                );
                self.gaps.push(
                    Gap::new(
                        Text::from(vpc.to_string()),
                        "",
                        Cause::Inconsistent,
                        Text::from(why),
                    )
                    .about(vpc.clone()),
                );
            }
        }
    }

    /// A route's target is a connection of the VPC, or gone from it.
    fn join_target(&mut self, vpc: &Id, table: &Key, target: &Key) {
        let gone = match self.network.get(target) {
            Some(resource) => {
                let state = match resource.facts() {
                    super::Facts::NatGateway(nat) => nat.state.clone(),
                    super::Facts::VpcPeeringConnection(peering) => peering.status.clone(),
                    super::Facts::VpcEndpoint(endpoint) => endpoint.state.clone(),
                    super::Facts::TransitGateway(gateway) => gateway.state.clone(),
                    super::Facts::VpnGateway(gateway) => gateway.state.clone(),
                    super::Facts::Instance(instance) => {
                        if instance
                            .state
                            .value()
                            .is_some_and(|state| state == "terminated")
                        {
                            Known::Value("deleted".into())
                        } else {
                            Known::Unread
                        }
                    }
                    _ => Known::Unread,
                };
                !connection_states(&state)
            }
            // Shared transit gateways and peers of other accounts need not be listed where the table was.
            None => {
                !matches!(
                    target.kind,
                    Kind::TransitGateway | Kind::VpcPeeringConnection | Kind::CoreNetwork
                ) && self.network.coverage_around(table, target.kind) == Coverage::Complete
            }
        };
        let vpc_key = Key::new(Kind::Vpc, vpc.clone());
        self.relate(&vpc_key, target, Relation::Holds);
        let members = self.of_vpc(vpc);
        if gone {
            &mut members.gone
        } else {
            &mut members.connections
        }
        .push(target.clone());
    }

    fn connect(&mut self, vpc: &Id, connection: &Key) {
        let vpc_key = Key::new(Kind::Vpc, vpc.clone());
        // A VPC that nobody read and nothing stands in is the far side of something, not a band of its own.
        if !self.members.contains_key(&vpc_key) {
            self.node(connection);
            return;
        }
        self.of_vpc(vpc).connections.push(connection.clone());
        self.relate(&vpc_key, connection, Relation::Holds);
    }

    fn leg(&mut self, connection: &Key, subnet: &Id) {
        self.relate(
            connection,
            &Key::new(Kind::Subnet, subnet.clone()),
            Relation::Leg,
        );
    }

    fn attach(&mut self, connection: &Key, attachments: &Known<Vec<VpcAttachment>>) {
        for attachment in attachments.items() {
            if attachment.holds() {
                self.connect(&attachment.vpc, connection);
            }
        }
    }

    fn connections(&mut self) {
        let network = self.network;
        for (resource, facts) in network.all::<InternetGatewayFacts>() {
            self.attach(resource.key(), &facts.attachments);
        }
        for (resource, facts) in network.all::<EgressOnlyInternetGatewayFacts>() {
            self.attach(resource.key(), &facts.attachments);
        }
        for (resource, facts) in network.all::<VpnGatewayFacts>() {
            if connection_states(&facts.state) {
                self.attach(resource.key(), &facts.attachments);
            }
        }
        for (resource, facts) in network.all::<CarrierGatewayFacts>() {
            if let Some(vpc) = facts.vpc.value()
                && connection_states(&facts.state)
            {
                self.connect(vpc, resource.key());
            }
        }
        for (resource, facts) in network.all::<NatGatewayFacts>() {
            let state = facts.state.value().map(Text::as_str);
            let gone = state == Some("deleted")
                || (state == Some("failed") && facts.deleted.value() == Some(&true));
            if gone {
                continue;
            }
            if let Some(vpc) = facts.vpc.value() {
                self.connect(vpc, resource.key());
            }
            if let Some(Some(subnet)) = facts.subnet.value() {
                self.leg(resource.key(), subnet);
            }
            if let Some(Some(table)) = facts.route_table.value() {
                let table = Key::new(Kind::RouteTable, table.clone());
                self.relate(resource.key(), &table, Relation::Belongs);
                let gateways: Vec<Key> = network
                    .facts::<RouteTableFacts>(&table.id)
                    .map(|table| {
                        let routes = table.routes.items().iter();
                        let targets = routes.filter_map(|route| route.target.key());
                        targets
                            .filter(|key| key.kind == Kind::InternetGateway)
                            .cloned()
                            .collect()
                    })
                    .unwrap_or_default();
                for gateway in gateways {
                    self.relate(resource.key(), &gateway, Relation::Belongs);
                }
            }
        }
        for (resource, facts) in network.all::<VpcEndpointFacts>() {
            if !connection_states(&facts.state) {
                continue;
            }
            if let Some(vpc) = facts.vpc.value() {
                self.connect(vpc, resource.key());
            }
            let mut subnets: BTreeSet<&Id> = facts.subnets.items().iter().collect();
            for interface in facts.network_interfaces.items() {
                let interface = network.facts::<NetworkInterfaceFacts>(interface);
                subnets.extend(interface.and_then(|interface| interface.subnet.value()));
            }
            for subnet in subnets {
                self.leg(resource.key(), subnet);
            }
        }
        for (resource, facts) in network.all::<NetworkFirewallFacts>() {
            if let Some(vpc) = facts.vpc.value() {
                self.connect(vpc, resource.key());
            }
            for subnet in facts.subnets.items() {
                self.leg(resource.key(), subnet);
            }
        }
        for (resource, facts) in network.all::<VpcPeeringConnectionFacts>() {
            if !connection_states(&facts.status) {
                continue;
            }
            for side in [&facts.requester, &facts.accepter] {
                if let Some(side) = side.value() {
                    self.connect(&side.vpc, resource.key());
                    let vpc = Key::new(Kind::Vpc, side.vpc.clone());
                    self.relate(resource.key(), &vpc, Relation::Belongs);
                }
            }
        }
        for (_, facts) in network.all::<TransitGatewayAttachmentFacts>() {
            let (Some(gateway), Some(resource_type), Some(attached)) = (
                facts.transit_gateway.value(),
                facts.resource_type.value(),
                facts.resource.value(),
            ) else {
                continue;
            };
            if resource_type != "vpc" || !connection_states(&facts.state) {
                continue;
            }
            let gateway = Key::new(Kind::TransitGateway, gateway.clone());
            self.connect(attached, &gateway);
            for subnet in facts.subnets.items() {
                self.leg(&gateway, subnet);
            }
        }
    }

    fn associations(&mut self) {
        let network = self.network;
        let mut explicit: BTreeMap<&Id, &Key> = BTreeMap::new();
        for (resource, facts) in network.all::<RouteTableFacts>() {
            for association in facts.associations.items() {
                if let Some(subnet) = &association.subnet
                    && association.holds()
                {
                    explicit.insert(subnet, resource.key());
                }
            }
        }
        for (resource, facts) in network.all::<SubnetFacts>() {
            let subnet = resource.key();
            let vpc = facts
                .vpc
                .value()
                .map(|vpc| Key::new(Kind::Vpc, vpc.clone()));
            let mains = vpc
                .as_ref()
                .and_then(|vpc| self.mains.get(vpc))
                .map_or(&[][..], Vec::as_slice);
            let effective = match (explicit.get(&subnet.id), mains) {
                (Some(table), _) => Effective::Explicit((*table).clone()),
                (None, [main])
                    if network.coverage_around(subnet, Kind::RouteTable) == Coverage::Complete =>
                {
                    Effective::Main(main.clone())
                }
                (None, [_]) => Effective::Unknown(
                    "not all route tables were read, so the subnet may name one of the others"
                        .into(),
                ),
                (None, []) => {
                    Effective::Unknown(match network.why_incomplete(subnet, Kind::RouteTable) {
                        Some(gap) => Text::from(format!("{}: {}", gap.what, gap.why)),
                        None => "the VPC's main route table was not read".into(),
                    })
                }
                (None, _) => {
                    Effective::Unknown("the VPC has more than one main route table".into())
                }
            };
            if let Some(table) = effective.table() {
                let named = matches!(effective, Effective::Explicit(_));
                let table = table.clone();
                self.relate(subnet, &table, Relation::RoutedBy { explicit: named });
            }
            self.effective.insert(subnet.clone(), effective);
        }
    }

    fn finish(mut self) -> Topology {
        for members in self.members.values_mut() {
            for list in [
                &mut members.subnets,
                &mut members.tables,
                &mut members.connections,
                &mut members.gone,
            ] {
                list.sort_unstable();
                list.dedup();
            }
            members
                .gone
                .retain(|key| members.connections.binary_search(key).is_err());
        }
        self.gaps.sort_unstable();
        Topology {
            graph: self.graph,
            nodes: self.nodes,
            effective: self.effective,
            members: self.members,
            zones: self.zones,
            gaps: self.gaps,
        }
    }
}
