//! Saved searches as views, tags as colours and groups, and what the search box offers.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::network::Kind;

fn search(window: &mut Window, text: &str) {
    window.press(Modifiers::COMMAND, Key::F);
    window.press(Modifiers::COMMAND, Key::A);
    window.node("Search").type_text(text);
    window.run();
}

fn palette(window: &mut Window, command: &str) {
    window.press(Modifiers::COMMAND, Key::K);
    window.node("Command to run").type_text(command);
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
}

fn save(window: &mut Window, query: &str, name: &str) {
    search(window, query);
    window.click("Save as a view…");
    window.node("Name of the view").type_text(name);
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.run();
}

fn cards(window: &Window) -> usize {
    window.harness.state().cards().count()
}

#[test]
fn a_saved_search_is_a_view_that_can_be_left_and_undone() {
    let mut window = Window::sample();
    let (all, tables) = (cards(&window), window.kinds_on_map(Kind::RouteTable));
    assert!(tables > 0 && window.has("Searches that you save are here"));
    save(&mut window, "kind:subnet tag:Tier=private ", "Private part");
    assert!(window.kinds_on_map(Kind::Subnet) > 0 && window.kinds_on_map(Kind::Vpc) > 0);
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);
    assert!(window.has("only the view Private part"));
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(cards(&window), all);
    assert!(!window.has("only the view"));
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);
    palette(&mut window, "Leave the view");
    assert!(window.kinds_on_map(Kind::RouteTable) >= tables);

    // By the list on the left, and by the palette.
    window.click("View Private part");
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);
    window.click("View Private part");
    assert!(window.kinds_on_map(Kind::RouteTable) > 0);
    palette(&mut window, "View: Private");
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);
    // What is gone to and not in the view leaves it.
    let table = {
        let network = window.harness.state().network().unwrap();
        let first = network.of_kind(Kind::RouteTable).next().unwrap();
        first.key().id.to_string()
    };
    search(&mut window, &format!("id:{table}"));
    window.press(Modifiers::NONE, Key::Enter);
    assert!(!window.has("only the view"));
}

#[test]
fn views_are_kept_renamed_and_deleted() {
    let mut window = Window::sample();
    save(&mut window, "prod", "Live");
    palette(&mut window, "Rename the view");
    window.press(Modifiers::COMMAND, Key::A);
    window.node("Name of the view").type_text("Production");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("only the view Production"));

    let settings = window.settings;
    let mut again = Window::with_settings(vec2(1400.0, 900.0), Answer::Unavailable, settings);
    again.run();
    again.click("Sample network");
    again.wait();
    assert!(!again.has("only the view"), "a view is not shown unasked");
    // What was being typed may go on.
    let kept = std::fs::read_to_string(again.settings.path().join("settings.json")).unwrap();
    assert!(kept.contains("prod*"), "{kept}");
    again.click("View Production");
    palette(&mut again, "Delete the view");
    again.click("Delete");
    assert!(!again.has("only the view") && again.has("Searches that you save are here"));
}

#[test]
fn a_view_that_finds_nothing_leaves_nothing() {
    let mut window = Window::sample();
    save(&mut window, "zebra ", "Stripes");
    assert_eq!(cards(&window), 0);
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(cards(&window) > 0);
}

#[test]
fn the_search_box_helps_with_its_grammar() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::F);
    assert!(window.has("Example cidr:10.0.0.0/16"));
    search(&mut window, "kind:sub");
    assert!(window.has("Complete kind:subnet"));
    window.press(Modifiers::NONE, Key::Tab);
    let found = window.kinds_on_map(Kind::Subnet);
    assert!(found > 0 && window.has("Result subnet prod-app-a"));
    assert!(!window.has("Complete kind:subnet"));
    window.click("Help for the search");
    window.click("Example tag:none kind:subnet: nobody put a tag on it");
    assert!(window.has("Nothing that was read matches."));
    search(&mut window, "kind:nat");
    // Nothing is called that yet: Enter takes what is offered.
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("Result NAT gateway prod-nat-a"));
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(
        window.selected().map(|(kind, _)| kind),
        Some(Kind::NatGateway)
    );
}

#[test]
fn the_map_is_coloured_and_grouped_by_tags() {
    let mut window = Window::sample();
    palette(&mut window, "Colour by tag");
    window.node("Tag key").type_text("tie");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("Coloured by tag Tier") && window.has("Colour no such tag"));
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(!window.has("Coloured by tag"));
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(window.has("Coloured by tag Tier"));

    palette(&mut window, "Group by tag");
    window.click("Tag Tier");
    let before = cards(&window);
    palette(&mut window, "Group by tag");
    // The first row ends it.
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(cards(&window), before);

    // A line of the legend searches for what has its colour.
    let private = {
        let mut nodes = window.harness.query_all_by_label_contains("Colour private");
        nodes
            .find_map(|node| node.accesskit_node().label())
            .unwrap()
    };
    window.click(&private);
    assert!(window.has("Result subnet prod-app-a"));

    let settings = window.settings;
    let mut again = Window::with_settings(vec2(900.0, 600.0), Answer::Unavailable, settings);
    again.run();
    again.click("Sample network");
    again.wait();
    assert!(again.has("Coloured by tag Tier"), "the choice is kept");
    again.click("No colours by tag");
    assert!(!again.has("Coloured by tag"));
}
