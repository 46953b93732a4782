//! Derives what joins VPCs, one pass per kind of fact.

use super::{Attachment, Interconnect, Outside};
use crate::network::{
    CoreNetworkFacts, CustomerGatewayFacts, Destination, DirectConnectGatewayFacts, Facts, Id, Key,
    Kind, Network, Resource, RouteState, RouteTableFacts, Text, TransitGatewayAttachmentFacts,
    TransitGatewayFacts, TransitGatewayRouteTableFacts, TransitGatewayTableEntry, VpcAttachment,
    VpcPeeringConnectionFacts, VpnConnectionFacts, VpnGatewayFacts,
};
use std::collections::BTreeSet;

/// Builds an [`Interconnect`] in passes.
pub(super) struct Builder<'a> {
    network: &'a Network,
    found: Interconnect,
}

impl<'a> Builder<'a> {
    pub(super) fn new(network: &'a Network) -> Self {
        Self {
            network,
            found: Interconnect::default(),
        }
    }

    pub(super) fn build(mut self) -> Interconnect {
        self.gateways();
        self.attachments();
        self.tables();
        self.attach();
        self.peerings();
        self.vpn_gateways();
        self.core_networks();
        self.vpn_connections();
        self.direct_connect();
        self.found
    }

    fn is_gone(&self, key: &Key) -> bool {
        self.network.get(key).is_some_and(|it| it.is_gone())
    }

    fn join(&mut self, one: &Key, other: &Key) {
        for (from, to) in [(one, other), (other, one)] {
            let joins = self.found.joins.entry(from.clone()).or_default();
            joins.insert(to.clone());
        }
    }

    /// Note what is told of something that was not read; what was read needs no hearsay.
    fn hear(&mut self, key: &Key) -> Option<&mut Outside> {
        let is_outside = self.network.get(key).is_none();
        is_outside.then(|| self.found.outside.entry(key.clone()).or_default())
    }

    fn gateway(&mut self, id: &Id) -> Key {
        let key = Key::new(Kind::TransitGateway, id.clone());
        self.found.gateways.insert(key.clone());
        self.hear(&key);
        key
    }

    fn gateways(&mut self) {
        for (resource, _) in self.network.all::<TransitGatewayFacts>() {
            if !resource.is_gone() {
                self.found.gateways.insert(resource.key().clone());
            }
        }
    }

    fn attachments(&mut self) {
        for (resource, facts) in self.network.all::<TransitGatewayAttachmentFacts>() {
            if resource.is_gone() {
                continue;
            }
            // A peering has one id on both its sides, and each side tells of itself.
            for seen in resource.observations() {
                if let Facts::TransitGatewayAttachment(side) = &seen.record.facts {
                    self.side(resource, side);
                }
            }
            let attachment = self.attachment(resource.key());
            attachment.resource_type = facts.resource_type.value().cloned().unwrap_or_default();
        }
    }

    fn attachment(&mut self, key: &Key) -> &mut Attachment {
        self.found.attachments.entry(key.clone()).or_default()
    }

    fn side(&mut self, resource: &Resource, facts: &TransitGatewayAttachmentFacts) {
        let seen_in = resource.common().region.value();
        let kind = facts.resource_type.value().and_then(|it| kind_of(it));
        let attached = facts.resource.value().zip(kind).map(|(id, kind)| {
            if kind == Kind::TransitGateway {
                self.gateway(id)
            } else {
                Key::new(kind, id.clone())
            }
        });
        let gateway = facts.transit_gateway.value().map(|id| self.gateway(id));
        let is_peering = kind == Some(Kind::TransitGateway);
        if let Some(outside) = gateway.as_ref().and_then(|key| self.hear(key)) {
            let owner = facts.transit_gateway_owner.value();
            outside.owner = owner.cloned().or(outside.owner.take());
            let region = seen_in.filter(|_| !is_peering);
            outside.region = outside.region.take().or(region.cloned());
        }
        let hears = matches!(kind, Some(Kind::Vpc | Kind::TransitGateway));
        if let Some(outside) = attached
            .as_ref()
            .filter(|_| hears)
            .and_then(|key| self.hear(key))
        {
            let owner = facts.resource_owner.value();
            outside.owner = owner.cloned().or(outside.owner.take());
            let region = if is_peering {
                facts.peer_region.value()
            } else {
                seen_in
            };
            outside.region = outside.region.take().or(region.cloned());
        }
        let table = facts.route_table.value().and_then(Option::as_ref);
        let table = table.map(|id| Key::new(Kind::TransitGatewayRouteTable, id.clone()));
        if let Some(table) = &table {
            let of = self.found.tables.entry(table.clone()).or_default();
            *of = of.take().or(gateway.clone());
        }
        let attachment = self.attachment(resource.key());
        if is_peering {
            attachment.gateways.extend(attached);
        } else {
            attachment.attached.extend(attached);
        }
        attachment.gateways.extend(gateway);
        attachment.tables.extend(table);
    }

