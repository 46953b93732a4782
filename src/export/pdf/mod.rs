//! A scene as PDF: vectors, words as words in the used part of the bundled fonts, links and bookmarks.
//!
//! Written from the display list with `pdf-writer`, which writes objects and leaves everything else to its caller: a
//! picture has rectangles, lines, symbols and words, and our own subset of a font is one already. Nothing in the file
//! depends on when or where it was made.

mod fonts;
mod paint;
mod tiles;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType, PageMode};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect as PdfRect, Ref, Str, TextStr};

use self::fonts::Fonts;
use self::paint::Painter;
use self::tiles::{FOOTER, Plan, Tile};
use super::Options;
use super::pattern::Patterns;
use super::sheet::Sheet;
use crate::picture::diagram::{Group, GroupId};
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::scene::{Item, Scene, TextRun};
use crate::picture::text::{self, Cut, Font};
use crate::picture::theme::Ink;

/// Why there is no PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// More pages than anybody would put together.
    #[error(
        "the picture would take {pages} pages of {paper}, more than {limit}; choose {}a page that fits the picture", if *larger { "larger paper or " } else { "" }
    )]
    TooManyPages {
        /// How many.
        pages: usize,
        /// The most there may be.
        limit: usize,
        /// The paper.
        paper: &'static str,
        /// Whether there is larger paper.
        larger: bool,
    },
    /// A font could not be cut down, or the content not packed.
    #[error("the PDF could not be written: {0}")]
    Write(String),
}

/// The pages that a picture takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pages {
    /// How many next to each other.
    pub columns: usize,
    /// How many below each other.
    pub rows: usize,
    /// Width and height of each, in points.
    pub paper: (f64, f64),
    /// The size of the picture on paper to that on a screen at 100 %.
    pub scale: f64,
}

impl Pages {
    /// How many in all.
    pub fn count(&self) -> usize {
        self.columns * self.rows
    }
}

/// The sheet and its pages. Where several stand side by side, the legends keep to the first: cut through they say little.
fn planned(scene: &Scene, options: &Options<'_>) -> Result<(Sheet, Plan), PdfError> {
    let sheet = Sheet::new(scene, options);
    let plan = tiles::plan(scene, &sheet, options)?;
    if plan.columns < 2 {
        return Ok((sheet, plan));
    }
    // The first page of the new plan may be as narrow as any but the last, which takes what is left.
    let inner = plan.tiles.iter().filter(|it| it.column + 1 < plan.columns);
    let widths = inner.map(|tile| tile.area.width());
    let narrow = Sheet::within(scene, options, widths.min().unwrap_or(Fx::MAX));
    let again = tiles::plan(scene, &narrow, options)?;
    Ok((narrow, again))
}

/// The pages that a picture takes, without drawing it.
pub fn pages(scene: &Scene, options: &Options<'_>) -> Result<Pages, PdfError> {
    let (_, plan) = planned(scene, options)?;
    Ok(Pages {
        columns: plan.columns,
        rows: plan.rows,
        paper: plan.paper,
        scale: plan.scale / 0.75,
    })
}

/// A scene as a PDF. The same scene and options give the same bytes.
pub fn pdf(scene: &Scene, options: &Options<'_>) -> Result<Vec<u8>, PdfError> {
    let (sheet, plan) = planned(scene, options)?;
    let overlay = options.lit.map(|lit| scene.overlay(lit));
    let footers: Vec<TextRun> = plan
        .tiles
        .iter()
        .map(|tile| footer(&plan, tile, options))
        .collect();
    let mut fonts = Fonts::default();
    let base = scene
        .items()
        .iter()
        .filter(|item| item.is_seen_at(options.level));
    let beside = sheet.extras.iter().flat_map(|extra| &extra.items);
    for item in base.chain(beside).chain(overlay.iter().flatten()) {
        fonts.note(&item.shape);
    }
    if plan.tiles.len() > 1 {
        for run in &footers {
            fonts.note_run(run);
        }
    }
    let fonts = fonts.made()?;
    let file = File {
        scene,
        options,
        sheet: &sheet,
        plan: &plan,
        overlay: overlay.as_deref(),
        footers: &footers,
    };
    file.written(&fonts)
}

