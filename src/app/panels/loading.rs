//! What is being read, and how far it is: a strip under the menu, with the accounts, regions and calls to open below it.

use super::super::context::AppContext;
use super::super::{look, widgets};
use crate::app::command::Command;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{JobId, PlaceRead, ReadingProgress, SourceSpec, source_label};
use eframe::egui;
use egui::{Align, CornerRadius, Layout, Rect, RichText, Sense, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that is being read.
pub(in crate::app) struct Loading {
    pub(in crate::app) job: JobId,
    pub(in crate::app) sources: Vec<SourceSpec>,
    pub(in crate::app) what: String,
    pub(in crate::app) done: usize,
    pub(in crate::app) total: usize,
    /// A refresh of what is open: the old picture stays until the new one is whole.
    pub(in crate::app) is_refresh: bool,
    /// Nobody asked for it just now: it stays in the background.
    pub(in crate::app) by_itself: bool,
    /// By account, region and call, where live accounts are read.
    reading: Option<Arc<ReadingProgress>>,
    /// The places are shown below the strip.
    is_open: bool,
    /// Places whose calls are shown, by position.
    unfolded: BTreeSet<usize>,
}

impl Loading {
    pub(in crate::app) fn new(
        job: JobId,
        sources: Vec<SourceSpec>,
        is_refresh: bool,
        by_itself: bool,
    ) -> Self {
        Self {
            job,
            sources,
            what: String::new(),
            done: 0,
            total: 0,
            is_refresh,
            by_itself,
            reading: None,
            is_open: false,
            unfolded: BTreeSet::new(),
        }
    }

    /// Take in how far it is.
    pub(in crate::app) fn take(&mut self, reading: Arc<ReadingProgress>) {
        self.what = reading.words();
        (self.done, self.total) = reading.calls();
        self.reading = Some(reading);
    }

    fn words(&self) -> String {
        let label = source_label(&self.sources);
        match (self.what.as_str(), self.total) {
            ("", _) => label,
            (what, 0) => format!("{label}: {what}"),
            (what, total) => format!("{label}: {what} ({} of {total})", self.done),
        }
    }
}

/// The strip.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, loading: &mut Loading) {
    ui.horizontal(|ui| {
        let words = if loading.is_refresh {
            "Reading again"
        } else {
            "Reading"
        };
        ui.label(widgets::semibold(words));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            app.command_button(ui, Command::CancelLoading, "Stop");
            if loading.reading.is_some() {
                let words = if loading.is_open {
                    "Hide regions"
                } else {
                    "Show regions"
                };
                if ui.button(words).clicked() {
                    loading.is_open = !loading.is_open;
                }
            }
            bar(ui, vec2(180.0, 6.0), loading.done, loading.total, "Reading");
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = widgets::muted(ui, widgets::shown(&loading.words()));
                ui.add(egui::Label::new(words).truncate());
            });
        });
    });
    if loading.is_open
        && let Some(reading) = loading.reading.clone()
    {
        ui.add_space(6.0);
        // A strip as high as it was in the last frame would never grow by itself.
        let rows = reading.places.len() + reading.signing_in.len();
        let most = (ui.ctx().content_rect().height() * 0.3).max(90.0);
        let height = if loading.unfolded.is_empty() {
            most.min(rows as f32 * 26.0)
        } else {
            most
        };
        egui::ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink([false, false])
            .show(ui, |ui| places(ui, &reading, &mut loading.unfolded));
    }
}

/// The middle of the window while there is nothing else to show.
pub(in crate::app) fn page(ui: &mut Ui, loading: &mut Loading) {
    let whole = ui.max_rect();
    ui.painter()
        .rect_filled(whole, CornerRadius::ZERO, widgets::ink(ui, Ink::Canvas));
    let width = (ui.available_width() - 48.0).clamp(240.0, 760.0);
    let side = ((ui.available_width() - width) / 2.0).max(12.0);
    ui.horizontal_top(|ui| {
        ui.add_space(side);
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.add_space((whole.height() * 0.1).clamp(16.0, 90.0));
            let label = source_label(&loading.sources);
            let title = RichText::new(widgets::shown(&format!("Reading {label}")));
            ui.label(title.font(look::font(Font::SansSemiBold, 20.0)));
            let words = widgets::muted(
                ui,
                "The map appears with the first answers. The window stays usable meanwhile.",
            );
            ui.add(egui::Label::new(words).wrap());
            ui.add_space(14.0);
            if let Some(reading) = loading.reading.clone() {
                egui::ScrollArea::vertical()
                    .auto_shrink([false, true])
                    .show(ui, |ui| places(ui, &reading, &mut loading.unfolded));
            } else {
                let words = widgets::muted(ui, widgets::shown(&loading.words()));
                ui.add(egui::Label::new(words).wrap());
            }
        });
    });
}

