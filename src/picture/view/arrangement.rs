//! How a person arranged the pictures of a network: what is folded, where cards are pinned, and notes.

use super::{Options, View};
use crate::network::{Key, Text};
use crate::picture::geometry::Point;
use crate::picture::layout::{self, NoteId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All of it. It belongs to a source, and stays as it is while the network changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// What is folded, on every picture.
    pub folds: Folds,
    /// Pins and notes of each picture, by [`Options::board`].
    pub boards: BTreeMap<String, Board>,
}

/// Pins and notes of one picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Upper left corners of cards, also of resources that are not there now.
    pub pins: BTreeMap<Key, Point>,
    /// Words on the map.
    pub notes: BTreeMap<NoteId, Note>,
}

/// Words on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Upper left corner.
    pub at: Point,
    /// What it says.
    pub text: String,
}

/// What is folded: several cards become one that says how many they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    /// Cards of one group that look alike and lead to the same.
    pub identical: bool,
    /// Route tables without subnets, and connections without routes.
    pub unassociated: bool,
    /// VPCs and zones that are one card each.
    pub collapsed: BTreeSet<Fold>,
    /// Resources that are seen by themselves all the same.
    pub unfolded: BTreeSet<Key>,
}

/// What can be one card.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// A VPC.
    Vpc(Key),
    /// A zone of a VPC.
    Zone(Key, Text),
}

impl Folds {
    /// The same for a network in which resources have other keys.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&Key) -> Key) -> Self {
        let collapsed = self.collapsed.iter().map(|fold| match fold {
            Fold::Vpc(vpc) => Fold::Vpc(name(vpc)),
            Fold::Zone(vpc, zone) => Fold::Zone(name(vpc), zone.clone()),
        });
        Self {
            collapsed: collapsed.collect(),
            unfolded: self.unfolded.iter().map(&name).collect(),
            ..self.clone()
        }
    }

    /// Whether nothing is folded.
    pub fn is_empty(&self) -> bool {
        !self.identical && !self.unassociated && self.collapsed.is_empty()
    }
}

impl Board {
    fn is_empty(&self) -> bool {
        self.pins.is_empty() && self.notes.is_empty()
    }
}

impl Arrangement {
    /// Whether nothing was arranged.
    pub fn is_empty(&self) -> bool {
        self.folds == Folds::default() && self.boards.values().all(Board::is_empty)
    }

    /// The same with something done to a board.
    #[must_use]
    pub fn with(&self, board: &str, change: impl FnOnce(&mut Board)) -> Arc<Self> {
        let mut all = self.clone();
        let mut changed = all.boards.remove(board).unwrap_or_default();
        change(&mut changed);
        if !changed.is_empty() {
            all.boards.insert(board.to_owned(), changed);
        }
        Arc::new(all)
    }

    /// The same with other folds.
    #[must_use]
    pub fn folding(&self, change: impl FnOnce(&mut Folds)) -> Arc<Self> {
        let mut all = self.clone();
        change(&mut all.folds);
        Arc::new(all)
    }

    /// A name that no note of a board has.
    pub fn free_note(&self, board: &str) -> NoteId {
        let notes = self.boards.get(board).map(|board| &board.notes);
        let last = notes.and_then(|notes| notes.keys().next_back());
        NoteId(last.map_or(1, |last| last.0.saturating_add(1)))
    }
}

impl Options {
    /// The name of the picture that these give. Each has pins and notes of its own, since cards stand elsewhere on it.
    pub fn board(&self) -> String {
        if self.overview {
            return "overview".to_owned();
        }
        let vpcs = self.vpcs.iter().flatten();
        let mut name = if self.nested { "nested" } else { "columns" }.to_owned();
        for vpc in vpcs {
            name.push(' ');
            name.push_str(vpc.id.as_str());
        }
        name
    }
}

impl View {
    /// What stands where somebody put it, for the layout of this view.
    pub fn arranged(&self, options: &Options) -> layout::Arranged {
        let board = options.arrangement.boards.get(&options.board());
        // A narrowed picture is laid out anew: places on the whole one mean nothing there.
        let Some(board) = board.filter(|_| options.only.is_none()) else {
            return layout::Arranged::default();
        };
        // A resource that is folded into another card does not take that one along.
        let own = |key: &Key| self.card(key).filter(|card| self.key(*card) == Some(key));
        let pins = board.pins.iter();
        let notes = board.notes.iter();
        layout::Arranged {
            pins: pins
                .filter_map(|(key, at)| Some((own(key)?, *at)))
                .collect(),
            notes: notes
                .map(|(id, note)| layout::Note {
                    id: *id,
                    at: note.at,
                    text: note.text.clone(),
                })
                .collect(),
        }
    }
}
