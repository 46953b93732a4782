//! What can be known before anything is made.

use super::engine::Ec2;
use crate::cidr;
use crate::network::{
    ElasticIpFacts, Facts, Id, Key, Kind, NatGatewayFacts, Network, SubnetFacts, Text,
    VpcEndpointFacts, VpcFacts,
};
use crate::steps::{Action, Parameters, Request, StepGraph, Trouble, Value};
use ipnet::IpNet;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// How much a concern weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// It is good to know.
    Info,
    /// It may fail, or be regretted.
    Warn,
    /// It cannot be done so.
    Error,
}

/// Something a person has to know before anything is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Concern {
    /// How much it weighs.
    pub weight: Weight,
    /// What kind of concern it is, in a word that stays.
    pub code: &'static str,
    /// One sentence: what, where, what to do.
    pub message: String,
}

impl Concern {
    fn new(weight: Weight, code: &'static str, message: String) -> Self {
        Self {
            weight,
            code,
            message,
        }
    }
}

/// How many of a kind an account may have in a region before it asks for more.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const QUOTAS: [(Kind, usize); 5] = [
    (Kind::Vpc, 5),
    (Kind::InternetGateway, 5),
    (Kind::EgressOnlyInternetGateway, 5),
    (Kind::ElasticIp, 5),
    (Kind::VpnGateway, 5),
];
/// In a zone.
const NAT_GATEWAYS: usize = 5;
/// Gateway endpoints in a region.
const GATEWAY_ENDPOINTS: usize = 20;

/// What stands against carrying out a graph, as far as the networks tell: blocks that overlap with what is there, and
/// quotas. `live` is what the region holds.
pub fn concerns(graph: &StepGraph, planned: &Network, live: &Network) -> Vec<Concern> {
    let mut found = overlaps(graph, planned, live);
    found.extend(quotas(graph, planned, live));
    found.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.cmp(b)));
    found
}

fn made(graph: &StepGraph, kind: Kind) -> impl Iterator<Item = &Key> {
    let made = graph.steps().filter_map(|step| step.makes.as_ref());
    made.filter(move |key| key.kind == kind)
}

fn blocks(facts: &VpcFacts) -> Vec<IpNet> {
    let secondary = facts.cidr_blocks.items().iter().filter_map(|it| it.cidr);
    let primary = facts.primary_cidr.value().map(|it| IpNet::V4(*it));
    let all: BTreeSet<IpNet> = primary.into_iter().chain(secondary).collect();
    all.into_iter().collect()
}

fn overlaps(graph: &StepGraph, planned: &Network, live: &Network) -> Vec<Concern> {
    let mut found = Vec::new();
    for key in made(graph, Kind::Vpc) {
        let Some(resource) = planned.get(key) else {
            continue;
        };
        let Some(facts) = resource.of::<VpcFacts>() else {
            continue;
        };
        for block in blocks(facts) {
            let others = live.all::<VpcFacts>().filter(|(_, theirs)| {
                let is_met = |other: &IpNet| cidr::overlap(block, *other);
                theirs.is_default.value() != Some(&true) && blocks(theirs).iter().any(is_met)
            });
            for (other, _) in others {
                let name = other
                    .name()
                    .map(|it| format!(" ({it})"))
                    .unwrap_or_default();
                found.push(Concern::new(
                    Weight::Warn,
                    "overlap",
                    format!(
                        "{block} of {} overlaps with {}{name}, which is there already: the two can never be peered; choose another block if they are to meet",
                        resource.label(),
                        other.key().id
                    ),
                ));
            }
        }
    }
    found
}

