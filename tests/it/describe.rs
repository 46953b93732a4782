//! Reading describe output: what is recognised, where it belongs, what each record says, and what bad input costs.

use crate::support::files::json;
use serde_json::{Value, json};
use vpc_atlas::network::*;
use vpc_atlas::source::calls::Call;
use vpc_atlas::source::describe::Reader;
use vpc_atlas::source::{InputFile, calls, read, snapshot};

fn text(path: &str, text: &str) -> InputFile {
    InputFile::new(path, text.as_bytes())
}

/// The gaps that reading recorded, without those that follow from kinds nobody read.
fn said(network: &Network) -> Vec<String> {
    let mut said: Vec<String> = network
        .gaps()
        .iter()
        .filter(|gap| gap.why != "not in this input")
        .map(ToString::to_string)
        .collect();
    said.sort();
    said
}

fn one(value: &Value) -> Network {
    read(&[json("input.json", value)])
}

fn facts<T: AsFacts + Clone>(network: &Network, id: &str) -> T {
    network
        .facts::<T>(&id.into())
        .unwrap_or_else(|| panic!("{id} is not there: {:?}", said(network)))
        .clone()
}

fn scopes(network: &Network) -> Vec<String> {
    network
        .shards()
        .map(|(scope, _)| scope.to_string())
        .collect()
}

fn vpc(id: &str) -> Value {
    json!({"VpcId": id, "CidrBlock": "10.0.0.0/16", "State": "available"})
}

