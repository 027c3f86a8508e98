//! Processes that die, stop and stay away.

use std::sync::Arc;

use chrono::TimeDelta;
use scheduler::{Cancel, JobError, LeaseError, RunEnd, RunReport, TickState, TickStore};

use crate::sim::{World, days, hours, minutes, seconds, utc};

#[test]
fn a_tick_whose_process_died_is_taken_over_once_its_lease_has_lapsed() {
    let world = World::new("2026-05-04T01:59:30Z", &[("sweep", "0 0 4 * * *")]);
    let doomed = world.engine("doomed");
    World::turn(&[&doomed]);
    world.clock.advance(seconds(31));
    let claimed = doomed.poll();
    assert_eq!(claimed.len(), 1, "04:00 in Amsterdam is due");
    drop((claimed, doomed));

    let heir = world.engine("heir");
    world.pass(&[&heir], seconds(14), seconds(1));
    assert!(world.done("sweep").is_empty(), "the lease still holds");
    world.pass(&[&heir], seconds(6), seconds(1));
    assert_eq!(world.done_for("sweep"), [utc("2026-05-04T02:00:00Z")]);
    let tick = world.tick("sweep", "2026-05-04T02:00:00Z");
    assert_eq!((tick.state, tick.attempt, tick.fencing), (TickState::Succeeded, 2, 2));
    assert_eq!(tick.worker.as_deref(), Some("heir"));
    assert!(tick.started_at.unwrap() - tick.scheduled_for > TimeDelta::seconds(14), "both times are recorded");

    world.pass(&[&heir], hours(3), minutes(1));
    assert_eq!(world.done("sweep").len(), 1, "and once only");
}

#[test]
fn the_same_process_started_again_takes_its_tick_over() {
    let world = World::new("2026-05-04T01:59:30Z", &[("sweep", "0 0 4 * * *")]);
    let before = world.engine("host-1");
    World::turn(&[&before]);
    world.clock.advance(seconds(31));
    drop((before.poll(), before));
    let after = world.engine("host-1");
    world.pass(&[&after], seconds(20), seconds(1));
    assert_eq!(world.done("sweep").len(), 1);
}

#[test]
fn a_week_of_downtime_is_caught_up_with_one_run_of_each_job() {
    let jobs = [("daily", "0 30 2 * * *"), ("hourly", "0 0 * * * *"), ("minute", "0 * * * * *")];
    let world = World::new("2026-03-25T11:59:30Z", &jobs);
    let engine = world.engine("one");
    World::turn(&[&engine]);
    world.pass(&[&engine], days(2), minutes(1));
    let before: Vec<_> = jobs.iter().map(|(job, _)| world.done(job).len()).collect();
    assert_eq!(before, [2, 48, 2880]);
    drop(engine);

    world.clock.advance(days(7));
    let back = world.engine("one");
    World::turn(&[&back]);
    let newest = ["2026-04-03T00:30:00Z", "2026-04-03T11:00:00Z", "2026-04-03T11:59:00Z"];
    for ((job, _), (before, newest)) in jobs.iter().zip(before.iter().zip(newest)) {
        let done = world.done_for(job);
        assert_eq!(done.len(), before + 1, "{job}: one run for all that was missed");
        assert_eq!(*done.last().unwrap(), utc(newest), "{job}: the newest");
        let tick = world.tick(job, newest);
        assert_eq!(tick.started_at, Some(utc("2026-04-03T11:59:30Z")), "{job}: when it really ran");
        assert!(world.store.view(job, None).unwrap().unwrap().open.is_empty(), "{job}: nothing is left");
    }
    let rows = world.store.history("minute", 10_000).unwrap();
    assert_eq!(rows.len(), 2881, "no row was made for what was missed");
}

#[test]
fn a_new_job_is_not_late_for_what_was_due_before_it_existed() {
    let world = World::new("2026-05-04T12:00:00Z", &[("monthly", "0 0 4 1 * *")]);
    let engine = world.engine("one");
    world.pass(&[&engine], days(27), minutes(30));
    assert!(world.done("monthly").is_empty());
    world.pass(&[&engine], days(1), minutes(30));
    assert_eq!(world.done_for("monthly"), [utc("2026-06-01T02:00:00Z")]);
}

