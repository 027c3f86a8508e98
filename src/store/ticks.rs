//! The rows behind the schedulers: one for each job with its lease, one for each occurrence of its schedule.
//!
//! [`Ticks`] keeps the promises of [`scheduler::TickStore`] on both databases. Writes go through the writer like
//! everything else; each is a conditional statement that finds out by itself whether it came too late, so that no
//! decision rests on what was read before.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;
use scheduler::store::{
    Claim, ClaimRequest, Finish, JobView, Lease, LeaseError, LeaseVersion, RunEnd, StoreError as TickStoreError, Tick,
    TickKind, TickState,
};
use scheduler::{RunReport, TickStore};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{job_ticks, jobs};
use super::write_set::{Change, Decided, WriteSet};
use super::{Scope, Store};
use crate::clock::UtcTime;
use crate::each_backend;

/// A tick that some process still has to bring to an end, as the index `job_ticks_open` says it.
const OPEN: &str = "job_ticks.state IN ('pending', 'running', 'retrying')";
const CLOSED: &str = "job_ticks.state NOT IN ('pending', 'running', 'retrying')";

/// A tick store over the register's own database.
#[derive(Clone)]
pub struct Ticks(Store);

impl Ticks {
    /// The ticks kept in `store`.
    pub fn new(store: Store) -> Self {
        Self(store)
    }

    fn read<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> Result<T, TickStoreError> {
        self.0.read_blocking(f).map_err(|error| unavailable(&error))
    }

    /// One change as a unit of work; [`StoreError::Conflict`] when it came too late.
    fn write(&self, change: impl Change + Clone + 'static) -> Result<(), StoreError> {
        self.0.write_blocking(Scope::Append, move |_| Ok::<_, StoreError>(Decided::new(one(change.clone()), ())))
    }

    fn write_under_lease(&self, change: impl Change + Clone + 'static) -> Result<(), LeaseError> {
        match self.write(change) {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict(_)) => Err(LeaseError::Stale),
            Err(error) => Err(unavailable(&error).into()),
        }
    }
}

fn one(change: impl Change + 'static) -> WriteSet {
    WriteSet { changes: vec![Box::new(change)], ..WriteSet::default() }
}

fn unavailable(error: &StoreError) -> TickStoreError {
    TickStoreError(error.to_string())
}

impl TickStore for Ticks {
    fn ensure_job(&self, job: &str, now: DateTime<Utc>) -> Result<(), TickStoreError> {
        let known =
            self.read(|conn| Ok(jobs::table.find(job).select(jobs::name).first::<String>(conn).optional()?))?;
        if known.is_some() {
            return Ok(());
        }
        self.write(NewJob(JobRow::new(job, now.into()))).map_err(|error| unavailable(&error))
    }

