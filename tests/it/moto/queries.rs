//! What our SDK sends for a step is what botocore makes of the same parameters (tests/code/queries.py): nothing is lost on
//! the way, nothing added, and every name is the API's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use vpc_atlas::design::plan;
use vpc_atlas::network::{Key, Kind, Network};
use vpc_atlas::steps::{self, Action, Request, StepGraph, between};

use super::{changed, sound_designs, wanted_designs};
use crate::aws::connected;
use crate::support::environment::require;
use crate::support::moto::queries;
use crate::support::stub_ec2::{Reply, StubEc2};

/// Calls that generated designs and their changes never bring, and parameters that they never give.
fn by_hand() -> Vec<(Action, Value)> {
    let tags = |kind: &str| json!([{ "ResourceType": kind, "Tags": [{ "Key": "Name", "Value": "a b&c=d+é" }] }]);
    let permissions = || {
        json!([
            { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 8443, "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "in, out" }] },
            { "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0", "Description": "all" }] },
            { "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "UserIdGroupPairs": [{ "GroupId": "sg-1", "Description": "peers" }] },
            { "IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "PrefixListIds": [{ "PrefixListId": "pl-1", "Description": "s3" }] },
        ])
    };
    let targets = [
        ("GatewayId", "igw-1"),
        ("NatGatewayId", "nat-1"),
        ("EgressOnlyInternetGatewayId", "eigw-1"),
        ("TransitGatewayId", "tgw-1"),
        ("VpcPeeringConnectionId", "pcx-1"),
        ("VpcEndpointId", "vpce-1"),
        ("NetworkInterfaceId", "eni-1"),
        ("InstanceId", "i-1"),
        ("CarrierGatewayId", "cagw-1"),
        ("LocalGatewayId", "lgw-1"),
        ("CoreNetworkArn", "arn:aws:networkmanager::1:core-network/c"),
    ];
    let routes = targets.iter().flat_map(|(name, id)| {
        let route =
            json!({ "RouteTableId": "rtb-1", "DestinationPrefixListId": "pl-1", *name: id });
        [
            (Action::CreateRoute, route.clone()),
            (Action::ReplaceRoute, route),
        ]
    });
    let entry = json!({
        "NetworkAclId": "acl-1", "RuleNumber": 110, "Egress": true, "Protocol": "58", "RuleAction": "deny",
        "Ipv6CidrBlock": "::/0", "IcmpTypeCode": { "Type": -1, "Code": 0 }, "PortRange": { "From": 1, "To": 2 },
    });
    let mut calls = vec![
        (
            Action::CreateVpc,
            json!({
                "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated", "Ipv6CidrBlock": "2001:db8::/56",
                "Ipv6Pool": "ipv6pool-ec2-1", "TagSpecifications": tags("vpc"),
            }),
        ),
        (
            Action::CreateVpc,
            json!({ "AmazonProvidedIpv6CidrBlock": true }),
        ),
        (Action::DeleteVpc, json!({ "VpcId": "vpc-1" })),
        (
            Action::AssociateVpcCidrBlock,
            json!({ "VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16" }),
        ),
        (
            Action::AssociateVpcCidrBlock,
            json!({ "VpcId": "vpc-1", "Ipv6CidrBlock": "2001:db8::/56", "Ipv6Pool": "ipv6pool-ec2-1" }),
        ),
        (
            Action::AssociateVpcCidrBlock,
            json!({ "VpcId": "vpc-1", "AmazonProvidedIpv6CidrBlock": true }),
        ),
        (
            Action::DisassociateVpcCidrBlock,
            json!({ "AssociationId": "vpc-cidr-assoc-1" }),
        ),
        (
            Action::ModifyVpcAttribute,
            json!({ "VpcId": "vpc-1", "EnableDnsSupport": { "Value": false } }),
        ),
        (
            Action::ModifyVpcAttribute,
            json!({ "VpcId": "vpc-1", "EnableDnsHostnames": { "Value": true } }),
        ),
        (
            Action::ModifyVpcTenancy,
            json!({ "VpcId": "vpc-1", "InstanceTenancy": "default" }),
        ),
        (
            Action::AssociateDhcpOptions,
            json!({ "DhcpOptionsId": "default", "VpcId": "vpc-1" }),
        ),
        (
            Action::CreateVpcEncryptionControl,
            json!({ "VpcId": "vpc-1", "TagSpecifications": tags("vpc-encryption-control") }),
        ),
        (
            Action::ModifyVpcEncryptionControl,
            json!({
                "VpcEncryptionControlId": "vpcec-1", "Mode": "enforce", "InternetGatewayExclusion": "enable",
                "EgressOnlyInternetGatewayExclusion": "enable", "NatGatewayExclusion": "disable",
                "VirtualPrivateGatewayExclusion": "enable", "VpcPeeringExclusion": "enable", "LambdaExclusion": "enable",
                "VpcLatticeExclusion": "enable", "ElasticFileSystemExclusion": "enable",
                "GlobalAcceleratorExclusion": "enable", "ApiGatewayV2Exclusion": "disable",
            }),
        ),
        (
            Action::DeleteVpcEncryptionControl,
            json!({ "VpcEncryptionControlId": "vpcec-1" }),
        ),
        (
            Action::CreateSubnet,
            json!({
                "VpcId": "vpc-1", "AvailabilityZoneId": "euw1-az1", "CidrBlock": "10.0.0.0/20", "OutpostArn": "arn:aws:outposts:1",
                "Ipv6CidrBlock": "2001:db8::/64", "TagSpecifications": tags("subnet"),
            }),
        ),
        (
            Action::CreateSubnet,
            json!({ "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a", "Ipv6Native": true, "Ipv6CidrBlock": "2001:db8::/64" }),
        ),
        (Action::DeleteSubnet, json!({ "SubnetId": "subnet-1" })),
        (
            Action::ModifySubnetAttribute,
            json!({ "SubnetId": "subnet-1", "MapPublicIpOnLaunch": { "Value": true } }),
        ),
        (
            Action::ModifySubnetAttribute,
            json!({ "SubnetId": "subnet-1", "AssignIpv6AddressOnCreation": { "Value": false } }),
        ),
        (
            Action::AssociateSubnetCidrBlock,
            json!({ "SubnetId": "subnet-1", "Ipv6CidrBlock": "2001:db8::/64" }),
        ),
        (
            Action::DisassociateSubnetCidrBlock,
            json!({ "AssociationId": "subnet-cidr-assoc-1" }),
        ),
        (
            Action::CreateInternetGateway,
            json!({ "TagSpecifications": tags("internet-gateway") }),
        ),
        (
            Action::DeleteInternetGateway,
            json!({ "InternetGatewayId": "igw-1" }),
        ),
        (
            Action::AttachInternetGateway,
            json!({ "InternetGatewayId": "igw-1", "VpcId": "vpc-1" }),
        ),
        (
            Action::DetachInternetGateway,
            json!({ "InternetGatewayId": "igw-1", "VpcId": "vpc-1" }),
        ),
        (
            Action::CreateEgressOnlyInternetGateway,
            json!({ "VpcId": "vpc-1", "TagSpecifications": tags("egress-only-internet-gateway") }),
        ),
        (
            Action::DeleteEgressOnlyInternetGateway,
            json!({ "EgressOnlyInternetGatewayId": "eigw-1" }),
        ),
        (
            Action::CreateRouteTable,
            json!({ "VpcId": "vpc-1", "TagSpecifications": tags("route-table") }),
        ),
        (Action::DeleteRouteTable, json!({ "RouteTableId": "rtb-1" })),
        (
            Action::CreateRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1" }),
        ),
        (
            Action::ReplaceRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationCidrBlock": "10.0.0.0/16", "LocalTarget": true }),
        ),
        (
            Action::ReplaceRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1" }),
        ),
        (
            Action::DeleteRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0" }),
        ),
        (
            Action::DeleteRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0" }),
        ),
        (
            Action::DeleteRoute,
            json!({ "RouteTableId": "rtb-1", "DestinationPrefixListId": "pl-1" }),
        ),
        (
            Action::AssociateRouteTable,
            json!({ "RouteTableId": "rtb-1", "SubnetId": "subnet-1" }),
        ),
        (
            Action::AssociateRouteTable,
            json!({ "RouteTableId": "rtb-1", "GatewayId": "igw-1" }),
        ),
        (
            Action::ReplaceRouteTableAssociation,
            json!({ "AssociationId": "rtbassoc-1", "RouteTableId": "rtb-1" }),
        ),
        (
            Action::DisassociateRouteTable,
            json!({ "AssociationId": "rtbassoc-1" }),
        ),
        (
            Action::EnableVgwRoutePropagation,
            json!({ "RouteTableId": "rtb-1", "GatewayId": "vgw-1" }),
        ),
        (
            Action::DisableVgwRoutePropagation,
            json!({ "RouteTableId": "rtb-1", "GatewayId": "vgw-1" }),
        ),
        (
            Action::AllocateAddress,
            json!({ "Domain": "vpc", "NetworkBorderGroup": "eu-west-1", "TagSpecifications": tags("elastic-ip") }),
        ),
        (
            Action::ReleaseAddress,
            json!({ "AllocationId": "eipalloc-1" }),
        ),
        (
            Action::CreateNatGateway,
            json!({
                "SubnetId": "subnet-1", "AllocationId": "eipalloc-1", "SecondaryAllocationIds": ["eipalloc-2", "eipalloc-3"],
                "ConnectivityType": "public", "TagSpecifications": tags("natgateway"),
            }),
        ),
        (
            Action::CreateNatGateway,
            json!({
                "AvailabilityMode": "regional", "VpcId": "vpc-1",
                "AvailabilityZoneAddresses": [
                    { "AvailabilityZone": "eu-west-1a", "AllocationIds": ["eipalloc-1", "eipalloc-2"] },
                    { "AvailabilityZone": "eu-west-1b", "AllocationIds": ["eipalloc-3"] },
                ],
            }),
        ),
        (Action::DeleteNatGateway, json!({ "NatGatewayId": "nat-1" })),
        (
            Action::CreateTransitGatewayVpcAttachment,
            json!({
                "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "SubnetIds": ["subnet-1", "subnet-2"],
                "Options": { "DnsSupport": "enable", "Ipv6Support": "disable", "ApplianceModeSupport": "enable" },
                "TagSpecifications": tags("transit-gateway-attachment"),
            }),
        ),
        (
            Action::ModifyTransitGatewayVpcAttachment,
            json!({
                "TransitGatewayAttachmentId": "tgw-attach-1", "AddSubnetIds": ["subnet-1"], "RemoveSubnetIds": ["subnet-2"],
                "Options": { "DnsSupport": "disable", "Ipv6Support": "enable", "ApplianceModeSupport": "disable" },
            }),
        ),
        (
            Action::DeleteTransitGatewayVpcAttachment,
            json!({ "TransitGatewayAttachmentId": "tgw-attach-1" }),
        ),
        (
            Action::CreateVpnGateway,
            json!({ "Type": "ipsec.1", "AmazonSideAsn": 4_200_000_000_u32, "TagSpecifications": tags("vpn-gateway") }),
        ),
        (Action::DeleteVpnGateway, json!({ "VpnGatewayId": "vgw-1" })),
        (
            Action::AttachVpnGateway,
            json!({ "VpnGatewayId": "vgw-1", "VpcId": "vpc-1" }),
        ),
        (
            Action::DetachVpnGateway,
            json!({ "VpnGatewayId": "vgw-1", "VpcId": "vpc-1" }),
        ),
        (
            Action::CreateVpcPeeringConnection,
            json!({
                "VpcId": "vpc-1", "PeerVpcId": "vpc-2", "PeerOwnerId": "444455556666", "PeerRegion": "eu-west-2",
                "TagSpecifications": tags("vpc-peering-connection"),
            }),
        ),
        (
            Action::AcceptVpcPeeringConnection,
            json!({ "VpcPeeringConnectionId": "pcx-1" }),
        ),
        (
            Action::ModifyVpcPeeringConnectionOptions,
            json!({
                "VpcPeeringConnectionId": "pcx-1",
                "RequesterPeeringConnectionOptions": { "AllowDnsResolutionFromRemoteVpc": true },
                "AccepterPeeringConnectionOptions": { "AllowDnsResolutionFromRemoteVpc": false },
            }),
        ),
        (
            Action::DeleteVpcPeeringConnection,
            json!({ "VpcPeeringConnectionId": "pcx-1" }),
        ),
        (
            Action::CreateVpcEndpoint,
            json!({
                "VpcId": "vpc-1", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.eu-west-1.ssm",
                "SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"], "PrivateDnsEnabled": true,
                "IpAddressType": "dualstack", "PolicyDocument": "{\"Statement\":[]}", "TagSpecifications": tags("vpc-endpoint"),
            }),
        ),
        (
            Action::CreateVpcEndpoint,
            json!({
                "VpcId": "vpc-1", "VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.eu-west-1.s3",
                "RouteTableIds": ["rtb-1", "rtb-2"], "SecurityGroupIds": [],
            }),
        ),
        (
            Action::ModifyVpcEndpoint,
            json!({
                "VpcEndpointId": "vpce-1", "ResetPolicy": true, "PolicyDocument": "{}", "AddRouteTableIds": ["rtb-1"],
                "RemoveRouteTableIds": ["rtb-2"], "AddSubnetIds": ["subnet-1"], "RemoveSubnetIds": ["subnet-2"],
                "AddSecurityGroupIds": ["sg-1"], "RemoveSecurityGroupIds": ["sg-2"], "IpAddressType": "ipv4",
                "PrivateDnsEnabled": false,
            }),
        ),
        (
            Action::DeleteVpcEndpoints,
            json!({ "VpcEndpointIds": ["vpce-1", "vpce-2"] }),
        ),
        (
            Action::CreateSecurityGroup,
            json!({
                "GroupName": "web", "Description": "what, where", "VpcId": "vpc-1",
                "TagSpecifications": tags("security-group"),
            }),
        ),
        (Action::DeleteSecurityGroup, json!({ "GroupId": "sg-1" })),
        (
            Action::CreateNetworkAcl,
            json!({ "VpcId": "vpc-1", "TagSpecifications": tags("network-acl") }),
        ),
        (Action::DeleteNetworkAcl, json!({ "NetworkAclId": "acl-1" })),
        (Action::CreateNetworkAclEntry, entry.clone()),
        (
            Action::CreateNetworkAclEntry,
            json!({
                "NetworkAclId": "acl-1", "RuleNumber": 120, "Egress": false, "Protocol": "-1", "RuleAction": "allow",
                "CidrBlock": "0.0.0.0/0",
            }),
        ),
        (Action::ReplaceNetworkAclEntry, entry),
        (
            Action::ReplaceNetworkAclEntry,
            json!({
                "NetworkAclId": "acl-1", "RuleNumber": 120, "Egress": false, "Protocol": "-1", "RuleAction": "allow",
                "CidrBlock": "0.0.0.0/0",
            }),
        ),
        (
            Action::DeleteNetworkAclEntry,
            json!({ "NetworkAclId": "acl-1", "RuleNumber": 110, "Egress": true }),
        ),
        (
            Action::ReplaceNetworkAclAssociation,
            json!({ "AssociationId": "aclassoc-1", "NetworkAclId": "acl-1" }),
        ),
        (
            Action::CreateFlowLogs,
            json!({
                "ResourceIds": ["vpc-1"], "ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3",
                "LogDestination": "arn:aws:s3:::bucket", "TagSpecifications": tags("vpc-flow-log"),
            }),
        ),
        (
            Action::CreateFlowLogs,
            json!({
                "ResourceIds": ["subnet-1"], "ResourceType": "Subnet", "TrafficType": "REJECT",
                "LogDestinationType": "cloud-watch-logs", "LogGroupName": "flows", "DeliverLogsPermissionArn": "arn:aws:iam::1:role/r",
            }),
        ),
        (Action::DeleteFlowLogs, json!({ "FlowLogIds": ["fl-1"] })),
        (
            Action::CreateTags,
            json!({ "Resources": ["rtb-1", "acl-1"], "Tags": [{ "Key": "Name", "Value": "" }, { "Key": "a", "Value": "b" }] }),
        ),
        (
            Action::DeleteTags,
            json!({ "Resources": ["rtb-1"], "Tags": [{ "Key": "Name", "Value": "x" }] }),
        ),
        (
            Action::CreateResolverEndpoint,
            json!({
                "Name": "in", "Direction": "INBOUND", "SecurityGroupIds": ["sg-1"],
                "IpAddresses": [{ "SubnetId": "subnet-1", "Ip": "10.0.0.4" }, { "SubnetId": "subnet-2" }],
                "Tags": [{ "Key": "Name", "Value": "in" }],
            }),
        ),
        (
            Action::DeleteResolverEndpoint,
            json!({ "ResolverEndpointId": "rslvr-in-1" }),
        ),
    ];
    for action in [
        Action::AuthorizeSecurityGroupIngress,
        Action::RevokeSecurityGroupIngress,
        Action::AuthorizeSecurityGroupEgress,
        Action::RevokeSecurityGroupEgress,
    ] {
        calls.push((
            action,
            json!({ "GroupId": "sg-1", "IpPermissions": permissions() }),
        ));
    }
    calls.extend(routes);
    calls
}

