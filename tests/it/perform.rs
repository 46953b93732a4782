//! Changing calls and looks against an EC2 service in this process.

use std::net::TcpListener;

use serde_json::{Value, json};
use vpc_atlas::aws::Connection;
use vpc_atlas::steps::{Action, Failed, List, Look, Request, Trouble};

use crate::aws::{connect_as, connected, limits};
use crate::support::stub_ec2::{Reply, StubEc2};

const TOKEN: &str = "run-1-step-1";

fn request(action: Action, parameters: &Value) -> Request {
    Request {
        action,
        parameters: parameters.as_object().unwrap().clone(),
        token: action.token().map(|_| TOKEN.into()),
        dry_run: false,
    }
}

fn create_vpc() -> Request {
    request(Action::CreateVpc, &json!({ "CidrBlock": "10.0.0.0/16" }))
}

fn trial() -> Request {
    Request {
        dry_run: true,
        ..create_vpc()
    }
}

/// What comes of a call that gets these replies, and how often it was sent.
async fn outcome(
    request: &Request,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Value, Failed>, usize) {
    let action = request.action.name();
    let stub = StubEc2::start().on(action, replies);
    let answer = connected(&stub).await.perform(request).await;
    (answer, stub.asked(action).len())
}

async fn answer(action: Action, parameters: &Value, inner: &str) -> Value {
    let request = request(action, parameters);
    let (answer, sent) = outcome(&request, [Reply::ok(action.name(), inner)]).await;
    assert_eq!(sent, 1);
    answer.unwrap()
}

/// Whatever comes back, a call is sent once: what to do next is for others to say.
#[tokio::test]
async fn nothing_is_sent_twice() {
    let vpc = "<vpc><vpcId>vpc-1</vpcId></vpc>";
    let cases = [
        (
            Reply::error(500, "InternalError", "inside"),
            Trouble::Server,
            Some("InternalError"),
        ),
        (
            Reply::error(503, "Unavailable", "later"),
            Trouble::Server,
            Some("Unavailable"),
        ),
        (
            Reply::error(503, "RequestLimitExceeded", "slower"),
            Trouble::Throttled,
            Some("RequestLimitExceeded"),
        ),
        (
            Reply::Body(500, "<html>no</html>".to_owned()),
            Trouble::Server,
            None,
        ),
        (Reply::Body(502, String::new()), Trouble::Server, None),
        (
            Reply::error(400, "VpcLimitExceeded", "five"),
            Trouble::Quota,
            Some("VpcLimitExceeded"),
        ),
        (
            Reply::error(400, "SomethingNew", "what"),
            Trouble::Invalid,
            Some("SomethingNew"),
        ),
        (
            Reply::error(400, "InvalidAction", "no"),
            Trouble::Unsupported,
            Some("InvalidAction"),
        ),
        (Reply::Close, Trouble::Lost, None),
        (Reply::Silence, Trouble::Lost, None),
        (Reply::truncated("CreateVpc", vpc), Trouble::Lost, None),
        (
            Reply::Body(200, format!("<CreateVpcResponse>{vpc}")),
            Trouble::Lost,
            None,
        ),
        (Reply::Body(200, "no XML".to_owned()), Trouble::Lost, None),
    ];
    for (reply, trouble, code) in cases {
        let words = format!("{reply:?}");
        let then = Reply::ok("CreateVpc", vpc);
        let (answer, sent) = outcome(&create_vpc(), [reply, then]).await;
        let failed = answer.expect_err(&words);
        assert_eq!(
            (failed.trouble, failed.code.as_deref()),
            (trouble, code),
            "{words}"
        );
        assert!(
            !failed.message.is_empty() && !failed.message.contains('\n'),
            "{failed}"
        );
        assert_eq!(sent, 1, "{words}");
    }
}

/// A call that the SDK gives a token by itself, and would send again.
#[tokio::test]
async fn a_call_with_a_token_is_sent_once_with_ours() {
    let request = request(Action::CreateRouteTable, &json!({ "VpcId": "vpc-1" }));
    let stub = StubEc2::start().on(
        "CreateRouteTable",
        [Reply::Close, Reply::ok("CreateRouteTable", "")],
    );
    let failed = connected(&stub).await.perform(&request).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Lost);
    let asked = stub.asked("CreateRouteTable");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].parameters["ClientToken"], TOKEN);
}

