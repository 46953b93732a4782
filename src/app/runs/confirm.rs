//! Questions that name what is about to happen.

use super::create::profile_ui;
use super::watched::Watched;
use super::words;
use super::{Affair, Affairs, is_new, primary, secondary, send};
use crate::app::context::AppContext;
use crate::app::widgets;
use crate::workspace::Way;
use eframe::egui;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Confirm {
    /// Whether a run is to be gone on with or taken back, with whose credentials.
    Reopen(Way, Option<String>),
    /// The window is to be closed while a run is under way.
    Quit,
}

const QUIT: &str = "A run is under way";

impl Confirm {
    /// The question in few words.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Reopen(way, _) => reopening_title(*way),
            Self::Quit => QUIT,
        }
    }
}

/// The question. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, affairs: &mut Affairs) -> bool {
    let quits = affairs.quits;
    let Affairs {
        confirm,
        own,
        other,
        shows_own,
        profiles,
        ..
    } = affairs;
    let watched = if *shows_own { own } else { other };
    let Some(confirm) = confirm else { return true };
    let modal = widgets::modal(ctx, "change").show(ctx, |ui| {
        ui.set_width(480.0_f32.min(ctx.content_rect().width() - 60.0));
        match (confirm, watched) {
            (Confirm::Reopen(way, profile), Some(watched)) => {
                let (title, words, deed) = reopening(watched, *way);
                ui.heading(title);
                ui.add(egui::Label::new(widgets::shown(&words)).wrap());
                ui.add_space(6.0);
                profile_ui(ui, profile, profiles.as_ref());
                ui.add_space(10.0);
                buttons(ui, |ui| {
                    if primary(ui, true, &deed).clicked() {
                        send(app, Affair::GoOn(*way, profile.clone()));
                    }
                    let cancel = secondary(ui, "Cancel");
                    if is_new(ui, "reopen", "") {
                        cancel.request_focus();
                    }
                    cancel.clicked()
                })
            }
            (Confirm::Reopen(..), None) => true,
            (Confirm::Quit, _) => {
                ui.heading(QUIT);
                let words = "Closing the window stops it after the calls that are under way. What was made is there then, and the run can be resumed or rolled back from View › Runs.";
                ui.add(egui::Label::new(words).wrap());
                ui.add_space(10.0);
                buttons(ui, |ui| {
                    let words = if quits { "Stopping…" } else { "Stop and close" };
                    if primary(ui, !quits, words).clicked() {
                        send(app, Affair::StopAndQuit);
                    }
                    let keep = secondary(ui, "Keep running");
                    if is_new(ui, "quit", "") {
                        keep.request_focus();
                    }
                    keep.clicked()
                })
            }
        }
    });
    !(modal.inner || modal.should_close())
}

fn buttons<R>(ui: &mut egui::Ui, contents: impl FnOnce(&mut egui::Ui) -> R) -> R {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.with_layout(layout, contents).inner
}

fn reopening_title(way: Way) -> &'static str {
    match way {
        Way::On => "Go on with this run?",
        Way::Back => "Take back what this run made?",
    }
}

/// What going on or taking back means: a title, the question, and the words of the button.
fn reopening(watched: &Watched, way: Way) -> (&'static str, String, String) {
    let header = &watched.run.header;
    let place = format!(
        "account {}, {}",
        words::account(header.account.as_deref()),
        words::region(&header.region)
    );
    let (done, all) = watched.run.progress();
    match way {
        Way::On => (
            reopening_title(way),
            format!(
                "Go on with {} of {} in {place}, {} after {done} of {}.",
                header.run,
                header.label,
                watched.standing,
                words::steps(all)
            ),
            format!("Make the other {}", words::steps(all.saturating_sub(done))),
        ),
        Way::Back => {
            let back = words::steps(watched.run.remaining().len());
            (
                reopening_title(way),
                format!(
                    "Take back what {} made of {} in {place}: {back}. Nothing else is touched.",
                    header.run, header.label
                ),
                format!("Take back {back}"),
            )
        }
    }
}
