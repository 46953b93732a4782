//! Route tables and what routes lead to: endpoints, prefix lists, peering connections.

use super::book::Found;
use super::fields::Fields;
use super::gather::{Gather, push, sorted};
use super::term::Term;
use super::what::What;
use crate::network::{
    Destination, Id, Key, Kind, Known, PeeringSide, PrefixListEntry, PrefixListFacts, Route,
    RouteOrigin, RouteState, RouteTableAssociation, RouteTableFacts, Target, VpcEndpointFacts,
    VpcPeeringConnectionFacts,
};
use compact_str::format_compact;

/// Members that name a route's target.
const TARGETS: &[(&[&str], &[Kind])] = &[
    (&["NetworkInterfaceId"], &[Kind::NetworkInterface]),
    (&["InstanceId"], &[Kind::Instance]),
    (&["NatGatewayId"], &[Kind::NatGateway]),
    (&["TransitGatewayId"], &[Kind::TransitGateway]),
    (&["VpcPeeringConnectionId"], &[Kind::VpcPeeringConnection]),
    (
        &["EgressOnlyInternetGatewayId", "egress_only_gateway_id"],
        &[Kind::EgressOnlyInternetGateway],
    ),
    (&["CarrierGatewayId"], &[Kind::CarrierGateway]),
    (&["LocalGatewayId"], &[Kind::LocalGateway]),
    (&["VpcEndpointId"], &[Kind::VpcEndpoint]),
    (&["CoreNetworkArn"], &[Kind::CoreNetwork]),
    (
        &["GatewayId"],
        &[
            Kind::InternetGateway,
            Kind::VpnGateway,
            Kind::VpcEndpoint,
            Kind::CarrierGateway,
            Kind::LocalGateway,
            Kind::EgressOnlyInternetGateway,
        ],
    ),
];

const BLOCKS: &[&[&str]] = &[
    &["DestinationCidrBlock", "cidr_block"],
    &["DestinationIpv6CidrBlock", "ipv6_cidr_block"],
];

/// A route; what of it is not known stands as it is written.
fn route(f: &Fields<'_>) -> Option<Route> {
    let written = |names: &[&str], loss: &super::book::Loss| {
        f.lose(names, loss);
        loss.written.clone()
    };
    let mut destination = None;
    for names in BLOCKS.iter().filter(|names| f.says(names)) {
        destination = Some(match f.found_block(names) {
            Found::Value(block) => Destination::Block(block),
            Found::Lost(loss) => Destination::Other(written(names, &loss)),
            Found::Chosen | Found::Absent => {
                Destination::Other(f.get(names).map(Term::written).unwrap_or_default())
            }
        });
    }
    let lists: &[&str] = &["DestinationPrefixListId"];
    if destination.is_none() && f.says(lists) {
        destination = Some(match f.found_key(lists, &[Kind::PrefixList]) {
            Found::Value(key) => Destination::PrefixList(key.id),
            Found::Lost(loss) => Destination::Other(written(lists, &loss)),
            Found::Chosen | Found::Absent => {
                Destination::Other(f.get(lists).map(Term::written).unwrap_or_default())
            }
        });
    }
    let Some(destination) = destination else {
        f.refuse(&["DestinationCidrBlock"], "a route without a destination");
        return None;
    };
    let named = TARGETS.iter().find(|(names, _)| f.says(names));
    let target = named.map(|(names, kinds)| {
        if f.get(names).and_then(Term::as_str) == Some("local") {
            return Target::Local;
        }
        match f.found_key(names, kinds) {
            Found::Value(key) => Target::Resource(key),
            Found::Lost(loss) => Target::Other(written(names, &loss)),
            Found::Chosen | Found::Absent => {
                Target::Other(f.get(names).map(Term::written).unwrap_or_default())
            }
        }
    });
    let target = target.unwrap_or_else(|| {
        f.refuse(&["GatewayId"], "a route without a target that is known");
        Target::Other("?".into())
    });
    let origin = if target == Target::Local {
        RouteOrigin::CreateRouteTable
    } else {
        RouteOrigin::CreateRoute
    };
    let state = match f.found_text(&["state"]) {
        Found::Value(word) if !f.is_template() && !word.is_empty() => word.into(),
        _ => RouteState::Active,
    };
    Some(Route {
        destination,
        target,
        state,
        origin,
    })
}

pub(super) fn route_table(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let (inline, whole) = f.objects(&["route"]);
    let routes: Vec<Route> = inline.iter().filter_map(route).collect();
    // What a table holds beside the routes that are declared apart is not known before it stands: nothing.
    let unknown = f.has(&["route"]) && !whole && !matches!(f.get(&["route"]), Some(Term::Chosen));
    let vpc = match f.found_key(&["VpcId"], &[Kind::Vpc]) {
        Found::Value(key) => Known::Value(key.id),
        Found::Lost(loss) => {
            f.lose(&["VpcId"], &loss);
            Known::Unread
        }
        // A default table names its VPC by the table only, before it is read.
        Found::Absent | Found::Chosen => of_companion(f, Kind::RouteTable),
    };
    let facts = RouteTableFacts {
        vpc,
        routes: if unknown {
            Known::Unread
        } else {
            sorted(routes)
        },
        associations: Known::Value(Vec::new()),
        propagating_gateways: f.ids(&["propagating_vgws"], Kind::VpnGateway),
    };
    gather.add(f, facts);
    if f.declaration.what == What::DefaultRouteTable
        && let Some(facts) = gather.facts_mut::<RouteTableFacts>(&f.id())
    {
        push(&mut facts.associations, tied(true, None, None));
    }
}

