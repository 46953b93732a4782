//! What the sections of the form are made of: headings, segments, lines of text, folds, chips, and problems.

use super::super::super::{look, widgets};
use super::super::joystick::{fresh_gesture, sentence};
use super::super::{DesignContext, Edit};
use crate::design::{Field, Problem, Severity};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{
    Color32, CornerRadius, Frame, Id, Margin, Pos2, Rect, Response, RichText, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use std::collections::BTreeSet;

/// The space between two fields, in points.
pub(super) const GAP: f32 = 9.0;
/// The space on both sides of what a line says, in points.
const SIDE: f32 = 9.0;

/// The words above a field, with a word about it on the right.
pub(super) fn label(ui: &mut Ui, words: &str, note: &str) {
    label_with(ui, words, |ui| {
        if !note.is_empty() {
            let note = widgets::small_muted(ui, note);
            ui.add(egui::Label::new(note).truncate());
        }
    });
}

/// The words above a field, with something on the right.
pub(super) fn label_with(ui: &mut Ui, words: &str, right: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 17.0;
        ui.horizontal(|ui| {
            if !words.is_empty() {
                ui.label(widgets::semibold(words).size(12.5));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), right);
        });
    });
}

/// One of a few things to choose.
pub(super) struct Choice<'a, T> {
    pub(super) value: T,
    pub(super) words: String,
    pub(super) hint: &'a str,
}

impl<'a, T> Choice<'a, T> {
    pub(super) fn new(value: T, words: impl Into<String>, hint: &'a str) -> Self {
        Self {
            value,
            words: words.into(),
            hint,
        }
    }
}

/// A few things side by side, one of which is chosen. Answers with another one that was pressed.
pub(super) fn segmented<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    choices: &[Choice<'_, T>],
    now: Option<T>,
) -> Option<T> {
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let radius = CornerRadius::same(6);
    ui.painter().rect(
        whole,
        radius,
        widgets::ink(ui, Ink::Sunken),
        Stroke::new(1.0, widgets::ink(ui, Ink::Border)),
        StrokeKind::Inside,
    );
    let width = whole.width() / choices.len().max(1) as f32;
    let mut pressed = None;
    for (at, choice) in choices.iter().enumerate() {
        let corner = pos2(whole.left() + width * at as f32, whole.top());
        let place = Rect::from_min_size(corner, vec2(width, whole.height()));
        let is_now = now == Some(choice.value);
        let id = Id::unique(("segment", name, at));
        let segment = ui.interact(place, id, Sense::click());
        segment.widget_info(|| {
            let words = format!("{name}: {}", choice.words);
            WidgetInfo::selected(egui::Role::RadioButton, true, is_now, words)
        });
        let is_lifted = segment.hovered() || segment.has_focus();
        let ink = if is_now || is_lifted {
            Ink::Text
        } else {
            Ink::TextMuted
        };
        if is_now {
            let line = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
            let fill = widgets::ink(ui, Ink::Card);
            ui.painter()
                .rect(place, radius, fill, line, StrokeKind::Inside);
        }
        if segment.has_focus() {
            let line = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
            ui.painter()
                .rect_stroke(place.shrink(3.0), 4.0, line, StrokeKind::Inside);
        }
        let face = if is_now {
            Font::SansSemiBold
        } else {
            Font::Sans
        };
        let color = widgets::ink(ui, ink);
        let words = widgets::fitted(ui, &choice.words, face, 12.5, color, width - 6.0);
        ui.painter()
            .galley(place.center() - words.size() / 2.0, words, color);
        let segment = if choice.hint.is_empty() {
            segment
        } else {
            segment.on_hover_text(choice.hint)
        };
        if segment.clicked() && !is_now {
            pressed = Some(choice.value);
        }
    }
    pressed
}

/// What the lines of text remember between frames: one of them is typed in at a time.
#[derive(Debug, Default)]
pub(super) struct Lines {
    draft: Option<Draft>,
}

