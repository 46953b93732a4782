//! Orthogonal routes: one shared trunk per net and kind of line in each gap between columns, and the track it runs on.

use std::collections::BTreeMap;

use super::super::diagram::{Line, Role};
use super::super::geometry::{Fx, Point, Rect};
use super::graph::{Anchor, Graph};
use super::place::Places;
use super::{Hop, Input, LegPlace, Route};

/// Distance between neighbouring tracks where there is room.
const PITCH: i32 = 9;
/// Distance between neighbouring tracks where there is little: below it lines cannot be told apart.
const TIGHT: i32 = 4;
/// What all the tracks of a gap may take; beyond it they draw nearer to each other, then share.
const MAX_TRACKS_WIDTH: i32 = 240;
/// Most tracks of a gap.
const MAX_TRACKS: usize = (MAX_TRACKS_WIDTH / TIGHT) as usize;
/// Space between a track and the cards or frames beside it.
const INNER: Fx = Fx::px(16);
/// A gap is never narrower.
const MIN_GAP: Fx = Fx::px(44);
/// Distance between two trunks on one track.
const TRUNK_GAP: Fx = Fx::px(16);
/// Distance between neighbouring lines at a card's side where there is room.
const PORT_PITCH: Fx = Fx::px(6);
/// Part of a card's side, above and below, that lines keep away from.
const PORT_PAD: Fx = Fx::px(8);
/// A target's line is moved by up to this much to make one of its lines straight.
const SNAP: Fx = Fx::px(10);
/// Lines nearer to each other than this look like one.
const TOO_NEAR: Fx = Fx::px(3);
/// What it costs that two nets' level stretches lie on each other, in crossings.
const OVERLAY_COST: i64 = 12;

/// A line that passes between the cards of a column on its way to another one.
pub(super) struct Lane {
    pub(super) band: usize,
    pub(super) column: usize,
    /// Where the lines on it come from.
    pub(super) sources: Vec<Anchor>,
}

/// The lines of one net that look alike and go the same way.
pub(super) struct Bus {
    mesh: usize,
    line: Line,
    /// Sources stand left of the target, right of it, or in its column.
    way: Way,
    links: Vec<usize>,
    hops: Vec<Plan>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Rightward,
    Leftward,
    Beside,
}

/// A trunk to be: what comes in, in which gap, and where it leads.
struct Plan {
    gap: usize,
    inputs: Vec<Feed>,
    /// The lane it leaves by and the hop that lane leads to; `None` where it leads to the target.
    next: Option<(usize, usize)>,
    /// Where each input meets the gap, by position in `inputs`.
    starts: Vec<Point>,
    end: Point,
    track: Option<usize>,
    bundled: bool,
    x: Fx,
}

#[derive(Clone, Copy)]
enum Feed {
    /// A position in [`Bus::links`].
    Link(usize),
    /// A position in [`Bus::hops`].
    Hop(usize),
}

/// How nets are split into buses, trunks and lanes. Needs no places.
pub(super) fn plan(graph: &Graph<'_>) -> (Vec<Bus>, Vec<Lane>) {
    let mut lanes = Vec::new();
    let mut buses = Vec::new();
    for (mesh_index, mesh) in graph.meshes.iter().enumerate() {
        let target = graph.column(mesh.to);
        let mut kinds: BTreeMap<(Line, Way), Vec<usize>> = BTreeMap::new();
        for (index, link) in mesh.links.iter().enumerate() {
            let way = match graph.column(link.from).cmp(&target) {
                std::cmp::Ordering::Less => Way::Rightward,
                std::cmp::Ordering::Greater => Way::Leftward,
                std::cmp::Ordering::Equal => Way::Beside,
            };
            kinds.entry((link.line, way)).or_default().push(index);
        }
        for ((line, way), links) in kinds {
            let mut bus = Bus {
                mesh: mesh_index,
                line,
                way,
                links,
                hops: Vec::new(),
            };
            bus.plan_hops(graph, target, &mut lanes);
            buses.push(bus);
        }
    }
    (buses, lanes)
}

