//! Search over everything that was read, with the grammar of the AWS Resource Explorer; the same for the command line
//! and for the window's search box.
//! <https://docs.aws.amazon.com/resource-explorer/latest/userguide/using-search-query-syntax.html>
//!
//! Free words are joined by “or”, and what more of them hit comes first; they part at spaces and hyphens unless they
//! are in quotes. Filters are joined by “and”; several values of one, with commas between, by “or”. A hyphen in front
//! turns a word or a filter round, a star at the end stands for any further letters, a backslash takes the meaning from
//! the sign behind it. What looks like a filter and is none is a word.
//!
//! Beyond AWS's grammar there are `kind:`, `vpc:`, `tag:KEY` and `cidr:`, which finds what an address lies in and what
//! lies in a block; an address or block as a word finds both. A hyphened word turned round leaves out what has all of
//! it in order.
//!
//! What was not read is not found, and a filter that looks at it says neither yes nor no: [`Found::unsure`] counts that.

mod attributes;
mod complete;
mod index;
mod matching;
mod parse;
mod query;
mod rank;
#[cfg(test)]
mod slow;

pub use attributes::{APPLICATION_TAG, account_of, region_of, tag_words, vpcs_of};
pub use complete::{Completion, FILTERS};
pub use index::Index;
pub use matching::Found;
pub use query::{Query, tag_query};

use crate::network::Key;

/// How many hits are listed at most, as in the Resource Explorer.
pub const LIMIT: usize = 1000;

