//! How far to the right everything stands: slots with the shafts between them, borders, and what is beside.

use std::collections::BTreeMap;

use super::super::super::diagram::Group;
use super::super::super::geometry::Fx;
use super::super::card;
use super::super::route::{Tracks, Trunk, share_out};
use super::heights::Heights;
use super::plan::{Plan, SitePlan, Spot};
use super::ways::{Bus, Entry, Hall, Shaft, Side, Step};
use super::{CELL_PAD, CLEAR, MARGIN, PITCH, REALM_PAD, SHAFT, SITE_PAD, STRIP_GAP, STRIP_PAD};

/// The narrowest and widest cards on borders and beside sites.
const CARD_WIDTH: (Fx, Fx) = (Fx::px(148), Fx::px(264));
/// The least a site is wide.
const SITE_WIDTH: Fx = Fx::px(360);

/// The left and right edge of something.
type Span = (Fx, Fx);

#[derive(Default)]
struct SiteWidths {
    span: Span,
    strips: Vec<Span>,
    /// Left edges of the slots.
    slots: Vec<Fx>,
    cell_width: Fx,
    loose: Span,
    border: Span,
}

pub(super) struct Widths {
    sites: Vec<SiteWidths>,
    beside: Span,
    beyond: Span,
    pub(super) realm_right: Fx,
    pub(super) right: Fx,
    /// Cells are found by their slots.
    shafts: BTreeMap<(usize, Shaft), Fx>,
}

/// How many tracks a shaft has, and the rank of each bus in it.
struct ShaftTracks {
    tracks: Tracks,
    ranks: BTreeMap<usize, usize>,
}

impl ShaftTracks {
    fn between(&self) -> Fx {
        let count = i32::try_from(self.tracks.count.saturating_sub(1)).unwrap_or(i32::MAX);
        self.tracks.pitch.min(PITCH) * count
    }
}

