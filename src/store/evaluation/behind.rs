//! The files that somebody may open, person by person, for the list behind a figure.

use chrono::NaiveDate;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::access::Reach;
use crate::ids::{PersonId, RegistrationId};
use crate::store::schema::registrations;
use crate::store::{Conn, StoreError};
use crate::vocabulary::Stage;

/// Which files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// Those within this reach.
    pub reach: Reach,
    /// Only those that had not ended on this day; ended ones too when absent.
    pub in_force_on: Option<NaiveDate>,
}

/// The query of these files, with which every question below begins.
macro_rules! files {
    ($within:expr) => {{
        let mut query = registrations::table.into_boxed();
        match $within.reach {
            Reach::Everything => {}
            Reach::Team(team) => query = query.filter(registrations::team_id.eq(team)),
            Reach::Officer(officer) => query = query.filter(registrations::officer_id.eq(officer)),
            Reach::Person(person) => query = query.filter(registrations::person_id.eq(person)),
            Reach::Nothing(_) => query = query.filter(registrations::stage.eq_any(Vec::<Stage>::new())),
        }
        if let Some(day) = $within.in_force_on {
            let goes_on = registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(day));
            let active = registrations::stage.eq(Stage::Active).and(registrations::subject_never.eq(false));
            query = query.filter(registrations::stage.eq(Stage::Draft).or(active.and(goes_on)));
        }
        query
    }};
}

/// How many files there are.
pub fn file_count_within(conn: &mut Conn, within: &Within) -> Result<u64, StoreError> {
    let count: i64 = files!(within).count().get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// Files with whose they are, behind the person named `after`, in the order of people and files: about `limit` of them,
/// and all of each person.
pub fn file_walk_within(
    conn: &mut Conn,
    within: &Within,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<(PersonId, RegistrationId)>, StoreError> {
    let mut query = files!(within)
        .select((registrations::person_id, registrations::id))
        .order((registrations::person_id, registrations::id))
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(registrations::person_id.gt(after));
    }
    let mut found: Vec<(PersonId, RegistrationId)> = query.load(conn)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|length| length == limit);
    if let Some((last, _)) = found.last().copied().filter(|_| is_full) {
        // The last person may have files that did not fit: they come whole.
        let rest = files!(within)
            .filter(registrations::person_id.eq(last))
            .select((registrations::person_id, registrations::id))
            .order(registrations::id);
        found.retain(|(person, _)| *person != last);
        found.extend(rest.load::<(PersonId, RegistrationId)>(conn)?);
    }
    Ok(found)
}
