//! The program in a window: its state, what it does when asked, and how the panels stand together.

use super::arranging::Arranging;
use super::canvas::{self, Searched};
use super::command::{Command, Situation, hideable};
use super::context::{Action, AppContext, Outbox};
use super::deriving::Deriver;
use super::designer::{DesignContext, Designer, form, outcome, selected, strip};
use super::designs::{Drafts, Leaving};
use super::dialogs::{Answer, Desk, FileDialogs, Purpose, Question};
use super::exporting;
use super::model::Opened;
use super::panels::device::Device;
use super::panels::loading::Loading;
use super::panels::messages::{self, Messages};
use super::panels::palette::Palette;
use super::panels::prompt::Prompt;
use super::panels::save::Save;
use super::panels::search::Search;
use super::panels::snapshot::SaveSnapshot;
use super::panels::start::Start;
use super::panels::tables::Tables;
use super::panels::tags::Chooser;
use super::panels::views::Naming;
use super::panels::{
    crumbs, device, gaps, help, loading, note, palette, prompt, save, snapshot, sources, start,
    status, tables, tags, top, views,
};
use super::runs::{self, Affair, Affairs};
use super::searching::Searcher;
use super::sheet::{Page, Seen, Sheet};
use super::timeline::{self, Pace, Timeline};
use super::views::{By, ViewAction};
use super::{code, inspector, look, widgets};
use crate::design::Problem;
use crate::network::{Key, Kind, Network};
use crate::picture::layout::Size;
use crate::picture::theme::Ink;
use crate::picture::view::Options;
use crate::workspace::{
    self, Document, Event, Settings, SourceSpec, Store, ThemeChoice, WindowPlace, Worker, console,
    source_label,
};
use eframe::egui;
use egui::{Frame, Margin, Panel, Ui};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What the window needs of the world.
pub struct Services {
    /// Reads sources.
    pub worker: Worker,
    /// Where settings are kept; none for a window that remembers nothing.
    pub store: Option<Store>,
    /// Asks for files.
    pub dialogs: Box<dyn FileDialogs>,
}

/// The program in a window.
#[expect(
    clippy::struct_excessive_bools,
    reason = "which panels are shown are switches of their own, not states of one machine"
)]
pub struct Atlas {
    worker: Worker,
    pub(super) store: Option<Store>,
    pub(super) desk: Desk,
    pub(super) settings: Settings,
    pub(super) outbox: Outbox,
    pending: Vec<Vec<SourceSpec>>,

    pub(super) sheet: Sheet,
    /// What else is open: the network while a design is shown, or the design while the network is.
    pub(super) aside: Option<Sheet>,
    /// The open design; it is before the window or aside as `shows_design` says.
    pub(super) designer: Option<Designer>,
    pub(super) shows_design: bool,
    /// How many designs have been opened, which tells them apart.
    pub(super) designs_opened: u64,
    pub(super) loading: Option<Loading>,
    pub(super) generation: u64,
    pub(super) is_start_page: bool,

    pub(super) search: Search,
    pub(super) searcher: Searcher,
    /// Works out what follows from large networks.
    pub(super) deriver: Deriver,
    tables: Tables,
    pub(super) start: Start,
    pub(super) messages: Messages,
    palette: Option<Palette>,
    /// The name of a view is asked for.
    pub(super) naming: Option<Naming>,
    pub(super) arranging: Arranging,
    /// A tag is being chosen, and what for.
    chooser: Option<(By, Chooser)>,
    pub(super) prompt: Option<Prompt>,
    pub(super) save: Option<Save>,
    pub(super) snapshot: Option<SaveSnapshot>,
    pub(super) saving: Option<Receiver<exporting::Outcome>>,
    /// The code of a device is being asked for.
    device: Option<Device>,
    /// What is to become of unsaved changes is being asked.
    pub(super) parting: Option<Leaving>,
    /// A command that waits until what is typed into a field has gone into the design, and the field.
    waiting: Option<(Command, egui::Id)>,
    /// The design that a name was asked for, by [`Designer::opening`].
    pub(super) saves: Option<u64>,
    pub(super) drafts: Drafts,
    /// What is created and changed: its pages take the place of the map.
    pub(super) affairs: Affairs,
    /// How old what is shown is, what changed since an earlier reading, and the readings that are kept.
    pub(super) timeline: Timeline,
    shows_help: bool,
    shows_sources: bool,
    shows_inspector: bool,
    shows_gaps: bool,
    title: String,
    theme_set: Option<ThemeChoice>,
    /// A menu or a list was open when the window was painted last: Escape closes that, and nothing else.
    has_popup: bool,
}

impl Atlas {
    /// A window that has not opened anything yet.
    pub fn new(services: Services) -> Self {
        let (settings, complaint) = services
            .store
            .as_ref()
            .map(Store::settings)
            .unwrap_or_default();
        let mut messages = Messages::default();
        if let Some(complaint) = complaint {
            messages.fail(complaint);
        }
        let drafts = Drafts::open(services.store.as_ref());
        let seen = Seen {
            hidden: settings
                .hidden_kinds
                .iter()
                .filter_map(|word| Kind::from_word(word))
                .collect(),
            color_by: settings.color_by.as_deref().map(Into::into),
            group_by: settings.group_by.as_deref().map(Into::into),
            nested: settings.nested,
            ..Seen::default()
        };
        Self {
            affairs: Affairs::new(services.worker.changes()),
            worker: services.worker,
            store: services.store,
            desk: Desk::new(services.dialogs),
            start: Start::remembering(settings.last_connection.as_deref()),
            settings,
            outbox: Outbox::default(),
            pending: Vec::new(),
            sheet: Sheet::beginning(seen),
            aside: None,
            designer: None,
            shows_design: false,
            designs_opened: 0,
            loading: None,
            generation: 0,
            is_start_page: true,
            search: Search::default(),
            searcher: Searcher::default(),
            deriver: Deriver::default(),
            tables: Tables::default(),
            messages,
            palette: None,
            naming: None,
            arranging: Arranging::default(),
            chooser: None,
            prompt: None,
            save: None,
            snapshot: None,
            saving: None,
            device: None,
            parting: None,
            waiting: None,
            saves: None,
            drafts,
            timeline: Timeline::new(),
            shows_help: false,
            shows_sources: true,
            shows_inspector: true,
            shows_gaps: false,
            title: String::new(),
            theme_set: None,
            has_popup: false,
        }
    }

    /// Read these sources as soon as the window runs.
    pub fn open(&mut self, sources: Vec<SourceSpec>) {
        self.pending.push(sources);
    }

    /// Show a network that is there already.
    pub fn show_network(&mut self, label: &str, network: Arc<Network>) {
        let topology = Arc::new(crate::network::Topology::of(&network));
        let loaded = workspace::Loaded {
            sources: Vec::new(),
            label: label.to_owned(),
            network,
            topology,
            identities: Vec::new(),
            reads: Vec::new(),
        };
        self.install(loaded, false);
    }

    /// Say that something failed.
    pub(super) fn complain(&mut self, sentence: String) {
        self.messages.fail(sentence);
    }

    pub(super) fn window_place(&self) -> Option<WindowPlace> {
        self.settings.window
    }

    /// The network that is open, if one is.
    pub fn network(&self) -> Option<&Arc<Network>> {
        self.sheet.opened.as_ref().map(|opened| &opened.network)
    }

    /// What is selected.
    pub fn selected(&self) -> Option<&Key> {
        self.sheet.selected.as_ref()
    }

    /// The cards on the map and their resources.
    pub fn cards(&self) -> impl Iterator<Item = &Key> {
        self.sheet.map.view.keys().map(|(_, key)| key)
    }

    /// What is lit on the map, while the rest is dimmed: what belongs to the card under the pointer, or to the one that
    /// is selected.
    pub fn lit_keys(&self) -> impl Iterator<Item = &Key> {
        let view = &self.sheet.map.view;
        let lit = self.sheet.canvas.lit.iter();
        lit.filter_map(|card| view.key(*card))
    }

    /// What failed last and was not dismissed.
    pub fn banner(&self) -> Option<&str> {
        self.messages.banner()
    }

    /// Whether something is being read.
    pub fn is_loading(&self) -> bool {
        self.loading.is_some()
    }

