//! Changes in words; the same on the command line and in the window.

use super::{FieldChange, Tally, What};
use crate::network::{
    AclAction, AclEntry, CidrAssociation, Destination, Key, Kind, Known, Record, Route, RouteState,
    RouteTableAssociation, RulePeer, SecurityGroupRule, Target, VpcAttachment,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What a resource is called in a sentence: its name where that is known to the reader, else its id.
pub type Call<'a> = &'a dyn Fn(&Key) -> String;

/// How changes are written where they are read.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// What resources are called.
    pub call: Call<'a>,
    /// The sign of what is gone: a hyphen on a terminal, a minus in print.
    pub minus: char,
}

impl What {
    /// The sign before it in lists and on cards.
    pub fn sign(&self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '−',
            Self::Unknown => '?',
            Self::Changed(_) => '~',
        }
    }

    /// It as a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Unknown => "not to be compared",
            Self::Changed(_) => "changed",
        }
    }

    /// Everything about it in lines: `routes: + 10.9.0.0/16 → pcx-1`. None where the word says all.
    pub fn lines(&self, wording: Wording<'_>) -> Vec<String> {
        match self {
            Self::Changed(fields) => fields.iter().flat_map(|it| it.lines(wording)).collect(),
            Self::Added | Self::Removed | Self::Unknown => Vec::new(),
        }
    }
}

impl Tally {
    /// What is known to differ, as signs with numbers: `+2 −1 ~3`. Empty where nothing differs.
    pub fn signs(&self) -> String {
        let parts = [('+', self.added), ('−', self.removed), ('~', self.changed)];
        let parts = parts.into_iter().filter(|(_, number)| *number > 0);
        let parts: Vec<String> = parts.map(|(sign, it)| format!("{sign}{it}")).collect();
        parts.join(" ")
    }

    /// The same as words: `2 added, 1 removed, 3 changed`.
    pub fn words(&self) -> String {
        let parts = [
            ("added", self.added),
            ("removed", self.removed),
            ("changed", self.changed),
        ];
        let parts = parts.into_iter().filter(|(_, number)| *number > 0);
        let parts: Vec<String> = parts.map(|(word, it)| format!("{it} {word}")).collect();
        parts.join(", ")
    }
}

impl FieldChange {
    /// What is different, a line for each part: of a list only what came and went, of tags only those that differ.
    pub fn lines(&self, wording: Wording<'_>) -> Vec<String> {
        let Wording { call, minus } = wording;
        let title = title(&self.field);
        let say = |value: &Value| item(&self.field, value, call);
        match (value_of(&self.before), value_of(&self.after)) {
            (Value::Array(old), Value::Array(new)) => {
                let gone = old.iter().filter(|it| !new.contains(it));
                let come = new.iter().filter(|it| !old.contains(it));
                let gone = gone.map(|it| format!("{title}: {minus} {}", say(it)));
                let mut lines: Vec<String> = gone.collect();
                lines.extend(come.map(|it| format!("{title}: + {}", say(it))));
                lines
            }
            (Value::Object(old), Value::Object(new)) if is_map(&self.field) => {
                parts_of(&title, old, new, wording)
            }
            (old, new) => vec![format!("{title}: {} → {}", say(old), say(new))],
        }
    }
}

