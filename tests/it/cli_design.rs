//! Designs from a shell: `new`, `plan`, and `cost` and `map` of a design.

use crate::cli::{assert_code, assert_refused, json_of, out, run, said};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;
use vpc_atlas::design::{Design, Fresh, Nat, plan, read, write};
use vpc_atlas::workspace::design_cost;

/// The program with these words and those.
fn run_with(first: &[&str], more: &[&str]) -> Output {
    run([first, more].concat())
}

/// A folder, and a name in it.
fn place(name: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name).to_str().unwrap().to_owned();
    (folder, path)
}

/// `new` with these words, into a file of a new folder.
fn made(words: &[&str]) -> (TempDir, String) {
    let (folder, path) = place("net.vpc.toml");
    let output = run_with(&["new", "-o", &path], words);
    assert_code(&output, 0);
    (folder, path)
}

/// A design in a file.
fn saved(design: &Design) -> (TempDir, String) {
    let (folder, path) = place("net.vpc.toml");
    fs::write(&path, write(design, None)).unwrap();
    (folder, path)
}

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value}"));
    object.keys().map(String::as_str).collect()
}

/// The keys are there, whatever others are.
#[track_caller]
fn assert_keys(value: &Value, wanted: &[&str]) {
    let there = keys(value);
    for key in wanted {
        assert!(there.contains(key), "{key} is missing in {there:?}");
    }
}

/// The design of the source document's walk.
const WALK: [&str; 10] = [
    "--azs",
    "3",
    "--private",
    "6",
    "--nat",
    "per-az",
    "--name",
    "channy",
    "--tag",
    "environment=test",
];

#[test]
fn new_makes_what_the_form_would() {
    let (folder, path) = place("walk.vpc.toml");
    let output = run_with(&["new", "-o", &path], &WALK);
    assert_code(&output, 0);
    assert_eq!(out(&output), "");
    assert!(said(&output).contains(&format!("wrote {path}")));
    let text = fs::read_to_string(&path).unwrap();
    let design = read(&text).unwrap();
    assert_eq!(design.region, "us-east-1");
    assert_eq!(design.tags.len(), 1);
    assert_eq!(design.tags["environment"], "test");
    let vpc = &design.vpcs[0];
    assert_eq!(vpc.prefix, "channy");
    assert_eq!(vpc.zones, ["us-east-1a", "us-east-1b", "us-east-1c"]);
    assert_eq!(vpc.nat, Nat::PerAz);
    let subnets: Vec<(&str, u16, &str, String)> = vpc
        .subnets()
        .map(|(tier, subnet)| {
            let zone = subnet.zone.strip_prefix("us-east-1").unwrap();
            (
                tier.name.as_str(),
                subnet.number,
                zone,
                subnet.cidr.to_string(),
            )
        })
        .collect();
    let row = |tier, number, zone, third: u8| (tier, number, zone, format!("10.0.{third}.0/20"));
    assert_eq!(
        subnets,
        [
            row("public", 1, "a", 0),
            row("public", 2, "b", 16),
            row("public", 3, "c", 32),
            row("private", 1, "a", 128),
            row("private", 2, "b", 144),
            row("private", 3, "c", 160),
            row("private", 4, "a", 176),
            row("private", 5, "b", 192),
            row("private", 6, "c", 208),
        ]
    );
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");

    let piped = run_with(&["new", "-o", "-"], &WALK);
    assert_code(&piped, 0);
    assert_eq!(out(&piped), text);
    assert!(!said(&piped).contains("wrote"));
}