/// The VPC that this resource comes with.
pub(super) fn of_companion(f: &Fields<'_>, kind: Kind) -> Known<Id> {
    let book = f.book;
    book.declared
        .resources
        .iter()
        .find_map(|declaration| {
            let vpc = book.key_of_vpc(declaration)?;
            (book.companion(declaration, kind).as_ref() == Some(f.key())).then_some(vpc.id)
        })
        .into()
}

pub(super) fn tied(main: bool, subnet: Option<Id>, gateway: Option<Id>) -> RouteTableAssociation {
    RouteTableAssociation {
        id: None,
        main,
        subnet,
        gateway,
        state: Some("associated".into()),
    }
}

pub(super) fn route_resource(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let table = f.owner(&["RouteTableId"], Kind::RouteTable);
    let Some(route) = route(f) else {
        gather.lost.insert(Kind::RouteTable);
        return;
    };
    let Some(table) = table else {
        gather.lost.insert(Kind::RouteTable);
        return;
    };
    if let Some(facts) = gather.table(f, &table) {
        // Terraform's record of a table repeats the routes that are resources of their own.
        let held = facts.routes.items().iter();
        let again = held
            .filter(|held| held.destination == route.destination && held.target == route.target)
            .count();
        if again == 0 {
            push(&mut facts.routes, route);
        }
    }
}

pub(super) fn association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let subnet_names: &[&str] = &["SubnetId"];
    let gateway_names: &[&str] = &["GatewayId"];
    let table = f.owner(&["RouteTableId"], Kind::RouteTable);
    let subnet = f.some_id(subnet_names, Kind::Subnet);
    let gateway = f.some_key(gateway_names, &[Kind::InternetGateway, Kind::VpnGateway]);
    let (Some(table), true) = (table, subnet.is_some() || gateway.is_some()) else {
        gather.lost.insert(Kind::RouteTable);
        return;
    };
    let mut tied = tied(false, subnet, gateway.map(|key| key.id));
    tied.id = match f.declaration.id.as_deref() {
        Some(id) if id.starts_with("rtbassoc-") => Some(id.into()),
        _ => None,
    };
    if let Some(facts) = gather.table(f, &table) {
        push(&mut facts.associations, tied);
    }
}

pub(super) fn main_association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let table = f.owner(&["RouteTableId"], Kind::RouteTable);
    let vpc = f.owner(&["VpcId"], Kind::Vpc);
    let (Some(table), Some(vpc)) = (table, vpc) else {
        gather.lost.insert(Kind::RouteTable);
        return;
    };
    if gather.table(f, &table).is_some() {
        gather.mains.insert(vpc, table);
    }
}

pub(super) fn propagation(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let gateway = f.some_id(&["VpnGatewayId"], Kind::VpnGateway);
    let tables = f.ids(&["RouteTableIds", "RouteTableId"], Kind::RouteTable);
    let (Some(gateway), Known::Value(tables)) = (gateway, tables) else {
        gather.lost.insert(Kind::RouteTable);
        return;
    };
    for table in tables {
        if let Some(facts) = gather.table(f, &table) {
            push(&mut facts.propagating_gateways, gateway.clone());
        }
    }
}

pub(super) fn endpoint(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let endpoint_type = f.text_or(&["VpcEndpointType"], "Gateway");
    let is_gateway = endpoint_type == Known::Value("Gateway".into());
    let stands = f.stands();
    let names: &[&str] = &[
        "ServiceName",
        "ResourceConfigurationArn",
        "ServiceNetworkArn",
    ];
    let facts = VpcEndpointFacts {
        vpc: f.id_of(&["VpcId"], Kind::Vpc),
        service_name: f.text(names),
        state: super::vpc::state(f, "available"),
        route_tables: f.ids(&["RouteTableIds"], Kind::RouteTable),
        subnets: f.ids(&["SubnetIds"], Kind::Subnet),
        network_interfaces: if is_gateway {
            Known::Value(Vec::new())
        } else if stands {
            f.ids(&["network_interface_ids"], Kind::NetworkInterface)
        } else {
            Known::ChosenByAws
        },
        groups: f.ids(&["SecurityGroupIds"], Kind::SecurityGroup),
        private_dns_enabled: f.flag_or(&["PrivateDnsEnabled"], false),
        policy: Known::Unread,
        ip_address_type: f.text(&["IpAddressType"]),
        requester_managed: f.flag_or(&["requester_managed"], false),
        endpoint_type,
    };
    gather.add(f, facts);
}

pub(super) fn endpoint_table(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let table = f.some_id(&["RouteTableId"], Kind::RouteTable);
    of_endpoint(f, gather, |facts| match table {
        Some(table) => push(&mut facts.route_tables, table),
        None => facts.route_tables = Known::Unread,
    });
}

