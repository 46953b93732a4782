//! Gateways, elastic IPs and peerings.

use aws_sdk_ec2::types::{
    Address, CarrierGateway, CidrBlock, EgressOnlyInternetGateway, InternetGateway,
    InternetGatewayAttachment, Ipv6CidrBlock, LocalGateway, NatGateway, NatGatewayAddress,
    NatGatewayAttachedAppliance, PeeringConnectionOptions, ProvisionedBandwidth,
    VpcPeeringConnection, VpcPeeringConnectionOptionsDescription, VpcPeeringConnectionStateReason,
    VpcPeeringConnectionVpcInfo,
};

use super::members;

members!(InternetGateway {
    Attachments: attachments,
    InternetGatewayId: internet_gateway_id,
    OwnerId: owner_id,
    Tags: tags,
});
members!(InternetGatewayAttachment {
    State: state,
    VpcId: vpc_id
});
members!(EgressOnlyInternetGateway {
    Attachments: attachments,
    EgressOnlyInternetGatewayId: egress_only_internet_gateway_id,
    Tags: tags,
});
members!(NatGateway {
    CreateTime: create_time,
    DeleteTime: delete_time,
    FailureCode: failure_code,
    FailureMessage: failure_message,
    NatGatewayAddresses: nat_gateway_addresses,
    NatGatewayId: nat_gateway_id,
    ProvisionedBandwidth: provisioned_bandwidth,
    State: state,
    SubnetId: subnet_id,
    VpcId: vpc_id,
    Tags: tags,
    ConnectivityType: connectivity_type,
    AvailabilityMode: availability_mode,
    AutoScalingIps: auto_scaling_ips,
    AutoProvisionZones: auto_provision_zones,
    AttachedAppliances: attached_appliances,
    RouteTableId: route_table_id,
});
members!(NatGatewayAddress {
    AllocationId: allocation_id,
    NetworkInterfaceId: network_interface_id,
    PrivateIp: private_ip,
    PublicIp: public_ip,
    AssociationId: association_id,
    IsPrimary: is_primary,
    FailureMessage: failure_message,
    Status: status,
    AvailabilityZone: availability_zone,
    AvailabilityZoneId: availability_zone_id,
});
members!(ProvisionedBandwidth {
    ProvisionTime: provision_time,
    Provisioned: provisioned,
    RequestTime: request_time,
    Requested: requested,
    Status: status,
});
members!(NatGatewayAttachedAppliance {
    Type: r#type,
    ApplianceArn: appliance_arn,
    VpcEndpointId: vpc_endpoint_id,
    AttachmentState: attachment_state,
    ModificationState: modification_state,
    FailureCode: failure_code,
    FailureMessage: failure_message,
});
members!(Address {
    AllocationId: allocation_id,
    AssociationId: association_id,
    Domain: domain,
    NetworkInterfaceId: network_interface_id,
    NetworkInterfaceOwnerId: network_interface_owner_id,
    PrivateIpAddress: private_ip_address,
    Tags: tags,
    PublicIpv4Pool: public_ipv4_pool,
    NetworkBorderGroup: network_border_group,
    CustomerOwnedIp: customer_owned_ip,
    CustomerOwnedIpv4Pool: customer_owned_ipv4_pool,
    CarrierIp: carrier_ip,
    SubnetId: subnet_id,
    ServiceManaged: service_managed,
    InstanceId: instance_id,
    PublicIp: public_ip,
});
members!(VpcPeeringConnection {
    AccepterVpcInfo: accepter_vpc_info,
    ExpirationTime: expiration_time,
    RequesterVpcInfo: requester_vpc_info,
    Status: status,
    Tags: tags,
    VpcPeeringConnectionId: vpc_peering_connection_id,
});
members!(VpcPeeringConnectionVpcInfo {
    CidrBlock: cidr_block,
    Ipv6CidrBlockSet: ipv6_cidr_block_set,
    CidrBlockSet: cidr_block_set,
    OwnerId: owner_id,
    PeeringOptions: peering_options,
    VpcId: vpc_id,
    Region: region,
});
members!(Ipv6CidrBlock {
    Ipv6CidrBlock: ipv6_cidr_block
});
members!(CidrBlock {
    CidrBlock: cidr_block
});
members!(VpcPeeringConnectionOptionsDescription {
    AllowDnsResolutionFromRemoteVpc: allow_dns_resolution_from_remote_vpc,
    AllowEgressFromLocalClassicLinkToRemoteVpc: allow_egress_from_local_classic_link_to_remote_vpc,
    AllowEgressFromLocalVpcToRemoteClassicLink: allow_egress_from_local_vpc_to_remote_classic_link,
});
members!(PeeringConnectionOptions {
    AllowDnsResolutionFromRemoteVpc: allow_dns_resolution_from_remote_vpc,
    AllowEgressFromLocalClassicLinkToRemoteVpc: allow_egress_from_local_classic_link_to_remote_vpc,
    AllowEgressFromLocalVpcToRemoteClassicLink: allow_egress_from_local_vpc_to_remote_classic_link,
});
members!(VpcPeeringConnectionStateReason {
    Code: code,
    Message: message
});
members!(CarrierGateway {
    CarrierGatewayId: carrier_gateway_id,
    VpcId: vpc_id,
    State: state,
    OwnerId: owner_id,
    Tags: tags,
});
members!(LocalGateway {
    LocalGatewayId: local_gateway_id,
    OutpostArn: outpost_arn,
    OwnerId: owner_id,
    State: state,
    Tags: tags,
});
