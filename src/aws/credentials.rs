//! Where credentials come from.

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use aws_config::{
    BehaviorVersion, SdkConfig, ecs::EcsCredentialsProvider,
    environment::EnvironmentVariableCredentialsProvider,
    imds::credentials::ImdsCredentialsProvider, meta::credentials::CredentialsProviderChain,
    profile::ProfileFileCredentialsProvider, profile::ProfileSet, provider_config::ProviderConfig,
    web_identity_token::WebIdentityTokenCredentialsProvider,
};
use aws_credential_types::{
    Credentials,
    provider::{
        self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    },
};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{
    fault::Fault,
    session::{CodeQuestion, Session},
};

/// How often a person may mistype a code.
const CODES: usize = 3;

/// How a role is told who uses it, where the profile names nobody.
const SESSION_NAME: &str = "vpc-atlas";

/// Credentials that end sooner than this are not worth keeping.
const MARGIN: Duration = Duration::from_mins(5);

/// What providers of credentials are made of.
pub(super) struct Sources<'a> {
    pub(super) session: &'a Session,
    /// Region, endpoint and time-outs, without credentials.
    pub(super) base: &'a SdkConfig,
    pub(super) client: SharedHttpClient,
    pub(super) files: EnvConfigFiles,
    pub(super) profiles: &'a ProfileSet,
}

impl Sources<'_> {
    /// A profile that was asked for is the only source. Otherwise the environment, the selected profile, web identity
    /// and a container's credentials are tried in the AWS CLI's order. The metadata service of EC2 is asked only where
    /// a profile says so: on a desktop the question takes seconds and has no answer.
    pub(super) fn provider(
        &self,
        asked: Option<&str>,
        selected: &str,
    ) -> SharedCredentialsProvider {
        if let Some(profile) = asked {
            return self.of_profile(profile);
        }
        let config = self.config();
        let chain = CredentialsProviderChain::first_try(
            "Environment",
            EnvironmentVariableCredentialsProvider::new(),
        )
        .or_else("Profile", self.of_profile(selected))
        .or_else(
            "WebIdentity",
            WebIdentityTokenCredentialsProvider::builder()
                .configure(&config)
                .build(),
        )
        .or_else(
            "Container",
            EcsCredentialsProvider::builder().configure(&config).build(),
        );
        SharedCredentialsProvider::new(chain)
    }

    /// Whether the profile, or one that it takes its role from, wants the code of a device.
    pub(super) fn wants_code(&self, profile: &str) -> bool {
        self.chain(profile).any(|name| self.device(name).is_some())
    }

    fn of_profile(&self, profile: &str) -> SharedCredentialsProvider {
        self.step(profile, &mut Vec::new())
    }

    /// The SDK reads every profile but those that want the code of a device: of those it leaves the device out.
    fn step<'b>(&'b self, profile: &'b str, seen: &mut Vec<&'b str>) -> SharedCredentialsProvider {
        if !self.wants_code(profile) || seen.contains(&profile) {
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&self.config())
                .profile_files(self.files.clone())
                .profile_name(profile)
                .build();
            return SharedCredentialsProvider::new(provider);
        }
        seen.push(profile);
        let get = |name: &str| self.profiles.get_profile(profile)?.get(name);
        let source = match (get("source_profile"), get("credential_source")) {
            (Some(own), _) if own == profile => keys(get),
            (Some(source), _) => self.step(source, seen),
            (None, Some("Environment")) => {
                SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new())
            }
            (None, Some("EcsContainer")) => SharedCredentialsProvider::new(
                EcsCredentialsProvider::builder()
                    .configure(&self.config())
                    .build(),
            ),
            (None, Some("Ec2InstanceMetadata")) => SharedCredentialsProvider::new(
                ImdsCredentialsProvider::builder()
                    .configure(&self.config())
                    .build(),
            ),
            (None, _) => keys(get),
        };
        let text = |name| get(name).map(str::to_owned);
        SharedCredentialsProvider::new(Role {
            session: self.session.clone(),
            profile: profile.to_owned(),
            arn: text("role_arn"),
            device: text("mfa_serial"),
            name: text("role_session_name").unwrap_or_else(|| SESSION_NAME.to_owned()),
            external_id: text("external_id"),
            seconds: get("duration_seconds").and_then(|seconds| seconds.parse().ok()),
            source,
            config: self.base.clone(),
        })
    }

    /// A profile and those that it takes its role from.
    fn chain<'b>(&'b self, profile: &'b str) -> impl Iterator<Item = &'b str> {
        let mut seen: Vec<&str> = Vec::new();
        let mut next = Some(profile);
        std::iter::from_fn(move || {
            let name = next.filter(|name| !seen.contains(name))?;
            seen.push(name);
            next = self
                .profiles
                .get_profile(name)
                .and_then(|profile| profile.get("source_profile"));
            Some(name)
        })
    }

    fn device(&self, profile: &str) -> Option<&str> {
        let profile = self.profiles.get_profile(profile)?;
        profile.get("role_arn")?;
        profile.get("mfa_serial")
    }

    fn config(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(self.base.region().cloned())
            .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
            .with_use_fips(self.base.use_fips())
            .with_use_dual_stack(self.base.use_dual_stack())
            .with_http_client(self.client.clone())
    }
}

