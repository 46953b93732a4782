//! What a resource is called: its kind and its id.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A short string; AWS ids fit without an allocation.
pub type Text = CompactString;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $word:literal $singular:literal $plural:literal,)*) => {
        /// A kind of resource. [`Kind::word`] is the word used in JSON, in searches and in hops.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// Every kind, in the order of [`Ord`].
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word of the kind in JSON, in searches (`resourcetype:ec2:…`) and in hops.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)* } }

            /// One of them, in a sentence.
            pub const fn singular(self) -> &'static str { match self { $(Self::$variant => $singular,)* } }

            /// Several of them, in a sentence.
            pub const fn plural(self) -> &'static str { match self { $(Self::$variant => $plural,)* } }

            /// The kind of a [`Kind::word`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

kinds! {
    /// An account, by its twelve digits.
    Account "account" "account" "accounts",
    /// A region, by its code.
    Region "region" "region" "regions",
    /// An availability zone, local zone or wavelength zone, by its name.
    AvailabilityZone "availability-zone" "availability zone" "availability zones",
    /// A virtual private cloud.
    Vpc "vpc" "VPC" "VPCs",
    /// A subnet.
    Subnet "subnet" "subnet" "subnets",
    /// A route table of a VPC.
    RouteTable "route-table" "route table" "route tables",
    /// An internet gateway.
    InternetGateway "internet-gateway" "internet gateway" "internet gateways",
    /// An egress-only internet gateway (IPv6).
    EgressOnlyInternetGateway "egress-only-internet-gateway" "egress-only internet gateway" "egress-only internet gateways",
    /// A NAT gateway, zonal or regional, public or private.
    NatGateway "natgateway" "NAT gateway" "NAT gateways",
    /// A VPC endpoint of any type.
    VpcEndpoint "vpc-endpoint" "VPC endpoint" "VPC endpoints",
    /// A prefix list, AWS's or a customer's.
    PrefixList "prefix-list" "prefix list" "prefix lists",
    /// A VPC peering connection.
    VpcPeeringConnection "vpc-peering-connection" "peering connection" "peering connections",
    /// A transit gateway.
    TransitGateway "transit-gateway" "transit gateway" "transit gateways",
    /// An attachment of a transit gateway: VPC, VPN, peering, Connect, Direct Connect.
    TransitGatewayAttachment "transit-gateway-attachment" "transit gateway attachment" "transit gateway attachments",
    /// A route table of a transit gateway.
    TransitGatewayRouteTable "transit-gateway-route-table" "transit gateway route table" "transit gateway route tables",
    /// A virtual private gateway.
    VpnGateway "vpn-gateway" "VPN gateway" "VPN gateways",
    /// A customer gateway.
    CustomerGateway "customer-gateway" "customer gateway" "customer gateways",
    /// A site-to-site VPN connection.
    VpnConnection "vpn-connection" "VPN connection" "VPN connections",
    /// A Direct Connect gateway.
    DirectConnectGateway "direct-connect-gateway" "Direct Connect gateway" "Direct Connect gateways",
    /// A carrier gateway (wavelength zones).
    CarrierGateway "carrier-gateway" "carrier gateway" "carrier gateways",
    /// A local gateway (Outposts).
    LocalGateway "local-gateway" "local gateway" "local gateways",
    /// A Cloud WAN core network, by its ARN or id.
    CoreNetwork "core-network" "core network" "core networks",
    /// A network firewall.
    NetworkFirewall "network-firewall" "network firewall" "network firewalls",
    /// A network access control list.
    NetworkAcl "network-acl" "network ACL" "network ACLs",
    /// A security group.
    SecurityGroup "security-group" "security group" "security groups",
    /// A network interface.
    NetworkInterface "network-interface" "network interface" "network interfaces",
    /// An instance.
    Instance "instance" "instance" "instances",
    /// An elastic IP address, by its allocation id.
    ElasticIp "elastic-ip" "elastic IP" "elastic IPs",
    /// A set of DHCP options.
    DhcpOptions "dhcp-options" "DHCP option set" "DHCP option sets",
    /// A flow log.
    FlowLog "flow-log" "flow log" "flow logs",
}

impl Kind {
    /// The kinds that must be read before anyone can say how many connections a VPC has.
    pub const CONNECTIONS: &[Self] = &[
        Self::InternetGateway,
        Self::EgressOnlyInternetGateway,
        Self::NatGateway,
        Self::VpcEndpoint,
        Self::VpcPeeringConnection,
        Self::TransitGatewayAttachment,
        Self::VpnGateway,
    ];