#[derive(Debug)]
struct Draft {
    line: Id,
    text: String,
    gesture: Gesture,
    /// The value before this frame, to notice that somebody else changed it.
    seen: String,
    asked: Option<String>,
}

/// A line of text.
pub(super) struct Line<'a> {
    /// Names it between frames.
    pub(super) id: Id,
    /// What it is, for screen readers.
    pub(super) name: &'a str,
    /// What it says now.
    pub(super) value: &'a str,
    /// What an empty one shows.
    pub(super) hint: &'a str,
    /// A word at its right end.
    pub(super) suffix: &'a str,
    /// In the monospaced face.
    pub(super) mono: bool,
    /// All there is where infinite.
    pub(super) width: f32,
}

impl Default for Line<'_> {
    fn default() -> Self {
        Self {
            id: Id::NULL,
            name: "",
            value: "",
            hint: "",
            suffix: "",
            mono: false,
            width: f32::INFINITY,
        }
    }
}

impl<'a> Line<'a> {
    /// The word at its right end, where the text leaves room for it.
    fn suffix_beside(&self, ui: &Ui, text: &str) -> &'a str {
        const BETWEEN: f32 = 12.0;
        let (face, size) = if self.mono {
            (Font::Mono, 12.0)
        } else {
            (Font::Sans, look::BODY)
        };
        let wide = |words: &str, face, size| {
            let color = Color32::PLACEHOLDER;
            let words = widgets::fitted(ui, words, face, size, color, f32::INFINITY);
            words.size().x
        };
        let room = self.width.min(ui.available_width()) - 2.0 * SIDE;
        let taken = wide(text, face, size) + wide(self.suffix, Font::Sans, look::SMALL);
        if taken + BETWEEN > room {
            ""
        } else {
            self.suffix
        }
    }
}

/// What was typed into a line.
pub(super) struct Typed {
    pub(super) text: String,
    /// One visit to the line is one gesture.
    pub(super) gesture: Gesture,
    /// The line was left, or Enter was pressed.
    pub(super) is_done: bool,
}

impl Lines {
    /// Show a line. Answers with what was typed into it: at each change, and once more when it is left.
    pub(super) fn show(&mut self, ui: &mut Ui, line: &Line<'_>) -> Option<Typed> {
        self.show_response(ui, line).1
    }

    /// What is typed into a line now, while it has the keyboard.
    pub(super) fn typing(&self, line: Id) -> Option<&str> {
        let draft = self.draft.as_ref().filter(|draft| draft.line == line)?;
        Some(&draft.text)
    }

    /// Keep what was typed into a line that is left: it cannot be taken, and must not be lost.
    pub(super) fn keep(&mut self, line: &Line<'_>, typed: Typed) {
        if self.draft.is_none() {
            self.draft = Some(Draft {
                line: line.id,
                text: typed.text,
                gesture: typed.gesture,
                seen: line.value.to_owned(),
                asked: None,
            });
        }
    }

    pub(super) fn show_response(
        &mut self,
        ui: &mut Ui,
        line: &Line<'_>,
    ) -> (Response, Option<Typed>) {
        let held = self.draft.take_if(|draft| draft.line == line.id);
        let was_typed_in = held.is_some();
        let mut draft = match held {
            Some(mut draft) => {
                if draft.seen != line.value {
                    if draft.asked.as_deref() != Some(line.value) {
                        line.value.clone_into(&mut draft.text);
                    }
                    line.value.clone_into(&mut draft.seen);
                    draft.asked = None;
                }
                draft
            }
            None => Draft {
                line: line.id,
                text: line.value.to_owned(),
                gesture: fresh_gesture(),
                seen: line.value.to_owned(),
                asked: None,
            },
        };
        let font = if line.mono {
            look::font(Font::Mono, 12.0)
        } else {
            look::font(Font::Sans, look::BODY)
        };
        let suffix = widgets::small_muted(ui, line.suffix_beside(ui, &draft.text));
        let edit = egui::TextEdit::singleline(&mut draft.text)
            .id(line.id)
            .font(font)
            .hint_text(line.hint)
            .suffix(suffix)
            .margin(Margin::symmetric(SIDE as i8, 5))
            .desired_width(line.width);
        let field = ui.add(edit).accessible_name(line.name);
        if !field.has_focus() {
            let border = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
            ui.painter()
                .rect_stroke(field.rect, 6.0, border, StrokeKind::Inside);
        }
        let is_done = was_typed_in && !field.has_focus();
        let mut typed = None;
        if field.changed() || (is_done && draft.text != line.value) {
            draft.asked = Some(draft.text.clone());
            typed = Some(Typed {
                text: draft.text.clone(),
                gesture: draft.gesture,
                is_done,
            });
        }
        if field.has_focus() || field.changed() {
            self.draft = Some(draft);
        }
        (field, typed)
    }
}

