//! Derives the relations, one pass per kind of fact.

use super::{Effective, Relation, Topology, VpcMembers};
use crate::network::{
    CarrierGatewayFacts, Cause, Coverage, EgressOnlyInternetGatewayFacts, Facts, Gap, Id,
    InternetGatewayFacts, Key, Kind, Known, NatGatewayFacts, Network, NetworkFirewallFacts,
    NetworkInterfaceFacts, Route, RouteTableFacts, SubnetFacts, Text,
    TransitGatewayAttachmentFacts, VpcAttachment, VpcEndpointFacts, VpcPeeringConnectionFacts,
    VpnGatewayFacts,
};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a connection in this state is there: not deleted, refused or failed. An unread state counts as there.
pub(super) fn is_there(state: &Known<Text>) -> bool {
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

/// Builds a [`Topology`] in passes: each reads one kind of fact.
pub(super) struct Builder<'a> {
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
    pub(super) fn new(network: &'a Network) -> Self {
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

    pub(super) fn vpcs(&mut self) {
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

    pub(super) fn subnets(&mut self) {
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

    pub(super) fn tables(&mut self) {
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
                    Facts::NatGateway(nat) => nat.state.clone(),
                    Facts::VpcPeeringConnection(peering) => peering.status.clone(),
                    Facts::VpcEndpoint(endpoint) => endpoint.state.clone(),
                    Facts::TransitGateway(gateway) => gateway.state.clone(),
                    Facts::VpnGateway(gateway) => gateway.state.clone(),
                    Facts::Instance(instance) => {
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
                !is_there(&state)
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

    pub(super) fn connections(&mut self) {
        let network = self.network;
        for (resource, facts) in network.all::<InternetGatewayFacts>() {
            self.attach(resource.key(), &facts.attachments);
        }
        for (resource, facts) in network.all::<EgressOnlyInternetGatewayFacts>() {
            self.attach(resource.key(), &facts.attachments);
        }
        for (resource, facts) in network.all::<VpnGatewayFacts>() {
            if is_there(&facts.state) {
                self.attach(resource.key(), &facts.attachments);
            }
        }
        for (resource, facts) in network.all::<CarrierGatewayFacts>() {
            if let Some(vpc) = facts.vpc.value()
                && is_there(&facts.state)
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
            if !is_there(&facts.state) {
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
            if !is_there(&facts.status) {
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
            if resource_type != "vpc" || !is_there(&facts.state) {
                continue;
            }
            let gateway = Key::new(Kind::TransitGateway, gateway.clone());
            self.connect(attached, &gateway);
            for subnet in facts.subnets.items() {
                self.leg(&gateway, subnet);
            }
        }
    }

    pub(super) fn associations(&mut self) {
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

    pub(super) fn finish(mut self) -> Topology {
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
