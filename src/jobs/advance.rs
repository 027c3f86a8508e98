//! Re-assesses files whose list of duties changes by time alone: the next night of somebody without a home, a sentence
//! that was awaited. Whatever changes by a fact was re-assessed with that fact.

use std::collections::BTreeMap;

use scheduler::{JobError, RunContext, RunReport};

use super::batches::{self, Counts, Wish, of_one_file};
use super::files::{self, LiveFile, Verdicts};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::store::sweep::{Position, registration_list_to_advance};
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::Regime;

/// The name under which it runs and signs.
pub const NAME: &str = "advance";

/// Files in one transaction.
const BATCH: i64 = 200;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    advance(app, context, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn advance(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    for &regime in Regime::ALL {
        let mut after: Option<Position<RegistrationId>> = None;
        while !context.cancelled() {
            let today = now.today(regime.zone());
            let page = registration_list_to_advance(work.conn(), regime, today, after, BATCH)?;
            let Some(last) = page.last().and_then(|row| Some(Position { on: row.next_assess_on?, id: row.id })) else {
                break;
            };
            after = Some(last);
            let ids: Vec<RegistrationId> = page.iter().map(|row| row.id).collect();
            batches::isolating(&ids, report, ToString::to_string, |ids| advance_some(app, &mut work, ids, now))?;
        }
    }
    Ok(())
}

fn advance_some(app: &App, work: &mut LongWork, ids: &[RegistrationId], now: Now) -> Result<Counts, StoreError> {
    let mut failed = 0;
    let mut wishes = Vec::new();
    for file in files::load(work.conn(), ids, false)? {
        match of_one_file(file.registration.id, || wish(app, &file, now)) {
            Some(wish) => wishes.push(wish),
            None => failed += 1,
        }
    }
    let written = batches::write(work, wishes)?;
    Ok(Counts { failed, ..written })
}

fn wish(app: &App, file: &LiveFile, now: Now) -> Result<Wish, Refusal> {
    let registration = file.registration.id;
    let plan = file.plan(app, now)?;
    let mut writes = plan.writes;
    writes.changes.push(Box::new(plan.registration));
    writes.audit.push(reassessed(app, NAME, registration, now)?);
    Ok(Wish { registration, version: file.registration.version, writes, made: 1 })
}

/// The audit entry of a file that a job assessed anew.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be made: then nothing is written.
pub(super) fn reassessed(
    app: &App,
    job: &'static str,
    registration: RegistrationId,
    now: Now,
) -> Result<crate::store::PreparedLeaf, Refusal> {
    let deed = Deed::on(Action::RegistrationReassess, ObjectRef::registration(registration), registration)
        .with_fields(&["duties"]);
    app.audit.leaf_of_system(job, now.system, &deed)
}

/// What a job writes about a file it found to be stale, apart from what it came for.
///
/// # Errors
/// As [`reassessed`].
pub(super) fn catch_up(app: &App, job: &'static str, verdicts: Verdicts, now: Now) -> Result<WriteSet, Refusal> {
    if !verdicts.is_stale() {
        return Ok(WriteSet::default());
    }
    let mut writes = verdicts.plan.writes;
    writes.audit.push(reassessed(app, job, verdicts.plan.registration.id, now)?);
    writes.changes.push(Box::new(verdicts.plan.registration));
    Ok(writes)
}

/// The duties of a page, by the file they belong to, in the order of files.
pub(super) fn by_file<'a, T: 'a>(
    items: &'a [T],
    file_of: impl Fn(&T) -> RegistrationId,
) -> BTreeMap<RegistrationId, Vec<&'a T>> {
    let mut grouped: BTreeMap<RegistrationId, Vec<&T>> = BTreeMap::new();
    for item in items {
        grouped.entry(file_of(item)).or_default().push(item);
    }
    grouped
}
