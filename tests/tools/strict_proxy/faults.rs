//! Failures on order: which call, which occurrence of it, what goes wrong.

use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::call::Call;
use super::http::Response;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::{Stop, lock};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The answer comes, this much later.
    Delay(Duration),
    /// 503 `RequestLimitExceeded`: throttled.
    Throttled,
    /// 500 `InternalError`.
    Internal,
    /// 403 `UnauthorizedOperation`.
    Denied,
    /// 500 with a page of HTML, as load balancers and moto send.
    Html,
    /// The connection is closed before the call is carried out.
    Close,
    /// The call is carried out, and the connection closed instead of an answer.
    Lost,
    /// The call is carried out, and half of the answer sent.
    Truncate,
    /// The call is carried out, and its answer is not well-formed.
    BadXml,
    /// No byte is ever sent, and the connection stays open; the call is not carried out.
    Silent,
    /// 400 and the code by which the action says that a quota is used up.
    Quota,
    /// Whoever built the proxy is called back ([`super::ProxyBuilder::on_fault`]) and says how it goes on.
    Hook(When),
}

/// When a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before the call is carried out.
    Before,
    /// After it is carried out, before the client has its answer.
    After,
}

/// How it goes on after a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// As if nothing had been.
    GoOn,
    /// The connection is closed. A call whose hook came before it is not carried out then.
    Close,
}

/// What a test does at a call. Where it ends the client's process, it says [`Then::Close`]: the client is gone, and
/// nothing it had not sent to the end is carried out.
pub(crate) type Hook = Arc<dyn Fn(&Call, When) -> Then + Send + Sync>;

/// Which of the calls of an action, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occurrence {
    Nth(u64),
    From(u64),
    Every,
}

impl Occurrence {
    fn matches(self, number: u64) -> bool {
        match self {
            Self::Nth(n) => number == n,
            Self::From(n) => number >= n,
            Self::Every => true,
        }
    }
}

/// Which calls a rule is about, and so what its occurrences are counted over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// All of them; occurrences are those of each action.
    Every,
    /// Those that change something, counted together.
    Changing,
    /// Those of one action.
    Of(String),
}

impl Calls {
    /// The call's number among these; `None` where it is none of them.
    fn number(&self, call: &Call) -> Option<u64> {
        match self {
            Self::Every => Some(call.occurrence),
            Self::Changing => call.change,
            Self::Of(name) => {
                (call.action.as_deref() == Some(name.as_str())).then_some(call.occurrence)
            }
        }
    }
}

/// `ACTION:OCCURRENCE:FAULT`, such as `DescribeSubnets:2:503`, `DescribeVpcs:3+:close`, `*:*:delay=200ms`; an action
/// may ask for a parameter's value, `DescribeVpcAttribute[Attribute=enableDnsSupport]:*:403`. The action `change` is
/// every call that changes something: `change:17:lost` is the seventeenth of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) calls: Calls,
    /// A parameter and the value it must have; occurrences are counted without regard to it.
    pub(crate) parameter: Option<(String, String)>,
    pub(crate) occurrence: Occurrence,
    pub(crate) fault: Fault,
}

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("fault {0:?} is not ACTION:OCCURRENCE:FAULT, as in DescribeSubnets:2:503")]
    Shape(String),
    #[error("occurrence {0:?} is neither a number from 1, nor a number with a plus sign, nor *")]
    Occurrence(String),
    #[error(
        "fault {0:?} is none of delay=TIME, 503, 500, 403, quota, html, close, lost, truncate, bad-xml, silent, \
         hook=before, hook=after"
    )]
    Fault(String),
    #[error("time {0:?} is not a number with ms or s, as in 50ms")]
    Time(String),
}

/// Reads `50ms` or `2s`.
pub(crate) fn parse_time(text: &str) -> Result<Duration, RuleError> {
    let error = || RuleError::Time(text.to_owned());
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').ok_or_else(error)?, 1000),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .map(Duration::from_millis)
        .ok_or_else(error)
}

impl FromStr for Fault {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Ok(match text {
            "503" => Self::Throttled,
            "500" => Self::Internal,
            "403" => Self::Denied,
            "html" => Self::Html,
            "close" => Self::Close,
            "lost" => Self::Lost,
            "truncate" => Self::Truncate,
            "bad-xml" => Self::BadXml,
            "silent" => Self::Silent,
            "quota" => Self::Quota,
            "hook=before" => Self::Hook(When::Before),
            "hook=after" => Self::Hook(When::After),
            _ => match text.strip_prefix("delay=") {
                Some(time) => Self::Delay(parse_time(time)?),
                None => return Err(RuleError::Fault(text.to_owned())),
            },
        })
    }
}

