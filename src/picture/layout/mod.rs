//! Geometry only: sized cards, groups and nets become places and routes.
//!
//! Columns are fixed, so this is the layered method without its first steps: [`order`] sorts cards inside their groups
//! by barycentre, [`place`] puts them next to what they are joined to, [`route`] draws orthogonal lines with one shared
//! trunk per net. Everything is fixed-point and sorted: the same [`Request`] gives the same [`Layout`], byte for byte.

pub(crate) mod arranged;
pub(crate) mod card;
mod graph;
mod nested;
mod order;
mod place;
mod route;
mod sift;
mod strand;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use arranged::{Arranged, Note, NoteId, NotePlace, on_map};
pub use strand::{Part, RADIUS, Strand};

use self::graph::{Anchor, Graph};
use super::diagram::{CardId, ColumnHead, Diagram, GroupId, Line, NetId, Order, Role};
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
    /// What stands where somebody put it.
    pub arranged: Arranged,
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
    /// The lines that are drawn, sorted by net and kind.
    pub routes: Vec<Route>,
    /// The notes, in the order of the request's.
    pub notes: Vec<NotePlace>,
    /// The order of free groups, to be handed to the next request.
    pub order: CardOrder,
    /// How many pairs of lines between the same two columns cross, reckoned as straight lines.
    pub crossings: u64,
    /// The same, in the order that layout began with: the previous one, else by name.
    pub crossings_before: u64,
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
    /// The box it stands in; `None` where it stands in none. Only what stands on the border of a box reaches beyond it.
    pub parent: Option<GroupId>,
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

/// All legs of one net that are drawn alike and go the same way.
///
/// They run into a trunk, and that into the target; where columns lie between, through a lane into the trunk of the
/// next gap. Among boxes in boxes the trunk has more corners: it is a tree of joints there. [`Route::strands`] turns it
/// into lines to draw, [`Route::path`] gives one leg's whole way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The net.
    pub net: NetId,
    /// How it is drawn.
    pub line: Line,
    /// The colour of the parts that legs share.
    pub role: Role,
    /// The legs.
    pub legs: Vec<LegPlace>,
    /// The trunks; each stands before the one it leads to, and the last leads to the target. None among boxes in boxes.
    pub hops: Vec<Hop>,
    /// The corners and meeting points among boxes in boxes; each stands before the one it leads to, and the last is
    /// where the target is met. None between columns.
    pub joints: Vec<Joint>,
}

/// A corner, or a point where lines meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joint {
    /// Where it is.
    pub at: Point,
    /// The joint it leads to, by position in [`Route::joints`].
    pub next: Option<usize>,
}

/// One leg of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegPlace {
    /// Its position in the net's legs.
    pub leg: u32,
    /// Its colour up to the trunk.
    pub role: Role,
    /// The trunk it runs into, by position in [`Route::hops`], or the joint, by position in [`Route::joints`].
    pub hop: usize,
    /// Where it begins.
    pub start: Point,
}

/// A trunk in the gap between two columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The gap: 0 is right of the first column.
    pub gap: usize,
    /// The track, from left to right; `None` where all is level and no trunk is needed.
    pub track: Option<usize>,
    /// Whether it shares its track with other nets, because there were too many to tell apart.
    pub bundled: bool,
    /// Where the trunk stands.
    pub x: Fx,
    /// What runs into it.
    pub inputs: Vec<Input>,
    /// Where it leads: the target's edge, or half way to the next trunk.
    pub end: Point,
    /// The trunk it leads to, by position in [`Route::hops`].
    pub next: Option<usize>,
}

/// What runs into a trunk, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// One of [`Route::legs`].
    Leg(usize),
    /// One of [`Route::hops`].
    Hop(usize),
}

impl CardOrder {
    /// The same order for a diagram in which cards have other names. Cards without a new name are left out.
    #[must_use]
    pub fn renamed(
        &self,
        group: impl Fn(GroupId) -> Option<GroupId>,
        card: impl Fn(CardId) -> Option<CardId>,
    ) -> Self {
        let groups = self.0.iter();
        Self(
            groups
                .filter_map(|(id, cards)| {
                    Some((
                        group(*id)?,
                        cards.iter().filter_map(|id| card(*id)).collect(),
                    ))
                })
                .collect(),
        )
    }
}

impl Layout {
    /// Where a card is.
    pub fn card(&self, id: CardId) -> Option<&CardPlace> {
        let index = self
            .cards
            .binary_search_by_key(&id, |place| place.id)
            .ok()?;
        self.cards.get(index)
    }

    /// Where a group is.
    pub fn group(&self, id: GroupId) -> Option<&GroupPlace> {
        self.groups.iter().find(|place| place.id == id)
    }

    /// The group a card stands in.
    pub fn group_of(&self, card: CardId) -> Option<GroupId> {
        let place = self.card(card)?;
        self.groups.get(place.group).map(|group| group.id)
    }

    /// The boxes a group stands in, from the innermost outward.
    pub fn around(&self, group: GroupId) -> Vec<GroupId> {
        let mut around = Vec::new();
        let mut at = self.group(group).and_then(|place| place.parent);
        // No box is deeper than there are boxes.
        while let Some(id) = at.filter(|_| around.len() < self.groups.len()) {
            around.push(id);
            at = self.group(id).and_then(|place| place.parent);
        }
        around
    }

    /// Whether a group has others in it.
    pub fn holds_groups(&self, group: GroupId) -> bool {
        self.groups.iter().any(|place| place.parent == Some(group))
    }
}

