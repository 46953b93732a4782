//! A network as a Mermaid flowchart.

use super::outline::{Around, Edge, Nested, Node, Outline};
use super::subject::{Drawn, Subject};
use crate::picture::diagram::{Line, Role};
use crate::picture::text::plain;
use crate::picture::theme::Ink;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What Mermaid reads by default, in UTF-16 units (`maxTextSize`) and edges (`maxEdges`). A file cannot raise either, only
/// the page that it stands in. <https://mermaid.js.org/config/schema-docs/config.html>
const MAX_TEXT: usize = 50_000;
/// See [`MAX_TEXT`].
const MAX_EDGES: usize = 500;

/// A network as a flowchart from left to right, as GitHub, GitLab and Mermaid's own tools draw it.
///
/// The same subject gives the same bytes. Names of nodes are made of kind and id; what people wrote stands in labels
/// only, where every sign that Mermaid, Markdown or HTML could read is written as its number.
pub fn mermaid(subject: &Subject<'_>) -> Drawn {
    let outline = Outline::of(subject);
    let mut writer = Writer {
        subject,
        out: String::new(),
    };
    writer.document(&outline);
    Drawn {
        text: writer.out,
        nodes: outline.all_nodes().len(),
        boxes: outline.all_boxes().len(),
        edges: outline.edges.len(),
    }
}

/// Why Mermaid with its own settings would not draw this, as a sentence without a full stop; `None` where it will.
pub fn mermaid_limit(drawn: &Drawn) -> Option<String> {
    let length = drawn.text.encode_utf16().count();
    let number = |number: usize| crate::picture::view::grouped(number as u64);
    if length > MAX_TEXT {
        Some(format!(
            "it has {} characters, and Mermaid draws up to {} unless the page sets maxTextSize",
            number(length),
            number(MAX_TEXT)
        ))
    } else if drawn.edges > MAX_EDGES {
        Some(format!(
            "it has {} edges, and Mermaid draws up to {} unless the page sets maxEdges",
            number(drawn.edges),
            number(MAX_EDGES)
        ))
    } else {
        None
    }
}

struct Writer<'a> {
    subject: &'a Subject<'a>,
    out: String,
}

impl Writer<'_> {
    fn ink(&self, ink: Ink) -> String {
        self.subject.theme.color(ink).css()
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{:1$}{text}", "", depth * 2);
    }

    fn document(&mut self, outline: &Outline) {
        let (canvas, text, frame) = (
            self.ink(Ink::Canvas),
            self.ink(Ink::Text),
            self.ink(Ink::Frame),
        );
        for line in [
            "---".to_owned(),
            "config:".to_owned(),
            "  theme: base".to_owned(),
            "  themeVariables:".to_owned(),
            format!("    background: \"{canvas}\""),
            format!("    primaryTextColor: \"{text}\""),
            format!("    lineColor: \"{frame}\""),
            format!("    edgeLabelBackground: \"{canvas}\""),
            "    fontSize: 13px".to_owned(),
            "  flowchart:".to_owned(),
            "    nodeSpacing: 18".to_owned(),
            "    rankSpacing: 90".to_owned(),
            "    wrappingWidth: 340".to_owned(),
            "---".to_owned(),
            "flowchart LR".to_owned(),
        ] {
            self.line(0, &line);
        }
        for nested in &outline.boxes {
            self.nested(1, nested);
        }
        for node in &outline.nodes {
            self.node(1, node);
        }
        for edge in &outline.edges {
            self.edge(edge);
        }
        self.colours(outline);
    }

    fn nested(&mut self, depth: usize, nested: &Nested) {
        let label = label(&nested.lines);
        self.line(depth, &format!("subgraph {}[\"{label}\"]", nested.id));
        for inner in &nested.boxes {
            self.nested(depth + 1, inner);
        }
        for node in &nested.nodes {
            self.node(depth + 1, node);
        }
        self.line(depth, "end");
    }

    fn node(&mut self, depth: usize, node: &Node) {
        let label = label(&node.lines);
        self.line(depth, &format!("{}[\"{label}\"]", node.id));
    }

    fn edge(&mut self, edge: &Edge) {
        let arrow = match edge.line {
            Line::Membership | Line::Association => "---",
            Line::Implicit => "-.-",
            Line::Route => "-.->",
            Line::Blackhole => "-.-x",
        };
        let label = if edge.label.is_empty() {
            String::new()
        } else {
            format!("|\"{}\"|", encoded(&edge.label))
        };
        self.line(1, &format!("{} {arrow}{label} {}", edge.from, edge.to));
    }

    /// What has which colour: names of classes by meaning, then who is in them.
    fn colours(&mut self, outline: &Outline) {
        let mut nodes: BTreeMap<Role, Vec<&str>> = BTreeMap::new();
        let mut dashed = Vec::new();
        for node in outline.all_nodes() {
            nodes.entry(node.role).or_default().push(&node.id);
            if node.dashed {
                dashed.push(node.id.as_str());
            }
        }
        let text = self.ink(Ink::Text);
        for (role, ids) in nodes {
            let (fill, stroke) = (self.ink(Ink::Tint(role)), self.ink(Ink::Strong(role)));
            let class = class(role);
            self.line(
                1,
                &format!(
                    "classDef {class} fill:{fill},stroke:{stroke},color:{text},text-align:left"
                ),
            );
            self.line(1, &format!("class {} {class}", ids.join(",")));
        }
        if !dashed.is_empty() {
            self.line(1, "classDef is_dashed stroke-dasharray:5 4");
            self.line(1, &format!("class {} is_dashed", dashed.join(",")));
        }
        for (around, class, fill, stroke, dash) in [
            (
                Around::Region,
                "a_region",
                Ink::Canvas,
                Ink::Frame,
                ",stroke-dasharray:5 4",
            ),
            (Around::Vpc, "a_vpc", Ink::Panel, Ink::Strong(Role::Vpc), ""),
            (
                Around::Zone,
                "a_zone",
                Ink::Canvas,
                Ink::Frame,
                ",stroke-dasharray:5 4",
            ),
        ] {
            let boxes = outline.all_boxes();
            let ids: Vec<&str> = (boxes.iter())
                .filter(|nested| nested.around == around)
                .map(|nested| nested.id.as_str())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let (fill, stroke) = (self.ink(fill), self.ink(stroke));
            self.line(
                1,
                &format!("classDef {class} fill:{fill},stroke:{stroke},color:{text}{dash}"),
            );
            self.line(1, &format!("class {} {class}", ids.join(",")));
        }
        // The dashes are said once more: Mermaid 12 loses those of a line with bends.
        let mut edges: BTreeMap<(Role, Line), Vec<String>> = BTreeMap::new();
        for (place, edge) in outline.edges.iter().enumerate() {
            let places = edges.entry((edge.role, edge.line)).or_default();
            places.push(place.to_string());
        }
        for ((role, line), places) in edges {
            let stroke = self.ink(Ink::Strong(role));
            let dashes = match line {
                Line::Membership | Line::Association => "",
                Line::Implicit => ",stroke-dasharray:7 4",
                Line::Route | Line::Blackhole => ",stroke-dasharray:2 3",
            };
            self.line(
                1,
                &format!("linkStyle {} stroke:{stroke}{dashes}", places.join(",")),
            );
        }
    }
}

