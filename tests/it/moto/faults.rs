//! Whatever goes wrong at whatever call, a run ends complete, or taken back with nothing left, and nothing is made twice.
//!
//! A sample by default; every case where `VPC_ATLAS_FAULTS` is `all` (tests/README.md).

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use vpc_atlas::apply::Outcome;
use vpc_atlas::aws::{Connection, Limits};
use vpc_atlas::design::{self, Design, Fresh, Ipv6, Nat, plan, usual_zones};
use vpc_atlas::network::Network;
use vpc_atlas::steps::{List, StepGraph, between};

use crate::strict_proxy::faults::{Calls, Fault, Occurrence, Rule, Then, When};
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, applier, before, connect, header, program};
use crate::support::moto::Moto;

type Account = BTreeMap<List, Vec<String>>;

/// IPv6, three zones, a NAT gateway in each, the S3 endpoint.
fn the_design() -> Design {
    let mut fresh = Fresh::in_region(super::REGION);
    fresh.zones = usual_zones(super::REGION).take(3).collect();
    fresh.nat = Nat::PerAz;
    fresh.ipv6 = Ipv6::Amazon;
    fresh.egress_only = true;
    Design::fresh(&fresh).unwrap()
}

/// Which cases: `all`, or those with this in them (`:403`, `change:7:`); a sample where it is unset.
fn wanted() -> Option<String> {
    std::env::var("VPC_ATLAS_FAULTS").ok()
}

fn is_all() -> bool {
    wanted().is_some_and(|value| value == "all")
}

/// A server, the proxy before it, and what the account holds to begin with.
struct Place {
    moto: Moto,
    proxy: Proxy,
    ec2: Connection,
    planned: Network,
    graph: StepGraph,
}

impl Place {
    async fn new() -> Option<Self> {
        let moto = Moto::start()?;
        let proxy = before(&moto, ProxyBuilder::default().strict(Strict::everything()));
        let limits = Limits {
            attempt: Duration::from_secs(3),
            change: Duration::from_secs(5),
            ..Limits::default()
        };
        let ec2 = connect(&proxy.url(), super::REGION, limits).await;
        let planned = plan(&the_design());
        let graph = between(&Network::new(), &planned).unwrap();
        Some(Self {
            moto,
            proxy,
            ec2,
            planned,
            graph,
        })
    }

    /// An account as it was, and nothing noted of what went before.
    fn reset(&self) {
        reset(&self.moto, &self.proxy);
    }

    fn counts(account: &Account) -> BTreeMap<List, usize> {
        account
            .iter()
            .map(|(list, ids)| (*list, ids.len()))
            .collect()
    }

    /// One case: what went wrong with the run itself, in words.
    async fn case(&self, rule: &str, at: At, made: &BTreeMap<List, usize>) -> Result<(), String> {
        self.reset();
        let first = account(&self.ec2).await;
        let header = header(self.graph.clone(), &self.planned, super::REGION);
        let (applier, _) = applier(self.ec2.clone(), &header);
        self.proxy.reset_occurrences();
        if at == At::Making {
            self.proxy.faults().add(rule.parse().unwrap());
        }
        let outcome = applier.apply().await;
        if at == At::TakingBack {
            self.proxy.reset_occurrences();
            self.proxy.faults().add(rule.parse().unwrap());
        }
        match outcome {
            Outcome::Complete => {
                let there = Self::counts(&account(&self.ec2).await);
                if there != *made {
                    return Err(format!("{rule}: made {there:?}, not {made:?}"));
                }
            }
            Outcome::Failed(_) if at == At::Making => {}
            other => return Err(format!("{rule}: {other:?}")),
        }
        let mut outcome = applier.roll_back().await;
        if outcome != Outcome::Complete && at == At::TakingBack {
            // What was refused once is taken back the next time.
            outcome = applier.roll_back().await;
        }
        if outcome != Outcome::Complete {
            let left = applier.run().left();
            return Err(format!("{rule}: taking back gave {outcome:?}: {left:?}"));
        }
        let last = account(&self.ec2).await;
        if last == first {
            Ok(())
        } else {
            Err(format!("{rule}: left {last:?}, not {first:?}"))
        }
    }
}

