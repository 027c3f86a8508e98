//! Referrals before authorities, their acknowledgement, and what the authorities decided.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::FlagRow;
use super::schema::{authority_decisions, flags, outbox, referrals};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, AuthorityDecisionId, FlagId, OutboxId, ReferralId};
use crate::vocabulary::{AuthorityOutcome, FlagOutcome, FlagState, OutboxState, Role};

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

/// The referrals of a flag with the state of the message that carries each, the first one first.
pub fn referral_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<(ReferralRow, OutboxState)>, StoreError> {
    Ok(referrals::table
        .inner_join(outbox::table)
        .filter(referrals::flag_id.eq(flag))
        .select((ReferralRow::as_select(), outbox::state))
        .order((referrals::step, referrals::id))
        .load(conn)?)
}

/// What authorities decided on a flag, the first decision first.
pub fn authority_decision_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<AuthorityDecisionRow>, StoreError> {
    Ok(authority_decisions::table
        .filter(authority_decisions::flag_id.eq(flag))
        .select(AuthorityDecisionRow::as_select())
        .order(authority_decisions::id)
        .load(conn)?)
}

/// Decided referrals every message of which was taken over by the next system, behind `after`, at most `limit`.
pub fn flag_list_handed_over(conn: &mut Conn, after: Option<FlagId>, limit: i64) -> Result<Vec<FlagRow>, StoreError> {
    let on_its_way = referrals::table
        .inner_join(outbox::table)
        .filter(referrals::flag_id.eq(flags::id).and(referrals::acknowledged_at.is_null()))
        .filter(outbox::state.ne_all([OutboxState::HandedOver, OutboxState::Delivered]))
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
