//! The key ring: a folder of long-lived keys, one file per key.
//!
//! Owns the files, their states and their rotation. Must not know what is encrypted or signed.
//! The folder has mode 0700 and its files 0600; anything wider is refused, not repaired, because
//! somebody may have read it already. Personal data is under these keys, so the folder is backed up
//! apart from the database, and never with it.
//!
//! Rotation makes the new key first and retires the old one after, each by an atomic write: a crash
//! in between leaves two active keys, of which the newest is used and the other is retired by the
//! next rotation. No moment is without an active key.

mod current;
mod file;
mod key;
mod purpose;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rand::CryptoRng;

pub use current::Current;
use key::StoredKey;
pub use key::{Key, KeyState, Kid};
pub use purpose::{
    AuditLeaf, BlindIndex, Checkpoint, FieldKek, KeyAlgorithm, KeyPurpose, Purpose, Receipt, Release, Signing,
    SignsBytes, Symmetric, Token, UnknownPurpose,
};

/// Why a key ring, or a key in it, cannot be used. No text holds any part of a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The folder does not exist.
    #[error("there is no key folder {}; `zedenregister keys init` makes one", .0.display())]
    NoFolder(PathBuf),
    /// Something else is in its place.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Others can read the folder or a file.
    #[error(
        "{} has mode {mode:04o}: others than its owner can reach the keys; \
         find out who read it, rotate if in doubt, then `chmod {wanted:o}`", .path.display()
    )]
    TooOpen {
        /// The folder or file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// What they should be.
        wanted: u32,
    },
    /// A file is not a key file, or not the one its name says.
    #[error("{}: {reason}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// Nothing to encrypt or sign with.
    #[error("there is no active key for {0}; `zedenregister keys init` makes what is missing")]
    NoActiveKey(KeyPurpose),
    /// No key of that purpose has that name.
    #[error("there is no key {kid} for {purpose}")]
    UnknownKey {
        /// The purpose asked for.
        purpose: KeyPurpose,
        /// The name asked for.
        kid: String,
    },
    /// The key is retired or destroyed.
    #[error("key {kid} is {}", .state.as_str())]
    NotUsable {
        /// The key.
        kid: Kid,
        /// What it still is.
        state: KeyState,
    },
    /// The key in use cannot be retired without a successor.
    #[error("key {0} is the active one; rotate first")]
    StillActive(Kid),
    /// The crypto library refused; does not happen with keys this program made.
    #[error("the key could not be derived or written")]
    Derivation,
}

/// What may be told about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Its name.
    pub kid: Kid,
    /// What it is used with.
    pub algorithm: KeyAlgorithm,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// What it may still do.
    pub state: KeyState,
    /// When it was retired or destroyed.
    pub changed: Option<DateTime<Utc>>,
}

/// The keys of one folder, read once. Cheap to clone; a rotation by another process is seen
/// by opening the folder again.
#[derive(Clone)]
pub struct KeyRing {
    dir: PathBuf,
    /// Sorted by purpose, then age, oldest first.
    keys: Vec<Arc<StoredKey>>,
}

impl KeyRing {
    /// Reads the keys in `dir`.
    ///
    /// # Errors
    /// When the folder is missing, the folder or a file may be reached by others, or a file is not
    /// a well-formed key. That a purpose has no active key is an error only when it is asked for.
    pub fn open(dir: &Path) -> Result<Self, KeyRingError> {
        file::check_folder(dir)?;
        let mut keys: Vec<_> = file::read_all(dir)?.into_iter().map(Arc::new).collect();
        keys.sort_by(|a, b| (a.purpose, a.created, &a.kid).cmp(&(b.purpose, b.created, &b.kid)));
        Ok(Self { dir: dir.to_owned(), keys })
    }

    /// Opens the ring in `dir`, after making the folder and an active key for each purpose that
    /// has none. What exists is left alone, so it can be repeated.
    ///
    /// # Errors
    /// As [`KeyRing::open`], and when a file cannot be written.
    pub fn init(dir: &Path, now: DateTime<Utc>, rng: &mut dyn CryptoRng) -> Result<Self, KeyRingError> {
        file::create_folder(dir)?;
        file::check_folder(dir)?;
        let _lock = file::lock(dir)?;
        let ring = Self::open(dir)?;
        for purpose in KeyPurpose::ALL {
            if ring.active_stored(purpose).is_none() {
                file::write(dir, &StoredKey::generate(purpose, now, rng)?)?;
            }
        }
        Self::open(dir)
    }

