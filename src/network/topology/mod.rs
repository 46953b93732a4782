//! Relations derived from the facts: who uses which table, where routes lead, what belongs together.
//!
//! Derived, never saved. One edge per (table, target) carries its routes. Graph indices never leave this room, and
//! every answer is sorted by key.

mod build;
mod related;
mod subnet;
#[cfg(test)]
mod tests;

pub use related::Related;
pub use subnet::{SubnetFlags, SubnetKind};

use super::facts::Route;
use super::gap::Gap;
use super::key::{Key, Kind, Text};
use super::shard::Network;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;

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

/// A line of the map, from its left end to its right end: VPC to subnet, subnet to table, table to connection.
pub type Line = (Key, Key);

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

impl Topology {
    /// Derive the relations of a network.
    pub fn of(network: &Network) -> Self {
        let mut builder = build::Builder::new(network);
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

    /// Everything that is missing or cannot be so in the network these are the relations of; sorted.
    pub fn all_gaps(&self, network: &Network) -> Vec<Gap> {
        let mut gaps = network.gaps();
        gaps.extend(self.gaps.iter().cloned());
        gaps.sort_unstable();
        gaps.dedup();
        gaps
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

    /// Every relation, by its two ends: the first, how they are related, the second.
    pub fn relations(&self) -> Vec<(&Key, &Relation, &Key)> {
        let mut relations: Vec<(&Key, &Relation, &Key)> = self
            .graph
            .edge_references()
            .map(|edge| {
                let (from, to) = (&self.graph[edge.source()], &self.graph[edge.target()]);
                (from, edge.weight(), to)
            })
            .collect();
        // Those between the same two stay as they were made, which is in an order.
        relations.sort_by_key(|(from, _, to)| (*from, *to));
        relations
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
