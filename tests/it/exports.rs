//! Pictures as files: what other programs and people find in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use vpc_atlas::export::{
    Block, Format, Options, Orientation, Paper, PdfError, TextFormat, drawio, html, pages, pdf, svg,
};
use vpc_atlas::network::{Kind, Network, Topology};
use vpc_atlas::picture::diagram::{CardId, Diagram, End, Heading};
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::scene::{Lit, Scene};
use vpc_atlas::picture::theme::Theme;
use vpc_atlas::picture::view::{self, View};
use vpc_atlas::source::{read, sample};
use vpc_atlas::workspace::{Drawing, Look};

use super::cli::assert_code;
use super::diagrams::{harbour, nested_quota, quota, region, scene_of};
use super::support::pictures::PICTURES;
use super::support::{files, hostile, pictures};

/// A scene in which every word is hostile.
pub(crate) fn hostile_scene() -> Scene {
    let names = hostile::names();
    let mut diagram = region(2, 4, 3, 2);
    let mut at = 0;
    let mut next = || {
        at += 1;
        names[at % names.len()].clone()
    };
    let heading = |next: &mut dyn FnMut() -> String| {
        Some(Heading {
            title: next(),
            caption: next(),
        })
    };
    for column in &mut diagram.columns {
        column.title = next();
    }
    for band in &mut diagram.bands {
        band.heading = heading(&mut next);
        for group in band.columns.iter_mut().flatten() {
            group.heading = heading(&mut next);
            for card in &mut group.cards {
                card.title = next();
                card.caption = next();
                card.more = vec![next()];
                card.details = vec![next(), next()];
                if let Some(badge) = &mut card.trailing {
                    badge.text = next();
                }
                for mark in &mut card.marks {
                    mark.text = next();
                }
            }
        }
    }
    scene_of(diagram, Size::Details)
}

/// Options in which every word is hostile.
pub(crate) fn with_hostile_options<T>(work: impl FnOnce(&Options<'_>) -> T) -> T {
    let names = hostile::names();
    let name = |card: CardId| names[card.0 as usize % names.len()].clone();
    let keys = |card: CardId| Some(name(card));
    let links = |card: CardId| match card.0 % 3 {
        0 => Some("javascript:alert(1)".to_owned()),
        1 => Some(format!("https://x.example/\"{}", name(card))),
        _ => Some("https://eu-west-1.console.aws.amazon.com/a?b=1&c=2#d".to_owned()),
    };
    let facts = |card: CardId| names.iter().cloned().chain([name(card)]).collect();
    let related = |card: CardId| Lit {
        cards: [card, CardId(0)].into(),
        ..Lit::default()
    };
    work(&Options {
        title: Some("</title><script>alert(1)</script>\u{202e}\u{0}"),
        subtitle: Some("\"><img src=x onerror=alert(1)>"),
        keys: Some(&keys),
        links: Some(&links),
        facts: Some(&facts),
        related: Some(&related),
        block: Some(Block {
            name: "<script>alert(1)</script>",
            source: "(\\) ]]>",
            date: Some("\u{202e}&<\"'"),
        }),
        legend: true,
        ..Options::default()
    })
}

/// Fails where a file has something in it that no name may bring there.
fn check_plain(what: &str, text: &str) {
    for character in text.chars() {
        let code = u32::from(character);
        let is_fit = !character.is_control() || character == '\n';
        assert!(
            is_fit && code & 0xfffe != 0xfffe && !('\u{202a}'..='\u{202e}').contains(&character),
            "{what}: U+{code:04X}"
        );
    }
}

#[test]
fn hostile_names_come_to_nothing_in_svg_and_drawio() {
    let scene = hostile_scene();
    with_hostile_options(|options| {
        check_xml("svg", &svg(&scene, options));
        let text = drawio(&scene, options);
        check_xml("draw.io", &text);
        check_labels(&text);
    });
}

#[test]
fn hostile_names_come_to_nothing_in_any_picture() {
    let network = hostile::network();
    for picture in PICTURES {
        for size in [Size::Compact, Size::Details] {
            let drawing = pictures::drawing(&network, &hostile::options(picture), size);
            let written = |format| drawing.written(&hostile::look(format)).unwrap();
            let text = |format| String::from_utf8(written(format)).unwrap();
            let drawn = text(Format::Svg);
            check_xml(picture, &drawn);
            // Notes and the legend of the tag are there, and what is hostile in them are words.
            assert!(drawn.contains("class=\"legend\"") && drawn.contains("&lt;script&gt;"));
            let cells = text(Format::DrawIo);
            check_xml(picture, &cells);
            check_labels(&cells);
            assert!(cells.matches("shape=note").count() >= hostile::NAMES.len() - 3);
            check_page(&text(Format::Html));
            assert!(written(Format::Png).starts_with(b"\x89PNG"));
            assert!(written(Format::Pdf).starts_with(b"%PDF-1.7"));
        }
    }
}

fn check_xml(what: &str, text: &str) {
    check_plain(what, text);
    let document = Document::parse(text).unwrap();
    let mut ids = BTreeSet::new();
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            !matches!(name, "script" | "img" | "image" | "foreignObject"),
            "{what}: {name}"
        );
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on"), "{what}: {attribute:?}");
            if attribute.name() == "link" {
                assert!(attribute.value().starts_with("https://eu-west-1."));
            }
        }
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id.to_owned()), "{what}: {id} twice");
        }
    }
}