/// A made-up id of a resource.
fn id_of(key: &Key) -> String {
    const PREFIXES: [&str; 20] = [
        "tgw-attach-",
        "tgw-",
        "core-network-",
        "subnet-",
        "eipalloc-",
        "vpce-",
        "vpc-",
        "rtb-",
        "igw-",
        "eigw-",
        "nat-",
        "pl-",
        "pcx-",
        "vgw-",
        "acl-",
        "sg-",
        "eni-",
        "i-",
        "dopt-",
        "fl-",
    ];
    let digits: u64 = key.id.as_str().bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let prefix = PREFIXES
        .iter()
        .find(|prefix| Kind::of_id(prefix) == Some(key.kind));
    format!(
        "{}{digits:017x}",
        prefix.expect("a kind that steps name has a prefix")
    )
}

/// A parameter with something in the place of what is known only later.
fn filled(value: &steps::Value) -> Value {
    match value {
        steps::Value::Text(text) => json!(text),
        steps::Value::Number(number) => json!(number),
        steps::Value::Bool(value) => json!(value),
        steps::Value::List(items) => items.iter().map(filled).collect(),
        steps::Value::Map(fields) => Value::Object(all_filled(fields)),
        steps::Value::Made(key) | steps::Value::Given(key) => json!(id_of(key)),
        steps::Value::Output { path, .. } => json!(format!("made-{}", path.to_lowercase())),
        steps::Value::Ipv6 { part, .. } => {
            json!(format!("2001:db8:0:{}::/64", part.replace('/', "-")))
        }
        steps::Value::Find(find) => json!(format!("found-{}", find.word())),
    }
}

