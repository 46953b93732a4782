//! The keys on the map: from card to card, and where these stand.

use super::super::arranging::{Arrange, Thing};
use super::super::command::Command;
use super::super::context::{Action, AppContext};
use super::super::model::{Map, Opened, Picture};
use super::{Canvas, open};
use crate::picture::diagram::{CardId, End};
use crate::picture::geometry::{Fx, Rect as MapRect};
use crate::picture::layout::CardPlace;
use eframe::egui;
use egui::{Key, Modifiers, Ui, Vec2, vec2};
use std::collections::BTreeSet;

/// How far one press of an arrow key moves the map, in points.
const STEP: f32 = 60.0;
/// Steps of the grid that one press with Shift moves a card.
const STRIDE: i32 = 5;
const ARROWS: [(Key, [i32; 2]); 4] = [
    (Key::ArrowLeft, [-1, 0]),
    (Key::ArrowRight, [1, 0]),
    (Key::ArrowUp, [0, -1]),
    (Key::ArrowDown, [0, 1]),
];

/// Arrow keys and Tab move the selection; where nothing is selected, arrow keys move the map. With Ctrl they move what is
/// selected.
pub(super) fn ui(
    app: &AppContext<'_>,
    ui: &Ui,
    response: &egui::Response,
    state: &mut Canvas,
    map: &Map,
    opened: &Opened,
) {
    let modifiers = Modifiers::NONE;
    let pressed = |key| ui.input_mut(|input| input.consume_key(modifiers, key));
    // Nobody types where nothing has the keys.
    let is_free = ui.memory(|memory| memory.focused().is_none());
    if (response.has_focus() || is_free) && pressed(Key::Backspace) {
        app.run(Command::Overview);
    }
    if !response.has_focus() {
        return;
    }
    let card = state.selected(app.selected, opened, map);
    let selected = app.note.map(Thing::Note).or(card.map(Thing::Card));
    if let Some(thing) = selected {
        take_steps(app, ui, thing);
    }
    let back = ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::Tab));
    if back {
        go(app, state, map, beside(map, selected, false));
    } else if pressed(Key::Tab) {
        go(app, state, map, beside(map, selected, true));
    }
    for (key, [x, y]) in ARROWS {
        if pressed(key) {
            let way = vec2(x as f32, y as f32);
            match selected {
                Some(thing) => go(app, state, map, neighbour(map, thing, way)),
                None => state.camera.pan(-way * STEP),
            }
        }
    }
    if app.note.is_some() {
        if pressed(Key::Delete) {
            app.run(Command::DeleteNote);
        }
        if pressed(Key::Enter) {
            app.run(Command::EditNote);
        }
    } else if pressed(Key::Enter)
        && let Some(key) = app.selected
    {
        match card.and_then(|card| map.view.stack(card)) {
            Some(stack) => app.send(Action::Arrange(Arrange::Unfold(stack.clone()))),
            None => open(app, opened, map, key),
        }
    }
    if pressed(Key::Home) {
        state.camera.fit();
    }
}

/// Move what is selected.
fn take_steps(app: &AppContext<'_>, ui: &Ui, thing: Thing) {
    let (step, stride) = (Modifiers::COMMAND, Modifiers::COMMAND | Modifiers::SHIFT);
    for (key, [x, y]) in ARROWS {
        // What asks for Shift comes first: without, it does not matter whether that is held.
        for (modifiers, far) in [(stride, STRIDE), (step, 1)] {
            let presses = ui.input_mut(|input| input.count_and_consume_key(modifiers, key));
            let by = i32::try_from(presses).unwrap_or(0) * far;
            if by != 0 {
                let step = Arrange::Step(thing, [x * by, y * by]);
                app.send(Action::Arrange(step));
            }
        }
    }
}

/// Select something and bring it into view.
fn go(app: &AppContext<'_>, state: &mut Canvas, map: &Map, to: Option<Thing>) {
    match to {
        Some(Thing::Card(card)) => {
            if let Some(key) = map.view.key(card) {
                state.chosen = Some(card);
                app.send(Action::Reveal(key.clone()));
            }
        }
        Some(Thing::Note(note)) => {
            state.follows = to;
            app.send(Action::Arrange(Arrange::Choose(note)));
        }
        None => {}
    }
}

/// The cards that stand for something.
fn cards(map: &Map) -> impl Iterator<Item = &CardPlace> {
    let cards = map.layout.cards.iter();
    cards.filter(|place| map.view.key(place.id).is_some())
}

fn notes(map: &Map) -> impl Iterator<Item = (Thing, MapRect)> {
    let notes = map.layout.notes.iter();
    notes.map(|note| (Thing::Note(note.id), note.rect))
}

