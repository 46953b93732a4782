//! What a person put somewhere by hand: cards that leave the place the layout gave them, with their lines, and notes.

use super::super::diagram::{CardId, Diagram, End, Group, Net, NetId};
use super::super::geometry::{Fx, Point, Rect};
use super::super::text::{self, Font};
use super::place::MARGIN;
use super::{Joint, Layout, Route};
use std::collections::{BTreeMap, BTreeSet};

/// Cards and notes with their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arranged {
    /// Upper left corners of cards.
    pub pins: BTreeMap<CardId, Point>,
    /// Words on the map.
    pub notes: Vec<Note>,
}

/// Names a note within one map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// Words that a person put on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its name.
    pub id: NoteId,
    /// Its upper left corner.
    pub at: Point,
    /// Its words. They are broken into lines where they are too long, and where they say so.
    pub text: String,
}

/// Where a note is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotePlace {
    /// The note.
    pub id: NoteId,
    /// Its outline.
    pub rect: Rect,
    /// Its lines.
    pub lines: Vec<String>,
}

/// The size of a note's letters.
pub(crate) const NOTE_SIZE: Fx = Fx::px(12);
/// From one line of a note to the next.
pub(crate) const NOTE_LINE: Fx = Fx::px(16);
/// Space between a note's outline and its words.
pub(crate) const NOTE_PAD: Fx = Fx::px(9);
/// The most room for a line.
const NOTE_ROOM: Fx = Fx::px(210);
const NOTE_LEAST: Fx = Fx::px(40);
/// Lines that are shown; whoever writes more wants a document.
const NOTE_LINES: usize = 60;

/// Put everything where it is wanted. What is asked of cards that are not there is passed over, and nothing leaves the
/// map to the left or above.
pub(super) fn arrange(layout: &mut Layout, diagram: &Diagram, arranged: &Arranged) {
    if !arranged.pins.is_empty() {
        // A box stays where it is: what stands in it would have to go with it.
        let heads: BTreeSet<CardId> = diagram
            .groups()
            .filter_map(Group::head)
            .map(|it| it.id)
            .collect();
        let pins = arranged
            .pins
            .iter()
            .filter(|(card, _)| !heads.contains(card));
        let moved = pin(layout, &pins.map(|(card, at)| (*card, *at)).collect());
        let nets: BTreeMap<NetId, &Net> = diagram.nets.iter().map(|net| (net.id, net)).collect();
        for route in &mut layout.routes {
            if let Some(net) = nets.get(&route.net) {
                follow(route, net, &moved);
            }
        }
    }
    layout.notes = arranged.notes.iter().map(note_place).collect();
    let cards = layout.cards.iter().map(|card| card.rect);
    let notes = layout.notes.iter().map(|note| note.rect);
    let mut far = layout.bounds.max;
    for rect in cards.chain(notes) {
        far.x = far.x.max(rect.max.x + MARGIN);
        far.y = far.y.max(rect.max.y + MARGIN);
    }
    layout.bounds.max = far;
}

/// The nearest place that is on the map: nothing leaves it to the left or above.
#[must_use]
pub fn on_map(at: Point) -> Point {
    Point::new(at.x.max(MARGIN.half()), at.y.max(MARGIN.half()))
}

/// Where the cards were that have gone elsewhere, and where they are.
fn pin(layout: &mut Layout, pins: &BTreeMap<CardId, Point>) -> BTreeMap<CardId, [Rect; 2]> {
    let mut moved = BTreeMap::new();
    for card in &mut layout.cards {
        let Some(at) = pins.get(&card.id) else {
            continue;
        };
        let before = card.rect;
        let at = on_map(*at);
        card.rect = Rect::new(at.x, at.y, before.width(), before.height());
        moved.insert(card.id, [before, card.rect]);
    }
    moved
}