#[test]
fn new_takes_every_choice_of_the_form() {
    let output = run([
        "new",
        "-o",
        "-",
        "--cidr",
        "10.4.0.0/20",
        "--azs",
        "b,eu-west-1c",
        "--public",
        "0",
        "--private",
        "4",
        "--nat",
        "regional",
        "--no-s3-endpoint",
        "--ipv6",
        "--egress-only",
        "--name",
        "",
        "--region",
        "eu-west-1",
        "--tag",
        "a=b=c",
        "--tag",
        "empty=",
    ]);
    assert_code(&output, 0);
    let design = read(out(&output)).unwrap();
    let mut fresh = Fresh::in_region("eu-west-1");
    fresh.cidr = "10.4.0.0/20".parse().unwrap();
    fresh.zones = vec!["eu-west-1b".into(), "eu-west-1c".into()];
    fresh.public_per_zone = 0;
    fresh.private_per_zone = 2;
    fresh.nat = Nat::Regional;
    fresh.gateway_endpoints.clear();
    fresh.ipv6 = vpc_atlas::design::Ipv6::Amazon;
    fresh.egress_only = true;
    fresh.prefix = "".into();
    fresh.tags = [("a".into(), "b=c".into()), ("empty".into(), "".into())].into();
    assert_eq!(design, Design::fresh(&fresh).unwrap());

    // With nothing said it is the form as it opens.
    let output = run(["new", "-o", "-"]);
    let plain = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
    assert_eq!(read(out(&output)), Ok(plain.clone()));
    let output = run(["new", "-o", "-", "--s3-endpoint"]);
    assert_eq!(read(out(&output)), Ok(plain));
}

