//! What a person arranges on the map: cards that are pinned and notes, kept beside the source.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2, vec2};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::design::{self, Design, Fresh};
use vpc_atlas::network::{Key as Resource, Kind, Network, Topology};
use vpc_atlas::picture::diagram::CardId;
use vpc_atlas::picture::geometry::{Fx, Point};
use vpc_atlas::picture::layout::{Layout, Request, Size, layout};
use vpc_atlas::picture::view::{Arrangement, Fold, Folds, Options, Pin, View};
use vpc_atlas::source::{sample, snapshot};
use vpc_atlas::workspace::{ArrangementFile, Drawing, Look, SourceSpec};

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

// ---------------------------------------------------------------- by the keys

const MORE: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

#[test]
fn a_card_is_moved_by_the_keys_and_let_go_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let beside = folder.path().join(".harbour.json.vpc-atlas.json");
    let mut window = open(&source);
    // At one point to the unit steps can be counted.
    window.press(Modifiers::COMMAND, Key::Num1);
    window.select(Kind::RouteTable, "prod-public");
    let before = place(&window);
    for _ in 0..3 {
        window.press(Modifiers::COMMAND, Key::ArrowRight);
    }
    window.press(MORE, Key::ArrowDown);
    let off = place(&window) - before;
    // The first step leads to the next line of the grid.
    assert!((17.0..=24.0).contains(&off.x), "{off:?}");
    assert!((33.0..=40.0).contains(&off.y), "{off:?}");
    window.press(Modifiers::COMMAND, Key::ArrowLeft);
    assert!(((place(&window) - before).x - (off.x - 8.0)).abs() < 0.1);
    let selected = (Kind::RouteTable, "prod-public".to_owned());
    assert_eq!(window.selected(), Some(selected));
    saved(&beside, |text| {
        text.is_some_and(|text| text.contains("route-table"))
    });

    // The steps are one change, until something else is selected or done.
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(place(&window), before);
    saved(&beside, |text| text.is_none());
    window.press(MORE, Key::Z);
    assert_ne!(place(&window), before);
    window.press(Modifiers::COMMAND, Key::ArrowDown);
    let moved = place(&window);
    window.select(Kind::Subnet, "prod-app-a");
    window.select(Kind::RouteTable, "prod-public");
    window.press(Modifiers::COMMAND, Key::ArrowDown);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(place(&window), moved);

    window.press(MORE, Key::P);
    assert_eq!(place(&window), before);
    saved(&beside, |text| text.is_none());
    // Pinned where it stands it does not move, but is kept.
    window.press(Modifiers::COMMAND, Key::P);
    assert_eq!(place(&window), before);
    saved(&beside, |text| text.is_some());
}

#[test]
fn the_menu_of_a_card_and_of_a_note_says_what_can_be_done_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let mut window = open(&source);
    window
        .card(Kind::RouteTable, "prod-public")
        .click_secondary();
    window.run();
    window.run();
    assert!(!window.has("Unpin the card"));
    window.node_with("Pin the card").click();
    window.run();
    window
        .card(Kind::RouteTable, "prod-public")
        .click_secondary();
    window.run();
    window.run();
    window.node_with("Unpin the card").click();
    window.run();
    // By the keys too.
    window.press(Modifiers::SHIFT, Key::F10);
    assert!(window.has("Pin the card") && !window.has("Unpin the card"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has("Pin the card"));
}

