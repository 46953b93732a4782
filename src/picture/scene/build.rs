//! Builds items: the base once, overlays when the pointer moves.

use super::super::diagram::{
    Card, CardId, Diagram, Edge, Fill, Frame, Group, GroupId, Hue, LegId, Legend, Line, Role, Sign,
};
use super::super::geometry::{Fx, Point, Rect};
use super::super::layout::{
    CardPlace, GroupPlace, Layout, NotePlace, Part, RADIUS, Route, Size, arranged, card,
};
use super::super::text::{self, Cut, Font};
use super::super::theme::Ink;
use super::{CardEntry, Dash, Item, Layer, Level, Owner, Shape, Stroke, TextRun, line_style};
use std::collections::BTreeMap;

const FINE: (Level, Level) = (Level::Names, Level::All);
const CARDS: (Level, Level) = (Level::Plates, Level::All);
const FULL: (Level, Level) = (Level::All, Level::All);
const PLATES: (Level, Level) = (Level::Plates, Level::Titles);
const TITLES: (Level, Level) = (Level::Titles, Level::Titles);
const COARSE: (Level, Level) = (Level::Groups, Level::Groups);

const HAIRLINE: Fx = Fx::px(1);
const CARD_RADIUS: Fx = Fx::px(6);
const FRAME_RADIUS: Fx = Fx::px(8);
const MARK_RADIUS: Fx = Fx::px(8);
/// Distance between the marks of one card.
const MARK_STEP: Fx = Fx::px(19);
/// How far from its target a blackhole's line ends in a cross.
const CROSS_OFF: Fx = Fx::px(9);
const CROSS: Fx = Fx::px(4);
/// The open dot where an implicit association begins, and how far from its card it is.
const DOT: Fx = Fx::px(3);
const DOT_OFF: Fx = Fx::px(6);
/// How much thicker a lit line is.
const LIT_EXTRA: Fx = Fx(40);

/// How strongly lines are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// As part of the base.
    Plain,
    /// Above the veil.
    Lit,
}

/// Where items go.
struct Sink<'a> {
    items: &'a mut Vec<Item>,
    owner: Owner,
    layer: Layer,
}

impl Sink<'_> {
    fn push(&mut self, levels: (Level, Level), bounds: Rect, shape: Shape) {
        self.items.push(Item {
            owner: self.owner,
            layer: self.layer,
            levels,
            bounds,
            shape,
        });
    }

    fn rect(
        &mut self,
        levels: (Level, Level),
        rect: Rect,
        radii: [Fx; 4],
        fill: Option<Ink>,
        stroke: Option<Stroke>,
    ) {
        let bounds = rect.grown(stroke.map_or(Fx::ZERO, |stroke| stroke.width.half()));
        self.push(
            levels,
            bounds,
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            },
        );
    }

    fn line(&mut self, points: Vec<Point>, stroke: Stroke) {
        let Some(around) = Rect::around(&points) else {
            return;
        };
        self.push(
            CARDS,
            around.grown(stroke.width),
            Shape::Line {
                points,
                radius: RADIUS,
                stroke,
            },
        );
    }

    fn disc(
        &mut self,
        levels: (Level, Level),
        center: Point,
        radius: Fx,
        fill: Ink,
        stroke: Option<Stroke>,
    ) {
        let around = Rect {
            min: center,
            max: center,
        }
        .grown(radius + HAIRLINE);
        self.push(
            levels,
            around,
            Shape::Disc {
                center,
                radius,
                fill,
                stroke,
            },
        );
    }

    /// Words that begin at a point on the baseline and are cut where they are too wide. Gives the width they take.
    fn text(
        &mut self,
        levels: (Level, Level),
        words: &str,
        style: Words,
        at: Point,
        max: Fx,
    ) -> Fx {
        let fitted = text::fit(words, style.font, style.size, max, style.cut);
        if fitted.text.trim().is_empty() {
            return Fx::ZERO;
        }
        let width = fitted.width;
        // Ascenders and descenders of both faces lie within these.
        let bounds = Rect::new(at.x, at.y - style.size, width, style.size + style.size / 3);
        self.push(
            levels,
            bounds,
            Shape::Text(TextRun {
                text: fitted.text.into_owned(),
                font: style.font,
                size: style.size,
                x: at.x,
                baseline: at.y,
                width,
                ink: style.ink,
            }),
        );
        width
    }
}

