//! Journals of runs: one file for each, a line for each event, on the disk before anybody goes on.

use super::error::StorageError;
use super::settings::Store;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The folder of journals, within that of the settings.
const FOLDER: &str = "runs";
/// What the name of a journal ends in.
const ENDING: &str = "jsonl";

/// What the name of a journal ends in before its first line is on the disk.
const UNBORN: &str = "new";

/// How often, and how long apart, a lock is asked for: whoever but looks whether a run is under way holds it for a moment.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(3);

/// The journal of one run, open for writing. While it is open no other process writes to it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// How long the whole lines are together.
    length: u64,
    /// Why nothing more is written, once a line could not be.
    broken: Option<String>,
}

impl Journal {
    /// Write a line and bring it to the disk. Once one could not be written none is any more: a line that joined half of
    /// another would make the whole journal unreadable, and one that is missing makes those after it untrue.
    ///
    /// # Errors
    /// It cannot be written, or not be brought to the disk: then nobody knows what is there.
    pub fn append(&mut self, line: &str) -> Result<(), StorageError> {
        if let Some(why) = self.broken.clone() {
            let path = self.path.clone();
            return Err(StorageError::Write { path, why });
        }
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        let written = self
            .file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| self.file.write_all(&bytes))
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.length = self.length.saturating_add(bytes.len() as u64);
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// A line could not be written: what there is of it goes, and nothing comes after it.
    fn fail(&mut self, error: &io::Error) -> StorageError {
        // Where even that cannot be done, whoever opens the journal next cuts off what is no whole line.
        self.file
            .set_len(self.length)
            .and_then(|()| self.file.sync_data())
            .ok();
        let error = StorageError::write(&self.path, error);
        if let StorageError::Write { why, .. } = &error {
            self.broken = Some(why.clone());
        }
        error
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Store {
    /// A run's name is a word and never a path: what is typed stays in the folder of journals.
    fn journal_path(&self, run: &str) -> PathBuf {
        let name: String = run
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        self.folder().join(FOLDER).join(format!("{name}.{ENDING}"))
    }

    /// Begin the journal of a new run with its first line. It has its name only when that line is on the disk, so that
    /// nobody ever reads a journal that says nothing.
    ///
    /// # Errors
    /// There is one already, or it cannot be made.
    pub fn begin_journal(&self, run: &str, first: &str) -> Result<Journal, StorageError> {
        let path = self.journal_path(run);
        let folder = self.folder().join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| StorageError::write(&folder, &error))?;
        let unborn = path.with_extension(UNBORN);
        let mut options = OpenOptions::new();
        // A file that can only be appended to can neither be locked nor be cut off on Windows.
        options.read(true).write(true).create_new(true);
        private(&mut options);
        let file = options
            .open(&unborn)
            .map_err(|error| StorageError::write(&path, &error))?;
        let begin = || {
            lock(&file, &path)?;
            let mut journal = Journal {
                file,
                path: path.clone(),
                length: 0,
                broken: None,
            };
            journal.append(first)?;
            let named = if path.exists() {
                Err(io::ErrorKind::AlreadyExists.into())
            } else {
                fs::rename(&unborn, &path)
            };
            named.map_err(|error| StorageError::write(&path, &error))?;
            Ok(journal)
        };
        let begun = begin();
        if begun.is_err() {
            fs::remove_file(&unborn).ok();
        }
        // The name has to last as the lines do.
        if let Ok(folder) = File::open(&folder) {
            folder.sync_all().ok();
        }
        begun
    }

    /// Open a journal to go on with it, and what it holds. Half a line at the end, from a process that died while it
    /// wrote, is cut off: what it was about was not begun.
    ///
    /// # Errors
    /// There is none, another process has it open, or it cannot be read or written.
    pub fn open_journal(&self, run: &str) -> Result<(Journal, Vec<String>), StorageError> {
        let path = self.journal_path(run);
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let mut file = match file {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StorageError::NoSuchPath(path));
            }
            other => other.map_err(|error| StorageError::write(&path, &error))?,
        };
        lock(&file, &path)?;
        let fail = |error: io::Error| StorageError::read(&path, &error);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(fail)?;
            bytes.truncate(whole);
        }
        let journal = Journal {
            file,
            path,
            length: whole as u64,
            broken: None,
        };
        Ok((journal, lines(&bytes)))
    }

    /// What a journal holds, without opening it for writing.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read_journal(&self, run: &str) -> Result<Vec<String>, StorageError> {
        let path = self.journal_path(run);
        match fs::read(&path) {
            Ok(bytes) => Ok(lines(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(StorageError::NoSuchPath(path))
            }
            Err(error) => Err(StorageError::read(&path, &error)),
        }
    }

    /// Whether a process, this one or another, has the journal open for writing: the run is under way.
    pub fn is_journal_open(&self, run: &str) -> bool {
        File::open(self.journal_path(run))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The names of all runs that have a journal, in the order of their names.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn journals(&self) -> Result<Vec<String>, StorageError> {
        let folder = self.folder().join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|error| StorageError::read(&folder, &error))?,
        };
        let name = |entry: fs::DirEntry| {
            let path = entry.path();
            let is_journal = path.extension().is_some_and(|it| it == ENDING);
            let name = path.file_stem()?.to_str()?.to_owned();
            is_journal.then_some(name)
        };
        let mut names: Vec<String> = entries.filter_map(|entry| name(entry.ok()?)).collect();
        names.sort_unstable();
        Ok(names)
    }
}

