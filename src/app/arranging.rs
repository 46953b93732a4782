//! What a person arranges on the map: pins, folds and notes. It is part of what is seen, so that undo takes it back, and is
//! saved beside the source.

use super::atlas::Atlas;
use super::command::Command;
use super::panels::note::Writing;
use crate::network::Key;
use crate::picture::geometry::Point;
use crate::picture::layout::NoteId;
use crate::picture::view::{Arrangement, Board, Fold, Folds, Note, Stack};
use crate::workspace::{ArrangementFile, SourceSpec};
use eframe::egui;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What is asked of pins, notes and folds.
#[derive(Clone, Debug)]
pub(super) enum Arrange {
    /// Put a card here.
    Pin(Key, Point),
    /// Let the layout place a card again.
    Unpin(Key),
    /// Put a note here.
    MoveNote(NoteId, Point),
    /// Write a note: a new one here, or this one anew.
    Write(Option<NoteId>, Point),
    /// Keep what was written; a note without words goes.
    KeepNote(Option<NoteId>, Note),
    /// Fold something, or unfold it.
    Fold(Fold),
    /// Show these by themselves again.
    Unfold(Stack),
}

/// Whether a person arranges now, and what is being saved of it.
#[derive(Default)]
pub(super) struct Arranging {
    /// Cards and notes can be dragged.
    pub(super) is_on: bool,
    /// The note that is being written.
    pub(super) writing: Option<Writing>,
    saver: Saver,
}

/// What is to be in each file.
type Waiting = Mutex<Vec<(ArrangementFile, Arc<Arrangement>)>>;

/// Saves beside the window, each file after what was to be in it before.
struct Saver {
    waiting: Arc<Waiting>,
    /// One file is written at a time.
    turn: Arc<Mutex<()>>,
    sender: Sender<String>,
    failed: Receiver<String>,
}

impl Default for Saver {
    fn default() -> Self {
        let (sender, failed) = channel();
        Self {
            waiting: Arc::default(),
            turn: Arc::default(),
            sender,
            failed,
        }
    }
}

impl Saver {
    fn save(&self, ctx: &egui::Context, file: ArrangementFile, arrangement: Arc<Arrangement>) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.retain(|(of, _)| *of != file);
            waiting.push((file, arrangement));
        }
        let (waiting, turn) = (Arc::clone(&self.waiting), Arc::clone(&self.turn));
        let (sender, wake) = (self.sender.clone(), ctx.clone());
        let work = move || {
            write_waiting(&waiting, &turn, &sender);
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("vpc-atlas-arrange".into());
        if thread.spawn(work).is_err() {
            self.finish();
        }
    }

    /// Write what is not written yet, before the window goes.
    fn finish(&self) {
        write_waiting(&self.waiting, &self.turn, &self.sender);
    }
}

fn write_waiting(waiting: &Waiting, turn: &Mutex<()>, failed: &Sender<String>) {
    // A thread that died in its turn leaves nothing half done.
    let turn = turn.lock();
    let all = waiting
        .lock()
        .map(|mut waiting| std::mem::take(&mut *waiting));
    for (file, arrangement) in all.into_iter().flatten() {
        if let Err(error) = file.save(&arrangement) {
            // Fails only when the window is gone.
            failed.send(error.to_string()).ok();
        }
    }
    drop(turn);
}

impl Atlas {
    pub(super) fn arrange(&mut self, action: Arrange) {
        match action {
            Arrange::Pin(key, at) => self.change_board(|board| {
                board.pins.insert(key, at);
            }),
            Arrange::Unpin(key) => self.change_board(|board| {
                board.pins.remove(&key);
            }),
            Arrange::MoveNote(id, at) => self.change_board(|board| {
                if let Some(note) = board.notes.get_mut(&id) {
                    note.at = at;
                }
            }),
            Arrange::Write(id, at) => {
                let board = self.board();
                let note = id.and_then(|id| board.as_ref()?.notes.get(&id).cloned());
                let note = note.unwrap_or(Note {
                    at,
                    text: String::new(),
                });
                let name = self.sheet.seen.options().board();
                self.arranging.writing = Some(Writing::new(id, note, name));
            }
            Arrange::KeepNote(id, note) => {
                // Another picture may have come meanwhile.
                let Some(writing) = self.arranging.writing.take() else {
                    return;
                };
                let name = writing.board;
                let free = self.sheet.seen.arrangement.free_note(&name);
                self.change_seen(|seen| {
                    seen.arrangement = seen.arrangement.with(&name, |board| {
                        let id = id.unwrap_or(free);
                        if note.text.trim().is_empty() {
                            board.notes.remove(&id);
                        } else {
                            board.notes.insert(id, note);
                        }
                    });
                });
            }
            Arrange::Fold(fold) => self.change_folds(|folds| {
                if !folds.collapsed.remove(&fold) {
                    folds.collapsed.insert(fold);
                }
            }),
            Arrange::Unfold(stack) => self.change_folds(|folds| match stack.fold {
                Some(fold) => {
                    folds.collapsed.remove(&fold);
                }
                None => folds.unfolded.extend(stack.keys),
            }),
        }
    }

    /// The pins and notes of the picture that is shown.
    fn board(&self) -> Option<&Board> {
        let seen = &self.sheet.seen;
        seen.arrangement.boards.get(&seen.options().board())
    }

