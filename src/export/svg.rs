//! A scene as SVG.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Options, subset};
use crate::picture::diagram::Group;
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::glyph::{GRID, Glyph, PEN};
use crate::picture::scene::{Item, Owner, Scene, Shape, Stroke, TextRun};
use crate::picture::text::{self, Cut, Font};
use crate::picture::theme::{Ink, Theme};

/// Height of the title line.
const TITLE_HEIGHT: Fx = Fx::px(34);
const TITLE_SIZE: Fx = Fx::px(18);
const SUBTITLE_SIZE: Fx = Fx::px(12);
/// The map's own margin: the title stands level with the first column.
const MARGIN: Fx = Fx::px(24);

/// A scene as an SVG document: the used part of the fonts is embedded, and every run of words says how long it is, so
/// that it stays in its card where fonts cannot be embedded. The same scene and options give the same bytes.
pub fn svg(scene: &Scene, options: &Options<'_>) -> String {
    Writer::new(options, true).document(scene)
}

/// As [`svg`], for a renderer that has the bundled fonts.
pub(super) fn without_fonts(scene: &Scene, options: &Options<'_>) -> String {
    Writer::new(options, false).document(scene)
}

/// The page a picture fills.
pub(super) fn page(scene: &Scene, options: &Options<'_>) -> Rect {
    let (bounds, around) = (scene.bounds(), padding(options) * 2);
    let height = bounds.height() + title_height(options) + legend_height(scene) + around;
    Rect::new(
        Fx::ZERO,
        Fx::ZERO,
        (bounds.width() + around).ceil(),
        height.ceil(),
    )
}

fn padding(options: &Options<'_>) -> Fx {
    options.padding.max(Fx::ZERO)
}

fn title_height(options: &Options<'_>) -> Fx {
    options.title.map_or(Fx::ZERO, |_| TITLE_HEIGHT)
}

/// A legend has the width of the map without its margins.
fn legend_room(scene: &Scene) -> Fx {
    (scene.bounds().width() - MARGIN * 2).max(Fx::px(240))
}

fn legend_height(scene: &Scene) -> Fx {
    let legend = scene.legend(Point::default(), legend_room(scene));
    legend.map_or(Fx::ZERO, |(_, height)| height)
}

struct Writer<'a> {
    options: &'a Options<'a>,
    embed: bool,
    out: String,
    /// Characters used, by face.
    used: BTreeMap<Font, BTreeSet<char>>,
    glyphs: BTreeSet<Glyph>,
}

impl<'a> Writer<'a> {
    fn new(options: &'a Options<'a>, embed: bool) -> Self {
        Self {
            options,
            embed,
            out: String::new(),
            used: BTreeMap::new(),
            glyphs: BTreeSet::new(),
        }
    }

    fn theme(&self) -> Theme {
        self.options.theme
    }