#[test]
fn describe_output_is_recognised_in_any_form() {
    let pretty = serde_json::to_string_pretty(&json!({"Vpcs": [vpc("vpc-1")]})).unwrap();
    let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        let units = pretty.encode_utf16().flat_map(order);
        mark.into_iter().chain(units).collect()
    };
    let forms: Vec<(&str, InputFile)> = vec![
        ("as the CLI prints it", text("any-name", &pretty)),
        (
            "many lists",
            json("x.json", &json!({"Subnets": [], "Vpcs": [vpc("vpc-1")]})),
        ),
        (
            "a list of answers",
            json(
                "x.json",
                &json!([{"Vpcs": [vpc("vpc-1")]}, {"Subnets": []}]),
            ),
        ),
        (
            "by region",
            json("x.json", &json!({"us-east-1": {"Vpcs": [vpc("vpc-1")]}})),
        ),
        (
            "by account and region",
            json(
                "x.json",
                &json!({"111122223333": {"us-east-1": {"Vpcs": [vpc("vpc-1")]}}}),
            ),
        ),
        (
            "in a wrapper of somebody's",
            json(
                "x.json",
                &json!({"data": {"result": {"Vpcs": [vpc("vpc-1")]}}, "time": 7}),
            ),
        ),
        (
            "other letters",
            json(
                "x.json",
                &json!({"vpcs": [{"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/16", "STATE": "available"}]}),
            ),
        ),
        (
            "camel case",
            json(
                "x.json",
                &json!({"vpcs": [{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/16", "state": "available"}]}),
            ),
        ),
        ("a bare record", json("x.json", &vpc("vpc-1"))),
        ("a bare list", json("x.json", &json!([vpc("vpc-1")]))),
        (
            "what a create call answers",
            json("x.json", &json!({"Vpc": vpc("vpc-1")})),
        ),
        (
            "under a name nobody knows",
            json("x.json", &json!({"Result": [vpc("vpc-1")]})),
        ),
        (
            "two documents",
            text("x.json", &format!("{pretty}\n{{\"Subnets\": []}}")),
        ),
        (
            "one a line",
            text(
                "x.jsonl",
                &format!(
                    "{}\n{}\n",
                    json!({"Subnets": []}),
                    json!({"Vpcs": [vpc("vpc-1")]})
                ),
            ),
        ),
        ("with a mark", text("x.json", &format!("\u{feff}{pretty}"))),
        (
            "UTF-16, little end first",
            InputFile::new("x.json", utf16(u16::to_le_bytes, [0xff, 0xfe])),
        ),
        (
            "UTF-16, big end first",
            InputFile::new("x.json", utf16(u16::to_be_bytes, [0xfe, 0xff])),
        ),
    ];
    for (form, file) in forms {
        let network = read(&[file]);
        let facts: VpcFacts = facts(&network, "vpc-1");
        let block = facts.primary_cidr.value().map(ToString::to_string);
        assert_eq!(block.as_deref(), Some("10.0.0.0/16"), "{form}");
        assert_eq!(facts.state, Known::Value("available".into()), "{form}");
        for gap in said(&network) {
            assert!(gap.contains("single records"), "{form}: {gap}");
        }
    }
}

#[test]
fn records_outside_lists_tell_their_kind() {
    for (record, kind, id) in [
        (
            json!({"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}),
            Kind::Subnet,
            "subnet-1",
        ),
        (
            json!({"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": []}),
            Kind::RouteTable,
            "rtb-1",
        ),
        (
            json!({"InternetGatewayId": "igw-1", "Attachments": []}),
            Kind::InternetGateway,
            "igw-1",
        ),
        (
            json!({"EgressOnlyInternetGatewayId": "eigw-1", "Attachments": []}),
            Kind::EgressOnlyInternetGateway,
            "eigw-1",
        ),
        (
            json!({"NatGatewayId": "nat-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "State": "available"}),
            Kind::NatGateway,
            "nat-1",
        ),
        (
            json!({"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "s3"}),
            Kind::VpcEndpoint,
            "vpce-1",
        ),
        (
            json!({"PrefixListId": "pl-1", "PrefixListName": "x"}),
            Kind::PrefixList,
            "pl-1",
        ),
        (
            json!({"VpcPeeringConnectionId": "pcx-1", "RequesterVpcInfo": {"VpcId": "vpc-1"}}),
            Kind::VpcPeeringConnection,
            "pcx-1",
        ),
        (
            json!({"TransitGatewayId": "tgw-1", "State": "available", "Options": {}}),
            Kind::TransitGateway,
            "tgw-1",
        ),
        (
            json!({"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "SubnetIds": []}),
            Kind::TransitGatewayAttachment,
            "tgw-attach-1",
        ),
        (
            json!({"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"}),
            Kind::TransitGatewayRouteTable,
            "tgw-rtb-1",
        ),
        (
            json!({"VpnGatewayId": "vgw-1", "VpcAttachments": []}),
            Kind::VpnGateway,
            "vgw-1",
        ),
        (
            json!({"CustomerGatewayId": "cgw-1", "BgpAsn": "65000"}),
            Kind::CustomerGateway,
            "cgw-1",
        ),
        (
            json!({"VpnConnectionId": "vpn-1", "CustomerGatewayId": "cgw-1", "VpnGatewayId": "vgw-1"}),
            Kind::VpnConnection,
            "vpn-1",
        ),
        (
            json!({"CarrierGatewayId": "cagw-1", "VpcId": "vpc-1"}),
            Kind::CarrierGateway,
            "cagw-1",
        ),
        (
            json!({"LocalGatewayId": "lgw-1", "OutpostArn": "arn:x"}),
            Kind::LocalGateway,
            "lgw-1",
        ),
        (
            json!({"NetworkAclId": "acl-1", "Entries": []}),
            Kind::NetworkAcl,
            "acl-1",
        ),
        (
            json!({"GroupId": "sg-1", "IpPermissions": []}),
            Kind::SecurityGroup,
            "sg-1",
        ),
        (
            json!({"NetworkInterfaceId": "eni-1", "MacAddress": "02:00:00:00:00:01", "SubnetId": "subnet-1"}),
            Kind::NetworkInterface,
            "eni-1",
        ),
        (
            json!({"InstanceId": "i-1", "InstanceType": "t3.micro", "SubnetId": "subnet-1"}),
            Kind::Instance,
            "i-1",
        ),
        (
            json!({"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1", "Domain": "vpc", "NetworkInterfaceId": "eni-1"}),
            Kind::ElasticIp,
            "eipalloc-1",
        ),
        (
            json!({"DhcpOptionsId": "dopt-1", "DhcpConfigurations": []}),
            Kind::DhcpOptions,
            "dopt-1",
        ),
        (
            json!({"FlowLogId": "fl-1", "ResourceId": "vpc-1"}),
            Kind::FlowLog,
            "fl-1",
        ),
        (
            json!({"ZoneName": "eu-west-1a", "ZoneId": "euw1-az1", "RegionName": "eu-west-1"}),
            Kind::AvailabilityZone,
            "eu-west-1a",
        ),
        (
            json!({"RegionName": "eu-west-1", "Endpoint": "ec2.eu-west-1.amazonaws.com"}),
            Kind::Region,
            "eu-west-1",
        ),
    ] {
        let network = one(&record);
        let keys: Vec<String> = network
            .resources()
            .map(|found| found.key().to_string())
            .collect();
        assert_eq!(keys, [Key::aws(kind, id).to_string()], "{record}");
        let (_, shard) = network.shards().next().unwrap();
        assert_eq!(
            shard.coverage(kind),
            Coverage::Partial,
            "one is not all: {record}"
        );
    }
}

#[test]
fn folders_files_and_records_name_account_and_region() {
    let plain = json!({"Vpcs": [vpc("vpc-1")]});
    let arn = json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "OwnerId": "111122223333",
        "SubnetArn": "arn:aws:ec2:eu-west-2:111122223333:subnet/subnet-1"}]});
    let zone =
        json!({"Subnets": [{"SubnetId": "subnet-1", "AvailabilityZone": "us-west-2-lax-1a"}]});
    let caller =
        json!({"UserId": "x", "Account": "999900001111", "Arn": "arn:aws:iam::999900001111:root"});
    let majority = json!({"Subnets": [
        {"SubnetId": "subnet-1", "OwnerId": "111122223333", "AvailabilityZone": "us-east-1a"},
        {"SubnetId": "subnet-2", "OwnerId": "111122223333", "AvailabilityZone": "us-east-1b"},
        {"SubnetId": "subnet-3", "OwnerId": "444455556666", "AvailabilityZone": "us-west-2b"},
    ]});
    let tie = json!({"Subnets": [
        {"SubnetId": "subnet-1", "OwnerId": "111122223333"},
        {"SubnetId": "subnet-3", "OwnerId": "444455556666"},
    ]});
    for (files, expected) in [
        (vec![json("x.json", &plain)], vec!["this input"]),
        (vec![json("us-east-1/x.json", &plain)], vec!["us-east-1"]),
        (vec![json("Vpcs-us-west-2.json", &plain)], vec!["us-west-2"]),
        (
            vec![json("111122223333/eu-west-1/x.json", &plain)],
            vec!["111122223333 eu-west-1"],
        ),
        (
            vec![json("vpc-atlas-111122223333/eu-west-1/x.json", &plain)],
            vec!["111122223333 eu-west-1"],
        ),
        (
            vec![json("accounts/111122223333/x.json", &plain)],
            vec!["111122223333"],
        ),
        (
            vec![json(
                "x.json",
                &json!({"eu-west-1": plain, "eu-west-2": plain}),
            )],
            vec!["eu-west-1", "eu-west-2"],
        ),
        (
            vec![json("x.json", &arn), json("y.json", &plain)],
            vec!["111122223333 eu-west-2"],
        ),
        (
            vec![json("x.json", &zone), json("y.json", &plain)],
            vec!["us-west-2"],
        ),
        (
            vec![json("x.json", &majority)],
            vec!["111122223333 us-east-1"],
        ),
        (vec![json("x.json", &tie)], vec!["this input"]),
        // Who asked is said at the top and holds for the folders below.
        (
            vec![
                json("a/who.json", &caller),
                json("a/eu-west-1/x.json", &arn),
            ],
            vec!["999900001111 eu-west-1"],
        ),
        // A folder of its own keeps its own.
        (
            vec![json("a/x.json", &arn), json("b/x.json", &plain)],
            vec!["this input", "111122223333 eu-west-2"],
        ),
    ] {
        let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        assert_eq!(scopes(&read(&files)), expected, "{paths:?}");
    }
}

#[test]
fn a_file_of_nothing_but_gaps_makes_no_scope_of_its_own() {
    let network = read(&[
        text("top.json", "{"),
        json("us-east-1/x.json", &json!({"Vpcs": [vpc("vpc-1")]})),
        text("us-east-1/broken.json", "{"),
    ]);
    assert_eq!(scopes(&network), ["us-east-1"]);
    assert_eq!(said(&network).len(), 2);
}

#[test]
fn participants_see_no_tags_and_that_is_not_the_same_as_none() {
    let shared = json!({"Subnets": [{"SubnetId": "subnet-1", "OwnerId": "111122223333"}]});
    let tags = |path: &str| {
        let network = read(&[json(path, &shared)]);
        let subnet = network.of_kind(Kind::Subnet).next().unwrap();
        subnet.common().tags.clone()
    };
    assert!(tags("444455556666/eu-west-1/x.json").is_unread());
    assert_eq!(
        tags("111122223333/eu-west-1/x.json")
            .value()
            .map(std::collections::BTreeMap::len),
        Some(0)
    );
}

#[test]
fn route_targets_and_destinations_are_read_from_their_members() {
    let target = |members: Value| -> String {
        let mut route = json!({"DestinationCidrBlock": "10.9.0.0/16", "State": "active", "Origin": "CreateRoute"});
        route
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let network = one(
            &json!({"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [route]}]}),
        );
        assert_eq!(said(&network), Vec::<String>::new());
        let facts: RouteTableFacts = facts(&network, "rtb-1");
        match &facts.routes.items()[0].target {
            Target::Resource(key) => format!("{} {}", key.kind, key.id),
            other => other.to_string(),
        }
    };
    for (members, expected) in [
        (json!({"GatewayId": "local"}), "local"),
        (json!({"GatewayId": "igw-1"}), "internet-gateway igw-1"),
        (json!({"GatewayId": "vgw-1"}), "vpn-gateway vgw-1"),
        (json!({"GatewayId": "vpce-1"}), "vpc-endpoint vpce-1"),
        (json!({"GatewayId": "new-thing-1"}), "new-thing-1"),
        (json!({"NatGatewayId": "nat-1"}), "natgateway nat-1"),
        (
            json!({"TransitGatewayId": "tgw-1"}),
            "transit-gateway tgw-1",
        ),
        (
            json!({"VpcPeeringConnectionId": "pcx-1"}),
            "vpc-peering-connection pcx-1",
        ),
        (
            json!({"EgressOnlyInternetGatewayId": "eigw-1"}),
            "egress-only-internet-gateway eigw-1",
        ),
        (
            json!({"CarrierGatewayId": "cagw-1"}),
            "carrier-gateway cagw-1",
        ),
        (json!({"LocalGatewayId": "lgw-1"}), "local-gateway lgw-1"),
        (json!({"InstanceId": "i-1"}), "instance i-1"),
        (
            json!({"InstanceId": "i-1", "InstanceOwnerId": "1", "NetworkInterfaceId": "eni-1"}),
            "network-interface eni-1",
        ),
        (
            json!({"CoreNetworkArn": "arn:aws:networkmanager::1:core-network/core-network-1"}),
            "core-network arn:aws:networkmanager::1:core-network/core-network-1",
        ),
        (json!({"OdbNetworkArn": "arn:odb"}), "arn:odb"),
        (json!({}), "none"),
    ] {
        assert_eq!(target(members.clone()), expected, "{members}");
    }
}

#[test]
fn route_tables_keep_states_origins_and_associations() {
    let network = one(&json!({"RouteTables": [{
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "OwnerId": "111122223333",
        "Tags": [{"Key": "Name", "Value": "private"}],
        "PropagatingVgws": [{"GatewayId": "vgw-1"}],
        "Associations": [
            {"Main": true, "RouteTableAssociationId": "rtbassoc-2", "AssociationState": {"State": "associated"}},
            {"Main": false, "RouteTableAssociationId": "rtbassoc-1", "SubnetId": "subnet-1"},
            {"Main": false, "RouteTableAssociationId": "rtbassoc-3", "GatewayId": "igw-1"},
        ],
        "Routes": [
            {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active", "Origin": "CreateRoute"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active", "Origin": "CreateRoute"},
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole", "Origin": "CreateRoute"},
            {"DestinationCidrBlock": "10.8.0.0/16", "GatewayId": "vgw-1", "State": "active", "Origin": "EnableVgwRoutePropagation"},
            {"DestinationCidrBlock": "10.7.0.0/16", "GatewayId": "vgw-1", "State": "next year", "Origin": "somehow"},
        ],
    }]}));
    assert_eq!(said(&network), Vec::<String>::new());
    let facts: RouteTableFacts = facts(&network, "rtb-1");
    let routes: Vec<String> = facts
        .routes
        .items()
        .iter()
        .map(|route| {
            format!(
                "{} {} {} {}",
                route.destination, route.target, route.state, route.origin
            )
        })
        .collect();
    assert_eq!(
        routes,
        [
            "0.0.0.0/0 nat-1 blackhole CreateRoute",
            "10.7.0.0/16 vgw-1 next year somehow",
            "10.8.0.0/16 vgw-1 active EnableVgwRoutePropagation",
            "::/0 eigw-1 active CreateRoute",
            "pl-1 vpce-1 active CreateRoute",
        ]
    );
    let associations: Vec<_> = facts
        .associations
        .items()
        .iter()
        .map(|item| {
            (
                item.id.as_deref().unwrap(),
                item.main,
                item.subnet.is_some(),
                item.gateway.is_some(),
            )
        })
        .collect();
    assert_eq!(
        associations,
        [
            ("rtbassoc-1", false, true, false),
            ("rtbassoc-2", true, false, false),
            ("rtbassoc-3", false, false, true),
        ]
    );
    assert_eq!(facts.propagating_gateways.items(), [Id::aws("vgw-1")]);
    assert_eq!(
        network.of_kind(Kind::RouteTable).next().unwrap().name(),
        Some("private")
    );
}

/// A list that AWS left out is empty; a plain member it left out is unread.
#[test]
fn what_is_left_out_is_empty_where_it_is_a_list_and_unread_where_it_is_not() {
    let network = one(&json!({
        "RouteTables": [{"RouteTableId": "rtb-1"}],
        "Vpcs": [{"VpcId": "vpc-1"}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}],
        "SecurityGroups": [{"GroupId": "sg-1"}],
        "Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1"}],
        "NatGateways": [{"NatGatewayId": "nat-1"}],
        "Subnets": [{"SubnetId": "subnet-1", "Ipv6Native": true}],
    }));
    assert_eq!(said(&network), Vec::<String>::new());
    let table: RouteTableFacts = facts(&network, "rtb-1");
    assert!(table.vpc.is_unread());
    assert_eq!(table.routes, Known::Value(vec![]));
    let vpc: VpcFacts = facts(&network, "vpc-1");
    assert!(
        vpc.primary_cidr.is_unread()
            && vpc.cidr_blocks.is_unread()
            && vpc.enable_dns_support.is_unread()
    );
    assert_eq!(vpc.ipv6_blocks, Known::Value(vec![]));
    let interface: NetworkInterfaceFacts = facts(&network, "eni-1");
    assert_eq!(interface.instance, Known::Value(None));
    assert_eq!(interface.groups, Known::Value(vec![]));
    let group: SecurityGroupFacts = facts(&network, "sg-1");
    assert_eq!(group.egress, Known::Value(vec![]));
    let address: ElasticIpFacts = facts(&network, "eipalloc-1");
    assert_eq!(address.association, Known::Value(None));
    let nat: NatGatewayFacts = facts(&network, "nat-1");
    assert!(nat.subnet.is_unread());
    let subnet: SubnetFacts = facts(&network, "subnet-1");
    assert_eq!(subnet.cidr_block, Known::Value(None));
}

#[test]
fn every_fact_of_the_common_kinds_is_read() {
    let network = read(&[json(
        "111122223333/eu-west-1/all.json",
        &json!({
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "IsDefault": false, "State": "available",
                "InstanceTenancy": "default", "DhcpOptionsId": "dopt-1", "OwnerId": "111122223333",
                "CidrBlockAssociationSet": [
                    {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
                    {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "disassociating"}}],
                "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}}],
                "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
                "EncryptionControl": {"Mode": "monitor"}}],
            "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "State": "available",
                "AvailabilityZone": "eu-west-1a", "AvailabilityZoneId": "euw1-az1", "AvailableIpAddressCount": 250,
                "MapPublicIpOnLaunch": true, "AssignIpv6AddressOnCreation": false, "DefaultForAz": false, "Ipv6Native": false,
                "OutpostArn": "arn:outpost", "SubnetArn": "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1",
                "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/64", "Ipv6CidrBlockState": {"State": "associated"}}],
                "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"}}],
            "NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "failed",
                "ConnectivityType": "public", "AvailabilityMode": "zonal", "FailureCode": "Gateway.NotAttached",
                "FailureMessage": "no gateway", "DeleteTime": "2024-01-01T00:00:00+00:00",
                "NatGatewayAddresses": [{"PublicIp": "192.0.2.1", "PrivateIp": "10.0.0.9", "AllocationId": "eipalloc-1",
                    "NetworkInterfaceId": "eni-1", "IsPrimary": true}]},
                {"NatGatewayId": "nat-2", "VpcId": "vpc-1", "AvailabilityMode": "regional", "RouteTableId": "rtb-9",
                 "NatGatewayAddresses": [{"AvailabilityZone": "eu-west-1a", "PublicIp": "192.0.2.2"}]}],
            "VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "VpcEndpointType": "Interface", "State": "available",
                "ServiceName": "com.amazonaws.eu-west-1.sqs", "SubnetIds": ["subnet-2", "subnet-1"], "NetworkInterfaceIds": ["eni-2"],
                "Groups": [{"GroupId": "sg-1", "GroupName": "x"}], "PrivateDnsEnabled": true, "PolicyDocument": "{}",
                "IpAddressType": "ipv4", "RequesterManaged": false, "RouteTableIds": []}],
            "Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1", "AssociationId": "eipassoc-1",
                "NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.9", "NetworkBorderGroup": "eu-west-1",
                "ServiceManaged": "rnat", "InstanceId": ""}],
            "DhcpOptions": [{"DhcpOptionsId": "dopt-1", "DhcpConfigurations": [
                {"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.99"}, {"Value": "AmazonProvidedDNS"}]}]}],
            "FlowLogs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL",
                "LogDestinationType": "cloud-watch-logs", "LogGroupName": "group", "DeliverLogsStatus": "SUCCESS",
                "DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/logs"}],
        }),
    )]);
    assert_eq!(said(&network), Vec::<String>::new());
    // All there is to read of these is given above, so nothing may be left unread but what other calls tell.
    let elsewhere = [
        "enable_dns_support",
        "enable_dns_hostnames",
        "route_table",
        "failure_code",
        "failure_message",
        "connectivity_type",
        "state",
        "owner",
        "arn",
        "private_ip",
        // Said of plans only.
        "ipv6_part",
        "ipv6_pool",
        "encryption_exclusions",
    ];
    let mut checked = 0;
    for resource in network.resources() {
        for (name, value) in resource.record().fields() {
            checked += 1;
            let excused = elsewhere.contains(&name);
            assert!(
                excused || !value.is_unread(),
                "{}: {name} is unread",
                resource.key()
            );
        }
    }
    assert!(checked > 80, "{checked}");
    let vpc: VpcFacts = facts(&network, "vpc-1");
    assert_eq!(vpc.cidr_blocks.items()[1].state, "disassociating");
    assert_eq!(vpc.cidr_blocks.items()[1].usable(), None);
    assert_eq!(vpc.encryption_control, Known::Value("monitor".into()));
    let subnet: SubnetFacts = facts(&network, "subnet-1");
    assert_eq!(subnet.available_addresses, Known::Value(250));
    assert_eq!(
        subnet.block_public_access,
        Known::Value("block-ingress".into())
    );
    let zonal: NatGatewayFacts = facts(&network, "nat-1");
    assert_eq!(zonal.deleted, Known::Value(true));
    assert_eq!(zonal.route_table, Known::Value(None));
    let regional: NatGatewayFacts = facts(&network, "nat-2");
    assert_eq!(regional.subnet, Known::Value(None));
    assert_eq!(regional.route_table, Known::Value(Some("rtb-9".into())));
    let endpoint: VpcEndpointFacts = facts(&network, "vpce-1");
    assert_eq!(
        endpoint.subnets.items(),
        [Id::aws("subnet-1"), Id::aws("subnet-2")]
    );
    let address: ElasticIpFacts = facts(&network, "eipalloc-1");
    assert_eq!(address.instance, Known::Value(None));
    let log: FlowLogFacts = facts(&network, "fl-1");
    assert_eq!(log.destination, Known::Value("group".into()));
    let options: DhcpOptionsFacts = facts(&network, "dopt-1");
    let servers = &options.options.value().unwrap()["domain-name-servers"];
    assert_eq!(servers, &["10.0.0.99", "AmazonProvidedDNS"]);
}

