//! A way to stop work from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Says that work is no longer wanted. Clones share the word.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    said: AtomicBool,
    notify: Notify,
}

impl Cancel {
    /// A word not yet said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Say it. It cannot be taken back.
    pub fn cancel(&self) {
        self.state.said.store(true, Ordering::Release);
        self.state.notify.notify_waiters();
    }

    /// Whether it was said.
    pub fn is_cancelled(&self) -> bool {
        self.state.said.load(Ordering::Acquire)
    }

    /// Wait until it is said.
    pub async fn cancelled(&self) {
        let notified = self.state.notify.notified();
        tokio::pin!(notified);
        // Registered before the look at the word, so that a word said in between is not missed.
        notified.as_mut().enable();
        if !self.is_cancelled() {
            notified.await;
        }
    }
}
