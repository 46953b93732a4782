//! The functions of a template, solved as far as the file tells.

use super::super::declared::Term;
use crate::network::{Cause, Gap, Text};
use compact_str::format_compact;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Steps in solving one template; a template of one megabyte takes fewer, and one that unfolds without end stops here.
const MOST_STEPS: usize = 2_000_000;
/// How deep functions, conditions and attributes may lead into each other.
const DEEPEST: usize = 160;
/// A text that is put together may be as long as a value in a template.
const LONGEST: usize = 1 << 16;
/// No region has more zones.
const ZONES: usize = 8;

/// Type and properties of each resource, by its logical id.
pub(super) type Resources<'t> = BTreeMap<&'t str, (&'t str, &'t [(Text, Term)])>;

/// A template as it stands, and what is known from outside it.
pub(super) struct Template<'t> {
    pub(super) place: &'t str,
    pub(super) parameters: BTreeMap<&'t str, Term>,
    pub(super) mappings: &'t [(Text, Term)],
    pub(super) conditions: &'t [(Text, Term)],
    pub(super) resources: Resources<'t>,
    pub(super) region: Option<Text>,
    pub(super) account: Option<Text>,
    pub(super) steps: Cell<usize>,
    pub(super) gaps: RefCell<Vec<Gap>>,
}

pub(super) fn unknown(written: impl Into<Text>, why: impl Into<Text>) -> Term {
    Term::Unknown {
        written: written.into(),
        why: why.into(),
    }
}

/// The value of a parameter: its default, or that it is given from outside.
pub(super) fn parameter(name: &str, declared: &Term) -> Term {
    let kind = declared
        .get("Type")
        .and_then(Term::as_str)
        .unwrap_or("String");
    let given = |why: &str| Term::Given {
        name: name.into(),
        why: why.into(),
    };
    if kind.starts_with("AWS::SSM::Parameter::Value") {
        return given("the parameter's value is kept in the Parameter Store");
    }
    let default = match declared.get("Default") {
        None | Some(Term::Null) => return given("the parameter has no default"),
        Some(default) => default,
    };
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    match default.to_text() {
        Some(text) if is_list => {
            let items = text.split(',').map(|item| Term::text(item.trim()));
            Term::List(items.collect())
        }
        _ => default.clone(),
    }
}

/// A function among the members of a map.
fn function_of(members: &[(Text, Term)]) -> Option<&(Text, Term)> {
    members.iter().find(|(name, _)| name.starts_with("Fn::"))
}

