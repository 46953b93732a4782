//! The stages of the strict proxy before a real moto: what AWS refuses is refused, what AWS does is done, and what moto
//! leaves behind is gone.

mod gaps;

use std::net::Ipv4Addr;

use crate::proxy::{ids, post};
use crate::strict_proxy::http::Response;
use crate::strict_proxy::refusals::Quotas;
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::moto::Moto;

/// A fresh account behind a proxy.
struct Account {
    proxy: Proxy,
    _moto: Moto,
}

impl Account {
    fn start(strict: Strict) -> Option<Self> {
        let moto = Moto::start()?;
        let proxy = ProxyBuilder::default()
            .strict(strict)
            .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
            .unwrap();
        Some(Self { proxy, _moto: moto })
    }

    fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Response {
        let more: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("&{name}={}", value.replace('/', "%2F")))
            .collect();
        post(self.proxy.address(), action, &more.concat()).unwrap()
    }

    /// What a call is refused with; empty where it is not.
    fn code(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let answer = self.call(action, parameters);
        ids(answer.text().unwrap(), "Code").concat()
    }

    /// Texts in the answer to a call that must be a good one.
    fn texts(&self, action: &str, parameters: &[(&str, &str)], element: &str) -> Vec<String> {
        let answer = self.call(action, parameters);
        let text = answer.text().unwrap();
        assert_eq!(answer.status, 200, "{action} {parameters:?}: {text}");
        ids(text, element)
    }

    /// The first of them.
    fn one(&self, action: &str, parameters: &[(&str, &str)], element: &str) -> String {
        let texts = self.texts(action, parameters, element);
        let first = texts.into_iter().next();
        first.unwrap_or_else(|| panic!("{action} {parameters:?} tells no {element}"))
    }

    fn done(&self, action: &str, parameters: &[(&str, &str)]) {
        self.texts(action, parameters, "requestId");
    }

    fn vpc(&self, block: &str) -> String {
        self.one("CreateVpc", &[("CidrBlock", block)], "vpcId")
    }

    fn subnet(&self, vpc: &str, block: &str) -> String {
        let zone = ("AvailabilityZone", "eu-central-1a");
        let parameters = [("VpcId", vpc), ("CidrBlock", block), zone];
        self.one("CreateSubnet", &parameters, "subnetId")
    }

    fn internet_gateway(&self, vpc: &str) -> String {
        let id = self.one("CreateInternetGateway", &[], "internetGatewayId");
        self.done(
            "AttachInternetGateway",
            &[("InternetGatewayId", &id), ("VpcId", vpc)],
        );
        id
    }

    fn address(&self) -> String {
        self.one("AllocateAddress", &[("Domain", "vpc")], "allocationId")
    }

    fn nat_gateway(&self, subnet: &str, address: &str) -> String {
        let parameters = [("SubnetId", subnet), ("AllocationId", address)];
        self.one("CreateNatGateway", &parameters, "natGatewayId")
    }

    /// Ids of all that there is, by the lists that can tell.
    fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = [
            ("DescribeVpcs", "vpcId"),
            ("DescribeVpcEncryptionControls", "vpcEncryptionControlId"),
            ("DescribeSubnets", "subnetId"),
            ("DescribeRouteTables", "routeTableId"),
            ("DescribeInternetGateways", "internetGatewayId"),
            (
                "DescribeEgressOnlyInternetGateways",
                "egressOnlyInternetGatewayId",
            ),
            ("DescribeAddresses", "allocationId"),
            ("DescribeVpcEndpoints", "vpcEndpointId"),
            ("DescribeNetworkAcls", "networkAclId"),
            ("DescribeSecurityGroups", "groupId"),
            ("DescribeNetworkInterfaces", "networkInterfaceId"),
        ]
        .into_iter()
        .flat_map(|(action, element)| self.texts(action, &[], element))
        .collect();
        all.sort();
        all.dedup();
        all
    }
}

fn refusals() -> Strict {
    Strict {
        refusals: Some(Quotas::unlimited()),
        ..Strict::default()
    }
}

/// Until the call is no longer refused with this; how often it was.
fn after(aws: &Account, action: &str, parameters: &[(&str, &str)], refused: &str) -> usize {
    for times in 0..10 {
        match aws.code(action, parameters).as_str() {
            "" => return times,
            code => assert_eq!(code, refused, "{action} {parameters:?}"),
        }
    }
    panic!("{action} is refused for ever");
}

