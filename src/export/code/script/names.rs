//! What things are called in a script: variables of the shell, and tags.

use super::words::{hash, line, safe};
use crate::network::{Id, Key, Network};
use crate::steps::{Action, Call, Step, StepGraph, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The variables of a graph.
pub(super) struct Names {
    of_key: BTreeMap<Key, String>,
    /// Of what a step makes that is no resource of a network.
    of_step: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn of(graph: &StepGraph) -> Self {
        let mut wanted: Vec<(Option<Key>, String, String)> = Vec::new();
        for step in graph.steps() {
            let full = match (&step.makes, is_beside(step)) {
                (Some(key), _) => format!("{} {}", key.kind.word(), key.id),
                (None, true) => step.id.to_string(),
                (None, false) => continue,
            };
            let name = match step.call.action {
                Action::CreateVpcEncryptionControl => format!("encryption {}", step.about.id),
                Action::CreateResolverEndpoint => format!("endpoint {}", subject(step)),
                _ => full.clone(),
            };
            wanted.push((step.makes.clone(), full, variable(&name)));
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, _, name) in &wanted {
            let count = counts.entry(name.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let mut names = Self {
            of_key: BTreeMap::new(),
            of_step: BTreeMap::new(),
        };
        for (key, full, mut name) in wanted {
            // Two names that differ in signs which no variable has.
            if counts.get(&name).is_some_and(|count| *count > 1) {
                name = format!("{name}_{}", hash(&full));
            }
            match key {
                Some(key) => names.of_key.insert(key, name),
                None => names.of_step.insert(full, name),
            };
        }
        names
    }

    pub(super) fn key(&self, key: &Key) -> Option<&str> {
        self.of_key.get(key).map(String::as_str)
    }

    /// The variable of what a step makes.
    pub(super) fn step(&self, step: &Step) -> Option<&str> {
        match &step.makes {
            Some(key) => self.key(key),
            None => self.of_step.get(step.id.as_str()).map(String::as_str),
        }
    }

    /// The variables whose things a call names.
    pub(super) fn named_in(&self, graph: &StepGraph, call: &Call) -> BTreeSet<&str> {
        let mut named = BTreeSet::new();
        for value in call.parameters.values() {
            value.walk(&mut |value| match value {
                Value::Made(key) => named.extend(self.key(key)),
                Value::Output { step, path } => {
                    let Some(step) = graph.step(step) else { return };
                    if step.output.as_ref() == Some(path) {
                        named.extend(self.step(step));
                        return;
                    }
                    // It is looked up again by what the step tied together.
                    for name in ["SubnetId", "GatewayId", "VpcId"] {
                        if let Some(Value::Made(key)) = step.call.parameters.get(name) {
                            named.extend(self.key(key));
                        }
                    }
                }
                _ => {}
            });
        }
        named
    }
}

/// Whether a step makes something that is no resource of a network.
fn is_beside(step: &Step) -> bool {
    step.makes.is_none() && step.output.is_some()
}

/// What a step is about, as its id tells it.
pub(super) fn subject(step: &Step) -> &str {
    step.id.split_once(' ').map_or("", |(_, subject)| subject)
}

fn variable(name: &str) -> String {
    let signs = name.chars();
    let signs = signs.map(|it| if it.is_ascii_alphanumeric() { it } else { '_' });
    signs.collect()
}

/// The environment variable for the id of what is there already.
pub(super) fn environment(key: &Key) -> String {
    let name = format!("{} {}", key.kind.word(), key.id);
    let plain = name
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || " -/".contains(it));
    let written = variable(&name).to_ascii_uppercase();
    if plain {
        written
    } else {
        format!("{written}_{}", hash(&name).to_ascii_uppercase())
    }
}

/// The logical name that a thing bears as a tag.
pub(super) fn tag(step: &Step) -> String {
    match &step.makes {
        Some(key) => safe(key.id.as_str()),
        None if step.call.action == Action::CreateResolverEndpoint => safe(subject(step)),
        None => safe(step.about.id.as_str()),
    }
}

/// What a step makes, in words: `subnet main/private/eu-west-1a/1`.
pub(super) fn title(step: &Step) -> String {
    let words = match step.call.action {
        Action::CreateVpcEncryptionControl => format!("encryption control of {}", step.about.id),
        Action::CreateResolverEndpoint => format!("resolver endpoint {}", subject(step)),
        _ => step.about.to_string(),
    };
    line(&words)
}

/// The name of the whole: what people call its first VPC.
pub(super) fn whole(graph: &StepGraph, network: &Network) -> String {
    let vpcs = graph
        .steps()
        .filter(|step| step.call.action == Action::CreateVpc);
    let first = vpcs.map(|step| &step.about).next();
    let first = first.or_else(|| graph.steps().map(|step| &step.about).next());
    let Some(key) = first else {
        return "network".to_owned();
    };
    let called = network.get(key).and_then(|it| it.name());
    safe(called.unwrap_or(match &key.id {
        Id::Planned(name) | Id::Aws(name) => name,
    }))
}
