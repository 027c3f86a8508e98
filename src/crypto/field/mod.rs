//! Field encryption: personal data in the database is readable only with the data key of the person.
//!
//! Owns: the data key ([`DataKey`]), how it is wrapped by the key ring, the text form of a
//! ciphertext, and [`FieldKeys`], which finds the key for a ciphertext. Must not: know tables or SQL;
//! where wrapped keys are kept is the trait [`KeyStore`], and that place is not the case database,
//! so that erasing a person (destroying the key) is not undone by restoring a backup of the cases.
//!
//! AES-256-GCM-SIV (RFC 8452) with a random 96-bit nonce: should a nonce ever repeat, the most it
//! tells is that two texts are equal. The associated data names table, column and row, so that a
//! ciphertext copied to another row does not decrypt.
//!
//! Text form: `v1.<data key id>.<base64url(nonce || ciphertext || tag)>`. What is encrypted under
//! the version says which algorithm: another algorithm is `v2`.

mod cache;
mod keys;
mod memory;
mod store;

use std::fmt;
use std::str::FromStr;

use aes_gcm_siv::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Key as AesKey, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::keyring::{FieldKek, Key, KeyRingError};
use super::length_prefixed;
use crate::ids::PersonId;

pub use cache::DataKeyCache;
pub use keys::FieldKeys;
pub use memory::MemoryKeyStore;
pub use store::{KeyRecord, KeyStore, KeyStoreError, Tombstone};

/// What binds a wrapped data key to its use; a version of the wrapping, not of the field.
const WRAP_PURPOSE: &[u8] = b"zedenregister/data-key/v1";
const NONCE: usize = 12;
const TAG: usize = 16;

/// Why a field cannot be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// Wrong key, wrong place, cut off or altered: which of these is not told, because the
    /// difference helps only somebody who tries.
    #[error("the encrypted value cannot be read")]
    Undecipherable,
    /// The person has been erased. Not an error in the data: the caller shows that nothing is left.
    #[error("the data key was destroyed on {}", .0.format("%Y-%m-%d"))]
    KeyDestroyed(DateTime<Utc>),
    /// Encrypting failed; AES-GCM-SIV refuses texts over 64 GiB.
    #[error("the value cannot be encrypted")]
    TooLong,
    /// A key of the ring cannot be used.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// The key store did not do what was asked.
    #[error(transparent)]
    Store(#[from] KeyStoreError),
}

/// Names a data key; stands in front of each ciphertext. Random, so it says nothing of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataKeyId(Uuid);

impl DataKeyId {
    fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
}

impl fmt::Display for DataKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for DataKeyId {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let id = Uuid::try_parse(text).map_err(|_| FieldError::Undecipherable)?;
        // One spelling only: otherwise a ciphertext could be rewritten without being noticed.
        if id.simple().to_string() != text {
            return Err(FieldError::Undecipherable);
        }
        Ok(Self(id))
    }
}

/// Where a value lives. Bound to the ciphertext as associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldPlace<'a> {
    /// The table, as in the schema.
    pub table: &'a str,
    /// The column, as in the schema.
    pub column: &'a str,
    /// The primary key of the row.
    pub row: &'a str,
}

impl FieldPlace<'_> {
    fn associated(&self) -> Vec<u8> {
        length_prefixed(&[self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes()])
    }
}

/// The key under which the personal data of one person is encrypted. Wiped when dropped.
pub struct DataKey {
    id: DataKeyId,
    secret: SecretBox<[u8; 32]>,
}

