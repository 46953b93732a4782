//! Keeps readings beside the window.

use crate::network::Network;
use crate::workspace::{Kept, Timeline};
use eframe::egui;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// Keeps readings, one after another, and hears what came of it.
pub(super) struct Keeper {
    sender: Sender<Result<Kept, String>>,
    receiver: Receiver<Result<Kept, String>>,
    /// One reading is kept at a time: each is compared with the one before it.
    turn: Arc<Mutex<()>>,
    under_way: usize,
    /// What was said already; nobody wants to read it after every reading.
    said: BTreeSet<String>,
}

impl Default for Keeper {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self {
            sender,
            receiver,
            turn: Arc::default(),
            under_way: 0,
            said: BTreeSet::new(),
        }
    }
}

impl Keeper {
    /// Keep a reading.
    pub(super) fn keep(
        &mut self,
        ctx: &egui::Context,
        timeline: Timeline,
        network: Arc<Network>,
        at: Timestamp,
        zone: TimeZone,
    ) {
        let (sender, turn, wake) = (self.sender.clone(), Arc::clone(&self.turn), ctx.clone());
        let thread = std::thread::Builder::new().name("vpc-atlas-keep".into());
        let begun = thread.spawn(move || {
            // A thread that died in its turn leaves nothing half done.
            let turn = turn.lock();
            let kept = timeline.keep(&network, at, &zone);
            drop(turn);
            // Fails only when the window is gone.
            sender.send(kept.map_err(|error| error.to_string())).ok();
            wake.request_repaint();
        });
        if begun.is_ok() {
            self.under_way += 1;
        }
    }

    /// What is to be said of readings that were kept meanwhile, where it was not said before.
    pub(super) fn news(&mut self) -> Option<String> {
        let mut news = None;
        while let Ok(kept) = self.receiver.try_recv() {
            self.under_way = self.under_way.saturating_sub(1);
            let sentences = match kept {
                Ok(kept) => kept.damaged,
                Err(error) => vec![format!("this reading is not kept: {error}")],
            };
            for sentence in sentences {
                if self.said.insert(sentence.clone()) {
                    news = Some(sentence);
                }
            }
        }
        news
    }

    /// Whether a reading is being kept.
    pub(super) fn is_busy(&self) -> bool {
        self.under_way > 0
    }
}