#[test]
fn blocks_that_aws_refuses_are_refused() {
    let Some(aws) = Account::start(refusals()) else {
        return;
    };
    for block in [
        "10.0.0.0/15",
        "10.0.0.0/29",
        "127.0.0.0/16",
        "169.254.0.0/20",
        "224.0.0.0/16",
    ] {
        let code = aws.code("CreateVpc", &[("CidrBlock", block)]);
        assert_eq!(code, "InvalidVpc.Range", "{block}");
    }
    let vpc = aws.vpc("10.1.0.0/16");
    for (block, expected) in [
        ("10.0.0.0/16", "InvalidVpc.Range"),
        ("10.1.128.0/17", "InvalidVpc.Range"),
        ("192.168.0.0/16", "InvalidVpc.Range"),
        ("198.19.0.0/16", "InvalidVpc.Range"),
        ("10.2.0.0/29", "InvalidVpc.Range"),
        ("10.2.0.0/24", ""),
        ("100.64.0.0/24", ""),
    ] {
        let parameters = [("VpcId", vpc.as_str()), ("CidrBlock", block)];
        let code = aws.code("AssociateVpcCidrBlock", &parameters);
        assert_eq!(code, expected, "{block}");
    }
    for (block, expected) in [
        ("10.1.0.0/24", ""),
        ("10.1.0.0/25", "InvalidSubnet.Conflict"),
        ("10.1.1.0/29", "InvalidSubnet.Range"),
        ("10.3.0.0/24", "InvalidSubnet.Range"),
        ("10.2.0.0/24", ""),
    ] {
        let zone = ("AvailabilityZone", "eu-central-1a");
        let code = aws.code(
            "CreateSubnet",
            &[("VpcId", vpc.as_str()), ("CidrBlock", block), zone],
        );
        assert_eq!(code, expected, "{block}");
    }
    // A block may not hold the destination of a route.
    let table = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    let gateway = aws.internet_gateway(&vpc);
    aws.done(
        "CreateRoute",
        &[
            ("RouteTableId", &table),
            ("DestinationCidrBlock", "10.9.0.0/24"),
            ("GatewayId", &gateway),
        ],
    );
    for (block, expected) in [
        ("10.9.0.0/24", "InvalidVpc.Range"),
        ("10.9.0.0/20", "InvalidVpc.Range"),
        ("10.9.0.0/25", ""),
    ] {
        let parameters = [("VpcId", vpc.as_str()), ("CidrBlock", block)];
        let code = aws.code("AssociateVpcCidrBlock", &parameters);
        assert_eq!(code, expected, "{block}");
    }
}

