//! Ids that are not known, where moto answers an empty list, breaks, or says it is done.

use super::super::answer::{Element, good, refuse};
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::kinds::{Kind, told_by};
use super::super::stage::{Next, Notes, Outcome, Stage};

/// Kinds whose lists moto, or a stage before it, leaves empty for an unknown id, and AWS does not.
const TOLD: [&str; 6] = ["acl-", "nat-", "tgw-attach-", "vgw-", "vpce-", "vpcec-"];

/// The stage.
pub(crate) struct Missing;

fn unknown(kind: &Kind, action: &str, id: &str) -> Outcome {
    let message = format!("The ID '{id}' does not exist");
    refuse(kind.missing_in(action), &message)
}

/// Why what is to be deleted cannot be, where it is not there.
fn refusal(call: &Call, next: Next<'_>) -> Option<Outcome> {
    let inquiry = Inquiry::new(call, next);
    match call.ec2_action()? {
        "DeleteNatGateway" => {
            let id = call.parameter("NatGatewayId")?;
            let found = inquiry.one("DescribeNatGateways", "NatGatewayId", id);
            let kind = told_by("DescribeNatGateways")?;
            found
                .is_none()
                .then(|| unknown(kind, "DeleteNatGateway", id))
        }
        action @ ("DeleteTransitGatewayVpcAttachment" | "ModifyTransitGatewayVpcAttachment") => {
            let id = call.parameter("TransitGatewayAttachmentId")?;
            let kind = told_by("DescribeTransitGatewayVpcAttachments")?;
            let Some(found) = inquiry.one(kind.describe, kind.asked, id) else {
                return Some(unknown(kind, action, id));
            };
            let is_over = matches!(found.get("state"), Some("deleting" | "deleted"));
            let message = format!("{id} is in invalid state");
            is_over.then(|| refuse("IncorrectState", &message))
        }
        "DeleteNetworkAclEntry" => {
            let id = call.parameter("NetworkAclId")?;
            let acl = inquiry.one("DescribeNetworkAcls", "NetworkAclId", id)?;
            let rule = call.parameter("RuleNumber").unwrap_or_default();
            let egress = call.parameter("Egress").unwrap_or("false");
            let is_it =
                |entry: &Element| entry.is("ruleNumber", rule) && entry.is("egress", egress);
            let message = format!("{id} has no rule {rule} in this direction");
            (!acl.items("entrySet").iter().any(is_it))
                .then(|| refuse("InvalidNetworkAclEntry.NotFound", &message))
        }
        _ => None,
    }
}

impl Stage for Missing {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let Some(action) = call.ec2_action().map(str::to_owned) else {
            return next.run(call, notes);
        };
        if let Some(refusal) = refusal(&call, next) {
            return refusal;
        }
        let kind = told_by(&action).filter(|kind| TOLD.contains(&kind.prefix));
        let Some(kind) = kind.filter(|_| call.filters().is_empty()) else {
            return next.run(call, notes);
        };
        let asked: Vec<String> = call
            .numbered(kind.asked)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let outcome = next.run(call, notes);
        let Some(root) = good(&outcome) else {
            return outcome;
        };
        let items = root.items(kind.list);
        let is_told = |id: &str| items.iter().any(|item| item.is(kind.id, id));
        match asked.iter().find(|id| !is_told(id)) {
            Some(id) => unknown(kind, &action, id),
            None => outcome,
        }
    }
}
