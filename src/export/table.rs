//! Tables of resources, one for each kind, and how they are written as CSV. The window shows the same ones.

use super::subject::{Subject, name_of};
use crate::analysis::search::{account_of, region_of, vpcs_of};
use crate::cidr::{BlockFacts, Family};
use crate::network::{
    CidrAssociation, Coverage, Facts, Id, InterfaceUse, Key, Kind, Known, Network, PeeringSide,
    Resource, RouteState, SubnetFacts, Topology, VpcAttachment, VpcMembers,
};
use crate::picture::text::plain;
use crate::picture::view::{grouped, natural};
use ipnet::{IpNet, Ipv4Net};
use std::cmp::Ordering;

/// Stands where a fact was not read.
pub(super) const NOT_READ: &str = "not read";
/// Stands where some of a kind were read and others may be missing.
const PARTLY_READ: &str = "not read completely";

/// The headings of the address plan.
pub const PLAN: &[&str] = &[
    "Account",
    "Region",
    "VPC",
    "VPC name",
    "Zone",
    "Subnet",
    "Name",
    "Kind",
    "Block",
    "Network",
    "Mask",
    "First",
    "Last",
    "Broadcast",
    "Addresses",
    "Usable",
    "Free",
    "IPv6",
    "Route table",
];

/// The address plan as CSV: a row for each subnet. First and last are the addresses that AWS hands out: it keeps the first
/// four and the last of every subnet. A VPC whose subnets were not all read has a row that says so.
pub fn address_plan(subject: &Subject<'_>) -> String {
    let mut vpcs: Vec<(&Key, &VpcMembers)> = subject
        .topology
        .vpcs()
        .filter(|(vpc, _)| subject.shows(Kind::Subnet, std::slice::from_ref(*vpc)))
        .collect();
    let place = |vpc: &Key| {
        let resource = subject.network.get(vpc);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        (
            text(resource.and_then(|vpc| account_of(vpc))),
            text(resource.and_then(|vpc| region_of(vpc))),
        )
    };
    vpcs.sort_by(|(a, _), (b, _)| {
        let names = || natural(&subject.name(a), &subject.name(b));
        place(a)
            .cmp(&place(b))
            .then_with(names)
            .then_with(|| a.cmp(b))
    });
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (vpc, members) in vpcs {
        let mut subnets: Vec<(Option<Ipv4Net>, &Key)> = members
            .subnets
            .iter()
            .map(|subnet| {
                let facts = subject.network.facts::<SubnetFacts>(&subnet.id);
                let block = facts.and_then(|facts| facts.cidr_block.value().copied().flatten());
                (block, subnet)
            })
            .collect();
        subnets.sort_by_key(|(block, key)| (block.is_none(), *block, *key));
        rows.extend(
            subnets
                .iter()
                .map(|(_, subnet)| plan_row(subject, vpc, subnet)),
        );
        let gap = match subject.network.coverage_around(vpc, Kind::Subnet) {
            Coverage::Complete => continue,
            Coverage::Partial => PARTLY_READ,
            Coverage::NotRead => NOT_READ,
        };
        let mut row = vpc_cells(subject, vpc);
        row.push(String::new());
        row.push(gap.to_owned());
        row.resize(PLAN.len(), String::new());
        rows.push(row);
    }
    csv(
        PLAN,
        rows.iter().map(|cells| cells.iter().map(String::as_str)),
    )
}

/// Account, region, id and name of a VPC.
fn vpc_cells(subject: &Subject<'_>, vpc: &Key) -> Vec<String> {
    let resource = subject.network.get(vpc);
    let known = |text: Option<&str>| text.unwrap_or(NOT_READ).to_owned();
    vec![
        known(resource.and_then(|vpc| account_of(vpc))),
        known(resource.and_then(|vpc| region_of(vpc))),
        vpc.id.to_string(),
        resource.map_or_else(
            || NOT_READ.to_owned(),
            |vpc| vpc.name().unwrap_or_default().to_owned(),
        ),
    ]
}