/// Labels of draw.io are HTML with no markup but ours.
fn check_labels(text: &str) {
    let document = Document::parse(text).unwrap();
    let labels = document.descendants().filter_map(|node| {
        let style = node
            .children()
            .find(|child| child.has_tag_name("mxCell"))
            .unwrap_or(node)
            .attribute("style")?;
        assert!(!style.contains("evil"), "{style}");
        let is_html = style.contains("html=1");
        let label = node
            .attribute("label")
            .or_else(|| node.attribute("value"))?;
        let tip = node.attribute("tooltip").unwrap_or_default();
        (is_html).then_some([label, tip])
    });
    let mut count = 0;
    for part in labels.flatten() {
        count += 1;
        let mut rest = part;
        while let Some((_, after)) = rest.split_once('<') {
            let (tag, after) = after.split_once('>').unwrap();
            let known =
                ["b", "/b", "br", "/font"].contains(&tag) || tag.starts_with("font color=\"#");
            assert!(known, "<{tag}> in {part}");
            rest = after;
        }
    }
    assert!(count > 20);
}

/// The cells of a draw.io file by id: parent, source, target, style, whether it is an edge, geometry.
struct Cell {
    parent: Option<String>,
    source: Option<String>,
    target: Option<String>,
    style: String,
    is_edge: bool,
    rect: Option<[f64; 4]>,
    points: Vec<(f64, f64)>,
}

fn cells(text: &str) -> (Vec<String>, BTreeMap<String, Cell>) {
    let document = Document::parse(text).unwrap();
    let model = document
        .descendants()
        .find(|node| node.has_tag_name("mxGraphModel"))
        .unwrap();
    assert_eq!(model.parent().unwrap().tag_name().name(), "diagram");
    let root = model.first_element_child().unwrap();
    assert_eq!(root.tag_name().name(), "root");
    let mut order = Vec::new();
    let mut cells = BTreeMap::new();
    for node in root.children().filter(Node::is_element) {
        let cell = match node.tag_name().name() {
            "mxCell" => node,
            "UserObject" => node.first_element_child().unwrap(),
            other => panic!("{other}"),
        };
        let number = |node: Node<'_, '_>, name: &str| -> f64 {
            node.attribute(name)
                .map_or(0.0, |text| text.parse().unwrap())
        };
        let geometry = cell.children().find(|node| node.has_tag_name("mxGeometry"));
        let own = |name: &str| cell.attribute(name).map(str::to_owned);
        let id = node.attribute("id").unwrap().to_owned();
        order.push(id.clone());
        let old = cells.insert(
            id.clone(),
            Cell {
                parent: own("parent"),
                source: own("source"),
                target: own("target"),
                style: own("style").unwrap_or_default(),
                is_edge: cell.attribute("edge") == Some("1"),
                rect: geometry
                    .map(|node| ["x", "y", "width", "height"].map(|name| number(node, name))),
                points: cell
                    .descendants()
                    .filter(|node| node.has_tag_name("mxPoint"))
                    .map(|node| (number(node, "x"), number(node, "y")))
                    .collect(),
            },
        );
        assert!(old.is_none(), "{id} twice");
    }
    (order, cells)
}

