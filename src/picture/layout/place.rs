//! Where cards and lanes stand in their columns: as near as may be to what they are joined to, in the order given, and
//! never on top of each other.

use std::cmp::Reverse;

use super::super::geometry::Fx;
use super::graph::{Anchor, Graph};
use super::route::Lane;

/// Space around the whole map.
pub(super) const MARGIN: Fx = Fx::px(24);
/// Height of the row of column headings.
const COLUMN_HEADINGS: Fx = Fx::px(30);
/// Height of a band's heading.
const BAND_HEADING: Fx = Fx::px(38);
/// Baseline of a band's heading below its upper edge.
pub(super) const BAND_BASELINE: Fx = Fx::px(20);
/// Space between bands.
const BAND_GAP: Fx = Fx::px(32);
/// Space between the cards of one group.
const CARD_GAP: Fx = Fx::px(8);
/// Space between groups.
const GROUP_GAP: Fx = Fx::px(14);
/// Space between a frame and its cards, left and right.
pub(super) const FRAME_PAD: Fx = Fx::px(10);
/// Space between a frame and its cards, above (without heading) and below.
const FRAME_EDGE: Fx = Fx::px(10);
/// Space a group's heading takes above the first card.
const HEADING: Fx = Fx::px(28);
/// Baseline of a group's heading above the first card.
const HEADING_RISE: Fx = Fx::px(10);
/// Height of a lane: a line that passes between the cards of a column.
const LANE: Fx = Fx::px(2);
/// Space between a lane and its neighbours.
const LANE_GAP: Fx = Fx::px(5);
/// How much more it matters that a card stands right than that a lane does.
const CARD_WEIGHT: i64 = 4;

/// Vertical places of everything.
#[derive(Default)]
pub(super) struct Places {
    /// Upper edges of cards, by position in [`Graph::nodes`].
    pub(super) tops: Vec<Fx>,
    /// Upper and lower edges of groups, by position in [`Graph::clusters`].
    pub(super) groups: Vec<(Fx, Fx)>,
    /// The line each lane runs on, by position in the list of lanes.
    pub(super) lanes: Vec<Fx>,
    /// Upper and lower edge of each band.
    pub(super) bands: Vec<(Fx, Fx)>,
    /// Where the lowest thing ends.
    pub(super) bottom: Fx,
}

/// Baseline of a group's heading, from where its cards begin.
pub(super) fn heading_baseline(first_card: Fx) -> Fx {
    first_card - HEADING_RISE
}

