//! What goes with its owner on AWS, and stays on moto: it is deleted there, so that every list is right.

use super::super::answer::good;
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::stage::{Next, Notes, Outcome, Stage};

/// The stage.
///
/// - The default network ACL goes with its VPC.
/// - The interface of a NAT gateway goes with it, and its address is free then.
/// - Associations of a subnet with a route table and a network ACL go with the subnet.
pub(crate) struct Leftovers;

impl Leftovers {
    fn delete_vpc(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let inquiry = Inquiry::new(call, next);
        let vpc = call.parameter("VpcId").unwrap_or_default();
        let acls = inquiry.filtered("DescribeNetworkAcls", "vpc-id", vpc);
        let outcome = next.run(call.clone(), notes);
        if good(&outcome).is_some() {
            for acl in acls.iter().filter(|acl| acl.is("default", "true")) {
                let id = acl.get("networkAclId").unwrap_or_default();
                inquiry.order("DeleteNetworkAcl", &[("NetworkAclId", id)]);
            }
        }
        outcome
    }

    fn delete_nat_gateway(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let inquiry = Inquiry::new(call, next);
        let id = call.parameter("NatGatewayId").unwrap_or_default();
        let found = inquiry.one("DescribeNatGateways", "NatGatewayId", id);
        let outcome = next.run(call.clone(), notes);
        let Some(found) = found.filter(|_| good(&outcome).is_some()) else {
            return outcome;
        };
        for address in found.items("natGatewayAddressSet") {
            if let Some(association) = address.get("associationId") {
                inquiry.order("DisassociateAddress", &[("AssociationId", association)]);
            }
            if let Some(interface) = address.get("networkInterfaceId") {
                inquiry.order(
                    "DeleteNetworkInterface",
                    &[("NetworkInterfaceId", interface)],
                );
            }
        }
        outcome
    }

    fn delete_subnet(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let inquiry = Inquiry::new(call, next);
        let subnet = call.parameter("SubnetId").unwrap_or_default();
        let tables = inquiry.filtered("DescribeRouteTables", "association.subnet-id", subnet);
        let acls = inquiry.list("DescribeNetworkAcls", &[]);
        let outcome = next.run(call.clone(), notes);
        if good(&outcome).is_none() {
            return outcome;
        }
        for association in tables
            .iter()
            .flat_map(|table| table.items("associationSet"))
        {
            let id = association.get("routeTableAssociationId");
            if let Some(id) = id.filter(|_| association.is("subnetId", subnet)) {
                inquiry.order("DisassociateRouteTable", &[("AssociationId", id)]);
            }
        }
        for acl in acls.iter().filter(|acl| !acl.is("default", "true")) {
            let is_of_vpc =
                |other: &&_| acl.get("vpcId") == super::super::answer::Element::get(other, "vpcId");
            let default = acls
                .iter()
                .filter(|other| other.is("default", "true"))
                .find(is_of_vpc)
                .and_then(|default| default.get("networkAclId"));
            for association in acl.items("associationSet") {
                let id = association.get("networkAclAssociationId");
                if let (Some(id), Some(default), true) =
                    (id, default, association.is("subnetId", subnet))
                {
                    // moto has no way to take an association away; the default ACL's own hold nothing up.
                    inquiry.order(
                        "ReplaceNetworkAclAssociation",
                        &[("AssociationId", id), ("NetworkAclId", default)],
                    );
                }
            }
        }
        outcome
    }
}

impl Stage for Leftovers {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        match call.ec2_action() {
            Some("DeleteVpc") => Self::delete_vpc(&call, notes, next),
            Some("DeleteNatGateway") => Self::delete_nat_gateway(&call, notes, next),
            Some("DeleteSubnet") => Self::delete_subnet(&call, notes, next),
            _ => next.run(call, notes),
        }
    }
}
