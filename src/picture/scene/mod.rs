//! The display list: what is painted, in map units and colour roles.
//!
//! [`Scene::new`] builds the base once for a layout. Hovering and selecting never touch it: [`Scene::overlay`] gives
//! the few items that are painted above a translucent veil. [`Scene::visible`] and [`Scene::hit`] find items by place.

mod build;
mod grid;
mod round;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::grid::Grid;
pub(crate) use self::round::corners;
pub use self::round::rounded;
use super::diagram::{Card, CardId, Diagram, Group, GroupId, LegId, Line, NetId};
use super::geometry::{Fx, Point, Rect};
use super::glyph::Glyph;
use super::layout::{Layout, NoteId, NotePlace};
use super::text::Font;
use super::theme::Ink;

/// Whose an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Nobody's: headings and the like.
    Map,
    /// A band's, by its position.
    Band(u32),
    /// A group's.
    Group(GroupId),
    /// The shared part of a net.
    Net(NetId),
    /// One leg's.
    Leg(LegId),
    /// A card's.
    Card(CardId),
    /// A note's.
    Note(NoteId),
}

/// Paint order, from back to front. Items of a scene come in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Bands, frames and headings.
    Ground,
    /// Lines.
    Lines,
    /// Cards: faces, bars, glyphs, words, marks.
    Cards,
    /// Words that people put on the map.
    Notes,
    /// Rings around cards.
    Rings,
}

/// How much is seen, from least to most. The zoom chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Groups as bands with counts.
    Groups,
    /// Cards as coloured plates.
    Plates,
    /// Plates with the ends of their names, as large as fits.
    Titles,
    /// Names and captions.
    Names,
    /// Everything.
    #[default]
    All,
}

impl Level {
    /// Every level, from least to most.
    pub const ALL: [Self; 5] = [
        Self::Groups,
        Self::Plates,
        Self::Titles,
        Self::Names,
        Self::All,
    ];

    /// The zooms from which each level after the first is shown: a card is 46 units tall, a name 13.
    const FROM: [(f32, Self); 4] = [
        (0.12, Self::Plates),
        (0.27, Self::Titles),
        (0.52, Self::Names),
        (0.62, Self::All),
    ];

    /// The level for a zoom (pixels per map unit). Around the border between two levels the one that is shown stays,
    /// so that zooming does not flicker.
    pub fn for_zoom(zoom: f32, shown: Option<Self>) -> Self {
        let mut level = Self::Groups;
        for (from, next) in Self::FROM {
            let border = match shown {
                Some(shown) if shown >= next => from * 0.9,
                Some(_) => from * 1.1,
                None => from,
            };
            if zoom >= border {
                level = next;
            }
        }
        level
    }
}

/// A thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Whose it is.
    pub owner: Owner,
    /// When it is painted.
    pub layer: Layer,
    /// The levels at which it is seen, both included.
    pub levels: (Level, Level),
    /// What it covers, strokes included.
    pub bounds: Rect,
    /// What is painted.
    pub shape: Shape,
}

impl Item {
    /// Whether it is painted at a level.
    pub fn is_seen_at(&self, level: Level) -> bool {
        self.levels.0 <= level && level <= self.levels.1
    }
}

/// A primitive, in map units.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle.
    Rect {
        /// Its outline.
        rect: Rect,
        /// Corner radii: top left, top right, bottom right, bottom left.
        radii: [Fx; 4],
        /// What it is filled with.
        fill: Option<Ink>,
        /// Its outline's stroke, centred on the outline.
        stroke: Option<Stroke>,
    },
    /// A line through corners.
    Line {
        /// The corners, at least two.
        points: Vec<Point>,
        /// The radius its corners are rounded with, less where a stretch is too short; see [`rounded`].
        radius: Fx,
        /// Its stroke.
        stroke: Stroke,
    },
    /// A line of words.
    Text(TextRun),
    /// A symbol in a square.
    Glyph {
        /// Which.
        glyph: Glyph,
        /// The square it fills.
        rect: Rect,
        /// Its colour.
        ink: Ink,
    },
    /// A disc.
    Disc {
        /// Its middle.
        center: Point,
        /// Its radius.
        radius: Fx,
        /// What it is filled with.
        fill: Ink,
        /// Its outline.
        stroke: Option<Stroke>,
    },
}

