//! Small things that panels are made of.

use super::look::{self, BODY, SMALL};
use crate::picture::diagram::Role;
use crate::picture::glyph::Glyph;
use crate::picture::text::{self, Font};
use crate::picture::theme::{Ink, Theme};
use eframe::egui;
use egui::{
    Align, Color32, CornerRadius, Layout, Rect, Response, RichText, Sense, Stroke, StrokeKind,
    TextWrapMode, Ui, WidgetInfo, pos2, vec2,
};

/// Words as the fonts can show them.
pub(super) fn shown(words: &str) -> String {
    text::shown(words, Font::Sans).into_owned()
}

/// Words with a capital letter, as a sentence begins. One that begins with a name keeps it: `web-vpc` is called so.
pub(super) fn capital(words: &str) -> String {
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_name = first.contains(|letter: char| !letter.is_alphabetic() && letter != '\'');
    if is_name {
        return words.to_owned();
    }
    let mut letters = words.chars();
    let head = letters.next().into_iter().flat_map(char::to_uppercase);
    head.chain(letters).collect()
}

/// A colour of the theme that is painted now.
pub(super) fn ink(ui: &Ui, ink: Ink) -> Color32 {
    look::color(look::theme(ui.ctx()), ink)
}

pub(super) fn muted(ui: &Ui, words: impl Into<String>) -> RichText {
    RichText::new(words).color(ink(ui, Ink::TextMuted))
}

pub(super) fn small_muted(ui: &Ui, words: impl Into<String>) -> RichText {
    muted(ui, words).size(SMALL)
}

pub(super) fn mono(words: impl Into<String>) -> RichText {
    RichText::new(words).monospace()
}

pub(super) fn semibold(words: impl Into<String>) -> RichText {
    RichText::new(words).font(look::font(Font::SansSemiBold, BODY))
}

/// A heading in small capitals over a list.
pub(super) fn overline(ui: &mut Ui, words: &str) {
    let words = RichText::new(words.to_uppercase())
        .font(look::font(Font::SansSemiBold, 10.5))
        .color(ink(ui, Ink::TextMuted));
    ui.label(words);
}

/// A heading of a section, with a word about it on the right.
pub(super) fn section(ui: &mut Ui, title: &str, note: &str) {
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        ui.label(semibold(title));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let note = small_muted(ui, note);
            ui.label(note);
        });
    });
}

/// A ring in a button of the accent colour that has the keyboard: the line that other buttons have then is not seen on it.
pub(super) fn ring_on_accent(ui: &Ui, button: &Response) {
    if button.has_focus() {
        let ring = Stroke::new(1.5, ink(ui, Ink::OnAccent));
        ui.painter()
            .rect_stroke(button.rect.shrink(3.0), 4.0, ring, StrokeKind::Inside);
    }
}

/// A button that looks like words to be clicked.
pub(super) fn link(ui: &mut Ui, words: impl Into<String>) -> Response {
    let words = RichText::new(words).color(ink(ui, Ink::Accent));
    button_of_words(ui, words)
}

pub(super) fn small_link(ui: &mut Ui, words: impl Into<String>) -> Response {
    let words = RichText::new(words).size(SMALL).color(ink(ui, Ink::Accent));
    button_of_words(ui, words)
}

fn button_of_words(ui: &mut Ui, words: RichText) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(2.0, 1.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.add(
            egui::Button::new(words)
                .frame_when_inactive(false)
                .truncate(),
        )
    })
    .inner
}

/// What stands for a fact that nobody read.
pub(super) const UNREAD: &str = "not read";

/// One or several, with the number before it.
pub(super) fn count(number: usize, singular: &str) -> String {
    let number_words = crate::picture::view::grouped(number as u64);
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number_words} {singular}s")
    }
}

/// A name with its value on one line.
pub(super) fn fact(ui: &mut Ui, name: &str, value: impl Into<egui::WidgetText>) {
    let mut value = value.into();
    // What is not known steps back behind what is.
    if value.text() == UNREAD {
        value = muted(ui, UNREAD).italics().into();
    }
    fact_ui(ui, name, |ui| {
        ui.add(egui::Label::new(value).wrap().selectable(true));
    });
}

/// A name, and what stands beside it.
pub(super) fn fact_ui<R>(ui: &mut Ui, name: &str, value: impl FnOnce(&mut Ui) -> R) -> R {
    const NAMES: f32 = 116.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let words = small_muted(ui, name);
        let (rect, _) = ui.allocate_exact_size(vec2(NAMES, 17.0), Sense::hover());
        let mut place = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Min)),
        );
        place.add(egui::Label::new(words).truncate());
        ui.vertical(value).inner
    })
    .inner
}

