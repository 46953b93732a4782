//! Colours and groups by the value of a tag.

use super::natural;
use crate::analysis::search::tag_words;
use crate::network::{Key, Network, Resource, Text};
use crate::picture::diagram::{Heading, Hue, Label, Legend, LegendEntry, Role};
use crate::picture::theme::Swatch;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The colours that values get; the last swatch is for all further values together.
const COLORS: usize = Swatch::ALL.len() - 1;
const OTHER: Hue = Hue::Swatch(Swatch::Gray);

/// What a resource says of a tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tagged {
    /// It has this value.
    Value(Text),
    /// It has no such tag.
    Absent,
    /// Its tags were not read, which is not the same.
    Unread,
}

impl Tagged {
    pub(super) fn of(resource: Option<&Resource>, key: &str) -> Self {
        let tags = resource.and_then(|resource| resource.common().tags.value());
        match tags.map(|tags| tags.get(key)) {
            Some(Some(value)) => Self::Value(value.clone()),
            Some(None) => Self::Absent,
            None => Self::Unread,
        }
    }

    /// The order of groups: values as people order names, then what has none.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => natural(a, b).then_with(|| a.cmp(b)),
            _ => self.cmp(other),
        }
    }

    pub(super) fn heading(&self, key: &str) -> Heading {
        let (title, caption) = match self {
            Self::Value(value) => (value_words(key, value).to_owned(), key),
            Self::Absent => (format!("no {key} tag"), ""),
            Self::Unread => ("tags not read".to_owned(), ""),
        };
        Heading {
            title,
            caption: caption.to_owned(),
        }
    }
}

fn value_words<'a>(key: &str, value: &'a str) -> &'a str {
    match tag_words(key, value) {
        "" => "(empty)",
        words => words,
    }
}

/// Which value of a tag has which colour.
pub(super) struct Palette {
    key: Text,
    /// The most frequent values, the most frequent first.
    values: Vec<Text>,
}

impl Palette {
    /// The colours for these resources: the most frequent values get one of their own.
    pub(super) fn of<'a>(
        network: &Network,
        key: &Text,
        resources: impl Iterator<Item = &'a Key>,
    ) -> Self {
        let mut counts: BTreeMap<Text, usize> = BTreeMap::new();
        for resource in resources {
            if let Tagged::Value(value) = Tagged::of(network.get(resource).map(AsRef::as_ref), key)
            {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut values: Vec<(Text, usize)> = counts.into_iter().collect();
        values.sort_by(|(a, many), (b, more)| {
            more.cmp(many)
                .then_with(|| natural(a, b))
                .then_with(|| a.cmp(b))
        });
        Self {
            key: key.clone(),
            values: values.into_iter().map(|(value, _)| value).collect(),
        }
    }

    fn hue(&self, value: &str) -> Hue {
        // Of many values only the first have colours of their own.
        let mut coloured = self.values.iter().take(COLORS);
        let place = coloured.position(|held| held == value);
        let color = place.and_then(|place| COLOR_ORDER.get(place));
        color.map_or(OTHER, |swatch| Hue::Swatch(*swatch))
    }

    /// What colours a card.
    pub(super) fn label(&self, resource: Option<&Resource>) -> Label {
        match Tagged::of(resource, &self.key) {
            Tagged::Value(value) => Label {
                text: value_words(&self.key, &value).to_owned(),
                hue: self.hue(&value),
            },
            Tagged::Absent => Label {
                text: String::new(),
                hue: Hue::Role(Role::Neutral),
            },
            Tagged::Unread => Label {
                text: "tags not read".to_owned(),
                hue: Hue::Role(Role::Unknown),
            },
        }
    }

    /// What the colours of these resources mean.
    pub(super) fn legend<'a>(
        &self,
        network: &Network,
        resources: impl Iterator<Item = &'a Key>,
    ) -> Legend {
        let mut counts: BTreeMap<Tagged, usize> = BTreeMap::new();
        for resource in resources {
            let tagged = Tagged::of(network.get(resource).map(AsRef::as_ref), &self.key);
            *counts.entry(tagged).or_default() += 1;
        }
        let mut entries = Vec::new();
        let mut others = (0, 0);
        for value in &self.values {
            let Some(count) = counts.get(&Tagged::Value(value.clone())) else {
                continue;
            };
            let hue = self.hue(value);
            if hue == OTHER {
                others = (others.0 + 1, others.1 + count);
            } else {
                entries.push(LegendEntry {
                    text: value_words(&self.key, value).to_owned(),
                    hue,
                    count: *count,
                    value: Some(value.to_string()),
                });
            }
        }
        let further = [
            (
                match others.0 {
                    1 => "1 other value".to_owned(),
                    several => format!("{several} other values"),
                },
                OTHER,
                Some(others.1),
            ),
            (
                "no such tag".to_owned(),
                Hue::Role(Role::Neutral),
                counts.get(&Tagged::Absent).copied(),
            ),
            (
                "tags not read".to_owned(),
                Hue::Role(Role::Unknown),
                counts.get(&Tagged::Unread).copied(),
            ),
        ];
        let further = further.into_iter().filter_map(|(text, hue, count)| {
            let count = count.filter(|count| *count > 0)?;
            Some(LegendEntry {
                text,
                hue,
                count,
                value: None,
            })
        });
        entries.extend(further);
        Legend {
            title: self.key.to_string(),
            entries,
        }
    }
}

