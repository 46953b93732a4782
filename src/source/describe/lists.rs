//! The names AWS gives its lists, and what the program does with each.

use super::super::calls::Call;
use super::super::json::{Object, folded};
use super::fields::Fields;
use super::records as read;
use crate::network::{Facts, Kind};

/// How records of one list are read.
pub(super) struct Recipe {
    pub(super) kind: Kind,
    /// The member that holds the id; the second is for records that lack the first.
    pub(super) id: &'static [&'static str],
    pub(super) arn: &'static str,
    /// The member that holds the tags; empty where this list has none to tell.
    pub(super) tags: &'static str,
    /// The member that names the owner; in an object inside, after a point.
    pub(super) owner: &'static str,
    /// The facts, as seen from a region.
    pub(super) facts: fn(&Fields<'_>, Option<&str>) -> Facts,
    /// Why this list does not hold all of its kind; empty where it does.
    pub(super) only: &'static str,
}

const fn recipe(
    kind: Kind,
    id: &'static [&'static str],
    facts: fn(&Fields<'_>, Option<&str>) -> Facts,
) -> Recipe {
    Recipe {
        kind,
        id,
        arn: "",
        tags: "Tags",
        owner: "OwnerId",
        facts,
        only: "",
    }
}

/// A list the program knows by its name.
#[derive(Clone, Copy)]
pub(super) enum Listed {
    /// Records of resources.
    Records(&'static Recipe),
    /// Instances, bundled by reservation.
    Reservations,
    /// Entries of one prefix list.
    Entries,
    /// Attachments associated with one table of a transit gateway.
    Associations,
    /// Attachments that propagate to one table of a transit gateway.
    Propagations,
    /// Routes of one table of a transit gateway.
    Routes,
    /// [`Listed::Propagations`] of several tables, each beside its table's id.
    PropagationsByTable,
    /// Static routes of several tables, each beside its table's id.
    StaticRoutesByTable,
    /// Rules of security groups, one by one.
    Rules,
    /// Encryption controls of VPCs.
    EncryptionControls,
    /// Associations of Direct Connect gateways.
    DirectConnectAssociations,
    /// Known, and of no use to a map of networks.
    Unused,
}

impl Listed {
    /// The kinds the list tells of.
    pub(super) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Records(recipe) => std::slice::from_ref(&recipe.kind),
            Self::Reservations => &[Kind::Instance],
            Self::Entries => &[Kind::PrefixList],
            Self::Associations
            | Self::Propagations
            | Self::Routes
            | Self::PropagationsByTable
            | Self::StaticRoutesByTable => &[Kind::TransitGatewayRouteTable],
            Self::Rules => &[Kind::SecurityGroup],
            Self::EncryptionControls => &[Kind::Vpc],
            Self::DirectConnectAssociations => &[Kind::DirectConnectGateway],
            Self::Unused => &[],
        }
    }
}

