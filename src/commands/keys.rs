//! `keys`: make, show and renew the long-lived keys.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Failure, Terminal};
use crate::clock::Clock;
use crate::crypto::field::{FieldError, FieldKeys, KeyStore, KeyStoreError};
use crate::crypto::keyring::{FieldKek, KeyAlgorithm, KeyInfo, KeyPurpose, KeyRing, KeyRingError, listed_instant};
use crate::store::key_store::DatabaseKeyStore;

/// Running servers take up a rotation within seconds; one that hung takes it up when it goes on.
const SERVERS_FOLLOW_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Make, show and renew the long-lived keys.
///
/// The key folder holds one file per key, for seven purposes that never mix: field-kek (wraps the data key of each
/// person), blind-index (search in encrypted columns), audit-leaf (pseudonyms in the audit), token, receipt,
/// checkpoint and release (signatures). Back it up apart from the database: without it the register cannot be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister keys init\n  zedenregister keys rotate --purpose receipt\n  \
    zedenregister keys list --folder /var/lib/zedenregister/keys")]
pub struct Args {
    /// The key folder, instead of the one in the settings (keys.folder)
    #[arg(long, global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make the folder and each key that is missing; leave what is there
    Init,
    /// Show every key with its purpose, age and state; never a secret
    List,
    /// Make a new key and retire the present one, which keeps decrypting and verifying
    Rotate {
        /// field-kek, blind-index, audit-leaf, token, receipt or checkpoint
        #[arg(long)]
        purpose: KeyPurpose,
    },
    /// Wrap every data key under the newest field-kek, after it was rotated; may be interrupted and repeated
    Rewrap,
    /// Destroy a key: a signing key that leaked, or a field-kek that wraps nothing any more; rotate first
    ///
    /// Nothing that a destroyed signing key has signed is accepted. After `keys rewrap` an old field-kek opens only what is gone: data
    /// keys of erased people in the log of a database, and backups of that time, which can no longer be read.
    Revoke {
        /// token, receipt, checkpoint or field-kek
        #[arg(long)]
        purpose: KeyPurpose,
        /// The name of the key, as `keys list` shows it
        #[arg(long)]
        kid: String,
    },
}

/// Does what was asked and shows the outcome.
///
/// # Errors
/// [`Failure`] when the folder is missing, open to others, or cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => terminal.config()?.keys.folder,
    };
    let now = Clock::system().now().system.utc();
    let mut rng = rand::rng();
    match &args.task {
        Task::Init => {
            let ring = KeyRing::init(&folder, now, &mut rng)?;
            writeln!(terminal.out, "Every purpose has a key, in {}.", folder.display())?;
            list(&ring, terminal)
        }
        Task::List => list(&KeyRing::open(&folder)?, terminal),
        Task::Rotate { purpose } => {
            let fresh = KeyRing::open(&folder)?.rotate(*purpose, now, &mut rng)?;
            writeln!(terminal.out, "{} is the new key for {purpose}; those before it are retired.", fresh.kid)?;
            writeln!(terminal.out, "{}", consequence(*purpose))?;
            Ok(Exit::Done)
        }
        Task::Rewrap => rewrap(&KeyRing::open(&folder)?, terminal),
        Task::Revoke { purpose, kid } => {
            if *purpose == KeyPurpose::FieldKek {
                return revoke_kek(KeyRing::open(&folder)?, kid, now, terminal);
            }
            if purpose.algorithm() != KeyAlgorithm::Ed25519 {
                return Err(Failure::input(
                    format!("A key for {purpose} is not revoked: what it encrypted or indexed would be lost."),
                    "Rotate it instead.",
                ));
            }
            let gone = KeyRing::open(&folder)?.destroy(*purpose, kid, now)?;
            writeln!(terminal.out, "{} is revoked: nothing it signed is accepted any more.", gone.kid)?;
            writeln!(terminal.out, "Restart the servers, or they accept it until they read the folder again.")?;
            Ok(Exit::Done)
        }
    }
}

/// Wraps every data key under the active key.
fn rewrap(ring: &KeyRing, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let store = Arc::new(DatabaseKeyStore::open(terminal.config()?.keys.key_store)?);
    let failed = |error: FieldError| Failure::unavailable(super::sentence(&error), "Run the same command again.");
    let keys = FieldKeys::new(ring, store, NonZeroUsize::MIN).map_err(failed)?;
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {pos} data keys").unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    let rewrapped = keys.rewrap_all(&mut rand::rng(), || bar.inc(1)).map_err(failed)?;
    bar.finish_and_clear();
    writeln!(terminal.out, "{rewrapped} data keys are now wrapped under {}.", ring.active::<FieldKek>()?.kid())?;
    Ok(Exit::Done)
}

