//! How a part of the address space looks.

use super::super::super::look;
use super::super::super::widgets;
use crate::design::{Color, Fault, Occupant, Segment, TierKind};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::{Ink, Swatch, Theme};
use eframe::egui;
use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// From where on down, in shares of a cell's height, what lies inside it is painted.
pub(super) const LOWER: f32 = 0.48;

/// The space on both sides of a cell's words, in points.
const SIDE: f32 = 4.0;
/// What is narrower than this has no words of its own, in points.
pub(super) const NAMELESS: f32 = 20.0;

/// What is pointed at, chosen and gone to by keys.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    pub(super) hovered: bool,
    pub(super) chosen: bool,
    pub(super) gone_to: bool,
}

/// The three inks of a cell: its outline, its words, its fill.
#[derive(Clone, Copy)]
pub(super) struct Inks {
    pub(super) strong: Ink,
    pub(super) word: Ink,
    pub(super) tint: Ink,
}

impl Inks {
    fn role(role: Role) -> Self {
        Self {
            strong: Ink::Strong(role),
            word: Ink::Word(role),
            tint: Ink::Tint(role),
        }
    }

    /// The inks of a colour people chose.
    pub(super) fn color(color: Color) -> Self {
        let swatch = match color {
            Color::Red => Swatch::Red,
            Color::Orange => Swatch::Orange,
            Color::Yellow => Swatch::Yellow,
            Color::Green => Swatch::Green,
            Color::Teal => Swatch::Teal,
            Color::Blue => Swatch::Blue,
            Color::Purple => Swatch::Purple,
            Color::Pink => Swatch::Pink,
            Color::Brown => Swatch::Brown,
            Color::Gray => Swatch::Gray,
        };
        Self {
            strong: Ink::Swatch(swatch),
            word: Ink::SwatchWord(swatch),
            tint: Ink::SwatchTint(swatch),
        }
    }

    /// The inks of a part of the address space.
    pub(super) fn of(segment: &Segment) -> Self {
        if let Some(color) = segment.color {
            return Self::color(color);
        }
        match segment.occupant {
            Occupant::Subnet { kind, .. } => Self::role(kind_role(kind)),
            Occupant::Held => Self::role(Role::Neutral),
            Occupant::Reserved => Self::role(Role::Warn),
            Occupant::Free => Self {
                strong: Ink::Frame,
                word: Ink::TextMuted,
                tint: Ink::Hovered,
            },
        }
    }
}

fn kind_role(kind: TierKind) -> Role {
    match kind {
        TierKind::Public => Role::Public,
        TierKind::Private => Role::Private,
        TierKind::Isolated => Role::Isolated,
    }
}

/// Paint a part of the address space into its place, which is clipped to the strip already.
pub(super) fn paint(painter: &Painter, theme: Theme, place: Rect, segment: &Segment, marks: Marks) {
    let ink = |ink: Ink| look::color(theme, ink);
    let inks = Inks::of(segment);
    let is_wrong = !segment.faults.is_empty();
    let strong = if is_wrong {
        ink(Ink::Strong(Role::Danger))
    } else {
        ink(inks.strong)
    };
    let is_free = segment.occupant == Occupant::Free;
    if place.width() < 3.0 {
        if !is_free {
            painter.rect_filled(place, CornerRadius::ZERO, strong);
        }
        mark(painter, ink(Ink::Accent), place, marks);
        return;
    }
    // What lies inside another is lower, so that both are seen.
    let sunk = place.height() * (LOWER + 0.14 * segment.depth.saturating_sub(1).min(2) as f32);
    let cell = if segment.depth > 0 {
        place.with_min_y(place.top() + sunk)
    } else {
        place
    };
    let gap = if cell.width() > 8.0 { 1.0 } else { 0.5 };
    let cell = cell.shrink2(vec2(gap, 1.0));
    let radius = CornerRadius::same((cell.width() / 3.0).clamp(0.0, 5.0) as u8);
    let width = if marks.hovered { 2.0 } else { 1.25 };
    match segment.occupant {
        Occupant::Free => {
            if marks.hovered {
                painter.rect_filled(cell, radius, ink(Ink::Selected));
            }
        }
        Occupant::Reserved => {
            painter.rect_filled(cell, radius, ink(inks.tint));
            hatch(painter, cell, strong.gamma_multiply(0.4));
            let pen = Stroke::new(width, strong);
            painter.rect_stroke(cell, radius, pen, StrokeKind::Inside);
        }
        Occupant::Held => {
            painter.rect_filled(cell, radius, ink(inks.tint));
            dashed(painter, cell.shrink(0.6), Stroke::new(width, strong));
        }
        Occupant::Subnet { .. } => {
            painter.rect_filled(cell, radius, ink(inks.tint));
            let pen = Stroke::new(width, strong);
            painter.rect_stroke(cell, radius, pen, StrokeKind::Inside);
        }
    }
    // A colour of one's own does not hide what the routes make of a subnet.
    if let Occupant::Subnet { kind, .. } = segment.occupant
        && segment.color.is_some()
        && cell.width() > 12.0
    {
        let foot = Rect::from_min_max(
            pos2(cell.left() + 4.0, cell.bottom() - 4.0),
            pos2(cell.right() - 4.0, cell.bottom() - 2.0),
        );
        let foot_ink = ink(Ink::Strong(kind_role(kind)));
        painter.rect_filled(foot, CornerRadius::same(1), foot_ink);
    }
    let word = if is_wrong {
        ink(Ink::Word(Role::Danger))
    } else {
        ink(inks.word)
    };
    words(painter, cell, segment, word, ink(inks.tint));
    mark(painter, ink(Ink::Accent), cell, marks);
}

