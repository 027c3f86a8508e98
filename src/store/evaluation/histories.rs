//! The rows that people's histories are made of, for a bounded number of people at a time, each as it was known at an
//! instant. What is known later is never read.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{DutyId, FlagId, NotificationId, PersonId, ProposalId, RegistrationId, SupervisionOrderId, TeamId};
use crate::store::proposals::ProposalRow;
use crate::store::referrals::AuthorityDecisionRow;
use crate::store::review::FlagStepRow;
use crate::store::rows::{FactRow, PersonRow, RegistrationRow, TeamRow};
use crate::store::schema::{
    address_verifications, attempts, authority_decisions, contact_log, duties, duty_versions, facts, flag_steps, flags,
    home_visits, merges, notifications, persons, proposal_events, proposals, registrations, supervision_orders,
    supervision_versions, teams, transfers,
};
use crate::store::supervision::orders::OrderRow;
use crate::store::{Conn, StoreError};
use crate::vocabulary::{
    ContactCounterpart, ContactOutcome, DutyKind, DutyOutcome, MergeState, NotificationState, Stage, TransferState,
    VisitState,
};

/// The people recorded by an instant, behind the one named `after`, at most `limit`, in the order of their ids.
pub fn person_walk(
    conn: &mut Conn,
    after: Option<PersonId>,
    known_at: UtcTime,
    limit: i64,
) -> Result<Vec<PersonRow>, StoreError> {
    let mut query = persons::table
        .filter(persons::created_at.le(known_at))
        .select(PersonRow::as_select())
        .order(persons::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(persons::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The ids of the people recorded by an instant, behind the one named `after`, at most `limit`, in order.
pub fn person_id_walk(
    conn: &mut Conn,
    after: Option<PersonId>,
    known_at: UtcTime,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    let mut query = persons::table
        .filter(persons::created_at.le(known_at))
        .select(persons::id)
        .order(persons::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(persons::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// How many people were recorded by an instant.
pub fn person_count(conn: &mut Conn, known_at: UtcTime) -> Result<u64, StoreError> {
    let count: i64 = persons::table.filter(persons::created_at.le(known_at)).count().get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// Every team.
pub fn team_list(conn: &mut Conn) -> Result<Vec<TeamRow>, StoreError> {
    Ok(teams::table.select(TeamRow::as_select()).order(teams::id).load(conn)?)
}

/// The registrations of these people that were there at an instant and are not destroyed.
pub fn registration_list_known(
    conn: &mut Conn,
    people: &[PersonId],
    known_at: UtcTime,
) -> Result<Vec<RegistrationRow>, StoreError> {
    Ok(registrations::table
        .filter(registrations::person_id.eq_any(people))
        .filter(registrations::created_at.le(known_at))
        .filter(registrations::stage.ne(Stage::Destroyed))
        .select(RegistrationRow::as_select())
        .order(registrations::id)
        .load(conn)?)
}

/// Which of these registrations had been absorbed by another at an instant.
pub fn absorbed_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<RegistrationId>, StoreError> {
    Ok(merges::table
        .filter(merges::absorbed_id.eq_any(of))
        .filter(merges::decided_at.le(known_at))
        .filter(merges::state.ne(MergeState::Rejected))
        .filter(merges::state.ne(MergeState::Split).or(merges::split_decided_at.gt(known_at)))
        .select(merges::absorbed_id)
        .load(conn)?)
}

/// The facts of these registrations, by registration, each in the order in which they were recorded.
pub fn fact_list_known(conn: &mut Conn, of: &[RegistrationId], known_at: UtcTime) -> Result<Vec<FactRow>, StoreError> {
    Ok(facts::table
        .filter(facts::registration_id.eq_any(of))
        .filter(facts::recorded_at.le(known_at))
        .select(FactRow::as_select())
        .order((facts::registration_id, facts::seq))
        .load(conn)?)
}

/// A duty as one version of it has it.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct DutyKnown {
    pub id: DutyId,
    pub registration_id: RegistrationId,
    pub kind: DutyKind,
    pub trigger_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub overdue_after: Option<NaiveDate>,
    pub outcome: DutyOutcome,
    pub met_on: Option<NaiveDate>,
}

/// Every version of the duties of these registrations, by duty, the first one first.
pub fn duty_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<DutyKnown>, StoreError> {
    Ok(duty_versions::table
        .inner_join(duties::table)
        .filter(duties::registration_id.eq_any(of))
        .filter(duty_versions::recorded_at.le(known_at))
        .select((
            duties::id,
            duties::registration_id,
            duties::kind,
            duty_versions::trigger_on,
            duty_versions::due_on,
            duty_versions::overdue_after,
            duty_versions::outcome,
            duty_versions::met_on,
        ))
        .order((duties::id, duty_versions::version))
        .load(conn)?)
}

/// On which days an attempt was made at a duty: registration, duty, day.
pub fn attempt_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<(Option<DutyId>, NaiveDate)>, StoreError> {
    Ok(attempts::table
        .filter(attempts::registration_id.eq_any(of))
        .filter(attempts::recorded_at.le(known_at))
        .filter(attempts::duty_id.is_not_null())
        .select((attempts::duty_id, attempts::occurred_on))
        .order((attempts::occurred_on, attempts::id))
        .load(conn)?)
}

/// A notification that counts.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct NotificationKnown {
    pub id: NotificationId,
    pub registration_id: RegistrationId,
    pub kind: DutyKind,
    pub received_on: NaiveDate,
}

/// The notifications of these registrations that counted at an instant.
pub fn notification_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<NotificationKnown>, StoreError> {
    Ok(notifications::table
        .filter(notifications::registration_id.eq_any(of))
        .filter(notifications::recorded_at.le(known_at))
        .filter(notifications::state.eq(NotificationState::Accepted))
        .filter(notifications::decided_at.is_null().or(notifications::decided_at.le(known_at)))
        .select((notifications::id, notifications::registration_id, notifications::kind, notifications::received_on))
        .order(notifications::id)
        .load(conn)?)
}

/// A flag as it was raised.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct FlagKnown {
    pub id: FlagId,
    pub duty_id: DutyId,
    pub registration_id: RegistrationId,
    pub first_failure_day: NaiveDate,
    pub raised_on: NaiveDate,
}

/// The flags of these registrations.
pub fn flag_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<FlagKnown>, StoreError> {
    Ok(flags::table
        .filter(flags::registration_id.eq_any(of))
        .filter(flags::raised_at.le(known_at))
        .select((flags::id, flags::duty_id, flags::registration_id, flags::first_failure_day, flags::raised_on))
        .order(flags::id)
        .load(conn)?)
}

/// The steps of these flags, by flag, in their order.
pub fn flag_step_list_known(conn: &mut Conn, of: &[FlagId], known_at: UtcTime) -> Result<Vec<FlagStepRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in of.chunks(5_000) {
        let rows: Vec<FlagStepRow> = flag_steps::table
            .filter(flag_steps::flag_id.eq_any(chunk))
            .filter(flag_steps::taken_at.le(known_at))
            .select(FlagStepRow::as_select())
            .order((flag_steps::flag_id, flag_steps::seq))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// What authorities decided on these flags, the first decision first.
pub fn authority_decision_list_known(
    conn: &mut Conn,
    of: &[FlagId],
    known_at: UtcTime,
) -> Result<Vec<AuthorityDecisionRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in of.chunks(5_000) {
        let rows: Vec<AuthorityDecisionRow> = authority_decisions::table
            .filter(authority_decisions::flag_id.eq_any(chunk))
            .filter(authority_decisions::recorded_at.le(known_at))
            .select(AuthorityDecisionRow::as_select())
            .order((authority_decisions::flag_id, authority_decisions::decided_on, authority_decisions::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The measures beside these registrations that had been drafted at an instant. Where each stood then, its events tell.
pub fn proposal_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<ProposalRow>, StoreError> {
    Ok(proposals::table
        .filter(proposals::registration_id.eq_any(of))
        .filter(proposals::made_at.le(known_at))
        .select(ProposalRow::as_select())
        .order(proposals::id)
        .load(conn)?)
}

/// What had been recorded of these measures at an instant, in order: measure, what happened, day.
pub fn proposal_event_list_known(
    conn: &mut Conn,
    of: &[ProposalId],
    known_at: UtcTime,
) -> Result<Vec<(ProposalId, String, NaiveDate)>, StoreError> {
    let mut found = Vec::new();
    for chunk in of.chunks(5_000) {
        let rows: Vec<(ProposalId, String, NaiveDate)> = proposal_events::table
            .filter(proposal_events::proposal_id.eq_any(chunk))
            .filter(proposal_events::recorded_at.le(known_at))
            .select((proposal_events::proposal_id, proposal_events::kind, proposal_events::happened_on))
            .order((proposal_events::proposal_id, proposal_events::seq))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// When home visits were made at these registrations, found at home or not.
pub fn visit_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<(RegistrationId, UtcTime)>, StoreError> {
    Ok(home_visits::table
        .filter(home_visits::registration_id.eq_any(of))
        .filter(home_visits::closed_at.le(known_at))
        .filter(home_visits::state.eq_any([VisitState::Done, VisitState::NotAtHome]))
        .select((home_visits::registration_id, home_visits::happens_at))
        .order((home_visits::happens_at, home_visits::id))
        .load(conn)?)
}

/// When addresses of these registrations were verified apart from a visit.
pub fn verification_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<(RegistrationId, NaiveDate)>, StoreError> {
    Ok(address_verifications::table
        .filter(address_verifications::registration_id.eq_any(of))
        .filter(address_verifications::recorded_at.le(known_at))
        .filter(address_verifications::visit_id.is_null())
        .select((address_verifications::registration_id, address_verifications::verified_on))
        .order((address_verifications::verified_on, address_verifications::id))
        .load(conn)?)
}

/// When somebody spoke with the registrant.
pub fn contact_list_known(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<(RegistrationId, UtcTime)>, StoreError> {
    Ok(contact_log::table
        .filter(contact_log::registration_id.eq_any(of))
        .filter(contact_log::recorded_at.le(known_at))
        .filter(contact_log::counterpart.eq(ContactCounterpart::Registrant))
        .filter(contact_log::outcome.eq(ContactOutcome::Spoke))
        .select((contact_log::registration_id, contact_log::happened_at))
        .order((contact_log::happened_at, contact_log::id))
        .load(conn)?)
}

/// The teams that gave these registrations away after an instant, the first transfer first: the first of them had the
/// file then.
pub fn transfer_list_later(
    conn: &mut Conn,
    of: &[RegistrationId],
    known_at: UtcTime,
) -> Result<Vec<(RegistrationId, TeamId)>, StoreError> {
    Ok(transfers::table
        .filter(transfers::registration_id.eq_any(of))
        .filter(transfers::state.eq(TransferState::Accepted))
        .filter(transfers::closed_at.gt(known_at))
        .select((transfers::registration_id, transfers::from_team_id))
        .order((transfers::closed_at, transfers::id))
        .load(conn)?)
}

/// The supervision orders of these people that had been taken in at an instant, as they stand now.
pub fn order_list_of_people(
    conn: &mut Conn,
    people: &[PersonId],
    known_at: UtcTime,
) -> Result<Vec<OrderRow>, StoreError> {
    Ok(supervision_orders::table
        .filter(supervision_orders::person_id.eq_any(people))
        .filter(supervision_orders::created_at.le(known_at))
        .select(OrderRow::as_select())
        .order(supervision_orders::id)
        .load(conn)?)
}

/// A version of a supervision order.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_versions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct OrderVersionRow {
    pub order_id: SupervisionOrderId,
    pub version: i64,
    pub recorded_at: UtcTime,
    pub facts_doc: String,
    pub breaches_doc: String,
}

/// Every version of these orders that was known at an instant, by order, the first one first.
pub fn order_version_list_known(
    conn: &mut Conn,
    of: &[SupervisionOrderId],
    known_at: UtcTime,
) -> Result<Vec<OrderVersionRow>, StoreError> {
    Ok(supervision_versions::table
        .filter(supervision_versions::order_id.eq_any(of))
        .filter(supervision_versions::recorded_at.le(known_at))
        .select(OrderVersionRow::as_select())
        .order((supervision_versions::order_id, supervision_versions::version))
        .load(conn)?)
}

/// Keeps a version of an order, unless it is kept already.
pub fn order_version_keep(conn: &mut Conn, row: &OrderVersionRow) -> Result<(), StoreError> {
    let kept: i64 = supervision_versions::table
        .filter(supervision_versions::order_id.eq(row.order_id))
        .filter(supervision_versions::version.eq(row.version))
        .count()
        .get_result(conn)?;
    if kept == 0 {
        each_backend!(conn, |c| diesel::insert_into(supervision_versions::table).values(row).execute(c))?;
    }
    Ok(())
}
