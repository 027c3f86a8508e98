//! Subscriptions to events, and every event on its way to a subscriber with the proof of each attempt.
//!
//! As in the outbox, a claim writes a name of its own into the rows it gets, and only whoever still holds it says what
//! became of them.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Identifiable, Insertable, JoinOnDsl, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::AccountRow;
use super::schema::{accounts, webhook_attempts, webhook_deliveries, webhook_subscriptions};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, OutboxId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::vocabulary::{AccountState, DeliveryOutcome, OutboxState, SubscriptionState};

/// As the index `webhook_deliveries_work` says it.
const IN_WORK: &str = "webhook_deliveries.state IN ('pending', 'retrying', 'in_flight', 'unknown')";

/// How often a delivery is brought forward because its receiver answered again. A receiver that answers and keeps
/// refusing this one event would otherwise be asked without end.
const MOST_BROUGHT_FORWARD: i64 = 20;

/// A system that is told of events.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Identifiable, AsChangeset)]
#[diesel(table_name = webhook_subscriptions, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SubscriptionRow {
    pub id: WebhookSubscriptionId,
    pub account_id: AccountId,
    pub url: String,
    pub kinds: String,
    pub state: SubscriptionState,
    pub secret_enc: String,
    pub previous_secret_enc: Option<String>,
    pub previous_until: Option<UtcTime>,
    pub failing_since: Option<UtcTime>,
    pub next_ping_at: Option<UtcTime>,
    pub created_by: AccountId,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub version: i64,
}

/// An event on its way to one subscriber.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_deliveries)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DeliveryRow {
    pub id: WebhookDeliveryId,
    pub outbox_id: OutboxId,
    pub subscription_id: WebhookSubscriptionId,
    pub state: OutboxState,
    pub attempts: i64,
    pub attempts_before: i64,
    pub brought_forward: i64,
    pub next_try_at: UtcTime,
    pub leased_by: Option<String>,
    pub leased_until: Option<UtcTime>,
    pub first_tried_at: Option<UtcTime>,
    pub handed_over_at: Option<UtcTime>,
    pub last_code: Option<String>,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// One attempt at sending an event.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_attempts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct WebhookAttemptRow {
    pub delivery_id: WebhookDeliveryId,
    pub attempt: i64,
    pub started_at: UtcTime,
    pub ended_at: UtcTime,
    pub outcome: DeliveryOutcome,
    pub code: String,
}

/// The subscription with this id.
pub fn subscription_find(conn: &mut Conn, id: WebhookSubscriptionId) -> Result<Option<SubscriptionRow>, StoreError> {
    Ok(webhook_subscriptions::table.find(id).select(SubscriptionRow::as_select()).first(conn).optional()?)
}

