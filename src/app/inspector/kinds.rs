//! What is shown of each kind of resource.

use super::{Page, known, list, yes_no};
use crate::app::model::subnet_role;
use crate::app::widgets::{self, Row};
use crate::cidr::{Family, usable_addresses};
use crate::network::{
    CidrAssociation, Coverage, Effective, ElasticIpFacts, Facts, FlowLogFacts, Id, InstanceFacts,
    InterfaceUse, Key, Kind, Known, NatGatewayFacts, NetworkAclFacts, NetworkInterfaceFacts,
    PrefixListFacts, Resource, RouteTableFacts, SecurityGroupFacts, SubnetFacts,
    TransitGatewayAttachmentFacts, TransitGatewayRouteTableFacts, VpcAttachment, VpcEndpointFacts,
    VpcFacts, VpcPeeringConnectionFacts, VpnConnectionFacts,
};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::picture::view::{grouped, natural};
use eframe::egui;
use egui::Ui;

impl Page<'_> {
    pub(super) fn body(&self, ui: &mut Ui, resource: &Resource) {
        match resource.facts() {
            Facts::Vpc(facts) => self.vpc(ui, facts),
            Facts::Subnet(facts) => self.subnet(ui, facts),
            Facts::RouteTable(facts) => self.route_table(ui, facts),
            Facts::NatGateway(facts) => self.nat_gateway(ui, facts),
            Facts::VpcEndpoint(facts) => self.endpoint(ui, facts),
            Facts::VpcPeeringConnection(facts) => self.peering(ui, facts),
            Facts::InternetGateway(facts) => self.gateway(ui, &facts.attachments),
            Facts::EgressOnlyInternetGateway(facts) => self.gateway(ui, &facts.attachments),
            Facts::VpnGateway(facts) => {
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "AWS side ASN", known(&facts.amazon_side_asn));
                self.gateway(ui, &facts.attachments);
                self.connections_of(ui, "VPN connections", |connection| {
                    match connection.vpn_gateway.value() {
                        Some(Some(id)) => Some(id),
                        _ => None,
                    }
                });
            }
            Facts::TransitGateway(facts) => {
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "Description", known(&facts.description));
                widgets::fact(ui, "AWS side ASN", known(&facts.amazon_side_asn));
                widgets::fact(ui, "DNS support", known(&facts.dns_support));
                widgets::fact(ui, "Blocks", list(&facts.cidr_blocks));
                self.transit_gateway(ui);
            }
            Facts::TransitGatewayAttachment(facts) => self.attachment(ui, facts),
            Facts::TransitGatewayRouteTable(facts) => self.transit_table(ui, facts),
            Facts::NetworkAcl(facts) => self.network_acl(ui, facts),
            Facts::SecurityGroup(facts) => self.security_group(ui, facts),
            Facts::NetworkInterface(facts) => self.interface(ui, facts),
            Facts::Instance(facts) => self.instance(ui, facts),
            Facts::ElasticIp(facts) => self.elastic_ip(ui, facts),
            Facts::PrefixList(facts) => self.prefix_list(ui, facts),
            Facts::VpnConnection(facts) => self.vpn_connection(ui, facts),
            Facts::FlowLog(facts) => self.flow_log(ui, facts),
            Facts::CustomerGateway(facts) => {
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "Address", widgets::mono(known(&facts.ip_address)));
                widgets::fact(ui, "ASN", known(&facts.bgp_asn));
                widgets::fact(ui, "Device", known(&facts.device_name));
            }
            Facts::DirectConnectGateway(facts) => {
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "AWS side ASN", known(&facts.amazon_side_asn));
                let keys = facts.associations.items().iter();
                let keys: Vec<Key> = keys
                    .filter_map(|id| Some(Key::new(Kind::of_id(id.as_str())?, id.clone())))
                    .collect();
                self.resources(ui, "Associated with", "", &keys);
            }
            Facts::CarrierGateway(facts) => {
                self.state(ui, "State", &facts.state);
                self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
                self.routed_from(ui);
            }
            Facts::LocalGateway(facts) => {
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "Outpost", widgets::mono(known(&facts.outpost_arn)));
                self.routed_from(ui);
            }
            Facts::CoreNetwork(facts) => {
                self.state(ui, "State", &facts.state);
                self.ids(ui, "VPCs", Kind::Vpc, &facts.vpcs);
                self.routed_from(ui);
            }
            Facts::NetworkFirewall(facts) => {
                self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
                self.ids(ui, "Subnets", Kind::Subnet, &facts.subnets);
                self.ids(ui, "Endpoints", Kind::VpcEndpoint, &facts.endpoints);
                self.routed_from(ui);
            }
            Facts::DhcpOptions(facts) => match facts.options.value() {
                Some(options) => {
                    for (name, values) in options {
                        widgets::fact(ui, name, widgets::mono(values.join(", ")));
                    }
                }
                None => self.unread(ui),
            },
            Facts::Account(facts) => widgets::fact(ui, "Alias", known(&facts.alias)),
            Facts::Region(facts) => {
                widgets::fact(ui, "Opt-in", known(&facts.opt_in_status));
                widgets::fact(ui, "Block public access", known(&facts.block_public_access));
            }
            Facts::AvailabilityZone(facts) => {
                widgets::fact(ui, "Zone id", known(&facts.zone_id));
                self.state(ui, "State", &facts.state);
                widgets::fact(ui, "Type", known(&facts.zone_type));
                widgets::fact(ui, "Border group", known(&facts.network_border_group));
            }
        }
    }

    /// How far AWS is with it: nothing that a plan could tell.
    fn state<T: ToString>(&self, ui: &mut Ui, name: &str, state: &Known<T>) {
        if !self.is_planned() {
            widgets::fact(ui, name, known(state));
        }
    }

    /// A list of ids of one kind as a section.
    fn ids(&self, ui: &mut Ui, title: &str, kind: Kind, ids: &Known<Vec<Id>>) {
        if let Some(ids) = ids.value() {
            let keys: Vec<Key> = ids.iter().map(|id| Key::new(kind, id.clone())).collect();
            self.resources(ui, title, "", &keys);
            if keys.is_empty() {
                Self::none(ui, "None");
            }
        } else {
            widgets::section(ui, title, "");
            self.unread(ui);
        }
    }

    fn blocks(ui: &mut Ui, name: &str, blocks: &Known<Vec<CidrAssociation>>) {
        match blocks {
            Known::Value(blocks) if blocks.is_empty() => widgets::fact(ui, name, "none"),
            Known::Value(blocks) => {
                for (place, block) in blocks.iter().enumerate() {
                    let words = block
                        .cidr
                        .map_or_else(|| "chosen by AWS".to_owned(), |cidr| cidr.to_string());
                    let words = if block.state == "associated" {
                        words
                    } else {
                        format!("{words} ({})", block.state)
                    };
                    widgets::fact(ui, if place == 0 { name } else { "" }, widgets::mono(words));
                }
            }
            other => widgets::fact(ui, name, known(&other.map(|_| ""))),
        }
    }

    fn vpc(&self, ui: &mut Ui, facts: &VpcFacts) {
        Self::blocks(ui, "IPv4", &facts.cidr_blocks);
        if facts.cidr_blocks.is_unread() {
            widgets::fact(
                ui,
                "Primary block",
                widgets::mono(known(&facts.primary_cidr)),
            );
        }
        Self::blocks(ui, "IPv6", &facts.ipv6_blocks);
        self.state(ui, "State", &facts.state);
        widgets::fact(ui, "Default VPC", yes_no(&facts.is_default));
        widgets::fact(ui, "Tenancy", known(&facts.instance_tenancy));
        widgets::fact(ui, "DNS resolution", yes_no(&facts.enable_dns_support));
        widgets::fact(ui, "DNS hostnames", yes_no(&facts.enable_dns_hostnames));
        widgets::fact(ui, "Block public access", known(&facts.block_public_access));
        widgets::fact(ui, "Encryption control", known(&facts.encryption_control));
        self.reference(ui, "DHCP options", Kind::DhcpOptions, &facts.dhcp_options);
        self.overlaps(ui);
        let Some(members) = self.opened.topology.members(self.key) else {
            return;
        };
        let subnets = members
            .subnets
            .iter()
            .map(|key| (key.clone(), self.block_of(key)))
            .collect();
        self.resource_rows(ui, "Subnets", "", subnets);
        self.incomplete(ui, Kind::Subnet);
        self.resources(ui, "Route tables", "", &members.tables);
        self.incomplete(ui, Kind::RouteTable);
        let connections = members
            .connections
            .iter()
            .map(|key| (key.clone(), key.kind.singular().to_owned()))
            .collect();
        self.resource_rows(ui, "Network connections", "", connections);
        if !members.gone.is_empty() {
            self.resources(ui, "Gone, but routed to", "", &members.gone);
        }
    }

    fn block_of(&self, subnet: &Key) -> String {
        let facts = self.network().facts::<SubnetFacts>(&subnet.id);
        match facts.map(|facts| &facts.cidr_block) {
            Some(Known::Value(Some(block))) => block.to_string(),
            Some(Known::Value(None)) => "IPv6 only".to_owned(),
            _ => "not read".to_owned(),
        }
    }

    fn subnet(&self, ui: &mut Ui, facts: &SubnetFacts) {
        self.subnet_pills(ui);
        self.capacity(ui, facts);
        widgets::fact(ui, "IPv4 block", widgets::mono(self.block_of(self.key)));
        Self::blocks(ui, "IPv6 block", &facts.ipv6_blocks);
        let zone = known(&facts.availability_zone);
        let zone = match facts.availability_zone_id.value() {
            Some(id) => format!("{zone} ({id})"),
            None => zone,
        };
        widgets::fact(ui, "Zone", zone);
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        widgets::fact(ui, "Public address", yes_no(&facts.map_public_ip_on_launch));
        self.state(ui, "State", &facts.state);
        if facts.default_for_az.value() == Some(&true) {
            widgets::fact(ui, "Default", "default subnet of its zone");
        }
        if let Some(mode) = facts.block_public_access.value() {
            widgets::fact(ui, "Block public access", mode.as_str());
        }
        if let Some(outpost) = facts.outpost_arn.value() {
            widgets::fact(ui, "Outpost", widgets::mono(outpost.as_str()));
        }

        let effective = self.opened.topology.effective(self.key);
        let note = match &effective {
            Effective::Explicit(_) => "associated",
            Effective::Main(_) => "main table",
            Effective::Unknown(_) => "unknown",
        };
        match &effective {
            Effective::Explicit(table) | Effective::Main(table) => {
                self.resource_rows(
                    ui,
                    "Route table",
                    note,
                    vec![(table.clone(), String::new())],
                );
                if let Some(table) = self.network().facts::<RouteTableFacts>(&table.id) {
                    self.routes(ui, "Routes", &table.routes);
                }
            }
            Effective::Unknown(why) => {
                widgets::section(ui, "Route table", note);
                let words = widgets::muted(ui, widgets::shown(why)).italics();
                ui.add(egui::Label::new(words).wrap());
            }
        }
        self.guard(ui);
        self.users(ui);
        let legs: Vec<Key> = self
            .opened
            .topology
            .legs_in(self.key)
            .into_iter()
            .cloned()
            .collect();
        if !legs.is_empty() {
            self.resources(ui, "Connections with a leg here", "", &legs);
        }
    }

    /// What the subnet is, as words in pills.
    fn subnet_pills(&self, ui: &mut Ui) {
        let topology = &self.opened.topology;
        let kinds = [Family::V4, Family::V6]
            .map(|family| topology.subnet_kind(self.network(), self.key, family));
        let has_v6 = self
            .network()
            .facts::<SubnetFacts>(&self.key.id)
            .is_some_and(|facts| !facts.ipv6_blocks.items().is_empty());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            widgets::pill(ui, kinds[0].word(), subnet_role(kinds[0]));
            if has_v6 && kinds[1] != kinds[0] {
                widgets::pill(
                    ui,
                    &format!("IPv6 {}", kinds[1].word()),
                    subnet_role(kinds[1]),
                );
            }
            let flags = topology.subnet_flags(self.network(), self.key, Family::V4);
            for word in flags.words() {
                let role = if matches!(word, "blackholed" | "igw-blocked") {
                    Role::Danger
                } else {
                    Role::Warn
                };
                widgets::pill(ui, word, role);
            }
            if let Some(egress) = flags.egress {
                widgets::pill(ui, &format!("out by {}", egress.singular()), Role::Neutral);
            }
        });
    }

    /// How full it is, as a bar. AWS keeps five addresses of each subnet.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
    fn capacity(&self, ui: &mut Ui, facts: &SubnetFacts) {
        let (Some(Some(block)), Some(free)) =
            (facts.cidr_block.value(), facts.available_addresses.value())
        else {
            if matches!(facts.cidr_block, Known::Value(Some(_))) {
                widgets::fact(ui, "Addresses", "not read how many are free");
            }
            return;
        };
        let usable = usable_addresses(*block);
        if self.is_planned() {
            let words = format!("{} usable", grouped(usable));
            return widgets::fact(ui, "Addresses", words);
        }
        let used = usable.saturating_sub(u64::from(*free));
        let share = if usable == 0 {
            1.0
        } else {
            used as f32 / usable as f32
        };
        let role = if share > 0.95 {
            Role::Danger
        } else if share > 0.8 {
            Role::Warn
        } else {
            subnet_role(self.opened.subnet_kind(self.key))
        };
        ui.add_space(2.0);
        let words = format!(
            "{} of {} addresses used, {} free",
            grouped(used),
            grouped(usable),
            grouped(u64::from(*free))
        );
        ui.label(widgets::small_muted(ui, words.as_str()));
        widgets::meter(ui, share, role, &words);
        ui.add_space(4.0);
    }

    /// The network ACL that guards a subnet.
    fn guard(&self, ui: &mut Ui) {
        let acl = self
            .network()
            .all::<NetworkAclFacts>()
            .find(|(_, facts)| facts.subnets.items().contains(&self.key.id));
        if let Some((resource, facts)) = acl {
            let entries = facts.entries.value().map_or_else(
                || "not read".to_owned(),
                |entries| format!("{} entries", entries.len()),
            );
            self.resource_rows(
                ui,
                "Network ACL",
                "",
                vec![(resource.key().clone(), entries)],
            );
        } else {
            widgets::section(ui, "Network ACL", "");
            if !self.incomplete(ui, Kind::NetworkAcl) {
                Self::none(ui, "None names this subnet.");
            }
        }
    }

    /// Who has an interface in the subnet, by kind of use.
    fn users(&self, ui: &mut Ui) {
        let interfaces: Vec<(&Key, &NetworkInterfaceFacts)> = self
            .network()
            .all::<NetworkInterfaceFacts>()
            .filter(|(_, facts)| facts.subnet.value() == Some(&self.key.id))
            .map(|(resource, facts)| (resource.key(), facts))
            .collect();
        if self.is_planned() && interfaces.is_empty() {
            return;
        }
        let note = widgets::count(interfaces.len(), "interface");
        widgets::section(ui, "Used by", &note);
        let is_incomplete = self.incomplete(ui, Kind::NetworkInterface);
        if interfaces.is_empty() && !is_incomplete {
            Self::none(ui, "No network interface is in this subnet.");
        }
        let mut rows: Vec<(String, String, Key)> = interfaces
            .into_iter()
            .map(|(key, facts)| {
                let usage = InterfaceUse::of(facts);
                let name = match &usage {
                    InterfaceUse::Instance(id) => {
                        self.opened.name(&Key::new(Kind::Instance, id.clone()))
                    }
                    InterfaceUse::NatGateway(Some(id)) => {
                        self.opened.name(&Key::new(Kind::NatGateway, id.clone()))
                    }
                    InterfaceUse::Endpoint(Some(id)) => {
                        self.opened.name(&Key::new(Kind::VpcEndpoint, id.clone()))
                    }
                    other => other
                        .name()
                        .map_or_else(|| key.id.to_string(), str::to_owned),
                };
                (usage.kind(), name, key.clone())
            })
            .collect();
        rows.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| natural(&a.1, &b.1))
                .then_with(|| a.2.cmp(&b.2))
        });
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for (kind, name, key) in rows.iter().take(super::SHORT) {
                let row = Row {
                    title: name,
                    caption: kind,
                    role: Some(Role::Host),
                    filled: true,
                    clickable: true,
                    name: Some(format!("{name}, {kind}")),
                    ..Row::default()
                };
                if widgets::row(ui, &row)
                    .on_hover_text(key.id.as_str())
                    .clicked()
                {
                    self.app
                        .send(crate::app::context::Action::Reveal(key.clone()));
                }
                self.listed.borrow_mut().insert(key.clone());
            }
        });
        if let Some(more) = rows
            .len()
            .checked_sub(super::SHORT)
            .filter(|more| *more > 0)
            && widgets::small_link(ui, format!("{more} more in the table of interfaces")).clicked()
        {
            self.app.send(crate::app::context::Action::ShowTable(
                Kind::NetworkInterface,
            ));
        }
    }

    fn route_table(&self, ui: &mut Ui, facts: &RouteTableFacts) {
        let is_main = facts.associations.value().map(|associations| {
            associations
                .iter()
                .any(|association| association.main && association.holds())
        });
        if is_main == Some(true) {
            ui.horizontal(|ui| widgets::pill(ui, "main table of its VPC", Role::Table));
        }
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        self.routes(ui, "Routes", &facts.routes);
        let subnets = self.opened.topology.subnets_of(self.key);
        let explicit = subnets.iter().filter(|(_, explicit)| *explicit).count();
        let implicit = subnets.len() - explicit;
        let note = match (explicit, implicit) {
            (explicit, 0) => format!("{explicit} explicit"),
            (0, implicit) => format!("{implicit} implicit"),
            (explicit, implicit) => format!("{explicit} explicit, {implicit} implicit"),
        };
        let rows = subnets
            .iter()
            .map(|(key, explicit)| {
                let block = self.block_of(key);
                (
                    (*key).clone(),
                    if *explicit {
                        block
                    } else {
                        format!("{block} · implicit")
                    },
                )
            })
            .collect();
        self.resource_rows(ui, "Subnets", &note, rows);
        if facts.associations.is_unread() {
            self.unread(ui);
        } else if subnets.is_empty() && !self.incomplete(ui, Kind::Subnet) {
            Self::none(ui, "No subnet uses this table.");
        }
        let edges: Vec<Key> = self
            .opened
            .topology
            .edges(self.key)
            .into_iter()
            .cloned()
            .collect();
        if !edges.is_empty() {
            self.resources(ui, "Edge associations", "", &edges);
        }
        if !facts.propagating_gateways.items().is_empty() {
            self.ids(
                ui,
                "Routes propagated from",
                Kind::VpnGateway,
                &facts.propagating_gateways,
            );
        }
    }

    fn gateway(&self, ui: &mut Ui, attachments: &Known<Vec<VpcAttachment>>) {
        match attachments.value() {
            Some(attachments) => {
                let rows = attachments
                    .iter()
                    .map(|attachment| {
                        let key = Key::new(Kind::Vpc, attachment.vpc.clone());
                        (
                            key,
                            attachment
                                .state
                                .as_ref()
                                .map(ToString::to_string)
                                .unwrap_or_default(),
                        )
                    })
                    .collect();
                self.resource_rows(ui, "Attached to", "", rows);
                if attachments.is_empty() {
                    Self::none(ui, "Not attached to a VPC.");
                }
            }
            None => self.unread(ui),
        }
        let edges: Vec<Key> = self
            .opened
            .topology
            .edge_tables(self.key)
            .into_iter()
            .cloned()
            .collect();
        if !edges.is_empty() {
            self.resources(ui, "Incoming packets are routed by", "", &edges);
        }
        self.routed_from(ui);
    }

    fn nat_gateway(&self, ui: &mut Ui, facts: &NatGatewayFacts) {
        self.state(ui, "State", &facts.state);
        if let Some(message) = facts
            .failure_message
            .value()
            .filter(|words| !words.is_empty())
        {
            widgets::notice(ui, Role::Danger, |ui| {
                ui.add(egui::Label::new(widgets::shown(message)).wrap())
            });
        }
        widgets::fact(ui, "Connectivity", known(&facts.connectivity_type));
        widgets::fact(ui, "Mode", known(&facts.availability_mode));
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        match &facts.subnet {
            Known::Value(Some(subnet)) => {
                self.reference(ui, "Subnet", Kind::Subnet, &Known::Value(subnet.clone()));
            }
            Known::Value(None) => widgets::fact(ui, "Subnet", "none: it is regional"),
            other => widgets::fact(ui, "Subnet", known(&other.map(|_| ""))),
        }
        if let Some(addresses) = facts.addresses.value() {
            widgets::section(ui, "Addresses", &addresses.len().to_string());
            for address in addresses {
                let public = address
                    .public_ip
                    .map_or_else(|| "no public address".to_owned(), |ip| ip.to_string());
                let private = address
                    .private_ip
                    .map(|ip| ip.to_string())
                    .unwrap_or_default();
                let row = Row {
                    title: &public,
                    caption: &private,
                    filled: true,
                    mono: true,
                    ..Row::default()
                };
                widgets::row(ui, &row);
            }
        } else {
            widgets::fact(ui, "Addresses", known(&facts.addresses.map(|_| "")));
        }
        self.routed_from(ui);
    }

    fn endpoint(&self, ui: &mut Ui, facts: &VpcEndpointFacts) {
        widgets::fact(ui, "Type", known(&facts.endpoint_type));
        widgets::fact(ui, "Service", widgets::mono(known(&facts.service_name)));
        self.state(ui, "State", &facts.state);
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        let is_gateway = facts
            .endpoint_type
            .value()
            .is_some_and(|word| word == "Gateway");
        if is_gateway {
            self.ids(ui, "On route tables", Kind::RouteTable, &facts.route_tables);
        } else {
            widgets::fact(ui, "Private DNS", yes_no(&facts.private_dns_enabled));
            widgets::fact(ui, "Addresses", known(&facts.ip_address_type));
            let legs: Vec<Key> = self
                .opened
                .topology
                .legs(self.key)
                .into_iter()
                .cloned()
                .collect();
            self.resources(ui, "Subnets", "", &legs);
            self.ids(ui, "Security groups", Kind::SecurityGroup, &facts.groups);
            self.ids(
                ui,
                "Interfaces",
                Kind::NetworkInterface,
                &facts.network_interfaces,
            );
        }
        self.routed_from(ui);
        if let Some(policy) = facts.policy.value().filter(|policy| !policy.is_empty()) {
            widgets::section(ui, "Policy", "");
            ui.add(
                egui::Label::new(widgets::mono(widgets::shown_lines(policy)))
                    .wrap()
                    .selectable(true),
            );
        }
    }

    fn peering(&self, ui: &mut Ui, facts: &VpcPeeringConnectionFacts) {
        self.state(ui, "Status", &facts.status);
        if let Some(message) = facts
            .status_message
            .value()
            .filter(|words| !words.is_empty())
        {
            widgets::fact(ui, "", message.as_str());
        }
        for (title, side) in [
            ("Requester", &facts.requester),
            ("Accepter", &facts.accepter),
        ] {
            widgets::section(ui, title, "");
            let Some(side) = side.value() else {
                self.unread(ui);
                continue;
            };
            self.reference(ui, "VPC", Kind::Vpc, &Known::Value(side.vpc.clone()));
            let words = |part: &Option<crate::network::Text>| {
                part.as_ref()
                    .map_or_else(|| "not read".to_owned(), ToString::to_string)
            };
            widgets::fact(ui, "Account", widgets::mono(words(&side.owner)));
            widgets::fact(ui, "Region", words(&side.region));
            let blocks: Vec<String> = side.cidrs.iter().map(ToString::to_string).collect();
            widgets::fact(
                ui,
                "Blocks",
                widgets::mono(if blocks.is_empty() {
                    "not shown to this side".to_owned()
                } else {
                    blocks.join(", ")
                }),
            );
        }
        self.routed_from(ui);
    }

    fn transit_gateway(&self, ui: &mut Ui) {
        let rows = self
            .network()
            .all::<TransitGatewayAttachmentFacts>()
            .filter(|(_, facts)| facts.transit_gateway.value() == Some(&self.key.id))
            .map(|(resource, facts)| {
                let what = facts.resource.value().map_or_else(
                    || "not read".to_owned(),
                    |id| {
                        Kind::of_id(id.as_str()).map_or_else(
                            || id.to_string(),
                            |kind| self.opened.name(&Key::new(kind, id.clone())),
                        )
                    },
                );
                (
                    resource.key().clone(),
                    format!("{} {what}", known(&facts.resource_type)),
                )
            })
            .collect::<Vec<_>>();
        let is_empty = rows.is_empty();
        self.resource_rows(ui, "Attachments", "", rows);
        if !self.incomplete(ui, Kind::TransitGatewayAttachment) && is_empty {
            Self::none(ui, "None");
        }
        let tables: Vec<Key> = self
            .network()
            .all::<TransitGatewayRouteTableFacts>()
            .filter(|(_, facts)| facts.transit_gateway.value() == Some(&self.key.id))
            .map(|(resource, _)| resource.key().clone())
            .collect();
        self.resources(ui, "Its route tables", "", &tables);
        self.incomplete(ui, Kind::TransitGatewayRouteTable);
        self.connections_of(ui, "VPN connections", |connection| {
            match connection.transit_gateway.value() {
                Some(Some(id)) => Some(id),
                _ => None,
            }
        });
        self.routed_from(ui);
    }

    /// The VPN connections that end here.
    fn connections_of<'f>(
        &'f self,
        ui: &mut Ui,
        title: &str,
        end: impl Fn(&'f VpnConnectionFacts) -> Option<&'f Id>,
    ) {
        let rows: Vec<(Key, String)> = self
            .network()
            .all::<VpnConnectionFacts>()
            .filter(|(_, facts)| end(facts) == Some(&self.key.id))
            .map(|(resource, facts)| {
                let up = facts
                    .tunnels
                    .items()
                    .iter()
                    .filter(|tunnel| tunnel.status == "UP")
                    .count();
                let words = if facts.tunnels.is_unread() {
                    "tunnels not read".to_owned()
                } else {
                    format!("{up} of {} tunnels up", facts.tunnels.items().len())
                };
                (resource.key().clone(), words)
            })
            .collect();
        if rows.is_empty() {
            if self
                .network()
                .coverage_around(self.key, Kind::VpnConnection)
                != Coverage::Complete
            {
                widgets::section(ui, title, "");
                self.incomplete(ui, Kind::VpnConnection);
            }
            return;
        }
        self.resource_rows(ui, title, "", rows);
    }

    fn attachment(&self, ui: &mut Ui, facts: &TransitGatewayAttachmentFacts) {
        self.state(ui, "State", &facts.state);
        widgets::fact(ui, "Type", known(&facts.resource_type));
        self.reference(
            ui,
            "Transit gateway",
            Kind::TransitGateway,
            &facts.transit_gateway,
        );
        if let Some(resource) = facts.resource.value() {
            match Kind::of_id(resource.as_str()) {
                Some(kind) => self.reference(ui, "Attached", kind, &Known::Value(resource.clone())),
                None => widgets::fact(ui, "Attached", widgets::mono(resource.to_string())),
            }
        } else {
            widgets::fact(ui, "Attached", known(&facts.resource.map(|_| "")));
        }
        widgets::fact(ui, "Appliance mode", known(&facts.appliance_mode_support));
        match &facts.route_table {
            Known::Value(Some(table)) => {
                self.reference(
                    ui,
                    "Route table",
                    Kind::TransitGatewayRouteTable,
                    &Known::Value(table.clone()),
                );
            }
            Known::Value(None) => widgets::fact(ui, "Route table", "none: it routes nothing"),
            other => widgets::fact(ui, "Route table", known(&other.map(|_| ""))),
        }
        self.ids(ui, "Subnets", Kind::Subnet, &facts.subnets);
    }

    fn transit_table(&self, ui: &mut Ui, facts: &TransitGatewayRouteTableFacts) {
        self.state(ui, "State", &facts.state);
        self.reference(
            ui,
            "Transit gateway",
            Kind::TransitGateway,
            &facts.transit_gateway,
        );
        widgets::fact(ui, "Default", yes_no(&facts.default_association));
        let (title, routes) = if facts.routes.is_unread() {
            ("Static routes", &facts.static_routes)
        } else {
            ("Routes", &facts.routes)
        };
        if let Some(routes) = routes.value() {
            widgets::section(ui, title, &routes.len().to_string());
            for route in routes {
                let destination = route.destination.to_string();
                let targets: Vec<String> = route
                    .attachments
                    .iter()
                    .map(|id| {
                        self.opened
                            .name(&Key::new(Kind::TransitGatewayAttachment, id.clone()))
                    })
                    .collect();
                let is_dead = targets.is_empty();
                let words = if is_dead {
                    "blackhole".to_owned()
                } else {
                    targets.join(", ")
                };
                let row = Row {
                    title: &destination,
                    caption: &words,
                    role: is_dead.then_some(Role::Danger),
                    filled: true,
                    mono: true,
                    caption_ink: is_dead.then_some(Ink::Word(Role::Danger)),
                    ..Row::default()
                };
                widgets::row(ui, &row)
                    .on_hover_text(format!("{} · {}", route.route_type, route.state));
            }
        } else {
            widgets::section(ui, "Routes", "");
            self.unread(ui);
        }
        for (title, entries) in [
            ("Associations", &facts.associations),
            ("Propagations", &facts.propagations),
        ] {
            let rows = entries
                .items()
                .iter()
                .filter_map(|entry| {
                    let key = Key::new(Kind::TransitGatewayAttachment, entry.attachment.clone()?);
                    Some((key, entry.resource_type.to_string()))
                })
                .collect();
            self.resource_rows(ui, title, "", rows);
            if entries.is_unread() {
                self.unread(ui);
            }
        }
    }

    fn network_acl(&self, ui: &mut Ui, facts: &NetworkAclFacts) {
        widgets::fact(ui, "Default", yes_no(&facts.is_default));
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        self.entries(ui, "Inbound", &facts.entries, false);
        self.entries(ui, "Outbound", &facts.entries, true);
        self.ids(ui, "Guards subnets", Kind::Subnet, &facts.subnets);
    }

    fn security_group(&self, ui: &mut Ui, facts: &SecurityGroupFacts) {
        widgets::fact(ui, "Group name", known(&facts.group_name));
        widgets::fact(ui, "Description", known(&facts.description));
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        self.rules(ui, "Inbound", &facts.ingress);
        self.rules(ui, "Outbound", &facts.egress);
        let members: Vec<(Key, String)> = self
            .network()
            .all::<NetworkInterfaceFacts>()
            .filter(|(_, facts)| facts.groups.items().contains(&self.key.id))
            .map(|(resource, facts)| (resource.key().clone(), InterfaceUse::of(facts).kind()))
            .collect();
        let is_empty = members.is_empty();
        self.resource_rows(ui, "Interfaces in this group", "", members);
        if !self.incomplete(ui, Kind::NetworkInterface) && is_empty {
            Self::none(ui, "None");
        }
    }

    fn interface(&self, ui: &mut Ui, facts: &NetworkInterfaceFacts) {
        let usage = InterfaceUse::of(facts);
        ui.horizontal(|ui| widgets::pill(ui, &usage.kind(), Role::Host));
        widgets::fact_ui(ui, "Used by", |ui| {
            let target = match &usage {
                InterfaceUse::Instance(id) => Some((Kind::Instance, id)),
                InterfaceUse::NatGateway(Some(id)) => Some((Kind::NatGateway, id)),
                InterfaceUse::Endpoint(Some(id)) => Some((Kind::VpcEndpoint, id)),
                InterfaceUse::TransitGateway(Some(id)) => {
                    Some((Kind::TransitGatewayAttachment, id))
                }
                _ => None,
            };
            match target {
                Some((kind, id)) => self.link(ui, &Key::new(kind, id.clone())),
                None => {
                    ui.add(
                        egui::Label::new(widgets::shown(usage.name().unwrap_or("nobody")))
                            .wrap()
                            .selectable(true),
                    );
                }
            }
        });
        widgets::fact(
            ui,
            "Description",
            known(&facts.description.map(|words| widgets::shown(words))),
        );
        self.state(ui, "Status", &facts.status);
        widgets::fact(ui, "Type", known(&facts.interface_type));
        self.reference(ui, "Subnet", Kind::Subnet, &facts.subnet);
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        widgets::fact(ui, "Source check", yes_no(&facts.source_dest_check));
        widgets::fact(ui, "MAC", widgets::mono(known(&facts.mac_address)));
        widgets::section(ui, "Addresses", "");
        if facts.addresses.is_unread() {
            self.unread(ui);
        }
        for address in facts.addresses.items() {
            let private = address.private_ip.to_string();
            let public = address
                .public_ip
                .map(|ip| format!("public {ip}"))
                .unwrap_or_default();
            let row = Row {
                title: &private,
                caption: &public,
                filled: true,
                mono: true,
                ..Row::default()
            };
            widgets::row(ui, &row);
        }
        for address in facts.ipv6_addresses.items() {
            let words = address.to_string();
            widgets::row(
                ui,
                &Row {
                    title: &words,
                    filled: true,
                    mono: true,
                    ..Row::default()
                },
            );
        }
        self.ids(ui, "Security groups", Kind::SecurityGroup, &facts.groups);
    }

    fn instance(&self, ui: &mut Ui, facts: &InstanceFacts) {
        self.state(ui, "State", &facts.state);
        widgets::fact(ui, "Type", known(&facts.instance_type));
        widgets::fact(
            ui,
            "Private address",
            widgets::mono(known(&facts.private_ip)),
        );
        widgets::fact(ui, "Public address", widgets::mono(known(&facts.public_ip)));
        widgets::fact(ui, "Source check", yes_no(&facts.source_dest_check));
        self.reference(ui, "Subnet", Kind::Subnet, &facts.subnet);
        self.reference(ui, "VPC", Kind::Vpc, &facts.vpc);
        self.ids(ui, "Security groups", Kind::SecurityGroup, &facts.groups);
        self.ids(
            ui,
            "Interfaces",
            Kind::NetworkInterface,
            &facts.network_interfaces,
        );
        if !self.opened.topology.routed_from(self.key).is_empty() {
            self.routed_from(ui);
        }
    }

    fn elastic_ip(&self, ui: &mut Ui, facts: &ElasticIpFacts) {
        widgets::fact(ui, "Address", widgets::mono(known(&facts.public_ip)));
        let in_use = facts
            .association
            .map(|association| if association.is_some() { "yes" } else { "no" });
        widgets::fact(ui, "In use", known(&in_use));
        for (name, kind, id) in [
            (
                "Interface",
                Kind::NetworkInterface,
                &facts.network_interface,
            ),
            ("Instance", Kind::Instance, &facts.instance),
        ] {
            if let Some(Some(id)) = id.value() {
                self.reference(ui, name, kind, &Known::Value(id.clone()));
            }
        }
        widgets::fact(
            ui,
            "Stands for",
            widgets::mono(known(&facts.private_ip.map(|ip| {
                ip.map_or_else(|| "nothing".to_owned(), |ip| ip.to_string())
            }))),
        );
        if let Some(service) = facts.service_managed.value() {
            widgets::fact(ui, "Managed by", service.as_str());
        }
    }

    fn prefix_list(&self, ui: &mut Ui, facts: &PrefixListFacts) {
        widgets::fact(
            ui,
            "List name",
            widgets::mono(known(&facts.prefix_list_name)),
        );
        widgets::fact(ui, "Family", known(&facts.address_family));
        widgets::fact(ui, "Max entries", known(&facts.max_entries));
        if let Some(entries) = facts.entries.value() {
            widgets::section(ui, "Entries", &entries.len().to_string());
            for entry in entries.iter().take(200) {
                let block = entry.cidr.to_string();
                let words = entry
                    .description
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                widgets::row(
                    ui,
                    &Row {
                        title: &block,
                        caption: &words,
                        filled: true,
                        mono: true,
                        ..Row::default()
                    },
                );
            }
            if entries.len() > 200 {
                Self::none(ui, &format!("and {} more", entries.len() - 200));
            }
        } else {
            widgets::section(ui, "Entries", "");
            self.unread(ui);
        }
    }

    fn vpn_connection(&self, ui: &mut Ui, facts: &VpnConnectionFacts) {
        self.state(ui, "State", &facts.state);
        for (name, kind, id) in [
            ("VPN gateway", Kind::VpnGateway, &facts.vpn_gateway),
            (
                "Transit gateway",
                Kind::TransitGateway,
                &facts.transit_gateway,
            ),
        ] {
            if let Some(Some(id)) = id.value() {
                self.reference(ui, name, kind, &Known::Value(id.clone()));
            }
        }
        self.reference(
            ui,
            "Customer gateway",
            Kind::CustomerGateway,
            &facts.customer_gateway,
        );
        widgets::fact(ui, "Static routes only", yes_no(&facts.static_routes_only));
        widgets::fact(ui, "Routes", widgets::mono(list(&facts.routes)));
        widgets::section(ui, "Tunnels", "");
        if facts.tunnels.is_unread() {
            self.unread(ui);
        }
        for tunnel in facts.tunnels.items() {
            let address = tunnel
                .outside_ip
                .map_or_else(|| "address not read".to_owned(), |ip| ip.to_string());
            let is_up = tunnel.status == "UP";
            let words = format!("{} · {} routes", tunnel.status, tunnel.accepted_routes);
            let role = if is_up { Role::Public } else { Role::Danger };
            let row = Row {
                title: &address,
                caption: &words,
                role: Some(role),
                filled: true,
                mono: true,
                caption_ink: Some(Ink::Word(role)),
                ..Row::default()
            };
            let response = widgets::row(ui, &row);
            if let Some(message) = &tunnel.message {
                response.on_hover_text(widgets::shown(message));
            }
        }
    }

    fn flow_log(&self, ui: &mut Ui, facts: &FlowLogFacts) {
        self.state(ui, "Status", &facts.status);
        widgets::fact(ui, "Traffic", known(&facts.traffic_type));
        widgets::fact(ui, "Delivery", known(&facts.deliver_status));
        widgets::fact(ui, "To", known(&facts.destination_type));
        widgets::fact(ui, "Destination", widgets::mono(known(&facts.destination)));
        if let Some(resource) = facts.resource.value()
            && let Some(kind) = Kind::of_id(resource.as_str())
        {
            self.reference(ui, "Records", kind, &Known::Value(resource.clone()));
        }
    }
}
