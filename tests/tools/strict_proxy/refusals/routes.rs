//! Routes and what they lead to: gateways that are there, attached, and of the table's own VPC.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>

use super::super::answer::Element;
use super::{Case, Refusal};

/// Why a route, an attachment or a gateway cannot be, where it cannot.
pub(super) fn refusal(case: Case<'_>) -> Option<Refusal> {
    match case.call.ec2_action()? {
        "CreateRoute" => target(case).or_else(|| taken(case)),
        "ReplaceRoute" => target(case),
        "AttachInternetGateway" => second_gateway(case),
        "AssociateRouteTable" => second_table(case),
        "CreateNatGateway" => nat_gateway(case),
        "CreateVpcEndpoint" => gateway_endpoint(case),
        "ModifyVpcAttribute" => two_attributes(case),
        _ => None,
    }
}

fn table(case: Case<'_>) -> Option<Element> {
    let id = case.text("RouteTableId");
    case.there.one("DescribeRouteTables", "RouteTableId", id)
}

/// Whether one of the item's attachments is to this VPC and holds.
fn is_attached(item: &Element, list: &str, vpc: &str) -> bool {
    let attachments = item.items(list).iter();
    let mut ours = attachments.filter(|it| it.is("vpcId", vpc));
    ours.any(|it| matches!(it.get("state"), Some("available" | "attached")))
}

fn target(case: Case<'_>) -> Option<Refusal> {
    let table = table(case)?;
    let vpc = table.get("vpcId")?;
    let foreign = |what: &str| {
        let table = table.get("routeTableId").unwrap_or_default();
        let message =
            format!("route table {table} and network gateway {what} belong to different networks");
        Refusal::new("InvalidParameterValue", message)
    };
    if let Some(id) = case.call.parameter("GatewayId") {
        // What is not there at all is moto's to refuse.
        let (call, name, list) = match id.split('-').next() {
            Some("igw") => (
                "DescribeInternetGateways",
                "InternetGatewayId",
                "attachmentSet",
            ),
            Some("vgw") => ("DescribeVpnGateways", "VpnGatewayId", "attachments"),
            _ => return None,
        };
        let gateway = case.there.one(call, name, id)?;
        return (!is_attached(&gateway, list, vpc)).then(|| foreign(id));
    }
    if let Some(id) = case.call.parameter("EgressOnlyInternetGatewayId") {
        let all = case.there.list("DescribeEgressOnlyInternetGateways", &[]);
        let gateway = all
            .iter()
            .find(|it| it.is("egressOnlyInternetGatewayId", id));
        let Some(gateway) = gateway else {
            let message = format!("The gateway ID '{id}' does not exist");
            return Some(Refusal::new("InvalidGatewayID.NotFound", message));
        };
        return (!is_attached(gateway, "attachmentSet", vpc)).then(|| foreign(id));
    }
    if let Some(id) = case.call.parameter("NatGatewayId") {
        let found = case.there.one("DescribeNatGateways", "NatGatewayId", id);
        // One that is pending may be routed to.
        let is_there = |it: &Element| !matches!(it.get("state"), Some("deleted" | "failed"));
        let Some(gateway) = found.filter(is_there) else {
            let message = format!("The natGateway ID '{id}' does not exist");
            return Some(Refusal::new("InvalidNatGatewayID.NotFound", message));
        };
        return (!gateway.is("vpcId", vpc)).then(|| foreign(id));
    }
    if let Some(id) = case.call.parameter("TransitGatewayId") {
        let attachments =
            case.there
                .filtered("DescribeTransitGatewayVpcAttachments", "vpc-id", vpc);
        let is_it = |it: &Element| {
            it.is("transitGatewayId", id)
                && !matches!(it.get("state"), Some("deleted" | "deleting"))
        };
        let message = format!("The transitGateway ID '{id}' does not exist.");
        return (!attachments.iter().any(is_it))
            .then(|| Refusal::new("InvalidTransitGatewayID.NotFound", message));
    }
    None
}

