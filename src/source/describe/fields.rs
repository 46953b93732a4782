//! Reading the members of one record: each getter takes a name and a shape, and what does not fit becomes a gap.

use super::super::json::{Json, List, Object};
use crate::network::{Cause, Gap, Id, Key, Kind, Known, Text};
use ipnet::{IpNet, Ipv4Net};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Gaps kept of one file; a file that is wrong throughout says so once and not a million times.
const MOST_GAPS: usize = 200;

/// What is wrong with the records of one file.
pub(super) struct Notes<'p> {
    /// The file, as it is called in gaps.
    place: &'p str,
    gaps: RefCell<Vec<Gap>>,
    more: Cell<usize>,
    /// Whether the record being read has lost something.
    lost: Cell<bool>,
}

impl<'p> Notes<'p> {
    pub(super) fn new(place: &'p str) -> Self {
        Self {
            place,
            gaps: RefCell::default(),
            more: Cell::new(0),
            lost: Cell::new(false),
        }
    }

    pub(super) fn place(&self) -> &'p str {
        self.place
    }

    pub(super) fn add(&self, gap: Gap) {
        let mut gaps = self.gaps.borrow_mut();
        if gaps.len() < MOST_GAPS {
            gaps.push(gap);
        } else {
            self.more.set(self.more.get() + 1);
        }
    }

    /// Whether something was lost since the last call.
    pub(super) fn take_lost(&self) -> bool {
        self.lost.replace(false)
    }

    pub(super) fn lose(&self) {
        self.lost.set(true);
    }

    /// The gaps, and one that counts those left off.
    pub(super) fn into_gaps(self) -> Vec<Gap> {
        let mut gaps = self.gaps.into_inner();
        if self.more.get() > 0 {
            gaps.push(Gap::new(
                "more of the same",
                self.place,
                Cause::NotUnderstood,
                format!(
                    "{} more members were not understood; only the first {MOST_GAPS} are listed",
                    self.more.get()
                ),
            ));
        }
        gaps
    }
}

/// The members of a record, or of an object inside one.
#[derive(Clone, Copy)]
pub(super) struct Fields<'r> {
    members: Object<'r>,
    notes: &'r Notes<'r>,
    kind: Kind,
    id: &'r str,
    /// The list this object stands in and its place there, for words.
    inside: Option<(&'static str, usize)>,
}

impl<'r> Fields<'r> {
    pub(super) fn new(members: Object<'r>, notes: &'r Notes<'r>, kind: Kind, id: &'r str) -> Self {
        Self {
            members,
            notes,
            kind,
            id,
            inside: None,
        }
    }

    /// An item of a list that belongs to this resource; what is no object is refused.
    pub(super) fn item(
        item: Json<'r>,
        notes: &'r Notes<'r>,
        kind: Kind,
        id: &'r str,
        inside: (&'static str, usize),
    ) -> Option<Self> {
        let at = |members| Self {
            inside: Some(inside),
            ..Self::new(members, notes, kind, id)
        };
        if let Json::Object(members) = item {
            return Some(at(members));
        }
        at(Object::default()).wrong("", "an object", item);
        None
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The id of the resource these are the members of.
    pub(super) fn name(&self) -> &'r str {
        self.id
    }

    /// The member, if it is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<Json<'r>> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Say what is wrong with a member, and that nothing is lost by it.
    pub(super) fn remark(&self, name: &str, why: String) {
        let what = match self.inside {
            Some((list, at)) if name.is_empty() => format!("{list}[{at}]"),
            Some((list, at)) => format!("{list}[{at}].{name}"),
            None => name.to_owned(),
        };
        let (place, key) = if self.id.is_empty() {
            (self.notes.place.to_owned(), None)
        } else {
            let key = Key::aws(self.kind, self.id);
            (format!("{}, {key}", self.notes.place), Some(key))
        };
        let mut gap = Gap::new(what, place, Cause::NotUnderstood, why).of_kinds([self.kind]);
        gap.resource = key;
        self.notes.add(gap);
    }

    /// Say what is wrong with a member that is lost by it.
    pub(super) fn refuse(&self, name: &str, why: String) {
        self.notes.lose();
        self.remark(name, why);
    }

    fn wrong(&self, name: &str, wanted: &str, found: Json<'_>) {
        self.refuse(
            name,
            format!("{wanted} is expected here, not {}", found.what()),
        );
    }

    /// Text, empty text included.
    pub(super) fn str(&self, name: &str) -> Option<&'r str> {
        match self.get(name)? {
            Json::Text(text) => Some(text),
            other => {
                self.wrong(name, "text", other);
                None
            }
        }
    }

