//! What is open, the SOURCE grammar, loading jobs and their progress; no window in it.
//!
//! [`SourceSpec`] is what a person names, [`load`] makes a network of it, and a [`Worker`] does so beside a window.

mod cancel;
pub mod console;
mod load;
mod spec;
mod worker;

pub use cancel::Cancel;
pub use load::{LoadError, Loaded, Step, load};
pub use spec::{Regions, SourceSpec, SpecError, source_label};
pub use worker::{Event, JobId, Worker, WorkerError};
