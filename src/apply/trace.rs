//! What a call would have made, looked for after its answer was lost.

use super::engine::Ec2;
use super::find::{block_association, is_tied};
use super::look::{id_of, is_over, items, put_at, record, records, state, tag, text, wrong};
use crate::network::{MADE_TAG, RUN_TAG, Text};
use crate::steps::{Action, Failed, List, Step};
use ipnet::IpNet;
use serde_json::{Map, Value, json};

/// The list that what an action makes is in, where it carries tags.
pub(super) const fn list_of(action: Action) -> Option<List> {
    Some(match action {
        Action::CreateVpc => List::Vpcs,
        Action::CreateSubnet => List::Subnets,
        Action::CreateInternetGateway => List::InternetGateways,
        Action::CreateEgressOnlyInternetGateway => List::EgressOnlyInternetGateways,
        Action::CreateRouteTable => List::RouteTables,
        Action::AllocateAddress => List::Addresses,
        Action::CreateNatGateway => List::NatGateways,
        Action::CreateTransitGatewayVpcAttachment => List::TransitGatewayVpcAttachments,
        Action::CreateVpnGateway => List::VpnGateways,
        Action::CreateVpcPeeringConnection => List::VpcPeeringConnections,
        Action::CreateVpcEndpoint => List::VpcEndpoints,
        Action::CreateSecurityGroup => List::SecurityGroups,
        Action::CreateNetworkAcl => List::NetworkAcls,
        Action::CreateFlowLogs => List::FlowLogs,
        Action::CreateVpcEncryptionControl => List::VpcEncryptionControls,
        Action::CreateResolverEndpoint => List::ResolverEndpoints,
        _ => return None,
    })
}

/// The word by which EC2 knows the kind of what an action makes, where tags are given with it.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html>
pub(super) const fn tagged_as(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::CreateVpc => "vpc",
        Action::CreateSubnet => "subnet",
        Action::CreateInternetGateway => "internet-gateway",
        Action::CreateEgressOnlyInternetGateway => "egress-only-internet-gateway",
        Action::CreateRouteTable => "route-table",
        Action::AllocateAddress => "elastic-ip",
        Action::CreateNatGateway => "natgateway",
        Action::CreateTransitGatewayVpcAttachment => "transit-gateway-attachment",
        Action::CreateVpnGateway => "vpn-gateway",
        Action::CreateVpcPeeringConnection => "vpc-peering-connection",
        Action::CreateVpcEndpoint => "vpc-endpoint",
        Action::CreateSecurityGroup => "security-group",
        Action::CreateNetworkAcl => "network-acl",
        Action::CreateFlowLogs => "vpc-flow-log",
        Action::CreateVpcEncryptionControl => "vpc-encryption-control",
        _ => return None,
    })
}

/// Whether what a call did can be found, so that it is looked for before the call is made again. Other calls do no harm
/// when they are made again: they set what is set, and take away what is gone.
pub(super) const fn can_be_found(action: Action) -> bool {
    list_of(action).is_some()
        || matches!(
            action,
            Action::AssociateVpcCidrBlock
                | Action::AssociateSubnetCidrBlock
                | Action::AttachInternetGateway
                | Action::AttachVpnGateway
                | Action::AssociateRouteTable
                | Action::ReplaceRouteTableAssociation
                | Action::ReplaceNetworkAclAssociation
                | Action::CreateRoute
                | Action::CreateNetworkAclEntry
                | Action::AcceptVpcPeeringConnection
        )
}

/// The filter that takes a tag, where the list's call knows it.
pub(super) fn tag_filter(list: List) -> Option<String> {
    match list {
        List::ResolverEndpoints | List::Ipv6Pools => None,
        _ => Some(format!("tag:{RUN_TAG}")),
    }
}

/// A call that was begun: what it is and what it was given.
pub(super) struct Begun<'a> {
    pub run: &'a str,
    pub step: &'a Step,
    pub parameters: &'a Map<String, Value>,
    pub context: Option<&'a str>,
    /// The client token it was made with.
    pub token: Option<&'a str>,
}