#[test]
fn rules_of_acls_and_groups_are_taken_apart() {
    let network = one(&json!({
        "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": false,
            "Associations": [{"SubnetId": "subnet-1"}],
            "Entries": [
                {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": true, "CidrBlock": "0.0.0.0/0"},
                {"RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": false, "CidrBlock": "10.0.0.0/8",
                 "PortRange": {"From": 22, "To": 23}},
                {"RuleNumber": 101, "Protocol": "1", "RuleAction": "allow", "Egress": false, "Ipv6CidrBlock": "::/0",
                 "IcmpTypeCode": {"Type": -1, "Code": -1}},
            ]}],
        "SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "GroupName": "web", "Description": "d",
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}, {"CidrIp": "10.0.0.0/8"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "1"}],
                "PrefixListIds": [{"PrefixListId": "pl-1"}]}],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}],
    }));
    assert_eq!(said(&network), Vec::<String>::new());
    let acl: NetworkAclFacts = facts(&network, "acl-1");
    let entries: Vec<_> = acl
        .entries
        .items()
        .iter()
        .map(|entry| {
            (
                entry.egress,
                entry.number,
                entry.action,
                entry.ports,
                entry.icmp,
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            (false, 100, AclAction::Allow, Some((22, 23)), None),
            (false, 101, AclAction::Allow, None, Some((-1, -1))),
            (true, 32767, AclAction::Deny, None, None),
        ]
    );
    let group: SecurityGroupFacts = facts(&network, "sg-1");
    let rules: Vec<String> = group
        .ingress
        .items()
        .iter()
        .map(|rule| {
            format!(
                "{} {:?} {} {:?}",
                rule.protocol, rule.from_port, rule.peer, rule.description
            )
        })
        .collect();
    assert_eq!(
        rules,
        [
            "tcp Some(443) 0.0.0.0/0 Some(\"all\")",
            "tcp Some(443) 10.0.0.0/8 None",
            "tcp Some(443) ::/0 None",
            "tcp Some(443) sg-2 None",
            "tcp Some(443) pl-1 None",
        ]
    );
    assert_eq!(group.egress.items().len(), 1);
}