#[test]
fn notes_are_reached_moved_changed_and_deleted_by_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let mut window = open(&source);
    window.press(Modifiers::COMMAND, Key::Num1);
    window.press(MORE, Key::U);
    window.type_text("ask ops");
    window.press(Modifiers::COMMAND, Key::Enter);
    let at = |window: &Window| window.node("Note: ask ops").rect().center();
    // What was written is selected, and the keys go on with it.
    let before = at(&window);
    window.press(MORE, Key::ArrowUp);
    window.press(MORE, Key::ArrowLeft);
    let off = at(&window) - before;
    assert!(off.y < -30.0 && off.x < -30.0, "{off:?}");
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(at(&window), before);

    // It comes after the last card, and before the first.
    window.press(Modifiers::NONE, Key::Tab);
    let first = window.selected();
    assert!(first.is_some());
    window.press(Modifiers::SHIFT, Key::Tab);
    assert_eq!(window.selected(), None);
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("Change the note"));
    window.type_text(" first");
    window.press(Modifiers::COMMAND, Key::Enter);
    assert!(window.has("Note: ask ops first"));
    window.press(Modifiers::NONE, Key::Delete);
    assert!(!window.has("Note: "));
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(window.has("Note: ask ops first"));
}

#[test]
fn arrow_keys_go_to_a_note_on_their_way() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(folder.path());
    let mut window = open(&source);
    // The note stands in the middle of the map.
    window.press(MORE, Key::U);
    window.type_text("ask ops");
    window.press(Modifiers::COMMAND, Key::Enter);
    for (there, back) in [
        (Key::ArrowLeft, Key::ArrowRight),
        (Key::ArrowRight, Key::ArrowLeft),
    ] {
        window.press(Modifiers::NONE, there);
        assert!(window.selected().is_some(), "a card lies beside it");
        let mut presses = 0;
        while window.selected().is_some() {
            window.press(Modifiers::NONE, back);
            presses += 1;
            assert!(presses < 4, "the note is passed over");
        }
    }
}

#[test]
fn tab_reaches_every_card_among_boxes_though_some_have_several() {
    let mut window = Window::sample();
    window.press(MORE, Key::B);
    let wanted: BTreeSet<Resource> = window.harness.state().cards().cloned().collect();
    let all = window.harness.state().cards().count();
    assert!(
        all > wanted.len(),
        "the sample has endpoints in several subnets"
    );
    window.node("Resource map").focus();
    window.run();
    let mut seen = BTreeSet::new();
    for _ in 0..all {
        window.press(Modifiers::NONE, Key::Tab);
        seen.extend(window.harness.state().selected().cloned());
    }
    assert_eq!(seen, wanted);
}

// ---------------------------------------------------------------- what a pin means

fn point(x: i32, y: i32) -> Point {
    Point::new(Fx::px(x), Fx::px(y))
}

fn drawn(view: &View, options: &Options, topology: &Topology) -> Layout {
    layout(&Request {
        diagram: Arc::clone(&view.diagram),
        arranged: view.arranged(options, topology),
        ..Request::default()
    })
}

#[test]
fn each_card_of_a_resource_among_boxes_is_pinned_by_itself() {
    let network = sample::network();
    let topology = Topology::of(&network);
    let mut options = Options {
        nested: true,
        ..Options::default()
    };
    let view = View::of(&network, &topology, &options);
    let of = |view: &View, key: &Resource| -> Vec<CardId> {
        let cards = view.keys().filter(|(_, of)| *of == key);
        cards.map(|(card, _)| card).collect()
    };
    let endpoint = network.of_kind(Kind::VpcEndpoint);
    let mut endpoint = endpoint.map(|it| it.key().clone());
    let endpoint = endpoint.find(|key| of(&view, key).len() > 1).unwrap();
    let cards = of(&view, &endpoint);
    let pins: Vec<Pin> = cards.iter().map(|card| view.pin(*card).unwrap()).collect();
    assert!(pins.iter().all(|pin| pin.within.is_some()), "{pins:?}");
    let names = options.boards(&topology);
    let places: Vec<Point> = (0..)
        .map(|n| point(40 + 200 * n, 48))
        .take(pins.len())
        .collect();
    options.arrangement = options.arrangement.with(&names, |board| {
        board
            .pins
            .extend(pins.iter().cloned().zip(places.iter().copied()));
    });
    let after = drawn(&view, &options, &topology);
    for (card, at) in cards.iter().zip(&places) {
        assert_eq!(after.card(*card).unwrap().rect.min, *at);
    }

    // Where its first subnet is gone, the others keep their places.
    let first = pins[0].within.clone().unwrap();
    let gone: Network = sample_without(&first);
    let topology = Topology::of(&gone);
    let view = View::of(&gone, &topology, &options);
    let after = drawn(&view, &options, &topology);
    let left = of(&view, &endpoint);
    assert_eq!(left.len(), cards.len() - 1);
    for card in left {
        let pin = view.pin(card).unwrap();
        let known = pins.iter().position(|it| *it == pin).unwrap();
        assert_eq!(after.card(card).unwrap().rect.min, places[known]);
    }

    // A pin of an earlier program means the first card, and nothing else.
    let network = sample::network();
    let topology = Topology::of(&network);
    let view = View::of(&network, &topology, &options);
    let old = Pin {
        key: endpoint.clone(),
        within: None,
    };
    options.arrangement = Arrangement::default().with(&names, |board| {
        board.pins.insert(old.clone(), point(64, 72));
    });
    let arranged = view.arranged(&options, &topology);
    assert_eq!(arranged.pins.values().collect::<Vec<_>>(), [&point(64, 72)]);
    assert_eq!(arranged.pins.keys().next(), view.card(&endpoint).as_ref());
}

