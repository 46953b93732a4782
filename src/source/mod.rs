//! Bytes in, network shards out: designs, describe output, snapshots, Terraform's state and plans, CloudFormation
//! templates, the sample, live accounts.

pub mod calls;
mod cloudformation;
pub mod collect;
mod declared;
pub mod describe;
pub mod design;
mod json;
#[cfg(feature = "aws")]
pub mod live;
pub mod profiles;
pub mod sample;
pub mod snapshot;
mod terraform;

use crate::network::{Cause, Gap, Network, Scope, Shard, Text};
use compact_str::format_compact;

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

/// Any mix of files to one network: designs are told by their names, all else by what it holds. What cannot be read or
/// understood is a gap; the rest lives.
pub fn read(files: &[InputFile]) -> Network {
    read_beside(files, false)
}

/// As [`read`], where other sources may hold designs and templates too.
pub fn read_beside(files: &[InputFile], others: bool) -> Network {
    let is_snapshot = |file: &&InputFile| {
        file.bytes
            .as_ref()
            .is_ok_and(|bytes| snapshot::is_snapshot(bytes))
    };
    let (designs, files): (Vec<&InputFile>, Vec<&InputFile>) =
        files.iter().partition(|file| design::is_design(&file.path));
    let (mut snapshots, files): (Vec<&InputFile>, Vec<&InputFile>) =
        files.into_iter().partition(is_snapshot);
    let mut described: Vec<&InputFile> = Vec::new();
    let mut codes: Vec<(&InputFile, Code)> = Vec::new();
    for file in files {
        match Code::of(file) {
            Some(code) => codes.push((file, code)),
            None => described.push(file),
        }
    }
    let mut network = Network::new();
    let plans = codes.iter().filter(|(_, code)| code.is_planned()).count();
    let apart = others || designs.len().saturating_add(plans) > 1;
    for file in &designs {
        network = network.merged(&design::read(file, apart));
    }
    for (file, code) in &codes {
        network = network.merged(&code.read(file, apart));
    }
    if !described.is_empty() || (snapshots.is_empty() && designs.is_empty() && codes.is_empty()) {
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
        let read = snapshot::read(bytes, &file.path)
            .unwrap_or_else(|error| unreadable(&file.path, error.why()));
        network = network.merged(&read);
    }
    network
}

/// A network of nothing, with the gap that says why.
fn unreadable(path: &str, why: &str) -> Network {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut shard = Shard::new();
    shard.add_gap(Gap::new(name, "", Cause::Unreadable, why));
    Network::of(Scope::default(), shard)
}

/// What a file of infrastructure code holds.
enum Code {
    Terraform(declared::Term),
    Template(declared::Term),
    /// It is code, and cannot be read: a sentence without a full stop.
    Wrong(String),
}

impl Code {
    /// What a file holds, where it is code.
    fn of(file: &InputFile) -> Option<Self> {
        if let Some(why) = terraform::not_a_source(file) {
            return Some(Self::Wrong(why.to_owned()));
        }
        let text = describe::decode(file.bytes.as_ref().ok()?).ok()?;
        let found = match terraform::parse(&text) {
            Some(term) => term.map(Self::Terraform),
            None => cloudformation::parse(&text)?.map(Self::Template),
        };
        Some(found.unwrap_or_else(Self::Wrong))
    }

    /// Whether it plans resources under names of its own, which another file may use as well.
    fn is_planned(&self) -> bool {
        match self {
            Self::Terraform(term) => terraform::is_plan(term),
            Self::Template(_) => true,
            Self::Wrong(_) => false,
        }
    }

    /// Its network. What it plans is named after its file as well where it stands `apart`.
    fn read(&self, file: &InputFile, apart: bool) -> Network {
        let place = file.path.as_str();
        let stem = match place.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => stem,
            _ => place,
        };
        let prefix = if apart {
            format_compact!("{stem}:")
        } else {
            Text::default()
        };
        match self {
            Self::Terraform(term) => terraform::read(file, place, prefix, term),
            Self::Template(term) => cloudformation::read(file, place, prefix, term),
            Self::Wrong(why) => unreadable(place, why),
        }
    }
}
