//! The window without a screen: flows by accessible name, as a screen reader or a person would go.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vpc_atlas::app::dialogs::{Answer, Purpose};
use vpc_atlas::network::{Kind, Network, RouteTableFacts};
use vpc_atlas::workspace::{SourceSpec, Store};

/// The name of the first resource of a kind on the map.
fn named(window: &Window, kind: Kind) -> String {
    let atlas = window.harness.state();
    let network = atlas.network().unwrap();
    let mut keys: Vec<_> = atlas.cards().filter(|key| key.kind == kind).collect();
    keys.sort();
    let name = keys.into_iter().find_map(|key| network.get(key)?.name());
    name.unwrap().to_owned()
}

#[test]
fn the_start_page_offers_a_sample_files_and_what_to_do_without_credentials() {
    let mut window = Window::new();
    window.run();
    for name in [
        "Sample network",
        "Open folder…",
        "Open file…",
        "Copy script",
    ] {
        window.node(name);
    }
    window.click("Copy script");
    let commands = &window.harness.output().platform_output.commands;
    let script = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    // The copy happens in the frame after the click; by now it may be out of the last output, but the toast says so.
    assert!(script.is_none_or(|script| script.contains("describe-vpcs")));
    assert!(window.has("Copied script"));
}

#[test]
fn the_start_page_works_by_keyboard() {
    let mut window = Window::new();
    window.run();
    for _ in 0..30 {
        window.press(Modifiers::NONE, Key::Tab);
        if window.node("Sample network").is_focused() {
            window.press(Modifiers::NONE, Key::Enter);
            window.wait();
            assert!(window.harness.state().network().is_some());
            return;
        }
    }
    panic!("Tab never reaches the sample");
}

#[test]
fn the_sample_opens_with_one_click_and_the_window_settles() {
    let mut window = Window::sample();
    let steps = window.harness.run();
    assert!(steps <= 5, "an idle window took {steps} frames to settle");
    assert!(window.kinds_on_map(Kind::Subnet) >= 9);
    assert!(window.has("resources"));
    let mut settings = Store::at(window.settings.path()).settings().0;
    assert_eq!(settings.recent.first().map(String::as_str), Some("sample"));
    settings.forget("sample");
    assert!(settings.recent.is_empty());
}

#[test]
fn pointing_at_a_card_lights_it_and_pointing_away_ends_that() {
    let mut window = Window::sample();
    window.harness.hover_at(egui::pos2(5.0, 890.0));
    window.run();
    let plain = window.shapes();
    let at = window
        .card(Kind::RouteTable, &named(&window, Kind::RouteTable))
        .rect()
        .center();
    window.harness.hover_at(at);
    window.run();
    let lit = window.shapes();
    assert!(
        lit > plain,
        "a veil and what is lit come on top: {plain} then {lit}"
    );
    assert_eq!(window.selected(), None, "pointing selects nothing");
    window.harness.hover_at(egui::pos2(5.0, 890.0));
    window.run();
    assert_eq!(window.shapes(), plain);
}

#[test]
fn a_click_selects_and_the_inspector_leads_on() {
    let mut window = Window::sample();
    let network = Arc::clone(window.harness.state().network().unwrap());
    let nat_route = |facts: &RouteTableFacts| {
        facts.routes.items().iter().find_map(|route| {
            let key = route
                .target
                .key()
                .filter(|key| key.kind == Kind::NatGateway)?;
            Some((
                route.destination.to_string(),
                network.get(key)?.name()?.to_owned(),
            ))
        })
    };
    let found = network
        .all::<RouteTableFacts>()
        .find_map(|(resource, facts)| {
            let (destination, target) = nat_route(facts)?;
            Some((resource.name()?.to_owned(), destination, target))
        });
    let (table, destination, target) = found.unwrap();
    window.select(Kind::RouteTable, &table);
    assert_eq!(window.selected(), Some((Kind::RouteTable, table)));
    assert!(window.has("Routes") && window.has("Subnets"));
    window.click(&format!("Route {destination} to {target}"));
    assert_eq!(window.selected(), Some((Kind::NatGateway, target)));
    assert!(window.has("Routed to from"));
    window.press(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(
        window.selected().map(|(kind, _)| kind),
        Some(Kind::RouteTable)
    );
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.selected(), None);
}

#[test]
fn a_subnet_says_how_full_it_is_who_uses_it_and_what_routes_it() {
    let mut window = Window::sample();
    let name = named(&window, Kind::Subnet);
    window.select(Kind::Subnet, &name);
    for words in [
        "addresses used",
        "Route table",
        "Network ACL",
        "Used by",
        "Tags",
    ] {
        assert!(window.has(words), "{words} is missing");
    }
    assert!(window.harness.query_by_role(Role::Meter).is_some());
}

