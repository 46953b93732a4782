//! The designer without a screen: the walk of the console's own announcement, files, undo, recovery.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, Role, vec2};
use egui_kittest::Node;
use egui_kittest::kittest::Queryable as _;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::network::Kind;

impl Window {
    /// With a new design open.
    fn design() -> Self {
        let mut window = Self::new();
        window.run();
        window.click("New design");
        window.run();
        window
    }

    fn names(&self, kind: Kind) -> Vec<String> {
        let network = self.harness.state().network().expect("a network is open");
        let mut names: Vec<String> = network
            .of_kind(kind)
            .filter_map(|resource| resource.name().map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    /// Replace what a field says.
    fn write(&mut self, field: &str, text: &str) {
        self.field(field).focus();
        self.run();
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.run();
        self.field(field).type_text(text);
        self.run();
    }

    /// A field; its label is a node of its own.
    fn field<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness.get_by_role_and_label(Role::TextInput, name)
    }

    fn text(&self) -> String {
        self.harness.state().design_text().unwrap().to_owned()
    }
}

#[test]
fn a_new_design_is_the_consoles_default() {
    let window = Window::design();
    assert_eq!(
        window.names(Kind::Subnet),
        [
            "project-subnet-private1-us-east-1a",
            "project-subnet-private2-us-east-1b",
            "project-subnet-public1-us-east-1a",
            "project-subnet-public2-us-east-1b"
        ]
    );
    assert_eq!(window.names(Kind::VpcEndpoint), ["project-vpce-s3"]);
    assert!(window.names(Kind::NatGateway).is_empty());
}

#[test]
fn a_card_is_renamed_in_the_preview_and_undo_takes_it_back() {
    let mut window = Window::design();
    let before = window.text();
    window.select(Kind::InternetGateway, "project-igw");
    window.write("Name of the selected resource", "front door");
    assert_eq!(window.names(Kind::InternetGateway), ["front door"]);
    window.select(Kind::InternetGateway, "front door");
    window.click("Use the generated name");
    assert_eq!(window.names(Kind::InternetGateway), ["project-igw"]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.names(Kind::InternetGateway), ["front door"]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.names(Kind::InternetGateway), ["project-igw"]);
    assert_eq!(window.text(), before);
}

#[test]
fn a_file_with_an_error_says_where_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.vpc.toml");
    std::fs::write(
        &path,
        "version = 1\nregion = \"eu-west-1\"\nnat = \"one\"\n",
    )
    .unwrap();
    let mut window = Window::answering(Answer::Chosen(path));
    window.run();
    window.click("New design");
    window.write("Name prefix", "shop");
    let before = window.text();
    window.press(Modifiers::COMMAND, Key::O);
    window.wait();
    assert!(
        !window.has("Save the changes?"),
        "there is nothing to leave it for"
    );
    let banner = window
        .harness
        .state()
        .banner()
        .unwrap_or_default()
        .to_owned();
    assert!(
        banner.contains("broken.vpc.toml: line 3, column 1: there is no key nat here"),
        "{banner}"
    );
    assert_eq!(window.text(), before, "the open design stays");
}

#[test]
fn a_design_is_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.vpc.toml");
    let mut window = Window::answering(Answer::Chosen(path.clone()));
    window.run();
    window.click("New design");
    window.select(Kind::InternetGateway, "project-igw");
    window.write("Name of the selected resource", "door");
    window.press(Modifiers::COMMAND, Key::S);
    window.wait();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, window.text());
    assert!(text.contains("internet-gateway = \"door\""), "{text}");
    window.press(Modifiers::COMMAND, Key::W);
    window.wait();
    assert!(window.harness.state().design().is_none());
    window.press(Modifiers::COMMAND, Key::O);
    window.wait();
    assert_eq!(window.text(), text);
}

