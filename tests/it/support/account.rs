//! A small account in which every call has something to tell, for an EC2 service in this process.

use super::stub_ec2::{ACCOUNT, Asked, Reply, StubEc2};

/// The region it stands in.
pub(crate) const REGION: &str = "eu-central-1";
/// How many route tables it has, the main one among them.
pub(crate) const ROUTE_TABLES: usize = 12;

/// A service that answers for the account.
pub(crate) fn account() -> StubEc2 {
    StubEc2::start().otherwise(|asked| Some(Reply::ok(&asked.action, &answer(asked)?)))
}

/// Elements named in pairs, in the order given.
fn elements(pairs: &[(&str, &str)]) -> String {
    let element = |(name, text): &(&str, &str)| format!("<{name}>{text}</{name}>");
    pairs.iter().map(element).collect::<Vec<_>>().concat()
}

/// A list of one item.
fn list(name: &str, item: &[(&str, &str)]) -> String {
    items(name, &[elements(item)])
}

fn items(name: &str, items: &[String]) -> String {
    let item = |item: &String| format!("<item>{item}</item>");
    let items: Vec<_> = items.iter().map(item).collect();
    format!("<{name}>{}</{name}>", items.concat())
}

fn subnets() -> String {
    let subnet = |(at, zone): (usize, &str)| {
        elements(&[
            ("subnetId", &format!("subnet-0{zone}")),
            ("vpcId", "vpc-0a"),
            ("cidrBlock", &format!("10.0.{at}.0/24")),
            ("availabilityZone", &format!("{REGION}{zone}")),
            ("ownerId", ACCOUNT),
            ("state", "available"),
            ("availableIpAddressCount", "251"),
        ])
    };
    let subnets: Vec<_> = ["a", "b"].into_iter().enumerate().map(subnet).collect();
    items("subnetSet", &subnets)
}

fn route_tables() -> String {
    let table = |at: usize| {
        let association = elements(&[
            ("routeTableAssociationId", &format!("rtbassoc-0{at}")),
            ("main", if at == 0 { "true" } else { "false" }),
        ]);
        let subnet = match at {
            1 => "<subnetId>subnet-0a</subnetId>",
            2 => "<subnetId>subnet-0b</subnetId>",
            _ => "",
        };
        let associations = match at {
            0..=2 => vec![association + subnet],
            _ => Vec::new(),
        };
        let local = elements(&[
            ("destinationCidrBlock", "10.0.0.0/16"),
            ("gatewayId", "local"),
            ("state", "active"),
            ("origin", "CreateRouteTable"),
        ]);
        let out = elements(&[
            ("destinationCidrBlock", "0.0.0.0/0"),
            if at == 1 {
                ("gatewayId", "igw-0a")
            } else {
                ("natGatewayId", "nat-0a")
            },
            ("state", "active"),
            ("origin", "CreateRoute"),
        ]);
        elements(&[
            ("routeTableId", &format!("rtb-0{at}")),
            ("vpcId", "vpc-0a"),
            ("ownerId", ACCOUNT),
        ]) + &items("routeSet", &[local, out])
            + &items("associationSet", &associations)
    };
    let tables: Vec<_> = (0..ROUTE_TABLES).map(table).collect();
    items("routeTableSet", &tables)
}

