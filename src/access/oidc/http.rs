//! Calls to an issuer: JSON and nothing else, no redirects, no proxies, a bound on time and size. They block.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// The longest one call takes.
const TIMEOUT: Duration = Duration::from_secs(6);
/// The largest answer that is read.
const LARGEST: u64 = 256 << 10;

/// Why a call came to nothing. What the issuer says is never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It could not be reached, or not in time.
    #[error("the issuer does not answer")]
    Unreachable,
    /// It answered with this status.
    #[error("the issuer answers {0}")]
    Status(u16),
    /// It answered something else than JSON.
    #[error("the issuer's answer is not what it should be")]
    Malformed,
}

/// Calls one issuer.
pub(super) struct Client {
    agent: Agent,
}

impl Client {
    pub(super) fn new(authorities: Option<&[Vec<u8>]>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(provider);
        if let Some(authorities) = authorities {
            let roots: Vec<Certificate<'static>> =
                authorities.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
            tls = tls.root_certs(RootCerts::new_with_certs(&roots));
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(16 << 10)
            .timeout_global(Some(TIMEOUT))
            .user_agent("zedenregister")
            .build();
        Self { agent: config.new_agent() }
    }

    pub(super) fn get(&self, url: &str) -> Result<Value, CallError> {
        let answer = self.agent.get(url).header("accept", "application/json").call();
        read(answer)
    }

    pub(super) fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<Value, CallError> {
        let answer = self.agent.post(url).header("accept", "application/json").send_form(form.iter().copied());
        read(answer)
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, CallError> {
    let mut answer = answer.map_err(|_| CallError::Unreachable)?;
    if answer.status().as_u16() != 200 {
        return Err(CallError::Status(answer.status().as_u16()));
    }
    let text = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|_| CallError::Malformed)?;
    serde_json::from_slice(&text).map_err(|_| CallError::Malformed)
}
