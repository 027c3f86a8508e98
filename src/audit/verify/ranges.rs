//! Without leaf hashes from outside: roots are compared at each checkpoint, which tells between which two the log was
//! changed. Within such a range an entry can be named when the database contradicts itself.

use super::super::checkpoint::Checkpoint;
use super::super::tree::CompactRange;
use super::{Finding, StoredLeaf, VerifyError, Walk, numbering};

/// Walks the entries that `checkpoint` covers.
pub(super) fn walk<E>(
    rows: &mut impl Iterator<Item = Result<StoredLeaf, E>>,
    checkpoint: &Checkpoint,
    earlier: &[Checkpoint],
) -> Result<Walk, VerifyError<E>> {
    let mut known: Vec<&Checkpoint> = earlier.iter().filter(|earlier| earlier.size <= checkpoint.size).collect();
    known.push(checkpoint);
    known.sort_by_key(|known| known.size);
    let mut state = State::default();
    for next in known {
        while state.entries.size() < next.size {
            let row = rows.next().transpose().map_err(VerifyError::Rows)?;
            if let Some(finding) = state.take(row.as_ref(), checkpoint.size) {
                return Ok(state.report(Some(finding)));
            }
        }
        if let Some(finding) = state.compare(next) {
            return Ok(state.report(Some(finding)));
        }
    }
    Ok(state.report(None))
}

#[derive(Default)]
struct State {
    /// The tree over the entries.
    entries: CompactRange,
    /// The tree over the hashes stored beside them, since the last checkpoint that agreed.
    stored: CompactRange,
    /// Size of the last checkpoint that agreed.
    agreed: u64,
    /// First entry since then whose stored hash is not its own.
    contradiction: Option<u64>,
    stored_hash_wrong: Option<u64>,
}

impl State {
    fn take(&mut self, row: Option<&StoredLeaf>, expected: u64) -> Option<Finding> {
        let number = self.entries.size();
        let broken = match row {
            None => Some(Finding::Cut { entries: number, expected }),
            Some(row) => numbering(row.index, number).map(|finding| match finding {
                Finding::Missing { first, .. } => Finding::Missing { first, count: row.index.min(expected) - first },
                other => other,
            }),
        };
        if let (Some(_), Some(index)) = (broken, self.contradiction) {
            return Some(Finding::Altered { index });
        }
        if let (Some(row), None) = (row, broken) {
            let own = row.leaf_hash();
            if row.hash != own {
                self.contradiction.get_or_insert(number);
            }
            self.entries.push(own);
            self.stored.push(row.hash.as_slice().try_into().unwrap_or(own));
        }
        broken
    }

    fn compare(&mut self, checkpoint: &Checkpoint) -> Option<Finding> {
        if self.entries.root() == checkpoint.root {
            // The entries are proven, so where a stored hash differs it is the hash that was changed.
            if let Some(number) = self.contradiction.take() {
                self.stored_hash_wrong.get_or_insert(number);
            }
            self.stored = self.entries.clone();
            self.agreed = checkpoint.size;
            return None;
        }
        match self.contradiction {
            // The stored hashes lead to the signed root, so each entry that differs from its own was changed.
            Some(index) if self.stored.root() == checkpoint.root => Some(Finding::Altered { index }),
            Some(_) | None => Some(Finding::Somewhere { from: self.agreed, to: checkpoint.size }),
        }
    }

    fn report(self, finding: Option<Finding>) -> Walk {
        Walk { proven: self.agreed, finding, stored_hash_wrong: self.stored_hash_wrong }
    }
}
