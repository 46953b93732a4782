//! Kept readings of sources: a folder for each source, a compressed file for each reading.
//!
//! What an account holds is nobody else's business: the folders and files are the person's alone.

use super::error::StorageError;
use super::save::save_private;
use super::settings::Store;
use super::tree::SIZE_LIMIT;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

/// The folder of all histories, within that of data.
const FOLDER: &str = "history";
/// What the name of a reading ends in.
const ENDING: &str = ".json.gz";
/// The file that says of what source a folder is.
const OWNER: &str = "source.txt";

/// The kept readings of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    source: String,
    folder: PathBuf,
}

/// A reading that is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptFile {
    /// What it is called, without its ending.
    pub name: String,
    /// How many bytes it takes on the disk.
    pub size: u64,
}

impl Store {
    /// The kept readings of a source, by any text that names it. Nothing is made or read yet.
    pub fn history(&self, source: &str) -> History {
        let name = folder_name(source);
        History {
            source: source.to_owned(),
            folder: self.data_folder().join(FOLDER).join(name),
        }
    }

    /// The file for pins, folds and notes of a source that has no place of its own for them.
    pub fn arrangement(&self, source: &str) -> PathBuf {
        let folder = self.data_folder().join("arrangements");
        folder.join(format!("{}.json", folder_name(source)))
    }

    /// Every source that has kept readings, in the order of their texts.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn histories(&self) -> Result<Vec<History>, StorageError> {
        let folder = self.data_folder().join(FOLDER);
        let mut found = Vec::new();
        for entry in entries(&folder)? {
            let Ok(source) = fs::read_to_string(entry.path().join(OWNER)) else {
                continue;
            };
            let history = self.history(&source);
            if history.folder == entry.path() {
                found.push(history);
            }
        }
        found.sort_by(|a, b| a.source.cmp(&b.source));
        Ok(found)
    }
}

impl History {
    /// The source, as it was named.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where a reading is, or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{ENDING}"))
    }

    /// The readings that are kept, by name. Other files are passed over.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn files(&self) -> Result<Vec<KeptFile>, StorageError> {
        let mut files = Vec::new();
        for entry in entries(&self.folder)? {
            let name = entry.file_name().into_string().ok();
            let name = name.and_then(|name| Some(name.strip_suffix(ENDING)?.to_owned()));
            let size = entry.metadata().ok().filter(fs::Metadata::is_file);
            if let (Some(name), Some(found)) = (name, size) {
                let size = found.len();
                files.push(KeptFile { name, size });
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    /// What a reading holds.
    ///
    /// # Errors
    /// It is not there, cannot be read, or is damaged: its checksum is wrong, or a part of it is missing.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StorageError> {
        let path = self.path(name);
        let file = fs::read(&path).map_err(|error| StorageError::read(&path, &error))?;
        let mut bytes = Vec::new();
        // No file of ours is that large; one that would be is no reading.
        let whole = GzDecoder::new(file.as_slice())
            .take(SIZE_LIMIT + 1)
            .read_to_end(&mut bytes);
        if whole.is_err() || bytes.len() as u64 > SIZE_LIMIT {
            let why = "it is damaged; delete it".to_owned();
            return Err(StorageError::Read { path, why });
        }
        Ok(bytes)
    }

    /// Keep a reading under a name, whole or not at all. Answers with how many bytes it takes.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<u64, StorageError> {
        let path = self.path(name);
        let packed = pack(bytes).map_err(|error| StorageError::write(&path, &error))?;
        let owner = self.folder.join(OWNER);
        if !owner.is_file() {
            save_private(&owner, self.source.as_bytes())?;
        }
        save_private(&path, &packed)?;
        Ok(packed.len() as u64)
    }

    /// Delete a reading. One that is gone already is as good.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub fn remove(&self, name: &str) -> Result<(), StorageError> {
        gone(&self.path(name))
    }

    /// Delete every reading of the source for good. Answers with how many there were.
    ///
    /// # Errors
    /// One cannot be deleted.
    pub fn delete(&self) -> Result<usize, StorageError> {
        let files = self.files()?;
        for file in &files {
            self.remove(&file.name)?;
        }
        gone(&self.folder.join(OWNER))?;
        // A folder with files of somebody else in it stays.
        fs::remove_dir(&self.folder).ok();
        Ok(files.len())
    }
}

/// A name that tells a source from every other one.
fn folder_name(source: &str) -> String {
    let mut digest = String::new();
    for byte in Sha256::digest(source.as_bytes()).iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    // The words are for a person who looks into the folder; the digest tells sources apart.
    let words: String = source
        .chars()
        .rev()
        .take(40)
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let words: String = words.chars().rev().collect();
    format!("{}-{digest}", words.trim_matches('-'))
}

fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes)?;
    packer.finish()
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, StorageError> {
    let fail = |error: io::Error| StorageError::read(folder, &error);
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<_>>().map_err(fail),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(fail(error)),
    }
}

fn gone(path: &Path) -> Result<(), StorageError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StorageError::write(path, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        (folder, store)
    }

    #[test]
    fn readings_of_sources_are_kept_apart_and_found_again() {
        let (_folder, store) = store();
        let prod = store.history("aws://prod/eu-west-1");
        let like = store.history("aws://prod/eu-west 1");
        assert_ne!(prod.folder, like.folder);
        assert_eq!(prod.files().unwrap(), []);
        assert_eq!(store.histories().unwrap(), []);
        let text = b"{\"a\": 1}".repeat(1000);
        let size = prod.keep("20261124T130503.000Z", &text).unwrap();
        assert!(size < text.len() as u64 / 10, "{size}");
        prod.keep("20261123T130503.000Z", b"older").unwrap();
        like.keep("20261124T130503.000Z", b"other").unwrap();
        let names: Vec<_> = prod
            .files()
            .unwrap()
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names, ["20261123T130503.000Z", "20261124T130503.000Z"]);
        assert_eq!(prod.read("20261124T130503.000Z").unwrap(), text);
        let all = store.histories().unwrap();
        let all: Vec<_> = all.iter().map(History::source).collect();
        assert_eq!(all, ["aws://prod/eu-west 1", "aws://prod/eu-west-1"]);
        assert_eq!(prod.delete().unwrap(), 2);
        assert_eq!(prod.files().unwrap(), []);
        assert_eq!(store.histories().unwrap(), [like]);
    }

    #[test]
    fn a_damaged_reading_is_named() {
        let (_folder, store) = store();
        let history = store.history("net");
        history.keep("one", &b"a reading".repeat(100)).unwrap();
        let path = history.path("one");
        let whole = fs::read(&path).unwrap();
        let mut turned = whole.clone();
        let middle = turned.len() / 2;
        turned[middle] ^= 0x55;
        for damaged in [&whole[..whole.len() - 3], &turned, b"", b"not gzip"] {
            fs::write(&path, damaged).unwrap();
            let error = history.read("one").unwrap_err().to_string();
            assert!(error.contains("one.json.gz: it is damaged"), "{error}");
        }
        fs::write(&path, &whole).unwrap();
        assert!(history.read("one").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn readings_are_the_persons_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, store) = store();
        let history = store.history("net");
        history.keep("one", b"a reading").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&history.path("one")), 0o600);
        assert_eq!(mode(&history.folder.join(OWNER)), 0o600);
        assert_eq!(mode(&history.folder), 0o700);
        assert_eq!(mode(&folder.path().join(FOLDER)), 0o700);
    }
}
