//! Against a real moto server behind the strict proxy. Runs where `VPC_ATLAS_VENV` names a virtual environment that has
//! moto.

#[cfg(feature = "aws")]
mod apply;
#[cfg(feature = "aws")]
mod caution;
#[cfg(feature = "aws")]
mod change;
mod cloudformation;
#[cfg(feature = "aws")]
mod estate;
#[cfg(feature = "aws")]
mod faults;
#[cfg(feature = "aws")]
mod pages;
#[cfg(feature = "aws")]
mod queries;
mod script;
mod strict;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};

use crate::proxy::{ask, ids, next_token, post};
use crate::strict_proxy::{PageRules, ProxyBuilder, Unimplemented};
use crate::support::designs;
use crate::support::environment::require;
use crate::support::moto::{Moto, carry_out};
use vpc_atlas::design::{Design, Problem, Surroundings, plan, validate};
use vpc_atlas::network::Network;
use vpc_atlas::steps::{StepGraph, between};

/// Every call, the element that holds an item's id, and how many of them the seeded account must at least have.
const SEEDED: [(&str, &str, usize); 18] = [
    ("DescribeVpcs", "vpcId", 3),
    ("DescribeSubnets", "subnetId", 9),
    ("DescribeRouteTables", "routeTableId", 150),
    ("DescribeInternetGateways", "internetGatewayId", 1),
    (
        "DescribeEgressOnlyInternetGateways",
        "egressOnlyInternetGatewayId",
        1,
    ),
    ("DescribeNatGateways", "natGatewayId", 3),
    ("DescribeVpcEndpoints", "vpcEndpointId", 2),
    ("DescribeVpcPeeringConnections", "vpcPeeringConnectionId", 1),
    ("DescribeTransitGateways", "transitGatewayId", 1),
    (
        "DescribeTransitGatewayVpcAttachments",
        "transitGatewayAttachmentId",
        1,
    ),
    (
        "DescribeTransitGatewayRouteTables",
        "transitGatewayRouteTableId",
        1,
    ),
    ("DescribeNetworkAcls", "networkAclId", 4),
    ("DescribeSecurityGroups", "groupId", 5),
    ("DescribeNetworkInterfaces", "networkInterfaceId", 4),
    ("DescribeInstances", "instanceId", 3),
    ("DescribeDhcpOptions", "dhcpOptionsId", 1),
    ("DescribeFlowLogs", "flowLogId", 1),
    ("DescribeManagedPrefixLists", "prefixListId", 2),
];

/// The lists of the seeded account are the same in pages of five as in one piece, in the same order.
#[test]
fn pages_of_five_add_up_to_what_moto_says_whole() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(&[]);
    let upstream: SocketAddr = moto.url()["http://".len()..].parse().unwrap();
    let proxy = ProxyBuilder::default()
        .pages(PageRules {
            cap: Some(5),
            ..PageRules::default()
        })
        .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
        .unwrap();
    for (action, element, least) in SEEDED {
        let whole = post(upstream, action, "").unwrap();
        let expected = ids(whole.text().unwrap(), element);
        let distinct: BTreeSet<_> = expected.iter().collect();
        assert!(
            distinct.len() >= least,
            "{action}: {} of {least}",
            distinct.len()
        );
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let answer = ask(&proxy, action, token.as_deref().map(|t| ("NextToken", t)));
            assert_eq!(answer.status, 200, "{action}: {:?}", answer.text());
            let text = answer.text().unwrap();
            found.extend(ids(text, element));
            token = next_token(text);
            if token.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{action}");
    }
    let tables = proxy.log().of("DescribeRouteTables");
    assert!(tables.len() >= 30, "{} pages", tables.len());
}

/// moto answers calls it lacks with a 500 in HTML; AWS never would.
#[test]
fn a_call_that_moto_lacks_is_refused_or_empty() {
    let Some(moto) = Moto::start() else { return };
    for (what, status, part) in [
        (Unimplemented::Refuse, 400, "<Code>InvalidAction</Code>"),
        (
            Unimplemented::Empty,
            200,
            "<localGatewaySet></localGatewaySet>",
        ),
        (Unimplemented::Pass, 500, "<!doctype html>"),
    ] {
        let proxy = ProxyBuilder::default()
            .unimplemented(what)
            .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
            .unwrap();
        let answer = ask(&proxy, "DescribeLocalGateways", None);
        assert_eq!(answer.status, status);
        assert!(answer.text().unwrap().contains(part), "{answer:?}");
    }
}

