//! What follows from a network and takes a while: what joins its VPCs, which blocks overlap, who refers to whom. Of a
//! large network it is worked out beside the window, which never waits for it: one network at a time, the newest next.

use super::references;
use crate::analysis::overlap::{Overlaps, overlaps};
use crate::network::{Interconnect, Key, Network};
use eframe::egui;
use std::collections::BTreeMap;
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

/// Works out one thing at a time on a thread of its own. What comes while it is at work waits, and the newest of that is
/// next: what it takes the place of is not worked out at all.
#[derive(Clone, Default)]
pub(super) struct Deriver(Arc<Mutex<Desk>>);

#[derive(Default)]
struct Desk {
    waiting: Option<Job>,
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
    pub(super) fn derive(&self, derived: &Arc<Derived>, network: &Arc<Network>) {
        let (of, from) = (Arc::clone(derived), Arc::clone(network));
        let job = Box::new(move |said: &dyn Fn()| of.work_out(&from, said));
        if !self.begin(job) {
            derived.work_out(network, &|| ());
        }
    }

    /// False where there is no thread for it.
    fn begin(&self, job: Job) -> bool {
        let Ok(mut desk) = self.0.lock() else {
            return false;
        };
        desk.waiting = Some(job);
        if std::mem::replace(&mut desk.is_at_work, true) {
            return true;
        }
        drop(desk);
        let turn = Turn(Arc::clone(&self.0));
        let thread = std::thread::Builder::new().name("vpc-atlas-derive".into());
        let begun = thread.spawn(move || turn.work()).is_ok();
        if !begun && let Ok(mut desk) = self.0.lock() {
            desk.waiting = None;
        }
        begun
    }
}

/// Whoever is at work. Its turn ends with it, whatever becomes of it.
struct Turn(Arc<Mutex<Desk>>);

impl Turn {
    fn work(self) {
        while let Some((job, window)) = self.next() {
            let said = || {
                if let Some(window) = &window {
                    window.request_repaint();
                }
            };
            job(&said);
            said();
        }
    }

    fn next(&self) -> Option<(Job, Option<egui::Context>)> {
        let mut desk = self.0.lock().ok()?;
        let job = desk.waiting.take();
        // Said under the same lock, or what comes now would wait for nobody.
        desk.is_at_work = job.is_some();
        Some((job?, desk.window.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // A turn that came to its end has said so already, and another one may have begun.
        let is_cut_short = std::thread::panicking();
        if is_cut_short && let Ok(mut desk) = self.0.lock() {
            desk.is_at_work = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    #[test]
    fn one_is_at_work_and_the_newest_is_next() {
        let deriver = Deriver::default();
        let (done, all) = channel();
        let (begun, begins) = channel();
        let (go, gate) = channel::<()>();
        let first = {
            let (done, begun): (Sender<u8>, Sender<()>) = (done.clone(), begun);
            Box::new(move |_: &dyn Fn()| {
                begun.send(()).unwrap();
                gate.recv().unwrap();
                done.send(1).unwrap();
            })
        };
        assert!(deriver.begin(first));
        begins.recv().unwrap();
        for number in 2..=40 {
            let done = done.clone();
            assert!(deriver.begin(Box::new(move |_| done.send(number).unwrap())));
        }
        go.send(()).unwrap();
        drop(done);
        assert_eq!(all.iter().collect::<Vec<_>>(), [1, 40]);
    }

    #[test]
    fn a_thread_that_dies_leaves_its_turn_to_the_next() {
        let deriver = Deriver::default();
        let (done, all) = channel::<()>();
        let held = done.clone();
        assert!(deriver.begin(Box::new(move |_| {
            let _held = held;
            std::panic::resume_unwind(Box::new("on purpose"));
        })));
        drop(done);
        // It has gone when nobody can send any more; its turn ends right after.
        assert!(all.recv().is_err());
        let (done, all) = channel();
        loop {
            let done = done.clone();
            deriver.begin(Box::new(move |_| {
                done.send(()).ok();
            }));
            if all
                .recv_timeout(std::time::Duration::from_millis(5))
                .is_ok()
            {
                break;
            }
        }
    }
}