/// Destroys a key that wraps no data key any more. A server that has not seen the rotation may still wrap under it, so it is not
/// done within [`SERVERS_FOLLOW_WITHIN`] of the rotation.
fn revoke_kek(mut ring: KeyRing, kid: &str, now: DateTime<Utc>, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let retired = ring.list().into_iter().find(|key| key.purpose == KeyPurpose::FieldKek && key.kid.as_str() == kid);
    if retired.and_then(|key| key.changed).is_some_and(|at| now - at < SERVERS_FOLLOW_WITHIN) {
        return Err(Failure::input(
            format!("{kid} was retired less than an hour ago: a server may still wrap a key under it."),
            "Try again in an hour.",
        ));
    }
    let failed = |error: KeyStoreError| Failure::unavailable(super::sentence(&error), "Run the same command again.");
    let store = DatabaseKeyStore::open(terminal.config()?.keys.key_store)?;
    let active = ring.active::<FieldKek>()?.kid().as_str().to_owned();
    if !store.wrapped_otherwise(&active, None, 1).map_err(failed)?.is_empty() {
        return Err(Failure::input(
            "Data keys are still wrapped under a retired field-kek: what they protect would be lost.".to_owned(),
            "Run `zedenregister keys rewrap` first.",
        ));
    }
    let gone = ring.destroy(KeyPurpose::FieldKek, kid, now)?;
    writeln!(terminal.out, "{} is destroyed. Backups made while it was active can no longer be read.", gone.kid)?;
    Ok(Exit::Done)
}

/// What an operator should know after a rotation.
fn consequence(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::FieldKek => {
            "Data keys stay readable; `zedenregister keys rewrap` wraps each of them under the new key."
        }
        KeyPurpose::BlindIndex => "What was indexed before is found through the retired key.",
        KeyPurpose::AuditLeaf => "Earlier entries keep their pseudonyms, which are found through the retired key.",
        KeyPurpose::Token => "Tokens already given out stay valid until they expire.",
        KeyPurpose::Receipt => "Receipts already given out stay verifiable: the old public key stays published.",
        KeyPurpose::Release => "Releases already issued stay verifiable: the old public key stays published.",
        KeyPurpose::Checkpoint => "Checkpoints already published stay verifiable: the old public key stays published.",
    }
}

fn list(ring: &KeyRing, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    writeln!(terminal.out, "{:<12} {:<32} {:<16} {:<21} state", "purpose", "kid", "algorithm", "created")?;
    for KeyInfo { purpose, kid, algorithm, created, state, changed } in ring.list() {
        let since = changed.map(|at| format!(" since {}", listed_instant(at))).unwrap_or_default();
        let created = listed_instant(created);
        writeln!(
            terminal.out,
            "{:<12} {:<32} {:<16} {created:<21} {}{since}",
            purpose.as_str(),
            kid.as_str(),
            algorithm.as_str(),
            state.as_str()
        )?;
    }
    Ok(Exit::Done)
}

