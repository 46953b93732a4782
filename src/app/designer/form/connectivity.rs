//! What joins a VPC to other networks, and what is written down about its traffic.

use super::super::super::widgets;
use super::parts::{self, Choice, Line};
use super::{Form, Section, id, plural};
use crate::design::{Field, FlowLog, Peering, Traffic, Vpc, VpnGateway};
use crate::network::Text;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{Id, Ui};
use ipnet::IpNet;

impl Section<'_> {
    pub(super) fn connectivity(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        self.endpoint_details(ui, state, vpc);
        self.transit_gateway(ui, state, vpc);
        self.vpn_gateway(ui, state, vpc);
        self.peerings(ui, state, vpc);
        self.flow_log(ui, state, vpc);
    }

    fn transit_gateway(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let note = match &vpc.transit_gateway {
            None => "none",
            Some(gateway) if gateway.id.is_empty() => "attached",
            Some(gateway) => &gateway.id,
        };
        let Form { open, lines, .. } = state;
        parts::fold(ui, open, "Transit gateway", note, |ui| {
            let is_on = vpc.transit_gateway.is_some();
            if let Some(is_on) = parts::tick(ui, is_on, "Attach to a transit gateway") {
                let id = vpc.id.clone();
                if is_on {
                    self.change("attach a transit gateway", None, move |design| {
                        design.attach_transit_gateway(&id)
                    });
                } else {
                    self.change("detach the transit gateway", None, move |design| {
                        design.detach_transit_gateway(&id)
                    });
                }
            }
            let Some(gateway) = &vpc.transit_gateway else {
                parts::note(ui, "Its attachment gets a tier of /28 subnets of its own.");
                parts::problems(self.context, ui, Field::TransitGateway);
                return;
            };
            let line = Line {
                id: id(vpc, "transit gateway"),
                name: "Transit gateway",
                value: &gateway.id,
                hint: "tgw-… of a gateway that exists",
                mono: true,
                ..Line::default()
            };
            if let Some(typed) = lines.show(ui, &line) {
                let to: Text = typed.text.trim().into();
                let words = "name the transit gateway";
                self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                    if let Some(gateway) = &mut vpc.transit_gateway {
                        gateway.id = to.clone();
                    }
                });
            }
            let list = List {
                id: id(vpc, "transit routes"),
                name: "Routes by the transit gateway",
                hint: "10.0.0.0/8, 192.168.0.0/16",
            };
            parts::note(ui, "Private subnets go through it to:");
            if let Some((routes, gesture)) = list.show(ui, lines, &gateway.routes) {
                let words = "change the routes by the transit gateway";
                self.change_vpc(vpc, words, Some(gesture), move |vpc| {
                    if let Some(gateway) = &mut vpc.transit_gateway {
                        gateway.routes.clone_from(&routes);
                    }
                });
            }
            parts::problems(self.context, ui, Field::TransitGateway);
        });
    }

    fn vpn_gateway(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let note = match &vpc.vpn_gateway {
            None => "none",
            Some(gateway) if gateway.propagate => "routes propagate",
            Some(_) => "routes by hand",
        };
        let Form { open, lines, .. } = state;
        parts::fold(ui, open, "VPN gateway", note, |ui| {
            let is_on = vpc.vpn_gateway.is_some();
            if let Some(is_on) = parts::tick(ui, is_on, "A VPN gateway of the VPC's own") {
                if is_on {
                    self.change_vpc(vpc, "add a VPN gateway", None, |vpc| {
                        vpc.vpn_gateway = Some(VpnGateway {
                            propagate: true,
                            routes: Vec::new(),
                        });
                    });
                } else {
                    let id = vpc.id.clone();
                    self.change("remove the VPN gateway", None, move |design| {
                        design.remove_vpn_gateway(&id)
                    });
                }
            }
            if let Some(gateway) = &vpc.vpn_gateway {
                let words = "Its routes propagate to private subnets";
                if let Some(is_on) = parts::tick(ui, gateway.propagate, words) {
                    self.change_vpc(vpc, "change route propagation", None, move |vpc| {
                        if let Some(gateway) = &mut vpc.vpn_gateway {
                            gateway.propagate = is_on;
                        }
                    });
                }
                let list = List {
                    id: id(vpc, "vpn routes"),
                    name: "Routes by the VPN gateway",
                    hint: "192.168.0.0/16",
                };
                parts::note(ui, "Routes by hand:");
                if let Some((routes, gesture)) = list.show(ui, lines, &gateway.routes) {
                    let words = "change the routes by the VPN gateway";
                    self.change_vpc(vpc, words, Some(gesture), move |vpc| {
                        if let Some(gateway) = &mut vpc.vpn_gateway {
                            gateway.routes.clone_from(&routes);
                        }
                    });
                }
            }
            parts::problems(self.context, ui, Field::VpnGateway);
        });
    }

    fn peerings(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let note = match vpc.peerings.len() {
            0 => "none".to_owned(),
            several => several.to_string(),
        };
        let Form { open, lines, .. } = state;
        parts::fold(ui, open, "Peering", &note, |ui| {
            for (at, peering) in vpc.peerings.iter().enumerate() {
                parts::card(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    self.peering(ui, lines, vpc, at, peering);
                });
            }
            let design = self.context.design();
            let is_peer = |other: &Vpc| vpc.peerings.iter().any(|it| it.with == other.id);
            let others = design
                .vpcs
                .iter()
                .filter(|it| it.id != vpc.id && !is_peer(it));
            for other in others {
                let words = format!("+ Peer with {}", self.name_of(other));
                if widgets::small_link(ui, widgets::shown(&words)).clicked() {
                    self.add_peering(vpc, other.id.clone());
                }
            }
            if widgets::small_link(ui, "+ Peer with a VPC outside the plan").clicked() {
                self.add_peering(vpc, "vpc-".into());
            }
            parts::problems(self.context, ui, Field::Peerings);
        });
    }

    fn add_peering(&self, vpc: &Vpc, with: Text) {
        self.change_vpc(vpc, "add a peering connection", None, move |vpc| {
            vpc.peerings.push(Peering {
                with: with.clone(),
                cidrs: Vec::new(),
                account: None,
                region: None,
            });
        });
    }

    fn peering(
        &self,
        ui: &mut Ui,
        lines: &mut parts::Lines,
        vpc: &Vpc,
        at: usize,
        peering: &Peering,
    ) {
        let other = self.context.design().vpc(&peering.with);
        let title = other.map_or_else(|| peering.with.to_string(), |other| self.name_of(other));
        ui.horizontal(|ui| {
            ui.label(widgets::semibold(widgets::shown(&title)).size(12.5));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let link = widgets::small_link(ui, "Remove");
                let words = format!("Remove the peering with {title}");
                link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
                if link.clicked() {
                    self.change_vpc(vpc, "remove a peering connection", None, move |vpc| {
                        if at < vpc.peerings.len() {
                            vpc.peerings.remove(at);
                        }
                    });
                }
            });
        });
        if let Some(other) = other {
            let blocks: Vec<String> = other.blocks().map(|it| it.to_string()).collect();
            let words = widgets::mono(blocks.join(", "));
            ui.add(egui::Label::new(words).truncate());
            return;
        }
        let of = |what: &str| id(vpc, &format!("peering {at} {what}"));
        let fields: [(&str, &str, &str); 3] = [
            ("Peer VPC", peering.with.as_str(), "vpc-…"),
            (
                "Peer account",
                peering.account.as_deref().unwrap_or_default(),
                "account, where it is another one",
            ),
            (
                "Peer region",
                peering.region.as_deref().unwrap_or_default(),
                "region, where it is another one",
            ),
        ];
        for (name, value, hint) in fields {
            let line = Line {
                id: of(name),
                name,
                value,
                hint,
                mono: true,
                ..Line::default()
            };
            let Some(typed) = lines.show(ui, &line) else {
                continue;
            };
            let text: Text = typed.text.trim().into();
            let words = "change a peering connection";
            self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                let Some(peering) = vpc.peerings.get_mut(at) else {
                    return;
                };
                let some = (!text.is_empty()).then(|| text.clone());
                match name {
                    "Peer VPC" => peering.with = text.clone(),
                    "Peer account" => peering.account = some,
                    _ => peering.region = some,
                }
            });
        }
        let list = List {
            id: of("blocks"),
            name: "Peer blocks",
            hint: "its blocks: 10.9.0.0/16",
        };
        if let Some((blocks, gesture)) = list.show(ui, lines, &peering.cidrs) {
            let words = "change a peering connection";
            self.change_vpc(vpc, words, Some(gesture), move |vpc| {
                if let Some(peering) = vpc.peerings.get_mut(at) {
                    peering.cidrs.clone_from(&blocks);
                }
            });
        }
    }

    fn flow_log(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let note = match vpc.flow_log.as_ref().map(|log| log.traffic) {
            None => "none",
            Some(Traffic::All) => "all traffic",
            Some(Traffic::Accept) => "accepted traffic",
            Some(Traffic::Reject) => "rejected traffic",
        };
        let Form { open, lines, .. } = state;
        parts::fold(ui, open, "Flow log", note, |ui| {
            let is_on = vpc.flow_log.is_some();
            if let Some(is_on) = parts::tick(ui, is_on, "Keep a flow log of the VPC") {
                let words = if is_on {
                    "add a flow log"
                } else {
                    "remove the flow log"
                };
                self.change_vpc(vpc, words, None, move |vpc| {
                    vpc.flow_log = is_on.then(|| FlowLog {
                        destination: Text::default(),
                        role: None,
                        traffic: Traffic::default(),
                    });
                });
            }
            if let Some(log) = &vpc.flow_log {
                let choices = [
                    Choice::new(Traffic::All, "All", ""),
                    Choice::new(Traffic::Accept, "Accepted", ""),
                    Choice::new(Traffic::Reject, "Rejected", ""),
                ];
                let now = Some(log.traffic);
                if let Some(traffic) = parts::segmented(ui, "Traffic", &choices, now) {
                    self.change_vpc(vpc, "change the flow log", None, move |vpc| {
                        if let Some(log) = &mut vpc.flow_log {
                            log.traffic = traffic;
                        }
                    });
                }
                let line = Line {
                    id: id(vpc, "log destination"),
                    name: "Destination of the flow log",
                    value: &log.destination,
                    hint: "arn:aws:s3:::bucket, or of a log group",
                    mono: true,
                    ..Line::default()
                };
                if let Some(typed) = lines.show(ui, &line) {
                    let to: Text = typed.text.trim().into();
                    let words = "change the flow log";
                    self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                        if let Some(log) = &mut vpc.flow_log {
                            log.destination = to.clone();
                        }
                    });
                }
                // A bucket is written to without a role.
                if log.destination.contains(":logs:") || log.role.is_some() {
                    let line = Line {
                        id: id(vpc, "log role"),
                        name: "Role of the flow log",
                        value: log.role.as_deref().unwrap_or_default(),
                        hint: "arn:aws:iam::…:role/…",
                        suffix: "role",
                        mono: true,
                        ..Line::default()
                    };
                    if let Some(typed) = lines.show(ui, &line) {
                        let role: Text = typed.text.trim().into();
                        let role = (!role.is_empty()).then_some(role);
                        let words = "change the flow log";
                        self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                            if let Some(log) = &mut vpc.flow_log {
                                log.role.clone_from(&role);
                            }
                        });
                    }
                }
            }
            parts::problems(self.context, ui, Field::FlowLog);
        });
    }
}

