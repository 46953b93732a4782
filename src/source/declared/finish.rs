//! What AWS adds by itself, and the network in the end.

use super::Dialect;
use super::gather::{Gather, push};
use super::tables::tied;
use super::what::What;
use crate::cidr::Family;
use crate::design::Ipv6Part;
use crate::network::{
    AclAction, AclEntry, Cause, CidrAssociation, Common, Coverage, Destination, ElasticIpFacts,
    Facts, Gap, Id, Input, Key, Kind, Known, NatGatewayFacts, Network, NetworkAclFacts,
    PrefixListFacts, Record, Resource, Route, RouteOrigin, RouteState, RouteTableFacts, RulePeer,
    Scope, SecurityGroupFacts, SecurityGroupRule, Shard, Sighting, SubnetFacts, Target,
    TransitGatewayAttachmentFacts, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts,
};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn finish(mut gather: Gather<'_>) -> Network {
    parts_of_blocks(&mut gather);
    companions(&mut gather);
    nat_tables(&mut gather);
    main_tables(&mut gather);
    local_routes(&mut gather);
    gateway_endpoints(&mut gather);
    network_acls(&mut gather);
    security_groups(&mut gather);
    peering_blocks(&mut gather);
    addresses(&mut gather);
    outside_and_shards(gather)
}

fn vpcs(gather: &Gather<'_>) -> Vec<(Id, VpcFacts, Common)> {
    gather
        .records
        .iter()
        .filter_map(|(key, record)| match &record.facts {
            Facts::Vpc(facts) => Some((key.id.clone(), facts.clone(), record.common.clone())),
            _ => None,
        })
        .collect()
}

/// Parts of a block that turned out to be known.
fn parts_of_blocks(gather: &mut Gather<'_>) {
    let blocks: BTreeMap<Id, Vec<CidrAssociation>> = vpcs(gather)
        .into_iter()
        .filter_map(|(id, facts, _)| match facts.ipv6_blocks {
            Known::Value(blocks) => Some((id, blocks)),
            _ => None,
        })
        .collect();
    for key in gather.keys(Kind::Subnet) {
        let Some(facts) = gather.facts_mut::<SubnetFacts>(&key.id) else {
            continue;
        };
        let (Known::Value(part), Known::Value(vpc)) = (&facts.ipv6_part, &facts.vpc) else {
            continue;
        };
        let block = match blocks.get(vpc).map(Vec::as_slice) {
            Some(
                [
                    CidrAssociation {
                        cidr: Some(IpNet::V6(block)),
                        ..
                    },
                ],
            ) => *block,
            _ => continue,
        };
        let part: Option<Ipv6Part> = part.parse().ok();
        if let Some(block) = part.and_then(|part| part.within(block)) {
            facts.ipv6_blocks = Known::Value(vec![CidrAssociation::associated(IpNet::V6(block))]);
            facts.ipv6_part = Known::Unread;
        }
    }
}

/// The main table, the default network ACL and the default security group of each VPC that is declared.
fn companions(gather: &mut Gather<'_>) {
    let book = gather.book;
    for declaration in &book.declared.resources {
        let Some(vpc) = book.key_of_vpc(declaration) else {
            continue;
        };
        let Some(record) = gather.records.get(&vpc) else {
            continue;
        };
        let like = record.common.clone();
        let planned = matches!(vpc.id, Id::Planned(_));
        if let Some(key) = book.companion(declaration, Kind::RouteTable) {
            let facts = RouteTableFacts {
                vpc: Known::Value(vpc.id.clone()),
                routes: planned.then(Vec::new).into(),
                associations: Known::Value(Vec::new()),
                propagating_gateways: planned.then(Vec::new).into(),
            };
            gather.mains.entry(vpc.id.clone()).or_insert(key.id.clone());
            gather.companion(key, &like, facts);
        }
        if let Some(key) = book.companion(declaration, Kind::NetworkAcl) {
            let facts = NetworkAclFacts {
                vpc: Known::Value(vpc.id.clone()),
                is_default: Known::Value(true),
                entries: if planned {
                    Known::Value(both_ways(100, AclAction::Allow, Family::V4))
                } else {
                    Known::Unread
                },
                subnets: planned.then(Vec::new).into(),
            };
            if !gather.records.contains_key(&key) {
                gather.open_acls.insert(key.id.clone());
            }
            gather.companion(key, &like, facts);
        }
        if let Some(key) = book.companion(declaration, Kind::SecurityGroup) {
            if !gather.records.contains_key(&key) && planned {
                gather.open_groups.insert(key.id.clone());
            }
            let facts = SecurityGroupFacts {
                vpc: Known::Value(vpc.id.clone()),
                group_name: Known::Value("default".into()),
                description: Known::Value("default VPC security group".into()),
                ingress: if planned {
                    Known::Value(vec![all_traffic(RulePeer::Group(key.id.clone()))])
                } else {
                    Known::Unread
                },
                egress: planned.then(Vec::new).into(),
            };
            gather.companion(key, &like, facts);
        }
    }
}

