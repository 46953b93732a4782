//! From a network to a picture: view, text, layout, scene.
//!
//! [`diagram`] is what is to be seen, in words that know no AWS. [`layout`] gives it places, in fixed-point map units.
//! [`scene`] turns places into a display list that the window and every export read. [`theme`] and [`glyph`] hold the
//! colours and the symbols, and [`text`] the bundled fonts, so that all outputs agree to the pixel.

pub mod diagram;
pub mod geometry;
pub mod glyph;
pub mod layout;
pub mod scene;
pub mod text;
pub mod theme;
pub mod view;
