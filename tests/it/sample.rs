//! The sample network is a folder like any other.

use vpc_atlas::source::{InputFile, read, sample};
use vpc_atlas::storage::read_tree;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");

#[test]
fn every_file_of_the_folder_is_embedded() {
    let tree = read_tree(FOLDER.as_ref(), &mut |_, _, _| true).unwrap();
    let on_disk: Vec<(&str, &[u8])> = tree
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.content.as_deref().unwrap()))
        .collect();
    assert_eq!(on_disk, sample::FILES);
}

#[test]
fn the_order_of_its_files_does_not_matter() {
    let mut files: Vec<InputFile> = sample::FILES
        .iter()
        .map(|&(path, bytes)| InputFile::new(format!("copy/{path}"), bytes))
        .collect();
    files.reverse();
    assert_eq!(read(&files), sample::network());
}