static ACCOUNT: Recipe = Recipe {
    arn: "Arn",
    tags: "",
    owner: "",
    ..recipe(Kind::Account, &["Id"], |fields, _| {
        read::account(fields).into()
    })
};
static REGION: Recipe = Recipe {
    tags: "",
    owner: "",
    ..recipe(Kind::Region, &["RegionName"], |fields, _| {
        read::region(fields).into()
    })
};
static ZONE: Recipe = Recipe {
    tags: "",
    owner: "",
    ..recipe(Kind::AvailabilityZone, &["ZoneName"], |fields, _| {
        read::zone(fields).into()
    })
};
static VPC: Recipe = recipe(Kind::Vpc, &["VpcId"], |fields, _| read::vpc(fields).into());
/// `describe-vpc-classic-link` calls its list like `describe-vpcs`.
pub(super) static CLASSIC_LINK: Recipe = Recipe {
    only: "only what ClassicLink says of them is in this input",
    ..recipe(Kind::Vpc, &["VpcId"], |_, _| Facts::unread(Kind::Vpc))
};
static SUBNET: Recipe = Recipe {
    arn: "SubnetArn",
    ..recipe(Kind::Subnet, &["SubnetId"], |fields, _| {
        read::subnet(fields).into()
    })
};
static ROUTE_TABLE: Recipe = recipe(Kind::RouteTable, &["RouteTableId"], |fields, _| {
    read::route_table(fields).into()
});
static INTERNET_GATEWAY: Recipe = recipe(
    Kind::InternetGateway,
    &["InternetGatewayId"],
    |fields, _| read::internet_gateway(fields).into(),
);
static EGRESS_ONLY: Recipe = recipe(
    Kind::EgressOnlyInternetGateway,
    &["EgressOnlyInternetGatewayId"],
    |fields, _| read::egress_only_gateway(fields).into(),
);
static NAT_GATEWAY: Recipe = recipe(Kind::NatGateway, &["NatGatewayId"], |fields, _| {
    read::nat_gateway(fields).into()
});
static ENDPOINT: Recipe = recipe(Kind::VpcEndpoint, &["VpcEndpointId"], |fields, _| {
    read::vpc_endpoint(fields).into()
});
static PREFIX_LIST: Recipe = Recipe {
    arn: "PrefixListArn",
    ..recipe(Kind::PrefixList, &["PrefixListId"], |fields, _| {
        read::prefix_list(fields).into()
    })
};
/// `describe-prefix-lists` calls its list like `describe-managed-prefix-lists`, and knows AWS's own only.
pub(super) static AWS_PREFIX_LIST: Recipe = Recipe {
    arn: "",
    tags: "",
    owner: "",
    only: "only AWS's own ones are in this input",
    ..recipe(Kind::PrefixList, &["PrefixListId"], |fields, _| {
        read::prefix_list(fields).into()
    })
};
static PEERING: Recipe = Recipe {
    owner: "RequesterVpcInfo.OwnerId",
    ..recipe(
        Kind::VpcPeeringConnection,
        &["VpcPeeringConnectionId"],
        |fields, _| read::peering(fields).into(),
    )
};
static TRANSIT_GATEWAY: Recipe = Recipe {
    arn: "TransitGatewayArn",
    ..recipe(Kind::TransitGateway, &["TransitGatewayId"], |fields, _| {
        read::transit_gateway(fields).into()
    })
};
const ATTACHMENT_ID: &[&str] = &["TransitGatewayAttachmentId"];
static ATTACHMENT: Recipe = Recipe {
    owner: "ResourceOwnerId",
    ..recipe(
        Kind::TransitGatewayAttachment,
        ATTACHMENT_ID,
        |fields, _| read::attachment(fields).into(),
    )
};
static VPC_ATTACHMENT: Recipe = Recipe {
    owner: "VpcOwnerId",
    only: "only those of some types are in this input",
    ..recipe(
        Kind::TransitGatewayAttachment,
        ATTACHMENT_ID,
        |fields, _| read::vpc_attachment(fields).into(),
    )
};
static PEERING_ATTACHMENT: Recipe = Recipe {
    owner: "RequesterTgwInfo.OwnerId",
    only: "only those of some types are in this input",
    ..recipe(
        Kind::TransitGatewayAttachment,
        ATTACHMENT_ID,
        |fields, region| read::peering_attachment(fields, region).into(),
    )
};
static CONNECT: Recipe = Recipe {
    owner: "",
    only: "only those of some types are in this input",
    ..recipe(
        Kind::TransitGatewayAttachment,
        ATTACHMENT_ID,
        |fields, _| read::connect_attachment(fields).into(),
    )
};
static TRANSIT_TABLE: Recipe = recipe(
    Kind::TransitGatewayRouteTable,
    &["TransitGatewayRouteTableId"],
    |fields, _| read::transit_gateway_table(fields).into(),
);
static VPN_GATEWAY: Recipe = recipe(Kind::VpnGateway, &["VpnGatewayId"], |fields, _| {
    read::vpn_gateway(fields).into()
});
static CUSTOMER_GATEWAY: Recipe = recipe(
    Kind::CustomerGateway,
    &["CustomerGatewayId"],
    |fields, _| read::customer_gateway(fields).into(),
);
static VPN_CONNECTION: Recipe = recipe(Kind::VpnConnection, &["VpnConnectionId"], |fields, _| {
    read::vpn_connection(fields).into()
});
static DIRECT_CONNECT: Recipe = Recipe {
    owner: "OwnerAccount",
    ..recipe(
        Kind::DirectConnectGateway,
        &["DirectConnectGatewayId"],
        |fields, _| read::direct_connect_gateway(fields).into(),
    )
};
static CARRIER_GATEWAY: Recipe =
    recipe(Kind::CarrierGateway, &["CarrierGatewayId"], |fields, _| {
        read::carrier_gateway(fields).into()
    });
