//! What has to be so before a call counts as done, as commands that wait for it.

use super::names::{subject, title};
use super::words::{line, quoted};
use super::{Writer, broken, is_away};
use crate::steps::{Call, Step, Value, Wait};

/// Asks for the state of one thing.
struct Question {
    wanted: &'static str,
    service: &'static str,
    command: &'static str,
    by: &'static str,
    query: String,
}

impl Writer<'_> {
    /// Commands that wait, given the word for the id of what the call was about.
    pub(super) fn waiting(&mut self, call: &Call, id: Option<&str>, step: &Step) -> Vec<String> {
        let (Some(wait), Some(id)) = (call.wait, id) else {
            return Vec::new();
        };
        let parameter = |name: &str| call.parameters.get(name);
        let mut word = |name: &str| {
            parameter(name)
                .map(|value| self.word(value))
                .unwrap_or_default()
        };
        let waiter = |name: &str, option: &str| format!("run ec2 wait {name} --{option} {id}");
        let ec2 = |wanted, command, by, query: &str| Question {
            wanted,
            service: "ec2",
            command,
            by,
            query: query.to_owned(),
        };
        let block = match (parameter("CidrBlock"), parameter("Ipv6CidrBlock")) {
            (Some(Value::Text(block)), _) if wait == Wait::VpcCidrBlockAssociated => {
                format!("CidrBlockAssociationSet[?CidrBlock=='{block}'][].CidrBlockState")
            }
            (_, Some(Value::Text(block))) => {
                format!(
                    "Ipv6CidrBlockAssociationSet[?Ipv6CidrBlock=='{block}'][].Ipv6CidrBlockState"
                )
            }
            _ => "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlockState".to_owned(),
        };
        // Of a block that came and went there may be older associations.
        let associated =
            |list: &str| format!("{list}[].{block} | [?State=='associated'] | [0].State");
        let question = match wait {
            Wait::VpcAvailable => return vec![waiter("vpc-available", "vpc-ids")],
            Wait::SubnetAvailable => return vec![waiter("subnet-available", "subnet-ids")],
            Wait::InternetGatewayExists => {
                return vec![waiter("internet-gateway-exists", "internet-gateway-ids")];
            }
            Wait::SecurityGroupExists => return vec![waiter("security-group-exists", "group-ids")],
            Wait::NatGatewayAvailable => return vec![format!("await_nat_gateway {id}")],
            Wait::NatGatewayDeleted => {
                return vec![waiter("nat-gateway-deleted", "nat-gateway-ids")];
            }
            Wait::VpcIpv6Associated | Wait::VpcCidrBlockAssociated => ec2(
                "associated",
                "describe-vpcs",
                "vpc-ids",
                &associated("Vpcs"),
            ),
            Wait::SubnetCidrBlockAssociated => ec2(
                "associated",
                "describe-subnets",
                "subnet-ids",
                &associated("Subnets"),
            ),
            Wait::VpcCidrBlockDisassociated => {
                // The association stands in no filter that both families have.
                let of = |set: &str, state: &str| {
                    format!("Vpcs[].{set}[?AssociationId=='$ID'][].{state}.State")
                };
                let query = format!(
                    "[{},{}][] | [?@!='disassociated' && @!='failed'] | [0]",
                    of("CidrBlockAssociationSet", "CidrBlockState"),
                    of("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState")
                );
                let query = query.replace("$ID", id.trim_matches('"'));
                let what = quoted(&format!("the block of {}", line(&step.about.to_string())));
                let head = format!("await {what} gone ask ec2 describe-vpcs");
                return broken(&head, &[format!("--query \"{query}\"")], "");
            }
            Wait::EncryptionControlAvailable => ec2(
                "available",
                "describe-vpc-encryption-controls",
                "vpc-encryption-control-ids",
                "VpcEncryptionControls[0].State",
            ),
            Wait::EncryptionControlDeleted => ec2(
                "'gone deleted'",
                "describe-vpc-encryption-controls",
                "vpc-encryption-control-ids",
                "VpcEncryptionControls[0].State",
            ),
            Wait::RouteTableAssociated => {
                let table = word("RouteTableId");
                let tied = match parameter("SubnetId") {
                    Some(_) => word("SubnetId"),
                    None => word("GatewayId"),
                };
                let what = quoted(&format!("the route table of {}", line(subject(step))));
                return vec![format!("await {what} {table} associated_table {tied}")];
            }
            Wait::TransitGatewayAttachmentAvailable => ec2(
                "available",
                "describe-transit-gateway-vpc-attachments",
                "transit-gateway-attachment-ids",
                "TransitGatewayVpcAttachments[0].State",
            ),
            Wait::TransitGatewayAttachmentDeleted => ec2(
                "'gone deleted'",
                "describe-transit-gateway-vpc-attachments",
                "transit-gateway-attachment-ids",
                "TransitGatewayVpcAttachments[0].State",
            ),
            Wait::VpnGatewayAttached | Wait::VpnGatewayDetached => {
                let vpc = word("VpcId");
                let vpc = vpc.trim_matches('"');
                let wanted = if wait == Wait::VpnGatewayAttached {
                    "attached"
                } else {
                    "gone"
                };
                ec2(
                    wanted,
                    "describe-vpn-gateways",
                    "vpn-gateway-ids",
                    &format!(
                        "VpnGateways[].VpcAttachments[?VpcId=='{vpc}' && State!='detached'][].State | [0]"
                    ),
                )
            }
            Wait::PeeringConnectionRequested => ec2(
                "'pending-acceptance active'",
                "describe-vpc-peering-connections",
                "vpc-peering-connection-ids",
                "VpcPeeringConnections[0].Status.Code",
            ),
            Wait::PeeringConnectionActive => ec2(
                "active",
                "describe-vpc-peering-connections",
                "vpc-peering-connection-ids",
                "VpcPeeringConnections[0].Status.Code",
            ),
            Wait::PeeringConnectionDeleted => ec2(
                "'gone deleted'",
                "describe-vpc-peering-connections",
                "vpc-peering-connection-ids",
                "VpcPeeringConnections[0].Status.Code",
            ),
            Wait::VpcEndpointAvailable => ec2(
                "'available Available'",
                "describe-vpc-endpoints",
                "vpc-endpoint-ids",
                "VpcEndpoints[0].State",
            ),
            Wait::VpcEndpointDeleted => ec2(
                "'gone deleted Deleted'",
                "describe-vpc-endpoints",
                "vpc-endpoint-ids",
                "VpcEndpoints[0].State",
            ),
            Wait::ResolverEndpointOperational | Wait::ResolverEndpointDeleted => Question {
                wanted: if wait == Wait::ResolverEndpointDeleted {
                    "gone"
                } else {
                    "OPERATIONAL"
                },
                service: "route53resolver",
                command: "get-resolver-endpoint",
                by: "resolver-endpoint-id",
                query: "ResolverEndpoint.Status".to_owned(),
            },
        };
        let Question {
            wanted,
            service,
            command,
            by,
            query,
        } = question;
        let what = quoted(&format!("the {}", title(step)));
        let query = if query.contains('\'') {
            format!("\"{query}\"")
        } else {
            quoted(&query)
        };
        let tolerated = match self.way {
            super::Way::Make if is_away(call.action) => {
                format!("tolerated='{}' ", super::MISSING)
            }
            _ => String::new(),
        };
        let mut lines = Vec::new();
        if wait == Wait::VpcIpv6Associated {
            lines.push(waiter("vpc-available", "vpc-ids"));
        }
        lines.extend(broken(
            &format!("{tolerated}await {what} {wanted} ask {service} {command}"),
            &[format!("--{by} {id}"), format!("--query {query}")],
            "",
        ));
        lines
    }
}
