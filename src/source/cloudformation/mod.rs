//! Templates of CloudFormation as a source: the network that a stack of them makes, as far as the template tells.
//!
//! A parameter has its default; one without is somebody else's to name: as an id it stands for one thing that is not
//! known further, as any other value it is unread. A resource whose condition does not hold is not there.

mod solve;
mod yaml;

use super::InputFile;
use super::declared::{self, Declaration, Declared, Dialect, Members, Term, What};
use super::describe::place::{Hint, region_in};
use super::json::{documents, why_not};
use crate::network::{Cause, Gap, Kind, Network, Text};
use solve::{Resources, Template, parameter};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// A template in a bucket may have one megabyte; comments and white space may make it somewhat more.
const LARGEST: usize = 8 << 20;

/// Kinds that a part of a template which is not read may add to.
const ANY: &[Kind] = &[
    Kind::Vpc,
    Kind::Subnet,
    Kind::RouteTable,
    Kind::InternetGateway,
    Kind::NatGateway,
    Kind::VpcEndpoint,
    Kind::SecurityGroup,
    Kind::NetworkAcl,
    Kind::NetworkInterface,
    Kind::Instance,
];

/// The value of a template, or why the file that looks like one cannot be read; none where it is no template.
pub(super) fn parse(text: &str) -> Option<Result<Term, String>> {
    if text.len() > LARGEST {
        return None;
    }
    let start = text.trim_start();
    let found = if start.starts_with('{') {
        if !(text.contains("\"Resources\"") || text.contains("\"TemplateBody\"")) {
            return None;
        }
        let mut first = None;
        let whole = documents(text, |json| {
            first.get_or_insert_with(|| Term::of_json(json));
        });
        match (whole, first) {
            (Ok(()), Some(term)) => unwrapped(term),
            (Err(error), _) if text.contains("\"AWSTemplateFormatVersion\"") => {
                Err(why_not(&error))
            }
            _ => return None,
        }
    } else if says_template(text) {
        yaml::read(text)
    } else {
        return None;
    };
    match found {
        Ok(term) => is_template(&term).then_some(Ok(term)),
        Err(why) => Some(Err(why)),
    }
}

/// The template inside what `aws cloudformation get-template` prints.
fn unwrapped(term: Term) -> Result<Term, String> {
    match term.get("TemplateBody") {
        Some(body @ Term::Map(_)) => Ok(body.clone()),
        Some(Term::Text(body)) => yaml::read(body),
        _ => Ok(term),
    }
}

