//! The facts of every kind of resource, as AWS reports them.
//!
//! Field names are AWS's own where AWS has one; values that AWS may add to (states, types) are open words.

use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// What the network does with the facts of any kind: list, read and set a field by name, and join observations.
pub trait FactSet: Sized {
    /// The names of the fields, in the order of the declaration.
    const FIELDS: &'static [&'static str];

    /// A field as JSON, `None` where there is no field of that name.
    fn field(&self, name: &str) -> Option<Known<Value>>;

    /// Set a field from JSON; the error is a sentence.
    fn set_field(&mut self, name: &str, value: Known<Value>) -> Result<(), String>;

    /// What observations say together: `ranks` best first. Names of fields that equals disagree on go to `conflicts`.
    fn resolve(ranks: &[Vec<&Self>], conflicts: &mut Vec<&'static str>) -> Self;

    /// The names of the fields that are known on both sides and differ.
    fn differing(&self, other: &Self) -> Vec<&'static str>;
}

/// A field as JSON. Facts are plain data, so a failure would be a defect of ours; it reads as unread.
pub(super) fn to_json<T: Serialize>(known: &Known<T>) -> Known<Value> {
    match known {
        Known::Unread => Known::Unread,
        Known::ChosenByAws => Known::ChosenByAws,
        Known::Value(value) => serde_json::to_value(value).ok().into(),
    }
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(
    name: &str,
    value: Known<Value>,
) -> Result<Known<T>, String> {
    Ok(match value {
        Known::Unread => Known::Unread,
        Known::ChosenByAws => Known::ChosenByAws,
        Known::Value(value) => Known::Value(
            serde_json::from_value(value).map_err(|error| format!("field {name}: {error}"))?,
        ),
    })
}

macro_rules! fact_set {
    ($(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_doc])* #[serde(skip_serializing_if = "Known::is_unread")] pub $field: Known<$type>, )*
        }

        impl FactSet for $name {
            const FIELDS: &'static [&'static str] = &[$( stringify!($field), )*];

            fn field(&self, name: &str) -> Option<Known<Value>> {
                match name {
                    $( stringify!($field) => Some(to_json(&self.$field)), )*
                    _ => None,
                }
            }

            fn set_field(&mut self, name: &str, value: Known<Value>) -> Result<(), String> {
                match name {
                    $( stringify!($field) => self.$field = from_json(name, value)?, )*
                    _ => return Err(format!("there is no field {name}")),
                }
                Ok(())
            }

            fn resolve(ranks: &[Vec<&Self>], conflicts: &mut Vec<&'static str>) -> Self {
                $(
                    let ($field, conflict) =
                        Known::resolve(ranks.iter().map(|rank| rank.iter().map(|facts| &facts.$field).collect()));
                    if conflict {
                        conflicts.push(stringify!($field));
                    }
                )*
                Self { $( $field, )* }
            }

            fn differing(&self, other: &Self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(
                    if let (Known::Value(mine), Known::Value(theirs)) = (&self.$field, &other.$field)
                        && mine != theirs
                    {
                        names.push(stringify!($field));
                    }
                )*
                names
            }
        }

        impl $crate::network::rename::Ids for $name {
            fn ids(
                &mut self,
                _: &[$crate::network::Kind],
                visit: &mut $crate::network::rename::Visit<'_>,
            ) {
                $(
                    let kinds =
                        $crate::network::rename::kinds_of_field(stringify!($name), stringify!($field));
                    $crate::network::rename::Ids::ids(&mut self.$field, kinds, visit);
                )*
            }
        }

        impl $crate::network::redact::Redact for $name {
            fn redact(&mut self, _: $crate::network::redact::Meaning) {
                $(
                    let meaning = $crate::network::redact::meaning_of_field(
                        stringify!($name),
                        stringify!($field),
                    );
                    $crate::network::redact::Redact::redact(&mut self.$field, meaning);
                )*
            }
        }
    };
}
pub(super) use fact_set;