impl Bus {
    /// Sources farthest away come first, so that every hop stands before the one it leads to.
    fn plan_hops(&mut self, graph: &Graph<'_>, target: usize, lanes: &mut Vec<Lane>) {
        let Some(mesh) = graph.meshes.get(self.mesh) else {
            return;
        };
        let is_last_column = target + 1 >= graph.columns;
        let last_gap = match self.way {
            Way::Rightward => target.saturating_sub(1),
            Way::Beside if is_last_column => target.saturating_sub(1),
            Way::Leftward | Way::Beside => target,
        };
        // By distance from the last gap, farthest first, then by band; the last gap has one trunk for all bands.
        let mut wanted: BTreeMap<(std::cmp::Reverse<usize>, usize), Vec<Feed>> = BTreeMap::new();
        for (position, index) in self.links.iter().enumerate() {
            let Some(link) = mesh.links.get(*index) else {
                continue;
            };
            let from = graph.column(link.from);
            let gap = match self.way {
                Way::Rightward => from,
                Way::Leftward => from.saturating_sub(1),
                Way::Beside => last_gap,
            };
            let far = gap.abs_diff(last_gap);
            let band = if far == 0 {
                usize::MAX
            } else {
                graph.band(link.from)
            };
            wanted
                .entry((std::cmp::Reverse(far), band))
                .or_default()
                .push(Feed::Link(position));
        }
        while let Some(((std::cmp::Reverse(far), band), inputs)) = wanted.pop_first() {
            let hop = self.hops.len();
            let rightward = self.way == Way::Rightward;
            let gap = if rightward {
                last_gap.saturating_sub(far)
            } else {
                last_gap + far
            };
            let next = (far > 0).then(|| {
                lanes.push(Lane {
                    band,
                    column: if rightward { gap + 1 } else { gap },
                    sources: self.sources(&inputs, mesh),
                });
                lanes.len() - 1
            });
            self.hops.push(Plan {
                gap,
                inputs,
                // The hop it leads to is known once that hop is made.
                next: next.map(|lane| (lane, usize::MAX)),
                starts: Vec::new(),
                end: Point::default(),
                track: None,
                bundled: false,
                x: Fx::ZERO,
            });
            if far > 0 {
                let band = if far == 1 { usize::MAX } else { band };
                wanted
                    .entry((std::cmp::Reverse(far - 1), band))
                    .or_default()
                    .push(Feed::Hop(hop));
            }
        }
        let feeds: Vec<(usize, usize)> = self
            .hops
            .iter()
            .enumerate()
            .flat_map(|(index, hop)| {
                hop.inputs.iter().filter_map(move |feed| match feed {
                    Feed::Hop(from) => Some((*from, index)),
                    Feed::Link(_) => None,
                })
            })
            .collect();
        for (from, to) in feeds {
            if let Some((_, next)) = self.hops.get_mut(from).and_then(|hop| hop.next.as_mut()) {
                *next = to;
            }
        }
    }

    /// The anchors that the feeds come from in the end.
    fn sources(&self, inputs: &[Feed], mesh: &super::graph::Mesh) -> Vec<Anchor> {
        let mut sources = Vec::new();
        for feed in inputs {
            match feed {
                Feed::Link(position) => {
                    let link = self
                        .links
                        .get(*position)
                        .and_then(|index| mesh.links.get(*index));
                    sources.extend(link.map(|link| link.from));
                }
                Feed::Hop(hop) => {
                    if let Some(hop) = self.hops.get(*hop) {
                        sources.extend(self.sources(&hop.inputs, mesh));
                    }
                }
            }
        }
        sources
    }
}

/// Which side of a card or frame a line meets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

/// A line's end at a card's side, before it has a height.
struct Port {
    side: Side,
    node: usize,
    /// Where its other end is: ports are sorted by it.
    toward: Fx,
    bus: usize,
    hop: usize,
    /// The input it feeds, or `None` for the target's end.
    input: Option<usize>,
}