impl Widths {
    pub(super) fn new(plan: &Plan<'_>, buses: &[Bus], heights: &Heights) -> Self {
        let tracks = shaft_tracks(buses, heights);
        let width = |shaft: Shaft, least: Fx| {
            tracks
                .get(&shaft)
                .map_or(least, |of| (CLEAR * 2 + of.between()).max(least))
        };
        let stack_width = |stack: usize| {
            let groups = plan.stacks.get(stack).map(|stack| stack.groups.iter());
            let groups = groups.into_iter().flatten();
            let groups = groups.filter_map(|group| plan.groups.get(*group));
            rail_width(plan, groups.map(|of| of.group))
        };
        let mut widths = Self {
            sites: Vec::with_capacity(plan.sites.len()),
            beside: Span::default(),
            beyond: Span::default(),
            realm_right: Fx::ZERO,
            right: Fx::ZERO,
            shafts: BTreeMap::new(),
        };
        let left = MARGIN + REALM_PAD;
        // Half of a border card stands outside its site; all sites end where the widest does.
        let borders = plan.sites.iter().filter_map(|site| site.border);
        let borders = borders.filter_map(|border| plan.groups.get(border));
        let border = rail_width(plan, borders.map(|of| of.group));
        let half = border.half();
        // The least width of the shaft before a border, and what lies between it and the border.
        let before_border = |site: &SitePlan| match site.border {
            Some(_) => (SITE_PAD, half.max(SITE_PAD)),
            None => (Fx::ZERO, SITE_PAD),
        };
        let mut right = left + SITE_WIDTH;
        for (number, site) in plan.sites.iter().enumerate() {
            let mut at = left + SITE_PAD;
            let mut places = SiteWidths {
                cell_width: site.cell_width,
                ..SiteWidths::default()
            };
            for (index, strip) in site.strips.iter().enumerate() {
                if index > 0 {
                    at += STRIP_GAP;
                }
                let strip_left = at;
                at += STRIP_PAD;
                for slot in strip.slots.clone() {
                    places.slots.push(at);
                    at += site.cell_width;
                    let shaft = Shaft::Slot { site: number, slot };
                    let is_last = slot + 1 == strip.slots.end;
                    let least = if is_last { STRIP_PAD } else { SHAFT };
                    widths.place_shaft(&tracks, shaft, at);
                    at += width(shaft, least);
                }
                places.strips.push((strip_left, at));
            }
            let loose = site.loose.and_then(|loose| plan.groups.get(loose));
            if let Some(loose) = loose.filter(|of| !of.group.cards.is_empty()) {
                if !site.strips.is_empty() {
                    at += STRIP_GAP;
                }
                let loose = rail_width(plan, std::iter::once(loose.group));
                places.loose = (at, at + loose);
                at += loose;
                let shaft = Shaft::Loose { site: number };
                widths.place_shaft(&tracks, shaft, at);
                at += width(shaft, Fx::ZERO);
            }
            let (least, pad) = before_border(site);
            at += width(Shaft::Main { site: number }, least) + pad;
            right = right.max(at);
            widths.sites.push(places);
        }
        let right = right.ceil();
        for (number, (site, places)) in plan.sites.iter().zip(&mut widths.sites).enumerate() {
            places.span = (left, right);
            places.border = (right - half, right + half);
            let shaft = Shaft::Main { site: number };
            let (least, pad) = before_border(site);
            let main = right - pad - width(shaft, least);
            place(&mut widths.shafts, &tracks, shaft, main);
        }
        let mut at = right + half;
        let spines = (0..plan.realms.len()).map(|realm| Shaft::Spine { realm });
        let spine = spines.clone().map(|shaft| width(shaft, Fx::ZERO)).max();
        let spine = spine.unwrap_or_default();
        for shaft in spines {
            widths.place_shaft(&tracks, shaft, at);
        }
        at += spine;
        let beside = (0..plan.realms.len()).map(stack_width).max();
        let beside = beside.unwrap_or_default();
        // What is empty has a place too.
        widths.beside = (at + CELL_PAD, at + CELL_PAD + beside);
        if beside > Fx::ZERO {
            at += beside + CELL_PAD * 2;
        }
        widths.realm_right = (at + REALM_PAD).ceil();
        at = widths.realm_right;
        let far = width(Shaft::Far, Fx::ZERO);
        widths.place_shaft(&tracks, Shaft::Far, at);
        at += far;
        let beyond = stack_width(plan.realms.len());
        widths.beyond = (at, at);
        if beyond > Fx::ZERO {
            at += SHAFT + CELL_PAD;
            widths.beyond = (at, at + beyond);
            at += beyond + CELL_PAD;
        }
        widths.place_shaft(&tracks, Shaft::Outer, at);
        at += width(Shaft::Outer, Fx::ZERO);
        widths.right = at.ceil();
        widths
    }

    fn place_shaft(&mut self, tracks: &BTreeMap<Shaft, ShaftTracks>, shaft: Shaft, left: Fx) {
        place(&mut self.shafts, tracks, shaft, left);
    }

    /// Where the line of a bus stands in a shaft.
    pub(super) fn shaft(&self, bus: usize, shaft: Shaft) -> Fx {
        self.shafts.get(&(bus, shaft)).copied().unwrap_or_default()
    }

    pub(super) fn strip(&self, site: usize, strip: usize) -> Span {
        let site = self.sites.get(site);
        site.and_then(|site| site.strips.get(strip).copied())
            .unwrap_or_default()
    }

    /// A stack's cards; the last stack stands beyond the realms.
    pub(super) fn stack(&self, stack: usize, realms: usize) -> Span {
        if stack < realms {
            self.beside
        } else {
            self.beyond
        }
    }

    pub(super) fn spot(&self, plan: &Plan<'_>, spot: Spot) -> Span {
        let site = |site: usize| self.sites.get(site);
        let cell = |number: usize, cell: usize| {
            let slot = plan.sites.get(number)?.cells.get(cell)?.slot;
            let places = site(number)?;
            let left = places.slots.get(slot).copied()?;
            Some((left, left + places.cell_width))
        };
        let found = match spot {
            Spot::Cell { site, cell: index } => cell(site, index),
            Spot::Inner {
                site, cell: index, ..
            } => cell(site, index).map(|(left, right)| (left + CELL_PAD, right - CELL_PAD)),
            Spot::Loose { site: of, .. } => site(of).map(|site| site.loose),
            Spot::Border { site: of, .. } => site(of).map(|site| site.border),
            Spot::Site { site: of } => site(of).map(|site| site.span),
            Spot::Beside { .. } => Some(self.beside),
            Spot::Beyond { .. } => Some(self.beyond),
        };
        found.unwrap_or_default()
    }
}