fn plan_row(subject: &Subject<'_>, vpc: &Key, subnet: &Key) -> Vec<String> {
    let mut row = vpc_cells(subject, vpc);
    let Some(resource) = subject.network.get(subnet) else {
        return row;
    };
    let Some(facts) = resource.of::<SubnetFacts>() else {
        return row;
    };
    let block = facts.cidr_block.value().copied().flatten();
    let family = match facts.cidr_block.value() {
        Some(None) => Family::V6,
        _ => Family::V4,
    };
    let kind = subject
        .topology
        .subnet_kind(subject.network, subnet, family);
    row.extend([
        cell(&facts.availability_zone),
        subnet.id.to_string(),
        resource.name().unwrap_or_default().to_owned(),
        kind.word().to_owned(),
    ]);
    if let Some(block) = block {
        let of = BlockFacts::of(IpNet::V4(block));
        let address = |address: Option<std::net::IpAddr>| {
            address
                .map(|address| address.to_string())
                .unwrap_or_default()
        };
        row.extend([
            block.to_string(),
            of.network.to_string(),
            block.netmask().to_string(),
            address(of.first),
            address(of.last),
            of.broadcast.to_string(),
            of.addresses.to_string(),
            of.usable.to_string(),
        ]);
    } else {
        // None of version 4, or nobody knows.
        let words = cell(&facts.cidr_block.map(|_| String::new()));
        row.extend(std::iter::repeat_n(words, 8));
    }
    row.extend([
        cell(&facts.available_addresses),
        blocks(&facts.ipv6_blocks),
        (subject.topology.effective(subnet).table())
            .map_or_else(|| "unknown".to_owned(), |table| subject.name(table)),
    ]);
    row
}

/// The table of a kind as CSV. Where not all of them were read, a last row for each account and region says so.
pub fn table(subject: &Subject<'_>, kind: Kind) -> String {
    let heads = heads(kind);
    let mut rows: Vec<(&Resource, Vec<String>)> = subject
        .network
        .of_kind(kind)
        .map(AsRef::as_ref)
        .filter(|resource| shows(subject, resource))
        .map(|resource| (resource, cells(subject.network, subject.topology, resource)))
        .collect();
    rows.sort_by(|(a, _), (b, _)| order(a, b));
    let mut rows: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
    // Numbers for people have commas, and programs take those for text.
    for (place, _) in heads
        .iter()
        .enumerate()
        .filter(|(_, head)| **head == "Free")
    {
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(place)) {
            *cell = cell.replace(',', "");
        }
    }
    for (scope, shard) in subject.network.shards() {
        let words = match shard.coverage(kind) {
            Coverage::Complete => continue,
            Coverage::Partial => PARTLY_READ,
            Coverage::NotRead => NOT_READ,
        };
        let mut row = vec![scope.to_string(), words.to_owned()];
        row.resize(heads.len(), String::new());
        rows.push(row);
    }
    csv(
        &heads,
        rows.iter().map(|cells| cells.iter().map(String::as_str)),
    )
}

/// Whether a resource is among what is written about.
pub(super) fn shows(subject: &Subject<'_>, resource: &Resource) -> bool {
    let mut vpcs: Vec<Key> = vpcs_of(resource)
        .into_iter()
        .map(|id| Key::new(Kind::Vpc, id.clone()))
        .collect();
    vpcs.extend(subject.topology.vpcs_of(resource.key()).cloned());
    subject.shows(resource.kind(), &vpcs)
}

/// By name as people count, then by id.
pub(super) fn order(a: &Resource, b: &Resource) -> Ordering {
    natural(a.label(), b.label()).then_with(|| a.key().cmp(b.key()))
}

/// Rows as CSV (RFC 4180), headings first.
pub fn csv<'a>(
    heads: &[&'a str],
    rows: impl Iterator<Item = impl Iterator<Item = &'a str>>,
) -> String {
    let line = |cells: &mut dyn Iterator<Item = &'a str>| {
        let mut line = cells.map(quoted).collect::<Vec<_>>().join(",");
        line.push_str("\r\n");
        line
    };
    let mut text = line(&mut heads.iter().copied());
    for mut cells in rows {
        text.push_str(&line(&mut cells));
    }
    text
}

