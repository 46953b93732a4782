//! Buttons and keys that are held, and turns of the wheel: how many steps are due, and which gesture they are part of.

use super::fresh_gesture;
use crate::cidr::Direction;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{Event, Id, Key, MouseWheelUnit, Ui, Vec2};
use std::time::Duration;

/// How long a button or key is held before it repeats, in seconds.
const DELAY: f64 = 0.35;
/// The time between repeats, in seconds.
const INTERVAL: f64 = 0.06;
/// The most steps of one frame: after a hiccup a block does not race away.
const MOST: u32 = 4;

/// What is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Key(Key),
    /// A button of the pad, by its place between frames.
    Button(Id),
}

/// A button or key from press to release.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    pub(super) field: Id,
    pub(super) source: Source,
    pub(super) direction: Direction,
    pub(super) gesture: Gesture,
    /// When it went down, in the time of the window.
    since: f64,
    done: u32,
    /// It went up again.
    is_over: bool,
}

impl Hold {
    pub(super) fn new(field: Id, source: Source, direction: Direction, since: f64) -> Self {
        Self {
            field,
            source,
            direction,
            gesture: fresh_gesture(),
            since,
            done: 0,
            is_over: false,
        }
    }

    /// Steps that are due now and were not taken yet.
    pub(super) fn due(&mut self, ui: &Ui) -> u32 {
        let (now, is_down) = ui.input(|input| {
            let is_down = match self.source {
                Source::Key(key) => input.key_down(key),
                Source::Button(_) => input.pointer.primary_down(),
            };
            (input.time, is_down)
        });
        self.is_over = !is_down;
        let due = if is_down {
            due_after(now - self.since)
        } else {
            1
        };
        let steps = due.saturating_sub(self.done);
        self.done = due.max(self.done);
        steps.min(MOST)
    }

    /// Whether it is still down; asks for the frame of its next step.
    pub(super) fn goes_on(&self, ui: &Ui) -> bool {
        if self.is_over {
            return false;
        }
        let held = ui.input(|input| input.time) - self.since;
        let wait = if held < DELAY { DELAY - held } else { INTERVAL };
        ui.ctx()
            .request_repaint_after(Duration::from_secs_f64(wait.clamp(0.005, DELAY)));
        true
    }
}

/// Steps that are due after so many seconds: one at once, and one for each interval after the delay.
fn due_after(held: f64) -> u32 {
    if held < DELAY {
        1
    } else {
        2_u32.saturating_add(((held - DELAY) / INTERVAL) as u32)
    }
}

/// The wheel over fields.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    field: Option<Id>,
    gesture: Option<Gesture>,
    /// When it turned over a field.
    last: f64,
    /// When it turned elsewhere: a panel that is being scrolled does not stop at a field that comes by.
    elsewhere: f64,
    /// Part of a step, in points.
    rest: f32,
    /// The frame in which the wheel was last counted.
    frame: u64,
}

/// Steps of a turn of the wheel.
pub(super) struct Turned {
    /// Forward where positive.
    pub(super) steps: i32,
    /// With Shift.
    pub(super) is_mask: bool,
    pub(super) gesture: Gesture,
}

impl Wheel {
    /// A pause that ends a gesture of the wheel, in seconds.
    const PAUSE: f64 = 0.4;
    /// The way of one step on a touchpad, in points.
    const STEP: f32 = 36.0;

    /// What the wheel did over this field in this frame. It is taken from the panel, which must not scroll.
    pub(super) fn turn(&mut self, ui: &Ui, field: Id, is_ours: bool) -> Option<Turned> {
        let (now, turns) = ui.input(|input| {
            let turns: Vec<(Vec2, bool, bool)> = input
                .events
                .iter()
                .filter_map(|event| match event {
                    Event::MouseWheel {
                        unit,
                        delta,
                        modifiers,
                        ..
                    } if !modifiers.command => {
                        let is_fine = *unit == MouseWheelUnit::Point;
                        Some((*delta, is_fine, modifiers.shift))
                    }
                    _ => None,
                })
                .collect();
            (input.time, turns)
        });
        if !is_ours {
            if !turns.is_empty() {
                self.elsewhere = now;
            }
            return None;
        }
        if now - self.elsewhere < Self::PAUSE && self.elsewhere > 0.0 {
            if !turns.is_empty() {
                self.elsewhere = now;
            }
            return None;
        }
        ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        // A frame may be laid out twice; a notch of the wheel counts once.
        let frame = ui.ctx().cumulative_frame_nr();
        if !turns.is_empty() && std::mem::replace(&mut self.frame, frame) == frame {
            return None;
        }
        let (_, _, is_mask) = *turns.first()?;
        let is_new = self.field != Some(field) || now - self.last > Self::PAUSE;
        if is_new || self.gesture.is_none() {
            self.gesture = Some(fresh_gesture());
            self.rest = 0.0;
        }
        self.field = Some(field);
        self.last = now;
        for (delta, is_fine, _) in turns {
            // Some systems turn the wheel's axis themselves while Shift is held.
            let way = delta.x + delta.y;
            self.rest += if is_fine { way / Self::STEP } else { way };
        }
        let steps = self.rest.trunc();
        self.rest -= steps;
        let steps = steps.clamp(-8.0, 8.0) as i32;
        (steps != 0)
            .then_some(self.gesture)
            .flatten()
            .map(|gesture| Turned {
                steps,
                is_mask,
                gesture,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_is_one_step_and_a_held_one_repeats() {
        assert_eq!(due_after(0.0), 1);
        assert_eq!(due_after(0.34), 1);
        assert_eq!(due_after(0.351), 2);
        assert_eq!(due_after(0.35 + 0.061), 3);
        assert_eq!(due_after(0.35 + 10.0 * 0.06 + 0.001), 12);
    }
}
