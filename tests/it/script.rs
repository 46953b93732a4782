//! Scripts of designs: what is written, and that whatever people write stays text.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use vpc_atlas::design::{Design, plan};
use vpc_atlas::export::code::{Code, script};
use vpc_atlas::network::Network;
use vpc_atlas::steps::between;

use crate::cloudformation::{everything, small};
use crate::support::designs;

pub(crate) fn code(design: &Design) -> Code {
    let network = plan(design);
    let graph = between(&Network::new(), &network).expect("the design has its steps");
    script(&graph, &network)
}

/// What hostile people call things.
const HOSTILE: [&str; 7] = [
    "$(touch broken) `touch broken` ${HOME}",
    "'; touch broken; '",
    "a \"quoted\" \\ name\\",
    "two\nlines\r\n\t# no comment; touch broken",
    "\u{1b}[2J\u{0}\u{202e}",
    "file:///etc/passwd",
    "--endpoint-url=http://example.org",
];

/// A design in which everything a person can name is called something hostile.
pub(crate) fn hostile() -> Design {
    let mut design = everything();
    for (n, word) in HOSTILE.iter().enumerate() {
        design.tags.insert((*word).into(), (*word).into());
        design
            .tags
            .insert(format!("key {n}").into(), (*word).into());
    }
    let vpc = &mut design.vpcs[0];
    let slots = [
        "vpc",
        "internet-gateway",
        "route-table",
        "network-acl",
        "security-group:default",
    ];
    for (slot, word) in slots.iter().zip(HOSTILE) {
        vpc.names.insert((*slot).into(), word.into());
    }
    vpc.transit_gateway.as_mut().unwrap().id = "the $(touch broken) \"hub\"'".into();
    design
}

#[test]
fn the_scripts_of_a_small_design() {
    let code = code(&small());
    assert_eq!(code.by_hand, [""; 0]);
    let names: Vec<&str> = code.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["shop-vpc.sh", "shop-vpc-delete.sh"]);
    for file in &code.files {
        insta::assert_snapshot!(file.name.as_str(), file.text);
    }
}

#[test]
fn what_the_script_does_not_do_is_said() {
    let code = code(&everything());
    assert_eq!(code.by_hand.len(), 2, "{:?}", code.by_hand);
    for sentence in &code.by_hand {
        assert!(code.files[0].text.contains(&format!("# - {sentence}\n")));
    }
    let head: Vec<&str> = code.files[0].text.lines().take(20).collect();
    let head = head.join("\n");
    assert!(
        head.contains(
            "# TRANSIT_GATEWAY_HUB=…  the id of the transit gateway that the design calls “hub”"
        ),
        "{head}"
    );
}

/// Whatever is asked, the first script runs to its end with a program `aws` that only notes its arguments and answers
/// anything; nothing of what people wrote is carried out, or read as anything else.
#[test]
#[cfg(unix)]
fn hostile_names_stay_texts() {
    let folder = tempfile::tempdir().unwrap();
    let aws = folder.path().join("aws");
    // What is looked for is never there; what is made has an id; what is waited for is there at once.
    let program = r#"#!/usr/bin/env bash
printf '%s\0' "$@" >>"$NOTES"
printf '\1\0' >>"$NOTES"
case "$1 $2" in
  *' create-'* | *' allocate-'*) echo made-1 ;;
  'sts '*) echo 123456789012 ;;
  *) case "$*" in
      *Status.Code*) echo active ;;
      *vpc-encryption-control-ids*Mode*) ;;
      *'PeeringConnections[0]'* | *'Attachments[?Vpc'*"| [0]"*) echo attached ;;
      *ResolverEndpoint.Status*) echo OPERATIONAL ;;
      *Ipv6CidrBlockAssociationSet*'[].Ipv6CidrBlock') echo 2001:db8:0:100::/56 ;;
      *"[?State=='associated']"*) echo associated ;;
      *'disassociating'*RouteTableId*) [ ! -e "$NOTES.tied" ] || echo made-1 ;;
      *'[0].State'*) echo available ;;
      *'association.main'* | *'Values=default'* | *'Name=default'* | *prefix-lists*) echo found-1 ;;
    esac ;;
