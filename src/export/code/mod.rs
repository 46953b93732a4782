//! A plan as code for other tools, from the steps that make it.

mod cloudformation;

use crate::network::{Id, Key, Kind};
use thiserror::Error;

pub use cloudformation::{Form, cloudformation};

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

/// What a planned resource is called within its VPC: tier, zone and number, never a position, so that nothing is renamed
/// when something is added beside it (`private/eu-west-1a/1`). None for what is not planned.
pub fn slot_name(key: &Key) -> Option<(&str, &str)> {
    match &key.id {
        Id::Planned(name) => Some(name.split_once('/').unwrap_or((name, ""))),
        Id::Aws(_) => None,
    }
}

/// An identifier of letters, digits and underscores for a planned resource: `private_eu_west_1a_1`; the kind's word where
/// there is one of it in a VPC.
pub fn identifier(key: &Key) -> String {
    let rest = slot_name(key).map_or("", |(_, rest)| rest);
    let words = if rest.is_empty() {
        kind_word(key.kind)
    } else {
        rest
    };
    words
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '_' })
        .collect()
}

fn kind_word(kind: Kind) -> &'static str {
    kind.word()
}
