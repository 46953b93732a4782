//! What the window does about changes when it is asked.

use super::compare::{Awaited, Compared};
use super::confirm::Confirm;
use super::list::List;
use super::watched::Watched;
use super::words::Names;
use super::{Affair, Affairs, Checking, Found, Screen, review};
use crate::app::atlas::Atlas;
use crate::app::command::Command;
use crate::app::dialogs::Purpose;
use crate::workspace::{
    self, Change, Changes, PLAN_ENDING, Regions, Review, SourceSpec, Standing, Way, is_plan,
    plan_words, read_run,
};
use eframe::egui;
use std::path::Path;
use std::sync::Arc;

impl Affairs {
    /// The run that is shown.
    pub(super) fn watched(&self) -> Option<&Watched> {
        if self.shows_own {
            self.own.as_ref()
        } else {
            self.other.as_ref()
        }
    }

    fn watched_mut(&mut self) -> Option<&mut Watched> {
        if self.shows_own {
            self.own.as_mut()
        } else {
            self.other.as_mut()
        }
    }

    /// A run is at work: the one that was begun just now, or one that is known.
    fn begun(&mut self, run: workspace::Run, way: Way) {
        let is_it = |held: &Watched| held.run.header.run == run.header.run;
        if !self.own.as_ref().is_some_and(is_it) {
            self.own = self.other.take_if(|held| is_it(held));
        }
        if let Some(own) = &mut self.own {
            own.goes(run, way);
        } else {
            let mut own = Watched::of(run, Standing::UnderWay);
            own.way = way;
            let review = self.found.take().map(|found| found.review);
            self.own = Some(match review {
                Some(review) => {
                    own.named(Names::of([review.planned.as_ref(), review.live.as_ref()]))
                }
                None => own,
            });
        }
        self.shows_own = true;
        if self.screen.is_some() {
            self.screen = Some(Screen::Run);
        }
    }
}

/// Whether a command shows something else than the page.
pub(in crate::app) fn leaves_page(command: Command) -> bool {
    matches!(
        command,
        Command::NewDesign
            | Command::OpenSample
            | Command::OpenAccount
            | Command::RevertDesign
            | Command::SwitchDocument
            | Command::Reload
            | Command::Close
            | Command::Find
            | Command::ShowMap
            | Command::ShowTables
    )
}

impl Atlas {
    /// Show what would be done, found out elsewhere; it can be read and saved, and has to be checked again to be done.
    pub fn show_review(&mut self, review: Review) {
        self.found(None, review);
    }

    /// Whether a run is under way that this window began, or something is being found out for one.
    pub fn is_changing(&self) -> bool {
        self.affairs.running.is_some() || self.affairs.checking.is_some()
    }

    fn found(&mut self, job: Option<workspace::ChangeId>, review: Review) {
        let page = review::Page::of(&review);
        self.affairs.found = Some(Found { job, review, page });
        self.affairs.screen = Some(Screen::Review);
    }

    /// Begin to create what the open design plans.
    pub(in crate::app) fn create(&mut self, ctx: &egui::Context) {
        if let Some(why) = Changes::refusal() {
            return self.messages.fail(why.to_owned());
        }
        self.affairs.form.plan = None;
        let designer = self.designer.as_ref();
        self.affairs.form.is_copy = designer.is_some_and(|it| it.live.vpc().is_some());
        self.show_create(ctx);
    }

    fn show_create(&mut self, ctx: &egui::Context) {
        self.affairs.failure = None;
        self.affairs.screen = Some(Screen::Create);
        self.find_profiles(ctx);
    }

    fn find_profiles(&mut self, ctx: &egui::Context) {
        if self.affairs.profiles.is_none() {
            self.affairs.changes.profiles(&wake(ctx));
        }
    }

    pub(in crate::app) fn ask_for_plan(&mut self, ctx: &egui::Context) {
        match Changes::refusal() {
            Some(why) => self.messages.fail(why.to_owned()),
            None => self.ask(ctx, Purpose::OpenPlan, None),
        }
    }

