//! From the display list to shapes of egui, through a camera.

use super::super::look;
use super::camera::Camera;
use super::lines::Quads;
use crate::picture::geometry::{Fx, Rect as MapRect};
use crate::picture::scene::{
    Dash, Item, Level, Owner, Scene, Shape as Primitive, Stroke as MapStroke, TextRun, rounded,
};
use crate::picture::theme::Theme;
use eframe::egui;
use egui::epaint::{CircleShape, RectShape, TextShape};
use egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

/// Font sizes that are used on the canvas, in points. Few sizes keep the glyph atlas small; between two of them the
/// smaller is taken, and the card has a little more room.
const SIZES: [f32; 22] = [
    5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 12.0, 13.0, 14.5, 16.0,
    18.0, 21.0, 26.0, 34.0, 44.0,
];

/// Words smaller than this are drawn as a bar: nobody can read them.
const LEGIBLE: f32 = 4.5;

/// A pattern that repeats within less than this, in points, cannot be told from a solid line; a paler one says as much.
const FINEST_PATTERN: f32 = 2.5;

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
        // Asked before the fonts are locked: both are behind the same lock.
        let pixel = 1.0 / self.ctx.pixels_per_point();
        let mut quads = Quads::new(pixel, self.canvas.expand(4.0));
        let mut words = Vec::new();
        for item in items {
            if !matches!(item.shape, Primitive::Line { .. }) {
                quads.flush(shapes);
            }
            match &item.shape {
                Primitive::Rect {
                    rect,
                    radii,
                    fill,
                    stroke,
                } => self.rect(rect, *radii, *fill, *stroke, &mut quads, shapes),
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
                    self.line(points, *stroke, &mut quads, shapes);
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
        quads.flush(shapes);
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
        quads: &mut Quads,
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
                self.dashed_outline(on_screen, self.length(radii[0]), stroke, quads, shapes);
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

    /// A line of the map. Thin lines there are thousands of go into one mesh; the others have soft edges.
    fn line(
        &self,
        points: Vec<Pos2>,
        stroke: MapStroke,
        quads: &mut Quads,
        shapes: &mut Vec<Shape>,
    ) {
        let pen = self.stroke(stroke);
        match stroke.dash.pattern() {
            Some(pattern) => {
                let [dash, gap] = pattern.map(|units| units * self.camera.zoom());
                if dash + gap < FINEST_PATTERN {
                    let paler = pen.color.gamma_multiply(dash / (dash + gap));
                    quads.solid(&points, Stroke::new(pen.width, paler));
                } else {
                    quads.dashed(&points, dash, gap, pen);
                }
            }
            None if self.level < Level::Names => quads.solid(&points, pen),
            None => {
                quads.flush(shapes);
                shapes.push(Shape::line(points, pen));
            }
        }
    }

    /// The dashed outline of a rectangle with rounded corners. There are few, and their corners want soft edges; of one
    /// that reaches far beyond the canvas only what is seen is made.
    fn dashed_outline(
        &self,
        rect: Rect,
        radius: f32,
        stroke: MapStroke,
        quads: &mut Quads,
        shapes: &mut Vec<Shape>,
    ) {
        let pen = self.stroke(stroke);
        let mut points = outline(rect, radius);
        if let Some(first) = points.first().copied() {
            points.push(first);
        }
        let pattern = stroke.dash.pattern().unwrap_or([1.0, 0.0]);
        let [dash, gap] = pattern.map(|units| units * self.camera.zoom());
        if dash + gap < FINEST_PATTERN {
            let paler = pen.color.gamma_multiply(dash / (dash + gap));
            shapes.push(Shape::closed_line(points, Stroke::new(pen.width, paler)));
        } else if rect.height() > self.canvas.height() * 1.5 {
            quads.dashed(&points, dash, gap, pen);
        } else {
            shapes.extend(Shape::dashed_line(&points, pen, dash, gap));
        }
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
}