/// A section that is folded, with a word of what is set in it.
pub(super) fn fold(
    ui: &mut Ui,
    open: &mut BTreeSet<String>,
    title: &str,
    note: &str,
    contents: impl FnOnce(&mut Ui),
) {
    let key = title.to_owned();
    fold_as(ui, open, key, title, note, contents);
}

/// The same, under a key of its own where several sections have one title.
pub(in crate::app::designer) fn fold_as(
    ui: &mut Ui,
    open: &mut BTreeSet<String>,
    key: String,
    title: &str,
    note: &str,
    contents: impl FnOnce(&mut Ui),
) {
    let is_open = open.contains(&key);
    let id = Id::unique(("fold", key.as_str()));
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let header = ui.interact(place, id, Sense::click());
    header.widget_info(|| {
        let name = format!("{title}, {note}");
        let name = name.trim_end_matches([',', ' ']);
        WidgetInfo::selected(egui::Role::Button, true, is_open, name)
    });
    if header.hovered() || header.has_focus() {
        let fill = widgets::ink(ui, Ink::Hovered);
        ui.painter()
            .rect_filled(place.expand2(vec2(6.0, 0.0)), 5.0, fill);
    }
    if header.has_focus() {
        let line = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
        ui.painter()
            .rect_stroke(place.expand2(vec2(6.0, 0.0)), 5.0, line, StrokeKind::Inside);
    }
    let muted = widgets::ink(ui, Ink::TextMuted);
    let at = pos2(place.left() + 4.0, place.center().y);
    ui.painter().add(chevron(at, is_open, muted));
    let color = widgets::ink(ui, Ink::Text);
    let words = widgets::fitted(
        ui,
        title,
        Font::SansSemiBold,
        12.5,
        color,
        place.width() - 20.0,
    );
    let left = place.left() + 14.0;
    let right = left + words.size().x;
    let corner = pos2(left, place.center().y - words.size().y / 2.0);
    ui.painter().galley(corner, words, color);
    let room = place.right() - right - 10.0;
    if room > 24.0 {
        let note = widgets::fitted(ui, note, Font::Sans, look::SMALL, muted, room);
        let corner = pos2(
            place.right() - note.size().x,
            place.center().y - note.size().y / 2.0,
        );
        ui.painter().galley(corner, note, muted);
    }
    if header.clicked() {
        if is_open {
            open.remove(&key);
        } else {
            open.insert(key);
        }
        ui.request_repaint();
    }
    if is_open {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            contents(ui);
            ui.add_space(6.0);
        });
    }
}

/// A sign that something opens: to the right, or down where it is open or hangs below.
pub(super) fn chevron(at: Pos2, down: bool, color: Color32) -> Shape {
    let points = if down {
        [vec2(-4.0, -2.0), vec2(0.0, 2.0), vec2(4.0, -2.0)]
    } else {
        [vec2(-2.0, -4.0), vec2(2.0, 0.0), vec2(-2.0, 4.0)]
    };
    let points = points.map(|point| at + point).to_vec();
    Shape::line(points, Stroke::new(1.4, color))
}

/// What of a chip was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// The words.
    Words,
    /// The cross at its end.
    Cross,
}

