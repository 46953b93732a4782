//! What works on AWS and not on moto works behind the proxy.

use super::Account;
use crate::proxy::ids;
use crate::strict_proxy::Strict;

fn gaps() -> Strict {
    Strict {
        gaps: true,
        ..Strict::default()
    }
}

/// Whoever waits for a block to be associated waits for a word.
#[test]
fn states_of_version_6_blocks_are_words() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    let parameters = [
        ("CidrBlock", "10.0.0.0/16"),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    let vpc = aws.one("CreateVpc", &parameters, "vpcId");
    let block = aws.one("DescribeVpcs", &[("VpcId.1", &vpc)], "ipv6CidrBlock");
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let part = block.replace("/56", "/64");
    let associate = [("SubnetId", subnet.as_str()), ("Ipv6CidrBlock", &part)];
    let states = aws.texts("AssociateSubnetCidrBlock", &associate, "state");
    assert_eq!(states, ["associated"]);
    let asked = [("SubnetId.1", subnet.as_str())];
    let states = aws.texts("DescribeSubnets", &asked, "state");
    assert_eq!(states, ["associated", "available"]);
}

#[test]
fn vpn_gateways_propagate_and_controls_encrypt() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    let vpc = aws.vpc("10.0.0.0/16");
    let table = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    let gateway = aws.one("CreateVpnGateway", &[("Type", "ipsec.1")], "vpnGatewayId");
    let pair = [("RouteTableId", table.as_str()), ("GatewayId", &gateway)];
    let enable = "EnableVgwRoutePropagation";
    assert_eq!(aws.code(enable, &pair), "Gateway.NotAttached");
    let attach = [("VpnGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    aws.done("AttachVpnGateway", &attach);
    aws.done(enable, &pair);
    let told = || {
        let asked = [("RouteTableId.1", table.as_str())];
        let answer = aws.call("DescribeRouteTables", &asked);
        let text = answer.text().unwrap();
        text.contains(&format!(
            "<propagatingVgwSet><item><gatewayId>{gateway}</gatewayId></item></propagatingVgwSet>"
        ))
    };
    assert!(told());
    aws.done("DisableVgwRoutePropagation", &pair);
    assert!(!told());
    let unknown = [
        ("RouteTableId", "rtb-0123456789abcdef0"),
        ("GatewayId", gateway.as_str()),
    ];
    assert_eq!(aws.code(enable, &unknown), "InvalidRouteTableID.NotFound");

    let control = aws.one(
        "CreateVpcEncryptionControl",
        &[
            ("VpcId", &vpc),
            ("TagSpecification.1.ResourceType", "vpc-encryption-control"),
            ("TagSpecification.1.Tag.1.Key", "run"),
            ("TagSpecification.1.Tag.1.Value", "r1"),
        ],
        "vpcEncryptionControlId",
    );
    aws.done(
        "ModifyVpcEncryptionControl",
        &[
            ("VpcEncryptionControlId", &control),
            ("Mode", "enforce"),
            ("InternetGatewayExclusion", "enable"),
        ],
    );
    let by_tag = |value: &str| {
        let filter = [
            ("Filter.1.Name", "tag:run"),
            ("Filter.1.Value.1", value),
            ("VpcId.1", &vpc),
        ];
        aws.texts("DescribeVpcEncryptionControls", &filter, "mode")
    };
    assert_eq!(by_tag("r1"), ["enforce"]);
    assert_eq!(by_tag("r2"), [""; 0]);
    aws.done(
        "CreateTags",
        &[
            ("ResourceId.1", &control),
            ("ResourceId.2", &vpc),
            ("Tag.1.Key", "run"),
            ("Tag.1.Value", "r2"),
        ],
    );
    assert_eq!(by_tag("r2"), ["enforce"]);
    let filter = [("Filter.1.Name", "key"), ("Filter.1.Value.1", "run")];
    let mut tagged = aws.texts("DescribeTags", &filter, "resourceId");
    tagged.sort();
    assert_eq!(tagged, [vpc.clone(), control.clone()]);
    let told = aws.call("DescribeVpcs", &[("VpcId.1", &vpc)]);
    let told = told.text().unwrap();
    assert!(told.contains("<internetGateway><state>enabled</state></internetGateway>"));
    let id = [("VpcEncryptionControlId", control.as_str())];
    aws.done("DeleteVpcEncryptionControl", &id);
    let code = aws.code("DeleteVpcEncryptionControl", &id);
    assert_eq!(code, "InvalidVpcEncryptionControlId.NotFound");
    assert_eq!(
        aws.texts("DescribeVpcEncryptionControls", &[], "mode"),
        [""; 0]
    );
}

#[test]
fn a_regional_nat_gateway_has_a_table_of_its_own() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    let before = aws.all();
    let vpc = aws.vpc("10.0.0.0/16");
    let gateway = aws.internet_gateway(&vpc);
    let nat = aws.one(
        "CreateNatGateway",
        &[
            ("AvailabilityMode", "regional"),
            ("VpcId", &vpc),
            ("TagSpecification.1.ResourceType", "natgateway"),
            ("TagSpecification.1.Tag.1.Key", "run"),
            ("TagSpecification.1.Tag.1.Value", "r1"),
        ],
        "natGatewayId",
    );
    let told = |name: &str| {
        let filter = [("Filter.1.Name", "tag:run"), ("Filter.1.Value.1", "r1")];
        aws.texts("DescribeNatGateways", &filter, name)
    };
    assert_eq!(told("availabilityMode"), ["regional"]);
    assert_eq!(told("subnetId"), [""; 0]);
    assert_eq!(told("vpcId"), [vpc.as_str()]);
    let own = told("routeTableId").concat();
    let routes = aws.texts(
        "DescribeRouteTables",
        &[("RouteTableId.1", &own)],
        "gatewayId",
    );
    assert!(routes.contains(&gateway), "{routes:?}");
    let in_vpc = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
    ];
    assert_eq!(aws.texts("DescribeSubnets", &in_vpc, "subnetId"), [""; 0]);
    assert_eq!(
        aws.texts("DescribeNetworkInterfaces", &in_vpc, "networkInterfaceId"),
        [""; 0]
    );
    let table = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    aws.done(
        "CreateRoute",
        &[
            ("RouteTableId", &table),
            ("DestinationCidrBlock", "0.0.0.0/0"),
            ("NatGatewayId", &nat),
        ],
    );
    let asked = [("RouteTableId.1", table.as_str())];
    let targets = aws.texts("DescribeRouteTables", &asked, "natGatewayId");
    assert_eq!(targets, [nat.as_str()]);
    aws.done("DeleteNatGateway", &[("NatGatewayId", &nat)]);
    aws.done("DeleteRouteTable", &[("RouteTableId", &table)]);
    let detach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    aws.done("DetachInternetGateway", &detach);
    aws.done("DeleteInternetGateway", &detach[..1]);
    aws.done("DeleteVpc", &[("VpcId", &vpc)]);
    assert_eq!(told("state"), ["deleted"]);
    assert_eq!(aws.all(), before);
}

