//! Every read call the program knows: its names, its permission, its page size, and the list it hangs on.
//!
//! Pure data, compiled always: the `collect` script, the gap panel and the live loader read the same table, so a call
//! added here is asked for through every door. Names, response members and page sizes are those of the
//! [EC2 API reference](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/OperationList-query.html).

use serde_json::{Value, json};

/// One read call of AWS's API, in the order in which a reader wants the answers.
///
/// `DescribeVpcAttribute` answers one attribute at a time, so each attribute is a call of its own: a refused one costs
/// that attribute alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each variant is its API name, given in full by `Call::spec`
pub enum Call {
    CallerIdentity,
    Regions,
    AvailabilityZones,
    Vpcs,
    VpcDnsSupport,
    VpcDnsHostnames,
    Subnets,
    RouteTables,
    InternetGateways,
    EgressOnlyInternetGateways,
    NatGateways,
    Addresses,
    VpcEndpoints,
    ManagedPrefixLists,
    ManagedPrefixListEntries,
    PrefixLists,
    NetworkAcls,
    SecurityGroups,
    SecurityGroupRules,
    NetworkInterfaces,
    Instances,
    DhcpOptions,
    VpcPeeringConnections,
    TransitGateways,
    TransitGatewayAttachments,
    TransitGatewayVpcAttachments,
    TransitGatewayPeeringAttachments,
    TransitGatewayConnects,
    TransitGatewayRouteTables,
    TransitGatewayRouteTableAssociations,
    TransitGatewayRouteTablePropagations,
    TransitGatewayRoutes,
    VpnGateways,
    VpnConnections,
    CustomerGateways,
    CarrierGateways,
    LocalGateways,
    FlowLogs,
    VpcBlockPublicAccessOptions,
    VpcBlockPublicAccessExclusions,
    VpcEncryptionControls,
}

/// How a call answers a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// The API takes neither a page size nor a token: one answer holds everything.
    Whole,
    /// Pages of at most this many resources, followed by `NextToken`; the AWS CLI follows it by itself.
    Pages(u16),
    /// Pages of at most this many resources, followed by `NextToken`; the AWS CLI leaves the token to its caller.
    Tokens(u16),
}

impl Paging {
    /// The page size to ask for, the largest AWS allows; none where the API has no pages.
    pub const fn size(self) -> Option<u16> {
        match self {
            Self::Whole => None,
            Self::Pages(size) | Self::Tokens(size) => Some(size),
        }
    }
}

/// The list a call hangs on: it is made once for each resource that `call` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// The call that lists the parents.
    pub call: Call,
    /// The parent's kind, in the words of the program's JSON (`transit-gateway-route-table`).
    pub kind: &'static str,
    /// The member of a parent that holds its id (`TransitGatewayRouteTableId`).
    pub id: &'static str,
    /// The AWS CLI option that takes the id (`--transit-gateway-route-table-id`).
    pub option: &'static str,
    /// Whether the answer fails to name its parent, so that it travels in [`wrapped`] form.
    pub wraps: bool,
}

impl Parent {
    /// The ids of the parents in one page of the list they hang on, in the page's order.
    pub fn ids(&self, page: &Value) -> Vec<String> {
        let ids = self
            .call
            .spec()
            .keys
            .iter()
            .filter_map(|key| page.get(key)?.as_array())
            .flatten();
        ids.filter_map(|parent| parent.get(self.id)?.as_str().map(str::to_owned))
            .collect()
    }
}

/// What there is to know about one call before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// The API's name for it (`DescribeRouteTables`).
    pub api: &'static str,
    /// The AWS CLI's service (`ec2`, `sts`).
    pub service: &'static str,
    /// The AWS CLI's command (`describe-route-tables`).
    pub command: &'static str,
    /// Arguments that are always given to the AWS CLI's command.
    pub arguments: &'static [&'static str],
    /// The IAM action that allows it (`ec2:DescribeRouteTables`); none is needed for `sts get-caller-identity`.
    pub action: &'static str,
    /// The members of the answer that hold its resources (`RouteTables`).
    pub keys: &'static [&'static str],
    /// Whether and how the answer comes in pages.
    pub paging: Paging,
    /// The list it hangs on, where it is made once for each of something.
    pub parent: Option<Parent>,
    /// The members to keep, as a `JMESPath` expression, where the whole answer of the AWS CLI holds secrets.
    pub query: Option<&'static str>,
}

