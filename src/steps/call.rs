//! A call to AWS, and the values of its parameters.

use crate::network::{Key, Text};
use ipnet::IpNet;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Which service of AWS answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon EC2, which VPCs are part of.
    Ec2,
    /// Amazon Route 53 Resolver.
    Route53Resolver,
}

impl Service {
    /// The name that the AWS CLI and the SDKs know it by.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Route53Resolver => "route53resolver",
        }
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// `Name: service, token, dry run, tags, place in a deletion;`
macro_rules! actions {
    ($( $name:ident: $service:ident $token:tt $dry:tt $tags:tt $turn:literal; )*) => {
        /// What is asked of AWS; a variant is called as the API calls its action.
        ///
        /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $( #[doc = concat!("`", stringify!($name), "`")] $name, )*
        }

        impl Action {
            /// Every action that a step can be.
            pub const ALL: &[Self] = &[$( Self::$name, )*];

            /// The API's name of it (`CreateVpc`).
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )* }
            }

            /// The action that the API calls so, where a step can be it.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }

            /// Which service answers it.
            pub const fn service(self) -> Service {
                match self { $( Self::$name => Service::$service, )* }
            }

            /// The parameter by which a repeated call is known to be the same one, where the action has such. Whoever
            /// carries out the step fills it; it is not among the parameters.
            /// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html>
            pub const fn token(self) -> Option<&'static str> {
                match self { $( Self::$name => actions!(@token $token), )* }
            }

            /// Whether it takes `DryRun`, which tests permission and nothing else.
            pub const fn has_dry_run(self) -> bool {
                match self { $( Self::$name => actions!(@flag $dry), )* }
            }

            /// Whether what it makes can be tagged in the same call.
            pub const fn has_tags(self) -> bool {
                match self { $( Self::$name => actions!(@flag $tags), )* }
            }

            /// What a policy has to allow for it, its own action first. The others count where the call gives tags or,
            /// for a flow log, a role.
            /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
            pub const fn permissions(self) -> &'static [&'static str] {
                match self { $( Self::$name => actions!(@permissions $service $name $tags), )* }
            }

            /// Its turn in a deletion: lower goes first where nothing else decides.
            /// <https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html>
            pub(super) const fn turn(self) -> u8 {
                match self { $( Self::$name => $turn, )* }
            }
        }
    };
    (@token -) => { None };
    (@token $token:ident) => { Some(stringify!($token)) };
    (@flag -) => { false };
    (@flag dry) => { true };
    (@flag tags) => { true };
    (@permissions Ec2 CreateFlowLogs tags) => {
        &["ec2:CreateFlowLogs", "ec2:CreateTags", "iam:PassRole"]
    };
    (@permissions Ec2 $name:ident tags) => {
        &[concat!("ec2:", stringify!($name)), "ec2:CreateTags"]
    };
    (@permissions Ec2 $name:ident -) => { &[concat!("ec2:", stringify!($name))] };
    (@permissions Route53Resolver $name:ident tags) => {
        &[concat!("route53resolver:", stringify!($name)), "route53resolver:TagResource"]
    };
    (@permissions Route53Resolver $name:ident -) => {
        &[concat!("route53resolver:", stringify!($name))]
    };
}

