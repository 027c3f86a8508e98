//! One key in memory: its name, its state, and its secret as long as it has one.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::KeyRingError;
use super::purpose::{KeyAlgorithm, KeyPurpose, Purpose, Signing, Symmetric};

/// The name of a key, unique in the ring for ever: purpose, day of creation and 32 random bits,
/// as in `receipt-20260401-9f31c0aa`. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kid(String);

impl Kid {
    pub(super) fn generate(purpose: KeyPurpose, now: DateTime<Utc>, rng: &mut dyn CryptoRng) -> Self {
        Self(format!("{purpose}-{}-{:08x}", now.format("%Y%m%d"), rng.next_u32()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Kid {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err("a kid has 1 to 64 characters from a-z, 0-9 and '-'");
        }
        Ok(Self(text))
    }
}

impl From<Kid> for String {
    fn from(kid: Kid) -> Self {
        kid.0
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key may still be used for. It only ever moves downwards in this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// Encrypts or signs, and decrypts or verifies.
    Active,
    /// Decrypts or verifies only. A retired signing key keeps only its public half.
    Retired,
    /// Nothing. The file remains as a tombstone, without the secret.
    Destroyed,
}

impl KeyState {
    /// The name written in key files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Destroyed => "destroyed",
        }
    }
}

/// The bytes of a key. Exactly what its state allows to exist.
pub(super) enum Material {
    Symmetric(SecretBox<[u8; 32]>),
    Pair { seed: SecretBox<[u8; 32]>, public: [u8; 32] },
    Public([u8; 32]),
    Gone,
}

/// A key with its particulars, of whatever purpose.
pub(super) struct StoredKey {
    pub kid: Kid,
    pub purpose: KeyPurpose,
    pub created: DateTime<Utc>,
    pub state: KeyState,
    /// When the key was retired or destroyed, whichever came last.
    pub changed: Option<DateTime<Utc>>,
    pub material: Material,
}

impl StoredKey {
    pub fn generate(purpose: KeyPurpose, now: DateTime<Utc>, rng: &mut dyn CryptoRng) -> Result<Self, KeyRingError> {
        let secret = random_secret(rng);
        let material = match purpose.algorithm() {
            KeyAlgorithm::Aes256GcmSiv | KeyAlgorithm::HmacSha256 => Material::Symmetric(secret),
            KeyAlgorithm::Ed25519 => Material::Pair { public: ed25519_public(secret.expose_secret())?, seed: secret },
        };
        Ok(Self {
            kid: Kid::generate(purpose, now, rng),
            purpose,
            created: now,
            state: KeyState::Active,
            changed: None,
            material,
        })
    }

    /// The same key, verify or decrypt only from `now` on.
    pub fn retired(&self, now: DateTime<Utc>) -> Self {
        let material = match &self.material {
            Material::Symmetric(secret) => Material::Symmetric(copy_secret(secret)),
            // Whoever steals the folder later cannot sign in the name of an old key.
            Material::Pair { public, .. } | Material::Public(public) => Material::Public(*public),
            Material::Gone => Material::Gone,
        };
        self.with(KeyState::Retired, now, material)
    }

    /// The same key without anything to use it with.
    pub fn destroyed(&self, now: DateTime<Utc>) -> Self {
        self.with(KeyState::Destroyed, now, Material::Gone)
    }