/// Vertical geometry of cards and groups, for finding where lines meet them.
pub(super) struct Edges<'p, 'g, 'a> {
    pub(super) graph: &'g Graph<'a>,
    pub(super) places: &'p Places,
}

impl Edges<'_, '_, '_> {
    fn span(&self, anchor: Anchor) -> (Fx, Fx) {
        match anchor {
            Anchor::Card(index) => {
                let top = self.places.tops.get(index).copied().unwrap_or_default();
                let height = self
                    .graph
                    .nodes
                    .get(index)
                    .map_or(Fx::ZERO, |node| node.height);
                (top, top + height)
            }
            Anchor::Group(index) => self.places.groups.get(index).copied().unwrap_or_default(),
        }
    }

    fn center(&self, anchor: Anchor) -> Fx {
        let (upper, lower) = self.span(anchor);
        upper + (lower - upper).half()
    }

    /// Gives every start and end its height.
    pub(super) fn heights(&self, buses: &mut [Bus]) {
        let mut ports = self.center_all(buses);
        ports.sort_unstable_by_key(|port| {
            (
                port.node,
                port.side,
                port.toward,
                port.bus,
                port.hop,
                port.input,
            )
        });
        for run in ports.chunk_by(|one, two| (one.node, one.side) == (two.node, two.side)) {
            let Some(first) = run.first() else { continue };
            let (upper, lower) = self.span(Anchor::Card(first.node));
            let count = i32::try_from(run.len()).unwrap_or(i32::MAX);
            let room = (lower - upper - PORT_PAD * 2).max(Fx::ZERO);
            let pitch = PORT_PITCH.min(room / (count - 1).max(1));
            let center = upper + (lower - upper).half();
            let mut height = center - (pitch * (count - 1)).half();
            for port in run {
                let hop = buses
                    .get_mut(port.bus)
                    .and_then(|bus| bus.hops.get_mut(port.hop));
                if let Some(hop) = hop {
                    match port.input.map(|input| hop.starts.get_mut(input)) {
                        Some(Some(start)) => start.y = height,
                        Some(None) => {}
                        None => hop.end.y = height,
                    }
                }
                height += pitch;
            }
        }
        // A lane has one height from hop to hop.
        for bus in buses.iter_mut() {
            for index in 0..bus.hops.len() {
                let Some((end, next)) = bus
                    .hops
                    .get(index)
                    .and_then(|hop| Some((hop.end.y, hop.next?.1)))
                else {
                    continue;
                };
                let Some(hop) = bus.hops.get_mut(next) else {
                    continue;
                };
                for (feed, start) in hop.inputs.iter().zip(&mut hop.starts) {
                    if matches!(feed, Feed::Hop(from) if *from == index) {
                        start.y = end;
                    }
                }
            }
        }
        self.straighten(buses, &ports);
    }

    /// Puts every end in the middle of its side, lanes on their height, and lists the ends that share a card's side.
    fn center_all(&self, buses: &mut [Bus]) -> Vec<Port> {
        let mut ports = Vec::new();
        for (bus_index, bus) in buses.iter_mut().enumerate() {
            let Some(mesh) = self.graph.meshes.get(bus.mesh) else {
                continue;
            };
            for hop_index in 0..bus.hops.len() {
                let Some((before, [hop, ..])) = bus.hops.split_at_mut_checked(hop_index) else {
                    continue;
                };
                hop.end.y = match hop.next {
                    Some((lane, _)) => self.places.lanes.get(lane).copied().unwrap_or_default(),
                    None => self.center(mesh.to),
                };
                hop.starts.clear();
                let is_right_of_target = hop.gap == self.graph.column(mesh.to);
                let source_side = match bus.way {
                    Way::Rightward => Side::Right,
                    Way::Beside if is_right_of_target => Side::Right,
                    Way::Leftward | Way::Beside => Side::Left,
                };
                for (input, feed) in hop.inputs.iter().enumerate() {
                    let height = match feed {
                        Feed::Hop(from) => before.get(*from).map_or(Fx::ZERO, |hop| hop.end.y),
                        Feed::Link(position) => {
                            let link = bus
                                .links
                                .get(*position)
                                .and_then(|index| mesh.links.get(*index));
                            let Some(link) = link else { continue };
                            if let Anchor::Card(node) = link.from {
                                ports.push(Port {
                                    side: source_side,
                                    node,
                                    toward: hop.end.y,
                                    bus: bus_index,
                                    hop: hop_index,
                                    input: Some(input),
                                });
                            }
                            self.center(link.from)
                        }
                    };
                    hop.starts.push(Point::new(Fx::ZERO, height));
                }
                if hop.next.is_none()
                    && let Anchor::Card(node) = mesh.to
                {
                    let count = i64::try_from(hop.starts.len()).unwrap_or(i64::MAX).max(1);
                    let sum: i64 = hop.starts.iter().map(|start| i64::from(start.y.0)).sum();
                    ports.push(Port {
                        side: match (bus.way, source_side) {
                            (Way::Beside, side) => side,
                            (_, Side::Right) => Side::Left,
                            (_, Side::Left) => Side::Right,
                        },
                        node,
                        toward: Fx((sum / count) as i32),
                        bus: bus_index,
                        hop: hop_index,
                        input: None,
                    });
                }
            }
        }
        ports
    }

    /// Where a target's side has one line only, moves that line a little: onto one of its own lines, to make it
    /// straight, or away from another net's line that it would lie on.
    fn straighten(&self, buses: &mut [Bus], ports: &[Port]) {
        // Heights at which lines enter each gap, and whose they are.
        let mut entering: BTreeMap<usize, Vec<(Fx, usize)>> = BTreeMap::new();
        for (index, bus) in buses.iter().enumerate() {
            for hop in &bus.hops {
                let heights = entering.entry(hop.gap).or_default();
                heights.extend(hop.starts.iter().map(|start| (start.y, index)));
            }
        }
        for heights in entering.values_mut() {
            heights.sort_unstable();
        }
        for run in ports.chunk_by(|one, two| (one.node, one.side) == (two.node, two.side)) {
            let [port] = run else { continue };
            if port.input.is_some() {
                continue;
            }
            let (upper, lower) = self.span(Anchor::Card(port.node));
            let Some(hop) = buses
                .get_mut(port.bus)
                .and_then(|bus| bus.hops.get_mut(port.hop))
            else {
                continue;
            };
            let height = hop.end.y;
            let nearest = hop
                .starts
                .iter()
                .map(|start| start.y)
                .min_by_key(|start| ((*start - height).abs(), *start));
            if let Some(nearest) = nearest
                && (nearest - height).abs() <= SNAP
                && nearest >= upper + PORT_PAD
                && nearest <= lower - PORT_PAD
            {
                hop.end.y = nearest;
                continue;
            }
            let empty = Vec::new();
            let heights = entering.get(&hop.gap).unwrap_or(&empty);
            let is_free = |at: Fx| {
                let from = heights.partition_point(|(other, _)| *other <= at - TOO_NEAR);
                let near = heights
                    .iter()
                    .skip(from)
                    .take_while(|(other, _)| *other < at + TOO_NEAR);
                near.into_iter().all(|(_, bus)| *bus == port.bus)
            };
            let shifts = [0, 5, -5, 9, -9, 13, -13].map(Fx::px);
            let free = shifts
                .into_iter()
                .map(|shift| height + shift)
                .find(|at| is_free(*at));
            hop.end.y = free.unwrap_or(height);
        }
    }
}

