//! The integration tests, in one binary: every further one would link the AWS crates again.

#[cfg(feature = "aws")]
mod aws;
mod collect;
#[cfg(feature = "aws")]
mod support;
