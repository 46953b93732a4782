//! The field of a block: typing, and the joystick that steps through blocks.
//!
//! * [`BlockField`]: the field, and under it the card of the joystick while it is open. It changes nothing itself: it
//!   answers with the block that is wanted, and with the gesture that the change is part of.
//! * [`Blocks`]: what all fields of a panel remember between frames; one field at a time is typed in, one card is open.
//! * [`subnet_field`], [`subnet_part_field`]: the fields of a subnet, as panels other than the form show them too.

mod card;
mod fields;
mod hold;
mod row;
mod writing;

pub(in crate::app) use fields::{
    Flag, flags_of_vpc, next_free, subnet_field, subnet_part_field, taken_around,
};
pub(in crate::app) use row::{Held, Row};
pub(in crate::app) use writing::Writing;

use super::super::widgets;
use crate::cidr::{Direction, Joystick, Press, Typed, address_count};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{EventFilter, Id, Key, Modifiers, Rect, Response, RichText, Stroke, StrokeKind, Ui};
use hold::{Hold, Source, Wheel};
use ipnet::IpNet;
use std::sync::atomic::{AtomicU64, Ordering};

/// A gesture that nothing else is part of. Those of other panels count from the bottom.
pub(in crate::app) fn fresh_gesture() -> Gesture {
    static NEXT: AtomicU64 = AtomicU64::new(1 << 40);
    Gesture(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What the block fields of a panel remember between frames.
#[derive(Debug, Default)]
pub(in crate::app) struct Blocks {
    /// The field whose joystick is open.
    open: Option<Id>,
    /// The field that is typed in.
    draft: Option<Draft>,
    /// The button or key that is held.
    hold: Option<Hold>,
    wheel: Wheel,
    /// What the last press stepped over, while its block is still there.
    over: Option<(Id, Press)>,
    /// The field or pad that had the keyboard last.
    keys: Option<Id>,
}

impl Blocks {
    /// Whether Escape means a field or its joystick and nothing else.
    pub(in crate::app) fn takes_escape(&self, ctx: &egui::Context) -> bool {
        self.keys
            .is_some_and(|field| ctx.memory(|memory| memory.has_focus(field)))
    }
}

/// A text on its way to a block.
#[derive(Clone, Debug)]
struct Draft {
    field: Id,
    text: String,
    /// One visit to the field is one gesture.
    gesture: Gesture,
    /// The block before this frame, to notice that somebody else changed it.
    seen: IpNet,
    /// The block that was asked for last.
    asked: Option<IpNet>,
}

/// A field for a block.
pub(in crate::app) struct BlockField<'a> {
    /// Names the field between frames.
    pub(in crate::app) id: Id,
    /// What it is, for screen readers: “IPv4 block”.
    pub(in crate::app) name: &'a str,
    /// The block now.
    pub(in crate::app) value: IpNet,
    /// Where it may go.
    pub(in crate::app) joystick: &'a Joystick,
    /// How it is written.
    pub(in crate::app) writing: Writing,
    /// Whether it is a subnet's block, so that AWS keeps some of its addresses.
    pub(in crate::app) is_subnet: bool,
    /// What is to be said about a block.
    pub(in crate::app) flags: &'a dyn Fn(IpNet) -> Vec<Flag>,
    /// The next block of this size that nobody has.
    pub(in crate::app) next_free: &'a dyn Fn(IpNet) -> Option<IpNet>,
}

/// What was done in a frame.
#[derive(Default)]
struct Done {
    to: Option<(IpNet, Gesture)>,
}

impl Done {
    fn go(&mut self, block: IpNet, gesture: Gesture) {
        self.to = Some((block, gesture));
    }
}

impl BlockField<'_> {
    /// Show it. Answers with the block that is wanted and the gesture it is part of, where it is another one.
    pub(in crate::app) fn show(&self, ui: &mut Ui, state: &mut Blocks) -> Option<(IpNet, Gesture)> {
        let mut done = Done::default();
        let pad = self.id.with("pad");
        let in_field = ui.memory(|memory| memory.has_focus(self.id));
        let on_pad = ui.memory(|memory| memory.has_focus(pad));
        if in_field || on_pad {
            self.keys(ui, state, in_field);
        }
        let field = self.text(ui, state, &mut done);
        if field.gained_focus() || field.clicked() {
            state.open = Some(self.id);
        }
        self.under(ui, state, &field, &mut done);
        let mut places = vec![field.rect];
        if state.open == Some(self.id) {
            ui.add_space(1.0);
            places.push(self.card(ui, state, pad, &mut done));
        }
        if state.open == Some(self.id) {
            self.wheel(ui, state, &places, &mut done);
        }
        self.holding(ui, state, &mut done);
        if in_field || on_pad {
            let focused = if in_field { self.id } else { pad };
            state.keys = Some(focused);
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
                state.open = None;
                state.draft = None;
                ui.memory_mut(|memory| memory.surrender_focus(focused));
            }
        }
        done.to.filter(|(block, _)| *block != self.value)
    }

    /// Arrow keys. In the text field left and right move the cursor, so that they need Ctrl there.
    fn keys(&self, ui: &Ui, state: &mut Blocks, in_field: bool) {
        let time = ui.input(|input| input.time);
        ui.input_mut(|input| {
            input.events.retain(|event| {
                let egui::Event::Key {
                    key,
                    pressed: true,
                    repeat,
                    modifiers,
                    ..
                } = event
                else {
                    return true;
                };
                let is_aside = matches!(key, Key::ArrowLeft | Key::ArrowRight);
                let direction = match key {
                    Key::ArrowLeft => Direction::Left,
                    Key::ArrowRight => Direction::Right,
                    Key::ArrowUp => Direction::Up,
                    Key::ArrowDown => Direction::Down,
                    _ => return true,
                };
                let is_ours = if in_field && is_aside {
                    modifiers.command_only()
                } else {
                    modifiers.is_none() || modifiers.command_only()
                };
                if is_ours && !repeat {
                    state.hold = Some(Hold::new(self.id, Source::Key(*key), direction, time));
                }
                !is_ours
            });
        });
    }

    /// The line of text with the count of addresses.
    fn text(&self, ui: &mut Ui, state: &mut Blocks, done: &mut Done) -> Response {
        let held = state.draft.take_if(|draft| draft.field == self.id);
        let is_typed_in = held.is_some();
        let mut draft = match held {
            Some(mut draft) => {
                if draft.seen != self.value {
                    if draft.asked != Some(self.value) {
                        draft.text = self.writing.write(self.value);
                    }
                    draft.seen = self.value;
                    draft.asked = None;
                }
                draft
            }
            None => Draft {
                field: self.id,
                text: self.writing.write(self.value),
                gesture: fresh_gesture(),
                seen: self.value,
                asked: None,
            },
        };
        let count = widgets::small_muted(ui, count_words(self.value));
        let edit = egui::TextEdit::singleline(&mut draft.text)
            .id(self.id)
            .font(super::super::look::font(
                crate::picture::text::Font::Mono,
                12.5,
            ))
            .suffix(count)
            .margin(egui::Margin::symmetric(9, 6))
            .desired_width(f32::INFINITY)
            .event_filter(EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                escape: true,
                tab: false,
            });
        let field = ui.add(edit).accessible_name(self.name);
        if !field.has_focus() {
            let border = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
            ui.painter()
                .rect_stroke(field.rect, 6.0, border, StrokeKind::Inside);
        }
        let typed = self.writing.read(&draft.text);
        if field.changed()
            && let Typed::Block(block) = typed
        {
            draft.asked = Some(block);
            done.go(block, draft.gesture);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if entered && let Typed::HostBits { canonical, .. } = typed {
            done.go(canonical, draft.gesture);
        }
        // A click on the offer under the field takes the keyboard from the field first: what was typed must outlive it.
        let is_leaving = is_typed_in && ui.input(|input| input.pointer.any_click());
        if is_leaving {
            ui.request_repaint();
        }
        if field.has_focus() || field.changed() || is_leaving {
            state.draft = Some(draft);
        }
        field
    }

    /// What is to be said about what is typed: an offer, or what is wrong.
    fn under(&self, ui: &mut Ui, state: &mut Blocks, field: &Response, done: &mut Done) {
        let Some(draft) = state.draft.as_ref().filter(|draft| draft.field == self.id) else {
            return;
        };
        let gesture = draft.gesture;
        match self.writing.read(&draft.text) {
            Typed::Block(_) | Typed::HalfTyped => {}
            Typed::HostBits { canonical, .. } => {
                let words = format!("Use {}", self.writing.write(canonical));
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    let why = widgets::small_muted(ui, "Bits are set after the mask.");
                    ui.label(why);
                    if widgets::small_link(ui, words).clicked() {
                        done.go(canonical, gesture);
                        state.draft = None;
                        ui.memory_mut(|memory| memory.surrender_focus(field.id));
                    }
                });
            }
            Typed::Wrong(why) => {
                let words = RichText::new(widgets::shown(&sentence(&why)))
                    .size(super::super::look::SMALL)
                    .color(widgets::ink(ui, Ink::Word(Role::Danger)));
                ui.add(egui::Label::new(words).wrap());
            }
        }
    }

    /// The wheel moves aside, with Shift it changes the mask. Only over an open joystick: a panel that is scrolled must
    /// not change blocks that come by under the pointer.
    fn wheel(&self, ui: &Ui, state: &mut Blocks, places: &[Rect], done: &mut Done) {
        let is_ours = places.iter().any(|place| ui.rect_contains_pointer(*place));
        let Some(turned) = state.wheel.turn(ui, self.id, is_ours) else {
            return;
        };
        let direction = match (turned.is_mask, turned.steps > 0) {
            (false, true) => Direction::Right,
            (false, false) => Direction::Left,
            (true, true) => Direction::Up,
            (true, false) => Direction::Down,
        };
        self.step(
            state,
            direction,
            turned.steps.unsigned_abs(),
            turned.gesture,
            done,
        );
    }

    /// What is due of a button or key that is held.
    fn holding(&self, ui: &Ui, state: &mut Blocks, done: &mut Done) {
        let Some(mut hold) = state.hold.take_if(|hold| hold.field == self.id) else {
            return;
        };
        let due = hold.due(ui);
        self.step(state, hold.direction, due, hold.gesture, done);
        if hold.goes_on(ui) {
            state.hold = Some(hold);
        }
    }

    fn step(
        &self,
        state: &mut Blocks,
        direction: Direction,
        steps: u32,
        gesture: Gesture,
        done: &mut Done,
    ) {
        let mut block = done.to.map_or(self.value, |(block, _)| block);
        for _ in 0..steps {
            let Ok(press) = self.joystick.press(block, direction) else {
                break;
            };
            block = press.block;
            state.over = press.over.map(|_| (self.id, press));
            done.go(block, gesture);
        }
    }
}