/// What a group needs above its first card.
pub(super) fn head(heading: bool, boxed: bool) -> Fx {
    match (heading, boxed) {
        (true, _) => HEADING,
        (false, true) => FRAME_EDGE,
        (false, false) => Fx::ZERO,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Card(usize),
    Lane(usize),
    /// A group without cards.
    Empty(usize),
}

/// A thing in a column, before it has a place.
#[derive(Clone)]
struct Item {
    what: What,
    height: Fx,
    /// Belongs to it above: its group's heading and frame.
    head: Fx,
    /// Belongs to it below: its group's frame.
    tail: Fx,
    /// Space between what belongs to it and what belongs to the one above.
    gap: Fx,
    /// Begins a group.
    first: bool,
    /// Stands in a frame below another card of it: moves with that card and lets no lane pass between.
    glued: bool,
}

/// A column of one band with the upper edges of its items.
#[derive(Clone, Default)]
struct Stack {
    items: Vec<Item>,
    tops: Vec<Fx>,
}

impl Stack {
    /// Distance from the upper edge of the first item to that of each.
    fn offsets(&self) -> Vec<i64> {
        let mut offsets = Vec::with_capacity(self.items.len());
        let (mut end, mut tail) = (0_i64, Fx::ZERO);
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                end += i64::from((tail + item.gap + item.head).0);
            }
            offsets.push(end);
            end += i64::from(item.height.0);
            tail = item.tail;
        }
        offsets
    }

    /// Gives every item its place: as near to where it is wanted as the order and the gaps allow (in least squares,
    /// by pooling adjacent violators), not above `floor` and, where there is room, not below `ceiling`. What is wanted
    /// nowhere follows the item above it.
    fn settle(&mut self, wanted: &[Option<(Fx, i64)>], floor: Fx, ceiling: Fx) {
        struct Block {
            sum: i64,
            weight: i64,
            items: usize,
        }
        impl Block {
            fn mean(&self) -> i64 {
                self.sum.checked_div(self.weight).unwrap_or(i64::MIN)
            }
        }
        let offsets = self.offsets();
        let lowest = i64::from(floor.0);
        // Items at the end that are wanted nowhere may stand below the ceiling rather than push the others up.
        let last_wanted = wanted.iter().rposition(Option::is_some);
        let extent = last_wanted.and_then(|last| {
            let item = self.items.get(last)?;
            Some(offsets.get(last)? + i64::from((item.height + item.tail).0))
        });
        let highest = (i64::from(ceiling.0) - extent.unwrap_or(0)).max(lowest);
        let mut blocks: Vec<Block> = Vec::new();
        for ((item, offset), want) in self.items.iter().zip(&offsets).zip(wanted) {
            let (sum, weight) = want.map_or((0, 0), |(top, weight)| {
                ((i64::from(top.0) - offset) * weight, weight)
            });
            match blocks.last_mut() {
                // What is glued, and what is wanted nowhere, joins the block above; so does anything that comes after
                // a block that is itself wanted nowhere.
                Some(last) if item.glued || weight == 0 || last.weight == 0 => {
                    last.sum += sum;
                    last.weight += weight;
                    last.items += 1;
                }
                _ => blocks.push(Block {
                    sum,
                    weight,
                    items: 1,
                }),
            }
            while let [.., above, last] = blocks.as_mut_slice() {
                if above.mean() <= last.mean() {
                    break;
                }
                above.sum += last.sum;
                above.weight += last.weight;
                above.items += last.items;
                blocks.pop();
            }
        }
        self.tops.clear();
        let mut offset = offsets.into_iter();
        for block in &blocks {
            let shift = block.mean().clamp(lowest, highest);
            // Whole units: upright and level lines are sharp, and rounding all alike keeps order and gaps.
            let shift = (shift + 32) & !63;
            for at in offset.by_ref().take(block.items) {
                self.tops
                    .push(Fx(i32::try_from(shift + at).unwrap_or(i32::MAX)));
            }
        }
    }

    /// Everything from the floor down without gaps to spare.
    fn pack(&mut self, floor: Fx) {
        let offsets = self.offsets();
        let place = |offset| Fx(i32::try_from(i64::from(floor.0) + offset).unwrap_or(i32::MAX));
        self.tops = offsets.into_iter().map(place).collect();
    }

    fn bottom(&self) -> Option<Fx> {
        let (item, top) = self.items.last().zip(self.tops.last())?;
        Some(*top + item.height + item.tail)
    }

    /// Before which item a lane that is wanted at this height passes. Never above the first card, which would push a
    /// whole column out of line for the sake of one line.
    fn passage(&self, wanted: Fx) -> usize {
        let mut best = (Fx::MAX, self.items.len());
        for index in 1..=self.items.len() {
            let below = self.items.get(index).zip(self.tops.get(index));
            if below.is_some_and(|(item, _)| item.glued) {
                continue;
            }
            let above = self.items.get(index - 1).zip(self.tops.get(index - 1));
            let from = above.map_or(Fx::MIN, |(item, top)| {
                *top + item.height + item.tail + LANE_GAP
            });
            let to = below
                .map_or(Fx::MAX, |(item, top)| *top - item.head - LANE_GAP)
                .max(from);
            let off = wanted - wanted.clamp(from, to);
            if off.abs() < best.0 {
                best = (off.abs(), index);
            }
        }
        best.1
    }
}

