//! The card of the joystick: the pad, where each button leads, and what is to be known of the block.

use super::super::super::{look, widgets};
use super::fields::Flag;
use super::hold::{Hold, Source};
use super::{BlockField, Blocks, Done, fresh_gesture};
use crate::cidr::{BlockFacts, Direction, Press, Stop};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{
    Color32, CornerRadius, EventFilter, Frame, Id, Margin, Pos2, Rect, Sense, Shape, Stroke, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};
use ipnet::IpNet;

/// The width of the pad, in points.
const PAD: f32 = 104.0;
/// The radius of its buttons, in points.
const BUTTON: f32 = 16.0;
/// How far the buttons are from the middle, in points.
const REACH: f32 = 33.0;

/// The room that blocks and counts need beside the pad.
const BESIDE: f32 = 140.0;

impl BlockField<'_> {
    /// Show the card. Answers with its place.
    pub(super) fn card(&self, ui: &mut Ui, state: &mut Blocks, pad: Id, done: &mut Done) -> Rect {
        let card = Frame::new()
            .fill(widgets::ink(ui, Ink::Card))
            .stroke(Stroke::new(1.0, widgets::ink(ui, Ink::Border)))
            .corner_radius(CornerRadius::same(9))
            .inner_margin(Margin {
                left: 11,
                right: 11,
                top: 11,
                bottom: 9,
            });
        let shown = card.show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            let words = |ui: &mut Ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                self.neighbours(ui);
                ui.add_space(4.0);
                hairline(ui);
                ui.add_space(4.0);
                self.facts(ui);
            };
            if ui.available_width() < PAD + BESIDE {
                // Half a block tells nothing: where both do not fit beside each other the words go below.
                ui.vertical_centered(|ui| self.pad(ui, state, pad));
                ui.vertical(words);
            } else {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 14.0;
                    self.pad(ui, state, pad);
                    ui.vertical(words);
                });
            }
            self.remarks(ui, state, done);
            if ui.memory(|memory| memory.has_focus(self.id)) {
                Self::key_hint(ui);
            }
        });
        shown.response.rect
    }

    /// Which keys do here what they do on the pad: in the text, left and right move the cursor.
    fn key_hint(ui: &mut Ui) {
        let held = if ui.ctx().os().is_mac() {
            "Cmd"
        } else {
            "Ctrl"
        };
        ui.add_space(3.0);
        let words = format!("Keys: {held}+← → for neighbours, ↑ ↓ for the size");
        let words = widgets::small_muted(ui, words).size(10.5);
        ui.add(egui::Label::new(words).wrap());
    }

    /// The round pad with its four buttons: one stop for the keyboard, four things to press for the pointer.
    fn pad(&self, ui: &mut Ui, state: &mut Blocks, pad: Id) {
        let (place, _) = ui.allocate_exact_size(Vec2::splat(PAD), Sense::hover());
        let whole = ui.interact(place, pad, Sense::click());
        whole.widget_info(|| {
            let name = format!("Joystick of {}", self.name);
            let mut info = WidgetInfo::labeled(egui::Role::SpinButton, true, name);
            info.current_text_value = Some(self.writing.write(self.value));
            info
        });
        if whole.clicked() {
            whole.request_focus();
        }
        if whole.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                escape: true,
                tab: false,
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(pad, filter));
        }
        let center = place.center();
        let ring = if whole.has_focus() {
            Stroke::new(1.5, widgets::ink(ui, Ink::Accent))
        } else {
            Stroke::new(1.0, widgets::ink(ui, Ink::Border))
        };
        let sunken = widgets::ink(ui, Ink::Sunken);
        ui.painter().circle(center, PAD / 2.0 - 1.0, sunken, ring);
        for (direction, leads) in self.joystick.neighbours(self.value) {
            self.button(ui, state, pad, center, direction, leads.as_ref());
        }
        let mask = format!("/{}", self.value.prefix_len());
        let words = widgets::ink(ui, Ink::Text);
        ui.painter().text(
            center,
            egui::Align2::CENTER_CENTER,
            mask,
            look::font(Font::Mono, 12.5),
            words,
        );
    }

    fn button(
        &self,
        ui: &mut Ui,
        state: &mut Blocks,
        pad: Id,
        center: Pos2,
        direction: Direction,
        leads: Result<&Press, &Stop>,
    ) {
        let at = center + way(direction) * REACH;
        let place = Rect::from_center_size(at, Vec2::splat(BUTTON * 2.0));
        let id = pad.with(word(direction));
        let can = leads.is_ok();
        let sense = if can { Sense::CLICK } else { Sense::hover() };
        let button = ui.interact(place, id, sense);
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, can, word(direction)));
        let hint = match leads {
            Ok(press) => format!("{}: {}", word(direction), self.pressed_words(press)),
            Err(stop) => super::sentence(&stop.to_string()),
        };
        let is_down = button.is_pointer_button_down_on();
        let source = Source::Button(id);
        let is_held = state
            .hold
            .as_ref()
            .is_some_and(|hold| hold.field == self.id && hold.source == source);
        if is_down && !is_held {
            let time = ui.input(|input| input.time);
            state.hold = Some(Hold::new(self.id, source, direction, time));
            ui.memory_mut(|memory| memory.request_focus(pad));
        } else if button.clicked() && is_held {
            // The click, being beside the pad's own middle, took the keyboard from it.
            ui.memory_mut(|memory| memory.request_focus(pad));
        } else if button.clicked() && can {
            // Pressed by a screen reader: there was no button to hold.
            let time = ui.input(|input| input.time);
            state.hold = Some(Hold::new(self.id, source, direction, time));
        }
        let color = |ink| widgets::ink(ui, ink);
        let (fill, line, sign) = match (can, is_down, button.hovered()) {
            (false, ..) => (Color32::TRANSPARENT, Ink::Border, Ink::Frame),
            (_, true, _) => (color(Ink::Selected), Ink::Accent, Ink::Accent),
            (_, _, true) => (color(Ink::Hovered), Ink::Accent, Ink::Accent),
            _ => (color(Ink::Card), Ink::Accent, Ink::Accent),
        };
        let line = Stroke::new(1.0, color(line));
        let sign = color(sign);
        ui.painter().circle(at, BUTTON - 0.5, fill, line);
        ui.painter().add(triangle(at, direction, 5.0, sign));
        button.on_hover_text(hint);
    }

    fn pressed_words(&self, press: &Press) -> String {
        match (press.block, press.over) {
            (IpNet::V4(_), Some(_)) => press.to_string(),
            (block, _) => self.writing.write(block),
        }
    }

    /// Where each button leads.
    fn neighbours(&self, ui: &mut Ui) {
        let order = [
            Direction::Left,
            Direction::Right,
            Direction::Down,
            Direction::Up,
        ];
        for direction in order {
            let leads = self.joystick.press(self.value, direction);
            let (place, row) =
                ui.allocate_exact_size(vec2(ui.available_width(), 16.5), Sense::hover());
            let muted = widgets::ink(ui, Ink::TextMuted);
            let faint = widgets::ink(ui, Ink::Frame);
            let at = pos2(place.left() + 4.0, place.center().y);
            let sign = if leads.is_ok() { muted } else { faint };
            ui.painter().add(triangle(at, direction, 3.5, sign));
            let words = leads
                .as_ref()
                .map_or_else(|_| "–".to_owned(), |press| self.writing.write(press.block));
            let room = place.width() - 14.0;
            let words = widgets::fitted(ui, &words, Font::Mono, 11.5, muted, room);
            let corner = pos2(place.left() + 14.0, place.center().y - words.size().y / 2.0);
            ui.painter().galley(corner, words, muted);
            let hint = match &leads {
                Ok(press) => format!("{}: {}", word(direction), self.pressed_words(press)),
                Err(stop) => super::sentence(&stop.to_string()),
            };
            row.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &hint));
            row.on_hover_text(hint);
        }
    }

    /// The ends of the block and, for a subnet, what of it can be used.
    fn facts(&self, ui: &mut Ui) {
        let facts = BlockFacts::of(self.value);
        if self.writing == super::Writing::Part {
            fact(ui, "the rest is chosen by AWS", None);
            return;
        }
        if self.is_subnet {
            let ends = [("first", facts.first), ("last", facts.last)];
            for (name, address) in ends {
                if let Some(address) = address {
                    fact(
                        ui,
                        &format!("{name} {address}"),
                        Some("The first and the last address that the subnet hands out"),
                    );
                }
            }
            let usable = match self.value {
                IpNet::V4(_) => format!("{} usable", grouped(saturated(facts.usable))),
                IpNet::V6(_) => "5 kept by AWS".to_owned(),
            };
            let kept: Vec<String> = facts
                .reserved
                .iter()
                .map(|(address, why)| format!("{address} – {why}"))
                .collect();
            let hint = format!("Kept by AWS in every subnet:\n{}", kept.join("\n"));
            fact(ui, &usable, Some(&hint));
        } else {
            fact(ui, &format!("first {}", facts.network), None);
            fact(ui, &format!("last {}", facts.broadcast), None);
            let hint = "As one subnet. In every subnet AWS keeps five addresses: the network address, the VPC router, DNS, one for future use and the broadcast address.";
            if matches!(self.value, IpNet::V4(_)) {
                let usable = format!("{} usable", grouped(saturated(facts.usable)));
                fact(ui, &usable, Some(hint));
            }
        }
    }

    /// Flags, what was stepped over, and the way to free space.
    fn remarks(&self, ui: &mut Ui, state: &mut Blocks, done: &mut Done) {
        let mut flags = (self.flags)(self.value);
        if let Some((field, press)) = state.over
            && field == self.id
            && press.block == self.value
            && let Some(range) = press.over
        {
            flags.push(Flag::new(
                crate::picture::diagram::Role::Neutral,
                format!("stepped over {range}, which AWS refuses"),
            ));
        }
        let next = (self.next_free)(self.value).filter(|next| *next != self.value);
        if flags.is_empty() && next.is_none() {
            return;
        }
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.add_space(3.0);
        for flag in &flags {
            flag.show(ui);
        }
        if let Some(next) = next {
            let size = vec2(ui.available_width(), 18.0);
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.allocate_ui_with_layout(size, layout, |ui| {
                let link = widgets::small_link(ui, "Next free →");
                let name = format!("Next free block {}", self.writing.write(next));
                let link = link.on_hover_text(self.writing.write(next));
                link.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
                if link.clicked() {
                    done.go(next, fresh_gesture());
                }
            });
        }
    }
}

