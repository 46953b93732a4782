//! What the console's own form asks, in its order.

use super::super::super::widgets;
use super::super::joystick::{BlockField, Writing, flags_of_vpc, next_free, taken_around};
use super::parts::{self, Choice, GAP, Line};
use super::{Form, Section, id, plural};
use crate::cidr::{Family, Joystick, Space, nearest_free_vpc, overlap, secondary_refusal};
use crate::design::{
    Design, Encryption, Field, Ipv6, MOST_ZONES, Nat, REGIONS, Tenancy, TierKind, Vpc, usual_zones,
};
use crate::network::Text;
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{Id, Ui};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::Ipv6Addr;

/// What encryption enforcement can leave out, by AWS's words.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>
const EXCLUSIONS: [(&str, &str); 10] = [
    ("internet-gateway", "Internet gateway"),
    ("nat-gateway", "NAT gateway"),
    ("egress-only-internet-gateway", "Egress-only gateway"),
    ("vpc-peering", "Peering to VPCs without it"),
    ("virtual-private-gateway", "VPN gateway"),
    ("lambda", "Lambda"),
    ("vpc-lattice", "VPC Lattice"),
    ("elastic-file-system", "Elastic File System"),
    ("global-accelerator", "Global Accelerator"),
    ("api-gateway-v2", "API Gateway, private integrations"),
];

/// The range that documents use.
const EXAMPLE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);

