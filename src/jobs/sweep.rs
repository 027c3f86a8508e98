//! Notices what was not done: raises a flag on each duty that is past its last lenient day, unmet, and has none.
//!
//! A candidate from the database is only a candidate. The file is assessed anew as of today, and the flag is raised
//! when the rules themselves say `overdue`: custody, a late correction or a changed rule never depends on what
//! happened to be stored. The flag is the machine's late candidate, in state `raised`, with an owner from the first
//! moment; raising it further is a human act. Duties are not touched.
//!
//! `sweep` goes on from where it was; `reconcile` looks at everything, because a date can move behind that place.

use std::collections::HashMap;

use scheduler::{JobError, RunContext, RunReport};

use super::advance::{by_file, catch_up};
use super::batches::{self, Counts, Wish, of_one_file};
use super::files::{self, LiveFile, Verdicts};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::events::message;
use crate::ids::{FlagId, RegistrationId};
use crate::law::DutyStatus;
use crate::register::Refusal;
use crate::register::review::life::Life;
use crate::register::review::policy::TermOf;
use crate::store::disputes::{DisputeFlagRow, DisputeRow, dispute_list_in_the_way};
use crate::store::owners::{Owners, flag_owners};
use crate::store::rows::{DutyRow, FlagRow, OutboxRow};
use crate::store::sweep::{CursorMoved, Position, cursor_find, duty_list_overdue};
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::{DisputeState, FlagState, Regime};

/// The name under which the short pass runs and signs.
pub const NAME: &str = "sweep";
/// The name under which the full pass runs.
pub const RECONCILE: &str = "reconcile";

/// The event that a flag was raised.
pub const FLAG_RAISED: &str = "flag.raised";

/// Disputes that keep facts from carrying a flag, by registration and fact.
type InTheWay = HashMap<(RegistrationId, String), Vec<DisputeRow>>;

/// Duties looked at in one transaction.
const BATCH: i64 = 500;

/// From where a pass starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Where the last one stopped.
    FromCursor,
    /// At the beginning.
    Full,
}

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext, pass: Pass) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    sweep(app, context, pass, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn sweep(app: &App, context: &RunContext, pass: Pass, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    for &regime in Regime::ALL {
        let owners = flag_owners(work.conn(), now.today(regime.zone()))?;
        let cursor = format!("{NAME}-{regime}");
        let mut after = match pass {
            Pass::FromCursor => cursor_find(work.conn(), &cursor)?,
            Pass::Full => None,
        };
        while !context.cancelled() {
            let page = duty_list_overdue(work.conn(), regime, now.today(regime.zone()), after, BATCH)?;
            let Some(last) = page.last().and_then(|duty| Some(Position { on: duty.overdue_after?, id: duty.id }))
            else {
                break;
            };
            after = Some(last);
            batches::isolating(
                &page,
                report,
                |duty| duty.id.to_string(),
                |duties| raise_some(app, &mut work, duties, &owners, now),
            )?;
            if pass == Pass::FromCursor {
                move_cursor(&mut work, &cursor, last)?;
            }
        }
    }
    Ok(())
}

fn move_cursor(work: &mut LongWork, name: &str, to: Position<crate::ids::DutyId>) -> Result<(), StoreError> {
    let mut writes = WriteSet::default();
    writes.changes.push(Box::new(CursorMoved { name: name.to_owned(), to }));
    work.keep(&writes)
}

fn raise_some(
    app: &App,
    work: &mut LongWork,
    duties: &[DutyRow],
    owners: &Owners,
    now: Now,
) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    let mut wishes = Vec::new();
    let candidates = by_file(duties, |duty| duty.registration_id);
    let ids: Vec<_> = candidates.keys().copied().collect();
    let disputes = dispute_list_in_the_way(work.conn(), &ids)?;
    for file in files::load(work.conn(), &ids, false)? {
        let id = file.registration.id;
        let of_this_file = candidates.get(&id).map_or(&[][..], Vec::as_slice);
        match of_one_file(id, || wish(app, &file, of_this_file, owners, &disputes, now)) {
            Some(wish) => {
                counts.skipped += (of_this_file.len() as u64).saturating_sub(wish.made);
                wishes.push(wish);
            }
            None => counts.failed += of_this_file.len() as u64,
        }
    }
    wishes.retain(|wish| !(wish.writes.is_only_audit() && wish.writes.audit.is_empty()));
    counts.add(batches::write(work, wishes)?);
    Ok(counts)
}

/// What is to be written about one file with these late duties.
fn wish(
    app: &App,
    file: &LiveFile,
    late: &[&DutyRow],
    owners: &Owners,
    disputes: &InTheWay,
    now: Now,
) -> Result<Wish, Refusal> {
    let verdicts = Verdicts::of(file.plan(app, now)?)?;
    let mut raised = WriteSet::default();
    for duty in late {
        let Some(verdict) = verdicts.of_duty(duty).filter(|verdict| verdict.status == DutyStatus::Overdue) else {
            continue;
        };
        let about_it = disputes.get(&(file.registration.id, duty.root_id.clone())).map_or(&[][..], Vec::as_slice);
        // A fact that is marked as disputed carries no flag.
        if about_it.iter().any(|dispute| dispute.state == DisputeState::Upheld) {
            continue;
        }
        // Nobody to give it to is a fault of the installation: it fails aloud, and the next full pass tries again.
        let owner_id = owners.of(file.registration.officer_id, file.registration.team_id).ok_or(Refusal::Conflict {
            code: "no_owner",
            detail: "no account of an officer or a lead is in use: a flag would have no owner",
        })?;
        let first_failure_day = verdict
            .first_failure_day
            .ok_or_else(|| Refusal::Rules("an overdue duty without a first day of failure".to_owned()))?;
        let own_term = app.review.last_day(TermOf::Flag(Life::Raised), file.today(now), app.rules.calendar());
        let flag = FlagRow {
            id: FlagId::fresh(),
            duty_id: duty.id,
            duty_version: verdicts.version_of(duty),
            registration_id: file.registration.id,
            state: FlagState::Raised,
            owner_id,
            team_id: file.registration.team_id,
            first_failure_day,
            raised_on: file.today(now),
            raised_at: now.legal,
            version: 1,
            updated_at: now.legal,
            outcome: None,
            basis_id: None,
            proposed_by: None,
            decided_by: None,
            answered: false,
            open_disputes: i64::try_from(about_it.len()).unwrap_or(i64::MAX),
            fact_disputed: false,
            last_step: 0,
            term_step: 0,
            // It stands still until an official has decided on what is disputed.
            due_on: about_it.iter().filter_map(|dispute| dispute.due_on).max().or(own_term),
            snoozed_until: None,
        };
        let deed = Deed::on(Action::FlagCandidate, ObjectRef::flag(flag.id), file.registration.id);
        raised.audit.push(app.audit.leaf_of_system(NAME, now.system, &deed)?);
        raised.outbox.push(event(&flag, now));
        raised
            .dispute_flags
            .extend(about_it.iter().map(|dispute| DisputeFlagRow { dispute_id: dispute.id, flag_id: flag.id }));
        raised.flags.push(flag);
    }
    let made = raised.flags.len() as u64;
    let mut writes = catch_up(app, NAME, verdicts, now)?;
    writes.merge(raised);
    Ok(Wish { registration: file.registration.id, version: file.registration.version, writes, made })
}

/// The event for other systems.
fn event(flag: &FlagRow, now: Now) -> OutboxRow {
    message(FLAG_RAISED, Some(flag.registration_id), flag.id.to_string(), now.system)
}
