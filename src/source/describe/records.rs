//! One record of AWS's output to one record of the network, for every kind.
//!
//! A list that a describe call leaves out is empty; a plain member it leaves out is unread, for old outputs lack what
//! AWS added later. Member names are those of the
//! [EC2 API](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html).

use super::fields::{Fields, sorted};
use crate::network::{
    AccountFacts, AclAction, AclEntry, AvailabilityZoneFacts, CarrierGatewayFacts, CidrAssociation,
    Common, CoreNetworkFacts, CustomerGatewayFacts, Destination, DhcpOptionsFacts,
    DirectConnectGatewayFacts, EgressOnlyInternetGatewayFacts, ElasticIpFacts, FlowLogFacts, Id,
    InstanceFacts, InterfaceAddress, InternetGatewayFacts, Key, Kind, Known, LocalGatewayFacts,
    NatAddress, NatGatewayFacts, NetworkAclFacts, NetworkFirewallFacts, NetworkInterfaceFacts,
    PeeringSide, PrefixListEntry, PrefixListFacts, RegionFacts, Route, RouteOrigin, RouteState,
    RouteTableAssociation, RouteTableFacts, RulePeer, SecurityGroupFacts, SecurityGroupRule,
    SubnetFacts, Target, Text, TransitGatewayAttachmentFacts, TransitGatewayFacts,
    TransitGatewayRoute, TransitGatewayRouteTableFacts, TransitGatewayTableEntry, VpcAttachment,
    VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts, VpnConnectionFacts, VpnGatewayFacts,
    VpnTunnel,
};
use ipnet::IpNet;
use std::collections::BTreeMap;

/// What a record says of itself, whatever its kind; its region is settled by [`super::findings`].
pub(super) fn common(
    fields: &Fields<'_>,
    arn: &str,
    tags: &'static str,
    owner_name: &'static str,
) -> Common {
    Common {
        owner: match owner_name.split_once('.') {
            Some((object, name)) => fields
                .object(object)
                .map_or(Known::Unread, |inner| owner(&inner, name)),
            None => owner(fields, owner_name),
        },
        region: Known::Unread,
        arn: if arn.is_empty() {
            Known::Unread
        } else {
            fields.text(arn)
        },
        tags: if tags.is_empty() {
            Known::Unread
        } else {
            fields.tags(tags)
        },
    }
}

pub(super) fn owner(fields: &Fields<'_>, name: &str) -> Known<Text> {
    if name.is_empty() {
        return Known::Unread;
    }
    fields.word(name).map(Text::from).into()
}

/// A member that is none where AWS leaves it out.
fn optional<T>(value: Option<T>) -> Known<Option<T>> {
    Known::Value(value)
}

/// A member that is none where AWS leaves it out, of an object that AWS leaves out with it.
fn state_in(fields: &Fields<'_>, object: &'static str, name: &str) -> Known<Text> {
    fields
        .object(object)
        .map_or(Known::Unread, |inner| inner.text(name))
}

fn block_mode(fields: &Fields<'_>) -> Known<Text> {
    state_in(
        fields,
        "BlockPublicAccessStates",
        "InternetGatewayBlockMode",
    )
}

fn cidr_association(
    fields: &Fields<'_>,
    block: &str,
    state: &'static str,
) -> Option<CidrAssociation> {
    let cidr = fields.some_block(block);
    if cidr.is_none() && fields.has(block) {
        return None;
    }
    let state = fields
        .object(state)
        .and_then(|state| state.some_text("State"));
    // An association in the making has no block yet; one that tells no state is in use.
    let state = state.unwrap_or_else(|| "associated".into());
    Some(CidrAssociation { cidr, state })
}

pub(super) fn account(fields: &Fields<'_>) -> AccountFacts {
    AccountFacts {
        alias: fields.text("Name"),
    }
}

pub(super) fn region(fields: &Fields<'_>) -> RegionFacts {
    RegionFacts {
        opt_in_status: fields.text("OptInStatus"),
        block_public_access: Known::Unread,
    }
}

pub(super) fn zone(fields: &Fields<'_>) -> AvailabilityZoneFacts {
    AvailabilityZoneFacts {
        zone_id: fields.text("ZoneId"),
        state: fields.text("State"),
        zone_type: fields.text("ZoneType"),
        network_border_group: fields.text("NetworkBorderGroup"),
    }
}

