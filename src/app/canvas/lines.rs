//! Many thin lines as one mesh.
//!
//! A VPC at its quotas has ten thousand routes, and a dotted line is a few hundred dots. As shapes of their own each
//! would go through the tessellator and come out with a soft edge of eight vertices; as a quad on the pixel grid it is
//! four vertices, sharp, and an order of magnitude cheaper.

use eframe::egui;
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, pos2};

/// Gathers stretches of lines; [`Quads::flush`] gives them to the painter in the order they came.
pub(super) struct Quads {
    mesh: Mesh,
    /// The side of a pixel, in points.
    pixel: f32,
    /// Outside of it nothing is made.
    clip: Rect,
}

impl Quads {
    pub(super) fn new(pixel: f32, clip: Rect) -> Self {
        Self {
            mesh: Mesh::default(),
            pixel,
            clip,
        }
    }

    /// Put what was gathered behind the other shapes.
    pub(super) fn flush(&mut self, shapes: &mut Vec<Shape>) {
        if !self.mesh.is_empty() {
            shapes.push(Shape::mesh(std::mem::take(&mut self.mesh)));
        }
    }

    /// A line without gaps.
    pub(super) fn solid(&mut self, points: &[Pos2], pen: Stroke) {
        for ends in points.windows(2) {
            let &[from, to] = ends else { continue };
            if let Some((enter, leave)) = inside(from, to, self.clip) {
                let way = to - from;
                self.stretch(from + way * enter, from + way * leave, pen);
            }
        }
    }

    /// A line of dashes, each a whole number of pixels long so that all look alike. The pattern goes round corners and
    /// keeps its place when the map is moved.
    pub(super) fn dashed(&mut self, points: &[Pos2], dash: f32, gap: f32, pen: Stroke) {
        let whole = |length: f32| (length / self.pixel).round().max(1.0) * self.pixel;
        let (dash, gap) = (whole(dash), whole(gap));
        let period = dash + gap;
        let mut travelled = 0.0_f32;
        for ends in points.windows(2) {
            let &[from, to] = ends else { continue };
            let length = from.distance(to);
            if length <= f32::EPSILON {
                continue;
            }
            if let Some((enter, leave)) = inside(from, to, self.clip) {
                let along = (to - from) / length;
                let (start, end) = (enter * length, leave * length);
                // The first dash that reaches into the clip rectangle.
                let mut at = ((travelled + start) / period).floor() * period - travelled;
                while at < end {
                    let (begin, stop) = (at.max(start), (at + dash).min(end));
                    if stop > begin {
                        self.stretch(from + along * begin, from + along * stop, pen);
                    }
                    at += period;
                }
            }
            travelled += length;
        }
    }

    fn stretch(&mut self, from: Pos2, to: Pos2, pen: Stroke) {
        let snap = |at: f32| (at / self.pixel).round() * self.pixel;
        let width = (pen.width / self.pixel).round().max(1.0) * self.pixel;
        let low = |middle: f32| snap(middle - width / 2.0);
        if (from.y - to.y).abs() < 0.01 {
            let top = low(from.y);
            let (left, right) = (snap(from.x.min(to.x)), snap(from.x.max(to.x)));
            let corner = pos2(right.max(left + self.pixel), top + width);
            self.mesh
                .add_colored_rect(Rect::from_min_max(pos2(left, top), corner), pen.color);
        } else if (from.x - to.x).abs() < 0.01 {
            let left = low(from.x);
            let (top, bottom) = (snap(from.y.min(to.y)), snap(from.y.max(to.y)));
            let corner = pos2(left + width, bottom.max(top + self.pixel));
            self.mesh
                .add_colored_rect(Rect::from_min_max(pos2(left, top), corner), pen.color);
        } else {
            self.slanted(from, to, width, pen.color);
        }
    }

