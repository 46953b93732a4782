//! What readers that are not ours make of the exports that are text: Graphviz, Mermaid in a browser, Python's csv and a
//! reader of Markdown. Each network is read whole: as many nodes and edges as the export says it wrote, and every name.
//!
//! Runs where `VPC_ATLAS_READERS` names the folder that `tests/run` makes, and `VPC_ATLAS_CHROMIUM` a Chromium.

use crate::support::chromium::{chromium, dumped_in, in_script, left_in};
use crate::support::environment::{package, require};
use crate::support::files::tree;
use crate::support::hostile as names;
use crate::text_exports::{Case, HOSTILE, hostile};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use vpc_atlas::export::{
    Drawn, PLAN, address_plan, dot, graph_json, heads, markdown, mermaid, table,
};
use vpc_atlas::network::{Kind, Network};
use vpc_atlas::picture::text::plain;
use vpc_atlas::source::{read, sample};

/// Every network that is read: the sample, the hostile one, those of the corpus.
fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::of(sample::network(), "Sample"),
        Case::of(hostile(), "Hostile \"]<script>"),
        ill_named(),
    ];
    let Some(corpus) = std::env::var_os("VPC_ATLAS_CORPUS").filter(|it| !it.is_empty()) else {
        return cases;
    };
    let corpus = PathBuf::from(corpus);
    let mut folders = vec![
        corpus.join("aws-cli-examples"),
        corpus.join("cloudmapper/demo"),
    ];
    let mut batfish: Vec<PathBuf> = fs::read_dir(corpus.join("batfish"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    batfish.sort();
    folders.extend(batfish);
    for folder in folders {
        let network: Network = read(&tree(&folder));
        assert!(!network.is_empty(), "{}", folder.display());
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        cases.push(Case::of(network, &name));
    }
    cases
}

/// The sample with a hostile name wherever people give one, in boxes by a tag with hostile values.
fn ill_named() -> Case {
    let mut case = Case::of(names::network(), "=cmd|' /C calc'!A0 </script>");
    case.view.group_by = Some("Tier".into());
    case
}

/// The names of the hostile network as a reader shows them.
fn shown() -> impl Iterator<Item = String> {
    HOSTILE
        .iter()
        .map(|name| plain(name).trim().to_owned())
        .filter(|name| !name.is_empty() && name.chars().count() < 80)
}

/// Words without what lies between them and the sign of no width that Mermaid asks for after a backslash.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|it| !it.is_whitespace() && !matches!(it, '\u{a0}' | '\u{2060}'))
        .collect()
}

#[test]
fn graphviz_draws_every_node_and_edge() {
    if require("VPC_ATLAS_READERS").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for case in cases() {
        let drawn = dot(&case.subject());
        let file = folder.path().join("map.dot");
        fs::write(&file, &drawn.text).unwrap();
        let output = Command::new("dot")
            .arg("-Tsvg")
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{}: {said}",
            case.title
        );
        let svg = String::from_utf8(output.stdout).unwrap();
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..roxmltree::ParsingOptions::default()
        };
        let svg = roxmltree::Document::parse_with_options(&svg, options).unwrap();
        let count = |class: &str| {
            svg.descendants()
                .filter(|node| node.attribute("class") == Some(class))
                .count()
        };
        assert_eq!(
            (count("node"), count("cluster"), count("edge")),
            (drawn.nodes, drawn.boxes, drawn.edges),
            "{}",
            case.title
        );
        assert!(drawn.nodes > 0, "{}", case.title);
        assert!(
            svg.descendants()
                .all(|node| node.tag_name().name() != "script")
        );
        if case.title.starts_with("Hostile") {
            let texts: Vec<String> = svg
                .descendants()
                .filter(|node| node.attribute("class") == Some("node"))
                .flat_map(|node| node.descendants().filter_map(|text| text.text()))
                .map(squeezed)
                .collect();
            for name in shown() {
                assert!(texts.contains(&squeezed(&name)), "{name:?}");
            }
        }
    }
}

/// What Mermaid in a browser makes of these.
fn drawn_by_mermaid(readers: &Path, chromium: &str, graphs: &[&Drawn]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let script = readers.join("node_modules/mermaid/dist/mermaid.min.js");
    fs::copy(&script, folder.path().join("mermaid.min.js")).unwrap();
    let page = fs::read_to_string(package().join("tests/readers/mermaid.html")).unwrap();
    let texts: Vec<&str> = graphs.iter().map(|graph| graph.text.as_str()).collect();
    let page = page.replace(
        "<script type=\"module\">",
        &format!(
            "<script>const graphs = {};</script>\n<script type=\"module\">",
            in_script(&texts)
        ),
    );
    let dom = dumped_in(chromium, folder.path(), &page, 600_000);
    serde_json::from_str(&left_in(&dom, "found")).unwrap()
}

