//! What changed: reading again by hand and by itself, what tells that from earlier readings, and the readings that are
//! kept.
//!
//! * [`pace`] says when it is time to read again; [`keeper`] keeps readings beside the window.
//! * [`compare`] holds what is open to an earlier reading; [`list`] and [`chooser`] paint and ask by [`Wish`]es.

mod chooser;
mod compare;
mod keeper;
mod list;
mod pace;

pub(super) use chooser::ui as chooser_ui;
pub(super) use compare::{Baseline, Outcome};
pub(super) use list::{about_ui, ui as list_ui};
pub use pace::Pace;

use super::atlas::Atlas;
use super::command::Command;
use super::sheet::Sheet;
use crate::workspace::{
    self, Clock, LoadError, age_lasts, age_words, is_changing, since_words, system_clock,
};
use chooser::Chooser;
use compare::{Cause, Compared};
use eframe::egui;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use keeper::{Keeper, News};
use pace::{Due, Pacer};
use std::sync::Arc;
use std::time::Duration;

/// What the dialog about kept readings asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    /// Compare with the one at this place of the list.
    Choose(usize),
    /// Delete all of them.
    Delete,
}

/// What the window knows of time.
pub(super) struct Timeline {
    clock: Clock,
    zone: TimeZone,
    pacer: Pacer,
    keeper: Keeper,
    /// What is open, held to an earlier reading.
    pub(super) compared: Option<Compared>,
    pub(super) chooser: Option<Chooser>,
    /// The list of changes is shown.
    pub(super) shows_list: bool,
}

impl Timeline {
    /// With the clock and the zone of the machine.
    pub(super) fn new() -> Self {
        Self {
            clock: system_clock(),
            zone: TimeZone::system(),
            pacer: Pacer::default(),
            keeper: Keeper::default(),
            compared: None,
            chooser: None,
            shows_list: false,
        }
    }

    /// To the millisecond, as readings are kept: one must not be older than itself.
    fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// What the status bar says of time.
pub(super) struct AgeStatus {
    /// How old what is shown is, and how often it is read again.
    pub(super) words: String,
    /// The same in whole sentences.
    pub(super) hint: String,
    /// The last attempt to read it again failed.
    pub(super) has_failed: bool,
}

impl Atlas {
    /// Take the time from this clock, in this zone, and not from the machine.
    pub fn tell_time(&mut self, clock: Clock, zone: TimeZone) {
        self.timeline.clock = clock;
        self.timeline.zone = zone;
    }

    /// What differs from an earlier reading, as signs and numbers (`+2 −1 ~3`); none where nothing is compared.
    pub fn changes(&self) -> Option<String> {
        Some(self.compared()?.changes.total().signs())
    }

    /// Whether readings are being kept just now.
    pub fn is_keeping(&self) -> bool {
        self.timeline.keeper.is_busy()
    }

    /// What came of the comparison with an earlier reading of the network that is before the window.
    pub(super) fn compared(&self) -> Option<&Outcome> {
        let opened = self.sheet.opened.as_ref().filter(|_| !self.shows_design)?;
        self.timeline.compared.as_ref()?.outcome(opened)
    }

    /// The sheet of the network, before the window or aside.
    fn network_sheet(&mut self) -> Option<&mut Sheet> {
        if self.shows_design {
            self.aside.as_mut()
        } else {
            Some(&mut self.sheet)
        }
    }

    /// What is shown now, to hold the next reading of it to.
    pub(super) fn baseline(&self) -> Option<Baseline> {
        let opened = self.sheet.opened.as_ref().filter(|it| !it.growing)?;
        Some(Baseline {
            network: Arc::clone(&opened.network),
            topology: Arc::clone(&opened.topology),
            at: opened.read_at?,
        })
    }

    /// Something was read; `before` is what was shown until then, where it is the same read again.
    pub(super) fn was_read(
        &mut self,
        ctx: &egui::Context,
        before: Option<Baseline>,
        by_itself: bool,
    ) {
        let now = self.timeline.now();
        self.timeline.pacer.done(now);
        let Some(opened) = self.sheet.opened.as_mut() else {
            return;
        };
        if !is_changing(&opened.sources) {
            return;
        }
        opened.read_at = Some(now);
        let (sources, network) = (opened.sources.clone(), Arc::clone(&opened.network));
        if let Some(before) = before {
            self.hold_to(before, by_itself);
        }
        let store = self.store.as_ref();
        let store = store.filter(|_| !self.settings.keeps_no_history);
        if let Some(timeline) = store.and_then(|it| workspace::Timeline::of(it, &sources)) {
            let zone = self.timeline.zone.clone();
            (self.timeline.keeper).keep(ctx, timeline, network, now, zone);
        }
    }

