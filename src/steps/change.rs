//! Changes in place: calls that make one thing into another without making it anew.

use super::call::{Action, Call, Parameters, Value, Wait};
use super::graph::{Draft, Rank, Step};
use super::things::{Maker, Order, Thing, own_tags, step_id, tag_list};
use super::view::View;
use crate::network::{Key, Text};
use compact_str::format_compact;
use std::collections::BTreeSet;

/// A step that changes something.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub draft: Draft<Order>,
    /// Ids of things that are no longer needed when it is done.
    pub frees: BTreeSet<Text>,
}

/// The steps that make a thing what it is to be; `None` where there are none.
pub(super) fn changed(before: &Thing, after: &Thing, stage: u8) -> Option<Vec<Changed>> {
    let change = Change {
        before,
        after,
        stage,
    };
    let old = &before.make.parameters;
    let new = &after.make.parameters;
    let again = |action: Action| Some(vec![change.step(action, new.clone(), old.clone())]);
    match after.make.action {
        Action::CreateRoute => again(Action::ReplaceRoute),
        Action::CreateNetworkAclEntry => again(Action::ReplaceNetworkAclEntry),
        action @ (Action::ReplaceRoute
        | Action::AssociateDhcpOptions
        | Action::ReplaceNetworkAclAssociation) => again(action),
        Action::AssociateRouteTable => change.association(),
        Action::ReplaceRouteTableAssociation => change.main_association(),
        Action::ModifyVpcEncryptionControl => Some(vec![change.encryption()]),
        Action::CreateVpc => change.tenancy(),
        Action::CreateVpcEndpoint => change.endpoint(),
        Action::CreateTransitGatewayVpcAttachment => change.transit_attachment(),
        Action::AuthorizeSecurityGroupIngress => change.rules(Action::RevokeSecurityGroupIngress),
        Action::AuthorizeSecurityGroupEgress => change.rules(Action::RevokeSecurityGroupEgress),
        _ => None,
    }
}

struct Change<'a> {
    before: &'a Thing,
    after: &'a Thing,
    stage: u8,
}

