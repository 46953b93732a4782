//! A live account read from an EC2 service in this process, through the strict proxy: what each fault costs, what it
//! leaves alone, and that nothing depends on which answer comes first.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::NamedTempFile;
use vpc_atlas::aws::{self, Connection, Limits, Options, Target};
use vpc_atlas::network::{
    Cause, Coverage, Gap, Key, Kind, Network, Record, RouteTableFacts,
    TransitGatewayRouteTableFacts, VpcFacts,
};
use vpc_atlas::source::calls::Call;
use vpc_atlas::source::{describe, live};

use crate::strict_proxy::call::Call as Request;
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::stage::{Next, Notes, Outcome, Stage};
use crate::strict_proxy::{PageRules, ProxyBuilder};
use crate::support::account::{REGION, ROUTE_TABLES, account};
use crate::support::stub_ec2::{ACCOUNT, Reply, StubEc2};

/// The faults of the matrix, in the proxy's words, and the cause a gap names.
pub(crate) const FAULTS: [(&str, Option<Cause>); 7] = [
    ("403", None), // Denied, with the call's own action
    ("503", Some(Cause::Throttled)),
    ("500", Some(Cause::Failed)),
    ("close", Some(Cause::Failed)),
    ("truncate", Some(Cause::Failed)),
    ("bad-xml", Some(Cause::Failed)),
    ("silent", Some(Cause::TimedOut)),
];

/// Long enough for an unoptimised SDK on a busy machine; each silence in the matrix costs this much.
fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        attempt: Duration::from_secs(5),
        change: Duration::from_millis(500),
        operation: Duration::from_secs(30),
        sign_in: Duration::from_secs(5),
        code: Duration::from_secs(5),
        attempts: 3,
        backoff: Duration::from_millis(1),
    }
}

pub(crate) async fn connect(url: &str, limits: Limits) -> Connection {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(
        b"[profile stub]\naws_access_key_id = AKIDSTUB\naws_secret_access_key = secret\n",
    )
    .unwrap();
    let target = Target {
        profile: Some("stub".to_owned()),
        region: Some(REGION.to_owned()),
    };
    let options = Options {
        endpoint: Some(url.to_owned()),
        config_file: Some(file.path().to_owned()),
        limits,
    };
    aws::connect_with(&target, &options).await.unwrap()
}

fn proxy(stub: &StubEc2, builder: ProxyBuilder) -> Proxy {
    let pages = PageRules {
        cap: Some(5),
        ..PageRules::default()
    };
    builder
        .pages(pages)
        .start((Ipv4Addr::LOCALHOST, 0).into(), &stub.url())
        .unwrap()
}

async fn load(proxy: &Proxy, limits: Limits) -> Network {
    live::load(connect(&proxy.url(), limits).await, |_| {}).await
}

fn coverage(network: &Network, kind: Kind) -> Coverage {
    let shards: Vec<_> = network.shards().collect();
    let [(scope, shard)] = shards.as_slice() else {
        panic!("one account and region were read, not {}", shards.len());
    };
    assert_eq!(scope.to_string(), format!("{ACCOUNT} {REGION}"));
    shard.coverage(kind)
}

