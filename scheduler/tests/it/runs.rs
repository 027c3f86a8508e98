//! What a run is given, and how each way of ending is recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use scheduler::{
    Cancel, Engine, Job, JobError, JobSpec, MemoryTickStore, Problem, RequestError, RunReport, Settings, SetupError,
    TickKind, TickState, TickStore,
};

use crate::sim::{AMSTERDAM, World, minutes, seconds, utc};

const DUE: &str = "2026-05-04T02:00:00Z";

/// A world a second before a daily job is due.
fn before_four() -> World {
    World::new("2026-05-04T01:59:59Z", &[("sweep", "0 0 4 * * *"), ("other", "0 0 4 * * *")])
}

fn engine_with(
    world: &World,
    run: impl Fn(&scheduler::RunContext) -> Result<RunReport, JobError> + Send + Sync + 'static,
) -> Engine {
    let mut specs = world.specs();
    let other = world.noting(specs.remove(1));
    let sweep = Job::new(specs.remove(0).with_timeout(seconds(30)), run);
    let engine = world.engine_of("one", vec![sweep, other]);
    World::turn(&[&engine]);
    world.clock.advance(seconds(2));
    engine
}

#[test]
fn a_run_knows_when_it_was_due_and_when_it_started_and_its_report_is_kept() {
    let world = before_four();
    let report = RunReport { looked_at: 300, made: 7, skipped: 292, failed: 1 };
    let engine = engine_with(&world, move |context| {
        assert_eq!((context.scheduled_for, context.now), (utc(DUE), utc("2026-05-04T02:00:01Z")));
        assert_eq!((context.fencing, context.cancel_reason()), (1, None));
        Ok(report)
    });
    World::turn(&[&engine]);
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.state, tick.report, tick.error), (TickState::Succeeded, report, None));
    assert_eq!((tick.started_at, tick.finished_at), (Some(utc("2026-05-04T02:00:01Z")), tick.started_at));
}

// ASVS 5.0: 16.5.4
#[test]
fn a_panic_is_a_failed_run_that_stops_nothing_and_tells_nothing() {
    let world = before_four();
    let engine = engine_with(&world, |_| panic!("J. Jansen, Dorpsstraat 1"));
    World::turn(&[&engine]);
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.state, tick.attempt), (TickState::Retrying, 1));
    assert_eq!(tick.error.as_deref(), Some("the job panicked"));
    assert_eq!(world.done("other").len(), 1, "the other job has its run");
    world.pass(&[&engine], minutes(5), seconds(1));
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.state, tick.attempt), (TickState::Failed, 5), "it is retried like any failure");
}

#[test]
fn a_run_past_its_time_out_is_asked_to_stop() {
    let world = before_four();
    let inner = world.clone();
    let heart = Arc::new(std::sync::OnceLock::<std::sync::Weak<Engine>>::new());
    let beat = heart.clone();
    let engine = Arc::new(engine_with(&world, move |context| {
        let engine = beat.get().unwrap().upgrade().unwrap();
        for _ in 0..10 {
            inner.clock.advance(seconds(3));
            engine.heartbeat();
            assert!(!context.cancelled(), "within its time");
        }
        inner.clock.advance(seconds(3));
        engine.heartbeat();
        assert_eq!(context.cancel_reason(), Some(Cancel::TimedOut));
        Err(JobError::cancelled(RunReport { looked_at: 12, ..RunReport::default() }))
    }));
    heart.set(Arc::downgrade(&engine)).unwrap();
    World::turn(&[&engine]);
    let tick = world.tick("sweep", DUE);
    assert_eq!(tick.error.as_deref(), Some("timed out after 30 s"));
    assert_eq!((tick.state, tick.report.looked_at), (TickState::Retrying, 12));
}

#[test]
fn a_run_that_does_not_stop_is_fenced_off_and_not_started_beside_itself() {
    let world = before_four();
    let engine = engine_with(&world, |_| Ok(RunReport { made: 99, ..RunReport::default() }));
    let mut runs = engine.poll();
    let hung = runs.remove(0);
    assert_eq!(hung.job(), "sweep");
    for _ in 0..30 {
        world.clock.advance(seconds(3));
        engine.heartbeat();
        assert!(engine.poll().is_empty(), "its thread is still there");
    }
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.state, tick.error.as_deref()), (TickState::Retrying, Some("timed out after 30 s")));
    let other = world.engine("other");
    World::turn(&[&other]);
    assert_eq!(world.done("sweep").len(), 1, "another process is free to run it");
    engine.execute(hung);
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.worker.as_deref(), tick.report.made), (Some("other"), 1), "what it says now is refused");
    assert_eq!(engine.running_jobs(), ["other"], "the thread has ended; the run never executed is still held");
}

