//! `vpc-atlas search`: resources by name, id, address or tag.

use super::Answer;
use super::args::Search;
use super::input::{GapRow, gap_rows, gaps, read, say_gaps};
use super::output::{Align, print, print_json, say, table};
use crate::analysis::search::{Query, account_of, region_of, vpcs_of};
use crate::network::Resource;
use crate::workspace::Loaded;
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    results: Vec<Row>,
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
        "the QUERY is empty; give words, an id, an address or a tag:KEY=VALUE"
    );
    let loaded = read(&args.sources)?;
    let gaps = gaps(&loaded);
    let results: Vec<Row> = query
        .find(&loaded.network)
        .iter()
        .filter_map(|hit| loaded.network.get(&hit.key))
        .map(|resource| row(&loaded, resource))
        .collect();
    if args.json {
        print_json(&Report {
            results,
            gaps: gap_rows(&gaps),
        })?;
    } else if results.is_empty() {
        say("nothing fits; try fewer words, a part of a name, an id or an address");
        say_gaps(&gaps);
    } else {
        print(&text(&results))?;
        say_gaps(&gaps);
    }
    Ok(Answer::Yes)
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
