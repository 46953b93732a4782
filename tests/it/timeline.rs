//! Reading again, what changed since, and the readings that are kept: in the window and from a shell.

use crate::cli::{assert_code, assert_refused, json_of, out, said};
use crate::support::environment::package;
use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::network::Kind;
use vpc_atlas::workspace::{Accounts, Cancel, Settings, SourceSpec, Store, Timeline, load};

const SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const SUBNET: &str = "subnet-0529e102a8b3c22ff";

/// A folder with the sample's files, which can be changed.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(package().join("assets/sample")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(format!("describe-{name}.json"))
    }

    fn edit(&self, name: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let path = self.path(name);
        let mut answer: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let lists = answer.as_object_mut().unwrap();
        let list = lists.values_mut().find_map(Value::as_array_mut).unwrap();
        change(list);
        fs::write(path, answer.to_string()).unwrap();
    }

    /// Take a subnet away, add another, and change the attribute of a third.
    fn change_subnets(&self) {
        self.edit("subnets", |subnets| {
            let mut new = subnets[0].clone();
            new["SubnetId"] = json!("subnet-0aaaaaaaaaaaaaaaa");
            new["CidrBlock"] = json!("10.20.9.0/24");
            new["Ipv6CidrBlockAssociationSet"] = json!([]);
            new["Tags"] = json!([{"Key": "Name", "Value": "prod-new"}]);
            subnets[0]["MapPublicIpOnLaunch"] = json!(false);
            subnets.retain(|subnet| subnet["SubnetId"] != SUBNET);
            subnets.push(new);
        });
    }

    fn source(&self) -> SourceSpec {
        SourceSpec::Path(self.0.path().to_owned())
    }
}

/// A clock that a test sets: seconds after a Thursday noon.
#[derive(Clone)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn go(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn noon() -> Timestamp {
    "2026-11-26T12:00:00.0007Z".parse().unwrap()
}

/// A window with these files open, and its clock.
fn window(files: &Files, settings: &Settings) -> (Window, Hands) {
    let folder = tempfile::tempdir().unwrap();
    Store::at(folder.path()).save(settings).unwrap();
    let size = egui::vec2(1400.0, 900.0);
    let mut window = Window::with_settings(size, Answer::Unavailable, folder);
    let hands = Hands(Arc::default());
    let told = hands.clone();
    let clock = move || noon() + SignedDuration::from_secs(told.0.load(Ordering::SeqCst));
    let atlas = window.harness.state_mut();
    atlas.tell_time(Arc::new(clock), TimeZone::UTC);
    atlas.open(vec![files.source()]);
    window.wait();
    until(&mut window, "nothing was kept", |it| {
        !it.harness.state().is_keeping()
    });
    // It opens on the overview of its two VPCs.
    window.click("VPC harbour-prod");
    (window, hands)
}

/// Run the window until something holds.
#[track_caller]
fn until(window: &mut Window, what: &str, holds: impl Fn(&Window) -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    window.run();
    while !holds(window) {
        assert!(Instant::now() < limit, "{what}");
        std::thread::sleep(Duration::from_millis(5));
        window.run();
    }
}

fn changes(window: &Window) -> Option<String> {
    window.harness.state().changes()
}

#[track_caller]
fn until_changes(window: &mut Window, signs: &str) {
    let wanted = Some(signs.to_owned());
    until(window, signs, |it| changes(it) == wanted);
    window.run();
}

fn every(seconds: u32) -> Settings {
    Settings {
        refresh_seconds: seconds,
        ..Settings::default()
    }
}

