//! A font with only the characters a picture needs.
//!
//! The bundled fonts are plain TrueType without layout tables, so a subset is a handful of tables
//! ([OpenType 1.9](https://learn.microsoft.com/typography/opentype/spec/)). Unlike subsetters made for PDF, this one
//! writes a Unicode `cmap`, without which a browser cannot use the font.

use std::collections::{BTreeMap, BTreeSet};

use ttf_parser::{Face, GlyphId, RawFace, Tag};

/// Why a font could not be cut down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubsetError {
    /// It is not a font, or not one this understands.
    #[error("the font cannot be read: {0}")]
    Unreadable(String),
    /// A table is missing or shorter than it says.
    #[error("the font's table {0} is missing or damaged")]
    Table(&'static str),
    /// More glyphs than a font may have.
    #[error("the subset would have more than 65,535 glyphs")]
    TooMany,
}

/// A TrueType font with the glyphs of these characters, found by Unicode. Characters the font lacks are left out.
/// The same input gives the same bytes.
pub fn subset(font: &[u8], characters: &BTreeSet<char>) -> Result<Vec<u8>, SubsetError> {
    let face = Face::parse(font, 0).map_err(|error| SubsetError::Unreadable(error.to_string()))?;
    let source = Source::new(face.raw_face())?;
    // New glyph numbers: what stands for the missing, then the characters in order, then parts of composed glyphs.
    let mut glyphs: Vec<u16> = vec![0];
    let mut numbers: BTreeMap<u16, u16> = BTreeMap::from([(0, 0)]);
    let mut add = |old: u16, glyphs: &mut Vec<u16>| -> Result<u16, SubsetError> {
        if let Some(new) = numbers.get(&old) {
            return Ok(*new);
        }
        let new = u16::try_from(glyphs.len()).map_err(|_| SubsetError::TooMany)?;
        numbers.insert(old, new);
        glyphs.push(old);
        Ok(new)
    };
    let mut codes: Vec<(u16, u16)> = Vec::new();
    for character in characters {
        // The bundled fonts have nothing beyond the first plane.
        let Ok(code) = u16::try_from(u32::from(*character)) else {
            continue;
        };
        if let Some(GlyphId(old)) = face.glyph_index(*character) {
            codes.push((code, add(old, &mut glyphs)?));
        }
    }
    let mut outlines: Vec<Vec<u8>> = Vec::new();
    let mut next = 0;
    while let Some(old) = glyphs.get(next).copied() {
        let mut outline = source.outline(old)?.to_vec();
        for at in components(&outline)? {
            let part = read_u16(&outline, at).ok_or(SubsetError::Table("glyf"))?;
            let new = add(part, &mut glyphs)?;
            write_u16(&mut outline, at, new).ok_or(SubsetError::Table("glyf"))?;
        }
        outlines.push(outline);
        next += 1;
    }
    let count = u16::try_from(glyphs.len()).map_err(|_| SubsetError::TooMany)?;

    let mut glyf = Vec::new();
    let mut loca = Vec::new();
    let mut hmtx = Vec::new();
    for (old, outline) in glyphs.iter().zip(&outlines) {
        loca.extend((glyf.len() as u32).to_be_bytes());
        glyf.extend(outline);
        pad(&mut glyf);
        hmtx.extend(
            face.glyph_hor_advance(GlyphId(*old))
                .unwrap_or(0)
                .to_be_bytes(),
        );
        hmtx.extend(
            face.glyph_hor_side_bearing(GlyphId(*old))
                .unwrap_or(0)
                .to_be_bytes(),
        );
    }
    loca.extend((glyf.len() as u32).to_be_bytes());

    let patched = |tag: &'static str, patches: &[(usize, u16)]| {
        let mut table = source.table(tag)?.to_vec();
        for (at, value) in patches {
            write_u16(&mut table, *at, *value).ok_or(SubsetError::Table(tag))?;
        }
        Ok(table)
    };
    // checkSumAdjustment is reckoned over the whole file with zero in its place.
    let head = patched("head", &[(8, 0), (10, 0), (50, 1)])?;
    let tables = BTreeMap::from([
        ("OS/2", source.table("OS/2")?.to_vec()),
        ("cmap", cmap(&codes)),
        ("glyf", glyf),
        ("head", head),
        ("hhea", patched("hhea", &[(34, count)])?),
        ("hmtx", hmtx),
        ("loca", loca),
        ("maxp", patched("maxp", &[(4, count)])?),
        ("name", source.table("name")?.to_vec()),
        ("post", source.table("post")?.to_vec()),
    ]);
    Ok(assemble(&tables))
}