/// What is said below a page of several: which one it is, and which ones join it.
fn footer(plan: &Plan, tile: &Tile, options: &Options<'_>) -> TextRun {
    let number = |column: usize, row: usize| row * plan.columns + column + 1;
    let mut words = options
        .title
        .map_or_else(String::new, |title| format!("{title} · "));
    let _ = write!(
        words,
        "page {} of {}",
        number(tile.column, tile.row),
        plan.tiles.len()
    );
    let mut joins = Vec::new();
    if tile.column > 0 {
        joins.push(format!("← {}", number(tile.column - 1, tile.row)));
    }
    if tile.column + 1 < plan.columns {
        joins.push(format!("→ {}", number(tile.column + 1, tile.row)));
    }
    if tile.row > 0 {
        joins.push(format!("↑ {}", number(tile.column, tile.row - 1)));
    }
    if tile.row + 1 < plan.rows {
        joins.push(format!("↓ {}", number(tile.column, tile.row + 1)));
    }
    if !joins.is_empty() {
        words.push_str(" · joins ");
        words.push_str(&joins.join("  "));
    }
    let size = Fx::px(8);
    let room = Fx::from_f32((plan.paper.0 - plan.corner.0 * 2.0 - 80.0) as f32);
    let fitted = text::fit(&words, Font::Sans, size, room, Cut::Start);
    TextRun {
        text: fitted.text.into_owned(),
        font: Font::Sans,
        size,
        x: Fx::from_f32(plan.corner.0 as f32),
        baseline: Fx::from_f32((plan.corner.1 - 1.0) as f32),
        width: fitted.width,
        ink: Ink::TextMuted,
    }
}

struct File<'a> {
    scene: &'a Scene,
    options: &'a Options<'a>,
    sheet: &'a Sheet,
    plan: &'a Plan,
    overlay: Option<&'a [Item]>,
    footers: &'a [TextRun],
}

/// A place in the file that a bookmark leads to.
struct Mark {
    title: String,
    /// In units of the sheet.
    at: Point,
    /// What it holds.
    below: Vec<Mark>,
}

