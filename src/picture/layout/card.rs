//! The anatomy of a card and a group: what stands where inside, and how large that makes them.
//!
//! Layout sizes cards with it and the scene puts words into them, so the two cannot disagree.

use super::super::diagram::{Card, ColumnHead, Group};
use super::super::geometry::Fx;
use super::super::text::{self, Font};
use super::Size;

/// Size of names.
pub(crate) const TITLE: Fx = Fx::px(13);
/// Size of ids and blocks.
pub(crate) const CAPTION: Fx = Fx::px(11);
/// Size of the word in a pill.
pub(crate) const BADGE: Fx = Fx::px(10);
/// Height of a card with one line of caption and no details.
pub(crate) const HEIGHT: Fx = Fx::px(46);
/// Width of the colour bar.
pub(crate) const BAR: Fx = Fx::px(5);
/// Side of the symbol.
pub(crate) const GLYPH: Fx = Fx::px(16);
/// Left edge of the symbol inside the card.
pub(crate) const GLYPH_X: Fx = Fx::px(13);
/// Top edge of the symbol inside the card.
pub(crate) const GLYPH_Y: Fx = Fx::px(7);
/// Left edge of words inside the card.
pub(crate) const TEXT_X: Fx = Fx::px(37);
/// Space between words and the right edge of the card.
pub(crate) const PAD: Fx = Fx::px(10);
/// Baseline of the name inside the card.
pub(crate) const TITLE_Y: Fx = Fx::px(20);
/// Baseline of the caption inside the card.
pub(crate) const CAPTION_Y: Fx = Fx::px(37);
/// Space between the caption and the pill, at least.
pub(crate) const BADGE_GAP: Fx = Fx::px(10);
/// Space inside a pill, left and right.
pub(crate) const BADGE_PAD: Fx = Fx::px(8);
/// Height of a pill.
pub(crate) const BADGE_HEIGHT: Fx = Fx::px(16);
/// Distance from one detail line to the next.
pub(crate) const DETAIL_LINE: Fx = Fx::px(16);
/// Space below the last detail line.
pub(crate) const DETAIL_PAD: Fx = Fx::px(6);
/// Size of a column's heading.
pub(crate) const COLUMN_HEADING: Fx = Fx::px(13);
/// Size of a group's name.
pub(crate) const HEADING: Fx = Fx::px(12);

const MIN_WIDTH: Fx = Fx::px(112);
const MAX_WIDTH: Fx = Fx::px(320);
/// A pill says one word; a longer one is cut here.
const MAX_BADGE: Fx = Fx::px(84);

/// How tall a card is.
pub(crate) fn height(card: &Card, size: Size) -> Fx {
    let lines = |lines: usize| DETAIL_LINE * i32::try_from(lines).unwrap_or(i32::MAX);
    let height = HEIGHT + lines(card.more.len());
    match size {
        Size::Compact => height,
        Size::Details if card.details.is_empty() => height,
        Size::Details => height + lines(card.details.len()) + DETAIL_PAD,
    }
}

/// How wide a pill is; its word is cut to fit.
pub(crate) fn badge_width(word: &str) -> Fx {
    let word = text::fit(
        word,
        Font::SansSemiBold,
        BADGE,
        MAX_BADGE - BADGE_PAD * 2,
        text::Cut::End,
    );
    (word.width + BADGE_PAD * 2).ceil()
}

/// How wide a column must be for what is in it, within what is reasonable.
pub(crate) fn column_width<'a>(
    head: Option<&ColumnHead>,
    groups: impl Iterator<Item = &'a Group>,
    size: Size,
) -> Fx {
    let heading = head.map_or(Fx::ZERO, |head| {
        let words = column_heading(head);
        text::width(
            &text::shown(&words, Font::SansSemiBold),
            Font::SansSemiBold,
            COLUMN_HEADING,
        )
    });
    let mut widest = MIN_WIDTH.max(heading);
    for group in groups {
        if let Some(heading) = &group.heading {
            let title = text::width(
                &text::shown(&heading.title, Font::SansSemiBold),
                Font::SansSemiBold,
                HEADING,
            );
            let caption = text::width(
                &text::shown(&heading.caption, Font::Mono),
                Font::Mono,
                CAPTION,
            );
            widest = widest.max(title + caption + BADGE_GAP);
        }
        for card in &group.cards {
            widest = widest.max(card_width(card, size));
            if widest >= MAX_WIDTH {
                return MAX_WIDTH;
            }
        }
    }
    widest.min(MAX_WIDTH).ceil()
}

/// What stands above a column: `Subnets · 1,024`.
pub(crate) fn column_heading(head: &ColumnHead) -> String {
    match head.count {
        Some(count) => format!("{} · {}", head.title, grouped(count)),
        None => head.title.clone(),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How wide a card must be for its words.
pub(crate) fn card_width(card: &Card, size: Size) -> Fx {
    let measure = |words: &str, font, size| text::width(&text::shown(words, font), font, size);
    let label = (card.label.as_ref())
        .filter(|label| !label.text.is_empty())
        .map_or(Fx::ZERO, |label| badge_width(&label.text) + BADGE_GAP);
    let title = measure(&card.title, Font::SansSemiBold, TITLE) + label;
    let badge = card
        .trailing
        .as_ref()
        .map_or(Fx::ZERO, |badge| badge_width(&badge.text) + BADGE_GAP);
    let caption = measure(&card.caption, Font::Mono, CAPTION) + badge;
    let lines = card.more.iter().chain(match size {
        Size::Compact => &[][..],
        Size::Details => &card.details,
    });
    let lines = lines.map(|line| measure(line, Font::Mono, CAPTION)).max();
    TEXT_X + title.max(caption).max(lines.unwrap_or_default()) + PAD
}