#[test]
fn the_keys_go_from_card_to_card() {
    let mut window = Window::sample();
    let first = named(&window, Kind::Vpc);
    window.select(Kind::Vpc, &first);
    let start = window.selected();
    window.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(window.selected().map(|(kind, _)| kind), Some(Kind::Subnet));
    window.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(
        window.selected().map(|(kind, _)| kind),
        Some(Kind::RouteTable)
    );
    window.press(Modifiers::NONE, Key::ArrowLeft);
    window.press(Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(window.selected(), start);
    window.press(Modifiers::NONE, Key::Tab);
    assert_ne!(window.selected(), start);
    window.press(Modifiers::SHIFT, Key::Tab);
    assert_eq!(window.selected(), start);
}

#[test]
fn search_dims_what_does_not_match_and_enter_goes_to_the_first() {
    let mut window = Window::sample();
    window.harness.hover_at(egui::pos2(5.0, 890.0));
    window.run();
    let plain = window.shapes();
    window.press(Modifiers::COMMAND, Key::F);
    let name = named(&window, Kind::NatGateway);
    window.node("Search").type_text(&name);
    window.run();
    window.node(&format!("Result NAT gateway {name}"));
    assert!(window.shapes() > plain, "the rest is veiled");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.selected(), Some((Kind::NatGateway, name)));
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(window.selected(), None);
    window.press(Modifiers::COMMAND, Key::F);
    window.node("Search").type_text("nothing is called this");
    window.run();
    assert!(window.has("Nothing that was read matches."));
}

#[test]
fn a_kind_can_be_hidden_and_that_undone() {
    let mut window = Window::sample();
    let before = window.kinds_on_map(Kind::VpcEndpoint);
    assert!(before > 0);
    window.click("View");
    window.click("Hide on the map");
    window.click("VPC endpoints");
    assert_eq!(window.kinds_on_map(Kind::VpcEndpoint), 0);
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.has("VPC endpoints hidden"));
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.kinds_on_map(Kind::VpcEndpoint), before);
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window.kinds_on_map(Kind::VpcEndpoint), 0);
    assert_eq!(
        Store::at(window.settings.path()).settings().0.hidden_kinds,
        ["vpc-endpoint"]
    );
    window.click("VPC endpoints hidden");
    assert_eq!(window.kinds_on_map(Kind::VpcEndpoint), before);
}

#[test]
fn only_neighbours_can_be_shown() {
    let mut window = Window::sample();
    let all = window.kinds_on_map(Kind::RouteTable);
    let gateway = named(&window, Kind::NatGateway);
    window.select(Kind::NatGateway, &gateway);
    window.press(Modifiers::COMMAND, Key::J);
    let near = window.kinds_on_map(Kind::RouteTable);
    assert!(near >= 1 && near < all, "{near} of {all}");
    assert!(window.has(&format!("neighbours of {gateway}")));
    window.press(Modifiers::COMMAND, Key::J);
    assert_eq!(window.kinds_on_map(Kind::RouteTable), all);
}

#[test]
fn details_are_toggled_from_the_status_bar_and_remembered() {
    let mut window = Window::sample();
    let height = |window: &Window| {
        window
            .card(Kind::Vpc, &named(window, Kind::Vpc))
            .rect()
            .height()
    };
    let before = height(&window);
    window.click("Details");
    assert!(height(&window) > before);
    assert!(Store::at(window.settings.path()).settings().0.details);
    window.press(Modifiers::COMMAND, Key::D);
    assert!((height(&window) - before).abs() < 0.5);
}

#[test]
fn text_of_the_network_is_saved_from_the_same_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::sample();
    for (format, ending, words) in [
        ("CSV", "csv", "prod-app-a"),
        ("Markdown", "md", "# "),
        ("Mermaid", "mmd", "flowchart LR"),
        ("DOT", "dot", "digraph"),
        ("JSON", "json", "vpc_atlas_graph"),
    ] {
        let path = folder.path().join(format!("plan.{ending}"));
        window.press(Modifiers::COMMAND, Key::E);
        window.click(format);
        assert!(!window.has("Title block"), "{format}");
        type_over(&mut window, "File to write", &path);
        window.click("Save");
        let written = String::from_utf8(wait_for(&mut window, &path)).unwrap();
        assert!(written.contains(words), "{format}: {written}");
        let limit = Instant::now() + Duration::from_secs(20);
        while window.has("File to write") {
            assert!(Instant::now() < limit, "the dialog stays");
            std::thread::sleep(Duration::from_millis(5));
            window.harness.step();
        }
    }
    // What was chosen last is offered again, and a picture is one click away.
    window.press(Modifiers::COMMAND, Key::E);
    assert!(!window.has("Title block"));
    window.click("SVG");
    assert!(window.has("Title block"));
}

