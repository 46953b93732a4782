//! What a network costs a month, as far as that is fixed: what is charged for being there, whatever traffic passes.
//!
//! What is counted is what stands in the network, whoever pays for it: NAT gateways, public IPv4 addresses, endpoints,
//! transit gateway attachments, VPN connections, resolver endpoints. Instances, load balancers and databases are billed
//! by their own services and are not counted, nor are addresses that AWS holds outside the VPC, such as those of VPN
//! tunnels. An elastic IP is counted whoever brought the address, as what was read does not say.
//!
//! The total never stands for more than was read: what has no known price, what AWS will choose and what was not read
//! is an [`Unknown`], and not in the total.

mod count;
mod money;
mod prices;

use crate::network::{Key, Network, Text};
use serde::Serialize;

pub use money::{Money, MoneyError};
pub use prices::{Item, PriceError, Prices, Row, Source, Unit};

/// Something a design plans outside the network: a hosted zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What it is on the bill. An item that is not [`Item::is_global`] is taken to stand in the network's one region.
    pub item: Item,
    /// How many.
    pub count: u32,
    /// One of them, in words.
    pub what: Text,
}

/// What a network costs a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The code of the currency of every amount.
    pub currency: Text,
    /// The month of the price table, as `2026-09`.
    pub date: Text,
    /// How many hours the month is taken for.
    pub hours_per_month: u32,
    /// What has a known price, in the order of [`Item`], then by region and words.
    pub items: Vec<CostItem>,
    /// The sum of the items a month.
    pub total: Money,
    /// What the total leaves out; empty where it holds everything.
    pub unknown: Vec<Unknown>,
}

/// Things of one kind in one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CostItem {
    /// One of what is counted, in words.
    pub what: Text,
    /// What it is in the price table.
    pub item: Item,
    /// The code of the region; none for what belongs to no region, and where it is not known.
    pub region: Option<Text>,
    /// How many are charged: gateways, addresses, zones of endpoints.
    pub count: u32,
    /// What the unit price is for.
    pub unit: Unit,
    /// What one of them costs for one unit.
    pub unit_price: Money,
    /// What all of them cost a month.
    pub monthly: Money,
    /// The key of the price's source, for [`Prices::source`].
    pub source: Text,
    /// The resources that were counted, by key; none for what stands outside the network.
    pub resources: Vec<Key>,
}

/// Something the total leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Several of it, in words.
    pub what: Text,
    /// How many there are, where that is known; in the measure of [`CostItem::count`].
    pub count: Option<u32>,
    /// Why its cost is unknown, as one sentence without a full stop.
    pub why: Text,
    /// The price that is missing, where that is the reason.
    pub item: Option<Item>,
    /// The code of its region, where it stands in one that is known.
    pub region: Option<Text>,
    /// The resources it is about, by key.
    pub resources: Vec<Key>,
}

/// The fixed cost of a network, and of `extras` outside it, at these prices.
pub fn cost(network: &Network, extras: &[Extra], prices: &Prices) -> Cost {
    let (groups, unknown) = count::count(network, extras);
    let mut items = Vec::new();
    let mut unpriced = Vec::new();
    for (group, counted) in groups {
        let resources = counted.resources.into_iter().collect();
        let Some(row) = prices.price(group.item, group.region.as_deref()) else {
            unpriced.push(no_price(group, counted.count, resources));
            continue;
        };
        let each = match row.unit {
            Unit::Hour => row.price.times(prices.hours_per_month()),
            Unit::Month | Unit::Gb | Unit::MillionQueries => row.price,
        };
        items.push(CostItem {
            what: group.what,
            item: group.item,
            region: group.region,
            count: counted.count,
            unit: row.unit,
            unit_price: row.price,
            monthly: each.times(counted.count),
            source: row.source.clone(),
            resources,
        });
    }
    Cost {
        currency: prices.currency().into(),
        date: prices.date().into(),
        hours_per_month: prices.hours_per_month(),
        total: items.iter().map(|item| item.monthly).sum(),
        items,
        unknown: unpriced.into_iter().chain(unknown).collect(),
    }
}

fn no_price(group: count::Group, count: u32, resources: Vec<Key>) -> Unknown {
    let many = group.item.plural();
    let why = match &group.region {
        Some(region) => format!("no price known for {many} in {region}"),
        None if group.item.is_global() => format!("no price known for {many}"),
        None => format!("no price known for {many}, as their region is not known"),
    };
    Unknown {
        what: many.into(),
        count: Some(count),
        why: why.into(),
        item: Some(group.item),
        region: group.region,
        resources,
    }
}

#[cfg(test)]
mod tests;