static LOCAL_GATEWAY: Recipe = recipe(Kind::LocalGateway, &["LocalGatewayId"], |fields, _| {
    read::local_gateway(fields).into()
});
static CORE_NETWORK: Recipe = Recipe {
    arn: "CoreNetworkArn",
    // Routes name a core network by its ARN.
    ..recipe(
        Kind::CoreNetwork,
        &["CoreNetworkArn", "CoreNetworkId"],
        |fields, _| read::core_network(fields).into(),
    )
};
static NETWORK_ACL: Recipe = recipe(Kind::NetworkAcl, &["NetworkAclId"], |fields, _| {
    read::network_acl(fields).into()
});
static SECURITY_GROUP: Recipe = Recipe {
    arn: "SecurityGroupArn",
    ..recipe(Kind::SecurityGroup, &["GroupId"], |fields, _| {
        read::security_group(fields).into()
    })
};
static INTERFACE: Recipe = Recipe {
    tags: "TagSet",
    ..recipe(
        Kind::NetworkInterface,
        &["NetworkInterfaceId"],
        |fields, _| read::network_interface(fields).into(),
    )
};
pub(super) static INSTANCE: Recipe = recipe(Kind::Instance, &["InstanceId"], |fields, _| {
    read::instance(fields).into()
});
/// Instances outside their reservation: what listed them listed some.
static LONE_INSTANCE: Recipe = Recipe {
    only: "they do not come from a whole list of instances",
    ..recipe(Kind::Instance, &["InstanceId"], |fields, _| {
        read::instance(fields).into()
    })
};
static ELASTIC_IP: Recipe = recipe(
    Kind::ElasticIp,
    &["AllocationId", "PublicIp"],
    |fields, _| read::elastic_ip(fields).into(),
);
static DHCP_OPTIONS: Recipe = recipe(Kind::DhcpOptions, &["DhcpOptionsId"], |fields, _| {
    read::dhcp_options(fields).into()
});
static FLOW_LOG: Recipe = recipe(Kind::FlowLog, &["FlowLogId"], |fields, _| {
    read::flow_log(fields).into()
});

/// Lists of AWS's output that tell no network fact, folded: known, so that they are not called “not understood”.
const UNUSED: &[&str] = &[
    "accountattributes",
    "allowedprincipals",
    "autoscalinggroups",
    "blockpublicaccessexclusions",
    "bundletasks",
    "byoipcidrs",
    "cacheclusters",
    "capacityreservations",
    "classiclinkinstances",
    "clientvpnendpoints",
    "clusters",
    "connectionnotificationset",
    "dbclusters",
    "dbinstances",
    "dbsubnetgroups",
    "domainstatuslist",
    "elasticsearchdomains",
    "exporttasks",
    "filesystems",
    "firewallpolicies",
    "fleets",
    "functions",
    "hosts",
    "iaminstanceprofileassociations",
    "images",
    "instancestatuses",
    "instancetypes",
    "ipampoolallocations",
    "ipampools",
    "ipamresourcediscoveries",
    "ipamresourcediscoveryassociations",
    "ipams",
    "ipamscopes",
    "keypairs",
    "launchtemplates",
    "launchtemplateversions",
    "listeners",
    "loadbalancerattributes",
    "loadbalancerdescriptions",
    "loadbalancerlisteners",
    "loadbalancers",
    "loadbalancertargethealth",
    "localgatewayroutetables",
    "localgatewayroutetablevirtualinterfacegroupassociations",
    "localgatewayroutetablevpcassociation",
    "localgatewayroutetablevpcassociations",
    "localgatewayvirtualinterfacegroups",
    "localgatewayvirtualinterfaces",
    "movingaddressstatuses",
    "multicastdomainassociations",
    "multicastgroups",
    "networkinsightsaccessscopeanalyses",
    "networkinsightsaccessscopes",
    "networkinsightsanalyses",
    "networkinsightspaths",
    "placementgroups",
    "prefixlistassociations",
    "rdsinstances",
    "reservedinstances",
    "routeserverendpoints",
    "routeserverpeers",
    "routeservers",
    "rules",
    "securitygroupsreferenceset",
    "securitygroupvpcassociations",
    "serviceconfigurations",
    "servicedetails",
    "servicenames",
    "services",
    "snapshots",
    "spotinstancerequests",
    "subnetcidrreservations",
    "tags",
    "targetgroups",
    "targethealthdescriptions",
    "transitgatewayattachmentpropagations",
    "transitgatewayconnectpeers",
    "transitgatewaymulticastdomains",
    "transitgatewaypolicytables",
    "transitgatewayprefixlistreferences",
    "trafficmirrorfilters",
    "trafficmirrorsessions",
    "trafficmirrortargets",
    "virtualinterfaces",
    "volumes",
    "vpcblockpublicaccessexclusions",
    "vpcendpointassociations",
    "vpcendpointconnectionnotifications",
    "vpcendpointconnections",
    "vpcendpointservices",
    "vpcendpointserviceconfigurations",
    "vpcendpointservicepermissions",
];

