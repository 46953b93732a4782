//! One switch that ends every wait of the proxy, so that tests never sit out a delay after they are done.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Locks a mutex also after a thread died with it: every value kept here is whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Off until [`Stop::now`]; then every sleeper wakes and every later sleep returns at once.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn now(&self) {
        *lock(&self.stopped) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *lock(&self.stopped)
    }

    /// Sleeps, or less where the proxy stops meanwhile.
    pub(crate) fn sleep(&self, time: Duration) {
        let guard = lock(&self.stopped);
        drop(
            self.changed
                .wait_timeout_while(guard, time, |stopped| !*stopped)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}