    /// Hold what was read to what was shown. A time that the person chose stays; and what the timer brings adds to what
    /// nobody has dismissed yet, so that nothing is lost to those who look away. Who reads again by hand has seen it.
    fn hold_to(&mut self, before: Baseline, by_itself: bool) {
        let held = self.timeline.compared.as_mut();
        if let Some(held) = held.filter(|held| by_itself || held.cause == Cause::Chosen) {
            if held.cause == Cause::Hand {
                held.cause = Cause::Timer;
            }
        } else {
            let cause = if by_itself { Cause::Timer } else { Cause::Hand };
            self.timeline.compared = Some(Compared::new(before, cause));
        }
    }

    /// Reading again by itself failed: what was read before stays.
    pub(super) fn could_not_read(&mut self, error: &LoadError) {
        let now = self.timeline.now();
        if self.timeline.pacer.failed(now) {
            let read = self.sheet.opened.as_ref().and_then(|it| it.read_at);
            let age = read.map(|at| age_words(at, now)).unwrap_or_default();
            self.complain(format!(
                "{error}; what is shown was read {age}, and reading again by itself waits longer now"
            ));
        }
    }

    /// Another network is opened, or none: nothing is compared any more.
    pub(super) fn forget_changes(&mut self) {
        self.timeline.compared = None;
        self.timeline.shows_list = false;
        self.timeline.chooser = None;
        if let Some(sheet) = self.network_sheet() {
            sheet.since = Arc::default();
        }
    }

    /// Take what was worked out beside the window, and read again where it is time. Once a frame.
    pub(super) fn keep_time(&mut self, ctx: &egui::Context) {
        for news in self.timeline.keeper.news() {
            match news {
                News::Done(sentence) => self.toast(ctx, sentence),
                News::Failed(sentence) => self.complain(sentence),
            }
        }
        let chosen = self.timeline.chooser.as_mut().and_then(Chooser::update);
        if let Some(before) = chosen {
            self.timeline.compared = Some(Compared::new(before, Cause::Chosen));
            self.timeline.chooser = None;
        }
        self.update_compared(ctx);
        let is_shown = ctx.input(|input| input.viewport().visible()) != Some(false);
        let now = self.timeline.now();
        let read_at = (self.sheet.opened.as_ref()).and_then(|opened| opened.read_at);
        // What is hidden is neither painted nor read again.
        let Some(read_at) = read_at.filter(|_| is_shown && !self.shows_design) else {
            return;
        };
        let mut wait = age_lasts(read_at, now);
        let is_free = self.loading.is_none()
            && !self.affairs.is_running()
            && self.timeline.chooser.is_none()
            && !self.is_start_page;
        match self.timeline.pacer.due(self.pace(), now) {
            Due::Now if is_free => self.read_by_itself(ctx),
            Due::In(rest) => wait = wait.min(rest),
            Due::Now | Due::Never => {}
        }
        let wait = Duration::try_from(wait).unwrap_or(Duration::from_mins(1));
        ctx.request_repaint_after(wait);
    }

    fn pace(&self) -> Pace {
        Pace::of_seconds(self.settings.refresh_seconds)
    }

    fn read_by_itself(&mut self, ctx: &egui::Context) {
        let Some(opened) = self.sheet.opened.as_ref() else {
            return;
        };
        let sources = opened.sources.clone();
        let now = self.timeline.now();
        self.timeline.pacer.begun(now);
        self.begin_loading(ctx, sources, true, true);
    }