#[test]
fn reading_again_keeps_the_view_and_shows_what_changed() {
    let files = Files::new();
    let (mut window, hands) = window(&files, &Settings::default());
    assert!(window.has("read just now"));
    window.select(Kind::Subnet, "prod-public-b");
    let selected = window.selected();
    let order = |window: &Window| -> Vec<f32> {
        let names = ["prod-public-a", "prod-public-b", "prod-public-c"];
        let top = |name: &&str| window.card(Kind::Subnet, name).rect().top();
        names.iter().map(top).collect()
    };
    assert!(order(&window).is_sorted());
    window.press(Modifiers::COMMAND, Key::R);
    until(&mut window, "it says nothing", |it| {
        it.has("Nothing changed since 12:00")
    });
    assert_eq!(changes(&window), None);

    files.change_subnets();
    hands.go(125);
    window.run();
    assert!(window.has("read 2 min ago"));
    window.press(Modifiers::COMMAND, Key::R);
    until_changes(&mut window, "+1 −1 ~1");
    assert_eq!(window.selected(), selected);
    assert!(order(&window).is_sorted());
    // The list says it, and what is gone is where it was.
    assert!(window.has("3 changes since 12:00"));
    assert!(window.has("map public IP on launch: yes → no"));
    let card = |name: &str| {
        let card = window.card(Kind::Subnet, name);
        card.accesskit_node().label().unwrap()
    };
    assert!(card("prod-new").contains("added since 12:00"));
    assert!(
        card("prod-app-b").contains("removed since 12:00"),
        "{}",
        card("prod-app-b")
    );
    assert!(card("prod-public-a").contains("changed since 12:00"));
    assert!(window.has("10.20.9.0/24 · eu-west-1a"), "what is new");
    window.node("subnet prod-app-b: removed").click();
    window.run();
    assert!(window.has("What it was") && window.has("10.20.32.0/20"));
    window.node("subnet prod-public-a: changed").click();
    window.run();
    assert_eq!(
        window.selected(),
        Some((Kind::Subnet, "prod-public-a".into()))
    );
    assert!(window.has("Changed since 12:00"));
    window.press(SHIFT, Key::D);
    assert!(!window.has("3 changes since 12:00"));
    window.press(SHIFT, Key::X);
    assert_eq!(changes(&window), None);
    let mut cards = window.harness.state().cards();
    assert!(cards.all(|key| key.id.as_str() != SUBNET));
}

#[test]
fn what_cannot_be_read_any_more_is_not_shown_as_removed() {
    let files = Files::new();
    let (mut window, _) = window(&files, &Settings::default());
    fs::remove_file(files.path("nat-gateways")).unwrap();
    files.edit("subnets", |subnets| {
        subnets[0]["MapPublicIpOnLaunch"] = json!(false);
    });
    window.press(Modifiers::COMMAND, Key::R);
    until_changes(&mut window, "~1");
    // It stands as it was, and a gap says that nobody knows.
    assert!(window.has("shown as it was"));
    window.card(Kind::NatGateway, "prod-nat-a");
    let gaps = window.harness.state().network().unwrap().gaps();
    assert!(
        gaps.iter().any(|gap| gap.kinds.contains(&Kind::NatGateway)),
        "{gaps:?}"
    );
}

#[test]
fn it_is_read_again_by_itself_while_the_window_is_seen() {
    let files = Files::new();
    let (mut window, hands) = window(&files, &Settings::default());
    hands.go(10_000);
    window.run();
    assert!(!window.harness.state().is_loading(), "off by default");
    window.press(Modifiers::COMMAND, Key::K);
    window.node("Command to run").type_text("again every 30");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    until(&mut window, "it is overdue", |it| {
        it.has("read just now · every 30 s")
    });
    let kept = Store::at(window.settings.path()).settings().0;
    assert_eq!(kept.refresh_seconds, 30);

    files.change_subnets();
    hands.go(29);
    window.run();
    assert!(!window.harness.state().is_loading());
    // Hidden, it is not read again.
    let minimized = |window: &mut Window, is: bool| {
        let viewports = &mut window.harness.input_mut().viewports;
        let viewport = viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.minimized = Some(is);
    };
    minimized(&mut window, true);
    hands.go(31);
    window.run();
    assert!(!window.harness.state().is_loading());
    assert_eq!(changes(&window), None);
    minimized(&mut window, false);
    until_changes(&mut window, "+1 −1 ~1");
    assert!(
        !window.has("3 changes since"),
        "the list does not come by itself"
    );
    // More comes on top of what nobody has dismissed.
    files.edit("internet-gateways", |gateways| {
        gateways[0]["Tags"] = json!([{"Key": "Name", "Value": "renamed"}]);
    });
    hands.go(31);
    until_changes(&mut window, "+1 −1 ~2");
    window.press(SHIFT, Key::D);
    assert!(window.has("4 changes since 14:46"));
}