/// Finds a place for everything. Never fails: what a diagram says twice or about nothing is left out or drawn once.
pub fn layout(request: &Request) -> Layout {
    let mut layout = by_itself(request);
    arranged::arrange(&mut layout, &request.diagram, &request.arranged);
    layout
}

/// The layout as nobody touched it.
fn by_itself(request: &Request) -> Layout {
    let diagram = &*request.diagram;
    if let Some(nest) = &diagram.nest {
        return nested::layout(nest, &diagram.nets, request.size);
    }
    let graph = Graph::new(diagram, request.size);
    let ordered = order::order(&graph, request.previous.as_ref());
    let has_heading: Vec<bool> = diagram
        .bands
        .iter()
        .map(|band| band.heading.is_some())
        .collect();
    let (mut buses, lanes) = route::plan(&graph);
    let places = place::place(&graph, &ordered.columns, &has_heading, &lanes);
    let heights = route::Edges {
        graph: &graph,
        places: &places,
    };
    heights.heights(&mut buses);
    let tracks = route::assign_tracks(&graph, &mut buses);
    let across = Across::new(&graph, &diagram.columns, &tracks, request.size);

    let card_rect = |index: usize| {
        let node = graph.nodes.get(index)?;
        let (x, width) = across.columns.get(node.column).copied()?;
        Some(Rect::new(
            x,
            places.tops.get(index).copied()?,
            width,
            node.height,
        ))
    };
    let group_rect = |index: usize| {
        let cluster = graph.clusters.get(index)?;
        let (x, width) = across.columns.get(cluster.column).copied()?;
        let pad = if cluster.group.boxed {
            place::FRAME_PAD
        } else {
            Fx::ZERO
        };
        let (upper, lower) = places.groups.get(index).copied()?;
        Some(Rect::new(x - pad, upper, width + pad * 2, lower - upper))
    };
    let routes = route::finish(&graph, buses, &tracks, &across.gap_lefts, |anchor| {
        let rect = match anchor {
            Anchor::Card(index) => card_rect(index),
            Anchor::Group(index) => group_rect(index),
        };
        rect.unwrap_or_default()
    });

    let groups: Vec<GroupPlace> = graph
        .clusters
        .iter()
        .enumerate()
        .map(|(index, cluster)| {
            let rect = group_rect(index).unwrap_or_default();
            let heading = cluster.group.heading.is_some();
            GroupPlace {
                id: cluster.group.id,
                column: cluster.column,
                band: (cluster.band < graph.bands).then_some(cluster.band),
                parent: None,
                rect,
                heading_baseline: heading.then(|| {
                    place::heading_baseline(rect.min.y + place::head(heading, cluster.group.boxed))
                }),
            }
        })
        .collect();
    let mut cards: Vec<CardPlace> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| CardPlace {
            id: node.card.id,
            group: node.group,
            column: node.column,
            rect: card_rect(index).unwrap_or_default(),
        })
        .collect();
    cards.sort_by_key(|place| place.id);
    let order = graph
        .clusters
        .iter()
        .enumerate()
        .filter(|(_, cluster)| cluster.group.order == Order::Free)
        .map(|(index, cluster)| {
            let column = ordered.columns.get(cluster.column).into_iter().flatten();
            let nodes = column
                .filter_map(|node| graph.nodes.get(*node))
                .filter(|node| node.group == index);
            (cluster.group.id, nodes.map(|node| node.card.id).collect())
        })
        .collect();
    let bands = places
        .bands
        .iter()
        .zip(&has_heading)
        .map(|((upper, lower), heading)| BandPlace {
            rect: Rect {
                min: Point::new(place::MARGIN, *upper),
                max: Point::new(across.right - place::MARGIN, *lower),
            },
            heading_baseline: heading.then_some(*upper + place::BAND_BASELINE),
        })
        .collect();
    Layout {
        bounds: Rect::new(Fx::ZERO, Fx::ZERO, across.right, places.bottom),
        columns: across
            .columns
            .iter()
            .map(|(x, width)| ColumnPlace {
                x: *x,
                width: *width,
                heading_baseline: place::MARGIN + Fx::px(12),
            })
            .collect(),
        bands,
        groups,
        cards,
        routes,
        notes: Vec::new(),
        order: CardOrder(order),
        crossings: ordered.crossings,
        crossings_before: ordered.crossings_before,
        size: request.size,
    }
}

/// Where columns and gaps are from left to right.
struct Across {
    /// Left edge and width of each column's cards.
    columns: Vec<(Fx, Fx)>,
    /// Left edge of each gap.
    gap_lefts: Vec<Fx>,
    /// Right edge of the map.
    right: Fx,
}

impl Across {
    fn new(graph: &Graph<'_>, heads: &[ColumnHead], tracks: &[route::Tracks], size: Size) -> Self {
        let mut across = Self {
            columns: Vec::new(),
            gap_lefts: Vec::new(),
            right: place::MARGIN,
        };
        for column in 0..graph.columns {
            let clusters = || {
                graph
                    .clusters
                    .iter()
                    .filter(|cluster| cluster.column == column)
            };
            let framed = clusters().any(|cluster| cluster.group.boxed);
            let pad = if framed { place::FRAME_PAD } else { Fx::ZERO };
            let width = card::column_width(
                heads.get(column),
                clusters().map(|cluster| cluster.group),
                size,
            );
            across.columns.push((across.right + pad, width));
            across.right += pad + width + pad;
            if column + 1 < graph.columns {
                across.gap_lefts.push(across.right);
                across.right += tracks
                    .get(column)
                    .map_or(Fx::ZERO, route::Tracks::gap_width);
            }
        }
        across.right += place::MARGIN;
        across
    }
}