pub(super) fn vpc(fields: &Fields<'_>) -> VpcFacts {
    let primary = fields.some_block4("CidrBlock");
    let cidr_blocks = if fields.has("CidrBlockAssociationSet") {
        fields.all("CidrBlockAssociationSet", |item| {
            cidr_association(&item, "CidrBlock", "CidrBlockState")
        })
    } else {
        // Outputs of before 2017 name the primary block only, and there was no other.
        primary
            .map(|block| vec![CidrAssociation::associated(IpNet::V4(block))])
            .into()
    };
    VpcFacts {
        primary_cidr: primary.into(),
        cidr_blocks,
        ipv6_blocks: fields.all("Ipv6CidrBlockAssociationSet", |item| {
            cidr_association(&item, "Ipv6CidrBlock", "Ipv6CidrBlockState")
        }),
        ipv6_pool: Known::Unread,
        is_default: fields.flag("IsDefault"),
        state: fields.text("State"),
        instance_tenancy: fields.text("InstanceTenancy"),
        dhcp_options: fields.id("DhcpOptionsId"),
        enable_dns_support: Known::Unread,
        enable_dns_hostnames: Known::Unread,
        block_public_access: block_mode(fields),
        encryption_control: state_in(fields, "EncryptionControl", "Mode"),
        encryption_exclusions: Known::Unread,
    }
}

pub(super) fn subnet(fields: &Fields<'_>) -> SubnetFacts {
    let ipv6_native = fields.flag("Ipv6Native");
    let cidr_block = match fields.some_block4("CidrBlock") {
        Some(block) => Known::Value(Some(block)),
        None if fields.has("CidrBlock") => Known::Unread,
        None if ipv6_native.value() == Some(&false) => Known::Unread,
        None => Known::Value(None),
    };
    SubnetFacts {
        vpc: fields.id("VpcId"),
        cidr_block,
        ipv6_blocks: fields.all("Ipv6CidrBlockAssociationSet", |item| {
            cidr_association(&item, "Ipv6CidrBlock", "Ipv6CidrBlockState")
        }),
        ipv6_part: Known::Unread,
        availability_zone: fields.text("AvailabilityZone"),
        availability_zone_id: fields.text("AvailabilityZoneId"),
        available_addresses: fields.number("AvailableIpAddressCount"),
        state: fields.text("State"),
        map_public_ip_on_launch: fields.flag("MapPublicIpOnLaunch"),
        assign_ipv6_on_creation: fields.flag("AssignIpv6AddressOnCreation"),
        default_for_az: fields.flag("DefaultForAz"),
        ipv6_native,
        outpost_arn: fields.text("OutpostArn"),
        block_public_access: block_mode(fields),
    }
}

/// Where a route leads to. Of an instance and its interface the interface is meant.
fn target(fields: &Fields<'_>) -> Target {
    const NAMED: &[(&str, Kind)] = &[
        ("NetworkInterfaceId", Kind::NetworkInterface),
        ("InstanceId", Kind::Instance),
        ("NatGatewayId", Kind::NatGateway),
        ("TransitGatewayId", Kind::TransitGateway),
        ("VpcPeeringConnectionId", Kind::VpcPeeringConnection),
        (
            "EgressOnlyInternetGatewayId",
            Kind::EgressOnlyInternetGateway,
        ),
        ("CarrierGatewayId", Kind::CarrierGateway),
        ("LocalGatewayId", Kind::LocalGateway),
        ("VpcEndpointId", Kind::VpcEndpoint),
        ("CoreNetworkArn", Kind::CoreNetwork),
    ];
    if let Some(gateway) = fields.word("GatewayId") {
        if gateway == "local" {
            return Target::Local;
        }
        return match Kind::of_id(gateway) {
            Some(kind) => Target::Resource(Key::aws(kind, gateway)),
            None => Target::Other(gateway.into()),
        };
    }
    for &(name, kind) in NAMED {
        if let Some(id) = fields.word(name) {
            return Target::Resource(Key::aws(kind, id));
        }
    }
    for name in ["OdbNetworkArn", "IpAddress"] {
        if let Some(other) = fields.word(name) {
            return Target::Other(other.into());
        }
    }
    Target::Other("none".into())
}

/// A destination, in whichever of its members it stands.
fn destination(fields: &Fields<'_>, blocks: &[&str], list: &str) -> Option<Destination> {
    for name in blocks {
        if let Some(text) = fields.word(name) {
            return Some(if let Some(block) = fields.block_of(name, text) {
                Destination::Block(block)
            } else {
                fields.refuse(name, format!("“{text}” is not a CIDR block"));
                Destination::Other(text.into())
            });
        }
    }
    if let Some(id) = fields.some_id(list) {
        return Some(Destination::PrefixList(id));
    }
    fields.refuse("", "a route without a destination".to_owned());
    None
}

