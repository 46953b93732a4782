//! The rooms of the program and what each may use, held to by reading the source.
//!
//! A room is a module of the crate; a room within a room (`picture::layout`) has a row of its own. The reader below knows
//! comments, strings and `use` trees, and no more of Rust: it finds every path that is written out, which is enough,
//! since a name has to be brought in by one. Test modules (`#[cfg(test)] mod …`) are left out.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::environment::package;

/// What one room may use of the crate and of the world.
struct Room {
    path: &'static str,
    /// Paths of the crate, each with all below it. A room may always use itself.
    rooms: &'static [&'static str],
    /// What it may use of [`GUARDED`].
    world: &'static [&'static str],
}

const FILES: &str = "files";
const ENVIRONMENT: &str = "environment";
const CLOCK: &str = "clock";
const NETWORK: &str = "sockets and processes";
const TOKIO: &str = "tokio";
const AWS: &str = "the AWS SDK";
const WINDOW: &str = "the window toolkit";

/// Parts of the world that not every room may touch, and the paths that are them; a final `*` stands for any rest of
/// the word.
const GUARDED: &[(&str, &[&str])] = &[
    (FILES, &["std::fs", "tempfile"]),
    (ENVIRONMENT, &["std::env", "directories"]),
    (
        CLOCK,
        &[
            "std::time::SystemTime",
            "std::time::Instant",
            "std::time::UNIX_EPOCH",
            "jiff",
        ],
    ),
    (
        NETWORK,
        &[
            "std::net::TcpStream",
            "std::net::TcpListener",
            "std::net::UdpSocket",
            "std::net::ToSocketAddrs",
            "std::process::Command",
        ],
    ),
    (TOKIO, &["tokio"]),
    (AWS, &["aws_*"]),
    (
        WINDOW,
        &[
            "egui", "egui_*", "eframe", "epaint", "emath", "ecolor", "winit", "rfd",
        ],
    ),
];

/// The table of the rooms.
const ROOMS: &[Room] = &[
    room("cidr", &[], &[]),
    room("network", &["cidr"], &[]),
    room("design", &["cidr", "network"], &[]),
    room("analysis", &["cidr", "network"], &[]),
    room("steps", &["cidr", "network"], &[]),
    room("picture", &["cidr", "network", "analysis"], &[]),
    room("picture::geometry", &[], &[]),
    room("picture::glyph", &["picture::geometry"], &[]),
    room(
        "picture::diagram",
        &["picture::geometry", "picture::glyph"],
        &[],
    ),
    room(
        "picture::theme",
        &["picture::diagram", "picture::glyph"],
        &[],
    ),
    room("picture::text", &["picture::geometry"], &[]),
    room(
        "picture::layout",
        &["picture::geometry", "picture::diagram", "picture::text"],
        &[],
    ),
    room(
        "picture::scene",
        &[
            "picture::geometry",
            "picture::diagram",
            "picture::layout",
            "picture::text",
            "picture::theme",
            "picture::glyph",
        ],
        &[],
    ),
    room(
        "export",
        &["picture", "network", "cidr", "analysis", "steps"],
        &[],
    ),
    room("source", &["cidr", "network", "design", "aws"], &[]),
    room(
        "source::live",
        &["source", "cidr", "network", "design", "aws"],
        &[CLOCK, TOKIO],
    ),
    // The table of calls says what to ask, in source's words; it is plain data. So is what steps ask for.
    room(
        "aws",
        &[
            "cidr",
            "network",
            "source::calls",
            "source::profiles",
            "steps",
        ],
        &[AWS, CLOCK, ENVIRONMENT, TOKIO],
    ),
    room(
        "apply",
        &["steps", "aws", "storage", "source", "network", "cidr"],
        &[CLOCK, TOKIO],
    ),
    room(
        "storage",
        &["design", "network"],
        &[FILES, ENVIRONMENT, CLOCK],
    ),
    room(
        "workspace",
        &[
            "cidr", "network", "design", "analysis", "steps", "picture", "export", "source", "aws",
            "apply", "storage",
        ],
        &[CLOCK, ENVIRONMENT, NETWORK, TOKIO],
    ),
    room(
        "cli",
        &[
            "workspace",
            "apply",
            "cidr",
            "network",
            "design",
            "analysis",
            "steps",
            "picture",
            "export",
        ],
        &[CLOCK, ENVIRONMENT],
    ),
    room(
        "app",
        &[
            "workspace",
            "apply",
            "cidr",
            "network",
            "design",
            "analysis",
            "steps",
            "picture",
            "export",
        ],
        &[CLOCK, ENVIRONMENT, WINDOW],
    ),
    // `main` and `lib` choose between the window and the command line.
    room("", &["app", "cli", "workspace"], &[ENVIRONMENT, NETWORK]),
];