/// A resource that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub key: Key,
    /// How well it fits; higher is better.
    pub rank: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Common, Facts, InterfaceAddress, Kind, Known, Network, NetworkInterfaceFacts, Record,
        RegionFacts, Resource, Scope, Shard, Sighting, SubnetFacts, Text, VpcFacts,
    };
    use std::sync::Arc;

    fn resource(id: &str, tags: Option<&[(&str, &str)]>, facts: impl Into<Facts>) -> Arc<Resource> {
        let tags = tags.map(|tags| {
            let tags = tags.iter();
            tags.map(|(key, value)| (Text::from(*key), Text::from(*value)))
                .collect()
        });
        let record = Record {
            common: Common {
                owner: Known::Value("111122223333".into()),
                region: Known::Value("eu-west-1".into()),
                tags: tags.into(),
                ..Common::default()
            },
            facts: facts.into(),
        };
        let sighting = Arc::new(Sighting {
            account: None,
            region: None,
            input: crate::network::Input::Account,
        });
        Arc::new(Resource::seen(id.into(), sighting, record))
    }

    fn network() -> Network {
        let subnet = |cidr: &str| SubnetFacts {
            vpc: Known::Value("vpc-1".into()),
            cidr_block: Known::Value(Some(cidr.parse().unwrap())),
            ..SubnetFacts::default()
        };
        let interface = NetworkInterfaceFacts {
            vpc: Known::Value("vpc-1".into()),
            description: Known::Value("ELB app/shop/1".into()),
            addresses: Known::Value(vec![InterfaceAddress {
                private_ip: "10.0.1.7".parse().unwrap(),
                primary: true,
                public_ip: Some("203.0.113.9".parse().unwrap()),
            }]),
            ..NetworkInterfaceFacts::default()
        };
        let vpc = VpcFacts {
            primary_cidr: Known::Value("10.0.0.0/16".parse().unwrap()),
            ..VpcFacts::default()
        };
        let application = "arn:aws:resource-groups:eu-west-1:111122223333:group/Shop/0abc1";
        let shard = Shard::from_resources([
            resource(
                "vpc-1",
                Some(&[
                    ("Name", "shop"),
                    ("Team", "Café"),
                    (APPLICATION_TAG, application),
                ]),
                vpc,
            ),
            resource(
                "subnet-a1",
                Some(&[("Name", "shop-web-a"), ("env", "prod")]),
                subnet("10.0.1.0/24"),
            ),
            resource(
                "subnet-b2",
                Some(&[("Name", "shop-db-b"), ("env", "test"), ("none", "x y")]),
                subnet("10.0.2.0/24"),
            ),
            resource(
                "subnet-c3",
                Some(&[("aws:cloudformation:stack-name", "base")]),
                subnet("10.0.3.0/24"),
            ),
            resource("eni-77", None, interface),
            resource("eu-west-1", None, RegionFacts::default()),
        ]);
        Network::of(Scope::default(), shard)
    }

    fn search(text: &str) -> Found {
        Index::of(&network()).search(&Query::parse(text), LIMIT)
    }

    fn found(text: &str) -> Vec<String> {
        let found = search(text);
        assert_eq!(found.total, found.hits.len(), "{text}");
        found
            .hits
            .iter()
            .map(|hit| hit.key.id.to_string())
            .collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn words_are_joined_by_or_and_more_hits_come_first() {
        assert_eq!(found("web db"), ["subnet-b2", "subnet-a1"]);
        assert_eq!(found("shop web")[0], "subnet-a1");
        assert_eq!(found("shop web").len(), 4);
        assert_eq!(found("shop"), ["vpc-1", "subnet-b2", "subnet-a1", "eni-77"]);
        assert_eq!(found("77"), ["eni-77"]);
        assert_eq!(found(""), NONE);
        assert_eq!(found("  "), NONE);
    }

    #[test]
    fn words_part_at_hyphens_and_what_stands_together_comes_first() {
        // Every subnet has the first part; one has both.
        assert_eq!(found("SUBNET-A1")[0], "subnet-a1");
        assert_eq!(found("subnet-a1").len(), 3);
        assert_eq!(found("\"subnet-a1\""), ["subnet-a1"]);
        assert_eq!(found("db-zebra"), ["subnet-b2"]);
    }

    #[test]
    fn a_phrase_stands_in_order() {
        assert_eq!(found("\"app/shop\""), ["eni-77"]);
        assert_eq!(found("\"shop web\""), ["subnet-a1"]);
        assert_eq!(found("\"web shop\""), NONE);
    }

    #[test]
    fn a_word_is_whole_and_a_star_lets_it_go_on() {
        assert_eq!(found("sho"), NONE);
        assert_eq!(found("sho*").len(), 4);
        assert_eq!(found("\"shop w\"*"), ["subnet-a1"]);
        assert_eq!(found("*").len(), 6);
        assert_eq!(found("-*"), NONE);
    }

    #[test]
    fn a_hyphen_in_front_turns_round() {
        assert_eq!(found("subnet -web"), ["subnet-b2", "subnet-c3"]);
        assert_eq!(found("subnet -shop-web-a"), ["subnet-b2", "subnet-c3"]);
        assert_eq!(
            found("kind:subnet -tag:env=prod"),
            ["subnet-b2", "subnet-c3"]
        );
        assert_eq!(found("-subnet -eni -region"), ["vpc-1"]);
        assert_eq!(
            found("kind:subnet -10.0.1.0/24"),
            ["subnet-b2", "subnet-c3"]
        );
    }

    #[test]
    fn addresses_find_what_holds_them_from_the_nearest() {
        assert_eq!(found("10.0.1.7"), ["eni-77", "subnet-a1", "vpc-1"]);
        assert_eq!(found("203.0.113.9"), ["eni-77"]);
        assert_eq!(found("10.0.2.0/24"), ["subnet-b2", "vpc-1"]);
        assert_eq!(found("10.0.2"), ["subnet-b2"]);
        assert_eq!(found("0.0.0.0/0"), NONE);
        assert_eq!(found("2001:db8::1"), NONE);
        // As words they are joined by “or”, too.
        assert_eq!(found("10.0.3.9 web").len(), 3);
    }

    #[test]
    fn cidr_tells_what_holds_an_address_from_what_lies_in_a_block() {
        assert_eq!(found("cidr:10.0.1.9"), ["subnet-a1", "vpc-1"]);
        assert_eq!(found("cidr:10.0.1.0/24"), ["subnet-a1", "eni-77"]);
        assert_eq!(
            found("cidr:10.0.2.0/24,10.0.3.0/24"),
            ["subnet-b2", "subnet-c3"]
        );
        assert_eq!(found("cidr:10.0.1.9 kind:vpc"), ["vpc-1"]);
        assert_eq!(found("cidr:0.0.0.0/0").len(), 5);
        assert_eq!(found("-cidr:10.0.0.0/8"), ["eu-west-1"]);
    }

    #[test]
    fn filters_are_joined_by_and_and_their_values_by_or() {
        assert_eq!(found("kind:subnet web"), ["subnet-a1"]);
        assert_eq!(found("resourcetype:ec2:vpc"), ["vpc-1"]);
        assert_eq!(found("resourcetype:ec2:*,vpc kind:vpc"), ["vpc-1"]);
        assert_eq!(found("kind:vpc,network-interface").len(), 2);
        assert_eq!(found("service:ec2 kind:vpc"), ["vpc-1"]);
        assert_eq!(found("service:network-firewall"), NONE);
        assert_eq!(found("vpc:shop kind:network-interface"), ["eni-77"]);
        assert_eq!(found("vpc:VPC-1 eni"), ["eni-77"]);
        assert_eq!(found("region:eu-west-2"), NONE);
        assert_eq!(found("region:eu-* kind:vpc"), ["vpc-1"]);
        assert_eq!(found("region:eu-west-1 region:eu-west-2"), NONE);
        assert_eq!(found("region:eu-west-1,eu-west-2 kind:vpc"), ["vpc-1"]);
        assert_eq!(found("region:global"), NONE);
        assert_eq!(found("account:111122223333 id:eni-77"), ["eni-77"]);
        let arn = "id:arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-a1";
        assert_eq!(found(arn), ["subnet-a1"]);
        assert_eq!(found("id:subnet-*").len(), 3);
        assert_eq!(found("cat:blue"), NONE);
        assert_eq!(found("cat:blue web"), ["subnet-a1"]);
    }

    #[test]
    fn tags_are_found_by_key_value_and_both() {
        assert_eq!(found("tag:team=café"), ["vpc-1"]);
        assert_eq!(found("tag:env=prod,test").len(), 2);
        assert_eq!(found("tag:env=pr*"), ["subnet-a1"]);
        assert_eq!(found("tag:env=pr"), NONE);
        assert_eq!(found("tag:env=prod tag:Name=shop-web-a"), ["subnet-a1"]);
        assert_eq!(found("tag:ENV"), ["subnet-b2", "subnet-a1"]);
        assert_eq!(found("tag.key:te*"), ["vpc-1"]);
        assert_eq!(found("tag.value:prod,Café"), ["vpc-1", "subnet-a1"]);
        assert_eq!(found("tag:\"none=x y\""), ["subnet-b2"]);
        assert_eq!(found("tag:\"none\""), ["subnet-b2"]);
        assert_eq!(found("application:shop"), ["vpc-1"]);
        assert_eq!(found("application:0abc*"), ["vpc-1"]);
        assert_eq!(
            found("application:arn:aws:resource-groups:eu-west-1:111122223333:group/Shop/0abc1"),
            ["vpc-1"]
        );
    }

    #[test]
    fn tags_that_were_not_read_are_neither_there_nor_missing() {
        // AWS's own tags do not count, and a region can have none.
        assert_eq!(found("tag:none"), ["eu-west-1", "subnet-c3"]);
        assert_eq!(found("tag:none resourcetype.supports:tags"), ["subnet-c3"]);
        assert_eq!(found("tag:all").len(), 3);
        for text in [
            "tag:none",
            "tag:all",
            "-tag:all",
            "tag:env=prod",
            "-tag.key:x",
            "application:x",
        ] {
            assert_eq!(search(text).unsure, 1, "{text}");
            assert!(Query::parse(text).asks_for_tags());
        }
        assert_eq!(search("tag:none kind:subnet").unsure, 0);
        assert_eq!(search("kind:subnet").unsure, 0);
    }

    #[test]
    fn only_the_best_are_listed_and_all_are_counted() {
        let index = Index::of(&network());
        let all = index.search(&Query::parse("subnet shop"), LIMIT);
        let few = index.search(&Query::parse("subnet shop"), 2);
        assert_eq!((few.total, few.hits.len()), (all.total, 2));
        assert_eq!(few.hits, all.hits[..2]);
        assert_eq!(few.places().count(), all.total);
    }

    #[test]
    fn completions_are_of_what_is_there() {
        let index = Index::of(&network());
        let texts = |text: &str| -> Vec<String> {
            let found = index.completions(text, 4);
            found.into_iter().map(|found| found.text).collect()
        };
        assert_eq!(texts("web reg"), ["web region:"]);
        assert_eq!(texts("-kin"), ["-kind:"]);
        assert_eq!(texts("kind:s"), ["kind:subnet "]);
        assert_eq!(texts("kind:vpc,n"), ["kind:vpc,network-interface "]);
        assert_eq!(texts("tag:e"), ["tag:env="]);
        assert_eq!(texts("tag:env="), ["tag:env=prod ", "tag:env=test "]);
        assert_eq!(texts("tag:none=x"), ["tag:none=\"x y\" "]);
        assert_eq!(texts("vpc:s"), ["vpc:shop "]);
        assert_eq!(texts("application:"), ["application:Shop "]);
        assert_eq!(texts("accountid:11"), ["accountid:111122223333 "]);
        assert_eq!(texts("region:eu-west-1"), NONE);
        assert_eq!(texts("zebra"), NONE);
        assert_eq!(texts("web "), NONE);
        assert_eq!(index.completions("kind:s", 4)[0].count, Some(3));
        for (filter, _) in FILTERS {
            assert!(!texts(&filter[..2]).is_empty(), "{filter}");
        }
    }

    #[test]
    fn the_kind_is_told_with_the_hit() {
        assert_eq!(search("kind:vpc").hits[0].key.kind, Kind::Vpc);
        assert!(Index::of(&Network::new()).is_empty());
    }
}
