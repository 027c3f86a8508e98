//! Passport proposals and warning notices, what happened to each, and the warnings that they end.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;

use crate::clock::UtcTime;
use crate::ids::{AccountId, ProposalId, RegistrationId};
use crate::store::registrations::moved;
use crate::store::schema::{proposal_events, proposal_warnings, proposals, registrations};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{ProposalKind, ProposalStanding, ProposalVariant, Regime, Stage};

/// A measure.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposals)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ProposalRow {
    pub id: ProposalId,
    pub registration_id: RegistrationId,
    pub kind: ProposalKind,
    pub variant: ProposalVariant,
    pub state: ProposalStanding,
    pub sent_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    pub made_by: AccountId,
    pub made_at: UtcTime,
    pub version: i64,
}

/// What happened to a measure.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposal_events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ProposalEventRow {
    pub proposal_id: ProposalId,
    pub seq: i64,
    pub kind: String,
    pub happened_on: NaiveDate,
    pub payload_enc: String,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// That a measure is about to end.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposal_warnings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ProposalWarningRow {
    pub proposal_id: ProposalId,
    pub expires_on: NaiveDate,
    pub days_before: i64,
    pub raised_at: UtcTime,
}

/// A measure of a kind in this registration.
pub fn proposal_find(
    conn: &mut Conn,
    registration: RegistrationId,
    kind: ProposalKind,
    id: ProposalId,
) -> Result<Option<ProposalRow>, StoreError> {
    Ok(proposals::table
        .find(id)
        .filter(proposals::registration_id.eq(registration).and(proposals::kind.eq(kind)))
        .select(ProposalRow::as_select())
        .first(conn)
        .optional()?)
}

/// The measures of a kind in this registration, the last made first.
pub fn proposal_list(
    conn: &mut Conn,
    registration: RegistrationId,
    kind: ProposalKind,
) -> Result<Vec<ProposalRow>, StoreError> {
    Ok(proposals::table
        .filter(proposals::registration_id.eq(registration).and(proposals::kind.eq(kind)))
        .select(ProposalRow::as_select())
        .order(proposals::id.desc())
        .load(conn)?)
}

/// What happened to a measure, in order.
pub fn proposal_event_list(conn: &mut Conn, id: ProposalId) -> Result<Vec<ProposalEventRow>, StoreError> {
    Ok(proposal_events::table
        .filter(proposal_events::proposal_id.eq(id))
        .select(ProposalEventRow::as_select())
        .order(proposal_events::seq)
        .load(conn)?)
}

/// The warnings raised for these measures.
pub fn proposal_warning_list(conn: &mut Conn, ids: &[ProposalId]) -> Result<Vec<ProposalWarningRow>, StoreError> {
    Ok(proposal_warnings::table
        .filter(proposal_warnings::proposal_id.eq_any(ids.to_vec()))
        .select(ProposalWarningRow::as_select())
        .order((proposal_warnings::proposal_id, proposal_warnings::expires_on, proposal_warnings::days_before.desc()))
        .load(conn)?)
}

/// What was withdrawn or expired after it was issued, while the recipients have not been told of that or of the last
/// correction.
const RECIPIENTS_WAIT: &str = "(proposals.state IN ('withdrawn', 'expired')
    AND EXISTS (SELECT 1 FROM proposal_events i WHERE i.proposal_id = proposals.id AND i.kind = 'issued')
    AND EXISTS (SELECT 1 FROM proposal_events w WHERE w.proposal_id = proposals.id
        AND w.kind IN ('withdrawn', 'corrected')
        AND NOT EXISTS (SELECT 1 FROM proposal_events t WHERE t.proposal_id = w.proposal_id
            AND t.kind = 'recipients_informed' AND t.seq > w.seq)))";

/// Measures of these kinds that are not over, or whose recipients wait to be told, in files that have not ended, after
/// `after`, at most `limit`. `sent` leaves out what never went to the authority.
pub fn proposal_list_open(
    conn: &mut Conn,
    kinds: &[ProposalKind],
    sent: bool,
    after: Option<ProposalId>,
    limit: i64,
) -> Result<Vec<ProposalRow>, StoreError> {
    let open = [
        ProposalStanding::Draft,
        ProposalStanding::Requested,
        ProposalStanding::Active,
        ProposalStanding::GroundLapsed,
        ProposalStanding::Proposed,
        ProposalStanding::Issued,
    ];
    let mut query = proposals::table
        .inner_join(registrations::table)
        .filter(proposals::kind.eq_any(kinds.to_vec()))
        .filter(proposals::state.eq_any(open).or(sql::<Bool>(RECIPIENTS_WAIT)))
        .filter(registrations::stage.eq(Stage::Active))
        .select(ProposalRow::as_select())
        .order(proposals::id)
        .limit(limit)
        .into_boxed();
    if sent {
        query = query.filter(proposals::sent_on.is_not_null());
    }
    if let Some(after) = after {
        query = query.filter(proposals::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Measures of files under a regime about whose end something is to be said by `today`, at most `limit`.
pub fn proposal_list_due(
    conn: &mut Conn,
    regime: Regime,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<ProposalRow>, StoreError> {
    Ok(proposals::table
        .inner_join(registrations::table)
        .filter(registrations::regime.eq(regime))
        .filter(proposals::next_on.le(today))
        .select(ProposalRow::as_select())
        .order((proposals::next_on, proposals::id))
        .limit(limit)
        .load(conn)?)
}

/// Where a measure now stands. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct ProposalMoved {
    pub id: ProposalId,
    pub version: i64,
    pub variant: ProposalVariant,
    pub state: ProposalStanding,
    pub sent_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
}

impl Change for ProposalMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let changed = diesel::update(proposals::table.find(self.id).filter(proposals::version.eq(self.version)))
            .set((
                proposals::variant.eq(self.variant),
                proposals::state.eq(self.state),
                proposals::sent_on.eq(self.sent_on),
                proposals::decided_on.eq(self.decided_on),
                proposals::expires_on.eq(self.expires_on),
                proposals::next_on.eq(self.next_on),
                proposals::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
