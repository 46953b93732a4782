//! Designs that are carried out on a moto server behind the strict proxy, through the SDK, and taken back.

use vpc_atlas::apply::{Outcome, Run};
use vpc_atlas::design::plan;
use vpc_atlas::network::{Network, drift, matched};
use vpc_atlas::source::live;
use vpc_atlas::steps::{Action, StepGraph, between};

use crate::strict_proxy::refusals::Quotas;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, applier, before, connect, header, slow_server};
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
        })
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
    let first = account(&ec2).await;
    for (seed, planned, graph) in designs.take(wanted) {
        steps += graph.len();
        let (applier, lines) = applier(ec2.clone(), header(graph, &planned, super::REGION));
        let outcome = applier.apply().await;
        assert_eq!(outcome, Outcome::Complete, "design {seed}");
        let run = applier.run();
        assert_eq!(run.progress().0, run.progress().1);
        let again = Run::read(&lines.all()).unwrap();
        assert_eq!(again.ids(), run.ids(), "design {seed}");
        let live = live::load(ec2.clone(), |_| {}).await;
        let found = matched(&planned, &live, &run.ids());
        assert_eq!(found.unmatched, [], "design {seed}");
        assert_eq!(found.others, [], "design {seed}");
        assert_eq!(drift(&planned, &live, &found.ids), [], "design {seed}");
        let outcome = applier.roll_back().await;
        let left = applier.run().left();
        assert_eq!(outcome, Outcome::Complete, "design {seed}: {left:#?}");
        assert_eq!(account(&ec2).await, first, "design {seed}");
    }
    println!("{wanted} designs of {steps} steps were made and taken back");
}
