//! Which facts can be changed, which only AWS sets, and which are fixed once a resource is made.

use crate::network::{Facts, Kind, Resource, Text};

/// What becomes of a difference in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handling {
    /// Only AWS sets it, or it follows from something else: it is passed over.
    OfAws,
    /// One or more calls change it.
    Changed,
    /// No call of ours changes it; why, and what to do instead.
    Fixed(&'static str),
}

use Handling::{Changed, Fixed, OfAws};

const MAKE_ANOTHER: Handling =
    Fixed("it is fixed once the resource is made; remove the resource and make another");
const BY_HAND: Handling = Fixed("this program does not change it; change it by hand");

const ACCOUNT_WIDE: Handling = Fixed(
    "Block Public Access is set for an account and region, not for one resource; set it by hand",
);

/// The fields of each kind. Those all kinds have are told by [`row`].
const TABLE: &[(Kind, &[&str], Handling)] = &[
    (
        Kind::Vpc,
        &["primary_cidr"],
        Fixed(
            "the primary block of a VPC can be neither changed nor removed; add a secondary block",
        ),
    ),
    (Kind::Vpc, &["cidr_blocks", "ipv6_blocks"], Changed),
    (
        Kind::Vpc,
        &["enable_dns_support", "enable_dns_hostnames"],
        Changed,
    ),
    (
        Kind::Vpc,
        &["encryption_control", "encryption_exclusions"],
        Changed,
    ),
    (Kind::Vpc, &["instance_tenancy", "dhcp_options"], Changed),
    // Where a block comes from is told when it is added, and follows from the block.
    (Kind::Vpc, &["ipv6_pool"], OfAws),
    (Kind::Vpc, &["is_default", "state"], OfAws),
    (Kind::Vpc, &["block_public_access"], ACCOUNT_WIDE),
    (
        Kind::Subnet,
        &["cidr_block"],
        Fixed("a subnet's version 4 block is fixed once it is made; make another subnet"),
    ),
    (
        Kind::Subnet,
        &["availability_zone"],
        Fixed("a subnet stays in its Availability Zone; make another subnet"),
    ),
    (
        Kind::Subnet,
        &["vpc", "ipv6_native", "outpost_arn"],
        MAKE_ANOTHER,
    ),
    (Kind::Subnet, &["ipv6_blocks", "ipv6_part"], Changed),
    (
        Kind::Subnet,
        &["map_public_ip_on_launch", "assign_ipv6_on_creation"],
        Changed,
    ),
    (
        Kind::Subnet,
        &["availability_zone_id", "available_addresses"],
        OfAws,
    ),
    (Kind::Subnet, &["state", "default_for_az"], OfAws),
    (Kind::Subnet, &["block_public_access"], ACCOUNT_WIDE),
    (
        Kind::RouteTable,
        &["routes", "associations", "propagating_gateways"],
        Changed,
    ),
    (Kind::RouteTable, &["vpc"], MAKE_ANOTHER),
    (Kind::InternetGateway, &["attachments"], Changed),
    (
        Kind::EgressOnlyInternetGateway,
        &["attachments"],
        MAKE_ANOTHER,
    ),
    (Kind::NatGateway, &["vpc", "subnet"], MAKE_ANOTHER),
    (
        Kind::NatGateway,
        &["connectivity_type", "availability_mode"],
        MAKE_ANOTHER,
    ),
    (
        Kind::NatGateway,
        &["addresses"],
        Fixed(
            "this program does not exchange the addresses of a NAT gateway; change them by hand, or make another",
        ),
    ),
    (
        Kind::NatGateway,
        &["state", "route_table", "deleted"],
        OfAws,
    ),
    (
        Kind::NatGateway,
        &["failure_code", "failure_message"],
        OfAws,
    ),
    (
        Kind::VpcEndpoint,
        &["vpc", "endpoint_type", "service_name"],
        MAKE_ANOTHER,
    ),
    (
        Kind::VpcEndpoint,
        &["route_tables", "subnets", "groups"],
        Changed,
    ),
    (
        Kind::VpcEndpoint,
        &["policy", "private_dns_enabled", "ip_address_type"],
        Changed,
    ),
    (
        Kind::VpcEndpoint,
        &["state", "network_interfaces", "requester_managed"],
        OfAws,
    ),
    (
        Kind::VpcPeeringConnection,
        &["requester", "accepter"],
        Changed,
    ),
    (
        Kind::VpcPeeringConnection,
        &["status", "status_message"],
        OfAws,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["transit_gateway", "resource"],
        MAKE_ANOTHER,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["resource_type", "peer_region"],
        MAKE_ANOTHER,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["peer_transit_gateway"],
        MAKE_ANOTHER,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["subnets", "appliance_mode_support"],
        Changed,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["dns_support", "ipv6_support"],
        Changed,
    ),
    (Kind::TransitGatewayAttachment, &["route_table"], BY_HAND),
    (
        Kind::TransitGatewayAttachment,
        &["transit_gateway_owner"],
        OfAws,
    ),
    (
        Kind::TransitGatewayAttachment,
        &["resource_owner", "state"],
        OfAws,
    ),
    (Kind::VpnGateway, &["attachments"], Changed),
    (Kind::VpnGateway, &["amazon_side_asn"], MAKE_ANOTHER),
    (Kind::VpnGateway, &["state"], OfAws),
    (Kind::NetworkAcl, &["entries", "subnets"], Changed),
    (Kind::NetworkAcl, &["vpc"], MAKE_ANOTHER),
    (Kind::NetworkAcl, &["is_default"], OfAws),
    (
        Kind::SecurityGroup,
        &["vpc", "group_name", "description"],
        MAKE_ANOTHER,
    ),
    (Kind::SecurityGroup, &["ingress", "egress"], Changed),
    (Kind::ElasticIp, &["network_border_group"], MAKE_ANOTHER),
    (
        Kind::ElasticIp,
        &["instance"],
        Fixed("this program does not tie addresses to instances; do it by hand"),
    ),
    // What a NAT gateway does with its address.
    (
        Kind::ElasticIp,
        &["association", "network_interface", "private_ip"],
        OfAws,
    ),
    (Kind::ElasticIp, &["public_ip", "service_managed"], OfAws),
    (
        Kind::FlowLog,
        &["resource", "traffic_type", "destination_type"],
        MAKE_ANOTHER,
    ),
    (
        Kind::FlowLog,
        &["destination", "deliver_logs_permission_arn"],
        MAKE_ANOTHER,
    ),
    (Kind::FlowLog, &["status", "deliver_status"], OfAws),
    (
        Kind::NetworkInterface,
        &["subnet", "groups", "addresses"],
        Changed,
    ),
    (Kind::NetworkInterface, &["vpc"], MAKE_ANOTHER),
    (
        Kind::NetworkInterface,
        &["availability_zone", "status", "interface_type"],
        OfAws,
    ),
    (
        Kind::NetworkInterface,
        &["description", "requester_id", "requester_managed"],
        OfAws,
    ),
    (
        Kind::NetworkInterface,
        &["instance", "instance_owner"],
        OfAws,
    ),
    (
        Kind::NetworkInterface,
        &["mac_address", "ipv6_addresses"],
        OfAws,
    ),
    (Kind::NetworkInterface, &["source_dest_check"], BY_HAND),
    // What stands already, and a plan only refers to.
    (Kind::TransitGateway, &["state"], OfAws),
    (
        Kind::PrefixList,
        &["state", "entries", "max_entries"],
        OfAws,
    ),
];