impl DataKey {
    /// A new random key.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self {
            id: DataKeyId::generate(rng),
            secret: SecretBox::init_with_mut(|bytes: &mut [u8; 32]| rng.fill_bytes(bytes)),
        }
    }

    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> DataKeyId {
        self.id
    }

    /// Encrypts `plaintext` for `place`.
    ///
    /// # Errors
    /// [`FieldError::TooLong`].
    pub fn encrypt(
        &self,
        place: FieldPlace<'_>,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<String, FieldError> {
        let sealed = seal(self.secret.expose_secret(), &place.associated(), plaintext, rng)?;
        Ok(format!("v1.{}.{}", self.id, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Decrypts what [`DataKey::encrypt`] made for the same `place`.
    ///
    /// # Errors
    /// [`FieldError::Undecipherable`], whatever is wrong.
    pub fn decrypt(&self, place: FieldPlace<'_>, ciphertext: &str) -> Result<Zeroizing<Vec<u8>>, FieldError> {
        let (id, sealed) = split(ciphertext)?;
        if id != self.id {
            return Err(FieldError::Undecipherable);
        }
        open(self.secret.expose_secret(), &place.associated(), &sealed)
    }

    /// Encrypts a piece of a file for `place`: nonce, ciphertext and tag. `place.row` must tell this piece from every
    /// other one, and the last from the rest.
    ///
    /// # Errors
    /// [`FieldError::TooLong`].
    pub fn encrypt_piece(
        &self,
        place: FieldPlace<'_>,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, FieldError> {
        seal(self.secret.expose_secret(), &place.associated(), plaintext, rng)
    }

    /// Decrypts what [`DataKey::encrypt_piece`] made for the same `place`.
    ///
    /// # Errors
    /// [`FieldError::Undecipherable`], whatever is wrong.
    pub fn decrypt_piece(&self, place: FieldPlace<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, FieldError> {
        open(self.secret.expose_secret(), &place.associated(), sealed)
    }

    /// Encrypts the data key itself under a key of the ring, bound to the person it belongs to.
    ///
    /// # Errors
    /// [`FieldError::KeyRing`] when `kek` has no secret any more.
    pub fn wrap(
        &self,
        person: PersonId,
        kek: &Key<FieldKek>,
        rng: &mut dyn CryptoRng,
    ) -> Result<WrappedDataKey, FieldError> {
        let associated = wrap_associated(person, self.id);
        let sealed = seal(kek.secret()?, &associated, self.secret.expose_secret(), rng)?;
        Ok(WrappedDataKey {
            id: self.id,
            person,
            kek: kek.kid().as_str().to_owned(),
            wrapped: URL_SAFE_NO_PAD.encode(sealed),
        })
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A data key as it is stored: encrypted under a key of the ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WrappedDataKey {
    /// The name of the key.
    pub id: DataKeyId,
    /// The person whose data it encrypts.
    pub person: PersonId,
    /// Name of the key of the ring that wraps it.
    pub kek: String,
    /// base64url of nonce, ciphertext and tag.
    pub wrapped: String,
}

impl WrappedDataKey {
    /// Decrypts the data key. `kek` must be the key named in [`WrappedDataKey::kek`].
    ///
    /// # Errors
    /// [`FieldError::Undecipherable`] when the key was altered or given to another person.
    pub fn unwrap_with(&self, kek: &Key<FieldKek>) -> Result<DataKey, FieldError> {
        let sealed = decode(&self.wrapped)?;
        let secret = open(kek.secret()?, &wrap_associated(self.person, self.id), &sealed)?;
        if secret.len() != 32 {
            return Err(FieldError::Undecipherable);
        }
        Ok(DataKey {
            id: self.id,
            secret: SecretBox::init_with_mut(|bytes: &mut [u8; 32]| bytes.copy_from_slice(&secret)),
        })
    }
}

/// The data key a ciphertext was made with.
///
/// # Errors
/// [`FieldError::Undecipherable`] for a text of another form.
pub fn key_of(ciphertext: &str) -> Result<DataKeyId, FieldError> {
    split(ciphertext).map(|(id, _)| id)
}

fn wrap_associated(person: PersonId, id: DataKeyId) -> Vec<u8> {
    length_prefixed(&[WRAP_PURPOSE, person.as_str().as_bytes(), id.0.as_bytes()])
}

fn split(ciphertext: &str) -> Result<(DataKeyId, Vec<u8>), FieldError> {
    let mut parts = ciphertext.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("v1"), Some(id), Some(sealed), None) => Ok((id.parse()?, decode(sealed)?)),
        _ => Err(FieldError::Undecipherable),
    }
}

fn decode(text: &str) -> Result<Vec<u8>, FieldError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| FieldError::Undecipherable)
}

fn seal(key: &[u8; 32], associated: &[u8], plaintext: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, FieldError> {
    let mut nonce = Nonce::default();
    rng.fill_bytes(&mut nonce);
    let payload = Payload { msg: plaintext, aad: associated };
    let ciphertext = Aes256GcmSiv::new(&AesKey::<Aes256GcmSiv>::from(*key))
        .encrypt(&nonce, payload)
        .map_err(|_| FieldError::TooLong)?;
    Ok([nonce.as_slice(), &ciphertext].concat())
}

fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, FieldError> {
    if sealed.len() < NONCE + TAG {
        return Err(FieldError::Undecipherable);
    }
    let (nonce, ciphertext) = sealed.split_at(NONCE);
    let nonce = Nonce::try_from(nonce).map_err(|_| FieldError::Undecipherable)?;
    Aes256GcmSiv::new(&AesKey::<Aes256GcmSiv>::from(*key))
        .decrypt(&nonce, Payload { msg: ciphertext, aad: associated })
        .map(Zeroizing::new)
        .map_err(|_| FieldError::Undecipherable)
}

#[cfg(test)]
mod tests;