/// Places everything: first without lanes, to see where they would best pass, then with them.
pub(super) fn place(
    graph: &Graph<'_>,
    columns: &[Vec<usize>],
    has_heading: &[bool],
    lanes: &[Lane],
) -> Places {
    let placer = Placer::new(graph, columns, has_heading);
    let without = placer.run(lanes, &vec![None; lanes.len()]);
    if lanes.is_empty() {
        return without.places;
    }
    let passages: Vec<Option<(usize, Fx)>> = lanes
        .iter()
        .map(|lane| {
            let wanted = placer.lane_wanted(lane, &without.places);
            let stack = without.stacks.get(lane.band)?.get(lane.column)?;
            Some((stack.passage(wanted), wanted))
        })
        .collect();
    placer.run(lanes, &passages).places
}

struct Placer<'g, 'a> {
    graph: &'g Graph<'a>,
    /// For each band (and, last, the shared column) and column, what stands there.
    stacks: Vec<Vec<Vec<Item>>>,
    has_heading: &'g [bool],
    neighbours: Vec<Vec<Anchor>>,
}

struct Outcome {
    places: Places,
    stacks: Vec<Vec<Stack>>,
}

impl<'g, 'a> Placer<'g, 'a> {
    fn new(graph: &'g Graph<'a>, columns: &[Vec<usize>], has_heading: &'g [bool]) -> Self {
        let mut placer = Self {
            graph,
            stacks: vec![vec![Vec::new(); graph.columns]; graph.bands + 1],
            has_heading,
            neighbours: vec![Vec::new(); graph.nodes.len()],
        };
        let mut taken = vec![0; graph.columns];
        for (index, cluster) in graph.clusters.iter().enumerate() {
            let (Some(stack), Some(order), Some(from)) = (
                placer
                    .stacks
                    .get_mut(cluster.band)
                    .and_then(|band| band.get_mut(cluster.column)),
                columns.get(cluster.column),
                taken.get_mut(cluster.column),
            ) else {
                continue;
            };
            let cards = order.get(*from..*from + cluster.cards.len()).unwrap_or(&[]);
            *from += cluster.cards.len();
            let boxed = cluster.group.boxed;
            let head = head(cluster.group.heading.is_some(), boxed);
            let tail = if boxed { FRAME_EDGE } else { Fx::ZERO };
            if cards.is_empty() {
                stack.push(Item {
                    what: What::Empty(index),
                    height: Fx::ZERO,
                    head,
                    tail,
                    gap: GROUP_GAP,
                    first: true,
                    glued: false,
                });
            }
            for (place, node) in cards.iter().enumerate() {
                let (first, last) = (place == 0, place + 1 == cards.len());
                stack.push(Item {
                    what: What::Card(*node),
                    height: graph.nodes.get(*node).map_or(Fx::ZERO, |node| node.height),
                    head: if first { head } else { Fx::ZERO },
                    tail: if last { tail } else { Fx::ZERO },
                    gap: if first { GROUP_GAP } else { CARD_GAP },
                    first,
                    glued: boxed && !first,
                });
            }
        }
        for mesh in &graph.meshes {
            for link in &mesh.links {
                for (here, there) in [(link.from, mesh.to), (mesh.to, link.from)] {
                    if let Anchor::Card(index) = here
                        && let Some(list) = placer.neighbours.get_mut(index)
                    {
                        list.push(there);
                    }
                }
            }
        }
        placer
    }

