//! Search by words, ids, addresses and tags; the same for the command line and for the window's search box.
//!
//! Words are joined by “and”, upper and lower case are alike, a phrase stands in quotes, and a hyphen in front turns a
//! word round. An address or block finds what holds it and what lies in it. `tag:KEY=VALUE`, `tag:KEY`, `kind:WORD`,
//! `region:`, `account:`, `vpc:` and `id:` look in one place only; what looks like a filter and is none is a word.

use crate::cidr::is_default;
use crate::network::{CidrAssociation, Facts, Id, Key, Known, Network, Resource, Text};
use ipnet::IpNet;
use std::net::IpAddr;

/// A resource that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub key: Key,
    /// How well it fits; higher is better.
    pub rank: u32,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

/// Texts are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Word(String),
    Block(IpNet),
    Tag(String, Option<String>),
    Kind(String),
    Region(String),
    Account(String),
    Vpc(String),
    Id(String),
}

impl Query {
    /// Read a query; every text is one.
    pub fn parse(text: &str) -> Self {
        Self {
            terms: split(text).into_iter().map(Term::parse).collect(),
        }
    }

    /// Whether nothing is looked for; nothing is found then.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// How well a resource fits, if it does.
    pub fn rank(&self, network: &Network, resource: &Resource) -> Option<u32> {
        if self.is_empty() {
            return None;
        }
        let mut total = 0;
        for term in &self.terms {
            match (term.test.rank(network, resource), term.negated) {
                (Some(rank), false) => total += rank,
                (None, true) => {}
                (None, false) | (Some(_), true) => return None,
            }
        }
        Some(total)
    }

    /// What is found, the best first; what fits equally well by kind, name and id.
    pub fn find(&self, network: &Network) -> Vec<Hit> {
        let mut found: Vec<(u32, &Resource)> = network
            .resources()
            .filter_map(|resource| Some((self.rank(network, resource)?, resource.as_ref())))
            .collect();
        found.sort_by(|(rank, a), (other, b)| {
            let order = |resource: &Resource| (resource.kind(), resource.name().is_none());
            other
                .cmp(rank)
                .then_with(|| order(a).cmp(&order(b)))
                .then_with(|| a.label().cmp(b.label()))
                .then_with(|| a.key().cmp(b.key()))
        });
        found
            .into_iter()
            .map(|(rank, resource)| Hit {
                key: resource.key().clone(),
                rank,
            })
            .collect()
    }
}

