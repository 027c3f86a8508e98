//! What a restored register must be told.
//!
//! Who was erased after the backup was made comes back with it. So the list of destroyed keys is kept outside, beside the
//! checkpoints of the audit, and only ever grows there; it holds random names of keys and instants, nothing of anybody. And
//! the checkpoints tell how much of the audit, and so of everything, is lost.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::access::Action;
use crate::app::App;
use crate::audit::checkpoint::Origin;
use crate::audit::folder::CheckpointFolder;
use crate::audit::publish::ORIGIN;
use crate::audit::{Deed, ObjectRef};
use crate::crypto::field::Tombstone;
use crate::crypto::signing::Verifier;
use crate::store::audit::audit_size;
use crate::store::backup::ErasedForgotten;
use crate::store::{StoreError, WriteSet};

/// The file of destroyed keys, in the folder of checkpoints.
const TOMBSTONES: &str = "tombstones.jsonl";

/// The name under which it signs.
const NAME: &str = "restore";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    key: String,
    destroyed_at: DateTime<Utc>,
}

/// Writes which keys were destroyed to `folder`, together with those that stand there already.
///
/// # Errors
/// When the key store or the folder does not answer.
pub fn publish_tombstones(app: &App, folder: &Path) -> Result<usize, BackupError> {
    let file = folder.join(TOMBSTONES);
    let outside = read(&file)?;
    let mut all = outside.clone();
    for Tombstone { id, destroyed_at } in app.vault.tombstones().map_err(|refusal| keys(&refusal))? {
        all.entry(id.to_string()).or_insert(destroyed_at);
    }
    if all.len() == outside.len() {
        return Ok(all.len());
    }
    fs::create_dir_all(folder).map_err(BackupError::io(folder))?;
    let mut text = Vec::new();
    for (key, destroyed_at) in &all {
        let line = Line { key: key.clone(), destroyed_at: *destroyed_at };
        serde_json::to_writer(&mut text, &line).map_err(|error| BackupError::Refused(error.to_string()))?;
        text.push(b'\n');
    }
    let draft = folder.join(format!("{TOMBSTONES}.{}", std::process::id()));
    let written = File::create(&draft)
        .and_then(|mut out| out.write_all(&text).and_then(|()| out.sync_all()))
        .and_then(|()| fs::rename(&draft, &file));
    written.map_err(BackupError::io(&file))?;
    Ok(all.len())
}

fn read(file: &Path) -> Result<BTreeMap<String, DateTime<Utc>>, BackupError> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(BackupError::io(file)(error)),
    };
    let lines = text.lines().filter(|line| !line.is_empty()).map(serde_json::from_str::<Line>);
    let damaged = |_| BackupError::Refused(format!("{} is damaged: a line of it cannot be read", file.display()));
    lines.map(|line| line.map(|line| (line.key, line.destroyed_at)).map_err(damaged)).collect()
}

/// What was done to a restored register, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finished {
    /// Keys on the list of destroyed ones.
    pub tombstones: usize,
    /// Audit entries that the register has.
    pub entries: u64,
    /// Audit entries under the last checkpoint outside.
    pub published: Option<u64>,
}

impl Finished {
    /// How many audit entries, each with what it stood for, are lost for certain.
    pub fn lost(&self) -> u64 {
        self.published.unwrap_or(0).saturating_sub(self.entries)
    }
}

/// Tells a restored register what it must know, from the folder of checkpoints.
///
/// # Errors
/// When the folder, the key store or the register does not answer, or a checkpoint is not to be believed.
pub fn finish(app: &App, folder: &Path) -> Result<Finished, BackupError> {
    let outside = read(&folder.join(TOMBSTONES))?;
    for (key, destroyed_at) in &outside {
        let id = key.parse().map_err(|_| BackupError::Refused(format!("{TOMBSTONES} names no key: {key}")))?;
        app.vault.destroy(id, *destroyed_at).map_err(|refusal| keys(&refusal))?;
    }
    let entries = app.store.read_blocking(audit_size)?;
    let published = newest(app, folder)?;
    let finished = Finished { tombstones: outside.len(), entries: u64::try_from(entries).unwrap_or(0), published };
    let system = app.clock.now().system;
    let mut writes = WriteSet::default();
    writes.changes.push(Box::new(ErasedForgotten { keys: outside.into_keys().collect() }));
    if finished.lost() == 0 {
        // A register that lacks entries writes none: they would take the places of those that are lost.
        let deed = Deed::of(Action::RestoreFinish, ObjectRef::none());
        let leaf = app.audit.leaf_of_system(NAME, system, &deed);
        writes.audit.push(leaf.map_err(|refusal| StoreError::Statement(refusal.to_string()))?);
    }
    app.store.long_work()?.keep(&writes)?;
    Ok(finished)
}

fn newest(app: &App, folder: &Path) -> Result<Option<u64>, BackupError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let told = |error: &dyn std::error::Error| BackupError::Refused(format!("the checkpoints outside: {error}"));
    let origin = Origin::new(ORIGIN).map_err(|error| told(&error))?;
    let keys = Verifier::new(&app.keys.get()).map_err(|error| told(&error))?;
    let newest = CheckpointFolder::new(folder).newest(&origin, &keys).map_err(|error| told(&error))?;
    Ok(newest.map(|checkpoint| checkpoint.size))
}

fn keys(refusal: &crate::register::Refusal) -> BackupError {
    BackupError::Refused(format!("the key store: {refusal}"))
}
