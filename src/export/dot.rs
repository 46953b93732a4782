//! A network as Graphviz DOT.

use super::outline::{Around, Edge, Nested, Node, Outline};
use super::subject::{Drawn, Subject};
use crate::picture::diagram::{Line, Role};
use crate::picture::text::plain;
use crate::picture::theme::Ink;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Faces that a reader has, ours first.
const FACES: &str = "Inter,Helvetica,Arial,sans-serif";

/// A network as DOT, to be laid out by Graphviz: boxes in boxes, the columns of the map as ranks.
///
/// The same subject gives the same bytes. Names of nodes are made of kind and id and stay the same from one export to
/// the next; what people wrote stands in labels and tooltips only.
pub fn dot(subject: &Subject<'_>) -> Drawn {
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
        let (canvas, text, muted) = (
            self.ink(Ink::Canvas),
            self.ink(Ink::Text),
            self.ink(Ink::TextMuted),
        );
        self.line(0, "digraph network {");
        self.line(
            1,
            &format!(
                "graph [rankdir=LR, newrank=true, ranksep=1.4, nodesep=0.16, pad=0.3, bgcolor=\"{canvas}\", \
                 fontname=\"{FACES}\", fontcolor=\"{text}\", fontsize=18, labelloc=t, labeljust=l, label={}, tooltip={}];",
                quoted(self.subject.title),
                quoted(self.subject.title),
            ),
        );
        self.line(
            1,
            &format!(
                "node [shape=box, style=\"rounded,filled\", margin=\"0.12,0.06\", penwidth=1.3, fontname=\"{FACES}\", \
                 fontsize=11, fontcolor=\"{text}\"];"
            ),
        );
        self.line(
            1,
            &format!(
                "edge [tailport=e, headport=w, arrowsize=0.6, penwidth=1.2, fontname=\"{FACES}\", fontsize=9, \
                 fontcolor=\"{muted}\"];"
            ),
        );
        for nested in &outline.boxes {
            self.nested(1, nested);
        }
        for node in &outline.nodes {
            self.node(1, node);
        }
        // One rank for each column, as on the map.
        let mut ranks: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for node in outline.all_nodes() {
            ranks.entry(node.column).or_default().push(&node.id);
        }
        for ids in ranks.values() {
            self.line(1, &format!("{{ rank=same; {}; }}", ids.join("; ")));
        }
        for edge in &outline.edges {
            self.edge(edge);
        }
        self.line(0, "}");
    }

    fn nested(&mut self, depth: usize, nested: &Nested) {
        let (line, fill, style, size) = match nested.around {
            Around::Region => (Ink::Frame, Ink::Canvas, "rounded,dashed", 13),
            Around::Vpc => (Ink::Strong(Role::Vpc), Ink::Panel, "rounded,filled", 14),
            Around::Zone => (Ink::Frame, Ink::Canvas, "rounded,filled,dashed", 11),
        };
        self.line(depth, &format!("subgraph cluster_{} {{", nested.id));
        let tip = nested.lines.join("\n");
        let label = self.label(&nested.lines, size);
        let (line, fill) = (self.ink(line), self.ink(fill));
        self.line(
            depth + 1,
            &format!(
                "label={label}; labeljust=l; style=\"{style}\"; color=\"{line}\"; fillcolor=\"{fill}\"; \
                 fontsize={size}; margin=12; tooltip={};",
                quoted(&tip)
            ),
        );
        if let Some(url) = nested
            .key
            .as_ref()
            .and_then(|key| (self.subject.links)(key))
        {
            self.line(depth + 1, &format!("URL={};", quoted(&url)));
        }
        for inner in &nested.boxes {
            self.nested(depth + 1, inner);
        }
        for node in &nested.nodes {
            self.node(depth + 1, node);
        }
        self.line(depth, "}");
    }

    fn node(&mut self, depth: usize, node: &Node) {
        let label = self.label(&node.lines, 11);
        let (line, fill) = (
            self.ink(Ink::Strong(node.role)),
            self.ink(Ink::Tint(node.role)),
        );
        let mut text = format!(
            "{} [label={label}, color=\"{line}\", fillcolor=\"{fill}\"",
            node.id
        );
        if node.dashed {
            text.push_str(", style=\"rounded,filled,dashed\"");
        }
        let tip = if node.tip.is_empty() {
            node.lines.join("\n")
        } else {
            node.tip.join("\n")
        };
        let _ = write!(text, ", tooltip={}", quoted(&tip));
        if let Some(url) = node.key.as_ref().and_then(|key| (self.subject.links)(key)) {
            let _ = write!(text, ", URL={}", quoted(&url));
        }
        text.push_str("];");
        self.line(depth, &text);
    }

    fn edge(&mut self, edge: &Edge) {
        let color = self.ink(Ink::Strong(edge.role));
        let mut text = format!("{} -> {} [color=\"{color}\"", edge.from, edge.to);
        text.push_str(match edge.line {
            Line::Membership | Line::Association => ", arrowhead=none",
            Line::Implicit => ", style=dashed, arrowhead=none",
            Line::Route => ", style=dotted, penwidth=1.8",
            Line::Blackhole => ", style=dotted, penwidth=1.8, arrowhead=box",
        });
        if !edge.label.is_empty() {
            let label = quoted(&edge.label);
            let _ = write!(text, ", label={label}, tooltip={label}");
        }
        text.push_str("];");
        self.line(1, &text);
    }

    /// A name with smaller lines under it, in the language that looks like HTML.
    fn label(&self, lines: &[String], size: u8) -> String {
        let muted = self.ink(Ink::TextMuted);
        let mut label = String::from("<");
        for (place, line) in lines.iter().enumerate() {
            let line = marked_up(line);
            let _ = if place == 0 {
                write!(label, "<b>{line}</b><br align=\"left\"/>")
            } else {
                let size = size.saturating_sub(2);
                write!(
                    label,
                    "<font point-size=\"{size}\" color=\"{muted}\">{line}</font><br align=\"left\"/>"
                )
            };
        }
        label.push('>');
        label
    }
}

/// Words in a label of the kind that looks like HTML.
fn marked_up(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Some versions take an opening one for the beginning of a list of attributes.
            '[' => out.push_str("&#91;"),
            ']' => out.push_str("&#93;"),
            // `\N` would become the name of the node here as well.
            '\\' => out.push_str("\\\\"),
            _ => out.push(character),
        }
    }
    out
}

/// Words as a quoted string: Graphviz reads `\N`, `\n` and the like in it, and entities. Our own line breaks stay.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push_str("\\n");
        }
        for character in plain(line).chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                _ => out.push(character),
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_hold_whatever_people_write() {
        assert_eq!(
            quoted("a\"b\\N&lt;\u{202e}\tc"),
            "\"a\\\"b\\\\N&amp;lt; c\""
        );
        assert_eq!(quoted("one\ntwo"), "\"one\\ntwo\"");
        assert_eq!(
            marked_up("<b>&\"[x]\u{0}\\N"),
            "&lt;b&gt;&amp;&quot;&#91;x&#93;\\\\N"
        );
    }
}
