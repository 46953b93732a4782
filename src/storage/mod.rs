//! The only room that touches the file system: reading trees of files, atomic saves, settings, recent files
//! and journals.

mod drafts;
mod error;
mod folder;
mod history;
mod journal;
mod log;
mod save;
mod settings;
mod tree;

pub use drafts::{Draft, LostDraft, drop_draft, read_text};
pub use error::StorageError;
pub use folder::names_in;
pub use history::{History, KeptFile};
pub use journal::Journal;
pub use log::{LOG_VARIABLE, start_log};
pub use save::{keep_beside, read_bytes, real_path, remove, save, save_private};
pub use settings::{
    CONFIG_DIR_VARIABLE, LastRead, PictureChoices, RECENT_LIMIT, SavedSearch, Settings, Store,
    ThemeChoice, WindowPlace,
};
pub use tree::{FILE_LIMIT, SIZE_LIMIT, Tree, TreeFile, check, read_tree};
