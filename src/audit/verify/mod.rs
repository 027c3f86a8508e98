//! Verification of a stored log against a signed checkpoint, naming the first entry that is not as it was.
//!
//! Owns the comparison only: rows come in as an iterator, in the order of their numbers, and are looked at once; memory
//! does not grow with the log. Must not trust anything in the database, and does not: numbers, hashes and checkpoints
//! stored there help to name an entry, and never to call a log intact.
//!
//! What can be named depends on what was kept outside the administrator's reach:
//!
//! | kept outside | named exactly | named as a range |
//! |---|---|---|
//! | the checkpoint | gaps and doubles in the numbers; how many entries are missing at the end; an entry changed without its stored hash | every other change: somewhere before the checkpoint |
//! | also earlier checkpoints | as above | between the last checkpoint that agrees and the first that does not: a minute's entries |
//! | also the leaf hashes of [`super::folder`] | everything: altered, missing, inserted, moved, cut | nothing |
//!
//! The second column holds even for somebody who rewrites entries, hashes and numbers alike, because the leaf hashes
//! are believed only when they lead to the signed root.

mod exact;
mod ranges;

use std::fmt;
use std::io;

use super::checkpoint::Checkpoint;
use super::tree::{CompactRange, Hash, leaf_hash};

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLeaf {
    /// Its number, from zero.
    pub index: u64,
    /// Its canonical text.
    pub entry: String,
    /// The hash stored beside it.
    pub hash: Vec<u8>,
}

/// Leaf hashes kept outside the database, from entry zero on. Read more than once, each time from the beginning.
pub trait HashLog {
    /// The hashes in order; ends after the first error.
    fn hashes(&self) -> Box<dyn Iterator<Item = io::Result<Hash>> + '_>;
}

impl HashLog for Vec<Hash> {
    fn hashes(&self) -> Box<dyn Iterator<Item = io::Result<Hash>> + '_> {
        Box::new(self.iter().copied().map(Ok))
    }
}

/// What there is beside the checkpoint itself.
#[derive(Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// Earlier checkpoints of the same log, with their signatures checked, by size.
    pub earlier: &'a [Checkpoint],
    /// Leaf hashes kept outside the database.
    pub hashes: Option<&'a dyn HashLog>,
}

/// The first thing that is wrong. Numbers count from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The entry was changed (or, where no leaf hashes are kept outside, its stored hash was).
    Altered {
        /// Its number.
        index: u64,
    },
    /// Entries are no longer there.
    Missing {
        /// The first of them.
        first: u64,
        /// How many in a row.
        count: u64,
    },
    /// There is an entry that was never written, or the same number twice.
    Inserted {
        /// Where it stands.
        index: u64,
    },
    /// The entry stands in another place than it was written.
    Moved {
        /// The number it was given.
        entry: u64,
        /// The number at which it stands now.
        found_at: u64,
    },
    /// The log ends too early: entries were cut off, or an older copy of the database was put back.
    Cut {
        /// How many entries there are.
        entries: u64,
        /// How many the checkpoint covers.
        expected: u64,
    },
    /// Something was changed among these entries; which of them cannot be told from what was kept.
    Somewhere {
        /// The first that may be changed.
        from: u64,
        /// The first that is not meant any more.
        to: u64,
    },
}

impl Finding {
    /// The first number at which the log is not as it was, or may not be.
    #[must_use]
    pub fn first(&self) -> u64 {
        match *self {
            Self::Altered { index } | Self::Inserted { index } => index,
            Self::Missing { first, .. } => first,
            Self::Moved { entry, found_at } => entry.min(found_at),
            Self::Cut { entries, .. } => entries,
            Self::Somewhere { from, .. } => from,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Altered { index } => write!(f, "entry {index} was altered"),
            Self::Missing { first, count: 1 } => write!(f, "entry {first} is missing"),
            Self::Missing { first, count } => {
                write!(f, "{count} entries are missing, from {first} to {}", first + count - 1)
            }
            Self::Inserted { index } => write!(f, "at {index} stands an entry that was never written there"),
            Self::Moved { entry, found_at } => write!(f, "entry {entry} was moved and now stands at {found_at}"),
            Self::Cut { entries, expected } => write!(
                f,
                "the log ends after {entries} of {expected} entries: {} are missing; they were cut off, or an older copy \
                 of the database was put back",
                expected - entries
            ),
            Self::Somewhere { from, to } => {
                write!(f, "something was changed among the entries {from} to {}", to.saturating_sub(1))
            }
        }
    }
}

