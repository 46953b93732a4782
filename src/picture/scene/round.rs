//! Rounded corners.

use super::super::geometry::{Fx, Point};

/// One corner of a line, rounded: where the curve begins, the corner itself, where the curve ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Corner {
    pub(crate) from: Point,
    pub(crate) at: Point,
    pub(crate) to: Point,
}

/// The inner corners of a line with as much rounding as each has room for: a stretch between two corners is shared
/// by both, one at an end belongs to its only corner.
pub(crate) fn corners(points: &[Point], radius: Fx) -> Vec<Corner> {
    let last = points.len().saturating_sub(1);
    let stretch = |index: usize| {
        let (Some(from), Some(to)) = (points.get(index), points.get(index + 1)) else {
            return Fx::ZERO;
        };
        let length = (to.x - from.x).abs() + (to.y - from.y).abs();
        if index == 0 || index + 1 == last {
            length
        } else {
            length.half()
        }
    };
    points
        .windows(3)
        .enumerate()
        .filter_map(|(index, window)| {
            let [before, at, after] = window else {
                return None;
            };
            let reach = radius.min(stretch(index)).min(stretch(index + 1));
            Some(Corner {
                from: toward(*at, *before, reach),
                at: *at,
                to: toward(*at, *after, reach),
            })
        })
        .collect()
}

/// The point `reach` away from `at` on the upright or level way to `other`.
fn toward(at: Point, other: Point, reach: Fx) -> Point {
    let step = |from: Fx, to: Fx| from + (to - from).clamp(-reach, reach);
    Point::new(step(at.x, other.x), step(at.y, other.y))
}

/// A line with rounded corners as a chain of points in map units, for outputs that have no curves. Steps are short
/// enough for the line to look smooth up to four times its size.
pub fn rounded(points: &[Point], radius: Fx) -> Vec<[f32; 2]> {
    const STEPS: u8 = 6;
    let plain = |point: &Point| [point.x.to_f32(), point.y.to_f32()];
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let mut chain = vec![plain(first)];
    for corner in corners(points, radius) {
        let (from, at, to) = (plain(&corner.from), plain(&corner.at), plain(&corner.to));
        for step in 0..=STEPS {
            let t = f32::from(step) / f32::from(STEPS);
            let s = 1.0 - t;
            let axis =
                |index: usize| s * s * from[index] + 2.0 * s * t * at[index] + t * t * to[index];
            chain.push([axis(0), axis(1)]);
        }
    }
    chain.push(plain(last));
    chain.dedup();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: i32, y: i32) -> Point {
        Point::new(Fx::px(x), Fx::px(y))
    }

    #[test]
    fn a_corner_takes_no_more_than_its_stretches_have() {
        let wide = corners(&[at(0, 0), at(40, 0), at(40, 50), at(100, 50)], Fx::px(6));
        assert_eq!(wide[0].from, at(34, 0));
        assert_eq!(wide[0].to, at(40, 6));
        assert_eq!(wide[1].from, at(40, 44));
        assert_eq!(wide[1].to, at(46, 50));
        let tight = corners(&[at(0, 0), at(40, 0), at(40, 4), at(100, 4)], Fx::px(6));
        assert_eq!((tight[0].to, tight[1].from), (at(40, 2), at(40, 2)));
        let short_end = corners(&[at(0, 0), at(40, 0), at(40, 3)], Fx::px(6));
        assert_eq!((short_end[0].from, short_end[0].to), (at(37, 0), at(40, 3)));
    }

    #[test]
    fn a_rounded_line_keeps_its_ends_and_leaves_its_corners() {
        let chain = rounded(&[at(0, 0), at(40, 0), at(40, 50)], Fx::px(6));
        assert_eq!(chain.first(), Some(&[0.0, 0.0]));
        assert_eq!(chain.last(), Some(&[40.0, 50.0]));
        assert!(!chain.contains(&[40.0, 0.0]));
        let length = |ends: &[[f32; 2]]| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
        assert!(chain.windows(2).all(|ends| length(ends) > 0.1));
        assert!(rounded(&[], Fx::px(6)).is_empty());
        assert_eq!(rounded(&[at(0, 0), at(9, 0)], Fx::px(6)).len(), 2);
    }
}
