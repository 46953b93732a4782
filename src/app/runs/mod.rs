//! Pages about changes: what is to be created and where, what would be done, a run at work, all runs, and how what is
//! live holds to its plan.
//!
//! * [`Affairs`] is what the window knows of all that; [`flow`] is what it does when asked.
//! * [`watched`] is a run as it is shown, fed by events; [`words`] are the words. Neither asks anybody.
//! * [`create`], [`review`], [`progress`], [`list`], [`confirm`] and [`compare`] paint, and ask by [`Affair`]s.

mod compare;
mod confirm;
mod create;
mod flow;
mod list;
mod progress;
mod review;
mod watched;
mod words;

pub(super) use compare::ui as compare_ui;
pub(super) use confirm::ui as confirm_ui;
pub(super) use create::button_ui;
pub(super) use flow::leaves_page;

use super::context::{Action, AppContext};
use super::{look, widgets};
use crate::design::Design;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{ChangeId, Changes, Profile, Review, Way};
use compare::{Awaited, Compared};
use confirm::Confirm;
use create::Form;
use eframe::egui;
use egui::{RichText, Ui};
use list::List;
use std::sync::Arc;
use watched::Watched;

/// A page in the place of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// What is to be created, and with whose credentials.
    Create,
    /// What would be done.
    Review,
    /// A run.
    Run,
    /// All runs.
    Runs,
}

/// What a page asks for.
#[derive(Clone, Debug)]
pub(super) enum Affair {
    /// Show this page.
    Show(Screen),
    /// Go back from the page that is shown.
    Back,
    /// Find out what would be done.
    Check,
    /// Stop to find out.
    StopCheck,
    /// Write the plan to a file.
    SavePlan,
    /// Do what was found out.
    Begin,
    /// Stop the run that is under way.
    Stop,
    /// Show this run.
    Open(String),
    /// Ask whether the run that is shown is to be gone on with or taken back.
    Ask(Way),
    /// Go on with it, or take it back, with this profile's credentials.
    GoOn(Way, Option<String>),
    /// Keep what a run made that failed.
    Keep,
    /// The question is not answered.
    Unasked,
    /// Stop the run and close the window.
    StopAndQuit,
    /// Read the list of runs again.
    ReadRuns,
    /// Show what was made on the live map.
    ViewVpc,
    /// Show no more how what is live holds to its plan.
    CloseCompared,
}

/// What is being found out.
struct Checking {
    job: ChangeId,
    what: String,
}

/// What would be done, and the work that holds it.
struct Found {
    /// None where it was found out elsewhere; then it can only be read.
    job: Option<ChangeId>,
    review: Review,
    page: review::Page,
}

/// What the window knows of changes.
pub(super) struct Affairs {
    /// The page in the place of the map, if one is.
    pub(super) screen: Option<Screen>,
    changes: Changes,
    /// Profiles of the AWS config files, or why they cannot be told; none until they are known.
    pub(super) profiles: Option<Result<Vec<Profile>, String>>,
    form: Form,
    checking: Option<Checking>,
    failure: Option<String>,
    found: Option<Found>,
    /// The last run that was at work for this window.
    own: Option<Watched>,
    /// Another one, as its journal tells it.
    other: Option<Watched>,
    shows_own: bool,
    /// The run that is shown was chosen from the list.
    is_from_list: bool,
    /// The run that is at work for this window.
    running: Option<ChangeId>,
    /// The window is to be closed as soon as the run has stopped.
    quits: bool,
    confirm: Option<Confirm>,
    list: List,
    awaited: Option<Awaited>,
    compared: Option<Compared>,
}

impl Affairs {
    pub(super) fn new(changes: Changes) -> Self {
        Self {
            screen: None,
            changes,
            profiles: None,
            form: Form::default(),
            checking: None,
            failure: None,
            found: None,
            own: None,
            other: None,
            shows_own: true,
            is_from_list: false,
            running: None,
            quits: false,
            confirm: None,
            list: List::default(),
            awaited: None,
            compared: None,
        }
    }

    /// Whether a run is under way that this window began.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether something is asked that comes before everything else.
    pub(super) fn is_asking(&self) -> bool {
        self.confirm.is_some()
    }

    /// What the window is called for it: a run at work, wherever the person looks, else the page or the question.
    pub(super) fn title(&self, design: Option<&Arc<Design>>) -> Option<String> {
        if self.running.is_some()
            && let Some(own) = self.own.as_ref().filter(|own| own.is_under_way())
        {
            let (done, all) = own.progress();
            return Some(format!("{done} of {all} · {}", own.heading()));
        }
        if let Some(asked) = self.confirm.as_ref().map(Confirm::title) {
            return Some(asked.to_owned());
        }
        match self.screen? {
            Screen::Create => Some(match &self.checking {
                Some(_) => format!("Checking {}", self.form.label(design)),
                None => create::title(&self.form, design),
            }),
            Screen::Review => {
                let found = self.found.as_ref()?;
                Some(review::title(&found.review, &found.page))
            }
            Screen::Run => Some(self.watched()?.heading()),
            Screen::Runs => Some("Runs".to_owned()),
        }
    }
}

