//! Tags that moto loses where something is made.

use super::super::answer::good;
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::kinds::made_by;
use super::super::stage::{Next, Notes, Outcome, Stage};

/// The stage: an attachment of a VPC to a transit gateway gets its tags by a call after it.
pub(crate) struct Tags;

impl Stage for Tags {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let action = call.ec2_action().unwrap_or_default();
        if action != "CreateTransitGatewayVpcAttachment" {
            return next.run(call, notes);
        }
        let kind = made_by(action);
        let outcome = next.run(call.clone(), notes);
        let made = kind.zip(good(&outcome));
        let ids = made.map(|(kind, root)| kind.made(&root));
        for id in ids.iter().flatten() {
            let tags = call.tags_at_create();
            let named: Vec<(String, &str)> = tags
                .iter()
                .zip(1..)
                .flat_map(|((key, value), number)| {
                    [
                        (format!("Tag.{number}.Key"), key.as_str()),
                        (format!("Tag.{number}.Value"), value.as_str()),
                    ]
                })
                .collect();
            let mut parameters = vec![("ResourceId.1", id.as_str())];
            parameters.extend(named.iter().map(|(name, text)| (name.as_str(), *text)));
            Inquiry::new(&call, next).order("CreateTags", &parameters);
        }
        outcome
    }
}
