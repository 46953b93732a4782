//! From a keystroke to a new preview: change, plan, relations, problems, cost, and the picture of all that.
//!
//!     cargo bench --no-default-features --bench design

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot begin is to stop"
)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use vpc_atlas::design::{
    Design, Fresh, Nat, NewTier, Surroundings, TierKind, plan, usual_zones, validate, write,
};
use vpc_atlas::network::Topology;
use vpc_atlas::picture::layout::{Request, Size, layout};
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::workspace::design_cost;

/// The nine subnets of the console's own example: three zones, one public and two private in each.
fn nine_subnets() -> Design {
    let mut fresh = Fresh::in_region("us-east-1");
    fresh.zones = usual_zones("us-east-1").take(3).collect();
    fresh.private_per_zone = 2;
    fresh.nat = Nat::PerAz;
    Design::fresh(&fresh).expect("nine subnets fit into a /16")
}

/// Six zones and ten tiers.
fn sixty_subnets() -> Design {
    let mut fresh = Fresh::in_region("us-east-1");
    fresh.zones = usual_zones("us-east-1").take(6).collect();
    fresh.nat = Nat::PerAz;
    let mut design = Design::fresh(&fresh).expect("two tiers fit into a /16");
    for number in 1..=8 {
        let tier = NewTier {
            name: format!("tier{number}").into(),
            kind: if number % 3 == 0 {
                TierKind::Isolated
            } else {
                TierKind::Private
            },
            mask: Some(24),
            per_zone: 1,
            ..NewTier::default()
        };
        design
            .add_tier("main", &tier)
            .expect("ten tiers fit into a /16");
    }
    design
}

/// What follows from a design, without the picture: the map's network, problems and cost.
fn derive(design: &Design) -> usize {
    let network = plan(design);
    let topology = Topology::of(&network);
    let problems = validate(design, &Surroundings::default());
    let cost = design_cost(design, &network);
    black_box((&topology, &cost));
    problems.len()
}

/// All that a press of the joystick costs before the next frame, but painting.
fn press(design: &Design, right: bool) -> usize {
    let mut design = design.clone();
    let block = if right { "10.1.0.0/16" } else { "10.2.0.0/16" };
    let block = block.parse().expect("it is a block");
    design
        .set_vpc_block("main", block)
        .expect("the VPC is there");
    let network = plan(&design);
    let topology = Topology::of(&network);
    black_box(validate(&design, &Surroundings::default()));
    black_box(design_cost(&design, &network).ok());
    let view = View::of(&network, &topology, &Options::default());
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size: Size::Compact,
        previous: None,
        ..Request::default()
    };
    let places = Arc::new(layout(&request));
    let scene = Scene::new(request.diagram, places);
    black_box(&scene);
    network.len()
}

fn benches(criterion: &mut Criterion) {
    for (name, design) in [
        ("nine subnets", nine_subnets()),
        ("six zones, ten tiers", sixty_subnets()),
    ] {
        let mut group = criterion.benchmark_group(name);
        group.bench_function("plan", |bench| bench.iter(|| plan(black_box(&design))));
        group.bench_function("validate", |bench| {
            bench.iter(|| validate(black_box(&design), &Surroundings::default()));
        });
        group.bench_function("plan, relations, problems, cost", |bench| {
            bench.iter(|| derive(black_box(&design)));
        });
        group.bench_function("from press to picture", |bench| {
            let mut right = false;
            bench.iter_batched(
                || {
                    right = !right;
                    right
                },
                |right| press(black_box(&design), right),
                BatchSize::SmallInput,
            );
        });
        let text = write(&design, None);
        group.bench_function("write the file", |bench| {
            let mut moved = design.clone();
            moved
                .set_vpc_block("main", "10.9.0.0/16".parse().expect("it is a block"))
                .expect("the VPC is there");
            bench.iter(|| write(black_box(&moved), Some(&text)));
        });
        group.finish();
    }
}

criterion_group!(design, benches);
criterion_main!(design);
