//! What a job is: its name, its schedule and limits, what it is given and what it returns. A job has no
//! input, is idempotent, and works in bounded batches; what it does is none of this crate's business.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::schedule::{Schedule, ScheduleError};

/// The longest error summary that is kept, in characters.
pub const MAX_SUMMARY: usize = 500;

/// A job's name, when it runs, and its limits. Enough to watch the job; see [`Job`] to run it.
#[derive(Debug, Clone)]
pub struct JobSpec {
    name: String,
    schedule: Schedule,
    timeout: Duration,
    backoff: Backoff,
}

/// A job that cannot be set up: which, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("job {job:?}: {problem}")]
pub struct JobProblem {
    /// The name as given.
    pub job: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a job.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Names end up in logs, metrics and URLs.
    #[error("a name is 1 to 64 lower-case letters, digits and hyphens")]
    Name,
    /// The name is used twice.
    #[error("another job has the same name")]
    Duplicate,
    /// The schedule is not usable.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl JobSpec {
    /// A job named `name` that runs when `cron` says so in `zone`, with a time-out of 10 minutes and the
    /// default [`Backoff`]. The expression is explained at [`Schedule::parse`].
    ///
    /// # Errors
    /// Names the job and what is wrong with its name, expression or zone.
    pub fn new(name: &str, cron: &str, zone: &str) -> Result<Self, JobProblem> {
        let problem = |problem| JobProblem { job: name.to_owned(), problem };
        if !is_name(name) {
            return Err(problem(Problem::Name));
        }
        let schedule = Schedule::parse(cron, zone).map_err(|error| problem(error.into()))?;
        Ok(Self { name: name.to_owned(), schedule, timeout: Duration::from_secs(600), backoff: Backoff::default() })
    }

    /// The same job with another time-out. A run that takes longer is asked to stop.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same job with other retries.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it runs.
    #[must_use]
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// How long a run may take, measured by [`crate::Clock::uptime`].
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How failed runs are retried.
    #[must_use]
    pub const fn backoff(&self) -> Backoff {
        self.backoff
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// How a failed run is retried, before it is left to the next tick. Delays double from `first` to `cap`,
/// on the clock of the schedule, and none reaches past the next occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The delay after the first failure.
    pub first: Duration,
    /// The longest delay.
    pub cap: Duration,
    /// How many attempts a tick gets, the first included. A run that ended with its process counts.
    pub attempts: i32,
}

impl Default for Backoff {
    /// 10 s, 20 s, 40 s, 80 s: five attempts.
    fn default() -> Self {
        Self { first: Duration::from_secs(10), cap: Duration::from_secs(300), attempts: 5 }
    }
}

impl Backoff {
    /// The delay after failed attempt number `attempt` (from 1); `None` after the last one.
    #[must_use]
    pub fn delay(&self, attempt: i32) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(20);
        Some(self.first.saturating_mul(1 << doublings).min(self.cap))
    }
}

/// A job and what it does.
#[derive(Clone)]
pub struct Job {
    pub(crate) spec: JobSpec,
    pub(crate) run: Arc<RunFn>,
}

pub(crate) type RunFn = dyn Fn(&RunContext) -> Result<RunReport, JobError> + Send + Sync;

impl Job {
    /// A job that runs `run`, on a thread of its own, never twice at once.
    pub fn new(
        spec: JobSpec,
        run: impl Fn(&RunContext) -> Result<RunReport, JobError> + Send + Sync + 'static,
    ) -> Self {
        Self { spec, run: Arc::new(run) }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// Why a run is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancel {
    /// The process stops.
    Stopping,
    /// The run took longer than the job's time-out.
    TimedOut,
    /// Another process has, or may have, taken the tick over.
    LeaseLost,
}

/// What a run is given.
#[derive(Debug, Clone)]
pub struct RunContext {
    /// When the tick was due.
    pub scheduled_for: DateTime<Utc>,
    /// When this attempt started, on the clock of the schedule. Work is asked for as of this instant.
    pub now: DateTime<Utc>,
    /// The number that proves this run is the newest of its job.
    pub fencing: i64,
    cancel: CancelFlag,
}

impl RunContext {
    /// A context outside a scheduler: for calling a job directly, as tests do.
    #[must_use]
    pub fn new(scheduled_for: DateTime<Utc>, now: DateTime<Utc>, fencing: i64) -> Self {
        Self::with_flag(scheduled_for, now, fencing, CancelFlag::default())
    }

