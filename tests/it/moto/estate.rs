//! Three accounts of an Organization with four regions each, read as one network: nothing is missing, and what is counted
//! is what boto3 counts. And that nothing the program writes holds a credential.

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{PageRules, ProxyBuilder};
use crate::support::moto::Moto;

#[derive(Deserialize)]
struct Estate {
    role: String,
    accounts: Vec<String>,
    places: BTreeMap<String, Counted>,
}

/// What boto3 counts in an account and region.
#[derive(Deserialize)]
struct Counted {
    kinds: BTreeMap<String, usize>,
    vpcs: BTreeMap<String, BTreeMap<String, usize>>,
}

const REGIONS: &str = "eu-central-1,eu-west-1,us-east-1,ap-southeast-2";

/// Marks that stand where credentials do. Nothing but requests to AWS may hold them.
const MARKS: [&str; 3] = ["MARKEDSECRETKEY", "MARKEDSESSIONTOKEN", "MARKEDPROCESSKEY"];

fn estate(moto: &Moto, regions: &str, vpcs: usize) -> Estate {
    let output = moto
        .python("tests/moto/estate.py")
        .args(["--endpoint", &moto.url(), "--regions", regions])
        .args(["--vpcs", &vpcs.to_string()])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn proxy(moto: &Moto, page: usize) -> Proxy {
    let pages = PageRules {
        cap: Some(page),
        ..PageRules::default()
    };
    ProxyBuilder::default()
        .pages(pages)
        .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
        .unwrap()
}

/// The program's command line, with profiles of its own and a log.
fn program(folder: &Path, endpoint: &str, arguments: &[&str]) -> Output {
    let config = folder.join("config");
    let profiles = format!(
        "[profile ops]\naws_access_key_id = AKIDOPS\naws_secret_access_key = {}\naws_session_token = {}\n\n\
         [profile process]\ncredential_process = printf '{{\"Version\":1,\"AccessKeyId\":\"AKIDPROC\",\"SecretAccessKey\":\"{}\"}}'\n\n\
         [profile broken]\ncredential_process = printf '{}'\nregion = eu-west-1\n",
        MARKS[0], MARKS[1], MARKS[2], MARKS[2]
    );
    fs::write(&config, profiles).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .env("AWS_CONFIG_FILE", &config)
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("VPC_ATLAS_CONFIG_DIR", folder.join("settings"))
        .env("VPC_ATLAS_LOG", folder.join("log.txt"))
        .current_dir(folder)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {words}"))
}

#[test]
fn three_accounts_in_four_regions_are_read_as_boto3_counts_them() {
    let Some(moto) = Moto::start() else { return };
    let made = estate(&moto, REGIONS, 5);
    assert_eq!((made.accounts.len(), made.places.len()), (3, 12));
    let proxy = proxy(&moto, 20);
    let folder = tempfile::tempdir().unwrap();
    let source = format!("aws://ops/{REGIONS}@{}", made.role);

    let list = json(&program(
        folder.path(),
        &proxy.url(),
        &["list", &source, "--json"],
    ));
    let vpcs = list["vpcs"].as_array().unwrap();
    let expected: usize = made.places.values().map(|place| place.vpcs.len()).sum();
    assert_eq!(vpcs.len(), expected);
    for vpc in vpcs {
        let text = |name: &str| vpc[name].as_str().unwrap().to_owned();
        let place = &made.places[&format!("{} {}", text("account"), text("region"))];
        let counted = &place.vpcs[&text("vpc_id")];
        for (name, kind) in [
            ("subnets", "subnet"),
            ("route_tables", "route-table"),
            ("nat_gateways", "natgateway"),
        ] {
            let found = vpc[name].as_u64().unwrap();
            assert_eq!(found, counted[kind] as u64, "{name} of {vpc}");
        }
    }

    let output = program(
        folder.path(),
        &proxy.url(),
        &["snapshot", &source, "-o", "all.json"],
    );
    assert!(output.status.success());
    for (place, counted) in &made.places {
        let (account, region) = place.split_once(' ').unwrap();
        for (kind, number) in &counted.kinds {
            // Zones belong to no account: all of them see the same ones.
            let whose = if kind == "availability-zone" {
                String::new()
            } else {
                format!("accountid:{account} ")
            };
            let query = format!("{whose}region:{region} resourcetype:ec2:{kind}");
            let found = program(
                folder.path(),
                &proxy.url(),
                &["search", &query, "--in", "all.json", "--json"],
            );
            let found = json(&found)["results"].as_array().unwrap().len();
            assert_eq!(found, *number, "{kind} in {place}");
        }
    }
    no_mark_in(folder.path());
}

/// The reason why a page is asked for again is in the log; without one no page is asked for twice.
#[test]
fn no_page_is_asked_for_twice() {
    let Some(moto) = Moto::start() else { return };
    let made = estate(&moto, "eu-west-1", 2);
    let proxy = proxy(&moto, 5);
    let folder = tempfile::tempdir().unwrap();
    let output = program(
        folder.path(),
        &proxy.url(),
        &[
            "list",
            &format!("aws://ops/eu-west-1@{}", made.role),
            "--json",
        ],
    );
    json(&output);
    let log = fs::read_to_string(folder.path().join("log.txt")).unwrap();
    let field = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}="))?;
        Some(rest.split(' ').next().unwrap_or_default().to_owned())
    };
    let mut asked: BTreeMap<Vec<Option<String>>, usize> = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains(" answered ")) {
        let what = ["call", "account", "region", "of", "page"].map(|name| field(line, name));
        *asked.entry(what.to_vec()).or_default() += 1;
    }
    assert!(asked.len() > 100, "{} answers in {log}", asked.len());
    // The log leaves nothing out: as many attempts are in it as the service saw.
    let attempts = log
        .lines()
        .filter(|line| line.contains(" answered ") || line.contains(" failed "))
        .count();
    let seen = proxy.log().calls().into_iter().filter(|call| {
        let action = call.action.as_deref().unwrap_or_default();
        ["Describe", "Search", "GetTransit", "GetManaged"]
            .iter()
            .any(|start| action.starts_with(start))
    });
    assert_eq!(attempts, seen.count());
    // The attributes of a VPC are asked for one by one.
    for (what, times) in &asked {
        let most = if what[0].as_deref() == Some("\"DescribeVpcAttribute\"") {
            2
        } else {
            1
        };
        assert!(*times <= most, "{what:?} was asked for {times} times");
    }
}

