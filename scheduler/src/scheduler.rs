//! The threads: one that looks for due ticks, one that renews leases, and one for each run, so that a slow job
//! holds up neither the others nor the leases. Waits are bounded by [`crate::Settings::poll`] and woken by a
//! stop, so a clock that jumps is noticed within a poll.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::engine::{Engine, RequestError, Run};

/// A scheduler at work. Dropping it stops it without waiting; see [`Scheduler::shutdown`].
pub struct Scheduler {
    shared: Arc<Shared>,
    poller: Option<JoinHandle<()>>,
    renewer: Option<JoinHandle<()>>,
}

struct Shared {
    engine: Engine,
    signals: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    stop_polling: bool,
    stop_renewing: bool,
    /// A look is asked for before the next is due.
    look: bool,
}

impl Scheduler {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(engine: Engine) -> io::Result<Self> {
        let shared = Arc::new(Shared { engine, signals: Mutex::default(), changed: Condvar::new() });
        let mut scheduler = Self { shared: Arc::clone(&shared), poller: None, renewer: None };
        let renewing = Arc::clone(&shared);
        scheduler.renewer = Some(Builder::new().name("scheduler-lease".to_owned()).spawn(move || renewing.renew())?);
        scheduler.poller = Some(Builder::new().name("scheduler".to_owned()).spawn(move || shared.poll())?);
        Ok(scheduler)
    }

    /// The engine, to see what runs.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Asks for a run of `job` now, as a tick of its own, and returns the tick's `scheduled_for`.
    ///
    /// # Errors
    /// The job is unknown, or the store is unavailable.
    pub fn run_now(&self, job: &str) -> Result<DateTime<Utc>, RequestError> {
        let scheduled_for = self.shared.engine.request(job)?;
        self.shared.signal(|signals| signals.look = true);
        Ok(scheduled_for)
    }

    /// Stops: claims nothing more, asks what runs to stop, waits at most `limit` for it, and gives back what
    /// has not ended. Returns the jobs that were still running then; what they report later is refused.
    pub fn shutdown(mut self, limit: Duration) -> Vec<String> {
        let engine = &self.shared.engine;
        engine.stop();
        self.shared.signal(|signals| signals.stop_polling = true);
        join(self.poller.take());
        let signals = self.shared.signals();
        let waited = self.shared.changed.wait_timeout_while(signals, limit, |_| !engine.running_jobs().is_empty());
        drop(waited);
        let unfinished = engine.release_all();
        self.shared.signal(|signals| signals.stop_renewing = true);
        join(self.renewer.take());
        if !unfinished.is_empty() {
            tracing::warn!(jobs = ?unfinished, "runs had not ended at the limit; their ticks were given back");
        }
        unfinished
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.shared.engine.stop();
        self.shared.signal(|signals| {
            signals.stop_polling = true;
            signals.stop_renewing = true;
        });
    }
}

fn join(thread: Option<JoinHandle<()>>) {
    if thread.is_some_and(|thread| thread.join().is_err()) {
        tracing::error!("a scheduler thread had panicked");
    }
}

impl Shared {
    fn poll(self: Arc<Self>) {
        loop {
            for run in self.engine.poll() {
                self.start(run);
            }
            let mut signals = self.wait(self.engine.settings().poll, |signals| signals.stop_polling || signals.look);
            signals.look = false;
            if signals.stop_polling {
                return;
            }
        }
    }

    fn start(self: &Arc<Self>, run: Run) {
        let name = format!("job-{}", run.job());
        let (shared, claim) = (Arc::clone(self), run.claim().clone());
        let spawned = Builder::new().name(name).spawn(move || {
            shared.engine.execute(run);
            shared.signal(|_| ());
        });
        if let Err(error) = spawned {
            tracing::error!(job = claim.job, %error, "no thread for a run; its tick is given back");
            self.engine.give_back(&claim);
        }
    }

    fn renew(&self) {
        let period = self.engine.settings().lease / 5;
        loop {
            let signals = self.wait(period, |signals| signals.stop_renewing);
            if signals.stop_renewing {
                return;
            }
            drop(signals);
            if catch_unwind(AssertUnwindSafe(|| self.engine.heartbeat())).is_err() {
                tracing::error!("renewing leases panicked");
            }
            // An end recorded by the heartbeat may be what a shutdown waits for.
            self.signal(|_| ());
        }
    }

    /// Waits until `wanted`, at most `limit`.
    fn wait(&self, limit: Duration, wanted: impl Fn(&Signals) -> bool) -> MutexGuard<'_, Signals> {
        let signals = self.signals();
        let waited = self.changed.wait_timeout_while(signals, limit, |signals| !wanted(signals));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn signal(&self, change: impl FnOnce(&mut Signals)) {
        change(&mut self.signals());
        self.changed.notify_all();
    }

    fn signals(&self) -> MutexGuard<'_, Signals> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
