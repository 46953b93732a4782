//! The panels of the window, one a file. Each reads the context, keeps its own small state, and asks by the outbox.

pub(super) mod crumbs;
pub(super) mod device;
mod file;
pub(super) mod gaps;
pub(super) mod help;
pub(super) mod identity;
pub(super) mod loading;
pub(super) mod messages;
pub(super) mod note;
pub(super) mod palette;
pub(super) mod prompt;
pub(super) mod save;
pub(super) mod search;
pub(super) mod snapshot;
pub(super) mod sources;
pub(super) mod start;
pub(super) mod status;
pub(super) mod tables;
pub(super) mod tags;
pub(super) mod top;
pub(super) mod views;
