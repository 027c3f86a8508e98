//! Signing the state of the audit and putting it where the administrators of the database cannot change it.
//!
//! A checkpoint continues from the one before it: only the entries in between are read. Any number of processes may do
//! this at once: the database lets one of them continue from each checkpoint, and a folder is written by one process
//! at a time. What is already outside is compared with the database first; when the two do not belong together,
//! nothing is published, for the folder is what shows it.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use super::checkpoint::{Checkpoint, CheckpointError, Origin};
use super::folder::{CheckpointFolder, FolderError};
use super::tree::{CompactRange, Hash, NotAnEdge};
use crate::clock::UtcTime;
use crate::crypto::keyring::{Checkpoint as CheckpointKey, KeyRing, KeyRingError};
use crate::crypto::signing::{Signer, SigningError, Verifier};
use crate::store::audit::{
    CheckpointPublished, NewCheckpoint, audit_hash_list, audit_size, checkpoint_find, checkpoint_latest,
};
use crate::store::rows::AuditCheckpointRow;
use crate::store::{Conn, LongWork, Store, StoreError, WriteSet};

/// The name of the log in its checkpoints. What tells two installations apart is the key that signs.
pub const ORIGIN: &str = "zedenregister/audit";

/// Entries read at once.
const PAGE: i64 = 10_000;

