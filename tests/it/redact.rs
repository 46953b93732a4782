//! Redaction: the same structure under other names, and nothing left of what tells whose network it is.

use crate::cli::run;
use crate::support::files::json;
use crate::support::generate;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use vpc_atlas::cidr::Family;
use vpc_atlas::network::{
    Coverage, InterfaceUse, Key, Kind, Network, NetworkInterfaceFacts, Topology,
};
use vpc_atlas::source::{InputFile, read, sample, snapshot};

fn keys<'a>(keys: impl IntoIterator<Item = &'a Key>) -> BTreeSet<Key> {
    keys.into_iter().cloned().collect()
}

fn renamed<'a>(keys: impl IntoIterator<Item = &'a Key>) -> BTreeSet<Key> {
    keys.into_iter().map(Key::redacted).collect()
}

/// Everything the map and the inspector derive is the same, but for names.
fn assert_same_structure(before: &Network, after: &Network) {
    assert_eq!(
        renamed(before.resources().map(|it| it.key())),
        keys(after.resources().map(|it| it.key()))
    );
    assert_eq!(before.len(), after.len());
    assert_eq!(before.shards().count(), after.shards().count());
    let (old, new) = (Topology::of(before), Topology::of(after));
    assert_eq!(
        renamed(old.vpcs().map(|(key, _)| key)),
        keys(new.vpcs().map(|(key, _)| key))
    );
    let mut everything: BTreeSet<Key> = keys(before.resources().map(|it| it.key()));
    for (vpc, members) in old.vpcs() {
        let of_new = new.members(&vpc.redacted()).unwrap();
        for (mine, theirs) in [
            (&members.subnets, &of_new.subnets),
            (&members.tables, &of_new.tables),
            (&members.connections, &of_new.connections),
            (&members.gone, &of_new.gone),
        ] {
            assert_eq!(renamed(mine), keys(theirs), "{vpc}");
            everything.extend(mine.iter().cloned());
        }
        let zones = |topology: &Topology, vpc: &Key| topology.zones(vpc).count();
        assert_eq!(zones(&old, vpc), zones(&new, &vpc.redacted()));
    }
    for key in &everything {
        let other = key.redacted();
        let related = old.related(key);
        let (mine, theirs) = (related.keys, new.related(&other));
        assert_eq!(renamed(&mine), theirs.keys, "{key}");
        assert_eq!(related.lines.len(), theirs.lines.len(), "{key}");
        let routes = |topology: &Topology, key: &Key| {
            let mut routes: Vec<(Kind, usize, usize)> = topology
                .targets(key)
                .into_iter()
                .map(|(to, routes)| {
                    let active = routes.iter().filter(|route| route.is_active()).count();
                    (to.kind, routes.len(), active)
                })
                .collect();
            routes.sort_unstable();
            routes
        };
        assert_eq!(routes(&old, key), routes(&new, &other), "{key}");
        if key.kind != Kind::Subnet {
            continue;
        }
        let table = old.effective(key);
        assert_eq!(
            table.table().map(Key::redacted).as_ref(),
            new.effective(&other).table()
        );
        for family in [Family::V4, Family::V6] {
            assert_eq!(
                old.subnet_kind(before, key, family),
                new.subnet_kind(after, &other, family)
            );
            assert_eq!(
                old.subnet_flags(before, key, family),
                new.subnet_flags(after, &other, family)
            );
        }
    }
    for &kind in Kind::ALL {
        let covered = |network: &Network| -> Vec<Coverage> {
            let mut all: Vec<_> = network.shards().map(|(_, it)| it.coverage(kind)).collect();
            all.sort_unstable();
            all
        };
        assert_eq!(covered(before), covered(after));
    }
    let about = |gaps: &[vpc_atlas::network::Gap], rename: bool| {
        let about = gaps.iter().map(|gap| {
            let resource = gap.resource.clone();
            let resource = if rename {
                resource.map(|key| key.redacted())
            } else {
                resource
            };
            (
                std::mem::discriminant(&gap.cause),
                resource,
                gap.kinds.clone(),
            )
        });
        let mut about: Vec<_> = about.map(|it| format!("{it:?}")).collect();
        about.sort_unstable();
        about
    };
    assert_eq!(about(old.gaps(), true), about(new.gaps(), false));
    assert_eq!(about(&before.gaps(), true), about(&after.gaps(), false));
}

fn uses(network: &Network) -> Vec<String> {
    let mut uses: Vec<String> = network
        .all::<NetworkInterfaceFacts>()
        .map(|(_, facts)| InterfaceUse::of(facts).kind())
        .collect();
    uses.sort_unstable();
    uses
}

