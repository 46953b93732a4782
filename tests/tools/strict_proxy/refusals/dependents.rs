//! What cannot go because something else needs it.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html>

use super::super::answer::Element;
use super::{Case, Refusal};

/// Why something cannot be taken away, where it cannot.
pub(super) fn refusal(case: Case<'_>) -> Option<Refusal> {
    let (what, holder) = match case.call.ec2_action()? {
        "DeleteVpc" => (case.text("VpcId"), of_vpc(case)),
        "DeleteSubnet" => (case.text("SubnetId"), of_subnet(case)),
        "DetachInternetGateway" => (case.text("InternetGatewayId"), mapped_address(case)),
        "DeleteRouteTable" => (case.text("RouteTableId"), main_association(case)),
        "DeleteSecurityGroup" => return security_group(case),
        "DeleteNetworkAcl" => return default_acl(case),
        "ReleaseAddress" => return address(case),
        _ => return None,
    };
    let holder = holder?;
    let message = format!("{what} has dependencies and cannot be deleted: {holder}");
    Some(Refusal::new("DependencyViolation", message))
}

fn is_gone(item: &Element) -> bool {
    matches!(item.get("state"), Some("deleted" | "failed"))
}

/// The id of the first item that holds.
fn first(items: &[Element], id: &str, holds: impl Fn(&Element) -> bool) -> Option<String> {
    let found = items.iter().find(|item| holds(item))?;
    found.get(id).map(str::to_owned)
}

/// NAT gateways of a VPC that are still there, and the interfaces of those that are gone: moto keeps these.
fn nat_gateways(case: Case<'_>, vpc: &str) -> (Vec<Element>, Vec<String>) {
    let all = case.there.filtered("DescribeNatGateways", "vpc-id", vpc);
    let (gone, there): (Vec<_>, Vec<_>) = all.into_iter().partition(is_gone);
    let interfaces = gone
        .iter()
        .flat_map(|item| item.items("natGatewayAddressSet"))
        .filter_map(|address| address.get("networkInterfaceId").map(str::to_owned))
        .collect();
    (there, interfaces)
}

/// Interfaces in a VPC that something uses.
fn interfaces(case: Case<'_>, vpc: &str) -> Vec<Element> {
    let (_, of_gone) = nat_gateways(case, vpc);
    let mut all = case
        .there
        .filtered("DescribeNetworkInterfaces", "vpc-id", vpc);
    all.retain(|item| {
        let id = item.get("networkInterfaceId").unwrap_or_default();
        !of_gone.iter().any(|gone| gone == id)
    });
    all
}

fn of_vpc(case: Case<'_>) -> Option<String> {
    let vpc = case.text("VpcId");
    let there = case.there;
    let gateways = there.filtered("DescribeInternetGateways", "attachment.vpc-id", vpc);
    let egress = there.list("DescribeEgressOnlyInternetGateways", &[]);
    let is_here = |item: &Element| {
        let mut attachments = item.items("attachmentSet").iter();
        attachments.any(|it| it.is("vpcId", vpc))
    };
    let endpoints = there.filtered("DescribeVpcEndpoints", "vpc-id", vpc);
    let attachments = there.filtered("DescribeTransitGatewayVpcAttachments", "vpc-id", vpc);
    let groups = there.filtered("DescribeSecurityGroups", "vpc-id", vpc);
    let acls = there.filtered("DescribeNetworkAcls", "vpc-id", vpc);
    first(&gateways, "internetGatewayId", |_| true)
        .or_else(|| first(&egress, "egressOnlyInternetGatewayId", is_here))
        .or_else(|| first(&nat_gateways(case, vpc).0, "natGatewayId", |_| true))
        .or_else(|| first(&endpoints, "vpcEndpointId", |item| !is_gone(item)))
        .or_else(|| {
            first(&attachments, "transitGatewayAttachmentId", |it| {
                !is_gone(it)
            })
        })
        .or_else(|| first(&interfaces(case, vpc), "networkInterfaceId", |_| true))
        .or_else(|| first(&groups, "groupId", |item| !item.is("groupName", "default")))
        .or_else(|| first(&acls, "networkAclId", |item| !item.is("default", "true")))
}

