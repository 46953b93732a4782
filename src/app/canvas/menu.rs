//! What can be done with a card, a note or the map, beside the pointer or what is selected.

use super::super::arranging::{Arrange, Thing};
use super::super::command::Command;
use super::super::context::{Action, AppContext};
use super::super::model::Map;
use super::super::panels::top::{self, Marks};
use super::{Canvas, minimap, pointer};
use crate::picture::geometry::Point;
use crate::picture::scene::Target;
use eframe::egui;
use egui::{Key, Modifiers, Popup, Pos2, SetOpenCommand, Ui};
use std::collections::BTreeSet;

/// What was asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Menu {
    /// None where it is the map.
    on: Option<Thing>,
    at: Pos2,
    /// The same place on the map.
    point: Point,
}

/// What can be done with a card.
const WITH_CARD: &[Command] = &[
    Command::Pin,
    Command::Unpin,
    Command::CollapseVpc,
    Command::CollapseZone,
    Command::ToggleFocus,
    Command::CopyId,
    Command::OpenConsole,
];
const WITH_NOTE: &[Command] = &[Command::EditNote, Command::DeleteNote];
const WITH_MAP: &[Command] = &[
    Command::Fit,
    Command::ToggleArranging,
    Command::UnpinAll,
    Command::UnfoldAll,
    Command::ShowAll,
];

/// Open it where it is asked for, and show it.
pub(super) fn ui(
    app: &AppContext<'_>,
    ui: &Ui,
    response: &egui::Response,
    state: &mut Canvas,
    map: &Map,
) {
    let Some(rect) = state.rect else { return };
    let is_asked = ui.input(|input| input.pointer.secondary_clicked());
    let at = pointer(ui, response).filter(|at| is_asked && !minimap::covers(state, *at));
    let keys = (Modifiers::SHIFT, Key::F10);
    let asked = if let Some(at) = at {
        let on = match state.hovered {
            Some(Target::Card(card)) => map.view.key(card).map(|key| {
                state.chosen = Some(card);
                app.send(Action::Select(Some(key.clone())));
                Thing::Card(card)
            }),
            Some(Target::Note(note)) => {
                app.send(Action::Arrange(Arrange::Choose(note)));
                Some(Thing::Note(note))
            }
            _ => None,
        };
        Some((on, at))
    } else if response.has_focus() && ui.input_mut(|it| it.consume_key(keys.0, keys.1)) {
        let card = app
            .opened
            .and_then(|it| state.selected(app.selected, it, map));
        let on = app.note.map(Thing::Note).or(card.map(Thing::Card));
        let place = on.and_then(|thing| thing.place(map));
        let place = place.map(|place| state.camera.screen_rect(rect, &place).intersect(rect));
        let at = place.filter(egui::Rect::is_positive);
        Some((on, at.map_or(rect.center(), |place| place.left_bottom())))
    } else {
        None
    };
    let is_asked = asked.is_some();
    if let Some((on, at)) = asked {
        response.request_focus();
        let point = state.camera.map_from_screen(rect, at);
        state.menu = Some(Menu { on, at, point });
    }
    let Some(menu) = state.menu else { return };
    let shown = Popup::menu(response)
        .open_memory(is_asked.then_some(SetOpenCommand::Bool(true)))
        .at_position(menu.at)
        .show(|ui| items(app, ui, menu));
    if shown.is_none() {
        state.menu = None;
    }
}

fn items(app: &AppContext<'_>, ui: &mut Ui, menu: Menu) {
    ui.set_min_width(220.0);
    let commands = match menu.on {
        Some(Thing::Card(_)) => WITH_CARD,
        Some(Thing::Note(_)) => WITH_NOTE,
        None => {
            let button = egui::Button::new("Add a note here…");
            let can_add = Command::AddNote.enabled(&app.situation);
            if ui.add_enabled(can_add, button).clicked() {
                app.send(Action::Arrange(Arrange::Write(None, menu.point)));
                ui.close();
            }
            WITH_MAP
        }
    };
    let is_on = |command: Command| match command {
        Command::ToggleArranging => Some(app.arranging),
        Command::ToggleFocus => Some(app.situation.focused),
        _ => None,
    };
    let marks = Marks {
        hidden: &BTreeSet::new(),
        is_on: &is_on,
    };
    // What cannot be done is left out.
    let commands = commands.iter();
    for command in commands.filter(|command| command.enabled(&app.situation)) {
        top::item(app, ui, *command, &marks);
    }
}
