//! A template as YAML.
//!
//! Only what a template needs is written: block maps and lists, CloudFormation's short tags, and texts that are quoted
//! wherever YAML 1.1 or 1.2 could read anything else into them.

use super::node::Node;

/// Functions that have a short tag and take a list.
const OF_LISTS: [(&str, &str); 3] = [
    ("Fn::Select", "!Select"),
    ("Fn::Cidr", "!Cidr"),
    ("Fn::Equals", "!Equals"),
];

/// Words that some reader of YAML takes for something other than text.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// The value as a YAML document.
pub(super) fn write(node: &Node) -> String {
    let mut out = String::new();
    match node {
        Node::Map(fields) if !fields.is_empty() => map(fields, 0, &mut out),
        _ => value(node, 0, &mut out),
    }
    // The first value of a document begins with the space that would part it from its key.
    out.trim_start_matches(' ').to_owned()
}

/// The fields of a map, the first one where the text stands and the others below it.
fn map(fields: &[(String, Node)], indent: usize, out: &mut String) {
    for (n, (name, of)) in fields.iter().enumerate() {
        if n > 0 {
            spaces(indent, out);
        }
        text(name, out);
        out.push(':');
        value(of, indent.saturating_add(2), out);
    }
}

/// A value behind its key, or behind the dash of a list; ends the line.
fn value(node: &Node, indent: usize, out: &mut String) {
    match node {
        Node::Map(fields) => {
            if short(fields, indent, out) {
                return;
            }
            if fields.is_empty() {
                out.push_str(" {}\n");
                return;
            }
            out.push('\n');
            spaces(indent, out);
            map(fields, indent, out);
        }
        Node::List(items) => list(items, indent, out),
        Node::Text(it) => {
            out.push(' ');
            text(it, out);
            out.push('\n');
        }
        Node::Number(number) => {
            out.push(' ');
            out.push_str(&number.to_string());
            out.push('\n');
        }
        Node::Bool(it) => {
            out.push_str(if *it { " true\n" } else { " false\n" });
        }
    }
}

fn list(items: &[Node], indent: usize, out: &mut String) {
    if items.is_empty() {
        out.push_str(" []\n");
        return;
    }
    out.push('\n');
    for item in items {
        spaces(indent, out);
        out.push('-');
        let inner = indent.saturating_add(2);
        match item {
            Node::Map(fields) if !fields.is_empty() && !has_short(fields) => {
                out.push(' ');
                map(fields, inner, out);
            }
            _ => value(item, inner, out),
        }
    }
}

/// Writes a function with its short tag, where it has one.
fn short(fields: &[(String, Node)], indent: usize, out: &mut String) -> bool {
    let [(name, of)] = fields else { return false };
    if let ("Ref", Node::Text(id)) = (name.as_str(), of) {
        out.push_str(" !Ref ");
        text(id, out);
        out.push('\n');
        return true;
    }
    let Node::List(items) = of else { return false };
    if let ("Fn::GetAtt", [Node::Text(id), Node::Text(attribute)]) =
        (name.as_str(), items.as_slice())
    {
        out.push_str(" !GetAtt ");
        text(&format!("{id}.{attribute}"), out);
        out.push('\n');
        return true;
    }
    let Some((_, tag)) = OF_LISTS.iter().find(|(long, _)| long == name) else {
        return false;
    };
    out.push(' ');
    out.push_str(tag);
    list(items, indent, out);
    true
}

fn has_short(fields: &[(String, Node)]) -> bool {
    matches!(fields, [(name, _)] if name == "Ref" || name.starts_with("Fn::"))
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// A text, bare where nothing else can be read into it.
fn text(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // What YAML does not let through, takes for the end of a line, or drops.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => escaped(letter, out),
            _ => out.push(letter),
        }
    }
    out.push('"');
}

fn escaped(letter: char, out: &mut String) {
    let code = format!("\\u{:04x}", u32::from(letter));
    out.push_str(&code);
}

/// Begins with a letter and holds no sign that could begin or end anything.
fn is_plain(text: &str) -> bool {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || "-_./:".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(inner)
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}
