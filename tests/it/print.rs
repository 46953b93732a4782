//! Pictures for paper and for others: black on white, legends, sizes of PNG, names in SVG and PDF, and the export dialog.

use crate::cli::{assert_code, assert_refused, run, said};
use crate::support::files::json;
use crate::support::gui::Window;
use eframe::egui;
use egui::{Key as Press, Modifiers};
use egui_kittest::kittest::NodeT as _;
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vpc_atlas::export::{Format, MAX_PIXELS, PictureError, PngError, TextFormat};
use vpc_atlas::network::{Key, Kind, Network, Topology};
use vpc_atlas::picture::geometry::Point;
use vpc_atlas::picture::layout::{NoteId, Request, Size, layout};
use vpc_atlas::picture::scene::{Item, Level, Owner, Scene, Shape};
use vpc_atlas::picture::theme::Theme;
use vpc_atlas::picture::view::{self, Arrangement, Board, Fold, Folds, Note, View};
use vpc_atlas::source::{read, sample};
use vpc_atlas::workspace::{Drawing, Look, TextOrder, redacted};

fn drawing(network: Network, options: &view::Options) -> Drawing {
    let network = Arc::new(network);
    let topology = Arc::new(Topology::of(&network));
    Drawing::new(network, topology, options, Size::Compact)
}

fn boxes() -> view::Options {
    view::Options {
        nested: true,
        ..view::Options::default()
    }
}

fn svg(drawing: &Drawing, theme: Theme) -> String {
    let look = Look {
        theme,
        legend: true,
        ..Look::default()
    };
    String::from_utf8(drawing.written(&look).unwrap()).unwrap()
}

fn of_class<'a>(document: &'a Document<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let nodes = document.descendants();
    let is_it = |node: &Node<'_, '_>| node.attribute("class") == Some(class);
    nodes.filter(is_it).collect()
}

fn title<'a>(node: Node<'a, 'a>) -> &'a str {
    let title = node.children().find(|child| child.has_tag_name("title"));
    title.and_then(|title| title.text()).unwrap_or_default()
}

// ---------------------------------------------------------------- black on white

/// The shapes of the box of a subnet without where it stands: bars of the same kind come out alike.
fn marks_of(document: &Document<'_>, name: &str) -> Vec<String> {
    let frames = of_class(document, "frame");
    let frame = frames.iter().find(|frame| title(**frame).starts_with(name));
    let shapes = frame.unwrap().children().filter(Node::is_element);
    let shapes = shapes.filter(|shape| !shape.has_tag_name("title")).skip(1);
    shapes
        .map(|shape| {
            let of = |name: &str| shape.attribute(name).unwrap_or_default().to_owned();
            format!("{} {} {}", of("width"), of("height"), of("fill"))
        })
        .collect()
}

#[test]
fn boxes_of_subnets_differ_without_colours() {
    let drawing = drawing(sample::network(), &boxes());
    let text = svg(&drawing, Theme::Print);
    let document = Document::parse(&text).unwrap();
    // Those of the isolated ones are lower, and their bar is empty all the same.
    let kinds = ["prod-public-a", "prod-app-a", "prod-data-a"].map(|it| marks_of(&document, it));
    let [public, private, isolated] = &kinds;
    assert_eq!(public.len(), 1, "one full bar: {public:?}");
    assert_eq!(isolated.len(), 1, "one empty bar: {isolated:?}");
    assert!(public[0].ends_with("#1a1a1a"), "{public:?}");
    assert!(isolated[0].ends_with("#ffffff"), "{isolated:?}");
    assert!(private.len() > 4, "a bar and marks across: {private:?}");
    let text = svg(&drawing, Theme::Light);
    let document = Document::parse(&text).unwrap();
    assert!(marks_of(&document, "prod-app-a").is_empty());
}

