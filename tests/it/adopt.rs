//! Plans and the live networks that they became: renamed, matched, compared, adopted as designs and changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use vpc_atlas::design::{
    Adopted, Design, Egress, Endpoint, Fresh, GatewayService, Ipv6, Nat, NewTier, TierKind, adopt,
    plan,
};
use vpc_atlas::network::{
    Edit, Id, Key, Kind, Known, Network, Resource, Scope, Shard, Text, drift, matched,
};
use vpc_atlas::steps::{StepGraph, onto};

use crate::support::designs;
use crate::support::live::{Tags, ids, live};

#[test]
fn no_field_keeps_a_planned_name_that_was_replaced() {
    for seed in 0..200 {
        let planned = plan(&designs::design(seed));
        let ids = ids(&planned);
        let renamed = planned.renamed(&ids);
        assert_eq!(renamed.len(), planned.len());
        for resource in renamed.resources() {
            assert!(
                matches!(resource.key().id, Id::Aws(_)),
                "{}",
                resource.key()
            );
            for (field, value) in resource.record().fields() {
                if let Known::Value(value) = value {
                    let text = value.to_string();
                    assert!(!text.contains("planned:"), "{}: {field}", resource.key());
                }
            }
        }
        // What was named by a plan is there by its new name.
        for resource in planned.resources() {
            let live = Key::new(
                resource.kind(),
                ids.get(resource.key())
                    .unwrap_or(&resource.key().id)
                    .clone(),
            );
            let before = resource.record().refers_to();
            let after = renamed.get(&live).unwrap().record().refers_to();
            assert_eq!(before.len(), after.len());
            for (kinds, id) in after {
                let is_there = |kind: &Kind| renamed.get(&Key::new(*kind, id.clone())).is_some();
                assert!(
                    kinds.iter().any(is_there) || !ids.values().any(|new| *new == id),
                    "{id}"
                );
            }
        }
    }
}

/// The VPCs' own ids, which a person or a journal tells.
fn of_vpcs(ids: &BTreeMap<Key, Id>) -> BTreeMap<Key, Id> {
    let vpcs = ids.iter().filter(|(key, _)| key.kind == Kind::Vpc);
    vpcs.map(|(key, id)| (key.clone(), id.clone())).collect()
}

/// The same network, read in two parts and the other way round.
fn in_parts(network: &Network) -> Network {
    let mut parts = Network::new();
    for (scope, shard) in network.shards() {
        let resources: Vec<&Arc<Resource>> = shard.resources().collect();
        for n in [1, 0] {
            let part = resources.iter().enumerate().rev();
            let part = part
                .filter(|(at, _)| at % 2 == n)
                .map(|(_, it)| Arc::clone(it));
            let mut part = Shard::from_resources(part);
            for (kind, coverage) in shard.coverages() {
                part.cover(kind, coverage);
            }
            let scope = Scope {
                account: Some(format!("{n}").into()),
                region: scope.region.clone(),
            };
            parts = parts.with_shard(scope, Arc::new(part));
        }
    }
    parts
}

#[test]
fn what_was_made_is_found_again() {
    for seed in 0..200 {
        let planned = plan(&designs::design(seed));
        let ids = ids(&planned);
        let by_structure = live(&planned, &ids, Tags::None);
        let found = matched(&planned, &by_structure, &of_vpcs(&ids));
        assert_eq!(found.unmatched, [], "{seed}");
        assert_eq!(found.others, [], "{seed}");
        assert_eq!(found.ids, ids, "{seed}");
        assert_eq!(
            found,
            matched(&planned, &in_parts(&by_structure), &of_vpcs(&ids))
        );
        // By its tags without any knowledge.
        let by_tags = live(&planned, &ids, Tags::Run);
        let found = matched(&planned, &by_tags, &BTreeMap::new());
        assert_eq!(found.ids, ids, "{seed}");
    }
}

#[test]
fn what_is_live_as_planned_is_no_drift() {
    for seed in 0..100 {
        let planned = plan(&designs::design(seed));
        let ids = ids(&planned);
        for tags in [Tags::Run, Tags::None] {
            let live = live(&planned, &ids, tags);
            assert_eq!(drift(&planned, &live, &ids), [], "{seed}");
            assert_eq!(drift(&planned, &in_parts(&live), &ids), [], "{seed}");
        }
    }
}

