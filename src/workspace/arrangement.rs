//! Pins, folds and notes, saved beside the source they belong to.
//!
//! Beside a file stands `.NAME.vpc-atlas.json`, in a folder `.vpc-atlas.json`: both can go into version control with the
//! source, and are passed over where a folder is read. What has no place of its own (accounts, several sources, the
//! sample) and what stands where nobody may write has its arrangement in the program's data folder.

use super::spec::SourceSpec;
use crate::network::{Id, Key, Kind, Text};
use crate::picture::geometry::{Fx, Point};
use crate::picture::layout::NoteId;
use crate::picture::view::{Arrangement, Board, Fold, Folds, Note, Pin};
use crate::storage::{self, StorageError, Store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a file of this kind says it is.
const FORMAT: &str = "vpc-atlas-arrangement";
const VERSION: u32 = 1;

/// Where the arrangement of a source is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrangementFile {
    beside: Option<PathBuf>,
    kept: Option<PathBuf>,
}

impl ArrangementFile {
    /// That of these sources; without a store, beside them only.
    pub fn of(store: Option<&Store>, sources: &[SourceSpec]) -> Self {
        let beside = match sources {
            [SourceSpec::Path(path)] => beside(path),
            _ => None,
        };
        let texts: Option<Vec<String>> = sources
            .iter()
            .map(|source| source.clone().absolute().to_text())
            .collect();
        let kept = store.zip(texts).map(|(store, mut texts)| {
            texts.sort_unstable();
            texts.dedup();
            store.arrangement(&texts.join("\n"))
        });
        Self { beside, kept }
    }

    /// What is arranged; nothing where nobody arranged anything.
    ///
    /// # Errors
    /// A file is there and cannot be read, or is no arrangement.
    pub fn read(&self) -> Result<Arrangement, StorageError> {
        // What is kept with the program is there only where the place beside the source could not be written last.
        for path in self.kept.iter().chain(&self.beside) {
            if let Some(bytes) = storage::read_bytes(path)? {
                return parse(&bytes).map_err(|why| StorageError::Read {
                    path: path.clone(),
                    why,
                });
            }
        }
        Ok(Arrangement::default())
    }

    /// Save it beside the source, or in the data folder where that cannot be. What cannot be read in an old file is kept
    /// under another name. Answers with the place.
    ///
    /// # Errors
    /// It can be written nowhere.
    pub fn save(&self, arrangement: &Arrangement) -> Result<Option<PathBuf>, StorageError> {
        if arrangement.is_empty() {
            for path in self.beside.iter().chain(&self.kept) {
                remove(path)?;
            }
            return Ok(None);
        }
        let mut last = Ok(None);
        let beside = self.beside.iter().map(|path| (path, false));
        for (path, is_private) in beside.chain(self.kept.iter().map(|path| (path, true))) {
            last = save_at(path, arrangement, is_private).map(|()| Some(path.clone()));
            if last.is_ok() {
                // Of two, nobody would know which is the newer one.
                if let Some(kept) = self.kept.as_ref().filter(|_| !is_private) {
                    storage::remove(kept)?;
                }
                break;
            }
        }
        last
    }
}

fn beside(source: &Path) -> Option<PathBuf> {
    if source.is_dir() {
        return Some(source.join(".vpc-atlas.json"));
    }
    let name = source.file_name()?.to_str()?;
    Some(source.with_file_name(format!(".{name}.vpc-atlas.json")))
}

