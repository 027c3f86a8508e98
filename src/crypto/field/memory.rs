//! A key store in memory, for tests and for a demonstration that leaves nothing behind.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::store::{KeyRecord, KeyStore, KeyStoreError, Tombstone};
use super::{DataKeyId, WrappedDataKey};

/// Keeps wrapped keys in a map.
#[derive(Debug, Default)]
pub struct MemoryKeyStore {
    records: Mutex<BTreeMap<DataKeyId, KeyRecord>>,
}

impl MemoryKeyStore {
    fn records(&self) -> MutexGuard<'_, BTreeMap<DataKeyId, KeyRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for MemoryKeyStore {
    fn get(&self, id: DataKeyId) -> Result<Option<KeyRecord>, KeyStoreError> {
        Ok(self.records().get(&id).cloned())
    }

    fn living(&self, ids: &[DataKeyId]) -> Result<Vec<DataKeyId>, KeyStoreError> {
        let records = self.records();
        Ok(ids.iter().copied().filter(|id| matches!(records.get(id), Some(KeyRecord::Live(_)))).collect())
    }

    fn put(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        let mut records = self.records();
        let record = records.entry(key.id).or_insert_with(|| KeyRecord::Live(key.clone()));
        match record {
            KeyRecord::Live(stored) if stored == key => Ok(()),
            KeyRecord::Live(_) | KeyRecord::Destroyed(_) => Err(KeyStoreError::Conflict(key.id)),
        }
    }

    fn replace(&self, old: &WrappedDataKey, new: &WrappedDataKey) -> Result<bool, KeyStoreError> {
        let mut records = self.records();
        match records.get_mut(&old.id) {
            Some(KeyRecord::Live(stored)) if stored == old && new.id == old.id => {
                *stored = new.clone();
                Ok(true)
            }
            Some(KeyRecord::Live(_) | KeyRecord::Destroyed(_)) | None => Ok(false),
        }
    }

    fn wrapped_otherwise(
        &self,
        kek: &str,
        after: Option<DataKeyId>,
        limit: usize,
    ) -> Result<Vec<DataKeyId>, KeyStoreError> {
        let records = self.records();
        let behind = records.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        let other = behind.filter(|(_, record)| matches!(record, KeyRecord::Live(key) if key.kek != kek));
        Ok(other.map(|(id, _)| *id).take(limit).collect())
    }

    fn destroy(&self, id: DataKeyId, now: DateTime<Utc>) -> Result<Tombstone, KeyStoreError> {
        let mut records = self.records();
        if let Some(KeyRecord::Destroyed(first)) = records.get(&id) {
            return Ok(*first);
        }
        let tombstone = Tombstone { id, destroyed_at: now };
        records.insert(id, KeyRecord::Destroyed(tombstone));
        Ok(tombstone)
    }

    fn tombstones(&self) -> Result<Vec<Tombstone>, KeyStoreError> {
        let records = self.records();
        Ok(records
            .values()
            .filter_map(|record| match record {
                KeyRecord::Destroyed(tombstone) => Some(*tombstone),
                KeyRecord::Live(_) => None,
            })
            .collect())
    }
}