pub(crate) fn faulty(
    call: Call,
    occurrence: &str,
    fault: &str,
) -> crate::strict_proxy::faults::Rule {
    let parameter = match call {
        Call::VpcDnsSupport => "[Attribute=enableDnsSupport]",
        Call::VpcDnsHostnames => "[Attribute=enableDnsHostnames]",
        _ => "",
    };
    format!("{call}{parameter}:{occurrence}:{fault}")
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_whole_account_has_no_gap_and_every_kind_is_complete() {
    let stub = account();
    let proxy = proxy(&stub, ProxyBuilder::default());
    let network = load(&proxy, limits()).await;
    assert_eq!(network.gaps(), []);
    for call in Call::ALL {
        for &kind in describe::kinds_of(call) {
            // Of the account itself nothing is told but its number.
            if kind != Kind::Account {
                assert_eq!(coverage(&network, kind), Coverage::Complete, "{call}");
                assert_ne!(network.of_kind(kind).count(), 0, "{call}");
            }
        }
    }
    assert_eq!(network.all::<RouteTableFacts>().count(), ROUTE_TABLES);
    assert_eq!(proxy.log().of("DescribeRouteTables").len(), 3, "pages");
    // The identity is known from connecting: asking again would only be one more thing that can fail.
    assert_eq!(proxy.log().of("GetCallerIdentity").len(), 1);
}

#[tokio::test]
async fn every_call_is_reported_and_what_is_known_grows() {
    let stub = account();
    let proxy = proxy(&stub, ProxyBuilder::default());
    let connection = connect(&proxy.url(), limits()).await;
    let mut steps = Vec::new();
    let mut items = 0;
    let network = live::load(connection, |progress| {
        assert!(progress.done <= progress.total);
        items += progress.items;
        if progress.is_done {
            assert!(!progress.has_failed);
            steps.push((progress.call, progress.done, progress.network().len()));
        }
    })
    .await;
    // Some are told of by several calls.
    assert!(items >= network.len() - 2, "{items} of {}", network.len());
    let mut calls: Vec<_> = steps.iter().map(|step| step.0).collect();
    calls.sort_unstable();
    calls.dedup();
    let expected: Vec<_> = Call::ALL
        .into_iter()
        .filter(|&call| call != Call::CallerIdentity)
        .collect();
    assert_eq!(calls, expected);
    assert!(steps.iter().map(|step| step.1).eq(1..=steps.len()));
    assert!(steps.is_sorted_by_key(|step| step.2));
    assert_eq!(steps.last().unwrap().2, network.len());
}

/// What is known of each resource of a kind.
fn records(network: &Network, kind: Kind) -> impl Iterator<Item = (&Key, &Record)> {
    let resources = network.of_kind(kind);
    resources.map(|resource| (resource.key(), resource.record()))
}

/// What one fault may cost: the kinds the call tells of, and a gap that says so. All else is as without it.
fn judge(call: Call, fault: &str, cause: Option<&Cause>, whole: &Network, found: &Network) {
    let what = format!("{call:?} {fault}");
    let kinds = describe::kinds_of(call);
    for &kind in Kind::ALL {
        if kinds.contains(&kind) {
            assert_ne!(
                coverage(found, kind),
                Coverage::Complete,
                "{what}: {kind:?}"
            );
            continue;
        }
        // Records, not who said what: a call that repeats what others say adds a saying and no fact.
        assert!(
            records(found, kind).eq(records(whole, kind)),
            "{what}: {kind:?}"
        );
        assert_eq!(
            coverage(found, kind),
            coverage(whole, kind),
            "{what}: {kind:?}"
        );
    }
    let denied = Cause::Denied(call.spec().action.into());
    let cause = cause.unwrap_or(&denied);
    let gaps = found.gaps();
    let says = |gap: &&Gap| gap.what.split(' ').next() == Some(call.spec().api);
    let said: Vec<_> = gaps.iter().filter(says).collect();
    let asked = match call {
        Call::ManagedPrefixListEntries => 2, // once for each prefix list
        _ => 1,
    };
    assert_eq!(said.len(), asked, "{what}: {gaps:?}");
    for gap in said {
        let found = (&gap.cause, gap.kinds.as_slice());
        assert_eq!(found, (cause, kinds), "{what}");
    }
    for gap in &gaps {
        let about = || gap.kinds.iter().all(|kind| kinds.contains(kind));
        assert!(says(&gap) || about(), "{what}: {gap:?}");
    }
}

/// Runs some of the matrix and gives how many cases that were.
async fn matrix(wanted: impl Fn(usize, usize) -> bool) -> usize {
    let stub = account();
    let proxy = proxy(&stub, ProxyBuilder::default());
    let connection = connect(&proxy.url(), limits()).await;
    let impatient = Limits {
        attempt: Duration::from_millis(600),
        attempts: 2,
        ..limits()
    };
    let impatient = connect(&proxy.url(), impatient).await;
    let whole = live::load(connection.clone(), |_| {}).await;
    let mut cases = 0;
    for (at, call) in Call::ALL.into_iter().enumerate() {
        for (number, (fault, cause)) in FAULTS.iter().enumerate() {
            if !wanted(at, number) {
                continue;
            }
            cases += 1;
            proxy.faults().add(faulty(call, "*", fault));
            let connection = match (call, *fault) {
                // Whose account it is is asked on connecting.
                (Call::CallerIdentity, "silent") => {
                    let short = Limits {
                        attempt: Duration::from_millis(600),
                        ..limits()
                    };
                    connect(&proxy.url(), short).await
                }
                (Call::CallerIdentity, _) => connect(&proxy.url(), limits()).await,
                (_, "silent") => impatient.clone(),
                _ => connection.clone(),
            };
            let found = live::load(connection, |_| {}).await;
            proxy.faults().clear();
            judge(call, fault, cause.as_ref(), &whole, &found);
        }
    }
    cases
}

/// Every call once and every fault several times; all of them where `VPC_ATLAS_FAULTS` is `all`.
#[tokio::test]
async fn a_fault_costs_its_call_and_nothing_else() {
    let all = std::env::var("VPC_ATLAS_FAULTS").is_ok_and(|value| value == "all");
    let cases = matrix(|call, fault| all || call % FAULTS.len() == fault).await;
    assert_eq!(cases, Call::ALL.len() * if all { FAULTS.len() } else { 1 });
    println!("{cases} cases");
}

#[tokio::test]
async fn everything_denied_is_an_account_of_which_nothing_was_read() {
    let stub = account();
    let proxy = proxy(&stub, ProxyBuilder::default());
    let connection = connect(&proxy.url(), limits()).await;
    proxy.faults().add("*:*:403".parse().unwrap());
    let network = live::load(connection, |_| {}).await;
    assert!(network.is_empty());
    for &kind in Kind::ALL {
        assert_eq!(coverage(&network, kind), Coverage::NotRead, "{kind:?}");
    }
    let lists = Call::ALL
        .into_iter()
        .filter(|call| call.spec().parent.is_none() && *call != Call::CallerIdentity);
    assert_eq!(network.gaps().len(), lists.count());
}

#[tokio::test]
async fn a_fault_on_the_second_page_keeps_the_first() {
    for (fault, cause) in [
        ("500", Cause::Failed),
        ("503", Cause::Throttled),
        ("close", Cause::Failed),
        ("truncate", Cause::Failed),
    ] {
        let stub = account();
        let rule = faulty(Call::RouteTables, "2+", fault);
        let proxy = proxy(&stub, ProxyBuilder::default().fault(rule));
        let network = load(&proxy, limits()).await;
        assert_eq!(network.all::<RouteTableFacts>().count(), 5, "{fault}");
        assert_eq!(coverage(&network, Kind::RouteTable), Coverage::Partial);
        assert_eq!(coverage(&network, Kind::Subnet), Coverage::Complete);
        let gaps = network.gaps();
        let [gap] = gaps.as_slice() else {
            panic!("{fault}: {gaps:?}");
        };
        assert_eq!(gap.what.as_str(), "DescribeRouteTables");
        assert_eq!(
            (&gap.cause, gap.kinds.as_slice()),
            (&cause, &[Kind::RouteTable][..])
        );
    }
}

/// Of one resource a piece is refused: the resource, its other pieces and its list stay.
#[tokio::test]
async fn a_refused_piece_is_unread_and_its_kind_partial() {
    let stub = account();
    let rule = faulty(Call::VpcDnsSupport, "*", "403");
    let proxy = proxy(&stub, ProxyBuilder::default().fault(rule));
    let network = load(&proxy, limits()).await;
    assert_eq!(coverage(&network, Kind::Vpc), Coverage::Partial);
    let vpcs: Vec<_> = network.all::<VpcFacts>().collect();
    let [(_, vpc)] = vpcs.as_slice() else {
        panic!("{vpcs:?}");
    };
    assert!(vpc.enable_dns_support.is_unread());
    assert_eq!(vpc.enable_dns_hostnames.value(), Some(&true));
    let gap = &network.gaps()[0];
    assert_eq!(gap.resource, Some(Key::aws(Kind::Vpc, "vpc-0a")));
}

#[tokio::test]
async fn what_passes_by_itself_leaves_no_gap() {
    let stub = account();
    let whole = load(&proxy(&stub, ProxyBuilder::default()), limits()).await;
    for fault in ["503", "500", "close", "truncate"] {
        let mut builder = ProxyBuilder::default();
        for occurrence in ["1", "2"] {
            builder = builder.fault(faulty(Call::Subnets, occurrence, fault));
        }
        let proxy = proxy(&stub, builder);
        let network = load(&proxy, limits()).await;
        assert_eq!(network.gaps(), [], "{fault}");
        assert_eq!(network, whole, "{fault}");
        assert_eq!(proxy.log().of("DescribeSubnets").len(), 3, "{fault}");
    }
}

#[tokio::test]
async fn an_empty_page_before_the_others_is_no_end() {
    let stub = account();
    let whole = load(&proxy(&stub, ProxyBuilder::default()), limits()).await;
    let pages = PageRules {
        empty_first: true,
        ..PageRules::default()
    };
    let proxy = ProxyBuilder::default()
        .pages(pages)
        .start((Ipv4Addr::LOCALHOST, 0).into(), &stub.url())
        .unwrap();
    assert_eq!(load(&proxy, limits()).await, whole);
    assert_eq!(proxy.log().of("DescribeVpcs").len(), 2);
}

/// AWS lists so many routes of a transit gateway's table and no more; it says that there are others.
#[tokio::test]
async fn a_list_that_aws_cuts_short_is_not_taken_for_whole() {
    let route = "<routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><type>static</type>\
        <state>active</state></item></routeSet><additionalRoutesAvailable>true</additionalRoutesAvailable>";
    let api = Call::TransitGatewayRoutes.spec().api;
    let stub = account().on(api, [Reply::ok(api, route)]);
    let network = live::load(connect(&stub.url(), limits()).await, |_| {}).await;
    let kind = Kind::TransitGatewayRouteTable;
    assert_eq!(coverage(&network, kind), Coverage::Partial);
    let tables: Vec<_> = network.all::<TransitGatewayRouteTableFacts>().collect();
    let [(_, table)] = tables.as_slice() else {
        panic!("{tables:?}");
    };
    assert!(table.routes.is_unread());
    assert_eq!(table.associations.items().len(), 1);
    let gaps = network.gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0].resource, Some(Key::aws(kind, "tgw-rtb-0a")));
}

