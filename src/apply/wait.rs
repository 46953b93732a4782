//! What has to be so before a step counts as done.

use super::engine::Ec2;
use super::look::{items, record, records, state, text, text_at, wrong};
use crate::steps::{Failed, List, Wait};
use serde_json::{Map, Value};

/// How it stands with what is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is so.
    Ready,
    /// Not yet; the state AWS tells.
    NotYet(String),
    /// It cannot be seen.
    NotThere,
    /// It will not be.
    Never(String),
}

/// What is known of the call that waits.
pub(super) struct Waiting<'a> {
    /// What it waits for.
    pub wait: Wait,
    /// The parameters it was made with.
    pub parameters: &'a Map<String, Value>,
    /// Its answer.
    pub answer: Option<&'a Value>,
    /// The id of what it made.
    pub made: Option<&'a str>,
}

impl Waiting<'_> {
    /// The id it is about: of what was made, or a parameter of this name.
    fn id(&self, parameter: &str) -> Result<String, Failed> {
        let listed = || {
            let first = self.parameters.get(parameter)?.as_array()?.first()?;
            first.as_str()
        };
        let named = || self.parameters.get(parameter)?.as_str();
        self.made
            .or_else(named)
            .or_else(listed)
            .map(str::to_owned)
            .ok_or_else(|| wrong(format!("nothing says which {parameter} is waited for")))
    }

    /// The association it is about, from the answer or a parameter.
    fn association(&self) -> Option<String> {
        let paths = [
            "AssociationId",
            "NewAssociationId",
            "CidrBlockAssociation.AssociationId",
            "Ipv6CidrBlockAssociation.AssociationId",
        ];
        let answered = paths
            .iter()
            .find_map(|path| text_at(self.answer?, path))
            .map(str::to_owned);
        answered.or_else(|| {
            let named = self.parameters.get("AssociationId")?.as_str();
            named.map(str::to_owned)
        })
    }

    /// How it stands.
    ///
    /// # Errors
    /// The question failed.
    pub(super) async fn standing<C: Ec2>(&self, ec2: &C) -> Result<Standing, Failed> {
        match self.wait {
            Wait::VpcAvailable => self.reaches(ec2, List::Vpcs, "VpcId", "available").await,
            Wait::VpcIpv6Associated => {
                let id = self.id("VpcId")?;
                let Some(vpc) = record(ec2, List::Vpcs, &id).await? else {
                    return Ok(not_there());
                };
                let has_block = items(&vpc, "Ipv6CidrBlockAssociationSet").iter().any(|it| {
                    text(it, "Ipv6CidrBlock").is_some_and(|block| !block.is_empty())
                        && block_state(it) == "associated"
                });
                Ok(match state(&vpc).as_str() {
                    "available" if has_block => Standing::Ready,
                    "available" => Standing::NotYet("its version 6 block is on its way".into()),
                    other => Standing::NotYet(other.to_owned()),
                })
            }
            Wait::VpcCidrBlockAssociated => self.block(ec2, List::Vpcs, "VpcId").await,
            Wait::SubnetCidrBlockAssociated => self.block(ec2, List::Subnets, "SubnetId").await,
            Wait::VpcCidrBlockDisassociated => {
                let association = self.association();
                let vpcs = records(ec2, List::Vpcs, &[]).await?;
                let held = vpcs
                    .iter()
                    .flat_map(blocks)
                    .find(|it| text(it, "AssociationId") == association.as_deref());
                Ok(match held.map(block_state) {
                    None | Some("disassociated") => Standing::Ready,
                    Some(state) => Standing::NotYet(state.to_owned()),
                })
            }
            Wait::EncryptionControlAvailable => {
                let control = self.control(ec2).await?;
                Ok(control.map_or_else(not_there, |it| reached(&state(&it), "available")))
            }
            Wait::EncryptionControlDeleted => Ok(gone(self.control(ec2).await?.as_ref())),
            Wait::SubnetAvailable => {
                self.reaches(ec2, List::Subnets, "SubnetId", "available")
                    .await
            }
            Wait::InternetGatewayExists => {
                self.exists(ec2, List::InternetGateways, "InternetGatewayId")
                    .await
            }
            Wait::SecurityGroupExists => self.exists(ec2, List::SecurityGroups, "GroupId").await,
            Wait::RouteTableAssociated => self.table(ec2).await,
            Wait::NatGatewayAvailable => {
                self.reaches(ec2, List::NatGateways, "NatGatewayId", "available")
                    .await
            }
            Wait::NatGatewayDeleted => self.goes(ec2, List::NatGateways, "NatGatewayId").await,
            Wait::TransitGatewayAttachmentAvailable => {
                let list = List::TransitGatewayVpcAttachments;
                self.reaches(ec2, list, "TransitGatewayAttachmentId", "available")
                    .await
            }
            Wait::TransitGatewayAttachmentDeleted => {
                let list = List::TransitGatewayVpcAttachments;
                self.goes(ec2, list, "TransitGatewayAttachmentId").await
            }
            Wait::VpnGatewayAttached | Wait::VpnGatewayDetached => self.vpn(ec2).await,
            Wait::PeeringConnectionRequested | Wait::PeeringConnectionActive => {
                self.peering(ec2).await
            }
            Wait::PeeringConnectionDeleted => {
                let list = List::VpcPeeringConnections;
                self.goes(ec2, list, "VpcPeeringConnectionId").await
            }
            Wait::VpcEndpointAvailable => {
                let name = if self.parameters.contains_key("VpcEndpointId") {
                    "VpcEndpointId"
                } else {
                    "VpcEndpointIds"
                };
                self.reaches(ec2, List::VpcEndpoints, name, "available")
                    .await
            }
            Wait::VpcEndpointDeleted => self.goes(ec2, List::VpcEndpoints, "VpcEndpointIds").await,
            Wait::ResolverEndpointOperational => {
                let list = List::ResolverEndpoints;
                self.reaches(ec2, list, "ResolverEndpointId", "operational")
                    .await
            }
            Wait::ResolverEndpointDeleted => {
                self.goes(ec2, List::ResolverEndpoints, "ResolverEndpointId")
                    .await
            }
        }
    }

    async fn reaches<C: Ec2>(
        &self,
        ec2: &C,
        list: List,
        parameter: &str,
        wanted: &str,
    ) -> Result<Standing, Failed> {
        let Some(found) = record(ec2, list, &self.id(parameter)?).await? else {
            return Ok(not_there());
        };
        let standing = reached(&state(&found), wanted);
        // A NAT gateway says why it failed.
        Ok(match (standing, text(&found, "FailureMessage")) {
            (Standing::Never(_), Some(why)) => Standing::Never(why.to_owned()),
            (standing, _) => standing,
        })
    }

    async fn exists<C: Ec2>(
        &self,
        ec2: &C,
        list: List,
        parameter: &str,
    ) -> Result<Standing, Failed> {
        let found = record(ec2, list, &self.id(parameter)?).await?;
        Ok(found.map_or_else(not_there, |_| Standing::Ready))
    }

    async fn goes<C: Ec2>(&self, ec2: &C, list: List, parameter: &str) -> Result<Standing, Failed> {
        let found = record(ec2, list, &self.id(parameter)?).await?;
        Ok(gone(found.as_ref()))
    }

    async fn block<C: Ec2>(
        &self,
        ec2: &C,
        list: List,
        parameter: &str,
    ) -> Result<Standing, Failed> {
        let Some(found) = record(ec2, list, &self.id(parameter)?).await? else {
            return Ok(not_there());
        };
        let association = self.association();
        let block = blocks(&found).find(|it| text(it, "AssociationId") == association.as_deref());
        Ok(block.map_or_else(not_there, |it| reached(block_state(it), "associated")))
    }

    async fn control<C: Ec2>(&self, ec2: &C) -> Result<Option<Value>, Failed> {
        let named = |name: &str| self.parameters.get(name).and_then(Value::as_str);
        let id = self.made.or_else(|| named("VpcEncryptionControlId"));
        let vpc = named("VpcId");
        let found = records(ec2, List::VpcEncryptionControls, &[]).await?;
        Ok(found.into_iter().find(|it| match id {
            Some(id) => text(it, "VpcEncryptionControlId") == Some(id),
            None => text(it, "VpcId") == vpc,
        }))
    }

    async fn table<C: Ec2>(&self, ec2: &C) -> Result<Standing, Failed> {
        let association = self.association();
        let named = self.parameters.get("RouteTableId").and_then(Value::as_str);
        let id = named.ok_or_else(|| wrong("nothing says which route table is waited for"))?;
        let Some(table) = record(ec2, List::RouteTables, id).await? else {
            return Ok(not_there());
        };
        let found = items(&table, "Associations")
            .iter()
            .find(|it| text(it, "RouteTableAssociationId") == association.as_deref());
        let state = |it| text_at(it, "AssociationState.State").unwrap_or("associated");
        Ok(found.map_or_else(not_there, |it| reached(state(it), "associated")))
    }

    async fn vpn<C: Ec2>(&self, ec2: &C) -> Result<Standing, Failed> {
        let id = self.id("VpnGatewayId")?;
        let found = record(ec2, List::VpnGateways, &id).await?;
        let vpc = self.parameters.get("VpcId").and_then(Value::as_str);
        let attachment = found.as_ref().and_then(|it| {
            items(it, "VpcAttachments")
                .iter()
                .find(|it| text(it, "VpcId") == vpc && text(it, "State") != Some("detached"))
        });
        let state = attachment
            .and_then(|it| text(it, "State"))
            .unwrap_or("detached");
        Ok(match self.wait {
            Wait::VpnGatewayDetached => reached(state, "detached"),
            _ => reached(state, "attached"),
        })
    }

    async fn peering<C: Ec2>(&self, ec2: &C) -> Result<Standing, Failed> {
        let id = self.id("VpcPeeringConnectionId")?;
        let Some(found) = record(ec2, List::VpcPeeringConnections, &id).await? else {
            return Ok(not_there());
        };
        let state = state(&found);
        let is_enough = match self.wait {
            Wait::PeeringConnectionRequested => {
                matches!(
                    state.as_str(),
                    "pending-acceptance" | "provisioning" | "active"
                )
            }
            _ => state == "active",
        };
        Ok(match state.as_str() {
            _ if is_enough => Standing::Ready,
            "failed" | "rejected" | "expired" | "deleted" | "deleting" => {
                let why = text_at(&found, "Status.Message").unwrap_or(&state);
                Standing::Never(why.to_owned())
            }
            other => Standing::NotYet(other.to_owned()),
        })
    }
}

