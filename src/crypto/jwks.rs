//! The published public keys (RFC 7517), served at `/.well-known/jwks.json`.
//!
//! Beside the registered members each key has `purpose`, because `use` cannot tell a key for
//! receipts from one for tokens. Retired keys stay in the document: what they signed stays valid.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::keyring::{Checkpoint, KeyPurpose, KeyRing, KeyRingError, Receipt, Release, Signing, Token};

/// Why a set of public keys cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum JwksError {
    /// A name must mean one key.
    #[error("the key set holds two keys named {0}")]
    Twice(String),
    /// Another type, curve, algorithm or use, or not 32 bytes.
    #[error("key {0} of the key set is not an Ed25519 key for signatures")]
    Key(String),
}

/// A set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys, each named once.
    pub keys: Vec<PublicKey>,
}

/// One public key. Unknown members are ignored, as RFC 7517 asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// Always `EdDSA`.
    pub alg: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The name of the key, as in the header of what it signed.
    pub kid: String,
    /// base64url of the 32 bytes.
    pub x: String,
    /// What the key may sign: `token`, `receipt`, `checkpoint` or `release`.
    pub purpose: KeyPurpose,
}

impl PublicKey {
    fn new(kid: &str, purpose: KeyPurpose, public: &[u8; 32]) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            alg: "EdDSA".to_owned(),
            usage: "sig".to_owned(),
            kid: kid.to_owned(),
            x: URL_SAFE_NO_PAD.encode(public),
            purpose,
        }
    }

    /// The 32 bytes of the key.
    ///
    /// # Errors
    /// [`JwksError::Key`] for any other kind of key.
    pub fn public(&self) -> Result<[u8; 32], JwksError> {
        let expected = ("OKP", "Ed25519", "EdDSA", "sig");
        let found = (&*self.kty, &*self.crv, &*self.alg, &*self.usage);
        URL_SAFE_NO_PAD
            .decode(&self.x)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .filter(|_| found == expected)
            .ok_or_else(|| JwksError::Key(self.kid.clone()))
    }
}

impl Jwks {
    /// Every public key of the ring that is still accepted, active and retired, the youngest of each
    /// purpose first.
    ///
    /// # Errors
    /// [`KeyRingError`] when a key has no public half.
    pub fn of_ring(ring: &KeyRing) -> Result<Self, KeyRingError> {
        let mut keys = published::<Token>(ring)?;
        keys.extend(published::<Receipt>(ring)?);
        keys.extend(published::<Checkpoint>(ring)?);
        keys.extend(published::<Release>(ring)?);
        Ok(Self { keys })
    }
}

fn published<P: Signing>(ring: &KeyRing) -> Result<Vec<PublicKey>, KeyRingError> {
    ring.usable::<P>().iter().map(|key| Ok(PublicKey::new(key.kid().as_str(), P::PURPOSE, key.public()?))).collect()
}
