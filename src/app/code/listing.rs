//! A file of code with its line numbers and colours. Only the lines that are seen are laid out.

use super::super::{look, widgets};
use crate::export::code::CodeFile;
use crate::export::code::syntax::Line;
use crate::picture::text::{Font, shown};
use crate::picture::theme::Ink;
use eframe::egui;
use egui::text::LayoutJob;
use egui::{
    Align2, Id, Key, Modifiers, Rect, Sense, Stroke, StrokeKind, TextFormat, Ui, UiBuilder, Vec2,
    pos2, vec2,
};

/// The height of a line, in points.
const ROW: f32 = 17.0;
/// The size of the letters, in points.
const SIZE: f32 = 12.0;
/// Space above the first line and below the last one.
const EDGE: f32 = 6.0;

/// A file, whose longest line has so many characters.
pub(super) fn ui(ui: &mut Ui, file: &CodeFile, lines: &[Line], longest: usize) {
    let face = look::font(Font::Mono, SIZE);
    let advance = ui.fonts_mut(|fonts| fonts.glyph_width(&face, '0'));
    let digits = lines.len().max(1).to_string().len().max(2);
    let gutter = advance * digits as f32 + 22.0;
    let size = vec2(
        gutter + advance * longest as f32 + 24.0,
        ROW * lines.len() as f32 + 2.0 * EDGE,
    );
    let place = ui.available_rect_before_wrap();
    let ground = widgets::ink(ui, Ink::Sunken);
    ui.painter().rect_filled(place, 0.0, ground);
    let id = Id::unique("lines of the code");
    let area = ui.interact(place, id, Sense::focusable_noninteractive());
    area.widget_info(|| {
        let words = format!("{}, {} lines", file.name, lines.len());
        egui::WidgetInfo::labeled(egui::Role::Document, true, words)
    });
    let by = if area.has_focus() {
        keys(ui, id, place.height())
    } else {
        Vec2::ZERO
    };
    egui::ScrollArea::both()
        .id_salt(("code", &file.name))
        .auto_shrink([false, false])
        .show_viewport(ui, |ui, seen| {
            if by != Vec2::ZERO {
                ui.scroll_with_delta(by);
            }
            ui.set_min_size(size);
            let corner = ui.max_rect().min;
            let first = ((seen.top() - EDGE) / ROW).floor().max(0.0) as usize;
            let count = (seen.height() / ROW).ceil() as usize + 2;
            for (at, line) in lines.iter().enumerate().skip(first).take(count) {
                let top = corner.y + EDGE + ROW * at as f32;
                let left = corner.x + gutter;
                let width = (size.x - gutter).max(seen.width());
                let rect = Rect::from_min_size(pos2(left, top), vec2(width, ROW));
                let label = egui::Label::new(job(ui, file, line))
                    .extend()
                    .selectable(true);
                let builder = UiBuilder::new()
                    .id_salt(at)
                    .max_rect(rect)
                    .layout(egui::Layout::left_to_right(egui::Align::Center));
                ui.scope_builder(builder, |ui| ui.add(label));
            }
            // The numbers stay where they are while the lines go to the left below them.
            let edge = ui.clip_rect().left().max(corner.x + seen.left());
            let column = Rect::from_min_max(
                pos2(edge, ui.clip_rect().top()),
                pos2(edge + gutter - 8.0, ui.clip_rect().bottom()),
            );
            ui.painter().rect_filled(column, 0.0, ground);
            let faint = widgets::ink(ui, Ink::Syntax(crate::picture::theme::Syntax::Comment));
            let last = lines.len().min(first.saturating_add(count));
            for at in first..last {
                let middle = corner.y + EDGE + ROW * (at as f32 + 0.5);
                let right = pos2(column.right() - 6.0, middle);
                let number = (at + 1).to_string();
                ui.painter()
                    .text(right, Align2::RIGHT_CENTER, number, face.clone(), faint);
            }
            let line = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
            ui.painter().vline(column.right(), column.y_range(), line);
        });
    let (line, width) = if area.has_focus() {
        (Ink::Accent, 1.5)
    } else {
        (Ink::Border, 1.0)
    };
    let line = Stroke::new(width, widgets::ink(ui, line));
    ui.painter()
        .rect_stroke(place, 0.0, line, StrokeKind::Inside);
}

/// A line in its colours.
fn job(ui: &Ui, file: &CodeFile, line: &Line) -> LayoutJob {
    let face = look::font(Font::Mono, SIZE);
    let mut job = LayoutJob::default();
    for (bytes, syntax) in &line.pieces {
        let text = file.text.get(bytes.clone()).unwrap_or_default();
        let color = widgets::ink(ui, Ink::Syntax(*syntax));
        let format = TextFormat::simple(face.clone(), color);
        job.append(&shown(text, Font::Mono), 0.0, format);
    }
    job
}

/// How far the keys that are pressed scroll.
fn keys(ui: &Ui, id: Id, height: f32) -> Vec2 {
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..egui::EventFilter::default()
        };
        memory.set_focus_lock_filter(id, filter);
    });
    let page = (height - 2.0 * ROW).max(ROW);
    // Farther than any file is long.
    let all = 1e7;
    let keys = [
        (Key::ArrowDown, vec2(0.0, -ROW)),
        (Key::ArrowUp, vec2(0.0, ROW)),
        (Key::ArrowRight, vec2(-40.0, 0.0)),
        (Key::ArrowLeft, vec2(40.0, 0.0)),
        (Key::PageDown, vec2(0.0, -page)),
        (Key::PageUp, vec2(0.0, page)),
        (Key::Home, vec2(all, all)),
        (Key::End, vec2(0.0, -all)),
    ];
    ui.input_mut(|input| {
        let mut by = Vec2::ZERO;
        for (key, step) in keys {
            by += step * input.count_and_consume_key(Modifiers::NONE, key) as f32;
        }
        by
    })
}