/// The page.
pub(super) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    affairs: &mut Affairs,
    design: Option<&Arc<Design>>,
) {
    let whole = ui.max_rect();
    let ground = widgets::ink(ui, Ink::Canvas);
    ui.painter().rect_filled(whole, 0.0, ground);
    match affairs.screen {
        None => {}
        Some(Screen::Create) => create::ui(app, ui, affairs, design),
        Some(Screen::Review) => review::ui(app, ui, affairs),
        Some(Screen::Run) => progress::ui(app, ui, affairs),
        Some(Screen::Runs) => list::ui(app, ui, affairs),
    }
}

fn send(app: &AppContext<'_>, affair: Affair) {
    app.send(Action::Affair(affair));
}

/// A page: a bar of buttons at its foot, and the rest in a column in the middle that can be scrolled.
fn page(
    ui: &mut Ui,
    name: &'static str,
    width: f32,
    bar: impl FnOnce(&mut Ui),
    contents: impl FnOnce(&mut Ui),
) {
    let fill = widgets::ink(ui, Ink::Panel);
    let side = |room: f32| ((room - width) / 2.0).max(20.0);
    egui::Panel::bottom(egui::Id::unique(("bar of", name)))
        .resizable(false)
        .frame(
            egui::Frame::new()
                .fill(fill)
                .inner_margin(egui::Margin::symmetric(0, 10)),
        )
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let side = side(ui.available_width());
                ui.add_space(side);
                let room = ui.available_width() - side;
                ui.scope(|ui| {
                    ui.set_width(room);
                    bar(ui);
                });
            });
        });
    egui::ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            column(ui, width, |ui| {
                ui.add_space(22.0);
                contents(ui);
                ui.add_space(22.0);
            });
        });
}

/// A column of this width, or narrower, in the middle.
fn column(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        let side = ((ui.available_width() - width) / 2.0).max(20.0);
        ui.add_space(side);
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - side).max(200.0));
            contents(ui);
        });
    });
}

/// Whether a page, or a question, is painted at this stage for the first time since it was not. The keyboard goes to a
/// button then, so that nobody has to look for it; what comes in between by itself takes it from nothing.
fn is_new(ui: &Ui, page: &'static str, stage: &'static str) -> bool {
    if !ui.memory(|memory| memory.allows_interaction(ui.layer_id())) {
        return false;
    }
    let id = egui::Id::unique(("stage of", page));
    let now = ui.ctx().cumulative_frame_nr();
    let before: Option<(&'static str, u64)> = ui.data(|data| data.get_temp(id));
    ui.data_mut(|data| data.insert_temp(id, (stage, now)));
    before.is_none_or(|(held, frame)| held != stage || frame + 1 < now)
}

/// The heading of a page.
fn heading(ui: &mut Ui, words: &str) {
    let words = RichText::new(widgets::shown(words)).font(look::font(Font::SansSemiBold, 22.0));
    ui.add(egui::Label::new(words).wrap());
}

/// Part of a page in a frame of its own.
fn sheet<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let stroke = egui::Stroke::new(1.0, widgets::ink(ui, Ink::Border));
    egui::Frame::new()
        .fill(widgets::ink(ui, Ink::Panel))
        .stroke(stroke)
        .corner_radius(8.0)
        .inner_margin(egui::Margin::symmetric(16, 12))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// A sentence that has to be noticed.
fn notice(ui: &mut Ui, role: Role, words: &str) {
    widgets::notice(ui, role, |ui| {
        let words = widgets::shown_lines(&sentence(words));
        ui.add(egui::Label::new(words).wrap().selectable(true));
    });
    ui.add_space(6.0);
}

/// The button that does what the page is for.
fn primary(ui: &mut Ui, enabled: bool, words: &str) -> egui::Response {
    let (words, fill) = if enabled {
        let words = RichText::new(words).color(widgets::ink(ui, Ink::OnAccent));
        (words, Ink::Accent)
    } else {
        (RichText::new(words), Ink::Sunken)
    };
    let words = words.font(look::font(Font::SansSemiBold, look::BODY));
    let button = egui::Button::new(words)
        .fill(widgets::ink(ui, fill))
        .min_size(egui::vec2(96.0, 30.0));
    let button = ui.add_enabled(enabled, button);
    widgets::ring_on_accent(ui, &button);
    button
}

/// A button beside it.
fn secondary(ui: &mut Ui, words: &str) -> egui::Response {
    ui.add(egui::Button::new(words).min_size(egui::vec2(72.0, 30.0)))
}

/// Words as a sentence: with a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let end = if words.ends_with(['.', '?', '!', '…']) {
        ""
    } else {
        "."
    };
    format!("{}{end}", widgets::capital(words))
}