/// The table of its own that a regional NAT gateway has, with its way to the internet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
fn nat_tables(gather: &mut Gather<'_>) {
    for key in gather.keys(Kind::NatGateway) {
        let Some(record) = gather.records.get(&key) else {
            continue;
        };
        let like = record.common.clone();
        let Some(facts) = gather.facts::<NatGatewayFacts>(&key.id) else {
            continue;
        };
        let (Known::Value(Some(table)), Known::Value(vpc)) = (&facts.route_table, &facts.vpc)
        else {
            continue;
        };
        let (table, vpc) = (table.clone(), vpc.clone());
        let planned = matches!(table, Id::Planned(_));
        let internet = gather.records.iter().find_map(|(key, record)| {
            let Facts::InternetGateway(facts) = &record.facts else {
                return None;
            };
            let mut attachments = facts.attachments.items().iter();
            attachments.any(|it| it.vpc == vpc).then(|| key.clone())
        });
        let routes = match internet {
            _ if !planned => Known::Unread,
            Some(internet) => Known::Value(vec![Route {
                destination: Destination::Block(Family::V4.everything()),
                target: Target::Resource(internet),
                state: RouteState::Active,
                origin: RouteOrigin::CreateRoute,
            }]),
            None => Known::Value(Vec::new()),
        };
        let facts = RouteTableFacts {
            vpc: Known::Value(vpc),
            routes,
            associations: Known::Value(Vec::new()),
            propagating_gateways: planned.then(Vec::new).into(),
        };
        gather.companion(Key::new(Kind::RouteTable, table), &like, facts);
    }
}

/// The main table says that it is.
fn main_tables(gather: &mut Gather<'_>) {
    for table in std::mem::take(&mut gather.mains).into_values() {
        if let Some(facts) = gather.facts_mut::<RouteTableFacts>(&table)
            && !facts.associations.items().iter().any(|it| it.main)
        {
            push(&mut facts.associations, tied(true, None, None));
        }
    }
}

/// Every table leads to the VPC's own blocks.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
fn local_routes(gather: &mut Gather<'_>) {
    let blocks: BTreeMap<Id, Vec<IpNet>> = vpcs(gather)
        .into_iter()
        .map(|(id, facts, _)| {
            let all = facts
                .cidr_blocks
                .items()
                .iter()
                .chain(facts.ipv6_blocks.items());
            (id, all.filter_map(CidrAssociation::usable).collect())
        })
        .collect();
    for key in gather.keys(Kind::RouteTable) {
        let Some(facts) = gather.facts_mut::<RouteTableFacts>(&key.id) else {
            continue;
        };
        let Some(blocks) = facts.vpc.value().and_then(|vpc| blocks.get(vpc)) else {
            continue;
        };
        for &block in blocks {
            let held = facts.routes.items();
            if held.iter().any(|it| it.block() == Some(block)) {
                continue;
            }
            let local = Route {
                destination: Destination::Block(block),
                target: Target::Local,
                state: RouteState::Active,
                origin: RouteOrigin::CreateRouteTable,
            };
            push(&mut facts.routes, local);
        }
    }
}