/// How words are set.
#[derive(Clone, Copy)]
struct Words {
    font: Font,
    size: Fx,
    ink: Ink,
    cut: Cut,
}

const fn words(font: Font, size: Fx, ink: Ink, cut: Cut) -> Words {
    Words {
        font,
        size,
        ink,
        cut,
    }
}

const fn solid(ink: Ink, width: Fx) -> Stroke {
    Stroke {
        ink,
        width,
        dash: Dash::Solid,
    }
}

/// The base, and where each card's items are in it.
pub(super) fn base(diagram: &Diagram, layout: &Layout) -> (Vec<Item>, Vec<CardEntry>) {
    let legs: usize = layout.routes.iter().map(|route| route.legs.len() + 2).sum();
    let mut items = Vec::with_capacity(layout.cards.len() * 8 + legs + layout.groups.len() * 6);
    headings(diagram, layout, &mut items);
    let mut held: BTreeMap<GroupId, usize> = BTreeMap::new();
    for parent in layout.groups.iter().filter_map(|place| place.parent) {
        *held.entry(parent).or_default() += 1;
    }
    for (group, place) in diagram.groups().zip(&layout.groups) {
        match group.frame {
            Some(frame) => box_ground(group, frame, place, &mut items),
            None => ground(group, place, &mut items),
        }
    }
    // Words over boxes come after the boxes in them.
    for (group, place) in diagram.groups().zip(&layout.groups) {
        if group.frame.is_some() {
            let held = held.get(&group.id).copied().unwrap_or(0);
            box_words(group, place, held, &mut items);
        }
    }
    let mut routes: Vec<&Route> = layout.routes.iter().collect();
    routes.sort_by_key(|route| (route.line, route.net));
    for drawn in routes {
        route(drawn, Emphasis::Plain, |_| true, &mut items);
    }
    let mut cards = Vec::with_capacity(layout.cards.len());
    for (group_index, group) in diagram.groups().enumerate() {
        for (card_index, card) in group.cards.iter().enumerate() {
            let Some(place) = place_of(layout, card.id, group_index) else {
                continue;
            };
            let start = items.len();
            let is_head = card_index == 0 && group.head().is_some();
            face(card, place, layout.size, is_head, &mut items);
            cards.push(CardEntry {
                id: card.id,
                at: (group_index, card_index),
                items: start..items.len(),
            });
        }
    }
    cards.sort_by_key(|entry| (entry.id, entry.at));
    for place in &layout.notes {
        note(place, &mut items);
    }
    (items, cards)
}

/// Words that somebody put on the map.
fn note(place: &NotePlace, items: &mut Vec<Item>) {
    let mut sink = Sink {
        items,
        owner: Owner::Note(place.id),
        layer: Layer::Notes,
    };
    let hue = Hue::Role(Role::Warn);
    let outline = solid(hue.strong(), HAIRLINE);
    let radii = [Fx::px(3); 4];
    let levels = (Level::Groups, Level::All);
    sink.rect(levels, place.rect, radii, Some(hue.tint()), Some(outline));
    let style = words(Font::Sans, arranged::NOTE_SIZE, Ink::Text, Cut::End);
    let left = place.rect.min.x + arranged::NOTE_PAD;
    let room = place.rect.width() - arranged::NOTE_PAD;
    let mut baseline = place.rect.min.y + arranged::NOTE_PAD + arranged::NOTE_SIZE;
    for line in &place.lines {
        sink.text(FINE, line, style, Point::new(left, baseline), room);
        baseline += arranged::NOTE_LINE;
    }
}