/// A field as people read it: `map_public_ip_on_launch` is “map public IP on launch”.
fn title(field: &str) -> String {
    let words = field.split('_').map(|word| match word {
        "ip" => "IP",
        "ipv6" => "IPv6",
        "vpc" => "VPC",
        "vpcs" => "VPCs",
        "vpn" => "VPN",
        "dns" => "DNS",
        "dhcp" => "DHCP",
        "cidr" => "CIDR",
        "arn" => "ARN",
        "asn" => "ASN",
        "bgp" => "BGP",
        "mac" => "MAC",
        "az" => "AZ",
        "ecmp" => "ECMP",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What tells a resource from its like in a few words: its block and zone, its service, its address.
pub fn brief(record: &Record, wording: Wording<'_>) -> String {
    const TELLING: &[&str] = &[
        "primary_cidr",
        "cidr_block",
        "availability_zone",
        "service_name",
        "group_name",
        "interface_type",
        "instance_type",
        "private_ip",
        "public_ip",
        "connectivity_type",
        "resource_type",
        "transit_gateway",
        "customer_gateway",
        "traffic_type",
        "description",
    ];
    let told = TELLING
        .iter()
        .filter_map(|field| match record.field(field)? {
            Known::Value(Value::String(text)) if text.is_empty() => None,
            Known::Value(value @ (Value::String(_) | Value::Number(_))) => {
                Some(short(&value, wording.call))
            }
            _ => None,
        });
    told.collect::<Vec<_>>().join(" · ")
}

/// What is known of a resource, field by field, with what each says; what says nothing is left out.
pub fn facts(record: &Record, wording: Wording<'_>) -> Vec<(String, String)> {
    let told = record.fields().filter_map(|(field, known)| {
        let value = known.value()?;
        let is_silent = match value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        let words = match value {
            _ if is_silent => return None,
            Value::Array(items) => {
                let items = items.iter().map(|it| item(field, it, wording.call));
                items.collect::<Vec<_>>().join("\n")
            }
            Value::Object(fields) if is_map(field) => {
                let say = |value: &Value| short(value, wording.call);
                let parts = fields
                    .iter()
                    .map(|(name, it)| format!("{name}={}", say(it)));
                parts.collect::<Vec<_>>().join("\n")
            }
            other => item(field, other, wording.call),
        };
        Some((title(field), words))
    });
    told.collect()
}

fn value_of(known: &Known<Value>) -> &Value {
    known.value().unwrap_or(&Value::Null)
}

/// Facts that are names with values, and so compared one by one.
fn is_map(field: &str) -> bool {
    matches!(field, "tags" | "options")
}

fn parts_of(
    title: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    Wording { call, minus }: Wording<'_>,
) -> Vec<String> {
    let names = old
        .keys()
        .chain(new.keys().filter(|it| !old.contains_key(*it)));
    let say = |value: &Value| short(value, call);
    let line = |name: &String| match (old.get(name), new.get(name)) {
        (Some(was), Some(is)) if was == is => None,
        (Some(was), Some(is)) => Some(format!("{title}: {name}: {} → {}", say(was), say(is))),
        (Some(was), None) => Some(format!("{title}: {minus} {name}={}", say(was))),
        (None, Some(is)) => Some(format!("{title}: + {name}={}", say(is))),
        (None, None) => None,
    };
    names.filter_map(line).collect()
}

/// One item of a list, or a value that is no list, as a network engineer would write it.
fn item(field: &str, value: &Value, call: Call<'_>) -> String {
    let told = match field {
        "routes" => typed::<Route>(value).map(|it| route(&it, call)),
        "associations" => {
            typed::<RouteTableAssociation>(value).and_then(|it| association(&it, call))
        }
        "ingress" | "egress" => typed::<SecurityGroupRule>(value).map(|it| rule(&it, call)),
        "entries" => typed::<AclEntry>(value).map(|it| entry(&it)),
        "cidr_blocks" | "ipv6_blocks" => typed::<CidrAssociation>(value).and_then(|it| block(&it)),
        "attachments" => typed::<VpcAttachment>(value).map(|it| {
            let vpc = call(&Key::new(Kind::Vpc, it.vpc));
            with_state(vpc, it.state.as_deref(), &["available", "attached"])
        }),
        _ => None,
    };
    told.unwrap_or_else(|| short(value, call))
}

fn typed<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// Words, and a state where it is not one of those that go without saying.
fn with_state(words: String, state: Option<&str>, silent: &[&str]) -> String {
    match state {
        Some(state) if !silent.contains(&state) => format!("{words} ({state})"),
        _ => words,
    }
}

fn route(route: &Route, call: Call<'_>) -> String {
    let destination = match &route.destination {
        Destination::PrefixList(id) => call(&Key::new(Kind::PrefixList, id.clone())),
        other => other.to_string(),
    };
    let target = match &route.target {
        Target::Resource(key) => call(key),
        other => other.to_string(),
    };
    let silent = [RouteState::Active.as_str()];
    with_state(
        format!("{destination} → {target}"),
        Some(route.state.as_str()),
        &silent,
    )
}

fn association(it: &RouteTableAssociation, call: Call<'_>) -> Option<String> {
    let words = match (&it.subnet, &it.gateway) {
        (Some(subnet), _) => call(&Key::new(Kind::Subnet, subnet.clone())),
        (None, Some(gateway)) => match Kind::of_id(gateway.as_str()) {
            Some(kind) => call(&Key::new(kind, gateway.clone())),
            None => gateway.to_string(),
        },
        (None, None) if it.main => "main".to_owned(),
        (None, None) => return None,
    };
    Some(with_state(words, it.state.as_deref(), &["associated"]))
}

fn block(it: &CidrAssociation) -> Option<String> {
    let words = it.cidr?.to_string();
    Some(with_state(words, Some(&it.state), &["associated"]))
}

fn rule(rule: &SecurityGroupRule, call: Call<'_>) -> String {
    let peer = match &rule.peer {
        RulePeer::Block(block) => block.to_string(),
        RulePeer::Group(id) => call(&Key::new(Kind::SecurityGroup, id.clone())),
        RulePeer::PrefixList(id) => call(&Key::new(Kind::PrefixList, id.clone())),
    };
    let ports = match (rule.from_port, rule.to_port) {
        (Some(from), Some(to)) if from >= 0 && from == to => format!(" {from}"),
        (Some(from), Some(to)) if from >= 0 => format!(" {from}–{to}"),
        _ => String::new(),
    };
    let words = format!("{}{ports} {peer}", protocol(&rule.protocol));
    match rule.description.as_deref() {
        Some(why) if !why.is_empty() => format!("{words} “{why}”"),
        _ => words,
    }
}

fn entry(entry: &AclEntry) -> String {
    let way = if entry.egress { "outbound" } else { "inbound" };
    let action = match entry.action {
        AclAction::Allow => "allow",
        AclAction::Deny => "deny",
    };
    let ports = match entry.ports {
        Some((from, to)) if from == to => format!(" {from}"),
        Some((from, to)) => format!(" {from}–{to}"),
        None => String::new(),
    };
    let block = entry.cidr.map_or_else(String::new, |it| format!(" {it}"));
    let protocol = protocol(&entry.protocol);
    format!("{way} {} {action} {protocol}{ports}{block}", entry.number)
}

/// The protocol by its name where it is one of those that have ports, or all of them.
/// <https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml>
fn protocol(word: &str) -> &str {
    match word {
        "-1" => "all",
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        other => other,
    }
}

/// A value in the fewest signs that still read: a resource by what it is called, a variant by what it holds, the rest as
/// `field=value`.
fn short(value: &Value, call: Call<'_>) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => match Kind::of_id(text) {
            Some(kind) => call(&Key::aws(kind, text.as_str())),
            None => text.clone(),
        },
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|it| short(it, call)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => match (fields.get("id"), fields.get("kind")) {
            (Some(id), Some(_)) if fields.len() == 2 => short(id, call),
            _ if fields.len() == 1 => fields.values().map(|it| short(it, call)).collect(),
            _ => {
                let known = fields.iter().filter(|(_, value)| !value.is_null());
                let words: Vec<String> = known
                    .map(|(name, value)| format!("{name}={}", short(value, call)))
                    .collect();
                words.join(" ")
            }
        },
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(field: &str, before: Value, after: Value) -> Vec<String> {
        let change = FieldChange {
            field: field.into(),
            before: Known::Value(before),
            after: Known::Value(after),
        };
        let call = |key: &Key| match key.id.as_str() {
            "nat-1" => "prod-nat-a".to_owned(),
            other => other.to_owned(),
        };
        change.lines(Wording {
            call: &call,
            minus: '−',
        })
    }

    #[test]
    fn facts_are_written_as_engineers_write_them() {
        let route = |to: Value, state: &str| json!({"destination": {"block": "0.0.0.0/0"}, "target": to, "state": state, "origin": "CreateRoute"});
        let nat = json!({"resource": {"kind": "natgateway", "id": "nat-1"}});
        let gateway = json!({"resource": {"kind": "internet-gateway", "id": "igw-1"}});
        let rule = |port: i32, why: Value| json!({"protocol": "6", "from_port": port, "to_port": port, "peer": {"block": "10.0.0.0/8"}, "description": why});
        let entry = json!({"egress": false, "number": 100, "action": "deny", "protocol": "-1", "cidr": "0.0.0.0/0", "ports": null, "icmp": null});
        for (field, before, after, wanted) in [
            (
                "routes",
                json!([route(nat, "active")]),
                json!([route(gateway, "blackhole")]),
                vec![
                    "routes: − 0.0.0.0/0 → prod-nat-a",
                    "routes: + 0.0.0.0/0 → igw-1 (blackhole)",
                ],
            ),
            (
                "ingress",
                json!([rule(443, Value::Null)]),
                json!([rule(22, json!("jump host"))]),
                vec![
                    "ingress: − tcp 443 10.0.0.0/8",
                    "ingress: + tcp 22 10.0.0.0/8 “jump host”",
                ],
            ),
            (
                "entries",
                json!([]),
                json!([entry]),
                vec!["entries: + inbound 100 deny all 0.0.0.0/0"],
            ),
            (
                "associations",
                json!([]),
                json!([{"id": "rtbassoc-1", "main": false, "subnet": "subnet-1", "gateway": null, "state": "associated"}]),
                vec!["associations: + subnet-1"],
            ),
            (
                "tags",
                json!({"Name": "a", "Team": "x", "Old": "1"}),
                json!({"Name": "b", "Team": "x", "New": ""}),
                vec!["tags: Name: a → b", "tags: − Old=1", "tags: + New=nothing"],
            ),
            (
                "map_public_ip_on_launch",
                json!(false),
                json!(true),
                vec!["map public IP on launch: no → yes"],
            ),
            (
                "instance",
                Value::Null,
                json!("i-1"),
                vec!["instance: none → i-1"],
            ),
        ] {
            assert_eq!(lines(field, before, after), wanted, "{field}");
        }
    }

    #[test]
    fn numbers_are_said_with_signs_and_words() {
        let tally = Tally {
            added: 2,
            removed: 0,
            changed: 3,
            unknown: 1,
        };
        assert_eq!(tally.signs(), "+2 ~3");
        assert_eq!(tally.words(), "2 added, 3 changed");
        assert_eq!(Tally::default().signs(), "");
    }
}
