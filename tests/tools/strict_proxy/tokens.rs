//! Client tokens: the same call twice is carried out once.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html>

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::answer::{good, refuse};
use super::call::Call;
use super::http::Response;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

/// The actions that take a `ClientToken`, of those that a step can be.
const TOKENED: [&str; 6] = [
    "CreateEgressOnlyInternetGateway",
    "CreateFlowLogs",
    "CreateNatGateway",
    "CreateNetworkAcl",
    "CreateRouteTable",
    "CreateVpcEndpoint",
];

/// "A client token is a unique, case-sensitive string of up to 64 ASCII characters."
const LONGEST: usize = 64;

/// Account, region, action and token.
type Key = ((String, String), String, String);

/// A call that was carried out.
struct Answered {
    parameters: Vec<(String, String)>,
    response: Response,
}

/// The stage. It stands behind the faults: what was carried out and its answer lost is remembered.
#[derive(Default)]
pub(crate) struct Tokens {
    answered: Mutex<BTreeMap<Key, Answered>>,
}

impl Stage for Tokens {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let action = call.ec2_action().unwrap_or_default();
        let token = match call.parameter("ClientToken") {
            Some(token) if TOKENED.contains(&action) => token.to_owned(),
            _ => return next.run(call, notes),
        };
        if token.len() > LONGEST || !token.is_ascii() {
            let message =
                format!("The client token must be of at most {LONGEST} ASCII characters.");
            return refuse("InvalidParameterValue", &message);
        }
        let mut parameters: Vec<_> = call
            .parameters
            .iter()
            .filter(|(name, _)| name != "ClientToken")
            .cloned()
            .collect();
        parameters.sort();
        let key = (call.place(), action.to_owned(), token);
        // Held while the call is under way: a second one with the same token waits for the first one's answer.
        let mut answered = lock(&self.answered);
        match answered.get(&key) {
            Some(earlier) if earlier.parameters == parameters => {
                notes.is_repeated = true;
                return Outcome::Answer(earlier.response.clone());
            }
            Some(_) => {
                return refuse(
                    "IdempotentParameterMismatch",
                    "The client token was used before, with other parameters.",
                );
            }
            None => {}
        }
        let outcome = next.run(call, notes);
        // What was refused made nothing, and may be tried again.
        let is_made = good(&outcome).is_some_and(|root| root.items("unsuccessful").is_empty());
        if let Outcome::Answer(response) = &outcome
            && is_made
        {
            let response = response.clone();
            answered.insert(
                key,
                Answered {
                    parameters,
                    response,
                },
            );
        }
        outcome
    }

    fn forget(&self) {
        lock(&self.answered).clear();
    }
}
