//! The designer without a screen: the walk of the console's own announcement, files, undo, recovery.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, Role, vec2};
use egui_kittest::Node;
use egui_kittest::kittest::Queryable as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::design::{Design, Fresh};
use vpc_atlas::network::Kind;
use vpc_atlas::workspace::Store;

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

/// A folder with a design's file and a folder for settings.
struct Desk {
    folder: tempfile::TempDir,
    text: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let design = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
        let text = format!("# mine\n{}", vpc_atlas::design::write(&design, None));
        let desk = Self { folder, text };
        std::fs::write(desk.file(), &desk.text).unwrap();
        desk
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("plan.vpc.toml")
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("settings")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The names of the files beside the design's.
    fn others(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.contains(".toml~")).collect();
        names.sort();
        names
    }

    /// Leave a draft behind, of this file if of any, that was made from this text.
    fn leave(&self, of: Option<&Path>, base: Option<&str>, text: &str) {
        let draft = Store::at(self.settings()).begin_draft(of).unwrap();
        draft.keep(of, base, text).unwrap();
    }

    fn drafts(&self) -> usize {
        drafts_in(&self.settings())
    }

    fn window(&self) -> Window {
        let mut window = Window::keeping(Answer::Chosen(self.file()), &self.settings());
        window.run();
        window
    }

    /// With the design of the file open.
    fn opened(&self) -> Window {
        let mut window = self.window();
        window.open();
        window
    }
}

/// How many drafts a folder of settings holds.
fn drafts_in(settings: &Path) -> usize {
    let entries = std::fs::read_dir(settings.join("drafts")).into_iter();
    let names = entries.flatten().map(|it| it.unwrap().file_name());
    let names = names.filter(|name| name.to_string_lossy().ends_with(".vpc.toml"));
    names.count()
}

impl Window {
    fn open(&mut self) {
        self.press(Modifiers::COMMAND, Key::O);
        self.wait();
    }

    fn save(&mut self) {
        self.press(Modifiers::COMMAND, Key::S);
        self.wait();
    }

    fn rename_gateway(&mut self, from: &str, to: &str) {
        self.select(Kind::InternetGateway, from);
        self.write("Name of the selected resource", to);
    }
}

#[test]
fn saving_keeps_what_others_wrote() {
    let desk = Desk::new();
    let mut window = desk.opened();
    window.rename_gateway("project-igw", "door");
    window.save();
    assert!(desk.others().is_empty());
    let theirs = desk.text.replace("# mine", "# theirs");
    std::fs::write(desk.file(), &theirs).unwrap();
    window.rename_gateway("door", "gate");
    window.save();
    assert!(window.has("others had changed it, and what they wrote is kept as"));
    assert_eq!(desk.read("plan.vpc.toml"), window.text());
    assert_eq!(desk.read("plan.vpc.toml~"), theirs);
    // From here on the file is what was saved; and what was kept is not written over by the next.
    window.rename_gateway("gate", "hatch");
    window.save();
    assert_eq!(desk.others(), ["plan.vpc.toml~"]);
    std::fs::write(desk.file(), "not a design any more").unwrap();
    window.rename_gateway("hatch", "door");
    window.save();
    assert_eq!(desk.read("plan.vpc.toml~"), theirs);
    assert_eq!(desk.read("plan.vpc.toml~2"), "not a design any more");
    assert_eq!(desk.read("plan.vpc.toml"), window.text());
}

#[test]
fn a_draft_of_a_file_that_others_changed_keeps_what_they_wrote() {
    let desk = Desk::new();
    let draft = desk.text.replace("\"project\"", "\"drafted\"");
    let theirs = desk.text.replace("\"project\"", "\"theirs\"");
    // The draft is the younger one, and yet it was not made from what the file says.
    std::fs::write(desk.file(), &theirs).unwrap();
    desk.leave(Some(&desk.file()), Some(&desk.text), &draft);
    let mut window = desk.window();
    assert!(window.has("The file was changed since"));
    window.click("Recover");
    assert_eq!(window.text(), draft);
    window.save();
    assert_eq!(desk.read("plan.vpc.toml"), draft);
    assert_eq!(desk.read("plan.vpc.toml~"), theirs);
    assert_eq!(desk.drafts(), 0);
}

#[test]
fn a_draft_is_outdated_from_the_save_on_that_passes_it_by() {
    let desk = Desk::new();
    let draft = desk.text.replace("\"project\"", "\"drafted\"");
    // By another way to the same file, where there are such.
    let of = desk.folder.path().join("link.vpc.toml");
    #[cfg(unix)]
    std::os::unix::fs::symlink("plan.vpc.toml", &of).unwrap();
    #[cfg(not(unix))]
    let of = desk.file();
    desk.leave(Some(&of), Some(&desk.text), &draft);
    let mut window = desk.opened();
    assert!(window.has("were not saved"));
    assert!(!window.has("The file was changed since"));
    window.rename_gateway("project-igw", "door");
    window.save();
    assert!(window.has("The file was changed since"));
    // What the file has come to say is lost no more.
    window.press(Modifiers::COMMAND, Key::Z);
    window.write("Name prefix", "drafted");
    assert_eq!(window.text(), draft);
    window.save();
    assert!(!window.has("were not saved"));
    assert_eq!(desk.drafts(), 0);
}