    /// Open a saved plan to check and apply it.
    pub(in crate::app) fn open_plan(&mut self, ctx: &egui::Context, path: &Path) {
        if let Some(why) = Changes::refusal() {
            return self.messages.fail(why.to_owned());
        }
        let text = match workspace::read_text(path) {
            Ok(text) => text,
            Err(error) => return self.messages.fail(error.to_string()),
        };
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        match plan_words(&text) {
            Some(words) => {
                self.affairs.form.plan = Some((name, text, words));
                self.show_create(ctx);
            }
            None => self.messages.fail(format!(
                "{} is no saved plan; “Save plan…” and `vpc-atlas apply --save` write one",
                path.display()
            )),
        }
    }

    pub(in crate::app) fn show_runs(&mut self) {
        self.affairs.list = List::read(self.store.as_ref());
        self.affairs.screen = Some(Screen::Runs);
    }

    /// Do what a page asks for.
    pub(in crate::app) fn affair(&mut self, ctx: &egui::Context, affair: Affair) {
        match affair {
            Affair::Show(Screen::Runs) => self.show_runs(),
            Affair::Show(screen) => self.affairs.screen = Some(screen),
            Affair::Back => self.leave_page(),
            Affair::Check => self.check(ctx),
            Affair::StopCheck => {
                if let Some(checking) = self.affairs.checking.take() {
                    self.affairs.changes.stop(checking.job);
                }
            }
            Affair::SavePlan => {
                let name = self.plan_file_name();
                self.ask(ctx, Purpose::SavePlan, Some(name));
            }
            Affair::Begin => self.begin(ctx),
            Affair::Stop => self.stop_run(),
            Affair::Open(run) => self.open_run(&run),
            Affair::Ask(way) => {
                if let Some(why) = Changes::refusal() {
                    self.messages.fail(why.to_owned());
                } else {
                    let watched = self.affairs.watched();
                    let profile = watched.and_then(|it| it.run.header.profile.clone());
                    self.affairs.confirm = Some(Confirm::Reopen(way, profile));
                    self.find_profiles(ctx);
                }
            }
            Affair::GoOn(way, profile) => self.go_on_with_run(ctx, way, profile),
            Affair::Keep => {
                if let Some(watched) = self.affairs.watched_mut() {
                    watched.is_kept = true;
                }
            }
            Affair::Unasked => self.affairs.confirm = None,
            Affair::StopAndQuit => {
                self.affairs.quits = true;
                self.stop_run();
            }
            Affair::ReadRuns => self.affairs.list = List::read(self.store.as_ref()),
            Affair::ViewVpc => self.view_vpc(ctx),
            Affair::CloseCompared => self.affairs.compared = None,
        }
    }

    fn leave_page(&mut self) {
        let affairs = &mut self.affairs;
        let next = match affairs.screen {
            Some(Screen::Review) => {
                let found = affairs.found.take();
                let job = found.as_ref().and_then(|found| found.job);
                if let Some(found) = &found {
                    affairs.form.needs(found.review.missing());
                }
                if let Some(job) = job {
                    affairs.changes.forget(job);
                }
                job.map(|_| Screen::Create)
            }
            Some(Screen::Run) if affairs.is_from_list => Some(Screen::Runs),
            Some(Screen::Create) => {
                if let Some(checking) = affairs.checking.take() {
                    affairs.changes.stop(checking.job);
                }
                None
            }
            _ => None,
        };
        match next {
            Some(Screen::Runs) => self.show_runs(),
            next => self.affairs.screen = next,
        }
    }

    fn check(&mut self, ctx: &egui::Context) {
        let design = self.design().cloned();
        if self.affairs.checking.is_some() {
            return;
        }
        let Some(wish) = self.affairs.form.wish(design.as_ref()) else {
            return self.messages.fail("no design is open".into());
        };
        let job = self.affairs.changes.prepare(wish, &wake(ctx));
        self.affairs.failure = None;
        self.affairs.checking = Some(Checking {
            job,
            what: "signing in".to_owned(),
        });
    }

