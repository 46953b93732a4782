//! The list of commands, to be found by a few letters.

use super::super::command::{Command, fuzzy};
use super::super::context::{Action, AppContext};
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

/// The commands that fit, best first; those that cannot run come last.
fn found(app: &AppContext<'_>, query: &str) -> Vec<(Command, bool)> {
    let mut scored: Vec<(u32, usize, Command, bool)> = Command::ALL
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
            Some((score, place, *command, command.enabled(&app.situation)))
        })
        .collect();
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
        .map(|(_, _, command, enabled)| (command, enabled))
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
    let commands = found(app, &state.query);
    let last = commands.len().saturating_sub(1);
    state.marked = usize::try_from(i64::try_from(state.marked).unwrap_or(0) + i64::from(moved))
        .unwrap_or(0)
        .min(last);
    let mut chosen = None;
    if ui.input(|input| input.key_pressed(Key::Enter)) {
        chosen = commands
            .get(state.marked)
            .filter(|(_, enabled)| *enabled)
            .map(|(command, _)| *command);
    }
    ui.add_space(4.0);
    if commands.is_empty() {
        let words = widgets::muted(ui, "No command is called that.");
        ui.label(words);
    }
    egui::ScrollArea::vertical()
        .max_height(360.0)
        .min_scrolled_height(360.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (place, (command, enabled)) in commands.iter().enumerate() {
                let keys = command
                    .shortcuts()
                    .first()
                    .map(|keys| ui.format_shortcut(keys))
                    .unwrap_or_default();
                let response = ui
                    .add_enabled_ui(*enabled, |ui| {
                        let row = Row {
                            title: command.text(),
                            caption: &keys,
                            selected: place == state.marked,
                            clickable: *enabled,
                            ..Row::default()
                        };
                        widgets::row(ui, &row)
                    })
                    .inner
                    .on_hover_text(command.help());
                if place == state.marked && moved != 0 {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(*command);
                }
            }
        });
    if let Some(command) = chosen {
        app.send(Action::Run(command));
        return true;
    }
    false
}