fn quotas(graph: &StepGraph, planned: &Network, live: &Network) -> Vec<Concern> {
    let mut found = Vec::new();
    let mut hold = |what: &str, where_: &str, there: usize, new: usize, quota: usize| {
        if new > 0 && there + new > quota {
            found.push(Concern::new(
                Weight::Warn,
                "quota",
                format!(
                    "{there} {what} are there{where_} and {new} would be made, and an account has {quota} to begin with; have the quota raised if that was not done"
                ),
            ));
        }
    };
    let is_there = |kind: Kind| {
        let all = live.of_kind(kind).filter(|it| !it.is_gone());
        all.filter(|it| match it.facts() {
            Facts::ElasticIp(ElasticIpFacts {
                service_managed, ..
            }) => service_managed.value().is_none(),
            _ => true,
        })
        .count()
    };
    for (kind, quota) in QUOTAS {
        let new = made(graph, kind).count();
        hold(kind.plural(), "", is_there(kind), new, quota);
    }
    let zone_of = |network: &Network, subnet: Option<&Id>| -> Option<Text> {
        let facts = network.facts::<SubnetFacts>(subnet?)?;
        facts.availability_zone.value().cloned()
    };
    let mut zones: BTreeMap<Text, (usize, usize)> = BTreeMap::new();
    for (resource, facts) in live.all::<NatGatewayFacts>() {
        let subnet = facts.subnet.value().and_then(Option::as_ref);
        if let (false, Some(zone)) = (resource.is_gone(), zone_of(live, subnet)) {
            zones.entry(zone).or_default().0 += 1;
        }
    }
    for key in made(graph, Kind::NatGateway) {
        let facts = planned.facts::<NatGatewayFacts>(&key.id);
        let subnet = facts.and_then(|it| it.subnet.value()?.as_ref());
        if let Some(zone) = zone_of(planned, subnet).or_else(|| zone_of(live, subnet)) {
            zones.entry(zone).or_default().1 += 1;
        }
    }
    for (zone, (there, new)) in zones {
        let place = format!(" in {zone}");
        hold(Kind::NatGateway.plural(), &place, there, new, NAT_GATEWAYS);
    }
    let is_gateway = |facts: &VpcEndpointFacts| {
        facts
            .endpoint_type
            .value()
            .is_some_and(|it| it == "Gateway")
    };
    let there = live
        .all::<VpcEndpointFacts>()
        .filter(|(resource, facts)| !resource.is_gone() && is_gateway(facts))
        .count();
    let new = made(graph, Kind::VpcEndpoint)
        .filter_map(|key| planned.facts::<VpcEndpointFacts>(&key.id))
        .filter(|facts| is_gateway(facts))
        .count();
    hold("gateway endpoints", "", there, new, GATEWAY_ENDPOINTS);
    found
}

/// Calls that need no id yet, each action once, with what they are given.
fn free_calls(graph: &StepGraph) -> BTreeMap<Action, Map<String, Json>> {
    let mut calls = BTreeMap::new();
    for step in graph.steps() {
        let call = &step.call;
        if call.action.has_dry_run()
            && let Some(parameters) = literal(&call.parameters)
        {
            calls.entry(call.action).or_insert(parameters);
        }
    }
    calls
}

/// Parameters in which nothing has to be found out.
fn literal(parameters: &Parameters) -> Option<Map<String, Json>> {
    fn value(it: &Value) -> Option<Json> {
        Some(match it {
            Value::Text(text) => Json::String(text.to_string()),
            Value::Number(number) => Json::from(*number),
            Value::Bool(yes) => Json::Bool(*yes),
            Value::List(items) => Json::Array(items.iter().map(value).collect::<Option<_>>()?),
            Value::Map(fields) => Json::Object(literal(fields)?),
            _ => return None,
        })
    }
    parameters
        .iter()
        .map(|(name, it)| Some((name.to_owned(), value(it)?)))
        .collect()
}

/// Ask AWS whether the calls that need no id yet are permitted. Nothing is made. What has to be permitted beside is named
/// by [`permissions`].
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html>
pub async fn dry_run<C: Ec2>(ec2: &C, graph: &StepGraph) -> Vec<Concern> {
    let mut found = Vec::new();
    for (action, parameters) in free_calls(graph) {
        let request = Request {
            action,
            parameters,
            token: None,
            dry_run: true,
        };
        let Err(failed) = ec2.perform(&request).await else {
            continue;
        };
        let name = action.name();
        found.push(match failed.trouble {
            Trouble::Denied => Concern::new(
                Weight::Error,
                "not-permitted",
                format!(
                    "these credentials may not make the call {name}; they need {}",
                    action.permissions().join(" and ")
                ),
            ),
            Trouble::SignIn => Concern::new(Weight::Error, "sign-in", failed.message),
            _ => Concern::new(
                Weight::Info,
                "not-tested",
                format!("whether {name} is permitted could not be tested ({failed})"),
            ),
        });
    }
    found
}

/// The IAM actions that carrying out a graph and taking it back needs, in the order of their names.
pub fn permissions(graph: &StepGraph) -> Vec<&'static str> {
    let calls = graph
        .steps()
        .flat_map(|step| std::iter::once(&step.call).chain(&step.inverse));
    let all: BTreeSet<&'static str> = calls
        .flat_map(|call| call.action.permissions().iter().copied())
        .collect();
    all.into_iter().collect()
}
