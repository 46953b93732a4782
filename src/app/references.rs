//! Which resources a resource names in its facts, and so who refers to whom.

use crate::network::{Facts, Id, Key, Kind, Known, Network, RulePeer, VpcAttachment};
use std::collections::{BTreeMap, BTreeSet};

/// Gathers the keys a resource names.
#[derive(Default)]
struct Named {
    keys: BTreeSet<Key>,
}

impl Named {
    fn id(&mut self, kind: Kind, id: &Id) {
        if !id.as_str().is_empty() {
            self.keys.insert(Key::new(kind, id.clone()));
        }
    }

    fn one(&mut self, kind: Kind, id: &Known<Id>) {
        if let Some(id) = id.value() {
            self.id(kind, id);
        }
    }

    fn maybe(&mut self, kind: Kind, id: &Known<Option<Id>>) {
        if let Some(Some(id)) = id.value() {
            self.id(kind, id);
        }
    }

    fn many(&mut self, kind: Kind, ids: &Known<Vec<Id>>) {
        for id in ids.items() {
            self.id(kind, id);
        }
    }

    /// An id that says itself what it is of.
    fn any(&mut self, id: &Id) {
        if let Some(kind) = Kind::of_id(id.as_str()) {
            self.id(kind, id);
        }
    }

    fn attachments(&mut self, attachments: &Known<Vec<VpcAttachment>>) {
        for attachment in attachments.items() {
            self.id(Kind::Vpc, &attachment.vpc);
        }
    }
}