/// A gateway endpoint writes its service's prefix list into its tables.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
fn gateway_endpoints(gather: &mut Gather<'_>) {
    let book = gather.book;
    let listed: BTreeMap<Id, Id> = book
        .declared
        .resources
        .iter()
        .filter_map(|declaration| {
            let id = declaration.id.clone()?;
            let list = super::term::member(&declaration.members, "prefix_list_id")?;
            (declaration.what == What::Endpoint)
                .then(|| Some((Id::Aws(id), Id::Aws(list.as_str()?.into()))))?
        })
        .collect();
    for key in gather.keys(Kind::VpcEndpoint) {
        let Some(like) = gather.records.get(&key).map(|it| it.common.clone()) else {
            continue;
        };
        let Some(facts) = gather.facts::<VpcEndpointFacts>(&key.id) else {
            continue;
        };
        if facts
            .endpoint_type
            .value()
            .map(compact_str::CompactString::as_str)
            != Some("Gateway")
        {
            continue;
        }
        let service = facts.service_name.clone();
        let list = match (&key.id, listed.get(&key.id), &service) {
            (_, Some(list), _) => list.clone(),
            (Id::Planned(_), None, Known::Value(service)) => Id::Planned(service.clone()),
            // The list of a service that is not known is the endpoint's, whatever it is called.
            (Id::Planned(_), None, _) => key.id.clone(),
            (Id::Aws(_), None, _) => continue,
        };
        for table in facts.route_tables.items().to_vec() {
            if let Some(facts) = gather.facts_mut::<RouteTableFacts>(&table) {
                let route = Route {
                    destination: Destination::PrefixList(list.clone()),
                    target: Target::Resource(key.clone()),
                    state: RouteState::Active,
                    origin: RouteOrigin::CreateRoute,
                };
                push(&mut facts.routes, route);
            }
        }
        let facts = PrefixListFacts {
            prefix_list_name: service,
            address_family: Known::Value("IPv4".into()),
            ..PrefixListFacts::default()
        };
        let like = Common {
            owner: Known::Unread,
            ..like
        };
        gather.companion(Key::new(Kind::PrefixList, list), &like, facts);
    }
}

fn both_ways(number: u32, action: AclAction, family: Family) -> Vec<AclEntry> {
    [false, true]
        .into_iter()
        .map(|egress| AclEntry {
            egress,
            number,
            action,
            protocol: "-1".into(),
            cidr: Some(family.everything()),
            ports: None,
            icmp: None,
        })
        .collect()
}

/// The last entries that every ACL has, and the subnets that name no other.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
fn network_acls(gather: &mut Gather<'_>) {
    let ipv6 = with_ipv6(gather);
    let mut guarded: BTreeSet<Id> = BTreeSet::new();
    let mut unclear = gather.lost.contains(&Kind::NetworkAcl);
    for key in gather.keys(Kind::NetworkAcl) {
        let is_open = gather.open_acls.contains(&key.id);
        let Some(facts) = gather.facts_mut::<NetworkAclFacts>(&key.id) else {
            continue;
        };
        let has_ipv6 = facts.vpc.value().is_some_and(|vpc| ipv6.contains(vpc));
        let mut more = both_ways(32767, AclAction::Deny, Family::V4);
        if has_ipv6 {
            more.extend(both_ways(32768, AclAction::Deny, Family::V6));
            if is_open {
                more.extend(both_ways(101, AclAction::Allow, Family::V6));
            }
        }
        for entry in more {
            push(&mut facts.entries, entry);
        }
        unclear |= facts.subnets.is_unread() && !is_open;
        guarded.extend(facts.subnets.items().iter().cloned());
    }
    for key in gather.keys(Kind::NetworkAcl) {
        let subnets: Vec<(Id, Known<Id>)> = gather
            .records
            .iter()
            .filter_map(|(key, record)| match &record.facts {
                Facts::Subnet(facts) => Some((key.id.clone(), facts.vpc.clone())),
                _ => None,
            })
            .collect();
        let is_planned = matches!(key.id, Id::Planned(_));
        let Some(facts) = gather.facts_mut::<NetworkAclFacts>(&key.id) else {
            continue;
        };
        if facts.is_default != Known::Value(true) || !is_planned {
            continue;
        }
        if unclear {
            facts.subnets = Known::Unread;
            continue;
        }
        for (subnet, vpc) in subnets {
            if vpc == facts.vpc && !guarded.contains(&subnet) {
                push(&mut facts.subnets, subnet);
            }
        }
    }
}