#[test]
fn unsaved_changes_are_asked_about_before_they_go() {
    let mut window = Window::design();
    window.select(Kind::InternetGateway, "project-igw");
    window.write("Name of the selected resource", "door");
    window.press(Modifiers::COMMAND, Key::W);
    assert!(window.has("Save the changes?"));
    window.click("Cancel");
    assert!(window.harness.state().design().is_some());
    window.press(Modifiers::COMMAND, Key::W);
    window.click("Don't save");
    assert!(window.harness.state().design().is_none());
    assert!(!window.has("were not saved"));
}

impl Window {
    /// What the window manager sends when the window is to be closed. True where the program goes along with it.
    fn ask_to_close(&mut self) -> bool {
        let viewport = &mut self.harness.input_mut().viewports;
        let root = viewport.entry(egui::ViewportId::ROOT).or_default();
        root.events.push(egui::ViewportEvent::Close);
        self.harness.step();
        let sent = |harness: &egui_kittest::Harness<'_, _>, wanted: &egui::ViewportCommand| {
            let output = harness
                .output()
                .viewport_output
                .get(&egui::ViewportId::ROOT);
            output.is_some_and(|output| output.commands.contains(wanted))
        };
        let goes = !sent(&self.harness, &egui::ViewportCommand::CancelClose);
        let root = self
            .harness
            .input_mut()
            .viewports
            .get_mut(&egui::ViewportId::ROOT);
        root.unwrap().events.clear();
        self.run();
        goes
    }
}

#[test]
fn the_window_does_not_close_over_unsaved_changes() {
    let mut window = Window::design();
    assert!(window.ask_to_close(), "nothing was changed");
    window.select(Kind::InternetGateway, "project-igw");
    window.write("Name of the selected resource", "door");
    assert!(!window.ask_to_close(), "the field is left first");
    assert!(!window.ask_to_close());
    assert!(window.has("Save the changes?"));
    window.click("Cancel");
    assert_eq!(window.names(Kind::InternetGateway), ["door"]);
    assert!(!window.ask_to_close());
    window.click("Don't save");
    assert!(window.ask_to_close());
}

#[test]
fn what_is_typed_and_not_left_yet_is_saved_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.vpc.toml");
    let mut window = Window::answering(Answer::Chosen(path.clone()));
    window.run();
    window.click("New design");
    window
        .node("Tiers and subnets, public, private")
        .click_accesskit();
    window.run();
    let fields = window
        .harness
        .query_all_by_role_and_label(Role::TextInput, "Name of the tier");
    fields.last().unwrap().focus();
    window.run();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    let fields = window
        .harness
        .query_all_by_role_and_label(Role::TextInput, "Name of the tier");
    fields.last().unwrap().type_text("app");
    window.run();
    assert!(
        !window.text().contains("\"app\""),
        "a tier's name is taken when it is left"
    );
    window.press(Modifiers::COMMAND, Key::S);
    window.wait();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("name = \"app\""), "{text}");
}

#[test]
fn the_name_field_says_what_undo_brings_back() {
    let mut window = Window::design();
    window.select(Kind::InternetGateway, "project-igw");
    window.press(Modifiers::NONE, Key::F2);
    assert!(window.field("Name of the selected resource").is_focused());
    window.write("Name of the selected resource", "door");
    window
        .field("Name of the selected resource")
        .type_text("way");
    window.run();
    assert_eq!(window.names(Kind::InternetGateway), ["doorway"]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.names(Kind::InternetGateway), ["project-igw"]);
    let said = window.field("Name of the selected resource").value();
    assert_eq!(said.as_deref(), Some("project-igw"));
}

#[test]
fn revert_goes_back_to_the_file_and_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.vpc.toml");
    let mut window = Window::answering(Answer::Chosen(path));
    window.run();
    window.click("New design");
    window.write("Name prefix", "shop");
    window.press(Modifiers::COMMAND, Key::S);
    window.wait();
    let saved = window.text();
    window.write("Name prefix", "mart");
    let changed = window.text();
    assert_ne!(changed, saved);
    window.press(Modifiers::COMMAND, Key::K);
    window.field("Command to run").type_text("revert");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.text(), saved);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.text(), changed);
}

