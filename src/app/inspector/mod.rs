//! The panel on the right: what is known of the selected resource, and what refers to it.

mod kinds;
mod overview;
mod rules;

use super::context::{Action, AppContext, hint};
use super::model::Opened;
use super::panels::gaps;
use super::timeline;
use super::widgets::{self, Row};
use crate::app::command::Command;
use crate::network::{Coverage, Id, Key, Kind, Known, Network, Resource, Text};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::picture::view::natural;
use crate::workspace::console;
use eframe::egui;
use egui::{RichText, Ui};
use std::collections::BTreeSet;

/// How many rows of one list are shown at first.
const SHORT: usize = 40;

/// What a section of the inspector may use.
struct Page<'a> {
    app: &'a AppContext<'a>,
    opened: &'a Opened,
    key: &'a Key,
    /// Resources that a section has listed already; the last section names the others that refer here.
    listed: std::cell::RefCell<BTreeSet<Key>>,
}

/// The panel.
pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    let Some(key) = app.selected else {
        nothing_selected(app, ui, opened);
        return;
    };
    egui::ScrollArea::vertical()
        .id_salt(key)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.add_space(10.0);
            let page = Page {
                app,
                opened,
                key,
                listed: std::cell::RefCell::default(),
            };
            page.head(ui);
            page.gaps(ui);
            if timeline::about_ui(app, ui, opened, key) {
                // It is gone.
            } else if let Some(resource) = opened.get(key) {
                page.body(ui, resource);
                page.others(ui);
                Page::tags(ui, resource);
                if !page.is_planned() {
                    Page::sightings(ui, resource);
                }
            } else {
                let why = format!(
                    "This {} was not read. It is known because something refers to it.",
                    key.kind.singular()
                );
                widgets::notice(ui, Role::Unknown, |ui| ui.add(egui::Label::new(why).wrap()));
                page.outside(ui);
                if key.kind.is_connection() {
                    page.routed_from(ui);
                }
                page.others(ui);
            }
            ui.add_space(16.0);
        });
}

fn nothing_selected(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    ui.add_space(12.0);
    widgets::overline(ui, "Inspector");
    let words = widgets::muted(
        ui,
        "Select a card to see its facts, routes and rules, and what refers to it.",
    );
    ui.add(egui::Label::new(words).wrap());
    widgets::section(ui, "In this network", "");
    ui.spacing_mut().item_spacing.y = 1.0;
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (kind, count) in opened.kinds().iter().copied() {
                let mut title = kind.plural().to_owned();
                if let Some(first) = title.get(..1) {
                    title = format!(
                        "{}{}",
                        first.to_uppercase(),
                        title.get(1..).unwrap_or_default()
                    );
                }
                let count = crate::picture::view::grouped(count as u64);
                let row = Row {
                    title: &title,
                    caption: &count,
                    clickable: true,
                    name: Some(format!("Table of {}", kind.plural())),
                    ..Row::default()
                };
                if widgets::row(ui, &row).clicked() {
                    app.send(Action::ShowTable(kind));
                }
            }
        });
}

impl Kind {
    /// Whether a route can point at it, or it joins a VPC to something else.
    fn is_connection(self) -> bool {
        matches!(
            self,
            Self::InternetGateway
                | Self::EgressOnlyInternetGateway
                | Self::NatGateway
                | Self::VpcEndpoint
                | Self::VpcPeeringConnection
                | Self::TransitGateway
                | Self::VpnGateway
                | Self::CarrierGateway
                | Self::LocalGateway
                | Self::CoreNetwork
                | Self::NetworkFirewall
                | Self::NetworkInterface
                | Self::Instance
        )
    }
}

/// A fact as words: unread is said, never left blank.
fn known<T: ToString>(fact: &Known<T>) -> String {
    match fact {
        Known::Unread => widgets::UNREAD.to_owned(),
        Known::ChosenByAws => "chosen by AWS".to_owned(),
        Known::Value(value) => value.to_string(),
    }
}