    fn begin(&mut self, ctx: &egui::Context) {
        let Some(found) = self.affairs.found.as_ref() else {
            return;
        };
        if self.affairs.running.is_some() || found.review.has_errors() {
            return;
        }
        let Some(store) = &self.store else {
            return self.messages.fail(
                "nothing was changed: this window has no folder to keep a journal in".into(),
            );
        };
        let job = self.affairs.changes.begin(found.job, store, &wake(ctx));
        self.affairs.running = Some(job);
        self.affairs.is_from_list = false;
    }

    pub(in crate::app) fn stop_run(&mut self) {
        if let Some(job) = self.affairs.running {
            self.affairs.changes.stop(job);
            if let Some(own) = &mut self.affairs.own {
                own.is_stopping = true;
            }
        }
    }

    fn open_run(&mut self, name: &str) {
        let affairs = &mut self.affairs;
        affairs.is_from_list = true;
        let is_own = |own: &Watched| own.run.header.run == name && own.is_under_way();
        if affairs.own.as_ref().is_some_and(is_own) {
            affairs.shows_own = true;
            affairs.screen = Some(Screen::Run);
            return;
        }
        let Some(store) = &self.store else { return };
        match read_run(store, name) {
            Ok((run, standing)) => {
                affairs.other = Some(Watched::of(run, standing));
                affairs.shows_own = false;
                affairs.screen = Some(Screen::Run);
            }
            Err(error) => self.messages.fail(error.to_string()),
        }
    }

    fn go_on_with_run(&mut self, ctx: &egui::Context, way: Way, profile: Option<String>) {
        self.affairs.confirm = None;
        let run = self.affairs.watched().map(|it| it.run.header.run.clone());
        if let (Some(run), Some(store), None) = (run, &self.store, self.affairs.running) {
            let changes = &mut self.affairs.changes;
            let job = changes.reopen(store, &run, profile, way, &wake(ctx));
            self.affairs.running = Some(job);
        }
    }

    fn view_vpc(&mut self, ctx: &egui::Context) {
        let Some(watched) = self.affairs.watched() else {
            return;
        };
        let header = &watched.run.header;
        let source = SourceSpec::Aws {
            profile: header.profile.clone(),
            regions: Regions::Named(vec![header.region.to_string()]),
            through: None,
        };
        self.affairs.awaited = workspace::planned(header).map(|planned| Awaited {
            source: source.clone(),
            label: header.label.clone(),
            planned: Arc::new(planned),
            ids: watched.run.ids(),
        });
        self.affairs.screen = None;
        self.start_loading(ctx, vec![source], false);
    }

    /// Hold what is live to the plan it is shown for, once it has been read.
    pub(in crate::app) fn compare_live(&mut self) {
        let opened = self.sheet.opened.as_ref();
        let Some(opened) = opened.filter(|it| !self.shows_design && !it.growing) else {
            return;
        };
        let is_it = |awaited: &mut Awaited| opened.sources == [awaited.source.clone()];
        if let Some(awaited) = self.affairs.awaited.take_if(is_it) {
            let compared = Compared::of(awaited, opened);
            if compared.vpc.is_some() {
                self.sheet.seen.overview = false;
                self.sheet.seen.vpc.clone_from(&compared.vpc);
                self.sheet.canvas.camera.fit();
            }
            self.affairs.compared = Some(compared);
        } else if let Some(compared) = &self.affairs.compared
            && !compared.is_of(opened)
        {
            self.affairs.compared = compared.again(opened);
        }
    }

    fn plan_file_name(&self) -> String {
        let label = self
            .affairs
            .found
            .as_ref()
            .map(|found| &found.review.header.label);
        let label = label.map_or("vpc", String::as_str);
        let plain: String = label
            .chars()
            .map(|it| {
                if it.is_alphanumeric() || it == '-' {
                    it
                } else {
                    '-'
                }
            })
            .collect();
        format!("{plain}{PLAN_ENDING}")
    }

