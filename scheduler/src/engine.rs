//! Carries the plans out against the store: polls, claims, runs, renews, ends. It starts no thread and never
//! waits: [`crate::scheduler`] calls it from threads, a simulation calls it step by step.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Timelike, Utc};
use thiserror::Error;

use crate::clock::Clock;
use crate::job::{Cancel, CancelFlag, Job, JobSpec, RunContext};
use crate::looks::{Looks, Quiet};
use crate::plan::{self, Step, delta};
use crate::running::Running;
use crate::settings::{Settings, SetupError, check_jobs};
use crate::store::{Claim, ClaimRequest, StoreError, TickKind, TickStore};

/// Why a run asked for is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// No such job.
    #[error("there is no job {0:?}")]
    UnknownJob(String),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A claimed tick, to be given to [`Engine::execute`].
#[derive(Debug)]
#[must_use = "a claimed tick that is not executed waits until its lease lapses"]
pub struct Run {
    pub(crate) claim: Claim,
    pub(crate) context: RunContext,
    pub(crate) job: Job,
}

impl Run {
    /// The job's name.
    #[must_use]
    pub fn job(&self) -> &str {
        self.job.spec.name()
    }

    /// The claim under which it runs.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        &self.claim
    }
}

/// One scheduler among any number on a store.
pub struct Engine {
    jobs: Vec<Job>,
    pub(crate) store: Arc<dyn TickStore>,
    pub(crate) clock: Arc<dyn Clock>,
    settings: Settings,
    stopping: AtomicBool,
    looks: Mutex<Looks>,
    running: Mutex<BTreeMap<String, Running>>,
}

impl Engine {
    /// An engine for these jobs. Reads nothing from the store yet, so it starts while the store is down.
    ///
    /// # Errors
    /// Names every job that has another's name or a schedule that will not fire again, or intervals that do
    /// not fit.
    pub fn new(
        jobs: Vec<Job>,
        store: Arc<dyn TickStore>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Result<Self, SetupError> {
        check_jobs(jobs.iter().map(|job| &job.spec), clock.now())?;
        settings.check()?;
        let looks = Looks::new(settings.lease, clock.uptime());
        Ok(Self {
            jobs,
            store,
            clock,
            settings,
            stopping: AtomicBool::new(false),
            looks: Mutex::new(looks),
            running: Mutex::new(BTreeMap::new()),
        })
    }

    /// How it works.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The jobs, to watch them with a [`crate::Monitor`].
    pub fn specs(&self) -> impl Iterator<Item = &JobSpec> {
        self.jobs.iter().map(|job| &job.spec)
    }

    /// Claims what is due: at most one tick per job, none for a job that still runs here. A job whose store
    /// calls fail is logged and does not hold up the others.
    pub fn poll(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for job in &self.jobs {
            if self.stopping.load(Ordering::Acquire) {
                break;
            }
            match catch_unwind(AssertUnwindSafe(|| self.poll_job(job))) {
                Ok(Ok(run)) => runs.extend(run),
                Ok(Err(error)) => {
                    tracing::warn!(job = job.spec.name(), %error, "cannot look for due ticks");
                }
                Err(_) => tracing::error!(job = job.spec.name(), "looking for due ticks panicked"),
            }
        }
        self.looks().last = self.clock.uptime();
        runs
    }

    /// How long ago the last poll ended: a scheduler that hangs is seen here.
    #[must_use]
    pub fn since_last_poll(&self) -> Duration {
        self.clock.uptime().saturating_sub(self.looks().last)
    }

    fn poll_job(&self, job: &Job) -> Result<Option<Run>, StoreError> {
        let name = job.spec.name();
        if self.running().contains_key(name) {
            return Ok(None);
        }
        let (now, uptime) = (self.now(), self.clock.uptime());
        let slot = self.looks().slot(&job.spec, now);
        if self.looks().is_quiet(name, slot, uptime, self.settings.refresh) {
            return Ok(None);
        }
        if self.looks().known.insert(name.to_owned()) {
            self.store.ensure_job(name, now).inspect_err(|_| {
                self.looks().known.remove(name);
            })?;
        }
        let Some(view) = self.store.view(name, slot)? else {
            self.looks().known.remove(name);
            return Ok(None);
        };
        let watched = self.looks().watch(name, &view, uptime);
        match plan::step(&job.spec, now, slot, &view, watched) {
            Step::Wait => {
                if view.lease.is_none() && view.open.is_empty() {
                    self.looks().quiet.insert(name.to_owned(), Quiet { slot, since: uptime });
                }
                Ok(None)
            }
            Step::Start { scheduled_for, create } => {
                let request = ClaimRequest {
                    job: name.to_owned(),
                    scheduled_for,
                    create,
                    worker: self.settings.worker.clone(),
                    now,
                    leased_until: self.leased_until(),
                    seen: view.version,
                };
                Ok(self.store.claim(&request)?.map(|claim| self.begin(job, claim, now)))
            }
        }
    }

    fn begin(&self, job: &Job, claim: Claim, now: DateTime<Utc>) -> Run {
        let cancel = CancelFlag::default();
        self.looks().note_start(&claim.job, claim.fencing, self.clock.uptime());
        let mut running = self.running();
        running.insert(
            job.spec.name().to_owned(),
            Running::new(&job.spec, claim.clone(), cancel.clone(), self.clock.uptime()),
        );
        // Asked under the lock that `stop` takes, so that no run slips between the two.
        if self.stopping.load(Ordering::Acquire) {
            cancel.raise(Cancel::Stopping);
        }
        drop(running);
        tracing::debug!(job = claim.job, scheduled_for = %claim.scheduled_for, fencing = claim.fencing, "run starts");
        let context = RunContext::with_flag(claim.scheduled_for, now, claim.fencing, cancel);
        Run { claim, context, job: job.clone() }
    }

    /// Asks for a run of `job`, as a tick of its own; whichever scheduler is first carries it out. Returns
    /// the tick's `scheduled_for`.
    ///
    /// # Errors
    /// The job is unknown, or the store is unavailable.
    pub fn request(&self, job: &str) -> Result<DateTime<Utc>, RequestError> {
        if !self.specs().any(|spec| spec.name() == job) {
            return Err(RequestError::UnknownJob(job.to_owned()));
        }
        let now = self.now();
        // The first millisecond of a second belongs to the schedule's own ticks.
        let first = now.nanosecond() < 1_000_000;
        let scheduled_for = if first { now + TimeDelta::milliseconds(1) } else { now };
        self.store.ensure_job(job, now)?;
        self.store.ensure_tick(job, scheduled_for, TickKind::Request, now)?;
        self.looks().quiet.remove(job);
        Ok(scheduled_for)
    }

    /// Claims nothing more, and asks what runs to stop.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        for running in self.running().values() {
            running.cancel.raise(Cancel::Stopping);
        }
    }

    /// The jobs that have a thread here, or an end not yet recorded.
    #[must_use]
    pub fn running_jobs(&self) -> Vec<String> {
        self.running().keys().cloned().collect()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    pub(crate) fn leased_until(&self) -> DateTime<Utc> {
        self.clock.wall().trunc_subsecs(6) + delta(self.settings.lease)
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn running(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
