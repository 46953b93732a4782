//! Parameters with every value known.

use super::engine::Ec2;
use super::find::find;
use super::look::{at, items, missing, record, text, text_at, wrong};
use super::run::Run;
use crate::network::{Id, Key, Text};
use crate::steps::{Call, Failed, List, Value};
use ipnet::Ipv6Net;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::pin::Pin;

/// What is known while a run goes on.
pub(super) struct Values<'a, C> {
    pub ec2: &'a C,
    ids: BTreeMap<Key, Id>,
    answers: BTreeMap<Text, Json>,
}

impl<'a, C: Ec2> Values<'a, C> {
    /// What a run knows now.
    pub(super) fn of(ec2: &'a C, run: &Run) -> Self {
        let answers = run
            .steps()
            .filter_map(|(step, state)| Some((step.id.clone(), state?.answer.clone()?)));
        Self {
            ec2,
            ids: run.ids(),
            answers: answers.collect(),
        }
    }

    /// Whether every planned resource that a call names has an id; no time brings one that has none.
    ///
    /// # Errors
    /// One has none.
    pub(super) fn check(&self, call: &Call) -> Result<(), Failed> {
        let mut unknown = None;
        for value in call.parameters.values() {
            value.walk(&mut |value| {
                if let Value::Made(key) | Value::Given(key) = value
                    && !self.ids.contains_key(key)
                {
                    unknown.get_or_insert_with(|| missing(key));
                }
            });
        }
        unknown.map_or(Ok(()), Err)
    }

    /// The parameters of a call.
    ///
    /// # Errors
    /// Something they name is not there, or a question about it failed.
    pub(super) async fn parameters(&self, call: &Call) -> Result<Map<String, Json>, Failed> {
        let mut known = Map::new();
        for (name, value) in call.parameters.iter() {
            known.insert(name.to_owned(), self.value(value).await?);
        }
        Ok(known)
    }

    /// A value that is an id.
    pub(super) async fn id(&self, value: &Value) -> Result<String, Failed> {
        match self.value(value).await? {
            Json::String(id) => Ok(id),
            other => Err(wrong(format!("{other} is no id"))),
        }
    }

    fn value<'b>(
        &'b self,
        value: &'b Value,
    ) -> Pin<Box<dyn Future<Output = Result<Json, Failed>> + Send + 'b>> {
        Box::pin(async move {
            Ok(match value {
                Value::Text(text) => Json::String(text.to_string()),
                Value::Number(number) => Json::from(*number),
                Value::Bool(yes) => Json::Bool(*yes),
                Value::List(items) => {
                    let mut known = Vec::with_capacity(items.len());
                    for item in items {
                        known.push(self.value(item).await?);
                    }
                    Json::Array(known)
                }
                Value::Map(fields) => {
                    let mut known = Map::new();
                    for (name, field) in fields.iter() {
                        known.insert(name.to_owned(), self.value(field).await?);
                    }
                    Json::Object(known)
                }
                Value::Made(key) | Value::Given(key) => {
                    let id = self.ids.get(key).ok_or_else(|| missing(key))?;
                    Json::String(id.as_str().to_owned())
                }
                Value::Output { step, path } => {
                    let found = self.answers.get(step).and_then(|it| at(it, path));
                    let what = || missing(format_args!("{path} in the answer to {step}"));
                    found.cloned().ok_or_else(what)?
                }
                Value::Ipv6 { vpc, part } => Json::String(self.ipv6(vpc, part).await?),
                Value::Find(it) => Json::String(find(self, it).await?),
            })
        })
    }

    /// A part of the version 6 block of a VPC.
    async fn ipv6(&self, vpc: &Value, part: &str) -> Result<String, Failed> {
        let vpc = self.id(vpc).await?;
        let found = record(self.ec2, List::Vpcs, &vpc).await?;
        let found = found.ok_or_else(|| missing(&vpc))?;
        let block = items(&found, "Ipv6CidrBlockAssociationSet")
            .iter()
            .filter(|it| text_at(it, "Ipv6CidrBlockState.State") != Some("disassociated"))
            .find_map(|it| text(it, "Ipv6CidrBlock")?.parse::<Ipv6Net>().ok())
            .ok_or_else(|| missing(format_args!("the version 6 block of {vpc}")))?;
        let part = ipv6_part(block, part);
        part.map(|net| net.to_string())
            .ok_or_else(|| wrong(format!("no part of {block} is meant by its number")))
    }
}

/// The part of a block by its number in hex and its mask (`80/64`).
fn ipv6_part(block: Ipv6Net, part: &str) -> Option<Ipv6Net> {
    let (number, mask) = part.split_once('/')?;
    let number = u128::from_str_radix(number, 16).ok()?;
    let mask: u8 = mask.parse().ok()?;
    let shift = 128_u32.checked_sub(u32::from(mask))?;
    let offset = number.checked_mul(1_u128.checked_shl(shift)?)?;
    let address = u128::from(block.network()).checked_add(offset)?;
    let net = Ipv6Net::new(Ipv6Addr::from(address), mask).ok()?;
    block.contains(&net).then_some(net)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_the_start_of_the_block() {
        let block: Ipv6Net = "2001:db8:1:ff00::/56".parse().unwrap();
        for (part, net) in [
            ("00/64", Some("2001:db8:1:ff00::/64")),
            ("80/64", Some("2001:db8:1:ff80::/64")),
            ("1/60", Some("2001:db8:1:ff10::/60")),
            ("100/64", None),
            ("0/200", None),
            ("x/64", None),
            ("80", None),
        ] {
            let net = net.map(|net| net.parse().unwrap());
            assert_eq!(ipv6_part(block, part), net, "{part}");
        }
    }
}