    fn run(&self, lanes: &[Lane], passages: &[Option<(usize, Fx)>]) -> Outcome {
        let mut places = Places {
            tops: vec![Fx::ZERO; self.graph.nodes.len()],
            groups: vec![(Fx::ZERO, Fx::ZERO); self.graph.clusters.len()],
            lanes: vec![Fx::ZERO; lanes.len()],
            bands: Vec::new(),
            bottom: MARGIN + COLUMN_HEADINGS,
        };
        let mut all = Vec::new();
        let first_floor = self.floor(0, places.bottom);
        for band in 0..self.graph.bands {
            let upper = places.bottom;
            let floor = self.floor(band, upper);
            let mut stacks = self.stacks_with_lanes(band, lanes, passages);
            self.place_band(band, floor, &mut stacks, passages, &mut places);
            let lower = stacks
                .iter()
                .filter_map(Stack::bottom)
                .max()
                .unwrap_or(floor)
                .max(floor);
            places.bands.push((upper, lower));
            places.bottom = if band + 1 < self.graph.bands {
                lower + BAND_GAP
            } else {
                lower
            };
            all.push(stacks);
        }
        // The shared column has the whole height to itself.
        let shared = self.graph.bands;
        let mut stacks: Vec<Stack> = self.stacks_with_lanes(shared, &[], &[]);
        let ceiling = places.bottom;
        for stack in stacks.iter_mut().filter(|stack| !stack.items.is_empty()) {
            let wanted = self.wanted(stack, &places, None, passages);
            stack.settle(&wanted, first_floor, ceiling);
            self.record(stack, &mut places);
            places.bottom = places.bottom.max(stack.bottom().unwrap_or_default());
        }
        all.push(stacks);
        places.bottom += MARGIN;
        Outcome {
            places,
            stacks: all,
        }
    }

    /// Where the cards of a band may begin. All its columns begin level, below the tallest first heading.
    fn floor(&self, band: usize, upper: Fx) -> Fx {
        let heading = if self.has_heading.get(band) == Some(&true) {
            BAND_HEADING
        } else {
            Fx::ZERO
        };
        let head = |band: usize| {
            let stacks = self.stacks.get(band).into_iter().flatten();
            stacks
                .filter_map(|items| items.first())
                .map(|item| item.head)
                .max()
        };
        upper
            + heading
            + head(band)
                .max(head(self.graph.bands).filter(|_| band == 0))
                .unwrap_or_default()
    }

    fn stacks_with_lanes(
        &self,
        band: usize,
        lanes: &[Lane],
        passages: &[Option<(usize, Fx)>],
    ) -> Vec<Stack> {
        let columns = self.stacks.get(band).into_iter().flatten();
        let mut stacks: Vec<Stack> = columns
            .map(|items| Stack {
                items: items.clone(),
                tops: Vec::new(),
            })
            .collect();
        for (column, stack) in stacks.iter_mut().enumerate() {
            let mut passing: Vec<(usize, Fx, usize)> = Vec::new();
            for (index, (lane, passage)) in lanes.iter().zip(passages).enumerate() {
                if let Some((before, wanted)) = passage
                    && lane.band == band
                    && lane.column == column
                {
                    passing.push((*before, *wanted, index));
                }
            }
            passing.sort_unstable();
            // From the end, so that positions before it still hold.
            for (before, _, index) in passing.into_iter().rev() {
                if let Some(below) = stack.items.get_mut(before) {
                    below.gap = LANE_GAP;
                }
                let lane = Item {
                    what: What::Lane(index),
                    height: LANE,
                    head: Fx::ZERO,
                    tail: Fx::ZERO,
                    gap: LANE_GAP,
                    first: false,
                    glued: false,
                };
                stack.items.insert(before.min(stack.items.len()), lane);
            }
        }
        stacks
    }

