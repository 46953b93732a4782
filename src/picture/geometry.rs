//! Fixed-point lengths, points and rectangles of the map.
//!
//! One map unit is one pixel at 100 % zoom. Layout computes in whole 64ths of it, so that the same request gives the
//! same picture on every machine; floating point begins where a picture is painted.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length or coordinate in 64ths of a map unit. Arithmetic saturates; the range is ±33 million units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fx(pub i32);

impl Fx {
    /// No length at all.
    pub const ZERO: Self = Self(0);
    /// The largest length there is.
    pub const MAX: Self = Self(i32::MAX);
    /// The smallest (most negative) length there is.
    pub const MIN: Self = Self(i32::MIN);

    /// Whole map units.
    pub const fn px(units: i32) -> Self {
        Self(units.saturating_mul(64))
    }

    /// The nearest 64th; not-a-number is zero, what is out of range is the nearest end.
    pub fn from_f32(units: f32) -> Self {
        Self((units * 64.0).round() as i32)
    }

    /// Map units as floating point.
    pub fn to_f32(self) -> f32 {
        self.0 as f32 / 64.0
    }

    /// Half of it, rounded down.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 >> 1)
    }

    /// The distance from zero.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// The next whole map unit at or above it.
    #[must_use]
    pub const fn ceil(self) -> Self {
        Self(self.0.saturating_add(63) & !63)
    }

    /// The nearest whole map unit, halves upward.
    #[must_use]
    pub const fn round(self) -> Self {
        Self(self.0.saturating_add(32) & !63)
    }
}

impl Add for Fx {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Fx {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Fx {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Fx {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Fx {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Mul<i32> for Fx {
    type Output = Self;
    fn mul(self, times: i32) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Div<i32> for Fx {
    type Output = Self;
    /// Division by zero is zero: a picture of nothing has no size.
    fn div(self, parts: i32) -> Self {
        Self(self.0.checked_div(parts).unwrap_or_default())
    }
}

impl Sum for Fx {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Add::add)
    }
}

/// As few digits as tell it apart from every other length, without a trailing point: `12`, `12.5`, `12.016`.
impl fmt::Display for Fx {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (whole, part) = (magnitude / 64, magnitude % 64);
        if self.0 < 0 {
            out.write_str("-")?;
        }
        write!(out, "{whole}")?;
        if part == 0 {
            return Ok(());
        }
        // A 64th is 0.015625: three digits tell any two apart.
        let thousandths = (part * 1000 + 32) / 64;
        let digits = format!("{thousandths:03}");
        write!(out, ".{}", digits.trim_end_matches('0'))
    }
}

/// A place on the map; x grows to the right, y downward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Distance from the left edge of the map.
    pub x: Fx,
    /// Distance from its top edge.
    pub y: Fx,
}

impl Point {
    /// The point at these coordinates.
    pub const fn new(x: Fx, y: Fx) -> Self {
        Self { x, y }
    }
}

/// An upright rectangle. `min` is its top left corner, `max` its bottom right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Top left corner.
    pub min: Point,
    /// Bottom right corner.
    pub max: Point,
}

impl Rect {
    /// From a corner and a size.
    pub fn new(x: Fx, y: Fx, width: Fx, height: Fx) -> Self {
        Self {
            min: Point::new(x, y),
            max: Point::new(x + width, y + height),
        }
    }

    /// The smallest rectangle that holds every point; `None` for no points.
    pub fn around(points: &[Point]) -> Option<Self> {
        let (first, rest) = points.split_first()?;
        let mut around = Self {
            min: *first,
            max: *first,
        };
        for point in rest {
            around.min.x = around.min.x.min(point.x);
            around.min.y = around.min.y.min(point.y);
            around.max.x = around.max.x.max(point.x);
            around.max.y = around.max.y.max(point.y);
        }
        Some(around)
    }

    /// Its extent from left to right.
    pub fn width(&self) -> Fx {
        self.max.x - self.min.x
    }

    /// Its extent from top to bottom.
    pub fn height(&self) -> Fx {
        self.max.y - self.min.y
    }

    /// The point in its middle.
    pub fn center(&self) -> Point {
        Point::new(
            self.min.x + self.width().half(),
            self.min.y + self.height().half(),
        )
    }

    /// The rectangle larger by `margin` on every side (smaller where it is negative).
    #[must_use]
    pub fn grown(&self, margin: Fx) -> Self {
        Self {
            min: Point::new(self.min.x - margin, self.min.y - margin),
            max: Point::new(self.max.x + margin, self.max.y + margin),
        }
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Whether they share a point, edges included.
    pub fn touches(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether they share an area, edges not counted.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min.x < other.max.x
            && other.min.x < self.max.x
            && self.min.y < other.max.y
            && other.min.y < self.max.y
    }

    /// Whether the point is inside or on an edge.
    pub fn contains(&self, point: Point) -> bool {
        self.min.x <= point.x
            && point.x <= self.max.x
            && self.min.y <= point.y
            && point.y <= self.max.y
    }

    /// Whether the other rectangle is wholly inside, edges included.
    pub fn contains_rect(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_print_short_and_apart() {
        let printed = |sixty_fourths: i32| Fx(sixty_fourths).to_string();
        assert_eq!(printed(64 * 12), "12");
        assert_eq!(printed(64 * 12 + 32), "12.5");
        assert_eq!(printed(-16), "-0.25");
        assert_eq!(printed(1), "0.016");
        let all: std::collections::BTreeSet<String> = (0..128).map(printed).collect();
        assert_eq!(all.len(), 128);
        assert!((0..128).all(|n| Fx::from_f32(printed(n).parse().unwrap()) == Fx(n)));
    }

    #[test]
    fn arithmetic_never_wraps() {
        assert_eq!(Fx::MAX + Fx::px(1), Fx::MAX);
        assert_eq!(Fx::MIN - Fx::px(1), Fx::MIN);
        assert_eq!(Fx::px(i32::MAX), Fx::MAX);
        assert_eq!(Fx::px(5) / 0, Fx::ZERO);
        assert_eq!(Fx::from_f32(f32::NAN), Fx::ZERO);
        assert_eq!(Fx::from_f32(f32::INFINITY), Fx::MAX);
    }
}