    /// Makes a new active key for `purpose` and retires the ones before it.
    ///
    /// # Errors
    /// When the folder has become unreadable or a file cannot be written.
    pub fn rotate(
        &mut self,
        purpose: KeyPurpose,
        now: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<KeyInfo, KeyRingError> {
        let _lock = file::lock(&self.dir)?;
        let before = Self::open(&self.dir)?;
        // A clock that went back must not make the new key older than the one it replaces.
        let youngest = before.of(purpose).map(|key| key.created).max();
        let created = youngest.map_or(now, |youngest| now.max(youngest + chrono::TimeDelta::microseconds(1)));
        let fresh = StoredKey::generate(purpose, created, rng)?;
        file::write(&self.dir, &fresh)?;
        for old in before.of(purpose).filter(|key| key.state == KeyState::Active) {
            file::write(&self.dir, &old.retired(now))?;
        }
        *self = Self::open(&self.dir)?;
        Ok(info(&fresh))
    }

    /// Retires a key: it verifies or decrypts, and does nothing else any more.
    ///
    /// # Errors
    /// [`KeyRingError::StillActive`] for the key in use, [`KeyRingError::UnknownKey`],
    /// [`KeyRingError::NotUsable`] when it is already destroyed.
    pub fn retire(&mut self, purpose: KeyPurpose, kid: &str, now: DateTime<Utc>) -> Result<KeyInfo, KeyRingError> {
        self.replace(purpose, kid, |key| key.retired(now))
    }

    /// Destroys the secret of a retired key. What only it can decrypt or verify is lost for good.
    ///
    /// # Errors
    /// As [`KeyRing::retire`].
    pub fn destroy(&mut self, purpose: KeyPurpose, kid: &str, now: DateTime<Utc>) -> Result<KeyInfo, KeyRingError> {
        self.replace(purpose, kid, |key| key.destroyed(now))
    }

    fn replace(
        &mut self,
        purpose: KeyPurpose,
        kid: &str,
        change: impl FnOnce(&StoredKey) -> StoredKey,
    ) -> Result<KeyInfo, KeyRingError> {
        let _lock = file::lock(&self.dir)?;
        let ring = Self::open(&self.dir)?;
        let old = ring.find(purpose, kid)?;
        if old.state == KeyState::Destroyed {
            return Err(not_usable(old));
        }
        if ring.active_stored(purpose).is_some_and(|active| active.kid == old.kid) {
            return Err(KeyRingError::StillActive(old.kid.clone()));
        }
        let new = change(old);
        file::write(&self.dir, &new)?;
        *self = Self::open(&self.dir)?;
        Ok(info(&new))
    }

    /// Every key with its state, by purpose and then by age.
    #[must_use]
    pub fn list(&self) -> Vec<KeyInfo> {
        self.keys.iter().map(|key| info(key)).collect()
    }

    /// The folder the ring was read from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The key to encrypt or sign with.
    ///
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn active<P: Purpose>(&self) -> Result<Key<P>, KeyRingError> {
        self.active_stored(P::PURPOSE)
            .map(|stored| Key::new(Arc::clone(stored)))
            .ok_or(KeyRingError::NoActiveKey(P::PURPOSE))
    }

    /// The key named `kid`, to decrypt or verify with. A key of another purpose is unknown here,
    /// whatever its name.
    ///
    /// # Errors
    /// [`KeyRingError::UnknownKey`], or [`KeyRingError::NotUsable`] when it has been destroyed.
    pub fn by_kid<P: Purpose>(&self, kid: &str) -> Result<Key<P>, KeyRingError> {
        let stored = self.find(P::PURPOSE, kid)?;
        if stored.state == KeyState::Destroyed {
            return Err(not_usable(stored));
        }
        Ok(Key::new(Arc::clone(stored)))
    }

    /// Every key of the purpose that still decrypts or verifies, the one in use first, then the
    /// younger before the older.
    #[must_use]
    pub fn usable<P: Purpose>(&self) -> Vec<Key<P>> {
        self.of(P::PURPOSE)
            .rev()
            .filter(|key| key.state != KeyState::Destroyed)
            .map(|key| Key::new(Arc::clone(key)))
            .collect()
    }

    fn of(&self, purpose: KeyPurpose) -> impl DoubleEndedIterator<Item = &Arc<StoredKey>> {
        self.keys.iter().filter(move |key| key.purpose == purpose)
    }

    fn find(&self, purpose: KeyPurpose, kid: &str) -> Result<&Arc<StoredKey>, KeyRingError> {
        self.of(purpose)
            .find(|key| key.kid.as_str() == kid)
            .ok_or_else(|| KeyRingError::UnknownKey { purpose, kid: kid.to_owned() })
    }

    fn active_stored(&self, purpose: KeyPurpose) -> Option<&Arc<StoredKey>> {
        self.of(purpose).rev().find(|key| key.state == KeyState::Active)
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("dir", &self.dir).field("keys", &self.list()).finish()
    }
}

fn not_usable(key: &StoredKey) -> KeyRingError {
    KeyRingError::NotUsable { kid: key.kid.clone(), state: key.state }
}

fn info(key: &StoredKey) -> KeyInfo {
    KeyInfo {
        purpose: key.purpose,
        kid: key.kid.clone(),
        algorithm: key.purpose.algorithm(),
        created: key.created,
        state: key.state,
        changed: key.changed,
    }
}

/// An instant as listings show it: UTC, whole seconds.
#[must_use]
pub fn listed_instant(at: DateTime<Utc>) -> String {
    file::instant(at)
}

#[cfg(test)]
mod tests;
