//! A run: each step as it is made or taken back, and what can be done when it has ended.

use super::watched::{Stage, StepRow, Watched};
use super::words;
use super::{
    Affair, Affairs, Screen, column, heading, is_new, notice, page, primary, secondary, send, sheet,
};
use crate::app::context::{Action, AppContext};
use crate::app::{look, model, widgets};
use crate::apply::now;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::glyph_of;
use crate::workspace::{Standing, Way};
use eframe::egui;
use egui::{Align, CornerRadius, Layout, Pos2, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};
use std::time::Duration;

/// How wide the page is.
const WIDTH: f32 = 980.0;
/// How high a step is.
const ROW: f32 = 30.0;

pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, affairs: &Affairs) {
    let Some(watched) = affairs.watched() else {
        return;
    };
    let now = now();
    let is_busy = affairs.is_running();
    let is_own = is_busy && affairs.shows_own;
    if watched.is_under_way() && is_own {
        // The clock goes on while nothing is told.
        ui.ctx().request_repaint_after(Duration::from_millis(500));
    }
    head_ui(ui, watched, now);
    page(
        ui,
        "run",
        WIDTH,
        |ui| bar_ui(app, ui, watched, is_own, is_busy),
        |ui| {
            show_head(ui, watched.is_under_way());
            ended_ui(ui, watched, is_own);
            sheet(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let rows = watched.rows(now);
                let top = ui.cursor().min;
                for row in &rows {
                    row_ui(app, ui, row);
                }
                if is_own && watched.is_under_way() {
                    follow(ui, top, &rows);
                }
            });
        },
    );
}

/// What run it is and how far it is, always in view.
fn head_ui(ui: &mut Ui, watched: &Watched, now: u64) {
    let fill = widgets::ink(ui, Ink::Panel);
    let frame = egui::Frame::new()
        .fill(fill)
        .inner_margin(egui::Margin::symmetric(0, 14));
    egui::Panel::top("head of the run")
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            column(ui, WIDTH, |ui| {
                heading(ui, &watched.heading());
                let place = widgets::shown(&widgets::capital(&watched.place()));
                let place = widgets::muted(ui, place);
                ui.add(egui::Label::new(place).wrap().selectable(true));
                ui.add_space(8.0);
                meter_ui(ui, watched, now);
            });
        });
}

/// When a run has ended, go to the head of the page: there it says how.
fn show_head(ui: &Ui, is_under_way: bool) {
    let id = egui::Id::unique("the run that is watched is under way");
    let before = ui
        .data(|data| data.get_temp::<bool>(id))
        .unwrap_or_default();
    if before != is_under_way {
        ui.data_mut(|data| data.insert_temp(id, is_under_way));
        let top = Rect::from_min_size(ui.cursor().min, vec2(1.0, 1.0));
        ui.scroll_to_rect(top, Some(Align::TOP));
    }
}

/// Keep the step that is under way in view, unless the pointer is in the list: then the person looks elsewhere.
fn follow(ui: &Ui, top: Pos2, rows: &[StepRow]) {
    let is_active =
        |row: &StepRow| matches!(row.stage, Stage::Begun | Stage::Settling | Stage::Going);
    let at = rows.iter().position(is_active);
    let id = egui::Id::unique("the step that is followed");
    let before: Option<usize> = ui.data(|data| data.get_temp(id)).flatten();
    if at == before || ui.rect_contains_pointer(ui.clip_rect()) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(id, at));
    if let Some(at) = at {
        let row = Rect::from_min_size(top + vec2(0.0, ROW * at as f32), vec2(1.0, ROW));
        ui.scroll_to_rect(row.expand2(vec2(0.0, ROW * 3.0)), None);
    }
}

