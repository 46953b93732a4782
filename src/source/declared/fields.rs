//! Reading the members of one declared resource: what is not known or does not fit is unread, with the gap that says so.

use super::super::json::same_word;
use super::book::{Book, Found, Loss};
use super::term::{Members, Term};
use super::{Declaration, Dialect};
use crate::network::{Cause, Common, Gap, Id, Key, Kind, Known, Text};
use compact_str::format_compact;
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The members of a resource, or of a map inside one. Each getter takes the names that a member may have; case and
/// underscores do not matter.
#[derive(Clone, Copy)]
pub(super) struct Fields<'b> {
    pub(super) book: &'b Book<'b>,
    pub(super) declaration: &'b Declaration,
    members: &'b Members,
    key: &'b Key,
}

/// A resource's members with its key beside them.
pub(super) type Names<'n> = &'n [&'n str];

impl<'b> Fields<'b> {
    pub(super) fn new(book: &'b Book<'b>, declaration: &'b Declaration, key: &'b Key) -> Self {
        Self {
            book,
            declaration,
            members: &declaration.members,
            key,
        }
    }

    pub(super) fn key(&self) -> &'b Key {
        self.key
    }

    pub(super) fn id(&self) -> Id {
        self.key.id.clone()
    }

    /// Whether the resource stands already.
    pub(super) fn stands(&self) -> bool {
        matches!(self.key.id, Id::Aws(_))
    }

    pub(super) fn is_template(&self) -> bool {
        self.book.declared.dialect == Dialect::CloudFormation
    }

    /// The member, if it is there and not null.
    pub(super) fn get(&self, names: Names<'_>) -> Option<&'b Term> {
        names.iter().find_map(|name| {
            self.members
                .iter()
                .find(|(held, term)| same_word(held, name) && *term != Term::Null)
                .map(|(_, term)| term)
        })
    }

    pub(super) fn has(&self, names: Names<'_>) -> bool {
        self.get(names).is_some()
    }

    /// Whether the member says anything: Terraform writes empty text for what is not set, and what is computed is not
    /// what the resource was given.
    pub(super) fn says(&self, names: Names<'_>) -> bool {
        match self.get(names) {
            None | Some(Term::Chosen) => false,
            Some(Term::Text(text)) => !text.is_empty(),
            Some(_) => true,
        }
    }

    /// Say why a member is not known; what it fed is unread.
    pub(super) fn lose(&self, names: Names<'_>, loss: &Loss) {
        let address = &self.declaration.address;
        // As the file writes it, where it does.
        let held = names.iter().find_map(|name| {
            let mut members = self.members.iter();
            members.find(|(held, _)| same_word(held, name))
        });
        let what = match (held, names.first()) {
            (Some((held, _)), _) => held.as_str(),
            (None, Some(name)) => name,
            (None, None) => address,
        };
        let place = if what == address {
            Text::from(self.book.declared.place)
        } else {
            format_compact!("{}, {address}", self.book.declared.place)
        };
        let gap = Gap::new(what, place, loss.cause.clone(), loss.why.clone());
        let gap = gap.of_kinds([self.key.kind]);
        let is_whole = self.declaration.what.is_whole();
        self.book.add(if is_whole {
            gap.about(self.key.clone())
        } else {
            gap
        });
    }

    pub(super) fn refuse(&self, names: Names<'_>, why: impl Into<Text>) {
        self.lose(
            names,
            &Loss {
                written: Text::default(),
                why: why.into(),
                cause: Cause::NotUnderstood,
            },
        );
    }

    /// What was found as what is known.
    pub(super) fn known<T>(&self, names: Names<'_>, found: Found<T>) -> Known<T> {
        match found {
            Found::Value(value) => Known::Value(value),
            Found::Absent => Known::Unread,
            Found::Chosen => Known::ChosenByAws,
            Found::Lost(loss) => {
                self.lose(names, &loss);
                Known::Unread
            }
        }
    }

    fn some<T>(&self, names: Names<'_>, found: Found<T>) -> Option<T> {
        match self.known(names, found) {
            Known::Value(value) => Some(value),
            Known::Unread | Known::ChosenByAws => None,
        }
    }

    pub(super) fn found_text(&self, names: Names<'_>) -> Found<Text> {
        self.get(names)
            .map_or(Found::Absent, |term| self.book.text_of(term))
    }

    /// Text that is not empty.
    pub(super) fn text(&self, names: Names<'_>) -> Known<Text> {
        let found = self.found_text(names).and_then(|text| {
            if text.is_empty() {
                Found::Absent
            } else {
                Found::Value(text)
            }
        });
        self.known(names, found)
    }

    pub(super) fn some_text(&self, names: Names<'_>) -> Option<Text> {
        match self.text(names) {
            Known::Value(text) => Some(text),
            _ => None,
        }
    }

    /// Text, or what AWS does where nothing is said.
    pub(super) fn text_or(&self, names: Names<'_>, usual: &str) -> Known<Text> {
        if self.has(names) {
            self.text(names)
        } else {
            Known::Value(usual.into())
        }
    }

    pub(super) fn found_flag(&self, names: Names<'_>) -> Found<bool> {
        self.found_text(names)
            .and_then(|text| match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Found::Value(true),
                "false" | "no" | "off" | "0" => Found::Value(false),
                _ => Found::misfit(&Term::Text(text), "true or false"),
            })
    }

    pub(super) fn flag(&self, names: Names<'_>) -> Known<bool> {
        self.known(names, self.found_flag(names))
    }

    pub(super) fn flag_or(&self, names: Names<'_>, usual: bool) -> Known<bool> {
        if self.has(names) {
            self.flag(names)
        } else {
            Known::Value(usual)
        }
    }

    /// Whether a member says yes; what it does not say or is not known counts as no.
    pub(super) fn is(&self, names: Names<'_>) -> bool {
        matches!(self.found_flag(names), Found::Value(true))
    }

    pub(super) fn number<T: std::str::FromStr>(&self, names: Names<'_>) -> Known<T> {
        let found = self.found_text(names).and_then(|text| {
            if text.is_empty() {
                return Found::Absent;
            }
            text.parse().map_or_else(
                |_| Found::misfit(&Term::Text(text), "a whole number"),
                Found::Value,
            )
        });
        self.known(names, found)
    }

    pub(super) fn some_number<T: std::str::FromStr>(&self, names: Names<'_>) -> Option<T> {
        match self.number(names) {
            Known::Value(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn found_block(&self, names: Names<'_>) -> Found<IpNet> {
        self.found_text(names).and_then(|text| block_of(&text))
    }

    pub(super) fn some_block(&self, names: Names<'_>) -> Option<IpNet> {
        self.some(names, self.found_block(names))
    }

    pub(super) fn block4(&self, names: Names<'_>) -> Known<Ipv4Net> {
        let found = self.found_block(names).and_then(|block| match block {
            IpNet::V4(block) => Found::Value(block),
            IpNet::V6(block) => {
                Found::misfit(&Term::Text(format_compact!("{block}")), "an IPv4 block")
            }
        });
        self.known(names, found)
    }

    pub(super) fn address(&self, names: Names<'_>) -> Known<IpAddr> {
        let found = self.found_text(names).and_then(|text| {
            if text.is_empty() {
                return Found::Absent;
            }
            text.parse().map_or_else(
                |_| Found::misfit(&Term::Text(text), "an IP address"),
                Found::Value,
            )
        });
        self.known(names, found)
    }

    pub(super) fn some_address(&self, names: Names<'_>) -> Option<IpAddr> {
        match self.address(names) {
            Known::Value(address) => Some(address),
            _ => None,
        }
    }

    pub(super) fn found_key(&self, names: Names<'_>, kinds: &[Kind]) -> Found<Key> {
        self.get(names)
            .map_or(Found::Absent, |term| self.book.key_of(term, kinds))
    }

    pub(super) fn some_key(&self, names: Names<'_>, kinds: &[Kind]) -> Option<Key> {
        self.some(names, self.found_key(names, kinds))
    }

    pub(super) fn id_of(&self, names: Names<'_>, kind: Kind) -> Known<Id> {
        let found = self
            .found_key(names, &[kind])
            .and_then(|key| Found::Value(key.id));
        self.known(names, found)
    }

    pub(super) fn some_id(&self, names: Names<'_>, kind: Kind) -> Option<Id> {
        self.some_key(names, &[kind]).map(|key| key.id)
    }

    /// The id of a part's owner; a part without one says so.
    pub(super) fn owner(&self, names: Names<'_>, kind: Kind) -> Option<Id> {
        match self.found_key(names, &[kind]) {
            Found::Value(key) => Some(key.id),
            Found::Absent | Found::Chosen => {
                self.refuse(
                    &[],
                    format_compact!("it does not say which {} it belongs to", kind.singular()),
                );
                None
            }
            Found::Lost(loss) => {
                self.lose(names, &loss);
                None
            }
        }
    }

    /// The items of a list; one value stands for a list of one.
    pub(super) fn items(&self, names: Names<'_>) -> Found<&'b [Term]> {
        match self.get(names) {
            None => Found::Absent,
            Some(Term::List(items)) => Found::Value(items),
            Some(Term::Chosen) => Found::Chosen,
            Some(term @ (Term::Given { why, .. } | Term::Unknown { why, .. })) => {
                Found::Lost(Loss {
                    written: term.written(),
                    why: why.clone(),
                    cause: Cause::NotInInput,
                })
            }
            Some(term @ (Term::Text(_) | Term::Made { .. } | Term::Map(_))) => {
                Found::Value(std::slice::from_ref(term))
            }
            Some(term) => Found::misfit(term, "a list"),
        }
    }

    /// The ids of a list, sorted; unread where one of them is not known.
    pub(super) fn ids(&self, names: Names<'_>, kind: Kind) -> Known<Vec<Id>> {
        let items = match self.known(names, self.items(names)) {
            Known::Value(items) => items,
            Known::ChosenByAws => return Known::ChosenByAws,
            Known::Unread if self.has(names) => return Known::Unread,
            Known::Unread => return Known::Value(Vec::new()),
        };
        let mut ids = Vec::new();
        let mut whole = true;
        for term in items {
            match self.book.key_of(term, &[kind]) {
                Found::Value(key) => ids.push(key.id),
                Found::Absent => {}
                Found::Chosen => whole = false,
                Found::Lost(loss) => {
                    self.lose(names, &loss);
                    whole = false;
                }
            }
        }
        if !whole {
            return Known::Unread;
        }
        ids.sort_unstable();
        ids.dedup();
        Known::Value(ids)
    }

    /// The maps of a list (or the one map), with whether all of the list is known.
    pub(super) fn objects(&self, names: Names<'_>) -> (Vec<Self>, bool) {
        let items = match self.known(names, self.items(names)) {
            Known::Value(items) => items,
            Known::ChosenByAws => return (Vec::new(), false),
            Known::Unread => return (Vec::new(), !self.has(names)),
        };
        let mut whole = true;
        let mut objects = Vec::new();
        for term in items {
            match term {
                Term::Map(members) => objects.push(Self { members, ..*self }),
                Term::Null => {}
                Term::Chosen => whole = false,
                other => {
                    whole = false;
                    let Found::Lost(loss) = Found::<()>::misfit(other, "a map") else {
                        continue;
                    };
                    self.lose(names, &loss);
                }
            }
        }
        (objects, whole)
    }

    /// The map under a name.
    pub(super) fn object(&self, names: Names<'_>) -> Option<Self> {
        self.objects(names).0.into_iter().next()
    }

    /// The texts of a list, sorted as they stand.
    pub(super) fn texts(&self, names: Names<'_>) -> (Vec<Text>, bool) {
        let items = match self.known(names, self.items(names)) {
            Known::Value(items) => items,
            Known::ChosenByAws => return (Vec::new(), false),
            Known::Unread => return (Vec::new(), !self.has(names)),
        };
        let mut whole = true;
        let texts = items
            .iter()
            .filter_map(|term| {
                let text = self.known(names, self.book.text_of(term));
                whole &= text.value().is_some();
                text.value().cloned()
            })
            .collect();
        (texts, whole)
    }

    /// Tags, with what CloudFormation and Terraform write; a value that is not known stands as it is written.
    pub(super) fn tags(&self) -> Known<BTreeMap<Text, Text>> {
        let names = ["tags_all", "tags"];
        let mut tags = BTreeMap::new();
        let mut put = |key: Text, value: &Term| {
            let value = match self.book.text_of(value) {
                Found::Value(value) => value,
                Found::Absent => Text::default(),
                Found::Chosen => value.written(),
                Found::Lost(loss) => {
                    let why = format_compact!("{}; it is shown as it is written", loss.why);
                    self.lose(
                        &[&format!("tag {key}")],
                        &Loss {
                            why,
                            ..loss.clone()
                        },
                    );
                    loss.written
                }
            };
            tags.insert(key, value);
        };
        match self.get(&names) {
            None => {}
            Some(Term::Map(members)) => {
                for (key, value) in members {
                    put(key.clone(), value);
                }
            }
            Some(Term::List(items)) => {
                for item in items {
                    let key = item.get("Key").and_then(Term::to_text);
                    if let (Some(key), Some(value)) = (key, item.get("Value")) {
                        put(key, value);
                    }
                }
            }
            Some(term) => {
                let found = self.book.text_of(term);
                let _: Known<Text> = self.known(&["tags"], found);
                return Known::Unread;
            }
        }
        Known::Value(tags)
    }

    /// What every resource has.
    pub(super) fn common(&self) -> Common {
        let arn = match self.get(&["arn"]) {
            Some(Term::Text(arn)) if arn.starts_with("arn:") => Some(arn.clone()),
            _ => None,
        };
        let mut parts = arn.iter().flat_map(|arn| arn.split(':')).skip(3);
        let of_arn = |part: Option<&str>| part.filter(|it| !it.is_empty()).map(Text::from);
        let region = of_arn(parts.next());
        let account = of_arn(parts.next());
        let said = match self.get(&["region"]) {
            Some(Term::Text(region)) if !self.is_template() => Some(region.clone()),
            _ => None,
        };
        let owner = match self.get(&["owner_id"]) {
            Some(Term::Text(owner)) => Some(owner.clone()),
            _ => None,
        };
        Common {
            owner: owner.or(account).into(),
            region: match said.or(region) {
                Some(region) => Known::Value(region),
                None => self.book.region(),
            },
            arn: match arn {
                Some(arn) => Known::Value(arn),
                None if self.stands() => Known::Unread,
                None => Known::ChosenByAws,
            },
            tags: self.tags(),
        }
    }
}

/// What a text says as a block; one with bits after its mask is the block it lies in, as AWS reads it.
pub(super) fn block_of(text: &str) -> Found<IpNet> {
    if text.is_empty() {
        return Found::Absent;
    }
    match text.trim().parse::<IpNet>() {
        Ok(block) => Found::Value(block.trunc()),
        Err(_) => Found::misfit(&Term::Text(text.into()), "a CIDR block"),
    }
}
