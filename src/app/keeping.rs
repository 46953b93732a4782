//! What the window keeps of what was read: when, how much, and snapshots of it.

use super::age;
use super::atlas::Atlas;
use super::dialogs::{Answer, Purpose};
use super::panels::snapshot::SaveSnapshot;
use crate::workspace::{self, LastRead, Loaded, Profile, SourceRead, SourceSpec};
use eframe::egui;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

impl Atlas {
    /// Offer these profiles, and not those of the AWS config files; or say why there are none.
    pub fn offer_profiles(&mut self, profiles: Result<Vec<Profile>, String>) {
        self.affairs.profiles = Some(profiles);
        self.start.are_given = true;
    }

    /// Look up the profiles each time the start page is come to: they may have been changed meanwhile.
    pub(super) fn list_profiles(&mut self, ctx: &egui::Context) {
        let is_shown = self.is_start_page && self.affairs.screen.is_none();
        if is_shown && !self.start.is_shown && !self.start.are_given {
            self.affairs.look_up_profiles(ctx);
        }
        self.start.is_shown = is_shown;
    }

    /// Note when these sources were read, and how much was in them.
    pub(super) fn note_reads(&mut self, loaded: &Loaded) {
        let reads: Vec<(String, LastRead)> = loaded
            .sources
            .iter()
            .zip(&loaded.reads)
            .filter_map(|(source, read)| Some((source.to_text()?, last(read)?)))
            .collect();
        self.change_settings(|settings| {
            for (source, read) in &reads {
                settings.note_read(source, read.clone());
            }
        });
    }

    /// Note when a design was opened or saved, and how many VPCs it plans.
    pub(super) fn note_design(&mut self, source: &SourceSpec, vpcs: usize) {
        let read = SourceRead {
            vpcs: Some(vpcs),
            accounts: Vec::new(),
        };
        self.note(source, &read);
    }

    fn note(&mut self, source: &SourceSpec, read: &SourceRead) {
        if let (Some(text), Some(read)) = (source.to_text(), last(read)) {
            self.change_settings(|settings| settings.note_read(&text, read.clone()));
        }
    }

    /// Ask where a snapshot of what is open is to be written.
    pub(super) fn ask_for_snapshot(&mut self) {
        if let Some(opened) = &self.sheet.opened {
            let folder = self.settings.last_folder.as_deref();
            self.snapshot = Some(SaveSnapshot::new(folder, &opened.label));
        }
    }

    pub(super) fn browse_for_snapshot(&mut self, ctx: &egui::Context) {
        let path = self.snapshot.as_ref().map(SaveSnapshot::target);
        let name = path.as_deref().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        self.ask(ctx, Purpose::SaveSnapshot, name);
    }

    /// The system's dialog was answered.
    pub(super) fn snapshot_place(&mut self, ctx: &egui::Context, answer: Answer) {
        let Some(state) = &mut self.snapshot else {
            return;
        };
        match answer {
            Answer::Chosen(path) => {
                state.file.choose(&path);
                self.write_snapshot(ctx);
            }
            Answer::Unavailable => state.file.no_dialog = true,
            Answer::Cancelled => {}
        }
    }

    /// Write the snapshot on a thread of its own: a large network takes seconds.
    pub(super) fn write_snapshot(&mut self, ctx: &egui::Context) {
        let Some(network) = self.network().cloned() else {
            return;
        };
        let Some(state) = self.snapshot.as_mut().filter(|it| it.saving.is_none()) else {
            return;
        };
        state.file.error = None;
        let (target, is_redacted) = (state.target(), state.is_redacted);
        let (sender, receiver) = sync_channel(1);
        let wake = ctx.clone();
        let work = move || {
            let redacted = is_redacted.then(|| Arc::new(network.redacted()));
            let shown = redacted.unwrap_or(network);
            let outcome = match workspace::save_snapshot(&target, &shown) {
                Ok(()) => Ok((target, SourceRead::of(&shown), is_redacted)),
                Err(error) => Err(error.to_string()),
            };
            // Fails only when the window is gone.
            sender.try_send(outcome).ok();
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("vpc-atlas-snapshot".into());
        if thread.spawn(work).is_ok() {
            state.saving = Some(receiver);
        } else {
            state.file.error =
                Some("no thread could be started; close other programs and try again".into());
        }
    }

    /// Say that the snapshot is written, or why it is not.
    pub(super) fn snapshot_saved(&mut self, ctx: &egui::Context) {
        let Some(state) = &mut self.snapshot else {
            return;
        };
        let outcome = state.saving.as_ref().and_then(|it| it.try_recv().ok());
        match outcome {
            None => {}
            Some(Err(sentence)) => {
                state.saving = None;
                state.file.error = Some(sentence);
            }
            Some(Ok((path, read, is_redacted))) => {
                let how = if is_redacted { ", redacted" } else { "" };
                let words = format!("Saved {}{how}", path.display());
                self.snapshot = None;
                let path = std::path::absolute(&path).unwrap_or(path);
                let folder = path.parent().map(Path::to_owned);
                self.change_settings(|settings| settings.last_folder.clone_from(&folder));
                let source = SourceSpec::Path(path);
                self.remember(std::slice::from_ref(&source));
                self.note(&source, &read);
                self.toast(ctx, words);
            }
        }
    }
}

/// What is remembered of a read that has just ended; nothing where its VPCs could not be read.
fn last(read: &SourceRead) -> Option<LastRead> {
    Some(LastRead {
        at: age::now(),
        vpcs: read.vpcs?,
        accounts: read.accounts.clone(),
    })
}