/// The sample as it is read without a subnet.
fn sample_without(subnet: &Resource) -> Network {
    let text = String::from_utf8(snapshot::write(&sample::network())).unwrap();
    let mark = format!("\"id\":\"{}\"", subnet.id);
    let is_it = |line: &&str| line.contains(&mark) && line.contains("\"subnet\"");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.iter().filter(|line| is_it(line)).count(), 1, "{mark}");
    let kept: Vec<&str> = lines.into_iter().filter(|line| !is_it(line)).collect();
    snapshot::read(kept.join("\n").as_bytes(), "sample").unwrap()
}

#[test]
fn pins_belong_to_what_a_picture_shows() {
    let network = sample::network();
    let topology = Topology::of(&network);
    let vpcs: Vec<Resource> = topology.vpcs().map(|(vpc, _)| vpc.clone()).collect();
    assert!(vpcs.len() > 1);
    let whole = Options::default();
    let one = Options::of_vpc(vpcs[0].clone());
    let every = Options {
        vpcs: Some(vpcs.iter().cloned().collect()),
        ..Options::default()
    };
    let name = |options: &Options, topology: &Topology| options.boards(topology).name;
    // All of them are all of them, whether they are named or not; one by itself is another picture.
    assert_eq!(name(&whole, &topology), name(&every, &topology));
    assert_ne!(name(&whole, &topology), name(&one, &topology));
    for nested in [false, true] {
        let boxes = Options {
            nested,
            ..one.clone()
        };
        assert_eq!(name(&boxes, &topology) == name(&one, &topology), !nested);
    }

    // The only VPC there is has the picture that it has by itself among others.
    let fresh = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
    let planned = design::plan(&fresh);
    let alone = Topology::of(&planned);
    let only = alone.vpcs().next().unwrap().0.clone();
    let by_itself = Options::of_vpc(only.clone());
    assert_eq!(name(&whole, &alone), name(&by_itself, &alone));
    let both = planned.merged(&network);
    let both = Topology::of(&both);
    assert_eq!(name(&by_itself, &alone), name(&by_itself, &both));
    assert_ne!(name(&whole, &alone), name(&whole, &both));

    // What an earlier program kept as the whole of it is found, and is copied to the new name with the next change.
    let pin = Pin {
        key: only,
        within: None,
    };
    let mut old = Arrangement::default();
    let board = old.boards.entry("columns".into()).or_default();
    board.pins.insert(pin.clone(), point(8, 16));
    let names = with(&whole, &old).boards(&alone);
    assert!(old.board(&names).unwrap().pins.contains_key(&pin));
    let new = old.with(&names, |board| {
        board.pins.insert(pin.clone(), point(24, 16));
    });
    assert_eq!(new.board(&names).unwrap().pins[&pin], point(24, 16));
    assert_eq!(new.boards["columns"], old.boards["columns"]);
    let by_itself = with(&by_itself, &old);
    assert!(old.board(&by_itself.boards(&both)).is_none());
}

