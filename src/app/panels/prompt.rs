//! A path, typed by hand, where the system shows no file dialog; and how a folder is told from a file.

use super::super::context::{Action, AppContext};
use super::super::dialogs::Purpose;
use super::super::widgets;
use eframe::egui;
use std::path::PathBuf;

/// A question that is open.
#[derive(Debug)]
pub(in crate::app) struct Prompt {
    purpose: Purpose,
    path: String,
    was_shown: bool,
}

impl Prompt {
    pub(in crate::app) fn new(purpose: Purpose, folder: Option<PathBuf>) -> Self {
        let path = folder
            .map(|folder| folder.display().to_string())
            .unwrap_or_default();
        Self {
            purpose,
            path,
            was_shown: false,
        }
    }
}

/// The question. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Prompt) -> bool {
    let modal = widgets::modal(ctx, "path").show(ctx, |ui| {
        ui.set_width(480.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading(match state.purpose {
            Purpose::OpenFolder => "Open a folder",
            Purpose::OpenFile | Purpose::SavePicture => "Open a file",
        });
        let words = widgets::muted(
            ui,
            "This system shows no file dialog (no desktop portal and no zenity). Type or paste the path, or drop it on the window.",
        );
        ui.label(words);
        ui.add_space(6.0);
        let field = egui::TextEdit::singleline(&mut state.path).hint_text("/path/to/describe-output").desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name("Path to open");
        if !state.was_shown {
            field.request_focus();
            state.was_shown = true;
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.add_space(8.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let path = state.path.trim();
            let open = ui.add_enabled(!path.is_empty(), egui::Button::new("Open"));
            if (open.clicked() || entered) && !path.is_empty() {
                app.send(Action::OpenTyped(PathBuf::from(path)));
                return true;
            }
            ui.button("Cancel").clicked()
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}