/// The whole way: a live account, the folder that `collect`'s script makes of it, and a snapshot tell one story.
#[cfg(feature = "aws")]
mod end_to_end {
    use std::collections::BTreeMap;
    use std::io::Write as _;
    use std::net::Ipv4Addr;
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    use tempfile::NamedTempFile;
    use vpc_atlas::aws::{self, Limits, Options, Target};
    use vpc_atlas::network::{
        Cause, Coverage, Gap, Kind, Network, RouteTableFacts, Scope, difference,
    };
    use vpc_atlas::source::calls::Call;
    use vpc_atlas::source::{InputFile, collect, describe, live, read, snapshot};
    use vpc_atlas::storage;

    use crate::strict_proxy::server::Proxy;
    use crate::strict_proxy::{PageRules, ProxyBuilder};
    use crate::support::moto::{Moto, credentials};

    /// moto's account and the region that is seeded.
    const ACCOUNT: &str = "123456789012";
    const REGION: &str = "eu-central-1";

    fn proxy(moto: &Moto, builder: ProxyBuilder) -> Proxy {
        let pages = PageRules {
            cap: Some(20),
            ..PageRules::default()
        };
        builder
            .pages(pages)
            .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
            .unwrap()
    }

    async fn load(proxy: &Proxy) -> Network {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(
            b"[profile moto]\naws_access_key_id = testing\naws_secret_access_key = testing\n",
        )
        .unwrap();
        let target = Target {
            profile: Some("moto".to_owned()),
            region: Some(REGION.to_owned()),
        };
        // moto answers one call at a time, and all of them come at once.
        let limits = Limits {
            attempt: Duration::from_mins(2),
            operation: Duration::from_mins(10),
            ..Limits::default()
        };
        let options = Options {
            endpoint: Some(proxy.url()),
            config_file: Some(file.path().to_owned()),
            limits,
        };
        let connection = aws::connect_with(&target, &options).await.unwrap();
        proxy.log().clear();
        live::load(connection, |_| {}).await
    }

    /// Runs the script that `collect` prints, before the proxy too: calls that moto lacks are refused there as AWS would
    /// refuse them, where moto's own 500 would have the AWS CLI try again and again. Gives the folder's files as the
    /// program reads them.
    fn collected(moto: &Moto, endpoint: &str) -> Vec<InputFile> {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("collect.sh");
        std::fs::write(&script, collect::script(&[REGION.to_owned()])).unwrap();
        let out = folder.path().join("out");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        credentials(&mut command);
        let output = command
            .arg(&script)
            .arg(&out)
            .env("PATH", format!("{}:{path}", moto.programs().display()))
            .env("AWS_ENDPOINT_URL", endpoint)
            .output()
            .unwrap();
        // 1: some calls were refused; moto lacks a few.
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{words}");
        files(&out)
    }

    fn files(folder: &Path) -> Vec<InputFile> {
        let tree = storage::read_tree(folder, &mut |_, _, _| true).unwrap();
        let file = |file: storage::TreeFile| InputFile {
            path: file.path,
            bytes: file.content,
        };
        tree.files.into_iter().map(file).collect()
    }

    fn coverages(network: &Network) -> BTreeMap<Scope, BTreeMap<Kind, Coverage>> {
        network
            .shards()
            .map(|(scope, shard)| (scope.clone(), shard.coverages().collect()))
            .collect()
    }

    /// Why things are missing, without where: one door names a call, the other a file.
    fn reasons(network: &Network) -> Vec<(String, Cause, Vec<Kind>)> {
        let reason = |gap: &Gap| {
            let what = gap.what.split(' ').next().unwrap_or_default().to_owned();
            (what, gap.cause.clone(), gap.kinds.clone())
        };
        let mut reasons: Vec<_> = network.gaps().iter().map(reason).collect();
        reasons.sort();
        reasons
    }

    /// Calls that AWS has and moto lacks (tests/moto/README.md).
    const LACKING: [Call; 5] = [
        Call::LocalGateways,
        Call::TransitGatewayConnects,
        Call::VpcBlockPublicAccessExclusions,
        Call::VpcBlockPublicAccessOptions,
        Call::VpcEncryptionControls,
    ];