/// A thing that is there, can be shown, and can be taken away.
pub(super) struct Chip<'a> {
    pub(super) words: &'a str,
    pub(super) role: Role,
    /// What it is, for screen readers and tooltips: “S3 gateway endpoint”.
    pub(super) name: &'a str,
    /// Whether pressing its words shows something.
    pub(super) leads: bool,
}

impl Chip<'_> {
    /// Show it. Only its cross takes the thing away: words are pressed to see more.
    pub(super) fn show(&self, ui: &mut Ui) -> Option<Pressed> {
        const HEIGHT: f32 = 25.0;
        const CROSS: f32 = 24.0;
        let color = widgets::ink(ui, Ink::Word(self.role));
        // A row that is too short for it ends; only what is wider than the panel is cut.
        let room = ui.max_rect().width() - CROSS - 22.0;
        let words = widgets::fitted(ui, self.words, Font::SansSemiBold, 11.5, color, room);
        let size = vec2(words.size().x + 11.0 + CROSS, HEIGHT);
        let (place, whole) = ui.allocate_exact_size(size, Sense::hover());
        let (left, right) = place.split_left_right_at_x(place.right() - CROSS);
        let sense = if self.leads {
            Sense::click()
        } else {
            Sense::hover()
        };
        let body = ui.interact(left, whole.id.with("words"), sense);
        body.widget_info(|| {
            let (role, name) = if self.leads {
                (egui::Role::Button, format!("Show the {}", self.name))
            } else {
                (egui::Role::Label, self.name.to_owned())
            };
            WidgetInfo::labeled(role, true, name)
        });
        let cross = ui.interact(right, whole.id.with("cross"), Sense::click());
        let removes = format!("Remove the {}", self.name);
        cross.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &removes));
        let is_lifted = self.leads && body.hovered() || body.has_focus();
        let line = if is_lifted {
            Ink::Accent
        } else {
            Ink::Strong(self.role)
        };
        let width = if body.has_focus() { 2.0 } else { 1.0 };
        ui.painter().rect(
            place,
            HEIGHT / 2.0,
            widgets::ink(ui, Ink::Tint(self.role)),
            Stroke::new(width, widgets::ink(ui, line)),
            StrokeKind::Inside,
        );
        let corner = pos2(place.left() + 11.0, place.center().y - words.size().y / 2.0);
        ui.painter().galley(corner, words, color);
        let middle = pos2(right.center().x - 1.0, right.center().y);
        let is_on_cross = cross.hovered() || cross.has_focus();
        if is_on_cross {
            let fill = widgets::ink(ui, Ink::Strong(self.role));
            ui.painter().circle_filled(middle, 8.0, fill);
        }
        if cross.has_focus() {
            let ring = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
            ui.painter().circle_stroke(middle, 9.5, ring);
        }
        let pen = if is_on_cross {
            Stroke::new(1.4, widgets::ink(ui, Ink::Card))
        } else {
            Stroke::new(1.2, color)
        };
        for slope in [1.0, -1.0] {
            let arm = vec2(3.2, 3.2 * slope);
            ui.painter().line_segment([middle - arm, middle + arm], pen);
        }
        let cross = cross.on_hover_text(&removes);
        if self.leads && body.on_hover_text("Show it in the preview").clicked() {
            return Some(Pressed::Words);
        }
        cross.clicked().then_some(Pressed::Cross)
    }
}

/// A frame around what belongs together.
pub(super) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(widgets::ink(ui, Ink::Card))
        .stroke(Stroke::new(1.0, widgets::ink(ui, Ink::Border)))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// Words before a field on the same line, in a column of their own.
pub(super) fn beside(ui: &mut Ui, words: &str) {
    let (place, _) = ui.allocate_exact_size(vec2(70.0, 20.0), Sense::hover());
    let color = widgets::ink(ui, Ink::TextMuted);
    let words = widgets::fitted(ui, words, Font::Sans, look::SMALL, color, place.width());
    let corner = pos2(place.left(), place.center().y - words.size().y / 2.0);
    ui.painter().galley(corner, words, color);
}

/// A box to tick. Answers with the new state where it was pressed.
pub(super) fn tick(ui: &mut Ui, now: bool, words: &str) -> Option<bool> {
    tick_hinted(ui, now, words, "")
}

