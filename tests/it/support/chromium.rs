//! A browser without a window: a page goes in, and what its scripts have made of it comes out.

use super::environment::require;
use std::path::Path;
use std::process::Command;

/// The Chromium that `tests/run` names; `None` where tests with it are to be skipped.
pub(crate) fn chromium() -> Option<String> {
    require("VPC_ATLAS_CHROMIUM")
}

/// The page as Chromium leaves it after its scripts have run for so long, in the page's own time.
pub(crate) fn dumped(chromium: &str, html: &str, milliseconds: u32) -> String {
    let folder = tempfile::tempdir().unwrap();
    dumped_in(chromium, folder.path(), html, milliseconds)
}

/// As [`dumped`], of a page that stands in a folder beside what it reads.
pub(crate) fn dumped_in(chromium: &str, folder: &Path, html: &str, milliseconds: u32) -> String {
    let page = folder.join("page.html");
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
            "--dump-dom",
        ])
        .arg(format!("--virtual-time-budget={milliseconds}"))
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
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

/// What a script left in the element of this id, which has nothing but words in it.
pub(crate) fn left_in(dom: &str, id: &str) -> String {
    let words = dom
        .split_once(&format!("<pre id=\"{id}\">"))
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .map(|(words, _)| words);
    let Some(words) = words else {
        panic!("no {id}: {}", dom.get(..2000).unwrap_or(dom));
    };
    words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

/// What a script left in the element `measured`: lines of words with tabs between them.
pub(crate) fn measured_in(dom: &str) -> Vec<Vec<String>> {
    left_in(dom, "measured")
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// A value as the content of a script element, which `</script>` would end whatever it stands in.
pub(crate) fn in_script(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value)
        .unwrap()
        .replace('<', "\\u003c")
}
