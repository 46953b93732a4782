//! The formats that a picture can be saved in, in one table.

use super::{Options, PdfError, PngError, drawio, html, pdf, png, svg};
use crate::picture::scene::Scene;

/// A format of pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Sharp at any size; Visio opens it too.
    #[default]
    Svg,
    /// Pixels.
    Png,
    /// Pages on paper.
    Pdf,
    /// A drawing to be edited further.
    DrawIo,
    /// A page to look around in.
    Html,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PictureError {
    /// No PNG.
    #[error(transparent)]
    Png(#[from] PngError),
    /// No PDF.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

type Write = fn(&Scene, &Options<'_>) -> Result<Vec<u8>, PictureError>;

/// A row of the table: the format, its ending, what it is called, what it is good for, and what writes it.
type Row = (Format, &'static str, &'static str, &'static str, Write);

const TABLE: [Row; 5] = [
    (
        Format::Svg,
        "svg",
        "SVG",
        "Sharp at any size, with its fonts inside; browsers, Inkscape and Visio open it",
        |scene, options| Ok(svg(scene, options).into_bytes()),
    ),
    (
        Format::Png,
        "png",
        "PNG",
        "Pixels, for chats and slides",
        |scene, options| Ok(png(scene, options, options.scale)?),
    ),
    (
        Format::Pdf,
        "pdf",
        "PDF",
        "Pages on paper, with text that can be searched and links to the AWS console",
        |scene, options| Ok(pdf(scene, options)?),
    ),
    (
        Format::DrawIo,
        "drawio",
        "draw.io",
        "A drawing to be edited further: containers, shapes and connectors",
        |scene, options| Ok(drawio(scene, options).into_bytes()),
    ),
    (
        Format::Html,
        "html",
        "HTML",
        "A page to look around in with any browser: zoom, search, click for facts",
        |scene, options| Ok(html(scene, options).into_bytes()),
    ),
];

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Svg, Self::Png, Self::Pdf, Self::DrawIo, Self::Html];

    const fn row(self) -> &'static Row {
        match self {
            Self::Svg => &TABLE[0],
            Self::Png => &TABLE[1],
            Self::Pdf => &TABLE[2],
            Self::DrawIo => &TABLE[3],
            Self::Html => &TABLE[4],
        }
    }

    /// The ending of its files, without the dot.
    pub const fn ending(self) -> &'static str {
        self.row().1
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        self.row().2
    }

    /// What it is good for, in a sentence.
    pub const fn about(self) -> &'static str {
        self.row().3
    }

    /// The format with this ending, in whatever case.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| ending.eq_ignore_ascii_case(format.ending()))
    }

    /// Whether a file of it is text.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Svg | Self::DrawIo | Self::Html)
    }

    /// The scene in this format. The same scene and options give the same bytes.
    pub fn write(self, scene: &Scene, options: &Options<'_>) -> Result<Vec<u8>, PictureError> {
        (self.row().4)(scene, options)
    }
}

/// A format of text that is made of the network itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextFormat {
    /// A graph for Graphviz.
    Dot,
    /// A graph for Mermaid, in wikis and on code hosts.
    Mermaid,
    /// A table: the address plan, or all resources of a kind.
    Csv,
    /// A report.
    Markdown,
    /// A graph for programs.
    Json,
}

impl TextFormat {
    /// Every format of text.
    pub const ALL: [Self; 5] = [
        Self::Dot,
        Self::Mermaid,
        Self::Csv,
        Self::Markdown,
        Self::Json,
    ];

    /// The endings of its files, without the dot; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Dot => &["dot", "gv"],
            Self::Mermaid => &["mmd", "mermaid"],
            Self::Csv => &["csv"],
            Self::Markdown => &["md", "markdown"],
            Self::Json => &["json"],
        }
    }

    /// The usual ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        self.endings().first().copied().unwrap_or_default()
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dot => "DOT",
            Self::Mermaid => "Mermaid",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
        }
    }

    /// What it is good for, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Dot => "A graph for Graphviz",
            Self::Mermaid => "A graph that wikis and code hosts draw",
            Self::Csv => "The address plan, a row for each subnet",
            Self::Markdown => "A report: tables, routes, overlaps, gaps, a Mermaid picture",
            Self::Json => "Nodes with their facts, edges and gaps, for programs",
        }
    }

    /// The format with this ending, in whatever case.
    pub fn of_ending(ending: &str) -> Option<Self> {
        let is_its = |held: &&str| ending.eq_ignore_ascii_case(held);
        Self::ALL
            .into_iter()
            .find(|format| format.endings().iter().any(is_its))
    }

    /// Whether it is a drawing, which has boxes and colours.
    pub const fn is_drawn(self) -> bool {
        matches!(self, Self::Dot | Self::Mermaid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        for format in Format::ALL {
            assert_eq!(format.row().0, format);
            assert_eq!(Format::of_ending(format.ending()), Some(format));
        }
        assert_eq!(Format::of_ending("DrawIO"), Some(Format::DrawIo));
        assert_eq!(Format::of_ending("txt"), None);
        for format in TextFormat::ALL {
            assert_eq!(TextFormat::of_ending(format.ending()), Some(format));
            assert_eq!(Format::of_ending(format.ending()), None);
        }
        assert_eq!(TextFormat::of_ending("GV"), Some(TextFormat::Dot));
    }
}