/// How much is done, as a bar and in words.
fn meter_ui(ui: &mut Ui, watched: &Watched, now: u64) {
    let (done, all) = watched.progress();
    let role = match watched.standing {
        Standing::Failed | Standing::Left => Role::Danger,
        Standing::Stopped | Standing::Interrupted => Role::Warn,
        Standing::Complete => Role::Public,
        Standing::UnderWay | Standing::RolledBack => Role::Private,
    };
    let words = match watched.way {
        Way::On => format!("{done} of {all}"),
        Way::Back => format!("{done} of {all} taken back"),
    };
    ui.horizontal(|ui| {
        ui.label(widgets::semibold(&words));
        let standing = widgets::muted(ui, watched.standing.words());
        ui.label(standing);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let elapsed = words::clock(watched.elapsed(now) / 1000);
            let elapsed = widgets::mono(elapsed).size(13.0);
            ui.label(elapsed).on_hover_text("Since this began");
        });
    });
    let share = if all == 0 {
        1.0
    } else {
        done as f32 / all as f32
    };
    widgets::meter(ui, share, role, &format!("Progress: {words}"));
}

/// What is to be said of a run that has ended for now.
fn ended_ui(ui: &mut Ui, watched: &Watched, is_own: bool) {
    let failures = watched.failures();
    for failure in failures.iter().take(4) {
        notice(ui, Role::Danger, failure);
    }
    if failures.len() > 4 {
        let words = widgets::muted(ui, format!("and {} more, in the list", failures.len() - 4));
        ui.label(words);
    }
    let left = watched.left();
    if !watched.is_under_way() && watched.way == Way::Back && !left.is_empty() {
        widgets::notice(ui, Role::Danger, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.label(widgets::semibold("What is left"));
            for (name, left) in &left {
                let id = left
                    .id
                    .as_ref()
                    .map(|id| format!(" ({id})"))
                    .unwrap_or_default();
                let held = if left.holders.is_empty() {
                    String::new()
                } else {
                    format!("; held by {}", left.holders.join(", "))
                };
                let words = widgets::shown(&format!("{name}{id}: {}{held}", left.why));
                ui.add(egui::Label::new(words).wrap().selectable(true));
            }
            let words = "Take away what holds it, and roll back again: what is gone stays gone.";
            let words = widgets::small_muted(ui, words);
            ui.add(egui::Label::new(words).wrap());
        });
        ui.add_space(8.0);
    }
    let (role, words) = match watched.standing {
        Standing::UnderWay if !is_own => (
            Role::Warn,
            "Another process is at work on this run; what it does is shown when it is read again",
        ),
        _ if watched.is_kept => (
            Role::Neutral,
            "What was made is kept. View › Runs goes on with it or takes it back, whenever you want",
        ),
        Standing::Stopped | Standing::Interrupted => (
            Role::Warn,
            "What was made is there, and costs what it costs. Go on with the rest, take it back, or keep it as it is",
        ),
        Standing::RolledBack => (Role::Public, "Everything this run made is gone"),
        _ => return,
    };
    notice(ui, role, words);
    ui.add_space(4.0);
}

fn bar_ui(app: &AppContext<'_>, ui: &mut Ui, watched: &Watched, is_own: bool, is_busy: bool) {
    if watched.is_under_way() {
        if is_own {
            let words = if watched.is_stopping {
                "Stopping…"
            } else {
                "Cancel"
            };
            let button = ui.add_enabled(
                !watched.is_stopping,
                egui::Button::new(words).min_size(vec2(72.0, 30.0)),
            );
            let button = button.on_hover_text("Begin nothing more; calls under way are waited for");
            if button.clicked() {
                send(app, Affair::Stop);
            }
        } else if secondary(ui, "Read again").clicked() {
            send(app, Affair::Open(watched.run.header.run.to_string()));
        }
        if secondary(ui, "Back")
            .on_hover_text("Leave this page; the run goes on")
            .clicked()
        {
            send(app, Affair::Back);
        }
        let words = widgets::small_muted(ui, "The run goes on when you leave this page");
        ui.label(words);
        return;
    }
    let standing = watched.standing;
    let back = secondary(ui, "Back");
    // What comes next has the keyboard; buttons with an ellipsis ask once more.
    let mut next = back.clone();
    if back.clicked() {
        send(app, Affair::Back);
    }
    if secondary(ui, "All runs").clicked() {
        send(app, Affair::Show(Screen::Runs));
    }
    if is_busy {
        let words = widgets::small_muted(ui, "Another run is under way");
        ui.label(words);
    } else if standing.can_roll_back() {
        let button = secondary(ui, "Roll back…")
            .on_hover_text("Take back everything this run made, and nothing else");
        if button.clicked() {
            send(app, Affair::Ask(Way::Back));
        }
        if standing == Standing::Left {
            next = button;
        }
    }
    if standing.can_resume() && !is_busy {
        if !watched.is_kept
            && secondary(ui, "Keep")
                .on_hover_text("Leave what was made as it is")
                .clicked()
        {
            send(app, Affair::Keep);
        }
        let button = primary(ui, true, "Resume…").on_hover_text("Make what is not made yet");
        if button.clicked() {
            send(app, Affair::Ask(Way::On));
        }
        next = button;
    }
    if standing == Standing::Complete {
        let button = primary(ui, true, "View VPC")
            .on_hover_text("Show what was made on the live map, and how it holds to the plan");
        if button.clicked() {
            send(app, Affair::ViewVpc);
        }
        next = button;
    }
    if is_new(ui, "run", standing.words()) {
        next.request_focus();
    }
}

