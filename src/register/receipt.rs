//! Receipts: the signed proof a registrant keeps of what was handed in, or of an attempt.

use serde_json::Value;

use super::refusal::Refusal;
use crate::access::Ctx;
use crate::app::App;
use crate::clock::UtcTime;
use crate::crypto::receipt::{ReceiptClaims, ReceiptStanding, canonical};
use crate::ids::{AttemptId, NotificationId};
use crate::vocabulary::DutyKind;

/// What a receipt is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// A notification.
    Notification {
        /// Its id.
        id: NotificationId,
        /// Its kind.
        kind: DutyKind,
    },
    /// An attempt that did not become one.
    Attempt {
        /// Its id.
        id: AttemptId,
        /// The kind of duty it concerned.
        kind: DutyKind,
    },
}

/// A signed receipt, with the salted digest of the content that stands in it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Compact JWS.
    pub jws: String,
    /// The digest.
    pub digest: String,
    content: Value,
    received_at: UtcTime,
}

/// Signs a receipt over `content` as received at `received_at`.
///
/// # Errors
/// [`Refusal::Keys`] when there is no key to sign with.
pub fn sign(app: &App, subject: Subject, received_at: UtcTime, content: &Value) -> Result<Signed, Refusal> {
    let standing = match subject {
        Subject::Notification { .. } => ReceiptStanding::Notification,
        Subject::Attempt { .. } => ReceiptStanding::Attempt,
    };
    sign_as(app, subject, standing, received_at, content)
}

/// Signs a receipt for a notification whose earlier time of receipt waits for a second person.
///
/// # Errors
/// As [`sign`].
pub fn sign_waiting(app: &App, subject: Subject, prepared: &Signed, ctx: &Ctx) -> Result<Signed, Refusal> {
    debug_assert!(ctx.now.legal >= prepared.received_at, "a time in the future is a fault, not a wait");
    sign_as(app, subject, ReceiptStanding::AwaitingSecondPerson, prepared.received_at, &prepared.content)
}

/// Signs the receipt that takes the place of one that waited.
///
/// # Errors
/// As [`sign`].
pub fn sign_decided(
    app: &App,
    subject: Subject,
    received_at: UtcTime,
    content: &Value,
    accepted: bool,
) -> Result<Signed, Refusal> {
    let standing = if accepted { ReceiptStanding::Notification } else { ReceiptStanding::Rejected };
    sign_as(app, subject, standing, received_at, content)
}

fn sign_as(
    app: &App,
    subject: Subject,
    standing: ReceiptStanding,
    received_at: UtcTime,
    content: &Value,
) -> Result<Signed, Refusal> {
    let (id, kind) = match &subject {
        Subject::Notification { id, kind } => (id.to_string(), *kind),
        Subject::Attempt { id, kind } => (id.to_string(), *kind),
    };
    let claims = ReceiptClaims::over(
        &app.config.server.public_url,
        &id,
        kind.as_str(),
        standing,
        received_at.utc(),
        &canonical(content),
        &mut rand::rng(),
    );
    let digest = claims.digest.clone();
    let jws = app.receipts.get().sign(&claims).map_err(|e| Refusal::Keys(e.to_string()))?;
    Ok(Signed { jws, digest, content: content.clone(), received_at })
}
