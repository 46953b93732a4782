//! A scene as SVG.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::names::Names;
use super::pattern::Patterns;
use super::sheet::Sheet;
use super::{Options, subset};
use crate::picture::diagram::{Card, Group, GroupId};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::glyph::{GRID, Glyph, PEN};
use crate::picture::scene::{Item, Owner, Scene, Shape, Stroke, TextRun};
use crate::picture::text::Font;
use crate::picture::theme::{Ink, Theme};

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
    Sheet::new(scene, options).page
}

/// A picture in pieces, for a page that holds it. Its colours are variables.
pub(super) struct Pieces {
    /// Its size.
    pub(super) page: Rect,
    /// What is added to a point of the map to have it on the page.
    pub(super) offset: Point,
    /// The symbols, to be put into `defs`.
    pub(super) symbols: String,
    /// What is drawn.
    pub(super) body: String,
    /// Rules for the classes of words and symbols.
    pub(super) rules: String,
    /// The inks of the variables `--i0`, `--i1` and so on.
    pub(super) inks: Vec<Ink>,
    /// The characters in use, by face.
    pub(super) used: BTreeMap<Font, BTreeSet<char>>,
}

/// A scene in pieces: its colours are the variables of the page, its fonts are left to it.
pub(super) fn pieces(scene: &Scene, options: &Options<'_>, inks: &[Ink]) -> Pieces {
    let mut writer = Writer::new(options, false);
    writer.inks = Some(inks.to_vec());
    let sheet = Sheet::new(scene, options);
    writer.body(scene, &sheet);
    let body = std::mem::take(&mut writer.out);
    writer.symbols();
    let symbols = std::mem::take(&mut writer.out);
    writer.rules();
    Pieces {
        page: sheet.page,
        offset: sheet.offset,
        symbols,
        body,
        rules: writer.out,
        inks: writer.inks.unwrap_or_default(),
        used: writer.used,
    }
}

/// The used part of the fonts, as rules that embed it.
pub(super) fn faces(used: &BTreeMap<Font, BTreeSet<char>>) -> String {
    let mut out = String::new();
    for (font, characters) in used {
        // Without its font the words are still laid out by textLength, in whatever face the viewer has.
        if let Ok(file) = subset(font.data(), characters) {
            let _ = writeln!(
                out,
                "@font-face{{font-family:\"{}\";font-weight:{};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
                embedded_name(*font),
                font.weight(),
                STANDARD.encode(file)
            );
        }
    }
    out
}

struct Writer<'a> {
    options: &'a Options<'a>,
    embed: bool,
    out: String,
    /// Characters used, by face.
    used: BTreeMap<Font, BTreeSet<char>>,
    glyphs: BTreeSet<Glyph>,
    names: Names,
    /// What stands for colours in print.
    patterns: Patterns,
    frames: Frames,
    /// Where colours are variables: the inks that have one.
    inks: Option<Vec<Ink>>,
}

impl<'a> Writer<'a> {
    fn new(options: &'a Options<'a>, embed: bool) -> Self {
        Self {
            options,
            embed,
            out: String::new(),
            used: BTreeMap::new(),
            glyphs: BTreeSet::new(),
            names: Names::default(),
            patterns: Patterns::default(),
            frames: Frames::default(),
            inks: None,
        }
    }

    fn theme(&self) -> Theme {
        self.options.theme
    }

    fn document(mut self, scene: &Scene) -> String {
        let sheet = Sheet::new(scene, self.options);
        // The body comes first: only then it is known which characters and symbols are used.
        self.body(scene, &sheet);
        let body = std::mem::take(&mut self.out);
        self.head(scene, sheet.page);
        self.out.push_str(&body);
        self.out.push_str("</svg>\n");
        self.out
    }

