//! Instances and interfaces. What instances run is passed over: nothing but their place in the network is read.

use super::fields::Fields;
use super::gather::{Gather, sorted};
use super::term::Term;
use super::vpc::vpc_of_subnet;
use crate::network::{
    Id, InstanceFacts, InterfaceAddress, Key, Kind, Known, NetworkInterfaceFacts, SubnetFacts, Text,
};
use compact_str::format_compact;
use std::net::IpAddr;

/// The zone of a subnet.
fn zone_of(gather: &Gather<'_>, subnet: &Known<Id>) -> Known<Text> {
    subnet
        .value()
        .and_then(|id| gather.facts::<SubnetFacts>(id))
        .map_or(Known::Unread, |facts| facts.availability_zone.clone())
}

pub(super) fn instance(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let (interfaces, _) = f.objects(&["NetworkInterfaces"]);
    let first = interfaces.first().copied();
    let holder = match first {
        Some(first) if !f.has(&["SubnetId"]) => first,
        _ => *f,
    };
    let subnet = holder.id_of(&["SubnetId"], Kind::Subnet);
    let or_chosen = |known: Known<IpAddr>| match known {
        Known::Unread if !f.stands() => Known::ChosenByAws,
        known => known,
    };
    let mut ids: Vec<Id> = interfaces
        .iter()
        .filter_map(|it| it.some_id(&["NetworkInterfaceId"], Kind::NetworkInterface))
        .collect();
    ids.extend(f.some_id(&["primary_network_interface_id"], Kind::NetworkInterface));
    let group_names: &[&str] = &["SecurityGroupIds", "vpc_security_group_ids", "GroupSet"];
    let facts = InstanceFacts {
        vpc: vpc_of_subnet(gather, &subnet),
        subnet,
        state: if f.stands() {
            f.text(&["instance_state"])
        } else {
            Known::Value("running".into())
        },
        instance_type: f.text(&["InstanceType"]),
        private_ip: or_chosen(f.address(&["PrivateIpAddress", "private_ip"])),
        public_ip: f.address(&["public_ip"]),
        network_interfaces: if ids.is_empty() && !f.stands() {
            Known::ChosenByAws
        } else {
            sorted(ids)
        },
        groups: match f.get(group_names) {
            Some(Term::Chosen) => Known::ChosenByAws,
            _ => holder.ids(group_names, Kind::SecurityGroup),
        },
        source_dest_check: f.flag_or(&["SourceDestCheck"], true),
    };
    gather.add(f, facts);
}

pub(super) fn interface(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let subnet = f.id_of(&["SubnetId"], Kind::Subnet);
    let primary = f.some_address(&["PrivateIpAddress", "private_ip"]);
    let (more, _) = match f.get(&["private_ips"]) {
        Some(Term::Chosen) => (Vec::new(), true),
        _ => f.texts(&["private_ips"]),
    };
    let mut addresses: Vec<InterfaceAddress> = more
        .iter()
        .filter_map(|text| text.parse().ok())
        .chain(primary)
        .map(|private_ip| InterfaceAddress {
            private_ip,
            primary: Some(private_ip) == primary,
            public_ip: None,
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    let addresses = if addresses.is_empty() && !f.stands() {
        Known::ChosenByAws
    } else {
        Known::Value(addresses)
    };
    let attachment = f.object(&["attachment"]);
    let instance = attachment.and_then(|it| it.some_id(&["instance"], Kind::Instance));
    let (texts, _) = match f.get(&["ipv6_addresses"]) {
        Some(Term::Chosen) => (Vec::new(), true),
        _ => f.texts(&["ipv6_addresses"]),
    };
    let facts = NetworkInterfaceFacts {
        vpc: vpc_of_subnet(gather, &subnet),
        availability_zone: zone_of(gather, &subnet),
        subnet,
        status: Known::Unread,
        interface_type: f.text_or(&["InterfaceType"], "interface"),
        description: f.text(&["Description"]),
        requester_id: Known::Unread,
        requester_managed: Known::Value(false),
        addresses,
        ipv6_addresses: sorted(texts.iter().filter_map(|it| it.parse().ok()).collect()),
        groups: match f.get(&["GroupSet", "security_groups"]) {
            Some(Term::Chosen) => Known::ChosenByAws,
            _ => f.ids(&["GroupSet", "security_groups"], Kind::SecurityGroup),
        },
        instance: Known::Value(instance),
        instance_owner: Known::Unread,
        source_dest_check: f.flag_or(&["SourceDestCheck"], true),
        mac_address: f.text(&["mac_address"]),
    };
    gather.add(f, facts);
}

/// The interfaces that the Route 53 Resolver puts into the VPC for an endpoint: one for each address.
pub(super) fn resolver(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let groups = f.ids(&["SecurityGroupIds"], Kind::SecurityGroup);
    let called = f.some_text(&["Name"]);
    let (places, whole) = f.objects(&["IpAddresses", "ip_address"]);
    if !whole {
        gather.lost.insert(Kind::NetworkInterface);
    }
    for (at, place) in places.iter().enumerate() {
        let subnet = place.id_of(&["SubnetId"], Kind::Subnet);
        let facts = NetworkInterfaceFacts {
            vpc: vpc_of_subnet(gather, &subnet),
            availability_zone: zone_of(gather, &subnet),
            subnet,
            status: Known::Value("in-use".into()),
            interface_type: Known::Value("interface".into()),
            description: called
                .as_ref()
                .map(|called| format_compact!("Route 53 Resolver: {called}"))
                .into(),
            requester_managed: Known::Value(true),
            addresses: Known::ChosenByAws,
            ipv6_addresses: Known::Value(Vec::new()),
            groups: groups.clone(),
            ..NetworkInterfaceFacts::default()
        };
        let name = format!("{}/{}", f.declaration.address, at.saturating_add(1));
        let key = Key::new(Kind::NetworkInterface, f.book.planned(&name));
        gather.companion(key, &f.common(), facts);
    }
}