fn all_filled(parameters: &steps::Parameters) -> Map<String, Value> {
    let fields = parameters.iter();
    fields
        .map(|(name, value)| (name.to_owned(), filled(value)))
        .collect()
}

/// The calls of generated designs, of their changes, and of the way back, each once.
fn generated() -> BTreeMap<(Action, String), Map<String, Value>> {
    let nothing = Network::new();
    let wanted = wanted_designs();
    let mut calls = BTreeMap::new();
    let mut note = |graph: &StepGraph| {
        for step in graph.steps() {
            for call in std::iter::once(&step.call).chain(&step.inverse) {
                let parameters = all_filled(&call.parameters);
                let text = serde_json::to_string(&parameters).unwrap();
                calls.insert((call.action, text), parameters);
            }
        }
    };
    for (_, design) in sound_designs().take(wanted) {
        note(&between(&nothing, &plan(&design)).unwrap());
    }
    let changes = sound_designs().filter_map(|(seed, before)| {
        let after = plan(&changed(&before, seed)?);
        let change = between(&plan(&before), &after).ok()?;
        (!change.is_empty()).then(|| [change, between(&after, &nothing).unwrap()])
    });
    for graphs in changes.take(wanted.div_ceil(4)) {
        graphs.iter().for_each(&mut note);
    }
    calls
}

