//! Something that is worked out beside the window, so that painting never waits for it.

use eframe::egui;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// What was worked out last, and of what. While something newer is under way, the old one is still there to be shown.
pub(super) struct Later<K, T> {
    done: Option<(K, T)>,
    under_way: Option<(K, Receiver<T>)>,
    /// What nothing came of, not to be tried again.
    failed: Option<K>,
}

impl<K, T> Default for Later<K, T> {
    fn default() -> Self {
        Self {
            done: None,
            under_way: None,
            failed: None,
        }
    }
}

impl<K: PartialEq, T: Send + 'static> Later<K, T> {
    /// Take what has been worked out, and begin what is wanted where that is neither there nor under way. One thing is
    /// worked out at a time: what changes meanwhile is begun when that is done. True where something new is there.
    pub(super) fn want(
        &mut self,
        ctx: &egui::Context,
        key: K,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> bool {
        let mut is_new = false;
        if let Some((of, receiver)) = self.under_way.take() {
            match receiver.try_recv() {
                Ok(value) => {
                    self.done = Some((of, value));
                    is_new = true;
                }
                Err(TryRecvError::Empty) => {
                    self.under_way = Some((of, receiver));
                    return false;
                }
                Err(TryRecvError::Disconnected) => self.failed = Some(of),
            }
        }
        let is_it = |held: &K| *held == key;
        let is_there = self.done.as_ref().is_some_and(|(of, _)| is_it(of));
        if is_there || self.failed.as_ref().is_some_and(is_it) {
            return is_new;
        }
        self.failed = None;
        let (sender, receiver) = sync_channel(1);
        let wake = ctx.clone();
        let thread = std::thread::Builder::new().name("vpc-atlas-later".into());
        let begun = thread.spawn(move || {
            // Fails only when nobody waits any more.
            sender.try_send(work()).ok();
            wake.request_repaint();
        });
        if begun.is_ok() {
            self.under_way = Some((key, receiver));
        } else {
            self.failed = Some(key);
        }
        is_new
    }

    /// Work it out at once: it takes no time.
    pub(super) fn now(&mut self, key: K, work: impl FnOnce() -> T) {
        *self = Self {
            done: Some((key, work())),
            ..Self::default()
        };
    }

    /// What was worked out last, to be kept elsewhere, where it is of what is wanted.
    pub(super) fn take(&mut self, is_it: impl FnOnce(&K) -> bool) -> Option<(K, T)> {
        self.done.take_if(|(of, _)| is_it(of))
    }

    /// What was worked out last.
    pub(super) fn get(&self) -> Option<&T> {
        self.done.as_ref().map(|(_, value)| value)
    }

    /// What that was worked out of.
    pub(super) fn of(&self) -> Option<&K> {
        self.done.as_ref().map(|(of, _)| of)
    }

    /// Whether something newer is on its way.
    pub(super) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether nothing came of what was wanted last.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Forget everything; what is under way comes to nothing. True where there was anything.
    pub(super) fn clear(&mut self) -> bool {
        let had = self.done.is_some() || self.under_way.is_some();
        *self = Self::default();
        had
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn the_old_is_shown_until_the_new_is_there() {
        let ctx = egui::Context::default();
        let mut later: Later<u8, u8> = Later::default();
        let until = |later: &mut Later<u8, u8>, key: u8| {
            let limit = Instant::now() + Duration::from_secs(20);
            while later.of() != Some(&key) {
                assert!(Instant::now() < limit);
                later.want(&ctx, key, move || key * 10);
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        until(&mut later, 1);
        assert_eq!(later.get(), Some(&10));
        later.want(&ctx, 2, || 20);
        assert_eq!(later.get(), Some(&10));
        until(&mut later, 2);
        assert_eq!(later.get(), Some(&20));
        assert!(!later.is_under_way());
        // The same again is not worked out again.
        assert!(!later.want(&ctx, 2, || unreachable!()));
        assert!(!later.is_under_way() && !later.has_failed());
        assert!(later.clear());
        assert_eq!(later.get(), None);
    }
}
