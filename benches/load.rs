//! A region read live, from a service in this process that takes a fixed time for each answer, so that it is not the limit.
//!
//! `cargo bench --bench load`. Not criterion's: a load takes as long as its longest chain of answers, whatever the machine
//! does, and the figures only say something beside each other. Printed are, all from one run: the longest chain of pages that
//! wait for each other, the region read as the program reads it, the same calls one after another with the same SDK, and the
//! AWS CLI's commands where `VPC_ATLAS_VENV` names an environment that has it; how long it takes to stop; and the peak
//! memory of `vpc-atlas list` over a large region.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot be run says why and ends, and its figures are what it prints"
)]

#[path = "../tests/it/support/account.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod account;
#[path = "../tests/it/support/stub_ec2.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod stub_ec2;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use account::REGION;
use stub_ec2::{ACCOUNT, Asked, Reply, StubEc2};
use tempfile::NamedTempFile;
use vpc_atlas::aws::{self, Connection, Limits, Options, Target};
use vpc_atlas::source::calls::Call;
use vpc_atlas::source::live;
use vpc_atlas::workspace::{Event, SourceSpec, Worker};

/// What each answer takes.
const ANSWER: Duration = Duration::from_millis(50);

/// How much there is of what comes in pages.
#[derive(Clone, Copy)]
struct Size {
    vpcs: usize,
    subnets: usize,
    tables: usize,
    interfaces: usize,
}

const REGULAR: Size = Size {
    vpcs: 10,
    subnets: 200,
    tables: 400,
    interfaces: 2_000,
};

const LARGE: Size = Size {
    vpcs: 20,
    subnets: 2_000,
    tables: 400,
    interfaces: 10_000,
};

fn serve(size: Size, wait: Duration) -> StubEc2 {
    StubEc2::start().otherwise(move |asked| {
        thread::sleep(wait);
        let inner = large(size, asked).or_else(|| account::answer(asked))?;
        Some(Reply::ok(&asked.action, &inner))
    })
}

fn tags(name: &str) -> String {
    let tag =
        |(key, value): (&str, &str)| format!("<item><key>{key}</key><value>{value}</value></item>");
    let tags = [
        ("Name", name),
        ("Environment", "production"),
        ("CostCenter", "4711"),
    ];
    format!("<tagSet>{}</tagSet>", tags.map(tag).concat())
}

/// One page of what there is much of.
fn large(size: Size, asked: &Asked) -> Option<String> {
    let number = |name: &str| asked.parameters.get(name)?.parse::<usize>().ok();
    let from = number("NextToken").unwrap_or(0);
    let page = number("MaxResults").unwrap_or(1000);
    let (set, all, item): (&str, usize, fn(usize, usize) -> String) = match asked.action.as_str() {
        "DescribeVpcs" => ("vpcSet", size.vpcs, vpc),
        "DescribeSubnets" => ("subnetSet", size.subnets, subnet),
        "DescribeRouteTables" => ("routeTableSet", size.tables, table),
        "DescribeNetworkInterfaces" => ("networkInterfaceSet", size.interfaces, interface),
        _ => return None,
    };
    let to = (from + page).min(all);
    let mut text = format!("<{set}>");
    for at in from..to {
        let _ = write!(text, "<item>{}</item>", item(at, size.vpcs));
    }
    let _ = write!(text, "</{set}>");
    if to < all {
        let _ = write!(text, "<nextToken>{to}</nextToken>");
    }
    Some(text)
}

fn vpc(at: usize, _: usize) -> String {
    format!(
        "<vpcId>vpc-{at:017x}</vpcId><ownerId>{ACCOUNT}</ownerId><state>available</state>\
         <cidrBlock>10.{at}.0.0/16</cidrBlock><isDefault>false</isDefault>{}",
        tags(&format!("vpc-{at}"))
    )
}

fn subnet(at: usize, vpcs: usize) -> String {
    format!(
        "<subnetId>subnet-{at:017x}</subnetId><vpcId>vpc-{:017x}</vpcId><ownerId>{ACCOUNT}</ownerId>\
         <state>available</state><cidrBlock>10.{}.{}.0/24</cidrBlock><availableIpAddressCount>251</availableIpAddressCount>\
         <availabilityZone>{REGION}{}</availabilityZone>{}",
        at % vpcs,
        at % vpcs,
        at / vpcs % 256,
        ["a", "b", "c"][at % 3],
        tags(&format!("subnet-{at}"))
    )
}

