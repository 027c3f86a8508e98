//! Finds, makes and destroys data keys: key ring, key store and cache together.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::cache::DataKeyCache;
use super::store::{KeyRecord, KeyStore, KeyStoreError, Tombstone};
use super::{DataKey, DataKeyId, FieldError, FieldPlace, WrappedDataKey, key_of};
use crate::crypto::keyring::{FieldKek, Key, KeyRing};
use crate::ids::PersonId;

/// Keys rewrapped between two questions to the store.
const AT_ONCE: usize = 500;

/// Encrypts and decrypts fields, given only the ciphertext or the name of the data key.
///
/// Keys destroyed by *another* process are noticed by [`FieldKeys::forget_destroyed`], which a
/// server calls every few seconds; until then they may remain in this process's cache.
pub struct FieldKeys {
    active: Key<FieldKek>,
    /// Every key of the ring that still unwraps.
    ring: Vec<Key<FieldKek>>,
    store: Arc<dyn KeyStore>,
    cache: DataKeyCache,
}

impl FieldKeys {
    /// Over the keys of `ring` and the wrapped keys of `store`, keeping at most `cached_keys` unwrapped.
    ///
    /// # Errors
    /// [`FieldError::KeyRing`] when the ring has no active key for this purpose.
    pub fn new(ring: &KeyRing, store: Arc<dyn KeyStore>, cached_keys: NonZeroUsize) -> Result<Self, FieldError> {
        Ok(Self { active: ring.active()?, ring: ring.usable(), store, cache: DataKeyCache::new(cached_keys) })
    }

    /// Makes and stores a data key for `person`. The caller keeps the id with the person.
    ///
    /// # Errors
    /// [`FieldError::Store`] when it could not be stored: then nothing may be encrypted under it.
    pub fn create(&self, person: PersonId, rng: &mut dyn CryptoRng) -> Result<DataKeyId, FieldError> {
        let key = DataKey::generate(rng);
        self.store.put(&key.wrap(person, &self.active, rng)?)?;
        Ok(key.id())
    }

    /// The data key itself, for many fields of one person.
    ///
    /// # Errors
    /// [`FieldError::KeyDestroyed`] when the person was erased, [`FieldError::Undecipherable`] when
    /// there is no such key or it cannot be unwrapped, [`FieldError::Store`] when the store failed.
    pub fn key(&self, id: DataKeyId) -> Result<Arc<DataKey>, FieldError> {
        let start = match self.cache.get(id) {
            Ok(key) => return Ok(key),
            Err(start) => start,
        };
        let key = Arc::new(self.unwrap(&self.live(id)?)?);
        self.cache.insert(start, &key);
        Ok(key)
    }

    fn live(&self, id: DataKeyId) -> Result<WrappedDataKey, FieldError> {
        match self.store.get(id)? {
            Some(KeyRecord::Live(wrapped)) => Ok(wrapped),
            Some(KeyRecord::Destroyed(tombstone)) => Err(FieldError::KeyDestroyed(tombstone.destroyed_at)),
            None => Err(FieldError::Undecipherable),
        }
    }

    fn unwrap(&self, wrapped: &WrappedDataKey) -> Result<DataKey, FieldError> {
        let kek = self.ring.iter().find(|kek| kek.kid().as_str() == wrapped.kek);
        wrapped.unwrap_with(kek.ok_or(FieldError::Undecipherable)?)
    }

    /// Encrypts one field under the data key `id`.
    ///
    /// # Errors
    /// As [`FieldKeys::key`].
    pub fn encrypt(
        &self,
        id: DataKeyId,
        place: FieldPlace<'_>,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<String, FieldError> {
        self.key(id)?.encrypt(place, plaintext, rng)
    }

    /// Decrypts one field with the data key it names.
    ///
    /// # Errors
    /// As [`FieldKeys::key`].
    pub fn decrypt(&self, place: FieldPlace<'_>, ciphertext: &str) -> Result<Zeroizing<Vec<u8>>, FieldError> {
        self.key(key_of(ciphertext)?)?.decrypt(place, ciphertext)
    }

    /// Destroys a data key: whatever is encrypted under it is erased, in every copy.
    ///
    /// # Errors
    /// [`FieldError::Store`]; then nothing was destroyed, or it may be repeated.
    pub fn destroy(&self, id: DataKeyId, now: DateTime<Utc>) -> Result<Tombstone, FieldError> {
        let tombstone = self.store.destroy(id, now);
        // Also after a failure: whether the store did it is then unknown.
        self.cache.forget(id);
        Ok(tombstone?)
    }

    /// Wraps a data key under the active key of the ring, after a rotation. `false` when there was
    /// nothing to do, so that an interrupted run is simply repeated over all keys.
    ///
    /// # Errors
    /// As [`FieldKeys::key`]; [`KeyStoreError::Unknown`] when there is no such key.
    pub fn rewrap(&self, id: DataKeyId, rng: &mut dyn CryptoRng) -> Result<bool, FieldError> {
        let old = match self.store.get(id)? {
            Some(KeyRecord::Live(wrapped)) => wrapped,
            Some(KeyRecord::Destroyed(_)) => return Ok(false),
            None => return Err(KeyStoreError::Unknown(id).into()),
        };
        if old.kek == self.active.kid().as_str() {
            return Ok(false);
        }
        let new = self.unwrap(&old)?.wrap(old.person, &self.active, rng)?;
        Ok(self.store.replace(&old, &new)?)
    }

    /// Wraps every data key under the active key of the ring, and tells `done` of each one. Returns how many; an
    /// interrupted run is simply repeated.
    ///
    /// # Errors
    /// As [`FieldKeys::rewrap`].
    pub fn rewrap_all(&self, rng: &mut dyn CryptoRng, mut done: impl FnMut()) -> Result<usize, FieldError> {
        let (mut rewrapped, mut after) = (0, None);
        loop {
            let some = self.store.wrapped_otherwise(self.active.kid().as_str(), after, AT_ONCE)?;
            let Some(last) = some.last() else { return Ok(rewrapped) };
            after = Some(*last);
            for id in some {
                rewrapped += usize::from(self.rewrap(id, rng)?);
                done();
            }
        }
    }

    /// Drops from the cache what has been destroyed elsewhere. Returns how many.
    ///
    /// # Errors
    /// [`FieldError::Store`] when the store does not answer.
    pub fn forget_destroyed(&self) -> Result<usize, FieldError> {
        let held = self.cache.ids();
        let living: HashSet<DataKeyId> = self.store.living(&held)?.into_iter().collect();
        let destroyed: Vec<DataKeyId> = held.into_iter().filter(|id| !living.contains(id)).collect();
        for id in &destroyed {
            self.cache.forget(*id);
        }
        Ok(destroyed.len())
    }
}

impl std::fmt::Debug for FieldKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldKeys")
            .field("active", self.active.kid())
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
