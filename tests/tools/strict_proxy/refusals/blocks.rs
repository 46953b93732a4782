//! Sizes and ranges of blocks.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>

use ipnet::{Ipv4Net, Ipv6Net};

use super::super::answer::Element;
use super::super::gaps::states::plain;
use super::{Case, Refusal};

/// Why blocks of the call cannot be, where they cannot.
pub(super) fn refusal(case: Case<'_>) -> Option<Refusal> {
    match case.call.ec2_action()? {
        "CreateVpc" => vpc_block(case.text("CidrBlock")),
        "AssociateVpcCidrBlock" => {
            let block = case.call.parameter("CidrBlock")?;
            vpc_block(block).or_else(|| secondary(case, block))
        }
        "CreateSubnet" => {
            let vpc = case
                .there
                .one("DescribeVpcs", "VpcId", case.text("VpcId"))?;
            subnet_block(case, &vpc).or_else(|| subnet_block_6(case, &vpc))
        }
        "AssociateSubnetCidrBlock" => {
            let subnet = case.text("SubnetId");
            let subnet = case.there.one("DescribeSubnets", "SubnetId", subnet)?;
            let vpc = case
                .there
                .one("DescribeVpcs", "VpcId", subnet.get("vpcId")?)?;
            subnet_block_6(case, &vpc)
        }
        _ => None,
    }
}

fn net(text: &str) -> Option<Ipv4Net> {
    // What is no block at all is moto's to refuse; host bits are cleared, as AWS does.
    Some(text.parse::<Ipv4Net>().ok()?.trunc())
}

fn net_6(text: &str) -> Option<Ipv6Net> {
    Some(text.parse::<Ipv6Net>().ok()?.trunc())
}

/// Whether `outer` holds `inner` or a part of it; blocks overlap only where one holds the other.
fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

fn lies_in(block: Ipv4Net, range: &str) -> bool {
    net(range).is_some_and(|range| range.contains(&block))
}

fn touches(block: Ipv4Net, range: &str) -> bool {
    net(range).is_some_and(|range| overlap(range, block))
}

fn range_refusal(message: String) -> Refusal {
    Refusal::new("InvalidVpc.Range", message)
}

fn vpc_block(text: &str) -> Option<Refusal> {
    const NEVER: [&str; 4] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"];
    let block = net(text)?;
    let is_sized = (16..=28).contains(&block.prefix_len());
    let is_refused = NEVER.iter().any(|range| touches(block, range));
    (!is_sized || is_refused).then(|| range_refusal(format!("The CIDR '{text}' is invalid.")))
}

/// The blocks that an item holds now.
fn held(item: &Element, set: &str, block: &str, state: &str) -> Vec<String> {
    let is_on = |association: &&Element| {
        let state = association
            .child(state)
            .and_then(|state| state.get("state"));
        state.is_none_or(|word| matches!(plain(word), "associated" | "associating"))
    };
    let associations = item.items(set).iter().filter(is_on);
    associations
        .filter_map(|association| association.get(block).map(str::to_owned))
        .collect()
}

fn blocks(vpc: &Element) -> Vec<Ipv4Net> {
    let held = held(
        vpc,
        "cidrBlockAssociationSet",
        "cidrBlock",
        "cidrBlockState",
    );
    held.iter().filter_map(|text| net(text)).collect()
}

fn blocks_6(item: &Element) -> Vec<Ipv6Net> {
    let held = held(
        item,
        "ipv6CidrBlockAssociationSet",
        "ipv6CidrBlock",
        "ipv6CidrBlockState",
    );
    held.iter().filter_map(|text| net_6(text)).collect()
}

/// Which further blocks a block bars, in the page's table of restrictions.
fn bars(existing: Ipv4Net, is_primary: bool, new: Ipv4Net) -> bool {
    const TEN: &str = "10.0.0.0/8";
    const TWELVE: &str = "172.16.0.0/12";
    const SIXTEEN: &str = "192.168.0.0/16";
    const NINETEEN: &str = "198.19.0.0/16";
    let is_any = |ranges: &[&str]| ranges.iter().any(|range| touches(new, range));
    if lies_in(existing, TEN) {
        let is_low = lies_in(existing, "10.0.0.0/15") && touches(new, "10.0.0.0/16");
        is_low || is_any(&[TWELVE, SIXTEEN, NINETEEN])
    } else if lies_in(existing, TWELVE) {
        is_any(&[TEN, SIXTEEN, "172.31.0.0/16", NINETEEN])
    } else if lies_in(existing, SIXTEEN) {
        is_any(&[TEN, TWELVE, NINETEEN])
    } else if lies_in(existing, NINETEEN) {
        is_any(&[TEN, TWELVE, SIXTEEN])
    } else {
        // A public block or one of 100.64.0.0/10 bars private ones where it is the first: beside a private first block
        // it stands for nothing.
        is_primary && is_any(&[TEN, TWELVE, SIXTEEN, NINETEEN])
    }
}