#[test]
fn a_process_that_wakes_from_a_long_sleep_is_refused() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    let (sleeper, other) = (world.engine("sleeper"), world.engine("other"));
    World::turn(&[&sleeper, &other]);
    world.clock.advance(seconds(2));
    let mut runs = sleeper.poll();
    let run = runs.pop().unwrap();
    let stale = run.claim().clone();
    world.pass(&[&other], seconds(20), seconds(1));
    let by_other = world.tick("sweep", "2026-05-04T02:00:00Z");
    assert_eq!((by_other.state, by_other.worker.as_deref()), (TickState::Succeeded, Some("other")));

    sleeper.heartbeat();
    sleeper.execute(run);
    assert_eq!(world.tick("sweep", "2026-05-04T02:00:00Z"), by_other, "its end is not recorded");
    assert_eq!(world.store.renew(&stale, utc("2026-05-05T00:00:00Z")), Err(LeaseError::Stale));
    assert!(sleeper.running_jobs().is_empty(), "and it is ready for the next tick");
}

#[test]
fn a_run_that_lost_its_lease_is_told() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    let told = Arc::new(std::sync::Mutex::new(None));
    let (note, other) = (told.clone(), Arc::new(world.engine("other")));
    let rival = other.clone();
    let sleeper = std::sync::OnceLock::<std::sync::Weak<scheduler::Engine>>::new();
    let sleeper = Arc::new(sleeper);
    let (own, inner) = (sleeper.clone(), world.clone());
    let job = scheduler::Job::new(world.specs().remove(0), move |context| {
        // The process sleeps while its rival looks on; then it wakes and its heartbeat goes on.
        inner.pass(&[&rival], seconds(20), seconds(1));
        own.get().unwrap().upgrade().unwrap().heartbeat();
        *note.lock().unwrap() = context.cancel_reason();
        Err(JobError::cancelled(RunReport::default()))
    });
    let engine = Arc::new(world.engine_of("sleeper", vec![job]));
    sleeper.set(Arc::downgrade(&engine)).unwrap();
    World::turn(&[&engine, &other]);
    world.clock.advance(seconds(2));
    World::turn(&[&engine]);
    assert_eq!(*told.lock().unwrap(), Some(Cancel::LeaseLost));
    assert_eq!(world.done("sweep").len(), 1, "by the rival");
}

#[test]
fn a_run_that_lives_keeps_its_lease_however_long_it_takes() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    let (holder, other) = (world.engine("holder"), world.engine("other"));
    World::turn(&[&holder, &other]);
    world.clock.advance(seconds(2));
    let run = holder.poll().pop().unwrap();
    for _ in 0..100 {
        world.clock.advance(seconds(3));
        holder.heartbeat();
        World::turn(&[&other]);
    }
    assert!(world.done("sweep").is_empty(), "nobody took it over");
    holder.execute(run);
    assert_eq!(world.tick("sweep", "2026-05-04T02:00:00Z").attempt, 1);
    assert_eq!(world.done("sweep").len(), 1);
}

#[test]
fn a_run_that_kills_its_process_is_given_up_after_its_attempts() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    World::turn(&[&world.engine("first")]);
    world.clock.advance(seconds(2));
    for crash in 1..=5 {
        let engine = world.engine("crashing");
        let mut claimed = engine.poll();
        while claimed.is_empty() {
            world.clock.advance(seconds(1));
            claimed = engine.poll();
        }
        assert_eq!(claimed[0].claim().attempt, crash);
    }
    let last = world.engine("last");
    world.pass(&[&last], seconds(30), seconds(1));
    let tick = world.tick("sweep", "2026-05-04T02:00:00Z");
    assert_eq!(tick.state, TickState::Failed);
    assert_eq!(tick.error.as_deref(), Some("given up: 5 runs ended with their process"));
    assert!(world.done("sweep").is_empty());
    world.pass(&[&last], days(1), minutes(10));
    assert_eq!(world.done("sweep").len(), 1, "the next tick has its chance");
}

