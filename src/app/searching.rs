//! The index of the open network: made when it is first asked for, a large one on a thread of its own.

use super::model::{Opened, is_large};
use crate::analysis::search::Index;
use eframe::egui;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// Makes and keeps the index of one network.
#[derive(Default)]
pub(super) struct Searcher {
    ready: Option<(u64, Arc<Index>)>,
    building: Option<(u64, Receiver<Index>)>,
}

impl Searcher {
    /// The index of what is open; none while it is being made.
    pub(super) fn index(&mut self, opened: &Opened, ctx: &egui::Context) -> Option<Arc<Index>> {
        let wanted = opened.generation;
        if let Some((made_for, outcome)) = &self.building {
            match outcome.try_recv() {
                Ok(index) => self.ready = Some((*made_for, Arc::new(index))),
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => {}
            }
            self.building = None;
        }
        if let Some((made_for, index)) = &self.ready
            && *made_for == wanted
        {
            return Some(Arc::clone(index));
        }
        if is_large(&opened.network) && self.build_aside(opened, ctx) {
            return None;
        }
        let index = Arc::new(Index::of(&opened.network));
        self.ready = Some((wanted, Arc::clone(&index)));
        Some(index)
    }

    /// False where no thread can be started.
    fn build_aside(&mut self, opened: &Opened, ctx: &egui::Context) -> bool {
        let (sender, receiver) = sync_channel(1);
        let (network, wake) = (Arc::clone(&opened.network), ctx.clone());
        let work = move || {
            // Fails only when nobody waits for it any more.
            sender.try_send(Index::of(&network)).ok();
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("vpc-atlas-search".into());
        let started = thread.spawn(work).is_ok();
        if started {
            self.building = Some((opened.generation, receiver));
        }
        started
    }
}
