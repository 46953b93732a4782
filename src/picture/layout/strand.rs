//! From a route to lines to draw: each leg's own stretch bends into the trunk in the direction of the target, as
//! tracks do at a railway switch, so that joining and crossing look different without any dots.

use super::super::diagram::LegId;
use super::super::geometry::{Fx, Point};
use super::{Hop, Input, Route};

/// The radius of rounded corners.
pub const RADIUS: Fx = Fx::px(6);

/// Whose a strand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One leg's own stretch.
    Leg(LegId),
    /// Shared by several legs.
    Shared,
}

/// A line to draw, its corners to be rounded with [`RADIUS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strand {
    /// Whose it is.
    pub part: Part,
    /// Its corners, at least two points.
    pub points: Vec<Point>,
}

/// Something that runs into a trunk and is drawn.
struct Feed {
    part: Part,
    start: Point,
}

impl Route {
    /// The name of a leg, by its position in [`Route::legs`].
    pub fn leg_id(&self, leg: usize) -> Option<LegId> {
        let leg = self.legs.get(leg)?;
        Some(LegId {
            net: self.net,
            leg: leg.leg,
        })
    }

    /// Where the route meets its target.
    pub fn end(&self) -> Option<Point> {
        self.last_stretch().map(|(_, end)| end)
    }

    /// The last stretch of the route: from where it comes, and where it meets its target.
    pub fn last_stretch(&self) -> Option<(Point, Point)> {
        if let Some(hop) = self.hops.last() {
            return Some((hop.corner(), hop.end));
        }
        let end = self.joints.last()?.at;
        let last = self.joints.len().checked_sub(1)?;
        let into = self.joints.iter().find(|joint| joint.next == Some(last));
        let leg = self.legs.iter().find(|leg| leg.hop == last);
        let from = into
            .map(|joint| joint.at)
            .or_else(|| leg.map(|leg| leg.start));
        Some((from.unwrap_or(end), end))
    }

    /// One leg's whole way from where it begins to the target, corner by corner; `leg` is a position in
    /// [`Route::legs`].
    pub fn path(&self, leg: usize) -> Vec<Point> {
        let Some(leg) = self.legs.get(leg) else {
            return Vec::new();
        };
        let mut points = vec![leg.start];
        let mut at = Some(leg.hop);
        if !self.joints.is_empty() {
            for _ in 0..self.joints.len() {
                let Some(joint) = at.and_then(|index| self.joints.get(index)) else {
                    break;
                };
                push(&mut points, joint.at);
                at = joint.next;
            }
            return points;
        }
        let mut height = leg.start.y;
        // Every hop leads to a later one, so there are no more steps than hops.
        for _ in 0..self.hops.len() {
            let Some(hop) = at.and_then(|index| self.hops.get(index)) else {
                break;
            };
            push(&mut points, Point::new(hop.x, height));
            push(&mut points, Point::new(hop.x, hop.end.y));
            height = hop.end.y;
            at = hop.next;
            if at.is_none() {
                push(&mut points, hop.end);
            }
        }
        points
    }

    /// The lines to draw for the legs that `wanted` picks: their own stretches, and the shared ones as far as they
    /// are needed. No two lines cover each other, so that dots stay dots.
    pub fn strands(&self, wanted: impl Fn(LegId) -> bool) -> Vec<Strand> {
        if !self.joints.is_empty() {
            return self.branches(wanted);
        }
        let mut strands = Vec::with_capacity(self.legs.len() + self.hops.len() * 2);
        let mut active = vec![false; self.hops.len()];
        let mut feeds = Vec::new();
        for (index, hop) in self.hops.iter().enumerate() {
            feeds.clear();
            for input in &hop.inputs {
                match input {
                    Input::Leg(position) => {
                        let leg = self.leg_id(*position).zip(self.legs.get(*position));
                        if let Some((id, leg)) = leg.filter(|(id, _)| wanted(*id)) {
                            feeds.push(Feed {
                                part: Part::Leg(id),
                                start: leg.start,
                            });
                        }
                    }
                    Input::Hop(from) => {
                        if active.get(*from) == Some(&true)
                            && let Some(from) = self.hops.get(*from)
                        {
                            feeds.push(Feed {
                                part: Part::Shared,
                                start: from.end,
                            });
                        }
                    }
                }
            }
            if let Some(flag) = active.get_mut(index) {
                *flag = !feeds.is_empty();
            }
            hop.draw(&feeds, &mut strands);
        }
        strands
    }