/// The words of a query with whether each stood in quotes from its start. A quote that is not closed reaches to the end.
fn split(text: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut inside) = (String::new(), false, false);
    for character in text.chars() {
        match character {
            '"' => {
                quoted |= word.is_empty() || word == "-";
                inside = !inside;
            }
            c if c.is_whitespace() && !inside => {
                if !word.is_empty() {
                    words.push((std::mem::take(&mut word), quoted));
                }
                quoted = false;
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push((word, quoted));
    }
    words
}

impl Term {
    fn parse((word, quoted): (String, bool)) -> Self {
        let (negated, word) = match word.strip_prefix('-') {
            Some(rest) if !rest.is_empty() => (true, rest.to_lowercase()),
            _ => (false, word.to_lowercase()),
        };
        let test = if quoted {
            Test::Word(word)
        } else {
            Test::parse(word)
        };
        Self { negated, test }
    }
}

impl Test {
    fn parse(word: String) -> Self {
        // An IPv6 address has colons too, so it is tried before the filters.
        if let Some(block) = parse_block(&word) {
            return Self::Block(block);
        }
        let Some((filter, value)) = word.split_once(':').filter(|(_, value)| !value.is_empty())
        else {
            return Self::Word(word);
        };
        match filter {
            "tag" => match value.split_once('=') {
                Some((key, value)) => Self::Tag(key.to_owned(), Some(value.to_owned())),
                None => Self::Tag(value.to_owned(), None),
            },
            "kind" => Self::Kind(value.to_owned()),
            "resourcetype" => Self::Kind(value.strip_prefix("ec2:").unwrap_or(value).to_owned()),
            "region" => Self::Region(value.to_owned()),
            "account" | "accountid" => Self::Account(value.to_owned()),
            "vpc" => Self::Vpc(value.to_owned()),
            "id" => Self::Id(value.to_owned()),
            "cidr" => match parse_block(value) {
                Some(block) => Self::Block(block),
                None => Self::Word(value.to_owned()),
            },
            _ => Self::Word(word),
        }
    }

    fn rank(&self, network: &Network, resource: &Resource) -> Option<u32> {
        let yes = |fits: bool| fits.then_some(20);
        match self {
            Self::Word(word) => rank_word(word, resource),
            Self::Block(block) => rank_block(*block, resource),
            Self::Tag(key, value) => yes(resource.common().tags.value().is_some_and(|tags| {
                tags.iter().any(|(held, stands)| {
                    held.to_lowercase() == *key
                        && value.as_ref().is_none_or(|value| holds(stands, value))
                })
            })),
            Self::Kind(kind) => yes(resource.kind().word() == kind),
            Self::Region(region) => yes(region_of(resource).is_some_and(|held| held == region)),
            Self::Account(account) => yes(account_of(resource).is_some_and(|held| held == account)),
            Self::Vpc(wanted) => yes(vpcs_of(resource).into_iter().any(|vpc| {
                vpc.as_str() == wanted
                    || network
                        .get(&Key::new(crate::network::Kind::Vpc, vpc.clone()))
                        .and_then(|vpc| vpc.name())
                        .is_some_and(|name| name.to_lowercase() == *wanted)
            })),
            Self::Id(id) => {
                let held = resource.key().id.as_str().to_lowercase();
                yes(held == *id || id.ends_with(&format!("/{held}")))
            }
        }
    }
}

fn parse_block(text: &str) -> Option<IpNet> {
    let block = text.parse::<IpNet>().map(|block| block.trunc());
    block
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Where a text stands in another, upper and lower case alike; `word` is in lower case.
fn place(text: &str, word: &str) -> Option<usize> {
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return (text.len() >= word.len())
            .then(|| {
                text.windows(word.len().max(1))
                    .position(|window| window.eq_ignore_ascii_case(word))
            })
            .flatten();
    }
    text.to_lowercase().find(word)
}

fn holds(text: &str, word: &str) -> bool {
    place(text, word).is_some()
}

/// How well a text fits a word: all of it, its start, the start of one of its parts, or anywhere.
fn fit(text: &str, word: &str, ranks: [u32; 4]) -> Option<u32> {
    let at = place(text, word)?;
    let whole = text.to_lowercase();
    Some(if whole == word {
        ranks[0]
    } else if at == 0 {
        ranks[1]
    } else if whole
        .split(|c: char| !c.is_alphanumeric())
        .any(|part| part.starts_with(word))
    {
        ranks[2]
    } else {
        ranks[3]
    })
}

fn rank_word(word: &str, resource: &Resource) -> Option<u32> {
    let name = resource
        .name()
        .and_then(|name| fit(name, word, [100, 60, 45, 30]));
    let id = fit(resource.key().id.as_str(), word, [100, 50, 25, 20]);
    let kind = [resource.kind().word(), resource.kind().singular()]
        .into_iter()
        .filter_map(|kind| fit(kind, word, [35, 15, 12, 8]))
        .max();
    let tags = resource.common().tags.value().and_then(|tags| {
        tags.iter()
            .filter_map(|(key, value)| {
                let value = fit(value, word, [18, 14, 12, 10]);
                value.or_else(|| holds(key, word).then_some(5))
            })
            .max()
    });
    let details = details(resource)
        .into_iter()
        .filter_map(|text| fit(text, word, [16, 10, 8, 6]))
        .max();
    // A part of an address is a word, and looks like one only where it is all digits and signs.
    let digits = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
    let address = if word.chars().all(digits) {
        blocks(resource)
            .into_iter()
            .filter_map(|block| fit(&bare(block), word, [40, 28, 6, 4]))
            .max()
    } else {
        None
    };
    [name, id, kind, tags, details, address]
        .into_iter()
        .flatten()
        .max()
}

/// A block as people write it: a single address without its mask.
fn bare(block: IpNet) -> String {
    if block.prefix_len() == block.max_prefix_len() {
        block.addr().to_string()
    } else {
        block.to_string()
    }
}

fn rank_block(wanted: IpNet, resource: &Resource) -> Option<u32> {
    let of_blocks = blocks(resource).into_iter().filter_map(|block| {
        if block == wanted {
            Some(100)
        } else if is_default(wanted) || is_default(block) {
            // Everything lies in the default block, and that says nothing.
            None
        } else if block.contains(&wanted) {
            // The narrower, the nearer.
            Some(40 + u32::from(block.prefix_len()) / 4)
        } else {
            wanted.contains(&block).then_some(30)
        }
    });
    let of_routes = match resource.facts() {
        Facts::RouteTable(table) => table
            .routes
            .items()
            .iter()
            .any(|route| route.block() == Some(wanted))
            .then_some(35),
        _ => None,
    };
    of_blocks.chain(of_routes).max()
}

/// Blocks and addresses that belong to a resource.
fn blocks(resource: &Resource) -> Vec<IpNet> {
    fn usable(blocks: &Known<Vec<CidrAssociation>>) -> impl Iterator<Item = IpNet> {
        blocks.items().iter().filter_map(CidrAssociation::usable)
    }
    fn one(address: &Known<IpAddr>) -> impl Iterator<Item = IpNet> {
        address.value().copied().map(IpNet::from).into_iter()
    }
    match resource.facts() {
        Facts::Vpc(vpc) => {
            let primary = vpc.primary_cidr.value().copied().map(IpNet::V4);
            let mut all: Vec<IpNet> = usable(&vpc.cidr_blocks)
                .chain(usable(&vpc.ipv6_blocks))
                .chain(primary)
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        Facts::Subnet(subnet) => {
            let v4 = subnet.cidr_block.value().copied().flatten();
            v4.map(IpNet::V4)
                .into_iter()
                .chain(usable(&subnet.ipv6_blocks))
                .collect()
        }
        Facts::NetworkInterface(interface) => {
            let v4 = interface.addresses.items().iter();
            let v4 = v4.flat_map(|address| [Some(address.private_ip), address.public_ip]);
            v4.flatten()
                .chain(interface.ipv6_addresses.items().iter().copied())
                .map(IpNet::from)
                .collect()
        }
        Facts::Instance(instance) => one(&instance.private_ip)
            .chain(one(&instance.public_ip))
            .collect(),
        Facts::ElasticIp(elastic) => {
            let private = elastic.private_ip.value().copied().flatten();
            one(&elastic.public_ip)
                .chain(private.map(IpNet::from))
                .collect()
        }
        Facts::NatGateway(nat) => {
            let addresses = nat.addresses.items().iter();
            addresses
                .flat_map(|address| [address.public_ip, address.private_ip])
                .flatten()
                .map(IpNet::from)
                .collect()
        }
        Facts::PrefixList(list) => list
            .entries
            .items()
            .iter()
            .map(|entry| entry.cidr)
            .collect(),
        Facts::TransitGateway(gateway) => gateway.cidr_blocks.items().to_vec(),
        Facts::CustomerGateway(gateway) => gateway
            .ip_address
            .value()
            .and_then(|address| address.parse::<IpAddr>().ok())
            .map(IpNet::from)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Further words of a resource that people know it by.
fn details(resource: &Resource) -> Vec<&str> {
    let texts: [&Known<Text>; 3] = match resource.facts() {
        Facts::Subnet(subnet) => [
            &subnet.availability_zone,
            &subnet.availability_zone_id,
            &Known::Unread,
        ],
        Facts::VpcEndpoint(endpoint) => [
            &endpoint.service_name,
            &endpoint.endpoint_type,
            &Known::Unread,
        ],
        Facts::SecurityGroup(group) => [&group.description, &group.group_name, &Known::Unread],
        Facts::NetworkInterface(interface) => [
            &interface.description,
            &interface.mac_address,
            &interface.interface_type,
        ],
        Facts::Instance(instance) => [&instance.instance_type, &instance.state, &Known::Unread],
        Facts::TransitGateway(gateway) => [&gateway.description, &Known::Unread, &Known::Unread],
        Facts::CustomerGateway(gateway) => [&gateway.device_name, &Known::Unread, &Known::Unread],
        Facts::AvailabilityZone(zone) => [&zone.zone_id, &Known::Unread, &Known::Unread],
        _ => [&Known::Unread; 3],
    };
    texts
        .into_iter()
        .filter_map(|text| text.value().map(Text::as_str))
        .collect()
}

/// The account that owns a resource, else the one that saw it.
pub fn account_of(resource: &Resource) -> Option<&str> {
    let owner = resource.common().owner.value();
    owner.map(Text::as_str).or_else(|| {
        let mut seen = resource.observations().iter();
        seen.find_map(|seen| seen.sighting.account.as_deref())
    })
}

/// The region a resource stands in, else the one it was seen in.
pub fn region_of(resource: &Resource) -> Option<&str> {
    let region = resource.common().region.value();
    region.map(Text::as_str).or_else(|| {
        let mut seen = resource.observations().iter();
        seen.find_map(|seen| seen.sighting.region.as_deref())
    })
}

/// The VPCs a resource itself names: the one it stands in, those it is attached to or joins.
pub fn vpcs_of(resource: &Resource) -> Vec<&Id> {
    match resource.facts() {
        Facts::Vpc(_) => vec![&resource.key().id],
        Facts::Subnet(facts) => facts.vpc.value().into_iter().collect(),
        Facts::RouteTable(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NatGateway(facts) => facts.vpc.value().into_iter().collect(),
        Facts::VpcEndpoint(facts) => facts.vpc.value().into_iter().collect(),
        Facts::CarrierGateway(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkFirewall(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkAcl(facts) => facts.vpc.value().into_iter().collect(),
        Facts::SecurityGroup(facts) => facts.vpc.value().into_iter().collect(),
        Facts::NetworkInterface(facts) => facts.vpc.value().into_iter().collect(),
        Facts::Instance(facts) => facts.vpc.value().into_iter().collect(),
        Facts::InternetGateway(facts) => held_by(&facts.attachments),
        Facts::EgressOnlyInternetGateway(facts) => held_by(&facts.attachments),
        Facts::VpnGateway(facts) => held_by(&facts.attachments),
        Facts::VpcPeeringConnection(facts) => [&facts.requester, &facts.accepter]
            .into_iter()
            .filter_map(|side| side.value().map(|side| &side.vpc))
            .collect(),
        Facts::TransitGatewayAttachment(facts)
            if facts
                .resource_type
                .value()
                .is_some_and(|kind| kind == "vpc") =>
        {
            facts.resource.value().into_iter().collect()
        }
        Facts::FlowLog(facts) => facts
            .resource
            .value()
            .filter(|id| id.as_str().starts_with("vpc-"))
            .into_iter()
            .collect(),
        Facts::CoreNetwork(facts) => facts.vpcs.items().iter().collect(),
        _ => Vec::new(),
    }
}

fn held_by(attachments: &Known<Vec<crate::network::VpcAttachment>>) -> Vec<&Id> {
    attachments
        .items()
        .iter()
        .filter(|attachment| attachment.holds())
        .map(|attachment| &attachment.vpc)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Common, InterfaceAddress, Kind, NetworkInterfaceFacts, Record, Scope, Shard, Sighting,
        SubnetFacts, VpcFacts,
    };
    use std::sync::Arc;

    fn resource(id: &str, name: &str, facts: impl Into<Facts>) -> Arc<Resource> {
        let tags = [("Name".into(), name.into()), ("Team".into(), "Café".into())];
        let record = Record {
            common: Common {
                owner: Known::Value("111122223333".into()),
                region: Known::Value("eu-west-1".into()),
                tags: Known::Value(
                    tags.into_iter()
                        .filter(|(_, v): &(Text, Text)| !v.is_empty())
                        .collect(),
                ),
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
        let shard = Shard::from_resources([
            resource("vpc-1", "shop", vpc),
            resource("subnet-a1", "shop-web-a", subnet("10.0.1.0/24")),
            resource("subnet-b2", "shop-db-b", subnet("10.0.2.0/24")),
            resource("eni-77", "", interface),
        ]);
        Network::of(Scope::default(), shard)
    }

    fn found(text: &str) -> Vec<String> {
        let network = network();
        let hits = Query::parse(text).find(&network);
        hits.iter().map(|hit| hit.key.id.to_string()).collect()
    }

    #[test]
    fn the_better_fit_comes_first() {
        assert_eq!(found("shop"), ["vpc-1", "subnet-b2", "subnet-a1", "eni-77"]);
        assert_eq!(found("SUBNET-A1"), ["subnet-a1"]);
        assert_eq!(found("77"), ["eni-77"]);
        assert_eq!(found(""), [""; 0]);
        assert_eq!(found("  "), [""; 0]);
    }

    #[test]
    fn words_are_joined_and_turned_round() {
        assert_eq!(found("shop web"), ["subnet-a1"]);
        assert_eq!(found("subnet -web"), ["subnet-b2"]);
        assert_eq!(found("\"app/shop\""), ["eni-77"]);
        assert_eq!(found("\"web shop\""), [""; 0]);
        assert_eq!(found("-"), ["subnet-b2", "subnet-a1", "vpc-1", "eni-77"]);
    }

    #[test]
    fn addresses_find_what_holds_them_from_the_nearest() {
        assert_eq!(found("10.0.1.7"), ["eni-77", "subnet-a1", "vpc-1"]);
        assert_eq!(found("203.0.113.9"), ["eni-77"]);
        assert_eq!(found("10.0.2.0/24"), ["subnet-b2", "vpc-1"]);
        assert_eq!(found("10.0.2"), ["subnet-b2"]);
        assert_eq!(found("0.0.0.0/0"), [""; 0]);
        assert_eq!(found("2001:db8::1"), [""; 0]);
    }

    #[test]
    fn filters_look_in_one_place() {
        assert_eq!(found("kind:subnet web"), ["subnet-a1"]);
        assert_eq!(found("resourcetype:ec2:vpc"), ["vpc-1"]);
        assert_eq!(found("vpc:shop kind:network-interface"), ["eni-77"]);
        assert_eq!(found("region:eu-west-2"), [""; 0]);
        assert_eq!(found("account:111122223333 id:eni-77"), ["eni-77"]);
        assert_eq!(found("tag:team=café db"), ["subnet-b2"]);
        assert_eq!(found("tag:name web"), ["subnet-a1"]);
        assert_eq!(found("cat:blue"), [""; 0]);
    }

    #[test]
    fn odd_texts_find_nothing_and_break_nothing() {
        for text in [
            "\"",
            "\"\"",
            "--",
            ":",
            "tag:",
            "tag:=",
            "10.0.0.0/99",
            "ß",
            "\u{0}",
        ] {
            let _ = found(text);
        }
        assert!(Query::parse("\"\"").is_empty());
        let kinds = Query::parse("kind:vpc").find(&network());
        assert_eq!(kinds[0].key.kind, Kind::Vpc);
    }
}
