//! Placeholder.
use super::{Design, Problem, Surroundings};
/// Nothing yet.
pub fn validate(_design: &Design, _around: &Surroundings) -> Vec<Problem> {
    Vec::new()
}
