//! Which way each line takes: along halls between rows and through shafts between columns, all lines of one net and
//! kind to one side of the target along the same ones.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::diagram::{Line, Net, NetId, Role};
use super::plan::{Plan, Spot};
use super::rails::Rails;

/// A level passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hall {
    /// Above a row of a site's cells; the last is below them all.
    Row { site: usize, hall: usize },
    /// Through what stands beside the sites of a realm.
    Lane { realm: usize },
}

/// An upright passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shaft {
    /// Right of a slot.
    Slot { site: usize, slot: usize },
    /// Right of what stands in none of a site's strips.
    Loose { site: usize },
    /// Left of what stands on a site's border.
    Main { site: usize },
    /// Right of a realm's sites.
    Spine { realm: usize },
    /// Right of the realms.
    Far,
    /// Right of everything.
    Outer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Hall(Hall),
    Shaft(Shaft),
    /// The target.
    End,
}

/// The side of a box or card that a line leaves or meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
    /// Toward a hall of its site.
    Hall(usize),
}

/// What runs into a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// One of [`Bus::links`].
    Link(usize),
    /// From another passage.
    Step(Step),
}

pub(super) struct Link {
    pub(super) leg: u32,
    pub(super) role: Role,
    pub(super) from: Spot,
    pub(super) side: Side,
    /// The first passage.
    pub(super) step: Step,
}

/// The lines of one net that look alike and meet the target on one side.
pub(super) struct Bus {
    pub(super) net: NetId,
    pub(super) line: Line,
    pub(super) role: Role,
    pub(super) to: Spot,
    pub(super) last: Shaft,
    pub(super) links: Vec<Link>,
    /// Where each passage leads.
    pub(super) next: BTreeMap<Step, Step>,
}

impl Bus {
    /// The side on which the target is met.
    pub(super) fn to_side(&self) -> Side {
        match (self.to, self.last) {
            (Spot::Border { .. }, Shaft::Main { .. })
            | (Spot::Beside { .. }, Shaft::Spine { .. })
            | (Spot::Beyond { .. }, Shaft::Far) => Side::Left,
            _ => Side::Right,
        }
    }

    /// What runs into each passage.
    pub(super) fn entries(&self) -> BTreeMap<Step, Vec<Entry>> {
        let mut entries: BTreeMap<Step, Vec<Entry>> = BTreeMap::new();
        for (index, link) in self.links.iter().enumerate() {
            entries
                .entry(link.step)
                .or_default()
                .push(Entry::Link(index));
        }
        for (step, next) in &self.next {
            entries.entry(*next).or_default().push(Entry::Step(*step));
        }
        entries
    }
}

/// Where a leg begins, before its way is known: its position in the net's legs, its colour, and what it begins at.
type Start = (u32, Role, Spot);

/// Every bus, sorted by net, kind and side.
pub(super) fn buses(plan: &Plan<'_>, rails: &[Rails], nets: &[Net]) -> Vec<Bus> {
    let mut sorted: Vec<&Net> = nets.iter().collect();
    sorted.sort_by_key(|net| net.id);
    let mut buses = Vec::new();
    for net in sorted {
        let Some(to) = plan.spot(net.to) else {
            continue;
        };
        let mut by_way: BTreeMap<(Line, Shaft), Vec<Start>> = BTreeMap::new();
        for (leg, of) in (0_u32..).zip(&net.legs) {
            let from = plan.spot(of.from).filter(|from| *from != to);
            let Some(from) = from else { continue };
            let way = (of.line, last(plan, from, to));
            by_way.entry(way).or_default().push((leg, of.role, from));
        }
        for ((line, last), links) in by_way {
            let walker = Walker {
                plan,
                rails,
                to,
                last,
                exits: exits(plan, &links, last),
            };
            let mut bus = Bus {
                net: net.id,
                line,
                role: net.role,
                to,
                last,
                links: Vec::with_capacity(links.len()),
                next: BTreeMap::new(),
            };
            for (leg, role, from) in links {
                let (side, steps) = walker.walk(from);
                let Some(first) = steps.first().copied() else {
                    continue;
                };
                for pair in steps.windows(2) {
                    let [step, next] = pair else { continue };
                    // What another line goes on from here to, this one does as well.
                    if bus.next.contains_key(step) {
                        break;
                    }
                    bus.next.insert(*step, *next);
                }
                bus.links.push(Link {
                    leg,
                    role,
                    from,
                    side,
                    step: first,
                });
            }
            if !bus.links.is_empty() {
                buses.push(bus);
            }
        }
    }
    buses
}

