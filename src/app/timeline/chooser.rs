//! The question since when: the kept readings of what is open, each with how much differs.

use super::super::context::{Action, AppContext};
use super::super::look;
use super::super::widgets::{self, Row};
use super::{Baseline, Wish};
use crate::analysis::changes::{Changes, Tally};
use crate::network::{Network, Topology};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::workspace::{Reading, Timeline, day_words};
use eframe::egui;
use egui::{Key, RichText, Ui};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// The dialog.
pub(in crate::app) struct Chooser {
    timeline: Timeline,
    rows: Vec<Choice>,
    counts: Receiver<(usize, Result<Tally, String>)>,
    opening: Option<Receiver<Result<Baseline, String>>>,
    /// Why what was chosen cannot be compared with.
    failure: Option<String>,
    marked: usize,
    was_shown: bool,
    /// Whether all of them are to be deleted is being asked.
    is_deleting: bool,
}

struct Choice {
    reading: Reading,
    /// When it was, in words.
    words: String,
    /// How much differs from what is open; none while that is being counted.
    differs: Option<Result<Tally, String>>,
}

impl Chooser {
    /// The readings of a timeline, to be compared with a network that was read at `read_at`; `now` decides what is called
    /// today.
    ///
    /// # Errors
    /// The sentence why they cannot be listed.
    pub(super) fn open(
        ctx: &egui::Context,
        timeline: Timeline,
        network: Arc<Network>,
        read_at: Option<Timestamp>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Self, String> {
        let readings = timeline.readings().map_err(|error| error.to_string())?;
        // What is open is mostly the first of them itself.
        let earlier = readings.iter().position(|it| Some(it.at) < read_at);
        let minutes = readings.iter().map(|it| day_words(it.at, now, zone));
        let minutes: Vec<String> = minutes.collect();
        let rows = readings.iter().zip(&minutes).map(|(reading, minute)| {
            // Two of one minute are told apart by their seconds.
            let is_one_of_two = minutes.iter().filter(|it| *it == minute).count() > 1;
            let seconds = if is_one_of_two {
                reading
                    .at
                    .to_zoned_datetime(zone.clone())
                    .strftime(":%S")
                    .to_string()
            } else {
                String::new()
            };
            Choice {
                reading: reading.clone(),
                words: widgets::capital(&format!("{minute}{seconds}")),
                differs: None,
            }
        });
        let rows = rows.collect();
        let (sender, counts) = channel();
        let (wake, of) = (ctx.clone(), timeline.clone());
        let count = move || {
            for (at, reading) in readings.iter().enumerate() {
                let differs = of.open(reading).map_err(|error| error.to_string());
                let differs =
                    differs.map(|before| Changes::between(&before, &network).noteworthy().total());
                // The dialog is closed: nobody waits any more.
                if sender.send((at, differs)).is_err() {
                    return;
                }
                wake.request_repaint();
            }
        };
        // Without a thread the times are there, and how much differs is not.
        let thread = std::thread::Builder::new().name("vpc-atlas-count".into());
        thread.spawn(count).ok();
        Ok(Self {
            timeline,
            rows,
            counts,
            opening: None,
            failure: None,
            marked: earlier.unwrap_or_default(),
            was_shown: false,
            is_deleting: false,
        })
    }

    /// Ask at once whether all of them are to be deleted.
    pub(super) fn deleting(self) -> Self {
        Self {
            is_deleting: true,
            ..self
        }
    }

    pub(super) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Read the one that was chosen, beside the window.
    pub(super) fn choose(&mut self, ctx: &egui::Context, at: usize) {
        let Some(choice) = self.rows.get(at) else {
            return;
        };
        let (timeline, reading, wake) =
            (self.timeline.clone(), choice.reading.clone(), ctx.clone());
        let (sender, receiver) = channel();
        let work = move || {
            let network = timeline.open(&reading).map_err(|error| error.to_string());
            let baseline = network.map(|network| Baseline {
                topology: Arc::new(Topology::of(&network)),
                network: Arc::new(network),
                at: reading.at,
            });
            sender.send(baseline).ok();
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("vpc-atlas-since".into());
        if thread.spawn(work).is_ok() {
            self.opening = Some(receiver);
        } else {
            let words = "no thread could be started; close other programs and try again";
            self.failure = Some(words.to_owned());
        }
    }

    /// Take what was counted and read meanwhile; the reading that was chosen, once it is there.
    pub(super) fn update(&mut self) -> Option<Baseline> {
        while let Ok((at, differs)) = self.counts.try_recv() {
            if let Some(row) = self.rows.get_mut(at) {
                row.differs = Some(differs);
            }
        }
        match self.opening.as_ref()?.try_recv().ok()? {
            Ok(baseline) => Some(baseline),
            Err(sentence) => {
                self.failure = Some(sentence);
                self.opening = None;
                None
            }
        }
    }
}

/// The dialog. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Chooser) -> bool {
    let modal = widgets::modal(ctx, "since").show(ctx, |ui| {
        ui.set_width(470.0_f32.min(ctx.content_rect().width() - 80.0));
        contents(app, ui, state)
    });
    !(modal.inner || modal.should_close())
}

fn contents(app: &AppContext<'_>, ui: &mut Ui, state: &mut Chooser) -> bool {
    ui.heading("What changed since…");
    let what = match state.timeline.sources().as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{} sources", several.len()),
    };
    let words = widgets::muted(ui, widgets::shown(&what));
    ui.add(egui::Label::new(words).truncate());
    if let Some(failure) = &state.failure {
        ui.add_space(4.0);
        widgets::notice(ui, Role::Danger, |ui| {
            let words = widgets::shown(&widgets::capital(failure));
            ui.add(egui::Label::new(words).wrap().selectable(true));
        });
    }
    ui.add_space(6.0);
    if state.rows.is_empty() {
        let words = if app.settings.keeps_no_history {
            "Readings are not kept. File › Keep readings switches that on."
        } else {
            "No earlier reading is kept yet. One is kept whenever something has changed."
        };
        let words = widgets::muted(ui, words);
        ui.add(egui::Label::new(words).wrap());
    } else if let Some(chosen) = rows_ui(ui, state) {
        app.send(Action::Timeline(Wish::Choose(chosen)));
    }
    ui.add_space(10.0);
    let mut is_done = false;
    ui.horizontal(|ui| {
        if state.is_deleting {
            deleting_ui(app, ui, state);
        } else if !state.rows.is_empty() && widgets::link(ui, "Delete these readings…").clicked()
        {
            state.is_deleting = true;
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            is_done = ui.button("Cancel").clicked();
            if state.opening.is_some() {
                let words = widgets::small_muted(ui, "Reading…");
                ui.label(words);
            }
        });
    });
    is_done
}

