//! What tells a live network from the plan it was made by.

use super::edit::Edit;
use super::facts::{
    AclAction, CidrAssociation, Destination, DhcpOptionsFacts, Facts, NatAddress, Route,
    RouteOrigin, RouteTableAssociation, RulePeer, SecurityGroupRule, Target, VpcAttachment,
    VpcEndpointFacts, VpcFacts,
};
use super::gap::Coverage;
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use super::matched::OWN_TAGS;
use super::resource::{Record, Resource};
use super::shard::Network;
use crate::cidr::{Family, is_default};
use ipnet::{IpNet, Ipv6Net};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The changes that lead from the plan to what is live: what is live and not planned is added, what is planned and not
/// live is removed, and fields that both know and that differ are set. None where what is live is what was planned.
///
/// `ids` are those of [`super::matched()`]. Only what belongs to the plan's VPCs is looked at, without what merely runs there
/// ([`Network::workloads`]) and without what the plan only refers to. Fields are compared by what a plan means by them:
/// `RULES` says, row by row, what is left out and why, and the values of an edit are those that were compared. What the
/// live network has not read completely is not taken for absent.
pub fn drift(planned: &Network, live: &Network, ids: &BTreeMap<Key, Id>) -> Vec<Edit> {
    let renamed = planned.renamed(ids);
    let vpcs: BTreeSet<Id> = renamed
        .of_kind(Kind::Vpc)
        .map(|it| it.key().id.clone())
        .collect();
    let mut keys = live.members(&vpcs);
    for key in live.workloads(&vpcs) {
        keys.remove(&key);
    }
    let is_referred = |key: &Key| {
        // What bears an id of AWS in the plan itself is only referred to, like what plans name and never make.
        matches!(key.kind, Kind::PrefixList | Kind::TransitGateway)
            || matches!(key.id, Id::Aws(_)) && planned.get(key).is_some()
    };
    let along = live.interfaces_along();
    let comes_along = |key: &Key| match live.get(key).map(|it| it.facts()) {
        Some(Facts::NetworkInterface(_)) => along.contains(&key.id),
        Some(Facts::ElasticIp(facts)) => facts.service_managed.value().is_some(),
        _ => false,
    };
    keys.retain(|key| !comes_along(key));
    keys.extend(renamed.resources().map(|it| it.key().clone()));
    keys.retain(|key| !is_referred(key));
    let mut edits = Vec::new();
    for key in &keys {
        let there = live.get(key).filter(|it| !it.is_gone());
        match (renamed.get(key), there) {
            (Some(mine), None) => {
                let vpc = mine.vpc().map(|id| Key::new(Kind::Vpc, id.clone()));
                let around = vpc.unwrap_or_else(|| key.clone());
                if live.coverage_around(&around, key.kind) == Coverage::Complete {
                    edits.push(Edit::Remove(key.clone()));
                }
            }
            (None, Some(theirs)) => edits.push(Edit::Add(Arc::clone(theirs))),
            (Some(mine), Some(theirs)) => {
                let context = Context {
                    planned: &renamed,
                    live,
                    key,
                };
                context.fields(mine, theirs, &mut edits);
            }
            (None, None) => {}
        }
    }
    edits
}

/// Both networks, for rules that look beyond one resource, and whose fields are compared.
struct Context<'a> {
    planned: &'a Network,
    live: &'a Network,
    key: &'a Key,
}

