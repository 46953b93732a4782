//! Resolver endpoints.

use aws_sdk_route53resolver::types::{
    ResolverEndpoint, ResolverEndpointDirection, ResolverEndpointStatus, ResolverEndpointType,
};
use serde_json::Value;

use super::{Shape, members};

members!(ResolverEndpoint {
    Id: id,
    CreatorRequestId: creator_request_id,
    Arn: arn,
    Name: name,
    SecurityGroupIds: security_group_ids,
    Direction: direction,
    IpAddressCount: ip_address_count,
    HostVPCId: host_vpc_id,
    Status: status,
    StatusMessage: status_message,
    CreationTime: creation_time,
    ModificationTime: modification_time,
    ResolverEndpointType: resolver_endpoint_type,
});

macro_rules! words {
    ($($kind:ident),+) => {$(
        impl Shape for $kind {
            fn shape(&self) -> Option<Value> {
                Some(Value::from(self.as_str()))
            }
        }
    )+};
}

words!(
    ResolverEndpointDirection,
    ResolverEndpointStatus,
    ResolverEndpointType
);
