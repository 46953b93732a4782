//! Blocks of VPCs that overlap, and whether that matters: only where something joins the two.
//!
//! VPCs whose blocks overlap cannot be peered, and a transit gateway sends an address to one of them only.
//! <https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html>

use crate::cidr::Family;
use crate::network::{CidrAssociation, Interconnect, Key, Kind, Network, Resource, VpcFacts};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// A block of one VPC that overlaps a block of another one, where something joins the two: one of the blocks lies in the
/// other, or they are the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlap {
    /// The lesser of the two VPCs by key.
    pub one: Key,
    /// Its block.
    pub one_block: IpNet,
    /// The other VPC.
    pub other: Key,
    /// Its block.
    pub other_block: IpNet,
    /// What joins the two: peering connections, transit gateways, core networks.
    pub joined_by: Vec<Key>,
}

/// An overlap as one of the two VPCs sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// Its own block.
    pub own: IpNet,
    /// The other VPC.
    pub other: &'a Key,
    /// That one's block.
    pub block: IpNet,
    /// What joins the two. Empty: the overlap harms nobody yet.
    pub joined_by: &'a [Key],
}

/// A block and those that lie in it, of two VPCs at least. Each default VPC of an estate has the same block, so that the
/// pairs among them are far too many to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nest {
    /// The block that holds the others.
    pub outer: IpNet,
    /// All of them, the outer ones first; the same VPC may have several.
    members: Vec<(IpNet, Key)>,
}

impl Nest {
    /// The VPCs with blocks in it, by key.
    pub fn vpcs(&self) -> BTreeSet<&Key> {
        self.members.iter().map(|(_, vpc)| vpc).collect()
    }
}

/// Where blocks of different VPCs overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlaps {
    joined: Vec<Overlap>,
    nests: Vec<Nest>,
    /// The blocks of a VPC that lie in nests, with the nest's place.
    by_vpc: BTreeMap<Key, Vec<(IpNet, usize)>>,
    /// The places of the pairs of a VPC.
    pairs: BTreeMap<Key, Vec<usize>>,
}

impl Overlaps {
    /// Those that matter, since something joins the two VPCs, by key and block.
    pub fn joined(&self) -> &[Overlap] {
        &self.joined
    }

    /// All of them by the block that holds them, whether they matter or not.
    pub fn nests(&self) -> &[Nest] {
        &self.nests
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nests.is_empty()
    }

    /// Those of one VPC that matter.
    pub fn joined_of<'a>(&'a self, vpc: &'a Key) -> impl Iterator<Item = Seen<'a>> {
        let pairs = self.pairs.get(vpc).into_iter().flatten();
        let overlaps = pairs.filter_map(|place| self.joined.get(*place));
        overlaps.filter_map(move |overlap| {
            let (own, other, block) = if *vpc == overlap.one {
                (overlap.one_block, &overlap.other, overlap.other_block)
            } else if *vpc == overlap.other {
                (overlap.other_block, &overlap.one, overlap.one_block)
            } else {
                return None;
            };
            Some(Seen {
                own,
                other,
                block,
                joined_by: &overlap.joined_by,
            })
        })
    }

    /// Those of one VPC with VPCs that nothing joins it to.
    pub fn apart_of<'a>(&'a self, vpc: &'a Key) -> impl Iterator<Item = Seen<'a>> {
        let joined: BTreeSet<&Key> = self.joined_of(vpc).map(|seen| seen.other).collect();
        let own = self.by_vpc.get(vpc).into_iter().flatten();
        let all = own.flat_map(move |(own, nest)| {
            let members = self.nests.get(*nest).into_iter();
            let members = members.flat_map(|nest| &nest.members);
            let other = members.filter(move |(_, other)| other != vpc);
            other.filter_map(move |(block, other)| {
                let overlaps = holds(*own, *block) || holds(*block, *own);
                overlaps.then_some(Seen {
                    own: *own,
                    other,
                    block: *block,
                    joined_by: &[],
                })
            })
        });
        all.filter(move |seen| !joined.contains(seen.other))
    }
}

/// The blocks of a VPC that can be used: the primary one first, version 6 last.
pub fn blocks(facts: &VpcFacts) -> Vec<IpNet> {
    let primary = facts.primary_cidr.value().map(|block| IpNet::V4(*block));
    let mut blocks: Vec<IpNet> = primary.into_iter().collect();
    for association in facts
        .cidr_blocks
        .items()
        .iter()
        .chain(facts.ipv6_blocks.items())
    {
        if let Some(block) = CidrAssociation::usable(association)
            && !blocks.contains(&block)
        {
            blocks.push(block);
        }
    }
    blocks
}

