//! Links into the AWS console, and ARNs. Nothing is opened or asked here.

use crate::network::{Facts, Id, Input, Key, Kind, Record, Resource, Sighting};
use std::sync::Arc;

/// The partition of a region, by its prefix, with the host of its console.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn partition(region: &str) -> (&'static str, Option<String>) {
    if region.starts_with("cn-") {
        ("aws-cn", Some("console.amazonaws.cn".into()))
    } else if region.starts_with("us-gov-") {
        ("aws-us-gov", Some("console.amazonaws-us-gov.com".into()))
    } else if region.starts_with("us-iso-") {
        ("aws-iso", None)
    } else if region.starts_with("us-isob-") {
        ("aws-iso-b", None)
    } else if region.starts_with("eu-isoe-") {
        ("aws-iso-e", None)
    } else if region.starts_with("us-isof-") {
        ("aws-iso-f", None)
    } else if region.starts_with("eusc-") {
        ("aws-eusc", None)
    } else {
        ("aws", Some(format!("{region}.console.aws.amazon.com")))
    }
}

/// The region of a resource: its own, else the only one that it was seen in; `None` where that has not the form of one.
fn region(resource: &Resource) -> Option<&str> {
    let stated = resource.common().region.value();
    let region = match stated {
        Some(region) => region.as_str(),
        None => only(resource, |seen| seen.region.as_deref())?,
    };
    super::spec::is_region(region).then_some(region)
}

/// The account that owns a resource; else the only one that saw it.
fn owner(resource: &Resource) -> Option<&str> {
    let owner = match resource.common().owner.value() {
        Some(owner) => owner.as_str(),
        None => only(resource, |seen| seen.account.as_deref())?,
    };
    (owner.len() == 12 && owner.bytes().all(|b| b.is_ascii_digit())).then_some(owner)
}

fn only<'a>(
    resource: &'a Resource,
    part: impl Fn(&'a Sighting) -> Option<&'a str>,
) -> Option<&'a str> {
    let mut parts = resource
        .observations()
        .iter()
        .map(|seen| part(&seen.sighting));
    let first = parts.next()??;
    parts.all(|other| other == Some(first)).then_some(first)
}