#[test]
fn rules_listed_one_by_one_stand_in_where_no_group_was_read() {
    let rules = json!({"SecurityGroupRules": [
        {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 443,
         "ToPort": 443, "CidrIpv4": "0.0.0.0/0", "Description": "all"},
        {"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-1", "IsEgress": true, "IpProtocol": "-1", "FromPort": -1,
         "ToPort": -1, "ReferencedGroupInfo": {"GroupId": "sg-2"}},
    ]});
    let groups = json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web",
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]}],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2"}]}]}]});
    let alone: SecurityGroupFacts = facts(&one(&rules), "sg-1");
    let whole: SecurityGroupFacts = facts(&one(&groups), "sg-1");
    assert_eq!(alone.ingress, whole.ingress);
    assert_eq!(alone.egress, whole.egress);
    let both = read(&[json("a.json", &rules), json("b.json", &groups)]);
    let group = both.of_kind(Kind::SecurityGroup).next().unwrap();
    assert_eq!(group.observations().len(), 1);
    assert_eq!(group.conflicts(), [""; 0]);
}

#[test]
fn parts_of_one_resource_join_without_conflict() {
    let vpc = json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]});
    let support = json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}});
    let names = json!({"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": false}});
    let list = json!({"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "ours", "AddressFamily": "IPv4",
        "MaxEntries": 5, "OwnerId": "111122223333", "PrefixListArn": "arn:aws:ec2:eu-west-1:111122223333:prefix-list/pl-1"}]});
    let entries = calls::wrapped(
        "prefix-list",
        "pl-1",
        json!({"Entries": [{"Cidr": "10.2.0.0/16"}, {"Cidr": "10.1.0.0/16", "Description": "b"}]}),
    );
    let tables = json!({"TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}]});
    let attachment = json!([{"TransitGatewayAttachmentId": "tgw-attach-1", "ResourceId": "vpc-1", "ResourceType": "vpc", "State": "associated"}]);
    let table = "transit-gateway-route-table";
    let associations = calls::wrapped(table, "tgw-rtb-1", json!({"Associations": attachment}));
    let propagations = calls::wrapped(
        table,
        "tgw-rtb-1",
        json!({"TransitGatewayRouteTablePropagations": attachment}),
    );
    let routes = calls::wrapped(
        table,
        "tgw-rtb-1",
        json!({"Routes": [
        {"DestinationCidrBlock": "10.0.0.0/16", "Type": "propagated", "State": "active",
         "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}]},
        {"DestinationCidrBlock": "10.66.0.0/16", "Type": "static", "State": "blackhole"}], "AdditionalRoutesAvailable": false}),
    );
    let all = [
        &vpc,
        &support,
        &names,
        &list,
        &entries,
        &tables,
        &associations,
        &propagations,
        &routes,
    ];
    let files: Vec<InputFile> = all
        .iter()
        .enumerate()
        .map(|(at, value)| json(&format!("{at}.json"), value))
        .collect();
    let network = read(&files);
    assert_eq!(said(&network), Vec::<String>::new());
    for resource in network.resources() {
        assert_eq!(resource.conflicts(), [""; 0], "{}", resource.key());
    }
    let vpc: VpcFacts = facts(&network, "vpc-1");
    assert_eq!(
        (vpc.enable_dns_support, vpc.enable_dns_hostnames),
        (Known::Value(true), Known::Value(false))
    );
    let list: PrefixListFacts = facts(&network, "pl-1");
    let entries: Vec<String> = list
        .entries
        .items()
        .iter()
        .map(|entry| entry.cidr.to_string())
        .collect();
    assert_eq!(entries, ["10.1.0.0/16", "10.2.0.0/16"]);
    assert_eq!(list.max_entries, Known::Value(5));
    let table: TransitGatewayRouteTableFacts = facts(&network, "tgw-rtb-1");
    assert_eq!(table.transit_gateway, Known::Value("tgw-1".into()));
    assert_eq!(table.associations.items().len(), 1);
    assert_eq!(table.propagations.items().len(), 1);
    assert_eq!(table.routes.items().len(), 2);
    assert!(table.static_routes.is_unread());

    // The same answers, page by page as a live account gives them.
    let scope = Scope {
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
    };
    let mut reader = Reader::new();
    for value in all {
        reader.answer(std::slice::from_ref(value), "a call", &scope);
    }
    assert_eq!(snapshot::write(&reader.finish()), snapshot::write(&network));
}

#[test]
fn an_instance_stands_in_for_its_interfaces_until_they_are_read() {
    let instances = json!({"Reservations": [{"OwnerId": "111122223333", "Instances": [{"InstanceId": "i-1",
        "InstanceType": "t3.micro", "State": {"Name": "running"}, "PrivateIpAddress": "10.0.0.5", "VpcId": "vpc-1",
        "SecurityGroups": [{"GroupId": "sg-1"}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
            "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.5", "Primary": true}]}]}]}]});
    let network = one(&instances);
    let interface: NetworkInterfaceFacts = facts(&network, "eni-1");
    assert_eq!(interface.instance, Known::Value(Some("i-1".into())));
    assert!(interface.requester_managed.is_unread());
    let (_, shard) = network.shards().next().unwrap();
    assert_eq!(shard.coverage(Kind::NetworkInterface), Coverage::NotRead);
    assert_eq!(shard.coverage(Kind::Instance), Coverage::Complete);
    let instance = network.of_kind(Kind::Instance).next().unwrap();
    assert_eq!(instance.common().owner, Known::Value("111122223333".into()));

    let interfaces =
        json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-2"}]});
    let network = read(&[json("a.json", &instances), json("b.json", &interfaces)]);
    let interface: NetworkInterfaceFacts = facts(&network, "eni-1");
    assert_eq!(interface.subnet, Known::Value("subnet-2".into()));
    assert_eq!(said(&network), Vec::<String>::new());
}

