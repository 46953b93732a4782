//! The journal: its first line, its events, and how they are written.

use crate::network::{Key, Text};
use crate::steps::{Failed, StepGraph};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the journal's format.
const FORMAT: u32 = 1;

/// The first line: what is to be done, where, and for what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The version of the format.
    pub vpc_atlas_run: u32,
    /// The name of the run.
    pub run: Text,
    /// When it began, in milliseconds since 1970.
    pub at: u64,
    /// What it makes, in a few words: the design's name.
    pub label: String,
    /// The account it is for, by its twelve digits.
    pub account: Option<Text>,
    /// The region it is for.
    pub region: Text,
    /// The profile it was begun with.
    pub profile: Option<String>,
    /// The ticket it is done for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The reason it is done for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the ticket goes onto everything that is made, as a tag.
    #[serde(default)]
    pub tag_ticket: bool,
    /// Ids of planned resources that are there already.
    #[serde(default)]
    pub given: Vec<Given>,
    /// The steps.
    pub graph: StepGraph,
    /// The network that is planned, as a snapshot; what is live is held to it later.
    #[serde(default)]
    pub plan: String,
}

/// A planned resource that is there already, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// What the plan calls it.
    pub key: Key,
    /// The id that AWS gave it.
    pub id: Text,
}

impl Header {
    /// The version of the format that is written.
    pub const FORMAT: u32 = FORMAT;
}

/// Which way a run goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It makes.
    #[default]
    Applying,
    /// It takes back.
    RollingBack,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A process begins to make, or to take back.
    Phase {
        /// Which.
        phase: Phase,
    },
    /// A call is about to be made.
    Begin {
        /// The step.
        step: Text,
        /// Its parameters with every value known.
        parameters: Map<String, Value>,
        /// What the call is about and its own parameters do not tell, for calls that cannot be found again without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context: Option<Text>,
    },
    /// Nothing was made: what was sent was refused, and it is not tried again for now.
    NotMade {
        /// The step.
        step: Text,
    },
    /// What the step made had come to nothing and is taken away, so that it is to be made anew.
    Dropped {
        /// The step.
        step: Text,
    },
    /// It is done.
    Done {
        /// The step.
        step: Text,
        /// AWS's answer, or what stands for it where the answer was lost.
        answer: Value,
        /// The id of what was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Text>,
        /// Whether the answer was lost, and what the call made was found.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        found: bool,
    },
    /// What the step has to wait for is so.
    Settled {
        /// The step.
        step: Text,
    },
    /// The step failed for good.
    Failed {
        /// The step.
        step: Text,
        /// How.
        failed: Failed,
    },
    /// A call that takes back is about to be made.
    UndoBegin {
        /// The step.
        step: Text,
        /// Which of its inverse calls, from 0.
        call: usize,
    },
    /// It is taken back, and gone.
    Undone {
        /// The step.
        step: Text,
        /// Which of its inverse calls, from 0.
        call: usize,
    },
    /// It could not be taken back.
    UndoFailed {
        /// The step.
        step: Text,
        /// Which of its inverse calls, from 0.
        call: usize,
        /// How it failed.
        failed: Failed,
        /// What stands in the way, as far as that can be told.
        holders: Vec<String>,
    },
    /// Something of this run that no step tells of was found and taken back.
    Stray {
        /// What it was.
        what: String,
    },
    /// Something of this run that no step tells of was found, and could not be taken back.
    StrayLeft {
        /// What it is.
        what: String,
        /// Why it is still there.
        failed: Failed,
    },
    /// A process ends its work in order.
    End {
        /// How.
        end: End,
    },
}

/// How a process left a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Everything is made.
    Complete,
    /// A step failed.
    Failed,
    /// The person stopped it.
    Stopped,
    /// Everything that was made is gone.
    RolledBack,
    /// Something could not be taken back.
    Left,
}

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since 1970, by the clock of the machine.
    pub at: u64,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// Where lines go: onto the disk, before anybody goes on.
pub trait Sink: Send {
    /// Write a line and bring it to the disk.
    ///
    /// # Errors
    /// It is not there; one sentence.
    fn line(&mut self, line: &str) -> Result<(), String>;
}

/// Why a journal cannot be used. Each is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// It holds nothing.
    #[error("the journal of this run is empty: it ended before anything was done; delete the file")]
    Empty,
    /// Its first line is of another version.
    #[error(
        "the journal is of format {0}, and this program knows {FORMAT}; use the version of the program that wrote it"
    )]
    Format(u64),
    /// A line is not what is written here.
    #[error("line {line} of the journal cannot be read: {why}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
}

/// A journal from its lines.
///
/// # Errors
/// It is empty, of another format, or has a line that this program did not write.
pub(super) fn read(lines: &[String]) -> Result<(Header, Vec<Entry>), JournalError> {
    let (first, rest) = lines.split_first().ok_or(JournalError::Empty)?;
    let wrong = |line: usize| {
        move |error: serde_json::Error| JournalError::Line {
            line,
            why: error.to_string(),
        }
    };
    let format: Value = serde_json::from_str(first).map_err(wrong(1))?;
    match format.get("vpc_atlas_run").and_then(Value::as_u64) {
        Some(number) if number == u64::from(FORMAT) => {}
        Some(other) => return Err(JournalError::Format(other)),
        None => {
            return Err(JournalError::Line {
                line: 1,
                why: "it does not say that it is a journal of this program".to_owned(),
            });
        }
    }
    let header = serde_json::from_str(first).map_err(wrong(1))?;
    let entries = rest
        .iter()
        .enumerate()
        .map(|(at, line)| serde_json::from_str(line).map_err(wrong(at + 2)))
        .collect::<Result<_, _>>()?;
    Ok((header, entries))
}
