//! What the SDK says of a call that failed, whichever call it was.
//!
//! Read from error codes and error types, and not from the text of a message, since AWS changes its texts; but for the
//! one code that EC2 gives to two things.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use super::whole::BrokenOff;

// Codes are listed under <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>; those of other
// services that speak for EC2 or beside it (STS, Route 53 Resolver, gateways in front of them) are among them.

/// The credentials may not make the call.
pub(super) const DENIED: [&str; 4] = [
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "Client.UnauthorizedOperation",
];

/// The code for credentials that could not be validated, and for what is somebody else's: an address, an image.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const TWO_THINGS: &str = "AuthFailure";

/// The credentials are expired or not valid.
pub(super) const SIGN_IN: [&str; 10] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSecurityToken",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Calls come too often.
pub(super) const THROTTLED: [&str; 10] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The service, or the region, has no such call.
pub(super) const UNKNOWN_CALL: [&str; 5] = [
    "InvalidAction",
    "NotImplemented",
    "NotImplementedError",
    "OptInRequired",
    "UnknownOperationException",
];

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The request could not be put together.
    Unmade,
    /// There were no credentials to sign it with.
    Unsigned {
        /// Whether it was the way to them that failed.
        offline: bool,
    },
    /// It had no connection to go by.
    Unconnected {
        /// Whether it waited for one in vain.
        timed_out: bool,
    },
    /// No answer came in time.
    TimedOut,
    /// The connection broke before the answer was complete.
    Broken,
    /// The answer says yes, and is not what the API promises.
    Malformed,
    /// The answer says no.
    Refused,
}

/// A code without the word that gateways in front of EC2 put before it: by whom the error was made.
pub(super) fn bare(code: &str) -> &str {
    code.strip_prefix("Client.")
        .or_else(|| code.strip_prefix("Server."))
        .unwrap_or(code)
}

/// Why a call failed, as far as the SDK knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// AWS's error code (`UnauthorizedOperation`), or none where there was no readable answer.
    pub(super) code: Option<String>,
    /// The status of the answer, where one came.
    pub(super) status: Option<u16>,
    pub(super) stage: Stage,
    words: Option<String>,
}

impl Fault {
    pub(super) fn new<E>(error: &SdkError<E>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let (stage, words) = match error {
            SdkError::ConstructionFailure(_) => (Some(Stage::Unmade), None),
            SdkError::TimeoutError(_) => (Some(Stage::TimedOut), None),
            SdkError::DispatchFailure(failure) if failure.is_user() => (Some(Stage::Unmade), None),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                (Some(Stage::TimedOut), None)
            }
            SdkError::DispatchFailure(_) => (Some(Stage::Broken), None),
            _ => (None, error.message()),
        };
        Self {
            code: error.code().map(str::to_owned),
            status,
            stage: reached(stage, status, error),
            words: holds::<BrokenOff>(error)
                .map(ToString::to_string)
                .or_else(|| words.map(str::to_owned)),
        }
    }

    /// An answer that contradicts the API's own rules.
    pub(super) fn malformed(words: &str) -> Self {
        Self {
            code: None,
            status: None,
            stage: Stage::Malformed,
            words: Some(words.to_owned()),
        }
    }

    /// A refusal of one item within an answer that says yes to the whole.
    pub(super) fn of_item(code: Option<&str>, words: Option<&str>) -> Self {
        Self {
            code: code.map(str::to_owned),
            status: None,
            stage: Stage::Refused,
            words: words.map(str::to_owned),
        }
    }

    /// No answer, with all attempts.
    pub(super) fn timed_out() -> Self {
        Self {
            code: None,
            status: None,
            stage: Stage::TimedOut,
            words: None,
        }
    }

    fn is_among(&self, codes: &[&str]) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|code| codes.contains(&code) || codes.contains(&bare(code)))
    }

    /// Whether calls come too often.
    pub(super) fn is_throttled(&self) -> bool {
        self.is_among(&THROTTLED) || self.status == Some(429)
    }

    /// Whether the credentials may not do this.
    pub(super) fn is_denied(&self) -> bool {
        self.is_among(&DENIED)
    }

    /// Whether a parameter is not of the form that it has to be.
    pub(super) fn is_malformed_value(&self) -> bool {
        self.is_among(&[
            "ValidationError",
            "ValidationException",
            "InvalidParameterValue",
        ])
    }

    /// Why it failed, in a word for the log: AWS's code, else how far the call came. AWS's own words are not in it, since
    /// they may quote what was sent.
    pub(super) fn reason(&self) -> String {
        match (&self.code, self.status) {
            (Some(code), _) => code.clone(),
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => format!("{:?}", self.stage),
        }
    }

    /// Whether other credentials are what is missing.
    pub(super) fn is_sign_in(&self) -> bool {
        match self.code.as_deref().map(bare) {
            // “AWS was not able to validate the provided access credentials”, with the status for who is not known.
            Some(TWO_THINGS) => {
                let words = self.words.as_deref();
                self.status == Some(401) || words.is_none_or(|words| words.contains("validate"))
            }
            Some(code) => SIGN_IN.contains(&code),
            None => matches!(self.stage, Stage::Unsigned { .. }),
        }
    }

    /// AWS's words on one line, or ours where AWS sent none. Never holds a credential.
    pub(super) fn message(&self) -> String {
        // A refused signature is answered with parts of the signed request: those words stay out.
        let words = self.words.as_deref().filter(|_| !self.is_sign_in());
        words.map_or_else(|| self.in_our_words(), one_line)
    }

    fn in_our_words(&self) -> String {
        match (self.stage, self.status) {
            _ if self.is_sign_in() => "the credentials were refused".to_owned(),
            (Stage::TimedOut | Stage::Unconnected { timed_out: true }, _) => {
                "no answer in time".to_owned()
            }
            (Stage::Unconnected { .. } | Stage::Broken, _) => "the connection failed".to_owned(),
            (Stage::Malformed, Some(status)) => {
                format!("HTTP {status} with a body that is not what the API promises")
            }
            (Stage::Malformed, None) => "it is not what the API promises".to_owned(),
            (_, Some(status)) => format!("HTTP {status} without an error code"),
            (_, None) => "the request could not be made".to_owned(),
        }
    }
}

