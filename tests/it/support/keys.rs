//! A key folder of its own for one test.

use std::path::PathBuf;

use tempfile::TempDir;
use zedenregister::crypto::jwks::Jwks;
use zedenregister::crypto::keyring::KeyRing;

use super::at;

/// A folder with a key for every purpose, removed when dropped.
pub struct TestKeys {
    folder: TempDir,
    /// The keys.
    pub ring: KeyRing,
}

impl TestKeys {
    /// Fresh keys.
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = at("2026-04-01T08:00:00Z").utc();
        let ring = KeyRing::init(&folder.path().join("keys"), made, &mut rand::rng()).expect("keys");
        Self { folder, ring }
    }

    /// A file of the test's own beside the keys.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The public keys in a file, as an auditor would have fetched them.
    pub fn jwks_file(&self) -> PathBuf {
        let file = self.path("jwks.json");
        let jwks = serde_json::to_vec(&Jwks::of_ring(&self.ring).expect("public keys")).expect("JSON");
        std::fs::write(&file, jwks).expect("a file");
        file
    }
}