/// Where a cell's corner is on the page.
fn corner(cells: &BTreeMap<String, Cell>, id: &str) -> (f64, f64) {
    let mut at = (0.0, 0.0);
    let mut next = Some(id);
    while let Some(cell) = next.and_then(|id| cells.get(id)) {
        if let Some([x, y, ..]) = cell.rect {
            at = (at.0 + x, at.1 + y);
        }
        next = cell.parent.as_deref();
    }
    at
}

/// Everything that must hold of a draw.io file.
fn check_drawio(scene: &Scene, text: &str) {
    let (order, cells) = cells(text);
    assert_eq!(&order[..2], ["0", "1"]);
    let mut edges = 0;
    for (place, id) in order.iter().enumerate().skip(1) {
        let cell = &cells[id];
        let parent = cell.parent.as_ref().unwrap();
        let before = order[..place].contains(parent);
        assert!(before, "{id}: its parent {parent} is not before it");
        let around = &cells[parent];
        assert!(
            parent == "0" || parent == "1" || around.style.contains("container=1"),
            "{id}: {parent} is no container"
        );
        if !cell.is_edge {
            if let (Some([x, y, w, h]), Some([_, _, width, height])) = (cell.rect, around.rect)
                && around.style.contains("container=1")
            {
                let inside =
                    x >= -0.1 && y >= -0.1 && x + w <= width + 2.1 && y + h <= height + 2.1;
                // What stands on the border of a box reaches beyond it.
                let is_boxes = scene.diagram().nest.is_some();
                assert!(inside || is_boxes, "{id} sticks out of {parent}");
            }
            continue;
        }
        edges += 1;
        let ends = [&cell.source, &cell.target].map(|end| end.as_ref().unwrap());
        for end in ends {
            assert!(
                !cells[end].is_edge && cells[end].rect.is_some(),
                "{id}: {end}"
            );
        }
        check_way(&cells, id);
    }
    let drawn: usize = scene
        .layout()
        .routes
        .iter()
        .map(|route| route.legs.len())
        .sum();
    assert_eq!(edges, drawn);
    let ids: BTreeSet<_> = scene.diagram().cards().map(|card| card.id).collect();
    let cards = cells.keys().filter(|id| id.starts_with("card-")).count();
    assert_eq!(cards, ids.len());
}

/// A connector is upright or level from its exit through its corners to its entry.
fn check_way(cells: &BTreeMap<String, Cell>, id: &str) {
    let cell = &cells[id];
    let of = |word: &str| -> f64 {
        let (_, rest) = cell.style.split_once(&format!("{word}=")).unwrap();
        rest.split_once(';').unwrap().0.parse().unwrap()
    };
    let port = |end: &str, word: &str| {
        let (x, y) = corner(cells, end);
        let [.., w, h] = cells[end].rect.unwrap();
        (
            x + w * of(&format!("{word}X")),
            y + h * of(&format!("{word}Y")),
        )
    };
    let (dx, dy) = corner(cells, cell.parent.as_ref().unwrap());
    let mut way = vec![port(cell.source.as_ref().unwrap(), "exit")];
    way.extend(cell.points.iter().map(|(x, y)| (x + dx, y + dy)));
    way.push(port(cell.target.as_ref().unwrap(), "entry"));
    for pair in way.windows(2) {
        let (x, y) = ((pair[0].0 - pair[1].0).abs(), (pair[0].1 - pair[1].1).abs());
        // Ports are told in ten-thousandths of a shape.
        assert!(x < 0.6 || y < 0.6, "{id}: a slope in {way:?}");
    }
}

/// The sample as boxes in boxes.
fn sample_boxes() -> Diagram {
    let network = sample::network();
    let options = view::Options {
        nested: true,
        ..view::Options::default()
    };
    let view = View::of(&network, &Topology::of(&network), &options);
    (*view.diagram).clone()
}

