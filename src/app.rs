//! Everything a use case needs, put together once at start and shared by every thread.

use std::sync::Arc;

use crate::access::oidc::Issuers;
use crate::access::tokens::Tokens;
use crate::audit::Recorder;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::field::FieldError;
use crate::crypto::keyring::{Current, KeyRing, KeyRingError};
use crate::crypto::password::{PasswordCost, PasswordError, Passwords};
use crate::crypto::receipt::ReceiptSigner;
use crate::law::{LoadError, RuleBook};
use crate::measures::rules::MeasureRules;
use crate::proposals::ProposalRules;
use crate::register::review::policy::{PolicyError, ReviewPolicy};
use crate::rights::terms::RightsTerms;
use crate::store::key_store::DatabaseKeyStore;
use crate::store::{Store, StoreError, StoreOptions};
use crate::telemetry::Telemetry;
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
    /// The rules of the measures beside the register.
    pub measures: Arc<MeasureRules>,
    /// The terms of the review of flags.
    pub review: Arc<ReviewPolicy>,
    /// By when what a person asks as their right is decided.
    pub rights: Arc<RightsTerms>,
    /// The rules of passport measures, warning notices and routing.
    pub proposals: Arc<ProposalRules>,
    /// The time.
    pub clock: Clock,
    /// Signs receipts.
    pub receipts: Arc<Current<ReceiptSigner>>,
    /// Signs and verifies access tokens.
    pub tokens: Arc<Tokens>,
    /// Hashes and verifies passwords.
    pub passwords: Arc<Passwords>,
    /// The key ring itself, for tokens, checkpoints and the published key set.
    pub keys: Arc<Current<KeyRing>>,
    /// Who else vouches for people.
    pub issuers: Arc<Issuers>,
    /// Where spans of requests and of runs go.
    pub telemetry: Arc<Telemetry>,
    /// The settings.
    pub config: Arc<Config>,
}

/// Why the parts could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database or the key store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key folder.
    #[error("keys: {0}")]
    Keys(#[from] KeyRingError),
    /// The key that wraps data keys.
    #[error("keys: {0}")]
    Field(#[from] FieldError),
    /// Password hashing.
    #[error("passwords: {0}")]
    Passwords(#[from] PasswordError),
    /// The rules.
    #[error("rules: {0}")]
    Rules(#[from] LoadError),
    /// The terms of the review.
    #[error("review: {0}")]
    Review(#[from] PolicyError),
}

/// The settings were checked: what is no address of a collector does not come here.
fn telemetry(config: &Config) -> Telemetry {
    Telemetry::to(config.log.collector.as_deref()).unwrap_or_else(|error| {
        tracing::error!(%error, "no spans are sent");
        Telemetry::default()
    })
}

impl App {
    /// Opens keys, databases and rules as the settings say.
    ///
    /// # Errors
    /// Whichever part cannot be used, with the reason.
    pub fn open(config: Config, clock: Clock) -> Result<Self, OpenError> {
        let keys = KeyRing::open(&config.keys.folder)?;
        let key_store = Arc::new(DatabaseKeyStore::open(config.keys.key_store.clone())?);
        let store = Store::open(&StoreOptions {
            url: config.database.url.clone(),
            readers: config.database.readers,
            wait: config.database.wait,
        })?;
        Ok(Self {
            store,
            vault: Arc::new(Vault::new(&keys, key_store)?),
            audit: Arc::new(Recorder::new(&keys)?),
            rules: Arc::new(RuleBook::embedded()?),
            measures: Arc::new(MeasureRules::embedded()?),
            rights: Arc::new(RightsTerms::embedded()?),
            review: Arc::new(ReviewPolicy::load(config.policy.review.as_deref())?),
            proposals: Arc::new(ProposalRules::embedded()?),
            clock,
            receipts: Arc::new(Current::new(ReceiptSigner::new(&keys)?)),
            tokens: Arc::new(Tokens::new(&keys, &config.server.public_url)?),
            passwords: Arc::new(Passwords::new(PasswordCost::STANDARD, &mut rand::rng())?),
            keys: Arc::new(Current::new(keys)),
            issuers: Arc::new(Issuers::new(&config)),
            telemetry: Arc::new(telemetry(&config)),
            config: Arc::new(config),
        })
    }

    /// Goes on with the key ring as it is in its folder now. Answers whether it had changed. Reads files.
    ///
    /// # Errors
    /// When a key cannot be used; what was renewed stays renewed and the rest is what it was, and it may be repeated.
    pub fn renew_keys(&self) -> Result<bool, OpenError> {
        let ring = KeyRing::open(&self.config.keys.folder)?;
        if ring.list() == self.keys.get().list() {
            return Ok(false);
        }
        self.vault.renew(&ring)?;
        self.audit.renew(&ring)?;
        self.tokens.renew(&ring)?;
        self.receipts.replace(ReceiptSigner::new(&ring)?);
        self.keys.replace(ring);
        Ok(true)
    }
}
