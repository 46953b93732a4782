//! Pictures as files: a scene becomes SVG or PNG. Plans as code for other tools.

pub mod code;
mod png;
mod subset;
mod svg;

use crate::picture::diagram::CardId;
use crate::picture::geometry::Fx;
use crate::picture::scene::{Level, Lit};
use crate::picture::theme::Theme;

pub use png::{PngError, png};
pub use subset::{SubsetError, subset};
pub use svg::svg;

/// How a picture is exported.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Light or dark.
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
        }
    }
}
