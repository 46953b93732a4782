//! VPC endpoints.

use aws_sdk_ec2::types::{
    DnsEntry, DnsOptions, LastError, SecurityGroupIdentifier, SubnetIpPrefixes, VpcEndpoint,
};

use super::members;

members!(VpcEndpoint {
    VpcEndpointId: vpc_endpoint_id,
    VpcEndpointType: vpc_endpoint_type,
    VpcId: vpc_id,
    ServiceName: service_name,
    State: state,
    PolicyDocument: policy_document,
    RouteTableIds: route_table_ids,
    SubnetIds: subnet_ids,
    Groups: groups,
    IpAddressType: ip_address_type,
    DnsOptions: dns_options,
    PrivateDnsEnabled: private_dns_enabled,
    RequesterManaged: requester_managed,
    NetworkInterfaceIds: network_interface_ids,
    DnsEntries: dns_entries,
    CreationTimestamp: creation_timestamp,
    Tags: tags,
    OwnerId: owner_id,
    LastError: last_error,
    Ipv4Prefixes: ipv4_prefixes,
    Ipv6Prefixes: ipv6_prefixes,
    FailureReason: failure_reason,
    ServiceNetworkArn: service_network_arn,
    ResourceConfigurationArn: resource_configuration_arn,
    ServiceRegion: service_region,
});
members!(SecurityGroupIdentifier {
    GroupId: group_id,
    GroupName: group_name
});
members!(DnsOptions {
    DnsRecordIpType: dns_record_ip_type,
    PrivateDnsOnlyForInboundResolverEndpoint: private_dns_only_for_inbound_resolver_endpoint,
    PrivateDnsPreference: private_dns_preference,
    PrivateDnsSpecifiedDomains: private_dns_specified_domains,
});
members!(DnsEntry {
    DnsName: dns_name,
    HostedZoneId: hosted_zone_id
});
members!(LastError {
    Message: message,
    Code: code
});
members!(SubnetIpPrefixes {
    SubnetId: subnet_id,
    IpPrefixes: ip_prefixes
});