macro_rules! facts {
    ($( $(#[$doc:meta])* $kind:ident($name:ident) { $($fields:tt)* } )*) => {
        $( fact_set! { $(#[$doc])* $name { $($fields)* } } )*

        /// The facts of one resource, by its kind.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Facts { $( $(#[$doc])* $kind($name), )* }

        impl Facts {
            /// Facts of a kind, all unread.
            pub fn unread(kind: Kind) -> Self {
                match kind { $( Kind::$kind => Self::$kind($name::default()), )* }
            }

            /// The kind these facts are of.
            pub fn kind(&self) -> Kind {
                match self { $( Self::$kind(_) => Kind::$kind, )* }
            }

            /// The names of the fields of this kind.
            pub fn fields(&self) -> &'static [&'static str] {
                match self { $( Self::$kind(_) => $name::FIELDS, )* }
            }

            /// A field as JSON, `None` where this kind has no field of that name.
            pub fn field(&self, name: &str) -> Option<Known<Value>> {
                match self { $( Self::$kind(facts) => facts.field(name), )* }
            }

            /// Set a field from JSON; the error is a sentence.
            pub fn set_field(&mut self, name: &str, value: Known<Value>) -> Result<(), String> {
                match self { $( Self::$kind(facts) => facts.set_field(name, value), )* }
            }

            /// The names of the fields that are known on both sides and differ; none between different kinds.
            pub fn differing(&self, other: &Self) -> Vec<&'static str> {
                match (self, other) {
                    $( (Self::$kind(mine), Self::$kind(theirs)) => mine.differing(theirs), )*
                    _ => Vec::new(),
                }
            }

            /// What observations of one kind say together; those of another kind are passed over.
            pub(super) fn resolve(kind: Kind, ranks: &[Vec<&Self>], conflicts: &mut Vec<&'static str>) -> Self {
                match kind {
                    $( Kind::$kind => {
                        let ranks: Vec<Vec<&$name>> = ranks
                            .iter()
                            .map(|rank| rank.iter().filter_map(|facts| match facts {
                                Self::$kind(facts) => Some(facts),
                                _ => None,
                            }).collect())
                            .collect();
                        Self::$kind($name::resolve(&ranks, conflicts))
                    } )*
                }
            }
        }

        impl super::rename::Ids for Facts {
            fn ids(&mut self, kinds: &[Kind], visit: &mut super::rename::Visit<'_>) {
                match self { $( Self::$kind(facts) => facts.ids(kinds, visit), )* }
            }
        }

        impl super::redact::Redact for Facts {
            fn redact(&mut self, meaning: super::redact::Meaning) {
                match self { $( Self::$kind(facts) => facts.redact(meaning), )* }
            }
        }

        $(
            impl AsFacts for $name {
                const KIND: Kind = Kind::$kind;
                fn of(facts: &Facts) -> Option<&Self> {
                    match facts { Facts::$kind(facts) => Some(facts), _ => None }
                }
                fn of_mut(facts: &mut Facts) -> Option<&mut Self> {
                    match facts { Facts::$kind(facts) => Some(facts), _ => None }
                }
            }

            impl From<$name> for Facts {
                fn from(facts: $name) -> Self { Self::$kind(facts) }
            }
        )*
    };
}

/// The facts of one kind, told from [`Facts`] by type.
pub trait AsFacts: FactSet + Default {
    /// The kind these facts are of.
    const KIND: Kind;
    /// These facts, if they are of this kind.
    fn of(facts: &Facts) -> Option<&Self>;
    /// These facts to change, if they are of this kind.
    fn of_mut(facts: &mut Facts) -> Option<&mut Self>;
}

facts! {
    /// An account.
    Account(AccountFacts) {
        /// The name people gave it.
        alias: Text,
    }
    /// A region.
    Region(RegionFacts) {
        /// `opt-in-not-required`, `opted-in` or `not-opted-in`.
        opt_in_status: Text,
        /// VPC Block Public Access for the whole account and region: `off`, `block-bidirectional`, `block-ingress`.
        block_public_access: Text,
    }
    /// A zone.
    AvailabilityZone(AvailabilityZoneFacts) {
        /// The same zone for all accounts (`use1-az1`); names differ from account to account.
        zone_id: Text,
        /// `available`, `impaired`, `constrained` …
        state: Text,
        /// `availability-zone`, `local-zone`, `wavelength-zone`.
        zone_type: Text,
        /// Where addresses of this zone are announced.
        network_border_group: Text,
    }
    /// A VPC.
    Vpc(VpcFacts) {
        /// The primary block; it can be neither resized nor removed.
        primary_cidr: Ipv4Net,
        /// Version 4 blocks with their states, the primary one among them.
        cidr_blocks: Vec<CidrAssociation>,
        /// Version 6 blocks with their states.
        ipv6_blocks: Vec<CidrAssociation>,
        /// The address pool its own version 6 block is taken from; said of plans only.
        ipv6_pool: Text,
        /// Whether it is the default VPC of its region.
        is_default: bool,
        /// `pending` or `available`.
        state: Text,
        /// `default` or `dedicated`.
        instance_tenancy: Text,
        /// Its DHCP options.
        dhcp_options: Id,
        /// Whether the resolver at base + 2 answers.
        enable_dns_support: bool,
        /// Whether instances with public addresses get names.
        enable_dns_hostnames: bool,
        /// Internet gateway block mode of Block Public Access: `off`, `block-bidirectional`, `block-ingress`.
        block_public_access: Text,
        /// Encryption control: `monitor` or `enforce`.
        encryption_control: Text,
        /// What encryption enforcement leaves out, by AWS's words (`internet-gateway`, `nat-gateway` …).
        encryption_exclusions: Vec<Text>,
    }
    /// A subnet.
    Subnet(SubnetFacts) {
        /// Its VPC.
        vpc: Id,
        /// Its version 4 block; none where it is IPv6 only.
        cidr_block: Option<Ipv4Net>,
        /// Its version 6 blocks.
        ipv6_blocks: Vec<CidrAssociation>,
        /// In a plan: which part of the VPC's block it takes while AWS has not chosen that, as hex number and mask (`80/64`).
        ipv6_part: Text,
        /// The name of its zone, as this account calls it.
        availability_zone: Text,
        /// The id of its zone, the same for all accounts.
        availability_zone_id: Text,
        /// Addresses still free, as AWS counts them.
        available_addresses: u32,
        /// `pending` or `available`.
        state: Text,
        /// Whether new interfaces get a public version 4 address.
        map_public_ip_on_launch: bool,
        /// Whether new interfaces get a version 6 address.
        assign_ipv6_on_creation: bool,
        /// Whether it is the default subnet of its zone.
        default_for_az: bool,
        /// Whether it has no version 4 block.
        ipv6_native: bool,
        /// The Outpost it stands on.
        outpost_arn: Text,
        /// Internet gateway block mode of Block Public Access for this subnet.
        block_public_access: Text,
    }
    /// A route table of a VPC.
    RouteTable(RouteTableFacts) {
        /// Its VPC.
        vpc: Id,
        /// Its routes, local ones among them, sorted.
        routes: Vec<Route>,
        /// What is explicitly tied to it; the main table carries an association of its own.
        associations: Vec<RouteTableAssociation>,
        /// VPN gateways whose routes it takes.
        propagating_gateways: Vec<Id>,
    }
    /// An internet gateway.
    InternetGateway(InternetGatewayFacts) {
        /// The VPC it is attached to (none or one).
        attachments: Vec<VpcAttachment>,
    }
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayFacts) {
        /// The VPC it is attached to.
        attachments: Vec<VpcAttachment>,
    }
    /// A NAT gateway.
    NatGateway(NatGatewayFacts) {
        /// Its VPC.
        vpc: Id,
        /// The subnet it stands in; none for a regional one.
        subnet: Option<Id>,
        /// `pending`, `failed`, `available`, `deleting`, `deleted`.
        state: Text,
        /// `public` or `private`.
        connectivity_type: Text,
        /// `zonal` or `regional`.
        availability_mode: Text,
        /// Its addresses.
        addresses: Vec<NatAddress>,
        /// The table of its own that a regional one has.
        route_table: Option<Id>,
        /// Why it failed, as a code.
        failure_code: Text,
        /// Why it failed, in words.
        failure_message: Text,
        /// Whether AWS reports a time of deletion.
        deleted: bool,
    }
    /// A VPC endpoint.
    VpcEndpoint(VpcEndpointFacts) {
        /// Its VPC.
        vpc: Id,
        /// `Interface`, `Gateway`, `GatewayLoadBalancer`, `Resource`, `ServiceNetwork`.
        endpoint_type: Text,
        /// The service (`com.amazonaws.us-east-1.s3`) or resource it leads to.
        service_name: Text,
        /// `available`, `pending`, `deleted` …
        state: Text,
        /// Route tables it puts its prefix list on (gateway endpoints).
        route_tables: Vec<Id>,
        /// Subnets it has interfaces in.
        subnets: Vec<Id>,
        /// Its interfaces.
        network_interfaces: Vec<Id>,
        /// Its security groups.
        groups: Vec<Id>,
        /// Whether the service's own names lead to it.
        private_dns_enabled: bool,
        /// Its policy document.
        policy: Text,
        /// `ipv4`, `ipv6`, `dualstack`.
        ip_address_type: Text,
        /// Whether another service of AWS manages it.
        requester_managed: bool,
    }
    /// A prefix list.
    PrefixList(PrefixListFacts) {
        /// Its own name (`com.amazonaws.us-east-1.s3`).
        prefix_list_name: Text,
        /// `IPv4` or `IPv6`.
        address_family: Text,
        /// How many entries count against the quota of a route table.
        max_entries: u32,
        /// `create-complete` …
        state: Text,
        /// Its blocks.
        entries: Vec<PrefixListEntry>,
    }
    /// A VPC peering connection.
    VpcPeeringConnection(VpcPeeringConnectionFacts) {
        /// Who asked.
        requester: PeeringSide,
        /// Who was asked.
        accepter: PeeringSide,
        /// `active`, `pending-acceptance`, `deleted`, `rejected`, `expired`, `failed` …
        status: Text,
        /// The status in words.
        status_message: Text,
    }
    /// A transit gateway.
    TransitGateway(TransitGatewayFacts) {
        /// What people wrote about it.
        description: Text,
        /// `available`, `pending`, `deleted` …
        state: Text,
        /// Its autonomous system number.
        amazon_side_asn: u64,
        /// The table that new attachments are associated with.
        association_default_route_table: Text,
        /// The table that new attachments propagate to.
        propagation_default_route_table: Text,
        /// `enable` or `disable`.
        dns_support: Text,
        /// `enable` or `disable`.
        vpn_ecmp_support: Text,
        /// Its blocks for Connect peers.
        cidr_blocks: Vec<IpNet>,
    }
    /// An attachment of a transit gateway.
    TransitGatewayAttachment(TransitGatewayAttachmentFacts) {
        /// Its transit gateway.
        transit_gateway: Id,
        /// Whose the transit gateway is.
        transit_gateway_owner: Text,
        /// `vpc`, `vpn`, `peering`, `connect`, `direct-connect-gateway` …
        resource_type: Text,
        /// What is attached: a VPC, a VPN connection, another transit gateway.
        resource: Id,
        /// Whose that is.
        resource_owner: Text,
        /// `available`, `pending`, `deleted`, `rejected`, `failed` …
        state: Text,
        /// Its subnets, one a zone; traffic reaches it from these zones only.
        subnets: Vec<Id>,
        /// The one route table it is associated with.
        route_table: Option<Id>,
        /// `enable` keeps both directions of a flow in one zone.
        appliance_mode_support: Text,
        /// `enable` or `disable`.
        dns_support: Text,
        /// `enable` or `disable`.
        ipv6_support: Text,
        /// For a peering: the transit gateway on the far side.
        peer_transit_gateway: Id,
        /// For a peering: the region of the far side.
        peer_region: Text,
    }
    /// A route table of a transit gateway.
    TransitGatewayRouteTable(TransitGatewayRouteTableFacts) {
        /// Its transit gateway.
        transit_gateway: Id,
        /// `available`, `pending`, `deleted` …
        state: Text,
        /// Whether new attachments are associated with it.
        default_association: bool,
        /// Whether new attachments propagate to it.
        default_propagation: bool,
        /// Attachments that use it.
        associations: Vec<TransitGatewayTableEntry>,
        /// Attachments that put their routes into it.
        propagations: Vec<TransitGatewayTableEntry>,
        /// Its routes.
        routes: Vec<TransitGatewayRoute>,
        /// Its static routes, where only those were read.
        static_routes: Vec<TransitGatewayRoute>,
    }
    /// A virtual private gateway.
    VpnGateway(VpnGatewayFacts) {
        /// The VPC it is attached to.
        attachments: Vec<VpcAttachment>,
        /// `available`, `deleted` …
        state: Text,
        /// Its autonomous system number.
        amazon_side_asn: u64,
    }
    /// A customer gateway.
    CustomerGateway(CustomerGatewayFacts) {
        /// The address of the customer's device.
        ip_address: Text,
        /// The autonomous system number of the customer's side.
        bgp_asn: Text,
        /// `available`, `deleted` …
        state: Text,
        /// What people call the device.
        device_name: Text,
    }
    /// A site-to-site VPN connection.
    VpnConnection(VpnConnectionFacts) {
        /// The VPN gateway it ends at.
        vpn_gateway: Option<Id>,
        /// Or the transit gateway.
        transit_gateway: Option<Id>,
        /// The far side.
        customer_gateway: Id,
        /// `available`, `deleted` …
        state: Text,
        /// Whether its routes are written by hand and not learnt.
        static_routes_only: bool,
        /// Routes written by hand.
        routes: Vec<IpNet>,
        /// Its tunnels.
        tunnels: Vec<VpnTunnel>,
    }
    /// A Direct Connect gateway.
    DirectConnectGateway(DirectConnectGatewayFacts) {
        /// `available`, `deleted` …
        state: Text,
        /// Its autonomous system number.
        amazon_side_asn: u64,
        /// The gateways it is associated with.
        associations: Vec<Id>,
    }
    /// A carrier gateway.
    CarrierGateway(CarrierGatewayFacts) {
        /// Its VPC.
        vpc: Id,
        /// `available`, `deleted` …
        state: Text,
    }
    /// A local gateway.
    LocalGateway(LocalGatewayFacts) {
        /// The Outpost it stands on.
        outpost_arn: Text,
        /// `available`, `deleted` …
        state: Text,
    }
    /// A Cloud WAN core network.
    CoreNetwork(CoreNetworkFacts) {
        /// `AVAILABLE` …
        state: Text,
        /// VPCs attached to it.
        vpcs: Vec<Id>,
    }
    /// A network firewall.
    NetworkFirewall(NetworkFirewallFacts) {
        /// Its VPC.
        vpc: Id,
        /// Subnets it has an endpoint in.
        subnets: Vec<Id>,
        /// Its endpoints, which routes point at.
        endpoints: Vec<Id>,
    }
    /// A network access control list.
    NetworkAcl(NetworkAclFacts) {
        /// Its VPC.
        vpc: Id,
        /// Whether AWS made it with the VPC.
        is_default: bool,
        /// Its entries, both directions, by direction and number.
        entries: Vec<AclEntry>,
        /// The subnets it guards.
        subnets: Vec<Id>,
    }
    /// A security group.
    SecurityGroup(SecurityGroupFacts) {
        /// Its VPC.
        vpc: Id,
        /// Its own name; `default` for the one AWS makes.
        group_name: Text,
        /// What people wrote about it.
        description: Text,
        /// What it lets in.
        ingress: Vec<SecurityGroupRule>,
        /// What it lets out.
        egress: Vec<SecurityGroupRule>,
    }
    /// A network interface.
    NetworkInterface(NetworkInterfaceFacts) {
        /// Its VPC.
        vpc: Id,
        /// Its subnet.
        subnet: Id,
        /// The name of its zone.
        availability_zone: Text,
        /// `available`, `in-use` …
        status: Text,
        /// `interface`, `nat_gateway`, `lambda`, `network_load_balancer`, `vpc_endpoint`, `transit_gateway` …
        interface_type: Text,
        /// Who made it and for what, as AWS writes it.
        description: Text,
        /// The service that made it.
        requester_id: Text,
        /// Whether a service manages it.
        requester_managed: bool,
        /// Its version 4 addresses, the primary one among them.
        addresses: Vec<InterfaceAddress>,
        /// Its version 6 addresses.
        ipv6_addresses: Vec<IpAddr>,
        /// Its security groups.
        groups: Vec<Id>,
        /// The instance it is attached to.
        instance: Option<Id>,
        /// Who owns that: an account or a service such as `amazon-elb`.
        instance_owner: Text,
        /// Whether it drops what is not for itself; a router has it off.
        source_dest_check: bool,
        /// Its hardware address.
        mac_address: Text,
    }
    /// An instance.
    Instance(InstanceFacts) {
        /// Its VPC.
        vpc: Id,
        /// Its subnet.
        subnet: Id,
        /// `running`, `stopped`, `terminated` …
        state: Text,
        /// `t3.micro` …
        instance_type: Text,
        /// Its primary private address.
        private_ip: IpAddr,
        /// Its public address.
        public_ip: IpAddr,
        /// Its interfaces.
        network_interfaces: Vec<Id>,
        /// Its security groups.
        groups: Vec<Id>,
        /// Whether it drops what is not for itself.
        source_dest_check: bool,
    }
    /// An elastic IP address.
    ElasticIp(ElasticIpFacts) {
        /// The address.
        public_ip: IpAddr,
        /// Its association, if it is in use.
        association: Option<Text>,
        /// The interface it leads to.
        network_interface: Option<Id>,
        /// The instance it leads to.
        instance: Option<Id>,
        /// The private address it stands for.
        private_ip: Option<IpAddr>,
        /// Where it is announced.
        network_border_group: Text,
        /// The service that manages it (`rnat`: a regional NAT gateway).
        service_managed: Text,
    }
    /// A set of DHCP options.
    DhcpOptions(DhcpOptionsFacts) {
        /// Option names with their values.
        options: BTreeMap<Text, Vec<Text>>,
    }
    /// A flow log.
    FlowLog(FlowLogFacts) {
        /// The VPC, subnet or interface it records.
        resource: Id,
        /// `ACTIVE` …
        status: Text,
        /// `ACCEPT`, `REJECT`, `ALL`.
        traffic_type: Text,
        /// `cloud-watch-logs`, `s3`, `kinesis-data-firehose`.
        destination_type: Text,
        /// Where to.
        destination: Text,
        /// Whether records arrive: `SUCCESS`, `FAILED`.
        deliver_status: Text,
        /// The role that writes to a log group.
        deliver_logs_permission_arn: Text,
    }
}

/// A block tied to a VPC or a subnet, with its state; it can be used only when `associated`.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CidrAssociation {
    /// The block; `None` where AWS will choose it.
    pub cidr: Option<IpNet>,
    /// `associating`, `associated`, `disassociating`, `disassociated`, `failing`, `failed`.
    pub state: Text,
}

impl CidrAssociation {
    /// A block that can be used.
    pub fn associated(cidr: IpNet) -> Self {
        Self {
            cidr: Some(cidr),
            state: "associated".into(),
        }
    }

    /// The block, if it can be used now.
    pub fn usable(&self) -> Option<IpNet> {
        (self.state == "associated").then_some(self.cidr).flatten()
    }
}

/// Where a route leads from: a block or a prefix list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// Addresses of one block.
    Block(IpNet),
    /// Addresses of a prefix list.
    PrefixList(Id),
    /// As it was written, where it is neither.
    Other(Text),
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(block) => block.fmt(f),
            Self::PrefixList(id) => id.fmt(f),
            Self::Other(text) => text.fmt(f),
        }
    }
}

