//! From facts to duties: compares what the law engine says today with what is stored, and plans the difference.
//!
//! Pure: rows in, rows out. A duty is known for good by (registration, kind, root fact, ordinal). A new version is
//! kept whenever a date, an outcome or the explanation changes; a duty that disappears is withdrawn, never deleted.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::fact::FactsDocument;
use super::refusal::Refusal;
use crate::clock::UtcTime;
use crate::crypto;
use crate::ids::{DutyId, NotificationId};
use crate::law::{self, RuleBook, What};
use crate::proposals::ProposalRules;
use crate::store::WriteSet;
use crate::store::duties::DutyReplaced;
use crate::store::registrations::RegistrationAssessed;
use crate::store::rows::{DutyRow, DutyVersionRow, RegistrationRow};
use crate::vocabulary::{DutyKind, DutyOutcome, LocationStatus};

/// The root of a duty that the profile lays on everybody once.
const ONE_OFF: &str = "one-off";

/// What names a duty within a registration for good: kind, root fact, ordinal.
pub type DutyKey = (DutyKind, String, i64);

/// What an assessment came to and what it changes.
pub struct Plan {
    /// What the law engine said.
    pub assessment: law::Assessment,
    /// New duties, versions and changes of duties. Empty when nothing differs.
    pub writes: WriteSet,
    /// What it changes in the registration.
    pub registration: RegistrationAssessed,
    /// Duties that this assessment finds met and the last one did not, with what met them.
    pub met: Vec<(DutyId, NotificationId)>,
}

/// The input of a re-assessment beside the rows.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The rules.
    pub rules: &'a RuleBook,
    /// The rules of what desks are told of journeys.
    pub proposals: &'a ProposalRules,
    /// The legal day.
    pub on: NaiveDate,
    /// When it is recorded.
    pub now: UtcTime,
}

/// Asks the law engine about `document` on a day. `birth_date` when [`FactsDocument::minor`] says that it matters.
///
/// # Errors
/// [`Refusal::Rules`] when the rules refuse the facts.
pub fn assess(
    document: &FactsDocument,
    birth_date: Option<NaiveDate>,
    rules: &RuleBook,
    on: NaiveDate,
) -> Result<law::Assessment, Refusal> {
    let regime = rules.regime(document.law.regime);
    let assessed = match birth_date {
        None => law::assess(&document.law, regime, rules.calendar(), on),
        Some(_) => {
            let facts = law::Facts { person: Some(law::Person { birth_date }), ..document.law.clone() };
            law::assess(&facts, regime, rules.calendar(), on)
        }
    };
    let mut assessment = assessed.map_err(|refusal| Refusal::Rules(refusal.to_string()))?;
    if let Some(died_on) = document.died_on.filter(|died_on| *died_on <= on) {
        end_duties(&mut assessment, died_on);
    }
    Ok(assessment)
}

/// Death ends every duty that could still be met on that day; what had failed before stays failed.
fn end_duties(assessment: &mut law::Assessment, died_on: NaiveDate) {
    for duty in &mut assessment.duties {
        let open = match duty.status {
            law::DutyStatus::Open
            | law::DutyStatus::Upcoming
            | law::DutyStatus::Suspended
            | law::DutyStatus::NotComputable
            | law::DutyStatus::Overdue => true,
            law::DutyStatus::Met | law::DutyStatus::MetLate | law::DutyStatus::Lapsed => false,
        };
        if open && duty.overdue_after.is_none_or(|last| last >= died_on) {
            duty.status = law::DutyStatus::Lapsed;
            duty.steps.push(law::Step::LapsedByDeath { on: died_on });
        }
    }
}

/// Plans what a new assessment of `document` changes in `registration` and in its stored duties.
///
/// # Errors
/// [`Refusal::Rules`] when the rules refuse the facts.
pub fn plan(
    registration: &RegistrationRow,
    document: &FactsDocument,
    birth_date: Option<NaiveDate>,
    existing: &[DutyRow],
    occasion: Occasion<'_>,
) -> Result<Plan, Refusal> {
    let assessment = assess(document, birth_date, occasion.rules, occasion.on)?;
    let mut writes = WriteSet::default();
    let mut met = Vec::new();
    let facts_version = registration.facts_version + 1;
    let mut stored: HashMap<DutyKey, &DutyRow> =
        existing.iter().map(|duty| ((duty.kind, duty.root_id.clone(), duty.ordinal), duty)).collect();
    for duty in &assessment.duties {
        let seen = Seen::of(duty)?;
        let known = stored.remove(&seen.key());
        let before = known.and_then(|row| row.met_by);
        let id = match known {
            None => {
                let row = seen.first_row(registration, occasion.now);
                let id = row.id;
                writes.duty_versions.push(seen.version_row(id, 1, facts_version, &assessment, occasion));
                writes.duties.push(row);
                id
            }
            Some(row) if seen.differs_from(row) => {
                let version = row.version + 1;
                writes.duty_versions.push(seen.version_row(row.id, version, facts_version, &assessment, occasion));
                writes.changes.push(Box::new(seen.replacing(row.id, version, occasion.now)));
                row.id
            }
            Some(row) => row.id,
        };
        met.extend(seen.met_by.filter(|by| before != Some(*by)).map(|by| (id, by)));
    }
    for row in stored.into_values().filter(|row| row.outcome != DutyOutcome::Withdrawn) {
        withdraw(row, facts_version, &assessment, occasion, &mut writes);
    }
    let registration = registration_change(registration, document, &assessment, facts_version, occasion)?;
    Ok(Plan { assessment, writes, registration, met })
}

