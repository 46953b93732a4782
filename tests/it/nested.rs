//! Boxes in boxes: what stands in what, that lines keep clear of what they do not belong to, and the switch in the
//! window.

use crate::diagrams::{NestMaker, card, nested_quota};
use crate::support::estate::{backwards, estate};
use crate::support::gui::Window;
use eframe::egui;
use egui::{Modifiers, vec2};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use vpc_atlas::app::dialogs::Answer;
use vpc_atlas::export::{self, svg};
use vpc_atlas::network::{Key, Kind, Network, Topology};
use vpc_atlas::picture::diagram::{
    Card, CardId, Diagram, End, Group, GroupId, Leg, LegId, Line, Mark, Nest, Net, NetId, Role,
    Sign,
};
use vpc_atlas::picture::geometry::{Fx, Point, Rect};
use vpc_atlas::picture::glyph::Glyph;
use vpc_atlas::picture::layout::{GroupPlace, Layout, Request, Size, layout};
use vpc_atlas::picture::scene::{Level, Scene, Target};
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::source::sample;

fn nested(network: &Network) -> View {
    let options = Options {
        nested: true,
        ..Options::default()
    };
    View::of(network, &Topology::of(network), &options)
}

fn laid_out(diagram: &Arc<Diagram>, size: Size) -> Layout {
    layout(&Request {
        diagram: Arc::clone(diagram),
        size,
        previous: None,
        ..Request::default()
    })
}

fn scene(diagram: &Arc<Diagram>) -> Scene {
    let places = laid_out(diagram, Size::Compact);
    Scene::new(Arc::clone(diagram), Arc::new(places))
}

// ---------------------------------------------------------------- what must hold

/// Everything that must hold of boxes in boxes and of the lines between them. Gives how many stretches of lines there
/// are, and how many of them lie on one of another net.
fn check(diagram: &Diagram, places: &Layout) -> (usize, usize) {
    let groups: Vec<&Group> = diagram.groups().collect();
    assert_eq!(places.groups.len(), groups.len());
    assert_eq!(places.cards.len(), diagram.cards().count());
    let rect = |group: GroupId| places.group(group).unwrap().rect;
    let on_border: BTreeSet<GroupId> = diagram
        .nest
        .iter()
        .flat_map(|nest| &nest.realms)
        .flat_map(|realm| &realm.sites)
        .filter_map(|site| Some(site.border.as_ref()?.id))
        .collect();
    // What stands in a box is inside it, but for what stands on its border.
    for place in &places.groups {
        assert!(places.bounds.contains_rect(&place.rect), "{place:?}");
        let Some(parent) = place.parent else { continue };
        let around = rect(parent);
        if on_border.contains(&place.id) {
            assert!(around.touches(&place.rect));
            let outer = places.around(parent);
            let outer = outer.first().expect("a site stands in a realm");
            assert!(rect(*outer).contains_rect(&place.rect), "{place:?}");
        } else {
            assert!(around.contains_rect(&place.rect), "{place:?} in {around:?}");
        }
    }
    for card in &places.cards {
        let around = places.groups[card.group].rect;
        assert!(around.contains_rect(&card.rect), "{card:?} in {around:?}");
    }
    // Two boxes are one in the other, or apart.
    let is_within = |one: GroupId, other: GroupId| places.around(one).contains(&other);
    for (index, one) in places.groups.iter().enumerate() {
        for two in places.groups.iter().skip(index + 1) {
            let is_empty = |place: &GroupPlace| {
                place.rect.width() == Fx::ZERO || place.rect.height() == Fx::ZERO
            };
            if is_within(one.id, two.id) || is_within(two.id, one.id) {
                continue;
            }
            let may = is_empty(one) || is_empty(two);
            assert!(may || !one.rect.overlaps(&two.rect), "{one:?} {two:?}");
        }
    }
    // Cards are apart, but for the head of a box and what is in the box or on its border.
    let heads: BTreeSet<CardId> = groups
        .iter()
        .filter_map(|group| Some(group.head()?.id))
        .collect();
    for (index, one) in places.cards.iter().enumerate() {
        for two in places.cards.iter().skip(index + 1) {
            assert!(
                !one.rect.overlaps(&two.rect),
                "{one:?} {two:?} {}",
                heads.contains(&one.id)
            );
        }
    }
    check_lines(diagram, places)
}

