//! What follows from a design: the network it makes, and what is to be said about it.

use crate::analysis::cost::{Cost, Prices, cost};
use crate::design::{self, Created, Design, Problem, Surroundings};
use crate::network::{Network, Text, Topology};
use crate::workspace::{design_cost, extras};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What follows from a design.
pub(in crate::app) struct Derived {
    design: Arc<Design>,
    surroundings: Surroundings,
    /// The planned network.
    pub(in crate::app) network: Arc<Network>,
    /// Its relations.
    pub(in crate::app) topology: Arc<Topology>,
    /// What is wrong, and what could be better; errors first.
    pub(in crate::app) problems: Vec<Problem>,
    /// What it costs a month.
    pub(in crate::app) cost: Cost,
    /// A sentence for each of its own prices that cannot be used; the bundled ones stand in for them.
    pub(in crate::app) refused_prices: Vec<String>,
    /// How much it creates, kind by kind.
    pub(in crate::app) created: Vec<Created>,
}

impl Derived {
    pub(in crate::app) fn of(design: &Arc<Design>, surroundings: &Surroundings) -> Self {
        let network = Arc::new(design::plan(design));
        let topology = Arc::new(Topology::of(&network));
        let (cost, refused_prices) = cost_of(design, &network);
        Self {
            cost,
            refused_prices,
            created: design::created(&network),
            design: Arc::clone(design),
            surroundings: surroundings.clone(),
            network,
            topology,
            problems: design::validate(design, surroundings),
        }
    }

    pub(in crate::app) fn is_of(&self, design: &Arc<Design>, surroundings: &Surroundings) -> bool {
        Arc::ptr_eq(&self.design, design) && self.surroundings == *surroundings
    }
}

/// What a design costs, and a sentence for each of its own prices that cannot be used.
fn cost_of(design: &Design, network: &Network) -> (Cost, Vec<String>) {
    if let Ok(cost) = design_cost(design, network) {
        return (cost, Vec::new());
    }
    let with = |prices: BTreeMap<Text, Text>| {
        let priced = Design {
            prices,
            ..design.clone()
        };
        design_cost(&priced, network)
    };
    let mut usable = design.prices.clone();
    let mut refused = Vec::new();
    for (item, amount) in &design.prices {
        if let Err(error) = with(BTreeMap::from([(item.clone(), amount.clone())])) {
            usable.remove(item);
            refused.push(error.to_string());
        }
    }
    let bundled = || cost(network, &extras(design), Prices::bundled());
    (with(usable).unwrap_or_else(|_| bundled()), refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Fresh, Nat};

    #[test]
    fn a_price_that_cannot_be_used_is_told_and_the_others_count() {
        let mut options = Fresh::in_region("eu-west-1");
        options.nat = Nat::One;
        let mut design = Design::fresh(&options).unwrap();
        let derived =
            |design: &Design| Derived::of(&Arc::new(design.clone()), &Surroundings::default());
        let before = derived(&design);
        assert_eq!(before.refused_prices, [""; 0]);
        for (item, amount) in [
            ("nat-gateway-hour", "1.00"),
            ("public-ipv4-hour", "cheap"),
            ("no-such-hour", "1.00"),
        ] {
            design.prices.insert(item.into(), amount.into());
        }
        let after = derived(&design);
        assert_eq!(after.refused_prices.len(), 2);
        assert!(after.refused_prices[0].contains("no-such-hour"));
        assert!(after.refused_prices[1].contains("cheap"));
        assert!(after.cost.total > before.cost.total);
        assert_eq!(after.cost.items.len(), before.cost.items.len());
    }
}