#[test]
fn the_sample_has_the_same_structure_and_opens_again() {
    let network = sample::network();
    let redacted = network.redacted();
    assert_same_structure(&network, &redacted);
    assert_eq!(uses(&network), uses(&redacted));
    let bytes = snapshot::write(&redacted);
    assert_eq!(snapshot::read(&bytes, "x").unwrap(), redacted);
    assert_eq!(snapshot::write(&network.redacted()), bytes);
    // Everything that people or AWS called something, found in the file that is not redacted.
    let before = String::from_utf8(snapshot::write(&network)).unwrap();
    let after = String::from_utf8(bytes).unwrap();
    for words in [
        "storefront",
        "order-events",
        "123456789012",
        "vpc-0d4204df4a6e1f672",
        "Interface for NAT Gateway nat-098232944f572b90b",
    ] {
        assert!(before.contains(words) && !after.contains(words), "{words}");
    }
    for words in [
        "Interface for NAT Gateway nat-",
        "10.",
        "eu-west-1a",
        "com.amazonaws.eu-west-1.s3",
        "RDSNetworkInterface",
    ] {
        assert!(after.contains(words), "{words}");
    }
}

/// Every kind of thing that tells whose network it is, marked.
fn marked() -> Vec<InputFile> {
    let tags = json!([{"Key": "Name", "Value": "MARK-name"}, {"Key": "Mark-Team", "Value": "mark value"},
        {"Key": "kubernetes.io/cluster/mark-cluster", "Value": "owned"},
        {"Key": "aws:cloudformation:stack-id", "Value": "arn:aws:cloudformation:eu-west-1:111122223333:stack/mark/1"}]);
    let place = "111122223333/eu-west-1/mark-file.json";
    vec![
        json(
            place,
            &json!({
                "Vpcs": [{"VpcId": "vpc-0aaaabbbbcccc0001", "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333",
                    "DhcpOptionsId": "dopt-0aaaabbbbcccc0002", "Tags": tags,
                    "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8:1234:5600::/56",
                        "Ipv6CidrBlockState": {"State": "associated"}}]}],
                "Subnets": [{"SubnetId": "subnet-0aaaabbbbcccc0003", "VpcId": "vpc-0aaaabbbbcccc0001",
                    "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "eu-west-1a", "OwnerId": "111122223333", "Tags": tags,
                    "OutpostArn": "arn:aws:outposts:eu-west-1:111122223333:outpost/op-0aaaabbbbcccc0004"}],
                "SecurityGroups": [{"GroupId": "sg-0aaaabbbbcccc0005", "VpcId": "vpc-0aaaabbbbcccc0001",
                    "GroupName": "mark-group", "Description": "asks for mark",
                    "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                        "IpRanges": [{"CidrIp": "203.0.113.7/32", "Description": "office of Mark"}]}],
                    "IpPermissionsEgress": []}],
                "NetworkInterfaces": [{"NetworkInterfaceId": "eni-0aaaabbbbcccc0006", "VpcId": "vpc-0aaaabbbbcccc0001",
                    "SubnetId": "subnet-0aaaabbbbcccc0003", "Description": "ELB app/mark-front/4b1f2c7de09a8356",
                    "RequesterId": "AROAEXAMPLEEXAMPLE02:mark", "MacAddress": "0a:de:ad:be:ef:01",
                    "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.9", "Primary": true,
                        "Association": {"PublicIp": "198.51.100.77", "IpOwnerId": "111122223333"}}],
                    "Groups": [{"GroupId": "sg-0aaaabbbbcccc0005", "GroupName": "mark-group"}], "Status": "in-use"}],
                "VpcEndpoints": [{"VpcEndpointId": "vpce-0aaaabbbbcccc0007", "VpcId": "vpc-0aaaabbbbcccc0001",
                    "VpcEndpointType": "Interface", "State": "available",
                    "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0aaaabbbbcccc0008",
                    "PolicyDocument": "{\"Statement\":[{\"Sid\":\"Mark\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:user/mark\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::mark-bucket/*\"}]}"}],
                "CustomerGateways": [{"CustomerGatewayId": "cgw-0aaaabbbbcccc0009", "IpAddress": "192.0.2.99",
                    "BgpAsn": "3320", "DeviceName": "mark-device", "State": "available", "Type": "ipsec.1"}],
                "DhcpOptions": [{"DhcpOptionsId": "dopt-0aaaabbbbcccc0002", "DhcpConfigurations": [
                    {"Key": "domain-name", "Values": [{"Value": "corp.mark.example"}]},
                    {"Key": "domain-name-servers", "Values": [{"Value": "198.51.100.53"}]}]}],
                "FlowLogs": [{"FlowLogId": "fl-0aaaabbbbcccc0010", "ResourceId": "vpc-0aaaabbbbcccc0001",
                    "LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::mark-logs/vpc",
                    "FlowLogStatus": "ACTIVE", "TrafficType": "ALL",
                    "DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/mark-logs"}],
                "TransitGateways": [{"TransitGatewayId": "tgw-0aaaabbbbcccc0011", "Description": "hub of mark",
                    "OwnerId": "444455556666", "State": "available",
                    "Options": {"AssociationDefaultRouteTableId": "tgw-rtb-0aaaabbbbcccc0012"}}],
                "PrefixLists": [{"PrefixListId": "pl-0aaaabbbbcccc0013", "PrefixListName": "mark-offices"}],
                "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-0aaaabbbbcccc0014",
                    "Status": {"Code": "active", "Message": "Active for mark"},
                    "RequesterVpcInfo": {"VpcId": "vpc-0aaaabbbbcccc0001", "OwnerId": "111122223333"},
                    "AccepterVpcInfo": {"VpcId": "vpc-0aaaabbbbcccc0015", "OwnerId": "777788889999",
                        "CidrBlock": "198.51.100.0/24"}}],
            }),
        ),
        json(
            "111122223333/eu-west-1/denied-mark.json",
            &json!({"VpcAtlasError": {"Call": "DescribeRouteTables",
            "Region": "eu-west-1", "Code": "UnauthorizedOperation",
            "Message": "User: arn:aws:iam::111122223333:user/mark is not authorized"}}),
        ),
        InputFile::new("mark-folder/mark.json", b"{\"mark\": not JSON".as_slice()),
        json(
            "mark-odd.json",
            &json!({"Vpcs": [{"Mark": "mark"}], "Subnets": {"mark": 1}}),
        ),
    ]
}