/// Waits a time that seed and request decide, and counts who comes in.
struct Scattered {
    seed: u64,
    most: u64,
    arrived: AtomicUsize,
}

impl Scattered {
    fn new(seed: u64, most: u64) -> Arc<Self> {
        Arc::new(Self {
            seed,
            most,
            arrived: AtomicUsize::new(0),
        })
    }

    fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }
}

impl Stage for Scattered {
    fn handle(&self, call: Request, notes: &mut Notes, next: Next<'_>) -> Outcome {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let mut hasher = DefaultHasher::new();
        (self.seed, &call.action, &call.parameters).hash(&mut hasher);
        std::thread::sleep(Duration::from_millis(hasher.finish() % self.most));
        next.run(call, notes)
    }
}

#[tokio::test]
async fn the_order_of_answers_never_shows() {
    let stub = account();
    let mut networks = Vec::new();
    let mut orders = Vec::new();
    for seed in 0..3 {
        let stage = Scattered::new(seed, 120);
        let proxy = proxy(&stub, ProxyBuilder::default().stage(stage));
        networks.push(load(&proxy, limits()).await);
        let calls = proxy.log().calls().into_iter();
        orders.push(calls.filter_map(|call| call.action).collect::<Vec<_>>());
    }
    assert_ne!(orders[0], orders[1]);
    assert_ne!(orders[1], orders[2]);
    assert_eq!(networks[0], networks[1]);
    assert_eq!(networks[1], networks[2]);
}

