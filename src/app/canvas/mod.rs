//! The map on the screen: pan, zoom, hover, selection by pointer and by keys.

mod arrange;
pub mod camera;
mod keys;
mod lines;
mod menu;
mod minimap;
pub mod paint;

use super::arranging::{Arrange, Thing};
use super::context::{Action, AppContext};
use super::look;
use super::model::{Map, Opened, Picture};
use super::widgets;
use crate::network::{Key, Kind};
use crate::picture::diagram::{Card, CardId, End, GroupId, LegId, Line};
use crate::picture::geometry::{Fx, Point, Rect as MapRect};
use crate::picture::scene::{Level, Lit, Owner, Shape as Primitive, Target};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::{Stack, grouped};
use camera::Camera;
use eframe::egui;
use egui::{
    Color32, CornerRadius, EventFilter, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use paint::Brush;
use std::collections::{BTreeMap, BTreeSet};

/// How far from a line the pointer still means it, in points.
const AIM: f32 = 4.0;
/// How many cards on screen are made known to screen readers.
const NAMED_CARDS: usize = 300;
/// Resources of a folded card that are named before it is said how many more there are.
const STACKED: usize = 12;
/// Resources of a folded card that light up what is related to them.
const STACK_LIT: usize = 200;
/// Where more cards are lit than these, only those on screen are gathered.
const MANY_LIT: usize = 400;
/// The smallest zoom at which a card that is gone to can be read.
const READABLE: f32 = 0.6;
/// The height of the strip that keeps the headings of columns in view.
const STRIP: f32 = 30.0;

/// What the canvas remembers from frame to frame.
#[derive(Default)]
pub(super) struct Canvas {
    pub(super) camera: Camera,
    /// The place of the canvas in the window, as of the last frame.
    pub(super) rect: Option<Rect>,
    /// The place of the minimap, where there is one.
    minimap: Option<Rect>,
    /// How much was seen last, so that the border between two levels does not flicker.
    level: Option<Level>,
    hovered: Option<Target>,
    /// The card or note that is dragged.
    drag: Option<arrange::Drag>,
    /// What was clicked with the other button, and where.
    menu: Option<menu::Menu>,
    /// The card of what is selected that was chosen: a resource may have several.
    chosen: Option<CardId>,
    /// Moved or gone to by the keys: it stays on the screen.
    pub(super) follows: Option<Thing>,
    /// The keys are to go to the map.
    pub(super) wants_focus: bool,
    /// The overlay that was made last, and what for.
    overlay: Option<Overlay>,
    /// The cards that are lit now, while the others are dimmed.
    pub(super) lit: BTreeSet<CardId>,
    /// The keyboard moved last, so where the keys go is to be seen.
    by_keys: bool,
    /// To be brought into view as soon as the map is laid out.
    pub(super) reveal: Option<Key>,
    /// What the pointer is at elsewhere in the window: it is lit as if it were over its card.
    pub(super) pointed: Option<Key>,
}

/// What is painted above the veil.
struct Overlay {
    made_for: OverlayOf,
    lit: Option<Lit>,
    items: Vec<crate::picture::scene::Item>,
    /// What the items were made of.
    drawn: Extent,
}

/// How much of an overlay there is.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    Nothing,
    All,
    /// Very much is lit: only what is seen of it.
    Seen(Level, MapRect),
}

impl Overlay {
    /// Make the items, where they are not made yet.
    fn draw(&mut self, map: &Map, level: Level, area: MapRect) {
        let is_much = |lit: &Lit| lit.cards.len() > MANY_LIT;
        let wanted = if self.lit.as_ref().is_some_and(is_much) {
            Extent::Seen(level, area)
        } else {
            Extent::All
        };
        if self.drawn == wanted {
            return;
        }
        self.drawn = wanted;
        let items = self.lit.as_ref().map(|lit| match wanted {
            Extent::Seen(level, area) => map.scene.overlay_within(lit, level, &area),
            Extent::All | Extent::Nothing => map.scene.overlay(lit),
        });
        self.items = items.unwrap_or_default();
    }
}