fn route_state(fields: &Fields<'_>) -> RouteState {
    fields.word("State").map_or(RouteState::Active, Into::into)
}

pub(super) fn route_table(fields: &Fields<'_>) -> RouteTableFacts {
    RouteTableFacts {
        vpc: fields.id("VpcId"),
        routes: fields.all("Routes", |route| {
            let blocks = ["DestinationCidrBlock", "DestinationIpv6CidrBlock"];
            let destination = destination(&route, &blocks, "DestinationPrefixListId")?;
            let target = target(&route);
            let origin = route
                .word("Origin")
                .map_or_else(|| silent_origin(&target), Into::into);
            Some(Route {
                destination,
                target,
                state: route_state(&route),
                origin,
            })
        }),
        associations: fields.all("Associations", |item| {
            Some(RouteTableAssociation {
                id: item.some_text("RouteTableAssociationId"),
                main: item.some_flag("Main").unwrap_or_default(),
                subnet: item.some_id("SubnetId"),
                gateway: item.some_id("GatewayId"),
                state: item
                    .object("AssociationState")
                    .and_then(|state| state.some_text("State")),
            })
        }),
        propagating_gateways: fields.ids_in("PropagatingVgws", "GatewayId"),
    }
}

/// Where a route comes from that does not say so: hand-written files leave it out.
fn silent_origin(target: &Target) -> RouteOrigin {
    match target {
        Target::Local => RouteOrigin::CreateRouteTable,
        Target::Resource(_) | Target::Other(_) => RouteOrigin::CreateRoute,
    }
}

fn attachments(fields: &Fields<'_>, list: &'static str) -> Known<Vec<VpcAttachment>> {
    fields.all(list, |item| {
        let Some(vpc) = item.some_id("VpcId") else {
            item.refuse("VpcId", "an attachment without a VPC".to_owned());
            return None;
        };
        let state = item.some_text("State");
        Some(VpcAttachment { vpc, state })
    })
}

pub(super) fn internet_gateway(fields: &Fields<'_>) -> InternetGatewayFacts {
    InternetGatewayFacts {
        attachments: attachments(fields, "Attachments"),
    }
}

pub(super) fn egress_only_gateway(fields: &Fields<'_>) -> EgressOnlyInternetGatewayFacts {
    EgressOnlyInternetGatewayFacts {
        attachments: attachments(fields, "Attachments"),
    }
}

pub(super) fn nat_gateway(fields: &Fields<'_>) -> NatGatewayFacts {
    let mode = fields.word("AvailabilityMode");
    let listed = fields
        .list("NatGatewayAddresses")
        .map_or(0, |list| list.iter().count());
    // What a regional gateway has instead of a subnet, a zonal one has not, and the other way round.
    let subnet = match fields.some_id("SubnetId") {
        None if mode != Some("regional") => Known::Unread,
        subnet => Known::Value(subnet),
    };
    let route_table = match fields.some_id("RouteTableId") {
        None if mode == Some("regional") => Known::Unread,
        table => Known::Value(table),
    };
    NatGatewayFacts {
        vpc: fields.id("VpcId"),
        subnet,
        state: fields.text("State"),
        connectivity_type: fields.text("ConnectivityType"),
        availability_mode: fields.text("AvailabilityMode"),
        addresses: fields.all("NatGatewayAddresses", |address| {
            Some(NatAddress {
                public_ip: address.some_address("PublicIp"),
                private_ip: address.some_address("PrivateIp"),
                allocation: address.some_id("AllocationId"),
                network_interface: address.some_id("NetworkInterfaceId"),
                availability_zone: address.some_text("AvailabilityZone"),
                // Outputs of before 2023 do not say; then there is one address only.
                primary: address.some_flag("IsPrimary").unwrap_or(listed == 1),
            })
        }),
        route_table,
        failure_code: fields.text("FailureCode"),
        failure_message: fields.text("FailureMessage"),
        deleted: Known::Value(fields.has("DeleteTime")),
    }
}

