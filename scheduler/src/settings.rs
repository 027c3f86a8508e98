//! How an engine is set up, and what is refused at that point rather than found out at night.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::job::{JobProblem, JobSpec, Problem};

/// How a scheduler works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name written into the rows: which process this is. No personal data.
    pub worker: String,
    /// How long a lease lasts without renewal; the same for all schedulers on a store. Renewed five times
    /// within its length.
    pub lease: Duration,
    /// How often to look whether something is due; at most a third of the lease.
    pub poll: Duration,
    /// How often to ask the store when nothing is due by the clock: finds runs asked for elsewhere.
    pub refresh: Duration,
}

impl Settings {
    /// A lease of 15 s, a look every second, the store asked at least every 10 s.
    #[must_use]
    pub fn new(worker: impl Into<String>) -> Self {
        Self {
            worker: worker.into(),
            lease: Duration::from_secs(15),
            poll: Duration::from_secs(1),
            refresh: Duration::from_secs(10),
        }
    }
}

/// Why an engine is not set up. Every problem of every job is named at once.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SetupError {
    /// Jobs that cannot run.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Jobs(Vec<JobProblem>),
    /// A lease could lapse while its holder lives.
    #[error("the poll interval ({poll:?}) must be above zero and at most a third of the lease ({lease:?})")]
    Intervals {
        /// As set.
        poll: Duration,
        /// As set.
        lease: Duration,
    },
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SetupError> {
        if self.poll.is_zero() || self.poll > self.lease / 3 {
            return Err(SetupError::Intervals { poll: self.poll, lease: self.lease });
        }
        Ok(())
    }
}

/// Refuses names used twice and schedules that will not fire again.
pub(crate) fn check_jobs<'a>(specs: impl Iterator<Item = &'a JobSpec>, now: DateTime<Utc>) -> Result<(), SetupError> {
    let mut names = HashSet::new();
    let mut problems = Vec::new();
    for spec in specs {
        let mut add = |problem| problems.push(JobProblem { job: spec.name().to_owned(), problem });
        if !names.insert(spec.name()) {
            add(Problem::Duplicate);
        }
        if let Err(error) = spec.schedule().check_fires_after(now) {
            add(error.into());
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(SetupError::Jobs(problems)) }
}
