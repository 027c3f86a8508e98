//! Whether this process can do its work: shown by a real write, free space and a clock that agrees with the
//! database's, because a database that answers `select 1` may still be unable to keep anything.
//!
//! Anybody may ask, so an answer is kept for a second and tells nothing but yes and no, and how the jobs are doing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::app::App;
use crate::clock::Clock;
use crate::jobs::Watch;
use crate::jobs::plan::PlanError;
use crate::store::outbox::outbox_count_dead;
use crate::store::settings::{SettingPut, database_now};
use crate::store::webhooks::{delivery_count_dead, subscription_count_failing};
use crate::store::{Decided, Scope, StoreError, WriteSet};

/// The longest one check may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long after a write that found no room new ones are not invited.
const FULL_LATELY: Duration = Duration::from_secs(5);
/// How long an answer counts.
const KEPT: Duration = Duration::from_secs(1);
/// How often the clocks are compared while nobody asks.
const COMPARED_EVERY: Duration = Duration::from_secs(10);
/// The most the clocks of server and database may differ.
const MOST_SKEW: chrono::Duration = chrono::Duration::seconds(30);
/// The least free space, in bytes, in each folder this installation writes into.
const LEAST_SPACE: u64 = 64 << 20;

/// What was found. Every check must hold for requests to be served; jobs that lag are shown and stop nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// Whether requests can be served.
    pub ready: bool,
    /// The checks.
    pub checks: Checks,
    /// Every job; absent when the database does not tell.
    pub jobs: Option<Vec<JobState>>,
    /// What somebody must look at; absent when the database does not tell.
    pub alarms: Option<Alarms>,
}

/// What somebody must look at. It stops no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarms {
    /// Messages that were given up and not sent again.
    pub dead_letters: i64,
    /// Subscribers to events that are not being reached.
    pub failing_subscriptions: i64,
}

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checks {
    /// The database took a write.
    pub database_writes: bool,
    /// Every folder has room.
    pub free_space: bool,
    /// The clocks of server and database agree.
    pub clock: bool,
}

/// How a job is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobState {
    /// Its name.
    pub job: String,
    /// When it last succeeded.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Since when it runs.
    pub running_since: Option<DateTime<Utc>>,
    /// Whether it had no success for twice its period.
    pub overdue: bool,
}

impl Checks {
    /// Each by its name.
    pub const fn all(self) -> [(&'static str, bool); 3] {
        [("databaseWrites", self.database_writes), ("freeSpace", self.free_space), ("clock", self.clock)]
    }

    /// The names of those that do not hold.
    pub fn failed(self) -> Vec<&'static str> {
        self.all().into_iter().filter_map(|(name, holds)| (!holds).then_some(name)).collect()
    }
}

/// Watches over one process.
pub struct Health {
    app: App,
    host: Clock,
    jobs: Arc<Watch>,
    kept: Mutex<Option<(Instant, Readiness)>>,
    clock_is_off: AtomicBool,
}

impl Health {
    /// A watch over this process; `host` is the clock of the machine it runs on.
    ///
    /// # Errors
    /// Never for schedules that the settings accepted.
    pub fn new(app: App, host: Clock) -> Result<Self, PlanError> {
        let jobs = Arc::new(Watch::new(&app)?);
        Ok(Self { app, host, jobs, kept: Mutex::new(None), clock_is_off: AtomicBool::new(false) })
    }

    /// Whether the clock was found to be off: nothing may be written until it agrees again.
    pub fn clock_is_off(&self) -> bool {
        self.clock_is_off.load(Ordering::Relaxed)
    }

    /// Checks, or answers what was found within the last second. Askers at the same moment share one check.
    pub async fn readiness(&self) -> Readiness {
        let mut kept = self.kept.lock().await;
        if let Some((_, found)) = kept.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
            return found.clone();
        }
        let checks =
            Checks { database_writes: self.writes().await, free_space: self.has_space(), clock: self.compare().await };
        let found = Readiness {
            ready: checks.failed().is_empty(),
            checks,
            jobs: self.jobs().await,
            alarms: self.alarms().await,
        };
        *kept = Some((Instant::now(), found.clone()));
        found
    }

    /// Compares the clocks for as long as the process runs.
    pub async fn keep_comparing(&self) {
        loop {
            self.compare().await;
            tokio::time::sleep(COMPARED_EVERY).await;
        }
    }

    async fn writes(&self) -> bool {
        let now = self.app.clock.now().system;
        let probe = self.app.store.write(Scope::Append, move |_| {
            let put = SettingPut { name: "readiness_probe".to_owned(), value: now.to_string(), at: now };
            Ok::<_, StoreError>(Decided::new(WriteSet { changes: vec![Box::new(put)], ..WriteSet::default() }, ()))
        });
        // A row that is written over needs no room: that others were refused tells more.
        matches!(tokio::time::timeout(PATIENCE, probe).await, Ok(Ok(())))
            && !self.app.store.was_full_within(FULL_LATELY)
    }

    fn has_space(&self) -> bool {
        self.app.config.folders().iter().all(|(key, folder)| {
            let enough = free_bytes(folder).is_some_and(|free| free >= LEAST_SPACE);
            if !enough {
                tracing::error!(key, "the folder of this setting has no room left, or cannot be read");
            }
            enough
        })
    }

    /// Whether the clocks agree. An answer that cannot be had changes nothing: then the database is the trouble.
    async fn compare(&self) -> bool {
        let asked = tokio::time::timeout(PATIENCE, self.app.store.read(database_now)).await;
        if let Ok(Ok(database)) = asked {
            let skew = database.map_or(chrono::Duration::zero(), |then| self.host.now().system.since(then).abs());
            let off = skew > MOST_SKEW;
            if self.clock_is_off.swap(off, Ordering::Relaxed) != off {
                tracing::error!(off, seconds = skew.num_seconds(), "the clocks of server and database");
            }
        }
        !self.clock_is_off()
    }

    async fn alarms(&self) -> Option<Alarms> {
        let asked = self.app.store.read(|conn| {
            Ok::<_, StoreError>(Alarms {
                dead_letters: outbox_count_dead(conn)? + delivery_count_dead(conn)?,
                failing_subscriptions: subscription_count_failing(conn)?,
            })
        });
        let alarms = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
        if alarms.dead_letters > 0 {
            tracing::warn!(
                dead_letters = alarms.dead_letters,
                "messages were given up: look at them and send them again"
            );
        }
        Some(alarms)
    }

    async fn jobs(&self) -> Option<Vec<JobState>> {
        let watch = Arc::clone(&self.jobs);
        let asked = tokio::task::spawn_blocking(move || watch.status());
        let states = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?.ok()?;
        let state = |job: scheduler::JobHealth| JobState {
            job: job.job,
            last_success_at: job.last_success_at,
            running_since: job.running.map(|running| running.since),
            overdue: job.overdue,
        };
        Some(states.into_iter().map(state).collect())
    }
}

fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}
