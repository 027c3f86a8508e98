//! Unwrapped data keys, a bounded number, the least recently used one dropped (and wiped) first.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::{DataKey, DataKeyId};

struct Inner {
    keys: LruCache<DataKeyId, Arc<DataKey>>,
    /// Counts destructions. A key read from the store before a destruction and arriving here after
    /// it is not kept.
    destructions: u64,
}

/// Spares the key store and one decryption per field.
pub struct DataKeyCache {
    inner: Mutex<Inner>,
}

/// The moment a lookup in the store began; given back with what was found.
#[derive(Debug, Clone, Copy)]
pub struct LookupStart(u64);

impl DataKeyCache {
    /// A cache of at most `capacity` keys.
    #[must_use]
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self { inner: Mutex::new(Inner { keys: LruCache::new(capacity), destructions: 0 }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key, or the start of a lookup to hand to [`DataKeyCache::insert`].
    ///
    /// # Errors
    /// The [`LookupStart`], when the key is not here.
    pub fn get(&self, id: DataKeyId) -> Result<Arc<DataKey>, LookupStart> {
        let mut inner = self.inner();
        let start = LookupStart(inner.destructions);
        inner.keys.get(&id).cloned().ok_or(start)
    }

    /// Keeps `key`, unless some key was destroyed since the lookup started.
    pub fn insert(&self, start: LookupStart, key: &Arc<DataKey>) {
        let mut inner = self.inner();
        if inner.destructions == start.0 {
            inner.keys.put(key.id(), Arc::clone(key));
        }
    }

    /// Forgets a key that has been destroyed.
    pub fn forget(&self, id: DataKeyId) {
        let mut inner = self.inner();
        inner.destructions += 1;
        inner.keys.pop(&id);
    }

    /// The keys held now.
    #[must_use]
    pub fn ids(&self) -> Vec<DataKeyId> {
        self.inner().keys.iter().map(|(id, _)| *id).collect()
    }
}

impl fmt::Debug for DataKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeyCache").field("keys", &self.ids().len()).finish()
    }
}