    /// Text that is not empty.
    pub(super) fn word(&self, name: &str) -> Option<&'r str> {
        self.str(name).filter(|text| !text.is_empty())
    }

    pub(super) fn text(&self, name: &str) -> Known<Text> {
        self.str(name).map(Text::from).into()
    }

    pub(super) fn some_text(&self, name: &str) -> Option<Text> {
        self.word(name).map(Text::from)
    }

    /// Text or a number, as text: autonomous system numbers come as both.
    pub(super) fn text_or_number(&self, name: &str) -> Known<Text> {
        match self.get(name) {
            Some(Json::Int(number)) => Known::Value(number.to_string().into()),
            _ => self.text(name),
        }
    }

    pub(super) fn id(&self, name: &str) -> Known<Id> {
        self.some_id(name).into()
    }

    pub(super) fn some_id(&self, name: &str) -> Option<Id> {
        self.word(name).map(Id::from)
    }

    pub(super) fn some_flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Json::Bool(flag) => Some(flag),
            other => {
                self.wrong(name, "true or false", other);
                None
            }
        }
    }

    pub(super) fn flag(&self, name: &str) -> Known<bool> {
        self.some_flag(name).into()
    }

    /// A whole number that fits its type.
    pub(super) fn some_number<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        match self.get(name)? {
            Json::Int(number) => {
                let fitting = T::try_from(number).ok();
                if fitting.is_none() {
                    self.refuse(name, format!("{number} is out of range"));
                }
                fitting
            }
            other => {
                self.wrong(name, "a whole number", other);
                None
            }
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, name: &str) -> Known<T> {
        self.some_number(name).into()
    }

    pub(super) fn some_address(&self, name: &str) -> Option<IpAddr> {
        let text = self.word(name)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.refuse(name, format!("“{text}” is not an IP address"));
        }
        address
    }

    /// A block; one with host bits is taken as the block it lies in, and remarked on.
    pub(super) fn some_block(&self, name: &str) -> Option<IpNet> {
        let text = self.word(name)?;
        let block = self.block_of(name, text);
        if block.is_none() {
            self.refuse(name, format!("“{text}” is not a CIDR block"));
        }
        block
    }

    /// A block of version 4.
    pub(super) fn some_block4(&self, name: &str) -> Option<Ipv4Net> {
        match self.some_block(name)? {
            IpNet::V4(block) => Some(block),
            IpNet::V6(block) => {
                self.refuse(
                    name,
                    format!("an IPv4 block is expected here, not “{block}”"),
                );
                None
            }
        }
    }

    /// What a text says as a block; none where it is none.
    pub(super) fn block_of(&self, name: &str, text: &str) -> Option<IpNet> {
        let block: IpNet = text.trim().parse().ok()?;
        let canonical = block.trunc();
        if canonical != block {
            self.remark(
                name,
                format!("“{text}” has bits set after its mask; it is read as {canonical}"),
            );
        }
        Some(canonical)
    }

    /// The object under a name.
    pub(super) fn object(&self, name: &'static str) -> Option<Self> {
        match self.get(name)? {
            Json::Object(members) => Some(Self { members, ..*self }),
            other => {
                self.wrong(name, "an object", other);
                None
            }
        }
    }

    pub(super) fn list(&self, name: &str) -> Option<List<'r>> {
        match self.get(name)? {
            Json::List(items) => Some(items),
            other => {
                self.wrong(name, "a list", other);
                None
            }
        }
    }

    /// The objects of a list; none where there is no list.
    pub(super) fn objects(&self, name: &'static str) -> impl Iterator<Item = Self> + use<'r> {
        let parent = *self;
        self.list(name)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter_map(move |(at, item)| {
                let inside = Self {
                    inside: Some((name, at)),
                    ..parent
                };
                match item {
                    Json::Object(members) => Some(Self { members, ..inside }),
                    other => {
                        inside.wrong("", "an object", other);
                        None
                    }
                }
            })
    }

    /// The texts of a list; none where there is no list.
    pub(super) fn words(&self, name: &'static str) -> impl Iterator<Item = &'r str> + use<'r> {
        let parent = *self;
        self.list(name)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter_map(move |(at, item)| {
                if let Json::Text(text) = item {
                    return Some(text);
                }
                let inside = Self {
                    inside: Some((name, at)),
                    ..parent
                };
                inside.wrong("", "text", item);
                None
            })
    }

    /// A sorted list of what each object of a list gives; unread where the list is there but is no list.
    pub(super) fn all<T: Ord>(
        &self,
        name: &'static str,
        take: impl FnMut(Self) -> Option<T>,
    ) -> Known<Vec<T>> {
        if self.is_wrong_list(name) {
            return Known::Unread;
        }
        sorted(self.objects(name).filter_map(take))
    }

    /// The ids that stand in the objects of a list (`Groups[].GroupId`).
    pub(super) fn ids_in(&self, list: &'static str, name: &str) -> Known<Vec<Id>> {
        self.all(list, |item| item.some_id(name))
    }

    /// The ids of a list of texts (`SubnetIds`).
    pub(super) fn ids(&self, list: &'static str) -> Known<Vec<Id>> {
        if self.is_wrong_list(list) {
            return Known::Unread;
        }
        sorted(self.words(list).map(Id::from))
    }

    /// The blocks of a list of texts.
    pub(super) fn blocks(&self, list: &'static str) -> Vec<IpNet> {
        self.words(list)
            .enumerate()
            .filter_map(|(at, text)| {
                let inside = Self {
                    inside: Some((list, at)),
                    ..*self
                };
                let block = inside.block_of("", text);
                if block.is_none() {
                    inside.refuse("", format!("“{text}” is not a CIDR block"));
                }
                block
            })
            .collect()
    }

    /// Whether a member that is to be a list is something else; that is remarked on.
    pub(super) fn is_wrong_list(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| !matches!(value, Json::List(_)))
            && self.list(name).is_none()
    }

    /// Tags, as a list of keys and values or as an object; none where there is no such member.
    pub(super) fn tags(&self, name: &'static str) -> Known<BTreeMap<Text, Text>> {
        if let Some(Json::Object(members)) = self.get(name) {
            let tags = members.iter().filter_map(|(key, value)| {
                value.as_str().map(|value| (Text::from(key), value.into()))
            });
            return Known::Value(tags.collect());
        }
        if self.is_wrong_list(name) {
            return Known::Unread;
        }
        let tags = self.objects(name).filter_map(|tag| {
            let value = tag.str("Value").unwrap_or_default();
            Some((tag.word("Key")?.into(), value.into()))
        });
        Known::Value(tags.collect())
    }
}

/// A list in its own order, so that the order of the input never shows.
pub(super) fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Known<Vec<T>> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    Known::Value(items)
}
