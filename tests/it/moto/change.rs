//! A VPC that is there is adopted as a design, the design is edited, and the difference is applied and taken back, as from
//! a shell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use vpc_atlas::aws::Connection;
use vpc_atlas::design::{
    self, Design, Egress, Endpoint, Fresh, GatewayService, Ipv6, Nat, NewTier, TierKind,
    VpnGateway, adopt, plan, usual_zones,
};
use vpc_atlas::network::{Edit, Key, Kind, Network, difference, matched};
use vpc_atlas::source::live;
use vpc_atlas::steps::List;

use super::apply::{differing, is_of_moto};
use crate::cli::{assert_code, json_of, said};
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, before, connect, program, slow_server};
use crate::support::moto::Moto;

/// Two of three zones, a NAT gateway in each, IPv6, the S3 endpoint.
fn the_design() -> Design {
    let mut fresh = Fresh::in_region(super::REGION);
    fresh.zones = usual_zones(super::REGION).take(2).collect();
    fresh.nat = Nat::PerAz;
    fresh.ipv6 = Ipv6::Amazon;
    fresh.egress_only = true;
    Design::fresh(&fresh).unwrap()
}

/// What is done to the design of the one VPC.
type Change = fn(&mut Design);

/// Changes that only add.
const ADDITIONS: [(&str, Change); 6] = [
    ("a zone", |design| {
        let vpc = design.vpcs[0].id.clone();
        let zone = usual_zones(&design.region).nth(2).unwrap();
        design.add_zone(&vpc, &zone).unwrap();
    }),
    ("a tier", |design| {
        let vpc = design.vpcs[0].id.clone();
        let tier = NewTier {
            name: "data".into(),
            kind: TierKind::Isolated,
            per_zone: 1,
            egress: Egress::default(),
            ..NewTier::default()
        };
        design.add_tier(&vpc, &tier).unwrap();
    }),
    ("endpoints", |design| {
        let vpc = &mut design.vpcs[0];
        let tier = vpc.tiers_of(TierKind::Private).next().unwrap();
        let name = tier.name.clone();
        vpc.gateway_endpoints.push(GatewayService::Dynamodb);
        vpc.endpoints.extend(["ssm", "sqs"].map(|service| Endpoint {
            service: service.into(),
            tier: name.clone(),
            private_dns: true,
        }));
    }),
    ("a VPN gateway and routes to it", |design| {
        let vpc = &mut design.vpcs[0];
        vpc.vpn_gateway = Some(VpnGateway {
            propagate: true,
            routes: vec!["192.168.0.0/16".parse().unwrap()],
        });
    }),
    ("a tag on everything", |design| {
        design.tags.insert("cost".into(), "network".into());
    }),
    ("no names for addresses", |design| {
        design.vpcs[0].dns_hostnames = false;
    }),
];

/// Changes that take away, and in doing so cannot be taken back whole: what comes again is another resource.
const REMOVALS: [(&str, Change); 3] = [
    ("no S3 endpoint", |design| {
        design.vpcs[0].gateway_endpoints.clear();
    }),
    ("one NAT gateway for all zones", |design| {
        design.vpcs[0].nat = Nat::One;
    }),
    ("a tier less", |design| {
        let vpc = design.vpcs[0].id.clone();
        let tier = design.vpcs[0].tiers_of(TierKind::Private).next().unwrap();
        let name = tier.name.clone();
        design.remove_tier(&vpc, &name).unwrap();
    }),
];

type Account = BTreeMap<List, Vec<String>>;

/// The one account and region, asked by the program and by the test.
struct Place<'a> {
    proxy: &'a Proxy,
    ec2: Connection,
    config: &'a Path,
}