fn mark(painter: &Painter, accent: Color32, cell: Rect, marks: Marks) {
    if marks.chosen {
        let ring = Stroke::new(2.0, accent);
        painter.rect_stroke(cell, 5.0, ring, StrokeKind::Outside);
    }
    if marks.gone_to {
        let ring = Stroke::new(1.5, accent);
        painter.rect_stroke(cell.shrink(2.5), 3.0, ring, StrokeKind::Inside);
    }
}

fn hatch(painter: &Painter, cell: Rect, color: Color32) {
    const STEP: f32 = 6.0;
    let painter = painter.with_clip_rect(cell.intersect(painter.clip_rect()));
    let seen = painter.clip_rect();
    let height = cell.height();
    // The pattern stands still in the cell, and only what is seen of it is painted.
    let first = ((seen.left() - cell.left() - height) / STEP)
        .floor()
        .max(-height / STEP);
    let mut x = cell.left() + first * STEP;
    while x < seen.right() {
        let from = pos2(x, cell.bottom());
        let to = pos2(x + height, cell.top());
        painter.line_segment([from, to], Stroke::new(1.0, color));
        x += STEP;
    }
}

fn dashed(painter: &Painter, cell: Rect, pen: Stroke) {
    let corners = [
        cell.left_top(),
        cell.right_top(),
        cell.right_bottom(),
        cell.left_bottom(),
        cell.left_top(),
    ];
    painter.extend(Shape::dashed_line(&corners, pen, 4.0, 3.0));
}

/// The words of a cell, as many as it has room for.
fn words(painter: &Painter, cell: Rect, segment: &Segment, color: Color32, back: Color32) {
    // Of a cell that goes on beyond the strip only what is seen has room for words.
    let seen = cell.intersect(painter.clip_rect());
    let room = seen.width() - 2.0 * SIDE;
    if room < NAMELESS - 2.0 * SIDE {
        return;
    }
    let is_free = segment.occupant == Occupant::Free;
    let face = if is_free {
        Font::Sans
    } else {
        Font::SansSemiBold
    };
    let lay = |words: &str, face: Font, size: f32| {
        let words = crate::picture::text::shown(words, face).into_owned();
        painter.layout_no_wrap(words, look::font(face, size), color)
    };
    let fits = |galley: &std::sync::Arc<egui::Galley>| galley.size().x <= room;
    // Digits count as wide ones, so that one of several like cells is not called otherwise for a narrow one.
    let widest = |words: &str| words.replace(|it: char| it.is_ascii_digit(), "8");
    let title = titles(segment)
        .into_iter()
        .find(|words| !words.is_empty() && fits(&lay(&widest(words), face, 11.0)));
    let Some(title) = title.map(|words| lay(&words, face, 11.0)) else {
        return;
    };
    let has_inner = segment.depth == 0
        && (segment.faults.iter()).any(|fault| matches!(fault, Fault::Overlap(_)));
    let block = Some(lay(&segment.block.to_string(), Font::Mono, 10.0))
        .filter(|block| fits(block) && segment.depth == 0 && !has_inner);
    let center = seen.center();
    let put = |galley: std::sync::Arc<egui::Galley>, middle: f32| {
        let size = galley.size();
        let at = pos2(center.x - size.x / 2.0, middle - size.y / 2.0);
        if segment.occupant == Occupant::Reserved {
            // The hatching would run through the letters.
            let plate = Rect::from_min_size(at, size).expand2(vec2(3.0, 0.0));
            painter.rect_filled(plate, CornerRadius::same(2), back);
        }
        painter.galley(at, galley, color);
    };
    match block {
        Some(block) => {
            put(title, center.y - 6.5);
            put(block, center.y + 7.0);
        }
        None if has_inner => put(title, cell.top() + cell.height() * 0.27),
        None => put(title, center.y),
    }
}

