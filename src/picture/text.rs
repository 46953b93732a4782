//! Measuring and shortening words with the bundled fonts.
//!
//! The width of a run is the sum of its advances: the bundled fonts carry no kerning and no ligatures, so the window,
//! SVG and PNG agree with what is measured here (`assets/fonts/README.md`).

use std::borrow::Cow;
use std::sync::LazyLock;

use super::geometry::Fx;

/// The bundled faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Font {
    /// Inter Regular.
    #[default]
    Sans,
    /// Inter `SemiBold`.
    SansSemiBold,
    /// `JetBrains` Mono Regular.
    Mono,
}

impl Font {
    /// Every face.
    pub const ALL: [Self; 3] = [Self::Sans, Self::SansSemiBold, Self::Mono];

    /// The font file: TrueType outlines, no layout tables.
    pub fn data(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
            Self::SansSemiBold => include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
            Self::Mono => include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
        }
    }

    /// The family name inside the font file.
    pub fn family(self) -> &'static str {
        match self {
            Self::Sans | Self::SansSemiBold => "Inter",
            Self::Mono => "JetBrains Mono",
        }
    }

    /// The weight as CSS counts it.
    pub fn weight(self) -> u16 {
        match self {
            Self::Sans | Self::Mono => 400,
            Self::SansSemiBold => 600,
        }
    }
}

/// What stands for a character that a font lacks; every bundled font has it.
pub const MISSING: char = '\u{25a1}';

const ELLIPSIS: char = '\u{2026}';

/// Every bundled character is below this but for none: the tables cover it whole.
const TABLE: usize = 0x2800;

struct Metrics {
    units_per_em: i64,
    /// Advance in font units by code point; `ABSENT` where the font has no glyph.
    advances: Vec<u16>,
}

const ABSENT: u16 = u16::MAX;

impl Metrics {
    fn read(font: Font) -> Self {
        let mut metrics = Self {
            units_per_em: 1000,
            advances: vec![ABSENT; TABLE],
        };
        // The files are part of the program and a test parses them; without them every character is a half em.
        let Ok(face) = ttf_parser::Face::parse(font.data(), 0) else {
            metrics.advances.fill(500);
            return metrics;
        };
        metrics.units_per_em = i64::from(face.units_per_em()).max(1);
        for (code, advance) in (0_u32..).zip(&mut metrics.advances) {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            if is_mark(character) {
                // Shapers set marks over the character before them, whatever advance the font gives.
                if face.glyph_index(character).is_some() {
                    *advance = 0;
                }
            } else if let Some(glyph) = face.glyph_index(character) {
                *advance = face.glyph_hor_advance(glyph).unwrap_or_default();
            }
        }
        metrics
    }

    fn advance(&self, character: char) -> u16 {
        match self.advances.get(character as usize) {
            Some(&ABSENT) | None => self.advances.get(MISSING as usize).copied().unwrap_or(0),
            Some(&advance) => advance,
        }
    }

    fn has(&self, character: char) -> bool {
        self.advances
            .get(character as usize)
            .is_some_and(|advance| *advance != ABSENT)
    }

    fn length(&self, units: i64, size: Fx) -> Fx {
        let scaled = (units * i64::from(size.0) + self.units_per_em / 2) / self.units_per_em;
        Fx(i32::try_from(scaled).unwrap_or(i32::MAX))
    }
}

static METRICS: LazyLock<[Metrics; 3]> = LazyLock::new(|| Font::ALL.map(Metrics::read));

fn metrics(font: Font) -> &'static Metrics {
    let [sans, semibold, mono] = &*METRICS;
    match font {
        Font::Sans => sans,
        Font::SansSemiBold => semibold,
        Font::Mono => mono,
    }
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}')
}

/// Control characters, and signs without a shape of their own. Those that turn the direction of writing would let a
/// name pose as another one.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// The words for other programs to show: as [`shown`], whatever the font has. What XML has no way to write is dropped too.
pub fn plain(text: &str) -> Cow<'_, str> {
    let kept = |character: char| {
        if character.is_whitespace() {
            Some(' ')
        } else if is_invisible(character) || matches!(character, '\u{fffe}' | '\u{ffff}') {
            None
        } else {
            Some(character)
        }
    };
    if text
        .chars()
        .all(|character| kept(character) == Some(character))
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(kept).collect())
    }
}

