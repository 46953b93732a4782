//! Records of one account and region, and their union.

use super::AsFacts;
use super::gap::{Cause, Coverage, Gap};
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use super::resource::Resource;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An account and region that was asked; either may be unknown for files.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The account, by its twelve digits.
    pub account: Option<Text>,
    /// The region, by its code.
    pub region: Option<Text>,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.account, &self.region) {
            (Some(account), Some(region)) => write!(f, "{account} {region}"),
            (Some(only), None) | (None, Some(only)) => f.write_str(only),
            (None, None) => f.write_str("this input"),
        }
    }
}

/// What was read of one account and region. Loading, refreshing and cancelling replace a shard, never the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    resources: BTreeMap<Key, Arc<Resource>>,
    coverage: BTreeMap<Kind, Coverage>,
    gaps: BTreeSet<Gap>,
}

impl Shard {
    /// An empty shard: nothing was read.
    pub fn new() -> Self {
        Self::default()
    }

    /// A shard from resources; fastest where they are sorted and distinct.
    pub fn from_resources(resources: impl IntoIterator<Item = Arc<Resource>>) -> Self {
        let mut ascending: Vec<(Key, Arc<Resource>)> = Vec::new();
        let mut others = Vec::new();
        for resource in resources {
            match ascending.last() {
                Some((last, _)) if last >= resource.key() => others.push(resource),
                _ => ascending.push((resource.key().clone(), resource)),
            }
        }
        // From sorted keys a map is built without a comparison per level.
        let mut shard = Self {
            resources: ascending.into_iter().collect(),
            ..Self::default()
        };
        for resource in others {
            shard.add(resource);
        }
        shard
    }

    /// Add a sighting of a resource.
    pub fn add(&mut self, resource: Arc<Resource>) {
        match self.resources.entry(resource.key().clone()) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(resource);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let merged = place.get().merged(&resource);
                *place.get_mut() = Arc::new(merged);
            }
        }
    }

    /// Say how much of a kind was read; the most that anybody says holds.
    pub fn cover(&mut self, kind: Kind, coverage: Coverage) {
        let held = self.coverage.entry(kind).or_default();
        *held = (*held).max(coverage);
    }

    /// Add a gap.
    pub fn add_gap(&mut self, gap: Gap) {
        self.gaps.insert(gap);
    }

    /// Take in another shard of the same scope.
    pub fn merge(&mut self, other: &Self) {
        for resource in other.resources.values() {
            self.add(Arc::clone(resource));
        }
        for (&kind, &coverage) in &other.coverage {
            self.cover(kind, coverage);
        }
        self.gaps.extend(other.gaps.iter().cloned());
    }

    /// Its resources, by key.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values()
    }

    /// One of its resources.
    pub fn get(&self, key: &Key) -> Option<&Arc<Resource>> {
        self.resources.get(key)
    }

    /// How much of a kind was read.
    pub fn coverage(&self, kind: Kind) -> Coverage {
        self.coverage.get(&kind).copied().unwrap_or_default()
    }

    /// How much was read, by kind, where anything was.
    pub fn coverages(&self) -> impl Iterator<Item = (Kind, Coverage)> {
        self.coverage
            .iter()
            .map(|(&kind, &coverage)| (kind, coverage))
    }

    /// Its gaps as they were recorded; [`Network::gaps`] adds those that follow from coverage.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter()
    }
}

/// The union of shards: what is known of one or more VPCs. Cheap to clone; an edit copies pointers.
#[derive(Clone, Debug, Default)]
pub struct Network {
    shards: BTreeMap<Scope, Arc<Shard>>,
    merged: Arc<OnceLock<BTreeMap<Key, Arc<Resource>>>>,
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.shards == other.shards
    }
}

impl Eq for Network {}