fn deleting_ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Chooser) {
    let readings = widgets::count(state.rows.len(), "reading");
    let words = RichText::new(format!("Delete {readings} for good?"));
    ui.label(words.color(widgets::ink(ui, Ink::Word(Role::Danger))));
    if widgets::link(ui, "Yes, delete").clicked() {
        app.send(Action::Timeline(Wish::Delete));
    }
    if widgets::link(ui, "No, keep").clicked() {
        state.is_deleting = false;
    }
}

/// The list; the arrow keys and Enter work it as well. Answers with the one that was chosen.
fn rows_ui(ui: &mut Ui, state: &mut Chooser) -> Option<usize> {
    let pressed = |ui: &Ui, key| {
        let none = egui::Modifiers::NONE;
        ui.input_mut(|input| input.count_and_consume_key(none, key))
    };
    let (down, up) = (pressed(ui, Key::ArrowDown), pressed(ui, Key::ArrowUp));
    let last = state.rows.len().saturating_sub(1);
    state.marked = (state.marked + down).saturating_sub(up).min(last);
    let has_moved = down + up > 0;
    let mut marked = state.marked;
    let mut chosen = None;
    egui::ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (at, choice) in state.rows.iter().enumerate() {
                let is_marked = at == state.marked;
                let response = row_ui(ui, choice, is_marked);
                if is_marked && (has_moved || !state.was_shown) {
                    response.request_focus();
                    response.scroll_to_me(None);
                } else if response.gained_focus() {
                    marked = at;
                }
                if response.has_focus() {
                    // The arrow keys are the list's.
                    let filter = egui::EventFilter {
                        vertical_arrows: true,
                        ..egui::EventFilter::default()
                    };
                    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
                }
                if response.clicked() {
                    chosen = Some(at);
                }
            }
        });
    state.marked = marked;
    state.was_shown = true;
    chosen
}

fn row_ui(ui: &mut Ui, choice: &Choice, is_marked: bool) -> egui::Response {
    let (caption, is_sound) = match &choice.differs {
        None => ("counting…".to_owned(), true),
        Some(Ok(tally)) => (differing(*tally), true),
        Some(Err(_)) => ("damaged".to_owned(), false),
    };
    let row = Row {
        title: &choice.words,
        caption: &caption,
        caption_ink: (!is_sound).then_some(Ink::Word(Role::Danger)),
        selected: is_marked,
        clickable: is_sound,
        name: Some(format!("{}, {caption}", choice.words)),
        ..Row::default()
    };
    let response = widgets::row(ui, &row);
    match &choice.differs {
        Some(Err(sentence)) => response.on_hover_text(widgets::shown(sentence)),
        Some(Ok(tally)) if tally.differing() > 0 => {
            let words = RichText::new(tally.words()).size(look::SMALL);
            response.on_hover_text(words)
        }
        _ => response,
    }
}

/// How much differs, in few words.
fn differing(tally: Tally) -> String {
    match tally.differing() {
        0 if tally.unknown > 0 => "nothing known to differ".to_owned(),
        0 => "nothing differs".to_owned(),
        1 => "1 resource differs".to_owned(),
        several => format!("{several} resources differ"),
    }
}
