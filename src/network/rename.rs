//! A planned network under the ids that AWS gave.
//!
//! Every fact is visited: [`Ids`] is implemented for each type a fact can have, and the macro that declares facts calls
//! it for each field, so that a new field or a new type does not compile before somebody has said which ids it holds.

use super::facts::{
    AclAction, AclEntry, CidrAssociation, Destination, Facts, InterfaceAddress, NatAddress,
    PeeringSide, PrefixListEntry, Route, RouteTableAssociation, RulePeer, SecurityGroupRule,
    Target, TransitGatewayAttachmentFacts, TransitGatewayRoute, TransitGatewayTableEntry,
    VpcAttachment, VpnTunnel,
};
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use super::resource::{Observation, Record, Resource};
use super::shard::{Network, Shard};
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// What is done with an id: the kinds of resource it can be of, and the id to change.
pub(super) type Visit<'v> = dyn FnMut(&[Kind], &mut Id) + 'v;

/// The ids within a value.
pub(super) trait Ids {
    /// Visit each; those that do not tell their kind themselves are of one of `kinds`.
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>);
}

impl Network {
    /// The same network, in which these planned resources have these ids, wherever they are named: as keys, and in the
    /// facts and gaps of others. What is not in `ids` stays as it is; lists that were sorted are sorted.
    ///
    /// Who saw a resource does not change: one that a design plans is still seen by a design alone.
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use vpc_atlas::design::{Design, Fresh, plan};
    /// # use vpc_atlas::network::{Id, Key, Kind, SubnetFacts};
    /// let planned = plan(&Design::fresh(&Fresh::in_region("eu-west-1")).unwrap());
    /// let vpc = Key::new(Kind::Vpc, Id::Planned("main".into()));
    /// let made = planned.renamed(&BTreeMap::from([(vpc, Id::aws("vpc-1"))]));
    /// for (_, subnet) in made.all::<SubnetFacts>() {
    ///     assert_eq!(subnet.vpc.value(), Some(&Id::aws("vpc-1")));
    /// }
    /// ```
    #[must_use]
    pub fn renamed(&self, ids: &BTreeMap<Key, Id>) -> Self {
        let mut network = Self::new();
        for (scope, shard) in self.shards() {
            let mut renamed = Shard::from_resources(
                shard
                    .resources()
                    .map(|resource| Arc::new(resource.renamed(ids))),
            );
            for (kind, coverage) in shard.coverages() {
                renamed.cover(kind, coverage);
            }
            for gap in shard.gaps() {
                let mut gap = gap.clone();
                gap.resource
                    .ids(&[], &mut |kinds, id| rename(ids, kinds, id));
                renamed.add_gap(gap);
            }
            network = network.with_shard(scope.clone(), Arc::new(renamed));
        }
        network
    }
}

impl Resource {
    /// The same resource, in which these planned resources have these ids.
    #[must_use]
    pub fn renamed(&self, ids: &BTreeMap<Key, Id>) -> Self {
        let visit: &mut Visit<'_> = &mut |kinds, id| rename(ids, kinds, id);
        let mut key = self.key().clone();
        key.ids(&[], visit);
        let observations = self.observations().iter().map(|seen| {
            let mut record = seen.record.as_ref().clone();
            record.visit_ids(visit);
            Observation {
                sighting: Arc::clone(&seen.sighting),
                record: Arc::new(record),
            }
        });
        // Kinds do not change, so there is nothing that could not be put together again.
        Self::from_observations(key, observations.collect()).unwrap_or_else(|| self.clone())
    }
}

impl Record {
    /// The resources that its facts name, with every kind that each can be of where the fact does not tell it.
    pub fn refers_to(&self) -> Vec<(Vec<Kind>, Id)> {
        let mut found = Vec::new();
        let mut record = self.clone();
        record.visit_ids(&mut |kinds, id| found.push((kinds.to_vec(), id.clone())));
        found
    }

    fn visit_ids(&mut self, visit: &mut Visit<'_>) {
        self.common.ids(&[], visit);
        // What is attached is told by another field.
        let mut attached = None;
        if let Facts::TransitGatewayAttachment(facts) = &mut self.facts {
            attached = Some(kinds_of_attached(facts));
        }
        if let (Some(kinds), Facts::TransitGatewayAttachment(facts)) = (attached, &mut self.facts) {
            let mut resource = std::mem::take(&mut facts.resource);
            resource.ids(kinds, visit);
            facts.ids(&[], visit);
            facts.resource = resource;
        } else {
            self.facts.ids(&[], visit);
        }
    }
}

fn kinds_of_attached(facts: &TransitGatewayAttachmentFacts) -> &'static [Kind] {
    let word = facts.resource_type.value().map(Text::as_str);
    kinds_of_resource_type(word.unwrap_or_default())
}

/// What a transit gateway calls the kinds that can be attached to it.
fn kinds_of_resource_type(word: &str) -> &'static [Kind] {
    match word {
        "vpc" => &[Kind::Vpc],
        "vpn" => &[Kind::VpnConnection],
        "peering" | "tgw-peering" => &[Kind::TransitGateway],
        "direct-connect-gateway" => &[Kind::DirectConnectGateway],
        "connect" => &[Kind::TransitGatewayAttachment],
        _ => Kind::ALL,
    }
}