/// The words as they are painted: control and direction characters are dropped, white space becomes plain spaces, and
/// what the font lacks becomes [`MISSING`]. Only text that came through here is measured as it is seen.
pub fn shown(text: &str, font: Font) -> Cow<'_, str> {
    let metrics = metrics(font);
    if text
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Cow::Borrowed(text);
    }
    let painted = |character: char| {
        if character.is_whitespace() {
            Some(' ')
        } else if is_invisible(character) {
            None
        } else if metrics.has(character) {
            Some(character)
        } else {
            Some(MISSING)
        }
    };
    if text
        .chars()
        .all(|character| painted(character) == Some(character))
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(painted).collect())
    }
}

/// The width of the words at a size, in map units: the sum of their advances.
pub fn width(text: &str, font: Font, size: Fx) -> Fx {
    let metrics = metrics(font);
    let units = text
        .chars()
        .map(|character| i64::from(metrics.advance(character)))
        .sum();
    metrics.length(units, size)
}

/// Where words are cut that are too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// In the middle: the end of a name often tells it from its neighbours (`-eu-west-1a`).
    Middle,
    /// At the end.
    End,
    /// At the beginning: where only a few letters fit, the end of a name is what tells it from its neighbours.
    Start,
}

/// Words that fit, and their width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted<'a> {
    /// The words as they are painted.
    pub text: Cow<'a, str>,
    /// Their width.
    pub width: Fx,
}

