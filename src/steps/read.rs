//! Graphs of steps as they are read again: a plan that somebody saved, the journal of a run.

use super::call::{Action, Call, Find, Parameters, Value, Wait};
use super::graph::{Step, StepGraph};
use crate::network::{Id, Key, Kind, Text};
use ipnet::IpNet;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

#[derive(serde::Deserialize)]
struct ReadGraph {
    steps: Vec<ReadStep>,
    inverse_order: Vec<Text>,
}

#[derive(serde::Deserialize)]
struct ReadStep {
    id: Text,
    call: Action,
    parameters: Parameters,
    needs: Vec<Text>,
    about: Key,
    #[serde(default)]
    makes: Option<Key>,
    #[serde(default)]
    output: Option<Text>,
    #[serde(default)]
    brings: Vec<Key>,
    #[serde(default)]
    wait: Option<Wait>,
    inverse: Vec<Call>,
}

/// As it is written: what does not follow from the rest is read, the rest is passed over.
impl<'de> Deserialize<'de> for StepGraph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = ReadGraph::deserialize(deserializer)?;
        let steps = read.steps.into_iter().map(|step| {
            let placed = Step {
                id: step.id,
                call: Call {
                    action: step.call,
                    parameters: step.parameters,
                    wait: step.wait,
                },
                about: step.about,
                makes: step.makes,
                output: step.output,
                brings: step.brings,
                inverse: step.inverse,
            };
            (placed, step.needs)
        });
        Self::placed(steps.collect(), &read.inverse_order).map_err(Error::custom)
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct ReadCall {
            call: Action,
            parameters: Parameters,
            #[serde(default)]
            wait: Option<Wait>,
        }
        let read = ReadCall::deserialize(deserializer)?;
        Ok(Self {
            action: read.call,
            parameters: read.parameters,
            wait: read.wait,
        })
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Parameters;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("parameters by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(Text, Value)> = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the value of a parameter")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Value::Bool(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Value::Number(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                let number = i64::try_from(value);
                number
                    .map(Value::Number)
                    .map_err(|_| E::custom(format_args!("{value} is too large a number")))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Value::text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Value::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(Text, Value)> = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                match fields.as_slice() {
                    [(name, Value::Map(by))] if name.starts_with('$') => {
                        stands_for(name, by).map_err(A::Error::custom)
                    }
                    _ => Ok(Value::Map(fields.into_iter().collect())),
                }
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A value that is known only when earlier steps are done: `{"$made": …}`.
fn stands_for(name: &str, by: &Parameters) -> Result<Value, String> {
    let text = |field: &str| match by.get(field) {
        Some(Value::Text(text)) => Ok(text.clone()),
        _ => Err(format!("{name} says no “{field}”")),
    };
    Ok(match name {
        "$made" | "$given" => {
            let word = text("kind")?;
            let kind =
                Kind::from_word(&word).ok_or_else(|| format!("“{word}” is no kind of resource"))?;
            let key = Key::new(kind, Id::read(&text("id")?));
            if name == "$made" {
                Value::Made(key)
            } else {
                Value::Given(key)
            }
        }
        "$output" => Value::Output {
            step: text("step")?,
            path: text("path")?,
        },
        "$ipv6" => Value::Ipv6 {
            vpc: Box::new(by.get("vpc").cloned().ok_or("$ipv6 says no “vpc”")?),
            part: text("part")?,
        },
        "$find" => Value::Find(find(&text("what")?, by)?),
        other => return Err(format!("“{other}” stands for nothing that is known")),
    })
}

fn find(what: &str, by: &Parameters) -> Result<Find, String> {
    let id = |field: &str| {
        let value = by.get(field).cloned().map(Box::new);
        value.ok_or_else(|| format!("{what} is found by no “{field}”"))
    };
    let text = |field: &str| match by.get(field) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let named = || text("name").ok_or_else(|| format!("{what} is found by no “name”"));
    let block = || match text("block") {
        None => Ok(None),
        Some(text) => {
            let block: Result<IpNet, _> = text.parse();
            block.map(Some).map_err(|_| format!("“{text}” is no block"))
        }
    };
    Ok(match what {
        "main-route-table" => Find::MainRouteTable { vpc: id("vpc")? },
        "default-network-acl" => Find::DefaultNetworkAcl { vpc: id("vpc")? },
        "default-security-group" => Find::DefaultSecurityGroup { vpc: id("vpc")? },
        "nat-gateway-route-table" => Find::NatRouteTable {
            nat_gateway: id("nat-gateway")?,
        },
        "prefix-list" => Find::PrefixList { name: named()? },
        "ipv6-pool" => Find::Ipv6Pool {
            block: block()?.ok_or("ipv6-pool is found by no “block”")?,
        },
        "route-table-association" => Find::RouteTableAssociation { of: id("of")? },
        "main-route-table-association" => Find::MainRouteTableAssociation { vpc: id("vpc")? },
        "network-acl-association" => Find::NetworkAclAssociation {
            subnet: id("subnet")?,
        },
        "vpc-cidr-association" => Find::VpcCidrAssociation {
            vpc: id("vpc")?,
            block: block()?,
        },
        "subnet-cidr-association" => Find::SubnetCidrAssociation {
            subnet: id("subnet")?,
            block: block()?,
        },
        "vpc-encryption-control" => Find::EncryptionControl { vpc: id("vpc")? },
        "resolver-endpoint" => Find::ResolverEndpoint {
            vpc: id("vpc")?,
            name: named()?,
        },
        other => return Err(format!("“{other}” is nothing that can be looked up")),
    })
}
