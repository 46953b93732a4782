//! Runs that were begun here: their journals, and how far each is.

use crate::apply::{End, Phase, Run, StepState, Undone};
use crate::storage::{StorageError, Store};
use std::fmt;

/// Why a run cannot be read. One sentence.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is none of this name.
    #[error("there is no run {0}; `vpc-atlas runs` lists them")]
    Unknown(String),
    /// Its journal cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Its journal is not what this program writes.
    #[error("the run {run} cannot be read: {why}")]
    Journal {
        /// The run.
        run: String,
        /// Why.
        why: String,
    },
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A process is at work on it.
    UnderWay,
    /// Everything is made.
    Complete,
    /// A step failed; what was made is there.
    Failed,
    /// The person stopped it; what was made is there.
    Stopped,
    /// The process that was at work on it died.
    Interrupted,
    /// Everything that was made is gone.
    RolledBack,
    /// It was taken back, and something is left.
    Left,
}

impl Standing {
    /// Its words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnderWay => "under way",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
            Self::RolledBack => "rolled back",
            Self::Left => "rolled back in part",
        }
    }

    /// Whether it can be gone on with.
    pub const fn can_resume(self) -> bool {
        matches!(self, Self::Failed | Self::Stopped | Self::Interrupted)
    }

    /// Whether there is something to take back.
    pub const fn can_roll_back(self) -> bool {
        !matches!(self, Self::UnderWay | Self::RolledBack)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

/// How a run stands, by its journal; `is_open` is whether a process has that open.
pub fn standing(run: &Run, is_open: bool) -> Standing {
    match run.end {
        _ if is_open => Standing::UnderWay,
        Some(End::Complete) => Standing::Complete,
        Some(End::Failed) => Standing::Failed,
        Some(End::RolledBack) => Standing::RolledBack,
        Some(End::Left) => Standing::Left,
        // What is half taken back cannot be gone on with; it is taken back again.
        _ if run.phase == Phase::RollingBack => Standing::Left,
        Some(End::Stopped) => Standing::Stopped,
        None => Standing::Interrupted,
    }
}

/// How far a step is, in a word.
pub fn step_word(state: Option<&StepState>) -> &'static str {
    let Some(state) = state else {
        return "waiting";
    };
    let undone = |wanted: fn(&Undone) -> bool| state.undone.values().any(wanted);
    if undone(|it| matches!(it, Undone::Failed(..))) {
        "left"
    } else if undone(|it| *it == Undone::Begun) {
        "going"
    } else if !state.undone.is_empty() {
        "gone"
    } else if state.failed.is_some() {
        "failed"
    } else if state.settled {
        "done"
    } else if state.answer.is_some() {
        "settling"
    } else if state.begun.is_some() {
        "begun"
    } else {
        "waiting"
    }
}

/// A run by its name, and how it stands.
///
/// # Errors
/// There is none, or its journal cannot be read.
pub fn read_run(store: &Store, name: &str) -> Found {
    let lines = match store.read_journal(name) {
        Err(StorageError::NoSuchPath(_)) => return Err(RunError::Unknown(name.to_owned())),
        other => other?,
    };
    let run = Run::read(&lines).map_err(|error| RunError::Journal {
        run: name.to_owned(),
        why: error.to_string(),
    })?;
    let standing = standing(&run, store.is_journal_open(name));
    Ok((run, standing))
}

/// A run and how it stands, or why it cannot be read.
pub type Found = Result<(Run, Standing), RunError>;

/// All runs, the newest first; those that cannot be read are errors among them.
///
/// # Errors
/// The folder of journals cannot be read.
pub fn runs(store: &Store) -> Result<Vec<Found>, RunError> {
    let mut names = store.journals()?;
    names.reverse();
    Ok(names.iter().map(|name| read_run(store, name)).collect())
}