const fn room(
    path: &'static str,
    rooms: &'static [&'static str],
    world: &'static [&'static str],
) -> Room {
    Room { path, rooms, world }
}

/// A piece of source that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    PathSeparator,
    Other(char),
}

/// Words, `::` and single characters; comments, strings, characters and lifetimes are gone.
fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let at = |i: usize| text.get(i).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let here = at(i);
        if here == '/' && at(i + 1) == '/' {
            while i < text.len() && at(i) != '\n' {
                i += 1;
            }
        } else if here == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= text.len() {
                    break;
                }
            }
        } else if here == '"' {
            i = after_string(&text, i);
        } else if here == '\'' {
            i = after_quote(&text, i);
        } else if here.is_alphabetic() || here == '_' {
            let start = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            let word: String = text[start..i].iter().collect();
            let hashes = (0..text.len() - i).take_while(|n| at(i + n) == '#').count();
            if matches!(word.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                i = after_raw(&text, i + hashes + 1, hashes);
            } else if word == "r" && hashes == 1 {
                i += 1; // r#word
            } else {
                found.push(Token::Word(word));
            }
        } else if here == ':' && at(i + 1) == ':' {
            found.push(Token::PathSeparator);
            i += 2;
        } else {
            if !here.is_whitespace() {
                found.push(Token::Other(here));
            }
            i += 1;
        }
    }
    found
}

fn after_string(text: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < text.len() {
        match text[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    i
}

fn after_raw(text: &[char], start: usize, hashes: usize) -> usize {
    let mut i = start;
    while i < text.len() {
        let closes = text[i] == '"'
            && text
                .get(i + 1..=i + hashes)
                .is_some_and(|rest| rest.iter().all(|&c| c == '#'));
        if closes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    i
}

/// Behind a character literal, or behind the quote of a lifetime.
fn after_quote(text: &[char], start: usize) -> usize {
    match (text.get(start + 1), text.get(start + 2)) {
        (Some('\\'), _) => {
            let mut i = start + 3;
            while i < text.len() && text[i] != '\'' {
                i += 1;
            }
            i + 1
        }
        (Some(_), Some('\'')) => start + 3,
        _ => start + 1,
    }
}

/// Every path written in a source text, `use` trees taken apart, `crate`, `self` and `super` resolved against the
/// module of the file. Paths into the crate start with `crate`.
fn paths(source: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let tokens = tokens(source);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        module: module.to_vec(),
        found: BTreeSet::new(),
    };
    reader.items();
    reader.found
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    module: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

impl Reader<'_> {
    fn word(&self, ahead: usize) -> Option<&str> {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is(&self, ahead: usize, sign: char) -> bool {
        self.tokens.get(self.at + ahead) == Some(&Token::Other(sign))
    }

    fn is_separator(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead) == Some(&Token::PathSeparator)
    }

    fn items(&mut self) {
        // The depth of braces at which an inline module ends.
        let mut depth = 0_usize;
        let mut inline: Vec<usize> = Vec::new();
        while self.at < self.tokens.len() {
            if self.starts_test_module() {
                self.skip_block();
            } else if self.word(0) == Some("mod") && self.word(1).is_some() && self.is(2, '{') {
                let name = self.word(1).unwrap_or_default().to_owned();
                self.module.push(name);
                inline.push(depth);
                depth += 1;
                self.at += 3;
            } else if self.word(0) == Some("use") {
                self.at += 1;
                self.path(&[]);
            } else if self.word(0).is_some() && !self.is_separator(1) {
                // A word alone is some name of the module's own; only `use` can make a crate of it.
                self.at += 1;
            } else if self.word(0).is_some() || self.is_separator(0) {
                self.path(&[]);
            } else {
                if self.is(0, '{') {
                    depth += 1;
                } else if self.is(0, '}') {
                    depth = depth.saturating_sub(1);
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        self.module.pop();
                    }
                }
                self.at += 1;
            }
        }
    }

    /// `#[cfg(test)] mod name {`, with any further attributes between.
    fn starts_test_module(&self) -> bool {
        let cfg = self.is(0, '#')
            && self.is(1, '[')
            && self.word(2) == Some("cfg")
            && self.is(3, '(')
            && self.word(4) == Some("test")
            && self.is(5, ')')
            && self.is(6, ']');
        if !cfg {
            return false;
        }
        let mut ahead = 7;
        while self.is(ahead, '#') {
            while self.at + ahead < self.tokens.len() && !self.is(ahead, ']') {
                ahead += 1;
            }
            ahead += 1;
        }
        while matches!(self.word(ahead), Some("pub" | "crate"))
            || self.is(ahead, '(')
            || self.is(ahead, ')')
        {
            ahead += 1;
        }
        self.word(ahead) == Some("mod") && self.is(ahead + 2, '{')
    }

    fn skip_block(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.tokens.len() {
            if self.is(0, '{') {
                depth += 1;
            } else if self.is(0, '}') {
                depth -= 1;
                if depth == 0 {
                    self.at += 1;
                    return;
                }
            }
            self.at += 1;
        }
    }

    /// A path from here on, below `stem`; a tree in braces gives one path for each leaf.
    fn path(&mut self, stem: &[String]) {
        let mut path = stem.to_vec();
        if self.is_separator(0) {
            self.at += 1;
        }
        loop {
            if let Some(word) = self.word(0) {
                path.push(word.to_owned());
                self.at += 1;
                if !self.is_separator(0) {
                    break;
                }
                self.at += 1;
            } else if self.is(0, '*') {
                path.push("*".to_owned());
                self.at += 1;
                break;
            } else if self.is(0, '{') {
                self.at += 1;
                while self.at < self.tokens.len() && !self.is(0, '}') {
                    if self.is(0, ',') {
                        self.at += 1;
                    } else if self.word(0) == Some("as") {
                        self.at += 2;
                    } else if self.word(0).is_some() || self.is(0, '*') || self.is(0, '{') {
                        self.path(&path);
                    } else {
                        break; // not a tree after all
                    }
                }
                if self.is(0, '}') {
                    self.at += 1;
                }
                return;
            } else {
                break; // `Vec::<u8>` and the like
            }
        }
        self.found.insert(self.resolve(&path));
    }

    fn resolve(&self, path: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = path;
        let mut relative = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "super" => {
                    module.pop();
                }
                "self" => {}
                "crate" | "vpc_atlas" if !relative => module.clear(),
                _ => break,
            }
            relative = true;
            rest = after;
        }
        let rest: Vec<String> = rest
            .iter()
            .filter(|word| *word != "self")
            .cloned()
            .collect();
        if relative {
            std::iter::once("crate".to_owned())
                .chain(module)
                .chain(rest)
                .collect()
        } else {
            rest
        }
    }
}

