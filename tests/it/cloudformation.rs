//! Templates of designs: both forms say the same, more of a design is only more of a template, and whatever people
//! write is text.

use std::collections::BTreeSet;

use serde_json::Value;
use vpc_atlas::design::{
    Design, Encryption, FlowLog, Fresh, Ipv6, Nat, NewTier, Peering, TierKind, Traffic, plan,
};
use vpc_atlas::export::code::{Code, CodeError, Form, cloudformation};
use vpc_atlas::network::Network;
use vpc_atlas::steps::between;

use crate::support::{designs, yaml};

fn code(design: &Design, form: Form) -> Code {
    let network = plan(design);
    let graph = between(&Network::new(), &network).expect("the design has its steps");
    cloudformation(&graph, &network, form).expect("the design has its template")
}

fn text(design: &Design, form: Form) -> String {
    let [file] = <[_; 1]>::try_from(code(design, form).files).expect("one file");
    file.text
}

fn template(design: &Design) -> Value {
    serde_json::from_str(&text(design, Form::Json)).expect("JSON")
}

/// Two zones, one NAT gateway, an endpoint: what the form makes.
pub(crate) fn small() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = "shop".into();
    options.zones = vec!["eu-west-1a".into(), "eu-west-1b".into()];
    options.public_per_zone = 1;
    options.private_per_zone = 1;
    options.nat = Nat::One;
    Design::fresh(&options).expect("the form makes a design")
}

/// Everything that a design can have, in two VPCs.
pub(crate) fn everything() -> Design {
    let mut design = small();
    design.tags.insert("environment".into(), "test: “1”".into());
    design.set_ipv6("main", Ipv6::Amazon).unwrap();
    design.add_private_access("main").unwrap();
    design.attach_transit_gateway("main").unwrap();
    let mut other = Fresh::in_region("eu-west-1");
    other.cidr = "10.200.0.0/16".parse().unwrap();
    other.nat = Nat::Regional;
    design.add_vpc("vpc-2", &other).unwrap();
    let vpc = &mut design.vpcs[0];
    vpc.nat = Nat::PerAz;
    vpc.egress_only = true;
    vpc.encryption = Encryption::Enforce;
    vpc.encryption_exclusions = vec!["internet-gateway".into(), "api-gateway-v2".into()];
    vpc.secondary.push("100.64.0.0/20".parse().unwrap());
    vpc.vpn_gateway = Some(vpc_atlas::design::VpnGateway {
        propagate: true,
        routes: vec!["172.20.0.0/14".parse().unwrap()],
    });
    vpc.transit_gateway.as_mut().unwrap().id = "hub".into();
    vpc.flow_log = Some(FlowLog {
        destination: "arn:aws:s3:::logs".into(),
        role: None,
        traffic: Traffic::All,
    });
    vpc.peerings.push(Peering {
        with: "vpc-2".into(),
        cidrs: Vec::new(),
        account: None,
        region: None,
    });
    vpc.peerings.push(Peering {
        with: "vpc-0123456789abcdef0".into(),
        cidrs: vec!["10.250.0.0/16".parse().unwrap()],
        account: Some("111122223333".into()),
        region: Some("eu-central-1".into()),
    });
    design
        .set_name(
            &vpc_atlas::network::Key::new(
                vpc_atlas::network::Kind::RouteTable,
                vpc_atlas::network::Id::Planned("main".into()),
            ),
            "main-table",
        )
        .unwrap();
    design
}

fn resources(template: &Value) -> &serde_json::Map<String, Value> {
    template["Resources"].as_object().expect("resources")
}

#[test]
fn a_small_design_as_json() {
    insta::assert_snapshot!(text(&small(), Form::Json));
}

#[test]
fn a_small_design_as_yaml() {
    insta::assert_snapshot!(text(&small(), Form::Yaml));
}

#[test]
fn everything_as_yaml() {
    insta::assert_snapshot!(text(&everything(), Form::Yaml));
}

