//! What leaves the program: files, snapshots, the script for whoever holds the credentials.

use crate::network::Network;
use crate::source;
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

/// The script that gathers a description of these regions with the AWS CLI; of the configured one where none is named.
pub fn collect_script(regions: &[String]) -> String {
    source::collect::script(regions)
}
