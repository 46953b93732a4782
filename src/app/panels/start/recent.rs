//! What was open before: favourites at the top, then the latest, each with what was in it and when it was read.

use crate::app::context::{Action, AppContext};
use crate::app::designs::is_design;
use crate::app::{age, widgets};
use crate::picture::theme::Ink;
use crate::workspace::{Settings, SourceSpec};
use eframe::egui;
use egui::{Color32, Mesh, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// How many rows the latest have at most.
const LATEST: usize = 8;

/// The lists of the start page.
pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui) {
    let parsed = |texts: &[String]| -> Vec<(String, SourceSpec)> {
        let known = texts.iter();
        known
            .filter_map(|text| Some((text.clone(), text.parse().ok()?)))
            .collect()
    };
    let favourites = parsed(&app.settings.favourites);
    let mut latest = parsed(&app.settings.recent);
    latest.retain(|(text, _)| !app.settings.is_favourite(text));
    ui.spacing_mut().item_spacing.y = 1.0;
    if !favourites.is_empty() {
        ui.label(widgets::semibold("Favourites"));
        for (text, source) in favourites {
            starred_row(app, ui, &text, source);
        }
        ui.add_space(8.0);
    }
    ui.label(widgets::semibold("Recent"));
    if latest.is_empty() {
        let words = widgets::muted(ui, "What you open is listed here.");
        ui.label(words);
    }
    for (text, source) in latest.into_iter().take(LATEST) {
        starred_row(app, ui, &text, source);
    }
}

fn starred_row(app: &AppContext<'_>, ui: &mut Ui, text: &str, source: SourceSpec) {
    const STAR: f32 = 24.0;
    let is_on = app.settings.is_favourite(text);
    let label = source.label();
    let note = note(app.settings, text, &source);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let width = ui.available_width() - STAR;
        ui.allocate_ui(vec2(width, 24.0), |ui| {
            super::super::sources::recent_row(app, ui, text, source, &note);
        });
        let hint = if is_on {
            "Keep it at the top no longer"
        } else {
            "Keep it at the top"
        };
        let star = star(ui, is_on, &format!("Favourite {label}")).on_hover_text(hint);
        if star.clicked() {
            app.send(Action::Favour(text.to_owned(), !is_on));
        }
    });
}

/// A star that is on or off.
fn star(ui: &mut Ui, is_on: bool, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, is_on, name));
    let is_lit = is_on || response.hovered() || response.has_focus();
    let color = widgets::ink(ui, if is_lit { Ink::Accent } else { Ink::TextMuted });
    let points: Vec<egui::Pos2> = (0..10)
        .map(|at| {
            let turn = std::f32::consts::TAU * (at as f32 / 10.0 - 0.25);
            let reach = if at % 2 == 0 { 6.6 } else { 2.9 };
            rect.center() + vec2(0.0, 0.4) + reach * vec2(turn.cos(), turn.sin())
        })
        .collect();
    if is_on {
        ui.painter().add(filled(rect.center(), &points, color));
    }
    ui.painter()
        .add(Shape::closed_line(points, Stroke::new(1.1, color)));
    if response.has_focus() {
        let ring = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
        ui.painter()
            .rect_stroke(rect.shrink(2.0), 5.0, ring, egui::StrokeKind::Inside);
    }
    response
}

/// A shape that is seen whole from its middle.
fn filled(middle: egui::Pos2, points: &[egui::Pos2], color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(pos2(middle.x, middle.y), color);
    for point in points {
        mesh.colored_vertex(*point, color);
    }
    let count = points.len() as u32;
    for at in 0..count {
        mesh.add_triangle(0, at + 1, (at + 1) % count + 1);
    }
    mesh
}

/// What a source is, in a word; none for files and folders of any kind.
pub(in crate::app) fn kind(source: &SourceSpec) -> &'static str {
    match source {
        SourceSpec::Path(path) if is_design(path) => "design",
        SourceSpec::Path(_) => "",
        SourceSpec::Sample => "sample",
        SourceSpec::Aws { .. } => "live",
    }
}

/// What a source is, and what was in it when it was read last.
pub(in crate::app) fn note(settings: &Settings, text: &str, source: &SourceSpec) -> String {
    let read = settings.reads.get(text);
    let counted = read.map(|read| widgets::count(read.vpcs, "VPC"));
    let when = read.map(|read| age::since(read.at, age::now()));
    let parts = [Some(kind(source).to_owned()), counted, when];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}