impl Template<'_> {
    /// The value of a term of the template.
    pub(super) fn solve(&self, term: &Term) -> Term {
        self.at(term, 0)
    }

    fn at(&self, term: &Term, depth: usize) -> Term {
        let steps = self.steps.get().saturating_add(1);
        self.steps.set(steps);
        if steps > MOST_STEPS || depth > DEEPEST {
            return unknown("?", "the template unfolds too far to be solved");
        }
        let deeper = depth.saturating_add(1);
        match term {
            Term::Map(members) => match members.as_slice() {
                [(name, of)] if name == "Ref" => self.reference(of),
                [(name, of)] if name.starts_with("Fn::") => {
                    self.function(name.get(4..).unwrap_or_default(), of, deeper)
                }
                // A function beside other members adds what nobody here knows.
                members => match function_of(members) {
                    Some((name, _)) => {
                        unknown("?", format_compact!("what {name} makes here is not known"))
                    }
                    None => Term::Map(
                        members
                            .iter()
                            .map(|(name, of)| (name.clone(), self.at(of, deeper)))
                            .collect(),
                    ),
                },
            },
            Term::List(items) => Term::List(
                items
                    .iter()
                    .map(|item| self.at(item, deeper))
                    // `AWS::NoValue` leaves an item out.
                    .filter(|item| *item != Term::Null)
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn reference(&self, of: &Term) -> Term {
        let Some(name) = of.as_str() else {
            return unknown("${?}", "a Ref without a name");
        };
        if let Some(value) = self.parameters.get(name) {
            return value.clone();
        }
        if self.resources.contains_key(name) {
            return self.made(name, "");
        }
        let written = format_compact!("${{{name}}}");
        let region = self.region.as_deref();
        let by_region = |of: fn(&str) -> &'static str| match region {
            Some(region) => Term::text(of(region)),
            None => unknown(written.clone(), NO_REGION),
        };
        match name {
            "AWS::Region" => match region {
                Some(region) => Term::text(region),
                None => unknown(written, NO_REGION),
            },
            "AWS::AccountId" => match &self.account {
                Some(account) => Term::Text(account.clone()),
                None => unknown(written, "the template does not say its account"),
            },
            "AWS::Partition" => by_region(|region| match region {
                it if it.starts_with("cn-") => "aws-cn",
                it if it.starts_with("us-gov-") => "aws-us-gov",
                it if it.starts_with("eusc-") => "aws-eusc",
                _ => "aws",
            }),
            "AWS::URLSuffix" => by_region(|region| match region {
                it if it.starts_with("cn-") => "amazonaws.com.cn",
                it if it.starts_with("eusc-") => "amazonaws.eu",
                _ => "amazonaws.com",
            }),
            "AWS::NoValue" => Term::Null,
            "AWS::StackName" | "AWS::StackId" | "AWS::NotificationARNs" => {
                unknown(written, "the stack has it when it is made")
            }
            _ => {
                let why = format_compact!("there is no parameter or resource {name}");
                unknown(written, why)
            }
        }
    }

    /// An attribute of a resource, or its id.
    fn made(&self, id: &str, attribute: &str) -> Term {
        let kind = self.resources.get(id).map_or("", |(kind, _)| kind);
        let foreign = kind == "AWS::CloudFormation::Stack"
            || kind.starts_with("Custom::")
            || kind.starts_with("AWS::CloudFormation::CustomResource");
        if foreign {
            let name = match attribute {
                "" => Text::from(id),
                attribute => format_compact!("{id}.{attribute}"),
            };
            let why = format_compact!("it is what {id} of type {kind} gives");
            return Term::Given { name, why };
        }
        Term::Made {
            address: id.into(),
            attribute: attribute.into(),
        }
    }

    fn attribute(&self, of: &Term, depth: usize) -> Term {
        let (id, attribute) = match of {
            Term::Text(path) => match path.split_once('.') {
                Some((id, attribute)) => (Text::from(id), Text::from(attribute)),
                None => return unknown(path.clone(), "a GetAtt without an attribute"),
            },
            Term::List(items) => match items.as_slice() {
                [id, attribute] => {
                    let attribute = self.at(attribute, depth);
                    match (id.as_str(), attribute.to_text()) {
                        (Some(id), Some(attribute)) => (Text::from(id), attribute),
                        _ => return unknown("?", "a GetAtt whose attribute is not known"),
                    }
                }
                _ => return unknown("?", "a GetAtt takes a resource and an attribute"),
            },
            _ => return unknown("?", "a GetAtt takes a resource and an attribute"),
        };
        let Some((_, properties)) = self.resources.get(id.as_str()) else {
            let why = format_compact!("there is no resource {id}");
            return unknown(format_compact!("${{{id}.{attribute}}}"), why);
        };
        // What a resource is given it has: the block of a VPC, the zone of a subnet.
        let given = properties.iter().find(|(name, _)| *name == attribute);
        if let Some((_, given)) = given {
            let value = self.at(given, depth);
            if !matches!(value, Term::Null) {
                return value;
            }
        }
        self.made(&id, &attribute)
    }

    fn function(&self, name: &str, of: &Term, depth: usize) -> Term {
        match name {
            "GetAtt" => return self.attribute(of, depth),
            "Sub" => return self.substitute(of, depth),
            "If" => return self.choose(of, depth),
            "GetAZs" => return self.zones(),
            "FindInMap" => return self.find_in_map(of, depth),
            _ => {}
        }
        let solved = self.at(of, depth);
        let misfit = || {
            let why = format_compact!("Fn::{name} is given what it does not take");
            unknown("?", why)
        };
        match (name, &solved) {
            ("ImportValue", export) => match export.to_text() {
                Some(export) => Term::Given {
                    why: format_compact!("it is what another stack exports as {export}"),
                    name: format_compact!("import {export}"),
                },
                None => unknown(
                    format_compact!("${{import {}}}", export.written()),
                    "another stack exports it, under a name that is not known",
                ),
            },
            ("Select", Term::List(items)) => match items.as_slice() {
                [index, list] => select(index, list),
                _ => misfit(),
            },
            ("Join", Term::List(items)) => match items.as_slice() {
                [Term::Text(between), list] => join(between, list),
                _ => misfit(),
            },
            ("Split", Term::List(items)) => match items.as_slice() {
                [Term::Text(between), Term::Text(text)] if !between.is_empty() => {
                    Term::List(text.split(between.as_str()).map(Term::text).collect())
                }
                [
                    Term::Text(_),
                    other @ (Term::Given { .. } | Term::Unknown { .. }),
                ] => other.clone(),
                _ => misfit(),
            },
            ("Cidr", Term::List(items)) => cidr(items).unwrap_or_else(misfit),
            (
                "Base64" | "Length" | "ToJsonString" | "Transform" | "And" | "Or" | "Not"
                | "Equals",
                _,
            ) => unknown("?", format_compact!("Fn::{name} is not solved here")),
            _ => unknown(
                "?",
                format_compact!("Fn::{name} is not a function that is known"),
            ),
        }
    }

    fn find_in_map(&self, of: &Term, depth: usize) -> Term {
        let solved = self.at(of, depth);
        let Term::List(items) = &solved else {
            return unknown("?", "Fn::FindInMap takes a map and two keys");
        };
        let keys: Vec<Option<Text>> = items.iter().take(3).map(Term::to_text).collect();
        let [Some(map), Some(first), Some(second)] = keys.as_slice() else {
            let lost = items.iter().take(3).find(|it| it.to_text().is_none());
            return match lost {
                Some(Term::Given { why, .. } | Term::Unknown { why, .. }) => {
                    unknown("?", why.clone())
                }
                _ => unknown("?", "Fn::FindInMap takes a map and two keys"),
            };
        };
        let found = self
            .mappings
            .iter()
            .find(|(name, _)| name == map)
            .and_then(|(_, it)| it.get(first)?.get(second));
        match found {
            Some(value) => value.clone(),
            None => match items.get(3).and_then(|it| it.get("DefaultValue")) {
                Some(value) => value.clone(),
                None => unknown(
                    "?",
                    format_compact!("the mapping {map} has no {first} with {second}"),
                ),
            },
        }
    }

    /// Which zones these are, the account settles; their order is that of the template.
    fn zones(&self) -> Term {
        let gap = Gap::new(
            "Fn::GetAZs",
            self.place,
            Cause::NotInInput,
            "AWS settles which zones these are when the stack is made; here they are called zone 1, zone 2 and so on",
        );
        let mut gaps = self.gaps.borrow_mut();
        if !gaps.contains(&gap) {
            gaps.push(gap);
        }
        Term::List(
            (1..=ZONES)
                .map(|n| Term::Text(format_compact!("zone {n}")))
                .collect(),
        )
    }

    fn choose(&self, of: &Term, depth: usize) -> Term {
        let Some([condition, yes, no]) = of.as_list() else {
            return unknown("?", "Fn::If takes a condition and two values");
        };
        let Some(name) = condition.as_str() else {
            return unknown("?", "Fn::If takes the name of a condition");
        };
        match self.condition(name, depth) {
            Ok(true) => self.at(yes, depth),
            Ok(false) => self.at(no, depth),
            Err(why) => {
                let (yes, no) = (self.at(yes, depth), self.at(no, depth));
                if yes == no {
                    return yes;
                }
                unknown(
                    "?",
                    format_compact!("it depends on the condition {name}: {why}"),
                )
            }
        }
    }

    /// Whether a condition holds, or why that is not known.
    pub(super) fn condition(&self, name: &str, depth: usize) -> Result<bool, Text> {
        let found = self.conditions.iter().find(|(held, _)| held == name);
        let (_, rule) = found.ok_or_else(|| format_compact!("there is no condition {name}"))?;
        self.holds(rule, depth.saturating_add(1))
    }

    fn holds(&self, rule: &Term, depth: usize) -> Result<bool, Text> {
        let steps = self.steps.get().saturating_add(1);
        self.steps.set(steps);
        if depth > DEEPEST || steps > MOST_STEPS {
            return Err("the conditions lead into each other without end".into());
        }
        let deeper = depth.saturating_add(1);
        let odd = || Text::from("it is not a condition that is known");
        let Some([(name, of)]) = rule.as_map() else {
            return match rule.to_text().as_deref() {
                Some("true") => Ok(true),
                Some("false") => Ok(false),
                _ => Err(odd()),
            };
        };
        let items = of.as_list().unwrap_or_default();
        match (name.as_str(), items) {
            ("Condition", _) => self.condition(of.as_str().unwrap_or_default(), deeper),
            ("Fn::Equals", [a, b]) => {
                let (a, b) = (self.at(a, deeper), self.at(b, deeper));
                for side in [&a, &b] {
                    if let Term::Given { name, why } = side {
                        return Err(format_compact!("{name}: {why}"));
                    }
                    if let Term::Unknown { why, .. } = side {
                        return Err(why.clone());
                    }
                }
                match (a.to_text(), b.to_text()) {
                    (Some(a), Some(b)) => Ok(a == b),
                    _ => Ok(a == b),
                }
            }
            ("Fn::Not", [one]) => self.holds(one, deeper).map(|it| !it),
            ("Fn::And", items) => self.all(items, true, deeper),
            ("Fn::Or", items) => self.all(items, false, deeper),
            _ => Err(odd()),
        }
    }

    /// Whether all (or none) of the rules hold as `wanted`: one that does not settles it, whatever the others are.
    fn all(&self, items: &[Term], wanted: bool, depth: usize) -> Result<bool, Text> {
        let mut lost = None;
        for item in items {
            match self.holds(item, depth) {
                Ok(held) if held != wanted => return Ok(!wanted),
                Ok(_) => {}
                Err(why) => lost = Some(why),
            }
        }
        lost.map_or(Ok(wanted), Err)
    }

    fn substitute(&self, of: &Term, depth: usize) -> Term {
        let (text, own) = match of {
            Term::List(items) => match items.as_slice() {
                [text, own] => (text.as_str(), own.as_map().unwrap_or_default()),
                [text] => (text.as_str(), [].as_slice()),
                _ => (None, [].as_slice()),
            },
            other => (other.as_str(), [].as_slice()),
        };
        let Some(text) = text else {
            return unknown("?", "Fn::Sub takes a text");
        };
        let mut parts: Vec<Term> = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, from) = rest.split_at(start);
            let inner = from.get(2..).unwrap_or_default();
            let Some(end) = inner.find('}') else { break };
            let name = inner.get(..end).unwrap_or_default();
            parts.push(Term::text(before));
            parts.push(if let Some(literal) = name.strip_prefix('!') {
                Term::Text(format_compact!("${{{literal}}}"))
            } else if let Some((_, value)) = own.iter().find(|(held, _)| held == name.trim()) {
                self.at(value, depth)
            } else if self.parameters.contains_key(name.trim()) || !name.contains('.') {
                self.reference(&Term::text(name.trim()))
            } else {
                self.attribute(&Term::text(name.trim()), depth)
            });
            rest = inner.get(end.saturating_add(1)..).unwrap_or_default();
        }
        parts.push(Term::text(rest));
        join("", &Term::List(parts))
    }
}

