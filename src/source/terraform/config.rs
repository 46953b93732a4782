//! The configuration beside a plan: which resource a value that is not known yet comes from.
//!
//! The plan lists what an expression refers to and not what it does with it. So a reference is followed only where no
//! expression could mean anything else: one resource with one instance, a key that is written out, or the instance of
//! the same key where both have the same keys.

use super::super::declared::Term;
use super::Instance;
use super::reference::{Reference, references};
use crate::network::Text;
use compact_str::format_compact;
use std::collections::{BTreeMap, BTreeSet};

/// Modules in modules whose values come from each other.
const DEEPEST: usize = 32;

/// A plan's configuration, and the instances it makes.
pub(super) struct Config<'t> {
    root: Option<&'t Term>,
    /// The keys of the instances of each resource, by module and base.
    instances: BTreeMap<(Text, Text), BTreeSet<Option<Text>>>,
}

/// The instance whose value is sought: where it lies and its key.
#[derive(Clone, Debug)]
pub(super) struct Seeker {
    module: Text,
    base: Text,
    index: Option<Text>,
}

impl Seeker {
    pub(super) fn of(instance: &Instance) -> Self {
        Self {
            module: instance.module.clone(),
            base: instance.base.clone(),
            index: instance.index.clone(),
        }
    }
}

impl<'t> Config<'t> {
    pub(super) fn new(plan: &'t Term, instances: &[Instance]) -> Self {
        let mut keys: BTreeMap<(Text, Text), BTreeSet<Option<Text>>> = BTreeMap::new();
        for instance in instances {
            keys.entry((instance.module.clone(), instance.base.clone()))
                .or_default()
                .insert(instance.index.clone());
        }
        Self {
            root: plan
                .get("configuration")
                .and_then(|it| it.get("root_module")),
            instances: keys,
        }
    }

    /// The configuration of the module at an address, and that of its call.
    fn module(&self, address: &str) -> Option<(&'t Term, Option<&'t Term>)> {
        let mut module = self.root?;
        let mut call = None;
        for (name, _) in steps(address) {
            let held = module.get("module_calls")?.get(&name)?;
            call = Some(held);
            module = held.get("module")?;
        }
        Some((module, call))
    }

