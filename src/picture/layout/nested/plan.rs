//! Who stands where, before anything has a place: rows and slots of cells, and what lines may end at.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::super::diagram::{Card, CardId, End, Group, GroupId, Nest, Site};
use super::super::super::geometry::Fx;
use super::super::{Size, card};
use super::{CARD_GAP, CELL_PAD, STRIP_PAD};

/// A cell is never narrower, and seldom wider.
const CELL_WIDTH: (Fx, Fx) = (Fx::px(168), Fx::px(308));

/// A group and what it stands in, by position.
pub(super) struct Boxed<'a> {
    pub(super) group: &'a Group,
    pub(super) parent: Option<usize>,
}

pub(super) struct RealmPlan {
    pub(super) group: usize,
    pub(super) sites: Range<usize>,
}

pub(super) struct StripPlan {
    pub(super) group: usize,
    /// Its slots among those of the site.
    pub(super) slots: Range<usize>,
}

pub(super) struct CellPlan {
    pub(super) group: usize,
    pub(super) row: usize,
    pub(super) slot: usize,
    pub(super) height: Fx,
}

pub(super) struct SitePlan {
    pub(super) group: usize,
    pub(super) realm: usize,
    pub(super) strips: Vec<StripPlan>,
    pub(super) cells: Vec<CellPlan>,
    pub(super) loose: Option<usize>,
    pub(super) border: Option<usize>,
    pub(super) rows: usize,
    pub(super) slots: usize,
    pub(super) cell_width: Fx,
}

/// Groups one below the other: beside the sites of a realm, or beyond all of them.
#[derive(Default)]
pub(super) struct StackPlan {
    /// The groups.
    pub(super) groups: Vec<usize>,
    /// Their cards: position in `groups`, and in the group's cards.
    pub(super) items: Vec<(usize, usize)>,
}

/// What a line may begin or end at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Cell {
        site: usize,
        cell: usize,
    },
    Inner {
        site: usize,
        cell: usize,
        card: usize,
    },
    Loose {
        site: usize,
        card: usize,
    },
    Border {
        site: usize,
        card: usize,
    },
    Site {
        site: usize,
    },
    Beside {
        realm: usize,
        item: usize,
    },
    Beyond {
        item: usize,
    },
}

