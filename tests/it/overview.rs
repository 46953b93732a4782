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
use vpc_atlas::network::{
    Cause, Coverage, Gap, Interconnect, Key, Kind, Network, Scope, Shard, Text, Topology,
};
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
        ..Request::default()
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
    let (joined, apart) = (vpc(1, 0, 1), vpc(1, 3, 4));
    let pairs: Vec<&str> = (found.joined().iter())
        .map(|it| it.one.id.as_str())
        .collect();
    assert_eq!(pairs, [joined.as_str()]);
    let apart_key = key(Kind::Vpc, apart.clone());
    let others = found.apart_of(&apart_key).count();
    assert_eq!((others, found.joined_of(&apart_key).count()), (1, 0));
    assert_eq!(found.nests().len(), 2);
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

fn groups_with(view: &View, words: &str) -> Vec<(String, usize)> {
    let groups = view.diagram.groups().filter_map(|group| {
        let heading = group.heading.as_ref()?;
        let told = format!("{} {}", heading.title, heading.caption);
        told.contains(words).then_some((told, group.cards.len()))
    });
    groups.collect()
}

#[test]
fn an_account_that_did_not_tell_its_vpcs_has_a_frame_that_says_so() {
    let mut shard = Shard::new();
    let cause = Cause::Denied("ec2:DescribeVpcs".into());
    let gap = Gap::new("ec2:DescribeVpcs", "", cause, "not allowed");
    shard.add_gap(gap.of_kinds([Kind::Vpc]));
    let scope = Scope {
        account: Some("999900001111".into()),
        region: Some("eu-west-1".into()),
    };
    let network = estate().merged(&Network::of(scope, shard));
    let view = overview(&network);
    assert_eq!(groups_with(&view, "999900001111").len(), 1);
    let mut cards = view.diagram.cards();
    let card = cards.find(|card| card.title == "VPCs").unwrap();
    assert!(card.dashed && card.caption == "not allowed to read");
    // No number says that these are all.
    assert_eq!(view.diagram.columns[0].count, None);
    assert_eq!(overview(&estate()).diagram.columns[0].count, Some(60));
    let bands = view.diagram.bands.iter();
    let captions: Vec<&str> = bands
        .filter_map(|band| band.heading.as_ref())
        .map(|heading| heading.caption.as_str())
        .filter(|caption| caption.contains("others not read"))
        .collect();
    assert_eq!(captions.len(), 1, "{captions:?}");
}

#[test]
fn vpcs_can_be_grouped_by_a_tag_within_their_place() {
    let options = Options {
        overview: true,
        group_by: Some("Name".into()),
        ..Options::default()
    };
    let network = estate();
    let view = View::of(&network, &Topology::of(&network), &options);
    // Each has a name of its own, and a frame of its own by it.
    let framed = groups_with(&view, "prod-dub-app");
    assert_eq!(framed.len(), 1, "{framed:?}");
    assert_eq!(framed[0].1, 1);
    assert!(framed[0].0.contains("harbour-prod"), "{framed:?}");
    assert_eq!(
        view.diagram.cards().count(),
        overview(&network).diagram.cards().count()
    );
}

#[test]
fn default_vpcs_of_many_accounts_are_one_shared_block() {
    let mut network = Network::new();
    for account in 0..40 {
        let owner = format!("1111222233{account:02}");
        let id = format!("vpc-{account:03}");
        let mut lone = crate::support::estate::Estate::default();
        lone.vpc([&owner, "eu-west-1"], &id, "default", &["172.31.0.0/16"], 0);
        network = network.merged(&lone.finish());
    }
    let found = overlaps(&network, &Interconnect::of(&network));
    assert_eq!(found.nests().len(), 1);
    assert_eq!(found.nests()[0].vpcs().len(), 40);
    let one = key(Kind::Vpc, "vpc-007".to_owned());
    assert_eq!(
        (found.apart_of(&one).count(), found.joined().len()),
        (39, 0)
    );
    let view = overview(&network);
    let card = card(&view, &one);
    assert!(
        card.marks
            .iter()
            .any(|mark| mark.text.ends_with("and 34 more"))
    );
}

#[test]
fn a_large_network_is_drawn_beside_the_window_and_searched_part_by_part() {
    let mut many = crate::support::estate::Estate::default();
    for number in 0..1_500 {
        let block = format!("10.{}.{}.0/20", number / 16, number % 16 * 16);
        let id = format!("vpc-{number:04}");
        many.vpc(
            [PROD, "eu-west-1"],
            &id,
            &format!("crew-{number}"),
            &[&block],
            1,
        );
    }
    many.read_all();
    let mut window = Window::sized(vec2(1400.0, 900.0), Answer::Unavailable);
    let state = window.harness.state_mut();
    state.show_network("many", Arc::new(many.finish()));
    let until = |window: &mut Window, what: &str, is_so: &dyn Fn(&Window) -> bool| {
        for _ in 0..4_000 {
            window.harness.step();
            if is_so(window) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("{what}");
    };
    until(&mut window, "the overview never comes", &|window| {
        window.kinds_on_map(Kind::Vpc) == 1_500
    });
    // What joins the VPCs and what overlaps comes a little later too.
    until(&mut window, "nothing is worked out", &|window| {
        !window.has("comparing blocks…")
    });
    // The overview stands there while the map is drawn, and a word in the status bar says so.
    window.node("All VPCs 1,500 VPCs").click();
    until(&mut window, "nothing says that it is drawn", &|window| {
        window.has("drawing…") && window.kinds_on_map(Kind::Vpc) == 1_500
    });
    until(&mut window, "the map never comes", &|window| {
        window.kinds_on_map(Kind::Subnet) == 1_500
    });
    assert!(!window.has("drawing…"));
    // Undo comes back to the overview, drawn anew.
    window.press(Modifiers::COMMAND, egui::Key::Z);
    until(&mut window, "undo draws nothing", &|window| {
        window.kinds_on_map(Kind::Subnet) == 0 && window.kinds_on_map(Kind::Vpc) == 1_500
    });
    window.press(Modifiers::COMMAND, egui::Key::F);
    window.type_text("kind:subnet crew");
    until(&mut window, "the search ends never", &|window| {
        window.has("Result subnet")
    });
    window.press(Modifiers::NONE, egui::Key::Enter);
    until(&mut window, "nothing is selected", &|window| {
        window.selected().is_some()
    });
}
