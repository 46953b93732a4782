//! What takes its time: NAT gateways, interface endpoints and transit gateway attachments are `pending` for a while
//! before they are `available`, and `deleting` before they are gone. A while is counted in answers that tell of them,
//! so that a test waits for nothing.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::answer::{Editing, Element, answer, good, mend, refuse};
use super::call::Call;
use super::filters::lets_by;
use super::kinds::{Kind, made_by, told_by};
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pending,
    Deleting,
    Deleted,
}

/// Something that is on its way.
#[derive(Clone, Debug)]
struct Waiting {
    kind: &'static str,
    phase: Phase,
    /// For how many more answers.
    left: u32,
    vpc: Option<String>,
    /// What cannot go before it: subnets, addresses, security groups.
    holds: Vec<String>,
    /// Whether a public address is mapped through it.
    is_public: bool,
    /// Its item up to the state and behind it, as it was before it was deleted: not every server keeps it.
    item: (String, String),
}

impl Waiting {
    fn word(&self) -> &'static str {
        match self.phase {
            Phase::Pending => "pending",
            Phase::Deleting => "deleting",
            Phase::Deleted => "deleted",
        }
    }

    fn written(&self) -> String {
        let (head, tail) = &self.item;
        format!("{head}<state>{}</state>{tail}", self.word())
    }
}

/// What is on its way, by id.
#[derive(Default)]
struct Book {
    /// For how many answers each phase is told.
    answers: u32,
    waiting: Mutex<BTreeMap<String, Waiting>>,
}

/// The two stages, the outer one first: what must wait is refused before anything else asks whether it may.
pub(crate) fn stages(answers: u32) -> (Arc<dyn Stage>, Arc<dyn Stage>) {
    let book = Arc::new(Book {
        answers,
        waiting: Mutex::default(),
    });
    (Arc::new(Busy(Arc::clone(&book))), Arc::new(Pending(book)))
}

/// The kind whose deletion an action is, and the ids it names.
fn deleted_by(call: &Call) -> Option<(&'static Kind, Vec<String>)> {
    let (describe, ids) = match call.ec2_action()? {
        "DeleteNatGateway" => ("DescribeNatGateways", vec![call.parameter("NatGatewayId")?]),
        "DeleteVpcEndpoints" => ("DescribeVpcEndpoints", call.numbered("VpcEndpointId")),
        "DeleteTransitGatewayVpcAttachment" => (
            "DescribeTransitGatewayVpcAttachments",
            vec![call.parameter("TransitGatewayAttachmentId")?],
        ),
        _ => return None,
    };
    let ids = ids.into_iter().map(str::to_owned).collect();
    Some((told_by(describe)?, ids))
}

/// Whether things of this kind take their time at all.
fn is_slow(kind: &Kind) -> bool {
    matches!(kind.prefix, "nat-" | "vpce-" | "tgw-attach-")
}

/// Gateway endpoints are there at once; they are the ones without interfaces, and moto does not always name their type.
fn is_gateway_endpoint(kind: &Kind, item: &Element) -> bool {
    kind.prefix == "vpce-"
        && item
            .get("vpcEndpointType")
            .is_none_or(|name| name == "Gateway")
}

/// What the item says of itself; `written` is its text.
fn waiting(kind: &Kind, item: &Element, written: &str, phase: Phase, left: u32) -> Option<Waiting> {
    let state = item.child("state")?.range.clone();
    let at = state.start - item.range.start..state.end - item.range.start;
    let addresses = item.items("natGatewayAddressSet");
    let allocations = addresses.iter().filter_map(|it| it.get("allocationId"));
    let groups = item
        .items("groupSet")
        .iter()
        .filter_map(|it| it.get("groupId"));
    let holds = item
        .get("subnetId")
        .into_iter()
        .chain(item.texts("subnetIdSet"))
        .chain(item.texts("subnetIds"))
        .chain(allocations.clone())
        .chain(groups)
        .map(str::to_owned);
    Some(Waiting {
        kind: kind.prefix,
        phase,
        left,
        vpc: item.get("vpcId").map(str::to_owned),
        holds: holds.collect(),
        is_public: allocations.count() > 0,
        item: (written[..at.start].to_owned(), written[at.end..].to_owned()),
    })
}

