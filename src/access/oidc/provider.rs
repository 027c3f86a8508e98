//! Talking to an issuer: where it answers, with which keys it signs, and the exchange of a code for its word.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::Header;
use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::http::{CallError, Client};
use super::id_token::{self, IdTokenRefusal, Vouched, Wanted};
use super::settings::{IssuerArea, IssuerSettings, may_be_called};
use crate::config::{Config, Mode};
use crate::crypto::code::generate_token;
use secrecy::ExposeSecret;

/// How long what an issuer tells of itself counts.
const KEPT: Duration = Duration::from_secs(3_600);
/// How often its keys are asked for again because one is not known.
const ASKED_EVERY: Duration = Duration::from_secs(1);
/// How long an issuer that did not answer is left alone: whoever waits for it holds a thread.
const LEFT_ALONE: Duration = Duration::from_secs(2);
/// How long the assertion by which this register proves itself counts, in seconds.
const ASSERTION_SECONDS: i64 = 60;
/// The form of that proof.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why an issuer's word could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The call.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What it says of itself is not of this issuer, or names addresses that are not called.
    #[error("what the issuer tells of itself does not hold")]
    Metadata,
    /// Its keys are no keys.
    #[error("the issuer's keys cannot be read")]
    Keys,
    /// Our own key did not sign.
    #[error("the client key does not sign")]
    ClientKey,
    /// The answer came from another issuer than was asked, or does not say from whom although this one always does.
    #[error("another issuer answered")]
    AnotherIssuer,
    /// Its word is not believed.
    #[error("id token: {0}")]
    IdToken(#[from] IdTokenRefusal),
}

impl ProviderError {
    /// A word for the audit.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Call(CallError::Unreachable) => "issuer_unreachable",
            Self::Call(CallError::Status(_)) => "code_not_accepted",
            Self::Call(CallError::Malformed) => "issuer_malformed",
            Self::Metadata => "issuer_metadata",
            Self::Keys => "issuer_keys",
            Self::ClientKey => "client_key",
            Self::AnotherIssuer => "another_issuer",
            Self::IdToken(refusal) => refusal.code(),
        }
    }
}

/// Where an issuer answers.
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Whether every answer names the issuer (RFC 9207, section 3).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What is known of an issuer.
#[derive(Clone)]
struct Known {
    metadata: Metadata,
    keys: Arc<JwkSet>,
    asked: Instant,
}

/// What is remembered of an issuer.
#[derive(Default)]
struct Memory {
    known: Option<Known>,
    /// When it last did not answer, and why.
    failed: Option<(Instant, ProviderError)>,
}

/// One issuer, as this process talks to it.
pub struct Provider {
    /// What the settings say of it.
    pub settings: IssuerSettings,
    client: Client,
    memory: Mutex<Memory>,
    only_encrypted: bool,
}

/// The issuers of this installation.
pub struct Issuers {
    providers: Vec<Arc<Provider>>,
}

impl Issuers {
    /// As the settings name them.
    pub fn new(config: &Config) -> Self {
        let only_encrypted = config.mode == Mode::Production;
        let providers = config.sign_in.issuers.iter().map(|settings| {
            Arc::new(Provider {
                client: Client::new(settings.authorities.as_deref()),
                settings: settings.clone(),
                memory: Mutex::default(),
                only_encrypted,
            })
        });
        Self { providers: providers.collect() }
    }

    /// Those that vouch for the people of one area.
    pub fn of(&self, area: IssuerArea) -> impl Iterator<Item = &IssuerSettings> {
        self.providers.iter().map(|provider| &provider.settings).filter(move |settings| settings.area == area)
    }

    /// The one with this name.
    pub fn find(&self, name: &str) -> Option<Arc<Provider>> {
        self.providers.iter().find(|provider| provider.settings.name == name).cloned()
    }

    /// The one with this identifier.
    pub fn find_by_identifier(&self, issuer: &str) -> Option<Arc<Provider>> {
        self.providers.iter().find(|provider| provider.settings.issuer == issuer).cloned()
    }
}

/// What is sent along with a browser.
#[derive(Debug)]
pub struct Request<'a> {
    /// Names this sign-in.
    pub state: &'a str,
    /// What the ID token must repeat.
    pub nonce: &'a str,
    /// What the exchange must prove to know, hashed.
    pub challenge: &'a str,
    /// Where the browser comes back.
    pub redirect_uri: &'a str,
    /// Whether the person must prove to be there anew.
    pub afresh: bool,
}

/// What is exchanged for the issuer's word.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// The code that came back.
    pub code: &'a str,
    /// What the challenge was made of.
    pub verifier: &'a str,
    /// Who sent the browser back, where that was said (RFC 9207).
    pub iss: Option<&'a str>,
    /// Where the browser came back.
    pub redirect_uri: &'a str,
    /// What the ID token must repeat.
    pub nonce: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// The person must have proved to be there since then.
    pub proved_since: Option<i64>,
}