/// Whole lines; those that are not text are passed over by whoever reads them.
fn lines(bytes: &[u8]) -> Vec<String> {
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let whole = bytes.get(..whole).unwrap_or_default();
    String::from_utf8_lossy(whole)
        .lines()
        .map(str::to_owned)
        .collect()
}

fn lock(file: &File, path: &Path) -> Result<(), StorageError> {
    let mut locked = file.try_lock();
    for _ in 0..LOCK_TRIES {
        if !matches!(locked, Err(TryLockError::WouldBlock)) {
            break;
        }
        thread::sleep(LOCK_PAUSE);
        locked = file.try_lock();
    }
    locked.map_err(|error| match error {
        TryLockError::WouldBlock => StorageError::Write {
            path: path.to_owned(),
            why: "another process is at work on this run; wait until it is done".into(),
        },
        TryLockError::Error(error) => StorageError::write(path, &error),
    })
}

/// A journal tells what an account holds; that is its owner's business.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_last_and_half_a_line_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        assert!(store.journals().unwrap().is_empty());
        let mut journal = store.begin_journal("b", "one").unwrap();
        assert!(store.begin_journal("b", "other").is_err());
        assert_eq!(store.read_journal("b").unwrap(), ["one"]);
        assert!(store.is_journal_open("b"));
        let error = store.open_journal("b").unwrap_err().to_string();
        assert!(error.contains("another process is at work"), "{error}");
        journal.file.write_all(b"ha\xfflf").unwrap();
        drop(journal);
        assert!(!store.is_journal_open("b"));
        assert_eq!(store.read_journal("b").unwrap(), ["one"]);
        let (mut journal, lines) = store.open_journal("b").unwrap();
        assert_eq!(lines, ["one"]);
        journal.append("two").unwrap();
        drop(journal);
        assert_eq!(store.read_journal("b").unwrap(), ["one", "two"]);
        drop(store.begin_journal("a", "one").unwrap());
        assert_eq!(store.journals().unwrap(), ["a", "b"]);
        fs::write(folder.path().join("out.jsonl"), "x\n").unwrap();
        assert!(store.read_journal("../out").is_err());
        let error = store.open_journal("c").unwrap_err();
        assert!(matches!(error, StorageError::NoSuchPath(_)));
    }
    #[test]
    fn a_line_that_cannot_be_written_is_the_last_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let mut journal = store.begin_journal("a", "one").unwrap();
        journal.append("two").unwrap();
        // Half a line gets there, as on a disk that is full.
        journal.file.write_all(b"thr").unwrap();
        let first = journal.fail(&io::ErrorKind::StorageFull.into()).to_string();
        assert_eq!(journal.append("four").unwrap_err().to_string(), first);
        assert_eq!(fs::read(journal.path()).unwrap(), b"one\ntwo\n");
        drop(journal);
        let (mut journal, lines) = store.open_journal("a").unwrap();
        assert_eq!(lines, ["one", "two"]);
        journal.append("three").unwrap();
        assert_eq!(store.read_journal("a").unwrap(), ["one", "two", "three"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_ends_a_journal() {
        let mut journal = Journal {
            file: OpenOptions::new().write(true).open("/dev/full").unwrap(),
            path: "/dev/full".into(),
            length: 0,
            broken: None,
        };
        assert!(journal.append("one").is_err());
        assert!(journal.broken.is_some());
    }

    /// Whoever looks whether a run is under way does not stand in the way of who begins or opens it.
    #[test]
    fn a_look_at_a_journal_refuses_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        drop(store.begin_journal("a", "one").unwrap());
        let looking = File::open(store.journal_path("a")).unwrap();
        looking.lock_shared().unwrap();
        let looker = thread::spawn(move || {
            thread::sleep(LOCK_PAUSE * 3);
            drop(looking);
        });
        assert!(store.open_journal("a").is_ok());
        looker.join().unwrap();
    }

    #[test]
    fn a_journal_without_a_first_line_is_seen_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        drop(store.begin_journal("a", "one").unwrap());
        // A process that died before its first line was written.
        let unborn = store.journal_path("b").with_extension(UNBORN);
        fs::write(unborn, "").unwrap();
        assert_eq!(store.journals().unwrap(), ["a"]);
        assert!(store.begin_journal("b", "one").is_err());
    }
}
