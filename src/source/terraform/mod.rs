//! Terraform's record of what it manages, as a source: state of version 4, and what `terraform show -json` prints of a
//! state or of a plan.
//!
//! Values that Terraform marks as sensitive are dropped when the file is read, and nothing but what the map needs is
//! taken of the others.
//! <https://developer.hashicorp.com/terraform/internals/json-format>

mod config;
mod plan;
mod reference;

use super::InputFile;
use super::declared::{self, Declaration, Declared, Dialect, Members, Term, What, member};
use super::describe::place::{Hint, is_account, is_region};
use super::json::{documents, why_not};
use crate::network::{Cause, Gap, Network, Text};
use compact_str::format_compact;
use std::collections::BTreeSet;

/// The version of state files since Terraform 0.12.
const VERSION: i64 = 4;
/// How far from its ends a file is looked at.
const LOOK: usize = 4096;

/// What Terraform's own sources and saved plans are answered with.
pub(super) fn not_a_source(file: &InputFile) -> Option<&'static str> {
    let bytes = file.bytes.as_ref().ok()?;
    let ends = |ending: &str| file.path.to_ascii_lowercase().ends_with(ending);
    if ends(".tf") || ends(".tf.json") || ends(".tofu") {
        return Some(
            "Terraform's configuration is not read, only what it makes: run `terraform show -json` for the state, or \
             `terraform plan -out=plan && terraform show -json plan` for what is planned, and give what that prints",
        );
    }
    // A saved plan is an archive that holds its parts by these names.
    let is_plan = bytes.starts_with(b"PK\x03\x04")
        && bytes
            .get(..LOOK.min(bytes.len()))
            .is_some_and(|head| head.windows(6).any(|it| it == b"tfplan" || it == b"tfstat"));
    is_plan.then_some("it is a saved plan of Terraform; run `terraform show -json` on it and give what that prints")
}

/// What a file of Terraform holds, or why it cannot be read; none where it is none of Terraform's.
pub(super) fn parse(text: &str) -> Option<Result<Term, String>> {
    if !text.trim_start().starts_with('{') || !says_terraform(text) {
        return None;
    }
    let mut first = None;
    let whole = documents(text, |json| {
        first.get_or_insert_with(|| Term::of_json(json));
    });
    if let Err(error) = whole {
        return Some(Err(why_not(&error)));
    }
    let term = first?;
    let has = |name: &str| term.get(name).is_some();
    let is_shown = [
        "values",
        "planned_values",
        "resource_changes",
        "prior_state",
    ]
    .iter()
    .any(|name| has(name));
    match term.get("version") {
        Some(Term::Number(VERSION)) if has("resources") => Some(Ok(term)),
        Some(Term::Number(VERSION)) => Some(Err(
            "the state has no list of resources; run `terraform state pull` and give what that prints".to_owned(),
        )),
        Some(Term::Number(version)) if has("terraform_version") || has("serial") => {
            Some(Err(format!(
                "it is Terraform state of version {version}, and only version {VERSION} is read; run `terraform state pull` \
                 with Terraform 0.12 or later and give what that prints"
            )))
        }
        _ if is_shown => Some(Ok(term)),
        // `terraform show -json` of a state that holds nothing.
        _ if has("format_version") && has("terraform_version") => Some(Ok(term)),
        _ if has("format_version") => Some(Err(
            "it holds neither a state nor a plan; run `terraform show -json` without -raw or -state and give what that prints"
                .to_owned(),
        )),
        _ => None,
    }
}

/// Whether a text has at its beginning or end what Terraform writes there.
fn says_terraform(text: &str) -> bool {
    let bytes = text.as_bytes();
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let tail = bytes
        .get(bytes.len().saturating_sub(LOOK)..)
        .unwrap_or_default();
    [b"\"terraform_version\"".as_slice(), b"\"format_version\""]
        .iter()
        .any(|mark| {
            [head, tail]
                .iter()
                .any(|part| part.windows(mark.len()).any(|it| it == *mark))
        })
}

/// Whether it holds planned resources, whose names could be those of another file.
pub(super) fn is_plan(term: &Term) -> bool {
    term.get("planned_values").is_some()
}

/// One instance of a resource or data source.
#[derive(Clone, Debug)]
struct Instance {
    /// The modules it lies in, as they stand in its address; empty for the root.
    module: Text,
    /// `aws_vpc.main`, or `data.aws_vpc.main`, within its module.
    base: Text,
    kind: Text,
    is_data: bool,
    /// Its key among the instances of its resource.
    index: Option<Text>,
    /// As the file writes it; put together where it does not.
    address: Option<Text>,
    values: Members,
}

impl Instance {
    fn address(&self) -> Text {
        if let Some(address) = &self.address {
            return address.clone();
        }
        let dot = if self.module.is_empty() { "" } else { "." };
        let index = self.index.as_deref().unwrap_or_default();
        format_compact!("{}{dot}{}{index}", self.module, self.base)
    }

    fn declaration(self) -> Option<Declaration> {
        let what = What::of_terraform(&self.kind);
        // Of data sources those whose members are the resource's own.
        if self.is_data && !matches!(what, What::Vpc | What::Subnet) {
            return None;
        }
        let id = match member(&self.values, "id") {
            Some(Term::Text(id)) if !id.is_empty() => Some(id.clone()),
            _ => None,
        };
        Some(Declaration {
            address: self.address(),
            what,
            id,
            members: self.values,
        })
    }
}

/// The key of an instance, as it stands in an address.
fn index_of(key: Option<&Term>) -> Option<Text> {
    match key? {
        Term::Number(number) => Some(format_compact!("[{number}]")),
        Term::Text(text) => Some(format_compact!("[{text:?}]")),
        _ => None,
    }
}