/// Paint the name of their tier over cells that are too narrow for names of their own.
pub(super) fn paint_run(painter: &Painter, theme: Theme, area: Rect, run: &[Segment]) {
    let Some(first) = run.first() else { return };
    let Occupant::Subnet { tier, .. } = &first.occupant else {
        return;
    };
    let ink = |ink: Ink| look::color(theme, ink);
    let is_wrong = run.iter().any(|segment| !segment.faults.is_empty());
    let inks = if is_wrong {
        Inks::role(Role::Danger)
    } else {
        Inks::of(first)
    };
    let color = ink(inks.word);
    let fitting = [tier.as_str(), short(tier)].into_iter().find_map(|words| {
        let words = crate::picture::text::shown(words, Font::SansSemiBold).into_owned();
        let font = look::font(Font::SansSemiBold, 11.0);
        let galley = painter.layout_no_wrap(words, font, color);
        (galley.size().x + 2.0 * SIDE <= area.width()).then_some(galley)
    });
    let Some(words) = fitting else { return };
    let plate = Rect::from_center_size(area.center(), words.size() + vec2(2.0 * SIDE, 2.0));
    painter.rect_filled(plate, CornerRadius::same(3), ink(inks.tint));
    painter.galley(plate.center() - words.size() / 2.0, words, color);
}

/// What a cell may be called, the fullest name first.
fn titles(segment: &Segment) -> Vec<String> {
    let label = segment.label().to_string();
    match &segment.occupant {
        Occupant::Subnet { tier, number, .. } => {
            let name = segment.name.as_deref().map(str::to_owned);
            name.into_iter()
                .chain([
                    label,
                    format!("{}{number}", short(tier)),
                    number.to_string(),
                ])
                .collect()
        }
        Occupant::Held | Occupant::Reserved => {
            let short = if segment.occupant == Occupant::Held {
                "held"
            } else {
                "taken"
            };
            vec![widgets::shown(&segment.note), label, short.to_owned()]
        }
        Occupant::Free => vec![label],
    }
}

/// The name of a tier where there is little room: `pub`, `priv`, `data`.
fn short(tier: &str) -> &str {
    match tier {
        "public" => "pub",
        "private" => "priv",
        "isolated" => "iso",
        other => other
            .char_indices()
            .nth(4)
            .map_or(other, |(end, _)| other.get(..end).unwrap_or(other)),
    }
}

/// A dot of a colour to be chosen from. Answers where it was painted.
pub(super) fn dot(painter: &Painter, theme: Theme, center: Pos2, color: Option<Color>) {
    const RADIUS: f32 = 6.5;
    let ink = |ink: Ink| look::color(theme, ink);
    if let Some(color) = color {
        let fill = ink(Inks::color(color).strong);
        painter.circle_filled(center, RADIUS, fill);
    } else {
        let pen = Stroke::new(1.25, ink(Ink::TextMuted));
        painter.circle_stroke(center, RADIUS, pen);
        let across = vec2(RADIUS, -RADIUS) * 0.7;
        painter.line_segment([center - across, center + across], pen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_cut_between_letters() {
        assert_eq!(short("public"), "pub");
        assert_eq!(short("database"), "data");
        assert_eq!(short("web"), "web");
        assert_eq!(short("größe"), "größ");
    }
}
