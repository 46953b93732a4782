//! Network interfaces and instances.

use aws_sdk_ec2::types::{
    AttachmentEnaSrdSpecification, AttachmentEnaSrdUdpSpecification,
    ConnectionTrackingConfiguration, ConnectionTrackingSpecificationResponse, GroupIdentifier,
    IamInstanceProfile, Instance, InstanceAttachmentEnaSrdSpecification,
    InstanceAttachmentEnaSrdUdpSpecification, InstanceIpv4Prefix, InstanceIpv6Address,
    InstanceIpv6Prefix, InstanceNetworkInterface, InstanceNetworkInterfaceAssociation,
    InstanceNetworkInterfaceAttachment, InstancePrivateIpAddress, InstanceState,
    Ipv4PrefixSpecification, Ipv6PrefixSpecification, NetworkInterface,
    NetworkInterfaceAssociation, NetworkInterfaceAttachment, NetworkInterfaceIpv6Address,
    NetworkInterfacePrivateIpAddress, OperatorResponse, Placement, PrivateDnsNameOptionsResponse,
    PublicIpDnsNameOptions, Reservation, StateReason,
};

use super::members;

members!(NetworkInterface {
    Association: association,
    Attachment: attachment,
    AvailabilityZone: availability_zone,
    ConnectionTrackingConfiguration: connection_tracking_configuration,
    Description: description,
    Groups: groups,
    InterfaceType: interface_type,
    Ipv6Addresses: ipv6_addresses,
    MacAddress: mac_address,
    NetworkInterfaceId: network_interface_id,
    OutpostArn: outpost_arn,
    OwnerId: owner_id,
    PrivateDnsName: private_dns_name,
    PublicDnsName: public_dns_name,
    PublicIpDnsNameOptions: public_ip_dns_name_options,
    PrivateIpAddress: private_ip_address,
    PrivateIpAddresses: private_ip_addresses,
    Ipv4Prefixes: ipv4_prefixes,
    Ipv6Prefixes: ipv6_prefixes,
    RequesterId: requester_id,
    RequesterManaged: requester_managed,
    SourceDestCheck: source_dest_check,
    Status: status,
    SubnetId: subnet_id,
    TagSet: tag_set,
    VpcId: vpc_id,
    DenyAllIgwTraffic: deny_all_igw_traffic,
    Ipv6Native: ipv6_native,
    Ipv6Address: ipv6_address,
    Operator: operator,
    AssociatedSubnets: associated_subnets,
    AvailabilityZoneId: availability_zone_id,
});
members!(NetworkInterfaceAssociation {
    AllocationId: allocation_id,
    AssociationId: association_id,
    IpOwnerId: ip_owner_id,
    PublicDnsName: public_dns_name,
    PublicIp: public_ip,
    CustomerOwnedIp: customer_owned_ip,
    CarrierIp: carrier_ip,
});
members!(NetworkInterfaceAttachment {
    AttachTime: attach_time,
    AttachmentId: attachment_id,
    DeleteOnTermination: delete_on_termination,
    DeviceIndex: device_index,
    NetworkCardIndex: network_card_index,
    InstanceId: instance_id,
    InstanceOwnerId: instance_owner_id,
    Status: status,
    EnaSrdSpecification: ena_srd_specification,
    EnaQueueCount: ena_queue_count,
});
members!(AttachmentEnaSrdSpecification {
    EnaSrdEnabled: ena_srd_enabled,
    EnaSrdUdpSpecification: ena_srd_udp_specification,
});
members!(AttachmentEnaSrdUdpSpecification {
    EnaSrdUdpEnabled: ena_srd_udp_enabled
});
members!(ConnectionTrackingConfiguration {
    TcpEstablishedTimeout: tcp_established_timeout,
    UdpStreamTimeout: udp_stream_timeout,
    UdpTimeout: udp_timeout,
});
members!(GroupIdentifier {
    GroupId: group_id,
    GroupName: group_name
});
members!(NetworkInterfaceIpv6Address {
    Ipv6Address: ipv6_address,
    PublicIpv6DnsName: public_ipv6_dns_name,
    IsPrimaryIpv6: is_primary_ipv6,
});
members!(PublicIpDnsNameOptions {
    DnsHostnameType: dns_hostname_type,
    PublicIpv4DnsName: public_ipv4_dns_name,
    PublicIpv6DnsName: public_ipv6_dns_name,
    PublicDualStackDnsName: public_dual_stack_dns_name,
});
members!(NetworkInterfacePrivateIpAddress {
    Association: association,
    Primary: primary,
    PrivateDnsName: private_dns_name,
    PrivateIpAddress: private_ip_address,
});
members!(Ipv4PrefixSpecification {
    Ipv4Prefix: ipv4_prefix
});
members!(Ipv6PrefixSpecification {
    Ipv6Prefix: ipv6_prefix
});
members!(OperatorResponse {
    Managed: managed,
    Principal: principal,
    HiddenByDefault: hidden_by_default
});
members!(Reservation {
    ReservationId: reservation_id,
    OwnerId: owner_id,
    RequesterId: requester_id,
    Groups: groups,
    Instances: instances,
});
members!(Instance {
    ImageId: image_id,
    InstanceId: instance_id,
    InstanceType: instance_type,
    LaunchTime: launch_time,
    State: state,
    StateTransitionReason: state_transition_reason,
    StateReason: state_reason,
    PrivateDnsName: private_dns_name,
    PrivateIpAddress: private_ip_address,
    PublicDnsName: public_dns_name,
    PublicIpAddress: public_ip_address,
    Ipv6Address: ipv6_address,
    SubnetId: subnet_id,
    VpcId: vpc_id,
    NetworkInterfaces: network_interfaces,
    SecurityGroups: security_groups,
    SourceDestCheck: source_dest_check,
    Tags: tags,
    Placement: placement,
    Architecture: architecture,
    Platform: platform,
    PlatformDetails: platform_details,
    InstanceLifecycle: instance_lifecycle,
    IamInstanceProfile: iam_instance_profile,
    OutpostArn: outpost_arn,
    Operator: operator,
    PrivateDnsNameOptions: private_dns_name_options,
});
members!(InstanceState {
    Code: code,
    Name: name
});
members!(StateReason {
    Code: code,
    Message: message
});
members!(InstanceNetworkInterface {
    Association: association,
    Attachment: attachment,
    Description: description,
    Groups: groups,
    Ipv6Addresses: ipv6_addresses,
    MacAddress: mac_address,
    NetworkInterfaceId: network_interface_id,
    OwnerId: owner_id,
    PrivateDnsName: private_dns_name,
    PrivateIpAddress: private_ip_address,
    PrivateIpAddresses: private_ip_addresses,
    SourceDestCheck: source_dest_check,
    Status: status,
    SubnetId: subnet_id,
    VpcId: vpc_id,
    InterfaceType: interface_type,
    Ipv4Prefixes: ipv4_prefixes,
    Ipv6Prefixes: ipv6_prefixes,
    ConnectionTrackingConfiguration: connection_tracking_configuration,
    Operator: operator,
});
members!(InstanceNetworkInterfaceAssociation {
    CarrierIp: carrier_ip,
    CustomerOwnedIp: customer_owned_ip,
    IpOwnerId: ip_owner_id,
    PublicDnsName: public_dns_name,
    PublicIp: public_ip,
});
members!(InstanceNetworkInterfaceAttachment {
    AttachTime: attach_time,
    AttachmentId: attachment_id,
    DeleteOnTermination: delete_on_termination,
    DeviceIndex: device_index,
    Status: status,
    NetworkCardIndex: network_card_index,
    EnaSrdSpecification: ena_srd_specification,
    EnaQueueCount: ena_queue_count,
});
members!(InstanceAttachmentEnaSrdSpecification {
    EnaSrdEnabled: ena_srd_enabled,
    EnaSrdUdpSpecification: ena_srd_udp_specification,
});
members!(InstanceAttachmentEnaSrdUdpSpecification {
    EnaSrdUdpEnabled: ena_srd_udp_enabled
});
members!(InstanceIpv6Address {
    Ipv6Address: ipv6_address,
    IsPrimaryIpv6: is_primary_ipv6
});
members!(InstancePrivateIpAddress {
    Association: association,
    Primary: primary,
    PrivateDnsName: private_dns_name,
    PrivateIpAddress: private_ip_address,
});
members!(InstanceIpv4Prefix {
    Ipv4Prefix: ipv4_prefix
});
members!(InstanceIpv6Prefix {
    Ipv6Prefix: ipv6_prefix
});
members!(ConnectionTrackingSpecificationResponse {
    TcpEstablishedTimeout: tcp_established_timeout,
    UdpStreamTimeout: udp_stream_timeout,
    UdpTimeout: udp_timeout,
});
members!(Placement {
    AvailabilityZone: availability_zone,
    AvailabilityZoneId: availability_zone_id,
    Tenancy: tenancy,
    GroupName: group_name,
});
members!(IamInstanceProfile { Arn: arn, Id: id });
members!(PrivateDnsNameOptionsResponse {
    HostnameType: hostname_type,
    EnableResourceNameDnsARecord: enable_resource_name_dns_a_record,
    EnableResourceNameDnsAAAARecord: enable_resource_name_dns_aaaa_record,
});
