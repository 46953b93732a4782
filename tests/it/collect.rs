//! The script for whoever holds the credentials: what it says, and what it does with an AWS CLI made of shell.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use vpc_atlas::source::collect::script;

/// An AWS CLI that knows one VPC, one prefix list and one VPN connection, refuses flow logs, and notes how it was called.
const FAKE_AWS: &str = r#"#!/bin/sh
printf '%s\n' "$*" >>"$LOG"
case "$1 $2" in
    'sts get-caller-identity') printf '{\n    "UserId": "AIDA",\n    "Account": "111122223333",\n    "Arn": "arn:aws:iam::111122223333:user/x"\n}\n' ;;
    'configure get') printf 'eu-central-1\n' ;;
    'ec2 describe-vpcs') printf '{\n    "Vpcs": [\n        {\n            "VpcId": "vpc-0a",\n            "Tags": [\n                {\n                    "Key": "VpcId",\n                    "Value": "\\"VpcId\\": \\"vpc-bad\\""\n                }\n            ]\n        }\n    ]\n}\n' ;;
    'ec2 describe-managed-prefix-lists') printf '{\n    "PrefixLists": [\n        {\n            "PrefixListId": "pl-0a",\n            "PrefixListName": "x"\n        }\n    ]\n}\n' ;;
    'ec2 get-managed-prefix-list-entries') printf '{\n    "Entries": [\n        {\n            "Cidr": "10.0.0.0/8"\n        }\n    ]\n}\n' ;;
    'ec2 describe-flow-logs')
        printf '\nAn error occurred (UnauthorizedOperation) when calling the DescribeFlowLogs operation: say "please"\t\\ now\n' >&2
        exit 254
        ;;
    'ec2 describe-local-gateways') ;;
    *) printf '{}\n' ;;
esac
"#;

fn gather(script: &str, folder: &Path, env: &[(&str, &str)]) -> (Output, String) {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("aws"), FAKE_AWS).unwrap();
    fs::set_permissions(bin.join("aws"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.join("collect.sh");
    fs::write(&path, script).unwrap();
    let log = folder.join("log");
    let mut command = Command::new("sh");
    command
        .arg(&path)
        .arg(folder.join("out of it"))
        .stdin(Stdio::null());
    command
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("LOG", &log);
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"] {
        command.env_remove(name);
    }
    let output = command.envs(env.iter().copied()).output().unwrap();
    (output, fs::read_to_string(log).unwrap_or_default())
}

fn read(folder: &Path, file: &str) -> Value {
    let path = folder.join("out of it/vpc-atlas-111122223333").join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{}: {error}: {text}", path.display()))
}

#[test]
fn the_script_for_two_regions() {
    insta::assert_snapshot!(script(&["eu-west-1".to_owned(), "us-east-1".to_owned()]));
}

#[test]
fn the_script_is_posix_shell() {
    for regions in [&[][..], &["eu-west-1".to_owned()]] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("collect.sh");
        fs::write(&path, script(regions)).unwrap();
        let output = Command::new("sh").arg("-n").arg(&path).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn answers_parents_and_failures_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let regions = ["eu-west-1".to_owned(), "us-east-1".to_owned()];
    let (output, log) = gather(&script(&regions), folder.path(), &[]);

    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let summary = String::from_utf8_lossy(&output.stdout);
    assert!(
        summary.ends_with("/vpc-atlas-111122223333: 75 calls, 2 failed.\n"),
        "{summary}"
    );
    assert_eq!(
        read(folder.path(), "get-caller-identity.json")["Account"],
        "111122223333"
    );
    for region in regions {
        let read = |file: &str| read(folder.path(), &format!("{region}/{file}"));
        assert_eq!(read("describe-vpcs.json")["Vpcs"][0]["VpcId"], "vpc-0a");
        assert_eq!(
            read("describe-vpc-attribute.enableDnsSupport.vpc-0a.json"),
            json!({})
        );
        assert_eq!(
            read("describe-vpc-attribute.enableDnsHostnames.vpc-0a.json"),
            json!({})
        );
        assert_eq!(
            read("describe-local-gateways.json"),
            json!({}),
            "an answer without a word is an empty one"
        );
        assert_eq!(
            read("get-managed-prefix-list-entries.pl-0a.json"),
            json!({
                "VpcAtlasParent": { "Kind": "prefix-list", "Id": "pl-0a" },
                "Output": { "Entries": [{ "Cidr": "10.0.0.0/8" }] }
            })
        );
        let failure = &read("describe-flow-logs.json")["VpcAtlasError"];
        assert_eq!(failure["Call"], "DescribeFlowLogs");
        assert_eq!(failure["Region"], region.as_str());
        assert_eq!(failure["Code"], "UnauthorizedOperation");
        let message = failure["Message"].as_str().unwrap();
        assert!(
            message.ends_with("operation: say \"please\" \\ now"),
            "{message}"
        );
    }
    assert!(!log.contains("vpc-bad"), "a tag is no id");
    let reading = |line: &&str| {
        let command = line.split_whitespace().nth(1).unwrap_or_default();
        ["describe-", "get-", "search-"]
            .iter()
            .any(|verb| command.starts_with(verb))
    };
    assert_eq!(
        log.lines()
            .filter(|line| !reading(line))
            .collect::<Vec<_>>(),
        [""; 0],
        "a call that may write"
    );
}

#[test]
fn the_endpoint_and_the_configured_region_are_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let (_, log) = gather(
        &script(&[]),
        folder.path(),
        &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1/a b")],
    );
    let calls: Vec<_> = log
        .lines()
        .filter(|line| !line.starts_with("configure"))
        .collect();
    assert_eq!(calls.len(), 38);
    for call in calls {
        assert!(
            call.contains(
                "--region eu-central-1 --endpoint-url http://127.0.0.1:1/a b --output json"
            ),
            "{call}"
        );
    }
}

#[test]
fn an_older_answer_is_never_mixed_with_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let script = script(&["eu-west-1".to_owned()]);
    gather(&script, folder.path(), &[]);
    fs::remove_file(folder.path().join("log")).unwrap();
    let (output, log) = gather(&script, folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("exists: move it away"),
        "{output:?}"
    );
    assert_eq!(
        log.lines().count(),
        1,
        "only the account is asked for: {log}"
    );
}
