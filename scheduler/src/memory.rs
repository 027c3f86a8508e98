//! A tick store in memory. It keeps the promises of [`TickStore`] to the letter, so that what is tested
//! against it holds for a database; it can also be made unavailable, to see what a scheduler makes of that.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::job::RunReport;
use crate::store::{
    Claim, ClaimRequest, Finish, JobView, Lease, LeaseError, LeaseVersion, RunEnd, StoreError, Tick, TickKind,
    TickState, TickStore,
};

/// Ticks, leases and fencing numbers of any number of jobs, behind one lock.
#[derive(Debug, Default)]
pub struct MemoryTickStore {
    jobs: Mutex<BTreeMap<String, JobRow>>,
    unavailable: AtomicBool,
}

#[derive(Debug)]
struct JobRow {
    since: DateTime<Utc>,
    version: LeaseVersion,
    lease: Option<Lease>,
    last_started_for: Option<DateTime<Utc>>,
    last_success: Option<Success>,
    ticks: BTreeMap<DateTime<Utc>, Tick>,
    /// Keys of open ticks: the partial index of a database.
    open: std::collections::BTreeSet<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy)]
struct Success {
    at: DateTime<Utc>,
    scheduled_for: DateTime<Utc>,
}

impl MemoryTickStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every call fails, or works again.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.unavailable.store(unavailable, Ordering::Release);
    }

    fn rows(&self) -> Result<MutexGuard<'_, BTreeMap<String, JobRow>>, StoreError> {
        if self.unavailable.load(Ordering::Acquire) {
            return Err(StoreError("switched off".to_owned()));
        }
        Ok(self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Applies `change` to the row of a job whose lease is still the claim's.
    fn with_lease<T>(&self, claim: &Claim, change: impl FnOnce(&mut JobRow) -> T) -> Result<T, LeaseError> {
        let mut rows = self.rows()?;
        let row = rows
            .get_mut(&claim.job)
            .filter(|row| row.version.fencing == claim.fencing && row.lease.is_some())
            .ok_or(LeaseError::Stale)?;
        row.version.renewals += 1;
        Ok(change(row))
    }
}

impl JobRow {
    const fn new(since: DateTime<Utc>) -> Self {
        Self {
            since,
            version: LeaseVersion { fencing: 0, renewals: 0 },
            lease: None,
            last_started_for: None,
            last_success: None,
            ticks: BTreeMap::new(),
            open: std::collections::BTreeSet::new(),
        }
    }

    fn view(&self, slot: Option<DateTime<Utc>>) -> JobView {
        JobView {
            since: self.since,
            version: self.version,
            lease: self.lease.clone(),
            last_started_for: self.last_started_for,
            last_success_at: self.last_success.map(|success| success.at),
            last_success_for: self.last_success.map(|success| success.scheduled_for),
            in_slot: slot.and_then(|slot| {
                self.ticks.range(slot..slot + TimeDelta::milliseconds(1)).next_back().map(|(_, tick)| tick.clone())
            }),
            open: self.open.iter().filter_map(|key| self.ticks.get(key)).cloned().collect(),
        }
    }

    /// Makes a pending tick unless one is there, and tells whether it did.
    fn ensure(&mut self, job: &str, scheduled_for: DateTime<Utc>, kind: TickKind, now: DateTime<Utc>) -> bool {
        if self.ticks.contains_key(&scheduled_for) {
            return false;
        }
        let tick = Tick {
            job: job.to_owned(),
            scheduled_for,
            kind,
            state: TickState::Pending,
            attempt: 0,
            fencing: 0,
            worker: None,
            created_at: now,
            started_at: None,
            finished_at: None,
            retry_at: None,
            report: RunReport::default(),
            error: None,
        };
        self.ticks.insert(scheduled_for, tick);
        self.open.insert(scheduled_for)
    }

    fn claim(&mut self, request: &ClaimRequest) -> Option<Claim> {
        if self.version != request.seen {
            return None;
        }
        if request.create {
            self.ensure(&request.job, request.scheduled_for, TickKind::Schedule, request.now);
        }
        if !self.open.contains(&request.scheduled_for) {
            return None;
        }
        let fencing = self.version.fencing + 1;
        let tick = self.ticks.get_mut(&request.scheduled_for)?;
        tick.state = TickState::Running;
        tick.attempt += 1;
        tick.fencing = fencing;
        tick.worker = Some(request.worker.clone());
        tick.started_at = Some(request.now);
        tick.finished_at = None;
        tick.retry_at = None;
        let claim = Claim {
            job: request.job.clone(),
            scheduled_for: request.scheduled_for,
            kind: tick.kind,
            attempt: tick.attempt,
            fencing,
        };
        self.version = LeaseVersion { fencing, renewals: 0 };
        self.lease = Some(Lease { leased_by: request.worker.clone(), leased_until: request.leased_until });
        if claim.kind == TickKind::Schedule {
            self.last_started_for = Some(request.scheduled_for);
            self.supersede_before(request.scheduled_for, request.now);
        }
        Some(claim)
    }

