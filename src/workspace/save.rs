//! What leaves the program: files, snapshots, the script for whoever holds the credentials.

use super::review::policy;
use crate::network::{Cause, Gap, Network};
use crate::source;
use crate::source::calls::Call;
use crate::storage::{self, StorageError};
use std::path::Path;

/// Write a file, whole or not at all; see [`crate::storage::save`].
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    storage::save(path, bytes)
}

/// The names of the files in a folder, sorted; the folder is made where it is missing. See [`storage::names_in`].
pub fn names_in(folder: &Path) -> Result<Vec<String>, StorageError> {
    storage::names_in(folder)
}

/// Everything that is known of a network, as the bytes of a snapshot.
pub fn snapshot(network: &Network) -> Vec<u8> {
    source::snapshot::write(network)
}

/// Save a network as a snapshot.
pub fn save_snapshot(path: &Path, network: &Network) -> Result<(), StorageError> {
    save(path, &snapshot(network))
}

/// A read-only IAM policy document that covers everything the program reads.
pub fn read_policy() -> String {
    policy(&Call::actions())
}

/// An IAM policy document of the permissions that these gaps say are missing; none where none is.
pub fn missing_policy(gaps: &[Gap]) -> Option<String> {
    let mut actions: Vec<&str> = gaps
        .iter()
        .filter_map(|gap| match &gap.cause {
            Cause::Denied(action) => Some(action.as_str()),
            _ => None,
        })
        .collect();
    actions.sort_unstable();
    actions.dedup();
    (!actions.is_empty()).then(|| policy(&actions))
}

/// Which answers a gap makes unknown, in words; none where it is not the gap of a call.
pub fn answers_unknown(gap: &Gap) -> &'static [&'static str] {
    let api = gap.what.split(' ').next().unwrap_or_default();
    Call::from_api(api).map_or(&[], Call::answers)
}

/// The script that gathers a description of these regions with the AWS CLI; of the configured one where none is named.
pub fn collect_script(regions: &[String]) -> String {
    source::collect::script(regions)
}