/// A card's place; where an id is used twice, the one in this group.
fn place_of(layout: &Layout, id: CardId, group: usize) -> Option<&CardPlace> {
    let first = layout.cards.partition_point(|place| place.id < id);
    let same = layout
        .cards
        .iter()
        .skip(first)
        .take_while(|place| place.id == id);
    same.into_iter().find(|place| place.group == group)
}

fn headings(diagram: &Diagram, layout: &Layout, items: &mut Vec<Item>) {
    let mut sink = Sink {
        items,
        owner: Owner::Map,
        layer: Layer::Ground,
    };
    let style = words(
        Font::SansSemiBold,
        card::COLUMN_HEADING,
        Ink::TextMuted,
        Cut::End,
    );
    for (head, place) in diagram.columns.iter().zip(&layout.columns) {
        let at = Point::new(place.x, place.heading_baseline);
        let title = card::column_heading(head);
        sink.text(FINE, &title, style, at, place.width);
    }
    for (index, (band, place)) in (0_u32..).zip(diagram.bands.iter().zip(&layout.bands)) {
        sink.owner = Owner::Band(index);
        let (Some(heading), Some(baseline)) = (&band.heading, place.heading_baseline) else {
            continue;
        };
        if index > 0 {
            let line = vec![
                Point::new(place.rect.min.x, place.rect.min.y - Fx::px(12)),
                Point::new(place.rect.max.x, place.rect.min.y - Fx::px(12)),
            ];
            sink.line(line, solid(Ink::Border, HAIRLINE));
        }
        let title = words(Font::SansSemiBold, Fx::px(16), Ink::Text, Cut::Middle);
        let room = place.rect.width();
        let at = Point::new(place.rect.min.x, baseline);
        let width = sink.text(FINE, &heading.title, title, at, room / 2);
        let large = words(Font::SansSemiBold, Fx::px(30), Ink::Text, Cut::Middle);
        let below = Point::new(at.x, at.y + Fx::px(4));
        sink.text(PLATES, &heading.title, large, below, room);
        let caption = words(Font::Mono, Fx::px(12), Ink::TextMuted, Cut::End);
        let off = width + Fx::px(12);
        sink.text(
            FINE,
            &heading.caption,
            caption,
            Point::new(at.x + off, at.y),
            room - off,
        );
    }
}

/// A box that stands for something.
fn box_ground(group: &Group, frame: Frame, place: &GroupPlace, items: &mut Vec<Item>) {
    let mut sink = Sink {
        items,
        owner: Owner::Group(group.id),
        layer: Layer::Ground,
    };
    let (dash, width) = match frame.edge {
        Edge::Solid => (Dash::Solid, Fx(88)),
        Edge::Dashed => (Dash::Dashed, HAIRLINE),
        Edge::Dotted => (Dash::Dotted, Fx(88)),
    };
    let stroke = Stroke {
        ink: frame.hue.strong(),
        width,
        dash,
    };
    let fill = match frame.fill {
        Fill::Clear => None,
        Fill::Paper => Some(Ink::Card),
        Fill::Tint => Some(frame.hue.tint()),
    };
    let radii = [CARD_RADIUS; 4];
    sink.rect(CARDS, place.rect, radii, fill, Some(stroke));
    // Thick enough to be seen where the whole map is small. The innermost boxes are patches then, under the words.
    let stroke = Stroke {
        width: Fx::px(6),
        dash: Dash::Solid,
        ..stroke
    };
    let is_patch = frame.fill == Fill::Tint;
    let stroke = (!is_patch).then_some(stroke);
    sink.rect(COARSE, place.rect, radii, fill, stroke);
}