impl Begun<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)?.as_str()
    }

    fn needed(&self, name: &str) -> Result<&str, Failed> {
        self.parameter(name)
            .ok_or_else(|| wrong(format!("{} was made without {name}", self.step.id)))
    }

    /// The answer that the call would have had, where what it does is done. `None` where it is not, and where making the
    /// call again does no harm.
    ///
    /// # Errors
    /// The question failed.
    pub(super) async fn answer<C: Ec2>(&self, ec2: &C) -> Result<Option<Value>, Failed> {
        let action = self.step.call.action;
        if let Some(list) = list_of(action) {
            return self.made(ec2, list).await;
        }
        match action {
            Action::AssociateVpcCidrBlock => {
                let found = record(ec2, List::Vpcs, self.needed("VpcId")?).await?;
                Ok(found.and_then(|vpc| self.block(&vpc)))
            }
            Action::AssociateSubnetCidrBlock => {
                let found = record(ec2, List::Subnets, self.needed("SubnetId")?).await?;
                Ok(found.and_then(|subnet| self.block(&subnet)))
            }
            Action::AttachInternetGateway => {
                let id = self.needed("InternetGatewayId")?;
                let found = record(ec2, List::InternetGateways, id).await?;
                Ok(self.attached(found.as_ref(), "Attachments"))
            }
            Action::AttachVpnGateway => {
                let found = record(ec2, List::VpnGateways, self.needed("VpnGatewayId")?).await?;
                Ok(self.attached(found.as_ref(), "VpcAttachments"))
            }
            Action::AssociateRouteTable => self.associated(ec2).await,
            Action::ReplaceRouteTableAssociation | Action::ReplaceNetworkAclAssociation => {
                replaced(ec2, action, self.parameters, self.context).await
            }
            Action::CreateRoute => self.route(ec2).await,
            Action::CreateNetworkAclEntry => self.entry(ec2).await,
            Action::AcceptVpcPeeringConnection => {
                let id = self.needed("VpcPeeringConnectionId")?;
                let found = record(ec2, List::VpcPeeringConnections, id).await?;
                let is_done = found
                    .is_some_and(|it| matches!(state(&it).as_str(), "active" | "provisioning"));
                Ok(is_done.then(|| json!({})))
            }
            // Setting what is set, and taking away what is gone, does no harm.
            _ => Ok(None),
        }
    }

    /// What carries the tags of this run and step.
    async fn made<C: Ec2>(&self, ec2: &C, list: List) -> Result<Option<Value>, Failed> {
        let Some(output) = &self.step.output else {
            return Ok(None);
        };
        let filter = tag_filter(list);
        let filters: Vec<(&str, &str)> = filter
            .iter()
            .map(|name| (name.as_str(), self.run))
            .collect();
        let found = records(ec2, list, &filters).await?;
        let name = made_name(self.step);
        let is_it = |it: &&Value| match list {
            List::ResolverEndpoints => {
                self.token.is_some() && text(it, "CreatorRequestId") == self.token
            }
            _ => {
                tag(it, RUN_TAG) == Some(self.run)
                    && tag(it, MADE_TAG) == Some(&name)
                    && !is_over(&state(it))
            }
        };
        let id = found
            .iter()
            .find(is_it)
            .and_then(|it| text(it, id_of(list).0));
        Ok(id.map(|id| put_at(output, json!(id))))
    }

    fn block(&self, holder: &Value) -> Option<Value> {
        let named = ["CidrBlock", "Ipv6CidrBlock"]
            .iter()
            .find_map(|name| self.parameter(name));
        let block: Option<IpNet> = named.and_then(|text| text.parse().ok());
        let id = block_association(holder, block)?;
        let path = match block {
            Some(IpNet::V4(_)) => "CidrBlockAssociation.AssociationId",
            _ => "Ipv6CidrBlockAssociation.AssociationId",
        };
        Some(put_at(path, json!(id)))
    }

    fn attached(&self, gateway: Option<&Value>, list: &str) -> Option<Value> {
        let vpc = self.parameter("VpcId")?;
        let is_it = |it: &Value| {
            text(it, "VpcId") == Some(vpc)
                && !matches!(text(it, "State"), Some("detached" | "detaching"))
        };
        items(gateway?, list).iter().any(is_it).then(|| json!({}))
    }

    async fn associated<C: Ec2>(&self, ec2: &C) -> Result<Option<Value>, Failed> {
        let table = record(ec2, List::RouteTables, self.needed("RouteTableId")?).await?;
        let of = self.parameter("SubnetId").or(self.parameter("GatewayId"));
        let id = table.as_ref().and_then(|table| {
            let all = items(table, "Associations").iter();
            let mut ours = all.filter(|it| {
                is_tied(it) && (text(it, "SubnetId") == of || text(it, "GatewayId") == of)
            });
            // Both are none for the association that makes a table the main one.
            let found = ours.find(|_| of.is_some())?;
            text(found, "RouteTableAssociationId").map(str::to_owned)
        });
        Ok(id.map(|id| json!({ "AssociationId": id })))
    }

    /// A route is the same where its destination and its target are.
    async fn route<C: Ec2>(&self, ec2: &C) -> Result<Option<Value>, Failed> {
        let Some(table) = record(ec2, List::RouteTables, self.needed("RouteTableId")?).await?
        else {
            return Ok(None);
        };
        let destinations = [
            ("DestinationCidrBlock", "DestinationCidrBlock"),
            ("DestinationIpv6CidrBlock", "DestinationIpv6CidrBlock"),
            ("DestinationPrefixListId", "DestinationPrefixListId"),
        ];
        let goes_there = |route: &Value| {
            destinations.iter().all(|(parameter, member)| {
                self.parameter(parameter)
                    .is_none_or(|wanted| same_block(text(route, member), wanted))
            })
        };
        let has_target = |route: &Value| {
            self.parameters
                .iter()
                .filter(|(name, _)| name.as_str() != "RouteTableId")
                .filter(|(name, _)| !name.starts_with("Destination"))
                .filter_map(|(_, value)| value.as_str())
                .all(|target| is_target(route, target))
        };
        let is_it = |route: &Value| goes_there(route) && has_target(route);
        let is_done = items(&table, "Routes").iter().any(is_it);
        Ok(is_done.then(|| json!({ "Return": true })))
    }

    async fn entry<C: Ec2>(&self, ec2: &C) -> Result<Option<Value>, Failed> {
        let Some(acl) = record(ec2, List::NetworkAcls, self.needed("NetworkAclId")?).await? else {
            return Ok(None);
        };
        let is_it = |entry: &Value| {
            let mut wanted = self.parameters.iter();
            wanted.all(|(name, value)| match (name.as_str(), value.as_str()) {
                ("NetworkAclId", _) => true,
                ("CidrBlock" | "Ipv6CidrBlock", Some(block)) => {
                    same_block(text(entry, name), block)
                }
                _ => entry.get(name) == Some(value),
            })
        };
        Ok(items(&acl, "Entries").iter().any(is_it).then(|| json!({})))
    }
}

