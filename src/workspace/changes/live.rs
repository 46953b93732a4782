//! The same with live accounts.

use super::{Change, ChangeId, Changes, Wake, Wish};
use crate::apply::{Applier, News, Outcome};
use crate::aws::{Connection, Options, profiles};
use crate::storage::Store;
use crate::workspace::apply::{Prepared, prepare, prepare_saved, reopen};
use crate::workspace::review::Way;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

/// What pieces of work hold.
#[derive(Clone, Default)]
pub(super) struct Held {
    all: Arc<Mutex<BTreeMap<ChangeId, Work>>>,
}

enum Work {
    /// It is being found out what would be done.
    Asking(AbortHandle),
    /// That is known.
    Ready(Box<Prepared>),
    /// A run is about to be at work; whether it is to stop before it is.
    Opening(bool),
    /// A run is at work.
    Running(Applier<Connection>),
}

/// Why nothing is done where no thread can be had.
const NO_THREADS: &str =
    "the system gives this program no thread to work on; close other programs and start it again";

impl Held {
    fn all(&self) -> MutexGuard<'_, BTreeMap<ChangeId, Work>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self, job: ChangeId) {
        let mut all = self.all();
        match all.get_mut(&job) {
            Some(Work::Asking(task)) => {
                task.abort();
                all.remove(&job);
            }
            Some(Work::Opening(stops)) => *stops = true,
            Some(Work::Running(applier)) => applier.stop(),
            Some(Work::Ready(_)) | None => {}
        }
    }

    pub(super) fn forget(&self, job: ChangeId) {
        let mut all = self.all();
        if matches!(all.get(&job), Some(Work::Ready(_))) {
            all.remove(&job);
        }
    }

    /// A run is at work now. False where it was stopped before.
    fn runs(&self, job: ChangeId, applier: &Applier<Connection>) -> bool {
        let mut all = self.all();
        if matches!(all.get(&job), Some(Work::Opening(true))) {
            all.remove(&job);
            return false;
        }
        all.insert(job, Work::Running(applier.clone()));
        true
    }
}

/// Tells whoever looks.
#[derive(Clone)]
struct Teller {
    sender: UnboundedSender<Change>,
    wake: Wake,
}

impl Teller {
    fn say(&self, change: Change) {
        // Fails only when nobody is there any more to hear it.
        if self.sender.send(change).is_ok() {
            (self.wake)();
        }
    }

    fn of(&self, job: ChangeId) -> Box<dyn Fn(News) + Send + Sync> {
        let teller = self.clone();
        Box::new(move |news| teller.say(Change::News { job, news }))
    }
}

impl Changes {
    fn teller(&self, wake: Wake) -> Teller {
        Teller {
            sender: self.sender.clone(),
            wake,
        }
    }

    pub(super) fn find_profiles(&self, wake: Wake) {
        let teller = self.teller(wake);
        let Some(handle) = &self.handle else {
            return teller.say(Change::Profiles(Err(NO_THREADS.to_owned())));
        };
        handle.spawn(async move {
            let found = profiles(&Options::default()).await;
            teller.say(Change::Profiles(found.map_err(|error| error.to_string())));
        });
    }

    pub(super) fn find_out(&self, job: ChangeId, wish: Wish, wake: Wake) {
        let (teller, held) = (self.teller(wake), self.held.clone());
        let accounts = self.accounts.clone();
        let Some(handle) = &self.handle else {
            let result = Err(NO_THREADS.to_owned());
            return teller.say(Change::Prepared { job, result });
        };
        // The map is held until the task is in it, so that the task cannot be over before.
        let mut all = self.held.all();
        let task = handle.spawn(async move {
            let progress = teller.clone();
            let mut tell = move |what: String| progress.say(Change::Progress { job, what });
            let found = match wish {
                Wish::Design(order) => prepare(*order, &accounts, &mut tell).await,
                Wish::Saved { text, profile } => {
                    prepare_saved(&text, profile, &accounts, &mut tell).await
                }
            };
            let result = match found {
                Ok(prepared) => {
                    let review = Box::new(prepared.review());
                    held.all().insert(job, Work::Ready(Box::new(prepared)));
                    Ok(review)
                }
                Err(error) => {
                    held.all().remove(&job);
                    Err(error.to_string())
                }
            };
            teller.say(Change::Prepared { job, result });
        });
        all.insert(job, Work::Asking(task.abort_handle()));
    }