fn reset(moto: &Moto, proxy: &Proxy) {
    proxy.faults().clear();
    moto.reset();
    proxy.forget();
    proxy.reset_occurrences();
}

/// When a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Making,
    TakingBack,
}

/// Faults of changing calls, in the proxy's words.
const CHANGING: [&str; 8] = [
    "503", "500", "lost", "truncate", "403", "quota", "silent", "close",
];
/// Faults of looks.
const LOOKING: [&str; 5] = ["503", "500", "close", "truncate", "silent"];

/// A moto server is one process that does one thing at a time.
const LANES: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_nothing_is_left_and_nothing_is_twice() {
    let Some(place) = Place::new().await else {
        return;
    };
    // Once without faults, to know the calls.
    place.reset();
    let header = header(place.graph.clone(), &place.planned, super::REGION);
    let (applier, _) = applier(place.ec2.clone(), &header);
    place.proxy.log().clear();
    assert_eq!(applier.apply().await, Outcome::Complete);
    let changes = place.proxy.log().changes().len();
    let mut looks: Vec<String> = place
        .proxy
        .log()
        .calls()
        .iter()
        .filter_map(|record| record.action.clone())
        .filter(|action| action.starts_with("Describe"))
        .collect();
    looks.sort_unstable();
    looks.dedup();
    let made = Place::counts(&account(&place.ec2).await);
    place.proxy.log().clear();
    assert_eq!(applier.roll_back().await, Outcome::Complete);
    let removals = place.proxy.log().changes().len();
    assert!(
        changes > 40 && removals > 30 && looks.len() > 5,
        "{looks:?}"
    );

    let mut cases: Vec<(String, At)> = Vec::new();
    for number in 1..=changes {
        for fault in CHANGING {
            cases.push((format!("change:{number}:{fault}"), At::Making));
        }
    }
    for number in 1..=removals {
        for fault in CHANGING {
            cases.push((format!("change:{number}:{fault}"), At::TakingBack));
        }
    }
    for look in &looks {
        for fault in LOOKING {
            cases.push((format!("{look}:1:{fault}"), At::Making));
            cases.push((format!("{look}:2:{fault}"), At::TakingBack));
        }
    }
    let whole = cases.len();
    match wanted().as_deref() {
        Some("all") => {}
        Some(part) => cases.retain(|(rule, _)| rule.contains(part)),
        // A prime stride meets every fault, and calls all over the run.
        None => cases = cases.into_iter().step_by(13).collect(),
    }
    let tried = cases.len();
    let mut lanes = vec![(place, Vec::new())];
    while lanes.len() < LANES {
        lanes.push((Place::new().await.unwrap(), Vec::new()));
    }
    for (number, case) in cases.into_iter().enumerate() {
        lanes[number % LANES].1.push(case);
    }
    let mut lanes: JoinSet<Vec<String>> = lanes
        .into_iter()
        .map(|(place, cases)| {
            let made = made.clone();
            async move {
                let mut failures = Vec::new();
                for (rule, at) in cases {
                    let since = Instant::now();
                    failures.extend(place.case(&rule, at, &made).await.err());
                    println!("{rule} {at:?}: {:.1} s", since.elapsed().as_secs_f64());
                }
                failures
            }
        })
        .collect();
    let mut failures = Vec::new();
    while let Some(lane) = lanes.join_next().await {
        failures.extend(lane.unwrap());
    }
    println!(
        "{tried} of {whole} cases over {changes} calls that make, {removals} that take back, {} looks: {} failed",
        looks.len(),
        failures.len()
    );
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Runs it to its end; what it says, where it says no.
fn ended(mut command: Command) -> Result<(), String> {
    let output = command.output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{:?}: {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// Waits until what the dead process had sent is carried out: on AWS, too, it takes a moment until a call that nobody
/// waits for any more is done, and whoever goes on looks for as long.
async fn quiet(proxy: &Proxy) {
    let mut last = usize::MAX;
    loop {
        let calls = proxy.log().calls().len();
        if calls == last {
            break;
        }
        last = calls;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The process is ended with SIGKILL before or after the n-th call that changes something; another process goes on with
/// the run, or takes it back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_leaves_a_run_that_can_be_gone_on_with() {
    let Some(moto) = Moto::start() else { return };
    let victim: Arc<Mutex<Option<Child>>> = Arc::default();
    let held = Arc::clone(&victim);
    let strict = ProxyBuilder::default().strict(Strict::everything());
    let proxy = before(
        &moto,
        strict.on_fault(move |_, _| {
            let mut victim = held.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(child) = victim.as_mut() {
                // SIGKILL on this system.
                child.kill().unwrap();
            }
            Then::Close
        }),
    );
    let ec2 = connect(&proxy.url(), super::REGION, Limits::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.vpc.toml");
    fs::write(&file, design::write(&the_design(), None)).unwrap();
    let file = file.to_str().unwrap();

    let config = folder.path().join("clean");
    reset(&moto, &proxy);
    proxy.log().clear();
    ended(program(&proxy.url(), &config, &["apply", file, "--yes"])).unwrap();
    // What AWS does not know yet is asked again, more often in one run than in another: of these there are no less in any.
    let records = proxy.log().changes();
    let changes = records.iter().filter(|it| it.is_carried_out).count();
    let made = Place::counts(&account(&ec2).await);

    let mut cases: Vec<(usize, When)> = Vec::new();
    for number in 1..=changes {
        cases.push((number, When::Before));
        cases.push((number, When::After));
    }
    let whole = cases.len();
    if !is_all() {
        cases = cases.into_iter().skip(3).step_by(11).collect();
    }
    let tried = cases.len();
    let mut failures = Vec::new();
    for (case, (number, when)) in cases.into_iter().enumerate() {
        reset(&moto, &proxy);
        let first = account(&ec2).await;
        let config = folder.path().join(format!("config-{case}"));
        proxy.reset_occurrences();
        proxy.faults().add(Rule {
            calls: Calls::Changing,
            parameter: None,
            occurrence: Occurrence::Nth(number as u64),
            fault: Fault::Hook(when),
        });
        let child = program(&proxy.url(), &config, &["apply", file, "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *victim.lock().unwrap() = Some(child);
        let status = || victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
        let died = loop {
            if let Some(died) = status() {
                break died;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        *victim.lock().unwrap() = None;
        proxy.faults().clear();
        quiet(&proxy).await;
        let runs = fs::read_dir(config.join("runs")).unwrap();
        let names: Vec<String> = runs
            .map(|it| {
                it.unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let [name] = names.as_slice() else {
            failures.push(format!("{number} {when:?}: runs {names:?}"));
            continue;
        };
        let words = format!("killed {when:?} call {number} ({died})");
        if died.code().is_some() {
            failures.push(format!("{words}: it was not killed"));
            continue;
        }
        if case % 2 == 0 {
            let resumed = ended(program(&proxy.url(), &config, &["resume", name, "--yes"]));
            let there = Place::counts(&account(&ec2).await);
            if let Err(why) = resumed {
                failures.push(format!("{words}, resumed: {why}"));
            }
            if there != made {
                failures.push(format!("{words}, resumed: {there:?}, not {made:?}"));
            }
        }
        let back = ended(program(&proxy.url(), &config, &["rollback", name, "--yes"]));
        if let Err(why) = back {
            failures.push(format!("{words}, taken back: {why}"));
        }
        let last = account(&ec2).await;
        if last != first {
            failures.push(format!("{words}: left {last:?}"));
        }
    }
    println!("{tried} of {whole} kills: {} failed", failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
}
