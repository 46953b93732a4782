//! A design that is open: what it says, where it is kept, and every change that can be taken back.

use crate::design::{self, Design, FileError, Refusal};
use crate::source::design::is_design;
use crate::storage::{StorageError, keep_beside, read_bytes, read_text, read_tree};
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

/// Keep what a file holds beside it, before a design is written there: it is somebody's work unless it is what the
/// design was made from, which is `known`. Answers with the name it is kept under; none where there is nothing to keep.
///
/// # Errors
/// It cannot be read or kept; the file must not be written then.
pub fn keep_old(
    path: &Path,
    text: &str,
    known: Option<&str>,
) -> Result<Option<PathBuf>, StorageError> {
    let Some(old) = read_bytes(path)? else {
        return Ok(None);
    };
    let nothing = ["", text, known.unwrap_or_default()];
    if nothing.iter().any(|held| held.as_bytes() == old) {
        return Ok(None);
    }
    keep_beside(path, &old).map(Some)
}

/// How many changes can be taken back.
const UNDO_LIMIT: usize = 500;

/// Names one gesture: a key or button from press to release, one turn of the wheel, one visit to a field. All changes of
/// a gesture are taken back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gesture(pub u64);

/// What a file says, or would say.
#[derive(Clone, Debug)]
struct FileText {
    text: Arc<str>,
    /// The comments and the order of the file it was made from are gone.
    is_fresh: bool,
}

impl From<&str> for FileText {
    fn from(text: &str) -> Self {
        Self {
            text: text.into(),
            is_fresh: false,
        }
    }
}

/// A design as it stood.
#[derive(Clone, Debug)]
struct Version {
    design: Arc<Design>,
    /// The text it was made from; its own text keeps that one's comments.
    base: FileText,
    text: OnceLock<FileText>,
}

impl Version {
    fn of(design: Design, text: &str) -> Self {
        let text = FileText::from(text);
        Self {
            design: Arc::new(design),
            base: text.clone(),
            text: OnceLock::from(text),
        }
    }

    /// Written only when somebody asks: a held key changes the design many times a second.
    fn text(&self) -> &FileText {
        self.text.get_or_init(|| {
            let written = design::rewrite(&self.design, &self.base.text);
            FileText {
                text: written.text.into(),
                is_fresh: written.is_fresh || self.base.is_fresh,
            }
        })
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
    /// What the file said when it was read or saved last; none where that is not known.
    on_disk: Option<Arc<str>>,
    path: Option<PathBuf>,
    undo: Vec<Change>,
    redo: Vec<Change>,
    gesture: Option<Gesture>,
    /// What it is called while it has no file.
    title: Option<String>,
    /// It comes from a draft, and no file has had it since.
    is_recovered: bool,
}

impl Document {
    /// A design that no file has yet.
    pub fn new(design: Design) -> Self {
        let text = design::write(&design, None);
        Self {
            now: Version::of(design, &text),
            saved: None,
            on_disk: None,
            path: None,
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            title: None,
            is_recovered: false,
        }
    }

