//! A plan as code for other tools, from the steps that make it.

mod cloudformation;
mod hcl;
mod imports;
mod module;
mod script;
pub mod syntax;
mod terraform;

use crate::network::{Id, Key, Text};
use std::collections::BTreeMap;
use thiserror::Error;

pub use cloudformation::{Form, cloudformation};
pub use imports::There;
pub use module::terraform_module;
pub use script::script;
pub use terraform::terraform;

/// One file of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFile {
    /// Its name, without a folder: `main.tf`.
    pub name: String,
    /// What it says, with `\n` at the ends of lines.
    pub text: String,
}

/// A plan as code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The files, the one to read first before the others.
    pub files: Vec<CodeFile>,
    /// What the tool cannot make and a person has to, one sentence each. Nothing is left out in silence.
    pub by_hand: Vec<String>,
}

/// Why a plan cannot be written for a tool.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what}: {why}")]
pub struct CodeError {
    /// What of the plan.
    pub what: String,
    /// Why it cannot be written, and what to do, as the rest of a sentence.
    pub why: String,
}

/// What a plan says that a network has no place for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Zones that Route 53 answers for inside a VPC only, by the VPC.
    pub private_zones: Vec<(Key, Text)>,
    /// The address pool that a VPC's own version 6 block is taken from.
    pub ipv6_pools: BTreeMap<Key, Text>,
}

/// The VPC a planned resource belongs to, and what it is within it: tier, zone and number, never a position, so that
/// nothing is renamed when something is added beside it (`main` and `private/eu-west-1a/1`). None for what is not planned.
fn slot(key: &Key) -> Option<(&str, &str)> {
    match &key.id {
        Id::Planned(name) => Some(name.split_once('/').unwrap_or((name, ""))),
        Id::Aws(_) => None,
    }
}
