//! Computes every live file anew and lists where the outcome differs from what is stored. It mends nothing: a wrong
//! deadline that was corrected silently is a wrong decision that nobody knows of.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use scheduler::{JobError, RunContext, RunReport};

use super::batches::{self, of_one_file};
use super::files::{self, LiveFile};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::ids::{DutyId, RegistrationId, SelfAuditRunId};
use crate::law::{
    self,
    compare::{Class, Compared, Dates, compare},
};
use crate::register::Refusal;
use crate::register::reassess::{Plan, key_of};
use crate::store::registrations::registration_walk_active;
use crate::store::rows::{DutyRow, DutyVersionRow};
use crate::store::self_audit::{FindingClass, FindingSubject, SelfAuditCounted, SelfAuditFindingRow, SelfAuditRunRow};
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::{DutyKind, DutyOutcome, Regime};

/// The name under which it runs and signs.
pub const NAME: &str = "self-audit";

/// Files loaded at once: what bounds the memory of a run.
const CHUNK: i64 = 500;

/// Findings one run keeps. A changed rule can differ on every file; the counts then still say how many.
const MOST_FINDINGS: i64 = 50_000;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop: the next one begins anew.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    audit(app, context, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn audit(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    let mut run = begin(app, &mut work, now)?;
    let mut seq = 0;
    let mut after: Option<RegistrationId> = None;
    loop {
        if context.cancelled() {
            return Ok(());
        }
        let page = registration_walk_active(work.conn(), after, CHUNK)?;
        let Some(last) = page.last().map(|row| row.id) else { break };
        after = Some(last);
        let mut findings = Vec::new();
        for file in files::fill(work.conn(), page, false)? {
            run.files += 1;
            run.duties += file.duties.len() as i64;
            for mut finding in findings_of(app, &file, run.id, now) {
                tally(&mut run, finding.class);
                if seq < MOST_FINDINGS {
                    seq += 1;
                    finding.seq = seq;
                    findings.push(finding);
                }
            }
        }
        keep(&mut work, &run, findings)?;
    }
    run.finished_at = Some(app.clock.now().system);
    finish(app, &mut work, &run, now)?;
    *report = report_of(&run);
    if report.made + report.failed > 0 {
        tracing::warn!(run = %run.id, differences = report.made, failed = report.failed, "the self-audit found differences");
    }
    Ok(())
}

fn begin(app: &App, work: &mut LongWork, now: Now) -> Result<SelfAuditRunRow, StoreError> {
    let run = SelfAuditRunRow {
        id: SelfAuditRunId::fresh(),
        as_of: now.today(Regime::NlPilot.zone()),
        profile_set: app.rules.hash().to_string(),
        started_at: now.system,
        finished_at: None,
        files: 0,
        duties: 0,
        too_long: 0,
        too_short: 0,
        missed: 0,
        spurious: 0,
        other: 0,
        not_computed: 0,
    };
    work.keep(&WriteSet { self_audit_runs: vec![run.clone()], ..WriteSet::default() })?;
    Ok(run)
}

fn keep(work: &mut LongWork, run: &SelfAuditRunRow, findings: Vec<SelfAuditFindingRow>) -> Result<(), StoreError> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut writes = WriteSet { self_audit_findings: findings, ..WriteSet::default() };
    writes.changes.push(Box::new(SelfAuditCounted(run.clone())));
    work.keep(&writes)
}

fn finish(app: &App, work: &mut LongWork, run: &SelfAuditRunRow, now: Now) -> Result<(), StoreError> {
    let deed = Deed::of(Action::RegistrationReassess, ObjectRef::none()).with_fields(&["period", "duties"]);
    let leaf = app
        .audit
        .leaf_of_system(NAME, now.system, &deed)
        .map_err(|refusal| StoreError::Statement(refusal.to_string()))?;
    let mut writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
    writes.changes.push(Box::new(SelfAuditCounted(run.clone())));
    work.keep(&writes)
}