/// What an overlay was made for.
#[derive(Clone, PartialEq)]
struct OverlayOf {
    generation: u64,
    hovered: Option<Target>,
    selected: Option<CardId>,
    searched: Option<u64>,
    /// What was worked out of the network then.
    derivation: (bool, bool),
    /// Only groups are seen.
    coarse: bool,
}

/// What a search dims.
pub(super) struct Searched<'a> {
    /// What matches, or what that is in.
    pub(super) cards: &'a BTreeSet<CardId>,
    /// Counts up with each new search.
    pub(super) generation: u64,
}

impl Canvas {
    /// Zoom about the middle.
    pub(super) fn zoom_by(&mut self, factor: f32) {
        if let Some(rect) = self.rect {
            self.camera.zoom_about(rect, camera::middle(rect), factor);
        }
    }

    /// Zoom to so many points per map unit.
    pub(super) fn zoom_to(&mut self, zoom: f32) {
        if let Some(rect) = self.rect {
            self.camera.set_zoom(rect, camera::middle(rect), zoom);
        }
    }

    /// The card that is selected, or that stands for what is: of several of one resource the one that was chosen.
    pub(super) fn selected(
        &self,
        selected: Option<&Key>,
        opened: &Opened,
        map: &Map,
    ) -> Option<CardId> {
        let anchor = opened.anchor(selected?, &map.view)?;
        let chosen = self.chosen.filter(|it| map.view.key(*it) == Some(&anchor));
        chosen.or_else(|| map.view.card(&anchor))
    }

    /// Forget what depends on the map that was shown.
    pub(super) fn forget(&mut self) {
        self.hovered = None;
        self.overlay = None;
        self.lit.clear();
    }
}

