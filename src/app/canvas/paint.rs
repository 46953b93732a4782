//! From the display list to shapes of egui, through a camera.

use super::super::look;
use super::camera::Camera;
use crate::picture::geometry::{Fx, Rect as MapRect};
use crate::picture::scene::{
    Dash, Item, Level, Owner, Scene, Shape as Primitive, Stroke as MapStroke, TextRun, rounded,
};
use crate::picture::theme::Theme;
use eframe::egui;
use egui::epaint::{CircleShape, PathShape, PathStroke, RectShape, TextShape};
use egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

/// Font sizes that are used on the canvas, in points. Few sizes keep the glyph atlas small; between two of them the
/// smaller is taken, and the card has a little more room.
const SIZES: [f32; 22] = [
    5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 12.0, 13.0, 14.5, 16.0,
    18.0, 21.0, 26.0, 34.0, 44.0,
];

/// Words smaller than this are drawn as a bar: nobody can read them.
const LEGIBLE: f32 = 4.5;

/// What decides how map units become shapes.
pub struct Brush<'a> {
    /// Which part is seen.
    pub camera: Camera,
    /// Where on the screen, in points.
    pub canvas: Rect,
    /// Light or dark.
    pub theme: Theme,
    /// How much is seen.
    pub level: Level,
    /// The fonts of the window.
    pub ctx: &'a egui::Context,
}

/// The largest size of [`SIZES`] that is not above what is wanted.
fn quantised(wanted: f32) -> f32 {
    let index = SIZES.partition_point(|size| *size <= wanted + 0.001);
    SIZES
        .get(index.saturating_sub(1))
        .copied()
        .unwrap_or(wanted)
}

