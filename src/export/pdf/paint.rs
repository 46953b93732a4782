//! From shapes to the operators of a page. Inside the picture the vertical axis is turned to point down, as in a scene.

use pdf_writer::{Content, Name, Str};

use super::super::pattern::Patterns;
use super::fonts::{self, Made};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::glyph::{GRID, Glyph, PEN};
use crate::picture::scene::{Item, Shape, Stroke, TextRun, corners};
use crate::picture::theme::{Ink, Rgb, Theme};

/// What the state that lets things shine through is called in the resources of a page.
pub(super) const VEIL: &[u8] = b"G0";

/// A rectangle on paper: left, bottom, width, height, in points.
pub(super) type Box4 = (f32, f32, f32, f32);

/// How far from a corner the ends of the curve that rounds it pull, for a circle of radius 1.
const ARC: f32 = 0.552_284_8;

pub(super) struct Painter<'a> {
    pub(super) content: &'a mut Content,
    pub(super) theme: Theme,
    pub(super) patterns: Patterns,
    pub(super) fonts: &'a Made,
}

impl Painter<'_> {
    fn rgb(&self, ink: Ink) -> [f32; 3] {
        let Rgb(red, green, blue) = self.theme.color(ink);
        [red, green, blue].map(|channel| f32::from(channel) / 255.0)
    }

    fn fill(&mut self, ink: Ink) {
        let [red, green, blue] = self.rgb(ink);
        self.content.set_fill_rgb(red, green, blue);
    }

    fn pen(&mut self, stroke: Stroke) {
        let [red, green, blue] = self.rgb(stroke.ink);
        self.content.set_stroke_rgb(red, green, blue);
        self.content.set_line_width(stroke.width.to_f32());
        self.content
            .set_dash_pattern(stroke.dash.pattern().into_iter().flatten(), 0.0);
    }

    /// The canvas from edge to edge of the paper.
    pub(super) fn ground(&mut self, (x, y, width, height): Box4) {
        self.fill(Ink::Canvas);
        self.content.rect(x, y, width, height).fill_nonzero();
    }

    pub(super) fn clip(&mut self, (x, y, width, height): Box4) {
        self.content
            .rect(x, y, width, height)
            .clip_nonzero()
            .end_path();
    }

    /// The veil that dims what is below it.
    pub(super) fn veil(&mut self, area: Rect) {
        self.content.save_state();
        self.content.set_parameters(Name(VEIL));
        self.fill(Ink::Canvas);
        self.outline(&area, [Fx::ZERO; 4]);
        self.content.fill_nonzero().restore_state();
    }

    pub(super) fn item(&mut self, item: &Item) {
        if let Some(shapes) = self.patterns.drawn(item) {
            for shape in &shapes {
                self.plain(shape);
            }
        } else {
            self.plain(&item.shape);
        }
    }

    fn plain(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            } => {
                self.paint(*fill, *stroke, |painter| painter.outline(rect, *radii));
            }
            Shape::Disc {
                center,
                radius,
                fill,
                stroke,
            } => {
                let around = Rect {
                    min: *center,
                    max: *center,
                };
                let around = around.grown(*radius);
                self.paint(Some(*fill), *stroke, |painter| {
                    painter.outline(&around, [*radius; 4]);
                });
            }
            Shape::Line {
                points,
                radius,
                stroke,
            } => self.paint(None, Some(*stroke), |painter| painter.way(points, *radius)),
            Shape::Text(run) => self.text(run),
            Shape::Glyph { glyph, rect, ink } => self.glyph(*glyph, rect, *ink),
        }
    }

    fn paint(&mut self, fill: Option<Ink>, stroke: Option<Stroke>, path: impl Fn(&mut Self)) {
        if let Some(ink) = fill {
            self.fill(ink);
        }
        if let Some(stroke) = stroke {
            self.pen(stroke);
        }
        path(self);
        match (fill, stroke) {
            (Some(_), Some(_)) => self.content.fill_nonzero_and_stroke(),
            (Some(_), None) => self.content.fill_nonzero(),
            (None, Some(_)) => self.content.stroke(),
            (None, None) => self.content.end_path(),
        };
    }

    /// A rectangle with its corners rounded, clockwise from the top left.
    fn outline(&mut self, rect: &Rect, radii: [Fx; 4]) {
        let (left, top) = (rect.min.x.to_f32(), rect.min.y.to_f32());
        let (right, bottom) = (rect.max.x.to_f32(), rect.max.y.to_f32());
        if radii == [Fx::ZERO; 4] {
            self.content.rect(left, top, right - left, bottom - top);
            return;
        }
        let radii = radii.map(Fx::to_f32);
        let [first, ..] = radii;
        self.content.move_to(left + first, top);
        // Each corner: where it is, and the ways into it and out of it.
        let turns = [
            ((right, top), (1.0, 0.0), (0.0, 1.0)),
            ((right, bottom), (0.0, 1.0), (-1.0, 0.0)),
            ((left, bottom), (-1.0, 0.0), (0.0, -1.0)),
            ((left, top), (0.0, -1.0), (1.0, 0.0)),
        ];
        let [top_left, rest @ ..] = radii;
        for (radius, ((x, y), into, out)) in rest.into_iter().chain([top_left]).zip(turns) {
            self.content
                .line_to(x - into.0 * radius, y - into.1 * radius);
            if radius > 0.0 {
                let pull = radius * (1.0 - ARC);
                self.content.cubic_to(
                    x - into.0 * pull,
                    y - into.1 * pull,
                    x + out.0 * pull,
                    y + out.1 * pull,
                    x + out.0 * radius,
                    y + out.1 * radius,
                );
            }
        }
        self.content.close_path();
    }

    /// A line with rounded corners.
    fn way(&mut self, points: &[Point], radius: Fx) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let at = |point: Point| (point.x.to_f32(), point.y.to_f32());
        let (x, y) = at(*first);
        self.content.move_to(x, y);
        for corner in corners(points, radius) {
            let (from, bend, to) = (at(corner.from), at(corner.at), at(corner.to));
            self.content.line_to(from.0, from.1);
            // A curve with one handle, written as the same curve with two.
            let near = |end: (f32, f32)| {
                (
                    end.0 + (bend.0 - end.0) * 2.0 / 3.0,
                    end.1 + (bend.1 - end.1) * 2.0 / 3.0,
                )
            };
            let (one, two) = (near(from), near(to));
            self.content
                .cubic_to(one.0, one.1, two.0, two.1, to.0, to.1);
        }
        let (x, y) = at(*last);
        self.content.line_to(x, y);
    }

    fn glyph(&mut self, glyph: Glyph, rect: &Rect, ink: Ink) {
        let scale = rect.width().to_f32() / GRID;
        let [red, green, blue] = self.rgb(ink);
        self.content.save_state();
        let (x, y) = (rect.min.x.to_f32(), rect.min.y.to_f32());
        self.content.transform([scale, 0.0, 0.0, scale, x, y]);
        self.content.set_fill_rgb(red, green, blue);
        self.content.set_stroke_rgb(red, green, blue);
        self.content.set_line_width(PEN);
        self.content.set_dash_pattern([], 0.0);
        self.content
            .set_line_cap(pdf_writer::types::LineCapStyle::RoundCap);
        self.content
            .set_line_join(pdf_writer::types::LineJoinStyle::RoundJoin);
        for chain in glyph.chains() {
            let rounded = |value: f32| (value * 100.0).round() / 100.0;
            for (index, [x, y]) in chain.points.iter().enumerate() {
                if index == 0 {
                    self.content.move_to(rounded(*x), rounded(*y));
                } else {
                    self.content.line_to(rounded(*x), rounded(*y));
                }
            }
            if chain.closed {
                self.content.close_path();
            }
            if chain.filled {
                self.content.fill_nonzero();
            } else {
                self.content.stroke();
            }
        }
        self.content.restore_state();
    }

    fn text(&mut self, run: &TextRun) {
        // The axis points down: letters are turned back up.
        self.words(run, -1.0);
    }

    /// Words where the axis points up.
    pub(super) fn footer(&mut self, run: &TextRun) {
        self.words(run, 1.0);
    }

    fn words(&mut self, run: &TextRun, up: f32) {
        self.fill(run.ink);
        let coded = self.fonts.coded(run);
        let (x, y) = (run.x.to_f32(), run.baseline.to_f32());
        self.content
            .begin_text()
            .set_font(Name(fonts::name(run.font)), run.size.to_f32())
            .set_text_matrix([1.0, 0.0, 0.0, up, x, y])
            .show(Str(&coded))
            .end_text();
    }

    /// Marks at the corners of what belongs to the picture, to cut along.
    pub(super) fn corners(&mut self, (x, y, width, height): Box4) {
        let [red, green, blue] = self.rgb(Ink::Frame);
        self.content.set_stroke_rgb(red, green, blue);
        self.content.set_line_width(0.5);
        self.content.set_dash_pattern([], 0.0);
        let (off, long) = (3.0, 9.0);
        for (x, side) in [(x, -1.0), (x + width, 1.0)] {
            for (y, up) in [(y, -1.0), (y + height, 1.0)] {
                self.content
                    .move_to(x + side * off, y)
                    .line_to(x + side * (off + long), y)
                    .move_to(x, y + up * off)
                    .line_to(x, y + up * (off + long))
                    .stroke();
            }
        }
    }

    /// A small picture of all pages, this one filled; its right edge and its middle are given.
    pub(super) fn locator(
        &mut self,
        (columns, rows): (usize, usize),
        (column, row): (usize, usize),
        (right, middle): (f32, f32),
    ) {
        // Many pages are small ones.
        let (wide, high) = (
            (64.0 / columns as f32).min(9.0),
            (14.0 / rows as f32).min(6.0),
        );
        let (left, top) = (
            right - wide * columns as f32,
            middle - 6.0 + high * rows as f32 / 2.0,
        );
        let [red, green, blue] = self.rgb(Ink::TextMuted);
        self.content.set_fill_rgb(red, green, blue);
        self.content.set_stroke_rgb(red, green, blue);
        self.content.set_line_width(0.4);
        for down in 0..rows {
            for across in 0..columns {
                let (x, y) = (left + wide * across as f32, top - high * (down + 1) as f32);
                self.content.rect(x, y, wide, high);
                if (across, down) == (column, row) {
                    self.content.fill_nonzero_and_stroke();
                } else {
                    self.content.stroke();
                }
            }
        }
    }
}