/// The member under which a wrapped answer names its parent.
pub const PARENT: &str = "VpcAtlasParent";
/// The member under which a wrapped answer holds what AWS answered.
pub const OUTPUT: &str = "Output";
/// The member under which the `collect` script records a call that failed.
pub const ERROR: &str = "VpcAtlasError";

/// `output` with the parent it belongs to, for answers that do not name it:
/// `{"VpcAtlasParent":{"Kind":"prefix-list","Id":"pl-…"},"Output":{…}}`.
pub fn wrapped(kind: &str, id: &str, output: Value) -> Value {
    let parent = json!({ "Kind": kind, "Id": id });
    Value::Object(
        [(PARENT.to_owned(), parent), (OUTPUT.to_owned(), output)]
            .into_iter()
            .collect(),
    )
}

const LARGE: Paging = Paging::Pages(1000);
const SMALL: Paging = Paging::Pages(100);

const fn list(
    api: &'static str,
    command: &'static str,
    action: &'static str,
    keys: &'static [&'static str],
    paging: Paging,
) -> Spec {
    Spec {
        api,
        service: "ec2",
        command,
        arguments: &[],
        action,
        keys,
        paging,
        parent: None,
        query: None,
    }
}

const fn attribute(arguments: &'static [&'static str], keys: &'static [&'static str]) -> Spec {
    let parent = Parent {
        call: Call::Vpcs,
        kind: "vpc",
        id: "VpcId",
        option: "--vpc-id",
        wraps: false,
    };
    let spec = list(
        "DescribeVpcAttribute",
        "describe-vpc-attribute",
        "ec2:DescribeVpcAttribute",
        keys,
        Paging::Whole,
    );
    Spec {
        arguments,
        parent: Some(parent),
        ..spec
    }
}

const fn of_tgw_table(spec: Spec) -> Spec {
    let parent = Parent {
        call: Call::TransitGatewayRouteTables,
        kind: "transit-gateway-route-table",
        id: "TransitGatewayRouteTableId",
        option: "--transit-gateway-route-table-id",
        wraps: true,
    };
    Spec {
        parent: Some(parent),
        ..spec
    }
}

/// The members of a VPN connection that may leave the account: `CustomerGatewayConfiguration` and the tunnel options
/// hold the tunnels' pre-shared keys (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnConnection.html>).
const VPN_CONNECTIONS: &str = "{VpnConnections: VpnConnections[].{VpnConnectionId: VpnConnectionId, State: State, \
    Type: Type, Category: Category, CustomerGatewayId: CustomerGatewayId, VpnGatewayId: VpnGatewayId, \
    TransitGatewayId: TransitGatewayId, VpnConcentratorId: VpnConcentratorId, CoreNetworkArn: CoreNetworkArn, \
    CoreNetworkAttachmentArn: CoreNetworkAttachmentArn, GatewayAssociationState: GatewayAssociationState, \
    Options: Options.{EnableAcceleration: EnableAcceleration, StaticRoutesOnly: StaticRoutesOnly, \
    LocalIpv4NetworkCidr: LocalIpv4NetworkCidr, RemoteIpv4NetworkCidr: RemoteIpv4NetworkCidr, \
    LocalIpv6NetworkCidr: LocalIpv6NetworkCidr, RemoteIpv6NetworkCidr: RemoteIpv6NetworkCidr, \
    OutsideIpAddressType: OutsideIpAddressType, TransportTransitGatewayAttachmentId: \
    TransportTransitGatewayAttachmentId, TunnelInsideIpVersion: TunnelInsideIpVersion, TunnelBandwidth: \
    TunnelBandwidth, \
    TunnelOptions: TunnelOptions[].{OutsideIpAddress: OutsideIpAddress, TunnelInsideCidr: TunnelInsideCidr, \
    TunnelInsideIpv6Cidr: TunnelInsideIpv6Cidr}}, Routes: Routes, Tags: Tags, VgwTelemetry: VgwTelemetry}}";