/// Keep under another name what cannot be read in a file that is to go.
fn keep_damaged(path: &Path) -> Result<(), StorageError> {
    if let Some(old) = storage::read_bytes(path)?
        && parse(&old).is_err()
    {
        storage::keep_beside(path, &old)?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), StorageError> {
    keep_damaged(path)?;
    storage::remove(path)
}

fn save_at(path: &Path, arrangement: &Arrangement, is_private: bool) -> Result<(), StorageError> {
    keep_damaged(path)?;
    if is_private {
        storage::save_private(path, &write(arrangement))
    } else {
        storage::save(path, &write(arrangement))
    }
}

// --- the file ---

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    #[serde(default)]
    folds: FoldsFile,
    #[serde(default)]
    boards: BTreeMap<String, BoardFile>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct FoldsFile {
    identical: bool,
    unassociated: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collapsed: Vec<FoldFile>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unfolded: Vec<KeyFile>,
}

#[derive(Serialize, Deserialize)]
struct FoldFile {
    vpc: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<Text>,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeyFile {
    kind: Kind,
    id: Id,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct BoardFile {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pins: Vec<PinFile>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteFile>,
}

/// Places are in whole map units: nobody aims more finely.
#[derive(Serialize, Deserialize)]
struct PinFile {
    kind: Kind,
    id: Id,
    /// What the card stands in, where its resource may have several.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    within: Option<KeyFile>,
    x: i32,
    y: i32,
}

#[derive(Serialize, Deserialize)]
struct NoteFile {
    id: u32,
    x: i32,
    y: i32,
    text: String,
}

impl From<&Key> for KeyFile {
    fn from(key: &Key) -> Self {
        Self {
            kind: key.kind,
            id: key.id.clone(),
        }
    }
}

impl From<KeyFile> for Key {
    fn from(key: KeyFile) -> Self {
        Self::new(key.kind, key.id)
    }
}

fn units(point: Point) -> (i32, i32) {
    (point.x.round().0 / 64, point.y.round().0 / 64)
}

fn point(x: i32, y: i32) -> Point {
    Point::new(Fx::px(x), Fx::px(y))
}

fn write(arrangement: &Arrangement) -> Vec<u8> {
    let folds = &arrangement.folds;
    let collapsed = folds.collapsed.iter().map(|fold| match fold {
        Fold::Vpc(vpc) => FoldFile {
            vpc: vpc.id.clone(),
            zone: None,
        },
        Fold::Zone(vpc, zone) => FoldFile {
            vpc: vpc.id.clone(),
            zone: Some(zone.clone()),
        },
    });
    let unfolded = folds.unfolded.iter().map(KeyFile::from);
    let boards = arrangement.boards.iter().map(|(name, board)| {
        let pins = board.pins.iter().map(|(pin, at)| {
            let (x, y) = units(*at);
            PinFile {
                kind: pin.key.kind,
                id: pin.key.id.clone(),
                within: pin.within.as_ref().map(KeyFile::from),
                x,
                y,
            }
        });
        let notes = board.notes.iter().map(|(id, note)| {
            let (x, y) = units(note.at);
            NoteFile {
                id: id.0,
                x,
                y,
                text: note.text.clone(),
            }
        });
        let board = BoardFile {
            pins: pins.collect(),
            notes: notes.collect(),
        };
        (name.clone(), board)
    });
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        folds: FoldsFile {
            identical: folds.identical,
            unassociated: folds.unassociated,
            collapsed: collapsed.collect(),
            unfolded: unfolded.collect(),
        },
        boards: boards.collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn parse(bytes: &[u8]) -> Result<Arrangement, String> {
    const HOW: &str = "mend or delete it; pins, folds and notes are left out until then";
    let file: File = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is no arrangement of a map ({error}); {HOW}"))?;
    if file.format != FORMAT {
        return Err(format!("it is no arrangement of a map; {HOW}"));
    }
    if file.version > VERSION {
        return Err(format!(
            "it is of version {}, and this program knows {VERSION} at most; use a newer program",
            file.version
        ));
    }
    let collapsed = file.folds.collapsed.into_iter().map(|fold| {
        let vpc = Key::new(Kind::Vpc, fold.vpc);
        match fold.zone {
            None => Fold::Vpc(vpc),
            Some(zone) => Fold::Zone(vpc, zone),
        }
    });
    let unfolded = file.folds.unfolded.into_iter();
    let boards = file.boards.into_iter().map(|(name, board)| {
        let pins = board.pins.into_iter();
        let notes = board.notes.into_iter().map(|note| {
            let at = point(note.x, note.y);
            let text = note.text;
            (NoteId(note.id), Note { at, text })
        });
        let pins = pins.map(|pin| {
            let at = point(pin.x, pin.y);
            let key = Key::new(pin.kind, pin.id);
            let within = pin.within.map(Key::from);
            (Pin { key, within }, at)
        });
        let board = Board {
            pins: pins.collect(),
            notes: notes.collect(),
        };
        (name, board)
    });
    Ok(Arrangement {
        folds: Folds {
            identical: file.folds.identical,
            unassociated: file.folds.unassociated,
            collapsed: collapsed.collect(),
            unfolded: unfolded.map(Key::from).collect(),
        },
        boards: boards.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn arrangement() -> Arrangement {
        let key = Key::aws(Kind::Subnet, "subnet-1");
        let vpc = Key::aws(Kind::Vpc, "vpc-1");
        let pin = |within: Option<&Key>| Pin {
            key: Key::aws(Kind::VpcEndpoint, "vpce-1"),
            within: within.cloned(),
        };
        let board = Board {
            pins: [
                (pin(None), point(40, 900)),
                (pin(Some(&key)), point(-40, 16)),
            ]
            .into(),
            notes: [(
                NoteId(3),
                Note {
                    at: point(10, 20),
                    text: "ask “ops”\nfirst".to_owned(),
                },
            )]
            .into(),
        };
        Arrangement {
            folds: Folds {
                identical: true,
                unassociated: false,
                collapsed: [Fold::Vpc(vpc.clone()), Fold::Zone(vpc, "eu-west-1a".into())].into(),
                unfolded: [key].into(),
            },
            boards: [("columns vpc-1".to_owned(), board)].into(),
        }
    }

    #[test]
    fn it_comes_back_as_it_was_saved_beside_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("net.json");
        fs::write(&source, "{}").unwrap();
        for (named, file) in [
            (source.clone(), ".net.json.vpc-atlas.json"),
            (folder.path().to_owned(), ".vpc-atlas.json"),
        ] {
            let place = ArrangementFile::of(None, &[SourceSpec::Path(named)]);
            assert_eq!(place.read().unwrap(), Arrangement::default());
            let path = place.save(&arrangement()).unwrap().unwrap();
            assert_eq!(path, folder.path().join(file));
            assert_eq!(place.read().unwrap(), arrangement());
            // Nothing is left of what is taken back.
            place.save(&Arrangement::default()).unwrap();
            assert!(!path.exists());
        }
    }

    #[test]
    fn what_has_no_place_of_its_own_is_kept_with_the_program() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::at(data.path());
        let file = ArrangementFile::of(Some(&store), &[SourceSpec::Sample]);
        let path = file.save(&arrangement()).unwrap().unwrap();
        assert!(path.starts_with(data.path()));
        assert_eq!(file.read().unwrap(), arrangement());
        let other = ArrangementFile::of(
            Some(&store),
            &[SourceSpec::Sample, SourceSpec::Path("/tmp/x".into())],
        );
        assert_eq!(other.read().unwrap(), Arrangement::default());
    }

    #[test]
    fn files_of_earlier_programs_are_read() {
        let file = r#"{"format": "vpc-atlas-arrangement", "version": 1, "boards": {
            "nested vpc-1": {"pins": [{"kind": "vpc-endpoint", "id": "vpce-1", "x": 40, "y": 900}]}}}"#;
        let read = parse(file.as_bytes()).unwrap();
        let pin = Pin {
            key: Key::aws(Kind::VpcEndpoint, "vpce-1"),
            within: None,
        };
        let board = &read.boards["nested vpc-1"];
        assert_eq!(board.pins.get(&pin), Some(&point(40, 900)));
        // One that names what a card stands in says so in words that are its own.
        let written = String::from_utf8(write(&arrangement())).unwrap();
        assert!(written.contains("\"in\": {"), "{written}");
    }

    #[test]
    fn a_damaged_file_is_named_and_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("net.json");
        fs::write(&source, "{}").unwrap();
        let file = ArrangementFile::of(None, &[SourceSpec::Path(source)]);
        let path = folder.path().join(".net.json.vpc-atlas.json");
        for (text, word) in [
            ("{", "no arrangement"),
            (r#"{"format":"other","version":1}"#, "no arrangement"),
            (
                r#"{"format":"vpc-atlas-arrangement","version":9}"#,
                "version 9",
            ),
        ] {
            fs::write(&path, text).unwrap();
            let sentence = file.read().unwrap_err().to_string();
            assert!(sentence.contains(word), "{sentence}");
            assert!(sentence.contains(".net.json.vpc-atlas.json"), "{sentence}");
        }
        file.save(&arrangement()).unwrap();
        assert_eq!(file.read().unwrap(), arrangement());
        let kept = folder.path().join(".net.json.vpc-atlas.json~");
        assert!(fs::read_to_string(kept).unwrap().contains('9'));
    }
}