/// A row for each source that is signed in to, and for each account and region.
fn places(ui: &mut Ui, reading: &ReadingProgress, unfolded: &mut BTreeSet<usize>) {
    ui.spacing_mut().item_spacing.y = 2.0;
    for label in &reading.signing_in {
        let words = format!("{label}: signing in…");
        let words = widgets::muted(ui, widgets::shown(&words));
        ui.add(egui::Label::new(words).truncate());
    }
    for (position, place) in reading.places.iter().enumerate() {
        let is_open = unfolded.contains(&position);
        if place_row(ui, place, is_open).clicked() && !unfolded.remove(&position) {
            unfolded.insert(position);
        }
        if is_open {
            calls(ui, place);
        }
    }
}

fn place_row(ui: &mut Ui, place: &PlaceRead, is_open: bool) -> egui::Response {
    let size = vec2(ui.available_width(), 24.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = format!("{} {}", place.account, place.region);
    response.widget_info(|| {
        WidgetInfo::selected(
            egui::Role::Button,
            true,
            is_open,
            format!("Calls of {name}"),
        )
    });
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, 4.0, widgets::ink(ui, Ink::Hovered));
    }
    let mut row = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(6.0, 0.0)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    let failed = place.failed();
    let state = match (place.is_done, failed) {
        (true, 0) => ("read".to_owned(), Ink::Word(Role::Public)),
        (true, 1) => ("1 gap".to_owned(), Ink::Word(Role::Warn)),
        (true, several) => (format!("{several} gaps"), Ink::Word(Role::Warn)),
        (false, 0) => (String::new(), Ink::TextMuted),
        (false, several) => (format!("{several} failed"), Ink::Word(Role::Warn)),
    };
    let cell = |row: &mut Ui, width: f32, words: RichText| {
        row.allocate_ui_with_layout(
            vec2(width, 24.0),
            Layout::right_to_left(Align::Center),
            |ui| {
                ui.set_width(width);
                ui.add(egui::Label::new(words).truncate().selectable(false));
            },
        );
    };
    let color = widgets::ink(&row, state.1);
    cell(
        &mut row,
        64.0,
        RichText::new(state.0).size(look::SMALL).color(color),
    );
    let found = widgets::small_muted(&row, widgets::count(place.items(), "resource"));
    cell(&mut row, 110.0, found);
    let share = format!("{} of {}", place.done, place.total);
    let share = widgets::small_muted(&row, share);
    cell(&mut row, 74.0, share);
    bar(&mut row, vec2(90.0, 4.0), place.done, place.total, &name);
    row.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let sign = if is_open { "▾" } else { "▸" };
        let sign = widgets::small_muted(ui, sign);
        ui.add(egui::Label::new(sign).selectable(false));
        ui.add(egui::Label::new(RichText::new(&place.region)).selectable(false));
        let whose = match &place.name {
            Some(name) => format!("{name} · {}", place.account),
            None => place.account.clone(),
        };
        let whose = widgets::mono(widgets::shown(&whose)).color(widgets::ink(ui, Ink::TextMuted));
        ui.add(egui::Label::new(whose).truncate().selectable(false));
    });
    response
}

/// What each call of a place brought.
fn calls(ui: &mut Ui, place: &PlaceRead) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(14.0, 3.0);
        ui.add_space(22.0);
        for (name, call) in &place.calls {
            let words = match (call.items, call.failed) {
                (items, 0) => format!("{name} {items}"),
                (0, _) => format!("{name} failed"),
                (items, _) => format!("{name} {items}, not all"),
            };
            let ink = if call.failed > 0 {
                Ink::Word(Role::Warn)
            } else {
                Ink::TextMuted
            };
            let words = RichText::new(words)
                .size(look::SMALL)
                .color(widgets::ink(ui, ink));
            ui.add(egui::Label::new(words).selectable(false));
        }
    });
    ui.add_space(4.0);
}

fn bar(ui: &mut Ui, size: egui::Vec2, done: usize, total: usize, name: &str) {
    let share = if total == 0 {
        0.0
    } else {
        done as f32 / total as f32
    };
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let radius = CornerRadius::same((size.y / 2.0) as u8);
    ui.painter()
        .rect_filled(rect, radius, widgets::ink(ui, Ink::Border));
    let width = rect.width() * share.clamp(0.02, 1.0);
    let filled = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    ui.painter()
        .rect_filled(filled, radius, widgets::ink(ui, Ink::Accent));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::ProgressIndicator, true, name));
}
