//! The profiles of the AWS config files. Nothing is sent anywhere, and of settings only those are looked at that name a
//! region, a profile or a kind of source: the value of a key or a token is never read.

use super::connect::{Options, load_profiles};
use super::error::ConnectError;
use crate::source::profiles::{Profile, ProfileKind};
use aws_config::profile::ProfileSet;

/// The profiles of the AWS config files, by name, as the AWS CLI sees them.
///
/// # Errors
/// A file that is named and missing, or one that is no config file: with its name and the line.
pub async fn profiles(options: &Options) -> Result<Vec<Profile>, ConnectError> {
    let set = load_profiles(options, None).await?;
    let mut names: Vec<&str> = set.profiles().collect();
    names.sort_unstable();
    let profile = |name: &str| Profile {
        name: name.to_owned(),
        region: setting(&set, name, "region").map(str::to_owned),
        kind: kind(&set, name),
    };
    Ok(names.into_iter().map(profile).collect())
}

/// The profile that signs in through IAM Identity Center: this one, or one it takes its role from.
pub(super) fn sso_profile<'a>(set: &'a ProfileSet, name: &'a str) -> Option<&'a str> {
    let mut seen = Vec::new();
    let mut next = Some(name);
    while let Some(name) = next.filter(|name| !seen.contains(name)) {
        seen.push(name);
        if ["sso_session", "sso_start_url"]
            .iter()
            .any(|key| setting(set, name, key).is_some())
        {
            return Some(name);
        }
        next = setting(set, name, "source_profile");
    }
    None
}

fn setting<'a>(set: &'a ProfileSet, name: &str, key: &str) -> Option<&'a str> {
    set.get_profile(name)?.get(key)
}

/// What the SDK takes where a profile has several: a role first, keys last.
fn kind(set: &ProfileSet, name: &str) -> ProfileKind {
    let has = |key| setting(set, name, key).is_some();
    let source = ["source_profile", "credential_source"]
        .into_iter()
        .find_map(|key| setting(set, name, key));
    if has("role_arn") && (source.is_some() || !has("web_identity_token_file")) {
        ProfileKind::Role {
            source: source.map(str::to_owned),
            sso: sso_profile(set, name).is_some(),
        }
    } else if has("web_identity_token_file") {
        ProfileKind::WebIdentity
    } else if has("sso_session") || has("sso_start_url") {
        ProfileKind::Sso
    } else if has("credential_process") {
        ProfileKind::Process
    } else if has("aws_access_key_id") {
        ProfileKind::Keys
    } else {
        ProfileKind::Nothing
    }
}