/// The swatches as values get them: neighbours differ.
const COLOR_ORDER: [Swatch; COLORS] = [
    Swatch::Blue,
    Swatch::Orange,
    Swatch::Green,
    Swatch::Purple,
    Swatch::Red,
    Swatch::Teal,
    Swatch::Yellow,
    Swatch::Pink,
    Swatch::Brown,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::search::APPLICATION_TAG;
    use crate::network::{Common, Input, Known, Record, Scope, Shard, Sighting, VpcFacts};
    use std::sync::Arc;

    fn network(tags: &[Option<&str>], key: &str) -> Network {
        let vpcs = tags.iter().enumerate().map(|(number, value)| {
            let tags = value.map(|value| {
                let pair = (Text::from(key), Text::from(value));
                [pair]
                    .into_iter()
                    .filter(|(_, value)| value != "-")
                    .collect()
            });
            let record = Record {
                common: Common {
                    tags: Known::from(tags),
                    ..Common::default()
                },
                facts: VpcFacts::default().into(),
            };
            let sighting = Arc::new(Sighting {
                account: None,
                region: None,
                input: Input::Account,
            });
            let id = format!("vpc-{number:02}");
            Arc::new(Resource::seen(id.as_str().into(), sighting, record))
        });
        Network::of(Scope::default(), Shard::from_resources(vpcs))
    }

    fn legend(tags: &[Option<&str>], key: &str) -> Vec<(String, Hue, usize)> {
        let network = network(tags, key);
        let keys = || network.resources().map(|resource| resource.key());
        let palette = Palette::of(&network, &key.into(), keys());
        let legend = palette.legend(&network, keys());
        let entries = legend.entries.into_iter();
        entries
            .map(|entry| (entry.text, entry.hue, entry.count))
            .collect()
    }

    #[test]
    fn frequent_values_have_colours_and_the_rest_is_other() {
        let values = [
            "k", "j", "i", "h", "g", "f", "e", "d", "c", "b", "a", "c", "c", "j",
        ];
        let found = legend(&values.map(Some), "env");
        let words: Vec<&str> = found.iter().map(|(words, ..)| words.as_str()).collect();
        let expected = [
            "c",
            "j",
            "a",
            "b",
            "d",
            "e",
            "f",
            "g",
            "h",
            "2 other values",
        ];
        assert_eq!(words, expected);
        assert_eq!((found[0].2, found[1].2, found[9].2), (3, 2, 2));
        assert_eq!(found[9].1, OTHER);
        let hues: std::collections::BTreeSet<Hue> = found.iter().map(|(_, hue, _)| *hue).collect();
        assert_eq!(hues.len(), found.len());
    }

    #[test]
    fn no_tag_and_tags_that_were_not_read_are_two_things() {
        let found = legend(&[Some("-"), None, None, Some("")], "env");
        let words: Vec<(&str, usize)> = found
            .iter()
            .map(|(words, _, count)| (words.as_str(), *count))
            .collect();
        assert_eq!(
            words,
            [("(empty)", 1), ("no such tag", 1), ("tags not read", 2)]
        );
    }

    #[test]
    fn an_application_has_its_name() {
        let arn = "arn:aws:resource-groups:eu-west-1:111122223333:group/Shop/0abc1";
        assert_eq!(legend(&[Some(arn)], APPLICATION_TAG)[0].0, "Shop");
    }
}