/// Whether `path` is `prefix` or lies below it. A path that ends in `*` also holds what lies below its stem.
fn below(path: &[String], prefix: &str) -> bool {
    let prefix: Vec<&str> = prefix.split("::").collect();
    if path.last().is_some_and(|last| last == "*") && path.len() <= prefix.len() {
        let stem = &path[..path.len() - 1];
        return path.len() > 1 && stem.iter().zip(&prefix).all(|(a, b)| a == b);
    }
    path.len() >= prefix.len()
        && path.iter().zip(&prefix).all(|(word, part)| {
            part.strip_suffix('*')
                .map_or(word == part, |start| word.starts_with(start))
        })
}

/// The room of a module: the deepest row that holds it.
fn room_of(module: &[String]) -> Option<&'static Room> {
    ROOMS
        .iter()
        .filter(|room| {
            if room.path.is_empty() {
                module.is_empty()
            } else {
                below(module, room.path)
            }
        })
        .max_by_key(|room| room.path.len())
}

/// What a source text uses that its room may not: one sentence each.
fn violations(module: &[String], source: &str) -> Vec<String> {
    let name = module.join("::");
    let Some(room) = room_of(module) else {
        return vec![format!(
            "{name}: no room has this module; add it to the table"
        )];
    };
    let mut found = Vec::new();
    for path in paths(source, module) {
        let written = path.join("::");
        if path.first().is_some_and(|first| first == "crate") {
            // `crate::name` alone in an attribute or a macro is no use of a room.
            let Some(target) = path.get(1..).filter(|target| !target.is_empty()) else {
                continue;
            };
            let is_room = ROOMS.iter().any(|other| other.path == target[0]) || target[0] == "*";
            let is_own = below(target, room.path) && !room.path.is_empty();
            let is_parent_item = room.path.contains("::") && is_item_of_parent(room, target);
            if is_room
                && !is_own
                && !is_parent_item
                && !room.rooms.iter().any(|allowed| below(target, allowed))
            {
                found.push(format!("{name}: {written} is not for room {:?}", room.path));
            }
        } else {
            for (part, guarded) in GUARDED {
                if !room.world.contains(part) && guarded.iter().any(|guard| below(&path, guard)) {
                    found.push(format!(
                        "{name}: {written} is {part}, not for room {:?}",
                        room.path
                    ));
                }
            }
        }
    }
    found
}

/// A type that a room within a room takes from its parent's own file: `picture::Name`, as types are written.
fn is_item_of_parent(room: &Room, target: &[String]) -> bool {
    let parent: Vec<&str> = room.path.split("::").collect();
    let parent = &parent[..parent.len() - 1];
    target.len() == parent.len() + 1
        && target.iter().zip(parent).all(|(a, b)| a == b)
        && target
            .last()
            .is_some_and(|name| name.starts_with(char::is_uppercase))
}

