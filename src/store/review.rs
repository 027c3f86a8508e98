//! The steps of flags and the terms that passed: append-only rows, and the one change a step makes to its flag.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::FlagRow;
use super::schema::{flag_escalations, flag_steps, flags};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, FlagId};
use crate::vocabulary::{Excuse, FlagOutcome, FlagState, FlagStepKind, HandOverReason};

/// One step of a flag.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = flag_steps)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FlagStepRow {
    pub flag_id: FlagId,
    pub seq: i64,
    pub kind: FlagStepKind,
    pub from_state: FlagState,
    pub to_state: FlagState,
    pub outcome: Option<FlagOutcome>,
    pub basis_id: Option<String>,
    pub excuse: Option<Excuse>,
    pub owner_id: AccountId,
    pub actor_id: Option<AccountId>,
    pub taken_on: NaiveDate,
    pub taken_at: UtcTime,
    pub content_enc: Option<String>,
    pub hand_over: Option<HandOverReason>,
    pub due_on: Option<NaiveDate>,
}

/// A term that passed.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = flag_escalations)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FlagEscalationRow {
    pub flag_id: FlagId,
    pub term_step: i64,
    pub due_on: NaiveDate,
    pub lead_id: Option<AccountId>,
    pub escalated_on: NaiveDate,
    pub escalated_at: UtcTime,
}

/// The steps of a flag, the first one first.
pub fn flag_step_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<FlagStepRow>, StoreError> {
    Ok(flag_steps::table
        .filter(flag_steps::flag_id.eq(flag))
        .select(FlagStepRow::as_select())
        .order(flag_steps::seq)
        .load(conn)?)
}

/// When the running terms of these flags were put before the lead; those whose were not are left out.
pub fn flag_escalated_at(conn: &mut Conn, of: &[FlagRow]) -> Result<HashMap<FlagId, UtcTime>, StoreError> {
    let mut found = HashMap::new();
    for chunk in of.chunks(1_000) {
        let terms: HashMap<FlagId, i64> = chunk.iter().map(|flag| (flag.id, flag.term_step)).collect();
        let ids: Vec<FlagId> = terms.keys().copied().collect();
        let rows: Vec<(FlagId, i64, UtcTime)> = flag_escalations::table
            .filter(flag_escalations::flag_id.eq_any(ids))
            .select((flag_escalations::flag_id, flag_escalations::term_step, flag_escalations::escalated_at))
            .load(conn)?;
        let running = rows.into_iter().filter(|(id, term, _)| terms.get(id) == Some(term));
        found.extend(running.map(|(id, _, at)| (id, at)));
    }
    Ok(found)
}

/// Every escalation of a flag, the first one first.
pub fn flag_escalation_list(conn: &mut Conn, flag: FlagId) -> Result<Vec<FlagEscalationRow>, StoreError> {
    Ok(flag_escalations::table
        .filter(flag_escalations::flag_id.eq(flag))
        .select(FlagEscalationRow::as_select())
        .order(flag_escalations::term_step)
        .load(conn)?)
}

/// A step moved a flag: everything a step can change. Needs the version that was read.
#[derive(Debug, Clone)]
pub struct FlagMoved {
    /// The flag as it is to be; its version is the one that was read.
    pub row: FlagRow,
    /// When.
    pub at: UtcTime,
}

impl Change for FlagMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.row;
        let current = flags::table.filter(flags::id.eq(row.id).and(flags::version.eq(row.version)));
        let changed = diesel::update(current)
            .set((
                flags::state.eq(row.state),
                flags::owner_id.eq(row.owner_id),
                flags::team_id.eq(row.team_id),
                flags::outcome.eq(row.outcome),
                flags::basis_id.eq(&row.basis_id),
                flags::proposed_by.eq(row.proposed_by),
                flags::decided_by.eq(row.decided_by),
                flags::answered.eq(row.answered),
                flags::open_disputes.eq(row.open_disputes),
                flags::fact_disputed.eq(row.fact_disputed),
                flags::last_step.eq(row.last_step),
                flags::term_step.eq(row.term_step),
                flags::due_on.eq(row.due_on),
                flags::snoozed_until.eq(row.snoozed_until),
                flags::version.eq(row.version + 1),
                flags::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