actions! {
    CreateVpc:                          Ec2 - dry tags 99;
    DeleteVpc:                          Ec2 - dry - 12;
    AssociateVpcCidrBlock:              Ec2 - - - 99;
    DisassociateVpcCidrBlock:           Ec2 - - - 11;
    ModifyVpcAttribute:                 Ec2 - - - 11;
    ModifyVpcTenancy:                   Ec2 - dry - 11;
    AssociateDhcpOptions:               Ec2 - dry - 11;
    CreateVpcEncryptionControl:         Ec2 - dry tags 99;
    ModifyVpcEncryptionControl:         Ec2 - dry - 11;
    DeleteVpcEncryptionControl:         Ec2 - dry - 11;
    CreateSubnet:                       Ec2 - dry tags 99;
    DeleteSubnet:                       Ec2 - dry - 7;
    ModifySubnetAttribute:              Ec2 - - - 6;
    AssociateSubnetCidrBlock:           Ec2 - - - 99;
    DisassociateSubnetCidrBlock:        Ec2 - - - 6;
    CreateInternetGateway:              Ec2 - dry tags 99;
    DeleteInternetGateway:              Ec2 - dry - 9;
    AttachInternetGateway:              Ec2 - dry - 99;
    DetachInternetGateway:              Ec2 - dry - 9;
    CreateEgressOnlyInternetGateway:    Ec2 ClientToken dry tags 99;
    DeleteEgressOnlyInternetGateway:    Ec2 - dry - 10;
    CreateRouteTable:                   Ec2 ClientToken dry tags 99;
    DeleteRouteTable:                   Ec2 - dry - 8;
    CreateRoute:                        Ec2 - dry - 99;
    ReplaceRoute:                       Ec2 - dry - 0;
    DeleteRoute:                        Ec2 - dry - 0;
    AssociateRouteTable:                Ec2 - dry - 99;
    ReplaceRouteTableAssociation:       Ec2 - dry - 6;
    DisassociateRouteTable:             Ec2 - dry - 6;
    EnableVgwRoutePropagation:          Ec2 - dry - 99;
    DisableVgwRoutePropagation:         Ec2 - dry - 0;
    AllocateAddress:                    Ec2 - dry tags 99;
    ReleaseAddress:                     Ec2 - dry - 2;
    CreateNatGateway:                   Ec2 ClientToken dry tags 99;
    DeleteNatGateway:                   Ec2 - dry - 1;
    CreateTransitGatewayVpcAttachment:  Ec2 - dry tags 99;
    ModifyTransitGatewayVpcAttachment:  Ec2 - dry - 4;
    DeleteTransitGatewayVpcAttachment:  Ec2 - dry - 4;
    CreateVpnGateway:                   Ec2 - dry tags 99;
    DeleteVpnGateway:                   Ec2 - dry - 4;
    AttachVpnGateway:                   Ec2 - dry - 99;
    DetachVpnGateway:                   Ec2 - dry - 4;
    CreateVpcPeeringConnection:         Ec2 - dry tags 99;
    AcceptVpcPeeringConnection:         Ec2 - dry - 99;
    ModifyVpcPeeringConnectionOptions:  Ec2 - dry - 4;
    DeleteVpcPeeringConnection:         Ec2 - dry - 4;
    CreateVpcEndpoint:                  Ec2 ClientToken dry tags 99;
    ModifyVpcEndpoint:                  Ec2 - dry - 3;
    DeleteVpcEndpoints:                 Ec2 - dry - 3;
    CreateSecurityGroup:                Ec2 - dry tags 99;
    DeleteSecurityGroup:                Ec2 - dry - 5;
    AuthorizeSecurityGroupIngress:      Ec2 - dry - 99;
    RevokeSecurityGroupIngress:         Ec2 - dry - 5;
    AuthorizeSecurityGroupEgress:       Ec2 - dry - 5;
    RevokeSecurityGroupEgress:          Ec2 - dry - 5;
    CreateNetworkAcl:                   Ec2 ClientToken dry tags 99;
    DeleteNetworkAcl:                   Ec2 - dry - 8;
    CreateNetworkAclEntry:              Ec2 - dry - 99;
    ReplaceNetworkAclEntry:             Ec2 - dry - 5;
    DeleteNetworkAclEntry:              Ec2 - dry - 5;
    ReplaceNetworkAclAssociation:       Ec2 - dry - 5;
    CreateFlowLogs:                     Ec2 ClientToken dry tags 99;
    DeleteFlowLogs:                     Ec2 - dry - 0;
    CreateTags:                         Ec2 - dry - 0;
    DeleteTags:                         Ec2 - dry - 0;
    CreateResolverEndpoint:             Route53Resolver CreatorRequestId - tags 99;
    DeleteResolverEndpoint:             Route53Resolver - - - 3;
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Text::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| {
            serde::de::Error::custom(format_args!("“{name}” is no call that a step can be"))
        })
    }
}