const MARKS: &[&str] = &[
    "mark",
    "0aaaabbbbcccc",
    "111122223333",
    "444455556666",
    "777788889999",
    "203.0.113",
    "198.51.100",
    "192.0.2.",
    "2001:db8:1234",
    "aroaexample",
    "0a:de:ad:be:ef:01",
    "4b1f2c7de09a8356",
    "\"3320\"",
];

#[test]
fn nothing_that_was_planted_is_left_in_the_file() {
    let network = read(&marked());
    let before = String::from_utf8(snapshot::write(&network))
        .unwrap()
        .to_lowercase();
    for mark in MARKS {
        assert!(before.contains(mark), "{mark} is not in the plain file");
    }
    let redacted = network.redacted();
    assert_same_structure(&network, &redacted);
    let after = String::from_utf8(snapshot::write(&redacted))
        .unwrap()
        .to_lowercase();
    for mark in MARKS {
        let at = after.find(mark);
        let around = at.map(|at| &after[at.saturating_sub(120)..after.len().min(at + 60)]);
        assert_eq!(around, None, "{mark}");
    }
    for kept in [
        "10.0.0.0/16",
        "ec2:describeroutetables",
        "describeroutetables",
        "eu-west-1a",
        "com.amazonaws.vpce.eu-west-1.vpce-svc-",
    ] {
        assert!(after.contains(kept), "{kept}");
    }
    // The gaps too, as they are told.
    for gap in redacted.gaps() {
        let words = gap.to_string().to_lowercase();
        assert!(MARKS.iter().all(|mark| !words.contains(mark)), "{words}");
    }
}

#[test]
fn two_inputs_that_were_redacted_by_themselves_fit_together() {
    let side = |account: &str, vpc: &str, block: &str| {
        read(&[json(
            &format!("{account}/eu-west-1/x.json"),
            &json!({"Vpcs": [{"VpcId": vpc, "CidrBlock": block, "OwnerId": account}],
                "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
                    "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "111122223333"},
                    "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": "444455556666"}}]}),
        )])
    };
    let one = side("111122223333", "vpc-1", "10.0.0.0/16");
    let two = side("444455556666", "vpc-2", "52.10.0.0/16");
    let both = one.clone().merged(&two);
    assert_eq!(both.redacted(), one.redacted().merged(&two.redacted()));
    assert_same_structure(&both, &both.redacted());
}

#[test]
fn the_command_line_saves_a_redacted_snapshot_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.json");
    let output = run([
        "snapshot",
        "sample",
        "--redact",
        "-o",
        path.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{output:?}");
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes, snapshot::write(&sample::network().redacted()));
    let list = |source: &str| {
        let output = run(["list", source, "--json"]);
        assert!(output.status.success(), "{output:?}");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let counts = value["vpcs"].as_array().unwrap().iter().map(|vpc| {
            ["subnets", "route_tables", "nat_gateways", "connections"]
                .map(|name| vpc[name].clone().to_string())
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(list(path.to_str().unwrap()), list("sample"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn generated_networks_keep_their_structure(network in generate::network()) {
        let redacted = network.redacted();
        let bytes = snapshot::write(&redacted);
        prop_assert_eq!(&snapshot::read(&bytes, "x").unwrap(), &redacted);
        let text = String::from_utf8(bytes).unwrap();
        for mark in ["111122223333", "444455556666", "192.0.2.1", "2001:db8", "web", "of two lines", "a.json", "“it”"] {
            prop_assert!(!text.contains(mark), "{}", mark);
        }
        // Where sightings contradict each other, which value is taken goes by its text.
        if network.resources().all(|resource| resource.conflicts().is_empty()) {
            assert_same_structure(&network, &redacted);
        }
    }

    #[test]
    fn merging_and_redacting_go_in_either_order(one in generate::network(), two in generate::network()) {
        let before = one.clone().merged(&two).redacted();
        prop_assert_eq!(before, one.redacted().merged(&two.redacted()));
    }
}