/// The kinds that a field's ids can be of, by the name of the set of facts and of the field. A field without a row can
/// be of every kind: its ids are renamed where only one kind has that name.
pub(super) fn kinds_of_field(set: &str, field: &str) -> &'static [Kind] {
    match (set, field) {
        ("TransitGatewayAttachmentFacts", "route_table") => &[Kind::TransitGatewayRouteTable],
        ("FlowLogFacts", "resource") => &[Kind::Vpc, Kind::Subnet, Kind::NetworkInterface],
        ("DirectConnectGatewayFacts", "associations") => &[Kind::VpnGateway, Kind::TransitGateway],
        ("NetworkFirewallFacts", "endpoints") => &[Kind::VpcEndpoint],
        (_, "vpc" | "vpcs") => &[Kind::Vpc],
        (_, "subnet" | "subnets") => &[Kind::Subnet],
        (_, "route_table" | "route_tables") => &[Kind::RouteTable],
        (_, "groups") => &[Kind::SecurityGroup],
        (_, "network_interface" | "network_interfaces") => &[Kind::NetworkInterface],
        (_, "instance") => &[Kind::Instance],
        (_, "dhcp_options") => &[Kind::DhcpOptions],
        (_, "propagating_gateways" | "vpn_gateway") => &[Kind::VpnGateway],
        (_, "transit_gateway" | "peer_transit_gateway") => &[Kind::TransitGateway],
        (_, "customer_gateway") => &[Kind::CustomerGateway],
        _ => Kind::ALL,
    }
}

/// Give an id its new one. Where it can be of several kinds, the one kind that has a new id of that name decides; two
/// would be a guess.
fn rename(ids: &BTreeMap<Key, Id>, kinds: &[Kind], id: &mut Id) {
    if matches!(id, Id::Aws(_)) {
        return;
    }
    let mut found = kinds
        .iter()
        .filter_map(|&kind| ids.get(&Key::new(kind, id.clone())));
    if let (Some(new), None) = (found.next(), found.next()) {
        *id = new.clone();
    }
}

impl Ids for Id {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        visit(kinds, self);
    }
}

impl Ids for Key {
    fn ids(&mut self, _: &[Kind], visit: &mut Visit<'_>) {
        visit(&[self.kind], &mut self.id);
    }
}

impl<T: Ids> Ids for Known<T> {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        if let Self::Value(value) = self {
            value.ids(kinds, visit);
        }
    }
}

impl<T: Ids> Ids for Option<T> {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        if let Some(value) = self {
            value.ids(kinds, visit);
        }
    }
}

/// Lists that were sorted stay sorted: other ids have another order.
impl<T: Ids + Ord> Ids for Vec<T> {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        let was_sorted = self.is_sorted();
        for item in self.iter_mut() {
            item.ids(kinds, visit);
        }
        if was_sorted {
            self.sort();
        }
    }
}

impl<T: Ids> Ids for BTreeMap<Text, T> {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        for value in self.values_mut() {
            value.ids(kinds, visit);
        }
    }
}