    /// Drain events and run what was asked for. Once a frame, before [`Atlas::ui`].
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.apply_theme(ctx);
        self.take_events(ctx);
        self.take_changes(ctx);
        while let Some((purpose, answer)) = self.desk.answer() {
            self.act(ctx, Action::Dialog(purpose, answer));
        }
        if let Some(outcome) = self
            .saving
            .as_ref()
            .and_then(|outcome| outcome.try_recv().ok())
        {
            self.exported(ctx, outcome);
        }
        self.preview_picture(ctx);
        self.snapshot_saved(ctx);
        for sources in std::mem::take(&mut self.pending) {
            self.open_sources(ctx, sources);
        }
        let waited = self.waiting.take();
        let situation = self.situation();
        let is_modal = self.palette.is_some()
            || self.naming.is_some()
            || self.arranging.writing.is_some()
            || self.chooser.is_some()
            || self.prompt.is_some()
            || self.save.is_some()
            || self.snapshot.is_some()
            || self.parting.is_some()
            || self.device.is_some()
            || self.affairs.is_asking()
            || self.timeline.chooser.is_some()
            || self.shows_help;
        if !is_modal {
            self.take_dropped(ctx);
            if let Some(command) = Command::pressed(ctx, &situation) {
                self.outbox.send(Action::Run(command));
            }
            self.escape(ctx);
        }
        for action in self.outbox.take() {
            self.act(ctx, action);
        }
        if let Some((command, field)) = waited {
            self.run(ctx, command);
            if matches!(command, Command::SaveDesign) {
                ctx.memory_mut(|memory| memory.request_focus(field));
            }
        }
        self.keep_draft(ctx);
        self.keep_time(ctx);
        if ctx.input(|input| input.viewport().close_requested()) {
            self.remember_window(ctx);
            self.keep_arrangement(ctx);
            self.finish_arrangement();
            if self.stays_for_run(ctx) {
                // The run is asked about first.
            } else if self.leaves_field(ctx, Command::Quit) {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            } else {
                self.closing(ctx);
            }
        }
        self.list_profiles(ctx);
        self.derive_design();
        self.work_out(ctx);
        self.keep_arrangement(ctx);
        self.refresh(ctx);
        self.retitle(ctx);
    }

    /// Some fields of the form give what is typed only when they are left: leave the one that is typed in, and run the
    /// command in the next frame. False where there is nothing to wait for.
    fn leaves_field(&mut self, ctx: &egui::Context, command: Command) -> bool {
        let focused = ctx.memory(egui::Memory::focused);
        let Some(field) = focused.filter(|_| self.shows_design && self.designer.is_some()) else {
            return false;
        };
        ctx.memory_mut(|memory| memory.surrender_focus(field));
        ctx.request_repaint();
        self.waiting = Some((command, field));
        true
    }

    /// What of the open network is on the map; `only` is what it is narrowed to.
    pub(super) fn map_options(&self, only: Option<Arc<BTreeSet<Key>>>) -> Options {
        Options {
            marks: self.sheet.marks.clone(),
            only,
            since: Arc::clone(&self.sheet.since),
            ..self.sheet.seen.options()
        }
    }

    /// Let go of what turns out not to be in what is open.
    fn settle(&mut self) {
        let Sheet {
            opened,
            selected,
            seen,
            since,
            ..
        } = &mut self.sheet;
        if let Some(opened) = opened {
            opened.settle([selected, &mut seen.focus], since);
        }
    }

    /// Bring the map and the search up to date with what they are made of.
    fn refresh(&mut self, ctx: &egui::Context) {
        self.settle();
        self.compare_live();
        self.narrow(ctx);
        let only = self.only();
        let options = self.map_options(only);
        if let Some(opened) = &self.sheet.opened {
            let size = if self.settings.details {
                Size::Details
            } else {
                Size::Compact
            };
            let before = self.sheet.map.generation;
            self.sheet.map.update(ctx, opened, &options, size);
            if before != self.sheet.map.generation {
                self.sheet.canvas.forget();
            }
        }
        let opened = self.sheet.opened.as_ref();
        let searched = opened.filter(|_| self.search.asks());
        let index = searched.and_then(|opened| self.searcher.index(opened, ctx));
        self.search
            .update(ctx, opened, &self.sheet.map, index.as_ref());
    }

    fn apply_theme(&mut self, ctx: &egui::Context) {
        if self.theme_set == Some(self.settings.theme) {
            return;
        }
        self.theme_set = Some(self.settings.theme);
        ctx.set_theme(match self.settings.theme {
            ThemeChoice::System => egui::ThemePreference::System,
            ThemeChoice::Light => egui::ThemePreference::Light,
            ThemeChoice::Dark => egui::ThemePreference::Dark,
        });
    }

    fn retitle(&mut self, ctx: &egui::Context) {
        let about = self.affairs.title(self.design()).or_else(|| {
            let opened = self.sheet.opened.as_ref().filter(|_| !self.is_start_page)?;
            let changed = if self.shows_design && self.design_is_changed() {
                " •"
            } else {
                ""
            };
            let since = self.since().map(|since| format!(" {since}"));
            Some(format!(
                "{}{changed}{}",
                opened.label,
                since.unwrap_or_default()
            ))
        });
        let title = match about {
            Some(about) => format!("{about} · {}", super::TITLE),
            None => super::TITLE.to_owned(),
        };
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn situation(&self) -> Situation {
        let is_open = self.sheet.opened.is_some() && !self.is_start_page;
        let opened = self.sheet.opened.as_ref().filter(|_| is_open);
        let is_design = is_open && self.shows_design;
        let covered = self.affairs.screen.is_some();
        let is_map = is_open && !covered && self.sheet.page == Page::Map;
        let document = self
            .designer
            .as_ref()
            .filter(|_| is_design)
            .map(|designer| &designer.document);
        let resource = opened
            .zip(self.sheet.selected.as_ref())
            .and_then(|(opened, key)| opened.get(key));
        Situation {
            open: is_open,
            kinds: opened
                .into_iter()
                .flat_map(|opened| {
                    hideable().filter(|kind| opened.network.of_kind(*kind).next().is_some())
                })
                .collect(),
            loading: self.loading.is_some(),
            changes: is_open && self.compared().is_some(),
            history: opened.is_some_and(|it| {
                !is_design && self.store.is_some() && workspace::is_changing(&it.sources)
            }),
            pinnable: is_map && self.can_pin(),
            pinned: is_map && self.is_pinned(),
            note: is_map && self.selected_note().is_some(),
            pins: self.has_pins(),
            nested: self.sheet.seen.nested && !self.sheet.seen.overview,
            folds: !self.sheet.seen.arrangement.folds.is_empty(),
            zoned: (self.sheet.selected.as_ref()).is_some_and(|key| key.kind == Kind::Subnet),
            selected: is_open && !covered && self.sheet.selected.is_some(),
            arn: resource.is_some_and(|resource| console::arn(resource).is_some()),
            console: resource.is_some_and(|resource| console::link(resource).is_some()),
            map: is_map,
            several_vpcs: opened.is_some_and(|opened| opened.vpcs.len() > 1),
            one_vpc: self.sheet.seen.vpc.is_some(),
            overview: self.sheet.seen.overview,
            focused: self.sheet.seen.focus.is_some(),
            filtered: is_open
                && (self.sheet.seen.focus.is_some()
                    || self.sheet.seen.view.is_some()
                    || !self.sheet.seen.hidden.is_empty()),
            searching: self.search.asks(),
            view: is_open && self.sheet.seen.view.is_some(),
            design: is_design,
            sound: is_design
                && (self.designer.as_ref())
                    .is_some_and(|it| !it.derived.problems.iter().any(Problem::is_error)),
            running: self.affairs.is_running(),
            changed: is_design && self.design_is_changed(),
            saved: document.is_some_and(Document::is_saved_somewhere),
            live_vpc: is_open && self.live_vpc().is_some(),
            beside: self
                .aside
                .as_ref()
                .is_some_and(|sheet| sheet.opened.is_some()),
            undo: !covered
                && match document {
                    Some(document) => document.undo_words().is_some() || !self.steps_design(true),
                    None => is_open && !self.sheet.undo.is_empty(),
                },
            redo: !covered
                && match document {
                    Some(document) => document.redo_words().is_some() || !self.steps_design(false),
                    None => is_open && !self.sheet.redo.is_empty(),
                },
            back: is_open && self.sheet.history_at > 1,
            forward: is_open && self.sheet.history_at < self.sheet.history.len(),
        }
    }

    // --- reading ---

    pub(super) fn start_loading(
        &mut self,
        ctx: &egui::Context,
        sources: Vec<SourceSpec>,
        is_refresh: bool,
    ) {
        self.begin_loading(ctx, sources, is_refresh, false);
        self.messages.dismiss();
    }

    /// As [`Atlas::start_loading`], in the background where it is done by itself.
    pub(super) fn begin_loading(
        &mut self,
        ctx: &egui::Context,
        sources: Vec<SourceSpec>,
        is_refresh: bool,
        by_itself: bool,
    ) {
        if let Some(loading) = self.loading.take() {
            self.worker.cancel(loading.job);
        }
        let sources: Vec<SourceSpec> = sources.into_iter().map(SourceSpec::absolute).collect();
        let wake = ctx.clone();
        let job = self
            .worker
            .start(sources.clone(), Arc::new(move || wake.request_repaint()));
        self.loading = Some(Loading::new(job, sources, is_refresh, by_itself));
    }

    fn take_events(&mut self, ctx: &egui::Context) {
        self.deriver.wakes(ctx);
        // A question may come of work that has nothing else to say yet.
        if !self.worker.wakes() {
            let wake = ctx.clone();
            self.worker
                .wake_by(Arc::new(move || wake.request_repaint()));
        }
        if self
            .device
            .as_ref()
            .is_some_and(|device| !device.is_wanted())
        {
            self.device = None;
        }
        if self.device.is_none() {
            self.device = self.worker.question().map(Device::new);
        }
        while let Some(event) = self.worker.poll() {
            let Some(loading) = self
                .loading
                .as_mut()
                .filter(|loading| loading.job == event.job())
            else {
                continue;
            };
            match event {
                Event::Progress {
                    what, done, total, ..
                } => {
                    loading.what = what;
                    loading.done = done;
                    loading.total = total;
                }
                Event::Reading { reading, .. } => loading.take(reading),
                Event::Partial {
                    network, topology, ..
                } => {
                    let is_first = !loading.is_refresh
                        && self
                            .sheet
                            .opened
                            .as_ref()
                            .is_none_or(|opened| opened.growing);
                    if is_first && !network.is_empty() {
                        let sources = loading.sources.clone();
                        self.face(false);
                        let label = source_label(&sources);
                        self.generation += 1;
                        let partial = Opened::partial(
                            (sources, label),
                            network,
                            topology,
                            self.generation,
                            &self.deriver,
                        );
                        let partial = partial.after(self.sheet.opened.as_ref());
                        let seen = &mut self.sheet.seen;
                        if self.sheet.undo.is_empty() && seen.vpc.is_none() {
                            seen.overview = partial.vpcs.len() > 1;
                        }
                        let is_begun = self.sheet.opened.is_some();
                        self.sheet.opened = Some(partial);
                        if !is_begun {
                            self.open_arrangement();
                        }
                        self.is_start_page = false;
                    }
                }
                Event::Finished { result, .. } => {
                    let (is_refresh, by_itself) = (loading.is_refresh, loading.by_itself);
                    self.loading = None;
                    match result {
                        Ok(mut loaded) => {
                            let showed_design = self.shows_design;
                            self.face(false);
                            if is_refresh {
                                self.keep_unread(ctx, &mut loaded);
                            }
                            if !by_itself {
                                self.remember(&loaded.sources);
                            }
                            self.note_reads(&loaded);
                            let before = self.baseline().filter(|_| is_refresh);
                            self.install(loaded, is_refresh);
                            self.was_read(ctx, before, by_itself);
                            // Who has gone over to the design meanwhile is not called back by a refresh.
                            self.face(showed_design && is_refresh);
                        }
                        Err(workspace::LoadError::Cancelled) => {}
                        Err(error) if by_itself => self.could_not_read(&error),
                        Err(error) => {
                            self.forget_partial();
                            self.messages.fail(error.to_string());
                        }
                    }
                    ctx.request_repaint();
                }
            }
        }
    }

    /// What was shown of a load that did not come to its end goes; what was open before is gone already.
    fn forget_partial(&mut self) {
        if self
            .sheet
            .opened
            .as_ref()
            .is_some_and(|opened| opened.growing)
        {
            self.sheet.opened = None;
            self.is_start_page = true;
            self.begin_anew();
        }
    }

    fn install(&mut self, loaded: workspace::Loaded, is_refresh: bool) {
        self.generation += 1;
        let opened = Opened::new(loaded, self.generation, &self.deriver);
        let is_growth = self
            .sheet
            .opened
            .as_ref()
            .is_some_and(|opened| opened.growing);
        let is_other = !is_refresh && !is_growth;
        let before = self.sheet.opened.as_ref().filter(|_| !is_other);
        let mut opened = opened.after(before);
        if is_other {
            self.begin_anew();
        }
        if !is_refresh {
            self.forget_changes();
        }
        let Sheet {
            selected,
            seen,
            since,
            ..
        } = &mut self.sheet;
        opened.settle([selected, &mut seen.focus], since);
        let shown = self.sheet.seen.vpc.as_ref();
        if shown.is_some_and(|vpc| opened.vpcs.iter().all(|entry| entry.key != *vpc)) {
            self.sheet.seen.vpc = None;
        }
        // Many VPCs one below the other are too much to begin with. What a person chose meanwhile stays.
        let was_left_alone = self.sheet.undo.is_empty() && self.sheet.seen.vpc.is_none();
        if !is_refresh && was_left_alone {
            self.sheet.seen.overview = opened.vpcs.len() > 1;
        }
        self.sheet.opened = Some(opened);
        // What was read again by itself disturbs nobody.
        if !is_refresh {
            self.is_start_page = false;
            self.affairs.screen = None;
            self.messages.dismiss();
        }
        if is_other {
            self.open_arrangement();
        }
    }

    /// Whether the last step back, or the next one forward, is one of the design and not of what is seen of it.
    fn steps_design(&self, back: bool) -> bool {
        let sheet = &self.sheet;
        let has_none = if back {
            sheet.undo.is_empty()
        } else {
            sheet.redo.is_empty()
        };
        self.shows_design && (has_none || !sheet.seen_last)
    }

    /// Take the last change of what is seen back, or make it once more. A VPC that is gone meanwhile is not shown again.
    fn step_seen(&mut self, back: bool) {
        let Sheet {
            opened,
            seen,
            undo,
            redo,
            ..
        } = &mut self.sheet;
        let (from, to) = if back { (undo, redo) } else { (redo, undo) };
        let Some(mut next) = from.pop() else { return };
        self.arranging.end_series();
        let vpcs = || opened.iter().flat_map(|opened| &opened.vpcs);
        next.vpc = next.vpc.filter(|vpc| vpcs().any(|entry| entry.key == *vpc));
        to.push(std::mem::replace(seen, next));
        self.remember_seen();
    }

    /// Forget what was seen of the network that was open.
    fn begin_anew(&mut self) {
        self.arranging.writing = None;
        self.sheet.map.clear();
        self.sheet.canvas = canvas::Canvas::default();
        self.sheet.seen = std::mem::take(&mut self.sheet.seen).lasting();
        self.sheet.undo.clear();
        self.sheet.redo.clear();
        self.sheet.history.clear();
        self.sheet.history_at = 0;
        self.sheet.selected = None;
        self.sheet.note = None;
        self.search.clear();
        self.sheet.page = Page::Map;
    }

    /// What was there before and could not be read this time stays as it was, or one refusal would empty the map.
    fn keep_unread(&mut self, ctx: &egui::Context, loaded: &mut workspace::Loaded) {
        let before = self.sheet.opened.as_ref().map(|opened| &opened.network);
        if let Some(network) = before.and_then(|before| loaded.network.after(before)) {
            loaded.topology = Arc::new(crate::network::Topology::of(&network));
            loaded.network = Arc::new(network);
            let words =
                "Not all of it could be read again: that is shown as it was, and the gaps say why";
            self.toast(ctx, words.into());
        }
    }

    pub(super) fn remember(&mut self, sources: &[SourceSpec]) {
        let texts: Vec<String> = sources.iter().filter_map(SourceSpec::to_text).collect();
        let account = sources
            .iter()
            .find(|source| matches!(source, SourceSpec::Aws { .. }))
            .and_then(SourceSpec::to_text);
        self.change_settings(|settings| {
            for text in texts.iter().rev() {
                settings.remember(text);
            }
            if account.is_some() {
                settings.last_connection.clone_from(&account);
            }
        });
    }

    /// Change what is remembered, here and on disk.
    pub(super) fn change_settings(&mut self, change: impl Fn(&mut Settings)) {
        change(&mut self.settings);
        if let Some(store) = &self.store
            && let Err(error) = store.update(|settings| change(settings))
        {
            self.messages.fail(error.to_string());
        }
    }

    fn take_dropped(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> = ctx.input(|input| {
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect()
        });
        if !dropped.is_empty() {
            self.open_sources(ctx, dropped.into_iter().map(SourceSpec::Path).collect());
        }
    }

    /// Escape closes what is on top: the start page over an open network, then the search, then the selection.
    fn escape(&mut self, ctx: &egui::Context) {
        let is_in_joystick = self.shows_design
            && (self.designer.as_ref()).is_some_and(|designer| designer.takes_escape(ctx));
        let is_busy = (self.has_popup && !self.search.asks()) || is_in_joystick;
        if is_busy || !ctx.input(|input| input.key_pressed(egui::Key::Escape)) {
            return;
        }
        if self.affairs.screen.is_some() {
            self.outbox.send(Action::Affair(Affair::Back));
        } else if self.is_start_page {
            self.outbox.send(Action::Back);
        } else if self.sheet.page == Page::Code && self.search.text.is_empty() {
            self.sheet.page = Page::Map;
        } else if self.search.text.is_empty() {
            self.outbox.send(Action::Select(None));
        } else {
            self.search.clear();
        }
    }

    // --- doing what was asked for ---

    fn act(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::Run(command) => {
                let takes_all = matches!(
                    command,
                    Command::SaveDesign
                        | Command::SaveDesignAs
                        | Command::CreateVpc
                        | Command::Close
                );
                let is_enabled = command.enabled(&self.situation());
                if is_enabled && !(takes_all && self.leaves_field(ctx, command)) {
                    self.run(ctx, command);
                }
            }
            Action::Select(key) => self.select(key),
            Action::Back => self.is_start_page &= self.sheet.opened.is_none(),
            Action::Reveal(key) => self.reveal(key),
            Action::ShowVpc(vpc) => {
                self.change_seen(|seen| {
                    seen.overview = false;
                    seen.vpc = vpc;
                    seen.focus = None;
                });
                self.sheet.canvas.camera.fit();
            }
            Action::ShowOverview(key) => self.show_overview(key),
            Action::Open(sources) => self.open_sources(ctx, sources),
            Action::Forget(text) => self.change_settings(|settings| settings.forget(&text)),
            Action::Favour(text, wanted) => {
                self.change_settings(|settings| settings.set_favourite(&text, wanted));
            }
            Action::BrowseForSnapshot => self.browse_for_snapshot(ctx),
            Action::SaveSnapshot => self.write_snapshot(ctx),
            Action::ShowTable(kind) => {
                self.tables.show(kind);
                self.sheet.page = Page::Tables;
            }
            Action::BrowseForPicture => {
                let path = self.save.as_ref().map(Save::target).unwrap_or_default();
                self.ask(
                    ctx,
                    Purpose::SavePicture,
                    path.file_name()
                        .map(|name| name.to_string_lossy().into_owned()),
                );
            }
            Action::SavePicture => self.write_picture(ctx),
            Action::CopyPicture => self.copy_picture(ctx),
            Action::Dialog(purpose, answer) => self.answered(ctx, purpose, answer),
            Action::Typed(purpose, path) => {
                self.prompt = None;
                self.answered(ctx, purpose, Answer::Chosen(path));
            }
            Action::Recover(draft, wanted) => self.recover(&draft, wanted),
            Action::Unsaved(parting) => self.part(ctx, parting),
            Action::Copy { text, what } => {
                ctx.copy_text(text);
                self.toast(ctx, format!("Copied {what}"));
            }
            Action::Browse(url) => ctx.open_url(egui::OpenUrl::new_tab(url)),
            Action::DismissBanner => self.messages.dismiss(),
            Action::Change(edit) => self.change_design(&edit),
            Action::ShowPlanned(vpc) => self.show_planned(&vpc),
            Action::Affair(affair) => self.affair(ctx, affair),
            Action::SaveCode => self.ask_for_code(ctx),
            Action::SearchFor(text) => self.search.set(text),
            Action::View(action) => self.view_action(ctx, action),
            Action::ByTag(by, key) => self.by_tag(by, key),
            Action::Timeline(wish) => self.wish(ctx, wish),
            Action::Arrange(action) => self.arrange(ctx, action),
            Action::RevealLive(key) => {
                self.face(false);
                self.sheet.page = Page::Map;
                self.reveal(key);
            }
        }
    }

    pub(super) fn toast(&mut self, ctx: &egui::Context, words: String) {
        let now = ctx.input(|input| input.time);
        self.messages.toast(words, now);
    }

    fn run(&mut self, ctx: &egui::Context, command: Command) {
        if runs::leaves_page(command) {
            self.affairs.screen = None;
        }
        match command {
            Command::CreateVpc => self.create(ctx),
            Command::OpenPlan => self.ask_for_plan(ctx),
            Command::StopRun => self.stop_run(),
            Command::ShowRuns => self.show_runs(),
            Command::NewDesign => self.new_design(),
            Command::CopyAsDesign => self.copy_as_design(),
            Command::ExportCode => self.sheet.page = Page::Code,
            Command::SaveDesign => self.save_design(ctx),
            Command::SaveDesignAs => self.save_design_as(ctx),
            Command::RevertDesign => self.revert_design(),
            Command::ReadReserved => self.ask(ctx, Purpose::ReadReserved, None),
            Command::SwitchDocument => {
                let design = !self.shows_design;
                self.face(design);
                self.is_start_page = false;
            }
            Command::OpenFile => self.ask(ctx, Purpose::OpenFile, None),
            Command::OpenFolder => self.ask(ctx, Purpose::OpenFolder, None),
            Command::OpenSample => self.start_loading(ctx, vec![SourceSpec::Sample], false),
            Command::OpenAccount => {
                self.is_start_page = true;
                self.start.want_account();
            }
            Command::Reload => {
                if let Some(opened) = &self.sheet.opened {
                    let sources = opened.sources.clone();
                    if sources.is_empty() {
                        self.messages.fail("this network has no source to read again; open a file, a folder or an account".into());
                    } else {
                        self.start_loading(ctx, sources, true);
                    }
                }
            }
            Command::CancelLoading => {
                if let Some(loading) = self.loading.take() {
                    self.worker.cancel(loading.job);
                    self.forget_partial();
                    self.toast(ctx, "Reading was stopped".into());
                }
            }
            Command::SavePicture => {
                self.ask_for_picture(ctx);
            }
            Command::SaveSnapshot => self.ask_for_snapshot(),
            Command::Close if self.shows_design => self.close_design(),
            Command::Close => {
                self.forget_changes();
                self.sheet.opened = None;
                self.begin_anew();
                // A design that is open behind it must not go out of sight.
                if self.designer.is_some() {
                    self.face(true);
                } else {
                    self.is_start_page = true;
                }
            }
            Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            Command::Undo if self.steps_design(true) => self.step_design(ctx, true),
            Command::Redo if self.steps_design(false) => self.step_design(ctx, false),
            Command::Undo => self.step_seen(true),
            Command::Redo => self.step_seen(false),
            Command::CopyId => {
                if let Some(key) = &self.sheet.selected {
                    let (text, what) = (key.id.to_string(), format!("id {}", key.id));
                    self.act(ctx, Action::Copy { text, what });
                }
            }
            Command::CopyArn => {
                if let Some(text) = self.resource().and_then(|resource| console::arn(resource)) {
                    self.act(
                        ctx,
                        Action::Copy {
                            text,
                            what: "ARN".into(),
                        },
                    );
                }
            }
            Command::CopyCsv => {
                if let Some(opened) = &self.sheet.opened
                    && let Some((text, what)) =
                        self.tables.copy(opened, self.sheet.seen.vpc.as_ref())
                {
                    self.act(ctx, Action::Copy { text, what });
                }
            }
            Command::OpenConsole => {
                if let Some(url) = self.resource().and_then(|resource| console::link(resource)) {
                    self.act(ctx, Action::Browse(url));
                }
            }
            Command::Find => self.search.focus(),
            Command::SaveView => self.naming = Some(Naming::new(self.search.query())),
            Command::RenameView | Command::DeleteView => {
                self.naming = self.sheet.seen.view.as_ref().map(|view| match command {
                    Command::RenameView => Naming::rename(&view.name),
                    _ => Naming::delete(&view.name),
                });
            }
            Command::LeaveView => self.view_action(ctx, ViewAction::Show(None)),
            Command::ColorByTag => self.chooser = Some((By::Color, Chooser::new(By::Color))),
            Command::GroupByTag => self.chooser = Some((By::Group, Chooser::new(By::Group))),
            Command::ClearSelection => {
                self.search.clear();
                self.select(None);
            }
            Command::ShowMap => self.sheet.page = Page::Map,
            Command::ShowTables => {
                if let Some(key) = &self.sheet.selected {
                    self.tables.show(key.kind);
                }
                self.sheet.page = Page::Tables;
            }
            Command::ZoomIn => self.sheet.canvas.zoom_by(1.25),
            Command::ZoomOut => self.sheet.canvas.zoom_by(1.0 / 1.25),
            Command::ZoomActual => self.sheet.canvas.zoom_to(1.0),
            Command::Fit => self.sheet.canvas.camera.fit(),
            Command::ShowSelected => {
                if let Some(key) = self.sheet.selected.clone() {
                    self.sheet.page = Page::Map;
                    self.reveal(key);
                }
            }
            Command::ToggleDetails => {
                let details = !self.settings.details;
                self.change_settings(|settings| settings.details = details);
            }
            Command::ToggleArranging => {
                self.arranging.is_on = !self.arranging.is_on;
                self.sheet.page = Page::Map;
            }
            Command::AddNote
            | Command::EditNote
            | Command::DeleteNote
            | Command::Pin
            | Command::Unpin
            | Command::UnpinAll
            | Command::FoldIdentical
            | Command::FoldUnassociated
            | Command::CollapseVpc
            | Command::CollapseZone
            | Command::UnfoldAll => self.run_arranging(ctx, command),
            Command::ToggleMinimap => {
                let hidden = !self.settings.hides_minimap;
                self.change_settings(|settings| settings.hides_minimap = hidden);
            }
            Command::ToggleNested => {
                // From the overview it leads into the boxes.
                self.change_seen(|seen| {
                    seen.nested = seen.overview || !seen.nested;
                    seen.overview = false;
                });
                self.sheet.canvas.camera.fit();
                self.sheet.page = Page::Map;
            }
            Command::ToggleFocus => {
                let focus = if self.sheet.seen.focus.is_some() {
                    None
                } else {
                    self.sheet.selected.clone()
                };
                let anchor =
                    self.sheet.opened.as_ref().zip(focus).map(|(opened, key)| {
                        opened.anchor(&key, &self.sheet.map.view).unwrap_or(key)
                    });
                self.change_seen(|seen| seen.focus = anchor);
                self.sheet.canvas.camera.fit();
                self.sheet.page = Page::Map;
            }
            Command::HideKind(kind) => self.change_seen(|seen| {
                if !seen.hidden.remove(&kind) {
                    seen.hidden.insert(kind);
                }
            }),
            Command::ShowAll => {
                self.change_seen(|seen| {
                    seen.focus = None;
                    seen.view = None;
                    seen.hidden.clear();
                });
            }
            Command::ToggleSources => self.shows_sources = !self.shows_sources,
            Command::ToggleInspector => self.shows_inspector = !self.shows_inspector,
            Command::ToggleGaps => self.shows_gaps = !self.shows_gaps,
            Command::ThemeLight => {
                self.change_settings(|settings| settings.theme = ThemeChoice::Light);
            }
            Command::ThemeDark => {
                self.change_settings(|settings| settings.theme = ThemeChoice::Dark);
            }
            Command::ThemeSystem => {
                self.change_settings(|settings| settings.theme = ThemeChoice::System);
            }
            Command::Back => self.go(-1),
            Command::Forward => self.go(1),
            Command::Overview => self.show_overview(None),
            Command::AllVpcs => self.act(ctx, Action::ShowVpc(None)),
            Command::NextVpc => self.step_vpc(ctx, true),
            Command::PreviousVpc => self.step_vpc(ctx, false),
            Command::ReadEvery(_)
            | Command::KeepReadings
            | Command::DeleteReadings
            | Command::ToggleChanges
            | Command::DismissChanges
            | Command::ChangedSince => self.run_timeline(ctx, command),
            Command::Palette => self.palette = Some(Palette::default()),
            Command::Help => self.shows_help = true,
        }
    }

    fn resource(&self) -> Option<&Arc<crate::network::Resource>> {
        self.sheet
            .opened
            .as_ref()?
            .get(self.sheet.selected.as_ref()?)
    }

    pub(super) fn ask(&mut self, ctx: &egui::Context, purpose: Purpose, file_name: Option<String>) {
        let question = Question {
            purpose,
            folder: self.settings.last_folder.clone(),
            file_name,
        };
        let wake = ctx.clone();
        self.desk
            .ask(&question, Arc::new(move || wake.request_repaint()));
    }

    fn answered(&mut self, ctx: &egui::Context, purpose: Purpose, answer: Answer) {
        match (purpose, answer) {
            (_, Answer::Cancelled) => {}
            (Purpose::SavePicture, Answer::Chosen(path)) => {
                if let Some(save) = &mut self.save {
                    save.choose(&path);
                    self.write_picture(ctx);
                }
            }
            (Purpose::SavePicture, Answer::Unavailable) => {
                if let Some(save) = &mut self.save {
                    save.file.no_dialog = true;
                }
            }
            (Purpose::SaveSnapshot, answer) => self.snapshot_place(ctx, answer),
            (Purpose::OpenFile | Purpose::OpenFolder, Answer::Chosen(path)) => {
                let folder = if purpose == Purpose::OpenFolder {
                    Some(path.clone())
                } else {
                    path.parent().map(Path::to_owned)
                };
                self.change_settings(|settings| settings.last_folder.clone_from(&folder));
                self.open_sources(ctx, vec![SourceSpec::Path(path)]);
            }
            (Purpose::OpenPlan, Answer::Chosen(path)) => self.open_plan(ctx, &path),
            (Purpose::SavePlan, Answer::Chosen(path)) => self.write_plan(ctx, &path),
            (Purpose::SavePlan, Answer::Unavailable) => {
                self.prompt = Some(Prompt::new(purpose, Some(self.plan_path())));
            }
            (Purpose::SaveDesign, Answer::Chosen(path)) => self.name_design(ctx, &path),
            (Purpose::ReadReserved, Answer::Chosen(path)) => self.read_reserved(ctx, &path),
            (Purpose::SaveCode | Purpose::SaveCodeFolder, Answer::Chosen(path)) => {
                self.write_code(ctx, &path);
            }
            (Purpose::SaveCode | Purpose::SaveCodeFolder, Answer::Unavailable) => {
                self.prompt = Some(Prompt::new(purpose, Some(self.code_place())));
            }
            (Purpose::SaveDesign, Answer::Unavailable) => {
                let folder = self.settings.last_folder.clone().unwrap_or_default();
                let path = folder.join(self.design_file_name());
                self.prompt = Some(Prompt::new(purpose, Some(path)));
            }
            (
                Purpose::OpenFile | Purpose::OpenFolder | Purpose::OpenPlan | Purpose::ReadReserved,
                Answer::Unavailable,
            ) => {
                self.prompt = Some(Prompt::new(purpose, self.settings.last_folder.clone()));
            }
        }
    }

    fn select(&mut self, key: Option<Key>) {
        self.sheet.note = None;
        if self.sheet.selected == key {
            return;
        }
        self.arranging.end_series();
        if let Some(key) = &key {
            self.sheet.history.truncate(self.sheet.history_at);
            if self.sheet.history.last() != Some(key) {
                self.sheet.history.push(key.clone());
            }
            self.sheet.history_at = self.sheet.history.len();
        }
        self.sheet.selected = key;
    }

    /// Select something and bring it into view, in its own VPC and out of hiding.
    fn reveal(&mut self, key: Key) {
        self.select(Some(key.clone()));
        self.come_to(key);
    }

    fn come_to(&mut self, key: Key) {
        let Some(opened) = &self.sheet.opened else {
            return;
        };
        let ghost = self.sheet.since.ghost(&key);
        let seen = &self.sheet.seen;
        let view = &self.sheet.map.view;
        let vpc = opened
            .vpc_of(&key)
            .or_else(|| ghost.map(|ghost| ghost.vpc.clone()))
            .filter(|vpc| opened.can_enter(vpc));
        let is_off_map = opened.anchor(&key, view).is_none();
        let is_of_overview = opened.is_of_overview(&key);
        let stands_on_overview = self.sheet.map.is_overview() && view.card(&key).is_some();
        let is_narrowed = seen.focus.is_some() || seen.view.is_some();
        let goes_in = vpc.is_some()
            && if seen.overview {
                !is_of_overview && !stands_on_overview
            } else {
                seen.vpc.is_some() && is_off_map
            };
        let goes_out = !self.shows_design
            && !seen.overview
            && !goes_in
            && !is_narrowed
            && is_off_map
            && is_of_overview;
        // What has a card of its own on the whole map is not shown by the card of what it is in.
        let has_card = opened.topology.vpc_of(&key).is_some()
            && !seen.hidden.contains(&key.kind)
            && view.card(&key).is_none();
        let is_out_of_focus = is_narrowed && (has_card || is_off_map);
        if goes_in || goes_out || is_out_of_focus {
            self.change_seen(|seen| {
                seen.focus = None;
                seen.view = None;
                if goes_in {
                    seen.overview = false;
                    seen.vpc = vpc;
                } else if goes_out {
                    seen.overview = true;
                    seen.vpc = None;
                }
            });
        }
        self.sheet.canvas.reveal = Some(key);
        self.shows_inspector = true;
    }

    /// The overview, whole or with something in view.
    fn show_overview(&mut self, key: Option<Key>) {
        self.change_seen(|seen| {
            seen.overview = true;
            seen.vpc = None;
            seen.focus = None;
        });
        self.sheet.page = Page::Map;
        self.sheet.canvas.camera.fit();
        self.sheet.canvas.reveal = key;
    }

    /// Back and forward through what was selected.
    fn go(&mut self, by: isize) {
        let at = self
            .sheet
            .history_at
            .saturating_add_signed(by)
            .clamp(1, self.sheet.history.len().max(1));
        if let Some(key) = self.sheet.history.get(at - 1).cloned() {
            self.sheet.history_at = at;
            self.sheet.note = None;
            self.arranging.end_series();
            self.sheet.selected = Some(key.clone());
            self.come_to(key);
        }
    }

    fn step_vpc(&mut self, ctx: &egui::Context, forward: bool) {
        let Some(opened) = &self.sheet.opened else {
            return;
        };
        let count = opened.vpcs.len();
        let at = self
            .sheet
            .seen
            .vpc
            .as_ref()
            .and_then(|vpc| opened.vpcs.iter().position(|entry| entry.key == *vpc));
        let next = match (at, forward) {
            (None, true) => 0,
            (None, false) => count.saturating_sub(1),
            (Some(at), true) => (at + 1) % count.max(1),
            (Some(at), false) => (at + count.saturating_sub(1)) % count.max(1),
        };
        if let Some(vpc) = opened.vpcs.get(next).map(|entry| entry.key.clone()) {
            self.act(ctx, Action::ShowVpc(Some(vpc)));
        }
    }

    /// Change what is seen, so that it can be undone.
    pub(super) fn change_seen(&mut self, change: impl FnOnce(&mut Seen)) {
        let before = self.sheet.seen.clone();
        change(&mut self.sheet.seen);
        if before == self.sheet.seen {
            return;
        }
        self.sheet.undo.push(before);
        self.sheet.redo.clear();
        self.sheet.seen_last = true;
        self.remember_seen();
    }

    pub(super) fn end_search(&mut self) {
        self.search.clear();
    }

    fn remember_seen(&mut self) {
        let text = |key: &Option<crate::network::Text>| key.as_ref().map(ToString::to_string);
        let seen = &self.sheet.seen;
        let (color_by, group_by) = (text(&seen.color_by), text(&seen.group_by));
        if (&color_by, &group_by) != (&self.settings.color_by, &self.settings.group_by) {
            self.change_settings(|settings| {
                settings.color_by.clone_from(&color_by);
                settings.group_by.clone_from(&group_by);
            });
        }
        let nested = self.sheet.seen.nested;
        if nested != self.settings.nested {
            self.change_settings(|settings| settings.nested = nested);
        }
        let words: Vec<String> = self
            .sheet
            .seen
            .hidden
            .iter()
            .map(|kind| kind.word().to_owned())
            .collect();
        if words != self.settings.hidden_kinds {
            self.change_settings(|settings| settings.hidden_kinds.clone_from(&words));
        }
    }

    // --- painting ---

    /// Paint the window and gather what is asked for.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let theme = look::theme(&ctx);
        let situation = self.situation();
        let is_open = situation.open;
        let app = AppContext {
            opened: self.sheet.opened.as_ref().filter(|_| is_open),
            selected: self.sheet.selected.as_ref(),
            compared: (self.timeline.compared.as_ref())
                .zip(self.sheet.opened.as_ref())
                .filter(|_| is_open && !self.shows_design)
                .and_then(|(compared, opened)| compared.outcome(opened)),
            vpc: self.sheet.seen.vpc.as_ref(),
            overview: self.sheet.seen.overview,
            arranging: self.arranging.is_on
                && self.sheet.seen.focus.is_none()
                && self.sheet.seen.view.is_none(),
            note: self.selected_note(),
            view: (self.sheet.seen.view.as_ref()).map(|view| view.name.as_str()),
            settings: &self.settings,
            situation,
            theme,
            outbox: &self.outbox,
        };
        let panel = |margin: Margin| {
            Frame::new()
                .fill(look::color(theme, Ink::Panel))
                .inner_margin(margin)
        };

        let is_on = |command: Command| match command {
            Command::ToggleDetails => Some(self.settings.details),
            Command::ToggleMinimap => Some(!self.settings.hides_minimap),
            Command::ToggleArranging => Some(self.arranging.is_on),
            Command::FoldIdentical => Some(self.sheet.seen.arrangement.folds.identical),
            Command::FoldUnassociated => Some(self.sheet.seen.arrangement.folds.unassociated),
            Command::ToggleNested => Some(self.sheet.seen.nested && !self.sheet.seen.overview),
            Command::ToggleFocus => Some(self.sheet.seen.focus.is_some()),
            Command::ColorByTag => Some(self.sheet.seen.color_by.is_some()),
            Command::GroupByTag => Some(self.sheet.seen.group_by.is_some()),
            Command::ToggleSources => Some(self.shows_sources),
            Command::ToggleInspector => Some(self.shows_inspector),
            Command::ToggleGaps => Some(self.shows_gaps),
            Command::ToggleChanges => Some(self.timeline.shows_list && app.compared.is_some()),
            Command::KeepReadings => Some(!self.settings.keeps_no_history),
            Command::ReadEvery(pace) => {
                Some(Pace::of_seconds(self.settings.refresh_seconds) == pace)
            }
            Command::ShowMap => Some(is_open && self.sheet.page == Page::Map),
            Command::Overview => {
                Some(is_open && self.sheet.page == Page::Map && self.sheet.seen.overview)
            }
            Command::ShowTables => Some(is_open && self.sheet.page == Page::Tables),
            Command::ExportCode => Some(is_open && self.sheet.page == Page::Code),
            other => top::is_theme(other, self.settings.theme),
        };
        let marks = top::Marks {
            hidden: &self.sheet.seen.hidden,
            is_on: &is_on,
        };
        Panel::top("top")
            .exact_size(40.0)
            .resizable(false)
            .frame(panel(Margin::symmetric(8, 0)))
            .show(ui, |ui| {
                ui.horizontal_centered(|ui| top::ui(&app, ui, &mut self.search, &marks));
            });
        let filter = filter_words(&self.sheet.seen, app.opened);
        let shown = status::Status {
            zoom: (is_open && self.sheet.page == Page::Map)
                .then(|| self.sheet.canvas.camera.zoom()),
            details: self.settings.details,
            drawing: is_open
                && self.sheet.page == Page::Map
                && self.sheet.map.is_drawing()
                && !self.sheet.map.layout.cards.is_empty(),
            nested: (self.sheet.page == Page::Map && !self.sheet.seen.overview)
                .then_some(self.sheet.seen.nested),
            filter,
            age: self.age_status().filter(|_| is_open),
            design: self
                .designer
                .as_ref()
                .filter(|_| self.shows_design && is_open)
                .map(|designer| {
                    let problems = &designer.derived.problems;
                    let errors = problems.iter().filter(|it| it.is_error()).count();
                    status::DesignStatus {
                        errors,
                        advice: problems.len() - errors,
                        kept: self.design_kept(),
                    }
                }),
        };
        Panel::bottom("status")
            .exact_size(26.0)
            .resizable(false)
            .frame(panel(Margin::symmetric(10, 0)))
            .show(ui, |ui| {
                status::ui(&app, ui, app.opened, &shown, &marks);
            });
        if let Some(sentence) = self.messages.banner() {
            Panel::top("banner")
                .resizable(false)
                .frame(panel(Margin::symmetric(10, 6)))
                .show(ui, |ui| {
                    messages::banner_ui(&app, ui, sentence);
                });
        }
        let lost = self.lost_here();
        if !lost.is_empty() {
            Panel::top("lost")
                .resizable(false)
                .frame(panel(Margin {
                    left: 10,
                    right: 10,
                    top: 6,
                    bottom: 0,
                }))
                .show(ui, |ui| super::designs::lost_ui(&app, ui, &lost));
        }
        if let Some(loading) = self.loading.as_mut().filter(|it| !it.by_itself) {
            Panel::top("loading")
                .resizable(false)
                .frame(panel(Margin::symmetric(12, 6)))
                .show(ui, |ui| loading::ui(&app, ui, loading));
        }
        let covered = self.affairs.screen.is_some();
        let behind = self.sheet.opened.as_ref();
        if let Some(behind) = behind.filter(|_| self.is_start_page && !covered) {
            Panel::top("behind")
                .resizable(false)
                .frame(panel(Margin::symmetric(12, 5)))
                .show(ui, |ui| {
                    let words = format!("Back to {}", behind.label);
                    if widgets::link(ui, words).on_hover_text("Esc").clicked() {
                        app.send(Action::Back);
                    }
                });
        }
        let is_design = self.shows_design && is_open;
        if covered {
            // The page has the whole window.
        } else if let Some(designer) = self.designer.as_mut().filter(|_| is_design) {
            let shows = [self.shows_sources, self.shows_inspector];
            designer_panels(&app, ui, designer, shows, self.sheet.page == Page::Code);
        } else if let Some(opened) = app.opened {
            let mut pointed = runs::compare_ui(&app, ui, &self.affairs, opened);
            if let Some(outcome) = app.compared.filter(|_| self.timeline.shows_list) {
                let rows = outcome.changes.iter().len().max(1) as f32;
                let height = (rows * 26.0 + 52.0).min(ctx.content_rect().height() * 0.3);
                Panel::bottom("changes")
                    .default_size(height)
                    .resizable(true)
                    .frame(panel(Margin::symmetric(12, 8)))
                    .show(ui, |ui| {
                        let listed = timeline::list_ui(&app, ui, opened, outcome);
                        pointed = pointed.take().or(listed);
                    });
            }
            self.sheet.canvas.pointed = pointed;
            if self.shows_gaps {
                let height = 150.0_f32.min(ctx.content_rect().height() * 0.35);
                Panel::bottom("gaps")
                    .default_size(height)
                    .resizable(true)
                    .frame(panel(Margin::symmetric(12, 8)))
                    .show(ui, |ui| {
                        gaps::ui(&app, ui, opened);
                    });
            }
            let width = ctx.content_rect().width();
            let (left, right) = if width < 1180.0 {
                (184.0, 236.0)
            } else {
                (244.0, 290.0)
            };
            if self.shows_sources {
                Panel::left("sources")
                    .default_size(left)
                    .size_range(150.0..=420.0)
                    .frame(panel(Margin::symmetric(8, 0)))
                    .show(ui, |ui| {
                        sources::ui(&app, ui, opened);
                    });
            }
            let is_narrow = ctx.content_rect().width() < NARROW;
            if self.shows_inspector && is_narrow {
                // The map needs the width: the inspector lies over it, and only while there is something to tell.
                if app.selected.is_some() && self.sheet.page == Page::Map {
                    let whole = ui.available_rect_before_wrap();
                    inspector_over(&ctx, whole, |ui| inspector::ui(&app, ui, opened));
                }
            } else if self.shows_inspector {
                Panel::right("inspector")
                    .default_size(right)
                    .size_range(210.0..=560.0)
                    .frame(panel(Margin {
                        left: 16,
                        right: 12,
                        top: 0,
                        bottom: 0,
                    }))
                    .show(ui, |ui| {
                        inspector::ui(&app, ui, opened);
                    });
            }
        }
        if let Some(opened) = app.opened.filter(|opened| {
            let is_map = self.sheet.page == Page::Map && !covered && !is_design;
            is_map && (opened.vpcs.len() > 1 || app.overview)
        }) {
            Panel::top("crumbs")
                .exact_size(30.0)
                .resizable(false)
                .frame(panel(Margin::symmetric(12, 0)))
                .show(ui, |ui| crumbs::ui(&app, ui, opened));
        }
        let hovered = ctx.input(|input| input.raw.hovered_files.len());
        let design = (self.designer.as_ref()).map(|it| Arc::clone(it.document.design()));
        egui::CentralPanel::no_frame().show(ui, |ui| match app.opened {
            _ if covered => runs::ui(&app, ui, &mut self.affairs, design.as_ref()),
            None => {
                if let Some(loading) = &mut self.loading {
                    loading::page(ui, loading);
                } else {
                    let kept = start::Kept {
                        lost: &self.drafts.lost,
                        profiles: &self.affairs.profiles,
                        hovered_files: hovered,
                    };
                    start::ui(&app, ui, &mut self.start, kept);
                }
            }
            Some(_) if self.sheet.page == Page::Code => {
                if let Some(designer) = &mut self.designer {
                    code::ui(&app, ui, &mut designer.code);
                }
            }
            Some(opened) if self.sheet.page == Page::Tables => {
                tables::ui(&app, ui, &mut self.tables, opened);
            }
            Some(opened) => {
                if self.sheet.map.layout.cards.is_empty() {
                    let (title, words) = if self.sheet.map.is_drawing() {
                        ("Drawing the map", "It is a large one.")
                    } else {
                        empty_words(&self.sheet.seen, opened)
                    };
                    canvas::nothing(&app, ui, ui.max_rect(), title, words);
                } else {
                    let searched = Searched {
                        cards: &self.search.cards,
                        generation: self.search.generation,
                    };
                    let searched = self.search.is_active().then_some(searched);
                    canvas::ui(
                        &app,
                        ui,
                        &mut self.sheet.canvas,
                        opened,
                        &self.sheet.map,
                        searched.as_ref(),
                    );
                    let diagram = self.sheet.map.scene.diagram();
                    if let Some((legend, canvas)) =
                        diagram.legend.as_ref().zip(self.sheet.canvas.rect)
                    {
                        tags::legend_ui(&app, &ctx, legend, canvas);
                    }
                }
            }
        });
        if hovered > 0 && app.opened.is_some() {
            start::drop_hint(ui, ctx.content_rect(), hovered);
        }
        if let Some(state) = &mut self.palette
            && !palette::ui(&app, &ctx, state)
        {
            self.palette = None;
        }
        if let Some(state) = &mut self.naming
            && !views::naming_ui(&app, &ctx, state)
        {
            self.naming = None;
        }
        if let Some(state) = &mut self.arranging.writing
            && !note::ui(&app, &ctx, state)
        {
            self.arranging.writing = None;
        }
        if let Some((by, state)) = &mut self.chooser {
            let now = match by {
                By::Color => self.sheet.seen.color_by.as_ref(),
                By::Group => self.sheet.seen.group_by.as_ref(),
            };
            if !tags::chooser_ui(&app, &ctx, state, now) {
                self.chooser = None;
            }
        }
        if let Some(state) = &mut self.prompt
            && !prompt::ui(&app, &ctx, state)
        {
            self.prompt = None;
        }
        if let Some(state) = &mut self.save
            && !save::ui(&app, &ctx, state)
        {
            // What was chosen is offered the next time.
            self.save = None;
        }
        if let Some(state) = &mut self.timeline.chooser
            && !timeline::chooser_ui(&app, &ctx, state)
        {
            self.timeline.chooser = None;
        }
        if let Some(state) = &mut self.snapshot
            && !snapshot::ui(&app, &ctx, state)
        {
            self.snapshot = None;
        }
        if self.shows_help && !help::ui(&app, &ctx) {
            self.shows_help = false;
        }
        if let Some(state) = &mut self.device
            && let Some(is_given) = device::ui(&app, &ctx, state)
            && let Some(device) = self.device.take()
        {
            device.answer(is_given);
        }
        if self.affairs.is_asking() && !runs::confirm_ui(&app, &ctx, &mut self.affairs) {
            app.send(Action::Affair(Affair::Unasked));
        }
        if self.parting.is_some() && !super::designs::parting_ui(&app, &ctx) {
            self.parting = None;
        }
        messages::toasts_ui(&ctx, &mut self.messages);
        self.has_popup = ctx.any_popup_open();
        if !self.outbox.is_empty() {
            ctx.request_repaint();
        }
    }

    /// Remember how large the window was.
    fn remember_window(&mut self, ctx: &egui::Context) {
        let (size, maximized) = ctx.input(|input| {
            let viewport = input.viewport();
            (
                viewport.inner_rect.map(|rect| rect.size()),
                viewport.maximized.unwrap_or(false),
            )
        });
        let Some(size) = size.filter(|size| size.x >= 200.0 && size.y >= 200.0) else {
            return;
        };
        let old = self.settings.window;
        // A maximised window keeps the size it goes back to.
        let (width, height) = match old {
            Some(old) if maximized => (old.width, old.height),
            _ => (size.x, size.y),
        };
        let place = WindowPlace {
            width,
            height,
            maximized,
        };
        if old != Some(place) {
            self.change_settings(|settings| settings.window = Some(place));
        }
    }
}