/// VPCs with a version 6 block, or with one to come.
fn with_ipv6(gather: &Gather<'_>) -> BTreeSet<Id> {
    vpcs(gather)
        .into_iter()
        .filter(|(_, facts, _)| match &facts.ipv6_blocks {
            Known::Value(blocks) => !blocks.is_empty(),
            Known::ChosenByAws => true,
            Known::Unread => false,
        })
        .map(|(id, _, _)| id)
        .collect()
}

fn all_traffic(peer: RulePeer) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: "-1".into(),
        from_port: None,
        to_port: None,
        peer,
        description: None,
    }
}

/// What goes out of a group before anybody says otherwise: everything, in each family the VPC has.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn security_groups(gather: &mut Gather<'_>) {
    let ipv6 = with_ipv6(gather);
    for id in std::mem::take(&mut gather.open_groups) {
        let Some(facts) = gather.facts_mut::<SecurityGroupFacts>(&id) else {
            continue;
        };
        let mut families = vec![Family::V4];
        if facts.vpc.value().is_some_and(|vpc| ipv6.contains(vpc)) {
            families.push(Family::V6);
        }
        for family in families {
            push(
                &mut facts.egress,
                all_traffic(RulePeer::Block(family.everything())),
            );
        }
    }
}

/// What the two sides of a peering connection are, where they are in the file.
fn peering_blocks(gather: &mut Gather<'_>) {
    let blocks: BTreeMap<Id, Vec<IpNet>> = vpcs(gather)
        .into_iter()
        .map(|(id, facts, _)| {
            let all = facts
                .cidr_blocks
                .items()
                .iter()
                .chain(facts.ipv6_blocks.items());
            let mut blocks: Vec<IpNet> = all.filter_map(CidrAssociation::usable).collect();
            blocks.sort_unstable();
            (id, blocks)
        })
        .collect();
    for key in gather.keys(Kind::VpcPeeringConnection) {
        let Some(facts) = gather.facts_mut::<VpcPeeringConnectionFacts>(&key.id) else {
            continue;
        };
        for side in [&mut facts.requester, &mut facts.accepter] {
            if let Known::Value(side) = side
                && let Some(blocks) = blocks.get(&side.vpc)
            {
                side.cidrs.clone_from(blocks);
            }
        }
    }
}

/// Addresses that are planned for something are used by it.
fn addresses(gather: &mut Gather<'_>) {
    let used: Vec<Id> = gather
        .records
        .values()
        .filter_map(|record| match &record.facts {
            Facts::NatGateway(facts) => Some(facts.addresses.items()),
            _ => None,
        })
        .flatten()
        .filter_map(|address| address.allocation.clone())
        .collect();
    for key in gather.keys(Kind::ElasticIp) {
        if let Some(facts) = gather.facts_mut::<ElasticIpFacts>(&key.id)
            && matches!(key.id, Id::Planned(_))
            && !used.contains(&key.id)
            && facts.instance == Known::Value(None)
            && facts.network_interface == Known::ChosenByAws
        {
            facts.association = Known::Value(None);
            facts.network_interface = Known::Value(None);
            facts.private_ip = Known::Value(None);
        }
    }
}