/// The stage that the chain of causes tells of, which knows more than the kind of error at its head.
fn reached(head: Option<Stage>, status: Option<u16>, error: &(dyn Error + 'static)) -> Stage {
    let connecting = holds::<hyper_util::client::legacy::Error>(error)
        .is_some_and(hyper_util::client::legacy::Error::is_connect);
    let is_cut =
        holds::<std::io::Error>(error).is_some() || holds::<ConnectorError>(error).is_some();
    match (holds::<CredentialsError>(error), head) {
        (Some(CredentialsError::ProviderTimedOut(_)), _) => Stage::Unsigned { offline: true },
        (Some(_), _) => Stage::Unsigned { offline: is_cut },
        (None, Some(stage)) if connecting => Stage::Unconnected {
            timed_out: stage == Stage::TimedOut,
        },
        (None, Some(stage)) => stage,
        // The body ended early: an answer that was never whole is the connection's fault, not the service's.
        (None, None) if is_cut => Stage::Broken,
        (None, None) if status.is_some_and(|status| status >= 400) => Stage::Refused,
        (None, None) => Stage::Malformed,
    }
}

/// Longest message kept: AWS appends an encoded block of kilobytes to a refusal.
const MESSAGE_LIMIT: usize = 300;

fn one_line(words: &str) -> String {
    let mut line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().nth(MESSAGE_LIMIT).is_some() {
        line = line.chars().take(MESSAGE_LIMIT - 1).collect();
        line.push('…');
    }
    line
}

/// The first error of this type in the chain of causes.
pub(super) fn holds<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_short_line() {
        let fault = |code, words: &str| Fault::of_item(Some(code), Some(words)).message();
        assert_eq!(fault("VpcLimitExceeded", " two\n\tlines "), "two lines");
        let long = fault("UnauthorizedOperation", &"é".repeat(4000));
        assert_eq!(long.chars().count(), MESSAGE_LIMIT);
        assert!(long.ends_with("é…"));
        assert_eq!(
            fault("SignatureDoesNotMatch", "the string to sign was SECRET"),
            "the credentials were refused"
        );
    }

    #[test]
    fn what_is_not_ours_is_no_matter_of_signing_in() {
        let fault = |words: Option<&str>| Fault::of_item(Some("AuthFailure"), words);
        let ours = "AWS was not able to validate the provided access credentials";
        assert!(fault(Some(ours)).is_sign_in());
        assert!(fault(None).is_sign_in());
        let theirs = fault(Some("The address '192.0.2.1' does not belong to you."));
        assert!(!theirs.is_sign_in());
        assert!(theirs.message().contains("192.0.2.1"));
        let prefixed = Fault::of_item(Some("Client.ExpiredToken"), Some("expired"));
        assert!(prefixed.is_sign_in());
    }
}
