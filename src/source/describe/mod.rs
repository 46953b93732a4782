//! The output of `aws ec2 describe-*` calls, in any mix of files and folders or page by page, to a network.
//!
//! Files are recognised by what they hold: the lists' names, or the ids of records that stand outside a list. Account
//! and region come from the names of folders and files, from ARNs, zones, owners and `get-caller-identity`. What is
//! not understood is a gap and never an error; it costs what it fed and nothing else.

mod assemble;
mod fields;
mod findings;
mod lists;
pub(super) mod place;
mod records;

use super::InputFile;
use super::calls::Call;
use super::json::{document, documents, why_not};
use crate::network::{Cause, Gap, Kind, Network, Scope};
use assemble::{Part, assemble};
use fields::Notes;
use findings::{Findings, Walk};
use lists::{Listed, listed};
use place::Hint;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files of describe output, all together. The order of the files and the folder they lie in never show in the
/// network; paths in gaps leave out the folders that all files share.
pub fn read(files: &[InputFile]) -> Network {
    let files: Vec<&InputFile> = files.iter().collect();
    read_files(&files).network
}

/// What files of describe output gave.
pub(super) struct Outcome {
    pub(super) network: Network,
    /// Files that turned out to be snapshots, by their place in the input.
    pub(super) snapshots: Vec<usize>,
}

pub(super) fn read_files(files: &[&InputFile]) -> Outcome {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&at| files.get(at).map(|file| &file.path));
    let shared = shared_folders(files);
    let parts = in_parallel(files, |file| part(file, shared));
    let snapshots = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.snapshot)
        .map(|(at, _)| at)
        .collect();
    let mut parts: Vec<Option<Part>> = parts.into_iter().map(Some).collect();
    let sorted = order
        .into_iter()
        .filter_map(|at| parts.get_mut(at).and_then(Option::take))
        .collect();
    Outcome {
        network: assemble(sorted),
        snapshots,
    }
}

/// Reads pages as they come from a live account: the shape of the AWS CLI's output, wrappers of
/// [`super::calls::wrapped`] included. The same answers in files give the same network, and the order in which they
/// come never shows in it.
#[derive(Debug, Default)]
pub struct Reader {
    /// What each answer holds, by where it came from: calls end in any order.
    parts: BTreeMap<String, Vec<Part>>,
}

impl Reader {
    /// A reader that was given nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Take in the pages of one answer. `place` says in gaps where they come from, such as the call's name; `scope` is
    /// the account and region that were asked.
    pub fn answer(&mut self, pages: &[Value], place: &str, scope: &Scope) {
        self.pages(pages, false, place, scope);
    }

    /// Take in that a call failed, and the pages that came before it did. It costs [`kinds_of`] the call.
    pub fn failure(&mut self, call: Call, gap: Gap, pages: &[Value], place: &str, scope: &Scope) {
        self.pages(pages, true, place, scope);
        let mut findings = Findings::default();
        findings.fail(call, gap);
        let hint = hint_of(scope);
        let found = vec![(hint.clone(), findings)];
        self.add(place, Part::new(String::new(), hint, found, Vec::new()));
    }

    fn pages(&mut self, pages: &[Value], cut: bool, place: &str, scope: &Scope) {
        let hint = hint_of(scope);
        for page in pages {
            let notes = Notes::new(place);
            let mut walk = Walk::new("", &notes);
            if cut {
                walk.cut();
            }
            document(page, |page| walk.document(page, &hint));
            let (found, _) = walk.end();
            let part = Part::new(String::new(), hint.clone(), found, notes.into_gaps());
            self.add(place, part);
        }
    }

    fn add(&mut self, place: &str, mut part: Part) {
        part.asked = true;
        self.parts.entry(place.to_owned()).or_default().push(part);
    }

    /// What was read until now. It takes the longer the more there is; [`Reader::finish`] is for the end.
    pub fn so_far(&self) -> Network {
        assemble(self.parts.values().flatten().cloned().collect())
    }

    /// Everything that was read.
    pub fn finish(self) -> Network {
        assemble(self.parts.into_values().flatten().collect())
    }
}

fn hint_of(scope: &Scope) -> Hint {
    Hint {
        account: scope.account.clone(),
        region: scope.region.clone(),
    }
}

/// How many bytes of the paths are folders that all files share.
fn shared_folders(files: &[&InputFile]) -> usize {
    let folder = |path: &[u8]| {
        path.iter()
            .rposition(|&byte| byte == b'/')
            .map_or(0, |at| at + 1)
    };
    let Some(first) = files.first() else {
        return 0;
    };
    let first = first.path.as_bytes();
    files.iter().fold(folder(first), |shared, file| {
        let pairs = first.iter().zip(file.path.as_bytes()).take(shared);
        let same = pairs.take_while(|(a, b)| a == b).count();
        first.get(..same).map_or(0, folder)
    })
}