impl Call {
    /// Every call, lists before what hangs on them.
    pub const ALL: [Self; 41] = [
        Self::CallerIdentity,
        Self::Regions,
        Self::AvailabilityZones,
        Self::Vpcs,
        Self::VpcDnsSupport,
        Self::VpcDnsHostnames,
        Self::Subnets,
        Self::RouteTables,
        Self::InternetGateways,
        Self::EgressOnlyInternetGateways,
        Self::NatGateways,
        Self::Addresses,
        Self::VpcEndpoints,
        Self::ManagedPrefixLists,
        Self::ManagedPrefixListEntries,
        Self::PrefixLists,
        Self::NetworkAcls,
        Self::SecurityGroups,
        Self::SecurityGroupRules,
        Self::NetworkInterfaces,
        Self::Instances,
        Self::DhcpOptions,
        Self::VpcPeeringConnections,
        Self::TransitGateways,
        Self::TransitGatewayAttachments,
        Self::TransitGatewayVpcAttachments,
        Self::TransitGatewayPeeringAttachments,
        Self::TransitGatewayConnects,
        Self::TransitGatewayRouteTables,
        Self::TransitGatewayRouteTableAssociations,
        Self::TransitGatewayRouteTablePropagations,
        Self::TransitGatewayRoutes,
        Self::VpnGateways,
        Self::VpnConnections,
        Self::CustomerGateways,
        Self::CarrierGateways,
        Self::LocalGateways,
        Self::FlowLogs,
        Self::VpcBlockPublicAccessOptions,
        Self::VpcBlockPublicAccessExclusions,
        Self::VpcEncryptionControls,
    ];

