//! Against a real moto server behind the strict proxy. Runs where `VPC_ATLAS_VENV` names a virtual environment that has
//! moto.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};

use crate::proxy::{ask, ids, next_token, post};
use crate::strict_proxy::{PageRules, ProxyBuilder, Unimplemented};
use crate::support::moto::Moto;

/// Every call, the element that holds an item's id, and how many of them the seeded account must at least have.
const SEEDED: [(&str, &str, usize); 18] = [
    ("DescribeVpcs", "vpcId", 3),
    ("DescribeSubnets", "subnetId", 9),
    ("DescribeRouteTables", "routeTableId", 150),
    ("DescribeInternetGateways", "internetGatewayId", 1),
    (
        "DescribeEgressOnlyInternetGateways",
        "egressOnlyInternetGatewayId",
        1,
    ),
    ("DescribeNatGateways", "natGatewayId", 3),
    ("DescribeVpcEndpoints", "vpcEndpointId", 2),
    ("DescribeVpcPeeringConnections", "vpcPeeringConnectionId", 1),
    ("DescribeTransitGateways", "transitGatewayId", 1),
    (
        "DescribeTransitGatewayVpcAttachments",
        "transitGatewayAttachmentId",
        1,
    ),
    (
        "DescribeTransitGatewayRouteTables",
        "transitGatewayRouteTableId",
        1,
    ),
    ("DescribeNetworkAcls", "networkAclId", 4),
    ("DescribeSecurityGroups", "groupId", 5),
    ("DescribeNetworkInterfaces", "networkInterfaceId", 4),
    ("DescribeInstances", "instanceId", 3),
    ("DescribeDhcpOptions", "dhcpOptionsId", 1),
    ("DescribeFlowLogs", "flowLogId", 1),
    ("DescribeManagedPrefixLists", "prefixListId", 2),
];

/// The lists of the seeded account are the same in pages of five as in one piece, in the same order.
#[test]
fn pages_of_five_add_up_to_what_moto_says_whole() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(&[]);
    let upstream: SocketAddr = moto.url()["http://".len()..].parse().unwrap();
    let proxy = ProxyBuilder::default()
        .pages(PageRules {
            cap: Some(5),
            ..PageRules::default()
        })
        .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
        .unwrap();
    for (action, element, least) in SEEDED {
        let whole = post(upstream, action, "").unwrap();
        let expected = ids(whole.text().unwrap(), element);
        let distinct: BTreeSet<_> = expected.iter().collect();
        assert!(
            distinct.len() >= least,
            "{action}: {} of {least}",
            distinct.len()
        );
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let answer = ask(&proxy, action, token.as_deref().map(|t| ("NextToken", t)));
            assert_eq!(answer.status, 200, "{action}: {:?}", answer.text());
            let text = answer.text().unwrap();
            found.extend(ids(text, element));
            token = next_token(text);
            if token.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{action}");
    }
    let tables = proxy.log().of("DescribeRouteTables");
    assert!(tables.len() >= 30, "{} pages", tables.len());
}

/// moto answers calls it lacks with a 500 in HTML; AWS never would.
#[test]
fn a_call_that_moto_lacks_is_refused_or_empty() {
    let Some(moto) = Moto::start() else { return };
    for (what, status, part) in [
        (Unimplemented::Refuse, 400, "<Code>InvalidAction</Code>"),
        (
            Unimplemented::Empty,
            200,
            "<localGatewaySet></localGatewaySet>",
        ),
        (Unimplemented::Pass, 500, "<!doctype html>"),
    ] {
        let proxy = ProxyBuilder::default()
            .unimplemented(what)
            .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
            .unwrap();
        let answer = ask(&proxy, "DescribeLocalGateways", None);
        assert_eq!(answer.status, status);
        assert!(answer.text().unwrap().contains(part), "{answer:?}");
    }
}
