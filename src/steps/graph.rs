//! Steps, and what each of them waits for.

use super::call::{Action, Call, Value};
use crate::network::{Key, Kind, Text};
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::algo::{has_path_connecting, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// One call to AWS, and how it is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name: the call and what it is about (`CreateSubnet main/private/eu-west-1a/4`). It does not depend on the
    /// other steps.
    pub id: Text,
    /// The call.
    pub call: Call,
    /// The resource it is about.
    pub about: Key,
    /// The resource it makes.
    pub makes: Option<Key>,
    /// Where in the answer the id of what it makes stands, field by field (`Vpc.VpcId`). Also given where what is made
    /// is no resource of a network.
    pub output: Option<Text>,
    /// What AWS makes with it: the main route table of a VPC, the interfaces of a resolver endpoint.
    pub brings: Vec<Key>,
    /// The calls that take it back, in their order. None where there is nothing to take back, since it goes with
    /// something else that is taken back, and none where it cannot be: what is deleted is gone.
    pub inverse: Vec<Call>,
}

impl Step {
    /// Whether what it does cannot be taken back: it deletes something that does not come again, or ends the dedicated
    /// tenancy of a VPC, which nothing sets again.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html>
    pub fn is_final(&self) -> bool {
        let name = self.call.action.name();
        self.inverse.is_empty()
            && (name.starts_with("Delete")
                || name.starts_with("Release")
                || self.call.action == Action::ModifyVpcTenancy)
    }
}

/// When a step comes, among those that could come next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank<O> {
    /// What is made comes before what is changed, and that before what is deleted.
    pub stage: u8,
    /// The turn in a deletion; 0 for what is made.
    pub turn: u8,
    /// The order of making, for what is made.
    pub forward: Option<O>,
    /// The same, the other way round, for what is deleted.
    pub backward: Option<std::cmp::Reverse<O>>,
}

/// A step before it has its place.
#[derive(Clone, Debug)]
pub(super) struct Draft<O> {
    pub step: Step,
    pub rank: Rank<O>,
    /// Its order if it is taken back.
    pub order: O,
    /// Ids of steps that must be done before.
    pub needs: BTreeSet<Text>,
    /// Ids of steps that had better be done before, unless that makes a circle.
    pub prefers: BTreeSet<Text>,
}

/// The calls that lead from one network to another, with what each needs. Made by [`super::between`].
///
/// The same networks always give the same graph, with its steps in the same order.
#[derive(Clone, Debug, Default)]
pub struct StepGraph {
    /// An edge leads from what is needed to what needs it.
    graph: DiGraph<Step, ()>,
    ids: BTreeMap<Text, NodeIndex>,
    order: Vec<NodeIndex>,
    inverse: Vec<NodeIndex>,
}

impl StepGraph {
    /// The graph of these steps; the error is the steps of a circle.
    pub(super) fn new<O: Ord + Clone>(drafts: Vec<Draft<O>>) -> Result<Self, Vec<Step>> {
        let mut graph = DiGraph::new();
        let mut ids = BTreeMap::new();
        let mut ranks = BTreeMap::new();
        let mut undo = BTreeMap::new();
        let mut links = Vec::new();
        for draft in drafts {
            let first_call = draft.step.inverse.first();
            let turn = first_call.map_or(0, |call| call.action.turn());
            let id = draft.step.id.clone();
            let node = graph.add_node(draft.step);
            undo.insert(node, (turn, std::cmp::Reverse(draft.order)));
            ranks.insert(node, draft.rank);
            ids.insert(id, node);
            links.push((node, draft.needs, draft.prefers));
        }
        for (node, needs, _) in &links {
            for need in needs.iter().filter_map(|id| ids.get(id)) {
                graph.update_edge(*need, *node, ());
            }
        }
        for (node, _, prefers) in &links {
            for wish in prefers.iter().filter_map(|id| ids.get(id)) {
                if !has_path_connecting(&graph, *node, *wish, None) {
                    graph.update_edge(*wish, *node, ());
                }
            }
        }
        let Some(order) = arranged(&graph, &ranks) else {
            return Err(circle(&graph));
        };
        let inverse = arranged(&inverted(&graph), &undo).unwrap_or_default();
        let inverse = inverse
            .into_iter()
            .filter(|node| {
                graph
                    .node_weight(*node)
                    .is_some_and(|step| !step.inverse.is_empty())
            })
            .collect();
        Ok(Self {
            graph,
            ids,
            order,
            inverse,
        })
    }

