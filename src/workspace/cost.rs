//! What a design costs a month: its network, what it plans outside it, and its own prices.

use crate::analysis::cost::{Cost, Extra, Item, Money, PriceError, Prices, cost};
use crate::design::Design;
use crate::network::{Network, Text};
use std::collections::BTreeMap;

/// Why a price of a design cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesignPriceError {
    /// It is no amount.
    #[error("the price of {item} in the design is “{amount}”; write an amount like 0.045")]
    Amount {
        /// The item.
        item: Text,
        /// What is written.
        amount: Text,
    },
    /// There is no such item, or it is no fixed price.
    #[error("a price of the design cannot be used: {0}")]
    Item(#[from] PriceError),
}

/// What a design plans outside EC2 that costs money.
pub fn extras(design: &Design) -> Vec<Extra> {
    let zones: usize = design.vpcs.iter().map(|vpc| vpc.private_zones.len()).sum();
    let Ok(count) = u32::try_from(zones) else {
        return Vec::new();
    };
    let zones = Extra {
        item: Item::HostedZone,
        count,
        what: "private hosted zone".into(),
    };
    (count > 0).then_some(zones).into_iter().collect()
}

/// The prices of a design that replace those of the bundled table.
///
/// # Errors
/// One of them is no amount.
pub fn price_overrides(design: &Design) -> Result<BTreeMap<Text, Money>, DesignPriceError> {
    design
        .prices
        .iter()
        .map(|(item, amount)| {
            let money = amount.parse().map_err(|_| DesignPriceError::Amount {
                item: item.clone(),
                amount: amount.clone(),
            })?;
            Ok((item.clone(), money))
        })
        .collect()
}

/// What a design's network costs a month, with the design's own prices.
///
/// # Errors
/// A price of the design cannot be used.
pub fn design_cost(design: &Design, network: &Network) -> Result<Cost, DesignPriceError> {
    let extras = extras(design);
    if design.prices.is_empty() {
        return Ok(cost(network, &extras, Prices::bundled()));
    }
    let prices = Prices::bundled().with_overrides(&price_overrides(design)?)?;
    Ok(cost(network, &extras, &prices))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Fresh, plan};

    #[test]
    fn private_access_over_two_zones_costs_what_aws_says() {
        let mut design = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
        design.add_private_access("main").unwrap();
        let cost = design_cost(&design, &plan(&design)).unwrap();
        assert_eq!(cost.total.to_string(), "212.20");
        assert!(cost.unknown.is_empty(), "{:?}", cost.unknown);
    }

    #[test]
    fn a_design_has_prices_of_its_own_and_says_which_one_is_none() {
        let mut fresh = Fresh::in_region("eu-south-2");
        fresh.nat = crate::design::Nat::One;
        let mut design = Design::fresh(&fresh).unwrap();
        let network = plan(&design);
        assert!(!design_cost(&design, &network).unwrap().unknown.is_empty());
        design
            .prices
            .insert("nat-gateway-hour".into(), "0.05".into());
        let cost = design_cost(&design, &network).unwrap();
        assert_eq!(cost.total.to_string(), "40.15");
        design
            .prices
            .insert("nat-gateway-hour".into(), "cheap".into());
        let error = design_cost(&design, &network).unwrap_err().to_string();
        assert!(error.contains("“cheap”"), "{error}");
    }
}
