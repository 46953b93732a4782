//! Folding: one card for several, on every picture, and back.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key as Press, Modifiers};
use std::collections::BTreeSet;
use std::sync::Arc;
use vpc_atlas::network::{Key, Kind, Network, Topology};
use vpc_atlas::picture::diagram::{Card, CardId, End, Hue, Role};
use vpc_atlas::picture::layout::{Request, layout};
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::view::{Arrangement, Fold, Folds, Options, View, glyph_of};
use vpc_atlas::source::sample;

fn folded(network: &Network, folds: Folds, nested: bool) -> View {
    let arrangement = Arrangement {
        folds,
        ..Arrangement::default()
    };
    let options = Options {
        nested,
        arrangement: Arc::new(arrangement),
        ..Options::default()
    };
    View::of(network, &Topology::of(network), &options)
}

fn card<'a>(view: &'a View, key: &Key) -> &'a Card {
    let id = view.card(key).unwrap();
    let mut cards = view.diagram.cards();
    cards.find(|card| card.id == id).unwrap()
}

fn named(network: &Network, kind: Kind, name: &str) -> Key {
    let mut all = network.of_kind(kind);
    let found = all.find(|resource| resource.name() == Some(name));
    found.unwrap().key().clone()
}

/// Every line ends at a card or group of the diagram, every leg that lights up exists, and it can be laid out.
fn is_whole(view: &View, network: &Network) {
    let cards: BTreeSet<CardId> = view.diagram.cards().map(|card| card.id).collect();
    assert_eq!(
        cards.len(),
        view.diagram.cards().count(),
        "no card is twice"
    );
    let groups: BTreeSet<_> = view.diagram.groups().map(|group| group.id).collect();
    let is_there = |end: End| match end {
        End::Card(card) => cards.contains(&card),
        End::Group(group) => groups.contains(&group),
    };
    for net in &view.diagram.nets {
        assert!(is_there(net.to), "{net:?}");
        for leg in &net.legs {
            assert!(is_there(leg.from) && leg.from != net.to, "{net:?}");
        }
    }
    let topology = Topology::of(network);
    for (_, key) in view.keys() {
        let lit = view.lit(&topology.related(key));
        assert!(lit.cards.iter().all(|card| cards.contains(card)), "{key}");
        for leg in &lit.legs {
            let mut nets = view.diagram.nets.iter();
            let net = nets.find(|net| net.id == leg.net).unwrap();
            assert!(net.legs.len() > leg.leg as usize);
        }
    }
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        ..Request::default()
    };
    let places = layout(&request);
    assert_eq!(places.cards.len(), cards.len());
    let scene = Scene::new(Arc::clone(&view.diagram), Arc::new(places));
    assert!(!scene.items().is_empty());
}

#[test]
fn a_collapsed_vpc_is_one_card_that_says_what_is_in_it() {
    let network = sample::network();
    let vpc = named(&network, Kind::Vpc, "harbour-prod");
    for nested in [false, true] {
        let whole = folded(&network, Folds::default(), nested);
        let folds = Folds {
            collapsed: [Fold::Vpc(vpc.clone())].into(),
            ..Folds::default()
        };
        let view = folded(&network, folds, nested);
        is_whole(&view, &network);
        let shown = card(&view, &vpc);
        assert!(
            shown.more.iter().any(|line| line.contains("9 subnets")),
            "{:?}",
            shown.more
        );
        let subnet = named(&network, Kind::Subnet, "prod-app-a");
        assert_eq!(view.card(&subnet), view.card(&vpc), "it is in there");
        assert!(view.diagram.cards().count() + 9 < whole.diagram.cards().count());
        // What is joined to the VPC from without still is.
        let hub = named(&network, Kind::TransitGateway, "harbour-core");
        let lit = view.lit(&Topology::of(&network).related(&subnet));
        assert!(
            view.card(&hub).is_some_and(|hub| lit.cards.contains(&hub)),
            "{nested}"
        );
        assert_eq!(
            view.stack(shown.id).unwrap().fold,
            Some(Fold::Vpc(vpc.clone()))
        );
    }
}

#[test]
fn a_collapsed_zone_is_one_card() {
    let network = sample::network();
    let vpc = named(&network, Kind::Vpc, "harbour-prod");
    for nested in [false, true] {
        let folds = Folds {
            collapsed: [Fold::Zone(vpc.clone(), "eu-west-1b".into())].into(),
            ..Folds::default()
        };
        let view = folded(&network, folds, nested);
        is_whole(&view, &network);
        let [a, b] = ["prod-app-b", "prod-public-b"].map(|it| named(&network, Kind::Subnet, it));
        assert_eq!(view.card(&a), view.card(&b));
        let stack = card(&view, &a);
        assert_eq!(stack.title, "3 subnets");
        // What they are is said, and their names are told with the details.
        assert_eq!(stack.caption, "1 isolated · 1 private · 1 public");
        assert!(stack.details.contains(&"prod-app-b".to_owned()));
        assert_eq!(stack.glyph, glyph_of(Kind::Subnet));
        assert_eq!((stack.role, stack.trailing.as_ref()), (Role::Neutral, None));
        let groups = view.diagram.groups();
        let mut boxes = groups.filter(|group| group.head() == Some(stack));
        if nested {
            let frame = boxes.next().unwrap().frame.unwrap();
            assert_eq!(
                frame.hue,
                Hue::Role(Role::Neutral),
                "no colour of one of them"
            );
        }
        let other = named(&network, Kind::Subnet, "prod-app-a");
        assert_eq!(card(&view, &other).title, "prod-app-a", "others stay");
    }
}

#[test]
fn what_is_identical_folds_unless_somebody_wants_to_see_it() {
    let network = sample::network();
    let folds = Folds {
        identical: true,
        unassociated: true,
        ..Folds::default()
    };
    for nested in [false, true] {
        let view = folded(&network, folds.clone(), nested);
        is_whole(&view, &network);
    }
    let mut crowd = crate::support::estate::Estate::default();
    crowd.vpc(
        ["111122223333", "eu-west-1"],
        "vpc-1",
        "wide",
        &["10.0.0.0/16"],
        1,
    );
    let network = crowd.finish();
    is_whole(&folded(&network, folds, false), &network);

    // The subnets of the default VPC are alike but for their zones, so each zone has one.
    let wide = crate::support::estate::crowd(1, 1);
    let view = folded(
        &wide,
        Folds {
            identical: true,
            ..Folds::default()
        },
        false,
    );
    is_whole(&view, &wide);
}

#[test]
fn folds_are_commands_and_a_double_click_opens_them() {
    let mut window = Window::sample();
    window.select(Kind::Subnet, "prod-app-b");
    let before = window.kinds_on_map(Kind::Subnet);
    palette(&mut window, "Collapse the zone");
    assert_eq!(window.kinds_on_map(Kind::Subnet), before - 2);
    window.press(Modifiers::COMMAND, Press::Z);
    assert_eq!(window.kinds_on_map(Kind::Subnet), before);
    palette(&mut window, "Collapse the VPC");
    assert_eq!(window.kinds_on_map(Kind::Subnet), 0);
    palette(&mut window, "Unfold everything");
    assert_eq!(window.kinds_on_map(Kind::Subnet), before);
}

fn palette(window: &mut Window, words: &str) {
    window.press(Modifiers::COMMAND, Press::K);
    window.type_text(words);
    window.press(Modifiers::NONE, Press::Enter);
}
