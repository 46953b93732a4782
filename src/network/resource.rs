//! A resource: what is known of it, and who saw it.

use super::facts::{AsFacts, FactSet, Facts, fact_set};
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

// `fact_set!` names these two of the facts room.
use super::facts::{from_json, to_json};

fact_set! {
    /// What every resource has, whatever its kind.
    Common {
        /// The account that owns it.
        owner: Text,
        /// The region it stands in.
        region: Text,
        /// Its ARN, where the answer carries one.
        arn: Text,
        /// Its tags. Participants of a shared VPC see none, which is not the same as none.
        /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html>
        tags: BTreeMap<Text, Text>,
    }
}

/// All facts of one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// What every resource has.
    #[serde(default)]
    pub common: Common,
    /// What this kind has.
    pub facts: Facts,
}

impl Record {
    /// A field, of the kind or common to all, as JSON; `None` where there is none of that name.
    pub fn field(&self, name: &str) -> Option<Known<Value>> {
        self.facts.field(name).or_else(|| self.common.field(name))
    }

    /// Set a field from JSON; the error is a sentence.
    pub fn set_field(&mut self, name: &str, value: Known<Value>) -> Result<(), String> {
        if Common::FIELDS.contains(&name) {
            self.common.set_field(name, value)
        } else {
            self.facts.set_field(name, value)
        }
    }

    /// The names of the fields that are known on both sides and differ.
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let mut names = self.common.differing(&other.common);
        names.extend(self.facts.differing(&other.facts));
        names
    }
}

/// Through which door a network came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// Read from the EC2 API, by the program or by the AWS CLI: files of describe output are a recorded account.
    Account,
    /// The sample that comes with the program.
    Sample,
    /// A design.
    Design,
}

/// Who saw a resource, and from where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting {
    /// The account that asked, where it is known.
    pub account: Option<Text>,
    /// The region that was asked, where it is known.
    pub region: Option<Text>,
    /// The door.
    pub input: Input,
}

/// What one sighting said of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Who saw it.
    pub sighting: Arc<Sighting>,
    /// What was seen.
    pub record: Arc<Record>,
}

impl Observation {
    /// Lower is better: the owner's view, then one whose side is not known, then a participant's.
    fn rank(&self) -> u8 {
        match (self.record.common.owner.value(), &self.sighting.account) {
            (Some(owner), Some(account)) if owner == account => 0,
            (Some(_), Some(_)) => 2,
            _ => 1,
        }
    }
}

/// A resource: the set of what was observed, and what that says together.
///
/// The set is what merges: union of sets is commutative, associative and idempotent, and the record is a function of
/// the set. So it never matters in which order files, pages and accounts arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    key: Key,
    observations: Vec<Observation>,
    record: Arc<Record>,
    conflicts: Vec<&'static str>,
}

impl Resource {
    /// A resource seen once. The key's kind is that of the facts.
    pub fn seen(id: Id, sighting: Arc<Sighting>, record: Record) -> Self {
        let record = Arc::new(record);
        Self {
            key: Key::new(record.facts.kind(), id),
            observations: vec![Observation {
                sighting,
                record: Arc::clone(&record),
            }],
            record,
            conflicts: Vec::new(),
        }
    }

    /// A resource from its observations; `None` where there is none, or one is of another kind than the key's.
    pub fn from_observations(key: Key, observations: Vec<Observation>) -> Option<Self> {
        let of_this_kind = |observation: &Observation| observation.record.facts.kind() == key.kind;
        if observations.is_empty() || !observations.iter().all(of_this_kind) {
            return None;
        }
        Some(Self::resolved(key, observations))
    }

