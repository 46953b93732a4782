//! A network as a graph in JSON, for programs that draw or count.
//!
//! A snapshot holds who saw what, to be opened again; this holds what it comes to. One node or edge a line, sorted:
//!
//! ```json
//! {"vpc_atlas_graph": 1,
//!  "title": "…",
//!  "nodes": [{"key": "subnet:subnet-…", "kind": "subnet", "id": "subnet-…", "name": "…", "parent": "vpc:vpc-…",
//!             "account": "…", "region": "…", "facts": {…}, "not_read": ["…"], "chosen_by_aws": ["…"]}],
//!  "edges": [{"kind": "routes", "from": "route-table:rtb-…", "to": "natgateway:nat-…", "routes": […]}],
//!  "coverage": [{"account": "…", "region": "…", "kind": "subnet", "coverage": "complete"}],
//!  "gaps": [{"what": "…", "where": "…", "why": "…"}]}
//! ```
//!
//! * `key` names a node within the file: kind and id. `parent` is the node it stands in, if it stands in one.
//! * `facts` hold what is known, in the words of a snapshot; `not_read` and `chosen_by_aws` name the facts without a value.
//!   A node with `"read": false` is one that others refer to.
//! * Edges: `holds` (a VPC and what stands in it), `routed-by` (a subnet and its table; `explicit`), `routes` (a table and
//!   a target, with the routes), `edge` (a table and the gateway whose incoming packets it routes), `leg` (a connection
//!   and a subnet it stands in), `belongs` (a connection and a VPC on its far side, or what else is its own).
//! * No value says “none” of a kind whose `coverage` is not `complete`.

use super::subject::Subject;
use super::table::shows;
use crate::analysis::search::{account_of, region_of, vpcs_of};
use crate::network::{Coverage, Facts, Gap, Key, Kind, Known, Relation, Resource, Route, Text};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What stands first in the file; it grows when what was there changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct NodeRow<'a> {
    key: String,
    kind: Kind,
    id: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    planned: bool,
    read: bool,
    name: Option<&'a str>,
    parent: Option<String>,
    account: Option<&'a str>,
    region: Option<&'a str>,
    tags: Option<Value>,
    facts: Map<String, Value>,
    not_read: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chosen_by_aws: Vec<&'static str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
struct EdgeRow<'a> {
    kind: &'static str,
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routes: Option<&'a [Route]>,
}

#[derive(Serialize)]
struct CoverageRow<'a> {
    account: Option<&'a Text>,
    region: Option<&'a Text>,
    kind: Kind,
    coverage: Coverage,
}

#[derive(Serialize)]
struct GapRow<'a> {
    what: &'a str,
    #[serde(rename = "where")]
    place: &'a str,
    why: &'a str,
}

/// A network as a graph in JSON; the words above say what is in it. The same subject gives the same bytes.
///
/// # Errors
/// JSON cannot hold a value; plain data always can.
pub fn graph_json(subject: &Subject<'_>, gaps: &[Gap]) -> serde_json::Result<String> {
    let network = subject.network;
    let mut keys: BTreeSet<&Key> = network
        .resources()
        .filter(|resource| shows(subject, resource))
        .map(|resource| resource.key())
        .collect();
    let relations = subject.topology.relations();
    let hidden = |key: &Key| subject.view.hidden.contains(&key.kind);
    // What a VPC that is left out holds is left out; what those that are shown lead to is not.
    let relations: Vec<_> = relations
        .into_iter()
        .filter(|(from, _, to)| {
            let is_in = |key: &Key| network.get(key).is_none() || keys.contains(key);
            is_in(from)
                && (is_in(to) || stands_in_none(subject, to))
                && !hidden(from)
                && !hidden(to)
        })
        .collect();
    let is_shown = |key: &Key| match &subject.view.vpcs {
        Some(wanted) if key.kind == Kind::Vpc => wanted.contains(key),
        _ => true,
    };
    let relations: Vec<_> = relations
        .into_iter()
        .filter(|(from, relation, _)| !matches!(relation, Relation::Holds) || is_shown(from))
        .collect();
    keys.extend(relations.iter().flat_map(|(from, _, to)| [*from, *to]));

    let mut out = format!(
        "{{\"vpc_atlas_graph\":{VERSION},\n\"title\":{}",
        serde_json::to_string(subject.title)?
    );
    let nodes: Vec<NodeRow<'_>> = keys.iter().map(|key| node(subject, &keys, key)).collect();
    rows(&mut out, "nodes", &nodes)?;
    let edges: Vec<EdgeRow<'_>> = relations
        .iter()
        .map(|(from, relation, to)| edge(from, relation, to))
        .collect();
    rows(&mut out, "edges", &edges)?;
    let mut coverage = Vec::new();
    for (scope, shard) in network.shards() {
        for &kind in Kind::ALL {
            coverage.push(CoverageRow {
                account: scope.account.as_ref(),
                region: scope.region.as_ref(),
                kind,
                coverage: shard.coverage(kind),
            });
        }
    }
    rows(&mut out, "coverage", &coverage)?;
    let gaps: Vec<GapRow<'_>> = gaps
        .iter()
        .map(|gap| GapRow {
            what: &gap.what,
            place: &gap.place,
            why: &gap.why,
        })
        .collect();
    rows(&mut out, "gaps", &gaps)?;
    out.push_str("}\n");
    Ok(out)
}

