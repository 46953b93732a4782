//! A scene as one page of HTML to look around in: the SVG with a small script beside it.
//!
//! Nothing is fetched, and a policy in the page forbids it: scripts and styles are known by their hashes, fonts are in
//! the page. What comes from a network is text to the page and never code: names are escaped in the markup, and the script
//! gets them as JSON and puts them into the page as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Options;
use super::names::Names;
use super::svg::{self, Pieces, escaped};
use crate::picture::diagram::{CardId, GroupId, LegId, Line};
use crate::picture::geometry::{Fx, Point};
use crate::picture::layout::Route;
use crate::picture::scene::{Level, Lit, Scene, line_style};
use crate::picture::text::{self, Font};
use crate::picture::theme::{Ink, Theme};

const SCRIPT: &str = include_str!("../../assets/page/page.js");
const STYLE: &str = include_str!("../../assets/page/page.css");

/// Inks that the page itself has, under the names that its rules know them by.
const PAGE_INKS: [(&str, Ink); 7] = [
    ("canvas", Ink::Canvas),
    ("panel", Ink::Panel),
    ("card", Ink::Card),
    ("text", Ink::Text),
    ("muted", Ink::TextMuted),
    ("border", Ink::Border),
    ("accent", Ink::Accent),
];

/// A scene as a page of HTML. The same scene and options give the same bytes.
pub fn html(scene: &Scene, options: &Options<'_>) -> String {
    // The words of the smaller levels are not for a page that zooms by itself, and what is lit is chosen there.
    let options = &Options {
        level: Level::All,
        lit: None,
        ..*options
    };
    let (lines, mut inks) = lines(scene);
    let boxes = boxes(scene, &mut inks);
    // The page has its title above the picture, where it stays.
    let untitled = Options {
        title: None,
        subtitle: None,
        ..*options
    };
    let pieces = svg::pieces(scene, &untitled, &inks);
    let cards = cards(scene, options, &pieces, &boxes);
    let (data, words) = data(&pieces, &cards, lines);
    let style = style(options.theme, &pieces, &words, options);
    page(scene, options, &pieces, &style, &data)
}

/// A card as the page knows it.
struct CardData {
    id: CardId,
    name: String,
    title: String,
    about: String,
    key: Option<String>,
    link: Option<String>,
    facts: Vec<String>,
    lit: Lit,
    /// Where it is the head of a box.
    frame: Option<BoxLook>,
    /// Left, top, width, height on the page.
    place: [f32; 4],
}

/// A box as the page knows it.
#[derive(Clone, Copy)]
struct BoxLook {
    /// The colour of its outline, by number.
    ink: usize,
    /// Whether it holds no other box, so that its whole inside stands for it.
    is_innermost: bool,
}

/// The boxes by their heads; their colours are added to those of the page.
fn boxes(scene: &Scene, inks: &mut Vec<Ink>) -> BTreeMap<CardId, BoxLook> {
    let places = &scene.layout().groups;
    let parents: BTreeSet<GroupId> = places.iter().filter_map(|place| place.parent).collect();
    let mut boxes = BTreeMap::new();
    for group in scene.diagram().groups() {
        let Some((frame, head)) = group.frame.zip(group.head()) else {
            continue;
        };
        let look = BoxLook {
            ink: numbered(frame.hue.strong(), inks),
            is_innermost: !parents.contains(&group.id),
        };
        boxes.insert(head.id, look);
    }
    boxes
}

/// The number of a colour among those of the page.
fn numbered(ink: Ink, inks: &mut Vec<Ink>) -> usize {
    inks.iter()
        .position(|held| *held == ink)
        .unwrap_or_else(|| {
            inks.push(ink);
            inks.len() - 1
        })
}

fn cards(
    scene: &Scene,
    options: &Options<'_>,
    pieces: &Pieces,
    boxes: &BTreeMap<CardId, BoxLook>,
) -> Vec<CardData> {
    let mut names = Names::default();
    let mut cards = Vec::new();
    // In the order in which the SVG has them, since names are given in that order.
    for card in scene.diagram().cards() {
        let Some(place) = scene.layout().card(card.id) else {
            continue;
        };
        let mut lit = options
            .related
            .map_or_else(Lit::default, |related| related(card.id));
        lit.cards.insert(card.id);
        let at = |value: Fx| value.to_f32();
        let rect = scene.extent(card.id).unwrap_or(place.rect);
        let corner = Point::new(rect.min.x + pieces.offset.x, rect.min.y + pieces.offset.y);
        cards.push(CardData {
            id: card.id,
            name: names.card(card.id, options),
            title: card.title.clone(),
            about: scene.card_name(card.id).unwrap_or_default(),
            key: options.keys.and_then(|keys| keys(card.id)),
            link: options.link(card.id),
            facts: match options.facts {
                Some(facts) => facts(card.id),
                None => [&card.caption]
                    .into_iter()
                    .chain(&card.more)
                    .chain(&card.details)
                    .filter(|line| !line.is_empty())
                    .cloned()
                    .collect(),
            },
            lit,
            frame: boxes.get(&card.id).copied(),
            place: [
                at(corner.x),
                at(corner.y),
                at(rect.width()),
                at(rect.height()),
            ],
        });
    }
    cards
}

