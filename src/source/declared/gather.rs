//! The network while it is put together: resources first, then what belongs to them.

use super::book::Book;
use super::fields::Fields;
use crate::network::{
    AsFacts, Cause, Common, Facts, Gap, Id, Key, Kind, Known, Record, RouteTableFacts, Text,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Gather<'b> {
    pub(super) book: &'b Book<'b>,
    pub(super) records: BTreeMap<Key, Record>,
    /// Kinds of which something was lost, so that none is known completely.
    pub(super) lost: BTreeSet<Kind>,
    /// Which table was made the main one of a VPC.
    pub(super) mains: BTreeMap<Id, Id>,
    /// Groups that let everything out, because nobody says otherwise.
    pub(super) open_groups: BTreeSet<Id>,
    /// ACLs that let everything pass, because nobody says otherwise.
    pub(super) open_acls: BTreeSet<Id>,
}

impl<'b> Gather<'b> {
    pub(super) fn new(book: &'b Book<'b>) -> Self {
        Self {
            book,
            records: BTreeMap::new(),
            lost: BTreeSet::new(),
            mains: BTreeMap::new(),
            open_groups: BTreeSet::new(),
            open_acls: BTreeSet::new(),
        }
    }

    /// A resource with what all have.
    pub(super) fn add(&mut self, fields: &Fields<'_>, facts: impl Into<Facts>) {
        let record = Record {
            common: fields.common(),
            facts: facts.into(),
        };
        self.records.entry(fields.key().clone()).or_insert(record);
    }

    /// Something that comes with a resource by itself.
    pub(super) fn companion(&mut self, key: Key, like: &Common, facts: impl Into<Facts>) {
        let tags = match key.id {
            Id::Aws(_) => Known::Unread,
            Id::Planned(_) => Known::Value(BTreeMap::new()),
        };
        let record = Record {
            common: Common {
                owner: like.owner.clone(),
                region: like.region.clone(),
                arn: match key.id {
                    Id::Aws(_) => Known::Unread,
                    Id::Planned(_) => Known::ChosenByAws,
                },
                tags,
            },
            facts: facts.into(),
        };
        self.records.entry(key).or_insert(record);
    }

    pub(super) fn facts<T: AsFacts>(&self, id: &Id) -> Option<&T> {
        T::of(&self.records.get(&Key::new(T::KIND, id.clone()))?.facts)
    }

    pub(super) fn facts_mut<T: AsFacts>(&mut self, id: &Id) -> Option<&mut T> {
        T::of_mut(&mut self.records.get_mut(&Key::new(T::KIND, id.clone()))?.facts)
    }

    /// The keys of all resources of a kind.
    pub(super) fn keys(&self, kind: Kind) -> Vec<Key> {
        let keys = self.records.keys();
        keys.filter(|key| key.kind == kind).cloned().collect()
    }

    /// The facts that a part belongs to; what is not in this file says so.
    pub(super) fn owner<T: AsFacts>(&mut self, fields: &Fields<'_>, id: &Id) -> Option<&mut T> {
        let key = Key::new(T::KIND, id.clone());
        if !self.records.contains_key(&key) {
            self.lost.insert(T::KIND);
            self.book.add(
                Gap::new(
                    fields.declaration.address.clone(),
                    self.book.declared.place,
                    Cause::NotInInput,
                    Text::from(format!(
                        "it belongs to the {key}, which this file does not hold"
                    )),
                )
                .of_kinds([T::KIND]),
            );
            return None;
        }
        self.facts_mut(id)
    }

    /// A table, to put routes and associations into. One that comes with a VPC is made here.
    pub(super) fn table(&mut self, fields: &Fields<'_>, id: &Id) -> Option<&mut RouteTableFacts> {
        let key = Key::new(Kind::RouteTable, id.clone());
        if !self.records.contains_key(&key) {
            let book = self.book;
            let of_vpc = book.declared.resources.iter().find_map(|declaration| {
                let vpc = book.key_of_vpc(declaration)?;
                let is_its = book.companion(declaration, Kind::RouteTable).as_ref() == Some(&key);
                is_its.then_some(vpc)
            });
            if let Some(vpc) = of_vpc {
                let like = self.records.get(&vpc).map(|it| it.common.clone());
                let facts = RouteTableFacts {
                    vpc: Known::Value(vpc.id.clone()),
                    routes: Known::Value(Vec::new()),
                    associations: Known::Value(Vec::new()),
                    propagating_gateways: Known::Value(Vec::new()),
                };
                self.companion(key, &like.unwrap_or_default(), facts);
            }
        }
        self.owner(fields, id)
    }
}

/// Put one more into a list that is known.
pub(super) fn push<T: Ord>(list: &mut Known<Vec<T>>, item: T) {
    if let Known::Value(items) = list
        && let Err(at) = items.binary_search(&item)
    {
        items.insert(at, item);
    }
}

/// A list in its own order.
pub(super) fn sorted<T: Ord>(mut items: Vec<T>) -> Known<Vec<T>> {
    items.sort_unstable();
    items.dedup();
    Known::Value(items)
}
