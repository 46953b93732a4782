//! Signing in to live accounts, and the person whose help that may need.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::oneshot;

#[cfg(feature = "aws")]
use crate::aws::{
    CodeAnswer, CodeQuestion, Codes, ConnectError, Connection, Limits, Options, Session, Target,
    connect_in,
};

/// The code that a device shows now is wanted, to sign in.
#[derive(Debug)]
pub struct CodeWanted {
    /// The profile whose role wants it.
    pub profile: String,
    /// The device, as the profile names it: a serial number or an ARN.
    pub device: String,
    /// A code was given before, and AWS refused it.
    pub was_wrong: bool,
    answer: oneshot::Sender<Option<String>>,
}

impl CodeWanted {
    /// Give the code, or none to leave it.
    pub fn answer(self, code: Option<String>) {
        // Whoever asked may have gone meanwhile.
        self.answer.send(code).ok();
    }

    /// Whether it is still waited for.
    pub fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }
}

/// Brings questions before the person. It must not block: the answer may come later.
pub trait AskCode: Send + Sync {
    /// Ask.
    fn ask(&self, wanted: CodeWanted);
}

/// Whose credentials an account was read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The profile; none for what the environment or the default profile gave.
    pub profile: Option<String>,
    /// The account, by its twelve digits.
    pub account: Option<String>,
    /// The user or role, by its ARN.
    pub caller: Option<String>,
    /// When the credentials end; none where they do not.
    pub expires: Option<SystemTime>,
}

/// What all live accounts of one run of the program share. Clones share it.
#[derive(Clone, Default)]
pub struct Accounts {
    #[cfg(feature = "aws")]
    session: Session,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// Accounts that ask the person in this way. Without one, a profile that wants a code says that nobody is there.
    pub fn asking(person: Arc<dyn AskCode>) -> Self {
        #[cfg(feature = "aws")]
        return Self {
            session: Session::asking(Arc::new(Person(person))),
        };
        #[cfg(not(feature = "aws"))]
        {
            drop(person);
            Self::default()
        }
    }

    #[cfg(feature = "aws")]
    pub(super) async fn connect(&self, target: &Target) -> Result<Connection, ConnectError> {
        let options = Options {
            limits: limits(),
            ..Options::default()
        };
        connect_in(&self.session, target, &options).await
    }
}

/// How long one answer may take, in seconds: for slow networks, and for tests of endpoints that never answer.
pub const TIMEOUT_VARIABLE: &str = "VPC_ATLAS_TIMEOUT";

/// The limits that the environment sets: [`TIMEOUT_VARIABLE`], and how often a call is made at most, by the variable that
/// AWS's own tools have for it.
#[cfg(feature = "aws")]
fn limits() -> Limits {
    let number = |name: &str| {
        let value = std::env::var(name).ok()?.trim().parse::<f64>().ok()?;
        (value.is_finite() && value > 0.0).then_some(value)
    };
    let mut limits = Limits::default();
    if let Some(seconds) = number(TIMEOUT_VARIABLE) {
        let scale = (seconds / limits.attempt.as_secs_f64()).clamp(0.001, 100.0);
        limits.attempt = limits.attempt.mul_f64(scale);
        limits.operation = limits.operation.mul_f64(scale);
        // Waits grow with the answers that are waited for, and never beyond what AWS asks for.
        limits.backoff = limits.backoff.mul_f64(scale.min(1.0));
    }
    if let Some(attempts) = number("AWS_MAX_ATTEMPTS") {
        limits.attempts = attempts as u32;
    }
    limits.attempts = limits.attempts.clamp(1, 20);
    limits
}

#[cfg(feature = "aws")]
struct Person(Arc<dyn AskCode>);

#[cfg(feature = "aws")]
impl Codes for Person {
    fn ask(&self, question: CodeQuestion) -> CodeAnswer {
        let (answer, answered) = oneshot::channel();
        self.0.ask(CodeWanted {
            profile: question.profile,
            device: question.device,
            was_wrong: question.was_wrong,
            answer,
        });
        Box::pin(async { answered.await.ok().flatten() })
    }
}
