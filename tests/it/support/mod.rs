//! What several test modules need.

#[cfg(feature = "aws")]
pub(crate) mod account;
#[cfg(feature = "aws")]
pub(crate) mod applying;
pub(crate) mod chromium;
pub(crate) mod designs;
pub(crate) mod environment;
pub(crate) mod estate;
pub(crate) mod files;
pub(crate) mod generate;
pub(crate) mod gui;
pub(crate) mod hostile;
pub(crate) mod live;
pub(crate) mod moto;
pub(crate) mod pictures;
pub(crate) mod state;
pub(crate) mod story;
pub(crate) mod structure;
#[cfg(feature = "aws")]
pub(crate) mod stub_ec2;
pub(crate) mod yaml;
