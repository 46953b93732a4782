//! Layout, scene and picture files, from a diagram to the bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use vpc_atlas::export::{Options, PngError, png, svg};
use vpc_atlas::picture::diagram::{
    Card, CardId, Diagram, End, Group, GroupId, Leg, LegId, Line, NetId, Order, Role,
};
use vpc_atlas::picture::geometry::{Fx, Point, Rect};
use vpc_atlas::picture::glyph::Glyph;
use vpc_atlas::picture::layout::{CardOrder, Layout, Part, Request, Size, layout};
use vpc_atlas::picture::scene::{Item, Layer, Level, Lit, Owner, Scene, Shape, Target};
use vpc_atlas::picture::text;
use vpc_atlas::picture::theme::Theme;

use super::diagrams::{Maker, card, harbour, quota, region, scene_of};

fn laid_out(diagram: Diagram, size: Size, previous: Option<CardOrder>) -> Layout {
    layout(&Request {
        diagram: Arc::new(diagram),
        size,
        previous,
        ..Request::default()
    })
}

// ---------------------------------------------------------------- layout

/// A layout in words: what stands where, and which way each line takes.
fn told(diagram: &Diagram, places: &Layout) -> String {
    let mut out = String::new();
    let groups: Vec<&Group> = diagram.groups().collect();
    let names: BTreeMap<CardId, &str> = diagram
        .cards()
        .map(|card| (card.id, card.title.as_str()))
        .collect();
    let name = |id: CardId| names.get(&id).copied().unwrap_or("?");
    for column in 0..places.columns.len() {
        let _ = writeln!(
            out,
            "column {column} x={} width={}",
            places.columns[column].x, places.columns[column].width
        );
        for (index, group) in places
            .groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.column == column)
        {
            let title = groups[index]
                .heading
                .as_ref()
                .map_or("", |heading| heading.title.as_str());
            let _ = writeln!(
                out,
                "  group {title:12} y={}..{}",
                group.rect.min.y, group.rect.max.y
            );
            let mut cards: Vec<_> = places
                .cards
                .iter()
                .filter(|card| card.group == index)
                .collect();
            cards.sort_by_key(|card| card.rect.min.y);
            for card in cards {
                let _ = writeln!(
                    out,
                    "    {:4} {}",
                    card.rect.min.y.to_string(),
                    name(card.id)
                );
            }
        }
    }
    for route in &places.routes {
        let net = diagram.nets.iter().find(|net| net.id == route.net).unwrap();
        let End::Card(to) = net.to else { continue };
        let tracks: Vec<String> = route
            .hops
            .iter()
            .map(|hop| match hop.track {
                Some(track) => format!("gap {} track {track}", hop.gap),
                None => format!("gap {} straight", hop.gap),
            })
            .collect();
        let _ = writeln!(
            out,
            "{:?} to {}: {} legs, {}",
            route.line,
            name(to),
            route.legs.len(),
            tracks.join(", ")
        );
    }
    let _ = writeln!(
        out,
        "crossings {} (began with {})",
        places.crossings, places.crossings_before
    );
    out
}

#[test]
fn layouts_in_words() {
    for (name, diagram) in [("harbour", harbour()), ("region", region(2, 4, 3, 2))] {
        for size in [Size::Compact, Size::Details] {
            let places = laid_out(diagram.clone(), size, None);
            insta::assert_snapshot!(format!("layout_{name}_{size:?}"), told(&diagram, &places));
        }
    }
}

/// Everything that must hold of any layout.
fn check(diagram: &Diagram, places: &Layout) {
    let names = diagram.cards().count();
    assert_eq!(places.cards.len(), names);
    for column in places.columns.windows(2) {
        assert!(
            column[0].x + column[0].width < column[1].x,
            "columns run into each other"
        );
    }
    // Cards: inside the map, in their column, in their group's frame, and never on top of each other.
    let mut by_column: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for card in &places.cards {
        assert!(places.bounds.contains_rect(&card.rect));
        assert_eq!(card.rect.min.x, places.columns[card.column].x);
        assert_eq!(card.rect.width(), places.columns[card.column].width);
        assert_eq!(places.groups[card.group].column, card.column);
        assert!(places.groups[card.group].rect.contains_rect(&card.rect));
        by_column.entry(card.column).or_default().push(card);
    }
    for cards in by_column.values_mut() {
        cards.sort_by_key(|card| card.rect.min.y);
        let mut closed = BTreeSet::new();
        for pair in cards.windows(2) {
            assert!(pair[0].rect.max.y < pair[1].rect.min.y, "cards overlap");
            if pair[0].group != pair[1].group {
                closed.insert(pair[0].group);
            }
            assert!(!closed.contains(&pair[1].group), "a group is in two pieces");
        }
    }
    for (index, one) in places.groups.iter().enumerate() {
        for two in places.groups.iter().skip(index + 1) {
            assert!(
                !one.rect.overlaps(&two.rect),
                "groups overlap: {one:?} {two:?}"
            );
        }
    }
    for pair in places.bands.windows(2) {
        assert!(pair[0].rect.max.y < pair[1].rect.min.y);
    }
    // The order that is asked for is kept, and the other one reported.
    for (group, place) in diagram.groups().zip(&places.groups) {
        let mut seen: Vec<_> = group
            .cards
            .iter()
            .map(|card| (places.card(card.id).unwrap().rect.min.y, card.id))
            .collect();
        if group.order == Order::Given {
            assert!(seen.is_sorted());
        } else {
            seen.sort_unstable();
            let ids: Vec<_> = seen.into_iter().map(|(_, id)| id).collect();
            assert_eq!(places.order.0[&place.id], ids);
        }
    }
    assert!(places.crossings <= places.crossings_before);
    check_routes(diagram, places);
}

