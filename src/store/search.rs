//! Finding registrations. What the actor may reach is part of the query, so that nothing else is ever loaded.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::RegistrationRow;
use super::schema::{duties, registrations};
use crate::access::Reach;
use crate::ids::{AccountId, PersonId, RegistrationId};
use crate::vocabulary::{DutyOutcome, LegalStatus, Regime, Stage};

/// What to look for.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct RegistrationQuery {
    pub reach: Reach,
    pub persons: Option<Vec<PersonId>>,
    pub legal_status: Option<LegalStatus>,
    pub regime: Option<Regime>,
    pub officer: Option<AccountId>,
    pub due_from: Option<NaiveDate>,
    pub due_until: Option<NaiveDate>,
    pub today: NaiveDate,
    pub after: Option<RegistrationId>,
    pub limit: i64,
}

/// The registrations a query finds, in the order of their ids.
pub fn registration_search(conn: &mut Conn, wanted: &RegistrationQuery) -> Result<Vec<RegistrationRow>, StoreError> {
    let mut query = registrations::table
        .select(RegistrationRow::as_select())
        .order(registrations::id)
        .limit(wanted.limit)
        .into_boxed();
    match &wanted.reach {
        Reach::Everything => {}
        Reach::Team(team) => query = query.filter(registrations::team_id.eq(*team)),
        Reach::Officer(officer) => query = query.filter(registrations::officer_id.eq(*officer)),
        Reach::Person(person) => query = query.filter(registrations::person_id.eq(*person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    }
    if let Some(persons) = &wanted.persons {
        query = query.filter(registrations::person_id.eq_any(persons.clone()));
    }
    if let Some(regime) = wanted.regime {
        query = query.filter(registrations::regime.eq(regime));
    }
    if let Some(officer) = wanted.officer {
        query = query.filter(registrations::officer_id.eq(officer));
    }
    if let Some(after) = wanted.after {
        query = query.filter(registrations::id.gt(after));
    }
    match wanted.legal_status {
        None => {}
        Some(LegalStatus::Draft) => query = query.filter(registrations::stage.eq(Stage::Draft)),
        Some(LegalStatus::Removed) => query = query.filter(registrations::stage.eq(Stage::Removed)),
        Some(LegalStatus::Destroyed) => query = query.filter(registrations::stage.eq(Stage::Destroyed)),
        Some(LegalStatus::Active) => {
            query = query
                .filter(registrations::stage.eq(Stage::Active).and(registrations::subject_never.eq(false)))
                .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(wanted.today)));
        }
        Some(LegalStatus::Ended) => {
            query = query
                .filter(registrations::stage.eq(Stage::Active))
                .filter(registrations::subject_never.eq(true).or(registrations::subject_last_day.lt(wanted.today)));
        }
    }
    if wanted.due_from.is_some() || wanted.due_until.is_some() {
        let from = wanted.due_from.unwrap_or(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default());
        let until = wanted.due_until.unwrap_or(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default());
        let falls_due = duties::table
            .filter(duties::registration_id.eq(registrations::id))
            .filter(duties::outcome.eq(DutyOutcome::Pending))
            .filter(duties::due_on.between(from, until));
        query = query.filter(exists(falls_due));
    }
    Ok(query.load(conn)?)
}
