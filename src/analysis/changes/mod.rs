//! What tells a network from an earlier reading of it: resource by resource, and summed up for each VPC and subnet.
//!
//! Unknown is never absent: a resource that one reading has and the other could not have told of is neither added nor
//! removed, and a fact that either did not read is no change.

mod words;

pub use words::{Call, Wording, brief, facts};

use super::search::{account_of, region_of, vpcs_of};
use crate::network::{
    Coverage, Edit, Facts, Id, Key, Kind, Known, Network, Resource, Scope, Text, difference,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What became of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub key: Key,
    /// What people call it, as it is now where it still is.
    pub name: Option<Text>,
    /// The VPCs it stands in or joins, before or now; sorted.
    pub vpcs: Vec<Key>,
    /// The subnets it has a leg in, before or now; sorted.
    pub subnets: Vec<Key>,
    /// What became of it.
    pub what: What,
}

/// What became of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It is there and was not.
    Added,
    /// It was there and is not.
    Removed,
    /// In one of the two, and the other did not read all of its kind.
    Unknown,
    /// Facts of it that differ, in the order of the facts.
    Changed(Vec<FieldChange>),
}

/// A fact that is known on both sides and differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Which.
    pub field: Text,
    /// As it was.
    pub before: Known<Value>,
    /// As it is.
    pub after: Known<Value>,
}

/// How many resources were added, removed and changed, and of how many that cannot be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Added.
    pub added: usize,
    /// Removed.
    pub removed: usize,
    /// Changed.
    pub changed: usize,
    /// Not to be compared.
    pub unknown: usize,
}

/// What tells a network from an earlier reading of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    list: Vec<Change>,
    inside: BTreeMap<Key, Tally>,
    total: Tally,
}

/// Facts that merely follow from what other resources tell themselves, with the reason.
const SLIGHT: &[(Kind, &str, &str)] = &[(
    Kind::Subnet,
    "available_addresses",
    "it falls and rises with every interface, and interfaces are told themselves",
)];

impl Changes {
    /// What leads from one reading to a later one.
    pub fn between(before: &Network, after: &Network) -> Self {
        let mut list: Vec<Change> = Vec::new();
        for edit in difference(before, after) {
            match edit {
                Edit::Add(resource) => {
                    let what = if was_read(before, &resource) {
                        What::Added
                    } else {
                        What::Unknown
                    };
                    list.push(Change::of(resource.key(), before, after, what));
                }
                Edit::Remove(key) => {
                    let Some(resource) = before.get(&key) else {
                        continue;
                    };
                    let what = if was_read(after, resource) {
                        What::Removed
                    } else {
                        What::Unknown
                    };
                    list.push(Change::of(&key, before, after, what));
                }
                Edit::Set {
                    key,
                    field,
                    before: old,
                    after: new,
                } => {
                    let field = FieldChange {
                        field,
                        before: old,
                        after: new,
                    };
                    match list.last_mut() {
                        Some(Change {
                            key: last,
                            what: What::Changed(fields),
                            ..
                        }) if *last == key => fields.push(field),
                        _ => {
                            let what = What::Changed(vec![field]);
                            list.push(Change::of(&key, before, after, what));
                        }
                    }
                }
            }
        }
        Self::of(list)
    }

    fn of(list: Vec<Change>) -> Self {
        let mut total = Tally::default();
        let mut inside: BTreeMap<Key, Tally> = BTreeMap::new();
        for change in &list {
            total.count(&change.what);
            for place in change.vpcs.iter().chain(&change.subnets) {
                if *place != change.key {
                    inside.entry(place.clone()).or_default().count(&change.what);
                }
            }
        }
        Self {
            list,
            inside,
            total,
        }
    }

    /// The same without what merely follows from the rest, such as the free addresses of a subnet.
    #[must_use]
    pub fn noteworthy(self) -> Self {
        let kept = self.list.into_iter().filter_map(|mut change| {
            let kind = change.key.kind;
            if let What::Changed(fields) = &mut change.what {
                fields.retain(|change| {
                    let is_it =
                        |&(of, name, _): &(Kind, &str, &str)| of == kind && name == change.field;
                    !SLIGHT.iter().any(is_it)
                });
                if fields.is_empty() {
                    return None;
                }
            }
            Some(change)
        });
        Self::of(kept.collect())
    }

