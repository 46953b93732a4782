//! How long it takes to say what changed: `cargo bench --bench changes`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use vpc_atlas::analysis::changes::Changes;
use vpc_atlas::network::{
    Common, Coverage, Facts, Id, Input, Kind, Known, Network, NetworkInterfaceFacts, Record,
    Resource, Scope, Shard, Sighting, SubnetFacts,
};
use vpc_atlas::workspace::snapshot;

/// A region with so many subnets and fifty times as many interfaces, of which every `step`th is another one or is tagged
/// otherwise in each `generation`.
fn region(subnets: usize, step: usize, generation: usize) -> Network {
    let scope = Scope {
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
    };
    let sighting = Arc::new(Sighting {
        account: scope.account.clone(),
        region: scope.region.clone(),
        input: Input::Account,
    });
    let seen = |id: String, name: String, facts: Facts| {
        let tags = BTreeMap::from([("Name".into(), name.into())]);
        let record = Record {
            common: Common {
                tags: Known::Value(tags),
                ..Common::default()
            },
            facts,
        };
        Arc::new(Resource::seen(Id::aws(id), Arc::clone(&sighting), record))
    };
    let mut shard = Shard::new();
    for subnet in 0..subnets {
        let id = format!("subnet-{subnet:017x}");
        let facts = SubnetFacts {
            vpc: Known::Value("vpc-1".into()),
            ..SubnetFacts::default()
        };
        shard.add(seen(id.clone(), format!("subnet {subnet}"), facts.into()));
        for host in 0..50 {
            let number = subnet * 50 + host;
            let differs = number.is_multiple_of(step);
            let turn = if differs && number.is_multiple_of(2) {
                generation
            } else {
                0
            };
            let name = if differs { generation } else { 0 };
            let facts = NetworkInterfaceFacts {
                vpc: Known::Value("vpc-1".into()),
                subnet: Known::Value(id.as_str().into()),
                ..NetworkInterfaceFacts::default()
            };
            let id = format!("eni-{turn:x}{number:016x}");
            shard.add(seen(id, format!("host {number} {name}"), facts.into()));
        }
    }
    shard.cover(Kind::Subnet, Coverage::Complete);
    shard.cover(Kind::NetworkInterface, Coverage::Complete);
    Network::of(scope, shard)
}

fn changes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("changes");
    for (name, subnets) in [("10,200 resources", 200), ("102,000 resources", 2000)] {
        let (before, after) = (region(subnets, 100, 0), region(subnets, 100, 1));
        let total = Changes::between(&before, &after).total();
        assert!(total.added > 0 && total.removed > 0 && total.changed > 0);
        group.bench_function(format!("{name}, 1 in 100 differs"), |bencher| {
            bencher.iter(|| Changes::between(black_box(&before), black_box(&after)));
        });
        let same = before.clone();
        group.bench_function(format!("{name}, nothing differs"), |bencher| {
            bencher.iter(|| Changes::between(black_box(&before), black_box(&same)));
        });
    }
    let network = region(200, 100, 0);
    group.bench_function("10,200 resources as the text of a reading", |bencher| {
        bencher.iter(|| snapshot(black_box(&network)).len());
    });
    group.finish();
}

criterion_group!(benches, changes);
criterion_main!(benches);