impl Brush<'_> {
    fn at(&self, x: Fx, y: Fx) -> Pos2 {
        self.camera
            .screen_from_map(self.canvas, [x.to_f32(), y.to_f32()])
    }

    fn length(&self, length: Fx) -> f32 {
        length.to_f32() * self.camera.zoom()
    }

    /// A stroke, never so thin that it fades away.
    fn stroke(&self, stroke: MapStroke) -> Stroke {
        Stroke::new(
            self.length(stroke.width).max(0.8),
            look::color(self.theme, stroke.ink),
        )
    }

    /// The part of the map that is painted: what is seen, and a little around it for strokes and rings.
    pub fn area(&self) -> MapRect {
        self.camera.seen(self.canvas).grown(Fx::px(12))
    }

    /// The base of the map, without the headings of columns: the window keeps those in view.
    pub fn base(&self, scene: &Scene) -> Vec<Shape> {
        let mut items = scene.visible(self.level, &self.area());
        items.retain(|item| item.owner != Owner::Map);
        let mut shapes = Vec::with_capacity(items.len() + items.len() / 2);
        self.items(items, &mut shapes);
        shapes
    }

    /// Items in the order they come.
    pub fn items<'i>(&self, items: impl IntoIterator<Item = &'i Item>, shapes: &mut Vec<Shape>) {
        let mut words = Vec::new();
        for item in items {
            match &item.shape {
                Primitive::Rect {
                    rect,
                    radii,
                    fill,
                    stroke,
                } => self.rect(rect, *radii, *fill, *stroke, shapes),
                Primitive::Line {
                    points,
                    radius,
                    stroke,
                } => {
                    let chain = rounded(
                        points,
                        if self.level < Level::Names {
                            Fx::ZERO
                        } else {
                            *radius
                        },
                    );
                    let points = chain
                        .into_iter()
                        .map(|at| self.camera.screen_from_map(self.canvas, at))
                        .collect();
                    self.line(points, false, *stroke, shapes);
                }
                Primitive::Text(run) => {
                    // The fonts are behind a lock: gather the words and take it once.
                    words.push((shapes.len(), run));
                    shapes.push(Shape::Noop);
                }
                Primitive::Glyph { glyph, rect, ink } => {
                    let square = self.camera.screen_rect(self.canvas, rect);
                    shapes.extend(look::glyph(*glyph, square, look::color(self.theme, *ink)));
                }
                Primitive::Disc {
                    center,
                    radius,
                    fill,
                    stroke,
                } => shapes.push(Shape::Circle(CircleShape {
                    center: self.at(center.x, center.y),
                    radius: self.length(*radius),
                    fill: look::color(self.theme, *fill),
                    stroke: stroke
                        .as_ref()
                        .map_or(Stroke::NONE, |stroke| self.stroke(*stroke)),
                })),
            }
        }
        // Asked before the fonts are locked: both are behind the same lock.
        let pixel = 1.0 / self.ctx.pixels_per_point();
        self.ctx.fonts_mut(|fonts| {
            for (place, run) in words {
                if let Some(shape) = shapes.get_mut(place) {
                    *shape = self.words(fonts, run, pixel);
                }
            }
        });
    }

    fn rect(
        &self,
        rect: &MapRect,
        radii: [Fx; 4],
        fill: Option<crate::picture::theme::Ink>,
        stroke: Option<MapStroke>,
        shapes: &mut Vec<Shape>,
    ) {
        let on_screen = self.camera.screen_rect(self.canvas, rect);
        let corner = |radius: Fx| self.length(radius).round().clamp(0.0, 255.0) as u8;
        let [nw, ne, se, sw] = radii.map(corner);
        let fill = fill.map_or(Color32::TRANSPARENT, |ink| look::color(self.theme, ink));
        let radius = CornerRadius { nw, ne, sw, se };
        match stroke {
            Some(stroke) if stroke.dash != Dash::Solid => {
                if fill != Color32::TRANSPARENT {
                    shapes.push(Shape::Rect(RectShape::filled(on_screen, radius, fill)));
                }
                self.line(
                    outline(on_screen, self.length(radii[0])),
                    true,
                    stroke,
                    shapes,
                );
            }
            _ => {
                let stroke = stroke.map_or(Stroke::NONE, |stroke| self.stroke(stroke));
                shapes.push(Shape::Rect(RectShape::new(
                    on_screen,
                    radius,
                    fill,
                    stroke,
                    StrokeKind::Middle,
                )));
            }
        }
    }

    fn line(
        &self,
        mut points: Vec<Pos2>,
        closed: bool,
        stroke: MapStroke,
        shapes: &mut Vec<Shape>,
    ) {
        let pen = self.stroke(stroke);
        let Some([dash, gap]) = stroke
            .dash
            .pattern()
            .map(|pattern| pattern.map(|units| units * self.camera.zoom()))
        else {
            let pen = PathStroke::new(pen.width, pen.color);
            shapes.push(Shape::Path(PathShape {
                points,
                closed,
                fill: Color32::TRANSPARENT,
                stroke: pen,
            }));
            return;
        };
        if dash + gap < 2.5 {
            // Too fine to be told from a solid line; a paler one says as much.
            let pen = PathStroke::new(pen.width, pen.color.gamma_multiply(dash / (dash + gap)));
            shapes.push(Shape::Path(PathShape {
                points,
                closed,
                fill: Color32::TRANSPARENT,
                stroke: pen,
            }));
            return;
        }
        if closed && let Some(first) = points.first().copied() {
            points.push(first);
        }
        dashes(&points, dash, gap, self.canvas.expand(12.0), pen, shapes);
    }

    fn words(&self, fonts: &mut egui::epaint::FontsView<'_>, run: &TextRun, pixel: f32) -> Shape {
        let wanted = self.length(run.size);
        let left = self.at(run.x, run.baseline);
        let color = look::color(self.theme, run.ink);
        if wanted < LEGIBLE {
            let bar = Rect::from_min_max(
                pos2(left.x, left.y - wanted * 0.55),
                pos2(left.x + self.length(run.width), left.y - wanted * 0.15),
            );
            return Shape::rect_filled(bar, CornerRadius::ZERO, color.gamma_multiply(0.35));
        }
        let galley = fonts.layout_no_wrap(
            run.text.clone(),
            look::font(run.font, quantised(wanted)),
            color,
        );
        // Words are placed by their baseline, as every other output does.
        let row = galley.rows.first();
        let ascent = row
            .and_then(|row| row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y))
            .unwrap_or(0.0);
        let top = ((left.y - ascent) / pixel).round() * pixel;
        Shape::Text(TextShape::new(pos2(left.x, top), galley, color))
    }
}

