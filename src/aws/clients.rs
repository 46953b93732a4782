//! The clients of one account and region.

use std::time::Duration;

use aws_config::{
    SdkConfig,
    retry::RetryConfig,
    timeout::{TimeoutConfig, TimeoutConfigBuilder},
};

use super::{connect::Limits, patience::Skew, whole::Whole};

/// One client for each service and way of asking. Cloning shares them.
#[derive(Clone)]
pub(super) struct Clients {
    /// For lists of a network: each attempt is made once, and [`super::patience`] decides on the next.
    pub(super) reading: aws_sdk_ec2::Client,
    /// For looks at what is there while steps are carried out, with retries.
    pub(super) ec2: aws_sdk_ec2::Client,
    /// For one quick question: who is asking.
    pub(super) sts: aws_sdk_sts::Client,
    /// For lists of resolver endpoints, with retries.
    pub(super) resolver: aws_sdk_route53resolver::Client,
    /// For calls that change something: each is sent once.
    pub(super) changing: aws_sdk_ec2::Client,
    /// For calls that change resolver endpoints: each is sent once.
    pub(super) changing_resolver: aws_sdk_route53resolver::Client,
}

impl Clients {
    pub(super) fn new(config: &SdkConfig, limits: &Limits) -> Self {
        let once = once(limits);
        let ec2 = || aws_sdk_ec2::config::Builder::from(config).interceptor(Whole);
        let changing = ec2()
            .timeout_config(once.clone())
            .retry_config(RetryConfig::disabled());
        let resolver = aws_sdk_route53resolver::config::Builder::from(config)
            .timeout_config(once)
            .retry_config(RetryConfig::disabled());
        // A second attempt for what `Skew` allows, and for nothing else.
        let reading = ec2()
            .timeout_config(attempts(limits))
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .retry_classifier(Skew);
        Self {
            reading: aws_sdk_ec2::Client::from_conf(reading.build()),
            ec2: aws_sdk_ec2::Client::from_conf(ec2().build()),
            sts: sts(config, limits),
            resolver: aws_sdk_route53resolver::Client::new(config),
            changing: aws_sdk_ec2::Client::from_conf(changing.build()),
            changing_resolver: aws_sdk_route53resolver::Client::from_conf(resolver.build()),
        }
    }
}

/// The identity is worth one quick question, not the patience of a whole scan: networks without a way to STS exist.
fn sts(config: &SdkConfig, limits: &Limits) -> aws_sdk_sts::Client {
    let timeouts = timeouts(limits).operation_timeout(limits.attempt).build();
    let retries = RetryConfig::standard()
        .with_max_attempts(limits.attempts.min(2))
        .with_initial_backoff(limits.backoff);
    let config = aws_sdk_sts::config::Builder::from(config)
        .timeout_config(timeouts)
        .retry_config(retries)
        .interceptor(Whole)
        .build();
    aws_sdk_sts::Client::from_conf(config)
}

pub(super) fn timeouts(limits: &Limits) -> TimeoutConfigBuilder {
    TimeoutConfig::builder()
        .connect_timeout(limits.connect)
        .operation_attempt_timeout(limits.attempt)
        .operation_timeout(limits.operation)
}

/// Time for each attempt, and none for all of them: whoever tries again counts that.
fn attempts(limits: &Limits) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(limits.connect)
        .operation_attempt_timeout(limits.attempt)
        .disable_operation_timeout()
        .build()
}

/// The one attempt has all the time there is. It may have to get credentials first, which has a limit of its own.
fn once(limits: &Limits) -> TimeoutConfig {
    let whole: Duration = limits.change.saturating_add(limits.sign_in);
    timeouts(limits)
        .operation_attempt_timeout(limits.change)
        .operation_timeout(whole)
        .build()
}