#[tokio::test]
async fn what_finds_no_connection_was_not_sent() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let connection = connect_as("stub", &format!("http://{address}"), limits())
        .await
        .unwrap();
    let failed = connection.perform(&create_vpc()).await.unwrap_err();
    assert_eq!((failed.trouble, failed.code), (Trouble::Unsent, None));
    assert!(!failed.trouble.may_be_done());
}

#[tokio::test]
async fn other_credentials_are_asked_for() {
    for code in ["AuthFailure", "ExpiredToken", "SignatureDoesNotMatch"] {
        let refusal = Reply::error(401, code, "AKIDSTUB signed with something");
        let (answer, sent) = outcome(&create_vpc(), [refusal]).await;
        let failed = answer.unwrap_err();
        assert_eq!(
            (failed.trouble, failed.code.as_deref()),
            (Trouble::SignIn, Some(code))
        );
        assert_eq!(
            failed.message,
            "the credentials have expired or are not valid; sign in again or renew them"
        );
        assert_eq!(sent, 1);
    }
}

/// EC2 has one code for credentials it cannot validate and for what is somebody else's.
#[tokio::test]
async fn no_other_credentials_are_asked_for_where_something_is_not_ours() {
    let words = "The address '192.0.2.1' does not belong to you.";
    let refusal = Reply::error(400, "AuthFailure", words);
    let (answer, _) = outcome(&create_vpc(), [refusal]).await;
    let failed = answer.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Denied);
    assert_eq!(failed.message, words);
}

#[tokio::test]
async fn a_trial_tells_whether_it_is_permitted() {
    let yes = Reply::error(412, "DryRunOperation", "it would have gone well");
    assert_eq!(outcome(&trial(), [yes]).await, (Ok(Value::Null), 1));

    let blob = "Encoded authorization failure message: ".to_owned() + &"x".repeat(4000);
    let no = Reply::error(403, "UnauthorizedOperation", &blob);
    let (answer, sent) = outcome(&trial(), [no]).await;
    let failed = answer.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Denied);
    assert_eq!(failed.code.as_deref(), Some("UnauthorizedOperation"));
    assert_eq!((failed.message.chars().count(), sent), (300, 1));

    // A service that knows no trials has carried it out.
    let (answer, _) = outcome(&trial(), [Reply::ok("CreateVpc", "<vpc/>")]).await;
    assert_eq!(answer.unwrap_err().trouble, Trouble::Unsupported);
}

#[tokio::test]
async fn a_wrong_call_is_not_sent() {
    let stub = StubEc2::start().otherwise(|asked| Some(Reply::ok(&asked.action, "")));
    let connection = connected(&stub).await;
    let before = stub.count();
    let vpc = json!({ "VpcId": "vpc-1" });
    let cases = [
        (
            request(
                Action::CreateVpc,
                &json!({ "CidrBlock": "10.0.0.0/16", "Colour": "red" }),
            ),
            "CreateVpc: the parameter Colour is not known",
        ),
        (
            request(
                Action::CreateVpc,
                &json!({ "TagSpecifications": [{ "ResourceType": "vpc", "Tag": [] }] }),
            ),
            "CreateVpc: the parameter TagSpecifications[0].Tag is not known",
        ),
        (
            request(Action::DeleteVpc, &json!({ "VpcId": ["vpc-1"] })),
            "DeleteVpc: the parameter VpcId is not a text",
        ),
        (
            Request {
                token: Some(TOKEN.into()),
                ..request(Action::DeleteVpc, &vpc)
            },
            "DeleteVpc: it takes no token",
        ),
        (
            Request {
                token: None,
                ..request(Action::CreateRouteTable, &vpc)
            },
            "CreateRouteTable: it is to have a token as its ClientToken",
        ),
        (
            Request {
                dry_run: true,
                ..request(Action::ModifyVpcAttribute, &vpc)
            },
            "ModifyVpcAttribute: it cannot be tried without being carried out",
        ),
        (
            request(
                Action::ModifyVpcEncryptionControl,
                &json!({ "ApiGatewayV2Exclusion": "enable&Mode=enforce" }),
            ),
            "ModifyVpcEncryptionControl: the parameter ApiGatewayV2Exclusion is not a word",
        ),
    ];
    for (request, words) in cases {
        let failed = connection.perform(&request).await.unwrap_err();
        assert_eq!((failed.trouble, failed.code), (Trouble::Invalid, None));
        assert_eq!(failed.message, words);
    }
    assert_eq!(stub.count(), before);
}

