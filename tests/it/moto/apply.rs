//! Designs that are carried out on a moto server behind the strict proxy, through the SDK, and taken back.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use vpc_atlas::apply::{Outcome, Run};

use vpc_atlas::design::{self, adopt, plan};
use vpc_atlas::network::{Edit, Id, Key, Kind, Network, SecurityGroupFacts, drift, matched};
use vpc_atlas::source::live;
use vpc_atlas::steps::{Action, StepGraph, Value, between};

use crate::strict_proxy::refusals::Quotas;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, applier, before, connect, header, program, slow_server};
use crate::support::designs;
use crate::support::moto::Moto;

/// Whether moto can carry it out: see the head of tests/steps/run.py.
fn is_for_moto(graph: &StepGraph) -> bool {
    let lacking = [
        Action::CreateVpcEncryptionControl,
        Action::EnableVgwRoutePropagation,
    ];
    graph.given().is_empty()
        && !graph.steps().any(|step| {
            let call = &step.call;
            lacking.contains(&call.action)
                || call.parameters.get("AvailabilityMode").is_some()
                || call.parameters.get("Ipv6Pool").is_some()
                || call.action == Action::CreateFlowLogs
                // Nobody else has a VPC there to be asked for a peering.
                || matches!(call.parameters.get("PeerVpcId"), Some(Value::Text(_)))
        })
}

/// What tells the live network from the plan, but for what moto does otherwise than AWS: its default security groups let
/// nothing in, where AWS's let in what bears the same group, and it does not say that the interfaces of resolver
/// endpoints are AWS's to manage.
fn differing(planned: &Network, live: &Network, ids: &BTreeMap<Key, Id>) -> Vec<Edit> {
    let mut edits = drift(planned, live, ids);
    let is_default = |key: &Key| {
        let facts = live.facts::<SecurityGroupFacts>(&key.id);
        facts.is_some_and(|facts| facts.group_name.value().is_some_and(|it| it == "default"))
    };
    edits.retain(|edit| match edit {
        Edit::Set {
            key, field, after, ..
        } => match (key.kind, field.as_str()) {
            (Kind::SecurityGroup, "ingress") => {
                !(is_default(key) && after.value() == Some(&json!([])))
            }
            (Kind::NetworkInterface, "requester_managed") => false,
            _ => true,
        },
        _ => true,
    });
    edits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn designs_are_made_and_taken_back() {
    let Some(moto) = Moto::start() else { return };
    let strict = Strict {
        // Generated designs want more than an account has to begin with.
        refusals: Some(Quotas::unlimited()),
        ..Strict::everything()
    };
    let proxy = before(&moto, ProxyBuilder::default().strict(strict));
    let ec2 = connect(&proxy.url(), super::REGION, slow_server()).await;
    let wanted = super::wanted_designs();
    let designs = super::sound_designs().filter_map(|(seed, design)| {
        let planned = plan(&design);
        let graph = between(&Network::new(), &planned).unwrap();
        is_for_moto(&graph).then_some((seed, planned, graph))
    });
    let mut steps = 0;
    let mut adoptions = (0, 0);
    let first = account(&ec2).await;
    for (seed, planned, graph) in designs.take(wanted) {
        steps += graph.len();
        let (applier, lines) = applier(ec2.clone(), &header(graph, &planned, super::REGION));
        let outcome = applier.apply().await;
        assert_eq!(outcome, Outcome::Complete, "design {seed}");
        let run = applier.run();
        assert_eq!(run.progress().0, run.progress().1);
        let again = Run::read(&lines.all()).unwrap();
        assert_eq!(again.ids(), run.ids(), "design {seed}");
        // What is new may be left out of lists at first.
        let mut live = live::load(ec2.clone(), |_| {}).await;
        let mut found = matched(&planned, &live, &run.ids());
        for _ in 0..3 {
            if !found.unmatched.is_empty() {
                live = live::load(ec2.clone(), |_| {}).await;
                found = matched(&planned, &live, &run.ids());
            }
        }
        assert_eq!(found.unmatched, [], "design {seed}");
        assert_eq!(differing(&planned, &live, &found.ids), [], "design {seed}");
        // What was made is adopted as the design that made it, or that is told.
        for (_, id) in run.ids().iter().filter(|(key, _)| key.kind == Kind::Vpc) {
            let adopted = adopt(&live, &Key::new(Kind::Vpc, id.clone())).unwrap();
            let again = plan(&adopted.design);
            let told = adopted.unexpressed.len();
            assert!(drift(&again, &live, &adopted.ids).len() <= told);
            adoptions.0 += usize::from(told == 0);
            adoptions.1 += 1;
        }
        let outcome = applier.roll_back().await;
        let left = applier.run().left();
        assert_eq!(outcome, Outcome::Complete, "design {seed}: {left:#?}");
        assert_eq!(account(&ec2).await, first, "design {seed}");
    }
    let (whole, all) = adoptions;
    println!(
        "{wanted} designs of {steps} steps were made and taken back; {whole} of {all} VPCs were adopted whole"
    );
}

/// What cannot be made is refused before anything is.
#[test]
fn near_misses_are_refused_before_anything_is_made() {
    let Some(moto) = Moto::start() else { return };
    let proxy = before(&moto, ProxyBuilder::default().strict(Strict::everything()));
    let folder = tempfile::tempdir().unwrap();
    let (_, sound) = super::sound_designs().next().unwrap();
    let mut misses = designs::near_misses(&sound);
    misses.extend(designs::service_misses(&sound));
    assert!(misses.len() > 20);
    for (number, (what, miss)) in misses.iter().enumerate() {
        let file = folder.path().join(format!("{number}.vpc.toml"));
        fs::write(&file, design::write(miss, None)).unwrap();
        let output = program(&proxy.url(), folder.path(), &["apply", "--yes"])
            .arg(&file)
            .output()
            .unwrap();
        // 1: it cannot be made; 2: the file is no design at all.
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(1 | 2)),
            "{what}: {words}"
        );
        assert!(
            words.contains("error") || output.status.code() == Some(2),
            "{what}: {words}"
        );
    }
    assert!(proxy.log().changes().is_empty());
    println!("{} near misses were refused", misses.len());
}
