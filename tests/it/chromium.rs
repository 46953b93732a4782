//! What a browser makes of an SVG: every word as wide as layout measured it, with the embedded font, in its card.
//!
//! Runs where `VPC_ATLAS_CHROMIUM` names a Chromium, for instance `/usr/bin/chromium`.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use vpc_atlas::export::{Format, Options, drawio, html, svg};
use vpc_atlas::picture::diagram::{CardId, End};
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::theme::{Ink, Theme};
use vpc_atlas::source::sample;
use vpc_atlas::workspace::Look;

use super::diagrams::{harbour, nested_quota, quota, scene_of};
use super::exports::{hostile_scene, with_hostile_options};
use super::support::chromium::{chromium, dumped, in_script, measured_in};
use super::support::environment::{package, require};
use super::support::estate::estate;
use super::support::pictures::PICTURES;
use super::support::{hostile, pictures};

/// How long a page of these has for its scripts, in its own milliseconds.
const SHORT: u32 = 20_000;

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

/// What Chromium measures in a picture, line by line.
fn measured(chromium: &str, drawn: &str) -> Vec<Vec<String>> {
    let html = format!(
        "<!doctype html><meta charset=\"utf-8\"><body>{drawn}<script>{SCRIPT}</script></body>"
    );
    measured_in(&dumped(chromium, &html, SHORT))
}

#[test]
fn chromium_sets_every_word_as_wide_as_layout_measured_it() {
    let Some(chromium) = chromium() else { return };
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
        check_words(&chromium, &scene, theme);
    }
    for picture in ["nested", "overview"] {
        let scene = pictures::scene(
            &sample::network(),
            &pictures::options(picture),
            Size::Details,
        );
        check_words(&chromium, &scene, Theme::Light);
    }
}

