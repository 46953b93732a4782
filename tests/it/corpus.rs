//! Real inputs of other projects: what is read agrees with a counter of our own over the raw JSON.
//!
//! `VPC_ATLAS_CORPUS` names the folder; the tests say “skipped” where it is unset.

use crate::support::files::tree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use vpc_atlas::network::{
    Cause, Coverage, Kind, NatGatewayFacts, Network, RouteTableFacts, SubnetFacts, SubnetKind,
    Topology,
};
use vpc_atlas::source::{InputFile, read, snapshot};

fn corpus(part: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("VPC_ATLAS_CORPUS") else {
        eprintln!("skipped: VPC_ATLAS_CORPUS is unset");
        return None;
    };
    let path = PathBuf::from(root).join(part);
    assert!(path.is_dir(), "{} is missing", path.display());
    Some(path)
}

/// The lists to count, with the member that holds the id.
const LISTS: &[(&str, Kind, &str)] = &[
    ("Vpcs", Kind::Vpc, "VpcId"),
    ("Subnets", Kind::Subnet, "SubnetId"),
    ("RouteTables", Kind::RouteTable, "RouteTableId"),
    (
        "InternetGateways",
        Kind::InternetGateway,
        "InternetGatewayId",
    ),
    ("NatGateways", Kind::NatGateway, "NatGatewayId"),
    ("VpcEndpoints", Kind::VpcEndpoint, "VpcEndpointId"),
    ("NetworkAcls", Kind::NetworkAcl, "NetworkAclId"),
    ("SecurityGroups", Kind::SecurityGroup, "GroupId"),
    (
        "NetworkInterfaces",
        Kind::NetworkInterface,
        "NetworkInterfaceId",
    ),
    ("Addresses", Kind::ElasticIp, "AllocationId"),
    (
        "CustomerGateways",
        Kind::CustomerGateway,
        "CustomerGatewayId",
    ),
    ("VpnGateways", Kind::VpnGateway, "VpnGatewayId"),
    ("VpnConnections", Kind::VpnConnection, "VpnConnectionId"),
    ("DhcpOptions", Kind::DhcpOptions, "DhcpOptionsId"),
    ("PrefixLists", Kind::PrefixList, "PrefixListId"),
    (
        "VpcPeeringConnections",
        Kind::VpcPeeringConnection,
        "VpcPeeringConnectionId",
    ),
    ("TransitGateways", Kind::TransitGateway, "TransitGatewayId"),
    (
        "TransitGatewayAttachments",
        Kind::TransitGatewayAttachment,
        "TransitGatewayAttachmentId",
    ),
    (
        "TransitGatewayVpcAttachments",
        Kind::TransitGatewayAttachment,
        "TransitGatewayAttachmentId",
    ),
    (
        "TransitGatewayRouteTables",
        Kind::TransitGatewayRouteTable,
        "TransitGatewayRouteTableId",
    ),
    ("AvailabilityZones", Kind::AvailabilityZone, "ZoneName"),
];

/// The counter of our own: distinct ids per kind, and per VPC where records name one.
#[derive(Default, Debug, PartialEq)]
struct Counts {
    kinds: BTreeMap<Kind, usize>,
    by_vpc: BTreeMap<(Kind, String), usize>,
}

fn counted(files: &[InputFile]) -> Counts {
    let mut seen: BTreeSet<(Kind, String)> = BTreeSet::new();
    let mut counts = Counts::default();
    for file in files {
        let Ok(value) = serde_json::from_slice::<Value>(file.bytes.as_ref().unwrap()) else {
            continue;
        };
        for (list, kind, id) in LISTS {
            for record in value[list].as_array().into_iter().flatten() {
                let id = record[id]
                    .as_str()
                    .or_else(|| record["PublicIp"].as_str())
                    .unwrap();
                if seen.insert((*kind, id.to_owned())) {
                    *counts.kinds.entry(*kind).or_default() += 1;
                    let per_vpc =
                        matches!(kind, Kind::Subnet | Kind::RouteTable | Kind::NatGateway);
                    if let (true, Some(vpc)) = (per_vpc, record["VpcId"].as_str()) {
                        *counts.by_vpc.entry((*kind, vpc.to_owned())).or_default() += 1;
                    }
                }
            }
        }
        for reservation in value["Reservations"].as_array().into_iter().flatten() {
            for instance in reservation["Instances"].as_array().into_iter().flatten() {
                let id = instance["InstanceId"].as_str().unwrap();
                if seen.insert((Kind::Instance, id.to_owned())) {
                    *counts.kinds.entry(Kind::Instance).or_default() += 1;
                }
                // An instance tells of its interfaces, listed on their own or not.
                let interfaces = instance["NetworkInterfaces"].as_array();
                for interface in interfaces.into_iter().flatten() {
                    let id = interface["NetworkInterfaceId"].as_str().unwrap();
                    if seen.insert((Kind::NetworkInterface, id.to_owned())) {
                        *counts.kinds.entry(Kind::NetworkInterface).or_default() += 1;
                    }
                }
            }
        }
    }
    counts
}

