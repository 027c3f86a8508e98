//! Whether this process can do its work: shown by a real write and free space, because a database that answers
//! `select 1` may still be unable to keep anything.

use std::time::Duration;

use serde::Serialize;

use crate::app::App;
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
}

/// Checks by writing.
pub async fn ready(app: &App) -> Readiness {
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
    let writes = matches!(tokio::time::timeout(PATIENCE, probe).await, Ok(Ok(())));
    Readiness { ready: writes, writes }
}
