//! From a profile and a region to a client that is ready to ask.

use std::{
    error::Error,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, identity::IdentityCache, profile::ProfileSet,
    retry::RetryConfig,
};
use aws_credential_types::provider::{SharedCredentialsProvider, error::CredentialsError};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_ec2::error::ConnectorError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::{
    app_name::AppName,
    os_shim_internal::{Env, Fs},
};

use super::{
    clients::{Clients, timeouts},
    credentials::{CodeError, Primed, Refused, Sources},
    error::{CallError, ConnectError, Failure},
    fault::{Fault, holds},
    profiles::sso_profile,
    session::Session,
};
use crate::source::calls::Call;

/// Whose network to read, and where. What is none is chosen as the AWS CLI chooses it: the profile from `AWS_PROFILE`,
/// the region from `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The profile in the AWS config files.
    pub profile: Option<String>,
    /// The region (`eu-west-1`).
    pub region: Option<String>,
}

/// How long to wait and how often to try. The defaults suit a person who is watching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// For one attempt at a call, from request to the end of the answer.
    pub attempt: Duration,
    /// For a call that changes something, from request to the end of the answer. It is sent once, and what became of one
    /// that got no answer has to be found out: more patience costs less.
    pub change: Duration,
    /// For one page of a call with all its attempts.
    pub operation: Duration,
    /// For getting credentials, which may mean a process that asks a person.
    pub sign_in: Duration,
    /// For getting credentials that want the code of a device from a person.
    pub code: Duration,
    /// Attempts at one page, the first among them.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles from there.
    pub backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_millis(3100),
            attempt: Duration::from_secs(10),
            change: Duration::from_secs(30),
            operation: Duration::from_secs(45),
            sign_in: Duration::from_mins(1),
            code: Duration::from_mins(10),
            attempts: 5,
            backoff: Duration::from_secs(1),
        }
    }
}

/// What else can be chosen about a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The address of an EC2-compatible service instead of AWS; goes before `AWS_ENDPOINT_URL` and the profile's.
    pub endpoint: Option<String>,
    /// An AWS config file to read instead of `~/.aws/config` and `~/.aws/credentials`.
    pub config_file: Option<PathBuf>,
    /// Time-outs and retries.
    pub limits: Limits,
}

/// [`connect_with`] the default options.
pub async fn connect(target: &Target) -> Result<Connection, ConnectError> {
    connect_with(target, &Options::default()).await
}

/// [`connect_in`] a session of its own.
pub async fn connect_with(target: &Target, options: &Options) -> Result<Connection, ConnectError> {
    connect_in(&Session::default(), target, options).await
}

