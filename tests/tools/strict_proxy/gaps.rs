//! What works on AWS and not on moto 5.2.5, made up for:
//!
//! - propagation of routes from VPN gateways ([`propagation`]),
//! - encryption controls ([`encryption`]),
//! - regional NAT gateways ([`regional`]),
//! - routes of gateway endpoints that come onto a table later, and endpoints that are gone ([`endpoints`]),
//! - interfaces, associations and network ACLs that moto leaves behind ([`leftovers`]),
//! - tags of attachments that moto loses ([`tags`]),
//! - states that moto does not write as words ([`states`]),
//! - ids that are not known, where moto answers an empty list or breaks ([`missing`]),
//! - filters by tag that moto passes over ([`super::filters`]).
//!
//! Pools of version 6 addresses (`Ipv6Pool`) are not made up for: moto ignores the parameter, and so the block.

pub(crate) mod encryption;
pub(crate) mod endpoints;
pub(crate) mod leftovers;
pub(crate) mod missing;
pub(crate) mod propagation;
pub(crate) mod regional;
pub(crate) mod states;
pub(crate) mod tags;

use std::sync::Arc;

use super::answer::answer;
use super::call::Call;
use super::stage::{Notes, Outcome, Stage};

/// The stages that keep books or put moto's own right, in the order that calls go through them. [`missing`] is not
/// among them: it stands before those that tell of things moto does not have.
pub(crate) fn stages() -> Vec<Arc<dyn Stage>> {
    vec![
        Arc::new(propagation::Propagation::default()),
        Arc::new(encryption::Encryption::default()),
        Arc::new(regional::Regional::default()),
        Arc::new(endpoints::Endpoints),
        Arc::new(leftovers::Leftovers),
        Arc::new(tags::Tags),
        Arc::new(states::States),
    ]
}

/// The answer to a change that a stage made in its own book.
fn done(call: &Call, notes: &mut Notes, within: &str) -> Outcome {
    notes.is_carried_out |= call.change.is_some();
    answer(call.action.as_deref().unwrap_or_default(), within)
}
