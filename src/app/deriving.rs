//! What follows from a network and takes a while: what joins its VPCs, which blocks overlap, who refers to whom. Of a
//! large network it is worked out beside the window, which never waits for it: one network at a time, and of each sheet
//! the newest.

use super::references;
use crate::analysis::overlap::{Overlaps, overlaps};
use crate::network::{Interconnect, Key, Network};
use eframe::egui;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};

/// Who refers to a resource.
pub(super) type Referrers = BTreeMap<Key, Vec<Key>>;

/// What follows from one network, as far as it is worked out.
#[derive(Default)]
pub(super) struct Derived {
    referrers: OnceLock<Referrers>,
    interconnect: OnceLock<Interconnect>,
    overlaps: OnceLock<Overlaps>,
}

impl Derived {
    /// Work all of it out, and say so after each part.
    fn work_out(&self, network: &Network, said: &dyn Fn()) {
        self.interconnect_of(network);
        said();
        self.referrers_of(network);
        said();
        self.overlaps_of(network);
    }

    /// Who refers to whom; worked out at once where it is not yet.
    pub(super) fn referrers_of(&self, network: &Network) -> &Referrers {
        self.referrers
            .get_or_init(|| references::referrers(network))
    }

    /// What joins the VPCs; worked out at once where it is not yet.
    pub(super) fn interconnect_of(&self, network: &Network) -> &Interconnect {
        self.interconnect.get_or_init(|| Interconnect::of(network))
    }

    /// Which blocks overlap; worked out at once where it is not yet.
    pub(super) fn overlaps_of(&self, network: &Network) -> &Overlaps {
        self.overlaps
            .get_or_init(|| overlaps(network, self.interconnect_of(network)))
    }

    /// Who refers to whom, where that is worked out.
    pub(super) fn referrers(&self) -> Option<&Referrers> {
        self.referrers.get()
    }

    /// What joins the VPCs, where that is worked out.
    pub(super) fn interconnect(&self) -> Option<&Interconnect> {
        self.interconnect.get()
    }

    /// Which blocks overlap, where that is worked out.
    pub(super) fn overlaps(&self) -> Option<&Overlaps> {
        self.overlaps.get()
    }

    /// Whether all of it is worked out.
    pub(super) fn is_whole(&self) -> bool {
        self.overlaps.get().is_some() && self.referrers.get().is_some()
    }
}

/// Something to be worked out; it is given what wakes the window.
type Job = Box<dyn FnOnce(&dyn Fn()) + Send>;

/// Whose network it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// That which was read.
    Live,
    /// That which the open design makes.
    Planned,
}

/// Works out one thing at a time on a thread of its own. What comes while it is at work waits, and of each sheet only the
/// newest: what that takes the place of is not worked out at all.
#[derive(Clone, Default)]
pub(super) struct Deriver(Arc<Mutex<Desk>>);

/// Nothing waits while nobody is at work.
#[derive(Default)]
struct Desk {
    waiting: VecDeque<(Whose, Job)>,
    is_at_work: bool,
    window: Option<egui::Context>,
}

impl Deriver {
    /// The window that is told when something is there.
    pub(super) fn wakes(&self, ctx: &egui::Context) {
        if let Ok(mut desk) = self.0.lock()
            && desk.window.is_none()
        {
            desk.window = Some(ctx.clone());
        }
    }

    /// Work out what follows from a network, beside the window; at once where there is no thread for it.
    pub(super) fn derive(&self, whose: Whose, derived: &Arc<Derived>, network: &Arc<Network>) {
        let (of, from) = (Arc::clone(derived), Arc::clone(network));
        let job = Box::new(move |said: &dyn Fn()| of.work_out(&from, said));
        if !self.begin(whose, job, in_a_thread) {
            derived.work_out(network, &|| ());
        }
    }

