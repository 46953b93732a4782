//! Differences between a live VPC and its design, in words.

use super::Unexpressed;
use crate::network::{Edit, Facts, Id, Key, Kind, Known, Network, Resource, RouteTableFacts, Text};
use serde_json::Value;
use std::collections::BTreeMap;

/// Each difference, lists and tags taken apart.
pub(super) fn of_edits(
    edits: &[Edit],
    planned: &Network,
    live: &Network,
    ids: &BTreeMap<Key, Id>,
) -> Vec<Unexpressed> {
    let words = Words {
        planned,
        live,
        names: ids.iter().map(|(key, id)| (id, key)).collect(),
    };
    let mut found = Vec::new();
    for edit in edits {
        match edit {
            Edit::Add(resource) => found.push(told(resource.key(), None, words.added(resource))),
            Edit::Remove(key) => found.push(told(key, None, words.removed(key))),
            Edit::Set {
                key,
                field,
                before,
                after,
            } => {
                let texts = words.set(key, field, before, after);
                found.extend(texts.into_iter().map(|why| told(key, Some(field), why)));
            }
        }
    }
    found
}

fn told(key: &Key, field: Option<&Text>, why: String) -> Unexpressed {
    Unexpressed {
        key: key.clone(),
        field: field.cloned(),
        why,
    }
}

struct Words<'a> {
    planned: &'a Network,
    live: &'a Network,
    /// The planned keys of live ids.
    names: BTreeMap<&'a Id, &'a Key>,
}

