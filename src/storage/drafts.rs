//! Drafts: what an open design says, kept beside the settings until it is saved, so that a crash loses nothing.

use super::error::StorageError;
use super::save::{read_bytes, real_path, save};
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
    /// The design's file says something else by now than what the draft was made from: going on with the draft would
    /// lose that.
    pub is_outdated: bool,
    /// The design's file without links.
    place: Option<PathBuf>,
    /// What the draft was made from.
    base: Base,
}

/// What a design's file said when the design was read or saved last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    /// The draft does not say.
    Unsaid,
    /// Something that the design does not hold: it was recovered from an outdated draft.
    Unknown,
    /// A text with this fingerprint.
    Known(u64),
}

/// A number that tells texts apart (FNV-1a). It goes from one version of the program to the next.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
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
            draft.write_owner(of, None)?;
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
    let mut owner = Vec::new();
    if let Ok(mut lock) = File::options().read(true).write(true).open(&lock_path) {
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return None;
        }
        lock.read_to_end(&mut owner).ok();
    }
    // No path holds a zero. Older versions of the program wrote the path alone.
    let mut parts = owner.split(|byte| *byte == 0);
    let of = parts.next().filter(|bytes| !bytes.is_empty()).map(path_of);
    let base = match parts.next().map(|digits| str::from_utf8(digits)) {
        None => Base::Unsaid,
        Some(digits) => digits
            .ok()
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .map_or(Base::Unknown, Base::Known),
    };
    let mut lost = LostDraft {
        path: path.to_owned(),
        place: of.as_deref().map(real_path),
        of,
        written: changed_at(path),
        is_outdated: false,
        base,
    };
    lost.look_again().then_some(lost)
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).ok()
}

impl LostDraft {
    /// Whether it is a draft of the file that is at `place`, which is a path without links.
    pub fn is_of(&self, place: &Path) -> bool {
        self.place.as_deref() == Some(place)
    }

    /// Whether the design's file, which says this now, says something else than what the draft was made from.
    pub fn is_outdated_by(&self, saved: Option<&str>) -> bool {
        match (saved, self.base) {
            (None, _) => false,
            (Some(saved), Base::Known(base)) => fingerprint(saved.as_bytes()) != base,
            (Some(_), Base::Unknown) => true,
            (Some(_), Base::Unsaid) => self.of.as_deref().and_then(changed_at) > self.written,
        }
    }

    /// Look again what the design's file says. False where the draft says nothing else: it is deleted then.
    pub fn look_again(&mut self) -> bool {
        let read = |path: &Path| read_bytes(path).ok().flatten();
        self.is_outdated = false;
        let Some(of) = self.of.as_deref() else {
            return true;
        };
        let Some(saved) = read(of) else {
            return true;
        };
        if read(&self.path).is_some_and(|draft| draft == saved) {
            drop_draft(&self.path).ok();
            return false;
        }
        self.is_outdated = match str::from_utf8(&saved) {
            Ok(saved) => self.is_outdated_by(Some(saved)),
            Err(_) => true,
        };
        true
    }
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
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
    fn write_owner(&self, of: Option<&Path>, base: Option<&str>) -> Result<(), StorageError> {
        let mut words = of.map(bytes_of).unwrap_or_default();
        words.push(0);
        if let Some(base) = base {
            words.extend(format!("{:016x}", fingerprint(base.as_bytes())).bytes());
        }
        // Through the handle that is locked: elsewhere than on Unix no other one may write.
        let mut lock = &self.lock;
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(&words))
            .map_err(|error| StorageError::write(&self.lock_path, &error))
    }

    /// Keep what the design says now; `of` is its file, if it has one, and `base` what that said when it was read or saved
    /// last, as far as the design still holds it.
    ///
    /// # Errors
    /// The draft cannot be written.
    pub fn keep(
        &self,
        of: Option<&Path>,
        base: Option<&str>,
        text: &str,
    ) -> Result<(), StorageError> {
        self.write_owner(of, base)?;
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
        draft.keep(Some(of), None, "version = 1\n").unwrap();
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
    fn a_draft_knows_what_it_was_made_from() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let of = folder.path().join("plan.vpc.toml");
        let lost = |base: Option<&str>, saved: &str| {
            let draft = store.begin_draft(Some(&of)).unwrap();
            draft.keep(Some(&of), base, "draft").unwrap();
            fs::write(&of, saved).unwrap();
            drop(draft);
            let lost = store.lost_drafts();
            for lost in &lost {
                drop_draft(&lost.path).unwrap();
            }
            lost.first().map(|lost| lost.is_outdated)
        };
        assert_eq!(lost(Some("base"), "base"), Some(false));
        assert_eq!(lost(Some("base"), "other"), Some(true));
        assert_eq!(lost(None, "base"), Some(true));
        // What the file has is not lost.
        assert_eq!(lost(Some("base"), "draft"), None);
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 0);
        // As an older version of the program left it, it goes by the time.
        let draft = store.begin_draft(None).unwrap();
        draft.keep(None, None, "draft").unwrap();
        fs::write(&draft.lock_path, of.as_os_str().as_encoded_bytes()).unwrap();
        drop(draft);
        fs::write(&of, "base").unwrap();
        let written = store.lost_drafts()[0].written.unwrap();
        let apart = std::time::Duration::from_secs(9);
        for (time, is_outdated) in [(written - apart, false), (written + apart, true)] {
            let file = File::options().write(true).open(&of).unwrap();
            file.set_modified(time).unwrap();
            assert_eq!(store.lost_drafts()[0].is_outdated, is_outdated);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_any_bytes_comes_back() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let of = Path::new(std::ffi::OsStr::from_bytes(b"/plans/caf\xe9\n.vpc.toml"));
        let draft = store.begin_draft(Some(of)).unwrap();
        draft.keep(Some(of), Some("x"), "y").unwrap();
        drop(draft);
        assert_eq!(store.lost_drafts()[0].of.as_deref(), Some(of));
    }

    #[cfg(unix)]
    #[test]
    fn a_draft_is_found_by_another_path_to_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink("a", &link).unwrap();
        let draft = store.begin_draft(Some(&link)).unwrap();
        draft.keep(Some(&link), Some("x"), "y").unwrap();
        drop(draft);
        let lost = store.lost_drafts().remove(0);
        assert!(lost.is_of(&real_path(&file)));
        assert_eq!(lost.of, Some(link));
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
        first.keep(None, None, "a").unwrap();
        first.clear();
        drop(first);
        drop(second);
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 0);
    }
}
