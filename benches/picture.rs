//! How long a picture takes: `cargo bench --bench picture`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use vpc_atlas::analysis::overlap::overlaps;
use vpc_atlas::export::{Format, Options};
use vpc_atlas::network::{Interconnect, Key, Kind, Topology};
use vpc_atlas::picture::diagram::Diagram;
use vpc_atlas::picture::geometry::{Fx, Point, Rect};
use vpc_atlas::picture::layout::{Request, Size, layout};
use vpc_atlas::picture::scene::{Level, Lit, Scene};
use vpc_atlas::picture::view::{self, View};

#[path = "../tests/it/diagrams.rs"]
mod diagrams;
#[path = "../tests/it/support/estate.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "it belongs to the tests, which use the rest of it"
)]
mod estate;

fn request(diagram: Diagram) -> Request {
    Request {
        diagram: Arc::new(diagram),
        size: Size::Compact,
        previous: None,
        ..Request::default()
    }
}

fn layouts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layout and scene");
    for (name, diagram) in [
        ("sample (9 subnets)", diagrams::harbour()),
        (
            "VPC at quota (200 subnets, 200 tables of 50 routes)",
            diagrams::quota(50),
        ),
        (
            "VPC at quota as boxes (201 subnets, 5 lines each)",
            diagrams::nested_quota(5),
        ),
        (
            "region (2,000 subnets, 500 tables, 5,000 routes)",
            diagrams::region(20, 100, 25, 10),
        ),
    ] {
        let request = request(diagram);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let places = layout(black_box(&request));
                Scene::new(Arc::clone(&request.diagram), Arc::new(places))
            });
        });
        group.bench_function(format!("{name}, layout alone"), |bencher| {
            bencher.iter(|| layout(black_box(&request)));
        });
    }
    group.finish();
}

/// The overview of one region: 200 VPCs, 1,000 attachments, 20 route tables of 200 routes each.
fn overview(criterion: &mut Criterion) {
    let network = estate::crowd(200, 5);
    let topology = Topology::of(&network);
    let options = view::Options {
        overview: true,
        ..view::Options::default()
    };
    let view = View::of(&network, &topology, &options);
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size: Size::Compact,
        previous: None,
        ..Request::default()
    };
    let links = Interconnect::of(&network);
    let vpc = Key::aws(Kind::Vpc, "vpc-0100");
    let mut group = criterion.benchmark_group("overview (200 VPCs, 1,000 attachments, 20 tables)");
    group.sample_size(10);
    group.bench_function("relations", |bencher| {
        bencher.iter(|| Interconnect::of(black_box(&network)));
    });
    group.bench_function("overlaps", |bencher| {
        bencher.iter(|| overlaps(black_box(&network), &links));
    });
    group.bench_function("diagram", |bencher| {
        bencher.iter(|| View::of(black_box(&network), &topology, &options));
    });
    group.bench_function("layout and scene", |bencher| {
        bencher.iter(|| {
            let places = layout(black_box(&request));
            Scene::new(Arc::clone(&request.diagram), Arc::new(places))
        });
    });
    let places = layout(&request);
    let scene = Scene::new(Arc::clone(&request.diagram), Arc::new(places));
    group.bench_function("what lights up with a VPC", |bencher| {
        bencher.iter(|| {
            let related = links.related(black_box(&vpc));
            scene.overlay(&view.lit(&related)).len()
        });
    });
    group.finish();
}

fn frames(criterion: &mut Criterion) {
    let scene = diagrams::scene_of(diagrams::many(), Size::Compact);
    let cards = scene.layout().cards.len();
    let bounds = scene.bounds();
    let middle = bounds.center();
    let mut group = criterion.benchmark_group(format!("{cards} cards"));
    for (zoom, level) in [
        (1.0, Level::All),
        (0.56, Level::Names),
        (0.4, Level::Titles),
        (0.2, Level::Plates),
        (0.05, Level::Groups),
    ] {
        let (width, height) = (Fx::from_f32(1400.0 / zoom), Fx::from_f32(900.0 / zoom));
        let area = Rect::new(
            middle.x - width.half(),
            middle.y - height.half(),
            width,
            height,
        );
        group.bench_function(format!("visible at zoom {zoom}"), |bencher| {
            bencher.iter(|| scene.visible(black_box(level), black_box(&area)).len());
        });
    }
    group.bench_function("everything visible as plates", |bencher| {
        bencher.iter(|| scene.visible(Level::Plates, black_box(&bounds)).len());
    });
    group.bench_function("hit test", |bencher| {
        let mut step = 0;
        bencher.iter(|| {
            step = (step + 7919) % 100_000;
            let at = Point::new(
                bounds.width() / 100 * (step % 100),
                bounds.height() / 1000 * (step / 100),
            );
            scene.hit(black_box(at), Fx::px(4))
        });
    });
    group.bench_function("overlay of one table", |bencher| {
        let net = &scene.diagram().nets[1];
        let id = scene.layout().cards[60].id;
        let lit = Lit {
            cards: [id].into(),
            legs: (0..net.legs.len() as u32)
                .map(|leg| vpc_atlas::picture::diagram::LegId { net: net.id, leg })
                .collect(),
            hovered: Some(id),
            ..Lit::default()
        };
        bencher.iter(|| scene.overlay(black_box(&lit)).len());
    });
    group.finish();

    let quota = diagrams::scene_of(diagrams::quota(50), Size::Compact);
    let mut group = criterion.benchmark_group("VPC at quota");
    let bounds = quota.bounds();
    group.bench_function("hit test", |bencher| {
        let mut step = 0;
        bencher.iter(|| {
            step = (step + 7919) % 100_000;
            let at = Point::new(
                bounds.width() / 100 * (step % 100),
                bounds.height() / 1000 * (step / 100),
            );
            quota.hit(black_box(at), Fx::px(4))
        });
    });
    let options = Options {
        title: Some("quota"),
        legend: true,
        ..Options::default()
    };
    group.sample_size(10);
    for format in Format::ALL {
        // A small picture: at its full size it has more pixels than are drawn.
        let options = Options {
            scale: 0.5,
            ..options
        };
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| {
                format
                    .write(black_box(&quota), &options)
                    .map(|bytes| bytes.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, layouts, overview, frames);
criterion_main!(benches);