pub(super) fn vpc_endpoint(fields: &Fields<'_>) -> VpcEndpointFacts {
    let route_tables = fields.ids("RouteTableIds");
    let mut endpoint_type = fields.text("VpcEndpointType");
    // Outputs of before 2017 know gateway endpoints only and do not name the type.
    if endpoint_type.is_unread() && !route_tables.items().is_empty() {
        endpoint_type = Known::Value("Gateway".into());
    }
    VpcEndpointFacts {
        vpc: fields.id("VpcId"),
        endpoint_type,
        service_name: match fields.text("ServiceName") {
            Known::Unread => match fields.text("ResourceConfigurationArn") {
                Known::Unread => fields.text("ServiceNetworkArn"),
                resource => resource,
            },
            service => service,
        },
        state: fields.text("State"),
        route_tables,
        subnets: fields.ids("SubnetIds"),
        network_interfaces: fields.ids("NetworkInterfaceIds"),
        groups: fields.ids_in("Groups", "GroupId"),
        private_dns_enabled: fields.flag("PrivateDnsEnabled"),
        policy: fields.text("PolicyDocument"),
        ip_address_type: fields.text("IpAddressType"),
        requester_managed: fields.flag("RequesterManaged"),
    }
}

pub(super) fn prefix_list(fields: &Fields<'_>) -> PrefixListFacts {
    PrefixListFacts {
        prefix_list_name: fields.text("PrefixListName"),
        address_family: fields.text("AddressFamily"),
        max_entries: fields.number("MaxEntries"),
        state: fields.text("State"),
        entries: Known::Unread,
    }
}

pub(super) fn prefix_list_entry(fields: &Fields<'_>) -> Option<PrefixListEntry> {
    let Some(cidr) = fields.some_block("Cidr") else {
        if !fields.has("Cidr") {
            fields.refuse("Cidr", "an entry without a block".to_owned());
        }
        return None;
    };
    let description = fields.some_text("Description");
    Some(PrefixListEntry { cidr, description })
}

pub(super) fn peering(fields: &Fields<'_>) -> VpcPeeringConnectionFacts {
    VpcPeeringConnectionFacts {
        requester: peering_side(fields, "RequesterVpcInfo"),
        accepter: peering_side(fields, "AccepterVpcInfo"),
        status: state_in(fields, "Status", "Code"),
        status_message: state_in(fields, "Status", "Message"),
    }
}

fn peering_side(fields: &Fields<'_>, name: &'static str) -> Known<PeeringSide> {
    let Some(side) = fields.object(name) else {
        return Known::Unread;
    };
    let Some(vpc) = side.some_id("VpcId") else {
        return Known::Unread;
    };
    let listed = ["CidrBlockSet", "Ipv6CidrBlockSet"]
        .into_iter()
        .flat_map(|list| {
            side.objects(list)
                .filter_map(|item| match item.some_block("CidrBlock") {
                    None => item.some_block("Ipv6CidrBlock"),
                    block => block,
                })
        });
    let mut cidrs: Vec<IpNet> = side
        .some_block("CidrBlock")
        .into_iter()
        .chain(listed)
        .collect();
    cidrs.sort_unstable();
    cidrs.dedup();
    Known::Value(PeeringSide {
        vpc,
        owner: side.some_text("OwnerId"),
        region: side.some_text("Region"),
        cidrs,
        dns_resolution: side
            .object("PeeringOptions")
            .and_then(|options| options.some_flag("AllowDnsResolutionFromRemoteVpc")),
    })
}

pub(super) fn transit_gateway(fields: &Fields<'_>) -> TransitGatewayFacts {
    let mut facts = TransitGatewayFacts {
        description: fields.text("Description"),
        state: fields.text("State"),
        ..TransitGatewayFacts::default()
    };
    if let Some(options) = fields.object("Options") {
        facts.amazon_side_asn = options.number("AmazonSideAsn");
        facts.association_default_route_table = options.text("AssociationDefaultRouteTableId");
        facts.propagation_default_route_table = options.text("PropagationDefaultRouteTableId");
        facts.dns_support = options.text("DnsSupport");
        facts.vpn_ecmp_support = options.text("VpnEcmpSupport");
        facts.cidr_blocks = sorted(options.blocks("TransitGatewayCidrBlocks").into_iter());
    }
    facts
}

/// From `describe-transit-gateway-attachments`, which knows every type and no details.
pub(super) fn attachment(fields: &Fields<'_>) -> TransitGatewayAttachmentFacts {
    TransitGatewayAttachmentFacts {
        transit_gateway: fields.id("TransitGatewayId"),
        transit_gateway_owner: fields.text("TransitGatewayOwnerId"),
        resource_type: fields.text("ResourceType"),
        resource: fields.id("ResourceId"),
        resource_owner: fields.text("ResourceOwnerId"),
        state: fields.text("State"),
        route_table: association(fields),
        ..TransitGatewayAttachmentFacts::default()
    }
}

