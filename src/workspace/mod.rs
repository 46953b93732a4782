//! What is open, the SOURCE grammar, loading jobs and their progress; no window in it.
//!
//! [`SourceSpec`] is what a person names, [`load`] makes a network of it, and a [`Worker`] does so beside a window.

#[cfg(feature = "aws")]
mod account;
mod accounts;
#[cfg(feature = "aws")]
mod apply;
mod arrangement;
mod cancel;
mod changes;
mod code;
pub mod console;
mod copy;
mod cost;
mod dated;
mod document;
mod history;
mod load;
#[cfg(feature = "aws")]
mod perform;
mod picture;
mod profiles;
mod progress;
mod review;
mod runs;
mod save;
mod spec;
mod text;
mod when;
mod worker;

pub use crate::apply::Run;
pub use crate::source::design::is_design;
pub use crate::storage::{
    CONFIG_DIR_VARIABLE, Draft, LOG_VARIABLE, LastRead, LostDraft, PictureChoices, RECENT_LIMIT,
    SavedSearch, Settings, StorageError, Store, ThemeChoice, WindowPlace, drop_draft, read_text,
    real_path, start_log,
};
pub use accounts::{Accounts, AskCode, CodeWanted, Identity, TIMEOUT_VARIABLE};
#[cfg(feature = "aws")]
pub use apply::{ApplyError, PATIENCE_VARIABLE, Prepared, prepare, prepare_saved, reopen};
pub use arrangement::ArrangementFile;
pub use cancel::Cancel;
pub use changes::{Change, ChangeId, Changes, Wish};
pub use code::{
    Existing, NoCode, SaveCodeError, SavedCode, Tool, WrittenFile, beside, design_code, existing,
    save_code,
};
pub use copy::{ChangeStep, Pending, Verb, changes, copied_from, copy_text};
pub use cost::{DesignPriceError, design_cost, extras, price_overrides};
pub use dated::DatedSpec;
pub use document::{DesignError, Document, Gesture, designs_at, keep_old};
pub use history::{HISTORY_LIMIT, Kept, Reading, Timeline, is_changing};
pub use load::{LoadError, Loaded, SourceRead, Step, check, load};
#[cfg(feature = "aws")]
pub use perform::{block_on, on_interrupt};
pub use picture::{Drawing, Look, around, picture_words, redacted, related_among_boxes, titled};
pub use profiles::{Profile, ProfileKind, environment_profile};
pub use progress::{CallRead, PlaceRead, ReadingProgress};
pub use review::{
    Order, PLAN_ENDING, PlanWords, Review, Way, counted, deleted, is_plan, plan_words, planned,
    policy,
};
pub use runs::{
    Found, RunError, Standing, may_pass, read_run, runs, standing, step_word, taken_back,
};
pub use save::{
    answers_unknown, collect_script, missing_policy, names_in, read_policy, save, save_snapshot,
    snapshot,
};
pub use spec::{Regions, SourceSpec, SpecError, Through, is_region, source_label};
pub use text::{TextOrder, Written};
pub use when::{
    Clock, age_lasts, age_words, day_words, end_of, since_words, system_clock, written,
};
pub use worker::{Event, JobId, Worker, WorkerError};
