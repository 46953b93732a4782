//! Designs that are carried out on a moto server behind the strict proxy, through the SDK, and taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::resume_unwind;
use std::thread;

use serde_json::json;
use vpc_atlas::apply::{Given, Header, Outcome, Run};
use vpc_atlas::aws::Connection;
use vpc_atlas::design::{self, Design, Unexpressed, adopt, plan};
use vpc_atlas::network::{Edit, Id, Key, Kind, Network, SecurityGroupFacts, Text, drift, matched};
use vpc_atlas::source::live;
use vpc_atlas::steps::{Action, Call, StepGraph, between};

use crate::strict_proxy::refusals::Quotas;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, applier, before, connect, header, program, slow_server};
use crate::support::designs;
use crate::support::moto::Moto;

/// Whether moto can carry it out: it ignores the pool that a block is to come from.
fn is_for_moto(graph: &StepGraph) -> bool {
    let is_pooled = |call: &Call| call.parameters.get("Ipv6Pool").is_some();
    !graph.steps().any(|step| is_pooled(&step.call))
}

/// What others have that designs want.
struct Others {
    transit_gateway: Id,
    /// By account and region, where it is not the caller's own.
    vpcs: BTreeMap<(Option<Text>, Option<Text>), Text>,
}

impl Others {
    /// Make them.
    fn of(moto: &Moto, designs: &[(u64, Design)]) -> Self {
        let peerings = designs.iter().flat_map(|(_, design)| &design.vpcs);
        let peerings = peerings.flat_map(|vpc| &vpc.peerings);
        let mut vpcs: BTreeMap<_, _> = peerings
            .filter(|peering| peering.with.starts_with("vpc-"))
            .map(|peering| {
                (
                    (peering.account.clone(), peering.region.clone()),
                    Text::default(),
                )
            })
            .collect();
        let places: Vec<_> = vpcs
            .keys()
            .map(|(account, region)| json!({ "account": account, "region": region }))
            .collect();
        let made = moto.others(super::REGION, &json!(places));
        for (at, id) in vpcs.values_mut().enumerate() {
            *id = made["vpcs"][at].as_str().unwrap().into();
        }
        Self {
            transit_gateway: made["transit_gateway"].as_str().unwrap().into(),
            vpcs,
        }
    }

    /// Have a design ask for peerings with VPCs that are there.
    fn bring_into(&self, design: &mut Design) {
        for peering in design.vpcs.iter_mut().flat_map(|vpc| &mut vpc.peerings) {
            let place = (peering.account.clone(), peering.region.clone());
            if peering.with.starts_with("vpc-") {
                peering.with.clone_from(&self.vpcs[&place]);
            }
        }
    }

    /// What a graph is to be given.
    fn given(&self, graph: &StepGraph) -> Vec<Given> {
        let given = |key: Key| {
            assert_eq!(key.kind, Kind::TransitGateway);
            let id = self.transit_gateway.as_str().into();
            Given { key, id }
        };
        graph.given().into_iter().map(given).collect()
    }
}

/// What tells the live network from the plan, but for what moto does otherwise than AWS: its default security groups let
/// nothing in, where AWS's let in what bears the same group, and it does not say that the interfaces of resolver
/// endpoints are AWS's to manage.
pub(super) fn differing(planned: &Network, live: &Network, ids: &BTreeMap<Key, Id>) -> Vec<Edit> {
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

/// Whether moto alone is why a design cannot say something: it lacks a call, and makes default security groups otherwise
/// than AWS.
pub(super) fn is_of_moto(it: &Unexpressed) -> bool {
    match (it.key.kind, it.field.as_deref()) {
        (Kind::Vpc, None) => it.why.contains("transit gateway attachments are known"),
        (Kind::SecurityGroup, Some("ingress")) => it.why.contains("the default group"),
        _ => false,
    }
}

/// What came of the designs of a lane.
#[derive(Default)]
struct Tally {
    designs: usize,
    steps: usize,
    actions: BTreeSet<Action>,
    adopted: usize,
    adopted_whole: usize,
    /// What designs could not say of what was made, by kind and field.
    told: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.designs += other.designs;
        self.steps += other.steps;
        self.actions.extend(other.actions);
        self.adopted += other.adopted;
        self.adopted_whole += other.adopted_whole;
        for (of, times) in other.told {
            *self.told.entry(of).or_default() += times;
        }
        self.failures.extend(other.failures);
    }
}

/// Designs are made and taken back, one after another, by a server of their own.
#[tokio::main]
async fn make_and_take_back(moto: &Moto, mut designs: Vec<(u64, Design)>) -> Tally {
    // moto keeps the tags of what is deleted, and goes through all of them for each thing that it tells of.
    const AN_ACCOUNT: usize = 5;
    let strict = Strict {
        // Generated designs want more than an account has to begin with.
        refusals: Some(Quotas::unlimited()),
        ..Strict::everything()
    };
    let proxy = before(moto, ProxyBuilder::default().strict(strict));
    let ec2 = connect(&proxy.url(), super::REGION, slow_server()).await;
    let mut tally = Tally::default();
    for designs in designs.chunks_mut(AN_ACCOUNT) {
        moto.reset();
        proxy.forget();
        make_and_take_back_in(&ec2, &Others::of(moto, designs), designs, &mut tally).await;
    }
    tally
}