#[test]
fn boxes_are_containers_of_what_stands_in_them() {
    let scene = scene_of(sample_boxes(), Size::Compact);
    let text = drawio(&scene, &Options::default());
    let (_, cells) = cells(&text);
    let mut depths: BTreeMap<usize, usize> = BTreeMap::new();
    for id in cells.keys().filter(|id| id.starts_with("card-")) {
        let mut depth = 0;
        let mut at = cells[id].parent.as_ref();
        while let Some(parent) = at.filter(|parent| *parent != "1") {
            depth += 1;
            at = cells[parent].parent.as_ref();
        }
        *depths.entry(depth).or_default() += 1;
    }
    // A gateway in a subnet in a zone in a VPC in a region.
    assert!(depths.get(&4).is_some_and(|count| *count > 5), "{depths:?}");
    assert!(
        depths.get(&3).is_some_and(|count| *count >= 11),
        "{depths:?}"
    );
}

#[test]
fn drawio_files_are_whole() {
    for (diagram, size) in [
        (harbour(), Size::Compact),
        (harbour(), Size::Details),
        (region(3, 6, 4, 2), Size::Compact),
        (quota(2), Size::Compact),
        (nested_quota(3), Size::Compact),
        (sample_boxes(), Size::Details),
        (Diagram::default(), Size::Compact),
    ] {
        let scene = scene_of(diagram, size);
        let options = Options {
            title: Some("harbour"),
            legend: true,
            ..Options::default()
        };
        let text = drawio(&scene, &options);
        check_drawio(&scene, &text);
        assert_eq!(text, drawio(&scene, &options), "the same bytes every time");
    }
}

#[test]
fn a_line_to_a_group_ends_at_its_container() {
    let mut diagram = harbour();
    let group = diagram.groups().find(|group| group.boxed).unwrap().id;
    let card = diagram.bands[0].columns[2][0].cards[0].id;
    diagram.nets[0].to = End::Group(group);
    diagram.nets[0].legs.truncate(1);
    diagram.nets[0].legs[0].from = End::Card(card);
    let scene = scene_of(diagram, Size::Compact);
    let text = drawio(&scene, &Options::default());
    check_drawio(&scene, &text);
    let (_, cells) = cells(&text);
    let is_frame = |end: &Option<String>| end.as_ref().is_some_and(|id| id.starts_with("frame-"));
    assert!(
        cells
            .values()
            .any(|cell| cell.is_edge && (is_frame(&cell.source) || is_frame(&cell.target)))
    );
}

#[test]
fn ids_stay_with_what_they_are_of() {
    let before = scene_of(harbour(), Size::Compact);
    let mut diagram = harbour();
    // Something new above, and cards numbered otherwise.
    for group in diagram.bands[0].columns.iter_mut().flatten() {
        for card in &mut group.cards {
            card.id.0 += 500;
        }
    }
    for net in &mut diagram.nets {
        let moved = |end: &mut End| {
            if let End::Card(id) = end {
                id.0 += 500;
            }
        };
        moved(&mut net.to);
        net.legs.iter_mut().for_each(|leg| moved(&mut leg.from));
    }
    let after = scene_of(diagram, Size::Compact);
    let ids = |scene: &Scene| {
        let keys = |id: CardId| scene.card(id).map(|card| card.title.clone());
        let options = Options {
            keys: Some(&keys),
            ..Options::default()
        };
        let (_, cells) = cells(&drawio(scene, &options));
        cells.into_keys().collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(&before), ids(&after));
}

// ---------------------------------------------------------------- PDF

#[test]
fn a_small_map_takes_one_page_and_a_large_one_several() {
    let small = scene_of(harbour(), Size::Compact);
    let large = scene_of(quota(2), Size::Compact);
    let on = |scene: &Scene, paper| {
        let options = Options {
            paper,
            ..Options::default()
        };
        pages(scene, &options).unwrap()
    };
    for paper in Paper::ALL {
        assert!(on(&small, paper).count() >= 1, "{paper:?}");
    }
    assert_eq!(on(&small, Paper::A3).count(), 1);
    assert_eq!(on(&large, Paper::Fit).count(), 1);
    assert!(on(&large, Paper::A4).count() > on(&large, Paper::A1).count());
    assert!(on(&large, Paper::A1).count() > 1);
    for paper in Paper::ALL.into_iter().filter(|paper| *paper != Paper::Fit) {
        // The smallest words of a card are 10 units high, a unit is 0.75 points at 100 %.
        assert!(on(&large, paper).scale * 0.75 * 10.0 >= 4.99, "{paper:?}");
        for (orientation, is_wide) in [
            (Orientation::Portrait, false),
            (Orientation::Landscape, true),
        ] {
            let options = Options {
                paper,
                orientation,
                ..Options::default()
            };
            let (width, height) = pages(&small, &options).unwrap().paper;
            assert_eq!(width > height, is_wide);
        }
    }
}