fn place(
    shafts: &mut BTreeMap<(usize, Shaft), Fx>,
    tracks: &BTreeMap<Shaft, ShaftTracks>,
    shaft: Shaft,
    left: Fx,
) {
    let Some(of) = tracks.get(&shaft) else { return };
    let pitch = of.tracks.pitch.min(PITCH);
    for (bus, rank) in &of.ranks {
        let off = pitch * i32::try_from(*rank).unwrap_or(i32::MAX);
        shafts.insert((*bus, shaft), left + CLEAR + off);
    }
}

/// As wide as the widest of the cards, within what is reasonable; nothing where there are none.
fn rail_width<'a>(plan: &Plan<'_>, groups: impl Iterator<Item = &'a Group>) -> Fx {
    let cards = groups.flat_map(|group| &group.cards);
    let widest = cards.map(|card| card::card_width(card, plan.size)).max();
    widest.map_or(Fx::ZERO, |widest| {
        // Even, so that half of it is a whole number too.
        let width = widest.clamp(CARD_WIDTH.0, CARD_WIDTH.1).ceil();
        (width.half().ceil()) * 2
    })
}

fn shaft_tracks(buses: &[Bus], heights: &Heights) -> BTreeMap<Shaft, ShaftTracks> {
    let mut trunks: BTreeMap<Shaft, Vec<Trunk>> = BTreeMap::new();
    for (index, bus) in buses.iter().enumerate() {
        for (step, entries) in bus.entries() {
            let Step::Shaft(shaft) = step else { continue };
            let (mut left, mut right) = (Vec::new(), Vec::new());
            for entry in entries {
                match entry {
                    Entry::Link(link) => {
                        let Some(link) = bus.links.get(link) else {
                            continue;
                        };
                        let at = heights.port(link.from, link.side, index);
                        if link.side == Side::Left {
                            right.push(at);
                        } else {
                            left.push(at);
                        }
                    }
                    Entry::Step(Step::Hall(hall)) => {
                        let at = heights.hall(index, hall);
                        if comes_from_left(shaft, hall, bus) {
                            left.push(at);
                        } else {
                            right.push(at);
                        }
                    }
                    Entry::Step(_) => {}
                }
            }
            match bus.next.get(&step) {
                Some(Step::Hall(hall)) => right.push(heights.hall(index, *hall)),
                Some(Step::End) => {
                    let at = heights.port(bus.to, bus.to_side(), index);
                    if bus.to_side() == Side::Left {
                        right.push(at);
                    } else {
                        left.push(at);
                    }
                }
                _ => {}
            }
            left.sort_unstable();
            right.sort_unstable();
            let all = || left.iter().chain(&right);
            let Some((upper, lower)) = all().min().zip(all().max()) else {
                continue;
            };
            trunks.entry(shaft).or_default().push(Trunk {
                bus: index,
                hop: 0,
                upper: *upper,
                lower: *lower,
                left: left.clone(),
                right: right.clone(),
                class: (bus.line, bus.role),
            });
        }
    }
    trunks
        .into_iter()
        .map(|(shaft, mut trunks)| {
            let (tracks, given) = share_out(&mut trunks);
            let ranks = trunks
                .iter()
                .zip(given)
                .map(|(trunk, (rank, _))| (trunk.bus, rank))
                .collect();
            (shaft, ShaftTracks { tracks, ranks })
        })
        .collect()
}

/// Whether what comes along a hall into a shaft comes from its left.
fn comes_from_left(shaft: Shaft, hall: Hall, bus: &Bus) -> bool {
    match (shaft, hall) {
        (Shaft::Spine { .. }, Hall::Lane { .. }) => false,
        // From gateways and from outside it comes from the right.
        (Shaft::Slot { .. }, Hall::Row { .. }) => {
            bus.links.iter().any(|link| link.step == Step::Hall(hall))
        }
        _ => true,
    }
}