/// The heading of a box; where the map is small, its name over what it holds, or how much that is.
fn box_words(group: &Group, place: &GroupPlace, held: usize, items: &mut Vec<Item>) {
    let Some(frame) = group.frame else { return };
    let mut sink = Sink {
        items,
        owner: Owner::Group(group.id),
        layer: Layer::Ground,
    };
    let rect = place.rect;
    let pad = Fx::px(12);
    let room = rect.width() - pad * 2;
    if let (Some(heading), Some(baseline)) = (&group.heading, place.heading_baseline) {
        let at = Point::new(rect.min.x + pad, baseline);
        let title = words(
            Font::SansSemiBold,
            card::HEADING,
            frame.hue.word(),
            Cut::Middle,
        );
        let width = sink.text(FINE, &heading.title, title, at, room);
        let caption = words(Font::Mono, card::CAPTION, Ink::TextMuted, Cut::End);
        let off = width + Fx::px(10);
        let beside = Point::new(at.x + off, at.y);
        sink.text(FINE, &heading.caption, caption, beside, room - off);
        let large = words(
            Font::SansSemiBold,
            Fx::px(22),
            frame.hue.word(),
            Cut::Middle,
        );
        let at = Point::new(at.x, baseline + Fx::px(3));
        sink.text(PLATES, &heading.title, large, at, room);
    }
    if let Some(head) = group.head().filter(|_| held > 0) {
        // As large as fits above what it holds.
        let style = words(
            Font::SansSemiBold,
            Fx::px(38),
            frame.hue.word(),
            Cut::Middle,
        );
        let at = Point::new(rect.min.x + pad, rect.min.y + Fx::px(38));
        sink.text((Level::Plates, Level::Plates), &head.title, style, at, room);
    }
    let is_strip = held > 0 && group.heading.is_some() && frame.fill == Fill::Clear;
    let title = match (group.head(), &group.heading) {
        (Some(head), _) if held > 0 => &head.title,
        (None, Some(heading)) if is_strip => &heading.title,
        _ => return,
    };
    if frame.edge == Edge::Dashed && is_strip {
        let count = card::grouped(held);
        let size = Fx::px(150).min(rect.height() / 4);
        let width = text::width(&count, Font::SansSemiBold, size).min(room);
        let style = words(Font::SansSemiBold, size, Ink::Text, Cut::End);
        let at = Point::new(
            rect.center().x - width.half(),
            rect.min.y + rect.height() * 4 / 5,
        );
        sink.text(COARSE, &count, style, at, room);
    } else if group.head().is_some() {
        let size = Fx::px(200).min(rect.height() / 3);
        let fitted = text::fit(title, Font::SansSemiBold, size, room, Cut::Middle);
        let style = words(Font::SansSemiBold, size, Ink::Text, Cut::Middle);
        let at = Point::new(
            rect.center().x - fitted.width.half(),
            rect.min.y + rect.height() * 2 / 5,
        );
        sink.text(COARSE, title, style, at, room);
    }
}