#[test]
fn a_pdf_is_made_of_nothing_but_the_scene() {
    let scene = scene_of(harbour(), Size::Compact);
    let links = |_| Some("https://eu-west-1.console.aws.amazon.com/vpcconsole/home#x".to_owned());
    let options = Options {
        title: Some("harbour (prod)"),
        links: Some(&links),
        ..Options::default()
    };
    let file = pdf(&scene, &options).unwrap();
    assert!(file.starts_with(b"%PDF-1.7") && file.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(file, pdf(&scene, &options).unwrap());
    let has = |word: &str| file.windows(word.len()).any(|part| part == word.as_bytes());
    for word in [
        "/FontFile2",
        "/ToUnicode",
        "/URI (https://eu-west-1.",
        "/Outlines",
    ] {
        assert!(has(word), "{word}");
    }
    for word in ["/CreationDate", "/ModDate", "/JavaScript", "/ID"] {
        assert!(!has(word), "{word}");
    }
}

#[test]
fn hostile_names_leave_a_pdf_whole() {
    let scene = hostile_scene();
    let file = with_hostile_options(|options| pdf(&scene, options).unwrap());
    let text = String::from_utf8_lossy(&file);
    // Names are numbers of glyphs in packed streams; a title is a string.
    assert!(!text.contains("javascript:") && !text.contains("onerror"));
    assert_eq!(text.matches("startxref").count(), 1);
}

#[test]
fn more_pages_than_anybody_glues_are_refused_in_words() {
    let scene = scene_of(region(200, 60, 2, 1), Size::Compact);
    let error = pdf(&scene, &Options::default()).unwrap_err();
    assert!(matches!(error, PdfError::TooManyPages { .. }));
    assert!(
        error
            .to_string()
            .contains("choose larger paper or a page that fits")
    );
}

// ---------------------------------------------------------------- HTML

/// What a page tells its script.
fn page_data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_holds_everything_and_lets_nothing_in() {
    let scene = scene_of(harbour(), Size::Compact);
    let page = html(&scene, &Options::default());
    assert_eq!(page, html(&scene, &Options::default()));
    assert!(page.contains("default-src 'none'; script-src 'sha256-"));
    for word in [
        "unsafe-inline",
        "unsafe-eval",
        "src=\"http",
        "href=\"http",
        "@import",
        " style=\"",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    let data = page_data(&page);
    assert_eq!(
        data["cards"].as_array().unwrap().len(),
        scene.layout().cards.len()
    );
    let sets = data["sets"].as_array().unwrap().len();
    for card in data["cards"].as_array().unwrap() {
        assert!(card["s"].as_u64().unwrap() < sets as u64);
        let id = card["i"].as_str().unwrap();
        assert!(
            page.contains(&format!("<g class=\"card\" id=\"{id}\"")),
            "{id}"
        );
    }
}

#[test]
fn hostile_names_are_text_to_a_page() {
    let scene = hostile_scene();
    let page = with_hostile_options(|options| html(&scene, options));
    check_page(&page);
}

fn check_page(page: &str) {
    check_plain("html", page);
    // Two scripts of ours, and no more; what people wrote is escaped in the one and in the markup.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("<img").count(), 0);
    let data = page_data(page);
    for card in data["cards"].as_array().unwrap() {
        if let Some(link) = card["l"].as_str() {
            assert!(link.starts_with("https://eu-west-1."), "{link}");
        }
    }
}

/// A VPC at its quotas, as the AWS CLI describes it: 200 subnets, and as many tables of 50 routes to 42 targets.
fn quota_network() -> Network {
    let vpc = "vpc-0123456789abcdef0";
    let tags = |name: String| json!([{"Key": "Name", "Value": name}, {"Key": "Environment", "Value": "production"}]);
    let zone = |at: usize| format!("eu-west-1{}", ["a", "b", "c"][at % 3]);
    let id = |kind: &str, at: usize| format!("{kind}-0123456789abc{at:04x}");
    let subnets: Vec<Value> = (0..200)
        .map(|at| {
            json!({"SubnetId": id("subnet", at), "VpcId": vpc, "CidrBlock": format!("10.0.{at}.0/24"),
                "AvailabilityZone": zone(at), "AvailableIpAddressCount": 251, "State": "available",
                "OwnerId": "123456789012", "Tags": tags(format!("production-workload-{at}-{}", zone(at)))})
        })
        .collect();
    let peers = 40;
    let routes = |at: usize| -> Vec<Value> {
        let local = json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active",
            "Origin": "CreateRouteTable"});
        let default = json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": id("nat", at % 3), "State": "active",
            "Origin": "CreateRoute"});
        let others = (0..48).map(|to| {
            json!({"DestinationCidrBlock": format!("10.{}.0.0/16", to + 1),
                "VpcPeeringConnectionId": id("pcx", to % peers), "State": "active", "Origin": "CreateRoute"})
        });
        [local, default].into_iter().chain(others).collect()
    };
    let tables: Vec<Value> = (0..200)
        .map(|at| {
            let table = id("rtb", at);
            json!({"RouteTableId": table, "VpcId": vpc, "OwnerId": "123456789012", "Routes": routes(at),
                "Tags": tags(format!("production-workload-{at}-{}", zone(at))),
                "Associations": [{"RouteTableAssociationId": id("rtbassoc", at), "RouteTableId": table,
                    "SubnetId": id("subnet", at), "Main": false, "AssociationState": {"State": "associated"}}]})
        })
        .collect();
    let nats: Vec<Value> = (0..3)
        .map(|at| {
            json!({"NatGatewayId": id("nat", at), "VpcId": vpc, "SubnetId": id("subnet", at), "State": "available",
                "ConnectivityType": "public", "Tags": tags(format!("nat-{at}")),
                "NatGatewayAddresses": [{"AllocationId": id("eipalloc", at), "PublicIp": format!("203.0.113.{at}")}]})
        })
        .collect();
    let peerings: Vec<Value> = (0..peers)
        .map(|at| {
            json!({"VpcPeeringConnectionId": id("pcx", at), "Tags": tags(format!("to-partner-{at}")),
                "Status": {"Code": "active"},
                "RequesterVpcInfo": {"VpcId": vpc, "OwnerId": "123456789012", "CidrBlock": "10.0.0.0/16",
                    "Region": "eu-west-1"},
                "AccepterVpcInfo": {"VpcId": id("vpc", at), "OwnerId": "210987654321",
                    "CidrBlock": format!("10.{}.0.0/16", at + 1), "Region": "eu-west-1"}})
        })
        .collect();
    read(&[
        files::json(
            "vpcs.json",
            &json!({"Vpcs": [{"VpcId": vpc, "CidrBlock": "10.0.0.0/16", "State": "available",
            "OwnerId": "123456789012", "IsDefault": false, "Tags": tags("production".to_owned())}]}),
        ),
        files::json("subnets.json", &json!({"Subnets": subnets})),
        files::json("tables.json", &json!({"RouteTables": tables})),
        files::json("nats.json", &json!({"NatGateways": nats})),
        files::json("peerings.json", &json!({"VpcPeeringConnections": peerings})),
    ])
}