    /// The graph of steps that stand in their order, each with the steps it needs, and the order of taking back; the
    /// error says what is wrong with them.
    pub(super) fn placed(steps: Vec<(Step, Vec<Text>)>, inverse: &[Text]) -> Result<Self, String> {
        let mut graph = DiGraph::new();
        let mut ids: BTreeMap<Text, NodeIndex> = BTreeMap::new();
        let mut order = Vec::with_capacity(steps.len());
        for (step, needs) in steps {
            let id = step.id.clone();
            let node = graph.add_node(step);
            for need in &needs {
                let needed = ids.get(need).ok_or_else(|| {
                    format!("the step “{id}” needs “{need}”, which does not stand before it")
                })?;
                graph.update_edge(*needed, node, ());
            }
            order.push(node);
            if ids.insert(id.clone(), node).is_some() {
                return Err(format!("there are two steps called “{id}”"));
            }
        }
        let inverse = inverse.iter().map(|id| {
            let node = ids.get(id).copied();
            node.ok_or_else(|| format!("“{id}” is to be taken back, and is no step"))
        });
        let inverse: Vec<NodeIndex> = inverse.collect::<Result<_, _>>()?;
        let taken_back: BTreeSet<NodeIndex> = inverse.iter().copied().collect();
        let is_left = |node: &&NodeIndex| {
            let step = graph.node_weight(**node);
            step.is_some_and(|step: &Step| !step.inverse.is_empty()) && !taken_back.contains(node)
        };
        if let Some(step) = order
            .iter()
            .find(is_left)
            .and_then(|it| graph.node_weight(*it))
        {
            let id = &step.id;
            return Err(format!("nothing says when the step “{id}” is taken back"));
        }
        Ok(Self {
            graph,
            ids,
            order,
            inverse,
        })
    }

    /// The steps in an order in which they can be done one after another.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.order
            .iter()
            .filter_map(|node| self.graph.node_weight(*node))
    }

    /// A step by its id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.graph.node_weight(*self.ids.get(id)?)
    }

    /// The steps that must be done before this one, as it names them itself and not what those need in turn; in the
    /// order of [`Self::steps`].
    pub fn needs(&self, step: &str) -> Vec<&Step> {
        let needed: BTreeSet<NodeIndex> = self
            .ids
            .get(step)
            .into_iter()
            .flat_map(|node| self.graph.neighbors_directed(*node, Incoming))
            .collect();
        self.order
            .iter()
            .filter(|node| needed.contains(node))
            .filter_map(|node| self.graph.node_weight(*node))
            .collect()
    }

    /// The calls that take everything back, in an order in which they can be done one after another, each with the
    /// step it takes back. Steps that were not done are passed over by whoever carries this out.
    pub fn inverse_order(&self) -> impl Iterator<Item = (&Step, &Call)> {
        self.inverse
            .iter()
            .filter_map(|node| self.graph.node_weight(*node))
            .flat_map(|step| step.inverse.iter().map(move |call| (step, call)))
    }

    /// The steps that can be taken back, in the order in which that is done.
    pub fn undo_order(&self) -> impl Iterator<Item = &Step> {
        self.inverse
            .iter()
            .filter_map(|node| self.graph.node_weight(*node))
    }

    /// The steps that must be taken back before this one, as they follow from what needs what; in the order of
    /// [`Self::undo_order`]. Steps that are not taken back stand for those on their other side.
    pub fn undo_needs(&self, step: &str) -> Vec<&Step> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut left: Vec<NodeIndex> = self.ids.get(step).copied().into_iter().collect();
        while let Some(node) = left.pop() {
            for user in self.graph.neighbors_directed(node, Outgoing) {
                if !seen.insert(user) {
                    continue;
                }
                let is_taken_back = self
                    .graph
                    .node_weight(user)
                    .is_some_and(|step| !step.inverse.is_empty());
                if is_taken_back {
                    found.insert(user);
                } else {
                    left.push(user);
                }
            }
        }
        self.inverse
            .iter()
            .filter(|node| found.contains(node))
            .filter_map(|node| self.graph.node_weight(*node))
            .collect()
    }

    /// How many resources of each kind are made. What AWS makes with them does not count; the interfaces of a resolver
    /// endpoint do, since the endpoint itself is no resource of a network.
    pub fn counts(&self) -> Vec<(Kind, usize)> {
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for step in self.steps() {
            let companions: &[Key] = match (&step.makes, &step.output) {
                (None, Some(_)) => &step.brings,
                _ => &[],
            };
            for key in step.makes.iter().chain(companions) {
                let count = counts.entry(key.kind).or_default();
                *count = count.saturating_add(1);
            }
        }
        counts.into_iter().collect()
    }

    /// Planned resources that are there already, and whose ids have to be known before the steps can be done: from an
    /// earlier run, or from the person.
    pub fn given(&self) -> Vec<Key> {
        let mut given = BTreeSet::new();
        for step in self.steps() {
            let calls = std::iter::once(&step.call).chain(&step.inverse);
            for value in calls.flat_map(|call| call.parameters.values()) {
                value.walk(&mut |value| {
                    if let Value::Given(key) = value {
                        given.insert(key.clone());
                    }
                });
            }
        }
        given.into_iter().collect()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

/// The nodes in an order that goes along the edges, by rank where the edges leave a choice; `None` where they go round.
fn arranged<N, R: Ord + Clone>(
    graph: &DiGraph<N, ()>,
    ranks: &BTreeMap<NodeIndex, R>,
) -> Option<Vec<NodeIndex>> {
    let mut open: BTreeMap<NodeIndex, usize> = graph
        .node_indices()
        .map(|node| (node, graph.neighbors_directed(node, Incoming).count()))
        .collect();
    let mut ready: BTreeSet<(Option<&R>, NodeIndex)> = open
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(node, _)| (ranks.get(node), *node))
        .collect();
    let mut order = Vec::with_capacity(open.len());
    while let Some((_, node)) = ready.pop_first() {
        order.push(node);
        for next in graph.neighbors_directed(node, Outgoing) {
            if let Some(count) = open.get_mut(&next) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert((ranks.get(&next), next));
                }
            }
        }
    }
    (order.len() == graph.node_count()).then_some(order)
}