/// What a rule does with a field.
enum Rule {
    /// It is not compared.
    LeftOut,
    /// A plan that says nothing of it means this, as JSON.
    Silent(&'static str),
    /// Of each side, that is compared which this leaves; the second record is the other side's.
    Settled(fn(&mut Record, &Record, &Context<'_>)),
}

use Rule::{LeftOut, Settled, Silent};

/// How fields are compared that are not simply equal or different, with the reason.
const RULES: &[(Option<Kind>, &str, Rule, &str)] = &[
    (
        None,
        "tags",
        Settled(tags),
        "AWS writes those that begin with aws:, and this program those that begin with vpc-atlas:",
    ),
    (
        Some(Kind::Vpc),
        "cidr_blocks",
        Settled(blocks),
        "blocks that were taken away are told of for a while; a block on its way is as good as there",
    ),
    (
        Some(Kind::Vpc),
        "ipv6_blocks",
        Settled(blocks),
        "as for version 4; which block AWS chooses is no matter of the plan, that it is one is",
    ),
    (
        Some(Kind::Vpc),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::Vpc),
        "encryption_control",
        Silent("\"none\""),
        "a plan that asks for none means none",
    ),
    (
        Some(Kind::Vpc),
        "block_public_access",
        Silent("\"off\""),
        "no plan speaks of it, so none expects it",
    ),
    (
        Some(Kind::Subnet),
        "block_public_access",
        Silent("\"off\""),
        "no plan speaks of it, so none expects it",
    ),
    (
        Some(Kind::Subnet),
        "outpost_arn",
        Silent("\"\""),
        "plans are made for regions",
    ),
    (
        Some(Kind::Subnet),
        "ipv6_blocks",
        Settled(subnet_blocks),
        "the plan says which part of the VPC's block it takes, once AWS has chosen that",
    ),
    (
        Some(Kind::Subnet),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::Subnet),
        "available_addresses",
        LeftOut,
        "it falls with each interface that is made",
    ),
    (
        Some(Kind::RouteTable),
        "routes",
        Settled(routes),
        "AWS writes the local routes, a VPN gateway or route server those it tells, and a gateway endpoint its own, which its tables tell",
    ),
    (
        Some(Kind::RouteTable),
        "associations",
        Settled(associations),
        "AWS gives each an id and a state; what is tied to what is the plan's",
    ),
    (
        Some(Kind::InternetGateway),
        "attachments",
        Settled(attachments),
        "the state of an attachment is AWS's; one that does not hold is none",
    ),
    (
        Some(Kind::EgressOnlyInternetGateway),
        "attachments",
        Settled(attachments),
        "the state of an attachment is AWS's; one that does not hold is none",
    ),
    (
        Some(Kind::VpnGateway),
        "attachments",
        Settled(attachments),
        "the state of an attachment is AWS's; one that does not hold is none",
    ),
    (
        Some(Kind::VpnGateway),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::NatGateway),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::NatGateway),
        "addresses",
        Settled(nat_addresses),
        "AWS gives addresses and an interface; which elastic IP it uses is the plan's",
    ),
    (
        Some(Kind::VpcEndpoint),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::VpcEndpoint),
        "private_dns_enabled",
        Settled(private_dns),
        "a gateway endpoint has no names, whatever is told of them",
    ),
    (
        Some(Kind::VpcEndpoint),
        "policy",
        Settled(policy),
        "AWS's own policy lets everything pass, in words that it changes now and then",
    ),
    (
        Some(Kind::VpcEndpoint),
        "policy",
        Silent("\"\""),
        "a plan without a policy means AWS's own",
    ),
    (
        Some(Kind::VpcEndpoint),
        "ip_address_type",
        Silent("\"ipv4\""),
        "AWS takes this one where none is asked for",
    ),
    (
        Some(Kind::VpcPeeringConnection),
        "requester",
        Settled(requester),
        "a side's blocks are those of its VPC, and shown only while the connection is active",
    ),
    (
        Some(Kind::VpcPeeringConnection),
        "accepter",
        Settled(accepter),
        "a side's blocks are those of its VPC, and shown only while the connection is active",
    ),
    (
        Some(Kind::VpcPeeringConnection),
        "status",
        Settled(peering_status),
        "a VPC that is not of the plan is asked, and its owner answers in his own time",
    ),
    (
        Some(Kind::TransitGatewayAttachment),
        "state",
        Settled(state),
        "AWS moves it from pending to available by itself",
    ),
    (
        Some(Kind::TransitGatewayAttachment),
        "transit_gateway",
        Settled(placeholder),
        "a plan may leave open which one it is",
    ),
    (
        Some(Kind::NetworkAcl),
        "entries",
        Settled(acl_entries),
        "the last entries are AWS's and cannot be changed; those of version 6 come to a default ACL by themselves",
    ),
    (
        Some(Kind::NetworkAcl),
        "subnets",
        Settled(acl_subnets),
        "a subnet gets the default ACL by itself: one that is planned or live alone is told as that",
    ),
    (
        Some(Kind::SecurityGroup),
        "ingress",
        Settled(ingress),
        "the ports of all protocols are written in several ways; the default group's own rule is AWS's, and many take it away",
    ),
    (
        Some(Kind::SecurityGroup),
        "egress",
        Settled(egress),
        "AWS adds the rule that lets version 6 out to groups of some VPCs, depending on the moment, and both to the default group",
    ),
    (
        Some(Kind::FlowLog),
        "destination",
        Settled(destination),
        "a log group is told by its name or by its ARN",
    ),
    (
        Some(Kind::NetworkInterface),
        "description",
        LeftOut,
        "the resolver writes the endpoint's id into it",
    ),
    (
        Some(Kind::NetworkInterface),
        "status",
        LeftOut,
        "AWS moves it by itself",
    ),
];

