//! A second reading of the grammar that looks at one resource after the other, to hold the index to.

use super::attributes::{blocks, place, texts, vpcs_of};
use super::query::{CidrTest, Field, Query, TagTest, Term, Test, Value, Word};
use super::{APPLICATION_TAG, Index, LIMIT, account_of};
use crate::network::{
    Common, CustomerGatewayFacts, Facts, Key, Kind, Known, Network, Record, RegionFacts, Resource,
    Scope, SecurityGroupFacts, Shard, Sighting, SubnetFacts, Text, VpcFacts,
};
use ipnet::IpNet;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// None is “not known”.
type Answer = Option<bool>;

fn answer(network: &Network, query: &Query, resource: &Resource) -> Answer {
    let is_word = |term: &&Term| matches!(term.test, Test::Word(_) | Test::Block(_));
    let words: Vec<&Term> = query.terms.iter().filter(is_word).collect();
    let asked: Vec<&&Term> = words.iter().filter(|term| !term.negated).collect();
    if !asked.is_empty() && !asked.iter().any(|term| has(resource, &term.test, false)) {
        return Some(false);
    }
    if words
        .iter()
        .any(|term| term.negated && has(resource, &term.test, true))
    {
        return Some(false);
    }
    let filters = query.terms.iter().filter(|term| !is_word(term));
    let answers: Vec<Answer> = filters
        .map(|term| Some(filter(network, resource, &term.test)? != term.negated))
        .collect();
    if answers.contains(&Some(false)) {
        Some(false)
    } else if answers.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// Spelled with spaces between tokens and around them, so that a phrase is a part of a string.
fn spelled(text: &str) -> String {
    let lower = text.to_lowercase();
    let spaced: String = lower
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let joined: Vec<&str> = spaced.split(' ').filter(|part| !part.is_empty()).collect();
    format!(" {} ", joined.join(" "))
}

fn has(resource: &Resource, test: &Test, whole: bool) -> bool {
    match test {
        Test::Word(Word { parts, prefix }) => {
            let mut wanted: Vec<String> = parts.iter().map(|part| spelled(part)).collect();
            if whole {
                wanted = vec![spelled(&parts.join(" "))];
            }
            if parts.is_empty() {
                return true;
            }
            let last = wanted.pop().unwrap();
            let last = if *prefix {
                last.trim_end().to_owned()
            } else {
                last
            };
            wanted.push(last);
            let held: Vec<String> = texts(resource)
                .iter()
                .map(|(text, _)| spelled(text))
                .collect();
            wanted
                .iter()
                .any(|wanted| held.iter().any(|held| held.contains(wanted.as_str())))
        }
        Test::Block(wanted) => {
            let wanted = *wanted;
            blocks(resource).into_iter().any(|block: IpNet| {
                block == wanted
                    || (block.prefix_len() > 0
                        && wanted.prefix_len() > 0
                        && (block.contains(&wanted) || wanted.contains(&block)))
            })
        }
        _ => false,
    }
}

fn equal(value: &Value, text: &str) -> bool {
    let (value, prefix, text) = (value.text.to_lowercase(), value.prefix, text.to_lowercase());
    value == text || (prefix && text.starts_with(&value))
}

fn filter(network: &Network, resource: &Resource, test: &Test) -> Answer {
    let tags = || -> Option<BTreeMap<Text, Text>> {
        match resource.common().tags.value() {
            Some(tags) => Some(tags.clone()),
            None if matches!(resource.kind(), Kind::Region | Kind::AvailabilityZone) => {
                Some(BTreeMap::new())
            }
            None => None,
        }
    };
    let among = |values: &[Value], text: &str| values.iter().any(|value| equal(value, text));
    match test {
        Test::Field(field, values) => match field {
            Field::Region => Some(among(values, place(resource)?)),
            Field::Account => Some(among(values, account_of(resource)?)),
            Field::Kind | Field::ResourceType => {
                let word = resource.kind().word();
                // The kinds that are generated are all of EC2.
                Some(among(values, word) || among(values, &format!("ec2:{word}")))
            }
            Field::Service => Some(among(values, "ec2")),
            Field::Id => {
                let id = resource.key().id.as_str();
                Some(values.iter().any(|value| {
                    let tail = value.text.rsplit('/').next().unwrap_or_default();
                    let is_arn = value.text.to_lowercase().starts_with("arn:")
                        && value.text.contains('/')
                        && !tail.is_empty();
                    let tail = Value {
                        text: tail.to_owned(),
                        prefix: value.prefix,
                    };
                    equal(value, id) || (is_arn && equal(&tail, id))
                }))
            }
            Field::TagKey => Some(tags()?.keys().any(|key| among(values, key))),
            Field::TagValue => Some(tags()?.values().any(|value| among(values, value))),
            Field::Application => Some(tags()?.iter().any(|(key, value)| {
                let of_group = value.split("group/").nth(1).unwrap_or_default().split('/');
                key.eq_ignore_ascii_case(APPLICATION_TAG)
                    && (among(values, value)
                        || of_group
                            .filter(|part| !part.is_empty())
                            .any(|part| among(values, part)))
            })),
            Field::Vpc => Some(vpcs_of(resource).into_iter().any(|id| {
                let vpc = network.get(&Key::new(Kind::Vpc, id.clone()));
                let name = vpc.and_then(|vpc| vpc.name());
                among(values, id.as_str()) || name.is_some_and(|name| among(values, name))
            })),
        },
        Test::Tags(tests) => {
            let tags = tags()?;
            let by_hand = tags
                .keys()
                .filter(|key| !key.to_lowercase().starts_with("aws:"));
            let by_hand = by_hand.count();
            Some(tests.iter().any(|test| match test {
                TagTest::All => by_hand > 0,
                TagTest::None => by_hand == 0,
                TagTest::Key(wanted) => tags.keys().any(|key| equal(wanted, key)),
                TagTest::Pair(wanted, value) => tags.iter().any(|(key, held)| {
                    key.to_lowercase() == wanted.to_lowercase() && equal(value, held)
                }),
            }))
        }
        Test::Cidr(tests) => Some(tests.iter().any(|test| {
            blocks(resource).iter().any(|block| match test {
                CidrTest::Holds(address) => block.contains(address),
                CidrTest::Inside(wanted) => wanted.contains(block),
            })
        })),
        Test::SupportsTags => Some(resource.kind() != Kind::Region),
        Test::Word(_) | Test::Block(_) => None,
    }
}

fn words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "web", "Web", "web-a", "shop", "db", "prod", "prod env", "a", "b", "1", "10", "é-web",
    ])
}

