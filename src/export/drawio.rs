//! A scene as a drawing for draw.io (diagrams.net): uncompressed XML, every frame a container, every card a shape in it,
//! every line a connector between two shapes. What the elements mean: <https://www.drawio.com/doc/faq/drawio-file-format>.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Options;
use super::key::word_of_line;
use super::names::Names;
use super::pattern::{self, Patterns};
use super::sheet::Sheet;
use super::svg::escaped;
use crate::picture::diagram::{
    self, Card, Edge, End, Fill, GroupId, Heading, Hue, LegId, Line, Role,
};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::glyph::{Glyph, PEN};
use crate::picture::layout::card::{BAR, GLYPH, GLYPH_X, GLYPH_Y, TEXT_X};
use crate::picture::layout::{Route, Size};
use crate::picture::scene::{Dash, Item, Layer, Lit, Owner, Scene, Shape, TextRun, line_style};
use crate::picture::text::Font;
use crate::picture::theme::{Ink, Theme};

/// The layer that everything stands on; its parent is the root, cell 0.
const LAYER: &str = "1";
/// How far a band's frame is from what it holds.
const BAND_PAD: Fx = Fx::px(14);
/// How strong what is not lit is drawn, in per cent.
const DIMMED: u8 = 28;
/// The face of words in labels, and what takes its place: a browser's own choice would have serifs.
const SANS: &str = "Inter,Helvetica,Arial,sans-serif";
const MONO: &str = "JetBrains Mono,Menlo,Consolas,monospace";
/// How far a shape of draw.io keeps its picture from its edges, beyond the spacing of its words.
const PICTURE_GAP: Fx = Fx::px(5);
/// How far the words of a card are from its upper edge.
const WORDS_TOP: Fx = Fx::px(8);

/// A scene as a draw.io file. The same scene and options give the same bytes.
pub fn drawio(scene: &Scene, options: &Options<'_>) -> String {
    let sheet = Sheet::new(scene, options);
    let mut writer = Writer {
        options,
        scene,
        shift: sheet.offset,
        names: Names::default(),
        ends: BTreeMap::new(),
        images: BTreeMap::new(),
        out: String::new(),
    };
    writer.document(&sheet)
}

/// A frame around cards or other frames.
struct Frame<'a> {
    rect: Rect,
    heading: Option<&'a Heading>,
    /// Whether it is seen: others only hold together what is in them.
    outline: bool,
    hue: Option<Hue>,
    /// The frame around it, by position.
    parent: Option<usize>,
    /// Whether lines end at it.
    group: Option<GroupId>,
    /// How it is drawn, where it is a box that stands for something.
    look: Option<diagram::Frame>,
    /// The card that the box stands for; it is no shape of its own then.
    head: Option<&'a Card>,
}

/// The frames of a picture, outer ones before inner ones, and the innermost frame around each group's cards.
///
/// This is the only place that knows what contains what.
fn frames(scene: &Scene) -> (Vec<Frame<'_>>, Vec<Option<usize>>) {
    let (picture, layout) = (scene.diagram(), scene.layout());
    let ends = picture.nets.iter().flat_map(|net| {
        let legs = net.legs.iter().map(|leg| leg.from);
        legs.chain([net.to])
    });
    let ends: BTreeSet<End> = ends.filter(|end| matches!(end, End::Group(_))).collect();
    let mut frames = Vec::new();
    let mut band_frames = BTreeMap::new();
    for (index, (band, place)) in picture.bands.iter().zip(&layout.bands).enumerate() {
        let Some(heading) = &band.heading else {
            continue;
        };
        let inside = layout
            .groups
            .iter()
            .filter(|group| group.band == Some(index))
            .map(|group| group.rect)
            .reduce(|one, two| one.union(&two));
        let mut rect = inside.unwrap_or(place.rect).grown(BAND_PAD);
        rect.min.y = rect.min.y.min(place.rect.min.y);
        band_frames.insert(index, frames.len());
        frames.push(Frame {
            rect,
            heading: Some(heading),
            outline: true,
            hue: None,
            parent: None,
            group: None,
            look: None,
            head: None,
        });
    }
    let mut around = Vec::new();
    let mut boxes: BTreeMap<GroupId, usize> = BTreeMap::new();
    // A box stands before what stands in it.
    for (group, place) in picture.groups().zip(&layout.groups) {
        let band = place.band.and_then(|band| band_frames.get(&band));
        let box_around = place.parent.and_then(|parent| boxes.get(&parent));
        let outer = box_around.or(band).copied();
        let is_end = ends.contains(&End::Group(group.id));
        let is_box = group.frame.is_some();
        if !is_box && !group.boxed && group.heading.is_none() && !is_end {
            around.push(outer);
            continue;
        }
        around.push(Some(frames.len()));
        boxes.insert(group.id, frames.len());
        frames.push(Frame {
            rect: place.rect,
            heading: group.heading.as_ref(),
            outline: group.boxed || is_box,
            hue: group.frame.map(|frame| frame.hue),
            parent: outer,
            group: Some(group.id),
            look: group.frame,
            head: group.head(),
        });
    }
    (frames, around)
}

