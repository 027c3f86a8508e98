//! What every tick store must do, as checks that its tests run: one suite for the store in memory and for
//! each database. Each check uses jobs of its own, so all run on one store.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::job::RunReport;
use crate::store::{Claim, ClaimRequest, Finish, JobView, LeaseError, RunEnd, Tick, TickKind, TickState, TickStore};

/// What a check returns: an error of the store, or nothing. What does not hold panics, saying where.
pub type Checked = Result<(), Box<dyn Error>>;

/// Every check, on a store that may hold other jobs.
///
/// # Errors
/// The store is unavailable or refuses what it must accept.
///
/// # Panics
/// The store breaks one of its promises.
pub fn check(store: &dyn TickStore) -> Checked {
    makes_jobs_and_ticks_once(store)?;
    claims_and_shows_the_lease(store)?;
    makes_and_claims_in_one(store)?;
    refuses_claims_and_changes_nothing(store)?;
    supersedes_older_scheduled_ticks_only(store)?;
    records_each_ending(store)?;
    refuses_a_stale_fencing_number(store)?;
    gives_a_released_tick_back(store)?;
    shows_the_tick_of_a_slot(store)?;
    lists_history(store)?;
    prunes_what_the_schedule_needs_no_more(store)?;
    lets_one_of_many_claim(store)
}

/// Seconds and microseconds after a fixed Monday.
fn at(seconds: i64, micros: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds) + TimeDelta::microseconds(micros)
}

fn view(store: &dyn TickStore, job: &str) -> Result<JobView, Box<dyn Error>> {
    Ok(store.view(job, None)?.ok_or("the job is not known")?)
}

fn tick(store: &dyn TickStore, job: &str, scheduled_for: DateTime<Utc>) -> Result<Tick, Box<dyn Error>> {
    Ok(store.tick(job, scheduled_for)?.ok_or("the tick is not there")?)
}

fn request(store: &dyn TickStore, job: &str, scheduled_for: DateTime<Utc>) -> Result<ClaimRequest, Box<dyn Error>> {
    Ok(ClaimRequest {
        job: job.to_owned(),
        scheduled_for,
        create: false,
        worker: "worker-a".to_owned(),
        now: scheduled_for + TimeDelta::seconds(2),
        leased_until: scheduled_for + TimeDelta::seconds(17),
        seen: view(store, job)?.version,
    })
}

/// Makes the tick if need be, and claims it.
fn claimed(store: &dyn TickStore, job: &str, scheduled_for: DateTime<Utc>) -> Result<Claim, Box<dyn Error>> {
    store.ensure_job(job, at(0, 0))?;
    store.ensure_tick(job, scheduled_for, TickKind::Schedule, at(0, 0))?;
    Ok(store.claim(&request(store, job, scheduled_for)?)?.ok_or("a tick that is due was not claimed")?)
}

fn ended(end: RunEnd, at: DateTime<Utc>) -> Finish {
    let report = RunReport { looked_at: 7_000_000_000, made: 3, skipped: 2, failed: 1 };
    let error = match end {
        RunEnd::Succeeded => None,
        RunEnd::Failed | RunEnd::Retry { .. } => Some("no answer".to_owned()),
    };
    Finish { at, end, report, error }
}

fn makes_jobs_and_ticks_once(store: &dyn TickStore) -> Checked {
    let job = "conformance-once";
    assert_eq!(store.view(job, None)?, None, "a job never made known has no view");
    assert!(store.ensure_tick(job, at(60, 0), TickKind::Schedule, at(60, 0)).is_err(), "a tick needs its job");
    store.ensure_job(job, at(0, 123_456))?;
    store.ensure_job(job, at(99, 0))?;
    let known = view(store, job)?;
    assert_eq!(known.since, at(0, 123_456), "the first mention stands, to the microsecond");
    assert_eq!((known.version.fencing, known.version.renewals), (0, 0));
    assert!(known.lease.is_none() && known.open.is_empty() && known.last_started_for.is_none());

    assert!(store.ensure_tick(job, at(60, 1), TickKind::Schedule, at(61, 0))?, "the first makes it");
    assert!(!store.ensure_tick(job, at(60, 1), TickKind::Request, at(62, 0))?, "the second changes nothing");
    let made = tick(store, job, at(60, 1))?;
    assert_eq!((made.kind, made.state, made.attempt, made.fencing), (TickKind::Schedule, TickState::Pending, 0, 0));
    assert_eq!((made.created_at, made.started_at, made.finished_at), (at(61, 0), None, None));
    assert_eq!(view(store, job)?.open, [made]);

    let claim = claimed(store, job, at(60, 1))?;
    store.finish(&claim, &ended(RunEnd::Succeeded, at(70, 0)))?;
    assert!(!store.ensure_tick(job, at(60, 1), TickKind::Schedule, at(80, 0))?, "nor when the tick has ended");
    assert_eq!(tick(store, job, at(60, 1))?.state, TickState::Succeeded);
    Ok(())
}