/// A gap's tracks.
#[derive(Default)]
pub(super) struct Tracks {
    /// Distance between neighbouring tracks.
    pub(super) pitch: Fx,
    /// How many.
    pub(super) count: usize,
}

impl Tracks {
    /// How wide the gap must be, between the cards or frames beside it.
    pub(super) fn gap_width(&self) -> Fx {
        let between = self.pitch * (i32::try_from(self.count).unwrap_or(i32::MAX) - 1).max(0);
        (between + INNER * 2).max(MIN_GAP)
    }

    /// Where a track is, in a gap that begins at `left`.
    fn x(&self, track: usize, left: Fx) -> Fx {
        let between = self.pitch * (i32::try_from(self.count).unwrap_or(i32::MAX) - 1).max(0);
        let first = left + (self.gap_width() - between).half();
        (first + self.pitch * i32::try_from(track).unwrap_or(i32::MAX)).round()
    }
}

/// A trunk that needs a track.
pub(super) struct Trunk {
    pub(super) bus: usize,
    pub(super) hop: usize,
    pub(super) upper: Fx,
    pub(super) lower: Fx,
    /// Heights of its level stretches to the left and to the right, sorted.
    pub(super) left: Vec<Fx>,
    pub(super) right: Vec<Fx>,
    /// Nets that may share a track where there are too many.
    pub(super) class: (Line, Role),
}

