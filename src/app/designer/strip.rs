//! The address space of a VPC, drawn to scale.

use super::DesignContext;
use eframe::egui;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Strip;

pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut egui::Ui, _state: &mut Strip) {
    let _ = context;
    ui.label("…");
}