fn check_lines(diagram: &Diagram, places: &Layout) -> (usize, usize) {
    let owner_of_head: BTreeMap<CardId, GroupId> = diagram
        .groups()
        .filter_map(|group| Some((group.head()?.id, group.id)))
        .collect();
    // A box that a line may end at, for its head.
    let end_rect = |end: End| match end {
        End::Card(id) => match owner_of_head.get(&id) {
            Some(group) => places.group(*group).unwrap().rect,
            None => places.card(id).unwrap().rect,
        },
        End::Group(id) => places.group(id).unwrap().rect,
    };
    let group_of = |end: End| match end {
        End::Card(id) => places.group_of(id).unwrap(),
        End::Group(id) => id,
    };
    let cells: Vec<(GroupId, Rect)> = diagram
        .groups()
        .filter(|group| group.frame.is_some() && !places.holds_groups(group.id))
        .filter(|group| group.head().is_some())
        .map(|group| (group.id, places.group(group.id).unwrap().rect))
        .collect();
    let sites: BTreeSet<GroupId> = diagram
        .nest
        .iter()
        .flat_map(|nest| &nest.realms)
        .flat_map(|realm| realm.sites.iter().map(|site| site.group.id))
        .collect();
    let mut drawn = BTreeSet::new();
    let mut stretches: Vec<(NetId, Line, Rect, bool)> = Vec::new();
    for route in &places.routes {
        for (position, joint) in route.joints.iter().enumerate() {
            assert!(joint.next.is_none_or(|next| next > position));
        }
        let net = diagram.nets.iter().find(|net| net.id == route.net).unwrap();
        for (position, leg) in route.legs.iter().enumerate() {
            let id = route.leg_id(position).unwrap();
            assert!(drawn.insert(id), "a leg is drawn twice");
            let path = route.path(position);
            let from = net.legs[leg.leg as usize].from;
            let is_on_edge = |rect: Rect, at: Point| {
                let upright = at.x == rect.min.x || at.x == rect.max.x;
                let level = at.y == rect.min.y || at.y == rect.max.y;
                rect.contains(at) && (upright || level)
            };
            assert!(path.len() >= 2, "no way at all: {net:?}");
            assert!(is_on_edge(end_rect(from), path[0]), "{path:?} {from:?}");
            let last = *path.last().unwrap();
            assert!(is_on_edge(end_rect(net.to), last), "{path:?} {:?}", net.to);
            assert_eq!(route.end(), Some(last));
            let own = [group_of(from), group_of(net.to)];
            for ends in path.windows(2) {
                assert!(
                    (ends[0].x == ends[1].x) != (ends[0].y == ends[1].y),
                    "a slope or a stop: {path:?}"
                );
                let stretch = Rect::around(ends).unwrap();
                assert!(places.bounds.contains_rect(&stretch));
                for (cell, rect) in &cells {
                    let inside = rect.grown(Fx(-1));
                    assert!(
                        own.contains(cell) || sites.contains(cell) || !inside.touches(&stretch),
                        "a line runs through a box: {path:?} {rect:?}"
                    );
                }
                for card in &places.cards {
                    if owner_of_head.contains_key(&card.id) {
                        continue;
                    }
                    let inside = card.rect.grown(Fx(-1));
                    assert!(
                        !inside.touches(&stretch),
                        "a line runs through a card: {path:?} {card:?}"
                    );
                }
            }
        }
        for strand in route.strands(|_| true) {
            assert!(strand.points.len() > 1);
            for ends in strand.points.windows(2) {
                let stretch = Rect::around(ends).unwrap();
                let level = ends[0].y == ends[1].y;
                assert!(level || ends[0].x == ends[1].x);
                stretches.push((route.net, route.line, stretch, level));
            }
        }
    }
    // Lines of two nets that lie on each other for more than a corner's length.
    let mut covered = 0;
    for (index, (net, line, one, level)) in stretches.iter().enumerate() {
        covered += usize::from(stretches.iter().skip(index + 1).any(
            |(other_net, other_line, two, other_level)| {
                let same = (net, line) == (other_net, other_line) || level != other_level;
                let (apart, along) = if *level {
                    (
                        (one.min.y - two.min.y).abs(),
                        one.max.x.min(two.max.x) - one.min.x.max(two.min.x),
                    )
                } else {
                    (
                        (one.min.x - two.min.x).abs(),
                        one.max.y.min(two.max.y) - one.min.y.max(two.min.y),
                    )
                };
                !same && apart < Fx::px(1) && along > Fx::px(8)
            },
        ));
    }
    // Every leg between two ends that are there is drawn.
    let there: BTreeSet<CardId> = diagram.cards().map(|card| card.id).collect();
    for net in &diagram.nets {
        for (leg, description) in (0..).zip(&net.legs) {
            let is_there = |end: End| matches!(end, End::Card(id) if there.contains(&id));
            let is_drawn =
                is_there(net.to) && is_there(description.from) && net.to != description.from;
            assert_eq!(drawn.contains(&LegId { net: net.id, leg }), is_drawn);
        }
    }
    (stretches.len(), covered)
}