/// How an outline or line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Its colour.
    pub ink: Ink,
    /// Its width.
    pub width: Fx,
    /// Its pattern.
    pub dash: Dash,
}

/// The pattern of a stroke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dash {
    /// No gaps.
    #[default]
    Solid,
    /// Short dashes with short gaps.
    Dotted,
    /// Dashes longer than their gaps.
    Dashed,
    /// Long dashes.
    Long,
}

impl Dash {
    /// Lengths of dash and gap in map units; `None` for no gaps.
    pub fn pattern(self) -> Option<[f32; 2]> {
        match self {
            Self::Solid => None,
            Self::Dotted => Some([3.0, 3.0]),
            Self::Dashed => Some([5.0, 4.0]),
            Self::Long => Some([10.0, 4.0]),
        }
    }
}

/// Words on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRun {
    /// The words, already shortened to fit.
    pub text: String,
    /// The face.
    pub font: Font,
    /// Size in map units.
    pub size: Fx,
    /// Left end.
    pub x: Fx,
    /// Baseline.
    pub baseline: Fx,
    /// Width: the sum of the advances, without kerning or ligatures.
    pub width: Fx,
    /// Colour.
    pub ink: Ink,
}

/// What is lit while the rest is dimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lit {
    /// Cards.
    pub cards: BTreeSet<CardId>,
    /// Legs of nets.
    pub legs: BTreeSet<LegId>,
    /// Groups: their headings.
    pub groups: BTreeSet<GroupId>,
    /// The selected card: a ring in the accent colour.
    pub selected: Option<CardId>,
    /// The card under the pointer: a stronger outline.
    pub hovered: Option<CardId>,
}

/// What is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A card.
    Card(CardId),
    /// A leg of a net.
    Leg(LegId),
    /// The shared part of a net.
    Net(NetId),
    /// A group, away from its cards.
    Group(GroupId),
    /// A note.
    Note(NoteId),
}

/// A picture to paint.
#[derive(Clone, Debug)]
pub struct Scene {
    diagram: Arc<Diagram>,
    layout: Arc<Layout>,
    items: Vec<Item>,
    /// Each card's group and place in the diagram and its items, sorted by card.
    cards: Vec<CardEntry>,
    grid: Grid,
    /// Items of [`Level::Groups`], which are few: they need no grid.
    coarse: Vec<u32>,
}

#[derive(Clone, Debug)]
struct CardEntry {
    id: CardId,
    /// Position in [`Diagram::groups`] and in that group's cards.
    at: (usize, usize),
    items: std::ops::Range<usize>,
}

impl Scene {
    /// The display list of a diagram and its layout.
    pub fn new(diagram: Arc<Diagram>, layout: Arc<Layout>) -> Self {
        let (items, cards) = build::base(&diagram, &layout);
        let grid = Grid::new(&items, layout.bounds);
        let coarse = (0..)
            .zip(&items)
            .filter(|(_, item)| item.is_seen_at(Level::Groups))
            .map(|(index, _)| index)
            .collect();
        Self {
            diagram,
            layout,
            items,
            cards,
            grid,
            coarse,
        }
    }

    /// Every item, in paint order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The whole map, margins included.
    pub fn bounds(&self) -> Rect {
        self.layout.bounds
    }

    /// The diagram it shows.
    pub fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// The layout it shows.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What the colours mean, as items from a corner on in lines of this width, and how high that is. It is no part of
    /// the map: a window keeps it in view, a page has it below.
    pub fn legend(&self, at: Point, room: Fx) -> Option<(Vec<Item>, Fx)> {
        let legend = self.diagram.legend.as_ref()?;
        Some(build::legend(legend, at, room))
    }

    /// A card of the diagram.
    pub fn card(&self, id: CardId) -> Option<&Card> {
        let entry = self.entry(id)?;
        self.group_at(entry.at.0)?.cards.get(entry.at.1)
    }

    fn entry(&self, id: CardId) -> Option<&CardEntry> {
        let index = self
            .cards
            .binary_search_by_key(&id, |entry| entry.id)
            .ok()?;
        self.cards.get(index)
    }

    fn group_at(&self, index: usize) -> Option<&Group> {
        self.diagram.groups().nth(index)
    }

