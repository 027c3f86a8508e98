//! Signatures: JSON Web Signatures (RFC 7515, compact, Ed25519) over tokens and receipts, and bare
//! signatures over checkpoints.
//!
//! Owns: which header a signature must have, which key may have made it, and when a token is valid.
//! Must not: read the clock (`now` is a parameter) or know what the claims mean.
//!
//! A signature is accepted when its `alg` is `EdDSA`, its `typ` is that of the kind asked for, its
//! `kid` names a key of the purpose of that kind, and nothing in the header asks for more. So a
//! token cannot pass for a receipt three times over: another `typ`, another key, another Rust type.

use std::collections::HashMap;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::jwks::{Jwks, JwksError};
use super::keyring::{Key, KeyRing, KeyRingError, Receipt, Signing, SignsBytes, Token};

/// A kind of signed text: its `typ` and the purpose of the keys that sign it.
pub trait JwsKind {
    /// The purpose of the keys that sign it.
    type Key: Signing;
    /// The `typ` of its header.
    const TYP: &'static str;
}

/// `at+jwt`, RFC 9068.
#[derive(Debug)]
pub enum AccessTokenJws {}
impl JwsKind for AccessTokenJws {
    type Key = Token;
    const TYP: &'static str = "at+jwt";
}

/// `rt+jwt`: only ever accepted where tokens are renewed.
#[derive(Debug)]
pub enum RefreshTokenJws {}
impl JwsKind for RefreshTokenJws {
    type Key = Token;
    const TYP: &'static str = "rt+jwt";
}

/// `receipt+jws`.
#[derive(Debug)]
pub enum ReceiptJws {}
impl JwsKind for ReceiptJws {
    type Key = Receipt;
    const TYP: &'static str = "receipt+jws";
}

/// Why a signature is not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SignatureRefusal {
    /// Not three parts, or a header with members that are not used here.
    #[error("this is not a signed text in compact form (three parts with dots between)")]
    Malformed,
    /// Also `none`.
    #[error("the algorithm must be EdDSA")]
    Algorithm,
    /// A signature over something else.
    #[error("the header says another kind of signed text; expected typ {expected}")]
    Kind {
        /// The `typ` it should have.
        expected: &'static str,
    },
    /// Without `kid` there is no telling which key.
    #[error("the header does not name a key")]
    NoKid,
    /// No key of this purpose has that name.
    #[error("the key named is not known for this purpose, or no longer accepted")]
    UnknownKey,
    /// The text or the signature was altered.
    #[error("the signature does not belong to this text")]
    Signature,
    /// Well signed, but with other claims.
    #[error("the content is not what this kind of signed text holds")]
    Claims,
}

/// Why nothing could be signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// There is no key to sign with.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// The claims are not representable.
    #[error("the text could not be signed")]
    Failed,
}

/// Signs with the active key of one purpose.
pub struct Signer<P: Signing> {
    kid: String,
    key: EncodingKey,
    public: [u8; 32],
    purpose: PhantomData<fn() -> P>,
}

impl<P: Signing> Signer<P> {
    /// With the active key of `ring`.
    ///
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        let key: Key<P> = ring.active()?;
        Ok(Self {
            kid: key.kid().as_str().to_owned(),
            key: key.signing()?,
            public: *key.public()?,
            purpose: PhantomData,
        })
    }

    /// The key that signs.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half of that key.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Signs `claims` as a text of kind `K`. Same key and claims, same text.
    ///
    /// # Errors
    /// [`SigningError::Failed`] when the claims cannot be written as JSON.
    pub fn sign<K: JwsKind<Key = P>>(&self, claims: &impl Serialize) -> Result<String, SigningError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(K::TYP.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|_| SigningError::Failed)
    }
}

impl<P: SignsBytes> Signer<P> {
    /// The 64-byte Ed25519 signature over `message`. Only for checkpoints and releases: tokens and
    /// receipts are JSON.
    ///
    /// # Errors
    /// [`SigningError::Failed`].
    pub fn sign_bytes(&self, message: &[u8]) -> Result<[u8; 64], SigningError> {
        jsonwebtoken::crypto::sign(message, &self.key, Algorithm::EdDSA)
            .ok()
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(SigningError::Failed)
    }
}

