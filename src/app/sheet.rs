//! What is shown of one network: its map, what is hidden and selected, and where a person has been in it.

use super::canvas::Canvas;
use super::model::{Map, Opened, Picture};
use super::views::{Narrowed, Neighbours};
use crate::network::{Key, Kind, Text};
use crate::picture::diagram::{CardId, Mark};
use crate::picture::layout::NoteId;
use crate::picture::view::{Arrangement, Options, Since};
use crate::workspace::SavedSearch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is hidden, focused and shown: what undo takes back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The VPCs as cards with what joins them; no VPC is shown then.
    pub(super) overview: bool,
    /// Boxes in boxes and not columns.
    pub(super) nested: bool,
    pub(super) vpc: Option<Key>,
    pub(super) hidden: BTreeSet<Kind>,
    pub(super) focus: Option<Key>,
    /// A search that the map is narrowed to.
    pub(super) view: Option<SavedSearch>,
    /// The key of the tag that cards are coloured by.
    pub(super) color_by: Option<Text>,
    /// The key of the tag that cards are grouped by.
    pub(super) group_by: Option<Text>,
    /// What is folded, pinned and noted.
    pub(super) arrangement: Arc<Arrangement>,
}

impl Seen {
    /// As the view takes it: which picture of what, and how it is arranged.
    pub(super) fn options(&self) -> Options {
        Options {
            overview: self.overview,
            nested: self.nested,
            vpcs: self.vpc.clone().map(|vpc| BTreeSet::from([vpc])),
            hidden: self.hidden.clone(),
            color_by: self.color_by.clone(),
            group_by: self.group_by.clone(),
            arrangement: Arc::clone(&self.arrangement),
            ..Options::default()
        }
    }

    /// Which picture the map is.
    pub(super) fn picture(&self) -> Picture {
        match (self.overview, self.nested) {
            (true, _) => Picture::Overview,
            (false, true) => Picture::Nested,
            (false, false) => Picture::Columns,
        }
    }

    /// What stays when another network is opened: choices that are about no resource.
    pub(super) fn lasting(self) -> Self {
        Self {
            vpc: None,
            focus: None,
            view: None,
            arrangement: Arc::default(),
            ..self
        }
    }
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
    /// What is seen was changed after the design was.
    pub(super) seen_last: bool,
    pub(super) selected: Option<Key>,
    /// The note that is selected, with the picture it stands on; nothing else is selected then.
    pub(super) note: Option<(String, NoteId)>,
    pub(super) history: Vec<Key>,
    pub(super) history_at: usize,
    pub(super) page: Page,
    pub(super) canvas: Canvas,
    /// What the view that is shown finds.
    pub(super) narrowed: Narrowed,
    /// What is related to what is focused.
    pub(super) neighbours: Option<Neighbours>,
    /// Further marks on cards: problems of a design.
    pub(super) marks: BTreeMap<Key, Vec<Mark>>,
    /// What is drawn of changes since an earlier reading.
    pub(super) since: Arc<Since>,
    /// The arrangement as it is on the disk, or on its way there; none while nobody has looked, or where it belongs to
    /// another place now.
    pub(super) arranged: Option<Arc<Arrangement>>,
}

impl Sheet {
    /// The card that is selected, or that stands for what is.
    pub(super) fn selected_card(&self) -> Option<CardId> {
        let opened = self.opened.as_ref()?;
        self.canvas
            .selected(self.selected.as_ref(), opened, &self.map)
    }

    /// An empty sheet that shows what is opened in this way.
    pub(super) fn beginning(seen: Seen) -> Self {
        Self {
            seen,
            ..Self::default()
        }
    }
}
