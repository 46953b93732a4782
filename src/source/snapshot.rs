//! A snapshot: one file that holds a network as it was read, with its accounts, sightings, coverage and gaps.
//!
//! The text is a function of the network alone: sorted, one resource a line, no clock and no path, so that it diffs
//! well and two readings of the same account are the same file.

use super::describe::decode;
use super::json::why_not;
use crate::network::{
    Common, Coverage, Facts, Gap, Id, Input, Key, Kind, Network, Observation, Record, Resource,
    Scope, Shard, Sighting, Text,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The member that tells a snapshot from other JSON; its value is the version.
pub(super) const MARK: &str = "vpc_atlas_snapshot";
/// The version this program writes, and the newest it reads.
const VERSION: u64 = 1;
/// How far into a file [`is_snapshot`] looks for the mark.
const LOOK: usize = 512;

/// Why a file is no snapshot that can be read. The words name the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
pub struct SnapshotError {
    place: String,
    why: String,
}

impl SnapshotError {
    /// Why, without the file's name: a sentence without a full stop.
    pub fn why(&self) -> &str {
        &self.why
    }
}

/// Whether a file says at its beginning that it is a snapshot.
pub fn is_snapshot(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let mark = format!("\"{MARK}\"");
    head.windows(mark.len())
        .any(|window| window == mark.as_bytes())
}

/// What stands at the top of the file.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "vpc_atlas_snapshot")]
    version: u64,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    shards: Vec<StoredShard>,
}

#[derive(Deserialize)]
struct StoredShard {
    account: Option<Text>,
    region: Option<Text>,
    #[serde(default)]
    coverage: BTreeMap<Kind, Coverage>,
    #[serde(default)]
    gaps: BTreeSet<Gap>,
    #[serde(default)]
    resources: Vec<StoredResource>,
}

#[derive(Deserialize)]
struct StoredResource {
    kind: Kind,
    id: Id,
    seen: Vec<StoredObservation>,
}

/// One observation. Who asked is left out where it is who the shard is of.
#[derive(Serialize, Deserialize)]
struct StoredObservation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Scope>,
    input: Input,
    #[serde(default)]
    common: Common,
    facts: Facts,
}

/// The file that holds this network; [`read`] gives the same network back.
pub fn write(network: &Network) -> Vec<u8> {
    let mut out = format!("{{\"{MARK}\":{VERSION},\"shards\":[").into_bytes();
    for (at, (scope, shard)) in network.shards().enumerate() {
        out.extend_from_slice(if at == 0 { b"\n{" } else { b",\n{" });
        member(&mut out, "account", &scope.account);
        out.push(b',');
        member(&mut out, "region", &scope.region);
        out.extend_from_slice(b",\n");
        let coverage: BTreeMap<Kind, Coverage> = shard.coverages().collect();
        member(&mut out, "coverage", &coverage);
        out.extend_from_slice(b",\n\"gaps\":[");
        lines(&mut out, shard.gaps(), put);
        out.extend_from_slice(b"],\n\"resources\":[");
        lines(&mut out, shard.resources(), |out, resource| {
            put_resource(out, scope, resource);
        });
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"\n]}\n");
    out
}

fn put_resource(out: &mut Vec<u8>, scope: &Scope, resource: &Resource) {
    let seen: Vec<StoredObservation> = resource
        .observations()
        .iter()
        .map(|seen| {
            let by = Scope {
                account: seen.sighting.account.clone(),
                region: seen.sighting.region.clone(),
            };
            StoredObservation {
                by: (by != *scope).then_some(by),
                input: seen.sighting.input,
                common: seen.record.common.clone(),
                facts: seen.record.facts.clone(),
            }
        })
        .collect();
    out.push(b'{');
    member(out, "kind", &resource.kind());
    out.push(b',');
    member(out, "id", &resource.key().id);
    out.push(b',');
    member(out, "seen", &seen);
    out.push(b'}');
}

fn lines<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, put: impl Fn(&mut Vec<u8>, T)) {
    for (at, item) in items.enumerate() {
        out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
        put(out, item);
    }
}

fn member<T: Serialize>(out: &mut Vec<u8>, name: &str, value: &T) {
    put(out, name);
    out.push(b':');
    put(out, value);
}

fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Plain data with text for keys, into memory: there is nothing that could fail.
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// The network a snapshot holds. `place` names the file in the error.
pub fn read(bytes: &[u8], place: &str) -> Result<Network, SnapshotError> {
    let wrong = |why: String| SnapshotError {
        place: place.to_owned(),
        why,
    };
    let text = decode(bytes).map_err(wrong)?;
    let head: Head = serde_json::from_str(&text).map_err(|error| wrong(why_not(&error)))?;
    if head.version > VERSION {
        return Err(wrong(format!(
            "the snapshot is of version {}, and this program reads up to version {VERSION}; open it with a newer one",
            head.version
        )));
    }
    let file: File = serde_json::from_str(&text).map_err(|error| wrong(why_not(&error)))?;
    let mut network = Network::new();
    for stored in file.shards {
        let scope = Scope {
            account: stored.account,
            region: stored.region,
        };
        let mut sightings = BTreeMap::new();
        let mut shard = Shard::new();
        for resource in stored.resources {
            let key = Key::new(resource.kind, resource.id);
            let observations = resource
                .seen
                .into_iter()
                .map(|seen| observation(seen, &scope, &mut sightings))
                .collect();
            let resource = Resource::from_observations(key.clone(), observations)
                .ok_or_else(|| wrong(format!("{key} has no facts, or facts of another kind")))?;
            shard.add(Arc::new(resource));
        }
        for (kind, coverage) in stored.coverage {
            shard.cover(kind, coverage);
        }
        for gap in stored.gaps {
            shard.add_gap(gap);
        }
        network = network.merged(&Network::of(scope, shard));
    }
    Ok(network)
}

/// One observation as it was; sightings of one account and region are shared, as they were when they were read.
fn observation(
    seen: StoredObservation,
    scope: &Scope,
    sightings: &mut BTreeMap<(Scope, Input), Arc<Sighting>>,
) -> Observation {
    let by = seen.by.unwrap_or_else(|| scope.clone());
    let sighting = sightings
        .entry((by, seen.input))
        .or_insert_with_key(|(by, input)| {
            Arc::new(Sighting {
                account: by.account.clone(),
                region: by.region.clone(),
                input: *input,
            })
        });
    Observation {
        sighting: Arc::clone(sighting),
        record: Arc::new(Record {
            common: seen.common,
            facts: seen.facts,
        }),
    }
}