    /// The same along joints: one line from each leg, and from each point where lines meet, to the next such point.
    fn branches(&self, wanted: impl Fn(LegId) -> bool) -> Vec<Strand> {
        let legs = || {
            self.legs.iter().filter_map(|leg| {
                let id = LegId {
                    net: self.net,
                    leg: leg.leg,
                };
                wanted(id).then_some((id, leg))
            })
        };
        // How many lines run into each joint. A joint stands before the one it leads to.
        let mut feeds = vec![0_usize; self.joints.len()];
        for (_, leg) in legs() {
            if let Some(count) = feeds.get_mut(leg.hop) {
                *count += 1;
            }
        }
        for index in 0..self.joints.len() {
            let next = self.joints.get(index).and_then(|joint| joint.next);
            if feeds.get(index).is_some_and(|count| *count > 0)
                && let Some(count) = next.and_then(|next| feeds.get_mut(next))
            {
                *count += 1;
            }
        }
        let follow = |part: Part, start: Point, first: Option<usize>| {
            let mut points = vec![start];
            let mut at = first;
            for _ in 0..self.joints.len() {
                let Some((index, joint)) = at.zip(at.and_then(|at| self.joints.get(at))) else {
                    break;
                };
                push(&mut points, joint.at);
                let next = joint.next.and_then(|next| self.joints.get(next));
                if feeds.get(index).is_some_and(|count| *count > 1) {
                    // A line that comes from the side bends toward the target.
                    if let (Some(next), [.., from, _]) = (next, points.as_slice())
                        && let Some(beyond) = bend(*from, joint.at, next.at)
                    {
                        push(&mut points, beyond);
                    }
                    break;
                }
                at = joint.next;
            }
            Strand { part, points }
        };
        let own = legs().map(|(id, leg)| follow(Part::Leg(id), leg.start, Some(leg.hop)));
        let mut strands: Vec<Strand> = own.collect();
        for (joint, count) in self.joints.iter().zip(&feeds) {
            if *count > 1 && joint.next.is_some() {
                strands.push(follow(Part::Shared, joint.at, joint.next));
            }
        }
        strands.retain(|strand| strand.points.len() > 1);
        strands
    }
}

/// A little beyond a corner toward the next point; `None` where the line goes straight on there.
fn bend(from: Point, at: Point, next: Point) -> Option<Point> {
    let came_upright = from.x == at.x;
    let goes_upright = at.x == next.x;
    if came_upright == goes_upright {
        return None;
    }
    let toward = |at: Fx, next: Fx| at + (next - at).clamp(-RADIUS, RADIUS);
    Some(Point::new(toward(at.x, next.x), toward(at.y, next.y)))
}

impl Hop {
    fn draw(&self, feeds: &[Feed], strands: &mut Vec<Strand>) {
        if let [only] = feeds {
            strands.push(strand(
                only.part,
                &[
                    only.start,
                    Point::new(self.x, only.start.y),
                    self.corner(),
                    self.end,
                ],
            ));
            return;
        }
        // Where the last stretch begins: far enough from the trunk for its corner.
        let beyond = Point::new(
            if self.end.x < self.x {
                self.x - RADIUS
            } else {
                self.x + RADIUS
            },
            self.end.y,
        );
        let (mut upper, mut lower) = (self.end.y, self.end.y);
        for feed in feeds {
            let height = feed.start.y;
            upper = upper.min(height);
            lower = lower.max(height);
            let at_trunk = Point::new(self.x, height);
            let off = height - self.end.y;
            let points = if off.abs() <= RADIUS * 2 {
                // Too near for a corner on either side of the trunk: all the way into the last stretch.
                [feed.start, at_trunk, self.corner(), beyond]
            } else {
                let into = if off > Fx::ZERO {
                    height - RADIUS
                } else {
                    height + RADIUS
                };
                [
                    feed.start,
                    at_trunk,
                    Point::new(self.x, into),
                    Point::new(self.x, into),
                ]
            };
            strands.push(strand(feed.part, &points));
        }
        let above = (self.end.y - upper > RADIUS * 2).then(|| Point::new(self.x, upper + RADIUS));
        let below = (lower - self.end.y > RADIUS * 2).then(|| Point::new(self.x, lower - RADIUS));
        let shared: &[&[Point]] = match (above, below) {
            (Some(above), None) => &[&[above, self.corner(), self.end]],
            (None, Some(below)) => &[&[below, self.corner(), self.end]],
            (Some(above), Some(below)) => &[
                &[above, self.corner(), self.end],
                &[below, self.corner(), beyond],
            ],
            (None, None) => &[&[beyond, self.end]],
        };
        if !feeds.is_empty() {
            strands.extend(shared.iter().map(|points| strand(Part::Shared, points)));
        }
    }

    fn corner(&self) -> Point {
        Point::new(self.x, self.end.y)
    }
}

fn strand(part: Part, points: &[Point]) -> Strand {
    let mut cleaned = Vec::with_capacity(points.len());
    for point in points {
        push(&mut cleaned, *point);
    }
    Strand {
        part,
        points: cleaned,
    }
}