#[test]
fn a_failure_keeps_what_is_shown_and_is_said_once() {
    let files = Files::new();
    let (mut window, hands) = window(&files, &every(60));
    let count = window.harness.state().network().unwrap().len();
    let place = files.0.path().to_owned();
    let aside = place.with_extension("aside");
    fs::rename(&place, &aside).unwrap();
    hands.go(61);
    until(&mut window, "nothing is said", |it| {
        it.harness.state().banner().is_some()
    });
    let banner = window.harness.state().banner().unwrap().to_owned();
    assert!(banner.contains("waits longer now"), "{banner}");
    assert!(
        banner.contains("what is shown was read 1 min ago"),
        "{banner}"
    );
    assert!(window.has("last try failed"));
    window.click("Dismiss the error");
    hands.go(61);
    window.run();
    assert!(
        !window.harness.state().is_loading(),
        "it waits twice as long"
    );
    hands.go(60);
    window.wait();
    assert_eq!(window.harness.state().banner(), None, "it was said");
    assert_eq!(window.harness.state().network().unwrap().len(), count);
    fs::rename(&aside, &place).unwrap();
    hands.go(241);
    until(&mut window, "it is never read again", |it| {
        it.has("read just now · every minute")
    });
}

#[test]
fn an_earlier_reading_can_be_chosen_and_the_readings_deleted() {
    let files = Files::new();
    let (mut window, hands) = window(&files, &Settings::default());
    let read = |window: &mut Window| {
        window.press(Modifiers::COMMAND, Key::R);
        window.wait();
        until(window, "it is never kept", |it| {
            !it.harness.state().is_keeping()
        });
    };
    hands.go(2 * 86_400);
    read(&mut window);
    files.change_subnets();
    hands.go(3600);
    read(&mut window);
    until_changes(&mut window, "+1 −1 ~1");
    window.press(SHIFT, Key::X);
    window.press(SHIFT, Key::H);
    until(&mut window, "nothing is counted", |it| {
        it.has("Today 13:00, nothing differs") && it.has("Thursday 12:00, 3 resources differ")
    });
    // The one before what is open is marked.
    window.press(Modifiers::NONE, Key::Enter);
    until_changes(&mut window, "+1 −1 ~1");
    assert!(window.has("3 changes since Thursday 12:00"));
    assert!(window.has("· since Thursday 12:00"), "where one is");
    // What was chosen stays when it is read again.
    files.edit("subnets", |subnets| subnets.truncate(5));
    hands.go(3600);
    read(&mut window);
    until(&mut window, "it is never compared", |it| {
        changes(it).is_some_and(|it| it != "+1 −1 ~1")
    });
    assert!(window.has("changes since Thursday 12:00"));

    let store = Store::at(window.settings.path());
    let timeline = Timeline::of(&store, &[files.source()]).unwrap();
    assert_eq!(timeline.readings().unwrap().len(), 3);
    window.press(SHIFT, Key::H);
    window.click("Delete these readings…");
    window.click("Yes, delete");
    until(&mut window, "they are never deleted", |it| {
        it.has("Deleted 3 readings")
    });
    assert_eq!(timeline.readings().unwrap(), []);
    window.press(SHIFT, Key::H);
    assert!(window.has("No earlier reading is kept yet"));
}

#[test]
fn a_damaged_reading_is_named_and_cannot_be_chosen() {
    let files = Files::new();
    let (mut window, _) = window(&files, &Settings::default());
    let mut damaged = Vec::new();
    let history = window.settings.path().join("history");
    for folder in fs::read_dir(history).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.to_str().unwrap().ends_with(".json.gz") {
                fs::write(&path, "half").unwrap();
                damaged.push(path);
            }
        }
    }
    assert_eq!(damaged.len(), 1);
    window.press(SHIFT, Key::H);
    until(&mut window, "it is not found", |it| {
        it.has("Today 12:00, damaged")
    });
    window.click("Cancel");
    window.press(Modifiers::COMMAND, Key::R);
    until(&mut window, "it is not named", |it| {
        let banner = it.harness.state().banner();
        banner.is_some_and(|it| it.contains(".json.gz: it is damaged"))
    });
}