/// The answer to a call that replaced an association, where it is done. The association has a new id then, and the old
/// one is gone: it is found by what it associates, the `context`.
///
/// # Errors
/// The question failed.
pub(super) async fn replaced<C: Ec2>(
    ec2: &C,
    action: Action,
    parameters: &Map<String, Value>,
    context: Option<&str>,
) -> Result<Option<Value>, Failed> {
    let (list, holder, id) = match action {
        Action::ReplaceRouteTableAssociation => {
            (List::RouteTables, "RouteTableId", "RouteTableAssociationId")
        }
        Action::ReplaceNetworkAclAssociation => {
            (List::NetworkAcls, "NetworkAclId", "NetworkAclAssociationId")
        }
        _ => return Ok(None),
    };
    let named = parameters.get(holder).and_then(Value::as_str);
    let (Some(named), Some(context)) = (named, context) else {
        return Ok(None);
    };
    let found = record(ec2, list, named).await?;
    let is_ours = |it: &&Value| match context {
        "main" => it.get("Main").and_then(Value::as_bool) == Some(true),
        of => text(it, "SubnetId") == Some(of) || text(it, "GatewayId") == Some(of),
    };
    let found = found.as_ref().and_then(|it| {
        let mut all = items(it, "Associations").iter();
        text(all.find(is_ours)?, id).map(str::to_owned)
    });
    Ok(found.map(|id| json!({ "NewAssociationId": id })))
}

/// Whether a route has this target, whichever member tells it.
fn is_target(route: &Value, target: &str) -> bool {
    let members = route.as_object().into_iter().flatten();
    let mut targets = members.filter(|(name, _)| !name.starts_with("Destination"));
    targets.any(|(_, value)| value.as_str() == Some(target))
}

/// Whether two texts are the same block; what is no block is compared as it is.
fn same_block(held: Option<&str>, wanted: &str) -> bool {
    let Some(held) = held else { return false };
    match (held.parse::<IpNet>(), wanted.parse::<IpNet>()) {
        (Ok(held), Ok(wanted)) => held == wanted,
        _ => held == wanted,
    }
}

