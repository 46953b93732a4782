//! The line over the map that says where one is among the VPCs, and leads back to the overview.

use super::super::command::Command;
use super::super::context::{Action, AppContext, hint};
use super::super::model::Opened;
use super::super::widgets::{self, Row};
use crate::analysis::overlap::{Nest, Overlap};
use crate::network::Key;
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Align, Layout, RichText, Ui};

/// Overlaps that are listed; the cards mark all of them.
const LISTED: usize = 200;
/// VPCs of a shared block that are named before their number has to do.
const NAMED: usize = 4;

pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if app.overview {
                overlaps_button(app, ui, opened);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                way(app, ui, opened);
            });
        });
    });
}

/// All › account · region › VPC.
fn way(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    if app.overview {
        here(ui, "All");
        let places = opened.vpcs.chunk_by(|a, b| a.place == b.place).count();
        let words = match places {
            1 => widgets::count(opened.vpcs.len(), "VPC"),
            several => format!(
                "{} in {} accounts and regions",
                widgets::count(opened.vpcs.len(), "VPC"),
                grouped(several as u64)
            ),
        };
        let words = widgets::small_muted(ui, words);
        ui.add(egui::Label::new(words).truncate());
        return;
    }
    let all = widgets::link(ui, "All").on_hover_text(hint(ui.ctx(), Command::Overview));
    if all.clicked() {
        app.send(Action::ShowOverview(None));
    }
    let shown = opened.vpcs.iter().find(|entry| app.vpc == Some(&entry.key));
    step(ui);
    let Some(vpc) = shown else {
        here(ui, "one below the other");
        return;
    };
    let place = widgets::link(ui, widgets::shown(&vpc.place))
        .on_hover_text("Show this account and region on the overview");
    if place.clicked() {
        app.send(Action::ShowOverview(Some(vpc.key.clone())));
    }
    step(ui);
    here(ui, &vpc.name);
}

fn here(ui: &mut Ui, words: &str) {
    let words = widgets::semibold(widgets::shown(words)).color(widgets::ink(ui, Ink::Text));
    ui.add(egui::Label::new(words).truncate());
}

fn step(ui: &mut Ui) {
    let words = widgets::muted(ui, "›");
    ui.label(words);
}

/// How many overlaps there are, with the list of them.
fn overlaps_button(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    let Some(overlaps) = opened.overlaps() else {
        let words = widgets::small_muted(ui, "comparing blocks…");
        ui.label(words);
        return;
    };
    if overlaps.is_empty() {
        return;
    }
    let matter = overlaps.joined().len();
    let (words, role) = if matter > 0 {
        (widgets::count(matter, "overlap"), Role::Warn)
    } else {
        let shared = overlaps.nests().len();
        (widgets::count(shared, "shared block"), Role::Neutral)
    };
    let words = RichText::new(words).color(widgets::ink(ui, Ink::Word(role)));
    let menu = ui.menu_button(words, |ui| {
        ui.set_min_width(360.0);
        ui.set_max_width(420.0);
        egui::ScrollArea::vertical()
            .max_height(360.0)
            .min_scrolled_height(360.0)
            .show(ui, |ui| {
                for overlap in overlaps.joined().iter().take(LISTED) {
                    joined_ui(app, ui, opened, overlap);
                }
                more_ui(ui, matter);
                for nest in overlaps.nests().iter().take(LISTED) {
                    nest_ui(app, ui, opened, nest);
                }
                more_ui(ui, overlaps.nests().len());
            });
    });
    let tip = if matter > 0 {
        "Blocks of VPCs that overlap although something joins the two"
    } else {
        "Blocks that several VPCs have; nothing joins these VPCs"
    };
    menu.response.on_hover_text(tip);
}

/// How many of these are not listed.
fn more_ui(ui: &mut Ui, all: usize) {
    let more = all.saturating_sub(LISTED);
    if more > 0 {
        let words = widgets::small_muted(ui, format!("and {} more", grouped(more as u64)));
        ui.label(words);
    }
}

/// Two VPCs whose blocks overlap although something joins them.
fn joined_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened, overlap: &Overlap) {
    let names = [&overlap.one, &overlap.other].map(|key| opened.name(key));
    let blocks = if overlap.one_block == overlap.other_block {
        overlap.one_block.to_string()
    } else {
        format!("{} and {}", overlap.one_block, overlap.other_block)
    };
    let by: Vec<String> = (overlap.joined_by.iter())
        .map(|key| opened.name(key))
        .collect();
    let words = format!("{blocks} · joined by {}", by.join(", "));
    overlap_ui(
        app,
        ui,
        (&names.join(" and "), &words),
        Role::Warn,
        &overlap.one,
    );
}

/// A block with the VPCs that have it, or parts of it.
fn nest_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened, nest: &Nest) {
    let vpcs = nest.vpcs();
    let Some(first) = vpcs.first() else { return };
    let title = format!("{} in {}", nest.outer, widgets::count(vpcs.len(), "VPC"));
    let names: Vec<String> = (vpcs.iter().take(NAMED))
        .map(|key| opened.name(key))
        .collect();
    let more = vpcs.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!(" and {} more", grouped(more as u64)));
    let words = format!("{}{}", names.join(", "), more.unwrap_or_default());
    overlap_ui(app, ui, (&title, &words), Role::Neutral, first);
}

fn overlap_ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    (title, words): (&str, &str),
    role: Role,
    leads_to: &Key,
) {
    let row = Row {
        title,
        role: Some(role),
        filled: role == Role::Warn,
        clickable: true,
        ..Row::default()
    };
    if widgets::row(ui, &row).clicked() {
        app.send(Action::Reveal(leads_to.clone()));
        ui.close();
    }
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        let words = widgets::small_muted(ui, widgets::shown(words));
        ui.add(egui::Label::new(words).truncate());
    });
}