/// Show the map.
pub(super) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    state: &mut Canvas,
    opened: &Opened,
    map: &Map,
    searched: Option<&Searched<'_>>,
) {
    let response = ui.allocate_response(ui.available_size(), Sense::click_and_drag());
    let whole = response.rect;
    // The map lies below the headings; it is seen a little through them.
    let rect = whole.with_min_y((whole.top() + STRIP).min(whole.bottom()));
    state.rect = Some(rect);
    let filter = EventFilter {
        tab: true,
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: false,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Canvas, true, "Resource map"));
    if std::mem::take(&mut state.wants_focus) {
        response.request_focus();
    }

    let zoom_before = state.camera.zoom();
    let is_arranging = arrange::drag(app, ui, &response, state, map);
    move_camera(ui, &response, state, is_arranging, app.arranging);
    state.camera.settle(rect, &map.bounds());
    if let Some(key) = state.reveal.take()
        && let Some(card) = state.selected(Some(&key), opened, map)
        && let Some(place) = map.place(card)
    {
        state.camera.reveal(rect, &place, READABLE, &map.bounds());
        state.camera.settle(rect, &map.bounds());
    }
    follow(state, rect, map);

    if (state.camera.zoom() - zoom_before).abs() > f32::EPSILON {
        // The status bar has said the zoom of the last frame already.
        ui.request_repaint();
    }
    let level = Level::for_zoom(state.camera.zoom(), state.level);
    state.level = Some(level);
    let brush = Brush {
        camera: state.camera,
        canvas: rect,
        theme: app.theme,
        level,
        ctx: ui.ctx(),
    };
    let painter = ui.painter_at(whole);
    let ground = look::color(app.theme, Ink::Canvas);
    painter.rect_filled(whole, CornerRadius::ZERO, ground);

    let selected = state.selected(app.selected, opened, map);
    state.minimap = (!app.settings.hides_minimap)
        .then(|| minimap::place(rect, &state.camera, map))
        .flatten();
    let pointed = hover(ui, &response, state, map, level);
    let elsewhere = state.pointed.take().filter(|_| pointed.is_none());
    let elsewhere = elsewhere.and_then(|key| map.view.card(&opened.anchor(&key, &map.view)?));
    state.hovered = pointed
        .map(|(target, _)| target)
        .or(elsewhere.map(Target::Card));
    click(app, ui, &response, state, map, opened);
    keys::ui(app, ui, &response, state, map, opened);

    painter.extend(brush.base(&map.scene));
    let wanted = OverlayOf {
        generation: map.generation,
        hovered: state.hovered.filter(|target| lights(map, *target, level)),
        selected,
        searched: searched.map(|searched| searched.generation),
        derivation: opened.derivation(),
        coarse: level == Level::Groups,
    };
    let is_made = |overlay: &Overlay| overlay.made_for == wanted;
    if !state.overlay.as_ref().is_some_and(is_made) {
        let lit = lit(&wanted, opened, map, searched);
        state.lit = (lit.as_ref()).map_or_else(BTreeSet::new, |lit| lit.cards.clone());
        state.overlay = Some(Overlay {
            made_for: wanted,
            lit,
            items: Vec::new(),
            drawn: Extent::Nothing,
        });
    }
    if let Some(overlay) = &mut state.overlay {
        let area = brush.area();
        overlay.draw(map, level, area);
        if !overlay.items.is_empty() || overlay.made_for.searched.is_some() {
            let veil = ground.gamma_multiply(app.theme.veil());
            painter.rect_filled(whole, CornerRadius::ZERO, veil);
            let seen = overlay
                .items
                .iter()
                .filter(|item| item.is_seen_at(level) && item.bounds.touches(&area));
            let mut shapes = Vec::new();
            brush.items(seen, &mut shapes);
            painter.extend(shapes);
        }
    }
    arrange::signs(app, &painter, &brush, map);
    arrange::ghost(ui, &painter, &brush, state, map);
    headings(app, &painter, state, whole, map);
    if response.has_focus() && state.by_keys {
        let ring = Stroke::new(1.0, look::color(app.theme, Ink::Accent));
        painter.rect_stroke(
            whole.shrink(0.5),
            CornerRadius::ZERO,
            ring,
            egui::StrokeKind::Inside,
        );
    }
    name_cards(app, ui, response.id, state, opened, map, selected);
    arrange::name_notes(app, ui, response.id, state, map);
    minimap::ui(app, ui, state, map);
    menu::ui(app, ui, &response, state, map);
    if let Some((target, at)) = pointed {
        tip(ui, &response, &brush, (opened, map), target, at);
    }
}

/// What the keys move stays on the screen, as large as it is.
fn follow(state: &mut Canvas, rect: Rect, map: &Map) {
    // A large map is drawn a little later.
    let Some(thing) = state.follows.take_if(|_| !map.is_drawing()) else {
        return;
    };
    if let Some(place) = thing.place(map)
        && !rect.contains_rect(state.camera.screen_rect(rect, &place))
    {
        let zoom = state.camera.zoom();
        state.camera.reveal(rect, &place, zoom, &map.bounds());
        state.camera.settle(rect, &map.bounds());
    }
}

fn move_camera(
    ui: &Ui,
    response: &egui::Response,
    state: &mut Canvas,
    is_arranging: bool,
    arranges: bool,
) {
    let Some(rect) = state.rect else { return };
    if response.dragged() && !is_arranging {
        state.camera.pan(response.drag_delta());
        ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    }
    if let Some(at) = pointer(ui, response) {
        let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        if (zoom - 1.0).abs() > f32::EPSILON {
            state.camera.zoom_about(rect, at, zoom);
        }
        if scroll != Vec2::ZERO {
            state.camera.pan(scroll);
        }
    }
    if response.double_clicked() && state.hovered.is_none() && !arranges {
        state.camera.fit();
    }
}