impl Book {
    /// One answer less; what has waited long enough is let go.
    fn count(waiting: &mut BTreeMap<String, Waiting>, ids: &[String]) {
        for id in ids {
            let Some(one) = waiting.get_mut(id) else {
                continue;
            };
            one.left = one.left.saturating_sub(1);
            if one.left > 0 {
                continue;
            }
            match (one.phase, one.kind) {
                (Phase::Deleted, _) => {}
                // AWS tells of deleted attachments for a while, and moto does not.
                (Phase::Deleting, "tgw-attach-") => one.phase = Phase::Deleted,
                _ => drop(waiting.remove(id)),
            }
        }
    }

    /// Notes what was made, and says in the answer that it is on its way.
    fn made(&self, kind: &'static Kind, outcome: Outcome) -> Outcome {
        mend(outcome, |root, editing| {
            let about = root
                .children
                .iter()
                .find(|child| child.get(kind.id).is_some());
            let Some(item) = about.filter(|item| !is_gateway_endpoint(kind, item)) else {
                return;
            };
            let written = editing.written(item);
            let found = waiting(kind, item, written, Phase::Pending, self.answers);
            if let (Some(id), Some(one)) = (item.get(kind.id), found) {
                lock(&self.waiting).insert(id.to_owned(), one);
                set_state(item, "pending", editing);
            }
        })
    }

    /// Deletes, and notes what is on its way out.
    fn deleted(
        &self,
        kind: &'static Kind,
        ids: &[String],
        call: Call,
        notes: &mut Notes,
        next: Next<'_>,
    ) -> Outcome {
        let before: Vec<(String, Waiting)> = ids
            .iter()
            .filter_map(|id| {
                let (item, written) = Self::item(kind, id, &call, next)?;
                let is_over = matches!(item.get("state"), Some("deleted" | "deleting"));
                let goes = !is_over && !is_gateway_endpoint(kind, &item);
                let found = waiting(kind, &item, &written, Phase::Deleting, self.answers);
                Some((id.clone(), found.filter(|_| goes)?))
            })
            .collect();
        let outcome = next.run(call, notes);
        let Some(root) = good(&outcome) else {
            return outcome;
        };
        let failures = root.items("unsuccessful").iter();
        let failed: Vec<_> = failures.filter_map(|item| item.get("resourceId")).collect();
        let gone = before
            .into_iter()
            .filter(|(id, _)| !failed.contains(&id.as_str()));
        let mut waiting = lock(&self.waiting);
        for id in ids {
            if waiting
                .get(id)
                .is_some_and(|one| one.phase == Phase::Pending)
            {
                waiting.remove(id);
            }
        }
        waiting.extend(gone);
        drop(waiting);
        mend(outcome, |root, editing| {
            if let Some(item) = root
                .children
                .iter()
                .find(|child| child.get(kind.id).is_some())
            {
                set_state(item, "deleting", editing);
            }
        })
    }

    /// The item with this id and its text.
    fn item(kind: &Kind, id: &str, call: &Call, next: Next<'_>) -> Option<(Element, String)> {
        let asked = format!("{}.1", kind.asked);
        let question = call.inquiry(kind.describe, &[(asked.as_str(), id)]);
        let outcome = next.run(question, &mut Notes::default());
        let Outcome::Answer(response) = &outcome else {
            return None;
        };
        let item = good(&outcome)?.items(kind.list).first()?.clone();
        let written = response.text()?[item.range.clone()].to_owned();
        Some((item, written))
    }