impl Section<'_> {
    pub(super) fn basics(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        self.prefix(ui, state, vpc);
        ui.add_space(GAP);
        self.region(ui, state);
        ui.add_space(GAP);
        self.blocks(ui, state, vpc);
        ui.add_space(GAP);
        self.ipv6(ui, state, vpc);
        ui.add_space(GAP);
        self.zones(ui, state, vpc);
        ui.add_space(GAP);
        self.counts(ui, vpc);
        ui.add_space(GAP);
        self.nat(ui, vpc);
        ui.add_space(GAP);
    }

    fn prefix(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let is_generated = !vpc.prefix.is_empty();
        let note = if is_generated {
            "names generated"
        } else {
            "no names generated"
        };
        let mut ticked = None;
        parts::label_with(ui, "Name prefix", |ui| {
            ui.spacing_mut().interact_size.y = 17.0;
            ticked = parts::tick(ui, is_generated, "Auto-generate names");
        });
        let line = Line {
            id: id(vpc, "prefix"),
            name: "Name prefix",
            value: &vpc.prefix,
            hint: "none",
            suffix: note,
            ..Line::default()
        };
        if let Some(typed) = state.lines.show(ui, &line) {
            let prefix: Text = typed.text.trim().into();
            self.change_vpc(vpc, "name the VPC", Some(typed.gesture), move |vpc| {
                vpc.prefix = prefix.clone();
            });
        }
        if let Some(is_on) = ticked {
            let prefix = if is_on {
                let before = state.prefix_before.take();
                before.unwrap_or_else(|| "project".into())
            } else {
                state.prefix_before = Some(vpc.prefix.clone());
                Text::default()
            };
            let words = if is_on {
                "generate names"
            } else {
                "generate no names"
            };
            self.change_vpc(vpc, words, None, move |vpc| vpc.prefix = prefix.clone());
        }
        parts::problems(self.context, ui, Field::Prefix);
    }

    fn region(&self, ui: &mut Ui, state: &mut Form) {
        let design = self.context.design();
        let place = |code: &str| {
            let found = REGIONS.iter().find(|(region, _)| *region == code);
            found.map_or("", |(_, place)| place)
        };
        parts::label(ui, "Region", "");
        let line = Line {
            id: Id::unique("form region"),
            name: "Region",
            value: &design.region,
            hint: "eu-west-1",
            suffix: place(&design.region),
            mono: true,
            ..Line::default()
        };
        let choices = REGIONS.iter().map(|(code, place)| (*code, *place));
        let mut wanted = None;
        let picked = with_list(ui, "Regions", choices, |ui, width| {
            let typed = state.lines.show(ui, &Line { width, ..line })?;
            let is_known = REGIONS
                .iter()
                .any(|(region, _)| *region == typed.text.trim());
            // Half a region would name the zones after itself.
            (is_known || typed.is_done).then_some((typed.text, Some(typed.gesture)))
        });
        if let Some((text, gesture)) = picked {
            let region: Text = text.trim().into();
            if !region.is_empty() && region != design.region {
                wanted = Some((region, gesture));
            }
        }
        if let Some((region, gesture)) = wanted {
            self.change("change the region", gesture, move |design| {
                design.set_region(&region)
            });
        }
        parts::problems(self.context, ui, Field::Region);
    }

    fn blocks(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        parts::label(ui, "IPv4 block", "");
        let joystick = Joystick::vpc(Family::V4);
        let used = |place: usize| -> Vec<IpNet> {
            let mut used = taken_around(self.context, vpc);
            let own = vpc.blocks().enumerate().filter(|(at, _)| *at != place);
            used.extend(own.map(|(_, block)| IpNet::V4(block)));
            used
        };
        let field = BlockField {
            id: id(vpc, "cidr"),
            name: "IPv4 block",
            value: vpc.cidr.into(),
            joystick: &joystick,
            writing: Writing::Whole(Family::V4),
            is_subnet: false,
            flags: &|block| flags_of_vpc(self.context, vpc, 0, block),
            next_free: &|block| next_free(&joystick, None, &used(0), block),
        };
        if let Some((IpNet::V4(block), gesture)) = field.show(ui, &mut state.blocks) {
            let id = vpc.id.clone();
            self.change("change the IPv4 block", Some(gesture), move |design| {
                design.set_vpc_block(&id, block)
            });
        }
        parts::problems(self.context, ui, Field::Block);
        self.misfits(ui, state, vpc);
        for (at, &block) in vpc.secondary.iter().enumerate() {
            ui.add_space(3.0);
            let name = format!("Secondary IPv4 block {}", at + 1);
            let place = at + 1;
            let mut remove = false;
            parts::label_with(ui, &format!("Secondary block {}", at + 1), |ui| {
                let link = widgets::small_link(ui, "Remove");
                let words = format!("Remove {block}");
                link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
                remove = link.clicked();
            });
            let field = BlockField {
                id: id(vpc, &format!("secondary {at}")),
                name: &name,
                value: block.into(),
                joystick: &joystick,
                writing: Writing::Whole(Family::V4),
                is_subnet: false,
                flags: &|block| flags_of_vpc(self.context, vpc, place, block),
                next_free: &|block| next_free(&joystick, None, &used(place), block),
            };
            if let Some((IpNet::V4(block), gesture)) = field.show(ui, &mut state.blocks) {
                let words = "change a secondary block";
                self.change_vpc(vpc, words, Some(gesture), move |vpc| {
                    if let Some(held) = vpc.secondary.get_mut(at) {
                        *held = block;
                    }
                });
            }
            if remove {
                self.change_vpc(vpc, "remove a secondary block", None, move |vpc| {
                    vpc.secondary.retain(|held| *held != block);
                });
            }
        }
        parts::problems(self.context, ui, Field::SecondaryBlocks);
        if vpc.secondary.len() < 4 {
            let add = widgets::small_link(ui, "+ Secondary block");
            if add.clicked()
                && let Some(block) = proposed_secondary(vpc, &used(usize::MAX))
            {
                self.change_vpc(vpc, "add a secondary block", None, move |vpc| {
                    vpc.secondary.push(block);
                });
            }
        }
    }

    /// Blocks inside the VPC that are no longer so, and the way to give them new ones.
    fn misfits(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let count = misfits(vpc);
        let key = "re-plan".to_owned();
        if count == 0 {
            state.open.remove(&key);
            return;
        }
        let is_open = state.open.contains(&key);
        widgets::notice(ui, crate::picture::diagram::Role::Danger, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            let verb = if count == 1 { "does" } else { "do" };
            let words = format!(
                "{} {verb} not fit into the VPC's blocks.",
                plural(count, "subnet")
            );
            ui.add(egui::Label::new(words).wrap());
            if !is_open {
                if widgets::small_link(ui, "Re-plan…").clicked() {
                    state.open.insert(key.clone());
                }
                return;
            }
            self.replan(ui, state, vpc, &key);
        });
    }

    /// What giving every subnet a block anew would move, and the button that does it.
    pub(super) fn replan(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc, key: &str) {
        let mut planned: Design = Design::clone(self.context.design());
        match planned.replan(&vpc.id) {
            Ok(()) => {
                let moves = planned.vpc(&vpc.id).map(|after| moves(vpc, after));
                let moves = moves.unwrap_or_default();
                if moves.is_empty() {
                    parts::note(ui, "Nothing would move.");
                }
                egui::ScrollArea::vertical()
                    .id_salt(("moves", key))
                    .max_height(132.0)
                    .min_scrolled_height(132.0)
                    .auto_shrink([false, true])
                    .show(ui, |ui| {
                        ui.spacing_mut().item_spacing.y = 1.0;
                        for (name, from, to) in &moves {
                            move_row(ui, name, &format!("{from} → {to}"));
                        }
                    });
                ui.horizontal(|ui| {
                    if !moves.is_empty() && ui.button("Re-plan").clicked() {
                        state.open.remove(key);
                        let id = vpc.id.clone();
                        self.change("plan the blocks anew", None, move |design| {
                            design.replan(&id)
                        });
                    }
                    if ui.button("Cancel").clicked() {
                        state.open.remove(key);
                    }
                });
            }
            Err(refusal) => parts::wrong(ui, &refusal.to_string()),
        }
    }

    fn ipv6(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        #[derive(Clone, Copy, PartialEq)]
        enum Kind {
            None,
            Amazon,
            Own,
        }
        parts::label(ui, "IPv6 block", "");
        let now = match vpc.ipv6 {
            Ipv6::None => Kind::None,
            Ipv6::Amazon => Kind::Amazon,
            Ipv6::Own(_) => Kind::Own,
        };
        let choices = [
            Choice::new(Kind::None, "None", ""),
            Choice::new(Kind::Amazon, "Amazon's", "A /56 that AWS chooses"),
            Choice::new(
                Kind::Own,
                "Own",
                "A block of yours, from an address pool that AWS knows",
            ),
        ];
        if let Some(kind) = parts::segmented(ui, "IPv6 block", &choices, Some(now)) {
            let ipv6 = match kind {
                Kind::None => Ipv6::None,
                Kind::Amazon => Ipv6::Amazon,
                // A block of the documentation's range: nobody's, so that it has to be replaced.
                Kind::Own => Ipv6::Own(Ipv6Net::new_assert(EXAMPLE_V6, 56)),
            };
            let id = vpc.id.clone();
            self.change("change the IPv6 block", None, move |design| {
                design.set_ipv6(&id, ipv6)
            });
        }
        if let Ipv6::Own(block) = vpc.ipv6 {
            let joystick = Joystick::vpc(Family::V6);
            let field = BlockField {
                id: id(vpc, "ipv6"),
                name: "Own IPv6 block",
                value: block.into(),
                joystick: &joystick,
                writing: Writing::Whole(Family::V6),
                is_subnet: false,
                flags: &|block| flags_of_vpc(self.context, vpc, 0, block),
                next_free: &|_| None,
            };
            if let Some((IpNet::V6(block), gesture)) = field.show(ui, &mut state.blocks) {
                let id = vpc.id.clone();
                self.change("change the IPv6 block", Some(gesture), move |design| {
                    design.set_ipv6(&id, Ipv6::Own(block))
                });
            }
            let line = Line {
                id: id(vpc, "ipv6 pool"),
                name: "IPv6 address pool",
                value: vpc.ipv6_pool.as_deref().unwrap_or_default(),
                hint: "ipv6pool-ec2-… or ipam-pool-…",
                suffix: "pool",
                mono: true,
                ..Line::default()
            };
            if let Some(typed) = state.lines.show(ui, &line) {
                let pool: Text = typed.text.trim().into();
                let pool = (!pool.is_empty()).then_some(pool);
                let words = "name the IPv6 pool";
                self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                    vpc.ipv6_pool.clone_from(&pool);
                });
            }
        }
        if vpc.ipv6 != Ipv6::None
            && let Some(is_on) = parts::tick(ui, vpc.egress_only, "Egress-only internet gateway")
        {
            let words = if is_on {
                "add an egress-only gateway"
            } else {
                "remove the egress-only gateway"
            };
            self.change_vpc(vpc, words, None, move |vpc| vpc.egress_only = is_on);
        }
        parts::problems(self.context, ui, Field::Ipv6);
        parts::problems(self.context, ui, Field::EgressOnly);
    }

    fn zones(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        parts::label(ui, "Availability Zones", "");
        let choices: Vec<Choice<'_, usize>> = (1..=MOST_ZONES)
            .map(|count| Choice::new(count, count.to_string(), ""))
            .collect();
        let now = Some(vpc.zones.len());
        if let Some(count) = parts::segmented(ui, "Availability Zones", &choices, now) {
            let id = vpc.id.clone();
            self.change("change the number of zones", None, move |design| {
                design.set_zone_count(&id, count)
            });
        }
        parts::problems(self.context, ui, Field::Zones);
        let names: Vec<String> = vpc.zones.iter().map(|zone| self.short_zone(zone)).collect();
        let Form { lines, open, .. } = state;
        parts::fold(ui, open, "Which zones", &names.join(", "), |ui| {
            let region = &self.context.design().region;
            for (at, zone) in vpc.zones.iter().enumerate() {
                let name = format!("Zone {}", at + 1);
                let others = usual_zones(region).filter(|it| !vpc.zones.contains(it));
                let others: Vec<Text> = others.collect();
                let choices = others.iter().map(|zone| (zone.as_str(), ""));
                let picked = with_list(ui, &format!("Zones for {zone}"), choices, |ui, width| {
                    let line = Line {
                        id: id(vpc, &format!("zone {at}")),
                        name: &name,
                        value: zone,
                        mono: true,
                        width,
                        ..Line::default()
                    };
                    // A half-typed zone would be in the way of the others.
                    let typed = lines.show(ui, &line).filter(|typed| typed.is_done)?;
                    Some((typed.text, Some(typed.gesture)))
                });
                let Some((text, gesture)) = picked else {
                    continue;
                };
                let to: Text = text.trim().into();
                if !to.is_empty() {
                    let (id, from) = (vpc.id.clone(), zone.clone());
                    self.change("change a zone", gesture, move |design| {
                        design.rename_zone(&id, &from, &to)
                    });
                }
            }
        });
    }

    /// `1a` for `eu-west-1a`.
    pub(super) fn short_zone(&self, zone: &str) -> String {
        let region = self.context.design().region.as_str();
        let number = region.rsplit('-').next().unwrap_or_default();
        zone.strip_prefix(region)
            .map_or_else(|| zone.to_owned(), |letter| format!("{number}{letter}"))
    }

    fn counts(&self, ui: &mut Ui, vpc: &Vpc) {
        for (kind, title, most) in [
            (TierKind::Public, "Public subnets", 1),
            (TierKind::Private, "Private subnets", 2),
        ] {
            if kind == TierKind::Private {
                ui.add_space(GAP);
            }
            let name = if kind == TierKind::Public {
                "public"
            } else {
                "private"
            };
            // The console's form knows one tier of each kind; what others hold is not changed here.
            let others = vpc.tiers_of(kind).filter(|tier| tier.name != name);
            let others: usize = others.map(|tier| tier.subnets.len()).sum();
            let note = match others {
                0 => String::new(),
                others => format!("and {others} in other tiers"),
            };
            parts::label(ui, title, &note);
            let now = vpc.tier(name).map_or(0, crate::design::Tier::per_zone);
            let there = vpc.tier(name).map_or(0, |tier| tier.subnets.len());
            let mut offered: Vec<usize> = (0..=most).collect();
            if !offered.contains(&now) {
                offered.push(now);
            }
            let zones = vpc.zones.len();
            let choices: Vec<Choice<'_, usize>> = offered
                .into_iter()
                .map(|per_zone| {
                    // A tier may have more in one zone than in another.
                    let total = if per_zone == now {
                        there
                    } else {
                        per_zone.saturating_mul(zones)
                    };
                    let hint = match per_zone {
                        0 => "None",
                        1 => "One in each zone",
                        2 => "Two in each zone",
                        _ => "Several in each zone",
                    };
                    Choice::new(per_zone, total.to_string(), hint)
                })
                .collect();
            if let Some(count) = parts::segmented(ui, title, &choices, Some(now)) {
                let id = vpc.id.clone();
                let count = u16::try_from(count).unwrap_or(1);
                let words = format!("change the number of {name} subnets");
                self.change(&words, None, move |design| {
                    design.set_form_tier(&id, kind, count)
                });
            }
        }
    }

    fn nat(&self, ui: &mut Ui, vpc: &Vpc) {
        parts::label(ui, "NAT gateways", "");
        let choices = [
            Choice::new(Nat::None, "None", ""),
            Choice::new(Nat::One, "One", "One, in the first public subnet"),
            Choice::new(
                Nat::PerAz,
                "Per AZ",
                "One in each zone: each zone's subnets go out by their own",
            ),
            Choice::new(
                Nat::Regional,
                "Regional",
                "One for the whole VPC, in all its zones; needs no public subnet",
            ),
        ];
        if let Some(nat) = parts::segmented(ui, "NAT gateways", &choices, Some(vpc.nat)) {
            self.change_vpc(vpc, "change the NAT gateways", None, move |vpc| {
                vpc.nat = nat;
            });
        }
        parts::problems(self.context, ui, Field::Nat);
    }

    /// What is asked seldom: DNS, tenancy, encryption.
    pub(super) fn more(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let Form { open, .. } = state;
        let note = match (vpc.dns_support, vpc.dns_hostnames) {
            (true, true) => "on",
            (true, false) => "no hostnames",
            (false, _) => "off",
        };
        parts::fold(ui, open, "DNS", note, |ui| {
            if let Some(is_on) = parts::tick(ui, vpc.dns_hostnames, "DNS hostnames") {
                self.change_vpc(vpc, "change DNS hostnames", None, move |vpc| {
                    vpc.dns_hostnames = is_on;
                });
            }
            if let Some(is_on) = parts::tick(ui, vpc.dns_support, "DNS resolution") {
                self.change_vpc(vpc, "change DNS resolution", None, move |vpc| {
                    vpc.dns_support = is_on;
                });
            }
            parts::problems(self.context, ui, Field::Dns);
        });
        let note = match vpc.tenancy {
            Tenancy::Default => "default",
            Tenancy::Dedicated => "dedicated",
        };
        parts::fold(ui, open, "Tenancy", note, |ui| {
            let choices = [
                Choice::new(Tenancy::Default, "Default", "Hardware that is shared"),
                Choice::new(
                    Tenancy::Dedicated,
                    "Dedicated",
                    "Hardware of your own; it cannot be changed later",
                ),
            ];
            if let Some(tenancy) = parts::segmented(ui, "Tenancy", &choices, Some(vpc.tenancy)) {
                self.change_vpc(vpc, "change the tenancy", None, move |vpc| {
                    vpc.tenancy = tenancy;
                });
            }
        });
        let note = match vpc.encryption {
            Encryption::None => "none",
            Encryption::Monitor => "monitor",
            Encryption::Enforce => "enforce",
        };
        parts::fold(ui, open, "Encryption in transit", note, |ui| {
            let choices = [
                Choice::new(Encryption::None, "None", ""),
                Choice::new(
                    Encryption::Monitor,
                    "Monitor",
                    "Flow logs say which traffic is encrypted",
                ),
                Choice::new(
                    Encryption::Enforce,
                    "Enforce",
                    "What cannot encrypt is refused unless it is left out",
                ),
            ];
            let now = Some(vpc.encryption);
            if let Some(encryption) = parts::segmented(ui, "Encryption", &choices, now) {
                self.change_vpc(vpc, "change the encryption", None, move |vpc| {
                    vpc.encryption = encryption;
                });
            }
            if vpc.encryption == Encryption::Enforce {
                parts::note(ui, "Left out of it:");
                for (word, title) in EXCLUSIONS {
                    let is_out = vpc.encryption_exclusions.iter().any(|it| it == word);
                    if let Some(is_out) = parts::tick(ui, is_out, title) {
                        self.change_vpc(
                            vpc,
                            "change what encryption leaves out",
                            None,
                            move |vpc| {
                                vpc.encryption_exclusions.retain(|it| it != word);
                                if is_out {
                                    vpc.encryption_exclusions.push(word.into());
                                }
                            },
                        );
                    }
                }
            }
            parts::problems(self.context, ui, Field::Encryption);
        });
    }
}

