//! Questions about a network, and their answers.

pub mod search;