/// Ids that later steps need, under the paths that steps name.
#[tokio::test]
async fn answers_hold_what_steps_look_for() {
    let cases = [
        (
            Action::CreateVpc,
            "<vpc><vpcId>vpc-1</vpcId><state>pending</state></vpc>",
            "/Vpc/VpcId",
            "vpc-1",
        ),
        (
            Action::AssociateVpcCidrBlock,
            "<vpcId>vpc-1</vpcId><cidrBlockAssociation><associationId>assoc-1</associationId></cidrBlockAssociation>",
            "/CidrBlockAssociation/AssociationId",
            "assoc-1",
        ),
        (
            Action::AssociateSubnetCidrBlock,
            "<ipv6CidrBlockAssociation><associationId>assoc-1</associationId></ipv6CidrBlockAssociation>",
            "/Ipv6CidrBlockAssociation/AssociationId",
            "assoc-1",
        ),
        (
            Action::AssociateRouteTable,
            "<associationId>rtbassoc-1</associationId><associationState><state>associated</state></associationState>",
            "/AssociationId",
            "rtbassoc-1",
        ),
        (
            Action::ReplaceRouteTableAssociation,
            "<newAssociationId>rtbassoc-2</newAssociationId>",
            "/NewAssociationId",
            "rtbassoc-2",
        ),
        (
            Action::CreateVpcEncryptionControl,
            "<vpcEncryptionControl><vpcEncryptionControlId>vpcec-1</vpcEncryptionControlId></vpcEncryptionControl>",
            "/VpcEncryptionControl/VpcEncryptionControlId",
            "vpcec-1",
        ),
        (
            Action::CreateSubnet,
            "<subnet><subnetId>subnet-1</subnetId></subnet>",
            "/Subnet/SubnetId",
            "subnet-1",
        ),
        (
            Action::CreateInternetGateway,
            "<internetGateway><internetGatewayId>igw-1</internetGatewayId></internetGateway>",
            "/InternetGateway/InternetGatewayId",
            "igw-1",
        ),
        (
            Action::CreateEgressOnlyInternetGateway,
            "<egressOnlyInternetGateway><egressOnlyInternetGatewayId>eigw-1</egressOnlyInternetGatewayId>\
             </egressOnlyInternetGateway>",
            "/EgressOnlyInternetGateway/EgressOnlyInternetGatewayId",
            "eigw-1",
        ),
        (
            Action::CreateRouteTable,
            "<routeTable><routeTableId>rtb-1</routeTableId></routeTable>",
            "/RouteTable/RouteTableId",
            "rtb-1",
        ),
        (
            Action::AllocateAddress,
            "<allocationId>eipalloc-1</allocationId>",
            "/AllocationId",
            "eipalloc-1",
        ),
        (
            Action::CreateNatGateway,
            "<natGateway><natGatewayId>nat-1</natGatewayId><routeTableId>rtb-2</routeTableId></natGateway>",
            "/NatGateway/NatGatewayId",
            "nat-1",
        ),
        (
            Action::CreateTransitGatewayVpcAttachment,
            "<transitGatewayVpcAttachment><transitGatewayAttachmentId>tgw-attach-1</transitGatewayAttachmentId>\
             </transitGatewayVpcAttachment>",
            "/TransitGatewayVpcAttachment/TransitGatewayAttachmentId",
            "tgw-attach-1",
        ),
        (
            Action::CreateVpnGateway,
            "<vpnGateway><vpnGatewayId>vgw-1</vpnGatewayId></vpnGateway>",
            "/VpnGateway/VpnGatewayId",
            "vgw-1",
        ),
        (
            Action::CreateVpcPeeringConnection,
            "<vpcPeeringConnection><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId></vpcPeeringConnection>",
            "/VpcPeeringConnection/VpcPeeringConnectionId",
            "pcx-1",
        ),
        (
            Action::CreateVpcEndpoint,
            "<vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint>",
            "/VpcEndpoint/VpcEndpointId",
            "vpce-1",
        ),
        (
            Action::CreateSecurityGroup,
            "<groupId>sg-1</groupId>",
            "/GroupId",
            "sg-1",
        ),
        (
            Action::CreateNetworkAcl,
            "<networkAcl><networkAclId>acl-1</networkAclId></networkAcl>",
            "/NetworkAcl/NetworkAclId",
            "acl-1",
        ),
        (
            Action::ReplaceNetworkAclAssociation,
            "<newAssociationId>aclassoc-2</newAssociationId>",
            "/NewAssociationId",
            "aclassoc-2",
        ),
        (
            Action::CreateFlowLogs,
            "<flowLogIdSet><item>fl-1</item></flowLogIdSet>",
            "/FlowLogIds/0",
            "fl-1",
        ),
    ];
    for (action, inner, path, id) in cases {
        let answer = answer(action, &json!({}), inner).await;
        assert_eq!(answer.pointer(path), Some(&json!(id)), "{answer}");
    }
    assert_eq!(
        answer(
            Action::DeleteVpc,
            &json!({ "VpcId": "vpc-1" }),
            "<return>true</return>"
        )
        .await,
        json!({})
    );
}