/// Designs are made and taken back, one after another, in one account.
async fn make_and_take_back_in(
    ec2: &Connection,
    others: &Others,
    designs: &mut [(u64, Design)],
    tally: &mut Tally,
) {
    let first = account(ec2).await;
    for (seed, design) in designs {
        others.bring_into(design);
        let planned = plan(design);
        let graph = between(&Network::new(), &planned).unwrap();
        tally.designs += 1;
        tally.steps += graph.len();
        tally
            .actions
            .extend(graph.steps().map(|step| step.call.action));
        let header = Header {
            given: others.given(&graph),
            ..header(graph, &planned, super::REGION)
        };
        let (applier, lines) = applier(ec2.clone(), &header);
        let mut fail = |words: String| tally.failures.push(format!("design {seed}: {words}"));
        let outcome = applier.apply().await;
        let run = applier.run();
        let (done, all) = run.progress();
        if outcome != Outcome::Complete || done != all {
            fail(format!("{done} of {all} steps were done: {outcome:?}"));
        }
        let again = Run::read(&lines.all()).unwrap();
        if again.ids() != run.ids() {
            fail("the journal says other ids".to_owned());
        }
        // What is new may be left out of lists at first.
        let mut live = live::load(ec2.clone(), |_| {}).await;
        let mut found = matched(&planned, &live, &run.ids());
        for _ in 0..3 {
            if !found.unmatched.is_empty() {
                live = live::load(ec2.clone(), |_| {}).await;
                found = matched(&planned, &live, &run.ids());
            }
        }
        let edits = differing(&planned, &live, &found.ids);
        if !found.unmatched.is_empty() || !edits.is_empty() {
            let unmatched = &found.unmatched;
            fail(format!(
                "not there are {unmatched:?}, and other are {edits:?}"
            ));
        }
        // What was made is adopted as the design that made it, or that is told.
        for (_, id) in run.ids().iter().filter(|(key, _)| key.kind == Kind::Vpc) {
            let adopted = adopt(&live, &Key::new(Kind::Vpc, id.clone())).unwrap();
            let again = plan(&adopted.design);
            let mut told = adopted.unexpressed.clone();
            told.retain(|it| !is_of_moto(it));
            for it in &told {
                let of = format!(
                    "{} {}",
                    it.key.kind.word(),
                    it.field.as_deref().unwrap_or("-")
                );
                *tally.told.entry(of).or_default() += 1;
            }
            let told = told.len();
            let edits = differing(&again, &live, &adopted.ids);
            if edits.len() > told {
                fail(format!(
                    "{told} things are told of, and other are {edits:?}"
                ));
            }
            tally.adopted += 1;
            tally.adopted_whole += usize::from(told == 0);
        }
        let outcome = applier.roll_back().await;
        let last = account(ec2).await;
        if outcome != Outcome::Complete || last != first {
            let left = applier.run().left();
            fail(format!("{outcome:?}: {left:?}; {last:?}, not {first:?}"));
            // The next design would not find the account empty.
            break;
        }
    }
}

#[test]
fn designs_are_made_and_taken_back() {
    // A moto server is one process that does one thing at a time.
    const LANES: usize = 2;
    let servers: Vec<Moto> = (0..LANES).map_while(|_| Moto::start()).collect();
    if servers.len() < LANES {
        return;
    }
    let mut designs = super::sound_designs().filter(|(_, design)| {
        let graph = between(&Network::new(), &plan(design)).unwrap();
        is_for_moto(&graph)
    });
    let mut lanes: Vec<Vec<(u64, Design)>> = vec![Vec::new(); LANES];
    for at in 0..super::wanted_designs() {
        lanes[at % LANES].extend(designs.next());
    }
    let mut all = Tally::default();
    thread::scope(|scope| {
        let lanes: Vec<_> = servers
            .iter()
            .zip(lanes)
            .map(|(moto, designs)| scope.spawn(|| make_and_take_back(moto, designs)))
            .collect();
        for lane in lanes {
            match lane.join() {
                Ok(tally) => all.add(tally),
                Err(failure) => resume_unwind(failure),
            }
        }
    });
    println!(
        "{} designs of {} steps ({} actions) were made and taken back; {} of {} VPCs were adopted whole; told of: {:?}",
        all.designs,
        all.steps,
        all.actions.len(),
        all.adopted_whole,
        all.adopted,
        all.told
    );
    assert!(all.failures.is_empty(), "{:#?}", all.failures);
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
