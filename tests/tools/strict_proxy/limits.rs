//! Which EC2 calls AWS paginates, and between which values of `MaxResults`.
//!
//! From the API reference of each call (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>).

/// How AWS pages one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// `MaxResults` within these bounds, else `InvalidParameterValue`; where it is absent AWS may send up to `most`.
    Bounded { least: usize, most: usize },
    /// No bounds are stated: a larger value gets `most`.
    Capped { most: usize },
    /// The call knows neither `MaxResults` nor `NextToken` and answers whole.
    Whole,
}

/// One row: the call, its paging, the lists in its answer that are cut (side by side where there are two).
pub(crate) struct Limit {
    pub(crate) action: &'static str,
    pub(crate) paging: Paging,
    pub(crate) lists: &'static [&'static str],
}

const fn row(action: &'static str, paging: Paging, lists: &'static [&'static str]) -> Limit {
    Limit {
        action,
        paging,
        lists,
    }
}

const THOUSAND: Paging = Paging::Bounded {
    least: 5,
    most: 1000,
};
const CAPPED: Paging = Paging::Capped { most: 1000 };
const HUNDRED_FROM_ONE: Paging = Paging::Bounded {
    least: 1,
    most: 100,
};

/// The table, sorted by action.
pub(crate) const LIMITS: &[Limit] = &[
    row("DescribeAddresses", Paging::Whole, &["addressesSet"]),
    row(
        "DescribeAvailabilityZones",
        Paging::Whole,
        &["availabilityZoneInfo"],
    ),
    row("DescribeCarrierGateways", THOUSAND, &["carrierGatewaySet"]),
    row(
        "DescribeCustomerGateways",
        Paging::Whole,
        &["customerGatewaySet"],
    ),
    row("DescribeDhcpOptions", THOUSAND, &["dhcpOptionsSet"]),
    row(
        "DescribeEgressOnlyInternetGateways",
        Paging::Bounded {
            least: 5,
            most: 255,
        },
        &["egressOnlyInternetGatewaySet"],
    ),
    row("DescribeFlowLogs", CAPPED, &["flowLogSet"]),
    row(
        "DescribeInstanceConnectEndpoints",
        Paging::Bounded { least: 1, most: 50 },
        &["instanceConnectEndpointSet"],
    ),
    row(
        "DescribeInstances",
        Paging::Bounded {
            least: 5,
            most: 1000,
        },
        &["reservationSet"],
    ),
    row(
        "DescribeInternetGateways",
        THOUSAND,
        &["internetGatewaySet"],
    ),
    row("DescribeKeyPairs", Paging::Whole, &["keySet"]),
    row(
        "DescribeLaunchTemplates",
        Paging::Bounded {
            least: 1,
            most: 200,
        },
        &["launchTemplates"],
    ),
    row("DescribeLocalGateways", THOUSAND, &["localGatewaySet"]),
    row(
        "DescribeManagedPrefixLists",
        HUNDRED_FROM_ONE,
        &["prefixListSet"],
    ),
    row("DescribeNatGateways", THOUSAND, &["natGatewaySet"]),
    row("DescribeNetworkAcls", THOUSAND, &["networkAclSet"]),
    row(
        "DescribeNetworkInterfaces",
        THOUSAND,
        &["networkInterfaceSet"],
    ),
    row("DescribePrefixLists", CAPPED, &["prefixListSet"]),
    row("DescribeRegions", Paging::Whole, &["regionInfo"]),
    row(
        "DescribeRouteServerEndpoints",
        THOUSAND,
        &["routeServerEndpointSet"],
    ),
    row(
        "DescribeRouteServerPeers",
        THOUSAND,
        &["routeServerPeerSet"],
    ),
    row("DescribeRouteServers", THOUSAND, &["routeServerSet"]),
    row(
        "DescribeRouteTables",
        Paging::Bounded {
            least: 5,
            most: 100,
        },
        &["routeTableSet"],
    ),
    row(
        "DescribeSecurityGroupRules",
        THOUSAND,
        &["securityGroupRuleSet"],
    ),
    row(
        "DescribeSecurityGroupVpcAssociations",
        THOUSAND,
        &["securityGroupVpcAssociationSet"],
    ),
    row("DescribeSecurityGroups", THOUSAND, &["securityGroupInfo"]),
    row("DescribeSubnets", THOUSAND, &["subnetSet"]),
    row("DescribeTags", CAPPED, &["tagSet"]),
    row(
        "DescribeTransitGatewayAttachments",
        THOUSAND,
        &["transitGatewayAttachments"],
    ),
    row(
        "DescribeTransitGatewayConnectPeers",
        THOUSAND,
        &["transitGatewayConnectPeerSet"],
    ),
    row(
        "DescribeTransitGatewayConnects",
        THOUSAND,
        &["transitGatewayConnectSet"],
    ),
    row(
        "DescribeTransitGatewayPeeringAttachments",
        THOUSAND,
        &["transitGatewayPeeringAttachments"],
    ),
    row(
        "DescribeTransitGatewayRouteTables",
        THOUSAND,
        &["transitGatewayRouteTables"],
    ),
    row(
        "DescribeTransitGatewayVpcAttachments",
        THOUSAND,
        &["transitGatewayVpcAttachments"],
    ),
    row("DescribeTransitGateways", THOUSAND, &["transitGatewaySet"]),
    row("DescribeVpcAttribute", Paging::Whole, &[]),
    row(
        "DescribeVpcBlockPublicAccessExclusions",
        THOUSAND,
        &["vpcBlockPublicAccessExclusionSet"],
    ),
    row("DescribeVpcBlockPublicAccessOptions", Paging::Whole, &[]),
    row(
        "DescribeVpcEncryptionControls",
        THOUSAND,
        &["vpcEncryptionControlSet"],
    ),
    row(
        "DescribeVpcEndpointServices",
        CAPPED,
        &["serviceNameSet", "serviceDetailSet"],
    ),
    row("DescribeVpcEndpoints", CAPPED, &["vpcEndpointSet"]),
    row(
        "DescribeVpcPeeringConnections",
        THOUSAND,
        &["vpcPeeringConnectionSet"],
    ),
    row("DescribeVpcs", THOUSAND, &["vpcSet"]),
    row(
        "DescribeVpnConnections",
        Paging::Whole,
        &["vpnConnectionSet"],
    ),
    row("DescribeVpnGateways", Paging::Whole, &["vpnGatewaySet"]),
    row(
        "GetManagedPrefixListEntries",
        HUNDRED_FROM_ONE,
        &["entrySet"],
    ),
    row(
        "GetSubnetCidrReservations",
        THOUSAND,
        &[
            "subnetIpv4CidrReservationSet",
            "subnetIpv6CidrReservationSet",
        ],
    ),
    row(
        "GetTransitGatewayPrefixListReferences",
        THOUSAND,
        &["transitGatewayPrefixListReferenceSet"],
    ),
    row(
        "GetTransitGatewayRouteTableAssociations",
        THOUSAND,
        &["associations"],
    ),
    row(
        "GetTransitGatewayRouteTablePropagations",
        THOUSAND,
        &["transitGatewayRouteTablePropagations"],
    ),
    row("SearchTransitGatewayRoutes", THOUSAND, &["routeSet"]),
];

/// The row of a call; `None` for a call that the table does not know.
pub(crate) fn limit(action: &str) -> Option<&'static Limit> {
    LIMITS
        .binary_search_by(|row| row.action.cmp(action))
        .ok()
        .and_then(|index| LIMITS.get(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_row_is_found() {
        for pair in LIMITS.windows(2) {
            assert!(pair[0].action < pair[1].action, "{}", pair[1].action);
        }
        for row in LIMITS {
            assert_eq!(
                limit(row.action).map(|found| found.action),
                Some(row.action)
            );
        }
        assert!(limit("CreateVpc").is_none());
    }
}