/// Where a route leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The VPC itself.
    Local,
    /// A resource.
    Resource(Key),
    /// As it was written, where it is a target we do not know.
    Other(Text),
}

impl Target {
    /// The resource it leads to.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Resource(key) => Some(key),
            Self::Local | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Resource(key) => key.id.fmt(f),
            Self::Other(text) => text.fmt(f),
        }
    }
}

/// A word that AWS may add to: known words are variants, the others are kept as they are.
macro_rules! open_word {
    ($(#[$doc:meta])* $name:ident { $( $(#[$variant_doc:meta])* $variant:ident $word:literal, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(from = "Text", into = "Text")]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )*
            /// A word that AWS added later.
            Other(Text),
        }

        impl $name {
            /// The word as AWS writes it.
            pub fn as_str(&self) -> &str {
                match self { $( Self::$variant => $word, )* Self::Other(word) => word }
            }
        }

        impl From<Text> for $name {
            fn from(word: Text) -> Self {
                match word.as_str() { $( $word => Self::$variant, )* _ => Self::Other(word) }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word { $( $word => Self::$variant, )* _ => Self::Other(word.into()) }
            }
        }

        impl From<$name> for Text {
            fn from(word: $name) -> Self { word.as_str().into() }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

open_word! {
    /// Whether a route works.
    RouteState {
        /// It works.
        Active "active",
        /// Its target is gone or detached; packets are dropped.
        Blackhole "blackhole",
        /// It is there but not used.
        Filtered "filtered",
    }
}

open_word! {
    /// Where a route comes from; static routes win over propagated ones of the same destination.
    RouteOrigin {
        /// The local route, made with the table.
        CreateRouteTable "CreateRouteTable",
        /// Written by somebody.
        CreateRoute "CreateRoute",
        /// Propagated by a VPN gateway.
        EnableVgwRoutePropagation "EnableVgwRoutePropagation",
        /// Learnt from a route server.
        Advertisement "Advertisement",
    }
}

/// A route of a VPC's table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Route {
    /// Which packets.
    pub destination: Destination,
    /// Where they go.
    pub target: Target,
    /// Whether it works.
    pub state: RouteState,
    /// Where it comes from.
    pub origin: RouteOrigin,
}

impl Route {
    /// Whether packets follow it.
    pub fn is_active(&self) -> bool {
        self.state == RouteState::Active
    }

    /// Its block, where its destination is one.
    pub fn block(&self) -> Option<IpNet> {
        match self.destination {
            Destination::Block(block) => Some(block),
            Destination::PrefixList(_) | Destination::Other(_) => None,
        }
    }
}

/// What is tied to a route table. Exactly one table of a VPC has one with `main`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteTableAssociation {
    /// `rtbassoc-…`
    pub id: Option<Text>,
    /// Whether this makes the table the main one.
    pub main: bool,
    /// The subnet that is tied to it.
    pub subnet: Option<Id>,
    /// The internet or VPN gateway that is tied to it (an edge association).
    pub gateway: Option<Id>,
    /// `associated` …
    pub state: Option<Text>,
}

impl RouteTableAssociation {
    /// Whether it holds now; one without a state does.
    pub fn holds(&self) -> bool {
        self.state
            .as_deref()
            .is_none_or(|state| state == "associated" || state == "associating")
    }
}

/// A gateway attached to a VPC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VpcAttachment {
    /// The VPC.
    pub vpc: Id,
    /// `available` (internet gateways), `attached` …
    pub state: Option<Text>,
}

