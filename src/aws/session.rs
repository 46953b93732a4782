//! What all connections of one run of the program share.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use tokio::sync::Mutex as AsyncMutex;

use super::{error::ConnectError, pace::Pace, trust};

/// A question that only the person can answer: the code that a device shows now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeQuestion {
    /// The profile whose role wants it.
    pub profile: String,
    /// The device, as the profile names it: a serial number or an ARN.
    pub device: String,
    /// A code was given before, and AWS refused it.
    pub was_wrong: bool,
}

/// The code, or none where the person gives none.
pub type CodeAnswer = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

/// Asks the person for codes of devices.
pub trait Codes: Send + Sync {
    /// Ask, and wait for the answer for as long as it takes.
    fn ask(&self, question: CodeQuestion) -> CodeAnswer;
}

/// What all connections of one run of the program share: open sockets, how often each call was made, and the
/// credentials that a person gave a code for. Clones share it; nothing of it is ever written anywhere.
#[derive(Clone, Default)]
pub struct Session {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    pace: Pace,
    codes: Option<Arc<dyn Codes>>,
    /// By what they are for; each is held while the person is asked, so that whoever wants the same does not ask again.
    kept: Mutex<BTreeMap<String, Arc<Kept>>>,
    /// By the bundle of certificates.
    clients: Mutex<BTreeMap<Option<String>, SharedHttpClient>>,
}

/// Credentials that a person gave a code for, once there are some.
pub(super) type Kept = AsyncMutex<Option<Credentials>>;

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// A session that asks the person for codes in this way. Without one, a profile that wants a code says so.
    pub fn asking(codes: Arc<dyn Codes>) -> Self {
        Self {
            shared: Arc::new(Shared {
                codes: Some(codes),
                ..Shared::default()
            }),
        }
    }

    pub(super) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    pub(super) fn codes(&self) -> Option<&Arc<dyn Codes>> {
        self.shared.codes.as_ref()
    }

    /// Where the credentials for this are kept.
    pub(super) fn kept(&self, key: String) -> Arc<Kept> {
        let kept = self.shared.kept.lock();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(key).or_default())
    }

    /// The HTTP client. The bundle of certificates is that of `AWS_CA_BUNDLE`, else of the profile.
    pub(super) async fn client(
        &self,
        of_profile: Option<&str>,
    ) -> Result<SharedHttpClient, ConnectError> {
        let of_environment = Env::real().get("AWS_CA_BUNDLE").ok();
        let bundle = of_environment
            .filter(|path| !path.is_empty())
            .or_else(|| of_profile.map(str::to_owned));
        let clients = || {
            let clients = self.shared.clients.lock();
            clients.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(client) = clients().get(&bundle) {
            return Ok(client.clone());
        }
        let refused = |why: &str| ConnectError::Certificates {
            path: bundle.clone().unwrap_or_default(),
            why: why.to_owned(),
        };
        let pem = match &bundle {
            None => None,
            Some(path) => {
                let read = Fs::real().read_to_end(path).await;
                Some(read.map_err(|error| refused(&error.kind().to_string()))?)
            }
        };
        let client = trust::client(pem.as_deref()).map_err(refused)?;
        clients().insert(bundle, client.clone());
        Ok(client)
    }
}
