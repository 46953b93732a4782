//! `vpc-atlas plan`: what a design makes, and what is wrong with it.

use super::Answer;
use super::args::Plan as Args;
use super::output::{Align, count, print, print_json, printable, say, table};
use crate::cidr::{Family, usable_addresses};
use crate::design::{Design, Problem, Severity, Surroundings, plan, validate};
use crate::network::{
    Destination, Id, Key, Kind, Network, Resource, RouteTableFacts, SubnetFacts, Target, Topology,
    VpcFacts,
};
use crate::steps::{StepGraph, between};
use crate::workspace::{Document, extras};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Report {
    vpcs: Vec<Vpc>,
    problems: Vec<ProblemRow>,
    /// How many of each kind will be created.
    will_be_created: BTreeMap<Kind, usize>,
    /// What the design plans outside EC2; it is in the price, and no call here makes it.
    outside_ec2: Vec<Outside>,
    /// The calls that create them, in an order in which they can be made; with `--steps` only.
    #[serde(flatten)]
    steps: Option<StepGraph>,
    gaps: [(); 0],
}

#[derive(Serialize)]
struct Outside {
    what: String,
    count: u32,
}

#[derive(Serialize)]
struct Vpc {
    name: Option<String>,
    cidrs: Vec<String>,
    subnets: Vec<Subnet>,
    route_tables: Vec<RouteTable>,
    connections: Vec<Connection>,
}

#[derive(Serialize)]
struct Subnet {
    name: Option<String>,
    tier: String,
    kind: &'static str,
    az: String,
    cidr: String,
    ipv6_cidr: Option<String>,
    /// Which part of the VPC's block it takes, while AWS has not chosen that.
    #[serde(skip_serializing_if = "Option::is_none")]
    ipv6_part: Option<String>,
    usable: u64,
}

#[derive(Serialize)]
struct RouteTable {
    name: Option<String>,
    aws_made: bool,
    subnets: Vec<String>,
    routes: Vec<Route>,
}

#[derive(Serialize)]
struct Route {
    destination: String,
    target: String,
}

#[derive(Serialize)]
struct Connection {
    name: Option<String>,
    kind: Kind,
}

#[derive(Serialize)]
struct ProblemRow {
    code: &'static str,
    severity: Severity,
    #[serde(rename = "where")]
    place: String,
    message: String,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let document = Document::open(&args.design)?;
    let design = document.design();
    let network = plan(design);
    let problems = validate(design, &Surroundings::default());
    // A design with errors may have no steps; what stands against them is a problem like the others.
    let (graph, refusals) = match between(&Network::new(), &network) {
        Ok(graph) => (Some(graph), Vec::new()),
        Err(refusals) => (None, refusals),
    };
    let counts = graph.iter().flat_map(StepGraph::counts);
    let mut rows: Vec<ProblemRow> = problems.iter().map(problem).collect();
    rows.extend(refusals.iter().map(|refusal| ProblemRow {
        code: "no-steps",
        severity: Severity::High,
        place: refusal.key.to_string(),
        message: refusal.why.clone(),
    }));
    let report = Report {
        vpcs: vpcs(design, &network),
        problems: rows,
        will_be_created: counts.collect(),
        outside_ec2: extras(design)
            .into_iter()
            .map(|extra| Outside {
                what: extra.what.to_string(),
                count: extra.count,
            })
            .collect(),
        steps: graph.filter(|_| args.steps),
        gaps: [],
    };
    if args.json {
        print_json(&report)?;
    } else {
        print(&text(&report))?;
        say_problems(&problems);
    }
    for refusal in &refusals {
        say(&printable(&format!(
            "error: {}: {}",
            refusal.key, refusal.why
        )));
    }
    let errors = !refusals.is_empty() || problems.iter().any(Problem::is_error);
    Ok(if errors { Answer::No } else { Answer::Yes })
}

fn problem(problem: &Problem) -> ProblemRow {
    ProblemRow {
        code: problem.code,
        severity: problem.severity,
        place: problem.place_words.clone(),
        message: problem.message.clone(),
    }
}

fn vpcs(design: &Design, network: &Network) -> Vec<Vpc> {
    let topology = Topology::of(network);
    design
        .vpcs
        .iter()
        .map(|vpc| {
            let key = crate::design::vpc_key(vpc);
            let members = topology.members(&key);
            let facts = network.facts::<VpcFacts>(&key.id);
            let blocks = facts.into_iter().flat_map(|facts| {
                let all = facts.cidr_blocks.items().iter();
                all.chain(facts.ipv6_blocks.items())
            });
            let tables = members.map_or(&[][..], |members| members.tables.as_slice());
            let connections = members.map_or(&[][..], |members| members.connections.as_slice());
            Vpc {
                name: name(network, &key),
                cidrs: blocks
                    .filter_map(|block| block.cidr)
                    .map(|block| block.to_string())
                    .collect(),
                subnets: vpc
                    .subnets()
                    .map(|(tier, subnet)| {
                        let key = crate::design::subnet_key(vpc, tier, subnet);
                        let facts = network.facts::<SubnetFacts>(&key.id);
                        Subnet {
                            name: name(network, &key),
                            tier: tier.name.to_string(),
                            kind: topology.subnet_kind(network, &key, Family::V4).word(),
                            az: subnet.zone.to_string(),
                            cidr: subnet.cidr.to_string(),
                            ipv6_cidr: facts
                                .and_then(|facts| facts.ipv6_blocks.items().first())
                                .and_then(|block| block.cidr)
                                .map(|block| block.to_string()),
                            ipv6_part: facts
                                .and_then(|facts| facts.ipv6_part.value())
                                .map(ToString::to_string),
                            usable: usable_addresses(subnet.cidr),
                        }
                    })
                    .collect(),
                route_tables: tables
                    .iter()
                    .filter_map(|key| route_table(network, key))
                    .collect(),
                connections: connections
                    .iter()
                    .map(|key| Connection {
                        name: name(network, key),
                        kind: key.kind,
                    })
                    .collect(),
            }
        })
        .collect()
}