/// Those of the environment, where nothing else is named.
fn none() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(CredentialsProviderChain::first_try(
        "Environment",
        EnvironmentVariableCredentialsProvider::new(),
    ))
}

/// The keys that stand in a profile itself.
fn keys<'a>(get: impl Fn(&str) -> Option<&'a str>) -> SharedCredentialsProvider {
    match (get("aws_access_key_id"), get("aws_secret_access_key")) {
        (Some(id), Some(secret)) => SharedCredentialsProvider::new(Credentials::new(
            id,
            secret,
            get("aws_session_token").map(str::to_owned),
            None,
            "profile",
        )),
        _ => none(),
    }
}

/// Why a code led to no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CodeError {
    /// There is nobody to ask here.
    #[error("it wants the code of a device (`mfa_serial`), and there is nobody here to ask for it")]
    NoOneToAsk,
    /// The person gave none.
    #[error("no code was given")]
    NotGiven,
    /// AWS refused each of them. It says no in the same word to a wrong code and to a role that is not given.
    #[error(
        "AWS refused the code of the device, or does not give the role {role} to these credentials"
    )]
    Refused {
        /// The role.
        role: String,
    },
}

/// What AWS said when a role was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(String);

/// A role that AWS gives for the code of a device.
struct Role {
    session: Session,
    profile: String,
    arn: Option<String>,
    device: Option<String>,
    name: String,
    external_id: Option<String>,
    seconds: Option<i32>,
    /// The credentials that the role is asked for with.
    source: SharedCredentialsProvider,
    config: SdkConfig,
}

