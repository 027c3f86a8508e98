//! Where wrapped data keys are kept, as a trait.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{DataKeyId, WrappedDataKey};

/// Proof that a data key was destroyed. The list of these is kept outside the database and replayed
/// after every restore, so that a backup does not bring an erased person back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tombstone {
    /// The key that is no more.
    pub id: DataKeyId,
    /// When it was destroyed, by the system clock.
    pub destroyed_at: DateTime<Utc>,
}

/// What a store knows of a data key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRecord {
    /// It can be unwrapped.
    Live(WrappedDataKey),
    /// It cannot, and never will again.
    Destroyed(Tombstone),
}

/// Why a store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// A key with this name has been destroyed, or exists with other content.
    #[error("data key {0} exists already or has been destroyed")]
    Conflict(DataKeyId),
    /// Nothing is known under this name.
    #[error("there is no data key {0}")]
    Unknown(DataKeyId),
    /// The place itself failed; the cause goes to the log, not to a caller.
    #[error("the key store is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A place for wrapped data keys, apart from the case database. Calls may block.
pub trait KeyStore: Send + Sync {
    /// What is known of `id`; `None` when it was never here.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn get(&self, id: DataKeyId) -> Result<Option<KeyRecord>, KeyStoreError>;

    /// Those of `ids` that can be unwrapped.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn living(&self, ids: &[DataKeyId]) -> Result<Vec<DataKeyId>, KeyStoreError>;

    /// Adds a key. Adding the same again succeeds.
    ///
    /// # Errors
    /// [`KeyStoreError::Conflict`] for a destroyed key or other content.
    fn put(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError>;

    /// Replaces the wrapping of a key that exists, when the key ring has rotated. Done only if the
    /// stored wrapping is still `old`, so that two rotations, or a rotation and a destruction, cannot
    /// undo each other; `false` when it was not.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn replace(&self, old: &WrappedDataKey, new: &WrappedDataKey) -> Result<bool, KeyStoreError>;

    /// Living keys that are not wrapped under `kek`, behind `after` in the order of their names, at most `limit`.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn wrapped_otherwise(
        &self,
        kek: &str,
        after: Option<DataKeyId>,
        limit: usize,
    ) -> Result<Vec<DataKeyId>, KeyStoreError>;

    /// Destroys a key for good and remembers that. Repeating it gives the first tombstone, and
    /// a key that was never here gets one too (a tombstone may arrive before a restore).
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn destroy(&self, id: DataKeyId, now: DateTime<Utc>) -> Result<Tombstone, KeyStoreError>;

    /// Every tombstone, for the copy outside the database.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn tombstones(&self) -> Result<Vec<Tombstone>, KeyStoreError>;

    /// Destroys what a restore brought back. Returns how many keys were alive again.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`]; then repeat it, it continues where it stopped.
    fn replay(&self, tombstones: &[Tombstone]) -> Result<usize, KeyStoreError> {
        let mut revived = 0;
        for tombstone in tombstones {
            if matches!(self.get(tombstone.id)?, Some(KeyRecord::Live(_))) {
                revived += 1;
            }
            self.destroy(tombstone.id, tombstone.destroyed_at)?;
        }
        Ok(revived)
    }
}