/// The whole ways of lines and how they are drawn, as the script reads them.
struct Lines {
    legs: Vec<(usize, Vec<Point>)>,
    numbers: BTreeMap<LegId, usize>,
    styles: Vec<Value>,
}

fn lines(scene: &Scene) -> (Lines, Vec<Ink>) {
    let mut lines = Lines {
        legs: Vec::new(),
        numbers: BTreeMap::new(),
        styles: Vec::new(),
    };
    let mut inks: Vec<Ink> = Vec::new();
    let mut styles = BTreeMap::new();
    let mut routes: Vec<&Route> = scene.layout().routes.iter().collect();
    routes.sort_by_key(|route| (route.line, route.net));
    for route in routes {
        for (position, leg) in route.legs.iter().enumerate() {
            let ink = Ink::Strong(leg.role);
            let style = *styles.entry((route.line, ink)).or_insert_with(|| {
                let number = numbered(ink, &mut inks);
                let (dash, width) = line_style(route.line);
                let dash = dash
                    .pattern()
                    .map_or_else(|| "none".to_owned(), |[mark, gap]| format!("{mark} {gap}"));
                // What stands at an end of the line.
                let sign = match route.line {
                    Line::Implicit => "dot",
                    Line::Blackhole => "cross",
                    Line::Membership | Line::Association | Line::Route => "",
                };
                lines
                    .styles
                    .push(json!([number, width.to_f32() + 0.6, dash, sign]));
                lines.styles.len() - 1
            });
            let id = LegId {
                net: route.net,
                leg: leg.leg,
            };
            lines.numbers.insert(id, lines.legs.len());
            lines.legs.push((style, route.path(position)));
        }
    }
    (lines, inks)
}

/// What the script reads, as JSON that is fit to stand in a page, and the characters of the words in it.
fn data(pieces: &Pieces, cards: &[CardData], lines: Lines) -> (String, BTreeSet<char>) {
    let places: BTreeMap<CardId, usize> = cards
        .iter()
        .enumerate()
        .map(|(index, card)| (card.id, index))
        .collect();
    let mut sets: Vec<Value> = Vec::new();
    let mut known: BTreeMap<(Vec<usize>, Vec<usize>), usize> = BTreeMap::new();
    let mut words = BTreeSet::new();
    let mut rows = Vec::with_capacity(cards.len());
    for card in cards {
        let near: Vec<usize> = card
            .lit
            .cards
            .iter()
            .filter_map(|card| places.get(card).copied())
            .collect();
        let legs: Vec<usize> = card
            .lit
            .legs
            .iter()
            .filter_map(|leg| lines.numbers.get(leg).copied())
            .collect();
        let set = *known
            .entry((near, legs))
            .or_insert_with_key(|(near, legs)| {
                sets.push(json!({ "c": near, "l": legs }));
                sets.len() - 1
            });
        let said = |line: &str| {
            let plain = line
                .chars()
                .map(|c| if c.is_whitespace() { ' ' } else { c });
            plain.filter(|c| !svg::is_unfit(*c)).collect::<String>()
        };
        let facts: Vec<String> = card.facts.iter().map(|line| said(line)).collect();
        let (title, about) = (said(&card.title), said(&card.about));
        words.extend(facts.iter().flat_map(|line| line.chars()));
        words.extend(title.chars());
        words.extend(about.chars());
        let frame = card
            .frame
            .map(|frame| json!([frame.ink, frame.is_innermost]));
        rows.push(json!({
            "b": frame, "i": card.name, "n": title, "t": about, "k": card.key.as_deref().map(said),
            "l": card.link, "f": facts, "s": set, "r": card.place,
        }));
    }
    let shift = pieces.offset;
    let legs: Vec<Value> = lines
        .legs
        .into_iter()
        .map(|(style, points)| {
            let mut row = vec![json!(style)];
            for at in points {
                row.push(number(at.x + shift.x));
                row.push(number(at.y + shift.y));
            }
            Value::Array(row)
        })
        .collect();
    let data = json!({
        "size": [pieces.page.width().to_f32(), pieces.page.height().to_f32()],
        "shift": format!("translate({} {})", shift.x, shift.y),
        "cards": rows, "sets": sets, "legs": legs, "styles": lines.styles,
    });
    (harmless(&data.to_string()), words)
}

/// A length as a JSON number, whole where it is.
fn number(length: Fx) -> Value {
    if length.0 % 64 == 0 {
        json!(length.0 / 64)
    } else {
        json!(length.to_f32())
    }
}

/// JSON without the signs that end a script or begin markup: they only stand in strings, where they can be written
/// otherwise.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            plain => out.push(plain),
        }
    }
    out
}