/// Subscriptions that have not ended, behind `after`, at most `limit`.
pub fn subscription_page(
    conn: &mut Conn,
    after: Option<WebhookSubscriptionId>,
    limit: i64,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    let mut query = webhook_subscriptions::table
        .filter(webhook_subscriptions::state.ne(SubscriptionState::Deleted))
        .select(SubscriptionRow::as_select())
        .order(webhook_subscriptions::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(webhook_subscriptions::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Every subscription that has not ended and whose account is in use, with the account.
pub fn subscription_list_alive(conn: &mut Conn) -> Result<Vec<(SubscriptionRow, AccountRow)>, StoreError> {
    Ok(webhook_subscriptions::table
        .inner_join(accounts::table.on(accounts::id.eq(webhook_subscriptions::account_id)))
        .filter(webhook_subscriptions::state.ne(SubscriptionState::Deleted))
        .filter(accounts::state.eq(AccountState::Active))
        .select((SubscriptionRow::as_select(), AccountRow::as_select()))
        .order(webhook_subscriptions::id)
        .load(conn)?)
}

/// How many subscriptions that should be served are not being reached.
pub fn subscription_count_failing(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(webhook_subscriptions::table
        .filter(webhook_subscriptions::failing_since.is_not_null())
        .filter(webhook_subscriptions::state.eq_any([SubscriptionState::Active, SubscriptionState::Disabled]))
        .count()
        .get_result(conn)?)
}

/// The delivery with this id.
pub fn delivery_find(conn: &mut Conn, id: WebhookDeliveryId) -> Result<Option<DeliveryRow>, StoreError> {
    Ok(webhook_deliveries::table.find(id).select(DeliveryRow::as_select()).first(conn).optional()?)
}

/// Deliveries to a subscription, the newest first, before `before`, at most `limit`.
pub fn delivery_page(
    conn: &mut Conn,
    subscription: WebhookSubscriptionId,
    before: Option<WebhookDeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut query = webhook_deliveries::table
        .filter(webhook_deliveries::subscription_id.eq(subscription))
        .select(DeliveryRow::as_select())
        .order(webhook_deliveries::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(webhook_deliveries::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Deliveries that were given up, behind `after`, at most `limit`.
pub fn delivery_list_dead(
    conn: &mut Conn,
    after: Option<WebhookDeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut query = webhook_deliveries::table
        .filter(sql::<Bool>("webhook_deliveries.state = 'dead'"))
        .select(DeliveryRow::as_select())
        .order(webhook_deliveries::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(webhook_deliveries::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// How many deliveries were given up.
pub fn delivery_count_dead(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(webhook_deliveries::table.filter(sql::<Bool>("webhook_deliveries.state = 'dead'")).count().get_result(conn)?)
}

/// Whether anything waits for this subscription, whenever it is to be tried.
pub fn delivery_is_waiting(conn: &mut Conn, subscription: WebhookSubscriptionId) -> Result<bool, StoreError> {
    let waiting = webhook_deliveries::table
        .filter(sql::<Bool>(IN_WORK))
        .filter(webhook_deliveries::subscription_id.eq(subscription));
    Ok(diesel::select(exists(waiting)).get_result(conn)?)
}

/// Ids and states of deliveries to a subscription that may be tried at `now`, the longest waiting first. On PostgreSQL
/// the rows stay locked until the end of the unit of work, and those another relay has locked are left out.
pub fn delivery_list_ready(
    conn: &mut Conn,
    subscription: WebhookSubscriptionId,
    now: UtcTime,
    limit: i64,
) -> Result<Vec<(WebhookDeliveryId, OutboxState)>, StoreError> {
    let query = webhook_deliveries::table
        .filter(sql::<Bool>(IN_WORK).and(webhook_deliveries::state.ne(OutboxState::InFlight)))
        .filter(webhook_deliveries::subscription_id.eq(subscription))
        .filter(webhook_deliveries::next_try_at.le(now))
        .select((webhook_deliveries::id, webhook_deliveries::state))
        .order((webhook_deliveries::next_try_at, webhook_deliveries::id))
        .limit(limit);
    Ok(match conn {
        Conn::Pg(pg) => query.for_update().skip_locked().load(pg)?,
        Conn::Sqlite(sqlite) => query.load(sqlite)?,
    })
}

/// Deliveries to a subscription whose relay did not come back before its lease ended.
pub fn delivery_list_lapsed(
    conn: &mut Conn,
    subscription: WebhookSubscriptionId,
    now: UtcTime,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(webhook_deliveries::table
        .filter(sql::<Bool>(IN_WORK).and(webhook_deliveries::state.eq(OutboxState::InFlight)))
        .filter(webhook_deliveries::subscription_id.eq(subscription))
        .filter(webhook_deliveries::leased_until.lt(now))
        .select(DeliveryRow::as_select())
        .order(webhook_deliveries::id)
        .limit(limit)
        .load(conn)?)
}

/// What this claim got.
pub fn delivery_list_claimed(
    conn: &mut Conn,
    ids: &[WebhookDeliveryId],
    claim: &str,
) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(webhook_deliveries::table
        .filter(webhook_deliveries::id.eq_any(ids).and(webhook_deliveries::leased_by.eq(claim)))
        .select(DeliveryRow::as_select())
        .order(webhook_deliveries::id)
        .load(conn)?)
}

/// Every attempt at these deliveries, in order.
pub fn webhook_attempt_list(
    conn: &mut Conn,
    of: &[WebhookDeliveryId],
) -> Result<HashMap<WebhookDeliveryId, Vec<WebhookAttemptRow>>, StoreError> {
    let rows: Vec<WebhookAttemptRow> = webhook_attempts::table
        .filter(webhook_attempts::delivery_id.eq_any(of))
        .select(WebhookAttemptRow::as_select())
        .order((webhook_attempts::delivery_id, webhook_attempts::attempt))
        .load(conn)?;
    let mut by_delivery: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        by_delivery.entry(row.delivery_id).or_default().push(row);
    }
    Ok(by_delivery)
}

/// A subscription is as `row` says; it must still be of the version before.
#[derive(Debug, Clone)]
pub struct SubscriptionReplaced(pub SubscriptionRow);

impl Change for SubscriptionReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let read = webhook_subscriptions::table
            .filter(webhook_subscriptions::id.eq(self.0.id))
            .filter(webhook_subscriptions::version.eq(self.0.version - 1));
        moved(diesel::update(read).set(&self.0).execute(conn)?)
    }
}

/// A subscription ended: what waits for it is superseded.
#[derive(Debug, Clone, Copy)]
pub struct DeliveriesSuperseded {
    /// The subscription.
    pub subscription: WebhookSubscriptionId,
    /// When.
    pub at: UtcTime,
}

impl Change for DeliveriesSuperseded {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let waiting = webhook_deliveries::table
            .filter(sql::<Bool>(IN_WORK).and(webhook_deliveries::state.ne(OutboxState::InFlight)))
            .filter(webhook_deliveries::subscription_id.eq(self.subscription));
        diesel::update(waiting)
            .set((
                webhook_deliveries::state.eq(OutboxState::Superseded),
                webhook_deliveries::last_code.eq("subscription_ended"),
                webhook_deliveries::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// Takes what is still free of `ids`. Which those are is asked afterwards with [`delivery_list_claimed`].
#[derive(Debug, Clone)]
pub struct DeliveriesClaimed {
    /// What was ready.
    pub ids: Vec<WebhookDeliveryId>,
    /// The name of the claim, used once.
    pub claim: String,
    /// When.
    pub now: UtcTime,
    /// Until when it holds.
    pub until: UtcTime,
}

impl Change for DeliveriesClaimed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let free = webhook_deliveries::table
            .filter(webhook_deliveries::id.eq_any(&self.ids).and(webhook_deliveries::next_try_at.le(self.now)))
            .filter(webhook_deliveries::state.eq_any([
                OutboxState::Pending,
                OutboxState::Retrying,
                OutboxState::Unknown,
            ]));
        diesel::update(free)
            .set((
                webhook_deliveries::state.eq(OutboxState::InFlight),
                webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
                webhook_deliveries::leased_by.eq(&self.claim),
                webhook_deliveries::leased_until.eq(self.until),
                webhook_deliveries::updated_at.eq(self.now),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// What became of a delivery. It must still be under the claim it was read with.
#[derive(Debug, Clone)]
pub struct DeliverySettled {
    /// The delivery as it was read.
    pub read: DeliveryRow,
    /// The attempts it has from now on: one fewer when it is given back untried.
    pub attempts: i64,
    /// Its new state.
    pub state: OutboxState,
    /// When it is looked at again, in states in which it is.
    pub next_try_at: UtcTime,
    /// The first attempt of this round, once there is one.
    pub first_tried_at: Option<UtcTime>,
    /// What the last attempt is called; `None` leaves it as it was.
    pub code: Option<String>,
    /// When.
    pub now: UtcTime,
}

impl Change for DeliverySettled {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let held = webhook_deliveries::table
            .filter(webhook_deliveries::id.eq(self.read.id))
            .filter(webhook_deliveries::attempts.eq(self.read.attempts))
            .filter(webhook_deliveries::state.eq(OutboxState::InFlight))
            .filter(webhook_deliveries::leased_by.eq(self.read.leased_by.as_deref()));
        let handed_over = (self.state == OutboxState::HandedOver).then_some(self.now);
        let changed = diesel::update(held)
            .set((
                webhook_deliveries::state.eq(self.state),
                webhook_deliveries::attempts.eq(self.attempts),
                webhook_deliveries::next_try_at.eq(self.next_try_at),
                webhook_deliveries::leased_by.eq(None::<String>),
                webhook_deliveries::leased_until.eq(None::<UtcTime>),
                webhook_deliveries::first_tried_at.eq(self.first_tried_at),
                webhook_deliveries::handed_over_at.eq(handed_over),
                webhook_deliveries::last_code.eq(self.code.as_deref().or(self.read.last_code.as_deref())),
                webhook_deliveries::updated_at.eq(self.now),
            ))
            .execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("webhook_deliveries".to_owned())) }
    }
}

/// A delivery that was given up is to be sent again; the waits begin anew.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryRevived {
    /// The delivery.
    pub id: WebhookDeliveryId,
    /// When.
    pub at: UtcTime,
}

impl Change for DeliveryRevived {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let dead = webhook_deliveries::table
            .filter(webhook_deliveries::id.eq(self.id).and(webhook_deliveries::state.eq(OutboxState::Dead)));
        let changed = diesel::update(dead)
            .set((
                webhook_deliveries::state.eq(OutboxState::Pending),
                webhook_deliveries::attempts_before.eq(webhook_deliveries::attempts),
                webhook_deliveries::brought_forward.eq(0),
                webhook_deliveries::next_try_at.eq(self.at),
                webhook_deliveries::first_tried_at.eq(None::<UtcTime>),
                webhook_deliveries::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// The receiver of a subscription answered well: it is not failing, and what waits for its time need not.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverAnswers {
    /// The subscription.
    pub subscription: WebhookSubscriptionId,
    /// When.
    pub now: UtcTime,
}

impl Change for ReceiverAnswers {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let failing = webhook_subscriptions::table
            .filter(webhook_subscriptions::id.eq(self.subscription))
            .filter(webhook_subscriptions::failing_since.is_not_null());
        let healed = diesel::update(failing)
            .set((
                webhook_subscriptions::failing_since.eq(None::<UtcTime>),
                webhook_subscriptions::next_ping_at.eq(None::<UtcTime>),
            ))
            .execute(conn)?;
        if healed == 0 {
            return Ok(());
        }
        let waiting = webhook_deliveries::table
            .filter(sql::<Bool>(IN_WORK).and(webhook_deliveries::state.ne(OutboxState::InFlight)))
            .filter(webhook_deliveries::subscription_id.eq(self.subscription))
            .filter(webhook_deliveries::next_try_at.gt(self.now))
            .filter(webhook_deliveries::brought_forward.lt(MOST_BROUGHT_FORWARD));
        diesel::update(waiting)
            .set((
                webhook_deliveries::next_try_at.eq(self.now),
                webhook_deliveries::brought_forward.eq(webhook_deliveries::brought_forward + 1),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// The receiver of a subscription did not take something: it is asked from time to time whether it is there again.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverFails {
    /// The subscription.
    pub subscription: WebhookSubscriptionId,
    /// When.
    pub now: UtcTime,
    /// When it is asked.
    pub ask_at: UtcTime,
    /// Whether it said that it is gone: nothing is sent until somebody takes it up again.
    pub gone: bool,
}

impl Change for ReceiverFails {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let of = webhook_subscriptions::table.filter(webhook_subscriptions::id.eq(self.subscription));
        diesel::update(of.filter(webhook_subscriptions::failing_since.is_null()))
            .set((
                webhook_subscriptions::failing_since.eq(self.now),
                webhook_subscriptions::next_ping_at.eq(self.ask_at),
            ))
            .execute(conn)?;
        if self.gone {
            diesel::update(of.filter(webhook_subscriptions::state.eq(SubscriptionState::Active)))
                .set((
                    webhook_subscriptions::state.eq(SubscriptionState::Disabled),
                    webhook_subscriptions::version.eq(webhook_subscriptions::version + 1),
                    webhook_subscriptions::updated_at.eq(self.now),
                ))
                .execute(conn)?;
        }
        Ok(())
    }
}

/// One process asks a failing receiver whether it is there again, and the others do not.
#[derive(Debug, Clone, Copy)]
pub struct PingTaken {
    /// The subscription.
    pub subscription: WebhookSubscriptionId,
    /// When.
    pub now: UtcTime,
    /// When it is asked the next time.
    pub next: UtcTime,
}

impl Change for PingTaken {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let due = webhook_subscriptions::table
            .filter(webhook_subscriptions::id.eq(self.subscription))
            .filter(webhook_subscriptions::next_ping_at.le(self.now));
        moved(diesel::update(due).set(webhook_subscriptions::next_ping_at.eq(self.next)).execute(conn)?)
    }
}