impl Change<'_> {
    /// A step that does one thing and whose inverse does the same with the old parameters.
    fn step(&self, action: Action, new: Parameters, old: Parameters) -> Changed {
        let wait = self
            .after
            .make
            .wait
            .filter(|_| action == self.after.make.action);
        let with_wait = |parameters| Call {
            wait,
            ..Call::new(action, parameters)
        };
        self.calls(None, with_wait(new), vec![with_wait(old)])
    }

    /// A step with its inverse; `part` tells it from others about the same thing.
    fn calls(&self, part: Option<&str>, call: Call, inverse: Vec<Call>) -> Changed {
        let subject = match part {
            Some(part) => format_compact!("{} {part}", self.after.subject),
            None => self.after.subject.clone(),
        };
        let frees = self.before.needs.difference(&self.after.needs);
        Changed {
            frees: frees.cloned().collect(),
            draft: Draft {
                step: Step {
                    id: step_id(call.action, &subject),
                    call,
                    about: self.after.about.clone(),
                    makes: None,
                    output: None,
                    brings: Vec::new(),
                    inverse,
                },
                rank: Rank {
                    stage: self.stage,
                    turn: 0,
                    forward: Some(self.after.order.clone()),
                    backward: None,
                },
                order: self.after.order.clone(),
                needs: self.after.needs.clone(),
                prefers: BTreeSet::new(),
            },
        }
    }

    fn association(&self) -> Option<Vec<Changed>> {
        let association = self
            .before
            .unmake
            .as_ref()?
            .parameters
            .get("AssociationId")?;
        let table = |thing: &Thing| thing.make.parameters.get("RouteTableId").cloned();
        Some(vec![self.replaced(
            association.clone(),
            table(self.before)?,
            table(self.after)?,
        )])
    }

    fn main_association(&self) -> Option<Vec<Changed>> {
        let of = |thing: &Thing, name: &str| thing.make.parameters.get(name).cloned();
        Some(vec![self.replaced(
            of(self.after, "AssociationId")?,
            of(self.before, "RouteTableId")?,
            of(self.after, "RouteTableId")?,
        )])
    }

    /// An association gets a new id when its table is replaced.
    fn replaced(&self, association: Value, old: Value, new: Value) -> Changed {
        let action = Action::ReplaceRouteTableAssociation;
        let to = |association: Value, table: Value| {
            let parameters = Parameters::new()
                .with("AssociationId", association)
                .with("RouteTableId", table);
            Call::new(action, parameters).until(Wait::RouteTableAssociated)
        };
        let back = Value::Output {
            step: step_id(action, &self.after.subject),
            path: "NewAssociationId".into(),
        };
        self.calls(None, to(association, new), vec![to(back, old)])
    }

    /// What is no longer left out has to be said.
    fn encryption(&self) -> Changed {
        let with_disabled = |mine: &Thing, other: &Thing| {
            let mut parameters = mine.make.parameters.clone();
            for (name, _) in other.make.parameters.iter() {
                if parameters.get(name).is_none() {
                    parameters = parameters.with(name, "disable");
                }
            }
            parameters
        };
        self.step(
            Action::ModifyVpcEncryptionControl,
            with_disabled(self.after, self.before),
            with_disabled(self.before, self.after),
        )
    }

    /// Tenancy can go back to default and no other way.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html>
    fn tenancy(&self) -> Option<Vec<Changed>> {
        let is_only_tenancy = differing(self.before, self.after) == ["InstanceTenancy"];
        let is_to_default = self.after.make.parameters.get("InstanceTenancy").is_none();
        if !is_only_tenancy || !is_to_default {
            return None;
        }
        let vpc = self.after.unmake.as_ref()?.parameters.get("VpcId")?;
        let parameters = Parameters::new()
            .with("VpcId", vpc.clone())
            .with("InstanceTenancy", "default");
        let call = Call::new(Action::ModifyVpcTenancy, parameters);
        Some(vec![self.calls(None, call, Vec::new())])
    }

    /// What is added and what is taken away are two calls: what comes may need room that only goes later.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html>
    fn endpoint(&self) -> Option<Vec<Changed>> {
        const LISTS: [(&str, &str, &str); 3] = [
            ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"),
            ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds"),
            (
                "SecurityGroupIds",
                "AddSecurityGroupIds",
                "RemoveSecurityGroupIds",
            ),
        ];
        const VALUES: [&str; 3] = ["PrivateDnsEnabled", "IpAddressType", "PolicyDocument"];
        let is_known =
            |name: &str| VALUES.contains(&name) || LISTS.iter().any(|(list, _, _)| *list == name);
        let differing = differing(self.before, self.after);
        if !differing.iter().all(|name| is_known(name)) {
            return None;
        }
        let ids = self
            .after
            .unmake
            .as_ref()?
            .parameters
            .get("VpcEndpointIds")?;
        let Value::List(ids) = ids else { return None };
        let of_endpoint = || {
            Parameters::new().with(
                "VpcEndpointId",
                ids.first().cloned().unwrap_or_else(|| "".into()),
            )
        };
        let (mut added, mut back) = (of_endpoint(), of_endpoint());
        let (mut removed, mut removed_back) = (of_endpoint(), of_endpoint());
        for (list, add, remove) in LISTS {
            let old = list_of(self.before, list);
            let new = list_of(self.after, list);
            let come = without(&new, &old);
            let go = without(&old, &new);
            if !come.is_empty() {
                added = added.with(add, come.clone());
                back = back.with(remove, come);
            }
            if !go.is_empty() {
                removed = removed.with(remove, go.clone());
                removed_back = removed_back.with(add, go);
            }
        }
        for name in VALUES.into_iter().filter(|name| differing.contains(name)) {
            let value = |thing: &Thing| thing.make.parameters.get(name).cloned();
            let set = |parameters: Parameters, value: Option<Value>| match (name, value) {
                (_, Some(value)) => parameters.with(name, value),
                ("PolicyDocument", None) => parameters.with("ResetPolicy", true),
                (_, None) => parameters,
            };
            added = set(added, value(self.after));
            back = set(back, value(self.before));
        }
        let call = |parameters| {
            Call::new(Action::ModifyVpcEndpoint, parameters).until(Wait::VpcEndpointAvailable)
        };
        let mut steps = Vec::new();
        if added != of_endpoint() {
            let mut step = self.calls(None, call(added), vec![call(back)]);
            step.frees.clear();
            steps.push(step);
        }
        if removed != of_endpoint() {
            let mut step = self.calls(Some("less"), call(removed), vec![call(removed_back)]);
            step.draft.needs = steps.iter().map(|it| it.draft.step.id.clone()).collect();
            steps.push(step);
        } else if let Some(step) = steps.first_mut() {
            step.frees = self
                .before
                .needs
                .difference(&self.after.needs)
                .cloned()
                .collect();
        }
        // What comes may take the place of what goes, so neither waits for the other where that is so.
        if let [_, less] = steps.as_mut_slice() {
            less.draft.prefers = std::mem::take(&mut less.draft.needs);
        }
        Some(steps)
    }

    fn transit_attachment(&self) -> Option<Vec<Changed>> {
        let differing = differing(self.before, self.after);
        if !differing
            .iter()
            .all(|name| matches!(*name, "SubnetIds" | "Options"))
        {
            return None;
        }
        let id = self
            .after
            .unmake
            .as_ref()?
            .parameters
            .get("TransitGatewayAttachmentId")?;
        let of_attachment = || Parameters::new().with("TransitGatewayAttachmentId", id.clone());
        let old = list_of(self.before, "SubnetIds");
        let new = list_of(self.after, "SubnetIds");
        let parameters = |from: &Thing, to: &Thing, from_list: &[Value], to_list: &[Value]| {
            let mut parameters = of_attachment();
            let lists = [
                ("AddSubnetIds", without(to_list, from_list)),
                ("RemoveSubnetIds", without(from_list, to_list)),
            ];
            for (name, list) in lists {
                if !list.is_empty() {
                    parameters = parameters.with(name, list);
                }
            }
            let options = |thing: &Thing| thing.make.parameters.get("Options").cloned();
            if options(from) != options(to) {
                parameters = parameters.with_some("Options", options(to));
            }
            parameters
        };
        let call = |parameters| {
            Call::new(Action::ModifyTransitGatewayVpcAttachment, parameters)
                .until(Wait::TransitGatewayAttachmentAvailable)
        };
        let forth = parameters(self.before, self.after, &old, &new);
        let back = parameters(self.after, self.before, &new, &old);
        Some(vec![self.calls(None, call(forth), vec![call(back)])])
    }

    fn rules(&self, revoke: Action) -> Option<Vec<Changed>> {
        let authorize = self.after.make.action;
        let group = self.after.make.parameters.get("GroupId")?;
        let old = list_of(self.before, "IpPermissions");
        let new = list_of(self.after, "IpPermissions");
        let call = |action, permissions: &Vec<Value>| {
            let parameters = Parameters::new()
                .with("GroupId", group.clone())
                .with("IpPermissions", permissions.clone());
            Call::new(action, parameters)
        };
        let come = without(&new, &old);
        let go = without(&old, &new);
        let mut steps = Vec::new();
        if !come.is_empty() {
            let mut step = self.calls(None, call(authorize, &come), vec![call(revoke, &come)]);
            step.frees.clear();
            steps.push(step);
        }
        if !go.is_empty() {
            let mut step = self.calls(None, call(revoke, &go), vec![call(authorize, &go)]);
            // What comes is let in before what goes is shut out.
            step.draft.prefers = steps.iter().map(|it| it.draft.step.id.clone()).collect();
            step.draft.needs.clear();
            steps.push(step);
        }
        Some(steps)
    }
}

