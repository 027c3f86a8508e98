//! Personal data in and out of ciphertext, for the use cases.
//!
//! Owns nothing but the way in: which key encrypts which column is decided here and nowhere else. A [`Strongbox`]
//! holds the data key of one person; it is taken out before a unit of work, because finding a key may wait for the
//! key store, and nothing may wait inside a unit of work.

use std::num::NonZeroUsize;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::crypto::blind::BlindIndex;
use crate::crypto::field::{DataKey, DataKeyId, FieldError, FieldKeys, FieldPlace, KeyStore, Tombstone, key_of};
use crate::crypto::keyring::{Current, KeyRing};
use crate::ids::PersonId;
use crate::register::Refusal;

/// Data keys kept unwrapped at once in one process.
const CACHED_KEYS: usize = 4_000;

/// The keys of all persons, and the blind index.
pub struct Vault {
    store: Arc<dyn KeyStore>,
    opened: Current<Opened>,
}

struct Opened {
    fields: FieldKeys,
    blind: Arc<BlindIndex>,
}

impl Opened {
    fn with(ring: &KeyRing, store: &Arc<dyn KeyStore>) -> Result<Self, FieldError> {
        let cached = NonZeroUsize::new(CACHED_KEYS).unwrap_or(NonZeroUsize::MIN);
        let fields = FieldKeys::new(ring, Arc::clone(store), cached)?;
        Ok(Self { fields, blind: Arc::new(BlindIndex::new(ring)?) })
    }
}

impl Vault {
    /// Opens the vault with the key ring's active keys.
    ///
    /// # Errors
    /// When the ring lacks a key.
    pub fn new(ring: &KeyRing, store: Arc<dyn KeyStore>) -> Result<Self, FieldError> {
        let opened = Current::new(Opened::with(ring, &store)?);
        Ok(Self { store, opened })
    }

    /// Goes on with the keys of `ring`.
    ///
    /// # Errors
    /// As [`Vault::new`]; then the keys stay what they were.
    pub fn renew(&self, ring: &KeyRing) -> Result<(), FieldError> {
        self.opened.replace(Opened::with(ring, &self.store)?);
        Ok(())
    }

    /// Drops the data keys of whoever was erased by another process. Answers how many. Waits for the key store.
    ///
    /// # Errors
    /// When the key store does not answer.
    pub fn forget_destroyed(&self) -> Result<usize, FieldError> {
        self.opened.get().fields.forget_destroyed()
    }

    /// Every key that was destroyed. Waits for the key store.
    ///
    /// # Errors
    /// When the key store does not answer.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, Refusal> {
        Ok(self.store.tombstones().map_err(FieldError::from)?)
    }

    /// Destroys a key; one that is destroyed stays so. Waits for the key store.
    ///
    /// # Errors
    /// When the key store does not answer.
    pub fn destroy(&self, id: DataKeyId, at: DateTime<Utc>) -> Result<Tombstone, Refusal> {
        let destroyed = self.store.destroy(id, at).map_err(FieldError::from)?;
        self.forget_destroyed()?;
        Ok(destroyed)
    }

    /// The blind index.
    pub fn blind(&self) -> Arc<BlindIndex> {
        Arc::clone(&self.opened.get().blind)
    }

    /// Makes a data key for a new person and takes it out. May wait for the key store.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when the key could not be stored.
    pub fn create(&self, person: PersonId) -> Result<Strongbox, Refusal> {
        self.create_for(person.as_str())
    }

    /// Makes a data key for the holder of an account and takes it out. May wait for the key store.
    ///
    /// # Errors
    /// As [`Vault::create`].
    pub fn create_for(&self, owner: &str) -> Result<Strongbox, Refusal> {
        let owner = owner.parse().map_err(|_| Refusal::Keys("an owner that is no UUID".to_owned()))?;
        let opened = self.opened.get();
        let id = opened.fields.create(owner, &mut rand::rng())?;
        Ok(Strongbox(opened.fields.key(id)?))
    }

    /// Takes out the data key a row names. May wait for the key store.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the person was erased; [`Refusal::Keys`] when the key cannot be had.
    pub fn take_out(&self, data_key: &str) -> Result<Strongbox, Refusal> {
        let id: DataKeyId = data_key.parse()?;
        Ok(Strongbox(self.opened.get().fields.key(id)?))
    }

    /// Takes out the key that made `sealed`. May wait for the key store.
    ///
    /// # Errors
    /// As [`Vault::take_out`].
    pub fn strongbox_of(&self, sealed: &str) -> Result<Strongbox, Refusal> {
        Ok(Strongbox(self.opened.get().fields.key(key_of(sealed)?)?))
    }

    /// Decrypts with whichever key made it. May wait for the key store.
    ///
    /// # Errors
    /// As [`Strongbox::open`].
    pub fn open<T: DeserializeOwned>(&self, table: &str, column: &str, row: &str, sealed: &str) -> Result<T, Refusal> {
        self.strongbox_of(sealed)?.open(table, column, row, sealed)
    }

    /// As [`Vault::take_out`], away from the asynchronous threads.
    ///
    /// # Errors
    /// As [`Vault::take_out`].
    pub async fn strongbox(self: &Arc<Self>, data_key: String) -> Result<Strongbox, Refusal> {
        let vault = Arc::clone(self);
        tokio::task::spawn_blocking(move || vault.take_out(&data_key))
            .await
            .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
    }
}

/// The data key of one person, in hand.
#[derive(Debug, Clone)]
pub struct Strongbox(Arc<DataKey>);

impl Strongbox {
    /// The name of the key, as a row keeps it.
    pub fn data_key_id(&self) -> String {
        self.0.id().to_string()
    }

    /// Encrypts `value` for one column of one row.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be encrypted.
    pub fn seal<T: Serialize + ?Sized>(
        &self,
        table: &str,
        column: &str,
        row: &str,
        value: &T,
    ) -> Result<String, Refusal> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(value).map_err(|e| Refusal::Keys(e.to_string()))?);
        Ok(self.0.encrypt(FieldPlace { table, column, row }, &plain, &mut rand::rng())?)
    }

    /// Encrypts a piece of a file. `row` tells it from every other piece, and the last from the rest.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be encrypted.
    pub fn seal_piece(&self, table: &str, column: &str, row: &str, piece: &[u8]) -> Result<Vec<u8>, Refusal> {
        Ok(self.0.encrypt_piece(FieldPlace { table, column, row }, piece, &mut rand::rng())?)
    }

    /// Decrypts what [`Strongbox::seal_piece`] made for the same place.
    ///
    /// # Errors
    /// As [`Strongbox::open`].
    pub fn open_piece(&self, table: &str, column: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
        Ok(self.0.decrypt_piece(FieldPlace { table, column, row }, sealed)?.to_vec())
    }

    /// Decrypts what [`Strongbox::seal`] made for the same place.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it was altered, moved, or made with another key.
    pub fn open<T: DeserializeOwned>(&self, table: &str, column: &str, row: &str, sealed: &str) -> Result<T, Refusal> {
        let plain = self.0.decrypt(FieldPlace { table, column, row }, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Refusal::Keys(format!("{table}.{column} holds another shape")))
    }
}

impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::KeyDestroyed(_) => Self::NotFound,
            FieldError::Store(cause) => Self::Store(crate::store::StoreError::Unavailable(cause.to_string())),
            FieldError::Undecipherable | FieldError::TooLong | FieldError::KeyRing(_) => Self::Keys(error.to_string()),
        }
    }
}