    /// Everything that `seed.py` makes is there, and nothing is missing but what moto cannot say.
    fn complete_but_for_what_moto_lacks(network: &Network) {
        let lacking = LACKING.map(|call| {
            let kinds = describe::kinds_of(call).to_vec();
            (call.to_string(), Cause::Unsupported, kinds)
        });
        assert_eq!(reasons(network), lacking);
        let scope = Scope {
            account: Some(ACCOUNT.into()),
            region: Some(REGION.into()),
        };
        let lacking = |kind| lacking.iter().any(|(_, _, kinds)| kinds.contains(&kind));
        for (kind, count) in [
            (Kind::AvailabilityZone, 3),
            (Kind::Vpc, 3),
            (Kind::Subnet, 12),
            (Kind::RouteTable, 152),
            (Kind::InternetGateway, 1),
            (Kind::EgressOnlyInternetGateway, 1),
            (Kind::NatGateway, 3),
            (Kind::VpcEndpoint, 2),
            (Kind::VpcPeeringConnection, 1),
            (Kind::TransitGateway, 1),
            (Kind::TransitGatewayAttachment, 1),
            (Kind::TransitGatewayRouteTable, 1),
            (Kind::VpnGateway, 1),
            (Kind::CustomerGateway, 1),
            (Kind::VpnConnection, 1),
            (Kind::NetworkAcl, 4),
            (Kind::SecurityGroup, 7),
            (Kind::NetworkInterface, 10),
            (Kind::Instance, 3),
            (Kind::ElasticIp, 3),
            (Kind::DhcpOptions, 1),
            (Kind::FlowLog, 1),
        ] {
            assert_eq!(network.of_kind(kind).count(), count, "{kind:?}");
            let expected = if lacking(kind) {
                Coverage::Partial
            } else {
                Coverage::Complete
            };
            assert_eq!(network.coverage(&scope, kind), expected, "{kind:?}");
        }
    }

    #[tokio::test]
    async fn a_live_account_its_files_and_its_snapshot_are_one_network() {
        let Some(moto) = Moto::start() else { return };
        moto.seed(&[]);
        let latency = Duration::from_millis(200);
        let straight = proxy(&moto, ProxyBuilder::default());
        let proxy = proxy(&moto, ProxyBuilder::default().latency(latency));
        let live = load(&proxy).await;

        complete_but_for_what_moto_lacks(&live);

        // Pages mattered, and no list waited for another.
        assert!(live.all::<RouteTableFacts>().count() >= 150);
        let pages = proxy.log().of("DescribeRouteTables");
        let pages: Vec<_> = pages.iter().filter_map(|call| call.page).collect();
        assert!(pages.iter().max() >= Some(&8), "{pages:?}");
        let lists = Call::ALL
            .into_iter()
            .filter(|call| call.spec().parent.is_none() && *call != Call::CallerIdentity);
        assert!(
            proxy.log().high_water() >= lists.count(),
            "{} at once",
            proxy.log().high_water()
        );

        let files = collected(&moto, &straight.url());
        let from_files = read(&files);
        assert_eq!(coverages(&from_files), coverages(&live));
        assert_eq!(reasons(&from_files), reasons(&live));
        assert_eq!(difference(&live, &from_files), []);
        // Not only what is known on both sides: every record of every sighting, with the facts that are unread.
        assert_eq!(live.len(), from_files.len());
        for (a, b) in live.resources().zip(from_files.resources()) {
            assert_eq!(a, b);
        }

        // That they agree means something: no file could be missing without a difference, save the rules of security
        // groups, which stand in where the groups are refused.
        let silent: Vec<&str> = files
            .iter()
            .filter(|left_out| {
                let others = files.iter().filter(|file| file.path != left_out.path);
                read(&others.cloned().collect::<Vec<_>>()) == from_files
            })
            .map(|file| file.path.rsplit('/').next().unwrap())
            .collect();
        assert_eq!(silent, ["describe-security-group-rules.json"]);

        let written = snapshot::write(&live);
        let back = snapshot::read(&written, "live.json").unwrap();
        assert_eq!(back, live);
        assert_eq!(snapshot::write(&back), written);
    }
}

