//! What is shown of one network: its map, what is hidden and selected, and where a person has been in it.

use super::canvas::Canvas;
use super::model::{Map, Opened};
use crate::network::{Key, Kind};
use crate::picture::diagram::Mark;
use crate::picture::view::Since;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is hidden, focused and shown: what undo takes back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) vpc: Option<Key>,
    pub(super) hidden: BTreeSet<Kind>,
    pub(super) focus: Option<Key>,
}

/// The middle of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Page {
    #[default]
    Map,
    Tables,
    /// The design as code.
    Code,
}

/// A network as it is shown. The window has one before it and may have another aside.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) opened: Option<Opened>,
    pub(super) map: Map,
    pub(super) seen: Seen,
    pub(super) undo: Vec<Seen>,
    pub(super) redo: Vec<Seen>,
    pub(super) selected: Option<Key>,
    pub(super) history: Vec<Key>,
    pub(super) history_at: usize,
    pub(super) page: Page,
    pub(super) canvas: Canvas,
    /// Further marks on cards: problems of a design.
    pub(super) marks: BTreeMap<Key, Vec<Mark>>,
    /// What is drawn of changes since an earlier reading.
    pub(super) since: Arc<Since>,
}

impl Sheet {
    /// An empty sheet on which these kinds are hidden.
    pub(super) fn hiding(hidden: BTreeSet<Kind>) -> Self {
        Self {
            seen: Seen {
                hidden,
                ..Seen::default()
            },
            ..Self::default()
        }
    }
}