fn table(at: usize, vpcs: usize) -> String {
    format!(
        "<routeTableId>rtb-{at:017x}</routeTableId><vpcId>vpc-{:017x}</vpcId><ownerId>{ACCOUNT}</ownerId><routeSet><item>\
         <destinationCidrBlock>10.{}.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state>\
         <origin>CreateRouteTable</origin></item></routeSet><associationSet/>{}",
        at % vpcs,
        at % vpcs,
        tags(&format!("table-{at}"))
    )
}

fn interface(at: usize, vpcs: usize) -> String {
    format!(
        "<networkInterfaceId>eni-{at:017x}</networkInterfaceId><subnetId>subnet-{:017x}</subnetId>\
         <vpcId>vpc-{:017x}</vpcId><availabilityZone>{REGION}a</availabilityZone><description>interface {at}</description>\
         <ownerId>{ACCOUNT}</ownerId><requesterManaged>false</requesterManaged><status>in-use</status>\
         <macAddress>0a:00:00:00:{:02x}:{:02x}</macAddress><privateIpAddress>10.{}.{}.{}</privateIpAddress>\
         <sourceDestCheck>true</sourceDestCheck><interfaceType>interface</interfaceType><groupSet><item>\
         <groupId>sg-{:017x}</groupId><groupName>web</groupName></item></groupSet><attachment>\
         <attachmentId>eni-attach-{at:017x}</attachmentId><instanceId>i-{at:017x}</instanceId><instanceOwnerId>{ACCOUNT}</instanceOwnerId>\
         <deviceIndex>0</deviceIndex><status>attached</status><deleteOnTermination>true</deleteOnTermination></attachment>\
         <privateIpAddressesSet><item><privateIpAddress>10.{}.{}.{}</privateIpAddress><primary>true</primary></item>\
         </privateIpAddressesSet>{}",
        at % vpcs,
        at % vpcs,
        at / 256 % 256,
        at % 256,
        at % vpcs,
        at / 256 % 256,
        at % 250 + 4,
        at % 97,
        at % vpcs,
        at / 256 % 256,
        at % 250 + 4,
        tags(&format!("interface-{at}"))
    )
}

fn profile() -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(
        b"[profile stub]\naws_access_key_id = AKIDSTUB\naws_secret_access_key = secret\n",
    )
    .expect("a file");
    file
}

async fn connect(url: &str) -> Connection {
    let file = profile();
    let target = Target {
        profile: Some("stub".to_owned()),
        region: Some(REGION.to_owned()),
    };
    let options = Options {
        endpoint: Some(url.to_owned()),
        config_file: Some(file.path().to_owned()),
        limits: Limits::default(),
    };
    aws::connect_with(&target, &options)
        .await
        .expect("a connection")
}

/// Every call, one after another: how long, how many pages, and the longest chain of pages that wait for each other.
async fn one_after_another(connection: &Connection) -> (Duration, usize, usize) {
    let start = Instant::now();
    let (mut pages, mut longest) = (0, 0);
    let mut chains: BTreeMap<Call, usize> = BTreeMap::new();
    let mut parents: BTreeMap<Call, Vec<String>> = BTreeMap::new();
    for call in Call::ALL
        .into_iter()
        .filter(|call| *call != Call::CallerIdentity)
    {
        let asked: Vec<Option<String>> = if call.spec().parent.is_none() {
            vec![None]
        } else {
            let ids = parents.get(&call).cloned().unwrap_or_default();
            ids.into_iter().map(Some).collect()
        };
        let before = call.spec().parent.map_or(0, |list| chains[&list.call]);
        for parent in asked {
            let mut page = |page: serde_json::Value, _| {
                for child in call.children() {
                    let list = child.spec().parent.expect("a child has a parent");
                    parents.entry(child).or_default().extend(list.ids(&page));
                }
            };
            let got = connection.run(call, parent.as_deref(), &mut page).await;
            let got = got.map_or(1, |got| got.pages);
            pages += got;
            let chain = before + got;
            longest = longest.max(chain);
            let held = chains.entry(call).or_default();
            *held = (*held).max(chain);
        }
    }
    (start.elapsed(), pages, longest)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The commands of the AWS CLI that bring the same lists, one after another.
fn commands(url: &str) -> Option<(Duration, usize)> {
    let venv = PathBuf::from(std::env::var_os("VPC_ATLAS_VENV")?);
    let commands: Vec<&str> = Call::ALL
        .into_iter()
        .map(Call::spec)
        .filter(|spec| spec.service == "ec2" && spec.parent.is_none())
        .map(|spec| spec.command)
        .take(25)
        .collect();
    let start = Instant::now();
    for command in &commands {
        let status = Command::new(venv.join("bin/python"))
            .arg(venv.join("bin/aws"))
            .args(["ec2", command, "--region", REGION, "--output", "json"])
            .env("AWS_ENDPOINT_URL", url)
            .env("AWS_ACCESS_KEY_ID", "AKIDSTUB")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        let _ = status;
    }
    Some((start.elapsed(), commands.len()))
}

/// From the word to stop until the worker has gone, and how many requests came later than that.
fn stopping(stub: &StubEc2) -> (Duration, usize) {
    let mut worker = Worker::new().expect("threads");
    let source: SourceSpec = format!("aws://stub/{REGION}").parse().expect("a source");
    let job = worker.start(vec![source], std::sync::Arc::new(|| {}));
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if let Some(Event::Reading { reading, .. }) = worker.wait(Duration::from_secs(1))
            && reading.calls().0 > 3
        {
            break;
        }
    }
    let start = Instant::now();
    worker.cancel(job);
    while worker.poll().is_some() {}
    drop(worker);
    let took = start.elapsed();
    // What was on its way at that moment may still come in.
    thread::sleep(Duration::from_millis(100));
    let before = stub.count();
    thread::sleep(Duration::from_millis(500));
    (took, stub.count() - before)
}

