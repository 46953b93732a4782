//! What a search looks at in a resource: its texts, blocks, place, VPCs, types and applications.

use crate::network::{CidrAssociation, Facts, Id, Kind, Known, Resource, Text};
use ipnet::IpNet;
use std::net::IpAddr;

/// The tag by which AWS says which application a resource is part of; its value is the application's ARN.
/// <https://docs.aws.amazon.com/servicecatalog/latest/arguide/ar-user-tags.html>
pub const APPLICATION_TAG: &str = "awsApplication";

/// Letters and digits that stand together, in lower case.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    each_token(text, &mut String::new(), |token| {
        found.push(token.to_owned());
    });
    found
}

/// The same one after another; the buffer is for lower case.
pub(super) fn each_token(text: &str, buffer: &mut String, mut each: impl FnMut(&str)) {
    buffer.clear();
    if text.is_ascii() {
        buffer.push_str(text);
        buffer.make_ascii_lowercase();
    } else {
        buffer.push_str(&text.to_lowercase());
    }
    buffer
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .for_each(&mut each);
}

/// A text of a resource, with how much it counts when a word stands in it.
pub(super) type Weighed<'a> = (std::borrow::Cow<'a, str>, u16);

/// Every text of a resource that words are looked for in.
pub(super) fn texts(resource: &Resource) -> Vec<Weighed<'_>> {
    let mut texts: Vec<Weighed<'_>> = Vec::with_capacity(16);
    let name = resource.name();
    texts.extend(name.map(|name| (name.into(), 90)));
    texts.push((resource.key().id.as_str().into(), 80));
    let (word, singular) = (resource.kind().word(), resource.kind().singular());
    texts.push((singular.into(), 40));
    if !word.eq_ignore_ascii_case(singular) {
        texts.push((word.into(), 40));
    }
    let tags = resource.common().tags.value().into_iter().flatten();
    for (key, value) in tags {
        if key != "Name" {
            texts.push((value.as_str().into(), 30));
            texts.push((key.as_str().into(), 10));
        }
    }
    texts.extend(details(resource).into_iter().map(|text| (text.into(), 25)));
    let blocks = blocks(resource).into_iter().map(|block| bare(block).into());
    texts.extend(blocks.map(|block| (block, 50)));
    let place = [account_of(resource), region_of(resource)];
    texts.extend(place.into_iter().flatten().map(|text| (text.into(), 12)));
    texts
}

/// The service that a kind belongs to and its type there, as the Resource Explorer has them.
/// <https://docs.aws.amazon.com/resource-explorer/latest/userguide/supported-resource-types.html>
pub(super) fn service_type(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Account => ("organizations", "account"),
        Kind::DirectConnectGateway => ("directconnect", "dx-gateway"),
        Kind::CoreNetwork => ("networkmanager", "core-network"),
        Kind::NetworkFirewall => ("network-firewall", "firewall"),
        Kind::FlowLog => ("ec2", "vpc-flow-log"),
        other => ("ec2", other.word()),
    }
}

/// Every way to write a kind behind `resourcetype:` and `kind:`.
pub(super) fn type_names(kind: Kind) -> [String; 4] {
    let ((service, named), word) = (service_type(kind), kind.word());
    [
        word.to_owned(),
        format!("ec2:{word}"),
        format!("{service}:{named}"),
        format!("{service}:{word}"),
    ]
}

/// Whether AWS lets people put tags on a kind.
pub(super) fn supports_tags(kind: Kind) -> bool {
    !matches!(kind, Kind::Region | Kind::AvailabilityZone)
}

/// Where it stands for the filter `region:`; `global` for what stands in no region.
pub(super) fn place(resource: &Resource) -> Option<&str> {
    match resource.kind() {
        Kind::Account | Kind::DirectConnectGateway | Kind::CoreNetwork => Some("global"),
        Kind::Region => Some(resource.key().id.as_str()),
        _ => region_of(resource),
    }
}

/// The parts of an application's ARN that it may be called by: all of it, its name, its id.
pub(super) fn application_names(arn: &str) -> impl Iterator<Item = &str> {
    let parts = arn.split_once("group/").map_or("", |(_, parts)| parts);
    std::iter::once(arn).chain(parts.split('/').filter(|part| !part.is_empty()))
}

/// The value of a tag as people say it: an application by its name, everything else as it is.
pub fn tag_words<'a>(key: &str, value: &'a str) -> &'a str {
    if key == APPLICATION_TAG {
        application_names(value).nth(1).unwrap_or(value)
    } else {
        value
    }
}

/// The account that owns a resource, else the one that saw it.
pub fn account_of(resource: &Resource) -> Option<&str> {
    let owner = resource.common().owner.value();
    owner.map(Text::as_str).or_else(|| {
        let mut seen = resource.observations().iter();
        seen.find_map(|seen| seen.sighting.account.as_deref())
    })
}

/// The region a resource stands in, else the one it was seen in.
pub fn region_of(resource: &Resource) -> Option<&str> {
    let region = resource.common().region.value();
    region.map(Text::as_str).or_else(|| {
        let mut seen = resource.observations().iter();
        seen.find_map(|seen| seen.sighting.region.as_deref())
    })
}

