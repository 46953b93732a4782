//! What follows from a design: the network it makes, and what is to be said about it.

use crate::design::{self, Design, Problem, Surroundings};
use crate::network::{Network, Topology};
use std::sync::Arc;

/// What follows from a design.
pub(in crate::app) struct Derived {
    design: Arc<Design>,
    surroundings: Surroundings,
    /// The planned network.
    pub(in crate::app) network: Arc<Network>,
    /// Its relations.
    pub(in crate::app) topology: Arc<Topology>,
    /// What is wrong, and what could be better; errors first.
    pub(in crate::app) problems: Vec<Problem>,
}

impl Derived {
    pub(in crate::app) fn of(design: &Arc<Design>, surroundings: &Surroundings) -> Self {
        let network = Arc::new(design::plan(design));
        let topology = Arc::new(Topology::of(&network));
        Self {
            design: Arc::clone(design),
            surroundings: surroundings.clone(),
            network,
            topology,
            problems: design::validate(design, surroundings),
        }
    }

    pub(in crate::app) fn is_of(&self, design: &Arc<Design>, surroundings: &Surroundings) -> bool {
        Arc::ptr_eq(&self.design, design) && self.surroundings == *surroundings
    }
}
