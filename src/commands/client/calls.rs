//! The calls of a client: JSON over HTTP to one register, its problems as sentences.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::Response;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder};

use super::session::Session;
use crate::access::tokens::TokenAnswer;
use crate::commands::Failure;
use crate::crypto::jwks::Jwks;

/// The longest one call takes.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The largest answer that is read.
const LARGEST: u64 = 4 << 20;

/// A register, from the outside.
pub(super) struct Register {
    url: String,
    agent: Agent,
}

/// What the register answered to a report.
pub(super) struct Answer {
    accepted: bool,
    body: Value,
}

impl Answer {
    /// Whether it counts as given. Otherwise it was kept as an attempt, with a receipt of that.
    pub fn accepted(&self) -> bool {
        self.accepted
    }

    /// The signed proof.
    pub fn receipt(&self) -> Option<&str> {
        self.body["receipt"].as_str()
    }

    /// Everything it answered.
    pub fn body(&self) -> &Value {
        &self.body
    }
}

impl Register {
    /// The register at `url`. A password or token goes over TLS, or stays on this machine.
    pub fn at(url: &str, authorities: Option<&Path>) -> Result<Self, Failure> {
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
        let here = host.is_some_and(|host| matches!(host, "127.0.0.1" | "localhost"));
        if !url.starts_with("https://") && !here {
            return Err(Failure::input(
                "The address of the register does not begin with https://.",
                "Without TLS the password could be read on the way.",
            ));
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(provider);
        if let Some(file) = authorities {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates(file)?));
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("zedenregister-client/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { url: url.to_owned(), agent: config.new_agent() })
    }

    /// Signs in.
    pub fn sign_in(
        &self,
        name: &str,
        password: &SecretString,
        code: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Session, Failure> {
        let mut body = json!({ "username": name, "password": password.expose_secret() });
        if let Some(code) = code {
            body["oneTimeCode"] = json!(code);
        }
        let refused = "Check the name, the password, and the code where the account has a second factor.";
        self.tokens("/tokens", &body, refused, now)
    }

    /// Exchanges the refresh token for the next pair.
    pub fn renew(&self, session: &Session, now: DateTime<Utc>) -> Result<Session, Failure> {
        self.tokens("/token-renewals", &json!({ "refreshToken": session.refresh_token }), SIGN_IN, now)
    }

    fn tokens(&self, path: &str, body: &Value, refused: &str, now: DateTime<Utc>) -> Result<Session, Failure> {
        let answer = send(self.agent.post(self.address(path)), body);
        let (status, body) = self.read(answer)?;
        if status == 401 {
            return Err(Failure::refused("The register does not accept this.", refused));
        }
        let tokens: TokenAnswer = told(expect(200, status, body)?)?;
        Ok(Session {
            url: self.url.clone(),
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            ends_at: now + TimeDelta::seconds(tokens.expires_in),
        })
    }

    /// Ends the session at the register.
    pub fn sign_out(&self, session: &Session) -> Result<(), Failure> {
        let body = json!({ "refreshToken": session.refresh_token });
        let (status, body) = self.read(send(self.agent.post(self.address("/token-revocations")), &body))?;
        // A session that the register has forgotten is over as well.
        if status == 401 { Ok(()) } else { expect(204, status, body).map(drop) }
    }

    /// Reads something.
    pub fn get(&self, session: &Session, path: &str) -> Result<Value, Failure> {
        let call = self.agent.get(self.address(path)).header("authorization", bearer(session));
        let (status, body) = self.read(call.call())?;
        expect(200, status, body)
    }

    /// Sends a report. One that lacks what the law requires is answered as well: it was kept as an attempt.
    pub fn report(&self, session: &Session, path: &str, key: &str, report: &Value) -> Result<Answer, Failure> {
        let call = self.agent.post(self.address(path)).header("authorization", bearer(session));
        let (status, body) = self.read(send(call.header("idempotency-key", key), report))?;
        if status == 400 && body["receipt"].is_string() {
            return Ok(Answer { accepted: false, body });
        }
        Ok(Answer { accepted: true, body: expect(201, status, body)? })
    }

    /// The keys that the register signs receipts with.
    pub fn keys(&self) -> Result<Jwks, Failure> {
        let answer = self.agent.get(format!("{}/.well-known/jwks.json", self.url)).call();
        let (status, body) = self.read(answer)?;
        told(expect(200, status, body)?)
    }

    fn address(&self, path: &str) -> String {
        format!("{}/v1{path}", self.url)
    }

    fn read(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<(u16, Value), Failure> {
        let lost = |error: ureq::Error| {
            Failure::unavailable(
                format!("{} does not answer: {error}.", self.url),
                "Check the address and the network. A report may be sent again as it is: it is recognised.",
            )
        };
        let mut answer = answer.map_err(lost)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(lost)?;
        let body = if text.is_empty() { Value::Null } else { serde_json::from_slice(&text).map_err(|_| strange())? };
        Ok((status, body))
    }
}

const SIGN_IN: &str = "Sign in again: zedenregister client --url URL sign-in --username NAME";

fn send(call: RequestBuilder<WithBody>, body: &Value) -> Result<Response<Body>, ureq::Error> {
    call.content_type("application/json").send(body.to_string())
}

fn bearer(session: &Session) -> String {
    format!("Bearer {}", session.access_token)
}

fn told<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body).map_err(|_| strange())
}

fn strange() -> Failure {
    Failure::unavailable("This is not how a register answers.", "Check the address: --url https://register.example")
}

/// The body of the answer that was hoped for, or the problem as a sentence.
fn expect(hoped: u16, status: u16, body: Value) -> Result<Value, Failure> {
    if status == hoped {
        return Ok(body);
    }
    let Some(detail) = body["detail"].as_str() else { return Err(strange()) };
    let faults = body["errors"].as_array().into_iter().flatten();
    let named = faults.map(|fault| {
        let part = |name: &str| fault[name].as_str().unwrap_or_default();
        format!("\n  {}: {}", part("pointer"), part("detail"))
    });
    let what = format!("{detail}{}", named.collect::<String>());
    Err(match status {
        400 | 413 | 415 => Failure::input(what, "Mend the report and send it again."),
        401 => Failure::refused(what, SIGN_IN),
        429 | 503 => Failure::unavailable(what, "Try again in a while. The same report may be sent again as it is."),
        400..=499 => Failure::refused(what, "The register understood the request and does not allow it."),
        _ => Failure::unavailable(what, "Try again in a while. The same report may be sent again as it is."),
    })
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let unusable = |why: String| Failure::input(format!("{}: {why}.", file.display()), "Name a file with PEM in it.");
    let pem = fs::read(file).map_err(|error| unusable(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| unusable(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(unusable("no certificate in it".to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_over_tls_or_stays_here() {
        for url in ["http://register.example", "http://127.0.0.1.example", "ftp://x", "register.example", ""] {
            assert_eq!(Register::at(url, None).map(|_| ()).map_err(|failure| failure.code()), Err(2), "{url}");
        }
        for url in ["https://register.example/", "http://127.0.0.1:8000", "http://localhost:8000"] {
            assert!(Register::at(url, None).is_ok(), "{url}");
        }
    }

    #[test]
    fn every_fault_of_a_report_is_told_with_its_place() {
        let problem = json!({ "status": 400, "detail": "2 members are not valid.", "errors": [
            { "pointer": "/movedOn", "code": "not_a_date", "detail": "Expected a day." },
            { "pointer": "/address", "code": "required", "detail": "It is missing." },
        ] });
        let failure = expect(201, 400, problem).unwrap_err();
        assert_eq!(failure.code(), 2);
        let said = failure.to_string();
        assert!(said.contains("/movedOn: Expected a day.") && said.contains("/address: It is missing."), "{said}");
    }

    #[test]
    fn what_passes_is_told_apart_from_what_does_not() {
        let code = |status: u16| expect(200, status, json!({ "detail": "No." })).unwrap_err().code();
        assert_eq!([401, 403, 404, 409].map(code), [3; 4]);
        assert_eq!([429, 500, 503].map(code), [4; 3]);
        assert_eq!(expect(200, 502, json!("a page")).unwrap_err().code(), 4);
    }
}
