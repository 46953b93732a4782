//! Questions about what is there, and reading the records that answer them.

use super::engine::Ec2;
use crate::network::Text;
use crate::steps::{Failed, List, Look, Trouble};
use serde_json::Value;

/// Every record of a list that these filters let through.
pub(super) async fn records<C: Ec2>(
    ec2: &C,
    list: List,
    filters: &[(&str, &str)],
) -> Result<Vec<Value>, Failed> {
    let filters = filters
        .iter()
        .map(|(name, value)| (Text::from(*name), vec![Text::from(*value)]))
        .collect();
    ec2.look(&Look { list, filters }).await
}

/// The member that holds a record's id, and the filter that takes it where the call has one.
pub(super) const fn id_of(list: List) -> (&'static str, Option<&'static str>) {
    match list {
        List::Vpcs => ("VpcId", Some("vpc-id")),
        List::Subnets => ("SubnetId", Some("subnet-id")),
        List::RouteTables => ("RouteTableId", Some("route-table-id")),
        List::InternetGateways => ("InternetGatewayId", Some("internet-gateway-id")),
        List::EgressOnlyInternetGateways => ("EgressOnlyInternetGatewayId", None),
        List::NatGateways => ("NatGatewayId", Some("nat-gateway-id")),
        List::Addresses => ("AllocationId", Some("allocation-id")),
        // Servers that stand in for EC2 do not know the filters of these two, and the lists are short.
        List::VpcEndpoints => ("VpcEndpointId", None),
        List::NetworkAcls => ("NetworkAclId", None),
        List::ManagedPrefixLists => ("PrefixListId", Some("prefix-list-id")),
        List::SecurityGroups => ("GroupId", Some("group-id")),
        List::NetworkInterfaces => ("NetworkInterfaceId", Some("network-interface-id")),
        List::VpcPeeringConnections => {
            ("VpcPeeringConnectionId", Some("vpc-peering-connection-id"))
        }
        List::TransitGatewayVpcAttachments => (
            "TransitGatewayAttachmentId",
            Some("transit-gateway-attachment-id"),
        ),
        List::VpnGateways => ("VpnGatewayId", Some("vpn-gateway-id")),
        List::FlowLogs => ("FlowLogId", None),
        List::VpcEncryptionControls => ("VpcEncryptionControlId", None),
        List::Ipv6Pools => ("PoolId", None),
        List::ResolverEndpoints => ("Id", None),
    }
}

/// The record with this id, if there is one.
pub(super) async fn record<C: Ec2>(ec2: &C, list: List, id: &str) -> Result<Option<Value>, Failed> {
    let (member, filter) = id_of(list);
    let filters: Vec<(&str, &str)> = filter.map(|filter| (filter, id)).into_iter().collect();
    let found = match records(ec2, list, &filters).await {
        Err(failed) if failed.trouble == Trouble::NotFound => return Ok(None),
        other => other?,
    };
    Ok(found.into_iter().find(|it| text(it, member) == Some(id)))
}

/// A text of a record.
pub(super) fn text<'a>(record: &'a Value, member: &str) -> Option<&'a str> {
    record.get(member)?.as_str()
}

/// A text at a path of members (`Status.Code`).
pub(super) fn text_at<'a>(record: &'a Value, path: &str) -> Option<&'a str> {
    at(record, path)?.as_str()
}

/// What stands at a path of members and numbers (`Vpc.VpcId`, `FlowLogIds.0`).
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, part| {
        part.parse::<usize>()
            .map_or_else(|_| value.get(part), |number| value.get(number))
    })
}

/// An answer in which this stands at the path.
pub(super) fn put_at(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |value, part| {
        if part.parse::<usize>().is_ok() {
            Value::Array(vec![value])
        } else {
            let mut map = serde_json::Map::new();
            map.insert(part.to_owned(), value);
            Value::Object(map)
        }
    })
}

/// The items of a list in a record.
pub(super) fn items<'a>(record: &'a Value, member: &str) -> &'a [Value] {
    record
        .get(member)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A tag's value.
pub(super) fn tag<'a>(record: &'a Value, key: &str) -> Option<&'a str> {
    items(record, "Tags")
        .iter()
        .find(|tag| text(tag, "Key") == Some(key))
        .and_then(|tag| text(tag, "Value"))
}

/// The state of a record, where the list has one, in small letters: some lists write them large.
pub(super) fn state(record: &Value) -> String {
    ["State", "Status"]
        .iter()
        .find_map(|member| text(record, member))
        .or_else(|| text_at(record, "Status.Code"))
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Whether the state says that it is there only to tell that it is not.
pub(super) fn is_over(state: &str) -> bool {
    matches!(
        state,
        "deleted" | "failed" | "rejected" | "expired" | "deleting" | "not_applicable"
    )
}

/// Something that is not there, or not yet.
pub(super) fn missing(what: impl std::fmt::Display) -> Failed {
    Failed {
        trouble: Trouble::NotFound,
        code: None,
        message: format!("{what} cannot be found"),
    }
}

/// A step or an answer that is not as it should be.
pub(super) fn wrong(message: impl Into<String>) -> Failed {
    Failed {
        trouble: Trouble::Invalid,
        code: None,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_put_at_a_path_is_there() {
        for path in ["AllocationId", "Vpc.VpcId", "FlowLogIds.0"] {
            let answer = put_at(path, json!("id"));
            assert_eq!(text_at(&answer, path), Some("id"), "{answer}");
        }
        assert_eq!(
            put_at("FlowLogIds.0", json!("a")),
            json!({"FlowLogIds": ["a"]})
        );
        assert_eq!(at(&json!({"a": [1]}), "a.1"), None);
    }
}
