//! Numbers and names as people read them.

use std::cmp::Ordering;

/// A number with its thousands apart: 4,091.
///
/// ```
/// # use vpc_atlas::picture::view::grouped;
/// assert_eq!(grouped(65_536), "65,536");
/// ```
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One or several, with the number before it: “1 subnet”, “3 subnets”.
pub(super) fn count(number: usize, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{} {singular}s", grouped(number as u64))
    }
}

/// The order people expect of names with numbers in them: `public2` before `public10`; case comes last.
///
/// ```
/// # use vpc_atlas::picture::view::natural;
/// assert!(natural("public2", "public10").is_lt());
/// assert!(natural("Web", "web").is_ne());
/// ```
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, rest_of_left) = number(left);
                let (y, rest_of_right) = number(right);
                let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
                if order.is_ne() {
                    return order;
                }
                (left, right) = (rest_of_left, rest_of_right);
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order.is_ne() {
                    return order;
                }
                (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            }
        }
    }
}

/// The digits a text begins with, less leading zeros, and what follows them.
fn number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order_is_total() {
        let mut names = vec!["b", "a10", "a2", "a02", "A2", "", "a", "a2b"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "a", "A2", "a02", "a2", "a2b", "a10", "b"]);
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
