//! What a person arranges on the map: pins, folds and notes. It is part of what is seen, so that undo takes it back, and is
//! saved beside the source.

use super::atlas::Atlas;
use super::command::Command;
use super::model::Map;
use super::panels::note::Writing;
use crate::network::Key;
use crate::picture::diagram::CardId;
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::layout::{NoteId, on_map};
use crate::picture::view::{Arrangement, Board, Boards, Fold, Folds, Note, Pin, Stack, View};
use crate::workspace::{ArrangementFile, SourceSpec};
use eframe::egui;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What is put down snaps to places so far apart, in map units: things that are meant to be level are so.
pub(super) const GRID: i32 = 8;

/// What can be put somewhere on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Card(CardId),
    Note(NoteId),
}

impl Thing {
    /// Where it is drawn.
    pub(super) fn place(self, map: &Map) -> Option<Rect> {
        match self {
            Self::Card(card) => map.place(card),
            Self::Note(note) => {
                let mut notes = map.layout.notes.iter();
                Some(notes.find(|place| place.id == note)?.rect)
            }
        }
    }
}

/// What is asked of pins, notes and folds.
#[derive(Clone, Debug)]
pub(super) enum Arrange {
    /// Put a card here.
    Pin(CardId, Point),
    /// Move a card or note by so many steps of the grid, to the right and down.
    Step(Thing, [i32; 2]),
    /// Put a note here.
    MoveNote(NoteId, Point),
    /// Select a note.
    Choose(NoteId),
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
    /// The steps that were taken last, to be undone as one.
    series: Option<Series>,
    saver: Saver,
}

/// Steps of one thing, with nothing else done between.
struct Series {
    of: Thing,
    /// What came of it.
    arrangement: Arc<Arrangement>,
    /// How much could be taken back then.
    undo: usize,
}

