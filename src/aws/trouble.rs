//! From what the SDK says to what kind of trouble it is.
//!
//! Codes are listed under <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>, those of Route 53
//! Resolver with each of its calls
//! (<https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html>).

use super::{
    connect::Connection,
    fault::{DENIED, Fault, SIGN_IN, Stage, THROTTLED, UNKNOWN_CALL, bare},
};
use crate::steps::{Failed, Trouble};

/// Codes, and patterns of codes: a `*` stands for any part. The first that fits decides.
const CODES: &[(&str, Trouble)] = &[
    // An account that may do nothing, for now or at all.
    ("Blocked", Trouble::Denied),
    ("PendingVerification", Trouble::Denied),
    ("*QuotaExceeded", Trouble::Quota),
    ("*QuotaExceededException", Trouble::Quota),
    ("*LimitExceeded", Trouble::Quota),
    ("*LimitExceededException", Trouble::Quota),
    // What is not attached cannot be detached: the attachment is what is not there.
    ("Gateway.NotAttached", Trouble::NotFound),
    ("*NotFound", Trouble::NotFound),
    ("*NotFoundException", Trouble::NotFound),
    ("UnknownResourceException", Trouble::NotFound),
    ("*AlreadyExists", Trouble::Exists),
    ("*.Duplicate", Trouble::Exists),
    ("DuplicateTransitGatewayAttachment", Trouble::Exists),
    ("ResourceExistsException", Trouble::Exists),
    // A gateway or subnet that is tied to something already. No waiting changes that, as it might a conflict; whether it
    // is tied as the call asks for is found by looking, as with everything that exists.
    ("*.AlreadyAssociated", Trouble::Exists),
    ("DependencyViolation", Trouble::Conflict),
    ("OperationNotPermitted", Trouble::Conflict),
    ("Incorrect*State", Trouble::Conflict),
    ("InvalidState*", Trouble::Conflict),
    ("Invalid*State", Trouble::Conflict),
    // Calls that come one upon the other.
    ("Concurrent*", Trouble::Conflict),
    ("*InUse", Trouble::Conflict),
    ("*InUseException", Trouble::Conflict),
    ("ResourceUnavailableException", Trouble::Conflict),
    // Addresses that another block or subnet has.
    ("*Conflict", Trouble::Conflict),
    ("ConflictException", Trouble::Conflict),
    ("Insufficient*", Trouble::Capacity),
    ("InternalError", Trouble::Server),
    ("InternalFailure", Trouble::Server),
    ("InternalServerError", Trouble::Server),
    ("InternalServiceError*", Trouble::Server),
    ("ServerInternal", Trouble::Server),
    ("ServiceUnavailable*", Trouble::Server),
    ("Unavailable", Trouble::Server),
    // The service gave up waiting for the rest of the request.
    ("RequestTimeout*", Trouble::Lost),
];

/// Whether a code fits a pattern with at most one `*`.
fn fits(pattern: &str, code: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            code.len() >= start.len() + end.len() && code.starts_with(start) && code.ends_with(end)
        }
        None => code == pattern,
    }
}

/// What kind of trouble an error code tells of; without a readable one, the status of the answer.
fn of_answer(code: Option<&str>, status: Option<u16>) -> Trouble {
    if let Some(code) = code {
        let code = bare(code);
        let lists: [(&[&str], Trouble); 4] = [
            (&DENIED, Trouble::Denied),
            (&SIGN_IN, Trouble::SignIn),
            (&THROTTLED, Trouble::Throttled),
            (&UNKNOWN_CALL, Trouble::Unsupported),
        ];
        let listed = lists.iter().find(|(codes, _)| codes.contains(&code));
        let found = || CODES.iter().find(|(pattern, _)| fits(pattern, code));
        if let Some(trouble) = listed.map(|it| it.1).or_else(|| found().map(|it| it.1)) {
            return trouble;
        }
    }
    match (code, status) {
        (None, Some(401 | 403)) => Trouble::Denied,
        (None, Some(408)) => Trouble::Lost,
        (None, Some(429)) => Trouble::Throttled,
        (None, Some(501)) => Trouble::Unsupported,
        (_, Some(500..)) => Trouble::Server,
        _ => Trouble::Invalid,
    }
}

/// What kind of trouble a failed call is in.
fn trouble(fault: &Fault) -> Trouble {
    match fault.stage {
        Stage::Unmade => Trouble::Invalid,
        Stage::Unsigned { offline: true } | Stage::Unconnected { .. } => Trouble::Unsent,
        Stage::Unsigned { offline: false } => Trouble::SignIn,
        Stage::TimedOut | Stage::Broken | Stage::Malformed => Trouble::Lost,
        Stage::Refused => match of_answer(fault.code.as_deref(), fault.status) {
            // What the call names is somebody else's.
            Trouble::SignIn if !fault.is_sign_in() => Trouble::Denied,
            other => other,
        },
    }
}

