//! What the window does with designs: opening, changing, saving, and going back and forth between design and network.

use super::atlas::Atlas;
use super::context::{Action, AppContext};
use super::designer::{Designer, Edit};
use super::dialogs::Purpose;
use super::model::Opened;
use super::widgets;
use crate::cidr;
use crate::design::{Design, Fresh, Reserved, Surroundings, vpc_key};
use crate::network::{Key, Network, Text, VpcFacts};
use crate::workspace::{self, Document, Draft, LostDraft, SourceSpec, Store};
use eframe::egui;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So long after the last change a draft is written, in seconds.
const DRAFT_DELAY: f64 = 0.8;
/// So long after the first change that no draft has one is written, though more changes come, in seconds.
const LONGEST_DELAY: f64 = 5.0;

/// Whether a file is a design by its name.
pub(super) fn is_design(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(workspace::is_design)
}

/// Drafts: the one of the open design, and those whose writers are gone.
#[derive(Default)]
pub(super) struct Drafts {
    /// Kept while a design is open and has been changed.
    own: Option<Draft>,
    /// The design that was kept last.
    kept: Option<Arc<Design>>,
    /// The design that waits to be kept.
    waiting: Option<Waiting>,
    /// The last draft could not be written.
    failed: bool,
    /// Designs whose changes were never saved.
    pub(super) lost: Vec<LostDraft>,
    /// The file of the open design, without links.
    place: Option<PathBuf>,
}

/// A design that waits to be kept.
struct Waiting {
    design: Arc<Design>,
    /// When it became what it is.
    since: f64,
    /// When the first change was made that no draft has.
    first: f64,
}

impl Drafts {
    pub(super) fn open(store: Option<&Store>) -> Self {
        Self {
            lost: store.map(Store::lost_drafts).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The design was saved, or its changes are not wanted.
    fn clear(&mut self) {
        if let Some(own) = self.own.take() {
            own.clear();
        }
        self.kept = None;
        self.waiting = None;
    }

    /// This file has been written: what of the lost drafts it says is lost no more, and those of it are outdated.
    fn written(&mut self, path: &Path) {
        let place = workspace::real_path(path);
        self.lost
            .retain_mut(|lost| !lost.is_of(&place) || lost.look_again());
        self.place = Some(place);
    }
}

/// What follows once it is known what becomes of unsaved changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaving {
    /// The design is closed.
    Close,
    /// The window is closed.
    Quit,
    /// Another design is opened.
    Open(Box<Leaf>),
}

/// Another design that waits to be opened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    /// A new one.
    New,
    /// One of a file.
    File(PathBuf),
    /// One of a draft.
    Draft(LostDraft),
    /// A copy of this live VPC.
    Copy(Key),
}

/// What a person wants of unsaved changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// Write them to the file.
    Save,
    /// Drop them.
    Discard,
}

impl Atlas {
    /// Show the design or the network, whichever is asked for; the other goes aside.
    pub(super) fn face(&mut self, design: bool) {
        if self.shows_design != design {
            self.arranging.writing = None;
            let other = self.aside.take().unwrap_or_default();
            self.aside = Some(std::mem::replace(&mut self.sheet, other));
            self.shows_design = design;
        }
    }

    /// Open a design that is there already, beside the network.
    pub fn open_design(&mut self, design: Design) {
        self.open_document(Document::new(design));
    }

    /// The open design, if one is.
    pub fn design(&self) -> Option<&Arc<Design>> {
        Some(self.designer.as_ref()?.document.design())
    }

    /// What the open design's file would say.
    pub fn design_text(&self) -> Option<&str> {
        Some(self.designer.as_ref()?.document.text())
    }

    /// Open what was named: a design for itself, everything else as one network.
    pub(super) fn open_sources(&mut self, ctx: &egui::Context, sources: Vec<SourceSpec>) {
        let is_plan = |source: &SourceSpec| match source {
            SourceSpec::Path(path) => path.to_string_lossy().ends_with(workspace::PLAN_ENDING),
            _ => false,
        };
        let (plans, sources): (Vec<_>, Vec<_>) = sources.into_iter().partition(is_plan);
        if let Some(SourceSpec::Path(path)) = plans.first() {
            self.open_plan(ctx, path);
        }
        let (designs, others): (Vec<_>, Vec<_>) = sources
            .into_iter()
            .partition(|source| matches!(source, SourceSpec::Path(path) if is_design(path)));
        if !others.is_empty() {
            self.start_loading(ctx, others, false);
        }
        let mut designs = designs.into_iter();
        if let Some(SourceSpec::Path(path)) = designs.next() {
            // A file that is no design is not worth the question what becomes of the open one.
            match Document::open(&path) {
                Ok(_) => self.leave(Leaving::Open(Box::new(Leaf::File(path)))),
                Err(error) => self.messages.fail(error.to_string()),
            }
        }
        if let Some(other) = designs.next() {
            self.messages.fail(format!(
                "one design is open at a time; {} was not opened",
                other.label()
            ));
        }
    }

