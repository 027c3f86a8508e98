//! The outbox: what has to leave the house, claimed by lease, with the proof of every attempt.
//!
//! A claim writes a name of its own into the rows it gets; whatever is said of a row later must come from whoever
//! still holds it, so that a relay that slept through its lease cannot overwrite what became of its work.

use chrono::NaiveDate;
use diesel::dsl::{count_star, sql};
use diesel::prelude::{AsChangeset, BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::rows::{DeliveryAttemptRow, OutboxRow};
use super::schema::{delivery_attempts, outbox};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::OutboxId;
use crate::vocabulary::{DeliveryChannel, OutboxState};

/// As the index `outbox_work` says it.
const IN_WORK: &str = "outbox.state IN ('pending', 'retrying', 'in_flight', 'unknown')";

/// Ids and states of messages of these channels that may be handed over at `now`, the longest waiting first: written or to be
/// tried again, and, on the legal day `today`, still of use to somebody. On PostgreSQL the rows stay locked until the
/// end of the unit of work, and those another relay has locked are left out.
pub fn outbox_list_ready(
    conn: &mut Conn,
    channels: &[DeliveryChannel],
    now: UtcTime,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<(OutboxId, OutboxState)>, StoreError> {
    let query = outbox::table
        .filter(sql::<Bool>(IN_WORK).and(outbox::state.ne(OutboxState::InFlight)))
        .filter(outbox::channel.eq_any(channels.to_vec()))
        .filter(outbox::next_try_at.le(now))
        .filter(outbox::purpose_ends_on.is_null().or(outbox::purpose_ends_on.ge(today)))
        .select((outbox::id, outbox::state))
        .order((outbox::next_try_at, outbox::id))
        .limit(limit);
    Ok(match conn {
        Conn::Pg(pg) => query.for_update().skip_locked().load(pg)?,
        Conn::Sqlite(sqlite) => query.load(sqlite)?,
    })
}

/// Messages whose relay did not come back before its lease ended.
pub fn outbox_list_lapsed(
    conn: &mut Conn,
    channels: &[DeliveryChannel],
    now: UtcTime,
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(sql::<Bool>(IN_WORK).and(outbox::state.eq(OutboxState::InFlight)))
        .filter(outbox::channel.eq_any(channels.to_vec()).and(outbox::next_try_at.lt(now)))
        .filter(outbox::leased_until.lt(now))
        .select(OutboxRow::as_select())
        .order((outbox::next_try_at, outbox::id))
        .limit(limit)
        .load(conn)?)
}

/// What this claim got.
pub fn outbox_list_claimed(conn: &mut Conn, ids: &[OutboxId], claim: &str) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(outbox::id.eq_any(ids).and(outbox::leased_by.eq(claim)))
        .select(OutboxRow::as_select())
        .order((outbox::next_try_at, outbox::id))
        .load(conn)?)
}

/// Messages to people whose purpose ended before `today` and that never left, whichever way they were to go; the
/// longest past first.
pub fn outbox_list_purposeless(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(sql::<Bool>(IN_WORK).and(outbox::state.eq_any([OutboxState::Pending, OutboxState::Retrying])))
        .filter(outbox::channel.eq_any([DeliveryChannel::Email, DeliveryChannel::Letter]))
        .filter(outbox::purpose_ends_on.lt(today))
        .select(OutboxRow::as_select())
        .order((outbox::purpose_ends_on, outbox::id))
        .limit(limit)
        .load(conn)?)
}