/// Why no checkpoint was published. The first three mean that the history of the audit is not what it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Fewer entries than were signed before.
    #[error(
        "the database holds {entries} audit entries, but a checkpoint over {published} was published: entries were cut \
         off, or an older copy of the database was put back"
    )]
    Behind {
        /// Entries in the database.
        entries: u64,
        /// Entries under the newest published checkpoint.
        published: u64,
    },
    /// The published checkpoint is not one of this database.
    #[error(
        "the published checkpoint over {0} audit entries is not one of this database: its history was replaced, or the \
         folder belongs to another installation"
    )]
    Foreign(u64),
    /// A number is missing among the entries.
    #[error("audit entry {0} is not where it should be")]
    Gap(u64),
    /// What is stored beside a checkpoint is damaged.
    #[error("the newest checkpoint in the database is damaged: {0}")]
    Damaged(String),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// The signature.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotAnEdge> for PublishError {
    fn from(error: NotAnEdge) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<CheckpointError> for PublishError {
    fn from(error: CheckpointError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Entries under the newest checkpoint.
    pub size: u64,
    /// How many of them no checkpoint covered before this run.
    pub new_entries: u64,
    /// Where it stands; `None` while there is no entry to sign.
    pub path: Option<PathBuf>,
}

/// Signs what is new and makes sure that `folder` holds the newest checkpoint. Done again, it changes nothing.
/// Blocks; uses a connection of its own.
///
/// # Errors
/// [`PublishError`].
pub fn checkpoint(store: &Store, ring: &KeyRing, folder: &Path, now: UtcTime) -> Result<Published, PublishError> {
    let mut work = store.long_work()?;
    let outside = Outside::open(ring, folder)?;
    outside.check(work.conn())?;
    let before = checkpoint_latest(work.conn())?.map_or(0, |row| row.tree_size);
    let newest = match advance(&mut work, ring, &outside.origin, now) {
        // Another process continued first; what it signed is as good.
        Err(PublishError::Store(StoreError::Conflict(_))) => checkpoint_latest(work.conn())?,
        done => done?,
    };
    let Some(newest) = newest else { return Ok(Published { size: 0, new_entries: 0, path: None }) };
    let path = outside.publish(work.conn(), &newest)?;
    if newest.published_at.is_none() {
        let change = CheckpointPublished { size: newest.tree_size, at: now };
        let writes = WriteSet { changes: vec![Box::new(change)], ..WriteSet::default() };
        work.keep(&writes)?;
    }
    let size = unsigned(newest.tree_size)?;
    Ok(Published { size, new_entries: size.saturating_sub(unsigned(before)?), path: Some(path) })
}

/// Signs the entries that came after the newest checkpoint and keeps the new one; gives the newest there is.
fn advance(
    work: &mut LongWork,
    ring: &KeyRing,
    origin: &Origin,
    now: UtcTime,
) -> Result<Option<AuditCheckpointRow>, PublishError> {
    let conn = work.conn();
    let latest = checkpoint_latest(conn)?;
    let previous_size = latest.as_ref().map_or(0, |row| row.tree_size);
    let size = audit_size(conn)?;
    if size <= previous_size {
        return Ok(latest);
    }
    let edge = latest.as_ref().map_or(&[][..], |row| &row.frontier);
    let mut range = CompactRange::from_bytes(unsigned(previous_size)?, edge)?;
    each_hash(conn, previous_size, size, |hash| range.push(hash))?;
    let checkpoint = Checkpoint { origin: origin.clone(), size: range.size(), root: range.root(), at: now };
    let row = AuditCheckpointRow {
        tree_size: size,
        previous_size,
        root_hash: checkpoint.root.to_vec(),
        frontier: range.to_bytes(),
        note: checkpoint.sign(&Signer::<CheckpointKey>::new(ring)?)?,
        created_at: now,
        published_at: None,
    };
    let writes = WriteSet { changes: vec![Box::new(NewCheckpoint(row.clone()))], ..WriteSet::default() };
    work.keep(&writes)?;
    Ok(Some(row))
}

/// Hands over the stored hashes of the entries from `from` up to `until`, in order and without a gap.
pub(super) fn each_hash(
    conn: &mut Conn,
    from: i64,
    until: i64,
    mut take: impl FnMut(Hash),
) -> Result<(), PublishError> {
    let mut next = from;
    while next < until {
        let page = audit_hash_list(conn, next, until, PAGE)?;
        if page.is_empty() {
            return Err(PublishError::Gap(unsigned(next)?));
        }
        for (index, hash) in page {
            let hash: Option<Hash> = hash.try_into().ok().filter(|_| index == next);
            take(hash.ok_or(PublishError::Gap(unsigned(next)?))?);
            next += 1;
        }
    }
    Ok(())
}

/// What is kept outside the database, held by this process while it works.
struct Outside {
    origin: Origin,
    folder: CheckpointFolder,
    newest: Option<Checkpoint>,
    _held: File,
}

impl Outside {
    fn open(ring: &KeyRing, dir: &Path) -> Result<Self, PublishError> {
        let io = |source| FolderError::Io { path: dir.to_owned(), source };
        fs::create_dir_all(dir).map_err(io)?;
        let held = OpenOptions::new().write(true).create(true).truncate(false).open(dir.join(".lock")).map_err(io)?;
        held.lock().map_err(io)?;
        let (origin, folder) = (Origin::new(ORIGIN)?, CheckpointFolder::new(dir));
        let newest = folder.newest(&origin, &Verifier::new(ring)?)?;
        Ok(Self { origin, folder, newest, _held: held })
    }

    /// Whether the database is the one whose checkpoints stand here, and no older copy of it.
    fn check(&self, conn: &mut Conn) -> Result<(), PublishError> {
        let Some(published) = &self.newest else { return Ok(()) };
        let entries = unsigned(audit_size(conn)?)?;
        if entries < published.size {
            return Err(PublishError::Behind { entries, published: published.size });
        }
        let known = i64::try_from(published.size).ok().map(|size| checkpoint_find(conn, size)).transpose()?.flatten();
        match known {
            Some(row) if row.root_hash == published.root => Ok(()),
            Some(_) | None => Err(PublishError::Foreign(published.size)),
        }
    }

    /// Writes a checkpoint with the hashes of the entries since the newest one here.
    fn publish(&self, conn: &mut Conn, row: &AuditCheckpointRow) -> Result<PathBuf, PublishError> {
        let since = self.newest.as_ref().map_or(Ok(0), |newest| signed(newest.size))?;
        let mut hashes = Vec::new();
        each_hash(conn, since, row.tree_size, |hash| hashes.push(hash))?;
        Ok(self.folder.publish(unsigned(row.tree_size)?, &row.note, &hashes)?)
    }
}

pub(super) fn unsigned(number: i64) -> Result<u64, PublishError> {
    u64::try_from(number).map_err(|_| PublishError::Damaged("a size below zero".to_owned()))
}

fn signed(number: u64) -> Result<i64, PublishError> {
    i64::try_from(number).map_err(|_| PublishError::Damaged("a size beyond all numbers".to_owned()))
}
