//! Whether this process can do its work: shown by a real write and free space, because a database that answers
//! `select 1` may still be unable to keep anything.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::app::App;
use crate::jobs::Watch;
use crate::store::settings::SettingPut;
use crate::store::{Decided, Scope, StoreError, WriteSet};

/// The longest a check may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// Whether requests can be served.
    pub ready: bool,
    /// Whether the database took a write.
    pub writes: bool,
    /// Jobs that have had no success for more than twice their period, in whichever process they should run. They do
    /// not make this process unready; they make somebody look.
    pub overdue_jobs: Vec<String>,
}

/// Watches what readiness shows. Kept as long as the process runs, because a job gets a moment to catch up before it
/// is called overdue.
pub struct Health {
    app: App,
    watch: Option<Arc<Watch>>,
}

impl Health {
    /// The health of this system.
    pub fn new(app: App) -> Self {
        // Schedules that the settings accepted are accepted here too; without them there is nothing to watch.
        let watch = Watch::new(&app).map(Arc::new).ok();
        Self { app, watch }
    }

    /// Checks by writing, and asks how the jobs are doing.
    pub async fn ready(&self) -> Readiness {
        let writes = takes_a_write(&self.app).await;
        let overdue_jobs = if writes { self.overdue_jobs().await } else { Vec::new() };
        Readiness { ready: writes, writes, overdue_jobs }
    }

    async fn overdue_jobs(&self) -> Vec<String> {
        let Some(watch) = self.watch.clone() else { return Vec::new() };
        let asked = tokio::task::spawn_blocking(move || watch.status());
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(Ok(jobs))) => jobs.into_iter().filter(|job| job.overdue).map(|job| job.job).collect(),
            _ => Vec::new(),
        }
    }
}

async fn takes_a_write(app: &App) -> bool {
    let now = app.clock.now().system;
    let probe = app.store.write(Scope::Append, move |_| {
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(SettingPut {
            name: "readiness_probe".to_owned(),
            value: now.to_string(),
            at: now,
        }));
        Ok::<_, StoreError>(Decided::new(writes, ()))
    });
    matches!(tokio::time::timeout(PATIENCE, probe).await, Ok(Ok(())))
}
