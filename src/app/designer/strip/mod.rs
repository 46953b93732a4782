//! The address space of a VPC, drawn to scale: a strip for each of its blocks, and what can be done with the part that is
//! chosen.
//!
//! * [`view`]: which stretch of a block is seen. [`cell`]: how a part looks. [`actions`]: what can be done with it.

mod actions;
mod cell;
mod view;

#[cfg(test)]
mod tests;

use super::super::context::Action;
use super::super::look;
use super::super::widgets;
use super::DesignContext;
use crate::cidr::{self, BlockFacts};
use crate::design::{
    AddressSpace, BlockSpace, Design, Occupant, PLAN_HEADS, Segment, Vpc, address_plan, subnet_key,
};
use crate::export::csv;
use crate::network::{Key, Text};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use cell::Marks;
use eframe::egui;
use egui::{
    CornerRadius, EventFilter, Layout, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::sync::Arc;
use view::View;

/// The height of a strip, in points.
const HEIGHT: f32 = 36.0;
/// How many parts of a strip are made known to screen readers.
const NAMED: usize = 300;
/// The narrowest part that keys go to without magnifying, in points.
const NARROW: f64 = 22.0;
/// How many subnets outside all blocks are listed.
const STRAYS: usize = 12;

/// A part of the address space, by what stays the same while the design changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spot {
    Subnet(Text, u16),
    Held(Ipv4Net),
    Reserved(Ipv4Net),
    Free(Ipv4Net),
}

impl Spot {
    fn of(segment: &Segment) -> Self {
        match &segment.occupant {
            Occupant::Subnet { tier, number, .. } => Self::Subnet(tier.clone(), *number),
            Occupant::Held => Self::Held(segment.block),
            Occupant::Reserved => Self::Reserved(segment.block),
            Occupant::Free => Self::Free(segment.block),
        }
    }
}

/// The address space that is shown, and what it was made of.
struct Made {
    design: Arc<Design>,
    vpc: Text,
    space: Arc<AddressSpace>,
}

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Strip {
    made: Option<Made>,
    /// The stretch that is seen of each block, by its place among them.
    views: Vec<View>,
    chosen: Option<Spot>,
    /// What can be done with the chosen part is shown: somebody chose it here, and not on the map.
    is_open: bool,
    /// Where the keys are.
    gone_to: Option<Spot>,
    /// The keyboard moved last, so where the keys go is to be seen.
    by_keys: bool,
    /// What was selected in the window last.
    selected: Option<Key>,
    /// What stands at this address is to be chosen once the change of this frame has been made.
    choose_next: Option<(u64, Ipv4Addr)>,
    actions: actions::Actions,
}

impl Strip {
    /// Bring the parts up to date, and what is chosen among them.
    fn update(&mut self, context: &DesignContext<'_>, vpc: &Vpc, frame: u64) -> Arc<AddressSpace> {
        let design = context.document.design();
        let is_same_vpc = self.made.as_ref().is_some_and(|made| made.vpc == vpc.id);
        if !is_same_vpc {
            self.chosen = None;
            self.gone_to = None;
            self.views.clear();
        }
        let fresh = self
            .made
            .as_ref()
            .filter(|made| is_same_vpc && Arc::ptr_eq(&made.design, design))
            .map(|made| Arc::clone(&made.space));
        let is_fresh = fresh.is_some();
        let space = fresh.unwrap_or_else(|| Arc::new(AddressSpace::of(vpc, &design.reserved)));
        if !is_fresh {
            self.made = Some(Made {
                design: Arc::clone(design),
                vpc: vpc.id.clone(),
                space: Arc::clone(&space),
            });
            self.views.resize(space.blocks.len(), View::default());
        }
        self.follow(context, vpc, &space, frame);
        let is_there = |spot: &Spot| space.segments().any(|segment| Spot::of(segment) == *spot);
        self.chosen = self.chosen.take().filter(is_there);
        self.is_open &= self.chosen.is_some();
        self.gone_to = self.gone_to.take().filter(is_there);
        space
    }

