//! The rules: their codes, what they weigh, and the pages of AWS they come from.

use crate::design::problem::{Category, Severity};

/// What all problems of a rule have in common.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) category: Category,
}

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $category:ident $about:literal $($page:literal)*;)*) => {
        /// Every rule: its stable code, what it weighs, and what it holds a design to.
        pub const CODES: &[(&str, Severity, &str)] = &[$(($code, Severity::$severity, $about),)*];

        $(
            #[doc = $about]
            $(#[doc = concat!("<https://docs.aws.amazon.com/", $page, ">")])*
            pub(super) const $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                category: Category::$category,
            };
        )*
    };
}

rules! {
    // Region, zones and names.
    REGION_NAME "region-name" High Hygiene
        "The region has the shape of a region's code."
        "AWSEC2/latest/UserGuide/using-regions-availability-zones.html";
    ZONE_COUNT "zone-count" High Resilience
        "A VPC of a plan has one to six Availability Zones.";
    ZONE_DUPLICATE "zone-duplicate" High Resilience
        "No Availability Zone is listed twice.";
    ZONE_REGION "zone-region" High Resilience
        "The name of an Availability Zone is that of the region and a letter, or of a local zone in it."
        "AWSEC2/latest/UserGuide/using-regions-availability-zones.html";
    ZONE_UNUSUAL "zone-unusual" Warn Resilience
        "The letter of an Availability Zone is one that the program's own table has for the region; accounts differ, so this is no error."
        "global-infrastructure/latest/regions/aws-availability-zones.html";
    VPC_ID "vpc-id" High Hygiene
        "A VPC's name inside the plan is made of letters, digits, hyphens and underscores, with a letter first.";
    VPC_ID_TWICE "vpc-id-twice" High Hygiene
        "No two VPCs have the same name inside the plan.";
    TIER_NAME "tier-name" High Hygiene
        "A tier's name is made of small letters, digits and hyphens, with a letter first.";
    TIER_NAME_TWICE "tier-name-twice" High Hygiene
        "No two tiers of a VPC have the same name.";
    SUBNET_NUMBER "subnet-number" High Hygiene
        "Subnets of a tier are numbered from 1, each number once.";
    NAME_LENGTH "name-length" High Hygiene
        "A name is a tag, of at most 256 characters."
        "AWSEC2/latest/UserGuide/Using_Tags.html";
    GROUP_NAME "group-name" High Security
        "A security group's name has at most 255 characters, all of those AWS takes, and does not begin with sg-."
        "AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
    TAG_KEY "tag-key" High Hygiene
        "A tag's key has 1 to 128 characters and does not begin with aws:."
        "AWSEC2/latest/UserGuide/Using_Tags.html";
    TAG_VALUE "tag-value" High Hygiene
        "A tag's value has at most 256 characters."
        "AWSEC2/latest/UserGuide/Using_Tags.html";
    TAGS_MANY "tags-many" High Hygiene
        "A resource has at most 50 tags, its name among them."
        "AWSEC2/latest/UserGuide/Using_Tags.html";

    // Blocks of VPCs.
    VPC_BLOCK_SIZE "vpc-block-size" High Capacity
        "A VPC's primary block is a /16 to /28."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    VPC_BLOCK_REFUSED "vpc-block-refused" High Routing
        "A VPC's primary block touches none of the ranges that AWS refuses."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    VPC_BLOCK_HOST_BITS "vpc-block-host-bits" Warn Hygiene
        "A VPC's block has no bits set after its mask; AWS clears them."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    SECONDARY_SIZE "secondary-size" High Capacity
        "A secondary block is a /16 to /28."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    SECONDARY_REFUSED "secondary-refused" High Routing
        "A secondary block touches none of the ranges that AWS refuses."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    SECONDARY_ASSOCIATION "secondary-association" High Routing
        "A secondary block is of a range that AWS adds to the VPC's other blocks."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    SECONDARY_OVERLAP "secondary-overlap" High Routing
        "A secondary block overlaps no other block of its VPC."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    SECONDARY_ROUTE "secondary-route" High Routing
        "A secondary block neither equals nor contains the destination of a route of its VPC."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    VPC_OVERLAP "vpc-overlap" Warn Routing
        "VPCs of a plan do not overlap: those that do can never be connected."
        "vpc/latest/peering/vpc-peering-basics.html";
    PEERING_OVERLAP "peering-overlap" High Routing
        "VPCs that are peered do not overlap."
        "vpc/latest/peering/vpc-peering-basics.html";
    TGW_OVERLAP "tgw-overlap" High Routing
        "VPCs on one transit gateway do not overlap: it would route to one of them only."
        "vpc/latest/tgw/how-transit-gateways-work.html";
    POOL_OUTSIDE "pool-outside" Warn Hygiene
        "A VPC's blocks are taken from the plan's pool; AWS does not know of it, so this is no error.";
    RESERVED_OVERLAP "reserved-overlap" Warn Routing
        "No subnet is put into a range that the plan reserves for others; AWS does not know of it, so this is no error.";
    VPC_RESERVED "vpc-reserved" Warn Routing
        "No block of a VPC overlaps a range that the plan reserves for others: nothing in the VPC reaches what is there."
        "vpc/latest/userguide/VPC_Route_Tables.html";
    LOADED_OVERLAP "loaded-overlap" Warn Routing
        "No block of a VPC overlaps a network that is loaded: the two can never be connected."
        "vpc/latest/peering/vpc-peering-basics.html";

    // Subnets.
    TIER_MASK "tier-mask" High Capacity
        "The mask of a tier's next subnets is /16 to /28."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_SIZE "subnet-size" High Capacity
        "A subnet's block is a /16 to /28."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_HOST_BITS "subnet-host-bits" Warn Hygiene
        "A subnet's block has no bits set after its mask; AWS clears them."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_OUTSIDE_VPC "subnet-outside-vpc" High Capacity
        "A subnet lies in one of its VPC's blocks."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_OVERLAP "subnet-overlap" High Capacity
        "Subnets of a VPC do not overlap."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_ZONE_UNKNOWN "subnet-zone-unknown" High Resilience
        "A subnet lies in one of its VPC's Availability Zones."
        "vpc/latest/userguide/configure-subnets.html";
    SUBNET_HOSTS "subnet-hosts" Warn Capacity
        "A subnet has room for the hosts that were asked for, without the five addresses that AWS keeps."
        "vpc/latest/userguide/subnet-sizing.html";
    HELD_OUTSIDE "held-outside" Warn Hygiene
        "A block that is set aside lies in one of its VPC's blocks; AWS does not know of it, so this is no error.";
    HELD_OVERLAP "held-overlap" Warn Hygiene
        "A block that is set aside overlaps no subnet and no other; AWS does not know of it, so this is no error.";

    // IPv6.
    IPV6_BLOCK_SIZE "ipv6-block-size" High Capacity
        "A VPC's own IPv6 block is a /44 to /60, in steps of 4."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    IPV6_POOL_MISSING "ipv6-pool-missing" High Hygiene
        "A VPC's own IPv6 block is taken from an address pool, which AWS must be told."
        "vpc/latest/userguide/create-vpc.html";
    SUBNET_IPV6_SIZE "subnet-ipv6-size" High Capacity
        "A subnet's IPv6 block is a /44 to /64, in steps of 4."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_IPV6_OUTSIDE "subnet-ipv6-outside" High Capacity
        "A subnet's IPv6 block lies in its VPC's."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_IPV6_OVERLAP "subnet-ipv6-overlap" High Capacity
        "The IPv6 blocks of a VPC's subnets do not overlap."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_IPV6_STRAY "subnet-ipv6-stray" Warn Hygiene
        "A subnet has an IPv6 block, or gives out IPv6 addresses, only where there is a block to take them from."
        "vpc/latest/userguide/subnet-sizing.html";
    SUBNET_WITHOUT_IPV6 "subnet-without-ipv6" Info Hygiene
        "In a VPC with an IPv6 block every subnet has a part of it.";

    // Ways out.
    NAT_NEEDS_PUBLIC_SUBNET "nat-needs-public-subnet" High Routing
        "A zonal NAT gateway stands in a public subnet."
        "vpc/latest/userguide/vpc-nat-gateway.html";
    NAT_ZONE_WITHOUT_PUBLIC "nat-zone-without-public" High Resilience
        "Where each Availability Zone is to have a NAT gateway, each with private subnets has a public subnet for it."
        "vpc/latest/userguide/vpc-nat-gateway.html";
    NAT_REGIONAL_GATEWAY "nat-regional-gateway" Info Security
        "A regional NAT gateway brings an internet gateway into a VPC that has no public subnet."
        "vpc/latest/userguide/nat-gateways-regional.html";
    NAT_UNUSED "nat-unused" Warn Cost
        "A NAT gateway, which costs by the hour, has private subnets that go out through it."
        "vpc/latest/userguide/nat-gateway-pricing.html";
    SINGLE_NAT_MULTI_AZ "single-nat-multi-az" Warn Resilience
        "Private subnets of several Availability Zones do not depend on the NAT gateway of one."
        "vpc/latest/userguide/vpc-nat-gateway.html";
    NO_EGRESS "no-egress" Info Routing
        "Private subnets have a way out; a VPC's form has none by default, so this is only a word.";
    EGRESS_ONLY_NEEDS_IPV6 "egress-only-needs-ipv6" High Routing
        "An egress-only internet gateway carries IPv6, so the VPC has an IPv6 block."
        "vpc/latest/userguide/egress-only-internet-gateway.html";
    EGRESS_ONLY_UNUSED "egress-only-unused" Info Routing
        "An egress-only internet gateway has private subnets that go out through it."
        "vpc/latest/userguide/egress-only-internet-gateway.html";
    IPV6_NO_EGRESS "ipv6-no-egress" Warn Routing
        "Private subnets that reach out over IPv4 and have IPv6 addresses reach out over IPv6 too."
        "vpc/latest/userguide/egress-only-internet-gateway.html";
    EGRESS_WITHOUT_GATEWAY "egress-without-gateway" High Routing
        "A tier that goes out by a transit gateway or a VPN gateway is of a VPC that has one.";
    TGW_TIER_UNKNOWN "tgw-tier-unknown" High Routing
        "The attachment to a transit gateway stands in a tier of the VPC that has subnets."
        "vpc/latest/tgw/tgw-vpc-attachments.html";
    TGW_ID_MISSING "tgw-id-missing" Warn Routing
        "A transit gateway is known by its id before anything is attached to it."
        "vpc/latest/tgw/tgw-vpc-attachments.html";
    TGW_SUBNETS_MANY "tgw-subnets-many" Info Capacity
        "The tier of an attachment has one subnet in each Availability Zone, as the attachment takes no more."
        "vpc/latest/tgw/tgw-vpc-attachments.html";
    TGW_ATTACH_MISSING_AZ "tgw-attach-missing-az" Warn Routing
        "The attachment has a subnet in every Availability Zone whose subnets route to the transit gateway."
        "vpc/latest/tgw/tgw-vpc-attachments.html";
    TGW_UNUSED "tgw-unused" Info Cost
        "Something is routed to a transit gateway, whose attachment costs by the hour.";
    VPN_GATEWAY_UNUSED "vpn-gateway-unused" Info Routing
        "Something is routed to a VPN gateway."
        "vpn/latest/s2svpn/how_it_works.html";
    PEERING_SELF "peering-self" High Routing
        "A VPC is not peered with itself."
        "vpc/latest/peering/vpc-peering-basics.html";
    PEERING_UNKNOWN "peering-unknown" High Routing
        "The other end of a peering is a VPC of the plan, or the id of one that is there."
        "vpc/latest/peering/vpc-peering-basics.html";
    PEERING_TWICE "peering-twice" High Routing
        "Two VPCs have one peering connection between them."
        "vpc/latest/peering/vpc-peering-basics.html";
    PEERING_PLACE "peering-place" High Hygiene
        "The other end of a peering is in an account of twelve digits and in a region."
        "vpc/latest/peering/vpc-peering-basics.html";
    PEERING_BLOCKS_MISSING "peering-blocks-missing" Warn Routing
        "The blocks of a peer outside the plan are given, as nothing can be routed to it without them."
        "vpc/latest/peering/vpc-peering-routing.html";
    PEERING_UNUSED "peering-unused" Info Routing
        "Both VPCs of a peering have tables that route to the other: those of public and private tiers."
        "vpc/latest/peering/vpc-peering-routing.html";
    PEERING_BY_OTHERS "peering-by-others" Info Routing
        "A peering with a VPC outside the plan is accepted, and routed back, by whoever owns that VPC."
        "vpc/latest/peering/accept-vpc-peering-connection.html";

    // Routes.
    ROUTE_INSIDE_VPC "route-inside-vpc" High Routing
        "No route to a gateway has a destination inside the VPC's own primary block."
        "vpc/latest/userguide/VPC_Route_Tables.html";
    ROUTE_FORBIDDEN "route-forbidden" High Routing
        "No route has a destination inside the ranges that AWS keeps for its own services."
        "vpc/latest/userguide/VPC_Route_Tables.html";
    ROUTE_TWICE "route-twice" High Routing
        "A route table has one static route to a destination."
        "vpc/latest/userguide/VPC_Route_Tables.html";
    ROUTE_HOST_BITS "route-host-bits" Warn Hygiene
        "The destination of a route has no bits set after its mask; AWS clears them."
        "AWSEC2/latest/APIReference/API_CreateRoute.html";
    VPN_ROUTE_IPV6 "vpn-route-ipv6" Warn Routing
        "No IPv6 destination is routed to a VPN gateway, whose connections carry IPv4 only."
        "vpn/latest/s2svpn/how_it_works.html";

    // Endpoints, DNS, encryption, flow logs.
    ENDPOINT_SERVICE "endpoint-service" High Hygiene
        "An interface endpoint names its service."
        "vpc/latest/privatelink/aws-services-privatelink-support.html";
    ENDPOINT_DUPLICATE "endpoint-duplicate" High Hygiene
        "A VPC has one interface endpoint of a service."
        "vpc/latest/privatelink/create-interface-endpoint.html";
    ENDPOINT_TIER_UNKNOWN "endpoint-tier-unknown" High Routing
        "An interface endpoint stands in a tier of the VPC that has subnets."
        "vpc/latest/privatelink/create-interface-endpoint.html";
    ENDPOINT_NEEDS_DNS "endpoint-needs-dns" High Routing
        "Private names of an interface endpoint need both DNS settings of the VPC."
        "vpc/latest/userguide/vpc-dns.html";
    ENDPOINT_NO_PRIVATE_NAME "endpoint-no-private-name" High Routing
        "Private DNS of an interface endpoint is on only for a service that has a private name."
        "amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html";
    S3_NEEDS_GATEWAY_ENDPOINT "s3-needs-gateway-endpoint" High Routing
        "An interface endpoint of S3 with private DNS stands beside a gateway endpoint of S3."
        "AmazonS3/latest/userguide/privatelink-interface-endpoints.html";
    CHINA_SERVICE_NAME "china-service-name" Warn Hygiene
        "A service in China is named whole, as many of them have names of their own there."
        "vpc/latest/privatelink/aws-services-privatelink-support.html";
    ENDPOINT_SINGLE_AZ "endpoint-single-az" Warn Resilience
        "An interface endpoint has interfaces in more than one Availability Zone, where the VPC has several."
        "vpc/latest/privatelink/create-interface-endpoint.html";
    GATEWAY_ENDPOINT_UNUSED "gateway-endpoint-unused" Info Routing
        "A gateway endpoint has a table of private or isolated subnets that routes to it."
        "vpc/latest/privatelink/gateway-endpoints.html";
    MISSING_S3_ENDPOINT "missing-s3-endpoint" Warn Cost
        "Where NAT gateways charge for traffic, that to S3 goes by the gateway endpoint, which is free."
        "vpc/latest/privatelink/vpc-endpoints-s3.html";
    DNS_HOSTNAMES_NEED_SUPPORT "dns-hostnames-need-support" High Hygiene
        "DNS hostnames are given only where DNS resolution is on."
        "AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html";
    PRIVATE_ZONE_NEEDS_DNS "private-zone-needs-dns" Warn Routing
        "Private zones are answered only in a VPC with both DNS settings on."
        "vpc/latest/userguide/vpc-dns.html";
    PRIVATE_ZONE_BY_HAND "private-zone-by-hand" Info Routing
        "Route 53 makes private zones and their records; the steps of a plan do not."
        "Route53/latest/DeveloperGuide/hosted-zones-private.html";
    RESOLVER_TIER_UNKNOWN "resolver-tier-unknown" High Routing
        "A resolver endpoint stands in a tier of the VPC that has subnets."
        "Route53/latest/DeveloperGuide/resolver-choose-vpc.html";
    RESOLVER_SINGLE_ADDRESS "resolver-single-address" High Resilience
        "A resolver endpoint has addresses in two Availability Zones or more."
        "Route53/latest/DeveloperGuide/resolver-choose-vpc.html";
    RESOLVER_DEDICATED "resolver-dedicated" High Hygiene
        "A resolver endpoint is not made in a VPC of dedicated tenancy."
        "Route53/latest/DeveloperGuide/resolver-choose-vpc.html";
    RESOLVER_UNREACHABLE "resolver-unreachable" Warn Routing
        "Somebody outside may ask a resolver endpoint: the plan knows a range that a transit or VPN gateway leads to."
        "Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries.html";
    ENC_ENFORCE_CONFLICT "enc-enforce-conflict" High Security
        "Where encryption is enforced, every gateway that cannot encrypt is left out by name."
        "vpc/latest/userguide/vpc-encryption-controls.html";
    ENC_EXCLUSION_UNKNOWN "enc-exclusion-unknown" High Security
        "What encryption leaves out is called by one of AWS's words."
        "AWSEC2/latest/APIReference/API_VpcEncryptionControlConfiguration.html";
    FLOW_LOG_DESTINATION "flow-log-destination" High Hygiene
        "A flow log is written to a bucket or a log group, by its ARN."
        "vpc/latest/userguide/flow-logs.html";
    FLOW_LOG_ROLE "flow-log-role" High Security
        "A flow log to a log group has a role that may write there, and one to a bucket has none."
        "vpc/latest/userguide/flow-logs-cwl.html";
    NO_FLOW_LOGS "no-flow-logs" Info Security
        "A VPC that is connected to more than the internet keeps a flow log."
        "vpc/latest/userguide/flow-logs.html";

    // Quotas.
    QUOTA_VPCS "quota-vpcs" Warn Capacity
        "A region has 5 VPCs by default, and as many internet gateways."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_BLOCKS "quota-blocks" Warn Capacity
        "A VPC has 5 IPv4 blocks by default."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    LIMIT_BLOCKS "limit-blocks" High Capacity
        "A VPC has 50 IPv4 blocks at most, whatever the quota."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_SUBNETS "quota-subnets" Warn Capacity
        "A VPC has 200 subnets by default."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_ROUTE_TABLES "quota-route-tables" Warn Capacity
        "A VPC has 200 route tables by default, the main one among them."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_ROUTES "quota-routes" Warn Capacity
        "A route table has 500 routes of each family by default."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    LIMIT_ROUTES "limit-routes" High Capacity
        "A route table has 1,000 routes of each family at most, whatever the quota."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_NAT_GATEWAYS "quota-nat-gateways" Warn Capacity
        "An Availability Zone has 5 NAT gateways by default."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_ELASTIC_IPS "quota-elastic-ips" Warn Capacity
        "A region has 5 elastic IP addresses by default, and each zonal NAT gateway takes one."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    QUOTA_GATEWAY_ENDPOINTS "quota-gateway-endpoints" Warn Capacity
        "A region has 20 gateway endpoints by default."
        "vpc/latest/privatelink/vpc-limits-endpoints.html";
    QUOTA_INTERFACE_ENDPOINTS "quota-interface-endpoints" Warn Capacity
        "A VPC has 50 interface endpoints by default."
        "vpc/latest/privatelink/vpc-limits-endpoints.html";
    QUOTA_PEERINGS "quota-peerings" Warn Capacity
        "A VPC has 50 active peering connections by default."
        "general/latest/gr/vpc-service.html";
    LIMIT_PEERINGS "limit-peerings" High Capacity
        "A VPC has 125 active peering connections at most, whatever the quota."
        "general/latest/gr/vpc-service.html";
    QUOTA_GROUP_RULES "quota-group-rules" Warn Capacity
        "A security group has 60 inbound rules of each family by default."
        "vpc/latest/userguide/amazon-vpc-limits.html";
    LIMIT_GROUP_RULES "limit-group-rules" High Capacity
        "A security group has 1,000 inbound rules of each family at most, whatever the quota."
        "vpc/latest/userguide/amazon-vpc-limits.html";

    // Advice.
    ONE_AZ_ONLY "one-az-only" Warn Resilience
        "Subnets lie in two Availability Zones or more."
        "vpc/latest/userguide/create-vpc.html";
    AZ_IMBALANCE "az-imbalance" Info Resilience
        "A tier has as many subnets in each of the VPC's Availability Zones.";
    NO_TIER_SEPARATION "no-tier-separation" Info Security
        "A VPC with public subnets has others too, for what is not to be reached from outside."
        "vpc/latest/userguide/vpc-example-web-database-servers.html";
    TIER_EMPTY "tier-empty" Info Hygiene
        "A tier has subnets.";
    PRIVATE_NAME_PUBLIC_ROUTE "private-name-public-route" Warn Security
        "A tier that is called private has no route to the internet gateway.";
    PUBLIC_NAME_NO_IGW "public-name-no-igw" Warn Routing
        "A tier that is called public has a route to the internet gateway.";
    AUTO_PUBLIC_IP "auto-public-ip" Warn Security
        "Public addresses are given to what asks for them, not to every interface of a subnet."
        "securityhub/latest/userguide/ec2-controls.html";
    AUTO_PUBLIC_IP_PRIVATE "auto-public-ip-private" Warn Security
        "No public addresses are given in subnets without a route to the internet gateway: AWS does so, and charges for them, and they reach nothing."
        "vpc/latest/userguide/vpc-ip-addressing.html";
    SMALL_SUBNET "small-subnet" Info Capacity
        "Subnets for machines are larger than a /28, of which AWS leaves 11 addresses."
        "vpc/latest/userguide/subnet-sizing.html";
    DOCKER_RANGE "docker-range" Warn Routing
        "No block of a VPC overlaps 172.17.0.0/16, which Docker and some services of AWS use inside their hosts."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    PUBLIC_RANGE "public-range" Warn Routing
        "A VPC's blocks are private ones: of RFC 1918, or of 100.64.0.0/10."
        "vpc/latest/userguide/vpc-cidr-blocks.html";
    VPC_SPACE_EXHAUSTED "vpc-space-exhausted" Info Capacity
        "A VPC has free space for another subnet.";
}