/// Whether lines of a text begin as a template in YAML does.
fn says_template(text: &str) -> bool {
    let begins = |word: &str| {
        text.lines().any(|line| {
            let line = line.strip_prefix(['"', '\'']).unwrap_or(line);
            line.strip_prefix(word)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    begins("AWSTemplateFormatVersion") || (begins("Resources") && text.contains("AWS::"))
}

fn is_template(term: &Term) -> bool {
    let resources = term.get("Resources").and_then(Term::as_map);
    resources.is_some_and(|resources| {
        resources.is_empty()
            || resources.iter().any(|(_, resource)| {
                let kind = resource.get("Type").and_then(Term::as_str);
                kind.is_some_and(|kind| kind.contains("::"))
            })
    }) || term.get("AWSTemplateFormatVersion").is_some()
}

/// The network of a template.
pub(super) fn read(file: &InputFile, place: &str, prefix: Text, template: &Term) -> Network {
    let section = |name: &str| {
        template
            .get(name)
            .and_then(Term::as_map)
            .unwrap_or_default()
    };
    let mut gaps = Vec::new();
    let hint = Hint::of_path(&file.path);
    let mut resources = Resources::new();
    let mut conditions: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, resource) in section("Resources") {
        let unread = |why: String| Gap::new(id.clone(), place, Cause::NotUnderstood, why);
        if id.starts_with("Fn::") {
            let why = "resources that a function writes are not read".to_owned();
            gaps.push(unread(why).of_kinds(ANY.iter().copied()));
            continue;
        }
        let Some(kind) = resource.get("Type").and_then(Term::as_str) else {
            gaps.push(unread("a resource without a type".to_owned()));
            continue;
        };
        if kind == "AWS::CloudFormation::Stack" || kind.ends_with("::MODULE") {
            let why = "its template is another file, which is not read with this one";
            gaps.push(unread(why.to_owned()).of_kinds(ANY.iter().copied()));
        }
        let properties = match resource.get("Properties") {
            None | Some(Term::Null) => &[],
            Some(Term::Map(members)) => members.as_slice(),
            Some(other) => {
                gaps.push(unread(format!(
                    "its properties are {}, not a map",
                    other.what()
                )));
                &[]
            }
        };
        if let Some(condition) = resource.get("Condition").and_then(Term::as_str) {
            conditions.insert(id.as_str(), condition);
        }
        resources.insert(id.as_str(), (kind, properties));
    }
    let template = Template {
        place,
        parameters: section("Parameters")
            .iter()
            .map(|(name, declared)| (name.as_str(), parameter(name, declared)))
            .collect(),
        mappings: section("Mappings"),
        conditions: section("Conditions"),
        region: region(section("Rules"), &resources).or(hint.region),
        resources,
        account: hint.account,
        steps: Cell::new(0),
        gaps: RefCell::new(gaps),
    };
    if template.resources.is_empty() {
        let why = "the template makes no resources";
        template
            .gaps
            .borrow_mut()
            .push(Gap::new(place, "", Cause::NotInInput, why));
    }
    let mut declared = Vec::new();
    for (&id, &(kind, properties)) in &template.resources {
        let what = What::of_cloudformation(kind);
        match conditions.get(id).map(|name| template.condition(name, 0)) {
            Some(Ok(false)) => continue,
            Some(Err(why)) => {
                let why = format!("whether it is there is not known, and it is shown: {why}");
                let gap = Gap::new(id, place, Cause::NotInInput, why);
                template.gaps.borrow_mut().push(gap.of_kinds(what.kind()));
            }
            Some(Ok(true)) | None => {}
        }
        let members: Members = if what == What::Other {
            Members::new()
        } else {
            properties
                .iter()
                .map(|(name, term)| (name.clone(), template.solve(term)))
                .collect()
        };
        declared.push(Declaration {
            address: id.into(),
            what,
            id: None,
            members,
        });
    }
    declared::network(&Declared {
        dialect: Dialect::CloudFormation,
        place,
        prefix,
        account: template.account,
        region: template.region,
        resources: declared,
        gaps: template.gaps.into_inner(),
    })
}

/// The region that a template is for: its rules may assert it, and zones that are written out are of one region.
fn region(rules: &[(Text, Term)], resources: &Resources<'_>) -> Option<Text> {
    let asserted = rules
        .iter()
        .filter(|(_, rule)| rule.get("RuleCondition").is_none());
    for (_, rule) in asserted {
        let assertions = rule
            .get("Assertions")
            .and_then(Term::as_list)
            .unwrap_or_default();
        for assertion in assertions {
            let sides = assertion
                .get("Assert")
                .and_then(|it| it.get("Fn::Equals"))
                .and_then(Term::as_list)
                .unwrap_or_default();
            let is_region =
                |term: &Term| term.get("Ref").and_then(Term::as_str) == Some("AWS::Region");
            if let [a, b] = sides {
                let other = if is_region(a) { b } else { a };
                if (is_region(a) || is_region(b))
                    && let Some(region) = other.as_str()
                {
                    return Some(region.into());
                }
            }
        }
    }
    let named: BTreeSet<&str> = resources
        .values()
        .flat_map(|(_, properties)| *properties)
        .filter(|(name, _)| name == "AvailabilityZone")
        .filter_map(|(_, zone)| region_in(zone.as_str()?))
        .collect();
    match named.len() {
        1 => named.first().map(|region| Text::from(*region)),
        _ => None,
    }
}