esac
case $2 in associate-route-table) touch "$NOTES.tied" ;; esac
"#;
    fs::write(&aws, program).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let code = code(&hostile());
    for file in &code.files {
        let is_plain = |it: char| it == '\n' || !it.is_control() && it != '\u{202e}';
        assert!(file.text.chars().all(is_plain), "{}", file.name);
        assert!(
            file.name
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || "-.".contains(it))
        );
    }
    let make = folder.path().join("make.sh");
    fs::write(&make, &code.files[0].text).unwrap();
    let given = code.files[0].text.lines().find_map(|line| {
        let rest = line.strip_prefix("need_given ")?;
        rest.split(' ').next()
    });
    let notes = folder.path().join("notes");
    let path = std::env::var("PATH").unwrap_or_default();
    let run = |with_given: bool| {
        let mut command = Command::new("bash");
        command
            .arg(&make)
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", folder.path().display()))
            .env("NOTES", &notes)
            .env("YES", "1")
            .env("PAUSE", "0")
            .env("TRIES", "0")
            .env("TIMEOUT", "0")
            .stdin(Stdio::null());
        if with_given {
            command.env(given.unwrap(), "tgw-1");
        }
        command.output().unwrap()
    };
    let output = run(false);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        words.contains("set the environment variable TRANSIT_GATEWAY_"),
        "{words}"
    );
    assert!(!notes.exists());

    let output = run(true);
    let words = String::from_utf8_lossy(&output.stderr);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{words}");
    assert!(!folder.path().join("broken").exists());
    let noted = fs::read_to_string(&notes).unwrap();
    let calls: Vec<Vec<&str>> = noted
        .split("\u{1}\0")
        .map(|call| call.split('\0').collect())
        .collect();
    let create = calls.iter().find(|call| call.get(1) == Some(&"create-vpc"));
    let create = create.expect("a VPC is made");
    let at = create.iter().position(|it| *it == "--tag-specifications");
    let tags: serde_json::Value = serde_json::from_str(create[at.unwrap() + 1]).unwrap();
    let tags = tags[0]["Tags"].as_array().unwrap();
    let value = |key: &str| {
        let tag = tags.iter().find(|tag| tag["Key"] == key);
        tag.map(|tag| tag["Value"].as_str().unwrap().to_owned())
    };
    assert_eq!(value("Name").as_deref(), Some(HOSTILE[0]));
    for (n, word) in HOSTILE.iter().enumerate() {
        assert_eq!(value(word).as_deref(), Some(*word));
        assert_eq!(value(&format!("key {n}")).as_deref(), Some(*word));
    }
    assert_eq!(value("vpc-atlas:made").as_deref(), Some("main"));
    // No word of theirs is an option or names a file.
    for call in &calls {
        for word in call.iter().skip(2) {
            let is_theirs = HOSTILE.iter().any(|it| it == word);
            assert!(!is_theirs, "{call:?}");
        }
    }
}

/// The same design gives the same scripts, and one more zone only adds to them.
#[test]
fn a_zone_more_only_adds_sections() {
    let mut count = 0;
    for seed in 0..20 {
        let mut design = designs::design(seed);
        let Ok(graph) = between(&Network::new(), &plan(&design)) else {
            continue;
        };
        assert_eq!(
            script(&graph, &plan(&design)),
            script(&graph, &plan(&design))
        );
        let before = code(&design);
        let vpc = design.vpcs[0].id.clone();
        let region = design.region.clone();
        let zones = vpc_atlas::design::usual_zones(&region);
        let new = zones
            .filter(|zone| design.add_zone(&vpc, zone).is_ok())
            .count();
        if new == 0 {
            continue;
        }
        let after = code(&design);
        count += 1;
        let names = |code: &Code| -> Vec<String> {
            let lines = code.files[0].text.lines();
            let made = lines.filter(|line| line.contains("=$(made ") || line.contains("=$(made_"));
            made.map(str::to_owned).collect()
        };
        let after = names(&after);
        for line in names(&before) {
            assert!(after.contains(&line), "seed {seed}: {line}");
        }
    }
    assert!(count > 5, "{count}");
}