    /// Choose what the window selects, and what a change has put where something was chosen.
    fn follow(&mut self, context: &DesignContext<'_>, vpc: &Vpc, space: &AddressSpace, frame: u64) {
        if context.app.selected != self.selected.as_ref() {
            self.selected = context.app.selected.cloned();
            let subnet = vpc
                .subnets()
                .find(|(tier, subnet)| Some(&subnet_key(vpc, tier, subnet)) == context.app.selected)
                .map(|(tier, subnet)| Spot::Subnet(tier.name.clone(), subnet.number));
            let is_subnet = matches!(self.chosen, Some(Spot::Subnet(..)));
            if subnet.is_some() || is_subnet || self.selected.is_some() {
                self.chosen = subnet;
            }
        }
        if let Some((asked, address)) = self.choose_next
            && asked < frame
        {
            self.choose_next = None;
            let found = space
                .segments()
                .filter(|segment| segment.block.contains(&address))
                .last();
            if let Some(segment) = found {
                self.choose(context, vpc, segment);
            }
        }
    }

    fn choose(&mut self, context: &DesignContext<'_>, vpc: &Vpc, segment: &Segment) {
        let spot = Spot::of(segment);
        let key = key_of(vpc, &spot);
        if context.app.selected != key.as_ref() {
            context.app.send(Action::Select(key));
        }
        self.gone_to = Some(spot.clone());
        self.chosen = Some(spot);
        self.is_open = true;
    }

    fn leave(&mut self, context: &DesignContext<'_>) {
        if matches!(self.chosen, Some(Spot::Subnet(..))) {
            context.app.send(Action::Select(None));
        }
        self.chosen = None;
        self.is_open = false;
    }

    /// Whether there is something to show over the strips, see [`chosen_ui`].
    pub(in crate::app) fn is_open(&self) -> bool {
        self.is_open
    }
}

fn key_of(vpc: &Vpc, spot: &Spot) -> Option<Key> {
    let Spot::Subnet(tier, number) = spot else {
        return None;
    };
    let tier = vpc.tier(tier)?;
    Some(subnet_key(vpc, tier, tier.subnet(*number)?))
}

pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Strip) {
    let Some(vpc) = context.vpc else { return };
    let space = state.update(context, vpc, ui.ctx().cumulative_frame_nr());
    let is_own = |id| (0..space.blocks.len()).any(|place| id == strip_id(place));
    let is_left = ui.input(|input| input.key_pressed(egui::Key::Escape))
        && !egui::Popup::is_any_open(ui.ctx())
        && ui.memory(|memory| memory.focused().is_none_or(is_own));
    if is_left && state.chosen.is_some() {
        state.leave(context);
    }
    let margin = egui::Margin {
        left: 20,
        right: 20,
        top: 10,
        bottom: 14,
    };
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        let most = ui.ctx().content_rect().height() * 0.3;
        let rows = |ui: &mut Ui, state: &mut Strip| {
            for (place, block) in space.blocks.iter().enumerate() {
                if place > 0 {
                    ui.add_space(4.0);
                }
                title(context, ui, state, vpc, block, place);
                row(context, ui, state, vpc, block, place);
            }
            strays(context, ui, state, vpc, &space.strays);
        };
        if space.blocks.len() > 2 {
            egui::ScrollArea::vertical()
                .max_height(most)
                .show(ui, |ui| {
                    ui.set_width(ui.available_width() - 10.0);
                    rows(ui, state);
                });
        } else {
            rows(ui, state);
        }
    });
}

/// What can be done with the part that was chosen in a strip: a panel of its own over that of the strips, so that these
/// stay where they are when it comes and goes.
pub(in crate::app) fn chosen_ui(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Strip) {
    let (Some(vpc), Some(made)) = (context.vpc, &state.made) else {
        return;
    };
    let space = Arc::clone(&made.space);
    let segment = state.chosen.as_ref().and_then(|spot| {
        let mut segments = space.segments();
        segments.find(|segment| Spot::of(segment) == *spot)
    });
    let margin = egui::Margin {
        left: 20,
        right: 20,
        top: 8,
        bottom: 0,
    };
    if let Some(segment) = segment {
        egui::Frame::new().inner_margin(margin).show(ui, |ui| {
            actions::ui(context, ui, state, vpc, segment);
        });
    }
}

