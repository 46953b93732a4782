//! Saved searches: the list of them, and the questions about their names.

use super::super::command::Command;
use super::super::context::{Action, AppContext, hint};
use super::super::views::ViewAction;
use super::super::widgets::{self, Row};
use crate::workspace::SavedSearch;
use eframe::egui;
use egui::Ui;

/// A question about a view that is open.
#[derive(Clone, Debug)]
pub(in crate::app) struct Naming {
    purpose: Purpose,
    name: String,
    was_shown: bool,
}

#[derive(Clone, Debug)]
enum Purpose {
    /// A search becomes a view.
    New {
        query: String,
    },
    Rename {
        from: String,
    },
    Delete,
}

impl Naming {
    pub(in crate::app) fn new(query: String) -> Self {
        Self::of(Purpose::New { query }, "")
    }

    pub(in crate::app) fn rename(name: &str) -> Self {
        let from = name.to_owned();
        Self::of(Purpose::Rename { from }, name)
    }

    pub(in crate::app) fn delete(name: &str) -> Self {
        Self::of(Purpose::Delete, name)
    }

    fn of(purpose: Purpose, name: &str) -> Self {
        Self {
            purpose,
            name: name.to_owned(),
            was_shown: false,
        }
    }
}

/// The question. False when it is to be closed.
pub(in crate::app) fn naming_ui(
    app: &AppContext<'_>,
    ctx: &egui::Context,
    state: &mut Naming,
) -> bool {
    let modal = widgets::modal(ctx, "view").show(ctx, |ui| {
        ui.set_width(420.0_f32.min(ctx.content_rect().width() - 60.0));
        match &state.purpose {
            Purpose::Delete => delete_ui(app, ui, state),
            Purpose::New { .. } | Purpose::Rename { .. } => name_ui(app, ui, state),
        }
    });
    !(modal.inner || modal.should_close())
}

fn name_ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Naming) -> bool {
    let is_new = match &state.purpose {
        Purpose::New { query } => {
            ui.heading("Save the search as a view");
            let words = widgets::muted(
                ui,
                "The map shows what the search finds, and the VPCs that is in.",
            );
            ui.label(words);
            ui.add_space(4.0);
            ui.add(egui::Label::new(widgets::mono(widgets::shown(query))).wrap());
            true
        }
        Purpose::Rename { .. } | Purpose::Delete => {
            ui.heading("Rename the view");
            false
        }
    };
    ui.add_space(6.0);
    let field = egui::TextEdit::singleline(&mut state.name)
        .hint_text("Name, such as Production web")
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name("Name of the view");
    if !state.was_shown {
        field.request_focus();
        state.was_shown = true;
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let name = state.name.trim().to_owned();
    let saved = &app.settings.saved_searches;
    let is_taken = saved.iter().any(|saved| saved.name == name)
        && !matches!(&state.purpose, Purpose::Rename { from } if *from == name);
    let words = match (is_taken, is_new) {
        (true, true) => "A view of this name is there and will be replaced.",
        (true, false) => "A view of this name is there; choose another name.",
        (false, _) => " ",
    };
    let words = widgets::small_muted(ui, words);
    ui.label(words);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let can = !name.is_empty() && (is_new || !is_taken);
        let words = match (is_new, is_taken) {
            (true, true) => "Replace",
            (true, false) => "Save",
            (false, _) => "Rename",
        };
        let button = ui.add_enabled(can, egui::Button::new(words));
        if can && (button.clicked() || entered) {
            let action = match &state.purpose {
                Purpose::Rename { from } => ViewAction::Rename {
                    from: from.clone(),
                    to: name,
                },
                Purpose::New { query } => ViewAction::Save(SavedSearch {
                    name,
                    query: query.clone(),
                }),
                Purpose::Delete => ViewAction::Delete(name),
            };
            app.send(Action::View(action));
            return true;
        }
        ui.button("Cancel").clicked()
    })
    .inner
}

fn delete_ui(app: &AppContext<'_>, ui: &mut Ui, state: &Naming) -> bool {
    ui.heading("Delete the view");
    let words = format!(
        "The saved search “{}” is forgotten. Nothing it shows is touched.",
        widgets::shown(&state.name)
    );
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(10.0);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if ui.button("Delete").clicked() {
            app.send(Action::View(ViewAction::Delete(state.name.clone())));
            return true;
        }
        ui.button("Cancel").clicked()
    })
    .inner
}

/// The saved searches, for the panel on the left.
pub(in crate::app) fn list_ui(app: &AppContext<'_>, ui: &mut Ui) {
    let saved = &app.settings.saved_searches;
    if saved.is_empty() {
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            let words = widgets::small_muted(ui, "Searches that you save are here");
            let label = ui.add(egui::Label::new(words).truncate());
            label.on_hover_text(hint(ui.ctx(), Command::Find));
        });
    }
    for search in saved {
        let is_shown = app.view == Some(search.name.as_str());
        let title = widgets::shown(&search.name);
        let query = widgets::shown(&search.query);
        let row = Row {
            title: &title,
            caption: &query,
            selected: is_shown,
            clickable: true,
            name: Some(format!("View {}", search.name)),
            ..Row::default()
        };
        let tip = if is_shown {
            format!("{query}\nClick to leave the view")
        } else {
            format!("{query}\nShow what this finds and nothing else; more with the right button")
        };
        let response = widgets::row(ui, &row).on_hover_text(tip);
        response.context_menu(|ui| {
            for (words, naming) in [
                ("Rename…", Naming::rename(&search.name)),
                ("Delete…", Naming::delete(&search.name)),
            ] {
                if ui.button(words).clicked() {
                    app.send(Action::View(ViewAction::Ask(naming)));
                    ui.close();
                }
            }
            if ui.button("Edit the search").clicked() {
                app.send(Action::SearchFor(search.query.clone()));
                ui.close();
            }
        });
        if response.clicked() {
            let name = (!is_shown).then(|| search.name.clone());
            app.send(Action::View(ViewAction::Show(name)));
        }
    }
    if app.situation.view {
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            let leave = widgets::small_link(ui, "Leave the view");
            if leave
                .on_hover_text(hint(ui.ctx(), Command::LeaveView))
                .clicked()
            {
                app.run(Command::LeaveView);
            }
        });
    }
}
