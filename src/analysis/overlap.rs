//! Blocks of VPCs that overlap, and whether that matters: only where something joins the two.
//!
//! VPCs whose blocks overlap cannot be peered, and a transit gateway sends an address to one of them only.
//! <https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html>

use crate::cidr::Family;
use crate::network::{CidrAssociation, Interconnect, Key, Kind, Network, Resource, VpcFacts};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// A block of one VPC that overlaps a block of another one: one of them lies in the other, or they are the same.
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
    /// What joins the two: peering connections, transit gateways, core networks. Empty: the overlap harms nobody yet.
    pub joined_by: Vec<Key>,
}

impl Overlap {
    /// Whether something joins the two VPCs.
    pub fn matters(&self) -> bool {
        !self.joined_by.is_empty()
    }

    /// From one of the two: its own block, the other VPC and that one's block.
    pub fn seen_from(&self, vpc: &Key) -> Option<(IpNet, &Key, IpNet)> {
        if *vpc == self.one {
            Some((self.one_block, &self.other, self.other_block))
        } else if *vpc == self.other {
            Some((self.other_block, &self.one, self.one_block))
        } else {
            None
        }
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

/// Every overlap between blocks of different VPCs, those that matter first, then by key and block. VPCs that were not
/// read are among them with the blocks that are known of them.
pub fn overlaps(network: &Network, links: &Interconnect) -> Vec<Overlap> {
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
    // What is shared at once says more than what that leads on to.
    let points: BTreeMap<&Key, [BTreeSet<&Key>; 2]> = all
        .iter()
        .map(|(key, _)| (*key, [links.meeting_points(key), links.reaches(key)]))
        .collect();
    let mut found = Vec::new();
    // Blocks either lie in each other or are apart, so those that are still open hold the next one.
    let mut open: Vec<(IpNet, &Key)> = Vec::new();
    for (block, vpc) in sorted {
        while open.last().is_some_and(|(outer, _)| !holds(*outer, block)) {
            open.pop();
        }
        for (outer, other) in open.iter().filter(|(_, other)| *other != vpc) {
            let both = points.get(vpc).zip(points.get(other));
            let joined_by = both.and_then(|(one, two)| {
                let mut shared = one.iter().zip(two).map(|(one, two)| one & two);
                shared.find(|shared| !shared.is_empty())
            });
            let joined_by = joined_by.map(|shared| shared.into_iter().cloned());
            let (one, one_block, other, other_block) = if vpc < *other {
                (vpc, block, *other, *outer)
            } else {
                (*other, *outer, vpc, block)
            };
            found.push(Overlap {
                one: one.clone(),
                one_block,
                other: other.clone(),
                other_block,
                joined_by: joined_by.into_iter().flatten().collect(),
            });
        }
        open.push((block, vpc));
    }
    found.sort_unstable_by(|a, b| b.matters().cmp(&a.matters()).then_with(|| a.cmp(b)));
    found
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
        let word = |it: &Overlap| {
            let by: Vec<&str> = it.joined_by.iter().map(|key| key.id.as_str()).collect();
            format!(
                "{} {} {} {} [{}]",
                it.one.id,
                it.one_block,
                it.other.id,
                it.other_block,
                by.join(" ")
            )
        };
        found.iter().map(word).collect()
    }

    fn block(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn overlaps_of_vpcs_that_are_joined_come_first() {
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
                "vpc-b 10.2.0.0/16 vpc-c 10.2.0.0/16 [pcx-1]",
                "vpc-a 10.0.0.0/16 vpc-b 10.0.128.0/20 []",
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
                for (other, others) in all.iter().enumerate().skip(at + 1) {
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
