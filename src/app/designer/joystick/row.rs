//! The four buttons of the joystick in a row, where there is no room for its pad.

use super::super::super::widgets;
use super::card::{triangle, word};
use super::hold::{Hold, Source};
use crate::cidr::{Direction, Joystick};
use crate::picture::theme::Ink;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{
    CornerRadius, EventFilter, Id, Key, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use ipnet::IpNet;

/// The side of a button, in points.
const SIDE: f32 = 22.0;

/// The buttons.
pub(in crate::app) struct Row<'a> {
    /// Names them between frames.
    pub(in crate::app) id: Id,
    /// Whose block it is, for screen readers.
    pub(in crate::app) name: &'a str,
    /// The block now.
    pub(in crate::app) value: IpNet,
    /// Where it may go.
    pub(in crate::app) joystick: &'a Joystick,
}

/// What is held of such a row, between frames.
#[derive(Debug, Default)]
pub(in crate::app) struct Held(Option<Hold>);

impl Row<'_> {
    /// Show them. Answers with the block that is wanted and the gesture it is part of: a button that is held repeats,
    /// and so does an arrow key while one of them has the keyboard.
    pub(in crate::app) fn show(&self, ui: &mut Ui, held: &mut Held) -> Option<(IpNet, Gesture)> {
        let (rect, _) = ui.allocate_exact_size(vec2(SIDE * 4.0, SIDE), Sense::hover());
        let radius = CornerRadius::same(6);
        ui.painter()
            .rect_filled(rect, radius, widgets::ink(ui, Ink::Sunken));
        for (place, direction) in Direction::ALL.into_iter().enumerate() {
            let left = rect.left() + SIDE * place as f32;
            let area = Rect::from_min_size(pos2(left, rect.top()), vec2(SIDE, SIDE));
            self.button(ui, held, area, direction);
        }
        let border = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
        ui.painter()
            .rect_stroke(rect, radius, border, StrokeKind::Inside);
        self.due(ui, held)
    }

    fn button(&self, ui: &mut Ui, held: &mut Held, area: Rect, direction: Direction) {
        let radius = CornerRadius::same(6);
        let leads = self.joystick.press(self.value, direction);
        let can = leads.is_ok();
        let sense = if can { Sense::click() } else { Sense::hover() };
        let id = self.id.with(word(direction));
        let button = ui.interact(area, id, sense);
        let name = format!("{} for {}", word(direction), self.name);
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, can, &name));
        let ink = |ink: Ink| widgets::ink(ui, ink);
        let sign = match (can, button.hovered()) {
            (false, _) => Ink::Frame,
            (true, true) => Ink::Accent,
            (true, false) => Ink::Text,
        };
        if can && button.hovered() {
            ui.painter().rect_filled(area, radius, ink(Ink::Hovered));
        }
        if button.has_focus() {
            let ring = Stroke::new(1.5, ink(Ink::Accent));
            ui.painter()
                .rect_stroke(area, radius, ring, StrokeKind::Inside);
        }
        ui.painter()
            .add(triangle(area.center(), direction, 4.5, ink(sign)));
        let hint = match &leads {
            Ok(press) => format!("{}: {}", word(direction), press.block),
            Err(stop) => stop.to_string(),
        };
        let button = button.on_hover_text(hint);
        let is_held = |source| held.0.as_ref().is_some_and(|hold| hold.source == source);
        let time = ui.input(|input| input.time);
        let source = Source::Button(id);
        let is_down = button.is_pointer_button_down_on();
        if can && (is_down || button.clicked()) && !is_held(source) {
            held.0 = Some(Hold::new(self.id, source, direction, time));
        } else if button.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            for (key, direction) in [
                (Key::ArrowLeft, Direction::Left),
                (Key::ArrowRight, Direction::Right),
                (Key::ArrowUp, Direction::Up),
                (Key::ArrowDown, Direction::Down),
            ] {
                let source = Source::Key(key);
                let is_pressed =
                    ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
                if is_pressed && !held.0.as_ref().is_some_and(|hold| hold.source == source) {
                    held.0 = Some(Hold::new(self.id, source, direction, time));
                }
            }
        }
    }

    /// What is due of a button or key that is held.
    fn due(&self, ui: &Ui, held: &mut Held) -> Option<(IpNet, Gesture)> {
        let mut hold = held.0.take_if(|hold| hold.field == self.id)?;
        let steps = hold.due(ui);
        let mut block = self.value;
        for _ in 0..steps {
            match self.joystick.press(block, hold.direction) {
                Ok(press) => block = press.block,
                Err(_) => break,
            }
        }
        let gesture = hold.gesture;
        if hold.goes_on(ui) {
            held.0 = Some(hold);
        }
        (block != self.value).then_some((block, gesture))
    }
}
