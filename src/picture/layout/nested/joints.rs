//! From passages to routes: corners and meeting points, each leading to the next one toward the target.

use std::collections::BTreeMap;

use super::super::super::diagram::{Line, Role};
use super::super::super::geometry::{Fx, Point};
use super::super::{Joint, LegPlace, Route};
use super::plan::{Plan, Spot};
use super::ways::{Bus, Entry, Hall, Side, Step};
use super::{Places, Ports, spread};

pub(super) fn routes(
    plan: &Plan<'_>,
    buses: &[Bus],
    ports: &Ports,
    places: &Places<'_, '_>,
) -> Vec<Route> {
    let stubs = stubs(plan, buses, ports, places);
    let mut routes = Vec::with_capacity(buses.len());
    for (index, bus) in buses.iter().enumerate() {
        routes.push(
            Maker {
                index,
                bus,
                places,
                stubs: &stubs,
            }
            .route(),
        );
    }
    routes
}

/// Where lines leave the upper and lower sides of cells. Those that turn off first stand nearest to where they go, so
/// that lines of one cell do not cross each other.
fn stubs(
    plan: &Plan<'_>,
    buses: &[Bus],
    ports: &Ports,
    places: &Places<'_, '_>,
) -> BTreeMap<(Spot, usize, usize), Fx> {
    let mut stubs = BTreeMap::new();
    for ((spot, side), users) in ports {
        let (Side::Hall(number), Spot::Cell { site, cell }) = (*side, *spot) else {
            continue;
        };
        let hall = Hall::Row { site, hall: number };
        let row = plan.sites.get(site).and_then(|site| site.cells.get(cell));
        let is_above = row.is_some_and(|cell| number <= cell.row);
        let rect = places.spot(*spot);
        let mut sorted: Vec<(bool, i64, usize)> = users
            .iter()
            .map(|bus| {
                let rank = places.heights.rank(*bus, hall) as i64;
                let far = if is_above { -rank } else { rank };
                let next = buses
                    .get(*bus)
                    .and_then(|bus| bus.next.get(&Step::Hall(hall)));
                let to = match next {
                    Some(Step::Shaft(shaft)) => places.widths.shaft(*bus, *shaft),
                    _ => Fx::MAX,
                };
                let rightward = to > rect.min.x;
                (rightward, if rightward { -far } else { far }, *bus)
            })
            .collect();
        sorted.sort_unstable();
        for (position, (_, _, bus)) in sorted.iter().enumerate() {
            let at = spread(rect.min.x, rect.max.x, position, sorted.len());
            stubs.insert((*spot, number, *bus), at);
        }
    }
    stubs
}

struct Maker<'m> {
    index: usize,
    bus: &'m Bus,
    places: &'m Places<'m, 'm>,
    stubs: &'m BTreeMap<(Spot, usize, usize), Fx>,
}

impl Maker<'_> {
    fn route(&self) -> Route {
        let bus = self.bus;
        // From the target back to where lines begin, so that what a joint leads to is there already.
        let mut joints: Vec<Joint> = Vec::new();
        let mut at: BTreeMap<(Step, Fx), usize> = BTreeMap::new();
        let target = self.places.spot(bus.to);
        let height = self.places.heights.port(bus.to, bus.to_side(), self.index);
        let edge = match bus.to_side() {
            Side::Left => target.min.x,
            _ => target.max.x,
        };
        joints.push(Joint {
            at: Point::new(edge, height),
            next: None,
        });
        let entries = bus.entries();
        for step in self.backward() {
            let mut along: Vec<Fx> = entries
                .get(&step)
                .into_iter()
                .flatten()
                .map(|entry| self.position(step, *entry))
                .collect();
            along.sort_unstable();
            along.dedup();
            let next = bus.next.get(&step).copied().unwrap_or(Step::End);
            let (exit, into) = match next {
                Step::End => (height, Some(0)),
                next => {
                    let exit = self.line(next);
                    (exit, at.get(&(next, self.line(step))).copied())
                }
            };
            // The point where this passage is left is one with the point where the next one is entered.
            let first = match next {
                Step::End => {
                    joints.push(Joint {
                        at: self.point(step, exit),
                        next: into,
                    });
                    joints.len() - 1
                }
                _ => into.unwrap_or(0),
            };
            at.insert((step, exit), first);
            let (before, after): (Vec<Fx>, Vec<Fx>) = along
                .into_iter()
                .filter(|position| *position != exit)
                .partition(|position| *position < exit);
            for side in [before.into_iter().rev().collect(), after] {
                let mut toward = first;
                for position in side {
                    joints.push(Joint {
                        at: self.point(step, position),
                        next: Some(toward),
                    });
                    toward = joints.len() - 1;
                    at.insert((step, position), toward);
                }
            }
        }
        // Each stands before the one it leads to.
        let last = joints.len() - 1;
        joints.reverse();
        for joint in &mut joints {
            joint.next = joint.next.map(|next| last - next);
        }
        let is_blackhole = bus.line == Line::Blackhole;
        let color = |role| if is_blackhole { Role::Danger } else { role };
        let legs = bus.links.iter().enumerate().map(|(index, link)| {
            let position = self.position(link.step, Entry::Link(index));
            let from = self.places.spot(link.from);
            let start = match link.side {
                Side::Left => Point::new(from.min.x, position),
                Side::Right => Point::new(from.max.x, position),
                Side::Hall(_) => {
                    let line = self.line(link.step);
                    let edge = if line < from.min.y {
                        from.min.y
                    } else {
                        from.max.y
                    };
                    Point::new(position, edge)
                }
            };
            let joint = at.get(&(link.step, position)).copied().unwrap_or(0);
            LegPlace {
                leg: link.leg,
                role: color(link.role),
                hop: last - joint,
                start,
            }
        });
        Route {
            net: bus.net,
            line: bus.line,
            role: color(bus.role),
            legs: legs.collect(),
            hops: Vec::new(),
            joints,
        }
    }

    /// The passages, those that are nearer to the target first.
    fn backward(&self) -> Vec<Step> {
        let next = &self.bus.next;
        let distance = |step: &Step| {
            let mut at = *step;
            for count in 0..next.len() {
                match next.get(&at) {
                    Some(Step::End) | None => return count,
                    Some(other) => at = *other,
                }
            }
            next.len()
        };
        let mut steps: Vec<(usize, Step)> =
            next.keys().map(|step| (distance(step), *step)).collect();
        steps.sort_unstable();
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Where the line of a passage is: its height, or how far to the right it stands.
    fn line(&self, step: Step) -> Fx {
        match step {
            Step::Hall(hall) => self.places.heights.hall(self.index, hall),
            Step::Shaft(shaft) => self.places.widths.shaft(self.index, shaft),
            Step::End => Fx::ZERO,
        }
    }

    /// Where something runs into a passage, along it.
    fn position(&self, step: Step, entry: Entry) -> Fx {
        match entry {
            Entry::Step(from) => self.line(from),
            Entry::Link(link) => {
                let Some(link) = self.bus.links.get(link) else {
                    return Fx::ZERO;
                };
                match (link.side, step) {
                    (Side::Hall(hall), _) => {
                        let key = (link.from, hall, self.index);
                        self.stubs.get(&key).copied().unwrap_or_default()
                    }
                    (side, _) => self.places.heights.port(link.from, side, self.index),
                }
            }
        }
    }

    fn point(&self, step: Step, position: Fx) -> Point {
        match step {
            Step::Hall(_) => Point::new(position, self.line(step)),
            _ => Point::new(self.line(step), position),
        }
    }
}
