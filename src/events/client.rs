//! One call to a receiver. The name is resolved, every address it has is checked, and the connection goes to an address
//! that was checked and to no other; there are no redirects, no proxies and no second chances inside a call.

use std::fmt;
use std::io;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, Timeout};

use super::address::{Network, may_call};
use super::envelope::MEDIA_TYPE;
use crate::clock::UtcTime;

/// The longest wait that a receiver can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3_600);

/// What became of a call. The codes are ours: what a receiver says is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has it.
    Taken {
        /// Such as `http_204`.
        code: String,
    },
    /// It does not have it.
    Failed {
        /// Such as `http_500` or `connect_failed`.
        code: String,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// It says that it is gone for good.
    Gone,
    /// It was sent, and the answer was lost.
    Unknown {
        /// Such as `answer_lost`.
        code: &'static str,
    },
}

/// What is sent with one call.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Where to.
    pub url: &'a str,
    /// The event's id.
    pub id: &'a str,
    /// Now, in seconds since 1970.
    pub timestamp: i64,
    /// The signatures.
    pub signatures: &'a str,
    /// The event.
    pub body: &'a [u8],
}

/// Calls receivers.
pub struct Client {
    agent: Agent,
    longest: Duration,
}

impl Client {
    /// A client that takes at most `timeout` for one call, and calls the internet and `networks`.
    pub fn new(timeout: Duration, networks: Vec<Network>) -> Self {
        Self { agent: agent(timeout, networks), longest: timeout }
    }

    /// The longest that one call takes.
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// Sends one event. The body of the answer is not read.
    pub fn send(&self, call: Call<'_>, now: UtcTime) -> Answer {
        let answer = self
            .agent
            .post(call.url)
            .header("content-type", MEDIA_TYPE)
            .header("webhook-id", call.id)
            .header("webhook-timestamp", call.timestamp.to_string())
            .header("webhook-signature", call.signatures)
            .send(call.body);
        match answer {
            Ok(response) => answered(response.status().as_u16(), response.headers(), now),
            Err(error) => failed(&error),
        }
    }
}

/// What calls other systems: at most `timeout` for one call, the internet and `networks` and nothing else.
pub(crate) fn agent(timeout: Duration, networks: Vec<Network>) -> Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(provider).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // Each call checks the address anew.
        .max_idle_connections(0)
        .max_response_header_size(16 << 10)
        .timeout_global(Some(timeout))
        .timeout_resolve(Some(timeout.min(Duration::from_secs(5))))
        .timeout_connect(Some(timeout.min(Duration::from_secs(5))))
        .user_agent("zedenregister")
        .build();
    Agent::with_parts(config, DefaultConnector::new(), Checked { networks })
}

fn answered(status: u16, headers: &HeaderMap, now: UtcTime) -> Answer {
    match status {
        200..=299 => Answer::Taken { code: format!("http_{status}") },
        410 => Answer::Gone,
        _ => Answer::Failed { code: format!("http_{status}"), wait: wait_of(headers, now) },
    }
}

/// `Retry-After`, in seconds or as a date.
fn wait_of(headers: &HeaderMap, now: UtcTime) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now.utc()).to_std().ok()?,
    };
    Some(wait.min(LONGEST_WAIT))
}

fn failed(error: &Error) -> Answer {
    match lost(error) {
        Lost::Before(code) => Answer::Failed { code: code.to_owned(), wait: None },
        Lost::Perhaps(code) => Answer::Unknown { code },
    }
}

/// Where a call that brought no answer was lost, with a code of ours.
pub(crate) enum Lost {
    /// Before it arrived.
    Before(&'static str),
    /// It may have arrived.
    Perhaps(&'static str),
}

pub(crate) fn lost(error: &Error) -> Lost {
    match error {
        Error::Io(cause) if cause.kind() == io::ErrorKind::PermissionDenied => Lost::Before("address_not_allowed"),
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => Lost::Before("name_not_found"),
        Error::ConnectionFailed | Error::Timeout(Timeout::Connect) => Lost::Before("connect_failed"),
        Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => Lost::Before("connect_failed"),
        Error::Tls(_) | Error::Rustls(_) => Lost::Before("tls_failed"),
        Error::BadUri(_) | Error::Http(_) => Lost::Before("not_a_url"),
        // From here on it may have arrived.
        Error::Timeout(_) => Lost::Perhaps("answer_late"),
        _ => Lost::Perhaps("answer_lost"),
    }
}

/// Resolves a name and lets through only what may be called. One address that may not refuses the name as a whole: a
/// name that points inside as well is a trick.
struct Checked {
    networks: Vec<Network>,
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").finish_non_exhaustive()
    }
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, _: &ureq::config::Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let encrypted = uri.scheme_str() == Some("https");
        let host = uri.host().ok_or(Error::HostNotFound)?.trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        // The system's resolver knows no time-out: a thread may outlive the question, and nobody waits for it then.
        std::thread::spawn(move || tell.send((host.as_str(), port).to_socket_addrs()).ok());
        let found = told.recv_timeout(*timeout.after).map_err(|_| Error::Timeout(Timeout::Resolve))?;
        let mut addresses = self.empty();
        for address in found.map_err(|_| Error::HostNotFound)?.take(8) {
            if !may_call(address.ip(), encrypted, &self.networks) {
                return Err(Error::Io(io::ErrorKind::PermissionDenied.into()));
            }
            addresses.push(address);
        }
        if addresses.is_empty() { Err(Error::HostNotFound) } else { Ok(addresses) }
    }
}