/// The resources that these facts name, by key.
pub(super) fn named(facts: &Facts) -> BTreeSet<Key> {
    let mut named = Named::default();
    match facts {
        Facts::Account(_)
        | Facts::Region(_)
        | Facts::AvailabilityZone(_)
        | Facts::TransitGateway(_)
        | Facts::CustomerGateway(_)
        | Facts::LocalGateway(_)
        | Facts::PrefixList(_)
        | Facts::DhcpOptions(_) => {}
        Facts::Vpc(vpc) => named.one(Kind::DhcpOptions, &vpc.dhcp_options),
        Facts::Subnet(subnet) => named.one(Kind::Vpc, &subnet.vpc),
        Facts::RouteTable(table) => {
            named.one(Kind::Vpc, &table.vpc);
            for route in table.routes.items() {
                if let Some(target) = route.target.key() {
                    named.keys.insert(target.clone());
                }
                if let crate::network::Destination::PrefixList(list) = &route.destination {
                    named.id(Kind::PrefixList, list);
                }
            }
            for association in table.associations.items() {
                if let Some(subnet) = &association.subnet {
                    named.id(Kind::Subnet, subnet);
                }
                if let Some(gateway) = &association.gateway {
                    named.any(gateway);
                }
            }
            named.many(Kind::VpnGateway, &table.propagating_gateways);
        }
        Facts::InternetGateway(gateway) => named.attachments(&gateway.attachments),
        Facts::EgressOnlyInternetGateway(gateway) => named.attachments(&gateway.attachments),
        Facts::VpnGateway(gateway) => named.attachments(&gateway.attachments),
        Facts::NatGateway(nat) => {
            named.one(Kind::Vpc, &nat.vpc);
            named.maybe(Kind::Subnet, &nat.subnet);
            named.maybe(Kind::RouteTable, &nat.route_table);
            for address in nat.addresses.items() {
                if let Some(allocation) = &address.allocation {
                    named.id(Kind::ElasticIp, allocation);
                }
                if let Some(interface) = &address.network_interface {
                    named.id(Kind::NetworkInterface, interface);
                }
            }
        }
        Facts::VpcEndpoint(endpoint) => {
            named.one(Kind::Vpc, &endpoint.vpc);
            named.many(Kind::RouteTable, &endpoint.route_tables);
            named.many(Kind::Subnet, &endpoint.subnets);
            named.many(Kind::NetworkInterface, &endpoint.network_interfaces);
            named.many(Kind::SecurityGroup, &endpoint.groups);
        }
        Facts::VpcPeeringConnection(peering) => {
            for side in [&peering.requester, &peering.accepter] {
                if let Some(side) = side.value() {
                    named.id(Kind::Vpc, &side.vpc);
                }
            }
        }
        Facts::TransitGatewayAttachment(attachment) => {
            named.one(Kind::TransitGateway, &attachment.transit_gateway);
            named.maybe(Kind::TransitGatewayRouteTable, &attachment.route_table);
            named.many(Kind::Subnet, &attachment.subnets);
            named.one(Kind::TransitGateway, &attachment.peer_transit_gateway);
            if let Some(resource) = attachment.resource.value() {
                named.any(resource);
            }
        }
        Facts::TransitGatewayRouteTable(table) => {
            named.one(Kind::TransitGateway, &table.transit_gateway);
            let entries = table
                .associations
                .items()
                .iter()
                .chain(table.propagations.items());
            for attachment in entries.filter_map(|entry| entry.attachment.as_ref()) {
                named.id(Kind::TransitGatewayAttachment, attachment);
            }
            let routes = table
                .routes
                .items()
                .iter()
                .chain(table.static_routes.items());
            for attachment in routes.flat_map(|route| &route.attachments) {
                named.id(Kind::TransitGatewayAttachment, attachment);
            }
        }
        Facts::VpnConnection(connection) => {
            named.maybe(Kind::VpnGateway, &connection.vpn_gateway);
            named.maybe(Kind::TransitGateway, &connection.transit_gateway);
            named.one(Kind::CustomerGateway, &connection.customer_gateway);
        }
        Facts::DirectConnectGateway(gateway) => {
            for association in gateway.associations.items() {
                named.any(association);
            }
        }
        Facts::CarrierGateway(gateway) => named.one(Kind::Vpc, &gateway.vpc),
        Facts::CoreNetwork(core) => named.many(Kind::Vpc, &core.vpcs),
        Facts::NetworkFirewall(firewall) => {
            named.one(Kind::Vpc, &firewall.vpc);
            named.many(Kind::Subnet, &firewall.subnets);
            named.many(Kind::VpcEndpoint, &firewall.endpoints);
        }
        Facts::NetworkAcl(acl) => {
            named.one(Kind::Vpc, &acl.vpc);
            named.many(Kind::Subnet, &acl.subnets);
        }
        Facts::SecurityGroup(group) => {
            named.one(Kind::Vpc, &group.vpc);
            for rule in group.ingress.items().iter().chain(group.egress.items()) {
                match &rule.peer {
                    RulePeer::Group(id) => named.id(Kind::SecurityGroup, id),
                    RulePeer::PrefixList(id) => named.id(Kind::PrefixList, id),
                    RulePeer::Block(_) => {}
                }
            }
        }
        Facts::NetworkInterface(interface) => {
            named.one(Kind::Vpc, &interface.vpc);
            named.one(Kind::Subnet, &interface.subnet);
            named.many(Kind::SecurityGroup, &interface.groups);
            named.maybe(Kind::Instance, &interface.instance);
        }
        Facts::Instance(instance) => {
            named.one(Kind::Vpc, &instance.vpc);
            named.one(Kind::Subnet, &instance.subnet);
            named.many(Kind::NetworkInterface, &instance.network_interfaces);
            named.many(Kind::SecurityGroup, &instance.groups);
        }
        Facts::ElasticIp(address) => {
            named.maybe(Kind::NetworkInterface, &address.network_interface);
            named.maybe(Kind::Instance, &address.instance);
        }
        Facts::FlowLog(log) => {
            if let Some(resource) = log.resource.value() {
                named.any(resource);
            }
        }
    }
    named.keys
}

/// For each resource that is named by others: by whom, by key.
pub(super) fn referrers(network: &Network) -> BTreeMap<Key, Vec<Key>> {
    let mut referrers: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for resource in network.resources() {
        for key in named(resource.facts()) {
            if key != *resource.key() {
                referrers
                    .entry(key)
                    .or_default()
                    .push(resource.key().clone());
            }
        }
    }
    referrers
}