/// What is behind a group's cards: frame and heading, and at the coarsest level a band with a count instead of them.
fn ground(group: &Group, place: &GroupPlace, items: &mut Vec<Item>) {
    let mut sink = Sink {
        items,
        owner: Owner::Group(group.id),
        layer: Layer::Ground,
    };
    let radii = [FRAME_RADIUS; 4];
    let frame = Stroke {
        ink: Ink::Frame,
        width: HAIRLINE,
        dash: Dash::Dashed,
    };
    if group.boxed {
        sink.rect(CARDS, place.rect, radii, None, Some(frame));
    }
    let pad = if group.boxed { Fx::px(10) } else { Fx::ZERO };
    let (left, right) = (place.rect.min.x + pad, place.rect.max.x - pad);
    if let (Some(heading), Some(baseline)) = (&group.heading, place.heading_baseline) {
        let caption = words(Font::Mono, card::CAPTION, Ink::TextMuted, Cut::End);
        let room = right - left;
        // The caption takes what the title leaves, and half where that is more.
        let title = text::width(&heading.title, Font::SansSemiBold, card::HEADING);
        let beside = (room - title - Fx::px(10)).max(room.half());
        let fitted = text::fit(
            &heading.caption,
            Font::Mono,
            card::CAPTION,
            beside,
            Cut::End,
        );
        let taken = if fitted.text.is_empty() {
            Fx::ZERO
        } else {
            fitted.width + Fx::px(10)
        };
        let caption_at = Point::new(right - fitted.width, baseline);
        let title = words(Font::SansSemiBold, card::HEADING, Ink::Text, Cut::Middle);
        sink.text(
            FINE,
            &heading.title,
            title,
            Point::new(left, baseline),
            room - taken,
        );
        sink.text(FINE, &heading.caption, caption, caption_at, beside);
        let large = words(Font::SansSemiBold, Fx::px(22), Ink::TextMuted, Cut::Middle);
        let at = Point::new(left, baseline + Fx::px(2));
        sink.text(TITLES, &heading.title, large, at, room);
    }
    if group.cards.is_empty() && group.heading.is_none() {
        return;
    }
    let hue = group.hue();
    sink.rect(
        COARSE,
        place.rect,
        radii,
        Some(hue.tint()),
        Some(solid(hue.strong(), Fx::px(4))),
    );
    // Big enough to be read where the whole map is small.
    let center = place.rect.center();
    let room = place.rect.width() * 4 / 5;
    let size = Fx::px(160).min(place.rect.height() * 3 / 5);
    let count = card::grouped(group.cards.len());
    let natural = text::width(&count, Font::SansSemiBold, size);
    let size = if natural > room {
        Fx((i64::from(size.0) * i64::from(room.0) / i64::from(natural.0.max(1))) as i32)
    } else {
        size
    };
    let width = text::width(&count, Font::SansSemiBold, size);
    let style = words(Font::SansSemiBold, size, hue.word(), Cut::End);
    let at = Point::new(center.x - width.half(), center.y + size * 3 / 8);
    sink.text(COARSE, &count, style, at, width);
    if let Some(heading) = &group.heading
        && place.rect.height() > size * 3
    {
        let size = Fx::px(44);
        let fitted = text::fit(&heading.title, Font::SansSemiBold, size, room, Cut::Middle);
        let style = words(Font::SansSemiBold, size, hue.word(), Cut::Middle);
        let at = Point::new(center.x - fitted.width.half(), at.y + size * 3 / 2);
        sink.text(COARSE, &heading.title, style, at, room);
    }
}

/// The lines of a route, as far as `wanted` picks its legs.
pub(super) fn route(
    route: &Route,
    emphasis: Emphasis,
    wanted: impl Fn(LegId) -> bool,
    items: &mut Vec<Item>,
) {
    let (dash, width) = line_style(route.line);
    let is_lit = emphasis == Emphasis::Lit;
    let width = if is_lit { width + LIT_EXTRA } else { width };
    let mut sink = Sink {
        items,
        owner: Owner::Net(route.net),
        layer: Layer::Lines,
    };
    let strands = route.strands(&wanted);
    if strands.is_empty() {
        return;
    }
    let role_of = |id: LegId| {
        let index = route.legs.partition_point(|leg| leg.leg < id.leg);
        // Legs come sorted by position within a hop only; look around where there are several hops.
        let found = route.legs.get(index).filter(|leg| leg.leg == id.leg);
        found
            .or_else(|| route.legs.iter().find(|leg| leg.leg == id.leg))
            .map_or(route.role, |leg| leg.role)
    };
    for strand in strands {
        let role = match strand.part {
            Part::Leg(id) => {
                sink.owner = Owner::Leg(id);
                role_of(id)
            }
            Part::Shared => {
                sink.owner = Owner::Net(route.net);
                route.role
            }
        };
        let stroke = Stroke {
            ink: Ink::Strong(role),
            width,
            dash,
        };
        let start = match (strand.part, route.line, strand.points.as_slice()) {
            (Part::Leg(_), Line::Implicit, [start, next, ..]) => {
                let away = if next.x < start.x { -DOT_OFF } else { DOT_OFF };
                Some(Point::new(start.x + away, start.y))
            }
            _ => None,
        };
        sink.line(strand.points, stroke);
        if let Some(center) = start {
            sink.disc(
                CARDS,
                center,
                DOT,
                Ink::Canvas,
                Some(solid(Ink::Strong(role), width)),
            );
        }
    }
    if route.line == Line::Blackhole
        && let Some((from, end)) = route.last_stretch()
    {
        let off = if end.x < from.x {
            CROSS_OFF
        } else {
            -CROSS_OFF
        };
        let (x, y) = (end.x + off, end.y);
        sink.owner = Owner::Net(route.net);
        for slope in [CROSS, -CROSS] {
            let arm = vec![
                Point::new(x - CROSS, y - slope),
                Point::new(x + CROSS, y + slope),
            ];
            sink.line(
                arm,
                solid(Ink::Strong(Role::Danger), width + HAIRLINE.half()),
            );
        }
    }
}