    /// Tells of what is on its way as it is on AWS.
    fn told(&self, kind: &'static Kind, call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let mut waiting = lock(&self.waiting);
        let asked: Vec<String> = call
            .numbered(kind.asked)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let filters = call.filters();
        // What is going is told from what was noted of it.
        let is_going = |id: &String| {
            let one = waiting.get(id);
            one.is_some_and(|one| one.phase != Phase::Pending)
        };
        let going: Vec<&str> = asked
            .iter()
            .filter(|id| is_going(id))
            .map(String::as_str)
            .collect();
        let is_inquiry = call.is_inquiry;
        let hidden = call.hidden.clone();
        let outcome = if !asked.is_empty() && going.len() == asked.len() {
            answer(kind.describe, &format!("<{}/>", kind.list))
        } else {
            let call = call.without_numbered(kind.asked, &going);
            next.run(call, notes)
        };
        let mut told = Vec::new();
        let outcome = mend(outcome, |root, editing| {
            let Some(list) = root.child(kind.list) else {
                return;
            };
            for item in &list.children {
                let id = item.get(kind.id).unwrap_or_default();
                match waiting.get(id) {
                    Some(one) if one.phase == Phase::Pending => {
                        set_state(item, one.word(), editing);
                        told.push(id.to_owned());
                    }
                    Some(_) => editing.remove(item),
                    None => {}
                }
            }
            let mut more = String::new();
            for (id, one) in waiting.iter() {
                let is_one = one.kind == kind.prefix && one.phase != Phase::Pending;
                if is_one && (asked.is_empty() || asked.contains(id)) {
                    let written = one.written();
                    let Some(item) = Element::parse(&written) else {
                        continue;
                    };
                    if filters
                        .iter()
                        .all(|(name, values)| lets_by(&item, name, values))
                    {
                        more.push_str(&written);
                        told.push(id.clone());
                    }
                }
            }
            if !more.is_empty() {
                editing.append(list, &more);
            }
        });
        if !is_inquiry {
            told.retain(|id| !hidden.contains(id));
            Self::count(&mut waiting, &told);
        }
        outcome
    }
}

fn set_state(item: &Element, word: &str, editing: &mut Editing<'_>) {
    if let Some(state) = item.child("state") {
        editing.set(state, word);
    }
}

/// The inner stage: states are told as they are on AWS.
struct Pending(Arc<Book>);

impl Stage for Pending {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let Some(action) = call.ec2_action() else {
            return next.run(call, notes);
        };
        if let Some(kind) = made_by(action).filter(|kind| is_slow(kind)) {
            let outcome = next.run(call, notes);
            return self.0.made(kind, outcome);
        }
        if let Some(kind) = told_by(action).filter(|kind| is_slow(kind)) {
            return self.0.told(kind, &call, notes, next);
        }
        match deleted_by(&call) {
            Some((kind, ids)) => self.0.deleted(kind, &ids, call, notes, next),
            None => next.run(call, notes),
        }
    }

    fn forget(&self) {
        lock(&self.0.waiting).clear();
    }
}

/// The outer stage: what is held by something on its way cannot go.
struct Busy(Arc<Book>);

impl Stage for Busy {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let parameter = match call.ec2_action() {
            Some("ReleaseAddress") => "AllocationId",
            Some("DeleteSubnet") => "SubnetId",
            Some("DeleteSecurityGroup") => "GroupId",
            Some("DetachInternetGateway" | "DeleteVpc") => "VpcId",
            _ => return next.run(call, notes),
        };
        let id = call.parameter(parameter).unwrap_or_default().to_owned();
        let is_detach = call.ec2_action() == Some("DetachInternetGateway");
        let mut waiting = lock(&self.0.waiting);
        let holders: Vec<String> = waiting
            .iter()
            .filter(|(_, one)| one.phase != Phase::Deleted)
            .filter(|(_, one)| {
                let is_of_vpc = one.vpc.as_ref() == Some(&id) && (one.is_public || !is_detach);
                one.holds.contains(&id) || is_of_vpc
            })
            .map(|(holder, _)| holder.clone())
            .collect();
        if holders.is_empty() {
            drop(waiting);
            return next.run(call, notes);
        }
        // Whoever tries again without looking comes to the end of the wait, too.
        Book::count(&mut waiting, &holders);
        let code = match parameter {
            "AllocationId" => "InvalidIPAddress.InUse",
            _ => "DependencyViolation",
        };
        let message = format!("{id} is in use by {}.", holders.join(", "));
        refuse(code, &message)
    }
}
