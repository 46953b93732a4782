//! Kinds of resources: which action makes one, which tells of it, and how an unknown one is refused.
//!
//! Codes: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>

use super::answer::Element;

/// One kind.
pub(crate) struct Kind {
    /// Start of its ids, hyphen included.
    pub(crate) prefix: &'static str,
    pub(crate) create: &'static str,
    pub(crate) describe: &'static str,
    /// The list in the answer to that.
    pub(crate) list: &'static str,
    /// The element that holds its id, in that list and in the answer of the action that makes it.
    pub(crate) id: &'static str,
    /// The parameter that asks for some by id, without its number.
    pub(crate) asked: &'static str,
    /// The code for an id that is not known.
    pub(crate) missing: &'static str,
}

macro_rules! kinds {
    ($( $prefix:literal $create:literal $describe:literal $list:literal $id:literal $asked:literal $missing:literal; )*) => {
        /// Every kind that a step can make.
        pub(crate) const KINDS: &[Kind] = &[$( Kind {
            prefix: $prefix,
            create: $create,
            describe: $describe,
            list: $list,
            id: $id,
            asked: $asked,
            missing: $missing,
        }, )*];
    };
}

kinds! {
    "vpc-" "CreateVpc" "DescribeVpcs" "vpcSet" "vpcId" "VpcId" "InvalidVpcID.NotFound";
    "vpcec-" "CreateVpcEncryptionControl" "DescribeVpcEncryptionControls" "vpcEncryptionControlSet"
        "vpcEncryptionControlId" "VpcEncryptionControlId" "InvalidVpcEncryptionControlId.NotFound";
    "subnet-" "CreateSubnet" "DescribeSubnets" "subnetSet" "subnetId" "SubnetId" "InvalidSubnetID.NotFound";
    "rtb-" "CreateRouteTable" "DescribeRouteTables" "routeTableSet" "routeTableId" "RouteTableId"
        "InvalidRouteTableID.NotFound";
    "igw-" "CreateInternetGateway" "DescribeInternetGateways" "internetGatewaySet" "internetGatewayId"
        "InternetGatewayId" "InvalidInternetGatewayID.NotFound";
    "eigw-" "CreateEgressOnlyInternetGateway" "DescribeEgressOnlyInternetGateways" "egressOnlyInternetGatewaySet"
        "egressOnlyInternetGatewayId" "EgressOnlyInternetGatewayId" "InvalidEgressOnlyInternetGatewayId.NotFound";
    "eipalloc-" "AllocateAddress" "DescribeAddresses" "addressesSet" "allocationId" "AllocationId"
        "InvalidAllocationID.NotFound";
    "nat-" "CreateNatGateway" "DescribeNatGateways" "natGatewaySet" "natGatewayId" "NatGatewayId" "NatGatewayNotFound";
    "vpce-" "CreateVpcEndpoint" "DescribeVpcEndpoints" "vpcEndpointSet" "vpcEndpointId" "VpcEndpointId"
        "InvalidVpcEndpointId.NotFound";
    "tgw-attach-" "CreateTransitGatewayVpcAttachment" "DescribeTransitGatewayVpcAttachments"
        "transitGatewayVpcAttachments" "transitGatewayAttachmentId" "TransitGatewayAttachmentIds"
        "InvalidTransitGatewayAttachmentID.NotFound";
    "vgw-" "CreateVpnGateway" "DescribeVpnGateways" "vpnGatewaySet" "vpnGatewayId" "VpnGatewayId"
        "InvalidVpnGatewayID.NotFound";
    "pcx-" "CreateVpcPeeringConnection" "DescribeVpcPeeringConnections" "vpcPeeringConnectionSet"
        "vpcPeeringConnectionId" "VpcPeeringConnectionId" "InvalidVpcPeeringConnectionID.NotFound";
    "sg-" "CreateSecurityGroup" "DescribeSecurityGroups" "securityGroupInfo" "groupId" "GroupId"
        "InvalidGroup.NotFound";
    "acl-" "CreateNetworkAcl" "DescribeNetworkAcls" "networkAclSet" "networkAclId" "NetworkAclId"
        "InvalidNetworkAclID.NotFound";
    "fl-" "CreateFlowLogs" "DescribeFlowLogs" "flowLogSet" "flowLogId" "FlowLogId" "InvalidFlowLogId.NotFound";
}

/// The kind that an action makes one of.
pub(crate) fn made_by(action: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.create == action)
}

/// The kind that an action tells of.
pub(crate) fn told_by(action: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.describe == action)
}

/// The kind of an id.
pub(crate) fn of_id(id: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| id.starts_with(kind.prefix))
}

impl Kind {
    /// The ids in the answer of the action that makes this kind.
    pub(crate) fn made(&self, root: &Element) -> Vec<String> {
        // Flow logs are made by the dozen, and their ids listed.
        let listed = root.texts("flowLogIdSet");
        let ids = match root.find(self.id) {
            Some(id) if listed.is_empty() => vec![id.text.as_str()],
            _ => listed,
        };
        ids.into_iter().map(str::to_owned).collect()
    }

    /// The code for an id of this kind that is not known, which an action's parameter names. Routes have words of their
    /// own for their targets.
    pub(crate) fn missing_in(&self, action: &str) -> &'static str {
        let is_route = matches!(action, "CreateRoute" | "ReplaceRoute");
        match self.prefix {
            "igw-" | "eigw-" | "vgw-" if is_route => "InvalidGatewayID.NotFound",
            "nat-" if is_route => "InvalidNatGatewayID.NotFound",
            _ => self.missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_apart_by_their_start() {
        let list = |id: &str| of_id(id).map(|kind| kind.list);
        assert_eq!(list("vpc-1"), Some("vpcSet"));
        assert_eq!(list("vpcec-1"), Some("vpcEncryptionControlSet"));
        assert_eq!(list("vpce-1"), Some("vpcEndpointSet"));
        assert_eq!(list("tgw-1"), None);
    }

    #[test]
    fn the_table_agrees_with_that_of_pages() {
        for kind in KINDS {
            let limit = super::super::limits::limit(kind.describe);
            let lists = limit.map_or(&[][..], |limit| limit.lists);
            assert_eq!(lists, [kind.list], "{}", kind.describe);
        }
    }
}