/// Calls that the generated designs are to bring, in every sample: whatever else is not reached, these are.
const CALLS: [&str; 33] = [
    "AcceptVpcPeeringConnection",
    "AllocateAddress",
    "AssociateRouteTable",
    "AssociateVpcCidrBlock",
    "AttachInternetGateway",
    "AttachVpnGateway",
    "AuthorizeSecurityGroupIngress",
    "CreateEgressOnlyInternetGateway",
    "CreateFlowLogs",
    "CreateInternetGateway",
    "CreateNatGateway",
    "CreateResolverEndpoint",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateTransitGatewayVpcAttachment",
    "CreateVpc",
    "CreateVpcEndpoint",
    "CreateVpcPeeringConnection",
    "CreateVpnGateway",
    "DeleteFlowLogs",
    "DeleteNatGateway",
    "DeleteResolverEndpoint",
    "DeleteRoute",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DetachVpnGateway",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ReleaseAddress",
];

/// Calls that moto cannot make, wholly or for some parameters (the head of tests/steps/run.py says why). Their
/// parameters are held to the model of the API all the same.
const UNSUPPORTED: [&str; 9] = [
    "CreateNatGateway",
    "CreateRoute",
    "CreateVpcEncryptionControl",
    "DeleteNatGateway",
    "DeleteRoute",
    "DeleteVpcEncryptionControl",
    "DisableVgwRoutePropagation",
    "EnableVgwRoutePropagation",
    "ModifyVpcEncryptionControl",
];

/// The same, of calls that only changes bring.
const UNSUPPORTED_CHANGES: [&str; 1] = ["AssociateVpcCidrBlock"];

/// The one region of moto with six zones.
const REGION: &str = "us-east-1";

/// How many designs to try.
fn wanted_designs() -> usize {
    const SAMPLE: usize = 12;
    std::env::var("VPC_ATLAS_DESIGNS").map_or(SAMPLE, |text| {
        text.parse().expect("VPC_ATLAS_DESIGNS is a number")
    })
}

/// Bring a design where moto is; none where it cannot be made.
fn in_moto(design: &mut Design) -> Option<()> {
    // What a design is about is the same everywhere; one region is what moto is asked in.
    design.set_region(&REGION.into()).ok()?;
    // A transit gateway that is there already is one that moto has not; a placeholder is made for the run.
    for vpc in &mut design.vpcs {
        if let Some(attachment) = &mut vpc.transit_gateway {
            attachment.id = "hub".into();
        }
    }
    // EC2 takes every sign in a tag. moto's resolver takes letters, digits and a few signs, as AWS advises for tags that
    // are to do everywhere.
    if design.vpcs.iter().any(|vpc| vpc.resolver.is_some()) {
        for value in design.tags.values_mut() {
            value.retain(|it| it.is_alphanumeric() || it == ' ');
        }
    }
    let problems = validate(design, &Surroundings::default());
    (!problems.iter().any(Problem::is_error)).then_some(())
}

/// Designs without errors, each with its seed.
fn sound_designs() -> impl Iterator<Item = (u64, Design)> {
    let first = std::env::var("VPC_ATLAS_FIRST").map_or(0, |text| {
        text.parse()
            .expect("VPC_ATLAS_FIRST is the seed of a design")
    });
    (first..).filter_map(|seed| {
        let mut design = designs::design(seed);
        in_moto(&mut design)?;
        Some((seed, design))
    })
}

/// What tests/steps/run.py told: how many calls of each name were made, are not known to moto, and were made without a
/// parameter that it does not know.
struct Told {
    done: BTreeMap<String, usize>,
    unsupported: BTreeMap<String, usize>,
    without: BTreeMap<String, usize>,
}

impl Told {
    /// Have graphs carried out. Nothing is refused, and moto is said not to know only what is listed here.
    fn of(graphs: &[String]) -> Self {
        let (told, went) = carry_out(REGION, &graphs.join("\n")).expect("it was asked for before");
        let told: Vec<Value> = told
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect();
        let refused: Vec<&Value> = told
            .iter()
            .filter(|line| {
                line["result"] == "refused"
                    || line["went"] == false
                    || line["left"].as_array().is_some_and(|left| !left.is_empty())
            })
            .collect();
        assert!(went && refused.is_empty(), "{refused:#?}");
        let ended = told.iter().filter(|line| line["went"] == true).count();
        assert_eq!(ended, graphs.len());
        let summary = &told.last().expect("a summary")["summary"];
        let count = |result: &str| -> BTreeMap<String, usize> {
            serde_json::from_value(summary[result].clone()).expect("counts by call")
        };
        let counts = Self {
            done: count("done"),
            unsupported: count("unsupported"),
            without: count("without"),
        };
        let unknown: Vec<&String> = counts
            .unsupported
            .keys()
            .filter(|call| {
                let mut known = UNSUPPORTED.iter().chain(&UNSUPPORTED_CHANGES);
                !known.any(|it| it == call)
            })
            .collect();
        assert!(
            unknown.is_empty(),
            "moto is said not to know these: {unknown:?}"
        );
        counts
    }