    fn body(&mut self, scene: &Scene, sheet: &Sheet) {
        self.patterns = Patterns::of(scene, self.theme());
        self.frames = Frames::of(scene, self.options);
        let bounds = scene.bounds();
        let (x, y) = (sheet.offset.x, sheet.offset.y);
        let _ = writeln!(
            self.out,
            r#"<g class="map" transform="translate({x} {y})">"#
        );
        let items = scene
            .items()
            .iter()
            .filter(|item| item.is_seen_at(self.options.level));
        self.items(scene, items, true);
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
            self.items(scene, items, false);
        }
        self.out.push_str("</g>\n");
        for extra in &sheet.extras {
            let _ = writeln!(self.out, r#"<g class="{}">"#, extra.class);
            self.items(scene, extra.items.iter(), false);
            self.out.push_str("</g>\n");
        }
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
        self.out.push_str("<style>\n");
        if self.embed {
            self.out.push_str(&faces(&self.used));
        }
        self.rules();
        self.out.push_str("</style>\n");
        if !self.glyphs.is_empty() {
            self.out.push_str("<defs>\n");
            self.symbols();
            self.out.push_str("</defs>\n");
        }
        let canvas = self.color(Ink::Canvas);
        let _ = writeln!(
            self.out,
            r#"<rect width="{width}" height="{height}" fill="{canvas}"/>"#
        );
    }

    fn symbols(&mut self) {
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
    }

    fn rules(&mut self) {
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
    }