impl Arranging {
    /// Steps that follow are another change than those before.
    pub(super) fn end_series(&mut self) {
        self.series = None;
    }
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

/// The next place on the grid, so many steps on.
fn stepped(at: Fx, by: i32) -> Fx {
    let grid = Fx::px(GRID).0;
    let cell = match by {
        0 => return at,
        1.. => at.0.div_euclid(grid),
        _ => -(-at.0).div_euclid(grid),
    };
    Fx(cell.saturating_add(by).saturating_mul(grid))
}

/// Put a card somewhere. What meant it before means it no longer.
fn put(view: &View, board: &mut Board, (card, pin): (CardId, Pin), at: Point) {
    for old in view.pins_of(board, card) {
        board.pins.remove(&old);
    }
    board.pins.insert(pin, on_map(at));
}

impl Atlas {
    pub(super) fn arrange(&mut self, ctx: &egui::Context, action: Arrange) {
        match action {
            Arrange::Pin(card, at) => {
                let view = Arc::clone(&self.sheet.map.view);
                if let Some(pin) = view.pin(card) {
                    self.change_board(|board| put(&view, board, (card, pin), at));
                }
            }
            Arrange::Step(thing, by) => self.step(ctx, thing, by),
            Arrange::MoveNote(id, at) => self.change_board(|board| {
                if let Some(note) = board.notes.get_mut(&id) {
                    note.at = on_map(at);
                }
            }),
            Arrange::Choose(id) => {
                self.sheet.selected = None;
                self.sheet.note = Some((self.boards().name, id));
            }
            Arrange::Write(id, at) => {
                let board = self.board();
                let note = id.and_then(|id| board.as_ref()?.notes.get(&id).cloned());
                let note = note.unwrap_or(Note {
                    at,
                    text: String::new(),
                });
                self.arranging.writing = Some(Writing::new(id, note, self.boards()));
            }
            Arrange::KeepNote(id, note) => {
                // Another picture may have come meanwhile.
                let Some(writing) = self.arranging.writing.take() else {
                    return;
                };
                let names = writing.board;
                let id = id.unwrap_or_else(|| self.sheet.seen.arrangement.free_note(&names));
                let is_kept = !note.text.trim().is_empty();
                self.change_seen(|seen| {
                    seen.arrangement = seen.arrangement.with(&names, |board| {
                        if is_kept {
                            let at = on_map(note.at);
                            board.notes.insert(id, Note { at, ..note });
                        } else {
                            board.notes.remove(&id);
                        }
                    });
                });
                // The keys go on with it.
                self.sheet.selected = None;
                self.sheet.note = is_kept.then_some((names.name, id));
                self.sheet.canvas.wants_focus = true;
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

    /// Move something by the keys. All steps of one thing are one step to be taken back.
    fn step(&mut self, ctx: &egui::Context, thing: Thing, [right, down]: [i32; 2]) {
        if self.is_narrowed() {
            let words = "Nothing is moved while not all of the map is shown";
            return self.toast(ctx, words.into());
        }
        let names = self.boards();
        let view = Arc::clone(&self.sheet.map.view);
        let before = Arc::clone(&self.sheet.seen.arrangement);
        let board = before.board(&names);
        let (card, held) = match thing {
            Thing::Card(card) => {
                let Some(pin) = view.pin(card).filter(|_| self.sheet.map.can_pin(card)) else {
                    let words = "This card is the head of its box, which the layout places";
                    return self.toast(ctx, words.into());
                };
                let held = board.and_then(|board| {
                    let pins = view.pins_of(board, card);
                    board.pins.get(pins.last()?).copied()
                });
                (Some((card, pin)), held)
            }
            Thing::Note(id) => {
                let note = board.and_then(|board| board.notes.get(&id));
                (None, note.map(|note| note.at))
            }
        };
        // Where it was put, and not where it is drawn: a large map is drawn later.
        let drawn = || Some(thing.place(&self.sheet.map)?.min);
        let Some(from) = held.or_else(drawn).map(on_map) else {
            return;
        };
        let to = on_map(Point::new(stepped(from.x, right), stepped(from.y, down)));
        if to == from {
            return;
        }
        let after = before.with(&names, |board| match (card, thing) {
            (Some(card), _) => put(&view, board, card, to),
            (None, Thing::Note(id)) => {
                if let Some(note) = board.notes.get_mut(&id) {
                    note.at = to;
                }
            }
            (None, Thing::Card(_)) => {}
        });
        let is_next = |series: &Series| {
            series.of == thing
                && Arc::ptr_eq(&series.arrangement, &before)
                && series.undo == self.sheet.undo.len()
                && self.sheet.seen_last
        };
        if self.arranging.series.as_ref().is_some_and(is_next) {
            self.sheet.seen.arrangement = Arc::clone(&after);
            self.sheet.redo.clear();
        } else {
            self.change_seen(|seen| seen.arrangement = Arc::clone(&after));
        }
        self.arranging.series = Some(Series {
            of: thing,
            arrangement: after,
            undo: self.sheet.undo.len(),
        });
        self.sheet.canvas.follows = Some(thing);
    }

    /// What the picture that is shown is called.
    fn boards(&self) -> Boards {
        let opened = self.sheet.opened.as_ref();
        let options = || self.sheet.seen.options();
        opened.map_or_else(Boards::default, |it| options().boards(&it.topology))
    }

    /// The pins and notes of the picture that is shown.
    fn board(&self) -> Option<&Board> {
        self.sheet.seen.arrangement.board(&self.boards())
    }

    /// Not all of the picture is shown, and nothing stands where it was put.
    fn is_narrowed(&self) -> bool {
        self.sheet.seen.focus.is_some() || self.sheet.seen.view.is_some()
    }

    fn change_board(&mut self, change: impl FnOnce(&mut Board)) {
        let names = self.boards();
        self.change_seen(|seen| seen.arrangement = seen.arrangement.with(&names, change));
    }

    pub(super) fn change_folds(&mut self, change: impl FnOnce(&mut Folds)) {
        self.change_seen(|seen| seen.arrangement = seen.arrangement.folding(change));
    }

    /// Whether the selected card can be put elsewhere.
    pub(super) fn can_pin(&self) -> bool {
        let card = self.sheet.selected_card();
        card.is_some_and(|card| self.sheet.map.can_pin(card)) && !self.is_narrowed()
    }

    /// Whether the selected card was put where it is.
    pub(super) fn is_pinned(&self) -> bool {
        let card = self.sheet.selected_card();
        card.zip(self.board())
            .is_some_and(|(card, board)| !self.sheet.map.view.pins_of(board, card).is_empty())
    }

    /// Whether any card of this picture was.
    pub(super) fn has_pins(&self) -> bool {
        self.board().is_some_and(|board| !board.pins.is_empty())
    }

    /// The note that is selected, where it is on the map that is shown.
    pub(super) fn selected_note(&self) -> Option<NoteId> {
        let (board, note) = self.sheet.note.as_ref()?;
        let mut notes = self.sheet.map.layout.notes.iter();
        let is_there = notes.any(|place| place.id == *note) && self.boards().name == *board;
        is_there.then_some(*note)
    }

    pub(super) fn run_arranging(&mut self, ctx: &egui::Context, command: Command) {
        let selected = self.sheet.selected.clone();
        let card = self.sheet.selected_card();
        let note = self.selected_note();
        match command {
            Command::AddNote => self.begin_note(ctx),
            Command::EditNote if note.is_some() => {
                self.arrange(ctx, Arrange::Write(note, Point::default()));
            }
            Command::DeleteNote => {
                if let Some(note) = note {
                    self.change_board(|board| {
                        board.notes.remove(&note);
                    });
                    self.sheet.canvas.wants_focus = true;
                    self.toast(ctx, "Deleted the note; Undo brings it back".into());
                }
            }
            Command::Pin => {
                if let Some(card) = card
                    && let Some(place) = self.sheet.map.place(card)
                {
                    self.arrange(ctx, Arrange::Pin(card, place.min));
                    self.sheet.canvas.wants_focus |= !ctx.text_edit_focused();
                }
            }
            Command::Unpin => {
                let view = Arc::clone(&self.sheet.map.view);
                self.change_board(|board| {
                    let pins = card.map_or_else(Vec::new, |card| view.pins_of(board, card));
                    board.pins.retain(|pin, _| !pins.contains(pin));
                });
                // Whoever types goes on typing.
                self.sheet.canvas.wants_focus |= !ctx.text_edit_focused();
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
                    self.arrange(ctx, Arrange::Fold(Fold::Vpc(vpc)));
                }
            }
            Command::CollapseZone => {
                if let Some(fold) = selected.and_then(|key| self.zone_of(&key)) {
                    self.arrange(ctx, Arrange::Fold(fold));
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
    fn begin_note(&mut self, ctx: &egui::Context) {
        let canvas = &self.sheet.canvas;
        if let Some(rect) = canvas.rect {
            let at = canvas.camera.map_from_screen(rect, rect.center());
            self.arrange(ctx, Arrange::Write(None, at));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_from_grid_line_to_grid_line() {
        let units = |at: i32, by: i32| stepped(Fx::px(at), by);
        for (at, by, to) in [
            (16, 1, 24),
            (16, -1, 8),
            (19, 1, 24),
            (19, -1, 16),
            (19, 0, 19),
            (19, 5, 56),
            (-3, 1, 0),
            (-3, -1, -8),
        ] {
            assert_eq!(units(at, by), Fx::px(to), "{at} {by}");
        }
    }
}
