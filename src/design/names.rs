//! What planned resources are called: logical names, which never move, and the `Name` tags people see.
//!
//! Generated names follow the console's “VPC and more” form (facts taken from its users' accounts); where that form has
//! no such resource the names are this program's own, in the same manner.

use super::model::{Endpoint, GatewayService, Subnet, Tier, Vpc};
use crate::network::{Id, Key, Kind, Text};
use compact_str::format_compact;

/// The logical name of something of a VPC: the VPC's own name, and what it is within it.
pub(super) fn logical(vpc: &Vpc, rest: &str) -> Id {
    Id::Planned(if rest.is_empty() {
        vpc.id.clone()
    } else {
        format_compact!("{}/{rest}", vpc.id)
    })
}

/// Role, tier and zone of a subnet, and its number in the tier.
pub(super) fn subnet_rest(tier: &Tier, subnet: &Subnet) -> Text {
    format_compact!("{}/{}/{}", tier.name, subnet.zone, subnet.number)
}

/// The key of a planned VPC.
pub fn vpc_key(vpc: &Vpc) -> Key {
    Key::new(Kind::Vpc, logical(vpc, ""))
}

/// The key of a planned subnet.
pub fn subnet_key(vpc: &Vpc, tier: &Tier, subnet: &Subnet) -> Key {
    Key::new(Kind::Subnet, logical(vpc, &subnet_rest(tier, subnet)))
}

/// The key of a planned gateway endpoint.
pub fn gateway_endpoint_key(vpc: &Vpc, service: GatewayService) -> Key {
    Key::new(Kind::VpcEndpoint, logical(vpc, service.word()))
}

/// What a planned interface endpoint is within its VPC.
pub(super) fn endpoint_rest(endpoint: &Endpoint) -> Text {
    format_compact!("interface/{}", endpoint.service)
}

/// The key of a planned interface endpoint.
pub fn endpoint_key(vpc: &Vpc, endpoint: &Endpoint) -> Key {
    Key::new(Kind::VpcEndpoint, logical(vpc, &endpoint_rest(endpoint)))
}

/// The VPC a planned resource belongs to, by its stable name, and the slot its name is kept in ([`Vpc::names`]);
/// `None` for what no design names, such as a transit gateway that exists already.
///
/// ```
/// # use vpc_atlas::design::slot;
/// # use vpc_atlas::network::{Id, Key, Kind};
/// let table = Key::new(Kind::RouteTable, Id::Planned("main/private/eu-west-1a/4".into()));
/// assert_eq!(slot(&table), Some(("main".into(), "route-table:private/eu-west-1a/4".into())));
/// ```
pub fn slot(key: &Key) -> Option<(Text, Text)> {
    let Id::Planned(name) = &key.id else {
        return None;
    };
    if matches!(
        key.kind,
        Kind::PrefixList | Kind::TransitGateway | Kind::NetworkInterface
    ) {
        return None;
    }
    Some(match name.split_once('/') {
        Some((vpc, rest)) => (vpc.into(), slot_of(key.kind, rest)),
        None => (name.clone(), slot_of(key.kind, "")),
    })
}

pub(super) fn slot_of(kind: Kind, rest: &str) -> Text {
    if rest.is_empty() {
        kind.word().into()
    } else {
        format_compact!("{kind}:{rest}")
    }
}

/// The name of something of a VPC: the one given by hand, else the generated one, else none. An empty one given by hand
/// stands for none: things that are there without a name stay so.
pub(super) fn name(vpc: &Vpc, kind: Kind, rest: &str, generated: &str) -> Option<Text> {
    if let Some(given) = vpc.names.get(&slot_of(kind, rest)) {
        return Some(given.clone()).filter(|given| !given.is_empty());
    }
    (!vpc.prefix.is_empty() && !generated.is_empty())
        .then(|| format_compact!("{}-{generated}", vpc.prefix))
}

/// What people call a VPC: its name, else what the design calls it.
pub fn vpc_label(vpc: &Vpc) -> Text {
    name(vpc, Kind::Vpc, "", "vpc").unwrap_or_else(|| vpc_key(vpc).id.as_str().into())
}

/// `public1-eu-west-1a`: how the form writes a subnet within a name.
pub(super) fn ordinal(tier: &Tier, subnet: &Subnet) -> Text {
    format_compact!("{}{}-{}", tier.name, subnet.number, subnet.zone)
}
