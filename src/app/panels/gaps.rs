//! What was not read, and why.

use super::super::context::{Action, AppContext};
use super::super::model::Opened;
use super::super::widgets;
use crate::app::command::Command;
use crate::network::{Cause, Gap};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{answers_unknown, missing_policy, read_policy};
use eframe::egui;
use egui::{Align, Layout, Ui, vec2};
use egui_extras::{Column, TableBuilder};

/// The list of gaps.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    ui.horizontal(|ui| {
        ui.label(widgets::semibold(format!("Gaps · {}", opened.gaps.len())));
        let note = widgets::small_muted(ui, "What is missing here is unknown, not absent");
        ui.label(note);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if close(ui, "Close the list of gaps").clicked() {
                app.run(Command::ToggleGaps);
            }
            policies(app, ui, opened);
        });
    });
    ui.add_space(2.0);
    if opened.gaps.is_empty() {
        let words = widgets::muted(ui, "Everything that was asked for was read and understood.");
        ui.label(words);
        return;
    }
    let width = ui.available_width();
    TableBuilder::new(ui)
        .id_salt("gaps")
        .column(Column::exact(26.0))
        .column(Column::exact((width * 0.26).max(150.0)))
        .column(Column::exact((width * 0.26).max(150.0)))
        .column(Column::remainder().clip(true))
        .auto_shrink([false, false])
        .body(|body| {
            body.rows(22.0, opened.gaps.len(), |mut row| {
                let Some(gap) = opened.gaps.get(row.index()) else {
                    return;
                };
                row.col(|ui| {
                    let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), egui::Sense::hover());
                    ui.painter().circle_filled(
                        rect.center(),
                        4.0,
                        widgets::ink(ui, Ink::Strong(role(gap))),
                    );
                });
                row.col(|ui| match &gap.resource {
                    Some(key) if opened.is_known(key) => {
                        if widgets::link(ui, widgets::shown(&gap.what)).clicked() {
                            app.send(Action::Reveal(key.clone()));
                        }
                    }
                    _ => line(ui, &gap.what, Font::Sans, Ink::Text),
                });
                row.col(|ui| line(ui, &gap.place, Font::Mono, Ink::TextMuted));
                row.col(|ui| line(ui, &gap.why, Font::Sans, Ink::Text));
                let answers = answers_unknown(gap);
                if !answers.is_empty() {
                    let words = format!("Unknown without it: {}", answers.join("; "));
                    row.response().on_hover_text(words);
                }
            });
        });
}

/// Policies to hand to whoever gives permissions.
fn policies(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    if opened.identities.is_empty() {
        return;
    }
    let copy = |text: String| {
        app.send(Action::Copy {
            text,
            what: "IAM policy".into(),
        });
    };
    let all = widgets::small_link(ui, "Copy read-only policy");
    let all = all.on_hover_text("An IAM policy document that covers everything this program reads");
    if all.clicked() {
        copy(read_policy());
    }
    if let Some(policy) = missing_policy(&opened.gaps) {
        let missing = widgets::small_link(ui, "Copy what is missing as policy");
        let missing = missing.on_hover_text(
            "An IAM policy document of the permissions that these gaps say are missing",
        );
        if missing.clicked() {
            copy(policy);
        }
    }
}

/// One line of words, cut where it is too long, with the whole in a tooltip.
pub(in crate::app) fn line(ui: &mut Ui, words: &str, face: Font, ink: Ink) {
    let color = widgets::ink(ui, ink);
    let size = if face == Font::Mono { 11.0 } else { 12.5 };
    let words = egui::RichText::new(widgets::shown(words))
        .font(super::super::look::font(face, size))
        .color(color);
    ui.add(egui::Label::new(words).truncate().selectable(true));
}

/// How serious a gap is.
pub(in crate::app) fn role(gap: &Gap) -> Role {
    match gap.cause {
        Cause::Denied(_) | Cause::Unreadable | Cause::Failed | Cause::Inconsistent => Role::Danger,
        Cause::Throttled
        | Cause::TimedOut
        | Cause::NotUnderstood
        | Cause::Conflict
        | Cause::Cancelled => Role::Warn,
        Cause::NotInInput | Cause::Unsupported => Role::Neutral,
    }
}

/// A small cross that closes something.
pub(in crate::app) fn close(ui: &mut Ui, name: &str) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 22.0), egui::Sense::click());
    let ink = if response.hovered() {
        Ink::Text
    } else {
        Ink::TextMuted
    };
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, 5.0, widgets::ink(ui, Ink::Hovered));
    }
    let stroke = egui::Stroke::new(1.4, widgets::ink(ui, ink));
    let arm = rect.shrink(7.0);
    ui.painter()
        .line_segment([arm.left_top(), arm.right_bottom()], stroke);
    ui.painter()
        .line_segment([arm.right_top(), arm.left_bottom()], stroke);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    response.on_hover_text(name)
}
