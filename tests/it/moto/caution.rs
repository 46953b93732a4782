//! What is not done, or not at once, since it might do harm: as from a shell.

use std::fs;
use std::path::Path;
use std::process::Output;

use vpc_atlas::design::{self, Design, Fresh, Nat, usual_zones};

use crate::cli::{assert_code, json_of, said};
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, before, connect, program, slow_server};
use crate::support::moto::Moto;

fn the_design() -> Design {
    let mut fresh = Fresh::in_region(super::REGION);
    fresh.zones = usual_zones(super::REGION).take(2).collect();
    fresh.nat = Nat::One;
    Design::fresh(&fresh).unwrap()
}

/// A shell in which the program reaches one account.
struct Shell<'a> {
    proxy: &'a Proxy,
    config: &'a Path,
}

impl Shell<'_> {
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = program(&self.proxy.url(), self.config, arguments);
        command.env("AWS_REGION", super::REGION).output().unwrap()
    }

    /// With this fault from here on, and no other.
    fn faulty(&self, rule: &str) {
        self.proxy.faults().clear();
        self.proxy.reset_occurrences();
        if !rule.is_empty() {
            self.proxy.faults().add(rule.parse().unwrap());
        }
    }

    /// The newest run: its name and how it stands.
    fn newest(&self) -> (String, String) {
        let output = self.run(&["runs", "--json"]);
        assert_code(&output, 0);
        let runs = json_of(&output);
        let runs = runs["runs"].as_array().unwrap();
        let newest = runs.iter().max_by_key(|run| run["run"].as_str()).unwrap();
        let word = |name: &str| newest[name].as_str().unwrap().to_owned();
        (word("run"), word("state"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_made_twice_deleted_unasked_or_taken_back_in_vain() {
    let Some(moto) = Moto::start() else { return };
    let proxy = before(&moto, ProxyBuilder::default().strict(Strict::everything()));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let shell = Shell {
        proxy: &proxy,
        config: &config,
    };
    let ec2 = connect(&proxy.url(), super::REGION, slow_server()).await;
    let first = account(&ec2).await;
    let file = folder.path().join("net.vpc.toml");
    let file = file.to_str().unwrap();
    fs::write(file, design::write(&the_design(), None)).unwrap();

    // Nothing is there: nothing is to be taken away.
    let output = shell.run(&["apply", file, "--tear-down", "--yes"]);
    assert_code(&output, 0);
    assert!(
        said(&output).contains("none of the design's VPCs is there"),
        "{}",
        said(&output)
    );

    // A failure that may pass: what was made is kept, and gone on with.
    shell.faulty("change:6+:500");
    let output = shell.run(&["apply", file, "--yes"]);
    assert_code(&output, 1);
    assert!(
        said(&output).contains("what was made is kept"),
        "{}",
        said(&output)
    );
    let (run, state) = shell.newest();
    assert_eq!(state, "failed");
    assert!(
        said(&output).contains(&format!("vpc-atlas resume {run}")),
        "{}",
        said(&output)
    );
    // Nor can it be taken back now, and that changes nothing about it.
    shell.faulty("*:*:close");
    let output = shell.run(&["rollback", &run, "--yes"]);
    assert!(
        !said(&output).lines().any(|line| line.starts_with(": ")),
        "{}",
        said(&output)
    );
    assert_eq!(shell.newest().1, "failed");
    shell.faulty("");
    assert_code(&shell.run(&["resume", &run, "--yes"]), 0);
    let made = account(&ec2).await;

    // Whoever may not look does not know that it is there.
    for call in [
        "DescribeVpcs",
        "DescribeNatGateways",
        "DescribeSubnets",
        "DescribeRouteTables",
        "DescribeVpcEndpoints",
    ] {
        shell.faulty(&format!("{call}:*:403"));
        proxy.log().clear();
        let output = shell.run(&["apply", file, "--yes"]);
        let words = said(&output);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{words}");
        assert!(
            words.contains(&format!("have ec2:{call} allowed")),
            "{words}"
        );
        assert_eq!(proxy.log().changes().len(), 0, "{words}");
    }
    shell.faulty("DescribeVpcs:*:403");
    let output = shell.run(&["apply", file, "--anew", "--dry-run"]);
    assert_code(&output, 0);
    assert!(
        said(&output).contains("warning: DescribeVpcs"),
        "{}",
        said(&output)
    );
    shell.faulty("");
    assert_eq!(account(&ec2).await, made);

    // A question about a deletion says what goes, and that it is final.
    let output = shell.run(&["apply", file, "--tear-down"]);
    assert_code(&output, 2);
    let words = said(&output);
    assert!(words.contains("Delete 1 VPC, 4 subnets"), "{words}");
    assert!(words.contains("for good?"), "{words}");

    // A failure that does not pass: what was made is taken back.
    assert_code(&shell.run(&["apply", file, "--tear-down", "--yes"]), 0);
    shell.faulty("change:6:403");
    let output = shell.run(&["apply", file, "--yes"]);
    assert_code(&output, 1);
    assert!(said(&output).contains("taken back"), "{}", said(&output));
    assert_eq!(shell.newest().1, "rolled back");
    shell.faulty("");
    assert_eq!(account(&ec2).await, first);
}
