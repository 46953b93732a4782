//! From the SDK's structs to the JSON that the AWS CLI prints for the same answer.
//!
//! Member names are those of the API model, which the AWS CLI prints as they are; a member AWS left out is left out
//! here, an empty list it sent stays an empty list. Times are RFC 3339 in UTC. One table per resource says which field
//! becomes which member, so that a field the SDK gains is one line here.

mod endpoints;
mod filters;
mod gateways;
mod interfaces;
mod resolver;
mod routing;
mod transit;
mod vpc;
mod vpn;

use aws_sdk_ec2::{
    primitives::{DateTime, DateTimeFormat},
    types,
};
use serde_json::{Map, Value};

/// A value as the AWS CLI prints it; none where it prints no member at all.
pub(super) trait Shape {
    fn shape(&self) -> Option<Value>;
}

impl<T: Shape> Shape for Option<T> {
    fn shape(&self) -> Option<Value> {
        self.as_ref().and_then(Shape::shape)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn shape(&self) -> Option<Value> {
        Some(Value::Array(self.iter().filter_map(Shape::shape).collect()))
    }
}

impl Shape for DateTime {
    fn shape(&self) -> Option<Value> {
        self.fmt(DateTimeFormat::DateTime).ok().map(Value::String)
    }
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Shape for $kind {
            fn shape(&self) -> Option<Value> {
                Some(Value::from(self.clone()))
            }
        }
    )*};
}

plain!(String, bool, i32, i64);

/// The members of one struct: the CLI's name and the SDK's field, in the order of the API model.
macro_rules! members {
    ($shape:ident { $($member:ident: $field:ident),+ $(,)? }) => {
        impl $crate::aws::shape::Shape for $shape {
            fn shape(&self) -> Option<serde_json::Value> {
                let mut members = serde_json::Map::new();
                $($crate::aws::shape::put(&mut members, stringify!($member), &self.$field);)+
                Some(serde_json::Value::Object(members))
            }
        }
    };
}
use members;

/// Sets a member unless the value is absent.
pub(super) fn put(members: &mut Map<String, Value>, member: &str, value: &dyn Shape) {
    if let Some(value) = value.shape() {
        members.insert(member.to_owned(), value);
    }
}

/// Enums print the word AWS sent, also one that is newer than this SDK.
macro_rules! words {
    ($($kind:ident),+ $(,)?) => {$(
        impl Shape for types::$kind {
            fn shape(&self) -> Option<Value> {
                Some(Value::from(self.as_str()))
            }
        }
    )+};
}

words!(
    ApplianceModeSupportValue,
    ArchitectureValues,
    AttachmentStatus,
    AutoAcceptSharedAttachmentsValue,
    AutoProvisionZonesState,
    AutoScalingIpsState,
    AvailabilityMode,
    AvailabilityZoneOptInStatus,
    AvailabilityZoneState,
    BlockPublicAccessMode,
    CarrierGatewayState,
    ConnectivityType,
    DefaultRouteTableAssociationValue,
    DefaultRouteTablePropagationValue,
    DestinationFileFormat,
    DnsRecordIpType,
    DnsSupportValue,
    DomainType,
    DynamicRoutingValue,
    EncryptionStateValue,
    GatewayAssociationState,
    GatewayType,
    HostnameType,
    InstanceLifecycleType,
    InstanceStateName,
    InstanceType,
    InternetGatewayBlockMode,
    InternetGatewayExclusionMode,
    IpAddressType,
    IpSource,
    Ipv6AddressAttribute,
    Ipv6SupportValue,
    LogDestinationType,
    ManagedBy,
    MulticastSupportValue,
    NatGatewayAddressStatus,
    NatGatewayApplianceModifyState,
    NatGatewayApplianceState,
    NatGatewayApplianceType,
    NatGatewayState,
    NetworkInterfaceStatus,
    NetworkInterfaceType,
    PlatformValues,
    PrefixListState,
    ProtocolValue,
    RouteOrigin,
    RouteState,
    RouteTableAssociationStateCode,
    RuleAction,
    SecurityGroupReferencingSupportValue,
    ServiceManaged,
    State,
    SubnetCidrBlockStateCode,
    SubnetState,
    TelemetryStatus,
    Tenancy,
    TrafficType,
    TransitGatewayAssociationState,
    TransitGatewayAttachmentResourceType,
    TransitGatewayAttachmentState,
    TransitGatewayPropagationState,
    TransitGatewayRouteState,
    TransitGatewayRouteTableState,
    TransitGatewayRouteType,
    TransitGatewayState,
    TunnelInsideIpVersion,
    VpcBlockPublicAccessExclusionState,
    VpcBlockPublicAccessExclusionsAllowed,
    VpcBlockPublicAccessState,
    VpcCidrBlockStateCode,
    VpcEncryptionControlExclusionState,
    VpcEncryptionControlMode,
    VpcEncryptionControlState,
    VpcEndpointType,
    VpcPeeringConnectionStateReasonCode,
    VpcState,
    VpnEcmpSupportValue,
    VpnState,
    VpnStaticRouteSource,
    VpnTunnelBandwidth,
);