/// What comes after or before something: cards column by column from top to bottom, boxes in boxes from the outermost
/// inward, and then the notes.
fn beside(map: &Map, from: Option<Thing>, forward: bool) -> Option<Thing> {
    let mut places: Vec<&CardPlace> = cards(map).collect();
    let is_nested = map.picture() == Picture::Nested;
    places.sort_by_key(|place| {
        let group = if is_nested { place.group } else { 0 };
        (place.column, group, place.rect.min.y, place.id)
    });
    let mut notes: Vec<(Thing, MapRect)> = notes(map).collect();
    notes.sort_by_key(|(note, rect)| (rect.min.y, rect.min.x, *note));
    let notes = notes.into_iter().map(|(note, _)| note);
    let places = places.into_iter().map(|place| Thing::Card(place.id));
    let all: Vec<Thing> = places.chain(notes).collect();
    let last = all.len().checked_sub(1)?;
    let at = from.and_then(|from| all.iter().position(|thing| *thing == from));
    let next = match (at, forward) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (Some(at), false) => at.checked_sub(1).unwrap_or(last),
    };
    all.get(next).copied()
}

/// What is next to something in a direction. From a card up and down in its column, left and right the nearest of those
/// it is joined to by a line, else the nearest in the column; but a note that is nearer. Among boxes in boxes, and from a
/// note, whatever is the nearest there.
fn neighbour(map: &Map, from: Thing, way: Vec2) -> Option<Thing> {
    let here = from.place(map)?;
    let others = |it: &(Thing, MapRect)| it.0 != from;
    let card = match from {
        Thing::Card(card) if map.picture() != Picture::Nested => card,
        _ => {
            let cards = cards(map).map(|place| (Thing::Card(place.id), place.rect));
            let all = cards.chain(notes(map)).filter(others);
            return nearest(&here, all, way).map(|(_, thing)| thing);
        }
    };
    let next = in_columns(map, card, way);
    let next = next.map(|place| (Thing::Card(place.id), place.rect));
    nearest(&here, notes(map).chain(next), way)
        .map(|(_, thing)| thing)
        .or(next.map(|(card, _)| card))
}

/// The card next to one in a direction, among columns.
fn in_columns(map: &Map, from: CardId, way: Vec2) -> Option<&CardPlace> {
    let here = map.layout.card(from)?;
    let known = || cards(map).filter(|place| place.id != from);
    if way.x == 0.0 {
        let down = way.y > 0.0;
        let column = known().filter(|place| place.column == here.column);
        return if down {
            column
                .filter(|place| place.rect.min.y > here.rect.min.y)
                .min_by_key(|place| place.rect.min.y)
        } else {
            column
                .filter(|place| place.rect.min.y < here.rect.min.y)
                .max_by_key(|place| place.rect.min.y)
        };
    }
    let right = way.x > 0.0;
    let beyond: Vec<&CardPlace> = known()
        .filter(|place| {
            if right {
                place.column > here.column
            } else {
                place.column < here.column
            }
        })
        .collect();
    let column = beyond.iter().map(|place| place.column);
    let column = if right { column.min() } else { column.max() }?;
    let joined = joined_to(map, from);
    let distance = |place: &&CardPlace| {
        (
            !joined.contains(&place.id),
            (place.rect.center().y - here.rect.center().y).abs(),
            place.id,
        )
    };
    beyond
        .into_iter()
        .filter(|place| place.column == column || joined.contains(&place.id))
        .min_by_key(distance)
}

/// The nearest in a direction, and how far it is: what lies straight ahead before what lies aside.
fn nearest(
    here: &MapRect,
    others: impl Iterator<Item = (Thing, MapRect)>,
    way: Vec2,
) -> Option<(Fx, Thing)> {
    // How far apart two stretches are; nothing where they overlap.
    let apart = |one: (Fx, Fx), two: (Fx, Fx)| (one.0.max(two.0) - one.1.min(two.1)).max(Fx::ZERO);
    let across = |rect: &MapRect| (rect.min.x, rect.max.x);
    let upright = |rect: &MapRect| (rect.min.y, rect.max.y);
    let ahead = |rect: &MapRect| {
        let (from, to) = if way.x == 0.0 {
            (here.center().y, rect.center().y)
        } else {
            (here.center().x, rect.center().x)
        };
        let off = if way.x + way.y > 0.0 {
            to - from
        } else {
            from - to
        };
        (off > Fx::ZERO).then_some(off)
    };
    others
        .filter_map(|(thing, rect)| {
            let aside = if way.x == 0.0 {
                apart(across(here), across(&rect))
            } else {
                apart(upright(here), upright(&rect))
            };
            let far = ahead(&rect)? + aside * 4;
            Some((far, thing))
        })
        .min()
}

/// The cards that a card is joined to by a line.
fn joined_to(map: &Map, card: CardId) -> BTreeSet<CardId> {
    let mut joined = BTreeSet::new();
    for net in &map.scene.diagram().nets {
        for leg in &net.legs {
            if let (End::Card(from), End::Card(to)) = (leg.from, net.to) {
                if from == card {
                    joined.insert(to);
                } else if to == card {
                    joined.insert(from);
                }
            }
        }
    }
    joined
}
