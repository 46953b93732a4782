//! Amounts of money: exact, never negative, written as decimals.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

/// How many decimals an amount keeps.
const DECIMALS: usize = 9;
/// 10 to the power of [`DECIMALS`].
const SCALE: u128 = 1_000_000_000;
/// The largest amount that can be given. Prices are far below it, and nothing that is counted makes a sum of such
/// amounts reach the end of the type.
const LARGEST: u128 = 1_000_000 * SCALE;

/// An amount of money in the currency of its price table, in billionths; it knows no rounding.
///
/// It is written with two decimals or as many as it takes (`36.50`, `0.045`), in JSON as a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u128);

/// A text that is no amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not an amount; write it like 0.045, with at most nine decimals and not above a million"
)]
pub struct MoneyError(String);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount in hundredths of the currency, a half rounded up: what a person is shown where exactness is no help.
    pub fn hundredths(self) -> u128 {
        const HUNDREDTH: u128 = SCALE / 100;
        self.0.saturating_add(HUNDREDTH / 2) / HUNDREDTH
    }

    /// So many times the amount.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(u128::from(count)))
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Read digits with or without a decimal point and digits behind it; no sign, no exponent, no currency.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            Some(_) => return Err(MoneyError(text.to_owned())),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let number = || {
            if whole.is_empty() || decimals.len() > DECIMALS || !digits(whole) || !digits(decimals)
            {
                return None;
            }
            let whole: u128 = whole.parse().ok()?;
            // The decimals filled up with noughts are billionths.
            let decimals: u128 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
            let amount = whole.checked_mul(SCALE)?.checked_add(decimals)?;
            (amount <= LARGEST).then_some(Self(amount))
        };
        number().ok_or_else(|| MoneyError(text.to_owned()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:0DECIMALS$}", self.0 % SCALE);
        let decimals = decimals.trim_end_matches('0');
        write!(f, "{}.{decimals:0<2}", self.0 / SCALE)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_with_two_decimals_or_as_many_as_it_takes() {
        for (text, written) in [
            ("0", "0.00"),
            ("36.5", "36.50"),
            ("0.045", "0.045"),
            ("0.00027", "0.00027"),
            ("007.10", "7.10"),
            ("0.000000001", "0.000000001"),
            ("1000000", "1000000.00"),
            (" 3.65 ", "3.65"),
        ] {
            assert_eq!(
                text.parse::<Money>().unwrap().to_string(),
                written,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_an_example() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1,000",
            "$1",
            "0.0000000001",
            "1000000.01",
            "99999999999999999999999999999999999999999999",
            "١",
        ] {
            let error = text.parse::<Money>().unwrap_err();
            assert!(error.to_string().contains("write it like 0.045"), "{text}");
        }
    }

    #[test]
    fn hundredths_are_rounded_half_up() {
        for (text, hundredths) in [
            ("0", 0),
            ("116.07", 11_607),
            ("9.855", 986),
            ("9.8549999", 985),
            ("0.004999999", 0),
            ("0.005", 1),
        ] {
            let amount: Money = text.parse().unwrap();
            assert_eq!(amount.hundredths(), hundredths, "{text}");
        }
    }

    #[test]
    fn in_json_an_amount_is_a_string() {
        let amount: Money = "36.50".parse().unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), "\"36.50\"");
        assert_eq!(
            serde_json::from_str::<Money>("\"36.5\"").unwrap(),
            "36.50".parse().unwrap()
        );
        assert!(serde_json::from_str::<Money>("36.5").is_err());
    }

    proptest! {
        #[test]
        fn every_amount_survives_being_written(billionths in 0..=LARGEST) {
            let amount = Money(billionths);
            prop_assert_eq!(amount.to_string().parse::<Money>(), Ok(amount));
        }

        #[test]
        fn products_are_sums(billionths in 0..=LARGEST, count in 0_u32..200) {
            let amount = Money(billionths);
            let sum: Money = std::iter::repeat_n(amount, count as usize).sum();
            prop_assert_eq!(amount.times(count), sum);
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,50}") {
            let _ = text.parse::<Money>();
        }

        #[test]
        fn the_largest_bill_is_exact(count in 0_u32..) {
            let monthly = Money(LARGEST).times(730).times(count);
            prop_assert_eq!(monthly.0, LARGEST * 730 * u128::from(count));
        }
    }
}