/// Finds credentials and the region, and asks whose credentials they are.
///
/// Where that question fails the connection stands all the same, with the account unknown: see
/// [`Connection::identity_failure`]. The metadata service of EC2 is not asked for credentials unless the profile says so:
/// on a desktop the question takes seconds and has no answer.
pub async fn connect_in(
    session: &Session,
    target: &Target,
    options: &Options,
) -> Result<Connection, ConnectError> {
    let profiles = load_profiles(options, target.profile.clone()).await?;
    let chosen = profiles.selected_profile().to_owned();
    // `AWS_PROFILE` counts as a choice too; only the profile that nobody named may be missing.
    let named = target
        .profile
        .clone()
        .or_else(|| Some(chosen.clone()).filter(|name| name != "default"));
    if let Some(profile) = named
        .clone()
        .filter(|name| profiles.get_profile(name).is_none())
    {
        return Err(ConnectError::NoProfile { profile });
    }
    let region = region(target, &profiles).ok_or_else(|| ConnectError::NoRegion {
        profile: named.clone(),
    })?;
    if !is_region(&region) {
        return Err(ConnectError::BadRegion { region });
    }
    let client = session.client(profiles.get("ca_bundle")).await?;
    let base = sdk_config(target, options, &region, client.clone()).await;
    if let Some(endpoint) = base
        .endpoint_url()
        .filter(|endpoint| !is_endpoint(endpoint))
    {
        return Err(ConnectError::BadEndpoint {
            endpoint: endpoint.to_owned(),
        });
    }

    // The name that the person signs in with is that of the profile that holds the settings for it.
    let sso = sso_profile(&profiles, &chosen).map(str::to_owned);
    let sources = Sources {
        session,
        base: &base,
        client,
        files: files(options),
        profiles: &profiles,
    };
    // A person looks for the device first.
    let sign_in = if sources.wants_code(&chosen) {
        options.limits.code
    } else {
        options.limits.sign_in
    };
    let provider = sources.provider(target.profile.as_deref(), &chosen);
    let primed = Primed::new(provider, sign_in)
        .await
        .map_err(|failure| unsigned(&failure, named.clone(), sso.clone()))?;

    let expires = primed.expires();
    let config = signed(&base, primed, sign_in);
    let mut connection = Connection {
        clients: Clients::new(&config, &options.limits),
        config,
        session: session.clone(),
        limits: options.limits.clone(),
        profile: named.clone(),
        sso: sso.clone(),
        partition: partition_of(&region).to_owned(),
        region,
        account: None,
        caller: None,
        expires,
        identity_failure: None,
    };
    match connection.identity().await {
        Ok(identity) => connection.introduce(identity),
        Err(fault) if fault.is_sign_in() => {
            return Err(if sso.is_some() {
                ConnectError::SignIn { profile: sso }
            } else {
                ConnectError::Credentials {
                    profile: named,
                    why: "AWS says that they have expired or are not valid, or the region is not switched on for the account",
                }
            });
        }
        Err(fault) => {
            let failure = connection.failure(Call::CallerIdentity, None, fault);
            connection.identity_failure = Some(failure);
        }
    }
    Ok(connection)
}

/// Why there are no credentials.
fn unsigned(
    failure: &CredentialsError,
    profile: Option<String>,
    sso: Option<String>,
) -> ConnectError {
    if let Some(why) = holds::<CodeError>(failure) {
        let why = why.to_string();
        return ConnectError::Code { profile, why };
    }
    let is_refused = holds::<Refused>(failure).is_some()
        || holds::<aws_sdk_sts::operation::assume_role::AssumeRoleError>(failure).is_some();
    let why = match failure {
        _ if is_refused => "AWS does not give the role to them",
        CredentialsError::CredentialsNotLoaded(_) if sso.is_none() => {
            return ConnectError::NoCredentials { profile };
        }
        CredentialsError::ProviderTimedOut(_) => "they did not come in time",
        CredentialsError::InvalidConfiguration(_) => {
            "the profile is incomplete or contradicts itself"
        }
        _ if holds::<ConnectorError>(failure).is_some() => "the network failed",
        _ if sso.is_some() => return ConnectError::SignIn { profile: sso },
        _ => "their source failed or refused",
    };
    ConnectError::Credentials { profile, why }
}

/// An account and region that can be asked. Cloning shares clients, credentials and connections.
#[derive(Clone)]
pub struct Connection {
    pub(super) clients: Clients,
    config: SdkConfig,
    session: Session,
    limits: Limits,
    profile: Option<String>,
    /// The profile to sign in with through IAM Identity Center, where that is the way.
    sso: Option<String>,
    region: String,
    partition: String,
    account: Option<String>,
    caller: Option<String>,
    expires: Option<SystemTime>,
    identity_failure: Option<CallError>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut connection = f.debug_struct("Connection");
        connection
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("account", &self.account);
        connection.finish_non_exhaustive()
    }
}

/// What `GetCallerIdentity` says.
#[derive(Default)]
pub(super) struct Identity {
    pub(super) account: Option<String>,
    pub(super) arn: Option<String>,
    pub(super) user: Option<String>,
    partition: Option<String>,
}

