//! Everything a use case needs, put together once at start and shared by every thread.

use std::sync::Arc;

use crate::audit::Recorder;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::keyring::KeyRing;
use crate::law::RuleBook;
use crate::store::Store;
use crate::vault::Vault;

/// The parts of a running system; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// Personal data in and out of ciphertext.
    pub vault: Arc<Vault>,
    /// Makes audit entries.
    pub audit: Arc<Recorder>,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// The time.
    pub clock: Clock,
    /// Keys for tokens, receipts and checkpoints.
    pub keys: Arc<KeyRing>,
    /// The settings.
    pub config: Arc<Config>,
}