/// Every overlap between blocks of different VPCs. VPCs that were not read are among them with the blocks that are known
/// of them.
pub fn overlaps(network: &Network, links: &Interconnect) -> Overlaps {
    let read = network
        .of_kind(Kind::Vpc)
        .filter_map(|vpc| Some((vpc.key(), blocks(Resource::of::<VpcFacts>(vpc)?))));
    let outside = links
        .outside()
        .filter(|(key, _)| key.kind == Kind::Vpc)
        .map(|(key, known)| (key, known.blocks.iter().copied().collect()));
    let all: Vec<(&Key, Vec<IpNet>)> = read.chain(outside).collect();
    let mut sorted: Vec<(IpNet, &Key)> = all
        .iter()
        .flat_map(|(key, blocks)| blocks.iter().map(|block| (block.trunc(), *key)))
        .collect();
    sorted.sort_unstable_by_key(|(block, key)| (block.network(), block.prefix_len(), *key));
    sorted.dedup();
    let mut found = Overlaps::default();
    let mut rest = sorted.as_slice();
    while let Some((outer, first)) = rest.first() {
        // Blocks either lie in each other or are apart, so what an outer one holds follows it.
        let count = rest.partition_point(|(block, _)| holds(*outer, *block));
        let (members, after) = rest.split_at(count.max(1));
        rest = after;
        if members.iter().all(|(_, vpc)| vpc == first) {
            continue;
        }
        joined_in(members, links, &mut found.joined);
        let place = found.nests.len();
        let members: Vec<(IpNet, Key)> = (members.iter())
            .map(|(block, vpc)| (*block, (*vpc).clone()))
            .collect();
        for (block, vpc) in &members {
            let own = found.by_vpc.entry(vpc.clone()).or_default();
            own.push((*block, place));
        }
        found.nests.push(Nest {
            outer: *outer,
            members,
        });
    }
    found.joined.sort_unstable();
    for (place, overlap) in found.joined.iter().enumerate() {
        for vpc in [&overlap.one, &overlap.other] {
            found.pairs.entry(vpc.clone()).or_default().push(place);
        }
    }
    found
}

/// The pairs of a nest that something joins.
fn joined_in(members: &[(IpNet, &Key)], links: &Interconnect, found: &mut Vec<Overlap>) {
    // What is shared at once says more than what that leads on to.
    let points: BTreeMap<&Key, [BTreeSet<&Key>; 2]> = members
        .iter()
        .map(|(_, key)| (*key, [links.meeting_points(key), links.reaches(key)]))
        .filter(|(_, [at_once, _])| !at_once.is_empty())
        .collect();
    // Those that are still open hold the next one.
    let mut open: Vec<(IpNet, &Key)> = Vec::new();
    for (block, vpc) in members.iter().filter(|(_, vpc)| points.contains_key(vpc)) {
        while open.last().is_some_and(|(outer, _)| !holds(*outer, *block)) {
            open.pop();
        }
        for (outer, other) in open.iter().filter(|(_, other)| other != vpc) {
            let both = points.get(vpc).zip(points.get(other));
            let joined_by = both.and_then(|(one, two)| {
                let mut shared = one.iter().zip(two).map(|(one, two)| one & two);
                shared.find(|shared| !shared.is_empty())
            });
            let Some(joined_by) = joined_by else { continue };
            let (one, one_block, other, other_block) = if vpc < other {
                (*vpc, *block, *other, *outer)
            } else {
                (*other, *outer, *vpc, *block)
            };
            found.push(Overlap {
                one: one.clone(),
                one_block,
                other: other.clone(),
                other_block,
                joined_by: joined_by.into_iter().cloned().collect(),
            });
        }
        open.push((*block, *vpc));
    }
}