/// A box to tick, with more about it in a tooltip.
pub(super) fn tick_hinted(ui: &mut Ui, now: bool, words: &str, hint: &str) -> Option<bool> {
    let mut is_on = now;
    let tick = ui.checkbox(&mut is_on, words);
    let tick = if hint.is_empty() {
        tick
    } else {
        tick.on_hover_text(hint)
    };
    tick.clicked()
        .then_some(is_on)
        .filter(|is_on| *is_on != now)
}

/// A list of which one is chosen. Answers with another one that was picked.
pub(super) fn pick<T: PartialEq + Clone>(
    ui: &mut Ui,
    id: Id,
    name: &str,
    width: f32,
    choices: &[(T, String)],
    now: &T,
) -> Option<T> {
    let shown = choices
        .iter()
        .find(|(value, _)| value == now)
        .map(|(_, words)| widgets::shown(words))
        .unwrap_or_default();
    let mut picked = None;
    let combo = egui::ComboBox::from_id_salt(id)
        .selected_text(shown)
        .width(width)
        .truncate()
        .icon(|ui, place, _, _| {
            let color = widgets::ink(ui, Ink::TextMuted);
            ui.painter().add(chevron(place.center(), true, color));
        })
        .show_ui(ui, |ui| {
            for (value, words) in choices {
                let is_now = value == now;
                if ui.selectable_label(is_now, widgets::shown(words)).clicked() && !is_now {
                    picked = Some(value.clone());
                }
            }
        });
    combo.response.accessible_name(name);
    picked
}

/// The problems of a field, one line each, with what would mend them.
pub(super) fn problems(context: &DesignContext<'_>, ui: &mut Ui, field: Field) {
    let found = context.derived.problems.iter().filter(|problem| {
        problem.place.field == field
            && is_here(context, problem)
            // What is about one subnet stands at that subnet.
            && problem.place.subnet.is_none()
    });
    for problem in found {
        problem_line(context, ui, problem);
    }
}

/// Whether a problem is about the VPC that is shown, or about the design as a whole.
pub(super) fn is_here(context: &DesignContext<'_>, problem: &Problem) -> bool {
    match &problem.place.vpc {
        None => true,
        Some(vpc) => context.vpc.is_some_and(|shown| shown.id == *vpc),
    }
}

pub(super) fn problem_line(context: &DesignContext<'_>, ui: &mut Ui, problem: &Problem) {
    let role = match problem.severity {
        Severity::High => Role::Danger,
        Severity::Warn => Role::Warn,
        Severity::Info => Role::Neutral,
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (place, _) = ui.allocate_exact_size(vec2(8.0, 15.0), Sense::hover());
        let dot = widgets::ink(ui, Ink::Strong(role));
        ui.painter().circle_filled(place.center(), 3.5, dot);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let words = RichText::new(widgets::shown(&sentence(&problem.message)))
                .size(look::SMALL)
                .color(widgets::ink(ui, Ink::Word(role)));
            ui.add(egui::Label::new(words).wrap());
            if let Some(fix) = &problem.fix
                && widgets::small_link(ui, fix.words.as_str()).clicked()
            {
                let change = fix.change.clone();
                let words = lowered(&fix.words);
                context.edit(Edit::new(words, move |design| change.apply(design)));
            }
        });
    });
}

/// A word that begins with a small letter, as the rest of “Undo …”.
fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect()
}

/// A sentence under a field.
pub(super) fn note(ui: &mut Ui, words: &str) {
    let words = widgets::small_muted(ui, words);
    ui.add(egui::Label::new(words).wrap());
}

/// A sentence under a field about what is wrong with what is typed there.
pub(super) fn wrong(ui: &mut Ui, words: &str) {
    let words = RichText::new(widgets::shown(&sentence(words)))
        .size(look::SMALL)
        .color(widgets::ink(ui, Ink::Word(Role::Danger)));
    ui.add(egui::Label::new(words).wrap());
}
