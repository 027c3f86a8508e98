//! The rows behind the schedulers: one for each job with its lease, one for each occurrence of its schedule.
//!
//! [`Ticks`] keeps the promises of [`scheduler::TickStore`] on both databases. Writes go through the writer like
//! everything else; each is a conditional statement that finds out by itself whether it came too late, so that no
//! decision rests on what was read before.

mod changes;
mod rows;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    SelectableHelper,
};
use diesel::sql_types::Bool;
use scheduler::TickStore;
use scheduler::store::{
    Claim, ClaimRequest, Finish, JobView, LeaseError, StoreError as TickStoreError, Tick, TickKind,
};

use changes::{Claiming, Finishing, NewJob, NewTick, Releasing, Renewing};
use rows::{JobRow, JobTickRow};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{job_ticks, jobs};
use super::write_set::{Change, Decided, WriteSet};
use super::{Scope, Store};
use crate::clock::UtcTime;

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
            let (kind, attempts) = match tick_find(conn, &request.job, request.scheduled_for)? {
                Some(tick) if tick.state.is_open() => (tick.kind, tick.attempt),
                None if request.create => (TickKind::Schedule, 0),
                Some(_) | None => return Ok(Decided::new(WriteSet::default(), None)),
            };
            let claim = Claim {
                job: request.job.clone(),
                scheduled_for: request.scheduled_for,
                kind,
                // Only the holder of the lease changes it, and the claim is refused when the lease has moved.
                attempt: attempts + 1,
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