/// The rows with these ids.
pub fn outbox_find_many(conn: &mut Conn, ids: &[OutboxId]) -> Result<Vec<OutboxRow>, StoreError> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1_000) {
        let found: Vec<OutboxRow> = outbox::table
            .filter(outbox::id.eq_any(chunk))
            .select(OutboxRow::as_select())
            .order(outbox::id)
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Every attempt at these rows, in order.
pub fn delivery_attempt_list(conn: &mut Conn, of: &[OutboxId]) -> Result<Vec<DeliveryAttemptRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in of.chunks(1_000) {
        let found: Vec<DeliveryAttemptRow> = delivery_attempts::table
            .filter(delivery_attempts::outbox_id.eq_any(chunk))
            .select(DeliveryAttemptRow::as_select())
            .order((delivery_attempts::outbox_id, delivery_attempts::attempt))
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Messages that were given up, behind `after`, at most `limit`.
pub fn outbox_list_dead(conn: &mut Conn, after: Option<OutboxId>, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    let mut query = outbox::table
        .filter(sql::<Bool>("outbox.state = 'dead'"))
        .select(OutboxRow::as_select())
        .order(outbox::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(outbox::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// An e-mail that was given up and is followed by a letter: what alarms then is what becomes of the letter.
const FOLLOWED_BY_A_LETTER: &str = "EXISTS (SELECT 1 FROM reminders mail JOIN reminders letter \
     ON letter.duty_id = mail.duty_id AND letter.due_on = mail.due_on \
     AND letter.reminder_window = mail.reminder_window AND letter.channel = 'letter' \
     WHERE mail.id = outbox.reference_id AND mail.channel = 'email' AND outbox.channel = 'email')";

/// How many messages were given up with nothing in their place.
pub fn outbox_count_dead(conn: &mut Conn) -> Result<i64, StoreError> {
    let alone = sql::<Bool>("outbox.state = 'dead' AND NOT ").sql(FOLLOWED_BY_A_LETTER);
    Ok(outbox::table.filter(alone).count().get_result(conn)?)
}

/// How many rows stand in each state, for metrics and the console. States without rows are left out.
pub fn outbox_count(conn: &mut Conn) -> Result<Vec<(OutboxState, i64)>, StoreError> {
    Ok(outbox::table.group_by(outbox::state).select((outbox::state, count_star())).order(outbox::state).load(conn)?)
}

/// Takes what is still free of `ids`. Which those are is asked afterwards with [`outbox_list_claimed`].
#[derive(Debug, Clone)]
pub struct OutboxClaimed {
    /// What was ready.
    pub ids: Vec<OutboxId>,
    /// The name of the claim, used once.
    pub claim: String,
    /// When.
    pub now: UtcTime,
    /// Until when it holds.
    pub until: UtcTime,
}

impl Change for OutboxClaimed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let free = outbox::table
            .filter(outbox::id.eq_any(&self.ids).and(outbox::next_try_at.le(self.now)))
            .filter(outbox::state.eq_any([OutboxState::Pending, OutboxState::Retrying, OutboxState::Unknown]));
        diesel::update(free)
            .set((
                outbox::state.eq(OutboxState::InFlight),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::leased_by.eq(&self.claim),
                outbox::leased_until.eq(self.until),
                // Where those whose lease has ended are looked for.
                outbox::next_try_at.eq(self.until),
                outbox::updated_at.eq(self.now),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// A message that was given up is to be sent once more.
#[derive(Debug, Clone, Copy)]
pub struct OutboxRevived {
    /// The row.
    pub id: OutboxId,
    /// When.
    pub at: UtcTime,
}

impl Change for OutboxRevived {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let dead = outbox::table.filter(outbox::id.eq(self.id).and(outbox::state.eq(OutboxState::Dead)));
        let changed = diesel::update(dead)
            .set((
                outbox::state.eq(OutboxState::Pending),
                outbox::next_try_at.eq(self.at),
                outbox::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("outbox".to_owned())) }
    }
}

/// What was heard of a message after it left. It must still stand as it was read, and be held by nobody.
#[derive(Debug, Clone)]
pub struct OutboxReceipted {
    /// The row.
    pub id: OutboxId,
    /// The state it was read in.
    pub read: OutboxState,
    /// The attempts it was read with.
    pub attempts_read: i64,
    /// The attempts it has from now on: one more when the receipt proves one.
    pub attempts: i64,
    /// Its new state, or the old one.
    pub state: OutboxState,
    /// When it was taken over, as far as is known.
    pub handed_over_at: UtcTime,
    /// What was heard.
    pub code: String,
    /// When.
    pub now: UtcTime,
}

impl Change for OutboxReceipted {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let read = outbox::id.eq(self.id).and(outbox::attempts.eq(self.attempts_read)).and(outbox::state.eq(self.read));
        let arrived = self.state == OutboxState::Delivered;
        let receipted = Receipted {
            state: self.state,
            attempts: self.attempts,
            handed_over_at: (arrived || self.state == OutboxState::HandedOver).then_some(self.handed_over_at),
            delivered_at: arrived.then_some(self.now),
            last_code: &self.code,
            updated_at: self.now,
        };
        let free = outbox::table.filter(read).filter(outbox::leased_by.is_null());
        let changed = diesel::update(free).set(receipted).execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("outbox".to_owned())) }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = outbox)]
struct Receipted<'a> {
    state: OutboxState,
    attempts: i64,
    handed_over_at: Option<UtcTime>,
    delivered_at: Option<UtcTime>,
    last_code: &'a str,
    updated_at: UtcTime,
}

/// What became of a row. It must still be as it was read: under the same claim, or under none, with as many attempts.
#[derive(Debug, Clone)]
pub struct OutboxSettled {
    /// The row.
    pub id: OutboxId,
    /// The claim it was read under; `None` when nobody held it.
    pub held_by: Option<String>,
    /// The attempts it was read with.
    pub attempts_read: i64,
    /// The attempts it has from now on: one fewer when it is given back untried.
    pub attempts: i64,
    /// Its new state.
    pub state: OutboxState,
    /// When it is looked at again, in states in which it is.
    pub next_try_at: UtcTime,
    /// What the last attempt, or the reason to make none, is called; `None` leaves it as it was.
    pub code: Option<String>,
    /// When.
    pub now: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = outbox)]
struct Settled<'a> {
    state: OutboxState,
    attempts: i64,
    next_try_at: UtcTime,
    // The outer `Some` writes, the inner `None` is NULL.
    leased_by: Option<Option<&'a str>>,
    leased_until: Option<Option<UtcTime>>,
    handed_over_at: Option<UtcTime>,
    last_code: Option<&'a str>,
    updated_at: UtcTime,
}

impl Change for OutboxSettled {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let settled = Settled {
            state: self.state,
            attempts: self.attempts,
            next_try_at: self.next_try_at,
            leased_by: Some(None),
            leased_until: Some(None),
            handed_over_at: (self.state == OutboxState::HandedOver).then_some(self.now),
            last_code: self.code.as_deref(),
            updated_at: self.now,
        };
        let read = outbox::id.eq(self.id).and(outbox::attempts.eq(self.attempts_read));
        let changed = match &self.held_by {
            Some(claim) => {
                let held = read.and(outbox::leased_by.eq(claim)).and(outbox::state.eq(OutboxState::InFlight));
                diesel::update(outbox::table.filter(held)).set(settled).execute(conn)?
            }
            None => {
                let free = outbox::table.filter(read).filter(outbox::leased_by.is_null());
                diesel::update(free).set(settled).execute(conn)?
            }
        };
        if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("outbox".to_owned())) }
    }
}