impl Context<'_> {
    fn fields(&self, mine: &Resource, theirs: &Resource, edits: &mut Vec<Edit>) {
        let mut planned = mine.record().clone();
        let mut live = theirs.record().clone();
        let rows = || {
            RULES
                .iter()
                .filter(|(kind, ..)| kind.is_none_or(|kind| kind == mine.kind()))
        };
        for (_, field, rule, _) in rows() {
            match rule {
                LeftOut => {
                    // What is not known is not compared.
                    let _ = live.set_field(field, Known::Unread);
                }
                Silent(value) => {
                    let is_silent = planned.field(field).is_some_and(|it| it.is_unread());
                    if is_silent && let Ok(value) = serde_json::from_str(value) {
                        let _ = planned.set_field(field, Known::Value(value));
                    }
                }
                Settled(settle) => {
                    let before = planned.clone();
                    settle(&mut planned, &live, self);
                    settle(&mut live, &before, self);
                }
            }
        }
        let differing = planned.differing(&live);
        let unlike = self.chosen(mine, &planned, theirs, &live);
        for (field, _) in planned.fields() {
            if differing.contains(&field) || unlike.contains(&field) {
                edits.push(Edit::Set {
                    key: mine.key().clone(),
                    field: field.into(),
                    before: planned.field(field).unwrap_or_default(),
                    after: live.field(field).unwrap_or_default(),
                });
            }
        }
    }

    /// Fields that AWS is to choose, and that are not as it would choose them.
    fn chosen(
        &self,
        mine: &Resource,
        planned: &Record,
        theirs: &Resource,
        live: &Record,
    ) -> Vec<&'static str> {
        let mut unlike = Vec::new();
        let is_chosen = |field: &str| planned.field(field) == Some(Known::ChosenByAws);
        if is_chosen("ipv6_blocks")
            && let Some(Known::Value(Value::Array(blocks))) = live.field("ipv6_blocks")
            && (blocks.is_empty() || mine.kind() == Kind::Vpc && blocks.len() > 1)
        {
            unlike.push("ipv6_blocks");
        }
        if let Facts::Vpc(facts) = theirs.facts()
            && is_chosen("dhcp_options")
            && let Some(options) = facts.dhcp_options.value()
            && let Some(options) = self.live.facts::<DhcpOptionsFacts>(options)
            && !is_of_region(options)
        {
            unlike.push("dhcp_options");
        }
        unlike
    }
}

