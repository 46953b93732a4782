//! Tiers: what they are, how large their subnets are, and where each of these lies.

use super::super::super::widgets;
use super::super::joystick::{subnet_field, subnet_part_field};
use super::parts::{self, Choice, Line};
use super::{Form, Section, id, plural};
use crate::cidr::{SUBNET_MASKS_V4, mask_for_hosts, usable_addresses};
use crate::design::{Egress, Field, Ipv6, NewTier, Problem, Tier, TierKind, Vpc};
use crate::network::Text;
use crate::picture::diagram::Role;
use crate::picture::view::grouped;
use eframe::egui;
use egui::Ui;
use ipnet::Ipv4Net;

impl Section<'_> {
    pub(super) fn tiers(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let names: Vec<&str> = vpc.tiers.iter().map(|tier| tier.name.as_str()).collect();
        let note = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        parts::fold(ui, &mut state.open, "Tiers and subnets", &note, |_| {});
        parts::problems(self.context, ui, Field::Tiers);
        if !state.open.contains("Tiers and subnets") {
            return;
        }
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            for tier in &vpc.tiers {
                parts::card(ui, |ui| self.tier(ui, state, vpc, tier));
            }
            ui.horizontal(|ui| {
                self.add_tier(ui, vpc);
                if vpc.subnets().next().is_some() && !state.open.contains("re-plan all") {
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        let link = widgets::small_link(ui, "Re-plan…");
                        let hint = "Give every subnet a block anew, as in a fresh design";
                        if link.on_hover_text(hint).clicked() {
                            state.open.insert("re-plan all".to_owned());
                        }
                    });
                }
            });
            if state.open.contains("re-plan all") {
                parts::card(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 3.0;
                    parts::label(ui, "Re-plan", "every subnet gets a block anew");
                    self.replan(ui, state, vpc, "re-plan all");
                });
            }
            ui.add_space(6.0);
        });
    }

    fn add_tier(&self, ui: &mut Ui, vpc: &Vpc) {
        let link = widgets::small_link(ui, "+ Add tier");
        egui::Popup::menu(&link).width(230.0).show(|ui| {
            ui.set_min_width(216.0);
            ui.spacing_mut().item_spacing.y = 1.0;
            for (kind, title, words) in [
                (TierKind::Public, "Public tier", "to the internet"),
                (TierKind::Private, "Private tier", "out, not in"),
                (TierKind::Isolated, "Isolated tier", "no way out"),
            ] {
                let row = widgets::Row {
                    title,
                    caption: words,
                    role: Some(role(kind)),
                    clickable: true,
                    name: Some(format!("Add {}", title.to_lowercase())),
                    ..widgets::Row::default()
                };
                if !widgets::row(ui, &row).clicked() {
                    continue;
                }
                let wanted = NewTier {
                    name: free_name(vpc, kind),
                    kind,
                    per_zone: 1,
                    ..NewTier::default()
                };
                let id = vpc.id.clone();
                self.change("add a tier", None, move |design| {
                    design.add_tier(&id, &wanted)
                });
                ui.close();
            }
        });
    }

    fn tier(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, tier: &Tier) {
        ui.spacing_mut().item_spacing.y = 5.0;
        self.tier_head(ui, state, vpc, tier);
        self.tier_shape(ui, state, vpc, tier);
        if tier.kind == TierKind::Private {
            let choices = [
                (Egress::Nat, "NAT gateway".to_owned()),
                (Egress::TransitGateway, "transit gateway".to_owned()),
                (Egress::VpnGateway, "VPN gateway".to_owned()),
                (Egress::None, "nothing".to_owned()),
            ];
            ui.horizontal(|ui| {
                parts::beside(ui, "Goes out by");
                let salt = id(vpc, &format!("egress {}", tier.name));
                let name = format!("How {} goes out", tier.name);
                if let Some(egress) = parts::pick(
                    ui,
                    salt,
                    &name,
                    ui.available_width(),
                    &choices,
                    &tier.egress,
                ) {
                    self.change_tier(vpc, tier, "change how a tier goes out", move |tier| {
                        tier.egress = egress;
                    });
                }
            });
        }
        ui.horizontal(|ui| {
            parts::beside(ui, "Auto-assign");
            let hint = "New interfaces get a public IPv4 address by themselves";
            let ticked = parts::tick_hinted(ui, tier.public_addresses, "public IPv4", hint);
            if let Some(is_on) = ticked {
                self.change_tier(vpc, tier, "change public addresses", move |tier| {
                    tier.public_addresses = is_on;
                });
            }
            if vpc.ipv6 == Ipv6::None {
                return;
            }
            let hint = "New interfaces get an IPv6 address by themselves";
            if let Some(is_on) = parts::tick_hinted(ui, tier.ipv6_addresses, "IPv6", hint) {
                self.change_tier(vpc, tier, "change IPv6 addresses", move |tier| {
                    tier.ipv6_addresses = is_on;
                });
            }
        });
        for problem in self.subnet_problems(&tier.name, 0) {
            parts::problem_line(self.context, ui, problem);
        }
        self.subnets(ui, state, vpc, tier);
    }

    /// Name, kind, and the way to take the tier away.
    fn tier_head(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, tier: &Tier) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let width = (ui.available_width() - 172.0).max(70.0);
            let place = vpc.tiers.iter().position(|held| held.name == tier.name);
            let called = Line {
                id: id(vpc, &format!("tier {}", place.unwrap_or_default())),
                name: "Name of the tier",
                value: &tier.name,
                width,
                ..Line::default()
            };
            // A name on its way may be that of another tier.
            if let Some(typed) = state.lines.show(ui, &called)
                && typed.is_done
            {
                let (vpc, from) = (vpc.id.clone(), tier.name.clone());
                let to: Text = typed.text.trim().into();
                self.change("rename a tier", Some(typed.gesture), move |design| {
                    design.rename_tier(&vpc, &from, &to)
                });
            }
            let kinds = [
                (TierKind::Public, "public".to_owned()),
                (TierKind::Private, "private".to_owned()),
                (TierKind::Isolated, "isolated".to_owned()),
            ];
            let salt = id(vpc, &format!("kind {}", tier.name));
            let name = format!("Kind of {}", tier.name);
            if let Some(kind) = parts::pick(ui, salt, &name, 92.0, &kinds, &tier.kind) {
                self.change_tier(vpc, tier, "change the kind of a tier", move |tier| {
                    tier.kind = kind;
                });
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let link = widgets::small_link(ui, "Remove");
                let words = format!("Remove the tier {}", tier.name);
                link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
                if link.clicked() {
                    let (vpc, tier) = (vpc.id.clone(), tier.name.clone());
                    self.change("remove a tier", None, move |design| {
                        design.remove_tier(&vpc, &tier)
                    });
                }
            });
        });
    }

    /// How many subnets it has in each zone, and how large new ones are.
    fn tier_shape(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, tier: &Tier) {
        let per_zone = tier.per_zone();
        let mut offered: Vec<usize> = (1..=4).collect();
        if !offered.contains(&per_zone) && per_zone > 0 {
            offered.push(per_zone);
        }
        let choices: Vec<Choice<'_, usize>> = offered
            .into_iter()
            .map(|count| Choice::new(count, count.to_string(), ""))
            .collect();
        let name = format!("{} subnets in each zone", tier.name);
        let pressed = ui.horizontal(|ui| {
            parts::beside(ui, "In each zone");
            parts::segmented(ui, &name, &choices, Some(per_zone))
        });
        if let Some(count) = pressed.inner {
            let (vpc, tier) = (vpc.id.clone(), tier.name.clone());
            self.change("change the subnets of a tier", None, move |design| {
                design.set_per_zone(&vpc, &tier, count)
            });
        }
        ui.horizontal(|ui| {
            parts::beside(ui, "Size");
            let sizes = sizes(tier);
            let now = Size {
                mask: tier.mask,
                is_fixed: tier.hosts.is_some(),
            };
            let salt = id(vpc, &format!("size {}", tier.name));
            let name = format!("Size of {} subnets", tier.name);
            let width = ui.available_width();
            if let Some(size) = parts::pick(ui, salt, &name, width, &sizes, &now) {
                self.change_tier(vpc, tier, "change the size of a tier", move |tier| {
                    tier.mask = size.mask;
                    tier.hosts = size.is_fixed.then(|| hosts_of(size.mask)).flatten();
                });
            }
        });
        self.room(ui, state, vpc, tier);
        let others = tier.subnets.iter();
        let others = others
            .filter(|it| it.cidr.prefix_len() != tier.mask)
            .count();
        if others > 0 {
            let verb = if others == 1 { "has" } else { "have" };
            parts::note(
                ui,
                &format!(
                    "{} {verb} another size. New ones get this one; so do all by Re-plan…",
                    plural(others, "subnet")
                ),
            );
        }
    }

    /// The hosts that each subnet is to have room for, from which its mask follows.
    fn room(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, tier: &Tier) {
        let now = tier.hosts.map(|hosts| hosts.to_string());
        let line = Line {
            id: id(vpc, &format!("hosts of {}", tier.name)),
            name: &format!("Hosts in each subnet of {}", tier.name),
            value: now.as_deref().unwrap_or_default(),
            hint: "as many as fit",
            suffix: "hosts in each",
            mono: true,
            ..Line::default()
        };
        let typed = ui.horizontal(|ui| {
            parts::beside(ui, "Room for");
            state.lines.show(ui, &line)
        });
        if let Some(Err(why)) = state.lines.typing(line.id).map(read_hosts) {
            parts::wrong(ui, &why);
        }
        // A number on its way is another one.
        let Some(typed) = typed.inner.filter(|typed| typed.is_done) else {
            return;
        };
        if let Ok(wanted) = read_hosts(&typed.text) {
            self.change_tier(vpc, tier, "change the size of a tier", move |tier| {
                tier.hosts = wanted.map(|(hosts, _)| hosts);
                tier.mask = wanted.map_or(tier.mask, |(_, mask)| mask);
            });
        }
    }

    fn subnets(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, tier: &Tier) {
        let problems = tier
            .subnets
            .iter()
            .flat_map(|subnet| self.subnet_problems(&tier.name, subnet.number))
            .filter(|problem| problem.is_error())
            .count();
        let note = match problems {
            0 => plural(tier.subnets.len(), "block"),
            several => plural(several, "error"),
        };
        let key = format!("subnets {} {}", vpc.id, tier.name);
        let is_open = state.open.contains(&key);
        parts::fold_as(ui, &mut state.open, key, "Subnets", &note, |_| {});
        if !is_open {
            return;
        }
        for subnet in &tier.subnets {
            let name = format!("{}{}", tier.name, subnet.number);
            ui.horizontal(|ui| {
                ui.label(widgets::semibold(widgets::shown(&name)).size(12.0));
                let choices: Vec<(Text, String)> = vpc
                    .zones
                    .iter()
                    .map(|zone| (zone.clone(), self.short_zone(zone)))
                    .collect();
                let salt = id(vpc, &format!("zone of {name}"));
                let label = format!("Zone of {name}");
                if let Some(zone) = parts::pick(ui, salt, &label, 64.0, &choices, &subnet.zone) {
                    let number = subnet.number;
                    self.change_tier(vpc, tier, "change the zone of a subnet", move |tier| {
                        if let Some(subnet) = tier.subnet_mut(number) {
                            subnet.zone = zone.clone();
                        }
                    });
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let link = widgets::small_link(ui, "Remove");
                    let words = format!("Remove {name}");
                    link.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::Role::Button, true, &words)
                    });
                    if link.clicked() {
                        let (vpc, tier) = (vpc.id.clone(), tier.name.clone());
                        let number = subnet.number;
                        self.change("remove a subnet", None, move |design| {
                            design.remove_subnet(&vpc, &tier, number)
                        });
                    }
                });
            });
            let blocks = &mut state.blocks;
            subnet_field(self.context, ui, vpc, &tier.name, subnet.number, blocks);
            subnet_part_field(self.context, ui, vpc, &tier.name, subnet.number, blocks);
            for problem in self.subnet_problems(&tier.name, subnet.number) {
                parts::problem_line(self.context, ui, problem);
            }
        }
    }

    /// The problems of a subnet; of the tier as a whole for the number 0.
    fn subnet_problems(&self, tier: &str, number: u16) -> impl Iterator<Item = &Problem> {
        self.context.derived.problems.iter().filter(move |problem| {
            let place = problem.place.subnet.as_ref();
            place.is_some_and(|(held, at)| held == tier && *at == number)
                && parts::is_here(self.context, problem)
        })
    }

    fn change_tier(
        &self,
        vpc: &Vpc,
        tier: &Tier,
        words: &str,
        change: impl Fn(&mut Tier) + 'static,
    ) {
        let name = tier.name.clone();
        self.change_vpc(vpc, words, None, move |vpc| {
            if let Some(tier) = vpc.tier_mut(&name) {
                change(tier);
            }
        });
    }
}

