//! Exports made of the network itself: DOT, Mermaid, CSV, Markdown and JSON.

use crate::cli::{assert_code, assert_refused, run, said};
use crate::support::files::json;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use vpc_atlas::export::{
    PLAN, Subject, address_plan, dot, graph_json, heads, markdown, mermaid, table,
};
use vpc_atlas::network::{Gap, Kind, Network, Topology};
use vpc_atlas::picture::theme::Theme;
use vpc_atlas::picture::view;
use vpc_atlas::source::{read, sample};

/// Names that people, or somebody who means harm, may give: what some reader takes for more than a name.
pub(crate) const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"quoted\" 'single'",
    "back\\slash \\N \\n \\",
    "two\nlines\r\nmore",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\u{0}\u{7}control\u{1b}[31m",
    "\u{202e}gnp.exe",
    "pipe|and`tick`",
    "]\" end",
    "end",
    "%%{init: {}}%%",
    "&lt;b&gt;&amp;&#x41;",
    "```",
    "#34;#quot;",
    "1. list",
    "- item",
    "* star *x*",
    "__bold__ ~~s~~",
    "[link](javascript:alert(1))",
    "![img](x)",
    "https://example.com www.example.com",
    "user@example.com",
    "$x$",
    "{{x}} }} {%",
    "graph TD; A-->B",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{540d}\u{524d}",
    "\u{1f680} rocket",
    "\u{fffe}",
    " ",
    "---",
    "<!-- x -->",
    "style a:b#c;",
    "classDef x:y#z;",
    "click a call b()",
    "]]>",
    "\u{2028}",
    "a\tb",
    "\u{fb02}\u{b0}\u{b0}34\u{b6}\u{df}",
    concat!(
        "a-name-of-255-signs-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    ),
];

fn tags(name: &str) -> Value {
    json!([{"Key": "Name", "Value": name}])
}

/// A VPC in which everything is called by a hostile name: a subnet and a table for each, ids, zones and gateways too.
pub(crate) fn hostile() -> Network {
    let vpc = "vpc-0000000a";
    let mut subnets: Vec<Value> = HOSTILE
        .iter()
        .enumerate()
        .map(|(at, name)| {
            json!({"SubnetId": format!("subnet-{at:08x}"), "VpcId": vpc, "CidrBlock": format!("10.0.{at}.0/24"),
                "AvailabilityZone": format!("eu-west-1{}", ["a", "b", "c"][at % 3]), "AvailableIpAddressCount": 251,
                "Tags": tags(name)})
        })
        .collect();
    subnets.push(
        json!({"SubnetId": "]\"; end\n<b>|`", "VpcId": vpc, "CidrBlock": "10.0.200.0/24",
        "AvailabilityZone": "%%\"]zone<", "AvailableIpAddressCount": 251}),
    );
    let tables: Vec<Value> = HOSTILE
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let table = format!("rtb-{at:08x}");
            let mut routes = vec![
                json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active",
                    "Origin": "CreateRouteTable"}),
                json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0000000a", "State": "active",
                    "Origin": "CreateRoute"}),
            ];
            if at % 9 == 0 {
                routes.push(json!({"DestinationCidrBlock": format!("172.{at}.0.0/16"),
                    "NatGatewayId": "nat-\"]|<x>", "State": "blackhole", "Origin": "CreateRoute"}));
            }
            json!({"RouteTableId": table, "VpcId": vpc, "Tags": tags(name), "Routes": routes,
                "Associations": [{"RouteTableAssociationId": format!("rtbassoc-{at:08x}"), "RouteTableId": table,
                    "SubnetId": format!("subnet-{at:08x}"), "Main": false,
                    "AssociationState": {"State": "associated"}}]})
        })
        .collect();
    read(&[
        json(
            "vpcs.json",
            &json!({"Vpcs": [{"VpcId": vpc, "CidrBlock": "10.0.0.0/16", "OwnerId": "123456789012",
                "State": "available", "IsDefault": false, "Tags": tags("]\"<script>`|%% end")}]}),
        ),
        json("subnets.json", &json!({"Subnets": subnets})),
        json("route-tables.json", &json!({"RouteTables": tables})),
        json(
            "igw.json",
            &json!({"InternetGateways": [{"InternetGatewayId": "igw-0000000a",
                "Attachments": [{"VpcId": vpc, "State": "available"}], "Tags": tags("=cmd|'</svg>\"]")}]}),
        ),
    ])
}

/// A network with what its exports need.
pub(crate) struct Case {
    pub(crate) network: Network,
    pub(crate) topology: Topology,
    pub(crate) view: view::Options,
    pub(crate) title: String,
}