fn taken(case: Case<'_>) -> Option<Refusal> {
    let table = table(case)?;
    let destination = [
        ("DestinationCidrBlock", "destinationCidrBlock"),
        ("DestinationIpv6CidrBlock", "destinationIpv6CidrBlock"),
        ("DestinationPrefixListId", "destinationPrefixListId"),
    ];
    let (text, element) = destination
        .into_iter()
        .find_map(|(name, element)| Some((case.call.parameter(name)?, element)))?;
    let is_same = |held: &str| {
        let same_block = held
            .parse::<ipnet::IpNet>()
            .ok()
            .zip(text.parse::<ipnet::IpNet>().ok())
            .is_some_and(|(held, new)| held.trunc() == new.trunc());
        held == text || same_block
    };
    let mut routes = table.items("routeSet").iter();
    let message = format!("The route identified by {text} already exists.");
    routes
        .any(|route| route.get(element).is_some_and(is_same))
        .then(|| Refusal::new("RouteAlreadyExists", message))
}

fn gateways_of(case: Case<'_>, vpc: &str) -> Vec<Element> {
    case.there
        .filtered("DescribeInternetGateways", "attachment.vpc-id", vpc)
}

fn second_gateway(case: Case<'_>) -> Option<Refusal> {
    let vpc = case.text("VpcId");
    let gateway = gateways_of(case, vpc).into_iter().next()?;
    let gateway = gateway.get("internetGatewayId")?;
    let message = format!("Network {vpc} already has an internet gateway attached ({gateway})");
    Some(Refusal::new("InvalidParameterValue", message))
}

fn second_table(case: Case<'_>) -> Option<Refusal> {
    let subnet = case.call.parameter("SubnetId")?;
    let wanted = case.text("RouteTableId");
    let tables = case
        .there
        .filtered("DescribeRouteTables", "association.subnet-id", subnet);
    let other = tables.iter().find(|it| !it.is("routeTableId", wanted))?;
    let message = format!(
        "the specified association for route table {wanted} conflicts with an existing association to {}",
        other.get("routeTableId")?
    );
    Some(Refusal::new("Resource.AlreadyAssociated", message))
}

fn nat_gateway(case: Case<'_>) -> Option<Refusal> {
    if case.text("ConnectivityType") == "private" {
        return None;
    }
    let vpc = match case.call.parameter("SubnetId") {
        Some(id) => {
            let subnet = case.there.one("DescribeSubnets", "SubnetId", id)?;
            subnet.get("vpcId")?.to_owned()
        }
        None => case.text("VpcId").to_owned(),
    };
    if gateways_of(case, &vpc).is_empty() {
        let message = format!("Network {vpc} has no Internet gateway attached");
        return Some(Refusal::new("Gateway.NotAttached", message));
    }
    let zonal = case.call.parameter("SubnetId").is_some();
    let Some(allocation) = case.call.parameter("AllocationId") else {
        let message = "The request must contain the parameter AllocationId";
        return zonal.then(|| Refusal::new("MissingParameter", message));
    };
    let address = case
        .there
        .one("DescribeAddresses", "AllocationId", allocation)?;
    let is_taken = address.get("associationId").is_some()
        && super::dependents::holder_of_address(case, &address).is_some();
    let message = format!("Elastic IP address [{allocation}] is already associated");
    is_taken.then(|| Refusal::new("Resource.AlreadyAssociated", message))
}

/// A table has one route to a service.
fn gateway_endpoint(case: Case<'_>) -> Option<Refusal> {
    let service = case.text("ServiceName");
    let wanted = case.call.numbered("RouteTableId");
    if wanted.is_empty() {
        return None;
    }
    let endpoints = case
        .there
        .filtered("DescribeVpcEndpoints", "vpc-id", case.text("VpcId"));
    let other = endpoints
        .iter()
        .filter(|it| it.is("serviceName", service))
        .filter(|it| !matches!(it.get("state"), Some("deleted" | "deleting")))
        .find(|it| {
            it.texts("routeTableIdSet")
                .iter()
                .any(|id| wanted.contains(id))
        })?;
    let message = format!(
        "a route table already has a route to {service} through {}",
        other.get("vpcEndpointId")?
    );
    Some(Refusal::new("RouteAlreadyExists", message))
}

/// "You cannot modify the DNS resolution and DNS hostnames attributes in the same request."
fn two_attributes(case: Case<'_>) -> Option<Refusal> {
    let attributes = ["EnableDnsSupport", "EnableDnsHostnames"].map(|name| format!("{name}.Value"));
    let is_both = attributes
        .iter()
        .all(|name| case.call.parameter(name).is_some());
    let message =
        "Fields for multiple attribute types specified: EnableDnsHostnames, EnableDnsSupport";
    is_both.then(|| Refusal::new("InvalidParameterCombination", message))
}
