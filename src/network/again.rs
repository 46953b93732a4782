//! A network that was read again.

use super::gap::{Cause, Coverage, Gap};
use super::key::Kind;
use super::shard::{Network, Shard};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Network {
    /// The network with what could be read before and not this time, as it was; none where nothing is of this kind.
    ///
    /// What is added counts as read in part: it may have gone meanwhile, and the gaps of this reading say why nobody knows.
    #[must_use]
    pub fn after(&self, before: &Self) -> Option<Self> {
        let mut network = None;
        for (scope, old) in before.shards() {
            let new = self.shards().find(|(held, _)| *held == scope);
            let mut shard = new.map_or_else(Shard::new, |(_, shard)| shard.as_ref().clone());
            let lost: BTreeSet<Kind> = old
                .coverages()
                .filter(|(kind, was)| {
                    *was == Coverage::Complete && shard.coverage(*kind) != Coverage::Complete
                })
                .map(|(kind, _)| kind)
                .collect();
            if lost.is_empty() {
                continue;
            }
            for resource in old.resources() {
                if lost.contains(&resource.kind()) && shard.get(resource.key()).is_none() {
                    shard.add(Arc::clone(resource));
                }
            }
            for kind in lost {
                shard.cover(kind, Coverage::Partial);
                if !shard.gaps().any(|gap| gap.kinds.contains(&kind)) {
                    let why = "not read this time; shown as it was before";
                    let gap = Gap::new(kind.plural(), scope.to_string(), Cause::NotInInput, why);
                    shard.add_gap(gap.of_kinds([kind]));
                }
            }
            let known: Self = network.unwrap_or_else(|| self.clone());
            network = Some(known.with_shard(scope.clone(), Arc::new(shard)));
        }
        network
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Input, Key};
    use crate::network::{Observation, Record, Resource, Scope, Sighting};

    fn network(vpcs: &[&str], coverage: Coverage) -> Network {
        let scope = Scope {
            account: Some("111122223333".into()),
            region: Some("eu-west-1".into()),
        };
        let sighting = Arc::new(Sighting {
            account: scope.account.clone(),
            region: scope.region.clone(),
            input: Input::Account,
        });
        let mut shard = Shard::new();
        for id in vpcs {
            let seen = Observation {
                sighting: Arc::clone(&sighting),
                record: Arc::new(Record::unread(Kind::Vpc)),
            };
            let key = Key::aws(Kind::Vpc, *id);
            let resource = Resource::from_observations(key, vec![seen]).unwrap();
            shard.add(Arc::new(resource));
        }
        shard.cover(Kind::Vpc, coverage);
        if coverage != Coverage::Complete {
            let gap = Gap::new("DescribeVpcs", "here", Cause::TimedOut, "no answer");
            shard.add_gap(gap.of_kinds([Kind::Vpc]));
        }
        Network::of(scope, shard)
    }

    #[test]
    fn what_could_not_be_read_again_stands_as_it_was() {
        let before = network(&["vpc-0a", "vpc-0b"], Coverage::Complete);
        assert_eq!(
            network(&["vpc-0a"], Coverage::Complete).after(&before),
            None
        );

        let refused = network(&[], Coverage::NotRead);
        let after = refused.after(&before).unwrap();
        assert_eq!(after.of_kind(Kind::Vpc).count(), 2);
        let (_, shard) = after.shards().next().unwrap();
        assert_eq!(shard.coverage(Kind::Vpc), Coverage::Partial);
        assert_eq!(after.gaps(), refused.gaps());

        // A whole account that nobody could sign in to.
        let after = Network::new().after(&before).unwrap();
        assert_eq!(after.of_kind(Kind::Vpc).count(), 2);
        assert_eq!(
            after
                .gaps()
                .iter()
                .filter(|gap| gap.kinds == [Kind::Vpc])
                .count(),
            1
        );
        // What is partial already is not kept for ever.
        assert_eq!(refused.after(&after), None);
    }
}
