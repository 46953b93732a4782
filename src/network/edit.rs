//! What tells two networks apart, and a network with changes made.

use super::facts::Facts;
use super::key::{Key, Text};
use super::known::Known;
use super::resource::{Common, Observation, Resource};
use super::shard::{Network, Shard};
use super::{FactSet, Record};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One change. Differences, what-if, steps and drift all speak in these.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A resource that the second network has and the first has not.
    Add(Arc<Resource>),
    /// A resource that the first network has and the second has not.
    Remove(Key),
    /// A field that is known in both and differs.
    Set {
        /// Whose.
        key: Key,
        /// Which field.
        field: Text,
        /// As it is in the first network.
        before: Known<Value>,
        /// As it is in the second.
        after: Known<Value>,
    },
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such resource.
    #[error("{0} is not in the network")]
    Missing(Key),
    /// The resource is there already.
    #[error("{0} is in the network already")]
    Present(Key),
    /// The value does not fit the field.
    #[error("{key} cannot be changed: {why}")]
    Value {
        /// Whose.
        key: Key,
        /// Why, as a sentence.
        why: String,
    },
}

/// The changes that lead from `a` to `b`, by key, then field. A fact that either side has not read is no difference.
pub fn difference(a: &Network, b: &Network) -> Vec<Edit> {
    let keys: BTreeSet<&Key> = a
        .resources()
        .chain(b.resources())
        .map(|resource| resource.key())
        .collect();
    let mut edits = Vec::new();
    for key in keys {
        match (a.get(key), b.get(key)) {
            (Some(_), None) => edits.push(Edit::Remove(key.clone())),
            (None, Some(added)) => edits.push(Edit::Add(Arc::clone(added))),
            (Some(before), Some(after)) => {
                for field in before.record().differing(after.record()) {
                    edits.push(Edit::Set {
                        key: key.clone(),
                        field: field.into(),
                        before: before.record().field(field).unwrap_or_default(),
                        after: after.record().field(field).unwrap_or_default(),
                    });
                }
            }
            (None, None) => {}
        }
    }
    edits
}

impl Network {
    /// The network with these changes made; the first that cannot be made is the error.
    pub fn edited(&self, edits: &[Edit]) -> Result<Self, EditError> {
        let mut network = self.clone();
        for edit in edits {
            network = network.with_edit(edit)?;
        }
        Ok(network)
    }

    fn with_edit(self, edit: &Edit) -> Result<Self, EditError> {
        match edit {
            Edit::Add(resource) => {
                if self.get(resource.key()).is_some() {
                    return Err(EditError::Present(resource.key().clone()));
                }
                let scope = resource
                    .observations()
                    .first()
                    .map_or_else(Default::default, |seen| super::Scope {
                        account: seen.sighting.account.clone(),
                        region: seen.sighting.region.clone(),
                    });
                let mut shard = self
                    .shards()
                    .find(|(held, _)| **held == scope)
                    .map_or_else(Shard::new, |(_, shard)| shard.as_ref().clone());
                shard.add(Arc::clone(resource));
                Ok(self.with_shard(scope, Arc::new(shard)))
            }
            Edit::Remove(key) => self.with_resource(key, |_| Ok(None)),
            Edit::Set {
                key, field, after, ..
            } => self.with_resource(key, |resource| resource.with_field(field, after)),
        }
    }

    /// Replace or remove a resource in every shard that holds it.
    fn with_resource(
        self,
        key: &Key,
        change: impl Fn(&Resource) -> Result<Option<Resource>, EditError>,
    ) -> Result<Self, EditError> {
        let holders: Vec<_> = self
            .shards()
            .filter(|(_, shard)| shard.get(key).is_some())
            .map(|(scope, shard)| (scope.clone(), Arc::clone(shard)))
            .collect();
        if holders.is_empty() {
            return Err(EditError::Missing(key.clone()));
        }
        let mut network = self;
        for (scope, shard) in holders {
            let mut changed = Shard::new();
            for resource in shard.resources() {
                if resource.key() != key {
                    changed.add(Arc::clone(resource));
                } else if let Some(resource) = change(resource)? {
                    changed.add(Arc::new(resource));
                }
            }
            for (kind, coverage) in shard.coverages() {
                changed.cover(kind, coverage);
            }
            for gap in shard.gaps() {
                changed.add_gap(gap.clone());
            }
            network = network.with_shard(scope, Arc::new(changed));
        }
        Ok(network)
    }
}

impl Resource {
    /// The resource with one field set in every sighting of it.
    pub fn with_field(&self, field: &str, value: &Known<Value>) -> Result<Option<Self>, EditError> {
        let observations = self
            .observations()
            .iter()
            .map(|seen| {
                let mut record = seen.record.as_ref().clone();
                record
                    .set_field(field, value.clone())
                    .map_err(|why| EditError::Value {
                        key: self.key().clone(),
                        why,
                    })?;
                Ok(Observation {
                    sighting: Arc::clone(&seen.sighting),
                    record: Arc::new(record),
                })
            })
            .collect::<Result<_, EditError>>()?;
        Ok(Self::from_observations(self.key().clone(), observations))
    }
}

impl Record {
    /// A record of nothing but its kind.
    pub fn unread(kind: super::Kind) -> Self {
        Self {
            common: Common::default(),
            facts: Facts::unread(kind),
        }
    }

    /// Every field with a name and a value or the lack of one: common fields first, then the kind's own.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, Known<Value>)> {
        Common::FIELDS
            .iter()
            .map(|&name| (name, self.common.field(name)))
            .chain(
                self.facts
                    .fields()
                    .iter()
                    .map(|&name| (name, self.facts.field(name))),
            )
            .filter_map(|(name, value)| value.map(|value| (name, value)))
    }
}