fn with(options: &Options, arrangement: &Arrangement) -> Options {
    Options {
        arrangement: Arc::new(arrangement.clone()),
        ..options.clone()
    }
}

/// A network with one VPC, the same among others, a subnet of it, and one of another VPC.
fn one_and_several() -> (Topology, Topology, [Pin; 2]) {
    let design = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
    let planned = design::plan(&design);
    let sample = sample::network();
    let pins = [&planned, &sample].map(|network| Pin {
        key: network.of_kind(Kind::Subnet).next().unwrap().key().clone(),
        within: None,
    });
    let one = Topology::of(&planned);
    let several = Topology::of(&planned.merged(&sample));
    (one, several, pins)
}

/// The pins of a picture, as it finds them.
fn pins_of(arrangement: &Arrangement, options: &Options, topology: &Topology) -> Vec<Pin> {
    let names = with(options, arrangement).boards(topology);
    let board = arrangement.board(&names);
    board.map_or_else(Vec::new, |board| board.pins.keys().cloned().collect())
}

/// An arrangement by which another card is pinned on a picture.
fn pinning(
    arrangement: &Arrangement,
    options: &Options,
    topology: &Topology,
    pin: &Pin,
) -> Arrangement {
    let names = with(options, arrangement).boards(topology);
    let after = arrangement.with(&names, |board| {
        board.pins.insert(pin.clone(), point(24, 16));
    });
    Arrangement::clone(&after)
}

#[test]
fn the_map_of_several_vpcs_is_kept_while_only_one_is_there() {
    let (one, several, [mine, other]) = one_and_several();
    for (nested, old) in [(false, "columns"), (true, "nested")] {
        let options = Options {
            nested,
            ..Options::default()
        };
        let pinned = |arrangement: &Arrangement, topology: &Topology| {
            pins_of(arrangement, &options, topology)
        };
        let mut whole = Arrangement::default();
        for pin in [&mine, &other] {
            whole = pinning(&whole, &options, &several, pin);
        }
        let both = pinned(&whole, &several);
        assert_eq!(both.len(), 2);
        assert_eq!(pinned(&whole, &one), []);
        let after = pinning(&whole, &options, &one, &mine);
        assert_eq!(pinned(&after, &one), std::slice::from_ref(&mine));
        assert_eq!(pinned(&after, &several), both);

        // The same where an earlier program kept the map of several under the word alone.
        let mut kept = Arrangement::default();
        let board = whole.boards.values().next().unwrap().clone();
        kept.boards.insert(old.to_owned(), board);
        assert_eq!(pinned(&kept, &several), both);
        assert_eq!(pinned(&kept, &one), []);
        let after = pinning(&kept, &options, &one, &mine);
        assert_eq!(pinned(&after, &one), std::slice::from_ref(&mine));
        assert_eq!(pinned(&after, &several), both);

        // What stands in another VPC is of it, too.
        let mut within = Arrangement::default();
        let pin = Pin {
            within: Some(other.key.clone()),
            ..mine.clone()
        };
        let board = within.boards.entry(old.to_owned()).or_default();
        board.pins.insert(pin, point(8, 16));
        assert_eq!(pinned(&within, &one), []);
    }
}