macro_rules! waits {
    ($( $(#[$doc:meta])* $name:ident $word:literal, )*) => {
        /// What has to be so before a step counts as done. Steps that do not need it may go on meanwhile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Wait { $( $(#[$doc])* $name, )* }

        impl Wait {
            /// Every one of them.
            pub const ALL: &[Self] = &[$( Self::$name, )*];

            /// Its word in JSON.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }
        }
    };
}

waits! {
    /// The VPC is `available`.
    VpcAvailable "vpc-available",
    /// The VPC is `available` and the version 6 block AWS chose for it is `associated`.
    VpcIpv6Associated "vpc-ipv6-associated",
    /// The block is `associated` with the VPC.
    VpcCidrBlockAssociated "vpc-cidr-block-associated",
    /// The block is no longer associated with the VPC.
    VpcCidrBlockDisassociated "vpc-cidr-block-disassociated",
    /// The encryption control is `available`.
    EncryptionControlAvailable "vpc-encryption-control-available",
    /// The encryption control is gone.
    EncryptionControlDeleted "vpc-encryption-control-deleted",
    /// The subnet is `available`.
    SubnetAvailable "subnet-available",
    /// The version 6 block is `associated` with the subnet.
    SubnetCidrBlockAssociated "subnet-cidr-block-associated",
    /// The internet gateway can be found.
    InternetGatewayExists "internet-gateway-exists",
    /// The association of the route table is `associated`.
    RouteTableAssociated "route-table-associated",
    /// The NAT gateway is `available`.
    NatGatewayAvailable "nat-gateway-available",
    /// The NAT gateway is `deleted`: only then are its address and its subnet free.
    NatGatewayDeleted "nat-gateway-deleted",
    /// The transit gateway attachment is `available`.
    TransitGatewayAttachmentAvailable "transit-gateway-attachment-available",
    /// The transit gateway attachment is `deleted`.
    TransitGatewayAttachmentDeleted "transit-gateway-attachment-deleted",
    /// The VPN gateway is `attached`.
    VpnGatewayAttached "vpn-gateway-attached",
    /// The VPN gateway is `detached`.
    VpnGatewayDetached "vpn-gateway-detached",
    /// The peering connection waits for the other side: `pending-acceptance`, or `active` already.
    PeeringConnectionRequested "vpc-peering-connection-requested",
    /// The peering connection is `active`.
    PeeringConnectionActive "vpc-peering-connection-active",
    /// The peering connection is `deleted`.
    PeeringConnectionDeleted "vpc-peering-connection-deleted",
    /// The endpoint is `available`.
    VpcEndpointAvailable "vpc-endpoint-available",
    /// The endpoint is gone, and its interfaces with it.
    VpcEndpointDeleted "vpc-endpoint-deleted",
    /// The security group can be found.
    SecurityGroupExists "security-group-exists",
    /// The resolver endpoint is `OPERATIONAL`.
    ResolverEndpointOperational "resolver-endpoint-operational",
    /// The resolver endpoint is gone, and its interfaces with it.
    ResolverEndpointDeleted "resolver-endpoint-deleted",
}

impl Serialize for Wait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Text::deserialize(deserializer)?;
        let found = Self::ALL.iter().copied().find(|wait| wait.word() == word);
        found.ok_or_else(|| {
            serde::de::Error::custom(format_args!("“{word}” is nothing that a step can wait for"))
        })
    }
}

/// A value of a parameter. What is not known before the steps are carried out stands for itself, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A text.
    Text(Text),
    /// A number.
    Number(i64),
    /// Yes or no.
    Bool(bool),
    /// A list.
    List(Vec<Value>),
    /// A structure.
    Map(Parameters),
    /// The id of a resource that an earlier step makes, as that step's answer gives it:
    /// `{"$made": {"kind": "vpc", "id": "planned:main"}}`.
    Made(Key),
    /// The id of a planned resource that is there already and that no step makes: one that an earlier run made, or one
    /// the person has to name. `{"$given": {"kind": "transit-gateway", "id": "planned:hub"}}`.
    Given(Key),
    /// Something else an earlier step's answer holds: `{"$output": {"step": …, "path": "AssociationId"}}`.
    Output {
        /// The id of the step.
        step: Text,
        /// Where in the answer, field by field.
        path: Text,
    },
    /// A part of the version 6 block that AWS chose for a VPC: `{"$ipv6": {"vpc": …, "part": "80/64"}}`.
    Ipv6 {
        /// The id of the VPC.
        vpc: Box<Value>,
        /// The number of the part in hex, counted from the start of the VPC's block, and its mask.
        part: Text,
    },
    /// An id that has to be looked up: `{"$find": {"what": "main-route-table", "vpc": …}}`.
    Find(Find),
}