#[tokio::test]
async fn lists_are_asked_for_all_at_once() {
    let stub = account();
    let latency = Duration::from_millis(400);
    let proxy = proxy(&stub, ProxyBuilder::default().latency(latency));
    let connection = connect(&proxy.url(), limits()).await;
    proxy.log().clear();
    live::load(connection, |_| {}).await;
    let lists = Call::ALL
        .into_iter()
        .filter(|call| call.spec().parent.is_none() && *call != Call::CallerIdentity);
    assert!(proxy.log().high_water() >= lists.count());
}

/// Dropping the load is all there is to cancelling it.
#[tokio::test]
async fn nothing_is_asked_after_a_cancel() {
    let stub = account();
    let stage = Scattered::new(0, 60);
    let counter = Arc::clone(&stage);
    let proxy = proxy(&stub, ProxyBuilder::default().stage(stage));
    let connection = connect(&proxy.url(), limits()).await;
    let before = counter.arrived();
    live::load(connection.clone(), |_| {}).await;
    let whole = counter.arrived() - before;

    let before = counter.arrived();
    let load = live::load(connection, |_| {});
    tokio::select! {
        biased;
        _ = load => panic!("the load ended before it could be cancelled"),
        () = async {
            while counter.arrived() - before < 10 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        } => {}
    }
    // What was on its way at that moment may still come in.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let cancelled = counter.arrived() - before;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(counter.arrived() - before, cancelled);
    assert!(cancelled < whole, "{cancelled} of {whole}");
}
