//! Two registrations that are, or were, one.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, FactId, MergeId, RegistrationId};
use crate::store::registrations::moved;
use crate::store::schema::{merged_facts, merges};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{MergeState, Stage};

/// Two registrations that are, or were, one.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = merges)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MergeRow {
    pub id: MergeId,
    pub surviving_id: RegistrationId,
    pub absorbed_id: RegistrationId,
    pub state: MergeState,
    pub reason_enc: String,
    pub left_out: String,
    pub lookups_added: String,
    pub absorbed_stage: Stage,
    pub proposed_by: AccountId,
    pub proposed_at: UtcTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub split_reason_enc: Option<String>,
    pub split_proposed_by: Option<AccountId>,
    pub split_proposed_at: Option<UtcTime>,
    pub split_decided_by: Option<AccountId>,
    pub split_decided_at: Option<UtcTime>,
    pub version: i64,
}

/// A fact that was taken over, and the one it was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = merged_facts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MergedFactRow {
    pub merge_id: MergeId,
    pub fact_id: FactId,
    pub origin_id: FactId,
}

/// A merge into this registration.
pub fn merge_find(conn: &mut Conn, surviving: RegistrationId, id: MergeId) -> Result<Option<MergeRow>, StoreError> {
    Ok(merges::table
        .filter(merges::id.eq(id).and(merges::surviving_id.eq(surviving)))
        .select(MergeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every merge into this registration, the last first.
pub fn merge_list(conn: &mut Conn, surviving: RegistrationId) -> Result<Vec<MergeRow>, StoreError> {
    Ok(merges::table
        .filter(merges::surviving_id.eq(surviving))
        .select(MergeRow::as_select())
        .order(merges::id.desc())
        .load(conn)?)
}

/// Whether one of these registrations is part of a merge in the other's way: taken up or proposed to be, or, for
/// `absorbed`, itself made of two.
pub fn merge_in_the_way(
    conn: &mut Conn,
    surviving: RegistrationId,
    absorbed: RegistrationId,
) -> Result<bool, StoreError> {
    let live = merges::state.eq_any([MergeState::Proposed, MergeState::Merged, MergeState::SplitProposed]);
    let taken_up = merges::absorbed_id.eq_any([surviving, absorbed]);
    let found: i64 =
        merges::table.filter(live.and(taken_up.or(merges::surviving_id.eq(absorbed)))).count().get_result(conn)?;
    Ok(found > 0)
}

/// The facts that a merge took over.
pub fn merged_fact_list(conn: &mut Conn, merge: MergeId) -> Result<Vec<MergedFactRow>, StoreError> {
    Ok(merged_facts::table
        .filter(merged_facts::merge_id.eq(merge))
        .select(MergedFactRow::as_select())
        .order(merged_facts::fact_id)
        .load(conn)?)
}

/// A merge as it is from now on. Its version is the one that was read.
#[derive(Debug, Clone)]
pub struct MergeReplaced(pub MergeRow);

impl Change for MergeReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.0;
        let current = merges::table.find(row.id).filter(merges::version.eq(row.version));
        let changed = diesel::update(current)
            .set((
                merges::state.eq(row.state),
                merges::lookups_added.eq(&row.lookups_added),
                merges::absorbed_stage.eq(row.absorbed_stage),
                merges::decided_by.eq(row.decided_by),
                merges::decided_at.eq(row.decided_at),
                merges::split_reason_enc.eq(&row.split_reason_enc),
                merges::split_proposed_by.eq(row.split_proposed_by),
                merges::split_proposed_at.eq(row.split_proposed_at),
                merges::split_decided_by.eq(row.split_decided_by),
                merges::split_decided_at.eq(row.split_decided_at),
                merges::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
