//! The choices of a VPC: the console's form, and what goes beyond it.

use super::DesignContext;
use eframe::egui;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Form;

pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut egui::Ui, _state: &mut Form) {
    let _ = context;
    ui.label("…");
}
