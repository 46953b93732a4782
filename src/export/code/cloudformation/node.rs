//! Values of a template, in the order in which they are written.

use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A value of a template. Maps keep their order, so that the same plan always gives the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A text of this program's own; what people wrote goes through [`harmless`] first.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn map<K: Into<String>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter();
        Self::Map(fields.map(|(name, value)| (name.into(), value)).collect())
    }

    /// A function of CloudFormation, or a reference.
    pub(super) fn call(name: &str, of: Self) -> Self {
        Self::map([(name, of)])
    }

    /// What `Ref` gives for a resource or parameter.
    pub(super) fn reference(id: &str) -> Self {
        Self::call("Ref", Self::text(id))
    }

    /// An attribute of a resource.
    pub(super) fn attribute(id: &str, name: &str) -> Self {
        let path = vec![Self::text(id), Self::text(name)];
        Self::call("Fn::GetAtt", Self::List(path))
    }

    /// The logical ids that are referred to within, in `found`.
    pub(super) fn references(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Text(_) | Self::Number(_) | Self::Bool(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.references(found)),
            Self::Map(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value) {
                        ("Ref", Self::Text(id)) => {
                            found.insert(id.clone());
                        }
                        ("Fn::GetAtt", Self::List(path)) => {
                            if let Some(Self::Text(id)) = path.first() {
                                found.insert(id.clone());
                            }
                        }
                        _ => value.references(found),
                    }
                }
            }
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// A text in which CloudFormation finds nothing to put in: `{{resolve:…}}` in any text of a template stands for a secret
/// or a setting of the account, and there is no way to write those letters that is not read so. Two braces are parted.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if !(text.contains("{{") && text.contains("resolve")) {
        return Cow::Borrowed(text);
    }
    let mut parted = String::with_capacity(text.len().saturating_add(4));
    for letter in text.chars() {
        if letter == '{' && parted.ends_with('{') {
            parted.push(' ');
        }
        parted.push(letter);
    }
    Cow::Owned(parted)
}
