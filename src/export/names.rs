//! Names for what is in a picture, that other programs and links can refer to: unique, and the same every time.

use std::collections::BTreeSet;

use super::Options;
use crate::picture::diagram::CardId;

/// Gives names that are fit for ids in XML and links, and none of them twice.
#[derive(Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
}

impl Names {
    /// The name of a card: that of what it stands for, else its number.
    pub(super) fn card(&mut self, id: CardId, options: &Options<'_>) -> String {
        let key = options.keys.and_then(|keys| keys(id));
        self.give("card", &key.unwrap_or_else(|| format!("n{}", id.0)))
    }

    /// A name made of words; a number is added where it was given before.
    pub(super) fn give(&mut self, kind: &str, words: &str) -> String {
        let plain: String = words
            .chars()
            .map(|c| if fits(c) { c } else { '_' })
            .take(80)
            .collect();
        let first = format!("{kind}-{plain}");
        let mut name = first.clone();
        let mut number = 2_u32;
        while self.given.contains(&name) {
            name = format!("{first}.{number}");
            number += 1;
        }
        self.given.insert(name.clone());
        name
    }
}

fn fits(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_given_once() {
        let mut names = Names::default();
        assert_eq!(names.give("card", "vpc-0a"), "card-vpc-0a");
        assert_eq!(names.give("card", "vpc-0a"), "card-vpc-0a.2");
        assert_eq!(names.give("card", "vpc-0a"), "card-vpc-0a.3");
        assert_eq!(names.give("card", "a\"><b\u{202e}.2"), "card-a___b__2");
        assert_eq!(names.give("card", &"x".repeat(300)).len(), 85);
    }
}
