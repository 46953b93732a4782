//! How high everything stands: rows with the halls between them, sites below each other, and what joins them near to
//! what it joins.

use std::collections::BTreeMap;

use super::super::super::geometry::Fx;
use super::super::route::{Tracks, Trunk, share_out};
use super::plan::{Plan, Spot};
use super::rails::{Rail, Rails};
use super::ways::{Bus, Entry, Hall, Shaft, Side, Step};
use super::{
    CARD_GAP, CELL_PAD, CLEAR, HALL, HEADING, MARGIN, PITCH, Ports, REALM_PAD, SITE_GAP, SITE_PAD,
    spread,
};

/// Space between groups beside the sites.
const BLOCK_GAP: Fx = Fx::px(18);
/// Space a lane takes between them.
const LANE: Fx = Fx::px(4);

/// The upper and lower edge of something.
type Span = (Fx, Fx);

#[derive(Default)]
struct SiteHeights {
    span: Span,
    head: Fx,
    /// Frames of the strips.
    strips: Span,
    rows: Vec<Span>,
    halls: Vec<Span>,
    cells: Vec<Span>,
    inner: Vec<Vec<Span>>,
    loose: Vec<Span>,
    border: Vec<Span>,
}

pub(super) struct Heights {
    sites: Vec<SiteHeights>,
    realms: Vec<Span>,
    /// For each stack its groups, and its cards.
    blocks: Vec<Vec<Span>>,
    items: Vec<Vec<Span>>,
    /// The line of each bus in each hall, and its rank there.
    halls: BTreeMap<(usize, Hall), Fx>,
    ranks: BTreeMap<(usize, Hall), usize>,
    /// Where each bus leaves or meets the left and right sides of things.
    ports: BTreeMap<(Spot, Side, usize), Fx>,
    pub(super) bottom: Fx,
}

impl Heights {
    pub(super) fn new(plan: &Plan<'_>, rails: &[Rails], buses: &[Bus], ports: &Ports) -> Self {
        let mut heights = Self {
            sites: Vec::with_capacity(plan.sites.len()),
            realms: Vec::new(),
            blocks: vec![Vec::new(); plan.stacks.len()],
            items: vec![Vec::new(); plan.stacks.len()],
            halls: BTreeMap::new(),
            ranks: BTreeMap::new(),
            ports: BTreeMap::new(),
            bottom: MARGIN,
        };
        let tracks = heights.hall_tracks(plan, buses);
        let mut upper = MARGIN;
        for (realm, of) in plan.realms.iter().enumerate() {
            let first = upper + HEADING + REALM_PAD.half();
            let mut at = first;
            for site in of.sites.clone() {
                let Some(rails) = rails.get(site) else {
                    continue;
                };
                let places = site_heights(plan, site, rails, &tracks, at);
                at = places.span.1 + SITE_GAP;
                heights.sites.push(places);
            }
            let lower = if of.sites.is_empty() {
                first
            } else {
                at - SITE_GAP
            };
            heights.place_halls(buses, &tracks, of.sites.clone());
            heights.place_ports(ports, |spot| match spot {
                Spot::Cell { site, .. }
                | Spot::Inner { site, .. }
                | Spot::Loose { site, .. }
                | Spot::Border { site, .. }
                | Spot::Site { site } => of.sites.contains(&site),
                _ => false,
            });
            let below = heights.stack(plan, realm, buses, first);
            let lower = lower.max(below) + REALM_PAD;
            heights.place_ports(
                ports,
                |spot| matches!(spot, Spot::Beside { realm: of, .. } if of == realm),
            );
            heights.realms.push((upper, lower));
            heights.bottom = lower;
            upper = lower + SITE_GAP;
        }
        let beyond = plan.realms.len();
        let below = heights.stack(plan, beyond, buses, MARGIN + HEADING);
        heights.place_ports(ports, |spot| matches!(spot, Spot::Beyond { .. }));
        heights.bottom = heights.bottom.max(below);
        heights
    }

    pub(super) fn strips(&self, site: usize) -> Span {
        self.sites
            .get(site)
            .map(|site| site.strips)
            .unwrap_or_default()
    }

    pub(super) fn realm(&self, realm: usize) -> Span {
        self.realms.get(realm).copied().unwrap_or_default()
    }