fn fact(ui: &mut Ui, words: &str, hint: Option<&str>) {
    let words = egui::RichText::new(words)
        .font(look::font(Font::Mono, 11.0))
        .color(widgets::ink(ui, Ink::TextMuted));
    let shown = ui.add(egui::Label::new(words).truncate());
    if let Some(hint) = hint {
        shown.on_hover_text(hint);
    }
}

fn hairline(ui: &mut Ui) {
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    let line = widgets::ink(ui, Ink::Border);
    ui.painter().rect_filled(place, CornerRadius::ZERO, line);
}

fn saturated(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// What a button does.
pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Left => "Previous block",
        Direction::Right => "Next block",
        Direction::Up => "Larger block",
        Direction::Down => "Smaller block",
    }
}

fn way(direction: Direction) -> Vec2 {
    match direction {
        Direction::Left => vec2(-1.0, 0.0),
        Direction::Right => vec2(1.0, 0.0),
        Direction::Up => vec2(0.0, -1.0),
        Direction::Down => vec2(0.0, 1.0),
    }
}

/// A filled triangle that points where a button leads.
pub(super) fn triangle(at: Pos2, direction: Direction, size: f32, color: Color32) -> Shape {
    let along = way(direction);
    let across = along.rot90();
    let points = vec![
        at + along * size,
        at - along * size * 0.7 + across * size,
        at - along * size * 0.7 - across * size,
    ];
    Shape::convex_polygon(points, color, Stroke::NONE)
}
