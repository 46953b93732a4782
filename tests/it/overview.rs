//! The overview of all accounts, regions and VPCs: what stands on it, what lights up together, and the way in and back.

use crate::support::estate::{DEV, NETWORK, PARTNER, PROD, backwards, crowd, estate, vpc};
use crate::support::gui::Window;
use eframe::egui;
use egui::{Modifiers, vec2};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use vpc_atlas::analysis::overlap::overlaps;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::export::{self, svg};
use vpc_atlas::network::{Coverage, Interconnect, Key, Kind, Network, Shard, Text, Topology};
use vpc_atlas::picture::diagram::{Card, CardId, Diagram, End, Sign};
use vpc_atlas::picture::layout::{Layout, Request, Size, layout};
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::source::sample;

fn overview(network: &Network) -> View {
    let options = Options {
        overview: true,
        ..Options::default()
    };
    View::of(network, &Topology::of(network), &options)
}

fn laid_out(diagram: &Arc<Diagram>) -> Layout {
    layout(&Request {
        diagram: Arc::clone(diagram),
        size: Size::Compact,
        previous: None,
    })
}

/// A diagram in words: what stands where, and what the lines join.
fn told(diagram: &Diagram) -> String {
    let mut out = String::new();
    let names: BTreeMap<CardId, &str> = diagram
        .cards()
        .map(|card| (card.id, card.title.as_str()))
        .collect();
    let heads: Vec<String> = diagram
        .columns
        .iter()
        .map(|head| match head.count {
            Some(count) => format!("{} · {count}", head.title),
            None => head.title.clone(),
        })
        .collect();
    let _ = writeln!(out, "{}", heads.join(" | "));
    let card_line = |out: &mut String, card: &Card| {
        let _ = write!(out, "      {}", if card.dashed { "┆ " } else { "" });
        let _ = write!(out, "{} — {}", card.title, card.caption);
        for line in &card.more {
            let _ = write!(out, " / {line}");
        }
        if let Some(badge) = &card.trailing {
            let _ = write!(out, " [{}]", badge.text);
        }
        for mark in &card.marks {
            let _ = write!(out, " ({:?}: {})", mark.sign, mark.text.replace('\n', "; "));
        }
        out.push('\n');
    };
    for band in &diagram.bands {
        if let Some(heading) = &band.heading {
            let _ = writeln!(out, "{} ({})", heading.title, heading.caption);
        }
        for (column, groups) in band.columns.iter().enumerate() {
            for group in groups {
                let heading = group.heading.as_ref();
                let heading = heading.map(|it| format!("{} ({})", it.title, it.caption));
                let frame = if group.boxed { " framed" } else { "" };
                let _ = writeln!(out, "   {column}{frame} {}", heading.unwrap_or_default());
                for card in &group.cards {
                    card_line(&mut out, card);
                }
            }
        }
    }
    for group in &diagram.shared {
        let _ = writeln!(out, "   shared");
        for card in &group.cards {
            card_line(&mut out, card);
        }
    }
    let name = |end: End| match end {
        End::Card(card) => names.get(&card).copied().unwrap_or("?"),
        End::Group(_) => "a group",
    };
    for net in &diagram.nets {
        for leg in &net.legs {
            let _ = writeln!(out, "{:?}: {} → {}", leg.line, name(leg.from), name(net.to));
        }
    }
    out
}

fn card<'a>(view: &'a View, key: &Key) -> &'a Card {
    let id = view
        .card(key)
        .unwrap_or_else(|| panic!("{key} has no card"));
    view.diagram.cards().find(|card| card.id == id).unwrap()
}

fn key(kind: Kind, id: impl Into<Text>) -> Key {
    Key::aws(kind, id)
}

#[test]
fn an_estate_in_words() {
    insta::assert_snapshot!(told(&overview(&estate()).diagram));
}

#[test]
fn the_sample_in_words() {
    insta::assert_snapshot!(told(&overview(&sample::network()).diagram));
}

#[test]
fn the_same_network_gives_the_same_picture_whatever_the_order_it_was_read_in() {
    let network = estate();
    let backwards = backwards(&network);
    let picture = |network: &Network| {
        let view = overview(network);
        let places = laid_out(&view.diagram);
        let scene = Scene::new(Arc::clone(&view.diagram), Arc::new(places));
        svg(&scene, &export::Options::default())
    };
    assert!(picture(&network) == picture(&backwards));
}