/// A field of CSV, without control and direction characters. A leading sign that spreadsheets take for a formula is
/// disarmed, also where spaces stand before it. <https://owasp.org/www-community/attacks/CSV_Injection>
fn quoted(field: &str) -> String {
    const SIGNS: [char; 8] = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    let lines: Vec<_> = field.lines().map(plain).collect();
    let field = lines.join("\n");
    let is_number = || {
        field
            .chars()
            .skip(1)
            .all(|it| it.is_ascii_digit() || it == '.')
            && field.parse::<f64>().is_ok()
    };
    let armed = field.trim_start().starts_with(SIGNS) && !is_number();
    let field = if armed { format!("'{field}") } else { field };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

/// The headings of a kind's table.
pub fn heads(kind: Kind) -> Vec<&'static str> {
    let mut heads = vec!["Name", "Id"];
    heads.extend_from_slice(match kind {
        Kind::Vpc => &[
            "IPv4",
            "Subnets",
            "Tables",
            "Connections",
            "Default",
            "IPv6",
        ],
        Kind::Subnet => &["Kind", "IPv4", "Zone", "Free", "Route table", "VPC", "IPv6"],
        Kind::RouteTable => &["Main", "Routes", "Blackholes", "Subnets", "VPC"],
        Kind::InternetGateway | Kind::EgressOnlyInternetGateway | Kind::VpnGateway => {
            &["Attached to"]
        }
        Kind::NatGateway => &["State", "Connectivity", "Public address", "Subnet", "VPC"],
        Kind::VpcEndpoint => &["Type", "Service", "State", "VPC"],
        Kind::PrefixList => &["Family", "Entries"],
        Kind::VpcPeeringConnection => &["Status", "Requester", "Accepter"],
        Kind::TransitGateway
        | Kind::CustomerGateway
        | Kind::DirectConnectGateway
        | Kind::LocalGateway
        | Kind::CoreNetwork => &["State"],
        Kind::TransitGatewayAttachment => &["Type", "Attached", "State", "Transit gateway"],
        Kind::TransitGatewayRouteTable => &["State", "Routes", "Transit gateway"],
        Kind::VpnConnection => &["State", "Tunnels up", "Customer gateway"],
        Kind::CarrierGateway => &["State", "VPC"],
        Kind::NetworkFirewall => &["VPC"],
        Kind::NetworkAcl => &["Default", "Entries", "Subnets", "VPC"],
        Kind::SecurityGroup => &["Inbound", "Outbound", "Description", "VPC"],
        Kind::NetworkInterface => &[
            "Used by",
            "Which",
            "Private address",
            "Public address",
            "Status",
            "Subnet",
        ],
        Kind::Instance => &[
            "State",
            "Type",
            "Private address",
            "Public address",
            "Subnet",
        ],
        Kind::ElasticIp => &["Address", "In use"],
        Kind::DhcpOptions => &["Options"],
        Kind::FlowLog => &["Status", "Traffic", "Records", "To"],
        Kind::AvailabilityZone => &["Zone id", "State", "Type"],
        Kind::Region => &["Opt-in"],
        Kind::Account => &[],
    });
    heads
}

/// A fact in a cell; what was not read says so.
fn cell<T: ToString>(fact: &Known<T>) -> String {
    match fact {
        Known::Unread => NOT_READ.to_owned(),
        Known::ChosenByAws => "chosen by AWS".to_owned(),
        Known::Value(value) => value.to_string(),
    }
}

/// A count that does not say more than was read: of what was not read completely there may be more.
fn counted(network: &Network, around: &Key, kinds: &[Kind], number: usize) -> String {
    let is_complete = |kind: &Kind| network.coverage_around(around, *kind) == Coverage::Complete;
    match (number, kinds.iter().all(is_complete)) {
        (number, true) => number.to_string(),
        (0, false) => NOT_READ.to_owned(),
        (number, false) => format!("{number}+"),
    }
}

/// Blocks as words.
fn blocks(blocks: &Known<Vec<CidrAssociation>>) -> String {
    cell(&blocks.map(|blocks| {
        let words: Vec<String> = blocks
            .iter()
            .filter_map(|block| block.cidr.map(|cidr| cidr.to_string()))
            .collect();
        words.join(", ")
    }))
}

/// How many items a list has.
fn count<T>(fact: &Known<Vec<T>>) -> String {
    cell(&fact.map(Vec::len))
}

fn yes_no(fact: &Known<bool>) -> String {
    cell(&fact.map(|yes| if *yes { "yes" } else { "no" }))
}

