//! A network that can be shown to others: the same structure under other names.
//!
//! What tells whose network it is gets a substitute made of its own text, by a hash, and of nothing else: no clock, no
//! chance, no machine. So what was equal stays equal, in one file and across files, what referred to each other still
//! does, and files that were redacted by themselves fit together. What a fact means is told for each field
//! ([`meaning_of_field`]); a text that nobody has spoken of is taken for one that people wrote, and replaced. A new type
//! of fact does not compile before somebody has said what is in it.
//!
//! | stays | replaced |
//! |---|---|
//! | kinds, states, types, regions, zones, AWS's own services | accounts, resource ids, names, tag values, descriptions |
//! | private blocks and addresses (RFC 1918, 100.64.0.0/10, fc00::/7 …) | public blocks and addresses, each inside what it was inside |
//! | routes, rules and ports, numbers | ARNs, endpoint services, log destinations, policies, hardware addresses |
//! | tag keys that are in general use | other tag keys |
//! | what a gap is about, its cause, the missing permission | the words of gaps |

mod address;
mod facts;
mod policy;
mod substitute;

pub use substitute::{place, tag_key};
#[cfg(test)]
mod tests;

use super::gap::{Cause, Gap};
use super::key::{Key, Kind, Text};
use super::resource::{Observation, Record, Resource, Sighting};
use super::shard::{Network, Scope, Shard};
use compact_str::format_compact;
pub(super) use facts::{Meaning, Redact, meaning_of_field};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Network {
    /// The same network without what tells whose it is: accounts, ids, names, tags, descriptions, public addresses and
    /// the words of gaps have substitutes. Relations, private blocks, states, coverage and what gaps are about stay.
    ///
    /// The same value has the same substitute everywhere, so two networks that were redacted by themselves merge as they
    /// would have before. Where sightings of one resource contradict each other, another of their values may be shown,
    /// because values are ranked by their text.
    ///
    /// It keeps readers from seeing what they need not see. It does not withstand somebody who tries values: whoever
    /// guesses an account's number or a name can redact it and compare.
    ///
    /// ```
    /// # use vpc_atlas::network::{Key, Kind, Network, Topology};
    /// # use vpc_atlas::source::sample;
    /// let network = sample::network();
    /// let redacted = network.redacted();
    /// let vpc = network.of_kind(Kind::Vpc).next().unwrap().key();
    /// let members = |network: &Network, vpc: &Key| Topology::of(network).members(vpc).unwrap().subnets.len();
    /// assert_eq!(members(&redacted, &vpc.redacted()), members(&network, vpc));
    /// assert!(redacted.get(vpc).is_none());
    /// ```
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut sightings = Sightings::default();
        let mut network = Self::new();
        for (scope, shard) in self.shards() {
            let mut redacted = Shard::from_resources(
                shard
                    .resources()
                    .map(|resource| Arc::new(resource.redacted(&mut sightings))),
            );
            for (kind, coverage) in shard.coverages() {
                redacted.cover(kind, coverage);
            }
            for gap in shard.gaps() {
                redacted.add_gap(gap.redacted(scope));
            }
            network = network.merged(&Self::of(scope.redacted(), redacted));
        }
        network
    }
}

/// Who saw what, shared between the many resources of one answer as before.
#[derive(Default)]
struct Sightings(BTreeMap<Arc<Sighting>, Arc<Sighting>>);

impl Sightings {
    fn redacted(&mut self, sighting: &Arc<Sighting>) -> Arc<Sighting> {
        let known = self.0.entry(Arc::clone(sighting)).or_insert_with(|| {
            Arc::new(Sighting {
                account: sighting.account.as_deref().map(substitute::account),
                region: sighting.region.as_deref().map(place),
                input: sighting.input,
            })
        });
        Arc::clone(known)
    }
}

impl Scope {
    fn redacted(&self) -> Self {
        Self {
            account: self.account.as_deref().map(substitute::account),
            region: self.region.as_deref().map(place),
        }
    }
}

impl Key {
    /// What [`Network::redacted`] calls this resource.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut key = self.clone();
        key.redact(Meaning::Id);
        key
    }
}

impl Resource {
    fn redacted(&self, sightings: &mut Sightings) -> Self {
        let observations = self.observations().iter().map(|seen| {
            let mut record = Record::clone(&seen.record);
            record.common.redact(Meaning::Id);
            record.facts.redact(Meaning::Id);
            Observation {
                sighting: sightings.redacted(&seen.sighting),
                record: Arc::new(record),
            }
        });
        Self::resolved(self.key().redacted(), observations.collect())
    }
}

impl Gap {
    /// What is missing, about what and why, in words of our own: those of a gap may quote anything, a path, a record, an
    /// answer of AWS.
    fn redacted(&self, scope: &Scope) -> Self {
        let place = if self.place == scope.to_string() {
            Text::from(scope.redacted().to_string())
        } else {
            substitute::text(&self.place)
        };
        Self {
            what: what_is_missing(&self.what),
            place,
            why: why(&self.cause).into(),
            kinds: self.kinds.clone(),
            resource: self.resource.as_ref().map(Key::redacted),
            cause: match &self.cause {
                Cause::Denied(action) => Cause::Denied(substitute::action(action)),
                other => other.clone(),
            },
        }
    }
}

/// The name of a call or of a kind stays, and what it was asked about has its substitute.
fn what_is_missing(what: &str) -> Text {
    let is_call = |word: &str| {
        let verb = ["Describe", "Get", "List", "Search"]
            .into_iter()
            .find_map(|verb| word.strip_prefix(verb));
        verb.is_some_and(|rest| rest.len() > 2 && rest.chars().all(|c| c.is_ascii_alphabetic()))
    };
    let is_ours = |words: &str| {
        let named = |kind: &Kind| words == kind.plural() || words == kind.singular();
        is_call(words) || Kind::ALL.iter().any(named)
    };
    match what.split_once(" of ") {
        _ if is_ours(what) => what.into(),
        Some((head, parent)) if is_ours(head) => {
            format_compact!("{head} of {}", substitute::id(parent))
        }
        _ => substitute::text(what),
    }
}

/// Why something is missing, as far as its cause tells.
fn why(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotInInput => "not in this input",
        Cause::Denied(_) => "the permission is missing",
        Cause::Throttled => "AWS asked to slow down until the program gave up",
        Cause::TimedOut => "no answer in time",
        Cause::Unsupported => "the endpoint does not offer it",
        Cause::Failed => "the call failed",
        Cause::Cancelled => "reading was stopped",
        Cause::Unreadable => "it could not be read",
        Cause::NotUnderstood => "it was read and not understood",
        Cause::Conflict => "read more than once with different facts",
        Cause::Inconsistent => "what was read cannot be so",
    }
}