impl FromStr for Occurrence {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let number = |digits: &str| match digits.parse::<u64>() {
            Ok(n) if n > 0 => Ok(n),
            _ => Err(RuleError::Occurrence(text.to_owned())),
        };
        match text.strip_suffix('+') {
            Some(digits) => number(digits).map(Self::From),
            None if text == "*" => Ok(Self::Every),
            None => number(text).map(Self::Nth),
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(action), Some(occurrence), Some(fault)) if !action.is_empty() => {
                let shape = || RuleError::Shape(text.to_owned());
                let (action, parameter) = match action.split_once('[') {
                    None => (action, None),
                    Some((action, rest)) => {
                        let pair = rest.strip_suffix(']').and_then(|rest| rest.split_once('='));
                        let (name, value) = pair.ok_or_else(shape)?;
                        (action, Some((name.to_owned(), value.to_owned())))
                    }
                };
                Ok(Self {
                    calls: match action {
                        "*" => Calls::Every,
                        "change" => Calls::Changing,
                        _ => Calls::Of(action.to_owned()),
                    },
                    parameter,
                    occurrence: occurrence.parse()?,
                    fault: fault.parse()?,
                })
            }
            _ => Err(RuleError::Shape(text.to_owned())),
        }
    }
}

/// The rules in force; a clone is the same set, so a test may change them while the proxy runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Faults {
    pub(crate) fn add(&self, rule: Rule) {
        lock(&self.rules).push(rule);
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).clear();
    }

    /// Every fault that strikes this call, in the order of the rules.
    fn striking(&self, call: &Call) -> Vec<Fault> {
        let has = |(name, value): &(String, String)| call.parameter(name) == Some(value.as_str());
        let strikes = |rule: &&Rule| {
            let number = rule.calls.number(call);
            number.is_some_and(|number| rule.occurrence.matches(number))
        };
        lock(&self.rules)
            .iter()
            .filter(strikes)
            .filter(|rule| rule.parameter.as_ref().is_none_or(has))
            .map(|rule| rule.fault)
            .collect()
    }
}

/// The code by which an action says that a quota is used up.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
///
/// Those of egress-only gateways, endpoints and blocks are not on that page: their names are built as the others are.
pub(crate) fn quota_code(action: &str) -> &'static str {
    match action {
        "CreateVpc" => "VpcLimitExceeded",
        "CreateSubnet" => "SubnetLimitExceeded",
        "CreateRouteTable" => "RouteTableLimitExceeded",
        "CreateRoute" => "RouteLimitExceeded",
        "CreateInternetGateway" => "InternetGatewayLimitExceeded",
        "CreateEgressOnlyInternetGateway" => "EgressOnlyInternetGatewayLimitExceeded",
        "CreateNatGateway" => "NatGatewayLimitExceeded",
        "AllocateAddress" => "AddressLimitExceeded",
        "CreateVpcEndpoint" => "VpcEndpointLimitExceeded",
        "CreateSecurityGroup" => "SecurityGroupLimitExceeded",
        "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => {
            "RulesPerSecurityGroupLimitExceeded"
        }
        "CreateNetworkAcl" => "NetworkAclLimitExceeded",
        "CreateNetworkAclEntry" => "NetworkAclEntryLimitExceeded",
        "CreateVpcPeeringConnection" => "OutstandingVpcPeeringConnectionLimitExceeded",
        "AcceptVpcPeeringConnection" => "ActiveVpcPeeringConnectionPerVpcLimitExceeded",
        "CreateVpnGateway" => "VpnGatewayLimitExceeded",
        "AttachVpnGateway" => "VpnGatewayAttachmentLimitExceeded",
        "AssociateVpcCidrBlock" | "AssociateSubnetCidrBlock" => "CidrLimitExceeded",
        "CreateFlowLogs" => "FlowLogsLimitExceeded",
        "CreateTags" => "TagLimitExceeded",
        _ => "ResourceLimitExceeded",
    }
}

/// The stage: delays add up, the first other fault wins.
pub(crate) struct Faulting {
    pub(crate) faults: Faults,
    pub(crate) stop: Arc<Stop>,
    /// Without one, a rule that asks for it closes the connection.
    pub(crate) hook: Option<Hook>,
}

impl Faulting {
    fn call_back(&self, call: &Call, when: When) -> Then {
        self.hook
            .as_ref()
            .map_or(Then::Close, |hook| hook(call, when))
    }
}

