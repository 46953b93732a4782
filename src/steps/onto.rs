//! What was changed in a plan, done to a live network that is not quite as the plan was.
//!
//! A plan says less than what is live: it knows no custom rules, no second table, no address. So not the plan and the live
//! network are compared, but the plan before and after, and only what differs between these is done to what is live, item by
//! item. What nobody changed stays as it is, whatever it is.

use super::graph::StepGraph;
use super::lower::{Refusal, lower};
use crate::network::{
    Edit, Id, Key, Kind, Known, Network, Record, Resource, RouteTableFacts, Text, drift,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The steps that do to a live network what tells one plan from another. Both plans bear the ids that their resources have
/// there ([`Network::renamed`]); two plans that are the same give no step, however far the live network is from them.
///
/// A planned route table that nothing live stands for is taken to be the one that its subnets use, where that is one. A
/// change of routes goes to every table that the subnets use and that stands for no other planned one.
///
/// # Errors
///
/// What stands against it, by key and field: what [`lower`] refuses, a change to something that is not live, two
/// changes of one route table that cannot both be.
pub fn onto(live: &Network, before: &Network, after: &Network) -> Result<StepGraph, Vec<Refusal>> {
    let mut carrying = Carrying::new(live, before, after);
    let keys: BTreeSet<&Key> = before
        .resources()
        .chain(after.resources())
        .map(|resource| resource.key())
        .collect();
    for key in keys {
        carrying.resource(key);
    }
    carrying.graph()
}

struct Carrying<'a> {
    live: &'a Network,
    before: &'a Network,
    after: &'a Network,
    /// Planned tables that are not live, and the tables their subnets use.
    stand_ins: BTreeMap<Key, Id>,
    /// Further tables that subnets of a planned one use, and that stand for no other planned one.
    beside: BTreeMap<Key, Vec<Key>>,
    whole: Vec<Edit>,
    /// Fields as they are to be.
    fields: BTreeMap<(Key, Text), Known<Value>>,
    /// Items that some change has put into a list, by their place in it.
    written: BTreeMap<(Key, Text, String), Value>,
    refusals: BTreeSet<Refusal>,
}

impl<'a> Carrying<'a> {
    fn new(live: &'a Network, before: &'a Network, after: &'a Network) -> Self {
        let mut carrying = Self {
            live,
            before,
            after,
            stand_ins: BTreeMap::new(),
            beside: BTreeMap::new(),
            whole: Vec::new(),
            fields: BTreeMap::new(),
            written: BTreeMap::new(),
            refusals: BTreeSet::new(),
        };
        let used = tables_of_subnets(live);
        for (table, facts) in before.all::<RouteTableFacts>() {
            let key = table.key();
            if after.get(key).is_none() {
                continue;
            }
            let subnets = facts
                .associations
                .items()
                .iter()
                .filter_map(|it| it.subnet.as_ref());
            let tables: BTreeSet<&Id> = subnets.filter_map(|id| used.get(id)).collect();
            if live.get(key).is_some() {
                let others = tables
                    .into_iter()
                    .map(|id| Key::new(Kind::RouteTable, id.clone()));
                let others = others.filter(|other| other != key && before.get(other).is_none());
                carrying.beside.insert(key.clone(), others.collect());
                continue;
            }
            let mut tables = tables.into_iter();
            if let (Some(one), None) = (tables.next(), tables.next()) {
                carrying.stand_ins.insert(key.clone(), one.clone());
            }
        }
        carrying
    }

    fn refuse(&mut self, key: &Key, field: Option<&str>, why: impl Into<String>) {
        self.refusals.insert(Refusal {
            key: key.clone(),
            field: field.map(Text::from),
            why: why.into(),
        });
    }

    /// A record with the tables that stand in for planned ones.
    fn record(&self, resource: &Resource) -> Record {
        let mut record = resource.renamed(&self.stand_ins).record().clone();
        if let Some(Known::Value(Value::Array(mut tables))) = record.field("route_tables") {
            let mut seen = BTreeSet::new();
            tables.retain(|table| seen.insert(table.to_string()));
            // They were ids before, and are ids now.
            let _ = record.set_field("route_tables", Known::Value(Value::Array(tables)));
        }
        record
    }