/// The network of a state or a plan.
pub(super) fn read(file: &InputFile, place: &str, prefix: Text, term: &Term) -> Network {
    let mut gaps = Vec::new();
    let (mut instances, region) = if is_plan(term) {
        gaps.extend(plan::gaps(term, place));
        plan::instances(term)
    } else if let Some(values) = term.get("values") {
        let mut found = Vec::new();
        shown(values, &mut found);
        (found, None)
    } else if let Some(resources) = term.get("resources") {
        (stored(resources), None)
    } else {
        (Vec::new(), None)
    };
    if instances.is_empty() {
        let why = "it holds no resources; run `terraform show -json` where there are some";
        gaps.push(Gap::new(place, "", Cause::NotInInput, why));
    }
    let hint = Hint::of_path(&file.path);
    // A data source repeats what may be managed here as well.
    instances.sort_by_key(|instance| instance.is_data);
    let resources: Vec<Declaration> = instances
        .into_iter()
        .filter_map(Instance::declaration)
        .collect();
    let (arn_region, arn_account) = of_arns(&resources);
    declared::network(&Declared {
        dialect: Dialect::Terraform,
        place,
        prefix,
        account: arn_account.or(hint.account),
        region: region.or(arn_region).or(hint.region),
        resources,
        gaps,
    })
}

/// The one region and the one account that the ARNs of all resources name.
fn of_arns(resources: &[Declaration]) -> (Option<Text>, Option<Text>) {
    let mut regions: BTreeSet<&str> = BTreeSet::new();
    let mut accounts: BTreeSet<&str> = BTreeSet::new();
    for declaration in resources.iter().filter(|it| it.what != What::Other) {
        let Some(Term::Text(arn)) = member(&declaration.members, "arn") else {
            continue;
        };
        let mut parts = arn.split(':').skip(3);
        regions.extend(parts.next().filter(|it| is_region(it)));
        accounts.extend(parts.next().filter(|it| is_account(it)));
    }
    let one = |all: BTreeSet<&str>| match all.len() {
        1 => all.first().map(|it| Text::from(*it)),
        _ => None,
    };
    (one(regions), one(accounts))
}

/// The resources of a state file.
fn stored(resources: &Term) -> Vec<Instance> {
    let mut found = Vec::new();
    for resource in resources.as_list().unwrap_or_default() {
        let text = |name: &str| {
            resource
                .get(name)
                .and_then(Term::as_str)
                .unwrap_or_default()
        };
        let is_data = text("mode") == "data";
        let (kind, name) = (text("type"), text("name"));
        let data = if is_data { "data." } else { "" };
        let instances = resource.get("instances").and_then(Term::as_list);
        for instance in instances.unwrap_or_default() {
            // What is to be destroyed once its replacement stands is not what it is called.
            if instance.get("deposed").is_some_and(|it| *it != Term::Null) {
                continue;
            }
            let mut values: Members = instance
                .get("attributes")
                .and_then(Term::as_map)
                .unwrap_or_default()
                .to_vec();
            let paths = instance.get("sensitive_attributes").and_then(Term::as_list);
            for path in paths.unwrap_or_default() {
                let first = path.as_list().and_then(|steps| steps.first());
                // Older files write the path as the step itself.
                let step = first.unwrap_or(path);
                if let Some(name) = step.get("value").and_then(Term::as_str) {
                    hide(&mut values, name);
                }
            }
            found.push(Instance {
                module: text("module").into(),
                base: format_compact!("{data}{kind}.{name}"),
                kind: kind.into(),
                is_data,
                index: index_of(instance.get("index_key")),
                address: None,
                values,
            });
        }
    }
    found
}

/// The resources of `values`, `planned_values` or `prior_state.values`.
fn shown(values: &Term, found: &mut Vec<Instance>) {
    let mut open: Vec<&Term> = values.get("root_module").into_iter().collect();
    while let Some(module) = open.pop() {
        let address = module
            .get("address")
            .and_then(Term::as_str)
            .unwrap_or_default();
        let resources = module.get("resources").and_then(Term::as_list);
        for resource in resources.unwrap_or_default() {
            let text = |name: &str| {
                resource
                    .get(name)
                    .and_then(Term::as_str)
                    .unwrap_or_default()
            };
            let is_data = text("mode") == "data";
            let data = if is_data { "data." } else { "" };
            let (kind, name) = (text("type"), text("name"));
            let mut values: Members = resource
                .get("values")
                .and_then(Term::as_map)
                .unwrap_or_default()
                .to_vec();
            let sensitive = resource.get("sensitive_values").and_then(Term::as_map);
            for (name, mark) in sensitive.unwrap_or_default() {
                if holds_true(mark) {
                    hide(&mut values, name);
                }
            }
            found.push(Instance {
                module: address.into(),
                base: format_compact!("{data}{kind}.{name}"),
                kind: kind.into(),
                is_data,
                index: index_of(resource.get("index")),
                address: Some(text("address").into()).filter(|it: &Text| !it.is_empty()),
                values,
            });
        }
        let inner = module.get("child_modules").and_then(Term::as_list);
        open.extend(inner.unwrap_or_default());
    }
}

fn holds_true(term: &Term) -> bool {
    match term {
        Term::Bool(flag) => *flag,
        Term::List(items) => items.iter().any(holds_true),
        Term::Map(members) => members.iter().any(|(_, term)| holds_true(term)),
        _ => false,
    }
}

/// Drop a value, and keep that there is one.
fn hide(values: &mut Members, name: &str) {
    for (held, term) in values {
        if held == name && *term != Term::Null {
            *term = Term::Unknown {
                written: "(sensitive)".into(),
                why: "Terraform marks it as sensitive".into(),
            };
        }
    }
}
