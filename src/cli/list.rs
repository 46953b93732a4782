//! `vpc-atlas list`: the VPCs, and how much is in them.

use super::Answer;
use super::args::List;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{Align, print, print_json, table};
use crate::analysis::search::{account_of, region_of};
use crate::network::{
    CidrAssociation, Coverage, Key, Kind, Network, Resource, VpcFacts, VpcMembers,
};
use crate::workspace::Loaded;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Report {
    vpcs: Vec<Row>,
    gaps: Vec<GapRow>,
}

#[derive(Serialize)]
struct Row {
    vpc_id: String,
    name: Option<String>,
    account: Option<String>,
    region: Option<String>,
    cidrs: Vec<String>,
    subnets: usize,
    route_tables: usize,
    nat_gateways: usize,
    connections: usize,
    /// Kinds that were not read completely, so that a count of theirs may be too low.
    incomplete: Vec<&'static str>,
    #[serde(skip)]
    key: Key,
}

pub(super) fn run(args: &List) -> anyhow::Result<Answer> {
    let loaded = read(&args.sources)?;
    let gaps = gaps(&loaded);
    let rows = rows(&loaded);
    if args.json {
        print_json(&Report {
            vpcs: rows,
            gaps: gap_rows(&gaps),
        })?;
    } else {
        print(&text(&loaded.network, &rows))?;
        say_gaps(&gaps);
    }
    Ok(Answer::Yes)
}

fn rows(loaded: &Loaded) -> Vec<Row> {
    let network = &loaded.network;
    let mut rows: Vec<Row> = loaded
        .topology
        .vpcs()
        .map(|(key, members)| row(network, key, members))
        .collect();
    let order = |row: &Row| {
        (
            row.account.clone(),
            row.region.clone(),
            row.name.is_none(),
            row.name.clone(),
        )
    };
    rows.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.key.cmp(&b.key)));
    rows
}

fn row(network: &Network, key: &Key, members: &VpcMembers) -> Row {
    let vpc: Option<&Arc<Resource>> = network.get(key);
    let nats = |key: &&Key| key.kind == Kind::NatGateway;
    let mut incomplete: Vec<&'static str> = [Kind::Subnet, Kind::RouteTable]
        .iter()
        .chain(Kind::CONNECTIONS)
        .filter(|&&kind| network.coverage_around(key, kind) != Coverage::Complete)
        .map(|kind| kind.word())
        .collect();
    incomplete.sort_unstable();
    Row {
        vpc_id: key.id.to_string(),
        name: vpc.and_then(|vpc| vpc.name()).map(str::to_owned),
        account: vpc.and_then(|vpc| account_of(vpc)).map(str::to_owned),
        region: vpc.and_then(|vpc| region_of(vpc)).map(str::to_owned),
        cidrs: vpc
            .and_then(|vpc| vpc.of::<VpcFacts>())
            .map(cidrs)
            .unwrap_or_default(),
        subnets: members.subnets.len(),
        route_tables: members.tables.len(),
        nat_gateways: members.connections.iter().filter(nats).count(),
        connections: members.connections.len(),
        incomplete,
        key: key.clone(),
    }
}

/// The blocks of a VPC: the primary one, then the others of version 4 in order, then those of version 6.
fn cidrs(vpc: &VpcFacts) -> Vec<String> {
    let primary = vpc.primary_cidr.value().map(ToString::to_string);
    let mut blocks: Vec<String> = primary.into_iter().collect();
    for family in [&vpc.cidr_blocks, &vpc.ipv6_blocks] {
        let mut further: Vec<_> = family
            .items()
            .iter()
            .filter_map(CidrAssociation::usable)
            .collect();
        further.sort_unstable();
        for block in further {
            let block = block.to_string();
            if !blocks.contains(&block) {
                blocks.push(block);
            }
        }
    }
    blocks
}

fn text(network: &Network, rows: &[Row]) -> String {
    if rows.is_empty() {
        return "No VPC.\n".to_owned();
    }
    let heads = [
        ("VPC", Align::Left),
        ("NAME", Align::Left),
        ("ACCOUNT", Align::Left),
        ("REGION", Align::Left),
        ("SUBNETS", Align::Right),
        ("TABLES", Align::Right),
        ("NAT", Align::Right),
        ("CONNECTIONS", Align::Right),
        ("CIDRS", Align::Left),
    ];
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let number = |number: usize, kinds: &[Kind]| {
                counted(
                    number,
                    kinds
                        .iter()
                        .map(|&kind| network.coverage_around(&row.key, kind)),
                )
            };
            vec![
                row.vpc_id.clone(),
                dash(&row.name),
                dash(&row.account),
                dash(&row.region),
                number(row.subnets, &[Kind::Subnet]),
                number(row.route_tables, &[Kind::RouteTable]),
                number(row.nat_gateways, &[Kind::NatGateway]),
                number(row.connections, Kind::CONNECTIONS),
                if row.cidrs.is_empty() {
                    "?".to_owned()
                } else {
                    row.cidrs.join(" ")
                },
            ]
        })
        .collect();
    table(&heads, &rows)
}

/// A count that does not say more than was read: `?` for none that were seen where not all was read, `3+` for a few.
fn counted(number: usize, coverage: impl IntoIterator<Item = Coverage>) -> String {
    let complete = coverage
        .into_iter()
        .all(|coverage| coverage == Coverage::Complete);
    match (number, complete) {
        (number, true) => number.to_string(),
        (0, false) => "?".to_owned(),
        (number, false) => format!("{number}+"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_never_says_none_of_what_was_not_read() {
        use Coverage::{Complete, NotRead, Partial};
        assert_eq!(counted(0, [Complete]), "0");
        assert_eq!(counted(0, [Complete, NotRead]), "?");
        assert_eq!(counted(3, [Partial]), "3+");
        assert_eq!(counted(3, [Complete, Complete]), "3");
    }
}