/// Whether these are the DHCP options every region has: Amazon's resolver, and a domain of AWS's.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html>
fn is_of_region(facts: &DhcpOptionsFacts) -> bool {
    let Some(options) = facts.options.value() else {
        return true;
    };
    options.iter().all(|(name, values)| match name.as_str() {
        "domain-name-servers" => values.iter().all(|it| it == "AmazonProvidedDNS"),
        "domain-name" => values
            .iter()
            .all(|it| it == "ec2.internal" || it.ends_with(".compute.internal")),
        _ => false,
    })
}

fn tags(record: &mut Record, _: &Record, _: &Context<'_>) {
    if let Known::Value(tags) = &mut record.common.tags {
        tags.retain(|name, _| !name.starts_with("aws:") && !name.starts_with(OWN_TAGS));
    }
}

/// Blocks that are there or come, as if they were there.
fn there(blocks: &mut Known<Vec<CidrAssociation>>) {
    if let Known::Value(blocks) = blocks {
        blocks.retain(|it| matches!(it.state.as_str(), "associated" | "associating"));
        for block in blocks.iter_mut() {
            block.state = "associated".into();
        }
        blocks.sort_unstable();
        blocks.dedup();
    }
}

fn blocks(record: &mut Record, _: &Record, _: &Context<'_>) {
    if let Facts::Vpc(facts) = &mut record.facts {
        there(&mut facts.cidr_blocks);
        there(&mut facts.ipv6_blocks);
    }
}

fn subnet_blocks(record: &mut Record, _: &Record, context: &Context<'_>) {
    let Facts::Subnet(facts) = &mut record.facts else {
        return;
    };
    there(&mut facts.ipv6_blocks);
    if facts.ipv6_blocks != Known::ChosenByAws {
        return;
    }
    let vpc = facts
        .vpc
        .value()
        .and_then(|id| context.live.facts::<VpcFacts>(id));
    let blocks = vpc.map_or(&[][..], |vpc| vpc.ipv6_blocks.items());
    let mut blocks = blocks.iter().filter_map(CidrAssociation::usable);
    // With several blocks nobody knows which is meant.
    if let (Some(IpNet::V6(block)), None, Some(part)) =
        (blocks.next(), blocks.next(), facts.ipv6_part.value())
        && let Some(block) = part_of(block, part)
    {
        facts.ipv6_blocks = Known::Value(vec![CidrAssociation::associated(IpNet::V6(block))]);
    }
}

/// The part of a block that is written as hex number and mask (`80/64`).
fn part_of(block: Ipv6Net, part: &str) -> Option<Ipv6Net> {
    let (index, mask) = part.split_once('/')?;
    let index = u128::from_str_radix(index, 16).ok()?;
    let mask: u8 = mask.parse().ok()?;
    let bits = u32::from(128_u8.checked_sub(mask)?);
    let offset = index.checked_mul(1_u128.checked_shl(bits)?)?;
    let base = u128::from(block.network()).checked_add(offset)?;
    let part = Ipv6Net::new(base.into(), mask).ok()?;
    block.contains(&part).then_some(part)
}

fn state(record: &mut Record, _: &Record, _: &Context<'_>) {
    let state = match &mut record.facts {
        Facts::Vpc(facts) => &mut facts.state,
        Facts::Subnet(facts) => &mut facts.state,
        Facts::VpnGateway(facts) => &mut facts.state,
        Facts::NatGateway(facts) => &mut facts.state,
        Facts::VpcEndpoint(facts) => &mut facts.state,
        Facts::TransitGatewayAttachment(facts) => &mut facts.state,
        _ => return,
    };
    if let Known::Value(word) = state {
        let lower: Text = word.to_lowercase();
        *word = match lower.as_str() {
            "pending" | "initiating" | "initiatingrequest" | "modifying" => "available".into(),
            _ => lower,
        };
    }
}