#[test]
fn what_a_crash_left_is_offered_and_comes_back() {
    let mut window = Window::design();
    window.select(Kind::InternetGateway, "project-igw");
    window.write("Name of the selected resource", "door");
    // The draft is written some time after the last keystroke.
    for _ in 0..80 {
        window.harness.step();
    }
    let text = window.text();
    let Window {
        harness, settings, ..
    } = window;
    drop(harness);
    let mut window = Window::with_settings(vec2(1400.0, 900.0), Answer::Unavailable, settings);
    window.run();
    assert!(window.has("Changes to an untitled design were not saved"));
    window.click("Recover");
    assert_eq!(window.text(), text);
    assert_eq!(window.names(Kind::InternetGateway), ["door"]);
}

/// Click for click what the announcement of the console's form shows.
#[test]
fn the_walk_of_the_announcement() {
    let mut window = Window::design();
    window.write("Name prefix", "channy");
    assert_eq!(window.names(Kind::Vpc), ["channy-vpc"]);
    // The joystick: left of 10.0.0.0/16 is 9.255.0.0/16, right is 10.1.0.0/16, down and up are its masks.
    window.field("IPv4 block").click();
    window.run();
    for (button, block) in [
        ("Previous block", "9.255.0.0/16"),
        ("Next block", "10.0.0.0/16"),
        ("Next block", "10.1.0.0/16"),
        ("Previous block", "10.0.0.0/16"),
        ("Smaller block", "10.0.0.0/17"),
        ("Larger block", "10.0.0.0/16"),
    ] {
        window.click(button);
        let cidr = window.harness.state().design().unwrap().vpcs[0].cidr;
        assert_eq!(cidr.to_string(), block, "after {button}");
    }
    window.press(Modifiers::NONE, Key::Escape);
    window.click("Availability Zones: 3");
    window.click("Private subnets: 6");
    assert_eq!(window.names(Kind::Subnet).len(), 9);
    assert_eq!(window.kinds_on_map(Kind::Subnet), 9);

    let table = window.card(Kind::RouteTable, "channy-rtb-public");
    let middle = table.rect().center();
    window.harness.hover_at(middle);
    window.run();
    let network = window.harness.state().network().unwrap();
    let mut lit: Vec<&str> = window
        .harness
        .state()
        .lit_keys()
        .filter_map(|key| network.get(key)?.name())
        .collect();
    lit.sort_unstable();
    assert_eq!(
        lit,
        [
            "channy-igw",
            "channy-rtb-public",
            "channy-subnet-public1-us-east-1a",
            "channy-subnet-public2-us-east-1b",
            "channy-subnet-public3-us-east-1c",
            "channy-vpc",
        ]
    );

    window.click("NAT gateways: Per AZ");
    assert_eq!(window.names(Kind::NatGateway).len(), 3);
    assert_eq!(window.names(Kind::VpcEndpoint), ["channy-vpce-s3"]);
    // It is further down the form than the window is high; a screen reader gets there all the same.
    window.node("+ Add tag").click_accesskit();
    window.run();
    window.field("Key of the new tag").type_text("environment");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.field("Value of tag 1").type_text("test");
    window.run();
    let network = window.harness.state().network().unwrap();
    for kind in [
        Kind::Vpc,
        Kind::Subnet,
        Kind::RouteTable,
        Kind::InternetGateway,
        Kind::NatGateway,
        Kind::ElasticIp,
        Kind::VpcEndpoint,
    ] {
        for resource in network.of_kind(kind) {
            // The main table comes with the VPC.
            if resource.name().is_some() {
                assert_eq!(resource.tag("environment"), Some("test"), "{resource:?}");
            }
        }
    }
}
