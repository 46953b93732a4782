//! What can go wrong with files, in words.

use std::io;
use std::path::PathBuf;

/// Why a file or folder could not be used. Each is one sentence: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is nothing at this path.
    #[error("there is no file or folder {}; check the path", .0.display())]
    NoSuchPath(PathBuf),
    /// The folder holds no file that could hold a network.
    #[error(
        "the folder {} holds no file to read; give one with .json files, such as `aws ec2 describe-*` output or a snapshot",
        .0.display()
    )]
    EmptyFolder(PathBuf),
    /// It is there and cannot be read.
    #[error("cannot read {}: {why}", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why, in words, and what to do.
        why: String,
    },
    /// It cannot be written.
    #[error("cannot write {}: {why}", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why, in words, and what to do.
        why: String,
    },
    /// The system names no place for settings.
    #[error(
        "this system names no folder for settings; set {} to a folder of your own",
        super::settings::CONFIG_DIR_VARIABLE
    )]
    NoConfigDir,
    /// Reading was stopped by the person.
    #[error("reading was stopped")]
    Cancelled,
}

impl StorageError {
    pub(super) fn read(path: impl Into<PathBuf>, error: &io::Error) -> Self {
        Self::Read {
            path: path.into(),
            why: words(error),
        }
    }

    pub(super) fn write(path: impl Into<PathBuf>, error: &io::Error) -> Self {
        Self::Write {
            path: path.into(),
            why: words(error),
        }
    }
}

/// An error of the system in words that do not change with its language, so that gaps made of them never do.
pub(super) fn words(error: &io::Error) -> String {
    let words = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission is missing; change its owner or mode",
        io::ErrorKind::NotFound => "it is not there, or a folder on the way to it is not",
        io::ErrorKind::StorageFull => "the disk is full; free some space or choose another place",
        io::ErrorKind::QuotaExceeded => {
            "the disk quota is used up; free some space or choose another place"
        }
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only; choose another place",
        io::ErrorKind::NotADirectory => "a part of its path is not a folder",
        io::ErrorKind::IsADirectory => "it is a folder; name a file in it",
        io::ErrorKind::InvalidFilename => "the system does not allow this name; choose another",
        kind => return format!("the system says “{kind}”"),
    };
    words.to_owned()
}