#[test]
fn a_page_of_a_vpc_at_its_quotas_is_below_five_megabytes() {
    let network = quota_network();
    assert_eq!(network.of_kind(Kind::Subnet).count(), 200);
    for picture in ["columns", "nested"] {
        for size in [Size::Compact, Size::Details] {
            let drawing = pictures::drawing(&network, &pictures::options(picture), size);
            let look = Look {
                format: Format::Html,
                legend: true,
                ..Look::default()
            };
            let page = String::from_utf8(drawing.written(&look).unwrap()).unwrap();
            // The routes of a table are among its facts; boxes have no tables.
            assert_eq!(page.contains("10.48.0.0/16"), picture == "columns");
            let data = page_data(&page);
            let cards = data["cards"].as_array().unwrap();
            let facts = cards.iter().flat_map(|card| card["f"].as_array().unwrap());
            let mut words = facts.filter_map(Value::as_str);
            assert!(words.any(|line| line.contains("production")), "{picture}");
            println!("{picture}, {size:?}: {} bytes", page.len());
            assert!(page.len() < 5_000_000, "{picture}: {} bytes", page.len());
        }
    }
}

// ---------------------------------------------------------------- what is in the picture

fn sample_drawing(redact: bool) -> Drawing {
    let network = Arc::new(sample::network());
    let options = view::Options::default();
    if redact {
        Drawing::redacted(&network, &Topology::of(&network), &options, Size::Details)
    } else {
        let topology = Arc::new(Topology::of(&network));
        Drawing::new(network, topology, &options, Size::Details)
    }
}

