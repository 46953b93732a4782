//! Quotas. <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>

use super::super::answer::Element;
use super::super::faults::quota_code;
use super::{Case, Refusal};

/// How many of each there may be, in a region where nothing else is said. The default is AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotas {
    pub(crate) vpcs: usize,
    /// In a VPC.
    pub(crate) subnets: usize,
    /// In a VPC, the main one among them.
    pub(crate) route_tables: usize,
    /// In a route table, version 4 and version 6 apart; local and propagated ones do not count.
    pub(crate) routes: usize,
    pub(crate) internet_gateways: usize,
    pub(crate) egress_only_gateways: usize,
    /// In a zone; those that are pending or deleting count.
    pub(crate) nat_gateways: usize,
    /// In a VPC.
    pub(crate) regional_nat_gateways: usize,
    pub(crate) addresses: usize,
    pub(crate) gateway_endpoints: usize,
    /// In a VPC.
    pub(crate) interface_endpoints: usize,
    /// In a VPC.
    pub(crate) network_acls: usize,
    pub(crate) security_groups: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            vpcs: 5,
            subnets: 200,
            route_tables: 200,
            routes: 500,
            internet_gateways: 5,
            egress_only_gateways: 5,
            nat_gateways: 5,
            regional_nat_gateways: 5,
            addresses: 5,
            gateway_endpoints: 20,
            interface_endpoints: 50,
            network_acls: 200,
            security_groups: 2500,
        }
    }
}

impl Quotas {
    /// As good as none.
    pub(crate) fn unlimited() -> Self {
        let many = usize::MAX;
        Self {
            vpcs: many,
            subnets: many,
            route_tables: many,
            routes: many,
            internet_gateways: many,
            egress_only_gateways: many,
            nat_gateways: many,
            regional_nat_gateways: many,
            addresses: many,
            gateway_endpoints: many,
            interface_endpoints: many,
            network_acls: many,
            security_groups: many,
        }
    }
}

/// Whether there are as many as there may be. Nothing is asked where there may be any number.
fn is_full(quota: usize, count: impl FnOnce() -> usize) -> bool {
    quota < usize::MAX && count() >= quota
}

/// Why no more of it can be made, where none can.
pub(super) fn refusal(case: Case<'_>, quotas: &Quotas) -> Option<Refusal> {
    let action = case.call.ec2_action()?;
    let there = case.there;
    let all = |describe: &str| there.list(describe, &[]).len();
    let in_vpc = |describe: &str| there.filtered(describe, "vpc-id", case.text("VpcId")).len();
    let is_full = match action {
        "CreateVpc" => is_full(quotas.vpcs, || all("DescribeVpcs")),
        "CreateSubnet" => is_full(quotas.subnets, || in_vpc("DescribeSubnets")),
        "CreateRouteTable" => is_full(quotas.route_tables, || in_vpc("DescribeRouteTables")),
        "CreateRoute" => is_full(quotas.routes, || routes(case)),
        "CreateInternetGateway" => {
            is_full(quotas.internet_gateways, || all("DescribeInternetGateways"))
        }
        "CreateEgressOnlyInternetGateway" => is_full(quotas.egress_only_gateways, || {
            all("DescribeEgressOnlyInternetGateways")
        }),
        "CreateNatGateway" if case.call.parameter("SubnetId").is_none() => {
            is_full(quotas.regional_nat_gateways, || regional(case))
        }
        "CreateNatGateway" => is_full(quotas.nat_gateways, || zonal(case)),
        "AllocateAddress" => is_full(quotas.addresses, || all("DescribeAddresses")),
        "CreateVpcEndpoint" => {
            let endpoints = |vpc: Option<&str>, is_gateway: bool| {
                let found = there.list("DescribeVpcEndpoints", &[]);
                let is_one = |item: &&Element| {
                    let kind = item.get("vpcEndpointType").unwrap_or("Gateway");
                    let is_here = vpc.is_none_or(|vpc| item.is("vpcId", vpc));
                    !item.is("state", "deleted") && (kind == "Gateway") == is_gateway && is_here
                };
                found.iter().filter(is_one).count()
            };
            match case.call.parameter("VpcEndpointType") {
                None | Some("Gateway") => {
                    is_full(quotas.gateway_endpoints, || endpoints(None, true))
                }
                Some(_) => {
                    let vpc = case.call.parameter("VpcId");
                    is_full(quotas.interface_endpoints, || endpoints(vpc, false))
                }
            }
        }
        "CreateNetworkAcl" => is_full(quotas.network_acls, || in_vpc("DescribeNetworkAcls")),
        "CreateSecurityGroup" => is_full(quotas.security_groups, || all("DescribeSecurityGroups")),
        _ => false,
    };
    let message = format!("The maximum number of what {action} makes has been reached.");
    is_full.then(|| Refusal::new(quota_code(action), message))
}

/// Routes of the family that the new one is of.
fn routes(case: Case<'_>) -> usize {
    let id = case.text("RouteTableId");
    let table = case.there.one("DescribeRouteTables", "RouteTableId", id);
    let is_6 = case.call.parameter("DestinationIpv6CidrBlock").is_some();
    let is_one = |route: &&Element| {
        let is_local = route.is("gatewayId", "local");
        !is_local && route.get("destinationIpv6CidrBlock").is_some() == is_6
    };
    table.map_or(0, |table| {
        table.items("routeSet").iter().filter(is_one).count()
    })
}

fn is_there(item: &Element) -> bool {
    !matches!(item.get("state"), Some("deleted" | "failed"))
}

fn zonal(case: Case<'_>) -> usize {
    let subnets = case.there.list("DescribeSubnets", &[]);
    let zone = |subnet: &str| {
        let found = subnets.iter().find(|it| it.is("subnetId", subnet));
        found.and_then(|it| it.get("availabilityZone"))
    };
    let wanted = zone(case.text("SubnetId"));
    let gateways = case.there.list("DescribeNatGateways", &[]);
    gateways
        .iter()
        .filter(|item| is_there(item))
        .filter(|item| item.get("subnetId").is_some_and(|id| zone(id) == wanted))
        .count()
}

fn regional(case: Case<'_>) -> usize {
    let vpc = case.text("VpcId");
    let gateways = case.there.filtered("DescribeNatGateways", "vpc-id", vpc);
    gateways
        .iter()
        .filter(|item| is_there(item) && item.is("availabilityMode", "regional"))
        .count()
}
