//! What one scheduler remembers between two looks at the store.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::job::JobSpec;
use crate::lease::LeaseWatch;
use crate::plan::{self, Watched};
use crate::store::JobView;

/// What this scheduler remembers between polls. None of it matters to correctness across processes.
#[derive(Debug)]
pub(crate) struct Looks {
    pub leases: LeaseWatch,
    pub quiet: HashMap<String, Quiet>,
    pub slots: HashMap<String, Slot>,
    pub starts: HashMap<String, Start>,
    pub known: HashSet<String>,
    pub last: Duration,
}

/// A job for which the store showed nothing to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quiet {
    pub slot: Option<DateTime<Utc>>,
    pub since: Duration,
}

/// The stretch of time in which an occurrence is the newest: it saves reading the calendar at every look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// The newest fencing number seen, and when it was first seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    fencing: i64,
    at: Duration,
}

impl Looks {
    pub fn new(lease: Duration, uptime: Duration) -> Self {
        Self {
            leases: LeaseWatch::new(lease),
            quiet: HashMap::new(),
            slots: HashMap::new(),
            starts: HashMap::new(),
            known: HashSet::new(),
            last: uptime,
        }
    }

    /// [`plan::slot`], remembered while the clock stays within its stretch.
    pub fn slot(&mut self, spec: &JobSpec, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(slot) = self.slots.get(spec.name()).filter(|slot| (slot.from..slot.until).contains(&now)) {
            return Some(slot.from);
        }
        let from = plan::slot(spec, now)?;
        if let Some(until) = spec.schedule().next_after(now) {
            self.slots.insert(spec.name().to_owned(), Slot { from, until });
        }
        Some(from)
    }

    /// Whether the store showed nothing to do for this slot, not long ago.
    pub fn is_quiet(&self, job: &str, slot: Option<DateTime<Utc>>, uptime: Duration, refresh: Duration) -> bool {
        self.quiet.get(job).is_some_and(|quiet| quiet.slot == slot && uptime.saturating_sub(quiet.since) < refresh)
    }

    /// Takes note of what the store shows of the job.
    pub fn watch(&mut self, job: &str, view: &JobView, uptime: Duration) -> Watched {
        let lease_is_free = if view.lease.is_none() {
            self.leases.forget(job);
            true
        } else {
            self.leases.has_lapsed(job, view.version, uptime)
        };
        let seen = self.starts.get(job).copied().filter(|seen| seen.fencing == view.version.fencing);
        let at = seen.map_or(uptime, |seen| seen.at);
        self.note_start(job, view.version.fencing, at);
        Watched { lease_is_free, since_last_start: uptime.saturating_sub(at) }
    }

    /// Takes note that a run started.
    pub fn note_start(&mut self, job: &str, fencing: i64, at: Duration) {
        self.starts.insert(job.to_owned(), Start { fencing, at });
    }
}
