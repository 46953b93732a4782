//! Finding out what would be done, doing it and taking it back, beside a window: jobs, their events, and ways to stop them.
//!
//! [`Changes`] keeps what holds a connection; those who show it get plain data. A run goes on whoever looks: what is told
//! of it is never dropped, and all of it is in the journal besides.

use super::accounts::Accounts;
use super::profiles::Profile;
use super::review::{Order, Review, Way};
use crate::apply::{News, Outcome, Run};
use crate::storage::Store;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[cfg(feature = "aws")]
mod live;

/// Why a build without live accounts does nothing of this.
#[cfg(not(feature = "aws"))]
const CANNOT: &str =
    "this build of the program cannot change live accounts; use one built with the feature `aws`";

/// One piece of work. They count up, so a later one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(u64);

/// Whoever is to look at [`Changes::poll`] is woken by this, from another thread.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// What is to be applied.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A design.
    Design(Box<Order>),
    /// A saved plan, unchanged.
    Saved {
        /// What its file says.
        text: String,
        /// The profile whose credentials may change things.
        profile: Option<String>,
    },
}

/// What a piece of work has to say.
#[derive(Debug)]
pub enum Change {
    /// The profiles there are, or why they cannot be told.
    Profiles(Result<Vec<Profile>, String>),
    /// Finding out goes on.
    Progress {
        /// Which.
        job: ChangeId,
        /// What is being done.
        what: String,
    },
    /// It is known what would be done, or why nothing can be. [`Changes::begin`] begins it.
    Prepared {
        /// Which.
        job: ChangeId,
        /// What would be done.
        result: Result<Box<Review>, String>,
    },
    /// A run is at work from here on.
    Begun {
        /// Which.
        job: ChangeId,
        /// How far it is.
        run: Box<Run>,
        /// Whether it makes or takes back.
        way: Way,
    },
    /// Something happened to a run.
    News {
        /// Which.
        job: ChangeId,
        /// What.
        news: News,
    },
    /// A run has ended for now, or could not be begun. Nothing more comes from this work.
    Ended {
        /// Which.
        job: ChangeId,
        /// How.
        result: Result<Outcome, String>,
    },
}

impl Change {
    /// Which piece of work says so; none for what belongs to none.
    pub fn job(&self) -> Option<ChangeId> {
        match self {
            Self::Profiles(_) => None,
            Self::Progress { job, .. }
            | Self::Prepared { job, .. }
            | Self::Begun { job, .. }
            | Self::News { job, .. }
            | Self::Ended { job, .. } => Some(*job),
        }
    }
}

/// Does the work that changes accounts, or finds out what it would be. Nothing here blocks the thread that asks.
pub struct Changes {
    #[cfg_attr(
        not(feature = "aws"),
        expect(dead_code, reason = "only live accounts need threads")
    )]
    handle: Option<Handle>,
    #[cfg_attr(
        not(feature = "aws"),
        expect(dead_code, reason = "only live accounts are signed in to")
    )]
    accounts: Accounts,
    sender: UnboundedSender<Change>,
    receiver: UnboundedReceiver<Change>,
    next: u64,
    #[cfg(feature = "aws")]
    held: live::Held,
}

impl Changes {
    pub(super) fn on(handle: Option<Handle>, accounts: Accounts) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "no event of a run may be lost, and each step has but a few"
        )]
        let (sender, receiver) = unbounded_channel();
        Self {
            handle,
            accounts,
            sender,
            receiver,
            next: 0,
            #[cfg(feature = "aws")]
            held: live::Held::default(),
        }
    }

    /// Why this build cannot change accounts; none where it can.
    pub const fn refusal() -> Option<&'static str> {
        #[cfg(feature = "aws")]
        return None;
        #[cfg(not(feature = "aws"))]
        Some(CANNOT)
    }

    fn next(&mut self) -> ChangeId {
        self.next += 1;
        ChangeId(self.next)
    }

    /// What happened next, if anything. Never waits.
    pub fn poll(&mut self) -> Option<Change> {
        self.receiver.try_recv().ok()
    }

    /// Find out which profiles there are. A build without live accounts knows of none.
    pub fn profiles(&mut self, wake: &Wake) {
        #[cfg(feature = "aws")]
        self.find_profiles(Wake::clone(wake));
        #[cfg(not(feature = "aws"))]
        self.say(Change::Profiles(Ok(Vec::new())), wake);
    }

    /// Find out what would be done. Nothing is changed.
    pub fn prepare(&mut self, wish: Wish, wake: &Wake) -> ChangeId {
        let job = self.next();
        #[cfg(feature = "aws")]
        self.find_out(job, wish, Wake::clone(wake));
        #[cfg(not(feature = "aws"))]
        {
            drop(wish);
            let result = Err(CANNOT.to_owned());
            self.say(Change::Prepared { job, result }, wake);
        }
        job
    }

    /// Do what was found out: from here on things are changed.
    pub fn begin(&mut self, prepared: Option<ChangeId>, store: &Store, wake: &Wake) -> ChangeId {
        let job = self.next();
        #[cfg(feature = "aws")]
        self.carry_out(job, prepared, store, Wake::clone(wake));
        #[cfg(not(feature = "aws"))]
        self.refuse(job, (prepared, store), wake);
        job
    }

    /// Go on with a run, or take back what it made, with the credentials of its own profile or another's.
    pub fn reopen(
        &mut self,
        store: &Store,
        run: &str,
        profile: Option<String>,
        way: Way,
        wake: &Wake,
    ) -> ChangeId {
        let job = self.next();
        #[cfg(feature = "aws")]
        self.go_on(job, store, run, profile, way, Wake::clone(wake));
        #[cfg(not(feature = "aws"))]
        self.refuse(job, (store, run, profile, way), wake);
        job
    }

    /// Stop: of what is found out nothing more is told; a run begins nothing more, and ends when the calls under way
    /// have their answers.
    pub fn stop(&mut self, job: ChangeId) {
        #[cfg(feature = "aws")]
        self.held.stop(job);
        #[cfg(not(feature = "aws"))]
        let _ = job;
    }

    /// Drop what was found out: it is not wanted any more.
    pub fn forget(&mut self, job: ChangeId) {
        #[cfg(feature = "aws")]
        self.held.forget(job);
        #[cfg(not(feature = "aws"))]
        let _ = job;
    }

    #[cfg(not(feature = "aws"))]
    fn refuse<T>(&self, job: ChangeId, _: T, wake: &Wake) {
        let result = Err(CANNOT.to_owned());
        self.say(Change::Ended { job, result }, wake);
    }

    #[cfg(not(feature = "aws"))]
    fn say(&self, change: Change, wake: &Wake) {
        // The other end is this value's own.
        self.sender.send(change).ok();
        wake();
    }
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
