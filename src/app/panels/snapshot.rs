//! The dialog that saves everything that was read as one file.

use super::super::context::{Action, AppContext};
use super::super::widgets;
use super::file::{Asked, FileField, buttons_ui, file_name};
use crate::workspace::SourceRead;
use eframe::egui;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

/// What a snapshot's file ends in.
const ENDING: &str = "json";

/// Where a snapshot was written, what is in it, and whether it is redacted; or why it was not written.
pub(in crate::app) type Written = Result<(PathBuf, SourceRead, bool), String>;

/// What was chosen.
#[derive(Debug)]
pub(in crate::app) struct SaveSnapshot {
    /// Where to.
    pub(in crate::app) file: FileField,
    /// Without what tells whose network it is.
    pub(in crate::app) is_redacted: bool,
    /// What is being written.
    pub(in crate::app) saving: Option<Receiver<Written>>,
    folder: PathBuf,
    name: String,
}

impl SaveSnapshot {
    /// Propose a place: the folder that was used last, else the current one, and a name made of letters and digits.
    pub(in crate::app) fn new(folder: Option<&Path>, name: &str) -> Self {
        let mut save = Self {
            file: FileField::default(),
            is_redacted: false,
            saving: None,
            folder: folder.map(Path::to_owned).unwrap_or_default(),
            name: file_name(name, "network"),
        };
        save.file.path = save.proposed(false);
        save
    }

    fn proposed(&self, is_redacted: bool) -> String {
        // The name of the file may tell what is left out of it.
        let name = if is_redacted { "redacted" } else { &self.name };
        let path = self.folder.join(format!("{name}.snapshot.{ENDING}"));
        path.display().to_string()
    }

    /// Where to write, with an ending.
    pub(in crate::app) fn target(&self) -> PathBuf {
        let path = PathBuf::from(self.file.path.trim());
        if path.extension().is_some() {
            return path;
        }
        PathBuf::from(format!("{}.{ENDING}", path.display()))
    }

    /// The proposed name follows the choice until a person has named the file.
    fn follow(&mut self) {
        if self.file.path == self.proposed(!self.is_redacted) {
            self.file.path = self.proposed(self.is_redacted);
        }
    }
}

/// The dialog. False when it is to be closed.
pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ctx: &egui::Context,
    state: &mut SaveSnapshot,
) -> bool {
    let modal = widgets::modal(ctx, "save snapshot").show(ctx, |ui| {
        ui.set_width(490.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading("Save snapshot");
        ui.add_space(4.0);
        let words = widgets::muted(
            ui,
            "Everything that was read, as one file that opens here without an account.",
        );
        ui.add(egui::Label::new(words).wrap());
        ui.add_space(6.0);
        let typed = ui
            .horizontal(|ui| {
                let words = widgets::muted(ui, "File");
                ui.label(words);
                ui.add_space(18.0);
                state.file.ui(ui)
            })
            .inner;
        ui.add_space(6.0);
        let tick = ui.checkbox(
            &mut state.is_redacted,
            "Redact account ids, names and public addresses",
        );
        if tick.changed() {
            state.follow();
        }
        let words = if state.is_redacted {
            "Also ids, tag values, descriptions, ARNs and the words of gaps. Regions, private blocks, routes and rules stay. The same value always becomes the same substitute, so somebody who guesses one can check it."
        } else {
            "The file holds account ids, names, tags and addresses as they were read, and no credentials."
        };
        let words = widgets::small_muted(ui, words);
        ui.add(egui::Label::new(words).wrap());
        state.file.notes_ui(ui);
        ui.add_space(10.0);
        let is_saving = state.saving.is_some();
        let clicked = buttons_ui(ui, state.file.is_named(), is_saving);
        match clicked.or(typed) {
            Some(Asked::Browse) => app.send(Action::BrowseForSnapshot),
            Some(Asked::Save) => app.send(Action::SaveSnapshot),
            Some(Asked::Cancel) => return true,
            None => {}
        }
        false
    });
    !(modal.inner || modal.should_close())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposed_name_follows_the_choice_until_it_is_changed() {
        let mut save = SaveSnapshot::new(Some(Path::new("/tmp")), "prod · eu-west-1");
        assert_eq!(save.file.path, "/tmp/prod---eu-west-1.snapshot.json");
        save.is_redacted = true;
        save.follow();
        assert_eq!(save.file.path, "/tmp/redacted.snapshot.json");
        save.file.path = "/tmp/mine".into();
        save.is_redacted = false;
        save.follow();
        assert_eq!(save.target(), Path::new("/tmp/mine.json"));
    }
}