#[test]
fn what_a_template_cannot_say_is_said() {
    let code = code(&everything(), Form::Json);
    insta::assert_snapshot!(code.by_hand.join("\n"));
    let template: Value = serde_json::from_str(&code.files[0].text).unwrap();
    let said: Vec<&str> = template["Metadata"]["VpcAtlas"]["ByHand"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(said, code.by_hand);
}

/// Sound designs and such that break a rule: all have a template, the same in both forms and every time, whose
/// references lead to what is in it, and whose circles CloudFormation would refuse are none.
#[test]
fn all_designs_have_templates_that_hold_together() {
    let mut all: Vec<Design> = (0..120).map(designs::design).collect();
    all.push(everything());
    let misses: Vec<Design> = designs::near_misses(&designs::design(1))
        .into_iter()
        .map(|(_, design)| design)
        .collect();
    let mut count = 0;
    for design in all.iter().chain(&misses) {
        let network = plan(design);
        let Ok(graph) = between(&Network::new(), &network) else {
            continue; // a plan that cannot be made has no steps either
        };
        count += 1;
        let code = |form| cloudformation(&graph, &network, form).expect("a template");
        let json = code(Form::Json);
        assert_eq!(json, code(Form::Json));
        let template: Value = serde_json::from_str(&json.files[0].text).unwrap();
        assert_eq!(yaml::read(&code(Form::Yaml).files[0].text), template);
        hold_together(&template);
    }
    assert!(count > 130, "{count} designs");
}

fn hold_together(template: &Value) {
    let resources = resources(template);
    let parameters: BTreeSet<&String> = template["Parameters"]
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .collect();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut needs: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (id, resource) in resources {
        assert!(id.len() <= 255 && id.chars().all(|it| it.is_ascii_alphanumeric()));
        let mut named = BTreeSet::new();
        references(&resource["Properties"], &mut named);
        for id in resource["DependsOn"].as_array().into_iter().flatten() {
            let id = id.as_str().unwrap();
            assert!(!named.contains(id), "{id} is referred to and needed");
            named.insert(id.to_owned());
        }
        named.retain(|id| !parameters.contains(id));
        for id in &named {
            assert!(resources.contains_key(id), "there is no {id}");
        }
        needs.push((id.clone(), named));
    }
    while !needs.is_empty() {
        let before = needs.len();
        needs.retain(|(id, needed)| {
            let can = needed.is_subset(&done);
            if can {
                done.insert(id.clone());
            }
            !can
        });
        assert!(needs.len() < before, "a circle: {needs:?}");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("Ref", Value::String(id)) if id != "AWS::Region" => {
                        found.insert(id.clone());
                    }
                    ("Fn::GetAtt", Value::Array(path)) => {
                        found.insert(path[0].as_str().unwrap().to_owned());
                    }
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Lists that get longer with a zone or a tier: what is in each zone, and the tables of each subnet.
const GROWING: [(&str, &str); 6] = [
    ("AWS::EC2::VPCEndpoint", "RouteTableIds"),
    ("AWS::EC2::VPCEndpoint", "SubnetIds"),
    ("AWS::EC2::TransitGatewayAttachment", "SubnetIds"),
    ("AWS::Route53Resolver::ResolverEndpoint", "IpAddresses"),
    // What has to be there before, and is no property.
    ("AWS::EC2::VPCEndpoint", "DependsOn"),
    ("AWS::EC2::TransitGatewayAttachment", "DependsOn"),
];

/// Everything of the one is in the other as it was; only some lists may be longer.
fn only_adds(before: &Value, after: &Value) -> usize {
    let (before, after) = (resources(before), resources(after));
    for (id, resource) in before {
        let new = after.get(id).unwrap_or_else(|| panic!("{id} is gone"));
        assert!(is_in(resource, new), "{id}: {resource} became {new}");
        let kind = resource["Type"].as_str().unwrap();
        let parts = |resource: &Value| -> Vec<(String, Value)> {
            let properties = resource["Properties"].as_object().into_iter().flatten();
            let needs = resource
                .get("DependsOn")
                .map(|it| ("DependsOn".to_owned(), it.clone()));
            properties
                .map(|(name, value)| (name.clone(), value.clone()))
                .chain(needs)
                .collect()
        };
        for ((name, old), (_, new)) in parts(resource).into_iter().zip(parts(new)) {
            let may_grow = GROWING.contains(&(kind, name.as_str()));
            assert!(old == new || may_grow, "{id}: {name} {old} became {new}");
        }
    }
    after.len() - before.len()
}

fn is_in(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.len() == after.len()
                && before
                    .iter()
                    .all(|(name, value)| after.get(name).is_some_and(|it| is_in(value, it)))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.iter().all(|item| after.contains(item))
        }
        _ => before == after,
    }
}

#[test]
fn one_more_zone_or_tier_only_adds() {
    for mut design in [small(), everything()] {
        let before = template(&design);
        design.add_zone("main", &"eu-west-1c".into()).unwrap();
        let zone = template(&design);
        assert!(only_adds(&before, &zone) > 0);
        let tier = NewTier {
            name: "data".into(),
            kind: TierKind::Isolated,
            mask: Some(26),
            per_zone: 1,
            ..NewTier::default()
        };
        design.add_tier("main", &tier).unwrap();
        // Three subnets, their associations, their table.
        assert_eq!(only_adds(&zone, &template(&design)), 7);
    }
}

/// Generated designs get one zone more: all that was there stays as it was, by the same logical id.
#[test]
fn one_more_zone_only_adds_to_any_design() {
    let mut count = 0;
    for seed in 0..120 {
        let mut design = designs::design(seed);
        let Some(before) = sound_template(&design) else {
            continue;
        };
        if designs::add_some_zone(&mut design).is_none() {
            continue;
        }
        let Some(after) = sound_template(&design) else {
            continue;
        };
        // In a VPC without tiers a zone has no subnets.
        if only_adds(&before, &after) > 0 {
            count += 1;
        }
    }
    assert!(count > 30, "{count} designs");
}

/// The template of a design that breaks no rule.
fn sound_template(design: &Design) -> Option<Value> {
    crate::terraform::is_sound(design).then(|| template(design))
}

/// Whatever is added, no subnet, table or VPC gets another name or another place.
#[test]
fn nothing_is_renamed_when_something_is_added() {
    for seed in 0..60 {
        let mut design = designs::design(seed);
        let random = &mut designs::Random::new(seed + 1000);
        let before = template(&design);
        if (0..3).all(|_| designs::add(&mut design, random).is_err()) {
            continue;
        }
        let after = template(&design);
        for (id, resource) in resources(&before) {
            let new = &after["Resources"][id];
            assert_eq!(resource["Type"], new["Type"], "seed {seed}: {id}");
            let kind = resource["Type"].as_str().unwrap();
            if ["AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable"].contains(&kind) {
                assert_eq!(resource, new, "seed {seed}: {id}");
            }
        }
    }
}

#[test]
fn what_people_write_is_text_and_nothing_else() {
    for hostile in [
        "{{resolve:ssm:/secret:1}}",
        "a\nResources: {}\n- x: !Ref y # \"z\" \\",
        "${AWS::AccountId}",
        "\u{85}\u{2028}\u{feff}\r\n\t",
        "'; rm -rf / #",
    ] {
        let mut design = small();
        design.tags.insert("note".into(), hostile.into());
        let code = code(&design, Form::Json);
        let template: Value = serde_json::from_str(&code.files[0].text).unwrap();
        assert_eq!(yaml::read(&text(&design, Form::Yaml)), template);
        let tags = template["Resources"]["Vpc"]["Properties"]["Tags"]
            .as_array()
            .unwrap();
        let note = tags.iter().find(|tag| tag["Key"] == "note").unwrap();
        if hostile.contains("resolve") {
            assert_eq!(note["Value"], "{ {resolve:ssm:/secret:1}}");
            assert_eq!(code.by_hand.len(), 1, "{:?}", code.by_hand);
            assert!(!code.files[0].text.contains("{{"));
        } else {
            assert_eq!(note["Value"], hostile);
            assert_eq!(code.by_hand, [""; 0]);
        }
    }
}

#[test]
fn a_plan_that_changes_what_is_there_has_no_template() {
    let before = plan(&small());
    let mut design = small();
    design.vpcs[0].dns_hostnames = !design.vpcs[0].dns_hostnames;
    let after = plan(&design);
    let graph = between(&before, &after).unwrap();
    let CodeError { what, why } = cloudformation(&graph, &after, Form::Json).unwrap_err();
    assert!(what.starts_with("ModifyVpcAttribute main"), "{what}");
    assert!(why.contains("there already"), "{why}");
    let nothing = between(&before, &before).unwrap();
    assert!(cloudformation(&nothing, &before, Form::Yaml).is_err());
}