/// What stands over a strip: its block, how much of it is used, and what can be done with the whole.
fn title(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    block: &BlockSpace,
    place: usize,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        let words = if place == 0 {
            format!("Address space {}", block.block)
        } else {
            block.block.to_string()
        };
        let muted = widgets::ink(ui, Ink::TextMuted);
        ui.label(widgets::semibold(words).size(12.0).color(muted));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if place == 0 {
                let copy = widgets::small_link(ui, "Copy as CSV");
                let copy = copy.accessible_name("Copy the address plan as CSV");
                let copy = copy.on_hover_text(
                    "Every subnet, set-aside and free block of this VPC with its first, last and usable addresses",
                );
                if copy.clicked() {
                    let rows = address_plan(vpc, &context.design().reserved);
                    let what = format!("address plan, {} as CSV", widgets::count(rows.len(), "row"));
                    let text = csv(&PLAN_HEADS, rows.iter().map(|row| row.iter().map(String::as_str)));
                    context.app.send(Action::Copy { text, what });
                }
                dot(ui);
            }
            if let Some(view) = state.views.get_mut(place) {
                magnifier(ui, view, block.block);
                dot(ui);
            }
            let words = widgets::small_muted(ui, usage(block, ui.available_width() > 300.0));
            ui.add(egui::Label::new(words).truncate());
        });
    });
}

/// How many times larger the strip is seen than the whole block, and the ways to change that; from right to left.
fn magnifier(ui: &mut Ui, view: &mut View, block: Ipv4Net) {
    let least = least(block);
    let step = |ui: &mut Ui, sign: &str, what: &str, keys: &str, can: bool| {
        let words = egui::RichText::new(sign).font(look::font(Font::SansSemiBold, 13.0));
        let words = if can {
            words.color(widgets::ink(ui, Ink::Accent))
        } else {
            words
        };
        ui.spacing_mut().button_padding = vec2(3.0, 0.0);
        let button = egui::Button::new(words).frame_when_inactive(false);
        let button = ui.add_enabled(can, button);
        let button = button.accessible_name(format!("{what} {block}"));
        button.on_hover_text(keys).clicked()
    };
    ui.spacing_mut().item_spacing.x = 2.0;
    if !view.is_whole() {
        let whole = widgets::small_link(ui, "Whole");
        let whole = whole.accessible_name(format!("Show the whole of {block}"));
        if whole.on_hover_text("Show the whole block (Home)").clicked() {
            *view = View::default();
        }
    }
    let (start, end) = view.ends();
    let middle = 0.5;
    let can_grow = end - start > least * 1.000_1;
    let hint = "Magnify: the wheel over the strip, or + where the keys are on it";
    if step(ui, "+", "Magnify", hint, can_grow) {
        view.zoom_about(middle, 2.0, least);
    }
    let words = widgets::small_muted(ui, times(view.factor()));
    ui.label(words);
    if step(ui, "−", "Show more of", "Show more (−)", !view.is_whole()) {
        view.zoom_about(middle, 0.5, least);
    }
    ui.spacing_mut().item_spacing.x = 6.0;
}

/// A factor in words: `1×`, `2.5×`, `64×`.
fn times(factor: f64) -> String {
    if factor < 9.95 && (factor - factor.round()).abs() > 0.05 {
        format!("{factor:.1}×")
    } else {
        format!("{factor:.0}×")
    }
}

/// The shortest stretch of a block that is worth seeing, in shares of it: a /28.
fn least(block: Ipv4Net) -> f64 {
    (16.0 / cidr::address_count(block) as f64).min(1.0)
}

fn dot(ui: &mut Ui) {
    let dot = widgets::small_muted(ui, "·");
    ui.label(dot);
}

/// How much of a block is used.
fn usage(block: &BlockSpace, is_roomy: bool) -> String {
    let free = format!("{} addresses free", grouped(block.free));
    if !is_roomy {
        return format!("{} free", grouped(block.free));
    }
    if let Some((used, all, mask)) = block.slots() {
        return format!("{used} of {} blocks of /{mask} used · {free}", grouped(all));
    }
    let all = cidr::address_count(block.block);
    let used = all.saturating_sub(block.free);
    format!("{} of {} used · {free}", grouped(used), grouped(all))
}