    /// All of them, by kind and id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Change> {
        self.list.iter()
    }

    /// The one at a position of [`Changes::iter`].
    pub fn at(&self, position: usize) -> Option<&Change> {
        self.list.get(position)
    }

    /// What became of a resource, if anything did.
    pub fn get(&self, key: &Key) -> Option<&Change> {
        let found = self.list.binary_search_by(|change| change.key.cmp(key));
        found.ok().and_then(|at| self.list.get(at))
    }

    /// How many there are in all.
    pub fn total(&self) -> Tally {
        self.total
    }

    /// How many there are in a VPC or subnet, itself not counted.
    pub fn inside(&self, place: &Key) -> Tally {
        self.inside.get(place).copied().unwrap_or_default()
    }

    /// VPCs and subnets in which something else changed, with how much.
    pub fn places(&self) -> impl Iterator<Item = (&Key, Tally)> {
        self.inside.iter().map(|(key, tally)| (key, *tally))
    }

    /// Whether nothing is known to have changed.
    pub fn is_empty(&self) -> bool {
        self.total.differing() == 0
    }
}

impl Tally {
    /// How many are known to differ.
    pub fn differing(&self) -> usize {
        self.added + self.removed + self.changed
    }

    fn count(&mut self, what: &What) {
        let place = match what {
            What::Added => &mut self.added,
            What::Removed => &mut self.removed,
            What::Unknown => &mut self.unknown,
            What::Changed(_) => &mut self.changed,
        };
        *place += 1;
    }
}

impl Change {
    fn of(key: &Key, before: &Network, after: &Network, what: What) -> Self {
        let sides = [after.get(key), before.get(key)];
        let sides: Vec<&Resource> = sides.into_iter().flatten().map(AsRef::as_ref).collect();
        let name = sides.first().and_then(|side| side.name());
        let keys = |kind: Kind, ids: BTreeSet<&Id>| -> Vec<Key> {
            let keys = ids.into_iter().map(|id| Key::new(kind, id.clone()));
            keys.collect()
        };
        let vpcs = sides.iter().flat_map(|side| vpcs_of(side)).collect();
        let subnets = sides.iter().flat_map(|side| subnets_of(side)).collect();
        Self {
            key: key.clone(),
            name: name.map(Text::from),
            vpcs: keys(Kind::Vpc, vpcs),
            subnets: keys(Kind::Subnet, subnets),
            what,
        }
    }

    /// [`Change::name`], or the id.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.key.id.as_str())
    }
}

/// Whether a later reading could tell more than an earlier one: a kind is complete now that was not.
pub fn tells_more(before: &Network, after: &Network) -> bool {
    let was = |scope: &Scope, kind: Kind| before.coverage(scope, kind);
    after.shards().any(|(scope, shard)| {
        let mut now = shard.coverages();
        now.any(|(kind, now)| now > was(scope, kind))
    })
}

/// Whether a network that does not hold a resource would, had the resource been there: all of its kind was read by whoever
/// saw it, or where it stands. What is shared is seen by others than its owner, who may not be read at all.
fn was_read(network: &Network, resource: &Resource) -> bool {
    let agree = |held: Option<&str>, wanted: Option<&str>| {
        held.is_none() || wanted.is_none() || held == wanted
    };
    let mut places: Vec<(Option<&str>, Option<&str>)> = resource
        .observations()
        .iter()
        .map(|seen| {
            let sighting = &seen.sighting;
            (sighting.account.as_deref(), sighting.region.as_deref())
        })
        .filter(|place| *place != (None, None))
        .collect();
    if places.is_empty() {
        places.push((account_of(resource), region_of(resource)));
    }
    network.shards().any(|(scope, shard)| {
        let is_there = places.iter().any(|(account, region)| {
            agree(scope.account.as_deref(), *account) && agree(scope.region.as_deref(), *region)
        });
        is_there && shard.coverage(resource.kind()) == Coverage::Complete
    })
}