fn of_subnet(case: Case<'_>) -> Option<String> {
    let subnet = case.text("SubnetId");
    let found = case.there.one("DescribeSubnets", "SubnetId", subnet)?;
    let vpc = found.get("vpcId")?;
    let endpoints = case.there.filtered("DescribeVpcEndpoints", "vpc-id", vpc);
    let attachments = case
        .there
        .filtered("DescribeTransitGatewayVpcAttachments", "vpc-id", vpc);
    let is_in = |list: &'static str| {
        move |item: &Element| !is_gone(item) && item.texts(list).contains(&subnet)
    };
    first(&nat_gateways(case, vpc).0, "natGatewayId", |item| {
        item.is("subnetId", subnet)
    })
    .or_else(|| first(&endpoints, "vpcEndpointId", is_in("subnetIdSet")))
    .or_else(|| {
        first(
            &attachments,
            "transitGatewayAttachmentId",
            is_in("subnetIds"),
        )
    })
    .or_else(|| {
        first(&interfaces(case, vpc), "networkInterfaceId", |item| {
            item.is("subnetId", subnet)
        })
    })
}

/// "Network vpc-… has some mapped public address(es)."
fn mapped_address(case: Case<'_>) -> Option<String> {
    let vpc = case.text("VpcId");
    let (gateways, _) = nat_gateways(case, vpc);
    let is_public = |item: &Element| {
        let mut addresses = item.items("natGatewayAddressSet").iter();
        addresses.any(|address| address.get("allocationId").is_some())
    };
    first(&gateways, "natGatewayId", is_public).or_else(|| {
        first(&interfaces(case, vpc), "networkInterfaceId", |item| {
            let association = item.child("association");
            association.is_some_and(|it| it.get("publicIp").is_some())
        })
    })
}

fn main_association(case: Case<'_>) -> Option<String> {
    let id = case.text("RouteTableId");
    let table = case.there.one("DescribeRouteTables", "RouteTableId", id)?;
    first(
        table.items("associationSet"),
        "routeTableAssociationId",
        |it| it.is("main", "true"),
    )
}

fn security_group(case: Case<'_>) -> Option<Refusal> {
    let id = case.text("GroupId");
    let group = case.there.one("DescribeSecurityGroups", "GroupId", id)?;
    if group.is("groupName", "default") {
        let message =
            format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Some(Refusal::new("CannotDelete", message));
    }
    let vpc = group.get("vpcId")?;
    let endpoints = case.there.filtered("DescribeVpcEndpoints", "vpc-id", vpc);
    let names_group = |item: &Element| {
        let mut groups = item.items("groupSet").iter();
        groups.any(|it| it.is("groupId", id))
    };
    let others = case.there.filtered("DescribeSecurityGroups", "vpc-id", vpc);
    let lets_in = |item: &Element| {
        let rules = ["ipPermissions", "ipPermissionsEgress"];
        let mut pairs = rules
            .iter()
            .flat_map(|list| item.items(list))
            .flat_map(|rule| rule.items("groups"));
        !item.is("groupId", id) && pairs.any(|pair| pair.is("groupId", id))
    };
    let holder = first(&endpoints, "vpcEndpointId", |it| {
        !is_gone(it) && names_group(it)
    })
    .or_else(|| first(&interfaces(case, vpc), "networkInterfaceId", names_group))
    .or_else(|| first(&others, "groupId", lets_in))?;
    let message = format!("resource {id} has a dependent object: {holder}");
    Some(Refusal::new("DependencyViolation", message))
}

fn default_acl(case: Case<'_>) -> Option<Refusal> {
    let id = case.text("NetworkAclId");
    let acl = case.there.one("DescribeNetworkAcls", "NetworkAclId", id)?;
    let message = format!("cannot delete default network ACL {id}");
    acl.is("default", "true")
        .then(|| Refusal::new("InvalidParameterValue", message))
}

/// What an address is in use by.
pub(super) fn holder_of_address(case: Case<'_>, address: &Element) -> Option<String> {
    let allocation = address.get("allocationId")?;
    let gateways = case.there.list("DescribeNatGateways", &[]);
    let has_it = |item: &Element| {
        let mut addresses = item.items("natGatewayAddressSet").iter();
        addresses.any(|it| it.is("allocationId", allocation))
    };
    let holder = first(&gateways, "natGatewayId", |it| !is_gone(it) && has_it(it));
    // moto leaves an address on the interface of a NAT gateway that is gone.
    let was_held = gateways.iter().any(|item| is_gone(item) && has_it(item));
    holder.or_else(|| {
        let association = address.get("associationId").filter(|_| !was_held);
        association.map(str::to_owned)
    })
}

fn address(case: Case<'_>) -> Option<Refusal> {
    let id = case.call.parameter("AllocationId")?;
    let found = case.there.one("DescribeAddresses", "AllocationId", id)?;
    let holder = holder_of_address(case, &found)?;
    let message =
        format!("Address with allocation id [{id}] cannot be released: {holder} uses it.");
    Some(Refusal::new("InvalidIPAddress.InUse", message))
}