/// Every run of words of a picture as wide as layout measured it, in its card, with the fonts of the file.
fn check_words(chromium: &str, scene: &Scene, theme: Theme) {
    let options = Options {
        theme,
        title: Some("AV To harbour"),
        subtitle: Some("eu-central-1"),
        ..Options::default()
    };
    let drawn = svg(scene, &options);
    let lines = measured(chromium, &drawn);
    let faces: Vec<_> = lines.iter().filter(|line| line[0] == "face").collect();
    assert!(faces.len() >= 2, "{faces:?}");
    for face in faces {
        assert_eq!(face[3], "loaded", "{face:?}");
    }
    let texts: Vec<_> = lines.iter().filter(|line| line[0] == "text").collect();
    assert_eq!(texts.len(), drawn.matches("<text ").count());
    assert!(texts.len() > 30);
    for text in texts {
        let (layout, browser): (f32, f32) = (text[1].parse().unwrap(), text[2].parse().unwrap());
        assert!((layout - browser).abs() < 1.0, "{text:?}");
        assert_eq!(text[3], "true", "out of its card: {text:?}");
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
  const table = named(CARD);
  pointer(table, 'pointerover');
  say('hover', svg.classList.contains('dim'), at('over').querySelectorAll('use').length, at('over').querySelectorAll('path').length);
  say('veiled', getComputedStyle(document.querySelector('.map')).opacity, at('over').querySelectorAll('.sign').length);
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
  at('fit').click();
  await wait();
  // Boxes: by their heads, and those that hold no other by their whole inside.
  const known = JSON.parse(at('data').textContent).cards;
  const heads = known.filter((card) => card.b);
  const wrong = [];
  const under = (x, y) => {
    const to = svg.getScreenCTM();
    return document.elementFromPoint(x * to.a + to.e, y * to.d + to.f);
  };
  // What lights up above the veil does not come between the pointer and a card.
  const covered = known.filter((card) => {
    const [x, y, w] = card.r;
    pointer(at(card.i), 'pointerover');
    return under(x + Math.min(45, w / 2), y + 15)?.closest('.card')?.id !== card.i;
  });
  say('covered', covered.map((card) => card.n).join('; '));
  for (const head of heads) {
    const [x, y, w, h] = head.r;
    const shape = under(x + 45, y + 15)?.closest('.card');
    if (shape?.id !== head.i) { wrong.push(head.n + ' is not under its head'); continue; }
    const lights = (target) => {
      pointer(target, 'pointerover');
      const ring = at('over').querySelector('.ring');
      const is = (name, value) => Math.abs(ring?.getAttribute(name) - value) < 0.1;
      return is('x', x - 3) && is('y', y - 3) && is('width', w + 6) && is('height', h + 6);
    };
    if (!lights(shape)) wrong.push(head.n + ' is not marked');
    if (head.b[1]) {
      const ground = under(x + w - 3, y + h - 3);
      // The head of a box that holds nothing is as large as the box.
      const is_own = ground?.classList.contains('inside') || ground?.closest('.card')?.id === head.i;
      if (!is_own || !lights(ground)) wrong.push(head.n + ' is not meant by its inside');
      const frames = at('over').querySelectorAll('.box').length;
      if (frames < 1) wrong.push(head.n + ' has no frame above the veil');
    }
    pointer(shape, 'pointerdown'); pointer(window, 'pointerup');
    if (at('name').textContent !== head.n) wrong.push(head.n + ' does not open');
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await wait();
  }
  say('boxes', heads.length, wrong.join('; '));
  // A line that leads nowhere has its cross above the veil, where it is lit.
  pointer(named(GONE), 'pointerover');
  say('signs', at('over').querySelectorAll('.sign').length);
  pointer(named(GONE), 'pointerout');
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
  at('find').value = FIND;
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

/// What a hand does on a page: the card it takes, one that nothing leads to any more, and what it looks for.
struct Hand {
    card: &'static str,
    gone: &'static str,
    find: &'static str,
}

/// The page with a hand in it. Its policy stays as strict as it is: it lets in these two scripts more.
fn with_a_hand(page: &str, hand: &Hand) -> String {
    let words = [
        ("CARD", hand.card),
        ("GONE", hand.gone),
        ("FIND", hand.find),
    ];
    let words = words.map(|(name, word)| format!("const {name} = {};", in_script(&word)));
    let hand = format!("{{\n{}\n{HAND}}}", words.concat());
    let hash = |code: &str| STANDARD.encode(Sha256::digest(code.as_bytes()));
    let more = format!(
        "script-src 'sha256-{}' 'sha256-{}' ",
        hash(WATCH),
        hash(&hand)
    );
    let page = page.replacen("script-src ", &more, 1);
    let page = page.replacen("<title>", &format!("<script>{WATCH}</script><title>"), 1);
    page.replacen("</body>", &format!("<script>{hand}</script></body>"), 1)
}

/// What a hand finds on a page: the values behind a word.
struct Felt(Vec<Vec<String>>);

impl Felt {
    fn of(chromium: &str, page: &str, hand: &Hand) -> Self {
        Self(measured_in(&dumped(
            chromium,
            &with_a_hand(page, hand),
            SHORT,
        )))
    }

    fn get(&self, name: &str) -> &[String] {
        let line = self.0.iter().find(|line| line[0] == name);
        &line.unwrap_or_else(|| panic!("no {name}: {:?}", self.0))[1..]
    }

    fn count(&self, name: &str, at: usize) -> usize {
        self.get(name)[at].parse().unwrap()
    }
}

#[test]
fn a_page_is_hovered_clicked_searched_and_zoomed() {
    let Some(chromium) = chromium() else { return };
    for (picture, theme, hand) in [
        (
            "columns",
            Theme::Light,
            Hand {
                card: "prod-data,",
                gone: "prod-to-legacy",
                find: "prod-app-c",
            },
        ),
        (
            "nested",
            Theme::Light,
            Hand {
                card: "prod-nat-a",
                gone: "prod-to-legacy",
                find: "prod-nat-c",
            },
        ),
        (
            "nested",
            Theme::Dark,
            Hand {
                card: "prod-nat-a",
                gone: "prod-to-legacy",
                find: "prod-nat-c",
            },
        ),
        (
            "overview",
            Theme::Dark,
            Hand {
                card: "harbour-prod",
                gone: "",
                find: "prod-to-tools",
            },
        ),
    ] {
        let drawing = pictures::drawing(
            &sample::network(),
            &pictures::options(picture),
            Size::Compact,
        );
        let look = Look {
            format: Format::Html,
            theme,
            title: "harbour".to_owned(),
            legend: true,
            ..Look::default()
        };
        let page = String::from_utf8(drawing.written(&look).unwrap()).unwrap();
        let felt = Felt::of(&chromium, &page, &hand);
        let about = format!("{picture} {theme:?} {:?}", felt.0);
        assert_eq!(felt.get("violations"), ["0"], "{about}");
        assert_eq!(felt.get("requests"), ["0"], "{about}");
        assert_eq!(felt.get("faces"), ["3"], "{about}");
        let focusable = felt.get("focusable");
        assert_eq!(focusable[0], focusable[1], "{about}");
        assert_eq!(felt.get("hover")[0], "true", "{about}");
        assert!(
            felt.count("hover", 1) > 1 && felt.count("hover", 2) > 0,
            "{about}"
        );
        // Everything else is under the veil, with its crosses and dots.
        let veil: f32 = felt.get("veiled")[0].parse().unwrap();
        assert!(veil < 0.3, "{about}");
        assert_eq!(felt.get("left"), ["false", "0"], "{about}");
        let click = felt.get("click");
        assert_eq!(click[0], "true", "{about}");
        assert!(hand.card.starts_with(&click[1]), "{about}");
        assert!(
            felt.count("click", 2) > 4 && felt.count("click", 3) > 0,
            "{about}"
        );
        assert!(felt.get("link")[0].starts_with("https://eu-west-1.console.aws.amazon.com/"));
        assert_ne!(felt.get("next"), &click[1..2], "{about}");
        assert_eq!(felt.get("closed"), ["true", "false"], "{about}");
        assert_eq!(felt.get("view"), ["true"; 4], "{about}");
        assert_ne!(felt.get("found")[0], "", "{about}");
        assert!(felt.get("opened")[0].contains(hand.find), "{about}");
        let (first, other) = (
            theme.color(Ink::Canvas),
            match theme {
                Theme::Dark => Theme::Light,
                _ => Theme::Dark,
            }
            .color(Ink::Canvas),
        );
        let css = [first, other].map(|color| format!("rgb({}, {}, {})", color.0, color.1, color.2));
        assert_eq!(felt.get("theme"), css, "{about}");
        assert_eq!(felt.get("covered"), [""], "{about}");
        assert_eq!(felt.get("boxes")[1], "", "{about}");
        assert_eq!(felt.count("boxes", 0) > 10, picture == "nested", "{about}");
        if !hand.gone.is_empty() {
            assert_eq!(felt.get("signs"), ["1"], "{about}");
        }
    }
}

#[test]
fn hostile_names_do_nothing_in_a_page() {
    let Some(chromium) = chromium() else { return };
    let scene = hostile_scene();
    let mut pages = vec![with_hostile_options(|options| html(&scene, options))];
    let network = hostile::network();
    for picture in PICTURES {
        let drawing = pictures::drawing(&network, &hostile::options(picture), Size::Details);
        pages.push(
            String::from_utf8(drawing.written(&hostile::look(Format::Html)).unwrap()).unwrap(),
        );
    }
    let hand = Hand {
        card: "<script>",
        gone: "=cmd",
        find: "alert",
    };
    for page in pages {
        let felt = Felt::of(&chromium, &page, &hand);
        for name in ["violations", "alerts", "requests"] {
            assert_eq!(felt.get(name), ["0"], "{name}: {:?}", felt.0);
        }
        // Two of the page, two of this test.
        assert_eq!(felt.get("scripts"), ["4", "0"]);
    }
}

/// Opens pictures, each as what it is: SVG as a document and in the page, PNG as an image.
const LOOK: &str = r"
addEventListener('load', async () => {
  const lines = [];
  for (const text of JSON.parse(document.getElementById('drawn').textContent)) {
    const read = new DOMParser().parseFromString(text, 'image/svg+xml');
    const odd = 'script, img, image, iframe, foreignObject, a, animate, set';
    const place = document.createElement('div');
    place.innerHTML = text;
    document.body.append(place);
    await new Promise((done) => setTimeout(done, 50));
    lines.push(['svg', read.querySelectorAll('parsererror').length, read.querySelectorAll('text').length,
      place.querySelectorAll('text').length, place.querySelectorAll(odd).length, window.alerts].join('\t'));
    place.remove();
  }
  for (const image of document.querySelectorAll('img')) {
    lines.push(['png', image.naturalWidth, image.naturalHeight].join('\t'));
  }
  const out = document.createElement('pre');
  out.id = 'measured';
  out.textContent = lines.join('\n');
  document.body.replaceChildren(out);
});
";

#[test]
fn hostile_names_are_only_words_in_svg_and_png() {
    let Some(chromium) = chromium() else { return };
    let network = hostile::network();
    let (mut drawn, mut painted, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for picture in PICTURES {
        let drawing = pictures::drawing(&network, &hostile::options(picture), Size::Compact);
        let text = drawing.written(&hostile::look(Format::Svg)).unwrap();
        drawn.push(String::from_utf8(text).unwrap());
        let look = hostile::look(Format::Png);
        let size = drawing.size(&look);
        sizes.push([size.0 as i64, size.1 as i64].map(|side| side.to_string()));
        let bytes = STANDARD.encode(drawing.written(&look).unwrap());
        painted.push(format!("<img src=\"data:image/png;base64,{bytes}\">"));
    }
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><body><script>{WATCH}</script>\
         <script type=\"application/json\" id=\"drawn\">{}</script>\
         {}<script>{LOOK}</script></body>",
        in_script(&drawn),
        painted.concat()
    );
    let lines = measured_in(&dumped(&chromium, &page, SHORT));
    let of = |kind: &str| {
        lines
            .iter()
            .filter(|line| line[0] == kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("svg").len(), PICTURES.len());
    for (line, text) in of("svg").into_iter().zip(&drawn) {
        let count = text.matches("<text ").count().to_string();
        assert_eq!(line[1..], ["0", &count, &count, "0", "0"]);
    }
    for (line, size) in of("png").into_iter().zip(&sizes) {
        assert_eq!(line[1..], size[..]);
    }
}

/// Opens a draw.io file with the library that draw.io is made of, and writes down what it makes of it.
const OPEN: &str = r"
addEventListener('load', async () => {
await Promise.all([document.fonts.load('13px Inter'), document.fonts.load('600 13px Inter')]);
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
const round = (...numbers) => numbers.map((n) => Math.round(n * 100) / 100).join(' ');
for (const cell of cells.filter((cell) => cell.vertex)) {
  const state = graph.view.getState(cell);
  const around = [];
  for (let at = cell.parent; at && at.id !== '1'; at = at.parent) around.push(at.id);
  // Words that are wider than where they stand.
  const [, clip, words] = state.text?.node?.querySelectorAll('foreignObject div') ?? [];
  const is_cut = words && words.getBoundingClientRect().right > clip.getBoundingClientRect().right + 1;
  say('vertex', cell.id, round(state.x, state.y, state.width, state.height), around.join(' '), is_cut ? 'cut' : 'whole');
}
// Every connector, where the library draws it: is it upright or level all the way?
let slopes = 0;
for (const edge of edges) {
  const points = graph.view.getState(edge).absolutePoints;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    if (Math.abs(a.x - b.x) > 1.5 && Math.abs(a.y - b.y) > 1.5) slopes += 1;
  }
  say('edge', edge.source.id, edge.target.id, round(...points.flatMap((at) => [at.x, at.y])));
}
say('slopes', slopes);
// A container takes with it what is in it.
const is_frame = (cell) => /container=1/.test(cell.style || '') && /^(frame|card)-/.test(cell.id);
const frame = cells.find((cell) => cell.vertex && cell.children && is_frame(cell));
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
});
";

/// What the library makes of a file: lines of words.
struct Opened(Vec<Vec<String>>);

impl Opened {
    fn of(chromium: &str, library: &str, file: &str) -> Self {
        let fonts = package().join("assets/fonts");
        let face = |weight: u16, name: &str| {
            let file = fonts.join(name);
            format!(
                "@font-face{{font-family:Inter;font-weight:{weight};src:url(file://{})}}",
                file.display()
            )
        };
        let page = format!(
            "<!doctype html><meta charset=\"utf-8\"><style>{}{}</style><body><div id=\"graph\"></div>\
             <script>window.alerts=0;window.alert=()=>{{window.alerts+=1}};mxLoadResources=false;mxLoadStylesheets=false</script>\
             <script src=\"file://{library}\"></script><script type=\"application/json\" id=\"file\">{}</script>\
             <script>{OPEN}</script></body>",
            face(400, "Inter-Regular.ttf"),
            face(600, "Inter-SemiBold.ttf"),
            in_script(&file),
        );
        Self(measured_in(&dumped(chromium, &page, SHORT)))
    }

    fn get(&self, name: &str) -> &[String] {
        let line = self.0.iter().find(|line| line[0] == name);
        &line.unwrap_or_else(|| panic!("no {name}: {:?}", self.0))[1..]
    }

    /// The words behind each line of a kind.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [String]> {
        self.0
            .iter()
            .filter(move |line| line[0] == name)
            .map(|line| &line[1..])
    }
}

fn numbers(text: &str) -> Vec<f32> {
    text.split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect()
}

/// The points that a line goes through.
type Way = Vec<(f32, f32)>;

/// A way without the points between two others on a straight stretch.
fn corners(way: &[(f32, f32)]) -> Way {
    let mut out = Way::new();
    for at in way {
        let near = |one: f32, two: f32| (one - two).abs() < 1.0;
        if out
            .last()
            .is_some_and(|last| near(last.0, at.0) && near(last.1, at.1))
        {
            continue;
        }
        if let [.., first, middle] = out[..]
            && ((near(first.0, middle.0) && near(middle.0, at.0))
                || (near(first.1, middle.1) && near(middle.1, at.1)))
        {
            out.pop();
        }
        out.push(*at);
    }
    out
}

/// Holds what the library draws to the picture: every card where it is and in the boxes it stands in, every line with its
/// ends and all its corners.
fn check_opened(scene: &Scene, opened: &Opened, about: &str) {
    let places = scene.layout();
    let vertices: BTreeMap<&str, (Vec<f32>, Vec<&str>)> = opened
        .all("vertex")
        .map(|line| {
            let around = line[2].split_whitespace().collect();
            (line[0].as_str(), (numbers(&line[1]), around))
        })
        .collect();
    let name = |card: CardId| format!("card-n{}", card.0);
    let heads: BTreeMap<_, _> = scene
        .diagram()
        .groups()
        .filter_map(|group| Some((group.id, group.head()?.id)))
        .collect();
    let shapes: BTreeSet<_> = scene
        .diagram()
        .groups()
        .filter(|group| group.frame.is_some())
        .map(|group| group.id)
        .collect();
    // All of the map is moved by as much.
    let mut moved: Option<(f32, f32)> = None;
    for place in &places.cards {
        let id = name(place.id);
        let (rect, around) = vertices
            .get(id.as_str())
            .unwrap_or_else(|| panic!("{about}: no {id}"));
        let extent = scene.extent(place.id).unwrap();
        let by = (
            rect[0] - extent.min.x.to_f32(),
            rect[1] - extent.min.y.to_f32(),
        );
        let first = *moved.get_or_insert(by);
        let close = |one: f32, two: f32| (one - two).abs() < 0.2;
        assert!(
            close(first.0, by.0) && close(first.1, by.1),
            "{about}: {id} is elsewhere"
        );
        assert!(
            close(rect[2], extent.width().to_f32()) && close(rect[3], extent.height().to_f32()),
            "{about}: {id} has another size"
        );
        let own = places.groups[place.group].id;
        let is_head = heads.get(&own) == Some(&place.id);
        let mut boxes: Vec<_> = places
            .around(own)
            .into_iter()
            .filter(|id| shapes.contains(id))
            .collect();
        if shapes.contains(&own) && !is_head {
            boxes.insert(0, own);
        }
        if scene.diagram().nest.is_some() {
            let plain = usize::from(around.len() > boxes.len());
            // A group without a box may have a frame of its own, where lines end at it or it has a heading.
            assert_eq!(
                around.len(),
                boxes.len() + plain,
                "{about}: {id} in {around:?}"
            );
            for (id_around, group) in around[plain..].iter().zip(&boxes) {
                if let Some(head) = heads.get(group) {
                    assert_eq!(*id_around, name(*head), "{about}: {id}");
                } else {
                    assert!(
                        id_around.starts_with("frame-"),
                        "{about}: {id} in {id_around}"
                    );
                }
            }
        }
    }
    let (dx, dy) = moved.unwrap();
    // Every way as it is drawn, in both directions.
    let mut ways: Vec<(String, String, Way)> = Vec::new();
    for line in opened.all("edge") {
        let points: Vec<(f32, f32)> = numbers(&line[2])
            .chunks(2)
            .map(|at| (at[0] - dx, at[1] - dy))
            .collect();
        ways.push((line[0].clone(), line[1].clone(), corners(&points)));
    }
    let end = |end: End| match end {
        End::Card(card) => name(card),
        End::Group(group) => heads
            .get(&group)
            .map_or("frame-".to_owned(), |head| name(*head)),
    };
    for route in &places.routes {
        let net = scene
            .diagram()
            .nets
            .iter()
            .find(|net| net.id == route.net)
            .unwrap();
        for (position, leg) in route.legs.iter().enumerate() {
            let way: Vec<_> = route
                .path(position)
                .iter()
                .map(|at| (at.x.to_f32(), at.y.to_f32()))
                .collect();
            let way = corners(&way);
            let (from, to) = (end(net.legs[leg.leg as usize].from), end(net.to));
            let found = ways.iter().position(|(source, target, drawn)| {
                let same = |one: &[(f32, f32)], two: &mut dyn Iterator<Item = &(f32, f32)>| {
                    let two: Vec<_> = two.collect();
                    one.len() == two.len()
                        && one
                            .iter()
                            .zip(two)
                            .all(|(a, b)| (a.0 - b.0).abs() < 1.5 && (a.1 - b.1).abs() < 1.5)
                };
                (source.starts_with(&from)
                    && target.starts_with(&to)
                    && same(&way, &mut drawn.iter()))
                    || (source.starts_with(&to)
                        && target.starts_with(&from)
                        && same(&way, &mut drawn.iter().rev()))
            });
            let Some(found) = found else {
                let near: Vec<_> = ways
                    .iter()
                    .filter(|way| [&way.0, &way.1].contains(&&from))
                    .collect();
                panic!("{about}: no line {from} {to} {way:?} among {near:?}");
            };
            ways.swap_remove(found);
        }
    }
    assert!(ways.is_empty(), "{about}: {ways:?}");
}

#[test]
fn the_library_of_drawio_opens_what_is_exported() {
    let (Some(chromium), Some(library)) = (chromium(), require("VPC_ATLAS_MXGRAPH")) else {
        return;
    };
    let sample = sample::network();
    let estate = estate();
    let picture =
        |network, picture, size| pictures::scene(network, &pictures::options(picture), size);
    let hostile = hostile::network();
    for (about, scene) in [
        ("harbour", scene_of(harbour(), Size::Compact)),
        ("quota", scene_of(quota(2), Size::Compact)),
        ("columns", picture(&sample, "columns", Size::Details)),
        ("nested", picture(&sample, "nested", Size::Compact)),
        ("nested details", picture(&sample, "nested", Size::Details)),
        ("nested quota", scene_of(nested_quota(3), Size::Compact)),
        ("overview", picture(&sample, "overview", Size::Compact)),
        ("nested estate", picture(&estate, "nested", Size::Compact)),
        (
            "overview estate",
            picture(&estate, "overview", Size::Compact),
        ),
        ("hostile", hostile_scene()),
        (
            "hostile nested",
            pictures::scene(&hostile, &hostile::options("nested"), Size::Compact),
        ),
        (
            "hostile overview",
            pictures::scene(&hostile, &hostile::options("overview"), Size::Compact),
        ),
    ] {
        let is_plain = !about.starts_with("hostile");
        let file = if is_plain {
            drawio(&scene, &Options::default())
        } else {
            with_hostile_options(|options| drawio(&scene, options))
        };
        let opened = Opened::of(&chromium, &library, &file);
        let drawn: usize = scene
            .layout()
            .routes
            .iter()
            .map(|route| route.legs.len())
            .sum();
        assert_eq!(
            opened.get("edges"),
            [drawn.to_string(), "0".to_owned()],
            "{about}"
        );
        assert_eq!(opened.get("loose"), ["0"], "{about}");
        assert_eq!(opened.get("slopes"), ["0"], "{about}");
        assert_eq!(opened.get("moved"), ["100"], "{about}");
        assert_eq!(opened.get("alive"), ["0", "0"], "{about}");
        if is_plain {
            check_opened(&scene, &opened, about);
        }
        if ["nested", "overview", "columns"].contains(&about) {
            let cut: Vec<_> = opened
                .all("vertex")
                .filter(|line| line[3] == "cut")
                .collect();
            assert!(cut.is_empty(), "{about}: {cut:?}");
        }
    }
}
