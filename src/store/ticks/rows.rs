//! The rows of jobs and ticks, and what the scheduler makes of them.

use diesel::prelude::{Insertable, Queryable, Selectable};
use scheduler::RunReport;
use scheduler::store::{JobView, Lease, LeaseVersion, Tick, TickKind, TickState};

use crate::clock::UtcTime;
use crate::store::error::StoreError;
use crate::store::schema::{job_ticks, jobs};

/// A job and its lease.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(super) struct JobRow {
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
    pub(super) fn new(name: &str, since: UtcTime) -> Self {
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

    pub(super) fn view(self, open: Vec<Tick>, in_slot: Option<Tick>) -> JobView {
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
pub(super) struct JobTickRow {
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
    pub(super) fn new(job: &str, scheduled_for: UtcTime, kind: TickKind, created_at: UtcTime) -> Self {
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