#[test]
fn a_picture_is_saved_by_path_where_there_is_no_dialog() {
    let mut window = Window::sample();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.svg");
    window.click("Export picture…");
    window.click("Browse…");
    assert!(window.has("This system shows no file dialog"));
    type_over(&mut window, "File to write", &path);
    window.click("Save");
    let svg = wait_for(&mut window, &path);
    assert!(svg.starts_with(b"<") && svg.windows(4).any(|four| four == b"<svg"));
    // The window hears of it a moment after the file is there.
    let limit = Instant::now() + Duration::from_secs(20);
    while !window.has("Saved ") {
        assert!(Instant::now() < limit, "nothing says that it was saved");
        std::thread::sleep(Duration::from_millis(5));
        window.harness.step();
    }
}

#[test]
fn a_picture_is_saved_where_the_dialog_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.png");
    let mut window = Window::answering(Answer::Chosen(path.clone()));
    window.run();
    window.click("Sample network");
    window.wait();
    window.press(Modifiers::COMMAND, Key::E);
    window.click("Browse…");
    let png = wait_for(&mut window, &path);
    assert!(png.starts_with(b"\x89PNG"));
    let asked = window.asked.lock().unwrap();
    assert!(
        asked.iter().any(
            |question| question.purpose == Purpose::SavePicture && question.file_name.is_some()
        )
    );
}

#[test]
fn a_picture_that_cannot_be_written_says_why_and_keeps_the_dialog() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::E);
    type_over(
        &mut window,
        "File to write",
        &PathBuf::from("/nowhere/at all/map.svg"),
    );
    window.click("Save");
    let limit = Instant::now() + Duration::from_secs(20);
    while !window.has("cannot write") {
        assert!(Instant::now() < limit, "no word about the failure");
        std::thread::sleep(Duration::from_millis(5));
        window.run();
    }
    window.node("File to write");
}

#[test]
fn what_cannot_be_read_says_so_and_the_window_goes_on() {
    let mut window = Window::new();
    window
        .harness
        .state_mut()
        .open(vec![SourceSpec::Path("/no/such/folder".into())]);
    window.wait();
    let banner = window.harness.state().banner().unwrap().to_owned();
    assert!(banner.contains("/no/such/folder"), "{banner}");
    window.click("Dismiss the error");
    assert_eq!(window.harness.state().banner(), None);
    window.node("Sample network");
}

#[test]
fn a_path_can_be_typed_where_there_is_no_dialog() {
    let mut window = Window::new();
    window.run();
    window.click("Open folder…");
    window.run();
    type_over(
        &mut window,
        "Path to open",
        &PathBuf::from("/no/such/folder"),
    );
    window.click("Open");
    window.wait();
    assert!(
        window
            .harness
            .state()
            .banner()
            .unwrap()
            .contains("/no/such/folder")
    );
}

#[test]
fn dropped_files_are_read() {
    #[derive(Debug)]
    struct Dropped(PathBuf);
    impl egui::DroppedFile for Dropped {
        fn path(&self) -> &std::path::Path {
            &self.0
        }
        fn bytes(&self) -> Result<Vec<u8>, String> {
            Err("the window reads by path".into())
        }
    }
    let mut window = Window::new();
    window.run();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vpcs.json");
    std::fs::write(
        &file,
        r#"{"Vpcs":[{"VpcId":"vpc-0a1b2c3d","CidrBlock":"10.9.0.0/16"}]}"#,
    )
    .unwrap();
    window
        .harness
        .input_mut()
        .dropped_files
        .push(Arc::new(Dropped(file)));
    window.wait();
    assert_eq!(
        window
            .harness
            .state()
            .network()
            .map(|network| network.len()),
        Some(1),
        "{:?}",
        window.harness.state().banner()
    );
    assert!(window.has("gaps"), "what was not in the file is said");
    window.press(Modifiers::COMMAND, Key::G);
    assert!(window.has("not in this input"));
}

#[test]
fn tables_sort_filter_and_copy() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::T);
    window.node("Kind of resource");
    let rows = |window: &Window| -> Vec<String> {
        window
            .harness
            .query_all_by_role(Role::Row)
            .filter_map(|row| row.accesskit_node().label())
            .collect()
    };
    let up = rows(&window);
    assert!(
        up.len() >= 9 && up.is_sorted_by(|a, b| vpc_atlas::picture::view::natural(a, b).is_le()),
        "{up:?}"
    );
    window.click("Sort by Name");
    let down = rows(&window);
    assert_eq!(down.first(), up.last());
    window.node("Filter rows").focus();
    window.run();
    window.node("Filter rows").type_text("public");
    window.run();
    let filtered = rows(&window);
    assert!(!filtered.is_empty() && filtered.len() < up.len());
    window.click("Copy as CSV");
    assert!(window.has("rows as CSV"));
}