/// The subnets a resource has a leg in.
fn subnets_of(resource: &Resource) -> Vec<&Id> {
    match resource.facts() {
        Facts::NatGateway(facts) => facts.subnet.value().into_iter().flatten().collect(),
        Facts::VpcEndpoint(facts) => facts.subnets.items().iter().collect(),
        Facts::TransitGatewayAttachment(facts) => facts.subnets.items().iter().collect(),
        Facts::NetworkFirewall(facts) => facts.subnets.items().iter().collect(),
        Facts::NetworkInterface(facts) => facts.subnet.value().into_iter().collect(),
        Facts::Instance(facts) => facts.subnet.value().into_iter().collect(),
        Facts::FlowLog(facts) => {
            let of = facts.resource.value().into_iter();
            of.filter(|id| Kind::of_id(id.as_str()) == Some(Kind::Subnet))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Common, Gap, NetworkInterfaceFacts, Record, Shard, Sighting, SubnetFacts, VpcFacts,
    };
    use std::sync::Arc;

    const ACCOUNT: &str = "111122223333";

    fn scope(region: &str) -> Scope {
        Scope {
            account: Some(ACCOUNT.into()),
            region: Some(region.into()),
        }
    }

    fn seen(id: &str, region: &str, facts: impl Into<Facts>) -> Arc<Resource> {
        let sighting = Sighting {
            account: Some(ACCOUNT.into()),
            region: Some(region.into()),
            input: crate::network::Input::Account,
        };
        let record = Record {
            common: Common {
                region: Known::Value(region.into()),
                ..Common::default()
            },
            facts: facts.into(),
        };
        Arc::new(Resource::seen(Id::aws(id), Arc::new(sighting), record))
    }

    fn subnet(id: &str, free: u32, public: bool) -> Arc<Resource> {
        let facts = SubnetFacts {
            vpc: Known::Value("vpc-1".into()),
            available_addresses: Known::Value(free),
            map_public_ip_on_launch: Known::Value(public),
            ..SubnetFacts::default()
        };
        seen(id, "eu-west-1", facts)
    }

    fn interface(id: &str) -> Arc<Resource> {
        let facts = NetworkInterfaceFacts {
            vpc: Known::Value("vpc-1".into()),
            subnet: Known::Value("subnet-1".into()),
            ..NetworkInterfaceFacts::default()
        };
        seen(id, "eu-west-1", facts)
    }

    /// A network of one region in which these kinds were read completely.
    fn network(resources: Vec<Arc<Resource>>, read: &[Kind]) -> Network {
        let vpc = seen("vpc-1", "eu-west-1", VpcFacts::default());
        let mut shard = Shard::from_resources(resources.into_iter().chain([vpc]));
        for kind in read {
            shard.cover(*kind, Coverage::Complete);
        }
        Network::of(scope("eu-west-1"), shard)
    }

    const ALL: &[Kind] = &[Kind::Vpc, Kind::Subnet, Kind::NetworkInterface];

    #[test]
    fn what_came_went_and_changed_is_summed_up_where_it_stands() {
        let before = network(vec![subnet("subnet-1", 9, false), interface("eni-1")], ALL);
        let after = network(
            vec![
                subnet("subnet-1", 8, true),
                subnet("subnet-2", 11, false),
                interface("eni-2"),
                interface("eni-3"),
            ],
            ALL,
        );
        let changes = Changes::between(&before, &after);
        let total = Tally {
            added: 3,
            removed: 1,
            changed: 1,
            unknown: 0,
        };
        assert_eq!(changes.total(), total);
        assert_eq!(changes.inside(&Key::aws(Kind::Vpc, "vpc-1")), total);
        let in_subnet = changes.inside(&Key::aws(Kind::Subnet, "subnet-1"));
        assert_eq!((in_subnet.added, in_subnet.removed), (2, 1));
        assert_eq!(in_subnet.changed, 0, "its own change is not inside it");
        let removed = changes.get(&Key::aws(Kind::NetworkInterface, "eni-1"));
        assert_eq!(removed.map(|change| &change.what), Some(&What::Removed));
        assert!(changes.iter().is_sorted_by_key(|change| &change.key));
    }

    #[test]
    fn what_could_not_be_read_is_not_gone() {
        let whole = network(vec![subnet("subnet-1", 9, false)], ALL);
        let partly = network(vec![], &[Kind::Vpc]);
        for (before, after) in [(&whole, &partly), (&partly, &whole)] {
            let changes = Changes::between(before, after);
            assert_eq!(changes.total().unknown, 1);
            assert!(changes.is_empty(), "{changes:?}");
        }
        // A region that could not be asked at all.
        let mut failed = Shard::new();
        failed.add_gap(Gap::new(
            "eu-west-1",
            "",
            crate::network::Cause::TimedOut,
            "no answer",
        ));
        let none = Network::of(scope("eu-west-1"), failed);
        assert!(Changes::between(&whole, &none).is_empty());
        // Another region says nothing about this one.
        let elsewhere = Network::of(scope("us-east-1"), {
            let mut shard = Shard::new();
            shard.cover(Kind::Subnet, Coverage::Complete);
            shard.cover(Kind::Vpc, Coverage::Complete);
            shard
        });
        assert!(Changes::between(&whole, &elsewhere).is_empty());
        assert!(tells_more(&partly, &whole) && !tells_more(&whole, &partly));
    }

    #[test]
    fn free_addresses_alone_are_not_noteworthy() {
        let before = network(vec![subnet("subnet-1", 9, false)], ALL);
        let after = network(vec![subnet("subnet-1", 8, false)], ALL);
        let changes = Changes::between(&before, &after);
        assert_eq!(changes.total().changed, 1);
        assert_eq!(changes.noteworthy().iter().len(), 0);
        let moved = network(vec![subnet("subnet-1", 8, true)], ALL);
        let changes = Changes::between(&before, &moved).noteworthy();
        let What::Changed(fields) = &changes.at(0).unwrap().what else {
            panic!("{changes:?}");
        };
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].field, "map_public_ip_on_launch");
        assert_eq!(changes.inside(&Key::aws(Kind::Vpc, "vpc-1")).changed, 1);
    }
}
