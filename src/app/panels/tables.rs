//! A sortable table for each kind of resource.

use super::super::command::Command;
use super::super::context::{Action, AppContext};
use super::super::model::Opened;
use super::super::{look, widgets};
use crate::cidr::Family;
use crate::network::{Facts, Id, InterfaceUse, Key, Kind, Known, Resource, VpcAttachment};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::{grouped, natural};
use eframe::egui;
use egui::{Align, Layout, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder};
use std::cmp::Ordering;

/// What is shown, and in which order.
#[derive(Default)]
pub(in crate::app) struct Tables {
    kind: Option<Kind>,
    sorted_by: usize,
    descending: bool,
    filter: String,
    /// The rows, made for this kind, network, VPC, order and filter.
    made_for: Option<MadeFor>,
    heads: Vec<&'static str>,
    rows: Vec<(Key, Vec<String>)>,
}

#[derive(Clone, PartialEq)]
struct MadeFor {
    kind: Kind,
    network: u64,
    vpc: Option<Key>,
    sorted_by: usize,
    descending: bool,
    filter: String,
}

impl Tables {
    /// Show the table of a kind.
    pub(in crate::app) fn show(&mut self, kind: Kind) {
        if self.kind != Some(kind) {
            self.kind = Some(kind);
            self.sorted_by = 0;
            self.descending = false;
            self.filter.clear();
        }
    }

    fn update(&mut self, opened: &Opened, vpc: Option<&Key>, kind: Kind) {
        let wanted = MadeFor {
            kind,
            network: opened.generation,
            vpc: vpc.cloned(),
            sorted_by: self.sorted_by,
            descending: self.descending,
            filter: self.filter.to_lowercase(),
        };
        if self.made_for.as_ref() == Some(&wanted) {
            return;
        }
        self.heads = heads(kind);
        let resources = opened.network.of_kind(kind);
        let here = |resource: &Resource| {
            vpc.is_none_or(|vpc| opened.vpc_of(resource.key()).is_none_or(|own| own == *vpc))
        };
        let mut rows: Vec<(Key, Vec<String>)> = resources
            .filter(|resource| here(resource))
            .map(|resource| (resource.key().clone(), cells(opened, resource)))
            .filter(|(_, cells)| {
                wanted.filter.is_empty()
                    || cells
                        .iter()
                        .any(|cell| cell.to_lowercase().contains(&wanted.filter))
            })
            .collect();
        let column = self.sorted_by;
        rows.sort_by(|(a_key, a), (b_key, b)| {
            let by_cell = match (a.get(column), b.get(column)) {
                (Some(a), Some(b)) => compare(a, b),
                _ => Ordering::Equal,
            };
            let by_cell = if self.descending {
                by_cell.reverse()
            } else {
                by_cell
            };
            by_cell.then_with(|| a_key.cmp(b_key))
        });
        self.rows = rows;
        self.made_for = Some(wanted);
    }

    /// The kind that is shown: the one asked for where there is any of it, else a kind that is there.
    fn choose(&mut self, kinds: &[(Kind, usize)]) -> Option<Kind> {
        let is_there = |kind: &Kind| kinds.iter().any(|(present, _)| present == kind);
        let kind = self
            .kind
            .filter(is_there)
            .or_else(|| [Kind::Subnet, Kind::Vpc].into_iter().find(is_there))
            .or_else(|| kinds.first().map(|(kind, _)| *kind))?;
        self.show(kind);
        Some(kind)
    }

    /// The rows as CSV, and what they are.
    pub(in crate::app) fn copy(
        &mut self,
        opened: &Opened,
        vpc: Option<&Key>,
    ) -> Option<(String, String)> {
        let kind = self.choose(&opened.kinds())?;
        self.update(opened, vpc, kind);
        let rows = rows(self.rows.len());
        Some((self.csv(), format!("{rows} as CSV ({})", kind.plural())))
    }

    fn csv(&self) -> String {
        let rows = self.rows.iter().map(|(_, cells)| cells);
        csv(
            &self.heads,
            rows.map(|cells| cells.iter().map(String::as_str)),
        )
    }
}

/// Rows as CSV (RFC 4180), headings first.
pub(in crate::app) fn csv<'a>(
    heads: &[&'a str],
    rows: impl Iterator<Item = impl Iterator<Item = &'a str>>,
) -> String {
    let line = |cells: &mut dyn Iterator<Item = &'a str>| {
        let mut line = cells.map(quoted).collect::<Vec<_>>().join(",");
        line.push_str("\r\n");
        line
    };
    let mut text = line(&mut heads.iter().copied());
    for mut cells in rows {
        text.push_str(&line(&mut cells));
    }
    text
}

