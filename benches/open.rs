//! What opening a snapshot of 100,000 resources takes: each step of it, and the whole on the command line with its memory.
//! `cargo bench --no-default-features --bench open`. With `VPC_ATLAS_MULTITUDE` the snapshot is left at that path, to be
//! opened in the window.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot begin is to stop"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use vpc_atlas::analysis::overlap::overlaps;
use vpc_atlas::network::{Interconnect, Network, Topology};
use vpc_atlas::picture::layout::{Request, Size, layout};
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::source::snapshot;

#[path = "../tests/it/support/multitude.rs"]
mod multitude;

/// Does it some times, and tells the median.
fn timed<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    const TIMES: usize = 5;
    let mut took: Vec<Duration> = Vec::new();
    let mut last = None;
    for _ in 0..TIMES {
        let start = Instant::now();
        let made = work();
        took.push(start.elapsed());
        last = Some(made);
    }
    took.sort_unstable();
    let median = took.get(TIMES / 2).copied().unwrap_or_default();
    say(&format!("{what:<44}{median:>12.1?}"));
    last.expect("it was done")
}

#[expect(clippy::print_stdout, reason = "a benchmark says what it measured")]
fn say(line: &str) {
    println!("{line}");
}

fn picture(what: &str, network: &Network, topology: &Topology, options: &Options) {
    let view = timed(&format!("{what}: diagram"), || {
        View::of(network, topology, options)
    });
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size: Size::Compact,
        previous: None,
        ..Request::default()
    };
    let places = timed(&format!("{what}: layout"), || layout(&request));
    let places = Arc::new(places);
    let scene = timed(&format!("{what}: scene"), || {
        Scene::new(Arc::clone(&request.diagram), Arc::clone(&places))
    });
    say(&format!("{what}: {} cards", scene.layout().cards.len()));
}

/// The most memory `list` has at once, in megabytes, and how long it takes.
fn list(path: &Path) -> (f64, Duration) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"))
        .arg("list")
        .arg(path)
        .arg("--json")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait().expect("the program runs").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0.0) / 1024.0);
        thread::sleep(Duration::from_millis(2));
    }
    (peak, start.elapsed())
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = std::env::var_os("VPC_ATLAS_MULTITUDE")
        .map_or_else(|| folder.path().join("multitude.snapshot.json"), Into::into);
    let bytes = snapshot::write(&multitude::network());
    std::fs::write(&path, &bytes).expect("a file");
    say(&format!(
        "{} resources, {} MB",
        multitude::COUNT,
        bytes.len() / 1_000_000
    ));
    let network = timed("read the snapshot", || {
        snapshot::read(&bytes, "multitude").expect("a snapshot")
    });
    let topology = timed("relations inside of VPCs", || Topology::of(&network));
    let links = timed("relations between VPCs", || Interconnect::of(&network));
    let found = timed("overlaps", || overlaps(&network, &links));
    say(&format!("{} overlaps", found.nests().len()));
    picture("all VPCs", &network, &topology, &Options::default());
    let overview = Options {
        overview: true,
        ..Options::default()
    };
    picture("overview", &network, &topology, &overview);
    let (peak, took) = list(&path);
    say(&format!(
        "`list`, the whole program: {took:.1?}, {peak:.0} MB at most"
    ));
}
