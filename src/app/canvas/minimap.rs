//! The whole map in a corner, with what is seen of it: press or drag there to go elsewhere.

use super::super::context::AppContext;
use super::super::look;
use super::super::model::Map;
use super::Canvas;
use super::camera::Camera;
use super::paint::Brush;
use crate::picture::scene::{Item, Level, Shape as Primitive};
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{CornerRadius, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// The most room it takes, in points.
const MOST: egui::Vec2 = vec2(164.0, 200.0);
/// It is never narrower or lower than this, so that it can be aimed at.
const LEAST: f32 = 44.0;
/// Distance from the corner of the canvas.
const MARGIN: f32 = 12.0;
/// A canvas smaller than this keeps its room for the map.
const ROOM: egui::Vec2 = vec2(460.0, 320.0);
/// The smallest mark of what is seen.
const LEAST_SEEN: f32 = 6.0;

/// Where it is: none where all of the map is seen, or there is no room.
pub(super) fn place(canvas: Rect, camera: &Camera, map: &Map) -> Option<Rect> {
    let bounds = map.bounds();
    let (width, height) = (bounds.width().to_f32(), bounds.height().to_f32());
    let has_room = canvas.width() >= ROOM.x && canvas.height() >= ROOM.y;
    let is_whole = canvas
        .expand(1.0)
        .contains_rect(camera.screen_rect(canvas, &bounds));
    if !has_room || is_whole || width <= 0.0 || height <= 0.0 {
        return None;
    }
    let most = vec2(MOST.x, MOST.y.min(canvas.height() * 0.5));
    let scale = (most.x / width).min(most.y / height);
    let size = vec2(width * scale, height * scale).max(vec2(LEAST, LEAST));
    let corner = canvas.max - vec2(MARGIN, MARGIN);
    Some(Rect::from_min_max(corner - size, corner))
}

/// Show it, and move the camera where it is pressed.
pub(super) fn ui(app: &AppContext<'_>, ui: &Ui, state: &mut Canvas, map: &Map) {
    let Some((canvas, rect)) = state.rect.zip(state.minimap) else {
        return;
    };
    let response = ui.interact(rect, ui.scope_id().with("minimap"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Canvas, true, "Minimap"));
    let bounds = map.bounds();
    let inner = rect.shrink(4.0);
    let mini = Camera::over(inner, &bounds);
    if let Some(at) = response.interact_pointer_pos() {
        let point = mini.map_from_screen(inner, at.clamp(inner.min, inner.max));
        state.camera.center_on(canvas, point);
        state.camera.settle(canvas, &bounds);
        ui.ctx().request_repaint();
    }
    if response.hovered() {
        ui.set_cursor_icon(egui::CursorIcon::PointingHand);
    }

    let painter = ui.painter_at(rect.expand(1.0));
    let ink = |ink| look::color(app.theme, ink);
    let radius = CornerRadius::same(6);
    painter.rect_filled(rect, radius, ink(Ink::Panel));
    let brush = Brush {
        camera: mini,
        canvas: inner,
        theme: app.theme,
        level: Level::Groups,
        ctx: ui.ctx(),
    };
    let mut shapes: Vec<Shape> = Vec::new();
    let is_plain = |item: &&Item| matches!(item.shape, Primitive::Rect { .. });
    let area = brush.area();
    let groups = map.scene.visible(Level::Groups, &area);
    brush.items(groups.into_iter().filter(is_plain), &mut shapes);
    let marked = |card| {
        let place = map.place(card)?;
        let middle = brush.camera.screen_rect(inner, &place).center();
        Some(Shape::circle_filled(middle, 1.6, ink(Ink::Accent)))
    };
    shapes.extend(state.lit.iter().filter_map(|card| marked(*card)));
    painter.extend(shapes);

    let seen = mini.screen_rect(inner, &state.camera.seen(canvas));
    let seen = at_least(seen.intersect(inner), inner);
    painter.rect_filled(
        seen,
        CornerRadius::ZERO,
        ink(Ink::Accent).gamma_multiply(0.10),
    );
    let line = Stroke::new(1.2, ink(Ink::Accent));
    painter.rect_stroke(seen, CornerRadius::same(2), line, StrokeKind::Inside);
    let border = Stroke::new(1.0, ink(Ink::Border));
    painter.rect_stroke(rect, radius, border, StrokeKind::Inside);
}

/// A mark that can be seen, inside of the whole.
fn at_least(seen: Rect, inner: Rect) -> Rect {
    let center = seen.center().clamp(inner.min, inner.max);
    let size = vec2(seen.width().max(LEAST_SEEN), seen.height().max(LEAST_SEEN));
    Rect::from_center_size(center, size).intersect(inner)
}

/// Whether it covers a place on the screen.
pub(super) fn covers(state: &Canvas, at: Pos2) -> bool {
    state.minimap.is_some_and(|rect| rect.contains(at))
}
