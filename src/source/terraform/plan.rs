//! What a plan makes: the planned values, and for those that are not known yet what the configuration says.

use super::super::declared::{Members, Term, member};
use super::config::{Config, Seeker};
use super::{Instance, holds_true, shown};
use crate::network::Text;
use std::collections::BTreeMap;

/// The instances of a plan, and the region of its provider.
pub(super) fn instances(plan: &Term) -> (Vec<Instance>, Option<Text>) {
    let mut found = Vec::new();
    if let Some(values) = plan.get("planned_values") {
        shown(values, &mut found);
    }
    let config = Config::new(plan, &found);
    let changes: BTreeMap<&str, &Term> = plan
        .get("resource_changes")
        .and_then(Term::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|change| Some((change.get("address")?.as_str()?, change.get("change")?)))
        .collect();
    for instance in &mut found {
        let seeker = Seeker::of(instance);
        let expressions = config.expressions(&seeker);
        let Some(change) = changes.get(instance.address().as_str()) else {
            continue;
        };
        if let Some(unknown) = change.get("after_unknown") {
            let values = Term::Map(std::mem::take(&mut instance.values));
            let merged = merge(Some(&values), unknown, expressions, &|expression| {
                config.solve(expression, &seeker)
            });
            if let Term::Map(members) = merged {
                instance.values = members;
            }
        }
        let sensitive = change.get("after_sensitive").and_then(Term::as_map);
        for (name, mark) in sensitive.unwrap_or_default() {
            if holds_true(mark) {
                super::hide(&mut instance.values, name);
            }
        }
    }
    // Data sources that were read for the plan are told by the state before it.
    let mut before = Vec::new();
    if let Some(values) = plan.get("prior_state").and_then(|it| it.get("values")) {
        shown(values, &mut before);
    }
    found.extend(before.into_iter().filter(|instance| instance.is_data));
    (found, Config::region(plan))
}

/// A value with what is not known of it solved, where the configuration has an expression for it. What has none AWS
/// chooses.
fn merge(
    value: Option<&Term>,
    unknown: &Term,
    expression: Option<&Term>,
    solve: &impl Fn(&Term) -> Term,
) -> Term {
    match unknown {
        Term::Bool(true) => expression.map_or(Term::Chosen, solve),
        Term::Map(unknown) => {
            let held = value.and_then(Term::as_map).unwrap_or_default();
            let mut members: Members = Members::new();
            for (name, value) in held {
                let of = expression.and_then(|it| it.get(name));
                let merged = match member(unknown, name) {
                    Some(unknown) => merge(Some(value), unknown, of, solve),
                    None => value.clone(),
                };
                members.push((name.clone(), merged));
            }
            for (name, unknown) in unknown {
                if member(held, name).is_none() && holds_true(unknown) {
                    let of = expression.and_then(|it| it.get(name));
                    members.push((name.clone(), merge(None, unknown, of, solve)));
                }
            }
            Term::Map(members)
        }
        Term::List(unknown) => {
            let held = value.and_then(Term::as_list).unwrap_or_default();
            let of = |at: usize| match expression {
                // Blocks stand in a list; a list of values has one expression.
                Some(Term::List(items)) if items.len() == unknown.len() => items.get(at),
                _ => None,
            };
            if unknown.iter().any(|it| *it == Term::Bool(true))
                && let Some(expression @ Term::Map(_)) = expression
            {
                return items(held, unknown, solve(expression));
            }
            let length = held.len().max(unknown.len());
            let merged = (0..length).map(|at| match unknown.get(at) {
                Some(unknown) => merge(held.get(at), unknown, of(at), solve),
                None => held.get(at).cloned().unwrap_or(Term::Null),
            });
            Term::List(merged.collect())
        }
        _ => value.cloned().unwrap_or(Term::Null),
    }
}

/// A list of which some items are not known, all from one expression.
fn items(held: &[Term], unknown: &[Term], solved: Term) -> Term {
    let count = unknown.iter().filter(|it| holds_true(it)).count();
    match solved {
        Term::List(items) if items.len() == unknown.len() => Term::List(items),
        solved if count == 1 => {
            let length = held.len().max(unknown.len());
            let merged = (0..length).map(|at| match unknown.get(at) {
                Some(unknown) if holds_true(unknown) => solved.clone(),
                _ => held.get(at).cloned().unwrap_or(Term::Null),
            });
            Term::List(merged.collect())
        }
        Term::Unknown { .. } => solved,
        solved => Term::Unknown {
            written: solved.written(),
            why: "it is known after apply, and the plan does not tell which of several it is"
                .into(),
        },
    }
}