/// The outline of a rectangle with rounded corners, clockwise from the end of its upper left corner.
fn outline(rect: Rect, radius: f32) -> Vec<Pos2> {
    const STEPS: u8 = 4;
    let radius = radius
        .min(rect.width() / 2.0)
        .min(rect.height() / 2.0)
        .max(0.0);
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_top(), -1.0_f32),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), 1.0),
        (inner.left_top(), 2.0),
    ];
    corners
        .into_iter()
        .flat_map(|(center, quarter)| {
            (0..=STEPS).map(move |step| {
                let turn =
                    (quarter + f32::from(step) / f32::from(STEPS)) * std::f32::consts::FRAC_PI_2;
                center + egui::vec2(turn.cos(), turn.sin()) * radius
            })
        })
        .collect()
}

/// A dashed line, as far as it lies inside the clip rectangle. The pattern keeps its place when the map is moved.
fn dashes(points: &[Pos2], dash: f32, gap: f32, clip: Rect, pen: Stroke, shapes: &mut Vec<Shape>) {
    let period = dash + gap;
    let mut travelled = 0.0_f32;
    for ends in points.windows(2) {
        let &[from, to] = ends else { continue };
        let length = from.distance(to);
        if length <= f32::EPSILON {
            continue;
        }
        if let Some((enter, leave)) = inside(from, to, clip) {
            let along = (to - from) / length;
            let (start, end) = (enter * length, leave * length);
            // The first dash that reaches into the clip rectangle.
            let mut at = ((travelled + start) / period).floor() * period - travelled;
            while at < end {
                let (begin, stop) = (at.max(start), (at + dash).min(end));
                if stop > begin {
                    shapes.push(Shape::LineSegment {
                        points: [from + along * begin, from + along * stop],
                        stroke: pen,
                    });
                }
                at += period;
            }
        }
        travelled += length;
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

    #[test]
    fn font_sizes_are_few_and_never_larger_than_the_card_allows() {
        assert!(SIZES.is_sorted());
        for wanted in [4.6, 5.0, 9.99, 11.0, 12.9, 13.0, 100.0] {
            let size = quantised(wanted);
            assert!(
                size <= wanted || (size - SIZES[0]).abs() < f32::EPSILON,
                "{wanted}: {size}"
            );
        }
    }

    #[test]
    fn dashes_outside_the_window_are_not_made() {
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let far = [pos2(-1e6, 50.0), pos2(1e6, 50.0)];
        let mut shapes = Vec::new();
        dashes(&far, 3.0, 2.0, clip, Stroke::NONE, &mut shapes);
        assert!((20..=22).contains(&shapes.len()), "{}", shapes.len());
        let beside = [pos2(-1e6, 150.0), pos2(1e6, 150.0)];
        shapes.clear();
        dashes(&beside, 3.0, 2.0, clip, Stroke::NONE, &mut shapes);
        assert!(shapes.is_empty());
    }

    #[test]
    fn dashes_go_round_corners_in_step() {
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let bent = [pos2(0.0, 0.0), pos2(7.0, 0.0), pos2(7.0, 20.0)];
        let mut shapes = Vec::new();
        dashes(&bent, 4.0, 2.0, clip, Stroke::NONE, &mut shapes);
        let total: f32 = shapes
            .iter()
            .map(|shape| match shape {
                Shape::LineSegment {
                    points: [from, to], ..
                } => from.distance(*to),
                _ => 0.0,
            })
            .sum();
        // 27 long: four whole periods of six and half of a fifth.
        assert!((total - (4.0 * 4.0 + 3.0)).abs() < 0.01, "{total}");
    }
}
