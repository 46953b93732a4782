//! The window: eframe state, commands, panels and the canvas over [`crate::workspace`].
