//! What the boxes, colours and lines of a picture mean, below it. What is not in the picture is not explained.

use std::collections::BTreeSet;

use super::sheet::Pen;
use crate::picture::diagram::{Card, Edge, Fill, Frame, Hue, Line, Nest, Role, Sign};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::scene::{Dash, Item, Scene, Stroke, line_style};
use crate::picture::text::{self, Cut, Font};
use crate::picture::theme::{Ink, Theme};

/// Height of one line of the key.
const LINE: Fx = Fx::px(24);
const SIZE: Fx = Fx::px(12);
/// Between what is explained.
const GAP: Fx = Fx::px(22);
/// Between a sample and its words.
const BESIDE: Fx = Fx::px(8);
/// The height of a sample of a box or card.
const HEIGHT: Fx = Fx::px(14);
/// A longer word is cut: a tag may be called anything.
const LONGEST: Fx = Fx::px(280);

/// What is explained.
enum Sample {
    /// A box that stands for something.
    Box(Frame),
    /// A card across the right edge of such a box.
    Border(Frame),
    /// A card with the bar of a role.
    Card(Role),
    /// A card in a dashed outline, of what is not there.
    Dashed,
    Line(Line),
    /// A disc with a sign on the corner of a card.
    Mark(Sign),
}

impl Sample {
    fn width(&self) -> Fx {
        match self {
            Self::Box(_) => Fx::px(20),
            Self::Border(_) => Fx::px(24),
            Self::Card(_) | Self::Dashed | Self::Mark(_) => Fx::px(14),
            Self::Line(_) => Fx::px(34),
        }
    }
}

/// The key of a picture in lines of this width, and how high that is.
pub(super) fn key(scene: &Scene, at: Point, room: Fx, theme: Theme) -> (Vec<Item>, Fx) {
    let mut pen = Pen::default();
    let style = (Font::Sans, SIZE, Ink::Text, Cut::Middle);
    let mut to = Point::new(at.x, at.y + Fx::px(15));
    for (sample, words) in entries(scene, theme) {
        let words = text::fit(&words, style.0, style.1, LONGEST.min(room), style.3);
        let beside = sample.width() + BESIDE;
        let width = beside + words.width;
        if to.x + width > at.x + room && to.x > at.x {
            to = Point::new(at.x, to.y + LINE);
        }
        draw(&mut pen, &sample, to, theme);
        pen.text(&words.text, style, Point::new(to.x + beside, to.y), Fx::MAX);
        to.x += width + GAP;
    }
    (pen.items, to.y - at.y + Fx::px(17))
}

fn entries(scene: &Scene, theme: Theme) -> Vec<(Sample, String)> {
    let diagram = scene.diagram();
    let mut entries = Vec::new();
    if let Some(nest) = &diagram.nest {
        boxes(nest, diagram.legend.is_some(), &mut entries);
    }
    let mut cards = Cards::default();
    for group in diagram.groups() {
        let marks = group.cards.iter().flat_map(|card| &card.marks);
        cards.signs.extend(marks.map(|mark| mark.sign));
        // The head of a box is no card: the box is explained.
        let heads = usize::from(group.head().is_some());
        group
            .cards
            .iter()
            .skip(heads)
            .for_each(|card| cards.add(card));
    }
    if diagram.legend.is_none() {
        let roles = cards.roles.into_iter();
        entries.extend(roles.map(|role| (Sample::Card(role), word_of_role(role).to_owned())));
    }
    let words = match (cards.unread, cards.gone) {
        (true, true) => Some("Not read, or gone"),
        (true, false) => Some("Not read"),
        (false, true) => Some("Gone"),
        (false, false) => None,
    };
    entries.extend(words.map(|words| (Sample::Dashed, words.to_owned())));
    let lines: BTreeSet<Line> = (scene.layout().routes.iter())
        .map(|route| route.line)
        .collect();
    entries.extend(lines.into_iter().map(|line| {
        let words = match line {
            // Between boxes, solid lines join networks.
            Line::Association if diagram.nest.is_some() => "Attached",
            _ => word_of_line(line),
        };
        (Sample::Line(line), words.to_owned())
    }));
    // Without colours two of them look the same.
    let is_alike = theme == Theme::Print
        && [Sign::Danger, Sign::Warn]
            .iter()
            .all(|it| cards.signs.contains(it));
    let signs = cards.signs.into_iter();
    let signs = signs.filter(|sign| !(is_alike && *sign == Sign::Warn));
    entries.extend(signs.map(|sign| {
        let words = match sign {
            Sign::Danger if is_alike => "Something is broken, or to be looked at",
            _ => word_of_sign(sign),
        };
        (Sample::Mark(sign), words.to_owned())
    }));
    entries
}