#[test]
fn cards_stand_apart_and_every_one_is_there_once() {
    for network in [estate(), sample::network(), crowd(24, 2)] {
        let view = overview(&network);
        let mut ids = BTreeSet::new();
        for card in view.diagram.cards() {
            assert!(ids.insert(card.id), "{} stands twice", card.title);
        }
        let places = laid_out(&view.diagram);
        let mut by_column: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for place in &places.cards {
            by_column.entry(place.column).or_default().push(place.rect);
        }
        for rects in by_column.values_mut() {
            rects.sort_by_key(|rect| rect.min.y);
            for pair in rects.windows(2) {
                assert!(pair[0].max.y < pair[1].min.y, "cards on top of each other");
            }
        }
    }
}

#[test]
fn overlaps_that_matter_stand_out_from_those_that_do_not() {
    let network = estate();
    let found = overlaps(&network, &Interconnect::of(&network));
    let pairs: Vec<(bool, &str)> = found
        .iter()
        .map(|it| (it.matters(), it.one.id.as_str()))
        .collect();
    let (joined, apart) = (vpc(1, 0, 1), vpc(1, 3, 4));
    assert_eq!(pairs, [(true, joined.as_str()), (false, apart.as_str())]);
    let view = overview(&network);
    let joined = card(&view, &key(Kind::Vpc, joined));
    assert_eq!(
        joined.trailing.as_ref().map(|it| it.text.as_str()),
        Some("overlap")
    );
    assert_eq!(joined.marks[0].sign, Sign::Warn);
    assert!(
        joined.marks[0]
            .text
            .contains("100.64.0.0/16 is also a block of dev-dub-app")
    );
    assert!(joined.marks[0].text.contains("hub-eu joins the two"));
    let apart = card(&view, &key(Kind::Vpc, apart));
    assert_eq!(apart.trailing, None);
    assert_eq!(apart.marks[0].sign, Sign::Info);
    assert!(apart.marks[0].text.ends_with("nothing joins the two"));
}

#[test]
fn what_was_not_loaded_is_a_stub_with_what_is_known_of_it() {
    let network = estate();
    let view = overview(&network);
    let far = card(&view, &key(Kind::Vpc, "vpc-0far"));
    assert!(far.dashed && far.caption.contains("not loaded"));
    assert_eq!(far.more, ["172.20.0.0/16"]);
    let group = view.diagram.groups().find(|group| {
        let mut cards = group.cards.iter();
        cards.any(|card| card.id == far.id)
    });
    let heading = group.and_then(|group| group.heading.clone()).unwrap();
    assert_eq!(
        (heading.title.as_str(), heading.caption.as_str()),
        (PARTNER, "us-west-2")
    );
    let partner = card(&view, &key(Kind::TransitGateway, "tgw-0partner"));
    assert!(partner.dashed && partner.caption.contains(PARTNER));
    // Whose tables only the owner sees is not said to have none.
    let alone = network
        .shards()
        .filter(|(scope, _)| scope.account.as_deref() == Some(DEV));
    let alone = alone.fold(Network::new(), |all, (scope, shard)| {
        all.with_shard(scope.clone(), Arc::clone(shard))
    });
    let words = told(&overview(&alone).diagram);
    assert!(
        words.contains(&format!("┆ Route tables — seen by {NETWORK} only")),
        "{words}"
    );
}

#[test]
fn kinds_that_were_not_read_are_said_to_be_so() {
    let network = estate();
    let blind = network
        .shards()
        .fold(Network::new(), |all, (scope, shard)| {
            let mut bare = Shard::from_resources(shard.resources().cloned());
            bare.cover(Kind::Vpc, Coverage::Complete);
            all.with_shard(scope.clone(), Arc::new(bare))
        });
    let words = told(&overview(&blind).diagram);
    assert!(words.contains("Not everything was read"), "{words}");
    assert!(
        words.contains("┆ Route tables — not in this input"),
        "{words}"
    );
    assert!(!told(&overview(&network).diagram).contains("not in this input"));
}

#[test]
fn shared_subnets_say_with_whom() {
    let network = estate();
    let edge = card(&overview(&network), &key(Kind::Vpc, vpc(0, 0, 0))).clone();
    assert!(
        edge.more.contains(&format!("2 subnets shared with {PROD}")),
        "{:?}",
        edge.more
    );
    let map = View::of(
        &network,
        &Topology::of(&network),
        &Options::of_vpc(key(Kind::Vpc, vpc(0, 0, 0))),
    );
    let subnet = card(&map, &key(Kind::Subnet, "subnet-00000"));
    assert!(
        subnet.details.contains(&format!("shared with {PROD}")),
        "{:?}",
        subnet.details
    );
}

