//! Saves that are whole or not at all.

use super::error::StorageError;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Write a file so that a reader sees the old content or the new, never half of it: the bytes go to a file beside it,
/// to the disk, and then take its name. An old file's permissions are kept, and a symbolic link stays one. What is no
/// plain file, a pipe or a terminal, is written to as it is.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let fail = |error: io::Error| StorageError::write(path, &error);
    // The link's end is replaced and not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(old) if old.is_dir() => Err(fail(io::ErrorKind::IsADirectory.into())),
        Ok(old) if !old.is_file() => fs::OpenOptions::new()
            .write(true)
            .open(&target)
            .and_then(|mut device| device.write_all(bytes))
            .map_err(fail),
        Ok(old) if old.permissions().readonly() => Err(StorageError::Write {
            path: path.to_owned(),
            why: "it is write-protected; make it writable or choose another name".into(),
        }),
        Ok(old) => replace(&target, bytes, Rights::Like(&old)).map_err(fail),
        Err(_) => replace(&target, bytes, Rights::New).map_err(fail),
    }
}

/// As [`save`], for what is nobody else's business: the file is its owner's alone, and so are the folders on the way to it
/// that have to be made.
pub fn save_private(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let fail = |error: io::Error| StorageError::write(path, &error);
    if let Some(folder) = path.parent() {
        private_folders().create(folder).map_err(fail)?;
    }
    replace(path, bytes, Rights::Private).map_err(fail)
}

#[cfg(unix)]
fn private_folders() -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_folders() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    builder
}

/// Who may read and write a file that is written.
#[derive(Clone, Copy)]
enum Rights<'a> {
    /// As the person's umask leaves it.
    New,
    /// As this one had it.
    Like(&'a Metadata),
    /// Its owner alone.
    Private,
}

/// What a file holds; none where there is no file, or where what is there is no plain file.
///
/// # Errors
/// It is there and cannot be read.
pub fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, StorageError> {
    let read = fs::metadata(path).and_then(|found| {
        // A pipe would be waited for.
        let is_file = found.is_file();
        is_file.then(|| fs::read(path)).transpose()
    });
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map_err(|error| StorageError::read(path, &error)),
    }
}

/// Delete a file; where there is none there is nothing to do.
///
/// # Errors
/// It cannot be deleted.
pub fn remove(path: &Path) -> Result<(), StorageError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StorageError::write(path, &error))
        }
        _ => Ok(()),
    }
}

/// Keep what a file holds beside it: as `name~`, or the first of `name~2`, `name~3` … that is free. Answers with the
/// name; one that holds the same already will do.
///
/// # Errors
/// It cannot be written.
pub fn keep_beside(path: &Path, bytes: &[u8]) -> Result<PathBuf, StorageError> {
    for number in 1_u32.. {
        let mut name = path.as_os_str().to_owned();
        name.push("~");
        if number > 1 {
            name.push(number.to_string());
        }
        let kept = PathBuf::from(name);
        match fs::symlink_metadata(&kept) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // What others may not read they may not read there either.
                let old = fs::metadata(path).ok();
                let written = replace(&kept, bytes, old.as_ref().map_or(Rights::New, Rights::Like));
                return match written {
                    Ok(()) => Ok(kept),
                    Err(error) => Err(StorageError::write(kept, &error)),
                };
            }
            Err(error) => return Err(StorageError::read(kept, &error)),
            Ok(there) if there.is_file() && there.len() == bytes.len() as u64 => {
                if fs::read(&kept).is_ok_and(|there| there == bytes) {
                    return Ok(kept);
                }
            }
            Ok(_) => {}
        }
    }
    Err(StorageError::Write {
        path: path.to_owned(),
        why: "no name is left to keep the old file under; delete some of those that end in ~"
            .into(),
    })
}

/// A path without links, so that two that lead to one file are the same; as it is where nothing is there.
pub fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn replace(target: &Path, bytes: &[u8], rights: Rights<'_>) -> io::Result<()> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vpc-atlas-");
    // A temporary file is its owner's alone.
    if !matches!(rights, Rights::Private) {
        as_new_file(&mut builder);
    }
    let mut file = builder.tempfile_in(&folder)?;
    file.write_all(bytes)?;
    if let Rights::Like(old) = rights {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    sync_folder(&folder);
    Ok(())
}

/// Bring a file's new name to the disk, which is not done by bringing the file there.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    // The file is written and has its name: a folder that cannot be synced, or only be passed through, is no reason to
    // say that it is not.
    if let Ok(folder) = fs::File::open(folder) {
        folder.sync_all().ok();
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

/// A saved file has the rights that the person's umask leaves.
#[cfg(unix)]
fn as_new_file(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn as_new_file(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_replaces_the_whole_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.json");
        save(&path, b"a long first version").unwrap();
        save(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_there_is_kept_under_a_free_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vpc.toml");
        assert_eq!(read_bytes(&path).unwrap(), None);
        assert_eq!(read_bytes(folder.path()).unwrap(), None);
        let kept = |bytes: &[u8]| {
            let kept = keep_beside(&path, bytes).unwrap();
            assert_eq!(fs::read(&kept).unwrap(), bytes);
            kept.file_name().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(kept(b"one \xff"), "a.vpc.toml~");
        assert_eq!(kept(b"two"), "a.vpc.toml~2");
        assert_eq!(kept(b"one \xff"), "a.vpc.toml~");
        fs::create_dir(folder.path().join("a.vpc.toml~3")).unwrap();
        assert_eq!(kept(b"three"), "a.vpc.toml~4");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_kept_is_as_private_as_it_was() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vpc.toml");
        fs::write(&path, b"one").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let kept = keep_beside(&path, b"one").unwrap();
        let mode = fs::metadata(kept).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    /// A folder that one may write to and not list cannot be opened to be synced.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_synced_is_saved_to_all_the_same() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o300)).unwrap();
        let path = folder.path().join("net.json");
        let saved = save(&path, b"one");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        saved.unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no/such/net.json");
        let error = save(&path, b"x").unwrap_err().to_string();
        assert!(
            error.contains("net.json: it is not there, or a folder"),
            "{error}"
        );
        let error = save(folder.path(), b"x").unwrap_err().to_string();
        assert!(
            error.ends_with("it is a folder; name a file in it"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::fs::Permissions;
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, b"one").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        symlink("file", &link).unwrap();
        save(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );

        fs::set_permissions(&file, Permissions::from_mode(0o440)).unwrap();
        let error = save(&file, b"three").unwrap_err().to_string();
        assert!(error.contains("it is write-protected"), "{error}");
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }
}
