//! What joins VPCs to each other and to the world outside: peering connections, transit gateways with their
//! attachments and route tables, VPN and Direct Connect gateways, core networks.
//!
//! [`super::Topology`] tells what stands in a VPC; this tells what lies between VPCs. Like it, it is derived from the
//! facts and never saved, and every answer is sorted by key. What is gone is left out, unless a route still leads to it.
//!
//! # What belongs together
//!
//! [`Interconnect::related`] lights, beside the resource itself:
//!
//! | on | lights |
//! |---|---|
//! | VPC | its attachments and their transit gateways; the route tables these are associated with; the attachments those tables have routes to, propagated or static, and what is attached there: the VPCs it can send to. Over a peering between transit gateways it goes on on the far side. Its peering connections with the other VPCs, its VPN gateways with what lies beyond them, its core networks with their VPCs |
//! | attachment | what is attached, its transit gateway, the table it is associated with, the tables that have routes to it |
//! | transit gateway route table | its transit gateway, the attachments associated with it, those it has routes to, and what is attached there |
//! | transit gateway | its tables and attachments, and what is attached |
//! | peering connection, core network | its VPCs |
//! | VPN gateway | its VPC, its VPN connections with their customer gateways, its Direct Connect gateways |
//! | VPN connection | its customer gateway and what it ends at: the VPN gateway with its VPC, or the attachment with its transit gateway |
//! | customer gateway, Direct Connect gateway | its VPN connections or associations, and what these end at |
//!
//! It follows routes by their presence; which of several wins for an address is the trace's to say.

mod build;
mod related;
#[cfg(test)]
mod tests;

use super::key::{Key, Kind, Text};
use super::shard::Network;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// An attachment of a transit gateway, as everything that names it tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// `vpc`, `vpn`, `peering`, `connect`, `direct-connect-gateway` …; empty where nothing tells.
    pub resource_type: Text,
    /// Its transit gateway; of a peering both, as far as they are known.
    pub gateways: BTreeSet<Key>,
    /// What is attached: a VPC, a VPN connection, the attachment that carries a Connect attachment.
    pub attached: BTreeSet<Key>,
    /// The tables it is associated with: one, of a peering one on each side.
    pub tables: BTreeSet<Key>,
    /// The tables with routes to it, and whether any of these works.
    pub routed: BTreeMap<Key, bool>,
}

/// What is known of a VPC or transit gateway that was not read, from what refers to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Its account.
    pub owner: Option<Text>,
    /// Its region.
    pub region: Option<Text>,
    /// Its blocks, as far as a peering or propagated routes tell.
    pub blocks: BTreeSet<IpNet>,
}

/// What joins the VPCs of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interconnect {
    attachments: BTreeMap<Key, Attachment>,
    /// The transit gateway of each of their route tables.
    tables: BTreeMap<Key, Option<Key>>,
    gateways: BTreeSet<Key>,
    outside: BTreeMap<Key, Outside>,
    /// What is joined without a route table between, both ways.
    joins: BTreeMap<Key, BTreeSet<Key>>,
}

impl Interconnect {
    /// Derive it from a network.
    pub fn of(network: &Network) -> Self {
        build::Builder::new(network).build()
    }

    /// The attachments of transit gateways.
    pub fn attachments(&self) -> impl Iterator<Item = (&Key, &Attachment)> {
        self.attachments.iter()
    }

    /// An attachment.
    pub fn attachment(&self, key: &Key) -> Option<&Attachment> {
        self.attachments.get(key)
    }

    /// The transit gateways, those that are only referred to among them.
    pub fn gateways(&self) -> impl Iterator<Item = &Key> {
        self.gateways.iter()
    }

    /// The route tables of a transit gateway, those that are only referred to among them.
    pub fn tables_of<'a>(&'a self, gateway: &'a Key) -> impl Iterator<Item = &'a Key> {
        let tables = self.tables.iter();
        tables
            .filter(move |(_, of)| of.as_ref() == Some(gateway))
            .map(|(table, _)| table)
    }

    /// The VPCs and transit gateways that were not read, with what is known of them.
    pub fn outside(&self) -> impl Iterator<Item = (&Key, &Outside)> {
        self.outside.iter()
    }

    /// What is known of a VPC or transit gateway that was not read.
    pub fn outsider(&self, key: &Key) -> Option<&Outside> {
        self.outside.get(key)
    }

    /// What it is joined to without a route table between: a VPC to its attachments, peering connections, VPN
    /// gateways and core networks; an attachment to what is attached; a VPN connection to both its ends.
    pub fn joins(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.joins.get(key).into_iter().flatten()
    }

    /// Everything that is joined to something or could be, but for attachments: VPCs, peering connections, gateways and
    /// VPN connections.
    pub fn ends(&self) -> impl Iterator<Item = &Key> {
        let keys = self.joins.keys();
        keys.filter(|key| key.kind != Kind::TransitGatewayAttachment)
    }

    /// The pairs of [`Interconnect::joins`], each once, the lesser key first.
    pub fn joined(&self) -> impl Iterator<Item = (&Key, &Key)> {
        self.joins.iter().flat_map(|(one, others)| {
            let after = others.iter().filter(move |other| one < *other);
            after.map(move |other| (one, other))
        })
    }

    /// Whether it is part of this: joined to something, or a transit gateway or a part of one.
    pub fn knows(&self, key: &Key) -> bool {
        self.joins.contains_key(key)
            || self.attachments.contains_key(key)
            || self.tables.contains_key(key)
            || self.gateways.contains(key)
            || self.outside.contains_key(key)
    }

    /// What a VPC shares with others: its peering connections, the transit gateways it is attached to, core networks.
    pub fn meeting_points(&self, vpc: &Key) -> BTreeSet<&Key> {
        let mut points = BTreeSet::new();
        for key in self.joins(vpc) {
            match key.kind {
                Kind::VpcPeeringConnection | Kind::CoreNetwork => {
                    points.insert(key);
                }
                Kind::TransitGatewayAttachment => {
                    points.extend(self.attachment(key).into_iter().flat_map(|it| &it.gateways));
                }
                _ => {}
            }
        }
        points
    }

    /// The same, with what those lead on to: transit gateways that are peered with each other.
    pub fn reaches(&self, vpc: &Key) -> BTreeSet<&Key> {
        let mut points = self.meeting_points(vpc);
        let peered = || self.attachments.values().filter(|it| it.gateways.len() > 1);
        loop {
            let before = points.len();
            for attachment in peered() {
                if attachment.gateways.iter().any(|it| points.contains(it)) {
                    points.extend(&attachment.gateways);
                }
            }
            if points.len() == before {
                return points;
            }
        }
    }
}
