//! What happens to jobs and ticks: conditional statements that find out by themselves whether they came too late.

use diesel::dsl::sql;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use diesel::sql_types::Bool;
use scheduler::store::{Claim, ClaimRequest, Finish, RunEnd, TickKind, TickState};

use super::OPEN;
use super::rows::{JobRow, JobTickRow};
use crate::clock::UtcTime;
use crate::each_backend;
use crate::store::conn::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{job_ticks, jobs};
use crate::store::write_set::Change;

/// Makes a job known; leaves one that is known as it is.
#[derive(Clone)]
pub(super) struct NewJob(pub(super) JobRow);

impl Change for NewJob {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(jobs::table).values(&self.0).on_conflict_do_nothing().execute(c))?;
        Ok(())
    }
}

/// Makes a pending tick; a conflict when there is one.
#[derive(Clone)]
pub(super) struct NewTick(pub(super) JobTickRow);

impl Change for NewTick {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let made = each_backend!(conn, |c| {
            diesel::insert_into(job_ticks::table).values(&self.0).on_conflict_do_nothing().execute(c)
        })?;
        unless_none(made)
    }
}

/// Takes the lease and starts the tick, made if the request says so.
#[derive(Clone)]
pub(super) struct Claiming {
    pub(super) request: ClaimRequest,
    pub(super) claim: Claim,
}

impl Change for Claiming {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let (request, claim) = (&self.request, &self.claim);
        let scheduled_for = UtcTime::from(request.scheduled_for);
        let seen = jobs::table
            .filter(jobs::name.eq(&request.job))
            .filter(jobs::fencing.eq(request.seen.fencing).and(jobs::renewals.eq(request.seen.renewals)));
        let taken = diesel::update(seen)
            .set((
                jobs::fencing.eq(claim.fencing),
                jobs::renewals.eq(0),
                jobs::leased_by.eq(&request.worker),
                jobs::leased_until.eq(UtcTime::from(request.leased_until)),
            ))
            .execute(conn)?;
        unless_none(taken)?;
        if request.create {
            let made = JobTickRow::new(&request.job, scheduled_for, TickKind::Schedule, request.now.into());
            each_backend!(conn, |c| {
                diesel::insert_into(job_ticks::table).values(&made).on_conflict_do_nothing().execute(c)
            })?;
        }
        let tick = job_ticks::table
            .filter(job_ticks::job.eq(&request.job).and(job_ticks::scheduled_for.eq(scheduled_for)))
            .filter(sql::<Bool>(OPEN));
        let started = diesel::update(tick)
            .set((
                job_ticks::state.eq(TickState::Running.as_str()),
                job_ticks::attempt.eq(job_ticks::attempt + 1),
                job_ticks::fencing.eq(claim.fencing),
                job_ticks::worker.eq(&request.worker),
                job_ticks::started_at.eq(UtcTime::from(request.now)),
                job_ticks::finished_at.eq(None::<UtcTime>),
                job_ticks::retry_at.eq(None::<UtcTime>),
            ))
            .execute(conn)?;
        unless_none(started)?;
        match claim.kind {
            TickKind::Schedule => supersede_older(conn, request),
            TickKind::Request => Ok(()),
        }
    }
}

/// The newest occurrence has started: what is older and still open will not be.
fn supersede_older(conn: &mut Conn, request: &ClaimRequest) -> Result<(), StoreError> {
    let scheduled_for = UtcTime::from(request.scheduled_for);
    diesel::update(jobs::table.find(&request.job)).set(jobs::last_started_for.eq(scheduled_for)).execute(conn)?;
    let older = job_ticks::table
        .filter(job_ticks::job.eq(&request.job).and(job_ticks::scheduled_for.lt(scheduled_for)))
        .filter(sql::<Bool>(OPEN).and(job_ticks::kind.eq(TickKind::Schedule.as_str())));
    diesel::update(older)
        .set((
            job_ticks::state.eq(TickState::Superseded.as_str()),
            job_ticks::finished_at.eq(UtcTime::from(request.now)),
            job_ticks::retry_at.eq(None::<UtcTime>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Shows that the holder of the lease lives.
#[derive(Clone)]
pub(super) struct Renewing {
    pub(super) claim: Claim,
    pub(super) leased_until: UtcTime,
}

impl Change for Renewing {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let renewed = diesel::update(held(&self.claim))
            .set((jobs::renewals.eq(jobs::renewals + 1), jobs::leased_until.eq(self.leased_until)))
            .execute(conn)?;
        unless_none(renewed)
    }
}

/// Ends a run and frees the lease.
#[derive(Clone)]
pub(super) struct Finishing {
    pub(super) claim: Claim,
    pub(super) finish: Finish,
}

impl Change for Finishing {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let Self { claim, finish } = self;
        free(conn, claim)?;
        let (state, retry_at) = match finish.end {
            RunEnd::Succeeded => (TickState::Succeeded, None),
            RunEnd::Failed => (TickState::Failed, None),
            RunEnd::Retry { at } => (TickState::Retrying, Some(UtcTime::from(at))),
        };
        if finish.end == RunEnd::Succeeded {
            let success = (
                jobs::last_success_at.eq(UtcTime::from(finish.at)),
                jobs::last_success_for.eq(UtcTime::from(claim.scheduled_for)),
            );
            diesel::update(jobs::table.find(&claim.job)).set(success).execute(conn)?;
        }
        diesel::update(job_ticks::table.find((&claim.job, UtcTime::from(claim.scheduled_for))))
            .set((
                job_ticks::state.eq(state.as_str()),
                job_ticks::finished_at.eq(UtcTime::from(finish.at)),
                job_ticks::retry_at.eq(retry_at),
                job_ticks::looked_at.eq(count(finish.report.looked_at)),
                job_ticks::made.eq(count(finish.report.made)),
                job_ticks::skipped.eq(count(finish.report.skipped)),
                job_ticks::failed.eq(count(finish.report.failed)),
                job_ticks::error.eq(&finish.error),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// Gives an unfinished tick back; the attempt does not count.
#[derive(Clone)]
pub(super) struct Releasing(pub(super) Claim);

impl Change for Releasing {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        free(conn, &self.0)?;
        diesel::update(job_ticks::table.find((&self.0.job, UtcTime::from(self.0.scheduled_for))))
            .set((job_ticks::state.eq(TickState::Pending.as_str()), job_ticks::attempt.eq(job_ticks::attempt - 1)))
            .execute(conn)?;
        Ok(())
    }
}

/// The job whose lease is still this claim's.
#[diesel::dsl::auto_type(no_type_alias)]
fn held<'a>(claim: &'a Claim) -> _ {
    let name: &'a str = &claim.job;
    let fencing: i64 = claim.fencing;
    jobs::table.filter(jobs::name.eq(name)).filter(jobs::fencing.eq(fencing)).filter(jobs::leased_by.is_not_null())
}

fn free(conn: &mut Conn, claim: &Claim) -> Result<(), StoreError> {
    let freed = diesel::update(held(claim))
        .set((
            jobs::renewals.eq(jobs::renewals + 1),
            jobs::leased_by.eq(None::<String>),
            jobs::leased_until.eq(None::<UtcTime>),
        ))
        .execute(conn)?;
    unless_none(freed)
}

fn unless_none(changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::Conflict("job".to_owned())) } else { Ok(()) }
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
