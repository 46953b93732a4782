//! The tags by which what is made is known to be of a run and step.

use super::journal::Header;
use super::look::text;
use super::token::TICKET_TAG;
use super::trace::{made_name, tagged_as};
use crate::network::{MADE_TAG, RUN_TAG};
use crate::steps::{Action, Step};
use serde_json::{Map, Value, json};

/// Put them into the parameters of a step's call, beside the tags that are there.
pub(super) fn add_tags(header: &Header, step: &Step, parameters: &mut Map<String, Value>) {
    let action = step.call.action;
    let mut tags = vec![
        json!({"Key": RUN_TAG, "Value": header.run}),
        json!({"Key": MADE_TAG, "Value": made_name(step)}),
    ];
    if let Some(ticket) = header.ticket.as_ref().filter(|_| header.tag_ticket) {
        tags.push(json!({"Key": TICKET_TAG, "Value": ticket}));
    }
    let list = |value: &mut Value, tags: Vec<Value>| match value {
        Value::Array(items) => items.extend(tags),
        other => *other = Value::Array(tags),
    };
    if action == Action::CreateResolverEndpoint {
        list(parameters.entry("Tags").or_insert(Value::Null), tags);
    } else if let Some(word) = tagged_as(action) {
        let specifications = parameters
            .entry("TagSpecifications")
            .or_insert_with(|| json!([]));
        let Value::Array(specifications) = specifications else {
            return;
        };
        let mine = specifications
            .iter_mut()
            .find(|it| text(it, "ResourceType") == Some(word))
            .and_then(Value::as_object_mut);
        match mine {
            Some(mine) => list(mine.entry("Tags").or_insert(Value::Null), tags),
            None => specifications.push(json!({"ResourceType": word, "Tags": tags})),
        }
    }
}
