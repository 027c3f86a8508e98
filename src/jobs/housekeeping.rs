//! Forgets what has served its purpose: ticks of the scheduler, runs of the self-audit, and pieces of uploads that never
//! became a document. Nothing that belongs to a file is removed here.

use chrono::Duration;
use scheduler::{JobError, RunContext, RunReport, TickStore};

use super::batches;
use crate::app::App;
use crate::store::around::documents::{UploadForgotten, document_list_never_finished};
use crate::store::self_audit::{SelfAuditForgotten, self_audit_list_old};
use crate::store::ticks::Ticks;
use crate::store::{Decided, StoreError, WriteSet};

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
    report.looked_at = report.made;
    batches::end(context, report)
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
        work.batch(|_| {
            let mut writes = WriteSet::default();
            for upload in unfinished {
                writes.changes.push(Box::new(UploadForgotten(upload)));
            }
            Ok::<_, StoreError>(Decided::new(writes, ()))
        })?;
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
        work.batch(|_| {
            let mut writes = WriteSet::default();
            for run in old {
                writes.changes.push(Box::new(SelfAuditForgotten(run)));
            }
            Ok::<_, StoreError>(Decided::new(writes, ()))
        })?;
    }
    Ok(())
}
