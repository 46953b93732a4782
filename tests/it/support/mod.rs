//! What several test modules share.

pub(crate) mod files;
pub(crate) mod generate;
