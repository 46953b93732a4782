//! What a browser makes of an SVG: every word as wide as layout measured it, with the embedded font, in its card.
//!
//! Runs where `VPC_ATLAS_CHROMIUM` names a Chromium, for instance `/usr/bin/chromium`.

use std::process::Command;

use vpc_atlas::export::{Options, svg};
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::theme::Theme;

use super::diagrams::{harbour, scene_of};

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
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let html = format!(
        "<!doctype html><meta charset=\"utf-8\"><body>{drawn}<script>{SCRIPT}</script></body>"
    );
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
    let lines = dom
        .split_once("<pre id=\"measured\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .map(|(lines, _)| lines);
    let Some(lines) = lines else {
        panic!("no measures: {}", String::from_utf8_lossy(&output.stderr));
    };
    lines
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
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
