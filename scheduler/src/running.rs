//! A run under way in this process: carried out, its lease renewed, its end recorded.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::engine::{Engine, Run};
use crate::job::{Cancel, CancelFlag, JobError, JobSpec, RunReport};
use crate::plan;
use crate::store::{Claim, Finish, LeaseError, StoreError};

/// A run started here: its thread has not ended, or its end is not yet written.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub spec: JobSpec,
    pub claim: Claim,
    pub cancel: CancelFlag,
    /// Monotonic time of the start.
    pub started: Duration,
    /// Monotonic time of the last renewal that the store accepted.
    pub renewed: Duration,
    pub thread_ended: bool,
    pub ending: Option<Ending>,
    /// One thread is writing the ending.
    pub being_written: bool,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    Finish(Finish),
    /// The tick goes back.
    Release,
    /// Another run has the lease: nothing to write.
    Lost,
    /// Written or refused; only the thread is left.
    Written,
}

impl Running {
    pub fn new(spec: &JobSpec, claim: Claim, cancel: CancelFlag, uptime: Duration) -> Self {
        Self {
            spec: spec.clone(),
            claim,
            cancel,
            started: uptime,
            renewed: uptime,
            thread_ended: false,
            ending: None,
            being_written: false,
        }
    }
}

impl Engine {
    /// Runs a claimed tick on this thread and records how it ended. A panic is a failed run; its message is
    /// not recorded, since it may hold anything.
    pub fn execute(&self, run: Run) {
        let Run { claim, context, job } = run;
        let result = if claim.attempt > job.spec.backoff().attempts {
            Err(JobError::new(format!("given up: {} runs ended with their process", claim.attempt - 1)))
        } else {
            catch_unwind(AssertUnwindSafe(|| (job.run)(&context)))
                .unwrap_or_else(|_| Err(JobError::new("the job panicked")))
        };
        let ending = match (result, context.cancel_reason()) {
            (Err(error), Some(Cancel::Stopping)) if error.cancelled => Ending::Release,
            (Err(error), Some(Cancel::TimedOut)) => {
                Ending::Finish(self.finish(&job.spec, &claim, Err(timed_out(&job.spec).with_report(error.report))))
            }
            (result, _) => Ending::Finish(self.finish(&job.spec, &claim, result)),
        };
        if let Some(running) = self.running().get_mut(&claim.job).filter(|running| running.claim == claim) {
            running.thread_ended = true;
            running.ending.get_or_insert(ending);
        }
        self.end(&claim);
    }

    fn finish(&self, spec: &JobSpec, claim: &Claim, result: Result<RunReport, JobError>) -> Finish {
        plan::finish(spec, claim.attempt, self.now(), result)
    }

    /// Renews the leases of what runs here, stops what takes too long, and records endings that the store
    /// could not take before. To be called several times within a lease.
    pub fn heartbeat(&self) {
        let running: Vec<Running> = self.running().values().cloned().collect();
        for run in running {
            if run.ending.is_some() {
                self.end(&run.claim);
            } else {
                self.enforce_timeout(&run);
                self.renew(&run);
            }
        }
    }

    fn renew(&self, run: &Running) {
        let uptime = self.clock.uptime();
        match self.store.renew(&run.claim, self.leased_until()) {
            Ok(()) => self.update(&run.claim, |running| running.renewed = uptime),
            Err(LeaseError::Stale) => {
                run.cancel.raise(Cancel::LeaseLost);
                self.update(&run.claim, |running| {
                    running.ending.get_or_insert(Ending::Lost);
                });
            }
            Err(LeaseError::Store(error)) => {
                tracing::warn!(job = run.claim.job, %error, "cannot renew a lease");
                if uptime.saturating_sub(run.renewed) > self.settings().lease {
                    run.cancel.raise(Cancel::LeaseLost);
                }
            }
        }
    }

    /// A run past its time-out is asked to stop; one that has not stopped a lease later is recorded as failed
    /// and fenced off. Its job is not started here again before its thread has ended.
    fn enforce_timeout(&self, run: &Running) {
        let elapsed = self.clock.uptime().saturating_sub(run.started);
        if elapsed > run.spec.timeout() {
            run.cancel.raise(Cancel::TimedOut);
        }
        if elapsed > run.spec.timeout() + self.settings().lease {
            tracing::error!(job = run.claim.job, "a run past its time-out does not stop");
            let ending = Ending::Finish(self.finish(&run.spec, &run.claim, Err(timed_out(&run.spec))));
            self.update(&run.claim, |running| {
                running.ending.get_or_insert(ending);
            });
        }
    }

    /// Writes how a run ended, once; a store that is down is tried again at the next heartbeat.
    fn end(&self, claim: &Claim) {
        let Some(ending) = self.take_ending(claim) else {
            return;
        };
        // A store that panics must not leave the run marked as being written for ever.
        let written = catch_unwind(AssertUnwindSafe(|| match &ending {
            Ending::Finish(finish) => self.store.finish(claim, finish),
            Ending::Release => self.store.release(claim),
            Ending::Lost | Ending::Written => Err(LeaseError::Stale),
        }))
        .unwrap_or_else(|_| Err(StoreError("panicked".to_owned()).into()));
        let mut after = Ending::Written;
        match written {
            Ok(()) => tracing::debug!(job = claim.job, fencing = claim.fencing, ?ending, "run ended"),
            Err(LeaseError::Stale) => {
                tracing::warn!(
                    job = claim.job,
                    fencing = claim.fencing,
                    "the run was taken over; its end is not recorded"
                );
            }
            Err(LeaseError::Store(error)) => {
                tracing::warn!(job = claim.job, %error, "cannot record the end of a run yet");
                after = ending;
            }
        }
        let mut running = self.running();
        if let Some(run) = running.get_mut(&claim.job).filter(|run| run.claim == *claim) {
            run.being_written = false;
            let over = after == Ending::Written && run.thread_ended;
            run.ending = Some(after);
            if over {
                running.remove(&claim.job);
            }
        }
    }

    /// The ending to write, unless another thread is at it. A run whose end is written leaves the table when
    /// its thread has ended.
    fn take_ending(&self, claim: &Claim) -> Option<Ending> {
        let mut running = self.running();
        let run = running.get_mut(&claim.job).filter(|run| run.claim == *claim && !run.being_written)?;
        if run.ending == Some(Ending::Written) {
            if run.thread_ended {
                running.remove(&claim.job);
            }
            return None;
        }
        let ending = run.ending.clone()?;
        run.being_written = true;
        Some(ending)
    }

    /// Gives back the ticks of runs that have not ended, so that another process starts them at once, and
    /// names their jobs. What those runs report later is refused.
    pub fn release_all(&self) -> Vec<String> {
        let running: Vec<Running> = self.running().values().cloned().collect();
        for run in &running {
            self.update(&run.claim, |running| {
                running.ending.get_or_insert(Ending::Release);
            });
            self.end(&run.claim);
        }
        running.into_iter().map(|run| run.claim.job).collect()
    }

    /// Gives back a claimed tick that never got a thread.
    pub(crate) fn give_back(&self, claim: &Claim) {
        self.update(claim, |running| {
            running.thread_ended = true;
            running.ending.get_or_insert(Ending::Release);
        });
        self.end(claim);
    }

    fn update(&self, claim: &Claim, change: impl FnOnce(&mut Running)) {
        if let Some(running) = self.running().get_mut(&claim.job).filter(|running| running.claim == *claim) {
            change(running);
        }
    }
}

fn timed_out(spec: &JobSpec) -> JobError {
    JobError::new(format!("timed out after {} s", spec.timeout().as_secs()))
}