/// What is on the tag that tells what a resource is in the plan.
pub(super) fn made_name(step: &Step) -> Text {
    let name = match &step.makes {
        Some(key) => Text::from(key.id.as_str()),
        None => step.id.clone(),
    };
    // EC2 takes 256 characters.
    name.chars().take(256).collect()
}

/// What has to be known before a call whose answer may be lost, since its parameters name what goes with it: the subnet
/// or gateway of an association that is replaced.
///
/// # Errors
/// The question failed.
pub(super) async fn context<C: Ec2>(
    ec2: &C,
    action: Action,
    parameters: &Map<String, Value>,
) -> Result<Option<Text>, Failed> {
    let association = parameters.get("AssociationId").and_then(Value::as_str);
    let Some(association) = association else {
        return Ok(None);
    };
    match action {
        Action::ReplaceRouteTableAssociation => {
            let tables = records(ec2, List::RouteTables, &[]).await?;
            let mut all = tables.iter().flat_map(|it| items(it, "Associations"));
            let found = all.find(|it| text(it, "RouteTableAssociationId") == Some(association));
            let of = found.and_then(|it| {
                let is_main = it.get("Main").and_then(Value::as_bool) == Some(true);
                let tied = text(it, "SubnetId").or_else(|| text(it, "GatewayId"));
                if is_main { Some("main") } else { tied }
            });
            Ok(of.map(Text::from))
        }
        Action::ReplaceNetworkAclAssociation => {
            let acls = records(ec2, List::NetworkAcls, &[]).await?;
            let mut all = acls.iter().flat_map(|it| items(it, "Associations"));
            let found = all.find(|it| text(it, "NetworkAclAssociationId") == Some(association));
            Ok(found.and_then(|it| text(it, "SubnetId")).map(Text::from))
        }
        _ => Ok(None),
    }
}

/// The parameters of a call for each of the rules of a security group that it is about.
pub(super) fn single_rules(
    action: Action,
    parameters: &Map<String, Value>,
) -> Vec<Map<String, Value>> {
    const SIDES: [&str; 4] = [
        "IpRanges",
        "Ipv6Ranges",
        "PrefixListIds",
        "UserIdGroupPairs",
    ];
    if !matches!(
        action,
        Action::AuthorizeSecurityGroupIngress
            | Action::AuthorizeSecurityGroupEgress
            | Action::RevokeSecurityGroupIngress
            | Action::RevokeSecurityGroupEgress
    ) {
        return Vec::new();
    }
    let permissions = parameters.get("IpPermissions").and_then(Value::as_array);
    let mut single = Vec::new();
    for permission in permissions.into_iter().flatten() {
        let Some(permission) = permission.as_object() else {
            continue;
        };
        for side in SIDES {
            let members = permission.get(side).and_then(Value::as_array);
            for member in members.into_iter().flatten() {
                let mut one = permission.clone();
                one.retain(|name, _| !SIDES.contains(&name.as_str()));
                one.insert(side.to_owned(), json!([member]));
                let mut parameters = parameters.clone();
                parameters.insert("IpPermissions".to_owned(), json!([one]));
                single.push(parameters);
            }
        }
    }
    single
}

/// Whether what is not there is what the call's item is in: a group, a table, a list.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
pub(super) fn lacks_holder(failed: &Failed) -> bool {
    let codes = [
        "InvalidGroup.NotFound",
        "InvalidNetworkAclID.NotFound",
        "InvalidRouteTableID.NotFound",
    ];
    failed
        .code
        .as_deref()
        .is_some_and(|code| codes.contains(&code))
}

