//! Holds the whole register against itself: what should be there and is not, what is there and should not be, and what
//! says two things. What is safe to mend is mended by the same code that should have done it; the rest is listed by id,
//! for a person to look at.
//!
//! | module | looks at |
//! | --- | --- |
//! | [`crate::store::consistency`] | rows against rows, one statement for each rule, over everything |
//! | `files` | each live file against the rules and its facts; flags and reminders that should be there |
//! | `mend` | what is safe to mend, and how |
//!
//! Nothing that a person decided is touched, and no date: a wrong date is the business of the self-audit, which tells
//! and mends nothing.

mod files;
mod mend;

use std::collections::BTreeMap;

use scheduler::{JobError, RunContext, RunReport};
use serde::Serialize;

use super::batches;
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::store::consistency::{
    Defect, DefectKind, RULES, defect_list, orphan_list, reference_list, registration_count_active,
};
use crate::store::{LongWork, StoreError, WriteSet};

pub use mend::is_safe;

/// The name under which it runs and signs.
pub const NAME: &str = "check";

/// Defects of one kind that are listed; a register with more has one cause that these show.
const MOST_OF_A_KIND: i64 = 10_000;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Live files that were looked at.
    pub files: u64,
    /// Rules that were asked of all rows.
    pub rules: u64,
    /// What is wrong, by kind and id.
    pub defects: Vec<Defect>,
}

impl Findings {
    /// How many of each kind.
    pub fn by_kind(&self) -> BTreeMap<DefectKind, usize> {
        let mut counts = BTreeMap::new();
        for defect in &self.defects {
            *counts.entry(defect.kind).or_default() += 1;
        }
        counts
    }
}

/// What became of a check with repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repaired {
    /// What was found.
    pub found: Findings,
    /// How many defects are gone.
    pub repaired: u64,
    /// What is left.
    pub left: Findings,
}

/// How far a check has come: done, of all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Why a check did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was asked to stop.
    #[error("the check was asked to stop")]
    Stopped,
    /// One of the jobs that mend did not come to its end.
    #[error("mending stopped: {0}")]
    Mending(String),
}

/// Runs once, as a job: looks, mends what is safe, and reports what is left as failed.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let done = repair(app, context, &mut |_, _| ());
    match done {
        Ok(done) => {
            for defect in &done.left.defects {
                tracing::warn!(kind = %defect.kind, subject = %defect.subject, "the check found what it may not mend");
            }
            let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
            Ok(RunReport {
                looked_at: done.found.files,
                made: done.repaired,
                skipped: 0,
                failed: count(done.left.defects.len()),
            })
        }
        Err(CheckError::Stopped) => Err(JobError::cancelled(RunReport::default())),
        Err(CheckError::Store(error)) => Err(batches::stopped(&error, RunReport::default())),
        Err(error @ CheckError::Mending(_)) => Err(JobError::new(error.to_string())),
    }
}

/// Looks, and changes nothing but the audit, which says that somebody looked.
///
/// # Errors
/// [`CheckError`].
pub fn look(app: &App, context: &RunContext, progress: Progress<'_>) -> Result<Findings, CheckError> {
    let mut work = app.store.long_work()?;
    let found = examine(app, &mut work, context, progress)?;
    sign(app, &mut work, Action::ConsistencyCheck)?;
    Ok(found)
}

/// Looks, mends what is safe, and looks again.
///
/// # Errors
/// [`CheckError`].
pub fn repair(app: &App, context: &RunContext, progress: Progress<'_>) -> Result<Repaired, CheckError> {
    let found = look(app, context, progress)?;
    if !found.defects.iter().any(|defect| is_safe(defect.kind)) {
        return Ok(Repaired { left: found.clone(), found, repaired: 0 });
    }
    mend::mend(app, context, &found.defects)?;
    let mut work = app.store.long_work()?;
    sign(app, &mut work, Action::ConsistencyRepair)?;
    let left = examine(app, &mut work, context, progress)?;
    let still: std::collections::BTreeSet<&Defect> = left.defects.iter().collect();
    let gone = found.defects.iter().filter(|defect| !still.contains(defect)).count();
    Ok(Repaired { repaired: u64::try_from(gone).unwrap_or(u64::MAX), found, left })
}

fn examine(
    app: &App,
    work: &mut LongWork,
    context: &RunContext,
    progress: Progress<'_>,
) -> Result<Findings, CheckError> {
    let now = app.clock.now();
    let references = reference_list(work.conn())?;
    let questions = (RULES.len() + references.len()) as u64;
    let all = questions + u64::try_from(registration_count_active(work.conn())?).unwrap_or(0);
    let mut found = Findings { files: 0, rules: questions, defects: Vec::new() };
    let mut done = 0;
    let mut step = |by: u64| {
        done += by;
        progress(done, all.max(done));
    };
    for rule in RULES {
        stop_if_told(context)?;
        found.defects.extend(defect_list(work.conn(), *rule, MOST_OF_A_KIND)?);
        step(1);
    }
    for reference in &references {
        stop_if_told(context)?;
        found.defects.extend(orphan_list(work.conn(), reference, MOST_OF_A_KIND)?);
        step(1);
    }
    files::examine(app, work, now, context, &mut found, &mut step)?;
    found.defects.sort();
    found.defects.dedup();
    Ok(found)
}

fn stop_if_told(context: &RunContext) -> Result<(), CheckError> {
    if context.cancelled() { Err(CheckError::Stopped) } else { Ok(()) }
}

/// The entry in the audit.
fn sign(app: &App, work: &mut LongWork, action: Action) -> Result<(), StoreError> {
    let Now { system, .. } = app.clock.now();
    let deed = Deed::of(action, ObjectRef::none());
    let leaf =
        app.audit.leaf_of_system(NAME, system, &deed).map_err(|refusal| StoreError::Statement(refusal.to_string()))?;
    work.keep(&WriteSet { audit: vec![leaf], ..WriteSet::default() })
}