/// A field with a list beside it to choose from.
fn with_list<'c>(
    ui: &mut Ui,
    name: &str,
    choices: impl Iterator<Item = (&'c str, &'c str)>,
    field: impl FnOnce(&mut Ui, f32) -> Option<(String, Option<crate::workspace::Gesture>)>,
) -> Option<(String, Option<crate::workspace::Gesture>)> {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let mut wanted = field(ui, ui.available_width() - 33.0);
        let (place, button) = ui.allocate_exact_size(egui::vec2(28.0, 26.0), egui::Sense::click());
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
        let line = if button.hovered() || button.has_focus() {
            Ink::Accent
        } else {
            Ink::Border
        };
        let line = egui::Stroke::new(1.0, widgets::ink(ui, line));
        let fill = widgets::ink(ui, Ink::Sunken);
        ui.painter()
            .rect(place, 6.0, fill, line, egui::StrokeKind::Inside);
        let muted = widgets::ink(ui, Ink::TextMuted);
        ui.painter()
            .add(parts::chevron(place.center(), true, muted));
        egui::Popup::menu(&button)
            .align(egui::RectAlign::BOTTOM_END)
            .width(250.0)
            .show(|ui| {
                ui.set_min_width(236.0);
                ui.spacing_mut().item_spacing.y = 1.0;
                egui::ScrollArea::vertical()
                    .max_height(340.0)
                    .min_scrolled_height(340.0)
                    .show(ui, |ui| {
                        for (choice, words) in choices {
                            let row = widgets::Row {
                                title: choice,
                                caption: words,
                                clickable: true,
                                mono: true,
                                ..widgets::Row::default()
                            };
                            if widgets::row(ui, &row).clicked() {
                                wanted = Some((choice.to_owned(), None));
                                ui.close();
                            }
                        }
                    });
            });
        wanted
    })
    .inner
}

