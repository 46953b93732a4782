//! Route tables and prefix lists.

use aws_sdk_ec2::types::{
    ManagedPrefixList, PrefixList, PrefixListEntry, PropagatingVgw, Route, RouteTable,
    RouteTableAssociation, RouteTableAssociationState,
};

use super::members;

members!(RouteTable {
    Associations: associations,
    PropagatingVgws: propagating_vgws,
    RouteTableId: route_table_id,
    Routes: routes,
    Tags: tags,
    VpcId: vpc_id,
    OwnerId: owner_id,
});
members!(RouteTableAssociation {
    Main: main,
    RouteTableAssociationId: route_table_association_id,
    RouteTableId: route_table_id,
    SubnetId: subnet_id,
    GatewayId: gateway_id,
    PublicIpv4Pool: public_ipv4_pool,
    AssociationState: association_state,
});
members!(RouteTableAssociationState {
    State: state,
    StatusMessage: status_message
});
members!(PropagatingVgw {
    GatewayId: gateway_id
});
members!(Route {
    DestinationCidrBlock: destination_cidr_block,
    DestinationIpv6CidrBlock: destination_ipv6_cidr_block,
    DestinationPrefixListId: destination_prefix_list_id,
    EgressOnlyInternetGatewayId: egress_only_internet_gateway_id,
    GatewayId: gateway_id,
    InstanceId: instance_id,
    InstanceOwnerId: instance_owner_id,
    NatGatewayId: nat_gateway_id,
    TransitGatewayId: transit_gateway_id,
    LocalGatewayId: local_gateway_id,
    CarrierGatewayId: carrier_gateway_id,
    NetworkInterfaceId: network_interface_id,
    Origin: origin,
    State: state,
    VpcPeeringConnectionId: vpc_peering_connection_id,
    CoreNetworkArn: core_network_arn,
    OdbNetworkArn: odb_network_arn,
    IpAddress: ip_address,
});
members!(ManagedPrefixList {
    PrefixListId: prefix_list_id,
    AddressFamily: address_family,
    State: state,
    StateMessage: state_message,
    PrefixListArn: prefix_list_arn,
    PrefixListName: prefix_list_name,
    MaxEntries: max_entries,
    Version: version,
    Tags: tags,
    OwnerId: owner_id,
    IpamPrefixListResolverTargetId: ipam_prefix_list_resolver_target_id,
    IpamPrefixListResolverSyncEnabled: ipam_prefix_list_resolver_sync_enabled,
});
members!(PrefixListEntry {
    Cidr: cidr,
    Description: description
});
members!(PrefixList {
    Cidrs: cidrs,
    PrefixListId: prefix_list_id,
    PrefixListName: prefix_list_name
});