    fn ensure_tick(
        &self,
        job: &str,
        scheduled_for: DateTime<Utc>,
        kind: TickKind,
        now: DateTime<Utc>,
    ) -> Result<bool, TickStoreError> {
        match self.write(NewTick(JobTickRow::new(job, scheduled_for.into(), kind, now.into()))) {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn view(&self, job: &str, slot: Option<DateTime<Utc>>) -> Result<Option<JobView>, TickStoreError> {
        self.read(|conn| {
            // The job first: when the ticks are newer than the version shown, a claim on it is refused.
            let Some(row) = jobs::table.find(job).select(JobRow::as_select()).first(conn).optional()? else {
                return Ok(None);
            };
            let open: Vec<JobTickRow> =
                ticks_of(job).filter(sql::<Bool>(OPEN)).order(job_ticks::scheduled_for.asc()).load(conn)?;
            let in_slot = slot.map(|slot| tick_in_slot(conn, job, slot)).transpose()?.flatten();
            Ok(Some(row.view(open.into_iter().map(Tick::try_from).collect::<Result<_, _>>()?, in_slot)))
        })
    }

    fn claim(&self, request: &ClaimRequest) -> Result<Option<Claim>, TickStoreError> {
        let request = request.clone();
        let claimed = self.0.write_blocking(Scope::Append, move |conn| {
            let Some(tick) = tick_find(conn, &request.job, request.scheduled_for)?.filter(|tick| tick.state.is_open())
            else {
                return Ok(Decided::new(WriteSet::default(), None));
            };
            let claim = Claim {
                job: request.job.clone(),
                scheduled_for: request.scheduled_for,
                kind: tick.kind,
                // Only the holder of the lease changes it, and the claim is refused when the lease has moved.
                attempt: tick.attempt + 1,
                fencing: request.seen.fencing + 1,
            };
            let claiming = Claiming { request: request.clone(), claim: claim.clone() };
            Ok(Decided::new(one(claiming), Some(claim)))
        });
        match claimed {
            Ok(claim) => Ok(claim),
            Err(StoreError::Conflict(_)) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn renew(&self, claim: &Claim, leased_until: DateTime<Utc>) -> Result<(), LeaseError> {
        self.write_under_lease(Renewing { claim: claim.clone(), leased_until: leased_until.into() })
    }

    fn finish(&self, claim: &Claim, finish: &Finish) -> Result<(), LeaseError> {
        self.write_under_lease(Finishing { claim: claim.clone(), finish: finish.clone() })
    }

    fn release(&self, claim: &Claim) -> Result<(), LeaseError> {
        self.write_under_lease(Releasing(claim.clone()))
    }

    fn tick(&self, job: &str, scheduled_for: DateTime<Utc>) -> Result<Option<Tick>, TickStoreError> {
        self.read(|conn| tick_find(conn, job, scheduled_for))
    }

    fn history(&self, job: &str, limit: usize) -> Result<Vec<Tick>, TickStoreError> {
        self.read(|conn| {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows: Vec<JobTickRow> = ticks_of(job).order(job_ticks::scheduled_for.desc()).limit(limit).load(conn)?;
            rows.into_iter().map(Tick::try_from).collect()
        })
    }

    fn prune(&self, before: DateTime<Utc>) -> Result<u64, TickStoreError> {
        let before = UtcTime::from(before);
        let deleted = self.0.long_work().and_then(|mut work| {
            work.batch(|conn| {
                let last_started =
                    jobs::table.filter(jobs::name.eq(job_ticks::job)).select(jobs::last_started_for).single_value();
                let old = job_ticks::table
                    .filter(sql::<Bool>(CLOSED))
                    .filter(job_ticks::scheduled_for.lt(before))
                    .filter(job_ticks::scheduled_for.nullable().lt(last_started));
                let deleted = diesel::delete(old).execute(conn)?;
                Ok::<_, StoreError>(Decided::new(WriteSet::default(), deleted))
            })
        });
        deleted.map(|deleted| u64::try_from(deleted).unwrap_or(u64::MAX)).map_err(|error| unavailable(&error))
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn ticks_of<'a>(job: &'a str) -> _ {
    let row: diesel::dsl::AsSelect<JobTickRow, super::conn::MultiBackend> = JobTickRow::as_select();
    job_ticks::table.filter(job_ticks::job.eq(job)).select(row)
}

fn tick_find(conn: &mut Conn, job: &str, scheduled_for: DateTime<Utc>) -> Result<Option<Tick>, StoreError> {
    let row = ticks_of(job).filter(job_ticks::scheduled_for.eq(UtcTime::from(scheduled_for))).first(conn).optional()?;
    row.map(Tick::try_from).transpose()
}

fn tick_in_slot(conn: &mut Conn, job: &str, slot: DateTime<Utc>) -> Result<Option<Tick>, StoreError> {
    let end = UtcTime::from(slot + TimeDelta::milliseconds(1));
    let row = ticks_of(job)
        .filter(job_ticks::scheduled_for.ge(UtcTime::from(slot)).and(job_ticks::scheduled_for.lt(end)))
        .order(job_ticks::scheduled_for.desc())
        .first(conn)
        .optional()?;
    row.map(Tick::try_from).transpose()
}

/// A job and its lease.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct JobRow {
    name: String,
    since: UtcTime,
    fencing: i64,
    renewals: i64,
    leased_by: Option<String>,
    leased_until: Option<UtcTime>,
    last_started_for: Option<UtcTime>,
    last_success_at: Option<UtcTime>,
    last_success_for: Option<UtcTime>,
}

impl JobRow {
    fn new(name: &str, since: UtcTime) -> Self {
        Self {
            name: name.to_owned(),
            since,
            fencing: 0,
            renewals: 0,
            leased_by: None,
            leased_until: None,
            last_started_for: None,
            last_success_at: None,
            last_success_for: None,
        }
    }

    fn view(self, open: Vec<Tick>, in_slot: Option<Tick>) -> JobView {
        let lease = self.leased_by.zip(self.leased_until);
        JobView {
            since: self.since.utc(),
            version: LeaseVersion { fencing: self.fencing, renewals: self.renewals },
            lease: lease.map(|(leased_by, until)| Lease { leased_by, leased_until: until.utc() }),
            last_started_for: self.last_started_for.map(UtcTime::utc),
            last_success_at: self.last_success_at.map(UtcTime::utc),
            last_success_for: self.last_success_for.map(UtcTime::utc),
            in_slot,
            open,
        }
    }
}

/// One occurrence of a job.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = job_ticks)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct JobTickRow {
    job: String,
    scheduled_for: UtcTime,
    kind: String,
    state: String,
    attempt: i64,
    fencing: i64,
    worker: Option<String>,
    created_at: UtcTime,
    started_at: Option<UtcTime>,
    finished_at: Option<UtcTime>,
    retry_at: Option<UtcTime>,
    looked_at: i64,
    made: i64,
    skipped: i64,
    failed: i64,
    error: Option<String>,
}

impl JobTickRow {
    fn new(job: &str, scheduled_for: UtcTime, kind: TickKind, created_at: UtcTime) -> Self {
        Self {
            job: job.to_owned(),
            scheduled_for,
            kind: kind.as_str().to_owned(),
            state: TickState::Pending.as_str().to_owned(),
            attempt: 0,
            fencing: 0,
            worker: None,
            created_at,
            started_at: None,
            finished_at: None,
            retry_at: None,
            looked_at: 0,
            made: 0,
            skipped: 0,
            failed: 0,
            error: None,
        }
    }
}

impl TryFrom<JobTickRow> for Tick {
    type Error = StoreError;

    fn try_from(row: JobTickRow) -> Result<Self, StoreError> {
        let unknown = |column: &str| StoreError::Corrupt(format!("job_ticks.{column}"));
        let count = |value: i64, column| u64::try_from(value).map_err(|_| unknown(column));
        Ok(Self {
            kind: TickKind::parse(&row.kind).ok_or_else(|| unknown("kind"))?,
            state: TickState::parse(&row.state).ok_or_else(|| unknown("state"))?,
            attempt: i32::try_from(row.attempt).map_err(|_| unknown("attempt"))?,
            report: RunReport {
                looked_at: count(row.looked_at, "looked_at")?,
                made: count(row.made, "made")?,
                skipped: count(row.skipped, "skipped")?,
                failed: count(row.failed, "failed")?,
            },
            job: row.job,
            scheduled_for: row.scheduled_for.utc(),
            fencing: row.fencing,
            worker: row.worker,
            created_at: row.created_at.utc(),
            started_at: row.started_at.map(UtcTime::utc),
            finished_at: row.finished_at.map(UtcTime::utc),
            retry_at: row.retry_at.map(UtcTime::utc),
            error: row.error,
        })
    }
}

/// Makes a job known; leaves one that is known as it is.
#[derive(Clone)]
struct NewJob(JobRow);

impl Change for NewJob {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(jobs::table).values(&self.0).on_conflict_do_nothing().execute(c))?;
        Ok(())
    }
}

/// Makes a pending tick; a conflict when there is one.
#[derive(Clone)]
struct NewTick(JobTickRow);

impl Change for NewTick {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let made = each_backend!(conn, |c| {
            diesel::insert_into(job_ticks::table).values(&self.0).on_conflict_do_nothing().execute(c)
        })?;
        unless_none(made)
    }
}

/// Takes the lease and starts the tick.
#[derive(Clone)]
struct Claiming {
    request: ClaimRequest,
    claim: Claim,
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
struct Renewing {
    claim: Claim,
    leased_until: UtcTime,
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
struct Finishing {
    claim: Claim,
    finish: Finish,
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
struct Releasing(Claim);

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
