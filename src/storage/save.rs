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
        Ok(old) => replace(&target, bytes, Some(&old)).map_err(fail),
        Err(_) => replace(&target, bytes, None).map_err(fail),
    }
}

fn replace(target: &Path, bytes: &[u8], old: Option<&Metadata>) -> io::Result<()> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vpc-atlas-");
    as_new_file(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is its owner's alone; a saved one has the rights that the person's umask leaves.
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