    pub(super) fn carry_out(
        &self,
        job: ChangeId,
        prepared: Option<ChangeId>,
        store: &Store,
        wake: Wake,
    ) {
        let (teller, held, store) = (self.teller(wake), self.held.clone(), store.clone());
        let Some(handle) = &self.handle else {
            let result = Err(NO_THREADS.to_owned());
            return teller.say(Change::Ended { job, result });
        };
        let ready = prepared.and_then(|prepared| self.held.all().remove(&prepared));
        self.held.all().insert(job, Work::Opening(false));
        handle.spawn(async move {
            let begun = match ready {
                Some(Work::Ready(prepared)) => prepared
                    .begin(&store, teller.of(job))
                    .map_err(|error| error.to_string()),
                _ => Err("what would be done has to be checked again before it is done".to_owned()),
            };
            work(job, begun, Way::On, &teller, &held).await;
        });
    }

    pub(super) fn go_on(
        &self,
        job: ChangeId,
        store: &Store,
        run: &str,
        profile: Option<String>,
        way: Way,
        wake: Wake,
    ) {
        let (teller, held, store) = (self.teller(wake), self.held.clone(), store.clone());
        let Some(handle) = &self.handle else {
            let result = Err(NO_THREADS.to_owned());
            return teller.say(Change::Ended { job, result });
        };
        let (run, accounts) = (run.to_owned(), self.accounts.clone());
        self.held.all().insert(job, Work::Opening(false));
        handle.spawn(async move {
            let tell = teller.of(job);
            let opened = reopen(&store, &run, profile, way, &accounts, tell).await;
            let opened = opened.map_err(|error| error.to_string());
            work(job, opened, way, &teller, &held).await;
        });
    }
}

/// Carry out a run that is open, to its end.
async fn work(
    job: ChangeId,
    opened: Result<Applier<Connection>, String>,
    way: Way,
    teller: &Teller,
    held: &Held,
) {
    let result = match opened {
        Err(why) => Err(why),
        Ok(applier) => {
            let run = Box::new(applier.run());
            teller.say(Change::Begun { job, run, way });
            if held.runs(job, &applier) {
                Ok(match way {
                    Way::On => applier.apply().await,
                    Way::Back => applier.roll_back().await,
                })
            } else {
                Ok(Outcome::Stopped)
            }
        }
    };
    // The journal is closed before anybody hears that the run has ended: it may be opened again at once.
    held.all().remove(&job);
    teller.say(Change::Ended { job, result });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Fresh};
    use crate::workspace::accounts::Accounts;
    use crate::workspace::review::Order;

    /// Whoever waits hears that nothing comes.
    #[test]
    fn without_threads_every_piece_of_work_ends_with_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let wake: Wake = Arc::new(|| {});
        let mut changes = Changes::on(None, Accounts::default());
        let design = Design::fresh(&Fresh::in_region("eu-west-1")).unwrap();
        changes.profiles(&wake);
        assert!(matches!(changes.poll(), Some(Change::Profiles(Err(_)))));
        let asked = changes.prepare(Wish::Design(Box::new(Order::new(design))), &wake);
        match changes.poll() {
            Some(Change::Prepared { job, result }) => {
                assert_eq!((job, result.unwrap_err().as_str()), (asked, NO_THREADS));
            }
            other => panic!("{other:?}"),
        }
        let begun = changes.begin(Some(asked), &store, &wake);
        let reopened = changes.reopen(&store, "run", None, Way::On, &wake);
        for wanted in [begun, reopened] {
            match changes.poll() {
                Some(Change::Ended { job, result }) => {
                    assert_eq!((job, result.unwrap_err().as_str()), (wanted, NO_THREADS));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