fn style(theme: Theme, pieces: &Pieces, words: &BTreeSet<char>, options: &Options<'_>) -> String {
    let mut used = pieces.used.clone();
    // The page has words of its own, and shows facts in these faces.
    for font in Font::ALL {
        let characters = used.entry(font).or_default();
        characters.extend(' '..='~');
        characters.extend("−×↗…·•".chars());
        characters.extend(words);
        let titles = [options.title, options.subtitle];
        characters.extend(titles.into_iter().flatten().flat_map(str::chars));
    }
    let mut style = svg::faces(&used);
    let variables = |theme: Theme| {
        let mut out = String::new();
        for (name, ink) in PAGE_INKS {
            let _ = write!(out, "--{name}:{};", theme.color(ink).css());
        }
        for (index, ink) in pieces.inks.iter().enumerate() {
            let _ = write!(out, "--i{index}:{};", theme.color(*ink).css());
        }
        out
    };
    match theme {
        Theme::Print => {
            let _ = writeln!(style, ":root{{{}}}", variables(Theme::Print));
        }
        Theme::Light | Theme::Dark => {
            let (light, dark) = (variables(Theme::Light), variables(Theme::Dark));
            let _ = writeln!(style, ":root{{{light}}}");
            let _ = writeln!(
                style,
                "@media(prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}"
            );
            let _ = writeln!(style, ":root[data-theme=dark]{{{dark}color-scheme:dark}}");
            style.push_str(":root[data-theme=light]{color-scheme:light}\n");
        }
    }
    style.push_str(&pieces.rules);
    style.push_str(STYLE);
    style
}

fn page(scene: &Scene, options: &Options<'_>, pieces: &Pieces, style: &str, data: &str) -> String {
    let hash = |code: &str| STANDARD.encode(Sha256::digest(code.as_bytes()));
    let title = escaped(&text::shown(
        options.title.unwrap_or("VPC resource map"),
        Font::Sans,
    ));
    let subtitle = escaped(&text::shown(
        options.subtitle.unwrap_or_default(),
        Font::Mono,
    ));
    let (theme, switch) = match options.theme {
        Theme::Light => ("auto", true),
        Theme::Dark => ("dark", true),
        Theme::Print => ("light", false),
    };
    let switch = if switch {
        "<button type=\"button\" id=\"theme\" title=\"Light or dark\">Light / dark</button>\n"
    } else {
        ""
    };
    let (width, height) = (pieces.page.width(), pieces.page.height());
    let mut out = String::with_capacity(data.len() + style.len() + pieces.body.len() + 8_000);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\" data-theme=\"{theme}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{}'; \
         style-src 'sha256-{}'; font-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        hash(SCRIPT),
        hash(style)
    );
    let _ = write!(
        out,
        "<header>\n<h1>{title}</h1>\n<p>{subtitle}</p>\n<span class=\"gap\"></span>\n\
         <span id=\"found\" class=\"muted\" role=\"status\"></span>\n\
         <input type=\"search\" id=\"find\" aria-label=\"Find on the map\" placeholder=\"Find a name, id or block  /\">\n\
         <div role=\"toolbar\" aria-label=\"View\">\n\
         <button type=\"button\" id=\"out\" title=\"Zoom out (-)\" aria-label=\"Zoom out\">−</button>\n\
         <button type=\"button\" id=\"in\" title=\"Zoom in (+)\" aria-label=\"Zoom in\">+</button>\n\
         <button type=\"button\" id=\"fit\" title=\"The whole map (0)\">Fit</button>\n{switch}</div>\n</header>\n<main>\n"
    );
    let _ = write!(
        out,
        "<svg id=\"picture\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" tabindex=\"0\" \
         role=\"group\" aria-label=\"{title}\" aria-describedby=\"desc\">\n<desc id=\"desc\">{}</desc>\n<defs>\n{}</defs>\n{}\
         <g id=\"over\" aria-hidden=\"true\" pointer-events=\"none\"></g>\n</svg>\n",
        escaped(&svg::description(scene)),
        pieces.symbols,
        pieces.body,
    );
    let _ = write!(
        out,
        "<aside id=\"about\" aria-label=\"Details\" hidden>\n\
         <button type=\"button\" id=\"close\" aria-label=\"Close\" title=\"Close (Esc)\">×</button>\n\
         <h2 id=\"name\"></h2>\n<div id=\"key\" class=\"key\"></div>\n\
         <p><a id=\"link\" target=\"_blank\" rel=\"noopener noreferrer\">Open in AWS console ↗</a></p>\n\
         <ul id=\"facts\"></ul>\n<div id=\"relatives\"><h3>Related</h3>\n<ul id=\"related\"></ul></div>\n</aside>\n</main>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_leave_its_script() {
        let text = json!("</script><!-- & \u{2028}").to_string();
        let written = harmless(&text);
        assert!(!written.contains(['<', '>', '&', '\u{2028}']));
        let read: String = serde_json::from_str(&written).unwrap();
        assert_eq!(read, "</script><!-- & \u{2028}");
    }
}
