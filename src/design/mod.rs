//! The designer's room: what a person decided, and what follows from it.
//!
//! * [`Design`], [`Vpc`], [`Tier`], [`Subnet`]: the decisions, as the file holds them.
//! * [`Fresh`], [`NewTier`] and the methods of [`Design`]: changes. Blocks once given never move by themselves.
//! * [`plan`]: the network that a design makes.
//! * [`read`], [`write()`]: the file, whose comments survive.
//! * [`validate()`]: what is wrong with a design, or could be better.

mod allocate;
mod edit;
mod file;
mod model;
mod names;
mod plan;
mod problem;
mod shim;
mod validate;
mod zones;

pub use allocate::{Fresh, NewTier};
pub use edit::{Owner, Refusal};
pub use file::{FileError, FormatVersion, read, write};
pub use model::*;
pub use names::{slot, subnet_key, vpc_key};
pub use plan::plan;
pub use problem::{Category, Change, Field, Fix, Place, Problem, Severity, Surroundings};
pub use validate::{CODES, validate};
pub use zones::{MOST_ZONES, usual_zones};

#[cfg(test)]
mod tests;
