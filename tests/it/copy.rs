//! A live VPC as a design to edit: what the edits would do, from the library, the command line and the window.

use crate::cli::{assert_code, assert_refused, json_of, out, run, said};
use crate::support::gui::Window;
use crate::support::live::{Tags, ids, live};
use eframe::egui;
use egui::{Key as Button, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::fs;
use std::time::{Duration, Instant};
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::design::{
    Adopted, Design, Fresh, GatewayService, Nat, adopt, plan, read, usual_zones,
};
use vpc_atlas::network::{Key, Kind, Network};
use vpc_atlas::workspace::{Pending, Verb, changes, copied_from};

/// A VPC of three zones with a NAT gateway in each, as it is on AWS, and its copy.
fn there() -> (Network, Adopted) {
    let mut options = Fresh::in_region("eu-west-1");
    options.zones = usual_zones("eu-west-1").take(3).collect();
    options.nat = Nat::PerAz;
    options.prefix = "shop".into();
    let planned = plan(&Design::fresh(&options).unwrap());
    let network = live(&planned, &ids(&planned), Tags::Run);
    let vpc = network.of_kind(Kind::Vpc).next().unwrap().key().clone();
    let adopted = adopt(&network, &vpc).unwrap();
    (network, adopted)
}

fn edited(change: impl FnOnce(&mut Design)) -> (Network, Pending) {
    let (network, adopted) = there();
    let mut design = adopted.design.clone();
    change(&mut design);
    let changes = changes(&network, &adopted, &design).unwrap_or_else(|why| panic!("{why:?}"));
    (network, changes)
}

fn sentences(changes: &Pending) -> Vec<String> {
    let all = changes.sentences().into_iter();
    all.map(|(_, words)| words).collect()
}

#[test]
fn an_unedited_copy_changes_nothing() {
    let (_, changes) = edited(|_| {});
    assert_eq!(sentences(&changes), [""; 0]);
    assert!(changes.steps.is_empty() && changes.marks.is_empty());
}

#[test]
fn what_is_added_only_comes() {
    let (_, changes) = edited(|design| design.set_zone_count("main", 4).unwrap());
    assert!(
        changes
            .counts
            .iter()
            .all(|(verb, ..)| *verb != Verb::Remove)
    );
    let words = sentences(&changes);
    for wanted in ["2 subnets to add", "1 NAT gateway to add"] {
        assert!(words.iter().any(|it| it == wanted), "{words:?}");
    }
    assert!(changes.steps.iter().all(|step| !step.is_final));
    // Cards of the design are marked by the names that they have in it.
    let new: Vec<&Key> = changes
        .marks
        .iter()
        .filter(|(key, verb)| key.kind == Kind::Subnet && **verb == Verb::Add)
        .map(|(key, _)| key)
        .collect();
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|key| key.id.as_str().contains("eu-west-1d")));
}

#[test]
fn what_is_removed_goes_for_good_where_it_does() {
    let (_, changes) = edited(|design| design.vpcs[0].nat = Nat::One);
    let words = sentences(&changes);
    assert!(
        words.iter().any(|it| it == "2 NAT gateways to remove"),
        "{words:?}"
    );
    let last: Vec<&str> = changes
        .steps
        .iter()
        .filter(|step| step.is_final)
        .map(|step| step.words.as_str())
        .collect();
    assert!(
        last.iter()
            .any(|words| words.starts_with("release address")),
        "{last:?}"
    );
    assert!(
        changes
            .steps
            .iter()
            .all(|step| !step.is_final || step.verb == Verb::Remove)
    );
}

#[test]
fn what_stands_against_a_change_is_said() {
    let (network, adopted) = there();
    let mut design = adopted.design.clone();
    design.vpcs[0].gateway_endpoints = vec![GatewayService::S3];
    design.vpcs[0].cidr = "10.9.0.0/16".parse().unwrap();
    let refusals = changes(&network, &adopted, &design).unwrap_err();
    assert!(!refusals.is_empty());
}

// --- the command line ---

#[test]
fn a_vpc_is_adopted_from_a_shell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbour.vpc.toml");
    let file = path.to_str().unwrap();
    let output = run(["adopt", "sample", "--vpc", "harbour-prod", "-o", file]);
    assert_code(&output, 0);
    assert_eq!(out(&output), "");
    let text = fs::read_to_string(&path).unwrap();
    let design = read(&text).unwrap();
    assert_eq!(design.region, "eu-west-1");
    let vpc = copied_from(&text).unwrap();
    assert!(text.contains("(harbour-prod)"), "{text}");
    let told = said(&output)
        .lines()
        .filter(|line| line.starts_with("vpc-atlas: kept: "));
    let listed = text.lines().filter(|line| line.starts_with("# - "));
    assert_eq!(told.count(), listed.count());
    // The same once more, as JSON, on standard output.
    let id = vpc.id.as_str();
    let output = run(["adopt", "sample", "--vpc", id, "-o", "-", "--json"]);
    assert_code(&output, 0);
    let report = json_of(&output);
    assert_eq!(report["design"], text.as_str());
    let rows = report["unexpressed"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row["resource"].is_string() && row["why"].is_string());
        assert!(row["field"].is_string() || row["field"].is_null());
    }
    assert!(report["gaps"].is_array());
    // What is there is kept.
    fs::write(&path, "mine").unwrap();
    assert_code(&run(["adopt", "sample", "--vpc", id, "-o", file]), 0);
    let names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn which_vpc_has_to_be_said_and_known() {
    let output = run(["adopt", "sample", "-o", "-"]);
    assert_refused(&output, "say which with --vpc");
    let output = run(["adopt", "sample", "--vpc", "vpc-none", "-o", "-"]);
    assert_refused(&output, "there is no VPC vpc-none");
    let output = run(["adopt", "sample", "--vpc", "harbour-prod", "-o", "a.toml"]);
    assert_refused(&output, "does not end in .vpc.toml");
}