pub(super) struct Plan<'a> {
    pub(super) size: Size,
    pub(super) groups: Vec<Boxed<'a>>,
    pub(super) realms: Vec<RealmPlan>,
    pub(super) sites: Vec<SitePlan>,
    /// One for each realm, and last what lies beyond.
    pub(super) stacks: Vec<StackPlan>,
    cards: BTreeMap<CardId, Spot>,
    boxes: BTreeMap<GroupId, Spot>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(nest: &'a Nest, size: Size) -> Self {
        let mut plan = Self {
            size,
            groups: Vec::new(),
            realms: Vec::new(),
            sites: Vec::new(),
            stacks: Vec::new(),
            cards: BTreeMap::new(),
            boxes: BTreeMap::new(),
        };
        for (realm, realm_of) in nest.realms.iter().enumerate() {
            let group = plan.group(&realm_of.group, None);
            let first = plan.sites.len();
            for site in &realm_of.sites {
                plan.site(site, realm, group);
            }
            plan.realms.push(RealmPlan {
                group,
                sites: first..plan.sites.len(),
            });
            plan.stack(&realm_of.beside, Some((realm, group)));
        }
        plan.stack(&nest.beyond, None);
        plan
    }

    fn group(&mut self, group: &'a Group, parent: Option<usize>) -> usize {
        self.groups.push(Boxed { group, parent });
        self.groups.len() - 1
    }

    fn site(&mut self, site_of: &'a Site, realm: usize, parent: usize) {
        let site = self.sites.len();
        let group = self.group(&site_of.group, Some(parent));
        self.boxes
            .entry(site_of.group.id)
            .or_insert(Spot::Site { site });
        if let Some(head) = site_of.group.head() {
            self.cards.entry(head.id).or_insert(Spot::Site { site });
        }
        let wide = site_of.strips.iter().flat_map(|strip| &strip.cells);
        let cell_width = wide
            .map(|cell| self.width(&cell.group))
            .max()
            .unwrap_or(CELL_WIDTH.0)
            .clamp(CELL_WIDTH.0, CELL_WIDTH.1)
            .ceil();
        let places = Rows::of(site_of, cell_width, |group| self.cell_height(group));
        let mut plan = SitePlan {
            group,
            realm,
            strips: Vec::new(),
            cells: Vec::new(),
            loose: None,
            border: None,
            rows: places.rows,
            slots: 0,
            cell_width,
        };
        for (strip_of, cells) in site_of.strips.iter().zip(&places.cells) {
            let strip = self.group(&strip_of.group, Some(group));
            let used = cells.iter().map(|(_, slot)| slot + 1).max().unwrap_or(1);
            let slots = plan.slots..plan.slots + used;
            for (cell_of, (row, slot)) in strip_of.cells.iter().zip(cells) {
                let spot = Spot::Cell {
                    site,
                    cell: plan.cells.len(),
                };
                let inner = self.group(&cell_of.group, Some(strip));
                self.boxes.entry(cell_of.group.id).or_insert(spot);
                let has_head = cell_of.group.head().is_some();
                for (index, card) in cell_of.group.cards.iter().enumerate() {
                    let own = if index == 0 && has_head {
                        spot
                    } else {
                        Spot::Inner {
                            site,
                            cell: plan.cells.len(),
                            card: index,
                        }
                    };
                    self.cards.entry(card.id).or_insert(own);
                }
                plan.cells.push(CellPlan {
                    group: inner,
                    row: *row,
                    slot: slots.start + slot,
                    height: self.cell_height(&cell_of.group),
                });
            }
            plan.slots = slots.end;
            plan.strips.push(StripPlan {
                group: strip,
                slots,
            });
        }
        for (of, is_border) in [(&site_of.loose, false), (&site_of.border, true)] {
            let Some(of) = of else { continue };
            let index = self.group(of, Some(group));
            for (card, card_of) in of.cards.iter().enumerate() {
                let spot = if is_border {
                    Spot::Border { site, card }
                } else {
                    Spot::Loose { site, card }
                };
                self.cards.entry(card_of.id).or_insert(spot);
            }
            if is_border {
                plan.border = Some(index);
            } else {
                plan.loose = Some(index);
            }
        }
        let rails = [plan.loose, plan.border].into_iter().flatten();
        if rails
            .into_iter()
            .any(|rail| !self.cards_of(rail).is_empty())
        {
            plan.rows = plan.rows.max(1);
        }
        self.sites.push(plan);
    }

    fn stack(&mut self, groups: &'a [Group], realm: Option<(usize, usize)>) {
        let mut stack = StackPlan::default();
        for group in groups {
            let index = self.group(group, realm.map(|(_, group)| group));
            for (card, card_of) in group.cards.iter().enumerate() {
                let item = stack.items.len();
                let spot = match realm {
                    Some((realm, _)) => Spot::Beside { realm, item },
                    None => Spot::Beyond { item },
                };
                self.cards.entry(card_of.id).or_insert(spot);
                stack.items.push((stack.groups.len(), card));
            }
            stack.groups.push(index);
        }
        self.stacks.push(stack);
    }

    /// What an end of a line is; `None` for what lines cannot end at, and for what is not there.
    pub(super) fn spot(&self, end: End) -> Option<Spot> {
        match end {
            End::Card(card) => self.cards.get(&card).copied(),
            End::Group(group) => self.boxes.get(&group).copied(),
        }
    }

    pub(super) fn cards_of(&self, group: usize) -> &'a [Card] {
        self.groups
            .get(group)
            .map_or(&[], |boxed| &boxed.group.cards)
    }

    pub(super) fn height(&self, card: &Card) -> Fx {
        card::height(card, self.size)
    }

    fn width(&self, group: &Group) -> Fx {
        let head = group.head().is_some();
        let cards = group.cards.iter().enumerate();
        let widths = cards.map(|(index, card)| {
            let pad = if head && index == 0 {
                Fx::ZERO
            } else {
                CELL_PAD * 2
            };
            card::card_width(card, self.size) + pad
        });
        widths.max().unwrap_or_default()
    }

    /// How high the cards below the head of a cell begin.
    pub(super) fn head_height(&self, group: &Group) -> Fx {
        match group.head() {
            Some(head) => self.height(head),
            None if group.heading.is_some() => super::HEADING,
            None => CELL_PAD,
        }
    }

    fn cell_height(&self, group: &Group) -> Fx {
        let skip = usize::from(group.head().is_some());
        let cards = group.cards.iter().skip(skip);
        let cards: Vec<Fx> = cards.map(|card| self.height(card) + CARD_GAP).collect();
        let inner: Fx = cards.iter().copied().sum();
        let below = if cards.is_empty() {
            Fx::ZERO
        } else {
            CELL_PAD - CARD_GAP
        };
        self.head_height(group) + inner + below
    }
}