/// A duty as the law engine sees it, in the words of the store.
struct Seen<'a> {
    duty: &'a law::Duty,
    kind: DutyKind,
    root: String,
    ordinal: i64,
    outcome: DutyOutcome,
    met_by: Option<NotificationId>,
    steps: String,
    steps_digest: String,
}

impl<'a> Seen<'a> {
    fn of(duty: &'a law::Duty) -> Result<Self, Refusal> {
        let steps = serde_json::to_string(&duty.steps).map_err(|e| Refusal::Rules(e.to_string()))?;
        let met_by = match duty.met_by.as_ref().and_then(|by| by.id.as_deref()) {
            Some(id) => Some(
                id.parse().map_err(|_| Refusal::Rules("a duty met by something that is no notification".to_owned()))?,
            ),
            None => None,
        };
        Ok(Self {
            duty,
            kind: duty.kind.into(),
            root: root_id(&duty.root)?,
            ordinal: i64::from(duty.ordinal),
            outcome: outcome(duty.status),
            met_by,
            steps_digest: crypto::sha256_hex(steps.as_bytes())[..32].to_owned(),
            steps,
        })
    }

    fn key(&self) -> DutyKey {
        (self.kind, self.root.clone(), self.ordinal)
    }

    fn differs_from(&self, row: &DutyRow) -> bool {
        self.duty.trigger != row.trigger_on
            || self.duty.due != row.due_on
            || self.duty.overdue_after != row.overdue_after
            || self.outcome != row.outcome
            || self.met_by != row.met_by
            || self.duty.met_on != row.met_on
            || self.steps_digest != row.steps_digest
    }

    fn first_row(&self, registration: &RegistrationRow, now: UtcTime) -> DutyRow {
        DutyRow {
            id: DutyId::fresh(),
            registration_id: registration.id,
            kind: self.kind,
            root_id: self.root.clone(),
            ordinal: self.ordinal,
            version: 1,
            trigger_on: self.duty.trigger,
            due_on: self.duty.due,
            overdue_after: self.duty.overdue_after,
            outcome: self.outcome,
            met_by: self.met_by,
            met_on: self.duty.met_on,
            steps_digest: self.steps_digest.clone(),
            created_at: now,
            updated_at: now,
        }
    }

    fn replacing(&self, id: DutyId, version: i64, now: UtcTime) -> DutyReplaced {
        DutyReplaced {
            id,
            version,
            trigger_on: self.duty.trigger,
            due_on: self.duty.due,
            overdue_after: self.duty.overdue_after,
            outcome: self.outcome,
            met_by: self.met_by,
            met_on: self.duty.met_on,
            steps_digest: self.steps_digest.clone(),
            updated_at: now,
        }
    }

    fn version_row(
        &self,
        duty_id: DutyId,
        version: i64,
        facts_version: i64,
        assessment: &law::Assessment,
        occasion: Occasion<'_>,
    ) -> DutyVersionRow {
        DutyVersionRow {
            duty_id,
            version,
            recorded_at: occasion.now,
            as_of: occasion.on,
            trigger_on: self.duty.trigger,
            due_on: self.duty.due,
            overdue_after: self.duty.overdue_after,
            outcome: self.outcome,
            met_by: self.met_by,
            met_on: self.duty.met_on,
            rule: self.duty.rule.to_string(),
            citation: self.duty.citation.to_string(),
            profile_version: self.duty.profile.to_string(),
            calendar_version: self.duty.calendar.as_ref().map(ToString::to_string),
            profile_set: assessment.versions.rule_book.to_string(),
            facts_version,
            steps: self.steps.clone(),
        }
    }
}

