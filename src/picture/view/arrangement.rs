//! How a person arranged the pictures of a network: what is folded, where cards are pinned, and notes.

use super::{Options, View};
use crate::network::{Key, Kind, Text, Topology};
use crate::picture::diagram::CardId;
use crate::picture::geometry::Point;
use crate::picture::layout::{self, NoteId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All of it. It belongs to a source, and stays as it is while the network changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// What is folded, on every picture.
    pub folds: Folds,
    /// Pins and notes of each picture, by the names of [`Options::boards`].
    pub boards: BTreeMap<String, Board>,
}

/// Pins and notes of one picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Upper left corners of cards, also of resources that are not there now.
    pub pins: BTreeMap<Pin, Point>,
    /// Words on the map.
    pub notes: BTreeMap<NoteId, Note>,
}

/// A card that is pinned. Among boxes a resource may have several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// What the card stands for.
    pub key: Key,
    /// What it stands in; none for the first card of the resource.
    pub within: Option<Key>,
}

impl Pin {
    /// The same for a network in which resources have other keys.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&Key) -> Key) -> Self {
        Self {
            key: name(&self.key),
            within: self.within.as_ref().map(name),
        }
    }
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
    /// The same for a network in which resources have other keys and zones other names.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&Key) -> Key, place: impl Fn(&str) -> Text) -> Self {
        let collapsed = self.collapsed.iter().map(|fold| match fold {
            Fold::Vpc(vpc) => Fold::Vpc(name(vpc)),
            Fold::Zone(vpc, zone) => Fold::Zone(name(vpc), place(zone)),
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

    /// Whether nothing on it tells that it is of more than what is there, which is one VPC at most. What belongs to no VPC
    /// tells nothing; what is not there may be of another VPC.
    fn is_of(&self, topology: &Topology) -> bool {
        let is_there = |key: &Key| match key.kind {
            Kind::TransitGateway
            | Kind::CustomerGateway
            | Kind::VpnConnection
            | Kind::DirectConnectGateway
            | Kind::CoreNetwork => true,
            _ => (topology.vpcs_of(key)).any(|vpc| topology.members(vpc).is_some()),
        };
        let mut keys = (self.pins.keys()).flat_map(|pin| pin.within.iter().chain([&pin.key]));
        keys.all(is_there)
    }
}

impl Arrangement {
    /// Whether nothing was arranged.
    pub fn is_empty(&self) -> bool {
        self.folds == Folds::default() && self.boards.values().all(Board::is_empty)
    }

    /// The pins and notes of a picture, by its names.
    pub fn board(&self, names: &Boards) -> Option<&Board> {
        self.found(names).map(|(_, board)| board)
    }

    /// The same with what they are kept under.
    pub fn found(&self, names: &Boards) -> Option<(&str, &Board)> {
        let own = self.boards.get_key_value(&names.name);
        let before = names.before.as_ref();
        let found = own.or_else(|| self.boards.get_key_value(before?));
        found.map(|(name, board)| (name.as_str(), board))
    }

    /// The same with something done to the board of these names. What an earlier program kept stays as it is: other
    /// pictures may be looking for it.
    #[must_use]
    pub fn with(&self, names: &Boards, change: impl FnOnce(&mut Board)) -> Arc<Self> {
        let mut all = self.clone();
        let mut changed = self.board(names).cloned().unwrap_or_default();
        change(&mut changed);
        // An empty one says that what was there before is not to come back.
        let has_old = (names.old()).is_some_and(|old| all.boards.contains_key(old));
        if changed.is_empty() && !has_old {
            all.boards.remove(&names.name);
        } else {
            all.boards.insert(names.name.clone(), changed);
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
    pub fn free_note(&self, names: &Boards) -> NoteId {
        let notes = self.board(names).map(|board| &board.notes);
        let last = notes.and_then(|notes| notes.keys().next_back());
        NoteId(last.map_or(1, |last| last.0.saturating_add(1)))
    }
}

/// What a picture is called. It is made of what the picture shows, by id, and of how: no name that somebody gave is in
/// it, so that a VPC that is called otherwise keeps what was arranged of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boards {
    /// What its pins and notes are kept under.
    pub name: String,
    /// What they are looked for under where there are none: a word by which earlier programs called the picture of
    /// several VPCs, and that of the only one.
    pub before: Option<String>,
}

/// What stands in the name of a picture of several VPCs that shows all of them.
const ALL: &str = "all";

impl Boards {
    /// What earlier programs may have called this picture; nothing is kept under it any more.
    fn old(&self) -> Option<&str> {
        self.name.split_once(' ').map(|(old, _)| old)
    }

    /// Whether a name is that of a picture of all there is, and not of VPCs by their ids.
    pub fn is_whole(name: &str) -> bool {
        name.split_once(' ').is_none_or(|(_, of)| of == ALL)
    }
}

impl Options {
    /// The names of the picture that these give. Each picture has pins and notes of its own, since cards stand elsewhere
    /// on it. The picture of the only VPC there is, and that of this VPC among others by itself, are the same.
    pub fn boards(&self, topology: &Topology) -> Boards {
        if self.overview {
            return Boards {
                name: "overview".to_owned(),
                before: None,
            };
        }
        let way = if self.nested { "nested" } else { "columns" };
        let mut there = topology.vpcs().map(|(vpc, _)| vpc);
        let first = there.next();
        let are_several = there.next().is_some();
        let are_all = self.shows_all(topology);
        let ids: Vec<&str> = match &self.vpcs {
            Some(asked) if !(are_all && are_several) => {
                asked.iter().map(|vpc| vpc.id.as_str()).collect()
            }
            _ if are_several => vec![ALL],
            _ => vec![first.map_or(ALL, |only| only.id.as_str())],
        };
        // Where one VPC is there, it may be the only one for the moment: others are refused, or not read yet.
        let is_of = |board: &Board| are_several || board.is_of(topology);
        let old = self.arrangement.boards.get(way).filter(|_| are_all);
        Boards {
            name: [&[way], ids.as_slice()].concat().join(" "),
            before: old.filter(|old| is_of(old)).map(|_| way.to_owned()),
        }
    }

    /// Whether no VPC is left out.
    pub fn shows_all(&self, topology: &Topology) -> bool {
        let asked = self.vpcs.as_ref();
        asked.is_none_or(|asked| topology.vpcs().all(|(vpc, _)| asked.contains(vpc)))
    }
}

impl View {
    /// What a card is pinned as; none where it stands for no resource.
    pub fn pin(&self, card: CardId) -> Option<Pin> {
        Some(Pin {
            key: self.keys.get(&card)?.clone(),
            within: self.stands_in.get(&card).cloned(),
        })
    }

    /// The card that is meant by a pin. A resource that is folded into another card does not take that one along.
    pub fn pinned(&self, pin: &Pin) -> Option<CardId> {
        let is_own = |card: &CardId| self.keys.get(card) == Some(&pin.key);
        let Some(place) = &pin.within else {
            return self.card(&pin.key).filter(is_own);
        };
        let copies = self.copies.get(&pin.key).into_iter().flatten();
        let first = self.numbers.get(&pin.key).into_iter();
        let mut cards = first.chain(copies.map(|(_, card)| card)).copied();
        cards.find(|card| is_own(card) && self.stands_in.get(card) == Some(place))
    }

    /// The pins of a board that mean a card: by what it stands in, and as the first of its resource.
    pub fn pins_of(&self, board: &Board, card: CardId) -> Vec<Pin> {
        let Some(pin) = self.pin(card) else {
            return Vec::new();
        };
        let first = Pin {
            within: None,
            ..pin.clone()
        };
        let mut pins = vec![first, pin];
        pins.dedup();
        pins.retain(|pin| board.pins.contains_key(pin) && self.pinned(pin) == Some(card));
        pins
    }

    /// What stands where somebody put it, for the layout of this view.
    pub fn arranged(&self, options: &Options, topology: &Topology) -> layout::Arranged {
        let board = options.arrangement.board(&options.boards(topology));
        // A narrowed picture is laid out anew: places on the whole one mean nothing there.
        let Some(board) = board.filter(|_| options.only.is_none()) else {
            return layout::Arranged::default();
        };
        // A pin that names what its card stands in comes later, and wins.
        let pins = board.pins.iter();
        let notes = board.notes.iter();
        layout::Arranged {
            pins: pins
                .filter_map(|(pin, at)| Some((self.pinned(pin)?, *at)))
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
