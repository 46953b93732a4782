//! Carrying out graphs against a server on this machine.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tempfile::NamedTempFile;
use vpc_atlas::apply::{Applier, Ec2, Entry, Header, News, Pace, Patience, Run, Sink, new_run};
use vpc_atlas::aws::{self, Connection, Limits, Options, Target};
use vpc_atlas::network::Network;
use vpc_atlas::source::snapshot;
use vpc_atlas::steps::{List, Look, StepGraph};

use crate::strict_proxy::ProxyBuilder;
use crate::strict_proxy::server::Proxy;
use crate::support::moto::{Moto, credentials};

/// Tries everything as often as AWS needs, and waits next to nothing.
pub(crate) fn haste() -> Patience {
    Patience {
        attempts: 6,
        backoff: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(20),
        looks: 4,
        look_pause: Duration::from_millis(1),
        unseen: Duration::from_mins(1),
        conflict: Duration::from_secs(10),
        wait: Duration::from_mins(1),
        poll: Duration::from_millis(2),
    }
}

/// A connection to a server, as the profile of an account there.
pub(crate) async fn connect(endpoint: &str, region: &str, limits: Limits) -> Connection {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(
        b"[profile moto]\naws_access_key_id = testing\naws_secret_access_key = testing\n",
    )
    .unwrap();
    let target = Target {
        profile: Some("moto".to_owned()),
        region: Some(region.to_owned()),
    };
    let options = Options {
        endpoint: Some(endpoint.to_owned()),
        config_file: Some(file.path().to_owned()),
        limits,
    };
    aws::connect_with(&target, &options).await.unwrap()
}

/// Limits for a server that answers one call at a time.
pub(crate) fn slow_server() -> Limits {
    Limits {
        attempt: Duration::from_mins(2),
        operation: Duration::from_mins(10),
        ..Limits::default()
    }
}

/// A proxy before a server, strict where the builder says so.
pub(crate) fn before(moto: &Moto, builder: ProxyBuilder) -> Proxy {
    builder
        .start((Ipv4Addr::LOCALHOST, 0).into(), &moto.url())
        .unwrap()
}

/// A journal in memory, as lines.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Sink for Lines {
    fn line(&mut self, line: &str) -> Result<(), String> {
        self.0.lock().unwrap().push(line.to_owned());
        Ok(())
    }
}

/// The header of a run that makes this.
pub(crate) fn header(graph: StepGraph, plan: &Network, region: &str) -> Header {
    Header {
        vpc_atlas_run: Header::FORMAT,
        run: new_run(),
        at: 0,
        label: "test".to_owned(),
        account: None,
        region: region.into(),
        profile: None,
        ticket: None,
        reason: None,
        tag_ticket: false,
        given: Vec::new(),
        graph,
        plan: String::from_utf8(snapshot::write(plan)).unwrap(),
    }
}

/// Whoever carries out a run, and what its journal says after the header.
pub(crate) fn applier<C: Ec2>(ec2: C, header: &Header) -> (Applier<C>, Lines) {
    let lines = Lines::default();
    let first = serde_json::to_string(header).unwrap();
    lines.0.lock().unwrap().push(first);
    let applier = resumed(ec2, &lines);
    (applier, lines)
}

/// Whoever goes on with a run from its journal, as another process would.
pub(crate) fn resumed<C: Ec2>(ec2: C, lines: &Lines) -> Applier<C> {
    let run = Run::read(&lines.all()).unwrap();
    let tell = |news: News| {
        if std::env::var_os("VPC_ATLAS_TELL").is_some() {
            match news {
                News::Event(Entry { event, .. }) => println!("{event:?}"),
                other => println!("{other:?}"),
            }
        }
    };
    Applier::new(
        ec2,
        run,
        Box::new(lines.clone()),
        Pace::unlimited(),
        haste(),
        Box::new(tell),
    )
}

/// Every list that steps make something in, by the ids in it; what is deleted does not count.
pub(crate) async fn account<C: Ec2>(ec2: &C) -> BTreeMap<List, Vec<String>> {
    let mut all: BTreeMap<List, Vec<String>> = BTreeMap::new();
    for (list, member) in LISTS {
        let look = Look {
            list,
            filters: Vec::new(),
        };
        let records = ec2.look(&look).await.unwrap();
        let is_there = |record: &&Value| {
            let state = record
                .get("State")
                .or_else(|| record.pointer("/Status/Code"));
            !matches!(
                state.and_then(Value::as_str),
                Some("deleted" | "rejected" | "failed")
            )
        };
        // moto cannot delete a default network ACL that subnets were taken from, and keeps it when its VPC is gone.
        let vpcs: Option<&Vec<String>> = all.get(&List::Vpcs);
        let has_vpc = |record: &&Value| {
            list != List::NetworkAcls
                || vpcs.is_some_and(|vpcs| vpcs.iter().any(|id| record["VpcId"] == id.as_str()))
        };
        let mut ids: Vec<String> = records
            .iter()
            .filter(is_there)
            .filter(has_vpc)
            .map(|record| record[member].as_str().unwrap().to_owned())
            .collect();
        ids.sort_unstable();
        all.insert(list, ids);
    }
    all
}

const LISTS: [(List, &str); 15] = [
    (List::Vpcs, "VpcId"),
    (List::Subnets, "SubnetId"),
    (List::RouteTables, "RouteTableId"),
    (List::InternetGateways, "InternetGatewayId"),
    (
        List::EgressOnlyInternetGateways,
        "EgressOnlyInternetGatewayId",
    ),
    (List::NatGateways, "NatGatewayId"),
    (List::Addresses, "AllocationId"),
    (List::VpcEndpoints, "VpcEndpointId"),
    (List::NetworkAcls, "NetworkAclId"),
    (List::SecurityGroups, "GroupId"),
    (List::VpcPeeringConnections, "VpcPeeringConnectionId"),
    (
        List::TransitGatewayVpcAttachments,
        "TransitGatewayAttachmentId",
    ),
    (List::VpnGateways, "VpnGatewayId"),
    (List::FlowLogs, "FlowLogId"),
    (List::ResolverEndpoints, "Id"),
];

/// The program, asked to do something in the account behind a proxy.
pub(crate) fn program(proxy: &str, config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
    credentials(&mut command);
    command
        .args(arguments)
        .env("AWS_ENDPOINT_URL", proxy)
        .env("VPC_ATLAS_CONFIG_DIR", config)
        .env("VPC_ATLAS_PATIENCE", "0.004")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