    /// Items in paint order; those of one card, frame or note together in a group that says what it is.
    ///
    /// Ids are unique: what is drawn once more above a veil has none, and neither have the words of a frame, which come
    /// after the frames in it.
    fn items<'i>(&mut self, scene: &Scene, items: impl Iterator<Item = &'i Item>, with_ids: bool) {
        let mut open: Option<Owner> = None;
        for item in items {
            if open != Some(item.owner) {
                self.close(&mut open);
                if let Some(start) = self.start(scene, item.owner, with_ids) {
                    let _ = writeln!(self.out, "{start}");
                    open = Some(item.owner);
                }
            }
            self.item(item);
        }
        self.close(&mut open);
    }

    /// The beginning of the group of an owner that has one.
    fn start(&mut self, scene: &Scene, owner: Owner, with_ids: bool) -> Option<String> {
        let (class, id, key, title) = match owner {
            Owner::Card(card) => {
                let key = self.options.keys.and_then(|keys| keys(card));
                let id = with_ids.then(|| self.names.card(card, self.options));
                ("card", id, key, scene.card_name(card).unwrap_or_default())
            }
            Owner::Group(group) => {
                let (name, title) = self.frames.named.get(&group)?;
                let is_first = with_ids && self.frames.begun.insert(group);
                let id = is_first.then(|| self.names.give("frame", name));
                ("frame", id, None, title.clone())
            }
            Owner::Note(note) => {
                let id = with_ids.then(|| self.names.give("note", &note.0.to_string()));
                let mut notes = scene.layout().notes.iter();
                let lines = notes.find(|place| place.id == note)?.lines.join(" ");
                ("note", id, None, lines)
            }
            Owner::Map | Owner::Band(_) | Owner::Net(_) | Owner::Leg(_) => return None,
        };
        let id = id.map_or_else(String::new, |id| format!(r#" id="{id}""#));
        let key = key.map_or_else(String::new, |key| {
            format!(r#" data-key="{}""#, escaped(&key))
        });
        let title = escaped(&title);
        Some(format!(
            r#"<g class="{class}"{id}{key}><title>{title}</title>"#
        ))
    }

    fn close(&mut self, open: &mut Option<Owner>) {
        if open.take().is_some() {
            self.out.push_str("</g>\n");
        }
    }

    fn item(&mut self, item: &Item) {
        if let Some(shapes) = self.patterns.drawn(item) {
            for shape in &shapes {
                self.plain(shape);
            }
        } else {
            self.plain(&item.shape);
        }
    }

    fn plain(&mut self, shape: &Shape) {
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
                let color = self.color(*ink);
                let _ = writeln!(
                    self.out,
                    r##"<use href="#g-{}" class="g" color="{color}" transform="translate({} {}){scale}"/>"##,
                    glyph.name(),
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
        let color = self.color(run.ink);
        let _ = writeln!(
            self.out,
            r#"<text class="{}" x="{}" y="{}" font-size="{}" textLength="{}" lengthAdjust="spacingAndGlyphs" fill="{color}">{}</text>"#,
            class(run.font),
            run.x,
            run.baseline,
            run.size,
            run.width,
            escaped(&run.text)
        );
    }

    fn color(&mut self, ink: Ink) -> String {
        let theme = self.theme();
        let Some(inks) = &mut self.inks else {
            return theme.color(ink).css();
        };
        let number = inks
            .iter()
            .position(|held| *held == ink)
            .unwrap_or_else(|| {
                inks.push(ink);
                inks.len() - 1
            });
        format!("var(--i{number})")
    }

    fn paint(&mut self, fill: Option<Ink>, stroke: Option<Stroke>) -> String {
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

/// The frames of a picture.
#[derive(Default)]
struct Frames {
    /// What an id is made of, and what the frame is called.
    named: BTreeMap<GroupId, (String, String)>,
    /// Those that have their id already.
    begun: BTreeSet<GroupId>,
}

impl Frames {
    /// An id is made of what the frame stands for, or of what it is in and what it says, and so is the same every time.
    fn of(scene: &Scene, options: &Options<'_>) -> Self {
        let key = |card: &Card| options.keys.and_then(|keys| keys(card.id));
        let mut frames = Self::default();
        let mut name = |group: &Group, within: &str| -> String {
            let head = group.head().and_then(key);
            let heading = group.heading.as_ref();
            let words = heading.map_or("", |heading| heading.title.as_str());
            let own = head.unwrap_or_else(|| match (within, words) {
                ("", words) | (words, "") => words.to_owned(),
                (within, words) => format!("{within}-{words}"),
            });
            let title = match (group.head(), heading) {
                (Some(head), _) => scene.card_name(head.id).unwrap_or_default(),
                (None, Some(heading)) if heading.caption.is_empty() => heading.title.clone(),
                (None, Some(heading)) => format!("{}, {}", heading.title, heading.caption),
                (None, None) => return own,
            };
            frames.named.insert(group.id, (own.clone(), title));
            own
        };
        let diagram = scene.diagram();
        for band in &diagram.bands {
            let first = band.columns.iter().flatten().flat_map(|group| &group.cards);
            let band_key = first.into_iter().next().and_then(key).unwrap_or_default();
            for group in band.columns.iter().flatten() {
                name(group, &band_key);
            }
        }
        for group in &diagram.shared {
            name(group, "");
        }
        let Some(nest) = &diagram.nest else {
            return frames;
        };
        for realm in &nest.realms {
            let realm_name = name(&realm.group, "");
            for site in &realm.sites {
                let site_name = name(&site.group, &realm_name);
                for strip in &site.strips {
                    let strip_name = name(&strip.group, &site_name);
                    for cell in &strip.cells {
                        name(&cell.group, &strip_name);
                    }
                }
            }
        }
        for group in &nest.beyond {
            let first = group.cards.first().and_then(key).unwrap_or_default();
            name(group, &first);
        }
        frames
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
pub(super) fn embedded_name(font: Font) -> &'static str {
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
pub(super) fn description(scene: &Scene) -> String {
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

/// Text for XML: the five signs escaped, white space made plain, and what has no business in a name left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            unfit if is_unfit(unfit) => {}
            plain => out.push(plain),
        }
    }
    out
}

/// What no file should hold of a name: control characters and what is no character, which XML cannot hold, and what turns
/// the direction of writing, by which a name can pose as another one.
pub(super) fn is_unfit(character: char) -> bool {
    let code = u32::from(character);
    character.is_control()
        || code & 0xfffe == 0xfffe
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{fdd0}'..='\u{fdef}'
        )
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