    fn tables(&mut self) {
        for (resource, facts) in self.network.all::<TransitGatewayRouteTableFacts>() {
            if matches!(
                facts.state.value().map(Text::as_str),
                Some("deleted" | "deleting")
            ) {
                continue;
            }
            let table = resource.key();
            let gateway = facts.transit_gateway.value().map(|id| self.gateway(id));
            self.found.tables.insert(table.clone(), gateway.clone());
            for entry in facts.associations.items() {
                if let Some(attachment) = self.entry(entry, gateway.as_ref()) {
                    attachment.tables.insert(table.clone());
                }
            }
            for entry in facts.propagations.items() {
                if let Some(attachment) = self.entry(entry, gateway.as_ref()) {
                    attachment.routed.entry(table.clone()).or_insert(true);
                }
            }
            let routes = facts.routes.value().or(facts.static_routes.value());
            for route in routes.into_iter().flatten() {
                let works = route.state != RouteState::Blackhole;
                for id in &route.attachments {
                    let key = Key::new(Kind::TransitGatewayAttachment, id.clone());
                    let attachment = self.attachment(&key);
                    attachment.gateways.extend(gateway.clone());
                    *attachment.routed.entry(table.clone()).or_default() |= works;
                }
            }
        }
    }

    /// The attachment a table's entry tells of, if the entry holds.
    fn entry(
        &mut self,
        entry: &TransitGatewayTableEntry,
        gateway: Option<&Key>,
    ) -> Option<&mut Attachment> {
        let key = Key::new(Kind::TransitGatewayAttachment, entry.attachment.clone()?);
        let holds = !entry.state.starts_with("dis");
        if !holds || self.is_gone(&key) {
            return None;
        }
        let kind = kind_of(&entry.resource_type);
        let attached = entry.resource.clone().zip(kind);
        let attached = attached.map(|(id, kind)| Key::new(kind, id));
        if let Some(key) = attached.as_ref().filter(|key| key.kind == Kind::Vpc) {
            self.hear(key);
        }
        let peer = attached
            .clone()
            .filter(|key| key.kind == Kind::TransitGateway)
            .map(|key| self.gateway(&key.id));
        let attachment = self.attachment(&key);
        if attachment.resource_type.is_empty() {
            attachment.resource_type = entry.resource_type.clone();
        }
        if peer.is_none() {
            attachment.attached.extend(attached);
        }
        attachment.gateways.extend(gateway.cloned());
        attachment.gateways.extend(peer);
        Some(attachment)
    }

    /// Joins what is attached, and learns blocks of VPCs that were not read from the routes to them.
    fn attach(&mut self) {
        let attachments: Vec<(Key, BTreeSet<Key>)> = (self.found.attachments.iter())
            .map(|(key, attachment)| (key.clone(), attachment.attached.clone()))
            .collect();
        for (key, attached) in &attachments {
            for other in attached {
                self.join(key, other);
            }
        }
        if self.found.outside.is_empty() {
            return;
        }
        for (_, facts) in self.network.all::<TransitGatewayRouteTableFacts>() {
            for route in facts.routes.items() {
                let Destination::Block(block) = route.destination else {
                    continue;
                };
                if route.route_type != "propagated" {
                    continue;
                }
                for id in &route.attachments {
                    let key = Key::new(Kind::TransitGatewayAttachment, id.clone());
                    let attached = self.found.attachments.get(&key);
                    let vpcs = attached.into_iter().flat_map(|it| &it.attached);
                    for vpc in vpcs.filter(|key| key.kind == Kind::Vpc) {
                        if let Some(outside) = self.found.outside.get_mut(vpc) {
                            outside.blocks.insert(block);
                        }
                    }
                }
            }
        }
    }

