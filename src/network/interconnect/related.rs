//! What lights up together on the overview.

use super::{Attachment, Interconnect};

use crate::network::{Key, Kind, Line, Related};
use std::collections::BTreeSet;

impl Interconnect {
    /// The line of the overview that stands for a pair that is joined: it runs from what is attached to the attachment,
    /// and otherwise from the lesser key to the greater.
    pub fn line(one: &Key, other: &Key) -> Line {
        let swaps = match (one.kind, other.kind) {
            (Kind::TransitGatewayAttachment, Kind::TransitGatewayAttachment) => one > other,
            (Kind::TransitGatewayAttachment, _) => true,
            (_, Kind::TransitGatewayAttachment) => false,
            _ => one > other,
        };
        if swaps {
            (other.clone(), one.clone())
        } else {
            (one.clone(), other.clone())
        }
    }

    /// What lights up with a resource, itself included, as the table of this module says. Lines between attachments
    /// and their transit gateways and tables run from the attachment.
    pub fn related(&self, key: &Key) -> Related {
        let mut light = Light {
            links: self,
            lit: Related::default(),
            followed: BTreeSet::new(),
        };
        light.lit.keys.insert(key.clone());
        match key.kind {
            Kind::Vpc => light.vpc(key),
            Kind::TransitGatewayAttachment => light.attachment(key),
            Kind::TransitGatewayRouteTable => light.table(key),
            Kind::TransitGateway => light.gateway(key),
            Kind::VpnGateway | Kind::VpnConnection => light.beyond(key),
            Kind::CustomerGateway | Kind::DirectConnectGateway => {
                for other in self.joins(key) {
                    light.joined(key, other);
                    light.end(other, key);
                }
            }
            _ => light.all_joined(key),
        }
        light.lit
    }
}

/// Gathers what lights up.
struct Light<'a> {
    links: &'a Interconnect,
    lit: Related,
    /// Route tables of transit gateways that were followed already.
    followed: BTreeSet<&'a Key>,
}

impl<'a> Light<'a> {
    fn joined(&mut self, one: &Key, other: &Key) {
        self.lit.keys.insert(one.clone());
        self.lit.keys.insert(other.clone());
        self.lit.lines.insert(Interconnect::line(one, other));
    }

    fn all_joined(&mut self, key: &Key) {
        for other in self.links.joins(key) {
            self.joined(key, other);
        }
    }

    fn at_table(&mut self, attachment: &Key, table: &Key) {
        self.lit.keys.insert(attachment.clone());
        self.lit.keys.insert(table.clone());
        self.lit.lines.insert((attachment.clone(), table.clone()));
    }

    fn gateways_of(&mut self, key: &Key, attachment: &Attachment) {
        for gateway in &attachment.gateways {
            self.lit.keys.insert(gateway.clone());
            self.lit.lines.insert((key.clone(), gateway.clone()));
        }
    }

    fn vpc(&mut self, vpc: &Key) {
        let links = self.links;
        for key in links.joins(vpc) {
            self.joined(vpc, key);
            match key.kind {
                Kind::TransitGatewayAttachment => {
                    if let Some(attachment) = links.attachment(key) {
                        self.gateways_of(key, attachment);
                        for table in &attachment.tables {
                            self.at_table(key, table);
                            self.follow(table);
                        }
                    }
                }
                Kind::VpnGateway => self.beyond(key),
                _ => self.all_joined(key),
            }
        }
    }

    /// Where a table's routes lead.
    fn follow(&mut self, table: &'a Key) {
        if !self.followed.insert(table) {
            return;
        }
        let links = self.links;
        let gateway = links.tables.get(table).and_then(Option::as_ref);
        self.lit.keys.extend(gateway.cloned());
        for (key, attachment) in links.attachments() {
            if !attachment.routed.contains_key(table) {
                continue;
            }
            self.at_table(key, table);
            self.attached(key, attachment);
            // The far side of a peering routes what arrives by the table its side is associated with.
            for far in attachment.tables.iter().filter(|far| {
                let of = links.tables.get(*far).and_then(Option::as_ref);
                attachment.gateways.len() > 1 && of != gateway
            }) {
                self.at_table(key, far);
                self.follow(far);
            }
        }
    }

    /// What is attached, and what lies beyond that.
    fn attached(&mut self, key: &Key, attachment: &Attachment) {
        if attachment.gateways.len() > 1 {
            self.gateways_of(key, attachment);
        }
        for other in &attachment.attached {
            self.joined(key, other);
            if other.kind == Kind::VpnConnection {
                self.customer(other);
            }
        }
    }

    fn customer(&mut self, vpn: &Key) {
        for other in self.links.joins(vpn) {
            if other.kind == Kind::CustomerGateway {
                self.joined(vpn, other);
            }
        }
    }

    fn attachment(&mut self, key: &Key) {
        let Some(attachment) = self.links.attachment(key) else {
            return;
        };
        self.gateways_of(key, attachment);
        self.attached(key, attachment);
        self.all_joined(key);
        for table in attachment.tables.iter().chain(attachment.routed.keys()) {
            self.at_table(key, table);
        }
    }

    fn table(&mut self, table: &Key) {
        let links = self.links;
        let gateway = links.tables.get(table).and_then(Option::as_ref);
        self.lit.keys.extend(gateway.cloned());
        for (key, attachment) in links.attachments() {
            if attachment.tables.contains(table) || attachment.routed.contains_key(table) {
                self.at_table(key, table);
                self.attached(key, attachment);
            }
        }
    }

    fn gateway(&mut self, gateway: &Key) {
        let links = self.links;
        self.lit.keys.extend(links.tables_of(gateway).cloned());
        self.all_joined(gateway);
        for (key, attachment) in links.attachments() {
            if !attachment.gateways.contains(gateway) {
                continue;
            }
            self.gateways_of(key, attachment);
            self.attached(key, attachment);
            for table in attachment.tables.iter().chain(attachment.routed.keys()) {
                let of = links.tables.get(table).and_then(Option::as_ref);
                if of == Some(gateway) {
                    self.at_table(key, table);
                }
            }
        }
    }

    /// A VPN gateway or connection, and what lies on both its sides.
    fn beyond(&mut self, key: &Key) {
        for other in self.links.joins(key) {
            self.joined(key, other);
            match other.kind {
                Kind::VpnConnection => self.customer(other),
                _ => self.end(other, key),
            }
        }
    }

    /// What a VPN connection or Direct Connect gateway ends at, seen from there.
    fn end(&mut self, key: &Key, from: &Key) {
        match key.kind {
            Kind::TransitGatewayAttachment => {
                if let Some(attachment) = self.links.attachment(key) {
                    self.gateways_of(key, attachment);
                }
            }
            Kind::VpnGateway => {
                for vpc in self.links.joins(key).filter(|it| it.kind == Kind::Vpc) {
                    self.joined(key, vpc);
                }
            }
            Kind::VpnConnection if from.kind == Kind::CustomerGateway => {
                for other in self.links.joins(key) {
                    if other != from {
                        self.joined(key, other);
                        self.end(other, key);
                    }
                }
            }
            _ => {}
        }
    }
}