    pub(crate) const fn with_flag(
        scheduled_for: DateTime<Utc>,
        now: DateTime<Utc>,
        fencing: i64,
        cancel: CancelFlag,
    ) -> Self {
        Self { scheduled_for, now, fencing, cancel }
    }

    /// Whether the run should stop. A job looks between batches, and answers with
    /// [`JobError::cancelled`] when it stops before its end.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.cancel_reason().is_some()
    }

    /// Why the run should stop, when it should.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<Cancel> {
        self.cancel.get()
    }
}

/// A flag shared by a run and its scheduler. The first reason stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct CancelFlag(Arc<AtomicU8>);

impl CancelFlag {
    pub(crate) fn raise(&self, reason: Cancel) {
        let code = match reason {
            Cancel::Stopping => 1,
            Cancel::TimedOut => 2,
            Cancel::LeaseLost => 3,
        };
        // Losing to an earlier reason is fine.
        let _ = self.0.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
    }

    pub(crate) fn get(&self) -> Option<Cancel> {
        match self.0.load(Ordering::Acquire) {
            1 => Some(Cancel::Stopping),
            2 => Some(Cancel::TimedOut),
            3 => Some(Cancel::LeaseLost),
            _ => None,
        }
    }
}

/// What a run counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunReport {
    /// Items considered.
    pub looked_at: u64,
    /// Items made or changed.
    pub made: u64,
    /// Items left as they were.
    pub skipped: u64,
    /// Items that failed without stopping the run.
    pub failed: u64,
}

/// Why a run did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{summary}")]
pub struct JobError {
    pub(crate) summary: String,
    pub(crate) report: RunReport,
    pub(crate) cancelled: bool,
}

impl JobError {
    /// A run that failed. The summary is stored, shown and logged: it must hold no personal data. Line
    /// breaks become spaces, and what goes beyond [`MAX_SUMMARY`] characters is cut.
    #[must_use]
    pub fn new(summary: impl AsRef<str>) -> Self {
        Self { summary: one_line(summary.as_ref()), report: RunReport::default(), cancelled: false }
    }

    /// A run that stopped because it was asked to, with what it had counted. When the process stops,
    /// its tick goes back to be started again elsewhere.
    #[must_use]
    pub fn cancelled(report: RunReport) -> Self {
        Self { summary: "stopped when asked to".to_owned(), report, cancelled: true }
    }

    /// The same failure with what the run had counted.
    #[must_use]
    pub fn with_report(mut self, report: RunReport) -> Self {
        self.report = report;
        self
    }

    /// What the run had counted.
    #[must_use]
    pub const fn report(&self) -> RunReport {
        self.report
    }

    /// Whether the run stopped because it was asked to.
    #[must_use]
    pub const fn was_cancelled(&self) -> bool {
        self.cancelled
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_SUMMARY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_cap_and_end() {
        let backoff = Backoff { first: Duration::from_secs(10), cap: Duration::from_secs(30), attempts: 4 };
        let delays: Vec<_> = (1..=5).map(|attempt| backoff.delay(attempt).map(|delay| delay.as_secs())).collect();
        assert_eq!(delays, [Some(10), Some(20), Some(30), None, None]);
    }

    #[test]
    fn a_name_is_refused_with_the_job_named() {
        for name in ["", "Sweep", "a b", "naïef", &"x".repeat(65)] {
            let error = JobSpec::new(name, "0 0 4 * * *", "UTC").expect_err(name);
            assert_eq!(error.problem, Problem::Name);
            assert!(error.to_string().contains(&format!("{name:?}")), "{error}");
        }
    }

    #[test]
    fn a_summary_is_one_bounded_line() {
        let error = JobError::new(format!("a\nb{}", "x".repeat(1000)));
        assert!(error.summary.starts_with("a bx"));
        assert_eq!(error.summary.chars().count(), MAX_SUMMARY);
    }

    #[test]
    fn the_first_reason_to_stop_stands() {
        let flag = CancelFlag::default();
        let context = RunContext::with_flag(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH, 1, flag.clone());
        assert!(!context.cancelled());
        flag.raise(Cancel::TimedOut);
        flag.raise(Cancel::Stopping);
        assert_eq!(context.cancel_reason(), Some(Cancel::TimedOut));
    }
}