impl Place<'_> {
    fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = program(&self.proxy.url(), self.config, arguments);
        command.env("AWS_REGION", super::REGION).output().unwrap()
    }

    /// The region as it is when everything new can be seen: each new id is left out of two lists.
    async fn live(&self) -> Network {
        for _ in 0..2 {
            live::load(self.ec2.clone(), |_| {}).await;
        }
        live::load(self.ec2.clone(), |_| {}).await
    }

    /// What tells the region from a design.
    async fn differs(&self, design: &Design) -> Vec<String> {
        let planned = plan(design);
        let live = self.live().await;
        let found = matched(&planned, &live, &BTreeMap::new());
        let edits = differing(&planned, &live, &found.ids);
        let missing = found.unmatched.iter().map(|key| format!("no {key}"));
        missing
            .chain(edits.iter().map(|edit| format!("{edit:?}")))
            .collect()
    }

    /// The VPC as a design, adopted by the program.
    fn adopt(&self, vpc: &str, file: &str) -> Design {
        let output = self.run(&["adopt", "aws", "--vpc", vpc, "-o", file]);
        assert_code(&output, 0);
        design::read(&fs::read_to_string(file).unwrap()).unwrap()
    }

    /// Apply a file; the run.
    fn apply(&self, file: &str) -> String {
        assert_code(&self.run(&["apply", file, "--yes"]), 0);
        let output = self.run(&["runs", "--json"]);
        assert_code(&output, 0);
        let runs = json_of(&output);
        let runs = runs["runs"].as_array().unwrap();
        let newest = runs.iter().filter_map(|run| run["run"].as_str()).max();
        newest.unwrap().to_owned()
    }
}

/// What is in an account, list after list.
fn ids(account: &Account) -> BTreeSet<&str> {
    account.values().flatten().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vpc_that_is_there_is_changed_and_changed_back() {
    let Some(moto) = Moto::start() else { return };
    let proxy = before(&moto, ProxyBuilder::default().strict(Strict::everything()));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let place = Place {
        proxy: &proxy,
        ec2: connect(&proxy.url(), super::REGION, slow_server()).await,
        config: &config,
    };
    let first = account(&place.ec2).await;
    let made = folder.path().join("made.vpc.toml");
    let made = made.to_str().unwrap();
    fs::write(made, design::write(&the_design(), None)).unwrap();
    place.apply(made);
    let there = place.live().await;
    let start = account(&place.ec2).await;
    let is_new = |key: &&Key| !ids(&first).contains(key.id.as_str());
    let vpcs: Vec<Key> = there
        .of_kind(Kind::Vpc)
        .map(|it| it.key().clone())
        .collect();
    let vpc = vpcs.iter().find(is_new).unwrap();

    let file = folder.path().join("copy.vpc.toml");
    let file = file.to_str().unwrap();
    let design = place.adopt(vpc.id.as_str(), file);
    // Of the design that made it, nothing is lost.
    let mut told = adopt(&there, vpc).unwrap().unexpressed;
    told.retain(|it| !is_of_moto(it));
    assert_eq!(told, []);
    assert_eq!(plan(&design), plan(&the_design()));
    // What nobody edits changes nothing.
    proxy.log().clear();
    let output = place.run(&["apply", file, "--yes"]);
    assert_code(&output, 0);
    assert_eq!(proxy.log().changes().len(), 0, "{}", said(&output));

    let mut failures = Vec::new();
    for (what, change) in ADDITIONS {
        let mut edited = design.clone();
        change(&mut edited);
        fs::write(file, design::write(&edited, None)).unwrap();
        let run = place.apply(file);
        let changed = account(&place.ec2).await;
        let mut wrong = place.differs(&edited).await;
        if !ids(&changed).is_superset(&ids(&start)) {
            wrong.push(format!("{changed:?} lacks some of {start:?}"));
        }
        assert_code(&place.run(&["rollback", &run, "--yes"]), 0);
        let last = account(&place.ec2).await;
        if last != start {
            wrong.push(format!("left {last:?}, not {start:?}"));
        }
        let mut last = difference(&there, &place.live().await);
        // Some of what is deleted is told of for a while, as such.
        last.retain(|edit| !matches!(edit, Edit::Add(it) if it.is_gone()));
        wrong.extend(last.iter().map(|edit| format!("left {edit:?}")));
        failures.extend(wrong.iter().map(|wrong| format!("{what}: {wrong}")));
    }
    let mut edited = design;
    for (what, change) in REMOVALS {
        change(&mut edited);
        fs::write(file, design::write(&edited, None)).unwrap();
        place.apply(file);
        let wrong = place.differs(&edited).await;
        failures.extend(wrong.iter().map(|wrong| format!("{what}: {wrong}")));
    }
    assert!(failures.is_empty(), "{failures:#?}");
    let output = place.run(&["apply", file, "--tear-down", "--yes"]);
    assert_code(&output, 0);
    assert_eq!(account(&place.ec2).await, first);
}