/// The route table that an attachment is associated with. AWS tells it to the owner of the transit gateway alone, so that of
/// another account's gateway silence says nothing.
fn association(fields: &Fields<'_>) -> Known<Option<Id>> {
    let table = fields
        .object("Association")
        .and_then(|association| association.some_id("TransitGatewayRouteTableId"));
    let owners = ["TransitGatewayOwnerId", "ResourceOwnerId"].map(|name| fields.text(name));
    match (table, owners) {
        (None, [Known::Value(gateway), Known::Value(own)]) if gateway != own => Known::Unread,
        (table, _) => optional(table),
    }
}

/// From `describe-transit-gateway-vpc-attachments`.
pub(super) fn vpc_attachment(fields: &Fields<'_>) -> TransitGatewayAttachmentFacts {
    let mut facts = TransitGatewayAttachmentFacts {
        transit_gateway: fields.id("TransitGatewayId"),
        resource_type: Known::Value("vpc".into()),
        resource: fields.id("VpcId"),
        resource_owner: fields.text("VpcOwnerId"),
        state: fields.text("State"),
        subnets: fields.ids("SubnetIds"),
        ..TransitGatewayAttachmentFacts::default()
    };
    if let Some(options) = fields.object("Options") {
        facts.appliance_mode_support = options.text("ApplianceModeSupport");
        facts.dns_support = options.text("DnsSupport");
        facts.ipv6_support = options.text("Ipv6Support");
    }
    facts
}

/// From `describe-transit-gateway-connects`: what is attached is the attachment that carries the tunnels.
pub(super) fn connect_attachment(fields: &Fields<'_>) -> TransitGatewayAttachmentFacts {
    TransitGatewayAttachmentFacts {
        transit_gateway: fields.id("TransitGatewayId"),
        resource_type: Known::Value("connect".into()),
        resource: fields.id("TransportTransitGatewayAttachmentId"),
        state: fields.text("State"),
        ..TransitGatewayAttachmentFacts::default()
    }
}

/// From `describe-transit-gateway-peering-attachments`, as the side in `region` sees it; the requester's where the
/// region does not tell.
pub(super) fn peering_attachment(
    fields: &Fields<'_>,
    region: Option<&str>,
) -> TransitGatewayAttachmentFacts {
    let (requester, accepter) = ("RequesterTgwInfo", "AccepterTgwInfo");
    let region_of = |side| fields.object(side).and_then(|side| side.word("Region"));
    let accepts = region.is_some()
        && region_of(accepter) == region
        && region_of(requester) != region_of(accepter);
    let (near, far) = if accepts {
        (accepter, requester)
    } else {
        (requester, accepter)
    };
    let (near, far) = (fields.object(near), fields.object(far));
    let peer = far.and_then(|far| far.some_id("TransitGatewayId"));
    TransitGatewayAttachmentFacts {
        transit_gateway: near
            .and_then(|near| near.some_id("TransitGatewayId"))
            .into(),
        transit_gateway_owner: near.map_or(Known::Unread, |near| near.text("OwnerId")),
        resource_type: Known::Value("peering".into()),
        resource: peer.clone().into(),
        resource_owner: far.map_or(Known::Unread, |far| far.text("OwnerId")),
        state: fields.text("State"),
        peer_transit_gateway: peer.into(),
        peer_region: far.map_or(Known::Unread, |far| far.text("Region")),
        ..TransitGatewayAttachmentFacts::default()
    }
}

pub(super) fn transit_gateway_table(fields: &Fields<'_>) -> TransitGatewayRouteTableFacts {
    TransitGatewayRouteTableFacts {
        transit_gateway: fields.id("TransitGatewayId"),
        state: fields.text("State"),
        default_association: fields.flag("DefaultAssociationRouteTable"),
        default_propagation: fields.flag("DefaultPropagationRouteTable"),
        ..TransitGatewayRouteTableFacts::default()
    }
}

pub(super) fn transit_gateway_entry(fields: &Fields<'_>) -> TransitGatewayTableEntry {
    TransitGatewayTableEntry {
        attachment: fields.some_id("TransitGatewayAttachmentId"),
        resource: fields.some_id("ResourceId"),
        resource_type: fields.some_text("ResourceType").unwrap_or_default(),
        state: fields.some_text("State").unwrap_or_default(),
    }
}

