//! What the program remembers between runs.

use super::error::{StorageError, words};
use super::save::save;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The environment variable that names another folder for settings.
pub const CONFIG_DIR_VARIABLE: &str = "VPC_ATLAS_CONFIG_DIR";

/// How many recent sources are remembered.
pub const RECENT_LIMIT: usize = 12;

/// Of how many sources it is remembered when they were read.
const READS_LIMIT: usize = 200;

const FILE: &str = "settings.json";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the system says, light where it says nothing.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Where the window stood, in logical points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Width of its inside.
    pub width: f32,
    /// Height of its inside.
    pub height: f32,
    /// Whether it filled the screen.
    pub maximized: bool,
}

/// A search with a name: a view of the map that shows what it finds and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// What it is called; no two have the same name.
    pub name: String,
    /// What it looks for, in the grammar of the search.
    pub query: String,
}

/// When a source was read last, and what was in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LastRead {
    /// When, in seconds since 1970.
    pub at: u64,
    /// How many VPCs there were.
    pub vpcs: usize,
    /// The accounts that were asked, by their twelve digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
}

/// How a picture was exported last, in the words of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureChoices {
    /// The ending of its files.
    pub format: String,
    /// The kind that a CSV has the table of; empty for the address plan.
    pub table: String,
    /// What of the network: `seen`, `whole`, `vpc`, `around`.
    pub what: String,
    /// Its theme; empty for that of the window.
    pub theme: String,
    /// The paper.
    pub paper: String,
    /// Which way the paper lies.
    pub orientation: String,
    /// Pixels to the map unit.
    pub scale: u8,
    /// With a title block.
    pub block: bool,
    /// With a legend.
    pub legend: bool,
}

/// What the program remembers. No credential is ever among it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, by its name in the file"
)]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Whether cards show their detail lines.
    pub details: bool,
    /// Whether the whole map in the corner is hidden.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hides_minimap: bool,
    /// What was open, the latest first, in the grammar of SOURCE (`workspace::SourceSpec`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<String>,
    /// Sources that a person wants to find at the top, in the order in which they were chosen, in the same grammar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub favourites: Vec<String>,
    /// When sources were read last, in the same grammar.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reads: BTreeMap<String, LastRead>,
    /// The account that was asked last, in the same grammar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_connection: Option<String>,
    /// The folder that the last file was chosen from or saved to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_folder: Option<PathBuf>,
    /// The region a new design begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_region: Option<String>,
    /// Where the window stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowPlace>,
    /// Kinds of resources that are hidden on the map, by their words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_kinds: Vec<String>,
    /// Searches that were given a name, in the order in which they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub saved_searches: Vec<SavedSearch>,
    /// The key of the tag that the map is coloured by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_by: Option<String>,
    /// The key of the tag that the map is grouped by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    /// Maps are boxes in boxes and not columns.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nested: bool,
    /// How often what is open is read again by itself, in seconds; 0 for never.
    #[serde(skip_serializing_if = "is_zero")]
    pub refresh_seconds: u32,
    /// Readings are not kept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keeps_no_history: bool,
    /// How a picture was exported last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureChoices>,
    /// What another version of the program remembers; kept as it is.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Settings {
    /// Put a source first among the recent ones.
    pub fn remember(&mut self, source: &str) {
        self.recent.retain(|held| held != source);
        self.recent.insert(0, source.to_owned());
        self.recent.truncate(RECENT_LIMIT);
    }

    /// Keep a search under a name. One that has the name already is replaced where it stands.
    pub fn save_search(&mut self, search: &SavedSearch) {
        let mut held = self.saved_searches.iter_mut();
        match held.find(|held| held.name == search.name) {
            Some(held) => held.clone_from(search),
            None => self.saved_searches.push(search.clone()),
        }
    }

    /// Give a saved search another name; one that has this name already goes.
    pub fn rename_search(&mut self, from: &str, to: &str) {
        if from == to || !self.saved_searches.iter().any(|held| held.name == from) {
            return;
        }
        self.saved_searches.retain(|held| held.name != to);
        for held in &mut self.saved_searches {
            if held.name == from {
                to.clone_into(&mut held.name);
            }
        }
    }

    /// Take a source from the recent ones, and what is remembered of it.
    pub fn forget(&mut self, source: &str) {
        self.recent.retain(|held| held != source);
        if !self.is_favourite(source) {
            self.reads.remove(source);
        }
    }

    /// Whether a source is kept at the top.
    pub fn is_favourite(&self, source: &str) -> bool {
        self.favourites.iter().any(|held| held == source)
    }

    /// Keep a source at the top, or do so no longer.
    pub fn set_favourite(&mut self, source: &str, wanted: bool) {
        if !wanted {
            self.favourites.retain(|held| held != source);
        } else if !self.is_favourite(source) {
            self.favourites.push(source.to_owned());
        }
    }

    /// Note that a source was read. Of sources that are neither recent nor favourites the latest are kept.
    pub fn note_read(&mut self, source: &str, read: LastRead) {
        self.reads.insert(source.to_owned(), read);
        while self.reads.len() > READS_LIMIT {
            let is_listed = |source: &str| {
                self.is_favourite(source) || self.recent.iter().any(|held| held == source)
            };
            let oldest = self
                .reads
                .iter()
                .min_by_key(|(source, read)| (is_listed(source), read.at))
                .map(|(source, _)| source.clone());
            match oldest {
                Some(oldest) => self.reads.remove(&oldest),
                None => break,
            };
        }
    }
}