#[test]
fn the_key_of_boxes_explains_the_boxes_that_are_there() {
    let words = |options: &view::Options| -> Vec<String> {
        let text = svg(&drawing(sample::network(), options), Theme::Print);
        let document = Document::parse(&text).unwrap();
        let key = of_class(&document, "key");
        let texts = key[0].descendants().filter(Node::is_text);
        let texts = texts.filter_map(|text| Some(text.text()?.trim().to_owned()));
        texts.filter(|text| !text.is_empty()).collect()
    };
    let nested = words(&boxes());
    for word in [
        "Region",
        "VPC",
        "Availability Zone",
        "Public subnet",
        "Isolated subnet",
        "On the border: leads out of the VPC",
        "Attached",
        "Gone",
    ] {
        let count = nested.iter().filter(|it| *it == word).count();
        assert_eq!(count, 1, "{word}: {nested:?}");
    }
    // What was read is all there is, and nothing is broken but gone.
    for word in ["Not read", "VPC that was not read", "Broken or refused"] {
        assert!(!nested.contains(&word.to_owned()), "{word}: {nested:?}");
    }
    let columns = words(&view::Options::default());
    for word in ["Region", "Availability Zone", "Attached"] {
        assert!(!columns.contains(&word.to_owned()), "{word}: {columns:?}");
    }
    let by_tag = words(&view::Options {
        color_by: Some("Tier".into()),
        group_by: Some("Tier".into()),
        ..boxes()
    });
    for word in ["Subnet", "Subnets by Tier", "Region"] {
        assert!(by_tag.contains(&word.to_owned()), "{word}: {by_tag:?}");
    }
    assert!(!by_tag.contains(&"Public subnet".to_owned()), "{by_tag:?}");
}

// ---------------------------------------------------------------- names in files

fn with_notes(board: &str, texts: &[&str]) -> Arrangement {
    let notes = (1..).zip(texts).map(|(number, text)| {
        let note = Note {
            at: Point::default(),
            text: (*text).to_owned(),
        };
        (NoteId(number), note)
    });
    let board_of = Board {
        notes: notes.collect(),
        ..Board::default()
    };
    Arrangement {
        boards: [(board.to_owned(), board_of)].into(),
        ..Arrangement::default()
    }
}

#[test]
fn frames_and_notes_have_ids_and_titles_that_stay() {
    for nested in [false, true] {
        let options = view::Options {
            nested,
            ..view::Options::default()
        };
        let board = options.boards(&Topology::of(&sample::network())).name;
        let with_note = view::Options {
            arrangement: Arc::new(with_notes(&board, &["ask <Co>"])),
            ..options.clone()
        };
        let text = svg(&drawing(sample::network(), &with_note), Theme::Light);
        let document = Document::parse(&text).unwrap();
        let ids: Vec<&str> = document
            .descendants()
            .filter_map(|node| node.attribute("id"))
            .collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "an id is there twice");
        let notes = of_class(&document, "note");
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].attribute("id"), Some("note-1"));
        assert_eq!(title(notes[0]), "ask <Co>");
        let frames = of_class(&document, "frame");
        let zone = frames
            .iter()
            .filter(|frame| title(**frame).starts_with("eu-west-1c"));
        let zone: Vec<_> = zone.filter_map(|frame| frame.attribute("id")).collect();
        let vpc = named(&sample::network(), Kind::Vpc, "harbour-prod");
        assert_eq!(zone, [format!("frame-{}-eu-west-1c", vpc.id)]);
        // The same ids where another VPC is gone.
        let alone = view::Options {
            vpcs: Some([vpc].into()),
            ..options
        };
        let less = svg(&drawing(sample::network(), &alone), Theme::Light);
        assert!(less.contains(&format!("id=\"{}\"", zone[0])));
    }
}

fn named(network: &Network, kind: Kind, name: &str) -> Key {
    let mut all = network.of_kind(kind);
    let found = all.find(|resource| resource.name() == Some(name));
    found.unwrap().key().clone()
}

#[test]
fn a_pdf_has_bookmarks_of_vpcs_and_zones() {
    for (options, expected) in [(view::Options::default(), 7), (boxes(), 9)] {
        let look = Look {
            format: Format::Pdf,
            title: "2 VPCs".to_owned(),
            ..Look::default()
        };
        let bytes = drawing(sample::network(), &options).written(&look).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let entries = text.matches("/Dest").count();
        // Two VPCs with five zones; as boxes also a region and what is on premises.
        assert_eq!(entries, expected, "nested: {}", options.nested);
        for word in [
            "/Lang",
            "/DisplayDocTitle true",
            "(harbour-tools)",
            "/Outlines",
        ] {
            assert!(text.contains(word), "{word}");
        }
        let zones = text.matches("(eu-west-1a)").count();
        assert_eq!(zones, 2);
    }
}

