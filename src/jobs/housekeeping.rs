//! Forgets what has served its purpose: ticks of the scheduler, runs of the self-audit, and pieces of uploads that never
//! became a document. Of a file nothing is removed here, but for the keys of one whose destruction two people decided on and
//! a crash left half done.

use chrono::Duration;
use scheduler::{JobError, RunContext, RunReport, TickStore};

use super::batches;
use crate::app::App;
use crate::register::removal;
use crate::store::around::documents::{UploadForgotten, document_list_never_finished};
use crate::store::removals::removal_list_unfinished;
use crate::store::self_audit::{SelfAuditForgotten, self_audit_list_old};
use crate::store::ticks::Ticks;
use crate::store::{StoreError, WriteSet};

/// The name under which it runs.
pub const NAME: &str = "housekeeping";

/// How long a record of a run is kept.
const TICKS_KEPT: Duration = Duration::days(30);
/// How long findings of the self-audit are kept.
const AUDITS_KEPT: Duration = Duration::days(90);
/// How long pieces of an upload wait for the rest.
const UPLOADS_WAIT: Duration = Duration::days(1);
/// Uploads forgotten in one transaction: each is 20 MB at most.
const UPLOADS: i64 = 5;
/// Destructions finished in one run.
const REMOVALS: i64 = 100;
/// Runs of the self-audit forgotten in one transaction.
const BATCH: i64 = 5;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    let now = app.clock.now();
    // Ticks of the legal jobs carry the time of the legal clock, which a demonstration speeds up.
    let ticks_before = now.legal.plus(-TICKS_KEPT).utc().min(now.system.plus(-TICKS_KEPT).utc());
    report.made += Ticks::new(app.store.clone()).prune(ticks_before).map_err(|e| JobError::new(e.to_string()))?;
    forget_audits(app, context, &mut report)
        .and_then(|()| forget_uploads(app, context, &mut report))
        .map_err(|error| batches::stopped(&error, report))?;
    finish_removals(app, context, &mut report)?;
    report.looked_at = report.made;
    batches::end(context, report)
}

/// Each on its own: one that cannot be finished does not keep the others waiting.
fn finish_removals(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), JobError> {
    let unfinished = app.store.read_blocking(|conn| removal_list_unfinished(conn, REMOVALS));
    let unfinished = unfinished.map_err(|error| batches::stopped(&error, *report))?;
    for row in unfinished.into_iter().take_while(|_| !context.cancelled()) {
        match removal::finish(app, row.registration_id, row.id) {
            Ok(_) => report.made += 1,
            Err(refusal) => tracing::error!(removal = %row.id, %refusal, "keys that are still to be destroyed"),
        }
    }
    Ok(())
}

fn forget_uploads(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let before = app.clock.now().system.plus(-UPLOADS_WAIT);
    let mut work = app.store.long_work()?;
    while !context.cancelled() {
        let unfinished = document_list_never_finished(work.conn(), before, UPLOADS)?;
        if unfinished.is_empty() {
            break;
        }
        report.made += unfinished.len() as u64;
        let mut writes = WriteSet::default();
        for upload in unfinished {
            writes.changes.push(Box::new(UploadForgotten(upload)));
        }
        work.keep(&writes)?;
    }
    Ok(())
}

fn forget_audits(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let before = app.clock.now().system.plus(-AUDITS_KEPT);
    let mut work = app.store.long_work()?;
    while !context.cancelled() {
        let old = self_audit_list_old(work.conn(), before, BATCH)?;
        if old.is_empty() {
            break;
        }
        report.made += old.len() as u64;
        let mut writes = WriteSet::default();
        for run in old {
            writes.changes.push(Box::new(SelfAuditForgotten(run)));
        }
        work.keep(&writes)?;
    }
    Ok(())
}