/// Whether leaf hashes were there and could be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashesFound {
    /// None were given.
    None,
    /// They lead to the signed root.
    Authentic,
    /// They are incomplete or lead to another root, and were left aside.
    NotAuthentic,
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Entries, from zero on, that are proven to be as they were signed.
    pub proven: u64,
    /// Entries after the checkpoint. Nothing is proven of them yet; their numbers and stored hashes agree.
    pub beyond: u64,
    /// Whether leaf hashes helped.
    pub hashes: HashesFound,
    /// The first entry that is not as it was.
    pub finding: Option<Finding>,
    /// The first entry that is proven intact although the hash stored beside it is another.
    pub stored_hash_wrong: Option<u64>,
}

impl Report {
    /// Whether everything the checkpoint covers is as it was, and nothing is wrong after it.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.finding.is_none() && self.stored_hash_wrong.is_none()
    }
}

/// Why no report could be made.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError<E> {
    /// The rows could not be read.
    #[error("the entries could not be read: {0}")]
    Rows(E),
    /// The leaf hashes could be read once and not again.
    #[error("the leaf hashes could not be read: {0}")]
    Hashes(io::Error),
}

/// Compares `rows`, in the order of their numbers, with `checkpoint`, whose signature the caller has checked.
///
/// # Errors
/// [`VerifyError`] when something could not be read; what is wrong with the log itself is in the report.
pub fn verify<E>(
    rows: impl IntoIterator<Item = Result<StoredLeaf, E>>,
    checkpoint: &Checkpoint,
    evidence: Evidence<'_>,
) -> Result<Report, VerifyError<E>> {
    let mut rows = rows.into_iter();
    let (hashes, authentic) = match evidence.hashes {
        None => (HashesFound::None, None),
        Some(log) if leads_to(log, checkpoint) => (HashesFound::Authentic, Some(log)),
        Some(_) => (HashesFound::NotAuthentic, None),
    };
    let walk = match authentic {
        Some(log) => exact::walk(&mut rows, checkpoint.size, log)?,
        None => ranges::walk(&mut rows, checkpoint, evidence.earlier)?,
    };
    let mut report = Report {
        proven: walk.proven,
        beyond: 0,
        hashes,
        finding: walk.finding,
        stored_hash_wrong: walk.stored_hash_wrong,
    };
    if report.finding.is_none() {
        beyond(&mut rows, checkpoint.size, &mut report)?;
    }
    Ok(report)
}

/// What was found among the entries that the checkpoint covers.
struct Walk {
    proven: u64,
    finding: Option<Finding>,
    stored_hash_wrong: Option<u64>,
}

fn leads_to(log: &dyn HashLog, checkpoint: &Checkpoint) -> bool {
    let mut tree = CompactRange::new();
    let mut hashes = log.hashes();
    while tree.size() < checkpoint.size {
        match hashes.next() {
            Some(Ok(hash)) => tree.push(hash),
            Some(Err(_)) | None => return false,
        }
    }
    tree.root() == checkpoint.root
}

/// The entries after the checkpoint: only what the database says of itself can be compared.
fn beyond<E>(
    rows: &mut impl Iterator<Item = Result<StoredLeaf, E>>,
    size: u64,
    report: &mut Report,
) -> Result<(), VerifyError<E>> {
    for row in rows {
        let row = row.map_err(VerifyError::Rows)?;
        let expected = size + report.beyond;
        report.finding = numbering(row.index, expected);
        if report.finding.is_none() && !row.hash_is_its_own() {
            report.finding = Some(Finding::Altered { index: row.index });
        }
        if report.finding.is_some() {
            return Ok(());
        }
        report.beyond += 1;
    }
    Ok(())
}

/// What a number other than the expected one means by itself.
fn numbering(found: u64, expected: u64) -> Option<Finding> {
    match found.cmp(&expected) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Finding::Inserted { index: found }),
        std::cmp::Ordering::Greater => Some(Finding::Missing { first: expected, count: found - expected }),
    }
}

impl StoredLeaf {
    fn leaf_hash(&self) -> Hash {
        leaf_hash(self.entry.as_bytes())
    }

    fn hash_is_its_own(&self) -> bool {
        self.hash == self.leaf_hash()
    }
}

#[cfg(test)]
mod tests;