fn secondary(case: Case<'_>, text: &str) -> Option<Refusal> {
    let new = net(text)?;
    let id = case.text("VpcId");
    let vpc = case.there.one("DescribeVpcs", "VpcId", id)?;
    let primary = vpc.get("cidrBlock").and_then(net);
    for existing in blocks(&vpc) {
        if overlap(existing, new) {
            let message = format!("The CIDR '{text}' conflicts with {existing} of the same VPC.");
            return Some(range_refusal(message));
        }
        if bars(existing, Some(existing) == primary, new) {
            let message = format!("The CIDR '{text}' is restricted beside {existing}.");
            return Some(range_refusal(message));
        }
    }
    for table in case.there.filtered("DescribeRouteTables", "vpc-id", id) {
        for route in table.items("routeSet") {
            let destination = route.get("destinationCidrBlock").and_then(net);
            let is_local = route.is("gatewayId", "local");
            if let Some(destination) = destination.filter(|_| !is_local)
                && new.contains(&destination)
            {
                let message = format!("The CIDR '{text}' holds the route to {destination}.");
                return Some(range_refusal(message));
            }
        }
    }
    for peering in case.there.list("DescribeVpcPeeringConnections", &[]) {
        let is_active = peering
            .child("status")
            .is_some_and(|it| it.is("code", "active"));
        let sides = ["requesterVpcInfo", "accepterVpcInfo"].map(|side| peering.child(side));
        let is_ours = |side: &Element| side.is("vpcId", id);
        if !is_active || !sides.iter().flatten().any(|side| is_ours(side)) {
            continue;
        }
        for side in sides.iter().flatten().filter(|side| !is_ours(side)) {
            let theirs = side.get("cidrBlock").and_then(net);
            if theirs.is_some_and(|theirs| overlap(theirs, new)) {
                let message = format!("The CIDR '{text}' conflicts with a peered VPC.");
                return Some(range_refusal(message));
            }
        }
    }
    None
}

fn subnet_block(case: Case<'_>, vpc: &Element) -> Option<Refusal> {
    let text = case.call.parameter("CidrBlock")?;
    let new = net(text)?;
    let is_sized = (16..=28).contains(&new.prefix_len());
    let is_within = blocks(vpc).iter().any(|block| block.contains(&new));
    let message = format!("The CIDR '{text}' is invalid.");
    (!is_sized || !is_within).then(|| Refusal::new("InvalidSubnet.Range", message))
}

fn subnet_block_6(case: Case<'_>, vpc: &Element) -> Option<Refusal> {
    let text = case.call.parameter("Ipv6CidrBlock")?;
    let new = net_6(text)?;
    let length = new.prefix_len();
    let is_sized = (44..=64).contains(&length) && length % 4 == 0;
    let is_within = blocks_6(vpc).iter().any(|block| block.contains(&new));
    if !is_sized || !is_within {
        let message = format!("The CIDR '{text}' is invalid.");
        return Some(Refusal::new("InvalidSubnet.Range", message));
    }
    let siblings = case
        .there
        .filtered("DescribeSubnets", "vpc-id", vpc.get("vpcId")?);
    let is_taken = siblings
        .iter()
        .flat_map(blocks_6)
        .any(|block| block.contains(&new) || new.contains(&block));
    let message = format!("The CIDR '{text}' conflicts with another subnet");
    is_taken.then(|| Refusal::new("InvalidSubnet.Conflict", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_vpcs_have_sizes_and_ranges() {
        for (block, is_refused) in [
            ("10.0.0.0/16", false),
            ("10.0.0.0/28", false),
            ("10.0.0.0/15", true),
            ("10.0.0.0/29", true),
            ("127.0.0.0/16", true),
            ("0.1.0.0/16", true),
            ("169.254.0.0/16", true),
            ("224.0.0.0/16", true),
            ("100.64.0.0/16", false),
            ("8.8.0.0/16", false),
        ] {
            assert_eq!(vpc_block(block).is_some(), is_refused, "{block}");
        }
    }

    #[test]
    fn the_table_of_restrictions() {
        for (primary, new, is_barred) in [
            ("10.0.0.0/16", "10.1.0.0/16", false),
            ("10.1.0.0/16", "10.0.0.0/16", true),
            ("10.2.0.0/16", "10.0.0.0/16", false),
            ("10.0.0.0/16", "100.64.0.0/16", false),
            ("100.64.0.0/16", "10.0.0.0/16", true),
            ("172.16.0.0/16", "172.31.0.0/16", true),
            ("172.16.0.0/16", "172.17.0.0/16", false),
            ("10.0.0.0/16", "198.19.0.0/16", true),
            ("192.168.0.0/16", "10.0.0.0/16", true),
            ("198.19.0.0/16", "192.168.0.0/16", true),
            ("8.8.0.0/16", "8.9.0.0/16", false),
        ] {
            let barred = bars(net(primary).unwrap(), true, net(new).unwrap());
            assert_eq!(barred, is_barred, "{primary} + {new}");
        }
        let second = net("100.64.0.0/16").unwrap();
        assert!(!bars(second, false, net("10.3.0.0/16").unwrap()));
    }
}