impl File<'_> {
    fn written(&self, fonts: &fonts::Made) -> Result<Vec<u8>, PdfError> {
        let mut next = 1;
        let mut fresh = || {
            let id = Ref::new(next);
            next += 1;
            id
        };
        let mut pdf = Pdf::new();
        let (catalog, tree, info, veil) = (fresh(), fresh(), fresh(), fresh());
        let faces = fonts.write(&mut pdf, &mut fresh)?;
        let pages: Vec<Ref> = self.plan.tiles.iter().map(|_| fresh()).collect();

        for ((tile, footer), id) in self.plan.tiles.iter().zip(self.footers).zip(&pages) {
            let links = self.links(tile);
            let links: Vec<(Ref, PdfRect, String)> = links
                .into_iter()
                .map(|(rect, link)| (fresh(), rect, link))
                .collect();
            for (annotation, rect, link) in &links {
                let mut annotation = pdf.annotation(*annotation);
                annotation.subtype(AnnotationType::Link);
                annotation.rect(*rect);
                annotation.border(0.0, 0.0, 0.0, None);
                annotation
                    .action()
                    .action_type(ActionType::Uri)
                    .uri(Str(link.as_bytes()));
            }
            let content = fresh();
            let packed = packed(&self.content(tile, footer, fonts))?;
            pdf.stream(content, &packed).filter(Filter::FlateDecode);
            let mut page = pdf.page(*id);
            page.parent(tree);
            page.media_box(PdfRect::new(
                0.0,
                0.0,
                self.plan.paper.0 as f32,
                self.plan.paper.1 as f32,
            ));
            page.contents(content);
            if !links.is_empty() {
                page.annotations(links.iter().map(|(annotation, ..)| *annotation));
            }
            let mut resources = page.resources();
            let mut named = resources.fonts();
            for (font, face) in &faces {
                named.pair(Name(fonts::name(*font)), *face);
            }
            named.finish();
            resources.ext_g_states().pair(Name(paint::VEIL), veil);
        }
        pdf.ext_graphics(veil)
            .non_stroking_alpha(self.options.theme.veil());
        pdf.pages(tree)
            .count(i32::try_from(pages.len()).unwrap_or(i32::MAX))
            .kids(pages.iter().copied());

        let marks = self.marks();
        let outline =
            (!marks.is_empty()).then(|| self.outline(&mut pdf, &marks, &pages, &mut fresh));
        let title = text::shown(self.options.title.unwrap_or("VPC resource map"), Font::Sans);
        pdf.document_info(info)
            .title(TextStr(&title))
            .creator(TextStr("VPC Atlas"));
        let mut root = pdf.catalog(catalog);
        root.pages(tree);
        root.lang(TextStr("en"));
        root.viewer_preferences().display_doc_title(true);
        if let Some(outline) = outline {
            root.outlines(outline);
            root.page_mode(PageMode::UseOutlines);
        }
        root.finish();
        Ok(pdf.finish())
    }

    /// A point of the sheet on the paper of a tile; PDF counts from below.
    fn on_paper(&self, tile: &Tile, at: Point) -> (f32, f32) {
        let plan = self.plan;
        let off = |at: Fx, from: Fx| f64::from((at - from).to_f32()) * plan.scale;
        let x = plan.corner.0 + off(at.x, tile.area.min.x);
        let y = plan.paper.1 - plan.corner.1 - off(at.y, tile.area.min.y);
        (x as f32, y as f32)
    }

    fn content(&self, tile: &Tile, footer: &TextRun, fonts: &fonts::Made) -> Vec<u8> {
        let (plan, options) = (self.plan, self.options);
        let mut content = Content::new();
        let mut painter = Painter {
            content: &mut content,
            theme: options.theme,
            patterns: Patterns::of(self.scene, options.theme),
            fonts,
        };
        let (width, height) = (plan.paper.0 as f32, plan.paper.1 as f32);
        painter.ground((0.0, 0.0, width, height));
        let (left, top) = self.on_paper(tile, tile.area.min);
        let (right, bottom) = self.on_paper(tile, tile.area.max);
        painter.content.save_state();
        painter.clip((left, bottom, right - left, top - bottom));
        let scale = plan.scale as f32;
        let origin = self.on_paper(tile, Point::default());
        painter
            .content
            .transform([scale, 0.0, 0.0, -scale, origin.0, origin.1]);
        for extra in &self.sheet.extras {
            for item in extra
                .items
                .iter()
                .filter(|item| item.bounds.touches(&tile.area))
            {
                painter.item(item);
            }
        }
        let shift = self.sheet.offset;
        let (x, y) = (shift.x.to_f32(), shift.y.to_f32());
        painter.content.transform([1.0, 0.0, 0.0, 1.0, x, y]);
        let min = Point::new(tile.area.min.x - shift.x, tile.area.min.y - shift.y);
        let area = Rect::new(min.x, min.y, tile.area.width(), tile.area.height());
        for item in self.scene.visible(options.level, &area) {
            painter.item(item);
        }
        if let Some(overlay) = self.overlay {
            painter.veil(self.scene.bounds());
            let seen = overlay
                .iter()
                .filter(|item| item.is_seen_at(options.level) && item.bounds.touches(&area));
            for item in seen {
                painter.item(item);
            }
        }
        painter.content.restore_state();
        if plan.tiles.len() > 1 {
            painter.corners((left, bottom, right - left, top - bottom));
            painter.footer(footer);
            let at = (
                width - plan.corner.0 as f32,
                plan.corner.1 as f32 + FOOTER as f32 / 2.0,
            );
            painter.locator((plan.columns, plan.rows), (tile.column, tile.row), at);
        }
        content.finish().into_vec()
    }

    /// The links of the cards whose middle is on a page.
    fn links(&self, tile: &Tile) -> Vec<(PdfRect, String)> {
        let shift = self.sheet.offset;
        let cards = self.scene.layout().cards.iter();
        cards
            .filter_map(|card| {
                let min = Point::new(card.rect.min.x + shift.x, card.rect.min.y + shift.y);
                let rect = Rect::new(min.x, min.y, card.rect.width(), card.rect.height());
                if !tile.area.contains(rect.center()) {
                    return None;
                }
                let link = self.options.link(card.id)?;
                let (left, top) = self.on_paper(tile, rect.min);
                let (right, bottom) = self.on_paper(tile, rect.max);
                Some((PdfRect::new(left, bottom, right, top), link))
            })
            .collect()
    }

    /// Bookmarks: the bands with the groups in them that have a name; or the boxes, down to the zones of VPCs.
    fn marks(&self) -> Vec<Mark> {
        let (diagram, layout) = (self.scene.diagram(), self.scene.layout());
        let shift = self.sheet.offset;
        let at = |rect: Rect| Point::new(rect.min.x + shift.x, rect.min.y + shift.y);
        let places: BTreeMap<GroupId, Rect> = diagram
            .groups()
            .zip(&layout.groups)
            .map(|(group, place)| (group.id, place.rect))
            .collect();
        let mark = |group: &Group, below: Vec<Mark>| {
            let head = group.head().map(|head| head.title.as_str());
            let heading = group.heading.as_ref();
            let title = head.or_else(|| Some(heading?.title.as_str()))?;
            let at = at(*places.get(&group.id)?);
            Some(Mark {
                title: title.to_owned(),
                at,
                below,
            })
        };
        let flat = |groups: &mut dyn Iterator<Item = &Group>| -> Vec<Mark> {
            groups.filter_map(|group| mark(group, Vec::new())).collect()
        };
        let mut marks = Vec::new();
        for (band, place) in diagram.bands.iter().zip(&layout.bands) {
            let below = flat(&mut band.columns.iter().flatten());
            match &band.heading {
                Some(heading) => marks.push(Mark {
                    title: heading.title.clone(),
                    at: at(place.rect),
                    below,
                }),
                None => marks.extend(below),
            }
        }
        marks.extend(flat(&mut diagram.shared.iter()));
        if let Some(nest) = &diagram.nest {
            for realm in &nest.realms {
                let sites = realm.sites.iter().filter_map(|site| {
                    let strips = site.strips.iter().map(|strip| &strip.group);
                    mark(&site.group, flat(&mut strips.into_iter()))
                });
                marks.extend(mark(&realm.group, sites.collect()));
            }
            marks.extend(flat(&mut nest.beyond.iter()));
        }
        marks
    }

    fn outline(
        &self,
        pdf: &mut Pdf,
        marks: &[Mark],
        pages: &[Ref],
        fresh: &mut dyn FnMut() -> Ref,
    ) -> Ref {
        let root = fresh();
        // One alone is open: there is nothing else to choose from.
        let is_open = marks.len() == 1;
        let ends = self.entries(pdf, marks, (root, is_open), pages, fresh);
        let seen: usize = if is_open {
            marks.iter().map(|mark| 1 + mark.below.len()).sum()
        } else {
            marks.len()
        };
        let mut outline = pdf.outline(root);
        if let Some((first, last)) = ends {
            outline.first(first).last(last);
        }
        outline.count(i32::try_from(seen).unwrap_or(i32::MAX));
        root
    }

    /// The entries of one level below a parent, the first and the last of them.
    fn entries(
        &self,
        pdf: &mut Pdf,
        marks: &[Mark],
        (parent, is_open): (Ref, bool),
        pages: &[Ref],
        fresh: &mut dyn FnMut() -> Ref,
    ) -> Option<(Ref, Ref)> {
        let ids: Vec<Ref> = marks.iter().map(|_| fresh()).collect();
        for (index, (mark, id)) in marks.iter().zip(&ids).enumerate() {
            let below = self.entries(pdf, &mark.below, (*id, false), pages, fresh);
            let tiles = || self.plan.tiles.iter().zip(pages);
            let on = tiles().find(|(tile, _)| tile.area.contains(mark.at));
            let mut item = pdf.outline_item(*id);
            item.title(TextStr(&text::shown(&mark.title, Font::Sans)));
            item.parent(parent);
            if let Some(previous) = index.checked_sub(1).and_then(|index| ids.get(index)) {
                item.prev(*previous);
            }
            if let Some(next) = ids.get(index + 1) {
                item.next(*next);
            }
            if let Some((first, last)) = below {
                let count = i32::try_from(mark.below.len()).unwrap_or(i32::MAX);
                // Less than none: they are not seen at first.
                let count = if is_open { count } else { -count };
                item.first(first).last(last).count(count);
            }
            if let Some((tile, page)) = on.or_else(|| tiles().next()) {
                let (x, y) = self.on_paper(tile, mark.at);
                item.dest().page(*page).xyz(x - 6.0, y + 6.0, None);
            }
        }
        ids.first().copied().zip(ids.last().copied())
    }
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|error| PdfError::Write(error.to_string()))
}
