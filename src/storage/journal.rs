//! Journals of runs: one file for each, a line for each event, on the disk before anybody goes on.

use super::error::StorageError;
use super::settings::Store;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The folder of journals, within that of the settings.
const FOLDER: &str = "runs";
/// What the name of a journal ends in.
const ENDING: &str = "jsonl";

/// The journal of one run, open for writing. While it is open no other process writes to it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Write a line and bring it to the disk.
    ///
    /// # Errors
    /// It cannot be written, or not be brought to the disk: then nobody knows what is there.
    pub fn append(&mut self, line: &str) -> Result<(), StorageError> {
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        self.file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_data())
            .map_err(|error| StorageError::write(&self.path, &error))
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

    /// Begin the journal of a new run.
    ///
    /// # Errors
    /// There is one already, or it cannot be made.
    pub fn begin_journal(&self, run: &str) -> Result<Journal, StorageError> {
        let path = self.journal_path(run);
        let folder = self.folder().join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| StorageError::write(&folder, &error))?;
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        private(&mut options);
        let file = options
            .open(&path)
            .map_err(|error| StorageError::write(&path, &error))?;
        lock(&file, &path)?;
        // The name has to last as the lines do.
        if let Ok(folder) = File::open(&folder) {
            folder.sync_all().ok();
        }
        Ok(Journal { file, path })
    }

    /// Open a journal to go on with it, and what it holds. Half a line at the end, from a process that died while it
    /// wrote, is cut off: what it was about was not begun.
    ///
    /// # Errors
    /// There is none, another process has it open, or it cannot be read or written.
    pub fn open_journal(&self, run: &str) -> Result<(Journal, Vec<String>), StorageError> {
        let path = self.journal_path(run);
        let file = OpenOptions::new().read(true).append(true).open(&path);
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
            file.seek(SeekFrom::End(0)).map_err(fail)?;
            bytes.truncate(whole);
        }
        Ok((Journal { file, path }, lines(&bytes)))
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
    file.try_lock().map_err(|error| match error {
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
        let mut journal = store.begin_journal("b").unwrap();
        journal.append("one").unwrap();
        assert!(store.begin_journal("b").is_err());
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
        drop(store.begin_journal("a").unwrap());
        assert_eq!(store.journals().unwrap(), ["a", "b"]);
        fs::write(folder.path().join("out.jsonl"), "x\n").unwrap();
        assert!(store.read_journal("../out").is_err());
        let error = store.open_journal("c").unwrap_err();
        assert!(matches!(error, StorageError::NoSuchPath(_)));
    }
}
