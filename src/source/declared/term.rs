//! A value as code gives it, once everything that can be solved is.

use super::super::json::Json;
use crate::network::Text;
use compact_str::format_compact;

/// The members of a resource, in their order.
pub(in crate::source) type Members = Vec<(Text, Term)>;

/// A value of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Term {
    Null,
    Bool(bool),
    Number(i64),
    Text(Text),
    List(Vec<Self>),
    Map(Members),
    /// What another declared resource has; an empty attribute is its id.
    Made {
        address: Text,
        attribute: Text,
    },
    /// A part of the version 6 block that AWS chooses for a declared VPC.
    Part {
        vpc: Text,
        number: u32,
        mask: u8,
    },
    /// AWS chooses it when the resource is made.
    Chosen,
    /// Somebody outside the file names it; the same name means the same thing.
    Given {
        name: Text,
        why: Text,
    },
    /// It cannot be told, and why not. What was written is kept for names that people read.
    Unknown {
        written: Text,
        why: Text,
    },
}

impl Term {
    pub(in crate::source) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// JSON as it stands.
    pub(in crate::source) fn of_json(json: Json<'_>) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(flag),
            Json::Int(number) => Self::Number(number),
            Json::Number => Self::Unknown {
                written: "?".into(),
                why: "it is a number that is not whole or too large".into(),
            },
            Json::Text(text) => Self::text(text),
            Json::List(items) => Self::List(items.iter().map(Self::of_json).collect()),
            Json::Object(members) => Self::Map(
                members
                    .iter()
                    .map(|(name, value)| (name.into(), Self::of_json(value)))
                    .collect(),
            ),
        }
    }

    /// What it is, for a sentence.
    pub(in crate::source) fn what(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Made { .. } => "a reference to a resource",
            Self::Part { .. } => "a part of a version 6 block",
            Self::Chosen => "what AWS chooses",
            Self::Given { .. } | Self::Unknown { .. } => "what is not known",
        }
    }

    pub(in crate::source) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::source) fn as_map(&self) -> Option<&[(Text, Self)]> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    pub(in crate::source) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// A text, number or flag as text.
    pub(in crate::source) fn to_text(&self) -> Option<Text> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(format_compact!("{number}")),
            Self::Bool(flag) => Some(format_compact!("{flag}")),
            _ => None,
        }
    }

    /// As it may be read by people where its value is not known.
    pub(in crate::source) fn written(&self) -> Text {
        match self {
            Self::Made { address, attribute } if attribute.is_empty() => {
                format_compact!("${{{address}}}")
            }
            Self::Made { address, attribute } => format_compact!("${{{address}.{attribute}}}"),
            Self::Given { name, .. } => format_compact!("${{{name}}}"),
            Self::Unknown { written, .. } => written.clone(),
            other => other.to_text().unwrap_or_else(|| "?".into()),
        }
    }

    /// A member of a map, by its exact name.
    pub(in crate::source) fn get(&self, name: &str) -> Option<&Self> {
        member(self.as_map()?, name)
    }
}

/// A member by its exact name.
pub(in crate::source) fn member<'m>(members: &'m [(Text, Term)], name: &str) -> Option<&'m Term> {
    members
        .iter()
        .find(|(held, _)| held == name)
        .map(|(_, term)| term)
}