#[test]
fn answers_without_a_parent_take_it_from_the_path() {
    let routes = json!({"Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "Type": "static", "State": "active"}]});
    let entries = json!({"Entries": [{"Cidr": "10.0.0.0/16"}]});
    for (path, value, kind, id) in [
        (
            "tgw-rtb-0123456789abcdef0/routes.json",
            &routes,
            Kind::TransitGatewayRouteTable,
            "tgw-rtb-0123456789abcdef0",
        ),
        (
            "search-transit-gateway-routes.tgw-rtb-0123456789abcdef0.json",
            &routes,
            Kind::TransitGatewayRouteTable,
            "tgw-rtb-0123456789abcdef0",
        ),
        (
            "lists/pl-0123456789abcdef0.json",
            &entries,
            Kind::PrefixList,
            "pl-0123456789abcdef0",
        ),
    ] {
        let network = read(&[json(path, value)]);
        assert!(network.get(&Key::aws(kind, id)).is_some(), "{path}");
        assert_eq!(said(&network), Vec::<String>::new(), "{path}");
    }
    assert_eq!(
        said(&one(&routes)),
        [
            "Routes of a transit gateway (input.json): the answer does not name its transit gateway route table; \
          put its id (tgw-rtb-…) into the name of the file or folder"
        ]
    );
}

#[test]
fn lists_of_another_recorder_are_read_beside_their_table() {
    let network = one(&json!({
        "TransitGatewayPropagations": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayRouteTablePropagations": [
            {"TransitGatewayAttachmentId": "tgw-attach-1", "ResourceId": "vpc-1", "ResourceType": "vpc", "State": "enabled"}]}],
        "TransitGatewayStaticRoutes": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "AdditionalRoutesAvailable": false, "Routes": [
            {"DestinationCidrBlock": "0.0.0.0/0", "Type": "static", "State": "active"}]}],
    }));
    assert_eq!(said(&network), Vec::<String>::new());
    let table: TransitGatewayRouteTableFacts = facts(&network, "tgw-rtb-1");
    assert_eq!(table.propagations.items().len(), 1);
    assert_eq!(table.static_routes.items().len(), 1);
    assert!(table.routes.is_unread());
}

#[test]
fn coverage_says_how_much_of_a_list_came() {
    let page =
        |id: &str, token: Option<&str>| json!({"Subnets": [{"SubnetId": id}], "NextToken": token});
    let coverage = |values: &[Value]| {
        let files: Vec<InputFile> = values
            .iter()
            .enumerate()
            .map(|(at, value)| json(&format!("{at}.json"), value))
            .collect();
        let network = read(&files);
        let (_, shard) = network.shards().next().unwrap();
        (shard.coverage(Kind::Subnet), said(&network))
    };
    let (one, said) = coverage(&[page("subnet-1", Some("more"))]);
    assert_eq!(one, Coverage::Partial);
    assert_eq!(
        said,
        ["subnets (0.json): the list breaks off (NextToken is left over); collect all pages"]
    );
    for (values, expected) in [
        (vec![page("subnet-1", None)], Coverage::Complete),
        (vec![json!({"Subnets": []})], Coverage::Complete),
        (
            vec![page("subnet-1", Some("more")), page("subnet-2", None)],
            Coverage::Complete,
        ),
        (
            vec![page("subnet-2", None), page("subnet-1", Some("more"))],
            Coverage::Complete,
        ),
        (
            vec![json!({"Subnets": [{"SubnetId": "subnet-1"}, {"VpcId": "vpc-1"}]})],
            Coverage::Partial,
        ),
        (
            vec![json!({"Subnets": [7]}), page("subnet-2", None)],
            Coverage::Partial,
        ),
        (vec![json!({"Vpcs": []})], Coverage::NotRead),
    ] {
        assert_eq!(coverage(&values).0, expected, "{values:?}");
    }
}