fn lit(network: &Network, key: &Key, kind: Kind) -> BTreeSet<String> {
    let related = Interconnect::of(network).related(key);
    for (from, to) in &related.lines {
        assert!(related.keys.contains(from) && related.keys.contains(to));
    }
    let keys = related.keys.iter().filter(|it| it.kind == kind);
    keys.map(|it| it.id.to_string()).collect()
}

fn set(ids: &[String]) -> BTreeSet<String> {
    ids.iter().cloned().collect()
}

#[test]
fn a_vpc_lights_what_its_tables_have_routes_to() {
    let network = estate();
    // eu-prod has routes to the production VPCs, the edge, Oslo, and over the peering to all that is on hub-us.
    let app = key(Kind::Vpc, vpc(1, 0, 1));
    assert_eq!(
        lit(&network, &app, Kind::Vpc),
        set(&[
            vpc(1, 0, 1),
            vpc(1, 0, 2),
            vpc(0, 0, 0),
            vpc(0, 2, 0),
            vpc(1, 2, 1),
            vpc(1, 2, 2),
            vpc(2, 2, 1),
        ])
        .into_iter()
        // What us-all sends back over the peering goes by eu-shared.
        .chain([vpc(2, 0, 1)])
        .collect()
    );
    assert_eq!(
        lit(&network, &app, Kind::CustomerGateway),
        set(&["cgw-0oslo".into()])
    );
    // eu-shared knows no way to the data VPC nor over the peering.
    let dev = key(Kind::Vpc, vpc(2, 0, 1));
    assert_eq!(
        lit(&network, &dev, Kind::Vpc),
        set(&[vpc(1, 0, 1), vpc(0, 0, 0), vpc(2, 0, 1)])
    );
}

#[test]
fn tables_peerings_and_sites_light_what_they_join() {
    let network = estate();
    let shared = key(Kind::TransitGatewayRouteTable, "tgw-rtb-0shared");
    assert_eq!(
        lit(&network, &shared, Kind::TransitGateway),
        set(&["tgw-0eu".into(), "tgw-0us".into()])
    );
    assert_eq!(
        lit(&network, &shared, Kind::Vpc),
        set(&[vpc(0, 0, 0), vpc(1, 0, 1), vpc(2, 0, 1)])
    );
    let peering = key(Kind::VpcPeeringConnection, "pcx-0far");
    assert_eq!(
        lit(&network, &peering, Kind::Vpc),
        set(&[vpc(1, 2, 4), "vpc-0far".into()])
    );
    let lab = key(Kind::CustomerGateway, "cgw-0lab");
    assert_eq!(lit(&network, &lab, Kind::Vpc), set(&[vpc(2, 1, 3)]));
    assert_eq!(
        lit(&network, &lab, Kind::VpnConnection),
        set(&["vpn-0lab".into()])
    );
    let oslo = key(Kind::VpnConnection, "vpn-0oslo");
    assert_eq!(
        lit(&network, &oslo, Kind::TransitGateway),
        set(&["tgw-0eu".into()])
    );
}

#[test]
fn every_line_of_the_overview_lights_with_something() {
    let network = estate();
    let view = overview(&network);
    let links = Interconnect::of(&network);
    let mut dark: BTreeSet<_> = view
        .diagram
        .nets
        .iter()
        .flat_map(|net| {
            let legs = 0..u32::try_from(net.legs.len()).unwrap();
            legs.map(|leg| vpc_atlas::picture::diagram::LegId { net: net.id, leg })
        })
        .collect();
    for (_, key) in view.keys() {
        for leg in view.lit(&links.related(key)).legs {
            dark.remove(&leg);
        }
    }
    let dark: Vec<_> = dark.into_iter().map(|leg| view.line(leg)).collect();
    assert!(dark.is_empty(), "{dark:?}");
}

#[test]
fn both_sides_of_a_peering_of_transit_gateways_are_no_conflict() {
    assert_eq!(estate().gaps(), []);
    let links = Interconnect::of(&estate());
    let peering = key(Kind::TransitGatewayAttachment, "tgw-attach-0peer");
    let peering = links.attachment(&peering).unwrap();
    assert_eq!((peering.gateways.len(), peering.tables.len()), (2, 2));
}