impl Stage for Faulting {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let action = call.action.clone().unwrap_or_default();
        let service = call.service.clone().unwrap_or_default();
        let error = |status, code: &str, message: &str| {
            Outcome::Answer(match service.as_str() {
                "sts" => Response::sts_error(status, code, message),
                "route53resolver" => Response::json_error(status, code, message),
                _ => Response::ec2_error(status, code, message),
            })
        };
        let mut fatal = None;
        for fault in self.faults.striking(&call) {
            if let Fault::Delay(time) = fault {
                notes.fault.get_or_insert_with(|| "delay".to_owned());
                notes.delayed += time;
                self.stop.sleep(time);
            } else if fatal.is_none() {
                fatal = Some(fault);
            }
        }
        let Some(fault) = fatal else {
            return next.run(call, notes);
        };
        notes.fault = Some(format!("{fault:?}"));
        match fault {
            Fault::Delay(_) => next.run(call, notes),
            Fault::Throttled if service == "route53resolver" => {
                error(400, "ThrottlingException", "Rate exceeded")
            }
            Fault::Throttled => error(503, "RequestLimitExceeded", "Request limit exceeded."),
            Fault::Quota => {
                let message = format!("The quota of what {action} makes is used up.");
                error(400, quota_code(&action), &message)
            }
            Fault::Hook(When::Before) => match self.call_back(&call, When::Before) {
                Then::GoOn => next.run(call, notes),
                Then::Close => Outcome::Closed,
            },
            Fault::Hook(When::After) => {
                let outcome = next.run(call.clone(), notes);
                match self.call_back(&call, When::After) {
                    Then::GoOn => outcome,
                    Then::Close => Outcome::Closed,
                }
            }
            Fault::Internal => error(500, "InternalError", "An internal error has occurred."),
            Fault::Denied => {
                let code = match service.as_str() {
                    "sts" => "AccessDenied",
                    "route53resolver" => "AccessDeniedException",
                    _ => "UnauthorizedOperation",
                };
                let message = format!("You are not authorized to perform: {service}:{action}.");
                error(403, code, &message)
            }
            Fault::Html => Outcome::Answer(Response {
                status: 500,
                headers: vec![("Content-Type".to_owned(), "text/html".to_owned())],
                body: b"<!doctype html><title>500</title><h1>Internal Server Error</h1>".to_vec(),
            }),
            Fault::Close => Outcome::Closed,
            Fault::Silent => Outcome::Silent,
            Fault::Lost => {
                next.run(call, notes);
                Outcome::Closed
            }
            Fault::Truncate => match next.run(call, notes) {
                Outcome::Answer(response) => Outcome::Truncated(response),
                other => other,
            },
            Fault::BadXml => match next.run(call, notes) {
                Outcome::Answer(mut response) => {
                    // Half the text under an honest length: only a parser can see that something is wrong.
                    response.body.truncate(response.body.len() / 2);
                    response.body.extend_from_slice(b"</oops>");
                    Outcome::Answer(response)
                }
                other => other,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::call::tests::post;
    use super::*;

    #[test]
    fn rules_are_read() {
        let rule: Rule = "DescribeSubnets:2:503".parse().unwrap();
        assert_eq!(
            rule,
            Rule {
                calls: Calls::Of("DescribeSubnets".to_owned()),
                parameter: None,
                occurrence: Occurrence::Nth(2),
                fault: Fault::Throttled
            }
        );
        let rule: Rule = "*:3+:delay=2s".parse().unwrap();
        let from = Occurrence::From(3);
        assert_eq!((rule.calls, rule.occurrence), (Calls::Every, from));
        assert_eq!(rule.fault, Fault::Delay(Duration::from_secs(2)));
        let rule: Rule = "change:17:hook=after".parse().unwrap();
        assert_eq!(rule.calls, Calls::Changing);
        assert_eq!(rule.fault, Fault::Hook(When::After));
    }

    #[test]
    fn what_is_no_rule_says_why() {
        let why = |text: &str| text.parse::<Rule>().unwrap_err().to_string();
        assert!(why("DescribeSubnets").contains("ACTION:OCCURRENCE:FAULT"));
        assert!(why("X[a]:1:503").contains("ACTION:OCCURRENCE:FAULT"));
        assert!(why("X:0:503").contains("occurrence \"0\""));
        assert!(why("X:1:504").contains("fault \"504\""));
        assert!(why("X:1:delay=5").contains("time \"5\""));
    }

    #[test]
    fn a_rule_strikes_its_occurrence_only() {
        let call = |action: &str, occurrence| Call {
            occurrence,
            ..post(&format!("Action={action}&Attribute=x"), None)
        };
        let faults = Faults::default();
        faults.add("A:2:503".parse().unwrap());
        faults.add("*:3+:close".parse().unwrap());
        assert_eq!(faults.striking(&call("A", 1)), []);
        assert_eq!(faults.striking(&call("A", 2)), [Fault::Throttled]);
        assert_eq!(faults.striking(&call("A", 3)), [Fault::Close]);
        assert_eq!(faults.striking(&call("B", 2)), []);
        faults.add("B[Attribute=x]:*:403".parse().unwrap());
        faults.add("B[Attribute=y]:*:500".parse().unwrap());
        assert_eq!(faults.striking(&call("B", 1)), [Fault::Denied]);
        faults.clear();
        assert_eq!(faults.striking(&call("A", 2)), []);
    }

    #[test]
    fn changes_are_counted_together() {
        let call = |action: &str, occurrence, change| Call {
            occurrence,
            change,
            ..post(&format!("Action={action}"), None)
        };
        let faults = Faults::default();
        faults.add("change:3:quota".parse().unwrap());
        assert_eq!(faults.striking(&call("CreateVpc", 3, Some(2))), []);
        assert_eq!(faults.striking(&call("DescribeVpcs", 3, None)), []);
        let third = call("CreateSubnet", 1, Some(3));
        assert_eq!(faults.striking(&third), [Fault::Quota]);
    }
}
