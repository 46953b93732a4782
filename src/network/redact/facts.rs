//! What each fact means, and so what becomes of it.

use super::{address, policy, substitute};
use crate::network::facts::{
    AclAction, AclEntry, CidrAssociation, Destination, InterfaceAddress, NatAddress, PeeringSide,
    PrefixListEntry, Route, RouteOrigin, RouteState, RouteTableAssociation, RulePeer,
    SecurityGroupRule, Target, TransitGatewayRoute, TransitGatewayTableEntry, VpcAttachment,
    VpnTunnel,
};
use crate::network::key::{Id, Key, Kind, Text};
use crate::network::known::Known;
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a text in a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::network) enum Meaning {
    /// A word of AWS's: a state, a type.
    Word,
    /// A region or a zone.
    Place,
    /// An account.
    Account,
    /// An account, a service or a session of a role.
    Principal,
    /// The id of something.
    Id,
    /// An ARN, or where logs go to.
    Arn,
    /// What people call something.
    Name,
    /// The name of a service or a prefix list, AWS's or another's.
    Service,
    /// An address.
    Address,
    /// The number of an autonomous system.
    System,
    /// A hardware address.
    Hardware,
    /// A policy document.
    Policy,
    /// What AWS writes on an interface.
    Interface,
    /// Anything that people wrote.
    Text,
}

/// What the text of a field is, by the name of the set of facts and of the field. One without a row is taken for what
/// people wrote.
pub(in crate::network) fn meaning_of_field(set: &str, field: &str) -> Meaning {
    match (set, field) {
        ("NetworkInterfaceFacts", "description") => Meaning::Interface,
        (
            _,
            "address_family"
            | "appliance_mode_support"
            | "availability_mode"
            | "block_public_access"
            | "connectivity_type"
            | "deliver_status"
            | "destination_type"
            | "dns_support"
            | "encryption_control"
            | "encryption_exclusions"
            | "endpoint_type"
            | "failure_code"
            | "instance_tenancy"
            | "instance_type"
            | "interface_type"
            | "ip_address_type"
            | "ipv6_part"
            | "ipv6_support"
            | "opt_in_status"
            | "resource_type"
            | "service_managed"
            | "state"
            | "status"
            | "traffic_type"
            | "vpn_ecmp_support"
            | "zone_type",
        ) => Meaning::Word,
        (
            _,
            "availability_zone"
            | "availability_zone_id"
            | "network_border_group"
            | "peer_region"
            | "region"
            | "zone_id",
        ) => Meaning::Place,
        (_, "owner" | "resource_owner" | "transit_gateway_owner") => Meaning::Account,
        (_, "instance_owner" | "requester_id") => Meaning::Principal,
        (
            _,
            "association"
            | "association_default_route_table"
            | "ipv6_pool"
            | "propagation_default_route_table",
        ) => Meaning::Id,
        (_, "arn" | "deliver_logs_permission_arn" | "outpost_arn")
        | ("FlowLogFacts", "destination") => Meaning::Arn,
        (_, "alias" | "device_name" | "group_name") => Meaning::Name,
        (_, "prefix_list_name" | "service_name") => Meaning::Service,
        (_, "ip_address") => Meaning::Address,
        (_, "bgp_asn" | "amazon_side_asn") => Meaning::System,
        (_, "mac_address") => Meaning::Hardware,
        (_, "policy") => Meaning::Policy,
        _ => Meaning::Text,
    }
}

/// What can be shown to others once it is redacted.
pub(in crate::network) trait Redact {
    /// Replace what tells whose network it is; `meaning` is that of the texts within.
    fn redact(&mut self, meaning: Meaning);
}

impl Redact for Text {
    fn redact(&mut self, meaning: Meaning) {
        *self = match meaning {
            Meaning::Word => substitute::word(self),
            Meaning::Place => substitute::place(self),
            Meaning::Account => substitute::account(self),
            Meaning::Principal => substitute::principal(self),
            Meaning::Id => substitute::id(self),
            Meaning::Arn => substitute::arn(self),
            Meaning::Name => substitute::name(self),
            Meaning::Service => substitute::service(self),
            Meaning::Address => substitute::address_or_name(self),
            Meaning::System => substitute::system(self),
            Meaning::Hardware => substitute::hardware(self),
            Meaning::Policy => policy::policy(self),
            Meaning::Interface => substitute::interface(self),
            Meaning::Text => substitute::text(self),
        };
    }
}

impl Redact for Id {
    fn redact(&mut self, _: Meaning) {
        match self {
            Self::Aws(id) => *id = substitute::id(id),
            Self::Planned(name) => *name = substitute::planned(name),
        }
    }
}

impl Redact for Key {
    fn redact(&mut self, meaning: Meaning) {
        match (&mut self.id, self.kind) {
            (Id::Aws(id), Kind::Region | Kind::AvailabilityZone) => *id = substitute::place(id),
            (id, _) => id.redact(meaning),
        }
    }
}

impl Redact for IpAddr {
    fn redact(&mut self, _: Meaning) {
        *self = address::address(*self);
    }
}

