//! What may follow what is typed: names of filters, and the values there are.

use super::attributes::{APPLICATION_TAG, service_type, tag_words};
use super::index::{Doc, Index, Names, part};
use super::parse::last_start;
use super::query::{Field, Value};
use crate::network::Kind;
use std::collections::BTreeMap;

/// A way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole text with it.
    pub text: String,
    /// What is added, as it stands in the text: `kind:subnet`.
    pub label: String,
    /// What a filter looks at; empty for a value.
    pub note: &'static str,
    /// How many resources have a value.
    pub count: Option<usize>,
}

/// The filters and what each looks at.
pub const FILTERS: [(&str, &str); 13] = [
    ("region:", "the region it stands in, or global"),
    ("kind:", "subnet, natgateway, vpc-endpoint, …"),
    ("tag:", "KEY=VALUE, a key, all or none"),
    ("cidr:", "holds an address, or lies in a block"),
    ("vpc:", "the VPC it stands in, by name or id"),
    ("id:", "its id or ARN"),
    ("accountid:", "the account that owns it"),
    ("application:", "the application it is part of"),
    ("tag.key:", "has a tag of this key"),
    ("tag.value:", "has a tag of this value"),
    ("resourcetype:", "ec2:subnet, ec2:natgateway, …"),
    ("resourcetype.supports:tags", "can have tags at all"),
    ("service:", "ec2, network-firewall, …"),
];

/// What may be counted for a value.
type Counts = BTreeMap<String, usize>;

