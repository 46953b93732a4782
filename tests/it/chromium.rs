//! What a browser makes of an SVG: every word as wide as layout measured it, with the embedded font, in its card.
//!
//! Runs where `VPC_ATLAS_CHROMIUM` names a Chromium, for instance `/usr/bin/chromium`.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use vpc_atlas::export::{Format, Options, drawio, html, svg};
use vpc_atlas::network::Topology;
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::theme::Theme;
use vpc_atlas::picture::view;
use vpc_atlas::source::sample;
use vpc_atlas::workspace::{Drawing, Look};

use super::diagrams::{harbour, quota, scene_of};
use super::exports::{hostile_scene, with_hostile_options};

/// Takes away the lengths the SVG prescribes, waits for the fonts, and writes down what the browser measures: a line
/// for each font face, then one for each run of words.
const SCRIPT: &str = r"
window.addEventListener('load', async () => {
  const prescribed = [...document.querySelectorAll('text')].map((text) => text.getAttribute('textLength'));
  document.querySelectorAll('text').forEach((text) => text.removeAttribute('textLength'));
  await Promise.all([...document.fonts].map((face) => face.load().catch(() => {})));
  await document.fonts.ready;
  const lines = [...document.fonts].map((face) => ['face', face.family, face.weight, face.status].join('\t'));
  document.querySelectorAll('text').forEach((text, index) => {
    const box = text.getBBox();
    const card = text.closest('g.card');
    const face = card ? card.querySelector('rect').getBBox() : null;
    const mark = ['!', '?', 'i'].includes(text.textContent);
    const inside = !face || mark || (box.x >= face.x && box.x + box.width <= face.x + face.width
      && box.y >= face.y && box.y + box.height <= face.y + face.height);
    lines.push(['text', prescribed[index], text.getComputedTextLength(), inside, text.textContent].join('\t'));
  });
  const out = document.createElement('pre');
  out.id = 'measured';
  out.textContent = lines.join('\n');
  document.body.replaceChildren(out);
});
";

/// The page as Chromium leaves it after its scripts have run.
fn dumped(chromium: &str, html: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, html).unwrap();
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--allow-file-access-from-files",
            "--window-size=1400,900",
            "--virtual-time-budget=10000",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("Chromium starts");
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(
        !dom.trim().is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    dom
}