/// A card; the head of a box has no face of its own, but the place it takes.
fn face(card: &Card, place: &CardPlace, size: Size, is_head: bool, items: &mut Vec<Item>) {
    let rect = place.rect;
    let mut sink = Sink {
        items,
        owner: Owner::Card(card.id),
        layer: Layer::Cards,
    };
    let hue = card.hue();
    let outline = Stroke {
        ink: if card.dashed { Ink::Frame } else { Ink::Border },
        width: HAIRLINE,
        dash: if card.dashed {
            Dash::Dashed
        } else {
            Dash::Solid
        },
    };
    let radii = [CARD_RADIUS; 4];
    if is_head {
        sink.rect(CARDS, rect, radii, None, None);
    } else {
        sink.rect(
            PLATES,
            rect,
            radii,
            Some(hue.tint()),
            Some(solid(hue.strong(), Fx::px(2))),
        );
    }
    plate_title(&mut sink, card, rect);
    let fill = if card.dashed || card.subdued {
        Ink::Canvas
    } else {
        Ink::Card
    };
    if !is_head {
        sink.rect(FINE, rect, radii, Some(fill), Some(outline));
    }
    if !card.dashed && !is_head {
        let bar = Rect::new(rect.min.x, rect.min.y, card::BAR, rect.height());
        let radii = [Fx::px(3), Fx::ZERO, Fx::ZERO, Fx::px(3)];
        sink.rect(CARDS, bar, radii, Some(hue.strong()), None);
    }
    let glyph = Rect::new(
        rect.min.x + card::GLYPH_X,
        rect.min.y + card::GLYPH_Y,
        card::GLYPH,
        card::GLYPH,
    );
    let ink = if card.subdued {
        Ink::TextMuted
    } else {
        hue.strong()
    };
    sink.push(
        FINE,
        glyph,
        Shape::Glyph {
            glyph: card.glyph,
            rect: glyph,
            ink,
        },
    );
    let ink = if card.subdued || card.dashed {
        Ink::TextMuted
    } else {
        Ink::Text
    };
    let left = rect.min.x + card::TEXT_X;
    let room = rect.max.x - card::PAD - left;
    let pills = rect.max.x - card::PAD + Fx::px(2);
    let baseline = rect.min.y + card::TITLE_Y;
    let labelled = (card.label.as_ref())
        .filter(|label| !label.text.is_empty())
        .map_or(Fx::ZERO, |label| {
            let at = Point::new(pills, baseline);
            pill(&mut sink, FINE, &label.text, label.hue, at)
        });
    let title = words(Font::SansSemiBold, card::TITLE, ink, Cut::Middle);
    sink.text(
        FINE,
        &card.title,
        title,
        Point::new(left, baseline),
        room - labelled,
    );
    let baseline = rect.min.y + card::CAPTION_Y;
    let taken = card.trailing.as_ref().map_or(Fx::ZERO, |badge| {
        let at = Point::new(pills, baseline);
        pill(&mut sink, FULL, &badge.text, Hue::Role(badge.role), at)
    });
    let caption = words(Font::Mono, card::CAPTION, Ink::TextMuted, Cut::End);
    sink.text(
        FINE,
        &card.caption,
        caption,
        Point::new(left, baseline),
        room - taken,
    );
    let details = match size {
        Size::Compact => &[][..],
        Size::Details => &card.details,
    };
    let lines = card.more.iter().map(|line| (FINE, line));
    let mut baseline = baseline;
    for (levels, line) in lines.chain(details.iter().map(|line| (FULL, line))) {
        baseline += card::DETAIL_LINE;
        sink.text(levels, line, caption, Point::new(left, baseline), room);
    }
    for (index, mark) in (0_i32..).zip(&card.marks) {
        let center = Point::new(
            rect.max.x - Fx::px(2) - MARK_STEP * index,
            rect.min.y + Fx::px(1),
        );
        disc_with_sign(&mut sink, mark.sign, center);
    }
}

