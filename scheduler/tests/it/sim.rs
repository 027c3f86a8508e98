//! A simulated world: a clock that moves when told, a store in memory, and jobs that note what they did.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use scheduler::{
    Clock, Engine, Job, JobSpec, ManualClock, MemoryTickStore, RunContext, RunReport, Settings, Tick, TickStore,
};

pub const AMSTERDAM: &str = "Europe/Amsterdam";

/// What a job did: for which tick, at what time of the clock, after how much time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub job: String,
    pub scheduled_for: DateTime<Utc>,
    pub at: DateTime<Utc>,
    pub uptime: Duration,
}

#[derive(Clone)]
pub struct World {
    pub clock: Arc<ManualClock>,
    pub store: Arc<MemoryTickStore>,
    pub effects: Arc<Mutex<Vec<Effect>>>,
    jobs: Vec<(String, String)>,
}

impl World {
    /// A world that starts at `start` with jobs given as (name, cron expression), in Amsterdam.
    pub fn new(start: &str, jobs: &[(&str, &str)]) -> Self {
        Self {
            clock: Arc::new(ManualClock::new(utc(start))),
            store: Arc::new(MemoryTickStore::new()),
            effects: Arc::default(),
            jobs: jobs.iter().map(|(name, cron)| ((*name).to_owned(), (*cron).to_owned())).collect(),
        }
    }

    pub fn specs(&self) -> Vec<JobSpec> {
        self.jobs.iter().map(|(name, cron)| JobSpec::new(name, cron, AMSTERDAM).unwrap()).collect()
    }

    /// A scheduler whose jobs note their effect.
    pub fn engine(&self, worker: &str) -> Engine {
        let jobs = self.specs().into_iter().map(|spec| self.noting(spec)).collect();
        self.engine_of(worker, jobs)
    }

    pub fn engine_of(&self, worker: &str, jobs: Vec<Job>) -> Engine {
        Engine::new(jobs, self.store.clone(), self.clock.clone(), Settings::new(worker)).unwrap()
    }

    /// A job that notes its effect and succeeds.
    pub fn noting(&self, spec: JobSpec) -> Job {
        let (world, name) = (self.clone(), spec.name().to_owned());
        Job::new(spec, move |context| {
            world.note(&name, context);
            Ok(RunReport { looked_at: 1, made: 1, ..RunReport::default() })
        })
    }

    pub fn note(&self, job: &str, context: &RunContext) {
        self.effects.lock().unwrap().push(Effect {
            job: job.to_owned(),
            scheduled_for: context.scheduled_for,
            at: self.clock.now(),
            uptime: self.clock.uptime(),
        });
    }

    /// Lets each scheduler look once and run what is due.
    pub fn turn(engines: &[&Engine]) {
        for engine in engines {
            engine.heartbeat();
            for run in engine.poll() {
                engine.execute(run);
            }
        }
    }

    /// Lets `length` pass in steps of `step`, each scheduler looking after each step.
    pub fn pass(&self, engines: &[&Engine], length: Duration, step: Duration) {
        let end = self.clock.uptime() + length;
        while self.clock.uptime() < end {
            self.clock.advance(step);
            Self::turn(engines);
        }
    }

    /// The ticks for which `job` did something, in the order it did.
    pub fn done(&self, job: &str) -> Vec<Effect> {
        self.effects.lock().unwrap().iter().filter(|effect| effect.job == job).cloned().collect()
    }

    pub fn done_for(&self, job: &str) -> Vec<DateTime<Utc>> {
        self.done(job).into_iter().map(|effect| effect.scheduled_for).collect()
    }

    pub fn tick(&self, job: &str, scheduled_for: &str) -> Tick {
        self.store.tick(job, utc(scheduled_for)).unwrap().expect("the tick is there")
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

pub const fn hours(count: u64) -> Duration {
    Duration::from_secs(3600 * count)
}

pub const fn days(count: u64) -> Duration {
    Duration::from_secs(86_400 * count)
}