impl Connection {
    /// Take in whose credentials they are.
    fn introduce(&mut self, identity: Identity) {
        self.account = identity.account;
        self.caller = identity.arn;
        self.identity_failure = None;
        if let Some(partition) = identity.partition {
            self.partition = partition;
        }
    }

    /// The connection of other credentials, in the same region.
    pub(super) fn signed_by(&self, credentials: Primed) -> Self {
        let expires = credentials.expires();
        let config = signed(&self.config, credentials, self.limits.sign_in);
        Self {
            clients: Clients::new(&config, &self.limits),
            config,
            account: None,
            caller: None,
            expires,
            identity_failure: None,
            ..self.clone()
        }
    }

    /// Ask whose credentials they are; where there is no answer, they are of the account that gave them.
    pub(super) async fn introduced_as(mut self, account: &str) -> Self {
        match self.identity().await {
            Ok(identity) => self.introduce(identity),
            Err(fault) => {
                let failure = self.failure(Call::CallerIdentity, None, fault);
                self.account = Some(account.to_owned());
                self.identity_failure = Some(failure);
            }
        }
        self
    }

    pub(super) fn config(&self) -> &SdkConfig {
        &self.config
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Who draws from AWS's buckets: the account, or the profile while that is unknown.
    pub(super) fn whose(&self) -> &str {
        let account = self.account.as_deref();
        account.or(self.profile.as_deref()).unwrap_or_default()
    }

    /// The same account in another region, without asking again who it is.
    pub fn in_region(&self, region: &str) -> Result<Self, ConnectError> {
        if !is_region(region) {
            return Err(ConnectError::BadRegion {
                region: region.to_owned(),
            });
        }
        let config = self
            .config
            .to_builder()
            .region(Region::new(region.to_owned()))
            .build();
        let mut other = self.clone();
        other.clients = Clients::new(&config, &self.limits);
        other.config = config;
        region.clone_into(&mut other.region);
        Ok(other)
    }

    /// The profile it was made with; none where nothing but the environment or the default profile was used.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The region it asks (`eu-west-1`).
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The partition (`aws`, `aws-cn`, `aws-us-gov`, …), as the caller's ARN says it, else as the region's name does.
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The twelve digits of the account; none where [`Connection::identity_failure`] says why not.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Who asks, as AWS says it: the ARN of a user or of an assumed role.
    pub fn caller(&self) -> Option<&str> {
        self.caller.as_deref()
    }

    /// When the credentials end that the connection began with; none where they do not. Those that can be renewed
    /// without a person are.
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Why the account is unknown.
    pub fn identity_failure(&self) -> Option<&CallError> {
        self.identity_failure.as_ref()
    }

    /// What a person does about credentials that are refused.
    pub(super) fn sign_in_hint(&self) -> String {
        match self.sso.as_deref() {
            Some("default") => "run `aws sso login`".to_owned(),
            Some(profile) => format!("run `aws sso login --profile {profile}`"),
            None => "sign in again or renew them".to_owned(),
        }
    }

    pub(super) async fn identity(&self) -> Result<Identity, Fault> {
        let answer = Box::pin(self.clients.sts.get_caller_identity().send()).await;
        let answer = answer.map_err(|error| Fault::new(&error))?;
        if answer.account().is_none_or(str::is_empty) {
            return Err(Fault::malformed("it names no account"));
        }
        let partition = answer
            .arn()
            .and_then(|arn| arn.split(':').nth(1))
            .map(str::to_owned);
        Ok(Identity {
            account: answer.account,
            arn: answer.arn,
            user: answer.user_id,
            partition,
        })
    }

    /// The failure of a describe call, in words for a person.
    pub(super) fn failure(&self, call: Call, parent: Option<&str>, fault: Fault) -> CallError {
        let mut failure = CallError::new(call, &self.region, parent, fault);
        if failure.kind == Failure::SignIn {
            failure.message = self.sign_in_hint();
            // They were taken a moment ago, by the service that knows all of them.
            if self.account.is_some() {
                failure.message = format!(
                    "or {} is not switched on for the account; {}",
                    self.region, failure.message
                );
            }
        }
        failure
    }
}

fn files(options: &Options) -> EnvConfigFiles {
    match &options.config_file {
        Some(path) => EnvConfigFiles::builder()
            .with_file(EnvConfigFileKind::Config, path)
            .build(),
        None => EnvConfigFiles::default(),
    }
}

pub(super) async fn load_profiles(
    options: &Options,
    profile: Option<String>,
) -> Result<ProfileSet, ConnectError> {
    let loaded = aws_config::profile::load(
        &Fs::real(),
        &Env::real(),
        &files(options),
        profile.map(Into::into),
    )
    .await;
    loaded.map_err(|error| {
        // The error names the file, its cause the line; neither quotes what stands there.
        let why = error
            .source()
            .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        ConnectError::BadProfiles {
            why: why.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    })
}

fn region(target: &Target, profiles: &ProfileSet) -> Option<String> {
    let env = Env::real();
    let named = || {
        ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .find_map(|name| env.get(name).ok().filter(|v| !v.is_empty()))
    };
    target
        .region
        .clone()
        .or_else(named)
        .or_else(|| profiles.get("region").map(str::to_owned))
}

fn is_region(region: &str) -> bool {
    // It becomes part of a host name.
    region.len() <= 63
        && region.starts_with(|c: char| c.is_ascii_alphanumeric())
        && region
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn is_endpoint(endpoint: &str) -> bool {
    let host = endpoint
        .strip_prefix("http://")
        .or_else(|| endpoint.strip_prefix("https://"));
    host.is_some_and(|host| {
        !host.is_empty() && !host.starts_with('/') && !host.contains(char::is_whitespace)
    })
}

/// The partition a region's name belongs to (<https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>).
fn partition_of(region: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    PREFIXES
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("aws", |(_, partition)| partition)
}

/// Everything but credentials.
async fn sdk_config(
    target: &Target,
    options: &Options,
    region: &str,
    client: SharedHttpClient,
) -> SdkConfig {
    let limits = &options.limits;
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.to_owned()))
        .http_client(client)
        .no_credentials()
        .timeout_config(timeouts(limits).build())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(limits.attempts)
                .with_initial_backoff(limits.backoff),
        )
        .profile_files(files(options));
    if let Ok(name) = AppName::new("vpc-atlas") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}

