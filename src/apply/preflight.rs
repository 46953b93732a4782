//! What can be known before anything is made.

use super::engine::Ec2;
use super::journal::Header;
use super::tags::add_tags;
use crate::cidr;
use crate::network::{
    Cause, ElasticIpFacts, Facts, Gap, Id, Key, Kind, NatGatewayFacts, Network, SubnetFacts, Text,
    VpcEndpointFacts, VpcFacts,
};
use crate::source::calls::Call as Read;
use crate::steps::{Action, Call, Find, Parameters, Request, Service, StepGraph, Trouble, Value};
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

/// What a graph is for, as far as it decides what of a region has to be known first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// To make everything new, whatever is there.
    Anew,
    /// To have a design there: what is there of it is not made again.
    Design,
    /// To take away what is there of a design.
    TearDown,
}

/// The code of the concerns about what was not read.
pub const UNREAD: &str = "unread";

/// What can be in a VPC and stand in the way of its deletion.
const IN_A_VPC: [Kind; 18] = [
    Kind::Subnet,
    Kind::RouteTable,
    Kind::InternetGateway,
    Kind::EgressOnlyInternetGateway,
    Kind::NatGateway,
    Kind::ElasticIp,
    Kind::VpcEndpoint,
    Kind::VpcPeeringConnection,
    Kind::TransitGatewayAttachment,
    Kind::VpnGateway,
    Kind::VpnConnection,
    Kind::CarrierGateway,
    Kind::NetworkFirewall,
    Kind::NetworkAcl,
    Kind::SecurityGroup,
    Kind::NetworkInterface,
    Kind::Instance,
    Kind::FlowLog,
];

