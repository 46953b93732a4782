//! Names that tempt a format to do something else than show them.

use super::files::json;
use super::pictures;
use serde_json::Value;
use vpc_atlas::export::Format;
use vpc_atlas::network::{Network, Topology};
use vpc_atlas::picture::geometry::{Fx, Point};
use vpc_atlas::picture::layout::NoteId;
use vpc_atlas::picture::view::{self, Arrangement, Note};
use vpc_atlas::source::{InputFile, read, sample};
use vpc_atlas::workspace::Look;

/// What each is called, and the name.
pub(crate) const NAMES: [(&str, &str); 18] = [
    ("markup", "<script>alert(1)</script>"),
    (
        "an end of a script",
        "</script><img src=x onerror=alert(1)>",
    ),
    ("an end of an SVG", "</text></svg><svg onload=alert(1)>"),
    ("quotes", "\"'`\" onmouseover=\"alert(1)"),
    ("entities", "&lt;b&gt; &#60; &amp;amp; &"),
    ("an end of a comment", "--> ]]> <!-- <![CDATA["),
    ("lines", "one\ntwo\r\nthree\tfour"),
    (
        "control characters",
        "bell\u{7} null\u{0} escape\u{1b}[31m delete\u{7f} \u{85}",
    ),
    (
        "right to left",
        "gnp.\u{202e}exe.txt \u{200f}\u{2067}x\u{2069}",
    ),
    ("right to left letters", "שלום مرحبا"),
    ("no characters", "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe} end"),
    (
        "brackets of PDF",
        "(unpaired \\( ) ) \\ << >> stream endstream endobj %%EOF",
    ),
    (
        "a style of draw.io",
        "a;image=https://evil.example/x.png;html=1",
    ),
    ("a placeholder", "%date% ${x} {{y}} $(z)"),
    ("a formula", "=cmd|' /C calc'!A0"),
    ("marks and pictures", "e\u{301}\u{301} 🚀 👩\u{200d}💻"),
    ("nothing to be seen", "\u{200b}\u{feff}"),
    ("spaces", "   "),
];

/// All of them, and one of 255 characters.
pub(crate) fn names() -> Vec<String> {
    let long = "0123456789abcde".repeat(17);
    NAMES
        .iter()
        .map(|(_, name)| (*name).to_owned())
        .chain([long])
        .collect()
}

/// The sample with a hostile name wherever people give one: all names, other tags and descriptions.
pub(crate) fn network() -> Network {
    let names = names();
    let mut at = 0;
    let files: Vec<InputFile> = sample::FILES
        .iter()
        .map(|(path, bytes)| {
            let mut value: Value = serde_json::from_slice(bytes).unwrap();
            rename(&mut value, &mut || {
                at += 1;
                names[at % names.len()].clone()
            });
            json(path, &value)
        })
        .collect();
    let network = read(&files);
    let named = network.resources().filter_map(|it| it.name()).count();
    assert!(named > names.len(), "{named}");
    network
}

fn rename(value: &mut Value, next: &mut dyn FnMut() -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, next)),
        Value::Object(fields) => {
            let is_tag = fields.contains_key("Key");
            for (field, value) in fields {
                if value.is_string() && (field == "Description" || (is_tag && field == "Value")) {
                    *value = Value::String(next());
                } else {
                    rename(value, next);
                }
            }
        }
        _ => {}
    }
}

/// One of the three pictures of it, coloured and grouped by a tag, with a note for every name.
pub(crate) fn options(picture: &str) -> view::Options {
    let options = view::Options {
        color_by: Some("Tier".into()),
        group_by: Some("Tier".into()),
        ..pictures::options(picture)
    };
    let arrangement =
        Arrangement::default().with(&options.boards(&Topology::of(&network())), |board| {
            for (number, text) in (1..).zip(names()) {
                let at = Point::new(Fx::px(30 * number), Fx::px(20 * number));
                board
                    .notes
                    .insert(NoteId(number.unsigned_abs()), Note { at, text });
            }
        });
    view::Options {
        arrangement,
        ..options
    }
}

/// A look in which every word is hostile.
pub(crate) fn look(format: Format) -> Look {
    Look {
        format,
        legend: true,
        title: "</title><script>alert(1)</script>\u{202e}\u{0}".to_owned(),
        subtitle: "\"><img src=x onerror=alert(1)>".to_owned(),
        block: Some((
            "<script>alert(1)</script> (\\) ]]>".to_owned(),
            Some("\u{202e}&<\"'".to_owned()),
        )),
        ..Look::default()
    }
}