impl<P: Signing> std::fmt::Debug for Signer<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Verifies with the public keys of one purpose, active and retired.
pub struct Verifier<P: Signing> {
    keys: HashMap<String, (DecodingKey, [u8; 32])>,
    purpose: PhantomData<fn() -> P>,
}

impl<P: Signing> Verifier<P> {
    /// The public keys of the ring; those destroyed are no longer accepted.
    ///
    /// # Errors
    /// [`KeyRingError`] when a public key is missing.
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        Self::from_jwks(&Jwks::of_ring(ring)?).map_err(|_| KeyRingError::Derivation)
    }

    /// The keys of a published set that are meant for this purpose. Others are left out, and a set
    /// with a malformed key, or with one name twice, is refused.
    ///
    /// # Errors
    /// [`JwksError`].
    pub fn from_jwks(jwks: &Jwks) -> Result<Self, JwksError> {
        let mut keys = HashMap::new();
        for jwk in jwks.keys.iter().filter(|jwk| jwk.purpose == P::PURPOSE) {
            let public = jwk.public()?;
            let key = DecodingKey::from_ed_der(&public);
            if keys.insert(jwk.kid.clone(), (key, public)).is_some() {
                return Err(JwksError::Twice(jwk.kid.clone()));
            }
        }
        Ok(Self { keys, purpose: PhantomData })
    }

    /// The claims of a text of kind `K`, when its signature is good. Says nothing about time:
    /// see [`TokenClaims::check`](super::claims::TokenClaims::check).
    ///
    /// # Errors
    /// [`SignatureRefusal`].
    pub fn verify<K: JwsKind<Key = P>, C: DeserializeOwned>(&self, text: &str) -> Result<C, SignatureRefusal> {
        let header = checked_header::<K>(text)?;
        let kid = header.kid.ok_or(SignatureRefusal::NoKid)?;
        let (key, _) = self.keys.get(&kid).ok_or(SignatureRefusal::UnknownKey)?;
        jsonwebtoken::decode(text, key, &signature_only()).map(|data| data.claims).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::Base64(_) => SignatureRefusal::Signature,
            _ => SignatureRefusal::Claims,
        })
    }
}

impl<P: SignsBytes> Verifier<P> {
    /// The public key named `kid`, 32 bytes.
    #[must_use]
    pub fn public_key(&self, kid: &str) -> Option<&[u8; 32]> {
        self.keys.get(kid).map(|(_, public)| public)
    }

    /// Whether `signature` is that of the key `kid` over `message`.
    #[must_use]
    pub fn verify_bytes(&self, kid: &str, message: &[u8], signature: &[u8]) -> bool {
        self.keys.get(kid).is_some_and(|(key, _)| {
            let signature = URL_SAFE_NO_PAD.encode(signature);
            jsonwebtoken::crypto::verify(&signature, message, key, Algorithm::EdDSA) == Ok(true)
        })
    }
}

impl<P: Signing> std::fmt::Debug for Verifier<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("kids", &self.keys.keys()).finish_non_exhaustive()
    }
}

fn checked_header<K: JwsKind>(text: &str) -> Result<Header, SignatureRefusal> {
    let parts: Vec<&str> = text.split('.').collect();
    let [first, _, _] = parts[..] else {
        return Err(SignatureRefusal::Malformed);
    };
    let json = URL_SAFE_NO_PAD.decode(first).map_err(|_| SignatureRefusal::Malformed)?;
    serde_json::from_slice::<IgnoredAny>(&json).map_err(|_| SignatureRefusal::Malformed)?;
    // `alg: none` and anything else the library does not know fails here.
    let header = jsonwebtoken::decode_header(text).map_err(|_| SignatureRefusal::Algorithm)?;
    if header.alg != Algorithm::EdDSA {
        return Err(SignatureRefusal::Algorithm);
    }
    if header.typ.as_deref() != Some(K::TYP) {
        return Err(SignatureRefusal::Kind { expected: K::TYP });
    }
    // A header that brings a key of its own, or asks for extensions, is not one of ours.
    let more = header.crit.is_some()
        || header.jwk.is_some()
        || header.jku.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || !header.extras.inner().is_empty();
    if more {
        return Err(SignatureRefusal::Malformed);
    }
    Ok(header)
}

/// The library would compare times with the system's clock; here that is done with `now` as a
/// parameter, in `TokenClaims::check`.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

#[cfg(test)]
mod tests;