/// Whether a route goes to a gateway endpoint.
fn is_of_gateway_endpoint(route: &Route, network: &Network) -> bool {
    let Some(key) = route
        .target
        .key()
        .filter(|key| key.kind == Kind::VpcEndpoint)
    else {
        return false;
    };
    let facts = network.facts::<VpcEndpointFacts>(&key.id);
    match facts.and_then(|facts| facts.endpoint_type.value()) {
        Some(word) => word == "Gateway",
        None => matches!(route.destination, Destination::PrefixList(_)),
    }
}

fn routes(record: &mut Record, _: &Record, context: &Context<'_>) {
    let Facts::RouteTable(facts) = &mut record.facts else {
        return;
    };
    if let Known::Value(routes) = &mut facts.routes {
        routes.retain(|route| {
            let is_local =
                route.target == Target::Local && route.origin == RouteOrigin::CreateRouteTable;
            let is_told = matches!(
                route.origin,
                RouteOrigin::EnableVgwRoutePropagation | RouteOrigin::Advertisement
            );
            let networks = [context.planned, context.live];
            let is_of_endpoint = networks.iter().any(|it| is_of_gateway_endpoint(route, it));
            !is_local && !is_told && !is_of_endpoint
        });
        routes.sort_unstable();
        routes.dedup();
    }
}

fn associations(record: &mut Record, _: &Record, _: &Context<'_>) {
    let Facts::RouteTable(facts) = &mut record.facts else {
        return;
    };
    if let Known::Value(list) = &mut facts.associations {
        list.retain(RouteTableAssociation::holds);
        for association in list.iter_mut() {
            association.id = None;
            association.state = None;
        }
        list.sort_unstable();
        list.dedup();
    }
}

fn attachments(record: &mut Record, _: &Record, _: &Context<'_>) {
    let list = match &mut record.facts {
        Facts::InternetGateway(facts) => &mut facts.attachments,
        Facts::EgressOnlyInternetGateway(facts) => &mut facts.attachments,
        Facts::VpnGateway(facts) => &mut facts.attachments,
        _ => return,
    };
    if let Known::Value(list) = list {
        list.retain(VpcAttachment::holds);
        for attachment in list.iter_mut() {
            attachment.state = None;
        }
        list.sort_unstable();
        list.dedup();
    }
}

fn nat_addresses(record: &mut Record, _: &Record, _: &Context<'_>) {
    let Facts::NatGateway(facts) = &mut record.facts else {
        return;
    };
    if let Known::Value(list) = &mut facts.addresses {
        list.retain(|it| it.allocation.is_some());
        for address in list.iter_mut() {
            *address = NatAddress {
                public_ip: None,
                private_ip: None,
                allocation: address.allocation.clone(),
                network_interface: None,
                availability_zone: None,
                primary: address.primary,
            };
        }
        list.sort_unstable();
    }
}

fn private_dns(record: &mut Record, other: &Record, _: &Context<'_>) {
    let is_gateway = |record: &Record| match &record.facts {
        Facts::VpcEndpoint(facts) => facts
            .endpoint_type
            .value()
            .is_some_and(|it| it == "Gateway"),
        _ => false,
    };
    let is_gateway = is_gateway(record) || is_gateway(other);
    if let Facts::VpcEndpoint(facts) = &mut record.facts
        && is_gateway
    {
        facts.private_dns_enabled = Known::Unread;
    }
}

/// Policies are compared as JSON; one that lets everything pass is none.
fn policy(record: &mut Record, _: &Record, _: &Context<'_>) {
    if let Facts::VpcEndpoint(facts) = &mut record.facts
        && let Known::Value(text) = &mut facts.policy
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        *text = if lets_all_pass(&value) {
            Text::default()
        } else {
            Text::from(value.to_string())
        };
    }
}

