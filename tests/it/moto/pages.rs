//! The pages about changes with an account behind them, worked by accessible name.
//!
//! The program asks its environment where AWS is, and an environment belongs to a whole process: the test starts itself
//! once more, with the one it needs, to do the part that is ignored otherwise.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use serde_json::Value;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::apply::{End, Run};
use vpc_atlas::design::{self, Design, Fresh, Nat};
use vpc_atlas::workspace::SourceSpec;

use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::before;
use crate::support::environment::require;
use crate::support::gui::Window;
use crate::support::moto::{Moto, credentials};

/// The variable for the folder of the files that wish for something.
const WISHES: &str = "VPC_ATLAS_TEST_WISHES";
const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

#[test]
fn a_vpc_is_created_changed_and_compared_and_a_failed_one_rolled_back() {
    let Some(moto) = Moto::start() else { return };
    let proxy = before(&moto, ProxyBuilder::default().strict(Strict::everything()));
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    credentials(&mut command);
    let mut child = command
        .args(["--exact", "moto::pages::within", "--ignored"])
        .env("AWS_ENDPOINT_URL", proxy.url())
        .env("VPC_ATLAS_PATIENCE", "0.004")
        .env(WISHES, folder.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    // The part within wishes for a quota that is used up, and for one that is raised, by a file each.
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if folder.path().join("used up").exists() {
            let rule = "CreateNatGateway:*:quota".parse().unwrap();
            proxy.faults().add(rule);
            fs::remove_file(folder.path().join("used up")).unwrap();
        }
        if folder.path().join("raised").exists() {
            proxy.faults().clear();
            fs::remove_file(folder.path().join("raised")).unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status}");
    let vpcs = proxy.log().of("CreateVpc");
    assert_eq!(vpcs.iter().filter(|it| it.is_carried_out).count(), 2);
}

impl Window {
    /// Run until it says this. It need not come to rest: while a run is under way its clock goes on.
    fn until(&mut self, words: &str) {
        let limit = Instant::now() + Duration::from_mins(1);
        self.harness.run_steps(4);
        while !self.has(words) {
            assert!(
                Instant::now() < limit,
                "{words} is never said; the banner is {:?}, the page {:?}",
                self.harness.state().banner(),
                self.harness
                    .query_all_by_label_contains("")
                    .filter_map(|node| node.accesskit_node().label())
                    .collect::<Vec<_>>()
            );
            std::thread::sleep(Duration::from_millis(10));
            self.harness.run_steps(4);
        }
    }

    /// Click on the button that is called so or begins so; what is done then may take its time.
    fn choose(&mut self, words: &str) {
        {
            let found = self.harness.query_all_by_role(Role::Button);
            let mut found = found.filter(|node| {
                let label = node.accesskit_node().label();
                label.is_some_and(|label| label.starts_with(words))
                    && !node.accesskit_node().is_disabled()
            });
            found
                .next()
                .unwrap_or_else(|| panic!("nothing that can be clicked is called {words}…"))
                .click_accesskit();
        }
        self.harness.run_steps(4);
    }

    /// From a design to the page that asks whether it shall be done.
    fn check(&mut self, button: &str) {
        self.choose(button);
        self.until("Checking changes nothing");
        self.choose("Check");
        self.until("Nothing has been changed yet");
    }

    fn open_source(&mut self, source: SourceSpec) {
        self.harness.state_mut().open(vec![source]);
        self.wait();
        self.settle();
    }

    /// The runs that were begun, in their order.
    fn runs(&self) -> Vec<Run> {
        let folder = self.settings.path().join("runs");
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().path())
            .filter(|it| it.extension().is_some_and(|ending| ending == "jsonl"))
            .collect();
        files.sort();
        let read = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
            Run::read(&lines).unwrap()
        };
        files.iter().map(read).collect()
    }
}

