//! Designs as calls: what holds for every step of what the form and its further sections make.

use std::collections::BTreeSet;
use vpc_atlas::design::{Design, Encryption, FlowLog, Fresh, Ipv6, Nat, Traffic, plan};
use vpc_atlas::network::Network;
use vpc_atlas::steps::{StepGraph, Value, between};

/// A design of everything that is created by calls of its own.
pub(crate) fn everything() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = "shop".into();
    options.nat = Nat::PerAz;
    let mut design = Design::fresh(&options).unwrap();
    design.tags.insert("environment".into(), "test".into());
    design.set_ipv6("main", Ipv6::Amazon).unwrap();
    design.add_private_access("main").unwrap();
    design.attach_transit_gateway("main").unwrap();
    let vpc = &mut design.vpcs[0];
    vpc.egress_only = true;
    vpc.encryption = Encryption::Monitor;
    vpc.transit_gateway.as_mut().unwrap().id = "tgw-0123456789abcdef0".into();
    vpc.flow_log = Some(FlowLog {
        destination: "arn:aws:s3:::logs".into(),
        role: None,
        traffic: Traffic::All,
    });
    design
}

fn steps(design: &Design) -> StepGraph {
    between(&Network::new(), &plan(design)).unwrap()
}

/// The keys of the tags that a call puts on what it makes.
fn tags(step: &vpc_atlas::steps::Step) -> BTreeSet<String> {
    let lists = match step.call.parameters.get("TagSpecifications") {
        Some(Value::List(specifications)) => specifications
            .iter()
            .filter_map(|it| match it {
                Value::Map(map) => map.get("Tags"),
                _ => None,
            })
            .collect(),
        _ => Vec::from_iter(step.call.parameters.get("Tags")),
    };
    let tags = lists.into_iter().flat_map(|list| match list {
        Value::List(tags) => tags.clone(),
        other => panic!("{other:?} is no list of tags"),
    });
    tags.map(|tag| match tag {
        Value::Map(tag) => match tag.get("Key") {
            Some(Value::Text(key)) => key.to_string(),
            other => panic!("{other:?} is no key of a tag"),
        },
        other => panic!("{other:?} is no tag"),
    })
    .collect()
}

#[test]
fn everything_that_can_bear_tags_bears_those_of_the_design() {
    let graph = steps(&everything());
    let mut seen = BTreeSet::new();
    for step in graph.steps().filter(|step| step.call.action.has_tags()) {
        let found = tags(step);
        assert!(found.contains("environment"), "{}: {found:?}", step.id);
        seen.insert(step.call.action.name());
    }
    for action in [
        "AllocateAddress",
        "CreateEgressOnlyInternetGateway",
        "CreateFlowLogs",
        "CreateInternetGateway",
        "CreateNatGateway",
        "CreateResolverEndpoint",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateSubnet",
        "CreateTransitGatewayVpcAttachment",
        "CreateVpc",
        "CreateVpcEncryptionControl",
        "CreateVpcEndpoint",
    ] {
        assert!(seen.contains(action), "{action} is not among {seen:?}");
    }
}