/// The size of a tier's subnets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    mask: u8,
    /// Asked for, and not what there happened to be room for.
    is_fixed: bool,
}

/// The sizes to choose from: what the plan makes of itself, and every mask.
fn sizes(tier: &Tier) -> Vec<(Size, String)> {
    let words = |mask: u8| {
        let block = Ipv4Net::new(std::net::Ipv4Addr::UNSPECIFIED, mask).unwrap_or_default();
        let usable = grouped(usable_addresses(block));
        format!("/{mask} · {usable} hosts")
    };
    let by_itself = Size {
        mask: tier.mask,
        is_fixed: false,
    };
    let fixed = SUBNET_MASKS_V4.map(|mask| {
        let size = Size {
            mask,
            is_fixed: true,
        };
        (size, words(mask))
    });
    std::iter::once((by_itself, format!("auto: {}", words(tier.mask))))
        .chain(fixed)
        .collect()
}

/// How many hosts a text asks for, and the mask that has room for them; none where it asks for no number.
fn read_hosts(text: &str) -> Result<Option<(u32, u8)>, String> {
    let plain: String = text
        .chars()
        .filter(|it| !it.is_whitespace() && !",_".contains(*it))
        .collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let hosts: u32 = plain.parse().map_err(|_| {
        format!(
            "“{}” is no number of hosts; write one like 200",
            text.trim()
        )
    })?;
    let most = hosts_of(*SUBNET_MASKS_V4.start()).unwrap_or_default();
    match mask_for_hosts(u64::from(hosts)) {
        Some(mask) => Ok(Some((hosts, mask))),
        None => Err(format!(
            "no subnet has room for {hosts} hosts; the largest, a /16, has {most}"
        )),
    }
}