impl VpcAttachment {
    /// Whether it holds now; one without a state does.
    pub fn holds(&self) -> bool {
        self.state
            .as_deref()
            .is_none_or(|state| matches!(state, "available" | "attached" | "attaching"))
    }
}

/// An address of a NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NatAddress {
    /// The public address, if it has one.
    pub public_ip: Option<IpAddr>,
    /// The address inside the VPC.
    pub private_ip: Option<IpAddr>,
    /// The elastic IP.
    pub allocation: Option<Id>,
    /// The interface.
    pub network_interface: Option<Id>,
    /// The zone (regional gateways).
    pub availability_zone: Option<Text>,
    /// Whether it is the primary one.
    pub primary: bool,
}

/// A block of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PrefixListEntry {
    /// The block.
    pub cidr: IpNet,
    /// What people wrote about it.
    pub description: Option<Text>,
}

/// One side of a peering connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PeeringSide {
    /// Its VPC.
    pub vpc: Id,
    /// Its account.
    pub owner: Option<Text>,
    /// Its region.
    pub region: Option<Text>,
    /// Its blocks, both families, sorted; a side sees the other's only when the peering is active.
    pub cidrs: Vec<IpNet>,
    /// Whether it resolves the other side's names.
    pub dns_resolution: Option<bool>,
}

