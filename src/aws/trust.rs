//! The HTTP client that all connections of a program share: its proxy and the certificates it trusts.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_http_client::{
    Connector,
    proxy::ProxyConfig,
    tls::{self, TlsContext, TrustStore},
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
    runtime_components::RuntimeComponents,
};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// One pool of connections for each pair of time-outs, whatever account, region and service they lead to.
#[derive(Clone)]
struct Shared {
    context: TlsContext,
    made: Arc<Mutex<Vec<(Timeouts, SharedHttpConnector)>>>,
}

/// How many connections to a host are kept for the next calls, and for how long. Each is an open file, and there are as many
/// hosts as regions.
const IDLE: usize = 6;
const IDLE_FOR: Duration = Duration::from_secs(15);

type Timeouts = (Option<Duration>, Option<Duration>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// A client that trusts the certificates of this bundle and no others, as the AWS CLI does, or the system's where there
/// is none. The proxy is that of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
///
/// # Errors
/// The bundle holds no certificate that can be used: why, in words.
pub(super) fn client(bundle: Option<&[u8]>) -> Result<SharedHttpClient, &'static str> {
    let mut store = TrustStore::default();
    if let Some(pem) = bundle {
        check(pem)?;
        store = TrustStore::empty().with_pem_certificate(pem);
    }
    let context = TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|_| "the certificates in it cannot be used")?;
    Ok(SharedHttpClient::new(Shared {
        context,
        made: Arc::default(),
    }))
}

/// The client takes for granted that a bundle is whole, and ends the program where it is not.
fn check(pem: &[u8]) -> Result<(), &'static str> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| "it is not whole PEM text")?;
        roots
            .add(certificate)
            .map_err(|_| "a certificate in it is damaged or of an unknown kind")?;
    }
    if roots.is_empty() {
        return Err("it holds no certificate in PEM form");
    }
    Ok(())
}

impl HttpClient for Shared {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = made.iter().find(|(held, _)| *held == timeouts) {
            return connector.clone();
        }
        let mut builder = Connector::builder()
            .connector_settings(settings.clone())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .proxy_config(ProxyConfig::from_env());
        builder.set_sleep_impl(components.sleep_impl());
        let connector = builder
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::AwsLc,
            ))
            .tls_context(self.context.clone())
            .build();
        let connector = SharedHttpConnector::new(connector);
        made.push((timeouts, connector.clone()));
        connector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_refused_with_words() {
        for (pem, words) in [
            (&b""[..], "no certificate"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "whole"),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "damaged",
            ),
        ] {
            let why = client(Some(pem)).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
        assert!(client(None).is_ok());
    }
}
