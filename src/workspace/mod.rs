//! What is open, the SOURCE grammar, loading jobs and their progress; no window in it.
//!
//! [`SourceSpec`] is what a person names, [`load`] makes a network of it, and a [`Worker`] does so beside a window.

#[cfg(feature = "aws")]
mod account;
#[cfg(feature = "aws")]
mod apply;
mod cancel;
mod changes;
mod code;
pub mod console;
mod copy;
mod cost;
mod document;
mod load;
#[cfg(feature = "aws")]
mod perform;
mod profiles;
mod review;
mod runs;
mod save;
mod spec;
mod worker;

pub use crate::apply::Run;
pub use crate::source::design::is_design;
pub use crate::storage::{
    CONFIG_DIR_VARIABLE, Draft, LastRead, LostDraft, RECENT_LIMIT, Settings, StorageError, Store,
    ThemeChoice, WindowPlace, drop_draft, read_text, real_path,
};
#[cfg(feature = "aws")]
pub use apply::{ApplyError, PATIENCE_VARIABLE, Prepared, prepare, prepare_saved, reopen};
pub use cancel::Cancel;
pub use changes::{Change, ChangeId, Changes, Wish};
pub use code::{
    Existing, NoCode, SaveCodeError, SavedCode, Tool, WrittenFile, beside, design_code, existing,
    save_code,
};
pub use copy::{ChangeStep, Pending, Verb, changes, copied_from, copy_text};
pub use cost::{DesignPriceError, design_cost, extras, price_overrides};
pub use document::{DesignError, Document, Gesture, designs_at, keep_old};
pub use load::{LoadError, Loaded, SourceRead, Step, check, load};
#[cfg(feature = "aws")]
pub use perform::{block_on, on_interrupt};
pub use profiles::{Profile, ProfileKind, environment_profile};
pub use review::{
    Order, PLAN_ENDING, PlanWords, Review, Way, counted, deleted, is_plan, plan_words, planned,
    policy,
};
pub use runs::{
    Found, RunError, Standing, may_pass, read_run, runs, standing, step_word, taken_back,
};
pub use save::{collect_script, names_in, save, save_snapshot, snapshot};
pub use spec::{Regions, SourceSpec, SpecError, is_region, source_label};
pub use worker::{Event, JobId, Worker, WorkerError};
