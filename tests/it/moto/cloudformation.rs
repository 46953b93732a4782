//! Templates in the hands of others: cfn-lint finds no error in them and the same in both forms, and a stack that is
//! created from one on a moto server is the network that was planned, in what moto's stacks can make
//! (tests/code/cloudformation.py says what they cannot).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use vpc_atlas::design::{Design, Encryption, Ipv6, Nat, Problem, Surroundings, plan, validate};
use vpc_atlas::export::code::{Form, cloudformation};
use vpc_atlas::network::{Network, SubnetFacts};
use vpc_atlas::source::{InputFile, read};
use vpc_atlas::steps::between;

use crate::cloudformation::{everything, small};
use crate::support::designs;
use crate::support::moto::Moto;
use crate::support::story::{Depth, assert_same, is_default};

/// The region whose zones the server has all of.
pub(super) const REGION: &str = "us-east-1";

/// How many designs: a sample, or as many as `VPC_ATLAS_TEMPLATES` says.
fn wanted(sample: usize) -> usize {
    std::env::var("VPC_ATLAS_TEMPLATES").map_or(sample, |text| {
        text.parse().expect("VPC_ATLAS_TEMPLATES is a number")
    })
}

/// Sound designs, from a seed.
pub(super) fn sound(wanted: usize, is_fit: impl Fn(&Design) -> bool) -> Vec<Design> {
    (0..)
        .filter_map(|seed| {
            let mut design = designs::design(seed);
            design.set_region(&REGION.into()).ok()?;
            // A transit gateway that is there already is one the server has not; the script makes one for a placeholder.
            for vpc in &mut design.vpcs {
                if let Some(attachment) = &mut vpc.transit_gateway {
                    attachment.id = "hub".into();
                }
            }
            let problems = validate(&design, &Surroundings::default());
            let is_sound = !problems.iter().any(Problem::is_error);
            (is_sound && is_fit(&design)).then_some(design)
        })
        .take(wanted)
        .collect()
}

fn template(design: &Design, form: Form) -> String {
    let network = plan(design);
    let graph = between(&Network::new(), &network).expect("a sound design has its steps");
    let mut code = cloudformation(&graph, &network, form).expect("a sound design has its template");
    code.files.remove(0).text
}

#[test]
fn cfn_lint_finds_no_error_and_the_same_in_both_forms() {
    let Some(moto) = Moto::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![small(), everything()];
    all.extend(sound(wanted(12), |_| true));
    let mut files: Vec<PathBuf> = Vec::new();
    for (n, design) in all.iter().enumerate() {
        for (form, ending) in [(Form::Json, "json"), (Form::Yaml, "yaml")] {
            let path = folder.path().join(format!("{n:02}.{ending}"));
            std::fs::write(&path, template(design, form)).unwrap();
            files.push(path);
        }
    }
    let mut same = moto.python("tests/code/cloudformation.py");
    let output = same.arg("same").args(&files).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");

    let mut lint = moto.program("cfn-lint");
    lint.args(["--non-zero-exit-code", "error", "--ignore-checks", "W", "I"]);
    let regions = ["eu-west-1", REGION];
    lint.arg("--regions").args(regions).arg("--").args(&files);
    let output = lint.output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}");
}

#[test]
fn a_stack_is_the_network_that_was_planned() {
    // What moto's stacks cannot make is not asked for, so that nothing has to be left out of the comparison.
    let fit = |design: &Design| {
        design.vpcs.iter().all(|vpc| {
            vpc.ipv6 == Ipv6::None
                && vpc.secondary.is_empty()
                && vpc.nat != Nat::Regional
                && vpc.resolver.is_none()
                && vpc.encryption == Encryption::None
                && vpc.flow_log.is_none()
                && vpc.peerings.iter().all(|it| design.vpc(&it.with).is_some())
        })
    };
    let mut stacks = 0;
    for design in sound(wanted(6), fit) {
        let Some(moto) = Moto::start() else { return };
        let (told, live) = create(&moto, &template(&design, Form::Json));
        assert_eq!(told["status"], "CREATE_COMPLETE", "{told}");
        assert_eq!(told["why"], Value::Null, "{told}");
        for kind in told["taken_out"].as_object().unwrap().keys() {
            let known = [
                "AWS::EC2::TransitGatewayAttachment",
                "AWS::EC2::VPNGatewayRoutePropagation",
            ];
            assert!(known.contains(&kind.as_str()), "{told}");
        }
        assert_same(&live, &plan(&design), Depth::Stacks);
        stacks += 1;
    }
    assert_eq!(stacks, wanted(6));
}

/// What moto's stacks do not know is taken out, and the rest is created all the same.
#[test]
fn the_rest_of_a_template_is_created_too() {
    let Some(moto) = Moto::start() else { return };
    let mut design = everything();
    design.set_region(&REGION.into()).unwrap();
    let (told, live) = create(&moto, &template(&design, Form::Json));
    assert_eq!(told["status"], "CREATE_COMPLETE", "{told}");
    assert_eq!(told["why"], Value::Null, "{told}");
    let subnets = |network: &Network| {
        let all = network.all::<SubnetFacts>();
        let ours = all.filter(|(_, facts)| !is_default(network, facts.vpc.value()));
        ours.count()
    };
    assert_eq!(subnets(&live), subnets(&plan(&design)));
}

fn create(moto: &Moto, template: &str) -> (Value, Network) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = moto
        .python("tests/code/cloudformation.py")
        .args(["create", &moto.url(), "--region", REGION, "--out"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The script reads all of it before it writes.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(template.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let told = serde_json::from_slice(&output.stdout).unwrap();
    (told, read(&files(folder.path())))
}

pub(super) fn files(folder: &Path) -> Vec<InputFile> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<InputFile> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            InputFile::new(
                format!("{REGION}/{name}"),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