/// What a list of this name is; none where the name is not known.
pub(super) fn listed(name: &str) -> Option<Listed> {
    let folded = folded(name);
    Some(match folded.as_str() {
        "accounts" => Listed::Records(&ACCOUNT),
        "regions" => Listed::Records(&REGION),
        "availabilityzones" => Listed::Records(&ZONE),
        "vpcs" => Listed::Records(&VPC),
        "subnets" => Listed::Records(&SUBNET),
        "routetables" => Listed::Records(&ROUTE_TABLE),
        "internetgateways" => Listed::Records(&INTERNET_GATEWAY),
        "egressonlyinternetgateways" => Listed::Records(&EGRESS_ONLY),
        "natgateways" => Listed::Records(&NAT_GATEWAY),
        "addresses" => Listed::Records(&ELASTIC_IP),
        "vpcendpoints" => Listed::Records(&ENDPOINT),
        "prefixlists" | "managedprefixlists" => Listed::Records(&PREFIX_LIST),
        "networkacls" => Listed::Records(&NETWORK_ACL),
        "securitygroups" => Listed::Records(&SECURITY_GROUP),
        "networkinterfaces" => Listed::Records(&INTERFACE),
        "instances" => Listed::Records(&LONE_INSTANCE),
        "dhcpoptions" => Listed::Records(&DHCP_OPTIONS),
        "vpcpeeringconnections" => Listed::Records(&PEERING),
        "transitgateways" => Listed::Records(&TRANSIT_GATEWAY),
        "transitgatewayattachments" => Listed::Records(&ATTACHMENT),
        "transitgatewayvpcattachments" => Listed::Records(&VPC_ATTACHMENT),
        "transitgatewaypeeringattachments" => Listed::Records(&PEERING_ATTACHMENT),
        "transitgatewayconnects" => Listed::Records(&CONNECT),
        "transitgatewayroutetables" => Listed::Records(&TRANSIT_TABLE),
        "vpngateways" => Listed::Records(&VPN_GATEWAY),
        "vpnconnections" => Listed::Records(&VPN_CONNECTION),
        "customergateways" => Listed::Records(&CUSTOMER_GATEWAY),
        "carriergateways" => Listed::Records(&CARRIER_GATEWAY),
        "localgateways" => Listed::Records(&LOCAL_GATEWAY),
        "directconnectgateways" => Listed::Records(&DIRECT_CONNECT),
        "corenetworks" => Listed::Records(&CORE_NETWORK),
        "flowlogs" => Listed::Records(&FLOW_LOG),
        "reservations" => Listed::Reservations,
        "entries" => Listed::Entries,
        "associations" => Listed::Associations,
        "transitgatewayroutetablepropagations" => Listed::Propagations,
        "routes" => Listed::Routes,
        "transitgatewaypropagations" => Listed::PropagationsByTable,
        "transitgatewaystaticroutes" => Listed::StaticRoutesByTable,
        "securitygrouprules" => Listed::Rules,
        "vpcencryptioncontrols" => Listed::EncryptionControls,
        "directconnectgatewayassociations" => Listed::DirectConnectAssociations,
        name if UNUSED.contains(&name) => Listed::Unused,
        _ => return None,
    })
}

/// What a list of this name is, told by its records where AWS gives one name to two lists.
pub(super) fn refined(listed: Listed, first: Option<Object<'_>>) -> Listed {
    let (Listed::Records(recipe), Some(first)) = (listed, first) else {
        return listed;
    };
    let has = |name| first.get(name).is_some();
    let classic = ["ClassicLinkEnabled", "ClassicLinkDnsSupported"];
    match recipe.kind {
        Kind::Vpc if classic.into_iter().any(has) && !has("CidrBlock") => {
            Listed::Records(&CLASSIC_LINK)
        }
        Kind::PrefixList if has("Cidrs") => Listed::Records(&AWS_PREFIX_LIST),
        _ => listed,
    }
}

