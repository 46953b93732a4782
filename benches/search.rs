//! What a search costs over 100,000 resources: the index once, and every keystroke.
//! `cargo bench --no-default-features --bench search`.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use vpc_atlas::analysis::search::{Index, LIMIT, Query};

#[path = "../tests/it/support/multitude.rs"]
mod multitude;

use multitude::{COUNT, network};

fn searches(criterion: &mut Criterion) {
    let network = network();
    assert_eq!(network.len(), COUNT as usize);
    criterion
        .benchmark_group("index")
        .sample_size(10)
        .bench_function("100,000 resources", |bencher| {
            bencher.iter(|| Index::of(black_box(&network)));
        });
    let index = Index::of(&network);
    let mut group = criterion.benchmark_group("keystroke");
    for text in [
        "s",
        "e",
        "1",
        "shop",
        "prod web",
        "shop-e",
        "shop-eni",
        "shop-eni-77777",
        "eu-west-1",
        "\"app shop\"",
        "t3.micro",
        "-prod",
        "shop -prod",
        "10.1.2.3",
        "tag:env=prod",
        "tag:none",
        "tag:Name=shop-e*",
        "tag.value:cc-1*",
        "-tag:team=web kind:subnet",
        "cidr:10.7.8.9",
        "cidr:10.0.0.0/12",
        "kind:network-interface region:eu-west-1 shop",
        "id:eni-0*",
        "vpc:shop-vpc-7",
        "nothing-like-this",
    ] {
        let query = Query::typing(text);
        let found = index.search(&query, LIMIT);
        group.bench_function(format!("{text} ({} found)", found.total), |bencher| {
            bencher.iter(|| {
                let query = Query::typing(black_box(text));
                index.search(&query, LIMIT)
            });
        });
    }
    for text in ["ki", "tag:te", "tag:Name=", "tag.value:", "kind:"] {
        group.bench_function(format!("go on with {text}"), |bencher| {
            bencher.iter(|| index.completions(black_box(text), 6));
        });
    }
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
