//! What a person arranges on the map: cards that are pinned and notes, kept beside the source.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2, vec2};
use std::path::{Path, PathBuf};
use std::process::Command;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::design::{self, Design, Fresh};
use vpc_atlas::network::Kind;
use vpc_atlas::source::{sample, snapshot};
use vpc_atlas::workspace::SourceSpec;

/// The sample as a file of its own.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("harbour.json");
    std::fs::write(&path, snapshot::write(&sample::network())).unwrap();
    path
}

fn open(path: &Path) -> Window {
    let mut window = Window::sized(vec2(1400.0, 900.0), Answer::Unavailable);
    let state = window.harness.state_mut();
    state.open(vec![SourceSpec::Path(path.to_owned())]);
    window.wait();
    window.click("VPC harbour-prod");
    window
}

fn drag(window: &mut Window, from: Pos2, by: Vec2) {
    let button = |pos: Pos2, pressed: bool| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.harness.event(Event::PointerMoved(from));
    window.run();
    window.harness.event(button(from, true));
    window.harness.step();
    for part in 1..=4 {
        let at = from + by * (part as f32 / 4.0);
        window.harness.event(Event::PointerMoved(at));
        window.harness.step();
    }
    window.harness.event(button(from + by, false));
    window.run();
}

fn place(window: &Window) -> Pos2 {
    window.card(Kind::RouteTable, "prod-public").rect().center()
}

/// Until what is saved beside the window is on the disk.
fn saved(path: &Path, is_it: impl Fn(Option<&str>) -> bool) -> Option<String> {
    for _ in 0..2_000 {
        let text = std::fs::read_to_string(path).ok();
        if is_it(text.as_deref()) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("{} is not as it should be", path.display());
}

#[test]
fn a_card_stays_where_it_was_put_also_when_the_source_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let beside = folder.path().join(".harbour.json.vpc-atlas.json");
    let mut window = open(&source);
    let before = place(&window);
    // Without arranging, dragging moves the map and no card.
    drag(&mut window, before, vec2(24.0, 16.0));
    window.press(Modifiers::COMMAND, Key::Num0);
    assert_eq!(place(&window), before);

    window.press(Modifiers::COMMAND, Key::U);
    drag(&mut window, before, vec2(80.0, 120.0));
    let after = place(&window);
    let off = after - before;
    // It snaps, and the map may be fitted anew.
    assert!(off.x > 40.0 && off.y > 60.0, "{off:?}");
    let text = saved(&beside, |text| text.is_some());
    assert!(text.unwrap().contains("\"kind\": \"route-table\""));

    let again = open(&source);
    assert_eq!(place(&again), after);

    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(place(&window), before);
    saved(&beside, |text| text.is_none());
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(place(&window), after);
    // The card is let go again.
    window.select(Kind::RouteTable, "prod-public");
    window.press(Modifiers::COMMAND, Key::K);
    window.type_text("Unpin the card");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(place(&window), before);
}

#[test]
fn notes_are_written_moved_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let beside = folder.path().join(".harbour.json.vpc-atlas.json");
    let mut window = open(&source);
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::U);
    assert!(window.has("New note"));
    window.type_text("ask ops before touching this");
    window.click("Keep");
    assert!(window.has("Note: ask ops before touching this"));
    let text = saved(&beside, |text| text.is_some()).unwrap();
    assert!(text.contains("ask ops before touching this"), "{text}");

    let at = window
        .node("Note: ask ops before touching this")
        .rect()
        .center();
    drag(&mut window, at, vec2(60.0, 90.0));
    let moved = window
        .node("Note: ask ops before touching this")
        .rect()
        .center();
    assert!(moved.y - at.y > 40.0, "{at:?} {moved:?}");

    let again = open(&source);
    assert!(again.has("Note: ask ops before touching this"));
    window.press(Modifiers::COMMAND, Key::Z);
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(!window.has("Note: "));
    saved(&beside, |text| text.is_none());
}

#[test]
fn a_damaged_arrangement_is_said_and_the_map_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let beside = folder.path().join(".harbour.json.vpc-atlas.json");
    std::fs::write(&beside, "{").unwrap();
    let window = open(&source);
    assert!(window.has("it is no arrangement of a map"));
    assert!(window.kinds_on_map(Kind::Subnet) > 0);
}

#[test]
fn a_saved_design_keeps_its_arrangement_and_takes_it_along() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("shop.vpc.toml");
    let fresh = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
    std::fs::write(&plan, design::write(&fresh, None)).unwrap();
    let beside = folder.path().join(".shop.vpc.toml.vpc-atlas.json");
    let open = || {
        let mut window = Window::sized(vec2(1400.0, 900.0), Answer::Unavailable);
        let state = window.harness.state_mut();
        state.open(vec![SourceSpec::Path(plan.clone())]);
        window.wait();
        window
    };
    let mut window = open();
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::U);
    window.type_text("for the review");
    window.click("Keep");
    let text = saved(&beside, |text| text.is_some()).unwrap();
    assert!(text.contains("for the review"));

    // Opening it again neither loses nor changes anything.
    let mut again = open();
    assert!(again.has("Note: for the review"));
    again.run();
    assert_eq!(std::fs::read_to_string(&beside).unwrap(), text);
    // Undo takes back the note, which came last, and not a change of the design.
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(!window.has("Note: for the review"));
    saved(&beside, |text| text.is_none());
}

#[test]
fn the_command_line_draws_what_was_arranged() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let beside = folder.path().join(".harbour.json.vpc-atlas.json");
    let network = sample::network();
    let vpc = network
        .of_kind(Kind::Vpc)
        .find(|vpc| vpc.name() == Some("harbour-prod"));
    let vpc = vpc.unwrap().key().id.to_string();
    let note = "ask <ops> & \"Co\"";
    let arranged = serde_json::json!({
        "format": "vpc-atlas-arrangement",
        "version": 1,
        "folds": {"collapsed": [{"vpc": vpc}]},
        "boards": {"columns": {"notes": [{"id": 1, "x": 40, "y": 60, "text": note}]}},
    });
    std::fs::write(&beside, arranged.to_string()).unwrap();
    for format in ["svg", "drawio", "html"] {
        let target = folder.path().join(format!("map.{format}"));
        let map = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
            command.args([
                "map",
                source.to_str().unwrap(),
                "-o",
                target.to_str().unwrap(),
            ]);
            command.env("VPC_ATLAS_CONFIG_DIR", folder.path());
            let output = command.args(more).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let told = String::from_utf8(output.stderr).unwrap();
            (std::fs::read_to_string(&target).unwrap(), told)
        };
        let (drawn, _) = map(&[]);
        assert!(
            drawn.contains("9 subnets") && !drawn.contains("prod-app-a<"),
            "{format}"
        );
        assert!(!drawn.contains(note) && drawn.contains("ask "), "{format}");
        let (plain, _) = map(&["--unarranged"]);
        assert!(
            !plain.contains("9 subnets") && !plain.contains("ask "),
            "{format}"
        );
        // Notes are people's own words and may tell anything.
        let (redacted, _) = map(&["--redact"]);
        assert!(
            redacted.contains("9 subnets") && !redacted.contains("ask "),
            "{format}"
        );
        std::fs::write(&beside, "{").unwrap();
        let (drawn, told) = map(&[]);
        assert!(
            drawn.contains("prod-app-a") && told.contains("no arrangement"),
            "{told}"
        );
        std::fs::write(&beside, arranged.to_string()).unwrap();
    }
}
