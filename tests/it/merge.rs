//! Merging: whatever comes in whatever order, the network is the same.

use crate::support::files::json;
use crate::support::generate;
use proptest::prelude::*;
use serde_json::json;
use vpc_atlas::network::{Kind, Network, Shard};
use vpc_atlas::source::{InputFile, read, snapshot};

/// Everything that can be seen of a network, derived gaps and conflicts too.
fn seen(network: &Network) -> (Vec<u8>, Vec<String>, Vec<String>) {
    let resources = network
        .resources()
        .map(|resource| format!("{resource:?}"))
        .collect();
    let gaps = network.gaps().iter().map(ToString::to_string).collect();
    (snapshot::write(network), resources, gaps)
}

fn both(a: &Shard, b: &Shard) -> Shard {
    let mut both = a.clone();
    both.merge(b);
    both
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn shards_merge_in_any_order(a in generate::shard(), b in generate::shard(), c in generate::shard()) {
        prop_assert_eq!(both(&a, &b), both(&b, &a));
        prop_assert_eq!(both(&both(&a, &b), &c), both(&a, &both(&b, &c)));
        prop_assert_eq!(both(&a, &a), a.clone());
        prop_assert_eq!(both(&both(&a, &b), &b), both(&a, &b));
    }

    #[test]
    fn networks_merge_in_any_order(a in generate::network(), b in generate::network(), c in generate::network()) {
        let ab = a.clone().merged(&b);
        prop_assert_eq!(seen(&ab), seen(&b.clone().merged(&a)));
        prop_assert_eq!(
            seen(&ab.clone().merged(&c)),
            seen(&a.clone().merged(&b.clone().merged(&c)))
        );
        prop_assert_eq!(seen(&a.clone().merged(&a)), seen(&a));
        prop_assert_eq!(seen(&ab.clone().merged(&b)), seen(&ab));
    }

    #[test]
    fn merging_loses_no_resource(a in generate::network(), b in generate::network()) {
        let merged = a.clone().merged(&b);
        for resource in a.resources().chain(b.resources()) {
            let held = merged.get(resource.key()).unwrap();
            for observation in resource.observations() {
                prop_assert!(held.observations().contains(observation));
            }
        }
    }

    #[test]
    fn files_in_any_order_and_folder_give_the_same_snapshot(
        order in Just((0..files().len()).collect::<Vec<_>>()).prop_shuffle(),
        prefix in "([a-z ]{1,6}/){0,3}",
    ) {
        let files = files();
        let plain = seen(&read(&files));
        let moved: Vec<InputFile> = order
            .into_iter()
            .map(|at| InputFile {
                path: format!("{prefix}{}", files[at].path),
                bytes: files[at].bytes.clone(),
            })
            .collect();
        prop_assert_eq!(seen(&read(&moved)), plain);
    }
}

#[test]
fn the_generator_reaches_every_kind_and_conflicts() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = generate::network();
    let mut kinds = std::collections::BTreeSet::new();
    let mut conflicts = 0;
    for _ in 0..400 {
        let network = strategy.new_tree(&mut runner).unwrap().current();
        kinds.extend(network.resources().map(|resource| resource.kind()));
        conflicts += network
            .resources()
            .filter(|resource| !resource.conflicts().is_empty())
            .count();
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
    assert!(conflicts > 20, "{conflicts}");
}

/// A little of everything that order could matter to: two accounts, pages, one id twice, broken files.
fn files() -> Vec<InputFile> {
    let subnet = |id: &str, block: &str| {
        json!({"SubnetId": id, "VpcId": "vpc-1", "CidrBlock": block, "AvailabilityZone": "eu-west-1a",
            "OwnerId": "111122223333", "State": "available"})
    };
    vec![
        json(
            "a/vpcs.json",
            &json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333"}]}),
        ),
        json(
            "a/subnets-1.json",
            &json!({"Subnets": [subnet("subnet-2", "10.0.2.0/24"), subnet("subnet-1", "10.0.1.0/24")], "NextToken": "more"}),
        ),
        json(
            "a/subnets-2.json",
            &json!({"Subnets": [subnet("subnet-3", "10.0.3.0/24")]}),
        ),
        // The same subnet, differently: a conflict.
        json(
            "a/subnets-3.json",
            &json!({"Subnets": [subnet("subnet-1", "10.0.9.0/24")]}),
        ),
        json(
            "a/attribute.json",
            &json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}),
        ),
        json(
            "a/tgw-rtb-00000001/routes-1.json",
            &json!({"Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "Type": "static", "State": "active"}], "NextToken": "x"}),
        ),
        json(
            "a/tgw-rtb-00000001/routes-2.json",
            &json!({"Routes": [{"DestinationCidrBlock": "10.1.0.0/16", "Type": "static", "State": "active"}]}),
        ),
        json(
            "444455556666/eu-west-1/vpcs.json",
            &json!({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333"}]}),
        ),
        json(
            "444455556666/eu-west-1/instances.json",
            &json!({"Reservations": [{"OwnerId": "444455556666", "Instances": [
            {"InstanceId": "i-1", "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1"}]}]}]}),
        ),
        InputFile::new("a/broken.json", &b"{\"Vpcs\": ["[..]),
        InputFile::new("a/page.json", &b"<html>"[..]),
        InputFile::unreadable("a/locked.json", "it cannot be read: permission denied"),
        InputFile::new("a/LICENSE", &b"You may"[..]),
    ]
}