/// A line of blocks with commas between.
pub(super) struct List<'a> {
    pub(super) id: Id,
    pub(super) name: &'a str,
    pub(super) hint: &'a str,
}

impl List<'_> {
    /// Show it. Answers with the blocks, once all that is typed is one; what is not is said below.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        lines: &mut parts::Lines,
        now: &[IpNet],
    ) -> Option<(Vec<IpNet>, Gesture)> {
        let value: Vec<String> = now.iter().map(ToString::to_string).collect();
        let value = value.join(", ");
        let line = Line {
            id: self.id,
            name: self.name,
            value: &value,
            hint: self.hint,
            mono: true,
            ..Line::default()
        };
        let (field, typed) = lines.show_response(ui, &line);
        if let Some(text) = lines.typing(self.id)
            && let Err(why) = read_blocks(text, field.has_focus())
        {
            parts::wrong(ui, &why);
        }
        // What is on its way is another block at nearly every digit: it is taken when the field is left.
        let typed = typed.filter(|typed| typed.is_done)?;
        match read_blocks(&typed.text, false) {
            Ok(blocks) => (blocks != now).then_some((blocks, typed.gesture)),
            Err(why) => {
                // Nothing of it is lost, and what is wrong is said.
                lines.keep(&line, typed);
                if !field.has_focus() {
                    parts::wrong(ui, &why);
                }
                None
            }
        }
    }
}