#[test]
fn a_piece_that_breaks_off_is_unread_and_said() {
    let routes = |more: bool| {
        calls::wrapped(
            "transit-gateway-route-table",
            "tgw-rtb-1",
            json!({"Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "Type": "static", "State": "active"}], "AdditionalRoutesAvailable": more}),
        )
    };
    let network = one(&routes(true));
    let table: TransitGatewayRouteTableFacts = facts(&network, "tgw-rtb-1");
    assert!(table.routes.is_unread());
    assert_eq!(
        said(&network),
        [
            "routes of transit gateway route table tgw-rtb-1 (input.json): the list breaks off before its last page"
        ]
    );
    let whole: TransitGatewayRouteTableFacts = facts(&one(&routes(false)), "tgw-rtb-1");
    assert_eq!(whole.routes.items().len(), 1);
}

#[test]
fn calls_that_failed_are_gaps_with_their_cause() {
    for (error, cause, words) in [
        (
            json!({"Call": "DescribeFlowLogs", "Region": "eu-west-1", "Code": "UnauthorizedOperation", "Message": "no."}),
            Cause::Denied("ec2:DescribeFlowLogs".into()),
            "not allowed: ec2:DescribeFlowLogs is missing",
        ),
        (
            json!({"Call": "DescribeFlowLogs", "Region": "eu-west-1", "Code": "RequestLimitExceeded"}),
            Cause::Throttled,
            "AWS asked to slow down (RequestLimitExceeded); collect it again",
        ),
        (
            json!({"Call": "DescribeFlowLogs", "Region": "eu-west-1", "Code": "InvalidAction", "Message": "x"}),
            Cause::Unsupported,
            "the endpoint does not offer this call (InvalidAction)",
        ),
        (
            json!({"Call": "DescribeFlowLogs", "Region": "eu-west-1", "Message": "Connect timeout on endpoint URL"}),
            Cause::TimedOut,
            "no answer came in time; collect it again",
        ),
        (
            json!({"Call": "DescribeFlowLogs", "Region": "eu-west-1", "Message": "Something else."}),
            Cause::Failed,
            "the call failed: Something else",
        ),
    ] {
        let network = read(&[
            json(
                "vpc-atlas-111122223333/eu-west-1/describe-flow-logs.json",
                &json!({"VpcAtlasError": error}),
            ),
            json(
                "vpc-atlas-111122223333/eu-west-1/describe-vpcs.json",
                &json!({"Vpcs": []}),
            ),
        ]);
        assert_eq!(scopes(&network), ["111122223333 eu-west-1"]);
        let gap = network
            .gaps()
            .into_iter()
            .find(|gap| gap.what == "DescribeFlowLogs")
            .unwrap();
        assert_eq!(gap.cause, cause);
        assert_eq!(gap.why, words);
        assert_eq!(gap.kinds, [Kind::FlowLog]);
        let (_, shard) = network.shards().next().unwrap();
        assert_eq!(shard.coverage(Kind::FlowLog), Coverage::NotRead);
    }
}

#[test]
fn a_call_that_failed_about_one_resource_names_it() {
    let network = one(
        &json!({"VpcAtlasError": {"Call": "GetManagedPrefixListEntries", "Region": "eu-west-1",
        "Parent": {"Kind": "prefix-list", "Id": "pl-1"}, "Code": "UnauthorizedOperation", "Message": "no"}}),
    );
    let gap = network
        .gaps()
        .into_iter()
        .find(|gap| gap.resource.is_some())
        .unwrap();
    assert_eq!(gap.resource, Some(Key::aws(Kind::PrefixList, "pl-1")));
    assert_eq!(gap.kinds, [Kind::PrefixList]);
}

/// Bad input: each costs one clear sentence, and the rest of the folder lives.
#[test]
fn bad_input_costs_one_sentence_each() {
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let cases: Vec<(InputFile, Vec<&str>)> = vec![
        (
            text(
                "bad.json",
                "{\n  \"Subnets\": [\n    {\"SubnetId\": \"subnet-1\",",
            ),
            vec!["bad.json: the JSON breaks off at line 3, column 28; save the whole output again"],
        ),
        (
            text("bad.json", "{\"Subnets\": [nonsense]}"),
            vec!["bad.json: not JSON at line 1, column 15 (expected ident)"],
        ),
        (
            text("bad.json", "<!DOCTYPE html>\n<html>"),
            vec![
                "bad.json: it looks like a web page or XML, not the JSON of an AWS call; save the call's output with `--output json`",
            ],
        ),
        (
            InputFile::new("bad.json", &b"{\n\"a\": \"\xff\"}"[..]),
            vec!["bad.json: it is not UTF-8 text (line 2); save it as UTF-8"],
        ),
        (
            InputFile::new("bad.json", &[0xff, 0xfe, b'{'][..]),
            vec!["bad.json: it starts like UTF-16 text but is none; save it as UTF-8"],
        ),
        (
            text("bad.json", " \n "),
            vec!["bad.json: the file is empty; save the call's output again"],
        ),
        (
            text("bad.json", &deep),
            vec!["bad.json: nested too deeply at line 1, column 128; AWS's output never is"],
        ),
        (
            InputFile::unreadable("bad.json", "it cannot be read: permission denied"),
            vec!["bad.json: it cannot be read: permission denied"],
        ),
        (
            text("bad.json", "{}"),
            vec!["bad.json: it holds an empty object and no output of a describe call"],
        ),
        (
            text("bad.json", "[]"),
            vec![
                "bad.json: it holds an empty list without a name and no output of a describe call",
            ],
        ),
        (
            text("bad.json", "7"),
            vec!["bad.json: it holds a number and no output of a describe call"],
        ),
        (
            text("notes", "remember the milk"),
            vec!["notes: passed over: it is neither JSON nor a template"],
        ),
        (
            text("bad.json", r#"{"Pets": [{"Name": "Rex"}], "Count": 1}"#),
            vec!["bad.json: no list or record in it is known (it has Pets, Count)"],
        ),
        (
            text("bad.json", r#"{"Subnets": [], "Pets": [{"Name": "Rex"}]}"#),
            vec!["not understood: Pets (bad.json): the program knows no list of this name"],
        ),
        (
            text("bad.json", r#"{"Subnets": "subnet-1"}"#),
            vec!["Subnets (bad.json): a list is expected here, not text"],
        ),
        (
            text(
                "bad.json",
                r#"{"Subnets": [7, {"SubnetId": 8}, {"SubnetId": ""}]}"#,
            ),
            vec![
                "Subnets[0] (bad.json): an object is expected here, not a number",
                "Subnets[1] (bad.json): a record without SubnetId",
                "Subnets[2] (bad.json): a record without SubnetId",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": 10, "AvailableIpAddressCount": "many",
            "MapPublicIpOnLaunch": "yes", "Tags": "none", "Ipv6CidrBlockAssociationSet": {}}]}"#,
            ),
            vec![
                "AvailableIpAddressCount (bad.json, subnet subnet-1): a whole number is expected here, not text",
                "CidrBlock (bad.json, subnet subnet-1): text is expected here, not a number",
                "Ipv6CidrBlockAssociationSet (bad.json, subnet subnet-1): a list is expected here, not an object",
                "MapPublicIpOnLaunch (bad.json, subnet subnet-1): true or false is expected here, not text",
                "Tags (bad.json, subnet subnet-1): a list is expected here, not text",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "ten", "AvailableIpAddressCount": -1}]}"#,
            ),
            vec![
                "AvailableIpAddressCount (bad.json, subnet subnet-1): -1 is out of range",
                "CidrBlock (bad.json, subnet subnet-1): “ten” is not a CIDR block",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.0.7/24"}]}"#,
            ),
            vec![
                "CidrBlock (bad.json, subnet subnet-1): “10.0.0.7/24” has bits set after its mask; it is read as 10.0.0.0/24",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"RouteTables": [{"RouteTableId": "rtb-1", "Routes": ["x", {"GatewayId": "igw-1"},
            {"DestinationCidrBlock": "everything", "GatewayId": "igw-1"}]}]}"#,
            ),
            vec![
                "Routes[0] (bad.json, route table rtb-1): an object is expected here, not text",
                "Routes[1] (bad.json, route table rtb-1): a route without a destination",
                "Routes[2].DestinationCidrBlock (bad.json, route table rtb-1): “everything” is not a CIDR block",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [{"RuleNumber": 1, "RuleAction": "maybe"},
            {"RuleAction": "allow"}]}]}"#,
            ),
            vec![
                "Entries[0].RuleAction (bad.json, network ACL acl-1): “maybe” is neither allow nor deny",
                "Entries[1].RuleNumber (bad.json, network ACL acl-1): an entry without a number",
            ],
        ),
        (
            text(
                "bad.json",
                r#"{"VpcAtlasParent": {"Kind": "pet", "Id": "1"}, "Output": {"Entries": []}}"#,
            ),
            vec!["VpcAtlasParent (bad.json): it names no kind and id that the program knows"],
        ),
    ];
    for (bad, expected) in cases {
        let shown = format!(
            "{:?}",
            bad.bytes
                .as_ref()
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        );
        let good = json("good.json", &json!({"Vpcs": [vpc("vpc-1")]}));
        let network = read(&[bad, good]);
        assert_eq!(said(&network), expected, "{shown}");
        let vpc: VpcFacts = facts(&network, "vpc-1");
        assert!(!vpc.primary_cidr.is_unread(), "the rest lives: {shown}");
    }
}

