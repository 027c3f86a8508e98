//! What one scheduler remembers between two looks at the store.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::lease::LeaseWatch;
use crate::store::JobView;

/// What this scheduler remembers between polls. None of it matters to correctness across processes.
#[derive(Debug)]
pub(crate) struct Looks {
    pub watch: LeaseWatch,
    pub quiet: HashMap<String, Quiet>,
    pub known: HashSet<String>,
    pub last: Duration,
}

/// A job for which the store showed nothing to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quiet {
    pub slot: Option<DateTime<Utc>>,
    pub since: Duration,
}

impl Looks {
    pub fn new(lease: Duration, uptime: Duration) -> Self {
        Self { watch: LeaseWatch::new(lease), quiet: HashMap::new(), known: HashSet::new(), last: uptime }
    }

    /// Whether the store showed nothing to do for this slot, not long ago.
    pub fn is_quiet(&self, job: &str, slot: Option<DateTime<Utc>>, uptime: Duration, refresh: Duration) -> bool {
        self.quiet.get(job).is_some_and(|quiet| quiet.slot == slot && uptime.saturating_sub(quiet.since) < refresh)
    }

    /// Whether nobody holds the lease, or its holder has been watched to lapse.
    pub fn lease_is_free(&mut self, job: &str, view: &JobView, uptime: Duration) -> bool {
        if view.lease.is_none() {
            self.watch.forget(job);
            return true;
        }
        self.watch.has_lapsed(job, view.version, uptime)
    }
}