/// The name of a card where it is a plate: large enough to be read where that is a few pixels high.
fn plate_title(sink: &mut Sink<'_>, card: &Card, rect: Rect) {
    let side = Fx::px(12);
    let room = rect.width() - side * 2;
    let left = rect.min.x + side;
    // What stands for a gap has a sentence, which is read from its beginning; names differ at their ends.
    let is_sentence = card.dashed && card.title.contains(' ');
    let size = Fx::px(27);
    let width = text::width(&card.title, Font::SansSemiBold, size);
    if !is_sentence || width <= room {
        let large = words(Font::SansSemiBold, size, card.hue().word(), Cut::Start);
        let at = Point::new(left, rect.min.y + Fx::px(32));
        sink.text(TITLES, &card.title, large, at, room);
        return;
    }
    let size = Fx::px(18);
    let small = words(Font::SansSemiBold, size, card.hue().word(), Cut::End);
    let (first, rest) = broken(&card.title, size, room);
    let baseline = rect.min.y + Fx::px(19);
    sink.text(TITLES, first, small, Point::new(left, baseline), room);
    let at = Point::new(left, baseline + Fx::px(19));
    sink.text(TITLES, rest, small, at, room);
}

/// Words as far as they fit into a line, and the rest.
fn broken(title: &str, size: Fx, room: Fx) -> (&str, &str) {
    let fits = |at: &usize| {
        let head = title.get(..*at).unwrap_or_default();
        text::width(head, Font::SansSemiBold, size) <= room
    };
    let spaces = title.match_indices(' ').map(|(at, _)| at);
    let last = spaces.take_while(fits).last();
    let at = last.unwrap_or(title.len());
    let (first, rest) = title.split_at(at);
    (first, rest.trim_start())
}

/// A word in a pill that ends at a point of the baseline. Gives the width it takes, with the space before it.
fn pill(sink: &mut Sink<'_>, levels: (Level, Level), word: &str, hue: Hue, end: Point) -> Fx {
    let width = card::badge_width(word);
    let pill = Rect::new(end.x - width, end.y - Fx::px(12), width, card::BADGE_HEIGHT);
    let radii = [card::BADGE_HEIGHT.half(); 4];
    sink.rect(levels, pill, radii, Some(hue.tint()), None);
    let style = words(Font::SansSemiBold, card::BADGE, hue.word(), Cut::End);
    let at = Point::new(pill.min.x + card::BADGE_PAD, pill.min.y + Fx(64 * 11 + 40));
    sink.text(
        levels,
        word,
        style,
        at,
        width - card::BADGE_PAD * 2 + HAIRLINE,
    );
    width + card::BADGE_GAP - Fx::px(2)
}

fn disc_with_sign(sink: &mut Sink<'_>, sign: Sign, center: Point) {
    let role = sign.role();
    let edge = solid(Ink::Canvas, Fx(96));
    sink.disc(CARDS, center, MARK_RADIUS, Ink::Strong(role), Some(edge));
    let word = sign.letter();
    let style = words(Font::SansSemiBold, Fx::px(11), Ink::On(role), Cut::End);
    let width = text::width(word, style.font, style.size);
    let at = Point::new(center.x - width.half(), center.y + Fx::px(4));
    sink.text(FINE, word, style, at, width);
}

