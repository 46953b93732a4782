//! What lights up together.

use super::{Line, Relation, Topology};
use crate::network::{Key, Kind};
use petgraph::Direction;
use std::collections::BTreeSet;

/// What lights up together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// Resources, the one itself among them.
    pub keys: BTreeSet<Key>,
    /// Lines; both ends of each are in `keys`.
    pub lines: BTreeSet<Line>,
}

impl Topology {
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
