//! The graphs that layouts are compared on, laid out by ours: `peer-graphs FOLDER` writes one JSON file for each, with
//! its nodes (size, column, group), edges, our places and how long they took. `benches/peers/run` does the rest.
//!
//! Every group leaves its order to the layout here, subnets as well, so that all have the same to choose from.

use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vpc_atlas::picture::diagram::{Band, CardId, Diagram, End, Group, Order};
use vpc_atlas::picture::layout::{Layout, Request, Size, layout};

#[path = "../../tests/it/diagrams.rs"]
mod diagrams;

/// How long each graph is laid out again and again, and how often at most.
const PATIENCE: Duration = Duration::from_secs(2);
const RUNS: usize = 300;

/// A layout, and the middle one of the times it took, in milliseconds.
fn timed(diagram: &Diagram) -> (Layout, f64) {
    let request = Request {
        diagram: Arc::new(diagram.clone()),
        size: Size::Compact,
        previous: None,
        ..Request::default()
    };
    let mut times = Vec::new();
    let begin = Instant::now();
    // The first ones are warm-up.
    let warm = 3;
    while times.len() < warm + 3 || (times.len() < RUNS && begin.elapsed() < PATIENCE) {
        let start = Instant::now();
        std::hint::black_box(layout(std::hint::black_box(&request)));
        times.push(start.elapsed());
    }
    let mut times = times.split_off(warm);
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (layout(&request), median.as_secs_f64() * 1000.0)
}

/// One graph as JSON, with our places.
fn measured(name: &str, diagram: &Diagram) -> serde_json::Value {
    let (places, ms) = timed(diagram);
    let place = |card: CardId| {
        let at = places.cards.binary_search_by_key(&card, |place| place.id);
        at.ok().and_then(|at| places.cards.get(at))
    };
    let mut nodes = Vec::new();
    let shared = diagram.columns.len().saturating_sub(1);
    let bands = diagram.bands.iter().enumerate();
    let of_bands = bands.flat_map(|(band, held)| {
        let columns = held.columns.iter().enumerate();
        columns.flat_map(move |(column, groups)| {
            groups.iter().map(move |group| (Some(band), column, group))
        })
    });
    let of_all = diagram.shared.iter().map(|group| (None, shared, group));
    for (band, column, group) in of_bands.chain(of_all) {
        for card in &group.cards {
            let Some(place) = place(card.id) else {
                continue;
            };
            nodes.push(json!({
                "id": card.id.0, "column": column, "band": band, "group": group.id.0, "boxed": group.boxed,
                "x": place.rect.min.x.to_f32(), "y": place.rect.min.y.to_f32(),
                "w": place.rect.width().to_f32(), "h": place.rect.height().to_f32(),
            }));
        }
    }
    let mut edges = Vec::new();
    for net in &diagram.nets {
        for leg in &net.legs {
            if let (End::Card(from), End::Card(to)) = (leg.from, net.to) {
                edges.push(json!([from.0, to.0]));
            }
        }
    }
    // Beside those of tools that know no groups.
    let (flat, flat_ms) = timed(&ungrouped(diagram.clone()));
    let middles: serde_json::Map<String, serde_json::Value> = flat
        .cards
        .iter()
        .map(|place| {
            let middle = place.rect.center();
            (
                place.id.0.to_string(),
                json!([middle.x.to_f32(), middle.y.to_f32()]),
            )
        })
        .collect();
    json!({
        "name": name, "nodes": nodes, "edges": edges,
        "ours": {"ms": ms, "crossings": places.crossings},
        "flat": {"ms": flat_ms, "crossings": flat.crossings, "places": middles},
    })
}

/// Every group leaves its order to the layout.
fn freed(mut diagram: Diagram) -> Diagram {
    let bands = diagram.bands.iter_mut().flat_map(|band| &mut band.columns);
    for group in bands.flatten().chain(&mut diagram.shared) {
        group.order = Order::Free;
    }
    diagram
}

/// All cards of a column in one group of one band.
fn ungrouped(mut diagram: Diagram) -> Diagram {
    let mut columns: Vec<Option<Group>> = Vec::new();
    for band in diagram.bands {
        for (column, groups) in band.columns.into_iter().enumerate() {
            if columns.len() <= column {
                columns.push(None);
            }
            for group in groups {
                match columns.get_mut(column) {
                    Some(Some(all)) => all.cards.extend(group.cards),
                    Some(none) => {
                        *none = Some(Group {
                            heading: None,
                            boxed: false,
                            ..group
                        });
                    }
                    None => {}
                }
            }
        }
    }
    let columns = columns.into_iter().map(|group| group.into_iter().collect());
    diagram.bands = vec![Band {
        heading: None,
        columns: columns.collect(),
    }];
    diagram
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("peer-graphs FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let graphs = [
        ("9-subnets", diagrams::harbour()),
        // What joins a few VPCs and an office: four VPCs that share a transit gateway.
        ("hybrid-cloud", diagrams::region(4, 6, 4, 3)),
        ("quota", diagrams::quota(50)),
        ("2000-nodes", diagrams::region(20, 66, 25, 10)),
        ("20000-nodes", diagrams::region(200, 66, 25, 10)),
    ];
    for (at, (name, diagram)) in graphs.into_iter().enumerate() {
        let graph = measured(name, &freed(diagram));
        std::fs::write(folder.join(format!("{at}-{name}.json")), graph.to_string())?;
    }
    Ok(())
}
