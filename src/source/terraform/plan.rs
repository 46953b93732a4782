//! What a plan makes: the planned values, and for those that are not known yet what the configuration says.

use super::super::declared::{Members, Term, What, member};
use super::config::{Config, Seeker};
use super::{Instance, holds_true, shown};
use crate::network::{Cause, Gap, Kind, Text};
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
        let said = Said::of(config.expressions(&seeker));
        let Some(change) = changes.get(instance.address().as_str()) else {
            continue;
        };
        if let Some(unknown) = change.get("after_unknown") {
            let values = Term::Map(std::mem::take(&mut instance.values));
            let merged = merge(Some(&values), unknown, said, &|expression| {
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

/// What the configuration says of a value.
#[derive(Clone, Copy)]
enum Said<'t> {
    /// This expression.
    As(&'t Term),
    /// Nothing, and it has all that is said of what the value belongs to.
    Nothing,
    /// It does not hold what would say it: a plan without its configuration, a block that is written by `dynamic`.
    Unheld,
}

impl<'t> Said<'t> {
    fn of(expressions: Option<&'t Term>) -> Self {
        expressions.map_or(Self::Unheld, Self::As)
    }

    fn member(self, name: &str) -> Self {
        match self {
            Self::As(term) => term.get(name).map_or(Self::Nothing, Self::As),
            Self::Nothing | Self::Unheld => Self::Unheld,
        }
    }
}

/// A value with what is not known of it solved, where the configuration has an expression for it. What has none AWS
/// chooses, where the configuration is there to say so.
fn merge(
    value: Option<&Term>,
    unknown: &Term,
    said: Said<'_>,
    solve: &impl Fn(&Term) -> Term,
) -> Term {
    match unknown {
        Term::Bool(true) => match said {
            Said::As(expression) => solve(expression),
            Said::Nothing => Term::Chosen,
            Said::Unheld => Term::Unknown {
                written: "(known after apply)".into(),
                why: "it is known after apply, and the plan does not hold where it comes from"
                    .into(),
            },
        },
        Term::Map(unknown) => {
            let held = value.and_then(Term::as_map).unwrap_or_default();
            let mut members: Members = Members::new();
            for (name, value) in held {
                let merged = match member(unknown, name) {
                    Some(unknown) => merge(Some(value), unknown, said.member(name), solve),
                    None => value.clone(),
                };
                members.push((name.clone(), merged));
            }
            for (name, unknown) in unknown {
                if member(held, name).is_none() && holds_true(unknown) {
                    let merged = merge(None, unknown, said.member(name), solve);
                    members.push((name.clone(), merged));
                }
            }
            Term::Map(members)
        }
        Term::List(unknown) => {
            let held = value.and_then(Term::as_list).unwrap_or_default();
            let of = |at: usize| match said {
                // Blocks stand in a list; a list of values has one expression.
                Said::As(Term::List(items)) if items.len() == unknown.len() => {
                    Said::of(items.get(at))
                }
                Said::Nothing => Said::Nothing,
                _ => Said::Unheld,
            };
            if unknown.iter().any(|it| *it == Term::Bool(true))
                && let Said::As(expression @ Term::Map(_)) = said
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

/// What a plan says of itself as a whole: that it broke off, or that some of it is left for the next one.
pub(super) fn gaps(plan: &Term, place: &str) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let unread = |what: &str, why: &str| Gap::new(what, place, Cause::NotInInput, why);
    let deferred = plan.get("deferred_changes").and_then(Term::as_list);
    let deferred = deferred.unwrap_or_default();
    for change in deferred {
        let change = change.get("resource_change").unwrap_or(change);
        let text = |name: &str| change.get(name).and_then(Term::as_str).unwrap_or_default();
        let why =
            "Terraform leaves it for the next plan, and whether it will be there is not known";
        let kind = What::of_terraform(text("type")).kind();
        gaps.push(unread(text("address"), why).of_kinds(kind));
    }
    let whole = |why: &str| unread("", why).of_kinds(Kind::ALL.iter().copied());
    if plan.get("errored") == Some(&Term::Bool(true)) {
        gaps.push(whole(
            "the plan broke off with an error, so it does not hold all that is to be made",
        ));
    } else if plan.get("complete") == Some(&Term::Bool(false)) && deferred.is_empty() {
        gaps.push(whole(
            "the plan is one of several, and what the next ones make is not known",
        ));
    }
    gaps
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
