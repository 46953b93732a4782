//! JSON as it stands in a file: borrowed strings, members in their order, nothing thrown away.
//!
//! `serde_json::Value` would copy every string and make a map of every object; reading a region is mostly that. Here
//! the same parser fills one flat list of nodes, which borrows what it can and is reused from document to document.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// A JSON value; a view into a [`Tape`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Json<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is no `i64`.
    Number,
    Text(&'t str),
    List(List<'t>),
    Object(Object<'t>),
}

impl<'t> Json<'t> {
    /// What it is, for a sentence.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Number => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    pub(crate) fn as_str(self) -> Option<&'t str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_object(self) -> Option<Object<'t>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A list of values.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct List<'t> {
    span: Span<'t>,
}

impl<'t> List<'t> {
    pub(crate) fn is_empty(self) -> bool {
        self.span.nodes.is_empty()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Json<'t>> {
        let mut span = self.span;
        std::iter::from_fn(move || span.next())
    }
}

/// Members of an object, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Object<'t> {
    span: Span<'t>,
}

impl<'t> Object<'t> {
    pub(crate) fn is_empty(self) -> bool {
        self.span.nodes.is_empty()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'t str, Json<'t>)> {
        let mut span = self.span;
        std::iter::from_fn(move || {
            let (_, name) = span.name()?;
            Some((name, span.next()?))
        })
    }

    /// A member by its name, without regard to case, underscores and hyphens (`VpcId`, `vpcId`, `vpc_id`).
    pub(crate) fn get(self, name: &str) -> Option<Json<'t>> {
        let wanted = tag(name);
        let mut span = self.span;
        while let Some((tag, found)) = span.name() {
            if tag == wanted && same_word(found, name) {
                return span.next();
            }
            span.skip();
        }
        None
    }
}

/// Some nodes of a tape that follow each other.
#[derive(Clone, Copy, Debug, Default)]
struct Span<'t> {
    nodes: &'t [Node<'t>],
    unescaped: &'t [Box<str>],
}

impl<'t> Span<'t> {
    fn text(self, text: Text<'t>) -> &'t str {
        match text {
            Text::Borrowed(text) => text,
            Text::Unescaped(at) => self.unescaped.get(at).map_or("", |text| text),
        }
    }

    /// Take the name of a member.
    fn name(&mut self) -> Option<(u32, &'t str)> {
        let (&node, rest) = self.nodes.split_first()?;
        self.nodes = rest;
        match node {
            Node::Name(tag, text) => Some((tag, self.text(text))),
            _ => None,
        }
    }

    /// Take a value.
    fn next(&mut self) -> Option<Json<'t>> {
        let (&node, rest) = self.nodes.split_first()?;
        self.nodes = rest;
        Some(match node {
            Node::Null | Node::Name(..) => Json::Null,
            Node::Bool(flag) => Json::Bool(flag),
            Node::Int(number) => Json::Int(number),
            Node::Number => Json::Number,
            Node::Text(text) => Json::Text(self.text(text)),
            Node::List(length) => Json::List(List {
                span: self.take(length),
            }),
            Node::Object(length) => Json::Object(Object {
                span: self.take(length),
            }),
        })
    }

    fn take(&mut self, length: usize) -> Self {
        let (nodes, rest) = self.nodes.split_at_checked(length).unwrap_or_default();
        self.nodes = rest;
        Self { nodes, ..*self }
    }

    /// Pass over a value.
    fn skip(&mut self) {
        let length = match self.nodes.first() {
            Some(Node::List(length) | Node::Object(length)) => *length,
            _ => 0,
        };
        self.nodes = self.nodes.get(1 + length..).unwrap_or_default();
    }
}

/// A value, followed on the tape by what it holds.
#[derive(Clone, Copy, Debug)]
enum Node<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Number,
    Text(Text<'a>),
    /// A member's name with its [`tag`]; its value follows.
    Name(u32, Text<'a>),
    /// How many nodes are inside.
    List(usize),
    /// How many nodes are inside.
    Object(usize),
}

#[derive(Clone, Copy, Debug)]
enum Text<'a> {
    Borrowed(&'a str),
    /// A place in [`Tape::unescaped`].
    Unescaped(usize),
}

/// Where a document is parsed to.
#[derive(Debug, Default)]
pub(crate) struct Tape<'a> {
    nodes: Vec<Node<'a>>,
    unescaped: Vec<Box<str>>,
}

