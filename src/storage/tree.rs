//! Reading a file or a folder of files.

use super::error::{StorageError, words};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Larger files are not read: describe output of a whole account is a few dozen megabytes.
pub const SIZE_LIMIT: u64 = 512 << 20;

/// A folder with more files than this is not a network's description but somebody's home.
pub const FILE_LIMIT: usize = 100_000;

/// Endings that a file in a folder may have; a file named by itself may have any.
const ENDINGS: &[&str] = &[
    "json", "jsonl", "ndjson", "template", "tfstate", "toml", "yaml", "yml",
];

/// A file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path below the folder, with `/` between the parts; the bare name of a file that was named by itself.
    /// Never an absolute path, so that what is made of it does not depend on where the folder stands.
    pub path: String,
    /// Its bytes, or why there are none: a sentence's end without a full stop.
    pub content: Result<Vec<u8>, String>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The files, by path.
    pub files: Vec<TreeFile>,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Whether there is a file or folder at `path`.
pub fn check(path: &Path) -> Result<(), StorageError> {
    fs::metadata(path)
        .map(|_| ())
        .map_err(|error| missing(path, &error))
}

fn missing(path: &Path, error: &io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::NotFound => StorageError::NoSuchPath(path.to_owned()),
        _ => StorageError::read(path, error),
    }
}

/// Read the file or all files below the folder at `path`, by path.
///
/// Hidden files and files whose ending says that they hold something else are passed over. A file or folder that
/// cannot be read stands in the list with the reason, and the others are read all the same. Symbolic links are
/// followed, each folder once. `step` is told how many of how many files are read, and of which one is next; where it
/// says no, reading stops with [`StorageError::Cancelled`].
pub fn read_tree(
    path: &Path,
    step: &mut dyn FnMut(usize, usize, &str) -> bool,
) -> Result<Tree, StorageError> {
    let metadata = fs::metadata(path).map_err(|error| missing(path, &error))?;
    if !metadata.is_dir() {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        if !step(0, 1, &name) {
            return Err(StorageError::Cancelled);
        }
        let content = read_file(path);
        return match content {
            Err(why) => Err(StorageError::Read {
                path: path.to_owned(),
                why,
            }),
            Ok(_) => Ok(Tree {
                files: vec![TreeFile {
                    path: name,
                    content,
                }],
                is_folder: false,
            }),
        };
    }

    let found = find(path, step)?;
    let total = found.len();
    if total == 0 {
        return Err(StorageError::EmptyFolder(path.to_owned()));
    }
    let mut files = Vec::with_capacity(total);
    for (done, entry) in found.into_iter().enumerate() {
        if !step(done, total, &entry.path) {
            return Err(StorageError::Cancelled);
        }
        let content = match entry.problem {
            Some(problem) => Err(problem),
            None => read_file(&entry.full),
        };
        files.push(TreeFile {
            path: entry.path,
            content,
        });
    }
    Ok(Tree {
        files,
        is_folder: true,
    })
}

/// A file that was found but not read yet, or what stands in the way of finding more.
struct Entry {
    path: String,
    full: PathBuf,
    problem: Option<String>,
}