fn resources() -> impl Strategy<Value = Network> {
    let keys = prop::sample::select(vec!["Name", "env", "Team", "aws:stack", APPLICATION_TAG]);
    let values = prop_oneof![
        words().prop_map(str::to_owned),
        words().prop_map(|name| format!("arn:aws:resource-groups:x:1:group/{name}/0a")),
    ];
    let tags = prop::option::weighted(0.8, prop::collection::btree_map(keys, values, 0..4));
    let place = prop::option::weighted(
        0.8,
        prop::sample::select(vec!["eu-west-1", "eu-west-2", "us-east-1"]),
    );
    let one = (0..5_u8, 0..30_u8, tags, place, prop::option::of(words()));
    prop::collection::vec(one, 0..14).prop_map(|all| {
        let resources = all.into_iter().map(|(kind, number, tags, region, word)| {
            let tags = tags.map(|tags| {
                let tags = tags.into_iter();
                tags.map(|(key, value)| (Text::from(key), Text::from(value)))
                    .collect::<BTreeMap<_, _>>()
            });
            let cidr = format!("10.{}.{number}.0/24", number % 3);
            let (id, facts): (String, Facts) = match kind {
                0 => {
                    let vpc = VpcFacts {
                        primary_cidr: Known::Value(format!("10.{number}.0.0/16").parse().unwrap()),
                        ..VpcFacts::default()
                    };
                    (format!("vpc-{number}"), vpc.into())
                }
                1 | 2 => {
                    let subnet = SubnetFacts {
                        vpc: Known::Value(format!("vpc-{}", number % 5).as_str().into()),
                        cidr_block: Known::Value(Some(cidr.parse().unwrap())),
                        availability_zone: region.map(|region| format!("{region}a").into()).into(),
                        ..SubnetFacts::default()
                    };
                    (format!("subnet-{number}"), subnet.into())
                }
                3 => {
                    let group = SecurityGroupFacts {
                        vpc: Known::Value("vpc-1".into()),
                        group_name: word.map(Text::from).into(),
                        ..SecurityGroupFacts::default()
                    };
                    (format!("sg-{number}"), group.into())
                }
                _ if number == 0 => ("eu-west-1".to_owned(), RegionFacts::default().into()),
                _ => {
                    let gateway = CustomerGatewayFacts {
                        ip_address: Known::Value(format!("10.0.0.{number}").into()),
                        device_name: word.map(Text::from).into(),
                        ..CustomerGatewayFacts::default()
                    };
                    (format!("cgw-{number}"), gateway.into())
                }
            };
            let record = Record {
                common: Common {
                    owner: if number % 4 == 0 {
                        Known::Unread
                    } else {
                        Known::Value("111122223333".into())
                    },
                    region: region.map(Text::from).into(),
                    tags: tags.into(),
                    ..Common::default()
                },
                facts,
            };
            let sighting = Arc::new(Sighting {
                account: None,
                region: None,
                input: crate::network::Input::Account,
            });
            Arc::new(Resource::seen(id.as_str().into(), sighting, record))
        });
        Network::of(Scope::default(), Shard::from_resources(resources))
    })
}

