//! What has no tags: it is looked for in what is described before it is made.

use super::words::{line, quoted};
use super::{Writer, permissions};
use crate::steps::{Action, Find, Step, Value};

impl Writer<'_> {
    /// A step that makes nothing with an id of its own.
    pub(super) fn change(&mut self, step: &Step) {
        let call = &step.call;
        match call.action {
            Action::AuthorizeSecurityGroupIngress | Action::AuthorizeSecurityGroupEgress => {
                for one in permissions(call).into_iter().flatten() {
                    let options = self.options(step, &one);
                    let runner = r"tolerated='InvalidPermission\.Duplicate' run";
                    let lines = self.command(runner, call, &options);
                    self.lines.extend(lines);
                }
            }
            Action::CreateNetworkAclEntry => self.acl_entry(step),
            _ => {
                let check = self.check(step);
                let options = self.options(step, call);
                let before = std::mem::take(&mut self.scope.before);
                let mut lines = self.command("run", call, &options);
                lines.push(format!("told_done {}", quoted(&line(&step.id))));
                self.lines.extend(before);
                match check {
                    Some(check) => {
                        self.push(format!("if ! {check}; then"));
                        self.lines.extend(super::indented(&lines));
                        self.push("fi");
                    }
                    None => self.lines.extend(lines),
                }
            }
        }
    }

    /// The command that says whether a step is done already; none where it does no harm to do it again.
    fn check(&mut self, step: &Step) -> Option<String> {
        let parameters = &step.call.parameters;
        let mut words = |function: &str, names: &[&str]| {
            let mut command = function.to_owned();
            for name in names {
                if let Some(value) = parameters.get(name) {
                    command.push(' ');
                    command.push_str(&self.word(value));
                }
            }
            command
        };
        Some(match step.call.action {
            Action::CreateRoute => {
                let field = [
                    "DestinationCidrBlock",
                    "DestinationIpv6CidrBlock",
                    "DestinationPrefixListId",
                ];
                let field = field.into_iter().find(|it| parameters.get(it).is_some())?;
                let mut names = parameters.iter().map(|(name, _)| name);
                let target = names.find(|name| *name != "RouteTableId" && *name != field)?;
                let table = words("has_route", &["RouteTableId"]);
                let rest = words(field, &[field, target]);
                format!("{table} {rest}")
            }
            Action::AssociateRouteTable => {
                words("is_associated", &["RouteTableId", "SubnetId", "GatewayId"])
            }
            Action::AttachInternetGateway => words("is_attached", &["InternetGatewayId", "VpcId"]),
            Action::AttachVpnGateway => words("is_attached", &["VpnGatewayId", "VpcId"]),
            Action::AssociateVpcCidrBlock => {
                words("has_block", &["VpcId", "CidrBlock", "Ipv6CidrBlock"])
            }
            Action::AssociateSubnetCidrBlock => words("has_block", &["SubnetId", "Ipv6CidrBlock"]),
            Action::EnableVgwRoutePropagation => {
                words("propagates", &["RouteTableId", "GatewayId"])
            }
            Action::AcceptVpcPeeringConnection => words("is_active", &["VpcPeeringConnectionId"]),
            Action::ModifyVpcEncryptionControl => {
                words("has_mode", &["VpcEncryptionControlId", "Mode"])
            }
            Action::ReplaceNetworkAclAssociation => {
                let acl = words("is_guarded", &["NetworkAclId"]);
                let Value::Find(Find::NetworkAclAssociation { subnet }) =
                    parameters.get("AssociationId")?
                else {
                    return None;
                };
                let subnet = self.word(subnet);
                format!("{acl} {subnet}")
            }
            _ => return None,
        })
    }

    /// An entry of a network ACL is written anew where its number is there.
    fn acl_entry(&mut self, step: &Step) {
        let parameters = &step.call.parameters;
        let mut check = "has_entry".to_owned();
        for name in ["NetworkAclId", "RuleNumber", "Egress"] {
            if let Some(value) = parameters.get(name) {
                check.push(' ');
                check.push_str(&self.word(value));
            }
        }
        let options = self.options(step, &step.call);
        let before = std::mem::take(&mut self.scope.before);
        self.lines.extend(before);
        self.push("verb=create");
        self.push(format!("if {check}; then verb=replace; fi"));
        let lines = super::broken("run ec2 \"$verb-network-acl-entry\"", &options, "");
        self.lines.extend(lines);
    }
}