pub(super) fn endpoint_subnet(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let subnet = f.some_id(&["SubnetId"], Kind::Subnet);
    of_endpoint(f, gather, |facts| match subnet {
        Some(subnet) => push(&mut facts.subnets, subnet),
        None => facts.subnets = Known::Unread,
    });
}

pub(super) fn endpoint_group(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let group = f.some_id(&["SecurityGroupId"], Kind::SecurityGroup);
    of_endpoint(f, gather, |facts| match group {
        Some(group) => push(&mut facts.groups, group),
        None => facts.groups = Known::Unread,
    });
}

fn of_endpoint(
    f: &Fields<'_>,
    gather: &mut Gather<'_>,
    change: impl FnOnce(&mut VpcEndpointFacts),
) {
    let endpoint = f.owner(&["VpcEndpointId"], Kind::VpcEndpoint);
    match endpoint.and_then(|id| gather.owner::<VpcEndpointFacts>(f, &id)) {
        Some(facts) => change(facts),
        None => {
            gather.lost.insert(Kind::VpcEndpoint);
        }
    }
}

fn entry(f: &Fields<'_>) -> Option<PrefixListEntry> {
    Some(PrefixListEntry {
        cidr: f.some_block(&["Cidr"])?,
        description: f.some_text(&["Description"]),
    })
}

pub(super) fn prefix_list(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let (items, whole) = f.objects(&["Entries", "entry"]);
    let entries: Vec<PrefixListEntry> = items.iter().filter_map(entry).collect();
    let facts = PrefixListFacts {
        prefix_list_name: f.text(&["PrefixListName", "name"]),
        address_family: f.text(&["AddressFamily"]),
        max_entries: f.number(&["MaxEntries"]),
        state: super::vpc::state(f, "create-complete"),
        entries: if whole && entries.len() == items.len() {
            sorted(entries)
        } else {
            Known::Unread
        },
    };
    gather.add(f, facts);
}

pub(super) fn prefix_list_entry(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let entry = entry(f);
    let list = f.owner(&["PrefixListId"], Kind::PrefixList);
    let facts = list.and_then(|id| gather.owner::<PrefixListFacts>(f, &id));
    match (facts, entry) {
        (Some(facts), Some(entry)) => push(&mut facts.entries, entry),
        (Some(facts), None) => facts.entries = Known::Unread,
        (None, _) => {}
    }
}

pub(super) fn peering(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let side = |names: &[&str], owner: &[&str], region: &[&str]| {
        f.id_of(names, Kind::Vpc).map(|vpc| PeeringSide {
            vpc: vpc.clone(),
            owner: f.some_text(owner),
            region: f
                .some_text(region)
                .or_else(|| f.book.declared.region.clone()),
            cidrs: Vec::new(),
            dns_resolution: None,
        })
    };
    let mut requester = side(&["VpcId"], &[], &[]);
    let mut accepter = side(&["PeerVpcId"], &["PeerOwnerId"], &["PeerRegion"]);
    for (side, name) in [(&mut requester, "requester"), (&mut accepter, "accepter")] {
        let options = f.object(&[name]);
        if let (Known::Value(side), Some(options)) = (side, options) {
            let names = &["allow_remote_vpc_dns_resolution"];
            side.dns_resolution = match options.flag(names) {
                Known::Value(flag) => Some(flag),
                _ => None,
            };
        }
    }
    let status = match f.text(&["accept_status"]) {
        Known::Value(status) => Known::Value(status),
        // CloudFormation accepts for whoever asks.
        _ if f.is_template() || f.is(&["auto_accept"]) => Known::Value("active".into()),
        _ if f.stands() => Known::Unread,
        _ => Known::Value(format_compact!("pending-acceptance")),
    };
    let facts = VpcPeeringConnectionFacts {
        requester,
        accepter,
        status,
        ..VpcPeeringConnectionFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn peering_accepter(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let accepts = f.is(&["auto_accept"]);
    let peering = f.owner(&["VpcPeeringConnectionId"], Kind::VpcPeeringConnection);
    let Some(id) = peering else { return };
    let key = Key::new(Kind::VpcPeeringConnection, id.clone());
    // One that somebody else asked for is told by its accepter only.
    if !gather.records.contains_key(&key) {
        let side = |names: &[&str], owner: &[&str]| {
            f.id_of(names, Kind::Vpc).map(|vpc| PeeringSide {
                vpc: vpc.clone(),
                owner: f.some_text(owner),
                region: None,
                cidrs: Vec::new(),
                dns_resolution: None,
            })
        };
        let facts = VpcPeeringConnectionFacts {
            requester: side(&["peer_vpc_id"], &["peer_owner_id"]),
            accepter: side(&["vpc_id"], &[]),
            ..VpcPeeringConnectionFacts::default()
        };
        gather.companion(key, &f.common(), facts);
    }
    if accepts && let Some(facts) = gather.facts_mut::<VpcPeeringConnectionFacts>(&id) {
        facts.status = Known::Value("active".into());
    }
}
