//! Referrals before authorities, their acknowledgement, and what the authorities decided.
//!
//! A referral leaves the house as an event for the authority's systems and, where the settings name its mailbox, as a
//! notice by e-mail. Both are messages of the outbox that speak of the referral.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::outbox::outbox_find_many;
use super::registrations::moved;
use super::rows::{FlagRow, OutboxRow};
use super::schema::{authority_decisions, flags, outbox, referral_bundles, referrals};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, AuthorityDecisionId, FlagId, OutboxId, ReferralId};
use crate::vocabulary::{AuthorityOutcome, DeliveryChannel, FlagOutcome, FlagState, OutboxState, Role};

/// The event that a flag was referred to an authority.
pub const FLAG_REFERRED: &str = "flag.referred";

/// A referral before one authority.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = referrals)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReferralRow {
    pub id: ReferralId,
    pub flag_id: FlagId,
    pub step: i64,
    pub authority: Role,
    pub outbox_id: OutboxId,
    pub created_at: UtcTime,
    pub acknowledged_at: Option<UtcTime>,
    pub acknowledged_by: Option<AccountId>,
}

/// What an authority decided.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = authority_decisions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AuthorityDecisionRow {
    pub id: AuthorityDecisionId,
    pub flag_id: FlagId,
    pub authority: Role,
    pub outcome: AuthorityOutcome,
    pub decided_on: NaiveDate,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
    pub content_enc: Option<String>,
}

/// What an authority gets with a referral.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = referral_bundles)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReferralBundleRow {
    pub flag_id: FlagId,
    pub step: i64,
    pub made_at: UtcTime,
    pub seal: String,
    pub content_enc: String,
}

/// The bundle of the last referral of a flag.
pub fn referral_bundle_latest(conn: &mut Conn, flag: FlagId) -> Result<Option<ReferralBundleRow>, StoreError> {
    Ok(referral_bundles::table
        .filter(referral_bundles::flag_id.eq(flag))
        .order(referral_bundles::step.desc())
        .select(ReferralBundleRow::as_select())
        .first(conn)
        .optional()?)
}

/// A referral with the messages that carry it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The referral.
    pub row: ReferralRow,
    /// The event for the authority's systems.
    pub event: OutboxRow,
    /// The notice to its mailbox, where it has one.
    pub notice: Option<OutboxRow>,
}

impl Sent {
    /// Whether the next system on the way to the authority has one of them.
    pub fn taken_over(&self) -> bool {
        std::iter::once(&self.event).chain(&self.notice).any(|message| TAKEN_OVER.contains(&message.state))
    }
}

/// The states of a message that the next system has.
const TAKEN_OVER: [OutboxState; 2] = [OutboxState::HandedOver, OutboxState::Delivered];

/// The referrals of a flag with their messages, the first one first.
pub fn referral_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<Sent>, StoreError> {
    let rows: Vec<ReferralRow> = referrals::table
        .filter(referrals::flag_id.eq(flag))
        .select(ReferralRow::as_select())
        .order((referrals::step, referrals::id))
        .load(conn)?;
    let events: Vec<OutboxId> = rows.iter().map(|row| row.outbox_id).collect();
    let mut events: HashMap<OutboxId, OutboxRow> =
        outbox_find_many(conn, &events)?.into_iter().map(|row| (row.id, row)).collect();
    let of: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let notices: Vec<OutboxRow> = outbox::table
        .filter(outbox::event.eq(FLAG_REFERRED).and(outbox::reference_id.eq_any(of)))
        .filter(outbox::channel.eq(DeliveryChannel::Email))
        .select(OutboxRow::as_select())
        .load(conn)?;
    let mut notices: HashMap<String, OutboxRow> =
        notices.into_iter().map(|row| (row.reference_id.clone(), row)).collect();
    rows.into_iter()
        .map(|row| {
            let event = events
                .remove(&row.outbox_id)
                .ok_or_else(|| StoreError::Corrupt("a referral without an event".to_owned()))?;
            Ok(Sent { notice: notices.remove(row.id.as_str()), row, event })
        })
        .collect()
}

