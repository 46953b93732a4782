//! The system's file dialogs, behind a trait so that tests can answer them.

use crate::export::Format;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// What a file or folder is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To read a file.
    OpenFile,
    /// To read a folder.
    OpenFolder,
    /// To write a picture.
    SavePicture,
    /// To write a design.
    SaveDesign,
    /// To read ranges that are in use elsewhere.
    ReadReserved,
    /// To read a saved plan.
    OpenPlan,
    /// To write a plan for review.
    SavePlan,
    /// To write a snapshot.
    SaveSnapshot,
    /// To write code that is one file.
    SaveCode,
    /// To write code into a folder.
    SaveCodeFolder,
}

/// A question to the person.
#[derive(Clone, Debug)]
pub struct Question {
    /// What for.
    pub purpose: Purpose,
    /// Where the dialog begins.
    pub folder: Option<PathBuf>,
    /// The name that is proposed, where something is written.
    pub file_name: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This file or folder.
    Chosen(PathBuf),
    /// Nothing, on second thoughts.
    Cancelled,
    /// The system shows no dialogs; ask in the window.
    Unavailable,
}

/// Shows dialogs. Called on the main thread, as macOS wants it; must not wait for the answer.
pub trait FileDialogs {
    /// Ask. The answer goes to `reply`, at once or later, from any thread.
    fn ask(&mut self, question: &Question, reply: Reply);
}

/// Where an answer goes.
pub struct Reply {
    purpose: Purpose,
    sender: SyncSender<(Purpose, Answer)>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Reply {
    /// The same place once more, for a path that must answer when the first could not.
    fn again(&self) -> Self {
        Self {
            purpose: self.purpose,
            sender: self.sender.clone(),
            wake: Arc::clone(&self.wake),
        }
    }

    /// Give the answer.
    pub fn send(self, answer: Answer) {
        // A full channel means that a dialog was answered already; the window takes the first answer.
        if self.sender.try_send((self.purpose, answer)).is_ok() {
            (self.wake)();
        }
    }
}

/// The window's end: asks one question at a time and collects the answer.
pub(super) struct Desk {
    dialogs: Box<dyn FileDialogs>,
    sender: SyncSender<(Purpose, Answer)>,
    receiver: Receiver<(Purpose, Answer)>,
    is_asking: bool,
}

impl Desk {
    pub(super) fn new(dialogs: Box<dyn FileDialogs>) -> Self {
        let (sender, receiver) = sync_channel(1);
        Self {
            dialogs,
            sender,
            receiver,
            is_asking: false,
        }
    }

    /// Ask, unless a dialog is open already.
    pub(super) fn ask(&mut self, question: &Question, wake: Arc<dyn Fn() + Send + Sync>) {
        if self.is_asking {
            return;
        }
        self.is_asking = true;
        let reply = Reply {
            purpose: question.purpose,
            sender: self.sender.clone(),
            wake,
        };
        self.dialogs.ask(question, reply);
    }

    pub(super) fn answer(&mut self) -> Option<(Purpose, Answer)> {
        let answer = self.receiver.try_recv().ok()?;
        self.is_asking = false;
        Some(answer)
    }
}

/// The dialogs of the system.
pub(super) struct SystemDialogs;

/// Faster than this nobody closes a dialog: it never showed.
const HASTY: Duration = Duration::from_millis(250);

impl FileDialogs for SystemDialogs {
    fn ask(&mut self, question: &Question, reply: Reply) {
        if !is_available() {
            reply.send(Answer::Unavailable);
            return;
        }
        let mut dialog = rfd::AsyncFileDialog::new();
        if let Some(folder) = &question.folder {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = &question.file_name {
            dialog = dialog.set_file_name(name);
        }
        // The dialog is made here, on the main thread; only the waiting happens on another one.
        let answer: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            match question.purpose {
                Purpose::OpenFile => Box::pin(
                    dialog
                        .set_title("Open a file")
                        .add_filter(
                            "Designs, describe output, snapshots, Terraform state, templates",
                            &["toml", "json", "tfstate", "yaml", "yml", "template"],
                        )
                        .add_filter("All files", &["*"])
                        .pick_file(),
                ),
                Purpose::OpenFolder => Box::pin(dialog.set_title("Open a folder").pick_folder()),
                Purpose::SaveDesign => Box::pin(
                    dialog
                        .set_title("Save design as")
                        .add_filter("Designs", &["toml"])
                        .save_file(),
                ),
                Purpose::ReadReserved => Box::pin(
                    dialog
                        .set_title("Read reserved ranges")
                        .add_filter("Lists", &["csv", "txt"])
                        .add_filter("All files", &["*"])
                        .pick_file(),
                ),
                Purpose::OpenPlan => Box::pin(
                    dialog
                        .set_title("Open a saved plan")
                        .add_filter("Plans", &["json"])
                        .pick_file(),
                ),
                Purpose::SavePlan => Box::pin(
                    dialog
                        .set_title("Save plan as")
                        .add_filter("Plans", &["json"])
                        .save_file(),
                ),
                Purpose::SaveSnapshot => Box::pin(
                    dialog
                        .set_title("Save snapshot as")
                        .add_filter("Snapshots", &["json"])
                        .save_file(),
                ),
                Purpose::SaveCode => Box::pin(dialog.set_title("Save code as").save_file()),
                Purpose::SaveCodeFolder => {
                    Box::pin(dialog.set_title("Folder for the code").pick_folder())
                }
                Purpose::SavePicture => Box::pin(
                    dialog
                        .set_title("Export as")
                        .add_filter("Pictures", &Format::ALL.map(Format::ending))
                        .save_file(),
                ),
            };
        let asked = Instant::now();
        let failed = reply.again();
        let wait = move || {
            reply.send(match wait_for(answer) {
                Some(file) => Answer::Chosen(file.path().to_owned()),
                None if asked.elapsed() < HASTY => Answer::Unavailable,
                None => Answer::Cancelled,
            });
        };
        let thread = std::thread::Builder::new().name("vpc-atlas-dialog".into());
        if thread.spawn(wait).is_err() {
            failed.send(Answer::Unavailable);
        }
    }
}

/// Wait for a future on this thread.
fn wait_for<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + Send>>) -> T {
    use std::task::{Context, Poll, Wake, Waker};

    struct Unpark(std::thread::Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Whether this system can show a dialog at all: elsewhere than on a bare X server it can.
fn is_available() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let bus = std::env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|folder| PathBuf::from(folder).join("bus").exists());
    let zenity = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join("zenity").exists())
    };
    set("DBUS_SESSION_BUS_ADDRESS") || bus || zenity()
}