/// A word in a pill.
pub(super) fn pill(ui: &mut Ui, words: &str, role: Role) -> Response {
    let (fill, color) = (ink(ui, Ink::Tint(role)), ink(ui, Ink::Word(role)));
    let galley = ui.painter().layout_no_wrap(
        words.to_owned(),
        look::font(Font::SansSemiBold, 10.5),
        color,
    );
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(14.0, 4.0), Sense::hover());
    ui.painter().rect_filled(rect, rect.height() / 2.0, fill);
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, color);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, words));
    response
}

/// How much of something is used, as a bar. `share` is from 0 to 1.
pub(super) fn meter(ui: &mut Ui, share: f32, role: Role, name: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 8.0), Sense::hover());
    let radius = CornerRadius::same(4);
    ui.painter().rect_filled(rect, radius, ink(ui, Ink::Border));
    let filled = Rect::from_min_size(
        rect.min,
        vec2(
            (rect.width() * share.clamp(0.0, 1.0)).max(2.0),
            rect.height(),
        ),
    );
    ui.painter()
        .rect_filled(filled, radius, ink(ui, Ink::Strong(role)));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Meter, true, name));
}

/// What a row of a list says.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are named arguments, not states"
)]
#[derive(Default)]
pub(super) struct Row<'a> {
    /// The words on the left.
    pub(super) title: &'a str,
    /// The monospaced words on the right.
    pub(super) caption: &'a str,
    /// The colour of the bar at its left edge; none for no bar.
    pub(super) role: Option<Role>,
    /// A symbol before the title.
    pub(super) glyph: Option<Glyph>,
    /// Filled with the role's tint or sunken, and not bare.
    pub(super) filled: bool,
    /// The title is in the monospaced face.
    pub(super) mono: bool,
    /// The colour of the caption, where it is not muted.
    pub(super) caption_ink: Option<Ink>,
    /// Stands for what is shown now.
    pub(super) selected: bool,
    /// Distance of the words from the left edge.
    pub(super) indent: f32,
    /// Can be clicked.
    pub(super) clickable: bool,
    /// What screen readers say, where it is not title and caption.
    pub(super) name: Option<String>,
}

