//! A network of 100,000 resources for measurements: 200 VPCs, 20 accounts, four regions, and tags as people give them.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot begin is to stop"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use vpc_atlas::network::{
    Common, Facts, Input, InstanceFacts, InterfaceAddress, Known, Network, NetworkInterfaceFacts,
    Record, Resource, RouteTableFacts, Scope, SecurityGroupFacts, Shard, Sighting, SubnetFacts,
    Text, VpcFacts,
};

/// How many resources there are.
pub(crate) const COUNT: u32 = 100_000;

/// A number that looks like any other, the same each time.
fn mixed(number: u32) -> u64 {
    let mut mixed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (mixed >> 32)
}

fn facts(number: u32) -> (&'static str, Facts) {
    let vpc_number = if number < 200 {
        number
    } else {
        number / 100 % 200
    };
    let vpc = Known::Value(format!("vpc-{:017x}", mixed(vpc_number)).as_str().into());
    let host = [
        10,
        (vpc_number % 250) as u8,
        (number >> 8) as u8,
        number as u8,
    ];
    match number % 100 {
        _ if number < 200 => {
            let block = format!("10.{}.0.0/16", number % 250);
            let vpc = VpcFacts {
                primary_cidr: Known::Value(block.parse().unwrap()),
                ..VpcFacts::default()
            };
            ("vpc", vpc.into())
        }
        0..5 => {
            let block = format!("10.{}.{}.0/24", vpc_number % 250, (number >> 8) % 256);
            let subnet = SubnetFacts {
                vpc,
                cidr_block: Known::Value(Some(block.parse().unwrap())),
                availability_zone: Known::Value("eu-west-1a".into()),
                ..SubnetFacts::default()
            };
            ("subnet", subnet.into())
        }
        5..8 => {
            let table = RouteTableFacts {
                vpc,
                ..RouteTableFacts::default()
            };
            ("rtb", table.into())
        }
        8..20 => {
            let group = SecurityGroupFacts {
                vpc,
                group_name: Known::Value(format!("group-{number}").into()),
                description: Known::Value("lets the shop in".into()),
                ..SecurityGroupFacts::default()
            };
            ("sg", group.into())
        }
        20..40 => {
            let instance = InstanceFacts {
                vpc,
                private_ip: Known::Value(host.into()),
                instance_type: Known::Value("t3.micro".into()),
                ..InstanceFacts::default()
            };
            ("i", instance.into())
        }
        _ => {
            let interface = NetworkInterfaceFacts {
                vpc,
                description: Known::Value(format!("ELB app/shop/{number:x}").into()),
                addresses: Known::Value(vec![InterfaceAddress {
                    private_ip: host.into(),
                    primary: true,
                    public_ip: None,
                }]),
                ..NetworkInterfaceFacts::default()
            };
            ("eni", interface.into())
        }
    }
}

/// All of them.
pub(crate) fn network() -> Network {
    let sighting = Arc::new(Sighting {
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        input: Input::Account,
    });
    let pick = |of: &[&str], number: u32| Text::from(of[mixed(number) as usize % of.len()]);
    let resources = (0..COUNT).map(|number| {
        let (prefix, facts) = facts(number);
        let regions = ["eu-west-1", "eu-west-2", "us-east-1", "ap-southeast-2"];
        let tags: BTreeMap<Text, Text> = [
            ("Name".into(), format!("shop-{prefix}-{number}").into()),
            (
                "env".into(),
                pick(&["prod", "test", "dev", "stage"], number),
            ),
            (
                "team".into(),
                pick(&["net", "web", "data", "core", "ops"], number / 3),
            ),
            (
                "cost-center".into(),
                format!("cc-{}", mixed(number) % 400).into(),
            ),
            (
                "aws:cloudformation:stack-name".into(),
                format!("stack-{}", number % 900).into(),
            ),
        ]
        .into();
        let record = Record {
            common: Common {
                owner: Known::Value(format!("1111222233{:02}", number % 20).into()),
                region: Known::Value(pick(&regions, number / 7)),
                tags: if number % 50 == 49 {
                    Known::Unread
                } else {
                    Known::Value(tags)
                },
                ..Common::default()
            },
            facts,
        };
        let id = format!("{prefix}-{:017x}", mixed(number));
        Arc::new(Resource::seen(
            id.as_str().into(),
            Arc::clone(&sighting),
            record,
        ))
    });
    Network::of(Scope::default(), Shard::from_resources(resources))
}