impl Case {
    pub(crate) fn of(network: Network, title: &str) -> Self {
        Self {
            topology: Topology::of(&network),
            network,
            view: view::Options::default(),
            title: title.to_owned(),
        }
    }

    fn sample() -> Self {
        Self::of(sample::network(), "Sample")
    }

    /// One VPC of the sample, by name.
    fn one(name: &str) -> Self {
        let mut case = Self::sample();
        let vpc = case
            .network
            .of_kind(Kind::Vpc)
            .find(|vpc| vpc.name() == Some(name))
            .map(|vpc| vpc.key().clone());
        case.view = view::Options::of_vpc(vpc.unwrap());
        case.title = name.to_owned();
        case
    }

    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            network: &self.network,
            topology: &self.topology,
            view: &self.view,
            title: &self.title,
            details: false,
            theme: Theme::Light,
            links: &|_| None,
        }
    }

    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let mut gaps = self.network.gaps();
        gaps.extend(self.topology.gaps().iter().cloned());
        gaps
    }

    /// Every export, by ending.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, String> {
        let subject = self.subject();
        BTreeMap::from([
            ("dot", dot(&subject).text),
            ("mmd", mermaid(&subject).text),
            ("csv", address_plan(&subject)),
            ("md", markdown(&subject, &self.gaps())),
            ("json", graph_json(&subject, &self.gaps()).unwrap()),
        ])
    }
}

#[test]
fn one_vpc_in_every_format() {
    let case = Case::one("harbour-tools");
    for (ending, text) in case.all() {
        if ending != "json" {
            insta::assert_snapshot!(format!("one_vpc_{ending}"), text);
        }
    }
}

#[test]
fn nodes_keep_their_names_from_one_export_to_the_next() {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
            .filter(|word| word.starts_with("subnet_") || word.starts_with("natgateway_"))
            .map(str::to_owned)
            .collect()
    };
    let (all, one) = (Case::sample(), Case::one("harbour-prod"));
    for (all, one) in [
        (dot(&all.subject()), dot(&one.subject())),
        (mermaid(&all.subject()), mermaid(&one.subject())),
    ] {
        let (all, one) = (words(&all.text), words(&one.text));
        assert!(one.len() > 10 && one.is_subset(&all), "{one:?}");
    }
    assert_eq!(
        words(&dot(&all.subject()).text),
        words(&mermaid(&all.subject()).text)
    );
}

#[test]
fn hostile_names_do_nothing_but_stand_there() {
    let case = Case::of(hostile(), "]\" <script> `|%%");
    let all = case.all();
    for (ending, text) in &all {
        let bad = |it: &char| {
            (it.is_control() && *it != '\n' && !(*ending == "csv" && *it == '\r'))
                || matches!(it, '\u{202e}' | '\u{2028}' | '\u{fffe}')
        };
        // JSON keeps names as they are, and writes control characters as numbers.
        let found = text
            .chars()
            .find(|it| bad(it) && (*ending != "json" || it.is_control()));
        assert_eq!(found, None, "{ending}");
    }
    // Between quotes nothing but letters, numbers and a few signs that no one reads; outside of them only our own words.
    for line in all["mmd"]
        .lines()
        .skip_while(|line| *line != "flowchart LR")
    {
        let parts: Vec<&str> = line.split('"').collect();
        assert!(parts.len() == 1 || parts.len() == 3, "{line}");
        if let [_, label, _] = parts.as_slice() {
            let label = label.replace("<br/>", "");
            let odd = label
                .chars()
                .find(|it| !it.is_alphanumeric() && !" ,.-/_#;·→…".contains(*it));
            assert_eq!(odd, None, "{line}");
        }
        assert!(!line.contains("%%") && !line.contains("<script"), "{line}");
    }
    assert!(!all["dot"].contains("<script>"));
    let graph: Value = serde_json::from_str(&all["json"]).unwrap();
    let names: BTreeSet<&str> = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["kind"] == "subnet")
        .filter_map(|node| node["name"].as_str())
        .collect();
    for name in HOSTILE {
        assert!(names.contains(name), "{name:?}");
    }
    for text in [all["csv"].clone(), table(&case.subject(), Kind::RouteTable)] {
        let rows = csv(&text);
        assert!(rows.len() > HOSTILE.len());
        for cell in rows.iter().flatten() {
            let first = cell.trim_start().chars().next();
            assert!(!matches!(first, Some('=' | '+' | '-' | '@')), "{cell:?}");
        }
    }
}