    fn resource(&mut self, key: &Key) {
        // What a plan only refers to comes and goes without it.
        let refers = matches!(key.kind, Kind::PrefixList | Kind::TransitGateway);
        let is_live = self.live.get(key).is_some_and(|it| !it.is_gone());
        match (self.before.get(key).cloned(), self.after.get(key).cloned()) {
            (None, Some(_)) if is_live && refers => {}
            (None, Some(new)) if is_live => self.there_already(&new),
            (None, Some(new)) => {
                let record = self.record(&new);
                let sighting = new
                    .observations()
                    .first()
                    .map(|it| Arc::clone(&it.sighting));
                if let Some(sighting) = sighting {
                    let new = Resource::seen(key.id.clone(), sighting, record);
                    self.whole.push(Edit::Add(Arc::new(new)));
                }
            }
            (Some(_), None) if is_live && !refers => self.whole.push(Edit::Remove(key.clone())),
            (Some(old), Some(new)) => self.changed(key, &old, &new),
            _ => {}
        }
    }

    /// A plan asks for what was there without it; that is well where it is as planned.
    fn there_already(&mut self, new: &Resource) {
        let key = new.key();
        for edit in drift(self.after, self.live, &BTreeMap::new()) {
            if let Edit::Set { key: of, field, .. } = edit
                && of == *key
            {
                let why = format!(
                    "it is there already with other {}; change it by hand, or leave it out of the design",
                    field.replace('_', " ")
                );
                self.refuse(key, Some(&field), why);
            }
        }
    }

    fn changed(&mut self, key: &Key, old: &Resource, new: &Resource) {
        let (old, new) = (self.record(old), self.record(new));
        let changes = old.fields().zip(new.fields());
        let changes: Vec<(&str, Known<Value>, Known<Value>)> = changes
            .map(|((field, old), (_, new))| (field, planned(field, old), planned(field, new)))
            .filter(|(_, old, new)| old != new)
            .collect();
        let stand_in = self
            .stand_ins
            .get(key)
            .map(|id| Key::new(key.kind, id.clone()));
        for (field, old, new) in changes {
            let there = if self.live.get(key).is_some() {
                key.clone()
            } else {
                match &stand_in {
                    // A table that stands in for another has the same routes, and is tied to what it is tied to.
                    Some(there) if matches!(field, "routes" | "propagating_gateways") => {
                        there.clone()
                    }
                    Some(_) => continue,
                    None => {
                        let words = field.replace('_', " ");
                        let why = format!(
                            "nothing live stands for it, so that its {words} cannot be changed; make the change by hand"
                        );
                        self.refuse(key, Some(field), why);
                        continue;
                    }
                }
            };
            self.set(&there, field, &old, &new);
            // A route of a tier is one for all its subnets, whichever table they use.
            if matches!(field, "routes" | "propagating_gateways") {
                for other in self.beside.get(key).cloned().unwrap_or_default() {
                    self.set(&other, field, &old, &new);
                }
            }
        }
    }

    fn set(&mut self, key: &Key, field: &str, old: &Known<Value>, new: &Known<Value>) {
        let place = (key.clone(), Text::from(field));
        let read = self.live.get(key).and_then(|it| it.record().field(field));
        let read = read.unwrap_or_default();
        let is = self.fields.get(&place).unwrap_or(&read).clone();
        let becomes = match (old, new, &is) {
            // A block of AWS's choice that is there already is that block.
            (_, Known::ChosenByAws, Known::Value(Value::Array(held)))
                if field == "ipv6_blocks" && !held.is_empty() =>
            {
                return;
            }
            (Known::Value(Value::Array(old)), Known::Value(Value::Array(new)), is) => {
                let Known::Value(Value::Array(held)) = is else {
                    let words = field.replace('_', " ");
                    let why = format!("its {words} were not read; read the network again");
                    self.refuse(key, Some(field), why);
                    return;
                };
                Known::Value(Value::Array(self.items(key, field, old, new, held)))
            }
            (
                Known::Value(Value::Object(old)),
                Known::Value(Value::Object(new)),
                Known::Value(Value::Object(held)),
            ) => Known::Value(Value::Object(members(old, new, held))),
            (_, new, _) => new.clone(),
        };
        if becomes != is {
            self.fields.insert(place, becomes);
        }
    }

