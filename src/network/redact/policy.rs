//! Policy documents: effects, actions and services stay; whom and what they name is replaced.

use super::substitute;
use crate::network::key::Text;
use serde_json::{Map, Value};

/// Members that a policy has by its grammar
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>).
const MEMBERS: &[&str] = &[
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "AWS",
    "Service",
    "Federated",
    "CanonicalUser",
];

/// A policy document; one that is no JSON is a text like any other.
pub(super) fn policy(document: &str) -> Text {
    match serde_json::from_str::<Value>(document) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => redacted(value, "").to_string().into(),
        _ => substitute::text(document),
    }
}

fn redacted(value: Value, member: &str) -> Value {
    match value {
        Value::Object(members) => {
            let each = |(name, value): (String, Value)| {
                let value = redacted(value, &name);
                (member_name(&name), value)
            };
            Value::Object(members.into_iter().map(each).collect::<Map<_, _>>())
        }
        Value::Array(items) => items
            .into_iter()
            .map(|item| redacted(item, member))
            .collect(),
        Value::String(text) => Value::String(value_of(member, &text).into()),
        // An account's number may stand without quotes.
        Value::Number(number) if number.to_string().len() >= 12 => {
            Value::String(value_of(member, &number.to_string()).into())
        }
        other => other,
    }
}

/// A member, an operator of conditions (`ForAllValues:StringLike`) or a key of theirs (`aws:SourceVpc`). What follows a
/// stroke is written by people (`aws:PrincipalTag/Team`).
fn member_name(name: &str) -> String {
    const OPERATORS: [&str; 10] = [
        "String", "Numeric", "Date", "Bool", "Binary", "Ip", "NotIp", "Arn", "Null", "For",
    ];
    let is_word = |text: &str| {
        let is_plain = |c: char| c.is_ascii_alphabetic() || "-:".contains(c);
        text.len() <= 48 && text.chars().all(is_plain)
    };
    let is_operator = OPERATORS.iter().any(|start| name.starts_with(start));
    let (head, tail) = name
        .split_once('/')
        .map_or((name, None), |(head, tail)| (head, Some(tail)));
    let is_service = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let is_key = head
        .split_once(':')
        .is_some_and(|(service, _)| is_service(service));
    if MEMBERS.contains(&name) || (is_operator && is_word(name)) {
        name.to_owned()
    } else if is_key && is_word(head) {
        match tail {
            Some(tail) => format!("{head}/{}", substitute::tag_key(tail)),
            None => name.to_owned(),
        }
    } else {
        substitute::tag_key(name).into()
    }
}

fn value_of(member: &str, text: &str) -> Text {
    match (member, text) {
        (_, "*" | "true" | "false")
        | ("Version", "2008-10-17" | "2012-10-17")
        | ("Effect", "Allow" | "Deny") => text.into(),
        ("Action" | "NotAction", _) => substitute::action(text),
        ("Service", _) if substitute::is_service(text) => text.into(),
        _ => substitute::arn(text),
    }
}