fn claims_and_shows_the_lease(store: &dyn TickStore) -> Checked {
    let job = "conformance-claim";
    let claim = claimed(store, job, at(60, 0))?;
    assert_eq!((claim.kind, claim.attempt, claim.fencing), (TickKind::Schedule, 1, 1));
    let shown = view(store, job)?;
    let lease = shown.lease.as_ref().ok_or("a claim takes the lease")?;
    assert_eq!((lease.leased_by.as_str(), lease.leased_until), ("worker-a", at(77, 0)));
    assert_eq!((shown.version.fencing, shown.version.renewals), (1, 0));
    assert_eq!(shown.last_started_for, Some(at(60, 0)));
    let running = tick(store, job, at(60, 0))?;
    assert_eq!((running.state, running.fencing, running.attempt), (TickState::Running, 1, 1));
    assert_eq!((running.started_at, running.worker.as_deref()), (Some(at(62, 0)), Some("worker-a")));
    assert_eq!(shown.open, [running]);

    store.renew(&claim, at(99, 0))?;
    let renewed = view(store, job)?;
    assert!(renewed.version.renewals > 0, "a renewal moves the version");
    assert_eq!(renewed.version.fencing, 1);
    assert_eq!(renewed.lease.map(|lease| lease.leased_until), Some(at(99, 0)));
    Ok(())
}

fn makes_and_claims_in_one(store: &dyn TickStore) -> Checked {
    let job = "conformance-create";
    store.ensure_job(job, at(0, 0))?;
    let wish = |second: i64| -> Result<ClaimRequest, Box<dyn Error>> {
        Ok(ClaimRequest { create: true, ..request(store, job, at(second, 0))? })
    };
    let late = wish(60)?;
    let claim = store.claim(&late)?.ok_or("a tick without a row was not made and claimed")?;
    assert_eq!((claim.kind, claim.attempt, claim.fencing), (TickKind::Schedule, 1, 1));
    let made = tick(store, job, at(60, 0))?;
    assert_eq!((made.kind, made.state, made.attempt), (TickKind::Schedule, TickState::Running, 1));
    assert_eq!((made.created_at, made.started_at), (at(62, 0), Some(at(62, 0))));
    store.finish(&claim, &ended(RunEnd::Succeeded, at(70, 0)))?;

    assert_eq!(store.claim(&ClaimRequest { scheduled_for: at(61, 0), ..late })?, None, "another was first");
    assert_eq!(store.tick(job, at(61, 0))?, None, "who comes second leaves no tick that nobody began");
    let before = view(store, job)?;
    assert_eq!(store.claim(&wish(60)?)?, None, "the tick has ended");
    assert_eq!(view(store, job)?, before, "nothing is taken for it");

    store.ensure_tick(job, at(90, 0), TickKind::Request, at(90, 0))?;
    let claim = store.claim(&wish(90)?)?.ok_or("a tick that is there was not claimed")?;
    assert_eq!((claim.kind, claim.attempt), (TickKind::Request, 1), "one that is there stays what it is");
    Ok(())
}

fn refuses_claims_and_changes_nothing(store: &dyn TickStore) -> Checked {
    let job = "conformance-refuse";
    let claim = claimed(store, job, at(60, 0))?;
    let mut old = request(store, job, at(60, 0))?;
    store.renew(&claim, at(99, 0))?;
    let before = view(store, job)?;
    assert_eq!(store.claim(&old)?, None, "the lease was renewed since it was seen");
    old.seen.fencing -= 1;
    assert_eq!(store.claim(&old)?, None, "an older fencing number was seen");
    assert_eq!(store.claim(&request(store, job, at(61, 0))?)?, None, "no such tick");
    assert_eq!(view(store, job)?, before);

    store.finish(&claim, &ended(RunEnd::Failed, at(70, 0)))?;
    let before = view(store, job)?;
    assert_eq!(store.claim(&request(store, job, at(60, 0))?)?, None, "the tick has ended");
    assert_eq!(view(store, job)?, before, "the lease is not taken for a tick that cannot be");
    Ok(())
}

