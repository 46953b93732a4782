//! What dialogs have in common that write a file: the field of its path, what went wrong, and the buttons.

use super::super::widgets;
use crate::picture::diagram::Role;
use eframe::egui;
use egui::Ui;
use std::path::Path;

/// Where to write.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct FileField {
    /// As it was typed.
    pub(in crate::app) path: String,
    /// Why it could not be saved.
    pub(in crate::app) error: Option<String>,
    /// The system showed no dialog.
    pub(in crate::app) no_dialog: bool,
    /// The keyboard went from the field in this frame.
    pub(super) was_left: bool,
    was_shown: bool,
}

impl FileField {
    /// Propose this place.
    pub(super) fn at(path: String) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    /// Use a place that the system's dialog gave.
    pub(in crate::app) fn choose(&mut self, path: &Path) {
        self.path = path.display().to_string();
        self.no_dialog = false;
    }

    /// Whether there is anything to write to.
    pub(super) fn is_named(&self) -> bool {
        !self.path.trim().is_empty()
    }

    /// The field, which has the keyboard at first, and a button to browse.
    pub(super) fn ui(&mut self, ui: &mut Ui) -> Option<Asked> {
        const ROOM: f32 = 300.0;
        ui.horizontal(|ui| {
            let field = egui::TextEdit::singleline(&mut self.path)
                .desired_width(ROOM)
                .margin(egui::Margin::symmetric(8, 4));
            let field = ui.add(field).accessible_name("File to write");
            if !self.was_shown {
                field.request_focus();
                self.was_shown = true;
            }
            self.was_left = field.lost_focus();
            let entered = self.was_left && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if ui.button("Browse…").clicked() {
                Some(Asked::Browse)
            } else {
                (entered && self.is_named()).then_some(Asked::Save)
            }
        })
        .inner
    }

    /// What there is to say of the last attempt.
    pub(super) fn notes_ui(&self, ui: &mut Ui) {
        if self.no_dialog {
            let words =
                widgets::small_muted(ui, "This system shows no file dialog; type the path above.");
            ui.label(words);
        }
        if let Some(error) = &self.error {
            ui.add_space(4.0);
            widgets::notice(ui, Role::Danger, |ui| {
                ui.add(egui::Label::new(widgets::shown(error)).wrap())
            });
        }
    }
}

/// What a person wants of such a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To choose the file in the system's dialog.
    Browse,
    /// To write it.
    Save,
    /// Neither.
    Cancel,
}

/// The buttons at the foot.
pub(super) fn buttons_ui(ui: &mut Ui, is_named: bool, is_saving: bool) -> Option<Asked> {
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let can_save = is_named && !is_saving;
        let save = ui
            .add_enabled(can_save, egui::Button::new("Save"))
            .clicked();
        let cancel = ui.button("Cancel").clicked();
        if is_saving {
            let words = widgets::muted(ui, "Saving…");
            ui.label(words);
        }
        match (save, cancel) {
            (_, true) => Some(Asked::Cancel),
            (true, false) => Some(Asked::Save),
            (false, false) => None,
        }
    })
    .inner
}

/// A name for a file, made of letters and digits; `otherwise` where nothing is left.
pub(super) fn file_name(name: &str, otherwise: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let name: String = name
        .chars()
        .map(|c| if fits(c) { c } else { '-' })
        .collect();
    if name.is_empty() {
        otherwise.to_owned()
    } else {
        name
    }
}