/// What this register says of itself, signed (RFC 7523).
#[derive(Serialize)]
struct ClientAssertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
}

impl Provider {
    /// The address a browser is sent to. Blocks.
    ///
    /// # Errors
    /// When the issuer does not tell where it answers.
    pub fn authorization_url(&self, request: &Request<'_>) -> Result<String, ProviderError> {
        let place = self.known(false)?.metadata.authorization_endpoint;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("scope", "openid")
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", &self.settings.levels.join(" "));
        if request.afresh {
            query.append_pair("prompt", "login").append_pair("max_age", "0");
        }
        let between = if place.contains('?') { '&' } else { '?' };
        Ok(format!("{place}{between}{}", query.finish()))
    }

    /// Exchanges a code for the issuer's word and checks it. Blocks.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub fn exchange(&self, exchange: &Exchange<'_>) -> Result<Vouched, ProviderError> {
        let known = self.known(false)?;
        let right = match exchange.iss {
            Some(iss) => iss == self.settings.issuer,
            None => !known.metadata.authorization_response_iss_parameter_supported,
        };
        if !right {
            return Err(ProviderError::AnotherIssuer);
        }
        let assertion = self.assertion(exchange.now)?;
        let answer = self.client.post_form(
            &known.metadata.token_endpoint,
            &[
                ("grant_type", "authorization_code"),
                ("code", exchange.code),
                ("redirect_uri", exchange.redirect_uri),
                ("code_verifier", exchange.verifier),
                ("client_id", &self.settings.client_id),
                ("client_assertion_type", JWT_BEARER),
                ("client_assertion", &assertion),
            ],
        )?;
        let token = answer.get("id_token").and_then(Value::as_str).ok_or(CallError::Malformed)?;
        let wanted = Wanted {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: exchange.nonce,
            levels: &self.settings.levels,
            role_claim: &self.settings.role_claim,
            now: exchange.now,
            proved_since: exchange.proved_since,
        };
        match id_token::check(token, &known.keys, &wanted) {
            // Its keys may have changed since they were read.
            Err(IdTokenRefusal::UnknownKey) => Ok(id_token::check(token, &self.known(true)?.keys, &wanted)?),
            checked => Ok(checked?),
        }
    }

    fn assertion(&self, now: i64) -> Result<String, ProviderError> {
        let key = &self.settings.client_key;
        let mut header = Header::new(key.algorithm);
        header.kid = Some(key.kid.clone());
        let id = generate_token(&mut rand::rng());
        let claims = ClientAssertion {
            iss: &self.settings.client_id,
            sub: &self.settings.client_id,
            // The issuer and no address of it: an address that somebody else gave us would let them use it elsewhere.
            aud: &self.settings.issuer,
            jti: id.expose_secret(),
            iat: now,
            exp: now + ASSERTION_SECONDS,
        };
        jsonwebtoken::encode(&header, &claims, &key.key).map_err(|_| ProviderError::ClientKey)
    }

    /// What is known of the issuer; asked for when it is old, or when a key is not among those known.
    fn known(&self, key_is_missing: bool) -> Result<Known, ProviderError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let patience = if key_is_missing { ASKED_EVERY } else { KEPT };
        if let Some(found) = memory.known.as_ref().filter(|found| found.asked.elapsed() < patience) {
            return Ok(found.clone());
        }
        // What was known an hour ago is better than nobody signing in, unless a key is missing in it.
        let old = memory.known.clone().filter(|_| !key_is_missing);
        if let Some((at, error)) = memory.failed
            && at.elapsed() < LEFT_ALONE
        {
            return old.ok_or(error);
        }
        match self.ask() {
            Ok(fresh) => {
                *memory = Memory { known: Some(fresh.clone()), failed: None };
                Ok(fresh)
            }
            Err(error) => {
                memory.failed = Some((Instant::now(), error));
                old.ok_or(error)
            }
        }
    }

    fn ask(&self) -> Result<Known, ProviderError> {
        let issuer = &self.settings.issuer;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata =
            serde_json::from_value(self.client.get(&place)?).map_err(|_| ProviderError::Metadata)?;
        let places = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if metadata.issuer != *issuer || !places.iter().all(|place| may_be_called(place, self.only_encrypted)) {
            return Err(ProviderError::Metadata);
        }
        let keys = key_set(&self.client.get(&metadata.jwks_uri)?)?;
        Ok(Known { metadata, keys: Arc::new(keys), asked: Instant::now() })
    }
}

/// The keys that can be read; a set may hold kinds that nobody here knows.
fn key_set(document: &Value) -> Result<JwkSet, ProviderError> {
    let Some(Value::Array(keys)) = document.get("keys").cloned() else { return Err(ProviderError::Keys) };
    let keys: Vec<_> = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
    if keys.is_empty() { Err(ProviderError::Keys) } else { Ok(JwkSet { keys }) }
}