/// Adds a point, unless it is the last one again; a point in the middle of a straight line goes.
fn push(points: &mut Vec<Point>, point: Point) {
    if points.last() == Some(&point) {
        return;
    }
    if let [.., before, last] = points.as_slice() {
        let level = before.y == last.y && last.y == point.y;
        let upright = before.x == last.x && last.x == point.x;
        if level || upright {
            points.pop();
        }
    }
    points.push(point);
}

#[cfg(test)]
mod tests {
    use super::super::super::diagram::{Line, NetId, Role};
    use super::super::LegPlace;
    use super::*;

    fn route(heights: &[i32], end: i32) -> Route {
        Route {
            net: NetId(7),
            line: Line::Route,
            role: Role::Gateway,
            legs: (0..)
                .zip(heights)
                .map(|(leg, y)| LegPlace {
                    leg,
                    role: Role::Table,
                    hop: 0,
                    start: Point::new(Fx::ZERO, Fx::px(*y)),
                })
                .collect(),
            hops: vec![Hop {
                gap: 0,
                track: Some(0),
                bundled: false,
                x: Fx::px(40),
                inputs: (0..heights.len()).map(Input::Leg).collect(),
                end: Point::new(Fx::px(100), Fx::px(end)),
                next: None,
            }],
            joints: Vec::new(),
        }
    }

    fn printed(strands: &[Strand]) -> Vec<String> {
        strands
            .iter()
            .map(|strand| {
                let points: Vec<String> = strand
                    .points
                    .iter()
                    .map(|at| format!("{},{}", at.x, at.y))
                    .collect();
                let part = match strand.part {
                    Part::Leg(id) => format!("leg {}", id.leg),
                    Part::Shared => "shared".to_owned(),
                };
                format!("{part}: {}", points.join(" "))
            })
            .collect()
    }

    #[test]
    fn a_single_leg_is_one_line() {
        assert_eq!(
            printed(&route(&[10], 10).strands(|_| true)),
            ["leg 0: 0,10 100,10"]
        );
        assert_eq!(
            printed(&route(&[10], 50).strands(|_| true)),
            ["leg 0: 0,10 40,10 40,50 100,50"]
        );
    }

    #[test]
    fn legs_bend_toward_the_target_and_share_the_rest() {
        let route = route(&[10, 30, 50, 90], 50);
        assert_eq!(
            printed(&route.strands(|_| true)),
            [
                "leg 0: 0,10 40,10 40,16",
                "leg 1: 0,30 40,30 40,36",
                "leg 2: 0,50 46,50",
                "leg 3: 0,90 40,90 40,84",
                "shared: 40,16 40,50 100,50",
                "shared: 40,84 40,50 46,50",
            ]
        );
        assert_eq!(
            printed(&route.strands(|id| id.leg > 1)),
            [
                "leg 2: 0,50 46,50",
                "leg 3: 0,90 40,90 40,84",
                "shared: 40,84 40,50 100,50"
            ]
        );
        assert!(route.strands(|_| false).is_empty());
    }

    #[test]
    fn a_path_is_the_whole_way() {
        let route = route(&[10, 50], 50);
        let at = |x: i32, y: i32| Point::new(Fx::px(x), Fx::px(y));
        assert_eq!(
            route.path(0),
            [at(0, 10), at(40, 10), at(40, 50), at(100, 50)]
        );
        assert_eq!(route.path(1), [at(0, 50), at(100, 50)]);
        assert!(route.path(9).is_empty());
    }

    #[test]
    fn lines_along_joints_meet_and_share_the_rest() {
        use super::super::Joint;
        let at = |x: i32, y: i32| Point::new(Fx::px(x), Fx::px(y));
        let joint = |x, y, next| Joint { at: at(x, y), next };
        let leg = |leg, x, hop| LegPlace {
            leg,
            role: Role::Table,
            hop,
            start: at(x, 0),
        };
        // Two stubs run down into a level line, which turns down to the target.
        let route = Route {
            legs: vec![leg(0, 10, 0), leg(1, 50, 1)],
            hops: Vec::new(),
            joints: vec![
                joint(10, 20, Some(1)),
                joint(50, 20, Some(2)),
                joint(90, 20, Some(3)),
                joint(90, 60, Some(4)),
                joint(100, 60, None),
            ],
            ..route(&[], 0)
        };
        assert_eq!(
            printed(&route.strands(|_| true)),
            [
                "leg 0: 10,0 10,20 50,20",
                "leg 1: 50,0 50,20 56,20",
                "shared: 50,20 90,20 90,60 100,60",
            ]
        );
        assert_eq!(
            printed(&route.strands(|id| id.leg == 1)),
            ["leg 1: 50,0 50,20 90,20 90,60 100,60"]
        );
        assert_eq!(
            route.path(0),
            [at(10, 0), at(10, 20), at(90, 20), at(90, 60), at(100, 60)]
        );
        assert_eq!(route.last_stretch(), Some((at(90, 60), at(100, 60))));
        assert!(route.strands(|_| false).is_empty());
    }
}