impl Words<'_> {
    fn added(&self, resource: &Resource) -> String {
        match resource.facts() {
            Facts::Subnet(facts) => match facts.cidr_block.value() {
                Some(Some(_)) => "its zone is not known, and a design gives each subnet one",
                _ => "the subnets of a design have a version 4 block",
            }
            .to_owned(),
            Facts::RouteTable(facts) => self.added_table(facts),
            Facts::InternetGateway(_) => {
                "no subnet leads to it, and a design has one for public subnets only".to_owned()
            }
            Facts::NatGateway(facts) => {
                let is_private = facts.connectivity_type.value().is_some_and(|it| it == "private");
                if is_private {
                    "the NAT gateways of a design are public".to_owned()
                } else {
                    "a design has one NAT gateway, one in the first public subnet of each zone, or a regional one"
                        .to_owned()
                }
            }
            Facts::ElasticIp(_) => {
                "the addresses of a design are those of its NAT gateways, one each".to_owned()
            }
            Facts::VpcEndpoint(facts) => {
                if facts.requester_managed.value() == Some(&true) {
                    return "another service manages it".to_owned();
                }
                match facts.endpoint_type.value().map(Text::as_str) {
                    Some(word @ ("Gateway" | "Interface")) => format!(
                        "a design has one {} endpoint for each service",
                        word.to_lowercase()
                    ),
                    Some(word) => format!("a design has no endpoints of type {word}"),
                    None => "its type is not known".to_owned(),
                }
            }
            Facts::VpcPeeringConnection(_) => {
                "a design says the peering connections that its VPCs ask for, one to each other VPC; this one another VPC asked for, or it is a second one".to_owned()
            }
            Facts::TransitGatewayAttachment(_) => {
                "a design attaches a VPC to one transit gateway".to_owned()
            }
            Facts::VpnConnection(_) | Facts::DirectConnectGateway(_) => {
                "what leads to a VPN gateway from outside is no part of a design".to_owned()
            }
            Facts::NetworkAcl(_) => {
                "a design leaves all subnets to the network ACL that comes with the VPC".to_owned()
            }
            Facts::SecurityGroup(_) => {
                "a design has no security groups but the default one and that of its endpoints".to_owned()
            }
            Facts::FlowLog(_) => {
                "a design has one flow log, of the whole VPC, to a bucket or a log group".to_owned()
            }
            Facts::NetworkInterface(_) => {
                "a design has one resolver endpoint, which takes questions from outside".to_owned()
            }
            _ => format!("a design has no {}", resource.kind().plural()),
        }
    }

    fn added_table(&self, facts: &RouteTableFacts) -> String {
        let tied: Vec<String> = facts
            .associations
            .items()
            .iter()
            .filter(|it| it.holds())
            .filter_map(|it| it.subnet.as_ref().or(it.gateway.as_ref()))
            .map(|id| self.label(id))
            .collect();
        if tied.is_empty() {
            "no subnet uses it, and a design has only tables that are used".to_owned()
        } else {
            format!(
                "it is the table of {}, and a design gives public and isolated subnets one table for their tier",
                tied.join(", ")
            )
        }
    }

    fn removed(&self, key: &Key) -> String {
        let label = self.planned.get(key).map_or_else(
            || key.id.as_str().to_owned(),
            |resource| resource.label().to_owned(),
        );
        match key.kind {
            Kind::RouteTable => format!(
                "the design gives each private subnet, and each other tier, a route table of its own ({label}); these subnets share another or use the main one"
            ),
            kind => format!(
                "the design has the {} {label}, and nothing live is that",
                kind.singular()
            ),
        }
    }

    /// What people call something of the VPC.
    fn label(&self, id: &Id) -> String {
        let kind = Kind::of_id(id.as_str());
        let resource = kind.and_then(|kind| self.live.get(&Key::new(kind, id.clone())));
        let name = resource.and_then(|it| it.name());
        name.map_or_else(|| id.as_str().to_owned(), |name| format!("{name} ({id})"))
    }

    /// An id within JSON as people call it.
    fn text(&self, value: &Value) -> String {
        match value {
            Value::Null => "none".to_owned(),
            Value::String(text) => {
                let id = Id::read(text);
                match (&id, self.names.contains_key(&id)) {
                    (Id::Planned(name), _) => name.to_string(),
                    (Id::Aws(_), true) => self.label(&id),
                    (Id::Aws(_), false) => text.clone(),
                }
            }
            Value::Array(list) if list.is_empty() => "none".to_owned(),
            Value::Array(list) => {
                let texts: Vec<String> = list.iter().map(|it| self.text(it)).collect();
                texts.join(", ")
            }
            Value::Object(map) => {
                let shown = map.iter().filter(|(_, value)| !value.is_null());
                let texts: Vec<String> = shown
                    .map(|(name, value)| match value {
                        Value::Object(inner) if inner.len() == 1 => inner
                            .values()
                            .map(|value| self.text(value))
                            .collect::<String>(),
                        _ => format!("{} {}", name.replace('_', " "), self.text(value)),
                    })
                    .collect();
                texts.join(", ")
            }
            other => other.to_string(),
        }
    }

    fn set(
        &self,
        key: &Key,
        field: &Text,
        before: &Known<Value>,
        after: &Known<Value>,
    ) -> Vec<String> {
        let words = field.replace('_', " ");
        match (before.value(), after.value()) {
            (Some(Value::Array(mine)), Some(Value::Array(theirs))) => {
                let list = Items {
                    words: self,
                    field,
                    key,
                };
                let more = theirs.iter().filter(|it| !mine.contains(it));
                let less = mine.iter().filter(|it| !theirs.contains(it));
                let more = more.map(|it| list.more(it));
                more.chain(less.map(|it| list.less(it))).collect()
            }
            (Some(Value::Object(mine)), Some(Value::Object(theirs))) if *field == "tags" => {
                let mut texts = Vec::new();
                for (name, value) in theirs {
                    match mine.get(name) {
                        Some(held) if held == value => {}
                        Some(held) => texts.push(format!(
                            "its tag {name} is “{}”, and the design has “{}”",
                            self.text(value),
                            self.text(held)
                        )),
                        None => texts.push(format!(
                            "it bears the tag {name} “{}”, and the tags of a design are on everything",
                            self.text(value)
                        )),
                    }
                }
                for name in mine.keys().filter(|name| !theirs.contains_key(*name)) {
                    texts.push(format!(
                        "it does not bear the tag {name}, and the tags of a design are on everything"
                    ));
                }
                texts
            }
            (None, Some(theirs)) if *field == "dhcp_options" => vec![format!(
                "it has DHCP options of its own ({}), and a design leaves them to AWS",
                self.text(theirs)
            )],
            (mine, theirs) => {
                let text = |value: Option<&Value>| {
                    value.map_or_else(|| "what AWS chooses".to_owned(), |it| self.text(it))
                };
                vec![format!(
                    "its {words} is {}, and the design has {}",
                    text(theirs),
                    text(mine)
                )]
            }
        }
    }
}

