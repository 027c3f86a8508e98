//! What one scheduler knows of a run it has started.

use std::time::Duration;

use crate::job::{CancelFlag, JobSpec};
use crate::store::{Claim, Finish};

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