/// The words as they are painted, cut with an ellipsis where they are wider than `max`. Where not even the ellipsis
/// fits, nothing is left.
pub fn fit(text: &str, font: Font, size: Fx, max: Fx, cut: Cut) -> Fitted<'_> {
    let text = shown(text, font);
    let whole = width(&text, font, size);
    if whole <= max {
        return Fitted { text, width: whole };
    }
    let metrics = metrics(font);
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let advance = |index: usize| {
        characters
            .get(index)
            .map_or(0, |(_, character)| i64::from(metrics.advance(*character)))
    };
    let fits = |units: i64| metrics.length(units, size) <= max;
    let mut units = i64::from(metrics.advance(ELLIPSIS));
    if !fits(units) {
        return Fitted {
            text: Cow::Borrowed(""),
            width: Fx::ZERO,
        };
    }
    let (mut head, mut tail) = (0, characters.len());
    // The end takes the odd character: it tells more than the beginning.
    let mut at_end = true;
    while head < tail {
        let from_end = match cut {
            Cut::Middle => at_end,
            Cut::End => false,
            Cut::Start => true,
        };
        let next = advance(if from_end { tail - 1 } else { head });
        if !fits(units + next) {
            break;
        }
        units += next;
        if from_end {
            tail -= 1;
        } else {
            head += 1;
        }
        at_end = !at_end;
    }
    // A mark must not lose the character it belongs to, nor a space stand at the cut.
    while characters
        .get(tail)
        .is_some_and(|(_, character)| is_mark(*character) || *character == ' ')
    {
        tail += 1;
    }
    while head > 0
        && characters
            .get(head - 1)
            .is_some_and(|(_, last)| *last == ' ')
    {
        head -= 1;
    }
    let mut short: String = characters
        .iter()
        .take(head)
        .map(|(_, character)| *character)
        .collect();
    short.push(ELLIPSIS);
    short.extend(
        characters
            .iter()
            .skip(tail)
            .map(|(_, character)| *character),
    );
    let width = width(&short, font, size);
    Fitted {
        text: Cow::Owned(short),
        width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: Fx = Fx::px(13);

    #[test]
    fn bundled_fonts_parse_and_are_what_they_are_said_to_be() {
        for font in Font::ALL {
            let face = ttf_parser::Face::parse(font.data(), 0).expect("a font");
            let family = face
                .names()
                .into_iter()
                .filter(|name| {
                    matches!(
                        name.name_id,
                        ttf_parser::name_id::TYPOGRAPHIC_FAMILY | ttf_parser::name_id::FAMILY
                    )
                })
                .filter_map(|name| name.to_string())
                .find(|name| name == font.family());
            assert_eq!(family.as_deref(), Some(font.family()));
            assert_eq!(face.weight().to_number(), font.weight());
            let tables = face.raw_face().table_records;
            for banned in [b"GSUB", b"GPOS", b"kern"] {
                let tag = ttf_parser::Tag::from_bytes(banned);
                assert!(
                    tables.into_iter().all(|record| record.tag != tag),
                    "{font:?} has {tag}"
                );
            }
            for needed in [MISSING, ELLIPSIS, '·', '→', '–', 'é', 'ß', 'Ж', 'Ω', '✓'] {
                assert!(
                    face.glyph_index(needed).is_some(),
                    "{font:?} lacks {needed}"
                );
            }
        }
    }

    #[test]
    fn monospaced_text_is_as_wide_as_it_is_long() {
        assert_eq!(width("10.0.0.0/16", Font::Mono, Fx::px(10)), Fx::px(66));
        assert_eq!(width("", Font::Mono, Fx::px(10)), Fx::ZERO);
        assert_eq!(width("fi->", Font::Mono, Fx::px(10)), Fx::px(24));
    }

    #[test]
    fn a_name_keeps_the_end_that_tells_it_apart() {
        let name = "landing-zone-production-private-subnet-eu-west-1a";
        let fitted = fit(name, Font::SansSemiBold, SIZE, Fx::px(180), Cut::Middle);
        assert!(fitted.text.ends_with("-eu-west-1a"), "{}", fitted.text);
        assert!(fitted.text.starts_with("landing"), "{}", fitted.text);
        let fitted = fit(name, Font::SansSemiBold, SIZE, Fx::px(180), Cut::End);
        assert!(fitted.text.ends_with('…') && fitted.text.starts_with("landing-zone-prod"));
        assert_eq!(
            fit("short", Font::Sans, SIZE, Fx::px(180), Cut::Middle).text,
            "short"
        );
        assert_eq!(
            fit("short", Font::Sans, SIZE, Fx::px(3), Cut::Middle).text,
            ""
        );
    }

    #[test]
    fn what_cannot_be_shown_is_shown_as_a_box_or_not_at_all() {
        assert_eq!(shown("名前-a", Font::Sans), "□□-a");
        assert_eq!(shown("a\u{202e}b\u{0}c\u{200b}d\te", Font::Sans), "abcd e");
        assert_eq!(shown("\t\u{a0}x", Font::Sans), "  x");
        assert_eq!(shown("🚀", Font::Mono), "□");
        assert_eq!(
            width("名", Font::Sans, SIZE),
            width(&shown("名", Font::Sans), Font::Sans, SIZE)
        );
    }

    #[test]
    fn a_mark_stays_with_its_letter() {
        let fitted = fit(
            "ae\u{301}e\u{301}e\u{301}e\u{301}b",
            Font::Mono,
            Fx::px(10),
            Fx::px(24),
            Cut::Middle,
        );
        assert_eq!(fitted.width, Fx::px(24));
        let after = fitted.text.split('…').nth(1).unwrap();
        assert!(!after.starts_with('\u{301}'), "{}", fitted.text);
    }

    proptest! {
        #[test]
        fn what_is_fitted_fits(text in "\\PC{0,60}", max in 0..400_i32, middle: bool) {
            let cut = if middle { Cut::Middle } else { Cut::End };
            for font in Font::ALL {
                let fitted = fit(&text, font, SIZE, Fx::px(max), cut);
                prop_assert!(fitted.width <= Fx::px(max));
                prop_assert_eq!(fitted.width, width(&fitted.text, font, SIZE));
                prop_assert_eq!(shown(&fitted.text, font), fitted.text.clone());
            }
        }
    }
}
