//! Any bytes in any files give a network, and the network survives a snapshot.
//!
//! A NUL byte ends a file, so that one input is a folder of several; each begins with its path, up to a line break.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vpc_atlas::network::Topology;
use vpc_atlas::source::{InputFile, read, snapshot};

fuzz_target!(|data: &[u8]| {
    let files: Vec<InputFile> = data
        .split(|&byte| byte == 0)
        .take(8)
        .map(|file| {
            let (path, bytes) = match file.iter().position(|&byte| byte == b'\n') {
                Some(at) => (&file[..at], &file[at + 1..]),
                None => (&b""[..], file),
            };
            InputFile::new(String::from_utf8_lossy(path), bytes)
        })
        .collect();
    let network = read(&files);
    let written = snapshot::write(&network);
    let back = snapshot::read(&written, "snapshot").expect("a snapshot of ours is read back");
    assert_eq!(back, network, "a snapshot holds all there is");
    let reversed: Vec<InputFile> = files.iter().rev().cloned().collect();
    let paths: std::collections::BTreeSet<&str> =
        files.iter().map(|file| file.path.as_str()).collect();
    if paths.len() == files.len() {
        assert_eq!(read(&reversed), network, "the order of files never shows");
    }
    let _ = Topology::of(&network);
    let _ = network.gaps();
});
