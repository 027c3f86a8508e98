//! The three statuses of a registration on a day, each derived from facts and never stored as such.

use chrono::NaiveDate;

use super::fact::FactsDocument;
use crate::law::What;
use crate::store::rows::RegistrationRow;
use crate::vocabulary::{LegalStatus, PhysicalStatus, Stage};

/// The legal status on `on`.
pub fn legal(registration: &RegistrationRow, on: NaiveDate) -> LegalStatus {
    match registration.stage {
        Stage::Draft => LegalStatus::Draft,
        Stage::Removed => LegalStatus::Removed,
        Stage::Destroyed => LegalStatus::Destroyed,
        Stage::Active if registration.subject_never => LegalStatus::Ended,
        Stage::Active if registration.subject_last_day.is_some_and(|last| last < on) => LegalStatus::Ended,
        Stage::Active => LegalStatus::Active,
    }
}

/// Where the person is on `on`. Death comes before custody, custody before absence.
pub fn physical(document: &FactsDocument, on: NaiveDate) -> PhysicalStatus {
    if document.died_on.is_some_and(|died| died <= on) {
        return PhysicalStatus::Deceased;
    }
    // On the day of release the person is at liberty.
    if document.law.custody.iter().any(|c| c.from <= on && c.until.is_none_or(|until| on < until)) {
        return PhysicalStatus::InCustody;
    }
    let abroad = document.law.events.iter().any(|event| match &event.what {
        What::Absence(absence) => absence.from <= on && absence.until.is_none_or(|until| on < until),
        What::NameUsed { .. }
        | What::HomeChanged { .. }
        | What::Stay { .. }
        | What::BecameResident { .. }
        | What::NoHomeNotice { .. }
        | What::HomeAccepted { .. }
        | What::OrderNotified { .. }
        | What::Notification(_) => false,
    });
    match (abroad, document.whereabouts_unknown_since) {
        (true, _) => PhysicalStatus::Abroad,
        (false, Some(since)) if since <= on => PhysicalStatus::Unknown,
        (false, _) => PhysicalStatus::AtLiberty,
    }
}