#[test]
fn version_6_blocks_of_subnets_lie_in_the_vpc_and_apart() {
    let Some(aws) = Account::start(refusals()) else {
        return;
    };
    let parameters = [
        ("CidrBlock", "10.0.0.0/16"),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    let vpc = aws.one("CreateVpc", &parameters, "vpcId");
    let block = aws.one("DescribeVpcs", &[("VpcId.1", &vpc)], "ipv6CidrBlock");
    let part = |mask: &str| block.replace("/56", mask);
    for (v4, v6, expected) in [
        ("10.0.0.0/24", part("/64"), ""),
        ("10.0.1.0/24", part("/64"), "InvalidSubnet.Conflict"),
        ("10.0.2.0/24", part("/62"), "InvalidSubnet.Range"),
        ("10.0.3.0/24", "fd00::/64".to_owned(), "InvalidSubnet.Range"),
    ] {
        let code = aws.code(
            "CreateSubnet",
            &[
                ("VpcId", &vpc),
                ("CidrBlock", v4),
                ("Ipv6CidrBlock", &v6),
                ("AvailabilityZone", "eu-central-1a"),
            ],
        );
        assert_eq!(code, expected, "{v6}");
    }
}

#[test]
fn gateways_must_be_attached_and_of_the_same_vpc() {
    let Some(aws) = Account::start(refusals()) else {
        return;
    };
    let vpc = aws.vpc("10.0.0.0/16");
    let other = aws.vpc("10.1.0.0/16");
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let address = aws.address();
    let nat = [
        ("SubnetId", subnet.as_str()),
        ("AllocationId", address.as_str()),
    ];
    assert_eq!(aws.code("CreateNatGateway", &nat), "Gateway.NotAttached");
    let private = [
        ("SubnetId", subnet.as_str()),
        ("ConnectivityType", "private"),
    ];
    assert_eq!(aws.code("CreateNatGateway", &private), "");
    let detached = aws.one("CreateInternetGateway", &[], "internetGatewayId");
    let foreign = aws.internet_gateway(&other);
    let table = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    let route = |target: (&str, &str)| {
        let destination = ("DestinationCidrBlock", "0.0.0.0/0");
        aws.code(
            "CreateRoute",
            &[("RouteTableId", &table), destination, target],
        )
    };
    let gone = "igw-0123456789abcdef0";
    for (target, expected) in [
        (("GatewayId", detached.as_str()), "InvalidParameterValue"),
        (("GatewayId", &foreign), "InvalidParameterValue"),
        (("GatewayId", gone), "InvalidInternetGatewayID.NotFound"),
        (
            ("NatGatewayId", "nat-0123456789abcdef0"),
            "InvalidNatGatewayID.NotFound",
        ),
        (
            ("EgressOnlyInternetGatewayId", "eigw-0123456789abcdef0"),
            "InvalidGatewayID.NotFound",
        ),
        (
            ("TransitGatewayId", "tgw-0123456789abcdef0"),
            "InvalidTransitGatewayID.NotFound",
        ),
    ] {
        assert_eq!(route(target), expected, "{target:?}");
    }
    let gateway = aws.internet_gateway(&vpc);
    assert_eq!(
        aws.code(
            "AttachInternetGateway",
            &[("InternetGatewayId", &detached), ("VpcId", &vpc)]
        ),
        "InvalidParameterValue",
        "a second gateway"
    );
    assert_eq!(route(("GatewayId", &gateway)), "");
    assert_eq!(route(("GatewayId", &gateway)), "RouteAlreadyExists");
    assert_eq!(aws.code("CreateNatGateway", &nat), "");
    assert_eq!(
        aws.code("CreateNatGateway", &nat),
        "Resource.AlreadyAssociated"
    );
    let second = aws.one("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
    let associate = |table: &str| {
        let parameters = [("RouteTableId", table), ("SubnetId", &subnet)];
        aws.code("AssociateRouteTable", &parameters)
    };
    assert_eq!(associate(&table), "");
    assert_eq!(associate(&second), "Resource.AlreadyAssociated");
}

#[test]
fn what_is_needed_cannot_go() {
    let Some(aws) = Account::start(refusals()) else {
        return;
    };
    let vpc = aws.vpc("10.0.0.0/16");
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let gateway = aws.internet_gateway(&vpc);
    let address = aws.address();
    let nat = aws.nat_gateway(&subnet, &address);
    let group = aws.one(
        "CreateSecurityGroup",
        &[
            ("VpcId", &vpc),
            ("GroupName", "web"),
            ("GroupDescription", "web"),
        ],
        "groupId",
    );
    let endpoint = aws.one(
        "CreateVpcEndpoint",
        &[
            ("VpcId", &vpc),
            ("VpcEndpointType", "Interface"),
            ("ServiceName", "com.amazonaws.eu-central-1.ec2"),
            ("SubnetId.1", &subnet),
            ("SecurityGroupId.1", &group),
        ],
        "vpcEndpointId",
    );
    let detach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    let violation = "DependencyViolation";
    let main = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
        ("Filter.2.Name", "association.main"),
        ("Filter.2.Value.1", "true"),
    ];
    let main = aws.one("DescribeRouteTables", &main, "routeTableId");
    for (action, parameters, expected) in [
        (
            "ReleaseAddress",
            &[("AllocationId", address.as_str())][..],
            "InvalidIPAddress.InUse",
        ),
        ("DeleteSubnet", &[("SubnetId", subnet.as_str())], violation),
        ("DetachInternetGateway", &detach, violation),
        (
            "DeleteInternetGateway",
            &[("InternetGatewayId", gateway.as_str())],
            violation,
        ),
        (
            "DeleteSecurityGroup",
            &[("GroupId", group.as_str())],
            violation,
        ),
        (
            "DeleteRouteTable",
            &[("RouteTableId", main.as_str())],
            violation,
        ),
        ("DeleteVpc", &[("VpcId", vpc.as_str())], violation),
    ] {
        assert_eq!(aws.code(action, parameters), expected, "{action}");
    }
    aws.done("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)]);
    aws.done("DeleteSecurityGroup", &[("GroupId", &group)]);
    aws.done("DeleteNatGateway", &[("NatGatewayId", &nat)]);
    aws.done("ReleaseAddress", &[("AllocationId", &address)]);
    aws.done("DeleteSubnet", &[("SubnetId", &subnet)]);
    let egress = aws.one(
        "CreateEgressOnlyInternetGateway",
        &[("VpcId", &vpc)],
        "egressOnlyInternetGatewayId",
    );
    assert_eq!(aws.code("DeleteVpc", &[("VpcId", &vpc)]), violation);
    aws.done("DetachInternetGateway", &detach);
    assert_eq!(aws.code("DeleteVpc", &[("VpcId", &vpc)]), violation);
    aws.done(
        "DeleteEgressOnlyInternetGateway",
        &[("EgressOnlyInternetGatewayId", &egress)],
    );
    aws.done("DeleteVpc", &[("VpcId", &vpc)]);
}

#[test]
fn quotas_are_those_of_aws_or_as_they_are_set() {
    let Some(aws) = Account::start(Strict {
        refusals: Some(Quotas {
            subnets: 2,
            routes: 1,
            ..Quotas::default()
        }),
        ..Strict::default()
    }) else {
        return;
    };
    // The default VPC is one of the five.
    let there = aws.texts("DescribeVpcs", &[], "cidrBlock");
    assert!(there.contains(&"172.31.0.0/16".to_owned()), "{there:?}");
    let vpcs: Vec<_> = (0..4).map(|n| aws.vpc(&format!("10.{n}.0.0/16"))).collect();
    let sixth = [("CidrBlock", "10.9.0.0/16")];
    assert_eq!(aws.code("CreateVpc", &sixth), "VpcLimitExceeded");
    let gateways = aws.texts("DescribeInternetGateways", &[], "internetGatewayId");
    for _ in gateways.len()..5 {
        aws.done("CreateInternetGateway", &[]);
    }
    let code = aws.code("CreateInternetGateway", &[]);
    assert_eq!(code, "InternetGatewayLimitExceeded");
    let vpc = &vpcs[0];
    let subnet = aws.subnet(vpc, "10.0.0.0/24");
    aws.subnet(vpc, "10.0.1.0/24");
    let third = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.2.0/24")];
    assert_eq!(aws.code("CreateSubnet", &third), "SubnetLimitExceeded");
    let addresses: Vec<_> = (0..5).map(|_| aws.address()).collect();
    let code = aws.code("AllocateAddress", &[("Domain", "vpc")]);
    assert_eq!(code, "AddressLimitExceeded");
    let free = aws.texts("DescribeInternetGateways", &[], "internetGatewayId");
    let gateway = free.last().unwrap();
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", vpc)];
    aws.done("AttachInternetGateway", &attach);
    for address in &addresses {
        aws.nat_gateway(&subnet, address);
    }
    let private = [
        ("SubnetId", subnet.as_str()),
        ("ConnectivityType", "private"),
    ];
    let code = aws.code("CreateNatGateway", &private);
    assert_eq!(code, "NatGatewayLimitExceeded");
    let table = aws.one("CreateRouteTable", &[("VpcId", vpc)], "routeTableId");
    let route = |block: &str| {
        let destination = ("DestinationCidrBlock", block);
        let target = ("GatewayId", gateway.as_str());
        aws.code(
            "CreateRoute",
            &[("RouteTableId", &table), destination, target],
        )
    };
    assert_eq!(route("0.0.0.0/0"), "");
    assert_eq!(route("1.0.0.0/8"), "RouteLimitExceeded");
}

/// Everything on: a VPC with a way out is made and taken back as on AWS, with waits, tokens and unknown ids.
#[test]
fn a_vpc_is_made_and_taken_back_with_everything_on() {
    let Some(aws) = Account::start(Strict::everything()) else {
        return;
    };
    let before = aws.all();
    let vpc = aws.vpc("10.0.0.0/16");
    let dns = [
        ("VpcId", vpc.as_str()),
        ("EnableDnsHostnames.Value", "true"),
    ];
    let unknown = "InvalidVpcID.NotFound";
    assert_eq!(after(&aws, "ModifyVpcAttribute", &dns, unknown), 2);
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let gateway = aws.one("CreateInternetGateway", &[], "internetGatewayId");
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    let unknown = "InvalidInternetGatewayID.NotFound";
    assert_eq!(after(&aws, "AttachInternetGateway", &attach, unknown), 2);
    let address = aws.address();
    aws.texts("DescribeAddresses", &[], "allocationId");
    aws.texts("DescribeAddresses", &[], "allocationId");
    let nat = [
        ("SubnetId", subnet.as_str()),
        ("AllocationId", &address),
        ("ClientToken", "nat-1"),
    ];
    let unknown = "InvalidSubnetID.NotFound";
    assert_eq!(after(&aws, "CreateNatGateway", &nat, unknown), 2);
    let nat = aws.one("CreateNatGateway", &nat, "natGatewayId");
    let states: Vec<_> = (0..6)
        .map(|_| aws.texts("DescribeNatGateways", &[], "state").concat())
        .collect();
    assert_eq!(
        states,
        ["", "", "pending", "pending", "available", "available"]
    );
    let private = [("SubnetId", subnet.as_str())];
    assert_eq!(aws.code("DeleteSubnet", &private), "DependencyViolation");
    aws.done("DeleteNatGateway", &[("NatGatewayId", &nat)]);
    let release = [("AllocationId", address.as_str())];
    assert_eq!(
        aws.code("ReleaseAddress", &release),
        "InvalidIPAddress.InUse"
    );
    let states: Vec<_> = (0..2)
        .map(|_| aws.one("DescribeNatGateways", &[("NatGatewayId.1", &nat)], "state"))
        .collect();
    assert_eq!(states, ["deleting", "deleted"]);
    aws.done("ReleaseAddress", &release);
    aws.done("DeleteSubnet", &[("SubnetId", &subnet)]);
    aws.done("DetachInternetGateway", &attach);
    aws.done("DeleteInternetGateway", &attach[..1]);
    aws.done("DeleteVpc", &[("VpcId", &vpc)]);
    assert_eq!(aws.all(), before);
}

/// Attachments to a transit gateway and interface endpoints take their time, and are told of while they go.
#[test]
fn attachments_and_endpoints_take_their_time() {
    let Some(aws) = Account::start(Strict {
        pending: 1,
        gaps: true,
        ..Strict::default()
    }) else {
        return;
    };
    let vpc = aws.vpc("10.0.0.0/16");
    let subnet = aws.subnet(&vpc, "10.0.0.0/24");
    let transit = aws.one("CreateTransitGateway", &[], "transitGatewayId");
    let attachment = aws.one(
        "CreateTransitGatewayVpcAttachment",
        &[
            ("TransitGatewayId", &transit),
            ("VpcId", &vpc),
            ("SubnetIds.1", &subnet),
        ],
        "transitGatewayAttachmentId",
    );
    let endpoint = aws.one(
        "CreateVpcEndpoint",
        &[
            ("VpcId", &vpc),
            ("VpcEndpointType", "Interface"),
            ("ServiceName", "com.amazonaws.eu-central-1.ec2"),
            ("SubnetId.1", &subnet),
        ],
        "vpcEndpointId",
    );
    let list = "DescribeTransitGatewayVpcAttachments";
    let attached = [("TransitGatewayAttachmentIds.1", attachment.as_str())];
    let deleted = [("TransitGatewayAttachmentId", attachment.as_str())];
    let asked = [("VpcEndpointId.1", endpoint.as_str())];
    let states = |action: &str, parameters: &[(&str, &str)]| {
        [(); 3].map(|()| aws.texts(action, parameters, "state").concat())
    };
    assert_eq!(
        states(list, &attached),
        ["pending", "available", "available"]
    );
    let endpoints = states("DescribeVpcEndpoints", &asked);
    assert_eq!(endpoints, ["pending", "available", "available"]);
    aws.done("DeleteTransitGatewayVpcAttachment", &deleted);
    aws.done("DeleteVpcEndpoints", &asked);
    let code = aws.code("DeleteSubnet", &[("SubnetId", &subnet)]);
    assert_eq!(code, "DependencyViolation");
    // The refusal was the one mention of both.
    assert_eq!(states(list, &attached), ["deleted"; 3]);
    let code = aws.code("DescribeVpcEndpoints", &asked);
    assert_eq!(code, "InvalidVpcEndpointId.NotFound");
    let code = aws.code("DeleteTransitGatewayVpcAttachment", &deleted);
    assert_eq!(code, "IncorrectState");
    aws.done("DeleteSubnet", &[("SubnetId", &subnet)]);
}
