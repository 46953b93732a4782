//! The window: eframe state, commands, panels and the canvas over [`crate::workspace`].
//!
//! * [`Atlas`] is the program in a window: `logic` drains the worker's events and runs what was asked for, `ui` only
//!   paints and asks.
//! * [`command::Command`] is what can be asked for; menus, keys, palette and help are made of it.
//! * [`canvas`] paints the display list of [`crate::picture::scene`].

mod adoption;
mod age;
mod arranging;
mod atlas;
pub mod canvas;
mod code;
pub mod command;
mod context;
mod deriving;
mod designer;
mod designs;
pub mod dialogs;
mod exporting;
mod inspector;
mod keeping;
mod later;
mod look;
mod model;
mod panels;
mod references;
mod runs;
mod searching;
mod sheet;
mod timeline;
mod views;
mod widgets;

pub use atlas::{Atlas, Services};
pub use look::install;
pub use timeline::Pace;

use crate::workspace::{SourceSpec, Store, Worker};
use eframe::egui;

/// The name on the window.
const TITLE: &str = "VPC Atlas";

/// Open the window, reading these sources at once; with none it shows the start page. Returns when it is closed.
///
/// # Errors
/// No window can be opened, or no thread can be started.
pub fn run(sources: Vec<SourceSpec>) -> anyhow::Result<()> {
    let worker = Worker::new()?;
    let (store, complaint) = match Store::open() {
        Ok(store) => (Some(store), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut atlas = Atlas::new(Services {
        worker,
        store,
        dialogs: Box::new(dialogs::SystemDialogs),
    });
    if let Some(complaint) = complaint {
        atlas.complain(complaint);
    }
    if !sources.is_empty() {
        atlas.open(sources);
    }
    let mut viewport = egui::ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id("vpc-atlas")
        .with_inner_size([1400.0, 900.0])
        .with_min_inner_size([720.0, 480.0])
        .with_icon(icon());
    if let Some(place) = atlas.window_place() {
        viewport = viewport
            .with_inner_size([place.width.max(720.0), place.height.max(480.0)])
            .with_maximized(place.maximized);
    }
    let options = eframe::NativeOptions {
        viewport,
        system_font_fallback: false,
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        TITLE,
        options,
        Box::new(move |creation| {
            install(&creation.egui_ctx);
            Ok(Box::new(atlas))
        }),
    )
    .map_err(|error| anyhow::anyhow!("{error}"))
}

/// The icon of the window: the cloud of a VPC on the accent colour.
fn icon() -> egui::IconData {
    use crate::picture::glyph::{GRID, Glyph};
    use crate::picture::theme::{Ink, Rgb, Theme};
    const SIDE: u32 = 64;
    const PEN: f32 = 0.75;
    let Rgb(red, green, blue) = Theme::Light.color(Ink::Accent);
    let Rgb(front_red, front_green, front_blue) = Theme::Light.color(Ink::OnAccent);
    let near = |px: f32, py: f32| {
        let (px, py) = (
            (px / SIDE as f32) * GRID * 1.25 - 2.0,
            (py / SIDE as f32) * GRID * 1.25 - 2.0,
        );
        let chains = Glyph::Vpc.chains().iter().flat_map(|chain| {
            let ends = chain.points.iter().zip(chain.points.iter().cycle().skip(1));
            ends.take(
                chain
                    .points
                    .len()
                    .saturating_sub(usize::from(!chain.closed)),
            )
        });
        chains
            .map(|(from, to)| distance([px, py], *from, *to))
            .fold(f32::MAX, f32::min)
    };
    let rgba = (0..SIDE * SIDE)
        .flat_map(|index| {
            let (px, py) = ((index % SIDE) as f32 + 0.5, (index / SIDE) as f32 + 0.5);
            let line = ((PEN - near(px, py)) * 4.0).clamp(0.0, 1.0);
            let mix = |back: u8, front: u8| {
                (f32::from(back) + (f32::from(front) - f32::from(back)) * line) as u8
            };
            // Rounded corners, by the distance from the corner's own circle.
            let inset = |at: f32| (12.0 - at).max(at - (SIDE as f32 - 12.0)).max(0.0);
            let alpha = (12.5 - inset(px).hypot(inset(py))).clamp(0.0, 1.0);
            [
                mix(red, front_red),
                mix(green, front_green),
                mix(blue, front_blue),
                (alpha * 255.0) as u8,
            ]
        })
        .collect();
    egui::IconData {
        rgba,
        width: SIDE,
        height: SIDE,
    }
}

/// The distance from a point to a stretch.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.mul_add(dx, dy * dy).max(f32::EPSILON);
    let along = (((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / length).clamp(0.0, 1.0);
    (point[0] - from[0] - along * dx).hypot(point[1] - from[1] - along * dy)
}