/// The cells of a resource, in the order of [`heads`]; a fact that was not read says so.
pub fn cells(network: &Network, topology: &Topology, resource: &Resource) -> Vec<String> {
    let key = resource.key();
    let name = |kind: Kind, id: &Known<Id>| {
        cell(&id.map(|id| name_of(network, &Key::new(kind, id.clone()))))
    };
    let maybe = |kind: Kind, id: &Known<Option<Id>>| {
        cell(&id.map(|id| {
            id.as_ref().map_or_else(String::new, |id| {
                name_of(network, &Key::new(kind, id.clone()))
            })
        }))
    };
    let attached = |attachments: &Known<Vec<VpcAttachment>>| {
        cell(&attachments.map(|attachments| {
            let names: Vec<String> = attachments
                .iter()
                .map(|attachment| name_of(network, &Key::new(Kind::Vpc, attachment.vpc.clone())))
                .collect();
            names.join(", ")
        }))
    };
    let mut cells = vec![
        resource.name().unwrap_or_default().to_owned(),
        key.id.to_string(),
    ];
    cells.extend(match resource.facts() {
        Facts::Vpc(facts) => {
            let members = topology.members(key);
            let size = |kinds: &[Kind], list: fn(&VpcMembers) -> usize| {
                counted(network, key, kinds, members.map_or(0, list))
            };
            vec![
                if facts.cidr_blocks.is_unread() {
                    cell(&facts.primary_cidr)
                } else {
                    blocks(&facts.cidr_blocks)
                },
                size(&[Kind::Subnet], |members| members.subnets.len()),
                size(&[Kind::RouteTable], |members| members.tables.len()),
                size(Kind::CONNECTIONS, |members| members.connections.len()),
                yes_no(&facts.is_default),
                blocks(&facts.ipv6_blocks),
            ]
        }
        Facts::Subnet(facts) => {
            let kind = topology.subnet_kind(network, key, Family::V4);
            let effective = topology.effective(key);
            vec![
                kind.word().to_owned(),
                cell(
                    &facts
                        .cidr_block
                        .map(|block| block.map(|block| block.to_string()).unwrap_or_default()),
                ),
                cell(&facts.availability_zone),
                cell(
                    &facts
                        .available_addresses
                        .map(|free| grouped(u64::from(*free))),
                ),
                effective
                    .table()
                    .map_or_else(|| "unknown".to_owned(), |table| name_of(network, table)),
                name(Kind::Vpc, &facts.vpc),
                blocks(&facts.ipv6_blocks),
            ]
        }
        Facts::RouteTable(facts) => vec![
            yes_no(&facts.associations.map(|all| {
                all.iter()
                    .any(|association| association.main && association.holds())
            })),
            count(&facts.routes),
            cell(&facts.routes.map(|routes| {
                routes
                    .iter()
                    .filter(|route| route.state == RouteState::Blackhole)
                    .count()
            })),
            counted(
                network,
                key,
                &[Kind::Subnet],
                topology.subnets_of(key).len(),
            ),
            name(Kind::Vpc, &facts.vpc),
        ],
        Facts::InternetGateway(facts) => vec![attached(&facts.attachments)],
        Facts::EgressOnlyInternetGateway(facts) => vec![attached(&facts.attachments)],
        Facts::VpnGateway(facts) => vec![attached(&facts.attachments)],
        Facts::NatGateway(facts) => vec![
            cell(&facts.state),
            cell(&facts.connectivity_type),
            cell(&facts.addresses.map(|addresses| {
                let public: Vec<String> = addresses
                    .iter()
                    .filter_map(|address| address.public_ip.map(|ip| ip.to_string()))
                    .collect();
                public.join(", ")
            })),
            maybe(Kind::Subnet, &facts.subnet),
            name(Kind::Vpc, &facts.vpc),
        ],
        Facts::VpcEndpoint(facts) => {
            vec![
                cell(&facts.endpoint_type),
                cell(&facts.service_name),
                cell(&facts.state),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::PrefixList(facts) => vec![cell(&facts.address_family), count(&facts.entries)],
        Facts::VpcPeeringConnection(facts) => {
            let side = |side: &Known<PeeringSide>| {
                cell(&side.map(|side| name_of(network, &Key::new(Kind::Vpc, side.vpc.clone()))))
            };
            vec![
                cell(&facts.status),
                side(&facts.requester),
                side(&facts.accepter),
            ]
        }
        Facts::TransitGateway(facts) => vec![cell(&facts.state)],
        Facts::CustomerGateway(facts) => vec![cell(&facts.state)],
        Facts::DirectConnectGateway(facts) => vec![cell(&facts.state)],
        Facts::LocalGateway(facts) => vec![cell(&facts.state)],
        Facts::CoreNetwork(facts) => vec![cell(&facts.state)],
        Facts::TransitGatewayAttachment(facts) => vec![
            cell(&facts.resource_type),
            cell(&facts.resource.map(|id| match Kind::of_id(id.as_str()) {
                Some(kind) => name_of(network, &Key::new(kind, id.clone())),
                None => id.to_string(),
            })),
            cell(&facts.state),
            name(Kind::TransitGateway, &facts.transit_gateway),
        ],
        Facts::TransitGatewayRouteTable(facts) => {
            vec![
                cell(&facts.state),
                count(&facts.routes),
                name(Kind::TransitGateway, &facts.transit_gateway),
            ]
        }
        Facts::VpnConnection(facts) => vec![
            cell(&facts.state),
            cell(&facts.tunnels.map(|tunnels| {
                tunnels
                    .iter()
                    .filter(|tunnel| tunnel.status == "UP")
                    .count()
            })),
            name(Kind::CustomerGateway, &facts.customer_gateway),
        ],
        Facts::CarrierGateway(facts) => vec![cell(&facts.state), name(Kind::Vpc, &facts.vpc)],
        Facts::NetworkFirewall(facts) => vec![name(Kind::Vpc, &facts.vpc)],
        Facts::NetworkAcl(facts) => {
            vec![
                yes_no(&facts.is_default),
                count(&facts.entries),
                count(&facts.subnets),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::SecurityGroup(facts) => {
            vec![
                count(&facts.ingress),
                count(&facts.egress),
                cell(&facts.description),
                name(Kind::Vpc, &facts.vpc),
            ]
        }
        Facts::NetworkInterface(facts) => {
            let usage = InterfaceUse::of(facts);
            let addresses = facts.addresses.items();
            let primary = addresses
                .iter()
                .find(|address| address.primary)
                .or_else(|| addresses.first());
            let private = if facts.addresses.is_unread() {
                NOT_READ.to_owned()
            } else {
                primary
                    .map(|address| address.private_ip.to_string())
                    .unwrap_or_default()
            };
            let public = primary
                .and_then(|address| address.public_ip)
                .map(|ip| ip.to_string())
                .unwrap_or_default();
            vec![
                usage.kind(),
                usage.name().unwrap_or_default().to_owned(),
                private,
                public,
                cell(&facts.status),
                name(Kind::Subnet, &facts.subnet),
            ]
        }
        Facts::Instance(facts) => vec![
            cell(&facts.state),
            cell(&facts.instance_type),
            cell(&facts.private_ip),
            facts
                .public_ip
                .value()
                .map(ToString::to_string)
                .unwrap_or_default(),
            name(Kind::Subnet, &facts.subnet),
        ],
        Facts::ElasticIp(facts) => {
            vec![
                cell(&facts.public_ip),
                yes_no(&facts.association.map(Option::is_some)),
            ]
        }
        Facts::DhcpOptions(facts) => vec![cell(&facts.options.map(|options| {
            let words: Vec<String> = options
                .iter()
                .map(|(name, values)| format!("{name}={}", values.join(",")))
                .collect();
            words.join("; ")
        }))],
        Facts::FlowLog(facts) => {
            vec![
                cell(&facts.status),
                cell(&facts.traffic_type),
                cell(&facts.resource),
                cell(&facts.destination_type),
            ]
        }
        Facts::AvailabilityZone(facts) => vec![
            cell(&facts.zone_id),
            cell(&facts.state),
            cell(&facts.zone_type),
        ],
        Facts::Region(facts) => vec![cell(&facts.opt_in_status)],
        Facts::Account(_) => Vec::new(),
    });
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_fields_survive_commas_quotes_and_formulas() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\"\nnow"), "\"say \"\"hi\"\"\nnow\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(quoted("\u{200b}=cmd()"), "'=cmd()");
        assert_eq!(quoted("\t=cmd()"), "' =cmd()");
        assert_eq!(quoted("@sum"), "'@sum");
        assert_eq!(quoted("-inf"), "'-inf");
        assert_eq!(quoted("-12"), "-12");
        assert_eq!(quoted("10.0.0.0/16"), "10.0.0.0/16");
    }

    #[test]
    fn every_kind_has_as_many_cells_as_headings() {
        let network = crate::source::sample::network();
        let topology = Topology::of(&network);
        let mut kinds = 0;
        for &kind in Kind::ALL {
            let mut all = network.of_kind(kind).peekable();
            kinds += usize::from(all.peek().is_some());
            for resource in all {
                let cells = cells(&network, &topology, resource);
                assert_eq!(cells.len(), heads(kind).len(), "{kind}");
            }
        }
        assert!(kinds > 15, "the sample has many kinds, not {kinds}");
    }
}
