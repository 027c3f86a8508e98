//! Whether a lease of somebody else has lapsed.
//!
//! No two clocks are compared for this. A holder that lives changes the version of its lease several times
//! within the lease's length; so a lease has lapsed when we have watched its version stand still for that
//! long, by our own monotonic time. Setting any clock has no effect, and a scheduler that was itself asleep,
//! or could not reach the store, starts watching anew instead of blaming the holder.

use std::collections::HashMap;
use std::time::Duration;

use crate::store::LeaseVersion;

/// What one scheduler has seen of other schedulers' leases.
#[derive(Debug)]
pub struct LeaseWatch {
    length: Duration,
    seen: HashMap<String, Sighting>,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    version: LeaseVersion,
    first: Duration,
    last: Duration,
}

impl LeaseWatch {
    /// A watch for leases of this length; it must be looked at several times within it.
    #[must_use]
    pub fn new(length: Duration) -> Self {
        Self { length, seen: HashMap::new() }
    }

    /// Notes the version seen at `uptime` and tells whether the lease has lapsed.
    pub fn has_lapsed(&mut self, job: &str, version: LeaseVersion, uptime: Duration) -> bool {
        let watched = self
            .seen
            .get(job)
            .filter(|seen| seen.version == version && uptime.saturating_sub(seen.last) <= self.length / 2);
        let first = watched.map_or(uptime, |seen| seen.first);
        self.seen.insert(job.to_owned(), Sighting { version, first, last: uptime });
        uptime.saturating_sub(first) > self.length
    }

    /// Forgets a job whose lease nobody holds.
    pub fn forget(&mut self, job: &str) {
        self.seen.remove(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = "sweep";

    fn version(renewals: i64) -> LeaseVersion {
        LeaseVersion { fencing: 7, renewals }
    }

    fn seconds(watch: &mut LeaseWatch, renewals: i64, range: std::ops::RangeInclusive<u64>) -> Vec<u64> {
        range.filter(|second| watch.has_lapsed(JOB, version(renewals), Duration::from_secs(*second))).collect()
    }

    #[test]
    fn a_lease_lapses_when_its_version_stands_still_for_its_length() {
        let mut watch = LeaseWatch::new(Duration::from_secs(15));
        assert_eq!(seconds(&mut watch, 0, 100..=117), [116, 117]);
    }

    #[test]
    fn a_renewal_starts_the_wait_anew() {
        let mut watch = LeaseWatch::new(Duration::from_secs(15));
        assert!(seconds(&mut watch, 0, 0..=14).is_empty());
        assert_eq!(seconds(&mut watch, 1, 15..=31), [31]);
    }

    #[test]
    fn a_watcher_that_was_asleep_blames_nobody() {
        let mut watch = LeaseWatch::new(Duration::from_secs(15));
        assert!(seconds(&mut watch, 0, 0..=10).is_empty());
        assert_eq!(seconds(&mut watch, 0, 60..=76), [76]);
    }

    #[test]
    fn a_freed_lease_is_forgotten() {
        let mut watch = LeaseWatch::new(Duration::from_secs(15));
        assert!(seconds(&mut watch, 0, 0..=15).is_empty());
        watch.forget(JOB);
        assert!(seconds(&mut watch, 0, 16..=31).is_empty());
    }
}