#[test]
fn new_refuses_in_one_sentence() {
    let (folder, path) = place("net.vpc.toml");
    for (words, why) in [
        (
            &["--public", "1", "--azs", "2"][..],
            "1 public subnets cannot be shared out over 2 Availability Zones; give a multiple of 2",
        ),
        (
            &["--private", "3", "--azs", "2"],
            "3 private subnets cannot be shared out over 2",
        ),
        (&["--azs", "0"], "one to six Availability Zones, not 0"),
        (&["--azs", "7"], "one to six Availability Zones, not 7"),
        (&["--azs", "a,b,a"], "names us-east-1a twice"),
        (&["--azs", "a,,b"], "holds an empty name"),
        (&["--azs", "A"], "is not an Availability Zone"),
        (&["--cidr", "10.0.0.0/28", "--azs", "3"], "no free space"),
    ] {
        assert_refused(&run_with(&["new", "-o", &path], words), why);
    }
    for (name, why) in [
        (
            "net.toml",
            "net.toml is not the name of a design; give one that ends in .vpc.toml",
        ),
        ("net", "is not the name of a design"),
        ("no/such/net.vpc.toml", "net.vpc.toml"),
    ] {
        let path = folder.path().join(name);
        assert_refused(&run(["new", "-o", path.to_str().unwrap()]), why);
    }
    // What the words themselves may be is said by the parser, with what it takes instead.
    for (words, why) in [
        (
            &["--nat", "two"][..],
            "possible values: none, one, per-az, regional",
        ),
        (
            &["--tag", "environment"],
            "a tag is written like environment=test",
        ),
        (
            &["--tag", "=test"],
            "a tag is written like environment=test",
        ),
        (
            &["--region", "Virginia"],
            "a region is written like eu-west-1",
        ),
        (&["--cidr", "10.0.0"], "10.0.0"),
        (&["--cidr", "2001:db8::/56"], "see --ipv6"),
        (&["--public", "-1"], "-1"),
        (
            &["--s3-endpoint", "--no-s3-endpoint"],
            "cannot be used with",
        ),
    ] {
        let output = run_with(&["new", "-o", &path], words);
        assert_code(&output, 2);
        assert_eq!(out(&output), "");
        assert!(said(&output).contains(why), "{}", said(&output));
    }
    assert_code(&run(["new"]), 2);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn new_keeps_what_it_writes_over() {
    let (folder, path) = made(&["--name", "first"]);
    let first = fs::read(&path).unwrap();
    let kept = format!("{path}~");
    assert!(!Path::new(&kept).exists());

    let output = run(["new", "-o", &path, "--name", "second"]);
    assert_code(&output, 0);
    assert!(
        said(&output).contains(&format!("{path} was there already; it is kept as {kept}")),
        "{}",
        said(&output)
    );
    assert_eq!(fs::read(&kept).unwrap(), first);
    let second = fs::read(&path).unwrap();
    assert_ne!(second, first);

    // The same once more is no change, and what was kept stays kept.
    let output = run(["new", "-o", &path, "--name", "second"]);
    assert_code(&output, 0);
    assert!(!said(&output).contains("kept"), "{}", said(&output));
    assert_eq!(fs::read(&kept).unwrap(), first);
    assert_eq!(fs::read(&path).unwrap(), second);

    // What is refused writes nothing.
    assert_refused(
        &run(["new", "-o", &path, "--public", "1"]),
        "cannot be shared out",
    );
    assert_eq!(fs::read(&path).unwrap(), second);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn plan_prints_what_will_be() {
    let (_folder, path) = made(&WALK);
    let output = run(["plan", &path]);
    assert_code(&output, 0);
    insta::assert_snapshot!("plan_walk", out(&output));
    insta::assert_snapshot!("plan_walk_said", said(&output));
}

#[test]
fn plan_gives_json_of_a_fixed_shape() {
    let (_folder, path) = made(&WALK);
    let output = run(["plan", &path, "--json"]);
    assert_code(&output, 0);
    assert_eq!(said(&output), "", "in JSON the problems are in the result");
    let report = json_of(&output);
    assert_keys(&report, &["vpcs", "problems", "gaps"]);
    let vpc = &report["vpcs"][0];
    assert_keys(
        vpc,
        &["name", "cidrs", "subnets", "route_tables", "connections"],
    );
    assert_eq!(vpc["name"], "channy-vpc");
    assert_eq!(vpc["cidrs"], json!(["10.0.0.0/16"]));
    let subnets = vpc["subnets"].as_array().unwrap();
    assert_eq!(subnets.len(), 9);
    assert_eq!(
        subnets[8],
        json!({"name": "channy-subnet-private6-us-east-1c", "tier": "private", "kind": "private", "az": "us-east-1c",
            "cidr": "10.0.208.0/20", "ipv6_cidr": null, "usable": 4091})
    );
    assert_eq!(subnets[0]["kind"], "public");
    let tables = vpc["route_tables"].as_array().unwrap();
    // Six private ones, the public one, and the main one, which nobody named.
    assert_eq!(tables.len(), 8);
    for table in tables {
        assert_keys(table, &["name", "aws_made", "subnets", "routes"]);
        assert_eq!(table["aws_made"], table["name"].is_null(), "{table}");
        for route in table["routes"].as_array().unwrap() {
            assert_eq!(keys(route), ["destination", "target"].into());
        }
    }
    let named = |name: &str| tables.iter().find(|table| table["name"] == name).unwrap();
    assert_eq!(
        named("channy-rtb-public")["subnets"],
        json!([
            "channy-subnet-public1-us-east-1a",
            "channy-subnet-public2-us-east-1b",
            "channy-subnet-public3-us-east-1c"
        ])
    );
    let routes = named("channy-rtb-private4-us-east-1a")["routes"]
        .as_array()
        .unwrap();
    assert!(
        routes.contains(
            &json!({"destination": "0.0.0.0/0", "target": "channy-nat-public1-us-east-1a"})
        ),
        "{routes:?}"
    );
    let connections = vpc["connections"].as_array().unwrap();
    assert_eq!(connections.len(), 5, "{connections:?}");
    assert!(connections.contains(&json!({"name": "channy-igw", "kind": "internet-gateway"})));
    assert!(connections.contains(&json!({"name": "channy-vpce-s3", "kind": "vpc-endpoint"})));
    let problems = report["problems"].as_array().unwrap();
    for problem in problems {
        assert_eq!(
            keys(problem),
            ["code", "severity", "where", "message"].into()
        );
        assert_ne!(problem["severity"], "high");
    }
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["code"], "no-flow-logs");
    assert_eq!(report["gaps"], json!([]));
    assert!(report.get("steps").is_none(), "they were not asked for");
}

#[test]
fn plan_says_no_to_a_design_with_an_error() {
    let (_folder, path) = made(&["--egress-only"]);
    for words in [&["plan", &path][..], &["plan", &path, "--steps"]] {
        let output = run(words);
        assert_code(&output, 1);
        assert!(
            out(&output).contains("project-vpc"),
            "it is planned as far as it goes"
        );
        let said = said(&output);
        assert!(said.contains("error: "), "{said}");
        assert!(said.contains("(egress-only-needs-ipv6)"), "{said}");
        assert!(
            said.contains("the design cannot be made as it is: 1 error"),
            "{said}"
        );
    }
    let output = run(["plan", &path, "--json"]);
    assert_code(&output, 1);
    let report = json_of(&output);
    let problems = report["problems"].as_array().unwrap();
    let error = problems
        .iter()
        .find(|it| it["code"] == "egress-only-needs-ipv6")
        .unwrap();
    assert_keys(error, &["code", "severity", "where", "message"]);
    assert_eq!(error["severity"], "high");
    assert!(!error["where"].as_str().unwrap().is_empty());
    // Advice alone is no error.
    let (_folder, path) = made(&["--nat", "one"]);
    let output = run(["plan", &path]);
    assert_code(&output, 0);
    assert!(
        said(&output).contains("(single-nat-multi-az)"),
        "{}",
        said(&output)
    );
}

#[test]
fn plan_lists_the_steps() {
    let (_folder, path) = made(&WALK);
    let plain = run(["plan", &path]);
    let output = run(["plan", &path, "--steps"]);
    assert_code(&output, 0);
    let list = out(&output).strip_prefix(out(&plain)).unwrap();
    let calls: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .skip(1)
        .collect();
    let count = |call: &str| calls.iter().filter(|it| **it == call).count();
    for (call, wanted) in [
        ("CreateVpc", 1),
        ("CreateSubnet", 9),
        ("CreateInternetGateway", 1),
        ("AttachInternetGateway", 1),
        ("CreateRouteTable", 7),
        ("AssociateRouteTable", 9),
        ("AllocateAddress", 3),
        ("CreateNatGateway", 3),
        ("CreateRoute", 7),
        ("CreateVpcEndpoint", 1),
    ] {
        assert_eq!(count(call), wanted, "{call}");
    }
    // Resolution is on from the start; names of hosts are not.
    assert_eq!(count("ModifyVpcAttribute"), 1);
    assert_eq!(calls.len(), 43, "{calls:?}");

    let output = run(["plan", &path, "--steps", "--json"]);
    assert_code(&output, 0);
    let report = json_of(&output);
    let steps = report["steps"].as_array().unwrap();
    let named: Vec<&str> = steps
        .iter()
        .map(|it| it["call"].as_str().unwrap())
        .collect();
    assert_eq!(named, calls, "text and JSON tell the same");
    let mut before = BTreeSet::new();
    for step in steps {
        assert_keys(
            step,
            &[
                "id",
                "call",
                "service",
                "parameters",
                "needs",
                "about",
                "inverse",
            ],
        );
        for need in step["needs"].as_array().unwrap() {
            assert!(before.contains(need.as_str().unwrap()), "{step}");
        }
        assert!(before.insert(step["id"].as_str().unwrap()), "{step}");
    }
    let back: BTreeSet<&str> = report["inverse_order"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    let undone: BTreeSet<&str> = steps
        .iter()
        .filter(|step| !step["inverse"].as_array().unwrap().is_empty())
        .map(|step| step["id"].as_str().unwrap())
        .collect();
    assert!(undone.is_subset(&back), "{undone:?}\n{back:?}");
    // The tag is on everything that can bear it.
    for step in steps.iter().filter(|step| step["makes"].is_object()) {
        let parameters = step["parameters"].to_string();
        let tag = json!({"Key": "environment", "Value": "test"}).to_string();
        assert!(parameters.contains(&tag), "{step}");
    }
}

#[test]
fn plan_refuses_what_is_no_design() {
    let (folder, path) = place("net.vpc.toml");
    assert_refused(&run(["plan", &path]), "net.vpc.toml");
    fs::write(&path, "version = 1\n").unwrap();
    assert_refused(
        &run(["plan", &path]),
        "line 1, column 1: the key region is missing",
    );
    fs::write(&path, "version = 1\nregion = \"eu-west-1\nvpc = 3\n").unwrap();
    assert_refused(&run(["plan", &path]), "line 2, column");
    assert_refused(
        &run(["plan", folder.path().to_str().unwrap()]),
        folder.path().to_str().unwrap(),
    );
    assert_code(&run(["plan"]), 2);
}

/// What a design costs a month, and what of it is unknown.
fn cost_of(design: &Design) -> (String, Vec<String>) {
    let cost = design_cost(design, &plan(design)).unwrap();
    let unknown = cost.unknown.iter().map(|it| it.why.to_string());
    (cost.total.to_string(), unknown.collect())
}

#[test]
fn designs_cost_what_the_price_pages_say() {
    let nat = |nat: Nat| {
        let mut fresh = Fresh::in_region("us-east-1");
        fresh.nat = nat;
        Design::fresh(&fresh).unwrap()
    };
    assert_eq!(cost_of(&nat(Nat::None)), ("0.00".to_owned(), Vec::new()));
    assert_eq!(cost_of(&nat(Nat::One)), ("36.50".to_owned(), Vec::new()));
    assert_eq!(cost_of(&nat(Nat::PerAz)), ("73.00".to_owned(), Vec::new()));
    let (total, unknown) = cost_of(&nat(Nat::Regional));
    assert_eq!(total, "65.70");
    assert_eq!(unknown.len(), 1);
    assert!(
        unknown[0].contains("the number of addresses of regional NAT gateway"),
        "{unknown:?}"
    );
}

#[test]
fn cost_of_a_design_from_its_file() {
    let mut design = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
    design.add_private_access("main").unwrap();
    let (_folder, path) = saved(&design);
    let output = run(["cost", &path]);
    assert_code(&output, 0);
    let total = out(&output)
        .lines()
        .find(|line| line.starts_with("total"))
        .unwrap();
    assert!(total.ends_with(" 212.20"), "{total}");
    let output = run(["cost", &path, "--json"]);
    assert_code(&output, 0);
    let report = json_of(&output);
    assert_eq!(report["total"], "212.20");
    assert_eq!(report["unknown"], json!([]));
    let monthly: Vec<(&str, &Value)> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["item"].as_str().unwrap(), &item["monthly"]))
        .collect();
    // Two endpoints and a resolver endpoint over two zones, and a zone of names.
    let wanted = [
        ("interface-endpoint-az-hour", "29.20"),
        ("resolver-endpoint-interface-hour", "182.50"),
        ("hosted-zone-month", "0.50"),
    ];
    for (item, amount) in wanted {
        assert!(
            monthly
                .iter()
                .any(|(it, value)| *it == item && **value == amount),
            "{item}: {monthly:?}"
        );
    }

    let (_folder, path) = made(&["--nat", "regional"]);
    let output = run(["cost", &path]);
    assert_code(&output, 3);
    assert!(out(&output).contains("65.70"), "{}", out(&output));
    assert!(
        said(&output).contains("the cost is not known whole: the total leaves out 1 thing"),
        "{}",
        said(&output)
    );

    // The design's own prices hold, and those of the command line before them.
    let mut design = Design::fresh(&Fresh {
        nat: Nat::One,
        ..Fresh::in_region("us-east-1")
    })
    .unwrap();
    design
        .prices
        .insert("nat-gateway-hour".into(), "0.1".into());
    let (_folder, path) = saved(&design);
    let total = |words: &[&str]| {
        let output = run_with(&["cost", &path, "--json"], words);
        json_of(&output)["total"].clone()
    };
    assert_eq!(total(&[]), "76.65");
    assert_eq!(total(&["--price", "nat-gateway-hour=0.2"]), "149.65");
    design
        .prices
        .insert("nat-gateway-hour".into(), "cheap".into());
    let (_folder, path) = saved(&design);
    assert_refused(&run(["cost", &path]), "“cheap”");
}