/// A face, and what takes its place.
fn family(font: Font) -> &'static str {
    match font {
        Font::Sans | Font::SansSemiBold => SANS,
        Font::Mono => MONO,
    }
}

/// The outline of a box, in a style.
fn edge(edge: Edge) -> String {
    let (dash, width) = match edge {
        Edge::Solid => (Dash::Solid, 1.4),
        Edge::Dashed => (Dash::Dashed, 1.0),
        Edge::Dotted => (Dash::Dotted, 1.4),
    };
    format!("strokeWidth={width};{}", dashes(dash))
}

/// The pattern of a stroke, in a style.
fn dashes(dash: Dash) -> String {
    dash.pattern().map_or_else(String::new, |[mark, gap]| {
        format!("dashed=1;fixDash=1;dashPattern={mark} {gap};")
    })
}

/// Where a shape is: what holds it, and its outline on the page.
#[derive(Clone)]
struct Place {
    id: String,
    rect: Rect,
    /// The containers around it, from the outside in.
    within: Vec<usize>,
}

struct Writer<'a> {
    options: &'a Options<'a>,
    scene: &'a Scene,
    /// What is added to a point of the map.
    shift: Point,
    names: Names,
    /// What lines end at.
    ends: BTreeMap<End, Place>,
    /// Symbols that were drawn, ready to be put into a style.
    images: BTreeMap<Picture, String>,
    out: String,
}

