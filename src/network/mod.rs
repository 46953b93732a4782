//! The network: the typed, immutable record of the resources of one or more VPCs.
//!
//! * [`Key`], [`Kind`], [`Id`]: what a resource is called.
//! * [`Known`]: a fact that was read, was not read, or is AWS's to choose.
//! * [`Facts`], [`Record`], [`Resource`]: what is known of it, and who saw it.
//! * [`Shard`], [`Network`]: records of one account and region, and their union. Merging is commutative, associative
//!   and idempotent, so the order of files and accounts never shows.
//! * [`Coverage`], [`Gap`]: what was read completely, and why the rest was not. Unknown is never absent.
//! * [`Edit`], [`difference`]: what tells two networks apart.
//! * [`Network::renamed`], [`matched()`], [`drift()`]: what ties a plan to the live network it became.
//! * [`Network::redacted`]: the same network to show to others, without names, accounts and public addresses.
//! * [`Topology`]: relations derived from the facts; never saved.
//! * [`Interconnect`]: what joins VPCs to each other and to the world outside; derived as well.

mod again;
mod drift;
mod edit;
mod extent;
mod facts;
mod gap;
mod interconnect;
mod key;
mod known;
mod matched;
mod redact;
mod rename;
mod resource;
mod shard;
mod topology;
mod usage;

pub use drift::drift;
pub use edit::{Edit, EditError, difference};
pub use facts::*;
pub use gap::{Cause, Coverage, Gap};
pub use interconnect::{Attachment, Interconnect, Outside};
pub use key::{Id, Key, Kind, Text};
pub use known::Known;
pub use matched::{MADE_TAG, Matched, OWN_TAGS, RUN_TAG, matched};
pub use redact::{place as redacted_place, tag_key as redacted_tag_key};
pub use resource::{Common, Input, Observation, Record, Resource, Sighting};
pub use shard::{Network, Scope, Shard};
pub use topology::{
    Effective, Line, Related, Relation, SubnetFlags, SubnetKind, Topology, VpcMembers,
};
pub use usage::InterfaceUse;
