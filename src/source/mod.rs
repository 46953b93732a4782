//! Bytes in, network shards out: designs, describe output, snapshots, the sample, live accounts.

pub mod calls;
pub mod collect;
pub mod describe;
pub mod design;
mod json;
#[cfg(feature = "aws")]
pub mod live;
pub mod sample;
pub mod snapshot;

use crate::network::{Cause, Gap, Network, Scope, Shard};

/// A file as it was found: what to call it, and its bytes or why there are none.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Its path below what was opened, with `/` between folders. It names the file in gaps, and its folders may name
    /// account and region.
    pub path: String,
    /// What it holds, or why it could not be read, as a sentence without a full stop.
    pub bytes: Result<Vec<u8>, String>,
}

impl InputFile {
    /// A file that was read.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: Ok(bytes.into()),
        }
    }

    /// A file that could not be read.
    pub fn unreadable(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            bytes: Err(why.into()),
        }
    }

    fn len(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }
}

/// Any mix of files to one network: designs are told by their names, snapshots and describe output by what they hold. What cannot be read or
/// understood is a gap; the rest lives.
pub fn read(files: &[InputFile]) -> Network {
    read_beside(files, false)
}

/// As [`read`], where other sources may hold designs too.
pub fn read_beside(files: &[InputFile], others: bool) -> Network {
    let is_snapshot = |file: &&InputFile| {
        file.bytes
            .as_ref()
            .is_ok_and(|bytes| snapshot::is_snapshot(bytes))
    };
    let (designs, files): (Vec<&InputFile>, Vec<&InputFile>) =
        files.iter().partition(|file| design::is_design(&file.path));
    let (mut snapshots, described): (Vec<&InputFile>, Vec<&InputFile>) =
        files.into_iter().partition(is_snapshot);
    let mut network = Network::new();
    let apart = others || designs.len() > 1;
    for file in &designs {
        network = network.merged(&design::read(file, apart));
    }
    if !described.is_empty() || (snapshots.is_empty() && designs.is_empty()) {
        let outcome = describe::read_files(&described);
        snapshots.extend(
            outcome
                .snapshots
                .iter()
                .filter_map(|&at| described.get(at).copied()),
        );
        network = network.merged(&outcome.network);
    }
    snapshots.sort_by_key(|file| &file.path);
    for file in snapshots {
        let Ok(bytes) = &file.bytes else { continue };
        let read = snapshot::read(bytes, &file.path).unwrap_or_else(|error| {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            let mut shard = Shard::new();
            shard.add_gap(Gap::new(name, "", Cause::Unreadable, error.why()));
            Network::of(Scope::default(), shard)
        });
        network = network.merged(&read);
    }
    network
}
