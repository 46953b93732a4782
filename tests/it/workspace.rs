//! Loading beside a window.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use vpc_atlas::workspace::{
    Accounts, Cancel, Event, JobId, LoadError, Loaded, SourceSpec, Step, Worker, load,
};

const LONG: Duration = Duration::from_secs(20);

fn silent() -> Arc<dyn Fn() + Send + Sync> {
    Arc::new(|| {})
}

/// Everything a job says, and how it ends.
fn finish(worker: &mut Worker, job: JobId) -> (Vec<Event>, Result<Loaded, LoadError>) {
    let mut said = Vec::new();
    loop {
        match worker.wait(LONG).expect("the job ends") {
            Event::Finished { job: ended, result } => {
                assert_eq!(ended, job);
                return (said, result);
            }
            event => {
                assert_eq!(event.job(), job);
                said.push(event);
            }
        }
    }
}

#[test]
fn a_job_reports_grows_and_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let vpcs = r#"{"Vpcs":[{"VpcId":"vpc-0a1b2c3d","CidrBlock":"10.9.0.0/16"}]}"#;
    std::fs::write(folder.path().join("vpcs.json"), vpcs).unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&woken);
    let mut worker = Worker::new().unwrap();
    assert!(!worker.is_busy());
    let job = worker.start(
        vec![
            SourceSpec::Path(folder.path().to_owned()),
            SourceSpec::Sample,
        ],
        Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        }),
    );
    assert!(worker.is_busy());
    let (said, result) = finish(&mut worker, job);
    let loaded = result.unwrap();
    assert_eq!(loaded.topology.vpcs().count(), 3);
    assert_eq!(loaded.sources.len(), 2);
    assert!(!worker.is_busy());
    assert!(worker.poll().is_none());
    assert!(said.iter().any(|event| matches!(
        event,
        Event::Progress { what, done: 0, total: 1, .. } if what == "vpcs.json"
    )));
    let partial = said.iter().find_map(|event| match event {
        Event::Partial { network, .. } => Some(network),
        _ => None,
    });
    assert!(partial.unwrap().len() < loaded.network.len());
    // The last wake comes after its event, so it may still be on its way.
    let deadline = Instant::now() + LONG;
    while woken.load(Ordering::Relaxed) < said.len() + 1 {
        assert!(Instant::now() < deadline, "a wake is missing");
        std::thread::yield_now();
    }
}

#[test]
fn an_error_is_a_sentence() {
    let mut worker = Worker::new().unwrap();
    let job = worker.start(vec![SourceSpec::Path("/no/such/network".into())], silent());
    let error = finish(&mut worker, job).1.unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no file or folder /no/such/network; check the path"
    );
    let job = worker.start(Vec::new(), silent());
    assert!(matches!(
        finish(&mut worker, job).1,
        Err(LoadError::NoSource)
    ));
}

#[cfg(unix)]
#[test]
fn cancel_works_at_once_though_the_disk_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let mut worker = Worker::new().unwrap();
    // Nobody writes to the pipe, so this read never ends.
    let stuck = worker.start(vec![SourceSpec::Path(pipe)], silent());
    let first = worker.wait(LONG).unwrap();
    assert_eq!(first.job(), stuck);
    worker.cancel(stuck);
    assert!(!worker.is_busy());

    let job = worker.start(vec![SourceSpec::Sample], silent());
    assert!(job > stuck);
    let (said, result) = finish(&mut worker, job);
    assert!(result.is_ok());
    assert!(said.iter().all(|event| event.job() == job));

    let start = Instant::now();
    drop(worker);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "dropping waits for nobody"
    );
}

#[test]
fn cancelled_jobs_say_nothing_more() {
    let mut worker = Worker::new().unwrap();
    for _ in 0..20 {
        let old = worker.start(vec![SourceSpec::Sample], silent());
        worker.cancel(old);
        worker.cancel(old);
    }
    let job = worker.start(vec![SourceSpec::Sample], silent());
    let (said, result) = finish(&mut worker, job);
    assert!(said.is_empty());
    assert!(result.is_ok());
    assert!(worker.wait(Duration::from_millis(200)).is_none());
}

#[test]
fn a_blocking_load_stops_between_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.json", "b.json", "c.json"] {
        std::fs::write(folder.path().join(name), r#"{"Vpcs":[]}"#).unwrap();
    }
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let mut seen = Vec::new();
    let result = load(
        &[SourceSpec::Path(folder.path().to_owned())],
        &Accounts::default(),
        &mut |step| {
            if let Step::Progress { what, total: 3, .. } = step {
                if what == "b.json" {
                    stop.cancel();
                }
                seen.push(what);
            }
        },
        &cancel,
    );
    assert!(matches!(result, Err(LoadError::Cancelled)));
    assert_eq!(seen, ["a.json", "b.json"]);
}

#[test]
fn sources_do_not_lend_each_other_an_account() {
    let folder = |account: &str, vpc: &str| {
        let folder = tempfile::tempdir().unwrap();
        let vpcs = format!(
            r#"{{"Vpcs":[{{"VpcId":"{vpc}","CidrBlock":"10.1.0.0/16","OwnerId":"{account}"}}]}}"#
        );
        std::fs::write(folder.path().join("vpcs.json"), vpcs).unwrap();
        std::fs::write(folder.path().join("subnets.json"), r#"{"Subnets":[]}"#).unwrap();
        folder
    };
    let one = folder("111122223333", "vpc-0000000a");
    let two = folder("444455556666", "vpc-0000000b");
    let sources = [one.path(), two.path()].map(SourceSpec::from);
    let loaded = load(&sources, &Accounts::default(), &mut |_| {}, &Cancel::new()).unwrap();
    let scopes: Vec<String> = loaded
        .network
        .shards()
        .map(|(scope, _)| scope.to_string())
        .collect();
    assert_eq!(scopes, ["111122223333", "444455556666"]);
}