fn yes_no(fact: &Known<bool>) -> String {
    known(&fact.map(|yes| if *yes { "yes" } else { "no" }))
}

/// A list as words; an empty one says so.
fn list<T: ToString>(fact: &Known<Vec<T>>) -> String {
    known(&fact.map(|items| {
        if items.is_empty() {
            "none".to_owned()
        } else {
            items
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        }
    }))
}

impl Page<'_> {
    fn network(&self) -> &Network {
        &self.opened.network
    }

    /// Whether it is planned, so that it has neither an id nor a state yet.
    fn is_planned(&self) -> bool {
        matches!(self.key.id, Id::Planned(_))
    }

    fn head(&self, ui: &mut Ui) {
        widgets::overline(ui, self.key.kind.singular());
        if crate::design::slot(self.key).is_some() {
            // Its name stands over this, in the field where it is changed; an id it has not yet.
            self.ways(ui);
            return;
        }
        let removed = self.app.compared;
        let removed = removed.and_then(|it| it.removed(self.key, self.opened));
        let name = removed.map_or_else(|| self.opened.name(self.key), |(name, _)| name);
        let name = widgets::shown(&name);
        let heading = RichText::new(name).font(super::look::font(
            crate::picture::text::Font::SansSemiBold,
            17.0,
        ));
        ui.add(egui::Label::new(heading).wrap().selectable(true));
        ui.horizontal(|ui| {
            let id = widgets::mono(self.key.id.to_string()).color(widgets::ink(ui, Ink::TextMuted));
            let links = if self.app.situation.arn { 104.0 } else { 64.0 };
            ui.scope(|ui| {
                ui.set_max_width((ui.available_width() - links).max(60.0));
                ui.add(egui::Label::new(id).truncate().selectable(true));
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                if self.app.situation.arn {
                    let copy = widgets::small_link(ui, "ARN");
                    copy.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::Role::Button, true, "Copy ARN")
                    });
                    if copy.on_hover_text("Copy the ARN").clicked() {
                        self.app.run(Command::CopyArn);
                    }
                    let dot = widgets::small_muted(ui, "·");
                    ui.label(dot);
                }
                let copy = widgets::small_link(ui, "copy id");
                copy.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Copy id"));
                if copy.clicked() {
                    self.app.run(Command::CopyId);
                }
            });
        });
        if self.app.situation.console {
            let link = widgets::link(ui, "Open in AWS console ↗");
            let url = self
                .opened
                .get(self.key)
                .and_then(|resource| console::link(resource));
            if link.on_hover_text(url.unwrap_or_default()).clicked() {
                self.app.run(Command::OpenConsole);
            }
        }
        self.ways(ui);
    }

    /// Ways to the map.
    fn ways(&self, ui: &mut Ui) {
        if self.key.kind == Kind::Vpc && self.app.situation.live_vpc {
            let copy = Command::CopyAsDesign;
            let link = widgets::small_link(ui, copy.text());
            if link.on_hover_text(hint(ui.ctx(), copy)).clicked() {
                self.app.run(copy);
            }
        }
        ui.horizontal_wrapped(|ui| {
            let is_on_map = self.app.situation.map;
            if widgets::small_link(ui, "Show on the map")
                .on_hover_text(Command::ShowSelected.help())
                .clicked()
            {
                self.app.run(Command::ShowSelected);
            }
            if is_on_map {
                let words = if self.app.situation.focused {
                    "Show everything"
                } else {
                    "Only neighbours"
                };
                let command = if self.app.situation.focused {
                    Command::ShowAll
                } else {
                    Command::ToggleFocus
                };
                if widgets::small_link(ui, words)
                    .on_hover_text(command.help())
                    .clicked()
                {
                    self.app.run(command);
                }
            }
        });
        ui.add_space(2.0);
        ui.separator();
    }

    /// What was not read about it, and conflicts between what was.
    fn gaps(&self, ui: &mut Ui) {
        for gap in self.opened.gaps_about(self.key) {
            widgets::notice(ui, gaps::role(gap), |ui| {
                ui.add(egui::Label::new(widgets::semibold(widgets::shown(&gap.what))).wrap());
                let place = if gap.place.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", gap.place)
                };
                ui.add(
                    egui::Label::new(widgets::small_muted(
                        ui,
                        widgets::shown(&format!("{}{place}", gap.why)),
                    ))
                    .wrap(),
                );
            });
        }
    }

    /// Says why there may be more of a kind than is listed. True if it did.
    fn incomplete(&self, ui: &mut Ui, kind: Kind) -> bool {
        let coverage = self.network().coverage_around(self.key, kind);
        if coverage == Coverage::Complete {
            return false;
        }
        let why = self.network().why_incomplete(self.key, kind);
        let why = why.map_or_else(|| "not in this input".to_owned(), |gap| gap.why.to_string());
        let what = if coverage == Coverage::Partial {
            "Not all were read"
        } else {
            "Not read"
        };
        let words = widgets::muted(ui, widgets::shown(&format!("{what}: {why}")));
        ui.add(egui::Label::new(words.italics()).wrap());
        true
    }

    /// A fact that was not read, with the reason where one is known.
    fn unread(&self, ui: &mut Ui) {
        let why = self.network().why_incomplete(self.key, self.key.kind);
        let words = why.map_or_else(
            || "Not read".to_owned(),
            |gap| format!("Not read: {}", gap.why),
        );
        let words = widgets::muted(ui, widgets::shown(&words)).italics();
        ui.add(egui::Label::new(words).wrap());
    }

    fn none(ui: &mut Ui, words: &str) {
        let words = widgets::muted(ui, words);
        ui.label(words);
    }

    /// A fact that names another resource.
    fn reference(&self, ui: &mut Ui, name: &str, kind: Kind, id: &Known<Id>) {
        widgets::fact_ui(ui, name, |ui| match id {
            Known::Value(id) if !id.as_str().is_empty() => {
                self.link(ui, &Key::new(kind, id.clone()));
            }
            other => {
                ui.label(known(other));
            }
        });
    }

    fn link(&self, ui: &mut Ui, key: &Key) {
        self.listed.borrow_mut().insert(key.clone());
        self.app.reference(ui, key);
    }

    /// A section that lists resources, each to be clicked.
    fn resources<'k>(
        &self,
        ui: &mut Ui,
        title: &str,
        note: &str,
        keys: impl IntoIterator<Item = &'k Key>,
    ) {
        let rows: Vec<(Key, String)> = keys
            .into_iter()
            .map(|key| (key.clone(), String::new()))
            .collect();
        self.resource_rows(ui, title, note, rows);
    }

    /// The same, each with words beside it.
    fn resource_rows(&self, ui: &mut Ui, title: &str, note: &str, rows: Vec<(Key, String)>) {
        let mut named: Vec<(String, (Key, String))> = rows
            .into_iter()
            .map(|row| (self.opened.name(&row.0), row))
            .collect();
        named.sort_by(|(a, (a_key, _)), (b, (b_key, _))| {
            let by_kind = a_key.kind.cmp(&b_key.kind);
            by_kind
                .then_with(|| natural(a, b))
                .then_with(|| a_key.cmp(b_key))
        });
        let rows: Vec<(Key, String)> = named.into_iter().map(|(_, row)| row).collect();
        let count = rows.len();
        let note = if note.is_empty() {
            count.to_string()
        } else {
            note.to_owned()
        };
        widgets::section(ui, title, &note);
        self.rows(ui, title, &rows);
    }

    fn rows(&self, ui: &mut Ui, salt: &str, rows: &[(Key, String)]) {
        self.listed
            .borrow_mut()
            .extend(rows.iter().map(|(key, _)| key.clone()));
        let all = ui.make_persistent_id(("all of", salt, self.key));
        let shows_all = ui.data(|data| data.get_temp::<bool>(all)).unwrap_or(false);
        let shown = if shows_all {
            rows.len()
        } else {
            rows.len().min(SHORT)
        };
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for (key, words) in rows.iter().take(shown) {
                let name = self.opened.name(key);
                let is_known = self.opened.is_known(key);
                let row = Row {
                    title: &name,
                    caption: if is_known { words } else { "not read" },
                    role: Some(self.opened.role(key)),
                    filled: true,
                    clickable: is_known,
                    ..Row::default()
                };
                let response = widgets::row(ui, &row).on_hover_text(format!(
                    "{} {}",
                    key.kind.singular(),
                    key.id
                ));
                if response.clicked() {
                    self.app.send(Action::Reveal(key.clone()));
                }
            }
        });
        if shown < rows.len()
            && widgets::small_link(ui, format!("Show all {}", rows.len())).clicked()
        {
            ui.data_mut(|data| data.insert_temp(all, true));
        }
    }

    /// Who refers to it and was not listed above.
    fn others(&self, ui: &mut Ui) {
        let Some(referrers) = self.opened.referrers(self.key) else {
            widgets::section(ui, "Referred to by", "");
            Self::none(ui, "References are being looked up…");
            return;
        };
        let others: Vec<(Key, String)> = {
            let listed = self.listed.borrow();
            let referrers = referrers.iter();
            referrers
                .filter(|key| !listed.contains(*key))
                .map(|key| (key.clone(), key.kind.singular().to_owned()))
                .collect()
        };
        if !others.is_empty() {
            self.resource_rows(ui, "Referred to by", "", others);
        }
    }

    fn tags(ui: &mut Ui, resource: &Resource) {
        widgets::section(ui, "Tags", "");
        match &resource.common().tags {
            Known::Value(tags) if tags.is_empty() => Self::none(ui, "None"),
            Known::Value(tags) => {
                for (name, value) in tags {
                    widgets::fact(ui, &widgets::shown(name), widgets::shown(value));
                }
            }
            Known::ChosenByAws | Known::Unread => {
                Self::none(ui, "Not read. A participant of a shared VPC sees no tags.");
            }
        }
    }

    /// Whose it is and who saw it.
    fn sightings(ui: &mut Ui, resource: &Resource) {
        widgets::section(ui, "Seen", "");
        let common = resource.common();
        widgets::fact(ui, "Owner", widgets::mono(known(&common.owner)));
        widgets::fact(ui, "Region", known(&common.region));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for observation in resource.observations() {
            let sighting = &observation.sighting;
            let part = |part: &Option<Text>| part.as_ref().map(Text::to_string);
            let by: Vec<String> = [part(&sighting.account), part(&sighting.region)]
                .into_iter()
                .flatten()
                .collect();
            seen.insert(if by.is_empty() {
                "an account that is not named".to_owned()
            } else {
                by.join(" ")
            });
        }
        let seen: Vec<String> = seen.into_iter().collect();
        widgets::fact(ui, "Seen from", seen.join(", "));
        let others: Vec<&str> = resource
            .participants()
            .into_iter()
            .map(Text::as_str)
            .collect();
        if !others.is_empty() {
            widgets::fact(ui, "Shared with", widgets::mono(others.join(", ")));
        }
    }

    /// The tables that send packets here, and the subnets behind them.
    fn routed_from(&self, ui: &mut Ui) {
        let routed = self.opened.topology.routed_from(self.key);
        let rows = routed
            .iter()
            .map(|(table, routes)| {
                let destinations: Vec<String> = routes
                    .iter()
                    .map(|route| route.destination.to_string())
                    .collect();
                ((*table).clone(), destinations.join(", "))
            })
            .collect();
        self.resource_rows(
            ui,
            "Routed to from",
            &widgets::count(routed.len(), "table"),
            rows,
        );
        if routed.is_empty() && !self.incomplete(ui, Kind::RouteTable) {
            Self::none(ui, "No route table leads here.");
        }
        let subnets: BTreeSet<Key> = routed
            .iter()
            .flat_map(|(table, _)| self.opened.topology.subnets_of(table))
            .map(|(subnet, _)| subnet.clone())
            .collect();
        if !subnets.is_empty() {
            self.resources(ui, "Used by subnets", "", &subnets);
        }
    }
}