/// Where the pointer is, if it is over the canvas and over nothing on top of it.
fn pointer(ui: &Ui, response: &egui::Response) -> Option<Pos2> {
    let at = ui.input(|input| input.pointer.hover_pos())?;
    (response.contains_pointer() && response.rect.contains(at)).then_some(at)
}

/// What the pointer is over, and where. Where only groups are seen, a group is meant and nothing in it.
fn hover(
    ui: &Ui,
    response: &egui::Response,
    state: &Canvas,
    map: &Map,
    level: Level,
) -> Option<(Target, Pos2)> {
    let rect = state.rect?;
    let at = pointer(ui, response).filter(|at| !response.dragged() && rect.contains(*at))?;
    if minimap::covers(state, at) {
        return None;
    }
    let point = state.camera.map_from_screen(rect, at);
    if level == Level::Groups {
        let group = map
            .layout
            .groups
            .iter()
            .rfind(|group| group.rect.contains(point))?;
        return Some((Target::Group(group.id), at));
    }
    let radius = Fx::from_f32(AIM / state.camera.zoom());
    let target = map.scene.hit(point, radius)?;
    // Of a group only the heading is meant: its empty space belongs to the map.
    let is_empty_space = matches!(target, Target::Group(_)) && !over_heading(map, target, point);
    (!is_empty_space).then_some((target, at))
}

fn over_heading(map: &Map, target: Target, point: Point) -> bool {
    let Target::Group(group) = target else {
        return false;
    };
    let Some(place) = map.layout.group(group) else {
        return false;
    };
    map.view.zone(group).is_some()
        && place
            .heading_baseline
            .is_some_and(|baseline| point.y <= baseline + Fx::px(10) && place.rect.contains(point))
}

/// The resource that a target stands for.
fn card_of(target: Target) -> Option<CardId> {
    match target {
        Target::Card(card) => Some(card),
        Target::Leg(_) | Target::Net(_) | Target::Group(_) | Target::Note(_) => None,
    }
}

/// Whether something lights up when the pointer is over it.
fn lights(map: &Map, target: Target, level: Level) -> bool {
    match target {
        Target::Card(card) => map.view.key(card).is_some(),
        Target::Leg(leg) => map.view.line(leg).is_some(),
        Target::Net(_) => true,
        Target::Note(_) => false,
        Target::Group(group) => level == Level::Groups || map.view.zone(group).is_some(),
    }
}

/// What is to be lit: what the pointer is over wins over the selection, and that over a search.
fn lit(
    wanted: &OverlayOf,
    opened: &Opened,
    map: &Map,
    searched: Option<&Searched<'_>>,
) -> Option<Lit> {
    let topology = &opened.topology;
    let picture = map.picture();
    let of_card = |card: CardId| {
        if let Some(stack) = map.view.stack(card) {
            let mut lit = Lit::default();
            for key in stack.keys.iter().take(STACK_LIT) {
                let more = map.view.lit(&opened.related(key, map.picture()));
                lit.cards.extend(more.cards);
                lit.legs.extend(more.legs);
            }
            return Some(lit);
        }
        map.view
            .key(card)
            .map(|key| map.view.lit(&opened.related(key, picture)))
    };
    let mut lit = match wanted.hovered {
        Some(Target::Card(card)) => of_card(card)?,
        Some(Target::Group(group)) => {
            let mut lit = match map.view.zone(group) {
                Some((vpc, zone)) => map.view.lit(&topology.related_to_zone(vpc, zone)),
                None => related_to_group(opened, map, group),
            };
            lit.groups.insert(group);
            lit
        }
        Some(Target::Leg(leg)) => {
            let (from, to) = map.view.line(leg)?;
            map.view.lit_keys([from, to])
        }
        Some(Target::Net(net)) => {
            let mut nets = map.scene.diagram().nets.iter();
            let net = nets.find(|candidate| candidate.id == net)?;
            let ends = net.legs.iter().map(|leg| leg.from).chain([net.to]);
            let legs = 0..u32::try_from(net.legs.len()).unwrap_or(u32::MAX);
            Lit {
                cards: ends
                    .filter_map(|end| match end {
                        End::Card(card) => Some(card),
                        End::Group(_) => None,
                    })
                    .collect(),
                legs: legs.map(|leg| LegId { net: net.id, leg }).collect(),
                ..Lit::default()
            }
        }
        Some(Target::Note(_)) | None => match (wanted.selected, searched) {
            (_, Some(searched)) => Lit {
                cards: searched.cards.clone(),
                ..Lit::default()
            },
            (Some(card), None) => of_card(card)?,
            (None, None) => return None,
        },
    };
    if wanted.coarse {
        // No card is seen: the groups light that hold something lit.
        let places = lit.cards.iter().filter_map(|card| map.layout.card(*card));
        let groups = places.filter_map(|place| map.layout.groups.get(place.group));
        lit.groups.extend(groups.map(|group| group.id));
    }
    lit.selected = wanted.selected;
    lit.hovered = wanted.hovered.and_then(card_of);
    Some(lit)
}

