//! From changes to steps.

use super::call::{Action, Call, Parameters, Value};
use super::change::{Changed, changed, tag_changes};
use super::fields::{Handling, handling};
use super::graph::{Draft, Rank, Step, StepGraph};
use super::things::{
    Claim, Maker, Order, Thing, companion, maker_of, resolver_of, tag_list, tag_word,
};
use super::view::{Companion, View, is_reference};
use crate::network::{
    Edit, Facts, Id, InterfaceUse, Key, Kind, Known, Network, Resource, Text, difference,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A difference that no call can make good, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{key}: {why}")]
pub struct Refusal {
    /// Whose.
    pub key: Key,
    /// Which field, where it is one.
    pub field: Option<Text>,
    /// Why, and what to do instead.
    pub why: String,
}

/// The steps that lead from one network to another. An empty base makes everything new; an empty plan deletes all.
///
/// # Errors
///
/// What stands against it, by key and field; nothing can be done before that is settled.
pub fn between(base: &Network, planned: &Network) -> Result<StepGraph, Vec<Refusal>> {
    let mut edits = difference(base, planned);
    edits.extend(chosen_blocks(base, planned));
    lower(base, &edits)
}

/// Version 6 blocks that AWS is to choose, or has chosen in a plan: neither is a value, so they are no difference of
/// values, and yet having one and having none are not the same.
fn chosen_blocks(base: &Network, planned: &Network) -> Vec<Edit> {
    let mut edits = Vec::new();
    let both = base.resources().filter_map(|before| {
        let is_one = matches!(before.kind(), Kind::Vpc | Kind::Subnet);
        Some((before, planned.get(before.key()).filter(|_| is_one)?))
    });
    for (before, after) in both {
        let mut set = |field: &str| {
            edits.push(Edit::Set {
                key: before.key().clone(),
                field: field.into(),
                before: before.record().field(field).unwrap_or_default(),
                after: after.record().field(field).unwrap_or_default(),
            });
        };
        let blocks =
            |resource: &Resource| resource.record().field("ipv6_blocks").unwrap_or_default();
        let is_none = |known: &Known<serde_json::Value>| {
            let list = known.value().and_then(serde_json::Value::as_array);
            list.is_some_and(Vec::is_empty)
        };
        let (mine, theirs) = (blocks(before), blocks(after));
        let comes = is_none(&mine) && theirs == Known::ChosenByAws;
        let goes = mine == Known::ChosenByAws && is_none(&theirs);
        if comes
            && before.kind() == Kind::Subnet
            && before.record().field("ipv6_part") != after.record().field("ipv6_part")
        {
            set("ipv6_part");
        }
        if comes || goes {
            set("ipv6_blocks");
        }
        // A network that was read does not tell the pool of a block, so that one in a plan is no difference of values.
        let pool = |resource: &Resource| resource.record().field("ipv6_pool").unwrap_or_default();
        if mine != theirs && pool(before).value().is_none() && pool(after).value().is_some() {
            set("ipv6_pool");
        }
    }
    edits
}

/// The steps that make these changes to a network.
///
/// # Errors
///
/// What stands against it, by key and field: a field that is fixed, a resource that no call of ours makes, a change
/// that does not fit the network.
pub fn lower(base: &Network, edits: &[Edit]) -> Result<StepGraph, Vec<Refusal>> {
    let mut lowering = Lowering::new(base, edits);
    for edit in edits {
        lowering.check(edit);
    }
    lowering.graph()
}

struct Lowering {
    before: View,
    after: View,
    touched: BTreeSet<Key>,
    refusals: BTreeSet<Refusal>,
}

/// A step in the making: what is made, changed or taken away.
const MADE: u8 = 0;
const CHANGED: u8 = 1;
const TAKEN_AWAY: u8 = 2;

impl Lowering {
    fn new(base: &Network, edits: &[Edit]) -> Self {
        let before = View::of(base);
        let mut resources = before.resources().clone();
        let mut touched = BTreeSet::new();
        let mut refusals = BTreeSet::new();
        let mut refuse = |key: &Key, field: Option<&Text>, why: String| {
            refusals.insert(Refusal {
                key: key.clone(),
                field: field.cloned(),
                why,
            });
        };
        let missing = || "it is not in the network; read the network again".to_owned();
        for edit in edits {
            match edit {
                Edit::Add(added) => {
                    let key = added.key();
                    touched.insert(key.clone());
                    if resources.insert(key.clone(), Arc::clone(added)).is_some() {
                        let why = "it is in the network already; read the network again".to_owned();
                        refuse(key, None, why);
                    }
                }
                Edit::Remove(key) => {
                    touched.insert(key.clone());
                    if resources.remove(key).is_none() {
                        refuse(key, None, missing());
                    }
                }
                Edit::Set {
                    key, field, after, ..
                } => {
                    touched.insert(key.clone());
                    let Some(held) = resources.get(key) else {
                        refuse(key, Some(field), missing());
                        continue;
                    };
                    match held.with_field(field, after) {
                        Ok(Some(changed)) => {
                            resources.insert(key.clone(), Arc::new(changed));
                        }
                        Ok(None) => {}
                        Err(error) => refuse(key, Some(field), error.to_string()),
                    }
                }
            }
        }
        Self {
            before,
            after: View::new(resources),
            touched,
            refusals,
        }
    }

    fn refuse(&mut self, key: &Key, field: Option<&str>, why: impl Into<String>) {
        self.refusals.insert(Refusal {
            key: key.clone(),
            field: field.map(Text::from),
            why: why.into(),
        });
    }

    /// Refuses what no thing would show: things of other kinds, and fields that do not change.
    fn check(&mut self, edit: &Edit) {
        match edit {
            Edit::Add(resource) => self.check_added(resource),
            Edit::Remove(key) => self.check_removed(key),
            Edit::Set {
                key, field, after, ..
            } => self.check_set(key, field, after),
        }
    }

    fn check_added(&mut self, resource: &Resource) {
        let key = resource.key();
        let is_new_owner = |owner: Key| !self.before.has(&owner) && self.after.has(&owner);
        let comes_along = match companion(&self.before, &self.after, key) {
            Some(Companion::Vpc(vpc)) => Some(is_new_owner(Key::new(Kind::Vpc, vpc))),
            Some(Companion::NatGateway(nat)) => Some(is_new_owner(Key::new(Kind::NatGateway, nat))),
            Some(Companion::Service) => Some(true),
            None => None,
        };
        if is_context(resource) || is_reference(resource) {
            return;
        }
        match (&key.id, comes_along) {
            (_, Some(true)) => {}
            (Id::Aws(_), None) => self.refuse(
                key,
                None,
                "AWS gave it its id and it is gone, so it cannot come again; plan a new one",
            ),
            (_, Some(false)) => self.refuse(
                key,
                None,
                "AWS makes it along with something that is there already; read the network again",
            ),
            (Id::Planned(_), None) => {
                if maker_of(key.kind).is_none() && !is_of_resolver(resource) {
                    let why = format!(
                        "this program does not make {}; make it by hand",
                        key.kind.plural()
                    );
                    self.refuse(key, None, why);
                }
            }
        }
    }

    fn check_removed(&mut self, key: &Key) {
        let Some(resource) = self.before.get(key).cloned() else {
            return;
        };
        let has_gone = |owner: Key| self.before.has(&owner) && !self.after.has(&owner);
        let goes_along = match companion(&self.before, &self.after, key) {
            Some(Companion::Vpc(vpc)) => has_gone(Key::new(Kind::Vpc, vpc)),
            Some(Companion::NatGateway(nat)) => has_gone(Key::new(Kind::NatGateway, nat)),
            Some(Companion::Service) | None => true,
        };
        if is_context(&resource) || is_reference(&resource) {
            return;
        }
        if resource.is_shared() {
            self.refuse(
                key,
                None,
                "another account owns it; ask its owner to remove it",
            );
        } else if !goes_along {
            self.refuse(
                key,
                None,
                "it goes only with what AWS made it for; remove that, or leave it",
            );
        } else if maker_of(key.kind).is_none()
            && !is_of_resolver(&resource)
            && !goes_with_another(&resource)
        {
            self.refuse(key, None, not_removed(&resource));
        }
    }

    fn check_set(&mut self, key: &Key, field: &Text, after: &Known<serde_json::Value>) {
        let Some(resource) = self.before.get(key).cloned() else {
            return;
        };
        match handling(key.kind, field) {
            Handling::OfAws => {}
            Handling::Fixed(why) => {
                let why = format!("{} cannot be changed: {why}", field.replace('_', " "));
                self.refuse(key, Some(field), why);
            }
            Handling::Changed => {
                if resource.is_shared() {
                    let why = "another account owns it; ask its owner to change it";
                    self.refuse(key, Some(field), why);
                }
                let is_chosen = *after == Known::ChosenByAws && field == "ipv6_blocks";
                if after.value().is_none() && !is_chosen {
                    let why = "nothing says what it is to be; give a value";
                    self.refuse(key, Some(field), why);
                }
                let is_service = companion(&self.before, &self.after, key)
                    == Some(Companion::Service)
                    || key.kind == Kind::NetworkInterface && !is_of_resolver(&resource);
                if is_service && field != "tags" {
                    let why =
                        "this program does not change what it did not make; change it by hand";
                    self.refuse(key, Some(field), why);
                }
                if key.kind == Kind::NetworkAcl && field == "subnets" {
                    self.check_acl(key);
                }
            }
        }
    }

    /// A new subnet gets the network ACL of its VPC by itself; no call gives that one to a subnet with another, save
    /// where the other is taken from it.
    fn check_acl(&mut self, key: &Key) {
        let facts = |view: &View| {
            view.facts::<crate::network::NetworkAclFacts>(&key.id)
                .cloned()
        };
        let (Some(before), Some(after)) = (facts(&self.before), facts(&self.after)) else {
            return;
        };
        if after.is_default.value() != Some(&true) {
            return;
        }
        let gained = after
            .subnets
            .items()
            .iter()
            .filter(|subnet| !before.subnets.items().contains(subnet));
        let stays = gained
            .filter(|subnet| self.before.has(&Key::new(Kind::Subnet, (*subnet).clone())))
            .find(|subnet| self.before.acl_of(subnet).is_none())
            .cloned();
        if let Some(subnet) = stays {
            let why = format!(
                "the network ACL that subnet {subnet} has now is not known; read the network again"
            );
            self.refuse(key, Some("subnets"), why);
        }
    }

    fn graph(mut self) -> Result<StepGraph, Vec<Refusal>> {
        let old = Maker::things(&self.before, &self.after, false, &self.touched);
        let new = Maker::things(&self.before, &self.after, true, &self.touched);
        let mut drafts = self.made(&old, &new);
        let changes = self.changes(&old, &new);
        for draft in &mut drafts {
            // What is needed and there already may be about to change.
            let needed = draft.needs.iter().filter_map(|need| changes.get(need));
            let steps = needed
                .flatten()
                .map(|changed| changed.draft.step.id.clone());
            draft.prefers.extend(steps);
        }
        drafts.extend(self.taken_away(&old, &new, &changes));
        drafts.extend(changes.into_values().flatten().map(|changed| changed.draft));
        for key in &self.touched {
            drafts.extend(tag_changes(&self.before, &self.after, key));
        }
        if !self.refusals.is_empty() {
            return Err(self.refusals.into_iter().collect());
        }
        StepGraph::new(drafts).map_err(|circle| {
            let names: Vec<&str> = circle.iter().map(|step| step.id.as_str()).collect();
            let why = format!(
                "these steps wait for one another: {}; make the changes in two parts",
                names.join(", ")
            );
            let first = circle.into_iter().next();
            first
                .map(|step| Refusal {
                    key: step.about,
                    field: None,
                    why,
                })
                .into_iter()
                .collect()
        })
    }

    fn made(
        &mut self,
        old: &BTreeMap<Text, Thing>,
        new: &BTreeMap<Text, Thing>,
    ) -> Vec<Draft<Order>> {
        let mut drafts = Vec::new();
        let going: Vec<&Thing> = old
            .iter()
            .filter(|(id, _)| !new.contains_key(*id))
            .map(|(_, thing)| thing)
            .collect();
        let is_made = |id: &Text| new.contains_key(id) && !old.contains_key(id);
        for (id, thing) in new.iter().filter(|(id, _)| is_made(id)) {
            for cannot in &thing.cannot {
                self.refuse(&thing.about, cannot.field, cannot.why.clone());
            }
            let mut needs: BTreeSet<Text> = thing.needs.clone();
            needs.remove(id);
            // Two cannot have what only one can.
            for gone in &going {
                let clashes = |mine: &Claim| gone.claims.iter().any(|theirs| mine.clashes(theirs));
                if thing.claims.iter().any(clashes) {
                    needs.extend(going_step(old, new, gone));
                }
            }
            let goes_along = thing.lives_with.as_ref().is_some_and(is_made);
            let inverse = thing
                .unmake
                .iter()
                .filter(|_| !goes_along)
                .cloned()
                .collect();
            drafts.push(Draft {
                step: Step {
                    id: id.clone(),
                    call: with_tags(thing),
                    about: thing.about.clone(),
                    makes: thing.makes.clone(),
                    output: thing.output.map(Text::const_new),
                    brings: thing.brings.clone(),
                    inverse,
                },
                rank: Rank {
                    stage: MADE,
                    turn: 0,
                    forward: Some(thing.order.clone()),
                    backward: None,
                },
                order: thing.order.clone(),
                needs,
                prefers: BTreeSet::new(),
            });
        }
        drafts
    }

    /// Changes of things that are on both sides, by thing.
    fn changes(
        &mut self,
        old: &BTreeMap<Text, Thing>,
        new: &BTreeMap<Text, Thing>,
    ) -> BTreeMap<Text, Vec<Changed>> {
        let mut changes = BTreeMap::new();
        for (id, after) in new {
            let Some(before) = old.get(id) else { continue };
            if before.make.parameters == after.make.parameters {
                continue;
            }
            for cannot in &after.cannot {
                self.refuse(&after.about, cannot.field, cannot.why.clone());
            }
            match changed(before, after, CHANGED) {
                Some(steps) => {
                    changes.insert(id.clone(), steps);
                }
                None if self
                    .refusals
                    .iter()
                    .any(|refusal| refusal.key == after.about) => {}
                None => self.refuse(
                    &after.about,
                    None,
                    "it cannot be changed into that; remove it and make another",
                ),
            }
        }
        changes
    }

    fn taken_away(
        &mut self,
        old: &BTreeMap<Text, Thing>,
        new: &BTreeMap<Text, Thing>,
        changes: &BTreeMap<Text, Vec<Changed>>,
    ) -> Vec<Draft<Order>> {
        let is_going = |id: &Text| old.contains_key(id) && !new.contains_key(id);
        if !old.keys().any(is_going) {
            return Vec::new();
        }
        // What is not part of the change may need what goes all the same.
        let all: BTreeSet<Key> = self.before.resources().keys().cloned().collect();
        let all_old = Maker::things(&self.before, &self.after, false, &all);
        let all_new = Maker::things(&self.before, &self.after, true, &all);
        let mut users: BTreeMap<&Text, Vec<(&Text, &Thing)>> = BTreeMap::new();
        for (id, thing) in &all_old {
            for need in &thing.needs {
                users.entry(need).or_default().push((id, thing));
            }
        }
        let mut drafts = Vec::new();
        for (id, thing) in old.iter().filter(|(id, _)| is_going(id)) {
            let goes_along = thing.lives_with.as_ref().is_some_and(is_going);
            let Some(call) = thing.unmake.as_ref().filter(|_| !goes_along) else {
                continue;
            };
            let mut needs = BTreeSet::new();
            let mut prefers = BTreeSet::new();
            for (user, used_by) in users.get(id).into_iter().flatten() {
                if is_going(user) {
                    needs.extend(taking(old, new, used_by));
                    continue;
                }
                // A route may outlive its target and does nothing then; whatever else needs it has to let go of it.
                let is_route = used_by.make.action == Action::CreateRoute;
                let lets_go = changes.get(*user).into_iter().flatten();
                let lets_go = lets_go.filter(|changed| changed.frees.contains(id));
                let steps: Vec<Text> = lets_go.map(|it| it.draft.step.id.clone()).collect();
                let still = all_new
                    .get(*user)
                    .is_some_and(|thing| thing.needs.contains(id));
                if still && !is_route && thing.makes.is_some() {
                    let why = format!(
                        "the {} still needs it; change or remove that one too",
                        used_by.about
                    );
                    self.refuse(&thing.about, None, why);
                }
                if is_route {
                    prefers.extend(steps);
                } else {
                    needs.extend(steps);
                }
            }
            drafts.push(Draft {
                step: Step {
                    id: thing.step_id(call.action),
                    call: call.clone(),
                    about: thing.about.clone(),
                    makes: None,
                    output: None,
                    brings: Vec::new(),
                    inverse: comes_again(old, new, thing),
                },
                rank: Rank {
                    stage: TAKEN_AWAY,
                    turn: call.action.turn(),
                    forward: None,
                    backward: Some(Reverse(thing.order.clone())),
                },
                order: thing.order.clone(),
                needs,
                prefers,
            });
        }
        drafts
    }
}

/// The id of the step that takes a thing away by itself.
fn taking(old: &BTreeMap<Text, Thing>, new: &BTreeMap<Text, Thing>, thing: &Thing) -> Option<Text> {
    let goes_along = thing
        .lives_with
        .as_ref()
        .is_some_and(|owner| old.contains_key(owner) && !new.contains_key(owner));
    let call = thing.unmake.as_ref().filter(|_| !goes_along)?;
    Some(thing.step_id(call.action))
}

/// The id of the step after which a thing is no more: its own, or that of what it goes with.
fn going_step(
    old: &BTreeMap<Text, Thing>,
    new: &BTreeMap<Text, Thing>,
    thing: &Thing,
) -> Option<Text> {
    let mut thing = thing;
    // What a thing goes with goes with something in turn, and never far.
    for _ in 0..8 {
        if let Some(step) = taking(old, new, thing) {
            return Some(step);
        }
        thing = old.get(thing.lives_with.as_ref()?)?;
    }
    None
}

/// The call that makes a thing again which was taken away; none where it would be another one, or where what it needs
/// does not come again.
fn comes_again(
    old: &BTreeMap<Text, Thing>,
    new: &BTreeMap<Text, Thing>,
    thing: &Thing,
) -> Vec<Call> {
    let stays_or_comes = |need: &Text| {
        old.get(need)
            .is_none_or(|needed| new.contains_key(need) || needed.is_light)
    };
    let can = thing.is_light && thing.cannot.is_empty() && thing.needs.iter().all(stays_or_comes);
    if can {
        vec![thing.make.clone()]
    } else {
        Vec::new()
    }
}

/// The call with the tags its resource gets.
fn with_tags(thing: &Thing) -> Call {
    let mut call = thing.make.clone();
    if thing.tags.is_empty() {
        return call;
    }
    let tags = tag_list(&thing.tags);
    call.parameters = if call.action == Action::CreateResolverEndpoint {
        call.parameters.with("Tags", tags)
    } else {
        let word = match call.action {
            // It is about a VPC, and is none.
            Action::CreateVpcEncryptionControl => "vpc-encryption-control",
            _ => tag_word(thing.about.kind),
        };
        let specification = Parameters::new()
            .with("ResourceType", word)
            .with("Tags", tags);
        call.parameters
            .with("TagSpecifications", vec![Value::Map(specification)])
    };
    call
}

/// What a plan only refers to, and nobody makes or removes by a plan: the account, its region and zones, AWS's own
/// prefix lists, and a transit gateway that people have named and not yet said which.
fn is_context(resource: &Resource) -> bool {
    match resource.facts() {
        Facts::Account(_) | Facts::Region(_) | Facts::AvailabilityZone(_) => true,
        Facts::TransitGateway(_) => matches!(resource.key().id, Id::Planned(_)),
        Facts::PrefixList(facts) => {
            let is_of_aws = |name: &str| name.starts_with("com.amazonaws.");
            is_of_aws(resource.key().id.as_str())
                || facts
                    .prefix_list_name
                    .value()
                    .is_some_and(|name| is_of_aws(name))
                || resource
                    .common()
                    .owner
                    .value()
                    .is_some_and(|owner| owner == "AWS")
        }
        _ => false,
    }
}

/// An interface that a resolver endpoint has.
fn is_of_resolver(resource: &Resource) -> bool {
    match resource.facts() {
        Facts::NetworkInterface(facts) => resolver_of(resource.key(), facts).is_some(),
        _ => false,
    }
}

/// An interface that goes with something that has a call of its own: a NAT gateway, an endpoint, an attachment.
fn goes_with_another(resource: &Resource) -> bool {
    match resource.facts() {
        Facts::NetworkInterface(facts) => matches!(
            InterfaceUse::of(facts),
            InterfaceUse::NatGateway(_)
                | InterfaceUse::Endpoint(_)
                | InterfaceUse::TransitGateway(_)
        ),
        _ => false,
    }
}

/// What keeps a resource from being removed by a step, as a sentence.
fn not_removed(resource: &Resource) -> String {
    let described = match resource.facts() {
        Facts::NetworkInterface(facts) => facts.description.value().filter(|it| !it.is_empty()),
        _ => None,
    };
    let kinds = resource.kind().plural();
    match described {
        Some(text) => format!(
            "this program does not remove {kinds}; remove what this one belongs to (“{text}”) by hand"
        ),
        None => format!("this program does not remove {kinds}; remove it by hand"),
    }
}