/// A row of a list: a title on the left, a caption on the right.
pub(super) fn row(ui: &mut Ui, row: &Row<'_>) -> Response {
    let theme = look::theme(ui.ctx());
    let color = |ink| look::color(theme, ink);
    let height = if row.filled { 25.0 } else { 24.0 };
    let sense = if row.clickable {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), sense);
    let name = || {
        let spoken = row.name.clone();
        spoken.unwrap_or_else(|| [row.title, row.caption].join(" ").trim().to_owned())
    };
    response.widget_info(|| {
        let role = if row.clickable {
            egui::Role::Button
        } else {
            egui::Role::Label
        };
        WidgetInfo::selected(role, true, row.selected, name())
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    paint_row(ui, rect, row, &response, theme);
    if row.clickable && response.has_focus() {
        let ring = Stroke::new(1.5, color(Ink::Accent));
        ui.painter().rect_stroke(
            rect.shrink(1.0),
            CornerRadius::same(5),
            ring,
            StrokeKind::Inside,
        );
    }
    response
}

fn paint_row(ui: &Ui, rect: Rect, row: &Row<'_>, response: &Response, theme: Theme) {
    let color = |ink| look::color(theme, ink);
    let painter = ui.painter();
    let radius = CornerRadius::same(4);
    let background = match (
        row.selected,
        row.clickable && response.hovered(),
        row.filled,
        row.role,
    ) {
        (true, ..) => Some(Ink::Selected),
        (_, true, ..) => Some(Ink::Hovered),
        (_, _, true, Some(role)) => Some(Ink::Tint(role)),
        (_, _, true, None) => Some(Ink::Sunken),
        _ => None,
    };
    if let Some(background) = background {
        painter.rect_filled(rect, radius, color(background));
    }
    let bar = if row.selected {
        Some(Ink::Accent)
    } else {
        row.role.map(Ink::Strong)
    };
    if let Some(bar) = bar {
        let bar_rect = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(
            bar_rect,
            CornerRadius {
                nw: 3,
                sw: 3,
                ne: 0,
                se: 0,
            },
            color(bar),
        );
    }
    let mut left = rect.left() + 10.0 + row.indent;
    if let Some(symbol) = row.glyph {
        let tone = color(row.role.map_or(Ink::TextMuted, Ink::Strong));
        look::paint_glyph(
            painter,
            symbol,
            pos2(left + 7.0, rect.center().y),
            14.0,
            tone,
        );
        left += 21.0;
    }
    let face = match (row.mono, row.selected) {
        (true, _) => Font::Mono,
        (false, true) => Font::SansSemiBold,
        (false, false) => Font::Sans,
    };
    let size = if row.mono { 11.5 } else { 12.5 };
    let caption_ink = color(row.caption_ink.unwrap_or(Ink::TextMuted));
    let room = rect.right() - 9.0 - left;
    // The title is what is looked for: the caption takes what is left of the room. In a filled row both are facts and
    // the caption keeps two fifths; elsewhere one that would be a mere stump is left out.
    let natural = fitted(ui, row.title, face, size, color(Ink::Text), f32::INFINITY);
    let left_over = room - natural.size().x - 8.0;
    let caption_room = if row.filled {
        left_over.max(room * 0.4)
    } else {
        left_over
    };
    let words = if caption_room < 44.0 && caption_room < row.caption.len() as f32 * 6.6 {
        ""
    } else {
        row.caption
    };
    let caption = fitted(ui, words, Font::Mono, 11.0, caption_ink, caption_room);
    let right = rect.right() - 9.0 - caption.size().x;
    painter.galley(
        pos2(right, rect.center().y - caption.size().y / 2.0),
        caption,
        Color32::PLACEHOLDER,
    );
    let title = fitted(
        ui,
        row.title,
        face,
        size,
        color(Ink::Text),
        right - left - 8.0,
    );
    painter.galley(
        pos2(left, rect.center().y - title.size().y / 2.0),
        title,
        Color32::PLACEHOLDER,
    );
}

/// One of several things of which one is shown; `name` is what screen readers say. Words wider than `width` are cut.
pub(super) fn tab(
    ui: &mut Ui,
    words: &str,
    name: &str,
    is_shown: bool,
    face: Font,
    width: f32,
) -> Response {
    let (face, size) = match (face, is_shown) {
        (Font::Mono, _) => (Font::Mono, 11.5),
        (_, true) => (Font::SansSemiBold, 12.0),
        (face, false) => (face, 12.0),
    };
    let color = ink(ui, if is_shown { Ink::Text } else { Ink::TextMuted });
    let galley = fitted(ui, words, face, size, color, width);
    let room = vec2(galley.size().x + 18.0, 25.0);
    let (place, tab) = ui.allocate_exact_size(room, Sense::click());
    tab.widget_info(|| WidgetInfo::selected(egui::Role::Tab, true, is_shown, name));
    let (fill, line) = if is_shown {
        (Ink::Card, Ink::Accent)
    } else if tab.hovered() || tab.has_focus() {
        (Ink::Hovered, Ink::Accent)
    } else {
        (Ink::Sunken, Ink::Border)
    };
    let weight = if is_shown || tab.has_focus() {
        1.5
    } else {
        1.0
    };
    let line = Stroke::new(weight, ink(ui, line));
    let fill = ink(ui, fill);
    ui.painter()
        .rect(place, 6.0, fill, line, StrokeKind::Inside);
    if tab.has_focus() {
        let ring = Stroke::new(1.5, ink(ui, Ink::Accent));
        ui.painter()
            .rect_stroke(place.shrink(3.0), 4.0, ring, StrokeKind::Inside);
    }
    let corner = place.center() - galley.size() / 2.0;
    ui.painter().galley(corner, galley, color);
    tab
}

/// One line of words that is cut where it is too long.
pub(super) fn fitted(
    ui: &Ui,
    words: &str,
    face: Font,
    size: f32,
    color: Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let format = egui::TextFormat::simple(look::font(face, size), color);
    let words = text::shown(words, face);
    let mut job = egui::text::LayoutJob::single_section(words.into_owned(), format);
    job.wrap =
        egui::text::TextWrapping::from_wrap_mode_and_width(TextWrapMode::Truncate, width.max(8.0));
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// A frame around something that needs to be noticed, with a bar at its left edge.
pub(super) fn notice<R>(ui: &mut Ui, role: Role, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let fill = ink(ui, Ink::Tint(role));
    let shown = egui::Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(5))
        .inner_margin(egui::Margin {
            left: 13,
            right: 10,
            top: 7,
            bottom: 7,
        })
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            contents(ui)
        });
    let rect = shown.response.rect;
    let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    ui.painter().rect_filled(
        bar,
        CornerRadius {
            nw: 4,
            sw: 4,
            ne: 0,
            se: 0,
        },
        ink(ui, Ink::Strong(role)),
    );
    shown.inner
}

/// Words of several lines as the fonts can show them.
pub(super) fn shown_lines(words: &str) -> String {
    words.lines().map(shown).collect::<Vec<_>>().join("\n")
}

/// A dialog in the middle of the window.
pub(super) fn modal(ctx: &egui::Context, name: &'static str) -> egui::Modal {
    let frame =
        egui::Frame::window(&ctx.global_style()).inner_margin(egui::Margin::symmetric(20, 16));
    egui::Modal::new(egui::Id::unique(name)).frame(frame)
}
