//! The line over the map that says where one is among the VPCs, and leads back to the overview.

use super::super::command::Command;
use super::super::context::{Action, AppContext, hint};
use super::super::model::Opened;
use super::super::widgets::{self, Row};
use crate::analysis::overlap::Overlap;
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Align, Layout, RichText, Ui};

/// Overlaps that are listed; the cards mark all of them.
const LISTED: usize = 200;

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
    let overlaps = opened.overlaps();
    if overlaps.is_empty() {
        return;
    }
    let matter = overlaps.iter().filter(|overlap| overlap.matters()).count();
    let (count, role) = if matter > 0 {
        (matter, Role::Warn)
    } else {
        (overlaps.len(), Role::Neutral)
    };
    let words = widgets::count(count, "overlap");
    let words = RichText::new(words).color(widgets::ink(ui, Ink::Word(role)));
    let menu = ui.menu_button(words, |ui| {
        ui.set_min_width(360.0);
        ui.set_max_width(420.0);
        egui::ScrollArea::vertical()
            .max_height(360.0)
            .min_scrolled_height(360.0)
            .show(ui, |ui| {
                for overlap in overlaps.iter().take(LISTED) {
                    overlap_ui(app, ui, opened, overlap);
                }
                let more = overlaps.len().saturating_sub(LISTED);
                if more > 0 {
                    let words =
                        widgets::small_muted(ui, format!("and {} more", grouped(more as u64)));
                    ui.label(words);
                }
            });
    });
    let tip = if matter > 0 {
        "Blocks of VPCs that overlap although something joins the two"
    } else {
        "Blocks of VPCs that overlap; nothing joins the two"
    };
    menu.response.on_hover_text(tip);
}

fn overlap_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened, overlap: &Overlap) {
    let names = [&overlap.one, &overlap.other].map(|key| opened.name(key));
    let title = names.join(" and ");
    let blocks = if overlap.one_block == overlap.other_block {
        overlap.one_block.to_string()
    } else {
        format!("{} and {}", overlap.one_block, overlap.other_block)
    };
    let by: Vec<String> = (overlap.joined_by.iter())
        .map(|key| opened.name(key))
        .collect();
    let words = if by.is_empty() {
        format!("{blocks} · nothing joins them")
    } else {
        format!("{blocks} · joined by {}", by.join(", "))
    };
    let row = Row {
        title: &title,
        role: Some(if overlap.matters() {
            Role::Warn
        } else {
            Role::Neutral
        }),
        filled: overlap.matters(),
        clickable: true,
        ..Row::default()
    };
    if widgets::row(ui, &row).clicked() {
        app.send(Action::Reveal(overlap.one.clone()));
        ui.close();
    }
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        let words = widgets::small_muted(ui, widgets::shown(&words));
        ui.add(egui::Label::new(words).truncate());
    });
}
