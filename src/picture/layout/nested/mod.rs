//! Boxes in boxes: sites in realms, strips in sites, cells in strips, and what joins them to the right.
//!
//! [`plan`] says in which row and slot each cell stands, [`rails`] puts cards on the borders of sites, level with rows
//! and clear of the halls between them, [`ways`] leads each line through halls and shafts, [`heights`] gives heights
//! and [`widths`] widths, and [`joints`] makes routes of it. Lines run between rows and between columns and nowhere
//! else, so they pass through the boxes that hold others, and through no cell or card but those they belong to.

mod heights;
mod joints;
mod plan;
mod rails;
mod ways;
mod widths;

use super::super::diagram::{Nest, Net};
use super::super::geometry::{Fx, Point, Rect};
use super::{CardPlace, GroupPlace, Layout, Size, place};
use heights::Heights;
use plan::{Plan, Spot};
use std::collections::BTreeMap;
use ways::{Bus, Side};
use widths::Widths;

/// Space around the whole map.
const MARGIN: Fx = place::MARGIN;
/// Space between a cell and the cards in it.
const CELL_PAD: Fx = Fx::px(10);
/// Space between cards one below the other.
const CARD_GAP: Fx = Fx::px(8);
/// Space between the frame of a strip and its cells.
const STRIP_PAD: Fx = Fx::px(12);
/// Space between strips.
const STRIP_GAP: Fx = Fx::px(14);
/// Space between a site's frame and what is in it.
const SITE_PAD: Fx = Fx::px(16);
/// Space between sites, and between realms.
const SITE_GAP: Fx = Fx::px(32);
/// Space between a realm's frame and what is in it.
const REALM_PAD: Fx = Fx::px(22);
/// What a heading takes above what it is about.
const HEADING: Fx = Fx::px(28);
/// The least space between two rows.
const HALL: Fx = Fx::px(12);
/// The least space between two slots.
const SHAFT: Fx = Fx::px(12);
/// Space between a line and the box beside it.
const CLEAR: Fx = Fx::px(10);
/// Distance between neighbouring lines, where there is room.
const PITCH: Fx = Fx::px(8);
/// Part of a side, at both its ends, that lines keep away from.
const CORNER: Fx = Fx::px(8);

/// Where lines leave and meet things: for each side the buses that do, in order.
type Ports = BTreeMap<(Spot, Side), Vec<usize>>;

fn ports(buses: &[Bus]) -> Ports {
    let mut ports = Ports::new();
    for (index, bus) in buses.iter().enumerate() {
        let ends = bus.links.iter().map(|link| (link.from, link.side));
        for end in ends.chain([(bus.to, bus.to_side())]) {
            let users = ports.entry(end).or_default();
            if users.last() != Some(&index) {
                users.push(index);
            }
        }
    }
    ports
}

/// Where one of several lines is on a side from one end to the other.
fn spread(from: Fx, to: Fx, index: usize, count: usize) -> Fx {
    let between = i32::try_from(count.saturating_sub(1)).unwrap_or(i32::MAX);
    let room = (to - from - CORNER * 2).max(Fx::ZERO);
    let pitch = PITCH.min(room / between.max(1));
    let first = from + (to - from - pitch * between).half();
    first + pitch * i32::try_from(index).unwrap_or(i32::MAX)
}

