//! Runs that were begun here: their journals, and how far each is.

use crate::apply::{End, Phase, Run, StepState, Undone};
use crate::steps::{Failed, Trouble};
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
        // It was to be taken back, and nothing was: no call that takes back was begun.
        _ if run.phase == Phase::RollingBack && !is_touched(run) => untouched(run),
        Some(End::Left) => Standing::Left,
        // What is half taken back cannot be gone on with; it is taken back again.
        _ if run.phase == Phase::RollingBack => Standing::Left,
        Some(End::Stopped) => Standing::Stopped,
        None => Standing::Interrupted,
    }
}

/// Whether a call was begun that takes something back. One that failed may have been carried out all the same: it fails
/// too where what it takes away could not be seen to go.
fn is_touched(run: &Run) -> bool {
    let mut states = run.steps().filter_map(|(_, state)| state);
    states.any(|state| !state.undone.is_empty())
}

/// How a run stands that was made in part or whole, and not taken back.
fn untouched(run: &Run) -> Standing {
    let (done, all) = run.progress();
    let mut states = run.steps().filter_map(|(_, state)| state);
    if done == all {
        Standing::Complete
    } else if states.any(|state| state.failed.is_some()) {
        Standing::Failed
    } else if run.end == Some(End::Stopped) {
        Standing::Stopped
    } else {
        Standing::Interrupted
    }
}

/// How many steps are taken back, of how many that were made and can be.
pub fn taken_back(run: &Run) -> (usize, usize) {
    // What was begun and never made is not there to be taken back.
    let made = run.steps().filter(|(step, state)| {
        !step.inverse.is_empty() && state.is_some_and(|it| it.answer.is_some())
    });
    let (mut gone, mut all) = (0_usize, 0_usize);
    for (_, state) in made {
        all = all.saturating_add(1);
        gone = gone.saturating_add(usize::from(step_word(state) == "gone"));
    }
    (gone, all)
}

/// Whether a step failed at something that passes, so that the run can be gone on with as it is, and taking back what was
/// made would fail alike: the sign-in, the connection, AWS itself, or a wait that was not long enough.
pub const fn may_pass(failed: &Failed) -> bool {
    matches!(
        failed.trouble,
        Trouble::SignIn | Trouble::Unsent | Trouble::Lost | Trouble::Server | Trouble::NotReady
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Entry, Event, Header};
    use crate::design::{Design, Fresh, plan};
    use crate::network::Network;
    use crate::steps::between;
    use serde_json::{Map, json};

    /// A run that made its first step and failed at its second.
    fn failed_run() -> Run {
        let planned = plan(&Design::fresh(&Fresh::in_region("eu-west-1")).unwrap());
        let mut run = Run::new(Header {
            vpc_atlas_run: Header::FORMAT,
            run: "20261125-120000-abcdef".into(),
            at: 1_000,
            label: "net".into(),
            account: None,
            region: "eu-west-1".into(),
            profile: None,
            ticket: None,
            reason: None,
            tag_ticket: false,
            given: Vec::new(),
            graph: between(&Network::new(), &planned).unwrap(),
            plan: String::new(),
        });
        let steps = run.header.graph.clone();
        let mut steps = steps.steps().map(|step| step.id.clone());
        let (first, second) = (steps.next().unwrap(), steps.next().unwrap());
        for step in [&first, &second] {
            take(
                &mut run,
                Event::Begin {
                    step: step.clone(),
                    parameters: Map::new(),
                    context: None,
                },
            );
        }
        take(
            &mut run,
            Event::Done {
                step: first.clone(),
                answer: json!({}),
                id: Some("vpc-1".into()),
                found: false,
            },
        );
        take(&mut run, Event::Settled { step: first });
        let failed = failed(Trouble::SignIn, "the credentials have expired");
        let step = second;
        take(&mut run, Event::Failed { step, failed });
        take(&mut run, Event::End { end: End::Failed });
        run
    }

    fn take(run: &mut Run, event: Event) {
        let at = run.last + 1;
        run.take(&Entry { at, event });
    }

    fn failed(trouble: Trouble, message: &str) -> Failed {
        Failed {
            trouble,
            code: None,
            message: message.into(),
        }
    }

    #[test]
    fn what_could_not_even_begin_to_be_taken_back_can_be_gone_on_with() {
        let mut run = failed_run();
        assert_eq!(standing(&run, false), Standing::Failed);
        let phase = Phase::RollingBack;
        take(&mut run, Event::Phase { phase });
        take(&mut run, Event::End { end: End::Left });
        assert_eq!(standing(&run, false), Standing::Failed);
        assert!(standing(&run, false).can_resume() && standing(&run, false).can_roll_back());
        assert_eq!(taken_back(&run), (0, 1));
        // A call that takes back was begun: whether it was carried out nobody knows.
        let step = run.header.graph.steps().next().unwrap().id.clone();
        take(&mut run, Event::Phase { phase });
        take(
            &mut run,
            Event::UndoBegin {
                step: step.clone(),
                call: 0,
            },
        );
        assert_eq!(standing(&run, false), Standing::Left);
        take(&mut run, Event::Undone { step, call: 0 });
        take(&mut run, Event::End { end: End::Stopped });
        assert_eq!(standing(&run, false), Standing::Left);
        assert_eq!(taken_back(&run), (1, 1));
    }

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for (trouble, passes) in [
            (Trouble::SignIn, true),
            (Trouble::Unsent, true),
            (Trouble::Lost, true),
            (Trouble::Server, true),
            (Trouble::NotReady, true),
            (Trouble::Dead, false),
            (Trouble::Denied, false),
            (Trouble::Quota, false),
            (Trouble::Conflict, false),
        ] {
            assert_eq!(may_pass(&failed(trouble, "no")), passes, "{trouble:?}");
        }
    }
}