/// A strip and its parts.
#[derive(Clone, Copy)]
struct Scale {
    rect: Rect,
    view: View,
    first: u32,
    size: f64,
    least: f64,
}

impl Scale {
    fn of(rect: Rect, view: View, block: Ipv4Net) -> Self {
        Self {
            rect,
            view,
            first: u32::from(block.network()),
            size: cidr::address_count(block) as f64,
            least: least(block),
        }
    }

    /// Where a block lies, in shares of the whole.
    fn shares(self, block: Ipv4Net) -> (f64, f64) {
        let from = f64::from(u32::from(block.network())) - f64::from(self.first);
        let to = from + cidr::address_count(block) as f64;
        (
            (from / self.size).clamp(0.0, 1.0),
            (to / self.size).clamp(0.0, 1.0),
        )
    }

    /// Where a block is on the screen; none where it is out of view.
    fn place(self, block: Ipv4Net) -> Option<Rect> {
        let (from, to) = self.shares(block);
        let x = |share: f64| {
            // Far outside, single precision would shiver.
            let at = self.view.seen_at(share).clamp(-2.0, 3.0);
            self.rect.left() + (at * f64::from(self.rect.width())) as f32
        };
        let place = Rect::from_x_y_ranges(x(from)..=x(to), self.rect.y_range());
        let is_seen = place.right() > self.rect.left() && place.left() < self.rect.right();
        is_seen.then_some(place)
    }

    /// The shortest stretch that is worth seeing: a /28.
    fn least(self) -> f64 {
        self.least
    }

    /// A place on the screen, in shares of the strip.
    fn at(self, x: f32) -> f64 {
        f64::from((x - self.rect.left()) / self.rect.width().max(1.0))
    }
}

fn strip_id(place: usize) -> egui::Id {
    egui::Id::unique(("address space", place))
}