// --- the window ---

impl Window {
    /// Run until nothing is being worked out.
    pub(crate) fn settle(&mut self) {
        let limit = Instant::now() + Duration::from_secs(30);
        self.run();
        while self.harness.state().is_working() {
            assert!(Instant::now() < limit, "working it out never ends");
            std::thread::sleep(Duration::from_millis(5));
            self.run();
        }
        self.run();
    }

    /// A control whose name begins so.
    fn click_role_beginning(&mut self, role: Role, name: &str) {
        self.harness
            .query_all_by_role(role)
            .find(|node| {
                let label = node.accesskit_node().label();
                label.is_some_and(|label| label.starts_with(name))
            })
            .unwrap_or_else(|| panic!("nothing is called {name}…"))
            .click_accesskit();
        self.settle();
    }

    fn text_of_design(&self) -> String {
        self.harness.state().design_text().unwrap().to_owned()
    }

    fn copied() -> Self {
        let mut window = Self::sample();
        window.press(Modifiers::COMMAND | Modifiers::SHIFT, Button::N);
        window.settle();
        window
    }
}

#[test]
fn a_live_vpc_is_edited_as_a_copy() {
    let mut window = Window::copied();
    assert!(window.harness.state().design().is_some());
    assert!(window.has("Copy of harbour-prod"));
    assert!(window.has("None: it is as it is on AWS"));
    assert!(!window.has("overlaps"), "it is no neighbour of itself");
    // What a design cannot say is listed, and leads to the live map.
    let kept = window
        .harness
        .state()
        .design_text()
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("# - "))
        .count();
    assert!(kept > 0);
    window.click_role_beginning(Role::Button, &format!("Kept as it is on AWS ({kept})"));
    assert!(window.has("A design cannot say this."));
    // An edit shows up as what it would do.
    window.click("NAT gateways: One");
    window.settle();
    assert!(window.has("2 NAT gateways to remove"));
    assert!(window.has("cannot be taken back"));
    window.click_role_beginning(Role::Button, "Changes (");
    assert!(window.has("delete NAT gateway · "));
    window.press(Modifiers::COMMAND, Button::Z);
    window.settle();
    assert!(window.has("None: it is as it is on AWS"));
    // What is kept leads to the live map, where one can go back from.
    let text = window.text_of_design();
    let whys: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("# - ")?.split_once(": ")?.1))
        .collect();
    let first = window
        .harness
        .query_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .find(|label| whys.iter().any(|why| label.ends_with(why)))
        .expect("nothing that is kept can be clicked");
    window.node(&first).click_accesskit();
    window.settle();
    assert!(window.selected().is_some());
    assert!(!window.has("Kept as it is on AWS ("));
}

#[test]
fn a_copy_that_is_opened_again_finds_its_vpc() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbour.vpc.toml");
    let file = path.to_str().unwrap();
    assert_code(
        &run(["adopt", "sample", "--vpc", "harbour-prod", "-o", file]),
        0,
    );
    let mut window = Window::answering(Answer::Chosen(path));
    window.run();
    window.press(Modifiers::COMMAND, Button::O);
    window.settle();
    assert!(window.has("This design is a copy of vpc-"));
    window.press(Modifiers::COMMAND, Button::K);
    window.node("Command to run").type_text("open sample");
    window.run();
    window.press(Modifiers::NONE, Button::Enter);
    window.wait();
    window.press(Modifiers::COMMAND, Button::Backtick);
    window.settle();
    assert!(window.has("None: it is as it is on AWS"));
    assert!(window.has("Kept as it is on AWS ("));
}

/// As Terraform, a copy takes over what stands; a fresh design, and a copy whose network is closed, make everything.
#[test]
fn the_code_of_a_copy_imports_its_vpc() {
    let mut window = Window::copied();
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Button::E);
    window.settle();
    window.click("imports.tf");
    window.settle();
    assert!(window.has("  to = aws_vpc.main"));
    assert!(window.has("  id = \"vpc-"));
    window.click("CloudFormation YAML");
    window.settle();
    assert!(!window.has("imports.tf"));
    let mut window = Window::new();
    window.run();
    window.click("New design");
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Button::E);
    window.settle();
    assert!(window.has("outputs.tf") && !window.has("imports.tf"));
}

#[test]
fn the_command_waits_for_a_live_vpc() {
    let mut window = Window::new();
    window.run();
    // Without one its keys are not those of a new design with Shift.
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Button::N);
    assert!(window.harness.state().design().is_none());
    let mut window = Window::sample();
    window.select(Kind::Vpc, "harbour-prod");
    window.click("Edit a copy as a design");
    window.settle();
    assert!(window.harness.state().design().is_some());
}
