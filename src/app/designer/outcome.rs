//! What follows from the choices: cost, what will be created, problems.

use super::DesignContext;
use eframe::egui;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Outcome;

pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut egui::Ui, _state: &mut Outcome) {
    let _ = context;
    ui.label("…");
}