/// What a script left in the element `measured`, line by line.
fn left_in(dom: &str) -> Vec<Vec<String>> {
    let lines = dom
        .split_once("<pre id=\"measured\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .map(|(lines, _)| lines);
    let Some(lines) = lines else {
        panic!("no measures: {}", dom.get(..2000).unwrap_or(dom));
    };
    lines
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// What Chromium measures in a picture, line by line.
fn measured(chromium: &str, drawn: &str) -> Vec<Vec<String>> {
    let html = format!(
        "<!doctype html><meta charset=\"utf-8\"><body>{drawn}<script>{SCRIPT}</script></body>"
    );
    left_in(&dumped(chromium, &html))
}

#[test]
fn chromium_sets_every_word_as_wide_as_layout_measured_it() {
    let Ok(chromium) = std::env::var("VPC_ATLAS_CHROMIUM") else {
        println!("skipped: VPC_ATLAS_CHROMIUM names no Chromium");
        return;
    };
    let mut diagram = harbour();
    // Names that tempt a browser to kern, to join letters or to fall back to another font.
    let names = [
        "AVATAR-Type-To-fi-ffl-eu-central-1a",
        "Zürich-Łódź-Αθήνα-Київ → 10×",
        "名前-subnet-🚀-b",
        "wide  spaces   stay",
        "a-very-long-name-for-a-subnet-that-nobody-should-ever-have-to-read-eu-central-1b",
    ];
    for (card, name) in diagram.bands[0].columns[1]
        .iter_mut()
        .flat_map(|group| &mut group.cards)
        .zip(names)
    {
        card.title = name.to_owned();
        card.caption = "10.0.0.0/16 -> != >= www /* */".to_owned();
    }
    let scene = scene_of(diagram, Size::Details);
    for theme in Theme::ALL {
        let options = Options {
            theme,
            title: Some("AV To harbour"),
            subtitle: Some("eu-central-1"),
            ..Options::default()
        };
        let drawn = svg(&scene, &options);
        let lines = measured(&chromium, &drawn);
        let faces: Vec<_> = lines.iter().filter(|line| line[0] == "face").collect();
        assert!(faces.len() >= 2, "{faces:?}");
        for face in faces {
            assert_eq!(face[3], "loaded", "{face:?}");
        }
        let texts: Vec<_> = lines.iter().filter(|line| line[0] == "text").collect();
        assert_eq!(texts.len(), drawn.matches("<text ").count());
        for text in texts {
            let (layout, browser): (f32, f32) =
                (text[1].parse().unwrap(), text[2].parse().unwrap());
            assert!((layout - browser).abs() < 1.0, "{text:?}");
            assert_eq!(text[3], "true", "out of its card: {text:?}");
        }
    }
}

/// Works a page as a person does and writes down what comes of it.
const HAND: &str = r"
addEventListener('load', () => setTimeout(async () => {
  const lines = [];
  const say = (...words) => lines.push(words.join('\t'));
  const wait = () => new Promise((done) => setTimeout(done, 50));
  const at = (id) => document.getElementById(id);
  const svg = at('picture');
  const cards = [...document.querySelectorAll('.map .card')];
  const named = (name) => cards.find((card) => card.getAttribute('aria-label')?.startsWith(name)) ?? cards[0];
  const pointer = (target, kind, x = 300, y = 300) =>
    target.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0, clientX: x, clientY: y }));
  say('violations', window.violations);
  say('requests', performance.getEntriesByType('resource').filter((entry) => !entry.name.startsWith('data:')).length);
  say('faces', [...document.fonts].filter((face) => face.status === 'loaded').length);
  say('alerts', window.alerts);
  say('focusable', cards.filter((card) => card.tabIndex === 0 && card.getAttribute('role') === 'button').length, cards.length);
  const table = named('prod-data,');
  pointer(table, 'pointerover');
  say('hover', svg.classList.contains('dim'), at('over').querySelectorAll('use').length, at('over').querySelectorAll('path').length);
  pointer(table, 'pointerout');
  say('left', svg.classList.contains('dim'), at('over').childElementCount);
  pointer(table, 'pointerdown'); pointer(window, 'pointerup');
  say('click', !at('about').hidden, at('name').textContent, at('facts').childElementCount, at('related').childElementCount);
  say('link', at('link').hidden ? '' : at('link').href);
  at('related').querySelector('button')?.click();
  say('next', at('name').textContent);
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  await wait();
  say('closed', at('about').hidden, svg.classList.contains('dim'));
  const before = svg.getAttribute('viewBox');
  at('in').click();
  const zoomed = svg.getAttribute('viewBox');
  svg.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, clientX: 200, clientY: 200, bubbles: true, cancelable: true }));
  const wheeled = svg.getAttribute('viewBox');
  pointer(svg, 'pointerdown', 500, 500); pointer(window, 'pointermove', 400, 450); pointer(window, 'pointerup', 400, 450);
  const dragged = svg.getAttribute('viewBox');
  at('fit').click();
  const fitted = svg.getAttribute('viewBox');
  say('view', before !== zoomed, zoomed !== wheeled, wheeled !== dragged, dragged !== fitted);
  at('find').value = 'prod-app-c';
  at('find').dispatchEvent(new Event('input'));
  say('found', at('found').textContent, at('over').querySelectorAll('use').length);
  at('find').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  say('opened', at('name').textContent);
  const light = getComputedStyle(document.body).backgroundColor;
  at('theme')?.click();
  await wait();
  say('theme', light, getComputedStyle(document.body).backgroundColor);
  say('scripts', document.scripts.length, document.querySelectorAll('img,iframe,object,embed,foreignObject').length);
  const out = document.createElement('pre');
  out.id = 'measured';
  out.textContent = lines.join('\n');
  document.body.replaceChildren(out);
}, 300));
";