pub(super) fn transit_gateway_route(fields: &Fields<'_>) -> Option<TransitGatewayRoute> {
    let destination = destination(fields, &["DestinationCidrBlock"], "PrefixListId")?;
    let mut attachments: Vec<Id> = fields
        .objects("TransitGatewayAttachments")
        .filter_map(|item| item.some_id("TransitGatewayAttachmentId"))
        .collect();
    attachments.sort_unstable();
    attachments.dedup();
    Some(TransitGatewayRoute {
        destination,
        attachments,
        route_type: fields.some_text("Type").unwrap_or_default(),
        state: route_state(fields),
    })
}

pub(super) fn vpn_gateway(fields: &Fields<'_>) -> VpnGatewayFacts {
    VpnGatewayFacts {
        attachments: attachments(fields, "VpcAttachments"),
        state: fields.text("State"),
        amazon_side_asn: fields.number("AmazonSideAsn"),
    }
}

pub(super) fn customer_gateway(fields: &Fields<'_>) -> CustomerGatewayFacts {
    CustomerGatewayFacts {
        ip_address: fields.text("IpAddress"),
        bgp_asn: match fields.text_or_number("BgpAsn") {
            Known::Unread => fields.text_or_number("BgpAsnExtended"),
            number => number,
        },
        state: fields.text("State"),
        device_name: fields.text("DeviceName"),
    }
}

pub(super) fn vpn_connection(fields: &Fields<'_>) -> VpnConnectionFacts {
    VpnConnectionFacts {
        vpn_gateway: optional(fields.some_id("VpnGatewayId")),
        transit_gateway: optional(fields.some_id("TransitGatewayId")),
        customer_gateway: fields.id("CustomerGatewayId"),
        state: fields.text("State"),
        static_routes_only: fields
            .object("Options")
            .map_or(Known::Unread, |options| options.flag("StaticRoutesOnly")),
        routes: fields.all("Routes", |route| route.some_block("DestinationCidrBlock")),
        tunnels: fields.all("VgwTelemetry", |tunnel| {
            Some(VpnTunnel {
                outside_ip: tunnel.some_address("OutsideIpAddress"),
                status: tunnel.some_text("Status").unwrap_or_default(),
                accepted_routes: tunnel.some_number("AcceptedRouteCount").unwrap_or_default(),
                message: tunnel.some_text("StatusMessage"),
            })
        }),
    }
}

pub(super) fn direct_connect_gateway(fields: &Fields<'_>) -> DirectConnectGatewayFacts {
    DirectConnectGatewayFacts {
        state: fields.text("DirectConnectGatewayState"),
        amazon_side_asn: fields.number("AmazonSideAsn"),
        associations: Known::Unread,
    }
}

pub(super) fn carrier_gateway(fields: &Fields<'_>) -> CarrierGatewayFacts {
    CarrierGatewayFacts {
        vpc: fields.id("VpcId"),
        state: fields.text("State"),
    }
}

pub(super) fn local_gateway(fields: &Fields<'_>) -> LocalGatewayFacts {
    LocalGatewayFacts {
        outpost_arn: fields.text("OutpostArn"),
        state: fields.text("State"),
    }
}

pub(super) fn core_network(fields: &Fields<'_>) -> CoreNetworkFacts {
    CoreNetworkFacts {
        state: fields.text("State"),
        vpcs: Known::Unread,
    }
}

/// From `network-firewall describe-firewall`, which tells the firewall and its state in two objects.
pub(super) fn network_firewall(
    firewall: &Fields<'_>,
    endpoints: Known<Vec<Id>>,
) -> NetworkFirewallFacts {
    NetworkFirewallFacts {
        vpc: firewall.id("VpcId"),
        subnets: firewall.ids_in("SubnetMappings", "SubnetId"),
        endpoints,
    }
}

pub(super) fn network_acl(fields: &Fields<'_>) -> NetworkAclFacts {
    NetworkAclFacts {
        vpc: fields.id("VpcId"),
        is_default: fields.flag("IsDefault"),
        entries: fields.all("Entries", |entry| acl_entry(&entry)),
        subnets: fields.ids_in("Associations", "SubnetId"),
    }
}