/// The same, signed with these credentials.
fn signed(config: &SdkConfig, credentials: Primed, limit: Duration) -> SdkConfig {
    config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(IdentityCache::lazy().load_timeout(limit).build())
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_follow_the_names_of_regions() {
        let cases = [
            ("eu-west-1", "aws"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
        ];
        for (region, partition) in cases {
            assert_eq!(partition_of(region), partition, "{region}");
        }
    }

    #[test]
    fn a_region_is_part_of_a_host_name() {
        for region in ["eu-west-1", "us-gov-east-1", "local"] {
            assert!(is_region(region), "{region}");
        }
        for region in [
            "",
            "EU-West-1",
            "eu west 1",
            "-eu",
            "eu/../",
            "eu.example.com",
            "é",
        ] {
            assert!(!is_region(region), "{region}");
        }
    }

    #[test]
    fn an_endpoint_is_an_address() {
        for endpoint in ["http://127.0.0.1:5000", "https://ec2.example.com/"] {
            assert!(is_endpoint(endpoint), "{endpoint}");
        }
        for endpoint in [
            "127.0.0.1:5000",
            "http://",
            "http:///x",
            "ftp://host",
            "http://a b",
        ] {
            assert!(!is_endpoint(endpoint), "{endpoint}");
        }
    }
}
