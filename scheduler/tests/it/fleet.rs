//! Several schedulers on one store, each on a thread of its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use chrono::TimeDelta;
use scheduler::{Engine, Job, RunReport, TickState, TickStore};

use crate::sim::{World, seconds, utc};

/// A job of every minute that notices when it overlaps itself.
struct Guarded {
    world: World,
    at_work: Arc<AtomicUsize>,
    overlaps: Arc<AtomicUsize>,
}

impl Guarded {
    fn new() -> Self {
        let world = World::new("2026-05-04T06:00:00Z", &[("minute", "0 * * * * *")]);
        Self { world, at_work: Arc::default(), overlaps: Arc::default() }
    }

    fn engine(&self, worker: &str) -> Engine {
        let (world, at_work, overlaps) = (self.world.clone(), self.at_work.clone(), self.overlaps.clone());
        let job = Job::new(self.world.specs().remove(0), move |context| {
            if at_work.fetch_add(1, Ordering::SeqCst) > 0 {
                overlaps.fetch_add(1, Ordering::SeqCst);
            }
            std::thread::yield_now();
            world.note("minute", context);
            at_work.fetch_sub(1, Ordering::SeqCst);
            Ok(RunReport::default())
        });
        self.world.engine_of(worker, vec![job])
    }

    /// Runs three schedulers for `steps` of five seconds; the clock moves once all have looked. A process
    /// that claims with a fencing number for which `dies` dies there and then, and is started again.
    fn three_at_once(&self, steps: u64, dies: impl Fn(i64) -> bool + Sync) {
        let looks = [const { AtomicU64::new(0) }; 3];
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (looked, worker) in looks.iter().zip(["a", "b", "c"]) {
                let (over, dies) = (&over, &dies);
                scope.spawn(move || {
                    let mut engine = self.engine(worker);
                    while !over.load(Ordering::SeqCst) {
                        engine.heartbeat();
                        for run in engine.poll() {
                            if dies(run.claim().fencing) {
                                engine = self.engine(worker);
                            } else {
                                engine.execute(run);
                            }
                        }
                        looked.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                    }
                });
            }
            for _ in 0..steps {
                let before = looks.each_ref().map(|looked| looked.load(Ordering::SeqCst));
                // Two more looks each: one of them began after the clock moved.
                while looks.iter().zip(before).any(|(looked, before)| looked.load(Ordering::SeqCst) < before + 2) {
                    std::thread::yield_now();
                }
                self.world.clock.advance(seconds(5));
            }
            over.store(true, Ordering::SeqCst);
        });
    }

    fn assert_each_minute_once(&self, count: usize) {
        let done = self.world.done_for("minute");
        assert_eq!(done.first(), Some(&utc("2026-05-04T06:01:00Z")));
        assert!(done.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::minutes(1)), "each once, in order");
        assert!((count - 1..=count).contains(&done.len()), "{} of {count}", done.len());
        assert_eq!(self.overlaps.load(Ordering::SeqCst), 0, "the job never overlaps itself");
        let rows = self.world.store.history("minute", 10_000).unwrap();
        let fencing: BTreeSet<_> = rows.iter().map(|tick| tick.fencing).filter(|number| *number > 0).collect();
        let started = rows.iter().filter(|tick| tick.attempt > 0).count();
        assert_eq!(fencing.len(), started, "no fencing number twice");
    }
}

#[test]
fn three_schedulers_at_once_give_no_duplicate_and_no_gap() {
    let guarded = Guarded::new();
    guarded.three_at_once(12 * 120, |_| false);
    guarded.assert_each_minute_once(120);
    let rows = guarded.world.store.history("minute", 10_000).unwrap();
    assert!(rows.iter().all(|tick| tick.attempt <= 1), "no tick was started twice");
}

#[test]
fn nor_when_every_third_process_that_starts_a_tick_dies_there() {
    let guarded = Guarded::new();
    guarded.three_at_once(12 * 120, |fencing| fencing % 3 == 0);
    guarded.assert_each_minute_once(120);
    let rows = guarded.world.store.history("minute", 10_000).unwrap();
    let taken_over = rows.iter().filter(|tick| tick.state == TickState::Succeeded && tick.attempt > 1).count();
    assert!(taken_over >= 50, "taken over: {taken_over}");
}