/// What is related to anything in a group.
fn related_to_group(opened: &Opened, map: &Map, group: GroupId) -> Lit {
    let mut all = Lit::default();
    let Some(index) = map.layout.groups.iter().position(|place| place.id == group) else {
        return all;
    };
    let cards = map.layout.cards.iter().filter(|place| place.group == index);
    for key in cards.filter_map(|place| map.view.key(place.id)) {
        let lit = map.view.lit(&opened.related(key, map.picture()));
        all.cards.extend(lit.cards);
        all.legs.extend(lit.legs);
    }
    all
}

fn click(
    app: &AppContext<'_>,
    ui: &Ui,
    response: &egui::Response,
    state: &mut Canvas,
    map: &Map,
    opened: &Opened,
) {
    if ui.input(|input| input.pointer.any_pressed()) {
        state.by_keys = false;
    } else if ui.input(|input| {
        input
            .events
            .iter()
            .any(|event| matches!(event, egui::Event::Key { .. }))
    }) {
        state.by_keys = true;
    }
    if response.double_clicked()
        && let Some(stack) = (state.hovered.and_then(card_of)).and_then(|it| map.view.stack(it))
    {
        app.send(Action::Arrange(Arrange::Unfold(stack.clone())));
    } else if response.double_clicked()
        && let Some(key) = state
            .hovered
            .and_then(card_of)
            .and_then(|card| map.view.key(card))
        && map.is_overview()
    {
        open(app, opened, map, key);
    } else if response.double_clicked()
        && app.arranging
        && state.hovered.is_none()
        && let Some((rect, at)) = state.rect.zip(pointer(ui, response))
    {
        let at = state.camera.map_from_screen(rect, at);
        app.send(Action::Arrange(Arrange::Write(None, at)));
    } else if response.clicked_by(egui::PointerButton::Primary) {
        // Enter and Space are clicks too, but not on what the pointer happens to be over.
        response.request_focus();
        match state.hovered {
            Some(Target::Card(card)) => {
                if let Some(key) = map.view.key(card) {
                    state.chosen = Some(card);
                    app.send(Action::Select(Some(key.clone())));
                }
            }
            Some(Target::Note(note)) => app.send(Action::Arrange(Arrange::Choose(note))),
            Some(Target::Leg(leg)) => {
                if let Some((from, _)) = map.view.line(leg) {
                    app.send(Action::Select(Some(from.clone())));
                }
            }
            Some(Target::Net(_) | Target::Group(_)) => {}
            None => app.send(Action::Select(None)),
        }
    }
    let is_card = state.hovered.and_then(card_of).is_some();
    let is_note = matches!(state.hovered, Some(Target::Note(_)));
    if (is_card || is_note) && response.contains_pointer() && state.drag.is_none() {
        ui.set_cursor_icon(if is_note || app.arranging {
            egui::CursorIcon::Grab
        } else {
            egui::CursorIcon::PointingHand
        });
    }
}