#[test]
fn what_an_earlier_program_kept_is_found_until_it_is_taken_back() {
    let (one, several, [mine, _]) = one_and_several();
    let vpc = one.vpcs().next().unwrap().0.clone();
    let whole = Options::default();
    let mut old = Arrangement::default();
    let board = old.boards.entry("columns".to_owned()).or_default();
    board.pins.insert(mine.clone(), point(8, 16));
    // What belongs to no VPC does not tell that there were others.
    let site = Pin {
        key: Resource::aws(Kind::CustomerGateway, "cgw-1"),
        within: None,
    };
    board.pins.insert(site, point(80, 16));
    assert_eq!(pins_of(&old, &whole, &one).len(), 2);

    // Both pictures go on with it, each with its own.
    let after = pinning(&old, &whole, &one, &mine);
    assert_eq!(after.boards["columns"], old.boards["columns"]);
    let seen = |arrangement: &Arrangement, topology: &Topology| {
        let names = with(&whole, arrangement).boards(topology);
        arrangement.board(&names).unwrap().pins[&mine]
    };
    assert_eq!(seen(&after, &one), point(24, 16));
    assert_eq!(seen(&after, &several), point(8, 16));

    let folder = tempfile::tempdir().unwrap();
    let file = ArrangementFile::of(None, &[SourceSpec::Path(file(folder.path()))]);
    for (options, topology) in [
        (whole.clone(), &one),
        (whole.clone(), &several),
        // By itself among others it has nothing of the old ones, and is the picture of the only one later.
        (Options::of_vpc(vpc), &several),
    ] {
        let names = with(&options, &old).boards(topology);
        let pinned = pinning(&old, &options, topology, &mine);
        let cleared = pinned.with(&names, |board| board.pins.clear());
        assert!(pins_of(&cleared, &options, topology).is_empty());
        file.save(&cleared).unwrap();
        let read = file.read().unwrap();
        assert_eq!(read, *cleared);
        assert!(pins_of(&read, &options, topology).is_empty());
        if options.vpcs.is_some() {
            assert!(pins_of(&read, &whole, &one).is_empty());
        }
    }

    // Where nothing old is there, nothing is left either.
    let fresh = Arrangement::default();
    let names = whole.boards(&one);
    let pinned = pinning(&fresh, &whole, &one, &mine);
    assert_eq!(*pinned.with(&names, |board| board.pins.clear()), fresh);
}

#[test]
fn redacted_pictures_keep_folds_of_zones_that_have_names_of_their_own() {
    let text = String::from_utf8(snapshot::write(&sample::network())).unwrap();
    for zone in [
        "zone-x",
        "the left rack",
        "use1-az1",
        "us-west-2-lax-1a",
        "us-east-1-wl1-bos-wlz-1",
    ] {
        let text = text.replace("\"eu-west-1b\"", &format!("\"{zone}\""));
        let network = snapshot::read(text.as_bytes(), "sample").unwrap();
        let topology = Topology::of(&network);
        let vpc = network
            .of_kind(Kind::Vpc)
            .find(|vpc| vpc.name() == Some("harbour-prod"));
        let vpc = vpc.unwrap().key().clone();
        let folds = Folds {
            collapsed: [Fold::Zone(vpc, zone.into())].into(),
            ..Folds::default()
        };
        for nested in [false, true] {
            let options = Options {
                nested,
                arrangement: Arc::new(Arrangement {
                    folds: folds.clone(),
                    ..Arrangement::default()
                }),
                ..Options::default()
            };
            let picture = |drawing: Drawing| {
                String::from_utf8(drawing.written(&Look::default()).unwrap()).unwrap()
            };
            let (of, with) = (Arc::new(network.clone()), Arc::new(Topology::of(&network)));
            let plain = picture(Drawing::new(of, with, &options, Size::Compact));
            let redacted = Drawing::redacted(&network, &topology, &options, Size::Compact);
            let redacted = picture(redacted);
            assert!(plain.contains("3 subnets"), "{zone} {nested}");
            assert!(redacted.contains("3 subnets"), "{zone} {nested}");
            let is_own = matches!(zone, "zone-x" | "the left rack");
            assert_eq!(redacted.contains(zone), !is_own, "{zone} {nested}");
        }
    }
}