fn row(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    block: &BlockSpace,
    place: usize,
) {
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = ui.interact(rect, strip_id(place), Sense::click_and_drag());
    let mut view = state.views.get(place).copied().unwrap_or_default();
    let scale = |view: View| Scale::of(rect, view, block.block);
    let pointer = ui
        .input(|input| input.pointer.hover_pos())
        .filter(|at| rect.contains(*at) && ui.rect_contains_pointer(rect));
    move_view(ui, &response, scale(view), pointer, &mut view);
    keys(
        context,
        ui,
        &response,
        state,
        vpc,
        block,
        scale(view),
        &mut view,
    );
    let scale = scale(view);

    // Of parts one in the other the inner one is pointed at, where it is to be seen.
    let hovered = pointer
        .filter(|_| !response.dragged())
        .and_then(|at| pointed(block, scale, at));
    if let (Some(segment), true) = (hovered, response.clicked()) {
        response.request_focus();
        state.by_keys = false;
        state.choose(context, vpc, segment);
    }

    let theme = context.app.theme;
    let ink = |ink: Ink| look::color(theme, ink);
    ui.painter().rect_filled(rect, 6.0, ink(Ink::Hovered));
    let brush = ui.painter_at(rect.expand(2.5));
    let mut double_clicked = None;
    let mut named = 0;
    let mut painted = f32::MIN;
    let mut before_is_free = false;
    let mut on_top = Vec::new();
    for segment in &block.segments {
        let Some(area) = scale.place(segment.block) else {
            continue;
        };
        let spot = Spot::of(segment);
        let is_chosen = state.chosen.as_ref() == Some(&spot);
        let is_gone_to =
            response.has_focus() && state.by_keys && state.gone_to.as_ref() == Some(&spot);
        let marks = Marks {
            hovered: hovered.is_some_and(|other| std::ptr::eq(other, segment)),
            chosen: is_chosen,
            gone_to: is_gone_to,
        };
        if marks.chosen || marks.gone_to || segment.depth > 0 {
            on_top.push((area, segment, marks));
        } else if area.right() - painted > 0.7 {
            let clipped = area.intersect(rect);
            let is_free = segment.occupant == Occupant::Free;
            if is_free && before_is_free && clipped.width() > 3.0 {
                let line = Stroke::new(1.0, ink(Ink::Border));
                let inside = rect.shrink2(vec2(0.0, 9.0)).y_range();
                brush.vline(clipped.left(), inside, line);
            }
            before_is_free = is_free;
            cell::paint(&brush.with_clip_rect(rect), theme, area, segment, marks);
            painted = area.right();
        }
        if named < NAMED && area.width() >= 4.0 {
            named += 1;
            let part = name_part(ui, rect.intersect(area), place, segment, is_chosen);
            if part.clicked() {
                response.request_focus();
                state.by_keys = false;
                state.choose(context, vpc, segment);
            }
            if part.double_clicked() {
                double_clicked = Some(segment.block);
            }
        }
    }
    for (area, segments) in runs(block, scale) {
        cell::paint_run(&brush.with_clip_rect(rect), theme, area, segments);
    }
    let edge = Stroke::new(1.0, ink(Ink::Border));
    ui.painter()
        .rect_stroke(rect, 6.0, edge, StrokeKind::Inside);
    for (area, segment, marks) in on_top {
        let area = area.intersect(rect.expand2(vec2(2.5, 0.0)));
        cell::paint(&brush, theme, area, segment, marks);
    }
    overview(ui, scale, ink(Ink::TextMuted));
    if response.has_focus() && (state.by_keys || state.chosen.is_none()) {
        let ring = Stroke::new(1.5, ink(Ink::Accent));
        ui.painter()
            .rect_stroke(rect, 6.0, ring, StrokeKind::Outside);
    }
    if let Some(block) = double_clicked {
        let (from, to) = scale.shares(block);
        view.show(from, to, scale.least());
    }
    if let Some(kept) = state.views.get_mut(place) {
        *kept = view;
    }
    announce(&response, state, block);
    let told = hovered.or_else(|| {
        let is_here = state.by_keys && response.has_focus();
        let spot = state.gone_to.as_ref().filter(|_| is_here)?;
        block
            .segments
            .iter()
            .find(|segment| Spot::of(segment) == *spot)
    });
    // What is told over the strips already is not told twice.
    let told = told.filter(|segment| !state.is_open || state.chosen != Some(Spot::of(segment)));
    if let Some((segment, area)) = told.and_then(|told| Some((told, scale.place(told.block)?))) {
        tip(ui, &response, segment, area.intersect(rect));
    }
}

/// Neighbours of one tier that are too narrow for names of their own, and where they are: they are called together.
fn runs(block: &BlockSpace, scale: Scale) -> Vec<(Rect, &[Segment])> {
    let is_narrow = |segment: &Segment| {
        let place = scale.place(segment.block);
        place.is_some_and(|place| place.width() < cell::NAMELESS)
    };
    let tier = |segment: &Segment| match &segment.occupant {
        Occupant::Subnet { tier, .. } if segment.depth == 0 && is_narrow(segment) => {
            Some(tier.clone())
        }
        _ => None,
    };
    let alike = |a: &Segment, b: &Segment| {
        let tier_of_a = tier(a);
        tier_of_a.is_some() && tier_of_a == tier(b) && a.color == b.color
    };
    let runs = block.segments.chunk_by(alike).filter(|run| run.len() > 1);
    let placed = runs.filter_map(|run| {
        let first = scale.place(run.first()?.block)?;
        let last = scale.place(run.last()?.block)?;
        Some((first.union(last).intersect(scale.rect), run))
    });
    placed.collect()
}

/// Which part is under the pointer.
fn pointed(block: &BlockSpace, scale: Scale, at: egui::Pos2) -> Option<&Segment> {
    let hits = |segment: &&Segment| {
        scale
            .place(segment.block)
            .is_some_and(|area| area.x_range().contains(at.x))
    };
    let is_low = at.y > scale.rect.top() + scale.rect.height() * cell::LOWER;
    let found = block.segments.iter().filter(hits);
    found
        .filter(|segment| is_low || segment.depth == 0)
        .max_by_key(|segment| segment.depth)
}

