//! Makes the releases of statistics that were approved. One that cannot be made stays approved and is tried again; the
//! others go on.

use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use crate::app::App;
use crate::evaluation::releases::make::make;
use crate::store::evaluation::releases::release_list_approved;

/// The name under which it runs.
pub const NAME: &str = "releases";

/// Runs once. A release that was made is not made again.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    let approved = app.store.read_blocking(release_list_approved);
    for release in approved.map_err(|error| batches::stopped(&error, report))? {
        if context.cancelled() {
            break;
        }
        report.looked_at += 1;
        match make(app, release, None, &mut |_, _| {}) {
            Ok(_) => report.made += 1,
            Err(error) => {
                tracing::error!(%release, %error, "a release could not be made; it will be tried again");
                report.failed += 1;
            }
        }
    }
    batches::end(context, report)
}
