//! Profiles of the AWS config files, as they are listed: plain data, and no secret among it.

use std::fmt;

/// A profile of the AWS config files, or what the environment gives instead of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name; empty for the environment.
    pub name: String,
    /// The region it names.
    pub region: Option<String>,
    /// Where its credentials come from.
    pub kind: ProfileKind,
}

/// Where the credentials of a profile come from, told by the settings that it has and not by what they say
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileKind {
    /// Access keys in the file.
    Keys,
    /// IAM Identity Center: `aws sso login`.
    Sso,
    /// A role.
    Role {
        /// Whose credentials may take it: another profile, or what the profile calls a source (`Environment`).
        source: Option<String>,
        /// Whether that signs in through IAM Identity Center.
        sso: bool,
    },
    /// A program that prints them.
    Process,
    /// A token in a file.
    WebIdentity,
    /// Variables of the environment.
    Environment,
    /// It names no credentials.
    Nothing,
}

impl ProfileKind {
    /// Whether `aws sso login` is what renews its credentials.
    pub fn signs_in(&self) -> bool {
        matches!(self, Self::Sso | Self::Role { sso: true, .. })
    }
}

impl fmt::Display for ProfileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys => f.write_str("access keys"),
            Self::Sso => f.write_str("SSO"),
            Self::Role {
                source: Some(source),
                ..
            } => write!(f, "role through {source}"),
            Self::Role { source: None, .. } => f.write_str("role"),
            Self::Process => f.write_str("credential process"),
            Self::WebIdentity => f.write_str("web identity"),
            Self::Environment => f.write_str("environment"),
            Self::Nothing => f.write_str("no credentials"),
        }
    }
}