impl Index {
    /// Ways to go on with a text, the likeliest first; none where the last word is no filter.
    pub fn completions(&self, text: &str, limit: usize) -> Vec<Completion> {
        let start = last_start(text);
        let (before, term) = text.split_at(start);
        let (sign, term) = match term.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", term),
        };
        // Who writes quotes and backslashes knows what follows.
        if term.is_empty() || term.contains(['"', '\\']) {
            return Vec::new();
        }
        let made =
            |label: String, end: &str, note: &'static str, count: Option<usize>| Completion {
                text: format!("{before}{sign}{label}{end}"),
                label,
                note,
                count,
            };
        let Some((name, rest)) = term.split_once(':') else {
            let name = term.to_lowercase();
            let names = FILTERS
                .iter()
                .filter(|(filter, _)| filter.starts_with(&name));
            return names
                .map(|(filter, note)| made((*filter).to_owned(), "", note, None))
                .take(limit)
                .collect();
        };
        let (held, value) = rest
            .rfind(',')
            .map_or(("", rest), |comma| rest.split_at(comma + 1));
        let (key, value) = value.split_once('=').map_or((None, value), |(key, value)| {
            (Some(key.to_lowercase()), value)
        });
        let typed = value.to_lowercase();
        let counts = match (name.to_lowercase().as_str(), &key) {
            ("tag", Some(key)) => self.values_of(key, &typed),
            ("tag", None) => self.tag_keys(&typed),
            (name, None) => {
                Field::named(name).map_or_else(Counts::new, |field| self.counts(field, &typed))
            }
            _ => Counts::new(),
        };
        let mut fitting: Vec<(String, usize)> = counts
            .into_iter()
            .filter(|(value, _)| {
                let value = value.to_lowercase();
                value.starts_with(&typed) && (value != typed || (name == "tag" && key.is_none()))
            })
            .collect();
        fitting.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        let kept = term.len() - value.len();
        let kept = term.get(..kept).unwrap_or_default();
        let is_key = name.eq_ignore_ascii_case("tag") && key.is_none() && held.is_empty();
        let end = if is_key { "=" } else { " " };
        let fitting = fitting.into_iter().take(limit);
        fitting
            .map(|(text, count)| {
                let value = Value {
                    text,
                    prefix: false,
                };
                made(format!("{kept}{value}"), end, "", Some(count))
            })
            .collect()
    }

    /// What a field holds that begins so, in lower case, and how often.
    fn counts(&self, field: Field, typed: &str) -> Counts {
        match field {
            Field::Region => self.tally(&self.regions, typed, |doc| {
                doc.region.as_slice().iter().copied()
            }),
            Field::Account => self.tally(&self.accounts, typed, |doc| {
                doc.account.as_slice().iter().copied()
            }),
            Field::TagKey => self.tag_keys(typed),
            Field::TagValue => {
                let values = |doc: &Doc| self.tags_of(doc).iter().map(|(_, value)| *value);
                self.tally(&self.values, typed, values)
            }
            Field::Application => {
                let mut counts = Counts::new();
                // What is typed is the name in it, and not its beginning.
                for (value, count) in self.values_of(&APPLICATION_TAG.to_lowercase(), "") {
                    let name = tag_words(APPLICATION_TAG, &value).to_owned();
                    *counts.entry(name).or_default() += count;
                }
                counts
            }
            Field::Kind => self.kinds(|kind| kind.word().to_owned()),
            Field::ResourceType => self.kinds(|kind| {
                let (service, name) = service_type(kind);
                format!("{service}:{name}")
            }),
            Field::Service => self.kinds(|kind| service_type(kind).0.to_owned()),
            Field::Vpc => {
                let vpcs = self.docs.iter().filter(|doc| doc.kind == Kind::Vpc);
                vpcs.map(|vpc| (vpc.resource.label().to_owned(), 1))
                    .collect()
            }
            Field::Id => Counts::new(),
        }
    }

    fn kinds(&self, name: impl Fn(Kind) -> String) -> Counts {
        let mut counts = Counts::new();
        let mut of_kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        for doc in &self.docs {
            *of_kinds.entry(doc.kind).or_default() += 1;
        }
        for (kind, count) in of_kinds {
            *counts.entry(name(kind)).or_default() += count;
        }
        counts
    }

    fn tags_of(&self, doc: &Doc) -> &[(u32, u32)] {
        let tags = doc.tags.as_ref();
        tags.map_or(&[], |tags| part(&self.tags_in, tags))
    }

    fn tag_keys(&self, typed: &str) -> Counts {
        self.tally(&self.keys, typed, |doc| {
            self.tags_of(doc).iter().map(|(key, _)| *key)
        })
    }

    /// The values of tags of a key, which is in lower case.
    fn values_of(&self, key: &str, typed: &str) -> Counts {
        let key = self.keys.lower().iter().position(|held| held == key);
        self.tally(&self.values, typed, |doc| {
            let tags = self.tags_of(doc).iter();
            tags.filter(move |(held, _)| key == Some(*held as usize))
                .map(|(_, value)| *value)
        })
    }

    /// How often each name is held that begins so, in lower case: the names that are held most, which is all that anybody
    /// is shown.
    fn tally<'a, T: Iterator<Item = u32>>(
        &'a self,
        names: &Names,
        typed: &str,
        held: impl Fn(&'a Doc) -> T,
    ) -> Counts {
        let mut counts = vec![0_usize; names.lower().len()];
        for number in self.docs.iter().flat_map(held) {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        }
        let mut counted: Vec<(usize, u32)> = (0..)
            .zip(names.lower())
            .zip(counts)
            .filter(|((_, name), count)| *count > 0 && name.starts_with(typed))
            .map(|((number, _), count)| (count, number))
            .collect();
        if counted.len() > MOST {
            // Of many thousands of names only these become texts.
            counted.select_nth_unstable_by(MOST, |(a, one), (b, other)| {
                let name = |number: &u32| names.shown(*number);
                b.cmp(a).then_with(|| name(one).cmp(name(other)))
            });
            counted.truncate(MOST);
        }
        let named = counted.into_iter();
        named
            .map(|(count, number)| (names.shown(number).to_owned(), count))
            .collect()
    }
}

/// How many names are looked at more closely.
const MOST: usize = 256;