fn find(
    root: &Path,
    step: &mut dyn FnMut(usize, usize, &str) -> bool,
) -> Result<Vec<Entry>, StorageError> {
    let mut found: Vec<Entry> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, path)) = folders.pop() {
        if !step(0, 0, &path) {
            return Err(StorageError::Cancelled);
        }
        let problem = |error: &io::Error| Entry {
            path: path.clone(),
            full: folder.clone(),
            problem: Some(words(error)),
        };
        // A link that leads back up would otherwise be followed for ever.
        match fs::canonicalize(&folder) {
            Ok(real) => {
                if !seen.insert(real) {
                    continue;
                }
            }
            Err(error) => {
                found.push(problem(&error));
                continue;
            }
        }
        let children = fs::read_dir(&folder)
            .and_then(Iterator::collect::<Result<Vec<fs::DirEntry>, io::Error>>);
        let mut children = match children {
            Ok(children) => children,
            Err(error) if path.is_empty() => return Err(StorageError::read(root, &error)),
            Err(error) => {
                found.push(problem(&error));
                continue;
            }
        };
        // The stack hands out the last one first, and which link to a folder is followed must not depend on the disk.
        children.sort_unstable_by_key(|child| std::cmp::Reverse(child.file_name()));
        for child in children {
            let name = child.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = match path.as_str() {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            let full = child.path();
            let problem = match fs::metadata(&full) {
                Ok(metadata) if metadata.is_dir() => {
                    folders.push((full, path));
                    continue;
                }
                // Pipes and devices never end.
                Ok(metadata) if !metadata.is_file() => continue,
                Ok(_) => None,
                Err(error) => Some(words(&error)),
            };
            if is_candidate(&full) {
                found.push(Entry {
                    path,
                    full,
                    problem,
                });
            }
        }
        if found.len() > FILE_LIMIT {
            return Err(StorageError::Read {
                path: root.to_owned(),
                why: format!(
                    "it holds more than {FILE_LIMIT} files; choose the folder that holds the description"
                ),
            });
        }
    }
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn is_candidate(path: &Path) -> bool {
    match path.extension() {
        None => true,
        Some(ending) => ending.to_str().is_some_and(|ending| {
            ENDINGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(ending))
        }),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let mut bytes = Vec::new();
        // A length that a device makes up must not reserve the machine's memory.
        bytes
            .try_reserve(length.min(SIZE_LIMIT) as usize)
            .map_err(io::Error::from)?;
        (&mut file).take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) if bytes.len() as u64 > SIZE_LIMIT => Err(format!(
            "it is larger than {} MB; split it or leave out what the map does not need",
            SIZE_LIMIT >> 20
        )),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(words(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(_: usize, _: usize, _: &str) -> bool {
        true
    }

    fn paths(tree: &Tree) -> Vec<&str> {
        tree.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn files_come_by_path_without_what_holds_something_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.json",
            "a/z.JSON",
            "a/plain",
            ".git/x.json",
            ".hid.json",
            "pic.png",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let tree = read_tree(folder.path(), &mut go).unwrap();
        assert_eq!(paths(&tree), ["a/plain", "a/z.JSON", "b.json"]);
        assert_eq!(tree.files[2].content.as_deref(), Ok(b"b.json".as_slice()));
    }

    #[test]
    fn a_file_named_by_itself_may_have_any_ending() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vpcs.out");
        fs::write(&path, "{}").unwrap();
        let tree = read_tree(&path, &mut go).unwrap();
        assert_eq!(paths(&tree), ["vpcs.out"]);
        assert!(!tree.is_folder);
    }

    #[test]
    fn nothing_to_read_is_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let error = read_tree(folder.path(), &mut go).unwrap_err().to_string();
        assert!(error.contains("holds no file to read"), "{error}");
        let error = read_tree(&folder.path().join("gone"), &mut go).unwrap_err();
        assert!(matches!(error, StorageError::NoSuchPath(_)), "{error}");
    }

    #[test]
    fn no_means_stop() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), "{}").unwrap();
        for stop_at in 0..2 {
            let mut calls = 0;
            let error = read_tree(folder.path(), &mut |_, _, _| {
                calls += 1;
                calls <= stop_at
            })
            .unwrap_err();
            assert!(matches!(error, StorageError::Cancelled));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_never_in_a_circle() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let sub = folder.path().join("sub");
        fs::create_dir(&sub).unwrap();
        fs::write(sub.join("a.json"), "{}").unwrap();
        symlink("..", sub.join("up")).unwrap();
        symlink("a.json", sub.join("b.json")).unwrap();
        symlink("nowhere", sub.join("c.json")).unwrap();
        let tree = read_tree(folder.path(), &mut go).unwrap();
        assert_eq!(paths(&tree), ["sub/a.json", "sub/b.json", "sub/c.json"]);
        let reason = tree.files[2].content.as_ref().unwrap_err();
        assert!(reason.starts_with("it is not there"), "{reason}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_permission_stands_with_the_reason() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let closed = folder.path().join("closed.json");
        fs::write(&closed, "{}").unwrap();
        fs::write(folder.path().join("open.json"), "{}").unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::File::open(&closed).is_ok() {
            // The superuser reads everything; the mapping of the error is tested by itself below.
            let error = io::Error::from(io::ErrorKind::PermissionDenied);
            assert!(words(&error).starts_with("permission is missing"));
            return;
        }
        let tree = read_tree(folder.path(), &mut go).unwrap();
        assert!(
            tree.files[0]
                .content
                .as_ref()
                .unwrap_err()
                .starts_with("permission")
        );
        assert!(tree.files[1].content.is_ok());
    }
}
