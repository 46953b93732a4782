//! The used part of the bundled fonts in a PDF, each glyph with the character it stands for.

use std::collections::{BTreeMap, BTreeSet};

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use ttf_parser::Face;

use super::super::subset;
use super::{PdfError, packed};
use crate::picture::geometry::Fx;
use crate::picture::scene::{Shape, TextRun};
use crate::picture::text::{self, Font};

const SYSTEM: SystemInfo<'_> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// What a font is called in the resources of a page.
pub(super) fn name(font: Font) -> &'static [u8] {
    match font {
        Font::Sans => b"F0",
        Font::SansSemiBold => b"F1",
        Font::Mono => b"F2",
    }
}

/// What a font is called in the file. The six letters say that it is a part of one; they stand for no chance.
fn base_name(font: Font) -> &'static [u8] {
    match font {
        Font::Sans => b"ATLASA+Inter-Regular",
        Font::SansSemiBold => b"ATLASB+Inter-SemiBold",
        Font::Mono => b"ATLASC+JetBrainsMono-Regular",
    }
}

/// The characters in use, by face.
#[derive(Default)]
pub(super) struct Fonts {
    used: BTreeMap<Font, BTreeSet<char>>,
}

impl Fonts {
    pub(super) fn note(&mut self, shape: &Shape) {
        if let Shape::Text(run) = shape {
            self.note_run(run);
        }
    }

    pub(super) fn note_run(&mut self, run: &TextRun) {
        self.used
            .entry(run.font)
            .or_default()
            .extend(run.text.chars());
    }

    pub(super) fn made(self) -> Result<Made, PdfError> {
        let mut faces = BTreeMap::new();
        for (font, characters) in self.used {
            let file = subset(font.data(), &characters)
                .map_err(|error| PdfError::Write(error.to_string()))?;
            let glyphs = {
                let face =
                    Face::parse(&file, 0).map_err(|error| PdfError::Write(error.to_string()))?;
                characters
                    .iter()
                    .filter_map(|character| Some((*character, face.glyph_index(*character)?.0)))
                    .collect()
            };
            faces.insert(font, Cut { file, glyphs });
        }
        Ok(Made { faces })
    }
}

/// A font with the glyphs that are used.
struct Cut {
    file: Vec<u8>,
    glyphs: BTreeMap<char, u16>,
}

/// The fonts of a file.
pub(super) struct Made {
    faces: BTreeMap<Font, Cut>,
}

impl Made {
    /// Words as numbers of glyphs.
    pub(super) fn coded(&self, run: &TextRun) -> Vec<u8> {
        let face = self.faces.get(&run.font);
        run.text
            .chars()
            .flat_map(|character| {
                let glyph = face.and_then(|face| face.glyphs.get(&character)).copied();
                glyph.unwrap_or(0).to_be_bytes()
            })
            .collect()
    }

    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        fresh: &mut dyn FnMut() -> Ref,
    ) -> Result<BTreeMap<Font, Ref>, PdfError> {
        let mut written = BTreeMap::new();
        for (font, cut) in &self.faces {
            let id = fresh();
            cut.write(*font, id, pdf, fresh)?;
            written.insert(*font, id);
        }
        Ok(written)
    }
}

impl Cut {
    fn write(
        &self,
        font: Font,
        id: Ref,
        pdf: &mut Pdf,
        fresh: &mut dyn FnMut() -> Ref,
    ) -> Result<(), PdfError> {
        let (cid, descriptor, cmap, data) = (fresh(), fresh(), fresh(), fresh());
        let base = Name(base_name(font));
        let face =
            Face::parse(&self.file, 0).map_err(|error| PdfError::Write(error.to_string()))?;
        let em = f32::from(face.units_per_em().max(1));
        let thousandths = |units: i16| f32::from(units) * 1000.0 / em;

        pdf.type0_font(id)
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut shape = pdf.cid_font(cid);
        shape
            .subtype(CidFontType::Type2)
            .base_font(base)
            .system_info(SYSTEM)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = shape.widths();
        for (character, glyph) in &self.glyphs {
            // As layout measured it, in thousandths of the size: marks stand over the character before them.
            let width = text::width(character.encode_utf8(&mut [0; 4]), font, Fx::px(1000));
            widths.consecutive(*glyph, [width.to_f32()]);
        }
        widths.finish();
        shape.finish();

        let mut flags = FontFlags::NON_SYMBOLIC;
        if font == Font::Mono {
            flags |= FontFlags::FIXED_PITCH;
        }
        let bounds = face.global_bounding_box();
        pdf.font_descriptor(descriptor)
            .name(base)
            .flags(flags)
            .bbox(Rect::new(
                thousandths(bounds.x_min),
                thousandths(bounds.y_min),
                thousandths(bounds.x_max),
                thousandths(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(thousandths(face.ascender()))
            .descent(thousandths(face.descender()))
            .cap_height(thousandths(
                face.capital_height().unwrap_or(face.ascender()),
            ))
            .stem_v(80.0)
            .font_file2(data);

        let mut codes = UnicodeCmap::<u16>::new(Name(b"Atlas"), SYSTEM);
        for (character, glyph) in &self.glyphs {
            codes.pair(*glyph, *character);
        }
        pdf.cmap(cmap, &codes.finish().into_vec());
        let file = packed(&self.file)?;
        let length = i32::try_from(self.file.len()).unwrap_or(i32::MAX);
        let mut stream = pdf.stream(data, &file);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), length);
        Ok(())
    }
}
