//! The language of Terraform, written as `terraform fmt` would lay it out.
//!
//! Only what is written here can come out: texts are always quoted and escaped, and names are checked where they are
//! made. <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>

use std::fmt::Write as _;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// A text, as it is to be; it is quoted and escaped when it is written.
    Text(String),
    /// What is written as it stands: a reference, a number, a word.
    Raw(String),
    /// A list.
    List(Vec<Expr>),
    /// A function with what it is given, on one line.
    Call(&'static str, Vec<Expr>),
    /// An object on one line, with its keys bare where they can be.
    Short(Vec<(String, Expr)>),
    /// An object on several lines, with its keys bare where they can be.
    Object(Vec<(String, Expr)>),
    /// An object on several lines whose keys are texts.
    Map(Vec<(String, Expr)>),
}

impl Expr {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    /// The expression on one line.
    fn line(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Raw(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::line).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Call(function, items) => {
                let items: Vec<String> = items.iter().map(Self::line).collect();
                format!("{function}({})", items.join(", "))
            }
            Self::Short(fields) | Self::Object(fields) | Self::Map(fields) => {
                if fields.is_empty() {
                    return "{}".to_owned();
                }
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{} = {}", key(name), value.line()))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
        }
    }

    fn is_one_line(&self) -> bool {
        match self {
            Self::Text(_) | Self::Raw(_) | Self::Short(_) | Self::Call(..) => true,
            Self::List(items) => items.len() < 2,
            Self::Object(fields) | Self::Map(fields) => fields.is_empty(),
        }
    }
}

/// What stands in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `name = value`
    Set(String, Expr),
    /// A block.
    Block(Block),
    /// An empty line.
    Gap,
    /// A comment of one line.
    Comment(String),
}

impl Item {
    pub(super) fn set(name: impl Into<String>, value: Expr) -> Self {
        Self::Set(name.into(), value)
    }
}

/// `kind "label" { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: &'static str,
    pub(super) labels: Vec<String>,
    pub(super) body: Vec<Item>,
}

impl Block {
    pub(super) fn new(kind: &'static str, labels: &[&str], body: Vec<Item>) -> Self {
        let labels = labels.iter().map(|&it| it.to_owned()).collect();
        Self { kind, labels, body }
    }
}

/// A line: what stands before the sign, and from the sign on, where it is a whole setting.
struct Line {
    depth: usize,
    lead: String,
    assign: Option<String>,
}

/// Items as the text of a file, or of a part of one.
pub(super) fn write(items: &[Item]) -> String {
    let mut lines = Vec::new();
    body(items, 0, &mut lines);
    let mut text = String::new();
    let mut rest = lines.as_slice();
    // Signs of settings that follow one another stand below each other; whatever takes several lines comes between.
    while let Some(first) = rest.first() {
        let chain = rest.iter().take_while(|line| line.assign.is_some()).count();
        let (now, later) = rest.split_at(chain.max(1));
        let width = now.iter().map(|line| line.lead.chars().count()).max();
        let width = if first.assign.is_some() { width } else { None };
        for line in now {
            let indent = if line.lead.is_empty() {
                0
            } else {
                line.depth * 2
            };
            // Writing to a string cannot fail.
            let _ = match &line.assign {
                Some(assign) => writeln!(
                    text,
                    "{:indent$}{:width$} {assign}",
                    "",
                    line.lead,
                    width = width.unwrap_or(0)
                ),
                None => writeln!(text, "{:indent$}{}", "", line.lead),
            };
        }
        rest = later;
    }
    text
}

fn body(items: &[Item], depth: usize, lines: &mut Vec<Line>) {
    let whole = |lead: String| Line {
        depth,
        lead,
        assign: None,
    };
    for item in items {
        match item {
            Item::Set(name, value) => setting(name.clone(), value, depth, "", lines),
            Item::Gap => lines.push(whole(String::new())),
            Item::Comment(text) => {
                lines.push(whole(format!("# {}", plain(text)).trim_end().to_owned()));
            }
            Item::Block(block) => {
                let mut head = block.kind.to_owned();
                for label in &block.labels {
                    head.push(' ');
                    head.push_str(&quoted(label));
                }
                if block.body.is_empty() {
                    lines.push(whole(format!("{head} {{}}")));
                    continue;
                }
                lines.push(whole(format!("{head} {{")));
                body(&block.body, depth + 1, lines);
                lines.push(whole("}".to_owned()));
            }
        }
    }
}

