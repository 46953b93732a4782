//! VPCs, subnets, zones, DHCP options, flow logs and account-wide controls.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, AvailabilityZone, AvailabilityZoneGeography,
    AvailabilityZoneMessage, AvailabilityZoneSubGeography, BlockPublicAccessStates,
    DestinationOptionsResponse, DhcpConfiguration, DhcpOptions, FlowLog, Ipv6Pool, PoolCidrBlock,
    PrivateDnsNameOptionsOnLaunch, Region, RegionGeography, Subnet, SubnetCidrBlockState,
    SubnetIpv6CidrBlockAssociation, Tag, Vpc, VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions, VpcCidrBlockAssociation, VpcCidrBlockState, VpcEncryptionControl,
    VpcEncryptionControlExclusion, VpcEncryptionControlExclusions, VpcIpv6CidrBlockAssociation,
};

use super::members;

members!(Region {
    OptInStatus: opt_in_status,
    Geography: geography,
    RegionName: region_name,
    Endpoint: endpoint
});
members!(RegionGeography { Name: name });
members!(AvailabilityZone {
    OptInStatus: opt_in_status,
    Messages: messages,
    RegionName: region_name,
    ZoneName: zone_name,
    ZoneId: zone_id,
    GroupName: group_name,
    NetworkBorderGroup: network_border_group,
    ZoneType: zone_type,
    ParentZoneName: parent_zone_name,
    ParentZoneId: parent_zone_id,
    GroupLongName: group_long_name,
    Geography: geography,
    SubGeography: sub_geography,
    State: state,
});
members!(AvailabilityZoneMessage { Message: message });
members!(AvailabilityZoneGeography { Name: name });
members!(AvailabilityZoneSubGeography { Name: name });
members!(Vpc {
    OwnerId: owner_id,
    InstanceTenancy: instance_tenancy,
    Ipv6CidrBlockAssociationSet: ipv6_cidr_block_association_set,
    CidrBlockAssociationSet: cidr_block_association_set,
    IsDefault: is_default,
    EncryptionControl: encryption_control,
    Tags: tags,
    BlockPublicAccessStates: block_public_access_states,
    VpcId: vpc_id,
    State: state,
    CidrBlock: cidr_block,
    DhcpOptionsId: dhcp_options_id,
});
members!(VpcIpv6CidrBlockAssociation {
    AssociationId: association_id,
    Ipv6CidrBlock: ipv6_cidr_block,
    Ipv6CidrBlockState: ipv6_cidr_block_state,
    NetworkBorderGroup: network_border_group,
    Ipv6Pool: ipv6_pool,
    Ipv6AddressAttribute: ipv6_address_attribute,
    IpSource: ip_source,
});
members!(VpcCidrBlockState {
    State: state,
    StatusMessage: status_message
});
members!(VpcCidrBlockAssociation {
    AssociationId: association_id,
    CidrBlock: cidr_block,
    CidrBlockState: cidr_block_state,
});
members!(VpcEncryptionControl {
    VpcId: vpc_id,
    VpcEncryptionControlId: vpc_encryption_control_id,
    Mode: mode,
    State: state,
    StateMessage: state_message,
    ResourceExclusions: resource_exclusions,
    Tags: tags,
});
members!(VpcEncryptionControlExclusions {
    InternetGateway: internet_gateway,
    EgressOnlyInternetGateway: egress_only_internet_gateway,
    NatGateway: nat_gateway,
    VirtualPrivateGateway: virtual_private_gateway,
    VpcPeering: vpc_peering,
    Lambda: lambda,
    VpcLattice: vpc_lattice,
    ElasticFileSystem: elastic_file_system,
});
members!(VpcEncryptionControlExclusion {
    State: state,
    StateMessage: state_message
});
members!(Tag {
    Key: key,
    Value: value
});
members!(BlockPublicAccessStates {
    InternetGatewayBlockMode: internet_gateway_block_mode
});
members!(AttributeBooleanValue { Value: value });
members!(Subnet {
    AvailabilityZoneId: availability_zone_id,
    EnableLniAtDeviceIndex: enable_lni_at_device_index,
    MapCustomerOwnedIpOnLaunch: map_customer_owned_ip_on_launch,
    CustomerOwnedIpv4Pool: customer_owned_ipv4_pool,
    OwnerId: owner_id,
    AssignIpv6AddressOnCreation: assign_ipv6_address_on_creation,
    Ipv6CidrBlockAssociationSet: ipv6_cidr_block_association_set,
    Tags: tags,
    SubnetArn: subnet_arn,
    OutpostArn: outpost_arn,
    EnableDns64: enable_dns64,
    Ipv6Native: ipv6_native,
    PrivateDnsNameOptionsOnLaunch: private_dns_name_options_on_launch,
    BlockPublicAccessStates: block_public_access_states,
    Type: r#type,
    SubnetId: subnet_id,
    State: state,
    VpcId: vpc_id,
    CidrBlock: cidr_block,
    AvailableIpAddressCount: available_ip_address_count,
    AvailabilityZone: availability_zone,
    DefaultForAz: default_for_az,
    MapPublicIpOnLaunch: map_public_ip_on_launch,
});
members!(SubnetIpv6CidrBlockAssociation {
    AssociationId: association_id,
    Ipv6CidrBlock: ipv6_cidr_block,
    Ipv6CidrBlockState: ipv6_cidr_block_state,
    Ipv6AddressAttribute: ipv6_address_attribute,
    IpSource: ip_source,
});
members!(Ipv6Pool {
    PoolId: pool_id,
    Description: description,
    PoolCidrBlocks: pool_cidr_blocks,
    Tags: tags,
});
members!(PoolCidrBlock { Cidr: cidr });
members!(SubnetCidrBlockState {
    State: state,
    StatusMessage: status_message
});
members!(PrivateDnsNameOptionsOnLaunch {
    HostnameType: hostname_type,
    EnableResourceNameDnsARecord: enable_resource_name_dns_a_record,
    EnableResourceNameDnsAAAARecord: enable_resource_name_dns_aaaa_record,
});
members!(DhcpOptions {
    OwnerId: owner_id,
    Tags: tags,
    DhcpOptionsId: dhcp_options_id,
    DhcpConfigurations: dhcp_configurations,
});
members!(DhcpConfiguration {
    Key: key,
    Values: values
});
members!(AttributeValue { Value: value });
members!(FlowLog {
    CreationTime: creation_time,
    DeliverLogsErrorMessage: deliver_logs_error_message,
    DeliverLogsPermissionArn: deliver_logs_permission_arn,
    DeliverCrossAccountRole: deliver_cross_account_role,
    DeliverLogsStatus: deliver_logs_status,
    FlowLogId: flow_log_id,
    FlowLogStatus: flow_log_status,
    LogGroupName: log_group_name,
    ResourceId: resource_id,
    TrafficType: traffic_type,
    LogDestinationType: log_destination_type,
    LogDestination: log_destination,
    LogFormat: log_format,
    Tags: tags,
    MaxAggregationInterval: max_aggregation_interval,
    DestinationOptions: destination_options,
});
members!(DestinationOptionsResponse {
    FileFormat: file_format,
    HiveCompatiblePartitions: hive_compatible_partitions,
    PerHourPartition: per_hour_partition,
});
members!(VpcBlockPublicAccessOptions {
    AwsAccountId: aws_account_id,
    AwsRegion: aws_region,
    State: state,
    InternetGatewayBlockMode: internet_gateway_block_mode,
    Reason: reason,
    LastUpdateTimestamp: last_update_timestamp,
    ManagedBy: managed_by,
    ExclusionsAllowed: exclusions_allowed,
});
members!(VpcBlockPublicAccessExclusion {
    ExclusionId: exclusion_id,
    InternetGatewayExclusionMode: internet_gateway_exclusion_mode,
    ResourceArn: resource_arn,
    State: state,
    Reason: reason,
    CreationTimestamp: creation_timestamp,
    LastUpdateTimestamp: last_update_timestamp,
    DeletionTimestamp: deletion_timestamp,
    Tags: tags,
});
