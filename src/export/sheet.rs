//! What is on the page besides the map: title, legends, title block. Every format of a picture draws the same sheet.

use std::collections::BTreeSet;

use super::Options;
use crate::picture::diagram::{Line, Role};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::scene::{
    Dash, Item, Layer, Level, Owner, Scene, Shape, Stroke, TextRun, line_style,
};
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

/// Height of one line of the key.
const KEY_LINE: Fx = Fx::px(24);
const KEY_SIZE: Fx = Fx::px(12);
/// Length of a sample of a line in the key.
const SAMPLE: Fx = Fx::px(34);

/// The title block: a row of cells, a small word above a value in each.
const BLOCK_HEIGHT: Fx = Fx::px(46);
const BLOCK_GAP: Fx = Fx::px(16);
const BLOCK_PAD: Fx = Fx::px(12);
const BLOCK_WORD: Fx = Fx::px(10);
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
        let padding = options.padding.max(Fx::ZERO);
        let bounds = scene.bounds();
        let title_height = options.title.map_or(Fx::ZERO, |_| TITLE_HEIGHT);
        let mut width = (bounds.width() + padding * 2).ceil();
        let mut extras = Vec::new();
        let left = padding + MARGIN;
        let mut bottom = padding + title_height + bounds.height();
        let foot = bottom - INTO_MARGIN;
        // A legend has the width of the map without its margins.
        let room = (bounds.width() - MARGIN * 2).max(Fx::px(240));
        if let Some((items, height)) = scene.legend(Point::new(left, foot), room) {
            extras.push(Extra {
                class: "legend",
                items,
            });
            bottom += height;
        }
        if options.legend {
            let at = Point::new(left, bottom - INTO_MARGIN);
            let (items, height) = key(scene, at, room);
            if !items.is_empty() {
                extras.push(Extra {
                    class: "key",
                    items,
                });
                bottom += height;
            }
        }
        if let Some(block) = options.block {
            let (items, right) = title_block(block, Point::new(left, bottom), width - left);
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

/// What the lines and colours in this picture mean, in lines of this width, and how high that is. What is not in the
/// picture is not explained.
fn key(scene: &Scene, at: Point, room: Fx) -> (Vec<Item>, Fx) {
    let mut pen = Pen::default();
    let diagram = scene.diagram();
    let roles: BTreeSet<Role> = match diagram.legend {
        // The colours mean something else, which has a legend of its own.
        Some(_) => BTreeSet::new(),
        None => diagram.cards().map(|card| card.role).collect(),
    };
    let lines: BTreeSet<Line> = scene
        .layout()
        .routes
        .iter()
        .map(|route| route.line)
        .collect();
    let style = (Font::Sans, KEY_SIZE, Ink::Text, Cut::End);
    let mut to = Point::new(at.x, at.y + Fx::px(15));
    let mut step = |width: Fx| {
        if to.x + width > at.x + room && to.x > at.x {
            to = Point::new(at.x, to.y + KEY_LINE);
        }
        let from = to;
        to.x += width + Fx::px(22);
        from
    };
    for role in roles {
        let words = word_of_role(role);
        let width = text::width(words, Font::Sans, KEY_SIZE);
        let from = step(Fx::px(22) + width);
        let patch = Rect::new(from.x, from.y - Fx::px(11), Fx::px(14), Fx::px(14));
        pen.rect(patch, Fx::px(3), Some(Ink::Card), Some(Ink::Border));
        let bar = Rect::new(patch.min.x, patch.min.y, Fx::px(5), patch.height());
        pen.rect(bar, Fx::ZERO, Some(Ink::Strong(role)), None);
        pen.text(
            words,
            style,
            Point::new(from.x + Fx::px(22), from.y),
            Fx::MAX,
        );
    }
    for line in lines {
        let words = word_of_line(line);
        let width = text::width(words, Font::Sans, KEY_SIZE);
        let from = step(SAMPLE + Fx::px(8) + width);
        pen.sample(line, Point::new(from.x, from.y - Fx::px(4)));
        let at = Point::new(from.x + SAMPLE + Fx::px(8), from.y);
        pen.text(words, style, at, Fx::MAX);
    }
    let height = to.y - at.y + Fx::px(17);
    (pen.items, height)
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

/// What a role is called where its colour is explained.
fn word_of_role(role: Role) -> &'static str {
    match role {
        Role::Vpc => "VPC",
        Role::Public => "Public subnet",
        Role::Private => "Private subnet",
        Role::Isolated => "Isolated subnet",
        Role::Unknown => "Not read",
        Role::Table => "Route table",
        Role::Gateway => "Gateway",
        Role::Endpoint => "Endpoint or prefix list",
        Role::Transit => "Joins networks",
        Role::Host => "Host or interface",
        Role::Danger => "Broken or refused",
        Role::Warn => "To be looked at",
        Role::Neutral => "Other",
    }
}

/// What a kind of line is called.
pub(super) fn word_of_line(line: Line) -> &'static str {
    match line {
        Line::Membership => "Belongs to",
        Line::Implicit => "Main route table, by default",
        Line::Association => "Associated",
        Line::Route => "Route",
        Line::Blackhole => "Route that leads nowhere",
    }
}

/// Puts items beside the map: they are nobody's and seen at every level.
#[derive(Default)]
struct Pen {
    items: Vec<Item>,
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

    fn rect(&mut self, rect: Rect, radius: Fx, fill: Option<Ink>, edge: Option<Ink>) {
        let stroke = edge.map(|ink| Stroke {
            ink,
            width: Fx::px(1),
            dash: Dash::Solid,
        });
        let shape = Shape::Rect {
            rect,
            radii: [radius; 4],
            fill,
            stroke,
        };
        self.push(rect.grown(Fx::px(1)), shape);
    }

    fn line(&mut self, points: Vec<Point>, ink: Ink, width: Fx, dash: Dash) {
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

    /// A short piece of a kind of line, with what it has at its ends.
    fn sample(&mut self, line: Line, at: Point) {
        let (dash, width) = line_style(line);
        let ink = Ink::Strong(match line {
            Line::Blackhole => Role::Danger,
            _ => Role::Neutral,
        });
        let end = Point::new(at.x + SAMPLE, at.y);
        self.line(vec![at, end], ink, width, dash);
        match line {
            Line::Implicit => {
                let shape = Shape::Disc {
                    center: Point::new(at.x + Fx::px(6), at.y),
                    radius: Fx::px(3),
                    fill: Ink::Canvas,
                    stroke: Some(Stroke {
                        ink,
                        width,
                        dash: Dash::Solid,
                    }),
                };
                let around = Rect { min: at, max: end };
                self.push(around.grown(Fx::px(4)), shape);
            }
            Line::Blackhole => {
                let (x, arm) = (end.x - Fx::px(9), Fx::px(4));
                for slope in [arm, -arm] {
                    let points = vec![
                        Point::new(x - arm, end.y - slope),
                        Point::new(x + arm, end.y + slope),
                    ];
                    self.line(points, ink, width, Dash::Solid);
                }
            }
            Line::Membership | Line::Association | Line::Route => {}
        }
    }

    /// Words from a point on the baseline, cut where they are too wide; the width they take.
    fn text(&mut self, words: &str, style: (Font, Fx, Ink, Cut), at: Point, room: Fx) -> Fx {
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