#[test]
fn a_redacted_picture_says_nothing_of_whose_network_it_is() {
    let network = sample::network();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for resource in network.resources() {
        if resource.key().id.as_str().contains("-0") {
            words.insert(resource.key().id.to_string());
        }
        words.extend(resource.name().map(str::to_owned));
    }
    // What is AWS's own stays, and `default` is a word of ours too.
    words.retain(|word| word.len() > 5 && word != "default" && !word.starts_with("com.amazonaws."));
    assert!(words.len() > 20);
    for (redact, expected) in [(false, true), (true, false)] {
        let drawing = sample_drawing(redact);
        let (title, subtitle) = drawing.words();
        for format in [Format::Svg, Format::DrawIo, Format::Html] {
            let look = Look {
                format,
                title: title.clone(),
                subtitle: subtitle.clone(),
                ..Look::default()
            };
            let text = String::from_utf8(drawing.written(&look).unwrap()).unwrap();
            let told: Vec<_> = words.iter().filter(|word| text.contains(*word)).collect();
            assert_eq!(!told.is_empty(), expected, "{format:?}: {told:?}");
            assert_eq!(
                text.contains("console.aws.amazon.com"),
                expected && format != Format::Svg
            );
        }
    }
}

#[test]
fn the_key_explains_what_is_there_and_nothing_else() {
    let drawing = sample_drawing(false);
    let look = |theme| Look {
        theme,
        legend: true,
        title: "harbour".to_owned(),
        block: Some(("Sample network".to_owned(), Some("2026-11-26".to_owned()))),
        ..Look::default()
    };
    for theme in Theme::ALL {
        let text = String::from_utf8(drawing.written(&look(theme)).unwrap()).unwrap();
        let document = Document::parse(&text).unwrap();
        let of = |class: &str| -> Vec<String> {
            document
                .descendants()
                .find(|node| node.attribute("class") == Some(class))
                .unwrap()
                .descendants()
                .filter(Node::is_text)
                .filter_map(|node| node.text().map(str::to_owned))
                .filter(|text| !text.trim().is_empty())
                .collect()
        };
        let key = of("key");
        for word in [
            "Public subnet",
            "Route table",
            "Associated",
            "Route that leads nowhere",
        ] {
            assert!(key.contains(&word.to_owned()), "{word}: {key:?}");
        }
        assert!(!key.contains(&"Host or interface".to_owned()));
        assert_eq!(
            of("block"),
            [
                "Network",
                "harbour",
                "Source",
                "Sample network",
                "Date",
                "2026-11-26"
            ]
        );
    }
}

#[test]
fn print_has_no_colours_in_any_format() {
    let drawing = sample_drawing(false);
    for format in [Format::Svg, Format::DrawIo, Format::Html] {
        let look = Look {
            format,
            theme: Theme::Print,
            legend: true,
            ..Look::default()
        };
        let text = String::from_utf8(drawing.written(&look).unwrap()).unwrap();
        let mut seen = 0;
        for (at, _) in text.match_indices('#') {
            let Some(color) = text.get(at + 1..at + 7) else {
                continue;
            };
            let before = text[..at].chars().next_back();
            if color.bytes().all(|byte| byte.is_ascii_hexdigit())
                && matches!(before, Some('"' | '=' | ':' | ';'))
            {
                seen += 1;
                assert!(
                    color[..2] == color[2..4] && color[..2] == color[4..],
                    "{format:?} #{color}"
                );
            }
        }
        assert!(seen > 5, "{format:?}");
    }
}

// ---------------------------------------------------------------- whoever asks

/// Runs `work` for each, on as many threads as there are processors.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let work = &work;
            scope.spawn(move || all.iter().skip(first).step_by(threads).for_each(work));
        }
    });
}