    fn update_compared(&mut self, ctx: &egui::Context) {
        let (now, zone) = (self.timeline.now(), self.timeline.zone.clone());
        let Some(mut compared) = self.timeline.compared.take() else {
            return;
        };
        let since = format!("since {}", since_words(compared.before().at, now, &zone));
        let Some(sheet) = self.network_sheet() else {
            return;
        };
        let Some(opened) = sheet.opened.as_ref() else {
            return;
        };
        let is_new = compared.update(ctx, opened, since);
        let Some(outcome) = compared.outcome(opened).filter(|_| is_new) else {
            self.timeline.compared = Some(compared);
            return;
        };
        sheet.since = Arc::clone(&outcome.drawn);
        let is_same = outcome.changes.iter().len() == 0;
        let since = outcome.since.clone();
        let is_news = std::mem::take(&mut compared.is_news);
        match compared.cause {
            // Nothing came of it: the next reading is held to this one.
            Cause::Hand | Cause::Timer if is_same => {
                if compared.cause == Cause::Hand {
                    self.toast(ctx, format!("Nothing changed {since}"));
                }
                self.timeline.shows_list = false;
                return;
            }
            Cause::Hand | Cause::Chosen if is_news => self.timeline.shows_list = true,
            _ => {}
        }
        self.timeline.compared = Some(compared);
    }

    /// What the commands about time do.
    pub(super) fn run_timeline(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::ReadEvery(pace) => {
                let seconds = pace.seconds();
                self.change_settings(|settings| settings.refresh_seconds = seconds);
                let words = match pace {
                    Pace::Never => "Read again by hand only".to_owned(),
                    pace => format!("Read again {}", pace.words()),
                };
                self.toast(ctx, words);
            }
            Command::KeepReadings => {
                let keeps_none = !self.settings.keeps_no_history;
                self.change_settings(|settings| settings.keeps_no_history = keeps_none);
                let words = if keeps_none {
                    "Readings are not kept from now on"
                } else {
                    "Readings are kept from now on"
                };
                self.toast(ctx, words.to_owned());
            }
            Command::ToggleChanges => self.timeline.shows_list = !self.timeline.shows_list,
            Command::DismissChanges => self.forget_changes(),
            Command::ChangedSince => self.timeline.chooser = self.chooser(ctx),
            Command::DeleteReadings => {
                self.timeline.chooser = self.chooser(ctx).map(Chooser::deleting);
            }
            _ => {}
        }
    }

    fn chooser(&mut self, ctx: &egui::Context) -> Option<Chooser> {
        let opened = self.sheet.opened.as_ref()?;
        let (network, read_at) = (Arc::clone(&opened.network), opened.read_at);
        let timeline = workspace::Timeline::of(self.store.as_ref()?, &opened.sources)?;
        let (now, zone) = (self.timeline.now(), self.timeline.zone.clone());
        match Chooser::open(ctx, timeline, network, read_at, now, &zone) {
            Ok(chooser) => Some(chooser),
            Err(sentence) => {
                self.complain(sentence);
                None
            }
        }
    }

    /// What the dialog about kept readings asks for.
    pub(super) fn wish(&mut self, ctx: &egui::Context, wish: Wish) {
        let Some(chooser) = self.timeline.chooser.as_mut() else {
            return;
        };
        match wish {
            Wish::Choose(at) => chooser.choose(ctx, at),
            Wish::Delete => {
                let timeline = chooser.timeline().clone();
                self.timeline.chooser = None;
                self.timeline.keeper.delete(ctx, timeline);
            }
        }
    }

    /// What the status bar says of time; nothing of what never changes.
    pub(super) fn age_status(&self) -> Option<AgeStatus> {
        let opened = self.sheet.opened.as_ref().filter(|_| !self.shows_design)?;
        let (at, now) = (opened.read_at?, self.timeline.now());
        let age = age_words(at, now);
        let has_failed = self.timeline.pacer.has_failed();
        let is_loading = self.loading.as_ref().is_some_and(|it| it.by_itself);
        let pace = self.pace();
        let then = match pace {
            _ if is_loading => " · reading…".to_owned(),
            _ if has_failed => " · last try failed".to_owned(),
            Pace::Never => String::new(),
            pace => format!(" · {}", pace.words()),
        };
        let day = workspace::day_words(at, now, &self.timeline.zone);
        let again = match pace {
            Pace::Never => "by hand only".to_owned(),
            pace => format!("{} while the window is seen", pace.words()),
        };
        Some(AgeStatus {
            words: format!("read {age}{then}"),
            hint: format!("Read {day}. It is read again {again}"),
            has_failed,
        })
    }

    /// Since when changes are shown, where they are.
    pub(super) fn since(&self) -> Option<&str> {
        Some(self.compared()?.since.as_str())
    }
}