/// The part that runs in another process: it writes the profile that the environment names.
fn stopping_within() {
    let stub = serve(REGULAR, ANSWER);
    let path = std::env::var_os("AWS_CONFIG_FILE").expect("a file for the profile");
    let profile = format!(
        "[profile stub]\naws_access_key_id = AKIDSTUB\naws_secret_access_key = secret\nendpoint_url = {}\n",
        stub.url()
    );
    std::fs::write(path, profile).expect("the profile is written");
    let outcomes: Vec<(Duration, usize)> = (0..5).map(|_| stopping(&stub)).collect();
    let late: usize = outcomes.iter().map(|(_, late)| late).sum();
    let times = outcomes.into_iter().map(|(took, _)| took).collect();
    println!(
        "stopping (median of 5)           {:?}, {late} requests later than that",
        median(times)
    );
}

/// The peak memory of `vpc-atlas list`, in MB, and how long it took.
fn listing(url: &str) -> (f64, Duration) {
    let file = profile();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"))
        .args(["list", &format!("aws://stub/{REGION}"), "--json"])
        .env("AWS_CONFIG_FILE", file.path())
        .env("AWS_ENDPOINT_URL", url)
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

/// Says to another run of this program that it is to measure how long stopping takes: the worker looks at the environment
/// for profile and endpoint, and a process cannot change its own.
const STOPPING: &str = "VPC_ATLAS_BENCH_STOPPING";

fn main() {
    if std::env::var_os(STOPPING).is_some() {
        return stopping_within();
    }
    let stub = serve(REGULAR, ANSWER);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (sequence, pages, chain) = runtime.block_on(async {
        let connection = connect(&stub.url()).await;
        one_after_another(&connection).await
    });
    let loads = (0..5).map(|_| {
        runtime.block_on(async {
            let connection = connect(&stub.url()).await;
            let start = Instant::now();
            let network = live::load(connection, |_| {}).await;
            assert!(network.len() > 2_000, "the region was read");
            start.elapsed()
        })
    });
    let load = median(loads.collect());
    let chain_time = ANSWER * u32::try_from(chain).unwrap_or(u32::MAX);
    let share = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    println!("answers take                     {ANSWER:?}");
    println!("longest chain                    {chain} pages, {chain_time:?}");
    println!(
        "one region (median of 5)         {load:?}: {:.2} times its longest chain",
        share(load, chain_time)
    );
    println!(
        "the same {pages} pages in sequence   {sequence:?}: the region takes 1/{:.1} of it",
        share(sequence, load)
    );
    match commands(&stub.url()) {
        Some((time, number)) => println!("{number} commands of the AWS CLI      {time:?}"),
        None => println!("commands of the AWS CLI          not run: VPC_ATLAS_VENV is not set"),
    }
    let file = profile();
    let own = std::env::current_exe().expect("this program");
    let stopped = Command::new(own)
        .env(STOPPING, "1")
        .env("AWS_CONFIG_FILE", file.path())
        .status();
    assert!(stopped.is_ok_and(|status| status.success()), "it stops");
    let large = serve(LARGE, Duration::ZERO);
    let (peak, time) = listing(&large.url());
    println!(
        "`list`, {} interfaces, {} subnets  {peak:.0} MB at most, {time:?}",
        LARGE.interfaces, LARGE.subnets
    );
}
