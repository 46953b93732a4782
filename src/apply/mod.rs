//! Carrying out a step graph, with a journal; going on after a crash; taking back.
//!
//! * A [`Header`] and the [`Event`]s after it are the journal of a run. [`Run`] is what they say together: it is a
//!   function of the lines, so that a process that died and the one that goes on know the same.
//! * [`Applier::apply`] makes what is not made yet, [`Applier::roll_back`] takes back what was made. Either can be
//!   called again at any time.
//! * Before a call the journal says that it begins, and with what; after it, what came. Where that is missing, or the
//!   answer was lost, the engine looks for what the call would have made (`trace`) before it makes the call again. So
//!   nothing is made twice, and nothing is left that no line tells of.
//!
//! Who is asked is an [`Ec2`]: the connection to an account, or whatever stands for one.

mod attempts;
mod engine;
mod find;
mod journal;
#[cfg(feature = "aws")]
mod live;
mod look;
mod pace;
mod preflight;
mod run;
mod schedule;
mod tags;
mod token;
mod trace;
mod undo;
mod value;
mod wait;

pub use engine::{Applier, Ec2, News, Outcome, Patience};
pub use journal::{End, Entry, Event, Given, Header, JournalError, Phase, Sink};
pub use pace::Pace;
pub use preflight::{Aim, Concern, UNREAD, Weight, concerns, dry_run, permissions, unread};
pub use run::{Left, Run, StepState, Undone};
pub use token::{TICKET_TAG, client_token, new_run, now};
