//! Colours by role, light and dark, in one place.

use super::diagram::Role;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// Dark ink on a light canvas.
    #[default]
    Light,
    /// Light ink on a dark canvas.
    Dark,
}

/// An opaque colour, eight bits a channel, sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// What a colour is for. Nothing outside this module names a hue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// Behind the map.
    Canvas,
    /// Panels and bars beside the map.
    Panel,
    /// Inset rows and fields inside a panel.
    Sunken,
    /// A row under the pointer.
    Hovered,
    /// A selected row.
    Selected,
    /// A card's face.
    Card,
    /// Words.
    Text,
    /// Words of second rank.
    TextMuted,
    /// Hairlines around cards and between panels.
    Border,
    /// The dashed frame around a group.
    Frame,
    /// What can be clicked, and the ring around what is selected.
    Accent,
    /// Words on the accent colour.
    OnAccent,
    /// A role's full strength: bars, glyphs and lines.
    Strong(Role),
    /// A role's words, readable on a card's face and on its tint.
    Word(Role),
    /// A role's faint fill.
    Tint(Role),
    /// Words on a role's full strength.
    On(Role),
}
