//! A scene as PNG: its SVG, rendered with the bundled fonts and no others.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{self, Tree};

use super::{Options, svg};
use crate::picture::geometry::Fx;
use crate::picture::scene::Scene;
use crate::picture::text::Font;

/// Why there is no PNG.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// More pixels than fit into memory with good manners.
    #[error(
        "the picture would be {width} by {height} pixels, more than {limit} in all; save it as SVG instead"
    )]
    TooLarge {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
        /// The most there may be.
        limit: u64,
    },
    /// The scale is not above zero.
    #[error("the scale must be above 0 and at most 8")]
    Scale,
    /// The picture could not be rendered.
    #[error("the picture could not be rendered: {0}")]
    Render(String),
}

/// 200 million pixels take 800 MB while they are rendered.
const MAX_PIXELS: u64 = 200_000_000;

/// Parsing fonts is the dearest part of a small picture, so it is done once.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in Font::ALL {
        fonts.load_font_data(font.data().to_vec());
    }
    fonts.set_sans_serif_family(Font::Sans.family());
    fonts.set_monospace_family(Font::Mono.family());
    Arc::new(fonts)
});

/// A scene as a PNG file, `scale` pixels to the map unit. The same scene and options give the same bytes.
pub fn png(scene: &Scene, options: &Options<'_>, scale: f32) -> Result<Vec<u8>, PngError> {
    rendered(scene, options, scale)?
        .encode_png()
        .map_err(|error| PngError::Render(error.to_string()))
}

/// A scene as pixels: width, height, and red, green, blue and alpha of each, row by row.
pub fn pixels(
    scene: &Scene,
    options: &Options<'_>,
    scale: f32,
) -> Result<(u32, u32, Vec<u8>), PngError> {
    // The canvas is opaque, so that nothing is mixed with what is behind.
    let rendered = rendered(scene, options, scale)?;
    Ok((rendered.width(), rendered.height(), rendered.take()))
}

fn rendered(scene: &Scene, options: &Options<'_>, scale: f32) -> Result<Pixmap, PngError> {
    if !(scale > 0.0 && scale <= 8.0) {
        return Err(PngError::Scale);
    }
    // Before anything is drawn: a page that is refused should cost nothing.
    let page = svg::page(scene, options);
    let pixels = |length: Fx| {
        (f64::from(length.to_f32()) * f64::from(scale))
            .ceil()
            .max(1.0) as u64
    };
    let (width, height) = (pixels(page.width()), pixels(page.height()));
    let too_large = PngError::TooLarge {
        width,
        height,
        limit: MAX_PIXELS,
    };
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(too_large);
    }
    let render = |error: usvg::Error| PngError::Render(error.to_string());
    let settings = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: Font::Sans.family().to_owned(),
        ..usvg::Options::default()
    };
    let tree = Tree::from_str(&svg::without_fonts(scene, options), &settings).map_err(render)?;
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or(too_large)?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Ok(pixels)
}
