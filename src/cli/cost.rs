//! `vpc-atlas cost`: what a network costs a month, as far as that is fixed.

use super::Answer;
use super::args::Cost as Args;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{Align, count, print, print_json, printable, say, table};
use crate::analysis::cost::{Cost, CostItem, Extra, Money, Prices, Source, cost};
use crate::network::{Gap, Network, Text};
use crate::workspace::{SourceSpec, designs_at, extras as design_extras, price_overrides};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    cost: &'a Cost,
    /// Where the prices that were used were found.
    sources: BTreeMap<&'a Text, &'a Source>,
    gaps: Vec<GapRow>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Answer> {
    let overrides = args.prices.iter().cloned().collect();
    let (planned, extras) = planned(&args.sources)?;
    let prices = Prices::bundled()
        .with_overrides(&planned)?
        .with_overrides(&overrides)?;
    let loaded = read(&args.sources)?;
    answer(&loaded.network, &extras, &prices, &gaps(&loaded), args.json)
}

/// What designs among the sources say of prices, and what they plan outside EC2.
fn planned(sources: &[SourceSpec]) -> anyhow::Result<(BTreeMap<Text, Money>, Vec<Extra>)> {
    let (mut prices, mut extras) = (BTreeMap::new(), Vec::new());
    for source in sources {
        let SourceSpec::Path(path) = source else {
            continue;
        };
        for design in designs_at(path) {
            prices.extend(price_overrides(&design)?);
            extras.extend(design_extras(&design));
        }
    }
    Ok((prices, extras))
}

/// Print what a network and what is planned outside it cost; unknown where the total leaves something out.
fn answer(
    network: &Network,
    extras: &[Extra],
    prices: &Prices,
    gaps: &[Gap],
    json: bool,
) -> anyhow::Result<Answer> {
    let cost = cost(network, extras, prices);
    if json {
        print_json(&Report {
            cost: &cost,
            sources: sources(&cost, prices),
            gaps: gap_rows(gaps),
        })?;
    } else {
        print(&text(&cost))?;
        say_unknown(&cost);
        say_gaps(gaps);
    }
    Ok(if cost.unknown.is_empty() {
        Answer::Yes
    } else {
        Answer::Unknown
    })
}

fn sources<'a>(cost: &'a Cost, prices: &'a Prices) -> BTreeMap<&'a Text, &'a Source> {
    let keys = cost.items.iter().map(|item| &item.source);
    keys.filter_map(|key| Some((key, prices.source(key)?)))
        .collect()
}

fn text(cost: &Cost) -> String {
    let heads = [
        ("WHAT", Align::Left),
        ("REGION", Align::Left),
        ("COUNT", Align::Right),
        ("EACH", Align::Right),
        ("PER", Align::Left),
        ("MONTHLY", Align::Right),
    ];
    let mut rows: Vec<Vec<String>> = cost.items.iter().map(row).collect();
    let total = if cost.unknown.is_empty() {
        "total"
    } else {
        "total without what is unknown"
    };
    rows.push(vec![
        total.to_owned(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        cost.total.to_string(),
    ]);
    format!(
        "{}\n{} for a month of {} hours, without data; prices of {}\n",
        table(&heads, &rows),
        cost.currency,
        cost.hours_per_month,
        cost.date
    )
}

fn row(item: &CostItem) -> Vec<String> {
    let region = item.region.as_ref().map_or("-", Text::as_str);
    vec![
        item.what.to_string(),
        region.to_owned(),
        item.count.to_string(),
        item.unit_price.to_string(),
        item.unit.to_string(),
        item.monthly.to_string(),
    ]
}

/// Say that the total is not all, and what it leaves out.
fn say_unknown(cost: &Cost) {
    if cost.unknown.is_empty() {
        return;
    }
    let parts = count(cost.unknown.len(), "thing", "things");
    say(&format!(
        "the cost is not known whole: the total leaves out {parts}"
    ));
    for part in &cost.unknown {
        let hint = part.item.map(|item| match &part.region {
            Some(region) => format!("; give one with --price {item}@{region}=AMOUNT"),
            None => format!("; give one with --price {item}=AMOUNT"),
        });
        let hint = hint.unwrap_or_default();
        say(&format!("not in the total: {}{hint}", printable(&part.why)));
    }
}