/// Gives every trunk that is not straight a track of its gap: first as few tracks as there can be (by the left edges
/// of the intervals), then the tracks in an order with few crossings.
pub(super) fn assign_tracks(graph: &Graph<'_>, buses: &mut [Bus]) -> Vec<Tracks> {
    let mut gaps: Vec<Vec<Trunk>> = (0..graph.columns.saturating_sub(1))
        .map(|_| Vec::new())
        .collect();
    for (bus_index, bus) in buses.iter().enumerate() {
        let role = graph
            .meshes
            .get(bus.mesh)
            .map_or(Role::Neutral, |mesh| mesh.role);
        for (hop_index, hop) in bus.hops.iter().enumerate() {
            let heights = hop.starts.iter().map(|start| start.y).chain([hop.end.y]);
            let (upper, lower) = heights.fold((Fx::MAX, Fx::MIN), |(upper, lower), y| {
                (upper.min(y), lower.max(y))
            });
            // Beside its target even a level line must go out into the gap and back.
            if upper == lower && bus.way != Way::Beside {
                continue;
            }
            let mut starts: Vec<Fx> = hop.starts.iter().map(|start| start.y).collect();
            starts.sort_unstable();
            let end = vec![hop.end.y];
            let (left, right) = match bus.way {
                Way::Rightward => (starts, end),
                Way::Leftward => (end, starts),
                Way::Beside => {
                    starts.extend(end);
                    starts.sort_unstable();
                    if hop.gap
                        == graph
                            .meshes
                            .get(bus.mesh)
                            .map_or(0, |mesh| graph.column(mesh.to))
                    {
                        (starts, Vec::new())
                    } else {
                        (Vec::new(), starts)
                    }
                }
            };
            if let Some(gap) = gaps.get_mut(hop.gap) {
                gap.push(Trunk {
                    bus: bus_index,
                    hop: hop_index,
                    upper,
                    lower,
                    left,
                    right,
                    class: (bus.line, role),
                });
            }
        }
    }
    gaps.into_iter()
        .map(|trunks| tracks_of_gap(trunks, buses))
        .collect()
}

fn tracks_of_gap(mut trunks: Vec<Trunk>, buses: &mut [Bus]) -> Tracks {
    let (tracks, ranks) = share_out(&mut trunks);
    for (trunk, (rank, bundled)) in trunks.iter().zip(ranks) {
        if let Some(hop) = buses
            .get_mut(trunk.bus)
            .and_then(|bus| bus.hops.get_mut(trunk.hop))
        {
            hop.track = Some(rank);
            hop.bundled = bundled;
        }
    }
    tracks
}