/// The blocks of a list, without bits after the mask and each one once. While it is typed the last one may be half there.
fn read_blocks(text: &str, is_typed: bool) -> Result<Vec<IpNet>, String> {
    let is_sign = |it: char| it.is_whitespace() || matches!(it, ',' | ';');
    let mut words: Vec<&str> = text
        .split(is_sign)
        .filter(|word| !word.is_empty())
        .collect();
    if is_typed && !text.ends_with(is_sign) {
        words.pop();
    }
    let mut blocks: Vec<IpNet> = Vec::new();
    for word in words {
        let block: IpNet = word
            .parse()
            .map_err(|_| format!("“{word}” is no block; write one like 10.0.0.0/8"))?;
        let block = block.trunc();
        let is_nowhere =
            matches!(block, IpNet::V4(it) if it.network().octets()[0] == 0 && it.prefix_len() > 0);
        if is_nowhere {
            return Err(format!(
                "{block} lies in 0.0.0.0/8, which nobody can have; correct it"
            ));
        }
        if !blocks.contains(&block) {
            blocks.push(block);
        }
    }
    Ok(blocks)
}

/// How many of something a section has, as its note.
pub(super) fn how_many(count: usize, singular: &str) -> String {
    if count == 0 {
        "none".to_owned()
    } else {
        plural(count, singular)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_blocks_are_read_whole_or_say_what_is_wrong() {
        let read = |text| {
            let blocks = read_blocks(text, false)?;
            let words: Vec<String> = blocks.iter().map(ToString::to_string).collect();
            Ok::<String, String>(words.join(" "))
        };
        assert_eq!(read("172.16.0.0/12"), Ok("172.16.0.0/12".into()));
        assert_eq!(
            read("10.0.0.0/8; 10.1.0.0/8,192.168.0.0/16"),
            Ok("10.0.0.0/8 192.168.0.0/16".into())
        );
        assert_eq!(read("0.0.0.0/0, ::/0"), Ok("0.0.0.0/0 ::/0".into()));
        for wrong in ["10.0.0.0/8, foo", "10.0.0.0", "0.0.0.0/16", "10.0.0.0/33"] {
            assert!(read_blocks(wrong, false).is_err(), "{wrong}");
        }
        // The last one is on its way, those before it are not.
        assert_eq!(
            read_blocks("10.0.0.0/8, 19", true).map(|it| it.len()),
            Ok(1)
        );
        assert!(read_blocks("foo, 19", true).is_err());
    }
}