/// Wish for something and wait until it is so.
fn wish(what: &str) {
    let file = PathBuf::from(require(WISHES).unwrap()).join(what);
    fs::write(&file, "").unwrap();
    while file.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Somebody else does something in the account.
fn aws(arguments: &[&str]) -> Value {
    let venv = PathBuf::from(require("VPC_ATLAS_VENV").unwrap());
    let output = Command::new(venv.join("bin/aws"))
        .args(["ec2", "--output", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// On AWS a default security group lets in what bears the same group; on moto it lets nothing in.
fn make_default_group_as_on_aws(vpc: &str) {
    let filter = format!("Name=vpc-id,Values={vpc}");
    let groups = aws(&["describe-security-groups", "--filters", &filter]);
    let groups = groups["SecurityGroups"].as_array().unwrap().clone();
    let default = groups
        .iter()
        .find(|it| it["GroupName"] == "default")
        .unwrap();
    let id = default["GroupId"].as_str().unwrap();
    aws(&[
        "authorize-security-group-ingress",
        "--group-id",
        id,
        "--protocol",
        "all",
        "--source-group",
        id,
    ]);
}

#[test]
#[ignore = "part of the other test, which starts it with an account"]
fn within() {
    let mut fresh = Fresh::in_region("eu-central-1");
    fresh.prefix = "channy".into();
    fresh.nat = Nat::One;
    let mut window = Window::sized(vec2(1400.0, 1800.0), Answer::Unavailable);
    window.run();
    let file = window.settings.path().join("channy.vpc.toml");
    fs::write(&file, design::write(&Design::fresh(&fresh).unwrap(), None)).unwrap();

    // A design is created and is live as it was planned.
    window.open_source(SourceSpec::Path(file.clone()));
    window.check("Create VPC…");
    assert!(window.has("resources for channy-vpc?") && window.has("1 NAT gateway"));
    assert!(!window.settings.path().join("runs").exists());
    assert!(window.has(" in 1234-5678-9012, eu-central-1 (Frankfurt)"));
    let count = |window: &Window| {
        let run = window.runs().pop().unwrap();
        let (done, all) = run.progress();
        assert_eq!((run.end, done), (Some(End::Complete), all));
        run
    };
    window.choose("Create ");
    window.until("channy-vpc is complete");
    let run = count(&window);
    let (all, _) = run.progress();
    assert!(window.has(&format!("Progress: {all} of {all}")));
    let vpc = run
        .ids()
        .into_iter()
        .find(|(key, _)| key.kind.word() == "vpc");
    let vpc = vpc.unwrap().1;
    make_default_group_as_on_aws(vpc.as_str());
    window.choose("View VPC");
    window.until("channy-vpc as planned: no difference");

    // A change of its copy is told as what would come, and is made.
    window.press(SHIFTED, Key::N);
    window.settle();
    window.until("None: it is as it is on AWS");
    window.click("NAT gateways: Per AZ");
    window.settle();
    window.until("1 NAT gateway to add");
    window.press(SHIFTED, Key::E);
    window.settle();
    assert!(
        window.has("resource \"aws_vpc\" \"main\" {"),
        "no code is shown"
    );
    window.press(Modifiers::NONE, Key::Escape);
    window.check("Change VPC…");
    assert!(window.has("changes to channy-vpc?"));
    window.choose("Make ");
    window.until("channy-vpc is complete");
    count(&window);
    window.choose("View VPC");
    window.until("channy-vpc as planned: no difference");

    // What somebody else takes away is told when it is read again.
    let key = run.ids().into_iter().find(|(key, _)| {
        key.kind.word() == "route-table" && key.id.as_str() == "main/private/eu-central-1a/1"
    });
    let table = key.unwrap().1;
    aws(&[
        "delete-route",
        "--route-table-id",
        table.as_str(),
        "--destination-cidr-block",
        "0.0.0.0/0",
    ]);
    window.press(Modifiers::NONE, Key::F5);
    window.wait();
    window.until("channy-vpc: 1 difference from the plan");
    assert!(
        window.has("route table channy-rtb-private1-eu-central-1a: routes: planned and not there")
    );

    let ends: Vec<_> = window.runs().iter().map(|run| run.end).collect();
    assert_eq!(ends, [Some(End::Complete); 2]);
    drop(window);

    // Another one fails at its NAT gateway, is gone on with, and is rolled back.
    let mut window = Window::sized(vec2(1400.0, 1800.0), Answer::Unavailable);
    window.run();
    let file = window.settings.path().join("later.vpc.toml");
    fresh.prefix = "later".into();
    fresh.cidr = "10.7.0.0/16".parse().unwrap();
    fs::write(&file, design::write(&Design::fresh(&fresh).unwrap(), None)).unwrap();
    window.open_source(SourceSpec::Path(file));
    window.check("Create VPC…");
    wish("used up");
    window.choose("Create ");
    window.until("later-vpc could not be completed");
    assert!(window.has("NatGatewayLimitExceeded"));
    window.choose("Roll back…");
    assert!(window.has("Take back what this run made?"));
    window.choose("Cancel");
    wish("raised");
    window.choose("Resume…");
    assert!(window.has("Go on with this run?"));
    window.choose("Make the other ");
    window.until("later-vpc is complete");
    window.choose("Roll back…");
    window.choose("Take back 2");
    window.until("later-vpc is rolled back");
    assert!(window.has("Everything this run made is gone"));
    assert_eq!(
        window.runs().pop().and_then(|run| run.end),
        Some(End::RolledBack)
    );
    let left = aws(&[
        "describe-vpcs",
        "--filters",
        "Name=tag:Name,Values=later-vpc",
    ]);
    assert_eq!(left["Vpcs"].as_array().map(Vec::len), Some(0));
}
