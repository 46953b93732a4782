//! The table in `tests/README.md` of what a call that fails costs is what the program does and says.

use std::fmt::Write as _;

use vpc_atlas::network::{Cause, Gap, Kind};
use vpc_atlas::source::calls::Call;
use vpc_atlas::source::describe::kinds_of;
use vpc_atlas::workspace::{answers_unknown, missing_policy, read_policy};

use crate::support::environment::package;

fn table() -> String {
    let mut table = String::from(
        "| call | permission | left incomplete | answers that become unknown |\n|---|---|---|---|\n",
    );
    for call in Call::ALL {
        let spec = call.spec();
        let name = match call {
            Call::VpcDnsSupport => "DescribeVpcAttribute (enableDnsSupport)",
            Call::VpcDnsHostnames => "DescribeVpcAttribute (enableDnsHostnames)",
            _ => spec.api,
        };
        let kinds: Vec<&str> = kinds_of(call).iter().map(|kind| kind.word()).collect();
        writeln!(
            table,
            "| {name} | `{}` | {} | {} |",
            spec.action,
            kinds.join(", "),
            call.answers().join("; ")
        )
        .unwrap();
    }
    table
}

#[test]
fn the_table_of_gaps_is_true() {
    let readme = std::fs::read_to_string(package().join("tests/README.md")).unwrap();
    let table = table();
    assert!(
        readme.contains(&table),
        "tests/README.md has to hold this table:\n{table}"
    );
}

#[test]
fn every_kind_of_the_map_is_fed_by_a_call() {
    for kind in [
        Kind::Vpc,
        Kind::Subnet,
        Kind::RouteTable,
        Kind::InternetGateway,
        Kind::NatGateway,
        Kind::VpcEndpoint,
        Kind::VpcPeeringConnection,
        Kind::TransitGatewayAttachment,
        Kind::VpnGateway,
        Kind::SecurityGroup,
        Kind::NetworkAcl,
        Kind::NetworkInterface,
    ] {
        assert!(
            Call::ALL.iter().any(|&call| kinds_of(call).contains(&kind)),
            "{kind:?}"
        );
    }
}

#[test]
fn policies_only_read_and_name_what_is_missing() {
    let actions = |policy: &str| -> Vec<String> {
        let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
        let actions = policy["Statement"][0]["Action"].as_array().unwrap();
        actions
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect()
    };
    let all = actions(&read_policy());
    for action in &all {
        let (_, verb) = action.split_once(':').unwrap();
        assert!(
            ["Describe", "Get", "Search", "List"]
                .iter()
                .any(|start| verb.starts_with(start)),
            "{action}"
        );
    }
    for call in Call::ALL
        .into_iter()
        .filter(|call| *call != Call::CallerIdentity)
    {
        assert!(
            all.iter().any(|action| action == call.spec().action),
            "{call}"
        );
    }
    let gap = |cause| Gap::new("DescribeFlowLogs", "111122223333 eu-west-1", cause, "no");
    assert_eq!(missing_policy(&[gap(Cause::Throttled)]), None);
    let denied = gap(Cause::Denied("ec2:DescribeFlowLogs".into()));
    let policy = missing_policy(&[denied.clone(), denied.clone()]).unwrap();
    assert_eq!(actions(&policy), ["ec2:DescribeFlowLogs"]);
    assert_eq!(answers_unknown(&denied), ["what is logged of traffic"]);
    let other = Gap::new("vpcs.json", "", Cause::Unreadable, "it is empty");
    assert!(answers_unknown(&other).is_empty());
}