    fn calls(&self) -> usize {
        self.done.values().chain(self.unsupported.values()).sum()
    }

    fn words(&self) -> String {
        let sum = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
        format!(
            "{} calls made, {} that moto does not know {:?}, without parameters {:?}",
            sum(&self.done),
            sum(&self.unsupported),
            self.unsupported,
            self.without
        )
    }
}

/// Generated designs are created call by call and taken back; nothing is refused and nothing is left. A sample, or as
/// many as `VPC_ATLAS_DESIGNS` says.
#[test]
fn the_calls_of_generated_designs_are_accepted_and_taken_back() {
    if require("VPC_ATLAS_VENV").is_none() {
        return;
    }
    let wanted = wanted_designs();
    let mut graphs: Vec<StepGraph> = sound_designs()
        .take(wanted.max(200))
        .map(|(_, design)| {
            between(&Network::new(), &plan(&design)).expect("a sound design has steps")
        })
        .collect();
    // A small sample begins with those designs that bring a call which those before have not.
    let mut seen = BTreeSet::new();
    graphs.sort_by_cached_key(|graph| {
        let before = seen.len();
        seen.extend(calls(graph));
        seen.len() == before
    });
    graphs.truncate(wanted);
    let made: usize = graphs.iter().map(|graph| calls(graph).count()).sum();
    let lines: Vec<String> = graphs
        .iter()
        .map(|graph| serde_json::to_string(graph).expect("a graph is plain data"))
        .collect();
    let told = Told::of(&lines);
    println!("{wanted} designs: {}", told.words());
    assert_eq!(told.calls(), made, "every call is made or told of");
    for call in CALLS {
        assert!(
            told.done.contains_key(call),
            "no design made the call {call}"
        );
    }
    for call in UNSUPPORTED {
        assert!(told.unsupported.contains_key(call), "no design has {call}");
    }
}

/// Designs are created, changed into others and taken away, by the calls that lead from one to the next; nothing is
/// refused and nothing is left. A quarter as many as `VPC_ATLAS_DESIGNS` says.
#[test]
fn the_calls_of_changes_are_accepted() {
    if require("VPC_ATLAS_VENV").is_none() {
        return;
    }
    let nothing = Network::new();
    let chains = sound_designs().filter_map(|(seed, before)| {
        let after = changed(&before, seed)?;
        let (before, after) = (plan(&before), plan(&after));
        // What cannot be changed so is refused before any call; src/steps/tests.rs looks at that.
        let change = between(&before, &after).ok().filter(|it| !it.is_empty())?;
        let made = between(&nothing, &before).expect("a sound design has steps");
        let removed = between(&after, &nothing).expect("a plan can be taken away");
        Some([made, change, removed])
    });
    let chains: Vec<[StepGraph; 3]> = chains.take(wanted_designs().div_ceil(4)).collect();
    let made: usize = chains.iter().flatten().map(StepGraph::len).sum();
    let changes: BTreeSet<&str> = chains
        .iter()
        .flat_map(|[_, change, _]| change.steps())
        .map(|step| step.call.action.name())
        .collect();
    let lines: Vec<String> = chains
        .iter()
        .map(|chain| serde_json::to_string(chain).expect("graphs are plain data"))
        .collect();
    let told = Told::of(&lines);
    println!("{} changes by {changes:?}: {}", chains.len(), told.words());
    assert_eq!(told.calls(), made, "every call is made or told of");
    for call in ["CreateSubnet", "DeleteSubnet", "DeleteRouteTable"] {
        assert!(changes.contains(call), "no change brings {call}");
    }
}

/// The design after a few changes, where it is still sound.
fn changed(design: &Design, seed: u64) -> Option<Design> {
    let mut after = design.clone();
    let random = &mut designs::Random::new(!seed);
    for _ in 0..=random.below(6) {
        let _ = designs::change(&mut after, random);
    }
    in_moto(&mut after)?;
    Some(after)
}

/// The names of all calls of a graph and of its way back.
fn calls(graph: &StepGraph) -> impl Iterator<Item = &'static str> {
    graph.steps().flat_map(|step| {
        let all = std::iter::once(&step.call).chain(&step.inverse);
        all.map(|call| call.action.name())
    })
}
