//! Generated networks: every kind and field, few ids and values, so that sightings meet and disagree.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::sync::Arc;
use vpc_atlas::network::{
    Cause, Coverage, Gap, Id, Input, Kind, Known, Network, Record, Resource, Scope, Shard, Sighting,
};

/// What a field may hold; each field takes those that fit its type.
fn values() -> Vec<Value> {
    vec![
        json!("available"),
        json!("pending"),
        json!("111122223333"),
        json!("planned:subnet/web/a"),
        json!("10.0.0.0/16"),
        json!("10.1.0.0/16"),
        json!("192.0.2.1"),
        json!("2001:db8::1"),
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(null),
        json!([]),
        json!(["subnet-1", "subnet-2"]),
        json!(["10.0.0.0/16", "2001:db8::/56"]),
        json!({"Name": "web", "Owner": ""}),
        json!({}),
        json!({"domain-name-servers": ["192.0.2.1", "AmazonProvidedDNS"]}),
        json!([{"cidr": "10.0.0.0/16", "state": "associated"}, {"cidr": null, "state": "associating"}]),
        json!([{
            "destination": {"block": "0.0.0.0/0"},
            "target": {"resource": {"kind": "natgateway", "id": "nat-1"}},
            "state": "active",
            "origin": "CreateRoute",
        }, {
            "destination": {"prefix-list": "pl-1"},
            "target": "local",
            "state": "a word of next year",
            "origin": "CreateRouteTable",
        }]),
        json!([{"id": "rtbassoc-1", "main": true, "subnet": null, "gateway": null, "state": null}]),
        json!([{"vpc": "vpc-1", "state": "attached"}]),
        json!([{"public_ip": "192.0.2.1", "private_ip": "10.0.0.9", "allocation": "eipalloc-1",
            "network_interface": null, "availability_zone": null, "primary": true}]),
        json!([{"cidr": "10.0.0.0/16", "description": "an “entry”\nof two lines"}]),
        json!({"vpc": "vpc-1", "owner": "111122223333", "region": null, "cidrs": ["10.0.0.0/16"],
            "dns_resolution": true}),
        json!([{"attachment": "tgw-attach-1", "resource": null, "resource_type": "vpc", "state": "enabled"}]),
        json!([{"destination": {"other": "?"}, "attachments": ["tgw-attach-1"], "route_type": "static",
            "state": "blackhole"}]),
        json!([{"outside_ip": "192.0.2.1", "status": "UP", "accepted_routes": 3, "message": null}]),
        json!([{"egress": false, "number": 100, "action": "allow", "protocol": "6",
            "cidr": "0.0.0.0/0", "ports": [443, 443], "icmp": null}]),
        json!([{"protocol": "tcp", "from_port": 443, "to_port": 443,
            "peer": {"group": "sg-1"}, "description": null}]),
        json!([{"private_ip": "10.0.0.9", "primary": true, "public_ip": null}]),
    ]
}

const ACCOUNTS: [Option<&str>; 3] = [None, Some("111122223333"), Some("444455556666")];
const REGIONS: [Option<&str>; 2] = [None, Some("eu-west-1")];

/// A record of a kind: each field unread, AWS's choice, or one of the values that fit it.
pub(crate) fn record(kind: Kind) -> impl Strategy<Value = Record> {
    let fields: Vec<&'static str> = Record::unread(kind)
        .fields()
        .map(|(name, _)| name)
        .collect();
    vec(any::<proptest::sample::Index>(), fields.len()).prop_map(move |picks| {
        let mut record = Record::unread(kind);
        for (name, pick) in fields.iter().zip(picks) {
            let mut fitting = vec![record.clone()];
            let mut chosen = record.clone();
            chosen.set_field(name, Known::ChosenByAws).unwrap();
            fitting.push(chosen);
            for value in values() {
                let mut set = record.clone();
                if set.set_field(name, Known::Value(value)).is_ok() {
                    fitting.push(set);
                }
            }
            assert!(fitting.len() > 2, "no value here fits {kind} {name}");
            record = pick.get(&fitting).clone();
        }
        record
    })
}

/// A resource of any kind, seen once, with one of three ids.
pub(crate) fn resource() -> impl Strategy<Value = Arc<Resource>> {
    let id = select(vec![
        Id::aws("x-1"),
        Id::aws("x-2"),
        Id::Planned("web/a".into()),
    ]);
    // A few kinds come often, so that sightings of one resource meet.
    let kind = prop_oneof![
        2 => select(Kind::ALL),
        3 => select(vec![Kind::Vpc, Kind::RouteTable]),
    ];
    let input = select(vec![Input::Account, Input::Sample, Input::Design]);
    (
        kind.prop_flat_map(record),
        id,
        select(&ACCOUNTS[..]),
        select(&REGIONS[..]),
        input,
    )
        .prop_map(|(record, id, account, region, input)| {
            let sighting = Sighting {
                account: account.map(Into::into),
                region: region.map(Into::into),
                input,
            };
            Arc::new(Resource::seen(id, Arc::new(sighting), record))
        })
}

fn gap() -> impl Strategy<Value = Gap> {
    let cause = select(vec![
        Cause::NotInInput,
        Cause::Denied("ec2:DescribeVpcs".into()),
        Cause::Conflict,
        Cause::TimedOut,
    ]);
    (cause, select(vec!["", "a.json, line 3"]), any::<bool>()).prop_map(|(cause, place, about)| {
        let gap = Gap::new("what “it” is\t", place, cause, "why\\").of_kinds([Kind::Vpc]);
        if about {
            gap.about(vpc_atlas::network::Key::aws(Kind::Vpc, "vpc-1"))
        } else {
            gap
        }
    })
}

/// A shard of a few resources.
pub(crate) fn shard() -> impl Strategy<Value = Shard> {
    let coverage = select(vec![
        Coverage::NotRead,
        Coverage::Partial,
        Coverage::Complete,
    ]);
    let covered = vec((select(Kind::ALL), coverage), 0..4);
    (vec(resource(), 0..6), covered, vec(gap(), 0..3)).prop_map(|(resources, covered, gaps)| {
        let mut shard = Shard::from_resources(resources);
        for (kind, coverage) in covered {
            shard.cover(kind, coverage);
        }
        for gap in gaps {
            shard.add_gap(gap);
        }
        shard
    })
}

/// A network of a few shards.
pub(crate) fn network() -> impl Strategy<Value = Network> {
    let scope = (select(&ACCOUNTS[..]), select(&REGIONS[..])).prop_map(|(account, region)| Scope {
        account: account.map(Into::into),
        region: region.map(Into::into),
    });
    vec((scope, shard()), 0..3).prop_map(|shards| {
        shards
            .into_iter()
            .fold(Network::new(), |network, (scope, shard)| {
                network.merged(&Network::of(scope, shard))
            })
    })
}
