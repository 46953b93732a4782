//! What is to be applied, and what would be done, as plain data: for those who show it and change nothing themselves.

use crate::analysis::cost::Cost;
use crate::apply::{Concern, Given, Header, UNREAD, Weight};
use crate::design::Design;
use crate::network::{Gap, Key, Kind, Network};
use crate::source::snapshot;
use crate::steps::{Action, StepGraph};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a saved plan's name ends in.
pub const PLAN_ENDING: &str = ".plan.json";

/// What a person wants to have applied.
#[derive(Clone, Debug)]
pub struct Order {
    /// The design.
    pub design: Design,
    /// The profile whose credentials may change things; it need not be the one used for looking.
    pub profile: Option<String>,
    /// Ids of planned resources that are there already.
    pub given: BTreeMap<Key, String>,
    /// The ticket it is done for.
    pub ticket: Option<String>,
    /// The reason it is done for.
    pub reason: Option<String>,
    /// Whether the ticket goes onto everything that is made, as a tag.
    pub tag_ticket: bool,
    /// Make everything new, whatever is there.
    pub anew: bool,
    /// Take away the VPCs that are there and all that belongs to them, instead of making them as planned.
    pub tear_down: bool,
}

impl Order {
    /// A design, with the credentials the AWS CLI would choose.
    pub fn new(design: Design) -> Self {
        Self {
            design,
            profile: None,
            given: BTreeMap::new(),
            ticket: None,
            reason: None,
            tag_ticket: false,
            anew: false,
            tear_down: false,
        }
    }
}

/// What would be done, before anything is: what a person reads before saying yes.
#[derive(Clone, Debug)]
pub struct Review {
    /// The first line of the journal that would be kept.
    pub header: Arc<Header>,
    /// The planned network.
    pub planned: Arc<Network>,
    /// What the region holds now.
    pub live: Arc<Network>,
    /// What a person has to know first, the heaviest first.
    pub concerns: Vec<Concern>,
    /// What the planned network costs a month; none where the design's prices cannot be used.
    pub cost: Option<Cost>,
    /// The IAM actions that carrying it out and taking it back needs.
    pub permissions: Vec<&'static str>,
    /// Whether something that is there is changed, rather than all made new.
    pub is_change: bool,
    /// The plan as a file for a second person.
    pub file: String,
}

impl Review {
    /// The steps.
    pub fn graph(&self) -> &StepGraph {
        &self.header.graph
    }

    /// Whether something weighs so much that it cannot be done.
    pub fn has_errors(&self) -> bool {
        self.concerns.iter().any(|it| it.weight == Weight::Error)
    }

    /// Planned resources that are there already and whose ids nobody has said.
    pub fn missing(&self) -> Vec<Key> {
        let known = |key: &Key| self.header.given.iter().any(|it: &Given| it.key == *key);
        let given = self.graph().given().into_iter();
        given.filter(|key| !known(key)).collect()
    }

    /// What of the region was not read, but for what the concerns tell of.
    pub fn gaps(&self) -> Vec<Gap> {
        untold(&self.live, &self.concerns)
    }

    /// The permissions as an IAM policy document.
    pub fn policy(&self) -> String {
        policy(&self.permissions)
    }
}

/// What was not read and no concern tells of.
pub(super) fn untold(live: &Network, concerns: &[Concern]) -> Vec<Gap> {
    let mut gaps = live.gaps();
    gaps.retain(|gap| {
        let words = gap.to_string();
        let tells = |it: &Concern| it.code == UNREAD && it.message.starts_with(&words);
        !concerns.iter().any(tells)
    });
    gaps
}

/// An IAM policy document that allows these actions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
pub fn policy(actions: &[&str]) -> String {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    });
    // Plain data: it cannot fail.
    let mut text = serde_json::to_string_pretty(&policy).unwrap_or_default();
    text.push('\n');
    text
}

/// The network that a run was begun for, from its header; none where the header has none that can be read.
pub fn planned(header: &Header) -> Option<Network> {
    snapshot::read(header.plan.as_bytes(), "the run's plan").ok()
}

/// What a saved plan says about itself, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWords {
    /// What it makes, in a few words.
    pub label: String,
    /// The account it was made for.
    pub account: Option<String>,
    /// The region it is for.
    pub region: String,
    /// The ticket it is done for.
    pub ticket: Option<String>,
    /// The reason it is done for.
    pub reason: Option<String>,
}

/// What a saved plan says about itself; none where the text is no saved plan.
pub fn plan_words(text: &str) -> Option<PlanWords> {
    let plan: Value = serde_json::from_str(text).ok()?;
    plan.get("vpc_atlas_plan")?;
    let word = |name: &str| plan.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(PlanWords {
        label: word("label")?,
        account: word("account"),
        region: word("region")?,
        ticket: word("ticket"),
        reason: word("reason"),
    })
}

/// Whether a file is a saved plan, by its name.
pub fn is_plan(name: &str) -> bool {
    name.ends_with(PLAN_ENDING)
}

/// Which way a run that is opened again goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It makes what is not made yet.
    On,
    /// It takes back what was made.
    Back,
}

/// How many of each kind would be made, in words (`3 NAT gateways`).
pub fn counted(graph: &StepGraph) -> Vec<String> {
    in_words(graph.counts())
}

/// How many of each kind would be deleted for good, in words.
pub fn deleted(graph: &StepGraph) -> Vec<String> {
    // These take away a part of something that stays.
    const PARTS: [Action; 4] = [
        Action::DeleteRoute,
        Action::DeleteNetworkAclEntry,
        Action::DeleteTags,
        Action::DeleteVpcEncryptionControl,
    ];
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for step in graph.steps() {
        let action = step.call.action;
        let takes = ["Delete", "Release"]
            .iter()
            .any(|word| action.name().starts_with(word));
        if takes && !PARTS.contains(&action) {
            let count = counts.entry(step.about.kind).or_default();
            *count = count.saturating_add(1);
        }
    }
    in_words(counts)
}

fn in_words(counts: impl IntoIterator<Item = (Kind, usize)>) -> Vec<String> {
    let word = |kind: Kind, count: usize| match count {
        1 => format!("1 {}", kind.singular()),
        count => format!("{count} {}", kind.plural()),
    };
    counts
        .into_iter()
        .map(|(kind, count)| word(kind, count))
        .collect()
}
