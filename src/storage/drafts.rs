//! Drafts: what an open design says, kept beside the settings until it is saved, so that a crash loses nothing.

use super::error::StorageError;
use super::save::save;
use super::settings::Store;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder of drafts, in that of the settings.
const FOLDER: &str = "drafts";
/// Ends the name of a draft.
const ENDING: &str = "vpc.toml";
/// Ends the name of the file that says that somebody has the draft open, and whose draft it is.
const LOCK_ENDING: &str = "lock";

/// A draft that this process writes. While it lives no other process takes the draft for a lost one.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    lock_path: PathBuf,
    /// Held open: it is locked while this process lives.
    lock: File,
}

/// A draft whose writer is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostDraft {
    /// The draft's own file.
    pub path: PathBuf,
    /// The design's file, where it had one.
    pub of: Option<PathBuf>,
    /// When it was last written.
    pub written: Option<SystemTime>,
    /// The design's file was changed after that: going on with the draft would lose those changes.
    pub is_outdated: bool,
}

impl Store {
    /// Begin a draft of a design; `of` is its file, if it has one.
    ///
    /// # Errors
    /// The folder of settings cannot be written.
    pub fn begin_draft(&self, of: Option<&Path>) -> Result<Draft, StorageError> {
        let folder = self.folder().join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| StorageError::write(&folder, &error))?;
        for number in 0_u32.. {
            let name = format!("{}-{number}", std::process::id());
            let lock_path = folder.join(format!("{name}.{LOCK_ENDING}"));
            let made = File::options()
                .write(true)
                .create_new(true)
                .open(&lock_path);
            let lock = match made {
                Ok(lock) => lock,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(StorageError::write(&lock_path, &error)),
            };
            // Without locks (some network drives) a draft may be offered while it is open; better than none.
            lock.try_lock().ok();
            let draft = Draft {
                path: folder.join(format!("{name}.{ENDING}")),
                lock_path,
                lock,
            };
            draft.write_owner(of)?;
            return Ok(draft);
        }
        Err(StorageError::Write {
            path: folder,
            why: "it is full of drafts; delete the old ones".into(),
        })
    }

    /// Drafts whose writers are gone, the latest first.
    pub fn lost_drafts(&self) -> Vec<LostDraft> {
        let entries = fs::read_dir(self.folder().join(FOLDER))
            .into_iter()
            .flatten();
        let mut lost: Vec<LostDraft> = entries
            .flatten()
            .filter_map(|entry| lost(&entry.path()))
            .collect();
        lost.sort_by(|a, b| b.written.cmp(&a.written).then_with(|| a.path.cmp(&b.path)));
        lost
    }
}

fn lock_of(draft: &Path) -> Option<PathBuf> {
    let name = draft.file_name()?.to_str()?;
    let stem = name.strip_suffix(ENDING)?.strip_suffix('.')?;
    Some(draft.with_file_name(format!("{stem}.{LOCK_ENDING}")))
}

fn lost(path: &Path) -> Option<LostDraft> {
    let lock_path = lock_of(path)?;
    let mut owner = String::new();
    if let Ok(mut lock) = File::options().read(true).write(true).open(&lock_path) {
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return None;
        }
        lock.read_to_string(&mut owner).ok();
    }
    let owner = owner.trim_end_matches('\n');
    let of = (!owner.is_empty()).then(|| PathBuf::from(owner));
    let changed_at = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).ok();
    let written = changed_at(path);
    let saved = of.as_deref().and_then(changed_at);
    Some(LostDraft {
        path: path.to_owned(),
        of,
        written,
        is_outdated: matches!((written, saved), (Some(written), Some(saved)) if saved > written),
    })
}

/// The text of a design's file or of a draft.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, StorageError> {
    fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => StorageError::Read {
            path: path.to_owned(),
            why: "it is not UTF-8 text; save it as UTF-8".into(),
        },
        _ => StorageError::read(path, &error),
    })
}

/// Delete a lost draft for good.
///
/// # Errors
/// It cannot be deleted.
pub fn drop_draft(path: &Path) -> Result<(), StorageError> {
    if let Some(lock) = lock_of(path) {
        fs::remove_file(lock).ok();
    }
    fs::remove_file(path).map_err(|error| StorageError::write(path, &error))
}

impl Draft {
    fn write_owner(&self, of: Option<&Path>) -> Result<(), StorageError> {
        let words = of.map(|path| path.to_string_lossy().into_owned());
        // Through the handle that is locked: elsewhere than on Unix no other one may write.
        let mut lock = &self.lock;
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(words.unwrap_or_default().as_bytes()))
            .map_err(|error| StorageError::write(&self.lock_path, &error))
    }

    /// Keep what the design says now; `of` is its file, if it has one.
    ///
    /// # Errors
    /// The draft cannot be written.
    pub fn keep(&self, of: Option<&Path>, text: &str) -> Result<(), StorageError> {
        self.write_owner(of)?;
        save(&self.path, text.as_bytes())
    }

    /// Forget what was kept: the design has been saved, or its changes are not wanted.
    pub fn clear(&self) {
        fs::remove_file(&self.path).ok();
    }
}

impl Drop for Draft {
    /// The lock goes with its writer. A draft that was not cleared stays: it is a lost one from now on.
    fn drop(&mut self) {
        if !self.path.exists() {
            fs::remove_file(&self.lock_path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_lost_when_its_writer_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let of = Path::new("/plans/prod.vpc.toml");
        let draft = store.begin_draft(None).unwrap();
        draft.keep(Some(of), "version = 1\n").unwrap();
        assert_eq!(store.lost_drafts(), []);
        drop(draft);
        let lost = store.lost_drafts();
        assert_eq!(lost.len(), 1);
        assert_eq!(lost[0].of.as_deref(), Some(of));
        assert_eq!(read_text(&lost[0].path).unwrap(), "version = 1\n");
        drop_draft(&lost[0].path).unwrap();
        assert_eq!(store.lost_drafts(), []);
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn bytes_that_are_no_text_are_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latin.vpc.toml");
        fs::write(&path, b"region = \"\xe9\"\n").unwrap();
        let words = read_text(&path).unwrap_err().to_string();
        assert!(
            words.ends_with("latin.vpc.toml: it is not UTF-8 text; save it as UTF-8"),
            "{words}"
        );
    }

    #[test]
    fn a_saved_design_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let first = store.begin_draft(None).unwrap();
        let second = store.begin_draft(None).unwrap();
        first.keep(None, "a").unwrap();
        first.clear();
        drop(first);
        drop(second);
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 0);
    }
}