#[tokio::test]
async fn items_that_were_refused_are_a_failure() {
    let refused = |code: &str| {
        format!(
            "<unsuccessful><item><error><code>{code}</code><message>not this one</message></error>\
             <resourceId>x-1</resourceId></item></unsuccessful>"
        )
    };
    for (action, code, trouble) in [
        (
            Action::CreateFlowLogs,
            "FlowLogAlreadyExists",
            Trouble::Exists,
        ),
        (
            Action::CreateFlowLogs,
            "InvalidVpcId.NotFound",
            Trouble::NotFound,
        ),
        (
            Action::DeleteFlowLogs,
            "InvalidFlowLogId.NotFound",
            Trouble::NotFound,
        ),
        (
            Action::DeleteVpcEndpoints,
            "InvalidVpcEndpoint.NotFound",
            Trouble::NotFound,
        ),
    ] {
        let reply = Reply::ok(action.name(), &refused(code));
        let (answer, _) = outcome(&request(action, &json!({})), [reply]).await;
        let failed = answer.unwrap_err();
        assert_eq!(
            (failed.trouble, failed.code.as_deref()),
            (trouble, Some(code))
        );
        assert_eq!(failed.message, "not this one");
    }
    let no = Reply::ok("CreateRoute", "<return>false</return>");
    let (answer, _) = outcome(&request(Action::CreateRoute, &json!({})), [no]).await;
    assert_eq!(answer.unwrap_err().trouble, Trouble::Lost);
}

#[tokio::test]
async fn the_resolver_speaks_for_itself() {
    let parameters = json!({
        "Name": "in", "Direction": "INBOUND", "SecurityGroupIds": ["sg-1"],
        "IpAddresses": [{ "SubnetId": "subnet-1" }, { "SubnetId": "subnet-2", "Ip": "10.0.0.4" }],
    });
    let made = request(Action::CreateResolverEndpoint, &parameters);
    let body = json!({ "ResolverEndpoint": { "Id": "rslvr-in-1", "HostVPCId": "vpc-1", "Status": "CREATING" } });
    let stub = StubEc2::start().on(
        "CreateResolverEndpoint",
        [Reply::Body(200, body.to_string())],
    );
    let answer = connected(&stub).await.perform(&made).await.unwrap();
    assert_eq!(answer, body);
    let sent: Value = serde_json::from_str(&stub.asked("CreateResolverEndpoint")[0].body).unwrap();
    assert_eq!(sent["CreatorRequestId"], TOKEN);

    let error = |code: &str| json!({ "__type": code, "Message": "words" }).to_string();
    for (status, code, trouble) in [
        (400, "ResourceExistsException", Trouble::Exists),
        (400, "LimitExceededException", Trouble::Quota),
        (400, "ThrottlingException", Trouble::Throttled),
        (400, "AccessDeniedException", Trouble::Denied),
        (400, "InvalidParameterException", Trouble::Invalid),
        (400, "UnknownOperationException", Trouble::Unsupported),
        (500, "InternalServiceErrorException", Trouble::Server),
    ] {
        let (answer, sent) = outcome(&made, [Reply::Body(status, error(code))]).await;
        let failed = answer.unwrap_err();
        assert_eq!(
            (failed.trouble, failed.code.as_deref()),
            (trouble, Some(code))
        );
        assert_eq!(sent, 1, "{code}");
    }
    let half = Reply::Truncate(body.to_string());
    let (answer, sent) = outcome(&made, [half]).await;
    assert_eq!((answer.unwrap_err().trouble, sent), (Trouble::Lost, 1));
}

