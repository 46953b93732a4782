//! Scripts carried out: they give the network that was planned; run again they make nothing new; their inverse leaves
//! nothing.
//!
//! The AWS CLI takes half a second to start, and a script calls it some hundred times. So most designs go through one
//! process of the AWS CLI with moto in it (tests/code/aws.py), which has a word for what moto lacks too; a few go
//! through the program itself and a server. `VPC_ATLAS_SCRIPTS` says how many generated designs; else it is a sample.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vpc_atlas::design::{Design, Encryption, Nat, plan};
use vpc_atlas::source::read;

use super::cloudformation::{REGION, files, sound};
use crate::cloudformation::{everything, small};
use crate::script::{code, hostile};
use crate::support::environment::{package, require};
use crate::support::moto::{Moto, credentials};
use crate::support::story::{Depth, assert_same};

/// How many generated designs: a sample, or as many as `VPC_ATLAS_SCRIPTS` says.
fn wanted(sample: usize) -> usize {
    std::env::var("VPC_ATLAS_SCRIPTS").map_or(sample, |text| {
        text.parse().expect("VPC_ATLAS_SCRIPTS is a number")
    })
}

/// Where the scripts of a design are.
struct Trial {
    design: Design,
    folder: PathBuf,
}

impl Trial {
    fn new(design: Design, parent: &Path, number: usize) -> Self {
        let folder = parent.join(number.to_string());
        fs::create_dir(&folder).unwrap();
        let files = code(&design).files;
        for (name, file) in ["make.sh", "delete.sh"].iter().zip(&files) {
            fs::write(folder.join(name), &file.text).unwrap();
        }
        assert_eq!(files.len(), 2);
        Self { design, folder }
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// Tells what happened where it should not have.
    fn check(&self) {
        let number = self.folder.display();
        for name in ["make.txt", "again.txt", "delete.txt", "deleted.txt"] {
            let text = self.text(name);
            assert_eq!(text.lines().last(), Some("0"), "{number}: {name}\n{text}");
        }
        let (before, first) = (self.text("before"), self.text("first"));
        assert_ne!(before, first, "{number}");
        assert_eq!(self.text("second"), first, "{number}");
        assert_eq!(self.text("left"), before, "{number}");
        let again = self.text("again.txt");
        assert!(again.contains("done: 0 made"), "{number}\n{again}");
        assert!(self.text("deleted.txt").contains("nothing is there"));
        let live = read(&files(&self.folder.join("live")));
        assert_same(&live, &plan(&self.design), Depth::Calls);
    }
}

fn run(trials: &[Trial], program: &mut Command) {
    let output = program
        .args(trials.iter().map(|it| &it.folder))
        .env("AWS_REGION", REGION)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
}

fn in_region(mut design: Design) -> Design {
    design.set_region(&REGION.into()).unwrap();
    design.tags.insert("environment".into(), "test 1".into());
    design
}

/// Through one process of the AWS CLI.
#[test]
fn designs_are_made_once_and_taken_away() {
    let Some(venv) = require("VPC_ATLAS_VENV").map(PathBuf::from) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // No answer in XML holds a control character, and moto's resolver takes fewer signs in a tag than AWS.
    let mut nasty = in_region(hostile());
    nasty.vpcs[0].resolver = None;
    let is_seen = |text: &vpc_atlas::network::Text| !text.chars().any(char::is_control);
    nasty
        .tags
        .retain(|key, value| is_seen(key) && is_seen(value));
    nasty.vpcs[0].names.retain(|_, name| is_seen(name));
    let mut designs = vec![in_region(everything()), nasty];
    designs.extend(sound(wanted(3), |design| {
        let resolvers = design.vpcs.iter().any(|vpc| vpc.resolver.is_some());
        !(resolvers && design.tags.values().any(|it| !it.is_ascii()))
    }));
    let count = designs.len();
    let trials: Vec<Trial> = designs
        .into_iter()
        .enumerate()
        .map(|(number, design)| Trial::new(design, folder.path(), number))
        .collect();
    // Two processes share the work.
    std::thread::scope(|scope| {
        for (number, half) in trials.chunks(count.div_ceil(2)).enumerate() {
            let bin = folder.path().join(format!("bin-{number}"));
            fs::create_dir(&bin).unwrap();
            let mut program = Command::new(venv.join("bin/python"));
            credentials(&mut program);
            program
                .arg(package().join("tests/code/aws.py"))
                .arg(bin)
                .args(["bash", "tests/code/script.sh"])
                .env("LIST", "aws moto list")
                .env("RESET", "aws moto reset");
            scope.spawn(move || run(half, &mut program));
        }
    });
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for trial in &trials {
        trial.check();
        let made: BTreeMap<String, usize> = serde_json::from_str(&trial.text("calls")).unwrap();
        for (name, count) in made {
            *calls.entry(name).or_default() += count;
        }
    }
    println!("{count} designs: {calls:?}");
    for call in [
        "AcceptVpcPeeringConnection",
        "AssociateVpcCidrBlock",
        "AuthorizeSecurityGroupIngress",
        "CreateFlowLogs",
        "CreateResolverEndpoint",
        "CreateTransitGatewayVpcAttachment",
        "CreateVpcEncryptionControl",
        "CreateVpcEndpoint",
        "CreateVpcPeeringConnection",
        "EnableVgwRoutePropagation",
        "ModifyVpcAttribute",
    ] {
        assert!(calls.contains_key(call), "no script made the call {call}");
    }
}

/// Through the program `aws` and a server.
#[test]
fn a_design_is_made_by_the_aws_cli_itself() {
    let fit = |design: &Design| {
        let is_known = design.vpcs.iter().all(|vpc| {
            vpc.nat != Nat::Regional
                && vpc.encryption == Encryption::None
                && vpc.vpn_gateway.as_ref().is_none_or(|it| !it.propagate)
                && vpc.peerings.is_empty()
                && vpc.transit_gateway.is_none()
        });
        let tiers = design.vpcs.iter().flat_map(|vpc| &vpc.tiers);
        let subnets: usize = tiers.map(|tier| tier.subnets.len()).sum();
        is_known && design.vpcs.len() == 1 && (1..3).contains(&subnets)
    };
    if require("VPC_ATLAS_VENV").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let designs = sound(wanted(3).min(20), fit).into_iter().enumerate();
    let trials: Vec<Trial> = designs
        .map(|(number, design)| Trial::new(design, folder.path(), number))
        .collect();
    // Most of the time goes into starting the AWS CLI.
    let halves: Vec<&[Trial]> = trials.chunks(trials.len().div_ceil(2)).collect();
    std::thread::scope(|scope| {
        for half in halves {
            scope.spawn(move || {
                for trial in half {
                    let moto = Moto::start().expect("it was asked for before");
                    let list = format!(
                        "{} {} {} --region {REGION} --list",
                        moto.programs().join("python").display(),
                        package().join("tests/steps/run.py").display(),
                        moto.url()
                    );
                    let mut program = moto.bash("tests/code/script.sh");
                    program.env("LIST", list);
                    run(std::slice::from_ref(trial), &mut program);
                }
            });
        }
    });
    for trial in &trials {
        trial.check();
    }
}

/// moto answers a call that it lacks with an error; the script ends there, and says so.
#[test]
fn a_call_that_fails_ends_the_script() {
    let Some(moto) = Moto::start() else { return };
    let mut design = in_region(small());
    design.vpcs[0].nat = Nat::Regional;
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::new(design, folder.path(), 0);
    let output = moto
        .bash(trial.folder.join("make.sh"))
        .args(["--yes", "--stack", "other"])
        .env("PAUSE", "0")
        .env("TRIES", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}\n{words}");
    assert!(said.contains("name other:"), "{said}");
    assert!(said.contains("stopped: run it again to go on"), "{said}");
    assert!(words.contains("CreateNatGateway"), "{words}");
}

/// shellcheck has nothing to say about the scripts of any design, and bash reads them.
#[test]
fn shellcheck_finds_nothing() {
    let Some(venv) = require("VPC_ATLAS_VENV").map(PathBuf::from) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut designs = vec![small(), everything(), hostile()];
    designs.extend(sound(wanted(8), |_| true));
    let mut files = Vec::new();
    for (number, design) in designs.into_iter().enumerate() {
        let trial = Trial::new(design, folder.path(), number);
        files.extend(["make.sh", "delete.sh"].map(|name| trial.folder.join(name)));
    }
    // Half of them at a time, for it takes a second and more for each.
    std::thread::scope(|scope| {
        for half in files.chunks(files.len().div_ceil(2)) {
            let mut shellcheck = Command::new(venv.join("bin/shellcheck"));
            shellcheck
                .args(["--shell", "bash", "--severity", "style"])
                .args(half);
            scope.spawn(move || {
                let output = shellcheck
                    .output()
                    .expect("shellcheck is in the virtual environment");
                let words = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{words}");
            });
        }
    });
}
