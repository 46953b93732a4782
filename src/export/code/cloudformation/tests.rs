//! Names and the way YAML is written; whole templates are tested from outside (tests/it/cloudformation.rs).

use super::node::{Node, harmless};
use super::{names, yaml};
use crate::design::{Design, Fresh, NewTier, TierKind, plan};
use crate::network::{Id, Network};
use crate::steps::between;
use std::collections::BTreeSet;

fn ids(tiers: &[&str]) -> Vec<String> {
    let mut options = Fresh::in_region("eu-west-1");
    options.zones = vec!["eu-west-1a".into()];
    options.gateway_endpoints = Vec::new();
    options.public_per_zone = 0;
    options.private_per_zone = 0;
    let mut design = Design::fresh(&options).unwrap();
    for name in tiers {
        let tier = NewTier {
            name: (*name).into(),
            kind: TierKind::Isolated,
            mask: Some(28),
            per_zone: 1,
            ..NewTier::default()
        };
        design.add_tier("main", &tier).unwrap();
    }
    let graph = between(&Network::new(), &plan(&design)).unwrap();
    names::of_steps(graph.steps())
        .into_iter()
        .filter(|(step, _)| step.starts_with("CreateSubnet "))
        .map(|(_, id)| id)
        .collect()
}

#[test]
fn ids_are_made_of_tier_zone_and_number() {
    assert_eq!(ids(&["private"]), ["SubnetPrivateEuWest1a1"]);
    assert_eq!(ids(&["web-1"]), ["SubnetWebN1EuWest1a1"]);
}

/// Whatever stands beside it, a tier is called what it is called alone.
#[test]
fn tiers_that_look_alike_have_ids_of_their_own() {
    let tiers = ["web-1", "web1", "we-b1", "web-n1"];
    let found = ids(&tiers);
    let alone: BTreeSet<String> = tiers.iter().flat_map(|tier| ids(&[tier])).collect();
    assert_eq!(found.len(), tiers.len());
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), alone);
}

#[test]
fn ids_are_letters_and_digits_and_not_too_long() {
    for name in [
        "Ünï/çødé \"x\": ${y}",
        &"long-".repeat(80),
        "",
        "/",
        "a/b/c/d",
    ] {
        let id = names::of_parameter("PeerVpcId", name);
        assert!(id.len() <= 255, "{id}");
        assert!(id.chars().all(|it| it.is_ascii_alphanumeric()), "{id}");
        let rule = names::of_rule("Ingress", &Id::Planned(name.into()), name);
        assert!(rule.chars().all(|it| it.is_ascii_alphanumeric()), "{rule}");
    }
}

#[test]
fn texts_are_bare_only_where_nothing_else_can_be_read_into_them() {
    let list = [
        "AWS::EC2::VPC",
        "eu-west-1a",
        "10.0.0.0/16",
        "no",
        "Null",
        "",
        " a",
        "a: b",
        "a #b",
        "end:",
        "- a",
        "!Ref x",
        "*x",
        "1e3",
        "tab\tline\nend\r\u{85}\u{2028}\u{feff}",
        "“quoted” \"and\" \\",
        "${AWS::Region} 🦀",
    ];
    let node = Node::List(list.into_iter().map(Node::text).collect());
    insta::assert_snapshot!(yaml::write(&node));
}

#[test]
fn functions_have_their_short_tags() {
    let block = Node::call(
        "Fn::Select",
        Node::List(vec![
            Node::Number(2),
            Node::call(
                "Fn::Cidr",
                Node::List(vec![
                    Node::attribute("Vpc", "Ipv6CidrBlocks"),
                    Node::Number(3),
                    Node::Number(64),
                ]),
            ),
        ]),
    );
    let node = Node::map([
        ("Block", block.clone()),
        ("List", Node::List(vec![Node::reference("Vpc"), block])),
        (
            "Maps",
            Node::List(vec![Node::map([
                ("A", Node::Bool(true)),
                ("B", Node::Map(vec![])),
            ])]),
        ),
        ("None", Node::List(vec![])),
    ]);
    insta::assert_snapshot!(yaml::write(&node));
}

#[test]
fn no_text_is_a_dynamic_reference() {
    assert_eq!(harmless("{{x}} ${y}"), "{{x}} ${y}");
    for text in [
        "{{resolve:ssm:/key}}",
        "{{{resolve:ssm:k}}}",
        "a{{{{resolve:s:k",
    ] {
        assert!(!harmless(text).contains("{{"), "{text}");
    }
}
