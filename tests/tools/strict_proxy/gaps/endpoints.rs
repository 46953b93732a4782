//! Endpoints: their type, their routes, and their end.

use super::super::answer::{Element, mend};
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::stage::{Next, Notes, Outcome, Stage};
use super::done;

/// The stage. moto breaks where an endpoint without a type is deleted, writes no route where a gateway endpoint comes
/// onto a table after it was made, lists deleted ones for ever, and deletes unknown ones with success.
pub(crate) struct Endpoints;

impl Endpoints {
    fn modify(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let outcome = next.run(call.clone(), notes);
        let added = call.numbered("AddRouteTableId");
        let removed = call.numbered("RemoveRouteTableId");
        let is_good = matches!(&outcome, Outcome::Answer(response) if response.status < 300);
        if !is_good || (added.is_empty() && removed.is_empty()) {
            return outcome;
        }
        let endpoint = call.parameter("VpcEndpointId").unwrap_or_default();
        let inquiry = Inquiry::new(call, next);
        let found = inquiry.one("DescribeVpcEndpoints", "VpcEndpointId", endpoint);
        let service = found.as_ref().and_then(|item| item.get("serviceName"));
        let lists = inquiry.filtered(
            "DescribePrefixLists",
            "prefix-list-name",
            service.unwrap_or_default(),
        );
        let Some(list) = lists.first().and_then(|item| item.get("prefixListId")) else {
            return outcome;
        };
        for table in added {
            inquiry.order(
                "CreateRoute",
                &[
                    ("RouteTableId", table),
                    ("DestinationPrefixListId", list),
                    ("GatewayId", endpoint),
                ],
            );
        }
        for table in removed {
            inquiry.order(
                "DeleteRoute",
                &[("RouteTableId", table), ("DestinationPrefixListId", list)],
            );
        }
        outcome
    }

    fn delete(call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let asked = call.numbered("VpcEndpointId");
        let there = Inquiry::new(call, next).list("DescribeVpcEndpoints", &[]);
        let is_there = |id: &str| {
            let mut there = there.iter();
            there.any(|item| item.is("vpcEndpointId", id) && !is_deleted(item))
        };
        let unknown: Vec<&str> = asked.iter().copied().filter(|id| !is_there(id)).collect();
        let failures: Vec<String> = unknown
            .iter()
            .map(|id| {
                format!(
                    "<item><error><code>InvalidVpcEndpointId.NotFound</code><message>The Vpc Endpoint Id '{id}' does \
                     not exist</message></error><resourceId>{id}</resourceId></item>"
                )
            })
            .collect();
        let failures = failures.concat();
        if unknown.len() == asked.len() {
            // Nothing is left to hand on.
            let mut nothing = Notes::default();
            return done(
                call,
                &mut nothing,
                &format!("<unsuccessful>{failures}</unsuccessful>"),
            );
        }
        let rest = call.without_numbered("VpcEndpointId", &unknown);
        mend(next.run(rest, notes), |root, editing| {
            match root.child("unsuccessful") {
                _ if failures.is_empty() => {}
                Some(list) => editing.append(list, &failures),
                None => editing.append(root, &format!("<unsuccessful>{failures}</unsuccessful>")),
            }
        })
    }
}

fn is_deleted(item: &Element) -> bool {
    item.is("state", "deleted")
}

impl Stage for Endpoints {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        match call.ec2_action() {
            Some("CreateVpcEndpoint") if call.parameter("VpcEndpointType").is_none() => {
                let call = call.rewritten(&[], Some(("VpcEndpointType", "Gateway")));
                next.run(call, notes)
            }
            Some("ModifyVpcEndpoint") => Self::modify(&call, notes, next),
            Some("DeleteVpcEndpoints") => Self::delete(&call, notes, next),
            Some("DescribeVpcEndpoints") => mend(next.run(call, notes), |root, editing| {
                let items = root.items("vpcEndpointSet").iter();
                items
                    .filter(|item| is_deleted(item))
                    .for_each(|item| editing.remove(item));
            }),
            _ => next.run(call, notes),
        }
    }
}
