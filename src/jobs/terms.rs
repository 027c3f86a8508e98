//! Terms of the review: what passed is put before the lead, once; and referrals whose messages the authorities' systems
//! took over become `notified`, from when the authorities have their term to acknowledge.
//!
//! Only inserts for a passed term: the flag itself is not touched, and its officer can go on with it.

use std::collections::HashMap;

use scheduler::{JobError, RunContext, RunReport};

use super::batches::{self, Counts};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::events::message;
use crate::ids::RegistrationId;
use crate::proposals::ending;
use crate::register::Refusal;
use crate::register::review::referral;
use crate::store::owners::{Owners, flag_owners};
use crate::store::referrals::flag_list_handed_over;
use crate::store::registrations::registration_find_many;
use crate::store::review::FlagEscalationRow;
use crate::store::rows::{FlagRow, OutboxRow, RegistrationRow};
use crate::store::sweep::Position;
use crate::store::terms::flag_list_past_term;
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::{FlagOutcome, FlagState, Regime};

/// The name under which it runs and signs.
pub const NAME: &str = "terms";

/// The event that the term of a flag passed.
pub const TERM_PASSED: &str = "flag.term_passed";

/// Flags looked at in one transaction.
const BATCH: i64 = 500;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    hand_over(app, context, &mut report)
        .and_then(|()| escalate(app, context, &mut report))
        .and_then(|()| say_what_ends(app, context, &mut report))
        .map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn hand_over(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    let mut after = None;
    while !context.cancelled() {
        let page = flag_list_handed_over(work.conn(), after, BATCH)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        batches::isolating(
            &page,
            report,
            |flag| flag.id.to_string(),
            |flags| note_handed_over(app, &mut work, flags, now),
        )?;
    }
    Ok(())
}

fn note_handed_over(app: &App, work: &mut LongWork, flags: &[FlagRow], now: Now) -> Result<Counts, StoreError> {
    let files = files_of(work, flags)?;
    let mut counts = Counts::default();
    let mut writes = WriteSet::default();
    for flag in flags {
        let made = files.get(&flag.registration_id).ok_or(Refusal::NotFound).and_then(|registration| {
            let mut made = referral::handed_over(app, now, flag.clone(), registration.clone())?;
            let deed = Deed::on(Action::FlagHandOver, ObjectRef::flag(flag.id), registration.id);
            made.audit.push(app.audit.leaf_of_system(NAME, now.system, &deed)?);
            Ok(made)
        });
        keep(flag, made, &mut writes, &mut counts);
    }
    work.keep(&writes)?;
    Ok(counts)
}

/// Passport measures and warnings that are about to end, or have ended.
fn say_what_ends(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    for &regime in Regime::ALL {
        let today = now.today(regime.zone());
        while !context.cancelled() {
            let page = ending::due(work.conn(), regime, today, BATCH)?;
            let (looked_at, made) = (page.len(), report.made);
            batches::isolating(
                &page,
                report,
                |proposal| proposal.id.to_string(),
                |proposals| {
                    let (mut writes, mut counts) = (WriteSet::default(), Counts::default());
                    for proposal in proposals {
                        match ending::say(app, work.conn(), proposal, today, now, NAME) {
                            Ok(said) => {
                                writes.merge(said);
                                counts.made += 1;
                            }
                            Err(Refusal::Store(error)) => return Err(error),
                            Err(refusal) => {
                                tracing::error!(proposal = %proposal.id, %refusal, "nothing could be said of its end");
                                counts.failed += 1;
                            }
                        }
                    }
                    work.keep(&writes)?;
                    Ok(counts)
                },
            )?;
            // What could not be done now stays due for the next run.
            if looked_at == 0 || report.made == made {
                break;
            }
        }
    }
    Ok(())
}

fn escalate(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    for &regime in Regime::ALL {
        let today = now.today(regime.zone());
        let owners = flag_owners(work.conn(), today)?;
        let mut after = None;
        while !context.cancelled() {
            let page = flag_list_past_term(work.conn(), regime, today, after, BATCH)?;
            let Some(last) = page.last().and_then(|flag| Some(Position { on: flag.due_on?, id: flag.id })) else {
                break;
            };
            after = Some(last);
            batches::isolating(
                &page,
                report,
                |flag| flag.id.to_string(),
                |flags| put_before_leads(app, &mut work, flags, &owners, now),
            )?;
        }
    }
    Ok(())
}

fn put_before_leads(
    app: &App,
    work: &mut LongWork,
    flags: &[FlagRow],
    owners: &Owners,
    now: Now,
) -> Result<Counts, StoreError> {
    let files = files_of(work, flags)?;
    let mut counts = Counts::default();
    let mut writes = WriteSet::default();
    for flag in flags {
        let made = files.get(&flag.registration_id).ok_or(Refusal::NotFound);
        let made = made.and_then(|registration| escalation(app, flag, registration, owners, now));
        keep(flag, made, &mut writes, &mut counts);
    }
    work.keep(&writes)?;
    Ok(counts)
}

fn keep(flag: &FlagRow, made: Result<WriteSet, Refusal>, writes: &mut WriteSet, counts: &mut Counts) {
    match made {
        Ok(made) => {
            counts.made += 1;
            writes.merge(made);
        }
        Err(refusal) => {
            tracing::error!(flag = %flag.id, %refusal, "the term of a flag could not be looked after; the others go on");
            counts.failed += 1;
        }
    }
}

fn escalation(
    app: &App,
    flag: &FlagRow,
    registration: &RegistrationRow,
    owners: &Owners,
    now: Now,
) -> Result<WriteSet, Refusal> {
    let due_on = flag.due_on.ok_or_else(|| Refusal::Rules("a term that passed without a last day".to_owned()))?;
    if flag.outcome == Some(FlagOutcome::Referral) && matches!(flag.state, FlagState::Decided | FlagState::Notified) {
        tracing::warn!(flag = %flag.id, "no acknowledgement of a referral within its term");
    }
    let mut writes = WriteSet::default();
    writes.flag_escalations.push(FlagEscalationRow {
        flag_id: flag.id,
        term_step: flag.term_step,
        due_on,
        lead_id: owners.lead(flag.team_id),
        escalated_on: now.today(registration.regime.zone()),
        escalated_at: now.legal,
    });
    writes.outbox.push(event(flag, now));
    let deed = Deed::on(Action::FlagEscalate, ObjectRef::flag(flag.id), registration.id);
    writes.audit.push(app.audit.leaf_of_system(NAME, now.system, &deed)?);
    Ok(writes)
}

fn files_of(work: &mut LongWork, flags: &[FlagRow]) -> Result<HashMap<RegistrationId, RegistrationRow>, StoreError> {
    let ids: Vec<RegistrationId> = flags.iter().map(|flag| flag.registration_id).collect();
    Ok(registration_find_many(work.conn(), &ids)?.into_iter().map(|row| (row.id, row)).collect())
}

/// The event for other systems, one for each term.
fn event(flag: &FlagRow, now: Now) -> OutboxRow {
    message(TERM_PASSED, Some(flag.registration_id), format!("{}/{}", flag.id, flag.term_step), now.system)
}
