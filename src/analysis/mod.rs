//! Questions about a network, and their answers.

pub mod changes;
pub mod cost;
pub mod overlap;
pub mod search;
