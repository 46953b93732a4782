//! What is on the page besides the map: title, legends, title block. Every format of a picture draws the same sheet.

use super::Options;
use super::key::key;
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::scene::{Dash, Item, Layer, Level, Owner, Scene, Shape, Stroke, TextRun};
use crate::picture::text::{self, Cut, Font};
use crate::picture::theme::Ink;

/// Height of the title line.
const TITLE_HEIGHT: Fx = Fx::px(34);
const TITLE_SIZE: Fx = Fx::px(18);
const SUBTITLE_SIZE: Fx = Fx::px(12);
/// The map's own margin: the title stands level with the first column.
const MARGIN: Fx = Fx::px(24);
/// How far what is below the map reaches into the map's lower margin.
const INTO_MARGIN: Fx = Fx::px(8);

/// The title block: a row of cells, a small word above a value in each.
const BLOCK_HEIGHT: Fx = Fx::px(46);
const BLOCK_GAP: Fx = Fx::px(16);
const BLOCK_PAD: Fx = Fx::px(12);
const BLOCK_WORD: Fx = Fx::px(11);
const BLOCK_VALUE: Fx = Fx::px(13);
const BLOCK_CELL: Fx = Fx::px(320);

/// Who drew what, in a frame below the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block<'a> {
    /// What the network is called. Never a path.
    pub name: &'a str,
    /// Where the network was read, as a label. Never a path.
    pub source: &'a str,
    /// The date as it was given; no clock is asked.
    pub date: Option<&'a str>,
}

/// Something beside the map, in the units of the page.
pub(super) struct Extra {
    /// What it is: `title`, `legend`, `key` or `block`.
    pub(super) class: &'static str,
    /// Its display list, in paint order.
    pub(super) items: Vec<Item>,
}

/// A page as large as the picture, and where everything is on it.
pub(super) struct Sheet {
    /// The whole page; its top left corner is the origin.
    pub(super) page: Rect,
    /// What is added to a point of the map to have it on the page.
    pub(super) offset: Point,
    /// What is beside the map, from top to bottom.
    pub(super) extras: Vec<Extra>,
}

impl Sheet {
    pub(super) fn new(scene: &Scene, options: &Options<'_>) -> Self {
        Self::within(scene, options, Fx::MAX)
    }

    /// One whose legends end at this distance from the left edge, where the map is wider: it is cut into pages there.
    pub(super) fn within(scene: &Scene, options: &Options<'_>, edge: Fx) -> Self {
        let padding = options.padding.max(Fx::ZERO);
        let bounds = scene.bounds();
        let title_height = options.title.map_or(Fx::ZERO, |_| TITLE_HEIGHT);
        let mut width = (bounds.width() + padding * 2).ceil();
        let mut extras = Vec::new();
        let left = padding + MARGIN;
        let mut bottom = padding + title_height + bounds.height();
        let foot = bottom - INTO_MARGIN;
        // A legend has the width of the map without its margins.
        let room = (bounds.width() - MARGIN * 2)
            .min(edge - left)
            .max(Fx::px(240));
        if let Some((items, height)) = scene.legend(Point::new(left, foot), room) {
            extras.push(Extra {
                class: "legend",
                items,
            });
            bottom += height;
        }
        if options.legend {
            let at = Point::new(left, bottom - INTO_MARGIN);
            let (items, height) = key(scene, at, room, options.theme);
            if !items.is_empty() {
                extras.push(Extra {
                    class: "key",
                    items,
                });
                bottom += height;
            }
        }
        if let Some(block) = options.block {
            let (items, right) =
                title_block(block, Point::new(left, bottom), width.min(edge) - left);
            // A map may be narrower than what is said of it.
            width = width.max((right + MARGIN + padding).ceil());
            extras.push(Extra {
                class: "block",
                items,
            });
            bottom += BLOCK_HEIGHT + BLOCK_GAP;
        }
        if options.title.is_some() {
            let items = title(options, left, padding + Fx::px(34), width - left * 2);
            extras.insert(
                0,
                Extra {
                    class: "title",
                    items,
                },
            );
        }
        Self {
            page: Rect::new(Fx::ZERO, Fx::ZERO, width, (bottom + padding).ceil()),
            offset: Point::new(
                padding - bounds.min.x,
                padding + title_height - bounds.min.y,
            ),
            extras,
        }
    }
}

fn title(options: &Options<'_>, left: Fx, baseline: Fx, room: Fx) -> Vec<Item> {
    let mut pen = Pen::default();
    let right = left + room.max(Fx::ZERO);
    let mut x = left;
    let parts = [
        (options.title, Font::SansSemiBold, TITLE_SIZE, Ink::Text),
        (options.subtitle, Font::Mono, SUBTITLE_SIZE, Ink::TextMuted),
    ];
    for (words, font, size, ink) in parts {
        let Some(words) = words else { continue };
        let style = (font, size, ink, Cut::End);
        let width = pen.text(words, style, Point::new(x, baseline), right - x);
        if width > Fx::ZERO {
            x += width + Fx::px(14);
        }
    }
    pen.items
}