/// Kinds the map is made of: where one of them was not read, the map says so.
const MAP_KINDS: &[Kind] = &[
    Kind::Vpc,
    Kind::Subnet,
    Kind::RouteTable,
    Kind::InternetGateway,
    Kind::EgressOnlyInternetGateway,
    Kind::NatGateway,
    Kind::VpcEndpoint,
    Kind::VpcPeeringConnection,
    Kind::TransitGatewayAttachment,
    Kind::VpnGateway,
    Kind::NetworkAcl,
    Kind::SecurityGroup,
    Kind::NetworkInterface,
];

impl Network {
    /// A network of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A network of one shard.
    pub fn of(scope: Scope, shard: Shard) -> Self {
        Self::new().with_shard(scope, Arc::new(shard))
    }

    /// The same network with this shard in place of the scope's old one.
    #[must_use]
    pub fn with_shard(mut self, scope: Scope, shard: Arc<Shard>) -> Self {
        self.shards.insert(scope, shard);
        self.merged = Arc::default();
        self
    }

    /// The same network without a scope.
    #[must_use]
    pub fn without_shard(mut self, scope: &Scope) -> Self {
        self.shards.remove(scope);
        self.merged = Arc::default();
        self
    }

    /// Both networks together; where they share a scope their shards merge.
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        for (scope, theirs) in &other.shards {
            match self.shards.entry(scope.clone()) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(Arc::clone(theirs));
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    if !Arc::ptr_eq(place.get(), theirs) {
                        Arc::make_mut(place.get_mut()).merge(theirs);
                    }
                }
            }
        }
        self.merged = Arc::default();
        self
    }

    /// Its shards, by scope.
    pub fn shards(&self) -> impl Iterator<Item = (&Scope, &Arc<Shard>)> {
        self.shards.iter()
    }

    /// Whether it holds no resource at all.
    pub fn is_empty(&self) -> bool {
        self.shards.values().all(|shard| shard.resources.is_empty())
    }

    fn index(&self) -> &BTreeMap<Key, Arc<Resource>> {
        self.merged.get_or_init(|| {
            let mut shards = self.shards.values();
            let mut all = match shards.next() {
                Some(first) => first.resources.clone(),
                None => return BTreeMap::new(),
            };
            for shard in shards {
                for (key, resource) in &shard.resources {
                    all.entry(key.clone())
                        .and_modify(|held| *held = Arc::new(held.merged(resource)))
                        .or_insert_with(|| Arc::clone(resource));
                }
            }
            all
        })
    }

    /// Every resource, by key; one that several shards saw stands once.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.index().values()
    }

    /// How many resources it holds.
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// A resource.
    pub fn get(&self, key: &Key) -> Option<&Arc<Resource>> {
        self.index().get(key)
    }

    /// The facts of a resource by type: `network.facts::<SubnetFacts>(&id)`.
    pub fn facts<T: AsFacts>(&self, id: &Id) -> Option<&T> {
        self.get(&Key::new(T::KIND, id.clone()))?.of()
    }

    /// Every resource of a kind, by id.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Arc<Resource>> {
        let first = Key::new(kind, Id::aws(""));
        self.index()
            .range(first..)
            .map(|(_, resource)| resource)
            .take_while(move |resource| resource.kind() == kind)
    }

    /// Every resource of a kind with its facts by type, by id.
    pub fn all<'a, T: AsFacts + 'a>(&'a self) -> impl Iterator<Item = (&'a Arc<Resource>, &'a T)> {
        self.of_kind(T::KIND)
            .filter_map(|resource| resource.of().map(|facts| (resource, facts)))
    }

    /// How much of a kind was read in a scope.
    pub fn coverage(&self, scope: &Scope, kind: Kind) -> Coverage {
        self.shards
            .get(scope)
            .map_or(Coverage::NotRead, |shard| shard.coverage(kind))
    }

    /// How much of a kind was read in the accounts and regions that saw this resource. A resource nobody saw is
    /// judged by the best of all scopes.
    pub fn coverage_around(&self, key: &Key, kind: Kind) -> Coverage {
        let seen = |shard: &&Arc<Shard>| shard.get(key).is_some();
        let best = |shards: &mut dyn Iterator<Item = &Arc<Shard>>| {
            shards
                .map(|shard| shard.coverage(kind))
                .max()
                .unwrap_or_default()
        };
        if self.shards.values().any(|shard| seen(&shard)) {
            best(&mut self.shards.values().filter(seen))
        } else {
            best(&mut self.shards.values())
        }
    }

    /// Every gap: those recorded on reading and conflicts between sightings, sorted, then those that follow from
    /// coverage, sorted: what went wrong comes before what was merely not given.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut recorded: BTreeSet<Gap> = BTreeSet::new();
        let mut not_given: BTreeSet<Gap> = BTreeSet::new();
        for (scope, shard) in &self.shards {
            recorded.extend(shard.gaps.iter().cloned());
            // Where nothing was read at all, the recorded gaps say why; a list of every kind would bury them.
            if shard.resources.is_empty() && shard.coverage.is_empty() {
                continue;
            }
            for &kind in MAP_KINDS {
                let explained = || shard.gaps.iter().any(|gap| gap.kinds.contains(&kind));
                if shard.coverage(kind) == Coverage::NotRead && !explained() {
                    not_given.insert(not_in_input(scope, kind));
                }
            }
        }
        for resource in self.resources() {
            if !resource.conflicts().is_empty() {
                recorded.insert(conflict(resource));
            }
        }
        recorded.into_iter().chain(not_given).collect()
    }

    /// Why a kind is not complete around a resource; `None` where it is complete.
    pub fn why_incomplete(&self, key: &Key, kind: Kind) -> Option<Gap> {
        if self.coverage_around(key, kind) == Coverage::Complete {
            return None;
        }
        let seen_by = |(_, shard): &(&Scope, &Arc<Shard>)| shard.get(key).is_some();
        let somewhere = self.shards.iter().any(|shard| seen_by(&shard));
        let mut around = self
            .shards
            .iter()
            .filter(|shard| !somewhere || seen_by(shard))
            .peekable();
        let scope = around
            .peek()
            .map(|(scope, _)| (*scope).clone())
            .unwrap_or_default();
        let recorded = around
            .flat_map(|(_, shard)| &shard.gaps)
            .find(|gap| gap.kinds.contains(&kind));
        Some(
            recorded
                .cloned()
                .unwrap_or_else(|| not_in_input(&scope, kind)),
        )
    }
}