#[test]
fn a_design_is_drawn_and_listed_as_any_source() {
    let (folder, path) = made(&WALK);
    let map = |name: &str| {
        let file = folder.path().join(name);
        let output = run(["map", &path, "-o", file.to_str().unwrap()]);
        assert_code(&output, 0);
        assert_eq!(out(&output), "");
        fs::read(&file).unwrap()
    };
    let svg = String::from_utf8(map("x.svg")).unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "svg");
    for word in ["channy-vpc", "channy-rtb-public", "channy-igw"] {
        assert!(svg.contains(word), "{word}");
    }
    assert!(!svg.contains(folder.path().to_str().unwrap()));
    let png = map("x.png");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert!(png.len() > 10_000);

    let output = run(["list", &path, "--json"]);
    assert_code(&output, 0);
    let vpc = &json_of(&output)["vpcs"][0];
    for (field, count) in [
        ("subnets", 9),
        ("route_tables", 8),
        ("nat_gateways", 3),
        ("connections", 5),
    ] {
        assert_eq!(vpc[field], count, "{field}");
    }
}

#[test]
fn export_writes_a_template_by_the_ending_of_its_file() {
    let (folder, path) = made(&WALK);
    let to = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let export = |output: &str| {
        run_with(
            &["export", &path, "--to", "cloudformation", "-o", output],
            &[],
        )
    };
    assert_code(&export(&to("net.json")), 0);
    let template: Value = serde_json::from_slice(&fs::read(to("net.json")).unwrap()).unwrap();
    let subnets = template["Resources"].as_object().unwrap().values();
    let subnets = subnets
        .filter(|it| it["Type"] == "AWS::EC2::Subnet")
        .count();
    assert_eq!(subnets, 9);
    assert_code(&export(&to("net.yaml")), 0);
    let yaml = fs::read_to_string(to("net.yaml")).unwrap();
    assert!(yaml.contains("AWS::EC2::Subnet"), "{yaml}");
    assert_eq!(out(&export("-")), yaml);
    // What somebody else wrote is kept.
    fs::write(to("net.yaml"), "mine\n").unwrap();
    assert!(said(&export(&to("net.yaml"))).contains("it is kept as"));
    assert_eq!(fs::read_to_string(to("net.yaml~")).unwrap(), "mine\n");
    assert_refused(
        &export(&to("net.txt")),
        "ends neither in .yaml nor in .json",
    );
}

/// Both scripts are written, the second beside the first; standard output gets the first only.
#[test]
fn export_writes_a_script_and_its_inverse() {
    let (folder, path) = made(&WALK);
    let to = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let export = |output: &str| run_with(&["export", &path, "--to", "cli", "-o", output], &[]);
    assert_code(&export(&to("net.sh")), 0);
    let make = fs::read_to_string(to("net.sh")).unwrap();
    let delete = fs::read_to_string(to("net-delete.sh")).unwrap();
    assert!(make.starts_with("#!/usr/bin/env bash\n# Makes the network "));
    assert!(delete.starts_with("#!/usr/bin/env bash\n# Deletes the network "));
    assert!(make.contains("ec2 create-vpc") && delete.contains("ec2 delete-vpc"));
    let printed = export("-");
    assert_eq!(out(&printed), make);
    assert!(said(&printed).contains("the script that deletes is not printed"));
    assert_refused(&export(&to("net.txt")), "does not end in .sh");
}
