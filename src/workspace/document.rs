//! A design that is open: what it says, where it is kept, and every change that can be taken back.

use crate::design::{self, Design, FileError, Refusal};
use crate::source::design::is_design;
use crate::storage::{StorageError, read_text, read_tree, save};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Why a design's file cannot be opened. One sentence: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum DesignError {
    /// The file cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It is not a design.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong in it, and where.
        error: FileError,
    },
}

/// The designs at a path: a file's, or those of a folder at any depth. One that is no design is left out; reading the
/// path as a source says why.
pub fn designs_at(path: &Path) -> Vec<Design> {
    let tree = read_tree(path, &mut |_, _, _| true);
    let files = tree.map(|tree| tree.files).unwrap_or_default();
    files
        .into_iter()
        .filter(|file| is_design(&file.path))
        .filter_map(|file| {
            let text = String::from_utf8(file.content.ok()?).ok()?;
            design::read(&text).ok()
        })
        .collect()
}

/// Keep what a file holds beside it, before a design is written there that was not read from it: it is somebody's
/// work. Answers with the name it is kept under; none where there is nothing to keep.
///
/// # Errors
/// It cannot be kept.
pub fn keep_old(path: &Path, text: &str) -> Result<Option<PathBuf>, StorageError> {
    let old = match read_text(path) {
        Ok(old) if !old.is_empty() && old != text => old,
        _ => return Ok(None),
    };
    let mut name = path.as_os_str().to_owned();
    name.push("~");
    let kept = PathBuf::from(name);
    save(&kept, old.as_bytes())?;
    Ok(Some(kept))
}

/// How many changes can be taken back.
const UNDO_LIMIT: usize = 500;

/// Names one gesture: a key or button from press to release, one turn of the wheel, one visit to a field. All changes of
/// a gesture are taken back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gesture(pub u64);

/// A design as it stood.
#[derive(Clone, Debug)]
struct Version {
    design: Arc<Design>,
    /// The text it was made from; its own text keeps that one's comments.
    base: Arc<str>,
    text: OnceLock<Arc<str>>,
}

impl Version {
    fn of(design: Design, text: Arc<str>) -> Self {
        Self {
            design: Arc::new(design),
            base: Arc::clone(&text),
            text: OnceLock::from(text),
        }
    }

    /// Written only when somebody asks: a held key changes the design many times a second.
    fn text(&self) -> &Arc<str> {
        self.text
            .get_or_init(|| design::write(&self.design, Some(&self.base)).into())
    }
}

/// A change that can be taken back or made again: what it was, and the design on its other side.
#[derive(Clone, Debug)]
struct Change {
    words: String,
    version: Version,
}

/// A design that is open.
#[derive(Clone, Debug)]
pub struct Document {
    now: Version,
    /// As the file has it; none where it was never saved.
    saved: Option<Version>,
    path: Option<PathBuf>,
    undo: Vec<Change>,
    redo: Vec<Change>,
    gesture: Option<Gesture>,
    /// It comes from a draft, and no file has had it since.
    is_recovered: bool,
}

impl Document {
    /// A design that no file has yet.
    pub fn new(design: Design) -> Self {
        let text = design::write(&design, None).into();
        Self {
            now: Version::of(design, text),
            saved: None,
            path: None,
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            is_recovered: false,
        }
    }

    /// The design of a file.
    ///
    /// # Errors
    /// The file cannot be read, or is not a design.
    pub fn open(path: &Path) -> Result<Self, DesignError> {
        let text = read_text(path)?;
        Self::read(&text, Some(path.to_owned())).map_err(|error| DesignError::File {
            path: path.to_owned(),
            error,
        })
    }

    /// A design from the text of a file.
    ///
    /// # Errors
    /// The text is not a design: what is wrong, and where.
    pub fn read(text: &str, path: Option<PathBuf>) -> Result<Self, FileError> {
        let now = Version::of(design::read(text)?, text.into());
        Ok(Self {
            saved: path.is_some().then(|| now.clone()),
            now,
            path,
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            is_recovered: false,
        })
    }