#[tokio::test]
async fn what_is_sent_is_what_botocore_would_send() {
    if require("VPC_ATLAS_VENV").is_none() {
        return;
    }
    let mut requests: Vec<Request> = Vec::new();
    let mut add = |action: Action, parameters: Map<String, Value>, dry_run: bool| {
        let token = action
            .token()
            .map(|_| format!("token-{}", requests.len()).into());
        requests.push(Request {
            action,
            parameters,
            token,
            dry_run,
        });
    };
    let hand_made = by_hand();
    for (action, parameters) in &hand_made {
        let parameters = parameters.as_object().unwrap();
        add(*action, parameters.clone(), false);
        if action.has_dry_run() {
            add(*action, parameters.clone(), true);
        }
    }
    let generated = generated();
    let from_designs = generated.len();
    for ((action, _), parameters) in generated {
        add(action, parameters, false);
    }

    let exercised: BTreeSet<Action> = requests.iter().map(|request| request.action).collect();
    let all: BTreeSet<Action> = Action::ALL.iter().copied().collect();
    assert_eq!(exercised, all);

    let line = |request: &Request| {
        let action = request.action;
        let mut parameters = request.parameters.clone();
        if let (Some(name), Some(token)) = (action.token(), &request.token) {
            parameters.insert(name.to_owned(), json!(token));
        }
        if request.dry_run {
            parameters.insert("DryRun".to_owned(), json!(true));
        }
        json!({ "call": action, "service": action.service(), "parameters": parameters }).to_string()
    };
    let lines: Vec<String> = requests.iter().map(line).collect();
    let expected = queries(&lines.join("\n")).unwrap();
    let expected: Vec<Value> = expected
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(expected.len(), requests.len());

    let stub = StubEc2::start().otherwise(|asked| {
        Some(if asked.parameters.is_empty() {
            Reply::Body(200, "{}".to_owned())
        } else {
            Reply::ok(&asked.action, "")
        })
    });
    let connection = connected(&stub).await;
    for (request, expected) in requests.iter().zip(&expected) {
        let before = stub.count();
        let answer = connection.perform(request).await;
        assert_eq!(stub.count(), before + 1, "{request:?}: {answer:?}");
        assert_eq!(answer.is_ok(), !request.dry_run, "{request:?}: {answer:?}");
        let asked = stub.last().unwrap();
        assert_eq!(asked.action, request.action.name());
        let sent = if asked.parameters.is_empty() {
            serde_json::from_str(&asked.body).unwrap()
        } else {
            json!(asked.parameters)
        };
        assert_eq!(&sent, expected, "{request:?}");
    }
    println!(
        "{} calls by hand, {from_designs} of generated designs",
        hand_made.len()
    );
}
