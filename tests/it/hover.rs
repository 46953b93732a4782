//! `contract.md`, part 3, row by row, over the sample.

use std::collections::BTreeSet;
use vpc_atlas::network::{Key, Network, Related, Topology};
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::source::sample;

struct Sample {
    network: Network,
    topology: Topology,
}

impl Sample {
    fn new() -> Self {
        let network = sample::network();
        let topology = Topology::of(&network);
        Self { network, topology }
    }

    /// The one resource of the map with this name.
    fn key(&self, name: &str) -> Key {
        let on_map: BTreeSet<&Key> = self
            .topology
            .vpcs()
            .flat_map(|(vpc, members)| {
                let lists = [
                    &members.subnets,
                    &members.tables,
                    &members.connections,
                    &members.gone,
                ];
                std::iter::once(vpc).chain(lists.into_iter().flatten())
            })
            .collect();
        let mut named = on_map.into_iter().filter(|key| {
            self.network
                .get(key)
                .is_some_and(|resource| resource.name() == Some(name))
        });
        let key = named
            .next()
            .unwrap_or_else(|| panic!("nothing on the map is called {name}"));
        assert_eq!(named.next(), None, "{name} names two things");
        key.clone()
    }

    /// Names as in the table, where `prod-app-a` is both a subnet and a table: `rtb:` before it means the table.
    fn find(&self, word: &str) -> Key {
        match word.strip_prefix("rtb:") {
            Some(name) => self.by_kind(name, "route-table"),
            None => match word.strip_prefix("subnet:") {
                Some(name) => self.by_kind(name, "subnet"),
                None => self.key(word),
            },
        }
    }

    fn by_kind(&self, name: &str, kind: &str) -> Key {
        let mut named = self
            .network
            .resources()
            .filter(|resource| resource.kind().word() == kind && resource.name() == Some(name))
            .map(|resource| resource.key().clone());
        named
            .next()
            .unwrap_or_else(|| panic!("no {kind} is called {name}"))
    }

    fn keys(&self, words: &str) -> BTreeSet<Key> {
        words
            .split_whitespace()
            .map(|word| self.find(word))
            .collect()
    }

    fn lines(&self, words: &str) -> BTreeSet<(Key, Key)> {
        words
            .split_whitespace()
            .map(|line| {
                let (from, to) = line.split_once("->").unwrap();
                (self.find(from), self.find(to))
            })
            .collect()
    }

    fn check(&self, on: &str, related: &Related, keys: &str, lines: &str) {
        let names = |keys: &BTreeSet<Key>| -> Vec<String> {
            keys.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            names(&related.keys),
            names(&self.keys(keys)),
            "what lights on {on}"
        );
        assert_eq!(related.lines, self.lines(lines), "lines that light on {on}");
    }
}

#[test]
fn every_row_of_the_table_lights_what_it_says() {
    let sample = Sample::new();
    for (on, keys, lines) in [
        // Subnet: its VPC, effective table, that table's targets, connections with a leg in it.
        (
            "subnet:prod-public-a",
            "subnet:prod-public-a harbour-prod rtb:prod-public prod-igw prod-nat-a",
            "harbour-prod->subnet:prod-public-a subnet:prod-public-a->rtb:prod-public rtb:prod-public->prod-igw",
        ),
        // … blackholes too.
        (
            "subnet:prod-app-c",
            "subnet:prod-app-c harbour-prod rtb:prod-app-c prod-nat-c prod-ipv6-out prod-to-tools harbour-core
             prod-vpn prod-s3 prod-dynamodb prod-to-legacy prod-secrets",
            "harbour-prod->subnet:prod-app-c subnet:prod-app-c->rtb:prod-app-c rtb:prod-app-c->prod-nat-c
             rtb:prod-app-c->prod-ipv6-out rtb:prod-app-c->prod-to-tools rtb:prod-app-c->harbour-core
             rtb:prod-app-c->prod-vpn rtb:prod-app-c->prod-s3 rtb:prod-app-c->prod-dynamodb
             rtb:prod-app-c->prod-to-legacy",
        ),
        // … gateway endpoints on the table.
        (
            "subnet:prod-data-b",
            "subnet:prod-data-b harbour-prod rtb:prod-data prod-s3",
            "harbour-prod->subnet:prod-data-b subnet:prod-data-b->rtb:prod-data rtb:prod-data->prod-s3",
        ),
        // Route table: its VPC, explicit subnets, targets.
        (
            "rtb:prod-public",
            "rtb:prod-public harbour-prod subnet:prod-public-a subnet:prod-public-b subnet:prod-public-c prod-igw",
            "harbour-prod->subnet:prod-public-a harbour-prod->subnet:prod-public-b harbour-prod->subnet:prod-public-c
             subnet:prod-public-a->rtb:prod-public subnet:prod-public-b->rtb:prod-public
             subnet:prod-public-c->rtb:prod-public rtb:prod-public->prod-igw",
        ),
        // … and implicit subnets.
        (
            "rtb:tools-main",
            "rtb:tools-main harbour-tools subnet:tools-a subnet:tools-b tools-igw prod-to-tools harbour-core",
            "harbour-tools->subnet:tools-a harbour-tools->subnet:tools-b subnet:tools-a->rtb:tools-main
             subnet:tools-b->rtb:tools-main rtb:tools-main->tools-igw rtb:tools-main->prod-to-tools
             rtb:tools-main->harbour-core",
        ),
        ("rtb:prod-main", "rtb:prod-main harbour-prod", ""),
        // Connection: tables that route to it, subnets effective on those, its VPC.
        (
            "prod-igw",
            "prod-igw harbour-prod rtb:prod-public subnet:prod-public-a subnet:prod-public-b subnet:prod-public-c",
            "harbour-prod->subnet:prod-public-a harbour-prod->subnet:prod-public-b harbour-prod->subnet:prod-public-c
             subnet:prod-public-a->rtb:prod-public subnet:prod-public-b->rtb:prod-public
             subnet:prod-public-c->rtb:prod-public rtb:prod-public->prod-igw",
        ),
        // NAT gateway: its subnet too, but not that subnet's own table.
        (
            "prod-nat-a",
            "prod-nat-a harbour-prod rtb:prod-app-a subnet:prod-app-a subnet:prod-public-a",
            "harbour-prod->subnet:prod-app-a subnet:prod-app-a->rtb:prod-app-a rtb:prod-app-a->prod-nat-a",
        ),
        // Interface endpoint: the subnets with its interfaces.
        ("prod-ecr", "prod-ecr harbour-prod subnet:prod-app-a subnet:prod-app-b", ""),
        // Peering: the other VPC.
        (
            "prod-to-tools",
            "prod-to-tools harbour-prod harbour-tools rtb:prod-app-a rtb:prod-app-b rtb:prod-app-c rtb:tools-main
             subnet:prod-app-a subnet:prod-app-b subnet:prod-app-c subnet:tools-a subnet:tools-b",
            "harbour-prod->subnet:prod-app-a harbour-prod->subnet:prod-app-b harbour-prod->subnet:prod-app-c
             harbour-tools->subnet:tools-a harbour-tools->subnet:tools-b subnet:prod-app-a->rtb:prod-app-a
             subnet:prod-app-b->rtb:prod-app-b subnet:prod-app-c->rtb:prod-app-c subnet:tools-a->rtb:tools-main
             subnet:tools-b->rtb:tools-main rtb:prod-app-a->prod-to-tools rtb:prod-app-b->prod-to-tools
             rtb:prod-app-c->prod-to-tools rtb:tools-main->prod-to-tools",
        ),
        // A blackholed one lights what leads to it.
        (
            "prod-to-legacy",
            "prod-to-legacy harbour-prod rtb:prod-app-c subnet:prod-app-c",
            "harbour-prod->subnet:prod-app-c subnet:prod-app-c->rtb:prod-app-c rtb:prod-app-c->prod-to-legacy",
        ),
    ] {
        sample.check(on, &sample.topology.related(&sample.find(on)), keys, lines);
    }
}