    fn document(mut self, scene: &Scene) -> String {
        let (bounds, page) = (scene.bounds(), page(scene, self.options));
        let (padding, title_height) = (padding(self.options), title_height(self.options));
        // The body comes first: only then it is known which characters and symbols are used.
        self.title(page, padding);
        let (x, y) = (
            padding - bounds.min.x,
            padding + title_height - bounds.min.y,
        );
        let _ = writeln!(self.out, r#"<g transform="translate({x} {y})">"#);
        let items = scene
            .items()
            .iter()
            .filter(|item| item.is_seen_at(self.options.level));
        self.items(scene, items);
        if let Some(lit) = self.options.lit {
            let veil = self.theme().veil();
            let fill = self.color(Ink::Canvas);
            let _ = writeln!(
                self.out,
                r#"<rect{} fill="{fill}" fill-opacity="{veil}"/>"#,
                place(&bounds)
            );
            let overlay = scene.overlay(lit);
            let items = overlay
                .iter()
                .filter(|item| item.is_seen_at(self.options.level));
            self.items(scene, items);
        }
        self.out.push_str("</g>\n");
        let corner = Point::new(
            padding + MARGIN,
            padding + title_height + bounds.height() - Fx::px(8),
        );
        if let Some((items, _)) = scene.legend(corner, legend_room(scene)) {
            self.out.push_str("<g class=\"legend\">\n");
            self.items(scene, items.iter());
            self.out.push_str("</g>\n");
        }

        let body = std::mem::take(&mut self.out);
        self.head(scene, page);
        self.out.push_str(&body);
        self.out.push_str("</svg>\n");
        self.out
    }

    fn head(&mut self, scene: &Scene, page: Rect) {
        let (width, height) = (page.width(), page.height());
        let _ = writeln!(
            self.out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc" xml:space="preserve">"#
        );
        let title = self.options.title.unwrap_or("VPC resource map");
        let _ = writeln!(self.out, r#"<title id="title">{}</title>"#, escaped(title));
        let _ = writeln!(
            self.out,
            r#"<desc id="desc">{}</desc>"#,
            escaped(&description(scene))
        );
        self.style();
        if !self.glyphs.is_empty() {
            self.out.push_str("<defs>\n");
            for glyph in &self.glyphs {
                let _ = write!(self.out, r#"<g id="g-{}">"#, glyph.name());
                for part in glyph.parts() {
                    let fill = if part.filled {
                        r#" fill="currentColor" stroke="none""#
                    } else {
                        ""
                    };
                    let _ = write!(self.out, r#"<path d="{}"{fill}/>"#, part.d);
                }
                self.out.push_str("</g>\n");
            }
            self.out.push_str("</defs>\n");
        }
        let canvas = self.color(Ink::Canvas);
        let _ = writeln!(
            self.out,
            r#"<rect width="{width}" height="{height}" fill="{canvas}"/>"#
        );
    }

    fn style(&mut self) {
        self.out.push_str("<style>\n");
        for (font, characters) in &self.used {
            if !self.embed {
                break;
            }
            // Without its font the words are still laid out by textLength, in whatever face the viewer has.
            if let Ok(file) = subset(font.data(), characters) {
                let _ = writeln!(
                    self.out,
                    "@font-face{{font-family:\"{}\";font-weight:{};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
                    embedded_name(*font),
                    font.weight(),
                    STANDARD.encode(file)
                );
            }
        }
        self.out
            .push_str("text{font-kerning:none;font-variant-ligatures:none;white-space:pre}\n");
        for font in self.used.keys() {
            let fallback = match font {
                Font::Sans | Font::SansSemiBold => "sans-serif",
                Font::Mono => "monospace",
            };
            let _ = writeln!(
                self.out,
                ".{}{{font-family:\"{}\",\"{}\",{fallback};font-weight:{}}}",
                class(*font),
                embedded_name(*font),
                font.family(),
                font.weight()
            );
        }
        let _ = writeln!(
            self.out,
            ".g{{fill:none;stroke:currentColor;stroke-width:{PEN};stroke-linecap:round;stroke-linejoin:round}}"
        );
        self.out.push_str("</style>\n");
    }

    fn title(&mut self, page: Rect, padding: Fx) {
        let Some(title) = self.options.title else {
            return;
        };
        let left = padding + MARGIN;
        let room = (page.width() - left * 2).max(Fx::ZERO);
        let baseline = padding + Fx::px(34);
        let mut x = left;
        let parts = [
            (Some(title), Font::SansSemiBold, TITLE_SIZE, Ink::Text),
            (
                self.options.subtitle,
                Font::Mono,
                SUBTITLE_SIZE,
                Ink::TextMuted,
            ),
        ];
        for (words, font, size, ink) in parts {
            let Some(words) = words else { continue };
            let fitted = text::fit(words, font, size, (left + room - x).max(Fx::ZERO), Cut::End);
            if fitted.text.is_empty() {
                continue;
            }
            let run = TextRun {
                text: fitted.text.into_owned(),
                font,
                size,
                x,
                baseline,
                width: fitted.width,
                ink,
            };
            self.text(&run);
            x += fitted.width + Fx::px(14);
        }
    }

    /// Items in paint order; those of one card together in a group that says what the card is.
    fn items<'i>(&mut self, scene: &Scene, items: impl Iterator<Item = &'i Item>) {
        let mut open: Option<Owner> = None;
        for item in items {
            if open != Some(item.owner) {
                self.close(&mut open);
                if let Owner::Card(id) = item.owner {
                    let key = self.options.keys.and_then(|keys| keys(id));
                    let key = key.map_or_else(String::new, |key| {
                        format!(r#" data-key="{}""#, escaped(&key))
                    });
                    let name = scene.card_name(id).unwrap_or_default();
                    let _ = writeln!(
                        self.out,
                        r#"<g class="card"{key}><title>{}</title>"#,
                        escaped(&name)
                    );
                    open = Some(item.owner);
                }
            }
            self.shape(&item.shape);
        }
        self.close(&mut open);
    }

    fn close(&mut self, open: &mut Option<Owner>) {
        if open.take().is_some() {
            self.out.push_str("</g>\n");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            } => {
                let paint = self.paint(*fill, *stroke);
                let [first, rest @ ..] = radii;
                if rest.iter().all(|radius| radius == first) {
                    let _ = writeln!(self.out, r#"<rect{} rx="{first}"{paint}/>"#, place(rect));
                } else {
                    let _ = writeln!(self.out, r#"<path d="{}"{paint}/>"#, uneven(rect, *radii));
                }
            }
            Shape::Line {
                points,
                radius,
                stroke,
            } => {
                let paint = self.paint(None, Some(*stroke));
                let _ = writeln!(self.out, r#"<path d="{}"{paint}/>"#, bent(points, *radius));
            }
            Shape::Text(run) => self.text(run),
            Shape::Glyph { glyph, rect, ink } => {
                self.glyphs.insert(*glyph);
                let scale = rect.width().to_f32() / GRID;
                let scale = if (scale - 1.0).abs() < f32::EPSILON {
                    String::new()
                } else {
                    format!(" scale({scale})")
                };
                let _ = writeln!(
                    self.out,
                    r##"<use href="#g-{}" class="g" color="{}" transform="translate({} {}){scale}"/>"##,
                    glyph.name(),
                    self.color(*ink),
                    rect.min.x,
                    rect.min.y
                );
            }
            Shape::Disc {
                center,
                radius,
                fill,
                stroke,
            } => {
                let paint = self.paint(Some(*fill), *stroke);
                let _ = writeln!(
                    self.out,
                    r#"<circle cx="{}" cy="{}" r="{radius}"{paint}/>"#,
                    center.x, center.y
                );
            }
        }
    }

    fn text(&mut self, run: &TextRun) {
        self.used
            .entry(run.font)
            .or_default()
            .extend(run.text.chars());
        let _ = writeln!(
            self.out,
            r#"<text class="{}" x="{}" y="{}" font-size="{}" textLength="{}" lengthAdjust="spacingAndGlyphs" fill="{}">{}</text>"#,
            class(run.font),
            run.x,
            run.baseline,
            run.size,
            run.width,
            self.color(run.ink),
            escaped(&run.text)
        );
    }

    fn color(&self, ink: Ink) -> String {
        self.theme().color(ink).css()
    }

    fn paint(&self, fill: Option<Ink>, stroke: Option<Stroke>) -> String {
        let mut paint = fill.map_or_else(
            || r#" fill="none""#.to_owned(),
            |ink| format!(r#" fill="{}""#, self.color(ink)),
        );
        if let Some(stroke) = stroke {
            let _ = write!(
                paint,
                r#" stroke="{}" stroke-width="{}""#,
                self.color(stroke.ink),
                stroke.width
            );
            if let Some([dash, gap]) = stroke.dash.pattern() {
                let _ = write!(paint, r#" stroke-dasharray="{dash} {gap}""#);
            }
        }
        paint
    }
}

fn class(font: Font) -> &'static str {
    match font {
        Font::Sans => "s",
        Font::SansSemiBold => "b",
        Font::Mono => "m",
    }
}

/// The embedded font has a name of its own, so that another version on the viewer's machine cannot take its place.
fn embedded_name(font: Font) -> &'static str {
    match font {
        Font::Sans | Font::SansSemiBold => "Atlas Sans",
        Font::Mono => "Atlas Mono",
    }
}

fn place(rect: &Rect) -> String {
    format!(
        r#" x="{}" y="{}" width="{}" height="{}""#,
        rect.min.x,
        rect.min.y,
        rect.width(),
        rect.height()
    )
}

/// A line with rounded corners.
fn bent(points: &[Point], radius: Fx) -> String {
    let mut path = String::new();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return path;
    };
    let _ = write!(path, "M{} {}", first.x, first.y);
    for corner in crate::picture::scene::corners(points, radius) {
        let (from, at, to) = (corner.from, corner.at, corner.to);
        let _ = write!(
            path,
            "L{} {}Q{} {} {} {}",
            from.x, from.y, at.x, at.y, to.x, to.y
        );
    }
    let _ = write!(path, "L{} {}", last.x, last.y);
    path
}

/// A rectangle whose corners are not alike, clockwise from the top left.
fn uneven(rect: &Rect, [top_left, top_right, bottom_right, bottom_left]: [Fx; 4]) -> String {
    let (left, top, right, bottom) = (rect.min.x, rect.min.y, rect.max.x, rect.max.y);
    let mut path = format!("M{} {top}L{} {top}", left + top_left, right - top_right);
    let mut turn = |radius: Fx, x: Fx, y: Fx, next: (Fx, Fx)| {
        if radius > Fx::ZERO {
            let _ = write!(path, "A{radius} {radius} 0 0 1 {x} {y}");
        }
        let _ = write!(path, "L{} {}", next.0, next.1);
    };
    turn(
        top_right,
        right,
        top + top_right,
        (right, bottom - bottom_right),
    );
    turn(
        bottom_right,
        right - bottom_right,
        bottom,
        (left + bottom_left, bottom),
    );
    turn(
        bottom_left,
        left,
        bottom - bottom_left,
        (left, top + top_left),
    );
    if top_left > Fx::ZERO {
        let _ = write!(
            path,
            "A{top_left} {top_left} 0 0 1 {} {top}",
            left + top_left
        );
    }
    path.push('Z');
    path
}

/// One sentence on what there is to see.
fn description(scene: &Scene) -> String {
    let diagram = scene.diagram();
    if let Some(nest) = &diagram.nest {
        let names = |groups: Vec<&Group>| -> Vec<String> {
            let heads = groups.iter().filter_map(|group| {
                let head = group.head().map(|head| head.title.as_str());
                head.or(group.heading.as_ref().map(|heading| heading.title.as_str()))
            });
            heads.map(str::to_owned).collect()
        };
        let sites = nest.realms.iter().map(|realm| {
            let inside = names(realm.sites.iter().map(|site| &site.group).collect());
            let name = names(vec![&realm.group]).concat();
            format!("{name}: {}", inside.join(", "))
        });
        return format!("Boxes in boxes. {}.", sites.collect::<Vec<_>>().join("; "));
    }
    let columns: Vec<String> = diagram
        .columns
        .iter()
        .map(|column| match column.count {
            Some(count) => format!("{}: {count}", column.title),
            None => column.title.clone(),
        })
        .collect();
    format!("From left to right: {}.", columns.join(", "))
}

/// Text for XML: the five signs escaped, and what XML 1.0 cannot hold left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => {}
            plain => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_fit_for_xml() {
        assert_eq!(
            escaped("<a href=\"x\">'&'\u{0}\u{1b}\u{7f}\u{ffff}\n"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39; "
        );
    }

    #[test]
    fn a_bent_line_is_a_path_with_curves() {
        let at = |x, y| Point::new(Fx::px(x), Fx::px(y));
        assert_eq!(
            bent(&[at(0, 0), at(40, 0), at(40, 50)], Fx::px(6)),
            "M0 0L34 0Q40 0 40 6L40 50"
        );
        assert_eq!(bent(&[], Fx::px(6)), "");
    }

    #[test]
    fn an_uneven_rectangle_rounds_only_what_it_should() {
        let rect = Rect::new(Fx::ZERO, Fx::ZERO, Fx::px(5), Fx::px(46));
        let radii = [Fx::px(3), Fx::ZERO, Fx::ZERO, Fx::px(3)];
        assert_eq!(
            uneven(&rect, radii),
            "M3 0L5 0L5 46L3 46A3 3 0 0 1 0 43L0 3A3 3 0 0 1 3 0Z"
        );
    }
}