fn check_routes(diagram: &Diagram, places: &Layout) {
    // Trunks that share a track do not overlap, and stand in their gap.
    let mut tracks: BTreeMap<(usize, Fx), Vec<(Fx, Fx)>> = BTreeMap::new();
    let mut legs = BTreeSet::new();
    for route in &places.routes {
        let mut spans: Vec<BTreeSet<Fx>> = vec![BTreeSet::new(); route.hops.len()];
        for (position, leg) in route.legs.iter().enumerate() {
            assert!(
                legs.insert(route.leg_id(position).unwrap()),
                "a leg is drawn twice"
            );
            spans[leg.hop].insert(leg.start.y);
            check_path(
                diagram,
                places,
                route.leg_id(position).unwrap(),
                &route.path(position),
            );
        }
        for (index, hop) in route.hops.iter().enumerate() {
            if let Some(next) = hop.next {
                assert!(next > index);
                spans[next].insert(hop.end.y);
            }
            let left = places.columns[hop.gap].x + places.columns[hop.gap].width;
            assert!(
                left < hop.x && hop.x < places.columns[hop.gap + 1].x,
                "a trunk outside its gap"
            );
        }
        for (hop, mut span) in route.hops.iter().zip(spans) {
            span.insert(hop.end.y);
            let (upper, lower) = (*span.first().unwrap(), *span.last().unwrap());
            if hop.track.is_some() && !hop.bundled {
                tracks
                    .entry((hop.gap, hop.x))
                    .or_default()
                    .push((upper, lower));
            }
            assert!(
                hop.track.is_some() || upper == lower,
                "a trunk without a track"
            );
        }
    }
    for trunks in tracks.values_mut() {
        trunks.sort_unstable();
        for pair in trunks.windows(2) {
            assert!(pair[0].1 < pair[1].0, "two trunks on one track overlap");
        }
    }
    // Every leg whose ends are there is drawn.
    let there: BTreeSet<End> = diagram
        .cards()
        .map(|card| End::Card(card.id))
        .chain(diagram.groups().map(|group| End::Group(group.id)))
        .collect();
    for net in &diagram.nets {
        for (leg, description) in (0..).zip(&net.legs) {
            let is_there = there.contains(&net.to)
                && there.contains(&description.from)
                && net.to != description.from;
            assert_eq!(legs.contains(&LegId { net: net.id, leg }), is_there);
        }
    }
}

/// A path begins at its source's edge, ends at its target's, and turns only in right angles; it passes through no
/// card on its way.
fn check_path(diagram: &Diagram, places: &Layout, id: LegId, path: &[Point]) {
    let net = diagram.nets.iter().find(|net| net.id == id.net).unwrap();
    let rect = |end: End| match end {
        End::Card(card) => places.card(card).unwrap().rect,
        End::Group(group) => places.group(group).unwrap().rect,
    };
    let is_on_side = |rect: Rect, point: Point| {
        (point.x == rect.min.x || point.x == rect.max.x)
            && rect.min.y <= point.y
            && point.y <= rect.max.y
    };
    let source = rect(net.legs[id.leg as usize].from);
    assert!(path.len() >= 2, "no way at all");
    assert!(is_on_side(source, path[0]), "begins off its source");
    assert!(
        is_on_side(rect(net.to), *path.last().unwrap()),
        "ends off its target"
    );
    for ends in path.windows(2) {
        assert!(
            (ends[0].x == ends[1].x) != (ends[0].y == ends[1].y),
            "a slope or a stop: {path:?}"
        );
        let stretch = Rect::around(ends).unwrap();
        for card in &places.cards {
            let inside = card.rect.grown(Fx(-1));
            assert!(
                !inside.touches(&stretch),
                "a line runs through a card: {path:?} {card:?}"
            );
        }
    }
}