    /// What a card says, for titles and screen readers: name, caption, badge and marks.
    pub fn card_name(&self, id: CardId) -> Option<String> {
        let card = self.card(id)?;
        let badge = card.trailing.as_ref().map(|badge| badge.text.as_str());
        let label = card.label.as_ref().map(|label| label.text.as_str());
        let marks = card.marks.iter().map(|mark| mark.text.as_str());
        let more = card.more.iter().map(String::as_str);
        let words = [card.title.as_str(), card.caption.as_str()]
            .into_iter()
            .chain(more)
            .chain(badge)
            .chain(label)
            .chain(marks);
        Some(
            words
                .filter(|words| !words.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
        )
    }

    /// The items that touch an area at a level, in paint order.
    pub fn visible(&self, level: Level, area: &Rect) -> Vec<&Item> {
        if level == Level::Groups {
            let items = self
                .coarse
                .iter()
                .filter_map(|index| self.items.get(*index as usize));
            return items.filter(|item| item.bounds.touches(area)).collect();
        }
        if area.contains_rect(&self.layout.bounds) {
            return self
                .items
                .iter()
                .filter(|item| item.is_seen_at(level))
                .collect();
        }
        let found = self.grid.touching(area);
        found
            .filter_map(|index| self.items.get(index))
            .filter(|item| item.is_seen_at(level) && item.bounds.touches(area))
            .collect()
    }

    /// What is at a point: a card before the nearest line within `radius`, and that before a group.
    pub fn hit(&self, point: Point, radius: Fx) -> Option<Target> {
        let near = Rect {
            min: point,
            max: point,
        }
        .grown(radius);
        let on = |note: &&NotePlace| note.rect.contains(point);
        // The last one lies on top.
        if let Some(note) = self.layout.notes.iter().rev().find(on) {
            return Some(Target::Note(note.id));
        }
        let mut line: Option<(i64, Target)> = None;
        let (mut head, mut group) = (None, None);
        let reach = i64::from(radius.0) * i64::from(radius.0);
        for item in self
            .grid
            .touching(&near)
            .filter_map(|index| self.items.get(index))
        {
            match (item.owner, &item.shape) {
                (Owner::Card(id), Shape::Rect { rect, .. }) if rect.contains(point) => {
                    // A card on a border lies over the box whose border it is.
                    let is_box = self.box_of_head(id).is_some();
                    if !is_box {
                        return Some(Target::Card(id));
                    }
                    head = Some(Target::Card(id));
                }
                (Owner::Leg(_) | Owner::Net(_), Shape::Line { points, .. })
                    if item.bounds.touches(&near) =>
                {
                    let target = match item.owner {
                        Owner::Leg(id) => Target::Leg(id),
                        Owner::Net(id) => Target::Net(id),
                        _ => continue,
                    };
                    let distance = points
                        .windows(2)
                        .map(|ends| square_distance(point, ends))
                        .min();
                    if let Some(distance) = distance
                        && distance <= reach
                        && line.is_none_or(|best| (distance, target) < best)
                    {
                        line = Some((distance, target));
                    }
                }
                // The innermost of several boxes; their words may lie over boxes in them.
                (Owner::Group(id), shape)
                    if item.bounds.contains(point)
                        && (group.is_none() || !matches!(shape, Shape::Text(_))) =>
                {
                    group = Some(Target::Group(id));
                }
                _ => {}
            }
        }
        let line = line.map(|(_, target)| target);
        line.or(head).or_else(|| Some(self.meant_by(group?)))
    }

    /// A box that holds no other box is meant by its whole inside: its head.
    fn meant_by(&self, target: Target) -> Target {
        let Target::Group(id) = target else {
            return target;
        };
        let group = self.diagram.groups().find(|group| group.id == id);
        match group.and_then(Group::head) {
            Some(head) if !self.layout.holds_groups(id) => Target::Card(head.id),
            _ => target,
        }
    }

    /// What a card takes on the map: its outline, or the whole box that it is the head of.
    pub fn extent(&self, id: CardId) -> Option<Rect> {
        let of_box = self.box_of_head(id).map(|(_, rect)| rect);
        of_box.or_else(|| self.layout.card(id).map(|place| place.rect))
    }

    /// The box that a card is the head of, with its place.
    fn box_of_head(&self, id: CardId) -> Option<(&Group, Rect)> {
        let entry = self.entry(id)?;
        let group = self.group_at(entry.at.0)?;
        let is_head = entry.at.1 == 0 && group.head().is_some();
        let place = self.layout.groups.get(entry.at.0)?;
        is_head.then_some((group, place.rect))
    }

    /// What is painted above the veil: the lit cards on their tint with a strong outline, the lit legs thicker, a ring
    /// around the selected card. The base is not touched.
    pub fn overlay(&self, lit: &Lit) -> Vec<Item> {
        self.overlay_of(lit, |_| true, |_| true)
    }

    /// The same, as far as it is seen in an area at a level.
    pub fn overlay_within(&self, lit: &Lit, level: Level, area: &Rect) -> Vec<Item> {
        let near = area.grown(Fx::px(24));
        let is_near = |id: CardId| {
            let place = self.layout.card(id);
            place.is_some_and(|place| place.rect.touches(&near))
        };
        self.overlay_of(lit, is_near, |item| item.is_seen_at(level))
    }

    fn overlay_of(
        &self,
        lit: &Lit,
        is_near: impl Fn(CardId) -> bool,
        is_seen: impl Fn(&Item) -> bool,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for item in self
            .items
            .iter()
            .take_while(|item| item.layer == Layer::Ground)
        {
            if let Owner::Group(id) = item.owner
                && lit.groups.contains(&id)
            {
                let mut item = item.clone();
                // What is in a box stays to be seen, lit or not.
                if let Shape::Rect { fill, .. } = &mut item.shape
                    && self.layout.holds_groups(id)
                {
                    *fill = None;
                }
                items.push(item);
            }
        }
        let mut lit_nets: BTreeSet<NetId> = lit.legs.iter().map(|leg| leg.net).collect();
        let mut routes: Vec<_> = self
            .layout
            .routes
            .iter()
            .filter(|route| lit_nets.contains(&route.net))
            .collect();
        lit_nets.clear();
        routes.sort_by_key(|route| route.line);
        for route in routes {
            build::route(
                route,
                build::Emphasis::Lit,
                |leg| lit.legs.contains(&leg),
                &mut items,
            );
        }
        let ringed = lit.selected.into_iter().chain(lit.hovered);
        let cards = lit.cards.iter().copied().chain(ringed);
        let cards: BTreeSet<CardId> = cards.filter(|id| is_near(*id)).collect();
        for id in cards {
            let Some((entry, card)) = self.entry(id).zip(self.card(id)) else {
                continue;
            };
            let own = self.items.get(entry.items.clone()).unwrap_or(&[]);
            let is_hovered = lit.hovered == Some(id);
            let around = self.box_of_head(id);
            // The outline of a box that holds others would run over what stands on it; its head is lit and will do.
            if let Some((group, rect)) = around
                && !self.layout.holds_groups(group.id)
            {
                items.push(build::lit_box(group.id, rect, card.hue(), is_hovered));
            }
            items.extend(
                own.iter()
                    .filter(|item| is_seen(item))
                    .map(|item| build::lit_card_item(item, card, is_hovered)),
            );
            if lit.selected == Some(id)
                && let Some(place) = self.layout.card(id)
            {
                let rect = around.map_or(place.rect, |(_, rect)| rect);
                items.push(build::ring(id, rect));
            }
        }
        // Words that people put on the map stay to be read. They are the last.
        let is_note = |item: &&Item| item.layer == Layer::Notes;
        let count = self.items.iter().rev().take_while(is_note).count();
        let notes = self.items.iter().skip(self.items.len() - count);
        items.extend(notes.filter(|item| is_seen(item)).cloned());
        items
    }
}

/// The square of the distance from a point to an upright or level stretch, in square 64ths.
fn square_distance(point: Point, ends: &[Point]) -> i64 {
    let Some(around) = Rect::around(ends) else {
        return i64::MAX;
    };
    let off = |at: Fx, from: Fx, to: Fx| i64::from((at - at.clamp(from, to)).0);
    let x = off(point.x, around.min.x, around.max.x);
    let y = off(point.y, around.min.y, around.max.y);
    x * x + y * y
}

/// The pattern and width of a kind of line.
pub(crate) fn line_style(line: Line) -> (Dash, Fx) {
    match line {
        Line::Membership => (Dash::Solid, Fx(72)),
        Line::Implicit => (Dash::Long, Fx(88)),
        Line::Association => (Dash::Solid, Fx(104)),
        Line::Route | Line::Blackhole => (Dash::Dotted, Fx(104)),
    }
}