/// The frame with the name, the source and the date, and its right edge.
fn title_block(block: Block<'_>, at: Point, room: Fx) -> (Vec<Item>, Fx) {
    let cells = [
        ("Network", Some(block.name)),
        ("Source", Some(block.source)),
        ("Date", block.date),
    ];
    let mut pen = Pen::default();
    let top = at.y;
    let mut x = at.x;
    let frame = pen.items.len();
    let room = (room / 3 - BLOCK_PAD * 2).max(Fx::px(120)).min(BLOCK_CELL);
    for (word, value) in cells {
        let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
            continue;
        };
        if x > at.x {
            let edge = vec![Point::new(x, top), Point::new(x, top + BLOCK_HEIGHT)];
            pen.line(edge, Ink::Frame, Fx::px(1), Dash::Solid);
        }
        let label = (Font::Sans, BLOCK_WORD, Ink::TextMuted, Cut::End);
        let set = (Font::SansSemiBold, BLOCK_VALUE, Ink::Text, Cut::Middle);
        let left = x + BLOCK_PAD;
        let one = pen.text(word, label, Point::new(left, top + Fx::px(16)), room);
        let two = pen.text(value, set, Point::new(left, top + Fx::px(34)), room);
        x = left + one.max(two).max(Fx::px(60)) + BLOCK_PAD;
    }
    if x > at.x {
        let around = Rect::new(at.x, top, x - at.x, BLOCK_HEIGHT);
        pen.rect(around, Fx::px(4), None, Some(Ink::Frame));
        // Under the words, and under the edges between the cells.
        pen.items[frame..].rotate_right(1);
    }
    (pen.items, x)
}

/// Puts items beside the map: they are nobody's and seen at every level.
#[derive(Default)]
pub(super) struct Pen {
    pub(super) items: Vec<Item>,
}

impl Pen {
    fn push(&mut self, bounds: Rect, shape: Shape) {
        self.items.push(Item {
            owner: Owner::Map,
            layer: Layer::Ground,
            levels: (Level::Groups, Level::All),
            bounds,
            shape,
        });
    }

    pub(super) fn rect(&mut self, rect: Rect, radius: Fx, fill: Option<Ink>, edge: Option<Ink>) {
        let stroke = edge.map(|ink| Stroke {
            ink,
            width: Fx::px(1),
            dash: Dash::Solid,
        });
        self.area(rect, radius, fill, stroke);
    }

    /// A rectangle with an outline of its own.
    pub(super) fn outlined(&mut self, rect: Rect, radius: Fx, fill: Option<Ink>, edge: Stroke) {
        self.area(rect, radius, fill, Some(edge));
    }

    fn area(&mut self, rect: Rect, radius: Fx, fill: Option<Ink>, stroke: Option<Stroke>) {
        let shape = Shape::Rect {
            rect,
            radii: [radius; 4],
            fill,
            stroke,
        };
        self.push(rect.grown(Fx::px(1)), shape);
    }

    pub(super) fn line(&mut self, points: Vec<Point>, ink: Ink, width: Fx, dash: Dash) {
        let Some(around) = Rect::around(&points) else {
            return;
        };
        let shape = Shape::Line {
            points,
            radius: Fx::ZERO,
            stroke: Stroke { ink, width, dash },
        };
        self.push(around.grown(width), shape);
    }

    pub(super) fn disc(&mut self, center: Point, radius: Fx, fill: Ink, edge: Stroke) {
        let around = Rect {
            min: center,
            max: center,
        };
        let shape = Shape::Disc {
            center,
            radius,
            fill,
            stroke: Some(edge),
        };
        self.push(around.grown(radius + edge.width), shape);
    }

    /// Words from a point on the baseline, cut where they are too wide; the width they take.
    pub(super) fn text(
        &mut self,
        words: &str,
        style: (Font, Fx, Ink, Cut),
        at: Point,
        room: Fx,
    ) -> Fx {
        let (font, size, ink, cut) = style;
        let fitted = text::fit(words, font, size, room.max(Fx::ZERO), cut);
        if fitted.text.is_empty() {
            return Fx::ZERO;
        }
        let width = fitted.width;
        let run = TextRun {
            text: fitted.text.into_owned(),
            font,
            size,
            x: at.x,
            baseline: at.y,
            width,
            ink,
        };
        let bounds = Rect::new(at.x, at.y - size, width, size + size / 3);
        self.push(bounds, Shape::Text(run));
        width
    }
}