#[test]
fn what_must_hold_holds_for_made_up_networks() {
    for diagram in [
        harbour(),
        quota(3),
        quota(50),
        region(3, 7, 4, 2),
        region(12, 9, 3, 1),
    ] {
        for size in [Size::Compact, Size::Details] {
            check(&diagram, &laid_out(diagram.clone(), size, None));
        }
    }
}

/// Diagrams of every shape: several bands, groups of every kind, lines between any two ends, some to nowhere.
fn any_diagram() -> impl Strategy<Value = Diagram> {
    let card = (
        0..12_usize,
        "[a-z]{0,30}",
        "[0-9./ ]{0,30}",
        any::<[bool; 3]>(),
        0..4_usize,
    );
    let group = (any::<[bool; 3]>(), prop::collection::vec(card, 0..6));
    let column = prop::collection::vec(group.clone(), 0..3);
    let band = (any::<bool>(), prop::collection::vec(column, 1..5));
    let shared = prop::collection::vec(group, 0..2);
    let line = prop::sample::select(vec![
        Line::Membership,
        Line::Implicit,
        Line::Association,
        Line::Route,
        Line::Blackhole,
    ]);
    let net = (
        0..80_u32,
        any::<bool>(),
        prop::collection::vec((0..80_u32, any::<bool>(), line), 0..8),
    );
    (
        prop::collection::vec(band, 0..4),
        shared,
        prop::collection::vec(net, 0..24),
    )
        .prop_map(|(bands, shared, nets)| {
            let mut maker = Maker::new(&[
                ("one", None),
                ("two", Some(12_345)),
                ("three", None),
                ("four", None),
                ("five", None),
            ]);
            let make = |cards: Vec<(usize, String, String, [bool; 3], usize)>| -> Vec<Card> {
                cards
                    .into_iter()
                    .map(
                        |(role, title, caption, [subdued, dashed, badged], details)| {
                            let mut made = card_of(Role::ALL[role], &title, &caption);
                            made.subdued = subdued;
                            made.dashed = dashed;
                            if badged {
                                made.trailing = Some(vpc_atlas::picture::diagram::Badge {
                                    text: title,
                                    role: Role::Warn,
                                });
                            }
                            made.details = vec!["a line of details".to_owned(); details];
                            made
                        },
                    )
                    .collect()
            };
            for (heading, columns) in bands {
                maker.band(heading.then_some(("band", "10.0.0.0/8")), 4);
                for (column, groups) in columns.into_iter().enumerate() {
                    for ([headed, free, _], cards) in groups {
                        let order = if free { Order::Free } else { Order::Given };
                        maker.group(
                            column,
                            headed.then_some(("zone", "az1")),
                            Role::Private,
                            order,
                            make(cards),
                        );
                    }
                }
            }
            for (_, cards) in shared {
                maker.shared(Role::Transit, make(cards));
            }
            let mut diagram = maker.done();
            let end = |number: u32, is_group: bool| {
                if is_group {
                    End::Group(GroupId(number / 3))
                } else {
                    End::Card(CardId(number))
                }
            };
            for (id, (to, to_group, legs)) in (0..).zip(nets) {
                diagram.nets.push(vpc_atlas::picture::diagram::Net {
                    id: NetId(id),
                    to: end(to, to_group),
                    role: Role::Gateway,
                    legs: legs
                        .into_iter()
                        .map(|(from, from_group, line)| Leg {
                            from: end(from, from_group),
                            line,
                            role: Role::Table,
                        })
                        .collect(),
                });
            }
            diagram
        })
}

fn card_of(role: Role, title: &str, caption: &str) -> Card {
    card(role, Glyph::Subnet, title, caption)
}

/// The diagram with the cards of free groups, the nets and the bands' cards turned about.
fn shuffled(mut diagram: Diagram, turn: usize) -> Diagram {
    let groups = diagram
        .bands
        .iter_mut()
        .flat_map(|band| band.columns.iter_mut().flatten())
        .chain(&mut diagram.shared);
    for group in groups.filter(|group| group.order == Order::Free && !group.cards.is_empty()) {
        let by = turn % group.cards.len();
        group.cards.rotate_left(by);
        if turn % 2 == 1 {
            group.cards.reverse();
        }
    }
    if !diagram.nets.is_empty() {
        let by = turn % diagram.nets.len();
        diagram.nets.rotate_left(by);
    }
    diagram
}

