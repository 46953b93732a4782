//! What a network is, whatever its resources are called: each by its place among the others.
//!
//! Two networks whose ids differ (a design's names, a template's, AWS's own) are compared by this.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use vpc_atlas::network::{Facts, Id, Key, Kind, Known, Network, Resource};

/// Whether a difference may be: by kind, field and both values.
pub(crate) type Allowed<'a> = dyn Fn(&str, &str, &Value, Option<&Value>) -> bool + 'a;

/// Resources by place, with their known facts; ids in the facts are places too.
pub(crate) struct Structure {
    resources: BTreeMap<String, (Kind, BTreeMap<String, Value>)>,
}

struct Places<'n> {
    network: &'n Network,
    known: BTreeMap<Key, String>,
}

fn planned(text: &str) -> Id {
    Id::read(text)
}

impl Places<'_> {
    fn of(&mut self, key: &Key) -> String {
        if let Some(place) = self.known.get(key) {
            return place.clone();
        }
        let place = match self.network.get(key).cloned() {
            // What stands outside is what it is called.
            None => format!("{} {}", key.kind.word(), key.id),
            Some(resource) => {
                format!("{} {}", key.kind.word(), self.place(&resource))
            }
        };
        self.known.insert(key.clone(), place.clone());
        place
    }

    fn at(&mut self, kind: Kind, id: &Id) -> String {
        self.of(&Key::new(kind, id.clone()))
    }

    fn known(&mut self, kind: Kind, id: &Known<Id>) -> String {
        match id {
            Known::Value(id) => self.at(kind, id),
            _ => "?".to_owned(),
        }
    }

    /// The place of the first resource that refers to this one.
    fn user(&mut self, kind: Kind, refers: impl Fn(&Facts) -> bool) -> String {
        let network = self.network;
        let found = network
            .of_kind(kind)
            .find(|it| refers(it.facts()))
            .map(|it| it.key().clone());
        found.map_or("nobody's".to_owned(), |key| self.of(&key))
    }

    fn place(&mut self, resource: &Resource) -> String {
        let id = &resource.key().id;
        match resource.facts() {
            Facts::Vpc(facts) => match &facts.primary_cidr {
                Known::Value(block) => {
                    format!("{block} {}", resource.tag("Name").unwrap_or_default())
                }
                _ => id.to_string(),
            },
            Facts::Subnet(facts) => {
                let vpc = self.known(Kind::Vpc, &facts.vpc);
                format!("{:?} of {vpc}", facts.cidr_block.value())
            }
            Facts::RouteTable(facts) => {
                let vpc = self.known(Kind::Vpc, &facts.vpc);
                let mut users: Vec<String> = facts
                    .associations
                    .items()
                    .iter()
                    .map(|it| match &it.subnet {
                        Some(subnet) => self.at(Kind::Subnet, subnet),
                        None => "main".to_owned(),
                    })
                    .collect();
                users.sort();
                if users.is_empty() {
                    users.push(self.user(Kind::NatGateway, |facts| match facts {
                        Facts::NatGateway(nat) => nat.route_table == Known::Value(Some(id.clone())),
                        _ => false,
                    }));
                }
                format!("{} of {vpc}", users.join(", "))
            }
            Facts::InternetGateway(facts) => self.attached(&facts.attachments),
            Facts::EgressOnlyInternetGateway(facts) => self.attached(&facts.attachments),
            Facts::VpnGateway(facts) => self.attached(&facts.attachments),
            Facts::NatGateway(facts) => {
                let vpc = self.known(Kind::Vpc, &facts.vpc);
                match facts.subnet.value() {
                    Some(Some(subnet)) => format!("in {}", self.at(Kind::Subnet, subnet)),
                    _ => format!("regional of {vpc}"),
                }
            }
            Facts::ElasticIp(_) => self.user(Kind::NatGateway, |facts| match facts {
                Facts::NatGateway(nat) => {
                    let mut all = nat.addresses.items().iter();
                    all.any(|it| it.allocation.as_ref() == Some(id))
                }
                _ => false,
            }),
            Facts::VpcEndpoint(facts) => {
                let vpc = self.known(Kind::Vpc, &facts.vpc);
                format!("{:?} of {vpc}", facts.service_name.value())
            }
            Facts::PrefixList(facts) => format!("{:?}", facts.prefix_list_name.value()),
            Facts::VpcPeeringConnection(facts) => {
                let mut side = |side: &Known<vpc_atlas::network::PeeringSide>| {
                    side.value()
                        .map_or("?".to_owned(), |side| self.at(Kind::Vpc, &side.vpc))
                };
                let (asks, accepts) = (side(&facts.requester), side(&facts.accepter));
                format!("{asks} to {accepts}")
            }
            Facts::TransitGateway(_) => {
                self.user(Kind::TransitGatewayAttachment, |facts| match facts {
                    Facts::TransitGatewayAttachment(it) => {
                        it.transit_gateway == Known::Value(id.clone())
                    }
                    _ => false,
                })
            }
            Facts::TransitGatewayAttachment(facts) => self.known(Kind::Vpc, &facts.resource),
            Facts::NetworkAcl(facts) => self.known(Kind::Vpc, &facts.vpc),
            Facts::SecurityGroup(facts) => {
                let vpc = self.known(Kind::Vpc, &facts.vpc);
                format!("{:?} of {vpc}", facts.group_name.value())
            }
            Facts::FlowLog(facts) => self.known(Kind::Vpc, &facts.resource),
            Facts::NetworkInterface(facts) => self.known(Kind::Subnet, &facts.subnet),
            other => format!("{:?} {id}", other.kind()),
        }
    }

    fn attached(&mut self, list: &Known<Vec<vpc_atlas::network::VpcAttachment>>) -> String {
        let first = list.items().first().map(|it| it.vpc.clone());
        first.map_or("detached".to_owned(), |vpc| self.at(Kind::Vpc, &vpc))
    }

    /// The value with places for ids, and lists in an order that does not depend on ids.
    fn rewritten(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                if let (Some(Value::String(kind)), Some(Value::String(id)), 2) =
                    (fields.get("kind"), fields.get("id"), fields.len())
                {
                    let kind = Kind::from_word(kind).expect("a kind");
                    return Value::String(self.at(kind, &planned(id)));
                }
                let fields: Map<String, Value> = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.rewritten(name, value)))
                    .collect();
                Value::Object(fields)
            }
            Value::Array(items) => {
                let mut items: Vec<Value> =
                    items.iter().map(|it| self.rewritten(name, it)).collect();
                items.sort_by_key(ToString::to_string);
                Value::Array(items)
            }
            Value::String(text) => {
                let kind = match name {
                    "vpc" | "resource" => Kind::Vpc,
                    "subnet" | "subnets" => Kind::Subnet,
                    "route_table" | "route_tables" => Kind::RouteTable,
                    "group" | "groups" => Kind::SecurityGroup,
                    "allocation" => Kind::ElasticIp,
                    "transit_gateway" => Kind::TransitGateway,
                    "propagating_gateways" => Kind::VpnGateway,
                    "prefix-list" => Kind::PrefixList,
                    _ => return value.clone(),
                };
                Value::String(self.at(kind, &planned(text)))
            }
            other => other.clone(),
        }
    }
}