impl Writer<'_> {
    fn document(&mut self, sheet: &Sheet) -> String {
        let title = self.options.title.unwrap_or("VPC resource map");
        let (width, height) = (sheet.page.width(), sheet.page.height());
        let _ = write!(
            self.out,
            "<mxfile host=\"VPC Atlas\" type=\"device\" compressed=\"false\">\n<diagram id=\"map\" name=\"{}\">\n\
             <mxGraphModel dx=\"0\" dy=\"0\" grid=\"1\" gridSize=\"10\" guides=\"1\" tooltips=\"1\" connect=\"1\" \
             arrows=\"1\" fold=\"1\" page=\"1\" pageScale=\"1\" pageWidth=\"{width}\" pageHeight=\"{height}\" \
             background=\"{}\" math=\"0\" shadow=\"0\">\n<root>\n<mxCell id=\"0\"/>\n<mxCell id=\"{LAYER}\" parent=\"0\"/>\n",
            escaped(title),
            self.css(Ink::Canvas),
        );
        let (frames, around) = frames(self.scene);
        let cells = self.containers(&frames);
        let headings = self.scene.items().iter().filter(|item| {
            item.owner == Owner::Map
                && item.layer == Layer::Ground
                && item.is_seen_at(self.options.level)
        });
        let headings: Vec<Item> = headings.cloned().collect();
        self.aside("columns", &headings, self.shift);
        self.cards(&frames, &cells, &around);
        self.connectors(&frames, &cells);
        self.notes();
        for extra in &sheet.extras {
            self.aside(extra.class, &extra.items, Point::default());
        }
        self.out
            .push_str("</root>\n</mxGraphModel>\n</diagram>\n</mxfile>\n");
        std::mem::take(&mut self.out)
    }

    fn css(&self, ink: Ink) -> String {
        self.options.theme.color(ink).css()
    }

    fn on_page(&self, rect: Rect) -> Rect {
        Rect::new(
            rect.min.x + self.shift.x,
            rect.min.y + self.shift.y,
            rect.width(),
            rect.height(),
        )
    }

    /// The frames as containers; their ids.
    fn containers(&mut self, frames: &[Frame<'_>]) -> Vec<String> {
        let mut cells: Vec<String> = Vec::with_capacity(frames.len());
        for frame in frames {
            if let Some(head) = frame.head {
                let id = self.box_of(frame, head, frames, &cells);
                cells.push(id);
                continue;
            }
            let words = frame.heading.map_or("", |heading| heading.title.as_str());
            let outer = frame.parent.and_then(|parent| cells.get(parent)).cloned();
            let path = match &outer {
                Some(outer) => format!("{}_{words}", outer.trim_start_matches("frame-")),
                None => words.to_owned(),
            };
            let id = self.names.give("frame", &path);
            let stroke = if frame.outline {
                self.css(frame.hue.map_or(Ink::Frame, Hue::strong))
            } else {
                "none".to_owned()
            };
            let dashed = match frame.look {
                Some(look) => edge(look.edge),
                None if frame.group.is_some() => edge(Edge::Dashed),
                None => String::new(),
            };
            let fill = self.filled(frame);
            let style = format!(
                "rounded=1;absoluteArcSize=1;arcSize=16;html=1;whiteSpace=nowrap;overflow=hidden;container=1;\
                 collapsible=0;recursiveResize=0;pointerEvents=0;fillColor={fill};strokeColor={stroke};{dashed}\
                 align=left;verticalAlign=top;spacingLeft=10;spacingRight=8;spacingTop=4;fontFamily={SANS};fontSize=12;\
                 fontColor={};",
                self.css(frame.hue.map_or(Ink::Text, Hue::word))
            );
            let label = frame.heading.map_or_else(String::new, |heading| {
                let caption = self.small(&heading.caption, Ink::TextMuted);
                format!("<b>{}</b>&nbsp; {caption}", escaped(&heading.title))
            });
            let rect = self.on_page(frame.rect);
            let corner = frame
                .parent
                .and_then(|parent| frames.get(parent))
                .map_or(Point::default(), |outer| self.on_page(outer.rect).min);
            let parent = outer.unwrap_or_else(|| LAYER.to_owned());
            self.vertex(&Vertex {
                id: &id,
                parent: &parent,
                label: &label,
                style: &style,
                rect,
                corner,
                about: None,
            });
            if let Some(group) = frame.group {
                let within = within(frames, frame.parent);
                self.ends.insert(
                    End::Group(group),
                    Place {
                        id: id.clone(),
                        rect,
                        within,
                    },
                );
            }
            cells.push(id);
        }
        cells
    }

    fn filled(&self, frame: &Frame<'_>) -> String {
        match (frame.look.map(|look| look.fill), frame.hue) {
            (Some(Fill::Paper), _) => self.css(Ink::Card),
            (Some(Fill::Tint), Some(hue)) => self.css(hue.tint()),
            _ => "none".to_owned(),
        }
    }

    /// A box that stands for a card: a container with the card's words. Lines of the card end at it.
    fn box_of(
        &mut self,
        frame: &Frame<'_>,
        head: &Card,
        frames: &[Frame<'_>],
        cells: &[String],
    ) -> String {
        let id = self.names.card(head.id, self.options);
        let hue = frame.hue.unwrap_or(head.hue());
        let picture = self.picture(&Picture {
            glyph: head.glyph,
            ink: head.hue().strong(),
            bar: None,
        });
        let dashed = frame.look.map_or_else(String::new, |look| edge(look.edge));
        let dimmed = self.dimmed(|lit| {
            lit.cards.contains(&head.id)
                || lit.selected == Some(head.id)
                || lit.hovered == Some(head.id)
        });
        let style = format!(
            "shape=label;rounded=1;absoluteArcSize=1;arcSize=12;html=1;whiteSpace=nowrap;overflow=hidden;container=1;\
             collapsible=0;recursiveResize=0;fillColor={};strokeColor={};{dashed}fontColor={};fontFamily={SANS};\
             fontSize=13;align=left;verticalAlign=top;{picture}{dimmed}",
            self.filled(frame),
            self.css(hue.strong()),
            self.css(Ink::Text),
        );
        let outer = frame.parent.and_then(|parent| frames.get(parent));
        let corner = outer.map_or(Point::default(), |outer| self.on_page(outer.rect).min);
        let parent = frame.parent.and_then(|parent| cells.get(parent));
        let rect = self.on_page(frame.rect);
        let tip = self.scene.card_name(head.id).unwrap_or_default();
        let label = self.card_label(head);
        self.vertex(&Vertex {
            id: &id,
            parent: parent.map_or(LAYER, String::as_str),
            label: &label,
            style: &style,
            rect,
            corner,
            about: Some((&tip, self.options.link(head.id))),
        });
        let place = Place {
            id: id.clone(),
            rect,
            within: within(frames, frame.parent),
        };
        if let Some(group) = frame.group {
            self.ends.insert(End::Group(group), place.clone());
        }
        self.ends.insert(End::Card(head.id), place);
        id
    }

    fn cards(&mut self, frames: &[Frame<'_>], cells: &[String], around: &[Option<usize>]) {
        let scene = self.scene;
        let groups = scene.diagram().groups().enumerate();
        for (index, group) in groups {
            let frame = around.get(index).copied().flatten();
            let corner = frame
                .and_then(|frame| frames.get(frame))
                .map_or(Point::default(), |frame| self.on_page(frame.rect).min);
            let parent = frame
                .and_then(|frame| cells.get(frame))
                .map_or(LAYER, String::as_str);
            // The head of a box is the box.
            let is_head = usize::from(group.head().is_some());
            for card in group.cards.iter().skip(is_head) {
                let place = scene.layout().card(card.id);
                let Some(place) = place.filter(|place| place.group == index) else {
                    continue;
                };
                let id = self.names.card(card.id, self.options);
                let rect = self.on_page(place.rect);
                let style = self.card_style(card, rect.height());
                let label = self.card_label(card);
                let tip = scene.card_name(card.id).unwrap_or_default();
                self.vertex(&Vertex {
                    id: &id,
                    parent,
                    label: &label,
                    style: &style,
                    rect,
                    corner,
                    about: Some((&tip, self.options.link(card.id))),
                });
                let within = within(frames, frame);
                self.ends
                    .insert(End::Card(card.id), Place { id, rect, within });
            }
        }
    }

    /// Words that people put on the map, as the notes that draw.io knows.
    fn notes(&mut self) {
        let hue = Hue::Role(Role::Warn);
        let style = format!(
            "shape=note;size=10;html=1;whiteSpace=wrap;overflow=hidden;fillColor={};strokeColor={};fontColor={};\
             fontFamily={SANS};fontSize=12;align=left;verticalAlign=top;spacing=6;",
            self.css(hue.tint()),
            self.css(hue.strong()),
            self.css(Ink::Text),
        );
        for note in &self.scene.layout().notes {
            let id = self.names.give("note", &note.id.0.to_string());
            let lines: Vec<String> = note.lines.iter().map(|line| escaped(line)).collect();
            self.vertex(&Vertex {
                id: &id,
                parent: LAYER,
                label: &lines.join("<br>"),
                style: &style,
                rect: self.on_page(note.rect),
                corner: Point::default(),
                about: None,
            });
        }
    }

    fn card_style(&mut self, card: &Card, height: Fx) -> String {
        let hue = card.hue();
        let ink = if card.subdued {
            Ink::TextMuted
        } else {
            hue.strong()
        };
        let has_bar = self.options.theme == Theme::Print && !card.dashed;
        let picture = self.picture(&Picture {
            glyph: card.glyph,
            ink,
            bar: has_bar.then(|| (hue.strong(), height)),
        });
        let dashed = if card.dashed {
            dashes(Dash::Dashed)
        } else {
            String::new()
        };
        let dimmed = self.dimmed(|lit| {
            lit.cards.contains(&card.id)
                || lit.selected == Some(card.id)
                || lit.hovered == Some(card.id)
        });
        let fill = if card.subdued {
            Ink::Canvas
        } else {
            hue.tint()
        };
        format!(
            "shape=label;rounded=1;absoluteArcSize=1;arcSize=12;html=1;whiteSpace=nowrap;overflow=hidden;\
             fillColor={};strokeColor={};{dashed}fontColor={};fontFamily={SANS};fontSize=13;align=left;\
             verticalAlign=top;{picture}{dimmed}",
            self.css(fill),
            self.css(ink),
            self.css(Ink::Text),
        )
    }

    /// A name in bold behind the signs of its marks, and below it the caption with the words that are in pills elsewhere.
    ///
    /// A card is as wide as its words, and the discs of marks are on its corner elsewhere: behind a name they would be cut
    /// off.
    fn card_label(&self, card: &Card) -> String {
        let mut label = String::new();
        for mark in &card.marks {
            let color = self.css(Ink::Strong(mark.sign.role()));
            let _ = write!(
                label,
                "<font color=\"{color}\" style=\"font-size: 11px;\"><b>{}</b>&nbsp;</font>",
                mark.sign.letter()
            );
        }
        let _ = write!(label, "<b>{}</b>", escaped(&card.title));
        let mut second = Vec::new();
        if !card.caption.is_empty() {
            second.push(self.small(&card.caption, Ink::TextMuted));
        }
        if let Some(badge) = &card.trailing {
            second.push(self.small(&badge.text, Ink::Word(badge.role)));
        }
        if let Some(word) = card.label.as_ref().filter(|word| !word.text.is_empty()) {
            second.push(self.small(&word.text, word.hue.word()));
        }
        if !second.is_empty() {
            let _ = write!(label, "<br>{}", second.join(" &middot; "));
        }
        let details = match self.scene.layout().size {
            Size::Compact => &[][..],
            Size::Details => &card.details,
        };
        for line in card.more.iter().chain(details) {
            let _ = write!(label, "<br>{}", self.small(line, Ink::TextMuted));
        }
        label
    }

    fn small(&self, words: &str, ink: Ink) -> String {
        if words.is_empty() {
            return String::new();
        }
        format!(
            "<font color=\"{}\" style=\"font-size: 11px;\">{}</font>",
            self.css(ink),
            // HTML makes one space of several.
            escaped(words).replace("  ", "&nbsp; ")
        )
    }

    /// What stands at the left of a shape and where its words begin, in a style. Semicolons end a value there: the word
    /// `base64` stays out of the picture's address.
    fn picture(&mut self, picture: &Picture) -> String {
        let theme = self.options.theme;
        let image = self
            .images
            .entry(picture.clone())
            .or_insert_with(|| picture.image(theme))
            .clone();
        // Words and picture are moved by the same spacing, and the picture by a gap more.
        let (width, height) = picture.size();
        let spacing = picture.corner().y - PICTURE_GAP;
        let (left, top) = (TEXT_X - spacing, WORDS_TOP - spacing);
        format!(
            "spacing={spacing};spacingLeft={left};spacingRight={};spacingTop={top};imageAlign=left;\
             imageVerticalAlign=top;imageWidth={width};imageHeight={height};image={image};",
            // A sign before a name takes the room that is left free at its end elsewhere.
            -spacing,
        )
    }

    fn dimmed(&self, is_lit: impl Fn(&Lit) -> bool) -> String {
        match self.options.lit {
            Some(lit) if !is_lit(lit) => format!("opacity={DIMMED};textOpacity={DIMMED};"),
            _ => String::new(),
        }
    }

    /// Every line that is drawn, as a connector that takes the same way.
    fn connectors(&mut self, frames: &[Frame<'_>], cells: &[String]) {
        let scene = self.scene;
        let nets: BTreeMap<_, _> = scene
            .diagram()
            .nets
            .iter()
            .map(|net| (net.id, net))
            .collect();
        let mut routes: Vec<&Route> = scene.layout().routes.iter().collect();
        routes.sort_by_key(|route| (route.line, route.net));
        for route in routes {
            let Some(net) = nets.get(&route.net) else {
                continue;
            };
            for (position, leg) in route.legs.iter().enumerate() {
                let from = net.legs.get(leg.leg as usize).map(|leg| leg.from);
                let ends = from
                    .and_then(|from| self.ends.get(&from))
                    .zip(self.ends.get(&net.to));
                let Some((from, to)) = ends else { continue };
                let (from, to) = (from.clone(), to.clone());
                // A connector belongs to the innermost container around both of its ends, and moves with it.
                let shared = from
                    .within
                    .iter()
                    .zip(&to.within)
                    .take_while(|(one, two)| one == two)
                    .last()
                    .map(|(frame, _)| *frame);
                let corner = shared
                    .and_then(|frame| frames.get(frame))
                    .map_or(Point::default(), |frame| self.on_page(frame.rect).min);
                let parent = shared
                    .and_then(|frame| cells.get(frame))
                    .map_or(LAYER, String::as_str);
                let id = LegId {
                    net: route.net,
                    leg: leg.leg,
                };
                let dimmed = self.dimmed(|lit| lit.legs.contains(&id));
                let look = (route.line, Ink::Strong(leg.role), dimmed.as_str());
                self.connector(look, (&from, &to), &route.path(position), (parent, corner));
            }
        }
    }

    fn connector(
        &mut self,
        (line, ink, dimmed): (Line, Ink, &str),
        (from, to): (&Place, &Place),
        path: &[Point],
        (parent, corner): (&str, Point),
    ) {
        let bare = |place: &Place| place.id.trim_start_matches("card-").to_owned();
        let id = self
            .names
            .give("line", &format!("{}--{}", bare(from), bare(to)));
        let mut points: Vec<Point> = path
            .iter()
            .map(|at| Point::new(at.x + self.shift.x, at.y + self.shift.y))
            .collect();
        let (dash, width) = line_style(line);
        // Lines that share the way to their target are drawn over each other. Where they begin at the target, their dashes
        // are in step there; begun elsewhere, they would fill each other's gaps.
        let (from, to) = match dash {
            Dash::Solid => (from, to),
            Dash::Dotted | Dash::Dashed | Dash::Long => {
                points.reverse();
                (to, from)
            }
        };
        let dash = dashes(dash);
        let ends = match line {
            Line::Implicit => "endArrow=oval;endFill=0;endSize=5;",
            Line::Blackhole => "startArrow=cross;startFill=0;startSize=7;endArrow=none;",
            Line::Membership | Line::Association | Line::Route => "endArrow=none;",
        };
        let mut style = format!(
            "edgeStyle=orthogonalEdgeStyle;rounded=1;arcSize=12;orthogonalLoop=1;jettySize=auto;html=0;\
             strokeColor={};strokeWidth={width};{dash}{ends}",
            self.css(ink)
        );
        for (word, place, point) in [("exit", from, points.first()), ("entry", to, points.last())] {
            if let Some(point) = point {
                let x = fraction(point.x - place.rect.min.x, place.rect.width());
                let y = fraction(point.y - place.rect.min.y, place.rect.height());
                let _ = write!(style, "{word}X={x};{word}Y={y};{word}Dx=0;{word}Dy=0;");
            }
        }
        style.push_str(dimmed);
        let _ = write!(
            self.out,
            "<UserObject label=\"\" tooltip=\"{}\" id=\"{id}\"><mxCell style=\"{style}\" edge=\"1\" parent=\"{parent}\" \
             source=\"{}\" target=\"{}\"><mxGeometry relative=\"1\" as=\"geometry\">",
            word_of_line(line),
            from.id,
            to.id
        );
        let corners = points.get(1..points.len().saturating_sub(1)).unwrap_or(&[]);
        if !corners.is_empty() {
            self.out.push_str("<Array as=\"points\">");
            for at in corners {
                let (x, y) = (at.x - corner.x, at.y - corner.y);
                let _ = write!(self.out, "<mxPoint x=\"{x}\" y=\"{y}\"/>");
            }
            self.out.push_str("</Array>");
        }
        self.out.push_str("</mxGeometry></mxCell></UserObject>\n");
    }

    /// Items that belong to nothing on the map, in a container of their own, so that they move as one.
    fn aside(&mut self, name: &str, items: &[Item], shift: Point) {
        let moved = |rect: Rect| {
            let (x, y) = (rect.min.x + shift.x, rect.min.y + shift.y);
            Rect::new(x, y, rect.width(), rect.height())
        };
        let patterns = Patterns::of(self.scene, self.options.theme);
        let pieces: Vec<(String, String, Rect)> = items
            .iter()
            .flat_map(|item| {
                let drawn = patterns.drawn(item);
                drawn.unwrap_or_else(|| vec![item.shape.clone()])
            })
            .filter_map(|shape| self.simple(&shape))
            .map(|(label, style, rect)| (label, style, moved(rect)))
            .collect();
        let around = pieces.iter().map(|(.., rect)| *rect);
        let Some(around) = around.reduce(|one, two| one.union(&two)) else {
            return;
        };
        let parent = self.names.give("aside", name);
        self.vertex(&Vertex {
            id: &parent,
            parent: LAYER,
            label: "",
            style: "group;container=1;collapsible=0;connectable=0;pointerEvents=0;fillColor=none;strokeColor=none;",
            rect: around,
            corner: Point::default(),
            about: None,
        });
        for (label, style, rect) in &pieces {
            let id = self.names.give("aside", name);
            self.vertex(&Vertex {
                id: &id,
                parent: &parent,
                label,
                style,
                rect: *rect,
                corner: around.min,
                about: None,
            });
        }
    }

    /// A shape on its own as label, style and outline. Slopes have no such form: of the two arms of a cross one becomes a
    /// sign, and the other is left out.
    fn simple(&self, shape: &Shape) -> Option<(String, String, Rect)> {
        let paint = |ink: Option<Ink>| ink.map_or_else(|| "none".to_owned(), |ink| self.css(ink));
        let fixed = "connectable=0;";
        match shape {
            Shape::Text(run) => Some(self.words(run)),
            Shape::Rect {
                rect,
                radii: [radius, ..],
                fill,
                stroke,
            } => {
                let style = format!(
                    "rounded=1;absoluteArcSize=1;arcSize={};{fixed}fillColor={};strokeColor={};",
                    *radius * 2,
                    paint(*fill),
                    paint(stroke.map(|stroke| stroke.ink))
                );
                Some((String::new(), style, *rect))
            }
            Shape::Disc {
                center,
                radius,
                fill,
                stroke,
            } => {
                let style = format!(
                    "ellipse;shape=ellipse;perimeter=ellipsePerimeter;{fixed}fillColor={};strokeColor={};",
                    paint(Some(*fill)),
                    paint(stroke.map(|stroke| stroke.ink))
                );
                let rect = Rect {
                    min: *center,
                    max: *center,
                };
                Some((String::new(), style, rect.grown(*radius)))
            }
            Shape::Line { points, stroke, .. } => {
                let [from, to] = points.as_slice() else {
                    return None;
                };
                let rect = Rect::around(points)?;
                let thick = Fx::px(10);
                let (direction, rect) = if from.y == to.y {
                    let top = from.y - thick.half();
                    ("", Rect::new(rect.min.x, top, rect.width(), thick))
                } else if from.x == to.x {
                    let left = from.x - thick.half();
                    let rect = Rect::new(left, rect.min.y, thick, rect.height());
                    ("direction=south;", rect)
                } else if (from.x < to.x) == (from.y < to.y) {
                    let style = format!(
                        "text;html=0;{fixed}align=center;verticalAlign=middle;spacing=0;fillColor=none;strokeColor=none;\
                         fontFamily={SANS};fontSize=16;fontStyle=1;fontColor={};",
                        self.css(stroke.ink)
                    );
                    return Some(("×".to_owned(), style, rect.grown(Fx::px(4))));
                } else {
                    return None;
                };
                let style = format!(
                    "shape=line;{direction}{fixed}fillColor=none;strokeColor={};strokeWidth={};{}",
                    self.css(stroke.ink),
                    stroke.width,
                    dashes(stroke.dash)
                );
                Some((String::new(), style, rect))
            }
            Shape::Glyph { .. } => None,
        }
    }

    fn words(&self, run: &TextRun) -> (String, String, Rect) {
        let bold = u8::from(run.font == Font::SansSemiBold);
        let style = format!(
            "text;html=0;connectable=0;align=left;verticalAlign=middle;whiteSpace=nowrap;spacing=0;fillColor=none;\
             strokeColor=none;fontFamily={};fontSize={};fontStyle={bold};fontColor={};",
            family(run.font),
            run.size,
            self.css(run.ink)
        );
        let height = run.size * 3 / 2;
        let rect = Rect::new(
            run.x,
            run.baseline - run.size * 35 / 100 - height.half(),
            run.width + Fx::px(2),
            height,
        );
        (run.text.clone(), style, rect)
    }

    fn vertex(&mut self, vertex: &Vertex<'_>) {
        let (x, y) = (
            vertex.rect.min.x - vertex.corner.x,
            vertex.rect.min.y - vertex.corner.y,
        );
        let geometry = format!(
            "<mxGeometry x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" as=\"geometry\"/>",
            vertex.rect.width(),
            vertex.rect.height()
        );
        let (id, label) = (vertex.id, escaped(vertex.label));
        let (style, parent) = (vertex.style, vertex.parent);
        let Some((tip, link)) = &vertex.about else {
            let _ = writeln!(
                self.out,
                "<mxCell id=\"{id}\" value=\"{label}\" style=\"{style}\" vertex=\"1\" parent=\"{parent}\">{geometry}</mxCell>"
            );
            return;
        };
        let link = link
            .as_ref()
            .map_or_else(String::new, |link| format!(" link=\"{}\"", escaped(link)));
        // The tip is shown as HTML, as the label is: it is escaped for that first.
        let tip = escaped(&escaped(tip));
        let _ = writeln!(
            self.out,
            "<UserObject label=\"{label}\" tooltip=\"{tip}\"{link} id=\"{id}\"><mxCell style=\"{style}\" vertex=\"1\" \
             parent=\"{parent}\">{geometry}</mxCell></UserObject>"
        );
    }
}

/// A shape to be written.
struct Vertex<'a> {
    id: &'a str,
    parent: &'a str,
    /// For styles that say `html=1`, HTML.
    label: &'a str,
    style: &'a str,
    rect: Rect,
    /// The corner of the parent, which its place is told from.
    corner: Point,
    /// What is shown when it is pointed at, and where it leads.
    about: Option<(&'a str, Option<String>)>,
}

/// The frames around something, from the outside in.
fn within(frames: &[Frame<'_>], innermost: Option<usize>) -> Vec<usize> {
    let mut path = Vec::new();
    let mut at = innermost;
    // Outer frames come before inner ones, so this ends.
    while let Some(index) = at {
        path.push(index);
        at = frames
            .get(index)
            .and_then(|frame| frame.parent)
            .filter(|parent| *parent < index);
    }
    path.reverse();
    path
}

/// How far along a length, from 0 to 1, with four digits.
fn fraction(at: Fx, length: Fx) -> String {
    let ten_thousandths = i64::from(at.0) * 10_000 / i64::from(length.0.max(1));
    let text = format!("{:.4}", ten_thousandths as f64 / 10_000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What stands at the left of a shape: its symbol, and in print the bar whose pattern stands for a colour. draw.io fills
/// shapes with colours only, so that the pattern is a part of the picture; boxes have none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Picture {
    glyph: Glyph,
    ink: Ink,
    /// The bar's colour, and its height: that of the card.
    bar: Option<(Ink, Fx)>,
}

impl Picture {
    /// Where it stands in the shape. Without a bar it begins left of the symbol, since draw.io keeps it as far from the
    /// upper edge as from the left one.
    fn corner(&self) -> Point {
        match self.bar {
            Some(_) => Point::default(),
            None => Point::new(GLYPH_Y, GLYPH_Y),
        }
    }

    /// Width and height.
    fn size(&self) -> (Fx, Fx) {
        let corner = self.corner();
        let height = match self.bar {
            Some((_, height)) => height,
            None => GLYPH,
        };
        (GLYPH_X + GLYPH - corner.x, height)
    }

    fn image(&self, theme: Theme) -> String {
        let color = theme.color(self.ink).css();
        let (corner, (width, height)) = (self.corner(), self.size());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {width} {height}\" width=\"{width}\" \
             height=\"{height}\">",
            corner.x, corner.y
        );
        if let Some((ink, height)) = self.bar {
            bar(ink, height, theme, &mut svg);
        }
        let _ = write!(
            svg,
            "<g transform=\"translate({GLYPH_X} {GLYPH_Y})\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{PEN}\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\">"
        );
        for part in self.glyph.parts() {
            let fill = if part.filled {
                format!(" fill=\"{color}\" stroke=\"none\"")
            } else {
                String::new()
            };
            let _ = write!(svg, "<path d=\"{}\"{fill}/>", part.d);
        }
        svg.push_str("</g></svg>");
        format!("data:image/svg+xml,{}", STANDARD.encode(svg))
    }
}

/// The bar at the left edge of a card, as it is drawn in other formats.
fn bar(ink: Ink, height: Fx, theme: Theme, svg: &mut String) {
    let along = Rect::new(Fx::ZERO, Fx::ZERO, BAR, height);
    let shapes = pattern::bar(along, [Fx::ZERO; 4], ink);
    for shape in shapes {
        let Shape::Rect {
            rect, fill, stroke, ..
        } = shape
        else {
            continue;
        };
        let fill = fill.map_or_else(|| "none".to_owned(), |ink| theme.color(ink).css());
        let stroke = stroke.map_or_else(String::new, |stroke| {
            let color = theme.color(stroke.ink).css();
            format!(" stroke=\"{color}\" stroke-width=\"{}\"", stroke.width)
        });
        let (x, y) = (rect.min.x, rect.min.y);
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{stroke}/>",
            rect.width(),
            rect.height()
        );
    }
}