#[test]
fn endpoints_come_onto_tables_and_go() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    let vpc = aws.vpc("10.0.0.0/16");
    let tables = [(); 2].map(|()| aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId"));
    let endpoint = aws.one(
        "CreateVpcEndpoint",
        &[
            ("VpcId", &vpc),
            ("ServiceName", "com.amazonaws.eu-central-1.s3"),
            ("RouteTableId.1", &tables[0]),
        ],
        "vpcEndpointId",
    );
    let routed = |table: &str| {
        let gateways = aws.texts(
            "DescribeRouteTables",
            &[("RouteTableId.1", table)],
            "gatewayId",
        );
        gateways.contains(&endpoint)
    };
    assert!(routed(&tables[0]) && !routed(&tables[1]));
    aws.done(
        "ModifyVpcEndpoint",
        &[
            ("VpcEndpointId", &endpoint),
            ("AddRouteTableId.1", &tables[1]),
            ("RemoveRouteTableId.1", &tables[0]),
        ],
    );
    assert!(!routed(&tables[0]) && routed(&tables[1]));
    let id = [("VpcEndpointId.1", endpoint.as_str())];
    assert_eq!(aws.texts("DeleteVpcEndpoints", &id, "resourceId"), [""; 0]);
    assert!(!routed(&tables[1]));
    let code = aws.code("DescribeVpcEndpoints", &id);
    assert_eq!(code, "InvalidVpcEndpointId.NotFound");
    let failed = aws.texts("DeleteVpcEndpoints", &id, "resourceId");
    assert_eq!(failed, [endpoint.as_str()]);
}