fn name(network: &Network, key: &Key) -> Option<String> {
    network.get(key).and_then(|it| it.name()).map(str::to_owned)
}

fn label(network: &Network, kind: Kind, id: &Id) -> String {
    let resource = network.get(&Key::new(kind, id.clone()));
    resource
        .map_or(id.as_str(), |it| Resource::label(it))
        .to_owned()
}

fn route_table(network: &Network, key: &Key) -> Option<RouteTable> {
    let resource = network.get(key)?;
    let facts: &RouteTableFacts = resource.of()?;
    let associations = facts.associations.items();
    let is_main = associations.iter().any(|it| it.main);
    // A regional NAT gateway brings a table of its own.
    let of_nat = network
        .all::<crate::network::NatGatewayFacts>()
        .any(|(_, nat)| nat.route_table.value() == Some(&Some(key.id.clone())));
    Some(RouteTable {
        name: resource.name().map(str::to_owned),
        aws_made: is_main || of_nat,
        subnets: associations
            .iter()
            .filter_map(|it| it.subnet.as_ref())
            .map(|subnet| label(network, Kind::Subnet, subnet))
            .collect(),
        routes: facts
            .routes
            .items()
            .iter()
            .map(|route| Route {
                destination: match &route.destination {
                    Destination::PrefixList(list) => label(network, Kind::PrefixList, list),
                    other => other.to_string(),
                },
                target: match &route.target {
                    Target::Resource(key) => label(network, key.kind, &key.id),
                    other => other.to_string(),
                },
            })
            .collect(),
    })
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    let unnamed = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
    for vpc in &report.vpcs {
        if !text.is_empty() {
            text.push('\n');
        }
        let head = format!("{}  {}", unnamed(&vpc.name), vpc.cidrs.join(", "));
        text.push_str(&printable(&head));
        text.push_str("\n\n");
        let rows: Vec<Vec<String>> = vpc
            .subnets
            .iter()
            .map(|it| {
                let ipv6 = it.ipv6_cidr.clone();
                let part = it.ipv6_part.as_ref().map(|part| format!("part {part}"));
                vec![
                    unnamed(&it.name),
                    it.kind.to_owned(),
                    it.az.clone(),
                    it.cidr.clone(),
                    it.usable.to_string(),
                    ipv6.or(part).unwrap_or_else(|| "-".to_owned()),
                ]
            })
            .collect();
        let heads = [
            ("SUBNET", Align::Left),
            ("KIND", Align::Left),
            ("ZONE", Align::Left),
            ("BLOCK", Align::Left),
            ("USABLE", Align::Right),
            ("IPV6", Align::Left),
        ];
        text.push_str(&table(&heads, &rows));
        text.push('\n');
        let rows: Vec<Vec<String>> = vpc.route_tables.iter().flat_map(table_rows).collect();
        let heads = [
            ("ROUTE TABLE", Align::Left),
            ("SUBNETS", Align::Right),
            ("DESTINATION", Align::Left),
            ("TARGET", Align::Left),
        ];
        text.push_str(&table(&heads, &rows));
        text.push('\n');
        let rows: Vec<Vec<String>> = vpc
            .connections
            .iter()
            .map(|it| vec![unnamed(&it.name), it.kind.singular().to_owned()])
            .collect();
        let heads = [("CONNECTION", Align::Left), ("KIND", Align::Left)];
        text.push_str(&table(&heads, &rows));
    }
    text.push('\n');
    let rows: Vec<Vec<String>> = report
        .will_be_created
        .iter()
        .map(|(kind, count)| vec![kind.plural().to_owned(), count.to_string()])
        .collect();
    let heads = [("WILL BE CREATED", Align::Left), ("COUNT", Align::Right)];
    text.push_str(&table(&heads, &rows));
    for outside in &report.outside_ec2 {
        text.push_str(&printable(&format!(
            "outside EC2: {} {}",
            outside.count, outside.what
        )));
        text.push('\n');
    }
    if let Some(graph) = &report.steps {
        text.push('\n');
        let rows: Vec<Vec<String>> = graph
            .steps()
            .map(|step| vec![step.call.action.name().to_owned(), step.about.to_string()])
            .collect();
        text.push_str(&table(
            &[("CALL", Align::Left), ("ABOUT", Align::Left)],
            &rows,
        ));
    }
    text
}

fn table_rows(table: &RouteTable) -> Vec<Vec<String>> {
    let name = match (&table.name, table.aws_made) {
        (Some(name), _) => name.clone(),
        (None, true) => "(made by AWS)".to_owned(),
        (None, false) => "-".to_owned(),
    };
    table
        .routes
        .iter()
        .enumerate()
        .map(|(position, route)| {
            let head = |cell: String| if position == 0 { cell } else { String::new() };
            vec![
                head(name.clone()),
                head(table.subnets.len().to_string()),
                route.destination.clone(),
                route.target.clone(),
            ]
        })
        .collect()
}

pub(super) fn say_problems(problems: &[Problem]) {
    for problem in problems {
        let weight = match problem.severity {
            Severity::High => "error",
            Severity::Warn => "warning",
            Severity::Info => "advice",
        };
        say(&printable(&format!(
            "{weight}: {}: {} ({})",
            problem.place_words, problem.message, problem.code
        )));
    }
    let errors = problems.iter().filter(|it| it.is_error()).count();
    if errors > 0 {
        say(&format!(
            "the design cannot be made as it is: {}",
            count(errors, "error", "errors")
        ));
    }
}