    /// False where there is no thread for it; the job is gone then.
    fn begin(&self, whose: Whose, job: Job, spawn: impl FnOnce(Turn) -> bool) -> bool {
        let Ok(mut desk) = self.0.lock() else {
            return false;
        };
        if !desk.is_at_work {
            // Whoever begins here waits for the desk, and so for the job.
            if !spawn(Turn(Arc::clone(&self.0))) {
                return false;
            }
            desk.is_at_work = true;
        }
        // The newer one keeps the place of the older, so that nobody comes first for ever.
        match desk.waiting.iter_mut().find(|(of, _)| *of == whose) {
            Some((_, held)) => *held = job,
            None => desk.waiting.push_back((whose, job)),
        }
        true
    }

    /// One that is at work until the sender is dropped or sends.
    #[cfg(test)]
    pub(super) fn held() -> (Self, std::sync::mpsc::Sender<()>) {
        let deriver = Self::default();
        let (go, gate) = std::sync::mpsc::channel();
        let (begun, begins) = std::sync::mpsc::channel();
        let first = Box::new(move |_: &dyn Fn()| {
            begun.send(()).unwrap();
            gate.recv().ok();
        });
        assert!(deriver.begin(Whose::Live, first, in_a_thread));
        begins.recv().unwrap();
        (deriver, go)
    }
}

fn in_a_thread(turn: Turn) -> bool {
    let thread = std::thread::Builder::new().name("vpc-atlas-derive".into());
    thread.spawn(move || turn.work()).is_ok()
}

/// Whoever is at work, until nothing waits any more.
struct Turn(Arc<Mutex<Desk>>);

impl Turn {
    fn work(self) {
        while let Some((job, window)) = self.next() {
            let said = || {
                if let Some(window) = &window {
                    window.request_repaint();
                }
            };
            // What fails is said where all such are. Nothing comes of it, and what waits is not to wait for ever.
            catch_unwind(AssertUnwindSafe(|| {
                job(&said);
                said();
            }))
            .ok();
        }
    }

    fn next(&self) -> Option<(Job, Option<egui::Context>)> {
        let mut desk = self.0.lock().ok()?;
        let next = desk.waiting.pop_front();
        // Said under the same lock, or what comes now would wait for nobody.
        desk.is_at_work = next.is_some();
        let (_, job) = next?;
        Some((job, desk.window.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn one_is_at_work_and_the_newest_of_each_sheet_is_next() {
        let (deriver, go) = Deriver::held();
        let (done, all) = channel();
        let put = |whose, number: u8| {
            let done = done.clone();
            let job = Box::new(move |_: &dyn Fn()| done.send(number).unwrap());
            assert!(deriver.begin(whose, job, |_| unreachable!()));
        };
        put(Whose::Live, 1);
        // What follows from the live network is not lost to a design that is edited.
        (101..=140).for_each(|number| put(Whose::Planned, number));
        (2..=40).for_each(|number| put(Whose::Live, number));
        go.send(()).unwrap();
        drop(done);
        let limit = Duration::from_secs(20);
        let done: Vec<u8> = std::iter::from_fn(|| all.recv_timeout(limit).ok()).collect();
        assert_eq!(done, [40, 140]);
    }

    #[test]
    fn what_fails_leaves_its_turn_to_what_waits() {
        let (deriver, go) = Deriver::held();
        let fails = Box::new(|_: &dyn Fn()| std::panic::resume_unwind(Box::new("on purpose")));
        assert!(deriver.begin(Whose::Live, fails, |_| unreachable!()));
        let (done, all) = channel();
        let waits = Box::new(move |_: &dyn Fn()| done.send(()).unwrap());
        assert!(deriver.begin(Whose::Planned, waits, |_| unreachable!()));
        go.send(()).unwrap();
        // Nothing else comes that would begin it.
        assert_eq!(all.recv_timeout(Duration::from_secs(20)), Ok(()));
    }

    #[test]
    fn where_there_is_no_thread_the_next_asks_for_one_again() {
        let deriver = Deriver::default();
        let never = Box::new(|_: &dyn Fn()| unreachable!());
        assert!(!deriver.begin(Whose::Live, never, |_| false));
        let (done, all) = channel();
        let next = Box::new(move |_: &dyn Fn()| done.send(()).unwrap());
        assert!(deriver.begin(Whose::Live, next, in_a_thread));
        assert_eq!(all.recv_timeout(Duration::from_secs(20)), Ok(()));
    }
}