    /// The kind an AWS id names by its prefix (`subnet-…` a subnet), if it is one of ours.
    pub fn of_id(id: &str) -> Option<Self> {
        if id.contains(":core-network/") {
            return Some(Self::CoreNetwork);
        }
        Self::prefix_of_id(id).map(|(_, kind)| kind)
    }

    /// The prefix of an AWS id with its hyphen (`subnet-`), and the kind it stands for.
    pub(super) fn prefix_of_id(id: &str) -> Option<(&'static str, Self)> {
        // The longer prefixes come first: `tgw-rtb-` is no transit gateway.
        const PREFIXES: &[(&str, Kind)] = &[
            ("tgw-attach-", Kind::TransitGatewayAttachment),
            ("tgw-rtb-", Kind::TransitGatewayRouteTable),
            ("tgw-", Kind::TransitGateway),
            ("core-network-", Kind::CoreNetwork),
            ("subnet-", Kind::Subnet),
            ("eipalloc-", Kind::ElasticIp),
            ("vpce-", Kind::VpcEndpoint),
            ("vpc-", Kind::Vpc),
            ("rtb-", Kind::RouteTable),
            ("igw-", Kind::InternetGateway),
            ("eigw-", Kind::EgressOnlyInternetGateway),
            ("nat-", Kind::NatGateway),
            ("pl-", Kind::PrefixList),
            ("pcx-", Kind::VpcPeeringConnection),
            ("vgw-", Kind::VpnGateway),
            ("cgw-", Kind::CustomerGateway),
            ("vpn-", Kind::VpnConnection),
            ("cagw-", Kind::CarrierGateway),
            ("lgw-", Kind::LocalGateway),
            ("acl-", Kind::NetworkAcl),
            ("sg-", Kind::SecurityGroup),
            ("eni-", Kind::NetworkInterface),
            ("i-", Kind::Instance),
            ("dopt-", Kind::DhcpOptions),
            ("fl-", Kind::FlowLog),
        ];
        PREFIXES
            .iter()
            .find(|(prefix, _)| id.starts_with(prefix))
            .copied()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Text::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| {
            serde::de::Error::custom(format_args!("“{word}” is no kind of resource"))
        })
    }
}

/// The id of a resource: AWS's own, or the logical name of one that is planned.
///
/// A logical name is made of role, tier and zone, never of an index that moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Id {
    /// As AWS calls it.
    Aws(Text),
    /// As the plan calls it.
    Planned(Text),
}

/// What stands before a logical name in a file.
const PLANNED: &str = "planned:";

impl Id {
    /// An id that AWS gave.
    pub fn aws(id: impl Into<Text>) -> Self {
        Self::Aws(id.into())
    }

    /// An id as files write it: `planned:` stands before a logical name.
    pub fn read(text: &str) -> Self {
        match text.strip_prefix(PLANNED) {
            Some(name) => Self::Planned(name.into()),
            None => Self::Aws(text.into()),
        }
    }

    /// The id or the logical name, bare.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws(id) | Self::Planned(id) => id,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self::aws(id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Aws(id) => serializer.serialize_str(id),
            Self::Planned(name) => serializer.collect_str(&format_args!("{PLANNED}{name}")),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(&Text::deserialize(deserializer)?))
    }
}

/// What a resource is called: kind and id. Keys sort by kind, then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Which one.
    pub id: Id,
}

impl Key {
    /// The key of a resource.
    pub fn new(kind: Kind, id: Id) -> Self {
        Self { kind, id }
    }

    /// The key of a resource that AWS named.
    pub fn aws(kind: Kind, id: impl Into<Text>) -> Self {
        Self::new(kind, Id::aws(id))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.singular(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_to_kinds() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        assert!(Kind::ALL.is_sorted());
    }

    #[test]
    fn ids_name_their_kind() {
        for (id, kind) in [
            ("tgw-rtb-1", Some(Kind::TransitGatewayRouteTable)),
            ("tgw-attach-1", Some(Kind::TransitGatewayAttachment)),
            ("tgw-1", Some(Kind::TransitGateway)),
            ("vpce-1", Some(Kind::VpcEndpoint)),
            ("i-1", Some(Kind::Instance)),
            ("igw-1", Some(Kind::InternetGateway)),
            (
                "arn:aws:networkmanager::1:core-network/core-network-1",
                Some(Kind::CoreNetwork),
            ),
            ("local", None),
        ] {
            assert_eq!(Kind::of_id(id), kind, "{id}");
        }
    }

    #[test]
    fn planned_names_survive_a_file() {
        for id in [Id::aws("vpc-1"), Id::Planned("subnet/web/a".into())] {
            let text = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<Id>(&text).unwrap(), id);
        }
    }
}
