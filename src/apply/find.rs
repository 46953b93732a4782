//! Ids that no answer to a step holds.

use super::engine::Ec2;
use super::look::{items, missing, record, records, state, text, text_at};
use super::value::Values;
use crate::steps::{Failed, Find, List};
use ipnet::IpNet;
use serde_json::Value;

/// The id that is looked up.
///
/// # Errors
/// It is not there, or the question failed.
pub(super) async fn find<C: Ec2>(values: &Values<'_, C>, find: &Find) -> Result<String, Failed> {
    let ec2 = values.ec2;
    match find {
        Find::MainRouteTable { vpc } => {
            let table = main_table(ec2, &values.id(vpc).await?).await?;
            own(&table, "RouteTableId", "the main route table")
        }
        Find::MainRouteTableAssociation { vpc } => {
            let table = main_table(ec2, &values.id(vpc).await?).await?;
            let main = items(&table, "Associations").iter().find(|it| is_main(it));
            let id = main.and_then(|it| text(it, "RouteTableAssociationId"));
            id.map(str::to_owned)
                .ok_or_else(|| missing("the association of the main route table"))
        }
        Find::DefaultNetworkAcl { vpc } => {
            let vpc = values.id(vpc).await?;
            let filters = [("vpc-id", vpc.as_str()), ("default", "true")];
            let found = records(ec2, List::NetworkAcls, &filters).await?;
            let is_it = |it: &&Value| {
                text(it, "VpcId") == Some(&vpc)
                    && it.get("IsDefault").and_then(Value::as_bool) == Some(true)
            };
            let what = format!("the default network ACL of {vpc}");
            let acl = found.iter().find(is_it).ok_or_else(|| missing(&what))?;
            own(acl, "NetworkAclId", &what)
        }
        Find::DefaultSecurityGroup { vpc } => {
            let vpc = values.id(vpc).await?;
            let filters = [("vpc-id", vpc.as_str()), ("group-name", "default")];
            let found = records(ec2, List::SecurityGroups, &filters).await?;
            let is_it = |it: &&Value| {
                text(it, "VpcId") == Some(&vpc) && text(it, "GroupName") == Some("default")
            };
            let what = format!("the default security group of {vpc}");
            let group = found.iter().find(is_it).ok_or_else(|| missing(&what))?;
            own(group, "GroupId", &what)
        }
        Find::NatRouteTable { nat_gateway } => {
            let id = values.id(nat_gateway).await?;
            let found = record(ec2, List::NatGateways, &id).await?;
            let gateway = found.ok_or_else(|| missing(&id))?;
            own(
                &gateway,
                "RouteTableId",
                &format!("the route table of {id}"),
            )
        }
        Find::PrefixList { name } => {
            let filters = [("prefix-list-name", name.as_str())];
            let found = records(ec2, List::ManagedPrefixLists, &filters).await?;
            let list = found
                .iter()
                .find(|it| text(it, "PrefixListName") == Some(name));
            let what = format!("the prefix list {name}");
            own(list.ok_or_else(|| missing(&what))?, "PrefixListId", &what)
        }
        Find::Ipv6Pool { block } => {
            let found = records(ec2, List::Ipv6Pools, &[]).await?;
            let holds = |pool: &&Value| {
                items(pool, "PoolCidrBlocks").iter().any(|it| {
                    let held = text(it, "Cidr").and_then(|text| text.parse::<IpNet>().ok());
                    held.is_some_and(|held| held.contains(block))
                })
            };
            let what = format!("an address pool of this account that holds {block}");
            let pool = found.iter().find(holds).ok_or_else(|| missing(&what))?;
            own(pool, "PoolId", &what)
        }
        Find::RouteTableAssociation { of } => {
            let of = values.id(of).await?;
            let association = association_of(ec2, &of).await?;
            association
                .ok_or_else(|| missing(format!("the association of {of} with a route table")))
        }
        Find::NetworkAclAssociation { subnet } => {
            let subnet = values.id(subnet).await?;
            let association = acl_association(ec2, &subnet).await?;
            association.ok_or_else(|| missing(format!("the network ACL of {subnet}")))
        }
        Find::VpcCidrAssociation { vpc, block } => {
            let vpc = values.id(vpc).await?;
            let found = record(ec2, List::Vpcs, &vpc)
                .await?
                .ok_or_else(|| missing(&vpc))?;
            block_association(&found, *block)
                .ok_or_else(|| missing(format!("a block of {vpc} that is to change")))
        }
        Find::SubnetCidrAssociation { subnet, block } => {
            let subnet = values.id(subnet).await?;
            let found = record(ec2, List::Subnets, &subnet).await?;
            let found = found.ok_or_else(|| missing(&subnet))?;
            block_association(&found, *block)
                .ok_or_else(|| missing(format!("the version 6 block of {subnet}")))
        }
        Find::EncryptionControl { vpc } => {
            let vpc = values.id(vpc).await?;
            let found = records(ec2, List::VpcEncryptionControls, &[]).await?;
            let is_it = |it: &&Value| text(it, "VpcId") == Some(&vpc) && state(it) != "deleted";
            let what = format!("the encryption control of {vpc}");
            let control = found.iter().find(is_it).ok_or_else(|| missing(&what))?;
            own(control, "VpcEncryptionControlId", &what)
        }
        Find::ResolverEndpoint { vpc, name } => {
            let vpc = values.id(vpc).await?;
            let found = records(ec2, List::ResolverEndpoints, &[]).await?;
            let is_it =
                |it: &&Value| text(it, "HostVPCId") == Some(&vpc) && text(it, "Name") == Some(name);
            let what = format!("the resolver endpoint “{name}” of {vpc}");
            let endpoint = found.iter().find(is_it).ok_or_else(|| missing(&what))?;
            own(endpoint, "Id", &what)
        }
    }
}