/// A reader of CSV of the test's own.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut letters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().unwrap();
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(String::new()),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => rows.push(vec![String::new()]),
            other => row.last_mut().unwrap().push(other),
        }
    }
    assert!(!is_quoted, "a quote is open at the end");
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last line ends");
    rows
}

#[test]
fn the_address_plan_has_a_row_for_each_subnet() {
    let case = Case::sample();
    let rows = csv(&address_plan(&case.subject()));
    assert_eq!(rows[0], PLAN);
    assert!(rows.iter().all(|row| row.len() == PLAN.len()));
    let at = |head: &str| PLAN.iter().position(|it| *it == head).unwrap();
    let subnets: BTreeSet<&str> = rows[1..]
        .iter()
        .map(|row| row[at("Subnet")].as_str())
        .filter(|it| it.starts_with("subnet-"))
        .collect();
    let known: BTreeSet<&str> = case
        .network
        .of_kind(Kind::Subnet)
        .map(|subnet| subnet.key().id.as_str())
        .collect();
    assert_eq!(subnets, known);
    let row = rows
        .iter()
        .find(|row| row[at("Name")] == "prod-app-a")
        .unwrap();
    let block: ipnet::Ipv4Net = row[at("Block")].parse().unwrap();
    assert_eq!(row[at("Network")], block.network().to_string());
    assert_eq!(row[at("Broadcast")], block.broadcast().to_string());
    let number = |address: &str| u32::from(address.parse::<std::net::Ipv4Addr>().unwrap());
    assert_eq!(number(&row[at("First")]), u32::from(block.network()) + 4);
    assert_eq!(number(&row[at("Last")]), u32::from(block.broadcast()) - 1);
    let total: u32 = row[at("Addresses")].parse().unwrap();
    assert_eq!(total, 1 << (32 - block.prefix_len()));
    assert_eq!(row[at("Usable")], (total - 5).to_string());
}

#[test]
fn every_kind_has_a_table() {
    let case = Case::sample();
    for &kind in Kind::ALL {
        let rows = csv(&table(&case.subject(), kind));
        assert_eq!(rows[0], heads(kind));
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{kind}");
        let ids: BTreeSet<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
        for resource in case.network.of_kind(kind) {
            assert!(ids.contains(resource.key().id.as_str()), "{kind}");
        }
    }
}

#[test]
fn what_was_not_read_is_never_absent() {
    let vpc = json(
        "vpcs.json",
        &json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}),
    );
    let case = Case::of(read(&[vpc]), "Little");
    for (ending, text) in case.all() {
        let words = if ending == "json" {
            "\"not-read\""
        } else {
            "not read"
        };
        assert!(text.contains(words), "{ending}\n{text}");
    }
    assert!(table(&case.subject(), Kind::NatGateway).contains("not read"));
    let rows = csv(&table(&case.subject(), Kind::Vpc));
    assert_eq!(rows[1][3], "not read", "no zero for subnets: {rows:?}");
    // All subnets but no tables: nobody knows which are public.
    let case = Case::of(
        read(&[
            json(
                "vpcs.json",
                &json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}),
            ),
            json(
                "subnets.json",
                &json!({"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]}),
            ),
        ]),
        "Little",
    );
    let plan = csv(&address_plan(&case.subject()));
    let at = |head: &str| PLAN.iter().position(|it| *it == head).unwrap();
    assert_eq!(plan[1][at("Kind")], "unknown");
    assert_eq!(plan[1][at("Route table")], "unknown");
    let drawn = mermaid(&case.subject()).text;
    assert!(drawn.contains("not read#58; Route tables"), "{drawn}");
}

#[test]
fn the_graph_is_whole() {
    for case in [
        Case::sample(),
        Case::one("harbour-prod"),
        Case::of(hostile(), "Hostile"),
    ] {
        let text = graph_json(&case.subject(), &case.gaps()).unwrap();
        let graph: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(graph["vpc_atlas_graph"], 1);
        let nodes = graph["nodes"].as_array().unwrap();
        let keys: BTreeSet<&str> = nodes.iter().map(|it| it["key"].as_str().unwrap()).collect();
        assert_eq!(keys.len(), nodes.len());
        for edge in graph["edges"].as_array().unwrap() {
            for end in ["from", "to"] {
                assert!(keys.contains(edge[end].as_str().unwrap()), "{edge}");
            }
        }
        for node in nodes {
            if let Some(parent) = node["parent"].as_str() {
                assert!(keys.contains(parent), "{node}");
            }
        }
    }
    let sample = Case::sample();
    let graph: Value = serde_json::from_str(&graph_json(&sample.subject(), &[]).unwrap()).unwrap();
    let read = graph["nodes"].as_array().unwrap().iter();
    let read = read.filter(|node| node["read"] == true).count();
    assert_eq!(read, sample.network.len());
}