fn holds(outer: IpNet, inner: IpNet) -> bool {
    Family::of(outer) == Family::of(inner) && outer.contains(&inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Common, Id, Input, Known, PeeringSide, Record, Scope, Shard, Sighting,
        VpcPeeringConnectionFacts,
    };
    use proptest::prelude::*;
    use std::sync::Arc;

    fn resource(id: &str, facts: impl Into<crate::network::Facts>) -> Arc<Resource> {
        let sighting = Sighting {
            account: None,
            region: None,
            input: Input::Account,
        };
        let record = Record {
            common: Common::default(),
            facts: facts.into(),
        };
        Arc::new(Resource::seen(Id::aws(id), Arc::new(sighting), record))
    }

    fn vpc(id: &str, blocks: &[IpNet]) -> Arc<Resource> {
        let associations = blocks.iter().map(|it| CidrAssociation::associated(*it));
        let facts = VpcFacts {
            cidr_blocks: Known::Value(associations.collect()),
            ..VpcFacts::default()
        };
        resource(id, facts)
    }

    fn peering(id: &str, vpcs: [&str; 2]) -> Arc<Resource> {
        let side = |vpc: &str| {
            Known::Value(PeeringSide {
                vpc: Id::aws(vpc),
                owner: None,
                region: None,
                cidrs: Vec::new(),
                dns_resolution: None,
            })
        };
        let facts = VpcPeeringConnectionFacts {
            requester: side(vpcs[0]),
            accepter: side(vpcs[1]),
            ..VpcPeeringConnectionFacts::default()
        };
        resource(id, facts)
    }

    fn told(resources: Vec<Arc<Resource>>) -> Vec<String> {
        let network = Network::of(Scope::default(), Shard::from_resources(resources));
        let found = overlaps(&network, &Interconnect::of(&network));
        let vpcs = network.of_kind(Kind::Vpc).map(|vpc| vpc.key());
        let mut told = Vec::new();
        for vpc in vpcs {
            for seen in found.joined_of(vpc).chain(found.apart_of(vpc)) {
                let by: Vec<&str> = seen.joined_by.iter().map(|key| key.id.as_str()).collect();
                let (own, other, block) = (seen.own, &seen.other.id, seen.block);
                told.push(format!(
                    "{} {own} {other} {block} [{}]",
                    vpc.id,
                    by.join(" ")
                ));
            }
        }
        told
    }

    fn block(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn both_sides_see_an_overlap_and_what_joins_them_first() {
        let found = told(vec![
            vpc("vpc-a", &[block("10.0.0.0/16"), block("2a05:d018::/56")]),
            vpc("vpc-b", &[block("10.0.128.0/20"), block("10.2.0.0/16")]),
            vpc("vpc-c", &[block("10.2.0.0/16")]),
            vpc("vpc-d", &[block("10.3.0.0/16")]),
            peering("pcx-1", ["vpc-b", "vpc-c"]),
        ]);
        assert_eq!(
            found,
            [
                "vpc-a 10.0.0.0/16 vpc-b 10.0.128.0/20 []",
                "vpc-b 10.2.0.0/16 vpc-c 10.2.0.0/16 [pcx-1]",
                "vpc-b 10.0.128.0/20 vpc-a 10.0.0.0/16 []",
                "vpc-c 10.2.0.0/16 vpc-b 10.2.0.0/16 [pcx-1]",
            ]
        );
    }

    fn any_block() -> impl Strategy<Value = IpNet> {
        (0_u32..16, 8_u8..=12).prop_map(|(at, mask)| {
            let address = std::net::Ipv4Addr::from((10 << 24) | (at << 20));
            IpNet::new(address.into(), mask).unwrap().trunc()
        })
    }

    proptest! {
        #[test]
        fn no_pair_is_missed_and_none_is_made_up(
            all in proptest::collection::vec(proptest::collection::btree_set(any_block(), 1..4), 1..8)
        ) {
            let names: Vec<String> = (0..all.len()).map(|at| format!("vpc-{at}")).collect();
            let vpcs = names.iter().zip(&all).map(|(name, blocks)| {
                vpc(name, &blocks.iter().copied().collect::<Vec<_>>())
            });
            let mut wanted = Vec::new();
            for (at, blocks) in all.iter().enumerate() {
                for (other, others) in all.iter().enumerate().filter(|(other, _)| *other != at) {
                    for one in blocks {
                        for two in others.iter().filter(|two| one.contains(*two) || two.contains(one)) {
                            wanted.push(format!("vpc-{at} {one} vpc-{other} {two} []"));
                        }
                    }
                }
            }
            wanted.sort();
            let mut found = told(vpcs.collect());
            found.sort();
            prop_assert_eq!(found, wanted);
        }
    }
}