    fn supersede_before(&mut self, scheduled_for: DateTime<Utc>, now: DateTime<Utc>) {
        let older: Vec<_> = self.open.range(..scheduled_for).copied().collect();
        for key in older {
            if let Some(tick) = self.ticks.get_mut(&key).filter(|tick| tick.kind == TickKind::Schedule) {
                tick.state = TickState::Superseded;
                tick.finished_at = Some(now);
                tick.retry_at = None;
                self.open.remove(&key);
            }
        }
    }

    fn finish(&mut self, claim: &Claim, finish: &Finish) {
        self.lease = None;
        if finish.end == RunEnd::Succeeded {
            self.last_success = Some(Success { at: finish.at, scheduled_for: claim.scheduled_for });
        }
        if let Some(tick) = self.ticks.get_mut(&claim.scheduled_for) {
            (tick.state, tick.retry_at) = match finish.end {
                RunEnd::Succeeded => (TickState::Succeeded, None),
                RunEnd::Failed => (TickState::Failed, None),
                RunEnd::Retry { at } => (TickState::Retrying, Some(at)),
            };
            tick.finished_at = Some(finish.at);
            tick.report = finish.report;
            tick.error.clone_from(&finish.error);
            if !tick.state.is_open() {
                self.open.remove(&claim.scheduled_for);
            }
        }
    }

    fn release(&mut self, claim: &Claim) {
        self.lease = None;
        if let Some(tick) = self.ticks.get_mut(&claim.scheduled_for) {
            tick.state = TickState::Pending;
            tick.attempt -= 1;
        }
    }
}

impl TickStore for MemoryTickStore {
    fn ensure_job(&self, job: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.rows()?.entry(job.to_owned()).or_insert_with(|| JobRow::new(now));
        Ok(())
    }

    fn ensure_tick(
        &self,
        job: &str,
        scheduled_for: DateTime<Utc>,
        kind: TickKind,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut rows = self.rows()?;
        let row = rows.get_mut(job).ok_or_else(|| StoreError(format!("job {job:?} was never made known")))?;
        Ok(row.ensure(job, scheduled_for, kind, now))
    }

    fn view(&self, job: &str, slot: Option<DateTime<Utc>>) -> Result<Option<JobView>, StoreError> {
        Ok(self.rows()?.get(job).map(|row| row.view(slot)))
    }

    fn claim(&self, request: &ClaimRequest) -> Result<Option<Claim>, StoreError> {
        Ok(self.rows()?.get_mut(&request.job).and_then(|row| row.claim(request)))
    }

    fn renew(&self, claim: &Claim, leased_until: DateTime<Utc>) -> Result<(), LeaseError> {
        self.with_lease(claim, |row| {
            if let Some(lease) = &mut row.lease {
                lease.leased_until = leased_until;
            }
        })
    }

    fn finish(&self, claim: &Claim, finish: &Finish) -> Result<(), LeaseError> {
        self.with_lease(claim, |row| row.finish(claim, finish))
    }

    fn release(&self, claim: &Claim) -> Result<(), LeaseError> {
        self.with_lease(claim, |row| row.release(claim))
    }

    fn tick(&self, job: &str, scheduled_for: DateTime<Utc>) -> Result<Option<Tick>, StoreError> {
        Ok(self.rows()?.get(job).and_then(|row| row.ticks.get(&scheduled_for)).cloned())
    }

    fn history(&self, job: &str, limit: usize) -> Result<Vec<Tick>, StoreError> {
        Ok(self.rows()?.get(job).map_or_else(Vec::new, |row| row.ticks.values().rev().take(limit).cloned().collect()))
    }

    fn prune(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for row in self.rows()?.values_mut() {
            let Some(last) = row.last_started_for else {
                continue;
            };
            let kept = row.ticks.len();
            row.ticks.retain(|key, tick| tick.state.is_open() || *key >= before || *key >= last);
            deleted += kept - row.ticks.len();
        }
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }
}