fn lets_all_pass(policy: &Value) -> bool {
    let statements = match policy.get("Statement") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return false,
    };
    let is_all = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text == "*",
        Some(Value::Array(list)) => list.len() == 1 && list.first().is_some_and(|it| it == "*"),
        Some(Value::Object(map)) => map.len() == 1 && map.get("AWS").is_some_and(|it| it == "*"),
        _ => false,
    };
    let [statement] = statements else {
        return false;
    };
    let known = ["Effect", "Principal", "Action", "Resource", "Sid"];
    let is_plain = statement
        .as_object()
        .is_some_and(|map| map.keys().all(|key| known.contains(&key.as_str())));
    is_plain
        && statement.get("Effect").is_some_and(|it| it == "Allow")
        && ["Principal", "Action", "Resource"]
            .iter()
            .all(|name| is_all(statement.get(*name)))
}

fn requester(record: &mut Record, other: &Record, _: &Context<'_>) {
    if let (Facts::VpcPeeringConnection(mine), Facts::VpcPeeringConnection(theirs)) =
        (&mut record.facts, &other.facts)
    {
        peering_side(&mut mine.requester, &theirs.requester);
    }
}

fn accepter(record: &mut Record, other: &Record, _: &Context<'_>) {
    if let (Facts::VpcPeeringConnection(mine), Facts::VpcPeeringConnection(theirs)) =
        (&mut record.facts, &other.facts)
    {
        peering_side(&mut mine.accepter, &theirs.accepter);
    }
}

fn peering_side(
    mine: &mut Known<super::facts::PeeringSide>,
    theirs: &Known<super::facts::PeeringSide>,
) {
    let (Known::Value(mine), Known::Value(theirs)) = (mine, theirs) else {
        return;
    };
    mine.cidrs.clear();
    mine.dns_resolution = Some(mine.dns_resolution.unwrap_or_default());
    // A plan does not know its own account.
    if theirs.owner.is_none() {
        mine.owner = None;
    }
    if theirs.region.is_none() {
        mine.region = None;
    }
}

fn peering_status(record: &mut Record, _: &Record, context: &Context<'_>) {
    let Facts::VpcPeeringConnection(facts) = &mut record.facts else {
        return;
    };
    let is_planned = [&facts.requester, &facts.accepter].into_iter().all(|side| {
        let vpc = side.value().map(|it| Key::new(Kind::Vpc, it.vpc.clone()));
        vpc.is_some_and(|vpc| context.planned.get(&vpc).is_some())
    });
    if let Known::Value(status) = &mut facts.status {
        let is_waiting = matches!(
            status.as_str(),
            "pending-acceptance" | "initiating-request" | "provisioning"
        );
        if status == "provisioning" || is_waiting && !is_planned {
            *status = "active".into();
        }
    }
}

fn placeholder(record: &mut Record, other: &Record, _: &Context<'_>) {
    let is_open = |record: &Record| match &record.facts {
        Facts::TransitGatewayAttachment(facts) => {
            matches!(facts.transit_gateway.value(), Some(Id::Planned(_)))
        }
        _ => false,
    };
    let is_open = is_open(record) || is_open(other);
    if let Facts::TransitGatewayAttachment(facts) = &mut record.facts
        && is_open
    {
        facts.transit_gateway = Known::Unread;
    }
}

/// Entries from this number on are AWS's own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
const LAST_ENTRY: u32 = 32_766;

fn acl_entries(record: &mut Record, _: &Record, _: &Context<'_>) {
    let Facts::NetworkAcl(facts) = &mut record.facts else {
        return;
    };
    let is_default = facts.is_default.value() == Some(&true);
    if let Known::Value(entries) = &mut facts.entries {
        entries.retain(|entry| {
            let comes_by_itself = is_default
                && entry.number == 101
                && entry.action == AclAction::Allow
                && entry.protocol == "-1"
                && entry.cidr == Some(Family::V6.everything());
            entry.number <= LAST_ENTRY && !comes_by_itself
        });
        entries.sort_unstable();
    }
}

