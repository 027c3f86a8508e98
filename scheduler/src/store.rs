//! What a scheduler keeps, and what a store must promise: ticks, one lease per job, fencing numbers.
//!
//! The trait is cut so that a store over SQL needs only short transactions of conditional
//! statements, the same on SQLite and PostgreSQL, and never compares times to decide who may run:
//!
//! ```sql
//! job (name PRIMARY KEY, since, fencing, renewals, leased_by NULL, leased_until NULL,
//!      last_started_for NULL, last_success_at NULL, last_success_for NULL)
//! job_tick (job, scheduled_for, kind, state, attempt, fencing, worker NULL, created_at,
//!      started_at NULL, finished_at NULL, retry_at NULL,
//!      looked_at, made, skipped, failed, error NULL,  PRIMARY KEY (job, scheduled_for))
//! ```
//! An index on `(job) WHERE state IN ('pending','running','retrying')` keeps [`TickStore::view`] cheap.
//! Every statement that touches both tables takes the `job` row first; that row is the lock.
//! Instants are whole microseconds. `tests` of a store run [`crate::conformance`] (feature
//! `conformance`).

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::job::RunReport;

/// Why a tick exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TickKind {
    /// An occurrence of the job's schedule. A newer one supersedes an older one that is still open.
    Schedule,
    /// Somebody asked for a run. Never superseded and supersedes nothing.
    Request,
}

impl TickKind {
    /// Every kind, for a CHECK constraint and its test.
    pub const ALL: [Self; 2] = [Self::Schedule, Self::Request];

    /// The word a store keeps.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Request => "request",
        }
    }

    /// The kind for a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a tick stands. The first three are open: some process still has to bring them to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TickState {
    /// Due, not started, or given back by a process that stopped.
    Pending,
    /// Started under a lease.
    Running,
    /// The last attempt failed; another follows at `retry_at`.
    Retrying,
    /// The run reported. Single items may have failed: see the report.
    Succeeded,
    /// The last attempt allowed within the period failed.
    Failed,
    /// A newer tick took its place before it came to an end.
    Superseded,
}

impl TickState {
    /// Every state, for a CHECK constraint and its test.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Retrying, Self::Succeeded, Self::Failed, Self::Superseded];

    /// The word a store keeps.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    /// The state for a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether a process still has to bring the tick to an end.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Running | Self::Retrying => true,
            Self::Succeeded | Self::Failed | Self::Superseded => false,
        }
    }
}

/// One tick: the record of one occurrence of a job and of its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The job's name.
    pub job: String,
    /// When it was due. With `job`, the tick's identity.
    pub scheduled_for: DateTime<Utc>,
    /// Why it exists.
    pub kind: TickKind,
    /// Where it stands.
    pub state: TickState,
    /// How many attempts were started; 0 before the first.
    pub attempt: i32,
    /// The fencing number of the last attempt; 0 before the first.
    pub fencing: i64,
    /// The scheduler that started the last attempt.
    pub worker: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the last attempt started; later than `scheduled_for` when the tick was caught up.
    pub started_at: Option<DateTime<Utc>>,
    /// When the last attempt ended, or when the tick was superseded.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the next attempt is due; only while [`TickState::Retrying`].
    pub retry_at: Option<DateTime<Utc>>,
    /// What the last attempt that ended reported.
    pub report: RunReport,
    /// Why the last attempt failed, or what a successful one found worth saying. No personal data.
    pub error: Option<String>,
}

/// The version of a job's lease. Every claim raises `fencing`; every renewal, finish and release
/// raises `renewals`. A claim names the version it has seen, and is refused when that has moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeaseVersion {
    /// The newest fencing number handed out for the job; never decreases.
    pub fencing: i64,
    /// Changes of the lease since that number was handed out.
    pub renewals: i64,
}

/// Who holds a job's lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The scheduler that holds it.
    pub leased_by: String,
    /// Until when it was last extended, on the holder's wall clock. For people: whether a lease has
    /// lapsed is decided by watching its version (see [`crate::lease`]), never by this time.
    pub leased_until: DateTime<Utc>,
}

/// All a scheduler needs to know of one job to decide what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    /// When the job first became known. Occurrences before it were never missed.
    pub since: DateTime<Utc>,
    /// The lease's version.
    pub version: LeaseVersion,
    /// The lease, when somebody holds it.
    pub lease: Option<Lease>,
    /// `scheduled_for` of the [`TickKind::Schedule`] tick that was started last (by order of starting).
    pub last_started_for: Option<DateTime<Utc>>,
    /// When a run last succeeded.
    pub last_success_at: Option<DateTime<Utc>>,
    /// `scheduled_for` of that run's tick.
    pub last_success_for: Option<DateTime<Utc>>,
    /// The newest tick with `slot <= scheduled_for < slot + 1 ms`, for the `slot` asked for.
    pub in_slot: Option<Tick>,
    /// Every open tick, oldest `scheduled_for` first.
    pub open: Vec<Tick>,
}

/// A wish to run a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The job.
    pub job: String,
    /// The tick.
    pub scheduled_for: DateTime<Utc>,
    /// Whether to make it, as a [`TickKind::Schedule`] tick, if it has no row: made and started together, no
    /// occurrence stands pending that nobody began.
    pub create: bool,
    /// Who asks.
    pub worker: String,
    /// The time recorded as `started_at`.
    pub now: DateTime<Utc>,
    /// The time recorded beside the lease.
    pub leased_until: DateTime<Utc>,
    /// The version the asker saw, of a lease that was free or that it watched lapse.
    pub seen: LeaseVersion,
}