/// The site that something stands in.
fn site_of(spot: Spot) -> Option<usize> {
    match spot {
        Spot::Cell { site, .. }
        | Spot::Inner { site, .. }
        | Spot::Loose { site, .. }
        | Spot::Border { site, .. } => Some(site),
        Spot::Site { .. } | Spot::Beside { .. } | Spot::Beyond { .. } => None,
    }
}

fn realm_of(plan: &Plan<'_>, spot: Spot) -> Option<usize> {
    match spot {
        Spot::Site { site } => plan.sites.get(site).map(|site| site.realm),
        Spot::Beside { realm, .. } => Some(realm),
        Spot::Beyond { .. } => None,
        other => plan.sites.get(site_of(other)?).map(|site| site.realm),
    }
}

pub(super) fn row_of(plan: &Plan<'_>, spot: Spot) -> Option<usize> {
    match spot {
        Spot::Cell { site, cell } | Spot::Inner { site, cell, .. } => {
            Some(plan.sites.get(site)?.cells.get(cell)?.row)
        }
        _ => None,
    }
}

fn slot_of(plan: &Plan<'_>, spot: Spot) -> usize {
    match spot {
        Spot::Cell { site, cell } | Spot::Inner { site, cell, .. } => plan
            .sites
            .get(site)
            .and_then(|site| site.cells.get(cell))
            .map_or(0, |cell| cell.slot),
        _ => 0,
    }
}

/// The shaft from which a line meets its target.
fn last(plan: &Plan<'_>, from: Spot, to: Spot) -> Shaft {
    let realm = realm_of(plan, to).unwrap_or(0);
    match to {
        Spot::Cell { site, .. } | Spot::Inner { site, .. } => Shaft::Slot {
            site,
            slot: slot_of(plan, to),
        },
        Spot::Loose { site, .. } => Shaft::Loose { site },
        Spot::Border { site, .. } if site_of(from) == Some(site) => Shaft::Main { site },
        Spot::Border { .. } | Spot::Site { .. } => Shaft::Spine { realm },
        Spot::Beside { .. } => match from {
            Spot::Beside { .. } | Spot::Beyond { .. } => Shaft::Far,
            _ if realm_of(plan, from) != Some(realm) => Shaft::Far,
            _ => Shaft::Spine { realm },
        },
        Spot::Beyond { .. } if matches!(from, Spot::Beyond { .. }) => Shaft::Outer,
        Spot::Beyond { .. } => Shaft::Far,
    }
}

fn site_of_shaft(shaft: Shaft) -> Option<usize> {
    match shaft {
        Shaft::Slot { site, .. } | Shaft::Loose { site } | Shaft::Main { site } => Some(site),
        _ => None,
    }
}

/// The hall in which lines of each site go out of it, where they lead out: one for each.
fn exits(plan: &Plan<'_>, links: &[Start], last: Shaft) -> BTreeMap<usize, usize> {
    let mut halls: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (_, _, from) in links {
        let Some(site) = site_of(*from).filter(|site| site_of_shaft(last) != Some(*site)) else {
            continue;
        };
        if let Some(row) = row_of(plan, *from) {
            halls.entry(site).or_default().insert(row + 1);
        }
    }
    halls
        .into_iter()
        .filter_map(|(site, halls)| {
            let middle = halls.len() / 2;
            halls.into_iter().nth(middle).map(|hall| (site, hall))
        })
        .collect()
}

struct Walker<'p, 'a> {
    plan: &'p Plan<'a>,
    rails: &'p [Rails],
    to: Spot,
    last: Shaft,
    exits: BTreeMap<usize, usize>,
}

impl Walker<'_, '_> {
    /// The row of the target in its site, where it stands in one.
    fn row_of_target(&self) -> Option<usize> {
        match self.to {
            Spot::Border { site, card } => self.rails.get(site)?.border.row(card),
            Spot::Loose { site, card } => self.rails.get(site)?.loose.row(card),
            other => row_of(self.plan, other),
        }
    }

    /// The hall that leads to the target inside its site, for what comes from nowhere in particular.
    fn hall_of_target(&self, site: usize) -> usize {
        let rows = self.plan.sites.get(site).map_or(0, |site| site.rows);
        self.row_of_target().map_or(rows, |row| (row + 1).min(rows))
    }

    fn realm_of(&self, site: usize) -> usize {
        self.plan.sites.get(site).map_or(0, |site| site.realm)
    }

