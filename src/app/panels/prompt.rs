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
    /// Ask for a path, beginning with this one.
    pub(in crate::app) fn new(purpose: Purpose, path: Option<PathBuf>) -> Self {
        let path = path
            .map(|path| path.display().to_string())
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
        let saves = matches!(
            state.purpose,
            Purpose::SaveDesign | Purpose::SavePlan | Purpose::SaveCode | Purpose::SaveCodeFolder
        );
        ui.heading(match state.purpose {
            Purpose::OpenFolder => "Open a folder",
            Purpose::OpenFile | Purpose::SavePicture => "Open a file",
            Purpose::ReadReserved => "Read reserved ranges",
            Purpose::SaveDesign => "Save the design",
            Purpose::OpenPlan => "Open a saved plan",
            Purpose::SavePlan => "Save the plan",
            Purpose::SaveSnapshot => "Save a snapshot",
            Purpose::SaveCode => "Save the code",
            Purpose::SaveCodeFolder => "Save the code into a folder",
        });
        let words = widgets::muted(
            ui,
            "This system shows no file dialog (no desktop portal and no zenity). Type or paste the path.",
        );
        ui.label(words);
        ui.add_space(6.0);
        let field = egui::TextEdit::singleline(&mut state.path).hint_text(match state.purpose { Purpose::SaveDesign => "/path/to/plan.vpc.toml", Purpose::SaveCode => "/path/to/file", Purpose::SaveCodeFolder => "/path/to/folder", _ => "/path/to/file-or-folder" }).desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name(if saves { "Path to save to" } else { "Path to open" });
        if !state.was_shown {
            field.request_focus();
            state.was_shown = true;
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.add_space(8.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let path = state.path.trim();
            let words = if saves { "Save" } else { "Open" };
            let open = ui.add_enabled(!path.is_empty(), egui::Button::new(words));
            if (open.clicked() || entered) && !path.is_empty() {
                app.send(Action::Typed(state.purpose, PathBuf::from(path)));
                return true;
            }
            ui.button("Cancel").clicked()
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}
