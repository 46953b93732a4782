//! Whose accounts can be asked, as far as it can be told without asking anybody.

pub use crate::source::profiles::{Profile, ProfileKind};
use std::env;

/// What the environment gives in place of a profile; none where it gives no credentials. Only whether a variable is set
/// is looked at, and the region's value.
pub fn environment_profile() -> Option<Profile> {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let all = |names: &[&str]| names.iter().all(is_set);
    let kind = if all(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
        ProfileKind::Environment
    } else if all(&["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"]) {
        ProfileKind::WebIdentity
    } else {
        return None;
    };
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .filter(|name| is_set(name))
        .find_map(|name| env::var(name).ok());
    Some(Profile {
        name: String::new(),
        region,
        kind,
    })
}
