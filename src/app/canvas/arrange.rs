//! Cards and notes under the pointer, while a person arranges them.

use super::super::arranging::Arrange;
use super::super::context::{Action, AppContext};
use super::super::look;
use super::super::model::Map;
use super::Canvas;
use super::paint::Brush;
use crate::picture::diagram::CardId;
use crate::picture::geometry::{Fx, Point, Rect as MapRect};
use crate::picture::layout::NoteId;
use crate::picture::scene::{Item, Owner, Target};
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{CornerRadius, Pos2, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

/// What is put down snaps to places so far apart, in map units: things that are meant to be level are so.
const GRID: i32 = 8;

/// What can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Card(CardId),
    Note(NoteId),
}

/// Something that is dragged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drag {
    what: What,
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
            What::Card(card) => Owner::Card(card),
            What::Note(note) => Owner::Note(note),
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

fn place(map: &Map, what: What) -> Option<MapRect> {
    match what {
        What::Card(card) => map.place(card),
        What::Note(note) => {
            let mut notes = map.layout.notes.iter();
            Some(notes.find(|place| place.id == note)?.rect)
        }
    }
}

/// A card that stands for a resource by itself. The head of a box stays with the box, and of several cards of a resource
/// only the first has a place of its own.
fn is_movable(map: &Map, card: CardId) -> bool {
    let mut groups = map.scene.diagram().groups();
    let is_head = groups.any(|group| group.head().is_some_and(|head| head.id == card));
    let is_own = map
        .view
        .key(card)
        .is_some_and(|key| map.view.card(key) == Some(card));
    is_own && !is_head && !map.is_drawing()
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
            Some(Target::Card(card)) if app.arranging && is_movable(map, card) => {
                Some(What::Card(card))
            }
            Some(Target::Note(note)) if !map.is_drawing() => Some(What::Note(note)),
            _ => None,
        };
        let held = ui.input(|input| input.pointer.press_origin());
        state.drag = what.zip(held).and_then(|(what, held)| {
            Some(Drag {
                what,
                from: place(map, what)?,
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
            let action = match drag.what {
                What::Card(card) => map.view.key(card).map(|key| Arrange::Pin(key.clone(), at)),
                What::Note(note) => Some(Arrange::MoveNote(note, at)),
            };
            if let Some(action) = action {
                app.send(Action::Arrange(action));
            }
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

/// Make the notes on screen known to screen readers, and let those change them.
pub(super) fn name_notes(app: &AppContext<'_>, ui: &Ui, state: &Canvas, map: &Map) {
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
            WidgetInfo::labeled(egui::Role::Button, true, words)
        });
        if note.double_clicked() || (note.clicked() && ui.input(|it| !it.pointer.any_released())) {
            let at = Point::default();
            app.send(Action::Arrange(Arrange::Write(Some(place.id), at)));
        }
    }
}
