//! Names that tempt a format to do something else than show them.

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