    /// The same, called so while it has no file.
    #[must_use]
    pub fn titled(self, title: String) -> Self {
        Self {
            title: Some(title),
            ..self
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
        let now = Version::of(design::read(text)?, text);
        Ok(Self {
            saved: path.is_some().then(|| now.clone()),
            on_disk: path.is_some().then(|| text.into()),
            now,
            path,
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            title: None,
            is_recovered: false,
        })
    }

    /// A design whose last changes were never saved, as a draft has kept it; `saved` is the text of its file, if it has
    /// one. The draft's changes can be taken back. An outdated draft was made from something else than the file says.
    ///
    /// # Errors
    /// The draft is not a design.
    pub fn recovered(
        draft: &str,
        saved: Option<&str>,
        is_outdated: bool,
        path: Option<PathBuf>,
    ) -> Result<Self, FileError> {
        let now = Version::of(design::read(draft)?, draft);
        let held = saved.and_then(|text| Self::read(text, path.clone()).ok());
        Ok(match held {
            Some(mut document) => {
                document.push("recovered changes");
                document.now = now;
                document.on_disk = document.on_disk.filter(|_| !is_outdated);
                document
            }
            None => Self {
                now,
                saved: None,
                on_disk: None,
                path,
                undo: Vec::new(),
                redo: Vec::new(),
                gesture: None,
                title: None,
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
        &self.now.text().text
    }

    /// What its file said when the design was read from it or saved to it last; none where the file holds something that
    /// the design was not made from.
    pub fn saved_text(&self) -> Option<&str> {
        self.on_disk.as_deref()
    }

    /// Whether the comments and the order of its file could not be kept in what it would say now.
    pub fn is_fresh(&self) -> bool {
        self.now.text().is_fresh
    }

    /// Its file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// A short name for titles.
    pub fn label(&self) -> String {
        self.path.as_deref().and_then(Path::file_name).map_or_else(
            || {
                let title = self.title.as_deref();
                title.unwrap_or("Untitled design").to_owned()
            },
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
            self.now.base.clone()
        } else {
            self.now.text().clone()
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
        // What was lost on the way to this text is lost once.
        let text = FileText::from(self.text());
        self.on_disk = Some(Arc::clone(&text.text));
        self.now.text = OnceLock::from(text);
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
    fn what_is_kept_of_an_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vpc.toml");
        let kept = |known: Option<&str>| {
            let kept = keep_old(&path, "new", known).unwrap();
            kept.map(|kept| kept.file_name().unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(kept(None), None);
        std::fs::write(&path, "").unwrap();
        assert_eq!(kept(None), None);
        std::fs::write(&path, "new").unwrap();
        assert_eq!(kept(None), None);
        std::fs::write(&path, "old").unwrap();
        assert_eq!(kept(Some("old")), None);
        assert_eq!(kept(None).as_deref(), Some("a.vpc.toml~"));
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(kept(Some("old")).as_deref(), Some("a.vpc.toml~2"));
        // What cannot be read must not be written over.
        let beyond = path.join("b.vpc.toml");
        assert!(keep_old(&beyond, "new", None).is_err());
    }

    #[test]
    fn a_text_whose_comments_are_gone_says_so_until_it_is_saved() {
        let mut document = document();
        let rename = |name: &'static str| {
            move |design: &mut Design| {
                design.vpcs[0].prefix = name.into();
                Ok(())
            }
        };
        document.change("name", None, rename("a")).unwrap();
        assert!(!document.is_fresh());
        document.change("name", None, rename("b")).unwrap();
        // No file is known that cannot be kept to; this is none.
        document.now.base = "version = 0".into();
        assert!(document.is_fresh());
        document.change("name", None, rename("c")).unwrap();
        assert!(document.is_fresh());
        let mut saved = document.clone();
        saved.saved_as("plan.vpc.toml".into());
        assert!(!saved.is_fresh());
        assert_eq!(saved.saved_text(), Some(saved.text()));
        document.undo();
        document.undo();
        assert!(!document.is_fresh());
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
        let outdated = Document::recovered(&draft, Some(&saved), true, path.clone()).unwrap();
        assert_eq!(outdated.saved_text(), None);
        let broken = Document::recovered(&draft, Some("version = 0"), false, path.clone());
        assert_eq!(broken.unwrap().saved_text(), None);
        let mut document = Document::recovered(&draft, Some(&saved), false, path).unwrap();
        assert_eq!(document.saved_text(), Some(saved.as_str()));
        assert!(document.is_changed());
        assert_eq!(document.text(), draft);
        document.undo();
        assert_eq!(document.text(), saved);
        let untitled = Document::recovered(&draft, None, false, None).unwrap();
        assert!(untitled.is_changed());
    }
}