/// What cards there are.
#[derive(Default)]
struct Cards {
    roles: BTreeSet<Role>,
    signs: BTreeSet<Sign>,
    unread: bool,
    gone: bool,
}

impl Cards {
    fn add(&mut self, card: &Card) {
        // What was there is drawn quietly, where an earlier reading is compared.
        let is_gone = card.role == Role::Danger || card.subdued;
        match (card.dashed, is_gone) {
            (false, _) => drop(self.roles.insert(card.role)),
            (true, true) => self.gone = true,
            (true, false) => self.unread = true,
        }
    }
}

/// The boxes of a picture, from the outermost to the innermost. Where the colours have another meaning, they are grey.
fn boxes(nest: &Nest, is_coloured: bool, entries: &mut Vec<(Sample, String)>) {
    let plain = |frame: Frame| {
        let hue = if is_coloured && frame.head {
            Hue::Role(Role::Neutral)
        } else {
            frame.hue
        };
        Frame { hue, ..frame }
    };
    let mut add = |frame: Option<Frame>, words: &str| {
        entries.extend(frame.map(|frame| (Sample::Box(plain(frame)), words.to_owned())));
    };
    add(
        nest.realms.iter().find_map(|realm| realm.group.frame),
        "Region",
    );
    let sites = || nest.realms.iter().flat_map(|realm| &realm.sites);
    let with_edge = |wanted: Edge| {
        let frames = sites().filter_map(|site| site.group.frame);
        frames.into_iter().find(|frame| frame.edge == wanted)
    };
    add(with_edge(Edge::Solid), "VPC");
    add(with_edge(Edge::Dashed), "VPC that was not read");
    let strips = || sites().flat_map(|site| &site.strips);
    let strip = strips().find_map(|strip| strip.group.frame);
    add(strip, &nest.strips);
    let cells: Vec<(Frame, Role)> = strips()
        .flat_map(|strip| &strip.cells)
        .filter_map(|cell| Some((cell.group.frame?, cell.group.head()?.role)))
        .collect();
    let there = |role: Option<Role>| {
        let wanted = |(frame, of): &&(Frame, Role)| {
            frame.fill == Fill::Tint && role.is_none_or(|role| role == *of)
        };
        cells.iter().find(wanted).map(|(frame, _)| *frame)
    };
    if is_coloured {
        add(there(None), "Subnet");
    } else {
        let roles: BTreeSet<Role> = cells.iter().map(|(_, role)| *role).collect();
        for role in roles {
            let words = match role {
                Role::Unknown => "Subnet, routes not read",
                _ => word_of_role(role),
            };
            add(there(Some(role)), words);
        }
    }
    let gone = cells.iter().find(|(frame, _)| frame.fill != Fill::Tint);
    add(gone.map(|(frame, _)| *frame), "Subnet that is gone");
    let with_border = sites().find(|site| site.border.is_some());
    if let Some(frame) = with_border.and_then(|site| site.group.frame) {
        let words = "On the border: leads out of the VPC".to_owned();
        entries.push((Sample::Border(plain(frame)), words));
    }
}

