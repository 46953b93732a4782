//! A reader of the YAML that templates are written in: block maps and lists, CloudFormation's short tags, and texts that
//! are bare or in double quotes. Anything else fails the test.

use serde_json::{Map, Value, json};

/// The value of a document, short tags as the long names of their functions.
pub(crate) fn read(text: &str) -> Value {
    let lines = text.lines().map(|line| {
        let content = line.trim_start_matches(' ');
        (line.len() - content.len(), content.to_owned())
    });
    let mut reader = Reader {
        lines: lines.collect(),
        at: 0,
    };
    let value = reader.block();
    assert_eq!(reader.at, reader.lines.len(), "there is more");
    value
}

struct Reader {
    lines: Vec<(usize, String)>,
    at: usize,
}

impl Reader {
    /// The list or map that begins at this line.
    fn block(&mut self) -> Value {
        let (indent, first) = self.lines[self.at].clone();
        if first == "-" || first.starts_with("- ") {
            self.list(indent)
        } else {
            self.map(indent)
        }
    }

    fn here(&self, indent: usize) -> Option<String> {
        let (held, content) = self.lines.get(self.at)?;
        (*held == indent).then(|| content.clone())
    }

    fn list(&mut self, indent: usize) -> Value {
        let mut items = Vec::new();
        while let Some(content) = self.here(indent) {
            let rest = content.strip_prefix('-').expect("an item of a list");
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            if key(rest).is_some() {
                self.lines[self.at] = (indent + 2, rest.to_owned());
                items.push(self.map(indent + 2));
            } else {
                self.at += 1;
                items.push(self.value(rest));
            }
        }
        Value::Array(items)
    }

    fn map(&mut self, indent: usize) -> Value {
        let mut fields = Map::new();
        while let Some(content) = self.here(indent) {
            let (name, rest) = key(&content).unwrap_or_else(|| panic!("no key: {content}"));
            self.at += 1;
            let value = self.value(&rest);
            assert_eq!(fields.insert(name.clone(), value), None, "{name} twice");
        }
        Value::Object(fields)
    }

    /// What stands behind a key, a dash or a tag.
    fn value(&mut self, rest: &str) -> Value {
        match rest {
            "" => self.block(),
            "{}" => json!({}),
            "[]" => json!([]),
            "!Select" => json!({"Fn::Select": self.block()}),
            "!Cidr" => json!({"Fn::Cidr": self.block()}),
            "!Equals" => json!({"Fn::Equals": self.block()}),
            _ => {
                if let Some(id) = rest.strip_prefix("!Ref ") {
                    json!({"Ref": scalar(id)})
                } else if let Some(path) = rest.strip_prefix("!GetAtt ") {
                    let (id, name) = path.split_once('.').expect("an attribute");
                    json!({"Fn::GetAtt": [id, name]})
                } else {
                    scalar(rest)
                }
            }
        }
    }
}

/// The key at the start of a line, and what is behind it.
fn key(line: &str) -> Option<(String, String)> {
    let end = if line.starts_with('"') {
        let mut is_escaped = false;
        let close = line.char_indices().skip(1).find(|(_, letter)| {
            let closes = *letter == '"' && !is_escaped;
            is_escaped = *letter == '\\' && !is_escaped;
            closes
        });
        close.expect("a quote that closes").0 + 1
    } else {
        line.find(": ")
            .or_else(|| line.strip_suffix(':').map(str::len))?
    };
    let rest = line[end..].strip_prefix(':')?;
    let Value::String(name) = scalar(&line[..end]) else {
        return None;
    };
    Some((name, rest.trim_start_matches(' ').to_owned()))
}

fn scalar(text: &str) -> Value {
    if text.starts_with('"') {
        return serde_json::from_str(text).expect("a quoted text");
    }
    match text {
        "true" => return json!(true),
        "false" => return json!(false),
        _ => {}
    }
    if let Ok(number) = text.parse::<i64>() {
        return json!(number);
    }
    let is_bare = |it: char| it.is_ascii_alphanumeric() || "-_./:".contains(it);
    assert!(
        text.starts_with(|it: char| it.is_ascii_alphabetic()) && text.chars().all(is_bare),
        "{text:?} is not bare"
    );
    json!(text)
}
