//! The code of a device, which some profiles want to be signed in to.

use super::super::context::AppContext;
use super::super::widgets;
use crate::workspace::CodeWanted;
use eframe::egui;

/// A question that is open. What is typed is never kept.
pub(in crate::app) struct Device {
    wanted: CodeWanted,
    code: String,
    was_shown: bool,
}

impl Device {
    pub(in crate::app) fn new(wanted: CodeWanted) -> Self {
        Self {
            wanted,
            code: String::new(),
            was_shown: false,
        }
    }

    /// Whether the answer is still waited for.
    pub(in crate::app) fn is_wanted(&self) -> bool {
        self.wanted.is_wanted()
    }

    /// Give what was typed, or nothing.
    pub(in crate::app) fn answer(self, is_given: bool) {
        let code = self.code.trim().to_owned();
        self.wanted
            .answer(Some(code).filter(|code| is_given && !code.is_empty()));
    }
}

/// The question; whether it was answered, and with a code.
pub(in crate::app) fn ui(
    _: &AppContext<'_>,
    ctx: &egui::Context,
    state: &mut Device,
) -> Option<bool> {
    let modal = widgets::modal(ctx, "device").show(ctx, |ui| {
        ui.set_width(420.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading("Code of your device");
        let words = format!(
            "Profile {} asks for the code that {} shows now. It is sent to AWS and kept nowhere.",
            state.wanted.profile, state.wanted.device
        );
        ui.add(egui::Label::new(widgets::shown(&words)).wrap());
        if state.wanted.was_wrong {
            ui.add_space(4.0);
            widgets::notice(ui, crate::picture::diagram::Role::Danger, |ui| {
                ui.label("AWS refused that code. Wait for the next one, and check the device.")
            });
        }
        ui.add_space(8.0);
        let field = egui::TextEdit::singleline(&mut state.code)
            .hint_text("six digits")
            .font(egui::TextStyle::Monospace)
            .desired_width(140.0)
            .margin(egui::Margin::symmetric(9, 6));
        let field = ui.add(field).accessible_name("Code of the device");
        if !state.was_shown {
            field.request_focus();
            state.was_shown = true;
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.add_space(10.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let is_given = !state.code.trim().is_empty();
            let sign_in = ui.add_enabled(is_given, egui::Button::new("Sign in"));
            if is_given && (sign_in.clicked() || entered) {
                return Some(true);
            }
            ui.button("Cancel").clicked().then_some(false)
        })
        .inner
    });
    modal.inner.or(modal.should_close().then_some(false))
}
