//! What several test modules need.

pub(crate) mod environment;
pub(crate) mod moto;