impl eframe::App for Atlas {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let _span = tracing::debug_span!("logic").entered();
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let _span = tracing::debug_span!("ui").entered();
        Self::ui(self, ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// The panels around the preview of a design.
fn designer_panels(
    app: &AppContext<'_>,
    ui: &mut Ui,
    designer: &mut Designer,
    [shows_form, shows_outcome]: [bool; 2],
    is_code: bool,
) {
    let Designer {
        document,
        derived,
        surroundings,
        vpc,
        form,
        strip,
        outcome,
        selected,
        live,
        ..
    } = designer;
    let context = DesignContext {
        app,
        document,
        derived,
        surroundings,
        vpc: document.design().vpc(vpc),
        live,
    };
    let fill = look::color(app.theme, Ink::Panel);
    let panel = |margin: Margin| Frame::new().fill(fill).inner_margin(margin);
    let width = ui.ctx().content_rect().width();
    let (left, right) = if width < 1180.0 {
        (292.0, 196.0)
    } else {
        (328.0, 252.0)
    };
    if shows_form {
        Panel::left("design form")
            .default_size(left)
            .size_range(260.0..=460.0)
            .frame(panel(Margin::same(0)))
            .show(ui, |ui| {
                Panel::bottom("create")
                    .resizable(false)
                    .show_separator_line(false)
                    .frame(panel(Margin::symmetric(16, 12)))
                    .show(ui, |ui| {
                        let errors = derived.problems.iter().filter(|it| it.is_error());
                        let changes = context.live.vpc().is_some();
                        runs::button_ui(app, ui, errors.count(), changes);
                    });
                form::ui(&context, ui, form);
            });
    }
    // Code needs the width, and its height.
    if shows_outcome && !(is_code && width < 1180.0) {
        Panel::right("design outcome")
            .default_size(right)
            .size_range(180.0..=420.0)
            .frame(panel(Margin::same(0)))
            .show(ui, |ui| match (app.opened, app.selected) {
                (Some(opened), Some(key)) => selected::ui(&context, ui, opened, key, selected),
                _ => outcome::ui(&context, ui, outcome),
            });
    }
    if is_code {
        return;
    }
    Panel::bottom("address space")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(look::color(app.theme, Ink::Canvas)))
        .show(ui, |ui| strip::ui(&context, ui, strip));
    if strip.is_open() {
        Panel::bottom("chosen block")
            .resizable(false)
            .show_separator_line(false)
            .default_size(86.0)
            .frame(Frame::new().fill(look::color(app.theme, Ink::Canvas)))
            .show(ui, |ui| strip::chosen_ui(&context, ui, strip));
    }
}

/// What is not seen, in words for the status bar.
fn filter_words(seen: &Seen, opened: Option<&Opened>) -> Option<String> {
    let opened = opened?;
    let mut parts = Vec::new();
    if let Some(view) = &seen.view {
        parts.push(format!("only the view {} · leave", view.name));
    }
    if let Some(focus) = &seen.focus {
        parts.push(format!("neighbours of {}", opened.name(focus)));
    }
    match seen.hidden.len() {
        0 => {}
        1 => parts.extend(
            seen.hidden
                .first()
                .map(|kind| format!("{} hidden", kind.plural())),
        ),
        several => parts.push(format!("{several} kinds hidden")),
    }
    (!parts.is_empty()).then(|| widgets::shown(&parts.join(" · ")))
}

/// What to say where the map is empty.
fn empty_words(seen: &Seen, opened: &Opened) -> (&'static str, &'static str) {
    if opened.vpcs.is_empty() {
        return (
            "No VPC here",
            "What was read holds no VPC and nothing that stands in one. The gaps say what is missing; the tables show what is there.",
        );
    }
    if seen.view.is_some() && seen.focus.is_none() && seen.hidden.is_empty() {
        return (
            "The view finds nothing here",
            "Nothing that was read matches its search. Leave it with Go › Leave the view.",
        );
    }
    if seen.focus.is_some() || !seen.hidden.is_empty() {
        return (
            "Everything is hidden",
            "Show everything again with View › Show everything.",
        );
    }
    (
        "Nothing to show",
        "This VPC has no resources that stand on the map. The gaps say what was not read.",
    )
}

/// Windows narrower than this, in points, keep their width for the map.
const NARROW: f32 = 1150.0;

/// The inspector as a sheet over the right side of the map.
fn inspector_over(ctx: &egui::Context, whole: egui::Rect, contents: impl FnOnce(&mut Ui)) {
    const WIDTH: f32 = 264.0;
    let rect = whole.with_min_x((whole.right() - WIDTH).max(whole.left()));
    egui::Area::new(egui::Id::unique("inspector over the map"))
        .fixed_pos(rect.min)
        .constrain(false)
        .show(ctx, |ui| {
            let fill = ui.visuals().panel_fill;
            let line = ui.visuals().widgets.noninteractive.bg_stroke;
            Frame::new()
                .fill(fill)
                .stroke(line)
                .inner_margin(Margin {
                    left: 16,
                    right: 12,
                    top: 0,
                    bottom: 0,
                })
                .show(ui, |ui| {
                    ui.set_width(rect.width() - 28.0);
                    ui.set_height(rect.height());
                    contents(ui);
                });
        });
}

#[cfg(test)]
mod tests;
