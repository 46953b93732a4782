//! The display list: what is painted, in map units and colour roles.

use std::collections::BTreeSet;

use super::diagram::{CardId, GroupId, LegId, NetId};
use super::geometry::{Fx, Point, Rect};
use super::glyph::Glyph;
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
}

/// Paint order, from back to front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Bands, frames and their headings.
    Ground,
    /// Lines.
    Lines,
    /// Cards: faces, bars, glyphs, words.
    Cards,
    /// Marks on cards, rings around them.
    Marks,
}

/// How much is seen, from least to most. The zoom chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Groups as bands with counts.
    Groups,
    /// Cards as coloured plates.
    Plates,
    /// Names and captions.
    Names,
    /// Everything.
    #[default]
    All,
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
    /// What it covers.
    pub bounds: Rect,
    /// What is painted.
    pub shape: Shape,
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
        /// The radius its corners are rounded with, less where a stretch is too short.
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
    /// Dots: short dashes with short gaps.
    Dotted,
    /// Dashes longer than their gaps.
    Dashed,
    /// Long dashes.
    Long,
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
}