/// The VPCs a resource itself names: the one it stands in, those it is attached to or joins.
pub fn vpcs_of(resource: &Resource) -> Vec<&Id> {
    match resource.facts() {
        Facts::Vpc(_) => vec![&resource.key().id],
        Facts::Subnet(facts) => facts.vpc.value().into_iter().collect(),
        Facts::RouteTable(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NatGateway(facts) => facts.vpc.value().into_iter().collect(),
        Facts::VpcEndpoint(facts) => facts.vpc.value().into_iter().collect(),
        Facts::CarrierGateway(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkFirewall(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkAcl(facts) => facts.vpc.value().into_iter().collect(),
        Facts::SecurityGroup(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkInterface(facts) => facts.vpc.value().into_iter().collect(),
        Facts::Instance(facts) => facts.vpc.value().into_iter().collect(),
        Facts::InternetGateway(facts) => held_by(&facts.attachments),
        Facts::EgressOnlyInternetGateway(facts) => held_by(&facts.attachments),
        Facts::VpnGateway(facts) => held_by(&facts.attachments),
        Facts::VpcPeeringConnection(facts) => [&facts.requester, &facts.accepter]
            .into_iter()
            .filter_map(|side| side.value().map(|side| &side.vpc))
            .collect(),
        Facts::TransitGatewayAttachment(facts)
            if facts
                .resource_type
                .value()
                .is_some_and(|kind| kind == "vpc") =>
        {
            facts.resource.value().into_iter().collect()
        }
        Facts::FlowLog(facts) => facts
            .resource
            .value()
            .filter(|id| id.as_str().starts_with("vpc-"))
            .into_iter()
            .collect(),
        Facts::CoreNetwork(facts) => facts.vpcs.items().iter().collect(),
        _ => Vec::new(),
    }
}

fn held_by(attachments: &Known<Vec<crate::network::VpcAttachment>>) -> Vec<&Id> {
    attachments
        .items()
        .iter()
        .filter(|attachment| attachment.holds())
        .map(|attachment| &attachment.vpc)
        .collect()
}

/// A block as people write it: a single address without its mask.
fn bare(block: IpNet) -> String {
    if block.prefix_len() == block.max_prefix_len() {
        block.addr().to_string()
    } else {
        block.to_string()
    }
}

/// Blocks and addresses that belong to a resource.
pub(super) fn blocks(resource: &Resource) -> Vec<IpNet> {
    fn usable(blocks: &Known<Vec<CidrAssociation>>) -> impl Iterator<Item = IpNet> {
        blocks.items().iter().filter_map(CidrAssociation::usable)
    }
    fn one(address: &Known<IpAddr>) -> impl Iterator<Item = IpNet> {
        address.value().copied().map(IpNet::from).into_iter()
    }
    match resource.facts() {
        Facts::Vpc(vpc) => {
            let primary = vpc.primary_cidr.value().copied().map(IpNet::V4);
            let mut all: Vec<IpNet> = usable(&vpc.cidr_blocks)
                .chain(usable(&vpc.ipv6_blocks))
                .chain(primary)
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        Facts::Subnet(subnet) => {
            let v4 = subnet.cidr_block.value().copied().flatten();
            v4.map(IpNet::V4)
                .into_iter()
                .chain(usable(&subnet.ipv6_blocks))
                .collect()
        }
        Facts::NetworkInterface(interface) => {
            let v4 = interface.addresses.items().iter();
            let v4 = v4.flat_map(|address| [Some(address.private_ip), address.public_ip]);
            v4.flatten()
                .chain(interface.ipv6_addresses.items().iter().copied())
                .map(IpNet::from)
                .collect()
        }
        Facts::Instance(instance) => one(&instance.private_ip)
            .chain(one(&instance.public_ip))
            .collect(),
        Facts::ElasticIp(elastic) => {
            let private = elastic.private_ip.value().copied().flatten();
            one(&elastic.public_ip)
                .chain(private.map(IpNet::from))
                .collect()
        }
        Facts::NatGateway(nat) => {
            let addresses = nat.addresses.items().iter();
            addresses
                .flat_map(|address| [address.public_ip, address.private_ip])
                .flatten()
                .map(IpNet::from)
                .collect()
        }
        Facts::PrefixList(list) => list
            .entries
            .items()
            .iter()
            .map(|entry| entry.cidr)
            .collect(),
        Facts::TransitGateway(gateway) => gateway.cidr_blocks.items().to_vec(),
        Facts::CustomerGateway(gateway) => gateway
            .ip_address
            .value()
            .and_then(|address| address.parse::<IpAddr>().ok())
            .map(IpNet::from)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Further words of a resource that people know it by.
fn details(resource: &Resource) -> Vec<&str> {
    let texts: [&Known<Text>; 3] = match resource.facts() {
        Facts::Subnet(subnet) => [
            &subnet.availability_zone,
            &subnet.availability_zone_id,
            &Known::Unread,
        ],
        Facts::VpcEndpoint(endpoint) => [
            &endpoint.service_name,
            &endpoint.endpoint_type,
            &Known::Unread,
        ],
        Facts::SecurityGroup(group) => [&group.description, &group.group_name, &Known::Unread],
        Facts::NetworkInterface(interface) => [
            &interface.description,
            &interface.mac_address,
            &interface.interface_type,
        ],
        Facts::Instance(instance) => [&instance.instance_type, &instance.state, &Known::Unread],
        Facts::TransitGateway(gateway) => [&gateway.description, &Known::Unread, &Known::Unread],
        Facts::CustomerGateway(gateway) => [&gateway.device_name, &Known::Unread, &Known::Unread],
        Facts::AvailabilityZone(zone) => [&zone.zone_id, &Known::Unread, &Known::Unread],
        _ => [&Known::Unread; 3],
    };
    texts
        .into_iter()
        .filter_map(|text| text.value().map(Text::as_str))
        .collect()
}