/// Lines of cards that moved begin and end where these are now.
fn follow(route: &mut Route, net: &Net, moved: &BTreeMap<CardId, [Rect; 2]>) {
    let place = |end: End| match end {
        End::Card(card) => moved.get(&card),
        End::Group(_) => None,
    };
    if !route.joints.is_empty() {
        return follow_joints(route, net, place);
    }
    let trunks: Vec<Fx> = route.hops.iter().map(|hop| hop.x).collect();
    for leg in &mut route.legs {
        let from = net.legs.get(leg.leg as usize).map(|leg| leg.from);
        if let Some([before, now]) = from.and_then(place)
            && let Some(x) = trunks.get(leg.hop)
        {
            leg.start = meet(leg.start, *x, before, now);
        }
    }
    if let Some([before, now]) = place(net.to)
        && let Some(last) = route.hops.last_mut()
    {
        last.end = meet(last.end, last.x, before, now);
    }
}

/// The same among boxes: a further corner leads from the card to the way it had, and from that to where it is now.
fn follow_joints<'a>(route: &mut Route, net: &Net, place: impl Fn(End) -> Option<&'a [Rect; 2]>) {
    // A joint stands before the one it leads to, so what is new at the beginning moves all others.
    let mut first: Vec<Joint> = Vec::new();
    let mut into: Vec<Option<usize>> = vec![None; route.legs.len()];
    for (leg, new) in route.legs.iter_mut().zip(&mut into) {
        let from = net.legs.get(leg.leg as usize).map(|leg| leg.from);
        let Some([before, now]) = from.and_then(&place) else {
            continue;
        };
        let Some(joint) = route.joints.get(leg.hop) else {
            continue;
        };
        leg.start = meet(leg.start, joint.at.x, before, now);
        *new = Some(first.len());
        first.push(Joint {
            at: Point::new(joint.at.x, leg.start.y),
            next: Some(leg.hop),
        });
    }
    let by = first.len();
    for joint in first.iter_mut().chain(&mut route.joints) {
        joint.next = joint.next.map(|next| next + by);
    }
    for (leg, new) in route.legs.iter_mut().zip(into) {
        leg.hop = new.unwrap_or(leg.hop + by);
    }
    route.joints.splice(0..0, first);
    let count = route.joints.len();
    if let Some([before, now]) = place(net.to)
        && let Some(last) = route.joints.last_mut()
    {
        let met = last.at;
        let end = meet(met, met.x, before, now);
        last.next = Some(count);
        route.joints.push(Joint {
            at: Point::new(met.x, end.y),
            next: Some(count + 1),
        });
        route.joints.push(Joint {
            at: end,
            next: None,
        });
    }
}

/// Where a line meets a card that moved: as high on it as before, on the side of the trunk.
fn meet(point: Point, trunk: Fx, before: &Rect, now: &Rect) -> Point {
    let x = if trunk < now.center().x {
        now.min.x
    } else {
        now.max.x
    };
    let down = (point.y - before.min.y).clamp(Fx::ZERO, now.height());
    Point::new(x, now.min.y + down)
}

fn note_place(note: &Note) -> NotePlace {
    let lines = lines(&note.text);
    let widths = lines
        .iter()
        .map(|line| text::width(line, Font::Sans, NOTE_SIZE));
    let width = widths.max().unwrap_or_default().max(NOTE_LEAST).ceil();
    let count = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    let at = on_map(note.at);
    let size = (width + NOTE_PAD * 2, NOTE_LINE * count + NOTE_PAD * 2);
    NotePlace {
        id: note.id,
        rect: Rect::new(at.x, at.y, size.0, size.1),
        lines,
    }
}

