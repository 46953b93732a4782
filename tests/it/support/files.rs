//! Files as the reader takes them, from memory and from disk.

use std::path::Path;
use vpc_atlas::source::InputFile;

/// The files below a folder, as the program's storage hands them over.
pub(crate) fn tree(root: &Path) -> Vec<InputFile> {
    fn walk(root: &Path, folder: &Path, files: &mut Vec<InputFile>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap();
                let parts: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
                files.push(InputFile::new(
                    parts.join("/"),
                    std::fs::read(&path).unwrap(),
                ));
            }
        }
    }
    let mut files = Vec::new();
    walk(root, root, &mut files);
    files
}

/// A file of JSON.
pub(crate) fn json(path: &str, value: &serde_json::Value) -> InputFile {
    InputFile::new(path, serde_json::to_vec_pretty(value).unwrap())
}