/// Signing in with keys, a token and a process, reading, failing and being refused: what is written of it.
#[test]
fn no_credential_is_written_anywhere() {
    let Some(moto) = Moto::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let proxy = proxy(&moto, 20);
    let mut said = Vec::new();
    for (fault, arguments) in [
        (None, &["list", "aws://ops/eu-west-1", "--json"][..]),
        (None, &["list", "aws://process/eu-west-1"]),
        (None, &["list", "aws://broken"]),
        (None, &["snapshot", "aws://ops/eu-west-1", "-o", "one.json"]),
        (Some("*:*:403"), &["list", "aws://ops/eu-west-1"]),
        (
            Some("DescribeVpcs:*:bad-xml"),
            &["list", "aws://ops/eu-west-1"],
        ),
        (Some("*:*:close"), &["list", "aws://ops/eu-west-1"]),
    ] {
        if let Some(fault) = fault {
            proxy.faults().add(fault.parse().unwrap());
        }
        let output = program(at, &proxy.url(), arguments);
        proxy.faults().clear();
        said.extend([output.stdout, output.stderr]);
    }
    let nowhere = program(at, "http://127.0.0.1:9", &["list", "aws://ops/eu-west-1"]);
    said.extend([nowhere.stdout, nowhere.stderr]);
    fs::write(at.join("said.txt"), said.concat()).unwrap();
    assert!(at.join("log.txt").exists() && at.join("one.json").exists());
    no_mark_in(at);
}

/// Nothing in the folder holds a mark, but the file in which credentials are configured.
fn no_mark_in(folder: &Path) {
    let mut files = 0;
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        if path.file_name().is_some_and(|name| name == "config") {
            continue;
        }
        files += 1;
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for mark in MARKS {
            assert!(!text.contains(mark), "{} holds {mark}", path.display());
        }
    }
    assert!(files > 0);
}