/// An attachment in a transit gateway's table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TransitGatewayTableEntry {
    /// The attachment.
    pub attachment: Option<Id>,
    /// What is attached.
    pub resource: Option<Id>,
    /// `vpc`, `vpn`, `peering` …
    pub resource_type: Text,
    /// `associated`, `enabled` …
    pub state: Text,
}

/// A route of a transit gateway's table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TransitGatewayRoute {
    /// Which packets.
    pub destination: Destination,
    /// The attachments they go to; none for a blackhole.
    pub attachments: Vec<Id>,
    /// `static` or `propagated`.
    pub route_type: Text,
    /// Whether it works.
    pub state: RouteState,
}

/// A tunnel of a VPN connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VpnTunnel {
    /// AWS's end of the tunnel.
    pub outside_ip: Option<IpAddr>,
    /// `UP` or `DOWN`.
    pub status: Text,
    /// How many routes were learnt.
    pub accepted_routes: u32,
    /// The status in words.
    pub message: Option<Text>,
}

/// What a rule lets through or stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AclAction {
    /// It lets through.
    Allow,
    /// It stops.
    Deny,
}

/// An entry of a network ACL. Lowest number first; the first that matches decides; no match is a denial.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AclEntry {
    /// Whether it looks at what leaves the subnet.
    pub egress: bool,
    /// Its place.
    pub number: u32,
    /// What it does.
    pub action: AclAction,
    /// The protocol's number or name; `-1` for all.
    pub protocol: Text,
    /// The far side.
    pub cidr: Option<IpNet>,
    /// First and last port, both included.
    pub ports: Option<(u16, u16)>,
    /// ICMP type and code; -1 for all.
    pub icmp: Option<(i32, i32)>,
}

/// The far side of a security group's rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RulePeer {
    /// Addresses of a block.
    Block(IpNet),
    /// Interfaces of a group.
    Group(Id),
    /// Addresses of a prefix list.
    PrefixList(Id),
}

impl fmt::Display for RulePeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(block) => block.fmt(f),
            Self::Group(id) | Self::PrefixList(id) => id.fmt(f),
        }
    }
}

/// One rule of a security group: one protocol, one range, one far side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecurityGroupRule {
    /// The protocol's name or number; `-1` for all.
    pub protocol: Text,
    /// First port, or ICMP type; -1 for all.
    pub from_port: Option<i32>,
    /// Last port, or ICMP code; -1 for all.
    pub to_port: Option<i32>,
    /// The far side.
    pub peer: RulePeer,
    /// What people wrote about it.
    pub description: Option<Text>,
}

/// A version 4 address of an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InterfaceAddress {
    /// The private address.
    pub private_ip: IpAddr,
    /// Whether it is the primary one.
    pub primary: bool,
    /// The public address that stands for it.
    pub public_ip: Option<IpAddr>,
}
