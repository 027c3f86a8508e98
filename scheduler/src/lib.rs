//! WHEN things run: named jobs on cron schedules in a named time zone, for any number of processes
//! that share one store.
//!
//! The crate knows nothing of what the jobs do, of a database or of a web server. Its store is the
//! trait [`TickStore`], its time the trait [`Clock`]; it never reads a clock of its own.
//!
//! # How it works
//! A *tick* is a row, unique on (job, `scheduled_for`). Nothing ever "fires": each scheduler asks
//! again and again *which occurrence of the schedule is the newest at or before now, and has it a
//! row yet?* So any number of schedulers is harmless, a restart needs no special case, and whatever
//! was missed coalesces into one tick, which records both when it was due and when it started.
//!
//! A job runs under a *lease* with a *fencing number* from the store. The holder renews the lease
//! while the job runs; a process that dies stops renewing, and another takes the tick over. A number
//! that is no longer the newest is refused when its run reports, so a process that wakes from a long
//! sleep cannot overwrite its successor.
//!
//! | module | owns |
//! |---|---|
//! | [`schedule`] | cron expressions, zones, what summer time does to a local time |
//! | [`job`] | what a job is, what it is given, what it returns |
//! | [`store`] | the rows, and what a store must promise |
//! | [`plan`] | the decisions, pure: what to start, how a run ends |
//! | [`lease`] | when a lease of somebody else has lapsed |
//! | [`engine`] | carries the plans out; does not wait |
//! | [`health`] | last success, running since, overdue |
//! | [`scheduler`] | the threads |
//! | [`settings`] | intervals, and what is refused at start |
//! | [`memory`] | a store in memory, for tests |
//!
//! # Time
//! Three readings, for three purposes (see [`Clock`]): schedules and records use the clock that the
//! application injects, which a demonstration may speed up; what is written beside a lease is wall
//! time; everything that measures a duration (leases, time-outs, heartbeats) uses a monotonic
//! reading, so that setting a clock never ends a lease nor stretches one.
//! # Use
//! ```
//! # use std::{sync::Arc, time::Duration};
//! # use scheduler::{Clock, Engine, Job, JobSpec, ManualClock, MemoryTickStore, Monitor, RunReport, Scheduler, Settings};
//! # let clock: Arc<dyn Clock> = Arc::new(ManualClock::new("2026-05-04T12:00:00Z".parse()?));
//! # let store = Arc::new(MemoryTickStore::new());
//! let spec = JobSpec::new("sweep", "0 */5 * * * *", "Europe/Amsterdam")?.with_timeout(Duration::from_secs(120));
//! let monitor = Monitor::new([spec.clone()], store.clone(), clock.clone());
//! let job = Job::new(spec, |run| {
//!     // Work that is due at `run.now`, in batches; between them, look at `run.cancelled()`.
//!     Ok(RunReport { looked_at: 300, made: 2, skipped: 298, failed: 0 })
//! });
//! let scheduler = Scheduler::start(Engine::new(vec![job], store, clock, Settings::new("host-1"))?)?;
//! scheduler.run_now("sweep")?;
//! assert!(monitor.status()?.iter().all(|job| !job.overdue));
//! scheduler.shutdown(Duration::from_secs(10));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod engine;
pub mod health;
pub mod job;
pub mod lease;
mod local;
mod looks;
pub mod memory;
pub mod plan;
mod running;
pub mod schedule;
pub mod scheduler;
pub mod settings;
pub mod store;

pub use clock::{Clock, ManualClock};
pub use engine::{Engine, RequestError, Run};
pub use health::{JobHealth, Monitor};
pub use job::{Backoff, Cancel, Job, JobError, JobProblem, JobSpec, Problem, RunContext, RunReport};
pub use memory::MemoryTickStore;
pub use schedule::{Rhythm, Schedule, ScheduleError};
pub use scheduler::Scheduler;
pub use settings::{Settings, SetupError};
pub use store::{
    Claim, ClaimRequest, Finish, JobView, Lease, LeaseError, LeaseVersion, RunEnd, StoreError, Tick, TickKind,
    TickState, TickStore,
};