    fn change_board(&mut self, change: impl FnOnce(&mut Board)) {
        let name = self.sheet.seen.options().board();
        self.change_seen(|seen| seen.arrangement = seen.arrangement.with(&name, change));
    }

    pub(super) fn change_folds(&mut self, change: impl FnOnce(&mut Folds)) {
        self.change_seen(|seen| seen.arrangement = seen.arrangement.folding(change));
    }

    /// Whether a card was put where it is.
    pub(super) fn is_pinned(&self, key: &Key) -> bool {
        self.board()
            .is_some_and(|board| board.pins.contains_key(key))
    }

    /// Whether any card of this picture was.
    pub(super) fn has_pins(&self) -> bool {
        self.board().is_some_and(|board| !board.pins.is_empty())
    }

    pub(super) fn run_arranging(&mut self, command: Command) {
        let selected = self.sheet.selected.clone();
        match command {
            Command::AddNote => self.begin_note(),
            Command::Unpin => {
                if let Some(key) = selected {
                    self.arrange(Arrange::Unpin(key));
                }
            }
            Command::UnpinAll => self.change_board(|board| board.pins.clear()),
            Command::FoldIdentical => self.change_folds(|folds| {
                folds.identical ^= true;
                folds.unfolded.clear();
            }),
            Command::FoldUnassociated => self.change_folds(|folds| {
                folds.unassociated ^= true;
                folds.unfolded.clear();
            }),
            Command::CollapseVpc => {
                let opened = self.sheet.opened.as_ref();
                if let Some(vpc) = opened.zip(selected).and_then(|(it, key)| it.vpc_of(&key)) {
                    self.arrange(Arrange::Fold(Fold::Vpc(vpc)));
                }
            }
            Command::CollapseZone => {
                if let Some(fold) = selected.and_then(|key| self.zone_of(&key)) {
                    self.arrange(Arrange::Fold(fold));
                }
            }
            Command::UnfoldAll => self.change_folds(|folds| *folds = Folds::default()),
            _ => {}
        }
    }

    /// The zone a subnet stands in.
    fn zone_of(&self, subnet: &Key) -> Option<Fold> {
        let opened = self.sheet.opened.as_ref()?;
        let vpc = opened.vpc_of(subnet)?;
        let mut zones = opened.topology.zones(&vpc);
        let (zone, _) = zones.find(|(_, subnets)| subnets.contains(subnet))?;
        let zone = zone.clone();
        Some(Fold::Zone(vpc.clone(), zone))
    }

    /// Begin a note in the middle of what is seen.
    fn begin_note(&mut self) {
        let canvas = &self.sheet.canvas;
        if let Some(rect) = canvas.rect {
            let at = canvas.camera.map_from_screen(rect, rect.center());
            self.arrange(Arrange::Write(None, at));
        }
    }

    /// Where the arrangement of what is shown is kept; none of what has no source yet.
    fn arrangement_file(&self) -> Option<ArrangementFile> {
        let sources: Vec<SourceSpec> = if self.shows_design {
            let designer = self.designer.as_ref()?;
            vec![SourceSpec::Path(designer.document.path()?.to_owned())]
        } else {
            self.sheet.opened.as_ref()?.sources.clone()
        };
        (!sources.is_empty()).then(|| ArrangementFile::of(self.store.as_ref(), &sources))
    }

    /// Take over what was arranged of what is opened now.
    pub(super) fn open_arrangement(&mut self) {
        match self.arrangement_file().map(|file| file.read()) {
            Some(Ok(arrangement)) => self.sheet.seen.arrangement = Arc::new(arrangement),
            Some(Err(error)) => self.complain(error.to_string()),
            None => {}
        }
        self.sheet.arranged = Some(Arc::clone(&self.sheet.seen.arrangement));
    }

    /// What is open has another place now: what was arranged goes there with it.
    pub(super) fn carry_arrangement(&mut self) {
        if !self.sheet.seen.arrangement.is_empty() {
            self.sheet.arranged = None;
        }
    }

    /// Save what was arranged since, beside the window. Once a frame.
    pub(super) fn keep_arrangement(&mut self, ctx: &egui::Context) {
        while let Ok(sentence) = self.arranging.saver.failed.try_recv() {
            self.complain(format!(
                "the arrangement of the map is not saved: {sentence}"
            ));
        }
        let arrangement = &self.sheet.seen.arrangement;
        let is_saved = |saved: &Arc<Arrangement>| Arc::ptr_eq(arrangement, saved);
        let is_known = self.sheet.arranged.as_ref();
        // What nobody has looked for is never written over with nothing.
        if is_known.map_or(arrangement.is_empty(), is_saved) {
            return;
        }
        // A design that was never saved has no place yet; what is arranged of it is saved with its first name.
        if let Some(file) = self.arrangement_file() {
            let arrangement = Arc::clone(&self.sheet.seen.arrangement);
            self.sheet.arranged = Some(Arc::clone(&arrangement));
            self.arranging.saver.save(ctx, file, arrangement);
        }
    }

    /// Save at once what is not saved yet: the window goes.
    pub(super) fn finish_arrangement(&self) {
        self.arranging.saver.finish();
    }
}