#[test]
fn a_wrong_member_costs_itself_and_the_rest_of_the_record_lives() {
    let network = one(
        &json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": 7, "CidrBlock": "10.0.0.0/24", "Tags": 1}]}),
    );
    let subnet: SubnetFacts = facts(&network, "subnet-1");
    assert!(subnet.vpc.is_unread());
    assert_eq!(
        subnet.cidr_block.value().unwrap().unwrap().to_string(),
        "10.0.0.0/24"
    );
    assert!(
        network
            .of_kind(Kind::Subnet)
            .next()
            .unwrap()
            .common()
            .tags
            .is_unread()
    );
    let (_, shard) = network.shards().next().unwrap();
    assert_eq!(shard.coverage(Kind::Subnet), Coverage::Partial);
}

#[test]
fn a_broken_file_says_which_kinds_it_costs() {
    for (file, kind) in [
        (text("x.json", "{\"RouteTables\": ["), Kind::RouteTable),
        (text("describe-subnets.json", "<html>"), Kind::Subnet),
        (
            InputFile::unreadable("us-east-1/NatGateways.json", "permission denied"),
            Kind::NatGateway,
        ),
    ] {
        let network = read(std::slice::from_ref(&file));
        let gap = network
            .gaps()
            .into_iter()
            .find(|gap| gap.cause == Cause::Unreadable)
            .unwrap();
        assert_eq!(gap.kinds, [kind], "{}", file.path);
    }
}

#[test]
fn ids_read_twice_with_different_facts_are_a_conflict() {
    let subnet = |block: &str| json!({"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": block}]});
    let network = read(&[
        json("a.json", &subnet("10.0.1.0/24")),
        json("b.json", &subnet("10.0.2.0/24")),
    ]);
    let gap = network
        .gaps()
        .into_iter()
        .find(|gap| gap.cause == Cause::Conflict)
        .unwrap();
    assert_eq!(gap.resource, Some(Key::aws(Kind::Subnet, "subnet-1")));
    assert!(gap.why.contains("cidr block"), "{gap}");
    let twice = read(&[
        json("a.json", &subnet("10.0.1.0/24")),
        json("b.json", &subnet("10.0.1.0/24")),
    ]);
    assert_eq!(said(&twice), Vec::<String>::new());
}

#[test]
fn an_empty_folder_and_an_input_of_no_use_say_so() {
    let nothing = read(&[]);
    assert!(nothing.is_empty());
    assert_eq!(
        said(&nothing),
        [
            "nothing to read: there is no file in this folder; choose one that holds the output of `aws ec2 describe-*` calls"
        ]
    );
    assert_eq!(
        said(&one(
            &json!({"Snapshots": [{"SnapshotId": "snap-1"}], "Volumes": []})
        )),
        [
            "nothing to show: the input holds Snapshots, Volumes only, of which the map shows nothing"
        ]
    );
    // Beside something of use they are not worth a word.
    assert_eq!(
        said(&one(&json!({"Snapshots": [], "Vpcs": []}))),
        Vec::<String>::new()
    );
}

#[test]
fn a_file_that_is_wrong_throughout_is_not_a_million_gaps() {
    let records: Vec<Value> = (0..5_000).map(|_| json!(7)).collect();
    let said = said(&one(&json!({"Subnets": records})));
    assert_eq!(said.len(), 201);
    let last = said
        .iter()
        .find(|gap| gap.starts_with("more of the same"))
        .unwrap();
    assert!(last.contains("4800 more"), "{last}");
}

#[test]
fn block_public_access_is_a_fact_of_the_region() {
    let options = json!({"VpcBlockPublicAccessOptions": {"AwsAccountId": "111122223333", "AwsRegion": "eu-west-1",
        "State": "update-complete", "InternetGatewayBlockMode": "block-bidirectional"}});
    let network = one(&options);
    let region: RegionFacts = facts(&network, "eu-west-1");
    assert_eq!(
        region.block_public_access,
        Known::Value("block-bidirectional".into())
    );
    assert_eq!(scopes(&network), ["111122223333 eu-west-1"]);
    let nameless = json!({"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}});
    assert!(said(&one(&nameless))[0].contains("does not name its region"));
    let placed = read(&[json("eu-west-1/x.json", &nameless)]);
    assert!(placed.facts::<RegionFacts>(&"eu-west-1".into()).is_some());
}

#[test]
fn transit_gateways_peerings_and_vpns_are_read() {
    let network = read(&[json(
        "111122223333/us-west-2/x.json",
        &json!({
            "TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "111122223333", "State": "available", "Description": "hub",
                "Options": {"AmazonSideAsn": 4_200_000_000_u32, "AssociationDefaultRouteTableId": "tgw-rtb-1",
                    "PropagationDefaultRouteTableId": "tgw-rtb-1", "DnsSupport": "enable", "VpnEcmpSupport": "enable",
                    "TransitGatewayCidrBlocks": ["10.99.0.0/24"]}}],
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1",
                "ResourceType": "vpc", "ResourceId": "vpc-1", "ResourceOwnerId": "111122223333", "State": "available",
                "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}}],
            "TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1",
                "VpcId": "vpc-1", "VpcOwnerId": "111122223333", "State": "available", "SubnetIds": ["subnet-2", "subnet-1"],
                "Options": {"ApplianceModeSupport": "enable", "DnsSupport": "enable", "Ipv6Support": "disable"}}],
            "TransitGatewayPeeringAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-2", "State": "available",
                "RequesterTgwInfo": {"TransitGatewayId": "tgw-9", "OwnerId": "444455556666", "Region": "us-east-2"},
                "AccepterTgwInfo": {"TransitGatewayId": "tgw-1", "OwnerId": "111122223333", "Region": "us-west-2"}}],
            "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active", "Message": "Active"},
                "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "111122223333", "Region": "us-west-2", "CidrBlock": "10.0.0.0/16",
                    "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}], "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2001:db8::/56"}],
                    "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": true}},
                "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": "444455556666", "Region": "us-east-2"}}],
            "VpnGateways": [{"VpnGatewayId": "vgw-1", "State": "available", "AmazonSideAsn": 64512,
                "VpcAttachments": [{"VpcId": "vpc-1", "State": "attached"}]}],
            "CustomerGateways": [{"CustomerGatewayId": "cgw-1", "BgpAsn": 65000, "IpAddress": "203.0.113.9", "State": "available"}],
            "VpnConnections": [{"VpnConnectionId": "vpn-1", "CustomerGatewayId": "cgw-1", "VpnGatewayId": "vgw-1", "State": "available",
                "Options": {"StaticRoutesOnly": true}, "Routes": [{"DestinationCidrBlock": "192.168.0.0/16", "State": "available"}],
                "VgwTelemetry": [{"OutsideIpAddress": "192.0.2.5", "Status": "UP", "AcceptedRouteCount": 4, "StatusMessage": ""}]}],
        }),
    )]);
    assert_eq!(said(&network), Vec::<String>::new());
    for resource in network.resources() {
        assert_eq!(resource.conflicts(), [""; 0], "{}", resource.key());
    }
    let gateway: TransitGatewayFacts = facts(&network, "tgw-1");
    assert_eq!(gateway.amazon_side_asn, Known::Value(4_200_000_000));
    let attachment: TransitGatewayAttachmentFacts = facts(&network, "tgw-attach-1");
    assert_eq!(
        attachment.route_table,
        Known::Value(Some("tgw-rtb-1".into()))
    );
    assert_eq!(
        attachment.subnets.items(),
        [Id::aws("subnet-1"), Id::aws("subnet-2")]
    );
    assert_eq!(
        attachment.appliance_mode_support,
        Known::Value("enable".into())
    );
    // Seen from the accepter's region the far side is the requester.
    let peering: TransitGatewayAttachmentFacts = facts(&network, "tgw-attach-2");
    assert_eq!(peering.transit_gateway, Known::Value("tgw-1".into()));
    assert_eq!(peering.peer_transit_gateway, Known::Value("tgw-9".into()));
    assert_eq!(peering.peer_region, Known::Value("us-east-2".into()));
    let pair: VpcPeeringConnectionFacts = facts(&network, "pcx-1");
    let requester = pair.requester.value().unwrap();
    assert_eq!(requester.cidrs.len(), 2);
    assert_eq!(requester.dns_resolution, Some(true));
    let customer: CustomerGatewayFacts = facts(&network, "cgw-1");
    assert_eq!(customer.bgp_asn, Known::Value("65000".into()));
    let vpn: VpnConnectionFacts = facts(&network, "vpn-1");
    assert_eq!(vpn.transit_gateway, Known::Value(None));
    assert_eq!(vpn.tunnels.items()[0].accepted_routes, 4);
    assert_eq!(vpn.routes.items().len(), 1);
}