/// A design with something of everything, what it plans, and that as it is live.
fn made() -> (Design, Network, BTreeMap<Key, Id>, Network) {
    let design = crate::steps::everything();
    let planned = plan(&design);
    let ids = ids(&planned);
    let live = live(&planned, &ids, Tags::None);
    (design, planned, ids, live)
}

fn set(key: &Key, field: &str, after: serde_json::Value) -> Edit {
    Edit::Set {
        key: key.clone(),
        field: field.into(),
        before: Known::Unread,
        after: Known::Value(after),
    }
}

fn fields(edits: &[Edit]) -> Vec<(Kind, Text)> {
    edits
        .iter()
        .map(|edit| match edit {
            Edit::Set { key, field, .. } => (key.kind, field.clone()),
            Edit::Add(it) => (it.kind(), "added".into()),
            Edit::Remove(key) => (key.kind, "removed".into()),
        })
        .collect()
}

#[test]
fn every_other_change_is_drift() {
    let (_, planned, ids, live) = made();
    let at = |kind: Kind, name: &str| {
        let key = Key::new(kind, Id::Planned(name.into()));
        Key::new(
            kind,
            ids.get(&key).unwrap_or_else(|| panic!("{key}")).clone(),
        )
    };
    let value = |key: &Key, field: &str| match live.get(key).unwrap().record().field(field) {
        Some(Known::Value(value)) => value,
        other => panic!("{key}: {field}: {other:?}"),
    };
    let subnet = at(Kind::Subnet, "main/private/eu-west-1a/1");
    let table = at(Kind::RouteTable, "main/private/eu-west-1a/1");
    let vpc = at(Kind::Vpc, "main");
    let mut cases = vec![
        set(&vpc, "enable_dns_hostnames", false.into()),
        set(&vpc, "instance_tenancy", "dedicated".into()),
        set(&vpc, "block_public_access", "block-ingress".into()),
        set(&vpc, "ipv6_blocks", serde_json::json!([])),
        set(&subnet, "map_public_ip_on_launch", true.into()),
        set(&subnet, "ipv6_blocks", serde_json::json!([])),
        set(&subnet, "tags", serde_json::json!({"Name": "other"})),
        set(&subnet, "availability_zone", "eu-west-1c".into()),
        set(&table, "associations", serde_json::json!([])),
        set(
            &at(Kind::InternetGateway, "main"),
            "attachments",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::NatGateway, "main/eu-west-1a"),
            "connectivity_type",
            "private".into(),
        ),
        set(
            &at(Kind::VpcEndpoint, "main/s3"),
            "route_tables",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::VpcEndpoint, "main/s3"),
            "policy",
            r#"{"Statement":[]}"#.into(),
        ),
        set(
            &at(Kind::VpcEndpoint, "main/interface/console"),
            "private_dns_enabled",
            true.into(),
        ),
        set(
            &at(Kind::SecurityGroup, "main/endpoints"),
            "ingress",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::SecurityGroup, "main/default"),
            "ingress",
            serde_json::json!([{"protocol": "tcp", "from_port": 22, "to_port": 22,
                "peer": {"block": "0.0.0.0/0"}, "description": null}]),
        ),
        set(
            &at(Kind::NetworkAcl, "main"),
            "entries",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::TransitGatewayAttachment, "main"),
            "subnets",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::FlowLog, "main"),
            "destination",
            "arn:aws:s3:::other".into(),
        ),
    ];
    let mut routes = value(&table, "routes");
    let default = routes
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|route| route["destination"]["block"] == "0.0.0.0/0")
        .unwrap();
    default["state"] = "blackhole".into();
    cases.push(set(&table, "routes", routes));
    for case in cases {
        let changed = live.edited(std::slice::from_ref(&case)).unwrap();
        let found = drift(&planned, &changed, &ids);
        let Edit::Set { key, field, .. } = &case else {
            panic!("only fields are set here")
        };
        // Subnets that lose their table are told once, by the table.
        assert_eq!(fields(&found), [(key.kind, field.clone())], "{case:?}");
    }
    // What is not there, and what is there beside.
    let gone = live.edited(&[Edit::Remove(table.clone())]).unwrap();
    assert_eq!(drift(&planned, &gone, &ids), [Edit::Remove(table.clone())]);
    let subnet = live.get(&subnet).unwrap();
    let observations = subnet.observations().to_vec();
    let other = Resource::from_observations(Key::aws(Kind::Subnet, "subnet-other"), observations);
    let other = Arc::new(other.unwrap());
    let more = live.edited(&[Edit::Add(Arc::clone(&other))]).unwrap();
    assert_eq!(drift(&planned, &more, &ids), [Edit::Add(other)]);
    // What AWS moves by itself is none.
    for (key, field, word) in [
        (&vpc, "state", "pending"),
        (&at(Kind::NatGateway, "main/eu-west-1a"), "state", "pending"),
        (
            &at(Kind::VpcEndpoint, "main/interface/console"),
            "state",
            "Available",
        ),
    ] {
        let moved = live.edited(&[set(key, field, word.into())]).unwrap();
        assert_eq!(drift(&planned, &moved, &ids), [], "{key}");
    }
    let failed = set(
        &at(Kind::NatGateway, "main/eu-west-1a"),
        "state",
        "failed".into(),
    );
    let failed = live.edited(&[failed]).unwrap();
    assert_eq!(
        fields(&drift(&planned, &failed, &ids)),
        [(Kind::NatGateway, "removed".into())]
    );
}