fn queries() -> impl Strategy<Value = String> {
    let terms = prop::sample::select(vec![
        "web",
        "we*",
        "shop",
        "shop-web",
        "\"prod env\"",
        "\"web a\"*",
        "prod-*",
        "*",
        "é-web",
        "subnet",
        "customer",
        "10.0.1",
        "10.0.0.0/8",
        "10.1.2.3",
        "0.0.0.0/0",
        "region:eu-west-1",
        "region:eu-*,us-east-1",
        "region:global",
        "kind:subnet",
        "kind:vpc,subnet",
        "kind:s*",
        "resourcetype:ec2:vpc",
        "resourcetype.supports:tags",
        "service:ec2",
        "service:rds",
        "accountid:111122223333",
        "account:9",
        "id:subnet-1*",
        "id:vpc-1,vpc-2",
        "id:arn:aws:ec2:eu-west-1:1:subnet/subnet-1",
        "id:arn:aws:ec2:eu-west-1:1:subnet/subnet-1*",
        "tag:env=prod",
        "tag:env=\"prod env\",web*",
        "tag:env",
        "tag:aws\\:stack",
        "tag:all",
        "tag:none",
        "tag.key:te*",
        "tag.key:name",
        "tag.value:web",
        "tag.value:a*,b",
        "application:web",
        "application:\"prod env\"",
        "application:arn*",
        "vpc:vpc-1",
        "vpc:web",
        "vpc:vpc-*",
        "cidr:10.1.1.1",
        "cidr:10.0.0.0/12,10.2.2.0/24",
        "cidr:0.0.0.0/0",
        "cat:blue",
        "sg",
        "eu",
    ]);
    let term = (prop::bool::weighted(0.25), terms);
    prop::collection::vec(term, 1..5).prop_map(|terms| {
        let terms = terms.into_iter();
        let terms = terms.map(|(turned, term)| format!("{}{term}", if turned { "-" } else { "" }));
        terms.collect::<Vec<_>>().join(" ")
    })
}

proptest! {
    #[test]
    fn the_index_finds_what_a_look_at_each_resource_finds(network in resources(), text in queries()) {
        let query = Query::parse(&text);
        let index = Index::of(&network);
        let found = index.search(&query, LIMIT);
        let mut keys: Vec<&Key> = found.hits.iter().map(|hit| &hit.key).collect();
        keys.sort();
        let answers: Vec<(&Key, Answer)> = network
            .resources()
            .map(|resource| (resource.key(), answer(&network, &query, resource)))
            .collect();
        let fitting = answers.iter().filter(|(_, answer)| *answer == Some(true));
        let expected: Vec<&Key> = fitting.map(|(key, _)| *key).collect();
        let unsure = answers.iter().filter(|(_, answer)| answer.is_none());
        prop_assert_eq!(keys, expected, "{}", text);
        prop_assert_eq!(found.unsure, unsure.count(), "{}", text);
        prop_assert_eq!(found.total, found.hits.len());
        prop_assert!(found.hits.is_sorted_by_key(|hit| std::cmp::Reverse(hit.rank)));
    }
}