fn supersedes_older_scheduled_ticks_only(store: &dyn TickStore) -> Checked {
    let job = "conformance-supersede";
    store.ensure_job(job, at(0, 0))?;
    for (second, kind) in
        [(10, TickKind::Schedule), (20, TickKind::Request), (30, TickKind::Schedule), (50, TickKind::Schedule)]
    {
        store.ensure_tick(job, at(second, 0), kind, at(second, 0))?;
    }
    let retrying = claimed(store, job, at(10, 0))?;
    store.finish(&retrying, &ended(RunEnd::Retry { at: at(25, 0) }, at(15, 0)))?;
    let claim = claimed(store, job, at(30, 0))?;
    let older = tick(store, job, at(10, 0))?;
    assert_eq!((older.state, older.retry_at), (TickState::Superseded, None));
    assert_eq!(older.finished_at, Some(at(32, 0)), "superseded when the newer one started");
    let open: Vec<_> = view(store, job)?.open.iter().map(|tick| tick.scheduled_for).collect();
    assert_eq!(open, [at(20, 0), at(30, 0), at(50, 0)], "a request and a newer tick stay, oldest first");
    store.finish(&claim, &ended(RunEnd::Succeeded, at(40, 0)))?;

    let asked = store.claim(&request(store, job, at(20, 0))?)?.ok_or("a request was not claimed")?;
    assert_eq!(asked.kind, TickKind::Request);
    assert_eq!(view(store, job)?.last_started_for, Some(at(30, 0)), "a request is no occurrence");
    store.finish(&asked, &ended(RunEnd::Succeeded, at(41, 0)))?;

    store.ensure_tick(job, at(60, 0), TickKind::Request, at(60, 0))?;
    store.claim(&request(store, job, at(60, 0))?)?.ok_or("a request was not claimed")?;
    assert_eq!(tick(store, job, at(50, 0))?.state, TickState::Pending, "a request supersedes nothing");
    Ok(())
}

fn records_each_ending(store: &dyn TickStore) -> Checked {
    let job = "conformance-ending";
    let claim = claimed(store, job, at(60, 0))?;
    let finish = ended(RunEnd::Retry { at: at(90, 500_000) }, at(70, 0));
    store.finish(&claim, &finish)?;
    let failed = tick(store, job, at(60, 0))?;
    assert_eq!((failed.state, failed.retry_at), (TickState::Retrying, Some(at(90, 500_000))));
    assert_eq!((failed.report, failed.error), (finish.report, finish.error));
    let shown = view(store, job)?;
    assert!(shown.lease.is_none() && shown.last_success_at.is_none());

    let again = claimed(store, job, at(60, 0))?;
    assert_eq!((again.attempt, again.fencing), (2, 2));
    let running = tick(store, job, at(60, 0))?;
    assert_eq!((running.retry_at, running.finished_at), (None, None), "a new attempt has not ended");
    store.finish(&again, &ended(RunEnd::Succeeded, at(100, 0)))?;
    let succeeded = tick(store, job, at(60, 0))?;
    assert_eq!((succeeded.state, succeeded.finished_at), (TickState::Succeeded, Some(at(100, 0))));
    assert_eq!((succeeded.error, succeeded.retry_at), (None, None), "the earlier error is gone");
    let shown = view(store, job)?;
    assert_eq!((shown.last_success_at, shown.last_success_for), (Some(at(100, 0)), Some(at(60, 0))));
    assert!(shown.open.is_empty() && shown.lease.is_none());

    let last = claimed(store, job, at(120, 0))?;
    store.finish(&last, &ended(RunEnd::Failed, at(130, 0)))?;
    assert_eq!(tick(store, job, at(120, 0))?.state, TickState::Failed);
    assert_eq!(view(store, job)?.last_success_for, Some(at(60, 0)), "a failure is no success");
    Ok(())
}

fn refuses_a_stale_fencing_number(store: &dyn TickStore) -> Checked {
    let job = "conformance-stale";
    let first = claimed(store, job, at(60, 0))?;
    let second = claimed(store, job, at(60, 0))?;
    assert_eq!((second.attempt, second.fencing), (2, 2), "taken over");
    let (shown, row) = (view(store, job)?, tick(store, job, at(60, 0))?);
    let finish = ended(RunEnd::Succeeded, at(70, 0));
    assert_eq!(store.renew(&first, at(99, 0)), Err(LeaseError::Stale));
    assert_eq!(store.finish(&first, &finish), Err(LeaseError::Stale));
    assert_eq!(store.release(&first), Err(LeaseError::Stale));
    assert_eq!((view(store, job)?, tick(store, job, at(60, 0))?), (shown, row), "nothing changed");

    store.finish(&second, &finish)?;
    assert_eq!(store.finish(&second, &finish), Err(LeaseError::Stale), "a run ends once");
    assert_eq!(store.renew(&second, at(99, 0)), Err(LeaseError::Stale));
    Ok(())
}

