//! What is open, compared with an earlier reading of it.

use super::super::later::Later;
use super::super::model::Opened;
use crate::analysis::changes::{Change, Changes, What, Wording, brief, facts};
use crate::network::{Key, Network, Topology};
use crate::picture::view::{Side, Since, name_of};
use eframe::egui;
use jiff::Timestamp;
use std::sync::Arc;

/// An earlier reading.
#[derive(Clone)]
pub(in crate::app) struct Baseline {
    pub(super) network: Arc<Network>,
    pub(super) topology: Arc<Topology>,
    /// When it was read.
    pub(super) at: Timestamp,
}

impl Baseline {
    fn side(&self) -> Side<'_> {
        Side {
            network: &self.network,
            topology: &self.topology,
        }
    }
}

/// How a comparison came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The person read again.
    Hand,
    /// The timer did.
    Timer,
    /// The person chose a time.
    Chosen,
}

/// What is open, compared with an earlier reading; worked out beside the window.
pub(in crate::app) struct Compared {
    before: Baseline,
    pub(super) cause: Cause,
    /// What came of it has still to be told.
    pub(super) is_news: bool,
    outcome: Later<(u64, String), Outcome>,
}

/// What came of a comparison.
pub(in crate::app) struct Outcome {
    pub(in crate::app) changes: Changes,
    /// What is drawn of it.
    pub(in crate::app) drawn: Arc<Since>,
    /// From when: “since Tuesday 14:05”.
    pub(in crate::app) since: String,
    before: Baseline,
}

impl Compared {
    pub(super) fn new(before: Baseline, cause: Cause) -> Self {
        Self {
            before,
            cause,
            is_news: true,
            outcome: Later::default(),
        }
    }

    /// The reading that is compared with.
    pub(super) fn before(&self) -> &Baseline {
        &self.before
    }

    /// Bring it up to date with what is open; `since` says from when the earlier reading is. True where something new is
    /// known.
    pub(super) fn update(&mut self, ctx: &egui::Context, opened: &Opened, since: String) -> bool {
        let before = self.before.clone();
        let (network, topology) = (Arc::clone(&opened.network), Arc::clone(&opened.topology));
        let key = (opened.generation, since.clone());
        self.outcome.want(ctx, key, move || {
            let changes = Changes::between(&before.network, &network).noteworthy();
            let after = Side {
                network: &network,
                topology: &topology,
            };
            let drawn = Since::of(&changes, before.side(), after, &since);
            Outcome {
                changes,
                drawn: Arc::new(drawn),
                since,
                before,
            }
        })
    }

    /// What came of it, where that is known of what is open.
    pub(in crate::app) fn outcome(&self, opened: &Opened) -> Option<&Outcome> {
        let (generation, _) = self.outcome.of()?;
        self.outcome
            .get()
            .filter(|_| *generation == opened.generation)
    }
}

impl Outcome {
    /// What became of a resource.
    pub(in crate::app) fn change(&self, key: &Key) -> Option<&Change> {
        self.changes.get(key)
    }

    /// What a change says, line by line; of what came and went, what it is or was.
    pub(in crate::app) fn lines(&self, change: &Change, opened: &Opened) -> Vec<String> {
        let network = match &change.what {
            What::Unknown => {
                return vec!["only one of the two readings read all of this kind".to_owned()];
            }
            What::Changed(_) => return self.worded(opened, |it| change.what.lines(it)),
            What::Added => &opened.network,
            What::Removed => &self.before.network,
        };
        let resource = network.get(&change.key);
        let words = resource.map(|it| self.worded(opened, |wording| brief(it.record(), wording)));
        words.into_iter().filter(|it| !it.is_empty()).collect()
    }

    /// What a removed resource was called, and what it was.
    pub(in crate::app) fn removed(
        &self,
        key: &Key,
        opened: &Opened,
    ) -> Option<(String, Vec<(String, String)>)> {
        let change = self.change(key).filter(|it| it.what == What::Removed)?;
        let resource = self.before.network.get(key)?;
        let told = self.worded(opened, |wording| facts(resource.record(), wording));
        Some((change.label().to_owned(), told))
    }

    /// The resource that a click on a change leads to: itself where it is or has a ghost, else the subnet or VPC that it
    /// stood in.
    pub(in crate::app) fn leads_to(&self, change: &Change, opened: &Opened) -> Option<Key> {
        let is_there = |key: &&Key| opened.is_known(key) || self.drawn.ghost(key).is_some();
        std::iter::once(&change.key)
            .chain(&change.subnets)
            .chain(&change.vpcs)
            .find(is_there)
            .cloned()
    }

    /// What the VPC is called that a change stands in.
    pub(in crate::app) fn place(&self, change: &Change, opened: &Opened) -> String {
        let vpcs = change.vpcs.iter().filter(|vpc| **vpc != change.key);
        let names: Vec<String> = vpcs.map(|vpc| self.name(vpc, opened)).collect();
        names.join(", ")
    }

    fn name(&self, key: &Key, opened: &Opened) -> String {
        name_of(key, self.before.side(), side(opened))
    }

    fn worded<T>(&self, opened: &Opened, say: impl FnOnce(Wording<'_>) -> T) -> T {
        let call = |key: &Key| self.name(key, opened);
        say(Wording {
            call: &call,
            minus: '−',
        })
    }
}

fn side(opened: &Opened) -> Side<'_> {
    Side {
        network: &opened.network,
        topology: &opened.topology,
    }
}