fn setting(name: String, value: &Expr, depth: usize, end: &str, lines: &mut Vec<Line>) {
    if value.is_one_line() {
        lines.push(Line {
            depth,
            lead: name,
            assign: Some(format!("= {}{end}", value.line())),
        });
        return;
    }
    let is_list = matches!(value, Expr::List(_));
    let (open, close) = if is_list { ('[', ']') } else { ('{', '}') };
    lines.push(Line {
        depth,
        lead: format!("{name} = {open}"),
        assign: None,
    });
    match value {
        Expr::List(items) => lines.extend(items.iter().map(|item| Line {
            depth: depth + 1,
            lead: format!("{},", item.line()),
            assign: None,
        })),
        Expr::Object(fields) => {
            for (name, value) in fields {
                setting(key(name), value, depth + 1, "", lines);
            }
        }
        Expr::Map(fields) => {
            for (name, value) in fields {
                setting(quoted(name), value, depth + 1, "", lines);
            }
        }
        Expr::Text(_) | Expr::Raw(_) | Expr::Short(_) | Expr::Call(..) => {}
    }
    lines.push(Line {
        depth,
        lead: format!("{close}{end}"),
        assign: None,
    });
}

/// A key of an object: bare where it is a word that means nothing else.
fn key(name: &str) -> String {
    let is_word = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_')
        && !matches!(name, "for" | "if" | "in" | "null" | "true" | "false");
    if is_word {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// Whether a character would steer a terminal or an editor, or could not be seen.
pub(super) fn is_unseen(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text in quotes, so that it stands for itself whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let chars: Vec<char> = text.chars().collect();
    for (at, &it) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        let _ = match it {
            '"' => write!(out, "\\\""),
            '\\' => write!(out, "\\\\"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            '$' | '%' if next == Some('{') => write!(out, "{it}{it}"),
            // Another sign before an escaped one would be read as part of it.
            '$' | '%' if next == Some(it) => write!(out, "\\u{:04x}", u32::from(it)),
            it if is_unseen(it) => write!(out, "\\u{:04x}", u32::from(it)),
            it => write!(out, "{it}"),
        };
    }
    out.push('"');
    out
}

/// A text for a comment: one line, whatever is in it.
fn plain(text: &str) -> String {
    text.chars()
        .map(|it| if is_unseen(it) { ' ' } else { it })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_for_themselves() {
        for (text, written) in [
            ("plain", r#""plain""#),
            ("a \"b\" \\", r#""a \"b\" \\""#),
            ("${var.x} %{ if }", r#""$${var.x} %%{ if }""#),
            ("$${a}", r#""\u0024$${a}""#),
            ("100% $5 $", r#""100% $5 $""#),
            ("a\nb\tc\r", r#""a\nb\tc\r""#),
            ("\u{1b}[2J\u{202e}\u{0}", r#""\u001b[2J\u202e\u0000""#),
            ("ünïcode ✓", r#""ünïcode ✓""#),
        ] {
            assert_eq!(quoted(text), written);
        }
    }

    #[test]
    fn words_that_mean_something_are_quoted_as_keys() {
        assert_eq!(key("Name"), "Name");
        assert_eq!(key("for"), "\"for\"");
        assert_eq!(key("a-b"), "\"a-b\"");
        assert_eq!(key("1a"), "\"1a\"");
    }

    #[test]
    fn signs_stand_below_each_other_as_terraform_fmt_puts_them() {
        let map = Expr::Map(vec![(
            "a/1".into(),
            Expr::Object(vec![
                ("zone".into(), Expr::text("z")),
                ("cidr_block".into(), Expr::text("c")),
                (
                    "tags".into(),
                    Expr::Short(vec![("Name".into(), Expr::text("n"))]),
                ),
            ]),
        )]);
        let items = [
            Item::Comment("two\nlines".into()),
            Item::Block(Block::new(
                "resource",
                &["aws_subnet", "main"],
                vec![
                    Item::set("for_each", map),
                    Item::Gap,
                    Item::set("vpc_id", Expr::raw("aws_vpc.main.id")),
                    Item::set("ids", Expr::List(vec![Expr::raw("a"), Expr::raw("b")])),
                    Item::set("x", Expr::List(vec![Expr::raw("a")])),
                ],
            )),
        ];
        let expected = "\
# two lines
resource \"aws_subnet\" \"main\" {
  for_each = {
    \"a/1\" = {
      zone       = \"z\"
      cidr_block = \"c\"
      tags       = { Name = \"n\" }
    }
  }

  vpc_id = aws_vpc.main.id
  ids = [
    a,
    b,
  ]
  x = [a]
}
";
        assert_eq!(write(&items), expected);
    }
}