    /// Where a plan is proposed to be saved.
    pub(in crate::app) fn plan_path(&self) -> std::path::PathBuf {
        let folder = self.settings.last_folder.clone().unwrap_or_default();
        folder.join(self.plan_file_name())
    }

    /// Write the plan that is shown to a file. A name without the ending gets it: the ending tells what it is.
    pub(in crate::app) fn write_plan(&mut self, ctx: &egui::Context, path: &Path) {
        let Some(found) = &self.affairs.found else {
            return self.messages.fail(format!(
                "the plan that was to be saved as {} is no longer shown; nothing was written",
                path.display()
            ));
        };
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let path = if is_plan(&name) {
            path.to_owned()
        } else {
            path.with_file_name(format!("{}{PLAN_ENDING}", name.trim_end_matches(".json")))
        };
        match workspace::save(&path, found.review.file.as_bytes()) {
            Ok(()) => self.toast(ctx, format!("Saved {}", path.display())),
            Err(error) => self.messages.fail(error.to_string()),
        }
    }

    /// Whether a run keeps the window open; the person is asked then.
    pub(in crate::app) fn stays_for_run(&mut self, ctx: &egui::Context) -> bool {
        if self.affairs.running.is_none() {
            return false;
        }
        ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        // The question is asked in the window, which may be minimised.
        ctx.send_viewport_cmd(egui::ViewportCommand::Minimized(false));
        ctx.send_viewport_cmd(egui::ViewportCommand::Focus);
        self.affairs.confirm = Some(Confirm::Quit);
        true
    }

    /// Hear what happened.
    pub(in crate::app) fn take_changes(&mut self, ctx: &egui::Context) {
        while let Some(change) = self.affairs.changes.poll() {
            self.take_change(ctx, change);
        }
    }

    fn take_change(&mut self, ctx: &egui::Context, change: Change) {
        let affairs = &mut self.affairs;
        let is_checked = |job| affairs.checking.as_ref().is_some_and(|it| it.job == job);
        match change {
            Change::Profiles(found) => affairs.profiles = Some(found),
            Change::Progress { job, what } if is_checked(job) => {
                if let Some(checking) = &mut affairs.checking {
                    checking.what = what;
                }
            }
            Change::Prepared { job, result } if is_checked(job) => {
                affairs.checking = None;
                match result {
                    Ok(review) => self.found(Some(job), *review),
                    Err(why) => affairs.failure = Some(why),
                }
            }
            // Of what was stopped nobody wants to know more; what it holds goes.
            Change::Prepared { job, .. } => affairs.changes.forget(job),
            Change::Begun { run, way, .. } => affairs.begun(*run, way),
            Change::News { news, .. } => {
                if let Some(own) = &mut affairs.own {
                    own.hear(news);
                }
            }
            Change::Ended { job, result } if affairs.running == Some(job) => {
                affairs.running = None;
                let own = affairs.own.as_mut().filter(|own| own.is_under_way());
                match (own, result) {
                    (Some(own), result) => {
                        own.ended(result);
                        let words = own.heading();
                        if affairs.screen != Some(Screen::Run) {
                            self.toast(ctx, words);
                        }
                    }
                    (None, Err(why)) => self.messages.fail(why),
                    (None, Ok(_)) => {}
                }
                self.affairs.list = List::read(self.store.as_ref());
                if std::mem::take(&mut self.affairs.quits) {
                    self.affairs.confirm = None;
                    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                } else if matches!(self.affairs.confirm, Some(Confirm::Quit)) {
                    self.affairs.confirm = None;
                }
            }
            Change::Progress { .. } | Change::Ended { .. } => {}
        }
    }
}

impl Affairs {
    /// Look up the profiles of the AWS config files, though they may be known.
    pub(in crate::app) fn look_up_profiles(&mut self, ctx: &egui::Context) {
        self.changes.profiles(&wake(ctx));
    }
}

fn wake(ctx: &egui::Context) -> Arc<dyn Fn() + Send + Sync> {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}
