//! The bar at the foot of the window.

use super::super::context::{AppContext, hint};
use super::super::model::Opened;
use super::super::{look, widgets};
use super::gaps;
use super::top::{self, Marks};
use crate::app::command::Command;
use crate::app::timeline::AgeStatus;
use crate::picture::diagram::Role;
use crate::picture::theme::{Ink, Theme};
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Align, Layout, RichText, Ui};

/// What the bar says beside what the context knows.
pub(in crate::app) struct Status {
    /// Points per map unit.
    pub(in crate::app) zoom: Option<f32>,
    /// Cards show their details.
    pub(in crate::app) details: bool,
    /// The map is boxes in boxes; `None` where it could not be.
    pub(in crate::app) nested: Option<bool>,
    /// A newer map is being drawn, and an older one is there meanwhile.
    pub(in crate::app) drawing: bool,
    /// What is hidden or out of focus, in words.
    pub(in crate::app) filter: Option<String>,
    /// How old what is shown is.
    pub(in crate::app) age: Option<AgeStatus>,
    /// What is to be said of the open design.
    pub(in crate::app) design: Option<DesignStatus>,
}

/// What the bar says of a design.
pub(in crate::app) struct DesignStatus {
    pub(in crate::app) errors: usize,
    pub(in crate::app) advice: usize,
    /// Kept against a crash, saved, or neither yet.
    pub(in crate::app) kept: &'static str,
}

pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    opened: Option<&Opened>,
    status: &Status,
    marks: &Marks<'_>,
) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(6.0, 1.0);
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().item_spacing.x = 6.0;
        if let Some(opened) = opened {
            let left = if ui.available_width() > 760.0 {
                420.0
            } else {
                260.0
            };
            ui.scope(|ui| {
                ui.set_max_width(left);
                let count = opened.network.len();
                let noun = if count == 1 { "resource" } else { "resources" };
                let words = format!("{} · {} {noun}", opened.label, grouped(count as u64));
                let words = widgets::small_muted(ui, widgets::shown(&words));
                ui.add(egui::Label::new(words).truncate());
            });
            if let Some(design) = &status.design {
                design_words(ui, design);
            } else {
                if opened.growing {
                    // What is missing now may come in a moment.
                    let words = widgets::small_muted(ui, "reading…");
                    ui.label(words);
                } else {
                    gaps_button(app, ui, opened);
                }
                super::identity::ui(ui, &opened.identities);
            }
            if status.drawing {
                let words = widgets::small_muted(ui, "drawing…");
                let words = ui.label(words);
                words.on_hover_text(
                    "The map is a large one: the last one is shown until this is there",
                );
            }
            changes_button(app, ui);
            age_button(app, ui, status.age.as_ref(), marks);
            if let Some(filter) = &status.filter {
                let words = RichText::new(filter)
                    .size(look::SMALL)
                    .color(widgets::ink(ui, Ink::Accent));
                let button = ui.add(egui::Button::new(words).frame_when_inactive(false));
                let command = if app.situation.view {
                    Command::LeaveView
                } else {
                    Command::ShowAll
                };
                if button.on_hover_text(hint(ui.ctx(), command)).clicked() {
                    app.run(command);
                }
            }
        } else {
            let words = widgets::small_muted(ui, "Nothing is open");
            ui.label(words);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            right(app, ui, opened.is_some(), status);
        });
    });
}

fn design_words(ui: &mut Ui, design: &DesignStatus) {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => String::new(),
        1 => format!("1 {one}"),
        several => format!("{several} {many}"),
    };
    let errors = match design.errors {
        0 => "no problems".to_owned(),
        several => count(several, "problem", "problems"),
    };
    let parts = [
        errors,
        count(design.advice, "piece of advice", "pieces of advice"),
        design.kept.to_owned(),
    ];
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let ink = if design.errors > 0 {
        Ink::Word(Role::Danger)
    } else {
        Ink::TextMuted
    };
    let words = RichText::new(parts.join(" · "))
        .size(look::SMALL)
        .color(widgets::ink(ui, ink));
    ui.label(words);
}