/// A part as screen readers know it, and as it is clicked.
fn name_part(ui: &Ui, area: Rect, row: usize, segment: &Segment, is_chosen: bool) -> Response {
    let id = strip_id(row).with((segment.block, segment.label()));
    let area = if segment.depth > 0 {
        area.with_min_y(area.top() + area.height() * cell::LOWER)
    } else {
        area
    };
    let part = ui.interact(area, id, Sense::CLICK);
    part.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_chosen, spoken(segment)));
    part
}

/// A part in a few words: `private4 10.0.176.0/20`.
fn spoken(segment: &Segment) -> String {
    let label = match segment.occupant {
        Occupant::Subnet { .. } => segment.label().to_string(),
        Occupant::Held => "Set aside".to_owned(),
        Occupant::Reserved => "Reserved".to_owned(),
        Occupant::Free => "Free".to_owned(),
    };
    format!("{label} {}", segment.block)
}

/// Wheel and drag: the wheel magnifies about the pointer, with shift it moves along.
fn move_view(
    ui: &Ui,
    response: &Response,
    scale: Scale,
    pointer: Option<egui::Pos2>,
    view: &mut View,
) {
    let width = f64::from(scale.rect.width()).max(1.0);
    if response.dragged() && !view.is_whole() {
        view.pan(-f64::from(response.drag_delta().x) / width);
        ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    }
    let Some(at) = pointer else { return };
    let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
    let factor = f64::from(zoom) * (f64::from(scroll.y) / 180.0).exp();
    if (factor - 1.0).abs() > 1e-6 {
        view.zoom_about(scale.at(at.x), factor, scale.least());
    }
    if scroll.x != 0.0 {
        view.pan(-f64::from(scroll.x) / width);
    }
    if scroll != Vec2::ZERO {
        // It is not for the list of strips around this one.
        ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
    }
}

