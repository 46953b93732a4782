//! What leaves the program: a scene as SVG or PNG, a network as text for other tools, a plan as code.

pub mod code;
mod dot;
mod graph_json;
mod markdown;
mod mermaid;
mod outline;
mod png;
mod subject;
mod subset;
mod svg;
mod table;

use crate::picture::diagram::CardId;
use crate::picture::geometry::Fx;
use crate::picture::scene::{Level, Lit};
use crate::picture::theme::Theme;

pub use dot::dot;
pub use graph_json::graph_json;
pub use markdown::markdown;
pub use mermaid::{mermaid, mermaid_limit};
pub use png::{PngError, png};
pub use subject::{Drawn, Subject};
pub use subset::{SubsetError, subset};
pub use svg::svg;
pub use table::{PLAN, address_plan, cells, csv, heads, table};

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
