//! What can go wrong with a connection or a call, in words for a person.
//!
//! Classified by error codes and error types alone, never by the text of a message: AWS changes its texts.

use std::error::Error;

use super::fault::{DENIED, Fault, SIGN_IN, Stage, THROTTLED, UNKNOWN_CALL};
use crate::source::calls::Call;

/// Why there is no connection. No variant holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nothing names a region: not the caller, the environment or the profile.
    #[error("no region is set for {}: name one, or set `region` in the profile or AWS_REGION", of(.profile.as_deref()))]
    NoRegion {
        /// The profile that was asked for.
        profile: Option<String>,
    },
    /// The region's name has characters no region has.
    #[error("\"{region}\" is no region name: names look like eu-west-1")]
    BadRegion {
        /// The name as it was given.
        region: String,
    },
    /// The address of the endpoint is not an http or https URL.
    #[error(
        "the endpoint \"{endpoint}\" is no http or https address: correct AWS_ENDPOINT_URL or the profile's `endpoint_url`"
    )]
    BadEndpoint {
        /// The address as it was given.
        endpoint: String,
    },
    /// The profile is in neither of the AWS files.
    #[error(
        "the profile \"{profile}\" is not in the AWS config files: choose one that `aws configure list-profiles` shows"
    )]
    NoProfile {
        /// The profile that was asked for.
        profile: String,
    },
    /// The AWS config files cannot be read or understood.
    #[error(
        "the AWS config files cannot be read ({why}): correct them, or point AWS_CONFIG_FILE at another one"
    )]
    BadProfiles {
        /// What the parser says, with the file's name.
        why: String,
    },
    /// Nothing holds credentials.
    #[error("no credentials were found for {}: run `aws configure`, choose a profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", of(.profile.as_deref()))]
    NoCredentials {
        /// The profile that was asked for.
        profile: Option<String>,
    },
    /// The profile signs in through IAM Identity Center, and that sign-in has expired or never was.
    #[error("the sign-in of {} has expired: run `{}`", of(.profile.as_deref()), sso_login(.profile.as_deref()))]
    SignIn {
        /// The profile that was asked for.
        profile: Option<String>,
    },
    /// The certificates to trust cannot be used.
    #[error(
        "the certificates in \"{path}\" cannot be used ({why}): correct AWS_CA_BUNDLE or the profile's `ca_bundle`"
    )]
    Certificates {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The profile wants the code of a device, and none led to credentials.
    #[error("{} cannot be used: {why}", of(.profile.as_deref()))]
    Code {
        /// The profile that was asked for.
        profile: Option<String>,
        /// Why not.
        why: String,
    },
    /// The way to get credentials failed.
    #[error("the credentials of {} could not be had ({why}): check that `aws sts get-caller-identity` works with them", of(.profile.as_deref()))]
    Credentials {
        /// The profile that was asked for.
        profile: Option<String>,
        /// What kind of failure it was.
        why: &'static str,
    },
}

fn of(profile: Option<&str>) -> String {
    profile.map_or_else(
        || "the default profile".to_owned(),
        |name| format!("profile \"{name}\""),
    )
}

fn sso_login(profile: Option<&str>) -> String {
    profile.map_or_else(
        || "aws sso login".to_owned(),
        |name| format!("aws sso login --profile {name}"),
    )
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The credentials may not make it.
    Denied {
        /// The IAM action that would allow it (`ec2:DescribeVpcs`).
        action: &'static str,
    },
    /// The credentials are expired or not valid.
    SignIn,
    /// AWS asked to slow down more often than the retries allow.
    Throttled,
    /// No answer within the time-outs.
    TimedOut,
    /// The service or region does not know this call.
    Unsupported,
    /// What was asked about is gone.
    NotFound,
    /// No connection, or it broke before the answer was complete.
    Network,
    /// The answer is not what the API promises.
    Malformed,
    /// Any other refusal; `code` and `message` say more.
    Other,
}

/// One call that failed, after its retries. [`Display`](std::fmt::Display) is one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// The call.
    pub call: Call,
    /// The region it was made in.
    pub region: String,
    /// What it was asked about, for a call that hangs on a list.
    pub parent: Option<String>,
    /// AWS's error code (`UnauthorizedOperation`), or none where there was no readable answer.
    pub code: Option<String>,
    /// What kind of failure it is.
    pub kind: Failure,
    /// AWS's own words on one line, or ours where AWS sent none. Never holds a credential.
    pub message: String,
}

impl CallError {
    /// Why it failed, without saying which call it was.
    pub fn reason(&self) -> String {
        match &self.kind {
            Failure::Denied { action } => format!("not permitted; the credentials need {action}"),
            Failure::SignIn => format!(
                "the credentials have expired or are not valid; {}",
                self.message
            ),
            Failure::Throttled => {
                "AWS is limiting how often this may be called; try again in a minute".to_owned()
            }
            Failure::TimedOut => "no answer in time; check the network and try again".to_owned(),
            Failure::Unsupported => "this service does not offer the call".to_owned(),
            Failure::NotFound => {
                "it does not exist any more; refresh to see what is there now".to_owned()
            }
            Failure::Network => {
                "the connection failed; check the network, proxy and endpoint".to_owned()
            }
            Failure::Malformed => format!("the answer could not be understood ({})", self.message),
            Failure::Other => match &self.code {
                Some(code) => format!("AWS answered {code} ({})", self.message),
                None => format!("it failed ({})", self.message),
            },
        }
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.call)?;
        if let Some(parent) = &self.parent {
            write!(f, " of {parent}")?;
        }
        write!(f, " in {}: {}", self.region, self.reason())
    }
}

impl Error for CallError {}

impl CallError {
    pub(super) fn new(call: Call, region: &str, parent: Option<&str>, fault: Fault) -> Self {
        let kind = classify(call, &fault);
        Self {
            call,
            region: region.to_owned(),
            parent: parent.map(str::to_owned),
            message: fault.message(),
            code: fault.code,
            kind,
        }
    }
}

fn classify(call: Call, fault: &Fault) -> Failure {
    match fault.code.as_deref() {
        Some(code) if DENIED.contains(&code) => Failure::Denied {
            action: call.spec().action,
        },
        Some(code) if SIGN_IN.contains(&code) => Failure::SignIn,
        Some(code) if THROTTLED.contains(&code) => Failure::Throttled,
        Some(code) if UNKNOWN_CALL.contains(&code) => Failure::Unsupported,
        Some("UnsupportedOperation" | "UnsupportedOperationException") => Failure::Unsupported,
        Some("RequestTimeout" | "RequestTimeoutException") => Failure::TimedOut,
        Some(code) if code.ends_with(".NotFound") || code.ends_with("NotFoundException") => {
            Failure::NotFound
        }
        Some(_) => Failure::Other,
        None => match (fault.stage, fault.status) {
            (Stage::Refused, Some(501)) => Failure::Unsupported,
            (Stage::Refused, Some(429)) => Failure::Throttled,
            (Stage::Refused, Some(408 | 504))
            | (Stage::TimedOut | Stage::Unconnected { timed_out: true }, _) => Failure::TimedOut,
            (Stage::Unconnected { timed_out: false } | Stage::Broken, _) => Failure::Network,
            (Stage::Unsigned { .. }, _) => Failure::SignIn,
            (Stage::Malformed, _) => Failure::Malformed,
            (Stage::Unmade | Stage::Refused, _) => Failure::Other,
        },
    }
}
