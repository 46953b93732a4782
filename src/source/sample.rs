//! The network that comes with the program: the production VPC of an online shop and the VPC of its tools.
//!
//! It is a folder of `aws ec2 describe-*` output as the `collect` script writes one, read through the same door as
//! anybody's: `assets/sample` can be opened like any other folder, and shows the same.

use super::InputFile;
use crate::network::Network;

macro_rules! files {
    ($($name:literal,)*) => {
        &[$(($name, include_bytes!(concat!("../../assets/sample/", $name)).as_slice()),)*]
    };
}

/// The files of the sample by name, with their bytes.
pub const FILES: &[(&str, &[u8])] = files![
    "describe-addresses.json",
    "describe-availability-zones.json",
    "describe-carrier-gateways.json",
    "describe-customer-gateways.json",
    "describe-dhcp-options.json",
    "describe-egress-only-internet-gateways.json",
    "describe-flow-logs.json",
    "describe-instances.json",
    "describe-internet-gateways.json",
    "describe-local-gateways.json",
    "describe-managed-prefix-lists.json",
    "describe-nat-gateways.json",
    "describe-network-acls.json",
    "describe-network-interfaces.json",
    "describe-route-tables.json",
    "describe-security-groups.json",
    "describe-subnets.json",
    "describe-transit-gateway-attachments.json",
    "describe-transit-gateway-connects.json",
    "describe-transit-gateway-peering-attachments.json",
    "describe-transit-gateway-route-tables.json",
    "describe-transit-gateway-vpc-attachments.json",
    "describe-transit-gateways.json",
    "describe-vpc-attribute.enableDnsHostnames.vpc-01d253055c73c4aac.json",
    "describe-vpc-attribute.enableDnsHostnames.vpc-0d4204df4a6e1f672.json",
    "describe-vpc-attribute.enableDnsSupport.vpc-01d253055c73c4aac.json",
    "describe-vpc-attribute.enableDnsSupport.vpc-0d4204df4a6e1f672.json",
    "describe-vpc-block-public-access-options.json",
    "describe-vpc-endpoints.json",
    "describe-vpc-peering-connections.json",
    "describe-vpcs.json",
    "describe-vpn-connections.json",
    "describe-vpn-gateways.json",
    "get-caller-identity.json",
    "get-managed-prefix-list-entries.pl-03747acdd47899162.json",
    "get-managed-prefix-list-entries.pl-6da54004.json",
    "get-managed-prefix-list-entries.pl-6fa54006.json",
    "get-transit-gateway-route-table-associations.tgw-rtb-0c416aa7e087fff45.json",
    "get-transit-gateway-route-table-propagations.tgw-rtb-0c416aa7e087fff45.json",
    "search-transit-gateway-routes.tgw-rtb-0c416aa7e087fff45.json",
];

/// The sample network.
pub fn network() -> Network {
    let files: Vec<InputFile> = FILES
        .iter()
        .map(|&(path, bytes)| InputFile::new(path, bytes))
        .collect();
    super::read(&files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr::Family;
    use crate::network::{
        Facts, InterfaceUse, Key, Kind, NetworkInterfaceFacts, RouteState, RouteTableFacts,
        SubnetKind, Topology,
    };
    use std::collections::BTreeSet;

    fn named<'a>(network: &'a Network, kind: Kind, name: &str) -> &'a Key {
        network
            .of_kind(kind)
            .find(|resource| resource.name() == Some(name))
            .unwrap_or_else(|| panic!("the sample has a {} {name}", kind.singular()))
            .key()
    }

    #[test]
    fn it_is_understood_whole() {
        let network = network();
        assert_eq!(network.gaps(), []);
        assert_eq!(Topology::of(&network).gaps(), []);
    }

    #[test]
    fn it_shows_what_the_map_can_do() {
        let network = network();
        let topology = Topology::of(&network);
        let vpc = named(&network, Kind::Vpc, "harbour-prod");
        let members = topology.members(vpc).unwrap();
        assert_eq!(topology.vpcs().count(), 2);
        assert_eq!(topology.zones(vpc).count(), 3);
        assert_eq!(members.subnets.len(), 9);
        assert_eq!(members.tables.len(), 6);
        let kinds: BTreeSet<Kind> = members.connections.iter().map(|key| key.kind).collect();
        assert_eq!(
            kinds,
            BTreeSet::from([
                Kind::InternetGateway,
                Kind::EgressOnlyInternetGateway,
                Kind::NatGateway,
                Kind::VpcEndpoint,
                Kind::VpcPeeringConnection,
                Kind::TransitGateway,
                Kind::VpnGateway,
            ])
        );
        assert_eq!(members.connections.len(), 12);

        for (tier, v4, v6) in [
            ("public", SubnetKind::Public, SubnetKind::Public),
            ("app", SubnetKind::Private, SubnetKind::Private),
            ("data", SubnetKind::Isolated, SubnetKind::Isolated),
        ] {
            for zone in ["a", "b", "c"] {
                let name = format!("prod-{tier}-{zone}");
                let subnet = named(&network, Kind::Subnet, &name);
                let kind = |family| topology.subnet_kind(&network, subnet, family);
                assert_eq!((kind(Family::V4), kind(Family::V6)), (v4, v6), "{name}");
            }
        }

        let main = named(&network, Kind::RouteTable, "prod-main");
        assert_eq!(topology.subnets_of(main), [], "the main table is unused");
        let implicit = named(&network, Kind::RouteTable, "tools-main");
        assert!(
            topology
                .subnets_of(implicit)
                .iter()
                .all(|(_, explicit)| !explicit)
        );
        let blackholes = network
            .all::<RouteTableFacts>()
            .flat_map(|(_, table)| table.routes.items())
            .filter(|route| route.state == RouteState::Blackhole);
        assert_eq!(blackholes.count(), 1);
    }

    #[test]
    fn its_interfaces_have_users() {
        let network = network();
        let uses: BTreeSet<String> = network
            .all::<NetworkInterfaceFacts>()
            .map(|(_, facts)| InterfaceUse::of(facts).kind())
            .collect();
        for kind in [
            "instance",
            "application load balancer",
            "database",
            "Lambda function",
            "NAT gateway",
            "endpoint",
            "transit gateway attachment",
            "cache",
        ] {
            assert!(uses.contains(kind), "{kind}: {uses:?}");
        }
    }

    #[test]
    fn one_tunnel_is_down() {
        let network = network();
        let tunnels: Vec<String> = network
            .of_kind(Kind::VpnConnection)
            .flat_map(|resource| match resource.facts() {
                Facts::VpnConnection(vpn) => vpn.tunnels.items(),
                _ => &[],
            })
            .map(|tunnel| tunnel.status.to_string())
            .collect();
        assert_eq!(tunnels, ["UP", "DOWN"]);
    }
}
