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

/// Macros of AWS whose work on a network is done here, or who do none: functions that are solved or said to be not, and
/// what makes functions, secrets and deployments.
const KNOWN_MACROS: [&str; 4] = [
    "AWS::LanguageExtensions",
    "AWS::Serverless-",
    "AWS::SecretsManager-",
    "AWS::CodeDeployBlueGreen",
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
    let mut gaps = macros(template, place);
    let hint = Hint::of_path(&file.path);
    let mut resources = Resources::new();
    let mut conditions: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, resource) in section("Resources") {
        let unread = |why: String| Gap::new(id.clone(), place, Cause::NotUnderstood, why);
        if id.starts_with("Fn::") {
            gaps.push(unread(not_known("resources", id)).of_kinds(ANY.iter().copied()));
            continue;
        }
        let Some(kind) = resource.get("Type").and_then(Term::as_str) else {
            let written = resource.as_map().unwrap_or_default().iter();
            let written = written.map(|(name, _)| name).find(|it| is_function(it));
            gaps.push(match written {
                Some(name) => unread(not_known("a resource", name)).of_kinds(ANY.iter().copied()),
                None => unread("a resource without a type".to_owned()),
            });
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
        // What a property is by itself may be otherwise once the function has written its own.
        for (name, _) in properties.iter().filter(|(name, _)| is_function(name)) {
            let gap = unread(not_known("properties", name));
            gaps.push(gap.of_kinds(What::of_cloudformation(kind).kind()));
        }
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

fn is_function(name: &str) -> bool {
    name.starts_with("Fn::")
}

/// What is said of something that a function is to write and nobody here does.
fn not_known(what: &str, function: &str) -> String {
    // `Fn::ForEach` bears a name of its own.
    let name = function.splitn(3, "::").take(2).collect::<Vec<_>>();
    format!(
        "{} makes {what} here, and which is not known",
        name.join("::")
    )
}

/// A gap for each macro that may make anything of a template, or of a part of it. Only AWS carries them out: read the
/// template that it made (`aws cloudformation get-template --template-stage Processed`).
fn macros(template: &Term, place: &str) -> Vec<Gap> {
    let named = |term: &Term| {
        let name = term.get("Name").unwrap_or(term);
        Text::from(name.as_str().unwrap_or("whose name is not known"))
    };
    let mut names: Vec<Text> = match template.get("Transform") {
        None | Some(Term::Null) => Vec::new(),
        Some(Term::List(items)) => items.iter().map(named).collect(),
        Some(one) => vec![named(one)],
    };
    names.retain(|name| !KNOWN_MACROS.iter().any(|known| name.starts_with(known)));
    // It may stand for any section as well.
    let written = template.as_map().unwrap_or_default().iter();
    let written = written.filter(|(name, _)| is_function(name));
    names.extend(written.map(|(_, call)| named(call)));
    let why = "what this macro makes of the template is not known; give what `aws cloudformation get-template \
               --template-stage Processed` prints";
    let gap =
        |name: Text| Gap::new(name, place, Cause::NotUnderstood, why).of_kinds(ANY.iter().copied());
    names.into_iter().map(gap).collect()
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