#[test]
fn an_untitled_draft_is_offered_over_every_page_and_deleted_on_a_second_word() {
    let desk = Desk::new();
    desk.leave(None, None, &desk.text);
    let other = desk.folder.path().join("other.vpc.toml");
    desk.leave(Some(&other), Some(""), &desk.text);
    let words = "Changes to an untitled design were not saved";
    let others = "Changes to other.vpc.toml were not saved";
    let mut window = desk.window();
    assert!(window.has(words) && window.has(others));
    window.open();
    assert!(window.has(words) && !window.has(others));
    window.click("Discard");
    assert!(window.has("Really discard?"));
    window.click("No, keep");
    assert!(window.has(words) && !window.has("Really discard?"));
    window.press(Modifiers::COMMAND, Key::W);
    window.click("Sample network");
    window.wait();
    assert!(window.has(words) && !window.has(others));
    window.click("Discard");
    assert_eq!(desk.drafts(), 2);
    window.click("Yes, discard");
    assert!(!window.has(words));
    assert_eq!(desk.drafts(), 1);
}

#[test]
fn a_draft_is_written_while_changes_go_on_and_at_once_where_nobody_looks() {
    let mut window = Window::design();
    window.select(Kind::InternetGateway, "project-igw");
    window.field("Name of the selected resource").focus();
    window.run();
    let settings = window.settings.path().to_owned();
    // A quarter of a second passes from one letter to the next.
    let mut letters = 0;
    while drafts_in(&settings) == 0 {
        window.field("Name of the selected resource").type_text("x");
        window.harness.step();
        letters += 1;
        assert!(letters < 40, "no draft is written while changes go on");
    }
    assert!(letters > 10, "a draft is written after {letters} letters");
    let text = |settings: &Path| {
        let entries = std::fs::read_dir(settings.join("drafts")).unwrap();
        let path = entries.map(|it| it.unwrap().path());
        let mut path = path.filter(|path| path.extension().is_some_and(|it| it == "toml"));
        std::fs::read_to_string(path.next().unwrap()).unwrap()
    };
    for hide in [
        (|input: &mut egui::RawInput| input.focused = false) as fn(&mut egui::RawInput),
        |input| {
            input.focused = true;
            let window = input.viewports.entry(egui::ViewportId::ROOT).or_default();
            window.minimized = Some(true);
        },
    ] {
        window.field("Name of the selected resource").type_text("y");
        window.harness.step();
        // What a panel asks for is done in the next frame.
        window.harness.step();
        assert_ne!(text(&settings), window.text());
        hide(window.harness.input_mut());
        window.harness.step();
        assert_eq!(text(&settings), window.text());
        window.harness.input_mut().focused = true;
        window.field("Name of the selected resource").focus();
        window.run();
    }
}

/// Names the folder where the process works that [`a_window_that_dies`] is.
const DYING: &str = "VPC_ATLAS_TEST_DYING";

/// No test by itself: the process that [`what_a_killed_window_had_comes_back`] starts, which opens the design of the
/// folder, changes it, and dies when its draft has been written.
#[test]
fn a_window_that_dies() {
    let Some(folder) = std::env::var_os(DYING) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let file = Answer::Chosen(folder.join("plan.vpc.toml"));
    let settings = folder.join("settings");
    let mut window = Window::keeping(file, &settings);
    window.run();
    window.open();
    window.rename_gateway("project-igw", "door");
    for _ in 0..80 {
        window.harness.step();
    }
    assert_eq!(drafts_in(&settings), 1);
    std::fs::write(folder.join("had"), window.text()).unwrap();
    std::process::abort();
}

/// Let a window die over the design of the folder; what it had.
fn die(desk: &Desk) -> String {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["designer::a_window_that_dies", "--exact"])
        .env(DYING, desk.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        assert!(status.signal().is_some(), "{status}");
    }
    assert!(!status.success());
    assert_eq!(desk.read("plan.vpc.toml"), desk.text);
    desk.read("had")
}

#[test]
fn what_a_killed_window_had_comes_back() {
    let desk = Desk::new();
    let had = die(&desk);
    assert_ne!(had, desk.text);
    let mut window = desk.window();
    assert!(window.has("Changes to plan.vpc.toml were not saved"));
    window.click("Recover");
    assert_eq!(window.text(), had);
    assert_eq!(window.names(Kind::InternetGateway), ["door"]);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.text(), desk.text);
    window.press(Modifiers::COMMAND, Key::Y);
    assert_eq!(window.text(), had);
    // It knows its file: nobody is asked for one, and nothing needs to be kept.
    window.save();
    assert!(window.asked.lock().unwrap().is_empty());
    assert_eq!(desk.read("plan.vpc.toml"), had);
    assert!(desk.others().is_empty());
    assert_eq!(desk.drafts(), 0);
    drop(window);

    std::fs::write(desk.file(), &desk.text).unwrap();
    die(&desk);
    let mut window = desk.window();
    window.click("Discard");
    window.click("Yes, discard");
    assert!(!window.has("were not saved"));
    assert_eq!(desk.drafts(), 0);
    assert_eq!(desk.read("plan.vpc.toml"), desk.text);
    drop(window);
    assert!(!desk.window().has("were not saved"));
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
