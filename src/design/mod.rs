//! The designer's room: what a person decided, and what follows from it.
//!
//! * [`Design`], [`Vpc`], [`Tier`], [`Subnet`]: the decisions, as the file holds them.
//! * [`Fresh`], [`NewTier`] and the methods of [`Design`]: changes. Blocks once given never move by themselves.
//! * [`plan`]: the network that a design makes. [`adopt()`]: a live VPC as a design.
//! * [`read`], [`write()`], [`rewrite`]: the file, whose comments survive.
//! * [`Problem`]: what is wrong with a design, or could be better.
//! * [`AddressSpace`]: a VPC's addresses in parts. [`created()`]: how much a design creates.
//! * [`validate()`]: what is wrong with a design, or could be better.

mod adopt;
mod allocate;
mod connect;
mod counts;
mod edit;
mod file;
mod group;
mod model;
mod names;
mod plan;
mod problem;
mod services;
mod space;
mod validate;
mod zones;

pub use adopt::{AdoptError, Adopted, Unexpressed, adopt};
pub use allocate::{Fresh, NewTier};
pub use connect::inner_tier;
pub use counts::{Created, created};
pub use edit::{Owner, Refusal};
pub use file::{FileError, FormatVersion, Written, read, rewrite, write};
pub use model::*;
pub use names::{endpoint_key, gateway_endpoint_key, slot, subnet_key, vpc_key, vpc_label};
pub use plan::plan;
pub use problem::{Category, Change, Field, Fix, Place, Problem, Severity, Surroundings};
pub use services::{REGIONS, SERVICES, Service, service_title, usual_private_dns};
pub use space::{AddressSpace, BlockSpace, Fault, Occupant, PLAN_HEADS, Segment, address_plan};
pub use validate::{CODES, validate};
pub use zones::{MOST_ZONES, usual_zones};

#[cfg(test)]
mod tests;