/// A word of our own for a meaning; Mermaid has words that are no names.
fn class(role: Role) -> &'static str {
    match role {
        Role::Vpc => "is_vpc",
        Role::Public => "is_public",
        Role::Private => "is_private",
        Role::Isolated => "is_isolated",
        Role::Unknown => "is_unknown",
        Role::Table => "is_table",
        Role::Gateway => "is_gateway",
        Role::Endpoint => "is_endpoint",
        Role::Transit => "is_transit",
        Role::Host => "is_host",
        Role::Danger => "is_danger",
        Role::Warn => "is_warn",
        Role::Neutral => "is_neutral",
    }
}

fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| encoded(line)).collect();
    lines.join("<br/>")
}

/// Words as Mermaid shows them and never reads them: but for letters, digits and what stands within a word, every sign is
/// written as its number. <https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters>
fn encoded(text: &str) -> String {
    let text = plain(text);
    let characters: Vec<char> = text.chars().collect();
    let is_word = |place: Option<usize>| {
        place
            .and_then(|place| characters.get(place))
            .is_some_and(|character| character.is_alphanumeric())
    };
    // Markdown makes a link of an address that begins like this.
    let is_address = text.to_ascii_lowercase().contains("www.");
    let mut out = String::with_capacity(text.len());
    for (place, character) in characters.iter().enumerate() {
        let within = is_word(place.checked_sub(1)) && is_word(Some(place + 1));
        let is_kept = match character {
            '.' => within && !is_address,
            '-' | '_' => within,
            ' ' | ',' | '/' | '·' | '→' | '…' => true,
            _ => character.is_alphanumeric(),
        };
        if is_kept {
            out.push(*character);
        } else {
            let _ = write!(out, "#{};", u32::from(*character));
        }
        // Mermaid breaks the line at `\n`, and reads two pairs of signs as its own way to write a number, however they are
        // written; a sign of no width keeps them apart.
        if matches!(character, '\\' | '\u{fb02}' | '\u{b6}') {
            out.push_str("#8288;");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_mean_something_become_numbers() {
        assert_eq!(encoded("harbour-prod"), "harbour-prod");
        assert_eq!(encoded("10.0.0.0/16"), "10.0.0.0/16");
        assert_eq!(encoded("\"]; end"), "#34;#93;#59; end");
        assert_eq!(encoded("<b>#1"), "#60;b#62;#35;1");
        assert_eq!(encoded("1. one"), "1#46; one");
        assert_eq!(encoded("- one"), "#45; one");
        assert_eq!(encoded("a\\n"), "a#92;#8288;n");
        assert_eq!(encoded("__a_b__"), "#95;#95;a_b#95;#95;");
        assert_eq!(encoded("%%{init"), "#37;#37;#123;init");
        assert_eq!(encoded("www.example.com"), "www#46;example#46;com");
        assert_eq!(encoded("a\u{202e}\nb"), "a b");
    }

    #[test]
    fn what_mermaid_would_refuse_is_said() {
        let drawn = |text: String, edges| Drawn {
            text,
            nodes: 0,
            boxes: 0,
            edges,
        };
        assert_eq!(mermaid_limit(&drawn("x".repeat(50_000), 500)), None);
        let long = mermaid_limit(&drawn("x".repeat(50_001), 0)).unwrap();
        assert!(long.starts_with("it has 50,001 characters"), "{long}");
        let many = mermaid_limit(&drawn(String::new(), 501)).unwrap();
        assert!(many.starts_with("it has 501 edges"), "{many}");
    }
}
