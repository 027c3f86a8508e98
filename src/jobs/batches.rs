//! Doing many things so that one bad one stops none of the others, and nothing is written about a file that has moved
//! on since it was read.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use scheduler::{JobError, RunContext, RunReport};

use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::store::sweep::registration_lock_many;
use crate::store::{Decided, LongWork, StoreError, WriteSet, patiently};

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Things made or changed.
    pub made: u64,
    /// Things left as they were.
    pub skipped: u64,
    /// Things that could not be done.
    pub failed: u64,
}

impl Counts {
    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.made += other.made;
        self.skipped += other.skipped;
        self.failed += other.failed;
    }
}

/// Does `items` together, and again when the database lets another go first. When something in them is refused for good,
/// does each alone, so that only the bad one fails.
/// Whatever may pass by itself, such as a lost database, ends the run; the next one starts where nothing was done.
///
/// # Errors
/// The store, when it is not the fault of an item.
pub fn isolating<T>(
    items: &[T],
    report: &mut RunReport,
    name_of: impl Fn(&T) -> String,
    mut work: impl FnMut(&[T]) -> Result<Counts, StoreError>,
) -> Result<(), StoreError> {
    report.looked_at += items.len() as u64;
    match patiently(|| work(items)) {
        Ok(counts) => add(report, counts),
        Err(error) if ends_the_run(&error) => return Err(error),
        Err(_) => {
            for item in items {
                match patiently(|| work(std::slice::from_ref(item))) {
                    Ok(counts) => add(report, counts),
                    Err(error) if ends_the_run(&error) => return Err(error),
                    // Another process was first: what was to be done is done.
                    Err(StoreError::Conflict(_)) => report.skipped += 1,
                    Err(error) => {
                        tracing::error!(item = name_of(item), %error, "one item of a job failed; the others go on");
                        report.failed += 1;
                    }
                }
            }
        }
    }
    Ok(())
}

fn add(report: &mut RunReport, counts: Counts) {
    report.made += counts.made;
    report.skipped += counts.skipped;
    report.failed += counts.failed;
}

fn ends_the_run(error: &StoreError) -> bool {
    match error {
        StoreError::Busy
        | StoreError::Unavailable(_)
        | StoreError::Contended(_)
        | StoreError::Closed
        | StoreError::Refused(_) => true,
        StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Statement(_) => false,
    }
}

/// Computes something about one file. A refusal, and even a panic in the computation, is the fault of that file alone.
pub fn of_one_file<T>(registration: RegistrationId, compute: impl FnOnce() -> Result<T, Refusal>) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(compute)) {
        Ok(Ok(value)) => Some(value),
        Ok(Err(refusal)) => {
            tracing::error!(%registration, %refusal, "a file could not be computed; the others go on");
            None
        }
        Err(_) => {
            tracing::error!(%registration, "computing a file panicked; the others go on");
            None
        }
    }
}

/// What is to be written about one file, decided on what it was at `version`.
pub struct Wish {
    /// The file.
    pub registration: RegistrationId,
    /// Its version when it was read.
    pub version: i64,
    /// What to write, audit entries included.
    pub writes: WriteSet,
    /// How many things that makes, for the report.
    pub made: u64,
}

/// Writes in one transaction what is wished about files that have not changed since. A file that has is left for the
/// next run, which sees it as it is then.
///
/// # Errors
/// The store; nothing is written then. It is for the caller to read the files again when another unit of work had to go
/// first, as [`isolating`] does.
pub fn write(work: &mut LongWork, wishes: Vec<Wish>) -> Result<Counts, StoreError> {
    if wishes.is_empty() {
        return Ok(Counts::default());
    }
    let ids: Vec<RegistrationId> = wishes.iter().map(|wish| wish.registration).collect();
    work.batch(|conn| {
        let versions: BTreeMap<RegistrationId, i64> = registration_lock_many(conn, &ids)?;
        let mut counts = Counts::default();
        let mut writes = WriteSet::default();
        for wish in wishes {
            if versions.get(&wish.registration) == Some(&wish.version) {
                counts.made += wish.made;
                writes.merge(wish.writes);
            } else {
                counts.skipped += 1;
            }
        }
        Ok(Decided::new(writes, counts))
    })
}

/// How a run ends that was asked to stop, or that went on to its end.
///
/// # Errors
/// [`JobError::cancelled`] when the run was asked to stop.
pub fn end(run: &RunContext, report: RunReport) -> Result<RunReport, JobError> {
    if run.cancelled() { Err(JobError::cancelled(report)) } else { Ok(report) }
}

/// A run that the store ended.
pub fn stopped(error: &StoreError, report: RunReport) -> JobError {
    JobError::new(error.to_string()).with_report(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(item: &u32) -> StoreError {
        StoreError::Statement(item.to_string())
    }

    #[test]
    fn one_bad_item_fails_alone() {
        let mut report = RunReport::default();
        let mut calls = Vec::new();
        isolating(&[1, 2, 3], &mut report, ToString::to_string, |items: &[u32]| {
            calls.push(items.to_vec());
            match items.iter().find(|item| **item == 2) {
                Some(bad) => Err(refused(bad)),
                None => Ok(Counts { made: items.len() as u64, ..Counts::default() }),
            }
        })
        .expect("the run goes on");
        assert_eq!(calls, [vec![1, 2, 3], vec![1], vec![2], vec![3]]);
        assert_eq!(report, RunReport { looked_at: 3, made: 2, skipped: 0, failed: 1 });
    }

    #[test]
    fn what_another_process_did_first_is_no_failure() {
        let mut report = RunReport::default();
        isolating(&[1], &mut report, ToString::to_string, |_| Err(StoreError::Conflict("flags".to_owned())))
            .expect("the run goes on");
        assert_eq!((report.skipped, report.failed), (1, 0));
    }

    #[test]
    fn a_lost_database_ends_the_run() {
        let mut report = RunReport::default();
        let lost =
            isolating(&[1, 2], &mut report, ToString::to_string, |_| Err(StoreError::Unavailable("gone".to_owned())));
        assert!(matches!(lost, Err(StoreError::Unavailable(_))));
    }

    #[test]
    fn what_the_database_undid_for_another_is_done_again() {
        let mut report = RunReport::default();
        let mut calls = 0;
        isolating(&[1, 2], &mut report, ToString::to_string, |items: &[u32]| {
            calls += 1;
            match calls {
                1 | 2 => Err(StoreError::Contended("deadlock detected".to_owned())),
                _ => Ok(Counts { made: items.len() as u64, ..Counts::default() }),
            }
        })
        .expect("the third time it is done");
        assert_eq!((calls, report.made, report.looked_at), (3, 2, 2));
        let never = isolating(&[1], &mut report, ToString::to_string, |_| {
            Err(StoreError::Contended("deadlock detected".to_owned()))
        });
        assert!(matches!(never, Err(StoreError::Contended(_))), "it is not tried for ever");
    }

    #[test]
    fn a_panic_over_one_file_is_that_files_fault() {
        let id = RegistrationId::fresh();
        assert_eq!(of_one_file(id, || -> Result<(), Refusal> { panic!("a fault in the engine") }), None);
        assert_eq!(of_one_file(id, || Err::<(), _>(Refusal::NotFound)), None);
        assert_eq!(of_one_file(id, || Ok(7)), Some(7));
    }
}