/// What becomes of a difference in a field of a resource of this kind; `None` where no row tells.
pub(super) fn row(kind: Kind, field: &str) -> Option<Handling> {
    let is_place = matches!(kind, Kind::Account | Kind::Region | Kind::AvailabilityZone);
    let has_own_tags = matches!(
        kind,
        Kind::DirectConnectGateway | Kind::CoreNetwork | Kind::NetworkFirewall
    );
    if is_place {
        return Some(OfAws);
    }
    match field {
        "owner" | "arn" => Some(OfAws),
        "region" => Some(Fixed("a resource stays in its region; make another there")),
        "tags" if has_own_tags => Some(BY_HAND),
        "tags" => Some(Changed),
        _ => TABLE
            .iter()
            .find(|(of, fields, _)| *of == kind && fields.contains(&field))
            .map(|(_, _, handling)| *handling),
    }
}

/// What becomes of a difference in a field of a resource of this kind.
pub(super) fn handling(kind: Kind, field: &str) -> Handling {
    row(kind, field).unwrap_or(BY_HAND)
}

/// Facts that a plan asks for and no call at the making of the resource gives, with why.
pub(super) fn not_at_creation(resource: &Resource) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let is_blocked = |mode: Option<&Text>| mode.is_some_and(|mode| mode != "off");
    let mut default_or_blocked = |field, is_default: Option<&bool>, mode| {
        if is_default == Some(&true) {
            let why =
                "AWS makes the default one of a region by other calls; plan one that is no default";
            found.push((field, why.to_owned()));
        }
        if is_blocked(mode)
            && let Fixed(why) = handling(resource.kind(), "block_public_access")
        {
            found.push(("block_public_access", why.to_owned()));
        }
    };
    match resource.facts() {
        Facts::Vpc(facts) => default_or_blocked(
            "is_default",
            facts.is_default.value(),
            facts.block_public_access.value(),
        ),
        Facts::Subnet(facts) => default_or_blocked(
            "default_for_az",
            facts.default_for_az.value(),
            facts.block_public_access.value(),
        ),
        Facts::TransitGatewayAttachment(facts) => {
            if let Some(Some(table)) = facts.route_table.value() {
                let why = format!(
                    "this program does not associate attachments with tables of a transit gateway; associate {table} by hand"
                );
                found.push(("route_table", why));
            }
        }
        Facts::ElasticIp(facts) => {
            if let Some(Some(_)) = facts.instance.value()
                && let Fixed(why) = handling(Kind::ElasticIp, "instance")
            {
                found.push(("instance", why.to_owned()));
            }
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Common, FactSet};
    use crate::steps::things::maker_of;

    #[test]
    fn every_field_of_what_is_made_has_a_row() {
        for &kind in Kind::ALL {
            let is_ours = maker_of(kind).is_some() || kind == Kind::NetworkInterface;
            if !is_ours {
                continue;
            }
            for field in Facts::unread(kind).fields().iter().chain(Common::FIELDS) {
                assert!(row(kind, field).is_some(), "{kind}: {field}");
            }
        }
    }

    #[test]
    fn rows_name_fields_that_are_there_and_each_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (kind, fields, _) in TABLE {
            for field in *fields {
                assert!(
                    Facts::unread(*kind).fields().contains(field),
                    "{kind}: {field}"
                );
                assert!(seen.insert((kind, field)), "{kind}: {field} has two rows");
            }
        }
    }

    #[test]
    fn reasons_are_sentences_that_say_what_to_do() {
        for &kind in Kind::ALL {
            for field in Facts::unread(kind).fields() {
                if let Fixed(why) = handling(kind, field) {
                    assert!(why.contains("; "), "{kind}: {field}: {why}");
                    assert!(!why.ends_with('.'), "{kind}: {field}: {why}");
                }
            }
        }
    }
}