/// What changed, in signs.
fn changes_button(app: &AppContext<'_>, ui: &mut Ui) {
    let Some(compared) = app.compared else { return };
    let total = compared.changes.total();
    let signs = match (total.signs(), total.unknown) {
        (signs, 0) if signs.is_empty() => "no changes".to_owned(),
        (signs, unknown) if signs.is_empty() => format!("?{unknown}"),
        (signs, _) => signs,
    };
    let words = RichText::new(&signs)
        .size(look::SMALL)
        .color(widgets::ink(ui, Ink::Accent));
    let button = ui.add(egui::Button::new(words).frame_when_inactive(false));
    let name = format!("Changes {}: {signs}", compared.since);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let told = match total.words() {
        words if words.is_empty() => "nothing".to_owned(),
        words => words,
    };
    let tip = format!(
        "{} {}\n{}",
        widgets::capital(&told),
        compared.since,
        hint(ui.ctx(), Command::ToggleChanges)
    );
    if button.on_hover_text(tip).clicked() {
        app.run(Command::ToggleChanges);
    }
}

/// How old what is shown is; the menu says how often it is read again.
fn age_button(app: &AppContext<'_>, ui: &mut Ui, age: Option<&AgeStatus>, marks: &Marks<'_>) {
    let Some(age) = age else { return };
    let ink = if age.has_failed {
        Ink::Word(Role::Warn)
    } else {
        Ink::TextMuted
    };
    let words = RichText::new(&age.words)
        .size(look::SMALL)
        .color(widgets::ink(ui, ink));
    let button = egui::Button::new(words).frame_when_inactive(false);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        top::item(app, ui, Command::Reload, marks);
        ui.separator();
        top::paces_ui(app, ui, marks);
        ui.separator();
        top::item(app, ui, Command::ChangedSince, marks);
    });
    response.on_hover_text(&age.hint);
}

fn gaps_button(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    let (words, role) = match opened.gaps.as_slice() {
        [] => ("no gaps".to_owned(), Role::Neutral),
        [only] => (format!("1 gap: {}", only.what), gaps::role(only)),
        several => {
            let worst = several
                .iter()
                .map(gaps::role)
                .find(|role| *role != Role::Neutral);
            (
                format!("{} gaps", grouped(several.len() as u64)),
                worst.unwrap_or(Role::Neutral),
            )
        }
    };
    let ink = if role == Role::Neutral {
        Ink::TextMuted
    } else {
        Ink::Word(role)
    };
    let words = RichText::new(widgets::shown(&words))
        .size(look::SMALL)
        .color(widgets::ink(ui, ink));
    let button = ui.add(egui::Button::new(words).frame_when_inactive(false));
    if button
        .on_hover_text(hint(ui.ctx(), Command::ToggleGaps))
        .clicked()
    {
        app.run(Command::ToggleGaps);
    }
}

/// From right to left.
fn right(app: &AppContext<'_>, ui: &mut Ui, is_open: bool, status: &Status) {
    let (word, other) = match app.theme {
        Theme::Light | Theme::Print => ("Light", Command::ThemeDark),
        Theme::Dark => ("Dark", Command::ThemeLight),
    };
    if flat(ui, word, "Theme")
        .on_hover_text(hint(ui.ctx(), other))
        .clicked()
    {
        app.run(other);
    }
    if !is_open {
        return;
    }
    let dot = if status.details { "●" } else { "○" };
    let details = flat(ui, &format!("{dot} Details"), "Details");
    details.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::CheckBox, true, status.details, "Details")
    });
    if details
        .on_hover_text(hint(ui.ctx(), Command::ToggleDetails))
        .clicked()
    {
        app.run(Command::ToggleDetails);
    }
    if let Some(nested) = status.nested {
        let dot = if nested { "●" } else { "○" };
        let boxes = flat(ui, &format!("{dot} Nested"), "Nested boxes");
        boxes.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::CheckBox, true, nested, "Nested boxes")
        });
        if boxes
            .on_hover_text(hint(ui.ctx(), Command::ToggleNested))
            .clicked()
        {
            app.run(Command::ToggleNested);
        }
    }
    if let Some(zoom) = status.zoom {
        for (text, name, command) in [
            ("Fit".to_owned(), "Fit", Command::Fit),
            ("+".to_owned(), "Zoom in", Command::ZoomIn),
            (percent(zoom), "Actual size", Command::ZoomActual),
            ("−".to_owned(), "Zoom out", Command::ZoomOut),
        ] {
            if flat(ui, &text, name)
                .on_hover_text(hint(ui.ctx(), command))
                .clicked()
            {
                app.run(command);
            }
        }
    }
}

/// A zoom in per cent, with one digit behind the point where it is small.
fn percent(zoom: f32) -> String {
    let percent = zoom * 100.0;
    if percent < 9.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

fn flat(ui: &mut Ui, text: &str, name: &str) -> egui::Response {
    let words = RichText::new(text)
        .size(look::SMALL)
        .color(widgets::ink(ui, Ink::TextMuted));
    let button = ui.add(egui::Button::new(words).frame_when_inactive(false));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    button
}
