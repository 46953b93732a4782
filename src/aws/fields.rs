//! From parameters in the API's own names and shapes to what the SDK takes.
//!
//! Parameters are taken out one by one under their names; one that nobody took is unknown, and said to be. So nothing
//! that a step gives is left out of a call without a word.

use aws_sdk_ec2::types::{
    ApplianceModeSupportValue, AttributeBooleanValue, AvailabilityMode, AvailabilityZoneAddress,
    ConnectivityType, CreateTransitGatewayVpcAttachmentRequestOptions, DnsSupportValue, DomainType,
    FlowLogsResourceType, GatewayType, IcmpTypeCode, IpAddressType, IpPermission, IpRange,
    Ipv6Range, Ipv6SupportValue, LogDestinationType,
    ModifyTransitGatewayVpcAttachmentRequestOptions, PeeringConnectionOptionsRequest, PortRange,
    PrefixListId, ResourceType, RuleAction, SecurityGroupReferencingSupportValue, Tag,
    TagSpecification, Tenancy, TrafficType, UserIdGroupPair,
    VpcEncryptionControlExclusionStateInput, VpcEncryptionControlMode, VpcEndpointType, VpcTenancy,
};
use aws_sdk_route53resolver::types::{
    IpAddressRequest, ResolverEndpointDirection, ResolverEndpointType, Tag as ResolverTag,
};
use serde_json::{Map, Value};

/// A parameter that a call does not take, or not like this; the words name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

/// What is left of the parameters of a call, or of a structure within.
pub(super) struct Fields<'a> {
    /// Where they stand (`IpPermissions[0]`); empty for the call itself.
    place: String,
    left: Vec<(&'a str, &'a Value)>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(fields: &'a Map<String, Value>) -> Self {
        Self::within(String::new(), fields)
    }

    fn within(place: String, fields: &'a Map<String, Value>) -> Self {
        let left = fields.iter().map(|(name, value)| (name.as_str(), value));
        Self {
            place,
            left: left.collect(),
        }
    }

    /// Takes a parameter out; none where it is not given.
    pub(super) fn take<T: Field>(&mut self, name: &str) -> Result<Option<T>, Wrong> {
        let Some(at) = self.left.iter().position(|(left, _)| *left == name) else {
            return Ok(None);
        };
        let (_, value) = self.left.swap_remove(at);
        T::read(value, &self.place_of(name)).map(Some)
    }

    /// Nothing is left that nobody took.
    pub(super) fn end(self) -> Result<(), Wrong> {
        match self.left.iter().map(|(name, _)| *name).min() {
            Some(name) => {
                let place = self.place_of(name);
                Err(Wrong(format!("the parameter {place} is not known")))
            }
            None => Ok(()),
        }
    }

    fn place_of(&self, name: &str) -> String {
        if self.place.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.place)
        }
    }
}

/// What a parameter can be.
pub(super) trait Field: Sized {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong>;
}

fn is_no(what: &str, place: &str) -> Wrong {
    Wrong(format!("the parameter {place} is not {what}"))
}

impl Field for String {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| is_no("a text", place))?;
        Ok(text.to_owned())
    }
}

impl Field for bool {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| is_no("true or false", place))
    }
}

impl Field for i64 {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
        value.as_i64().ok_or_else(|| is_no("a whole number", place))
    }
}

impl Field for i32 {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
        let number = i64::read(value, place)?;
        number
            .try_into()
            .map_err(|_| is_no("a number of 32 bits", place))
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
        let items = value.as_array().ok_or_else(|| is_no("a list", place))?;
        let item = |(at, item)| T::read(item, &format!("{place}[{at}]"));
        items.iter().enumerate().map(item).collect()
    }
}

/// Words go as they are, also those that are newer than this SDK: AWS knows which it takes.
macro_rules! words {
    ($($kind:ident),+ $(,)?) => {$(
        impl Field for $kind {
            fn read(value: &Value, place: &str) -> Result<Self, Wrong> {
                String::read(value, place).map(|word| Self::from(word.as_str()))
            }
        }
    )+};
}

words!(
    ApplianceModeSupportValue,
    AvailabilityMode,
    ConnectivityType,
    DnsSupportValue,
    DomainType,
    FlowLogsResourceType,
    GatewayType,
    IpAddressType,
    Ipv6SupportValue,
    LogDestinationType,
    ResolverEndpointDirection,
    ResolverEndpointType,
    ResourceType,
    RuleAction,
    SecurityGroupReferencingSupportValue,
    Tenancy,
    TrafficType,
    VpcEncryptionControlExclusionStateInput,
    VpcEncryptionControlMode,
    VpcEndpointType,
    VpcTenancy,
);

/// The members of a structure and the setters that take them. `try` is for one that the SDK does not build without what
/// it requires.
macro_rules! structure {
    ($kind:ident { $($name:ident: $setter:ident),+ $(,)? }) => {
        structure!(@read $kind, |built, _place| Ok(built), $($name: $setter),+);
    };
    (try $kind:ident { $($name:ident: $setter:ident),+ $(,)? }) => {
        structure!(
            @read $kind,
            |built, place| built.map_err(|_| is_no("complete", place)),
            $($name: $setter),+
        );
    };
    (@read $kind:ident, |$built:ident, $place:ident| $end:expr, $($name:ident: $setter:ident),+) => {
        impl Field for $kind {
            fn read(value: &Value, $place: &str) -> Result<Self, Wrong> {
                let members = value.as_object().ok_or_else(|| is_no("a structure", $place))?;
                let mut fields = Fields::within($place.to_owned(), members);
                let $built = Self::builder()$(.$setter(fields.take(stringify!($name))?))+.build();
                fields.end()?;
                $end
            }
        }
    };
}

