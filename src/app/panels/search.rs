//! The search box: what matches stays at full strength on the map, the rest is dimmed.

use super::super::command::Command;
use super::super::context::{Action, AppContext, hint};
use super::super::model::Opened;
use super::super::widgets::{self, Row};
use crate::analysis::search::{Hit, Query};
use crate::network::Key;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Id, Ui};
use std::collections::BTreeSet;

/// How many results are listed; the map shows all of them.
const LISTED: usize = 200;

/// What is searched for, and what was found.
#[derive(Debug, Default)]
pub(in crate::app) struct Search {
    pub(in crate::app) text: String,
    /// What was found was found for this text, in this network, on this map.
    made_for: Option<(String, u64, u64)>,
    hits: Vec<Hit>,
    /// What the map keeps at full strength: what was found, or what it is in.
    pub(in crate::app) keys: BTreeSet<Key>,
    /// Counts up with each search.
    pub(in crate::app) generation: u64,
    marked: usize,
    is_listing: bool,
    /// The box is to get the keyboard.
    pub(in crate::app) wants_focus: bool,
}

impl Search {
    /// Whether something is searched for.
    pub(in crate::app) fn is_active(&self) -> bool {
        self.made_for
            .as_ref()
            .is_some_and(|(text, ..)| !text.trim().is_empty())
    }

    pub(in crate::app) fn clear(&mut self) {
        self.text.clear();
        self.is_listing = false;
    }

    /// Search once more where the text or the network has changed.
    pub(in crate::app) fn update(
        &mut self,
        opened: Option<&Opened>,
        map: &super::super::model::Map,
    ) {
        let wanted = opened.map(|opened| (self.text.clone(), opened.generation, map.generation));
        if self.made_for == wanted {
            return;
        }
        self.hits.clear();
        self.keys.clear();
        self.marked = 0;
        self.generation += 1;
        if let Some(opened) = opened {
            let query = Query::parse(&self.text);
            if !query.is_empty() {
                self.hits = query.find(&opened.network);
                self.keys = self
                    .hits
                    .iter()
                    .filter_map(|hit| opened.anchor(&hit.key, &map.view))
                    .collect();
            }
        }
        self.made_for = wanted;
    }
}

/// The box. Its list of results hangs below it.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Search, width: f32) {
    let keys = Command::Find
        .shortcuts()
        .first()
        .map(|keys| ui.format_shortcut(keys))
        .unwrap_or_default();
    let suffix = if state.text.is_empty() {
        keys
    } else {
        grouped(state.hits.len() as u64)
    };
    let suffix = egui::RichText::new(suffix)
        .size(11.0)
        .color(widgets::ink(ui, Ink::TextMuted));
    let field = egui::TextEdit::singleline(&mut state.text)
        .id(Id::unique("search"))
        .hint_text("Search: name, id, address, tag:")
        .suffix(suffix)
        .margin(egui::Margin::symmetric(10, 5))
        .desired_width(width);
    let field = ui
        .add_enabled(app.opened.is_some(), field)
        .accessible_name("Search");
    if !field.has_focus() {
        let border = egui::Stroke::new(1.0, widgets::ink(ui, Ink::Border));
        ui.painter()
            .rect_stroke(field.rect, 6.0, border, egui::StrokeKind::Inside);
    }
    let field = field.on_hover_text(hint(ui.ctx(), Command::Find));
    if std::mem::take(&mut state.wants_focus) {
        field.request_focus();
        state.is_listing = true;
    }
    if field.changed() {
        // The search itself happens before the next frame.
        ui.request_repaint();
    }
    if field.gained_focus() || field.changed() {
        state.is_listing = true;
    }
    let is_typing = field.has_focus() || field.lost_focus();
    if is_typing && state.is_listing {
        pick(app, ui, state, &field);
    }
    list(app, state, &field);
}

/// Arrow keys mark a result, Enter goes to it.
fn pick(app: &AppContext<'_>, ui: &Ui, state: &mut Search, field: &egui::Response) {
    let (down, up, enter) = ui.input(|input| {
        (
            input.num_presses(egui::Key::ArrowDown),
            input.num_presses(egui::Key::ArrowUp),
            input.key_pressed(egui::Key::Enter),
        )
    });
    let last = state.hits.len().min(LISTED).saturating_sub(1);
    state.marked = (state.marked + down).saturating_sub(up).min(last);
    if enter && let Some(hit) = state.hits.get(state.marked) {
        app.send(Action::Reveal(hit.key.clone()));
        // The next Enter goes to the next result, as in an editor.
        state.marked = if state.marked == last {
            0
        } else {
            state.marked + 1
        };
        field.request_focus();
    }
}

fn list(app: &AppContext<'_>, state: &mut Search, field: &egui::Response) {
    let is_open = state.is_listing && !state.text.trim().is_empty();
    let popup = egui::Popup::from_response(field)
        .id(Id::unique("search results"))
        .open(is_open)
        .width(field.rect.width().max(320.0))
        .close_behavior(egui::PopupCloseBehavior::IgnoreClicks);
    let shown = popup.show(|ui| {
        ui.set_min_width(field.rect.width().max(320.0) - 14.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        if state.hits.is_empty() {
            let words = widgets::muted(ui, "Nothing that was read matches.");
            ui.label(words);
            return;
        }
        egui::ScrollArea::vertical()
            .max_height(380.0)
            .min_scrolled_height(380.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for (place, hit) in state.hits.iter().take(LISTED).enumerate() {
                    let Some(opened) = app.opened else { break };
                    let name = opened.name(&hit.key);
                    let row = Row {
                        title: &name,
                        caption: hit.key.kind.singular(),
                        role: Some(opened.role(&hit.key)),
                        selected: place == state.marked,
                        clickable: true,
                        name: Some(format!("Result {} {name}", hit.key.kind.singular())),
                        ..Row::default()
                    };
                    if widgets::row(ui, &row)
                        .on_hover_text(hit.key.id.as_str())
                        .clicked()
                    {
                        app.send(Action::Reveal(hit.key.clone()));
                    }
                }
                if state.hits.len() > LISTED {
                    let more = grouped((state.hits.len() - LISTED) as u64);
                    let words =
                        widgets::small_muted(ui, format!("{more} more; the map shows all of them"));
                    ui.label(words);
                }
            });
    });
    if is_open && let Some(shown) = shown {
        let clicked_away = shown.response.clicked_elsewhere() && field.clicked_elsewhere();
        if clicked_away {
            state.is_listing = false;
        }
    }
}