/// A subnet that would move, and where.
fn move_row(ui: &mut Ui, name: &str, way: &str) {
    use crate::picture::text::Font;
    let size = egui::vec2(ui.available_width(), 16.0);
    let (place, row) = ui.allocate_exact_size(size, egui::Sense::hover());
    let words = format!("{name}: {way}");
    row.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
    let color = widgets::ink(ui, Ink::Text);
    let columns = [
        (name, Font::Sans, 0.0, 58.0),
        (way, Font::Mono, 62.0, size.x - 70.0),
    ];
    for (words, face, left, room) in columns {
        let words = widgets::fitted(ui, words, face, 11.0, color, room);
        let corner = egui::pos2(place.left() + left, place.center().y - words.size().y / 2.0);
        ui.painter().galley(corner, words, color);
    }
}

/// How many subnets lie in no block of the VPC, or in one with another subnet.
fn misfits(vpc: &Vpc) -> usize {
    let blocks: Vec<IpNet> = vpc.subnets().map(|(_, it)| IpNet::V4(it.cidr)).collect();
    let is_misfit = |at: usize, block: &IpNet| {
        let inside = vpc.blocks().any(|outer| IpNet::V4(outer).contains(block));
        let mut earlier = blocks.iter().take(at);
        !inside || earlier.any(|other| overlap(*other, *block))
    };
    let misfits = blocks.iter().enumerate();
    misfits.filter(|(at, block)| is_misfit(*at, block)).count()
}