fn acl_subnets(record: &mut Record, _: &Record, context: &Context<'_>) {
    let Facts::NetworkAcl(facts) = &mut record.facts else {
        return;
    };
    let is_default = facts.is_default.value() == Some(&true);
    if let Known::Value(subnets) = &mut facts.subnets {
        subnets.retain(|id| {
            let key = Key::new(Kind::Subnet, id.clone());
            let is_on_both =
                context.planned.get(&key).is_some() && context.live.get(&key).is_some();
            !is_default || is_on_both
        });
        subnets.sort_unstable();
    }
}

fn ports(rules: &mut Vec<SecurityGroupRule>) {
    for rule in rules.iter_mut() {
        if rule.protocol == "-1" {
            rule.from_port = None;
            rule.to_port = None;
        }
    }
    rules.sort_unstable();
    rules.dedup();
}

/// Whether a rule is one that the default group comes with.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn is_of_default(rule: &SecurityGroupRule, group: &Key) -> bool {
    rule.protocol == "-1"
        && match &rule.peer {
            RulePeer::Group(id) => *id == group.id,
            RulePeer::Block(block) => is_default(*block),
            RulePeer::PrefixList(_) => false,
        }
}

fn ingress(record: &mut Record, _: &Record, context: &Context<'_>) {
    if let Facts::SecurityGroup(facts) = &mut record.facts
        && let Known::Value(rules) = &mut facts.ingress
    {
        ports(rules);
        let comes_along = facts.group_name.value().is_some_and(|it| it == "default");
        let own = |rule: &SecurityGroupRule| matches!(rule.peer, RulePeer::Group(_));
        rules.retain(|rule| !(comes_along && own(rule) && is_of_default(rule, context.key)));
    }
}

fn egress(record: &mut Record, _: &Record, context: &Context<'_>) {
    if let Facts::SecurityGroup(facts) = &mut record.facts
        && let Known::Value(rules) = &mut facts.egress
    {
        ports(rules);
        let comes_along = facts.group_name.value().is_some_and(|it| it == "default");
        let all_of_v6 = RulePeer::Block(Family::V6.everything());
        rules.retain(|rule| {
            let is_of_aws = rule.protocol == "-1" && rule.peer == all_of_v6;
            !(is_of_aws || comes_along && is_of_default(rule, context.key))
        });
    }
}

fn destination(record: &mut Record, _: &Record, _: &Context<'_>) {
    if let Facts::FlowLog(facts) = &mut record.facts
        && let Known::Value(text) = &mut facts.destination
        && text.starts_with("arn:")
        && let Some((_, name)) = text.split_once(":log-group:")
    {
        *text = name.trim_end_matches(":*").into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Common, FactSet};

    #[test]
    fn rules_name_fields_that_are_there() {
        for (kind, field, rule, why) in RULES {
            match kind {
                Some(kind) => {
                    let facts = Facts::unread(*kind);
                    assert!(facts.fields().contains(field), "{kind}: {field}");
                    if let Silent(value) = rule {
                        let value = serde_json::from_str(value).unwrap();
                        let mut facts = facts;
                        facts.set_field(field, Known::Value(value)).unwrap();
                    }
                }
                None => assert!(Common::FIELDS.contains(field), "{field}"),
            }
            assert!(why.len() > 20 && !why.ends_with('.'), "{field}: {why}");
        }
    }

    #[test]
    fn parts_lie_in_their_block() {
        let block: Ipv6Net = "2001:db8:0:ff00::/56".parse().unwrap();
        let part = |text| part_of(block, text).map(|it| it.to_string());
        assert_eq!(part("80/64").as_deref(), Some("2001:db8:0:ff80::/64"));
        assert_eq!(part("100/64"), None);
        assert_eq!(part("1/200"), None);
        assert_eq!(part("x"), None);
    }

    #[test]
    fn only_a_policy_without_conditions_lets_all_pass() {
        let statement = |rest: &str| {
            let text = format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"{rest}}}]}}"#
            );
            lets_all_pass(&serde_json::from_str(&text).unwrap())
        };
        assert!(statement(""));
        assert!(!statement(r#","Condition":{}"#));
    }
}