/// Draws a sample left of words whose baseline is given.
fn draw(pen: &mut Pen, sample: &Sample, at: Point, theme: Theme) {
    let rect = Rect::new(at.x, at.y - Fx::px(11), sample.width(), HEIGHT);
    let radius = Fx::px(3);
    match sample {
        Sample::Box(frame) => {
            let fill = match frame.fill {
                Fill::Clear => None,
                Fill::Paper => Some(Ink::Card),
                Fill::Tint => Some(frame.hue.tint()),
            };
            pen.outlined(rect, radius, fill, outline(*frame));
            // As the box itself has it, where there are no colours.
            if theme == Theme::Print && frame.fill == Fill::Tint {
                pen.rect(bar(rect), Fx::ZERO, Some(frame.hue.strong()), None);
            }
        }
        Sample::Border(frame) => {
            let x = rect.max.x - Fx::px(11);
            let ends = [at.y - Fx::px(13), at.y + Fx::px(5)];
            let points = ends.map(|y| Point::new(x, y)).to_vec();
            pen.line(points, frame.hue.strong(), Fx(88), Dash::Solid);
            let card = Rect::new(rect.min.x, rect.min.y + Fx::px(2), rect.width(), Fx::px(10));
            pen.rect(card, Fx::px(2), Some(Ink::Card), Some(Ink::Border));
        }
        Sample::Card(role) => {
            pen.rect(rect, radius, Some(Ink::Card), Some(Ink::Border));
            pen.rect(bar(rect), Fx::ZERO, Some(Ink::Strong(*role)), None);
        }
        Sample::Dashed => {
            let rect = Rect::new(rect.min.x, rect.min.y, rect.width(), rect.height());
            let edge = Stroke {
                ink: Ink::TextMuted,
                width: Fx::px(1),
                dash: Dash::Dotted,
            };
            pen.outlined(rect, radius, None, edge);
        }
        Sample::Mark(sign) => mark(pen, *sign, Point::new(rect.center().x, at.y - Fx::px(4))),
        Sample::Line(line) => line_sample(pen, *line, Point::new(at.x, at.y - Fx::px(4))),
    }
}

fn bar(rect: Rect) -> Rect {
    Rect::new(rect.min.x, rect.min.y, Fx::px(5), rect.height())
}

fn outline(frame: Frame) -> Stroke {
    // Shorter dashes than those of the box: it is small.
    let (dash, width) = match frame.edge {
        Edge::Solid => (Dash::Solid, Fx(88)),
        Edge::Dashed => (Dash::Dashed, Fx::px(1)),
        Edge::Dotted => (Dash::Dotted, Fx(88)),
    };
    Stroke {
        ink: frame.hue.strong(),
        width,
        dash,
    }
}

fn mark(pen: &mut Pen, sign: Sign, center: Point) {
    let role = sign.role();
    let edge = Stroke {
        ink: Ink::Canvas,
        width: Fx::px(1),
        dash: Dash::Solid,
    };
    pen.disc(center, Fx::px(7), Ink::Strong(role), edge);
    let (font, size) = (Font::SansSemiBold, Fx::px(11));
    let half = text::width(sign.letter(), font, size).half();
    let at = Point::new(center.x - half, center.y + Fx::px(4));
    pen.text(
        sign.letter(),
        (font, size, Ink::On(role), Cut::End),
        at,
        Fx::MAX,
    );
}

/// A short piece of a kind of line, with what it has at its ends.
fn line_sample(pen: &mut Pen, line: Line, at: Point) {
    let (dash, width) = line_style(line);
    let ink = Ink::Strong(match line {
        Line::Blackhole => Role::Danger,
        _ => Role::Neutral,
    });
    let end = Point::new(at.x + Sample::Line(line).width(), at.y);
    pen.line(vec![at, end], ink, width, dash);
    match line {
        Line::Implicit => {
            let center = Point::new(at.x + Fx::px(6), at.y);
            let edge = Stroke {
                ink,
                width,
                dash: Dash::Solid,
            };
            pen.disc(center, Fx::px(3), Ink::Canvas, edge);
        }
        Line::Blackhole => {
            let (x, arm) = (end.x - Fx::px(9), Fx::px(4));
            for slope in [arm, -arm] {
                let points = vec![
                    Point::new(x - arm, end.y - slope),
                    Point::new(x + arm, end.y + slope),
                ];
                pen.line(points, ink, width, Dash::Solid);
            }
        }
        Line::Membership | Line::Association | Line::Route => {}
    }
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

/// What a sign on a card says.
fn word_of_sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Danger => "Something is broken",
        Sign::Warn => "Something is to be looked at",
        Sign::Unknown => "Something was not read",
        Sign::Info => "Worth knowing",
        Sign::Added => "New",
        Sign::Removed => "Gone since",
        Sign::Changed => "Changed",
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