async fn look(
    connection: &Connection,
    list: List,
    filters: &[(&str, &[&str])],
) -> Result<Vec<Value>, Failed> {
    let filters = filters.iter().map(|(name, values)| {
        let values = values.iter().map(|value| (*value).into()).collect();
        ((*name).into(), values)
    });
    let filters = filters.collect();
    connection.look(&Look { list, filters }).await
}

#[tokio::test]
async fn a_look_reads_all_pages_with_its_filters() {
    let page = |id: &str, token: &str| {
        let inner = format!(
            "<subnetSet><item><subnetId>{id}</subnetId></item></subnetSet><nextToken>{token}</nextToken>"
        );
        Reply::ok("DescribeSubnets", &inner)
    };
    // Reading has the SDK's retries.
    let replies = [Reply::Close, page("subnet-1", "more"), page("subnet-2", "")];
    let stub = StubEc2::start().on("DescribeSubnets", replies);
    let connection = connected(&stub).await;
    let filters: [(&str, &[&str]); 2] = [("vpc-id", &["vpc-1"]), ("tag:run", &["a", "b"])];
    let records = look(&connection, List::Subnets, &filters).await.unwrap();
    assert_eq!(
        records,
        [
            json!({ "SubnetId": "subnet-1" }),
            json!({ "SubnetId": "subnet-2" })
        ]
    );
    let asked = stub.asked("DescribeSubnets");
    assert_eq!(asked.len(), 3);
    for (name, value) in [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", "vpc-1"),
        ("Filter.2.Name", "tag:run"),
        ("Filter.2.Value.1", "a"),
        ("Filter.2.Value.2", "b"),
        ("NextToken", "more"),
    ] {
        assert_eq!(
            asked[2].parameters.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
}

/// Every list is asked for by its call, with the filter where the call takes it.
#[tokio::test]
async fn every_list_has_its_call() {
    let cases = [
        (List::Vpcs, "DescribeVpcs", "vpcSet", true),
        (List::Subnets, "DescribeSubnets", "subnetSet", true),
        (
            List::RouteTables,
            "DescribeRouteTables",
            "routeTableSet",
            true,
        ),
        (
            List::InternetGateways,
            "DescribeInternetGateways",
            "internetGatewaySet",
            true,
        ),
        (
            List::EgressOnlyInternetGateways,
            "DescribeEgressOnlyInternetGateways",
            "egressOnlyInternetGatewaySet",
            false,
        ),
        (
            List::NatGateways,
            "DescribeNatGateways",
            "natGatewaySet",
            true,
        ),
        (List::Addresses, "DescribeAddresses", "addressesSet", true),
        (
            List::VpcEndpoints,
            "DescribeVpcEndpoints",
            "vpcEndpointSet",
            true,
        ),
        (
            List::ManagedPrefixLists,
            "DescribeManagedPrefixLists",
            "prefixListSet",
            false,
        ),
        (
            List::NetworkAcls,
            "DescribeNetworkAcls",
            "networkAclSet",
            true,
        ),
        (
            List::SecurityGroups,
            "DescribeSecurityGroups",
            "securityGroupInfo",
            true,
        ),
        (
            List::NetworkInterfaces,
            "DescribeNetworkInterfaces",
            "networkInterfaceSet",
            true,
        ),
        (
            List::VpcPeeringConnections,
            "DescribeVpcPeeringConnections",
            "vpcPeeringConnectionSet",
            true,
        ),
        (
            List::TransitGatewayVpcAttachments,
            "DescribeTransitGatewayVpcAttachments",
            "transitGatewayVpcAttachments",
            true,
        ),
        (
            List::VpnGateways,
            "DescribeVpnGateways",
            "vpnGatewaySet",
            true,
        ),
        (List::FlowLogs, "DescribeFlowLogs", "flowLogSet", false),
        (
            List::VpcEncryptionControls,
            "DescribeVpcEncryptionControls",
            "vpcEncryptionControlSet",
            false,
        ),
        (List::Ipv6Pools, "DescribeIpv6Pools", "ipv6PoolSet", false),
    ];
    for (list, call, element, is_filtered) in cases {
        let inner = format!("<{element}><item/></{element}>");
        let stub = StubEc2::start().on(call, [Reply::ok(call, &inner)]);
        let connection = connected(&stub).await;
        let records = look(&connection, list, &[("vpc-id", &["vpc-1"])])
            .await
            .unwrap();
        assert_eq!(records.len(), 1, "{call}");
        let asked = stub.asked(call);
        let filter = asked[0].parameters.get("Filter.1.Name");
        assert_eq!(
            filter.is_some(),
            is_filtered,
            "{call}: {:?}",
            asked[0].parameters
        );
    }
}

#[tokio::test]
async fn pools_and_resolver_endpoints_are_lists_too() {
    let pools = "<ipv6PoolSet><item><poolId>ipv6pool-ec2-1</poolId><poolCidrBlockSet><item>\
                 <poolCidrBlock>2001:db8::/48</poolCidrBlock></item></poolCidrBlockSet></item></ipv6PoolSet>";
    let endpoint = json!({
        "Id": "rslvr-in-1", "CreatorRequestId": TOKEN, "Name": "in", "HostVPCId": "vpc-1", "Status": "OPERATIONAL",
    });
    let first = json!({ "ResolverEndpoints": [endpoint], "NextToken": "more", "MaxResults": 100 });
    let last = json!({ "ResolverEndpoints": [], "MaxResults": 100 });
    let stub = StubEc2::start()
        .on("DescribeIpv6Pools", [Reply::ok("DescribeIpv6Pools", pools)])
        .on(
            "ListResolverEndpoints",
            [
                Reply::Body(200, first.to_string()),
                Reply::Body(200, last.to_string()),
            ],
        );
    let connection = connected(&stub).await;
    let found = look(&connection, List::Ipv6Pools, &[]).await.unwrap();
    assert_eq!(
        found,
        [json!({ "PoolId": "ipv6pool-ec2-1", "PoolCidrBlocks": [{ "Cidr": "2001:db8::/48" }] })]
    );
    let filters: [(&str, &[&str]); 2] = [("vpc-id", &["vpc-1"]), ("state", &["x"])];
    let found = look(&connection, List::ResolverEndpoints, &filters)
        .await
        .unwrap();
    assert_eq!(found, [endpoint]);
    let asked = stub.asked("ListResolverEndpoints");
    let sent: Value = serde_json::from_str(&asked[1].body).unwrap();
    assert_eq!(
        sent["Filters"],
        json!([{ "Name": "HostVPCId", "Values": ["vpc-1"] }])
    );
    assert_eq!(sent["NextToken"], "more");
}

#[tokio::test]
async fn a_look_fails_in_the_same_words() {
    let refusal = Reply::error(403, "UnauthorizedOperation", "not you");
    let stub = StubEc2::start().on("DescribeVpcs", [refusal]);
    let failed = look(&connected(&stub).await, List::Vpcs, &[])
        .await
        .unwrap_err();
    assert_eq!(
        (failed.trouble, failed.message.as_str()),
        (Trouble::Denied, "not you")
    );

    let same = Reply::ok("DescribeVpcs", "<vpcSet/><nextToken>again</nextToken>");
    let stub = StubEc2::start().on("DescribeVpcs", [same]);
    let failed = look(&connected(&stub).await, List::Vpcs, &[])
        .await
        .unwrap_err();
    assert_eq!(failed.trouble, Trouble::Lost);
}