impl Redact for IpNet {
    fn redact(&mut self, _: Meaning) {
        *self = address::block(*self);
    }
}

impl Redact for Ipv4Net {
    fn redact(&mut self, _: Meaning) {
        *self = address::block_v4(*self);
    }
}

/// The only long numbers are those of autonomous systems; with another meaning they stay.
impl Redact for u64 {
    fn redact(&mut self, meaning: Meaning) {
        if meaning == Meaning::System {
            *self = substitute::system_number(*self);
        }
    }
}

/// Values that tell nothing of whose they are.
macro_rules! stays {
    ($($type:ty),* $(,)?) => {$(
        impl Redact for $type {
            fn redact(&mut self, _: Meaning) {}
        }
    )*};
}

stays! { bool, u32, i32, u16, AclAction }

impl<T: Redact> Redact for Known<T> {
    fn redact(&mut self, meaning: Meaning) {
        if let Self::Value(value) = self {
            value.redact(meaning);
        }
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, meaning: Meaning) {
        if let Some(value) = self {
            value.redact(meaning);
        }
    }
}

impl<A: Redact, B: Redact> Redact for (A, B) {
    fn redact(&mut self, meaning: Meaning) {
        self.0.redact(meaning);
        self.1.redact(meaning);
    }
}

/// Lists that were sorted stay sorted: substitutes have another order.
impl<T: Redact + Ord> Redact for Vec<T> {
    fn redact(&mut self, meaning: Meaning) {
        let was_sorted = self.is_sorted();
        for item in self.iter_mut() {
            item.redact(meaning);
        }
        if was_sorted {
            self.sort();
        }
    }
}

/// Tags.
impl Redact for BTreeMap<Text, Text> {
    fn redact(&mut self, _: Meaning) {
        let redacted = |(key, value): (&Text, &Text)| {
            (substitute::tag_key(key), substitute::tag_value(key, value))
        };
        *self = self.iter().map(redacted).collect();
    }
}

/// DHCP options.
impl Redact for BTreeMap<Text, Vec<Text>> {
    fn redact(&mut self, _: Meaning) {
        let redacted = |(name, values): (&Text, &Vec<Text>)| {
            let values = values.iter().map(|value| substitute::option(value));
            (substitute::word(name), values.collect())
        };
        *self = self.iter().map(redacted).collect();
    }
}

impl Redact for RouteState {
    fn redact(&mut self, _: Meaning) {
        if let Self::Other(word) = self {
            word.redact(Meaning::Word);
        }
    }
}

impl Redact for RouteOrigin {
    fn redact(&mut self, _: Meaning) {
        if let Self::Other(word) = self {
            word.redact(Meaning::Word);
        }
    }
}

impl Redact for Destination {
    fn redact(&mut self, meaning: Meaning) {
        match self {
            Self::Block(block) => block.redact(meaning),
            Self::PrefixList(id) => id.redact(meaning),
            Self::Other(text) => text.redact(Meaning::Id),
        }
    }
}

impl Redact for Target {
    fn redact(&mut self, meaning: Meaning) {
        match self {
            Self::Local => {}
            Self::Resource(key) => key.redact(meaning),
            Self::Other(text) => text.redact(Meaning::Id),
        }
    }
}

impl Redact for RulePeer {
    fn redact(&mut self, meaning: Meaning) {
        match self {
            Self::Block(block) => block.redact(meaning),
            Self::Group(id) | Self::PrefixList(id) => id.redact(meaning),
        }
    }
}

/// Structs within facts: each field with what its texts mean.
macro_rules! redact_structs {
    ($($type:ident { $($field:ident: $meaning:ident),* $(,)? })*) => {$(
        impl Redact for $type {
            fn redact(&mut self, _: Meaning) {
                // Every field is named, so that a new one is not forgotten.
                let Self { $($field),* } = self;
                $( $field.redact(Meaning::$meaning); )*
            }
        }
    )*};
}

redact_structs! {
    CidrAssociation { cidr: Address, state: Word }
    Route { destination: Id, target: Id, state: Word, origin: Word }
    RouteTableAssociation { id: Id, main: Word, subnet: Id, gateway: Id, state: Word }
    VpcAttachment { vpc: Id, state: Word }
    NatAddress {
        public_ip: Address, private_ip: Address, allocation: Id, network_interface: Id, availability_zone: Place,
        primary: Word,
    }
    PrefixListEntry { cidr: Address, description: Text }
    PeeringSide { vpc: Id, owner: Account, region: Place, cidrs: Address, dns_resolution: Word }
    TransitGatewayTableEntry { attachment: Id, resource: Id, resource_type: Word, state: Word }
    TransitGatewayRoute { destination: Id, attachments: Id, route_type: Word, state: Word }
    VpnTunnel { outside_ip: Address, status: Word, accepted_routes: Word, message: Text }
    AclEntry {
        egress: Word, number: Word, action: Word, protocol: Word, cidr: Address, ports: Word, icmp: Word,
    }
    SecurityGroupRule { protocol: Word, from_port: Word, to_port: Word, peer: Id, description: Text }
    InterfaceAddress { private_ip: Address, primary: Word, public_ip: Address }
}