    fn with(&self, state: KeyState, now: DateTime<Utc>, material: Material) -> Self {
        Self {
            kid: self.kid.clone(),
            purpose: self.purpose,
            created: self.created,
            state,
            changed: Some(now),
            material,
        }
    }
}

/// A key for the purpose `P`. Cheap to clone; the secret exists once and is wiped with the last clone.
pub struct Key<P: Purpose> {
    stored: Arc<StoredKey>,
    purpose: PhantomData<fn() -> P>,
}

impl<P: Purpose> Key<P> {
    /// The caller has checked that `stored` is of purpose `P` and not destroyed.
    pub(super) fn new(stored: Arc<StoredKey>) -> Self {
        debug_assert_eq!(stored.purpose, P::PURPOSE);
        Self { stored, purpose: PhantomData }
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> &Kid {
        &self.stored.kid
    }

    /// Whether the key may still encrypt or sign.
    #[must_use]
    pub fn state(&self) -> KeyState {
        self.stored.state
    }

    /// When the key was made.
    #[must_use]
    pub fn created(&self) -> DateTime<Utc> {
        self.stored.created
    }

    fn unusable(&self) -> KeyRingError {
        KeyRingError::NotUsable { kid: self.stored.kid.clone(), state: self.stored.state }
    }
}

impl<P: Symmetric> Key<P> {
    /// The 32 secret bytes.
    ///
    /// # Errors
    /// [`KeyRingError::NotUsable`] when the key has been destroyed.
    pub(crate) fn secret(&self) -> Result<&[u8; 32], KeyRingError> {
        match &self.stored.material {
            Material::Symmetric(secret) => Ok(secret.expose_secret()),
            Material::Pair { .. } | Material::Public(_) | Material::Gone => Err(self.unusable()),
        }
    }
}

impl<P: Signing> Key<P> {
    /// The private half in the form `jsonwebtoken` takes.
    ///
    /// # Errors
    /// [`KeyRingError::NotUsable`] for a key that is not active.
    pub(crate) fn signing(&self) -> Result<EncodingKey, KeyRingError> {
        match &self.stored.material {
            Material::Pair { seed, .. } => Ok(ed25519_private(seed.expose_secret())),
            Material::Symmetric(_) | Material::Public(_) | Material::Gone => Err(self.unusable()),
        }
    }

    /// The public half: 32 bytes.
    ///
    /// # Errors
    /// [`KeyRingError::NotUsable`] when the key has been destroyed.
    pub(crate) fn public(&self) -> Result<&[u8; 32], KeyRingError> {
        match &self.stored.material {
            Material::Pair { public, .. } | Material::Public(public) => Ok(public),
            Material::Symmetric(_) | Material::Gone => Err(self.unusable()),
        }
    }
}

impl<P: Purpose> Clone for Key<P> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.stored))
    }
}

impl<P: Purpose> fmt::Debug for Key<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.stored.kid).field("state", &self.stored.state).finish_non_exhaustive()
    }
}

pub(super) fn random_secret(rng: &mut dyn CryptoRng) -> SecretBox<[u8; 32]> {
    SecretBox::init_with_mut(|bytes: &mut [u8; 32]| rng.fill_bytes(bytes))
}

fn copy_secret(secret: &SecretBox<[u8; 32]>) -> SecretBox<[u8; 32]> {
    SecretBox::init_with_mut(|bytes: &mut [u8; 32]| bytes.copy_from_slice(secret.expose_secret()))
}

/// PKCS #8 around an Ed25519 seed (RFC 8410, section 7): a fixed header, then the 32 bytes.
fn ed25519_private(seed: &[u8; 32]) -> EncodingKey {
    const HEADER: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let mut der = Zeroizing::new([0u8; 48]);
    der[..16].copy_from_slice(&HEADER);
    der[16..].copy_from_slice(seed);
    EncodingKey::from_ed_der(der.as_slice())
}

/// The public half that belongs to `seed`.
pub(super) fn ed25519_public(seed: &[u8; 32]) -> Result<[u8; 32], KeyRingError> {
    let jwk = Jwk::from_encoding_key(&ed25519_private(seed), Algorithm::EdDSA).map_err(|_| KeyRingError::Derivation)?;
    let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm else {
        return Err(KeyRingError::Derivation);
    };
    super::file::decode_32(&pair.x).ok_or(KeyRingError::Derivation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 1.
    // ASVS 5.0: 11.6.1
    #[test]
    fn the_public_half_is_that_of_rfc_8032() {
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let seed: [u8; 32] = seed.unwrap().try_into().unwrap();
        assert_eq!(hex::encode(ed25519_public(&seed).unwrap()), public);
    }

    // ASVS 5.0: 1.3.3, 5.3.2
    #[test]
    fn a_kid_cannot_leave_its_folder() {
        for bad in ["", "../x", "a/b", "A", "a b", &"a".repeat(65)] {
            assert!(Kid::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
