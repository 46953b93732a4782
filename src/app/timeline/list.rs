//! The list of what changed, and what the inspector says of one change.

use super::super::context::{Action, AppContext, hint};
use super::super::model::Opened;
use super::super::panels::gaps::{close, line};
use super::super::widgets;
use super::Outcome;
use crate::analysis::changes::What;
use crate::app::command::Command;
use crate::network::Key;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{Align, Layout, Ui};
use egui_extras::{Column, TableBuilder};

/// The panel. Answers with the resource that the pointer or the keyboard is at.
pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    opened: &Opened,
    outcome: &Outcome,
) -> Option<Key> {
    head_ui(app, ui, outcome);
    ui.add_space(2.0);
    if outcome.changes.iter().len() == 0 {
        let words = widgets::muted(ui, "What is open says the same as that reading did.");
        ui.label(words);
        return None;
    }
    let mut pointed = None;
    let width = ui.available_width();
    TableBuilder::new(ui)
        .id_salt("changes")
        .column(Column::exact(78.0))
        .column(Column::exact((width * 0.14).max(96.0)))
        .column(Column::exact((width * 0.2).max(120.0)))
        .column(Column::exact((width * 0.14).max(80.0)))
        .column(Column::remainder().clip(true))
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .body(|body| {
            body.rows(22.0, outcome.changes.iter().len(), |mut row| {
                let Some(change) = outcome.changes.at(row.index()) else {
                    return;
                };
                let leads_to = outcome.leads_to(change, opened);
                row.col(|ui| {
                    let words = format!("{} {}", change.what.sign(), short_word(&change.what));
                    widgets::pill(ui, &words, role(&change.what));
                });
                let kind = change.key.kind.singular();
                row.col(|ui| line(ui, kind, Font::Sans, Ink::TextMuted));
                row.col(|ui| {
                    let Some(target) = leads_to else {
                        return line(ui, change.label(), Font::Sans, Ink::Text);
                    };
                    let link = widgets::link(ui, widgets::shown(change.label()));
                    let name = format!("{kind} {}: {}", change.label(), change.what.word());
                    link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
                    if link.clicked() {
                        app.send(Action::Reveal(target.clone()));
                    }
                    if link.hovered() || link.has_focus() {
                        pointed = Some(target);
                    }
                    link.on_hover_text(change.key.to_string());
                });
                let place = outcome.place(change, opened);
                row.col(|ui| line(ui, &place, Font::Sans, Ink::TextMuted));
                row.col(|ui| details_ui(ui, &outcome.lines(change, opened)));
            });
        });
    pointed
}

fn head_ui(app: &AppContext<'_>, ui: &mut Ui, outcome: &Outcome) {
    ui.horizontal(|ui| {
        let total = outcome.changes.total();
        let title = match total.differing() {
            0 => format!("No changes {}", outcome.since),
            1 => format!("1 change {}", outcome.since),
            several => format!("{several} changes {}", outcome.since),
        };
        ui.label(widgets::semibold(title));
        let mut note = total.words();
        if total.unknown > 0 {
            let unknown = widgets::count(total.unknown, "resource");
            let separator = if note.is_empty() { "" } else { " · " };
            note = format!("{note}{separator}{unknown} not to be compared");
        }
        let note = widgets::small_muted(ui, note);
        let noted = ui.add(egui::Label::new(note).truncate());
        if total.unknown > 0 {
            noted.on_hover_text(
                "Only one of the two readings read all of that kind: unknown, not gone",
            );
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if close(ui, "Close the list of changes").clicked() {
                app.run(Command::ToggleChanges);
            }
            for (command, words) in [
                (Command::DismissChanges, "Dismiss"),
                (Command::ChangedSince, "Since another time…"),
            ] {
                if command.enabled(&app.situation) {
                    let link = widgets::small_link(ui, words);
                    if link.on_hover_text(hint(ui.ctx(), command)).clicked() {
                        app.run(command);
                    }
                }
            }
        });
    });
}

fn details_ui(ui: &mut Ui, lines: &[String]) {
    let joined = joined(lines);
    let words = egui::RichText::new(widgets::shown(&joined))
        .size(12.5)
        .color(widgets::ink(ui, Ink::Text));
    let label = egui::Label::new(words).truncate().selectable(true);
    let response = ui.add(label);
    if lines.len() > 1 {
        response.on_hover_text(widgets::shown_lines(&lines.join("\n")));
    }
}

/// Lines as one, in which the name of a fact stands once.
fn joined(lines: &[String]) -> String {
    let mut all = String::new();
    let mut last = None;
    for line in lines {
        let (title, words) = match line.split_once(": ") {
            Some((title, rest)) if last == Some(title) => (Some(title), rest),
            Some((title, _)) => (Some(title), line.as_str()),
            None => (None, line.as_str()),
        };
        last = title;
        let separator = if all.is_empty() { "" } else { "; " };
        all.push_str(separator);
        all.push_str(words);
    }
    all
}

/// It as a word that fits a pill.
fn short_word(what: &What) -> &'static str {
    match what {
        What::Unknown => "unknown",
        other => other.word(),
    }
}

/// The colour of it, the same as that of the marks on cards.
pub(super) fn role(what: &What) -> Role {
    match what {
        What::Added => Role::Public,
        What::Removed => Role::Danger,
        What::Changed(_) => Role::Private,
        What::Unknown => Role::Neutral,
    }
}

/// What the inspector says of a resource that changed. True where the resource is gone and all of it is said.
pub(in crate::app) fn about_ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    opened: &Opened,
    key: &Key,
) -> bool {
    let Some((outcome, change)) = app.compared.and_then(|it| Some((it, it.change(key)?))) else {
        return false;
    };
    widgets::notice(ui, role(&change.what), |ui| {
        let title = format!("{} {}", change.what.word(), outcome.since);
        ui.add(egui::Label::new(widgets::semibold(widgets::capital(&title))).wrap());
        for words in outcome.lines(change, opened) {
            let words = widgets::small_muted(ui, widgets::shown(&words));
            ui.add(egui::Label::new(words).wrap().selectable(true));
        }
    });
    let Some((_, facts)) = outcome.removed(key, opened) else {
        return false;
    };
    widgets::section(ui, "What it was", "");
    for (title, words) in facts {
        widgets::fact(ui, &widgets::capital(&title), widgets::shown_lines(&words));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_fact_stands_once() {
        let lines =
            |lines: &[&str]| joined(&lines.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!(lines(&[]), "");
        assert_eq!(
            lines(&["routes: − a", "routes: + b", "state: x → y"]),
            "routes: − a; + b; state: x → y"
        );
        assert_eq!(
            lines(&["10.0.0.0/24 · eu-west-1a"]),
            "10.0.0.0/24 · eu-west-1a"
        );
    }
}