/// The folder that settings live in, and that of what is kept for later.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    data: PathBuf,
}

impl Store {
    /// The folder that [`CONFIG_DIR_VARIABLE`] names, else the platform's own ones. Nothing is made or read yet.
    pub fn open() -> Result<Self, StorageError> {
        if let Some(folder) = env::var_os(CONFIG_DIR_VARIABLE).filter(|folder| !folder.is_empty()) {
            return Ok(Self::at(folder));
        }
        let folders = directories::ProjectDirs::from("", "", "vpc-atlas");
        let folders = folders.ok_or(StorageError::NoConfigDir)?;
        Ok(Self {
            folder: folders.config_dir().to_owned(),
            data: folders.data_local_dir().to_owned(),
        })
    }

    /// A folder of one's own, for both.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            data: folder.clone(),
            folder,
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of what is kept for later and is not settings.
    pub(super) fn data_folder(&self) -> &Path {
        &self.data
    }

    /// The settings, and a sentence for the person where they could not be read. A file that is broken is put aside
    /// under another name, so that a person can still look into it, and the defaults are used.
    pub fn settings(&self) -> (Settings, Option<String>) {
        let path = self.folder.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Default::default(),
            Err(error) => {
                let words = words(&error);
                let sentence = format!(
                    "the settings in {} cannot be read ({words}); the defaults are used",
                    path.display()
                );
                return (Settings::default(), Some(sentence));
            }
        };
        match serde_json::from_slice(&bytes) {
            Ok(settings) => (settings, None),
            Err(error) => {
                let aside = self.folder.join("settings.broken.json");
                let kept = match fs::rename(&path, &aside) {
                    Ok(()) => format!("they are kept as {}", aside.display()),
                    Err(_) => "they stay where they are until the next change".to_owned(),
                };
                let sentence = format!(
                    "the settings in {} are broken at line {}, column {}; {kept}, and the defaults are used",
                    path.display(),
                    error.line(),
                    error.column(),
                );
                (Settings::default(), Some(sentence))
            }
        }
    }

    /// Change the settings as they now stand on disk, so that two windows do not undo each other's changes, and give
    /// back what was saved.
    pub fn update(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, StorageError> {
        // What cannot be read now is there all the same, and must not be replaced by defaults.
        let path = self.folder.join(FILE);
        match fs::read(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StorageError::read(path, &error));
            }
            _ => {}
        }
        let (mut settings, _) = self.settings();
        change(&mut settings);
        self.save(&settings)?;
        Ok(settings)
    }

    /// Save the settings; the folder is made where it is missing.
    pub fn save(&self, settings: &Settings) -> Result<(), StorageError> {
        let path = self.folder.join(FILE);
        let fail = |error: io::Error| StorageError::write(&path, &error);
        fs::create_dir_all(&self.folder).map_err(fail)?;
        let mut bytes =
            serde_json::to_vec_pretty(settings).map_err(|error| fail(io::Error::from(error)))?;
        bytes.push(b'\n');
        save(&path, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_a_run_with_what_others_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("deep/er"));
        assert_eq!(store.settings(), (Settings::default(), None));
        fs::create_dir_all(store.folder()).unwrap();
        let newer = r#"{"theme":"dark","from_a_newer_version":[1,2]}"#;
        fs::write(store.folder().join(FILE), newer).unwrap();
        let saved = store
            .update(|settings| settings.remember("sample"))
            .unwrap();
        assert_eq!(saved.theme, ThemeChoice::Dark);
        assert_eq!(store.settings(), (saved, None));
        let text = fs::read_to_string(store.folder().join(FILE)).unwrap();
        assert!(text.contains("from_a_newer_version"), "{text}");
    }

    #[test]
    fn a_broken_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        fs::write(folder.path().join(FILE), "{\n  \"theme\": \"purple\"\n}").unwrap();
        let (settings, sentence) = store.settings();
        assert_eq!(settings, Settings::default());
        let sentence = sentence.unwrap();
        assert!(sentence.contains("broken at line 2"), "{sentence}");
        let aside = fs::read_to_string(folder.path().join("settings.broken.json")).unwrap();
        assert!(aside.contains("purple"));
        assert_eq!(store.settings(), (Settings::default(), None));
    }

    #[test]
    fn saved_searches_have_names_of_their_own() {
        let saved = |name: &str, query: &str| SavedSearch {
            name: name.to_owned(),
            query: query.to_owned(),
        };
        let mut settings = Settings::default();
        settings.save_search(&saved("web", "web"));
        settings.save_search(&saved("data", "data"));
        settings.save_search(&saved("web", "web*"));
        assert_eq!(
            settings.saved_searches,
            [saved("web", "web*"), saved("data", "data")]
        );
        settings.rename_search("data", "web");
        assert_eq!(settings.saved_searches, [saved("web", "data")]);
        settings.rename_search("gone", "web");
        settings.rename_search("web", "web");
        assert_eq!(settings.saved_searches, [saved("web", "data")]);
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    }

    #[test]
    fn the_latest_source_is_first_and_stands_once() {
        let mut settings = Settings::default();
        for n in 0..20 {
            settings.remember(&format!("/net/{n}"));
        }
        settings.remember("/net/15");
        assert_eq!(settings.recent.len(), RECENT_LIMIT);
        assert_eq!(settings.recent[..3], ["/net/15", "/net/19", "/net/18"]);
        settings.forget("/net/19");
        assert_eq!(settings.recent[1], "/net/18");
    }

    #[test]
    fn favourites_keep_their_order_and_what_is_known_of_them() {
        let mut settings = Settings::default();
        for source in ["b", "a", "b"] {
            settings.set_favourite(source, true);
        }
        assert_eq!(settings.favourites, ["b", "a"]);
        let read = |at| LastRead {
            at,
            vpcs: 2,
            accounts: Vec::new(),
        };
        settings.note_read("b", read(0));
        settings.forget("b");
        assert!(settings.reads.contains_key("b"), "a favourite stays known");
        for at in 1..=READS_LIMIT as u64 + 5 {
            settings.note_read(&format!("/net/{at}"), read(at));
        }
        assert_eq!(settings.reads.len(), READS_LIMIT);
        assert!(settings.reads.contains_key("b") && !settings.reads.contains_key("/net/1"));
        settings.set_favourite("b", false);
        settings.forget("b");
        assert!(!settings.is_favourite("b") && !settings.reads.contains_key("b"));
    }
}
