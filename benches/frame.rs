//! What one frame of the map costs the processor: gather what is seen, make shapes of it, tessellate them.
//! `cargo bench --bench frame`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use eframe::egui;
use egui::{Rect, pos2, vec2};
use vpc_atlas::app::canvas::camera::Camera;
use vpc_atlas::app::canvas::paint::Brush;
use vpc_atlas::picture::diagram::LegId;
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::scene::{Level, Lit, Scene};
use vpc_atlas::picture::theme::Theme;

#[path = "../tests/it/diagrams.rs"]
mod diagrams;

/// One frame: everything from the display list to triangles. Gives the number of vertices.
fn frame(ctx: &egui::Context, scene: &Scene, camera: Camera, lit: Option<&Lit>) -> usize {
    let canvas = Rect::from_min_size(pos2(0.0, 0.0), vec2(1400.0, 900.0));
    let input = egui::RawInput {
        screen_rect: Some(canvas),
        ..egui::RawInput::default()
    };
    let mut output = ctx.run_ui(input, |ui| {
        let level = Level::for_zoom(camera.zoom(), None);
        let brush = Brush {
            camera,
            canvas,
            theme: Theme::Light,
            level,
            ctx: ui.ctx(),
        };
        let painter = ui.painter_at(canvas);
        painter.extend(brush.base(scene));
        if let Some(lit) = lit {
            let items = scene.overlay(lit);
            let area = brush.area();
            let seen = items
                .iter()
                .filter(|item| item.is_seen_at(level) && item.bounds.touches(&area));
            let mut shapes = Vec::new();
            brush.items(seen, &mut shapes);
            painter.extend(shapes);
        }
    });
    let shapes = std::mem::take(&mut output.shapes);
    let meshes = ctx.tessellate(shapes, output.pixels_per_point);
    output.drop_without_applying_deltas();
    meshes
        .iter()
        .map(|primitive| match &primitive.primitive {
            egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
            egui::epaint::Primitive::Callback(_) => 0,
        })
        .sum()
}

/// A camera over the middle of a scene.
fn camera(scene: &Scene, zoom: f32) -> Camera {
    let canvas = Rect::from_min_size(pos2(0.0, 0.0), vec2(1400.0, 900.0));
    let mut camera = Camera::default();
    camera.settle(canvas, &scene.bounds());
    camera.set_zoom(canvas, canvas.center(), zoom);
    let middle = scene.bounds().center();
    let at = camera.screen_from_map(canvas, [middle.x.to_f32(), middle.y.to_f32()]);
    camera.pan(canvas.center() - at);
    camera.settle(canvas, &scene.bounds());
    camera
}

fn frames(criterion: &mut Criterion) {
    let ctx = egui::Context::default();
    vpc_atlas::app::install(&ctx);
    for (name, diagram) in [
        ("10,000 cards", diagrams::many()),
        ("VPC at quota", diagrams::quota(50)),
    ] {
        let scene = diagrams::scene_of(diagram, Size::Compact);
        let bounds = scene.bounds();
        let whole = (1400.0 / bounds.width().to_f32()).min(900.0 / bounds.height().to_f32());
        let mut group = criterion.benchmark_group(format!("frame, {name}"));
        // Both sides of every border between two levels, and the whole map.
        for zoom in [
            whole, 0.03, 0.119, 0.121, 0.25, 0.269, 0.271, 0.4, 0.519, 0.521, 0.619, 0.621, 1.0,
            2.0,
        ] {
            let camera = camera(&scene, zoom);
            let vertices = frame(&ctx, &scene, camera, None);
            group.bench_function(
                format!("zoom {:.3} ({vertices} vertices)", camera.zoom()),
                |bencher| {
                    bencher.iter(|| frame(&ctx, &scene, black_box(camera), None));
                },
            );
        }
        if let Some(net) = scene.diagram().nets.iter().max_by_key(|net| net.legs.len()) {
            let lit = Lit {
                cards: scene
                    .layout()
                    .cards
                    .iter()
                    .take(200)
                    .map(|place| place.id)
                    .collect(),
                legs: (0..net.legs.len() as u32)
                    .map(|leg| LegId { net: net.id, leg })
                    .collect(),
                ..Lit::default()
            };
            let camera = camera(&scene, 0.5);
            group.bench_function("zoom 0.5, hovering the largest net", |bencher| {
                bencher.iter(|| frame(&ctx, &scene, black_box(camera), Some(&lit)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