impl From<KeyRingError> for Failure {
    fn from(error: KeyRingError) -> Self {
        let what = super::sentence(&error);
        match error {
            KeyRingError::NoFolder(_) | KeyRingError::NoActiveKey(_) => {
                Self::refused(what, "Make what is missing with `zedenregister keys init`.")
            }
            KeyRingError::NotAFolder(_) | KeyRingError::TooOpen { .. } | KeyRingError::Malformed { .. } => {
                Self::refused(what, "Mend the key folder; never replace a key file by hand.")
            }
            KeyRingError::UnknownKey { .. } | KeyRingError::NotUsable { .. } => {
                Self::input(what, "See `zedenregister keys list`.")
            }
            KeyRingError::StillActive(_) => {
                Self::input(what, "Run `zedenregister keys rotate` for this purpose first.")
            }
            KeyRingError::Io { .. } => Self::unavailable(what, "Check the folder and who may write in it."),
            KeyRingError::Derivation => Self::Fault(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn keys(folder: &Path, words: &[&str]) -> Result<(Exit, String), Failure> {
        let folder = folder.to_str().unwrap();
        let words = ["keys", "--folder", folder].into_iter().chain(words.iter().copied());
        let line = Line::try_parse_from(words).map_err(|e| Failure::input(e.to_string(), ""))?;
        let mut out = Vec::new();
        let exit = run(&line.args, &mut Terminal { out: &mut out, config_file: None })?;
        Ok((exit, String::from_utf8(out).unwrap()))
    }

    fn row(listing: &str, start: &str) -> Vec<String> {
        let line = listing.lines().find(|line| line.starts_with(start)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn keys_are_made_listed_rotated_and_revoked() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("keys");
        let missing = keys(&folder, &["list"]).unwrap_err();
        assert_eq!((missing.code(), missing.next()), (3, "Make what is missing with `zedenregister keys init`."));

        let (_, made) = keys(&folder, &["init"]).unwrap();
        assert_eq!(made.matches(" active").count(), 7);
        let old = row(&made, "receipt")[1].clone();
        let too_early = keys(&folder, &["revoke", "--purpose", "receipt", "--kid", &old]).unwrap_err();
        assert_eq!(too_early.code(), 2);

        keys(&folder, &["rotate", "--purpose", "receipt"]).unwrap();
        let (_, listed) = keys(&folder, &["list"]).unwrap();
        assert_eq!(row(&listed, "receipt")[1], old);
        assert_eq!(row(&listed, "receipt")[4], "retired");
        assert_eq!(listed.matches(" active").count(), 7);

        keys(&folder, &["revoke", "--purpose", "receipt", "--kid", &old]).unwrap();
        assert_eq!(row(&keys(&folder, &["list"]).unwrap().1, "receipt")[4], "destroyed");
    }

    #[test]
    fn a_key_that_indexes_cannot_be_revoked_and_an_unknown_purpose_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("keys");
        let (_, made) = keys(&folder, &["init"]).unwrap();
        let index = row(&made, "blind-index")[1].clone();
        keys(&folder, &["rotate", "--purpose", "blind-index"]).unwrap();
        let refusal = keys(&folder, &["revoke", "--purpose", "blind-index", "--kid", &index]).unwrap_err();
        assert!(refusal.to_string().contains("would be lost"));
        let unknown = keys(&folder, &["rotate", "--purpose", "master"]).unwrap_err();
        assert!(unknown.to_string().contains("field-kek, blind-index"), "{unknown}");
    }

    // ASVS 5.0: 11.2.2
    #[test]
    fn a_key_that_wraps_is_destroyed_once_it_wraps_nothing_and_every_server_knows() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("keys");
        let settings = temp.path().join("settings.toml");
        let store = format!("sqlite://{}", temp.path().join("key-store.db").display());
        std::fs::write(&settings, format!("[keys]\nkey_store = \"{store}\"\n")).unwrap();
        let ask = |words: &[&str]| {
            let words = ["keys", "--folder", folder.to_str().unwrap()].into_iter().chain(words.iter().copied());
            let mut out = Vec::new();
            let args = Line::try_parse_from(words).unwrap().args;
            run(&args, &mut Terminal { out: &mut out, config_file: Some(settings.clone()) })
                .map(|_| String::from_utf8(out).unwrap())
        };
        let kek = row(&ask(&["init"]).unwrap(), "field-kek")[1].clone();
        let ring = KeyRing::open(&folder).unwrap();
        let database = Arc::new(DatabaseKeyStore::open(store.parse().unwrap()).unwrap());
        let keys = FieldKeys::new(&ring, database, NonZeroUsize::MIN).unwrap();
        keys.create(crate::ids::PersonId::fresh(), &mut rand::rng()).unwrap();
        let revoke = ["revoke", "--purpose", "field-kek", "--kid", kek.as_str()];

        ask(&["rotate", "--purpose", "field-kek"]).unwrap();
        let at_once = ask(&revoke).unwrap_err();
        assert!(at_once.to_string().contains("less than an hour ago"), "{at_once}");
        // An hour and more passes.
        let (mut aged, long_ago) =
            (KeyRing::open(&folder).unwrap(), Clock::system().now().system.utc() - TimeDelta::hours(2));
        aged.retire(KeyPurpose::FieldKek, &kek, long_ago).unwrap();
        let in_use = ask(&revoke).unwrap_err();
        assert_eq!(in_use.next(), "Run `zedenregister keys rewrap` first.");
        ask(&["rewrap"]).unwrap();
        assert!(ask(&revoke).unwrap().contains("is destroyed"));
        assert_eq!(row(&ask(&["list"]).unwrap(), &format!("field-kek    {kek}"))[4], "destroyed");
    }
}
