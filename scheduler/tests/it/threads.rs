//! The threads, in real time: nothing here depends on how fast the machine is, only on what comes first.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use scheduler::{
    Cancel, Clock, Engine, Job, JobError, JobSpec, MemoryTickStore, RunContext, RunReport, Scheduler, Settings,
    TickState, TickStore,
};

use crate::sim::{AMSTERDAM, utc};

/// How long to wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Real time, from a fixed moment.
struct Real(Instant);

impl Clock for Real {
    fn now(&self) -> DateTime<Utc> {
        utc("2026-05-04T12:00:00.5Z") + TimeDelta::from_std(self.uptime()).unwrap()
    }

    fn uptime(&self) -> Duration {
        self.0.elapsed()
    }
}

type Outcome = Result<RunReport, JobError>;

fn job(name: &str, cron: &str, run: impl Fn(&RunContext) -> Outcome + Send + Sync + 'static) -> Job {
    Job::new(JobSpec::new(name, cron, AMSTERDAM).unwrap(), run)
}

fn start(store: &Arc<MemoryTickStore>, jobs: Vec<Job>) -> Scheduler {
    let settings = Settings { poll: Duration::from_millis(20), ..Settings::new("one") };
    let engine = Engine::new(jobs, store.clone(), Arc::new(Real(Instant::now())), settings).unwrap();
    Scheduler::start(engine).unwrap()
}

/// Waits for a tick to end.
fn ended(store: &MemoryTickStore, job: &str, scheduled_for: DateTime<Utc>) -> TickState {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(tick) = store.tick(job, scheduled_for).unwrap().filter(|tick| !tick.state.is_open()) {
            return tick.state;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{job} has not ended")
}

/// A job that says when it starts and runs until it is told to end, whatever else it is asked.
fn held() -> (impl Fn(&RunContext) -> Outcome + Send + Sync, Receiver<RunContext>, Sender<()>) {
    let (started, on_start) = channel();
    let (release, held) = channel::<()>();
    let held = std::sync::Mutex::new(held);
    let run = move |context: &RunContext| {
        started.send(context.clone()).unwrap();
        held.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        Ok(RunReport::default())
    };
    (run, on_start, release)
}

// ASVS 5.0: 15.4.4
#[test]
fn a_slow_or_panicking_job_does_not_stop_the_others() {
    let store = Arc::new(MemoryTickStore::new());
    let (slow, slow_started, release) = held();
    let (beat, beats) = channel();
    let scheduler = start(
        &store,
        vec![
            job("slow", "* * * * * *", slow),
            job("panicking", "* * * * * *", |_| panic!("on purpose")),
            job("every-second", "* * * * * *", move |context| {
                beat.send(context.scheduled_for).ok();
                Ok(RunReport::default())
            }),
        ],
    );
    slow_started.recv_timeout(PATIENCE).unwrap();
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(beats.recv_timeout(PATIENCE).unwrap());
    }
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    assert!(slow_started.try_recv().is_err(), "the slow one does not overlap itself");
    release.send(()).unwrap();
    drop(release);
    let failed = store.history("panicking", 100).unwrap();
    assert!(failed.iter().all(|tick| tick.error.as_deref() != Some("on purpose")));
    scheduler.shutdown(PATIENCE);
}

#[test]
fn a_run_asked_for_starts_without_waiting_for_the_schedule() {
    let store = Arc::new(MemoryTickStore::new());
    let scheduler = start(&store, vec![job("yearly", "@yearly", |_| Ok(RunReport::default()))]);
    let asked = scheduler.run_now("yearly").unwrap();
    assert_eq!(ended(&store, "yearly", asked), TickState::Succeeded);
    assert!(scheduler.run_now("unknown").is_err());
    assert!(scheduler.shutdown(PATIENCE).is_empty());
}

#[test]
fn a_shutdown_waits_for_what_ends_in_time() {
    let store = Arc::new(MemoryTickStore::new());
    let (started, on_start) = channel();
    let scheduler = start(
        &store,
        vec![job("yearly", "@yearly", move |context| {
            started.send(()).unwrap();
            while context.cancel_reason() != Some(Cancel::Stopping) {
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(RunReport { made: 5, ..RunReport::default() })
        })],
    );
    let asked = scheduler.run_now("yearly").unwrap();
    on_start.recv_timeout(PATIENCE).unwrap();
    assert!(scheduler.shutdown(PATIENCE).is_empty());
    let tick = store.tick("yearly", asked).unwrap().unwrap();
    assert_eq!((tick.state, tick.report.made), (TickState::Succeeded, 5), "its end was recorded before the return");
}

#[test]
fn a_shutdown_gives_back_what_does_not_end_in_time() {
    let store = Arc::new(MemoryTickStore::new());
    let (slow, on_start, release) = held();
    let scheduler = start(&store, vec![job("yearly", "@yearly", slow)]);
    let asked = scheduler.run_now("yearly").unwrap();
    let context = on_start.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scheduler.shutdown(Duration::from_millis(50)), ["yearly"]);
    assert!(context.cancelled());
    let tick = store.tick("yearly", asked).unwrap().unwrap();
    assert_eq!(tick.state, TickState::Pending);
    assert!(store.view("yearly", None).unwrap().unwrap().lease.is_none(), "the lease is free");
    let successor = start(&store, vec![job("yearly", "@yearly", |_| Ok(RunReport::default()))]);
    assert_eq!(ended(&store, "yearly", asked), TickState::Succeeded);
    release.send(()).unwrap();
    successor.shutdown(PATIENCE);
    assert_eq!(store.tick("yearly", asked).unwrap().unwrap().attempt, 1, "the late report changed nothing");
}

#[test]
fn a_dropped_scheduler_claims_nothing_more() {
    let store = Arc::new(MemoryTickStore::new());
    let (beat, beats) = channel();
    let scheduler = start(
        &store,
        vec![job("every-second", "* * * * * *", move |_| {
            beat.send(()).ok();
            Ok(RunReport::default())
        })],
    );
    beats.recv_timeout(PATIENCE).unwrap();
    drop(scheduler);
    // The channel closes once the threads, which hold the job, have ended.
    let started = Instant::now();
    while beats.recv_timeout(PATIENCE).is_ok() {
        assert!(started.elapsed() < PATIENCE, "it goes on");
    }
}