#[test]
fn a_transit_gateway_lights_its_attachment_subnets() {
    let sample = Sample::new();
    let related = sample.topology.related(&sample.key("harbour-core"));
    let attached = sample.keys(
        "subnet:prod-app-a subnet:prod-app-b subnet:prod-app-c subnet:tools-a subnet:tools-b",
    );
    assert!(related.keys.is_superset(&attached));
    assert!(
        related
            .keys
            .is_superset(&sample.keys("harbour-prod harbour-tools rtb:prod-app-a rtb:tools-main"))
    );
    assert!(!related.keys.contains(&sample.find("subnet:prod-data-a")));
}

#[test]
fn a_zone_lights_its_subnets_their_tables_and_what_stands_in_it() {
    let sample = Sample::new();
    let related = sample
        .topology
        .related_to_zone(&sample.key("harbour-prod"), "eu-west-1a");
    sample.check(
        "eu-west-1a",
        &related,
        "subnet:prod-public-a subnet:prod-app-a subnet:prod-data-a rtb:prod-public rtb:prod-app-a rtb:prod-data
         prod-igw prod-nat-a prod-ipv6-out prod-to-tools harbour-core prod-vpn prod-s3 prod-dynamodb prod-secrets
         prod-ecr",
        "subnet:prod-public-a->rtb:prod-public subnet:prod-app-a->rtb:prod-app-a subnet:prod-data-a->rtb:prod-data
         rtb:prod-public->prod-igw rtb:prod-app-a->prod-nat-a rtb:prod-app-a->prod-ipv6-out
         rtb:prod-app-a->prod-to-tools rtb:prod-app-a->harbour-core rtb:prod-app-a->prod-vpn rtb:prod-app-a->prod-s3
         rtb:prod-app-a->prod-dynamodb rtb:prod-data->prod-s3",
    );
}

#[test]
fn a_vpc_lights_everything_in_it_and_nothing_of_the_other() {
    let sample = Sample::new();
    let (prod, tools) = (sample.key("harbour-prod"), sample.key("harbour-tools"));
    let related = sample.topology.related(&prod);
    let members = sample.topology.members(&prod).unwrap();
    let everything = [
        &members.subnets,
        &members.tables,
        &members.connections,
        &members.gone,
    ];
    assert!(
        everything
            .into_iter()
            .flatten()
            .all(|key| related.keys.contains(key))
    );
    let others = sample.topology.members(&tools).unwrap();
    assert!(
        others
            .subnets
            .iter()
            .chain(&others.tables)
            .all(|key| !related.keys.contains(key))
    );
}

#[test]
fn what_lights_has_a_card_and_every_line_a_leg() {
    let sample = Sample::new();
    let view = View::of(&sample.network, &sample.topology, &Options::default());
    for (_, key) in view.keys() {
        let related = sample.topology.related(key);
        let lit = view.lit(&related);
        assert!(
            lit.cards.iter().all(|card| view
                .key(*card)
                .is_some_and(|key| related.keys.contains(key))),
            "{key}"
        );
        let legs = |line: &(Key, Key)| {
            let one = Related {
                lines: BTreeSet::from([line.clone()]),
                ..Related::default()
            };
            view.lit(&one).legs.len()
        };
        for line in &related.lines {
            assert!(legs(line) > 0, "{} → {} is not drawn", line.0, line.1);
        }
    }
}
