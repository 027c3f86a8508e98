//! The order of events: each gets its place after the commit of what it tells of, so that nobody who reads on from a
//! place ever misses one that comes later.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::OutboxRow;
use super::schema::{events, outbox, referrals, registrations, webhook_deliveries};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{FlagId, OutboxId, RegistrationId, TeamId, WebhookSubscriptionId};
use crate::vocabulary::{DeliveryChannel, EventKind, OutboxState, Role};

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct EventRow {
    pub position: i64,
    pub outbox_id: OutboxId,
    pub kind: EventKind,
    pub registration_id: Option<RegistrationId>,
    pub subject_id: String,
    pub addressee: Option<Role>,
    pub recall: bool,
    pub occurred_at: UtcTime,
    pub sequenced_at: UtcTime,
}

/// Which events somebody may know of.
#[derive(Debug, Clone)]
pub struct EventScope {
    /// The role: events meant for another one are left out.
    pub role: Role,
    /// The kinds the role may know of.
    pub kinds: Vec<EventKind>,
    /// The team whose files alone count, for a role that knows no others.
    pub team: Option<TeamId>,
}

/// The last place that was given; 0 when none was.
pub fn event_head(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(events::table.select(max(events::position)).first::<Option<i64>>(conn)?.unwrap_or(0))
}

/// Events behind `after`, up to and with `head`, within `scope`, in their order.
pub fn event_list(
    conn: &mut Conn,
    scope: &EventScope,
    after: i64,
    head: i64,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    let mut query = events::table
        .filter(events::position.gt(after).and(events::position.le(head)))
        .filter(events::kind.eq_any(&scope.kinds))
        .filter(events::addressee.is_null().or(events::addressee.eq(scope.role)))
        .select(EventRow::as_select())
        .order(events::position)
        .limit(limit)
        .into_boxed();
    if let Some(team) = scope.team {
        let of_team = registrations::table.filter(registrations::team_id.eq(team)).select(registrations::id.nullable());
        query = query.filter(events::registration_id.eq_any(of_team));
    }
    Ok(query.load(conn)?)
}

/// The events of these messages.
pub fn event_find_many(conn: &mut Conn, of: &[OutboxId]) -> Result<HashMap<OutboxId, EventRow>, StoreError> {
    let rows: Vec<EventRow> =
        events::table.filter(events::outbox_id.eq_any(of)).select(EventRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.outbox_id, row)).collect())
}

/// Messages that have no place yet, the oldest first.
pub fn event_list_unsequenced(conn: &mut Conn, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("outbox.channel = 'webhook'"))
        .filter(outbox::sequenced_at.is_null())
        .select(OutboxRow::as_select())
        .order(outbox::id)
        .limit(limit)
        .load(conn)?)
}

/// The flag and the authority of these referrals, by the message that carries each.
pub fn event_addressees(conn: &mut Conn, of: &[OutboxId]) -> Result<HashMap<OutboxId, (FlagId, Role)>, StoreError> {
    let rows: Vec<(OutboxId, FlagId, Role)> = referrals::table
        .filter(referrals::outbox_id.eq_any(of))
        .select((referrals::outbox_id, referrals::flag_id, referrals::authority))
        .load(conn)?;
    Ok(rows.into_iter().map(|(message, flag, role)| (message, (flag, role))).collect())
}

/// The subscriptions that were sent an earlier event of this subject.
pub fn event_recipients(conn: &mut Conn, subject: &str, before: i64) -> Result<Vec<WebhookSubscriptionId>, StoreError> {
    Ok(events::table
        .inner_join(webhook_deliveries::table.on(webhook_deliveries::outbox_id.eq(events::outbox_id)))
        .filter(events::subject_id.eq(subject).and(events::position.lt(before)))
        .select(webhook_deliveries::subscription_id)
        .distinct()
        .load(conn)?)
}

/// These messages have their place.
#[derive(Debug, Clone)]
pub struct EventsSequenced {
    /// The messages.
    pub ids: Vec<OutboxId>,
    /// When.
    pub at: UtcTime,
}

impl Change for EventsSequenced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(outbox::table.filter(outbox::id.eq_any(&self.ids)))
            .set(outbox::sequenced_at.eq(self.at))
            .execute(conn)?;
        Ok(())
    }
}

/// A receiver took an event over: the message has left the house.
#[derive(Debug, Clone, Copy)]
pub struct EventTakenOver {
    /// The message.
    pub id: OutboxId,
    /// When.
    pub at: UtcTime,
}

impl Change for EventTakenOver {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        // An acknowledgement that came first says more.
        let waiting = outbox::table
            .filter(outbox::id.eq(self.id).and(outbox::channel.eq(DeliveryChannel::Webhook)))
            .filter(outbox::state.eq(OutboxState::Pending));
        diesel::update(waiting)
            .set((
                outbox::state.eq(OutboxState::HandedOver),
                outbox::handed_over_at.eq(self.at),
                outbox::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        Ok(())
    }
}