/// How many addresses a block has, in words: a version 6 block is counted in the /64s that subnets are.
pub(in crate::app) fn count_words(block: IpNet) -> String {
    match block {
        IpNet::V4(block) => widgets_count(address_count(block)),
        IpNet::V6(block) => match 64_u8.checked_sub(block.prefix_len()) {
            Some(0) => "one /64".to_owned(),
            Some(bits) => format!(
                "{} × /64",
                grouped(1_u64.checked_shl(bits.into()).unwrap_or(u64::MAX))
            ),
            None => "less than a /64".to_owned(),
        },
    }
}

fn widgets_count(addresses: u64) -> String {
    match addresses {
        1 => "1 address".to_owned(),
        several => format!("{} addresses", grouped(several)),
    }
}

/// A message with a capital letter and a full stop.
pub(in crate::app) fn sentence(message: &str) -> String {
    let mut words = widgets::capital(message);
    if !words.ends_with(['.', '?', '…']) {
        words.push('.');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_in_words() {
        for (block, words) in [
            ("10.0.0.0/16", "65,536 addresses"),
            ("10.0.0.0/32", "1 address"),
            ("2001:db8::/56", "256 × /64"),
            ("2001:db8::/64", "one /64"),
            ("2001:db8::/72", "less than a /64"),
        ] {
            assert_eq!(count_words(block.parse().unwrap()), words);
        }
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("écru is no mask"), "Écru is no mask.");
        assert_eq!(sentence("“x” is wrong."), "“x” is wrong.");
    }
}