const NO_REGION: &str = "the template does not say its region; put the region into the file's name, like stack.eu-west-1.yaml";

/// Texts as one; where one is not known, what it would look like.
fn join(between: &str, list: &Term) -> Term {
    let items = match list {
        Term::List(items) => items,
        Term::Given { .. } | Term::Unknown { .. } | Term::Made { .. } => {
            return list.clone();
        }
        _ => return unknown("?", "Fn::Join takes a list"),
    };
    let said: Vec<&Term> = items
        .iter()
        .filter(|item| !(between.is_empty() && **item == Term::text("")))
        .collect();
    // One value in a text of its own is that value: `!Sub "${Vpc}"`.
    if let [only] = said.as_slice() {
        return (*only).clone();
    }
    let mut text = String::new();
    let mut lost: Option<Text> = None;
    for (n, item) in said.iter().enumerate() {
        if n > 0 {
            text.push_str(between);
        }
        if let Some(known) = item.to_text() {
            text.push_str(&known);
        } else {
            text.push_str(&item.written());
            lost.get_or_insert_with(|| match item {
                Term::Given { name, why } => format_compact!("{name}: {why}"),
                Term::Unknown { why, .. } => why.clone(),
                Term::Made { address, .. } => {
                    format_compact!("AWS settles what {address} has when it is made")
                }
                other => format_compact!("text is expected in it, not {}", other.what()),
            });
        }
        if text.len() > LONGEST {
            return unknown("?", "the text is too long");
        }
    }
    match lost {
        Some(why) => unknown(text, why),
        None => Term::text(text),
    }
}