    /// The side on which a line leaves, and the passages it takes.
    fn walk(&self, from: Spot) -> (Side, Vec<Step>) {
        let inside = |site: usize| site_of_shaft(self.last) == Some(site);
        let (side, shaft) = match from {
            Spot::Cell { site, .. } => return self.walk_from_cell(from, site),
            Spot::Inner { site, .. } => {
                let slot = slot_of(self.plan, from);
                (Side::Right, Shaft::Slot { site, slot })
            }
            Spot::Loose { site, .. } => (Side::Right, Shaft::Loose { site }),
            Spot::Border { site, .. } if inside(site) => (Side::Left, Shaft::Main { site }),
            Spot::Border { site, .. } | Spot::Site { site } => {
                let realm = self.realm_of(site);
                (Side::Right, Shaft::Spine { realm })
            }
            Spot::Beside { realm, .. } => {
                let back = match self.to {
                    Spot::Beside { .. } | Spot::Beyond { .. } => false,
                    to => realm_of(self.plan, to) == Some(realm),
                };
                if back {
                    (Side::Left, Shaft::Spine { realm })
                } else {
                    (Side::Right, Shaft::Far)
                }
            }
            Spot::Beyond { .. } if self.last == Shaft::Outer => (Side::Right, Shaft::Outer),
            Spot::Beyond { .. } => (Side::Left, Shaft::Far),
        };
        let mut steps = vec![Step::Shaft(shaft)];
        self.onward(shaft, row_of(self.plan, from), &mut steps);
        (side, steps)
    }

    fn walk_from_cell(&self, from: Spot, site: usize) -> (Side, Vec<Step>) {
        let row = row_of(self.plan, from).unwrap_or(0);
        let mut steps = Vec::new();
        let hall = if site_of_shaft(self.last) == Some(site) {
            // Up where the target is above, else down.
            let above = self.row_of_target().is_some_and(|target| target < row);
            let hall = if above { row } else { row + 1 };
            steps.push(Step::Hall(Hall::Row { site, hall }));
            steps.push(Step::Shaft(self.last));
            self.onward(self.last, None, &mut steps);
            hall
        } else {
            let hall = row + 1;
            let exit = self.exits.get(&site).copied().unwrap_or(hall);
            steps.push(Step::Hall(Hall::Row { site, hall }));
            if exit != hall {
                steps.push(Step::Shaft(Shaft::Main { site }));
                steps.push(Step::Hall(Hall::Row { site, hall: exit }));
            }
            let realm = self.realm_of(site);
            steps.push(Step::Shaft(Shaft::Spine { realm }));
            self.onward(Shaft::Spine { realm }, None, &mut steps);
            hall
        };
        (Side::Hall(hall), steps)
    }

    /// From a shaft to the target.
    fn onward(&self, from: Shaft, row: Option<usize>, steps: &mut Vec<Step>) {
        let mut at = from;
        // From the innermost shaft to another one there are six.
        for _ in 0..8 {
            if at == self.last {
                break;
            }
            let target_site = site_of_shaft(self.last);
            let target_realm = match self.last {
                Shaft::Spine { realm } => Some(realm),
                _ => target_site.map(|site| self.realm_of(site)),
            };
            let (hall, next) = match at {
                Shaft::Slot { site, .. } | Shaft::Loose { site } | Shaft::Main { site } => {
                    if target_site == Some(site) {
                        let hall = match (self.last, row) {
                            (Shaft::Slot { .. }, _) | (_, None) => self.hall_of_target(site),
                            (_, Some(row)) => row + 1,
                        };
                        (Hall::Row { site, hall }, self.last)
                    } else {
                        let rows = self.plan.sites.get(site).map_or(0, |site| site.rows);
                        let hall = self.exits.get(&site).copied();
                        let hall = hall.or(row.map(|row| row + 1)).unwrap_or(rows);
                        let realm = self.realm_of(site);
                        (Hall::Row { site, hall }, Shaft::Spine { realm })
                    }
                }
                Shaft::Spine { realm } => match target_site {
                    Some(site) if target_realm == Some(realm) => {
                        let hall = self.hall_of_target(site);
                        (Hall::Row { site, hall }, self.last)
                    }
                    _ => (Hall::Lane { realm }, Shaft::Far),
                },
                Shaft::Far | Shaft::Outer => {
                    let Some(realm) = target_realm else { break };
                    (Hall::Lane { realm }, Shaft::Spine { realm })
                }
            };
            steps.push(Step::Hall(hall));
            steps.push(Step::Shaft(next));
            at = next;
        }
        steps.push(Step::End);
    }
}
