//! Geometry only: sized cards, groups and nets become places and routes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagram::{CardId, Diagram, GroupId, LegId, Line, NetId, Role};
use super::geometry::{Fx, Point, Rect};

/// How much a card shows, and so how large it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// Title and caption.
    #[default]
    Compact,
    /// Detail lines too.
    Details,
}

/// Everything that can influence the picture. A request that equals the last one needs no new layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What is to be seen.
    pub diagram: Arc<Diagram>,
    /// How much of it.
    pub size: Size,
    /// The order of the last layout. It is kept unless another one has fewer crossings.
    pub previous: Option<CardOrder>,
}

/// The order of the cards in groups that leave it to the layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardOrder(pub BTreeMap<GroupId, Vec<CardId>>);

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The whole map, margins included; its top left corner is the origin.
    pub bounds: Rect,
    /// The columns, in the order of the diagram's.
    pub columns: Vec<ColumnPlace>,
    /// The bands, in the order of the diagram's.
    pub bands: Vec<BandPlace>,
    /// The groups, in the order of [`Diagram::groups`].
    pub groups: Vec<GroupPlace>,
    /// The cards, sorted by id.
    pub cards: Vec<CardPlace>,
    /// The lines that are drawn, sorted by net, kind and place.
    pub routes: Vec<Route>,
    /// The order of free groups, to be handed to the next request.
    pub order: CardOrder,
    /// How many pairs of lines between neighbouring columns cross.
    pub crossings: u64,
    /// How much the cards show.
    pub size: Size,
}

/// Where a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnPlace {
    /// Left edge of its cards.
    pub x: Fx,
    /// Width of its cards.
    pub width: Fx,
    /// Baseline of its heading.
    pub heading_baseline: Fx,
}

/// Where a band is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandPlace {
    /// The band from edge to edge, heading included.
    pub rect: Rect,
    /// Baseline of its heading, where it has one.
    pub heading_baseline: Option<Fx>,
}

/// Where a group is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPlace {
    /// The group.
    pub id: GroupId,
    /// Its column.
    pub column: usize,
    /// Its band; `None` in the shared column.
    pub band: Option<usize>,
    /// Frame, heading and cards.
    pub rect: Rect,
    /// Baseline of its heading, where it has one.
    pub heading_baseline: Option<Fx>,
}

/// Where a card is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPlace {
    /// The card.
    pub id: CardId,
    /// Its group's position in [`Layout::groups`].
    pub group: usize,
    /// Its column.
    pub column: usize,
    /// Its outline.
    pub rect: Rect,
}

/// All legs of one net that are drawn alike and go the same way: stubs, one trunk per gap, and a last stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The net.
    pub net: NetId,
    /// How it is drawn.
    pub line: Line,
    /// The colour of the parts that legs share.
    pub role: Role,
    /// The parts that legs share: trunks and the last stretch.
    pub shared: Vec<Segment>,
    /// The legs, each with its own stub and the whole way to the target.
    pub legs: Vec<LegPlace>,
    /// Where stubs meet the trunk: small discs.
    pub joints: Vec<Point>,
    /// Where the target is met.
    pub end: Point,
}

/// A straight piece of a shared part, upright or level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Upper or left end.
    pub from: Point,
    /// Lower or right end.
    pub to: Point,
}

/// One leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegPlace {
    /// The leg.
    pub id: LegId,
    /// Its colour up to the trunk.
    pub role: Role,
    /// The whole way, corner by corner, from where it begins to the target.
    pub path: Vec<Point>,
    /// How many of the path's points belong to this leg alone.
    pub own: usize,
}