/// The names of parameters that differ.
fn differing<'a>(before: &'a Thing, after: &'a Thing) -> Vec<&'a str> {
    let (old, new) = (&before.make.parameters, &after.make.parameters);
    let names: BTreeSet<&str> = old.iter().chain(new.iter()).map(|(name, _)| name).collect();
    names
        .into_iter()
        .filter(|name| old.get(name) != new.get(name))
        .collect()
}

fn list_of(thing: &Thing, name: &str) -> Vec<Value> {
    match thing.make.parameters.get(name) {
        Some(Value::List(items)) => items.clone(),
        _ => Vec::new(),
    }
}

fn without(list: &[Value], other: &[Value]) -> Vec<Value> {
    list.iter()
        .filter(|value| !other.contains(value))
        .cloned()
        .collect()
}

/// The steps that make the tags of a resource, there before and after, what they are to be.
pub(super) fn tag_changes(before: &View, after: &View, key: &Key) -> Vec<Draft<Order>> {
    let (Some(old), Some(new)) = (before.get(key), after.get(key)) else {
        return Vec::new();
    };
    // Tags that nobody has read are left alone.
    if old.common().tags.value().is_none() || new.common().tags.value().is_none() {
        return Vec::new();
    }
    let (old, new) = (own_tags(old), own_tags(new));
    let has_key = |tags: &[(Text, Text)], name: &Text| tags.iter().any(|(held, _)| held == name);
    let without = |tags: &[(Text, Text)], others: &[(Text, Text)]| -> Vec<(Text, Text)> {
        let is_other = |tag: &&(Text, Text)| !others.contains(tag);
        tags.iter().filter(is_other).cloned().collect()
    };
    let written = without(&new, &old);
    let overwritten: Vec<_> = without(&old, &new)
        .into_iter()
        .filter(|(name, _)| has_key(&new, name))
        .collect();
    let first: Vec<_> = written
        .iter()
        .filter(|(name, _)| !has_key(&old, name))
        .cloned()
        .collect();
    let dropped: Vec<_> = old
        .iter()
        .filter(|(name, _)| !has_key(&new, name))
        .cloned()
        .collect();
    let (id, order) = Maker::for_tags(before, after, key);
    let call = |action, tags: &[(Text, Text)]| {
        let parameters = Parameters::new()
            .with("Resources", vec![id.clone()])
            .with("Tags", tag_list(tags));
        (!tags.is_empty()).then(|| Call::new(action, parameters))
    };
    let subject = format_compact!("{} {}", key.kind.word(), key.id);
    let steps = [
        (
            call(Action::CreateTags, &written),
            [
                call(Action::CreateTags, &overwritten),
                call(Action::DeleteTags, &first),
            ],
        ),
        (
            call(Action::DeleteTags, &dropped),
            [call(Action::CreateTags, &dropped), None],
        ),
    ];
    let draft = |(call, inverse): (Option<Call>, [Option<Call>; 2])| {
        let call = call?;
        Some(Draft {
            step: Step {
                id: step_id(call.action, &subject),
                call,
                about: key.clone(),
                makes: None,
                output: None,
                brings: Vec::new(),
                inverse: inverse.into_iter().flatten().collect(),
            },
            rank: Rank {
                stage: 1,
                turn: 0,
                forward: Some(order.clone()),
                backward: None,
            },
            order: order.clone(),
            needs: BTreeSet::new(),
            prefers: BTreeSet::new(),
        })
    };
    steps.into_iter().filter_map(draft).collect()
}
