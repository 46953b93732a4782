//! The words of a note on the map.

use super::super::arranging::Arrange;
use super::super::context::{Action, AppContext};
use super::super::widgets;
use crate::picture::layout::NoteId;
use crate::picture::view::{Boards, Note};
use eframe::egui;

/// A note while it is written.
#[derive(Debug)]
pub(in crate::app) struct Writing {
    /// Which; none where it is a new one.
    id: Option<NoteId>,
    note: Note,
    /// The picture it stands on.
    pub(in crate::app) board: Boards,
    was_shown: bool,
}

impl Writing {
    pub(in crate::app) fn new(id: Option<NoteId>, note: Note, board: Boards) -> Self {
        Self {
            id,
            note,
            board,
            was_shown: false,
        }
    }
}

/// Write it. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Writing) -> bool {
    let modal = widgets::modal(ctx, "note").show(ctx, |ui| {
        ui.set_width(380.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading(if state.id.is_some() {
            "Change the note"
        } else {
            "New note"
        });
        ui.add_space(6.0);
        let field = egui::TextEdit::multiline(&mut state.note.text)
            .hint_text("What somebody who looks at this map should know")
            .desired_rows(4)
            .desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name("Words of the note");
        if !state.was_shown {
            field.request_focus();
            state.was_shown = true;
        }
        let keys = egui::Modifiers::COMMAND;
        let entered = ui.input_mut(|input| input.consume_key(keys, egui::Key::Enter));
        ui.add_space(8.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let is_empty = state.note.text.trim().is_empty();
            let keep = ui
                .add_enabled(!is_empty, egui::Button::new("Keep"))
                .on_hover_text(
                    ui.ctx()
                        .format_shortcut(&egui::KeyboardShortcut::new(keys, egui::Key::Enter)),
                );
            if !is_empty && (keep.clicked() || entered) {
                let note = state.note.clone();
                // It is closed when that is done.
                app.send(Action::Arrange(Arrange::KeepNote(state.id, note)));
                return false;
            }
            if state.id.is_some() && ui.button("Delete").clicked() {
                let note = Note {
                    text: String::new(),
                    ..state.note.clone()
                };
                // It is closed when that is done.
                app.send(Action::Arrange(Arrange::KeepNote(state.id, note)));
                return false;
            }
            ui.button("Cancel").clicked()
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}