    pub(super) fn new_design(&mut self) {
        self.leave(Leaving::Open(Box::new(Leaf::New)));
    }

    /// Go on, once it is known what becomes of changes that were not saved.
    pub(super) fn leave(&mut self, leaving: Leaving) {
        if self.design_is_changed() {
            self.parting = Some(leaving);
            self.face(true);
            self.is_start_page = false;
        } else {
            self.left(leaving);
        }
    }

    /// The open design has been saved or given up.
    fn left(&mut self, leaving: Leaving) {
        self.drafts.clear();
        match leaving {
            Leaving::Quit => {}
            Leaving::Close => {
                self.face(true);
                self.designer = None;
                self.sheet = super::sheet::Sheet::default();
                self.face(false);
                self.is_start_page = self.sheet.opened.is_none();
            }
            Leaving::Open(leaf) => match *leaf {
                Leaf::New => self.open_new(),
                Leaf::File(path) => self.open_file(path),
                Leaf::Draft(lost) => self.open_draft(&lost),
                Leaf::Copy(vpc) => self.open_copy(&vpc),
            },
        }
    }

    fn open_new(&mut self) {
        let region = self.settings.last_region.clone();
        let region = region.unwrap_or_else(|| "us-east-1".into());
        match Design::fresh(&Fresh::in_region(&region)) {
            Ok(design) => self.open_document(Document::new(design)),
            Err(refusal) => self.messages.fail(refusal.to_string()),
        }
    }

    fn open_file(&mut self, path: PathBuf) {
        let path = std::path::absolute(&path).unwrap_or(path);
        match Document::open(&path) {
            Ok(document) => {
                let source = SourceSpec::Path(path);
                self.remember(std::slice::from_ref(&source));
                self.note_design(&source, document.design().vpcs.len());
                self.open_document(document);
            }
            Err(error) => self.messages.fail(error.to_string()),
        }
    }

    /// Go on with a design whose changes were never saved, or drop them for good.
    pub(super) fn recover(&mut self, draft: &Path, wanted: bool) {
        let Some(lost) = self.drafts.lost.iter().find(|it| it.path == draft).cloned() else {
            return;
        };
        if wanted {
            self.leave(Leaving::Open(Box::new(Leaf::Draft(lost))));
        } else {
            self.forget_draft(&lost);
        }
    }

    fn forget_draft(&mut self, lost: &LostDraft) {
        self.drafts.lost.retain(|held| held.path != lost.path);
        if let Err(error) = workspace::drop_draft(&lost.path) {
            self.messages.fail(error.to_string());
        }
    }

    fn open_draft(&mut self, lost: &LostDraft) {
        let text = match workspace::read_text(&lost.path) {
            Ok(text) => text,
            Err(error) => return self.messages.fail(error.to_string()),
        };
        let saved = lost
            .of
            .as_deref()
            .and_then(|path| workspace::read_text(path).ok());
        // The file may have been written since the draft was offered.
        let is_outdated = lost.is_outdated_by(saved.as_deref());
        match Document::recovered(&text, saved.as_deref(), is_outdated, lost.of.clone()) {
            Ok(document) => {
                self.open_document(document);
                // From here on the design has a draft of its own; the lost one has served.
                if self.keep_draft_now() {
                    self.forget_draft(lost);
                }
            }
            Err(error) => self
                .messages
                .fail(format!("{}: {error}", lost.path.display())),
        }
    }

    /// What a crash left behind and belongs over the page that is shown: changes to the open design's file, and designs
    /// that have no file to be found by. The start page lists all by itself.
    pub(super) fn lost_here(&self) -> Vec<LostDraft> {
        if self.is_start_page || self.sheet.opened.is_none() {
            return Vec::new();
        }
        let place = self.drafts.place.as_deref().filter(|_| self.shows_design);
        let lost = self.drafts.lost.iter();
        lost.filter(|lost| lost.of.is_none() || place.is_some_and(|place| lost.is_of(place)))
            .cloned()
            .collect()
    }