fn rows(count: usize) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", grouped(count as u64)),
    }
}

/// How many of the rows of a kind are seen, and why not all.
fn how_many(shown: usize, all: usize, one_vpc: bool, filtered: bool) -> String {
    if shown == all {
        return rows(all);
    }
    let why = match (one_vpc, filtered) {
        (true, true) => " match in this VPC",
        (true, false) => " in this VPC",
        (false, _) => " match",
    };
    let (shown, all) = (grouped(shown as u64), grouped(all as u64));
    format!("{shown} of {all}{why}")
}

/// A field of CSV. A leading sign that spreadsheets take for a formula is disarmed.
fn quoted(field: &str) -> String {
    let armed =
        field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let field = if armed {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

/// Numbers by value, blocks and names as people count; empty cells last.
fn compare(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.replace(',', "").parse::<f64>().ok();
    let block = |text: &str| text.parse::<ipnet::IpNet>().ok();
    a.is_empty().cmp(&b.is_empty()).then_with(|| {
        match ((number(a), number(b)), (block(a), block(b))) {
            ((Some(a), Some(b)), _) => a.total_cmp(&b),
            (_, (Some(a), Some(b))) => a.cmp(&b),
            _ => natural(a, b),
        }
    })
}

/// The columns of a kind, after its name and id.
fn heads(kind: Kind) -> Vec<&'static str> {
    let mut heads = vec!["Name", "Id"];
    heads.extend_from_slice(match kind {
        Kind::Vpc => &[
            "IPv4",
            "Subnets",
            "Tables",
            "Connections",
            "Default",
            "IPv6",
        ],
        Kind::Subnet => &["Kind", "IPv4", "Zone", "Free", "Route table", "VPC", "IPv6"],
        Kind::RouteTable => &["Main", "Routes", "Blackholes", "Subnets", "VPC"],
        Kind::InternetGateway | Kind::EgressOnlyInternetGateway | Kind::VpnGateway => {
            &["Attached to"]
        }
        Kind::NatGateway => &["State", "Connectivity", "Public address", "Subnet", "VPC"],
        Kind::VpcEndpoint => &["Type", "Service", "State", "VPC"],
        Kind::PrefixList => &["Family", "Entries"],
        Kind::VpcPeeringConnection => &["Status", "Requester", "Accepter"],
        Kind::TransitGateway
        | Kind::CustomerGateway
        | Kind::DirectConnectGateway
        | Kind::LocalGateway
        | Kind::CoreNetwork => &["State"],
        Kind::TransitGatewayAttachment => &["Type", "Attached", "State", "Transit gateway"],
        Kind::TransitGatewayRouteTable => &["State", "Routes", "Transit gateway"],
        Kind::VpnConnection => &["State", "Tunnels up", "Customer gateway"],
        Kind::CarrierGateway => &["State", "VPC"],
        Kind::NetworkFirewall => &["VPC"],
        Kind::NetworkAcl => &["Default", "Entries", "Subnets", "VPC"],
        Kind::SecurityGroup => &["Inbound", "Outbound", "Description", "VPC"],
        Kind::NetworkInterface => &[
            "Used by",
            "Which",
            "Private address",
            "Public address",
            "Status",
            "Subnet",
        ],
        Kind::Instance => &[
            "State",
            "Type",
            "Private address",
            "Public address",
            "Subnet",
        ],
        Kind::ElasticIp => &["Address", "In use"],
        Kind::DhcpOptions => &["Options"],
        Kind::FlowLog => &["Status", "Traffic", "Records", "To"],
        Kind::AvailabilityZone => &["Zone id", "State", "Type"],
        Kind::Region => &["Opt-in"],
        Kind::Account => &[],
    });
    heads
}

/// A fact in a cell; what was not read says so.
fn cell<T: ToString>(fact: &Known<T>) -> String {
    match fact {
        Known::Unread => "not read".to_owned(),
        Known::ChosenByAws => "chosen by AWS".to_owned(),
        Known::Value(value) => value.to_string(),
    }
}

/// How many items a list has.
fn count<T>(fact: &Known<Vec<T>>) -> String {
    cell(&fact.map(Vec::len))
}

fn yes_no(fact: &Known<bool>) -> String {
    cell(&fact.map(|yes| if *yes { "yes" } else { "no" }))
}

/// The cells of a resource, in the order of [`heads`].
fn cells(opened: &Opened, resource: &Resource) -> Vec<String> {
    let key = resource.key();
    let topology = &opened.topology;
    let name =
        |kind: Kind, id: &Known<Id>| cell(&id.map(|id| opened.name(&Key::new(kind, id.clone()))));
    let maybe = |kind: Kind, id: &Known<Option<Id>>| {
        cell(&id.map(|id| {
            id.as_ref()
                .map_or_else(String::new, |id| opened.name(&Key::new(kind, id.clone())))
        }))
    };
    let attached = |attachments: &Known<Vec<VpcAttachment>>| {
        cell(&attachments.map(|attachments| {
            let names: Vec<String> = attachments
                .iter()
                .map(|attachment| opened.name(&Key::new(Kind::Vpc, attachment.vpc.clone())))
                .collect();
            names.join(", ")
        }))
    };
    let first_v6 = |blocks: &Known<Vec<crate::network::CidrAssociation>>| {
        cell(&blocks.map(|blocks| {
            let words: Vec<String> = blocks
                .iter()
                .filter_map(|block| block.cidr.map(|cidr| cidr.to_string()))
                .collect();
            words.join(", ")
        }))
    };
    let mut cells = vec![
        resource.name().unwrap_or_default().to_owned(),
        key.id.to_string(),
    ];
    cells.extend(match resource.facts() {
        Facts::Vpc(facts) => {
            let members = topology.members(key);
            let size = |list: fn(&crate::network::VpcMembers) -> usize| {
                members.map_or(0, list).to_string()
            };
            vec![
                if facts.cidr_blocks.is_unread() {
                    cell(&facts.primary_cidr)
                } else {
                    first_v6(&facts.cidr_blocks)
                },
                size(|members| members.subnets.len()),
                size(|members| members.tables.len()),
                size(|members| members.connections.len()),
                yes_no(&facts.is_default),
                first_v6(&facts.ipv6_blocks),
            ]
        }
        Facts::Subnet(facts) => {
            let kind = topology.subnet_kind(&opened.network, key, Family::V4);
            let effective = topology.effective(key);
            vec![
                kind.word().to_owned(),
                cell(
                    &facts
                        .cidr_block
                        .map(|block| block.map(|block| block.to_string()).unwrap_or_default()),
                ),
                cell(&facts.availability_zone),
                cell(
                    &facts
                        .available_addresses
                        .map(|free| grouped(u64::from(*free))),
                ),
                effective
                    .table()
                    .map_or_else(|| "unknown".to_owned(), |table| opened.name(table)),
                name(Kind::Vpc, &facts.vpc),
                first_v6(&facts.ipv6_blocks),
            ]
        }
        Facts::RouteTable(facts) => vec![
            yes_no(&facts.associations.map(|all| {
                all.iter()
                    .any(|association| association.main && association.holds())
            })),
            count(&facts.routes),
            cell(&facts.routes.map(|routes| {
                routes
                    .iter()
                    .filter(|route| route.state == crate::network::RouteState::Blackhole)
                    .count()
            })),
            topology.subnets_of(key).len().to_string(),
            name(Kind::Vpc, &facts.vpc),
        ],
        Facts::InternetGateway(facts) => vec![attached(&facts.attachments)],
        Facts::EgressOnlyInternetGateway(facts) => vec![attached(&facts.attachments)],
        Facts::VpnGateway(facts) => vec![attached(&facts.attachments)],
        Facts::NatGateway(facts) => vec![
            cell(&facts.state),
            cell(&facts.connectivity_type),
            cell(&facts.addresses.map(|addresses| {
                let public: Vec<String> = addresses
                    .iter()
                    .filter_map(|address| address.public_ip.map(|ip| ip.to_string()))
                    .collect();
                public.join(", ")
            })),
            maybe(Kind::Subnet, &facts.subnet),
            name(Kind::Vpc, &facts.vpc),
        ],
        Facts::VpcEndpoint(facts) => {
            vec![
                cell(&facts.endpoint_type),
                cell(&facts.service_name),
                cell(&facts.state),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::PrefixList(facts) => vec![cell(&facts.address_family), count(&facts.entries)],
        Facts::VpcPeeringConnection(facts) => {
            let side = |side: &Known<crate::network::PeeringSide>| {
                cell(&side.map(|side| opened.name(&Key::new(Kind::Vpc, side.vpc.clone()))))
            };
            vec![
                cell(&facts.status),
                side(&facts.requester),
                side(&facts.accepter),
            ]
        }
        Facts::TransitGateway(facts) => vec![cell(&facts.state)],
        Facts::CustomerGateway(facts) => vec![cell(&facts.state)],
        Facts::DirectConnectGateway(facts) => vec![cell(&facts.state)],
        Facts::LocalGateway(facts) => vec![cell(&facts.state)],
        Facts::CoreNetwork(facts) => vec![cell(&facts.state)],
        Facts::TransitGatewayAttachment(facts) => vec![
            cell(&facts.resource_type),
            cell(&facts.resource.map(|id| match Kind::of_id(id.as_str()) {
                Some(kind) => opened.name(&Key::new(kind, id.clone())),
                None => id.to_string(),
            })),
            cell(&facts.state),
            name(Kind::TransitGateway, &facts.transit_gateway),
        ],
        Facts::TransitGatewayRouteTable(facts) => {
            vec![
                cell(&facts.state),
                count(&facts.routes),
                name(Kind::TransitGateway, &facts.transit_gateway),
            ]
        }
        Facts::VpnConnection(facts) => vec![
            cell(&facts.state),
            cell(&facts.tunnels.map(|tunnels| {
                tunnels
                    .iter()
                    .filter(|tunnel| tunnel.status == "UP")
                    .count()
            })),
            name(Kind::CustomerGateway, &facts.customer_gateway),
        ],
        Facts::CarrierGateway(facts) => vec![cell(&facts.state), name(Kind::Vpc, &facts.vpc)],
        Facts::NetworkFirewall(facts) => vec![name(Kind::Vpc, &facts.vpc)],
        Facts::NetworkAcl(facts) => {
            vec![
                yes_no(&facts.is_default),
                count(&facts.entries),
                count(&facts.subnets),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::SecurityGroup(facts) => {
            vec![
                count(&facts.ingress),
                count(&facts.egress),
                cell(&facts.description),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::NetworkInterface(facts) => {
            let usage = InterfaceUse::of(facts);
            let addresses = facts.addresses.items();
            let primary = addresses
                .iter()
                .find(|address| address.primary)
                .or_else(|| addresses.first());
            let private = if facts.addresses.is_unread() {
                "not read".to_owned()
            } else {
                primary
                    .map(|address| address.private_ip.to_string())
                    .unwrap_or_default()
            };
            let public = primary
                .and_then(|address| address.public_ip)
                .map(|ip| ip.to_string())
                .unwrap_or_default();
            vec![
                usage.kind(),
                usage.name().unwrap_or_default().to_owned(),
                private,
                public,
                cell(&facts.status),
                name(Kind::Subnet, &facts.subnet),
            ]
        }
        Facts::Instance(facts) => vec![
            cell(&facts.state),
            cell(&facts.instance_type),
            cell(&facts.private_ip),
            facts
                .public_ip
                .value()
                .map(ToString::to_string)
                .unwrap_or_default(),
            name(Kind::Subnet, &facts.subnet),
        ],
        Facts::ElasticIp(facts) => {
            vec![
                cell(&facts.public_ip),
                yes_no(&facts.association.map(Option::is_some)),
            ]
        }
        Facts::DhcpOptions(facts) => vec![cell(&facts.options.map(|options| {
            let words: Vec<String> = options
                .iter()
                .map(|(name, values)| format!("{name}={}", values.join(",")))
                .collect();
            words.join("; ")
        }))],
        Facts::FlowLog(facts) => {
            vec![
                cell(&facts.status),
                cell(&facts.traffic_type),
                cell(&facts.resource),
                cell(&facts.destination_type),
            ]
        }
        Facts::AvailabilityZone(facts) => vec![
            cell(&facts.zone_id),
            cell(&facts.state),
            cell(&facts.zone_type),
        ],
        Facts::Region(facts) => vec![cell(&facts.opt_in_status)],
        Facts::Account(_) => Vec::new(),
    });
    cells
}

/// The tables.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Tables, opened: &Opened) {
    let rect = ui.max_rect();
    ui.painter()
        .rect_filled(rect, 0.0, widgets::ink(ui, Ink::Panel));
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let kinds = opened.kinds();
            let Some(kind) = state.choose(&kinds) else {
                let words = widgets::muted(ui, "Nothing was read.");
                ui.label(words);
                return;
            };
            state.update(opened, app.vpc, kind);
            toolbar(app, ui, state, &kinds, kind);
            ui.add_space(6.0);
            ui.separator();
            table(app, ui, state, kind);
        });
}

fn toolbar(
    app: &AppContext<'_>,
    ui: &mut Ui,
    state: &mut Tables,
    kinds: &[(Kind, usize)],
    kind: Kind,
) {
    ui.horizontal(|ui| {
        let label =
            |kind: Kind, count: usize| format!("{} · {}", kind.plural(), grouped(count as u64));
        let current = kinds
            .iter()
            .find(|(present, _)| *present == kind)
            .map_or(0, |(_, count)| *count);
        let combo = egui::ComboBox::from_id_salt("kind of table")
            .width(if ui.available_width() > 640.0 {
                230.0
            } else {
                170.0
            })
            .height(420.0)
            .selected_text(label(kind, current));
        let shown = combo.show_ui(ui, |ui| {
            for (other, count) in kinds {
                if ui
                    .selectable_label(*other == kind, label(*other, *count))
                    .clicked()
                {
                    app.send(Action::ShowTable(*other));
                }
            }
        });
        shown.response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Kind of resource")
        });
        let field = egui::TextEdit::singleline(&mut state.filter)
            .hint_text("Filter rows")
            .desired_width(if ui.available_width() > 520.0 {
                180.0
            } else {
                110.0
            });
        let field = ui
            .add(field.margin(egui::Margin::symmetric(8, 4)))
            .accessible_name("Filter rows");
        if field.changed() {
            // The rows of this frame are made already.
            ui.request_repaint();
        }
        if ui.available_width() > 330.0 {
            let filtered = !state.filter.is_empty();
            let words = how_many(state.rows.len(), current, app.vpc.is_some(), filtered);
            let words = widgets::small_muted(ui, words);
            ui.label(words);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui
                .button("Show the map")
                .on_hover_text(Command::ShowMap.help())
                .clicked()
            {
                app.run(Command::ShowMap);
            }
            app.command_button(ui, Command::CopyCsv, "Copy as CSV");
        });
    });
}

/// From the edge of a column to its words, in the heading as in the rows.
const INSET: f32 = 5.0;

fn table(app: &AppContext<'_>, ui: &mut Ui, state: &mut Tables, kind: Kind) {
    let mut sort = None;
    let widths = |head: &str| match head {
        "Service" | "Description" | "Options" => 190.0,
        "Name" | "IPv6" | "Which" | "Attached to" | "Attached" | "Used by" => 140.0,
        "Id" | "Route table" | "VPC" | "Subnet" | "Transit gateway" => 118.0,
        "IPv4" | "Private address" | "Public address" | "Address" => 112.0,
        "Kind" | "Free" => 64.0,
        _ => 82.0,
    };
    // Bars that stay, so that columns beyond the edge are not missed.
    ui.spacing_mut().scroll = egui::style::ScrollStyle {
        bar_width: 8.0,
        floating_width: 8.0,
        floating_allocated_width: 12.0,
        dormant_background_opacity: 0.4,
        dormant_handle_opacity: 0.35,
        active_handle_opacity: 0.5,
        interact_handle_opacity: 0.7,
        ..egui::style::ScrollStyle::floating()
    };
    egui::ScrollArea::horizontal()
        .id_salt(("table", kind))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let mut builder = TableBuilder::new(ui)
                .id_salt(("rows", kind))
                .striped(false)
                .resizable(true)
                .sense(Sense::click())
                .cell_layout(Layout::left_to_right(Align::Center))
                .auto_shrink([false, false]);
            for head in &state.heads {
                let words = 26.0 + 7.0 * head.len() as f32;
                builder = builder.column(
                    Column::initial(f32::max(widths(head), words))
                        .at_least(48.0)
                        .clip(true),
                );
            }
            builder
                .header(26.0, |mut row| {
                    for (place, head) in state.heads.iter().enumerate() {
                        row.col(|ui| {
                            ui.spacing_mut().button_padding.x = INSET;
                            let sign = match (place == state.sorted_by, state.descending) {
                                (false, _) => "",
                                (true, false) => " ↑",
                                (true, true) => " ↓",
                            };
                            let words = RichText::new(format!("{head}{sign}"))
                                .font(look::font(Font::SansSemiBold, 12.0));
                            let button = ui.add(
                                egui::Button::new(words)
                                    .frame_when_inactive(false)
                                    .truncate(),
                            );
                            button.widget_info(|| {
                                egui::WidgetInfo::labeled(
                                    egui::Role::Button,
                                    true,
                                    format!("Sort by {head}"),
                                )
                            });
                            if button.clicked() {
                                sort = Some(place);
                            }
                        });
                    }
                })
                .body(|body| {
                    body.rows(24.0, state.rows.len(), |mut row| {
                        let Some((key, cells)) = state.rows.get(row.index()) else {
                            return;
                        };
                        row.set_selected(app.selected == Some(key));
                        for (place, cell) in cells.iter().enumerate() {
                            row.col(|ui| {
                                ui.add_space(INSET);
                                let is_id =
                                    state.heads.get(place).is_some_and(|head| is_mono(head));
                                let face = if is_id { Font::Mono } else { Font::Sans };
                                let ink = if cell == "not read" {
                                    Ink::TextMuted
                                } else {
                                    Ink::Text
                                };
                                let words = RichText::new(widgets::shown(cell))
                                    .font(look::font(face, if is_id { 11.0 } else { 12.5 }))
                                    .color(widgets::ink(ui, ink));
                                ui.add(egui::Label::new(words).truncate().selectable(false));
                            });
                        }
                        let response = row.response();
                        response.widget_info(|| {
                            let name = cells
                                .iter()
                                .find(|cell| !cell.is_empty())
                                .cloned()
                                .unwrap_or_default();
                            egui::WidgetInfo::labeled(egui::Role::Row, true, name)
                        });
                        if response.clicked() {
                            app.send(Action::Select(Some(key.clone())));
                        }
                        if response.double_clicked() {
                            app.run(Command::ShowMap);
                            app.send(Action::Reveal(key.clone()));
                        }
                    });
                });
        });
    if let Some(place) = sort {
        state.descending = state.sorted_by == place && !state.descending;
        state.sorted_by = place;
        ui.request_repaint();
    }
}