/// A card's item as it is seen above the veil: on the role's tint, in a strong outline.
pub(super) fn lit_card_item(item: &Item, card: &Card, is_hovered: bool) -> Item {
    let mut item = item.clone();
    match &mut item.shape {
        Shape::Rect {
            stroke: Some(stroke),
            fill,
            ..
        } => {
            if item.levels == FINE {
                *fill = Some(card.hue().tint());
            }
            stroke.ink = card.hue().strong();
            stroke.width = if is_hovered { Fx::px(2) } else { Fx(96) };
            item.bounds = item.bounds.grown(HAIRLINE);
        }
        // The pill would vanish on the tint it is made of.
        Shape::Rect {
            fill: Some(fill @ (Ink::Tint(_) | Ink::SwatchTint(_))),
            ..
        } => *fill = Ink::Card,
        _ => {}
    }
    item
}

/// The outline of a box as it is seen above the veil; what is in it stays to be seen.
pub(super) fn lit_box(id: GroupId, rect: Rect, hue: Hue, is_hovered: bool) -> Item {
    let width = if is_hovered { Fx::px(3) } else { Fx::px(2) };
    let stroke = solid(hue.strong(), width);
    Item {
        owner: Owner::Group(id),
        layer: Layer::Ground,
        levels: (Level::Groups, Level::All),
        bounds: rect.grown(width),
        shape: Shape::Rect {
            rect,
            radii: [CARD_RADIUS; 4],
            fill: None,
            stroke: Some(stroke),
        },
    }
}

/// The ring around a selected card.
pub(super) fn ring(id: CardId, rect: Rect) -> Item {
    let around = rect.grown(Fx::px(3));
    let stroke = solid(Ink::Accent, Fx(64 * 5 / 2));
    Item {
        owner: Owner::Card(id),
        layer: Layer::Rings,
        levels: (Level::Groups, Level::All),
        bounds: around.grown(stroke.width),
        shape: Shape::Rect {
            rect: around,
            radii: [CARD_RADIUS + Fx::px(3); 4],
            fill: None,
            stroke: Some(stroke),
        },
    }
}

/// The height of one line of a legend.
const LEGEND_LINE: Fx = Fx::px(22);
/// The side of a legend's patches of colour.
const PATCH: Fx = Fx::px(12);

/// A legend from the top left corner on, in lines of this width; and how high it is.
pub(super) fn legend(legend: &Legend, at: Point, room: Fx) -> (Vec<Item>, Fx) {
    let mut items = Vec::new();
    let mut sink = Sink {
        items: &mut items,
        owner: Owner::Map,
        layer: Layer::Ground,
    };
    let title = words(Font::SansSemiBold, card::HEADING, Ink::Text, Cut::Middle);
    let mut pen = Point::new(at.x, at.y + Fx::px(15));
    pen.x += sink.text(FINE, &legend.title, title, pen, room) + Fx::px(18);
    for entry in &legend.entries {
        let count = card::grouped(entry.count);
        let text = text::fit(
            &entry.text,
            Font::Sans,
            card::HEADING,
            Fx::px(240),
            Cut::Middle,
        );
        let count_width = text::width(&count, Font::Mono, card::CAPTION);
        let width = PATCH + Fx::px(6) + text.width + Fx::px(6) + count_width;
        if pen.x + width > at.x + room && pen.x > at.x {
            pen = Point::new(at.x, pen.y + LEGEND_LINE);
        }
        let patch = Rect::new(pen.x, pen.y - Fx::px(10), PATCH, PATCH);
        let outline = Some(solid(entry.hue.strong(), HAIRLINE));
        let radii = [Fx::px(3); 4];
        sink.rect(FINE, patch, radii, Some(entry.hue.strong()), outline);
        pen.x += PATCH + Fx::px(6);
        let style = words(Font::Sans, card::HEADING, Ink::Text, Cut::Middle);
        pen.x += sink.text(FINE, &text.text, style, pen, Fx::px(240)) + Fx::px(6);
        let style = words(Font::Mono, card::CAPTION, Ink::TextMuted, Cut::End);
        pen.x += sink.text(FINE, &count, style, pen, Fx::px(120)) + Fx::px(18);
    }
    (items, pen.y - at.y + Fx::px(9))
}
