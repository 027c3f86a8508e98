//! What is safe to mend: what is missing and was owed whatever anybody thought of it. It is made by the job that should
//! have made it, where there is one. Everything else is left to people.

use std::collections::BTreeSet;

use scheduler::{JobError, RunContext};

use super::{CheckError, NAME, files::missing_duties};
use crate::app::App;
use crate::clock::Now;
use crate::events::message;
use crate::ids::{DutyId, RegistrationId};
use crate::jobs::advance::{self, reassessed};
use crate::jobs::batches::{self, Wish, of_one_file};
use crate::jobs::files::{self, LiveFile};
use crate::jobs::sweep::{self, FLAG_RAISED, Pass};
use crate::jobs::terms::TERM_PASSED;
use crate::jobs::{reminders, sequencer};
use crate::notify::{MailFace, MailSettings};
use crate::register::Refusal;
use crate::store::consistency::{Defect, DefectKind, EventsToPlace, Released};
use crate::store::{LongWork, StoreError, WriteSet, patiently};
use crate::vocabulary::EventKind;

/// Whether a defect of this kind may be mended without a person.
pub const fn is_safe(kind: DefectKind) -> bool {
    match kind {
        DefectKind::DutyMissing
        | DefectKind::FlagMissing
        | DefectKind::ReminderMissing
        | DefectKind::FlagEventMissing
        | DefectKind::TermEventMissing
        | DefectKind::TravelEventMissing
        | DefectKind::EventUnplaced
        | DefectKind::EventUnmarked
        | DefectKind::MessageHeldByNobody
        | DefectKind::DeliveryHeldByNobody
        | DefectKind::AssessmentOverdue => true,
        DefectKind::DutyVersionMissing
        | DefectKind::DutyDiffersFromVersion
        | DefectKind::DutyVersionGap
        | DefectKind::FlagVersionMissing
        | DefectKind::FlagInOtherFile
        | DefectKind::FlagStepsDiffer
        | DefectKind::FlagStateDiffers
        | DefectKind::FlagWithoutOwner
        | DefectKind::ReminderVersionMissing
        | DefectKind::MessageWithoutReminder
        | DefectKind::EventGap
        | DefectKind::DeliveryWithoutEvent
        | DefectKind::HandOverWithoutProof
        | DefectKind::FactGap
        | DefectKind::FactRootMissing
        | DefectKind::ReportWithoutFact
        | DefectKind::DocumentDiffers
        | DefectKind::FileUnreadable
        | DefectKind::DocumentPiecesMissing
        | DefectKind::AccountWithoutPerson
        | DefectKind::AuditGap
        | DefectKind::AuditMiscounted
        | DefectKind::Orphan => false,
    }
}

/// Mends what is safe. In this order: a duty that comes back may be due, and a flag that comes back is told of.
pub(super) fn mend(app: &App, context: &RunContext, defects: &[Defect]) -> Result<(), CheckError> {
    let has = |kind| defects.iter().any(|defect| defect.kind == kind);
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    rows(&mut work, defects, now)?;
    if has(DefectKind::AssessmentOverdue) {
        advance::run(app, context).map_err(|error| stopped(&error))?;
    }
    if has(DefectKind::DutyMissing) {
        duties(app, &mut work, defects, now)?;
    }
    if has(DefectKind::FlagMissing) || has(DefectKind::DutyMissing) {
        sweep::run(app, context, Pass::Full).map_err(|error| stopped(&error))?;
    }
    if has(DefectKind::ReminderMissing) || has(DefectKind::DutyMissing) {
        let face = MailFace::parse(&MailSettings::from(&app.config.mail).from)
            .map_err(|error| CheckError::Mending(error.to_string()))?;
        reminders::run(app, &face, |kind| app.config.policy.reminders(kind), context)
            .map_err(|error| stopped(&error))?;
    }
    if has(DefectKind::EventUnplaced) {
        sequencer::run(app, context).map_err(|error| stopped(&error))?;
    }
    Ok(())
}

fn stopped(error: &JobError) -> CheckError {
    CheckError::Mending(error.to_string())
}

/// Events that were never to be told, places in the order, and leases of nobody: in one transaction.
fn rows(work: &mut LongWork, defects: &[Defect], now: Now) -> Result<(), StoreError> {
    let of = |kind| defects.iter().filter(move |defect| defect.kind == kind);
    let ids = |kind| of(kind).map(|defect| defect.subject.clone()).collect::<Vec<_>>();
    let events = [
        (DefectKind::FlagEventMissing, FLAG_RAISED),
        (DefectKind::TermEventMissing, TERM_PASSED),
        (DefectKind::TravelEventMissing, EventKind::TravelNotified.as_str()),
    ];
    let mut writes = WriteSet::default();
    for (kind, event) in events {
        writes.outbox.extend(of(kind).map(|defect| {
            let file = defect.registration.as_deref().and_then(|id| id.parse().ok());
            message(event, file, defect.subject.clone(), now.system)
        }));
    }
    let (unplaced, unmarked) = (ids(DefectKind::EventUnplaced), ids(DefectKind::EventUnmarked));
    writes.changes.push(Box::new(EventsToPlace { unplaced, unmarked, at: now.system }));
    let (messages, deliveries) = (ids(DefectKind::MessageHeldByNobody), ids(DefectKind::DeliveryHeldByNobody));
    writes.changes.push(Box::new(Released { messages, deliveries, at: now.system }));
    tracing::info!(job = NAME, events = writes.outbox.len(), "the check mends what is safe to mend");
    work.keep(&writes)
}

/// Brings back duties that the rules know, in files in which nothing else differs. A file in which a date or an outcome
/// differs as well is left to a person: coming back by itself would hide that.
fn duties(app: &App, work: &mut LongWork, defects: &[Defect], now: Now) -> Result<(), StoreError> {
    let files: BTreeSet<RegistrationId> = defects
        .iter()
        .filter(|defect| defect.kind == DefectKind::DutyMissing)
        .filter_map(|defect| defect.registration.as_deref()?.parse().ok())
        .collect();
    let files: Vec<RegistrationId> = files.into_iter().collect();
    for chunk in files.chunks(200) {
        patiently(|| {
            let mut wishes = Vec::new();
            for file in files::load(work.conn(), chunk, false)? {
                wishes.extend(of_one_file(file.registration.id, || wish(app, &file, now)).flatten());
            }
            batches::write(work, wishes)
        })?;
    }
    Ok(())
}

fn wish(app: &App, file: &LiveFile, now: Now) -> Result<Option<Wish>, Refusal> {
    let missing = missing_duties(app, file, now)?.len();
    let plan = file.plan(app, now)?;
    let fresh: BTreeSet<DutyId> = plan.writes.duties.iter().map(|duty| duty.id).collect();
    let only_new = plan.writes.changes.is_empty() && plan.writes.duty_versions.len() == fresh.len();
    if fresh.len() != missing || !only_new {
        return Ok(None);
    }
    let registration = file.registration.id;
    let mut writes = plan.writes;
    writes.changes.push(Box::new(plan.registration));
    writes.audit.push(reassessed(app, NAME, registration, now)?);
    Ok(Some(Wish { registration, version: file.registration.version, writes, made: missing as u64 }))
}