/// The row and slot of every cell of a site, strip by strip.
struct Rows {
    rows: usize,
    cells: Vec<Vec<(usize, usize)>>,
}

impl Rows {
    /// Where a tier has many rows, several stand side by side in each strip, so that the site is not much higher than
    /// wide.
    fn of(site: &Site, cell_width: Fx, height: impl Fn(&Group) -> Fx) -> Self {
        // Rows as they are used, without gaps; two cells of one strip never share one.
        let mut used: BTreeMap<u32, BTreeSet<(u32, usize)>> = BTreeMap::new();
        let mut keys: Vec<Vec<(u32, (u32, usize))>> = Vec::new();
        for strip in &site.strips {
            let mut seen: BTreeMap<(u32, u32), usize> = BTreeMap::new();
            let mut order: Vec<usize> = (0..strip.cells.len()).collect();
            order.sort_by_key(|index| strip.cells.get(*index).map(|cell| cell.group.id));
            let mut of_strip = vec![(0, (0, 0)); strip.cells.len()];
            for index in order {
                let Some((cell, slot)) = strip.cells.get(index).zip(of_strip.get_mut(index)) else {
                    continue;
                };
                let again = seen.entry((cell.tier, cell.row)).or_default();
                *slot = (cell.tier, (cell.row, *again));
                used.entry(cell.tier).or_default().insert(slot.1);
                *again += 1;
            }
            keys.push(of_strip);
        }
        let cells = site.strips.iter().flat_map(|strip| &strip.cells);
        let heights: Vec<Fx> = cells.map(|cell| height(&cell.group)).collect();
        let mean = heights.iter().copied().sum::<Fx>()
            / i32::try_from(heights.len()).unwrap_or(i32::MAX).max(1);
        let most = used.values().map(BTreeSet::len).max().unwrap_or(0);
        let strips = i32::try_from(site.strips.len()).unwrap_or(i32::MAX);
        let too_high = |beside: usize| {
            let rows: usize = used.values().map(|rows| rows.len().div_ceil(beside)).sum();
            let high = (mean + Fx::px(24)) * i32::try_from(rows).unwrap_or(i32::MAX);
            let wide = (cell_width + Fx::px(16)) * i32::try_from(beside).unwrap_or(i32::MAX)
                + STRIP_PAD * 2;
            high > (wide * strips).max(Fx::px(900))
        };
        let beside = (1..=most.max(1))
            .find(|beside| !too_high(*beside))
            .unwrap_or(most.max(1));
        let mut base = 0;
        let mut places: BTreeMap<(u32, (u32, usize)), (usize, usize)> = BTreeMap::new();
        for (tier, rows) in &used {
            for (index, row) in rows.iter().enumerate() {
                let place = (base + index / beside, index % beside);
                places.insert((*tier, *row), place);
            }
            base += rows.len().div_ceil(beside);
        }
        let cells = keys.iter().map(|of_strip| {
            let cells = of_strip.iter();
            cells
                .map(|key| places.get(key).copied().unwrap_or_default())
                .collect()
        });
        Self {
            rows: base,
            cells: cells.collect(),
        }
    }
}
