//! What a person arranges on the map: cards that are pinned and notes, kept beside the source.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2, vec2};
use std::path::{Path, PathBuf};
use vpc_atlas::app::dialogs::Answer;
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
