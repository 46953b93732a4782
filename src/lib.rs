//! VPC Atlas: one network, three doors in, every view out.
//!
//! A [`network::Network`] is the typed, immutable record of the resources of one or more VPCs. Files, snapshots and
//! live accounts make one ([`source`]); the map, the exports and the command line read one and nothing else.
//! Data flows from [`source`] through [`network`] to [`picture`] and [`export`], and never back.
//! What leads from one network to another is a graph of calls to AWS ([`steps`]), carried out with a journal
//! ([`apply`]).
//! `tests/it/architecture.rs` holds the rooms to what they may use.

pub mod analysis;
pub mod app;
pub mod apply;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cidr;
pub mod cli;
pub mod design;
pub mod export;
pub mod network;
pub mod picture;
pub mod source;
pub mod steps;
pub mod storage;
pub mod workspace;