/// An id that no answer to a step holds, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Find {
    /// The route table that came with a VPC: the one with the main association.
    MainRouteTable {
        /// The VPC's id.
        vpc: Box<Value>,
    },
    /// The network ACL that came with a VPC.
    DefaultNetworkAcl {
        /// The VPC's id.
        vpc: Box<Value>,
    },
    /// The security group that came with a VPC.
    DefaultSecurityGroup {
        /// The VPC's id.
        vpc: Box<Value>,
    },
    /// The route table of a regional NAT gateway.
    NatRouteTable {
        /// The NAT gateway's id.
        nat_gateway: Box<Value>,
    },
    /// A prefix list by its name (`com.amazonaws.eu-west-1.s3`).
    PrefixList {
        /// Its name.
        name: Text,
    },
    /// The pool of version 6 addresses that a block of one's own lies in.
    Ipv6Pool {
        /// The block.
        block: IpNet,
    },
    /// The association of a subnet or a gateway with a route table.
    RouteTableAssociation {
        /// The subnet's or gateway's id.
        of: Box<Value>,
    },
    /// The association that makes a route table the main one of a VPC.
    MainRouteTableAssociation {
        /// The VPC's id.
        vpc: Box<Value>,
    },
    /// The association of a subnet with its network ACL.
    NetworkAclAssociation {
        /// The subnet's id.
        subnet: Box<Value>,
    },
    /// The association of a block with a VPC.
    VpcCidrAssociation {
        /// The VPC's id.
        vpc: Box<Value>,
        /// The block; none for the version 6 block that AWS chose.
        block: Option<IpNet>,
    },
    /// The association of a version 6 block with a subnet.
    SubnetCidrAssociation {
        /// The subnet's id.
        subnet: Box<Value>,
        /// The block; none for the part of the version 6 block that AWS chose.
        block: Option<IpNet>,
    },
    /// The encryption control of a VPC.
    EncryptionControl {
        /// The VPC's id.
        vpc: Box<Value>,
    },
    /// The resolver endpoint of a VPC, by its name: those of several VPCs may have one name.
    ResolverEndpoint {
        /// The VPC's id.
        vpc: Box<Value>,
        /// Its name.
        name: Text,
    },
}

impl Find {
    /// The word for what is looked up, in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::MainRouteTable { .. } => "main-route-table",
            Self::DefaultNetworkAcl { .. } => "default-network-acl",
            Self::DefaultSecurityGroup { .. } => "default-security-group",
            Self::NatRouteTable { .. } => "nat-gateway-route-table",
            Self::PrefixList { .. } => "prefix-list",
            Self::Ipv6Pool { .. } => "ipv6-pool",
            Self::RouteTableAssociation { .. } => "route-table-association",
            Self::MainRouteTableAssociation { .. } => "main-route-table-association",
            Self::NetworkAclAssociation { .. } => "network-acl-association",
            Self::VpcCidrAssociation { .. } => "vpc-cidr-association",
            Self::SubnetCidrAssociation { .. } => "subnet-cidr-association",
            Self::EncryptionControl { .. } => "vpc-encryption-control",
            Self::ResolverEndpoint { .. } => "resolver-endpoint",
        }
    }

    /// What it is found by: names with values.
    pub fn by(&self) -> Vec<(&'static str, Value)> {
        let text =
            |value: &dyn std::fmt::Display| Value::Text(compact_str::format_compact!("{value}"));
        match self {
            Self::MainRouteTable { vpc }
            | Self::DefaultNetworkAcl { vpc }
            | Self::DefaultSecurityGroup { vpc }
            | Self::MainRouteTableAssociation { vpc }
            | Self::EncryptionControl { vpc } => vec![("vpc", vpc.as_ref().clone())],
            Self::NatRouteTable { nat_gateway } => {
                vec![("nat-gateway", nat_gateway.as_ref().clone())]
            }
            Self::PrefixList { name } => vec![("name", Value::Text(name.clone()))],
            Self::ResolverEndpoint { vpc, name } => vec![
                ("vpc", vpc.as_ref().clone()),
                ("name", Value::Text(name.clone())),
            ],
            Self::Ipv6Pool { block } => vec![("block", text(block))],
            Self::RouteTableAssociation { of } => vec![("of", of.as_ref().clone())],
            Self::NetworkAclAssociation { subnet } => vec![("subnet", subnet.as_ref().clone())],
            Self::VpcCidrAssociation { vpc: of, block } => {
                let block = block.map(|block| ("block", text(&block)));
                [("vpc", of.as_ref().clone())]
                    .into_iter()
                    .chain(block)
                    .collect()
            }
            Self::SubnetCidrAssociation { subnet: of, block } => {
                let block = block.map(|block| ("block", text(&block)));
                [("subnet", of.as_ref().clone())]
                    .into_iter()
                    .chain(block)
                    .collect()
            }
        }
    }
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// The structure with one field, as attributes of VPCs and subnets are written: `{"Value": true}`.
    pub(super) fn flag(value: bool) -> Self {
        Self::Map(Parameters::new().with("Value", Self::Bool(value)))
    }

    /// Every value within, this one first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match self {
            Self::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Self::Map(fields) => fields.values().for_each(|value| value.walk(visit)),
            Self::Ipv6 { vpc, .. } => vpc.walk(visit),
            Self::Find(find) => find.by().iter().for_each(|(_, value)| value.walk(visit)),
            Self::Text(_)
            | Self::Number(_)
            | Self::Bool(_)
            | Self::Made(_)
            | Self::Given(_)
            | Self::Output { .. } => {}
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::List(items)
    }
}

