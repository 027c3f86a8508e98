//! Notifications, and attempts that did not become one.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::{AttemptRow, NotificationRow};
use super::schema::{attempts, notifications, registrations};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, AttemptId, DutyId, NotificationId, PersonId, RegistrationId, TeamId};
use crate::vocabulary::{DutyKind, NotificationState, Stage};

/// A notification of this registration.
pub fn notification_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: NotificationId,
) -> Result<Option<NotificationRow>, StoreError> {
    Ok(notifications::table
        .filter(notifications::id.eq(id))
        .filter(notifications::registration_id.eq(registration))
        .select(NotificationRow::as_select())
        .first(conn)
        .optional()?)
}

/// The notifications of this registration with these ids.
pub fn notification_find_many(
    conn: &mut Conn,
    registration: RegistrationId,
    ids: &[NotificationId],
) -> Result<Vec<NotificationRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(1_000) {
        let found: Vec<NotificationRow> = notifications::table
            .filter(notifications::id.eq_any(chunk))
            .filter(notifications::registration_id.eq(registration))
            .select(NotificationRow::as_select())
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Notifications of a registration after `after`, the newest first, at most `limit`.
pub fn notification_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<NotificationId>,
    limit: i64,
) -> Result<Vec<NotificationRow>, StoreError> {
    let mut query = notifications::table
        .filter(notifications::registration_id.eq(registration))
        .select(NotificationRow::as_select())
        .order(notifications::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(notifications::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// The last accepted notification of each of these kinds that states a home address.
pub fn notification_last_of(
    conn: &mut Conn,
    registration: RegistrationId,
    kinds: &[DutyKind],
) -> Result<Option<NotificationRow>, StoreError> {
    Ok(notifications::table
        .filter(notifications::registration_id.eq(registration))
        .filter(notifications::kind.eq_any(kinds))
        .filter(notifications::state.eq(NotificationState::Accepted))
        .select(NotificationRow::as_select())
        .order((notifications::received_at.desc(), notifications::id.desc()))
        .first(conn)
        .optional()?)
}

/// As [`notification_last_of`], of each of these registrations.
pub fn notification_last_of_many(
    conn: &mut Conn,
    of: &[RegistrationId],
    kinds: &[DutyKind],
) -> Result<Vec<NotificationRow>, StoreError> {
    let mut rows: Vec<NotificationRow> = notifications::table
        .filter(notifications::registration_id.eq_any(of))
        .filter(notifications::kind.eq_any(kinds))
        .filter(notifications::state.eq(NotificationState::Accepted))
        .select(NotificationRow::as_select())
        .order((notifications::registration_id, notifications::received_at.desc(), notifications::id.desc()))
        .load(conn)?;
    rows.dedup_by_key(|row| row.registration_id);
    Ok(rows)
}

/// The second person's decision on a notification with an earlier time of receipt.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct NotificationDecided {
    pub id: NotificationId,
    pub state: NotificationState,
    pub decided_by: AccountId,
    pub decided_at: UtcTime,
    pub receipt: String,
}

impl Change for NotificationDecided {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let waiting =
            notifications::table.find(self.id).filter(notifications::state.eq(NotificationState::AwaitingSecondPerson));
        let changed = diesel::update(waiting)
            .set((
                notifications::state.eq(self.state),
                notifications::decided_by.eq(self.decided_by),
                notifications::decided_at.eq(self.decided_at),
                notifications::receipt.eq(&self.receipt),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// Reports of a team's registrations in force that wait for a second person, none recorded by `not_by`, with the person
/// each is about; the longest waiting first, at most `limit`.
pub fn notification_list_waiting(
    conn: &mut Conn,
    team: TeamId,
    not_by: AccountId,
    limit: i64,
) -> Result<Vec<(NotificationRow, PersonId)>, StoreError> {
    Ok(notifications::table
        .inner_join(registrations::table)
        .filter(sql::<Bool>("notifications.state = 'awaiting_second_person'"))
        .filter(registrations::team_id.eq(team).and(registrations::stage.eq(Stage::Active)))
        .filter(notifications::recorded_by.ne(not_by))
        .select((NotificationRow::as_select(), registrations::person_id))
        .order(notifications::id)
        .limit(limit)
        .load(conn)?)
}

/// An attempt of this registration.
pub fn attempt_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: AttemptId,
) -> Result<Option<AttemptRow>, StoreError> {
    Ok(attempts::table
        .filter(attempts::id.eq(id))
        .filter(attempts::registration_id.eq(registration))
        .select(AttemptRow::as_select())
        .first(conn)
        .optional()?)
}

/// Attempts of a registration after `after`, the newest first, at most `limit`.
pub fn attempt_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<AttemptId>,
    limit: i64,
) -> Result<Vec<AttemptRow>, StoreError> {
    let mut query = attempts::table
        .filter(attempts::registration_id.eq(registration))
        .select(AttemptRow::as_select())
        .order(attempts::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(attempts::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// Attempts that concern a duty, the earliest first: those that name it, and from `since` on those of its kind that name
/// none, because nobody knew of the duty when they were recorded.
pub fn attempt_list_around(
    conn: &mut Conn,
    registration: RegistrationId,
    duty: DutyId,
    kind: DutyKind,
    since: NaiveDate,
) -> Result<Vec<AttemptRow>, StoreError> {
    let unnamed = attempts::duty_id.is_null().and(attempts::duty_kind.eq(kind)).and(attempts::occurred_on.ge(since));
    Ok(attempts::table
        .filter(attempts::registration_id.eq(registration))
        .filter(attempts::duty_id.eq(duty).or(unnamed))
        .select(AttemptRow::as_select())
        .order((attempts::occurred_at, attempts::id))
        .load(conn)?)
}

/// Notifications of this kind, and every other received from `since` on: what stands beside a flag, earliest first.
pub fn notification_list_around(
    conn: &mut Conn,
    registration: RegistrationId,
    kind: DutyKind,
    since: NaiveDate,
) -> Result<Vec<NotificationRow>, StoreError> {
    Ok(notifications::table
        .filter(notifications::registration_id.eq(registration))
        .filter(notifications::kind.eq(kind).or(notifications::received_on.ge(since)))
        .select(NotificationRow::as_select())
        .order((notifications::received_at, notifications::id))
        .limit(MOST_BESIDE)
        .load(conn)?)
}

/// The most notifications that stand beside a flag.
const MOST_BESIDE: i64 = 200;