impl Connection {
    /// A failed call in the words of whoever carries out steps.
    pub(super) fn failed(&self, fault: &Fault) -> Failed {
        let trouble = trouble(fault);
        let message = match trouble {
            Trouble::SignIn => {
                let hint = self.sign_in_hint();
                format!("the credentials have expired or are not valid; {hint}")
            }
            Trouble::Unsent if matches!(fault.stage, Stage::Unsigned { .. }) => {
                "the credentials could not be had; check the network and try again".to_owned()
            }
            _ => fault.message(),
        };
        Failed {
            trouble,
            code: fault.code.as_deref().map(Into::into),
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_decide() {
        let cases = [
            (
                Trouble::Denied,
                "UnauthorizedOperation AccessDenied AccessDeniedException Blocked",
            ),
            (
                Trouble::SignIn,
                "AuthFailure ExpiredToken InvalidClientTokenId RequestExpired",
            ),
            (
                Trouble::Throttled,
                "RequestLimitExceeded Client.RequestLimitExceeded ThrottlingException",
            ),
            (
                Trouble::Quota,
                "VpcLimitExceeded AddressLimitExceeded RulesPerSecurityGroupLimitExceeded LimitExceededException \
                 TagLimitExceeded VpcEndpointLimitExceeded ServiceQuotaExceededException",
            ),
            (
                Trouble::NotFound,
                "InvalidVpcID.NotFound InvalidGatewayID.NotFound NatGatewayNotFound InvalidAllocationID.NotFound \
                 InvalidVpcEndpointId.NotFound InvalidRoute.NotFound Gateway.NotAttached ResourceNotFoundException",
            ),
            (
                Trouble::Conflict,
                "DependencyViolation IncorrectState IncorrectInstanceState InvalidStateTransition InvalidVpcState \
                 InvalidIPAddress.InUse OperationNotPermitted InvalidSubnet.Conflict CidrConflict ConcurrentTagAccess \
                 ResourceInUseException",
            ),
            (
                Trouble::Exists,
                "RouteAlreadyExists InvalidGroup.Duplicate InvalidPermission.Duplicate Resource.AlreadyAssociated \
                 NetworkAclEntryAlreadyExists FlowLogAlreadyExists ResourceExistsException",
            ),
            (
                Trouble::Capacity,
                "InsufficientFreeAddressesInSubnet InsufficientAddressCapacity",
            ),
            (
                Trouble::Server,
                "InternalError Server.InternalError Unavailable ServiceUnavailable InternalServiceErrorException",
            ),
            (
                Trouble::Unsupported,
                "InvalidAction NotImplemented OptInRequired",
            ),
            (Trouble::Lost, "RequestTimeout"),
            (
                Trouble::Invalid,
                "InvalidParameterValue MissingParameter InvalidVpc.Range InvalidSubnet.Range \
                 InvalidVpcID.Malformed IdempotentParameterMismatch UnsupportedOperation ValidationException \
                 DuplicateSubnetsInSameZone",
            ),
        ];
        for (trouble, codes) in cases {
            for code in codes.split_whitespace() {
                assert_eq!(of_answer(Some(code), Some(400)), trouble, "{code}");
            }
        }
    }

    #[test]
    fn what_is_somebody_elses_is_denied() {
        let words = "The address '192.0.2.1' does not belong to you.";
        let fault = Fault::of_item(Some("AuthFailure"), Some(words));
        assert_eq!(trouble(&fault), Trouble::Denied);
        let fault = Fault::of_item(Some("AuthFailure"), None);
        assert_eq!(trouble(&fault), Trouble::SignIn);
    }

    #[test]
    fn a_status_decides_where_no_code_does() {
        let cases = [
            (Some("RequestLimitExceeded"), 503, Trouble::Throttled),
            (Some("InsufficientAddressCapacity"), 500, Trouble::Capacity),
            (Some("SomethingNew"), 503, Trouble::Server),
            (Some("SomethingNew"), 400, Trouble::Invalid),
            (None, 400, Trouble::Invalid),
            (None, 403, Trouble::Denied),
            (None, 429, Trouble::Throttled),
            (None, 500, Trouble::Server),
            (None, 501, Trouble::Unsupported),
            (None, 502, Trouble::Server),
        ];
        for (code, status, trouble) in cases {
            assert_eq!(of_answer(code, Some(status)), trouble, "{code:?} {status}");
        }
    }

    #[test]
    fn every_row_decides_something() {
        for (row, (pattern, trouble)) in CODES.iter().enumerate() {
            assert!(pattern.matches('*').count() <= 1, "{pattern}");
            let example = pattern.replace('*', "Some");
            let first = CODES.iter().position(|(other, _)| fits(other, &example));
            assert_eq!(first, Some(row), "{pattern}");
            assert_eq!(of_answer(Some(&example), None), *trouble, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_fits_from_end_to_end() {
        assert!(fits("Incorrect*State", "IncorrectState"));
        assert!(!fits("Incorrect*State", "Incorrecte"));
        assert!(!fits("InternalError", "InternalErrors"));
        assert!(fits("*InUse", "InUse"));
    }
}
