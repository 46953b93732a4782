//! The list of commands, to be found by a few letters.

use super::super::command::{Command, fuzzy};
use super::super::context::{Action, AppContext};
use super::super::views::ViewAction;
use super::super::widgets::{self, Row};
use eframe::egui;
use egui::{Align2, Key, Ui, vec2};

/// What was typed, and which command is marked.
#[derive(Debug, Default)]
pub(in crate::app) struct Palette {
    query: String,
    marked: usize,
    was_shown: bool,
}

/// What can be chosen.
#[derive(Clone, Debug)]
enum Entry {
    Command(Command),
    /// A saved search, by its name.
    View(String),
}

impl Entry {
    fn title(&self) -> String {
        match self {
            Self::Command(command) => command.text().to_owned(),
            Self::View(name) => format!("View: {}", widgets::shown(name)),
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Command(command) => command.help(),
            Self::View(_) => "Show what this saved search finds, and nothing else",
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Command(command) => Action::Run(*command),
            Self::View(name) => Action::View(ViewAction::Show(Some(name.clone()))),
        }
    }
}

/// The commands and views that fit, best first; those that cannot run come last.
fn found(app: &AppContext<'_>, query: &str) -> Vec<(Entry, bool)> {
    let mut scored: Vec<(u32, usize, Entry, bool)> = Command::ALL
        .iter()
        .enumerate()
        .filter(|(_, command)| **command != Command::Palette)
        .filter_map(|(place, command)| {
            let by_name = fuzzy(query, command.text());
            let by_menu = fuzzy(
                query,
                &format!("{} {}", command.menu().text(), command.text()),
            )
            .map(|score| score / 2);
            let score = by_name.max(by_menu)?;
            let entry = Entry::Command(*command);
            Some((score, place, entry, command.enabled(&app.situation)))
        })
        .collect();
    let views = app.settings.saved_searches.iter().enumerate();
    scored.extend(views.filter_map(|(place, saved)| {
        let entry = Entry::View(saved.name.clone());
        let score = fuzzy(query, &entry.title())?;
        let place = Command::ALL.len() + place;
        Some((score, place, entry, app.situation.open))
    }));
    scored.sort_by_key(|(score, place, _, enabled)| {
        (
            !enabled,
            if query.is_empty() {
                0
            } else {
                u32::MAX - score
            },
            *place,
        )
    });
    scored
        .into_iter()
        .map(|(_, _, entry, enabled)| (entry, enabled))
        .collect()
}

/// The palette. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Palette) -> bool {
    let area = egui::Modal::default_area(egui::Id::unique("palette"))
        .anchor(Align2::CENTER_TOP, vec2(0.0, 64.0));
    let modal = egui::Modal::new(egui::Id::unique("palette"))
        .area(area)
        .show(ctx, |ui| {
            ui.set_width(460.0_f32.min(ctx.content_rect().width() - 60.0));
            contents(app, ui, state)
        });
    !(modal.inner || modal.should_close())
}

fn contents(app: &AppContext<'_>, ui: &mut Ui, state: &mut Palette) -> bool {
    let moved = ui.input_mut(|input| {
        i32::try_from(input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowDown))
            .unwrap_or(0)
            - i32::try_from(input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowUp))
                .unwrap_or(0)
    });
    let field = egui::TextEdit::singleline(&mut state.query)
        .hint_text("Type a command")
        .desired_width(f32::INFINITY);
    let field = ui.add(field.margin(egui::Margin::symmetric(10, 8)));
    let field = field.accessible_name("Command to run");
    if !state.was_shown {
        field.request_focus();
        state.was_shown = true;
    }
    if field.changed() {
        state.marked = 0;
    }
    let entries = found(app, &state.query);
    let last = entries.len().saturating_sub(1);
    state.marked = usize::try_from(i64::try_from(state.marked).unwrap_or(0) + i64::from(moved))
        .unwrap_or(0)
        .min(last);
    let mut chosen = None;
    if ui.input(|input| input.key_pressed(Key::Enter)) {
        chosen = entries
            .get(state.marked)
            .filter(|(_, enabled)| *enabled)
            .map(|(entry, _)| entry.action());
    }
    ui.add_space(4.0);
    if entries.is_empty() {
        let words = widgets::muted(ui, "No command is called that.");
        ui.label(words);
    }
    egui::ScrollArea::vertical()
        .max_height(360.0)
        .min_scrolled_height(360.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (place, (entry, enabled)) in entries.iter().enumerate() {
                let keys = match entry {
                    Entry::Command(command) => command.shortcuts().first(),
                    Entry::View(_) => None,
                };
                let keys = keys
                    .map(|keys| ui.format_shortcut(keys))
                    .unwrap_or_default();
                let title = entry.title();
                let response = ui
                    .add_enabled_ui(*enabled, |ui| {
                        let row = Row {
                            title: &title,
                            caption: &keys,
                            selected: place == state.marked,
                            clickable: *enabled,
                            ..Row::default()
                        };
                        widgets::row(ui, &row)
                    })
                    .inner
                    .on_hover_text(entry.help());
                if place == state.marked && moved != 0 {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(entry.action());
                }
            }
        });
    if let Some(action) = chosen {
        app.send(action);
        return true;
    }
    false
}
