//! States of version 6 blocks of subnets: moto writes them as Python does, `{'State': 'associated'}`.

use super::super::answer::{Editing, Element, mend};
use super::super::call::Call;
use super::super::stage::{Next, Notes, Outcome, Stage};

/// The stage.
pub(crate) struct States;

/// The word that is meant.
pub(crate) fn plain(text: &str) -> &str {
    let written = text
        .strip_prefix("{'State': '")
        .and_then(|rest| rest.strip_suffix("'}"));
    written.unwrap_or(text)
}

fn mend_all(element: &Element, editing: &mut Editing<'_>) {
    let word = plain(&element.text);
    if element.name == "state" && word != element.text {
        editing.set(element, word);
    }
    for child in &element.children {
        mend_all(child, editing);
    }
}

impl Stage for States {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let is_about = matches!(
            call.ec2_action(),
            Some(
                "CreateSubnet"
                    | "DescribeSubnets"
                    | "AssociateSubnetCidrBlock"
                    | "DisassociateSubnetCidrBlock"
            )
        );
        let outcome = next.run(call, notes);
        if is_about {
            return mend(outcome, mend_all);
        }
        outcome
    }
}