/// Whether a column holds ids, blocks and addresses.
fn is_mono(head: &str) -> bool {
    matches!(
        head,
        "Id" | "IPv4"
            | "IPv6"
            | "Private address"
            | "Public address"
            | "Address"
            | "Service"
            | "Free"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_fields_survive_commas_quotes_and_formulas() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\"\nnow"), "\"say \"\"hi\"\"\nnow\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(quoted("-12"), "-12");
    }

    #[test]
    fn the_count_of_rows_says_of_how_many() {
        assert_eq!(how_many(11, 11, true, false), "11 rows");
        assert_eq!(how_many(1, 1, false, false), "1 row");
        assert_eq!(how_many(9, 11, true, false), "9 of 11 in this VPC");
        assert_eq!(how_many(2, 1100, false, true), "2 of 1,100 match");
        assert_eq!(how_many(2, 11, true, true), "2 of 11 match in this VPC");
    }

    #[test]
    fn cells_sort_as_people_count() {
        let mut cells = vec!["10,000", "9", "", "80"];
        cells.sort_by(|a, b| compare(a, b));
        assert_eq!(cells, ["9", "80", "10,000", ""]);
        let mut blocks = vec!["10.0.16.0/20", "10.0.0.0/20", "10.0.128.0/20"];
        blocks.sort_by(|a, b| compare(a, b));
        assert_eq!(blocks, ["10.0.0.0/20", "10.0.16.0/20", "10.0.128.0/20"]);
        assert_eq!(compare("web2", "web10"), Ordering::Less);
    }

    #[test]
    fn every_kind_has_as_many_cells_as_headings() {
        let network = std::sync::Arc::new(crate::source::sample::network());
        let topology = std::sync::Arc::new(crate::network::Topology::of(&network));
        let loaded = crate::workspace::Loaded {
            identities: Vec::new(),
            sources: Vec::new(),
            label: String::new(),
            network,
            topology,
            reads: Vec::new(),
        };
        let opened = Opened::new(loaded, 1);
        let mut kinds = 0;
        for (kind, _) in opened.kinds() {
            for resource in opened.network.of_kind(kind) {
                assert_eq!(cells(&opened, resource).len(), heads(kind).len(), "{kind}");
            }
            kinds += 1;
        }
        assert!(kinds > 15, "the sample has many kinds, not {kinds}");
    }
}
