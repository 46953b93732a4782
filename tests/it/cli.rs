//! The program as it is run from a shell.

use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
    command.stdin(Stdio::null());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    program().args(args).output().unwrap()
}

pub(crate) fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn said(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

pub(crate) fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}\n{}\n{}", out(output), said(output));
    })
}

#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}\n{}",
        out(output),
        said(output)
    );
}

/// Wrong use or unreadable input: code 2, nothing on standard output, one line of words.
#[track_caller]
pub(crate) fn assert_refused(output: &Output, words: &str) {
    assert_code(output, 2);
    assert_eq!(out(output), "");
    assert_eq!(
        said(output).trim_end().lines().count(),
        1,
        "{}",
        said(output)
    );
    assert!(said(output).contains(words), "{}", said(output));
}

fn folder(files: &[(&str, Value)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in files {
        write(folder.path(), name, &value.to_string());
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A small network: two subnets, a main table, an internet gateway that is gone.
fn small() -> Vec<(&'static str, Value)> {
    let subnet = |id: &str, cidr: &str, zone: &str| {
        json!({"SubnetId": id, "VpcId": "vpc-0000000a", "CidrBlock": cidr, "AvailabilityZone": zone,
            "OwnerId": "111122223333", "AvailableIpAddressCount": 200, "State": "available"})
    };
    vec![
        ("internet-gateways.json", json!({"InternetGateways": []})),
        (
            "vpcs.json",
            json!({"Vpcs": [{"VpcId": "vpc-0000000a", "CidrBlock": "10.7.0.0/16", "OwnerId": "111122223333",
                "State": "available", "Tags": [{"Key": "Name", "Value": "lab"}]}]}),
        ),
        (
            "subnets.json",
            json!({"Subnets": [subnet("subnet-0000000a", "10.7.1.0/24", "us-east-2a"),
                subnet("subnet-0000000b", "10.7.2.0/24", "us-east-2b")]}),
        ),
        (
            "route-tables.json",
            json!({"RouteTables": [{"RouteTableId": "rtb-0000000a", "VpcId": "vpc-0000000a", "OwnerId": "111122223333",
                "Associations": [{"Main": true, "RouteTableAssociationId": "rtbassoc-0000000a"}],
                "Routes": [
                    {"DestinationCidrBlock": "10.7.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"},
                    {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0000000a", "State": "blackhole", "Origin": "CreateRoute"}]}]}),
        ),
    ]
}

#[test]
fn list_prints_the_sample() {
    let output = run(["list", "sample"]);
    assert_code(&output, 0);
    assert_eq!(said(&output), "");
    insta::assert_snapshot!("list_sample", out(&output));
    let output = run(["list", "sample", "--json"]);
    assert_code(&output, 0);
    insta::assert_snapshot!("list_sample_json", out(&output));
}

#[test]
fn list_never_says_none_of_what_was_not_read() {
    let input = folder(&small());
    let output = run([OsStr::new("list"), input.path().as_os_str()]);
    assert_code(&output, 0);
    insta::assert_snapshot!("list_small", out(&output));
    insta::assert_snapshot!("list_small_said", said(&output));

    let output = run([
        OsStr::new("list"),
        input.path().as_os_str(),
        OsStr::new("--json"),
    ]);
    let report = json_of(&output);
    let vpc = &report["vpcs"][0];
    assert_eq!(vpc["subnets"], 2);
    assert_eq!(vpc["route_tables"], 1);
    assert_eq!(vpc["nat_gateways"], 0);
    assert_eq!(
        vpc["connections"], 0,
        "a gateway that is gone does not count"
    );
    let incomplete = vpc["incomplete"].as_array().unwrap();
    assert!(incomplete.contains(&json!("natgateway")));
    assert!(!incomplete.contains(&json!("subnet")));
    let gap = &report["gaps"][0];
    for part in ["what", "where", "why"] {
        assert!(gap[part].is_string(), "{gap}");
    }
    assert_eq!(said(&output), "", "in JSON the gaps are in the result");
}

#[test]
fn map_writes_svg_and_png() {
    let target = tempfile::tempdir().unwrap();
    let path = |name: &str| target.path().join(name).into_os_string();
    let map = |name: &str, more: &[&str]| {
        let file = path(name);
        let mut args = vec![
            OsStr::new("map"),
            OsStr::new("sample"),
            OsStr::new("-o"),
            &file,
        ];
        args.extend(more.iter().map(OsStr::new));
        let output = run(args);
        assert_code(&output, 0);
        assert_eq!(out(&output), "");
        fs::read(target.path().join(name)).unwrap()
    };
    let all = String::from_utf8(map("all.svg", &[])).unwrap();
    let document = roxmltree::Document::parse(&all).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "svg");
    for word in ["harbour-prod", "harbour-tools", "prod-app-c", "prod-nat-b"] {
        assert!(all.contains(word), "{word}");
    }
    let one = String::from_utf8(map("one.svg", &["--vpc", "harbour-tools"])).unwrap();
    assert!(one.contains("tools-a") && !one.contains("prod-app-c"));
    let details = String::from_utf8(map("details.svg", &["--details"])).unwrap();
    assert!(
        details.contains("com.amazonaws.eu-west-1.s3")
            && !all.contains("com.amazonaws.eu-west-1.s3")
    );
    let tags = map(
        "tags.svg",
        &["--color-by-tag", "Tier", "--group-by-tag", "Tier"],
    );
    let tags = String::from_utf8(tags).unwrap();
    let document = roxmltree::Document::parse(&tags).unwrap();
    let legend = document
        .descendants()
        .find(|node| node.attribute("class") == Some("legend"))
        .unwrap();
    let words: Vec<&str> = legend
        .descendants()
        .filter_map(|node| node.text())
        .collect();
    assert!(
        words.contains(&"Tier") && words.contains(&"no such tag"),
        "{words:?}"
    );
    assert!(!all.contains("legend"));
    let dark = map("dark.svg", &["--theme", "dark"]);
    assert_ne!(dark, all.as_bytes());

    let size = |png: &[u8]| {
        assert_eq!(&png[1..4], b"PNG");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    };
    let single = size(&map("one.png", &["--vpc", "harbour-tools"]));
    let double = size(&map("two.PNG", &["--vpc", "harbour-tools", "--scale", "2"]));
    assert!(single.0 > 500);
    assert_eq!(double, (single.0 * 2, single.1 * 2));
}

#[test]
fn map_writes_every_format() {
    let target = tempfile::tempdir().unwrap();
    let map = |name: &str, more: &[&str]| {
        let file = target.path().join(name);
        let mut args = vec!["map", "sample", "-o", file.to_str().unwrap()];
        args.extend(more);
        let output = run(args);
        assert_code(&output, 0);
        (fs::read(&file).unwrap(), said(&output).to_owned())
    };
    let (pdf, words) = map("map.pdf", &["--details", "--paper", "letter"]);
    assert!(pdf.starts_with(b"%PDF-"));
    assert!(words.contains(" pages"), "{words}");
    let (_, words) = map("map.pdf", &["--paper", "fit"]);
    assert!(!words.contains(" pages"), "{words}");
    let text = |name: &str, more: &[&str]| String::from_utf8(map(name, more).0).unwrap();
    let drawing = text("map.drawio", &[]);
    roxmltree::Document::parse(&drawing).unwrap();
    assert!(drawing.starts_with("<mxfile") && drawing.contains("prod-app-c"));
    assert!(text("map.html", &[]).starts_with("<!doctype html>"));

    let near = text("near.svg", &["--around", "prod-data"]);
    assert!(near.contains("prod-data-a") && near.contains("prod-s3"));
    assert!(!near.contains("prod-public-a") && !near.contains("prod-app-a"));
    let block = ["--title-block", "--date", "2026-11-26", "--legend"];
    let block = text("block.svg", &block);
    for words in ["Sample network", "2026-11-26", "Route that leads nowhere"] {
        assert!(block.contains(words), "{words}");
    }
    let titled = text("titled.svg", &["--title", "Core <2026>", "--title-block"]);
    assert!(titled.contains("Core &lt;2026&gt;"), "{titled}");
    assert!(titled.contains(">2 VPCs"), "what is in it is told after it");
    let redacted = text("redacted.drawio", &["--redact", "--title-block"]);
    for words in [
        "prod-app",
        "harbour",
        "111122223333",
        "console.aws",
        "Sample",
    ] {
        assert!(!redacted.contains(words), "{words}");
    }
    let print = text("print.svg", &["--theme", "print", "--vpc", "harbour-prod"]);
    assert!(print.contains("fill=\"#ffffff\""));
}

#[test]
fn map_draws_the_overview() {
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("overview.svg");
    let path = file.to_str().unwrap();
    assert_code(&run(["map", "sample", "-o", path, "--view", "overview"]), 0);
    let svg = fs::read_to_string(&file).unwrap();
    for words in [
        "2 VPCs",
        "harbour-core",
        "not loaded",
        "2001:db8:20:a100::/56",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(
        !svg.contains("prod-app-a"),
        "subnets are not on the overview"
    );
}

#[test]
fn map_draws_boxes_in_boxes() {
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("nested.svg");
    let path = file.to_str().unwrap();
    let nested = ["map", "sample", "-o", path, "--view", "nested"];
    assert_code(&run(nested), 0);
    let svg = fs::read_to_string(&file).unwrap();
    roxmltree::Document::parse(&svg).unwrap();
    for words in [
        "eu-west-1a",
        "harbour-prod",
        "prod-app-a",
        "prod-nat-a",
        "on premises",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    assert_code(
        &run(nested.into_iter().chain(["--vpc", "harbour-tools"])),
        0,
    );
    let one = fs::read_to_string(&file).unwrap();
    assert!(one.contains("tools-a") && !one.contains("prod-app-a"));
}

#[test]
fn map_refuses_what_it_cannot_draw() {
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("map.svg");
    let file = file.to_str().unwrap();
    let empty = folder(&[("vpcs.json", json!({"Vpcs": []}))]);
    let empty = empty.path().to_str().unwrap();
    for (args, words) in [
        (
            vec!["map", "sample", "-o", "map.docx"],
            "end the name with .svg, .png, .pdf, .drawio, .html, .dot",
        ),
        (
            vec!["map", "sample", "-o", "map"],
            "end the name with .svg, .png, .pdf, .drawio, .html, .dot",
        ),
        (
            vec!["map", "sample", "-o", file, "--paper", "a3"],
            "--paper and --orientation are for PDF only; SVG has no pages",
        ),
        (
            vec!["map", "sample", "-o", file, "--around", "nobody"],
            "there is no nobody in Sample network",
        ),
        (
            vec!["map", "sample", "-o", file, "--scale", "2"],
            "--scale is for PNG",
        ),
        (
            vec!["map", "sample", "-o", file, "--vpc", "vpc-9"],
            "there is no VPC vpc-9 in Sample network; it holds vpc-",
        ),
        (
            vec![
                "map",
                "sample",
                "-o",
                file,
                "--view",
                "overview",
                "--vpc",
                "harbour-prod",
            ],
            "the overview shows every VPC; leave --vpc out",
        ),
        (vec!["map", empty, "-o", file], "there is no VPC in"),
        (
            vec!["map", "sample", "-o", "/no/such/folder/map.svg"],
            "cannot write /no/such/folder/map.svg",
        ),
    ] {
        assert_refused(&run(&args), words);
    }
    assert!(!Path::new(file).exists());
}

#[test]
fn a_snapshot_holds_everything() {
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("net.snapshot.json");
    let name = file.to_str().unwrap();
    let output = run(["snapshot", "sample", "-o", name]);
    assert_code(&output, 0);
    assert!(
        said(&output).contains("saved 96 resources to"),
        "{}",
        said(&output)
    );
    let piped = run(["snapshot", "sample", "-o", "-"]);
    assert_eq!(piped.stdout, fs::read(&file).unwrap());
    let again = run(["snapshot", name, "-o", "-"]);
    assert_eq!(again.stdout, piped.stdout);
    let output = run(["diff", "sample", name]);
    assert_code(&output, 0);
    assert_eq!((out(&output), said(&output)), ("", ""));
    let text = out(&piped);
    assert!(!text.contains(env!("CARGO_MANIFEST_DIR")));
    assert_refused(
        &run(["snapshot", "sample", "-o", target.path().to_str().unwrap()]),
        "it is a folder; name a file in it",
    );
}

#[test]
fn search_finds_by_words_ids_addresses_and_tags() {
    let search = |query: &[&str]| {
        let args = ["search"]
            .iter()
            .chain(query)
            .chain(&["--in", "sample", "--json"]);
        let output = run(args);
        assert_code(&output, 0);
        json_of(&output)
    };
    let names = |report: &Value| -> Vec<String> {
        let results = report["results"].as_array().unwrap();
        results
            .iter()
            .map(|hit| hit["name"].as_str().unwrap_or("-").to_owned())
            .collect()
    };
    let report = search(&["10.20.17.24"]);
    assert_eq!(
        names(&report),
        ["-", "storefront-1", "prod-app-a", "harbour-prod"]
    );
    let subnet = &report["results"][2];
    assert_eq!(subnet["kind"], "subnet");
    assert_eq!(subnet["account"], "111122223333");
    assert_eq!(subnet["region"], "eu-west-1");
    assert_eq!(subnet["vpc_id"], report["results"][3]["id"]);
    let id = subnet["id"].as_str().unwrap().to_uppercase();
    assert_eq!(names(&search(&[&id]))[0], "prod-app-a");
    let others = search(&["prod -app -data kind:subnet"]);
    assert_eq!(names(&others).len(), 3);
    assert_eq!(
        (&others["total"], &others["unsure"]),
        (&3.into(), &0.into())
    );
    // Words are joined by “or”: both fit better than one.
    let data = names(&search(&["tag:Tier=isolated prod-data-b"]));
    assert!(data.len() > 1 && data[0] == "prod-data-b", "{data:?}");
    assert_eq!(
        names(&search(&["tag:Tier=isolated \"data-b\""])),
        ["prod-data-b"]
    );
    assert_eq!(
        names(&search(&["harbour-core kind:transit-gateway"])),
        ["harbour-core"]
    );
    let inside = search(&["cidr:10.20.16.0/20 kind:subnet"]);
    let inside = names(&inside);
    assert!(
        inside.contains(&"prod-app-a".to_owned()) && !inside.contains(&"harbour-prod".to_owned())
    );
    let few = search(&["prod*", "--limit", "2"]);
    assert_eq!(names(&few).len(), 2);
    assert!(few["total"].as_u64() > Some(2));

    let output = run(["search", "vpn", "--in", "sample"]);
    insta::assert_snapshot!("search_vpn", out(&output));
    let output = run(["search", "nothing-like-this", "--in", "sample"]);
    assert_code(&output, 0);
    assert_eq!(out(&output), "");
    assert!(said(&output).contains("nothing fits"));
    let output = run(["search", "cidr:here", "--in", "sample"]);
    assert!(said(&output).contains("cidr:here is not a filter with that value"));
    assert_refused(
        &run(["search", " ", "--in", "sample"]),
        "the QUERY is empty",
    );
}

#[test]
fn collect_prints_a_script() {
    let output = run([
        "collect",
        "--region",
        "eu-west-1,us-east-1",
        "--region",
        "eu-west-1",
    ]);
    assert_code(&output, 0);
    assert!(out(&output).starts_with("#!/bin/sh"));
    let target = tempfile::tempdir().unwrap();
    write(target.path(), "collect.sh", out(&output));
    let checked = Command::new("sh")
        .arg("-n")
        .arg(target.path().join("collect.sh"))
        .status()
        .unwrap();
    assert!(checked.success());
    let output = run(["collect", "--region", "eu-west-1; rm -rf /"]);
    assert_code(&output, 2);
    assert!(
        said(&output).contains("a region is written like eu-west-1"),
        "{}",
        said(&output)
    );
}

#[test]
fn diff_says_what_changed() {
    let before = folder(&small());
    let mut changed = small();
    changed[2].1["Subnets"][0]["AvailableIpAddressCount"] = json!(12);
    changed[2].1["Subnets"].as_array_mut().unwrap().remove(1);
    changed[3].1["RouteTables"][0]["Routes"][1] = json!({"DestinationCidrBlock": "10.9.0.0/16",
        "VpcPeeringConnectionId": "pcx-0000000a", "State": "active", "Origin": "CreateRoute"});
    let after = folder(&changed);
    let (a, b) = (
        before.path().to_str().unwrap(),
        after.path().to_str().unwrap(),
    );
    let output = run(["diff", a, b]);
    assert_code(&output, 1);
    insta::assert_snapshot!("diff_small", out(&output));

    let output = run(["diff", a, b, "--json"]);
    assert_code(&output, 1);
    let report = json_of(&output);
    assert_eq!(report["added"], json!([]));
    assert_eq!(
        report["removed"],
        json!([{"kind": "subnet", "id": "subnet-0000000b", "name": null}])
    );
    let change = &report["changed"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["field"] == "available_addresses")
        .unwrap();
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!(200), &json!(12))
    );
    assert!(report["gaps"].is_array());
    assert_code(&run(["diff", a, a]), 0);
}

#[test]
fn diff_does_not_take_unread_for_gone() {
    let whole = folder(&small());
    let part = folder(&small()[..3]);
    let (a, b) = (
        whole.path().to_str().unwrap(),
        part.path().to_str().unwrap(),
    );
    for (before, after) in [(a, b), (b, a)] {
        let output = run(["diff", before, after, "--json"]);
        assert_code(&output, 3);
        let report = json_of(&output);
        assert_eq!(report["removed"], json!([]));
        assert_eq!(report["added"], json!([]));
        assert_eq!(report["unknown"][0]["id"], "rtb-0000000a");
    }
}

/// Two zonal NAT gateways with their elastic IPs in Virginia, and empty lists of all else that costs.
fn two_nats() -> Vec<(&'static str, Value)> {
    let nat = |name: &str, ip: &str| {
        json!({"NatGatewayId": format!("nat-0000000{name}"), "VpcId": "vpc-0000000a", "SubnetId": format!("subnet-0000000{name}"),
            "State": "available", "ConnectivityType": "public", "AvailabilityMode": "zonal",
            "NatGatewayAddresses": [{"AllocationId": format!("eipalloc-0000000{name}"), "PublicIp": ip,
                "NetworkInterfaceId": format!("eni-0000000{name}"), "IsPrimary": true}]})
    };
    let address = |name: &str, ip: &str| {
        json!({"AllocationId": format!("eipalloc-0000000{name}"), "PublicIp": ip, "Domain": "vpc",
            "NetworkBorderGroup": "us-east-1"})
    };
    let interface = |name: &str, ip: &str| {
        json!({"NetworkInterfaceId": format!("eni-0000000{name}"), "VpcId": "vpc-0000000a", "OwnerId": "111122223333",
            "SubnetId": format!("subnet-0000000{name}"), "AvailabilityZone": format!("us-east-1{name}"),
            "InterfaceType": "nat_gateway", "Description": format!("Interface for NAT Gateway nat-0000000{name}"),
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": "10.7.1.9", "Association": {"PublicIp": ip}}]})
    };
    vec![
        (
            "nat-gateways.json",
            json!({"NatGateways": [nat("a", "203.0.113.1"), nat("b", "203.0.113.2")]}),
        ),
        (
            "addresses.json",
            json!({"Addresses": [address("a", "203.0.113.1"), address("b", "203.0.113.2")]}),
        ),
        (
            "network-interfaces.json",
            json!({"NetworkInterfaces": [interface("a", "203.0.113.1"), interface("b", "203.0.113.2")]}),
        ),
        ("vpc-endpoints.json", json!({"VpcEndpoints": []})),
        ("attachments.json", json!({"TransitGatewayAttachments": []})),
        ("vpn-connections.json", json!({"VpnConnections": []})),
    ]
}

#[test]
fn cost_adds_up_what_is_fixed() {
    let input = folder(&two_nats());
    let input = input.path().to_str().unwrap();
    let output = run(["cost", input]);
    assert_code(&output, 0);
    insta::assert_snapshot!("cost_two_nats", out(&output));
    assert!(
        !said(&output).contains("not in the total"),
        "{}",
        said(&output)
    );

    let output = run(["cost", input, "--json"]);
    assert_code(&output, 0);
    assert_eq!(said(&output), "");
    let report = json_of(&output);
    for (field, value) in [
        ("currency", json!("USD")),
        ("date", json!("2026-09")),
        ("hours_per_month", json!(730)),
        ("total", json!("73.00")),
        ("unknown", json!([])),
    ] {
        assert_eq!(report[field], value, "{field}");
    }
    assert!(report["gaps"].is_array());
    let addresses = &report["items"][1];
    assert_eq!(addresses["what"], "public IPv4 address");
    assert_eq!(addresses["count"], 2);
    assert_eq!(addresses["unit_price"], "0.005");
    assert_eq!(addresses["monthly"], "7.30");
    for item in report["items"].as_array().unwrap() {
        let source = item["source"].as_str().unwrap();
        assert!(report["sources"][source]["title"].is_string(), "{item}");
    }
}

#[test]
fn cost_never_takes_unknown_for_nothing() {
    let output = run(["cost", "sample"]);
    assert_code(&output, 3);
    insta::assert_snapshot!("cost_sample", out(&output));
    insta::assert_snapshot!("cost_sample_said", said(&output));

    // Without the list of gateways the elastic IPs are still there.
    let input = folder(&two_nats()[1..]);
    let output = run(["cost", input.path().to_str().unwrap(), "--json"]);
    assert_code(&output, 3);
    let report = json_of(&output);
    assert_eq!(report["total"], "7.30");
    let unknown = &report["unknown"];
    assert_eq!(unknown.as_array().unwrap().len(), 1, "{unknown}");
    assert_eq!(unknown[0]["what"], "NAT gateways");
    assert_eq!(unknown[0]["count"], Value::Null);
    let why = unknown[0]["why"].as_str().unwrap();
    assert!(
        why.starts_with("NAT gateways were not read, so their cost is unknown"),
        "{why}"
    );

    let input = folder(&[("volumes.json", json!({"Volumes": []}))]);
    let output = run(["cost", input.path().to_str().unwrap()]);
    assert_code(&output, 3);
    assert!(
        said(&output).contains("nothing was read, so the cost is unknown"),
        "{}",
        said(&output)
    );
}

#[test]
fn cost_takes_prices_of_ones_own() {
    let output = run([
        "cost",
        "sample",
        "--json",
        "--price",
        "interface-endpoint-az-hour@eu-west-1=0.011",
        "--price",
        "transit-gateway-attachment-hour=0.05",
        "--price",
        "vpn-connection-hour=0.05",
    ]);
    assert_code(&output, 0);
    let report = json_of(&output);
    assert_eq!(report["total"], "320.47");
    assert_eq!(report["unknown"], json!([]));
    let endpoints = &report["items"][2];
    assert_eq!(endpoints["item"], "interface-endpoint-az-hour");
    assert_eq!(endpoints["monthly"], "40.15");
    assert_eq!(endpoints["source"], "own");

    assert_refused(
        &run(["cost", "sample", "--price", "nat=1"]),
        "there is no price called “nat”",
    );
    assert_refused(
        &run(["cost", "sample", "--price", "vpn-connection-hour@here=1"]),
        "write it like vpn-connection-hour@eu-west-1",
    );
    for (price, words) in [
        ("vpn-connection-hour=-1", "“-1” is not an amount"),
        ("vpn-connection-hour", "a price is written like"),
    ] {
        let output = run(["cost", "sample", "--price", price]);
        assert_code(&output, 2);
        assert_eq!(out(&output), "");
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

#[test]
fn bad_input_is_one_sentence() {
    let files = tempfile::tempdir().unwrap();
    fs::create_dir(files.path().join("empty")).unwrap();
    write(files.path(), "only-pictures/a.png", "x");
    write(
        files.path(),
        "page.json",
        "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    );
    write(
        files.path(),
        "broken.json",
        "{\"Vpcs\": [{\"VpcId\": \"vpc-0000000a\",",
    );
    write(files.path(), "nothing.json", "");
    fs::write(
        files.path().join("latin.json"),
        b"{\"Vpcs\": [\"caf\xe9\"]}",
    )
    .unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    for (source, words) in [
        (path("missing"), "there is no file or folder"),
        (path("empty"), "holds no file to read"),
        (path("only-pictures"), "holds no file to read"),
        (path("page.json"), "page.json"),
        (path("broken.json"), "broken.json"),
        (path("nothing.json"), "nothing.json"),
        (path("latin.json"), "latin.json"),
    ] {
        for command in ["list", "cost", "snapshot", "map"] {
            let mut args = vec![command, &source];
            let file = path("out.svg");
            if !matches!(command, "list" | "cost") {
                args.extend(["-o", &file]);
            }
            assert_refused(&run(args), words);
        }
    }
}

#[test]
fn input_without_a_network_is_no_error_and_says_so() {
    let input = folder(&[("volumes.json", json!({"Volumes": []}))]);
    let output = run(["list", input.path().to_str().unwrap()]);
    assert_code(&output, 0);
    assert_eq!(out(&output), "No VPC.\n");
    assert!(
        said(&output).contains("nothing to show"),
        "{}",
        said(&output)
    );
}

#[test]
fn words_that_are_no_source_are_refused() {
    for (source, words) in [
        ("aws://prod/EU", "“EU” in “aws://prod/EU” is not a region"),
        ("https://example.com/net.json", "is not a SOURCE"),
        ("", "empty SOURCE"),
    ] {
        let output = run(["list", source]);
        assert_code(&output, 2);
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    for args in [
        &["list"][..],
        &["cost"],
        &["map", "sample"],
        &["diff", "sample"],
        &["search", "x"],
        &["--nope"],
    ] {
        assert_code(&run(args), 2);
    }
}

#[test]
fn one_bad_file_does_not_spoil_the_others() {
    let input = folder(&small());
    write(input.path(), "zz.json", "{\"NatGateways\": [");
    let output = run(["list", input.path().to_str().unwrap(), "--json"]);
    assert_code(&output, 0);
    let report = json_of(&output);
    assert_eq!(report["vpcs"][0]["subnets"], 2);
    let gaps = report["gaps"].as_array().unwrap();
    assert!(
        gaps.iter().any(|gap| gap.to_string().contains("zz.json")),
        "{gaps:?}"
    );
}

#[test]
fn without_a_display_the_window_says_what_to_do() {
    for args in [&[][..], &["sample"]] {
        assert_refused(&run(args), "there is no display to open a window on");
    }
    assert_refused(&run(["lst"]), "there is no file or folder lst");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child = program()
        .args(["snapshot", "sample", "-o", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 0);
    assert_eq!(said(&output), "");
}

#[test]
fn help_is_there_for_everything() {
    for command in [
        "list", "map", "new", "plan", "snapshot", "search", "collect", "diff", "cost",
    ] {
        let output = run([command, "--help"]);
        assert_code(&output, 0);
        assert!(out(&output).contains("Usage: vpc-atlas"), "{command}");
    }
    let output = run(["--help"]);
    assert_code(&output, 0);
    for word in [
        "aws://PROFILE/REGION",
        "Exit code",
        "collect",
        "new",
        "plan",
    ] {
        assert!(out(&output).contains(word), "{word}");
    }
    assert_code(&run(["--version"]), 0);
}

#[test]
fn results_depend_on_the_input_alone() {
    let home = tempfile::tempdir().unwrap();
    let copy = home.path().join("another/place");
    fs::create_dir_all(&copy).unwrap();
    let mut files: Vec<_> = fs::read_dir(SAMPLE)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files.iter().rev() {
        fs::copy(file, copy.join(file.file_name().unwrap())).unwrap();
    }
    let produce = |source: &OsStr, other: bool| {
        let target = tempfile::tempdir().unwrap();
        let mut results = Vec::new();
        for (command, name, more) in [
            ("snapshot", "s.json", None),
            ("map", "m.svg", Some("--details")),
        ] {
            let file = target.path().join(name);
            let mut program = program();
            program
                .arg(command)
                .arg(source)
                .arg("-o")
                .arg(&file)
                .args(more);
            if other {
                program
                    .env("HOME", home.path())
                    .env("TZ", "Asia/Kathmandu")
                    .env("LANG", "tr_TR.UTF-8")
                    .env("LC_ALL", "tr_TR.UTF-8")
                    .env("TOKIO_WORKER_THREADS", "1")
                    .current_dir(&copy);
            }
            assert_code(&program.output().unwrap(), 0);
            results.push(fs::read(file).unwrap());
        }
        results
    };
    let bundled = produce("sample".as_ref(), false);
    assert!(bundled == produce(SAMPLE.as_ref(), false));
    assert!(bundled == produce(copy.as_os_str(), true));
    assert!(bundled == produce(".".as_ref(), true));
}

/// Journals that cannot be read are named, each with what is wrong, and a name is never a path.
#[test]
fn runs_that_cannot_be_read_are_named() {
    let folder = TempDir::new().unwrap();
    let runs = |args: &[&str]| {
        let mut command = program();
        command.env("VPC_ATLAS_CONFIG_DIR", folder.path());
        command.arg("runs").args(args).output().unwrap()
    };
    let none = runs(&[]);
    assert_code(&none, 0);
    assert!(said(&none).contains("no run was begun"), "{}", said(&none));

    fs::create_dir(folder.path().join("runs")).unwrap();
    let journal = |name: &str, text: &str| {
        let path = folder.path().join("runs").join(name);
        fs::write(path, text).unwrap();
    };
    journal("20260101-000000-aaaaaa.jsonl", "{\"vpc_atlas_run\":9}\n");
    journal("20260101-000000-bbbbbb.jsonl", "");
    journal("20260101-000000-cccccc.jsonl", "{bad\n");
    let output = runs(&[]);
    assert_code(&output, 0);
    assert_eq!(out(&output), "");
    for words in [
        "20260101-000000-aaaaaa cannot be read: the journal is of format 9",
        "20260101-000000-bbbbbb cannot be read: the journal of this run is empty",
        "20260101-000000-cccccc cannot be read: line 1 of the journal",
    ] {
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    let output = runs(&["--json"]);
    assert_eq!(json_of(&output)["runs"], json!([]));
    assert_eq!(json_of(&output)["gaps"].as_array().unwrap().len(), 3);

    fs::write(folder.path().join("out.jsonl"), "{}\n").unwrap();
    for name in ["nope", "../out"] {
        assert_refused(&runs(&[name]), &format!("there is no run {name}"));
    }
}

/// What a saved plan has decided is not decided again beside it, nor passed over in silence.
#[cfg(feature = "aws")]
#[test]
fn a_saved_plan_takes_no_options_that_it_would_pass_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.plan.json");
    fs::write(
        &file,
        r#"{"vpc_atlas_plan": 1, "label": "net", "region": "eu-west-1"}"#,
    )
    .unwrap();
    let file = file.to_str().unwrap();
    for options in [
        &["--ticket", "NET-1"][..],
        &["--reason", "why"],
        &["--given", "transit-gateway:hub=tgw-0123"],
        &["--anew"],
        &["--tear-down"],
        &["--region", "us-east-1"],
    ] {
        let mut arguments = vec!["apply", file];
        arguments.extend(options);
        let output = run(arguments);
        assert_code(&output, 2);
        let words = said(&output);
        assert!(
            words.contains("saved plan") && words.contains(options[0]),
            "{words}"
        );
    }
}
