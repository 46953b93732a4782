//! What several test modules need.

#[cfg(feature = "aws")]
pub(crate) mod account;
pub(crate) mod designs;
pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod generate;
pub(crate) mod gui;
pub(crate) mod moto;
pub(crate) mod story;
#[cfg(feature = "aws")]
pub(crate) mod stub_ec2;
pub(crate) mod yaml;
