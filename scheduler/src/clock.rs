//! Time as a parameter. The crate reads no clock: whoever builds a scheduler brings one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The three readings of time a scheduler needs.
pub trait Clock: Send + Sync {
    /// The clock on which schedules are evaluated and ticks recorded. It may run faster than the
    /// world (a demonstration), jump forward and be set back.
    fn now(&self) -> DateTime<Utc>;

    /// The time of the world, written beside a lease for people to read. The same as [`Clock::now`]
    /// unless that one is sped up.
    fn wall(&self) -> DateTime<Utc> {
        self.now()
    }

    /// Time elapsed since some fixed moment, never going back whatever happens to the other two.
    /// Leases, heartbeats and time-outs are measured with it.
    fn uptime(&self) -> Duration;
}

/// A clock that moves only when told to: a year of ticks in a few seconds.
#[derive(Debug)]
pub struct ManualClock {
    reading: Mutex<Reading>,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    now: DateTime<Utc>,
    uptime: Duration,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { reading: Mutex::new(Reading { now, uptime: Duration::ZERO }) }
    }

    /// Lets `by` pass, for the clock and for the monotonic reading alike.
    pub fn advance(&self, by: Duration) {
        let mut reading = self.reading();
        reading.now += TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
        reading.uptime += by;
    }

    /// Sets the clock to `now`, forward or back, while no time passes.
    pub fn set(&self, now: DateTime<Utc>) {
        self.reading().now = now;
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.reading().now
    }

    fn uptime(&self) -> Duration {
        self.reading().uptime
    }
}