fn acl_entry(fields: &Fields<'_>) -> Option<AclEntry> {
    let action = match fields.word("RuleAction") {
        Some("allow") => AclAction::Allow,
        Some("deny") => AclAction::Deny,
        Some(other) => {
            fields.refuse("RuleAction", format!("“{other}” is neither allow nor deny"));
            return None;
        }
        None => {
            fields.refuse("RuleAction", "an entry without an action".to_owned());
            return None;
        }
    };
    let Some(number) = fields.some_number("RuleNumber") else {
        fields.refuse("RuleNumber", "an entry without a number".to_owned());
        return None;
    };
    let block = if fields.has("CidrBlock") {
        "CidrBlock"
    } else {
        "Ipv6CidrBlock"
    };
    let cidr = fields.some_block(block);
    if cidr.is_none() && fields.has(block) {
        return None;
    }
    Some(AclEntry {
        egress: fields.some_flag("Egress").unwrap_or_default(),
        number,
        action,
        protocol: fields.some_text("Protocol").unwrap_or_else(|| "-1".into()),
        cidr,
        ports: fields
            .object("PortRange")
            .and_then(|range| Some((range.some_number("From")?, range.some_number("To")?))),
        icmp: fields
            .object("IcmpTypeCode")
            .and_then(|icmp| Some((icmp.some_number("Type")?, icmp.some_number("Code")?))),
    })
}

pub(super) fn security_group(fields: &Fields<'_>) -> SecurityGroupFacts {
    SecurityGroupFacts {
        vpc: fields.id("VpcId"),
        group_name: fields.text("GroupName"),
        description: fields.text("Description"),
        ingress: permissions(fields, "IpPermissions"),
        egress: permissions(fields, "IpPermissionsEgress"),
    }
}

/// Rules as `describe-security-groups` bundles them, taken apart: one protocol, one range, one far side each.
fn permissions(fields: &Fields<'_>, list: &'static str) -> Known<Vec<SecurityGroupRule>> {
    if fields.is_wrong_list(list) {
        return Known::Unread;
    }
    let mut rules = Vec::new();
    for bundle in fields.objects(list) {
        let protocol = bundle
            .some_text("IpProtocol")
            .unwrap_or_else(|| "-1".into());
        let from_port = bundle.some_number("FromPort");
        let to_port = bundle.some_number("ToPort");
        let mut push = |item: &Fields<'_>, peer| {
            rules.push(SecurityGroupRule {
                protocol: protocol.clone(),
                from_port,
                to_port,
                peer,
                description: item.some_text("Description"),
            });
        };
        for (list, name) in [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
            for item in bundle.objects(list) {
                if let Some(block) = item.some_block(name) {
                    push(&item, RulePeer::Block(block));
                }
            }
        }
        for item in bundle.objects("UserIdGroupPairs") {
            if let Some(id) = item.some_id("GroupId") {
                push(&item, RulePeer::Group(id));
            }
        }
        for item in bundle.objects("PrefixListIds") {
            if let Some(id) = item.some_id("PrefixListId") {
                push(&item, RulePeer::PrefixList(id));
            }
        }
    }
    sorted(rules.into_iter())
}

/// A rule as `describe-security-group-rules` lists it, and whether it lets out.
pub(super) fn security_group_rule(fields: &Fields<'_>) -> Option<(bool, SecurityGroupRule)> {
    let block = |name| fields.some_block(name).map(RulePeer::Block);
    let peer = block("CidrIpv4")
        .or_else(|| block("CidrIpv6"))
        .or_else(|| fields.some_id("PrefixListId").map(RulePeer::PrefixList))
        .or_else(|| {
            let group = fields.object("ReferencedGroupInfo")?.some_id("GroupId")?;
            Some(RulePeer::Group(group))
        });
    let Some(peer) = peer else {
        fields.refuse("", "a rule without a far side".to_owned());
        return None;
    };
    let rule = SecurityGroupRule {
        protocol: fields
            .some_text("IpProtocol")
            .unwrap_or_else(|| "-1".into()),
        // Here “all ports” is -1, in `describe-security-groups` it is left out.
        from_port: fields.some_number("FromPort").filter(|_| has_ports(fields)),
        to_port: fields.some_number("ToPort").filter(|_| has_ports(fields)),
        peer,
        description: fields.some_text("Description"),
    };
    Some((fields.some_flag("IsEgress").unwrap_or_default(), rule))
}

fn has_ports(fields: &Fields<'_>) -> bool {
    fields
        .word("IpProtocol")
        .is_some_and(|protocol| protocol != "-1")
}