#[test]
fn the_palette_finds_a_command_by_a_few_letters() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::K);
    window.node("Command to run").type_text("shde");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.run();
    assert!(
        Store::at(window.settings.path()).settings().0.details,
        "“shde” is “Show details”"
    );
}

#[test]
fn the_palette_hides_a_kind_and_copies_a_table() {
    let mut window = Window::sample();
    let before = window.kinds_on_map(Kind::VpcEndpoint);
    assert!(before > 0);
    for expected in [0, before] {
        window.press(Modifiers::COMMAND, Key::K);
        window.node("Command to run").type_text("hide endp");
        window.run();
        assert!(window.has("Hide or show VPC endpoints"));
        window.press(Modifiers::NONE, Key::Enter);
        window.run();
        assert_eq!(window.kinds_on_map(Kind::VpcEndpoint), expected);
    }
    window.press(Modifiers::COMMAND, Key::T);
    window.press(Modifiers::COMMAND, Key::K);
    window.node("Command to run").type_text("csv");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.run();
    assert!(window.has("rows as CSV (subnets)"));
}

#[test]
fn the_help_page_names_every_command() {
    let mut window = Window::sample();
    window.press(Modifiers::NONE, Key::F1);
    window.node("Help and shortcuts");
    assert!(window.has("Export picture"));
    assert!(window.has("Copy table as CSV") && window.has("Hide or show subnets"));
    window.click("Close help");
    assert!(!window.has("On the map"));
}

#[test]
fn every_vpc_can_be_shown_alone_and_together() {
    let mut window = Window::sample();
    let vpcs = window
        .harness
        .state()
        .network()
        .unwrap()
        .of_kind(Kind::Vpc)
        .count();
    assert!(vpcs >= 2);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 1);
    window.click("All VPCs 2 VPCs");
    assert_eq!(window.kinds_on_map(Kind::Vpc), vpcs);
    window.press(Modifiers::COMMAND, Key::PageDown);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 1);
}

#[test]
fn every_kind_of_resource_has_a_page_in_the_inspector() {
    let mut window = Window::sample();
    let network = Arc::clone(window.harness.state().network().unwrap());
    for kind in Kind::ALL {
        let Some(resource) = network.of_kind(*kind).next() else {
            continue;
        };
        let id = resource.key().id.to_string();
        window.press(Modifiers::COMMAND, Key::F);
        window.press(Modifiers::COMMAND, Key::A);
        window.node("Search").type_text(&id);
        window.run();
        window.press(Modifiers::NONE, Key::Enter);
        assert!(window.selected().is_some(), "{id} is not found");
        assert!(window.has("Seen from"), "{kind}: no page");
        window.press(Modifiers::NONE, Key::Escape);
        window.press(Modifiers::NONE, Key::Escape);
        window.press(Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn a_small_window_holds_everything() {
    let mut window = Window::sized(vec2(1000.0, 700.0), Answer::Unavailable);
    window.run();
    window.click("Sample network");
    window.wait();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(1000.0, 700.0));
    for name in [
        "File",
        "Search",
        "Commands",
        "Export picture…",
        "Fit",
        "Theme",
    ] {
        let rect = window
            .harness
            .query_all_by_label_contains(name)
            .next()
            .unwrap()
            .rect();
        assert!(screen.contains_rect(rect), "{name} at {rect:?}");
    }
}

#[test]
fn an_empty_network_says_that_it_is_empty() {
    let mut window = Window::new();
    window
        .harness
        .state_mut()
        .show_network("nothing", Arc::new(Network::new()));
    window.run();
    assert!(window.has("No VPC was read."));
}

/// Put a path into a field in place of what is in it.
fn type_over(window: &mut Window, field: &str, path: &std::path::Path) {
    window.node(field).focus();
    window.run();
    window.press(Modifiers::COMMAND, Key::A);
    window.node(field).type_text(path.to_str().unwrap());
    window.run();
}

/// Run the window until a file is there.
fn wait_for(window: &mut Window, path: &std::path::Path) -> Vec<u8> {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        window.run();
        if let Ok(bytes) = std::fs::read(path) {
            window.run();
            return bytes;
        }
        assert!(
            Instant::now() < limit,
            "{} was never written",
            path.display()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}