/// Left and right go from part to part, Enter chooses, plus and minus magnify, Home shows the whole.
#[expect(clippy::too_many_arguments, reason = "they are the row and its parts")]
fn keys(
    context: &DesignContext<'_>,
    ui: &Ui,
    response: &Response,
    state: &mut Strip,
    vpc: &Vpc,
    block: &BlockSpace,
    scale: Scale,
    view: &mut View,
) {
    if response.gained_focus() {
        // Whoever comes by Tab wants to see where the keys are; a click says so afterwards.
        state.by_keys = true;
    }
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter {
        tab: false,
        horizontal_arrows: true,
        vertical_arrows: false,
        escape: false,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let plain = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let (left, right) = (plain(egui::Key::ArrowLeft), plain(egui::Key::ArrowRight));
    let at = state
        .gone_to
        .as_ref()
        .or(state.chosen.as_ref())
        .and_then(|spot| block.segments.iter().position(|it| Spot::of(it) == *spot));
    if left || right {
        let last = block.segments.len().saturating_sub(1);
        let next = match at {
            None if left => last,
            None => 0,
            Some(at) if left => at.saturating_sub(1),
            Some(at) => (at + 1).min(last),
        };
        state.by_keys = true;
        if let Some(segment) = block.segments.get(next) {
            let (from, to) = scale.shares(segment.block);
            let width = NARROW / f64::from(scale.rect.width()).max(1.0);
            view.reveal(from, to, width, scale.least());
            state.gone_to = Some(Spot::of(segment));
        }
    }
    let enter = plain(egui::Key::Enter) || plain(egui::Key::Space);
    if enter && let Some(segment) = at.and_then(|at| block.segments.get(at)) {
        state.choose(context, vpc, segment);
    }
    let middle = at.and_then(|at| block.segments.get(at)).map_or(0.5, |it| {
        let (from, to) = scale.shares(it.block);
        view.seen_at(f64::midpoint(from, to)).clamp(0.0, 1.0)
    });
    if plain(egui::Key::Plus) || plain(egui::Key::Equals) {
        view.zoom_about(middle, 2.0, scale.least());
    }
    if plain(egui::Key::Minus) {
        view.zoom_about(middle, 0.5, scale.least());
    }
    if plain(egui::Key::Home) {
        *view = View::default();
    }
}

/// Which stretch is seen, as a bar at the foot of a strip that is magnified.
fn overview(ui: &Ui, scale: Scale, color: egui::Color32) {
    if scale.view.is_whole() {
        return;
    }
    let (start, end) = scale.view.ends();
    let x = |share: f64| scale.rect.left() + (share * f64::from(scale.rect.width())) as f32;
    let y = scale.rect.bottom() + 3.0;
    let bar = Rect::from_min_max(pos2(x(start), y), pos2(x(end).max(x(start) + 6.0), y + 3.0));
    ui.painter().rect_filled(bar, CornerRadius::same(1), color);
}

/// What a screen reader says of the strip: its block, and the part where the keys are.
fn announce(response: &Response, state: &Strip, block: &BlockSpace) {
    response.widget_info(|| {
        let mut words = format!("Blocks of {}", block.block);
        let at = block
            .segments
            .iter()
            .find(|segment| state.gone_to.as_ref() == Some(&Spot::of(segment)));
        if let Some(segment) = at {
            words = format!("{words}, at {}", spoken(segment));
        }
        WidgetInfo::labeled(egui::Role::Canvas, true, words)
    });
}

/// Who has a part, and its addresses.
fn tip(ui: &Ui, response: &Response, segment: &Segment, area: Rect) {
    let mut tip = egui::Tooltip::always_open(
        ui.ctx().clone(),
        ui.layer_id(),
        response.id.with("tip"),
        egui::PopupAnchor::ParentRect(area.expand(3.0)),
    );
    tip.popup = tip.popup.align(egui::RectAlign::TOP);
    tip.show(|ui| {
        ui.set_max_width(360.0);
        ui.spacing_mut().item_spacing.y = 2.0;
        let title = match (&segment.name, &segment.occupant) {
            (Some(name), _) => widgets::shown(name),
            (None, Occupant::Subnet { .. }) => segment.label().to_string(),
            (None, Occupant::Held) => "Set aside".to_owned(),
            (None, Occupant::Reserved) => "In use elsewhere".to_owned(),
            (None, Occupant::Free) => "Free".to_owned(),
        };
        ui.label(widgets::semibold(title));
        for words in facts(segment) {
            ui.label(widgets::mono(words));
        }
        if let Occupant::Subnet { zone, .. } = &segment.occupant {
            let words = widgets::small_muted(ui, zone.as_str());
            ui.label(words);
        }
        if !segment.note.is_empty() {
            ui.label(widgets::shown_lines(&segment.note));
        }
        for fault in &segment.faults {
            let words = egui::RichText::new(fault.words());
            let color = widgets::ink(ui, Ink::Word(Role::Danger));
            ui.label(words.color(color));
        }
    });
}

/// The addresses of a part, in words.
fn facts(segment: &Segment) -> [String; 2] {
    let facts = BlockFacts::of(segment.block.into());
    let usable = grouped(u64::try_from(facts.usable).unwrap_or(u64::MAX));
    let ends = match (facts.first, facts.last) {
        (Some(first), Some(last)) if segment.occupant != Occupant::Reserved => {
            format!("{first} – {last} · {usable} usable")
        }
        _ => format!("{} – {}", facts.network, facts.broadcast),
    };
    [segment.block.to_string(), ends]
}

/// Subnets that lie in no block of the VPC: they would be lost to sight otherwise.
fn strays(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    strays: &[Segment],
) {
    if strays.is_empty() {
        return;
    }
    ui.add_space(2.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
        let danger = widgets::ink(ui, Ink::Word(Role::Danger));
        let words = widgets::small_muted(ui, "In no block of the VPC:").color(danger);
        ui.label(words);
        for segment in strays.iter().take(STRAYS) {
            let link = widgets::small_link(ui, spoken(segment));
            if link.clicked() {
                state.choose(context, vpc, segment);
            }
        }
        if let Some(more) = strays.len().checked_sub(STRAYS).filter(|more| *more > 0) {
            let words = widgets::small_muted(ui, format!("and {more} more"));
            ui.label(words);
        }
    });
}