/// The hosts that a subnet with this mask has room for.
fn hosts_of(mask: u8) -> Option<u32> {
    let block = Ipv4Net::new(std::net::Ipv4Addr::UNSPECIFIED, mask).ok()?;
    u32::try_from(usable_addresses(block)).ok()
}

fn role(kind: TierKind) -> Role {
    match kind {
        TierKind::Public => Role::Public,
        TierKind::Private => Role::Private,
        TierKind::Isolated => Role::Isolated,
    }
}

/// A name for a new tier that no other has.
fn free_name(vpc: &Vpc, kind: TierKind) -> Text {
    let usual: &[&str] = match kind {
        TierKind::Public => &["public", "edge", "web"],
        TierKind::Private => &["private", "app", "batch"],
        TierKind::Isolated => &["data", "isolated", "cache"],
    };
    let usual = usual.iter().map(|name| Text::from(*name));
    let numbered = (2_u32..).map(|number| format!("tier{number}").into());
    usual
        .chain(numbered)
        .find(|name: &Text| vpc.tier(name).is_none())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Fresh};

    #[test]
    fn a_size_asks_for_as_many_hosts_as_its_mask_has() {
        for mask in SUBNET_MASKS_V4 {
            let hosts = hosts_of(mask).unwrap();
            assert_eq!(mask_for_hosts(u64::from(hosts)), Some(mask));
        }
    }

    #[test]
    fn hosts_are_read_as_people_write_them() {
        assert_eq!(read_hosts("200"), Ok(Some((200, 24))));
        assert_eq!(read_hosts(" 1,000 "), Ok(Some((1000, 22))));
        assert_eq!(read_hosts("11"), Ok(Some((11, 28))));
        assert_eq!(read_hosts(" "), Ok(None));
        for wrong in ["many", "-4", "65532", "9999999999"] {
            assert!(read_hosts(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_of_new_tiers_are_free() {
        let mut design = Design::fresh(&Fresh::in_region("eu-west-1")).unwrap();
        for expected in ["data", "isolated", "cache", "tier2", "tier3"] {
            let name = free_name(&design.vpcs[0], TierKind::Isolated);
            assert_eq!(name, expected);
            let wanted = NewTier {
                name,
                per_zone: 1,
                mask: Some(28),
                ..NewTier::default()
            };
            design.add_tier("main", &wanted).unwrap();
        }
    }
}