/// What stands between the tags of the answer; `None` for a call the account does not know.
pub(crate) fn answer(asked: &Asked) -> Option<String> {
    let attached = list(
        "attachmentSet",
        &[("vpcId", "vpc-0a"), ("state", "attached")],
    );
    let tgw_attachment: &[(&str, &str)] = &[
        ("transitGatewayAttachmentId", "tgw-attach-0a"),
        ("transitGatewayId", "tgw-0a"),
        ("resourceType", "vpc"),
        ("resourceId", "vpc-0a"),
        ("state", "available"),
    ];
    Some(match asked.action.as_str() {
        "DescribeRegions" => list(
            "regionInfo",
            &[
                ("regionName", REGION),
                ("optInStatus", "opt-in-not-required"),
            ],
        ),
        "DescribeAvailabilityZones" => list(
            "availabilityZoneInfo",
            &[
                ("zoneName", "eu-central-1a"),
                ("zoneId", "euc1-az2"),
                ("regionName", REGION),
                ("zoneState", "available"),
            ],
        ),
        "DescribeVpcs" => list(
            "vpcSet",
            &[
                ("vpcId", "vpc-0a"),
                ("ownerId", ACCOUNT),
                ("cidrBlock", "10.0.0.0/16"),
                ("state", "available"),
                ("isDefault", "false"),
                ("dhcpOptionsId", "dopt-0a"),
            ],
        ),
        "DescribeVpcAttribute" => {
            let attribute = asked.parameters.get("Attribute")?;
            format!("<vpcId>vpc-0a</vpcId><{attribute}><value>true</value></{attribute}>")
        }
        "DescribeSubnets" => subnets(),
        "DescribeRouteTables" => route_tables(),
        "DescribeInternetGateways" => list(
            "internetGatewaySet",
            &[("internetGatewayId", "igw-0a"), ("ownerId", ACCOUNT)],
        )
        .replace("</item>", &(attached + "</item>")),
        "DescribeEgressOnlyInternetGateways" => list(
            "egressOnlyInternetGatewaySet",
            &[("egressOnlyInternetGatewayId", "eigw-0a")],
        )
        .replace("</item>", &(attached + "</item>")),
        "DescribeNatGateways" => list(
            "natGatewaySet",
            &[
                ("natGatewayId", "nat-0a"),
                ("subnetId", "subnet-0a"),
                ("vpcId", "vpc-0a"),
                ("state", "available"),
                ("connectivityType", "public"),
            ],
        ),
        "DescribeAddresses" => list(
            "addressesSet",
            &[
                ("allocationId", "eipalloc-0a"),
                ("publicIp", "203.0.113.7"),
                ("domain", "vpc"),
            ],
        ),
        "DescribeVpcEndpoints" => list(
            "vpcEndpointSet",
            &[
                ("vpcEndpointId", "vpce-0a"),
                ("vpcId", "vpc-0a"),
                ("vpcEndpointType", "Gateway"),
                ("serviceName", "com.amazonaws.eu-central-1.s3"),
                ("state", "available"),
                ("routeTableIdSet", "<item>rtb-02</item>"),
            ],
        ),
        "DescribeManagedPrefixLists" => items(
            "prefixListSet",
            &[
                elements(&[
                    ("prefixListId", "pl-0a"),
                    ("prefixListName", "offices"),
                    ("addressFamily", "IPv4"),
                    ("ownerId", ACCOUNT),
                    ("maxEntries", "5"),
                ]),
                elements(&[
                    ("prefixListId", "pl-0b"),
                    ("prefixListName", "com.amazonaws.eu-central-1.s3"),
                    ("addressFamily", "IPv4"),
                    ("ownerId", "AWS"),
                ]),
            ],
        ),
        "GetManagedPrefixListEntries" => match asked.parameters.get("PrefixListId")?.as_str() {
            "pl-0a" => list(
                "entrySet",
                &[("cidr", "192.0.2.0/24"), ("description", "Oslo")],
            ),
            _ => list("entrySet", &[("cidr", "198.51.100.0/24")]),
        },
        "DescribePrefixLists" => list(
            "prefixListSet",
            &[
                ("prefixListId", "pl-0b"),
                ("prefixListName", "com.amazonaws.eu-central-1.s3"),
                ("cidrSet", "<item>198.51.100.0/24</item>"),
            ],
        ),
        "DescribeNetworkAcls" => list(
            "networkAclSet",
            &[
                ("networkAclId", "acl-0a"),
                ("vpcId", "vpc-0a"),
                ("default", "true"),
                ("ownerId", ACCOUNT),
            ],
        ),
        "DescribeSecurityGroups" => list(
            "securityGroupInfo",
            &[
                ("groupId", "sg-0a"),
                ("groupName", "web"),
                ("vpcId", "vpc-0a"),
                ("ownerId", ACCOUNT),
                (
                    "ipPermissions",
                    "<item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort>\
                     <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>",
                ),
            ],
        ),
        "DescribeSecurityGroupRules" => list(
            "securityGroupRuleSet",
            &[
                ("securityGroupRuleId", "sgr-0a"),
                ("groupId", "sg-0a"),
                ("groupOwnerId", ACCOUNT),
                ("isEgress", "false"),
                ("ipProtocol", "tcp"),
                ("fromPort", "443"),
                ("toPort", "443"),
                ("cidrIpv4", "0.0.0.0/0"),
            ],
        ),
        "DescribeNetworkInterfaces" => list(
            "networkInterfaceSet",
            &[
                ("networkInterfaceId", "eni-0a"),
                ("subnetId", "subnet-0a"),
                ("vpcId", "vpc-0a"),
                ("availabilityZone", "eu-central-1a"),
                ("ownerId", ACCOUNT),
                ("interfaceType", "interface"),
                ("status", "in-use"),
                ("description", "the web server's"),
                ("privateIpAddress", "10.0.0.10"),
            ],
        ),
        "DescribeInstances" => list(
            "reservationSet",
            &[
                ("reservationId", "r-0a"),
                ("ownerId", ACCOUNT),
                (
                    "instancesSet",
                    "<item><instanceId>i-0a</instanceId><subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId>\
                     <networkInterfaceSet><item><networkInterfaceId>eni-0a</networkInterfaceId>\
                     <subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId><ownerId>111122223333</ownerId>\
                     <status>in-use</status></item></networkInterfaceSet></item>",
                ),
            ],
        ),
        "DescribeDhcpOptions" => list(
            "dhcpOptionsSet",
            &[
                ("dhcpOptionsId", "dopt-0a"),
                ("ownerId", ACCOUNT),
                (
                    "dhcpConfigurationSet",
                    "<item><key>domain-name</key><valueSet><item><value>x.internal</value></item></valueSet></item>",
                ),
            ],
        ),
        "DescribeVpcPeeringConnections" => list(
            "vpcPeeringConnectionSet",
            &[
                ("vpcPeeringConnectionId", "pcx-0a"),
                (
                    "requesterVpcInfo",
                    "<ownerId>111122223333</ownerId><vpcId>vpc-0a</vpcId><region>eu-central-1</region>",
                ),
                (
                    "accepterVpcInfo",
                    "<ownerId>444455556666</ownerId><vpcId>vpc-0b</vpcId><region>eu-west-1</region>",
                ),
                ("status", "<code>active</code>"),
            ],
        ),
        "DescribeTransitGateways" => list(
            "transitGatewaySet",
            &[
                ("transitGatewayId", "tgw-0a"),
                ("ownerId", ACCOUNT),
                ("state", "available"),
            ],
        ),
        "DescribeTransitGatewayAttachments" => list("transitGatewayAttachments", tgw_attachment),
        "DescribeTransitGatewayVpcAttachments" => list(
            "transitGatewayVpcAttachments",
            &[
                ("transitGatewayAttachmentId", "tgw-attach-0a"),
                ("transitGatewayId", "tgw-0a"),
                ("vpcId", "vpc-0a"),
                ("subnetIds", "<item>subnet-0b</item>"),
                ("state", "available"),
            ],
        ),
        "DescribeTransitGatewayPeeringAttachments" => list(
            "transitGatewayPeeringAttachments",
            &[
                ("transitGatewayAttachmentId", "tgw-attach-0b"),
                (
                    "requesterTgwInfo",
                    "<transitGatewayId>tgw-0a</transitGatewayId><ownerId>111122223333</ownerId>\
                     <region>eu-central-1</region>",
                ),
                (
                    "accepterTgwInfo",
                    "<transitGatewayId>tgw-0b</transitGatewayId><ownerId>111122223333</ownerId>\
                     <region>eu-west-1</region>",
                ),
                ("state", "available"),
            ],
        ),
        "DescribeTransitGatewayConnects" => list(
            "transitGatewayConnectSet",
            &[
                ("transitGatewayAttachmentId", "tgw-attach-0c"),
                ("transportTransitGatewayAttachmentId", "tgw-attach-0a"),
                ("transitGatewayId", "tgw-0a"),
                ("state", "available"),
            ],
        ),
        "DescribeTransitGatewayRouteTables" => list(
            "transitGatewayRouteTables",
            &[
                ("transitGatewayRouteTableId", "tgw-rtb-0a"),
                ("transitGatewayId", "tgw-0a"),
                ("state", "available"),
            ],
        ),
        "GetTransitGatewayRouteTableAssociations" => list("associations", tgw_attachment),
        "GetTransitGatewayRouteTablePropagations" => {
            list("transitGatewayRouteTablePropagations", tgw_attachment)
        }
        "SearchTransitGatewayRoutes" => list(
            "routeSet",
            &[
                ("destinationCidrBlock", "10.0.0.0/16"),
                ("type", "propagated"),
                ("state", "active"),
            ],
        ),
        "DescribeVpnGateways" => list(
            "vpnGatewaySet",
            &[
                ("vpnGatewayId", "vgw-0a"),
                ("state", "available"),
                (
                    "attachments",
                    "<item><vpcId>vpc-0a</vpcId><state>attached</state></item>",
                ),
            ],
        ),
        "DescribeVpnConnections" => list(
            "vpnConnectionSet",
            &[
                ("vpnConnectionId", "vpn-0a"),
                ("customerGatewayId", "cgw-0a"),
                ("vpnGatewayId", "vgw-0a"),
                ("state", "available"),
                (
                    "vgwTelemetry",
                    "<item><outsideIpAddress>203.0.113.8</outsideIpAddress><status>UP</status></item>",
                ),
            ],
        ),
        "DescribeCustomerGateways" => list(
            "customerGatewaySet",
            &[
                ("customerGatewayId", "cgw-0a"),
                ("ipAddress", "203.0.113.9"),
                ("bgpAsn", "65010"),
                ("state", "available"),
            ],
        ),
        "DescribeCarrierGateways" => list(
            "carrierGatewaySet",
            &[
                ("carrierGatewayId", "cagw-0a"),
                ("vpcId", "vpc-0a"),
                ("state", "available"),
            ],
        ),
        "DescribeLocalGateways" => list(
            "localGatewaySet",
            &[("localGatewayId", "lgw-0a"), ("state", "available")],
        ),
        "DescribeFlowLogs" => list(
            "flowLogSet",
            &[
                ("flowLogId", "fl-0a"),
                ("resourceId", "vpc-0a"),
                ("trafficType", "ALL"),
                ("flowLogStatus", "ACTIVE"),
            ],
        ),
        "DescribeVpcBlockPublicAccessOptions" => format!(
            "<vpcBlockPublicAccessOptions>{}</vpcBlockPublicAccessOptions>",
            elements(&[
                ("awsAccountId", ACCOUNT),
                ("awsRegion", REGION),
                ("internetGatewayBlockMode", "off"),
                ("state", "default-state"),
            ])
        ),
        "DescribeVpcBlockPublicAccessExclusions" => list(
            "vpcBlockPublicAccessExclusionSet",
            &[
                ("exclusionId", "vpcbpa-exclude-0a"),
                ("internetGatewayExclusionMode", "allow-bidirectional"),
            ],
        ),
        "DescribeVpcEncryptionControls" => list(
            "vpcEncryptionControlSet",
            &[("vpcId", "vpc-0a"), ("mode", "monitor")],
        ),
        _ => return None,
    })
}