#[test]
fn ambiguity_is_not_guessed() {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = Text::default();
    options.nat = Nat::One;
    options.ipv6 = Ipv6::None;
    let planned = plan(&Design::fresh(&options).unwrap());
    let ids = ids(&planned);
    let live = live(&planned, &ids, Tags::None);
    let nat = planned
        .of_kind(Kind::NatGateway)
        .next()
        .unwrap()
        .key()
        .clone();
    let there = Key::new(Kind::NatGateway, ids[&nat].clone());
    let observations = live.get(&there).unwrap().observations().to_vec();
    let twin = Resource::from_observations(Key::aws(Kind::NatGateway, "nat-twin"), observations);
    let two = live.edited(&[Edit::Add(Arc::new(twin.unwrap()))]).unwrap();
    let found = matched(&planned, &two, &of_vpcs(&ids));
    assert!(found.unmatched.contains(&nat));
    assert!(found.others.contains(&there));
    // A name decides.
    let tags = |name: &str| serde_json::json!({"Name": name});
    let mut options = options;
    options.prefix = "shop".into();
    let planned = plan(&Design::fresh(&options).unwrap());
    let named = planned.get(&nat).unwrap().name().unwrap().to_owned();
    let two = two.edited(&[set(&there, "tags", tags(&named))]).unwrap();
    let found = matched(&planned, &two, &of_vpcs(&ids));
    assert_eq!(found.ids.get(&nat), Some(&there.id));
    // One that is deleted is none.
    let deleted = Key::aws(Kind::NatGateway, "nat-twin");
    let one = set(&deleted, "state", "deleted".into());
    let one = two.edited(&[one, set(&there, "tags", tags(""))]).unwrap();
    let found = matched(&planned, &one, &of_vpcs(&ids));
    assert_eq!(found.ids.get(&nat), Some(&there.id));
}