    /// A list with the items that came, without those that went, and with those in place that changed.
    fn items(
        &mut self,
        key: &Key,
        field: &str,
        old: &[Value],
        new: &[Value],
        held: &[Value],
    ) -> Vec<Value> {
        let place = |item: &Value| place_of(field, item);
        let by_place = |items: &[Value]| -> BTreeMap<String, Value> {
            items
                .iter()
                .map(|item| (place(item), item.clone()))
                .collect()
        };
        let (old, new) = (by_place(old), by_place(new));
        let mut list = held.to_vec();
        for (at, _) in old.iter().filter(|(at, _)| !new.contains_key(*at)) {
            list.retain(|item| place(item) != *at);
        }
        for (at, item) in new.iter().filter(|(at, item)| old.get(*at) != Some(item)) {
            let mark = (key.clone(), Text::from(field), at.clone());
            if let Some(other) = self.written.insert(mark, item.clone())
                && !is_same(field, &other, item)
            {
                let why = "subnets that share it are to get different routes; give each a table of its own first";
                self.refuse(key, Some(field), why);
            }
            if list
                .iter()
                .any(|it| place(it) == *at && is_same(field, it, item))
            {
                continue;
            }
            list.retain(|it| place(it) != *at);
            list.push(item.clone());
        }
        list
    }

    fn graph(mut self) -> Result<StepGraph, Vec<Refusal>> {
        let fields = std::mem::take(&mut self.fields);
        let mut edits = std::mem::take(&mut self.whole);
        edits.extend(fields.into_iter().map(|((key, field), after)| {
            let before = self.live.get(&key).and_then(|it| it.record().field(&field));
            Edit::Set {
                before: before.unwrap_or_default(),
                key,
                field,
                after,
            }
        }));
        if !self.refusals.is_empty() {
            return Err(self.refusals.into_iter().collect());
        }
        lower(self.live, &edits)
    }
}

/// The table that each subnet uses: its own, or the main one.
fn tables_of_subnets(live: &Network) -> BTreeMap<Id, Id> {
    let mut main = BTreeMap::new();
    let mut used = BTreeMap::new();
    for (table, facts) in live.all::<RouteTableFacts>() {
        for association in facts.associations.items().iter().filter(|it| it.holds()) {
            if let (true, Some(vpc)) = (association.main, facts.vpc.value()) {
                main.insert(vpc.clone(), table.key().id.clone());
            }
            if let Some(subnet) = &association.subnet {
                used.insert(subnet.clone(), table.key().id.clone());
            }
        }
    }
    for (subnet, facts) in live.all::<crate::network::SubnetFacts>() {
        if let Some(main) = facts.vpc.value().and_then(|vpc| main.get(vpc)) {
            used.entry(subnet.key().id.clone())
                .or_insert_with(|| main.clone());
        }
    }
    used
}

/// What a plan says of a field: local routes come by themselves, and silence of encryption means none.
fn planned(field: &str, known: Known<Value>) -> Known<Value> {
    match (field, known) {
        ("routes", Known::Value(Value::Array(mut routes))) => {
            routes.retain(|route| route.get("target") != Some(&Value::from("local")));
            Known::Value(Value::Array(routes))
        }
        ("encryption_control", Known::Unread) => Known::Value("none".into()),
        ("encryption_exclusions", Known::Unread) => Known::Value(Value::Array(Vec::new())),
        (_, known) => known,
    }
}

/// What tells an item of a list from the others, as text.
fn place_of(field: &str, item: &Value) -> String {
    let of = |names: &[&str]| {
        let parts = names
            .iter()
            .map(|name| item.get(*name).unwrap_or(&Value::Null));
        let parts: Vec<String> = parts.map(ToString::to_string).collect();
        parts.join(" ")
    };
    match field {
        "routes" => of(&["destination"]),
        "associations" => of(&["main", "subnet", "gateway"]),
        "cidr_blocks" | "ipv6_blocks" => of(&["cidr"]),
        "attachments" => of(&["vpc"]),
        "entries" => of(&["egress", "number"]),
        "addresses" if item.get("allocation").is_some() => of(&["allocation"]),
        // Two rules that differ in their words alone are one to EC2.
        "ingress" | "egress" => {
            let mut rule = item.clone();
            if let Some(members) = rule.as_object_mut() {
                members.remove("description");
            }
            rule.to_string()
        }
        _ => item.to_string(),
    }
}

/// Whether two items of the same place mean the same.
fn is_same(field: &str, a: &Value, b: &Value) -> bool {
    match field {
        "routes" => a.get("target") == b.get("target"),
        "entries" => a == b,
        _ => true,
    }
}

/// Members of an object: tags, and the sides of a peering connection, whose blocks are those of its VPC.
fn members(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    held: &Map<String, Value>,
) -> Map<String, Value> {
    let mut all = held.clone();
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names.into_iter().filter(|name| *name != "cidrs") {
        match (old.get(name), new.get(name)) {
            (old, new) if old == new => {}
            (_, Some(value)) => {
                all.insert(name.clone(), value.clone());
            }
            (_, None) => {
                all.remove(name);
            }
        }
    }
    all
}