fn outside_and_shards(mut gather: Gather<'_>) -> Network {
    let book = gather.book;
    let declared = book.declared;
    let (gaps, mut outside) = book.ending();
    let of_gaps = declared.gaps.iter().flat_map(|gap| &gap.kinds);
    gather.lost.extend(of_gaps.copied());
    // A gateway that is named by id and stands elsewhere is drawn as what it is.
    for record in gather.records.values() {
        if let Facts::TransitGatewayAttachment(TransitGatewayAttachmentFacts {
            transit_gateway: Known::Value(id),
            ..
        }) = &record.facts
        {
            outside.insert(Key::new(Kind::TransitGateway, id.clone()));
        }
    }
    for key in outside {
        let mut facts = Facts::unread(key.kind);
        if let Facts::PrefixList(facts) = &mut facts {
            facts.prefix_list_name = Known::Unread;
        }
        let common = Common {
            region: book.region(),
            arn: Known::Unread,
            ..Common::default()
        };
        gather
            .records
            .entry(key)
            .or_insert(Record { common, facts });
    }
    // A file that makes its VPCs from nothing holds all that is in them; into what stands others have put things too.
    let holds_all = gather.records.iter().all(|(key, record)| {
        let is_new = matches!(key.id, Id::Planned(_));
        match &record.facts {
            Facts::Vpc(facts) => is_new && !facts.cidr_blocks.is_unread(),
            Facts::TransitGateway(_) | Facts::PrefixList(_) | Facts::DirectConnectGateway(_) => {
                true
            }
            _ => is_new,
        }
    });
    shards(&gather, &gaps, holds_all, declared)
}

fn shards(
    gather: &Gather<'_>,
    gaps: &[Gap],
    holds_all: bool,
    declared: &super::Declared<'_>,
) -> Network {
    let home = Scope {
        account: declared.account.clone(),
        region: declared.region.clone(),
    };
    let mut shards: BTreeMap<Scope, Shard> = BTreeMap::new();
    let mut sightings: BTreeMap<(Scope, Input), Arc<Sighting>> = BTreeMap::new();
    for (key, record) in &gather.records {
        let scope = Scope {
            account: home.account.clone(),
            region: record
                .common
                .region
                .value()
                .cloned()
                .or(home.region.clone()),
        };
        let input = match key.id {
            Id::Aws(_) if declared.dialect == Dialect::Terraform => Input::Account,
            _ => Input::Design,
        };
        let sighting =
            sightings
                .entry((scope.clone(), input))
                .or_insert_with_key(|(scope, input)| {
                    Arc::new(Sighting {
                        account: scope.account.clone(),
                        region: scope.region.clone(),
                        input: *input,
                    })
                });
        let resource = Resource::seen(key.id.clone(), Arc::clone(sighting), record.clone());
        shards.entry(scope).or_default().add(Arc::new(resource));
    }
    if shards.is_empty() && !declared.resources.is_empty() {
        shards.entry(home.clone()).or_default();
    }
    let mut network = Network::new();
    let first = shards
        .keys()
        .next()
        .cloned()
        .unwrap_or_else(|| home.clone());
    let gaps_at = if shards.contains_key(&home) {
        home
    } else {
        first
    };
    if shards.is_empty() {
        shards.entry(gaps_at.clone()).or_default();
    }
    for (scope, mut shard) in shards {
        let mut partly: Vec<Kind> = Vec::new();
        for &kind in Kind::ALL {
            let coverage = if declared.resources.is_empty() {
                Coverage::NotRead
            } else if holds_all && !gather.lost.contains(&kind) {
                Coverage::Complete
            } else {
                partly.push(kind);
                Coverage::Partial
            };
            shard.cover(kind, coverage);
        }
        if !holds_all && !partly.is_empty() {
            let what = match declared.dialect {
                Dialect::Terraform => {
                    "it holds what Terraform manages there, and others may have made more"
                }
                Dialect::CloudFormation => "it adds to what stands already, which it does not hold",
            };
            shard.add_gap(Gap::new(declared.place, "", Cause::NotInInput, what).of_kinds(partly));
        }
        if scope == gaps_at {
            for gap in gaps {
                shard.add_gap(gap.clone());
            }
        }
        network = network.merged(&Network::of(scope, shard));
    }
    network
}
