//! Receipts: the signed proof a registrant keeps of what was handed in, verifiable by anybody with the published keys.
//!
//! Owns the claims and their verification. A receipt holds no personal data: the content stands in it as a salted
//! digest, so whoever has the content can prove that it was this content, and whoever has only the receipt cannot
//! guess it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::jwks::{Jwks, JwksError};
use super::keyring::{KeyRing, KeyRingError, Receipt};
use super::length_prefixed;
use super::signing::{ReceiptJws, SignatureRefusal, Signer, SigningError, Verifier};

/// What a receipt proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStanding {
    /// A notification was given at that time.
    Notification,
    /// Something was tried at that time. This is not a notification.
    Attempt,
    /// A report was recorded whose earlier time waits for a second person. This is not a notification yet.
    AwaitingSecondPerson,
    /// The earlier time was not accepted. This is not a notification.
    Rejected,
    /// A referral to the authorities was decided at that time, on this case. This is not a notification.
    Referral,
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptClaims {
    /// Who issued it: the address of the register.
    pub iss: String,
    /// The notification, the attempt, or the flag that was referred.
    pub sub: String,
    /// The kind of duty it concerns.
    pub kind: String,
    /// What it proves.
    pub standing: ReceiptStanding,
    /// Said twice on purpose, for whoever reads only one member.
    pub this_is_a_notification: bool,
    /// When it was received: RFC 3339, UTC.
    pub received_at: String,
    /// base64url of 128 random bits.
    pub salt: String,
    /// base64url of SHA-256 over salt and content.
    pub digest: String,
}

impl ReceiptClaims {
    /// The claims over `content`, with a fresh salt.
    #[must_use]
    pub fn over(
        issuer: &str,
        id: &str,
        kind: &str,
        standing: ReceiptStanding,
        received_at: DateTime<Utc>,
        content: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self {
            iss: issuer.to_owned(),
            sub: id.to_owned(),
            kind: kind.to_owned(),
            standing,
            this_is_a_notification: standing == ReceiptStanding::Notification,
            received_at: received_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            salt: URL_SAFE_NO_PAD.encode(salt),
            digest: digest(&salt, content),
        }
    }

    /// Whether `content` is what the receipt was given for.
    #[must_use]
    pub fn is_over(&self, content: &[u8]) -> bool {
        URL_SAFE_NO_PAD
            .decode(&self.salt)
            .is_ok_and(|salt| digest(&salt, content).as_bytes().ct_eq(self.digest.as_bytes()).into())
    }
}

/// Content as it is signed: members sorted by name, no white space. In which order a client writes the members does
/// not change what was handed in.
pub fn canonical(content: &serde_json::Value) -> Vec<u8> {
    let mut sorted = content.clone();
    sorted.sort_all_objects();
    sorted.to_string().into_bytes()
}

fn digest(salt: &[u8], content: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(length_prefixed(&[salt, content])))
}

/// Signs receipts with the active key.
#[derive(Debug)]
pub struct ReceiptSigner(Signer<Receipt>);

impl ReceiptSigner {
    /// With the active key of the ring.
    ///
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        Ok(Self(Signer::new(ring)?))
    }

    /// The receipt as a compact JWS.
    ///
    /// # Errors
    /// [`SigningError`].
    pub fn sign(&self, claims: &ReceiptClaims) -> Result<String, SigningError> {
        self.0.sign::<ReceiptJws>(claims)
    }
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptRefusal {
    /// The key set cannot be relied on.
    #[error(transparent)]
    Keys(#[from] JwksError),
    /// Not a receipt, or not one signed with a published key.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// Well signed, but what it says contradicts itself; the register does not issue such.
    #[error("the receipt contradicts itself on whether this is a notification")]
    Contradiction,
    /// Well signed, but over something else.
    #[error("the receipt is genuine, but it was given for other content")]
    OtherContent,
}

/// Verifies a receipt with the published keys and nothing else; with `content`, also that it was given for it.
///
/// # Errors
/// [`ReceiptRefusal`] with the reason.
pub fn verify_offline(receipt: &str, jwks: &Jwks, content: Option<&[u8]>) -> Result<ReceiptClaims, ReceiptRefusal> {
    let verifier = Verifier::<Receipt>::from_jwks(jwks)?;
    let claims: ReceiptClaims = verifier.verify::<ReceiptJws, _>(receipt.trim())?;
    if claims.this_is_a_notification != (claims.standing == ReceiptStanding::Notification) {
        return Err(ReceiptRefusal::Contradiction);
    }
    match content {
        Some(content) if !claims.is_over(content) => Err(ReceiptRefusal::OtherContent),
        Some(_) | None => Ok(claims),
    }
}

#[cfg(test)]
mod tests;
