//! Keeps readings beside the window.

use crate::network::Network;
use crate::workspace::{Kept, Timeline};
use eframe::egui;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What became of readings.
enum Outcome {
    Kept(Result<Kept, String>),
    Deleted(Result<usize, String>),
}

/// What is to be said.
pub(super) enum News {
    /// It went as it should.
    Done(String),
    /// It did not.
    Failed(String),
}

/// Keeps readings and deletes them, one after another, and hears what came of it.
pub(super) struct Keeper {
    sender: Sender<Outcome>,
    receiver: Receiver<Outcome>,
    /// One thing is done at a time: each reading is compared with the one before it.
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
        self.begin(ctx, move || {
            let kept = timeline.keep(&network, at, &zone);
            Outcome::Kept(kept.map_err(|error| error.to_string()))
        });
    }

    /// Delete every reading of these sources.
    pub(super) fn delete(&mut self, ctx: &egui::Context, timeline: Timeline) {
        self.begin(ctx, move || {
            let deleted = timeline.delete();
            Outcome::Deleted(deleted.map_err(|error| error.to_string()))
        });
    }

    fn begin(&mut self, ctx: &egui::Context, work: impl FnOnce() -> Outcome + Send + 'static) {
        let (sender, turn, wake) = (self.sender.clone(), Arc::clone(&self.turn), ctx.clone());
        let thread = std::thread::Builder::new().name("vpc-atlas-keep".into());
        let begun = thread.spawn(move || {
            // A thread that died in its turn leaves nothing half done.
            let turn = turn.lock();
            let outcome = work();
            drop(turn);
            // Fails only when the window is gone.
            sender.send(outcome).ok();
            wake.request_repaint();
        });
        if begun.is_ok() {
            self.under_way += 1;
        }
    }

    /// What is to be said of what was done meanwhile, where it was not said before.
    pub(super) fn news(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        while let Ok(outcome) = self.receiver.try_recv() {
            self.under_way = self.under_way.saturating_sub(1);
            let complaints = match outcome {
                Outcome::Kept(Ok(kept)) => kept.damaged,
                Outcome::Kept(Err(error)) => vec![format!("this reading is not kept: {error}")],
                Outcome::Deleted(Ok(number)) => {
                    let what = if number == 1 { "reading" } else { "readings" };
                    news.push(News::Done(format!("Deleted {number} {what}")));
                    // What is damaged from now on is other readings.
                    self.said.clear();
                    continue;
                }
                Outcome::Deleted(Err(error)) => {
                    news.push(News::Failed(error));
                    continue;
                }
            };
            for sentence in complaints {
                if self.said.insert(sentence.clone()) {
                    news.push(News::Failed(sentence));
                }
            }
        }
        news
    }

    /// Whether something is being done.
    pub(super) fn is_busy(&self) -> bool {
        self.under_way > 0
    }
}