/// Values without ids.
macro_rules! without_ids {
    ($($type:ty),* $(,)?) => {$(
        impl Ids for $type {
            fn ids(&mut self, _: &[Kind], _: &mut Visit<'_>) {}
        }
    )*};
}

without_ids! {
    Text, bool, u32, u64, IpAddr, IpNet, Ipv4Net, AclAction, AclEntry, CidrAssociation, InterfaceAddress,
    PrefixListEntry, VpnTunnel,
}

impl Ids for Destination {
    fn ids(&mut self, _: &[Kind], visit: &mut Visit<'_>) {
        match self {
            Self::PrefixList(id) => id.ids(&[Kind::PrefixList], visit),
            Self::Block(_) | Self::Other(_) => {}
        }
    }
}

impl Ids for Target {
    fn ids(&mut self, kinds: &[Kind], visit: &mut Visit<'_>) {
        match self {
            Self::Resource(key) => key.ids(kinds, visit),
            Self::Local | Self::Other(_) => {}
        }
    }
}

impl Ids for RulePeer {
    fn ids(&mut self, _: &[Kind], visit: &mut Visit<'_>) {
        match self {
            Self::Block(_) => {}
            Self::Group(id) => id.ids(&[Kind::SecurityGroup], visit),
            Self::PrefixList(id) => id.ids(&[Kind::PrefixList], visit),
        }
    }
}

/// Structs within facts: each field with the kinds of its ids, or `none`.
macro_rules! ids_of_structs {
    ($($type:ident { $($field:ident: $kinds:tt),* $(,)? })*) => {$(
        impl Ids for $type {
            fn ids(&mut self, _: &[Kind], visit: &mut Visit<'_>) {
                // Every field is named, so that a new one is not forgotten.
                let Self { $($field),* } = self;
                $( ids_of_structs!(@visit $field, $kinds, visit); )*
            }
        }
    )*};
    (@visit $field:ident, none, $visit:ident) => { let _ = $field; };
    (@visit $field:ident, [$($kind:ident),*], $visit:ident) => { $field.ids(&[$(Kind::$kind),*], $visit); };
}

ids_of_structs! {
    Route { destination: [PrefixList], target: [], state: none, origin: none }
    RouteTableAssociation {
        id: none, main: none, subnet: [Subnet], gateway: [InternetGateway, VpnGateway], state: none,
    }
    VpcAttachment { vpc: [Vpc], state: none }
    NatAddress {
        public_ip: none, private_ip: none, allocation: [ElasticIp], network_interface: [NetworkInterface],
        availability_zone: none, primary: none,
    }
    PeeringSide { vpc: [Vpc], owner: none, region: none, cidrs: none, dns_resolution: none }
    TransitGatewayRoute { destination: [PrefixList], attachments: [TransitGatewayAttachment], route_type: none, state: none }
    SecurityGroupRule { protocol: none, from_port: none, to_port: none, peer: [], description: none }
}

impl Ids for TransitGatewayTableEntry {
    fn ids(&mut self, _: &[Kind], visit: &mut Visit<'_>) {
        let Self {
            attachment,
            resource,
            resource_type,
            state: _,
        } = self;
        attachment.ids(&[Kind::TransitGatewayAttachment], visit);
        resource.ids(kinds_of_resource_type(resource_type), visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{FlowLogFacts, Input, Sighting};

    fn seen(facts: impl Into<Facts>) -> Resource {
        let sighting = Sighting {
            account: None,
            region: None,
            input: Input::Design,
        };
        let record = Record {
            common: crate::network::Common::default(),
            facts: facts.into(),
        };
        Resource::seen(Id::Planned("it".into()), Arc::new(sighting), record)
    }

    fn planned(kind: Kind, name: &str) -> Key {
        Key::new(kind, Id::Planned(name.into()))
    }

    #[test]
    fn kinds_that_share_a_name_are_told_apart() {
        let ids = BTreeMap::from([
            (planned(Kind::Vpc, "hub"), Id::aws("vpc-1")),
            (planned(Kind::TransitGateway, "hub"), Id::aws("tgw-1")),
            (planned(Kind::InternetGateway, "hub"), Id::aws("igw-1")),
        ]);
        let facts = TransitGatewayAttachmentFacts {
            transit_gateway: Known::Value(Id::Planned("hub".into())),
            resource_type: Known::Value("vpc".into()),
            resource: Known::Value(Id::Planned("hub".into())),
            ..TransitGatewayAttachmentFacts::default()
        };
        let renamed = seen(facts).renamed(&ids);
        let facts: &TransitGatewayAttachmentFacts = renamed.of().unwrap();
        assert_eq!(facts.transit_gateway.value(), Some(&Id::aws("tgw-1")));
        assert_eq!(facts.resource.value(), Some(&Id::aws("vpc-1")));
        let log = FlowLogFacts {
            resource: Known::Value(Id::Planned("hub".into())),
            ..FlowLogFacts::default()
        };
        let renamed = seen(log).renamed(&ids);
        let log: &FlowLogFacts = renamed.of().unwrap();
        assert_eq!(log.resource.value(), Some(&Id::aws("vpc-1")));
    }

    #[test]
    fn two_kinds_of_one_name_are_not_guessed() {
        let mut association = RouteTableAssociation {
            id: None,
            main: false,
            subnet: None,
            gateway: Some(Id::Planned("main".into())),
            state: None,
        };
        let both = BTreeMap::from([
            (planned(Kind::InternetGateway, "main"), Id::aws("igw-1")),
            (planned(Kind::VpnGateway, "main"), Id::aws("vgw-1")),
        ]);
        let before = association.clone();
        association.ids(&[], &mut |kinds, id| rename(&both, kinds, id));
        assert_eq!(association, before);
        let one = BTreeMap::from([(planned(Kind::VpnGateway, "main"), Id::aws("vgw-1"))]);
        association.ids(&[], &mut |kinds, id| rename(&one, kinds, id));
        assert_eq!(association.gateway, Some(Id::aws("vgw-1")));
    }

    #[test]
    fn fields_of_ids_have_a_row() {
        // A field that holds ids is told by what it takes from JSON: a planned name, and nothing that is a number.
        for &kind in Kind::ALL {
            let facts = Facts::unread(kind);
            for field in facts.fields() {
                let list = serde_json::json!(["planned:x"]);
                for value in [serde_json::json!("planned:x"), list] {
                    let mut facts = Facts::unread(kind);
                    if facts.set_field(field, Known::Value(value)).is_err() {
                        continue;
                    }
                    let mut record = Record {
                        common: crate::network::Common::default(),
                        facts,
                    };
                    let is_attached =
                        kind == Kind::TransitGatewayAttachment && *field == "resource";
                    record.visit_ids(&mut |kinds, _| {
                        assert!(is_attached || kinds.len() < 4, "{kind}: {field}");
                    });
                }
            }
        }
    }
}