/// Whether an id has the form of AWS's. Ids come from files that anybody may have written, and a link is clicked.
fn is_aws_id(id: &str) -> bool {
    let Some((prefix, hex)) = id.rsplit_once('-') else {
        return false;
    };
    let word =
        |part: &str| (1..=10).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    prefix.split('-').all(word)
        && (8..=17).contains(&hex.len())
        && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where the AWS console shows a resource; `None` where its region or id is not known well enough, where its partition
/// has no console that the world can reach, or where the console has no page of its own for the kind.
pub fn link(resource: &Resource) -> Option<String> {
    let Id::Aws(id) = &resource.key().id else {
        return None;
    };
    let id = id.as_str();
    let fragment = match resource.kind() {
        Kind::Vpc => "VpcDetails:VpcId",
        Kind::Subnet => "SubnetDetails:subnetId",
        Kind::RouteTable => "RouteTables:routeTableId",
        Kind::InternetGateway => "igws:internetGatewayId",
        Kind::EgressOnlyInternetGateway => "EgressOnlyInternetGateways:EgressOnlyInternetGatewayId",
        Kind::NatGateway => "NatGatewayDetails:natGatewayId",
        Kind::VpcEndpoint => "EndpointDetails:vpcEndpointId",
        Kind::PrefixList => "ManagedPrefixLists:prefixListId",
        Kind::VpcPeeringConnection => "PeeringConnections:vpcPeeringConnectionId",
        Kind::TransitGateway => "TransitGateways:transitGatewayId",
        Kind::TransitGatewayAttachment => "TransitGatewayAttachments:transitGatewayAttachmentId",
        Kind::TransitGatewayRouteTable => "TransitGatewayRouteTables:transitGatewayRouteTableId",
        Kind::VpnGateway => "VpnGateways:VpnGatewayId",
        Kind::CustomerGateway => "CustomerGateways:CustomerGatewayId",
        Kind::VpnConnection => "VpnConnections:VpnConnectionId",
        Kind::CarrierGateway => "CarrierGateways:CarrierGatewayId",
        Kind::NetworkAcl => "acls:networkAclId",
        Kind::SecurityGroup => "SecurityGroup:groupId",
        Kind::ElasticIp => "ElasticIpDetails:AllocationId",
        Kind::DhcpOptions => "DhcpOptionsDetails:DhcpOptionsId",
        Kind::NetworkInterface => "NIC:v=3;networkInterfaceId",
        Kind::Instance => "InstanceDetails:instanceId",
        Kind::Account
        | Kind::Region
        | Kind::AvailabilityZone
        | Kind::DirectConnectGateway
        | Kind::LocalGateway
        | Kind::CoreNetwork
        | Kind::NetworkFirewall
        | Kind::FlowLog => return None,
    };
    if Kind::of_id(id) != Some(resource.kind()) || !is_aws_id(id) {
        return None;
    }
    let region = region(resource)?;
    let host = partition(region).1?;
    let service = match resource.kind() {
        Kind::NetworkInterface | Kind::Instance => "ec2",
        _ => "vpcconsole",
    };
    Some(format!(
        "https://{host}/{service}/home?region={region}#{fragment}={id}"
    ))
}

/// Where the AWS console shows what a region holds under this key; see [`link`].
pub fn link_of(key: &Key, region: &str) -> Option<String> {
    let sighting = Sighting {
        account: None,
        region: Some(region.into()),
        input: Input::Account,
    };
    let record = Record::unread(key.kind);
    link(&Resource::seen(key.id.clone(), Arc::new(sighting), record))
}

/// The ARN of a resource: as it was read, else made of partition, region, owner and id; `None` where one is missing.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
pub fn arn(resource: &Resource) -> Option<String> {
    if let Some(arn) = resource
        .common()
        .arn
        .value()
        .filter(|arn| arn.starts_with("arn:"))
    {
        return Some(arn.to_string());
    }
    let Id::Aws(id) = &resource.key().id else {
        return None;
    };
    let word = match resource.kind() {
        Kind::NetworkFirewall => {
            return firewall_arn(resource, id);
        }
        Kind::DirectConnectGateway => {
            let account = owner(resource)?;
            let partition = region(resource).map_or("aws", |region| partition(region).0);
            return Some(format!(
                "arn:{partition}:directconnect::{account}:dx-gateway/{id}"
            ));
        }
        Kind::Account | Kind::Region | Kind::AvailabilityZone | Kind::CoreNetwork => return None,
        Kind::FlowLog => "vpc-flow-log",
        // The kinds' own words are AWS's, these two words aside.
        kind => kind.word(),
    };
    // AWS owns its prefix lists itself, and says so in the place of the account.
    let aws_made = matches!(resource.facts(), Facts::PrefixList(_))
        && resource
            .common()
            .owner
            .value()
            .is_some_and(|owner| owner == "AWS");
    let account = if aws_made { "aws" } else { owner(resource)? };
    let region = region(resource)?;
    let partition = partition(region).0;
    is_aws_id(id).then(|| format!("arn:{partition}:ec2:{region}:{account}:{word}/{id}"))
}

fn firewall_arn(resource: &Resource, id: &str) -> Option<String> {
    if id.starts_with("arn:") {
        return Some(id.to_owned());
    }
    let (region, account) = (region(resource)?, owner(resource)?);
    let partition = partition(region).0;
    Some(format!(
        "arn:{partition}:network-firewall:{region}:{account}:firewall/{id}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Common, Known, PrefixListFacts, Text};

    fn resource(kind: Kind, id: &str, region: Option<&str>, owner: Option<&str>) -> Resource {
        let record = Record {
            common: Common {
                owner: owner.map(Text::from).into(),
                region: region.map(Text::from).into(),
                ..Common::default()
            },
            facts: Facts::unread(kind),
        };
        Resource::seen(id.into(), sighting(None, None), record)
    }

    fn sighting(account: Option<&str>, region: Option<&str>) -> Arc<Sighting> {
        Arc::new(Sighting {
            account: account.map(Text::from),
            region: region.map(Text::from),
            input: Input::Account,
        })
    }

    const ID: &str = "0123456789abcdef0";

    #[test]
    fn links_follow_kind_and_partition() {
        for (kind, prefix, region, url) in [
            (
                Kind::Vpc,
                "vpc",
                "eu-west-1",
                "https://eu-west-1.console.aws.amazon.com/vpcconsole/home?region=eu-west-1#VpcDetails:VpcId=vpc-",
            ),
            (
                Kind::NetworkInterface,
                "eni",
                "us-gov-west-1",
                "https://console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1#NIC:v=3;networkInterfaceId=eni-",
            ),
            (
                Kind::TransitGatewayAttachment,
                "tgw-attach",
                "cn-north-1",
                "https://console.amazonaws.cn/vpcconsole/home?region=cn-north-1#TransitGatewayAttachments:transitGatewayAttachmentId=tgw-attach-",
            ),
        ] {
            let resource = resource(kind, &format!("{prefix}-{ID}"), Some(region), None);
            assert_eq!(link(&resource), Some(format!("{url}{ID}")));
        }
    }

    #[test]
    fn nothing_unproven_gets_into_a_link() {
        for (kind, id, region) in [
            (Kind::Vpc, "vpc-0123456789abcdef0&x=1", "eu-west-1"),
            (Kind::Vpc, "vpc-xyz", "eu-west-1"),
            (Kind::Vpc, "vpc-", "eu-west-1"),
            (Kind::Vpc, "subnet-0123456789abcdef0", "eu-west-1"),
            (Kind::Vpc, "vpc-0123456789abcdef0", "evil.example/eu-west-1"),
            (Kind::Vpc, "vpc-0123456789abcdef0", "us-iso-east-1"),
            (Kind::AvailabilityZone, "eu-west-1a", "eu-west-1"),
        ] {
            assert_eq!(
                link(&resource(kind, id, Some(region), None)),
                None,
                "{id} {region}"
            );
        }
        let unplaced = resource(Kind::Vpc, "vpc-0123456789abcdef0", None, None);
        assert_eq!(link(&unplaced), None);
        let record = Record::unread(Kind::Vpc);
        let planned = Resource::seen(Id::Planned("vpc".into()), sighting(None, None), record);
        assert_eq!(link(&planned), None);
    }

    #[test]
    fn arns_are_made_of_what_is_known() {
        let id = format!("nat-{ID}");
        let nat = resource(
            Kind::NatGateway,
            &id,
            Some("eu-west-1"),
            Some("111122223333"),
        );
        let expected = format!("arn:aws:ec2:eu-west-1:111122223333:natgateway/{id}");
        assert_eq!(arn(&nat), Some(expected));
        let unowned = resource(Kind::NatGateway, &id, Some("eu-west-1"), None);
        assert_eq!(arn(&unowned), None);

        let record = Record::unread(Kind::FlowLog);
        let seen = sighting(Some("111122223333"), Some("us-gov-east-1"));
        let flow = Resource::seen(Id::aws(format!("fl-{ID}")), seen, record);
        let expected =
            format!("arn:aws-us-gov:ec2:us-gov-east-1:111122223333:vpc-flow-log/fl-{ID}");
        assert_eq!(arn(&flow), Some(expected));
    }

    #[test]
    fn an_arn_that_was_read_stands() {
        let record = Record {
            common: Common {
                arn: Known::Value("arn:aws:ec2:eu-west-1:aws:prefix-list/pl-6da54004".into()),
                ..Common::default()
            },
            facts: PrefixListFacts::default().into(),
        };
        let list = Resource::seen("pl-6da54004".into(), sighting(None, None), record);
        assert_eq!(
            arn(&list).as_deref(),
            Some("arn:aws:ec2:eu-west-1:aws:prefix-list/pl-6da54004")
        );
        let amazon = resource(
            Kind::PrefixList,
            "pl-6da54004",
            Some("eu-west-1"),
            Some("AWS"),
        );
        assert_eq!(arn(&amazon), arn(&list));
    }
}
