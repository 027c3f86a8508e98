//! Registrations and the facts documents they carry.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::RegistrationRow;
use super::schema::registrations;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, PersonId, RegistrationId, TeamId};
use crate::vocabulary::{LegalBasis, LocationStatus, Stage};

/// The registration with this id.
pub fn registration_find(conn: &mut Conn, id: RegistrationId) -> Result<Option<RegistrationRow>, StoreError> {
    Ok(registrations::table.find(id).select(RegistrationRow::as_select()).first(conn).optional()?)
}

/// The registrations with these ids, in the order of their ids.
pub fn registration_find_many(conn: &mut Conn, ids: &[RegistrationId]) -> Result<Vec<RegistrationRow>, StoreError> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1_000) {
        let found: Vec<RegistrationRow> = registrations::table
            .filter(registrations::id.eq_any(chunk))
            .select(RegistrationRow::as_select())
            .order(registrations::id)
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Every registration of a person, the oldest first.
pub fn registration_list_of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<RegistrationRow>, StoreError> {
    Ok(registrations::table
        .filter(registrations::person_id.eq(person))
        .select(RegistrationRow::as_select())
        .order(registrations::id)
        .load(conn)?)
}

/// Active registrations after `after` in the order of their ids, at most `limit`: for jobs that walk through all.
pub fn registration_walk_active(
    conn: &mut Conn,
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<RegistrationRow>, StoreError> {
    let mut query = registrations::table
        .filter(registrations::stage.eq(Stage::Active))
        .select(RegistrationRow::as_select())
        .order(registrations::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(registrations::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// How many registrations are active.
pub fn registration_count_active(conn: &mut Conn) -> Result<u64, StoreError> {
    let count: i64 = registrations::table.filter(registrations::stage.eq(Stage::Active)).count().get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// Active registrations whose list of duties changes by time on or before `day`, at most `limit`.
pub fn registration_list_to_advance(
    conn: &mut Conn,
    day: NaiveDate,
    limit: i64,
) -> Result<Vec<RegistrationRow>, StoreError> {
    Ok(registrations::table
        .filter(registrations::stage.eq(Stage::Active).and(registrations::next_assess_on.le(day)))
        .select(RegistrationRow::as_select())
        .order((registrations::next_assess_on, registrations::id))
        .limit(limit)
        .load(conn)?)
}

/// What an assessment changes in the registration. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct RegistrationAssessed {
    pub id: RegistrationId,
    pub version: i64,
    pub facts_doc: String,
    pub facts_version: i64,
    pub needs_birth_date: bool,
    pub subject_never: bool,
    pub subject_from: Option<NaiveDate>,
    pub subject_last_day: Option<NaiveDate>,
    pub provisional: bool,
    pub location_status: LocationStatus,
    pub assessed_on: NaiveDate,
    pub next_assess_on: Option<NaiveDate>,
    pub profile_set: String,
    pub updated_at: UtcTime,
}

impl Change for RegistrationAssessed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = registrations::id.eq(self.id).and(registrations::version.eq(self.version));
        let changed = diesel::update(registrations::table.filter(current))
            .set((
                registrations::facts_doc.eq(&self.facts_doc),
                registrations::facts_version.eq(self.facts_version),
                registrations::needs_birth_date.eq(self.needs_birth_date),
                registrations::subject_never.eq(self.subject_never),
                registrations::subject_from.eq(self.subject_from),
                registrations::subject_last_day.eq(self.subject_last_day),
                registrations::provisional.eq(self.provisional),
                registrations::location_status.eq(self.location_status),
                registrations::assessed_on.eq(self.assessed_on),
                registrations::next_assess_on.eq(self.next_assess_on),
                registrations::profile_set.eq(&self.profile_set),
                registrations::version.eq(self.version + 1),
                registrations::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// A registration comes into force.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct RegistrationActivated {
    pub id: RegistrationId,
    pub legal_basis: LegalBasis,
    pub legal_basis_enc: String,
    pub activated_on: NaiveDate,
    pub activated_by: AccountId,
}

impl Change for RegistrationActivated {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let draft = registrations::id.eq(self.id).and(registrations::stage.eq(Stage::Draft));
        let changed = diesel::update(registrations::table.filter(draft))
            .set((
                registrations::stage.eq(Stage::Active),
                registrations::legal_basis.eq(self.legal_basis),
                registrations::legal_basis_enc.eq(&self.legal_basis_enc),
                registrations::activated_on.eq(self.activated_on),
                registrations::activated_by.eq(self.activated_by),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// A registration gets another officer and team.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct RegistrationAssigned {
    pub id: RegistrationId,
    pub version: i64,
    pub officer_id: AccountId,
    pub team_id: TeamId,
    pub updated_at: UtcTime,
}

impl Change for RegistrationAssigned {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = registrations::id.eq(self.id).and(registrations::version.eq(self.version));
        let changed = diesel::update(registrations::table.filter(current))
            .set((
                registrations::officer_id.eq(self.officer_id),
                registrations::team_id.eq(self.team_id),
                registrations::version.eq(self.version + 1),
                registrations::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// A registration goes from one stage to another, or back: it is taken up in another, or stands by itself again.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct RegistrationStaged {
    pub id: RegistrationId,
    pub from: Stage,
    pub to: Stage,
    pub updated_at: UtcTime,
}

impl Change for RegistrationStaged {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let present = registrations::id.eq(self.id).and(registrations::stage.eq(self.from));
        let changed = diesel::update(registrations::table.filter(present))
            .set((registrations::stage.eq(self.to), registrations::updated_at.eq(self.updated_at)))
            .execute(conn)?;
        moved(changed)
    }
}

/// A conditional update that touched no row came too late.
pub(super) fn moved(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("version".to_owned())) }
}
