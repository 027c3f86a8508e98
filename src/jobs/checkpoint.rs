//! Signs and publishes the state of the audit, so that nobody can change what stands in it, or put an older copy of
//! the database back, without its being seen outside.

use scheduler::{JobError, RunContext, RunReport};

use crate::app::App;
use crate::audit::publish;
use crate::backup::after::publish_tombstones;

/// The name under which it runs.
pub const NAME: &str = "checkpoint";

/// Runs once. Done again, it changes nothing.
///
/// # Errors
/// [`JobError`] when nothing could be published; an audit that does not belong to what was published before is one of
/// the reasons, and stands in the record of the run and in the log until somebody looks.
pub fn run(app: &App, _: &RunContext) -> Result<RunReport, JobError> {
    let now = app.clock.now().system;
    publish_tombstones(app, &app.config.audit.checkpoints).map_err(|error| JobError::new(error.to_string()))?;
    match publish::checkpoint(&app.store, &app.keys.get(), &app.config.audit.checkpoints, now) {
        Ok(published) => {
            Ok(RunReport { looked_at: published.new_entries, made: published.new_entries, skipped: 0, failed: 0 })
        }
        Err(error) => {
            tracing::error!(%error, "no checkpoint of the audit was published");
            Err(JobError::new(error.to_string()))
        }
    }
}