#[test]
fn kinds_that_are_hidden_are_in_no_export() {
    let mut case = Case::one("harbour-prod");
    case.view.hidden = BTreeSet::from([Kind::NatGateway]);
    for (ending, text) in case.all() {
        if ending != "csv" && ending != "md" {
            assert!(!text.contains("natgateway_"), "{ending}");
        }
    }
    let nat = case.network.of_kind(Kind::NatGateway).next().unwrap();
    let graph: Value = serde_json::from_str(&graph_json(&case.subject(), &[]).unwrap()).unwrap();
    let key = format!("natgateway:{}", nat.key().id);
    let nodes = graph["nodes"].as_array().unwrap();
    assert!(nodes.iter().all(|node| node["key"] != key.as_str()));
}

#[test]
fn map_writes_text_by_its_ending() {
    let target = tempfile::tempdir().unwrap();
    let path = |name: &str| target.path().join(name).to_str().unwrap().to_owned();
    for (name, start, words) in [
        ("a.dot", "digraph network {", "saved the map with "),
        ("a.GV", "digraph network {", " nodes and "),
        ("a.mmd", "---\nconfig:", " edges to "),
        ("a.mermaid", "---\nconfig:", " edges to "),
        ("a.csv", "Account,Region,VPC,", "saved the address plan to "),
        ("a.md", "# 2 VPCs", "saved the report to "),
        ("a.json", "{\"vpc_atlas_graph\":1,", "saved the graph to "),
    ] {
        let output = run(["map", "sample", "-o", &path(name)]);
        assert_code(&output, 0);
        assert!(said(&output).contains(words), "{}", said(&output));
        let text = fs::read_to_string(path(name)).unwrap();
        assert!(text.starts_with(start), "{name}: {}", &text[..40]);
    }
    let file = path("t.csv");
    assert_code(
        &run(["map", "sample", "-o", &file, "--table", "route-table"]),
        0,
    );
    let rows = csv(&fs::read_to_string(&file).unwrap());
    assert_eq!(rows[0], heads(Kind::RouteTable));
    assert_code(
        &run(["map", "sample", "-o", &file, "--table", "NAT gateways"]),
        0,
    );
    let (dot, wrong) = (path("t.dot"), path("t.svg"));
    for (args, words) in [
        (
            vec!["-o", &dot, "--table", "vpc"],
            "--table is for CSV only",
        ),
        (
            vec!["-o", &wrong, "--table", "vpc"],
            "--table is for CSV only",
        ),
        (vec!["-o", &dot, "--scale", "2"], "--scale is for PNG only"),
        (
            vec!["-o", &dot, "--view", "overview"],
            "--view is for pictures only",
        ),
        (
            vec!["-o", &dot, "--color-by-tag", "x"],
            "--color-by-tag is for pictures only",
        ),
        (
            vec!["-o", &file, "--group-by-tag", "x"],
            "--group-by-tag is for drawings only",
        ),
    ] {
        let args = ["map", "sample"].into_iter().chain(args);
        assert_refused(&run(args), words);
    }
}

#[test]
fn a_flowchart_that_mermaid_refuses_says_so() {
    // Sixty tables, each with routes to ten targets.
    let routes: Vec<Value> = (0..10)
        .map(|at| {
            json!({"DestinationCidrBlock": format!("172.{at}.0.0/16"), "NatGatewayId": format!("nat-{at:08x}"),
                "State": "active", "Origin": "CreateRoute"})
        })
        .collect();
    let tables: Vec<Value> = (0..60)
        .map(|at| json!({"RouteTableId": format!("rtb-{at:08x}"), "VpcId": "vpc-1", "Routes": routes}))
        .collect();
    let target = tempfile::tempdir().unwrap();
    let tables = json!({"RouteTables": tables});
    fs::write(target.path().join("route-tables.json"), tables.to_string()).unwrap();
    let file = target.path().join("map.mmd");
    let (source, file) = (target.path().to_str().unwrap(), file.to_str().unwrap());
    let output = run(["map", source, "-o", file]);
    assert_code(&output, 0);
    let words =
        "and Mermaid draws up to 50,000 unless the page sets maxTextSize; narrow it with --vpc";
    assert!(said(&output).contains(words), "{}", said(&output));
}