/// What a double click or Enter does: the overview leads into a VPC, everything else is brought into view.
fn open(app: &AppContext<'_>, opened: &Opened, map: &Map, key: &Key) {
    if map.is_overview() && opened.can_enter(key) {
        app.send(Action::ShowVpc(Some(key.clone())));
    } else {
        app.send(Action::Reveal(key.clone()));
    }
}

/// The headings of the columns stay at the top of the canvas, at one size, wherever the map is.
fn headings(app: &AppContext<'_>, painter: &egui::Painter, state: &Canvas, rect: Rect, map: &Map) {
    if map.layout.columns.is_empty() {
        return;
    }
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), STRIP));
    let ground = look::color(app.theme, Ink::Canvas);
    painter.rect_filled(strip, CornerRadius::ZERO, ground.gamma_multiply(0.94));
    let color = look::color(app.theme, Ink::TextMuted);
    let font = look::font(Font::SansSemiBold, 12.5);
    let at = |x: Fx| {
        let below = rect.with_min_y(strip.bottom());
        state.camera.screen_from_map(below, [x.to_f32(), 0.0]).x
    };
    let columns = &map.layout.columns;
    let heads = map.scene.diagram().columns.iter();
    for (position, (head, place)) in heads.zip(columns).enumerate() {
        let words = match head.count {
            Some(count) => format!("{} · {}", head.title, grouped(count as u64)),
            None => head.title.clone(),
        };
        let (left, right) = (at(place.x), at(place.x + place.width));
        if right < rect.left() || left > rect.right() {
            continue;
        }
        let left = left.max(rect.left() + 10.0);
        // A heading has the room up to the next column's; what is longer is cut there.
        let end = columns
            .get(position + 1)
            .map_or(rect.right(), |next| at(next.x).min(rect.right()));
        let room = (end - left - 8.0).max(8.0);
        let lay = |words: String| {
            let mut job = egui::text::LayoutJob::simple_singleline(words, font.clone(), color);
            job.wrap = egui::text::TextWrapping::truncate_at_width(room);
            painter.layout_job(job)
        };
        let mut galley = lay(words.clone());
        // The last word tells more than a cut first one: “Connections · 5”.
        if galley.elided
            && let Some((_, last)) = words.split_once(' ')
            && !last.starts_with('·')
        {
            galley = lay(widgets::capital(last));
        }
        let top = strip.center().y - galley.size().y / 2.0;
        painter.galley(pos2(left, top), galley, color);
    }
}

/// Make the cards on screen known by name to screen readers, and let those click them.
fn name_cards(
    app: &AppContext<'_>,
    ui: &Ui,
    canvas: egui::Id,
    state: &mut Canvas,
    opened: &Opened,
    map: &Map,
    selected: Option<CardId>,
) {
    let Some(rect) = state.rect else { return };
    if state.level.is_none_or(|level| level < Level::Titles) {
        return;
    }
    let seen = state.camera.seen(rect);
    let on_screen = map
        .layout
        .cards
        .iter()
        .filter(|place| place.rect.touches(&seen));
    for place in on_screen.take(NAMED_CARDS) {
        let Some(key) = map.view.key(place.id) else {
            continue;
        };
        let area = state.camera.screen_rect(rect, &place.rect).intersect(rect);
        if area.is_negative() {
            continue;
        }
        let card = ui.interact(
            area,
            ui.scope_id().with(("card", key, place.id.0)),
            Sense::CLICK,
        );
        card.widget_info(|| {
            let words = map.scene.card_name(place.id).unwrap_or_default();
            let name = format!("{} {words}", key.kind.singular());
            WidgetInfo::selected(egui::Role::Button, true, selected == Some(place.id), name)
        });
        if card.clicked() {
            // The keys that follow go to the map.
            ui.memory_mut(|memory| memory.request_focus(canvas));
            state.chosen = Some(place.id);
            app.send(Action::Select(Some(key.clone())));
        }
        if card.double_clicked() {
            match map.view.stack(place.id) {
                Some(stack) => app.send(Action::Arrange(Arrange::Unfold(stack.clone()))),
                None => open(app, opened, map, key),
            }
        }
    }
}