/// The gap that says which fields equal sightings of a resource disagree on, with their values where those are short.
fn conflict(resource: &Resource) -> Gap {
    const SHORT: usize = 40;
    let field = |name: &&'static str| {
        let values: BTreeSet<String> = resource
            .observations()
            .iter()
            .filter_map(|seen| match seen.record.field(name) {
                Some(Known::Value(serde_json::Value::String(text))) => Some(text),
                Some(Known::Value(value)) => Some(value.to_string()),
                _ => None,
            })
            .collect();
        let words = name.replace('_', " ");
        if values.iter().all(|value| value.len() <= SHORT) {
            let values: Vec<String> = values.into_iter().collect();
            format!("{words}: {}", values.join(" or "))
        } else {
            words
        }
    };
    let fields: Vec<String> = resource.conflicts().iter().map(field).collect();
    let why = format!(
        "read more than once with different facts ({}); the greatest of the values is shown",
        fields.join(", ")
    );
    let key = resource.key().clone();
    Gap::new(
        Text::from(key.to_string()),
        "",
        Cause::Conflict,
        Text::from(why),
    )
    .about(key)
}

/// The gap that follows from a kind nobody asked for.
fn not_in_input(scope: &Scope, kind: Kind) -> Gap {
    let place = Text::from(scope.to_string());
    Gap::new(kind.plural(), place, Cause::NotInInput, "not in this input").of_kinds([kind])
}