/// The items of a list, one by one.
struct Items<'a> {
    words: &'a Words<'a>,
    field: &'a Text,
    key: &'a Key,
}

impl Items<'_> {
    fn more(&self, item: &Value) -> String {
        match (self.key.kind, self.field.as_str()) {
            (Kind::RouteTable, "routes") => {
                format!("the design has no route {}{}", self.route(item), hint(item))
            }
            (Kind::RouteTable, "associations") => {
                format!("it is also tied to {}", self.tied(item))
            }
            (Kind::SecurityGroup, "ingress") => {
                format!("the design does not let in {}", self.words.text(item))
            }
            (Kind::SecurityGroup, "egress") => {
                format!("the design does not let out {}", self.words.text(item))
            }
            (Kind::NetworkAcl, "entries") => {
                format!("the design has no entry {}", self.words.text(item))
            }
            (_, field) => format!(
                "its {} hold {}, and the design's do not",
                field.replace('_', " "),
                self.words.text(item)
            ),
        }
    }

    fn less(&self, item: &Value) -> String {
        match (self.key.kind, self.field.as_str()) {
            (Kind::RouteTable, "routes") => {
                format!("it has no route {}, and the design has", self.route(item))
            }
            (Kind::RouteTable, "associations") => {
                format!("it is not tied to {}, and the design's is", self.tied(item))
            }
            (_, field) => format!(
                "its {} do not hold {}, and the design's do",
                field.replace('_', " "),
                self.words.text(item)
            ),
        }
    }

    fn route(&self, item: &Value) -> String {
        let part = |name: &str| {
            let value = item.get(name).unwrap_or(&Value::Null);
            match value {
                // `{"block": …}`, and `{"resource": {"kind": …, "id": …}}`.
                Value::Object(map) => map.values().next().map_or_else(String::new, |inner| {
                    self.words.text(inner.get("id").unwrap_or(inner))
                }),
                other => self.words.text(other),
            }
        };
        let state = item.get("state").and_then(Value::as_str);
        let state = match state {
            Some("active") | None => "",
            Some("blackhole") => ", which is a blackhole",
            Some(_) => ", which is not active",
        };
        format!("from {} to {}{state}", part("destination"), part("target"))
    }

    fn tied(&self, item: &Value) -> String {
        for name in ["subnet", "gateway"] {
            if let Some(value) = item.get(name).filter(|it| !it.is_null()) {
                return self.words.text(value);
            }
        }
        "its VPC as the main table".to_owned()
    }
}

/// Why a design has no such route, where the target tells it.
fn hint(route: &Value) -> &'static str {
    let target = route.get("target").and_then(|it| it.get("resource"));
    let kind = target.and_then(|it| it.get("kind")).and_then(Value::as_str);
    match kind.and_then(Kind::from_word) {
        Some(Kind::NetworkInterface | Kind::Instance) => {
            "; its routes lead to no instances and interfaces"
        }
        Some(Kind::VpcEndpoint) => "; its routes lead to no endpoints but gateway endpoints",
        Some(Kind::CarrierGateway | Kind::LocalGateway | Kind::CoreNetwork) => {
            "; it has no such targets"
        }
        _ => "",
    }
}