/// The referrals that these messages speak of, by the message.
pub fn referral_find_many_of_notices(
    conn: &mut Conn,
    notices: &[OutboxRow],
) -> Result<HashMap<OutboxId, ReferralRow>, StoreError> {
    let of = notices.iter().filter(|row| row.event == FLAG_REFERRED);
    let by_reference: HashMap<&str, OutboxId> = of.map(|row| (row.reference_id.as_str(), row.id)).collect();
    let ids: Vec<ReferralId> = by_reference.keys().filter_map(|id| id.parse().ok()).collect();
    let rows: Vec<ReferralRow> =
        referrals::table.filter(referrals::id.eq_any(ids)).select(ReferralRow::as_select()).load(conn)?;
    Ok(rows.into_iter().filter_map(|row| Some((*by_reference.get(row.id.as_str())?, row))).collect())
}

/// What authorities decided on a flag, the first decision first.
pub fn authority_decision_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<AuthorityDecisionRow>, StoreError> {
    Ok(authority_decisions::table
        .filter(authority_decisions::flag_id.eq(flag))
        .select(AuthorityDecisionRow::as_select())
        .order(authority_decisions::id)
        .load(conn)?)
}

/// Decided referrals of which, for every authority that has not acknowledged, the next system took over the event or
/// the notice; behind `after`, at most `limit`.
pub fn flag_list_handed_over(conn: &mut Conn, after: Option<FlagId>, limit: i64) -> Result<Vec<FlagRow>, StoreError> {
    let taken_over = outbox::table
        .filter(outbox::event.eq(FLAG_REFERRED).and(outbox::reference_id.eq(referrals::id)))
        .filter(outbox::state.eq_any(TAKEN_OVER))
        .select(outbox::id);
    let on_its_way = referrals::table
        .filter(referrals::flag_id.eq(flags::id).and(referrals::acknowledged_at.is_null()))
        .filter(not(exists(taken_over)))
        .select(referrals::id);
    let referred = referrals::table.filter(referrals::flag_id.eq(flags::id)).select(referrals::id);
    let mut query = flags::table
        .filter(flags::state.eq(FlagState::Decided).and(flags::outcome.eq(FlagOutcome::Referral)))
        .filter(not(exists(on_its_way)))
        .filter(exists(referred))
        .select(FlagRow::as_select())
        .order(flags::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(flags::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// An authority acknowledged a referral: that is also the receipt of the message that carried it.
#[derive(Debug, Clone)]
pub struct ReferralAcknowledged {
    /// The referral.
    pub id: ReferralId,
    /// The message.
    pub outbox_id: OutboxId,
    /// By whom.
    pub by: AccountId,
    /// When, by the legal clock.
    pub at: UtcTime,
    /// When, by the system clock, which the proof chain goes by.
    pub system: UtcTime,
}

impl Change for ReferralAcknowledged {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let waiting = referrals::table.filter(referrals::id.eq(self.id).and(referrals::acknowledged_at.is_null()));
        let changed = diesel::update(waiting)
            .set((referrals::acknowledged_at.eq(self.at), referrals::acknowledged_by.eq(self.by)))
            .execute(conn)?;
        moved(changed)?;
        let message = outbox::table.filter(outbox::id.eq(self.outbox_id));
        diesel::update(message.filter(outbox::handed_over_at.is_null()))
            .set(outbox::handed_over_at.eq(self.system))
            .execute(conn)?;
        diesel::update(message)
            .set((
                outbox::state.eq(OutboxState::Delivered),
                outbox::delivered_at.eq(self.system),
                outbox::last_code.eq("acknowledged"),
                outbox::leased_by.eq(None::<String>),
                outbox::leased_until.eq(None::<UtcTime>),
                outbox::updated_at.eq(self.system),
            ))
            .execute(conn)?;
        Ok(())
    }
}
