//! What every panel may touch: the open network to read, and an outbox for what the person wants.

use super::command::{Command, Situation};
use super::designer::Edit;
use super::model::Opened;
use super::widgets;
use crate::network::{Key, Kind, Text};
use crate::picture::layout::NoteId;
use crate::picture::theme::{Ink, Theme};
use crate::workspace::Settings;
use crate::workspace::SourceSpec;
use eframe::egui;
use std::cell::RefCell;
use std::path::PathBuf;

/// What a panel asks the program to do. Panels change nothing themselves but their own small state.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A command.
    Run(Command),
    /// Select this, or nothing.
    Select(Option<Key>),
    /// Select this and bring it into view.
    Reveal(Key),
    /// Show this VPC, or all of them.
    ShowVpc(Option<Key>),
    /// Show the overview, with this in view where it is given.
    ShowOverview(Option<Key>),
    /// Leave the start page for the network that is still open behind it.
    Back,
    /// Read these.
    Open(Vec<SourceSpec>),
    /// Take a source from the recent ones.
    Forget(String),
    /// Keep a source at the top of the start page, or do so no longer.
    Favour(String, bool),
    /// Ask for a file and put it in the path field of the dialog that saves a snapshot.
    BrowseForSnapshot,
    /// Write the snapshot as its dialog says.
    SaveSnapshot,
    /// Show the table of a kind.
    ShowTable(Kind),
    /// Ask for a file or folder and put it in the path field of the save dialog.
    BrowseForPicture,
    /// Write the picture as the save dialog says.
    SavePicture,
    /// Put the picture of the open dialog into the clipboard.
    CopyPicture,
    /// The system's dialog was answered.
    Dialog(super::dialogs::Purpose, super::dialogs::Answer),
    /// Use this file or folder, typed by hand, for what it was asked for.
    Typed(super::dialogs::Purpose, PathBuf),
    /// Go on with a design whose changes were never saved, or drop them for good.
    Recover(PathBuf, bool),
    /// What to do with the changes of a design that is to be closed.
    Unsaved(super::designs::Parting),
    /// Put words on the clipboard and say what they were.
    Copy {
        /// The words.
        text: String,
        /// What they are, for the message: “id”, “12 rows as CSV”.
        what: String,
    },
    /// Open a page in the browser.
    Browse(String),
    /// Take the banner away.
    DismissBanner,
    /// Change the open design.
    Change(Edit),
    /// Show the choices of this VPC of the design, by its stable name.
    ShowPlanned(Text),
    /// What a page about changes asks for.
    Affair(super::runs::Affair),
    /// Ask where the code that is shown is to be written.
    SaveCode,
    /// Go to the network beside the design, and to this there.
    RevealLive(Key),
    /// Put these words in the search box.
    SearchFor(String),
    /// What is asked of saved searches.
    View(super::views::ViewAction),
    /// Colour or group the map by the tag of this key, or by none.
    ByTag(super::views::By, Option<Text>),
    /// What the dialog about kept readings asks for.
    Timeline(super::timeline::Wish),
    /// What is asked of pins, notes and folds.
    Arrange(super::arranging::Arrange),
}

/// Where panels put what they ask for. Emptied once a frame.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    actions: RefCell<Vec<Action>>,
}

impl Outbox {
    pub(super) fn send(&self, action: Action) {
        self.actions.borrow_mut().push(action);
    }

    pub(super) fn take(&self) -> Vec<Action> {
        std::mem::take(&mut self.actions.borrow_mut())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.actions.borrow().is_empty()
    }
}

/// What a panel may read.
pub(super) struct AppContext<'a> {
    /// The open network.
    pub(super) opened: Option<&'a Opened>,
    /// What is selected.
    pub(super) selected: Option<&'a Key>,
    /// What tells the open network from an earlier reading, where it is held to one.
    pub(super) compared: Option<&'a super::timeline::Outcome>,
    /// The VPC that is shown, where it is not all of them.
    pub(super) vpc: Option<&'a Key>,
    /// The overview is shown.
    pub(super) overview: bool,
    /// Cards can be dragged to another place.
    pub(super) arranging: bool,
    /// The note that is selected.
    pub(super) note: Option<NoteId>,
    /// The name of the saved search that the map is narrowed to.
    pub(super) view: Option<&'a str>,
    /// What is remembered.
    pub(super) settings: &'a Settings,
    /// What can be done now.
    pub(super) situation: Situation,
    /// Light or dark, as it is painted.
    pub(super) theme: Theme,
    /// Where wishes go.
    pub(super) outbox: &'a Outbox,
}

impl AppContext<'_> {
    pub(super) fn send(&self, action: Action) {
        self.outbox.send(action);
    }

    pub(super) fn run(&self, command: Command) {
        self.send(Action::Run(command));
    }

    /// The words of a resource: its name, else its id.
    pub(super) fn name(&self, key: &Key) -> String {
        self.opened
            .map_or_else(|| key.id.to_string(), |opened| opened.name(key))
    }

    /// A resource by its name, to be clicked. One that was not read says so and cannot be clicked.
    pub(super) fn reference(&self, ui: &mut egui::Ui, key: &Key) -> egui::Response {
        if self.opened.is_some_and(|opened| opened.is_known(key)) {
            let response = widgets::link(ui, widgets::shown(&self.name(key)));
            let response = response.on_hover_text(format!("{} {}", key.kind.singular(), key.id));
            if response.clicked() {
                self.send(Action::Reveal(key.clone()));
            }
            response
        } else {
            let words = widgets::mono(key.id.to_string()).color(widgets::ink(ui, Ink::TextMuted));
            ui.add(egui::Label::new(words).truncate().selectable(true))
                .on_hover_text(format!(
                    "This {} is not in what was read",
                    key.kind.singular()
                ))
        }
    }

    /// A button of a command: its text, disabled where it cannot run, with its keys in the tooltip.
    pub(super) fn command_button(
        &self,
        ui: &mut egui::Ui,
        command: Command,
        text: &str,
    ) -> egui::Response {
        let button = ui.add_enabled(command.enabled(&self.situation), egui::Button::new(text));
        let button = button.on_hover_text(hint(ui.ctx(), command));
        if button.clicked() {
            self.run(command);
        }
        button
    }
}

/// What a command does, with its keys.
pub(super) fn hint(ctx: &egui::Context, command: Command) -> String {
    match command.shortcuts().first() {
        Some(keys) => format!("{} ({})", command.help(), ctx.format_shortcut(keys)),
        None => command.help().to_owned(),
    }
}
