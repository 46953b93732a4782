//! Folders that files are saved into.

use super::error::StorageError;
use std::fs;
use std::path::Path;

/// The names of the files in a folder, sorted; the folder, and those above it, are made where they are missing. Names
/// that are no Unicode are passed over.
///
/// # Errors
/// It cannot be made or read.
pub fn names_in(folder: &Path) -> Result<Vec<String>, StorageError> {
    fs::create_dir_all(folder).map_err(|error| StorageError::write(folder, &error))?;
    let fail = |error| StorageError::read(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.path().is_file() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_and_its_files_are_named() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/b");
        assert_eq!(names_in(&folder).unwrap(), Vec::<String>::new());
        fs::write(folder.join("z.tf"), "").unwrap();
        fs::write(folder.join("a.tf"), "").unwrap();
        fs::create_dir(folder.join("inner")).unwrap();
        assert_eq!(names_in(&folder).unwrap(), ["a.tf", "z.tf"]);
        assert!(names_in(&folder.join("a.tf")).is_err());
    }
}
