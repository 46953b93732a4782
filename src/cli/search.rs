//! `vpc-atlas search`: resources by words and filters, as the AWS Resource Explorer has them.

use super::Answer;
use super::args::Search;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{Align, print, print_json, say, table};
use crate::analysis::search::{Index, Query, account_of, region_of, vpcs_of};
use crate::network::Resource;
use crate::workspace::Loaded;
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    results: Vec<Row>,
    /// How many fit, listed or not.
    total: usize,
    /// How many cannot be judged, because their tags, region or account were not read.
    unsure: usize,
    gaps: Vec<GapRow>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    kind: &'static str,
    name: Option<String>,
    account: Option<String>,
    region: Option<String>,
    vpc_id: Option<String>,
}

pub(super) fn run(args: &Search) -> anyhow::Result<Answer> {
    let query = Query::parse(&args.query.join(" "));
    anyhow::ensure!(
        !query.is_empty(),
        "the QUERY is empty; give words, an id, an address or a filter such as tag:KEY=VALUE"
    );
    let loaded = read(&args.sources)?;
    let gaps = gaps(&loaded);
    let found = Index::of(&loaded.network).search(&query, args.limit);
    let results: Vec<Row> = found
        .hits
        .iter()
        .filter_map(|hit| loaded.network.get(&hit.key))
        .map(|resource| row(&loaded, resource))
        .collect();
    if args.json {
        print_json(&Report {
            results,
            total: found.total,
            unsure: found.unsure,
            gaps: gap_rows(&gaps),
        })?;
        return Ok(Answer::Yes);
    }
    if found.total == 0 {
        say("nothing fits; try fewer filters, or a star for the rest of a word: prod*");
    } else {
        print(&text(&results))?;
    }
    for written in query.misread() {
        say(&format!(
            "{written} is not a filter with that value, and was looked for as words"
        ));
    }
    let left = found.total - found.hits.len();
    if left > 0 {
        say(&format!(
            "{left} more fit; --limit {} lists them all",
            found.total
        ));
    }
    if found.unsure > 0 {
        say(&unsure_words(found.unsure, query.asks_for_tags()));
    }
    say_gaps(&gaps);
    Ok(Answer::Yes)
}

/// What was not read is neither there nor missing.
fn unsure_words(unsure: usize, asks_for_tags: bool) -> String {
    let what = if asks_for_tags {
        "tags were"
    } else {
        "region or account was"
    };
    let who = if unsure == 1 {
        "1 resource is".to_owned()
    } else {
        format!("{unsure} resources are")
    };
    format!("{who} left out, because the {what} not read")
}

fn row(loaded: &Loaded, resource: &Resource) -> Row {
    let named = vpcs_of(resource).first().map(ToString::to_string);
    // What names no VPC itself may still join one: a transit gateway by its attachments.
    let joined = || {
        let vpc = loaded.topology.vpc_of(resource.key())?;
        Some(vpc.id.to_string())
    };
    Row {
        id: resource.key().id.to_string(),
        kind: resource.kind().word(),
        name: resource.name().map(str::to_owned),
        account: account_of(resource).map(str::to_owned),
        region: region_of(resource).map(str::to_owned),
        vpc_id: named.or_else(joined),
    }
}

fn text(rows: &[Row]) -> String {
    let heads = ["ID", "KIND", "NAME", "ACCOUNT", "REGION", "VPC"].map(|head| (head, Align::Left));
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.id.clone(),
                row.kind.to_owned(),
                dash(&row.name),
                dash(&row.account),
                dash(&row.region),
                dash(&row.vpc_id),
            ]
        })
        .collect();
    table(&heads, &rows)
}