    fn peerings(&mut self) {
        for (resource, facts) in self.network.all::<VpcPeeringConnectionFacts>() {
            if resource.is_gone() {
                continue;
            }
            for side in [&facts.requester, &facts.accepter] {
                let Some(side) = side.value() else { continue };
                let vpc = Key::new(Kind::Vpc, side.vpc.clone());
                if let Some(outside) = self.hear(&vpc) {
                    outside.owner = side.owner.clone().or(outside.owner.take());
                    outside.region = side.region.clone().or(outside.region.take());
                    outside.blocks.extend(&side.cidrs);
                }
                self.join(&vpc, resource.key());
            }
        }
    }

    fn vpn_gateways(&mut self) {
        for (resource, facts) in self.network.all::<VpnGatewayFacts>() {
            if resource.is_gone() {
                continue;
            }
            self.found.joins.entry(resource.key().clone()).or_default();
            for attachment in facts.attachments.items() {
                if VpcAttachment::holds(attachment) {
                    let vpc = Key::new(Kind::Vpc, attachment.vpc.clone());
                    self.hear(&vpc);
                    self.join(&vpc, resource.key());
                }
            }
        }
    }

    fn core_networks(&mut self) {
        for (resource, facts) in self.network.all::<CoreNetworkFacts>() {
            for id in facts.vpcs.items() {
                let vpc = Key::new(Kind::Vpc, id.clone());
                self.hear(&vpc);
                self.join(&vpc, resource.key());
            }
        }
        // Attachments to core networks are seldom read, but routes tell of them.
        for (_, facts) in self.network.all::<RouteTableFacts>() {
            let Some(vpc) = facts.vpc.value() else {
                continue;
            };
            let vpc = Key::new(Kind::Vpc, vpc.clone());
            for route in facts.routes.items() {
                if let Some(core) = route.target.key().filter(|it| it.kind == Kind::CoreNetwork) {
                    self.join(&vpc, core);
                }
            }
        }
    }

    fn vpn_connections(&mut self) {
        for (resource, facts) in self.network.all::<VpnConnectionFacts>() {
            if resource.is_gone() {
                continue;
            }
            let vpn = resource.key();
            if let Some(Some(id)) = facts.vpn_gateway.value() {
                self.join(vpn, &Key::new(Kind::VpnGateway, id.clone()));
            }
            if let Some(Some(id)) = facts.transit_gateway.value() {
                let gateway = self.gateway(id);
                self.join_unless_attached(vpn, &gateway);
            }
            if let Some(id) = facts.customer_gateway.value() {
                self.join(vpn, &Key::new(Kind::CustomerGateway, id.clone()));
            }
        }
        // One that no VPN connection names stands alone.
        for (resource, _) in self.network.all::<CustomerGatewayFacts>() {
            if !resource.is_gone() {
                self.found.joins.entry(resource.key().clone()).or_default();
            }
        }
    }

    fn direct_connect(&mut self) {
        for (resource, facts) in self.network.all::<DirectConnectGatewayFacts>() {
            self.found.joins.entry(resource.key().clone()).or_default();
            for id in facts.associations.items() {
                let Some(kind) = Kind::of_id(id.as_str()) else {
                    continue;
                };
                if kind == Kind::TransitGateway {
                    let gateway = self.gateway(id);
                    self.join_unless_attached(resource.key(), &gateway);
                } else {
                    self.join(resource.key(), &Key::new(kind, id.clone()));
                }
            }
        }
    }

    /// An attachment says more than a plain line to the transit gateway; where none was read, the line has to do.
    fn join_unless_attached(&mut self, key: &Key, gateway: &Key) {
        let is_attached = self.found.joins(key).any(|other| {
            let attachment = self.found.attachments.get(other);
            attachment.is_some_and(|it| it.gateways.contains(gateway))
        });
        if !is_attached {
            self.join(key, gateway);
        }
    }
}

/// The kind of what is attached, by AWS's word for it.
fn kind_of(resource_type: &str) -> Option<Kind> {
    Some(match resource_type {
        "vpc" => Kind::Vpc,
        "vpn" => Kind::VpnConnection,
        "peering" | "tgw-peering" => Kind::TransitGateway,
        "direct-connect-gateway" => Kind::DirectConnectGateway,
        "connect" => Kind::TransitGatewayAttachment,
        _ => return None,
    })
}