/// The facts that gave rise to a stored duty no longer hold: it stays, with its dates, as withdrawn.
fn withdraw(
    row: &DutyRow,
    facts_version: i64,
    assessment: &law::Assessment,
    occasion: Occasion<'_>,
    writes: &mut WriteSet,
) {
    let version = row.version + 1;
    writes.duty_versions.push(DutyVersionRow {
        duty_id: row.id,
        version,
        recorded_at: occasion.now,
        as_of: occasion.on,
        trigger_on: row.trigger_on,
        due_on: row.due_on,
        overdue_after: row.overdue_after,
        outcome: DutyOutcome::Withdrawn,
        met_by: None,
        met_on: None,
        rule: "register.withdrawn".to_owned(),
        citation: String::new(),
        profile_version: String::new(),
        calendar_version: None,
        profile_set: assessment.versions.rule_book.to_string(),
        facts_version,
        steps: "[]".to_owned(),
    });
    writes.changes.push(Box::new(DutyReplaced {
        id: row.id,
        version,
        trigger_on: row.trigger_on,
        due_on: row.due_on,
        overdue_after: row.overdue_after,
        outcome: DutyOutcome::Withdrawn,
        met_by: None,
        met_on: None,
        steps_digest: String::new(),
        updated_at: occasion.now,
    }));
}

fn registration_change(
    registration: &RegistrationRow,
    document: &FactsDocument,
    assessment: &law::Assessment,
    facts_version: i64,
    occasion: Occasion<'_>,
) -> Result<RegistrationAssessed, Refusal> {
    let period = assessment.subject.period;
    // Death ends a registration on that day, whatever period was left.
    let last_day = [period.and_then(|p| p.last_day), document.died_on].into_iter().flatten().min();
    Ok(RegistrationAssessed {
        id: registration.id,
        version: registration.version,
        facts_doc: document.to_stored()?,
        facts_version,
        needs_birth_date: document.minor,
        subject_never: period.is_none(),
        subject_from: period.map(|p| p.from),
        subject_last_day: last_day,
        provisional: period.is_some_and(|p| p.provisional),
        location_status: location_status(registration.location_status, document),
        assessed_on: occasion.on,
        next_assess_on: next_assess_on(document, last_day, occasion.on),
        profile_set: occasion.rules.hash().to_string(),
        updated_at: occasion.now,
    })
}

fn location_status(present: LocationStatus, document: &FactsDocument) -> LocationStatus {
    match (document.whereabouts_unknown_since, document.home_seen_on) {
        (Some(_), _) => LocationStatus::WhereaboutsUnknown,
        (None, Some(_)) if present == LocationStatus::WhereaboutsUnknown => LocationStatus::Verified,
        (None, _) => present,
    }
}

/// The next day on which the list of duties changes by time alone: tomorrow while a no-home series has no end, and
/// the day on which a sentence that is still awaited will be known.
fn next_assess_on(document: &FactsDocument, last_day: Option<NaiveDate>, on: NaiveDate) -> Option<NaiveDate> {
    let tomorrow = on.checked_add_days(Days::new(1))?;
    if last_day.is_some_and(|last| last < tomorrow) {
        return None;
    }
    let notice = document.law.events.iter().filter_map(|e| match e.what {
        What::NoHomeNotice { on, .. } => Some(on),
        _ => None,
    });
    let accepted = document.law.events.iter().filter_map(|e| match e.what {
        What::HomeAccepted { on } => Some(on),
        _ => None,
    });
    let series_open = match (notice.max(), accepted.max()) {
        (Some(notice), Some(accepted)) => accepted <= notice || accepted > on,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let sentence = document.law.convictions.iter().filter_map(|c| c.sentenced_on).filter(|day| *day > on).min();
    series_open.then_some(tomorrow).into_iter().chain(sentence).min()
}

/// What names a duty of the law engine in the store.
///
/// # Errors
/// [`Refusal::Rules`] when its root has no id, which no fact of a registration lacks.
pub fn key_of(duty: &law::Duty) -> Result<DutyKey, Refusal> {
    Ok((duty.kind.into(), root_id(&duty.root)?, i64::from(duty.ordinal)))
}

/// The name a duty's root has in the store.
fn root_id(root: &law::Root) -> Result<String, Refusal> {
    match root {
        law::Root::Event(fact) | law::Root::Conviction(fact) => fact
            .id
            .as_ref()
            .map(ToString::to_string)
            .ok_or_else(|| Refusal::Rules("a duty from a fact without an id".to_owned())),
        law::Root::OneOff => Ok(ONE_OFF.to_owned()),
    }
}

/// What is stored of a status: what does not depend on the day one asks.
fn outcome(status: law::DutyStatus) -> DutyOutcome {
    match status {
        law::DutyStatus::Met => DutyOutcome::Met,
        law::DutyStatus::MetLate => DutyOutcome::MetLate,
        law::DutyStatus::Lapsed => DutyOutcome::Lapsed,
        law::DutyStatus::NotComputable => DutyOutcome::NotComputable,
        law::DutyStatus::Suspended | law::DutyStatus::Upcoming | law::DutyStatus::Overdue | law::DutyStatus::Open => {
            DutyOutcome::Pending
        }
    }
}