fn tally(run: &mut SelfAuditRunRow, class: FindingClass) {
    match class {
        FindingClass::TooLong => run.too_long += 1,
        FindingClass::TooShort => run.too_short += 1,
        FindingClass::Missed => run.missed += 1,
        FindingClass::Spurious => run.spurious += 1,
        FindingClass::Other => run.other += 1,
        FindingClass::NotComputed => run.not_computed += 1,
    }
}

fn report_of(run: &SelfAuditRunRow) -> RunReport {
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    RunReport {
        looked_at: count(run.files),
        made: count(run.too_long + run.too_short + run.missed + run.spurious + run.other),
        skipped: 0,
        failed: count(run.not_computed),
    }
}

/// Every difference in one file. What comes by time alone since the file was brought up to date is none: after a time in
/// which nothing ran, this job may be the first.
fn findings_of(app: &App, file: &LiveFile, run: SelfAuditRunId, now: Now) -> Vec<SelfAuditFindingRow> {
    let plan = || file.plan_as_of(app, now, file.brought_up_to(now));
    let differences = match of_one_file(file.registration.id, || differences(file, &plan()?)) {
        Some(differences) => differences,
        None => vec![Difference::about_file(FindingClass::NotComputed, FindingSubject::File, None, None)],
    };
    differences
        .into_iter()
        .map(|difference| SelfAuditFindingRow {
            run_id: run,
            seq: 0,
            registration_id: file.registration.id,
            duty_id: difference.duty,
            duty_kind: difference.kind,
            class: difference.class,
            subject: difference.subject,
            stored_on: difference.stored_on,
            computed_on: difference.computed_on,
        })
        .collect()
}

struct Difference {
    class: FindingClass,
    subject: FindingSubject,
    duty: Option<DutyId>,
    kind: Option<DutyKind>,
    stored_on: Option<NaiveDate>,
    computed_on: Option<NaiveDate>,
}

impl Difference {
    fn about_file(
        class: FindingClass,
        subject: FindingSubject,
        stored_on: Option<NaiveDate>,
        computed_on: Option<NaiveDate>,
    ) -> Self {
        Self { class, subject, duty: None, kind: None, stored_on, computed_on }
    }

    /// A duty that came, went or moved.
    fn of_dates(difference: &law::compare::Difference, duty: Option<DutyId>) -> Self {
        let class = match difference.class {
            Class::TooLong => FindingClass::TooLong,
            Class::TooShort => FindingClass::TooShort,
            Class::Missed => FindingClass::Missed,
            Class::Spurious => FindingClass::Spurious,
        };
        let (old, new) = (difference.old, difference.new);
        let lenient = |dates: Option<Dates>| dates.and_then(|dates| dates.overdue_after);
        let strict = |dates: Option<Dates>| dates.and_then(|dates| dates.due);
        let (subject, stored_on, computed_on) = match (old, new) {
            (Some(_), Some(_)) if lenient(old) != lenient(new) => {
                (FindingSubject::OverdueAfter, lenient(old), lenient(new))
            }
            (Some(_), Some(_)) => (FindingSubject::Due, strict(old), strict(new)),
            (None, _) | (_, None) => (FindingSubject::Duty, strict(old), strict(new)),
        };
        Self { class, subject, duty, kind: Some(difference.kind.into()), stored_on, computed_on }
    }

    /// A duty whose dates are the same and something else is not.
    fn beside_dates(stored: &DutyRow, computed: &DutyVersionRow) -> Self {
        let as_it_ended = (stored.outcome, stored.met_by, stored.met_on);
        let subject = if as_it_ended == (computed.outcome, computed.met_by, computed.met_on) {
            FindingSubject::Explanation
        } else {
            FindingSubject::Outcome
        };
        Self {
            class: FindingClass::Other,
            subject,
            duty: Some(stored.id),
            kind: Some(stored.kind),
            stored_on: stored.met_on,
            computed_on: computed.met_on,
        }
    }
}