fn read_counts(network: &Network, kinds: impl Iterator<Item = Kind>) -> Counts {
    let mut counts = Counts::default();
    for kind in kinds {
        counts.kinds.insert(kind, network.of_kind(kind).count());
    }
    let mut add = |kind, vpc: Option<&vpc_atlas::network::Id>| {
        if let Some(vpc) = vpc {
            let key = (kind, vpc.as_str().to_owned());
            *counts.by_vpc.entry(key).or_default() += 1;
        }
    };
    for (_, facts) in network.all::<SubnetFacts>() {
        add(Kind::Subnet, facts.vpc.value());
    }
    for (_, facts) in network.all::<RouteTableFacts>() {
        add(Kind::RouteTable, facts.vpc.value());
    }
    for (_, facts) in network.all::<NatGatewayFacts>() {
        add(Kind::NatGateway, facts.vpc.value());
    }
    counts
}

fn not_understood(network: &Network) -> Vec<String> {
    network
        .gaps()
        .iter()
        .filter(|gap| matches!(gap.cause, Cause::NotUnderstood | Cause::Unreadable))
        .map(ToString::to_string)
        .collect()
}

#[test]
fn every_batfish_network_is_counted_right() {
    let Some(root) = corpus("batfish") else {
        return;
    };
    let mut folders = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        folders += 1;
        let files = tree(&folder);
        let network = read(&files);
        let expected = counted(&files);
        let found = read_counts(&network, expected.kinds.keys().copied());
        assert_eq!(found, expected, "{}", folder.display());
        assert!(found.kinds[&Kind::Vpc] > 0, "{}", folder.display());
        assert_eq!(
            not_understood(&network),
            Vec::<String>::new(),
            "{}",
            folder.display()
        );
        assert_eq!(network.shards().count(), 1, "{}", folder.display());
        for (scope, shard) in network.shards() {
            assert!(scope.region.is_some(), "{}", folder.display());
            assert_eq!(shard.coverage(Kind::Subnet), Coverage::Complete);
        }
        let bytes = snapshot::write(&network);
        assert_eq!(snapshot::read(&bytes, "snapshot").unwrap(), network);
        let topology = Topology::of(&network);
        for vpc in network.of_kind(Kind::Subnet) {
            topology.related(vpc.key());
        }
    }
    assert!(folders >= 8, "{folders}");
}

#[test]
fn all_batfish_folders_together_lose_nothing() {
    let Some(root) = corpus("batfish") else {
        return;
    };
    let files = tree(&root);
    let network = read(&files);
    let expected = counted(&files);
    assert_eq!(
        read_counts(&network, expected.kinds.keys().copied()),
        expected
    );
    // The licence and the notes beside the data are named once, together.
    assert_eq!(
        not_understood(&network).len(),
        1,
        "{:?}",
        not_understood(&network)
    );
}

#[test]
fn every_cli_example_can_be_opened_alone() {
    let Some(root) = corpus("aws-cli-examples") else {
        return;
    };
    let mut opened = 0;
    for file in tree(&root) {
        if file.path == "LICENSE" {
            continue;
        }
        opened += 1;
        let name = file.path.clone();
        let files = [file];
        let network = read(&files);
        let said = network.gaps();
        assert!(
            !network.is_empty() || !said.is_empty(),
            "{name}: nothing was said"
        );
        let expected = counted(&files);
        for (kind, count) in &expected.kinds {
            assert_eq!(network.of_kind(*kind).count(), *count, "{name}: {kind}");
        }
        let bytes = snapshot::write(&network);
        assert_eq!(snapshot::read(&bytes, &name).unwrap(), network, "{name}");
        for gap in said.iter().filter(|gap| gap.why != "not in this input") {
            eprintln!("{name}: {gap}");
        }
    }
    assert!(opened > 70, "{opened}");
}

#[test]
fn cloudmapper_shows_its_vpc_and_says_what_is_missing() {
    let Some(root) = corpus("cloudmapper") else {
        return;
    };
    let files = tree(&root);
    let network = read(&files);
    let expected = counted(&files);
    assert_eq!(
        read_counts(&network, expected.kinds.keys().copied()),
        expected
    );
    let topology = Topology::of(&network);
    let mut subnets = 0;
    for subnet in network.of_kind(Kind::Subnet) {
        subnets += 1;
        for family in [vpc_atlas::cidr::Family::V4, vpc_atlas::cidr::Family::V6] {
            let kind = topology.subnet_kind(&network, subnet.key(), family);
            assert_eq!(kind, SubnetKind::Unknown, "{}", subnet.key());
        }
    }
    assert!(subnets > 0);
    let said = network
        .gaps()
        .iter()
        .any(|gap| gap.what == "route tables" && gap.why == "not in this input");
    assert!(said, "{:?}", network.gaps());
}