#[test]
fn a_stop_gives_back_what_has_not_ended() {
    let world = before_four();
    let engine = engine_with(&world, |context| {
        assert_eq!(context.cancel_reason(), Some(Cancel::Stopping));
        Err(JobError::cancelled(RunReport::default()))
    });
    let mut runs = engine.poll();
    engine.stop();
    assert!(engine.poll().is_empty(), "nothing more is claimed");
    let (stubborn, polite) = (runs.remove(1), runs.remove(0));
    engine.execute(polite);
    let tick = world.tick("sweep", DUE);
    assert_eq!((tick.state, tick.attempt), (TickState::Pending, 0), "it stopped when asked to");
    assert_eq!(engine.release_all(), ["other"]);
    assert_eq!(world.tick("other", DUE).state, TickState::Pending);

    let successor = world.engine("successor");
    World::turn(&[&successor]);
    assert_eq!(world.done("sweep").len() + world.done("other").len(), 2, "at once, without waiting for a lease");
    engine.execute(stubborn);
    assert_eq!(world.tick("other", DUE).worker.as_deref(), Some("successor"), "a late report is refused");
}

#[test]
fn a_run_asked_for_is_a_tick_of_its_own() {
    let world = before_four();
    let engine = engine_with(&world, |_| Ok(RunReport::default()));
    let asked = engine.request("sweep").unwrap();
    World::turn(&[&engine]);
    let tick = world.store.tick("sweep", asked).unwrap().unwrap();
    assert_eq!((tick.kind, tick.state), (TickKind::Request, TickState::Succeeded));
    World::turn(&[&engine]);
    assert_eq!(world.tick("sweep", DUE).state, TickState::Succeeded, "the schedule's own tick as well");
    assert_eq!(world.store.history("sweep", 10).unwrap().len(), 2);
    assert_eq!(engine.request("sweeep"), Err(RequestError::UnknownJob("sweeep".to_owned())));

    world.clock.set(utc("2026-05-05T02:00:00Z"));
    assert_eq!(engine.request("sweep").unwrap(), utc("2026-05-05T02:00:00.001Z"), "never in place of a due tick");
    world.pass(&[&engine], seconds(3), seconds(1));
    assert_eq!(world.tick("sweep", "2026-05-05T02:00:00Z").state, TickState::Succeeded);
}

#[test]
fn a_run_asked_for_elsewhere_is_found() {
    let world = World::new("2026-05-04T12:00:00Z", &[("sweep", "0 0 4 * * *")]);
    let (asking, working) = (world.engine("api"), world.engine("scheduler"));
    world.pass(&[&working], seconds(30), seconds(1));
    asking.request("sweep").unwrap();
    world.pass(&[&working], seconds(11), seconds(1));
    assert_eq!(world.done("sweep").len(), 1);
}

#[test]
fn a_setup_is_refused_with_every_problem_named() {
    let job = |name, cron| Job::new(JobSpec::new(name, cron, AMSTERDAM).unwrap(), |_| Ok(RunReport::default()));
    let world = before_four();
    let new = |jobs, settings| Engine::new(jobs, Arc::new(MemoryTickStore::new()), world.clock.clone(), settings);
    let jobs = vec![job("twice", "0 0 4 * * *"), job("twice", "0 0 5 * * *"), job("past", "0 0 4 1 1 * 2020")];
    let Err(error) = new(jobs, Settings::new("one")) else { panic!("it is refused") };
    let SetupError::Jobs(problems) = &error else { panic!("{error}") };
    assert_eq!(problems.iter().map(|problem| problem.job.as_str()).collect::<Vec<_>>(), ["twice", "past"]);
    assert_eq!(problems[0].problem, Problem::Duplicate);
    assert!(error.to_string().contains("job \"twice\": another job has the same name; job \"past\": "), "{error}");
    let slow = Settings { poll: seconds(6), ..Settings::new("one") };
    assert!(matches!(new(vec![], slow), Err(SetupError::Intervals { .. })));
}

#[test]
fn one_job_whose_rows_cannot_be_read_does_not_hold_up_the_others() {
    let world = before_four();
    let failed = Arc::new(AtomicBool::new(false));
    let flag = failed.clone();
    let store = world.store.clone();
    let engine = engine_with(&world, move |_| {
        store.set_unavailable(true);
        flag.store(true, Ordering::SeqCst);
        Ok(RunReport::default())
    });
    World::turn(&[&engine]);
    assert!(failed.load(Ordering::SeqCst));
    assert!(engine.poll().is_empty(), "no claim without a store, and no panic");
    world.store.set_unavailable(false);
    world.pass(&[&engine], seconds(20), seconds(1));
    for job in ["sweep", "other"] {
        assert_eq!(world.tick(job, DUE).state, TickState::Succeeded, "{job}");
    }
}