/// Counts what a page's policy stops, and what a name would bring about.
const WATCH: &str = "window.violations=0;window.alerts=0;window.alert=()=>{window.alerts+=1};\
    addEventListener('securitypolicyviolation',()=>{window.violations+=1});";

/// The page with a hand in it. Its policy stays as strict as it is: it lets in these two scripts more.
fn with_a_hand(page: &str) -> String {
    let hash = |code: &str| STANDARD.encode(Sha256::digest(code.as_bytes()));
    let more = format!(
        "script-src 'sha256-{}' 'sha256-{}' ",
        hash(WATCH),
        hash(HAND)
    );
    let page = page.replacen("script-src ", &more, 1);
    let page = page.replacen("<title>", &format!("<script>{WATCH}</script><title>"), 1);
    page.replacen("</body>", &format!("<script>{HAND}</script></body>"), 1)
}

fn chromium() -> Option<String> {
    let found = std::env::var("VPC_ATLAS_CHROMIUM").ok();
    if found.is_none() {
        println!("skipped: VPC_ATLAS_CHROMIUM names no Chromium");
    }
    found
}

#[test]
fn a_page_is_hovered_clicked_searched_and_zoomed() {
    let Some(chromium) = chromium() else { return };
    let network = std::sync::Arc::new(sample::network());
    let topology = std::sync::Arc::new(Topology::of(&network));
    let drawing = Drawing::new(network, topology, &view::Options::default(), Size::Compact);
    let look = Look {
        format: Format::Html,
        title: "harbour".to_owned(),
        legend: true,
        ..Look::default()
    };
    let page = String::from_utf8(drawing.written(&look).unwrap()).unwrap();
    let lines = left_in(&dumped(&chromium, &with_a_hand(&page)));
    let of = |name: &str| {
        let line = lines.iter().find(|line| line[0] == name).unwrap();
        line[1..].to_vec()
    };
    assert_eq!(of("violations"), ["0"]);
    assert_eq!(of("requests"), ["0"]);
    assert_eq!(of("faces"), ["3"]);
    let focusable = of("focusable");
    assert_eq!(focusable[0], focusable[1]);
    let hover = of("hover");
    let count = |text: &str| -> usize { text.parse().unwrap() };
    assert!(
        hover[0] == "true" && count(&hover[1]) > 3 && count(&hover[2]) > 0,
        "{hover:?}"
    );
    assert_eq!(of("left"), ["false", "0"]);
    let click = of("click");
    assert_eq!(click[..2], ["true", "prod-data"]);
    assert!(count(&click[2]) > 4 && count(&click[3]) > 3, "{click:?}");
    assert!(of("link")[0].starts_with("https://eu-west-1.console.aws.amazon.com/"));
    assert_ne!(of("next"), ["prod-data"]);
    assert_eq!(of("closed"), ["true", "false"]);
    assert_eq!(of("view"), ["true"; 4]);
    assert_ne!(of("found")[0], "");
    assert!(of("opened")[0].contains("prod-app-c"));
    let theme = of("theme");
    assert_ne!(theme[0], theme[1]);
}

#[test]
fn hostile_names_do_nothing_in_a_page() {
    let Some(chromium) = chromium() else { return };
    let scene = hostile_scene();
    let page = with_hostile_options(|options| html(&scene, options));
    let lines = left_in(&dumped(&chromium, &with_a_hand(&page)));
    for expected in [["violations", "0"], ["alerts", "0"], ["requests", "0"]] {
        assert!(
            lines.iter().any(|line| line[..] == expected),
            "{expected:?}: {lines:?}"
        );
    }
    // Two of the page, two of this test.
    let scripts = lines.iter().find(|line| line[0] == "scripts").unwrap();
    assert_eq!(scripts[1..], ["4", "0"]);
}