#[test]
fn mermaid_draws_every_node_and_edge() {
    let (Some(readers), Some(chromium)) = (require("VPC_ATLAS_READERS"), chromium()) else {
        return;
    };
    let cases = cases();
    let drawn: Vec<Drawn> = cases.iter().map(|case| mermaid(&case.subject())).collect();
    let found = drawn_by_mermaid(
        Path::new(&readers),
        &chromium,
        &drawn.iter().collect::<Vec<_>>(),
    );
    assert_eq!(found.len(), cases.len());
    for ((case, drawn), found) in cases.iter().zip(&drawn).zip(&found) {
        assert_eq!(found["error"], Value::Null, "{}", case.title);
        let count = |what: &str| found[what].as_u64().unwrap() as usize;
        assert_eq!(
            (
                count("nodes"),
                count("boxes"),
                count("edges"),
                count("scripts")
            ),
            (drawn.nodes, drawn.boxes, drawn.edges, 0),
            "{}",
            case.title
        );
        if case.title.starts_with("Hostile") {
            let texts: Vec<String> = found["texts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|text| squeezed(text.as_str().unwrap()))
                .collect();
            for name in shown() {
                let name = squeezed(&name);
                assert!(
                    texts.iter().any(|text| text.starts_with(&name)),
                    "{name:?}\n{texts:#?}"
                );
            }
        }
    }
}

fn python(readers: &str, what: &str, text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    fs::write(&file, text).unwrap();
    let output = Command::new(Path::new(readers).join("venv/bin/python"))
        .arg(package().join("tests/readers/read.py"))
        .arg(what)
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Fails where a program with sheets would take a field for a formula.
fn check_formulas(rows: &[Value], about: &str) {
    for cell in rows.iter().flat_map(|row| row.as_array().unwrap()) {
        let cell = cell.as_str().unwrap();
        let first = cell.trim_start().chars().next();
        let is_formula = matches!(first, Some('=' | '+' | '-' | '@')) || cell.starts_with('\t');
        // A number may be below nought.
        assert!(
            !is_formula || cell.parse::<f64>().is_ok(),
            "{about}: {cell:?}"
        );
    }
}

#[test]
fn python_reads_every_row_of_csv() {
    let Some(readers) = require("VPC_ATLAS_READERS") else {
        return;
    };
    for case in cases() {
        let subject = case.subject();
        let rows = python(&readers, "csv", &address_plan(&subject));
        let rows = rows.as_array().unwrap();
        check_formulas(rows, &case.title);
        assert!(
            rows.iter()
                .all(|row| row.as_array().unwrap().len() == PLAN.len())
        );
        let subnets = rows.iter().filter(|row| {
            let id = row[5].as_str().unwrap();
            !matches!(id, "Subnet" | "not read" | "not read completely")
        });
        let held: usize = case
            .topology
            .vpcs()
            .map(|(_, held)| held.subnets.len())
            .sum();
        assert_eq!(subnets.count(), held, "{}", case.title);
        for kind in Kind::ALL.iter().copied() {
            let rows = python(&readers, "csv", &table(&subject, kind));
            let rows = rows.as_array().unwrap();
            check_formulas(rows, &case.title);
            let wide = heads(kind).len();
            assert!(rows.iter().all(|row| row.as_array().unwrap().len() == wide));
            let gaps = rows
                .iter()
                .filter(|row| matches!(row[1].as_str(), Some("not read" | "not read completely")));
            let known = case.network.of_kind(kind).count();
            assert_eq!(
                rows.len() - 1 - gaps.count(),
                known,
                "{} {kind}",
                case.title
            );
        }
    }
}

#[test]
fn markdown_is_read_as_it_is_meant() {
    let Some(readers) = require("VPC_ATLAS_READERS") else {
        return;
    };
    for case in cases() {
        let text = markdown(&case.subject(), &case.gaps());
        let read = python(&readers, "markdown", &text);
        assert_eq!(
            (&read["html"], &read["links"]),
            (&0.into(), &0.into()),
            "{}",
            case.title
        );
        let vpcs = case.topology.vpcs().count();
        let headings: Vec<u64> = read["headings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|level| level.as_u64().unwrap())
            .collect();
        assert_eq!(headings.iter().filter(|level| **level == 1).count(), 1);
        assert!(headings.iter().filter(|level| **level == 2).count() >= vpcs + 2);
        for table in read["tables"].as_array().unwrap() {
            let rows = table.as_array().unwrap();
            let wide = rows[0].as_array().unwrap().len();
            assert!(wide > 1, "{}", case.title);
            for row in rows {
                assert_eq!(row.as_array().unwrap().len(), wide, "{} {row}", case.title);
            }
        }
        for fence in read["fences"].as_array().unwrap() {
            assert_eq!(fence[0], "mermaid");
            assert!(fence[1].as_str().unwrap().contains("\nflowchart LR\n"));
        }
        if case.title.starts_with("Hostile") {
            let cells: Vec<&str> = read["tables"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|table| table.as_array().unwrap())
                .flat_map(|row| row.as_array().unwrap())
                .map(|cell| cell.as_str().unwrap())
                .collect();
            for name in shown() {
                let found = cells.iter().any(|cell| squeezed(cell) == squeezed(&name));
                assert!(found, "{name:?}");
            }
        }
    }
}

#[test]
fn the_graph_in_json_is_read_by_others() {
    let Some(readers) = require("VPC_ATLAS_READERS") else {
        return;
    };
    for case in cases() {
        let text = graph_json(&case.subject(), &case.gaps()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("graph.json");
        fs::write(&file, &text).unwrap();
        let program = "import json,sys; g=json.load(open(sys.argv[1], encoding='utf-8')); \
            k={n['key'] for n in g['nodes']}; print(len(k), all(e['from'] in k and e['to'] in k for e in g['edges']))";
        let output = Command::new(Path::new(&readers).join("venv/bin/python"))
            .args(["-c", program])
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let graph: Value = serde_json::from_str(&text).unwrap();
        let nodes = graph["nodes"].as_array().unwrap().len();
        assert_eq!(said.trim(), format!("{nodes} True"), "{}", case.title);
    }
}