fn gives_a_released_tick_back(store: &dyn TickStore) -> Checked {
    let job = "conformance-release";
    let claim = claimed(store, job, at(60, 0))?;
    let running = view(store, job)?.version;
    store.release(&claim)?;
    let shown = view(store, job)?;
    assert!(shown.lease.is_none());
    assert_ne!(shown.version, running, "the lease moved");
    let back = tick(store, job, at(60, 0))?;
    assert_eq!((back.state, back.attempt), (TickState::Pending, 0), "the attempt does not count");
    assert_eq!(store.finish(&claim, &ended(RunEnd::Succeeded, at(70, 0))), Err(LeaseError::Stale));
    let again = claimed(store, job, at(60, 0))?;
    assert_eq!((again.attempt, again.fencing), (1, 2), "fencing numbers never come back");
    Ok(())
}

fn shows_the_tick_of_a_slot(store: &dyn TickStore) -> Checked {
    let job = "conformance-slot";
    store.ensure_job(job, at(0, 0))?;
    for micros in [-1, 1_000] {
        store.ensure_tick(job, at(60, micros), TickKind::Request, at(60, 0))?;
    }
    let in_slot = || Ok::<_, Box<dyn Error>>(store.view(job, Some(at(60, 0)))?.ok_or("unknown")?.in_slot);
    assert_eq!(in_slot()?, None, "neither the microsecond before nor the next millisecond");
    for micros in [0, 999] {
        store.ensure_tick(job, at(60, micros), TickKind::Schedule, at(60, 0))?;
        assert_eq!(in_slot()?.map(|tick| tick.scheduled_for), Some(at(60, micros)), "the newest in the slot");
    }
    Ok(())
}

fn lists_history(store: &dyn TickStore) -> Checked {
    let job = "conformance-history";
    store.ensure_job(job, at(0, 0))?;
    for second in [20, 10, 30] {
        store.ensure_tick(job, at(second, 0), TickKind::Schedule, at(second, 0))?;
    }
    let listed =
        |limit| Ok::<Vec<_>, Box<dyn Error>>(store.history(job, limit)?.iter().map(|t| t.scheduled_for).collect());
    assert_eq!(listed(2)?, [at(30, 0), at(20, 0)]);
    assert_eq!(listed(10)?, [at(30, 0), at(20, 0), at(10, 0)]);
    assert!(store.history("conformance-unknown", 10)?.is_empty());
    assert_eq!(store.tick(job, at(11, 0))?, None);
    Ok(())
}

fn prunes_what_the_schedule_needs_no_more(store: &dyn TickStore) -> Checked {
    let job = "conformance-prune";
    // Long ago, so that no other job's ticks are old enough.
    let old = |day: i64| at(0, 0) - TimeDelta::days(9_000 - day);
    for day in 1..=3 {
        let claim = claimed(store, job, old(day))?;
        store.finish(&claim, &ended(RunEnd::Succeeded, old(day)))?;
    }
    store.ensure_tick(job, old(0), TickKind::Request, old(0))?;
    assert_eq!(store.prune(old(2))?, 1, "closed and old enough");
    assert_eq!(store.prune(old(9))?, 1, "the last one started is kept, however old");
    let left: Vec<_> = store.history(job, 10)?.iter().map(|tick| tick.scheduled_for).collect();
    assert_eq!(left, [old(3), old(0)], "and so is what is open");
    Ok(())
}

fn lets_one_of_many_claim(store: &dyn TickStore) -> Checked {
    let job = "conformance-race";
    store.ensure_job(job, at(0, 0))?;
    for round in 1..=20 {
        store.ensure_tick(job, at(round, 0), TickKind::Schedule, at(round, 0))?;
        let request = request(store, job, at(round, 0))?;
        let (won, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| match store.claim(&request) {
                    Ok(claim) => won.fetch_add(usize::from(claim.is_some()), Ordering::SeqCst),
                    Err(_) => failed.fetch_add(1, Ordering::SeqCst),
                });
            }
        });
        assert_eq!((won.into_inner(), failed.into_inner()), (1, 0), "one claim in round {round}");
    }
    assert_eq!(view(store, job)?.version.fencing, 20, "a number for each claim, none twice");
    Ok(())
}