    /// What the configuration gives a resource, by argument.
    pub(super) fn expressions(&self, seeker: &Seeker) -> Option<&'t Term> {
        let (module, _) = self.module(&seeker.module)?;
        let resources = module.get("resources").and_then(Term::as_list)?;
        resources
            .iter()
            .find(|it| it.get("address").and_then(Term::as_str) == Some(seeker.base.as_str()))?
            .get("expressions")
    }

    /// The value of an expression that is not known yet.
    pub(super) fn solve(&self, expression: &Term, seeker: &Seeker) -> Term {
        self.at(expression, seeker, 0)
    }

    fn at(&self, expression: &Term, seeker: &Seeker, depth: usize) -> Term {
        match expression {
            Term::List(items) => {
                let items = items.iter().map(|it| self.at(it, seeker, depth));
                Term::List(items.collect())
            }
            Term::Map(members) => {
                if let Some(value) = expression.get("constant_value") {
                    return value.clone();
                }
                if let Some(Term::List(texts)) = expression.get("references") {
                    let texts: Vec<&str> = texts.iter().filter_map(Term::as_str).collect();
                    return self.refer(&texts, seeker, depth);
                }
                let members = members
                    .iter()
                    .map(|(name, it)| (name.clone(), self.at(it, seeker, depth)));
                Term::Map(members.collect())
            }
            other => other.clone(),
        }
    }

    fn refer(&self, texts: &[&str], seeker: &Seeker, depth: usize) -> Term {
        let lost = |why: &str| Term::Unknown {
            written: texts.first().copied().unwrap_or("?").into(),
            why: format_compact!("it is known after apply, and {why}"),
        };
        if depth > DEEPEST {
            return lost("its modules refer to each other without end");
        }
        let found = references(texts);
        let own_key = found.contains(&Reference::OwnKey);
        let others = || {
            found
                .iter()
                .filter(|it| matches!(it, Reference::Variable(_) | Reference::Other(_)))
        };
        let mut sources: Vec<&Reference> = found
            .iter()
            .filter(|it| matches!(it, Reference::Resource { .. } | Reference::Output { .. }))
            // A resource of which there is no instance gives nothing.
            .filter(|it| match it {
                Reference::Resource { base, .. } => {
                    let held = (seeker.module.clone(), base.clone());
                    base.starts_with("data.") || self.instances.contains_key(&held)
                }
                _ => true,
            })
            .collect();
        if sources.is_empty() {
            sources = others().collect();
            if own_key && sources.is_empty() {
                return lost("the plan does not tell how its key is used");
            }
        } else if sources.len() == 1 && others().count() > 0 && !self.is_alone(sources[0], seeker) {
            return lost("the plan does not tell which of several it is");
        }
        let [source] = sources.as_slice() else {
            return lost("it is put together of several values");
        };
        match source {
            Reference::Resource {
                base,
                index,
                attribute,
            } => {
                if base.starts_with("data.") {
                    let index = index.as_deref().unwrap_or_default();
                    return Term::Given {
                        name: format_compact!("{base}{index}"),
                        why: "the data source is read when the plan is applied".into(),
                    };
                }
                let index = match self.index(base, index.as_ref(), own_key, seeker) {
                    Ok(index) => index,
                    Err(why) => return lost(why),
                };
                let dot = if seeker.module.is_empty() { "" } else { "." };
                let index = index.unwrap_or_default();
                Term::Made {
                    address: format_compact!("{}{dot}{base}{index}", seeker.module),
                    attribute: attribute.clone().unwrap_or_default(),
                }
            }
            Reference::Output {
                module,
                index,
                name,
            } => {
                let dot = if seeker.module.is_empty() { "" } else { "." };
                let index = index.as_deref().unwrap_or_default();
                let inner = Seeker {
                    module: format_compact!("{}{dot}module.{module}{index}", seeker.module),
                    base: Text::default(),
                    index: None,
                };
                let output = self
                    .module(&inner.module)
                    .and_then(|(module, _)| module.get("outputs")?.get(name)?.get("expression"));
                match output {
                    Some(expression) => self.at(expression, &inner, depth.saturating_add(1)),
                    None => lost("the plan does not hold the module it comes from"),
                }
            }
            Reference::Variable(name) => {
                let given = self
                    .module(&seeker.module)
                    .and_then(|(_, call)| call?.get("expressions")?.get(name));
                let mut path = steps(&seeker.module);
                let own = path.pop();
                let outer = Seeker {
                    module: address(&path),
                    base: own
                        .as_ref()
                        .map(|(name, _)| format_compact!("module.{name}"))
                        .unwrap_or_default(),
                    index: own.and_then(|(_, index)| index),
                };
                match given {
                    Some(expression) => self.at(expression, &outer, depth.saturating_add(1)),
                    None => lost("the variable it comes from is not given in the plan"),
                }
            }
            Reference::Other(text) => lost(&format!(
                "the plan does not hold {}, which it comes from",
                text.split(['[', ' ']).next().unwrap_or(text)
            )),
            Reference::OwnKey => lost("the plan does not tell how its key is used"),
        }
    }

    /// Whether a reference can mean one instance only, whatever else is in its expression.
    fn is_alone(&self, reference: &Reference, seeker: &Seeker) -> bool {
        match reference {
            Reference::Resource { base, .. } => {
                let keys = self.instances.get(&(seeker.module.clone(), base.clone()));
                keys.is_some_and(|keys| keys.len() == 1)
            }
            _ => false,
        }
    }

    /// The key of the instance that is meant.
    fn index(
        &self,
        base: &Text,
        index: Option<&Text>,
        own_key: bool,
        seeker: &Seeker,
    ) -> Result<Option<Text>, &'static str> {
        let none = "there is no such instance";
        let keys = self
            .instances
            .get(&(seeker.module.clone(), base.clone()))
            .ok_or(none)?;
        if let Some(index) = index {
            let held = keys.contains(&Some(index.clone()));
            return if held {
                Ok(Some(index.clone()))
            } else {
                Err(none)
            };
        }
        if keys.len() == 1 {
            return keys.first().cloned().ok_or(none);
        }
        let several = "the plan does not tell which of several it is";
        if !own_key || seeker.index.is_none() {
            return Err(several);
        }
        let own = self
            .instances
            .get(&(seeker.module.clone(), seeker.base.clone()))
            .ok_or(several)?;
        let by_name = own
            .iter()
            .all(|key| key.as_deref().is_some_and(|key| key.starts_with("[\"")));
        // A number may be shifted or wrap around (`count.index + 1`), and the plan does not tell; a name hardly can.
        if by_name && own.is_subset(keys) && keys.contains(&seeker.index) {
            Ok(seeker.index.clone())
        } else {
            Err(several)
        }
    }

    /// The region that the plan's provider is set to.
    pub(super) fn region(plan: &Term) -> Option<Text> {
        let providers = plan.get("configuration")?.get("provider_config")?;
        let aws = providers.as_map()?.iter().find(|(_, provider)| {
            let name = provider.get("name").and_then(Term::as_str);
            name == Some("aws") && provider.get("alias").is_none()
        })?;
        let region = aws.1.get("expressions")?.get("region")?;
        if let Some(region) = region.get("constant_value").and_then(Term::as_str) {
            return Some(region.into());
        }
        let texts = region.get("references")?.as_list()?;
        let texts: Vec<&str> = texts.iter().filter_map(Term::as_str).collect();
        match references(&texts).as_slice() {
            [Reference::Variable(name)] => {
                let value = plan.get("variables")?.get(name)?.get("value")?;
                Some(value.as_str()?.into())
            }
            _ => None,
        }
    }
}

/// The modules of an address, each with its key.
fn steps(address: &str) -> Vec<(Text, Option<Text>)> {
    let mut found = Vec::new();
    let mut rest = address;
    while let Some(step) = rest.strip_prefix("module.") {
        let end = step.find(['.', '[']).unwrap_or(step.len());
        let (name, more) = step.split_at(end);
        let mut index = None;
        rest = more;
        if more.starts_with('[') {
            // A key may hold any letter, brackets and dots in quotes among them.
            let mut in_quotes = false;
            let mut escaped = false;
            let close = more.char_indices().find(|&(_, letter)| {
                let ends = letter == ']' && !in_quotes;
                if letter == '"' && !escaped {
                    in_quotes = !in_quotes;
                }
                escaped = letter == '\\' && !escaped;
                ends
            });
            let close = close.map_or(more.len(), |(at, _)| at.saturating_add(1));
            let (key, after) = more.split_at(close);
            index = Some(Text::from(key));
            rest = after;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        found.push((Text::from(name), index));
    }
    found
}

fn address(steps: &[(Text, Option<Text>)]) -> Text {
    let steps: Vec<String> = steps
        .iter()
        .map(|(name, index)| format!("module.{name}{}", index.as_deref().unwrap_or_default()))
        .collect();
    Text::from(steps.join("."))
}