    pub(super) fn block(&self, stack: usize, block: usize) -> Span {
        let blocks = self.blocks.get(stack);
        blocks
            .and_then(|blocks| blocks.get(block))
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn site_head(&self, site: usize) -> Fx {
        self.sites
            .get(site)
            .map(|site| site.head)
            .unwrap_or_default()
    }

    /// The line of a bus in a hall.
    pub(super) fn hall(&self, bus: usize, hall: Hall) -> Fx {
        self.halls.get(&(bus, hall)).copied().unwrap_or_default()
    }

    /// Its rank among the lines of the hall, from above.
    pub(super) fn rank(&self, bus: usize, hall: Hall) -> usize {
        self.ranks.get(&(bus, hall)).copied().unwrap_or_default()
    }

    /// Where a bus leaves or meets the left or right side of something.
    pub(super) fn port(&self, spot: Spot, side: Side, bus: usize) -> Fx {
        let port = self.ports.get(&(spot, side, bus)).copied();
        port.unwrap_or_else(|| {
            let (upper, lower) = self.spot(spot);
            upper + (lower - upper).half()
        })
    }

    pub(super) fn spot(&self, spot: Spot) -> Span {
        let found = match spot {
            Spot::Cell { site, cell } => self
                .sites
                .get(site)
                .and_then(|site| site.cells.get(cell).copied()),
            Spot::Inner { site, cell, card } => self
                .sites
                .get(site)
                .and_then(|site| site.inner.get(cell)?.get(card).copied()),
            Spot::Loose { site, card } => self
                .sites
                .get(site)
                .and_then(|site| site.loose.get(card).copied()),
            Spot::Border { site, card } => self
                .sites
                .get(site)
                .and_then(|site| site.border.get(card).copied()),
            Spot::Site { site } => self.sites.get(site).map(|site| site.span),
            Spot::Beside { realm, item } => self
                .items
                .get(realm)
                .and_then(|items| items.get(item).copied()),
            Spot::Beyond { item } => self.items.last().and_then(|items| items.get(item).copied()),
        };
        found.unwrap_or_default()
    }

    /// The tracks of every hall between rows. How far lines reach is reckoned in slots: widths depend on it.
    fn hall_tracks(&mut self, plan: &Plan<'_>, buses: &[Bus]) -> BTreeMap<Hall, Tracks> {
        let mut trunks: BTreeMap<Hall, Vec<Trunk>> = BTreeMap::new();
        for (index, bus) in buses.iter().enumerate() {
            for (step, entries) in bus.entries() {
                let Step::Hall(hall @ Hall::Row { site, hall: number }) = step else {
                    continue;
                };
                let slots = plan.sites.get(site).map_or(0, |site| site.slots);
                let mut reach = Vec::with_capacity(entries.len() + 1);
                let (mut above, mut below) = (Vec::new(), Vec::new());
                for entry in entries {
                    match entry {
                        Entry::Link(link) => {
                            let from = bus.links.get(link).map(|link| link.from);
                            let Some(Spot::Cell { cell, .. }) = from else {
                                continue;
                            };
                            let of = plan.sites.get(site).and_then(|site| site.cells.get(cell));
                            let Some(of) = of else { continue };
                            let at = ordinal(of.slot * 3);
                            reach.push(at);
                            if of.row < number {
                                above.push(at);
                            } else {
                                below.push(at);
                            }
                        }
                        Entry::Step(Step::Shaft(shaft)) => {
                            reach.push(ordinal(shaft_ordinal(shaft, slots)));
                        }
                        Entry::Step(_) => {}
                    }
                }
                if let Some(Step::Shaft(shaft)) = bus.next.get(&step) {
                    let at = ordinal(shaft_ordinal(*shaft, slots));
                    reach.push(at);
                    let target = super::ways::row_of(plan, bus.to);
                    if target.is_some_and(|row| row < number) {
                        above.push(at);
                    } else {
                        below.push(at);
                    }
                }
                above.sort_unstable();
                below.sort_unstable();
                let ends = reach.iter().min().zip(reach.iter().max());
                let Some((first, last)) = ends else { continue };
                trunks.entry(hall).or_default().push(Trunk {
                    bus: index,
                    hop: 0,
                    upper: *first,
                    lower: *last,
                    left: above,
                    right: below,
                    class: (bus.line, bus.role),
                });
            }
        }
        let mut all = BTreeMap::new();
        for (hall, mut trunks) in trunks {
            let (tracks, given) = share_out(&mut trunks);
            for (trunk, (rank, _)) in trunks.iter().zip(given) {
                self.ranks.insert((trunk.bus, hall), rank);
            }
            all.insert(hall, tracks);
        }
        all
    }

    /// The lines in the halls of sites whose places are known.
    fn place_halls(
        &mut self,
        buses: &[Bus],
        tracks: &BTreeMap<Hall, Tracks>,
        sites: std::ops::Range<usize>,
    ) {
        for (index, bus) in buses.iter().enumerate() {
            for step in bus.next.keys() {
                let Step::Hall(hall @ Hall::Row { site, hall: number }) = *step else {
                    continue;
                };
                if !sites.contains(&site) {
                    continue;
                }
                let span = self.sites.get(site).and_then(|site| site.halls.get(number));
                let Some((upper, lower)) = span.copied() else {
                    continue;
                };
                let tracks = tracks.get(&hall);
                let count = tracks.map_or(1, |tracks| tracks.count).max(1);
                let pitch = tracks.map_or(PITCH, |tracks| tracks.pitch.min(PITCH));
                let between = pitch * i32::try_from(count - 1).unwrap_or(i32::MAX);
                let rank = i32::try_from(self.rank(index, hall)).unwrap_or(i32::MAX);
                let at = upper + (lower - upper - between).half() + pitch * rank;
                self.halls.insert((index, hall), at);
            }
        }
    }

    fn place_ports(&mut self, ports: &Ports, is_meant: impl Fn(Spot) -> bool) {
        for ((spot, side), users) in ports {
            if matches!(side, Side::Hall(_)) || !is_meant(*spot) {
                continue;
            }
            let (upper, mut lower) = self.spot(*spot);
            // Lines leave a box at its head, which nothing stands beside.
            match spot {
                Spot::Site { site } => lower = upper + self.site_head(*site),
                Spot::Cell { .. } => lower = lower.min(upper + super::super::card::HEIGHT),
                _ => {}
            }
            for (index, bus) in users.iter().enumerate() {
                let at = spread(upper, lower, index, users.len());
                self.ports.insert((*spot, *side, *bus), at);
            }
        }
    }

    /// Places groups one below the other, each near to what its cards are joined to, with room for the lines that pass
    /// between them. Gives where the lowest ends.
    fn stack(&mut self, plan: &Plan<'_>, number: usize, buses: &[Bus], first: Fx) -> Fx {
        let Some(stack) = plan.stacks.get(number) else {
            return first;
        };
        let is_realm = number < plan.realms.len();
        let spot_of = |item: usize| {
            if is_realm {
                Spot::Beside {
                    realm: number,
                    item,
                }
            } else {
                Spot::Beyond { item }
            }
        };
        // Heights at which lines come toward each card, and toward each lane.
        let mut toward: BTreeMap<Spot, Vec<Fx>> = BTreeMap::new();
        let mut lanes: Vec<(usize, Vec<Fx>)> = Vec::new();
        for (index, bus) in buses.iter().enumerate() {
            let from: Vec<Fx> = self.comes_from(index, bus);
            toward.entry(bus.to).or_default().extend(&from);
            let to = self.spot(bus.to);
            let to = (to != Span::default()).then(|| to.0 + (to.1 - to.0).half());
            for link in &bus.links {
                toward.entry(link.from).or_default().extend(to);
            }
            let lane = Step::Hall(Hall::Lane { realm: number });
            if is_realm && bus.next.contains_key(&lane) {
                lanes.push((index, from));
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for (block, group) in stack.groups.iter().enumerate() {
            let Some(boxed) = plan.groups.get(*group) else {
                continue;
            };
            let is_framed = boxed.group.boxed || boxed.group.frame.is_some();
            let head = match (&boxed.group.heading, is_framed) {
                (Some(_), _) => HEADING,
                (None, true) => CELL_PAD,
                (None, false) => Fx::ZERO,
            };
            let mut at = head;
            let mut inner = Vec::new();
            for card in &boxed.group.cards {
                let height = plan.height(card);
                inner.push((at, at + height));
                at += height + CARD_GAP;
            }
            let tail = if is_framed { CELL_PAD } else { Fx::ZERO };
            let height = if inner.is_empty() {
                head + tail
            } else {
                at - CARD_GAP + tail
            };
            let items = stack.items.iter().enumerate();
            let own = items.filter(|(_, (of, _))| *of == block);
            let wanted: Vec<Fx> = own
                .filter_map(|(item, (_, card))| {
                    let (upper, lower) = inner.get(*card)?;
                    let lines = toward.get(&spot_of(item))?;
                    Some((lines, *upper + (*lower - *upper).half()))
                })
                .flat_map(|(lines, off)| lines.iter().map(move |line| *line - off))
                .collect();
            pieces.push(Piece {
                what: What::Block(block, inner),
                wanted: mean(&wanted),
                height,
            });
        }
        for (bus, from) in lanes {
            pieces.push(Piece {
                what: What::Lane(bus),
                wanted: mean(&from).map(|at| at - LANE.half()),
                height: LANE,
            });
        }
        // What is wanted nowhere comes last, in the order given.
        pieces.sort_by_key(|piece| {
            let middle = piece.wanted.map(|wanted| wanted + piece.height.half());
            middle.unwrap_or(Fx::MAX)
        });
        let tops = settle(&pieces, first);
        let mut below = first;
        let mut blocks = vec![Span::default(); stack.groups.len()];
        let mut items = vec![Span::default(); stack.items.len()];
        for (piece, top) in pieces.iter().zip(tops) {
            below = below.max(top + piece.height);
            match &piece.what {
                What::Block(block, inner) => {
                    if let Some(slot) = blocks.get_mut(*block) {
                        *slot = (top, top + piece.height);
                    }
                    for (slot, (of, card)) in items.iter_mut().zip(&stack.items) {
                        if of == block
                            && let Some((upper, lower)) = inner.get(*card)
                        {
                            *slot = (top + *upper, top + *lower);
                        }
                    }
                }
                What::Lane(bus) => {
                    let hall = Hall::Lane { realm: number };
                    self.halls.insert((*bus, hall), top + LANE.half());
                }
            }
        }
        if let Some(slot) = self.blocks.get_mut(number) {
            *slot = blocks;
        }
        if let Some(slot) = self.items.get_mut(number) {
            *slot = items;
        }
        below
    }

    /// The heights at which the lines of a bus come out of sites and cards, as far as they are known.
    fn comes_from(&self, index: usize, bus: &Bus) -> Vec<Fx> {
        let mut heights = Vec::new();
        let mut halls = Vec::new();
        for (step, next) in &bus.next {
            if let (Step::Hall(hall), Step::Shaft(Shaft::Spine { .. } | Shaft::Far)) = (step, next)
                && let Some(at) = self.halls.get(&(index, *hall))
            {
                halls.push(*at);
            }
        }
        for link in &bus.links {
            if let Some(at) = self.ports.get(&(link.from, link.side, index)) {
                heights.push(*at);
            }
        }
        heights.extend(halls);
        heights
    }
}

fn ordinal(number: usize) -> Fx {
    Fx::px(40) * i32::try_from(number).unwrap_or(i32::MAX)
}

fn shaft_ordinal(shaft: Shaft, slots: usize) -> usize {
    match shaft {
        Shaft::Slot { slot, .. } => slot * 3 + 1,
        Shaft::Loose { .. } => slots * 3 + 1,
        Shaft::Main { .. } => slots * 3 + 2,
        _ => slots * 3 + 6,
    }
}

fn mean(heights: &[Fx]) -> Option<Fx> {
    let sum: i64 = heights.iter().map(|at| i64::from(at.0)).sum();
    let mean = sum.checked_div(i64::try_from(heights.len()).ok()?)?;
    Some(Fx(i32::try_from(mean).unwrap_or(i32::MAX)))
}

enum What {
    Block(usize, Vec<Span>),
    Lane(usize),
}

struct Piece {
    what: What,
    wanted: Option<Fx>,
    height: Fx,
}

/// Gives every piece its place: as near to where it is wanted as order and gaps allow (in least squares, by pooling
/// adjacent violators), and not above the floor.
fn settle(pieces: &[Piece], floor: Fx) -> Vec<Fx> {
    let mut offsets = Vec::with_capacity(pieces.len());
    let mut end = 0_i64;
    for piece in pieces {
        offsets.push(end);
        end += i64::from((piece.height + BLOCK_GAP).0);
    }
    // Sum and number of what the pieces of a pool want, and how many they are.
    let mut pools: Vec<(i64, i64, usize)> = Vec::new();
    let mean = |pool: &(i64, i64, usize)| pool.0.checked_div(pool.1).unwrap_or(i64::MIN);
    for (piece, offset) in pieces.iter().zip(&offsets) {
        match piece.wanted {
            Some(wanted) => pools.push((i64::from(wanted.0) - offset, 1, 1)),
            None => match pools.last_mut() {
                Some(last) => last.2 += 1,
                None => pools.push((0, 0, 1)),
            },
        }
        while let [.., above, last] = pools.as_mut_slice() {
            if mean(above) <= mean(last) {
                break;
            }
            *above = (above.0 + last.0, above.1 + last.1, above.2 + last.2);
            pools.pop();
        }
    }
    let mut tops = Vec::with_capacity(pieces.len());
    let mut offsets = offsets.into_iter();
    for pool in &pools {
        let shift = (mean(pool).max(i64::from(floor.0)) + 32) & !63;
        for offset in offsets.by_ref().take(pool.2) {
            tops.push(Fx(i32::try_from(shift + offset).unwrap_or(i32::MAX)));
        }
    }
    tops
}

fn site_heights(
    plan: &Plan<'_>,
    number: usize,
    rails: &Rails,
    tracks: &BTreeMap<Hall, Tracks>,
    upper: Fx,
) -> SiteHeights {
    let Some(site) = plan.sites.get(number) else {
        return SiteHeights::default();
    };
    let group = plan.groups.get(site.group).map(|of| of.group);
    let head = group.map_or(Fx::ZERO, |group| match group.head() {
        Some(head) => plan.height(head),
        None => HEADING,
    });
    let mut places = SiteHeights {
        head,
        ..SiteHeights::default()
    };
    let has_words = site.strips.iter().any(|strip| {
        let group = plan.groups.get(strip.group);
        group.is_some_and(|of| of.group.heading.is_some())
    });
    let mut at = upper + head;
    let strips = at;
    if has_words {
        at += HEADING - HALL.half();
    }
    for row in 0..=site.rows {
        let hall = Hall::Row {
            site: number,
            hall: row,
        };
        let height = tracks.get(&hall).map_or(HALL, |tracks| {
            let between = i32::try_from(tracks.count.saturating_sub(1)).unwrap_or(i32::MAX);
            (CLEAR * 2 + tracks.pitch.min(PITCH) * between).max(HALL)
        });
        places.halls.push((at, at + height));
        at += height;
        if let Some(height) = rails.rows.get(row) {
            places.rows.push((at, at + *height));
            at += *height;
        }
    }
    places.strips = (strips, at);
    let rows = places.rows.clone();
    for cell in &site.cells {
        let (upper, lower) = rows.get(cell.row).copied().unwrap_or_default();
        places.cells.push((upper, lower));
        let group = plan.groups.get(cell.group).map(|of| of.group);
        let mut inner = Vec::new();
        if let Some(group) = group {
            let mut below = upper + plan.head_height(group);
            let skip = usize::from(group.head().is_some());
            if skip == 1 {
                inner.push((upper, below));
            }
            for card in group.cards.iter().skip(skip) {
                let height = plan.height(card);
                inner.push((below, below + height));
                below += height + CARD_GAP;
            }
        }
        places.inner.push(inner);
    }
    let extra = at + CARD_GAP.half();
    let rail = |group: Option<usize>, rail: &Rail| {
        let cards = group.map_or(&[][..], |group| plan.cards_of(group));
        let spans = cards.iter().enumerate().map(|(card, of)| {
            let (row, off) = rail.place(card);
            let upper = rows.get(row).map_or(extra, |(upper, _)| *upper) + off;
            (upper, upper + plan.height(of))
        });
        spans.collect::<Vec<Span>>()
    };
    places.loose = rail(site.loose, &rails.loose);
    places.border = rail(site.border, &rails.border);
    let below = rails.loose.below.max(rails.border.below);
    if below > Fx::ZERO {
        at = extra + below - CARD_GAP;
    }
    places.span = (upper, at + SITE_PAD);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tops(wanted: &[Option<i32>], floor: i32) -> Vec<i32> {
        let pieces: Vec<Piece> = wanted
            .iter()
            .map(|wanted| Piece {
                what: What::Lane(0),
                wanted: wanted.map(Fx::px),
                height: Fx::px(40),
            })
            .collect();
        let tops = settle(&pieces, Fx::px(floor));
        tops.into_iter().map(|top| top.0 / 64).collect()
    }

    #[test]
    fn pieces_stand_where_they_are_wanted_and_never_on_each_other() {
        assert_eq!(tops(&[Some(100), Some(300)], 0), [100, 300]);
        // Two that want one place share the way.
        assert_eq!(tops(&[Some(100), Some(100)], 0), [71, 129]);
        assert_eq!(tops(&[Some(0), Some(0)], 50), [50, 108]);
        assert_eq!(tops(&[None, None], 30), [30, 88]);
        assert_eq!(tops(&[Some(100), None, Some(400)], 0), [100, 158, 400]);
    }

    #[test]
    fn lines_on_a_side_are_apart_and_inside_it() {
        let side = (Fx::px(0), Fx::px(46));
        assert_eq!(spread(side.0, side.1, 0, 1), Fx::px(23));
        let many: Vec<Fx> = (0..9)
            .map(|index| spread(side.0, side.1, index, 9))
            .collect();
        assert!(many.is_sorted() && many[0] >= Fx::px(8) && many[8] <= Fx::px(38));
        assert!(many.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
