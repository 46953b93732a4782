//! JSON as it stands in a file: borrowed strings, members in their order, nothing thrown away.
//!
//! `serde_json::Value` would copy every string and sort every object; reading a region is mostly that. This tree is
//! filled by the same parser and borrows what it can.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A member of an object.
pub(crate) type Member<'a> = (Cow<'a, str>, Json<'a>);

/// A JSON value that borrows from its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is no `i64`.
    Number,
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<Member<'a>>),
}

impl<'a> Json<'a> {
    /// What it is, for a sentence.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Number => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&[Member<'a>]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A member by its name, without regard to case, underscores and hyphens (`VpcId`, `vpcId`, `vpc_id`).
pub(crate) fn member<'r, 'a>(members: &'r [Member<'a>], name: &str) -> Option<&'r Json<'a>> {
    members
        .iter()
        .find(|(key, _)| same_word(key, name))
        .map(|(_, value)| value)
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

/// The documents of a text one after the other: one, several, or one a line. The first error is the last item.
pub(crate) fn documents(text: &str) -> impl Iterator<Item = Result<Json<'_>, serde_json::Error>> {
    serde_json::Deserializer::from_str(text).into_iter::<Json<'_>>()
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

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => number.as_i64().map_or(Self::Number, Self::Int),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (Cow::Borrowed(name.as_str()), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Json::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Json::Number, Json::Int))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Json::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key_seed(Name)? {
            members.push((name, map.next_value()?));
        }
        Ok(Json::Object(members))
    }
}

/// A member's name, borrowed where it holds no escape.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
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

    #[test]
    fn text_is_borrowed_and_numbers_keep_their_value() {
        let text = r#"{"a":[1,-2,18446744073709551615,1.5,null,true,"plain","esc\n"]}"#;
        let mut documents = documents(text);
        let document = documents.next().unwrap().unwrap();
        assert!(documents.next().is_none());
        let items = member(document.as_object().unwrap(), "A").unwrap();
        let items = items.as_list().unwrap();
        assert_eq!(items[0], Json::Int(1));
        assert_eq!(items[1], Json::Int(-2));
        assert_eq!(items[2], Json::Number);
        assert_eq!(items[3], Json::Number);
        assert!(items[4].is_null());
        assert!(matches!(&items[6], Json::Text(Cow::Borrowed("plain"))));
        assert_eq!(items[7].as_str(), Some("esc\n"));
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Json::from(&value), document);
    }

    #[test]
    fn reasons_name_line_and_column() {
        let why = |text: &str| why_not(&documents(text).find_map(Result::err).unwrap());
        assert_eq!(
            why("{\n  \"Vpcs\": ["),
            "the JSON breaks off at line 2, column 11; save the whole output again"
        );
        assert!(why("{\"a\": tru}").starts_with("not JSON at line 1, column "));
        assert!(why(&"[".repeat(300)).starts_with("nested too deeply at line 1"));
    }
}