/// Words in lines that are no longer than there is room for.
fn lines(words: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in words.trim_end().lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            let fits = text::width(&longer, Font::Sans, NOTE_SIZE) <= NOTE_ROOM;
            if fits || line.is_empty() {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        lines.push(line);
    }
    if lines.len() > NOTE_LINES {
        lines.truncate(NOTE_LINES);
        lines.push("…".to_owned());
    }
    // A single word may be longer than there is room for.
    for line in &mut lines {
        let cut = text::Cut::End;
        let fitted = text::fit(line, Font::Sans, NOTE_SIZE, NOTE_ROOM, cut);
        if fitted.text != line.as_str() {
            *line = fitted.text.into_owned();
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::super::diagram::{
        Band, Card, ColumnHead, Group, GroupId, Leg, Line, Order, Role,
    };
    use super::super::{Request, layout};
    use super::*;
    use std::sync::Arc;

    fn group(id: u32, card: u32) -> Group {
        Group {
            id: GroupId(id),
            heading: None,
            boxed: false,
            frame: None,
            role: Role::Private,
            order: Order::Given,
            cards: vec![Card {
                id: CardId(card),
                title: format!("card {card}"),
                ..Card::default()
            }],
        }
    }

    /// Two cards side by side, joined by a line.
    fn diagram() -> Arc<Diagram> {
        let net = Net {
            id: NetId(0),
            to: End::Card(CardId(2)),
            role: Role::Table,
            legs: vec![Leg {
                from: End::Card(CardId(1)),
                line: Line::Association,
                role: Role::Private,
            }],
        };
        Arc::new(Diagram {
            columns: vec![ColumnHead::default(), ColumnHead::default()],
            bands: vec![Band {
                heading: None,
                columns: vec![vec![group(0, 1)], vec![group(1, 2)]],
            }],
            nets: vec![net],
            ..Diagram::default()
        })
    }

    fn with(pins: &[(u32, i32, i32)], notes: &[(i32, i32, &str)]) -> Layout {
        let pin =
            |(card, x, y): &(u32, i32, i32)| (CardId(*card), Point::new(Fx::px(*x), Fx::px(*y)));
        let note = |(id, (x, y, text)): (u32, &(i32, i32, &str))| Note {
            id: NoteId(id),
            at: Point::new(Fx::px(*x), Fx::px(*y)),
            text: (*text).to_owned(),
        };
        layout(&Request {
            diagram: diagram(),
            arranged: Arranged {
                pins: pins.iter().map(pin).collect(),
                notes: (0..).zip(notes).map(note).collect(),
            },
            ..Request::default()
        })
    }

    #[test]
    fn lines_follow_a_card_that_is_pinned() {
        let before = with(&[], &[]);
        let [left, right] = [1, 2].map(|id| before.card(CardId(id)).unwrap().rect);
        for (x, y) in [(40, 400), (900, 30), (500, 700)] {
            for (card, other) in [(1, right), (2, left)] {
                let after = with(&[(card, x, y)], &[]);
                let moved = after.card(CardId(card)).unwrap().rect;
                assert_eq!(moved.min, Point::new(Fx::px(x), Fx::px(y)));
                let still = after.card(CardId(3 - card)).unwrap().rect;
                assert_eq!(still, other, "the other one stays");
                let ends = if card == 1 {
                    [moved, still]
                } else {
                    [still, moved]
                };
                let path = after.routes[0].path(0);
                for (point, rect) in [(path[0], ends[0]), (*path.last().unwrap(), ends[1])] {
                    assert!(point.x == rect.min.x || point.x == rect.max.x, "{path:?}");
                    assert!(point.y >= rect.min.y && point.y <= rect.max.y, "{path:?}");
                }
                for pair in path.windows(2) {
                    assert!(pair[0].x == pair[1].x || pair[0].y == pair[1].y, "{path:?}");
                }
                assert!(after.bounds.contains_rect(&moved));
            }
        }
        assert_eq!(with(&[(77, 5, 5)], &[]), before, "nobody is called 77");
        let off = with(&[(1, -500, -500)], &[]);
        let rect = off.card(CardId(1)).unwrap().rect;
        assert!(off.bounds.contains_rect(&rect), "it stays on the map");
    }

    #[test]
    fn notes_are_broken_into_lines_and_belong_to_the_map() {
        let long = "The second link to the data centre in the harbour is planned for spring";
        let text = format!("{long}\n\nask {}", "w".repeat(300));
        let map = with(&[], &[(2_000, 1_500, &text), (30, 40, "")]);
        let note = &map.notes[0];
        assert!(note.lines.len() > 4 && note.lines.contains(&String::new()));
        for line in &note.lines {
            assert!(
                text::width(line, Font::Sans, NOTE_SIZE) <= NOTE_ROOM,
                "{line}"
            );
        }
        assert!(map.bounds.contains_rect(&note.rect));
        assert!(map.notes[1].rect.width() > Fx::px(30));
    }
}
