//! The field of a block: typing, and the joystick that steps through blocks.

use super::DesignContext;
use crate::design::Vpc;
use crate::workspace::Gesture;
use eframe::egui::Ui;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(in crate::app) struct Blocks;

pub(in crate::app) fn fresh_gesture() -> Gesture {
    static NEXT: AtomicU64 = AtomicU64::new(1 << 40);
    Gesture(NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(in crate::app) fn subnet_field(
    _: &DesignContext<'_>,
    _: &mut Ui,
    _: &Vpc,
    _: &str,
    _: u16,
    _: &mut Blocks,
) {
}
pub(in crate::app) fn subnet_part_field(
    _: &DesignContext<'_>,
    _: &mut Ui,
    _: &Vpc,
    _: &str,
    _: u16,
    _: &mut Blocks,
) {
}