// ---------------------------------------------------------------- large pictures

/// A VPC that is so large that four pixels to the unit are too many.
fn wide() -> Value {
    let subnets: Vec<Value> = (0..260)
        .map(|at| {
            json!({"SubnetId": format!("subnet-{at:08x}"), "VpcId": "vpc-1", "CidrBlock": format!("10.{at}.0.0/24"),
                "AvailabilityZone": "eu-west-1a", "AvailableIpAddressCount": 251})
        })
        .collect();
    json!({"Subnets": subnets})
}

#[test]
fn a_png_that_is_too_large_is_drawn_as_large_as_fits() {
    let network = read(&[json("subnets.json", &wide())]);
    let drawing = drawing(network, &view::Options::default());
    let look = |scale, is_exact| Look {
        format: Format::Png,
        scale,
        is_exact,
        ..Look::default()
    };
    let (width, height) = drawing.size(&look(1.0, false));
    let pixels = |scale: f32| {
        let of = |length: f32| (length * scale).ceil() as u64;
        of(width) * of(height)
    };
    assert!(pixels(4.0) > MAX_PIXELS, "{width} × {height}");
    let (scale, why) = drawing.scale(&look(4.0, false));
    let why = why.unwrap();
    assert!(
        why.starts_with(&format!("drawn at a scale of {scale}, because")),
        "{why}"
    );
    assert!(scale < 4.0 && pixels(scale) <= MAX_PIXELS, "{scale}");
    assert!(pixels(scale + 0.02) > MAX_PIXELS, "{scale}");
    assert_eq!(drawing.scale(&look(1.0, false)), (1.0, None));
    assert_eq!(drawing.scale(&look(4.0, true)), (4.0, None));
    // Who says how large gets that or nothing, and hears what would fit.
    let error = drawing.written(&look(4.0, true)).unwrap_err();
    let PictureError::Png(PngError::TooLarge { fits, .. }) = &error else {
        panic!("{error}");
    };
    assert_eq!(fits.to_bits(), scale.to_bits());
    let words = error.to_string();
    assert!(
        words.contains("more than 200,000,000 in all")
            && words.contains(&format!("a scale of {fits}")),
        "{words}"
    );
}