#[test]
fn what_must_hold_holds_for_networks() {
    for diagram in [
        nested(&sample::network()).diagram,
        nested(&estate()).diagram,
        Arc::new(nested_quota(3)),
        Arc::new(Diagram {
            nest: Some(Nest::default()),
            ..Diagram::default()
        }),
    ] {
        for size in [Size::Compact, Size::Details] {
            let (stretches, covered) = check(&diagram, &laid_out(&diagram, size));
            assert!(
                covered * 50 <= stretches,
                "{covered} of {stretches} stretches lie on another one"
            );
        }
    }
}

/// Boxes of every shape, and lines between any two cards.
fn any_nest() -> impl Strategy<Value = Diagram> {
    let cards = |most: usize| prop::collection::vec(("[a-z]{0,24}", 0..3_usize), 0..=most);
    let cell = (0..4_u32, 0..6_u32, cards(3));
    let strip = prop::collection::vec(cell, 0..5);
    let site = (cards(2), cards(5), prop::collection::vec(strip, 0..4));
    let realm = (
        prop::collection::vec(cards(2), 0..3),
        prop::collection::vec(site, 0..3),
    );
    let line = prop::sample::select(vec![Line::Association, Line::Route, Line::Blackhole]);
    let net = (0..90_u32, prop::collection::vec((0..90_u32, line), 0..8));
    (
        prop::collection::vec(realm, 0..3),
        prop::collection::vec(cards(2), 0..3),
        prop::collection::vec(net, 0..24),
    )
        .prop_map(|(realms, beyond, nets)| {
            let made = |cards: Vec<(String, usize)>| -> Vec<Card> {
                let cards = cards.into_iter();
                cards
                    .map(|(title, details)| Card {
                        details: vec!["more".to_owned(); details],
                        ..card(Role::Gateway, Glyph::NatGateway, &title, "caption")
                    })
                    .collect()
            };
            let mut maker = NestMaker::default();
            for (beside, sites) in realms {
                maker.realm(beside.into_iter().map(made).collect());
                for (loose, border, strips) in sites {
                    maker.site("site", made(loose), made(border));
                    for cells in strips {
                        let cells = cells.into_iter();
                        let cells = cells.map(|(tier, row, cards)| (tier, row, made(cards)));
                        maker.strip("strip", cells.collect());
                    }
                }
            }
            for cards in beyond {
                maker.beyond(made(cards));
            }
            let mut diagram = maker.done();
            // Heads of realms and strips are words and have no cards, so every card may be an end.
            diagram.nets = (0..)
                .zip(nets)
                .map(|(id, (to, legs))| Net {
                    id: NetId(id),
                    to: End::Card(CardId(to)),
                    role: Role::Gateway,
                    legs: legs
                        .into_iter()
                        .map(|(from, line)| Leg {
                            from: End::Card(CardId(from)),
                            line,
                            role: Role::Transit,
                        })
                        .collect(),
                })
                .collect();
            diagram
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_holds_for_any_boxes(diagram in any_nest(), details: bool) {
        let size = if details { Size::Details } else { Size::Compact };
        let diagram = Arc::new(diagram);
        check(&diagram, &laid_out(&diagram, size));
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter(diagram in any_nest(), turn in 0..20_usize) {
        let straight = laid_out(&Arc::new(diagram.clone()), Size::Compact);
        let again = laid_out(&Arc::new(diagram.clone()), Size::Compact);
        prop_assert_eq!(&straight, &again);
        let mut turned = diagram;
        if !turned.nets.is_empty() {
            let by = turn % turned.nets.len();
            turned.nets.rotate_left(by);
        }
        prop_assert_eq!(&straight, &laid_out(&Arc::new(turned), Size::Compact));
    }

    #[test]
    fn a_picture_of_any_boxes_is_sound(diagram in any_nest()) {
        let scene = scene(&Arc::new(diagram));
        let drawn = svg(&scene, &export::Options { title: Some("any"), ..export::Options::default() });
        roxmltree::Document::parse(&drawn).unwrap();
        for level in Level::ALL {
            for group in scene.layout().groups.iter().filter(|group| group.parent.is_none()) {
                let is_empty = group.rect.width() == Fx::ZERO || group.rect.height() == Fx::ZERO;
                prop_assert!(is_empty || !scene.visible(level, &group.rect).is_empty(), "{:?}", level);
            }
        }
    }
}

// ---------------------------------------------------------------- networks

/// Boxes in words, each with its depth, and what the lines join.
fn told(diagram: &Diagram, places: &Layout) -> String {
    let mut out = String::new();
    for (group, place) in diagram.groups().zip(&places.groups) {
        let depth = places.around(group.id).len();
        let pad = "  ".repeat(depth);
        let heading = group.heading.as_ref();
        let words = heading.map(|it| format!("{} {}", it.title, it.caption));
        let at = place.rect;
        let _ = writeln!(
            out,
            "{pad}[{}] {},{} {}x{}",
            words.unwrap_or_default().trim(),
            at.min.x,
            at.min.y,
            at.width(),
            at.height()
        );
        for card in &group.cards {
            let sign = if card.dashed { "┆ " } else { "" };
            let _ = writeln!(out, "{pad}  {sign}{} — {}", card.title, card.caption);
        }
    }
    let names: BTreeMap<CardId, &str> = diagram
        .cards()
        .map(|card| (card.id, card.title.as_str()))
        .collect();
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

#[test]
fn the_sample_in_boxes() {
    let view = nested(&sample::network());
    let places = laid_out(&view.diagram, Size::Compact);
    insta::assert_snapshot!(told(&view.diagram, &places));
}

#[test]
fn the_same_network_gives_the_same_boxes_whatever_the_order_it_was_read_in() {
    let network = estate();
    let backwards = backwards(&network);
    let picture = |network: &Network| {
        svg(
            &scene(&nested(network).diagram),
            &export::Options::default(),
        )
    };
    assert!(picture(&network) == picture(&backwards));
}

#[test]
fn every_resource_of_the_columns_but_tables_has_a_box_or_a_card() {
    for network in [sample::network(), estate()] {
        let topology = Topology::of(&network);
        let columns = View::of(&network, &topology, &Options::default());
        let boxes = nested(&network);
        for (_, key) in columns.keys() {
            let is_table = key.kind == Kind::RouteTable;
            assert_eq!(boxes.card(key).is_none(), is_table, "{key}");
        }
        // Back and forth between the two leaves every number what it was.
        let options = Options {
            nested: true,
            ..Options::default()
        };
        let again = View::after(&boxes, &network, &topology, &Options::default());
        let back = View::after(&again, &network, &topology, &options);
        assert_eq!(back.diagram, boxes.diagram);
    }
}

#[test]
fn a_subnet_lights_its_own_lines_and_no_other() {
    let network = sample::network();
    let topology = Topology::of(&network);
    let view = nested(&network);
    let named = |kind: Kind, name: &str| -> Key {
        let mut found = network.of_kind(kind).filter(|it| it.name() == Some(name));
        found.next().unwrap().key().clone()
    };
    let subnet = named(Kind::Subnet, "prod-app-a");
    let lit = view.lit(&topology.related(&subnet));
    assert!(!lit.legs.is_empty());
    for leg in &lit.legs {
        let (from, _) = view.line(*leg).unwrap();
        assert!(from.kind != Kind::Subnet || *from == subnet, "{from}");
    }
    let nat = named(Kind::NatGateway, "prod-nat-a");
    let lit = view.lit(&topology.related(&nat));
    let subnets: BTreeSet<&Key> = lit
        .legs
        .iter()
        .filter_map(|leg| view.line(*leg))
        .map(|(from, _)| from)
        .collect();
    assert!(subnets.contains(&subnet));
    // An endpoint lights in each of its subnets.
    for endpoint in network.of_kind(Kind::VpcEndpoint) {
        let key = endpoint.key();
        let legs = topology.legs(key).len();
        if legs > 1 {
            let lit = view.lit(&topology.related(key));
            let cards = lit
                .cards
                .iter()
                .filter(|card| view.key(**card) == Some(key));
            assert_eq!(cards.count(), legs);
        }
    }
}

#[test]
fn a_cell_is_hit_all_over_and_a_site_at_its_head() {
    let view = nested(&sample::network());
    let scene = scene(&view.diagram);
    for group in view.diagram.groups() {
        let Some(head) = group.head() else { continue };
        let rect = scene.layout().group(group.id).unwrap().rect;
        let at = Point::new(rect.min.x + Fx::px(3), rect.max.y - Fx::px(3));
        let hit = scene.hit(at, Fx::ZERO);
        if scene.layout().holds_groups(group.id) {
            assert_ne!(hit, Some(Target::Card(head.id)));
            let at = Point::new(rect.min.x + Fx::px(3), rect.min.y + Fx::px(3));
            assert_eq!(scene.hit(at, Fx::ZERO), Some(Target::Card(head.id)));
        } else {
            assert_eq!(hit, Some(Target::Card(head.id)));
        }
    }
    for place in &scene.layout().cards {
        let hit = scene.hit(place.rect.center(), Fx::ZERO);
        assert!(matches!(hit, Some(Target::Card(_))), "{place:?} {hit:?}");
    }
}

#[test]
fn hidden_kinds_one_vpc_and_colours_are_followed() {
    let network = sample::network();
    let topology = Topology::of(&network);
    let vpc = |name: &str| -> Key {
        let mut found = network
            .of_kind(Kind::Vpc)
            .filter(|it| it.name() == Some(name));
        found.next().unwrap().key().clone()
    };
    let prod = vpc("harbour-prod");
    let of = |options: Options| {
        View::of(
            &network,
            &topology,
            &Options {
                nested: true,
                ..options
            },
        )
    };
    let one = of(Options::of_vpc(prod.clone()));
    assert!(one.card(&prod).is_some() && one.card(&vpc("harbour-tools")).is_none());
    for kind in [Kind::Subnet, Kind::NatGateway, Kind::TransitGateway] {
        let fewer = of(Options {
            hidden: BTreeSet::from([kind]),
            ..Options::default()
        });
        assert!(fewer.keys().all(|(_, key)| key.kind != kind));
        check(&fewer.diagram, &laid_out(&fewer.diagram, Size::Compact));
    }
    let coloured = of(Options {
        color_by: Some("Tier".into()),
        ..Options::of_vpc(prod.clone())
    });
    assert_eq!(coloured.diagram.legend.as_ref().unwrap().title, "Tier");
    for group in coloured.diagram.groups() {
        if let (Some(frame), Some(head)) = (group.frame, group.head()) {
            assert_eq!(frame.hue, head.hue());
        }
    }
    let grouped = of(Options {
        group_by: Some("Tier".into()),
        ..Options::of_vpc(prod.clone())
    });
    let keys = |view: &View| -> BTreeSet<Key> { view.keys().map(|(_, key)| key.clone()).collect() };
    assert_eq!(keys(&grouped), keys(&one));
    let subnet = network
        .of_kind(Kind::Subnet)
        .find(|it| it.name() == Some("prod-app-a"));
    let related = topology.related(subnet.unwrap().key()).keys;
    let only = of(Options {
        only: Some(Arc::new(related.clone())),
        ..Options::default()
    });
    assert!(keys(&only).iter().all(|key| related.contains(key)));
    let marked = of(Options {
        marks: BTreeMap::from([(
            prod.clone(),
            vec![Mark {
                sign: Sign::Warn,
                text: "look".to_owned(),
            }],
        )]),
        ..Options::default()
    });
    let head = marked.card(&prod).unwrap();
    let head = marked.diagram.cards().find(|card| card.id == head).unwrap();
    assert!(head.marks.iter().any(|mark| mark.text == "look"));
}

// ---------------------------------------------------------------- in the window

#[test]
fn the_window_switches_between_columns_and_boxes() {
    let mut window = Window::sample();
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 6);
    let subnets = window.kinds_on_map(Kind::Subnet);
    let columns = Modifiers::COMMAND | Modifiers::SHIFT;
    window.press(columns, egui::Key::B);
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);
    assert_eq!(window.kinds_on_map(Kind::Subnet), subnets);
    // It can be taken back, and is found again.
    window.press(Modifiers::COMMAND, egui::Key::Z);
    assert!(window.kinds_on_map(Kind::RouteTable) > 0);
    window.click("Nested boxes");
    assert_eq!(window.kinds_on_map(Kind::RouteTable), 0);

    // Selecting goes on as before, with the pointer and with the keys.
    window.select(Kind::Subnet, "prod-app-a");
    assert_eq!(
        window.selected(),
        Some((Kind::Subnet, "prod-app-a".to_owned()))
    );
    window.press(Modifiers::NONE, egui::Key::ArrowRight);
    assert_eq!(
        window.selected(),
        Some((Kind::Subnet, "prod-app-b".to_owned()))
    );
    window.press(Modifiers::NONE, egui::Key::ArrowLeft);
    assert_eq!(
        window.selected(),
        Some((Kind::Subnet, "prod-app-a".to_owned()))
    );
    window.press(Modifiers::NONE, egui::Key::Tab);
    assert!(
        window
            .selected()
            .is_some_and(|(_, name)| name != "prod-app-a")
    );

    let settings = window.settings;
    let mut again = Window::with_settings(vec2(1400.0, 900.0), Answer::Unavailable, settings);
    let network = Arc::new(sample::network());
    again.harness.state_mut().show_network("sample", network);
    again.run();
    again.click("VPC harbour-prod");
    assert_eq!(again.kinds_on_map(Kind::RouteTable), 0);
    assert_eq!(again.kinds_on_map(Kind::Subnet), subnets);
}
