//! How the jobs are doing: last success, running since, overdue. For readiness, metrics and the console,
//! in any process that reaches the store, whether it runs jobs or not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::job::JobSpec;
use crate::plan;
use crate::store::{JobView, StoreError, Tick, TickState, TickStore};

/// How long a job may look overdue before it is called so, by monotonic time: after a start, a forward jump of
/// the clock, or under a clock that runs fast, it gets this long to catch up.
pub const DEFAULT_GRACE: Duration = Duration::from_secs(60);

/// One job's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobHealth {
    /// The job.
    pub job: String,
    /// When a run last succeeded.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When that run was due.
    pub last_success_for: Option<DateTime<Utc>>,
    /// Since when it runs, and where.
    pub running: Option<RunningSince>,
    /// The newest tick: how the last run went.
    pub latest: Option<Tick>,
    /// The next occurrence.
    pub next_due: Option<DateTime<Utc>>,
    /// It has had no success for more than twice its period.
    pub overdue: bool,
}

/// A run under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSince {
    /// When it started.
    pub since: DateTime<Utc>,
    /// The scheduler that runs it.
    pub worker: String,
}

/// Watches the jobs of a store.
pub struct Monitor {
    specs: Vec<JobSpec>,
    store: Arc<dyn TickStore>,
    clock: Arc<dyn Clock>,
    grace: Duration,
    fine: Mutex<HashMap<String, Fine>>,
    started: Duration,
    /// The same moment by the clock of the schedules: since when a job can be missed that no scheduler ever knew.
    started_at: DateTime<Utc>,
}

/// When a job was last seen to be fine, and its last success then.
#[derive(Debug, Clone, Copy)]
struct Fine {
    success: Option<DateTime<Utc>>,
    at: Duration,
}

impl Monitor {
    /// A monitor for these jobs, with [`DEFAULT_GRACE`].
    pub fn new(specs: impl IntoIterator<Item = JobSpec>, store: Arc<dyn TickStore>, clock: Arc<dyn Clock>) -> Self {
        let (started, started_at) = (clock.uptime(), clock.now());
        let specs = specs.into_iter().collect();
        Self { specs, store, clock, grace: DEFAULT_GRACE, fine: Mutex::default(), started, started_at }
    }

    /// The same monitor with another grace; zero for a command that looks once.
    #[must_use]
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Every job's health, in the order given.
    ///
    /// # Errors
    /// The store is unavailable.
    pub fn status(&self) -> Result<Vec<JobHealth>, StoreError> {
        let now = self.clock.now();
        self.specs.iter().map(|spec| self.job_status(spec, now)).collect()
    }

    fn job_status(&self, spec: &JobSpec, now: DateTime<Utc>) -> Result<JobHealth, StoreError> {
        let view = self.store.view(spec.name(), None)?;
        let since = view.as_ref().map_or(self.started_at, |view| view.last_success_at.unwrap_or(view.since));
        let overdue = is_overdue(spec, since, now);
        let last_success_at = view.as_ref().and_then(|view| view.last_success_at);
        Ok(JobHealth {
            job: spec.name().to_owned(),
            last_success_at,
            last_success_for: view.as_ref().and_then(|view| view.last_success_for),
            running: view.as_ref().and_then(running),
            latest: self.store.history(spec.name(), 1)?.pop(),
            next_due: spec.schedule().next_after(now),
            overdue: self.has_outlasted_grace(spec.name(), last_success_at, overdue),
        })
    }

    /// Whether the job has looked overdue, with no success in between, for longer than the grace.
    fn has_outlasted_grace(&self, job: &str, success: Option<DateTime<Utc>>, overdue: bool) -> bool {
        let uptime = self.clock.uptime();
        let mut fine = self.fine.lock().unwrap_or_else(PoisonError::into_inner);
        let last = fine.entry(job.to_owned()).or_insert(Fine { success, at: self.started });
        if !overdue || last.success != success {
            *last = Fine { success, at: uptime };
        }
        overdue && uptime.saturating_sub(last.at) >= self.grace
    }
}

fn running(view: &JobView) -> Option<RunningSince> {
    let lease = view.lease.as_ref()?;
    let tick =
        view.open.iter().find(|tick| tick.state == TickState::Running && tick.fencing == view.version.fencing)?;
    Some(RunningSince { since: tick.started_at?, worker: lease.leased_by.clone() })
}

/// Whether the job, without success since `success`, has had none for more than twice its period at `now`, the
/// period being the time between its last two occurrences: a job of office hours is not overdue on Sunday.
#[must_use]
pub fn is_overdue(spec: &JobSpec, success: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let Some(last) = plan::slot(spec, now) else {
        return false;
    };
    let Some(before) = plan::slot(spec, last - TimeDelta::seconds(1)) else {
        return false;
    };
    success < before && now - success > (last - before) * 2
}