/// The graph of taking steps back: an edge leads from what needs to what is needed. Steps that are not taken back stand
/// alone, and those on either side of them are tied to each other, so that what is taken back keeps its order whatever
/// stands between.
fn inverted(graph: &DiGraph<Step, ()>) -> DiGraph<(), ()> {
    let mut inverted = graph.map(|_, _| (), |_, ()| ());
    inverted.clear_edges();
    let has_inverse = |node: NodeIndex| {
        graph
            .node_weight(node)
            .is_some_and(|step| !step.inverse.is_empty())
    };
    for node in graph.node_indices().filter(|node| has_inverse(*node)) {
        let mut seen = BTreeSet::new();
        let mut left: Vec<NodeIndex> = graph.neighbors_directed(node, Incoming).collect();
        while let Some(need) = left.pop() {
            if !seen.insert(need) {
                continue;
            }
            if has_inverse(need) {
                inverted.update_edge(node, need, ());
            } else {
                left.extend(graph.neighbors_directed(need, Incoming));
            }
        }
    }
    inverted
}

/// Steps that wait for one another.
fn circle(graph: &DiGraph<Step, ()>) -> Vec<Step> {
    let mut circles: Vec<Vec<Step>> = tarjan_scc(graph)
        .into_iter()
        .filter(|nodes| nodes.len() > 1)
        .map(|nodes| {
            let mut steps: Vec<Step> = nodes
                .into_iter()
                .filter_map(|node| graph.node_weight(node).cloned())
                .collect();
            steps.sort_by(|a, b| a.id.cmp(&b.id));
            steps
        })
        .collect();
    circles.sort_by(|a, b| {
        a.len()
            .cmp(&b.len())
            .then_with(|| first_id(a).cmp(&first_id(b)))
    });
    circles.into_iter().next().unwrap_or_default()
}

fn first_id(steps: &[Step]) -> Option<&Text> {
    steps.first().map(|step| &step.id)
}

/// `{"steps": [{"id", "call", "service", "parameters", "needs", "about" …}]}`, the steps in order; see the fields of
/// [`Step`] and [`Call`].
impl Serialize for StepGraph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Steps<'a>(&'a StepGraph);
        impl Serialize for Steps<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.steps().map(|step| Placed(self.0, step)))
            }
        }
        struct Undo<'a>(&'a StepGraph);
        impl Serialize for Undo<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let steps = self.0.inverse.iter();
                serializer.collect_seq(
                    steps.filter_map(|node| Some(&self.0.graph.node_weight(*node)?.id)),
                )
            }
        }
        let mut object = serializer.serialize_struct("StepGraph", 2)?;
        object.serialize_field("steps", &Steps(self))?;
        object.serialize_field("inverse_order", &Undo(self))?;
        object.end()
    }
}

struct Placed<'a>(&'a StepGraph, &'a Step);

impl Serialize for Placed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(graph, step) = self;
        let action = step.call.action;
        let needs: Vec<&Text> = graph.needs(&step.id).iter().map(|need| &need.id).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &step.id)?;
        map.serialize_entry("call", &action)?;
        map.serialize_entry("service", &action.service())?;
        map.serialize_entry("parameters", &step.call.parameters)?;
        map.serialize_entry("needs", &needs)?;
        map.serialize_entry("about", &step.about)?;
        if let Some(makes) = &step.makes {
            map.serialize_entry("makes", makes)?;
        }
        if let Some(output) = &step.output {
            map.serialize_entry("output", output)?;
        }
        if !step.brings.is_empty() {
            map.serialize_entry("brings", &step.brings)?;
        }
        if let Some(wait) = step.call.wait {
            map.serialize_entry("wait", &wait)?;
        }
        map.serialize_entry("token", &action.token())?;
        map.serialize_entry("dry_run", &action.has_dry_run())?;
        map.serialize_entry("tags_at_create", &action.has_tags())?;
        map.serialize_entry("inverse", &step.inverse)?;
        map.end()
    }
}
