//! The same wait before every call, as a distant region has.

use std::sync::Arc;
use std::time::Duration;

use super::call::Call;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::Stop;

/// Waits a fixed time before it hands the call on.
pub(crate) struct Latency {
    pub(crate) time: Duration,
    pub(crate) stop: Arc<Stop>,
}

impl Stage for Latency {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        self.stop.sleep(self.time);
        notes.delayed += self.time;
        next.run(call, notes)
    }
}