fn row_ui(app: &AppContext<'_>, ui: &mut Ui, row: &StepRow) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let id = row
        .id
        .as_ref()
        .map(|(id, _)| id.as_str())
        .unwrap_or_default();
    response.widget_info(|| {
        let words = format!("{} {}: {} {id}", row.what, row.name, row.state);
        egui::WidgetInfo::labeled(egui::Role::Label, true, words.trim_end())
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let color = |ink: Ink| widgets::ink(ui, ink);
    let (text, muted) = (color(Ink::Text), color(Ink::TextMuted));
    let middle = rect.center().y;
    stage_ui(ui, pos2(rect.left() + 9.0, middle), row.stage);
    let is_faint = matches!(row.stage, Stage::Waiting | Stage::Gone);
    let tone = if is_faint {
        muted
    } else {
        color(Ink::Strong(model::role(row.kind)))
    };
    let glyph = pos2(rect.left() + 34.0, middle);
    look::paint_glyph(ui.painter(), glyph_of(row.kind), glyph, 14.0, tone);

    let left = rect.left() + 50.0;
    let took = row.took.map(words::span).unwrap_or_default();
    let took = widgets::fitted(ui, &took, Font::Mono, 11.0, muted, 64.0);
    let right = rect.right() - 64.0;
    let room = right - left - 16.0;
    let has_id = row.id.is_some();
    let (names, states) = (0.56, 0.44);
    let at = |x: f32, galley: &egui::Galley| pos2(x, middle - galley.size().y / 2.0);
    ui.painter()
        .galley(at(rect.right() - took.size().x, &took), took, muted);

    let name_ink = if is_faint { muted } else { text };
    let name_room = room * names - 8.0;
    let name = widgets::fitted(ui, &row.name, Font::Sans, 12.5, name_ink, name_room);
    let what_room = name_room - name.size().x - 10.0;
    let what_at = left + name.size().x + 10.0;
    ui.painter().galley(at(left, &name), name, name_ink);
    if what_room > 40.0 {
        let what = widgets::fitted(ui, &row.what, Font::Sans, 11.5, muted, what_room);
        ui.painter().galley(at(what_at, &what), what, muted);
    }
    let place = Rect::from_min_max(
        pos2(left + room * names, rect.top()),
        pos2(left + room * (names + states), rect.bottom()),
    );
    let tells = matches!(
        row.stage,
        Stage::Failed | Stage::Left | Stage::Begun | Stage::Settling | Stage::Going
    );
    let mut cell = ui.new_child(
        egui::UiBuilder::new()
            .id_salt(&row.what)
            .max_rect(place)
            .layout(Layout::left_to_right(Align::Center)),
    );
    cell.spacing_mut().item_spacing.x = 4.0;
    if let Some((id, link)) = &row.id {
        id_ui(
            app,
            &mut cell,
            id,
            link.as_deref(),
            row.stage == Stage::Gone,
        );
    }
    if tells || !has_id {
        let ink = match row.stage {
            Stage::Failed | Stage::Left => Ink::Word(Role::Danger),
            Stage::Begun | Stage::Settling | Stage::Going => Ink::Accent,
            _ => Ink::TextMuted,
        };
        if !has_id {
            // Below the words of the links above and below, which are buttons and have a margin.
            let margin = cell.spacing().button_padding.x;
            cell.add_space(margin);
        }
        let words = RichText::new(widgets::shown(&row.state))
            .size(look::SMALL)
            .color(widgets::ink(&cell, ink));
        cell.add(egui::Label::new(words).truncate())
            .on_hover_text(&row.state);
    } else if row.stage == Stage::Gone {
        let words = widgets::small_muted(&cell, "gone");
        cell.label(words);
    }
}

/// An id as a link into the console, and a button that copies it.
fn id_ui(app: &AppContext<'_>, ui: &mut Ui, id: &str, link: Option<&str>, is_gone: bool) {
    let words = widgets::mono(id).size(11.0);
    if let Some(url) = link {
        let words = words.color(widgets::ink(ui, Ink::Accent));
        let button = egui::Button::new(words).frame_when_inactive(false).small();
        let button = ui.add(button).on_hover_text("Open in the AWS console");
        if button.clicked() {
            app.send(Action::Browse(url.to_owned()));
        }
    } else {
        let words = words.color(widgets::ink(ui, Ink::TextMuted));
        ui.add(egui::Label::new(words).truncate().selectable(true));
    }
    if is_gone {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::click());
    let name = format!("Copy {id}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let lifted = response.hovered() || response.has_focus();
    let ink = if lifted { Ink::Accent } else { Ink::TextMuted };
    let stroke = Stroke::new(1.1, widgets::ink(ui, ink));
    let inside = egui::StrokeKind::Middle;
    for by in [vec2(-1.5, -1.5), vec2(1.5, 1.5)] {
        let sheet = Rect::from_center_size(rect.center() + by, vec2(7.0, 8.0));
        if by.x > 0.0 {
            ui.painter()
                .rect_filled(sheet, 1.0, widgets::ink(ui, Ink::Panel));
        }
        ui.painter()
            .rect_stroke(sheet, CornerRadius::same(1), stroke, inside);
    }
    if response.on_hover_text("Copy the id").clicked() {
        app.send(Action::Copy {
            text: id.to_owned(),
            what: format!("id {id}"),
        });
    }
}

/// The stage as a sign, told apart by its shape as well as by its colour.
fn stage_ui(ui: &Ui, center: Pos2, stage: Stage) {
    const RADIUS: f32 = 6.5;
    let painter = ui.painter();
    let color = |ink: Ink| widgets::ink(ui, ink);
    let disc = |role: Role| {
        painter.circle_filled(center, RADIUS, color(Ink::Strong(role)));
        Stroke::new(1.6, color(Ink::On(role)))
    };
    let ring = |ink: Ink| painter.circle_stroke(center, RADIUS - 0.7, Stroke::new(1.4, color(ink)));
    let at = |x: f32, y: f32| center + vec2(x, y);
    match stage {
        Stage::Waiting => {
            ring(Ink::Border);
        }
        Stage::Begun => {
            ring(Ink::Accent);
        }
        Stage::Settling => {
            ring(Ink::Accent);
            painter.circle_filled(center, 3.0, color(Ink::Accent));
        }
        Stage::Done => {
            let pen = disc(Role::Public);
            painter.line(vec![at(-3.0, 0.2), at(-0.8, 2.4), at(3.2, -2.4)], pen);
        }
        Stage::Failed => {
            let pen = disc(Role::Danger);
            painter.line_segment([at(-2.4, -2.4), at(2.4, 2.4)], pen);
            painter.line_segment([at(2.4, -2.4), at(-2.4, 2.4)], pen);
        }
        Stage::Left => {
            let pen = disc(Role::Danger);
            painter.line_segment([at(0.0, -3.4), at(0.0, 0.8)], pen);
            painter.circle_filled(at(0.0, 3.2), 1.0, pen.color);
        }
        Stage::Going => {
            ring(Ink::Accent);
            painter.line_segment(
                [at(-2.6, 0.0), at(2.6, 0.0)],
                Stroke::new(1.6, color(Ink::Accent)),
            );
        }
        Stage::Gone => {
            ring(Ink::TextMuted);
            painter.line_segment(
                [at(-2.6, 0.0), at(2.6, 0.0)],
                Stroke::new(1.6, color(Ink::TextMuted)),
            );
        }
    }
}