impl<'a> Tape<'a> {
    fn root(&self) -> Json<'_> {
        let mut span = Span {
            nodes: &self.nodes,
            unescaped: &self.unescaped,
        };
        span.next().unwrap_or(Json::Null)
    }

    fn clear(&mut self) {
        self.nodes.clear();
        self.unescaped.clear();
    }

    fn unescaped(&mut self, text: &str) -> Text<'a> {
        self.unescaped.push(text.into());
        Text::Unescaped(self.unescaped.len() - 1)
    }

    fn open(&mut self) -> usize {
        self.nodes.push(Node::Null);
        self.nodes.len()
    }

    fn close(&mut self, start: usize, node: fn(usize) -> Node<'a>) {
        let length = self.nodes.len() - start;
        if let Some(opened) = self.nodes.get_mut(start - 1) {
            *opened = node(length);
        }
    }

    fn fill(&mut self, value: &'a Value) {
        match value {
            Value::Null => self.nodes.push(Node::Null),
            Value::Bool(flag) => self.nodes.push(Node::Bool(*flag)),
            Value::Number(number) => {
                self.nodes
                    .push(number.as_i64().map_or(Node::Number, Node::Int));
            }
            Value::String(text) => self.nodes.push(Node::Text(Text::Borrowed(text))),
            Value::Array(items) => {
                let start = self.open();
                for item in items {
                    self.fill(item);
                }
                self.close(start, Node::List);
            }
            Value::Object(members) => {
                let start = self.open();
                for (name, value) in members {
                    self.nodes.push(Node::Name(tag(name), Text::Borrowed(name)));
                    self.fill(value);
                }
                self.close(start, Node::Object);
            }
        }
    }
}

/// What names that are the same to [`same_word`] have in common, and few others: it spares most comparisons.
fn tag(name: &str) -> u32 {
    name.bytes()
        .map(|byte| match byte {
            b'_' | b'-' => 0,
            byte => u32::from(byte.to_ascii_lowercase()),
        })
        .sum()
}

/// Whether two names are the same but for case, underscores and hyphens.
pub(crate) fn same_word(a: &str, b: &str) -> bool {
    fn letters(word: &str) -> impl Iterator<Item = u8> {
        word.bytes()
            .filter(|byte| !matches!(byte, b'_' | b'-'))
            .map(|byte| byte.to_ascii_lowercase())
    }
    a == b || letters(a).eq(letters(b))
}