/// The associations of blocks of a VPC or subnet, of both versions.
fn blocks(record: &Value) -> impl Iterator<Item = &Value> {
    let of = |list| items(record, list).iter();
    of("CidrBlockAssociationSet").chain(of("Ipv6CidrBlockAssociationSet"))
}

fn block_state(association: &Value) -> &str {
    text_at(association, "CidrBlockState.State")
        .or_else(|| text_at(association, "Ipv6CidrBlockState.State"))
        .unwrap_or("associated")
}

fn not_there() -> Standing {
    Standing::NotThere
}

fn reached(state: &str, wanted: &str) -> Standing {
    match state {
        state if state == wanted => Standing::Ready,
        // Some lists have no state, and what is in them is there.
        "" => Standing::Ready,
        "failed" | "failing" | "rejected" | "rejecting" | "expired" | "deleted" | "deleting"
        | "delete-failed" => Standing::Never(format!("it is {state}")),
        // Attachments to transit gateways of other accounts, and endpoints of services that ask for it.
        "pendingacceptance" => Standing::NotYet("its owner has to accept it".to_owned()),
        state => Standing::NotYet(state.to_owned()),
    }
}

fn gone(record: Option<&Value>) -> Standing {
    match record.map(state).as_deref() {
        None | Some("deleted" | "failed" | "rejected" | "expired") => Standing::Ready,
        Some(state) => Standing::NotYet(state.to_owned()),
    }
}
