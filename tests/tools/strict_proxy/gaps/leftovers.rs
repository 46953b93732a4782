//! What goes with its owner on AWS, and stays on moto: it is deleted there where that can be, and left out of answers
//! where it cannot.

use super::super::answer::{Element, good, mend};
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
    /// moto deletes no ACL that a subnet was ever associated with, and keeps what went with subnets and VPCs.
    fn tell_acls(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let inquiry = Inquiry::new(call, next);
        let vpcs = inquiry.list("DescribeVpcs", &[]);
        let subnets = inquiry.list("DescribeSubnets", &[]);
        let is_among = |items: &[Element], id: &str, item: &Element| {
            let found = item.get(id);
            found.is_some_and(|wanted| items.iter().any(|it| it.is(id, wanted)))
        };
        mend(next.run(call.clone(), notes), |root, editing| {
            for acl in root.items("networkAclSet") {
                if !is_among(&vpcs, "vpcId", acl) {
                    editing.remove(acl);
                    continue;
                }
                for association in acl.items("associationSet") {
                    if !is_among(&subnets, "subnetId", association) {
                        editing.remove(association);
                    }
                }
            }
        })
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
            let is_of_vpc = |other: &&Element| acl.get("vpcId") == other.get("vpcId");
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
                    // moto has no way to take an association away, and the default ACL need not be deleted.
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
            Some("DescribeNetworkAcls") => Self::tell_acls(&call, notes, next),
            Some("DeleteNatGateway") => Self::delete_nat_gateway(&call, notes, next),
            Some("DeleteSubnet") => Self::delete_subnet(&call, notes, next),
            _ => next.run(call, notes),
        }
    }
}
