//! Cards and notes under the pointer, while a person arranges them.

use super::super::arranging::{Arrange, GRID, Thing};
use super::super::context::{Action, AppContext};
use super::super::look;
use super::super::model::Map;
use super::Canvas;
use super::paint::Brush;
use crate::picture::geometry::{Fx, Point, Rect as MapRect};
use crate::picture::scene::{Item, Level, Owner, Target};
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{CornerRadius, Pos2, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

/// Something that is dragged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drag {
    what: Thing,
    /// Where it was.
    from: MapRect,
    /// Where the pointer took hold.
    held: Pos2,
    /// Where the pointer is.
    now: Pos2,
}

impl Drag {
    fn owner(self) -> Owner {
        match self.what {
            Thing::Card(card) => Owner::Card(card),
            Thing::Note(note) => Owner::Note(note),
        }
    }

    /// Where it is put when the pointer lets go here.
    fn to(self, zoom: f32) -> Point {
        let by = (self.now - self.held) / zoom;
        let snapped = |at: Fx, by: f32| {
            let units = (at.to_f32() + by) / GRID as f32;
            Fx::px((units.round() as i32).saturating_mul(GRID))
        };
        Point::new(
            snapped(self.from.min.x, by.x),
            snapped(self.from.min.y, by.y),
        )
    }
}

/// Take hold of what is under the pointer, and put it down. True while something is dragged: the map stays where it is.
pub(super) fn drag(
    app: &AppContext<'_>,
    ui: &Ui,
    response: &egui::Response,
    state: &mut Canvas,
    map: &Map,
) -> bool {
    if response.drag_started_by(egui::PointerButton::Primary) {
        let what = match state.hovered {
            Some(Target::Card(card)) if app.arranging && map.can_pin(card) => {
                Some(Thing::Card(card))
            }
            Some(Target::Note(note)) => Some(Thing::Note(note)),
            _ => None,
        };
        // On a map that is drawn anew it may be elsewhere already.
        let what = what.filter(|_| !map.is_drawing());
        let held = ui.input(|input| input.pointer.press_origin());
        state.drag = what.zip(held).and_then(|(what, held)| {
            Some(Drag {
                what,
                from: what.place(map)?,
                held,
                now: held,
            })
        });
    }
    let Some(drag) = &mut state.drag else {
        return false;
    };
    if let Some(now) = ui.input(|input| input.pointer.latest_pos()) {
        drag.now = now;
    }
    ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    let none = egui::Modifiers::NONE;
    if ui.input_mut(|input| input.consume_key(none, egui::Key::Escape)) {
        state.drag = None;
    } else if !response.dragged() {
        let drag = *drag;
        state.drag = None;
        let at = drag.to(state.camera.zoom());
        if at != drag.from.min {
            app.send(Action::Arrange(match drag.what {
                Thing::Card(card) => Arrange::Pin(card, at),
                Thing::Note(note) => Arrange::MoveNote(note, at),
            }));
        }
    }
    true
}

/// What is dragged, where it would be put down.
pub(super) fn ghost(
    ui: &Ui,
    painter: &egui::Painter,
    brush: &Brush<'_>,
    state: &Canvas,
    map: &Map,
) {
    let Some(drag) = state.drag else { return };
    let to = drag.to(brush.camera.zoom());
    let off = brush
        .camera
        .screen_from_map(brush.canvas, [to.x.to_f32(), to.y.to_f32()])
        - brush.camera.screen_rect(brush.canvas, &drag.from).min;
    let mut camera = brush.camera;
    camera.pan(off);
    let moved = Brush {
        camera,
        canvas: brush.canvas,
        theme: brush.theme,
        level: brush.level,
        ctx: ui.ctx(),
    };
    let is_its = |item: &&Item| item.owner == drag.owner() && item.is_seen_at(brush.level);
    let mut shapes = Vec::new();
    moved.items(map.scene.items().iter().filter(is_its), &mut shapes);
    painter.extend(shapes);
    let rect = moved.camera.screen_rect(brush.canvas, &drag.from);
    let line = Stroke::new(1.5, look::color(brush.theme, Ink::Accent));
    painter.rect_stroke(rect, CornerRadius::same(6), line, StrokeKind::Outside);
}

/// While cards are arranged a dot says which of them are pinned; and a line is around the note that is selected.
pub(super) fn signs(app: &AppContext<'_>, painter: &egui::Painter, brush: &Brush<'_>, map: &Map) {
    let accent = look::color(brush.theme, Ink::Accent);
    let seen = brush.camera.seen(brush.canvas);
    if app.arranging && brush.level >= Level::Titles {
        let places = map.pinned().filter_map(|card| map.place(card));
        for place in places.filter(|place| place.touches(&seen)) {
            let corner = brush.camera.screen_rect(brush.canvas, &place).left_top();
            painter.circle(
                corner,
                4.0,
                accent,
                Stroke::new(1.5, look::color(brush.theme, Ink::Canvas)),
            );
        }
    }
    let note = app.note.and_then(|note| Thing::Note(note).place(map));
    if let Some(place) = note.filter(|place| place.touches(&seen)) {
        let rect = brush.camera.screen_rect(brush.canvas, &place);
        let line = Stroke::new(1.5, accent);
        painter.rect_stroke(rect, CornerRadius::same(6), line, StrokeKind::Outside);
    }
}

/// Make the notes on screen known to screen readers, and let those change them.
pub(super) fn name_notes(
    app: &AppContext<'_>,
    ui: &Ui,
    canvas: egui::Id,
    state: &Canvas,
    map: &Map,
) {
    let Some(rect) = state.rect else { return };
    for place in &map.layout.notes {
        let area = state.camera.screen_rect(rect, &place.rect).intersect(rect);
        if area.is_negative() {
            continue;
        }
        let id = ui.scope_id().with(("note", place.id.0));
        let note = ui.interact(area, id, Sense::CLICK);
        note.widget_info(|| {
            let words = format!("Note: {}", place.lines.join(" "));
            WidgetInfo::selected(egui::Role::Button, true, app.note == Some(place.id), words)
        });
        if note.double_clicked() {
            let at = Point::default();
            app.send(Action::Arrange(Arrange::Write(Some(place.id), at)));
        } else if note.clicked() {
            // The keys that follow go to the map.
            ui.memory_mut(|memory| memory.request_focus(canvas));
            app.send(Action::Arrange(Arrange::Choose(place.id)));
        }
    }
}