    pub(super) fn design_is_changed(&self) -> bool {
        self.designer
            .as_ref()
            .is_some_and(|designer| designer.document.is_changed())
    }

    /// Where the design's last change is kept, in a word.
    pub(super) fn design_kept(&self) -> &'static str {
        let Some(designer) = &self.designer else {
            return "";
        };
        let document = &designer.document;
        let is_draft = self
            .drafts
            .kept
            .as_ref()
            .is_some_and(|kept| !self.drafts.failed && Arc::ptr_eq(kept, document.design()));
        match (document.is_changed(), document.is_saved_somewhere()) {
            (false, true) => "saved",
            (true, _) if is_draft => "kept against a crash, not saved",
            (true, _) => "not saved",
            (false, false) => "",
        }
    }

    /// Write the draft some time after the last change.
    pub(super) fn keep_draft(&mut self, ctx: &egui::Context) {
        let Some(designer) = self.designer.as_ref().filter(|_| self.store.is_some()) else {
            return;
        };
        let design = designer.document.design();
        if !designer.document.is_changed() {
            if self.drafts.own.is_some() {
                self.drafts.clear();
            }
            return;
        }
        let is = |held: &Arc<Design>| Arc::ptr_eq(held, design);
        if self.drafts.kept.as_ref().is_some_and(is) {
            self.drafts.waiting = None;
            return;
        }
        let (now, is_away) = ctx.input(|input| {
            let is_hidden = input.viewport().visible() == Some(false);
            (input.time, is_hidden || !input.raw.focused)
        });
        let held = self.drafts.waiting.take();
        let waiting = match held {
            Some(held) if is(&held.design) => held,
            held => Waiting {
                design: Arc::clone(design),
                since: now,
                first: held.map_or(now, |held| held.first),
            },
        };
        // A key that is held changes the design all the time. And of a window that nobody looks at nobody knows when it
        // runs again: its clock may stand still.
        let due = (waiting.since + DRAFT_DELAY).min(waiting.first + LONGEST_DELAY);
        let left = due - now;
        if is_away || left <= 0.0 {
            self.keep_draft_now();
        } else {
            self.drafts.waiting = Some(waiting);
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left));
        }
    }

    /// Write the draft. False where it cannot be written; that is said once.
    fn keep_draft_now(&mut self) -> bool {
        let (Some(designer), Some(store)) = (&self.designer, &self.store) else {
            return false;
        };
        let document = &designer.document;
        let of = document.path();
        self.drafts.waiting = None;
        // Kept or not, it is not tried again before the next change.
        self.drafts.kept = Some(Arc::clone(document.design()));
        let own = match self.drafts.own.take() {
            Some(own) => Ok(own),
            None => store.begin_draft(of),
        };
        let kept = own.and_then(|own| {
            let kept = own.keep(of, document.saved_text(), document.text());
            self.drafts.own = Some(own);
            kept
        });
        match kept {
            Ok(()) => {
                self.drafts.failed = false;
                true
            }
            Err(error) => {
                self.drafts.failed = true;
                self.messages
                    .fail(format!("the design is not kept against a crash: {error}"));
                false
            }
        }
    }

    pub(super) fn design_file_name(&self) -> String {
        let design = self.designer.as_ref().map(|it| &it.document);
        if let Some(name) = design.and_then(Document::path).and_then(Path::file_name) {
            return name.to_string_lossy().into_owned();
        }
        let prefix = design
            .and_then(|document| document.design().vpcs.first())
            .map(|vpc| vpc.prefix.to_string())
            .filter(|prefix| !prefix.is_empty());
        // A prefix may hold what a file's name may not.
        let plain: String = prefix
            .unwrap_or_else(|| "design".to_owned())
            .chars()
            .map(|it| if it.is_alphanumeric() { it } else { '-' })
            .collect();
        format!("{plain}.vpc.toml")
    }

    pub(super) fn save_design(&mut self, ctx: &egui::Context) {
        let path = self
            .designer
            .as_ref()
            .and_then(|designer| designer.document.path().map(Path::to_owned));
        match path {
            Some(path) => self.write_design(ctx, &path),
            None => self.save_design_as(ctx),
        }
    }

    pub(super) fn save_design_as(&mut self, ctx: &egui::Context) {
        let name = self.design_file_name();
        self.saves = self.designer.as_ref().map(|designer| designer.opening);
        self.ask(ctx, Purpose::SaveDesign, Some(name));
    }

    /// A file was chosen for the design. The dialog leaves the window usable: it may not be the same design any more.
    pub(super) fn name_design(&mut self, ctx: &egui::Context, path: &Path) {
        let asked_for = self.saves.take();
        let is_open = |designer: &Designer| asked_for == Some(designer.opening);
        if self.designer.as_ref().is_some_and(is_open) {
            self.write_design(ctx, path);
        } else {
            self.messages.fail(format!(
                "the design that was to be saved as {} is no longer open; nothing was written",
                path.display()
            ));
        }
    }

    /// Write the design to a file. A name without an ending gets a design's.
    pub(super) fn write_design(&mut self, ctx: &egui::Context, path: &Path) {
        let Some(designer) = &mut self.designer else {
            return;
        };
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if !is_design(&path) => {
                let stem = name.strip_suffix(".toml").unwrap_or(name);
                path.with_file_name(format!("{stem}.vpc.toml"))
            }
            _ => path,
        };
        let document = &designer.document;
        let place = workspace::real_path(&path);
        let is_own = document
            .path()
            .is_some_and(|own| workspace::real_path(own) == place);
        let keep = |known| workspace::keep_old(&path, document.text(), known);
        let known = document.saved_text().filter(|_| is_own);
        let kept = keep(known).and_then(|kept| match kept {
            // What is there is what the design was made from, and not all of it is in what is written.
            None if document.is_fresh() => Ok(keep(None)?
                .map(|kept| (kept, "its comments could not stay, and the file as it was"))),
            kept if is_own => {
                Ok(kept.map(|kept| (kept, "others had changed it, and what they wrote")))
            }
            kept => Ok(kept.map(|kept| (kept, "what was there"))),
        });
        let written = kept.and_then(|kept| {
            workspace::save(&path, document.text().as_bytes())?;
            Ok(kept)
        });
        let kept = match written {
            Ok(kept) => kept,
            Err(error) => {
                self.parting = None;
                return self.messages.fail(error.to_string());
            }
        };
        designer.document.saved_as(path.clone());
        self.drafts.clear();
        self.drafts.written(&path);
        self.carry_arrangement();
        self.messages.dismiss();
        self.show_plan();
        let source = SourceSpec::Path(path.clone());
        self.remember(std::slice::from_ref(&source));
        let vpcs = self.design().map_or(0, |design| design.vpcs.len());
        self.note_design(&source, vpcs);
        let folder = path.parent().map(Path::to_owned);
        let region = self.design().map(|design| design.region.to_string());
        self.change_settings(|settings| {
            settings.last_folder.clone_from(&folder);
            // The next design begins where this one is.
            settings.last_region.clone_from(&region);
        });
        let words = match kept {
            Some((kept, what)) => format!(
                "Saved {}; {what} is kept as {}",
                path.display(),
                kept.display()
            ),
            None => format!("Saved {}", path.display()),
        };
        self.toast(ctx, words);
        if let Some(leaving) = self.parting.take() {
            self.go_on(ctx, leaving);
        }
    }

    pub(super) fn revert_design(&mut self) {
        if let Some(designer) = &mut self.designer {
            designer.document.revert();
        }
    }

    pub(super) fn step_design(&mut self, ctx: &egui::Context, back: bool) {
        let Some(designer) = &mut self.designer else {
            return;
        };
        let document = &mut designer.document;
        let words = if back {
            document.undo_words()
        } else {
            document.redo_words()
        };
        let words = words.unwrap_or_default().to_owned();
        let done = if back {
            document.undo()
        } else {
            document.redo()
        };
        if done {
            let verb = if back { "Undone" } else { "Redone" };
            self.toast(ctx, format!("{verb}: {words}"));
        }
    }

    /// Close the design, asking first where changes were not saved.
    pub(super) fn close_design(&mut self) {
        self.leave(Leaving::Close);
    }

    /// The window is to be closed: not before it is known what becomes of unsaved changes.
    pub(super) fn closing(&mut self, ctx: &egui::Context) {
        if self.design_is_changed() && self.parting != Some(Leaving::Quit) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.leave(Leaving::Quit);
        } else if self.design_is_changed() {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        } else {
            return;
        }
        // The question is asked in the window, which may be minimised.
        ctx.send_viewport_cmd(egui::ViewportCommand::Minimized(false));
        ctx.send_viewport_cmd(egui::ViewportCommand::Focus);
    }

    /// Somebody said what becomes of unsaved changes.
    pub(super) fn part(&mut self, ctx: &egui::Context, parting: Parting) {
        match parting {
            Parting::Save => self.save_design(ctx),
            Parting::Discard => {
                if let Some(leaving) = self.parting.take() {
                    if let Some(designer) = &mut self.designer {
                        designer.document.revert();
                    }
                    self.go_on(ctx, leaving);
                }
            }
        }
    }

    fn go_on(&mut self, ctx: &egui::Context, leaving: Leaving) {
        let quits = leaving == Leaving::Quit;
        self.left(leaving);
        if quits {
            // Nothing is left to be asked about.
            self.designer = None;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Read ranges that are in use elsewhere into the design.
    pub(super) fn read_reserved(&mut self, ctx: &egui::Context, path: &Path) {
        let text = match workspace::read_text(path) {
            Ok(text) => text,
            Err(error) => return self.messages.fail(error.to_string()),
        };
        let (ranges, errors) = cidr::read_list(&text);
        let found: Vec<Reserved> = ranges
            .into_iter()
            .map(|(_, cidr, note)| Reserved { cidr, note })
            .collect();
        let count = found.len();
        self.change_design(&Edit::new("read reserved ranges", move |design| {
            for range in &found {
                if design.reserved.iter().all(|held| held.cidr != range.cidr) {
                    design.reserved.push(range.clone());
                }
            }
            Ok(())
        }));
        match errors.iter().find(|error| !error.taken) {
            Some(error) => self.messages.fail(format!(
                "{}: line {}, column {}: {}; {count} ranges were read",
                path.display(),
                error.line,
                error.column,
                error.message
            )),
            None => self.toast(ctx, format!("Read {count} reserved ranges")),
        }
    }

    /// Open a design beside the network.
    pub(super) fn open_document(&mut self, document: Document) {
        self.messages.dismiss();
        self.affairs.screen = None;
        self.face(true);
        self.sheet = super::sheet::Sheet::default();
        self.drafts.place = document.path().map(workspace::real_path);
        self.designs_opened += 1;
        let opening = self.designs_opened;
        self.designer = Some(Designer::new(document, self.surroundings(), opening));
        self.is_start_page = false;
        self.arranging.writing = None;
        self.show_plan();
        self.open_arrangement();
        self.sheet.canvas.camera.fit();
    }

    /// The network that is open beside the design.
    pub(super) fn network_beside(&self) -> Option<&Opened> {
        if self.shows_design {
            self.aside.as_ref().and_then(|sheet| sheet.opened.as_ref())
        } else {
            self.sheet.opened.as_ref()
        }
    }

    /// The blocks of the network that is open beside the design, without those of the VPC that it is a copy of.
    fn surroundings(&self) -> Surroundings {
        let own = self.designer.as_ref().and_then(|it| it.live.vpc());
        self.network_beside()
            .map_or_else(Surroundings::default, |opened| {
                blocks_of(&opened.network, own)
            })
    }

    /// Bring everything that follows from the design up to date.
    pub(super) fn derive_design(&mut self) {
        let around = self.surroundings();
        let Some(designer) = &mut self.designer else {
            return;
        };
        if designer.surroundings != around {
            designer.surroundings = around;
        }
        if designer.derive() {
            self.sheet.seen_last = false;
            self.show_plan();
        }
    }

    /// Put the planned network on the design's sheet; what is selected and where one looks stays.
    pub(super) fn show_plan(&mut self) {
        let Some(designer) = &self.designer else {
            return;
        };
        self.generation += 1;
        let sheet = if self.shows_design {
            &mut self.sheet
        } else {
            self.aside.get_or_insert_default()
        };
        let opened = Opened::planned(
            designer.document.label(),
            &designer.derived.network,
            &designer.derived.topology,
            self.generation,
            &self.deriver,
        );
        let mut opened = opened.after(sheet.opened.as_ref());
        let shown = designer
            .document
            .design()
            .vpc(&designer.vpc)
            .map(vpc_key)
            .filter(|_| opened.vpcs.len() > 1);
        let held = [&mut sheet.selected, &mut sheet.seen.focus];
        opened.settle(held, &sheet.since);
        sheet.seen.vpc = shown;
        sheet.marks = designer.marks();
        sheet.opened = Some(opened);
    }

    pub(super) fn change_design(&mut self, edit: &Edit) {
        let Some(designer) = &mut self.designer else {
            return;
        };
        let change = |design: &mut Design| (edit.change)(design);
        match designer.document.change(&edit.words, edit.gesture, change) {
            Ok(_) => self.messages.dismiss(),
            Err(refusal) => self.messages.fail(refusal.to_string()),
        }
        self.derive_design();
    }

    pub(super) fn show_planned(&mut self, vpc: &Text) {
        if let Some(designer) = &mut self.designer {
            designer.vpc = vpc.clone();
            self.show_plan();
            self.sheet.canvas.camera.fit();
        }
    }
}

/// The blocks of a network's VPCs but one, with the words for whose they are.
fn blocks_of(network: &Network, own: Option<&Key>) -> Surroundings {
    let mut blocks = Vec::new();
    let all = network.all::<VpcFacts>();
    for (resource, facts) in all.filter(|(resource, _)| Some(resource.key()) != own) {
        let lists = facts
            .cidr_blocks
            .items()
            .iter()
            .chain(facts.ipv6_blocks.items());
        for block in lists.filter_map(crate::network::CidrAssociation::usable) {
            blocks.push((block, resource.label().to_owned()));
        }
    }
    Surroundings { blocks }
}

/// The question what becomes of unsaved changes. False when it is to be closed.
pub(super) fn parting_ui(app: &AppContext<'_>, ctx: &egui::Context) -> bool {
    let name = app.opened.map_or("The design", |opened| &opened.label);
    let modal = widgets::modal(ctx, "unsaved").show(ctx, |ui| {
        ui.set_width(400.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading("Save the changes?");
        let words = widgets::muted(
            ui,
            format!("{name} has changes that no file has. Without saving they are gone."),
        );
        ui.add(egui::Label::new(words).wrap());
        ui.add_space(10.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let save = egui::Button::new(
                egui::RichText::new("Save")
                    .color(widgets::ink(ui, crate::picture::theme::Ink::OnAccent)),
            )
            .fill(widgets::ink(ui, crate::picture::theme::Ink::Accent));
            let save = ui.add(save);
            widgets::ring_on_accent(ui, &save);
            if ui.memory(|memory| memory.focused().is_none()) {
                save.request_focus();
            }
            if save.clicked() {
                app.send(Action::Unsaved(Parting::Save));
            }
            let keep = ui.button("Cancel").clicked();
            if ui.button("Don't save").clicked() {
                app.send(Action::Unsaved(Parting::Discard));
            }
            keep
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}

/// Designs whose changes were never saved: on the start page all of them, over a design its own.
pub(super) fn lost_ui(app: &AppContext<'_>, ui: &mut egui::Ui, lost: &[LostDraft]) {
    for draft in lost {
        let name = draft.of.as_deref().and_then(Path::file_name).map_or_else(
            || "an untitled design".into(),
            |name| name.to_string_lossy(),
        );
        let age = draft
            .written
            .and_then(|written| written.elapsed().ok())
            .map_or_else(String::new, |age| {
                format!(", last changed {}", super::age::ago(age))
            });
        widgets::notice(ui, crate::picture::diagram::Role::Warn, |ui| {
            ui.horizontal_wrapped(|ui| {
                let since = if draft.is_outdated {
                    " The file was changed since; recovering goes back to what it said before."
                } else {
                    ""
                };
                let words = format!("Changes to {name} were not saved{age}.{since}");
                ui.label(widgets::shown(&words));
                if widgets::link(ui, "Recover").clicked() {
                    app.send(Action::Recover(draft.path.clone(), true));
                }
                discard_ui(app, ui, draft);
            });
        });
        ui.add_space(6.0);
    }
}

/// The link that deletes a draft for good, which asks once more.
fn discard_ui(app: &AppContext<'_>, ui: &mut egui::Ui, draft: &LostDraft) {
    let id = egui::Id::unique(("discard", &draft.path));
    let mut is_asking = ui.data(|data| data.get_temp::<bool>(id).unwrap_or_default());
    if is_asking {
        ui.label("Really discard?");
        if widgets::link(ui, "Yes, discard").clicked() {
            app.send(Action::Recover(draft.path.clone(), false));
            is_asking = false;
        }
        if widgets::link(ui, "No, keep").clicked() {
            is_asking = false;
        }
    } else {
        is_asking = widgets::link(ui, "Discard").clicked();
    }
    ui.data_mut(|data| data.insert_temp(id, is_asking));
}