/// Finds a place for every box and card, and a way for every line.
pub(super) fn layout(nest: &Nest, nets: &[Net], size: Size) -> Layout {
    let plan = Plan::new(nest, size);
    let rails = rails::rails(&plan, nets);
    let buses = ways::buses(&plan, &rails, nets);
    let ports = ports(&buses);
    let heights = Heights::new(&plan, &rails, &buses, &ports);
    let widths = Widths::new(&plan, &buses, &heights);
    let places = Places {
        plan: &plan,
        kinds: kinds(&plan),
        heights: &heights,
        widths: &widths,
    };

    let mut cards = Vec::new();
    let groups: Vec<GroupPlace> = (0..plan.groups.len())
        .filter_map(|index| {
            let boxed = plan.groups.get(index)?;
            let rect = places.group(index);
            let has_words = boxed.group.heading.is_some();
            Some(GroupPlace {
                id: boxed.group.id,
                column: 0,
                band: None,
                parent: boxed
                    .parent
                    .and_then(|parent| plan.groups.get(parent))
                    .map(|parent| parent.group.id),
                rect,
                heading_baseline: has_words.then(|| place::heading_baseline(rect.min.y + HEADING)),
            })
        })
        .collect();
    for (site, of) in plan.sites.iter().enumerate() {
        if let Some(head) = plan.groups.get(of.group).and_then(|of| of.group.head()) {
            cards.push(card_place(head.id, of.group, places.site_head(site)));
        }
        for (cell, of) in of.cells.iter().enumerate() {
            let Some(boxed) = plan.groups.get(of.group) else {
                continue;
            };
            let has_head = boxed.group.head().is_some();
            for (card, card_of) in boxed.group.cards.iter().enumerate() {
                let rect = if card == 0 && has_head {
                    places.cell_head(site, cell)
                } else {
                    places.spot(Spot::Inner { site, cell, card })
                };
                cards.push(card_place(card_of.id, of.group, rect));
            }
        }
        for (group, is_border) in [(of.loose, false), (of.border, true)] {
            let Some(group) = group else { continue };
            for (card, card_of) in plan.cards_of(group).iter().enumerate() {
                let spot = if is_border {
                    Spot::Border { site, card }
                } else {
                    Spot::Loose { site, card }
                };
                cards.push(card_place(card_of.id, group, places.spot(spot)));
            }
        }
    }
    for (number, stack) in plan.stacks.iter().enumerate() {
        for (item, (group, card)) in stack.items.iter().enumerate() {
            let spot = if number < plan.realms.len() {
                Spot::Beside {
                    realm: number,
                    item,
                }
            } else {
                Spot::Beyond { item }
            };
            if let Some(group) = stack.groups.get(*group)
                && let Some(card_of) = plan.cards_of(*group).get(*card)
            {
                cards.push(card_place(card_of.id, *group, places.spot(spot)));
            }
        }
    }
    for (realm, of) in plan.realms.iter().enumerate() {
        let heads = plan.groups.get(of.group).and_then(|of| of.group.head());
        if let Some(head) = heads {
            cards.push(card_place(head.id, of.group, places.realm_head(realm)));
        }
        for site in plan.sites.get(of.sites.clone()).unwrap_or(&[]) {
            for strip in &site.strips {
                let strip_of = plan.groups.get(strip.group);
                if let Some(head) = strip_of.and_then(|of| of.group.head()) {
                    let rect = places.group(strip.group);
                    let rect = Rect::new(rect.min.x, rect.min.y, rect.width(), HEADING);
                    cards.push(card_place(head.id, strip.group, rect));
                }
            }
        }
    }
    cards.sort_by_key(|place| (place.id, place.group));
    Layout {
        bounds: Rect::new(
            Fx::ZERO,
            Fx::ZERO,
            widths.right + MARGIN,
            heights.bottom + MARGIN,
        ),
        groups,
        cards,
        routes: joints::routes(&plan, &buses, &ports, &places),
        size,
        ..Layout::default()
    }
}

fn card_place(id: super::CardId, group: usize, rect: Rect) -> CardPlace {
    CardPlace {
        id,
        group,
        column: 0,
        rect,
    }
}

/// What a group is.
#[derive(Clone, Copy)]
enum What {
    Nothing,
    Realm(usize),
    Strip {
        site: usize,
        strip: usize,
    },
    /// A box that lines may end at.
    Box(Spot),
    Loose {
        site: usize,
    },
    Border {
        site: usize,
    },
    Block {
        stack: usize,
        block: usize,
    },
}

