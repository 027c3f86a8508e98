//! What taking a file in would change: for each record, in the order of the file.

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Checked, Identity, Record, RowFault};

/// What is kept of an order that was taken in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Digest of what was taken in.
    pub digest: [u8; 32],
    /// As of when it stood.
    pub as_of: DateTime<FixedOffset>,
}

/// What one record would change.
#[derive(Debug)]
pub enum Change {
    /// An order that is not there yet.
    New(Box<Record>),
    /// An order that says something else than before.
    Changed(Box<Record>),
    /// Nothing.
    Unchanged,
    /// It cannot be taken in.
    Rejected(Vec<RowFault>),
}

/// One record of the plan.
#[derive(Debug)]
pub struct Planned {
    /// Where it begins.
    pub line: u64,
    /// What names it; `None` when that could not be read.
    pub identity: Option<Identity>,
    /// Digest of what it says, when it can be taken in.
    pub digest: Option<[u8; 32]>,
    /// What it would change.
    pub change: Change,
}

/// How many records there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Not there yet.
    pub new: u64,
    /// Different from before.
    pub changed: u64,
    /// As before.
    pub unchanged: u64,
    /// Not taken in.
    pub rejected: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.new + self.changed + self.unchanged + self.rejected
    }
}

/// Makes the plan of one file..
#[derive(Debug, Default)]
pub struct Planner {
    seen: HashSet<Identity>,
    /// What was planned so far.
    pub counts: Counts,
}

impl Planner {
    /// Plans the next record. `known` is asked for what is kept of an order.
    pub fn plan(&mut self, checked: Checked, known: impl FnOnce(&Identity) -> Option<Known>) -> Planned {
        let planned = match checked {
            Checked::Bad { line, faults } => {
                Planned { line, identity: None, digest: None, change: Change::Rejected(faults) }
            }
            Checked::Good { line, identity, digest, record } => {
                let change = self.change(line, &identity, digest, record, known);
                Planned { line, identity: Some(identity), digest: Some(digest), change }
            }
        };
        match &planned.change {
            Change::New(_) => self.counts.new += 1,
            Change::Changed(_) => self.counts.changed += 1,
            Change::Unchanged => self.counts.unchanged += 1,
            Change::Rejected(_) => self.counts.rejected += 1,
        }
        planned
    }

    fn change(
        &mut self,
        line: u64,
        identity: &Identity,
        digest: [u8; 32],
        record: Box<Record>,
        known: impl FnOnce(&Identity) -> Option<Known>,
    ) -> Change {
        let rejected =
            |field: &str, code: &str, reason: &str| Change::Rejected(vec![RowFault::new(line, field, code, reason)]);
        if !self.seen.insert(identity.clone()) {
            return rejected("orderId", "not_unique", "this order is there twice in the file");
        }
        match known(identity) {
            None => Change::New(record),
            Some(known) if known.digest == digest => Change::Unchanged,
            // An older file that arrives late must not undo a newer one.
            Some(known) if record.as_of < known.as_of => {
                rejected("asOf", "outdated", "is older than what was taken in before, and says something else")
            }
            Some(_) => Change::Changed(record),
        }
    }
}