fn differences(file: &LiveFile, plan: &Plan) -> Result<Vec<Difference>, Refusal> {
    let mut found = period_differences(file, plan);
    let live = file.duties.iter().filter(|duty| duty.outcome != DutyOutcome::Withdrawn);
    let stored: Vec<Compared> = live.clone().map(stored_as_compared).collect::<Result<_, _>>()?;
    let computed: Vec<Compared> = plan
        .assessment
        .duties
        .iter()
        .map(|duty| Ok(Compared { root: key_of(duty)?.1, ..Compared::from(duty) }))
        .collect::<Result<_, Refusal>>()?;
    let by_name: HashMap<(law::DutyKind, &str, i64), &DutyRow> =
        live.map(|duty| ((duty.kind.into(), duty.root_id.as_str(), duty.ordinal), duty)).collect();
    let mut moved = HashSet::new();
    for difference in compare(&stored, &computed) {
        let row = by_name.get(&(difference.kind, difference.root.as_str(), i64::from(difference.ordinal))).copied();
        moved.extend(row.map(|row| row.id));
        found.push(Difference::of_dates(&difference, row.map(|row| row.id)));
    }
    let others = plan.writes.duty_versions.iter().filter(|version| !moved.contains(&version.duty_id));
    found.extend(others.filter_map(|computed| {
        let stored = file.duties.iter().find(|duty| duty.id == computed.duty_id)?;
        (stored.outcome != DutyOutcome::Withdrawn).then(|| Difference::beside_dates(stored, computed))
    }));
    Ok(found)
}

fn stored_as_compared(duty: &DutyRow) -> Result<Compared, Refusal> {
    let ordinal = u32::try_from(duty.ordinal).map_err(|_| Refusal::Rules("a duty without a position".to_owned()))?;
    Ok(Compared {
        kind: duty.kind.into(),
        root: duty.root_id.clone(),
        ordinal,
        due: duty.due_on,
        overdue_after: duty.overdue_after,
    })
}

fn period_differences(file: &LiveFile, plan: &Plan) -> Vec<Difference> {
    let (stored, computed) = (&file.registration, &plan.registration);
    let mut found = Vec::new();
    if stored.subject_never != computed.subject_never {
        // Held to a period that does not exist, or free of one that does.
        let class = if computed.subject_never { FindingClass::TooLong } else { FindingClass::TooShort };
        let (from, last) = (stored.subject_from, computed.subject_from);
        found.push(Difference::about_file(class, FindingSubject::PeriodStart, from, last));
        return found;
    }
    if stored.subject_from != computed.subject_from {
        // The later it begins, the shorter it is.
        let class = later_is(computed.subject_from, stored.subject_from);
        let (from, to) = (stored.subject_from, computed.subject_from);
        found.push(Difference::about_file(class, FindingSubject::PeriodStart, from, to));
    }
    if stored.subject_last_day != computed.subject_last_day {
        let class = later_is(stored.subject_last_day, computed.subject_last_day);
        let (from, to) = (stored.subject_last_day, computed.subject_last_day);
        found.push(Difference::about_file(class, FindingSubject::PeriodEnd, from, to));
    }
    found
}

/// Too long when `stored` lies later than `computed`; no date lies later than any.
fn later_is(stored: Option<NaiveDate>, computed: Option<NaiveDate>) -> FindingClass {
    let is_later = match (stored, computed) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(stored), Some(computed)) => stored > computed,
    };
    if is_later { FindingClass::TooLong } else { FindingClass::TooShort }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_end_or_none_is_too_long() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d);
        assert_eq!(later_is(day(2), day(1)), FindingClass::TooLong);
        assert_eq!(later_is(None, day(1)), FindingClass::TooLong);
        assert_eq!(later_is(day(1), day(2)), FindingClass::TooShort);
        assert_eq!(later_is(day(1), None), FindingClass::TooShort);
    }
}
