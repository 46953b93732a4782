//! Words in passing at the foot of the window, and a banner for what failed.

use super::super::context::{Action, AppContext};
use super::super::{look, widgets};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use eframe::egui;
use egui::{Align2, Area, Id, Order, Ui, vec2};
use std::time::Duration;

/// How long words in passing stay, in seconds.
const STAY: f64 = 3.5;

/// Messages that are shown now.
#[derive(Debug, Default)]
pub(in crate::app) struct Messages {
    toasts: Vec<(String, f64)>,
    banner: Option<String>,
}

impl Messages {
    /// Say something in passing, from this moment on.
    pub(in crate::app) fn toast(&mut self, words: String, now: f64) {
        self.toasts.retain(|(held, _)| *held != words);
        self.toasts.push((words, now + STAY));
        if self.toasts.len() > 4 {
            self.toasts.remove(0);
        }
    }

    /// Say that something failed. Stays until it is dismissed or something else succeeds.
    pub(in crate::app) fn fail(&mut self, sentence: String) {
        self.banner = Some(sentence);
    }

    pub(in crate::app) fn dismiss(&mut self) {
        self.banner = None;
    }

    pub(in crate::app) fn banner(&self) -> Option<&str> {
        self.banner.as_deref()
    }
}

/// The banner.
pub(in crate::app) fn banner_ui(app: &AppContext<'_>, ui: &mut Ui, sentence: &str) {
    widgets::notice(ui, Role::Danger, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 30.0;
            ui.vertical(|ui| {
                ui.set_width(room.max(80.0));
                ui.add_space(3.0);
                let words = widgets::shown(&capitalised(sentence));
                ui.add(egui::Label::new(words).wrap().selectable(true));
            });
            if super::gaps::close(ui, "Dismiss the error").clicked() {
                app.send(Action::DismissBanner);
            }
        });
    });
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if !first.is_uppercase() && !sentence.starts_with("aws") => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

/// The words in passing.
pub(in crate::app) fn toasts_ui(ctx: &egui::Context, messages: &mut Messages) {
    let now = ctx.input(|input| input.time);
    messages.toasts.retain(|(_, until)| *until > now);
    let Some(soonest) = messages
        .toasts
        .iter()
        .map(|(_, until)| until - now)
        .reduce(f64::min)
    else {
        return;
    };
    ctx.request_repaint_after(Duration::from_secs_f64(soonest.max(0.01)));
    let theme = look::theme(ctx);
    Area::new(Id::unique("toasts"))
        .order(Order::Tooltip)
        .interactable(false)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -44.0))
        .show(ctx, |ui| {
            ui.with_layout(egui::Layout::top_down(egui::Align::Center), |ui| {
                for (words, _) in &messages.toasts {
                    egui::Frame::new()
                        .fill(look::color(theme, Ink::Text))
                        .corner_radius(8.0)
                        .inner_margin(egui::Margin::symmetric(14, 7))
                        .show(ui, |ui| {
                            ui.label(
                                egui::RichText::new(widgets::shown(words))
                                    .color(look::color(theme, Ink::Panel)),
                            );
                        });
                }
            });
        });
}