#[test]
fn unknown_ids_and_tags_are_told_as_aws_tells_them() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    for (action, name, id, expected) in [
        (
            "DescribeNatGateways",
            "NatGatewayId.1",
            "nat-0123456789abcdef0",
            "NatGatewayNotFound",
        ),
        (
            "DeleteNatGateway",
            "NatGatewayId",
            "nat-0123456789abcdef0",
            "NatGatewayNotFound",
        ),
        (
            "DescribeVpnGateways",
            "VpnGatewayId.1",
            "vgw-0123456789abcdef0",
            "InvalidVpnGatewayID.NotFound",
        ),
        (
            "DeleteTransitGatewayVpcAttachment",
            "TransitGatewayAttachmentId",
            "tgw-attach-0123456789abcdef0",
            "InvalidTransitGatewayAttachmentID.NotFound",
        ),
    ] {
        assert_eq!(aws.code(action, &[(name, id)]), expected, "{action}");
    }
    let vpc = aws.vpc("10.0.0.0/16");
    let tagged = |value: &str| {
        let parameters = [
            ("VpcId", vpc.as_str()),
            (
                "TagSpecification.1.ResourceType",
                "egress-only-internet-gateway",
            ),
            ("TagSpecification.1.Tag.1.Key", "run"),
            ("TagSpecification.1.Tag.1.Value", value),
        ];
        let id = "egressOnlyInternetGatewayId";
        aws.one("CreateEgressOnlyInternetGateway", &parameters, id)
    };
    let (one, _) = (tagged("r1"), tagged("r2"));
    let filter = [("Filter.1.Name", "tag:run"), ("Filter.1.Value.1", "r1")];
    let found = aws.texts(
        "DescribeEgressOnlyInternetGateways",
        &filter,
        "egressOnlyInternetGatewayId",
    );
    assert_eq!(found, [one]);
    let acl = aws.one("CreateNetworkAcl", &[("VpcId", &vpc)], "networkAclId");
    let entry = [
        ("NetworkAclId", acl.as_str()),
        ("RuleNumber", "100"),
        ("Egress", "false"),
    ];
    let code = aws.code("DeleteNetworkAclEntry", &entry);
    assert_eq!(code, "InvalidNetworkAclEntry.NotFound");
}

/// Associations go with a subnet, so that what it was associated with can go after it.
#[test]
fn a_subnet_takes_its_associations_with_it() {
    let Some(aws) = Account::start(gaps()) else {
        return;
    };
    let before = aws.all();
    let vpc = aws.vpc("10.0.0.0/16");
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let table = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    let pair = [("RouteTableId", table.as_str()), ("SubnetId", &subnet)];
    aws.done("AssociateRouteTable", &pair);
    let acl = aws.one("CreateNetworkAcl", &[("VpcId", &vpc)], "networkAclId");
    let of_subnet = [
        ("Filter.1.Name", "association.subnet-id"),
        ("Filter.1.Value.1", subnet.as_str()),
    ];
    let association = aws.call("DescribeNetworkAcls", &of_subnet);
    let association = association.text().unwrap();
    let at = ids(association, "subnetId")
        .iter()
        .position(|id| *id == subnet)
        .unwrap();
    let association = ids(association, "networkAclAssociationId")[at].clone();
    aws.done(
        "ReplaceNetworkAclAssociation",
        &[("AssociationId", &association), ("NetworkAclId", &acl)],
    );
    aws.done("DeleteSubnet", &[("SubnetId", &subnet)]);
    aws.done("DeleteRouteTable", &[("RouteTableId", &table)]);
    aws.done("DeleteNetworkAcl", &[("NetworkAclId", &acl)]);
    aws.done("DeleteVpc", &[("VpcId", &vpc)]);
    assert_eq!(aws.all(), before);
}
