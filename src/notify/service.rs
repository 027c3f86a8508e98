//! A service that sends for others, of the shape of GOV.UK Notify (version 2), such as NotifyNL: e-mail by a template that
//! holds nothing but our subject and text, letters as the PDF we made.
//!
//! The id of the outbox row goes along as `reference`. Before a message is sent again whose first answer was lost, the service
//! is asked whether it has it already. What it answers beside a status is not kept: it may repeat an address.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ureq::Agent;

use super::mail::Message;
use super::post::{Post, Sheet};
use super::{Channel, Outcome};
use crate::clock::Clock;
use crate::events::address::Network;
use crate::events::client::{Lost, agent, lost};
use crate::ids::OutboxId;

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// How to reach the service.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// Where it is, without a slash at the end.
    pub url: String,
    /// Who we are there: the id of the service, as the key names it.
    pub account: String,
    /// What requests are signed with.
    pub secret: SecretString,
    /// The template of e-mails; its text is `((subject))` and `((body))` and nothing else.
    pub template: String,
    /// Networks that are no part of the internet and in which it may stand all the same.
    pub networks: Vec<Network>,
    /// The longest time for one call.
    pub timeout: Duration,
}

/// The service, for e-mail and for letters.
pub struct Service {
    settings: ServiceSettings,
    agent: Agent,
    key: EncodingKey,
    clock: Clock,
}

/// What is signed with each call.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

/// What the service says it has under a reference.
#[derive(Deserialize)]
struct Found {
    notifications: Vec<FoundOne>,
}

#[derive(Deserialize)]
struct FoundOne {
    reference: Option<String>,
    status: String,
}

impl Service {
    /// A way to this service. Does not connect yet.
    pub fn new(settings: ServiceSettings, clock: Clock) -> Self {
        let agent = agent(settings.timeout, settings.networks.clone());
        let key = EncodingKey::from_secret(settings.secret.expose_secret().as_bytes());
        Self { settings, agent, key, clock }
    }

    fn bearer(&self) -> Result<String, Outcome> {
        let claims = Claims { iss: &self.settings.account, iat: self.clock.now().system.utc().timestamp() };
        let signed = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key);
        signed.map(|token| format!("Bearer {token}")).map_err(|_| failed("not_signed", true))
    }

    fn send(&self, kind: &str, id: OutboxId, repeated: bool, body: &Value) -> Outcome {
        if repeated && let Some(known) = self.known(id) {
            return known;
        }
        let bearer = match self.bearer() {
            Ok(bearer) => bearer,
            Err(outcome) => return outcome,
        };
        let url = format!("{}/v2/notifications/{kind}", self.settings.url);
        let call = self.agent.post(&url).header("authorization", bearer).header("content-type", "application/json");
        match call.send(body.to_string()) {
            Ok(answer) => answered(answer.status().as_u16()),
            Err(error) => match lost(&error) {
                Lost::Before(code) => failed(code, true),
                Lost::Perhaps(code) => Outcome::Unknown { code: code.to_owned() },
            },
        }
    }

    /// What the service knows of a message that may have arrived; `None`: it does not have it, and may be sent it.
    fn known(&self, id: OutboxId) -> Option<Outcome> {
        let untold = || Outcome::Unknown { code: "not_told".to_owned() };
        let Ok(bearer) = self.bearer() else { return Some(untold()) };
        let url = format!("{}/v2/notifications?reference={id}", self.settings.url);
        let Ok(mut answer) = self.agent.get(&url).header("authorization", bearer).call() else { return Some(untold()) };
        if answer.status().as_u16() != 200 {
            return Some(untold());
        }
        let read = answer.body_mut().with_config().limit(LARGEST).read_to_vec().ok();
        let Some(found) = read.and_then(|bytes| serde_json::from_slice::<Found>(&bytes).ok()) else {
            return Some(untold());
        };
        let ours = found.notifications.iter().find(|one| one.reference.as_deref() == Some(id.as_str()))?;
        Some(match ours.status.as_str() {
            "permanent-failure" => failed("notify_permanent_failure", false),
            "temporary-failure" => failed("notify_temporary_failure", false),
            "technical-failure" => failed("notify_technical_failure", false),
            _ => Outcome::HandedOver { code: "notify_known".to_owned() },
        })
    }
}

fn failed(code: &str, retryable: bool) -> Outcome {
    Outcome::Failed { code: code.to_owned(), retryable }
}

/// Too many calls, or a service that is not well, passes; a message it refuses stays refused.
fn answered(status: u16) -> Outcome {
    let code = format!("notify_{status}");
    match status {
        200..=299 => Outcome::HandedOver { code },
        408 | 429 | 500..=599 => Outcome::Failed { code, retryable: true },
        _ => Outcome::Failed { code, retryable: false },
    }
}

impl Channel for Service {
    fn send(&self, message: &Message) -> Outcome {
        let body = json!({
            "email_address": message.to.inner().to_string(),
            "template_id": self.settings.template,
            "personalisation": { "subject": message.content.subject, "body": message.content.text },
            "reference": message.id.as_str(),
        });
        self.send("email", message.id, message.repeated, &body)
    }

    fn longest(&self) -> Duration {
        // The question whether it is there, and the message itself.
        self.settings.timeout * 2
    }
}

impl Post for Service {
    fn post(&self, sheet: &Sheet) -> Outcome {
        let body = json!({ "reference": sheet.id.as_str(), "content": STANDARD.encode(&sheet.pdf) });
        self.send("letter", sheet.id, sheet.repeated, &body)
    }

    fn longest(&self) -> Duration {
        self.settings.timeout * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_a_refusal_is_final() {
        for status in [429, 500, 503] {
            assert!(matches!(answered(status), Outcome::Failed { retryable: true, .. }), "{status}");
        }
        for status in [302, 400, 403, 404] {
            assert!(matches!(answered(status), Outcome::Failed { retryable: false, .. }), "{status}");
        }
        assert_eq!(answered(201), Outcome::HandedOver { code: "notify_201".to_owned() });
    }
}