pub(super) fn network_interface(fields: &Fields<'_>) -> NetworkInterfaceFacts {
    let attachment = fields.object("Attachment");
    NetworkInterfaceFacts {
        vpc: fields.id("VpcId"),
        subnet: fields.id("SubnetId"),
        availability_zone: fields.text("AvailabilityZone"),
        status: fields.text("Status"),
        interface_type: fields.text("InterfaceType"),
        description: fields.text("Description"),
        requester_id: fields.text("RequesterId"),
        requester_managed: fields.flag("RequesterManaged"),
        addresses: addresses(fields),
        ipv6_addresses: fields.all("Ipv6Addresses", |item| item.some_address("Ipv6Address")),
        groups: fields.ids_in("Groups", "GroupId"),
        instance: optional(attachment.and_then(|attachment| attachment.some_id("InstanceId"))),
        instance_owner: attachment.map_or(Known::Unread, |attachment| {
            attachment.text("InstanceOwnerId")
        }),
        source_dest_check: fields.flag("SourceDestCheck"),
        mac_address: fields.text("MacAddress"),
    }
}

fn addresses(fields: &Fields<'_>) -> Known<Vec<InterfaceAddress>> {
    let public_ip = |holder: &Fields<'_>| {
        let association = holder.object("Association")?;
        association.some_address("PublicIp")
    };
    if fields.has("PrivateIpAddresses") {
        return fields.all("PrivateIpAddresses", |address| {
            Some(InterfaceAddress {
                private_ip: address.some_address("PrivateIpAddress")?,
                primary: address.some_flag("Primary").unwrap_or_default(),
                public_ip: public_ip(&address),
            })
        });
    }
    let only = fields
        .some_address("PrivateIpAddress")
        .map(|private_ip| InterfaceAddress {
            private_ip,
            primary: true,
            public_ip: public_ip(fields),
        });
    Known::Value(only.into_iter().collect())
}

/// An interface as the instance it is attached to tells it: no zone, no requester.
pub(super) fn interface_of_instance(fields: &Fields<'_>, instance: &str) -> NetworkInterfaceFacts {
    NetworkInterfaceFacts {
        instance: optional(Some(instance.into())),
        requester_managed: Known::Unread,
        ..network_interface(fields)
    }
}

pub(super) fn instance(fields: &Fields<'_>) -> InstanceFacts {
    InstanceFacts {
        vpc: fields.id("VpcId"),
        subnet: fields.id("SubnetId"),
        state: state_in(fields, "State", "Name"),
        instance_type: fields.text("InstanceType"),
        private_ip: fields.some_address("PrivateIpAddress").into(),
        public_ip: fields.some_address("PublicIpAddress").into(),
        network_interfaces: fields.ids_in("NetworkInterfaces", "NetworkInterfaceId"),
        groups: fields.ids_in("SecurityGroups", "GroupId"),
        source_dest_check: fields.flag("SourceDestCheck"),
    }
}

pub(super) fn elastic_ip(fields: &Fields<'_>) -> ElasticIpFacts {
    // `describe-addresses-attribute` lists names of addresses and nothing of their use.
    if fields.has("PtrRecord") || fields.has("PtrRecordUpdate") {
        return ElasticIpFacts {
            public_ip: fields.some_address("PublicIp").into(),
            ..ElasticIpFacts::default()
        };
    }
    ElasticIpFacts {
        public_ip: fields.some_address("PublicIp").into(),
        association: optional(fields.some_text("AssociationId")),
        network_interface: optional(fields.some_id("NetworkInterfaceId")),
        instance: optional(fields.some_id("InstanceId")),
        private_ip: optional(fields.some_address("PrivateIpAddress")),
        network_border_group: fields.text("NetworkBorderGroup"),
        service_managed: fields.text("ServiceManaged"),
    }
}

pub(super) fn dhcp_options(fields: &Fields<'_>) -> DhcpOptionsFacts {
    if fields.is_wrong_list("DhcpConfigurations") {
        return DhcpOptionsFacts::default();
    }
    let options: BTreeMap<Text, Vec<Text>> = fields
        .objects("DhcpConfigurations")
        .filter_map(|option| {
            // The order of servers means something; it is kept.
            let values = option
                .objects("Values")
                .filter_map(|value| value.some_text("Value"));
            Some((option.some_text("Key")?, values.collect()))
        })
        .collect();
    DhcpOptionsFacts {
        options: Known::Value(options),
    }
}

pub(super) fn flow_log(fields: &Fields<'_>) -> FlowLogFacts {
    FlowLogFacts {
        resource: fields.id("ResourceId"),
        status: fields.text("FlowLogStatus"),
        traffic_type: fields.text("TrafficType"),
        destination_type: fields.text("LogDestinationType"),
        destination: match fields.text("LogDestination") {
            Known::Unread => fields.text("LogGroupName"),
            destination => destination,
        },
        deliver_status: fields.text("DeliverLogsStatus"),
        deliver_logs_permission_arn: fields.text("DeliverLogsPermissionArn"),
    }
}