/// The module path of a file below `src`.
fn module_of(relative: &Path) -> Vec<String> {
    let mut module: Vec<String> = relative
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    match module.last().map(String::as_str) {
        Some("mod") => drop(module.pop()),
        Some("lib" | "main") if module.len() == 1 => module.clear(),
        _ if module.first().is_some_and(|first| first == "bin") => module.clear(),
        _ => {}
    }
    module
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_room_uses_what_it_may_and_no_more() {
    let src = package().join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files.sort();
    assert!(files.len() > 10, "src was not found");
    let found: Vec<String> = files
        .iter()
        .filter(|file| file.file_stem().is_none_or(|stem| stem != "tests"))
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).expect("source is UTF-8");
            violations(
                &module_of(file.strip_prefix(&src).expect("below src")),
                &text,
            )
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn check(module: &str, source: &str) -> Vec<String> {
    let module: Vec<String> = module.split("::").map(str::to_owned).collect();
    violations(&module, source)
}

#[test]
fn violations_are_found_however_they_are_written() {
    for (module, source) in [
        ("cidr", "use std::fs;"),
        ("cidr", "use std::{fmt, fs::{self, File}};"),
        ("cidr", "use std::*;"),
        ("network", "fn f() { let now = std::time::Instant::now(); }"),
        ("network", "use ::std::time::{Duration, SystemTime};"),
        ("network", "use crate::picture::Scene;"),
        ("network", "use crate::{cidr::Block, source};"),
        ("network::topology", "use super::super::source::calls;"),
        ("picture::scene", "use egui::Color32;"),
        ("picture::layout::trunks", "use crate::network::Key;"),
        ("picture::layout", "use super::super::network::Key;"),
        ("picture::text", "use crate::picture::layout::Place;"),
        ("export::svg", "fn f(p: &str) { tokio::spawn(async {}); }"),
        ("source", "type A = aws_sdk_ec2::types::Vpc;"),
        ("source::describe", "use tokio::sync::mpsc;"),
        ("workspace", "use std::fs::read;"),
        ("cli", "use crate::source::describe;"),
        ("workspace", "use eframe::egui;"),
        ("cidr", "mod inner { use super::super::network::Key; }"),
        ("cidr", "const A: &str = r#\"a \" quote\"#; use std::env;"),
        (
            "cidr",
            "fn f<'a>(c: char) -> bool { c == '\"' } use std::env;",
        ),
        ("cidr", "/* a /* nested */ comment */ use std::env;"),
        ("cidr", "use vpc_atlas::network::Key;"),
        ("cidr", "pub use egui;"),
        ("cidr", "use {std::fmt, tokio};"),
        ("attic", "use std::fmt;"),
    ] {
        assert!(!check(module, source).is_empty(), "{module}: {source}");
    }
}

#[test]
fn what_is_allowed_is_let_by() {
    for (module, source) in [
        (
            "cidr",
            "// use std::fs;\n/* use std::fs; */ const A: &str = \"std::fs::read\";",
        ),
        (
            "cidr",
            "const A: &str = r##\"use std::fs; \"# std::env\"##;",
        ),
        (
            "cidr",
            "use std::{fmt, net::{Ipv4Addr, Ipv6Addr}, time::Duration};",
        ),
        (
            "cidr",
            "#[cfg(test)] #[allow(x)] mod tests { use std::fs; use crate::source::a; }",
        ),
        (
            "network::merge",
            "use super::{Key, facts::Known}; use crate::cidr;",
        ),
        (
            "network",
            "pub mod facts; use facts::Known; fn aws_made() -> bool { self.aws_made }",
        ),
        (
            "picture::view",
            "use crate::network::{Network, topology::*};",
        ),
        (
            "picture::scene",
            "use crate::picture::layout::Layout; use super::text;",
        ),
        ("picture::scene", "use super::Glyph;"),
        (
            "aws",
            "use aws_sdk_ec2::Client; use crate::source::calls::CALLS;",
        ),
        (
            "storage",
            "use std::fs; let f = tempfile::NamedTempFile::new();",
        ),
        (
            "app",
            "use eframe::egui; use crate::workspace::Workspace; rfd::FileDialog::new();",
        ),
        ("source::live", "use tokio::task::JoinSet; use crate::aws;"),
    ] {
        assert_eq!(check(module, source), [""; 0], "{module}: {source}");
    }
}

#[test]
fn file_names_become_module_paths() {
    let module = |path: &str| module_of(Path::new(path)).join("::");
    assert_eq!(module("picture/layout/mod.rs"), "picture::layout");
    assert_eq!(
        module("picture/layout/trunks.rs"),
        "picture::layout::trunks"
    );
    assert_eq!(module("lib.rs"), "");
    assert_eq!(module("cli/main.rs"), "cli::main");
}
