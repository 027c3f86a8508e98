//! Locks signals whose time is over, and destroys them when that time is over too. Asks for what is due by now, so a day on
//! which it did not run is made up for.

use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use crate::app::App;
use crate::measures::retention;
use crate::register::Refusal;
use crate::store::WriteSet;
use crate::store::measures::measure_list_over;
use crate::vocabulary::Regime;

/// The name under which it runs.
pub const NAME: &str = "retention";

/// Signals ended in one transaction.
const BATCH: i64 = 50;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer, an audit entry cannot be made, or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    match all(app, context, &mut report) {
        Ok(()) => batches::end(context, report),
        Err(Refusal::Store(error)) => Err(batches::stopped(&error, report)),
        Err(other) => Err(JobError::new(other.to_string())),
    }
}

fn all(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), Refusal> {
    let now = app.clock.now();
    let today = now.today(Regime::NlPilot.zone());
    let mut work = app.store.long_work()?;
    while !context.cancelled() {
        let over = measure_list_over(work.conn(), today, BATCH)?;
        if over.is_empty() {
            break;
        }
        report.looked_at += over.len() as u64;
        report.made += over.len() as u64;
        let mut writes = WriteSet::default();
        for row in over {
            writes.merge(retention::end(app, row, today, now.system)?);
        }
        work.keep(&writes)?;
    }
    Ok(())
}