/// What of the region was not read and has to be: what nobody saw is not known to be missing, and would be made a second
/// time. `ids` are those of planned resources that were found. What the endpoint does not offer at all cannot be there,
/// and is no error.
pub fn unread(
    graph: &StepGraph,
    planned: &Network,
    live: &Network,
    ids: &BTreeMap<Key, Id>,
    aim: Aim,
) -> Vec<Concern> {
    let given: BTreeSet<Key> = graph.given().into_iter().collect();
    let mut kinds: BTreeSet<Kind> = BTreeSet::from([Kind::Vpc]);
    for step in graph.steps() {
        kinds.insert(step.about.kind);
        kinds.extend(step.makes.iter().chain(&step.brings).map(|key| key.kind));
    }
    let wanted = planned.resources().map(|it| it.key());
    kinds.extend(
        wanted
            .filter(|key| !given.contains(key))
            .map(|key| key.kind),
    );
    if aim == Aim::TearDown {
        kinds.extend(IN_A_VPC);
    }
    // Nobody makes these.
    for kind in [Kind::Account, Kind::Region, Kind::AvailabilityZone] {
        kinds.remove(&kind);
    }
    let known: BTreeSet<Key> = ids
        .iter()
        .map(|(key, id)| Key::new(key.kind, id.clone()))
        .collect();
    let controls = graph
        .steps()
        .any(|step| step.call.action.name().contains("EncryptionControl"));
    let is_about = |gap: &Gap| {
        gap.kinds.iter().any(|kind| kinds.contains(kind))
            && gap.resource.as_ref().is_none_or(|key| known.contains(key))
    };
    let weight = |gap: &Gap| match gap.cause {
        Cause::Unsupported | Cause::NotUnderstood | Cause::Conflict | Cause::Inconsistent => {
            Weight::Warn
        }
        _ if aim == Aim::Anew => Weight::Warn,
        // It tells one thing more about VPCs, not which there are.
        _ if gap.what == Read::VpcEncryptionControls.spec().api && !controls => Weight::Warn,
        _ => Weight::Error,
    };
    let concern = |gap: Gap| {
        let weight = weight(&gap);
        let so = match aim {
            Aim::Anew => "blocks that overlap and quotas that are reached cannot be told",
            Aim::Design => "what is there already cannot be told, and might be made a second time",
            Aim::TearDown => "what is there, and in use, cannot be told",
        };
        let todo = match &gap.cause {
            _ if weight != Weight::Error => String::new(),
            Cause::Denied(action) => format!("; have {action} allowed, and try again"),
            _ => "; try again".to_owned(),
        };
        Concern::new(weight, UNREAD, format!("{gap}; {so}{todo}"))
    };
    let gaps = live.gaps().into_iter();
    gaps.filter(is_about).map(concern).collect()
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
fn free_calls(header: &Header) -> BTreeMap<Action, (&Call, Map<String, Json>)> {
    let mut calls = BTreeMap::new();
    for step in header.graph.steps() {
        let call = &step.call;
        if call.action.has_dry_run()
            && let Some(mut parameters) = literal(&call.parameters)
        {
            // Policies may go by tags.
            add_tags(header, step, &mut parameters);
            calls.entry(call.action).or_insert((call, parameters));
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
pub async fn dry_run<C: Ec2>(ec2: &C, header: &Header) -> Vec<Concern> {
    let mut found = Vec::new();
    for (action, (call, parameters)) in free_calls(header) {
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
                    needed(call).join(" and ")
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

/// What a flow log to a bucket needs beside.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html#flow-logs-s3-iam>
const LOG_DELIVERY: [&str; 2] = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"];

/// What making and deleting a resolver endpoint needs beside: its interfaces are made for the caller.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRoute53ResolverFullAccess.html>
const RESOLVER: [&str; 9] = [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:ModifyNetworkInterfaceAttribute",
];

/// What a policy has to allow for one call with what it is given, its own action first.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
fn needed(call: &Call) -> Vec<&'static str> {
    let action = call.action;
    let given = |name: &str| call.parameters.get(name);
    let is = |name: &str, word: &str| matches!(given(name), Some(Value::Text(it)) if it == word);
    let names = given("PrivateDnsEnabled");
    let mut all = action.permissions().to_vec();
    match action {
        Action::CreateFlowLogs => {
            if given("DeliverLogsPermissionArn").is_none() {
                all.retain(|it| *it != "iam:PassRole");
            }
            if is("LogDestinationType", "s3") {
                all.extend(LOG_DELIVERY);
            }
        }
        // Private names are a hosted zone, which AWS associates with the VPC; where nothing is said they are wanted.
        Action::CreateVpcEndpoint
            if is("VpcEndpointType", "Interface") && names != Some(&Value::Bool(false)) =>
        {
            all.push("route53:AssociateVPCWithHostedZone");
        }
        Action::ModifyVpcEndpoint if names == Some(&Value::Bool(true)) => {
            all.push("route53:AssociateVPCWithHostedZone");
        }
        Action::CreateResolverEndpoint | Action::DeleteResolverEndpoint => all.extend(RESOLVER),
        _ => {}
    }
    all
}

/// The IAM actions that finding out, carrying out a graph and taking it back needs, in the order of their names. What is
/// waited for and looked for is in lists that are read before as well, but for two.
pub fn permissions(graph: &StepGraph) -> Vec<&'static str> {
    let reads = Read::ALL.into_iter().map(|call| call.spec().action);
    // It tells whose credentials they are, and everybody may ask that.
    let mut all: BTreeSet<&'static str> = reads.filter(|it| !it.starts_with("sts:")).collect();
    for step in graph.steps() {
        // Where the log that is deleted goes to no parameter says.
        if step.call.action == Action::DeleteFlowLogs {
            all.extend(LOG_DELIVERY);
        }
        for call in std::iter::once(&step.call).chain(&step.inverse) {
            all.extend(needed(call));
            if call.action.service() == Service::Route53Resolver {
                all.insert("route53resolver:ListResolverEndpoints");
            }
            for value in call.parameters.values() {
                value.walk(&mut |value| match value {
                    Value::Find(Find::ResolverEndpoint { .. }) => {
                        all.insert("route53resolver:ListResolverEndpoints");
                    }
                    Value::Find(Find::Ipv6Pool { .. }) => {
                        all.insert("ec2:DescribeIpv6Pools");
                    }
                    _ => {}
                });
            }
        }
    }
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Fresh, Nat, plan};
    use crate::network::{Scope, Shard};
    use crate::steps::{Step, between};

    fn scope() -> Scope {
        Scope {
            account: Some("123456789012".into()),
            region: Some("eu-west-1".into()),
        }
    }

    fn planned() -> Network {
        let mut options = Fresh::in_region("eu-west-1");
        options.nat = Nat::PerAz;
        plan(&Design::fresh(&options).unwrap())
    }

    /// A region in which one list was not read.
    fn without(call: Read, kind: Kind, cause: Cause) -> Network {
        let mut shard = Shard::default();
        let why = format!("not permitted; the credentials need {}", call.spec().action);
        shard.add_gap(Gap::new(call.spec().api, "eu-west-1", cause, why).of_kinds([kind]));
        Network::of(scope(), shard)
    }

    #[test]
    fn what_was_not_read_is_not_known_to_be_missing() {
        let planned = planned();
        let graph = between(&Network::new(), &planned).unwrap();
        let told = |live: &Network, aim: Aim| {
            let found = unread(&graph, &planned, live, &BTreeMap::new(), aim);
            found
                .into_iter()
                .map(|it| (it.weight, it.message))
                .collect::<Vec<_>>()
        };
        let denied = |call: Read| Cause::Denied(call.spec().action.into());
        let vpcs = without(Read::Vpcs, Kind::Vpc, denied(Read::Vpcs));
        assert_eq!(
            told(&vpcs, Aim::Design),
            [(
                Weight::Error,
                "DescribeVpcs (eu-west-1): not permitted; the credentials need ec2:DescribeVpcs; what is there already \
                 cannot be told, and might be made a second time; have ec2:DescribeVpcs allowed, and try again"
                    .to_owned()
            )]
        );
        assert_eq!(told(&vpcs, Aim::Anew)[0].0, Weight::Warn);
        let gateways = without(Read::NatGateways, Kind::NatGateway, Cause::Throttled);
        assert_eq!(told(&gateways, Aim::Design)[0].0, Weight::Error);
        // A server that stands in for EC2 lacks some calls, and then has nothing of that kind.
        let lacking = without(Read::NatGateways, Kind::NatGateway, Cause::Unsupported);
        assert_eq!(told(&lacking, Aim::Design)[0].0, Weight::Warn);
        // What the design has nothing to do with; what is in use of it counts when VPCs go.
        let instances = without(Read::Instances, Kind::Instance, denied(Read::Instances));
        assert_eq!(told(&instances, Aim::Design), []);
        assert_eq!(told(&instances, Aim::TearDown)[0].0, Weight::Error);
    }

    fn step(action: Action, parameters: Parameters) -> Step {
        let about = Key::new(Kind::Vpc, Id::Planned("main".into()));
        Step {
            id: action.name().into(),
            call: Call::new(action, parameters),
            about,
            makes: None,
            output: None,
            brings: Vec::new(),
            inverse: Vec::new(),
        }
    }

    #[test]
    fn a_policy_allows_what_a_call_brings_with_it_and_no_more() {
        let names = |action, parameters| needed(&step(action, parameters).call);
        let to_bucket = Parameters::new().with("LogDestinationType", "s3");
        assert_eq!(
            names(Action::CreateFlowLogs, to_bucket),
            [
                "ec2:CreateFlowLogs",
                "ec2:CreateTags",
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery"
            ]
        );
        let to_group = Parameters::new()
            .with("LogDestinationType", "cloud-watch-logs")
            .with("DeliverLogsPermissionArn", "arn:aws:iam::1:role/logs");
        let allowed = names(Action::CreateFlowLogs, to_group);
        assert!(
            allowed.contains(&"iam:PassRole") && allowed.len() == 3,
            "{allowed:?}"
        );
        let endpoint = |word: &'static str, names: bool| {
            Parameters::new()
                .with("VpcEndpointType", word)
                .with("PrivateDnsEnabled", names)
        };
        let zone = "route53:AssociateVPCWithHostedZone";
        let with = |word, yes| names(Action::CreateVpcEndpoint, endpoint(word, yes));
        assert!(with("Interface", true).contains(&zone));
        assert!(!with("Interface", false).contains(&zone));
        assert!(!with("Gateway", true).contains(&zone));
        let resolver = names(Action::CreateResolverEndpoint, Parameters::new());
        assert!(resolver.contains(&"ec2:CreateNetworkInterface"));
    }

    #[test]
    fn a_policy_allows_to_look() {
        let graph = between(&Network::new(), &planned()).unwrap();
        let all = permissions(&graph);
        for action in [
            "ec2:CreateVpc",
            "ec2:DeleteVpc",
            "ec2:DescribeVpcs",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeNatGateways",
            "ec2:DescribeNetworkInterfaces",
        ] {
            assert!(all.contains(&action), "{action}");
        }
        assert!(!all.iter().any(|it| it.starts_with("sts:")), "{all:?}");
        assert!(!all.contains(&"iam:PassRole"));
    }
}