/// The credentials of a role in an account, which these give.
pub(super) fn role(
    session: &Session,
    config: &SdkConfig,
    profile: &str,
    arn: String,
) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Role {
        session: session.clone(),
        profile: profile.to_owned(),
        arn: Some(arn),
        device: None,
        name: SESSION_NAME.to_owned(),
        external_id: None,
        seconds: None,
        source: config.credentials_provider().unwrap_or_else(none),
        config: config.clone(),
    })
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl Role {
    async fn credentials(&self) -> provider::Result {
        let Some(role) = &self.arn else {
            return Err(CredentialsError::not_loaded("the profile names no role"));
        };
        let Some(device) = &self.device else {
            let own = self.source.provide_credentials().await?;
            let got = self.assume(role, &own, None).await;
            return got.map_err(|fault| refusal(&fault));
        };
        let kept = self
            .session
            .kept(format!("{} {role} {device}", self.profile));
        let mut kept = kept.lock().await;
        if let Some(held) = kept.as_ref().filter(|held| lasts(held)) {
            return Ok(held.clone());
        }
        let got = self.with_code(role, device).await?;
        *kept = Some(got.clone());
        Ok(got)
    }

    async fn with_code(&self, role: &str, device: &str) -> provider::Result {
        let failed = |error: CodeError| CredentialsError::provider_error(error);
        let codes = self.session.codes();
        let codes = codes.ok_or_else(|| failed(CodeError::NoOneToAsk))?;
        // Asked for here and not by the client below, which would give a person, or a process that asks one, no more
        // time than a call.
        let own = self.source.provide_credentials().await?;
        for attempt in 0..CODES {
            let question = CodeQuestion {
                profile: self.profile.clone(),
                device: device.to_owned(),
                was_wrong: attempt > 0,
            };
            let code = codes.ask(question).await;
            let code = code.ok_or_else(|| failed(CodeError::NotGiven))?;
            match self.assume(role, &own, Some((device, code.trim()))).await {
                Ok(got) => return Ok(got),
                // AWS says no in the same word to a wrong code and to a role that is not given to the caller.
                Err(fault) if fault.is_denied() || fault.is_malformed_value() => {}
                Err(fault) => return Err(refusal(&fault)),
            }
        }
        Err(failed(CodeError::Refused {
            role: role.to_owned(),
        }))
    }

    async fn assume(
        &self,
        role: &str,
        own: &Credentials,
        code: Option<(&str, &str)>,
    ) -> Result<Credentials, Fault> {
        let config = self
            .config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(own.clone()))
            .build();
        let request = aws_sdk_sts::Client::new(&config)
            .assume_role()
            .role_arn(role)
            .role_session_name(&self.name)
            .set_external_id(self.external_id.clone())
            .set_duration_seconds(self.seconds)
            .set_serial_number(code.map(|(device, _)| device.to_owned()))
            .set_token_code(code.map(|(_, code)| code.to_owned()));
        let answer = Box::pin(request.send()).await;
        let answer = answer.map_err(|error| Fault::new(&error))?;
        let Some(got) = answer.credentials else {
            return Err(Fault::malformed("it holds no credentials"));
        };
        Ok(Credentials::new(
            got.access_key_id,
            got.secret_access_key,
            Some(got.session_token),
            SystemTime::try_from(got.expiration).ok(),
            "role with a code",
        ))
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// A failure of AWS's as one of a provider's; its words hold no credential.
fn refusal(fault: &Fault) -> CredentialsError {
    CredentialsError::provider_error(Refused(fault.message()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "AWS says by the clock when credentials end"
)]
fn lasts(credentials: &Credentials) -> bool {
    let end = credentials.expiry();
    end.is_none_or(|end| end > SystemTime::now() + MARGIN)
}

/// A provider whose first answer is already here.
///
/// Credentials are asked for once before any call, so that their absence is one clear error and not forty failed calls;
/// the client then takes that answer instead of asking a process or a person a second time.
pub(super) struct Primed {
    provider: SharedCredentialsProvider,
    first: Mutex<Option<Credentials>>,
    expires: Option<SystemTime>,
}

impl Primed {
    pub(super) async fn new(
        provider: SharedCredentialsProvider,
        limit: Duration,
    ) -> Result<Self, CredentialsError> {
        let first = tokio::time::timeout(limit, provider.provide_credentials()).await;
        let first = first.map_err(|_| CredentialsError::provider_timed_out(limit))??;
        Ok(Self {
            provider,
            expires: first.expiry(),
            first: Mutex::new(Some(first)),
        })
    }

    /// When the first credentials end; none where they do not.
    pub(super) fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    async fn next(&self) -> provider::Result {
        let first = self.first.lock().ok().and_then(|mut first| first.take());
        match first {
            Some(credentials) => Ok(credentials),
            None => self.provider.provide_credentials().await,
        }
    }
}

impl fmt::Debug for Primed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Primed").finish_non_exhaustive()
    }
}

impl ProvideCredentials for Primed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.next())
    }
}
