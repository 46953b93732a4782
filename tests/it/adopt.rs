//! Plans and the live networks that they became: renamed, matched, compared, adopted as designs and changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use vpc_atlas::design::{Design, Fresh, Ipv6, Nat, plan};
use vpc_atlas::network::{
    Edit, Id, Key, Kind, Known, Network, Resource, Scope, Shard, Text, drift, matched,
};

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
    for seed in 0..200 {
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
            serde_json::json!([]),
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