/// Whether what a call takes away is gone already, as AWS's refusal and its lists tell.
///
/// # Errors
/// The question failed.
pub(super) async fn is_gone<C: Ec2>(
    ec2: &C,
    action: Action,
    parameters: &Map<String, Value>,
    refusal: &Failed,
) -> Result<bool, Failed> {
    let named = |name: &str| {
        let value = parameters.get(name)?;
        let first = value.as_array().and_then(|list| list.first());
        first.unwrap_or(value).as_str()
    };
    let (list, id) = match action {
        Action::DeleteVpc => (List::Vpcs, named("VpcId")),
        Action::DeleteSubnet => (List::Subnets, named("SubnetId")),
        Action::DeleteInternetGateway => (List::InternetGateways, named("InternetGatewayId")),
        Action::DeleteEgressOnlyInternetGateway => (
            List::EgressOnlyInternetGateways,
            named("EgressOnlyInternetGatewayId"),
        ),
        Action::DeleteRouteTable => (List::RouteTables, named("RouteTableId")),
        Action::ReleaseAddress => (List::Addresses, named("AllocationId")),
        Action::DeleteNatGateway => (List::NatGateways, named("NatGatewayId")),
        Action::DeleteTransitGatewayVpcAttachment => (
            List::TransitGatewayVpcAttachments,
            named("TransitGatewayAttachmentId"),
        ),
        Action::DeleteVpnGateway => (List::VpnGateways, named("VpnGatewayId")),
        Action::DeleteVpcPeeringConnection => {
            (List::VpcPeeringConnections, named("VpcPeeringConnectionId"))
        }
        Action::DeleteVpcEndpoints => (List::VpcEndpoints, named("VpcEndpointIds")),
        Action::DeleteSecurityGroup => (List::SecurityGroups, named("GroupId")),
        Action::DeleteNetworkAcl => (List::NetworkAcls, named("NetworkAclId")),
        Action::DeleteFlowLogs => (List::FlowLogs, named("FlowLogIds")),
        Action::DeleteVpcEncryptionControl => {
            (List::VpcEncryptionControls, named("VpcEncryptionControlId"))
        }
        Action::DeleteResolverEndpoint => (List::ResolverEndpoints, named("ResolverEndpointId")),
        Action::DetachInternetGateway => {
            let vpc = named("VpcId");
            let gateway = named("InternetGatewayId").unwrap_or_default();
            let found = record(ec2, List::InternetGateways, gateway).await?;
            let holds = |it: &Value| {
                items(it, "Attachments")
                    .iter()
                    .any(|it| text(it, "VpcId") == vpc)
            };
            return Ok(!found.is_some_and(|it| holds(&it)));
        }
        _ if lacks_holder(refusal) => {
            let holders = [
                (List::SecurityGroups, named("GroupId")),
                (List::NetworkAcls, named("NetworkAclId")),
                (List::RouteTables, named("RouteTableId")),
            ];
            match holders.into_iter().find(|(_, id)| id.is_some()) {
                Some(holder) => holder,
                None => return Ok(true),
            }
        }
        // What is no resource of its own is gone when AWS says that it is not there.
        _ => return Ok(true),
    };
    let Some(id) = id else { return Ok(true) };
    let found = record(ec2, list, id).await?;
    Ok(found.is_none_or(|it| {
        let state = state(&it);
        // What came to nothing of a peering cannot be deleted, and goes by itself.
        state == "deleted"
            || state == "deleting"
            || (list == List::VpcPeeringConnections && is_over(&state))
    }))
}

/// Everything that carries the tag of a run and is not on its way out: the list it is in, its id, and what it is in the
/// plan.
///
/// # Errors
/// A question failed.
pub(super) async fn tagged<C: Ec2>(
    ec2: &C,
    run: &str,
    lists: &[List],
) -> Result<Vec<(List, String, Text)>, Failed> {
    let mut all = Vec::new();
    for list in lists {
        let filter = tag_filter(*list);
        let filters: Vec<(&str, &str)> = filter.iter().map(|name| (name.as_str(), run)).collect();
        for found in records(ec2, *list, &filters).await? {
            let is_ours = tag(&found, RUN_TAG) == Some(run) && !is_over(&state(&found));
            if let (true, Some(id)) = (is_ours, text(&found, id_of(*list).0)) {
                let name = tag(&found, MADE_TAG).unwrap_or_default();
                all.push((*list, id.to_owned(), name.into()));
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_taken_apart() {
        let parameters = json!({
            "GroupId": "sg-1",
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                 "IpRanges": [{"CidrIp": "10.0.0.0/16"}, {"CidrIp": "10.1.0.0/16"}],
                 "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/56"}]},
                {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2"}]},
            ],
        });
        let parameters = parameters.as_object().unwrap();
        let single = single_rules(Action::RevokeSecurityGroupIngress, parameters);
        assert_eq!(single.len(), 4);
        assert!(single.iter().all(|it| it["GroupId"] == "sg-1"));
        assert_eq!(
            single[2]["IpPermissions"],
            json!([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                    "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/56"}]}])
        );
        let other = single_rules(Action::CreateSecurityGroup, parameters);
        assert!(other.is_empty());
    }
}