/// Tracks for trunks, which are brought into order; the rank of each one's track, and whether it shares that with
/// others.
pub(super) fn share_out(trunks: &mut [Trunk]) -> (Tracks, Vec<(usize, bool)>) {
    trunks.sort_unstable_by_key(|trunk| (trunk.upper, trunk.lower, trunk.bus, trunk.hop));
    let mut bundled: Vec<(Line, Role)> = Vec::new();
    let tracks = loop {
        let tracks = color(trunks, &bundled);
        if tracks.len() <= MAX_TRACKS {
            break tracks;
        }
        // Too many to tell apart: the commonest kind becomes one track.
        let mut sizes: BTreeMap<(Line, Role), usize> = BTreeMap::new();
        for trunk in trunks
            .iter()
            .filter(|trunk| !bundled.contains(&trunk.class))
        {
            *sizes.entry(trunk.class).or_default() += 1;
        }
        match sizes
            .into_iter()
            .max_by_key(|(class, count)| (*count, std::cmp::Reverse(*class)))
        {
            Some((class, _)) => bundled.push(class),
            None => break tracks,
        }
    };
    let ranks = arrange(trunks, &tracks);
    let mut given = vec![(0, false); trunks.len()];
    for (track, members) in tracks.iter().enumerate() {
        for member in members {
            if let Some((slot, trunk)) = given.get_mut(*member).zip(trunks.get(*member)) {
                let rank = ranks.get(track).copied().unwrap_or_default();
                *slot = (rank, bundled.contains(&trunk.class));
            }
        }
    }
    let between = i32::try_from(tracks.len())
        .unwrap_or(i32::MAX)
        .saturating_sub(1)
        .max(1);
    let tracks = Tracks {
        pitch: Fx::px(PITCH).min(Fx::px(MAX_TRACKS_WIDTH) / between),
        count: tracks.len(),
    };
    (tracks, given)
}

/// Trunks that may share a track, track by track. Trunks come sorted by their upper ends.
fn color(trunks: &[Trunk], bundled: &[(Line, Role)]) -> Vec<Vec<usize>> {
    let mut tracks: Vec<Vec<usize>> = Vec::new();
    let mut ends: Vec<Fx> = Vec::new();
    let mut shared_tracks: BTreeMap<(Line, Role), usize> = BTreeMap::new();
    for (index, trunk) in trunks.iter().enumerate() {
        let is_bundled = bundled.contains(&trunk.class);
        let track = if is_bundled {
            shared_tracks.get(&trunk.class).copied()
        } else {
            ends.iter().position(|end| *end < trunk.upper - TRUNK_GAP)
        };
        let track = track.unwrap_or_else(|| {
            tracks.push(Vec::new());
            ends.push(Fx::MIN);
            tracks.len() - 1
        });
        if let (Some(members), Some(end)) = (tracks.get_mut(track), ends.get_mut(track)) {
            members.push(index);
            *end = if is_bundled { Fx::MAX } else { trunk.lower };
        }
        if is_bundled {
            shared_tracks.insert(trunk.class, track);
        }
    }
    tracks
}

/// The rank of each track from left to right, so that few level stretches cross a trunk.
fn arrange(trunks: &[Trunk], tracks: &[Vec<usize>]) -> Vec<usize> {
    let count = tracks.len();
    // What it costs that one track stands left of another.
    let mut cost = vec![0_i64; count * count];
    for (left, left_members) in tracks.iter().enumerate() {
        for (right, right_members) in tracks.iter().enumerate() {
            if left != right
                && let Some(cell) = cost.get_mut(left * count + right)
            {
                *cell = cost_of(trunks, left_members, right_members);
            }
        }
    }
    let at = |left: usize, right: usize| cost.get(left * count + right).copied().unwrap_or(0);
    let mut order: Vec<usize> = (0..count).collect();
    // Start from each track's balance against all others, then exchange neighbours while it helps.
    order.sort_by_key(|track| {
        (0..count)
            .map(|other| at(*track, other) - at(other, *track))
            .sum::<i64>()
    });
    for _ in 0..count {
        let mut improved = false;
        for index in 0..count.saturating_sub(1) {
            if let Some([one, two]) = order.get_mut(index..index + 2)
                && at(*two, *one) < at(*one, *two)
            {
                std::mem::swap(one, two);
                improved = true;
            }
        }
        if !improved {
            break;
        }
    }
    let mut ranks = vec![0; count];
    for (rank, track) in order.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(track) {
            *slot = rank;
        }
    }
    ranks
}

