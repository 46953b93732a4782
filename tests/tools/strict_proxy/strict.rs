//! Which of AWS's ways are kept to.

use std::sync::Arc;

use super::dry_run::DryRuns;
use super::filters::Filters;
use super::gaps;
use super::pending;
use super::refusals::{Quotas, Refusing};
use super::stage::Stage;
use super::tokens::Tokens;
use super::unseen::Unseen;

/// Each of them is a stage of its own; all are off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strict {
    /// A dry run makes nothing: `DryRunOperation`.
    pub(crate) dry_runs: bool,
    /// The same client token with the same parameters makes nothing a second time.
    pub(crate) tokens: bool,
    /// AWS's refusals, with these quotas.
    pub(crate) refusals: Option<Quotas>,
    /// For how many answers that tell of them NAT gateways, interface endpoints and transit gateway attachments are
    /// `pending`, and `deleting`.
    pub(crate) pending: u32,
    /// For how many mentions a new id is not known.
    pub(crate) unseen: u32,
    /// What moto lacks is made up for: see [`gaps`].
    pub(crate) gaps: bool,
}

impl Strict {
    /// All of them; waits and mentions are two each.
    pub(crate) fn everything() -> Self {
        Self {
            dry_runs: true,
            tokens: true,
            refusals: Some(Quotas::default()),
            pending: 2,
            unseen: 2,
            gaps: true,
        }
    }

    /// The stages, in the order that calls go through them.
    pub(super) fn stages(self) -> Vec<Arc<dyn Stage>> {
        let mut stages: Vec<Arc<dyn Stage>> = Vec::new();
        if self.dry_runs {
            stages.push(Arc::new(DryRuns));
        }
        if self.tokens {
            stages.push(Arc::new(Tokens::default()));
        }
        if self.unseen > 0 {
            stages.push(Arc::new(Unseen::new(self.unseen)));
        }
        let (busy, pending) = pending::stages(self.pending);
        let has_states = self.pending > 0;
        stages.extend(has_states.then_some(busy));
        if let Some(quotas) = self.refusals {
            stages.push(Arc::new(Refusing::new(quotas)));
        }
        if self.gaps {
            stages.push(Arc::new(gaps::missing::Missing));
        }
        if self.gaps || has_states {
            stages.push(Arc::new(Filters));
        }
        stages.extend(has_states.then_some(pending));
        if self.gaps {
            stages.extend(gaps::stages());
        }
        stages
    }
}