#[test]
fn the_command_line_refuses_a_scale_that_does_not_fit_and_takes_parts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("subnets.json"), wide().to_string()).unwrap();
    let target = folder.path().join("map.png");
    let (source, file) = (folder.path().to_str().unwrap(), target.to_str().unwrap());
    let output = run(["map", source, "-o", file, "--scale", "4"]);
    assert_refused(&output, "at a scale of 3.");
    assert!(!target.exists());
    let output = run(["map", source, "-o", file, "--scale", "0.1"]);
    assert_code(&output, 0);
    assert!(!said(&output).contains("drawn at"), "{}", said(&output));
    assert!(target.exists());
    for scale in ["0", "4.1", "-1", "nan", "large"] {
        let output = run(["map", source, "-o", file, &format!("--scale={scale}")]);
        assert!(
            said(&output).contains("from 0.01 to 4"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn a_gap_is_read_from_its_beginning_at_middle_zoom() {
    let network = Arc::new(read(&[json("subnets.json", &wide())]));
    let view = View::of(&network, &Topology::of(&network), &boxes());
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        ..Request::default()
    };
    let scene = Scene::new(Arc::clone(&view.diagram), Arc::new(layout(&request)));
    let card = view
        .diagram
        .cards()
        .find(|card| card.dashed && card.title.starts_with("Not everything"))
        .unwrap();
    let is_its = |item: &&Item| {
        item.owner == Owner::Card(card.id) && item.levels == (Level::Titles, Level::Titles)
    };
    let words: Vec<&str> = scene
        .items()
        .iter()
        .filter(is_its)
        .filter_map(|item| match &item.shape {
            Shape::Text(run) => Some(run.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(words.join(" "), card.title);
    for item in scene.items().iter().filter(is_its) {
        assert!(scene.extent(card.id).unwrap().contains_rect(&item.bounds));
    }
}

// ---------------------------------------------------------------- text

fn written(network: &Network, options: &view::Options, format: TextFormat) -> String {
    let order = TextOrder {
        format,
        table: None,
        details: false,
        theme: Theme::Light,
        links: true,
    };
    let topology = Topology::of(network);
    let gaps = topology.all_gaps(network);
    order
        .write(network, &topology, options, &gaps)
        .unwrap()
        .text
}

#[test]
fn drawings_in_words_have_the_folds_of_the_map() {
    let network = sample::network();
    let vpc = named(&network, Kind::Vpc, "harbour-prod");
    let folded = |fold: Fold| view::Options {
        arrangement: Arc::new(Arrangement {
            folds: Folds {
                collapsed: [fold].into(),
                ..Folds::default()
            },
            ..Arrangement::default()
        }),
        ..view::Options::default()
    };
    let whole = folded(Fold::Vpc(vpc.clone()));
    let zone = folded(Fold::Zone(vpc, "eu-west-1a".into()));
    for format in [TextFormat::Mermaid, TextFormat::Dot] {
        let plain = written(&network, &view::Options::default(), format);
        assert!(plain.contains("prod-data-b") && !plain.contains("folded"));
        let text = written(&network, &whole, format);
        assert!(
            text.contains("9 subnets") && text.contains("harbour-prod"),
            "{text}"
        );
        assert!(
            !text.contains("prod-data-b") && text.contains("tools-a"),
            "{text}"
        );
        assert!(
            !text.contains("not read") && !text.contains("nothing in it"),
            "{text}"
        );
        // What it leads to beyond itself still hangs on it.
        let node = text
            .lines()
            .find(|line| line.contains("9 subnets"))
            .unwrap();
        let id = node.trim().split(['[', ' ']).next().unwrap();
        assert!(text.matches(id).count() > 2, "{id} has no line: {text}");
        let text = written(&network, &zone, format);
        assert!(
            text.contains("3 subnets") && text.contains("prod-data-b"),
            "{text}"
        );
        assert!(!text.contains("not read"), "{text}");
    }
    // What is not drawn tells everything.
    for format in [TextFormat::Csv, TextFormat::Json] {
        let plain = written(&network, &view::Options::default(), format);
        assert_eq!(written(&network, &whole, format), plain);
    }
}

#[test]
fn a_report_has_the_notes_and_a_redacted_one_has_none() {
    let network = sample::network();
    let tools = named(&network, Kind::Vpc, "harbour-tools");
    let prod = named(&network, Kind::Vpc, "harbour-prod");
    let board = format!("nested {}", tools.id);
    let options = view::Options {
        arrangement: Arc::new(with_notes(&board, &["ask | *Co*\nfirst", " "])),
        ..view::Options::default()
    };
    let text = written(&network, &options, TextFormat::Markdown);
    let notes = text.split("## Notes").nth(1).unwrap();
    let row = notes
        .lines()
        .find(|line| line.contains("Boxes of"))
        .unwrap();
    assert!(
        row.contains("harbour-tools") && row.contains("first"),
        "{row}"
    );
    assert!(
        !row.contains("ask | *Co*"),
        "nothing of it is Markdown: {row}"
    );
    assert_eq!(
        notes.matches("Boxes of").count(),
        1,
        "an empty note is none"
    );
    let alone = view::Options {
        vpcs: Some([prod].into()),
        ..options.clone()
    };
    assert!(!written(&network, &alone, TextFormat::Markdown).contains("## Notes"));
    let (network, _, options) = redacted(&network, &Topology::of(&network), &options);
    assert!(!written(&network, &options, TextFormat::Markdown).contains("first"));
}

#[test]
fn a_report_of_some_vpcs_has_no_notes_that_may_be_about_others() {
    let boards = |names: &[&str]| -> Arc<Arrangement> {
        let boards = names.iter().map(|name| {
            let note = format!("written on {name}.");
            let board = with_notes(name, &[&note]).boards.remove(*name);
            ((*name).to_owned(), board.unwrap())
        });
        Arc::new(Arrangement {
            boards: boards.collect(),
            ..Arrangement::default()
        })
    };
    let told = |network: &Network, names: &[&'static str], vpcs: Option<&[Key]>| {
        let options = view::Options {
            arrangement: boards(names),
            vpcs: vpcs.map(|vpcs| vpcs.iter().cloned().collect()),
            ..view::Options::default()
        };
        let text = written(network, &options, TextFormat::Markdown).replace('\\', "");
        let is_told = |name: &&&str| text.contains(&format!("written on {name}."));
        let told = names.iter().filter(is_told).copied();
        told.collect::<Vec<&str>>()
    };
    let network = sample::network();
    let all: Vec<Key> = (network.of_kind(Kind::Vpc))
        .map(|it| it.key().clone())
        .collect();
    let names = ["columns", "columns all", "nested", "overview"];
    for vpc in &all {
        let one = std::slice::from_ref(vpc);
        assert_eq!(told(&network, &names, Some(one)), [""; 0], "{vpc:?}");
    }
    // The window shows the old ones only where there are no later ones.
    let whole = ["columns all", "nested", "overview"];
    assert_eq!(told(&network, &names, None), whole);
    assert_eq!(told(&network, &names, Some(&all)), whole);

    let subnet = json!({"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24",
        "AvailabilityZone": "eu-west-1a", "AvailableIpAddressCount": 251});
    let network = read(&[json("subnets.json", &json!({"Subnets": [subnet]}))]);
    let only = [Key::aws(Kind::Vpc, "vpc-1")];
    for vpcs in [None, Some(only.as_slice())] {
        let names = ["columns", "columns vpc-1", "nested", "nested all"];
        assert_eq!(told(&network, &names, vpcs), ["columns vpc-1", "nested"]);
    }
}

#[test]
fn a_tag_of_any_name_colours_a_redacted_picture_without_being_named() {
    let key = "Kosten:stelle/\u{e9}\u{1f680} <&\"'> --x";
    let subnets: Vec<Value> = ["one", "two", "one"]
        .iter()
        .enumerate()
        .map(|(at, value)| {
            json!({"SubnetId": format!("subnet-{at:08x}"), "VpcId": "vpc-1", "CidrBlock": format!("10.0.{at}.0/24"),
                "AvailabilityZone": "eu-west-1a", "AvailableIpAddressCount": 251,
                "Tags": [{"Key": key, "Value": value}]})
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let subnets = json!({"Subnets": subnets});
    fs::write(folder.path().join("subnets.json"), subnets.to_string()).unwrap();
    let target = folder.path().join("map.svg");
    let (source, file) = (folder.path().to_str().unwrap(), target.to_str().unwrap());
    for view in ["columns", "nested"] {
        let legend = |more: &[&str]| -> Vec<String> {
            let args = [
                "map",
                source,
                "-o",
                file,
                "--view",
                view,
                "--color-by-tag",
                key,
            ];
            let output = run(args.into_iter().chain(more.iter().copied()));
            assert_code(&output, 0);
            let text = fs::read_to_string(&target).unwrap();
            let is_told = text.contains("Kosten");
            assert_eq!(is_told, more.is_empty(), "{view}");
            let document = Document::parse(&text).unwrap();
            let legend = of_class(&document, "legend");
            let texts = legend[0].descendants().filter(Node::is_text);
            let texts = texts.filter_map(|text| Some(text.text()?.trim().to_owned()));
            texts.filter(|text| !text.is_empty()).collect()
        };
        let (open, hidden) = (legend(&[]), legend(&["--redact"]));
        // As many colours for as many cards, under other names.
        assert_eq!(open.len(), hidden.len(), "{open:?} {hidden:?}");
        let counts = |texts: &[String]| -> Vec<String> {
            let numbers = texts.iter().filter(|it| it.parse::<u32>().is_ok());
            let mut numbers: Vec<String> = numbers.cloned().collect();
            numbers.sort();
            numbers
        };
        assert_eq!(counts(&open), counts(&hidden));
        assert!(counts(&open).contains(&"2".to_owned()), "{open:?}");
        for word in ["one", "two"] {
            assert!(open.contains(&word.to_owned()) && !hidden.contains(&word.to_owned()));
        }
    }
}

// ---------------------------------------------------------------- the dialog

/// What a click put on the clipboard: text, or the size of an image.
enum Copied {
    Text(String),
    Image([usize; 2]),
}

fn copied(window: &mut Window) -> Copied {
    window.node("Copy").click();
    let limit = Instant::now() + Duration::from_mins(1);
    loop {
        window.harness.step();
        let commands = &window.harness.output().platform_output.commands;
        for command in commands {
            match command {
                egui::OutputCommand::CopyText(text) => return Copied::Text(text.clone()),
                egui::OutputCommand::CopyImage(image) => return Copied::Image(image.size),
                _ => {}
            }
        }
        assert!(Instant::now() < limit, "nothing was copied");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn copied_text(window: &mut Window) -> String {
    match copied(window) {
        Copied::Text(text) => text,
        Copied::Image(size) => panic!("an image of {size:?}"),
    }
}

fn export(window: &mut Window, format: &str) {
    window.run();
    window.press(Modifiers::COMMAND, Press::E);
    window.click(format);
}

/// Run the window until it says something.
fn wait_for(window: &mut Window, words: &str) {
    let limit = Instant::now() + Duration::from_mins(1);
    while !window.has(words) {
        assert!(Instant::now() < limit, "never said: {words}");
        std::thread::sleep(Duration::from_millis(5));
        window.harness.step();
    }
}

#[test]
fn pictures_and_text_are_copied_from_the_dialog() {
    let mut window = Window::sample();
    for (format, begin) in [
        ("SVG", "<svg"),
        ("draw.io", "<"),
        ("HTML", "<!doctype html>"),
        ("Mermaid", "---\nconfig:"),
        ("DOT", "digraph"),
        ("Markdown", "# harbour-prod"),
        ("JSON", "{\"vpc_atlas_graph\""),
    ] {
        export(&mut window, format);
        let text = copied_text(&mut window);
        assert!(text.starts_with(begin), "{format}: {}", &text[..60]);
        wait_for(&mut window, "Copied the text");
    }
    export(&mut window, "PNG");
    window.click("1×");
    let Copied::Image([width, height]) = copied(&mut window) else {
        panic!("no image");
    };
    assert!(width > 500 && height > 500, "{width} × {height}");
    wait_for(&mut window, "Copied the picture");
    export(&mut window, "PDF");
    let copy = window.node("Copy");
    assert!(copy.accesskit_node().is_disabled());
}

#[test]
fn a_csv_has_the_table_that_was_chosen() {
    let mut window = Window::sample();
    export(&mut window, "CSV");
    wait_for(&mut window, "The address plan: ");
    let plan = copied_text(&mut window);
    assert!(plan.lines().next().unwrap().contains("Broadcast"), "{plan}");
    export(&mut window, "CSV");
    window.click("Table of the CSV");
    window.click("Route tables");
    wait_for(&mut window, "The table of route tables: ");
    let table = copied_text(&mut window);
    assert!(
        table.contains("prod-app-a") && !table.contains("Broadcast"),
        "{table}"
    );
    // The table is offered again, and other text has none.
    export(&mut window, "CSV");
    wait_for(&mut window, "The table of route tables: ");
    window.click("DOT");
    wait_for(&mut window, "The map with ");
    assert!(!window.has("Table of the CSV"));
}

#[test]
fn a_redacted_file_is_not_called_by_the_name_of_the_vpc() {
    let mut window = Window::sample();
    export(&mut window, "PNG");
    let name = |window: &Window| {
        let field = window.node("File to write");
        field.accesskit_node().value().unwrap_or_default()
    };
    assert!(
        name(&window).ends_with("harbour-prod.png"),
        "{}",
        name(&window)
    );
    window.click("Redacted: nothing that tells whose network it is");
    assert!(
        name(&window).ends_with("redacted-map.png"),
        "{}",
        name(&window)
    );
    window.click("Mermaid");
    assert!(
        name(&window).ends_with("redacted-map.mmd"),
        "{}",
        name(&window)
    );
    let text = copied_text(&mut window);
    assert!(!text.contains("harbour"), "{text}");
}