/// Lines of a layout that go through a card may be unavoidable where a group is a line's end, or where two ends stand
/// in one column; the made-up networks have none of these, random diagrams do.
fn without_odd_lines(mut diagram: Diagram, columns: &BTreeMap<End, usize>) -> Diagram {
    for net in &mut diagram.nets {
        let to = columns.get(&net.to).copied();
        net.legs.retain(|leg| {
            let from = columns.get(&leg.from).copied();
            let is_card = matches!(leg.from, End::Card(_)) && matches!(net.to, End::Card(_));
            is_card && from != to
        });
    }
    diagram
}

fn columns_of(places: &Layout) -> BTreeMap<End, usize> {
    let cards = places
        .cards
        .iter()
        .map(|card| (End::Card(card.id), card.column));
    cards
        .chain(
            places
                .groups
                .iter()
                .map(|group| (End::Group(group.id), group.column)),
        )
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_holds_for_any_diagram(diagram in any_diagram(), details: bool) {
        let size = if details { Size::Details } else { Size::Compact };
        let columns = columns_of(&laid_out(diagram.clone(), size, None));
        let diagram = without_odd_lines(diagram, &columns);
        check(&diagram, &laid_out(diagram.clone(), size, None));
    }

    #[test]
    fn nothing_panics_and_text_stays_in_its_card(diagram in any_diagram(), details: bool) {
        let scene = scene_of(diagram, if details { Size::Details } else { Size::Compact });
        check_text(&scene);
        let drawn = svg(&scene, &Options { title: Some("any"), ..Options::default() });
        roxmltree::Document::parse(&drawn).unwrap();
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(diagram in any_diagram(), turn in 1..50_usize) {
        let straight = laid_out(diagram.clone(), Size::Compact, None);
        let turned = laid_out(shuffled(diagram, turn), Size::Compact, None);
        prop_assert_eq!(straight.cards.iter().map(|card| (card.id, card.rect)).collect::<Vec<_>>(),
            turned.cards.iter().map(|card| (card.id, card.rect)).collect::<Vec<_>>());
        prop_assert_eq!(straight.routes, turned.routes);
        prop_assert_eq!(straight.order, turned.order);
    }

    #[test]
    fn a_previous_order_stays_unless_lines_uncross(diagram in any_diagram(), turn in 0..50_usize) {
        let first = laid_out(diagram.clone(), Size::Compact, None);
        let again = laid_out(diagram.clone(), Size::Compact, Some(first.order.clone()));
        prop_assert_eq!(again.crossings_before, first.crossings);
        prop_assert!(again.crossings < first.crossings || again.order == first.order);
        // Any order at all may be asked for.
        let mut odd = first.order.clone();
        for cards in odd.0.values_mut().filter(|cards| !cards.is_empty()) {
            let by = turn % cards.len();
            cards.rotate_left(by);
        }
        let kept = laid_out(diagram, Size::Compact, Some(odd.clone()));
        prop_assert!(kept.crossings < kept.crossings_before || kept.order == odd);
    }

    #[test]
    fn another_network_below_moves_nothing_above(diagram in any_diagram()) {
        let before = laid_out(diagram.clone(), Size::Compact, None);
        let Some(last) = diagram.bands.last().cloned() else { return Ok(()) };
        let mut more = diagram;
        more.shared.clear();
        let alone = laid_out(more.clone(), Size::Compact, None);
        let mut copy = last;
        for (number, group) in (1000..).zip(copy.columns.iter_mut().flatten()) {
            group.id = GroupId(number);
            for card in &mut group.cards {
                card.id.0 += 1000;
            }
        }
        more.bands.push(copy);
        let after = laid_out(more, Size::Compact, None);
        for card in &alone.cards {
            prop_assert_eq!(after.card(card.id).map(|place| place.rect), Some(card.rect));
        }
        prop_assert!(before.cards.len() >= alone.cards.len());
    }
}

#[test]
fn a_new_card_goes_where_its_name_puts_it_and_moves_no_other() {
    let first = laid_out(harbour(), Size::Compact, None);
    let mut diagram = harbour();
    let tables = diagram.bands[0].columns[2].first_mut().unwrap();
    let mut new = tables.cards[0].clone();
    new.id = CardId(900);
    new.title = "harbour-crane-1bb".to_owned();
    tables.cards.push(new);
    let second = laid_out(diagram, Size::Compact, Some(first.order.clone()));
    for (group, cards) in &first.order.0 {
        let kept: Vec<_> = second.order.0[group]
            .iter()
            .copied()
            .filter(|id| *id != CardId(900))
            .collect();
        assert_eq!(kept, *cards);
    }
    let renamed = first
        .order
        .renamed(Some, |id| (id != CardId(0)).then(|| CardId(id.0 + 100)));
    assert!(renamed.0.values().flatten().all(|id| id.0 > 100));
}

#[test]
fn more_nets_than_can_be_told_apart_share_a_track() {
    let mut maker = Maker::new(&[("a", None), ("b", None)]);
    maker.band(None, 2);
    let many = |word: &str| {
        (0..150)
            .map(|index| card_of(Role::Table, &format!("{word}{index}"), ""))
            .collect()
    };
    let left = maker.group(0, None, Role::Table, Order::Given, many("l"));
    let right = maker.group(1, None, Role::Table, Order::Given, many("r"));
    for (index, to) in right.iter().enumerate() {
        maker.net(
            *to,
            Role::Gateway,
            &[(left[149 - index], Line::Route, Role::Gateway)],
        );
    }
    let diagram = maker.done();
    let places = laid_out(diagram.clone(), Size::Compact, None);
    assert!(
        places
            .routes
            .iter()
            .any(|route| route.hops.iter().any(|hop| hop.bundled))
    );
    assert!(places.columns[1].x - places.columns[0].x - places.columns[0].width < Fx::px(300));
    check(&diagram, &places);
}

#[test]
fn aligned_cards_are_joined_by_straight_lines() {
    let places = laid_out(harbour(), Size::Compact, None);
    let straight = places
        .routes
        .iter()
        .filter(|route| route.legs.len() == 1 && route.path(0).len() == 2)
        .count();
    assert!(straight >= 6, "only {straight} of the lines are straight");
}

// ---------------------------------------------------------------- scene

/// Every run of words is as wide as it says, and inside the card or group it belongs to.
fn check_text(scene: &Scene) {
    for item in scene.items() {
        let Shape::Text(run) = &item.shape else {
            continue;
        };
        assert_eq!(text::width(&run.text, run.font, run.size), run.width);
        assert!(scene.bounds().contains_rect(&item.bounds), "{run:?}");
        let around = match item.owner {
            Owner::Card(id) => scene.layout().card(id).map(|card| card.rect),
            Owner::Group(id) => scene.layout().group(id).map(|group| group.rect),
            _ => None,
        };
        let Some(around) = around else { continue };
        // The sign of a mark stands on the card's corner.
        if matches!(run.text.as_str(), "!" | "?" | "i") {
            continue;
        }
        assert!(
            around.min.x <= run.x && run.x + run.width <= around.max.x,
            "{run:?} leaves {around:?}"
        );
        assert!(
            around.min.y < run.baseline && run.baseline <= around.max.y,
            "{run:?} leaves {around:?}"
        );
    }
}

/// Words of one card never touch each other.
fn check_words_apart(scene: &Scene) {
    let mut words: BTreeMap<CardId, Vec<&Item>> = BTreeMap::new();
    for item in scene.items() {
        if let (Owner::Card(id), Shape::Text(_)) = (item.owner, &item.shape) {
            words.entry(id).or_default().push(item);
        }
    }
    for runs in words.values() {
        for (index, one) in runs.iter().enumerate() {
            for two in runs.iter().skip(index + 1) {
                let (Shape::Text(a), Shape::Text(b)) = (&one.shape, &two.shape) else {
                    continue;
                };
                // What is never seen together may lie in one place.
                if one.levels.1 < two.levels.0 || two.levels.1 < one.levels.0 {
                    continue;
                }
                let is_apart = a.x + a.width < b.x
                    || b.x + b.width < a.x
                    || (a.baseline - b.baseline).abs() >= a.size.min(b.size);
                assert!(is_apart, "{a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn words_stay_in_their_cards_and_apart() {
    for diagram in [harbour(), quota(2), region(2, 5, 3, 2)] {
        for size in [Size::Compact, Size::Details] {
            let scene = scene_of(diagram.clone(), size);
            check_text(&scene);
            check_words_apart(&scene);
        }
    }
}

#[test]
fn column_headings_are_not_cut() {
    let mut diagram = region(2, 2, 2, 1);
    diagram.columns[4].title = "Shared by several networks".to_owned();
    diagram.columns[1].count = Some(1_234_567);
    let scene = scene_of(diagram, Size::Compact);
    let headings: Vec<&str> = scene
        .items()
        .iter()
        .filter(|item| item.owner == Owner::Map)
        .filter_map(|item| match &item.shape {
            Shape::Text(run) => Some(run.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        headings,
        [
            "VPC · 2",
            "Subnets · 1,234,567",
            "Route tables · 4",
            "Network connections",
            "Shared by several networks · 1"
        ]
    );
}

#[test]
fn no_zoom_shows_a_blank() {
    let scene = scene_of(region(4, 10, 5, 2), Size::Compact);
    for level in Level::ALL {
        let seen = scene.visible(level, &scene.bounds());
        assert!(
            seen.len() >= scene.layout().groups.len(),
            "{level:?}: {}",
            seen.len()
        );
        // Wherever there is a card there is something to see.
        for card in &scene.layout().cards {
            assert!(
                !scene
                    .visible(level, &card.rect.grown(Fx::px(-4)))
                    .is_empty(),
                "{level:?} {card:?}"
            );
        }
    }
    let counts: Vec<usize> = Level::ALL
        .map(|level| scene.visible(level, &scene.bounds()).len())
        .to_vec();
    assert!(counts.is_sorted(), "each level shows more: {counts:?}");
}

#[test]
fn levels_follow_the_zoom_without_flicker() {
    assert_eq!(Level::for_zoom(1.0, None), Level::All);
    assert_eq!(Level::for_zoom(0.55, None), Level::Names);
    assert_eq!(Level::for_zoom(0.35, None), Level::Titles);
    assert_eq!(Level::for_zoom(0.2, None), Level::Plates);
    assert_eq!(Level::for_zoom(0.01, None), Level::Groups);
    for step in 1..2000_u16 {
        let zoom = f32::from(step) / 1000.0;
        for shown in Level::ALL {
            let level = Level::for_zoom(zoom, Some(shown));
            assert_eq!(
                Level::for_zoom(zoom, Some(level)),
                level,
                "{zoom} {shown:?}"
            );
            assert_eq!(
                Level::for_zoom(zoom * 1.04, Some(level)).max(level),
                Level::for_zoom(zoom * 1.04, Some(level))
            );
        }
    }
    let up = Level::for_zoom(0.63, Some(Level::Names));
    let down = Level::for_zoom(0.61, Some(Level::All));
    assert_eq!((up, down), (Level::Names, Level::All));
}

#[test]
fn culling_finds_what_touches_the_area_and_no_more() {
    let scene = scene_of(region(3, 9, 4, 2), Size::Compact);
    let bounds = scene.bounds();
    for level in Level::ALL {
        for step in 0..40 {
            let at = Point::new(
                bounds.width() / 40 * step,
                bounds.height() / 23 * (step * 7 % 23),
            );
            let area = Rect::new(at.x, at.y, Fx::px(150), Fx::px(90));
            let culled: Vec<&Item> = scene.visible(level, &area);
            let is_near = |item: &Item| match &item.shape {
                Shape::Line { points, .. } => points
                    .windows(2)
                    .filter_map(Rect::around)
                    .any(|stretch| stretch.grown(Fx::px(1)).touches(&area)),
                _ => item.bounds.touches(&area),
            };
            for item in scene
                .items()
                .iter()
                .filter(|item| item.is_seen_at(level) && is_near(item))
            {
                assert!(
                    culled.iter().any(|found| std::ptr::eq(*found, item)),
                    "{item:?} is missing"
                );
            }
            assert!(
                culled
                    .iter()
                    .all(|item| item.is_seen_at(level) && item.bounds.touches(&area))
            );
            assert!(culled.is_sorted_by_key(|item| item.layer));
        }
    }
}

#[test]
fn a_pointer_finds_cards_then_lines_then_groups() {
    let scene = scene_of(harbour(), Size::Compact);
    let reach = Fx::px(4);
    for card in &scene.layout().cards {
        assert_eq!(
            scene.hit(card.rect.center(), reach),
            Some(Target::Card(card.id))
        );
        assert_eq!(scene.hit(card.rect.min, reach), Some(Target::Card(card.id)));
    }
    for route in &scene.layout().routes {
        for strand in route.strands(|_| true) {
            let expected = match strand.part {
                Part::Leg(id) => Target::Leg(id),
                Part::Shared => Target::Net(route.net),
            };
            // Close to its beginning a leg is alone.
            if let Part::Leg(_) = strand.part {
                let (from, to) = (strand.points[0], strand.points[1]);
                let at = Point::new(
                    from.x + (to.x - from.x).clamp(Fx::px(-2), Fx::px(2)),
                    from.y + Fx(20),
                );
                assert_eq!(scene.hit(at, reach), Some(expected));
            }
        }
    }
    let zone = &scene.layout().groups[1];
    let corner = Point::new(zone.rect.min.x + Fx::px(3), zone.rect.min.y + Fx::px(3));
    assert_eq!(scene.hit(corner, Fx::px(1)), Some(Target::Group(zone.id)));
    assert_eq!(scene.hit(Point::new(Fx::px(1), Fx::px(1)), reach), None);
    assert_eq!(scene.hit(Point::new(Fx::MAX, Fx::MIN), reach), None);
}

#[test]
fn an_overlay_holds_what_is_lit_and_leaves_the_base_alone() {
    let scene = scene_of(harbour(), Size::Compact);
    let base = scene.items().to_vec();
    let net = scene
        .diagram()
        .nets
        .iter()
        .find(|net| net.legs.len() == 3)
        .unwrap()
        .clone();
    let End::Card(table) = net.to else {
        panic!("a table")
    };
    let lit = Lit {
        cards: [table, CardId(1)].into(),
        legs: [LegId {
            net: net.id,
            leg: 0,
        }]
        .into(),
        selected: Some(table),
        hovered: Some(CardId(2)),
        ..Lit::default()
    };
    let overlay = scene.overlay(&lit);
    assert_eq!(scene.items(), base);
    let owners: BTreeSet<Owner> = overlay.iter().map(|item| item.owner).collect();
    let expected = [
        Owner::Leg(LegId {
            net: net.id,
            leg: 0,
        }),
        Owner::Card(CardId(1)),
        Owner::Card(CardId(2)),
        Owner::Card(table),
    ];
    assert_eq!(owners, expected.into());
    assert_eq!(
        overlay
            .iter()
            .filter(|item| item.layer == Layer::Rings)
            .count(),
        1
    );
    // A single lit leg is drawn whole, to the target.
    let whole = overlay
        .iter()
        .find_map(|item| match (&item.shape, item.owner) {
            (Shape::Line { points, .. }, Owner::Leg(_)) => Some(points.clone()),
            _ => None,
        });
    let end = whole.and_then(|points| points.last().copied()).unwrap();
    assert_eq!(end.x, scene.layout().card(table).unwrap().rect.min.x);
    assert!(scene.overlay(&Lit::default()).is_empty());
    let nobody = Lit {
        cards: [CardId(12_345)].into(),
        ..Lit::default()
    };
    assert!(scene.overlay(&nobody).is_empty());
}

#[test]
fn dotted_lines_never_lie_on_each_other() {
    for diagram in [harbour(), region(3, 8, 5, 3)] {
        let scene = scene_of(diagram, Size::Compact);
        for route in &scene.layout().routes {
            let strands = route.strands(|_| true);
            let stretches: Vec<(usize, Rect)> = strands
                .iter()
                .enumerate()
                .flat_map(|(index, strand)| {
                    strand
                        .points
                        .windows(2)
                        .filter_map(Rect::around)
                        .map(move |around| (index, around))
                })
                .collect();
            for (index, (one, a)) in stretches.iter().enumerate() {
                for (two, b) in stretches.iter().skip(index + 1) {
                    let along_x = a.max.x.min(b.max.x) - a.min.x.max(b.min.x);
                    let along_y = a.max.y.min(b.max.y) - a.min.y.max(b.min.y);
                    let is_on = along_x >= Fx::ZERO
                        && along_y >= Fx::ZERO
                        && along_x.max(along_y) > Fx::px(12);
                    assert!(one == two || !is_on, "{a:?} {b:?} of {:?}", route.net);
                }
            }
        }
    }
}

// ---------------------------------------------------------------- files

#[test]
fn an_svg_is_well_formed_and_says_what_its_cards_are() {
    let mut diagram = harbour();
    let odd = &mut diagram.bands[0].columns[0][0].cards[0];
    odd.title = "a<b> & \"c\" \u{0}\u{1b}\u{202e}名".to_owned();
    let scene = scene_of(diagram, Size::Details);
    let keys = |id: CardId| id.0.is_multiple_of(2).then(|| format!("key-{}", id.0));
    let options = Options {
        title: Some("<harbour>"),
        subtitle: Some("eu-central-1"),
        keys: Some(&keys),
        ..Options::default()
    };
    let drawn = svg(&scene, &options);
    assert_eq!(drawn, svg(&scene, &options), "the same bytes every time");
    let document = roxmltree::Document::parse(&drawn).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let titles: Vec<&str> = root
        .children()
        .filter(|node| node.has_tag_name("title"))
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(titles, ["<harbour>"]);
    let cards: Vec<_> = root
        .descendants()
        .filter(|node| node.attribute("class") == Some("card"))
        .collect();
    assert_eq!(cards.len(), scene.layout().cards.len());
    assert_eq!(
        cards
            .iter()
            .filter(|node| node.attribute("data-key").is_some())
            .count(),
        cards.len().div_ceil(2)
    );
    assert!(cards.iter().all(|card| {
        card.first_element_child()
            .is_some_and(|title| title.has_tag_name("title"))
    }));
    for node in root.descendants().filter(|node| node.has_tag_name("text")) {
        assert!(node.attribute("textLength").is_some());
    }
    let first = cards
        .iter()
        .find(|card| card.attribute("data-key") == Some("key-0"))
        .unwrap();
    let words: Vec<_> = first
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(words[0], "a<b> & \"c\" □");
    for embedded in ["Atlas Sans", "Atlas Mono"] {
        assert!(drawn.contains(&format!("@font-face{{font-family:\"{embedded}\"")));
    }
}

#[test]
fn a_lit_picture_is_dimmed_and_drawn_on_top() {
    let scene = scene_of(harbour(), Size::Compact);
    let lit = Lit {
        cards: [CardId(1)].into(),
        ..Lit::default()
    };
    for theme in Theme::ALL {
        let plain = svg(
            &scene,
            &Options {
                theme,
                ..Options::default()
            },
        );
        let dimmed = svg(
            &scene,
            &Options {
                theme,
                lit: Some(&lit),
                ..Options::default()
            },
        );
        assert!(!plain.contains("fill-opacity") && dimmed.contains("fill-opacity"));
        assert_eq!(
            dimmed.matches("class=\"card\"").count(),
            plain.matches("class=\"card\"").count() + 1
        );
    }
}

/// Width and height from a PNG's header.
fn png_size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_png_has_the_size_that_is_asked_for() {
    let scene = scene_of(harbour(), Size::Compact);
    let options = Options::default();
    let (width, height) = png_size(&png(&scene, &options, 1.0).unwrap());
    let bounds = scene.bounds();
    assert_eq!(
        (width, height),
        (
            bounds.width().ceil().0 as u32 / 64,
            bounds.height().ceil().0 as u32 / 64
        )
    );
    let twice = png(&scene, &options, 2.0).unwrap();
    assert_eq!(png_size(&twice), (width * 2, height * 2));
    assert_eq!(
        twice,
        png(&scene, &options, 2.0).unwrap(),
        "the same bytes every time"
    );
    let padded = Options {
        padding: Fx::px(20),
        title: Some("harbour"),
        ..options
    };
    let (wider, taller) = png_size(&png(&scene, &padded, 1.0).unwrap());
    assert!(wider == width + 40 && taller > height + 40);
}

#[test]
fn a_png_that_would_be_too_large_is_refused_in_words() {
    let scene = scene_of(region(300, 60, 2, 1), Size::Compact);
    let Err(PngError::TooLarge { .. }) = png(&scene, &Options::default(), 8.0) else {
        panic!("too large");
    };
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 9.0] {
        assert_eq!(
            png(&scene, &Options::default(), scale),
            Err(PngError::Scale)
        );
    }
}

#[test]
fn nothing_at_all_is_a_picture_too() {
    let scene = scene_of(Diagram::default(), Size::Compact);
    assert!(scene.items().is_empty());
    assert_eq!(scene.hit(Point::default(), Fx::px(4)), None);
    roxmltree::Document::parse(&svg(&scene, &Options::default())).unwrap();
    png_size(&png(&scene, &Options::default(), 1.0).unwrap());
}

/// Writes pictures to look at into the folder that `VPC_ATLAS_PICTURES` names.
#[test]
fn pictures_to_look_at() {
    let Some(folder) = std::env::var_os("VPC_ATLAS_PICTURES") else {
        println!("skipped: VPC_ATLAS_PICTURES names no folder");
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let table = CardId(10);
    let lit = Lit {
        cards: [0, 1, 4, 7, 10, 18, 22].map(CardId).into(),
        legs: [
            (0, 0),
            (0, 3),
            (0, 6),
            (1, 0),
            (1, 1),
            (1, 2),
            (8, 0),
            (12, 0),
        ]
        .map(|(net, leg)| LegId {
            net: NetId(net),
            leg,
        })
        .into(),
        selected: Some(table),
        hovered: Some(table),
        ..Lit::default()
    };
    for (name, diagram, size, lit) in [
        ("harbour", harbour(), Size::Compact, None),
        ("lit", harbour(), Size::Compact, Some(&lit)),
        ("details", harbour(), Size::Details, None),
        ("region", region(3, 6, 4, 2), Size::Compact, None),
        ("quota", quota(4), Size::Compact, None),
    ] {
        let scene = scene_of(diagram, size);
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let options = Options {
                theme,
                lit,
                title: Some("harbour"),
                subtitle: Some("eu-central-1 · 111122223333"),
                ..Options::default()
            };
            std::fs::write(
                folder.join(format!("{name}-{word}.svg")),
                svg(&scene, &options),
            )
            .unwrap();
            let scale = if name == "quota" { 0.3 } else { 1.5 };
            std::fs::write(
                folder.join(format!("{name}-{word}.png")),
                png(&scene, &options, scale).unwrap(),
            )
            .unwrap();
        }
        for (level, word) in [
            (Level::Groups, "groups"),
            (Level::Plates, "plates"),
            (Level::Titles, "titles"),
            (Level::Names, "names"),
        ] {
            let options = Options {
                level,
                ..Options::default()
            };
            std::fs::write(
                folder.join(format!("{name}-{word}.png")),
                png(&scene, &options, 0.4).unwrap(),
            )
            .unwrap();
        }
    }
}
