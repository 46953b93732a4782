//! Dry runs: they tell whether the caller may, and make nothing.

use super::call::Call;
use super::http::Response;
use super::stage::{Next, Notes, Outcome, Stage};

/// Actions that have no `DryRun`. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>
const WITHOUT: [&str; 6] = [
    "AssociateSubnetCidrBlock",
    "AssociateVpcCidrBlock",
    "DisassociateSubnetCidrBlock",
    "DisassociateVpcCidrBlock",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
];

/// The stage. Permission is all that a dry run tests, and here the faults are what takes it away: they stand before.
pub(crate) struct DryRuns;

impl Stage for DryRuns {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let Some(action) = call.ec2_action().filter(|_| call.is_dry_run()) else {
            return next.run(call, notes);
        };
        if WITHOUT.contains(&action) {
            return super::answer::refuse(
                "UnknownParameter",
                "The parameter DryRun is not recognized",
            );
        }
        Outcome::Answer(Response::ec2_error(
            412,
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        ))
    }
}
