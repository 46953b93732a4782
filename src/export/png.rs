//! A scene as PNG: its SVG, rendered with the bundled fonts and no others.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{self, Tree};

use super::{Options, svg};
use crate::picture::geometry::{Fx, Rect};
use crate::picture::scene::Scene;
use crate::picture::text::Font;
use crate::picture::theme::{Ink, Rgb};
use crate::picture::view::grouped;

/// Why there is no PNG.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PngError {
    /// More pixels than fit into memory with good manners.
    #[error(
        "the picture would be {} by {} pixels, more than {} in all; at a scale of {fits} it fits, or save it as SVG",
        grouped(*width), grouped(*height), grouped(MAX_PIXELS)
    )]
    TooLarge {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
        /// The largest scale that fits; see [`fitting`].
        fits: f32,
    },
    /// The scale is not above zero.
    #[error("the scale must be above 0 and at most 8")]
    Scale,
    /// The picture could not be rendered.
    #[error("the picture could not be rendered: {0}")]
    Render(String),
}

/// The most pixels of a picture: they take 800 MB while they are drawn.
pub const MAX_PIXELS: u64 = 200_000_000;
/// The most pixels of a picture that is copied: the clipboard and who pastes from it hold them several times.
pub const MAX_COPIED: u64 = 40_000_000;

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
    let pixels = rendered(scene, options, scale)?;
    encoded(&pixels).map_err(|error| PngError::Render(error.to_string()))
}

/// Pixels as a file. The canvas is opaque, so that they need not be parted from their alpha, which would take a copy.
fn encoded(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.data())?;
    writer.finish()?;
    Ok(file)
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

/// The scale that a picture can be drawn at where `wanted` would be liked: that, or the largest that fits, in hundredths.
/// `most` is how many pixels do, at most [`MAX_PIXELS`].
pub fn fitting(scene: &Scene, options: &Options<'_>, wanted: f32, most: u64) -> f32 {
    fitting_page(svg::page(scene, options), wanted, most.min(MAX_PIXELS))
}

fn fitting_page(page: Rect, wanted: f32, most: u64) -> f32 {
    let fits = |scale: f32| {
        let (width, height) = pixels_of(page, scale);
        width.saturating_mul(height) <= most
    };
    if fits(wanted) {
        return wanted;
    }
    let (width, height) = pixels_of(page, 1.0);
    let largest = (most as f64 / (width as f64 * height as f64)).sqrt();
    // Pixels are whole ones, which may be too many by a row.
    let mut hundredths = (largest * 100.0).floor() as u32;
    while hundredths > 1 && !fits(hundredths as f32 / 100.0) {
        hundredths -= 1;
    }
    hundredths.max(1) as f32 / 100.0
}

/// Pixels across and down.
fn pixels_of(page: Rect, scale: f32) -> (u64, u64) {
    let pixels = |length: Fx| {
        let scaled = f64::from(length.to_f32()) * f64::from(scale);
        scaled.ceil().max(1.0) as u64
    };
    (pixels(page.width()), pixels(page.height()))
}

fn rendered(scene: &Scene, options: &Options<'_>, scale: f32) -> Result<Pixmap, PngError> {
    if !(scale > 0.0 && scale <= 8.0) {
        return Err(PngError::Scale);
    }
    // Before anything is drawn: a page that is refused should cost nothing.
    let page = svg::page(scene, options);
    let (width, height) = pixels_of(page, scale);
    let too_large = PngError::TooLarge {
        width,
        height,
        fits: fitting_page(page, scale, MAX_PIXELS),
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
    // Where the page ends inside of a pixel its own canvas covers that in part only.
    let Rgb(red, green, blue) = options.theme.color(Ink::Canvas);
    pixels.fill(Color::from_rgba8(red, green, blue, u8::MAX));
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_falls_to_what_fits_and_no_further() {
        let page = |width, height| Rect::new(Fx::ZERO, Fx::ZERO, Fx::px(width), Fx::px(height));
        assert!((fitting_page(page(1000, 1000), 4.0, MAX_PIXELS) - 4.0).abs() < f32::EPSILON);
        for (width, height, wanted) in [
            (40_000, 60_000, 1.0),
            (3, 9_999_999, 4.0),
            (9_000, 9_000, 2.0),
        ] {
            let page = page(width, height);
            let scale = fitting_page(page, wanted, MAX_PIXELS);
            assert!(scale < wanted);
            let count = |scale| {
                let (width, height) = pixels_of(page, scale);
                width * height
            };
            assert!(count(scale) <= MAX_PIXELS, "{scale}");
            assert!(count(scale + 0.02) > MAX_PIXELS, "{scale}");
        }
    }
}