#[test]
fn other_services_records_of_the_network_are_read() {
    let network = one(&json!({
        "directConnectGateways": [{"directConnectGatewayId": "dx-1", "directConnectGatewayName": "on-prem",
            "amazonSideAsn": 64512, "ownerAccount": "111122223333", "directConnectGatewayState": "available"}],
        "directConnectGatewayAssociations": [{"directConnectGatewayId": "dx-1", "associatedGateway": {"id": "vgw-1"}}],
        "Firewall": {"FirewallName": "edge", "FirewallArn": "arn:aws:network-firewall:eu-west-1:111122223333:firewall/edge",
            "VpcId": "vpc-1", "SubnetMappings": [{"SubnetId": "subnet-1"}]},
    }));
    let gateway: DirectConnectGatewayFacts = facts(&network, "dx-1");
    assert_eq!(gateway.associations.items(), [Id::aws("vgw-1")]);

    let network = one(&json!({
        "Firewall": {"FirewallName": "edge", "FirewallArn": "arn:aws:network-firewall:eu-west-1:111122223333:firewall/edge",
            "VpcId": "vpc-1", "SubnetMappings": [{"SubnetId": "subnet-1"}]},
        "FirewallStatus": {"SyncStates": {"eu-west-1a": {"Attachment": {"EndpointId": "vpce-1", "SubnetId": "subnet-1"}}}},
    }));
    let firewall: NetworkFirewallFacts = facts(
        &network,
        "arn:aws:network-firewall:eu-west-1:111122223333:firewall/edge",
    );
    assert_eq!(firewall.endpoints.items(), [Id::aws("vpce-1")]);
    assert_eq!(firewall.subnets.items(), [Id::aws("subnet-1")]);
}

#[test]
fn a_live_page_and_its_gaps_go_to_the_scope_that_was_asked() {
    let scope = Scope {
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
    };
    let mut reader = Reader::new();
    let pages = [
        json!({"Vpcs": [vpc("vpc-1")]}),
        json!({"Vpcs": [{"VpcId": "vpc-2", "CidrBlock": 7}]}),
    ];
    reader.answer(&pages, "DescribeVpcs", &scope);
    let gap = Gap::new("DescribeSubnets", "", Cause::Throttled, "slow down");
    reader.failure(Call::Subnets, gap, &[], "DescribeSubnets", &scope);
    let network = reader.finish();
    assert_eq!(scopes(&network), ["111122223333 eu-west-1"]);
    assert_eq!(network.of_kind(Kind::Vpc).count(), 2);
    assert_eq!(
        said(&network),
        [
            "CidrBlock (DescribeVpcs, VPC vpc-2): text is expected here, not a number",
            "DescribeSubnets: slow down",
        ]
    );
}

#[test]
fn a_call_that_was_refused_leaves_partial_what_it_alone_tells() {
    let refused = |call: &str| {
        json!({"VpcAtlasError": {"Call": call, "Region": "eu-west-1", "Code": "UnauthorizedOperation",
            "Message": "no"}})
    };
    let coverage = |list: Value, call: &str, kind: Kind| {
        let files = [
            json("list.json", &list),
            json("refused.json", &refused(call)),
        ];
        let network = read(&files);
        let (_, shard) = network.shards().next().unwrap();
        assert!(
            said(&network).iter().any(|gap| gap.starts_with(call)),
            "{call}"
        );
        shard.coverage(kind)
    };
    let vpcs = || json!({"Vpcs": [vpc("vpc-1")]});
    let attachments =
        || json!({"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}]});
    let groups = || json!({"SecurityGroups": [{"GroupId": "sg-1"}]});
    for (list, call, kind, expected) in [
        (vpcs(), "DescribeVpcAttribute", Kind::Vpc, Coverage::Partial),
        (vpcs(), "DescribeVpcs", Kind::Vpc, Coverage::Complete), // another file has the list
        (vpcs(), "DescribeSubnets", Kind::Subnet, Coverage::NotRead),
        (
            attachments(),
            "DescribeTransitGatewayVpcAttachments",
            Kind::TransitGatewayAttachment,
            Coverage::Partial,
        ),
        (
            groups(),
            "DescribeSecurityGroupRules",
            Kind::SecurityGroup,
            Coverage::Complete,
        ),
    ] {
        assert_eq!(coverage(list, call, kind), expected, "{call}");
    }
}

#[test]
fn a_region_where_every_call_failed_keeps_its_gaps_to_itself() {
    let failed = json!({"VpcAtlasError": {"Call": "DescribeVpcs", "Region": "ap-east-1", "Code": "AuthFailure", "Message": "not enabled"}});
    let network = read(&[
        json(
            "vpc-atlas-111122223333/ap-east-1/describe-vpcs.json",
            &failed,
        ),
        json(
            "vpc-atlas-111122223333/eu-west-1/describe-vpcs.json",
            &json!({"Vpcs": []}),
        ),
    ]);
    let gaps: Vec<usize> = network
        .shards()
        .map(|(_, shard)| shard.gaps().count())
        .collect();
    assert_eq!(
        scopes(&network),
        ["111122223333 ap-east-1", "111122223333 eu-west-1"]
    );
    assert_eq!(gaps, [1, 0]);

    let scope = |region: &str| Scope {
        account: None,
        region: Some(region.into()),
    };
    let mut reader = Reader::new();
    reader.answer(
        &[json!({"Vpcs": []})],
        "DescribeVpcs in eu-west-1",
        &scope("eu-west-1"),
    );
    let gap = Gap::new("DescribeVpcs", "", Cause::Failed, "not enabled");
    reader.failure(
        Call::Vpcs,
        gap,
        &[],
        "DescribeVpcs in ap-east-1",
        &scope("ap-east-1"),
    );
    assert_eq!(scopes(&reader.finish()), ["ap-east-1", "eu-west-1"]);
}