    fn slanted(&mut self, from: Pos2, to: Pos2, width: f32, color: Color32) {
        let side = (to - from).normalized().rot90() * (width / 2.0);
        let first = u32::try_from(self.mesh.vertices.len()).unwrap_or(u32::MAX);
        for corner in [from + side, to + side, to - side, from - side] {
            self.mesh.colored_vertex(corner, color);
        }
        self.mesh.add_triangle(first, first + 1, first + 2);
        self.mesh.add_triangle(first, first + 2, first + 3);
    }
}

/// From where to where, as shares of its length, a stretch lies inside a rectangle.
fn inside(from: Pos2, to: Pos2, clip: Rect) -> Option<(f32, f32)> {
    let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
    for (start, step, low, high) in [
        (from.x, to.x - from.x, clip.left(), clip.right()),
        (from.y, to.y - from.y, clip.top(), clip.bottom()),
    ] {
        if step.abs() < f32::EPSILON {
            if start < low || start > high {
                return None;
            }
            continue;
        }
        let (one, two) = ((low - start) / step, (high - start) / step);
        enter = enter.max(one.min(two));
        leave = leave.min(one.max(two));
    }
    (enter < leave).then_some((enter, leave))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quads() -> Quads {
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        Quads::new(1.0, clip)
    }

    fn rects(quads: &Quads) -> Vec<Rect> {
        let corners = quads.mesh.vertices.chunks(4);
        corners
            .map(|corners| {
                let points: Vec<Pos2> = corners.iter().map(|vertex| vertex.pos).collect();
                Rect::from_points(&points)
            })
            .collect()
    }

    const PEN: Stroke = Stroke {
        width: 1.2,
        color: Color32::BLACK,
    };

    #[test]
    fn what_is_outside_the_window_is_not_made() {
        let mut quads = quads();
        quads.dashed(&[pos2(-1e6, 50.0), pos2(1e6, 50.0)], 3.0, 2.0, PEN);
        assert!((20..=22).contains(&rects(&quads).len()));
        let mut outside = self::quads();
        outside.dashed(&[pos2(-1e6, 150.0), pos2(1e6, 150.0)], 3.0, 2.0, PEN);
        outside.solid(&[pos2(150.0, -1e6), pos2(150.0, 1e6)], PEN);
        assert!(outside.mesh.is_empty());
    }

    #[test]
    fn dashes_are_alike_and_on_the_pixel_grid() {
        let mut quads = quads();
        quads.dashed(&[pos2(3.4, 50.3), pos2(93.4, 50.3)], 2.2, 1.9, PEN);
        let rects = rects(&quads);
        assert!(rects.len() > 20);
        for rect in rects.iter().take(rects.len() - 1) {
            assert!(
                (rect.width() - 2.0).abs() < 1e-3 && (rect.height() - 1.0).abs() < 1e-3,
                "{rect:?}"
            );
            assert!((rect.left() - rect.left().round()).abs() < 1e-3, "{rect:?}");
        }
    }

    #[test]
    fn dashes_go_round_corners_in_step() {
        let mut quads = quads();
        quads.dashed(
            &[pos2(0.0, 0.0), pos2(7.0, 0.0), pos2(7.0, 20.0)],
            4.0,
            2.0,
            PEN,
        );
        // 27 long: four whole periods of six and half of a fifth. The second dash is bent: one pixel of it lies before
        // the corner and three behind.
        let lengths: Vec<f32> = rects(&quads)
            .iter()
            .map(|rect| rect.width().max(rect.height()))
            .collect();
        assert_eq!(lengths, [4.0, 1.0, 3.0, 4.0, 4.0, 3.0]);
    }

    #[test]
    fn a_line_is_never_thinner_than_a_pixel() {
        let mut quads = quads();
        let hair = Stroke { width: 0.2, ..PEN };
        quads.solid(&[pos2(10.0, 10.0), pos2(10.0, 40.0)], hair);
        assert_eq!(
            rects(&quads),
            [Rect::from_min_max(pos2(10.0, 10.0), pos2(11.0, 40.0))]
        );
    }
}