/// What a mark means, and what a card's words are where they were cut.
fn tip(
    ui: &Ui,
    response: &egui::Response,
    brush: &Brush<'_>,
    (opened, map): (&Opened, &Map),
    target: Target,
    at: Pos2,
) {
    let words = match target {
        Target::Card(id) => {
            let Some(card) = map.scene.card(id) else {
                return;
            };
            if let Some(mark) = mark_at(brush, map, id, at) {
                mark
            } else if let Some(stack) = map.view.stack(id) {
                stack_words(opened, card, stack)
            } else {
                let cut = brush.level < Level::Names || is_cut(map, id, &card.title, &card.caption);
                if !cut {
                    return;
                }
                [card.title.as_str(), card.caption.as_str()]
                    .join("\n")
                    .trim()
                    .to_owned()
            }
        }
        Target::Leg(leg) => match map.view.line(leg) {
            Some((from, to)) => line_words(map, from, to),
            None => return,
        },
        Target::Group(group) if brush.level == Level::Groups => match group_words(map, group) {
            Some(words) => words,
            None => return,
        },
        Target::Group(_) | Target::Net(_) | Target::Note(_) => return,
    };
    let layer = ui.layer_id();
    egui::Tooltip::always_open(
        ui.ctx().clone(),
        layer,
        response.id.with("tip"),
        egui::PopupAnchor::Pointer,
    )
    .show(|ui| {
        ui.set_max_width(380.0);
        ui.label(widgets::shown_lines(&words));
    });
}

/// What a card stands for that stands for several, in words.
fn stack_words(opened: &Opened, card: &Card, stack: &Stack) -> String {
    let names = stack.keys.iter().take(STACKED).map(|key| opened.name(key));
    let mut lines: Vec<String> = std::iter::once(card.title.clone()).chain(names).collect();
    let more = stack.keys.len().saturating_sub(STACKED);
    if more > 0 {
        lines.push(format!("and {} more", grouped(more as u64)));
    }
    lines.push("Double click to see them by themselves".to_owned());
    lines.join("\n")
}

/// What a group holds, in words.
fn group_words(map: &Map, group: GroupId) -> Option<String> {
    let group = map
        .scene
        .diagram()
        .groups()
        .find(|candidate| candidate.id == group)?;
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for key in group.cards.iter().filter_map(|card| map.view.key(card.id)) {
        *counts.entry(key.kind).or_default() += 1;
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|(kind, count)| match count {
            1 => format!("1 {}", kind.singular()),
            _ => format!("{} {}", grouped(count), kind.plural()),
        })
        .collect();
    let words = (!words.is_empty()).then(|| words.join(", "))?;
    Some(match &group.heading {
        Some(heading) => format!("{}: {words}", heading.title),
        None => words,
    })
}

/// What a line means, in words.
fn line_words(map: &Map, from: &Key, to: &Key) -> String {
    let name = |key: &Key| {
        let card = map.view.card(key).and_then(|card| map.scene.card(card));
        card.map_or_else(|| key.id.to_string(), |card| card.title.clone())
    };
    let verb = match (from.kind, to.kind) {
        (Kind::TransitGatewayAttachment, Kind::TransitGatewayRouteTable) => {
            return table_words(map, from, to, name);
        }
        (_, Kind::TransitGatewayAttachment) => "is attached by",
        (Kind::TransitGatewayAttachment, _) => "is an attachment of",
        (Kind::Vpc, _) if map.is_overview() => "is joined to",
        (Kind::Vpc, _) if map.picture() == Picture::Nested => "is attached to",
        (Kind::Vpc, _) => "holds",
        (Kind::Subnet, Kind::RouteTable) => "is routed by",
        (Kind::Subnet | Kind::RouteTable, _) => "routes to",
        _ => "is joined to",
    };
    format!("{} {verb} {}", name(from), name(to))
}