structure!(TagSpecification {
    ResourceType: set_resource_type,
    Tags: set_tags
});
structure!(Tag {
    Key: set_key,
    Value: set_value
});
structure!(AttributeBooleanValue { Value: set_value });
structure!(AvailabilityZoneAddress {
    AvailabilityZone: set_availability_zone,
    AvailabilityZoneId: set_availability_zone_id,
    AllocationIds: set_allocation_ids,
});
structure!(CreateTransitGatewayVpcAttachmentRequestOptions {
    DnsSupport: set_dns_support,
    SecurityGroupReferencingSupport: set_security_group_referencing_support,
    Ipv6Support: set_ipv6_support,
    ApplianceModeSupport: set_appliance_mode_support,
});
structure!(ModifyTransitGatewayVpcAttachmentRequestOptions {
    DnsSupport: set_dns_support,
    SecurityGroupReferencingSupport: set_security_group_referencing_support,
    Ipv6Support: set_ipv6_support,
    ApplianceModeSupport: set_appliance_mode_support,
});
structure!(PeeringConnectionOptionsRequest {
    AllowDnsResolutionFromRemoteVpc: set_allow_dns_resolution_from_remote_vpc,
});
structure!(IpPermission {
    IpProtocol: set_ip_protocol,
    FromPort: set_from_port,
    ToPort: set_to_port,
    UserIdGroupPairs: set_user_id_group_pairs,
    IpRanges: set_ip_ranges,
    Ipv6Ranges: set_ipv6_ranges,
    PrefixListIds: set_prefix_list_ids,
});
structure!(UserIdGroupPair {
    Description: set_description,
    UserId: set_user_id,
    GroupName: set_group_name,
    GroupId: set_group_id,
    VpcId: set_vpc_id,
    VpcPeeringConnectionId: set_vpc_peering_connection_id,
});
structure!(IpRange {
    Description: set_description,
    CidrIp: set_cidr_ip
});
structure!(Ipv6Range {
    Description: set_description,
    CidrIpv6: set_cidr_ipv6
});
structure!(PrefixListId {
    Description: set_description,
    PrefixListId: set_prefix_list_id
});
structure!(PortRange {
    From: set_from,
    To: set_to
});
structure!(IcmpTypeCode {
    Type: set_type,
    Code: set_code
});
structure!(try ResolverTag { Key: set_key, Value: set_value });
structure!(try IpAddressRequest { SubnetId: set_subnet_id, Ip: set_ip, Ipv6: set_ipv6 });

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn permissions(value: &Value) -> Result<Option<Vec<IpPermission>>, Wrong> {
        let mut fields = Fields::new(value.as_object().unwrap());
        let read = fields.take("IpPermissions")?;
        fields.end()?;
        Ok(read)
    }

    #[test]
    fn structures_are_read_to_the_bottom() {
        let read = permissions(&json!({ "IpPermissions": [
            { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "in" }] },
            { "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": "sg-1" }] },
        ] }));
        let expected = [
            IpPermission::builder()
                .ip_protocol("tcp")
                .from_port(443)
                .to_port(443)
                .ip_ranges(
                    IpRange::builder()
                        .cidr_ip("10.0.0.0/8")
                        .description("in")
                        .build(),
                )
                .build(),
            IpPermission::builder()
                .ip_protocol("-1")
                .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-1").build())
                .build(),
        ];
        assert_eq!(read, Ok(Some(expected.to_vec())));
        assert_eq!(permissions(&json!({})), Ok(None));
    }

    #[test]
    fn what_is_not_known_or_not_right_is_named() {
        for (parameters, words) in [
            (
                json!({ "Colour": "red" }),
                "the parameter Colour is not known",
            ),
            (
                json!({ "IpPermissions": [{}, { "IpRanges": [{ "CidrIpV4": "10.0.0.0/8" }] }] }),
                "the parameter IpPermissions[1].IpRanges[0].CidrIpV4 is not known",
            ),
            (
                json!({ "IpPermissions": {} }),
                "the parameter IpPermissions is not a list",
            ),
            (
                json!({ "IpPermissions": [1] }),
                "the parameter IpPermissions[0] is not a structure",
            ),
            (
                json!({ "IpPermissions": [{ "FromPort": "443" }] }),
                "the parameter IpPermissions[0].FromPort is not a whole number",
            ),
            (
                json!({ "IpPermissions": [{ "FromPort": 3_000_000_000_u32 }] }),
                "the parameter IpPermissions[0].FromPort is not a number of 32 bits",
            ),
            (
                json!({ "IpPermissions": [{ "IpProtocol": null }] }),
                "the parameter IpPermissions[0].IpProtocol is not a text",
            ),
        ] {
            assert_eq!(permissions(&parameters), Err(Wrong(words.to_owned())));
        }
        let address = json!({ "Ip": "10.0.0.4" });
        assert_eq!(
            IpAddressRequest::read(&address, "IpAddresses[0]"),
            Err(Wrong(
                "the parameter IpAddresses[0] is not complete".to_owned()
            ))
        );
    }
}
