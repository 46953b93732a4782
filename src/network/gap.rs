//! What was read completely, and why the rest was not.

use super::key::{Key, Kind, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much of a kind was read in one account and region. No analysis says “none” unless it is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Nobody asked, or nobody was answered.
    #[default]
    NotRead,
    /// Some were read: a list that breaks off, or one with records that could not be understood.
    Partial,
    /// All were read.
    Complete,
}

/// Why something is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The input does not hold it.
    NotInInput,
    /// A permission is missing: the IAM action.
    Denied(Text),
    /// AWS asked to slow down until we gave up.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// The endpoint does not offer it.
    Unsupported,
    /// The call failed for another reason.
    Failed,
    /// The person stopped it.
    Cancelled,
    /// The input could not be read.
    Unreadable,
    /// The input was read but not understood.
    NotUnderstood,
    /// Sightings of one resource disagree.
    Conflict,
    /// What was read cannot be so: two main route tables, a subnet without its VPC.
    Inconsistent,
}

/// Something that could not be read or understood; it costs what it fed and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// What is missing, in the field's words: a call, a kind, a field of a resource.
    pub what: Text,
    /// Where: a file and place in it, an account and region, a resource.
    #[serde(rename = "where")]
    pub place: Text,
    /// Why, as one sentence without a full stop.
    pub why: Text,
    /// The kinds it leaves incomplete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// The resource it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Key>,
    /// Why, as a word.
    pub cause: Cause,
}

impl Gap {
    /// A gap about no kind and no resource in particular.
    pub fn new(
        what: impl Into<Text>,
        place: impl Into<Text>,
        cause: Cause,
        why: impl Into<Text>,
    ) -> Self {
        Self {
            what: what.into(),
            place: place.into(),
            why: why.into(),
            kinds: Vec::new(),
            resource: None,
            cause,
        }
    }

    /// The same gap, leaving these kinds incomplete.
    #[must_use]
    pub fn of_kinds(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.kinds.extend(kinds);
        self
    }

    /// The same gap, about this resource.
    #[must_use]
    pub fn about(mut self, key: Key) -> Self {
        self.resource = Some(key);
        self
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}: {}", self.what, self.why)
        } else {
            write!(f, "{} ({}): {}", self.what, self.place, self.why)
        }
    }
}
