//! A fact that was read, was not read, or is AWS's to choose.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is known of one fact. Unknown is never absent: a fact nobody read is [`Known::Unread`], not an empty value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known<T> {
    /// Nobody read it; the network's gaps say why.
    #[default]
    Unread,
    /// In a plan: AWS chooses it when the resource is made (an id, an IPv6 block, a public address).
    ChosenByAws,
    /// The value.
    Value(T),
}

impl<T> Known<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unread | Self::ChosenByAws => None,
        }
    }

    /// Whether nobody read it.
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Unread)
    }

    /// The same knowledge of something derived from the value.
    pub fn map<U>(&self, derive: impl FnOnce(&T) -> U) -> Known<U> {
        match self {
            Self::Unread => Known::Unread,
            Self::ChosenByAws => Known::ChosenByAws,
            Self::Value(value) => Known::Value(derive(value)),
        }
    }
}

impl<T> Known<Vec<T>> {
    /// The items, none where the list was not read. Ask [`Known::is_unread`] before saying “none”.
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }
}

impl<T> From<Option<T>> for Known<T> {
    /// An optional field of an answer: absent is unread.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unread, Self::Value)
    }
}

impl<T: Clone + Ord> Known<T> {
    /// What several observations say together. `ranks` come best first; a better rank's value wins over a worse one's,
    /// a value over AWS's choice, and that over unread. Different values at one rank are a conflict: the
    /// greatest is taken (more tags before none), so that the answer does not depend on order, and the second part of
    /// the answer is true.
    pub(super) fn resolve<'a>(ranks: impl IntoIterator<Item = Vec<&'a Self>>) -> (Self, bool)
    where
        T: 'a,
    {
        let mut chosen_by_aws = false;
        for rank in ranks {
            let values = || rank.iter().filter_map(|known| known.value());
            if let Some(greatest) = values().max() {
                return (
                    Self::Value(greatest.clone()),
                    values().any(|value| value != greatest),
                );
            }
            chosen_by_aws |= rank.iter().any(|known| matches!(known, Self::ChosenByAws));
        }
        (
            if chosen_by_aws {
                Self::ChosenByAws
            } else {
                Self::Unread
            },
            false,
        )
    }
}

/// How AWS's choice stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    chosen_by: Chooser,
}

#[derive(Serialize, Deserialize)]
enum Chooser {
    #[serde(rename = "aws")]
    Aws,
}

impl<T: Serialize> Serialize for Known<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unread => serializer.serialize_none(),
            Self::ChosenByAws => Choice {
                chosen_by: Chooser::Aws,
            }
            .serialize(serializer),
            Self::Value(value) => serializer.serialize_some(&Wrapped { value }),
        }
    }
}

/// A value in a file stands in a wrapper of its own, so that a value that is itself null is not taken for unread.
#[derive(Serialize)]
struct Wrapped<'a, T> {
    value: &'a T,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stored<T> {
    Choice(Choice),
    Value { value: T },
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<Stored<T>>::deserialize(deserializer)? {
            None => Self::Unread,
            Some(Stored::Choice(_)) => Self::ChosenByAws,
            Some(Stored::Value { value }) => Self::Value(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_keep_the_three_states_apart() {
        for known in [
            Known::Unread,
            Known::ChosenByAws,
            Known::Value(None),
            Known::Value(Some(7_u32)),
        ] {
            let text = serde_json::to_string(&known).unwrap();
            assert_eq!(
                serde_json::from_str::<Known<Option<u32>>>(&text).unwrap(),
                known,
                "{text}"
            );
        }
    }

    #[test]
    fn better_ranks_win_and_equal_ranks_conflict() {
        let (one, two, unread) = (Known::Value(1), Known::Value(2), Known::Unread);
        assert_eq!(
            Known::resolve([vec![&two], vec![&one]]),
            (Known::Value(2), false)
        );
        assert_eq!(
            Known::resolve([vec![&unread], vec![&one]]),
            (Known::Value(1), false)
        );
        assert_eq!(Known::resolve([vec![&two, &one]]), (Known::Value(2), true));
        assert_eq!(
            Known::resolve([vec![&unread], vec![&Known::<i32>::ChosenByAws]]),
            (Known::ChosenByAws, false)
        );
    }
}
