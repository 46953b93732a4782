//! What the mouse and the keys do.

use super::super::command::{Command, Menu};
use super::super::context::AppContext;
use super::super::widgets;
use super::search::EXAMPLES;
use crate::picture::theme::Ink;
use eframe::egui;
use egui::Ui;

/// What the pointer does on the map, and keys that are no commands.
const GESTURES: &[(&str, &str)] = &[
    ("Drag, wheel, arrow keys", "Move the map"),
    ("Ctrl + wheel, pinch", "Zoom about the pointer"),
    ("Double click beside the cards", "Fit the map"),
    (
        "Point at a card, line or zone",
        "Light what is related to it",
    ),
    ("Click a card", "Select it and show its facts"),
    (
        "Right click",
        "What can be done with a card, a note or the map",
    ),
    (
        "Tab, Shift + Tab on the map",
        "Next and previous card or note",
    ),
    ("Arrow keys with a selection", "Neighbouring card or note"),
    (
        "Enter on the map",
        "Bring the selected card into view, open what is folded, or write the note anew",
    ),
    (
        "Ctrl + arrow keys",
        "Move the selected card or note one step, with Shift five; a card that was moved is pinned",
    ),
    ("Delete on the map", "Delete the selected note"),
    (
        "Shift + F10 on the map",
        "What can be done with what is selected",
    ),
    (
        "Esc",
        "Close what is on top, then clear search and selection",
    ),
    ("Drop files or folders", "Read them as one network"),
];

/// The help page. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context) -> bool {
    let modal = widgets::modal(ctx, "help").show(ctx, |ui| {
        let size = ctx.content_rect().size();
        ui.set_width((size.x - 80.0).min(760.0));
        ui.horizontal(|ui| {
            ui.heading("Help and shortcuts");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                super::gaps::close(ui, "Close help").clicked()
            })
            .inner
        })
        .inner
            | {
                ui.add_space(4.0);
                egui::ScrollArea::vertical()
                    .max_height(size.y - 160.0)
                    .min_scrolled_height(size.y - 160.0)
                    .auto_shrink([false, true])
                    .show(ui, |ui| page(app, ui));
                false
            }
    });
    !(modal.inner || modal.should_close())
}

fn page(app: &AppContext<'_>, ui: &mut Ui) {
    ui.label(
        "The map shows, from left to right, a VPC, its subnets by Availability Zone, the route tables that route them, \
         and what those tables lead to. Solid lines are associations, long dashes fall to the main table because \
         nothing else was said, dotted lines are routes, and a red dotted line ends nowhere.",
    );
    widgets::section(ui, "On the map", "");
    grid(
        ui,
        "gestures",
        GESTURES
            .iter()
            .map(|(keys, words)| ((*keys).to_owned(), (*words).to_owned())),
    );
    widgets::section(ui, "Search", "");
    grid(
        ui,
        "search words",
        EXAMPLES.map(|(query, words)| (query.to_owned(), words.to_owned())),
    );
    for menu in Menu::ALL {
        widgets::section(ui, menu.text(), "");
        let commands = Command::ALL.iter().filter(|command| command.menu() == menu);
        let rows = commands.map(|command| {
            let keys: Vec<String> = command
                .shortcuts()
                .iter()
                .map(|keys| ui.format_shortcut(keys))
                .collect();
            let name = command.text().trim_end_matches('…');
            let keys = if keys.is_empty() {
                String::new()
            } else {
                format!("  {}", keys.join(" or "))
            };
            (format!("{name}{keys}"), command.help().to_owned())
        });
        let rows: Vec<_> = rows.collect();
        grid(ui, menu.text(), rows);
    }
    ui.add_space(8.0);
    let words = widgets::small_muted(
        ui,
        format!(
            "VPC Atlas {} reads and never changes anything. {} sources are remembered on this machine; nothing is sent anywhere but to AWS.",
            env!("CARGO_PKG_VERSION"),
            app.settings.recent.len()
        ),
    );
    ui.label(words);
}

fn grid(ui: &mut Ui, id: &str, rows: impl IntoIterator<Item = (String, String)>) {
    egui::Grid::new(id)
        .num_columns(2)
        .spacing([18.0, 5.0])
        .min_col_width(230.0)
        .show(ui, |ui| {
            for (keys, words) in rows {
                ui.label(widgets::mono(keys).color(widgets::ink(ui, Ink::TextMuted)));
                ui.add(egui::Label::new(words).wrap());
                ui.end_row();
            }
        });
}