    /// A resource from observations of the key's kind.
    pub(super) fn resolved(key: Key, mut observations: Vec<Observation>) -> Self {
        observations.sort_unstable();
        observations.dedup();
        let mut conflicts = Vec::new();
        let record = match observations.as_slice() {
            [only] => Arc::clone(&only.record),
            several => {
                let ranks: Vec<Vec<&Record>> = (0..=2)
                    .map(|rank| {
                        several
                            .iter()
                            .filter(|observation| observation.rank() == rank)
                            .map(|observation| observation.record.as_ref())
                            .collect()
                    })
                    .collect();
                let common: Vec<Vec<&Common>> = ranks
                    .iter()
                    .map(|rank| rank.iter().map(|record| &record.common).collect())
                    .collect();
                let facts: Vec<Vec<&Facts>> = ranks
                    .iter()
                    .map(|rank| rank.iter().map(|record| &record.facts).collect())
                    .collect();
                Arc::new(Record {
                    common: Common::resolve(&common, &mut conflicts),
                    facts: Facts::resolve(key.kind, &facts, &mut conflicts),
                })
            }
        };
        conflicts.retain(|field| !is_of_one_side(&record.facts, field));
        Self {
            key,
            observations,
            record,
            conflicts,
        }
    }

    /// This and another sighting of the same resource, together.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        debug_assert_eq!(self.key, other.key, "only sightings of one resource merge");
        let both = self
            .observations
            .iter()
            .chain(&other.observations)
            .cloned()
            .collect();
        Self::resolved(self.key.clone(), both)
    }

    /// Its kind and id.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.key.kind
    }

    /// What every resource has.
    pub fn common(&self) -> &Common {
        &self.record.common
    }

    /// What this kind has.
    pub fn facts(&self) -> &Facts {
        &self.record.facts
    }

    /// All that is known of it.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The facts by type: `resource.of::<SubnetFacts>()`; `None` for another kind.
    pub fn of<T: AsFacts>(&self) -> Option<&T> {
        T::of(&self.record.facts)
    }

    /// Who saw it, and what they saw; sorted.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Fields that equal sightings disagree on.
    pub fn conflicts(&self) -> &[&'static str] {
        &self.conflicts
    }

    /// A tag's value.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.common().tags.value()?.get(key).map(Text::as_str)
    }

    /// What people call it: its `Name` tag, or a name of its own kind (a group's, a prefix list's).
    pub fn name(&self) -> Option<&str> {
        self.tag("Name")
            .filter(|name| !name.is_empty())
            .or_else(|| match self.facts() {
                Facts::SecurityGroup(group) => group.group_name.value().map(Text::as_str),
                Facts::PrefixList(list) => list.prefix_list_name.value().map(Text::as_str),
                Facts::Account(account) => account.alias.value().map(Text::as_str),
                _ => None,
            })
    }

    /// [`Resource::name`], or the id.
    pub fn label(&self) -> &str {
        self.name().unwrap_or(self.key.id.as_str())
    }

    /// The accounts that saw it and do not own it, where the owner is known: with whom it is shared.
    pub fn participants(&self) -> BTreeSet<&Text> {
        let Some(owner) = self.common().owner.value() else {
            return BTreeSet::new();
        };
        let seen = self.observations.iter();
        let accounts = seen.filter_map(|seen| seen.sighting.account.as_ref());
        accounts.filter(|account| *account != owner).collect()
    }

    /// Whether a participant sees it: somebody else owns it.
    pub fn is_shared(&self) -> bool {
        let owner = self.common().owner.value();
        owner.is_some()
            && self.observations.iter().all(|observation| {
                observation.sighting.account.is_some()
                    && observation.sighting.account.as_ref() != owner
            })
    }
}

/// Whether a field is told by each side of a peering of itself: the two have one id, and what differs is no conflict.
fn is_of_one_side(facts: &Facts, field: &str) -> bool {
    match facts {
        Facts::VpcPeeringConnection(_) => field == "region",
        Facts::TransitGatewayAttachment(facts) => {
            let is_peering = facts
                .resource_type
                .value()
                .is_some_and(|it| it == "peering");
            is_peering && field != "state"
        }
        _ => false,
    }
}