/// Crossings (and overlays, dearer) when all these trunks stand left of all those.
fn cost_of(trunks: &[Trunk], left: &[usize], right: &[usize]) -> i64 {
    let mut cost = 0;
    for one in left.iter().filter_map(|index| trunks.get(*index)) {
        for two in right.iter().filter_map(|index| trunks.get(*index)) {
            if two.lower < one.upper - TOO_NEAR {
                continue;
            }
            if two.upper > one.lower + TOO_NEAR {
                // Members of a track come from top to bottom.
                break;
            }
            cost +=
                within(&two.left, one.upper, one.lower) + within(&one.right, two.upper, two.lower);
            for height in &one.right {
                cost += OVERLAY_COST * within(&two.left, *height - TOO_NEAR, *height + TOO_NEAR);
            }
        }
    }
    cost
}

/// How many of the sorted heights lie strictly between two.
fn within(heights: &[Fx], upper: Fx, lower: Fx) -> i64 {
    let from = heights.partition_point(|height| *height <= upper);
    let to = heights.partition_point(|height| *height < lower);
    to.saturating_sub(from) as i64
}

/// Finishes the routes: every trunk at its track, every end at the edge of what it meets.
pub(super) fn finish(
    graph: &Graph<'_>,
    buses: Vec<Bus>,
    tracks: &[Tracks],
    gap_lefts: &[Fx],
    edges: impl Fn(Anchor) -> Rect,
) -> Vec<Route> {
    let x_of = |hop: &Plan| {
        let left = gap_lefts.get(hop.gap).copied().unwrap_or_default();
        tracks.get(hop.gap).map_or(left, |tracks| match hop.track {
            Some(track) => tracks.x(track, left),
            None => left + tracks.gap_width().half(),
        })
    };
    let mut routes = Vec::with_capacity(buses.len());
    for mut bus in buses {
        let Some(mesh) = graph.meshes.get(bus.mesh) else {
            continue;
        };
        for hop in &mut bus.hops {
            hop.x = x_of(hop);
        }
        let is_blackhole = bus.line == Line::Blackhole;
        let role = if is_blackhole {
            Role::Danger
        } else {
            mesh.role
        };
        let target = edges(mesh.to);
        let mut legs: Vec<LegPlace> = Vec::with_capacity(bus.links.len());
        let mut hops: Vec<Hop> = Vec::with_capacity(bus.hops.len());
        for (index, hop) in bus.hops.iter().enumerate() {
            let mut inputs = Vec::with_capacity(hop.inputs.len());
            for (feed, start) in hop.inputs.iter().zip(&hop.starts) {
                match feed {
                    Feed::Link(position) => {
                        let Some(link) = bus
                            .links
                            .get(*position)
                            .and_then(|link| mesh.links.get(*link))
                        else {
                            continue;
                        };
                        let source = edges(link.from);
                        let x = if hop.x < source.min.x {
                            source.min.x
                        } else {
                            source.max.x
                        };
                        inputs.push(Input::Leg(legs.len()));
                        legs.push(LegPlace {
                            leg: link.leg,
                            role: if is_blackhole {
                                Role::Danger
                            } else {
                                link.role
                            },
                            hop: index,
                            start: Point::new(x, start.y),
                        });
                    }
                    Feed::Hop(from) => inputs.push(Input::Hop(*from)),
                }
            }
            let next = hop.next.map(|(_, next)| next);
            let end_x = match next.and_then(|next| bus.hops.get(next)) {
                // A lane leads straight to the next trunk; it is drawn as far as the middle of the column between.
                Some(next) => hop.x + (next.x - hop.x).half(),
                None if hop.x < target.min.x => target.min.x,
                None => target.max.x,
            };
            hops.push(Hop {
                gap: hop.gap,
                track: hop.track,
                bundled: hop.bundled,
                x: hop.x,
                inputs,
                end: Point::new(end_x, hop.end.y),
                next,
            });
        }
        routes.push(Route {
            net: mesh.id,
            line: bus.line,
            role,
            legs,
            hops,
            joints: Vec::new(),
        });
    }
    routes
}