fn own(record: &Value, member: &str, what: &str) -> Result<String, Failed> {
    let id = text(record, member).map(str::to_owned);
    id.ok_or_else(|| missing(what))
}

fn is_main(association: &Value) -> bool {
    association.get("Main").and_then(Value::as_bool) == Some(true)
}

async fn main_table<C: Ec2>(ec2: &C, vpc: &str) -> Result<Value, Failed> {
    let filters = [("vpc-id", vpc), ("association.main", "true")];
    let found = records(ec2, List::RouteTables, &filters).await?;
    let is_it = |it: &Value| {
        text(it, "VpcId") == Some(vpc) && items(it, "Associations").iter().any(is_main)
    };
    let table = found.into_iter().find(is_it);
    table.ok_or_else(|| missing(format!("the main route table of {vpc}")))
}

/// The association of a subnet or a gateway with a route table.
pub(super) async fn association_of<C: Ec2>(ec2: &C, of: &str) -> Result<Option<String>, Failed> {
    // A filter for subnets would leave out gateways, and gateways have none.
    let filters = [("association.subnet-id", of)];
    let filters: &[(&str, &str)] = if of.starts_with("subnet-") {
        &filters
    } else {
        &[]
    };
    let tables = records(ec2, List::RouteTables, filters).await?;
    let all = tables.iter().flat_map(|it| items(it, "Associations"));
    let found = all
        .filter(|it| is_tied(it))
        .find(|it| text(it, "SubnetId") == Some(of) || text(it, "GatewayId") == Some(of));
    Ok(found
        .and_then(|it| text(it, "RouteTableAssociationId"))
        .map(str::to_owned))
}

/// Whether an association of a route table holds or is about to.
pub(super) fn is_tied(association: &Value) -> bool {
    let state = text_at(association, "AssociationState.State").unwrap_or("associated");
    matches!(state, "associated" | "associating")
}

/// The association of a subnet with its network ACL.
pub(super) async fn acl_association<C: Ec2>(
    ec2: &C,
    subnet: &str,
) -> Result<Option<String>, Failed> {
    let filters = [("association.subnet-id", subnet)];
    let acls = records(ec2, List::NetworkAcls, &filters).await?;
    let all = acls.iter().flat_map(|it| items(it, "Associations"));
    let found = all
        .into_iter()
        .find(|it| text(it, "SubnetId") == Some(subnet));
    Ok(found
        .and_then(|it| text(it, "NetworkAclAssociationId"))
        .map(str::to_owned))
}

/// The association of a block with a VPC or a subnet; without a block, that of the version 6 block AWS chose.
pub(super) fn block_association(record: &Value, block: Option<IpNet>) -> Option<String> {
    let of = |list: &str, member: &str, state: &str| {
        let is_it = |it: &&Value| {
            let held = text(it, member).and_then(|text| text.parse::<IpNet>().ok());
            let state = text_at(it, state).unwrap_or("associated");
            let is_named = block.map_or(member == "Ipv6CidrBlock", |block| held == Some(block));
            is_named && matches!(state, "associated" | "associating")
        };
        items(record, list)
            .iter()
            .find(is_it)
            .and_then(|it| text(it, "AssociationId"))
            .map(str::to_owned)
    };
    of(
        "CidrBlockAssociationSet",
        "CidrBlock",
        "CidrBlockState.State",
    )
    .or_else(|| {
        of(
            "Ipv6CidrBlockAssociationSet",
            "Ipv6CidrBlock",
            "Ipv6CidrBlockState.State",
        )
    })
}