    /// Which answers become unknown where this call brings nothing, in words. What others tell stays.
    pub const fn answers(self) -> &'static [&'static str] {
        match self {
            Self::CallerIdentity => &["whose account it is", "what is shared and what is its own"],
            Self::Regions => &["which regions there are"],
            Self::AvailabilityZones => &["the ids and states of zones"],
            Self::Vpcs => &[
                "names and blocks of VPCs",
                "which VPC is the default one",
                "overlaps",
            ],
            Self::VpcDnsSupport => &["whether a VPC resolves names"],
            Self::VpcDnsHostnames => &["whether a VPC gives names to hosts"],
            Self::Subnets => &[
                "subnets with zones, blocks and free addresses",
                "which table a subnet uses",
            ],
            Self::RouteTables => &[
                "whether a subnet is public, private or isolated",
                "where routes lead",
            ],
            Self::InternetGateways => &[
                "whether an internet gateway is attached",
                "whether a subnet is public",
            ],
            Self::EgressOnlyInternetGateways => &["egress-only internet gateways"],
            Self::NatGateways => &["NAT gateways with subnets, addresses and states"],
            Self::Addresses => &["elastic addresses that are not in use, and what they cost"],
            Self::VpcEndpoints => &["endpoints with services and subnets"],
            Self::ManagedPrefixLists => &["names of prefix lists"],
            Self::ManagedPrefixListEntries => {
                &["which blocks a route or rule with a prefix list is for"]
            }
            Self::PrefixLists => &["blocks of AWS's own prefix lists"],
            Self::NetworkAcls => &["what network ACLs let through"],
            Self::SecurityGroups => &["what security groups let through"],
            Self::SecurityGroupRules => &["ids and tags of security group rules"],
            Self::NetworkInterfaces => &[
                "who uses the addresses of a subnet",
                "where routes to interfaces lead",
            ],
            Self::Instances => &["instances with names and states"],
            Self::DhcpOptions => &["which name servers a VPC gives its hosts"],
            Self::VpcPeeringConnections => &["which VPCs are peered"],
            Self::TransitGateways => &["names and settings of transit gateways"],
            Self::TransitGatewayAttachments => {
                &["what else is attached to a transit gateway, of other accounts too"]
            }
            Self::TransitGatewayVpcAttachments => {
                &["which subnets a transit gateway is attached in"]
            }
            Self::TransitGatewayPeeringAttachments => &["which transit gateways are peered"],
            Self::TransitGatewayConnects => &["Connect attachments of transit gateways"],
            Self::TransitGatewayRouteTables => &["route tables of transit gateways"],
            Self::TransitGatewayRouteTableAssociations => {
                &["which table an attachment is routed by"]
            }
            Self::TransitGatewayRouteTablePropagations => {
                &["which attachments make routes of themselves"]
            }
            Self::TransitGatewayRoutes => &["where a transit gateway's table leads"],
            Self::VpnGateways => &["VPN gateways and the VPCs they are attached to"],
            Self::VpnConnections => &["VPN connections and whether their tunnels are up"],
            Self::CustomerGateways => &["the other ends of VPN connections"],
            Self::CarrierGateways => &["carrier gateways"],
            Self::LocalGateways => &["local gateways"],
            Self::FlowLogs => &["what is logged of traffic"],
            Self::VpcBlockPublicAccessOptions => {
                &["whether public access is blocked in the region"]
            }
            Self::VpcBlockPublicAccessExclusions => &["what is exempt from blocked public access"],
            Self::VpcEncryptionControls => &["whether traffic has to be encrypted"],
        }
    }

    /// The IAM actions that reading everything needs, sorted; who asks needs no permission to be told.
    pub fn actions() -> Vec<&'static str> {
        let mut actions: Vec<&str> = Self::ALL
            .into_iter()
            .filter(|call| *call != Self::CallerIdentity)
            .map(|call| call.spec().action)
            .collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// What there is to know about this call.
    pub const fn spec(self) -> Spec {
        match self {
            Self::CallerIdentity => Spec {
                service: "sts",
                ..list(
                    "GetCallerIdentity",
                    "get-caller-identity",
                    "sts:GetCallerIdentity",
                    &[],
                    Paging::Whole,
                )
            },
            Self::Regions => list(
                "DescribeRegions",
                "describe-regions",
                "ec2:DescribeRegions",
                &["Regions"],
                Paging::Whole,
            ),
            Self::AvailabilityZones => list(
                "DescribeAvailabilityZones",
                "describe-availability-zones",
                "ec2:DescribeAvailabilityZones",
                &["AvailabilityZones"],
                Paging::Whole,
            ),
            Self::Vpcs => list(
                "DescribeVpcs",
                "describe-vpcs",
                "ec2:DescribeVpcs",
                &["Vpcs"],
                LARGE,
            ),
            Self::Subnets => list(
                "DescribeSubnets",
                "describe-subnets",
                "ec2:DescribeSubnets",
                &["Subnets"],
                LARGE,
            ),
            Self::RouteTables => list(
                "DescribeRouteTables",
                "describe-route-tables",
                "ec2:DescribeRouteTables",
                &["RouteTables"],
                SMALL,
            ),
            Self::InternetGateways => list(
                "DescribeInternetGateways",
                "describe-internet-gateways",
                "ec2:DescribeInternetGateways",
                &["InternetGateways"],
                LARGE,
            ),
            Self::EgressOnlyInternetGateways => list(
                "DescribeEgressOnlyInternetGateways",
                "describe-egress-only-internet-gateways",
                "ec2:DescribeEgressOnlyInternetGateways",
                &["EgressOnlyInternetGateways"],
                Paging::Pages(255),
            ),
            Self::NatGateways => list(
                "DescribeNatGateways",
                "describe-nat-gateways",
                "ec2:DescribeNatGateways",
                &["NatGateways"],
                LARGE,
            ),
            Self::Addresses => list(
                "DescribeAddresses",
                "describe-addresses",
                "ec2:DescribeAddresses",
                &["Addresses"],
                Paging::Whole,
            ),
            Self::VpcEndpoints => list(
                "DescribeVpcEndpoints",
                "describe-vpc-endpoints",
                "ec2:DescribeVpcEndpoints",
                &["VpcEndpoints"],
                LARGE,
            ),
            Self::ManagedPrefixLists => list(
                "DescribeManagedPrefixLists",
                "describe-managed-prefix-lists",
                "ec2:DescribeManagedPrefixLists",
                &["PrefixLists"],
                SMALL,
            ),
            Self::PrefixLists => list(
                "DescribePrefixLists",
                "describe-prefix-lists",
                "ec2:DescribePrefixLists",
                &["PrefixLists"],
                SMALL,
            ),
            Self::NetworkAcls => list(
                "DescribeNetworkAcls",
                "describe-network-acls",
                "ec2:DescribeNetworkAcls",
                &["NetworkAcls"],
                LARGE,
            ),
            Self::SecurityGroups => list(
                "DescribeSecurityGroups",
                "describe-security-groups",
                "ec2:DescribeSecurityGroups",
                &["SecurityGroups"],
                LARGE,
            ),
            Self::SecurityGroupRules => list(
                "DescribeSecurityGroupRules",
                "describe-security-group-rules",
                "ec2:DescribeSecurityGroupRules",
                &["SecurityGroupRules"],
                LARGE,
            ),
            Self::NetworkInterfaces => list(
                "DescribeNetworkInterfaces",
                "describe-network-interfaces",
                "ec2:DescribeNetworkInterfaces",
                &["NetworkInterfaces"],
                LARGE,
            ),
            Self::Instances => list(
                "DescribeInstances",
                "describe-instances",
                "ec2:DescribeInstances",
                &["Reservations"],
                LARGE,
            ),
            Self::DhcpOptions => list(
                "DescribeDhcpOptions",
                "describe-dhcp-options",
                "ec2:DescribeDhcpOptions",
                &["DhcpOptions"],
                LARGE,
            ),
            Self::VpcPeeringConnections => list(
                "DescribeVpcPeeringConnections",
                "describe-vpc-peering-connections",
                "ec2:DescribeVpcPeeringConnections",
                &["VpcPeeringConnections"],
                LARGE,
            ),
            Self::TransitGateways => list(
                "DescribeTransitGateways",
                "describe-transit-gateways",
                "ec2:DescribeTransitGateways",
                &["TransitGateways"],
                LARGE,
            ),
            Self::TransitGatewayAttachments => list(
                "DescribeTransitGatewayAttachments",
                "describe-transit-gateway-attachments",
                "ec2:DescribeTransitGatewayAttachments",
                &["TransitGatewayAttachments"],
                LARGE,
            ),
            Self::TransitGatewayVpcAttachments => list(
                "DescribeTransitGatewayVpcAttachments",
                "describe-transit-gateway-vpc-attachments",
                "ec2:DescribeTransitGatewayVpcAttachments",
                &["TransitGatewayVpcAttachments"],
                LARGE,
            ),
            Self::TransitGatewayPeeringAttachments => list(
                "DescribeTransitGatewayPeeringAttachments",
                "describe-transit-gateway-peering-attachments",
                "ec2:DescribeTransitGatewayPeeringAttachments",
                &["TransitGatewayPeeringAttachments"],
                LARGE,
            ),
            Self::TransitGatewayConnects => list(
                "DescribeTransitGatewayConnects",
                "describe-transit-gateway-connects",
                "ec2:DescribeTransitGatewayConnects",
                &["TransitGatewayConnects"],
                LARGE,
            ),
            Self::TransitGatewayRouteTables => list(
                "DescribeTransitGatewayRouteTables",
                "describe-transit-gateway-route-tables",
                "ec2:DescribeTransitGatewayRouteTables",
                &["TransitGatewayRouteTables"],
                LARGE,
            ),
            Self::VpnGateways => list(
                "DescribeVpnGateways",
                "describe-vpn-gateways",
                "ec2:DescribeVpnGateways",
                &["VpnGateways"],
                Paging::Whole,
            ),
            Self::CustomerGateways => list(
                "DescribeCustomerGateways",
                "describe-customer-gateways",
                "ec2:DescribeCustomerGateways",
                &["CustomerGateways"],
                Paging::Whole,
            ),
            Self::CarrierGateways => list(
                "DescribeCarrierGateways",
                "describe-carrier-gateways",
                "ec2:DescribeCarrierGateways",
                &["CarrierGateways"],
                LARGE,
            ),
            Self::LocalGateways => list(
                "DescribeLocalGateways",
                "describe-local-gateways",
                "ec2:DescribeLocalGateways",
                &["LocalGateways"],
                LARGE,
            ),
            Self::FlowLogs => list(
                "DescribeFlowLogs",
                "describe-flow-logs",
                "ec2:DescribeFlowLogs",
                &["FlowLogs"],
                LARGE,
            ),
            Self::VpcBlockPublicAccessOptions => list(
                "DescribeVpcBlockPublicAccessOptions",
                "describe-vpc-block-public-access-options",
                "ec2:DescribeVpcBlockPublicAccessOptions",
                &["VpcBlockPublicAccessOptions"],
                Paging::Whole,
            ),
            Self::VpcBlockPublicAccessExclusions => list(
                "DescribeVpcBlockPublicAccessExclusions",
                "describe-vpc-block-public-access-exclusions",
                "ec2:DescribeVpcBlockPublicAccessExclusions",
                &["VpcBlockPublicAccessExclusions"],
                Paging::Tokens(1000),
            ),
            Self::VpcEncryptionControls => list(
                "DescribeVpcEncryptionControls",
                "describe-vpc-encryption-controls",
                "ec2:DescribeVpcEncryptionControls",
                &["VpcEncryptionControls"],
                Paging::Tokens(1000),
            ),
            Self::VpcDnsSupport => {
                attribute(&["--attribute", "enableDnsSupport"], &["EnableDnsSupport"])
            }
            Self::VpcDnsHostnames => attribute(
                &["--attribute", "enableDnsHostnames"],
                &["EnableDnsHostnames"],
            ),
            Self::ManagedPrefixListEntries => Spec {
                parent: Some(Parent {
                    call: Self::ManagedPrefixLists,
                    kind: "prefix-list",
                    id: "PrefixListId",
                    option: "--prefix-list-id",
                    wraps: true,
                }),
                ..list(
                    "GetManagedPrefixListEntries",
                    "get-managed-prefix-list-entries",
                    "ec2:GetManagedPrefixListEntries",
                    &["Entries"],
                    SMALL,
                )
            },
            Self::TransitGatewayRouteTableAssociations => of_tgw_table(list(
                "GetTransitGatewayRouteTableAssociations",
                "get-transit-gateway-route-table-associations",
                "ec2:GetTransitGatewayRouteTableAssociations",
                &["Associations"],
                LARGE,
            )),
            Self::TransitGatewayRouteTablePropagations => of_tgw_table(list(
                "GetTransitGatewayRouteTablePropagations",
                "get-transit-gateway-route-table-propagations",
                "ec2:GetTransitGatewayRouteTablePropagations",
                &["TransitGatewayRouteTablePropagations"],
                LARGE,
            )),
            // A filter is required, so both states are named. Old AWS CLIs do not page this call: the token stays ours.
            Self::TransitGatewayRoutes => of_tgw_table(Spec {
                arguments: &["--filters", "Name=state,Values=active,blackhole"],
                ..list(
                    "SearchTransitGatewayRoutes",
                    "search-transit-gateway-routes",
                    "ec2:SearchTransitGatewayRoutes",
                    &["Routes"],
                    Paging::Tokens(1000),
                )
            }),
            Self::VpnConnections => Spec {
                query: Some(VPN_CONNECTIONS),
                ..list(
                    "DescribeVpnConnections",
                    "describe-vpn-connections",
                    "ec2:DescribeVpnConnections",
                    &["VpnConnections"],
                    Paging::Whole,
                )
            },
        }
    }

    /// The calls that are made once for each resource this one lists.
    pub fn children(self) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |call| call.spec().parent.is_some_and(|parent| parent.call == self))
    }

    /// The call that an AWS CLI command makes, by its words (`describe-route-tables`); of the attribute calls, the first.
    pub fn from_command(command: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|call| call.spec().command == command)
    }

    /// The call with this API name (`DescribeRouteTables`); of the attribute calls, the first.
    pub fn from_api(api: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.spec().api == api)
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.spec().api)
    }
}