/// Each VPC of a generated design by itself, with what it is live.
fn alone(seed: u64) -> Vec<(Design, Network, BTreeMap<Key, Id>)> {
    let whole = designs::design(seed);
    let mut found = Vec::new();
    for vpc in &whole.vpcs {
        let mut design = whole.clone();
        design.vpcs = vec![vpc.clone()];
        for peering in &mut design.vpcs[0].peerings {
            // What is no VPC of the plan has an id.
            if whole.vpc(&peering.with).is_some() {
                peering.with = format!("vpc-{:017x}", 0xabc).into();
                peering.cidrs = vec!["172.16.0.0/16".parse().unwrap()];
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        let vpc = &mut design.vpcs[0];
        vpc.peerings.retain(|it| seen.insert(it.with.clone()));
        if let Some(gateway) = &mut vpc.transit_gateway {
            gateway.id = "tgw-0123456789abcdef0".into();
        }
        // Without an address nobody knows which block of its own it has.
        let planned = plan(&design);
        let ids = ids(&planned);
        let live = live(&planned, &ids, Tags::None);
        found.push((design, live, ids));
    }
    found
}

fn vpc_of(live: &Network) -> Key {
    live.of_kind(Kind::Vpc).next().unwrap().key().clone()
}

/// What is left of the adoptions of many designs, by seed.
fn left_over(made: impl Fn(u64) -> Vec<Network>) -> Vec<String> {
    let mut lines = Vec::new();
    for seed in 0..80 {
        for live in made(seed) {
            let adopted = adopt(&live, &vpc_of(&live)).unwrap();
            lines.extend(adopted.unexpressed.iter().map(|it| format!("{seed}: {it}")));
        }
    }
    lines
}

#[test]
fn what_this_program_made_is_adopted_as_a_design_with_the_same_plan() {
    let lines = left_over(|seed| {
        let all = alone(seed).into_iter();
        all.map(|(design, _, ids)| live(&plan(&design), &ids, Tags::Run))
            .collect()
    });
    assert!(lines.is_empty(), "{}:\n{}", lines.len(), lines.join("\n"));
}

/// Without tags tiers are told by the names of their subnets, so that those are the generated ones here.
#[test]
fn what_somebody_made_alike_is_adopted_as_a_design_with_the_same_plan() {
    let lines = left_over(|seed| {
        let all = alone(seed).into_iter();
        all.map(|(mut design, _, _)| {
            let vpc = &mut design.vpcs[0];
            vpc.names
                .retain(|slot, _| !slot.starts_with("subnet") && slot != "vpc");
            if vpc.prefix.is_empty() {
                vpc.prefix = "shop".into();
            }
            let planned = plan(&design);
            live(&planned, &ids(&planned), Tags::None)
        })
        .collect()
    });
    assert!(lines.is_empty(), "{}:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn an_adoption_that_nobody_edits_needs_no_step() {
    let mut networks: Vec<Network> = (0..60).flat_map(alone).map(|(_, live, _)| live).collect();
    networks.push(vpc_atlas::source::sample::network());
    networks.push(hand_made());
    for live in &networks {
        for vpc in live.of_kind(Kind::Vpc) {
            let adopted = adopt(live, vpc.key()).unwrap();
            let (before, after) = adopted.plans(live, &adopted.design);
            let graph = onto(live, &before, &after).unwrap();
            assert!(graph.is_empty(), "{}", vpc.label());
        }
    }
}

/// A VPC such as people make by hand: two tables on one tier, odd masks, one table for all private subnets, a peering
/// connection each way, groups and rules and names of its own.
fn hand_made() -> Network {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = "shop".into();
    options.nat = Nat::One;
    let mut design = Design::fresh(&options).unwrap();
    design
        .set_subnet_block("main", "public", 2, "10.0.16.0/26".parse().unwrap())
        .unwrap();
    design
        .set_subnet_block("main", "private", 2, "10.0.160.0/19".parse().unwrap())
        .unwrap();
    let planned = plan(&design);
    let ids: BTreeMap<Key, Id> = ids(&planned);
    let live = live(&planned, &ids, Tags::None);
    let at = |kind: Kind, name: &str| {
        let key = Key::new(kind, Id::Planned(name.into()));
        Key::new(
            kind,
            ids.get(&key).unwrap_or_else(|| panic!("{key}")).clone(),
        )
    };
    let text = |key: &Key| key.id.as_str().to_owned();
    let vpc = at(Kind::Vpc, "main");
    let public = at(Kind::RouteTable, "main/public");
    let [first, second] = ["main/private/eu-west-1a/1", "main/private/eu-west-1b/2"]
        .map(|name| at(Kind::RouteTable, name));
    let subnet = |name: &str| text(&at(Kind::Subnet, name));
    let tied = |subnet: &str| serde_json::json!({"id": "rtbassoc-1", "main": false, "subnet": subnet, "gateway": null, "state": "associated"});
    let tied_to =
        |list: &[String]| serde_json::Value::Array(list.iter().map(|it| tied(it)).collect());
    let like = |key: &Key, id: &str| {
        let observations = live.get(key).unwrap().observations().to_vec();
        Edit::Add(Arc::new(
            Resource::from_observations(Key::aws(key.kind, id), observations).unwrap(),
        ))
    };
    let route = |block: &str, kind: &str, id: &str| {
        serde_json::json!({"destination": {"block": block}, "target": {"resource": {"kind": kind, "id": id}},
            "state": "active", "origin": "CreateRoute"})
    };
    let with_routes = |key: &Key, more: Vec<serde_json::Value>| {
        let Some(Known::Value(serde_json::Value::Array(mut routes))) =
            live.get(key).unwrap().record().field("routes")
        else {
            panic!("{key} has no routes")
        };
        routes.extend(more);
        serde_json::Value::Array(routes)
    };
    let side = |vpc: &str, block: &str| serde_json::json!({"vpc": vpc, "owner": "111122223333", "region": "eu-west-1", "cidrs": [block], "dns_resolution": null});
    let peering = |id: &str, from: serde_json::Value, to: serde_json::Value| {
        let mut record = vpc_atlas::network::Record::unread(Kind::VpcPeeringConnection);
        record.set_field("requester", Known::Value(from)).unwrap();
        record.set_field("accepter", Known::Value(to)).unwrap();
        record
            .set_field("status", Known::Value("active".into()))
            .unwrap();
        record
            .set_field("tags", Known::Value(serde_json::json!({"Name": id})))
            .unwrap();
        let sighting = Arc::clone(&live.get(&vpc).unwrap().observations()[0].sighting);
        Edit::Add(Arc::new(Resource::seen(Id::aws(id), sighting, record)))
    };
    let ours = side(&text(&vpc), "10.0.0.0/16");
    let custom = Key::aws(Kind::RouteTable, "rtb-custom");
    let custom_routes = with_routes(
        &public,
        vec![
            route("192.168.7.0/24", "network-interface", "eni-router"),
            route("10.9.0.0/16", "vpc-peering-connection", "pcx-asked"),
        ],
    );
    live.edited(&[
        // The second public subnet has a table of its own.
        like(&public, "rtb-custom"),
        set(
            &public,
            "associations",
            tied_to(&[subnet("main/public/eu-west-1a/1")]),
        ),
        set(
            &custom,
            "associations",
            tied_to(&[subnet("main/public/eu-west-1b/2")]),
        ),
        set(&custom, "routes", custom_routes),
        set(
            &public,
            "routes",
            with_routes(
                &public,
                vec![route("10.9.0.0/16", "vpc-peering-connection", "pcx-asked")],
            ),
        ),
        // Both private ones share one.
        set(
            &first,
            "associations",
            tied_to(&[
                subnet("main/private/eu-west-1a/1"),
                subnet("main/private/eu-west-1b/2"),
            ]),
        ),
        set(
            &first,
            "routes",
            with_routes(
                &first,
                vec![route("10.9.0.0/16", "vpc-peering-connection", "pcx-asked")],
            ),
        ),
        Edit::Remove(second),
        set(
            &at(Kind::VpcEndpoint, "main/s3"),
            "route_tables",
            serde_json::json!([text(&first)]),
        ),
        peering("pcx-asked", ours.clone(), side("vpc-other", "10.9.0.0/16")),
        peering("pcx-accepted", side("vpc-third", "10.8.0.0/16"), ours),
        like(&at(Kind::SecurityGroup, "main/default"), "sg-own"),
        set(
            &at(Kind::SecurityGroup, "main/default"),
            "ingress",
            serde_json::json!([]),
        ),
        set(
            &Key::aws(Kind::SecurityGroup, "sg-own"),
            "group_name",
            "web".into(),
        ),
        set(
            &at(Kind::NetworkAcl, "main"),
            "entries",
            serde_json::json!([]),
        ),
        set(
            &at(Kind::ElasticIp, "main/eu-west-1a"),
            "tags",
            serde_json::json!({}),
        ),
        set(
            &at(Kind::Subnet, "main/public/eu-west-1a/1"),
            "tags",
            serde_json::json!({"Name": "shop-public-a", "team": "front"}),
        ),
        set(
            &at(Kind::Subnet, "main/public/eu-west-1b/2"),
            "map_public_ip_on_launch",
            true.into(),
        ),
    ])
    .unwrap()
}

#[test]
fn what_a_design_cannot_say_of_a_hand_made_vpc_is_listed() {
    let live = hand_made();
    let adopted = adopt(&live, &vpc_of(&live)).unwrap();
    let list: Vec<String> = adopted
        .unexpressed
        .iter()
        .map(ToString::to_string)
        .collect();
    let text = list.join("\n");
    for part in [
        // A table more on the public tier.
        "route table rtb-custom: it is the table of ",
        "it is not tied to shop-subnet-public2-eu-west-1b",
        "it does not let what comes from the group itself",
        "security group sg-own: a design has no security groups but",
        "peering connection pcx-accepted: a design says the peering connections that its VPCs ask for",
        "its entries do not hold action allow, cidr 0.0.0.0/0",
        "a route table of its own (shop-rtb-private2-eu-west-1b)",
        "it bears the tag team “front”",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    // The rest is said: masks, names, the connection that was asked for and its routes.
    let vpc = &adopted.design.vpcs[0];
    let blocks: Vec<String> = vpc.subnets().map(|(_, it)| it.cidr.to_string()).collect();
    assert_eq!(blocks.len(), 4);
    for block in ["10.0.16.0/26", "10.0.160.0/19"] {
        assert!(blocks.contains(&block.to_owned()), "{block}");
    }
    assert_eq!(vpc.peerings.len(), 1);
    assert_eq!(vpc.peerings[0].with, "vpc-other");
    assert_eq!(vpc.peerings[0].cidrs, ["10.9.0.0/16".parse().unwrap()]);
    assert!(!text.contains("pcx-asked"), "{text}");
    assert!(!text.contains("shop-public-a"), "{text}");
    is_complete(&live, &adopted);
}

/// Every difference that is left has a line, and every line is about such a difference or about what a plan never has.
fn is_complete(live: &Network, adopted: &Adopted) {
    let left = drift(&plan(&adopted.design), live, &adopted.ids);
    let told: std::collections::BTreeSet<(Key, Option<Text>)> = adopted
        .unexpressed
        .iter()
        .map(|it| (it.key.clone(), it.field.clone()))
        .collect();
    let mut wanted = std::collections::BTreeSet::new();
    for edit in left {
        wanted.insert(match edit {
            Edit::Set { key, field, .. } => (key, Some(field)),
            Edit::Add(it) => (it.key().clone(), None),
            Edit::Remove(key) => (key, None),
        });
    }
    assert!(wanted.is_subset(&told));
    let beside = |(key, _): &(Key, Option<Text>)| {
        matches!(
            key.kind,
            Kind::Instance
                | Kind::NetworkInterface
                | Kind::ElasticIp
                | Kind::Vpc
                | Kind::VpnGateway
                | Kind::SecurityGroup
        )
    };
    for more in told.difference(&wanted) {
        assert!(beside(more), "{more:?}");
    }
}

#[test]
fn every_vpc_of_the_sample_is_adopted() {
    let live = vpc_atlas::source::sample::network();
    for vpc in live.of_kind(Kind::Vpc) {
        let adopted = adopt(&live, vpc.key()).unwrap();
        is_complete(&live, &adopted);
        let design = &adopted.design.vpcs[0];
        let live_subnets = live
            .of_kind(Kind::Subnet)
            .filter(|it| it.vpc() == Some(&vpc.key().id));
        assert_eq!(design.subnets().count(), live_subnets.count());
        for (_, subnet) in design.subnets() {
            assert!(subnet.number > 0);
        }
        // A file of it is the same design.
        let text = vpc_atlas::design::write(&adopted.design, None);
        assert_eq!(vpc_atlas::design::read(&text).unwrap(), adopted.design);
    }
}

/// The steps that an edit of an adopted design takes.
fn steps(live: &Network, edit: impl FnOnce(&mut Design)) -> StepGraph {
    let adopted = adopt(live, &vpc_of(live)).unwrap();
    let mut design = adopted.design.clone();
    edit(&mut design);
    let (before, after) = adopted.plans(live, &design);
    onto(live, &before, &after).unwrap_or_else(|refusals| panic!("{refusals:?}"))
}

fn actions(graph: &StepGraph) -> Vec<&'static str> {
    let mut names: Vec<&str> = graph.steps().map(|it| it.call.action.name()).collect();
    names.sort_unstable();
    names
}

fn only_adds(graph: &StepGraph) {
    for step in graph.steps() {
        let name = step.call.action.name();
        let takes = [
            "Delete",
            "Disassociate",
            "Detach",
            "Release",
            "Revoke",
            "Replace",
            "Disable",
        ];
        assert!(!takes.iter().any(|it| name.starts_with(it)), "{}", step.id);
    }
}

#[test]
fn an_endpoint_is_added_though_its_prefix_list_was_read() {
    let live = hand_made();
    let mut list = vpc_atlas::network::Record::unread(Kind::PrefixList);
    let name = "com.amazonaws.eu-west-1.dynamodb";
    list.set_field("prefix_list_name", Known::Value(name.into()))
        .unwrap();
    let vpc = live.get(&vpc_of(&live)).unwrap();
    let sighting = Arc::clone(&vpc.observations()[0].sighting);
    let list = Resource::seen(Id::aws("pl-66a5400f"), sighting, list);
    let live = live.edited(&[Edit::Add(Arc::new(list))]).unwrap();
    let graph = steps(&live, |design| {
        let service = GatewayService::Dynamodb;
        design.vpcs[0].gateway_endpoints.push(service);
    });
    assert_eq!(actions(&graph), ["CreateVpcEndpoint"]);
}

#[test]
fn a_zone_more_only_adds() {
    let live = hand_made();
    let graph = steps(&live, |design| {
        design.add_zone("main", &"eu-west-1c".into()).unwrap();
    });
    only_adds(&graph);
    assert_eq!(
        actions(&graph),
        [
            "AssociateRouteTable",
            "AssociateRouteTable",
            "CreateRoute",
            "CreateRoute",
            "CreateRouteTable",
            "CreateSubnet",
            "CreateSubnet",
            "ModifyVpcEndpoint",
        ]
    );
    for seed in 0..60 {
        for (design, live, _) in alone(seed) {
            let zones = &design.vpcs[0].zones;
            let free =
                vpc_atlas::design::usual_zones(&design.region).find(|it| !zones.contains(it));
            let (Some(zone), true) = (free, zones.len() < 3) else {
                continue;
            };
            let adopted = adopt(&live, &vpc_of(&live)).unwrap();
            let mut edited = adopted.design.clone();
            if edited.add_zone("main", &zone).is_err() {
                continue;
            }
            let (before, after) = adopted.plans(&live, &edited);
            match onto(&live, &before, &after) {
                Ok(graph) => only_adds(&graph),
                Err(refusals) => {
                    // A resolver endpoint takes no further address here.
                    let about =
                        |it: &vpc_atlas::steps::Refusal| it.key.kind == Kind::NetworkInterface;
                    assert!(refusals.iter().all(about), "{seed}: {refusals:?}");
                }
            }
        }
    }
}

#[test]
fn edits_are_the_steps_that_they_say() {
    let live = hand_made();
    let tier = |design: &mut Design| {
        let wanted = NewTier {
            name: "data".into(),
            kind: TierKind::Isolated,
            per_zone: 1,
            egress: Egress::default(),
            ..NewTier::default()
        };
        design.add_tier("main", &wanted).unwrap();
    };
    let graph = steps(&live, tier);
    only_adds(&graph);
    assert_eq!(
        actions(&graph),
        [
            "AssociateRouteTable",
            "AssociateRouteTable",
            "CreateRouteTable",
            "CreateSubnet",
            "CreateSubnet",
            "ModifyVpcEndpoint",
        ]
    );
    let graph = steps(&live, |design| {
        let vpc = &mut design.vpcs[0];
        vpc.gateway_endpoints.push(GatewayService::Dynamodb);
        vpc.endpoints.push(Endpoint {
            service: "ssm".into(),
            tier: "private".into(),
            private_dns: true,
        });
    });
    only_adds(&graph);
    assert_eq!(
        actions(&graph),
        [
            "AuthorizeSecurityGroupIngress",
            "CreateSecurityGroup",
            "CreateVpcEndpoint",
            "CreateVpcEndpoint"
        ]
    );
    // A route that is added goes once into the table that both private subnets share, and into both public ones.
    let graph = steps(&live, |design| {
        design.vpcs[0].peerings[0]
            .cidrs
            .push("10.10.0.0/16".parse().unwrap());
    });
    assert_eq!(
        actions(&graph),
        ["CreateRoute", "CreateRoute", "CreateRoute"]
    );
    let graph = steps(&live, |design| design.vpcs[0].dns_hostnames = false);
    assert_eq!(actions(&graph), ["ModifyVpcAttribute"]);
    let graph = steps(&live, |design| {
        design.tags.insert("cost".into(), "network".into());
    });
    assert!(actions(&graph).iter().all(|it| *it == "CreateTags"));
    assert!(graph.steps().count() > 5);
}