/// What lies between an attachment and a route table of a transit gateway, in words: as its lines are drawn.
fn table_words(map: &Map, from: &Key, to: &Key, name: impl Fn(&Key) -> String) -> String {
    let (Some(from_card), Some(to_card)) = (map.view.card(from), map.view.card(to)) else {
        return String::new();
    };
    let nets = map.scene.diagram().nets.iter();
    let legs = nets
        .filter(|net| net.to == End::Card(to_card))
        .flat_map(|net| &net.legs)
        .filter(|leg| leg.from == End::Card(from_card));
    let lines: BTreeSet<Line> = legs.map(|leg| leg.line).collect();
    let (attachment, table) = (name(from), name(to));
    let words = lines.into_iter().filter_map(|line| match line {
        Line::Association => Some(format!("{attachment} is associated with {table}")),
        Line::Route => Some(format!("{table} has routes to {attachment}")),
        Line::Blackhole => Some(format!("Routes of {table} to {attachment} lead nowhere")),
        Line::Membership | Line::Implicit => None,
    });
    words.collect::<Vec<_>>().join("\n")
}

/// The words of the mark under the pointer. Marks stand in the order of the card's list.
fn mark_at(brush: &Brush<'_>, map: &Map, id: CardId, at: Pos2) -> Option<String> {
    let card = map.scene.card(id)?;
    if card.marks.is_empty() {
        return None;
    }
    let point = brush.camera.map_from_screen(brush.canvas, at);
    let place = map.place(id)?;
    let near = place.grown(Fx::px(10));
    let items = map.scene.visible(Level::All, &near);
    let discs = items
        .into_iter()
        .filter_map(|item| match (&item.owner, &item.shape) {
            (Owner::Card(owner), Primitive::Disc { center, radius, .. }) if *owner == id => {
                Some((*center, *radius))
            }
            _ => None,
        });
    let hit = discs.zip(&card.marks).find(|((center, radius), _)| {
        (point.x - center.x).abs() <= *radius + Fx::px(2)
            && (point.y - center.y).abs() <= *radius + Fx::px(2)
    });
    hit.map(|(_, mark)| mark.text.clone())
}

/// Whether a card shows less than its words.
fn is_cut(map: &Map, id: CardId, title: &str, caption: &str) -> bool {
    let Some(place) = map.place(id) else {
        return false;
    };

    map.scene
        .visible(Level::All, &place)
        .into_iter()
        .any(|item| match (&item.owner, &item.shape) {
            (Owner::Card(owner), Primitive::Text(run)) if *owner == id => {
                run.text.contains('…') && run.text != title && run.text != caption
            }
            _ => false,
        })
}

/// What is painted where there is no map.
pub(super) fn nothing(app: &AppContext<'_>, ui: &Ui, rect: Rect, title: &str, words: &str) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(
        rect,
        CornerRadius::ZERO,
        look::color(app.theme, Ink::Canvas),
    );
    let title_color = look::color(app.theme, Ink::Text);
    let color = look::color(app.theme, Ink::TextMuted);
    let font = look::font(Font::SansSemiBold, 15.0);
    let heading = painter.layout(title.to_owned(), font, title_color, rect.width() - 60.0);
    let body = painter.layout(
        words.to_owned(),
        look::font(Font::Sans, 13.0),
        color,
        (rect.width() - 60.0).min(440.0),
    );
    let top = rect.center().y - 30.0;
    painter.galley(
        pos2(rect.center().x - heading.size().x / 2.0, top),
        heading,
        Color32::PLACEHOLDER,
    );
    painter.galley(
        pos2(rect.center().x - body.size().x / 2.0, top + 28.0),
        body,
        Color32::PLACEHOLDER,
    );
    painter.add(Shape::Noop);
}