/// A tick that is ours to run, as long as its fencing number is the newest of its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub job: String,
    /// The tick.
    pub scheduled_for: DateTime<Utc>,
    /// Why the tick exists.
    pub kind: TickKind,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// The number that proves the claim.
    pub fencing: i64,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// The tick becomes [`TickState::Succeeded`].
    Succeeded,
    /// The tick becomes [`TickState::Failed`].
    Failed,
    /// The tick becomes [`TickState::Retrying`].
    Retry {
        /// When the next attempt is due.
        at: DateTime<Utc>,
    },
}

/// The record of an attempt that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How.
    pub end: RunEnd,
    /// What it counted.
    pub report: RunReport,
    /// Why it failed, or what it has to say. No personal data.
    pub error: Option<String>,
}

/// The store could not answer; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the tick store is unavailable: {0}")]
pub struct StoreError(pub String);

/// Why a renewal, finish or release was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LeaseError {
    /// The claim's fencing number is no longer the newest, or its run has already ended.
    #[error("the lease has passed to another run")]
    Stale,
    /// The store could not answer; it may be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The rows behind any number of schedulers. Each method is one transaction.
pub trait TickStore: Send + Sync {
    /// Makes the job known, with `since = now`, fencing and renewals 0; no change when it is.
    /// (`INSERT INTO job ... ON CONFLICT DO NOTHING`)
    ///
    /// # Errors
    /// The store is unavailable.
    fn ensure_job(&self, job: &str, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Makes a pending tick; no change when one with this identity is there, whatever its state.
    /// Tells whether it was made. (`INSERT INTO job_tick ... ON CONFLICT DO NOTHING`)
    ///
    /// # Errors
    /// The store is unavailable, or the job was never made known.
    fn ensure_tick(
        &self,
        job: &str,
        scheduled_for: DateTime<Utc>,
        kind: TickKind,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// The job's row with its open ticks and the tick of `slot`; `None` for a job never made known.
    ///
    /// # Errors
    /// The store is unavailable.
    fn view(&self, job: &str, slot: Option<DateTime<Utc>>) -> Result<Option<JobView>, StoreError>;

    /// Takes the job's lease and starts the tick, or answers `None` and changes nothing. In order:
    ///
    /// 1. `UPDATE job SET fencing = fencing + 1, renewals = 0, leased_by, leased_until WHERE name AND
    ///    fencing = seen.fencing AND renewals = seen.renewals`; no row: `None`.
    /// 2. With `create`: what [`TickStore::ensure_tick`] does for a [`TickKind::Schedule`] tick.
    /// 3. `UPDATE job_tick SET state = 'running', attempt = attempt + 1, fencing = (the new one), worker,
    ///    started_at = now, finished_at = NULL, retry_at = NULL WHERE (job, scheduled_for) AND state is
    ///    open`; no row: roll back, `None`.
    /// 4. For a [`TickKind::Schedule`] tick: `UPDATE job SET last_started_for = scheduled_for`, and
    ///    `UPDATE job_tick SET state = 'superseded', finished_at = now, retry_at = NULL WHERE job AND
    ///    kind = 'schedule' AND scheduled_for < (this) AND state is open`.
    ///
    /// # Errors
    /// The store is unavailable.
    fn claim(&self, request: &ClaimRequest) -> Result<Option<Claim>, StoreError>;

    /// Shows that the holder lives: `UPDATE job SET renewals = renewals + 1, leased_until WHERE name AND
    /// fencing = claim.fencing AND leased_by IS NOT NULL`; no row: stale.
    ///
    /// # Errors
    /// [`LeaseError::Stale`], or the store is unavailable.
    fn renew(&self, claim: &Claim, leased_until: DateTime<Utc>) -> Result<(), LeaseError>;

    /// Ends the run and frees the lease: `UPDATE job SET leased_by = NULL, leased_until = NULL, renewals =
    /// renewals + 1 WHERE name AND fencing = claim.fencing AND leased_by IS NOT NULL` (no row: stale; on
    /// success also `last_success_at = finish.at, last_success_for = scheduled_for`), then the tick's
    /// state, `finished_at`, `retry_at`, report and error.
    ///
    /// # Errors
    /// [`LeaseError::Stale`], or the store is unavailable.
    fn finish(&self, claim: &Claim, finish: &Finish) -> Result<(), LeaseError>;

    /// Gives an unfinished tick back, for another process to start at once: frees the lease as
    /// [`TickStore::finish`] does, and sets the tick to pending with `attempt = attempt - 1`.
    ///
    /// # Errors
    /// [`LeaseError::Stale`], or the store is unavailable.
    fn release(&self, claim: &Claim) -> Result<(), LeaseError>;

    /// One tick.
    ///
    /// # Errors
    /// The store is unavailable.
    fn tick(&self, job: &str, scheduled_for: DateTime<Utc>) -> Result<Option<Tick>, StoreError>;

    /// The job's ticks, newest `scheduled_for` first, at most `limit`.
    ///
    /// # Errors
    /// The store is unavailable.
    fn history(&self, job: &str, limit: usize) -> Result<Vec<Tick>, StoreError>;

    /// Deletes ticks that are closed and older than `before`, except those at or after the job's
    /// `last_started_for`: the schedule still looks at that one. Tells how many.
    ///
    /// # Errors
    /// The store is unavailable.
    fn prune(&self, before: DateTime<Utc>) -> Result<u64, StoreError>;
}