/// What each file holds, in the order of the files. Several files are read at a time where that is worth a thread.
fn in_parallel(files: &[&InputFile], read: impl Fn(&InputFile) -> Part + Sync) -> Vec<Part> {
    const WORTH_A_THREAD: usize = 1 << 20;
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4)
        .min(files.len());
    if threads < 2 || bytes < WORTH_A_THREAD {
        return files.iter().map(|file| read(file)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut parts = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(file) = files.get(at)
        {
            parts.push((at, read(file)));
        }
        parts
    };
    let mut parts: Vec<(usize, Part)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(theirs) => parts.extend(theirs),
                // A defect of ours; it is no better hidden.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_by_key(|(at, _)| *at);
    parts.into_iter().map(|(_, part)| part).collect()
}

/// What one file holds.
fn part(file: &InputFile, shared: usize) -> Part {
    let place = file.path.get(shared..).unwrap_or(&file.path);
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let hint = Hint::of_path(&file.path);
    let notes = Notes::new(place);
    let mut walk = Walk::new(&file.path, &notes);
    let unreadable = |cause, why: String, kinds: &[Kind]| {
        notes.add(Gap::new(place, "", cause, why).of_kinds(kinds.iter().copied()));
    };
    let by_name = || kinds_by_name(place);
    let mut no_json = false;
    match &file.bytes {
        Err(why) => unreadable(Cause::Unreadable, why.clone(), by_name()),
        Ok(bytes) => match decode(bytes) {
            Err(why) => unreadable(Cause::Unreadable, why, by_name()),
            Ok(text) => {
                let text = text.trim_start();
                if text.is_empty() {
                    let why = "the file is empty; save the call's output again";
                    unreadable(Cause::Unreadable, why.to_owned(), by_name());
                } else if text.starts_with('<') {
                    let why = "it looks like a web page or XML, not the JSON of an AWS call; \
                               save the call's output with `--output json`";
                    unreadable(Cause::Unreadable, why.to_owned(), by_name());
                } else if !text.starts_with(['{', '[']) && !has_ending(place, "json") {
                    no_json = true;
                } else {
                    let whole = documents(text, |document| walk.document(document, &hint));
                    if let Err(error) = whole {
                        let kinds = kinds_by_text(text);
                        let kinds = if kinds.is_empty() { by_name() } else { kinds };
                        unreadable(Cause::Unreadable, why_not(&error), kinds);
                    }
                }
            }
        },
    }
    let (found, snapshot) = walk.end();
    let mut part = Part::new(folder.to_owned(), hint, found, notes.into_gaps());
    part.snapshot = snapshot;
    part.no_json = no_json.then(|| place.to_owned());
    part
}

/// The text of a file: UTF-8, or UTF-16 with a mark, as redirects of PowerShell write it.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let text: Result<String, _> =
            char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).collect();
        match text {
            Ok(text) if odd.is_empty() => Ok(Cow::Owned(text)),
            _ => Err("it starts like UTF-16 text but is none; save it as UTF-8".to_owned()),
        }
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => match std::str::from_utf8(rest) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => {
                let line = rest
                    .iter()
                    .take(error.valid_up_to())
                    .filter(|&&byte| byte == b'\n')
                    .count()
                    + 1;
                Err(format!(
                    "it is not UTF-8 text (line {line}); save it as UTF-8"
                ))
            }
        },
    }
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

/// The kinds of the list that a text begins with, to say what a broken file costs.
fn kinds_by_text(text: &str) -> &'static [Kind] {
    let mut quoted = text.split('"').skip(1).step_by(2).take(4);
    quoted.find_map(listed).map_or(&[], Listed::kinds)
}

/// The kinds that a file's name speaks of (`Subnets.json`, `ec2-describe-subnets.json`).
fn kinds_by_name(path: &str) -> &'static [Kind] {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_prefix("ec2-").unwrap_or(stem);
    let stem = stem.strip_prefix("describe-").unwrap_or(stem);
    listed(stem).map_or(&[], Listed::kinds)
}

/// The kinds that a failure of this call leaves incomplete. None where the call but repeats what others say: it stands
/// in for those.
pub fn kinds_of(call: Call) -> &'static [Kind] {
    lists::kinds_of(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_folders_end_at_a_folder() {
        for (paths, shared) in [
            (&["a/b/x.json", "a/b/y.json"][..], 4),
            (&["a/b/x.json", "a/bc/y.json"], 2),
            (&["a/b/x.json", "a/b"], 2),
            (&["a/x.json"], 2),
            // Two letters that begin with the same byte.
            (&["ü/é.json", "ü/è.json"], 3),
            (&["x.json", "a/x.json"], 0),
            (&[], 0),
        ] {
            let files: Vec<InputFile> =
                paths.iter().map(|path| InputFile::new(*path, [])).collect();
            assert_eq!(
                shared_folders(&files.iter().collect::<Vec<_>>()),
                shared,
                "{paths:?}"
            );
        }
    }

    #[test]
    fn threads_keep_the_order_of_the_files() {
        let files: Vec<InputFile> = (0..9)
            .map(|at| InputFile::new(format!("{at}"), vec![b' '; 200_000]))
            .collect();
        let files: Vec<&InputFile> = files.iter().collect();
        let read = |file: &InputFile| {
            Part::new(file.path.clone(), Hint::default(), Vec::new(), Vec::new())
        };
        let folders: Vec<String> = in_parallel(&files, read)
            .into_iter()
            .map(|part| part.folder)
            .collect();
        assert_eq!(folders, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    }
}
