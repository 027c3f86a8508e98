//! The schedulers of one process, and how the jobs are doing in all of them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use scheduler::store::StoreError as TickStoreError;
use scheduler::{Engine, JobHealth, Monitor, RequestError, Scheduler, Settings, SetupError};

use super::plan::{PlanError, Tempo, jobs, specs};
use crate::app::App;
use crate::clock::Clock;
use crate::store::ticks::Ticks;

/// Why the jobs do not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// They cannot be put together.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A schedule will not fire, or intervals do not fit.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The system gives no thread.
    #[error("no thread for the scheduler: {0}")]
    Threads(#[from] std::io::Error),
}

/// The schedulers at work in this process. Dropping it stops them without waiting.
pub struct Handle {
    schedulers: Vec<Scheduler>,
}

/// Starts every job of this system, in this process. Any number of processes may do so.
///
/// # Errors
/// [`StartError`] says what is in the way.
pub fn spawn(app: &App) -> Result<Handle, StartError> {
    let worker = format!("{}-{}", std::process::id(), crate::ids::RequestId::fresh());
    let mut schedulers = Vec::new();
    for tempo in Tempo::ALL {
        let store = Arc::new(Ticks::new(app.store.clone()));
        let clock = Arc::new(JobClock { clock: app.clock.clone(), tempo });
        let engine = Engine::new(jobs(app, tempo)?, store, clock, Settings::new(worker.clone()))?;
        schedulers.push(Scheduler::start(engine)?);
    }
    Ok(Handle { schedulers })
}

impl Handle {
    /// Asks for a run of `job` now, and answers the tick's time. Waits for the store: not on a thread of a runtime.
    ///
    /// # Errors
    /// The job is unknown, or the store is unavailable.
    pub fn run_now(&self, job: &str) -> Result<DateTime<Utc>, RequestError> {
        let mut unknown = RequestError::UnknownJob(job.to_owned());
        for scheduler in &self.schedulers {
            match scheduler.run_now(job) {
                Err(error @ RequestError::UnknownJob(_)) => unknown = error,
                other => return other,
            }
        }
        Err(unknown)
    }

    /// Stops: nothing more is started, what runs is asked to stop and waited for at most `limit` in all, and what has
    /// not ended is given back for another process. Answers the jobs that were still running.
    pub fn shutdown(self, limit: Duration) -> Vec<String> {
        let each = limit / u32::try_from(self.schedulers.len().max(1)).unwrap_or(1);
        self.schedulers.into_iter().flat_map(|scheduler| scheduler.shutdown(each)).collect()
    }
}

/// How the jobs are doing, whichever process runs them: for readiness, metrics and the console.
pub struct Watch {
    monitors: Vec<Monitor>,
}

impl Watch {
    /// A watch over the jobs of this system. Keep it: it remembers since when a job has looked overdue.
    ///
    /// # Errors
    /// Never for schedules that the settings accepted.
    pub fn new(app: &App) -> Result<Self, PlanError> {
        let monitor = |tempo| {
            let store = Arc::new(Ticks::new(app.store.clone()));
            let clock = Arc::new(JobClock { clock: app.clock.clone(), tempo });
            Ok::<_, PlanError>(Monitor::new(specs(&app.config.jobs, tempo)?, store, clock))
        };
        Ok(Self { monitors: Tempo::ALL.into_iter().map(monitor).collect::<Result<_, _>>()? })
    }

    /// Every job's health. Waits for the store: not on a thread of a runtime.
    ///
    /// # Errors
    /// The store is unavailable.
    pub fn status(&self) -> Result<Vec<JobHealth>, TickStoreError> {
        let mut all = Vec::new();
        for monitor in &self.monitors {
            all.extend(monitor.status()?);
        }
        Ok(all)
    }
}

/// One of the two clocks, as the scheduler reads it.
struct JobClock {
    clock: Clock,
    tempo: Tempo,
}

impl scheduler::Clock for JobClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        match self.tempo {
            Tempo::Legal => now.legal.utc(),
            Tempo::System => now.system.utc(),
        }
    }

    fn wall(&self) -> DateTime<Utc> {
        self.clock.now().system.utc()
    }

    fn uptime(&self) -> Duration {
        self.clock.uptime()
    }
}