#[test]
fn what_a_run_reports_while_the_store_is_down_is_recorded_when_it_is_back() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    let engine = world.engine("one");
    World::turn(&[&engine]);
    world.clock.advance(seconds(2));
    let run = engine.poll().pop().unwrap();
    world.store.set_unavailable(true);
    engine.execute(run);
    world.pass(&[&engine], minutes(10), seconds(3));
    world.store.set_unavailable(false);
    let other = world.engine("other");
    world.pass(&[&other, &engine], seconds(60), seconds(3));
    let tick = world.tick("sweep", "2026-05-04T02:00:00Z");
    assert_eq!((tick.state, tick.attempt), (TickState::Succeeded, 1), "no second run was needed");
    assert_eq!(tick.finished_at, Some(utc("2026-05-04T02:00:01Z")), "when it really ended");
}

#[test]
fn a_store_that_was_down_for_all_puts_no_lease_in_doubt() {
    let world = World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *")]);
    let (holder, other) = (world.engine("holder"), world.engine("other"));
    World::turn(&[&holder, &other]);
    world.clock.advance(seconds(2));
    let run = holder.poll().pop().unwrap();
    World::turn(&[&other]);
    world.store.set_unavailable(true);
    world.pass(&[&other], seconds(60), seconds(3));
    world.store.set_unavailable(false);
    world.pass(&[&other], seconds(9), seconds(3));
    assert!(world.done("sweep").is_empty(), "the holder had no chance to renew either");
    holder.heartbeat();
    holder.execute(run);
    assert_eq!(world.done("sweep").len(), 1);
    assert_eq!(world.tick("sweep", "2026-05-04T02:00:00Z").attempt, 1);
}

#[test]
fn a_failed_run_is_retried_within_its_period_then_left_to_the_next_tick() {
    let world = World::new("2026-05-04T11:59:59Z", &[("sweep", "0 */5 * * * *")]);
    let inner = world.clone();
    let job = scheduler::Job::new(world.specs().remove(0), move |context| {
        inner.note("sweep", context);
        Err(JobError::new("no answer").with_report(RunReport { looked_at: 3, ..RunReport::default() }))
    });
    let engine = world.engine_of("one", vec![job]);
    World::turn(&[&engine]);
    world.pass(&[&engine], seconds(301), seconds(1));
    let done = world.done("sweep");
    let first: Vec<_> = done.iter().filter(|effect| effect.scheduled_for == utc("2026-05-04T12:00:00Z")).collect();
    let after: Vec<_> = first.iter().map(|effect| (effect.at - effect.scheduled_for).num_seconds()).collect();
    assert_eq!(after, [0, 10, 30, 70, 150], "10, 20, 40 and 80 s apart");
    let tick = world.tick("sweep", "2026-05-04T12:00:00Z");
    assert_eq!((tick.state, tick.attempt, tick.report.looked_at), (TickState::Failed, 5, 3));
    assert_eq!(tick.error.as_deref(), Some("no answer"));
    assert_eq!(done.last().unwrap().scheduled_for, utc("2026-05-04T12:05:00Z"), "the next tick");
}

#[test]
fn no_retry_reaches_past_the_next_occurrence() {
    let world = World::new("2026-05-04T12:00:00Z", &[("minute", "0 * * * * *")]);
    let spec = &world.specs()[0];
    let ending = |attempt, at: &str| scheduler::plan::finish(spec, attempt, utc(at), Err(JobError::new("no"))).end;
    let at = utc("2026-05-04T12:01:55Z");
    assert_eq!(ending(1, "2026-05-04T12:01:45Z"), RunEnd::Retry { at });
    assert_eq!(ending(1, "2026-05-04T12:01:50Z"), RunEnd::Failed, "the next tick comes as soon");
    assert_eq!(ending(5, "2026-05-04T12:01:01Z"), RunEnd::Failed, "the attempts are used up");
}