/// What every group is.
fn kinds(plan: &Plan<'_>) -> Vec<What> {
    let mut kinds = vec![What::Nothing; plan.groups.len()];
    let mut note = |group: usize, what: What| {
        if let Some(slot) = kinds.get_mut(group) {
            *slot = what;
        }
    };
    for (realm, of) in plan.realms.iter().enumerate() {
        note(of.group, What::Realm(realm));
    }
    for (site, of) in plan.sites.iter().enumerate() {
        note(of.group, What::Box(Spot::Site { site }));
        for (strip, of) in of.strips.iter().enumerate() {
            note(of.group, What::Strip { site, strip });
        }
        for (cell, of) in of.cells.iter().enumerate() {
            note(of.group, What::Box(Spot::Cell { site, cell }));
        }
        if let Some(loose) = of.loose {
            note(loose, What::Loose { site });
        }
        if let Some(border) = of.border {
            note(border, What::Border { site });
        }
    }
    for (stack, of) in plan.stacks.iter().enumerate() {
        for (block, group) in of.groups.iter().enumerate() {
            note(*group, What::Block { stack, block });
        }
    }
    kinds
}

/// Where everything is.
struct Places<'p, 'a> {
    plan: &'p Plan<'a>,
    kinds: Vec<What>,
    heights: &'p Heights,
    widths: &'p Widths,
}

impl Places<'_, '_> {
    /// The box of a group.
    fn group(&self, index: usize) -> Rect {
        let what = self.kinds.get(index).copied();
        match what.unwrap_or(What::Nothing) {
            What::Nothing => Rect::default(),
            What::Realm(realm) => self.realm(realm),
            What::Box(spot) => self.spot(spot),
            What::Strip { site, strip } => {
                let (left, right) = self.widths.strip(site, strip);
                let (upper, lower) = self.heights.strips(site);
                span(left, right, upper, lower)
            }
            What::Loose { site } => self.around(index, site, |card| Spot::Loose { site, card }),
            What::Border { site } => self.around(index, site, |card| Spot::Border { site, card }),
            What::Block { stack, block } => {
                let (left, right) = self.widths.stack(stack, self.plan.realms.len());
                let pad = self.block_pad(index);
                let (upper, lower) = self.heights.block(stack, block);
                span(left - pad, right + pad, upper, lower)
            }
        }
    }

    /// What is around the cards of a rail; a corner of the site where there are none.
    fn around(&self, group: usize, site: usize, spot: impl Fn(usize) -> Spot) -> Rect {
        let cards = 0..self.plan.cards_of(group).len();
        let rects = cards.map(|card| self.spot(spot(card)));
        let corners: Vec<Point> = rects.flat_map(|rect| [rect.min, rect.max]).collect();
        let corner = self.spot(Spot::Site { site }).min;
        Rect::around(&corners).unwrap_or(Rect {
            min: corner,
            max: corner,
        })
    }

    fn block_pad(&self, group: usize) -> Fx {
        let boxed = self.plan.groups.get(group);
        if boxed.is_some_and(|of| of.group.boxed || of.group.frame.is_some()) {
            CELL_PAD
        } else {
            Fx::ZERO
        }
    }

    fn realm(&self, realm: usize) -> Rect {
        let (upper, lower) = self.heights.realm(realm);
        span(MARGIN, self.widths.realm_right, upper, lower)
    }

    fn realm_head(&self, realm: usize) -> Rect {
        let rect = self.realm(realm);
        Rect::new(rect.min.x, rect.min.y, rect.width(), HEADING)
    }

    fn site_head(&self, site: usize) -> Rect {
        let rect = self.spot(Spot::Site { site });
        let height = self.heights.site_head(site);
        Rect::new(rect.min.x, rect.min.y, rect.width(), height)
    }

    fn cell_head(&self, site: usize, cell: usize) -> Rect {
        let rect = self.spot(Spot::Cell { site, cell });
        let group = self
            .plan
            .sites
            .get(site)
            .and_then(|site| site.cells.get(cell));
        let group = group.and_then(|cell| self.plan.groups.get(cell.group));
        let height = group.map_or(Fx::ZERO, |of| self.plan.head_height(of.group));
        Rect::new(rect.min.x, rect.min.y, rect.width(), height)
    }

    /// What a line ends at.
    fn spot(&self, spot: Spot) -> Rect {
        let (upper, lower) = self.heights.spot(spot);
        let (left, right) = self.widths.spot(self.plan, spot);
        span(left, right, upper, lower)
    }
}

fn span(left: Fx, right: Fx, upper: Fx, lower: Fx) -> Rect {
    Rect {
        min: Point::new(left, upper),
        max: Point::new(right, lower),
    }
}