/// A list, one item a line.
fn rows<T: Serialize>(out: &mut String, name: &str, rows: &[T]) -> serde_json::Result<()> {
    let lines = rows
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<Vec<String>, _>>()?;
    out.push_str(",\n\"");
    out.push_str(name);
    out.push_str("\":[");
    if !lines.is_empty() {
        out.push('\n');
        out.push_str(&lines.join(",\n"));
        out.push('\n');
    }
    out.push(']');
    Ok(())
}

/// Whether no VPC holds it: a prefix list, a gateway that others share.
fn stands_in_none(subject: &Subject<'_>, key: &Key) -> bool {
    let resource = subject.network.get(key);
    resource.is_none_or(|resource| vpcs_of(resource).is_empty())
        && subject.topology.vpcs_of(key).next().is_none()
}

/// A key as one word.
fn word(key: &Key) -> String {
    format!("{}:{}", key.kind.word(), key.id)
}

fn node<'a>(subject: &Subject<'a>, keys: &BTreeSet<&Key>, key: &'a Key) -> NodeRow<'a> {
    let network = subject.network;
    let resource: Option<&'a Resource> = network.get(key).map(AsRef::as_ref);
    let mut row = NodeRow {
        key: word(key),
        kind: key.kind,
        id: key.id.as_str(),
        planned: matches!(key.id, crate::network::Id::Planned(_)),
        read: resource.is_some(),
        name: resource.and_then(Resource::name),
        parent: resource
            .and_then(|resource| parent(subject, resource))
            .filter(|parent| keys.contains(parent))
            .map(|parent| word(&parent)),
        account: resource.and_then(account_of),
        region: resource.and_then(region_of),
        tags: None,
        facts: Map::new(),
        not_read: Vec::new(),
        chosen_by_aws: Vec::new(),
    };
    let Some(resource) = resource else {
        return row;
    };
    row.tags = match resource.record().field("tags") {
        Some(Known::Value(tags)) => Some(tags),
        _ => None,
    };
    for &field in resource.facts().fields() {
        match resource.facts().field(field) {
            Some(Known::Value(value)) => {
                row.facts.insert(field.to_owned(), value);
            }
            Some(Known::Unread) => row.not_read.push(field),
            Some(Known::ChosenByAws) => row.chosen_by_aws.push(field),
            None => {}
        }
    }
    row
}

/// What it stands in: its subnet where it has one, else its VPC where that is one.
fn parent(subject: &Subject<'_>, resource: &Resource) -> Option<Key> {
    let subnet = match resource.facts() {
        Facts::NetworkInterface(facts) => facts.subnet.value(),
        Facts::Instance(facts) => facts.subnet.value(),
        Facts::NatGateway(facts) => facts.subnet.value().and_then(Option::as_ref),
        _ => None,
    };
    if let Some(subnet) = subnet {
        return Some(Key::new(Kind::Subnet, subnet.clone()));
    }
    if resource.kind() == Kind::Vpc {
        return None;
    }
    let mut vpcs: BTreeSet<Key> = vpcs_of(resource)
        .into_iter()
        .map(|id| Key::new(Kind::Vpc, id.clone()))
        .collect();
    vpcs.extend(subject.topology.vpcs_of(resource.key()).cloned());
    let first = vpcs.pop_first();
    first.filter(|_| vpcs.is_empty())
}

fn edge<'a>(from: &Key, relation: &'a Relation, to: &Key) -> EdgeRow<'a> {
    let (kind, explicit, routes) = match relation {
        Relation::Holds => ("holds", None, None),
        Relation::RoutedBy { explicit } => ("routed-by", Some(*explicit), None),
        Relation::Routes(routes) => ("routes", None, Some(routes.as_slice())),
        Relation::Edge => ("edge", None, None),
        Relation::Leg => ("leg", None, None),
        Relation::Belongs => ("belongs", None, None),
    };
    EdgeRow {
        kind,
        from: word(from),
        to: word(to),
        explicit,
        routes,
    }
}