/// Opens a draw.io file with the library that draw.io is made of, and writes down what it makes of it.
const OPEN: &str = r"
const text = document.getElementById('file').textContent;
const graph = new mxGraph(document.getElementById('graph'));
graph.convertValueToString = (cell) => {
  const value = cell.value;
  return value == null ? '' : typeof value === 'string' ? value : value.getAttribute('label') || '';
};
graph.isHtmlLabel = (cell) => graph.getCellStyle(cell).html == '1';
const node = mxUtils.parseXml(JSON.parse(text)).getElementsByTagName('mxGraphModel')[0];
new mxCodec(node.ownerDocument).decode(node, graph.getModel());
const model = graph.getModel();
const cells = Object.values(model.cells);
const edges = cells.filter((cell) => cell.edge);
const lines = [];
const say = (...words) => lines.push(words.join('\t'));
say('cells', cells.length);
say('edges', edges.length, edges.filter((edge) => !edge.source || !edge.target).length);
const inside = (cell) => cell.parent && (cell.parent.id === '1' || /container=1/.test(cell.parent.style || ''));
say('loose', cells.filter((cell) => (cell.vertex || cell.edge) && !inside(cell)).length);
// Every connector, where the library draws it: is it upright or level all the way?
let slopes = 0;
for (const edge of edges) {
  const points = graph.view.getState(edge).absolutePoints;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    if (Math.abs(a.x - b.x) > 1.5 && Math.abs(a.y - b.y) > 1.5) slopes += 1;
  }
}
say('slopes', slopes);
// A container takes with it what is in it.
const frame = cells.find((cell) => cell.vertex && cell.children && cell.id.startsWith('frame-'));
if (frame) {
  const card = frame.children.find((child) => child.vertex);
  const before = graph.view.getState(card).x;
  graph.moveCells([frame], 100, 0);
  say('moved', graph.view.getState(card).x - before);
}
say('alive', document.querySelectorAll('#graph script, #graph img[onerror], #graph iframe').length, window.alerts);
const out = document.createElement('pre');
out.id = 'measured';
out.textContent = lines.join('\n');
document.body.replaceChildren(out);
";

/// What the library makes of a file.
fn opened(chromium: &str, library: &str, file: &str) -> Vec<Vec<String>> {
    let text = serde_json::to_string(file).unwrap().replace('<', "\\u003c");
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><body><div id=\"graph\"></div>\
         <script>window.alerts=0;window.alert=()=>{{window.alerts+=1}};mxLoadResources=false;mxLoadStylesheets=false</script>\
         <script src=\"file://{library}\"></script><script type=\"application/json\" id=\"file\">{text}</script>\
         <script>{OPEN}</script></body>"
    );
    left_in(&dumped(chromium, &page))
}

#[test]
fn the_library_of_drawio_opens_what_is_exported() {
    let Some(chromium) = chromium() else { return };
    let Ok(library) = std::env::var("VPC_ATLAS_MXGRAPH") else {
        println!("skipped: VPC_ATLAS_MXGRAPH names no mxClient.js");
        return;
    };
    for (scene, is_plain) in [
        (scene_of(harbour(), Size::Compact), true),
        (scene_of(quota(2), Size::Compact), true),
        (hostile_scene(), false),
    ] {
        let file = if is_plain {
            drawio(&scene, &Options::default())
        } else {
            with_hostile_options(|options| drawio(&scene, options))
        };
        let lines = opened(&chromium, &library, &file);
        let of = |name: &str| {
            let line = lines.iter().find(|line| line[0] == name);
            line.unwrap_or_else(|| panic!("no {name}: {lines:?}"))[1..].to_vec()
        };
        let drawn: usize = scene
            .layout()
            .routes
            .iter()
            .map(|route| route.legs.len())
            .sum();
        assert_eq!(of("edges"), [drawn.to_string(), "0".to_owned()]);
        assert_eq!(of("loose"), ["0"]);
        assert_eq!(of("slopes"), ["0"]);
        assert_eq!(of("moved"), ["100"]);
        assert_eq!(of("alive"), ["0", "0"]);
    }
}
