//! AWS's refusals that moto does not make. What is there is asked of the server behind, so that a restart or a reset of
//! it leaves nothing stale here. moto itself refuses a VPC larger than /16 or smaller than /28, a subnet outside its VPC
//! or on a sibling, a VPC with subnets, tables or an attached VPN gateway, an attached internet gateway and a table with
//! associations.

mod blocks;
mod dependents;
mod quotas;
mod routes;

use std::sync::Mutex;

use super::answer::refuse;
use super::call::Call;
use super::inquiry::Inquiry;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

pub(crate) use quotas::Quotas;

/// Why a call is refused: code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// The call's own parameters and what is there already.
#[derive(Clone, Copy)]
struct Case<'a> {
    call: &'a Call,
    there: Inquiry<'a>,
}

impl<'a> Case<'a> {
    /// A parameter; empty where it is absent.
    fn text(&self, name: &str) -> &'a str {
        self.call.parameter(name).unwrap_or_default()
    }
}

/// The stage.
#[derive(Default)]
pub(crate) struct Refusing {
    quotas: Quotas,
    /// Held from the question to the change, so that two calls side by side cannot both be the last that fits.
    gate: Mutex<()>,
}

impl Refusing {
    pub(crate) fn new(quotas: Quotas) -> Self {
        Self {
            quotas,
            gate: Mutex::default(),
        }
    }
}

impl Stage for Refusing {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let is_ours = call.ec2_action().is_some() && call.is_change() && !call.is_inquiry;
        if !is_ours {
            return next.run(call, notes);
        }
        let _gate = lock(&self.gate);
        let case = Case {
            call: &call,
            there: Inquiry::new(&call, next),
        };
        let refusal = blocks::refusal(case)
            .or_else(|| routes::refusal(case))
            .or_else(|| dependents::refusal(case))
            .or_else(|| quotas::refusal(case, &self.quotas));
        match refusal {
            Some(refusal) => refuse(refusal.code, &refusal.message),
            None => next.run(call, notes),
        }
    }
}
