//! What is asked of AWS while steps are carried out, and how it fails: the words between whoever carries out a graph and
//! whoever speaks to AWS.

use super::call::Action;
use crate::network::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// One changing call with every value known.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub action: Action,
    /// With what: the API's own names and shapes.
    pub parameters: Map<String, Value>,
    /// The value of [`Action::token`], where the action has one.
    pub token: Option<Text>,
    /// Whether only permission is tested; for actions that [`Action::has_dry_run`].
    pub dry_run: bool,
}

/// A list that is looked into while steps are carried out. Records come in the shape of the AWS CLI's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "each is the list that EC2 or Route 53 Resolver describes under this name"
)]
pub enum List {
    Vpcs,
    Subnets,
    RouteTables,
    InternetGateways,
    EgressOnlyInternetGateways,
    NatGateways,
    Addresses,
    VpcEndpoints,
    ManagedPrefixLists,
    NetworkAcls,
    SecurityGroups,
    NetworkInterfaces,
    VpcPeeringConnections,
    TransitGatewayVpcAttachments,
    VpnGateways,
    FlowLogs,
    VpcEncryptionControls,
    Ipv6Pools,
    ResolverEndpoints,
}

/// A question about what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The list.
    pub list: List,
    /// EC2 filters: names and the values of which one must hold. A list whose call takes no such filter gives more than
    /// was asked for, so whoever asks holds what comes to the question again.
    pub filters: Vec<(Text, Vec<Text>)>,
}

/// What kind of failure it was, as far as it decides what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The credentials may not make the call.
    Denied,
    /// The credentials are expired or not valid.
    SignIn,
    /// AWS asked to slow down; the call was not carried out.
    Throttled,
    /// A quota is reached.
    Quota,
    /// Something the call names is not there, or not yet.
    NotFound,
    /// Something else stands in the way for now or for good: a dependency, a state, another change under way.
    Conflict,
    /// What the call asks for is there already.
    Exists,
    /// AWS has no place or no part to make it of just now.
    Capacity,
    /// The call is wrong, or AWS does not allow what it asks for.
    Invalid,
    /// The service does not know the call.
    Unsupported,
    /// AWS failed inside; whether the call was carried out is not known.
    Server,
    /// The request left and no whole answer came: whether the call was carried out is not known.
    Lost,
    /// The request never left.
    Unsent,
    /// What was made is there, and is not yet what it is to be.
    NotReady,
    /// What was made will never be what it is to be.
    Dead,
}

impl Trouble {
    /// Whether it says nothing about the call itself, so that the same call may do later.
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unsent | Self::Server | Self::Lost
        )
    }

    /// Whether the call may have been carried out all the same.
    pub const fn may_be_done(self) -> bool {
        matches!(self, Self::Server | Self::Lost)
    }
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What kind of failure it is.
    pub trouble: Trouble,
    /// AWS's code for it (`VpcLimitExceeded`); none where no answer came.
    pub code: Option<Text>,
    /// AWS's words on one line, or ours. Never holds a credential.
    pub message: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Failed {}