#[test]
fn no_byte_depends_on_where_and_when_it_is_written() {
    let network = sample::network();
    let id = |kind, name: &str| {
        let found = network.of_kind(kind).find(|it| it.name() == Some(name));
        found.unwrap().key().id.to_string()
    };
    let (subnet, vpc) = (
        id(Kind::Subnet, "prod-app-b"),
        id(Kind::Vpc, "harbour-tools"),
    );
    let notes = json!([{"id": 2, "x": 300, "y": 60, "text": "second"}, {"id": 1, "x": 40, "y": 60, "text": "first note"}]);
    let board = |kind: &str, id: &str| json!({"pins": [{"kind": kind, "id": id, "x": 700, "y": 500}], "notes": notes});
    let arranged = json!({
        "format": "vpc-atlas-arrangement", "version": 1, "folds": {"identical": true},
        "boards": {"columns": board("subnet", &subnet), "nested": board("subnet", &subnet), "overview": board("vpc", &vpc)},
    });
    let target = tempfile::tempdir().unwrap();
    // Two clones of one source, with its arrangement.
    let clones = ["one", "two"].map(|name| target.path().join(name));
    for clone in &clones {
        std::fs::create_dir(clone).unwrap();
        for (name, bytes) in sample::FILES {
            std::fs::write(clone.join(name), bytes).unwrap();
        }
        std::fs::write(clone.join(".vpc-atlas.json"), arranged.to_string()).unwrap();
    }
    let written = |clone: &Path, variables: &[(&str, &str)], args: &[String]| -> Vec<u8> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
        let (ending, options) = args.split_last().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(format!("map.{ending}"));
        command
            .args(["map", "."])
            .args(options)
            .arg("-o")
            .arg(&file);
        for name in [
            "RAYON_NUM_THREADS",
            "TOKIO_WORKER_THREADS",
            "LANG",
            "LC_ALL",
            "TZ",
        ] {
            command.env_remove(name);
        }
        command.env("VPC_ATLAS_CONFIG_DIR", clone.join("config"));
        let output = command
            .envs(variables.iter().copied())
            .current_dir(clone)
            .output()
            .unwrap();
        assert_code(&output, 0);
        std::fs::read(&file).unwrap()
    };
    let mut cases: Vec<Vec<String>> = Vec::new();
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    for picture in PICTURES {
        for format in Format::ALL {
            let more = [
                "--legend",
                "--title-block",
                "--date=2026-11-26",
                "--color-by-tag=Tier",
            ];
            cases.push(
                [
                    words(&["--view", picture]),
                    words(&more),
                    words(&[format.ending()]),
                ]
                .concat(),
            );
        }
    }
    for format in TextFormat::ALL {
        cases.push(words(&["--details", format.ending()]));
    }
    for kind in [
        "vpc",
        "subnet",
        "route-table",
        "network-interface",
        "security-group",
        "transit-gateway-route-table",
    ] {
        cases.push(words(&["--table", kind, "csv"]));
    }
    let [one, two] = &clones;
    each(&cases, |args| {
        let here = [
            ("TZ", "UTC"),
            ("LC_ALL", "C"),
            ("RAYON_NUM_THREADS", "1"),
            ("TOKIO_WORKER_THREADS", "1"),
        ];
        let there = [
            ("TZ", "Pacific/Kiritimati"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "ar_EG.UTF-8"),
            ("HOME", "/nowhere"),
            ("RAYON_NUM_THREADS", "7"),
        ];
        let first = written(one, &here, args);
        assert!(first == written(two, &there, args), "{args:?}");
        if args.last().is_some_and(|ending| ending == "svg") {
            let text = String::from_utf8(first).unwrap();
            assert!(
                text.contains("first note") && text.contains("second"),
                "{args:?}"
            );
        }
    });
}

/// Where the page ends inside of a pixel, nothing shows through.
#[test]
fn every_pixel_is_opaque_at_any_scale() {
    let scene = scene_of(harbour(), Size::Compact);
    for scale in [0.37, 0.5, 1.0, 1.61] {
        let (width, height, pixels) =
            vpc_atlas::export::pixels(&scene, &Options::default(), scale).unwrap();
        assert_eq!(pixels.len(), width as usize * height as usize * 4);
        let clear = pixels.chunks_exact(4).filter(|pixel| pixel[3] != u8::MAX);
        assert_eq!(clear.count(), 0, "at a scale of {scale}");
    }
}
