//! Snapshots: what is written is read back, the same every time, and bad files say what is wrong.

use crate::support::files::json;
use crate::support::generate;
use proptest::prelude::*;
use serde_json::{Value, json};
use vpc_atlas::network::{Cause, Network};
use vpc_atlas::source::{InputFile, read, snapshot};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(network in generate::network()) {
        let bytes = snapshot::write(&network);
        let back = snapshot::read(&bytes, "x").unwrap();
        prop_assert_eq!(&back, &network);
        prop_assert_eq!(snapshot::write(&back), bytes.clone());
        // Through the front door too, as it is and with its members in another order.
        prop_assert_eq!(&read(&[InputFile::new("any.name", bytes.clone())]), &network);
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&read(&[json("pretty.json", &value)]), &network);
    }

    #[test]
    fn a_broken_snapshot_is_an_error_and_no_panic(network in generate::network(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = snapshot::write(&network);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = snapshot::read(&bytes, "x");
        // What lacks more than the line break at the end lacks a bracket.
        bytes.truncate(at.min(bytes.len() - 2));
        prop_assert!(snapshot::read(&bytes, "x").is_err());
    }
}

fn small() -> Network {
    read(&[json(
        "111122223333/eu-west-1/x.json",
        &json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333"},
            {"VpcId": "vpc-2", "CidrBlock": "10.1.0.9/16"}]}),
    )])
}

/// The format is a promise: this text must keep opening, and one resource stays one line.
#[test]
fn the_format_is_kept() {
    let text = String::from_utf8(snapshot::write(&small())).unwrap();
    insta::assert_snapshot!(text);
    let lines = text
        .lines()
        .filter(|line| line.starts_with("{\"kind\":"))
        .count();
    assert_eq!(lines, 2);
}

#[test]
fn bad_snapshots_say_what_is_wrong_and_where() {
    let newer = r#"{"vpc_atlas_snapshot":2,"shards":[]}"#;
    let mixed = r#"{"vpc_atlas_snapshot":1,"shards":[{"account":null,"region":null,"resources":[
{"kind":"vpc","id":"vpc-1","seen":[{"input":"account","facts":{"subnet":{}}}]}]}]}"#;
    let empty = r#"{"vpc_atlas_snapshot":1,"shards":[{"account":null,"region":null,"resources":[
{"kind":"vpc","id":"vpc-1","seen":[]}]}]}"#;
    for (text, expected) in [
        (
            newer,
            "old.json: the snapshot is of version 2, and this program reads up to version 1; open it with a newer one",
        ),
        (
            mixed,
            "old.json: VPC vpc-1 has no facts, or facts of another kind",
        ),
        (
            empty,
            "old.json: VPC vpc-1 has no facts, or facts of another kind",
        ),
        (
            "{\"vpc_atlas_snapshot\":1,\"shards\":[",
            "old.json: the JSON breaks off at line 1, column 34; save the whole output again",
        ),
        (
            "{\"vpc_atlas_snapshot\":\"1\"}",
            "old.json: not JSON at line 1, column 25 (invalid type: string \"1\", expected u64)",
        ),
    ] {
        let error = snapshot::read(text.as_bytes(), "old.json").unwrap_err();
        assert_eq!(error.to_string(), expected);
        // Beside other files it costs itself alone.
        let network = read(&[
            InputFile::new("old.json", text.as_bytes()),
            json("x.json", &json!({"Vpcs": [{"VpcId": "vpc-1"}]})),
        ]);
        assert_eq!(network.len(), 1, "{text}");
        let gap = network
            .gaps()
            .into_iter()
            .find(|gap| gap.cause == Cause::Unreadable)
            .unwrap();
        assert_eq!(gap.to_string(), expected);
    }
}

#[test]
fn snapshots_and_describe_output_merge() {
    let snapshot = InputFile::new("a/saved.json", snapshot::write(&small()));
    let subnets = json(
        "111122223333/eu-west-1/y.json",
        &json!({"Subnets": [{"SubnetId": "subnet-1"}]}),
    );
    let both = read(&[snapshot.clone(), subnets.clone()]);
    assert_eq!(both.len(), 3);
    assert_eq!(both.shards().count(), 1);
    assert_eq!(both, read(&[subnets, snapshot]));
}