    /// One column is packed; the others follow it outward, each placed by its neighbours in those before. It is the
    /// column with frames, whose cards have least freedom, or else the tallest.
    fn place_band(
        &self,
        band: usize,
        floor: Fx,
        stacks: &mut [Stack],
        passages: &[Option<(usize, Fx)>],
        places: &mut Places,
    ) {
        let mut ceiling = floor;
        for stack in stacks.iter_mut() {
            stack.pack(floor);
            ceiling = ceiling.max(stack.bottom().unwrap_or(floor));
        }
        let is_framed = |stack: &Stack| {
            stack
                .items
                .iter()
                .any(|item| item.glued || item.tail > Fx::ZERO)
        };
        let packed = stacks
            .iter()
            .enumerate()
            .max_by_key(|(column, stack)| (is_framed(stack), stack.bottom(), Reverse(*column)))
            .map_or(0, |(column, _)| column);
        let mut standing = vec![false; stacks.len()];
        let outward = (packed..stacks.len()).chain((0..packed).rev());
        for column in outward {
            let Some(stack) = stacks.get_mut(column) else {
                continue;
            };
            if column != packed {
                let wanted = self.wanted(stack, places, Some((band, &standing)), passages);
                stack.settle(&wanted, floor, ceiling);
            }
            ceiling = ceiling.max(stack.bottom().unwrap_or(floor));
            self.record(stack, places);
            if let Some(done) = standing.get_mut(column) {
                *done = true;
            }
        }
    }

    /// Where each item of a stack would stand if it were alone. Without `within` every column counts as placed.
    fn wanted(
        &self,
        stack: &Stack,
        places: &Places,
        within: Option<(usize, &[bool])>,
        passages: &[Option<(usize, Fx)>],
    ) -> Vec<Option<(Fx, i64)>> {
        let mut centers = Vec::new();
        stack
            .items
            .iter()
            .map(|item| match item.what {
                What::Card(node) => {
                    centers.clear();
                    for neighbour in self.neighbours.get(node).into_iter().flatten() {
                        let counts = within.is_none_or(|(band, standing)| {
                            self.graph.band(*neighbour) == band
                                && standing.get(self.graph.column(*neighbour)) == Some(&true)
                        });
                        if counts {
                            centers.push(self.center(*neighbour, places));
                        }
                    }
                    median(&mut centers).map(|center| (center - item.height.half(), CARD_WEIGHT))
                }
                What::Lane(lane) => {
                    let wanted = passages.get(lane).copied().flatten();
                    wanted.map(|(_, center)| (center - item.height.half(), 1))
                }
                What::Empty(_) => None,
            })
            .collect()
    }

    fn center(&self, anchor: Anchor, places: &Places) -> Fx {
        match anchor {
            Anchor::Card(index) => {
                let top = places.tops.get(index).copied().unwrap_or_default();
                top + self
                    .graph
                    .nodes
                    .get(index)
                    .map_or(Fx::ZERO, |node| node.height)
                    .half()
            }
            Anchor::Group(index) => {
                let (upper, lower) = places.groups.get(index).copied().unwrap_or_default();
                upper + (lower - upper).half()
            }
        }
    }

    fn lane_wanted(&self, lane: &Lane, places: &Places) -> Fx {
        let mut centers: Vec<Fx> = lane
            .sources
            .iter()
            .map(|source| self.center(*source, places))
            .collect();
        median(&mut centers).unwrap_or_default()
    }

    fn record(&self, stack: &Stack, places: &mut Places) {
        for (item, top) in stack.items.iter().zip(&stack.tops) {
            let (upper, lower) = (*top - item.head, *top + item.height + item.tail);
            let group = match item.what {
                What::Card(node) => {
                    if let Some(place) = places.tops.get_mut(node) {
                        *place = *top;
                    }
                    self.graph.nodes.get(node).map(|node| node.group)
                }
                What::Lane(lane) => {
                    if let Some(place) = places.lanes.get_mut(lane) {
                        *place = *top + item.height.half();
                    }
                    None
                }
                What::Empty(group) => Some(group),
            };
            let Some(group) = group else { continue };
            if let Some(place) = places.groups.get_mut(group) {
                *place = if item.first {
                    (upper, lower)
                } else {
                    (place.0, lower)
                };
            }
        }
    }
}

/// The middle value, or the mean of the two in the middle.
fn median(values: &mut [Fx]) -> Option<Fx> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable(count / 2);
    if count % 2 == 1 {
        return Some(*middle);
    }
    let other = below.iter().max().copied().unwrap_or(*middle);
    Some(Fx(i32::midpoint(other.0, middle.0)))
}