#[test]
fn nothing_is_kept_where_that_is_switched_off() {
    let files = Files::new();
    let settings = Settings {
        keeps_no_history: true,
        ..Settings::default()
    };
    let (mut window, _) = window(&files, &settings);
    assert!(!window.settings.path().join("history").exists());
    window.press(SHIFT, Key::H);
    assert!(window.has("Readings are not kept"));
    window.click("Cancel");
    let mut sample = Window::sample();
    sample.press(SHIFT, Key::H);
    assert!(
        !sample.has("What changed since"),
        "the sample never changes"
    );
    assert!(!sample.has("read just now"));
}

fn run(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vpc-atlas"))
        .stdin(Stdio::null())
        .env("VPC_ATLAS_CONFIG_DIR", home)
        .env("TZ", "UTC")
        .args(args)
        .output()
        .unwrap()
}

#[test]
fn the_command_line_keeps_lists_compares_and_deletes() {
    let (files, home) = (Files::new(), tempfile::tempdir().unwrap());
    let source = files.0.path().to_str().unwrap();
    let run = |args: &[&str]| run(home.path(), args);
    let none = run(&["history", source]);
    assert_code(&none, 0);
    assert!(said(&none).contains("no reading of this SOURCE is kept"));
    assert_refused(
        &run(&["diff", &format!("{source}@2030-01-01"), source]),
        "none is kept of it yet",
    );
    assert_refused(
        &run(&["diff", "sample@2030-01-01", "sample"]),
        "none is ever kept of it",
    );

    assert_code(&run(&["history", source, "--keep"]), 0);
    let again = run(&["history", source, "--keep"]);
    assert!(said(&again).contains("nothing changed since the last reading"));
    files.change_subnets();
    assert_code(&run(&["history", source, "--keep"]), 0);
    let report = json_of(&run(&["history", source, "--json"]));
    let readings = report["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 2, "{report}");
    let tally = json!({"added": 1, "removed": 1, "changed": 1, "unknown": 0});
    assert_eq!(readings[1]["to_next"], tally);
    assert!(readings[0]["to_next"].is_null());
    let listed = run(&["history", source]);
    assert!(out(&listed).contains("+1 -1 ~1"), "{}", out(&listed));
    let all = run(&["history"]);
    assert!(out(&all).contains(source), "{}", out(&all));

    assert_code(&run(&["history", source, "--delete"]), 0);
    assert_eq!(
        json_of(&run(&["history", source, "--json"]))["readings"],
        json!([])
    );
    assert_refused(&run(&["history", "sample"]), "no readings are ever kept");
}

#[test]
fn a_time_names_the_latest_reading_up_to_its_end() {
    let (files, home) = (Files::new(), tempfile::tempdir().unwrap());
    let source = files.0.path().to_str().unwrap();
    let run = |args: &[&str]| run(home.path(), args);
    let sources = [files.source()];
    let timeline = Timeline::of(&Store::at(home.path()), &sources).unwrap();
    let keep = |at: &str| {
        let loaded = load(&sources, &Accounts::default(), &mut |_| {}, &Cancel::new()).unwrap();
        let at = at.parse().unwrap();
        timeline.keep(&loaded.network, at, &TimeZone::UTC).unwrap();
    };
    keep("2026-11-24T14:05:30Z");
    files.change_subnets();
    keep("2026-11-24T18:00:00Z");
    for (time, code) in [
        ("2026-11-24T14:05", 1),
        ("2026-11-24T14:05:30", 1),
        ("2026-11-24T17:59Z", 1),
        ("2026-11-24", 0),
        ("2026-11-30", 0),
    ] {
        let then = run(&["diff", &format!("{source}@{time}"), source, "--json"]);
        assert_code(&then, code);
        let removed = &json_of(&then)["removed"];
        assert_eq!(removed[0]["id"] == SUBNET, code == 1, "{time}: {removed}");
    }
    let early = run(&["diff", &format!("{source}@2026-11-24T14:05:29"), source]);
    assert_refused(&early, "the first one is of");
    let both = run(&[
        "diff",
        &format!("{source}@2026-11-24T14:05"),
        &format!("{source}@2026-11-24T18:00"),
    ]);
    assert_code(&both, 1);
    assert!(out(&both).contains("    map public IP on launch: yes → no"));
}
