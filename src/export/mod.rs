//! What leaves the program: a scene as SVG, PNG, PDF, draw.io or HTML, a network as text for other tools, a plan as code.

pub mod code;
mod dot;
mod drawio;
mod format;
mod graph_json;
mod html;
mod key;
mod markdown;
mod mermaid;
mod names;
mod outline;
mod paper;
mod pattern;
mod pdf;
mod png;
mod sheet;
mod subject;
mod subset;
mod svg;
mod table;

use crate::picture::diagram::CardId;
use crate::picture::geometry::Fx;
use crate::picture::scene::{Level, Lit, Scene};
use crate::picture::theme::Theme;

pub use dot::dot;
pub use drawio::drawio;
pub use format::{Format, PictureError, TextFormat};
pub use graph_json::graph_json;
pub use html::html;
pub use markdown::markdown;
pub use mermaid::{mermaid, mermaid_limit};
pub use paper::{Orientation, Paper};
pub use pdf::{Pages, PdfError, pages, pdf};
pub use png::{MAX_COPIED, MAX_PIXELS, PngError, fitting, pixels, png};
pub use sheet::Block;
pub use subject::{Drawn, Subject};
pub use subset::{SubsetError, subset};
pub use svg::svg;
pub use table::{PLAN, address_plan, cells, csv, heads, table};

/// How a picture is exported.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Light, dark or black on white.
    pub theme: Theme,
    /// How much is seen.
    pub level: Level,
    /// What is lit; the rest is dimmed. `None` dims nothing.
    pub lit: Option<&'a Lit>,
    /// Space around the map, beyond its own margins.
    pub padding: Fx,
    /// A line above the map, and what the file says it is.
    pub title: Option<&'a str>,
    /// Further words on that line: region, account, block.
    pub subtitle: Option<&'a str>,
    /// A name for a card that other programs can refer to, written as its `data-key`.
    pub keys: Option<&'a dyn Fn(CardId) -> Option<String>>,
    /// Where a card leads, for formats that have links. Anything but an `https` address is left out.
    pub links: Option<&'a dyn Fn(CardId) -> Option<String>>,
    /// What is known of what a card stands for, line by line, for formats that show it when asked.
    pub facts: Option<&'a dyn Fn(CardId) -> Vec<String>>,
    /// What lights up with a card, for formats that can be pointed at.
    pub related: Option<&'a dyn Fn(CardId) -> Lit>,
    /// A title block below the map.
    pub block: Option<Block<'a>>,
    /// Whether the kinds of lines and colours that are in the picture are explained below it.
    pub legend: bool,
    /// Pixels to the map unit, for PNG.
    pub scale: f32,
    /// The paper, for PDF.
    pub paper: Paper,
    /// Which way the paper lies, for PDF.
    pub orientation: Orientation,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            theme: Theme::Light,
            level: Level::All,
            lit: None,
            padding: Fx::ZERO,
            title: None,
            subtitle: None,
            keys: None,
            links: None,
            facts: None,
            related: None,
            block: None,
            legend: false,
            scale: 1.0,
            paper: Paper::default(),
            orientation: Orientation::default(),
        }
    }
}

impl Options<'_> {
    /// Where a card leads. A link is clicked, so that nothing but an address of the web gets through.
    fn link(&self, card: CardId) -> Option<String> {
        let link = self.links.and_then(|links| links(card))?;
        let is_plain = link
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte));
        (link.starts_with("https://") && is_plain).then_some(link)
    }
}

/// The size of a picture in map units, width and height, with everything that is around the map.
pub fn size(scene: &Scene, options: &Options<'_>) -> (Fx, Fx) {
    let page = svg::page(scene, options);
    (page.width(), page.height())
}
