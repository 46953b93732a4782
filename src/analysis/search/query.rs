//! What is looked for, and how it is written.

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

/// What is looked for: words of which one must fit, and filters of which all must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) terms: Vec<Term>,
}

/// A word or filter, perhaps turned round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Word(Word),
    /// A bare address or block: what holds it, and what lies in it.
    Block(IpNet),
    Field(Field, Vec<Value>),
    Tags(Vec<TagTest>),
    Cidr(Vec<CidrTest>),
    /// `resourcetype.supports:tags`.
    SupportsTags,
}

/// Words that were written as one. Each part has at least one token; no part at all is a star alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// What stood between hyphens, or in quotes.
    pub(super) parts: Vec<String>,
    /// The last token may go on.
    pub(super) prefix: bool,
}

/// A value of a filter: all of it, or its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) prefix: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TagTest {
    /// A tag that a person made.
    All,
    /// No tag that a person made.
    None,
    /// A tag of this key.
    Key(Value),
    /// A tag of this key with this value.
    Pair(String, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CidrTest {
    /// Has a block with this address in it.
    Holds(IpAddr),
    /// Has a block that lies in this one.
    Inside(IpNet),
}

/// An attribute that a filter looks at and that has plain texts for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Region,
    ResourceType,
    Kind,
    Service,
    Id,
    Account,
    Application,
    TagKey,
    TagValue,
    Vpc,
}

impl Field {
    pub(super) const ALL: [Self; 10] = [
        Self::Region,
        Self::ResourceType,
        Self::Kind,
        Self::Service,
        Self::Id,
        Self::Account,
        Self::Application,
        Self::TagKey,
        Self::TagValue,
        Self::Vpc,
    ];

    /// What stands before the colon.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::ResourceType => "resourcetype",
            Self::Kind => "kind",
            Self::Service => "service",
            Self::Id => "id",
            Self::Account => "accountid",
            Self::Application => "application",
            Self::TagKey => "tag.key",
            Self::TagValue => "tag.value",
            Self::Vpc => "vpc",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        // The short form is what the tables call the column.
        if name == "account" {
            return Some(Self::Account);
        }
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl Query {
    /// Whether nothing is looked for; nothing is found then.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether tags decide about it, so that what has no tag data cannot be judged.
    pub fn asks_for_tags(&self) -> bool {
        self.terms.iter().any(|term| {
            matches!(
                term.test,
                Test::Tags(_)
                    | Test::Field(Field::Application | Field::TagKey | Field::TagValue, _)
            )
        })
    }

    /// Parts that look like filters and are words, because the value is none that the filter knows.
    pub fn misread(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| {
            let Test::Word(Word { parts, .. }) = &term.test else {
                return None;
            };
            let written = parts.first()?;
            let (name, _) = written.split_once(':')?;
            let name = name.to_lowercase();
            matches!(name.as_str(), "cidr" | "resourcetype.supports").then_some(written.as_str())
        })
    }
}

/// As it can be parsed again: the same query comes out.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            if term.negated {
                f.write_str("-")?;
            }
            term.test.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => word.fmt(f),
            Self::Block(block) => block.fmt(f),
            Self::Field(field, values) => {
                write!(f, "{}:", field.name())?;
                separated(f, values)
            }
            Self::Tags(tests) => {
                f.write_str("tag:")?;
                separated(f, tests)
            }
            Self::Cidr(tests) => {
                f.write_str("cidr:")?;
                separated(f, tests)
            }
            Self::SupportsTags => f.write_str("resourcetype.supports:tags"),
        }
    }
}

fn separated(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(",")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts.iter().enumerate() {
            if place > 0 {
                f.write_str("-")?;
            }
            // What would be taken for an address was in quotes.
            if is_plain(part) && super::parse::block(part).is_none() {
                f.write_str(part)?;
            } else {
                quoted(f, part)?;
            }
        }
        if self.prefix {
            f.write_str("*")?;
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = self
            .text
            .chars()
            .all(|letter| is_plain_letter(letter) || matches!(letter, '-' | ':'));
        if is_plain {
            f.write_str(&self.text)?;
        } else {
            quoted(f, &self.text)?;
        }
        if self.prefix {
            f.write_str("*")?;
        }
        Ok(())
    }
}

impl fmt::Display for TagTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::None => f.write_str("none"),
            // A key that is called as these words are.
            Self::Key(Value {
                text,
                prefix: false,
            }) if is_reserved(text) => quoted(f, text),
            Self::Key(Value { text, prefix }) => {
                escaped(f, text)?;
                f.write_str(if *prefix { "*" } else { "" })
            }
            Self::Pair(key, value) => {
                escaped(f, key)?;
                write!(f, "={value}")
            }
        }
    }
}

impl fmt::Display for CidrTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(address) => address.fmt(f),
            Self::Inside(block) => block.fmt(f),
        }
    }
}

/// The query for a tag with a key, and with a value where one is given.
pub fn tag_query(key: &str, value: Option<&str>) -> String {
    let exactly = |text: &str| Value {
        text: text.to_owned(),
        prefix: false,
    };
    let test = match value {
        Some(value) => TagTest::Pair(key.to_owned(), exactly(value)),
        None => TagTest::Key(exactly(key)),
    };
    Test::Tags(vec![test]).to_string()
}

/// `tag:all` and `tag:none` are no keys.
pub(super) fn is_reserved(key: &str) -> bool {
    key.eq_ignore_ascii_case("all") || key.eq_ignore_ascii_case("none")
}

fn is_plain_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '_' | '/' | '+' | '@' | '#')
}

fn is_plain(text: &str) -> bool {
    text.chars().all(is_plain_letter)
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '=') {
            f.write_str("\\")?;
        }
        write!(f, "{letter}")?;
    }
    f.write_str("\"")
}

fn escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for letter in text.chars() {
        // A hyphen and a colon mean nothing inside a value.
        if !is_plain_letter(letter) && !matches!(letter, '-' | ':') {
            f.write_str("\\")?;
        }
        write!(f, "{letter}")?;
    }
    Ok(())
}