// ---------------------------------------------------------------- in the window

fn window(size: egui::Vec2) -> Window {
    let mut window = Window::sized(size, Answer::Unavailable);
    window
        .harness
        .state_mut()
        .show_network("estate", Arc::new(estate()));
    window.run();
    window
}

#[test]
fn an_estate_opens_on_the_overview_and_a_card_leads_in_and_the_breadcrumb_back() {
    let mut window = window(vec2(1400.0, 900.0));
    assert_eq!(window.kinds_on_map(Kind::Vpc), 61);
    assert_eq!(window.kinds_on_map(Kind::TransitGateway), 3);
    assert_eq!(window.kinds_on_map(Kind::Subnet), 0);
    assert!(window.has("60 VPCs in 12 accounts and regions"));

    window.click("VPC network-dub-app");
    assert!(window.kinds_on_map(Kind::Subnet) > 0);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 1);
    window.click("All");
    assert_eq!(window.kinds_on_map(Kind::Vpc), 61);

    // By the keyboard: select, go in, come back.
    window.select_in_view(Kind::Vpc);
    let (_, name) = window.selected().unwrap();
    window.press(Modifiers::NONE, egui::Key::Enter);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 1);
    assert!(window.kinds_on_map(Kind::Subnet) > 0, "{name}");
    window.press(Modifiers::NONE, egui::Key::Backspace);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 61);
    window.press(Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(
        window.kinds_on_map(Kind::Vpc),
        1,
        "undo goes back into the VPC"
    );
    window.press(Modifiers::ALT, egui::Key::ArrowUp);
    assert_eq!(window.kinds_on_map(Kind::Vpc), 61);
}

#[test]
fn search_leads_from_the_overview_to_where_a_thing_stands() {
    let mut window = window(vec2(1400.0, 900.0));
    for (query, on_overview) in [
        ("prod-fra-data-b", false),
        ("eu-prod", true),
        ("oslo-office", true),
    ] {
        window.press(Modifiers::COMMAND, egui::Key::F);
        window.press(Modifiers::COMMAND, egui::Key::A);
        window.type_text(query);
        window.press(Modifiers::NONE, egui::Key::Enter);
        let (_, name) = window.selected().unwrap();
        assert_eq!(name, query);
        let is_overview = window.kinds_on_map(Kind::Vpc) == 61;
        assert_eq!(is_overview, on_overview, "{query}");
        window.press(Modifiers::NONE, egui::Key::Escape);
    }
}

#[test]
fn overlaps_are_listed_over_the_map() {
    let mut window = window(vec2(900.0, 600.0));
    window.click("1 overlap");
    assert!(window.has("prod-dub-app and dev-dub-app"));
    assert!(window.has("100.64.0.0/16 · joined by hub-eu"));
    window.click("prod-dub-app and dev-dub-app");
    assert_eq!(
        window.selected(),
        Some((Kind::Vpc, "prod-dub-app".to_owned()))
    );
    assert!(window.has("Blocks overlap with"));
}

#[test]
fn stubs_can_be_selected_and_say_what_is_known() {
    let mut window = window(vec2(1400.0, 900.0));
    window.click("VPC prod-iad-batch");
    window.press(Modifiers::ALT, egui::Key::ArrowUp);
    window.press(Modifiers::COMMAND, egui::Key::F);
    window.type_text("pcx-0far");
    window.press(Modifiers::NONE, egui::Key::Enter);
    window.click("vpc-0far");
    assert!(window.has("was not read"));
    assert!(window.has(PARTNER) && window.has("us-west-2"));
}

#[test]
fn the_window_on_an_estate_settles() {
    let mut window = window(vec2(1400.0, 900.0));
    let steps = window.harness.run();
    assert!(steps <= 5, "an idle window took {steps} frames to settle");
}

/// Writes the estate as a snapshot file, to be opened in the window: the test binary with `--ignored` and the variable.
#[test]
#[ignore = "writes a file where VPC_ATLAS_ESTATE names one"]
fn write_the_estate() {
    if let Some(path) = std::env::var_os("VPC_ATLAS_ESTATE") {
        std::fs::write(path, vpc_atlas::source::snapshot::write(&estate())).unwrap();
    }
    if let Some(path) = std::env::var_os("VPC_ATLAS_CROWD") {
        std::fs::write(path, vpc_atlas::source::snapshot::write(&crowd(200, 5))).unwrap();
    }
}