impl From<Parameters> for Value {
    fn from(fields: Parameters) -> Self {
        Self::Map(fields)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// `{NAME: {FIELD: VALUE …}}`
        fn named<S: Serializer>(
            serializer: S,
            name: &str,
            fields: impl IntoIterator<Item = (&'static str, Value)>,
        ) -> Result<S::Ok, S::Error> {
            let fields = fields.into_iter().collect::<Parameters>();
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(name, &fields)?;
            map.end()
        }
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(fields) => fields.serialize(serializer),
            Self::Made(key) | Self::Given(key) => {
                let name = match self {
                    Self::Made(_) => "$made",
                    _ => "$given",
                };
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(name, key)?;
                map.end()
            }
            Self::Output { step, path } => named(
                serializer,
                "$output",
                [("step", step.clone().into()), ("path", path.clone().into())],
            ),
            Self::Ipv6 { vpc, part } => named(
                serializer,
                "$ipv6",
                [("vpc", vpc.as_ref().clone()), ("part", part.clone().into())],
            ),
            Self::Find(find) => named(
                serializer,
                "$find",
                std::iter::once(("what", find.word().into())).chain(find.by()),
            ),
        }
    }
}

/// Parameters by name, in the order they read best.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parameters(Vec<(Text, Value)>);

impl FromIterator<(Text, Value)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl FromIterator<(&'static str, Value)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (&'static str, Value)>>(fields: I) -> Self {
        let named = fields.into_iter();
        named
            .map(|(name, value)| (Text::const_new(name), value))
            .collect()
    }
}

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// These and one more, where there is a value for it.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter()
            .find_map(|(held, value)| (held == name).then_some(value))
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Values.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// One call: what is asked, with what, and when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is asked.
    pub action: Action,
    /// With what; names and shapes are the API's own.
    pub parameters: Parameters,
    /// What has to be so before it counts as done.
    pub wait: Option<Wait>,
}

impl Call {
    /// A call that is done when it is answered.
    pub fn new(action: Action, parameters: Parameters) -> Self {
        Self {
            action,
            parameters,
            wait: None,
        }
    }

    /// The same call, done when this is so.
    #[must_use]
    pub fn until(mut self, wait: Wait) -> Self {
        self.wait = Some(wait);
        self
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("call", &self.action)?;
        map.serialize_entry("service", &self.action.service())?;
        map.serialize_entry("parameters", &self.parameters)?;
        if let Some(wait) = self.wait {
            map.serialize_entry("wait", &wait)?;
        }
        map.serialize_entry("token", &self.action.token())?;
        map.serialize_entry("dry_run", &self.action.has_dry_run())?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_the_action_and_what_goes_with_it() {
        for action in Action::ALL {
            let (own, more) = action.permissions().split_first().unwrap();
            let (service, name) = own.split_once(':').unwrap();
            assert_eq!((service, name), (action.service().word(), action.name()));
            assert_eq!(!more.is_empty(), action.has_tags(), "{own}");
        }
        assert_eq!(Action::DeleteVpc.permissions(), ["ec2:DeleteVpc"]);
        assert_eq!(
            Action::CreateVpc.permissions(),
            ["ec2:CreateVpc", "ec2:CreateTags"]
        );
        let flow_logs = Action::CreateFlowLogs.permissions();
        assert!(flow_logs.contains(&"iam:PassRole"));
    }
}