    /// A design whose last changes were never saved, as a draft has kept it; `saved` is the text of its file, if it has
    /// one. The draft's changes can be taken back.
    ///
    /// # Errors
    /// The draft is not a design.
    pub fn recovered(
        draft: &str,
        saved: Option<&str>,
        path: Option<PathBuf>,
    ) -> Result<Self, FileError> {
        let now = Version::of(design::read(draft)?, draft.into());
        let held = saved.and_then(|text| Self::read(text, path.clone()).ok());
        Ok(match held {
            Some(mut document) => {
                document.push("recovered changes");
                document.now = now;
                document
            }
            None => Self {
                now,
                saved: None,
                path,
                undo: Vec::new(),
                redo: Vec::new(),
                gesture: None,
                is_recovered: true,
            },
        })
    }

    /// What it says.
    pub fn design(&self) -> &Arc<Design> {
        &self.now.design
    }

    /// What its file would say.
    pub fn text(&self) -> &str {
        self.now.text()
    }

    /// Its file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// A short name for titles.
    pub fn label(&self) -> String {
        self.path.as_deref().and_then(Path::file_name).map_or_else(
            || "Untitled design".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    /// Whether it says something its file does not.
    pub fn is_changed(&self) -> bool {
        match &self.saved {
            Some(saved) => saved.design != self.now.design,
            None => self.is_recovered || !self.undo.is_empty() || self.path.is_some(),
        }
    }

    /// Whether a file has it.
    pub fn is_saved_somewhere(&self) -> bool {
        self.saved.is_some()
    }

    /// Make a change, so that it can be taken back. Changes of one gesture are taken back together. Answers whether
    /// anything changed.
    ///
    /// # Errors
    /// The change cannot be made; the design is as it was.
    pub fn change(
        &mut self,
        words: &str,
        gesture: Option<Gesture>,
        change: impl FnOnce(&mut Design) -> Result<(), Refusal>,
    ) -> Result<bool, Refusal> {
        let mut design = self.now.design.as_ref().clone();
        change(&mut design)?;
        if design == *self.now.design {
            return Ok(false);
        }
        let goes_on = gesture.is_some() && gesture == self.gesture && !self.undo.is_empty();
        if goes_on && let Some(begun) = self.undo.pop_if(|change| *change.version.design == design)
        {
            // It is back where it began: there is nothing to take back, and what follows begins anew.
            self.now = begun.version;
            self.gesture = None;
            return Ok(true);
        }
        if !goes_on {
            self.push(words);
        }
        self.gesture = gesture;
        let base = if goes_on {
            Arc::clone(&self.now.base)
        } else {
            Arc::clone(self.now.text())
        };
        self.now = Version {
            design: Arc::new(design),
            base,
            text: OnceLock::new(),
        };
        Ok(true)
    }

    fn push(&mut self, words: &str) {
        // The text of what is left behind is what undo brings back, byte for byte.
        self.now.text();
        self.undo.push(Change {
            words: words.to_owned(),
            version: self.now.clone(),
        });
        if self.undo.len() > UNDO_LIMIT {
            self.undo.remove(0);
        }
        self.redo.clear();
        self.gesture = None;
    }

    /// What would be taken back.
    pub fn undo_words(&self) -> Option<&str> {
        self.undo.last().map(|change| change.words.as_str())
    }

    /// What would be made again.
    pub fn redo_words(&self) -> Option<&str> {
        self.redo.last().map(|change| change.words.as_str())
    }

    /// Take the last change back. False where there is none.
    pub fn undo(&mut self) -> bool {
        self.step(true)
    }

    /// Make the last change again that was taken back. False where there is none.
    pub fn redo(&mut self) -> bool {
        self.step(false)
    }

    fn step(&mut self, back: bool) -> bool {
        let (from, to) = if back {
            (&mut self.undo, &mut self.redo)
        } else {
            (&mut self.redo, &mut self.undo)
        };
        let Some(Change { words, version }) = from.pop() else {
            return false;
        };
        self.now.text();
        let version = std::mem::replace(&mut self.now, version);
        to.push(Change { words, version });
        self.gesture = None;
        true
    }

    /// Say that a file now has what the design says.
    pub fn saved_as(&mut self, path: PathBuf) {
        self.now.text();
        self.saved = Some(self.now.clone());
        self.path = Some(path);
        self.gesture = None;
        self.is_recovered = false;
    }

    /// Go back to what the file says; can itself be taken back. False where there is nothing to go back from.
    pub fn revert(&mut self) -> bool {
        let Some(saved) = self.saved.clone().filter(|_| self.is_changed()) else {
            return false;
        };
        self.push("revert to the saved file");
        self.now = saved;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Fresh;

    fn document() -> Document {
        let mut document = Document::new(Design::fresh(&Fresh::in_region("eu-west-1")).unwrap());
        document.saved_as("plan.vpc.toml".into());
        document
    }

    fn zones(document: &Document) -> usize {
        document.design().vpcs[0].zones.len()
    }

    #[test]
    fn undo_brings_the_file_back_byte_for_byte() {
        let text = document()
            .text()
            .replace("region = ", "# here\nregion   = ");
        let mut document = Document::read(&text, Some("plan.vpc.toml".into())).unwrap();
        let grow = |design: &mut Design| design.set_zone_count("main", 4);
        assert!(document.change("zones", None, grow).unwrap());
        assert!(document.is_changed());
        assert!(document.text().contains("# here"));
        let grown = document.text().to_owned();
        assert!(document.undo());
        assert_eq!(document.text(), text);
        assert!(!document.is_changed());
        assert!(document.redo());
        assert_eq!(document.text(), grown);
        assert!(document.revert());
        assert_eq!(document.text(), text);
        assert!(document.undo());
        assert_eq!(document.text(), grown);
    }

    #[test]
    fn a_gesture_is_one_change() {
        let mut document = document();
        for count in [3, 4, 5] {
            let grow = |design: &mut Design| design.set_zone_count("main", count);
            document.change("zones", Some(Gesture(1)), grow).unwrap();
        }
        assert!(document.undo());
        assert_eq!(zones(&document), 2);
        assert!(!document.undo());
        assert_eq!(document.redo_words(), Some("zones"));
    }

    #[test]
    fn a_gesture_that_ends_where_it_began_is_no_change() {
        let resize = |document: &mut Document, counts: &[usize]| {
            for count in counts {
                let change = |design: &mut Design| design.set_zone_count("main", *count);
                document.change("zones", Some(Gesture(1)), change).unwrap();
            }
        };
        let mut document = document();
        let text = document.text().to_owned();
        resize(&mut document, &[3, 4, 2]);
        assert_eq!(document.undo_words(), None);
        assert!(!document.is_changed());
        assert_eq!(document.text(), text);
        // One that goes on from there is a step of its own, and no part of the one before.
        let rename = |design: &mut Design| {
            design.vpcs[0].prefix = "a".into();
            Ok(())
        };
        document.change("name", None, rename).unwrap();
        resize(&mut document, &[3, 2, 4, 3]);
        assert_eq!(document.undo_words(), Some("zones"));
        assert!(document.undo());
        assert_eq!(zones(&document), 2);
        assert_eq!(document.undo_words(), Some("name"));
        // A design that no file has is not changed either.
        let mut untitled = Document::new(document.design().as_ref().clone());
        resize(&mut untitled, &[3, 2]);
        assert!(!untitled.is_changed());
    }

    #[test]
    fn what_cannot_be_done_changes_nothing() {
        let mut document = document();
        let none = |design: &mut Design| design.set_zone_count("main", 0);
        assert!(document.change("zones", None, none).is_err());
        let same = |design: &mut Design| design.set_zone_count("main", 2);
        assert!(!document.change("zones", None, same).unwrap());
        assert_eq!(document.undo_words(), None);
        assert!(!document.is_changed());
    }

    #[test]
    fn a_draft_is_a_change_to_the_file() {
        let saved = document().text().to_owned();
        let draft = saved.replace("prefix = \"project\"", "prefix = \"channy\"");
        let path = Some(PathBuf::from("plan.vpc.toml"));
        let mut document = Document::recovered(&draft, Some(&saved), path).unwrap();
        assert!(document.is_changed());
        assert_eq!(document.text(), draft);
        document.undo();
        assert_eq!(document.text(), saved);
        let untitled = Document::recovered(&draft, None, None).unwrap();
        assert!(untitled.is_changed());
    }
}