struct Source<'a> {
    face: &'a RawFace<'a>,
    glyf: &'a [u8],
    loca: &'a [u8],
    long_offsets: bool,
}

impl<'a> Source<'a> {
    fn new(face: &'a RawFace<'a>) -> Result<Self, SubsetError> {
        let mut source = Self {
            face,
            glyf: &[],
            loca: &[],
            long_offsets: false,
        };
        source.glyf = source.table("glyf")?;
        source.loca = source.table("loca")?;
        source.long_offsets =
            read_u16(source.table("head")?, 50).ok_or(SubsetError::Table("head"))? != 0;
        Ok(source)
    }

    fn table(&self, tag: &'static str) -> Result<&'a [u8], SubsetError> {
        let bytes: [u8; 4] = tag
            .as_bytes()
            .try_into()
            .map_err(|_| SubsetError::Table(tag))?;
        self.face
            .table(Tag::from_bytes(&bytes))
            .ok_or(SubsetError::Table(tag))
    }

    fn offset(&self, index: usize) -> Option<usize> {
        if self.long_offsets {
            let bytes = self.loca.get(index * 4..index * 4 + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
        } else {
            Some(usize::from(read_u16(self.loca, index * 2)?) * 2)
        }
    }

    fn outline(&self, glyph: u16) -> Result<&'a [u8], SubsetError> {
        let index = usize::from(glyph);
        let range = self.offset(index).zip(self.offset(index + 1));
        let (from, to) = range.ok_or(SubsetError::Table("loca"))?;
        self.glyf.get(from..to).ok_or(SubsetError::Table("glyf"))
    }
}

/// Where a composed glyph names its parts; nothing for a plain one.
fn components(outline: &[u8]) -> Result<Vec<usize>, SubsetError> {
    const WORDS: u16 = 0x0001;
    const SCALE: u16 = 0x0008;
    const MORE: u16 = 0x0020;
    const TWO_SCALES: u16 = 0x0040;
    const MATRIX: u16 = 0x0080;
    let mut parts = Vec::new();
    // A plain glyph says how many contours it has; a composed one says minus one.
    if read_u16(outline, 0).is_none_or(|contours| contours < 0x8000) {
        return Ok(parts);
    }
    let mut at = 10;
    loop {
        let flags = read_u16(outline, at).ok_or(SubsetError::Table("glyf"))?;
        parts.push(at + 2);
        at += 4 + if flags & WORDS == 0 { 2 } else { 4 };
        at += match flags & (SCALE | TWO_SCALES | MATRIX) {
            0 => 0,
            SCALE => 2,
            TWO_SCALES => 4,
            _ => 8,
        };
        if flags & MORE == 0 {
            return Ok(parts);
        }
    }
}

/// A `cmap` with one Unicode table in format 4. Codes come sorted.
fn cmap(codes: &[(u16, u16)]) -> Vec<u8> {
    // First code, last code, glyph of the first.
    let mut runs: Vec<(u16, u16, u16)> = Vec::new();
    for (code, glyph) in codes {
        match runs.last_mut() {
            Some((first, last, start))
                if last.checked_add(1) == Some(*code)
                    && glyph.wrapping_sub(*start) == code - *first =>
            {
                *last = *code;
            }
            _ => runs.push((*code, *code, *glyph)),
        }
    }
    if runs.last().is_none_or(|(_, last, _)| *last != u16::MAX) {
        runs.push((u16::MAX, u16::MAX, 0));
    }
    let count = runs.len() as u16;
    let search = 1_u16 << count.ilog2();
    let mut table: Vec<u16> = vec![
        4,
        16 + count * 8,
        0,
        count * 2,
        search * 2,
        search.ilog2() as u16,
        (count - search) * 2,
    ];
    table.extend(runs.iter().map(|(_, last, _)| *last));
    table.push(0);
    table.extend(runs.iter().map(|(first, _, _)| *first));
    table.extend(
        runs.iter()
            .map(|(first, _, glyph)| glyph.wrapping_sub(*first)),
    );
    table.extend(runs.iter().map(|_| 0));
    // One encoding record: Windows, Unicode BMP, at offset 12.
    let header: [u16; 6] = [0, 1, 3, 1, 0, 12];
    header
        .into_iter()
        .chain(table)
        .flat_map(u16::to_be_bytes)
        .collect()
}

fn assemble(tables: &BTreeMap<&str, Vec<u8>>) -> Vec<u8> {
    let count = tables.len() as u16;
    let search = 1_u16 << count.ilog2();
    let mut font = Vec::new();
    font.extend([0, 1, 0, 0]);
    for value in [
        count,
        search * 16,
        search.ilog2() as u16,
        (count - search) * 16,
    ] {
        font.extend(value.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut body = Vec::new();
    let mut head_at = 0;
    for (tag, table) in tables {
        if *tag == "head" {
            head_at = offset;
        }
        font.extend(tag.as_bytes());
        font.extend(checksum(table).to_be_bytes());
        font.extend((offset as u32).to_be_bytes());
        font.extend((table.len() as u32).to_be_bytes());
        let start = body.len();
        body.extend(table);
        pad(&mut body);
        offset += body.len() - start;
    }
    font.extend(body);
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&font));
    for (slot, byte) in font
        .iter_mut()
        .skip(head_at + 8)
        .zip(adjustment.to_be_bytes())
    {
        *slot = byte;
    }
    font
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0_u32, |sum, chunk| {
        let mut word = [0; 4];
        for (slot, byte) in word.iter_mut().zip(chunk) {
            *slot = *byte;
        }
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

/// Tables and outlines begin at multiples of four bytes.
fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(pair.try_into().ok()?))
}

fn write_u16(bytes: &mut [u8], at: usize, value: u16) -> Option<()> {
    bytes
        .get_mut(at..at.checked_add(2)?)?
        .copy_from_slice(&value.to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::text::Font;

    /// The outline of a character as a list of drawing steps.
    struct Drawn(Vec<String>);

    impl ttf_parser::OutlineBuilder for Drawn {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push(format!("M{x} {y}"));
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push(format!("L{x} {y}"));
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0.push(format!("Q{x1} {y1} {x} {y}"));
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0.push(format!("C{x1} {y1} {x2} {y2} {x} {y}"));
        }
        fn close(&mut self) {
            self.0.push("Z".to_owned());
        }
    }

    fn drawn(face: &Face<'_>, character: char) -> (Option<u16>, Vec<String>) {
        let glyph = face.glyph_index(character).unwrap_or(GlyphId(0));
        let mut drawn = Drawn(Vec::new());
        face.outline_glyph(glyph, &mut drawn);
        (face.glyph_hor_advance(glyph), drawn.0)
    }

    #[test]
    fn a_subset_draws_its_characters_as_the_whole_font_does() {
        let wanted: BTreeSet<char> =
            "channel-eu-west-1a 10.0.0.0/16 · Zürich Łódź Ελλάς Москва → … □ é ǻ ½"
                .chars()
                .collect();
        for font in Font::ALL {
            let small = subset(font.data(), &wanted).unwrap();
            assert!(
                small.len() < font.data().len() / 5,
                "{font:?}: {}",
                small.len()
            );
            let (whole, small) = (
                Face::parse(font.data(), 0).unwrap(),
                Face::parse(&small, 0).unwrap(),
            );
            for character in &wanted {
                assert_eq!(
                    drawn(&small, *character),
                    drawn(&whole, *character),
                    "{font:?} {character}"
                );
            }
            assert_eq!(small.glyph_index('q'), None);
            assert_eq!(small.ascender(), whole.ascender());
        }
    }

    #[test]
    fn checksums_add_up_and_nothing_depends_on_chance() {
        let wanted: BTreeSet<char> = "abc".chars().collect();
        let one = subset(Font::Mono.data(), &wanted).unwrap();
        assert_eq!(checksum(&one), 0xb1b0_afba);
        assert_eq!(one, subset(Font::Mono.data(), &wanted).unwrap());
        let empty = subset(Font::Sans.data(), &BTreeSet::new()).unwrap();
        assert_eq!(Face::parse(&empty, 0).unwrap().number_of_glyphs(), 1);
    }

    #[test]
    fn what_is_not_a_font_is_an_error() {
        let wanted = BTreeSet::from(['a']);
        assert!(matches!(
            subset(b"not a font", &wanted),
            Err(SubsetError::Unreadable(_))
        ));
        let data = Font::Mono.data();
        for end in (0..data.len()).step_by(997) {
            // Cut short anywhere: an error or a font, never a panic.
            let _ = subset(&data[..end], &wanted);
        }
    }
}