/// A name without what [`same_word`] passes over.
pub(crate) fn folded(word: &str) -> String {
    word.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Hand over the documents of a text one after the other: one, several, or one a line. What comes before an error is
/// handed over as well.
pub(crate) fn documents(
    text: &str,
    mut each: impl FnMut(Json<'_>),
) -> Result<(), serde_json::Error> {
    let mut tape = Tape::default();
    let mut parser = serde_json::Deserializer::from_str(text);
    while parser.end().is_err() {
        Fill(&mut tape).deserialize(&mut parser)?;
        each(tape.root());
        tape.clear();
    }
    Ok(())
}

/// Hand over a value that was parsed elsewhere.
pub(crate) fn document(value: &Value, each: impl FnOnce(Json<'_>)) {
    let mut tape = Tape::default();
    tape.fill(value);
    each(tape.root());
}

/// Why a text is not JSON, as words that fit after “FILE: ”.
pub(crate) fn why_not(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let reason = words.split(" at line ").next().unwrap_or_default();
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_eof() {
        format!("the JSON breaks off at {place}; save the whole output again")
    } else if reason.starts_with("recursion limit") {
        format!("nested too deeply at {place}; AWS's output never is")
    } else {
        format!("not JSON at {place} ({reason})")
    }
}

/// Puts the next value on the tape.
struct Fill<'t, 'a>(&'t mut Tape<'a>);

impl<'de> DeserializeSeed<'de> for Fill<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fill<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.nodes.push(Node::Null);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.0.nodes.push(Node::Bool(flag));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.nodes.push(Node::Int(number));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        let node = i64::try_from(number).map_or(Node::Number, Node::Int);
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.0.nodes.push(Node::Number);
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.nodes.push(Node::Text(Text::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let text = self.0.unescaped(text);
        self.0.nodes.push(Node::Text(text));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let start = self.0.open();
        while list.next_element_seed(Fill(self.0))?.is_some() {}
        self.0.close(start, Node::List);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let start = self.0.open();
        while map.next_key_seed(FillName(self.0))?.is_some() {
            map.next_value_seed(Fill(self.0))?;
        }
        self.0.close(start, Node::Object);
        Ok(())
    }
}

/// Puts the next member's name on the tape.
struct FillName<'t, 'a>(&'t mut Tape<'a>);

impl<'de> DeserializeSeed<'de> for FillName<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for FillName<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<(), E> {
        self.0
            .nodes
            .push(Node::Name(tag(name), Text::Borrowed(name)));
        Ok(())
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        let text = self.0.unescaped(name);
        self.0.nodes.push(Node::Name(tag(name), text));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_regard_to_case_and_underscores() {
        for (a, b, same) in [
            ("VpcId", "vpc_id", true),
            ("VpcId", "VPCID", true),
            ("route-tables", "RouteTables", true),
            ("VpcId", "VpcIds", false),
            ("", "_", true),
            ("SubnetId", "VpcId", false),
        ] {
            assert_eq!(same_word(a, b), same, "{a} {b}");
        }
    }

    fn shown(json: Json<'_>) -> String {
        match json {
            Json::List(list) => {
                format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
            Json::Object(object) => {
                let members = object
                    .iter()
                    .map(|(name, value)| format!("{name}:{}", shown(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(" "))
            }
            Json::Text(text) => format!("{text:?}"),
            Json::Int(number) => number.to_string(),
            Json::Bool(flag) => flag.to_string(),
            Json::Null => "null".to_owned(),
            Json::Number => "number".to_owned(),
        }
    }

    #[test]
    fn documents_come_as_they_stand() {
        let text = r#"{"b":[1,-2,18446744073709551615,1.5,null,true,"plain","esc\n",[],{}],"\u0061":{"x":7}} [] 3"#;
        let mut found = Vec::new();
        documents(text, |json| found.push(shown(json))).unwrap();
        let first = r#"{b:[1 -2 number number null true "plain" "esc\n" [] {}] a:{x:7}}"#;
        assert_eq!(found, [first, "[]", "3"]);
        let value: Value = serde_json::from_str(r#"{"a":[1,{"x":"y"}],"b":null}"#).unwrap();
        document(&value, |json| {
            assert_eq!(shown(json), r#"{a:[1 {x:"y"}] b:null}"#);
        });
    }

    #[test]
    fn members_are_found_behind_others() {
        let text = r#"{"VpcId":"first","Tags":[{"VpcId":"inner"}],"vpc_name":"x","Name":{"VpcName":"no"},"Eman":1}"#;
        documents(text, |json| {
            let object = json.as_object().unwrap();
            assert_eq!(object.get("vpc_id").and_then(Json::as_str), Some("first"));
            assert_eq!(object.get("VpcName").and_then(Json::as_str), Some("x"));
            assert!(object.get("Name").and_then(Json::as_object).is_some());
            assert!(object.get("Tag").is_none());
        })
        .unwrap();
    }

    #[test]
    fn reasons_name_line_and_column() {
        let why = |text: &str| why_not(&documents(text, |_| {}).unwrap_err());
        assert_eq!(
            why("{\n  \"Vpcs\": ["),
            "the JSON breaks off at line 2, column 11; save the whole output again"
        );
        assert!(why("{\"a\": tru}").starts_with("not JSON at line 1, column "));
        assert!(why(&"[".repeat(300)).starts_with("nested too deeply at line 1"));
    }
}