impl Structure {
    pub(crate) fn of(network: &Network) -> Self {
        let mut places = Places {
            network,
            known: BTreeMap::new(),
        };
        let mut resources = BTreeMap::new();
        for resource in network.resources() {
            let place = places.of(resource.key());
            let names = resource.facts().fields().iter().copied();
            let mut fields = BTreeMap::new();
            for name in names.chain(["tags", "region"]) {
                if let Some(Known::Value(value)) = resource.record().field(name) {
                    fields.insert(name.to_owned(), places.rewritten(name, &value));
                }
            }
            let twin = resources.insert(place.clone(), (resource.kind(), fields));
            assert!(twin.is_none(), "two resources are {place}");
        }
        Self { resources }
    }

    /// What the other has otherwise, or does not know, save what may be so by kind, field and both values; an empty field
    /// is the resource as a whole.
    pub(crate) fn differences(&self, other: &Self, allowed: &Allowed<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for (place, (kind, fields)) in &self.resources {
            let Some((_, theirs)) = other.resources.get(place) else {
                if !allowed(kind.word(), "", &Value::Null, None) {
                    found.push(format!("- {place}"));
                }
                continue;
            };
            for (name, mine) in fields {
                if allowed(kind.word(), name, mine, theirs.get(name)) {
                    continue;
                }
                match theirs.get(name) {
                    None => found.push(format!("? {place} {name}: {mine}")),
                    Some(theirs) if theirs != mine => {
                        found.push(format!("~ {place} {name}: {mine}\n  became {theirs}"));
                    }
                    Some(_) => {}
                }
            }
        }
        for (place, (kind, _)) in &other.resources {
            if !self.resources.contains_key(place) && !allowed(kind.word(), "", &Value::Null, None)
            {
                found.push(format!("+ {place}"));
            }
        }
        found
    }
}