fn select(index: &Term, list: &Term) -> Term {
    let Some(Ok(number)) = index.to_text().map(|text| text.parse::<usize>()) else {
        return match index {
            Term::Given { why, .. } | Term::Unknown { why, .. } => unknown("?", why.clone()),
            _ => unknown("?", "Fn::Select takes a number and a list"),
        };
    };
    match list {
        Term::List(items) => items.get(number).cloned().unwrap_or_else(|| {
            let count = items.len();
            unknown(
                "?",
                format_compact!("Fn::Select asks for item {number} of {count}"),
            )
        }),
        Term::Given { name, why } => Term::Given {
            name: format_compact!("{name}[{number}]"),
            why: why.clone(),
        },
        Term::Made { address, attribute } if attribute == "Ipv6CidrBlocks" && number == 0 => {
            Term::Made {
                address: address.clone(),
                attribute: "Ipv6CidrBlocks.0".into(),
            }
        }
        Term::Unknown { .. } | Term::Made { .. } => list.clone(),
        _ => unknown("?", "Fn::Select takes a number and a list"),
    }
}

/// Parts of a block, of equal size, from its start.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>
fn cidr(items: &[Term]) -> Option<Term> {
    let (block, count, bits) = match items {
        [block, count] => (block, count, None),
        [block, count, bits] => (block, count, Some(bits)),
        _ => return None,
    };
    let number = |term: &Term| term.to_text()?.parse::<u32>().ok();
    let lost = |term: &Term| match term {
        Term::Given { .. } | Term::Unknown { .. } => Some(term.clone()),
        _ => None,
    };
    if let Some(lost) = [Some(block), Some(count), bits]
        .into_iter()
        .flatten()
        .find_map(lost)
    {
        return Some(lost);
    }
    let count = number(count).filter(|count| (1..=256).contains(count))?;
    let bits = bits.map_or(Some(8), number)?;
    if let Term::Made { address, attribute } = block {
        let mask = 128_u32
            .checked_sub(bits)
            .and_then(|it| u8::try_from(it).ok())?;
        return (attribute == "Ipv6CidrBlocks.0").then(|| {
            let part = |number| Term::Part {
                vpc: address.clone(),
                number,
                mask,
            };
            Term::List((0..count).map(part).collect())
        });
    }
    let block: IpNet = block.to_text()?.parse().ok()?;
    let parts: Vec<IpNet> = match block.trunc() {
        IpNet::V4(block) => {
            let mask = u8::try_from(32_u32.checked_sub(bits)?).ok()?;
            let parts = block.subnets(mask).ok()?.take(count as usize);
            parts.map(|it: Ipv4Net| IpNet::V4(it)).collect()
        }
        IpNet::V6(block) => {
            let mask = u8::try_from(128_u32.checked_sub(bits)?).ok()?;
            let parts = block.subnets(mask).ok()?.take(count as usize);
            parts.map(|it: Ipv6Net| IpNet::V6(it)).collect()
        }
    };
    if parts.len() < count as usize {
        let why = format_compact!("{block} does not hold {count} blocks of {bits} bits");
        return Some(unknown("?", why));
    }
    let parts = parts
        .iter()
        .map(|part| Term::Text(format_compact!("{part}")));
    Some(Term::List(parts.collect()))
}