/// What a record outside any list is, told by its members: the first id that no other kind carries as well.
pub(super) fn recipe_of(record: Object<'_>) -> Option<&'static Recipe> {
    let has = |name: &str| record.get(name).is_some_and(|value| !value.is_null());
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    Some(match () {
        () if has("DhcpConfigurations") => &DHCP_OPTIONS,
        () if has("FlowLogId") => &FLOW_LOG,
        () if has("NatGatewayId") && any(&["State", "SubnetId", "NatGatewayAddresses"]) => {
            &NAT_GATEWAY
        }
        () if has("VpnConnectionId") && has("CustomerGatewayId") => &VPN_CONNECTION,
        () if has("EgressOnlyInternetGatewayId") && has("Attachments") => &EGRESS_ONLY,
        () if has("InternetGatewayId") && has("Attachments") => &INTERNET_GATEWAY,
        () if has("VpcEndpointId") && any(&["ServiceName", "VpcEndpointType"]) => &ENDPOINT,
        () if has("VpcPeeringConnectionId") && any(&["RequesterVpcInfo", "AccepterVpcInfo"]) => {
            &PEERING
        }
        () if has("TransitGatewayAttachmentId") => match () {
            () if has("RequesterTgwInfo") => &PEERING_ATTACHMENT,
            () if has("TransportTransitGatewayAttachmentId") => &CONNECT,
            () if has("SubnetIds") && has("VpcId") => &VPC_ATTACHMENT,
            () if has("ResourceType") && has("TransitGatewayId") => &ATTACHMENT,
            () => return None,
        },
        () if has("TransitGatewayRouteTableId") && has("TransitGatewayId") => &TRANSIT_TABLE,
        () if has("RouteTableId") && any(&["Routes", "Associations"]) => &ROUTE_TABLE,
        () if has("VpnGatewayId") && any(&["VpcAttachments", "AmazonSideAsn"]) => &VPN_GATEWAY,
        () if has("CustomerGatewayId") && any(&["BgpAsn", "IpAddress"]) => &CUSTOMER_GATEWAY,
        () if has("CarrierGatewayId") && has("VpcId") => &CARRIER_GATEWAY,
        () if has("LocalGatewayId") && has("OutpostArn") && !has("LocalGatewayRouteTableId") => {
            &LOCAL_GATEWAY
        }
        () if has("NetworkAclId") && has("Entries") => &NETWORK_ACL,
        () if has("TransitGatewayId") && has("Options") => &TRANSIT_GATEWAY,
        () if has("PrefixListId") && has("PrefixListName") => {
            if has("Cidrs") {
                &AWS_PREFIX_LIST
            } else {
                &PREFIX_LIST
            }
        }
        () if any(&["AllocationId", "PublicIp"]) && has("Domain") => &ELASTIC_IP,
        () if has("InstanceId") && any(&["InstanceType", "ImageId"]) => &LONE_INSTANCE,
        () if has("NetworkInterfaceId") && any(&["MacAddress", "PrivateIpAddresses"]) => &INTERFACE,
        () if has("GroupId") && any(&["IpPermissions", "IpPermissionsEgress"]) => &SECURITY_GROUP,
        () if has("SubnetId") && has("VpcId") && any(&["CidrBlock", "AvailabilityZone"]) => &SUBNET,
        () if has("VpcId") && any(&["CidrBlock", "CidrBlockAssociationSet"]) => &VPC,
        () if has("CoreNetworkArn") && has("GlobalNetworkId") => &CORE_NETWORK,
        () if has("DirectConnectGatewayId") && has("DirectConnectGatewayState") => &DIRECT_CONNECT,
        () if has("ZoneName") && has("ZoneId") => &ZONE,
        () if has("RegionName") && has("Endpoint") => &REGION,
        () => return None,
    })
}

/// The kinds that a failure of a call leaves incomplete; none for a call that repeats what others say.
pub(super) fn kinds_of(call: Call) -> &'static [Kind] {
    match call {
        Call::CallerIdentity => &[Kind::Account],
        Call::VpcDnsSupport | Call::VpcDnsHostnames | Call::VpcEncryptionControls => &[Kind::Vpc],
        Call::TransitGatewayRouteTableAssociations
        | Call::TransitGatewayRouteTablePropagations
        | Call::TransitGatewayRoutes => &[Kind::TransitGatewayRouteTable],
        Call::ManagedPrefixListEntries => &[Kind::PrefixList],
        Call::VpcBlockPublicAccessOptions | Call::VpcBlockPublicAccessExclusions => &[Kind::Region],
        // The groups carry their rules and the managed lists are all lists: these stand in where those are refused.
        Call::SecurityGroupRules | Call::PrefixLists => &[],
        _ => call
            .spec()
            .keys
            .first()
            .and_then(|key| listed(key))
            .map_or(&[], Listed::kinds),
    }
}

/// Whether a call lists all of its kind. What another call tells can be missing though the list is whole.
pub(super) fn lists_all(call: Call) -> bool {
    let spec = call.spec();
    let list = spec.keys.first().and_then(|key| listed(key));
    spec.parent.is_none()
        && match list {
            Some(Listed::Records(recipe)) => recipe.only.is_empty(),
            Some(Listed::Reservations) => true,
            _ => false,
        }
}