/// The subnets that have another block afterwards: their short names, and both blocks.
fn moves(before: &Vpc, after: &Vpc) -> Vec<(String, Ipv4Net, Ipv4Net)> {
    before
        .subnets()
        .filter_map(|(tier, subnet)| {
            let to = after.tier(&tier.name)?.subnet(subnet.number)?.cidr;
            let name = format!("{}{}", tier.name, subnet.number);
            (to != subnet.cidr).then_some((name, subnet.cidr, to))
        })
        .collect()
}

/// A block that AWS adds to this VPC: the nearest free one of its size, in a range that goes with its primary block.
fn proposed_secondary(vpc: &Vpc, used: &[IpNet]) -> Option<Ipv4Net> {
    let existing: Vec<Ipv4Net> = vpc.blocks().collect();
    let mask = vpc.cidr.prefix_len().clamp(16, 28);
    let own = Ipv4Net::new(vpc.cidr.network(), mask).ok()?;
    let shared = Ipv4Net::new([100, 64, 0, 0].into(), mask).ok()?;
    [own, shared].into_iter().find_map(|from| {
        let mut used = used.to_vec();
        // A block that the table rules out makes room for the next one, a few times over.
        for _ in 0..64 {
            let IpNet::V4(found) = nearest_free_vpc(from.into(), &used)? else {
                return None;
            };
            if Space::of(found) == Space::Public && Space::of(from) != Space::Public {
                return None;
            }
            if secondary_refusal(&existing, found).is_none() {
                return Some(found);
            }
            used.push(found.into());
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Fresh;

    fn vpc(block: &str) -> Vpc {
        let mut options = Fresh::in_region("eu-west-1");
        options.cidr = block.parse().unwrap();
        Design::fresh(&options).unwrap().vpcs.remove(0)
    }

    #[test]
    fn a_proposed_secondary_block_is_one_that_aws_adds() {
        for block in [
            "10.0.0.0/16",
            "10.5.0.0/20",
            "172.16.0.0/16",
            "192.168.0.0/16",
            "8.0.0.0/16",
        ] {
            let vpc = vpc(block);
            let used = [IpNet::V4(vpc.cidr)];
            let found = proposed_secondary(&vpc, &used).unwrap();
            assert_eq!(
                secondary_refusal(&[vpc.cidr], found),
                None,
                "{block}: {found}"
            );
        }
    }

    #[test]
    fn subnets_outside_their_vpc_and_over_each_other_are_misfits() {
        let mut vpc = vpc("10.0.0.0/16");
        assert_eq!(misfits(&vpc), 0);
        vpc.cidr = "10.0.0.0/17".parse().unwrap();
        assert_eq!(misfits(&vpc), 2, "the private ones are in the upper half");
        vpc.tiers[0].subnets[1].cidr = vpc.tiers[0].subnets[0].cidr;
        assert_eq!(misfits(&vpc), 3);
    }
}
